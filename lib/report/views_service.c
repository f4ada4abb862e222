/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How VIPs are served: times, satisfaction, escalations, promises.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/views.h"
#include "report/show.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))
#define NO_TICKETS \
	N_("not known: no tickets were given (--tickets)")

/* A line of a group, with its name. */
static struct line *
group_line(const struct book *b, struct table *t, size_t g)
{
	struct line	*l = report_line(b->r, t, group_name(b, g), NULL);

	l->total = group_total(b, g);
	l->cell[0] = figure_text(tr(l->tier));
	return l;
}

void
view_response(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "first_response_mean", N_("Average"), ALIGN_RIGHT },
		{ "first_response_median", N_("Median"), ALIGN_RIGHT },
		{ "first_response_p90", N_("90th perc."), ALIGN_RIGHT },
		{ "first_response_target", N_("Target"), ALIGN_RIGHT },
		{ "first_response_margin", N_("Under"), ALIGN_RIGHT },
		{ NULL, N_("Status"), ALIGN_LEFT },
	};
	struct section	*s = report_section(b->r, "response",
			    N_("First response"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	int		 m = book_metric(b, "first_response");
	struct line	*l;
	num		 bound;
	size_t		 g, i;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	for (g = 0; m != -1 && g < book_groups(b); g++) {
		struct pile	 p = { 0 };

		for (i = 0; i < b->nticket; i++) {
			const struct ticket_row	*k = &b->ticket[i];
			const struct owing	*o = &k->owing[m];

			if (in_period(b, k->created) &&
			    group_has(b, g, k->tier) && o->has_elapsed &&
			    (o->status == METRIC_MET ||
			    o->status == METRIC_BREACHED))
				pile_add(&p, o->elapsed);
		}
		l = group_line(b, t, g);
		l->cell[1] = pile_mean(&p, KIND_MINUTES);
		l->cell[2] = pile_quantile(&p, KIND_MINUTES, 50);
		l->cell[3] = pile_quantile(&p, KIND_MINUTES, 90);
		if (p.n > 0 && !l->total && promised_minutes(b,
		    "first_response", g == group_standard(b) ?
		    (int)b->ntier - 1 : (int)g, &bound)) {
			l->cell[4] = figure_of(KIND_MINUTES, bound);
			l->cell[5] = shown(figure_ratio(bound -
			    l->cell[1].value, bound), SHOW_WHOLE);
			l->cell[1].status = l->cell[1].value <= bound ?
			    TARGET_MET : TARGET_MISSED;
			l->cell[6] = figure_text(target_word(
			    l->cell[1].status));
			l->cell[6].status = l->cell[1].status;
		}
		pile_free(&p);
	}
	if (m != -1)
		t->note = N_("Of tickets of the period that were answered; an "
		    "average may hide what its promise lost.");
}

void
view_resolution(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "resolution_mean_hours", N_("Average (hrs)"), ALIGN_RIGHT },
		{ "resolution_median_hours", N_("Median"), ALIGN_RIGHT },
		{ "resolution_p90_hours", N_("90th perc."), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "resolution",
			    N_("Resolution"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	int		 m = book_metric(b, "resolution");
	struct line	*l;
	size_t		 g, i, c;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	for (g = 0; b->has_tickets && g < book_groups(b); g++) {
		struct pile	 p = { 0 };

		for (i = 0; i < b->nticket; i++) {
			const struct ticket_row	*k = &b->ticket[i];

			if (!in_period(b, k->created) || k->is_open ||
			    !group_has(b, g, k->tier))
				continue;
			/* On the policy's clock where there is one. */
			if (m != -1 && k->owing[m].has_elapsed)
				pile_add(&p, k->owing[m].elapsed / 60);
			else
				pile_add(&p, (k->resolved - k->created) *
				    (NUM_ONE / 400) / 9);
		}
		l = group_line(b, t, g);
		l->cell[1] = pile_mean(&p, KIND_NUMBER);
		l->cell[2] = pile_quantile(&p, KIND_NUMBER, 50);
		l->cell[3] = pile_quantile(&p, KIND_NUMBER, 90);
		for (c = 1; c <= 3; c++)
			if (l->cell[c].kind != KIND_NONE)
				l->cell[c].value = num_round(l->cell[c].value,
				    1);
		pile_free(&p);
	}
}

static void
put_ratings(const struct book *b, struct section *s)
{
	struct table	*t = ratings_table(b->r, s);
	struct circle	 c = { 0, NULL };

	for (; c.group < book_groups(b); c.group++) {
		struct pile	 p = { 0 };

		ratings_pile(b, b->from, end_of(b), &c, &p);
		ratings_line(b->r, t, group_name(b, c.group), &p)->total =
		    group_total(b, c.group);
		pile_free(&p);
	}
}

void
view_quality(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "tickets", N_("Tickets"), ALIGN_RIGHT },
		{ "csat", N_("CSAT"), ALIGN_RIGHT },
		{ NULL, N_("Against all"), ALIGN_LEFT },
		{ "escalation_rate", N_("Escalated"), ALIGN_RIGHT },
		{ NULL, N_("Against all"), ALIGN_LEFT },
	};
	struct section	*s = report_section(b->r, "quality",
			    N_("Satisfaction and escalations"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 c = { group_all(b), NULL };
	struct figure	 csat, rate, mine;
	struct line	*l;
	size_t		 g, i, n;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	if (!b->has_tickets)
		return;
	book_measure(b, "csat", &c, &csat);
	book_measure(b, "escalation_rate", &c, &rate);
	for (g = 0; g < book_groups(b); g++) {
		l = group_line(b, t, g);
		c.group = g;
		for (i = n = 0; i < b->nticket; i++)
			n += in_period(b, b->ticket[i].created) &&
			    group_has(b, g, b->ticket[i].tier);
		l->cell[1] = figure_count(n);
		book_measure(b, "csat", &c, &mine);
		l->cell[2] = mine;
		if (mine.kind != KIND_NONE)
			l->cell[2].value = num_round(mine.value, 2);
		if (!l->total && mine.kind != KIND_NONE)
			l->cell[3] = figure_text(mine.value >= csat.value ?
			    _("good") : _("below"));
		book_measure(b, "escalation_rate", &c, &mine);
		l->cell[4] = shown(mine, SHOW_PARTS);
		if (!l->total && mine.kind != KIND_NONE)
			l->cell[5] = figure_text(mine.value > rate.value ?
			    _("warning") : _("good"));
	}
	t->note = N_("Escalated: a warning where it is more than of all "
	    "tickets.");
	put_ratings(b, s);
}

/* The clock of a ticket that runs out first. */
static const struct owing *
next_clock(const struct book *b, const struct ticket_row *t, size_t *metric)
{
	const struct owing	*first = NULL, *o;
	size_t			 m;

	for (m = 0; m < b->nmetric; m++) {
		o = &t->owing[m];
		if (!o->has_due || (o->status != METRIC_OPEN &&
		    o->status != METRIC_WARNING &&
		    !(o->status == METRIC_BREACHED && o->due <= b->now &&
		    t->is_open && !o->done)))
			continue;
		if (first == NULL || o->due < first->due) {
			first = o;
			*metric = m;
		}
	}
	return first;
}

struct active {
	const struct ticket_row	*t;
	const struct owing	*o;	/* or NULL: no clock runs */
	size_t			 metric;
};

static int
by_left(const void *x, const void *y)
{
	const struct active	*a = x, *b = y;

	if ((a->o == NULL) != (b->o == NULL))
		return a->o == NULL ? 1 : -1;
	if (a->o != NULL && a->o->due != b->o->due)
		return a->o->due < b->o->due ? -1 : 1;
	return strcmp(a->t->id, b->t->id);
}

static num
minutes_between(when from, when to)
{
	return num_round((to - from) * NUM_ONE / 60, 3);
}

/* Which clock it is, and how it stands. */
static struct figure
clock_figure(const struct book *b, const struct active *a)
{
	const char	*metric = b->metric[a->metric], *word = N_("open");
	struct figure	 f;

	if (a->o->status == METRIC_WARNING)
		word = N_("warning");
	else if (a->o->status == METRIC_BREACHED)
		word = N_("breached");
	f = figure_text(report_textf(b->r, "%s, %s", promise_label(b, metric),
	    tr(word)));
	f.data = report_textf(b->r, "%s, %s", metric, word);
	return f;
}

static void
put_active(const struct book *b, size_t client, const char *title)
{
	static const struct heading	 columns[] = {
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "issue", N_("Issue"), ALIGN_LEFT },
		{ "agent", N_("Agent"), ALIGN_LEFT },
		{ "open_minutes", N_("Time open"), ALIGN_RIGHT },
		{ "left_minutes", N_("SLA remaining"), ALIGN_RIGHT },
		{ "clock", N_("Clock"), ALIGN_BELOW },
	};
	struct section	*s = report_section(b->r, "active", title);
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct active	*list = xcalloc(b->nticket + 1, sizeof(*list));
	struct line	*l;
	size_t		 i, n = 0;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*k = &b->ticket[i];

		if (!k->is_open || k->created > b->now ||
		    (client == NOBODY ? !is_vip(b, k->tier) :
		    k->client != client))
			continue;
		list[n].t = k;
		list[n].o = next_clock(b, k, &list[n].metric);
		n++;
	}
	qsort(list, n, sizeof(*list), by_left);
	for (i = 0; i < n && i < b->most; i++) {
		const struct ticket_row	*k = list[i].t;

		l = report_line(b->r, t, policy_tier(b->pol,
		    (size_t)k->tier)->name, k->id);
		l->cell[0] = figure_text(l->tier);
		l->cell[1] = figure_text(k->client != NOBODY ?
		    b->client[k->client].name : k->key);
		l->cell[2] = figure_text(k->issue);
		l->cell[3] = figure_text(k->agent);
		l->cell[4] = figure_of(KIND_MINUTES,
		    minutes_between(k->created, b->now));
		if (list[i].o == NULL)
			continue;
		l->cell[5] = figure_of(KIND_MINUTES,
		    minutes_between(b->now, list[i].o->due));
		l->cell[6] = clock_figure(b, &list[i]);
	}
	t->more = n > b->most ? n - b->most : 0;
	free(list);
}

