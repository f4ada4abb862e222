/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

/* ----------------------------------------------------------------- compile */

#define BOTH_MOST	16		/* pieces */

static const char *const	 operators[] = {
	[OP_EQ] = " = ", [OP_NE] = " != ", [OP_LT] = " < ", [OP_LE] = " <= ",
	[OP_GT] = " > ", [OP_GE] = " >= ",
	[OP_LIKE] = " like ", [OP_MATCHES] = " matches ",
	[OP_HAS_WORD] = " has word ",
	[OP_ADD] = " + ", [OP_SUB] = " - ", [OP_MUL] = " * ", [OP_DIV] = " / "
};

void
text_quote(struct buf *b, const char *p, size_t len)
{
	size_t	 i;

	buf_addc(b, '"');
	for (i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\')
			buf_addc(b, '\\');
		if (p[i] == '\n')
			buf_adds(b, "\\n");
		else if (p[i] == '\r')
			buf_adds(b, "\\r");
		else
			buf_addc(b, p[i]);
	}
	buf_addc(b, '"');
}

/* Add words, to the piece before if that is nothing but words. */
static void
say_bytes(struct compiler *c, uint32_t first, const char *p, size_t len)
{
	struct plan	*plan = c->plan;
	struct piece	*last = NULL;
	char		*text;
	size_t		 had;

	if (plan->npiece > first)
		last = &plan->piece[plan->npiece - 1];
	if (last == NULL || last->kind != PIECE_TEXT)
		last = PLAN_ADD(plan, piece);
	had = last->len;
	text = arena_get(plan->arena, had + len + BUF_PAD);
	if (had > 0)
		memcpy(text, last->text, had);
	memcpy(text + had, p, len);
	last->text = text;
	last->len += len;
}

static void
say(struct compiler *c, uint32_t first, const char *s)
{
	say_bytes(c, first, s, strlen(s));
}

static void
say_expr(struct compiler *c, uint32_t first, const struct expr *e)
{
	struct buf	 b = { 0 };

	expr_show(e, &b);
	say_bytes(c, first, b.p, b.len);
	buf_free(&b);
}

static void
say_value(struct compiler *c, uint32_t first, const struct expr *e, int want)
{
	uint32_t	 code, slot;
	struct piece	*p;

	say(c, first, " ");
	code = compile_value(c, e, want, &slot, NULL);
	p = &c->plan->piece[c->plan->npiece - 1];
	p->kind = PIECE_VALUE;
	p->code = code;
	p->slot = slot;
	p->bare = e->op == OP_TIER || e->op == OP_RISK;
}

/* An operand, each column, let and function in it with its value. */
static void
say_side(struct compiler *c, uint32_t first, const struct expr *e, int want,
    int tight)
{
	int	 sum = e->op == OP_ADD || e->op == OP_SUB, l, r;

	switch (e->op) {
	case OP_NUMBER:
	case OP_TEXT:
	case OP_DATE:
	case OP_CLOCK:
	case OP_DURATION:
	case OP_TODAY:
	case OP_NOW:
	case OP_TRUE:
	case OP_FALSE:
		say_expr(c, first, e);
		break;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
		l = r = TYPE_NUMBER;
		if (sum)
			(void)compile_sum(c, e, &l, &r);
		if (tight > (sum ? 1 : 2))
			say(c, first, "(");
		say_side(c, first, e->arg[0], l, sum ? 1 : 2);
		say(c, first, operators[e->op]);
		say_side(c, first, e->arg[1], r, sum ? 2 : 3);
		if (tight > (sum ? 1 : 2))
			say(c, first, ")");
		break;
	case OP_NEG:
		say(c, first, "-");
		say_side(c, first, e->arg[0], TYPE_NUMBER, 3);
		break;
	case OP_NAME:
		say(c, first, e->text);
		say_value(c, first, e, want);
		break;
	default:
		say_expr(c, first, e);
		say_value(c, first, e, want);
		break;
	}
}

