/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vip-sla writes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "score/service.h"
#include "score/stamps.h"

/* After the three columns of each metric. */
enum { TAIL_STATUS, TAIL_LEFT, TAIL_TO, TAIL_BY, TAIL_TIER, TAIL_BADGE,
    TAIL_N };

struct clerk;

struct service {
	const struct policy	*pol;
	const struct zone	*zone;
	when			 now;
	int			 tier;
	struct docket		*docket;
	struct sla		*sla;
	struct ladder		*ladder;
	size_t			 nmetric;
	const char		**columns;
	struct arena		*arena;
	size_t			 count[METRIC_BREACHED + 1];

	/* for the tables that are no filters: write() is given each run */
	struct writer		*w;
	void			 (*write)(struct clerk *, size_t metric,
				    const struct owed *, struct buf *);
	struct service		*other;
	size_t			*met, *of;	/* by metric and tier */
	size_t			*other_met, *other_of;
};

struct clerk {				/* one worker's */
	struct service	*service;
	struct ticket	*ticket;
	struct judge	*judge;
	struct rung	*rungs;
	struct stamps	*stamps;
	size_t		 count[METRIC_BREACHED + 1];
	struct clerk	*other;
};

static void
name_columns(struct service *s)
{
	static const char *const tail[TAIL_N] = {
		"sla_status", "sla_left", "escalate_to", "escalate_by",
		"tier", "badge"
	};
	const char	*name;
	size_t		 i;

	s->columns = xcalloc(s->nmetric * 3 + TAIL_N, sizeof(*s->columns));
	for (i = 0; i < s->nmetric; i++) {
		name = sla_metric(s->sla, i);
		s->columns[i * 3] = arena_join(s->arena, name, "_due");
		s->columns[i * 3 + 1] = arena_join(s->arena, name, "_elapsed");
		s->columns[i * 3 + 2] = arena_join(s->arena, name, "_status");
	}
	for (i = 0; i < TAIL_N; i++)
		s->columns[s->nmetric * 3 + i] = tail[i];
}

struct service *
service_new(const struct service_options *o, struct reader *tickets)
{
	struct service	*s = xcalloc(1, sizeof(*s));

	s->pol = o->pol;
	s->zone = policy_zone(o->pol);
	s->now = o->now;
	s->tier = o->tier;
	s->arena = arena_new();
	s->docket = docket_new(o->pol, o->now);
	if (o->strict_time)
		docket_strict_time(s->docket);
	if (o->log != NULL)
		docket_log(s->docket, o->log, o->until);
	s->sla = sla_new(s->docket);
	s->nmetric = sla_metrics(s->sla);
	s->ladder = ladder_new(s->docket);
	name_columns(s);
	docket_bind(s->docket, tickets, o->customers, o->jobs);
	return s;
}

void
service_free(struct service *s)
{
	if (s == NULL)
		return;
	ladder_free(s->ladder);
	sla_free(s->sla);
	docket_free(s->docket);
	free(s->columns);
	arena_free(s->arena);
	free(s);
}

size_t
service_count(const struct service *s, enum metric_status status)
{
	return s->count[status];
}

void
service_notes(const struct service *s)
{
	docket_notes(s->docket);
}

/* ------------------------------------------------------------- one ticket */

static void *
clerk_begin(void *ctx)
{
	struct clerk	*c = xcalloc(1, sizeof(*c));

	c->service = ctx;
	c->ticket = ticket_new(c->service->docket);
	c->judge = judge_new(c->service->sla);
	c->rungs = xcalloc(ladder_rungs(c->service->ladder) + 1,
	    sizeof(*c->rungs));
	c->stamps = stamps_new(c->service->zone);
	if (c->service->other != NULL)
		c->other = clerk_begin(c->service->other);
	return c;
}

