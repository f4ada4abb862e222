/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vip-escalate writes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/calls.h"
#include "score/escalate.h"
#include "score/rules.h"
#include "score/sla.h"
#include "score/stamps.h"
#include "score/ticket.h"

/* A metric that conditions ask about, as its columns have it. */
struct judged {
	const char		*name;
	size_t			 column;	/* METRIC_status */
	size_t			 due;		/* METRIC_due */
	enum metric_status	 status;	/* of the row at hand */
};

struct calls {
	const struct policy	*pol;
	const struct zone	*zone;
	struct docket		*docket;
	struct ladder		*ladder;
	struct counts		*counts;
	struct arena		*arena;
	struct judged		*metrics;
	size_t			 nmetric;
	size_t			 to, by;	/* escalate_to, escalate_by */
	struct keys		*told;
	int			 since;		/* an earlier output is known */
	struct calls_memory	 memory;	/* add NULL: none */
	struct buf		 name;		/* of one escalation */
	struct buf		 reason;
	struct rung		*rungs;
	struct ticket		*ticket;
	struct writer		*w;
	size_t			 written;
};

static void
add_metrics(struct calls *c)
{
	const char	**names;
	struct judged	*m;
	size_t		 i;

	c->nmetric = ladder_metrics(c->ladder, NULL, 0);
	names = xcalloc(c->nmetric + 1, sizeof(*names));
	ladder_metrics(c->ladder, names, c->nmetric);
	c->metrics = xcalloc(c->nmetric + 1, sizeof(*c->metrics));
	for (i = 0; i < c->nmetric; i++) {
		m = &c->metrics[i];
		m->name = names[i];
		m->column = docket_column(c->docket,
		    arena_join(c->arena, names[i], "_status"), TYPE_TEXT,
		    ASK_LENIENT);
		m->due = docket_time(c->docket,
		    arena_join(c->arena, names[i], "_due"), 0);
	}
	free(names);
}

/* --------------------------------------------------- what was told before */

/* One name for an escalation of a ticket: parts with NUL between. */
static uint32_t
told(struct calls *c, const char *st, size_t stlen, struct cell key,
    struct cell id, int add)
{
	c->name.len = 0;
	buf_add(&c->name, st, stlen);
	buf_addc(&c->name, 0);
	buf_add(&c->name, key.p, key.len);
	buf_addc(&c->name, 0);
	buf_add(&c->name, id.p, id.len);
	return add ? keys_add(c->told, c->name.p, c->name.len) :
	    keys_find(c->told, c->name.p, c->name.len);
}

static void
read_since(struct calls *c, struct reader *rd)
{
	size_t		 st, key, id;
	struct cell	 a;
	struct row	 row;

	st = reader_need(rd, "escalation");
	key = reader_need(rd, policy_key(c->pol));
	id = reader_need(rd, "ticket_id");
	while (reader_next(rd, &row)) {
		a = row_cell(&row, st);
		told(c, a.p, a.len, row_cell(&row, key), row_cell(&row, id),
		    1);
	}
}

struct calls *
calls_new(const struct policy *pol, when now, when until,
    struct reader *rows, struct reader *customers, struct reader *since,
    int jobs)
{
	struct calls	*c = xcalloc(1, sizeof(*c));

	c->pol = pol;
	c->zone = policy_zone(pol);
	c->arena = arena_new();
	c->docket = docket_new(pol, now);
	c->ladder = ladder_new(c->docket);
	c->counts = counts_new(c->docket, until);
	add_metrics(c);
	c->to = docket_column(c->docket, "escalate_to", TYPE_TEXT, ASK_LENIENT);
	c->by = docket_time(c->docket, "escalate_by", 0);
	docket_bind(c->docket, rows, customers, jobs);
	c->told = keys_new();
	if ((c->since = since != NULL) != 0)
		read_since(c, since);
	c->rungs = xcalloc(ladder_rungs(c->ladder) + 1, sizeof(*c->rungs));
	c->ticket = ticket_new(c->docket);
	return c;
}

void
calls_remember(struct calls *c, const struct calls_memory *memory)
{
	c->memory = *memory;
}

void
calls_free(struct calls *c)
{
	if (c == NULL)
		return;
	ticket_free(c->ticket, c->docket);
	counts_free(c->counts);
	ladder_free(c->ladder);
	docket_free(c->docket);
	keys_free(c->told);
	buf_free(&c->name);
	buf_free(&c->reason);
	free(c->metrics);
	free(c->rungs);
	arena_free(c->arena);
	free(c);
}

/* ---------------------------------------------------------------- one row */

/*
 * What neither a customer nor a ticket names cannot be remembered.  With a
 * memory each is told once, also in one run.
 */
static int
is_new(struct calls *c, struct cell name, struct cell key, struct cell id)
{
	if (key.len == 0 && id.len == 0)
		return 1;
	if (told(c, name.p, name.len, key, id, 0) != KEY_NONE)
		return 0;
	if (c->since)
		told(c, name.p, name.len, key, id, 1);
	return c->memory.add == NULL ||
	    c->memory.add(c->memory.ctx, name, key, id);
}

static void
write_call(struct calls *c, const struct statement *st, struct cell key,
    struct cell id, const char *tier, when raised, when due)
{
	const struct clause	*todo;
	const struct cell	 name = cell_str(st->name);
	struct buf		 by = { 0 };