/* "(ltv 5230.1 >= 4890)" */
static void
say_cut(struct compiler *c, uint32_t first, const struct expr *e,
    uint32_t population)
{
	struct plan	*plan = c->plan;
	struct series	*s = &plan->series[plan->population[population].series];
	uint32_t	 series = plan->population[population].series;
	uint32_t	 code, slot, group_code = NOWHERE, group_slot = NOWHERE;
	struct piece	*p;

	say(c, first, " (");
	if (e->arg[0]->op == OP_NAME)
		say(c, first, e->arg[0]->text);
	else
		say_expr(c, first, e->arg[0]);
	say(c, first, " ");
	code = compile_value(c, e->arg[0], (int)s->type, &slot, NULL);
	if (e->within != NULL)
		group_code = compile_value(c, e->within,
		    (int)plan->series[series].group_type, &group_slot, NULL);
	p = &plan->piece[plan->npiece - 1];
	p->kind = PIECE_CUT;
	p->code = code;
	p->slot = slot;
	p->population = population;
	p->group_code = group_code;
	p->group_slot = group_slot;
	say(c, first, ")");
}

static void
say_compared(struct compiler *c, uint32_t first, const struct expr *e)
{
	const struct expr	*left = e->arg[0], *right = e->arg[1];
	int			 l, r;

	compile_sides(c, left, right, e->op, &l, &r);
	if (l == TYPE_TEXT && left->op == OP_NAME && left->let == NULL &&
	    (right->op == OP_TIER || right->op == OP_RISK))
		say(c, first, left->text);
	else if (left->op == OP_TEXT)
		say_expr(c, first, left);
	else
		say_side(c, first, left, l, 1);
	say(c, first, operators[e->op]);
	if ((left->op == OP_TIER || left->op == OP_RISK) &&
	    ((right->op == OP_NAME && right->let == NULL) ||
	    right->op == OP_TEXT))
		say(c, first, right->text);
	else
		say_side(c, first, right, r, 1);
}

static void
say_members(struct compiler *c, uint32_t first, const struct expr *e)
{
	size_t	 i;
	int	 fact = e->arg[0]->op == OP_TIER || e->arg[0]->op == OP_RISK;

	say_side(c, first, e->arg[0], TYPE_TEXT, 1);
	if (e->op == OP_IN_FILE) {
		struct buf	 b = { 0 };

		text_quote(&b, e->text, strlen(e->text));
		say(c, first, " in file ");
		say_bytes(c, first, b.p, b.len);
		buf_free(&b);
		return;
	}
	say(c, first, " in (");
	for (i = 1; i < e->narg; i++) {
		if (i > 1)
			say(c, first, ", ");
		if (fact && (e->arg[i]->op == OP_NAME ||
		    e->arg[i]->op == OP_TEXT))
			say(c, first, e->arg[i]->text);
		else
			say_expr(c, first, e->arg[i]);
	}
	say(c, first, ")");
}

static void
say_leaf(struct compiler *c, uint32_t first, const struct expr *e)
{
	const struct expr	*pop;
	uint32_t		 population;
	int			 not, l, r;

	if ((pop = compile_cut(c, e, &population, &not)) != NULL) {
		say_expr(c, first, e);
		say_cut(c, first, pop, population);
		return;
	}
	switch (e->op) {
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		say_compared(c, first, e);
		break;
	case OP_IN:
	case OP_IN_FILE:
		say_members(c, first, e);
		break;
	case OP_BETWEEN:
		compile_sides(c, e->arg[0], e->arg[1], OP_LE, &l, &r);
		say_side(c, first, e->arg[0], l, 1);
		say(c, first, " between ");
		say_side(c, first, e->arg[1], l, 1);
		say(c, first, " and ");
		say_side(c, first, e->arg[2], l, 1);
		break;
	case OP_LIKE:
	case OP_MATCHES:
	case OP_HAS_WORD:
		say_side(c, first, e->arg[0], TYPE_TEXT, 1);
		say(c, first, operators[e->op]);
		say_expr(c, first, e->arg[1]);
		break;
	case OP_NAME:
		if (compile_type(c, e) == TYPE_TRUTH)
			say(c, first, e->text);
		else
			say_side(c, first, e, TYPE_NUMBER, 1);
		break;
	case OP_TRUE:
	case OP_FALSE:
	case OP_VIP:
	case OP_PROFILE:
	case OP_STATUS:
	case OP_MISSING:
		say_expr(c, first, e);
		break;
	default:
		say_side(c, first, e, TYPE_NUMBER, 1);
		break;
	}
}