static void
clerk_end(void *ctx, void *state)
{
	struct service	*s = ctx;
	struct clerk	*c = state;
	size_t		 i;

	if (c->other != NULL)
		clerk_end(s->other, c->other);
	for (i = 0; i <= METRIC_BREACHED; i++)
		s->count[i] += c->count[i];
	ticket_free(c->ticket, s->docket);
	judge_free(c->judge);
	stamps_free(c->stamps);
	free(c->rungs);
	free(c);
}

static when
since(void *ctx, const char *metric, enum metric_status status)
{
	const struct clerk	*c = ctx;
	int			 m = sla_find(c->service->sla, metric);

	return m == -1 ? WHEN_NONE : judge_since(c->judge, (size_t)m, status);
}

static void
cells_when(struct cells *cells, size_t i, struct stamps *stamps, tick at)
{
	struct buf	*b;

	if (at == WHEN_NONE)
		return;
	b = cells_buf(cells, i);
	buf_room(b, WHEN_SIZE);
	b->len = stamps_write(stamps, b->p, at);
}

static void
cells_minutes(struct cells *cells, size_t i, tick t)
{
	cells_num(cells, i, minutes_of(t));
}

static void
cells_status(struct cells *cells, size_t i, enum metric_status status)
{
	struct cell	 c = metric_cell(status);

	cells_text(cells, i, c.p, c.len);
}

static int
judge_row(struct clerk *c, const struct row *row, struct fault *fault)
{
	if (ticket_read(c->ticket, row, fault) == -1 ||
	    judge_ticket(c->judge, c->ticket, row, fault) == -1)
		return ROW_FAULT;
	return ROW_OK;
}

static void
write_tail(struct clerk *c, struct cells *cells)
{
	const struct service	*s = c->service;
	const struct statement	*st;
	const struct clause	*badge;
	const struct rung	*rung;
	enum metric_status	 worst = judge_worst(c->judge);
	size_t			 at = s->nmetric * 3, n;
	tick			 left;

	c->count[worst]++;
	cells_status(cells, at + TAIL_STATUS, worst);
	if (judge_left(c->judge, &left))
		cells_minutes(cells, at + TAIL_LEFT, left);
	n = ladder_judge(s->ladder, c->ticket, since, c, c->rungs);
	if ((rung = rung_first(c->rungs, n)) != NULL) {
		cells_str(cells, at + TAIL_TO, escalation_to(rung->st));
		cells_when(cells, at + TAIL_BY, c->stamps,
		    tick_of(rung->due));
	}
	if (!s->tier)
		return;
	st = policy_tier(s->pol, (size_t)c->ticket->tier);
	cells_str(cells, at + TAIL_TIER, st->name);
	if ((badge = clause_find(st, W_BADGE)) != NULL)
		cells_str(cells, at + TAIL_BADGE, badge->text);
}

static int
pass_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct clerk		*c = state;
	const struct owed	*o;
	size_t			 i;

	if (judge_row(c, row, fault) == ROW_FAULT)
		return ROW_FAULT;
	for (i = 0; i < c->service->nmetric; i++) {
		o = judge_owed(c->judge, i);
		if (o->status == METRIC_NONE)
			continue;
		cells_when(cells, i * 3, c->stamps, o->due);
		cells_minutes(cells, i * 3 + 1, o->elapsed);
		cells_status(cells, i * 3 + 2, o->status);
	}
	write_tail(c, cells);
	return ticket_fault(c->ticket, fault) == -1 ? ROW_FAULT : ROW_OK;
}

static void
pass_ahead(void *state, const struct row *row)
{
	const struct clerk	*c = state;

	ticket_ahead(c->ticket, row);
}

void
service_pass(struct service *s, struct reader *rd, struct writer *w,
    const struct pass_options *options)
{
	struct pass	 pass = {
		.columns = s->columns,
		.ncolumns = s->nmetric * 3 + (s->tier ? TAIL_N : TAIL_TIER),
		.begin = clerk_begin, .row = pass_row, .end = clerk_end,
		.ahead = pass_ahead
	};

	table_pass(rd, w, &pass, s, options);
}

