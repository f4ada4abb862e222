/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "score/climb.h"
#include "score/metric.h"
#include "score/rules.h"

__extension__ typedef __int128 wide;

#define CENT		(NUM_ONE / 100)

/* A number that can change. */
struct lever {
	const char	*name;
	size_t		 program;
	enum { OF_ANYTHING, OF_MONEY, OF_THINGS } of;
};

/* A part of a tier's condition, and a number in it. */
struct hold {
	int		 tier;
	size_t		 leaf;		/* program */
	int		 want;		/* what it must come to */
	int		 money;		/* it is held against an amount */
	size_t		 lever;
};

struct climb {
	const struct tiers	*tiers;
	const struct policy	*pol;
	struct plan		*plan;
	struct arena		*arena;
	struct lever		*lever;
	size_t			 nlever;
	struct hold		*hold;
	size_t			 nhold;
};

/* -------------------------------------------------------------- conditions */

static int
unit_of_metric(enum measure measure)
{
	switch (measure) {
	case MEASURE_SPEND:
	case MEASURE_AOV:
	case MEASURE_M:
	case MEASURE_LTV:
		return OF_MONEY;
	case MEASURE_CSAT:
	case MEASURE_NPS:
		return OF_ANYTHING;
	default:
		return OF_THINGS;
	}
}

/* The lever of a column's name, or SIZE_MAX: no number, or one of the past. */
static size_t
lever_of(struct climb *c, const char *name)
{
	struct metric	 m;
	struct lever	*l;
	size_t		 i;
	int		 made;

	for (i = 0; i < c->nlever; i++)
		if (strcmp(c->lever[i].name, name) == 0)
			return i;
	made = metric_parse(name, &m) == 0;
	if (policy_column_type(c->pol, name) != TYPE_NUMBER ||
	    (made && (m.window.prev || m.window.unit == WINDOW_LYTD)))
		return SIZE_MAX;
	c->lever = xreallocarray(c->lever, c->nlever + 1, sizeof(*c->lever));
	l = &c->lever[c->nlever];
	l->name = name;
	l->program = plan_add_column(c->plan, name, TYPE_NUMBER);
	l->of = made ? unit_of_metric(m.measure) : OF_ANYTHING;
	return c->nlever++;
}

static void
add_hold(struct climb *c, const struct hold *like, size_t lever)
{
	size_t	 i;

	for (i = 0; i < c->nhold; i++)
		if (c->hold[i].leaf == like->leaf &&
		    c->hold[i].lever == lever)
			return;
	c->hold = xreallocarray(c->hold, c->nhold + 1, sizeof(*c->hold));
	c->hold[c->nhold] = *like;
	c->hold[c->nhold++].lever = lever;
}

/* Is there an amount of money in an expression? */
static int
has_money(const struct expr *e)
{
	size_t	 i;

	if (e->op == OP_NAME && e->let != NULL)
		return has_money(e->let->expr);
	for (i = 0; i < e->narg; i++)
		if (has_money(e->arg[i]))
			return 1;
	return (e->flags & EXPR_MONEY) != 0;
}

/* A hold for each number in a part of a condition; "leaf" is its program. */
static void
find_levers(struct climb *c, const struct hold *h, const struct expr *e)
{
	size_t	 i, lever;

	if (e->op == OP_NAME && e->let != NULL)
		find_levers(c, h, e->let->expr);
	else if (e->op == OP_NAME &&
	    (lever = lever_of(c, e->text)) != SIZE_MAX)
		add_hold(c, h, lever);
	for (i = 0; i < e->narg; i++)
		find_levers(c, h, e->arg[i]);
}

static void
add_leaf(struct climb *c, int tier, const struct expr *e, int want)
{
	struct hold	 h = { .tier = tier, .want = want };

	h.leaf = plan_add(c->plan, e);
	h.money = has_money(e);
	find_levers(c, &h, e);
}

