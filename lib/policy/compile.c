/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/claims.h"
#include "policy/program.h"

/* A comparison whose sides have been computed, or a truth in a slot. */
struct test {
	enum { TEST_CONSTANT, TEST_PAIR, TEST_CUT, TEST_TRUTH } kind;
	enum op		 cmp;
	uint32_t	 a, b;
	int64_t		 n;
};

/* Jumps to a place that is not known yet, each with the one before. */
struct label {
	uint32_t	 last;
};

#define LABEL	{ NOWHERE }

static struct operand	 value(struct compiler *, const struct expr *, int);
static void		 branch_on(struct compiler *, const struct expr *,
			    int, int, struct label *);

void *
vector_room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		*cap = *cap == 0 ? 8 : *cap * 2;
		v = xreallocarray(v, *cap, size);
	}
	memset((char *)v + n * size, 0, size);
	return v;
}

void
plan_die(const struct plan *plan, struct place at, const char *fmt, ...)
{
	char	 what[512];
	va_list	 ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	die(STATUS_POLICY, "%s:%d:%d: error: %s", plan->file, at.line,
	    at.column, what);
}

void
compile_enter(struct compiler *c, const struct expr *e)
{
	if (++c->depth > DEEPEST)
		plan_die(c->plan, e->at, "the expression is nested too deeply");
}

void
compile_leave(struct compiler *c)
{
	c->depth--;
}

/* ------------------------------------------------------------------ slots */

static uint32_t
slot_new(struct compiler *c)
{
	PLAN_ADD(c->plan, slot);
	return (uint32_t)c->plan->nslot - 1;
}

/* A slot for a value on its way; given back by setting pool.used. */
static uint32_t
slot_passing(struct compiler *c)
{
	struct pool	*p = &c->pool;
	uint32_t	*v;

	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 8 : p->cap * 2;
		v = arena_get(c->plan->arena, p->cap * sizeof(*v));
		if (p->n > 0)
			memcpy(v, p->v, p->n * sizeof(*v));
		p->v = v;
	}
	if (p->used == p->n)
		p->v[p->n++] = slot_new(c);
	return p->v[p->used++];
}

static struct operand
constant(struct compiler *c, struct value v)
{
	struct operand	 o = { 0 };

	o.slot = slot_new(c);
	o.type = (int)v.type;
	o.constant = 1;
	o.value = v;
	c->plan->slot[o.slot] = v;
	return o;
}

static struct operand
constant_n(struct compiler *c, enum type type, int64_t n)
{
	struct value	 v = { 0 };

	v.type = type;
	v.n = n;
	return constant(c, v);
}

static struct operand
constant_text(struct compiler *c, const char *text)
{
	struct value	 v = { 0 };
	struct buf	 b = { 0 };

	text_nfc(&b, text, strlen(text));
	v.type = TYPE_TEXT;
	v.text.p = arena_text(c->plan->arena, b.p, b.len);
	v.text.len = b.len;
	buf_free(&b);
	return constant(c, v);
}

/* ----------------------------------------------------------- instructions */

static struct insn *
emit(struct compiler *c, const struct expr *e, enum code code)
{
	struct insn	*i = PLAN_ADD(c->plan, code);
	struct place	*at = PLAN_ADD(c->plan, place);

	i->code = (uint8_t)code;
	if (e != NULL)
		*at = e->at;
	return i;
}

static uint32_t
here(const struct compiler *c)
{
	return (uint32_t)c->plan->ncode;
}

static void
jump_to(struct compiler *c, struct insn *i, struct label *l)
{
	i->to = l->last;
	l->last = (uint32_t)(i - c->plan->code);
}

static void
label_here(struct compiler *c, struct label *l)
{
	uint32_t	 i, next;

	for (i = l->last; i != NOWHERE; i = next) {
		next = c->plan->code[i].to;
		c->plan->code[i].to = here(c);
	}
	l->last = NOWHERE;
}

/* An instruction that sets a passing slot from one or two others. */
static struct operand
compute(struct compiler *c, const struct expr *e, enum code code, int type,
    uint32_t a, uint32_t b, int64_t n)
{
	struct operand	 o = { 0 };
	struct insn	*i;

	o.slot = slot_passing(c);
	o.type = type;
	i = emit(c, e, code);
	i->to = o.slot;
	i->a = a;
	i->b = b;
	i->n = n;
	return o;
}

static void
move(struct compiler *c, const struct expr *e, uint32_t to, uint32_t from)
{
	struct insn	*i;

	if (to == from)
		return;
	i = emit(c, e, I_MOVE);
	i->to = to;
	i->a = from;
}

/* ------------------------------------------------------------------- facts */

static struct operand
column(struct compiler *c, const char *name, int type, struct place at)
{
	struct operand	 o = { 0 };
	size_t		 i;

	i = plan_reading(c->plan, name, (enum type)type, at, c->needed,
	    c->hinted);
	o.slot = c->plan->reading[i].slot;
	o.type = type;
	return o;
}

/* A column that stands for a fact: no note if a lenient plan lacks it. */
static struct operand
fact_column(struct compiler *c, const char *name, struct place at)
{
	struct operand	 o;
	int		 hinted = c->hinted;

	c->hinted = 0;
	o = column(c, name, TYPE_TEXT, at);
	c->hinted = hinted;
	return o;
}

static uint32_t
fact_slot(struct compiler *c, struct fact_slot **v, size_t *n, size_t *cap,
    const char *name)
{
	struct fact_slot	*f;
	size_t			 i;

	for (i = 0; i < *n; i++)
		if (strcmp((*v)[i].name, name) == 0)
			return (*v)[i].slot;
	*v = vector_room(*v, *n, cap, sizeof(**v));
	f = &(*v)[(*n)++];
	f->name = name;
	f->slot = slot_new(c);
	return f->slot;
}

static struct operand
fact(struct compiler *c, const struct expr *e)
{
	struct plan	*plan = c->plan;
	struct operand	 o = { 0 };
	char		*name;

	switch (e->op) {
	case OP_TIER:
	case OP_VIP:
		if (!plan->decides[FACT_TIER]) {
			o = fact_column(c, "tier", e->at);
			return e->op == OP_TIER ? o : compute(c, e, I_VIP,
			    TYPE_TRUTH, o.slot, 0, 0);
		}
		if (plan->tier_slot == NOWHERE) {
			plan->tier_slot = slot_new(c);
			plan->vip_slot = slot_new(c);
		}
		o.slot = e->op == OP_TIER ? plan->tier_slot : plan->vip_slot;
		o.type = e->op == OP_TIER ? TYPE_TEXT : TYPE_TRUTH;
		return o;
	case OP_RISK:
		if (!plan->decides[FACT_RISK])
			return fact_column(c, "risk_level", e->at);
		if (plan->risk_slot == NOWHERE)
			plan->risk_slot = slot_new(c);
		o.slot = plan->risk_slot;
		o.type = TYPE_TEXT;
		return o;
	case OP_PROFILE:
		if (!plan->decides[FACT_PROFILE]) {
			o = fact_column(c, "profiles", e->at);
			return compute(c, e, I_LISTED, TYPE_TRUTH, o.slot,
			    constant_text(c, e->text).slot, 0);
		}
		o.slot = fact_slot(c, &plan->profile, &plan->nprofile,
		    &plan->capprofile, e->text);
		o.type = TYPE_TRUTH;
		return o;
	default:
		break;
	}
	if (plan->decides[FACT_STATUS]) {
		o.slot = fact_slot(c, &plan->status, &plan->nstatus,
		    &plan->capstatus, e->text);
	} else {
		name = arena_get(plan->arena, strlen(e->text) +
		    sizeof("_status"));
		(void)stpcpy(stpcpy(name, e->text), "_status");
		o = fact_column(c, name, e->at);
	}
	return compute(c, e, I_STATUS, TYPE_TRUTH, o.slot, 0,
	    e->number >= NUM_ONE ? e->number / NUM_ONE : e->number);
}

