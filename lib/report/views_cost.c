/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What VIPs cost by the prices that the policy has for their tiers, against
 * what they bring in a year.
 */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/views.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

void
cost_of(const struct book *b, const struct circle *c, struct cost *k)
{
	const struct clause	*price;
	size_t			 i, tier;

	memset(k, 0, sizeof(*k));
	for (i = 0; i < b->nclient; i++) {
		const struct client	*cl = &b->client[i];

		if (!circle_has(b, c, cl->tier))
			continue;
		k->customers++;
		if (cl->has_yearly) {
			k->has_revenue = 1;
			if (num_add(k->revenue, cl->yearly, &k->revenue) == -1)
				die(STATUS_DATA, "the sum of a year's "
				    "revenue is out of range");
		}
		tier = (size_t)cl->tier;
		price = clause_find(policy_tier(b->pol, tier), W_COST);
		if (price == NULL)
			continue;
		if (num_add(k->cost, price->number, &k->cost) == -1)
			die(STATUS_DATA, "the sum of costs is out of range");
	}
	for (tier = 0; tier < b->ntier; tier++)
		if (circle_has(b, c, (int)tier) &&
		    clause_find(policy_tier(b->pol, tier), W_COST) != NULL)
			k->priced = 1;
}

static void
cost_line(const struct book *b, struct table *t, size_t g)
{
	struct circle	 c = { g, NULL };
	struct line	*l = report_line(b->r, t, group_name(b, g), NULL);
	struct cost	 k;

	cost_of(b, &c, &k);
	l->total = group_total(b, g);
	l->cell[0] = figure_text(tr(l->tier));
	l->cell[1] = figure_count(k.customers);
	if (k.has_revenue)
		l->cell[4] = figure_of(KIND_MONEY, k.revenue);
	if (!k.priced)
		return;
	l->cell[2] = figure_mean(KIND_MONEY, k.cost, k.customers);
	l->cell[3] = figure_of(KIND_MONEY, k.cost);
	if (k.has_revenue)
		l->cell[5] = shown(figure_ratio(k.cost, k.revenue),
		    SHOW_MONEY);
}

void
view_cost(struct report *r, const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "customers", N_("Customers"), ALIGN_RIGHT },
		{ "cost_each", N_("Cost each"), ALIGN_RIGHT },
		{ "cost", N_("Cost a year"), ALIGN_RIGHT },
		{ "revenue", N_("Revenue"), ALIGN_RIGHT },
		{ "cost_ratio", N_("Cost/revenue"), ALIGN_RIGHT },
	};
	static const char *const ceilings[] = { "cost_per_vip", "cost_ratio",
		NULL };
	struct section	*s = report_section(r, "cost",
			    N_("What VIPs cost"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct circle	 vip;
	struct cost	 k;
	size_t		 g;

	t->none = N_("not known: no customers were given (--customers)");
	if (b == NULL)
		return;
	vip = (struct circle){ group_vip(b), NULL };
	cost_of(b, &vip, &k);
	t->none = N_("not known: the policy has no cost of a tier");
	if (!k.priced)
		return;
	for (g = 0; g <= group_vip(b); g++)
		cost_line(b, t, g);
	t->note = k.has_revenue ? N_("By the policy's cost of each tier; "
	    "revenue is of a year.") : N_("By the policy's cost of each tier; "
	    "the revenue of a year (spend_365d) is not known.");
	target_table(b, s, N_("Ceilings"), ceilings);
}