/* The pieces of a node once more. */
static void
say_again(struct compiler *c, uint32_t first, const struct reason *r)
{
	struct plan	*plan = c->plan;
	struct piece	*last, p;
	uint32_t	 i, n = r->n, from = r->first;

	for (i = 0; i < n; i++) {
		p = plan->piece[from + i];
		say_bytes(c, first, p.text, p.len);
		last = &plan->piece[plan->npiece - 1];
		p.text = last->text;
		p.len = last->len;
		*last = p;
	}
}

/*
 * Of an "and" that holds both sides are told: in one go, unless it is long.
 * NOWHERE if a side has to be asked what to tell.
 */
static uint32_t
say_both(struct compiler *c, const uint32_t kid[2])
{
	const struct reason	*all = c->plan->reason;
	uint32_t		 first = (uint32_t)c->plan->npiece;
	uint32_t		 a = all[kid[0]].n, b = all[kid[1]].n;

	if (a == 0 || b == 0 || a + b > BOTH_MOST)
		return NOWHERE;
	say_again(c, first, &all[kid[0]]);
	say(c, first, " and ");
	say_again(c, first, &all[kid[1]]);
	return first;
}

/*
 * The nodes of a condition.  A let is told by its name and by what it is
 * made of, and the lets in that by name alone.
 */
static uint32_t
build(struct compiler *c, const struct expr *e, int in_let)
{
	struct plan	*plan = c->plan;
	enum reason_kind kind = REASON_LEAF;
	uint32_t	 node, kid[2] = { NOWHERE, NOWHERE };
	uint32_t	 first = NOWHERE, code = NOWHERE, slot = NOWHERE;
	const char	*name = NULL;

	PLAN_ADD(plan, reason);
	node = (uint32_t)plan->nreason - 1;
	if (e->op == OP_AND || e->op == OP_OR) {
		kind = e->op == OP_AND ? REASON_AND : REASON_OR;
		kid[0] = build(c, e->arg[0], in_let);
		kid[1] = build(c, e->arg[1], in_let);
	} else if (e->op == OP_NOT) {
		kind = REASON_NOT;
		kid[0] = build(c, e->arg[0], in_let);
	} else {
		code = compile_value(c, e, TYPE_TRUTH, &slot, NULL);
		if (e->op == OP_NAME && e->let != NULL && !in_let &&
		    compile_type(c, e) == TYPE_TRUTH) {
			kind = REASON_LET;
			name = e->text;
			kid[0] = build(c, e->let->expr, 1);
		} else {
			first = (uint32_t)plan->npiece;
			say_leaf(c, first, e);
		}
	}
	plan->reason[node].kind = kind;
	plan->reason[node].kid[0] = kid[0];
	plan->reason[node].kid[1] = kid[1];
	plan->reason[node].code = code;
	plan->reason[node].slot = slot;
	plan->reason[node].name = name;
	if (kind == REASON_AND)
		first = say_both(c, kid);
	plan->reason[node].first = first;
	if (first != NOWHERE) {
		plan->reason[node].n = (uint32_t)plan->npiece - first;
		plan->reason[node].room = 2 * BUF_PAD;
		for (; first < plan->npiece; first++) {
			struct piece	*p = &plan->piece[first];

			plan->reason[node].room += p->len + NUM_SIZE;
			if (p->kind == PIECE_VALUE && p->code == NOWHERE)
				p->kind = PIECE_SLOT;
		}
	}
	return node;
}

void
reason_compile(struct compiler *c, size_t program)
{
	uint32_t	 node = build(c, c->plan->program[program].expr, 0);

	c->plan->program[program].reason = node;
}

/* ------------------------------------------------------------------ values */

