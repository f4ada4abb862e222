/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tickets, joined with their customers and with what happened to them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score/customers.h"
#include "score/stamps.h"
#include "score/ticket.h"

#define NOWHERE	SIZE_MAX

enum { TICKET = 1, CUSTOMER = 2 };	/* whose columns */

/* A column of timestamps. */
struct time_column {
	const char	*name;
	int		 need;
	size_t		 column;	/* of the tickets, or FAULT_ROW */
	/* of the tickets' plan, where the policy says how it is written or
	   there is no such column; else NOWHERE */
	size_t		 program;
	const char	*format;	/* as it is written; or NULL: ISO 8601 */
	struct zone	*zone;		/* its own, or NULL: the policy's */
};

/* A name in a condition, and who has the column. */
struct name {
	const char	*name;
	enum type	 type;
	enum ask	 ask;
	const struct expr *expr;	/* where it was asked for, or NULL */
	size_t		 ticket;	/* program of the tickets' plan, or NOWHERE */
	size_t		 customer;	/* attribute of the customer, or NOWHERE */
};

struct log {
	struct keys	*ids;
	struct keys	*values;
	struct event	*events;	/* those of ticket i: first[i] to first[i+1] */
	size_t		*first;
};

struct docket {
	const struct policy	*pol;
	when			 now;
	int			 strict;
	int			 deftier;

	struct time_column	*times;
	size_t			 ntime;

	/* conditions: all that they name comes by struct name */
	struct plan		*asked;
	size_t			 nasked;
	struct name		*names;
	size_t			 nname;
	size_t			 status, priority, risk, profiles; /* names */

	struct plan		*tickets;
	size_t			 id, key, channel, tier, calendar; /* programs */
	size_t			 key_column, tier_column, calendar_column;
	int			 untiered;	/* nothing says the tier */
	struct keys		*channels;	/* folded */
	int			 want_calendar;
	const struct statement	**calendars;
	size_t			 ncalendar;

	struct customers	*customers;
	size_t			 nattribute;	/* columns asked of them */
	size_t			 attribute;	/* their calendar, or NOWHERE */

	struct log		*log;
	char			*customers_name;
	size_t			 unknown;	/* tickets of no known customer */
	struct keys		*strange;	/* channels that are owed nothing */
};

/* What is asked of one ticket. */
struct inside {
	const struct docket	*docket;
	struct frame		*row;
	struct frame		*asked;
	struct value		*values;
	struct value		*as;		/* values with others put in */
	int			 tier_as;
	struct stamps		*stamps;
	struct buf		 fold;
	size_t			 unknown;
	struct keys		*strange;
};

static struct cell
text_of(struct frame *f, size_t program)
{
	struct value	 v = frame_eval(f, program);

	if (v.type != TYPE_TEXT)
		v.text.len = 0;
	return v.text;
}

struct docket *
docket_new(const struct policy *pol, when now)
{
	const struct statement	*st;
	struct docket		*d = xcalloc(1, sizeof(*d));

	d->pol = pol;
	d->now = now;
	d->deftier = (int)policy_tiers(pol) - 1;
	d->asked = plan_new(pol, now);
	plan_decides(d->asked, FACT_TIER);
	plan_decides(d->asked, FACT_PROFILE);
	plan_decides(d->asked, FACT_RISK);
	plan_decides(d->asked, FACT_STATUS);
	d->tickets = plan_new(pol, now);
	d->channels = keys_new();
	d->strange = keys_new();
	d->status = d->priority = d->risk = d->profiles = NOWHERE;
	d->calendar = d->tier = d->attribute = NOWHERE;
	for (st = policy_find(pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st)) {
		d->calendars = xreallocarray(d->calendars, d->ncalendar + 1,
		    sizeof(*d->calendars));
		d->calendars[d->ncalendar++] = st;
	}
	return d;
}

static void
log_free(struct log *log)
{
	if (log == NULL)
		return;
	keys_free(log->ids);
	keys_free(log->values);
	free(log->events);
	free(log->first);
	free(log);
}

void
docket_free(struct docket *d)
{
	size_t	 i;

	if (d == NULL)
		return;
	for (i = 0; i < d->ntime; i++)
		zone_free(d->times[i].zone);
	free(d->times);
	free(d->names);
	plan_free(d->asked);
	plan_free(d->tickets);
	keys_free(d->channels);
	keys_free(d->strange);
	customers_free(d->customers);
	free(d->calendars);
	free(d->customers_name);
	log_free(d->log);
	free(d);
}

