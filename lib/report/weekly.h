/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_WEEKLY_H
#define VIP_WEEKLY_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * What the team reads on Monday: the VIPs and their share of the revenue,
 * who is at risk and what to do, issues resolved and promises kept, who is
 * to be contacted in the days to come, and which targets are met.
 */
struct weekly {
	const struct policy	*pol;
	when			 now;
	int			 days;		/* back for facts, ahead for
						   touchpoints */
	struct reader		*customers;	/* classified and scored */
	struct reader		*tickets;	/* with SLA columns, or NULL */
	const char		*revenue;	/* a column, or NULL: the first
						   there is of the usual ones */
	size_t			 most;		/* lines of a list */
};

/* The caller frees the report.  Bad rows end the program (65). */
struct report	*weekly_report(const struct weekly *);

#endif /* VIP_WEEKLY_H */
