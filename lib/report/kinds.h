/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_KINDS_H
#define VIP_KINDS_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * Reports for managers, of the calendar month in which the second before
 * "now" lies: a report as of the first of February is January's.
 */
struct kind_input {
	const struct policy	*pol;
	when			 now;
	struct reader		*customers, *tickets, *events, *agents;
						/* all but the first or NULL */
	const char		*revenue;	/* a column, or NULL */
	size_t			 most;		/* lines of a list */
};

struct report	*dashboard_report(const struct kind_input *);
struct report	*monthly_report(const struct kind_input *);
struct report	*team_report(const struct kind_input *);

/*
 * Compare with an earlier report in the long form (csv or tsv): figures of
 * the same section, tier and metric.  A change of at most "tolerance" of
 * what was (0.005 is half a percent) is no change.
 */
void		 report_compare(struct report *, struct reader *,
		    num tolerance);

#endif /* VIP_KINDS_H */