/* ------------------------------------------------------------- populations */

static void
no_population(struct compiler *c, const struct expr *e)
{
	size_t	 i;

	compile_enter(c, e);
	if (expr_is_population(e))
		plan_die(c->plan, e->at,
		    "a function of the population in another");
	if (e->op == OP_NAME && e->let != NULL) {
		struct let_code	*l = compile_let(c, e->let);

		if (!l->row_only)
			no_population(c, e->let->expr);
		compile_let(c, e->let)->row_only = 1;
	}
	for (i = 0; i < e->narg; i++)
		no_population(c, e->arg[i]);
	compile_leave(c);
}

static uint32_t
series_of(struct compiler *c, const struct expr *e)
{
	struct plan	*plan = c->plan;
	struct series	*s;
	struct buf	 b = { 0 };
	size_t		 i;
	int		 type;

	expr_show(e->arg[0], &b);
	if (e->within != NULL) {
		buf_adds(&b, " within ");
		expr_show(e->within, &b);
	}
	(void)buf_str(&b);
	for (i = 0; i < plan->nseries; i++)
		if (strcmp(plan->series[i].key, b.p) == 0) {
			buf_free(&b);
			return (uint32_t)i;
		}
	no_population(c, e->arg[0]);
	if (e->within != NULL)
		no_population(c, e->within);
	type = compile_type(c, e->arg[0]);
	s = PLAN_ADD(plan, series);
	s->key = b.p;
	s->x = e->arg[0];
	s->type = type == TYPE_TIME ? TYPE_TIME : TYPE_NUMBER;
	s->code = NOWHERE;
	s->group = e->within;
	s->group_code = NOWHERE;
	if (e->within != NULL) {
		type = compile_type(c, e->within);
		s = &plan->series[plan->nseries - 1];
		s->group_type = type == TYPE_MISSING ? TYPE_TEXT :
		    (enum type)type;
	}
	s->needed = c->needed;
	s->hinted = c->hinted;
	return (uint32_t)plan->nseries - 1;
}

static const char *const	 population_names[] = {
	[POP_RANK_WITHIN] = "rank", [POP_TOP_SHARE] = "top",
	[POP_PARETO] = "pareto", [POP_PERCENTILE_GE] = "percentile",
	[POP_PERCENTILE_GT] = "percentile", [POP_MEAN] = "mean",
	[POP_MEDIAN] = "median", [POP_TOTAL] = "total",
	[POP_RANK] = "rank", [POP_PERCENTILE] = "percentile"
};

static void
population_key(const struct plan *plan, const struct population *p,
    struct buf *b)
{
	char	 n[NUM_SIZE];

	buf_adds(b, population_names[p->kind]);
	buf_addc(b, '(');
	buf_adds(b, plan->series[p->series].key);
	if (p->kind == POP_TOP_SHARE || p->kind == POP_PARETO) {
		buf_adds(b, ", ");
		buf_add(b, n, num_format(n, p->n));
	}
	buf_addc(b, ')');
	if (p->kind == POP_RANK_WITHIN)
		buf_adds(b, " <= ");
	else if (p->kind == POP_PERCENTILE_GE)
		buf_adds(b, " >= ");
	else if (p->kind == POP_PERCENTILE_GT)
		buf_adds(b, " > ");
	else
		return;
	buf_add(b, n, num_format(n, p->n));
}

static uint32_t
population_of(struct compiler *c, const struct expr *e,
    enum population_kind kind, num n)
{
	struct plan		*plan = c->plan;
	struct population	*p;
	struct series		*s;
	struct buf		 b = { 0 };
	uint32_t		 series = series_of(c, e);
	size_t			 i;

	for (i = 0; i < plan->npopulation; i++) {
		p = &plan->population[i];
		if (p->series == series && p->kind == kind && p->n == n)
			return (uint32_t)i;
	}
	p = PLAN_ADD(plan, population);
	p->kind = kind;
	p->n = n;
	p->series = series;
	population_key(plan, p, &b);
	p->key = buf_str(&b);
	s = &plan->series[series];
	switch (kind) {
	case POP_RANK_WITHIN:
		if (s->group != NULL || n / NUM_ONE > 1 << 20)
			s->all = 1;
		else if (n > 0 && s->best < (size_t)(n / NUM_ONE))
			s->best = (size_t)(n / NUM_ONE);
		break;
	case POP_MEAN:
	case POP_TOTAL:
	case POP_MEDIAN:
	case POP_PARETO:
		compile_want(c, e->arg[0], (int)s->type, TYPE_NUMBER);
		if (s->group != NULL || kind == POP_MEDIAN ||
		    kind == POP_PARETO)
			s->all = 1;
		break;
	case POP_RANK:
	case POP_PERCENTILE:
		s->sorted = 1;
		/* FALLTHROUGH */
	default:
		s->all = 1;
		break;
	}
	return (uint32_t)plan->npopulation - 1;
}

/* The largest whole number that is at most, or less than, a number. */
static num
floor_num(num n, int less)
{
	num	 part = n % NUM_ONE;

	if (part == 0)
		return less ? (n >= NUM_MIN + NUM_ONE ? n - NUM_ONE : n) : n;
	if (part < 0)
		return n >= NUM_MIN + NUM_ONE ? n - part - NUM_ONE : n - part;
	return n - part;
}

static enum op
negated(enum op cmp)
{
	switch (cmp) {
	case OP_EQ:
		return OP_NE;
	case OP_NE:
		return OP_EQ;
	case OP_LT:
		return OP_GE;
	case OP_LE:
		return OP_GT;
	case OP_GT:
		return OP_LE;
	default:
		return OP_LT;
	}
}

static const struct expr *
cut_compared(struct compiler *c, const struct expr *left,
    const struct expr *right, enum op cmp, uint32_t *pop, int *not)
{
	const struct expr	*e = expr_peel(left);
	num			 n;

	if (e->op != OP_RANK && e->op != OP_PERCENTILE) {
		e = expr_peel(right);
		right = left;
		cmp = op_mirrored(cmp);
	}
	if ((e->op != OP_RANK && e->op != OP_PERCENTILE) || cmp == OP_EQ ||
	    cmp == OP_NE || !compile_number(c, right, &n))
		return NULL;
	if (e->op == OP_RANK) {
		*not = cmp == OP_GT || cmp == OP_GE;
		*pop = population_of(c, e, POP_RANK_WITHIN, floor_num(n,
		    cmp == OP_LT || cmp == OP_GE));
	} else {
		*not = cmp == OP_LT || cmp == OP_LE;
		*pop = population_of(c, e, cmp == OP_GE || cmp == OP_LT ?
		    POP_PERCENTILE_GE : POP_PERCENTILE_GT, n);
	}
	return e;
}

