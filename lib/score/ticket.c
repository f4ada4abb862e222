/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tickets, joined with their customers and with what happened to them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/ticket_parts.h"

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
	in->met = log_meet(d->log);
	in->stamps = stamps_new(policy_zone(d->pol));
	t->times = xcalloc(d->ntime + 1, sizeof(*t->times));
	t->inside = in;
	return t;
}

void
ticket_free(struct ticket *t, struct docket *d)
{
	struct inside	*in = t->inside;

	d->unknown += in->unknown;
	some_merge(&d->strange, &in->strange);
	some_free(&in->strange);
	log_met(d->log, in->met);
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

static inline struct cell
text_in(const struct inside *in, const struct row *row,
    const struct text_column *t)
{
	return t->column != FAULT_ROW ? row_cell(row, t->column) :
	    text_of(in->row, t->program);
}

static int
read_times(struct ticket *t, const struct row *row, struct fault *fault)
{
	struct inside			*in = t->inside;
	const struct docket		*d = in->docket;
	const struct time_column	*c;
	const struct value		*v;
	struct cell			 cell;
	size_t				 i;

	for (i = 0; i < d->ntime; i++) {
		c = &d->times[i];
		t->times[i] = WHEN_NONE;
		if (c->program != NOWHERE) {
			v = frame_value(in->row, c->program);
			t->times[i] = time_tick(c, row, v);
		} else if (c->column != FAULT_ROW) {
			cell = row_cell(row, c->column);
			if (cell.len > 0 && stamps_read(in->stamps, cell,
			    &t->times[i]) == -1)
				return fault_cell(fault, row, c->column,
				    stamp_fault(cell.p, cell.len));
		}
		if (d->strict && time_strict(d, c, row, fault) == -1)
			return -1;
	}
	return 0;
}

static void
read_channel(struct ticket *t, const struct row *row)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	const char		*p;
	size_t			 len;
	uint32_t		 i;

	t->channel_text = text_in(in, row, &d->channel);
	t->channel = CHANNEL_OTHER;
	if (keys_count(d->channels) == 0)
		return;
	if (t->channel_text.len > 0) {
		i = d->guess[channel_guess(t->channel_text)];
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
	if (t->channel == CHANNEL_OTHER && t->channel_text.len > 0)
		some_add(&t->inside->strange, t->channel_text.p,
		    t->channel_text.len);
}

/* Read the facts of the row's customer: its number, or KEY_NONE. */
static int
read_customer(struct ticket *t, const struct row *row, uint32_t *who,
    struct fault *fault)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	const struct hashed	*h = &in->ahead[row->line % AHEAD];

	t->key = text_in(in, row, &d->key);
	t->tier = d->deftier;
	*who = KEY_NONE;
	if (d->customers != NULL) {
		*who = customers_find(d->customers, t->key.p, t->key.len,
		    h->line == row->line ? h->hash :
		    keys_hash(t->key.p, t->key.len), &t->tier);
		if (*who == KEY_NONE)
			in->unknown++;
	} else if (d->tier.column != FAULT_ROW ||
	    d->tier.program != NOWHERE) {
		t->tier = tier_of_cell(d->pol, text_in(in, row, &d->tier));
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
			in->values[i] = *frame_value(in->row, n->ticket);
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
	if (d->attribute == NOWHERE)
		c = text_in(in, row, &d->calendar);
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
	if (d->attribute != NOWHERE)
		return fault_set(fault, FAULT_ROW,
		    "the customer's calendar \"%.*s\" is not in the policy",
		    c.len > 100 ? 100 : (int)c.len, c.p);
	return fault_cell(fault, row, d->calendar_column,
	    "is not a calendar of the policy");
}

void
ticket_ahead(struct ticket *t, const struct row *row)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	struct hashed		*h = &in->ahead[row->line % AHEAD];
	struct cell		 c;

	if (d->customers == NULL || d->key.column == FAULT_ROW)
		return;
	c = row_cell(row, d->key.column);
	h->line = row->line;
	h->hash = keys_hash(c.p, c.len);
	customers_prefetch(d->customers, h->hash);
}

int
ticket_read(struct ticket *t, const struct row *row, struct fault *fault)
{
	struct inside		*in = t->inside;
	const struct docket	*d = in->docket;
	uint32_t		 who;

	if (d->planned && frame_load(in->row, row, fault) == -1)
		return -1;
	t->id = text_in(in, row, &d->id);
	if (read_times(t, row, fault) == -1 ||
	    read_customer(t, row, &who, fault) == -1 ||
	    read_calendar(t, row, who, fault) == -1)
		return -1;
	read_channel(t, row);
	read_values(t, who);
	ticket_history(t);
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

int
ticket_wrong(const struct ticket *t, size_t column, const struct row *row,
    const char *why, struct fault *fault)
{
	const struct name	*n = &t->inside->docket->names[column];
	struct cell		 c = ticket_text(t, column);

	if (n->column != FAULT_ROW)
		return fault_cell(fault, row, n->column, why);
	return fault_set(fault, FAULT_ROW, "%.100s: \"%.*s\" %s", n->name,
	    c.len > 100 ? 100 : (int)c.len, c.p, why);
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
	if (t->inside->docket->nasked > 0)
		frame_status(t->inside->asked, metric, status);
}