const struct policy *
docket_policy(const struct docket *d)
{
	return d->pol;
}

when
docket_now(const struct docket *d)
{
	return d->now;
}

/* --------------------------------------------------------- what is wanted */

size_t
docket_time(struct docket *d, const char *column, int need)
{
	size_t	 i;

	for (i = 0; i < d->ntime; i++)
		if (strcmp(d->times[i].name, column) == 0)
			break;
	if (i == d->ntime) {
		d->times = xreallocarray(d->times, ++d->ntime,
		    sizeof(*d->times));
		memset(&d->times[i], 0, sizeof(d->times[i]));
		d->times[i].name = column;
		d->times[i].column = FAULT_ROW;
	}
	d->times[i].need |= need;
	return i;
}

size_t
docket_times(const struct docket *d)
{
	return d->ntime;
}

const char *
docket_time_name(const struct docket *d, size_t i)
{
	return d->times[i].name;
}

size_t
docket_time_column(const struct docket *d, size_t i)
{
	return d->times[i].column;
}

static size_t
add_name(struct docket *d, const char *name, enum type type, enum ask ask,
    const struct expr *expr)
{
	struct name	*n;
	size_t		 i;

	for (i = 0; i < d->nname; i++)
		if (strcmp(d->names[i].name, name) == 0) {
			if (ask == ASK_NEED)
				d->names[i].ask = ask;
			return i;
		}
	d->names = xreallocarray(d->names, ++d->nname, sizeof(*d->names));
	n = &d->names[i];
	n->name = name;
	n->type = type;
	n->ask = ask;
	n->expr = expr;
	n->ticket = n->customer = NOWHERE;
	return i;
}

size_t
docket_column(struct docket *d, const char *name, enum type type, enum ask ask)
{
	return add_name(d, name, type, ask, NULL);
}

static void
collect(struct docket *d, const struct expr *e, enum ask ask)
{
	enum type	 type;
	size_t		 i;

	if (e == NULL)
		return;
	switch (e->op) {
	case OP_NAME:
		if (e->let != NULL) {
			collect(d, e->let->expr, ask);
			break;
		}
		if ((type = policy_column_type(d->pol, e->text)) ==
		    TYPE_MISSING)
			type = TYPE_TEXT;
		i = add_name(d, e->text, type, ask, e);
		if (strcmp(e->text, "status") == 0)
			d->status = i;
		else if (strcmp(e->text, "priority") == 0)
			d->priority = i;
		break;
	case OP_RISK:
		d->risk = add_name(d, "risk_level", TYPE_TEXT, ASK_LENIENT,
		    NULL);
		break;
	case OP_PROFILE:
		d->profiles = add_name(d, "profiles", TYPE_TEXT, ASK_LENIENT,
		    NULL);
		break;
	default:
		break;
	}
	for (i = 0; i < e->narg; i++)
		collect(d, e->arg[i], ask);
	collect(d, e->within, ask);
}

size_t
docket_ask(struct docket *d, const struct expr *e, enum ask ask)
{
	collect(d, e, ask);
	d->nasked++;
	return plan_add(d->asked, e);
}

/* Whose columns an expression asks for. */
static int
asks_for(const struct docket *d, const struct expr *e)
{
	const char	*name = NULL;
	size_t		 i;
	int		 whose = 0;

	if (e->op == OP_NAME && e->let != NULL)
		return asks_for(d, e->let->expr);
	if (e->op == OP_STATUS)
		return TICKET;
	if (e->op == OP_NAME)
		name = e->text;
	else if (e->op == OP_RISK)
		name = "risk_level";
	else if (e->op == OP_PROFILE)
		name = "profiles";
	for (i = 0; name != NULL && i < d->nname; i++) {
		if (strcmp(d->names[i].name, name) != 0)
			continue;
		if (d->names[i].ticket != NOWHERE)
			whose |= TICKET;
		if (d->names[i].customer != NOWHERE)
			whose |= CUSTOMER;
	}
	for (i = 0; i < e->narg; i++)
		whose |= asks_for(d, e->arg[i]);
	return whose;
}

int
docket_personal(const struct docket *d, const struct expr *e)
{
	return asks_for(d, e) == CUSTOMER;
}

size_t
docket_channel(struct docket *d, const char *name)
{
	struct buf	 b = { 0 };
	size_t		 i;

	text_fold(&b, name, strlen(name));
	i = keys_add(d->channels, b.p, b.len);
	buf_free(&b);
	return i;
}