/* The half of "between" or "=" that a number can only rise or fall into. */
static void
add_half(struct climb *c, int tier, const struct expr *e, enum op op,
    const struct expr *bound, int want)
{
	const struct expr	**arg = arena_get(c->arena, 2 * sizeof(*arg));
	struct expr		*half = arena_get(c->arena, sizeof(*half));

	memset(half, 0, sizeof(*half));
	arg[0] = e->arg[0];
	arg[1] = bound;
	half->op = op;
	half->at = e->at;
	half->narg = 2;
	half->arg = arg;
	add_leaf(c, tier, half, want);
}

/* Does an expression compare numbers that can change? */
static int
has_lever(struct climb *c, const struct expr *e)
{
	size_t	 i;

	if (e->op == OP_NAME)
		return e->let != NULL ? has_lever(c, e->let->expr) :
		    policy_column_type(c->pol, e->text) == TYPE_NUMBER;
	for (i = 0; i < e->narg; i++)
		if (has_lever(c, e->arg[i]))
			return 1;
	return 0;
}

static void
take_apart(struct climb *c, int tier, const struct expr *e, int want)
{
	switch (e->op) {
	case OP_AND:
	case OP_OR:
		take_apart(c, tier, e->arg[0], want);
		take_apart(c, tier, e->arg[1], want);
		return;
	case OP_NOT:
		take_apart(c, tier, e->arg[0], !want);
		return;
	case OP_NAME:
		if (e->let != NULL)
			take_apart(c, tier, e->let->expr, want);
		return;
	default:
		break;
	}
	if (!has_lever(c, e))
		return;
	switch (e->op) {
	case OP_NE:
	case OP_EQ:
		want = e->op == OP_EQ ? want : !want;
		add_half(c, tier, e, OP_GE, e->arg[1], want);
		add_half(c, tier, e, OP_LE, e->arg[1], want);
		break;
	case OP_BETWEEN:
		add_half(c, tier, e, OP_GE, e->arg[1], want);
		add_half(c, tier, e, OP_LE, e->arg[2], want);
		break;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_TOP:
	case OP_PARETO:
		add_leaf(c, tier, e, want);
		break;
	default:
		break;
	}
}

struct climb *
climb_new(const struct tiers *tiers, const struct policy *pol,
    struct plan *plan)
{
	struct climb		*c = xcalloc(1, sizeof(*c));
	const struct rules	*rules = tiers_rules(tiers);
	const struct statement	*st;
	size_t			 i;

	c->tiers = tiers;
	c->pol = pol;
	c->plan = plan;
	c->arena = arena_new();
	for (i = 0; i < rules->n; i++) {
		st = rules->rule[i].st;
		if (rules->rule[i].when != NO_PROGRAM)
			take_apart(c, policy_tier_index(pol, st->name),
			    clause_find(st, W_WHEN)->expr, 1);
	}
	return c;
}

void
climb_free(struct climb *c)
{
	if (c == NULL)
		return;
	arena_free(c->arena);
	free(c->lever);
	free(c->hold);
	free(c);
}

/* ------------------------------------------------------------------ search */

struct change {
	const struct lever	*lever;
	num			 from, by;	/* by > 0 */
	int			 down;
	int			 tier;		/* that it lifts to */
};

static void
suppose(struct frame *f, const struct lever *l, num x)
{
	struct value	 v = { .type = TYPE_NUMBER, .n = x };

	frame_suppose(f, l->program, &v);
}

/* Is a part of a condition as it should be, with the number changed? */
static int
holds(const struct change *ch, struct frame *f, const struct hold *h, num by)
{
	num	 x;

	if (ch->down ? num_sub(ch->from, by, &x) == -1 :
	    num_add(ch->from, by, &x) == -1)
		return 0;
	suppose(f, ch->lever, x);
	return frame_test(f, h->leaf) == h->want;
}

/*
 * What a change is counted in: ones, cents, or the decimals of the cell.  Of
 * a number that is whole, and just past a whole one, nothing is known but
 * that it is no money.
 */
static num
unit_of(const struct change *ch, const struct hold *h)
{
	num	 unit;

	if (ch->from % NUM_ONE == 0 && (ch->lever->of == OF_THINGS ||
	    (ch->lever->of == OF_ANYTHING && !h->money &&
	    ch->by % NUM_ONE == 1)))
		return NUM_ONE;
	for (unit = CENT; ch->from % unit != 0; unit /= 10)
		;
	return unit;
}