const struct expr *
compile_cut(struct compiler *c, const struct expr *e, uint32_t *pop, int *not)
{
	num	 n;

	*not = 0;
	switch (e->op) {
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return cut_compared(c, e->arg[0], e->arg[1], e->op, pop,
		    not);
	case OP_TOP:
	case OP_PARETO:
		if (!compile_number(c, e->arg[1], &n))
			plan_die(c->plan, e->arg[1]->at,
			    "how many must be a constant");
		if (e->op == OP_PARETO)
			*pop = population_of(c, e, POP_PARETO, n);
		else if (expr_peel(e->arg[1])->flags & EXPR_PERCENT)
			*pop = population_of(c, e, POP_TOP_SHARE, n);
		else
			*pop = population_of(c, e, POP_RANK_WITHIN,
			    floor_num(n, 0));
		return e;
	default:
		return NULL;
	}
}

/* The slot of the group of a population function. */
static uint32_t
group_slot(struct compiler *c, const struct expr *e, uint32_t series)
{
	struct operand	 g;

	g = value(c, e->within, (int)c->plan->series[series].group_type);
	return compute(c, e, I_GROUP, TYPE_NUMBER, g.slot, 0, series).slot;
}

static struct operand
population_slot(struct compiler *c, const struct expr *e, uint32_t pop)
{
	uint32_t	 series = c->plan->population[pop].series, g = 0;
	enum population_kind kind = c->plan->population[pop].kind;
	struct operand	 x = { 0 }, o;
	int		 type = TYPE_NUMBER;

	if (kind != POP_MEAN && kind != POP_MEDIAN && kind != POP_TOTAL)
		x = value(c, e->arg[0], (int)c->plan->series[series].type);
	if (e->within != NULL)
		g = group_slot(c, e, series);
	if (kind <= POP_PERCENTILE_GT)
		type = TYPE_TRUTH;
	o = compute(c, e, I_POPULATION, type, x.slot, g, pop);
	c->plan->code[c->plan->ncode - 1].how = e->within != NULL;
	return o;
}

/* ------------------------------------------------------------- comparisons */

/* Dates without a time of day: what is compared with one is a day. */
static int
is_day(struct compiler *c, const struct expr *e)
{
	struct let_code	*l;
	size_t		 i;
	int		 day;

	switch (e->op) {
	case OP_NAME:
		if (e->let == NULL)
			return 0;
		if ((l = compile_let(c, e->let))->day == 0) {
			day = is_day(c, e->let->expr);
			l = compile_let(c, e->let);
			l->day = day ? 1 : -1;
		}
		return l->day == 1;
	case OP_DATE:
	case OP_TODAY:
		return 1;
	case OP_ADD:
	case OP_SUB:
		return is_day(c, e->arg[0]) &&
		    expr_peel(e->arg[1])->op == OP_DURATION &&
		    expr_peel(e->arg[1])->duration.seconds == 0 &&
		    !expr_peel(e->arg[1])->duration.business;
	case OP_MIN:
	case OP_MAX:
	case OP_COALESCE:
		for (i = 0; i < e->narg; i++)
			if (!is_day(c, e->arg[i]))
				return 0;
		return e->narg > 0;
	default:
		return 0;
	}
}

static struct operand
day_of(struct compiler *c, const struct expr *e, struct operand o)
{
	if (is_day(c, e))
		return o;
	return compute(c, e, I_DAY, TYPE_TIME, o.slot, 0, 0);
}

static struct test
test_truth(uint32_t slot)
{
	struct test	 t = { TEST_TRUTH, OP_EQ, slot, 0, 1 };

	return t;
}

static struct test
test_texts(struct compiler *c, const struct expr *e, enum op cmp,
    const struct operand *l, const struct operand *r)
{
	struct operand	 o;
	struct insn	*i;
	int		 is = cmp == OP_EQ || cmp == OP_NE;

	o = compute(c, e, is ? I_IS_TEXT : I_COMPARE_TEXT, TYPE_TRUTH,
	    l->slot, r->slot, 0);
	i = &c->plan->code[c->plan->ncode - 1];
	i->how = is ? cmp == OP_EQ : (uint8_t)cmp;
	i->ready = (uint8_t)((l->constant ? READY_A : 0) |
	    (r->constant ? READY_B : 0));
	return test_truth(o.slot);
}

/* Compare what is in two slots; "e" says where. */
static struct test
test_operands(struct compiler *c, const struct expr *e, enum op cmp,
    const struct expr *left, struct operand l, const struct expr *right,
    struct operand r)
{
	struct test	 t = { TEST_PAIR, cmp, 0, 0, 0 };

	if (l.type == TYPE_TIME && r.type == KIND_CLOCK) {
		l = compute(c, e, I_CLOCK, KIND_CLOCK, l.slot, 0, 0);
	} else if (l.type == KIND_CLOCK && r.type == TYPE_TIME) {
		r = compute(c, e, I_CLOCK, KIND_CLOCK, r.slot, 0, 0);
	} else {
		compile_want(c, right, r.type, l.type);
	}
	if (l.type == TYPE_TEXT)
		return test_texts(c, e, cmp, &l, &r);
	if (l.type == TYPE_TIME && (is_day(c, left) || is_day(c, right))) {
		l = day_of(c, left, l);
		r = day_of(c, right, r);
	}
	if (l.constant && !r.constant) {
		struct operand	 swap = l;

		l = r;
		r = swap;
		t.cmp = op_mirrored(cmp);
	}
	t.a = l.slot;
	t.b = r.slot;
	if (r.constant && r.type != TYPE_MISSING) {
		t.kind = TEST_CONSTANT;
		t.n = r.value.n;
	}
	return t;
}

static struct operand
side(struct compiler *c, const struct expr *e, int type,
    const struct expr *other)
{
	if (type == TYPE_TEXT && e->op == OP_NAME && e->let == NULL &&
	    expr_is_fact(expr_peel(other)))
		return constant_text(c, e->text);
	return value(c, e, type);
}

/* tier >= gold: the tiers from the best down to gold. */
static int
test_tiers(struct compiler *c, const struct expr *e, struct test *t)
{
	const struct expr	*left = e->arg[0], *right = e->arg[1];
	const struct policy	*pol = c->plan->pol;
	const char		*name;
	struct texts		*set;
	enum op			 cmp = e->op;
	int			 i, n, at, in;

	if (cmp < OP_LT || cmp > OP_GE || pol == NULL)
		return 0;
	if (expr_peel(left)->op != OP_TIER) {
		left = e->arg[1];
		right = e->arg[0];
		cmp = op_mirrored(cmp);
	}
	if (expr_peel(left)->op != OP_TIER || (right->op != OP_TEXT &&
	    (right->op != OP_NAME || right->let != NULL)) ||
	    (at = policy_tier_index(pol, right->text)) == -1)
		return 0;
	set = PLAN_ADD(c->plan, texts);
	set->keys = keys_new();
	n = (int)policy_tiers(pol);
	for (i = 0; i < n; i++) {
		in = cmp == OP_GE ? i <= at : cmp == OP_GT ? i < at :
		    cmp == OP_LE ? i >= at : i > at;
		if (!in)
			continue;
		name = policy_tier(pol, (size_t)i)->name;
		texts_add(set, name, strlen(name));
	}
	n = (int)c->plan->ntexts - 1;
	*t = test_truth(compute(c, e, I_IN_TEXTS, TYPE_TRUTH,
	    value(c, left, TYPE_TEXT).slot, 0, n).slot);
	return 1;
}

