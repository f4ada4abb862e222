/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card of one customer, for whoever takes the call.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/card.h"
#include "report/show.h"
#include "report/views.h"
#include "score/rules.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

struct account {
	const struct kind_input	*in;
	struct report		*r;
	struct book		*b;
	struct card		*card;
	const struct client	*me;
	int			 told;	/* may the tier be told? */
};

/* What lines of the customer go by: its tier, where that may be told. */
static const char *
tier_of(const struct account *a)
{
	return a->told ? policy_tier(a->b->pol, (size_t)a->me->tier)->name :
	    "";
}

/* A key for one of several lines of a table. */
static struct line *
numbered_line(const struct account *a, struct table *t)
{
	const struct line	*l;
	size_t			 n = 1;

	for (l = t->line; l != NULL; l = l->next)
		n++;
	return report_line(a->r, t, tier_of(a), report_textf(a->r, "%s/%zu",
	    a->me->key, n));
}

/* --------------------------------------------------------------- who it is */

static void
put_fact(const struct account *a, struct table *t, const char *id,
    const char *label, struct figure value)
{
	struct line	*l;

	if (figure_is_empty(&value))
		return;
	l = report_line(a->r, t, "", id);
	l->cell[0] = figure_text(tr(label));
	l->cell[1] = value;
}

static struct table *
fact_table(const struct account *a, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("About"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_WRAP },
	};

	return report_table(a->r, s, columns, N_OF(columns));
}

/* The labels of profiles, and what each asks for, of names between ";". */
static const char *
profiles(const struct account *a)
{
	const struct statement	*st;
	const struct clause	*cl;
	struct buf		 b = { 0 };
	const char		*text, *p = a->card->profiles;
	size_t			 n;

	for (; *p != '\0'; p += n + (p[n] == ';')) {
		n = strcspn(p, ";");
		if (n == 0)
			continue;
		text = report_text(a->r, p, n);
		st = policy_find(a->b->pol, KW_PROFILE, text);
		if (b.len > 0)
			buf_adds(&b, "; ");
		buf_adds(&b, st != NULL ? st->label : text);
		for (cl = st != NULL ? clause_find(st, W_DO) : NULL;
		    cl != NULL; cl = clause_next(cl))
			buf_addf(&b, ": %s", cl->text);
	}
	text = report_text(a->r, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

static void
who(const struct account *a)
{
	const struct statement	*tier = policy_tier(a->b->pol,
				    (size_t)a->me->tier);
	const struct clause	*badge = clause_find(tier, W_BADGE);
	const struct attribute	*at;
	struct section		*s = report_section(a->r, "customer",
				    N_("Customer"));
	struct table		*t = fact_table(a, s);
	size_t			 i;

	put_fact(a, t, "name", N_("Customer"), figure_text(a->me->name));
	put_fact(a, t, "customer", N_("Id"), figure_text(a->me->key));
	if (a->told) {
		put_fact(a, t, "tier", N_("Tier"), figure_text(tier->label));
		put_fact(a, t, "tier_reason", N_("Why"),
		    figure_text(a->card->reason));
		put_fact(a, t, "tier_since", N_("Since"),
		    figure_text(a->card->since));
		if (badge != NULL)
			put_fact(a, t, "badge", N_("Badge"),
			    figure_text(badge->text));
		put_fact(a, t, "profiles", N_("Profiles"),
		    figure_text(profiles(a)));
	}
	for (i = 0; i < a->card->nattribute; i++) {
		at = &a->card->attribute[i];
		put_fact(a, t, at->id, at->label, figure_text(at->value));
	}
	if (a->me->has_renewal)
		put_fact(a, t, "renewal_date", N_("Renewal"),
		    figure_of(KIND_DATE, a->me->renewal));
}

/* ------------------------------------------------------------ seven columns */

static int
is_contact(const char *event)
{
	static const char *const	 words[] = {
		"contact", "outreach", "checkin", "review", "attended"
	};
	size_t	 i;

	for (i = 0; i < N_OF(words); i++)
		if (strcmp(words[i], event) == 0)
			return 1;
	return 0;
}

static void
touched(const struct account *a, struct figure *last, when t)
{
	int64_t	 day = zone_day(policy_zone(a->b->pol), t);

	if (t > a->b->now || (last->kind == KIND_DATE && last->value >= day))
		return;
	*last = figure_of(KIND_DATE, day);
}

/* Tickets say more of the year so far than a metric of them does. */
static void
count_tickets(const struct account *a, struct figure *issues,
    struct figure *satisfaction, struct figure *contact)
{
	const struct ticket_row	*t;
	num			 sum = 0;
	size_t			 i, n = 0, bad = 0, rated = 0;

	for (i = 0; i < a->b->nticket; i++) {
		t = &a->b->ticket[i];
		if (t->client != a->card->line || t->created > a->b->now)
			continue;
		touched(a, contact, t->created);
		if (!t->is_open)
			touched(a, contact, t->resolved);
		if (t->has_csat) {
			sum += t->csat;
			rated++;
		}
		if (!in_period(a->b, t->created))
			continue;
		n++;
		bad += t->complaint != 0;
	}
	*issues = figure_count(n);
	if (n > 0) {
		*issues = shown(figure_ratio((num)bad * NUM_ONE,
		    issues->value), SHOW_PARTS);
		issues->kind = KIND_COUNT;
		issues->value = issues->denominator;
	}
	if (rated > 0)
		*satisfaction = figure_mean(KIND_NUMBER, sum, rated);
}

static void
glance(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "spend_ytd", N_("YTD spend"), ALIGN_RIGHT },
		{ "order_frequency", N_("Orders/mo"), ALIGN_RIGHT },
		{ "average_order", N_("Avg order"), ALIGN_RIGHT },
		{ "issues", N_("Issues"), ALIGN_RIGHT },
		{ "last_contact", N_("Last contact"), ALIGN_LEFT },
		{ "satisfaction", N_("CSAT"), ALIGN_RIGHT },
		{ "risk_level", N_("Risk"), ALIGN_LEFT },
	};
	struct section	*s = report_section(a->r, "glance",
			    N_("At a glance"));
	struct table	*t = report_table(a->r, s, columns, N_OF(columns));
	struct line	*l = report_line(a->r, t, tier_of(a), a->me->key);
	struct figure	 issues = a->card->issues,
			 satisfaction = a->card->satisfaction,
			 contact = a->card->contact;
	size_t		 i;

	if (a->b->has_tickets)
		count_tickets(a, &issues, &satisfaction, &contact);
	for (i = 0; i < a->b->nevent; i++)
		if (a->b->event[i].client == a->card->line &&
		    is_contact(a->b->event[i].event))
			touched(a, &contact, a->b->event[i].at);
	l->cell[0] = a->card->spend;
	l->cell[1] = a->card->frequency;
	l->cell[2] = a->card->order;
	l->cell[3] = issues;
	l->cell[4] = contact;
	t->past = 1;
	l->cell[5] = satisfaction;
	l->cell[6] = figure_text(a->me->level);
	t->note = a->b->has_tickets ? N_("Issues are the tickets of the year "
	    "so far (complaints/tickets).") : N_("Issues are "
	    "complaints/tickets.");
}