	if (!is_new(c, name, key, id))
		return;
	writer_cells(c->w, st->name);
	writer_cell(c->w, key.p, key.len);
	writer_cell(c->w, id.p, id.len);
	writer_cells(c->w, tier);
	writer_cells(c->w, escalation_to(st));
	escalation_by(st, &by);
	writer_cell(c->w, by.p, by.len);
	writer_time(c->w, c->zone, tick_of(raised));
	writer_time(c->w, c->zone, tick_of(due));
	for (todo = clause_find(st, W_DO); todo != NULL;
	    todo = clause_next(todo))
		buf_addf(&c->reason, "%sdo: %s", c->reason.len > 0 ? "; " : "",
		    todo->text);
	writer_cell(c->w, c->reason.p, c->reason.len);
	writer_end(c->w);
	c->written++;
	buf_free(&by);
}

static when
since_column(void *ctx, const char *metric, enum metric_status status)
{
	const struct calls	*c = ctx;
	size_t			 i;

	for (i = 0; i < c->nmetric; i++)
		if (strcmp(c->metrics[i].name, metric) == 0 &&
		    c->metrics[i].status == status &&
		    status == METRIC_BREACHED)
			return tick_second(
			    c->ticket->times[c->metrics[i].due]);
	return WHEN_NONE;
}

static int
status_of(struct cell c)
{
	enum metric_status	 s;

	for (s = METRIC_NONE; s <= METRIC_BREACHED; s++)
		if (cell_is(c, metric_word(s)))
			return (int)s;
	return -1;
}

static int
read_metrics(struct calls *c, const struct row *row, struct fault *fault)
{
	struct judged	*m;
	size_t		 i;
	int		 status;

	for (i = 0; i < c->nmetric; i++) {
		m = &c->metrics[i];
		status = status_of(ticket_text(c->ticket, m->column));
		if (status == -1)
			return ticket_wrong(c->ticket, m->column, row,
			    "is no status", fault);
		m->status = (enum metric_status)status;
		ticket_judged(c->ticket, m->name, m->status);
	}
	return 0;
}

/* What is about a customer alone is told once, of whichever ticket. */
static void
call_rung(struct calls *c, const struct rung *r, const char *tier)
{
	const struct clause	*cl = clause_find(r->st, W_WHEN);
	struct cell		 id = c->ticket->id;
	int			 personal;

	c->reason.len = 0;
	ticket_reason(c->ticket, r->when, &c->reason);
	personal = docket_personal(c->docket, cl->expr);
	if (personal)
		id.len = 0;
	write_call(c, r->st, c->ticket->key, id, tier, r->raised, r->due);
	if (personal)
		told(c, r->st->name, strlen(r->st->name), c->ticket->key, id,
		    1);
}

/*
 * A row without a tier, of vip-sla, that says who is to be told: the rung
 * that fits, for whichever tier.
 */
static void
call_untiered(struct calls *c)
{
	struct ticket	*t = c->ticket;
	struct cell	 to = ticket_text(t, c->to);
	struct rung	 found = { .st = NULL };
	const char	*tier = "";
	size_t		 i, k, n;
	int		 own = t->tier;

	if (to.len == 0)
		return;
	for (i = 0; i < policy_tiers(c->pol); i++) {
		t->tier = (int)i;
		ticket_as_tier(t, t->tier);
		read_metrics(c, NULL, NULL);
		n = ladder_judge(c->ladder, t, since_column, c, c->rungs);
		for (k = 0; k < n; k++) {
			if (!cell_is(to, escalation_to(c->rungs[k].st)) ||
			    (t->times[c->by] != WHEN_NONE &&
			    tick_second(t->times[c->by]) !=
			    c->rungs[k].due))
				continue;
			tier = found.st == NULL ?
			    policy_tier(c->pol, i)->name : "";
			found = c->rungs[k];
			break;
		}
	}
	t->tier = own;
	if (found.st == NULL)
		return;
	call_rung(c, &found, tier);
}

static int
call_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct calls	*c = state;
	struct ticket	*t = c->ticket;
	size_t		 i, n;

	(void)cells;
	if (ticket_read(t, row, fault) == -1 ||
	    read_metrics(c, row, fault) == -1 ||
	    counts_see(c->counts, t, row, fault) == -1)
		return ROW_FAULT;
	if (!docket_tiered(c->docket) && ticket_text(t, c->to).len > 0) {
		call_untiered(c);
		return ROW_OK;
	}
	n = ladder_judge(c->ladder, t, since_column, c, c->rungs);
	if (ticket_fault(t, fault) == -1)
		return ROW_FAULT;
	for (i = 0; i < n; i++)
		call_rung(c, &c->rungs[i],
		    policy_tier(c->pol, (size_t)t->tier)->name);
	return ROW_OK;
}

static void
call_surge(void *ctx, const struct surge *s)
{
	struct calls		*c = ctx;
	const struct clause	*of = clause_find(s->st, W_OF);
	const struct clause	*window = clause_find(s->st, W_IN);

	c->reason.len = 0;
	buf_addf(&c->reason, "%zu in ", s->count);
	duration_show(&window->duration, &c->reason);
	if (of != NULL) {
		buf_adds(&c->reason, " of ");
		expr_show(of->expr, &c->reason);
		buf_adds(&c->reason, " \"");
		buf_add(&c->reason, s->group.p, s->group.len);
		buf_addc(&c->reason, '"');
	}
	write_call(c, s->st, s->key, s->id,
	    policy_tier(c->pol, (size_t)s->tier)->name, s->raised, s->due);
}

size_t
calls_write(struct calls *c, struct reader *rd, struct writer *w,
    const struct pass_options *options)
{
	static const struct pass	 pass = { .row = call_row };
	struct pass_options		 one = *options;
	const char *const		 columns[] = {
		"escalation", policy_key(c->pol), "ticket_id", "tier", "to",
		"by", "raised_at", "due", "reason"
	};

	c->w = w;
	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	one.jobs = 1;
	table_pass(rd, NULL, &pass, c, &one);
	counts_tell(c->counts, call_surge, c);
	return c->written;
}
