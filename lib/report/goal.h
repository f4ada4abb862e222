/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_GOAL_H
#define VIP_GOAL_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * Hold a figure to the W_TARGET of a target statement: "target" becomes what
 * is wanted ("> 95%"), and "status" whether it is met, or not measurable
 * where there is no figure.
 */
void		 goal_judge(struct report *, const struct clause *target,
		    struct figure *);

/* The same with the target of that metric that is in force, if any is. */
void		 goal_hold(struct report *, const struct policy *, when now,
		    const char *metric, struct figure *);

/*
 * The same with the bounds of a limit: ">= 5%, <= 20%", and whether what is
 * counted is outside of them.
 */
void		 goal_limit(struct report *, const struct clause *limit,
		    int outside, struct figure *);

/* Whom a "for" clause (NULL: all) names, as "vip, tier1". */
const char	*goal_scope(struct report *, const struct clause *who);

#endif /* VIP_GOAL_H */
