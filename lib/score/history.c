/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log of events: what happened to a ticket, in the order of time.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score/ticket_parts.h"

void
log_free(struct log *log)
{
	if (log == NULL)
		return;
	keys_free(log->ids);
	some_free(&log->strange);
	free(log->met);
	free(log->name);
	keys_free(log->values);
	free(log->events);
	free(log->first);
	free(log);
}

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

/*
 * The words for a status, a priority or a tier, by enum happening: where the
 * policy maps those of the tickets, it means those of their log too.
 */
struct wordings {
	struct wording	*of[EVENT_OTHER + 1];	/* NULL: as they stand */
	struct arena	*arena;
	struct buf	 normal;
};

static void
wordings_read(struct wordings *w, const struct policy *pol,
    const struct reader *rd)
{
	static const struct {
		enum happening	 what;
		const char	*column;
	} mapped[] = {
		{ EVENT_STATUS, "status" }, { EVENT_PRIORITY, "priority" },
		{ EVENT_TIER, "tier" }
	};
	size_t	 i;

	memset(w, 0, sizeof(*w));
	w->arena = arena_new();
	for (i = 0; i < sizeof(mapped) / sizeof(mapped[0]); i++)
		w->of[mapped[i].what] = wording_new(column_clause(pol, rd,
		    mapped[i].column, W_MAP), w->arena);
}

static void
wordings_free(struct wordings *w)
{
	size_t	 i;

	for (i = 0; i <= EVENT_OTHER; i++)
		wording_free(w->of[i]);
	arena_free(w->arena);
	buf_free(&w->normal);
}

/* What happened, and its value with a NUL after it that is not counted. */
static void
read_event(struct log *log, struct event *e, struct cell what,
    struct cell value, struct wordings *words, struct buf *text)
{
	struct cell	 c;

	e->what = happening_of(what);
	value = wording_of(words->of[e->what], value, &words->normal);
	if (e->what == EVENT_OTHER && what.len > 0)
		some_add(&log->strange, what.p, what.len);
	text->len = 0;
	buf_add(text, value.p, value.len);
	buf_addc(text, 0);
	c.p = text->p;
	c.len = text->len;
	e->value = intern(log->values, c);
	e->value.len--;
}

void
docket_log(struct docket *d, struct reader *rd, when until)
{
	struct plan	*plan = plan_new(d->pol, d->now);
	struct frame	*frame;
	struct wordings	 words;
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
	wordings_read(&words, d->pol, rd);
	frame = frame_new(plan);
	log->ids = keys_new();
	log->values = keys_new();
	log->name = xstrdup(reader_name(rd));
	while (reader_next(rd, &row)) {
		if (frame_load(frame, &row, &fault) == -1 || (d->strict &&
		    time_strict(d, &when_at, &row, &fault) == -1))
			reader_die(rd, &row, &fault);
		at = frame_eval(frame, at_p);
		if (at.type == TYPE_MISSING) {
			fault_set(&fault, reader_need(rd, "at"), "is empty");
			reader_die(rd, &row, &fault);
		}
		id = text_of(frame, id_p);
		if (at.n >= until)
			continue;
		if (id.len == 0) {
			log->nameless++;
			continue;
		}
		if (n == max) {
			max = max == 0 ? 1024 : max * 2;
			v = xreallocarray(v, max, sizeof(*v));
		}
		e = &v[n];
		e->line = n++;
		e->ticket = keys_add(log->ids, id.p, id.len);
		e->event.at = time_tick(&when_at, &row, &at);
		read_event(log, &e->event, text_of(frame, what_p),
		    text_of(frame, value_p), &words, &text);
		if (e->event.what == EVENT_TIER &&
		    tier_of_cell(d->pol, e->event.value) == -1) {
			fault_cell(&fault, &row, reader_need(rd, "value"),
			    "is not a tier of the policy");
			reader_die(rd, &row, &fault);
		}
	}
	log_sort(log, v, n);
	log->met = log_meet(log);
	free(v);
	buf_free(&text);
	wordings_free(&words);
	frame_free(frame);
	plan_free(plan);
	time_unbind(&when_at);
	d->log = log;
}

int
docket_logged(const struct docket *d)
{
	return d->log != NULL;
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

tick
event_first(const struct ticket *t, enum happening what, tick from)
{
	size_t	 i;

	for (i = 0; i < t->nevent; i++)
		if (t->events[i].what == what && t->events[i].at >= from)
			return t->events[i].at;
	return WHEN_NONE;
}

void
ticket_history(struct ticket *t)
{
	static const struct {
		const char	*column;
		enum happening	 what;
	} kept[] = {
		{ "created_at", EVENT_CREATED },
		{ "assigned_at", EVENT_ASSIGNED },
		{ "first_response_at", EVENT_REPLIED },
		{ "followed_up_at", EVENT_FOLLOWED_UP },
	};
	const struct docket	*d = t->inside->docket;
	uint32_t		 id;
	size_t			 i, k;
	tick			 at;

	t->events = NULL;
	t->nevent = 0;
	t->first_resolved = t->reopened = WHEN_NONE;
	if (d->log == NULL ||
	    (id = keys_find(d->log->ids, t->id.p, t->id.len)) == KEY_NONE)
		return;
	t->inside->met[id] = 1;
	t->events = d->log->events + d->log->first[id];
	t->nevent = d->log->first[id + 1] - d->log->first[id];
	for (i = 0; i < d->ntime; i++) {
		for (k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
			if (strcmp(kept[k].column, d->times[i].name) == 0)
				break;
		if (k == sizeof(kept) / sizeof(kept[0]))
			continue;
		at = event_first(t, kept[k].what, INT64_MIN);
		if (at != WHEN_NONE)
			t->times[i] = at;
	}
	read_resolved(t);
}

unsigned char *
log_meet(const struct log *log)
{
	return log == NULL ? NULL :
	    xcalloc((size_t)keys_count(log->ids) + 1, 1);
}

void
log_met(struct log *log, unsigned char *met)
{
	uint32_t	 i;

	if (log == NULL)
		return;
	for (i = 0; i < keys_count(log->ids); i++)
		log->met[i] |= met[i];
	free(met);
}

void
log_notes(const struct log *log)
{
	struct buf	 b = { 0 };
	size_t		 tickets = 0, events = 0;
	uint32_t	 i;

	if (log == NULL)
		return;
	for (i = 0; i < keys_count(log->ids); i++)
		if (!log->met[i]) {
			tickets++;
			events += log->first[i + 1] - log->first[i];
		}
	if (tickets > 0)
		note("%s: %zu event%s of %zu ticket%s that %s not in the "
		    "table", log->name, events, events == 1 ? "" : "s",
		    tickets, tickets == 1 ? "" : "s",
		    tickets == 1 ? "is" : "are");
	if (log->nameless > 0)
		note("%s: %zu event%s without a ticket_id", log->name,
		    log->nameless, log->nameless == 1 ? "" : "s");
	if (some_name(&log->strange, &b))
		note("%s: events that move no clock: %s", log->name,
		    buf_str(&b));
	buf_free(&b);
}