void
docket_want_status(struct docket *d, enum ask ask)
{
	d->status = docket_column(d, "status", TYPE_TEXT, ask);
}

void
docket_want_calendar(struct docket *d)
{
	d->want_calendar = 1;
}

void
docket_strict_time(struct docket *d)
{
	d->strict = 1;
}

/* ------------------------------------------------------ columns of times */

/* Where it is, and how it is written. */
static void
time_bind(struct time_column *t, const struct policy *pol,
    const struct reader *rd)
{
	const struct statement	*st = policy_column(pol, t->name);
	const struct clause	*cl;
	int			 found = find_column(pol, rd, t->name);

	t->column = found == -1 ? FAULT_ROW : (size_t)found;
	t->program = NOWHERE;
	if (st == NULL)
		return;
	if ((cl = clause_find(st, W_AS)) != NULL)
		t->format = cl->text;
	if ((cl = clause_find(st, W_IN)) != NULL)
		t->zone = zone_open(cl->text);
}

/* A row's cell: 0, or -1 where it is empty or no time. */
static int
time_stamp(const struct time_column *t, const struct row *row,
    struct stamp *st)
{
	struct cell	 c;

	if (t->column == FAULT_ROW)
		return -1;
	c = row_cell(row, t->column);
	return t->format != NULL ?
	    stamp_parse_format(c.p, c.len, t->format, st) :
	    stamp_parse(c.p, c.len, st);
}

/* What a plan, which knows seconds, has made of a cell, and the rest of it. */
static tick
time_tick(const struct time_column *t, const struct row *row,
    const struct value *v)
{
	struct stamp	 st;

	if (v->type != TYPE_TIME)
		return WHEN_NONE;
	return tick_of(v->n) + (time_stamp(t, row, &st) == 0 ? st.part : 0);
}

/* The time of a cell, refused if the clocks skipped it or had it twice. */
static int
strict_time(const struct docket *d, const struct time_column *t,
    const struct row *row, struct fault *fault)
{
	struct stamp	 st;
	enum local	 how = LOCAL_ONE;

	if (time_stamp(t, row, &st) == -1)
		return 0;		/* the plan has told of it */
	stamp_instant(&st, t->zone != NULL ? t->zone : policy_zone(d->pol),
	    &how);
	if (how == LOCAL_GAP)
		return fault_cell(fault, row, t->column,
		    "does not exist there: the clocks skipped it");
	if (how == LOCAL_TWICE)
		return fault_cell(fault, row, t->column,
		    "exists twice there: the clocks were put back");
	return 0;
}

/* ---------------------------------------------------------------- the log */

static enum happening
happening_of(struct cell c)
{
	static const struct {
		const char	*name;
		enum happening	 what;
	} known[] = {
		{ "created", EVENT_CREATED }, { "opened", EVENT_CREATED },
		{ "assigned", EVENT_ASSIGNED },
		{ "replied", EVENT_REPLIED }, { "agent_replied", EVENT_REPLIED },
		{ "customer_replied", EVENT_CUSTOMER_REPLIED },
		{ "status", EVENT_STATUS }, { "priority", EVENT_PRIORITY },
		{ "tier", EVENT_TIER }, { "reopened", EVENT_REOPENED },
		{ "resolved", EVENT_RESOLVED }, { "closed", EVENT_RESOLVED },
		{ "solved", EVENT_RESOLVED },
		{ "followed_up", EVENT_FOLLOWED_UP },
	};
	size_t	 i, j;
	char	 a;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (j = 0; j < c.len && known[i].name[j] != '\0'; j++) {
			a = c.p[j];
			if (a >= 'A' && a <= 'Z')
				a = (char)(a - 'A' + 'a');
			if (a == ' ' || a == '-')
				a = '_';
			if (a != known[i].name[j])
				break;
		}
		if (j == c.len && known[i].name[j] == '\0')
			return known[i].what;
	}
	return EVENT_OTHER;
}

struct entry {
	uint32_t	 ticket;
	size_t		 line;
	struct event	 event;
};