void
view_active(const struct book *b)
{
	put_active(b, NOBODY, N_("Active VIP tickets"));
}

void
view_open(const struct book *b, size_t client)
{
	put_active(b, client, N_("Open tickets"));
}

/* What the policy calls it, else people. */
const char *
promise_label(const struct book *b, const char *metric)
{
	const struct statement	*st = policy_find(b->pol, KW_SLA, metric);

	return st != NULL && strcmp(st->label, metric) != 0 ? st->label :
	    tr(metric_label(metric));
}

void
view_promises(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Promise"), ALIGN_LEFT },
		{ "met", N_("VIPs"), ALIGN_RIGHT },
		{ "met_standard", N_("Standard"), ALIGN_RIGHT },
	}, misses[] = {
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ NULL, N_("Promise"), ALIGN_LEFT },
		{ "actual", N_("Actual"), ALIGN_RIGHT },
		{ "target", N_("Target"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "promises",
			    N_("Promises kept"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 vip = { group_vip(b), NULL },
			 standard = { group_standard(b), NULL };
	struct figure	 f;
	struct line	*l;
	size_t		 m, i, n = 0;
	num		 bound;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	for (m = 0; m < b->nmetric; m++) {
		l = report_line(b->r, t, "", b->metric[m]);
		l->cell[0] = figure_text(promise_label(b, b->metric[m]));
		book_measure(b, b->metric[m], &vip, &f);
		l->cell[1] = shown(f, SHOW_PARTS);
		book_measure(b, b->metric[m], &standard, &f);
		l->cell[2] = shown(f, SHOW_PARTS);
	}
	if (!b->has_tickets)
		return;
	if (b->nmetric > 1) {
		l = report_line(b->r, t, "", "sla");
		l->total = 1;
		l->cell[0] = figure_text(tr(metric_label("sla")));
		book_measure(b, "sla", &vip, &f);
		l->cell[1] = shown(f, SHOW_PARTS);
		book_measure(b, "sla", &standard, &f);
		l->cell[2] = shown(f, SHOW_PARTS);
	}
	t = report_table(b->r, s, misses, N_OF(misses));
	t->title = N_("Promises to VIPs that were not kept");
	t->none = N_("none");
	for (i = 0; i < b->nticket; i++)
		for (m = 0; m < b->nmetric; m++) {
			const struct ticket_row	*k = &b->ticket[i];

			if (!in_period(b, k->created) || !is_vip(b, k->tier) ||
			    k->owing[m].status != METRIC_BREACHED)
				continue;
			if (n++ >= b->most) {
				t->more++;
				continue;
			}
			l = report_line(b->r, t, policy_tier(b->pol,
			    (size_t)k->tier)->name, report_textf(b->r,
			    "%s/%s", k->id, b->metric[m]));
			l->cell[0] = figure_text(l->tier);
			l->cell[1] = figure_text(k->client != NOBODY ?
			    b->client[k->client].name : k->key);
			l->cell[2] = figure_text(promise_label(b,
			    b->metric[m]));
			if (k->owing[m].has_elapsed)
				l->cell[3] = figure_of(KIND_MINUTES,
				    k->owing[m].elapsed);
			if (promised_minutes(b, b->metric[m], k->tier,
			    &bound))
				l->cell[4] = figure_of(KIND_MINUTES, bound);
		}
}
