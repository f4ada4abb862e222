/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_GOAL_H
#define VIP_GOAL_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * Hold a figure to the target of that metric that is in force, if any is:
 * "target" becomes what is wanted ("> 95%"), and "status" whether it is met,
 * or not measurable where there is no figure.
 */
void		 goal_hold(struct report *, const struct policy *, when now,
		    const char *metric, struct figure *);

/*
 * The same with the bounds of a limit: ">= 5%, <= 20%", and whether what is
 * counted is outside of them.
 */
void		 goal_limit(struct report *, const struct clause *limit,
		    int outside, struct figure *);

/*
 * A table of targets, and a line of it: a figure held to a W_TARGET, of whom
 * a "for" clause (NULL: all) names.
 */
struct table	*goal_table(struct report *, struct section *);
void		 goal_line(struct report *, struct table *,
		    const struct clause *target, const struct clause *who,
		    struct figure);

#endif /* VIP_GOAL_H */