static void
health(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "health", N_("Health score"), ALIGN_RIGHT },
		{ "risk_level", N_("Risk"), ALIGN_LEFT },
		{ "risk_reasons", N_("Risk factor"), ALIGN_BELOW },
		{ "intervention", N_("Intervention"), ALIGN_BELOW },
	};
	struct section	*s = report_section(a->r, "health", N_("Health"));
	struct table	*t = report_table(a->r, s, columns, N_OF(columns));
	struct line	*l;

	t->none = N_("not known: the customers have no risk_level column");
	if (!a->b->scored)
		return;
	l = report_line(a->r, t, tier_of(a), a->me->key);
	if (a->me->has_health)
		l->cell[0] = figure_of(KIND_NUMBER, a->me->health);
	l->cell[1] = figure_text(a->me->level);
	l->cell[2] = figure_text(a->me->reasons);
	l->cell[3] = figure_text(*a->me->plan != '\0' ? a->me->plan :
	    a->me->action);
}

/* ------------------------------------------------------------- what is owed */

/* "phone, chat", or "" where the statement is of every channel. */
static const char *
channels(const struct account *a, const struct statement *st)
{
	const struct clause	*cl = clause_find(st, W_FOR);
	struct buf		 b = { 0 };
	const char		*text;
	size_t			 i;

	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		text = cl->item[i].text;
		if (strcmp(text, "vip") == 0 || strcmp(text, "all") == 0 ||
		    policy_tier_index(a->b->pol, text) != -1)
			continue;
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", text);
	}
	text = report_text(a->r, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

static struct figure
bound(const struct account *a, const struct statement *st)
{
	const struct clause	*within = clause_find(st, W_WITHIN),
				*cl = within != NULL ? within :
				    clause_find(st, W_UNDER);
	struct buf		 b = { 0 };
	struct figure		 f;

	if (cl == NULL)
		return figure_text("");
	if (cl->same_day)
		return figure_word(N_("the same day"));
	duration_show(&cl->duration, &b);
	f = figure_text(report_textf(a->r, within != NULL ? _("within %s") :
	    _("under %s"), buf_str(&b)));
	f.data = report_textf(a->r, "%s %s", within != NULL ? "<=" : "<",
	    buf_str(&b));
	buf_free(&b);
	return f;
}

/* Has an earlier statement, which goes before, said it of that channel? */
static int
is_said(const struct table *t, const char *metric, const char *channel)
{
	const struct line	*l;

	for (l = t->line; l != NULL; l = l->next)
		if (strcmp(l->key, metric) == 0 &&
		    (*l->cell[1].text == '\0' ||
		    strcmp(l->cell[1].text, channel) == 0))
			return 1;
	return 0;
}

static void
promises(const struct account *a, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Promise"), ALIGN_LEFT },
		{ "channel", N_("Channel"), ALIGN_LEFT },
		{ "bound", N_("Is due"), ALIGN_LEFT },
	};
	struct table		*t = report_table(a->r, s, columns,
				    N_OF(columns));
	const struct statement	*st;
	struct line		*l;
	const char		*channel;

	t->title = N_("Promises");
	t->none = N_("none in the policy");
	for (st = policy_find(a->b->pol, KW_SLA, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, policy_today(a->b->pol, a->b->now)) ||
		    !list_has_tier(a->b->pol, clause_find(st, W_FOR),
		    a->me->tier))
			continue;
		channel = channels(a, st);
		if (is_said(t, st->name, channel))
			continue;
		l = report_line(a->r, t, "", st->name);
		l->cell[0] = figure_text(promise_label(a->b, st->name));
		l->cell[1] = figure_text(channel);
		l->cell[2] = bound(a, st);
	}
}

