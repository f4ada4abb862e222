/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SCORED_H
#define VIP_SCORED_H

#include <stddef.h>

/* Scores in order, for what is told by ranks and by tenths. */

struct scored {
	double	 score;
	size_t	 i;			/* whose it is */
};

/* From the lowest score to the highest; those that tie by "i". */
void		 scored_sort(struct scored *, size_t n);

/* Scores and the places they had, so sorted; free() it. */
struct scored	*scored_new(const double *score, size_t n);

/* The first behind the one at "i" that does not tie with it, or n. */
size_t		 scored_tied(const struct scored *, size_t i, size_t n);

#endif /* VIP_SCORED_H */