static int
by_time(const void *a, const void *b)
{
	const struct entry	*x = a, *y = b;

	if (x->ticket != y->ticket)
		return x->ticket < y->ticket ? -1 : 1;
	if (x->event.at != y->event.at)
		return x->event.at < y->event.at ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static struct cell
intern(struct keys *k, struct cell c)
{
	uint32_t	 i = keys_add(k, c.p, c.len);

	c.p = keys_bytes(k, i, &c.len);
	return c;
}

static void
log_sort(struct log *log, struct entry *v, size_t n)
{
	size_t	 i, id;

	qsort(v, n, sizeof(*v), by_time);
	log->events = xcalloc(n + 1, sizeof(*log->events));
	log->first = xcalloc((size_t)keys_count(log->ids) + 1,
	    sizeof(*log->first));
	for (i = id = 0; i < n; i++) {
		while (id < v[i].ticket)
			log->first[++id] = i;
		log->events[i] = v[i].event;
	}
	while (id < keys_count(log->ids))
		log->first[++id] = n;
}

void
docket_log(struct docket *d, struct reader *rd, when until)
{
	struct plan	*plan = plan_new(d->pol, d->now);
	struct frame	*frame;
	struct buf	 text = { 0 };
	struct log	*log = xcalloc(1, sizeof(*log));
	struct entry	*v = NULL, *e;
	struct time_column when_at = { .name = "at" };
	struct value	 at;
	struct cell	 id;
	struct fault	 fault;
	struct row	 row;
	size_t		 id_p, at_p, what_p, value_p, n = 0, max = 0;

	id_p = plan_add_column(plan, "ticket_id", TYPE_TEXT);
	at_p = plan_add_column(plan, "at", TYPE_TIME);
	what_p = plan_add_column(plan, "event", TYPE_TEXT);
	value_p = plan_add_optional(plan, "value", TYPE_TEXT);
	plan_bind(plan, rd);
	time_bind(&when_at, d->pol, rd);
	frame = frame_new(plan);
	log->ids = keys_new();
	log->values = keys_new();
	while (reader_next(rd, &row)) {
		if (frame_load(frame, &row, &fault) == -1 || (d->strict &&
		    strict_time(d, &when_at, &row, &fault) == -1))
			reader_die(rd, &row, &fault);
		at = frame_eval(frame, at_p);
		if (at.type == TYPE_MISSING) {
			fault_set(&fault, reader_need(rd, "at"), "is empty");
			reader_die(rd, &row, &fault);
		}
		id = text_of(frame, id_p);
		if (id.len == 0 || at.n >= until)
			continue;
		if (n == max) {
			max = max == 0 ? 1024 : max * 2;
			v = xreallocarray(v, max, sizeof(*v));
		}
		e = &v[n];
		e->line = n++;
		e->ticket = keys_add(log->ids, id.p, id.len);
		e->event.at = time_tick(&when_at, &row, &at);
		e->event.what = happening_of(text_of(frame, what_p));
		/* with a NUL after it, which is not counted */
		id = text_of(frame, value_p);
		text.len = 0;
		buf_add(&text, id.p, id.len);
		buf_addc(&text, 0);
		id.p = text.p;
		id.len = text.len;
		e->event.value = intern(log->values, id);
		e->event.value.len--;
	}
	log_sort(log, v, n);
	free(v);
	buf_free(&text);
	frame_free(frame);
	plan_free(plan);
	zone_free(when_at.zone);
	d->log = log;
}

int
docket_logged(const struct docket *d)
{
	return d->log != NULL;
}

/* ---------------------------------------------------------------- binding */

static void
bind_times(struct docket *d, struct reader *rd)
{
	const struct statement	*st;
	struct time_column	*t;
	size_t			 i;

	for (i = 0; i < d->ntime; i++) {
		t = &d->times[i];
		time_bind(t, d->pol, rd);
		st = policy_column(d->pol, t->name);
		if (t->column == FAULT_ROW ? t->need : st != NULL &&
		    (clause_find(st, W_AS) != NULL ||
		    clause_find(st, W_IN) != NULL ||
		    clause_find(st, W_MAP) != NULL))
			t->program = plan_add_column(d->tickets, t->name,
			    TYPE_TIME);
	}
}

/*
 * Who has each name of the conditions.  A log may have what the table of
 * tickets has not.
 */
static void
bind_names(struct docket *d, struct reader *rd, const struct reader *customers)
{
	struct name	*n;
	const char	**names;
	enum type	*types;
	size_t		 i;

	names = xcalloc(d->nname + 1, sizeof(*names));
	types = xcalloc(d->nname + 1, sizeof(*types));
	for (i = 0; i < d->nname; i++) {
		n = &d->names[i];
		names[i] = n->name;
		types[i] = n->type;
		if (d->log != NULL && (i == d->status || i == d->priority))
			n->ask = ASK_LENIENT;
		if (find_column(d->pol, rd, n->name) != -1)
			n->ticket = plan_add_column(d->tickets, n->name,
			    n->type);
		else if (find_column(d->pol, customers, n->name) != -1)
			n->customer = d->nattribute++;
		else if (n->ask == ASK_NEED)	/* plan_bind() tells of it */
			n->ticket = n->expr != NULL ?
			    plan_add(d->tickets, n->expr) :
			    plan_add_column(d->tickets, n->name, n->type);
	}
	plan_bind_names(d->asked, names, types, d->nname);
	free(names);
	free(types);
}

/* The customers, with the columns that they alone have. */
static void
load_customers(struct docket *d, struct reader *rd, int jobs)
{
	const char	**names = xcalloc(d->nattribute + 1, sizeof(*names));
	enum type	*types = xcalloc(d->nattribute + 1, sizeof(*types));
	size_t		 i;

	for (i = 0; i < d->nname; i++) {
		if (d->names[i].customer == NOWHERE)
			continue;
		names[d->names[i].customer] = d->names[i].name;
		types[d->names[i].customer] = d->names[i].type;
	}
	if (d->attribute != NOWHERE) {
		names[d->attribute] = "customer_calendar";
		types[d->attribute] = TYPE_TEXT;
	}
	d->customers = customers_load(d->pol, d->now, rd, names, types,
	    d->nattribute, jobs);
	d->customers_name = xstrdup(reader_name(rd));
	free(names);
	free(types);
}

void
docket_bind(struct docket *d, struct reader *rd, struct reader *customers,
    int jobs)
{
	const struct policy	*pol = d->pol;

	bind_times(d, rd);
	bind_names(d, rd, customers);
	d->id = d->log != NULL ?
	    plan_add_column(d->tickets, "ticket_id", TYPE_TEXT) :
	    plan_add_optional(d->tickets, "ticket_id", TYPE_TEXT);
	d->key = customers != NULL ?
	    plan_add_column(d->tickets, policy_key(pol), TYPE_TEXT) :
	    plan_add_optional(d->tickets, policy_key(pol), TYPE_TEXT);
	d->channel = keys_count(d->channels) > 0 ?
	    plan_add_column(d->tickets, "channel", TYPE_TEXT) :
	    plan_add_optional(d->tickets, "channel", TYPE_TEXT);
	if (customers == NULL && policy_tiers(pol) > 1) {
		if (find_column(pol, rd, "tier") != -1)
			d->tier = plan_add_column(d->tickets, "tier",
			    TYPE_TEXT);
		d->untiered = d->tier == NOWHERE;
	}
	if (d->want_calendar) {
		if (find_column(pol, rd, "customer_calendar") == -1 &&
		    find_column(pol, customers, "customer_calendar") != -1)
			d->attribute = d->nattribute++;
		else
			d->calendar = plan_add_column(d->tickets,
			    "customer_calendar", TYPE_TEXT);
	}
	plan_bind(d->tickets, rd);
	d->key_column = (size_t)find_column(pol, rd, policy_key(pol));
	d->tier_column = (size_t)find_column(pol, rd, "tier");
	d->calendar_column = (size_t)find_column(pol, rd, "customer_calendar");
	if (customers != NULL)
		load_customers(d, customers, jobs);
}

int
docket_tiered(const struct docket *d)
{
	return !d->untiered;
}

void
docket_notes(const struct docket *d)
{
	struct buf	 b = { 0 };
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	if (d->untiered)
		note("there is no column tier and no --customers: every row "
		    "is taken as %s",
		    policy_tier(d->pol, (size_t)d->deftier)->name);
	if (d->unknown > 0)
		note("%zu ticket%s of customers that are not in %s: taken as %s",
		    d->unknown, d->unknown == 1 ? "" : "s", d->customers_name,
		    policy_tier(d->pol, (size_t)d->deftier)->name);
	for (i = 0; i < keys_count(d->strange) && i < 5; i++) {
		p = keys_bytes(d->strange, i, &len);
		buf_adds(&b, i == 0 ? "\"" : ", \"");
		text_escape(&b, p, len < 40 ? len : 40);
		buf_addc(&b, '"');
	}
	if (i < keys_count(d->strange))
		buf_adds(&b, ", ...");
	if (b.len > 0)
		note("channels to which the policy owes nothing: %s",
		    buf_str(&b));
	buf_free(&b);
}

/* ------------------------------------------------------------- one ticket */

struct ticket *
ticket_new(const struct docket *d)
{
	struct ticket	*t = xcalloc(1, sizeof(*t));
	struct inside	*in = xcalloc(1, sizeof(*in));

	in->docket = d;
	in->row = frame_new(d->tickets);
	in->asked = frame_new(d->asked);
	in->values = xcalloc(d->nname + 1, sizeof(*in->values));
	in->as = xcalloc(d->nname + 1, sizeof(*in->as));
	in->strange = keys_new();
	in->stamps = stamps_new(policy_zone(d->pol));
	t->times = xcalloc(d->ntime + 1, sizeof(*t->times));
	t->inside = in;
	return t;
}

void
ticket_free(struct ticket *t, struct docket *d)
{
	struct inside	*in = t->inside;
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	d->unknown += in->unknown;
	for (i = 0; i < keys_count(in->strange); i++) {
		p = keys_bytes(in->strange, i, &len);
		keys_add(d->strange, p, len);
	}
	keys_free(in->strange);
	stamps_free(in->stamps);
	frame_free(in->row);
	frame_free(in->asked);
	free(in->values);
	free(in->as);
	buf_free(&in->fold);
	free(in);
	free(t->times);
	free(t);
}

static int
read_times(struct ticket *t, const struct row *row, struct fault *fault)
{
	struct inside			*in = t->inside;
	const struct docket		*d = in->docket;
	const struct time_column	*c;
	struct value			 v;
	struct cell			 cell;
	size_t				 i;

	for (i = 0; i < d->ntime; i++) {
		c = &d->times[i];
		t->times[i] = WHEN_NONE;
		if (c->program != NOWHERE) {
			v = frame_eval(in->row, c->program);
			t->times[i] = time_tick(c, row, &v);
		} else if (c->column != FAULT_ROW) {
			cell = row_cell(row, c->column);
			if (cell.len > 0 && stamps_read(in->stamps, cell,
			    &t->times[i]) == -1)
				return fault_cell(fault, row, c->column,
				    "is not a date");
		}
		if (d->strict && strict_time(d, c, row, fault) == -1)
			return -1;
	}
	return 0;
}

static void
read_channel(struct ticket *t)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	const char		*p;
	size_t			 len;
	uint32_t		 i;

	t->channel_text = text_of(in->row, d->channel);
	t->channel = CHANNEL_OTHER;
	if (keys_count(d->channels) == 0)
		return;
	/* few names, and short: found sooner than hashed */
	for (i = 0; i < keys_count(d->channels) && i < 8; i++) {
		p = keys_bytes(d->channels, i, &len);
		if (len == t->channel_text.len &&
		    memcmp(p, t->channel_text.p, len) == 0) {
			t->channel = i;
			return;
		}
	}
	i = keys_find(d->channels, t->channel_text.p, t->channel_text.len);
	if (i == KEY_NONE) {
		in->fold.len = 0;
		text_fold(&in->fold, t->channel_text.p, t->channel_text.len);
		i = keys_find(d->channels, in->fold.p, in->fold.len);
	}
	if (i != KEY_NONE)
		t->channel = i;
}

