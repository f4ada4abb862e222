/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who was what, and since when.  The store keeps a row a change, not a row a
 * customer and run: what is remembered of a customer is the last of its rows
 * before today, so that a run of the same day comes to the same answer and
 * takes the place of the earlier one.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

struct event {
	const char	*p;		/* the key; NULL: at "offset" */
	size_t		 offset, len;
	struct member	 now;
	uint32_t	 was;
	const char	*change;
	size_t		 earned;	/* where it is in "fresh", from 1 on */
};

struct events {
	struct event	*v;
	size_t		 n, cap;
};

/* Customers that went from one tier to another, or stayed. */
struct way {
	uint32_t	 was, tier;
	int32_t		 was_level, level;
};

struct flows {
	struct keys	*ways;
	uint64_t	*count;
	size_t		 cap;
};

/* By month of the first day above the default. */
struct cohort {
	uint64_t	 size, active;
};

struct ledger {
	struct store	*store;
	const char	*kind;
	int64_t		 day, before;
	struct keys	*keys;
	struct member	*member;
	size_t		 cap;
	unsigned char	*seen;		/* each is one worker's alone */
	struct keys	*names;
	char		**text;		/* by name, with a NUL */
	int64_t		 month;		/* of the first cohort */
	struct cohort	*cohort;
	size_t		 ncohort;
	struct events	 events;
	struct buf	 fresh;		/* keys that are new, texts with a NUL */
	struct flows	 flows;
	struct arena	*arena;
};

struct page {
	struct ledger	*ledger;
	struct events	 events;
	struct buf	 fresh;
	struct flows	 flows;
	struct cohort	*cohort;
};

static int64_t
month_of(int64_t day)
{
	struct civil	 c;

	civil_of_days(day, &c);
	return (int64_t)c.year * 12 + c.month - 1;
}

/* ---- names */

uint32_t
ledger_name(struct ledger *l, const char *p, size_t n)
{
	uint32_t	 count = keys_count(l->names);
	uint32_t	 i = keys_add(l->names, p, n);

	if (i == count) {
		l->text = xreallocarray(l->text, count + 1, sizeof(*l->text));
		l->text[i] = xmemdup0(p, n);
	}
	return i;
}

const char *
ledger_text(const struct ledger *l, uint32_t name)
{
	return name == KEY_NONE ? "" : l->text[name];
}

/* ---- what there was */

/* One row of the past: later rows of a customer come after earlier ones. */
static void
remember(struct ledger *l, sqlite3_stmt *s)
{
	struct member	*m;
	struct cell	 key = sql_cell(s, 0), tier = sql_cell(s, 2), earned;
	uint32_t	 i, n = keys_count(l->keys);

	if (n == l->cap) {
		l->cap = l->cap == 0 ? 1024 : l->cap * 2;
		l->member = xreallocarray(l->member, l->cap,
		    sizeof(*l->member));
	}
	i = keys_add(l->keys, key.p, key.len);
	m = &l->member[i];
	if (i == n)
		m->first = DAY_NONE;
	m->gone = cell_is(sql_cell(s, 1), "left");
	m->tier = ledger_name(l, tier.p, tier.len);
	m->level = sqlite3_column_type(s, 3) == SQLITE_NULL ? LEVEL_NONE :
	    sqlite3_column_int(s, 3);
	m->since = sql_get_day(s, 4);
	m->lapsed = sql_get_day(s, 5);
	m->downgrade_on = sql_get_day(s, 6);
	earned = sql_cell(s, 8);
	m->earned = earned.len == 0 ? NULL :
	    arena_text(l->arena, earned.p, earned.len);
	if (m->first == DAY_NONE && m->level > 0 && !m->gone)
		m->first = sql_get_day(s, 7);
}

static int64_t
run_before(struct ledger *l)
{
	struct store	*st = l->store;
	sqlite3_stmt	*s;
	int64_t		 day;

	s = sql(st, "SELECT max(day) FROM snapshot WHERE kind = ? AND day < ?");
	sql_text(st, s, 1, l->kind);
	sql_day(st, s, 2, l->day);
	sql_step(st, s);
	day = sql_get_day(s, 0);
	sql_done(s);
	return day;
}