/* a - b > 3mo, where months are of the calendar: a > b + 3mo. */
static int
test_span(struct compiler *c, const struct expr *e, struct test *t)
{
	const struct expr	*diff = expr_peel(e->arg[0]);
	const struct expr	*span = expr_peel(e->arg[1]);
	enum op			 cmp = e->op;
	int			 l, r, n;
	struct operand		 a, b;
	struct insn		*i;

	if (span->op != OP_DURATION) {
		diff = expr_peel(e->arg[1]);
		span = expr_peel(e->arg[0]);
		cmp = op_mirrored(cmp);
	}
	if (span->op != OP_DURATION || diff->op != OP_SUB ||
	    (span->duration.months == 0 && !span->duration.business))
		return 0;
	(void)compile_sum(c, diff, &l, &r);
	if (l != TYPE_TIME || r != TYPE_TIME)
		return 0;
	a = value(c, diff->arg[0], TYPE_TIME);
	b = value(c, diff->arg[1], TYPE_TIME);
	*(struct duration *)PLAN_ADD(c->plan, duration) = span->duration;
	n = (int)c->plan->nduration - 1;
	b = compute(c, e, I_TIME_MOVE, TYPE_TIME, b.slot, 0, n);
	i = &c->plan->code[c->plan->ncode - 1];
	i->how = 1;
	t->kind = TEST_PAIR;
	t->cmp = cmp;
	t->a = a.slot;
	t->b = b.slot;
	return 1;
}

static struct test
test_cut(struct compiler *c, const struct expr *e, uint32_t pop, int not)
{
	struct test	 t = { TEST_CUT, OP_EQ, 0, pop, !not };

	if (e->within != NULL) {
		t = test_truth(population_slot(c, e, pop).slot);
		t.n = !not;
		return t;
	}
	t.a = value(c, e->arg[0], (int)c->plan->series[
	    c->plan->population[pop].series].type).slot;
	return t;
}

static struct test
test_compare(struct compiler *c, const struct expr *e)
{
	const struct expr	*left = e->arg[0], *right = e->arg[1], *pop;
	struct operand		 lo, ro;
	struct test		 t;
	uint32_t		 n;
	int			 l, r, not;

	if ((pop = compile_cut(c, e, &n, &not)) != NULL)
		return test_cut(c, pop, n, not);
	if (test_tiers(c, e, &t) || test_span(c, e, &t))
		return t;
	compile_sides(c, left, right, e->op, &l, &r);
	if (l == KIND_DURATION && r == TYPE_NUMBER)
		l = TYPE_NUMBER;
	if (r == KIND_DURATION && l == TYPE_NUMBER)
		r = TYPE_NUMBER;
	lo = side(c, left, l, right);
	ro = side(c, right, r, left);
	return test_operands(c, e, e->op, left, lo, right, ro);
}

uint8_t
compile_jump(enum op cmp, int when_true)
{
	static const uint8_t	 is[] = {
		[OP_EQ] = SAME, [OP_NE] = LESS | MORE, [OP_LT] = LESS,
		[OP_LE] = LESS | SAME, [OP_GT] = MORE, [OP_GE] = MORE | SAME
	};

	return when_true ? is[cmp] :
	    (LESS | SAME | MORE | UNCOMPARED) & ~is[cmp];
}

static void
branch(struct compiler *c, const struct expr *e, const struct test *t,
    int not, int when_true, struct label *l)
{
	struct insn	*i;
	enum op		 cmp = not ? negated(t->cmp) : t->cmp;

	i = emit(c, e, t->kind == TEST_PAIR ? I_IF :
	    t->kind == TEST_CUT ? I_IF_CUT : I_IFN);
	if (t->kind == TEST_CUT)
		i->how = when_true != 0;
	else
		i->how = compile_jump(t->kind == TEST_TRUTH ? OP_EQ :
		    cmp, when_true);
	i->a = t->a;
	i->b = t->b;
	i->n = t->kind == TEST_CUT || t->kind == TEST_TRUTH ?
	    (t->n != 0) != (not != 0) : t->n;
	jump_to(c, i, l);
}

/* A test as a value of three. */
static struct operand
test_value(struct compiler *c, const struct expr *e, const struct test *t)
{
	struct operand	 o = { 0 };

	o.type = TYPE_TRUTH;
	switch (t->kind) {
	case TEST_TRUTH:
		o.slot = t->a;
		break;
	case TEST_CUT:
		o = compute(c, e, I_POPULATION, TYPE_TRUTH, t->a, 0, t->b);
		break;
	case TEST_CONSTANT:
	case TEST_PAIR:
		o = compute(c, e, I_COMPARE, TYPE_TRUTH, t->a, t->b, 0);
		c->plan->code[c->plan->ncode - 1].how = (uint8_t)t->cmp;
		return o;
	}
	if (t->n == 0)
		o = compute(c, e, I_NOT, TYPE_TRUTH, o.slot, 0, 0);
	return o;
}

/* -------------------------------------------------------------------- sets */

