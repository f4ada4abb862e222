/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/book.h"
#include "report/input.h"
#include "report/show.h"
#include "score/rules.h"
#include "score/sla.h"

#define SUFFIX	"_status"

/* A text of people: by name unless they are hidden. */
static const char *
person_of(const struct book *b, struct input *in, size_t column)
{
	return redact_person(b->redactor, b->r, input_text(in, column));
}

static const char *
free_of(const struct book *b, struct input *in, size_t column)
{
	return redact_free(b->redactor, b->r, input_text(in, column));
}

/* Room for one more in an array that doubles. */
static void *
grow(void *p, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return p;
	return xreallocarray(p, n == 0 ? 1 : n * 2, size);
}

static size_t
find_client(const struct book *b, const char *key)
{
	uint32_t	 id = keys_find(b->keys, key, strlen(key));

	return id == KEY_NONE ? NOBODY : id;
}

/* --------------------------------------------------------------- customers */

const char *
revenue_of(const struct reader *rd, const char *asked)
{
	static const char *const	 usual[] = {
		"mrr", "spend_30d", "spend_90d", "spend_365d", "spend_total",
		"ltv", "acv"
	};
	size_t	 i;

	if (asked != NULL) {
		reader_need(rd, asked);
		return asked;
	}
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (reader_column(rd, usual[i]) != -1)
			return usual[i];
	return NULL;
}

/* The level that is no risk: the policy's last. */
static const char *
calm_level(const struct policy *pol)
{
	const struct statement	*st, *last = NULL;

	for (st = policy_find(pol, KW_LEVEL, NULL); st != NULL;
	    st = policy_next(st))
		last = st;
	return last != NULL ? last->name : NULL;
}

/* A column that a check of the policy requires of some tiers. */
struct required {
	const struct clause	*who;
	size_t			 column;
};

/* Those that the table has. */
static struct required *
required_of(const struct book *b, const struct reader *rd, size_t *n)
{
	const struct statement	*st;
	struct required		*list = NULL;
	int			 column;

	*n = 0;
	for (st = policy_find(b->pol, KW_CHECK, NULL); st != NULL;
	    st = policy_next(st)) {
		if (clause_find(st, W_REQUIRED) == NULL || st->name == NULL ||
		    (column = reader_column(rd, st->name)) == -1)
			continue;
		list = xreallocarray(list, *n + 1, sizeof(*list));
		list[*n].who = clause_find(st, W_FOR);
		list[(*n)++].column = (size_t)column;
	}
	return list;
}

static void
fill(const struct book *b, const struct input *in,
    const struct required *list, size_t n, struct client *c)
{
	size_t	 i;

	c->filled = c->required = 0;
	for (i = 0; i < n; i++) {
		if (!list_has_tier(b->pol, list[i].who, c->tier))
			continue;
		c->required++;
		c->filled += row_cell(&in->row, list[i].column).len > 0;
	}
}