void
ticket_is_strange(struct ticket *t)
{
	struct keys	*k = t->inside->strange;

	if (t->channel == CHANNEL_OTHER && t->channel_text.len > 0 &&
	    keys_count(k) < 6)
		keys_add(k, t->channel_text.p, t->channel_text.len);
}

/* Read the facts of the row's customer: its number, or KEY_NONE. */
static int
read_customer(struct ticket *t, const struct row *row, uint32_t *who,
    struct fault *fault)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;

	t->key = text_of(in->row, d->key);
	t->tier = d->deftier;
	*who = KEY_NONE;
	if (d->customers != NULL) {
		*who = customers_find(d->customers, t->key.p, t->key.len,
		    &t->tier);
		if (*who == KEY_NONE)
			in->unknown++;
	} else if (d->tier != NOWHERE) {
		t->tier = tier_of_cell(d->pol, text_of(in->row, d->tier));
		if (t->tier == -1)
			return fault_cell(fault, row, d->tier_column,
			    "is not a tier of the policy");
	}
	return 0;
}

/* The texts of facts that a policy has names for, as those names. */
static const char *
level_of(const struct policy *pol, struct cell c)
{
	const struct statement	*st;

	for (st = policy_find(pol, KW_LEVEL, NULL); st != NULL;
	    st = policy_next(st))
		if (cell_is(c, st->name))
			return st->name;
	return "";
}

