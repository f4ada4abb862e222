/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who the VIPs are, what they bring, who looks after them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/goal.h"
#include "report/shares.h"
#include "report/show.h"
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

/* The VIPs' shares, of the line that has them, and what a year would be. */
static void
put_facts(const struct book *b, struct section *s, const struct line *vip)
{
	size_t		*count = xcalloc(b->ntier, sizeof(*count));
	struct shares	 sh;
	struct figure	 f = { 0 };
	num		 year;
	size_t		 i;

	for (i = 0; i < b->nclient; i++)
		count[b->client[i].tier]++;
	shares_begin(&sh, b->r, b->pol, b->now, s, SHOW_WHOLE);
	shares_customers(&sh, count);
	free(count);
	if (b->revenue != NULL)
		shares_line(&sh, "vip", "revenue_share",
		    _("VIPs' revenue of all"), vip->cell[4]);
	if (b->has_tickets)
		shares_line(&sh, "vip", "ticket_share",
		    _("VIPs' tickets of all"), vip->cell[6]);
	if (b->revenue == NULL || strcmp(b->revenue, "mrr") != 0)
		return;
	if (num_mul(revenue_in(b, group_vip(b)), 12 * NUM_ONE, &year) == 0)
		f = figure_of(KIND_MONEY, year);
	shares_line(&sh, "vip", "arr", _("VIP ARR (12 x mrr)"), f);
}