static void
read_customers(struct book *b, struct reader *rd, const char *asked)
{
	struct input	 in;
	struct client	*c;
	struct fault	 fault;
	const char	*calm = calm_level(b->pol), *tier, *hidden;
	size_t		 key, name, tiers, sponsor, level, reasons, action,
			 plan, revenue, health, orders, year, last_year,
			 yearly, source, nrequired, title, renewal;
	struct required	*required = required_of(b, rd, &nrequired);
	uint32_t	 id;
	when		 at;
	num		 n;
	int		 dated = reader_column(rd, "spend_lytd") != -1;

	input_begin(&in, rd, b->pol, b->now, b->r);
	key = input_need(&in, policy_key(b->pol), TYPE_TEXT);
	tiers = input_need(&in, "tier", TYPE_TEXT);
	name = input_want(&in, "name", TYPE_TEXT);
	sponsor = input_want(&in, "sponsor", TYPE_TEXT);
	title = input_want(&in, "sponsor_title", TYPE_TEXT);
	renewal = input_want(&in, "renewal_date", TYPE_TIME);
	level = input_want(&in, "risk_level", TYPE_TEXT);
	reasons = input_want(&in, "risk_reasons", TYPE_TEXT);
	action = input_want(&in, "risk_action", TYPE_TEXT);
	plan = input_want(&in, "intervention", TYPE_TEXT);
	health = input_want(&in, "health", TYPE_NUMBER);
	revenue = input_want(&in, b->revenue != NULL ? b->revenue : "revenue",
	    TYPE_NUMBER);
	orders = input_want(&in, "orders_total", TYPE_NUMBER);
	/* The same days of last year where they are known. */
	year = input_want(&in, dated ? "spend_ytd" : "spend_365d",
	    TYPE_NUMBER);
	last_year = input_want(&in, dated ? "spend_lytd" : "spend_prev_365d",
	    TYPE_NUMBER);
	yearly = input_want(&in, asked != NULL ? asked : "spend_365d",
	    TYPE_NUMBER);
	source = input_want(&in, "source", TYPE_TEXT);
	input_bind(&in);
	b->has_source = reader_column(rd, "source") != -1;
	b->scored = reader_column(rd, "risk_level") != -1;
	b->has_sponsor = reader_column(rd, "sponsor") != -1;
	while (input_next(&in)) {
		b->client = grow(b->client, b->nclient, sizeof(*b->client));
		c = &b->client[b->nclient];
		c->key = input_text(&in, key);
		if (*c->key == '\0') {
			fault_set(&fault, reader_need(rd, policy_key(b->pol)),
			    "is empty");
			reader_die(rd, &in.row, &fault);
		}
		id = keys_add(b->keys, c->key, strlen(c->key));
		if (id != b->nclient) {
			fault_cell(&fault, &in.row, reader_need(rd,
			    policy_key(b->pol)), "comes twice");
			reader_die(rd, &in.row, &fault);
		}
		tier = input_text(&in, tiers);
		c->tier = policy_tier_index(b->pol, tier);
		if (c->tier == -1) {
			fault_cell(&fault, &in.row, reader_need(rd, "tier"),
			    "is no tier of the policy");
			reader_die(rd, &in.row, &fault);
		}
		hidden = redact_customer(b->redactor, b->r, c->key, NULL);
		c->name = hidden != NULL ? hidden : input_text(&in, name);
		if (hidden != NULL)
			c->key = hidden;
		if (*c->name == '\0')
			c->name = c->key;
		c->sponsor = person_of(b, &in, sponsor);
		c->title = input_text(&in, title);
		c->has_renewal = input_time(&in, renewal, &at);
		c->renewal = c->has_renewal ?
		    zone_day(policy_zone(b->pol), at) : 0;
		c->level = input_text(&in, level);
		c->reasons = redact_reason(b->redactor, b->r,
		    input_text(&in, reasons));
		c->action = input_text(&in, action);
		c->plan = free_of(b, &in, plan);
		c->has_health = input_number(&in, health, &c->health);
		c->has_revenue = input_number(&in, revenue, &c->revenue);
		c->at_risk = calm != NULL && *c->level != '\0' &&
		    strcmp(c->level, calm) != 0;
		c->bought = input_number(&in, orders, &n) && n >= NUM_ONE;
		c->bought_again = n >= 2 * NUM_ONE;
		input_number(&in, year, &c->year);
		c->has_growth = input_number(&in, last_year, &c->last_year);
		c->has_yearly = input_number(&in, yearly, &c->yearly);
		c->source = free_of(b, &in, source);
		fill(b, &in, required, nrequired, c);
		b->nclient++;
	}
	free(required);
	input_end(&in);
}

/* ----------------------------------------------------------------- tickets */

static enum metric_status
status_of(const char *word)
{
	static const char *const words[] = {
		[METRIC_MET] = "met", [METRIC_PAUSED] = "paused",
		[METRIC_OPEN] = "open", [METRIC_WARNING] = "warning",
		[METRIC_BREACHED] = "breached"
	};
	size_t	 i;

	for (i = METRIC_MET; i <= METRIC_BREACHED; i++)
		if (strcmp(words[i], word) == 0)
			return (enum metric_status)i;
	return METRIC_NONE;
}

/* A kind of issue is told where what was written is not. */
static const char *
kind_or_text(const struct book *b, struct input *in, size_t kind,
    size_t column)
{
	const char	*text = free_of(b, in, column), *issue;

	if (*text != '\0' && !redacts(b->redactor,
	    REDACT_NAMES | REDACT_CONTACTS | REDACT_STAFF))
		return text;
	issue = input_text(in, kind);
	return *issue != '\0' ? issue : text;
}