static void
tell_profiles(struct frame *f, const struct policy *pol, struct cell c)
{
	const struct statement	*st;
	struct cell		 one;
	const char		*end = c.p + c.len, *p;

	for (; c.len > 0; c.p = p + 1, c.len = (size_t)(end - c.p)) {
		for (p = c.p; p < end && *p != ';'; p++)
			;
		one.p = c.p;
		one.len = (size_t)(p - c.p);
		for (st = policy_find(pol, KW_PROFILE, NULL); st != NULL;
		    st = policy_next(st))
			if (cell_is(one, st->name))
				frame_profile(f, st);
		if (p == end)
			break;
	}
}

/* Tell the frame of the conditions all that is known. */
static void
tell(struct ticket *t, const struct value *values, int tier)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;

	if (d->nasked == 0)
		return;
	frame_load_values(in->asked, values);
	frame_tier(in->asked, tier);
	if (d->risk != NOWHERE)
		frame_risk(in->asked, values[d->risk].type == TYPE_TEXT ?
		    level_of(d->pol, values[d->risk].text) : "");
	if (d->profiles != NOWHERE && values[d->profiles].type == TYPE_TEXT)
		tell_profiles(in->asked, d->pol, values[d->profiles].text);
}

static void
read_values(struct ticket *t, uint32_t who)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	const struct name	*n;
	size_t			 i;

	for (i = 0; i < d->nname; i++) {
		n = &d->names[i];
		if (n->ticket != NOWHERE)
			in->values[i] = frame_eval(in->row, n->ticket);
		else if (n->customer != NOWHERE && who != KEY_NONE)
			in->values[i] = *customers_value(d->customers, who,
			    n->customer);
		else
			in->values[i].type = TYPE_MISSING;
		in->as[i] = in->values[i];
	}
	in->tier_as = t->tier;
	t->status.len = t->priority.len = 0;
	if (d->status != NOWHERE && in->values[d->status].type == TYPE_TEXT)
		t->status = in->values[d->status].text;
	if (d->priority != NOWHERE &&
	    in->values[d->priority].type == TYPE_TEXT)
		t->priority = in->values[d->priority].text;
}

