/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "policy/program.h"

/*
 * What expressions are, and what those come to in which no column has a
 * part.  The policy was checked for sense when it was loaded; here it is
 * held against what a table, or a command, makes of its columns.
 */

/* ------------------------------------------------------------------ types */

const struct expr *
expr_peel(const struct expr *e)
{
	int	 i;

	for (i = 0; i < DEEPEST && e->op == OP_NAME && e->let != NULL; i++)
		e = e->let->expr;
	return e;
}

int
expr_is_population(const struct expr *e)
{
	return e->op >= OP_RANK && e->op <= OP_TOTAL;
}

int
expr_is_fact(const struct expr *e)
{
	return e->op == OP_TIER || e->op == OP_RISK;
}

struct let_code *
compile_let(struct compiler *c, const struct let *let)
{
	struct plan	*plan = c->plan;
	struct let_code	*l;
	uint32_t	 i;

	i = keys_find(plan->lets, (const char *)&let, sizeof(let));
	if (i != KEY_NONE)
		return &plan->let[i];
	keys_add(plan->lets, (const char *)&let, sizeof(let));
	l = PLAN_ADD(plan, let);
	l->let = let;
	l->type = -1;
	l->code = NOWHERE;
	l->slot = NOWHERE;
	return l;
}

int
compile_let_type(struct compiler *c, const struct expr *e)
{
	struct let_code	*l = compile_let(c, e->let);
	int		 type;

	if (l->busy)
		plan_die(c->plan, e->at, "%s is made of itself", e->let->name);
	if (l->type != -1)
		return l->type;
	l->busy = 1;
	type = compile_type(c, e->let->expr);
	l = compile_let(c, e->let);
	l->busy = 0;
	return l->type = type;
}

/*
 * How the sides of + and - are read: a column of which nothing is known is
 * a time where only that makes sense, and else a number.
 */
int
compile_sum(struct compiler *c, const struct expr *e, int *l, int *r)
{
	*l = compile_type(c, e->arg[0]);
	*r = compile_type(c, e->arg[1]);
	if (*l == TYPE_MISSING)
		*l = (*r == TYPE_TIME && e->op == OP_SUB) ||
		    *r == KIND_DURATION ? TYPE_TIME : TYPE_NUMBER;
	if (*r == TYPE_MISSING)
		*r = *l == TYPE_TIME && e->op == OP_SUB ? TYPE_TIME :
		    TYPE_NUMBER;
	if (*l == TYPE_TIME && *r == TYPE_TIME)
		return TYPE_NUMBER;
	if (*l == TYPE_TIME || *r == TYPE_TIME)
		return TYPE_TIME;
	return TYPE_NUMBER;
}

/* The type of the first argument that has one. */
int
compile_any_type(struct compiler *c, const struct expr *e)
{
	size_t	 i;
	int	 type = TYPE_MISSING;

	for (i = 0; i < e->narg && type == TYPE_MISSING; i++)
		type = compile_type(c, e->arg[i]);
	return type;
}

/* What an expression is; TYPE_MISSING if nothing in it tells. */
int
compile_type(struct compiler *c, const struct expr *e)
{
	int	 type, l, r;

	compile_enter(c, e);
	switch (e->op) {
	case OP_TEXT:
	case OP_TIER:
	case OP_RISK:
	case OP_LOWER:
		type = TYPE_TEXT;
		break;
	case OP_DATE:
	case OP_TODAY:
	case OP_NOW:
		type = TYPE_TIME;
		break;
	case OP_CLOCK:
		type = KIND_CLOCK;
		break;
	case OP_DURATION:
		type = KIND_DURATION;
		break;
	case OP_NAME:
		type = e->let != NULL ? compile_let_type(c, e) :
		    (int)plan_reading_type(c->plan, e->text);
		break;
	case OP_ADD:
	case OP_SUB:
		type = compile_sum(c, e, &l, &r);
		break;
	case OP_COALESCE:
	case OP_MIN:
	case OP_MAX:
		type = compile_any_type(c, e);
		break;
	case OP_TRUE:
	case OP_FALSE:
	case OP_VIP:
	case OP_PROFILE:
	case OP_STATUS:
	case OP_OR:
	case OP_AND:
	case OP_NOT:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
	case OP_IN_FILE:
	case OP_BETWEEN:
	case OP_LIKE:
	case OP_MATCHES:
	case OP_HAS_WORD:
	case OP_MISSING:
	case OP_TOP:
	case OP_PARETO:
		type = TYPE_TRUTH;
		break;
	default:
		type = TYPE_NUMBER;
		break;
	}
	compile_leave(c);
	return type;
}

/* The names of tiers and levels may stand without quotes. */
int
compile_side(struct compiler *c, const struct expr *e, const struct expr *other)
{
	if (expr_is_fact(expr_peel(other)) && e->op == OP_NAME &&
	    e->let == NULL)
		return TYPE_TEXT;
	return compile_type(c, e);
}

