/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the care of VIPs comes to: what they say, do and spend, which
 * touches work, and what they complain of.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/input.h"
#include "report/show.h"
#include "report/views.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))
#define MONTHS	6		/* of the trend */

#define NO_EVENTS \
	N_("not measurable: no events were given (--events)")
#define NO_TICKETS \
	N_("not measurable: no tickets were given (--tickets)")

static struct figure
share_of(size_t n, size_t of)
{
	return shown(figure_ratio((num)n * NUM_ONE, (num)of * NUM_ONE),
	    SHOW_PARTS);
}

/* ------------------------------------------------------------ satisfaction */

void
view_weeks(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Week from"), ALIGN_LEFT },
		{ "ratings", N_("Ratings"), ALIGN_RIGHT },
		{ "satisfaction", N_("Satisfied (4 or 5)"), ALIGN_RIGHT },
		{ "csat", N_("CSAT"), ALIGN_RIGHT },
		{ "satisfaction_standard", N_("Standard"), ALIGN_RIGHT },
	};
	struct section		*s = report_section(b->r, "satisfaction",
				    N_("Satisfaction of VIPs by week"));
	struct table		*t = report_table(b->r, s, columns,
				    N_OF(columns));
	const struct zone	*zone = policy_zone(b->pol);
	struct circle		 vip = { group_vip(b), NULL },
				 standard = { group_standard(b), NULL };
	struct ratings		 q, other;
	struct line		*l;
	char			 text[WHEN_SIZE];
	int64_t			 day, first = zone_day(zone, b->from),
				 last = zone_day(zone, (b->to <= b->now ?
				    b->to : b->now + 1) - 1);
	size_t			 i, n, rated = 0;

	t->none = !b->has_tickets && !b->has_events ? N_("not measurable: "
	    "neither tickets nor events were given (--tickets, --events)") :
	    N_("none");
	for (i = 0; i < b->nticket; i++)
		rated += b->ticket[i].has_csat != 0;
	for (i = 0; i < b->nevent; i++)
		rated += strcmp(b->event[i].event, "survey") == 0;
	if (rated == 0)
		return;
	/* Weeks begin on Monday; those at the ends are cut by the month. */
	for (day = first; day <= last; day += 7 - weekday_of(day)) {
		int64_t	 end = day + 7 - weekday_of(day);
		when	 from = zone_midnight(zone, day),
			 to = zone_midnight(zone, end <= last ? end :
			    last + 1);

		ratings_of(b, from, to, &vip, &q);
		ratings_of(b, from, to, &standard, &other);
		n = date_format(text, day);
		l = report_line(b->r, t, "vip", report_text(b->r, text, n));
		/* A text: no day of a calendar, and a name in charts. */
		l->cell[0] = figure_text(l->key);
		l->cell[1] = figure_count(q.rated);
		l->cell[2] = share_of(q.good, q.rated);
		l->cell[3] = figure_mean(KIND_NUMBER, q.sum, q.rated);
		l->cell[4] = share_of(other.good, other.rated);
	}
	t->note = N_("Ratings are those of tickets and of survey events.");
	t->chart = N_("Satisfied VIPs and standard customers by week");
}

/* ------------------------------------------------------------------- rates */

static const char *const rate_names[] = { "participation", "satisfaction",
	"repurchase_rate", "complaint_rate", "churn" };

/* Complaints that are closed and answered, of those that are closed. */
static struct figure
loop_of(const struct book *b, const struct circle *c)
{
	struct figure	 none = { 0 };
	size_t		 i, closed = 0, answered = 0;

	if (!b->has_tickets)
		return none;
	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*t = &b->ticket[i];

		if (!t->complaint || t->is_open || !in_period(b, t->created) ||
		    !circle_has(b, c, t->tier))
			continue;
		closed++;
		answered += t->answered != 0;
	}
	return share_of(answered, closed);
}

/* Lost in a month, of those who were customers when it began. */
static struct figure
lost_in(const struct book *then, const struct book *b,
    const struct circle *c)
{
	struct book	 since = *then;
	struct figure	 lost, there;

	since.to = b->to;
	book_measure(then, "churn", c, &lost);
	book_measure(&since, "churn", c, &there);
	if (lost.kind == KIND_NONE || there.kind == KIND_NONE)
		return lost;
	return shown(figure_ratio(lost.numerator, there.denominator),
	    SHOW_PARTS);
}