static void
refuse_past(struct ledger *l)
{
	struct store	*st = l->store;
	sqlite3_stmt	*s;
	struct cell	 c;
	char		 text[WHEN_SIZE];

	s = sql(st, "SELECT max(day) FROM snapshot WHERE kind = ? AND day > ?");
	sql_text(st, s, 1, l->kind);
	sql_day(st, s, 2, l->day);
	sql_step(st, s);
	if (sqlite3_column_type(s, 0) != SQLITE_NULL) {
		c = sql_cell(s, 0);
		die(STATUS_DATA, "%s: there is a %s run of %.*s already: "
		    "one of %.*s cannot be put before it", st->path, l->kind,
		    (int)c.len, c.p, (int)date_format(text, l->day), text);
	}
	sql_done(s);
}

/* The months of the cohorts, up to this one, and how many are in each. */
static void
count_cohorts(struct ledger *l)
{
	uint32_t	 i, n = keys_count(l->keys);
	int64_t		 today = month_of(l->day), m;

	l->month = today;
	for (i = 0; i < n; i++)
		if (l->member[i].first != DAY_NONE &&
		    (m = month_of(l->member[i].first)) < l->month)
			l->month = m;
	l->ncohort = (size_t)(today - l->month) + 1;
	l->cohort = xcalloc(l->ncohort, sizeof(*l->cohort));
	for (i = 0; i < n; i++)
		if (l->member[i].first != DAY_NONE)
			l->cohort[month_of(l->member[i].first) -
			    l->month].size++;
}

static void
flows_init(struct flows *f)
{
	f->ways = keys_new();
}

static void
flows_free(struct flows *f)
{
	keys_free(f->ways);
	free(f->count);
}

struct ledger *
ledger_load(struct store *st, const char *kind, int record,
    const char *const *names, size_t n)
{
	struct ledger	*l = xcalloc(1, sizeof(*l));
	sqlite3_stmt	*s;
	size_t		 i;

	l->store = st;
	l->kind = kind;
	l->day = st->actor.day;
	l->keys = keys_new();
	l->names = keys_new();
	l->arena = arena_new();
	flows_init(&l->flows);
	for (i = 0; i < n; i++)
		ledger_name(l, names[i], strlen(names[i]));

	sql_run(st, "BEGIN");
	if (record)
		refuse_past(l);
	l->before = run_before(l);
	s = sql(st, "SELECT key, change, tier, level, since, lapsed, "
	    "downgrade_on, day, earned FROM movement WHERE kind = ? AND day < ? "
	    "ORDER BY key, day");
	sql_text(st, s, 1, kind);
	sql_day(st, s, 2, l->day);
	while (sql_step(st, s))
		remember(l, s);
	sql_done(s);
	store_commit(st);
	l->seen = xcalloc((size_t)keys_count(l->keys) + 1, 1);
	count_cohorts(l);
	return l;
}

void
ledger_free(struct ledger *l)
{
	uint32_t	 i;

	if (l == NULL)
		return;
	for (i = 0; i < keys_count(l->names); i++)
		free(l->text[i]);
	free(l->text);
	keys_free(l->names);
	keys_free(l->keys);
	free(l->member);
	free(l->seen);
	free(l->cohort);
	free(l->events.v);
	buf_free(&l->fresh);
	flows_free(&l->flows);
	arena_free(l->arena);
	free(l);
}

uint32_t
ledger_find(const struct ledger *l, struct cell key)
{
	return keys_find(l->keys, key.p, key.len);
}

const struct member *
ledger_member(const struct ledger *l, uint32_t i)
{
	return &l->member[i];
}

int64_t
ledger_before(const struct ledger *l)
{
	return l->before;
}

/* ---- what there is */

static void
flow(struct flows *f, const struct way *way, uint64_t n)
{
	uint32_t	 i;
	size_t		 old = f->cap;

	i = keys_add(f->ways, (const char *)way, sizeof(*way));
	if (i >= f->cap) {
		f->cap = f->cap == 0 ? 32 : f->cap * 2;
		f->count = xreallocarray(f->count, f->cap, sizeof(*f->count));
		memset(f->count + old, 0, (f->cap - old) * sizeof(*f->count));
	}
	f->count[i] += n;
}