void
compile_sides(struct compiler *c, const struct expr *left,
    const struct expr *right, enum op cmp, int *l, int *r)
{
	*l = compile_side(c, left, right);
	*r = compile_side(c, right, left);
	if (*l == TYPE_MISSING && *r == TYPE_MISSING)
		*l = *r = cmp == OP_EQ || cmp == OP_NE ? TYPE_TEXT :
		    TYPE_NUMBER;
	if (*l == TYPE_MISSING)
		*l = *r == KIND_CLOCK ? TYPE_TIME :
		    *r == KIND_DURATION ? TYPE_NUMBER : *r;
	if (*r == TYPE_MISSING)
		*r = *l == KIND_CLOCK ? TYPE_TIME :
		    *l == KIND_DURATION ? TYPE_NUMBER : *l;
}

static const char *
type_word(int type)
{
	switch (type) {
	case TYPE_NUMBER:
		return "a number";
	case TYPE_TRUTH:
		return "a condition";
	case TYPE_TIME:
		return "a date";
	case TYPE_TEXT:
		return "a text";
	case KIND_CLOCK:
		return "a time of day";
	case KIND_DURATION:
		return "a duration";
	default:
		return "nothing";
	}
}

void
compile_want(struct compiler *c, const struct expr *e, int is, int want)
{
	if (is != want)
		plan_die(c->plan, e->at, "this is %s, and should be %s",
		    type_word(is), type_word(want));
}

/* --------------------------------------------------------------- constants */

/* A duration as a number of days, or -1. */
int
compile_days(const struct duration *d, num *days)
{
	num	 part;

	if (d->months != 0 || d->business ||
	    d->seconds > NUM_MAX / NUM_ONE || d->seconds < NUM_MIN / NUM_ONE ||
	    num_div((num)d->seconds * NUM_ONE, DAY_SECONDS * NUM_ONE,
	    &part) == -1)
		return -1;
	return num_add((num)d->days * NUM_ONE, part, days);
}

static int	constant_sum(struct compiler *, const struct expr *,
		    struct value *);

static int
constant_let(struct compiler *c, const struct expr *e, struct value *v)
{
	struct let_code	*l = compile_let(c, e->let);
	int		 ok;

	if (l->folded == 0) {
		ok = compile_constant(c, e->let->expr, v);
		l = compile_let(c, e->let);
		l->folded = ok ? 1 : -1;
		l->value = *v;
	}
	*v = l->value;
	return l->folded == 1;
}

/* The value of a number or a time in which no column has a part. */
int
compile_constant(struct compiler *c, const struct expr *e, struct value *v)
{
	num	 a, b;
	int		 ok = 0;

	compile_enter(c, e);
	memset(v, 0, sizeof(*v));
	v->type = TYPE_NUMBER;
	switch (e->op) {
	case OP_NUMBER:
		v->n = e->number;
		ok = 1;
		break;
	case OP_DATE:
		v->type = TYPE_TIME;
		v->n = zone_midnight(c->plan->zone, e->number);
		ok = 1;
		break;
	case OP_TODAY:
		v->type = TYPE_TIME;
		v->n = zone_midnight(c->plan->zone, c->plan->today);
		ok = 1;
		break;
	case OP_NOW:
		v->type = TYPE_TIME;
		v->n = c->plan->now;
		ok = 1;
		break;
	case OP_NAME:
		ok = e->let != NULL && constant_let(c, e, v);
		break;
	case OP_NEG:
		ok = compile_number(c, e->arg[0], &a) &&
		    num_sub(0, a, &v->n) == 0;
		break;
	case OP_ADD:
	case OP_SUB:
		ok = constant_sum(c, e, v);
		break;
	case OP_MUL:
	case OP_DIV:
		ok = compile_number(c, e->arg[0], &a) &&
		    compile_number(c, e->arg[1], &b) &&
		    (e->op == OP_MUL ? num_mul : num_div)(a, b, &v->n) == 0;
		break;
	default:
		break;
	}
	compile_leave(c);
	return ok;
}

/* Times are moved when they are wanted: only numbers are summed here. */
static int
constant_sum(struct compiler *c, const struct expr *e, struct value *v)
{
	num	 a, b;

	if (!compile_number(c, e->arg[0], &a) ||
	    !compile_number(c, e->arg[1], &b))
		return 0;
	v->type = TYPE_NUMBER;
	return (e->op == OP_ADD ? num_add : num_sub)(a, b, &v->n) == 0;
}

int
compile_number(struct compiler *c, const struct expr *e, num *n)
{
	struct value	 v;

	if (!compile_constant(c, e, &v) || v.type != TYPE_NUMBER)
		return 0;
	*n = v.n;
	return 1;
}