static void
owed(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "benefit", N_("Benefit"), ALIGN_WRAP },
	};
	const struct clause	*cl;
	struct section		*s = report_section(a->r, "owed",
				    N_("What is owed"));
	struct table		*t = report_table(a->r, s, columns,
				    N_OF(columns));
	size_t			 i;

	if (!a->told) {
		t->none = N_("hidden");
		return;
	}
	t->none = N_("no benefits");
	for (cl = clause_find(policy_tier(a->b->pol, (size_t)a->me->tier),
	    W_BENEFIT); cl != NULL; cl = clause_next(cl))
		for (i = 0; i < cl->nitem; i++)
			numbered_line(a, t)->cell[0] =
			    figure_text(cl->item[i].text);
	promises(a, s);
}

/* ---------------------------------------------------------------- history */

struct moment {
	when		 at;
	size_t		 place;		/* of equals, the first that was read */
	struct figure	 what;
	const char	*channel, *about, *who;
};

struct history {
	struct moment	*moment;
	size_t		 n;
};

static void
remember(struct history *h, when at, const char *channel,
    struct figure what, const char *about, const char *who)
{
	struct moment	*m;

	h->moment = xreallocarray(h->moment, h->n + 1, sizeof(*h->moment));
	m = &h->moment[h->n];
	m->at = at;
	m->place = h->n++;
	m->channel = channel;
	m->what = what;
	m->about = about;
	m->who = who;
}