/*
 * The least change with which a part of a condition holds, which is false
 * without: by doubling, and then by halves.
 */
static int
search(struct change *ch, struct frame *f, const struct hold *h)
{
	num	 low = 0, high = NUM_ONE, mid, unit, most;

	/* No metric falls below 0. */
	most = ch->down ? ch->from : NUM_MAX / 4;
	if (most <= 0)
		return 0;
	for (;;) {
		if (high > most)
			high = most;
		if (holds(ch, f, h, high))
			break;
		if (high == most)
			return 0;
		low = high;
		high = high > most / 2 ? most : high * 2;
	}
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (holds(ch, f, h, mid))
			high = mid;
		else
			low = mid;
	}
	ch->by = high;
	unit = unit_of(ch, h);
	if (high % unit != 0 && num_add(high, unit - high % unit, &high) == 0 &&
	    high <= most && holds(ch, f, h, high))
		ch->by = high;
	return 1;
}

/* With the change made, what tier is it? */
static int
lifts(const struct climb *c, struct change *ch, struct frame *f, int above)
{
	struct verdict	 v;
	num		 x;

	x = ch->down ? ch->from - ch->by : ch->from + ch->by;
	suppose(f, ch->lever, x);
	tiers_judge(c->tiers, f, &v);
	ch->tier = v.tier;
	return v.excluded == NULL && v.tier < above;
}

/* Is a change less than another: up before down, by a smaller share? */
static int
is_less(const struct change *a, const struct change *b)
{
	num	 x, y;

	if (a->down != b->down)
		return b->down;
	if (a->lever == b->lever)	/* from 0 every share is the same */
		return a->by < b->by;
	x = a->down ? a->from : a->from + a->by;
	y = b->down ? b->from : b->from + b->by;
	if (x < 0)
		x = -x;
	if (y < 0)
		y = -y;
	return (wide)a->by * y < (wide)b->by * x;
}

/* The least change for one tier, or better; 0 where there is none. */
static int
best_change(const struct climb *c, struct frame *f, int tier, int above,
    struct change *best)
{
	const struct hold	*h;
	struct change		 ch;
	struct value		 was;
	size_t			 i;
	int			 found = 0, down;

	for (i = 0; i < c->nhold; i++) {
		h = &c->hold[i];
		ch.lever = &c->lever[h->lever];
		was = frame_eval(f, ch.lever->program);
		if (h->tier != tier || was.type != TYPE_NUMBER ||
		    frame_test(f, h->leaf) == h->want)
			continue;
		ch.from = was.n;
		for (down = 0; down < 2; down++) {
			ch.down = down;
			if (search(&ch, f, h) && lifts(c, &ch, f, above) &&
			    (!found || is_less(&ch, best))) {
				*best = ch;
				found = 1;
			}
		}
		frame_suppose(f, ch.lever->program, &was);
	}
	return found;
}

/* 87.5 as 87.50, 12 as it is, and 0.005 too. */
static void
show(const struct change *ch, struct buf *b)
{
	char	 text[NUM_SIZE];
	size_t	 n;

	n = ch->by % NUM_ONE != 0 && ch->by % CENT == 0 ?
	    num_format_fixed(text, ch->by, 2) : num_format(text, ch->by);
	buf_addf(b, "%s %c%.*s", ch->lever->name, ch->down ? '-' : '+',
	    (int)n, text);
}

const struct statement *
climb_next(const struct climb *c, struct frame *f, const struct verdict *v,
    struct buf *b)
{
	struct change	 ch = { 0 }, other;
	int		 tier, found = 0;

	if (v->excluded != NULL)
		return NULL;
	for (tier = v->tier - 1; tier >= 0 && !found; tier--)
		found = best_change(c, f, tier, v->tier, &ch);
	/* What lifts past that tier may be more than it takes to get there. */
	for (; found && tier >= ch.tier; tier--)
		if (best_change(c, f, tier, v->tier, &other) &&
		    is_less(&other, &ch))
			ch = other;
	frame_tier(f, v->tier);
	if (!found)
		return NULL;
	show(&ch, b);
	return policy_tier(c->pol, (size_t)ch.tier);
}
