/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/views.h"

#define YEAR_DAYS	365

int
circle_has(const struct book *b, const struct circle *c, int tier)
{
	if (c->who != NULL)
		return tier >= 0 && list_has_tier(b->pol, c->who, tier);
	return group_has(b, c->group, tier);
}

when
end_of(const struct book *b)
{
	return b->to <= b->now ? b->to : b->now + 1;
}

when
year_before(const struct book *b)
{
	int64_t	 day = zone_day(policy_zone(b->pol), end_of(b) - 1);

	return zone_midnight(policy_zone(b->pol), day + 1 - YEAR_DAYS);
}

when
quarter_start(const struct book *b)
{
	struct civil	 c;

	zone_civil(policy_zone(b->pol), end_of(b) - 1, &c);
	return zone_midnight(policy_zone(b->pol),
	    days_of(c.year, (c.month - 1) / 3 * 3 + 1, 1));
}

size_t
customers_of(const struct book *b, const struct circle *c)
{
	size_t	 i, n = 0;

	for (i = 0; i < b->nclient; i++)
		n += circle_has(b, c, b->client[i].tier) != 0;
	return n;
}

static int
counts(const struct book *b, const struct event_row *e, const char *event,
    when from)
{
	return strcmp(e->event, event) == 0 && e->at >= from &&
	    e->at < end_of(b);
}

size_t
with_event(const struct book *b, const char *event, when from,
    const struct circle *c)
{
	char	*seen = xcalloc(b->nclient + 1, 1);
	size_t	 i, n = 0;

	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (!counts(b, e, event, from) || e->client == NOBODY ||
		    !circle_has(b, c, e->tier) || seen[e->client])
			continue;
		seen[e->client] = 1;
		n++;
	}
	free(seen);
	return n;
}

/* Is there any such event at all?  Else nobody keeps them. */
static int
is_kept(const struct book *b, const char *event)
{
	size_t	 i;

	for (i = 0; i < b->nevent; i++)
		if (strcmp(b->event[i].event, event) == 0)
			return 1;
	return 0;
}

/* Customers who left since then, each once. */
static size_t
left_since(const struct book *b, when from, const struct circle *c)
{
	struct keys	*gone = keys_new();
	size_t		 i, n;

	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (counts(b, e, "churned", from) && circle_has(b, c, e->tier))
			keys_add(gone, e->key, strlen(e->key));
	}
	n = keys_count(gone);
	keys_free(gone);
	return n;
}

/*
 * Of those who were customers then, how many are still here: who came in
 * between counts on neither side.
 */
static struct figure
stayed(const struct book *b, when from, const struct circle *c, int left)
{
	struct figure	 none = { 0 };
	size_t		 n, lost, there, i;

	if (!is_kept(b, "churned") && !is_kept(b, "joined"))
		return none;
	n = with_event(b, "joined", from, c);
	lost = left_since(b, from, c);
	there = customers_of(b, c);
	/* A file may keep those who left: they are here no more. */
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (counts(b, e, "churned", from) && e->client != NOBODY &&
		    circle_has(b, c, e->tier) && there > 0)
			there--;
	}
	there = there > n ? there - n : 0;
	return figure_ratio((num)(left ? lost : there) * NUM_ONE,
	    (num)(there + lost) * NUM_ONE);
}

/* Promoters (9, 10) less detractors (0 to 6), of a hundred. */
static struct figure
nps(const struct book *b, const struct circle *c)
{
	struct figure	 f = { 0 };
	num		 balance = 0, n = 0;
	size_t		 i;

	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (!counts(b, e, "nps", b->from) || !e->is_number ||
		    !circle_has(b, c, e->tier))
			continue;
		n++;
		if (e->number >= 9 * NUM_ONE)
			balance++;
		else if (e->number <= 6 * NUM_ONE)
			balance--;
	}
	if (n == 0)
		return f;
	f = figure_ratio(balance * NUM_ONE, n * NUM_ONE);
	f.kind = KIND_NUMBER;
	f.value = num_round(f.value * 100, 0);
	return f;
}

/* ----------------------------------------------------------------- tickets */

void
ratings_pile(const struct book *b, when from, when to, const struct circle *c,
    struct pile *p)
{
	size_t	 i;

	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*t = &b->ticket[i];