static int
by_moment(const void *x, const void *y)
{
	const struct moment	*a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* A ticket that came, or that was resolved, for people and as data. */
static struct figure
ticket_figure(const struct account *a, const struct ticket_row *t,
    int resolved)
{
	struct figure	 f;

	if (resolved) {
		f = figure_text(report_textf(a->r, _("%s resolved"), t->id));
		f.data = report_textf(a->r, "%s resolved", t->id);
		return f;
	}
	f = figure_text(report_textf(a->r, t->complaint ? _("complaint %s") :
	    _("ticket %s"), t->id));
	f.data = report_textf(a->r, "%s %s", t->complaint ? "complaint" :
	    "ticket", t->id);
	return f;
}

static void
gather(const struct account *a, struct history *h)
{
	const struct ticket_row	*t;
	const struct event_row	*e;
	const char		*value;
	size_t			 i;

	for (i = 0; i < a->b->nticket; i++) {
		t = &a->b->ticket[i];
		if (t->client != a->card->line || t->created > a->b->now)
			continue;
		remember(h, t->created, t->channel, ticket_figure(a, t, 0),
		    t->issue, t->agent);
		if (!t->is_open)
			remember(h, t->resolved, t->channel,
			    ticket_figure(a, t, 1), "", t->agent);
	}
	for (i = 0; i < a->b->nevent; i++) {
		e = &a->b->event[i];
		if (e->client != a->card->line)
			continue;
		value = e->is_number ? redact_reason(a->in->redactor, a->r,
		    e->value) : e->value;
		remember(h, e->at, e->channel, figure_text(e->event),
		    *e->ticket != '\0' ? report_textf(a->r, "%s %s",
		    e->ticket, value) : value, "");
	}
	if (h->n > 0)
		qsort(h->moment, h->n, sizeof(*h->moment), by_moment);
}

static void
history(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "at", N_("When"), ALIGN_LEFT },
		{ "channel", N_("Channel"), ALIGN_LEFT },
		{ "what", N_("What"), ALIGN_LEFT },
		{ "about", N_("About"), ALIGN_LEFT },
		{ "agent", N_("Agent"), ALIGN_LEFT },
	};
	struct section	*s = report_section(a->r, "history", N_("History"));
	struct table	*t = report_table(a->r, s, columns, N_OF(columns));
	struct history	 h = { 0 };
	struct civil	 c;
	struct line	*l;
	size_t		 i;

	t->none = a->b->has_tickets || a->b->has_events ? N_("none") :
	    N_("not known: no tickets or events were given (--tickets, "
	    "--events)");
	gather(a, &h);
	i = h.n > a->in->most ? h.n - a->in->most : 0;
	if (i > 0)
		t->note = report_textf(a->r, _("Earlier, and left out: %zu."),
		    i);
	for (; i < h.n; i++) {
		zone_civil(policy_zone(a->b->pol), h.moment[i].at, &c);
		l = numbered_line(a, t);
		l->cell[0] = figure_text(report_textf(a->r,
		    "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		    c.hour, c.minute));
		l->cell[1] = figure_text(h.moment[i].channel);
		l->cell[2] = h.moment[i].what;
		l->cell[3] = figure_text(h.moment[i].about);
		l->cell[4] = figure_text(h.moment[i].who);
	}
	free(h.moment);
}

static int
by_due(const void *x, const void *y)
{
	const struct contact	*a = x, *b = y;

	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	return a->touch->at.line - b->touch->at.line;
}

static void
touchpoints(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "due", N_("Due"), ALIGN_LEFT },
		{ "touch", N_("Touchpoint"), ALIGN_LEFT },
		{ "by", N_("By"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
	};
	struct section		*s = report_section(a->r, "touchpoints",
				    N_("Upcoming touchpoints"));
	struct table		*t = report_table(a->r, s, columns,
				    N_OF(columns));
	const struct contact	*c;
	const struct clause	*by;
	struct line		*l;
	size_t			 i;

	t->none = N_("none");
	qsort(a->card->due, a->card->ncontact, sizeof(*a->card->due), by_due);
	for (i = 0; i < a->card->ncontact; i++) {
		c = &a->card->due[i];
		by = clause_find(c->touch, W_BY);
		l = report_line(a->r, t, tier_of(a), a->me->key);
		l->cell[0] = figure_of(KIND_DATE, c->due);
		l->cell[1] = figure_text(c->touch->label);
		l->cell[2] = figure_text(by != NULL && by->nitem > 0 ?
		    by->item[0].text : "");
		l->cell[3] = figure_text(a->me->name);
	}
}

/* -------------------------------------------------------------- the store's */

/* The store's columns of a row, in the order of the table's. */
static struct line *
stored_line(const struct account *a, struct table *t, const struct reader *rd,
    const struct row *row, const char *const *ids)
{
	struct line	*l = numbered_line(a, t);
	struct cell	 c;
	size_t		 i;

	for (i = 0; i < t->ncolumn; i++) {
		c = row_cell(row, reader_need(rd, ids[i]));
		l->cell[i] = figure_text(report_text(a->r, c.p, c.len));
	}
	return l;
}

/* May it be told, and is there one at all? */
static int
has_store(const struct account *a, const struct reader *rd, struct table *t)
{
	t->none = rd == NULL ?
	    N_("not known: no store was given (--store)") : a->told ?
	    N_("none") : N_("hidden");
	return rd != NULL && a->told;
}

static void
moves(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "at", N_("When"), ALIGN_LEFT },
		{ "about", N_("About"), ALIGN_LEFT },
		{ "change", N_("Change"), ALIGN_LEFT },
		{ "from", N_("From"), ALIGN_LEFT },
		{ "to", N_("To"), ALIGN_LEFT },
		{ "detail", N_("Detail"), ALIGN_BELOW },
	};
	static const char *const	 ids[] = {
		"day", "about", "change", "from", "to", "detail"
	};
	struct section	*s = report_section(a->r, "moves", N_("Tier history"));
	struct table	*t = report_table(a->r, s, columns, N_OF(columns));
	struct reader	*rd = a->in->moves;
	struct row	 row;
	struct line	*l;

	while (has_store(a, rd, t) && reader_next(rd, &row)) {
		l = stored_line(a, t, rd, &row, ids);
		l->cell[5].text = redact_free(a->in->redactor, a->r,
		    l->cell[5].text);
	}
}