/* The columns of a promise, as input_want() has them. */
struct owing_columns {
	size_t	 status, elapsed, due, end;
};

/* A rating and states that can be counted; a bad one ends the program. */
static void
check_ticket(const struct book *b, struct input *in,
    const struct owing_columns *owing, const struct ticket_row *t)
{
	struct fault	 fault;
	const char	*column = NULL, *what = "is no status of a metric";
	size_t		 m;

	for (m = 0; m < b->nmetric; m++)
		if (t->owing[m].status == METRIC_NONE &&
		    *input_text(in, owing[m].status) != '\0')
			column = report_textf(b->r, "%s" SUFFIX, b->metric[m]);
	if (t->has_csat && (t->csat < NUM_ONE || t->csat > 5 * NUM_ONE)) {
		column = "csat";
		what = "is not from 1 to 5";
	}
	if (column == NULL)
		return;
	fault_cell(&fault, &in->row, reader_need(in->rd, column), what);
	reader_die(in->rd, &in->row, &fault);
}

static void
read_tickets(struct book *b, struct reader *rd)
{
	struct input	 in;
	struct ticket_row *t;
	size_t		 id, key, issue, subject, agent, channel, created,
			 resolved, csat, escalated, complaint, cause, family,
			 followed, feedback, m;
	struct owing_columns *owing;
	when		 at;

	b->nmetric = metrics_of(b->r, b->pol, rd, &b->metric);
	input_begin(&in, rd, b->pol, b->now, b->r);
	id = input_want(&in, "ticket_id", TYPE_TEXT);
	key = input_need(&in, policy_key(b->pol), TYPE_TEXT);
	created = input_need(&in, "created_at", TYPE_TIME);
	issue = input_want(&in, "issue_type", TYPE_TEXT);
	subject = input_want(&in, "subject", TYPE_TEXT);
	agent = input_want(&in, "agent", TYPE_TEXT);
	channel = input_want(&in, "channel", TYPE_TEXT);
	resolved = input_want(&in, "resolved_at", TYPE_TIME);
	csat = input_want(&in, "csat", TYPE_NUMBER);
	escalated = input_want(&in, "escalated", TYPE_TEXT);
	complaint = input_want(&in, "complaint", TYPE_TEXT);
	cause = input_want(&in, "cause", TYPE_TEXT);
	family = input_want(&in, "cause_family", TYPE_TEXT);
	followed = input_want(&in, "followed_up_at", TYPE_TIME);
	feedback = input_want(&in, "feedback_at", TYPE_TIME);
	b->has_escalated = reader_column(rd, "escalated") != -1;
	b->has_complaint = reader_column(rd, "complaint") != -1;
	owing = xcalloc(b->nmetric + 1, sizeof(*owing));
	for (m = 0; m < b->nmetric; m++) {
		owing[m].status = input_want(&in, report_textf(b->r,
		    "%s" SUFFIX, b->metric[m]), TYPE_TEXT);
		owing[m].elapsed = input_want(&in, report_textf(b->r,
		    "%s_elapsed", b->metric[m]), TYPE_NUMBER);
		owing[m].due = input_want(&in, report_textf(b->r, "%s_due",
		    b->metric[m]), TYPE_TIME);
		owing[m].end = input_want(&in, metric_end(b->metric[m],
		    policy_find(b->pol, KW_SLA, b->metric[m]), b->r->arena),
		    TYPE_TIME);
	}
	input_bind(&in);
	while (input_next(&in)) {
		b->ticket = grow(b->ticket, b->nticket, sizeof(*b->ticket));
		t = &b->ticket[b->nticket++];
		t->id = input_text(&in, id);
		t->key = input_text(&in, key);
		t->client = find_client(b, t->key);
		/* A ticket of nobody that is known is the default tier's. */
		t->tier = t->client != NOBODY ? b->client[t->client].tier :
		    (int)b->ntier - 1;
		t->key = redact_customer(b->redactor, b->r, t->key, t->key);
		t->issue = kind_or_text(b, &in, issue, subject);
		t->agent = person_of(b, &in, agent);
		t->channel = input_text(&in, channel);
		input_time(&in, created, &t->created);
		t->is_open = !input_time(&in, resolved, &t->resolved) ||
		    t->resolved > b->now;
		t->has_csat = input_number(&in, csat, &t->csat);
		t->escalated = input_truth(&in, escalated);
		t->complaint = input_truth(&in, complaint);
		t->cause = kind_or_text(b, &in, issue, cause);
		t->family = input_text(&in, family);
		t->answered = (input_time(&in, followed, &at) &&
		    at <= b->now) || (input_time(&in, feedback, &at) &&
		    at <= b->now);
		t->owing = arena_get(b->r->arena, (b->nmetric + 1) *
		    sizeof(*t->owing));
		for (m = 0; m < b->nmetric; m++) {
			t->owing[m].status = status_of(input_text(&in,
			    owing[m].status));
			t->owing[m].done = input_time(&in, owing[m].end,
			    &at) && at <= b->now;
			t->owing[m].has_elapsed = input_number(&in,
			    owing[m].elapsed, &t->owing[m].elapsed);
			t->owing[m].has_due = input_time(&in,
			    owing[m].due, &t->owing[m].due);
		}
		check_ticket(b, &in, owing, t);
	}
	free(owing);
	input_end(&in);
}