static void
trend(const struct book *b, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Month"), ALIGN_LEFT },
		{ "satisfaction", N_("Satisfied"), ALIGN_RIGHT },
		{ "participation", N_("Took part"), ALIGN_RIGHT },
		{ "complaint_rate", N_("Complaints"), ALIGN_RIGHT },
		{ "churn", N_("Lost"), ALIGN_RIGHT },
	};
	struct table		*t = report_table(b->r, s, columns,
				    N_OF(columns));
	const struct zone	*zone = policy_zone(b->pol);
	struct circle		 vip = { group_vip(b), NULL };
	struct book		 then = *b;
	struct civil		 c;
	struct line		*l;
	int			 i, k, some = 0;
	size_t			 n;

	t->title = N_("VIPs, month by month");
	t->none = N_("none");
	for (i = MONTHS - 1; i >= 0; i--) {
		zone_civil(zone, b->from, &c);
		civil_add_months(&c, -i);
		then.from = zone_midnight(zone, days_of(c.year, c.month, 1));
		then.to = zone_midnight(zone, days_of(c.year, c.month, 1) +
		    days_in_month(c.year, c.month));
		/* From the first month that has something to say. */
		for (n = 0; n < b->nticket && !some; n++)
			some = in_period(&then, b->ticket[n].created);
		for (n = 0; n < b->nevent && !some; n++)
			some = in_period(&then, b->event[n].at);
		if (!some)
			continue;
		l = report_line(b->r, t, "vip", report_textf(b->r,
		    "%04d-%02d", c.year, c.month));
		l->cell[0] = figure_text(l->key);
		l->cell[4] = lost_in(&then, b, &vip);
		for (k = 1; k < 4; k++) {
			book_measure(&then, columns[k].id, &vip,
			    &l->cell[k]);
			l->cell[k].show = SHOW_PARTS;
		}
	}
	if (some)
		t->note = N_("Took part: of those who are VIPs now.");
}