static void
flow_between(struct flows *f, const struct member *was,
    const struct member *now)
{
	struct way	 way;

	memset(&way, 0, sizeof(way));
	way.was = was == NULL || was->gone ? KEY_NONE : was->tier;
	way.was_level = was == NULL || was->gone ? LEVEL_NONE : was->level;
	way.tier = now->gone ? KEY_NONE : now->tier;
	way.level = now->gone ? LEVEL_NONE : now->level;
	flow(f, &way, 1);
}

static struct event *
event_add(struct events *e)
{
	if (e->n == e->cap) {
		e->cap = e->cap == 0 ? 1024 : e->cap * 2;
		e->v = xreallocarray(e->v, e->cap, sizeof(*e->v));
	}
	return &e->v[e->n++];
}

struct page *
page_new(struct ledger *l)
{
	struct page	*p = xcalloc(1, sizeof(*p));

	p->ledger = l;
	flows_init(&p->flows);
	p->cohort = xcalloc(l->ncohort, sizeof(*p->cohort));
	return p;
}

void
page_see(struct page *p, uint32_t member)
{
	if (member != KEY_NONE)
		p->ledger->seen[member] = 1;
}

static int
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* From 1 on, where it will be in "fresh". */
static size_t
add_text(struct buf *fresh, const char *text)
{
	const size_t	 at = fresh->len + 1;

	if (text == NULL)
		return 0;
	buf_add(fresh, text, strlen(text) + 1);
	return at;
}

static int
moved(const struct member *a, const struct member *b)
{
	return a->gone || a->tier != b->tier || a->level != b->level ||
	    a->since != b->since || a->lapsed != b->lapsed ||
	    a->downgrade_on != b->downgrade_on ||
	    !same_text(a->earned, b->earned);
}

void
page_note(struct page *p, struct cell key, uint32_t member,
    const struct member *now, const char *change)
{
	struct ledger		*l = p->ledger;
	const struct member	*was = NULL;
	struct event		*e;

	if (member != KEY_NONE)
		was = &l->member[member];
	flow_between(&p->flows, was, now);
	if (now->level > 0 && (was == NULL || was->first == DAY_NONE)) {
		p->cohort[l->ncohort - 1].size++;
		p->cohort[l->ncohort - 1].active++;
	} else if (now->level > 0)
		p->cohort[month_of(was->first) - l->month].active++;
	if (was != NULL && !moved(was, now))
		return;
	e = event_add(&p->events);
	e->p = NULL;
	e->len = key.len;
	e->now = *now;
	e->was = was == NULL || was->gone ? KEY_NONE : was->tier;
	e->change = change;
	e->earned = add_text(&p->fresh, now->earned);
	if (was != NULL)
		e->p = keys_bytes(l->keys, member, &e->len);
	else {
		e->offset = p->fresh.len;
		buf_add(&p->fresh, key.p, key.len);
	}
}

static void
flows_merge(struct flows *to, const struct flows *from)
{
	struct way	 way;
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	for (i = 0; i < keys_count(from->ways); i++) {
		p = keys_bytes(from->ways, i, &len);
		memcpy(&way, p, sizeof(way));
		flow(to, &way, from->count[i]);
	}
}

void
page_end(struct page *p)
{
	struct ledger	*l = p->ledger;
	struct event	*e;
	size_t		 i;

	for (i = 0; i < p->events.n; i++) {
		e = event_add(&l->events);
		*e = p->events.v[i];
		e->offset += l->fresh.len;
		e->earned += e->earned > 0 ? l->fresh.len : 0;
	}
	buf_add(&l->fresh, p->fresh.p, p->fresh.len);
	flows_merge(&l->flows, &p->flows);
	for (i = 0; i < l->ncohort; i++) {
		l->cohort[i].size += p->cohort[i].size;
		l->cohort[i].active += p->cohort[i].active;
	}
	free(p->events.v);
	buf_free(&p->fresh);
	flows_free(&p->flows);
	free(p->cohort);
	free(p);
}

/* ---- into the store */

/* What it earned to this day it has earned up to the run before. */
static const char *
dated(const struct ledger *l, const char *earned, struct buf *b)
{
	const char	*last;
	char		 day[WHEN_SIZE];

	if (earned == NULL)
		return NULL;
	last = strrchr(earned, '\n');
	last = last == NULL ? earned : last + 1;
	b->len = 0;
	buf_add(b, earned, (size_t)(last - earned));
	if (*last == ' ')
		buf_add(b, day, date_format(day, l->before));
	buf_adds(b, last);
	return buf_str(b);
}

