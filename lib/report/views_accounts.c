/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who the VIPs are, what they bring, who looks after them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/views.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

static num
revenue_in(const struct book *b, size_t group)
{
	num	 sum = 0;
	size_t	 i;

	for (i = 0; i < b->nclient; i++)
		if (group_has(b, group, b->client[i].tier) &&
		    num_add(sum, b->client[i].revenue, &sum) == -1)
			die(STATUS_DATA, "the sum of %s is out of range",
			    b->revenue);
	return sum;
}

static size_t
tickets_in(const struct book *b, size_t group)
{
	size_t	 i, n = 0;

	for (i = 0; i < b->nticket; i++)
		n += in_period(b, b->ticket[i].created) &&
		    group_has(b, group, b->ticket[i].tier);
	return n;
}

void
view_overview(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "customers", N_("Customers"), ALIGN_RIGHT },
		{ "customer_share", N_("Share"), ALIGN_RIGHT },
		{ "revenue", N_("Revenue"), ALIGN_RIGHT },
		{ "revenue_share", N_("Share"), ALIGN_RIGHT },
		{ "tickets", N_("Tickets"), ALIGN_RIGHT },
		{ "ticket_share", N_("Share"), ALIGN_RIGHT },
	}, facts[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "overview",
			    N_("Account overview"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 all = { group_all(b), NULL }, c;
	num		 base = (num)customers_of(b, &all) * NUM_ONE, n, k;
	num		 revenue = revenue_in(b, group_all(b)), mine;
	num		 tickets = (num)tickets_in(b, group_all(b)) * NUM_ONE;
	struct line	*l;
	size_t		 g;
	int		 more = 0;

	for (g = 0; g < book_groups(b); g++) {
		l = report_line(b->r, t, group_name(b, g), NULL);
		l->total = group_total(b, g);
		l->cell[0] = figure_text(tr(l->tier));
		c.group = g;
		c.who = NULL;
		n = (num)customers_of(b, &c) * NUM_ONE;
		l->cell[1] = figure_of(KIND_COUNT, n);
		l->cell[2] = shown(figure_ratio(n, base), SHOW_WHOLE);
		if (b->revenue != NULL) {
			mine = revenue_in(b, g);
			l->cell[3] = figure_of(KIND_MONEY, mine);
			l->cell[4] = shown(figure_ratio(mine, revenue),
			    SHOW_WHOLE | SHOW_MONEY);
		}
		if (!b->has_tickets)
			continue;
		k = (num)tickets_in(b, g) * NUM_ONE;
		l->cell[5] = figure_of(KIND_COUNT, k);
		l->cell[6] = shown(figure_ratio(k, tickets), SHOW_WHOLE);
		if (g == group_vip(b))
			more = l->cell[6].kind != KIND_NONE &&
			    l->cell[2].kind != KIND_NONE &&
			    l->cell[6].value > l->cell[2].value;
	}
	if (b->revenue != NULL && more)
		t->note = report_textf(b->r, _("Revenue is %s.  VIPs have a "
		    "greater share of the tickets than of the customers."),
		    b->revenue);
	else if (b->revenue != NULL)
		t->note = report_textf(b->r, _("Revenue is %s."), b->revenue);
	else if (more)
		t->note = N_("VIPs have a greater share of the tickets than "
		    "of the customers.");
	if (b->revenue == NULL || strcmp(b->revenue, "mrr") != 0)
		return;
	t = report_table(b->r, s, facts, N_OF(facts));
	l = report_line(b->r, t, "vip", "arr");
	l->cell[0] = figure_text(_("VIP ARR (12 x mrr)"));
	if (num_mul(revenue_in(b, group_vip(b)), 12 * NUM_ONE, &mine) == 0)
		l->cell[1] = figure_of(KIND_MONEY, mine);
}

/* ---------------------------------------------------------------- sponsors */

size_t
sponsors_of(const struct book *b, size_t *accounts, size_t *least,
    size_t *most)
{
	struct keys	*names = keys_new();
	size_t		*count = xcalloc(b->nclient + 1, sizeof(*count));
	size_t		 i, n;

	*accounts = 0;
	for (i = 0; i < b->nclient; i++)
		if (*b->client[i].sponsor != '\0') {
			count[keys_add(names, b->client[i].sponsor,
			    strlen(b->client[i].sponsor))]++;
			++*accounts;
		}
	n = keys_count(names);
	*least = *most = n > 0 ? count[0] : 0;
	for (i = 0; i < n; i++) {
		if (count[i] < *least)
			*least = count[i];
		if (count[i] > *most)
			*most = count[i];
	}
	keys_free(names);
	free(count);
	return n;
}

/* Sponsored accounts with an event since then; or such events. */
size_t
sponsored_with(const struct book *b, const char *event, when from, int each)
{
	char	*seen = xcalloc(b->nclient + 1, 1);
	size_t	 i, n = 0;

	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (strcmp(e->event, event) != 0 || e->client == NOBODY ||
		    e->at < from || e->at >= b->to ||
		    *b->client[e->client].sponsor == '\0')
			continue;
		if (each || !seen[e->client])
			n++;
		seen[e->client] = 1;
	}
	free(seen);
	return n;
}

