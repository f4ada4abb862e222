/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TREND_H
#define VIP_TREND_H

#include "table/table.h"

/* The health of each customer in an earlier run, and what became of it. */
struct trend;

/*
 * Read the columns "key" and health of a table to its end; a row without
 * health says nothing.  NULL: there was no such run.
 */
struct trend	*trend_new(struct reader *, const char *key);
void		 trend_free(struct trend *);		/* takes NULL */

/* The health that a customer had: 0, or -1 for one that is new. */
int		 trend_find(const struct trend *, struct cell key, num *);

/* up, down or stable: by so many points of health. */
const char	*trend_word(num change);

#endif /* VIP_TREND_H */