static int
read_calendar(struct ticket *t, const struct row *row, uint32_t who,
    struct fault *fault)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	const struct value	*v;
	struct cell		 c = { "", 0 };
	size_t			 i;

	t->calendar = -1;
	if (!d->want_calendar)
		return 0;
	if (d->calendar != NOWHERE)
		c = text_of(in->row, d->calendar);
	else if (who != KEY_NONE) {
		v = customers_value(d->customers, who, d->attribute);
		if (v->type == TYPE_TEXT)
			c = v->text;
	}
	if (c.len == 0)
		return 0;
	for (i = 0; i < d->ncalendar; i++)
		if (cell_is(c, d->calendars[i]->name)) {
			t->calendar = (int)i;
			return 0;
		}
	if (d->calendar == NOWHERE)
		return fault_set(fault, FAULT_ROW,
		    "the customer's calendar \"%.*s\" is not in the policy",
		    c.len > 100 ? 100 : (int)c.len, c.p);
	return fault_cell(fault, row, d->calendar_column,
	    "is not a calendar of the policy");
}

static int
closes(struct cell c)
{
	static const char *const words[] = {
		"resolved", "closed", "solved", "done", "completed"
	};
	size_t	 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (c.len == strlen(words[i]) &&
		    strncasecmp(c.p, words[i], c.len) == 0)
			return 1;
	return 0;
}

int
event_resolves(const struct event *e, int resolved)
{
	if (e->what == EVENT_RESOLVED)
		return 1;
	if (e->what == EVENT_REOPENED)
		return 0;
	return e->what == EVENT_STATUS ? closes(e->value) : resolved;
}

