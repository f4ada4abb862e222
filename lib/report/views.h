/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_VIEWS_H
#define VIP_VIEWS_H

#include "report/book.h"

/*
 * The sections that the reports for managers are put together from, and the
 * measures that they and the policy's targets have in common.  Private to
 * lib/report.
 */

/* Customers that a measure is of: a group, or those of a "for" clause. */
struct circle {
	size_t			 group;
	const struct clause	*who;	/* or NULL: the group */
};

int		 circle_has(const struct book *, const struct circle *,
		    int tier);

/*
 * A measure by name: retention, churn, expansion, nps, csat, satisfaction,
 * escalation_rate, complaint_rate, participation, repurchase_rate,
 * spend_growth, vip_share, revenue_share, accounts_per_sponsor, sla, or a
 * METRIC's compliance.  KIND_NONE where the input does not tell; -1 where
 * there is no such measure.
 */
int		 book_measure(const struct book *, const char *metric,
		    const struct circle *, struct figure *);

/* What the policy promises a tier, in minutes: 1, or 0 if not one thing. */
int		 promised_minutes(const struct book *, const char *metric,
		    int tier, num *minutes);

void		 view_overview(const struct book *);
void		 view_response(const struct book *);
void		 view_resolution(const struct book *);
void		 view_quality(const struct book *);
void		 view_active(const struct book *);
void		 view_promises(const struct book *);
void		 view_pools(const struct book *);
void		 view_workload(const struct book *);
void		 view_sponsors(const struct book *);
void		 view_success(const struct book *);
void		 view_at_risk(const struct book *);
void		 view_revenue(const struct book *);
void		 view_targets(const struct book *);
void		 view_advice(const struct book *);

/* Distinct customers of a circle with an event since then. */
size_t		 with_event(const struct book *, const char *event, when from,
		    const struct circle *);
size_t		 customers_of(const struct book *, const struct circle *);
/* The first instant of the year and of the quarter that end with the period. */
when		 year_before(const struct book *);
when		 quarter_start(const struct book *);

/* Sponsors: how many, and the most accounts that one has. */
size_t		 sponsors_of(const struct book *, size_t *accounts,
		    size_t *least, size_t *most);

/* Accounts with a sponsor and such an event since then; or such events. */
size_t		 sponsored_with(const struct book *, const char *event,
		    when from, int each);
/* VIPs at risk, by tier, the healthiest first; the caller frees the list. */
size_t		 clients_at_risk(const struct book *,
		    const struct client ***list);

/* The same, to be shown so. */
struct figure	 shown(struct figure, unsigned how);

#endif /* VIP_VIEWS_H */