void
value_show(const struct value *v, const struct zone *zone, struct buf *b)
{
	char	 text[NUM_SIZE > WHEN_SIZE ? NUM_SIZE : WHEN_SIZE];
	int64_t	 day;
	size_t	 len;

	switch (v->type) {
	case TYPE_MISSING:
		break;
	case TYPE_NUMBER:
		buf_add(b, text, num_format(text, v->n));
		break;
	case TYPE_TRUTH:
		buf_adds(b, v->n ? "yes" : "no");
		break;
	case TYPE_TIME:
		/* A midnight is a date: that is how a date was read. */
		day = zone_day(zone, v->n);
		if (zone_midnight(zone, day) != v->n) {
			len = when_format(text, v->n, zone_offset(zone, v->n));
			buf_add(b, text, len);
			break;
		}
		len = date_format(text, day);
		if (memcmp(text, "0004", 4) == 0) {	/* without a year */
			buf_addc(b, '-');
			buf_add(b, text + 4, len - 4);
		} else
			buf_add(b, text, len);
		break;
	case TYPE_TEXT:
		buf_add(b, v->text.p, v->text.len);
		break;
	}
}

static void
show_here(const struct frame *f, const struct value *v, int bare,
    struct buf *b)
{
	if (v->type == TYPE_MISSING)
		buf_adds(b, "missing");
	else if (v->type == TYPE_TEXT && !bare)
		text_quote(b, v->text.p, v->text.len);
	else
		value_show(v, f->plan->zone, b);
}

/* The value of x, and the cut that it reached or did not reach. */
static void
show_cut(struct frame *f, const struct piece *p, struct buf *b)
{
	const struct plan	*plan = f->plan;
	const struct population	*pop = &plan->population[p->population];
	const struct series	*series = &plan->series[pop->series];
	const struct settled	*s;
	struct value		 x, cut = { TYPE_MISSING, 0, { NULL, 0 } };
	uint32_t		 group = 0;

	if (p->code != NOWHERE)
		(void)frame_run(f, p->code);
	x = f->slot[p->slot];
	show_here(f, &x, 0, b);
	if (series->group != NULL) {
		if (p->group_code != NOWHERE)
			(void)frame_run(f, p->group_code);
		if (f->slot[p->group_slot].type == TYPE_MISSING)
			return;
		group = series_group(series, &f->slot[p->group_slot], &f->one);
	}
	s = population_settled(plan, pop, group);
	if (x.type == TYPE_MISSING || s == NULL || s->state != SETTLED_CUT)
		return;
	buf_adds(b, x.n >= s->n ? " >= " : " < ");
	cut.type = series->type;
	cut.n = s->n;
	value_show(&cut, plan->zone, b);
}

/* ------------------------------------------------------------------ reasons */

enum { NO, YES, UNKNOWN };

static int	truth_of(struct frame *, uint32_t);

static int
find_truth(struct frame *f, uint32_t node)
{
	const struct reason	*r = &f->plan->reason[node];
	const struct value	*v;
	int			 a, b, lone;

	switch (r->kind) {
	case REASON_AND:
	case REASON_OR:
		lone = r->kind == REASON_OR ? YES : NO;
		if ((a = truth_of(f, r->kid[0])) == lone ||
		    (b = truth_of(f, r->kid[1])) == lone)
			return lone;
		return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : !lone;
	case REASON_NOT:
		a = truth_of(f, r->kid[0]);
		return a == UNKNOWN ? UNKNOWN : !a;
	default:
		if (r->code != NOWHERE)
			(void)frame_run(f, r->code);
		v = &f->slot[r->slot];
		return v->type == TYPE_MISSING ? UNKNOWN : v->n != 0;
	}
}

/* Each is found once a row, however long the chain that it stands in. */
static int
truth_of(struct frame *f, uint32_t node)
{
	struct truth	*t = &f->truth[node];

	if (t->epoch != f->epoch) {
		t->truth = find_truth(f, node);
		t->epoch = f->epoch;
	}
	return t->truth;
}

/* A piece that is more than words and a number; the end of what is told. */
static __attribute__((noinline)) char *
tell_piece(struct frame *f, const struct piece *p, size_t room, char *t,
    struct buf *b)
{
	const struct value	*v = &f->slot[p->slot];