static void
read_resolved(struct ticket *t)
{
	tick	 last = WHEN_NONE;
	size_t	 i;
	int	 resolved = 0, next;

	t->first_resolved = t->reopened = WHEN_NONE;
	for (i = 0; i < t->nevent; i++) {
		next = event_resolves(&t->events[i], resolved);
		if (next && !resolved) {
			last = t->events[i].at;
			if (t->first_resolved == WHEN_NONE)
				t->first_resolved = last;
		} else if (!next && resolved)
			t->reopened = t->events[i].at;
		resolved = next;
	}
	if (t->first_resolved == WHEN_NONE)
		return;
	for (i = 0; i < t->inside->docket->ntime; i++)
		if (strcmp(t->inside->docket->times[i].name, "resolved_at") == 0)
			t->times[i] = resolved ? last : WHEN_NONE;
}

/* What the log has beats what the row says. */
static void
read_log(struct ticket *t)
{
	static const struct {
		const char	*column;
		enum happening	 what;
		int		 last;
	} kept[] = {
		{ "created_at", EVENT_CREATED, 0 },
		{ "assigned_at", EVENT_ASSIGNED, 0 },
		{ "first_response_at", EVENT_REPLIED, 0 },
		{ "followed_up_at", EVENT_FOLLOWED_UP, 1 },
	};
	const struct docket	*d = t->inside->docket;
	uint32_t		 id;
	size_t			 i, j, k;

	t->events = NULL;
	t->nevent = 0;
	t->first_resolved = t->reopened = WHEN_NONE;
	if (d->log == NULL ||
	    (id = keys_find(d->log->ids, t->id.p, t->id.len)) == KEY_NONE)
		return;
	t->events = d->log->events + d->log->first[id];
	t->nevent = d->log->first[id + 1] - d->log->first[id];
	for (i = 0; i < d->ntime; i++) {
		for (k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
			if (strcmp(kept[k].column, d->times[i].name) == 0)
				break;
		if (k == sizeof(kept) / sizeof(kept[0]))
			continue;
		for (j = 0; j < t->nevent; j++)
			if (t->events[j].what == kept[k].what) {
				t->times[i] = t->events[j].at;
				if (!kept[k].last)
					break;
			}
	}
	read_resolved(t);
}

void
ticket_ahead(struct ticket *t, const struct row *row)
{
	const struct docket	*d = t->inside->docket;
	struct cell		 c;

	if (d->customers == NULL)
		return;
	c = row_cell(row, d->key_column);
	customers_prefetch(d->customers, c.p, c.len);
}

int
ticket_read(struct ticket *t, const struct row *row, struct fault *fault)
{
	struct inside	*in = t->inside;
	uint32_t	 who;

	if (frame_load(in->row, row, fault) == -1)
		return -1;
	t->id = text_of(in->row, in->docket->id);
	if (read_times(t, row, fault) == -1 ||
	    read_customer(t, row, &who, fault) == -1 ||
	    read_calendar(t, row, who, fault) == -1)
		return -1;
	read_channel(t);
	read_values(t, who);
	read_log(t);
	tell(t, in->values, t->tier);
	return 0;
}

int
ticket_holds(struct ticket *t, size_t condition)
{
	return frame_test(t->inside->asked, condition);
}

int
ticket_fault(const struct ticket *t, struct fault *fault)
{
	if (t->inside->docket->nasked == 0)
		return 0;
	return frame_fault(t->inside->asked, fault);
}

struct cell
ticket_text(const struct ticket *t, size_t column)
{
	const struct value	*v = &t->inside->values[column];
	struct cell		 none = { "", 0 };

	return v->type == TYPE_TEXT ? v->text : none;
}

void
ticket_reason(struct ticket *t, size_t condition, struct buf *b)
{
	frame_reason(t->inside->asked, condition, b);
}

static void
as(struct ticket *t, size_t name, const struct cell *c)
{
	struct inside	*in = t->inside;

	if (name == NOWHERE)
		return;
	if (c == NULL) {
		in->as[name] = in->values[name];
	} else {
		in->as[name].type = c->len > 0 ? TYPE_TEXT : TYPE_MISSING;
		in->as[name].text = *c;
	}
	tell(t, in->as, in->tier_as);
}

void
ticket_as_status(struct ticket *t, const struct cell *c)
{
	as(t, t->inside->docket->status, c);
}

void
ticket_as_priority(struct ticket *t, const struct cell *c)
{
	as(t, t->inside->docket->priority, c);
}

void
ticket_as_tier(struct ticket *t, int tier)
{
	t->inside->tier_as = tier != -1 ? tier : t->tier;
	tell(t, t->inside->as, t->inside->tier_as);
}

void
ticket_judged(struct ticket *t, const char *metric,
    enum metric_status status)
{
	frame_status(t->inside->asked, metric, status);
}