/* ------------------------------------------------ tables of another grain */

static void
writer_buf(struct writer *w, struct buf *b)
{
	writer_cell(w, b->p, b->len);
	b->len = 0;
}

/* Rows in order, by one thread, to a table of our own. */
static void
in_order(struct service *s, struct reader *rd, struct writer *w,
    const struct pass_options *options,
    int (*row)(void *, const struct row *, struct cells *, struct fault *))
{
	struct pass		 pass = {
		.begin = clerk_begin, .row = row, .end = clerk_end
	};
	struct pass_options	 one = *options;

	one.jobs = 1;
	s->w = w;
	table_pass(rd, NULL, &pass, s, &one);
}

static int
run_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct clerk		*c = state;
	const struct owed	*o;
	struct buf		 b = { 0 };
	size_t			 i, n;

	(void)cells;
	if (judge_row(c, row, fault) == ROW_FAULT)
		return ROW_FAULT;
	c->count[judge_worst(c->judge)]++;
	for (i = 0; i < c->service->nmetric; i++)
		for (o = judge_runs(c->judge, i, &n); n > 0; n--, o++)
			c->service->write(c, i, o, &b);
	buf_free(&b);
	return ROW_OK;
}

static void
write_long(struct clerk *c, size_t metric, const struct owed *o,
    struct buf *b)
{
	const struct service	*s = c->service;
	const struct ticket	*t = c->ticket;
	struct writer		*w = s->w;

	writer_cell(w, t->id.p, t->id.len);
	writer_cell(w, t->key.p, t->key.len);
	writer_cells(w, policy_tier(s->pol, (size_t)t->tier)->name);
	writer_cell(w, t->channel_text.p, t->channel_text.len);
	writer_cells(w, sla_metric(s->sla, metric));
	rule_bound(o->rule, b);
	writer_buf(w, b);
	rule_clock(o->rule, b);
	writer_buf(w, b);
	writer_time(w, s->zone, o->start);
	writer_time(w, s->zone, o->due);
	writer_time(w, s->zone, o->end);
	writer_num(w, minutes_of(o->elapsed));
	if (o->end == WHEN_NONE && o->due != WHEN_NONE)
		writer_num(w, minutes_of(o->due - tick_of(s->now)));
	else
		writer_cell(w, "", 0);
	writer_cells(w, metric_word(o->status));
	buf_addf(b, "%s:%d", policy_name(s->pol),
	    rule_statement(o->rule)->at.line);
	writer_buf(w, b);
	writer_end(w);
}

void
service_long(struct service *s, struct reader *rd, struct writer *w,
    const struct pass_options *options)
{
	const char *const	 columns[] = {
		"ticket_id", policy_key(s->pol), "tier", "channel", "metric",
		"bound", "clock", "start", "due", "end", "elapsed", "left",
		"status", "statement"
	};

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	s->write = write_long;
	in_order(s, rd, w, options, run_row);
}

static void
why(const struct stretch *s, struct buf *b)
{
	if (s->part == 1)
		buf_adds(b, "customer: ");
	buf_adds(b, stretch_word(s->kind));
	if (s->why != NULL && *s->why != '\0')
		buf_addf(b, ": %s", s->why);
}

static void
write_stretches(struct clerk *c, size_t metric, const struct owed *o,
    struct buf *b)
{
	const struct service	*s = c->service;
	struct stretch		 st;
	struct walk		 walk;

	clock_walk(&walk, o->clock, o->pauses, o->npause, o->start,
	    o->end != WHEN_NONE ? o->end : tick_of(s->now));
	while (walk_next(&walk, &st)) {
		writer_cell(s->w, c->ticket->id.p, c->ticket->id.len);
		writer_cells(s->w, sla_metric(s->sla, metric));
		writer_time(s->w, s->zone, st.start);
		writer_time(s->w, s->zone, st.end);
		writer_num(s->w, minutes_of(st.end - st.start));
		writer_cells(s->w, st.kind == STRETCH_OPEN ? "yes" : "no");
		why(&st, b);
		writer_buf(s->w, b);
		writer_end(s->w);
	}
}

