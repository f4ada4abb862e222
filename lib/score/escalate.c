/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Escalations: which hold, since when, and by when somebody must know.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/escalate.h"
#include "score/rules.h"

/* When a condition became true, as far as its parts have a time. */
struct moment {
	enum { M_FACT, M_AND, M_OR, M_STATUS, M_AGE } kind;
	const char		*metric;	/* of M_STATUS */
	enum metric_status	 status;
	size_t			 time;		/* of M_AGE: a docket_time() */
	int64_t			 age;		/* and seconds since then */
	size_t			 program;	/* is the part true? */
	size_t			 n;
	struct moment		**part;
};

struct ladder {
	struct docket		*docket;
	const struct policy	*pol;
	struct arena		*arena;
	struct step {
		const struct statement	*st;
		const struct clause	*who;
		size_t			 when;
		const struct moment	*moment;
		struct clocks		*clocks;
	}			*steps;
	size_t			 nstep;
	const char		**metrics;
	size_t			 nmetric;
};

/* ---------------------------------------------------------------- moments */

static void
add_metric(struct ladder *l, const char *name)
{
	size_t	 i;

	for (i = 0; i < l->nmetric; i++)
		if (strcmp(l->metrics[i], name) == 0)
			return;
	l->metrics = xreallocarray(l->metrics, l->nmetric + 1,
	    sizeof(*l->metrics));
	l->metrics[l->nmetric++] = name;
}

/* The value of a let that names another, or the expression itself. */
static const struct expr *
named(const struct expr *e)
{
	while (e->op == OP_NAME && e->let != NULL)
		e = e->let->expr;
	return e;
}

/* now - COLUMN >= 2h, or >: true from so long after the column's time on. */
static int
is_age(struct ladder *l, const struct expr *e, struct moment *m)
{
	const struct expr	*gone, *since, *age;

	if (e->op != OP_GE && e->op != OP_GT)
		return 0;
	gone = named(e->arg[0]);
	age = named(e->arg[1]);
	if (gone->op != OP_SUB || named(gone->arg[0])->op != OP_NOW ||
	    age->op != OP_DURATION || age->duration.business ||
	    age->duration.months != 0 || age->duration.days != 0)
		return 0;
	since = named(gone->arg[1]);
	if (since->op != OP_NAME)
		return 0;
	m->kind = M_AGE;
	m->time = docket_time(l->docket, since->text, 0);
	m->age = age->duration.seconds;
	return 1;
}

static struct moment *
moment_new(struct ladder *l, const struct expr *e)
{
	struct moment	*m = arena_get(l->arena, sizeof(*m));
	size_t		 i;

	e = named(e);
	m->program = NO_PROGRAM;
	if (is_age(l, e, m))
		return m;
	switch (e->op) {
	case OP_AND:
	case OP_OR:
		m->kind = e->op == OP_AND ? M_AND : M_OR;
		m->n = e->narg;
		m->part = arena_get(l->arena, m->n * sizeof(*m->part));
		for (i = 0; i < m->n; i++) {
			m->part[i] = moment_new(l, e->arg[i]);
			if (e->op == OP_OR)
				m->part[i]->program = docket_ask(l->docket,
				    e->arg[i], ASK_LENIENT);
		}
		break;
	case OP_STATUS:
		m->kind = M_STATUS;
		m->metric = e->text;
		m->status = (enum metric_status)e->number;
		add_metric(l, e->text);
		break;
	default:
		m->kind = M_FACT;
		for (i = 0; i < e->narg; i++)
			moment_new(l, e->arg[i]);	/* its metrics */
		break;
	}
	return m;
}

static when
moment_of(const struct moment *m, struct ticket *t, since_fn since, void *ctx)
{
	when	 at, best = WHEN_NONE;
	size_t	 i;

	if (m->kind == M_STATUS)
		return since(ctx, m->metric, m->status);
	if (m->kind == M_AGE)
		return t->times[m->time] == WHEN_NONE ? WHEN_NONE :
		    tick_second(t->times[m->time]) + m->age;
	for (i = 0; i < m->n; i++) {
		if (m->kind == M_OR && !ticket_holds(t, m->part[i]->program))
			continue;
		at = moment_of(m->part[i], t, since, ctx);
		if (at == WHEN_NONE)
			continue;
		if (best == WHEN_NONE || (m->kind == M_AND ? at > best :
		    at < best))
			best = at;
	}
	return best;
}

/* ---------------------------------------------------------------- ladders */