/* Who was there and is not any more. */
static void
note_gone(struct ledger *l)
{
	struct buf	 earned = { 0 };
	struct member	*m;
	struct event	*e;
	uint32_t	 i;

	for (i = 0; i < keys_count(l->keys); i++) {
		m = &l->member[i];
		if (l->seen[i] || m->gone)
			continue;
		e = event_add(&l->events);
		e->p = keys_bytes(l->keys, i, &e->len);
		e->now = *m;
		e->now.gone = 1;
		e->now.downgrade_on = DAY_NONE;
		if (m->lapsed == DAY_NONE)
			e->now.lapsed = l->before;
		e->earned = add_text(&l->fresh, dated(l, m->earned, &earned));
		e->was = m->tier;
		e->change = "left";
		flow_between(&l->flows, m, &e->now);
	}
	buf_free(&earned);
}

/* What sorts events: the first bytes of the key, and then the rest. */
struct spot {
	uint64_t	 front;
	struct event	*event;
};

static int
by_key(const void *a, const void *b)
{
	const struct spot	*x = a, *y = b;
	size_t			 n;
	int			 r;

	if (x->front != y->front)
		return x->front < y->front ? -1 : 1;
	n = x->event->len < y->event->len ? x->event->len : y->event->len;
	r = memcmp(x->event->p, y->event->p, n);
	return r != 0 ? r : (x->event->len > y->event->len) -
	    (x->event->len < y->event->len);
}

static uint64_t
front_of(const char *p, size_t len)
{
	uint64_t	 front = 0;
	size_t		 i;

	for (i = 0; i < 8; i++)
		front = front << 8 | (i < len ? (unsigned char)p[i] : 0);
	return front;
}

/* In the order of the table, so that it grows at its end. */
static struct spot *
sorted(struct ledger *l)
{
	struct spot	*v = xcalloc(l->events.n + 1, sizeof(*v));
	struct event	*e;
	size_t		 i;

	for (i = 0; i < l->events.n; i++) {
		v[i].event = e = &l->events.v[i];
		if (e->p == NULL)
			e->p = l->fresh.p + e->offset;
		v[i].front = front_of(e->p, e->len);
	}
	qsort(v, l->events.n, sizeof(*v), by_key);
	return v;
}

static void
put_level(struct store *st, sqlite3_stmt *s, int i, int level)
{
	if (level == LEVEL_NONE)
		sql_null(st, s, i);
	else
		sql_int(st, s, i, level);
}

/* A value that stays bound until another is needed. */
struct slot {
	int		 column;
	int		 bound;
	int64_t		 day;
	const char	*name;
	char		 text[WHEN_SIZE];
	size_t		 len;
};

static void
put_day(struct store *st, sqlite3_stmt *s, struct slot *v, int64_t day,
    struct digest *d)
{
	if (!v->bound || v->day != day) {
		v->bound = 1;
		v->day = day;
		v->len = day == DAY_NONE || day == DAY_NEVER ? 0 :
		    date_format(v->text, day);
		sql_day(st, s, v->column, day);
	}
	digest_field(d, day == DAY_NONE ? NULL : v->text, v->len);
}

static void
put_name(struct store *st, sqlite3_stmt *s, struct slot *v, const char *name,
    struct digest *d)
{
	if (!v->bound || v->name != name) {
		v->bound = 1;
		v->name = name;
		v->len = strlen(name);
		sql_bytes(st, s, v->column, name, v->len);
	}
	digest_field(d, name, v->len);
}

static void
put_rank(struct store *st, sqlite3_stmt *s, struct slot *v, int level,
    struct digest *d)
{
	if (!v->bound || v->day != level) {
		v->bound = 1;
		v->day = level;
		v->len = (size_t)snprintf(v->text, sizeof(v->text), "%d",
		    level);
		put_level(st, s, v->column, level);
	}
	digest_field(d, level == LEVEL_NONE ? NULL : v->text, v->len);
}

/* Most have none, and those of before version 4 are digested without. */
static void
put_earned(struct store *st, sqlite3_stmt *s, const char *text,
    struct digest *d)
{
	if (text == NULL) {
		sql_null(st, s, 11);
		return;
	}
	sql_bytes(st, s, 11, text, strlen(text));
	digest_field(d, text, strlen(text));
}

