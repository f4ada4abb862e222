/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_VIEWS_H
#define VIP_VIEWS_H

#include "report/book.h"
#include "report/kinds.h"

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
 * METRIC's compliance; cost_per_vip, cost_ratio.  KIND_NONE where the input does not tell; -1 where
 * there is no such measure.
 */
int		 book_measure(const struct book *, const char *metric,
		    const struct circle *, struct figure *);

/* What customers cost by the policy's prices of their tiers, in a year. */
struct cost {
	size_t	 customers;
	int	 priced;		/* a tier of these has a price */
	int	 has_revenue;
	num	 cost, revenue;
};

void		 cost_of(const struct book *, const struct circle *,
		    struct cost *);

/* What the policy promises a tier, in minutes: 1, or 0 if not one thing. */
int		 promised_minutes(const struct book *, const char *metric,
		    int tier, num *minutes);

/*
 * All that a report of a month is made of, in a report of its own whose
 * title says what it is; the caller frees the book.
 */
struct book	*month_book(const struct kind_input *, const char *what);

void		 view_overview(const struct book *);
void		 view_response(const struct book *);
void		 view_resolution(const struct book *);
void		 view_quality(const struct book *);
void		 view_active(const struct book *);
const char	*promise_label(const struct book *, const char *metric);
/* Those of one customer, whatever his tier. */
void		 view_open(const struct book *, size_t client);
void		 view_promises(const struct book *);
void		 view_pools(const struct book *);
void		 view_workload(const struct book *);
void		 view_sponsors(const struct book *);
void		 view_success(const struct book *);
void		 view_at_risk(const struct book *);
void		 view_revenue(const struct book *);
void		 view_targets(const struct book *);
void		 view_advice(const struct book *);
void		 view_weeks(const struct book *);
void		 view_rates(const struct book *);
void		 view_growth(const struct book *, struct reader *baseline);
void		 view_touches(const struct book *);
void		 view_services(const struct book *);
void		 view_causes(const struct book *);
void		 view_duties(const struct book *);
/* Without a book: no customers were given. */
void		 view_cost(struct report *, const struct book *);

/*
 * A table of the policy's targets: of those that are named, or of all, and
 * then with a word where there is none.
 */
void		 target_table(const struct book *, struct section *,
		    const char *title, const char *const *names);
/* A rating of 1 to 5 that a survey or a ticket of the period has. */
struct ratings {
	size_t	 rated, good;		/* 4 or 5 */
	num	 sum;
};

/* They one by one, and what they come to. */
void		 ratings_pile(const struct book *, when from, when to,
		    const struct circle *, struct pile *);
void		 ratings_of(const struct book *, when from, when to,
		    const struct circle *, struct ratings *);

/* Distinct customers of a circle with an event since then. */
size_t		 with_event(const struct book *, const char *event, when from,
		    const struct circle *);
/* Is a name one of a list that ends with NULL? */
int		 is_named(const char *name, const char *const *names);
size_t		 customers_of(const struct book *, const struct circle *);
/* The instant after the last that counts. */
when		 end_of(const struct book *);
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

#endif /* VIP_VIEWS_H */