/* ------------------------------------------------------------------ events */

static int
by_time(const void *a, const void *b)
{
	const struct event_row	*x = a, *y = b;
	int			 c;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if ((c = strcmp(x->event, y->event)) != 0 ||
	    (c = strcmp(x->key, y->key)) != 0)
		return c;
	return strcmp(x->value, y->value);
}

static void
read_events(struct book *b, struct reader *rd)
{
	struct input	 in;
	struct event_row *e;
	size_t		 at, event, value, key, ticket, tier, channel,
			 touch, i;

	input_begin(&in, rd, b->pol, b->now, b->r);
	at = input_need(&in, "at", TYPE_TIME);
	event = input_need(&in, "event", TYPE_TEXT);
	value = input_want(&in, "value", TYPE_TEXT);
	key = input_want(&in, policy_key(b->pol), TYPE_TEXT);
	ticket = input_want(&in, "ticket_id", TYPE_TEXT);
	channel = input_want(&in, "channel", TYPE_TEXT);
	tier = input_want(&in, "tier", TYPE_TEXT);
	touch = input_want(&in, "touch", TYPE_TEXT);
	input_bind(&in);
	while (input_next(&in)) {
		b->event = grow(b->event, b->nevent, sizeof(*b->event));
		e = &b->event[b->nevent];
		input_time(&in, at, &e->at);
		e->event = input_text(&in, event);
		e->value = input_text(&in, value);
		e->is_number = num_parse(e->value, strlen(e->value),
		    &e->number) == 0;
		if (!e->is_number)
			e->value = redact_free(b->redactor, b->r, e->value);
		e->key = input_text(&in, key);
		e->ticket = input_text(&in, ticket);
		e->channel = input_text(&in, channel);
		e->touch = input_text(&in, touch);
		e->client = find_client(b, e->key);
		e->key = redact_customer(b->redactor, b->r, e->key, e->key);
		/* Those who left are among the customers no more. */
		e->tier = e->client != NOBODY ? b->client[e->client].tier :
		    policy_tier_index(b->pol, input_text(&in, tier));
		if (e->at <= b->now)
			b->nevent++;
	}
	if (b->nevent > 0)
		qsort(b->event, b->nevent, sizeof(*b->event), by_time);
	/* An event of a ticket alone is its customer's. */
	if (b->nevent > 0 && b->nticket > 0) {
		struct keys	*ids = keys_new();
		size_t		*of = xcalloc(b->nticket, sizeof(*of));
		uint32_t	 n;

		for (i = 0; i < b->nticket; i++) {
			n = keys_add(ids, b->ticket[i].id,
			    strlen(b->ticket[i].id));
			of[n] = i;
		}
		for (i = 0; i < b->nevent; i++) {
			e = &b->event[i];
			if (*e->key != '\0' || *e->ticket == '\0' ||
			    (n = keys_find(ids, e->ticket,
			    strlen(e->ticket))) == KEY_NONE)
				continue;
			e->key = b->ticket[of[n]].key;
			e->client = b->ticket[of[n]].client;
			e->tier = b->ticket[of[n]].tier;
		}
		keys_free(ids);
		free(of);
	}
	input_end(&in);
}

/* ------------------------------------------------------------------ agents */