/* The digest takes them as MOVEMENT_COLUMNS has them. */
static void
record_events(struct ledger *l, struct digest *d)
{
	struct store		*st = l->store;
	struct spot		*v = sorted(l);
	const struct event	*e;
	struct slot		 slot[11] = { { 0 } };
	sqlite3_stmt		*s;
	size_t			 i;
	int			 k;

	s = sql(st, "INSERT INTO movement (kind, key, day, change, was, tier, "
	    "level, since, lapsed, downgrade_on, earned) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_text(st, s, 1, l->kind);
	sql_day(st, s, 3, l->day);
	for (k = 4; k < 11; k++)
		slot[k].column = k;
	for (i = 0; i < l->events.n; i++) {
		/* They lie in the order of the input, not of the keys. */
		if (i + 16 < l->events.n)
			__builtin_prefetch(v[i + 16].event);
		if (i + 8 < l->events.n)
			__builtin_prefetch(v[i + 8].event->p);
		e = v[i].event;
		sql_bytes(st, s, 2, e->p, e->len);
		digest_field(d, e->p, e->len);
		put_name(st, s, &slot[4], e->change, d);
		put_name(st, s, &slot[5], ledger_text(l, e->was), d);
		put_name(st, s, &slot[6], ledger_text(l, e->now.tier), d);
		put_rank(st, s, &slot[7], e->now.level, d);
		put_day(st, s, &slot[8], e->now.since, d);
		put_day(st, s, &slot[9], e->now.lapsed, d);
		put_day(st, s, &slot[10], e->now.downgrade_on, d);
		put_earned(st, s, e->earned == 0 ? NULL :
		    l->fresh.p + e->earned - 1, d);
		sql_again(st, s);
	}
	sql_done(s);
	free(v);
}

static void
record_flows(struct ledger *l, int64_t snapshot)
{
	struct store	*st = l->store;
	sqlite3_stmt	*s;
	struct way	 way;
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	s = sql(st, "INSERT INTO flow (snapshot, was, was_level, tier, level, "
	    "customers) VALUES (?, ?, ?, ?, ?, ?)");
	sql_int(st, s, 1, snapshot);
	for (i = 0; i < keys_count(l->flows.ways); i++) {
		p = keys_bytes(l->flows.ways, i, &len);
		memcpy(&way, p, sizeof(way));
		sql_text(st, s, 2, ledger_text(l, way.was));
		put_level(st, s, 3, way.was_level);
		sql_text(st, s, 4, ledger_text(l, way.tier));
		put_level(st, s, 5, way.level);
		sql_int(st, s, 6, (int64_t)l->flows.count[i]);
		sql_again(st, s);
	}
	sql_done(s);
}

static void
record_cohorts(struct ledger *l, int64_t snapshot)
{
	struct store	*st = l->store;
	sqlite3_stmt	*s;
	char		 month[WHEN_SIZE];
	int64_t		 m;
	size_t		 i;

	s = sql(st, "INSERT INTO cohort (snapshot, cohort, size, active) "
	    "VALUES (?, ?, ?, ?)");
	sql_int(st, s, 1, snapshot);
	for (i = 0; i < l->ncohort; i++) {
		if (l->cohort[i].size == 0)
			continue;
		m = l->month + (int64_t)i;
		date_format(month, days_of((int)(m / 12), (int)(m % 12) + 1,
		    1));
		sql_bytes(st, s, 2, month, 7);
		sql_int(st, s, 3, (int64_t)l->cohort[i].size);
		sql_int(st, s, 4, (int64_t)l->cohort[i].active);
		sql_again(st, s);
	}
	sql_done(s);
}

void
ledger_record(struct ledger *l, int64_t snapshot, int replaced,
    struct digest *d)
{
	struct store	*st = l->store;
	sqlite3_stmt	*s;

	refuse_past(l);
	if (run_before(l) != l->before)
		die(STATUS_RESOURCE, "%s: another run changed the store in "
		    "the meantime: run again", st->path);
	if (replaced) {
		s = sql(st, "DELETE FROM movement WHERE kind = ? AND day = ?");
		sql_text(st, s, 1, l->kind);
		sql_day(st, s, 2, l->day);
		sql_step(st, s);
		sql_done(s);
	}
	note_gone(l);
	record_events(l, d);
	record_flows(l, snapshot);
	record_cohorts(l, snapshot);
}