struct ladder *
ladder_new(struct docket *docket)
{
	const struct policy	*pol = docket_policy(docket);
	const struct statement	*st;
	const struct clause	*cl;
	struct ladder		*l = xcalloc(1, sizeof(*l));
	struct step		*s;

	l->docket = docket;
	l->pol = pol;
	l->arena = arena_new();
	for (st = policy_find(pol, KW_ESCALATE, NULL); st != NULL;
	    st = policy_next(st)) {
		cl = clause_find(st, W_WHEN);
		if (expr_uses(cl->expr, OP_COUNT))
			continue;
		l->steps = xreallocarray(l->steps, l->nstep + 1,
		    sizeof(*l->steps));
		s = &l->steps[l->nstep++];
		memset(s, 0, sizeof(*s));
		s->st = st;
		s->who = clause_find(st, W_FOR);
		s->clocks = escalation_clocks(pol, st);
		if (clocks_ask(s->clocks))
			docket_want_calendar(docket);
		s->when = docket_ask(docket, cl->expr, ASK_LENIENT);
		s->moment = moment_new(l, cl->expr);
	}
	return l;
}

void
ladder_free(struct ladder *l)
{
	size_t	 i;

	if (l == NULL)
		return;
	arena_free(l->arena);
	for (i = 0; i < l->nstep; i++)
		clocks_free(l->steps[i].clocks);
	free(l->steps);
	free(l->metrics);
	free(l);
}

size_t
ladder_rungs(const struct ladder *l)
{
	return l->nstep;
}

size_t
ladder_metrics(const struct ladder *l, const char **names, size_t n)
{
	size_t	 i;

	for (i = 0; i < n && i < l->nmetric; i++)
		names[i] = l->metrics[i];
	return l->nmetric;
}

/* Was a statement in force on the day of an instant? */
static int
in_force(const struct policy *pol, const struct statement *st, when at)
{
	return statement_holds(st, zone_day(policy_zone(pol), at));
}

size_t
ladder_judge(const struct ladder *l, struct ticket *t, since_fn since,
    void *ctx, struct rung *out)
{
	const struct step	*s;
	struct rung		*r;
	when			 raised;
	size_t			 i, n = 0;

	for (i = 0; i < l->nstep; i++) {
		s = &l->steps[i];
		if (s->who != NULL && !list_has_tier(l->pol, s->who, t->tier))
			continue;
		if (!ticket_holds(t, s->when))
			continue;
		raised = moment_of(s->moment, t, since, ctx);
		if (raised == WHEN_NONE)
			raised = docket_now(l->docket);
		if (!in_force(l->pol, s->st, raised))
			continue;
		r = &out[n++];
		r->st = s->st;
		r->when = s->when;
		r->raised = raised;
		r->due = escalation_due(l->pol, s->st,
		    clocks_of(s->clocks, t->calendar), r->raised);
	}
	return n;
}

const struct rung *
rung_first(const struct rung *r, size_t n)
{
	const struct rung	*best = NULL;
	size_t			 i;

	for (i = 0; i < n; i++)
		if (best == NULL || r[i].due < best->due)
			best = &r[i];
	return best;
}

const char *
escalation_to(const struct statement *st)
{
	const struct clause	*cl = clause_find(st, W_TO);

	return cl != NULL ? cl->text : st->label != NULL ? st->label :
	    st->name;
}

void
escalation_by(const struct statement *st, struct buf *b)
{
	const struct clause	*cl = clause_find(st, W_BY);
	size_t			 i;

	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		buf_adds(b, i > 0 ? "; " : "");
		buf_adds(b, cl->item[i].text);
	}
}

static const struct clause *
bound_of(const struct statement *st)
{
	const struct clause	*cl = clause_find(st, W_WITHIN);

	return cl != NULL ? cl : clause_find(st, W_UNDER);
}

struct clocks *
escalation_clocks(const struct policy *pol, const struct statement *st)
{
	const struct clause	*bound = bound_of(st);

	return clocks_new(pol, st, bound != NULL && bound->duration.business);
}

when
escalation_due(const struct policy *pol, const struct statement *st,
    const struct calendar *clock, when raised)
{
	const struct clause	*bound = bound_of(st);

	if (bound == NULL)
		return raised;
	if (bound->same_day)
		return calendar_same_day(clock, policy_zone(pol), raised);
	return clocks_step(clock, policy_zone(pol), &bound->duration, raised);
}

/* ----------------------------------------------------------------- counts */

struct seen {
	tick		 at;
	size_t		 line;		/* the order of the rows */
	uint32_t	 group;
	size_t		 id, key;	/* offsets into "text" */
	size_t		 idlen, keylen;
	int		 tier;
	int		 calendar;	/* the customer's, or -1 */
};