void
service_explain(struct service *s, struct reader *rd, struct writer *w,
    const struct pass_options *options)
{
	static const char *const columns[] = {
		"ticket_id", "metric", "from", "until", "minutes", "counted",
		"why"
	};

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	s->write = write_stretches;
	in_order(s, rd, w, options, run_row);
}

/* ----------------------------------------------------------------- replay */

static void
tally(const struct clerk *c, size_t tier, size_t ntier, size_t *met,
    size_t *of)
{
	const struct owed	*o;
	size_t			 i;

	for (i = 0; i < c->service->nmetric; i++) {
		o = judge_owed(c->judge, i);
		if (o->status == METRIC_MET)
			met[i * ntier + tier]++;
		if (o->status == METRIC_MET || o->status == METRIC_BREACHED)
			of[i * ntier + tier]++;
	}
}

static int
replay_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct clerk	*c = state;
	struct service	*s = c->service;
	size_t		 n = policy_tiers(s->pol);

	(void)cells;
	if (judge_row(c, row, fault) == ROW_FAULT ||
	    judge_row(c->other, row, fault) == ROW_FAULT)
		return ROW_FAULT;
	c->count[judge_worst(c->judge)]++;
	tally(c, (size_t)c->ticket->tier, n, s->met, s->of);
	tally(c->other, (size_t)c->ticket->tier, n, s->other_met,
	    s->other_of);
	return ROW_OK;
}

static void
write_share(struct writer *w, size_t met, size_t of)
{
	num	 share;

	writer_num(w, (num)met * NUM_ONE);
	writer_num(w, (num)of * NUM_ONE);
	if (of == 0 || num_div((num)met, (num)of, &share) == -1)
		writer_cell(w, "", 0);
	else
		writer_num(w, num_round(share, 4));
}

static void
write_replay(const struct service *s, const char *metric, long a, long b)
{
	size_t	 n = policy_tiers(s->pol), t, x, y;

	for (t = 0; t < n; t++) {
		x = a == -1 ? 0 : (size_t)a * n + t;
		y = b == -1 ? 0 : (size_t)b * n + t;
		writer_cells(s->w, metric);
		writer_cells(s->w, policy_tier(s->pol, t)->name);
		write_share(s->w, a == -1 ? 0 : s->met[x],
		    a == -1 ? 0 : s->of[x]);
		write_share(s->w, b == -1 ? 0 : s->other_met[y],
		    b == -1 ? 0 : s->other_of[y]);
		writer_end(s->w);
	}
}

void
service_replay(struct service *s, struct service *other, struct reader *rd,
    struct writer *w, const struct pass_options *options)
{
	static const char *const columns[] = {
		"metric", "tier", "met", "of", "share", "other_met",
		"other_of", "other_share"
	};
	const char	*name;
	size_t		 i, n = policy_tiers(s->pol);

	s->other = other;
	s->met = xcalloc(s->nmetric * n + 1, sizeof(*s->met));
	s->of = xcalloc(s->nmetric * n + 1, sizeof(*s->of));
	s->other_met = xcalloc(other->nmetric * n + 1, sizeof(*s->met));
	s->other_of = xcalloc(other->nmetric * n + 1, sizeof(*s->of));
	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	in_order(s, rd, w, options, replay_row);
	for (i = 0; i < s->nmetric; i++) {
		name = sla_metric(s->sla, i);
		write_replay(s, name, (long)i, sla_find(other->sla, name));
	}
	for (i = 0; i < other->nmetric; i++) {
		name = sla_metric(other->sla, i);
		if (sla_find(s->sla, name) == -1)
			write_replay(s, name, -1, (long)i);
	}
	free(s->met);
	free(s->of);
	free(s->other_met);
	free(s->other_of);
	s->other = NULL;
}

