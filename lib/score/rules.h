/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_RULES_H
#define VIP_RULES_H

#include "policy/policy.h"

/*
 * The statements of one keyword that are in force, each with the program of
 * its "when": what exclusions, tiers, profiles, signals and escalations have
 * in common.  Private to lib/score.
 */
struct rule {
	const struct statement	*st;
	const struct clause	*who;	/* its "for", or NULL: all */
	size_t			 when;	/* program, or NO_PROGRAM: always */
};

struct rules {
	struct rule	*rule;
	size_t		*test;		/* "when", or NO_PROGRAM with a "for" */
	size_t		 n;
};

enum rules_columns {
	RULES_NEED,		/* a column that is not there is an error */
	RULES_LENIENT,		/* it is missing, and a note says so */
	RULES_SILENT		/* it is missing */
};

/* "wanted", where it is not NULL, says which statements are meant. */
void	 rules_collect(struct rules *, const struct policy *, struct plan *,
	    enum keyword, when now, enum rules_columns,
	    int (*wanted)(const struct statement *));
void	 rules_free(struct rules *);

/* Does a rule hold for the row of a frame, of a customer of that tier? */
int	 rule_holds(const struct rule *, const struct policy *, struct frame *,
	    int tier);

/* Does an expression name the given op anywhere? */
int	 expr_uses(const struct expr *, enum op);

/* The first column that an expression names and a table has not, or NULL. */
const char *expr_lacks(const struct expr *, const struct policy *,
	    const struct reader *);

/* Today, in the policy's zone, as days since 1970. */
int64_t	 policy_today(const struct policy *, when now);

#endif /* VIP_RULES_H */