		if (t->has_csat && t->created >= from && t->created < to &&
		    t->created <= b->now && circle_has(b, c, t->tier))
			pile_add(p, t->csat);
	}
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (strcmp(e->event, "survey") == 0 && e->is_number &&
		    e->at >= from && e->at < to && circle_has(b, c, e->tier))
			pile_add(p, e->number);
	}
}

void
ratings_of(const struct book *b, when from, when to, const struct circle *c,
    struct ratings *q)
{
	struct pile	 p = { 0 };
	size_t		 i;

	ratings_pile(b, from, to, c, &p);
	q->rated = p.n;
	q->sum = p.sum;
	for (i = q->good = 0; i < p.n; i++)
		q->good += p.value[i] >= 4 * NUM_ONE;
	pile_free(&p);
}

static struct figure
of_tickets(const struct book *b, const char *what, const struct circle *c)
{
	struct figure	 none = { 0 };
	struct ratings	 q;
	size_t		 i, all = 0, escalated = 0, complaints = 0;

	if (strcmp(what, "csat") == 0 || strcmp(what, "satisfaction") == 0) {
		if (!b->has_tickets && !b->has_events)
			return none;
		ratings_of(b, b->from, end_of(b), c, &q);
		return *what == 'c' ? figure_mean(KIND_NUMBER, q.sum, q.rated) :
		    figure_ratio((num)q.good * NUM_ONE,
		    (num)q.rated * NUM_ONE);
	}

	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*t = &b->ticket[i];

		if (!in_period(b, t->created) || !circle_has(b, c, t->tier))
			continue;
		all++;
		escalated += t->escalated != 0;
		complaints += t->complaint != 0;
	}
	if (!b->has_tickets)
		return none;
	if (strcmp(what, "escalation_rate") == 0)
		return b->has_escalated ? figure_ratio((num)escalated *
		    NUM_ONE, (num)all * NUM_ONE) : none;
	if (!b->has_complaint)
		return none;
	return figure_ratio((num)complaints * NUM_ONE, (num)all * NUM_ONE);
}

/* Of promises that are decided, those that were kept; m -1: of them all. */
static struct figure
compliance(const struct book *b, int m, const struct circle *c)
{
	size_t	 i, k, met = 0, missed = 0;

	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*t = &b->ticket[i];

		if (!in_period(b, t->created) || !circle_has(b, c, t->tier))
			continue;
		for (k = 0; k < b->nmetric; k++) {
			if (m != -1 && k != (size_t)m)
				continue;
			met += t->owing[k].status == METRIC_MET;
			missed += t->owing[k].status == METRIC_BREACHED;
		}
	}
	return figure_ratio((num)met * NUM_ONE, (num)(met + missed) * NUM_ONE);
}

/* --------------------------------------------------------------- customers */

static struct figure
of_customers(const struct book *b, const char *what, const struct circle *c)
{
	struct figure	 none = { 0 };
	num		 mine = 0, all = 0, year = 0, before = 0;
	size_t		 i, n = 0, bought = 0, again = 0;
	int		 known = 0;

	for (i = 0; i < b->nclient; i++) {
		const struct client	*cl = &b->client[i];

		if (num_add(all, cl->revenue, &all) == -1)
			die(STATUS_DATA, "the sum of %s is out of range",
			    b->revenue);
		if (!circle_has(b, c, cl->tier))
			continue;
		n++;
		mine += cl->revenue;
		bought += cl->bought != 0;
		again += cl->bought_again != 0;
		if (cl->has_growth) {
			known = 1;
			year += cl->year;
			before += cl->last_year;
		}
	}
	if (strcmp(what, "vip_share") == 0)
		return figure_ratio((num)n * NUM_ONE,
		    (num)b->nclient * NUM_ONE);
	if (strcmp(what, "revenue_share") == 0)
		return b->revenue != NULL ? shown(figure_ratio(mine, all),
		    SHOW_MONEY) : none;
	if (strcmp(what, "repurchase_rate") == 0)
		return figure_ratio((num)again * NUM_ONE,
		    (num)bought * NUM_ONE);
	return known ? shown(figure_ratio(year - before, before),
	    SHOW_MONEY) : none;
}