struct count {
	const struct statement	*st;
	const struct clause	*who;
	const struct clause	*window;
	struct clocks		*clocks;
	const struct expr	*compare;	/* count(...) > 10 */
	size_t			 column;	/* that says whether a row counts */
	size_t			 filter;	/* condition, or NO_PROGRAM */
	size_t			 group;		/* column, or NO_PROGRAM */
	struct keys		*groups;
	struct seen		*seen;
	size_t			 nseen, maxseen;
};

struct counts {
	struct docket	*docket;
	when		 until;
	size_t		 created;
	struct count	*v;
	size_t		 n;
	size_t		 rows;
	struct buf	 text;
};

static _Noreturn void
count_wrong(const struct policy *pol, const struct expr *e, const char *what)
{
	die(STATUS_POLICY, "%s:%d:%d: error: %s", policy_name(pol), e->at.line,
	    e->at.column, what);
}

/* Split "count(x) > 10 and the rest" into its parts. */
static void
count_split(struct counts *c, struct count *k, const struct expr *e)
{
	const struct policy	*pol = docket_policy(c->docket);
	const struct expr	*arg;
	size_t			 i;

	if (e->op == OP_AND) {
		for (i = 0; i < e->narg; i++)
			if (expr_uses(e->arg[i], OP_COUNT))
				count_split(c, k, e->arg[i]);
			else if (k->filter == NO_PROGRAM)
				k->filter = docket_ask(c->docket, e->arg[i],
				    ASK_NEED);
			else
				count_wrong(pol, e->arg[i], "one condition "
				    "beside a count; put it in parentheses");
		return;
	}
	if (k->compare != NULL || e->op < OP_EQ || e->op > OP_GE ||
	    e->arg[0]->op != OP_COUNT || e->arg[1]->op != OP_NUMBER)
		count_wrong(pol, e, "count() can only be compared with a "
		    "number, as in count(complaint) > 10");
	k->compare = e;
	arg = e->arg[0];
	if (arg->narg == 1 && arg->arg[0]->op == OP_NAME)
		arg = arg->arg[0];
	if (arg->text == NULL)
		count_wrong(pol, e, "count() takes the name of a column");
	k->column = docket_column(c->docket, arg->text, TYPE_TEXT, ASK_LENIENT);
}

struct counts *
counts_new(struct docket *docket, when until)
{
	const struct policy	*pol = docket_policy(docket);
	const struct statement	*st;
	const struct clause	*cl, *of;
	struct counts		*c = xcalloc(1, sizeof(*c));
	struct count		*k;

	c->docket = docket;
	c->until = until;
	c->created = docket_time(docket, "created_at", 0);
	for (st = policy_find(pol, KW_ESCALATE, NULL); st != NULL;
	    st = policy_next(st)) {
		cl = clause_find(st, W_WHEN);
		if (!expr_uses(cl->expr, OP_COUNT))
			continue;
		c->v = xreallocarray(c->v, c->n + 1, sizeof(*c->v));
		k = &c->v[c->n++];
		memset(k, 0, sizeof(*k));
		k->st = st;
		k->who = clause_find(st, W_FOR);
		k->filter = k->group = NO_PROGRAM;
		count_split(c, k, cl->expr);
		if ((k->window = clause_find(st, W_IN)) == NULL)
			count_wrong(pol, cl->expr,
			    "a count needs its window, such as in 24h");
		if ((of = clause_find(st, W_OF)) != NULL) {
			if (of->expr->op != OP_NAME || of->expr->let != NULL)
				count_wrong(pol, of->expr,
				    "a count is kept apart by a column");
			k->group = docket_column(docket, of->expr->text,
			    TYPE_TEXT, ASK_LENIENT);
		}
		k->groups = keys_new();
		k->clocks = escalation_clocks(pol, st);
		if (clocks_ask(k->clocks))
			docket_want_calendar(docket);
	}
	return c;
}

void
counts_free(struct counts *c)
{
	size_t	 i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++) {
		keys_free(c->v[i].groups);
		clocks_free(c->v[i].clocks);
		free(c->v[i].seen);
	}
	free(c->v);
	buf_free(&c->text);
	free(c);
}

int
counts_any(const struct counts *c)
{
	return c->n > 0;
}

static size_t
keep_text(struct buf *b, struct cell c)
{
	size_t	 at = b->len;

	buf_add(b, c.p, c.len);
	return at;
}

