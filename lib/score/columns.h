/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_COLUMNS_H
#define VIP_COLUMNS_H

/*
 * The columns of a table of facts (orders, tickets, events) by the names
 * that the commands know: --map's, the policy's, or the header's own.  A
 * column that the policy says more of than where it comes from (a format, a
 * zone, money, a map) is read as a plan reads it, the others straight from
 * the record.
 *
 *	cols = columns_new(rd, pol, map, zone, now);
 *	amount = columns_need(cols, "amount", TYPE_NUMBER);
 *	columns_bind(cols);
 *	v = view_new(cols);			one a worker
 *	view_load(v, row, &fault)		each row
 *	view_number(v, amount, &x, &fault)
 */

#include "policy/policy.h"

struct columns;
struct view;

/* All of it stays the caller's; the policy and the map may be NULL. */
struct columns	*columns_new(const struct reader *, const struct policy *,
		    const struct rename *map, const struct zone *, when now);
void		 columns_free(struct columns *);	/* takes NULL */

/* Is there such a column?  A name that stands twice ends the program. */
int		 columns_has(const struct columns *, const char *name);
/*
 * The number by which a column is asked for; -1 where there is none, or, if
 * it is needed, the end of the program.
 */
int		 columns_find(struct columns *, const char *, enum type);
int		 columns_need(struct columns *, const char *, enum type);
size_t		 columns_cell(const struct columns *, int column);
void		 columns_bind(struct columns *);

struct view	*view_new(const struct columns *);
void		 view_free(struct view *);
/* Look at a row, which must stand while it is asked for. */
int		 view_load(struct view *, const struct row *, struct fault *);

struct cell	 view_text(const struct view *, int column);
/* 1; 0 for an empty cell, or column -1 (nothing is set); -1 with a fault. */
int		 view_number(const struct view *, int column, num *,
		    struct fault *);
/* As cell_truth() has it. */
int		 view_truth(const struct view *, int column, int *,
		    struct fault *);
/* The local day; and the instant, or WHEN_NONE for a date without a time. */
int		 view_time(struct view *, int column, int64_t *day, when *,
		    struct fault *);
/* Fill in a fault of a column; returns -1. */
int		 view_fault(const struct view *, int column, const char *why,
		    struct fault *);

#endif /* VIP_COLUMNS_H */