	if (p->kind == PIECE_VALUE)
		(void)frame_run(f, p->code);
	if (p->kind == PIECE_VALUE && v->type == TYPE_NUMBER)
		return t + num_format(t, v->n);
	b->len = (size_t)(t - b->p);
	if (p->kind == PIECE_CUT)
		show_cut(f, p, b);
	else
		show_here(f, v, p->bare, b);
	buf_room(b, room);
	return b->p + b->len;
}

/* What a leaf says, between words and, if there are any, a parenthesis. */
static inline __attribute__((always_inline)) void
tell_leaf(struct frame *f, const struct reason *r, struct cell words,
    struct buf *b)
{
	const struct piece	*p = f->plan->piece + r->first;
	const struct piece	*end = p + r->n;
	const struct value	*slot = f->slot;
	const size_t		 room = r->room;
	char			*t;

	buf_room(b, room + words.len);
	t = b->p + b->len;
	if (words.len > 0)
		t = copy_padded(t, words.p, words.len);
	for (; p < end; p++) {
		t = copy_padded(t, p->text, p->len);
		if (p->kind == PIECE_TEXT)
			continue;
		if (p->kind == PIECE_SLOT &&
		    slot[p->slot].type == TYPE_NUMBER)
			t += num_put(t, slot[p->slot].n);
		else
			t = tell_piece(f, p, room, t, b);
	}
	if (words.len > 0)
		*t++ = ')';
	b->len = (size_t)(t - b->p);
}

/*
 * Of "and" what is to blame if it does not hold, and else all of it; of
 * "or" what it holds by, and else all of it.  What is known to hold need
 * not be found out.
 */
static void
tell(struct frame *f, uint32_t node, int holds, struct buf *b)
{
	const struct reason	*r = &f->plan->reason[node], *kid;
	int			 lone, left, right, bare;

	switch (r->kind) {
	case REASON_AND:
	case REASON_OR:
		lone = r->kind == REASON_OR ? YES : NO;
		left = holds && lone == NO ? YES : truth_of(f, r->kid[0]);
		right = left == lone ? UNKNOWN : holds ? YES :
		    truth_of(f, r->kid[1]);
		if (left == lone || (lone == NO && left == UNKNOWN &&
		    right != NO)) {
			tell(f, r->kid[0], left == YES, b);
		} else if (right == lone ||
		    (lone == NO && right == UNKNOWN)) {
			tell(f, r->kid[1], right == YES, b);
		} else {
			tell(f, r->kid[0], left == YES, b);
			buf_adds(b, r->kind == REASON_AND ? " and " : " or ");
			tell(f, r->kid[1], right == YES, b);
		}
		break;
	case REASON_NOT:
		kid = &f->plan->reason[r->kid[0]];
		bare = kid->kind == REASON_LET || (kid->kind == REASON_LEAF &&
		    kid->n == 1 &&
		    f->plan->piece[kid->first].kind == PIECE_TEXT);
		buf_adds(b, bare ? "not " : "not (");
		tell(f, r->kid[0], 0, b);
		if (!bare)
			buf_addc(b, ')');
		break;
	case REASON_LET:
		buf_adds(b, r->name);
		buf_adds(b, " (");
		tell(f, r->kid[0], holds, b);
		buf_addc(b, ')');
		break;
	case REASON_LEAF:
		tell_leaf(f, r, (struct cell){ NULL, 0 }, b);
		break;
	}
}

void
frame_reason(struct frame *f, size_t program, struct buf *b)
{
	const struct program	*p = &f->plan->program[program];

	if (p->reason != NOWHERE)
		tell(f, p->reason, 0, b);
}

void
frame_tell(struct frame *f, size_t program, struct cell words, struct buf *b)
{
	const struct reason	*r;
	uint32_t		 node = f->plan->program[program].reason;

	r = node != NOWHERE ? &f->plan->reason[node] : NULL;
	if (r != NULL && r->n > 0) {
		tell_leaf(f, r, words, b);
		return;
	}
	buf_add_padded(b, words.p, words.len);
	if (r != NULL)
		tell(f, node, 1, b);
	buf_addc(b, ')');
}
