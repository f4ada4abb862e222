/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_PAGES_H
#define VIP_PAGES_H

#include <stddef.h>

/* Memory that is large and will be used whole.  Zeroed; NULL: there is none. */

/*
 * For what is filled from front to back: all pages at once, since one fault
 * for each takes longer than filling them, and huge ones while those come
 * soon.  The caller's until pages_free() with the same size.
 */
void	*pages_new(size_t);
void	 pages_free(void *, size_t);	/* takes NULL */

/*
 * Pieces of such memory, aligned for any type, that are given back all at
 * once.  An all-zero struct has none.
 */
struct pieces {
	struct sheaf	*sheaves;	/* what they are taken from */
	char		*free;		/* in the first of them */
	size_t		 left;
};

void	*pieces_get(struct pieces *, size_t);
void	 pieces_free(struct pieces *);

/*
 * For what is found by a hash: in huge pages where the system gives any, and
 * so far without the pages, for several threads that each will use some of it
 * and have those pages by pages_fill().
 */
#define PAGES_HUGE	((size_t)2 * 1024 * 1024)

void	*pages_reserve(size_t);
void	 pages_fill(void *, size_t);

#endif /* VIP_PAGES_H */
