/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_MOVES_H
#define VIP_MOVES_H

#include "report/kinds.h"

/*
 * Who went from tier to tier, came or left in the time of a report: of what
 * vip-diff wrote, or of a store's list of movements.  A customer is told of
 * once, from what it was to what it is.  Private to lib/report.
 */
struct moves;

/* Reads the input's moves to the end; NULL where it has none. */
struct moves	*moves_read(struct report *, const struct kind_input *);
void		 moves_free(struct moves *);		/* takes NULL */
/* Where the name of a customer goes; NULL if it has not moved. */
const char	**moves_name(struct moves *, struct cell key);
/* A section of them; lists are cut at "most" lines. */
void		 moves_section(struct report *, const struct moves *,
		    size_t most);

#endif /* VIP_MOVES_H */