/* Does a row say that it counts?  -1 with the fault. */
static int
is_counted(const struct counts *c, const struct count *k, struct ticket *t,
    const struct row *row, struct fault *fault)
{
	size_t		 column = docket_time_column(c->docket, c->created);
	struct cell	 says = ticket_text(t, k->column);
	int		 truth;

	if (says.len == 0)
		return 0;
	if ((truth = cell_truth(says)) == -1)
		return ticket_wrong(t, k->column, row,
		    "is neither yes nor no", fault);
	if (!truth || (k->who != NULL &&
	    !list_has_tier(docket_policy(c->docket), k->who, t->tier)) ||
	    (k->filter != NO_PROGRAM && !ticket_holds(t, k->filter)))
		return 0;
	if (t->times[c->created] == WHEN_NONE)
		return column == FAULT_ROW ? 0 :
		    fault_set(fault, column, "is empty");
	return tick_second(t->times[c->created]) < c->until;
}

static void
keep_seen(struct counts *c, struct count *k, const struct ticket *t)
{
	struct seen	*s;
	struct cell	 group = { "", 0 };

	if (k->group != NO_PROGRAM)
		group = ticket_text(t, k->group);
	if (k->nseen == k->maxseen) {
		k->maxseen = k->maxseen * 2 + 64;
		k->seen = xreallocarray(k->seen, k->maxseen,
		    sizeof(*k->seen));
	}
	s = &k->seen[k->nseen++];
	s->at = t->times[c->created];
	s->line = c->rows;
	s->group = keys_add(k->groups, group.p, group.len);
	s->id = keep_text(&c->text, t->id);
	s->idlen = t->id.len;
	s->key = keep_text(&c->text, t->key);
	s->keylen = t->key.len;
	s->tier = t->tier;
	s->calendar = t->calendar;
}

int
counts_see(struct counts *c, struct ticket *t, const struct row *row,
    struct fault *fault)
{
	size_t	 i;

	c->rows++;
	for (i = 0; i < c->n; i++)
		switch (is_counted(c, &c->v[i], t, row, fault)) {
		case -1:
			return -1;
		case 1:
			keep_seen(c, &c->v[i], t);
		}
	return 0;
}

static int
by_group(const void *a, const void *b)
{
	const struct seen	*x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int
over(const struct expr *compare, size_t count)
{
	num	 n = (num)count * NUM_ONE, limit = compare->arg[1]->number;

	switch (compare->op) {
	case OP_GT:
		return n > limit;
	case OP_GE:
		return n >= limit;
	case OP_LT:
		return n < limit;
	case OP_LE:
		return n <= limit;
	case OP_EQ:
		return n == limit;
	default:
		return n != limit;
	}
}

static tick
window_end(const struct duration *d, const struct zone *zone, tick start)
{
	when	 end = clocks_step(NULL, zone, d, tick_second(start));

	return end > WHEN_MAX ? INT64_MAX : tick_of(end) + tick_part(start);
}

static int
by_raised(const void *a, const void *b)
{
	const struct surge	*x = a, *y = b;

	return x->raised < y->raised ? -1 : x->raised > y->raised;
}

void
counts_tell(struct counts *c, void (*tell)(void *, const struct surge *),
    void *ctx)
{
	const struct policy	*pol = docket_policy(c->docket);
	const struct zone	*zone = policy_zone(pol);
	const struct seen	*s;
	struct surge		*v = NULL, *g;
	struct count		*k;
	size_t			 i, j, first, n = 0;
	int			 was;

	for (i = 0; i < c->n; i++) {
		k = &c->v[i];
		if (k->nseen > 0)
			qsort(k->seen, k->nseen, sizeof(*k->seen), by_group);
		for (j = first = 0, was = 0; j < k->nseen; j++) {
			s = &k->seen[j];
			if (j > 0 && s->group != s[-1].group) {
				first = j;
				was = 0;
			}
			while (window_end(&k->window->duration, zone,
			    k->seen[first].at) <= s->at)
				first++;
			if (!over(k->compare, j - first + 1) ||
			    !in_force(pol, k->st, tick_second(s->at))) {
				was = 0;
				continue;
			}
			if (was++ > 0)
				continue;
			v = xreallocarray(v, n + 1, sizeof(*v));
			g = &v[n++];
			g->st = k->st;
			g->raised = tick_second(s->at);
			g->due = escalation_due(pol, k->st,
			    clocks_of(k->clocks, s->calendar), g->raised);
			g->count = j - first + 1;
			g->group.p = keys_bytes(k->groups, s->group,
			    &g->group.len);
			g->id.p = c->text.p + s->id;
			g->id.len = s->idlen;
			g->key.p = c->text.p + s->key;
			g->key.len = s->keylen;
			g->tier = s->tier;
		}
	}
	if (n > 0)
		qsort(v, n, sizeof(*v), by_raised);
	for (i = 0; i < n; i++)
		tell(ctx, &v[i]);
	free(v);
}