static int
compare_nums(const void *a, const void *b)
{
	num	 x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static struct operand
in_texts(struct compiler *c, const struct expr *e, uint32_t x)
{
	struct texts	*set = PLAN_ADD(c->plan, texts);
	size_t		 i;

	set->keys = keys_new();
	for (i = 1; i < e->narg; i++) {
		const char	*text = expr_peel(e->arg[i])->text;

		texts_add(set, text, strlen(text));
	}
	return compute(c, e, I_IN_TEXTS, TYPE_TRUTH, x, 0,
	    (int64_t)c->plan->ntexts - 1);
}

static struct operand
in_numbers(struct compiler *c, const struct expr *e, uint32_t x)
{
	struct numbers	*list = PLAN_ADD(c->plan, numbers);
	size_t		 i;

	list->v = xreallocarray(NULL, e->narg, sizeof(*list->v));
	for (i = 1; i < e->narg; i++)
		(void)compile_number(c, e->arg[i], &list->v[list->n++]);
	qsort(list->v, list->n, sizeof(*list->v), compare_nums);
	return compute(c, e, I_IN_NUMBERS, TYPE_TRUTH, x, 0,
	    (int64_t)c->plan->nnumbers - 1);
}

/* Members that are no constants: one comparison after the other. */
static struct operand
in_any(struct compiler *c, const struct expr *e, struct operand x)
{
	struct operand	 to = { 0 }, m, o;
	struct test	 t;
	size_t		 i, used;

	to.slot = slot_passing(c);
	to.type = TYPE_TRUTH;
	move(c, e, to.slot, constant_n(c, TYPE_TRUTH, 0).slot);
	for (i = 1; i < e->narg; i++) {
		struct insn	*or;

		used = c->pool.used;
		m = side(c, e->arg[i], x.type, e->arg[0]);
		compile_want(c, e->arg[i], m.type, x.type);
		if (x.type == TYPE_TEXT) {
			o = compute(c, e, I_SAME_TEXT, TYPE_TRUTH, x.slot,
			    m.slot, 0);
		} else {
			t = test_operands(c, e, OP_EQ, e->arg[0], x,
			    e->arg[i], m);
			o = test_value(c, e, &t);
		}
		or = emit(c, e, I_OR);
		or->to = or->a = to.slot;
		or->b = o.slot;
		c->pool.used = used;
	}
	return to;
}

static struct operand
in_list(struct compiler *c, const struct expr *e)
{
	struct operand	 x;
	size_t		 i;
	int		 type, texts = 1, numbers = 1;
	num		 n;

	type = compile_side(c, e->arg[0], e->arg[0]);
	for (i = 1; i < e->narg; i++) {
		if (type == TYPE_MISSING)
			type = compile_side(c, e->arg[i], e->arg[0]);
		if (expr_peel(e->arg[i])->op != OP_TEXT &&
		    !(expr_is_fact(expr_peel(e->arg[0])) &&
		    e->arg[i]->op == OP_NAME && e->arg[i]->let == NULL))
			texts = 0;
		if (!compile_number(c, e->arg[i], &n))
			numbers = 0;
	}
	if (type == TYPE_MISSING)
		type = TYPE_TEXT;
	x = value(c, e->arg[0], type);
	if (x.type == TYPE_TEXT && texts)
		return in_texts(c, e, x.slot);
	if (x.type == TYPE_NUMBER && numbers)
		return in_numbers(c, e, x.slot);
	return in_any(c, e, x);
}

/* One text a line; blank lines, and a mark at the start, are passed over. */
static struct operand
in_file(struct compiler *c, const struct expr *e)
{
	const char	*path = e->path != NULL ? e->path : e->text;
	struct texts	*set = PLAN_ADD(c->plan, texts);
	struct operand	 x;
	FILE		*in;
	char		*line = NULL, *p;
	size_t		 size = 0, n = c->plan->ntexts - 1, len;
	ssize_t		 got;
	int		 first = 1;

	set->keys = keys_new();
	claim_path(CLAIM_INPUT, path, "a list of the policy");
	if ((in = fopen(path, "re")) == NULL)
		die_errno(STATUS_NOINPUT, "%s", path);
	while ((got = getline(&line, &size, in)) != -1) {
		p = line;
		len = (size_t)got;
		if (first && len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
			p += 3;
			len -= 3;
		}
		first = 0;
		while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r'))
			len--;
		if (len == 0)
			continue;
		texts_add(set, p, len);
	}
	if (ferror(in))
		die_errno(errno == EISDIR ? STATUS_NOINPUT : STATUS_IO, "%s",
		    path);
	fclose(in);
	free(line);
	/* Whatever else it is: the lines are texts. */
	if (e->arg[0]->op == OP_NAME && e->arg[0]->let == NULL)
		x = column(c, e->arg[0]->text, TYPE_TEXT, e->arg[0]->at);
	else
		x = value(c, e->arg[0], TYPE_TEXT);
	compile_want(c, e->arg[0], x.type, TYPE_TEXT);
	return compute(c, e, I_IN_TEXTS, TYPE_TRUTH, x.slot, 0, (int64_t)n);
}

/* ------------------------------------------------------------------- texts */

static const char *
pattern_text(struct compiler *c, const struct expr *e)
{
	const struct expr	*text = expr_peel(e->arg[1]);

	if (text->op != OP_TEXT)
		plan_die(c->plan, text->at, "the pattern must be a text");
	return text->text;
}

static int64_t
folded_text(struct compiler *c, const char *text)
{
	struct cell	*cell = PLAN_ADD(c->plan, text);
	struct buf	 b = { 0 };

	text_fold(&b, text, strlen(text));
	cell->p = arena_text(c->plan->arena, b.p, b.len);
	cell->len = b.len;
	buf_free(&b);
	return (int64_t)c->plan->ntext - 1;
}

/*
 * POSIX extended regular expressions of characters, not of bytes, whatever
 * the locale that the messages are in.
 */
static int64_t
compiled_pattern(struct compiler *c, const struct expr *e, const char *text)
{
	struct plan	*plan = c->plan;
	struct pattern	*p = PLAN_ADD(plan, pattern);
	struct buf	 b = { 0 };
	locale_t	 old = (locale_t)0;
	char		 why[128];
	int		 rc;

	if (plan->locale == (locale_t)0)
		plan->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8",
		    (locale_t)0);
	text_nfc(&b, text, strlen(text));
	if (plan->locale != (locale_t)0)
		old = uselocale(plan->locale);
	rc = regcomp(&p->re, buf_str(&b), REG_EXTENDED | REG_NOSUB);
	if (old != (locale_t)0)
		uselocale(old);
	buf_free(&b);
	if (rc == REG_ESPACE)
		die(STATUS_RESOURCE, "out of memory");
	if (rc != 0) {
		(void)regerror(rc, &p->re, why, sizeof(why));
		plan_die(plan, e->at, "the pattern is no regular expression: "
		    "%s", why);
	}
	p->compiled = 1;
	return (int64_t)plan->npattern - 1;
}

static struct operand
text_test(struct compiler *c, const struct expr *e)
{
	const char	*text = pattern_text(c, e);
	struct operand	 x = value(c, e->arg[0], TYPE_TEXT);

	compile_want(c, e->arg[0], x.type, TYPE_TEXT);
	switch (e->op) {
	case OP_LIKE:
		return compute(c, e, I_LIKE, TYPE_TRUTH, x.slot, 0,
		    folded_text(c, text));
	case OP_HAS_WORD:
		return compute(c, e, I_HAS_WORD, TYPE_TRUTH, x.slot, 0,
		    folded_text(c, text));
	default:
		return compute(c, e, I_MATCHES, TYPE_TRUTH, x.slot, 0,
		    compiled_pattern(c, e, text));
	}
}

/* -------------------------------------------------------------- conditions */

static struct operand
logic(struct compiler *c, const struct expr *e)
{
	struct operand	 to = { 0 }, o;
	struct label	 end = LABEL;
	struct insn	*i;
	size_t		 used;

	to.slot = slot_passing(c);
	to.type = TYPE_TRUTH;
	used = c->pool.used;
	o = value(c, e->arg[0], TYPE_TRUTH);
	compile_want(c, e->arg[0], o.type, TYPE_TRUTH);
	move(c, e, to.slot, o.slot);
	i = emit(c, e, I_IFN);
	i->a = to.slot;
	i->n = e->op == OP_OR;
	i->how = SAME;
	jump_to(c, i, &end);
	o = value(c, e->arg[1], TYPE_TRUTH);
	compile_want(c, e->arg[1], o.type, TYPE_TRUTH);
	i = emit(c, e, e->op == OP_OR ? I_OR : I_AND);
	i->to = i->a = to.slot;
	i->b = o.slot;
	label_here(c, &end);
	c->pool.used = used;
	return to;
}

/* The two tests of x between a and b, with x computed once. */
static void
between(struct compiler *c, const struct expr *e, struct test t[2])
{
	const struct expr	*x = e->arg[0];
	struct expr		*half;
	struct operand		 xo, lo, hi;
	int			 l, r, type;
	size_t			 i;

	if (expr_is_population(expr_peel(x))) {
		for (i = 0; i < 2; i++) {
			half = arena_get(c->plan->arena, sizeof(*half));
			*half = *e;
			half->op = i == 0 ? OP_GE : OP_LE;
			half->narg = 2;
			half->arg = arena_get(c->plan->arena,
			    2 * sizeof(*half->arg));
			half->arg[0] = x;
			half->arg[1] = e->arg[1 + i];
			t[i] = test_compare(c, half);
		}
		return;
	}
	compile_sides(c, x, e->arg[1], OP_LE, &type, &l);
	if (compile_type(c, x) == TYPE_MISSING &&
	    compile_type(c, e->arg[1]) == TYPE_MISSING)
		compile_sides(c, x, e->arg[2], OP_LE, &type, &r);
	compile_sides(c, x, e->arg[2], OP_LE, &l, &r);
	xo = value(c, x, type);
	l = xo.type == TYPE_TIME && compile_type(c, e->arg[1]) == KIND_CLOCK ?
	    KIND_CLOCK : xo.type;
	r = xo.type == TYPE_TIME && compile_type(c, e->arg[2]) == KIND_CLOCK ?
	    KIND_CLOCK : xo.type;
	lo = value(c, e->arg[1], l);
	hi = value(c, e->arg[2], r);
	t[0] = test_operands(c, e, OP_GE, x, xo, e->arg[1], lo);
	t[1] = test_operands(c, e, OP_LE, x, xo, e->arg[2], hi);
}

