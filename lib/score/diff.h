/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_DIFF_H
#define VIP_DIFF_H

#include "policy/policy.h"
#include "table/table.h"

/*
 * Who moved between two tables, in any order of rows: one row a change.
 *
 *	joined, left		in one table alone
 *	promoted, demoted	another tier; "changed" where no tier_level and
 *				no policy says which is the better
 *	risk_up, risk_down	another risk level; up is the worse
 *	changed			another value of another column
 *
 * What explains a tier or a risk level, such as tier_reason, goes with it
 * and is no change of its own, unless it is asked for by name.
 *
 * In memory are the keys and a place each; the old table's values are in an
 * unlinked temporary file.
 */
struct diff_options {
	const struct policy	*pol;		/* for the order of names; or NULL */
	const char		*key;
	const char *const	*columns;	/* compared; or NULL: all in both */
	size_t			 ncolumns;
	const char		*revenue;	/* for the summary; NULL: a usual one */
	int			 summary;	/* counts and money, not rows */
	struct pass_options	 pass;		/* for one thread, in order */
};

/* Reads both tables to their ends; returns how many changes there are. */
size_t		 diff_write(struct reader *old, struct reader *new,
		    struct writer *, const struct diff_options *);

#endif /* VIP_DIFF_H */