/* --------------------------------------------------- the policy's promise */

static void
write_target(const struct sla *sla, const struct policy *pol, size_t metric,
    size_t tier, const char *channel, const struct sla_rule *r,
    struct writer *w)
{
	const struct clause	*cl;
	struct buf		 b = { 0 };

	writer_cells(w, sla_metric(sla, metric));
	writer_cells(w, policy_tier(pol, tier)->name);
	writer_cells(w, channel);
	if (r == NULL) {
		writer_cells(w, "");
		writer_cells(w, "");
		writer_cells(w, "");
		writer_cells(w, "");
		writer_end(w);
		return;
	}
	rule_bound(r, &b);
	writer_buf(w, &b);
	rule_clock(r, &b);
	writer_buf(w, &b);
	if ((cl = clause_find(rule_statement(r), W_WHEN)) != NULL)
		expr_show(cl->expr, &b);
	writer_buf(w, &b);
	buf_addf(&b, "%s:%d", policy_name(pol), rule_statement(r)->at.line);
	writer_buf(w, &b);
	writer_end(w);
	buf_free(&b);
}

/* Does a statement of the metric name channels? */
static int
by_channel(const struct sla *sla, const struct policy *pol, size_t metric)
{
	const struct sla_rule *const	*a, *const *b;
	size_t				 t, c, i;

	for (t = 0; t < policy_tiers(pol); t++) {
		a = sla_rules(sla, metric, (int)t, CHANNEL_OTHER);
		for (c = 0; c < sla_channels(sla); c++) {
			b = sla_rules(sla, metric, (int)t, c);
			for (i = 0; a[i] == b[i] && a[i] != NULL; i++)
				;
			if (a[i] != b[i])
				return 1;
		}
	}
	return 0;
}

static void
write_targets(const struct sla *sla, const struct policy *pol, size_t metric,
    size_t tier, size_t channel, const char *name, struct writer *w)
{
	const struct sla_rule *const	*v;

	v = sla_rules(sla, metric, (int)tier, channel);
	if (*v == NULL && channel != CHANNEL_OTHER)
		write_target(sla, pol, metric, tier, name, NULL, w);
	for (; *v != NULL; v++)
		write_target(sla, pol, metric, tier, name, *v, w);
}

void
service_targets(const struct policy *pol, when now, struct writer *w)
{
	static const char *const columns[] = {
		"metric", "tier", "channel", "bound", "clock", "when",
		"statement"
	};
	struct docket	*docket = docket_new(pol, now);
	struct sla	*sla = sla_new(docket);
	size_t		 m, t, c, named;

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	for (m = 0; m < sla_metrics(sla); m++) {
		named = by_channel(sla, pol, m) ? sla_channels(sla) : 0;
		for (t = 0; t < policy_tiers(pol); t++) {
			for (c = 0; c < named; c++)
				write_targets(sla, pol, m, t, c,
				    sla_channel(sla, c), w);
			write_targets(sla, pol, m, t, CHANNEL_OTHER,
			    named > 0 ? "other" : "", w);
		}
	}
	sla_free(sla);
	docket_free(docket);
}

void
service_calendar(const struct calendar *cal, const struct zone *zone,
    int64_t from, int64_t to, struct writer *w)
{
	static const char *const columns[] = { "start", "end", "minutes" };
	when	 a = zone_midnight(zone, from), b = zone_midnight(zone, to + 1);
	when	 start, end;

	writer_columns(w, columns, 3);
	while (a < b && calendar_span_after(cal, a, &start, &end) == 0) {
		if (start < a)
			start = a;
		if (end > b)
			end = b;
		if (start >= b)
			break;
		writer_time(w, zone, tick_of(start));
		writer_time(w, zone, tick_of(end));
		writer_num(w, minutes_of(tick_of(end - start)));
		writer_end(w);
		a = end;
	}
}