static struct operand
between_value(struct compiler *c, const struct expr *e)
{
	struct test	 t[2];
	struct operand	 a, b;

	between(c, e, t);
	a = test_value(c, e, &t[0]);
	b = test_value(c, e, &t[1]);
	return compute(c, e, I_AND, TYPE_TRUTH, a.slot, b.slot, 0);
}

/*
 * Jump if a condition (or with "not" its contrary) is true, or for when_true
 * 0 if it is not true; fall through else.
 */
static void
branch_on(struct compiler *c, const struct expr *e, int not, int when_true,
    struct label *l)
{
	struct label	 skip = LABEL;
	struct test	 t, two[2];
	size_t		 used = c->pool.used;
	int		 both;

	compile_enter(c, e);
	switch (e->op) {
	case OP_NOT:
		branch_on(c, e->arg[0], !not, when_true, l);
		break;
	case OP_OR:
	case OP_AND:
		both = (e->op == OP_AND) != (not != 0);
		if (both == (when_true != 0)) {
			/* Decided by the first the other way: passes over. */
			branch_on(c, e->arg[0], not, !when_true, &skip);
			branch_on(c, e->arg[1], not, when_true, l);
			label_here(c, &skip);
		} else {
			branch_on(c, e->arg[0], not, when_true, l);
			branch_on(c, e->arg[1], not, when_true, l);
		}
		break;
	case OP_BETWEEN:
		between(c, e, two);
		if (!not == (when_true != 0)) {
			branch(c, e, &two[0], not, !when_true, &skip);
			branch(c, e, &two[1], not, when_true, l);
			label_here(c, &skip);
		} else {
			branch(c, e, &two[0], not, when_true, l);
			branch(c, e, &two[1], not, when_true, l);
		}
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_TOP:
	case OP_PARETO:
		t = test_compare(c, e);
		branch(c, e, &t, not, when_true, l);
		break;
	default: {
		struct operand	 o = value(c, e, TYPE_TRUTH);

		compile_want(c, e, o.type, TYPE_TRUTH);
		t = test_truth(o.slot);
		branch(c, e, &t, not, when_true, l);
		break;
	}
	}
	c->pool.used = used;
	compile_leave(c);
}

/* ------------------------------------------------------------------ values */

static struct operand
duration_value(struct compiler *c, const struct expr *e)
{
	num	 days;

	if (compile_days(&e->duration, &days) == -1)
		plan_die(c->plan, e->at, "this duration is no number of days: "
		    "move a date by it instead");
	return constant_n(c, TYPE_NUMBER, days);
}

static struct operand
sum(struct compiler *c, const struct expr *e)
{
	const struct expr	*left = e->arg[0], *right = e->arg[1];
	const struct expr	*span;
	struct operand		 a, b, o;
	struct insn		*i;
	int			 l, r;

	(void)compile_sum(c, e, &l, &r);
	if (l != TYPE_TIME && r == TYPE_TIME && e->op == OP_ADD) {
		const struct expr	*swap = left;
		int			 type = l;

		left = right;
		right = swap;
		l = r;
		r = type;
	}
	span = expr_peel(right);
	if (l == TYPE_TIME && r == KIND_DURATION) {
		a = value(c, left, TYPE_TIME);
		compile_want(c, left, a.type, TYPE_TIME);
		if (span->op != OP_DURATION)
			plan_die(c->plan, right->at,
			    "a date is moved by a duration such as 30d");
		*(struct duration *)PLAN_ADD(c->plan, duration) =
		    span->duration;
		o = compute(c, e, I_TIME_MOVE, TYPE_TIME, a.slot, 0,
		    (int64_t)c->plan->nduration - 1);
		i = &c->plan->code[c->plan->ncode - 1];
		i->how = e->op == OP_ADD;
		return o;
	}
	a = value(c, left, l == KIND_DURATION ? TYPE_NUMBER : l);
	b = value(c, right, r == KIND_DURATION ? TYPE_NUMBER : r);
	if (l == TYPE_TIME && r == TYPE_TIME) {
		compile_want(c, left, a.type, TYPE_TIME);
		compile_want(c, right, b.type, TYPE_TIME);
		if (e->op == OP_ADD)
			plan_die(c->plan, e->at, "two dates are added");
		return compute(c, e, I_TIME_LESS, TYPE_NUMBER, a.slot, b.slot,
		    0);
	}
	compile_want(c, right, b.type, TYPE_NUMBER);
	if (l == TYPE_TIME) {
		compile_want(c, left, a.type, TYPE_TIME);
		o = compute(c, e, I_TIME_DAYS, TYPE_TIME, a.slot, b.slot, 0);
		c->plan->code[c->plan->ncode - 1].how = e->op == OP_ADD;
		return o;
	}
	compile_want(c, left, a.type, TYPE_NUMBER);
	return compute(c, e, e->op == OP_ADD ? I_ADD : I_SUB, TYPE_NUMBER,
	    a.slot, b.slot, 0);
}

static struct operand
coalesce(struct compiler *c, const struct expr *e, int want)
{
	struct operand	 to = { 0 }, o;
	struct label	 end = LABEL;
	struct insn	*i;
	size_t		 k, used;

	to.slot = slot_passing(c);
	to.type = compile_any_type(c, e);
	if (to.type == TYPE_MISSING)
		to.type = want == TYPE_MISSING ? TYPE_TEXT : want;
	if (to.type == KIND_DURATION)
		to.type = TYPE_NUMBER;
	for (k = 0; k < e->narg; k++) {
		used = c->pool.used;
		o = value(c, e->arg[k], to.type);
		compile_want(c, e->arg[k], o.type, to.type);
		move(c, e, to.slot, o.slot);
		c->pool.used = used;
		if (k + 1 == e->narg)
			break;
		i = emit(c, e, I_IFN);
		i->a = to.slot;
		i->how = LESS | SAME | MORE;
		jump_to(c, i, &end);
	}
	label_here(c, &end);
	return to;
}

static struct operand
extreme(struct compiler *c, const struct expr *e, int want)
{
	struct operand	 to = { 0 }, o;
	struct insn	*i;
	size_t		 k, used;

	to.slot = slot_passing(c);
	to.type = compile_any_type(c, e);
	if (to.type == TYPE_MISSING)
		to.type = want == TYPE_TIME ? TYPE_TIME : TYPE_NUMBER;
	if (to.type == KIND_DURATION)
		to.type = TYPE_NUMBER;
	if (to.type != TYPE_TIME)
		compile_want(c, e, to.type, TYPE_NUMBER);
	for (k = 0; k < e->narg; k++) {
		used = c->pool.used;
		o = value(c, e->arg[k], to.type);
		compile_want(c, e->arg[k], o.type, to.type);
		if (k == 0) {
			move(c, e, to.slot, o.slot);
		} else {
			i = emit(c, e, e->op == OP_MIN ? I_MIN : I_MAX);
			i->to = i->a = to.slot;
			i->b = o.slot;
		}
		c->pool.used = used;
	}
	return to;
}