static void
count_work(struct book *b)
{
	struct keys	*names = keys_new();
	struct agent_row *a;
	const struct ticket_row *t;
	uint32_t	 n;
	size_t		 i, m;

	for (i = 0; i < b->nagent; i++)
		keys_add(names, b->agent[i].name, strlen(b->agent[i].name));
	for (i = 0; i < b->nticket; i++) {
		t = &b->ticket[i];
		if (*t->agent == '\0')
			continue;
		n = keys_find(names, t->agent, strlen(t->agent));
		if (n == KEY_NONE) {
			/* Who has tickets works here, listed or not. */
			n = keys_add(names, t->agent, strlen(t->agent));
			b->agent = xreallocarray(b->agent, b->nagent + 1,
			    sizeof(*b->agent));
			memset(&b->agent[b->nagent], 0, sizeof(*b->agent));
			b->agent[b->nagent].name = t->agent;
			b->agent[b->nagent++].pool = "";
		}
		a = &b->agent[n];
		if (t->is_open && t->created <= b->now)
			a->open++;
		if (!in_period(b, t->created))
			continue;
		a->all++;
		if (is_vip(b, t->tier))
			a->vip++;
		for (m = 0; m < b->nmetric; m++) {
			if (t->owing[m].status == METRIC_MET)
				a->met++;
			else if (t->owing[m].status == METRIC_BREACHED)
				a->missed++;
		}
	}
	keys_free(names);
}

static void
read_agents(struct book *b, struct reader *rd)
{
	struct input	 in;
	struct agent_row *a;
	struct fault	 fault;
	struct keys	*names = keys_new();
	size_t		 name, pool, capacity, from, until;
	int64_t		 today = policy_today(b->pol, b->now);
	when		 t;
	int		 has_from, has_until;

	input_begin(&in, rd, b->pol, b->now, b->r);
	name = input_need(&in, "agent", TYPE_TEXT);
	pool = input_want(&in, "pool", TYPE_TEXT);
	capacity = input_want(&in, "capacity", TYPE_NUMBER);
	from = input_want(&in, "pto_from", TYPE_TIME);
	until = input_want(&in, "pto_until", TYPE_TIME);
	input_bind(&in);
	while (input_next(&in)) {
		b->agent = xreallocarray(b->agent, b->nagent + 1,
		    sizeof(*b->agent));
		a = &b->agent[b->nagent];
		memset(a, 0, sizeof(*a));
		a->name = person_of(b, &in, name);
		if (keys_add(names, a->name, strlen(a->name)) != b->nagent) {
			fault_cell(&fault, &in.row, reader_need(rd, "agent"),
			    "comes twice");
			reader_die(rd, &in.row, &fault);
		}
		a->pool = input_text(&in, pool);
		a->has_capacity = input_number(&in, capacity, &a->capacity);
		has_from = input_time(&in, from, &t);
		a->from = has_from ? zone_day(policy_zone(b->pol), t) : today;
		has_until = input_time(&in, until, &t);
		a->until = has_until ? zone_day(policy_zone(b->pol), t) :
		    INT64_MAX;
		/* Both days are included. */
		a->away = (has_from || has_until) && a->from <= today &&
		    today <= a->until;
		b->nagent++;
	}
	keys_free(names);
	input_end(&in);
}

/* -------------------------------------------------------------------- book */

struct book *
book_read(struct report *r, const struct book_input *in)
{
	struct book	*b = xcalloc(1, sizeof(*b));

	b->pol = in->pol;
	b->r = r;
	b->now = in->now;
	b->from = in->from;
	b->to = in->to;
	b->most = in->most;
	b->redactor = in->redactor;
	b->ntier = policy_tiers(in->pol);
	b->keys = keys_new();
	b->revenue = revenue_of(in->customers, in->revenue);
	read_customers(b, in->customers, in->revenue);
	if ((b->has_tickets = in->tickets != NULL) != 0)
		read_tickets(b, in->tickets);
	if ((b->has_events = in->events != NULL) != 0)
		read_events(b, in->events);
	if ((b->has_agents = in->agents != NULL) != 0)
		read_agents(b, in->agents);
	count_work(b);
	r->now = in->now;
	r->offset = zone_offset(policy_zone(in->pol), in->now);
	return b;
}

