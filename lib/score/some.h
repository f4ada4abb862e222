/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SOME_H
#define VIP_SOME_H

#include "base/vip.h"

/*
 * The first few of many texts by their bytes, to be named in a message: the
 * same ones in whatever order, and by however many threads, they were met.
 * An all-zero struct has none.
 */
#define SOME	5

struct some {
	struct buf	 text[SOME + 1];	/* one more, to know of it */
	size_t		 n;
};

void	 some_add(struct some *, const char *, size_t);
void	 some_merge(struct some *, const struct some *);
void	 some_free(struct some *);

/* Append them, and that there are more: 0 if there are none. */
int	 some_name(const struct some *, struct buf *);

#endif /* VIP_SOME_H */