int
is_named(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

int
book_measure(const struct book *b, const char *metric,
    const struct circle *c, struct figure *f)
{
	static const char *const tickets[] = { "csat", "satisfaction",
		"escalation_rate", "complaint_rate", NULL };
	static const char *const customers[] = { "vip_share",
		"revenue_share", "repurchase_rate", "spend_growth", NULL };
	struct figure	 none = { 0 };
	struct circle	 vips = { group_vip(b), NULL };
	struct cost	 k;
	size_t		 n, accounts, least, most;
	int		 m;

	*f = none;
	if (strcmp(metric, "retention") == 0)
		*f = stayed(b, year_before(b), c, 0);
	else if (strcmp(metric, "churn") == 0)
		*f = stayed(b, b->from, c, 1);
	else if (strcmp(metric, "expansion") == 0) {
		if (is_kept(b, "expansion"))
			*f = figure_ratio((num)with_event(b, "expansion",
			    year_before(b), c) * NUM_ONE,
			    (num)customers_of(b, c) * NUM_ONE);
	} else if (strcmp(metric, "participation") == 0) {
		if (is_kept(b, "attended"))
			*f = figure_ratio((num)with_event(b, "attended",
			    b->from, c) * NUM_ONE,
			    (num)customers_of(b, c) * NUM_ONE);
	} else if (strcmp(metric, "nps") == 0)
		*f = nps(b, c);
	else if (strcmp(metric, "accounts_per_sponsor") == 0) {
		n = sponsors_of(b, &accounts, &least, &most);
		if (n > 0)
			*f = figure_count(most);
	} else if (strcmp(metric, "cost_per_vip") == 0 ||
	    strcmp(metric, "cost_ratio") == 0) {
		cost_of(b, c->who == NULL ? &vips : c, &k);
		if (k.priced && strcmp(metric, "cost_per_vip") == 0)
			*f = figure_mean(KIND_MONEY, k.cost, k.customers);
		else if (k.priced && k.has_revenue)
			*f = figure_ratio(k.cost, k.revenue);
	} else if (is_named(metric, tickets))
		*f = of_tickets(b, metric, c);
	else if (is_named(metric, customers))
		*f = of_customers(b, metric,
		    strcmp(metric, "vip_share") == 0 ? &vips : c);
	else if (strcmp(metric, "sla") == 0)
		*f = compliance(b, -1, c);
	else if ((m = book_metric(b, metric)) != -1)
		*f = compliance(b, m, c);
	else
		return -1;
	return 0;
}

/* ---------------------------------------------------------------- promises */

/* Does a list name nothing but tiers? */
static int
is_tiers_alone(const struct book *b, const struct clause *who)
{
	size_t	 i;

	for (i = 0; who != NULL && i < who->nitem; i++)
		if (strcmp(who->item[i].text, "vip") != 0 &&
		    strcmp(who->item[i].text, "all") != 0 &&
		    policy_tier_index(b->pol, who->item[i].text) == -1)
			return 0;
	return 1;
}

int
promised_minutes(const struct book *b, const char *metric, int tier,
    num *minutes)
{
	const struct statement	*st;
	const struct clause	*cl, *who;

	for (st = policy_find(b->pol, KW_SLA, metric); st != NULL;
	    st = policy_next(st)) {
		if (strcmp(st->name, metric) != 0)
			continue;
		who = clause_find(st, W_FOR);
		if (!list_has_tier(b->pol, who, tier))
			continue;
		/* It hangs on the channel, or on the ticket. */
		if (!is_tiers_alone(b, who) ||
		    clause_find(st, W_WHEN) != NULL ||
		    clause_find(st, W_BY) != NULL)
			return 0;
		if ((cl = clause_find(st, W_WITHIN)) == NULL)
			cl = clause_find(st, W_UNDER);
		if (cl == NULL || cl->same_day || cl->duration.months != 0 ||
		    (cl->duration.business && cl->duration.days != 0))
			return 0;
		*minutes = (cl->duration.days * DAY_SECONDS +
		    cl->duration.seconds) * NUM_ONE / 60;
		return 1;
	}
	return 0;
}