/* A function of one value. */
static struct operand
function(struct compiler *c, const struct expr *e)
{
	static const struct {
		enum op		 op;
		enum code	 code;
		int		 from, to;
	} row[] = {
		{ OP_NEG, I_NEG, TYPE_NUMBER, TYPE_NUMBER },
		{ OP_ABS, I_ABS, TYPE_NUMBER, TYPE_NUMBER },
		{ OP_ROUND, I_ROUND, TYPE_NUMBER, TYPE_NUMBER },
		{ OP_DAYS_SINCE, I_DAYS_SINCE, TYPE_TIME, TYPE_NUMBER },
		{ OP_MONTHS_SINCE, I_MONTHS_SINCE, TYPE_TIME, TYPE_NUMBER },
		{ OP_YEARS_SINCE, I_YEARS_SINCE, TYPE_TIME, TYPE_NUMBER },
		{ OP_MONTH, I_MONTH, TYPE_TIME, TYPE_NUMBER },
		{ OP_DAY, I_MONTHDAY, TYPE_TIME, TYPE_NUMBER },
		{ OP_WEEKDAY, I_WEEKDAY, TYPE_TIME, TYPE_NUMBER },
		{ OP_LENGTH, I_LENGTH, TYPE_TEXT, TYPE_NUMBER },
		{ OP_LOWER, I_LOWER, TYPE_TEXT, TYPE_TEXT },
		{ OP_NOT, I_NOT, TYPE_TRUTH, TYPE_TRUTH },
	};
	struct operand	 a;
	size_t		 i;

	for (i = 0; row[i].op != e->op; i++)
		;
	a = value(c, e->arg[0], row[i].from);
	compile_want(c, e->arg[0], a.type, row[i].from);
	return compute(c, e, row[i].code, row[i].to, a.slot, 0, 0);
}

static struct operand
name(struct compiler *c, const struct expr *e, int want)
{
	const struct expr	*peeled;
	struct let_code		*l;
	struct operand		 o = { 0 };
	struct insn		*i;
	int			 type;

	if (e->let == NULL) {
		type = (int)plan_reading_type(c->plan, e->text);
		if (type == TYPE_MISSING)
			type = want == TYPE_MISSING || want >= KIND_CLOCK ?
			    TYPE_NUMBER : want;
		return column(c, e->text, type, e->at);
	}
	type = compile_let_type(c, e);
	peeled = expr_peel(e);
	if (peeled->op == OP_NAME || peeled->op == OP_TEXT ||
	    peeled->op == OP_DURATION || peeled->op == OP_CLOCK)
		return value(c, peeled, want);
	l = compile_let(c, e->let);
	if (l->slot == NOWHERE) {
		uint32_t	 slot = slot_new(c);

		if (type == TYPE_MISSING)
			l->type = want == TYPE_MISSING || want >= KIND_CLOCK ?
			    TYPE_NUMBER : want;
		if (type == KIND_DURATION)
			l->type = TYPE_NUMBER;
		l->slot = slot;
		l->needed = c->needed;
		l->hinted = c->hinted;
	}
	if (c->needed)
		l->needed = 1;
	o.slot = l->slot;
	o.type = l->type;
	i = emit(c, e, I_LET);
	i->to = o.slot;
	i->n = l - c->plan->let;
	return o;
}

/* A constant by which a number is multiplied without rounding. */
static int
is_whole(const struct operand *o)
{
	return o->constant && o->value.n % NUM_ONE == 0;
}

/*
 * Instructions that put an expression into a slot.  "want" is what it is
 * read as if it is a column of which nothing else is known.
 */
static struct operand
value(struct compiler *c, const struct expr *e, int want)
{
	struct operand	 a, b, o = { 0 };
	struct value	 v;
	struct test	 t;
	uint32_t	 pop;
	int		 not;

	compile_enter(c, e);
	if (compile_constant(c, e, &v)) {
		compile_leave(c);
		return constant(c, v);
	}
	switch (e->op) {
	case OP_TEXT:
		o = constant_text(c, e->text);
		break;
	case OP_CLOCK:
		o = constant_n(c, TYPE_NUMBER, e->number);
		o.type = KIND_CLOCK;
		break;
	case OP_DURATION:
		o = duration_value(c, e);
		break;
	case OP_NAME:
		o = name(c, e, want);
		break;
	case OP_TRUE:
	case OP_FALSE:
		o = constant_n(c, TYPE_TRUTH, e->op == OP_TRUE);
		break;
	case OP_TIER:
	case OP_VIP:
	case OP_RISK:
	case OP_PROFILE:
	case OP_STATUS:
		o = fact(c, e);
		break;
	case OP_OR:
	case OP_AND:
		o = logic(c, e);
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		t = test_compare(c, e);
		o = test_value(c, e, &t);
		break;
	case OP_TOP:
	case OP_PARETO:
		(void)compile_cut(c, e, &pop, &not);
		o = population_slot(c, e, pop);
		break;
	case OP_IN:
		o = in_list(c, e);
		break;
	case OP_IN_FILE:
		o = in_file(c, e);
		break;
	case OP_BETWEEN:
		o = between_value(c, e);
		break;
	case OP_LIKE:
	case OP_MATCHES:
	case OP_HAS_WORD:
		o = text_test(c, e);
		break;
	case OP_ADD:
	case OP_SUB:
		o = sum(c, e);
		break;
	case OP_MUL:
	case OP_DIV:
		a = value(c, e->arg[0], TYPE_NUMBER);
		compile_want(c, e->arg[0], a.type, TYPE_NUMBER);
		b = value(c, e->arg[1], TYPE_NUMBER);
		compile_want(c, e->arg[1], b.type, TYPE_NUMBER);
		if (e->op == OP_MUL && is_whole(&a))
			o = compute(c, e, I_SCALE, TYPE_NUMBER, b.slot, 0,
			    a.value.n / NUM_ONE);
		else if (e->op == OP_MUL && is_whole(&b))
			o = compute(c, e, I_SCALE, TYPE_NUMBER, a.slot, 0,
			    b.value.n / NUM_ONE);
		else
			o = compute(c, e, e->op == OP_MUL ? I_MUL : I_DIV,
			    TYPE_NUMBER, a.slot, b.slot, 0);
		break;
	case OP_MISSING:
		a = value(c, e->arg[0], TYPE_TEXT);
		o = compute(c, e, I_MISSING, TYPE_TRUTH, a.slot, 0, 0);
		break;
	case OP_COALESCE:
		o = coalesce(c, e, want);
		break;
	case OP_MIN:
	case OP_MAX:
		o = extreme(c, e, want);
		break;
	case OP_RANK:
		o = population_slot(c, e, population_of(c, e, POP_RANK, 0));
		break;
	case OP_PERCENTILE:
		o = population_slot(c, e,
		    population_of(c, e, POP_PERCENTILE, 0));
		break;
	case OP_MEAN:
		o = population_slot(c, e, population_of(c, e, POP_MEAN, 0));
		break;
	case OP_MEDIAN:
		o = population_slot(c, e, population_of(c, e, POP_MEDIAN, 0));
		break;
	case OP_TOTAL:
		o = population_slot(c, e, population_of(c, e, POP_TOTAL, 0));
		break;
	case OP_REFERRALS:
	case OP_REFERRED:
	case OP_CHAIN:
	case OP_CHAINED:
		if (e->narg > 1)
			no_population(c, e->arg[0]);
		o = compute(c, e, I_GAIN, TYPE_NUMBER, 0, 0,
		    compile_gain(c, e));
		break;
	case OP_COUNT:
		/* Only vip-escalate has events to count. */
		o = constant_n(c, TYPE_MISSING, 0);
		o.type = TYPE_NUMBER;
		o.constant = 0;
		break;
	default:
		o = function(c, e);
		break;
	}
	compile_leave(c);
	return o;
}