void
book_free(struct book *b)
{
	if (b == NULL)
		return;
	keys_free(b->keys);
	free(b->client);
	free(b->ticket);
	free(b->event);
	free(b->agent);
	free(b->metric);
	free(b);
}

int
book_metric(const struct book *b, const char *name)
{
	size_t	 m;

	for (m = 0; m < b->nmetric; m++)
		if (strcmp(b->metric[m], name) == 0)
			return (int)m;
	return -1;
}

int
is_vip(const struct book *b, int tier)
{
	return tier >= 0 && (size_t)tier + 1 < b->ntier;
}

int
in_period(const struct book *b, when t)
{
	return t >= b->from && t < b->to && t <= b->now;
}

/* The VIP tiers, then these three. */
size_t
group_vip(const struct book *b)
{
	return b->ntier - 1;
}

size_t
group_standard(const struct book *b)
{
	return b->ntier;
}

size_t
group_all(const struct book *b)
{
	return b->ntier + 1;
}

size_t
book_groups(const struct book *b)
{
	return b->ntier + 2;
}

const char *
group_name(const struct book *b, size_t group)
{
	if (group == group_vip(b))
		return N_("vip");
	if (group == group_all(b))
		return N_("all");
	return policy_tier(b->pol, group == group_standard(b) ? b->ntier - 1 :
	    group)->name;
}

int
group_total(const struct book *b, size_t group)
{
	return group == group_vip(b) || group == group_all(b);
}

int
group_has(const struct book *b, size_t group, int tier)
{
	if (group == group_all(b))
		return 1;
	if (group == group_vip(b))
		return is_vip(b, tier);
	if (group == group_standard(b))
		return tier == (int)b->ntier - 1;
	return tier == (int)group;
}

/* ------------------------------------------------------------------- piles */

void
pile_add(struct pile *p, num n)
{
	p->value = grow(p->value, p->n, sizeof(*p->value));
	p->value[p->n++] = n;
	if (num_add(p->sum, n, &p->sum) == -1)
		die(STATUS_DATA, "a sum is out of range");
}

static int
by_value(const void *a, const void *b)
{
	num	 x = *(const num *)a, y = *(const num *)b;

	return (x > y) - (x < y);
}

struct figure
pile_mean(const struct pile *p, enum kind kind)
{
	return figure_mean(kind, p->sum, p->n);
}

/*
 * The median of an even number is the mean of the middle two, as in the
 * policy language; any other quantile is that of the nearest rank.
 */
struct figure
pile_quantile(struct pile *p, enum kind kind, int percent)
{
	struct figure	 none = { 0 };
	size_t		 i;

	if (p->n == 0)
		return none;
	qsort(p->value, p->n, sizeof(*p->value), by_value);
	if (percent == 50 && p->n % 2 == 0)
		return figure_of(kind, p->value[p->n / 2 - 1] +
		    (p->value[p->n / 2] - p->value[p->n / 2 - 1]) / 2);
	i = (p->n * (size_t)percent + 99) / 100;
	return figure_of(kind, p->value[i - 1]);
}

void
pile_free(struct pile *p)
{
	free(p->value);
	memset(p, 0, sizeof(*p));
}

/* ----------------------------------------------------------------- ratings */

struct table *
ratings_table(struct report *r, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "ratings", N_("Ratings"), ALIGN_RIGHT },
		{ NULL, N_("Average"), ALIGN_RIGHT },	/* told above */
		{ "csat_median", N_("Median"), ALIGN_RIGHT },
		{ "csat_p90", N_("90th perc."), ALIGN_RIGHT },
	};
	struct table	*t = report_table(r, s, columns,
			    sizeof(columns) / sizeof(columns[0]));

	t->title = metric_label("csat");
	return t;
}

struct line *
ratings_line(struct report *r, struct table *t, const char *tier,
    struct pile *p)
{
	struct line	*l = report_line(r, t, tier, NULL);

	l->cell[0] = figure_text(tr(tier));
	l->cell[1] = figure_count(p->n);
	l->cell[2] = pile_mean(p, KIND_NUMBER);
	if (p->n > 0)
		l->cell[2].value = num_round(l->cell[2].value, 2);
	l->cell[3] = pile_quantile(p, KIND_NUMBER, 50);
	l->cell[4] = pile_quantile(p, KIND_NUMBER, 90);
	return l;
}