/* What revenue is; and, only where it is so, that VIPs ask for more. */
static const char *
overview_note(const struct book *b, const struct line *vip)
{
	const struct figure	*customers = &vip->cell[2],
				*tickets = &vip->cell[6];
	struct figure		 bare;
	struct buf		 note = { 0 }, a = { 0 }, c = { 0 };
	const char		*text = NULL;

	if (b->revenue != NULL)
		buf_addf(&note, _("Revenue is %s."), b->revenue);
	if (tickets->kind != KIND_NONE && customers->kind != KIND_NONE &&
	    tickets->value > customers->value) {
		bare = shown(*tickets, SHOW_WHOLE);
		figure_show(&bare, b->r->currency, NULL, &a);
		bare = shown(*customers, SHOW_WHOLE);
		figure_show(&bare, b->r->currency, NULL, &c);
		buf_adds(&note, note.len > 0 ? "  " : "");
		buf_addf(&note, _("VIPs have a greater share of the tickets "
		    "than of the customers (%s, %s)."), buf_str(&a),
		    buf_str(&c));
	}
	if (note.len > 0)
		text = report_text(b->r, buf_str(&note), note.len);
	buf_free(&note);
	buf_free(&a);
	buf_free(&c);
	return text;
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
	};
	static const char *const	 series[N_OF(columns)] = {
		[2] = N_("Of all customers"), [4] = N_("Of all revenue"),
		[6] = N_("Of all tickets")
	};
	struct section	*s = report_section(b->r, "overview",
			    N_("Account overview"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 all = { group_all(b), NULL }, c;
	num		 base = (num)customers_of(b, &all) * NUM_ONE, n, k;
	num		 revenue = revenue_in(b, group_all(b)), mine;
	num		 tickets = (num)tickets_in(b, group_all(b)) * NUM_ONE;
	struct line	*l, *vip = NULL;
	size_t		 g;

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
		if (b->has_tickets) {
			k = (num)tickets_in(b, g) * NUM_ONE;
			l->cell[5] = figure_of(KIND_COUNT, k);
			l->cell[6] = shown(figure_ratio(k, tickets),
			    SHOW_WHOLE);
		}
		if (g == group_vip(b))
			vip = l;
	}
	t->chart = N_("Share of each tier");
	t->series = series;
	t->note = overview_note(b, vip);
	put_facts(b, s, vip);
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

static struct line *
sponsor_line(const struct book *b, struct table *t, const char *id,
    const char *label, struct figure f)
{
	struct line	*l = report_line(b->r, t, "", id);

	l->cell[0] = figure_text(label);
	l->cell[1] = f;
	l->cell[2] = figure_text(f.target != NULL ? f.target : "");
	l->cell[3] = figure_text(target_word(f.status));
	l->cell[3].status = f.status;
	return l;
}

void
view_sponsors(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
		{ NULL, N_("Wanted"), ALIGN_RIGHT },
		{ NULL, N_("Status"), ALIGN_LEFT },
	};
	struct section	*s = report_section(b->r, "sponsors",
			    N_("Executive sponsors"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	size_t		 n, accounts, least, most, done;
	struct figure	 f;

	t->none = b->has_sponsor ? N_("none") :
	    N_("not known: the customers have no sponsor column");
	if ((n = sponsors_of(b, &accounts, &least, &most)) == 0)
		return;
	sponsor_line(b, t, "accounts", _("Accounts with a sponsor"),
	    figure_count(accounts));
	sponsor_line(b, t, "sponsors", _("Sponsors"), figure_count(n));
	sponsor_line(b, t, "least", _("Accounts each, least"),
	    figure_count(least));
	f = figure_count(most);
	goal_hold(b->r, b->pol, b->now, "accounts_per_sponsor", &f);
	sponsor_line(b, t, "most", _("Accounts each, most"), f);
	if (!b->has_events)
		return;
	done = sponsored_with(b, "review", quarter_start(b), 0);
	sponsor_line(b, t, "reviews", _("Reviews in the quarter"),
	    shown(figure_ratio((num)done * NUM_ONE, (num)accounts * NUM_ONE),
	    SHOW_WHOLE | SHOW_PARTS));
	sponsor_line(b, t, "reviews_due", _("Reviews still due"),
	    figure_count(accounts - done));
	sponsor_line(b, t, "contacts", _("Contacts out of turn"),
	    figure_count(sponsored_with(b, "contact", b->from, 1)));
	sponsor_line(b, t, "checkins", _("Health check-ins"),
	    shown(figure_ratio((num)sponsored_with(b, "checkin", b->from, 0) *
	    NUM_ONE, (num)accounts * NUM_ONE), SHOW_WHOLE | SHOW_PARTS));
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
		{ "retention", N_("Retention"), SHOW_PARTS },
		{ "churn", N_("Lost"), SHOW_PARTS },
		{ "expansion", N_("Expansion"), SHOW_PARTS | SHOW_WHOLE },
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
	t->note = N_("Retention and expansion are of a year; those lost, of "
	    "the period.");
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

/* Whom nobody should overlook first. */
static int
by_need(const void *x, const void *y)
{
	const struct client	*a = *(const struct client *const *)x,
				*b = *(const struct client *const *)y;

	if (a->has_health != b->has_health)
		return b->has_health - a->has_health;
	if (a->health != b->health)
		return a->health < b->health ? -1 : 1;
	return by_health(x, y);
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
	/* Where there is no room for all, the healthiest are left out. */
	if (n > b->most) {
		qsort(list, n, sizeof(*list), by_need);
		qsort(list, b->most, sizeof(*list), by_health);
	}
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

static int
by_revenue(const void *x, const void *y)
{
	num	 a = *(const num *)x, b = *(const num *)y;

	return (a < b) - (a > b);
}

/* What the first fifth brings, and how few it takes to bring four fifths. */
static void
concentration(const struct book *b, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
	};
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	num		*value = xcalloc(b->nclient + 1, sizeof(*value)),
			 sum = 0, fifth = 0, most = 0;
	size_t		 i, n = 0, first, few = 0;
	struct line	*l;

	t->title = N_("How much hangs on how few");
	t->none = N_("not known: the customers have no revenue");
	for (i = 0; b->revenue != NULL && i < b->nclient; i++) {
		if (!b->client[i].has_revenue || b->client[i].revenue <= 0)
			continue;
		value[n++] = b->client[i].revenue;
		if (num_add(sum, b->client[i].revenue, &sum) == -1)
			die(STATUS_DATA, "the sum of %s is out of range",
			    b->revenue);
	}
	qsort(value, n, sizeof(*value), by_revenue);
	/* As the policy's "top": a fifth rounded down, but at least one. */
	first = b->nclient / 5 > 0 ? b->nclient / 5 : 1;
	for (i = 0; i < n; i++) {
		if (i < first)
			fifth += value[i];
		if (most < sum / 5 * 4) {
			most += value[i];
			few++;
		}
	}
	free(value);
	if (sum == 0)
		return;
	l = report_line(b->r, t, "", "top_fifth");
	l->cell[0] = figure_text(_("Revenue of the top 20%"));
	l->cell[1] = shown(figure_ratio(fifth, sum), SHOW_PARTS | SHOW_MONEY);
	l = report_line(b->r, t, "", "pareto");
	l->cell[0] = figure_text(_("Customers who bring 80%"));
	l->cell[1] = shown(figure_ratio((num)few * NUM_ONE,
	    (num)b->nclient * NUM_ONE), SHOW_PARTS);
}

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
	concentration(b, s);
}