void
view_rates(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Rate"), ALIGN_LEFT },
		{ "vip", N_("VIPs"), ALIGN_RIGHT },
		{ "standard", N_("Standard"), ALIGN_RIGHT },
		{ "all", N_("All"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "rates",
			    N_("Rates of the month"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 c[] = { { group_vip(b), NULL },
			    { group_standard(b), NULL },
			    { group_all(b), NULL } };
	struct line	*l;
	size_t		 i, k;

	for (i = 0; i < N_OF(rate_names); i++) {
		l = report_line(b->r, t, "", rate_names[i]);
		l->cell[0] = figure_text(tr(metric_label(rate_names[i])));
		for (k = 0; k < N_OF(c); k++) {
			book_measure(b, rate_names[i], &c[k],
			    &l->cell[k + 1]);
			l->cell[k + 1].show = SHOW_PARTS;
		}
	}
	l = report_line(b->r, t, "", "closed_loop");
	l->cell[0] = figure_text(_("Complaints answered"));
	for (k = 0; k < N_OF(c); k++)
		l->cell[k + 1] = loop_of(b, &c[k]);
	t->note = N_("A dash: not measurable from what was given.  Bought "
	    "again: of all who ever bought.  Complaints answered: followed up "
	    "or with feedback, of those that are closed.");
	trend(b, s);
}

/* -------------------------------------------------------- before and after */

struct cohort {
	size_t	 n, gone;
	int	 has_before, has_after;
	num	 earlier, before, after;
};

static void
read_baseline(const struct book *b, struct reader *rd, struct cohort *c)
{
	struct input	 in;
	struct fault	 fault;
	const char	*name;
	size_t		 key, tier, before, earlier;
	uint32_t	 id;
	int		 index;
	num		 n;

	memset(c, 0, sizeof(*c));
	c->has_before = reader_column(rd, "spend_prev_365d") != -1;
	input_begin(&in, rd, b->pol, b->now, b->r);
	key = input_need(&in, policy_key(b->pol), TYPE_TEXT);
	tier = input_need(&in, "tier", TYPE_TEXT);
	before = input_need(&in, "spend_365d", TYPE_NUMBER);
	earlier = input_want(&in, "spend_prev_365d", TYPE_NUMBER);
	input_bind(&in);
	while (input_next(&in)) {
		index = policy_tier_index(b->pol, input_text(&in, tier));
		if (index == -1) {
			fault_cell(&fault, &in.row, reader_need(rd, "tier"),
			    "is no tier of the policy");
			reader_die(rd, &in.row, &fault);
		}
		if (!is_vip(b, index))
			continue;
		c->n++;
		input_number(&in, before, &n);
		if (num_add(c->before, n, &c->before) == -1)
			die(STATUS_DATA, "the sum of spend_365d is out of "
			    "range");
		input_number(&in, earlier, &n);
		if (num_add(c->earlier, n, &c->earlier) == -1)
			die(STATUS_DATA, "the sum of spend_prev_365d is out "
			    "of range");
		name = input_text(&in, key);
		id = keys_find(b->keys, name, strlen(name));
		if (id == KEY_NONE) {
			c->gone++;
			continue;
		}
		c->has_after |= b->client[id].has_yearly;
		if (num_add(c->after, b->client[id].yearly, &c->after) == -1)
			die(STATUS_DATA, "the sum of spend_365d is out of "
			    "range");
	}
	input_end(&in);
}

static struct line *
year_line(const struct book *b, struct table *t, const char *key,
    const char *label, const struct cohort *c, num spend)
{
	struct line	*l = report_line(b->r, t, "vip", key);

	l->cell[0] = figure_text(label);
	l->cell[1] = figure_of(KIND_MONEY, spend);
	l->cell[2] = figure_mean(KIND_MONEY, spend, c->n);
	return l;
}

void
view_growth(const struct book *b, struct reader *baseline)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Year"), ALIGN_LEFT },
		{ "spend", N_("Spend"), ALIGN_RIGHT },
		{ "spend_per_head", N_("A head"), ALIGN_RIGHT },
		{ "growth", N_("Growth"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "growth",
			    N_("Spend before and after"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct cohort	 c;
	struct figure	 was = { 0 }, is = { 0 };
	struct line	*l;

	t->none = N_("not measurable: the customers of the day it began were "
	    "not given (--baseline)");
	if (baseline == NULL)
		return;
	read_baseline(b, baseline, &c);
	t->none = N_("none");
	if (c.n == 0)
		return;
	if (c.has_before) {
		year_line(b, t, "earlier", _("The year before that"), &c,
		    c.earlier);
		was = figure_ratio(c.before - c.earlier, c.earlier);
	}
	l = year_line(b, t, "before", _("The year before"), &c, c.before);
	l->cell[3] = was;
	if (c.has_after) {
		l = year_line(b, t, "after", _("The last 365 days"), &c,
		    c.after);
		is = figure_ratio(c.after - c.before, c.before);
		l->cell[3] = is;
	}
	t->note = report_textf(b->r, _("VIPs on the day it began: %zu.  No "
	    "longer among the customers: %zu; they count as no spend."), c.n,
	    c.gone);
}

/* ----------------------------------------------------------------- touches */

struct touched {
	const char	*name;
	size_t		 sent, answered, rated, good;
};

static struct touched *
find_touch(struct touched **list, size_t *n, struct keys *names,
    const char *name)
{
	uint32_t	 id = keys_add(names, name, strlen(name));

	if (id == *n) {
		*list = xreallocarray(*list, *n + 1, sizeof(**list));
		memset(&(*list)[*n], 0, sizeof(**list));
		(*list)[(*n)++].name = name;
	}
	return &(*list)[id];
}

/* a / b against c / d, the greater first; nothing comes last. */
static int
by_ratio(size_t a, size_t b, size_t c, size_t d)
{
	struct figure	 x = share_of(a, b), y = share_of(c, d);

	if ((b == 0) != (d == 0))
		return b == 0 ? 1 : -1;
	return (x.value < y.value) - (x.value > y.value);
}

static int
by_response(const void *p, const void *q)
{
	const struct touched	*a = p, *b = q;
	int			 c;

	if ((c = by_ratio(a->answered, a->sent, b->answered, b->sent)) != 0 ||
	    (c = by_ratio(a->good, a->rated, b->good, b->rated)) != 0)
		return c;
	return strcmp(a->name, b->name);
}

static size_t
count_touches(const struct book *b, struct touched **list)
{
	struct keys	*names = keys_new();
	struct touched	*t;
	when		 from = year_before(b);
	size_t		 i, n = 0;

	*list = NULL;
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (*e->touch == '\0' || !is_vip(b, e->tier) || e->at < from ||
		    e->at >= b->to)
			continue;
		t = find_touch(list, &n, names, e->touch);
		t->sent += strcmp(e->event, "touched") == 0;
		t->answered += strcmp(e->event, "response") == 0;
		if (strcmp(e->event, "survey") == 0 && e->is_number) {
			t->rated++;
			t->good += e->number >= 4 * NUM_ONE;
		}
	}
	keys_free(names);
	if (n > 0)
		qsort(*list, n, sizeof(**list), by_response);
	return n;
}

void
view_touches(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("No."), ALIGN_RIGHT },
		{ "name", N_("Touchpoint"), ALIGN_LEFT },
		{ "touched", N_("Sent"), ALIGN_RIGHT },
		{ "response", N_("Answered"), ALIGN_RIGHT },
		{ "satisfaction", N_("Satisfied (4 or 5)"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "touches",
			    N_("Which touchpoints work"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	const struct statement *st;
	struct touched	*list;
	struct line	*l;
	size_t		 i, n = count_touches(b, &list);

	t->none = b->has_events ? N_("none") : NO_EVENTS;
	for (i = 0; i < n && i < b->most; i++) {
		st = policy_find(b->pol, KW_TOUCH, list[i].name);
		l = report_line(b->r, t, "vip", list[i].name);
		l->cell[0] = figure_count(i + 1);
		l->cell[1] = figure_text(st != NULL ? st->label :
		    list[i].name);
		l->cell[2] = figure_count(list[i].sent);
		l->cell[3] = share_of(list[i].answered, list[i].sent);
		l->cell[4] = share_of(list[i].good, list[i].rated);
	}
	t->more = n > b->most ? n - b->most : 0;
	t->chart = N_("Answers and satisfaction");
	if (n > 0)
		t->note = N_("VIPs, in the year to the end of the month; by "
		    "answers, then by satisfaction.");
	free(list);
}

/* ---------------------------------------------------------------- services */

struct tally_of {
	const char	*name, *group;
	size_t		 vip, all;
};

static struct tally_of *
find_name(struct tally_of **list, size_t *n, const char *group,
    const char *name)
{
	size_t	 i;

	for (i = 0; i < *n; i++)
		if (strcmp((*list)[i].name, name) == 0 &&
		    strcmp((*list)[i].group, group) == 0)
			return &(*list)[i];
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	memset(&(*list)[*n], 0, sizeof(**list));
	(*list)[*n].group = group;
	(*list)[*n].name = name;
	return &(*list)[(*n)++];
}

static int
by_count(const void *p, const void *q)
{
	const struct tally_of	*a = p, *b = q;
	int			 c;

	if ((c = strcmp(a->group, b->group)) != 0)
		return c;
	if (a->all != b->all)
		return a->all > b->all ? -1 : 1;
	return strcmp(a->name, b->name);
}

void
view_services(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Service"), ALIGN_LEFT },
		{ "uptake", N_("VIPs who used it"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "services",
			    N_("Services used"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 vip = { group_vip(b), NULL };
	struct keys	*seen = keys_new();
	struct tally_of	*list = NULL;
	struct buf	 pair = { 0 };
	struct line	*l;
	when		 from = year_before(b);
	size_t		 i, n = 0, all = customers_of(b, &vip);
	uint32_t	 pairs;

	t->none = b->has_events ? N_("none") : NO_EVENTS;
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (strcmp(e->event, "used") != 0 || e->at < from ||
		    e->at >= b->to || e->client == NOBODY ||
		    !is_vip(b, e->tier))
			continue;
		/* A customer counts once a service. */
		pair.len = 0;
		buf_addf(&pair, "%zu\t%s", e->client, e->value);
		pairs = keys_count(seen);
		if (keys_add(seen, pair.p, pair.len) == pairs)
			find_name(&list, &n, "", e->value)->all++;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_count);
	for (i = 0; i < n && i < b->most; i++) {
		l = report_line(b->r, t, "vip", list[i].name);
		l->cell[0] = figure_text(list[i].name);
		l->cell[1] = share_of(list[i].all, all);
	}
	t->more = n > b->most ? n - b->most : 0;
	if (n > 0)
		t->note = N_("In the year to the end of the month.");
	buf_free(&pair);
	keys_free(seen);
	free(list);
}

/* ------------------------------------------------------------------ causes */

void
view_causes(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Family"), ALIGN_LEFT },
		{ NULL, N_("Cause"), ALIGN_LEFT },
		{ "vip_complaints", N_("VIPs"), ALIGN_RIGHT },
		{ "complaints", N_("All"), ALIGN_RIGHT },
		{ "share", N_("Share"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "causes",
			    N_("What complaints are about"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct tally_of	*list = NULL, *x, sum;
	struct line	*l;
	size_t		 i, k, n = 0, all = 0;

	t->none = b->has_tickets ? N_("none") : NO_TICKETS;
	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*k_ = &b->ticket[i];

		if (!k_->complaint || !in_period(b, k_->created))
			continue;
		x = find_name(&list, &n, k_->family, k_->cause);
		x->all++;
		x->vip += is_vip(b, k_->tier) != 0;
		all++;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_count);
	for (i = 0; i < n; i = k) {
		memset(&sum, 0, sizeof(sum));
		for (k = i; k < n && strcmp(list[k].group, list[i].group) ==
		    0; k++) {
			l = report_line(b->r, t, "", report_textf(b->r,
			    "%s/%s", list[k].group, list[k].name));
			l->cell[0] = figure_text(*list[k].group != '\0' ?
			    list[k].group : _("not known"));
			l->cell[1] = figure_text(*list[k].name != '\0' ?
			    list[k].name : _("not known"));
			l->cell[2] = figure_count(list[k].vip);
			l->cell[3] = figure_count(list[k].all);
			l->cell[4] = share_of(list[k].all, all);
			sum.vip += list[k].vip;
			sum.all += list[k].all;
		}
		l = report_line(b->r, t, "", report_textf(b->r, "%s/all",
		    list[i].group));
		l->total = 1;
		l->cell[0] = figure_text(*list[i].group != '\0' ?
		    list[i].group : _("not known"));
		l->cell[1] = figure_text(_("all"));
		l->cell[2] = figure_count(sum.vip);
		l->cell[3] = figure_count(sum.all);
		l->cell[4] = share_of(sum.all, all);
	}
	free(list);
}

/* ------------------------------------------------------------------ duties */

static void
sources(const struct book *b, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Source"), ALIGN_LEFT },
		{ "new_vips", N_("New VIPs"), ALIGN_RIGHT },
	};
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct tally_of	*list = NULL;
	struct circle	 vip = { group_vip(b), NULL };
	struct line	*l;
	const char	*name;
	size_t		 i, n = 0, all = with_event(b, "joined", b->from, &vip);
	char		*seen = xcalloc(b->nclient + 1, 1);

	t->title = N_("Where new VIPs came from");
	t->none = !b->has_events ? NO_EVENTS : N_("none");
	for (i = 0; i < b->nevent; i++) {
		const struct event_row	*e = &b->event[i];

		if (strcmp(e->event, "joined") != 0 || !in_period(b, e->at) ||
		    e->client == NOBODY || !is_vip(b, e->tier) ||
		    seen[e->client]++)
			continue;
		name = b->client[e->client].source;
		find_name(&list, &n, "", *name != '\0' ? name :
		    N_("not known"))->all++;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_count);
	for (i = 0; i < n; i++) {
		l = report_line(b->r, t, "vip", list[i].name);
		l->cell[0] = figure_text(tr(list[i].name));
		l->cell[1] = share_of(list[i].all, all);
	}
	free(list);
	free(seen);
}

static void
duty(const struct book *b, struct table *t, const char *key,
    const char *label, struct figure f)
{
	struct line	*l = report_line(b->r, t, "vip", key);

	l->cell[0] = figure_text(label);
	l->cell[1] = f;
}

void
view_duties(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(b->r, "duties",
			    N_("For the supervisor"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	struct circle	 vip = { group_vip(b), NULL };
	struct figure	 none = { 0 };
	size_t		 i, filled = 0, required = 0, opened = 0, closed = 0,
			 open = 0, held = 0;

	for (i = 0; i < b->nclient; i++)
		if (is_vip(b, b->client[i].tier)) {
			filled += b->client[i].filled;
			required += b->client[i].required;
		}
	for (i = 0; i < b->nticket; i++) {
		const struct ticket_row	*k = &b->ticket[i];

		if (!k->complaint || !is_vip(b, k->tier) || k->created > b->now)
			continue;
		opened += in_period(b, k->created) != 0;
		closed += !k->is_open && in_period(b, k->resolved);
		open += k->is_open != 0;
	}
	for (i = 0; i < b->nevent; i++)
		held += strcmp(b->event[i].event, "held") == 0 &&
		    in_period(b, b->event[i].at);
	duty(b, t, "new_vips", _("New VIPs"), b->has_events ?
	    figure_count(with_event(b, "joined", b->from, &vip)) : none);
	duty(b, t, "complaints", _("Complaints of VIPs, made"),
	    b->has_tickets ? figure_count(opened) : none);
	duty(b, t, "complaints_closed", _("Complaints of VIPs, closed"),
	    b->has_tickets ? figure_count(closed) : none);
	duty(b, t, "complaints_open", _("Complaints of VIPs, open now"),
	    b->has_tickets ? figure_count(open) : none);
	duty(b, t, "events_held", _("Events held"), b->has_events ?
	    figure_count(held) : none);
	duty(b, t, "file_completeness", _("Required cells filled in"), share_of(filled, required));
	t->note = N_("A dash: not measurable from what was given.");
	sources(b, s);
}