uint32_t
compile_value(struct compiler *c, const struct expr *e, int want,
    uint32_t *slot, int *type)
{
	uint32_t	 start = here(c);
	struct operand	 o;

	c->pool.used = 0;
	o = value(c, e, want);
	c->pool.used = 0;
	*slot = o.slot;
	if (type != NULL)
		*type = o.type;
	if (here(c) == start)
		return NOWHERE;
	(void)emit(c, e, I_RETURN);
	return start;
}

/* ------------------------------------------------------------------- whole */

static void
compile_test(struct compiler *c, struct program *p, const struct expr *e)
{
	struct label	 no = LABEL;

	p->test = here(c);
	c->pool.used = 0;
	branch_on(c, e, 0, 0, &no);
	emit(c, e, I_RETURN)->n = 1;
	label_here(c, &no);
	(void)emit(c, e, I_RETURN);
}

/* Does an instruction from the first on jump to the next that will be? */
static int
is_reached(const struct compiler *c, uint32_t first)
{
	const struct insn	*i = c->plan->code + first;
	const struct insn	*end = c->plan->code + here(c);

	for (; i < end; i++)
		if (i->code >= I_JUMP && i->code <= I_IF_CUT &&
		    i->to == here(c))
			return 1;
	return 0;
}

/*
 * After a test that goes to a label if it does not hold: the last of its
 * comparisons need not jump over anything.
 */
static void
hold(struct compiler *c, uint32_t first, uint32_t i, struct label *no)
{
	struct insn	*last = NULL;

	if (no->last != NOWHERE && no->last + 1 == here(c) &&
	    !is_reached(c, first))
		last = &c->plan->code[no->last];
	if (last == NULL || (last->code != I_IF && last->code != I_IFN)) {
		emit(c, NULL, I_HOLD)->n = i;
		return;
	}
	no->last = last->to;
	last->code = last->code == I_IF ? I_HOLD_IF : I_HOLD_IFN;
	last->to = i;
}

/* A value of a chain, in a slot that nothing else is put into. */
static void
compile_chained(struct compiler *c, struct program *p)
{
	struct pool	 pool = c->pool;

	memset(&c->pool, 0, sizeof(c->pool));
	c->needed = !p->optional;
	c->hinted = p->hinted;
	p->chained = value(c, p->expr, TYPE_NUMBER).slot;
	c->pool = pool;
}

/*
 * The same tests once more, one behind the other: of a chain each goes on to
 * the next, of a ladder the first that is true ends it.
 */
static void
compile_chain(struct compiler *c, struct chain *ch)
{
	const struct program	*p;
	size_t			 i;

	ch->code = here(c);
	for (i = 0; i < ch->n; i++) {
		struct label	 no = LABEL;
		uint32_t	 first = here(c);

		if (ch->programs[i] != NO_PROGRAM) {
			p = &c->plan->program[ch->programs[i]];
			if (p->test == NOWHERE)
				continue;
			c->needed = !p->optional;
			c->hinted = p->hinted;
			c->pool.used = 0;
			branch_on(c, p->expr, 0, 0, &no);
		}
		if (ch->values == NULL) {
			emit(c, NULL, I_RETURN)->n = (int64_t)i;
		} else {
			if (ch->values[i] != NO_PROGRAM)
				compile_chained(c,
				    &c->plan->program[ch->values[i]]);
			hold(c, first, (uint32_t)i, &no);
		}
		label_here(c, &no);
	}
	c->pool.used = 0;
	emit(c, NULL, I_RETURN)->n = (int64_t)ch->n;
}

/* Lets, and what populations see, each with passing slots of its own. */
static void
compile_lets(struct compiler *c)
{
	struct plan	*plan = c->plan;
	struct pool	 pool = c->pool;
	struct operand	 o;
	struct let_code	*l;
	const struct expr *e;
	size_t		 i;
	int		 again = 1;

	while (again) {
		again = 0;
		for (i = 0; i < plan->nlet; i++) {
			l = &plan->let[i];
			if (l->done || l->slot == NOWHERE)
				continue;
			again = 1;
			l->done = 1;
			c->needed = l->needed;
			c->hinted = l->hinted;
			memset(&c->pool, 0, sizeof(c->pool));
			e = l->let->expr;
			l->code = here(c);
			o = value(c, e, l->type);
			l = &plan->let[i];
			compile_want(c, e, o.type, l->type);
			move(c, e, l->slot, o.slot);
			(void)emit(c, e, I_RETURN);
		}
	}
	c->pool = pool;
}

static void
compile_series(struct compiler *c)
{
	struct plan	*plan = c->plan;
	struct series	*s;
	uint32_t	 code, slot;
	size_t		 i;
	int		 type;

	for (i = 0; i < plan->nseries; i++) {
		s = &plan->series[i];
		c->needed = s->needed;
		c->hinted = s->hinted;
		code = compile_value(c, s->x, (int)s->type, &slot, &type);
		s = &plan->series[i];
		compile_want(c, s->x, type, (int)s->type);
		s->code = code;
		s->slot = slot;
		if (s->group == NULL)
			continue;
		code = compile_value(c, s->group, (int)s->group_type, &slot,
		    &type);
		s = &plan->series[i];
		compile_want(c, s->group, type, (int)s->group_type);
		s->group_code = code;
		s->group_slot = slot;
	}
}

/* A column by name, or a let of that name. */
static void
compile_named(struct compiler *c, struct program *p)
{
	struct plan		*plan = c->plan;
	const struct statement	*st = NULL;
	const struct clause	*is;
	enum type		 type;
	size_t			 i, n = (size_t)(p - plan->program);
	struct place		 none = { 0, 0 };
	int			 kind;

	if (plan->pol != NULL)
		st = policy_find(plan->pol, KW_LET, p->name);
	if (st != NULL && (is = clause_find(st, W_IS)) != NULL) {
		uint32_t	 slot, code;

		code = compile_value(c, is->expr, (int)p->want, &slot, &kind);
		p = &plan->program[n];
		p->code = code;
		p->slot = slot;
		p->type = (enum type)kind;
		return;
	}
	type = p->want;
	if (type == TYPE_MISSING)
		type = plan_reading_type(plan, p->name);
	if (type == TYPE_MISSING)
		type = TYPE_TEXT;
	i = plan_reading(plan, p->name, type, none, c->needed, 0);
	p->slot = plan->reading[i].slot;
	p->type = type;
}

static void
compile_program(struct compiler *c, size_t n)
{
	struct plan		*plan = c->plan;
	struct program		*p = &plan->program[n];
	const struct expr	*e = p->expr;
	uint32_t		 code, slot;
	int			 type;

	c->needed = !p->optional;
	c->hinted = p->hinted;
	if (e == NULL) {
		compile_named(c, p);
		return;
	}
	code = compile_value(c, e, TYPE_NUMBER, &slot, &type);
	p = &plan->program[n];
	p->code = code;
	p->slot = slot;
	p->type = type == KIND_CLOCK ? TYPE_NUMBER : (enum type)type;
	if (type == TYPE_TRUTH)
		compile_test(c, p, e);
	reason_compile(c, n);
}

void
plan_compile(struct plan *plan)
{
	struct compiler	 c = { 0 };
	size_t		 i;

	c.plan = plan;
	/* Instructions that have no slot to name name this one. */
	(void)slot_new(&c);
	/* Columns that must be there come first, in the policy's order. */
	for (i = 0; i < plan->nprogram; i++)
		compile_program(&c, i);
	for (i = 0; i < plan->nchain; i++)
		compile_chain(&c, &plan->chain[i]);
	compile_lets(&c);
	compile_series(&c);
	compile_gains(&c);
	compile_lets(&c);
}