static void
overrides(const struct account *a)
{
	static const struct heading	 columns[] = {
		{ "kind", N_("Override"), ALIGN_LEFT },
		{ "to", N_("To"), ALIGN_LEFT },
		{ "expiry", N_("Until"), ALIGN_LEFT },
		{ "by", N_("Asked by"), ALIGN_LEFT },
		{ "approver", N_("Approved by"), ALIGN_LEFT },
		{ "reason", N_("Why"), ALIGN_BELOW },
	};
	static const char *const	 ids[] = {
		"kind", "tier", "expiry", "by", "approver", "reason"
	};
	struct section	*s = report_section(a->r, "overrides",
			    N_("Overrides in force"));
	struct table	*t = report_table(a->r, s, columns, N_OF(columns));
	struct reader	*rd = a->in->overrides;
	struct row	 row;
	struct line	*l;
	size_t		 i;

	while (has_store(a, rd, t) && reader_next(rd, &row)) {
		if (!cell_is(row_cell(&row, reader_need(rd, "key")),
		    a->in->subject) || !cell_is(row_cell(&row,
		    reader_need(rd, "status")), "in force"))
			continue;
		l = stored_line(a, t, rd, &row, ids);
		for (i = 3; i < 5; i++)
			l->cell[i].text = redact_person(a->in->redactor, a->r,
			    l->cell[i].text);
		l->cell[5].text = redact_free(a->in->redactor, a->r,
		    l->cell[5].text);
	}
}

static void
rest(const struct account *a)
{
	struct section	*s = report_section(a->r, "details", N_("Details"));
	struct table	*t = fact_table(a, s);
	size_t		 i;

	t->none = a->in->redactor != NULL ? N_("hidden") : N_("none");
	for (i = 0; i < a->card->nrest; i++)
		put_fact(a, t, a->card->rest[i].id, a->card->rest[i].label,
		    figure_text(a->card->rest[i].value));
}

/* --------------------------------------------------------------------------- */

/* From the year's first instant: what people count, they count from there. */
static void
year_of(const struct policy *pol, when now, when *from)
{
	struct civil	 c;

	zone_civil(policy_zone(pol), now, &c);
	*from = zone_midnight(policy_zone(pol), days_of(c.year, 1, 1));
}

static void
title(const struct account *a)
{
	char	 text[WHEN_SIZE];
	size_t	 n;

	/* Who is in the programme is in its name already. */
	if (a->told)
		a->r->title = report_textf(a->r, _("%s: account of %s"),
		    program_label(a->b->pol), a->me->name);
	else
		a->r->title = report_textf(a->r, _("Account of %s"),
		    a->me->name);
	n = when_format(text, a->b->now, a->r->offset);
	a->r->subtitle = report_textf(a->r, _("As of %.*s"), (int)n, text);
}

struct report *
account_report(const struct kind_input *in)
{
	struct report		*r = report_new(policy_currency(in->pol));
	struct account		 a = { .in = in, .r = r };
	struct book_input	 bi = { .pol = in->pol, .now = in->now,
				    .to = in->now + 1,
				    .customers = in->customers,
				    .tickets = in->tickets,
				    .events = in->events,
				    .agents = in->agents,
				    .revenue = in->revenue,
				    .most = in->most,
				    .redactor = in->redactor };

	year_of(in->pol, in->now, &bi.from);
	a.card = card_read(r, in);
	a.b = book_read(r, &bi);
	a.me = &a.b->client[a.card->line];
	a.told = !redacts(in->redactor, REDACT_TIERS);
	title(&a);
	who(&a);
	glance(&a);
	health(&a);
	view_open(a.b, a.card->line);
	owed(&a);
	history(&a);
	touchpoints(&a);
	moves(&a);
	overrides(&a);
	rest(&a);
	book_free(a.b);
	card_free(a.card);
	return r;
}