void
view_sponsors(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "sponsors",
			    N_("Executive sponsors"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	size_t		 n, accounts, least, most;
	struct line	*l;

	t->none = b->has_sponsor ? N_("none") :
	    N_("not known: the customers have no sponsor column");
	if ((n = sponsors_of(b, &accounts, &least, &most)) == 0)
		return;
	l = report_line(b->r, t, "", "accounts");
	l->cell[0] = figure_text(_("Accounts with a sponsor"));
	l->cell[1] = figure_count(accounts);
	l = report_line(b->r, t, "", "sponsors");
	l->cell[0] = figure_text(_("Sponsors"));
	l->cell[1] = figure_count(n);
	l = report_line(b->r, t, "", "least");
	l->cell[0] = figure_text(_("Accounts each, least"));
	l->cell[1] = figure_count(least);
	l = report_line(b->r, t, "", "most");
	l->cell[0] = figure_text(_("Accounts each, most"));
	l->cell[1] = figure_count(most);
	if (!b->has_events)
		return;
	l = report_line(b->r, t, "", "reviews");
	l->cell[0] = figure_text(_("Reviews in the quarter"));
	l->cell[1] = shown(figure_ratio((num)sponsored_with(b, "review",
	    quarter_start(b), 0) * NUM_ONE, (num)accounts * NUM_ONE),
	    SHOW_WHOLE | SHOW_PARTS);
	l = report_line(b->r, t, "", "contacts");
	l->cell[0] = figure_text(_("Contacts out of turn"));
	l->cell[1] = figure_count(sponsored_with(b, "contact", b->from, 1));
	l = report_line(b->r, t, "", "checkins");
	l->cell[0] = figure_text(_("Health check-ins"));
	l->cell[1] = shown(figure_ratio((num)sponsored_with(b, "checkin",
	    b->from, 0) * NUM_ONE, (num)accounts * NUM_ONE),
	    SHOW_WHOLE | SHOW_PARTS);
}

/* ----------------------------------------------------------------- success */

void
view_success(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "vip", N_("VIPs"), ALIGN_RIGHT },
		{ "standard", N_("Standard"), ALIGN_RIGHT },
		{ "all", N_("All"), ALIGN_RIGHT },
	};
	static const struct {
		const char *metric, *label;
		unsigned show;
	} rows[] = {
		{ "retention", N_("Retention, a year"), SHOW_PARTS },
		{ "churn", N_("Lost in the period"), SHOW_PARTS },
		{ "expansion", N_("Expansion, a year"),
		    SHOW_PARTS | SHOW_WHOLE },
		{ "nps", N_("NPS"), 0 },
		{ "csat", N_("CSAT"), 0 },
	};
	struct section	*s = report_section(b->r, "success",
			    N_("Customer success"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 c = { 0, NULL };
	struct figure	 f;
	struct line	*l;
	size_t		 i, k, g[3];

	g[0] = group_vip(b);
	g[1] = group_standard(b);
	g[2] = group_all(b);
	for (i = 0; i < N_OF(rows); i++) {
		l = report_line(b->r, t, "", rows[i].metric);
		l->cell[0] = figure_text(tr(rows[i].label));
		for (k = 0; k < 3; k++) {
			c.group = g[k];
			book_measure(b, rows[i].metric, &c, &f);
			l->cell[k + 1] = shown(f, rows[i].show);
		}
	}
	if (!b->has_events)
		t->note = N_("Most of it is not known: no events were given "
		    "(--events).");
}

/* ----------------------------------------------------------------- at risk */

static int
by_health(const void *x, const void *y)
{
	const struct client	*a = *(const struct client *const *)x,
				*b = *(const struct client *const *)y;

	if (a->tier != b->tier)
		return a->tier - b->tier;
	if (a->health != b->health)
		return a->health > b->health ? -1 : 1;
	return strcmp(a->key, b->key);
}

size_t
clients_at_risk(const struct book *b, const struct client ***list)
{
	size_t	 i, n = 0;

	*list = xcalloc(b->nclient + 1, sizeof(**list));
	for (i = 0; i < b->nclient; i++)
		if (b->client[i].at_risk && is_vip(b, b->client[i].tier))
			(*list)[n++] = &b->client[i];
	qsort(*list, n, sizeof(**list), by_health);
	return n;
}

void
view_at_risk(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "health", N_("Health score"), ALIGN_RIGHT },
		{ "risk_reasons", N_("Risk factor"), ALIGN_BELOW },
		{ "intervention", N_("Intervention"), ALIGN_BELOW },
	};
	struct section	*s = report_section(b->r, "at_risk", N_("At-risk VIPs"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	const struct client **list;
	struct line	*l;
	size_t		 i, n = clients_at_risk(b, &list);

	t->none = b->scored ? N_("none") :
	    N_("not known: the customers have no risk_level column");
	for (i = 0; i < n && i < b->most; i++) {
		l = report_line(b->r, t, policy_tier(b->pol,
		    (size_t)list[i]->tier)->name, list[i]->key);
		l->cell[0] = figure_text(l->tier);
		l->cell[1] = figure_text(list[i]->name);
		if (list[i]->has_health)
			l->cell[2] = figure_of(KIND_NUMBER, list[i]->health);
		l->cell[3] = figure_text(list[i]->reasons);
		l->cell[4] = figure_text(*list[i]->plan != '\0' ?
		    list[i]->plan : list[i]->action);
	}
	t->more = n > b->most ? n - b->most : 0;
	free(list);
}

/* ----------------------------------------------------------------- revenue */

void
view_revenue(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "revenue",
			    N_("Revenue impact"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 vip = { group_vip(b), NULL };
	const struct client **list;
	struct line	*l;
	num		 sum = 0;
	size_t		 i, n = clients_at_risk(b, &list);

	free(list);
	l = report_line(b->r, t, "vip", "protected");
	l->cell[0] = figure_text(_("VIP revenue"));
	if (b->revenue != NULL)
		l->cell[1] = figure_of(KIND_MONEY, revenue_in(b,
		    group_vip(b)));
	l = report_line(b->r, t, "vip", "support_expansion");
	l->cell[0] = figure_text(_("Expansion by support"));
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (strcmp(e->event, "support_expansion") == 0 &&
		    in_period(b, e->at) && is_vip(b, e->tier) && e->is_number &&
		    num_add(sum, e->number, &sum) == -1)
			die(STATUS_DATA, "a sum is out of range");
	}
	if (b->has_events)
		l->cell[1] = figure_of(KIND_MONEY, sum);
	l = report_line(b->r, t, "vip", "at_risk");
	l->cell[0] = figure_text(_("VIPs at risk"));
	if (b->scored)
		l->cell[1] = figure_count(n);
	l = report_line(b->r, t, "vip", "churn");
	l->cell[0] = figure_text(_("VIPs lost in the period"));
	book_measure(b, "churn", &vip, &l->cell[1]);
	l->cell[1].show = SHOW_PARTS;
}
