/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wanted of tickets and their customers, and which column has it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/ticket_parts.h"

enum { TICKET = 1, CUSTOMER = 2 };	/* whose columns */

struct cell
text_of(struct frame *f, size_t program)
{
	const struct value	*v = frame_value(f, program);
	struct cell		 c = v->text;

	if (v->type != TYPE_TEXT)
		c.len = 0;
	return c;
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
	d->status = d->priority = d->risk = d->profiles = NOWHERE;
	d->attribute = NOWHERE;
	d->calendar.program = d->tier.program = NOWHERE;
	d->calendar.column = d->tier.column = FAULT_ROW;
	for (st = policy_find(pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st)) {
		d->calendars = xreallocarray(d->calendars, d->ncalendar + 1,
		    sizeof(*d->calendars));
		d->calendars[d->ncalendar++] = st;
	}
	return d;
}

void
docket_free(struct docket *d)
{
	size_t	 i;

	if (d == NULL)
		return;
	for (i = 0; i < d->ntime; i++)
		time_unbind(&d->times[i]);
	free(d->times);
	free(d->names);
	plan_free(d->asked);
	plan_free(d->tickets);
	keys_free(d->channels);
	some_free(&d->strange);
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
	n->column = FAULT_ROW;
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

/* ---------------------------------------------------------------- binding */

static void
bind_times(struct docket *d, struct reader *rd)
{
	struct time_column	*t;
	size_t			 i;

	for (i = 0; i < d->ntime; i++) {
		t = &d->times[i];
		time_bind(t, d->pol, rd);
		if (t->column == FAULT_ROW ? t->need :
		    column_is_formed(d->pol, rd, t->name)) {
			t->program = plan_add_column(d->tickets, t->name,
			    TYPE_TIME);
			d->planned = 1;
		}
	}
}

static void
bind_text(struct docket *d, struct reader *rd, struct text_column *t,
    const char *name, int need)
{
	int	 found = find_column(d->pol, rd, name);

	t->column = FAULT_ROW;
	t->program = NOWHERE;
	if (found != -1 && !column_is_formed(d->pol, rd, name)) {
		t->column = (size_t)found;
		return;
	}
	t->program = need ? plan_add_column(d->tickets, name, TYPE_TEXT) :
	    plan_add_optional(d->tickets, name, TYPE_TEXT);
	d->planned = 1;
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
	int		 found;

	names = xcalloc(d->nname + 1, sizeof(*names));
	types = xcalloc(d->nname + 1, sizeof(*types));
	for (i = 0; i < d->nname; i++) {
		n = &d->names[i];
		names[i] = n->name;
		types[i] = n->type;
		if (d->log != NULL && (i == d->status || i == d->priority))
			n->ask = ASK_LENIENT;
		if ((found = find_column(d->pol, rd, n->name)) != -1) {
			n->column = (size_t)found;
			n->ticket = plan_add_column(d->tickets, n->name,
			    n->type);
		} else if (find_column(d->pol, customers, n->name) != -1)
			n->customer = d->nattribute++;
		else if (n->ask == ASK_NEED)	/* plan_bind() tells of it */
			n->ticket = n->expr != NULL ?
			    plan_add(d->tickets, n->expr) :
			    plan_add_column(d->tickets, n->name, n->type);
		d->planned |= n->ticket != NOWHERE;
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

static void
bind_channels(struct docket *d)
{
	struct cell	 c;
	uint32_t	 i;

	for (i = 0; i < keys_count(d->channels); i++) {
		c.p = keys_bytes(d->channels, i, &c.len);
		if (c.len > 0)
			d->guess[channel_guess(c)] = i;
	}
}

void
docket_bind(struct docket *d, struct reader *rd, struct reader *customers,
    int jobs)
{
	const struct policy	*pol = d->pol;

	bind_times(d, rd);
	bind_channels(d);
	bind_names(d, rd, customers);
	bind_text(d, rd, &d->id, "ticket_id", d->log != NULL);
	bind_text(d, rd, &d->key, policy_key(pol), customers != NULL);
	bind_text(d, rd, &d->channel, "channel", keys_count(d->channels) > 0);
	if (customers == NULL && policy_tiers(pol) > 1) {
		d->untiered = find_column(pol, rd, "tier") == -1;
		if (!d->untiered)
			bind_text(d, rd, &d->tier, "tier", 1);
	}
	if (d->want_calendar) {
		if (find_column(pol, rd, "customer_calendar") == -1 &&
		    find_column(pol, customers, "customer_calendar") != -1)
			d->attribute = d->nattribute++;
		else
			bind_text(d, rd, &d->calendar, "customer_calendar", 1);
	}
	plan_bind(d->tickets, rd);
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

	if (d->untiered)
		note("there is no column tier and no --customers: every row "
		    "is taken as %s",
		    policy_tier(d->pol, (size_t)d->deftier)->name);
	if (d->unknown > 0)
		note("%zu ticket%s of customers that are not in %s: taken as %s",
		    d->unknown, d->unknown == 1 ? "" : "s", d->customers_name,
		    policy_tier(d->pol, (size_t)d->deftier)->name);
	if (some_name(&d->strange, &b))
		note("channels to which the policy owes nothing: %s",
		    buf_str(&b));
	log_notes(d->log);
	buf_free(&b);
}
