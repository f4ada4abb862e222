/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who referred whom.  A row names another by that one's key, so that all
 * rows together are a forest, unless some name each other round and round:
 * those are refused.  Leaves are taken off one after the other, and each
 * hands on to its referrer what it has gathered; what is left over in the
 * end is the loops.  Neither the depth of a chain nor the order of the rows
 * has a part in it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

#define NOBODY		KEY_NONE
#define LINES_SHOWN	10

/* ----------------------------------------------------------------- observe */

void
kin_init(struct kin *kin, const struct plan *plan)
{
	memset(kin, 0, sizeof(*kin));
	kin->names = keys_new();
	kin->x = xcalloc(plan->ngain + 1, sizeof(*kin->x));
}

void
kin_free(struct kin *kin, const struct plan *plan)
{
	size_t	 i;

	for (i = 0; kin->x != NULL && i < plan->ngain; i++)
		free(kin->x[i]);
	free(kin->x);
	free(kin->line);
	free(kin->referrer);
	free(kin->again);
	keys_free(kin->names);
	memset(kin, 0, sizeof(*kin));
}

void
tree_free(struct tree *tree, const struct plan *plan)
{
	kin_free(&tree->kin, plan);
	free(tree->loop);
}

void
gain_free(struct gain *gain)
{
	free(gain->sum);
	free(gain->key);
}

/* Is x of this gain gathered in this tree? */
static int
gathers(const struct plan *plan, size_t gain, size_t tree)
{
	return plan->gain[gain].tree == tree && plan->gain[gain].x != NULL;
}

/* The number of a key, with room for what is known of it. */
static uint32_t
kin_add(struct kin *kin, const struct plan *plan, size_t tree, const char *p,
    size_t len)
{
	const uint32_t	 k = keys_add(kin->names, p, len);
	const size_t	 old = kin->cap;
	size_t		 i;

	if (k < old)
		return k;
	kin->cap = old == 0 ? 1024 : old * 2;
	kin->line = xreallocarray(kin->line, kin->cap, sizeof(*kin->line));
	memset(kin->line + old, 0, (kin->cap - old) * sizeof(*kin->line));
	kin->referrer = xreallocarray(kin->referrer, kin->cap,
	    sizeof(*kin->referrer));
	for (i = old; i < kin->cap; i++)
		kin->referrer[i] = NOBODY;
	for (i = 0; i < plan->ngain; i++)
		if (gathers(plan, i, tree))
			kin->x[i] = xreallocarray(kin->x[i], kin->cap,
			    sizeof(*kin->x[i]));
	return k;
}

/* A key that comes again is told of as a fault of the later row. */
static void
kin_again(struct kin *kin, size_t line, size_t first)
{
	if (kin->nagain == kin->capagain) {
		kin->capagain = kin->capagain == 0 ? 16 : kin->capagain * 2;
		kin->again = xreallocarray(kin->again, kin->capagain,
		    sizeof(*kin->again));
	}
	kin->again[kin->nagain].line = line;
	kin->again[kin->nagain++].first = first;
}

static void
observe(struct frame *f, size_t tree)
{
	const struct plan	*plan = f->plan;
	const struct gain	*gain;
	struct kin		*kin = &f->kin[tree];
	const struct value	*key, *by, *x;
	uint32_t		 k, referrer = NOBODY;
	size_t			 i;

	key = &f->slot[plan->reading[plan->tree[tree].key].slot];
	by = &f->slot[plan->reading[plan->tree[tree].by].slot];
	if (key->type == TYPE_MISSING)
		return;
	k = kin_add(kin, plan, tree, key->text.p, key->text.len);
	if (kin->line[k] != 0) {
		kin_again(kin, f->line, kin->line[k]);
		return;
	}
	if (by->type != TYPE_MISSING)
		referrer = kin_add(kin, plan, tree, by->text.p, by->text.len);
	kin->line[k] = f->line;
	kin->referrer[k] = referrer;
	for (i = 0; i < plan->ngain; i++) {
		if (!gathers(plan, i, tree))
			continue;
		gain = &plan->gain[i];
		if (gain->code != NOWHERE)
			(void)frame_run(f, gain->code);
		x = &f->slot[gain->slot];
		kin->x[i][k] = x->type == TYPE_MISSING ? 0 : x->n;
	}
}

void
trees_observe(struct frame *f)
{
	size_t	 i;

	for (i = 0; i < f->plan->ntree; i++)
		observe(f, i);
}

/* Of two rows with one key the first counts, whoever saw it. */
static void
take(const struct plan *plan, size_t tree, struct kin *to, struct kin *from)
{
	const uint32_t	 n = keys_count(from->names);
	uint32_t	*number, i, k;
	const char	*p;
	size_t		 j, len;

	for (j = 0; j < from->nagain; j++)
		kin_again(to, from->again[j].line, from->again[j].first);
	number = xcalloc((size_t)n + 1, sizeof(*number));
	for (i = 0; i < n; i++) {
		p = keys_bytes(from->names, i, &len);
		number[i] = kin_add(to, plan, tree, p, len);
	}
	for (i = 0; i < n; i++) {
		if (from->line[i] == 0)
			continue;
		k = number[i];
		if (to->line[k] != 0 && to->line[k] < from->line[i]) {
			kin_again(to, from->line[i], to->line[k]);
			continue;
		}
		if (to->line[k] != 0)
			kin_again(to, to->line[k], from->line[i]);
		to->line[k] = from->line[i];
		to->referrer[k] = from->referrer[i] == NOBODY ? NOBODY :
		    number[from->referrer[i]];
		for (j = 0; j < plan->ngain; j++)
			if (gathers(plan, j, tree))
				to->x[j][k] = from->x[j][i];
	}
	free(number);
}

void
trees_merge(struct plan *plan, struct frame *f)
{
	struct kin	 swap;
	size_t		 i;

	for (i = 0; i < plan->ntree; i++) {
		if (keys_count(plan->tree[i].kin.names) == 0) {
			swap = plan->tree[i].kin;
			plan->tree[i].kin = f->kin[i];
			f->kin[i] = swap;
			continue;
		}
		take(plan, i, &plan->tree[i].kin, &f->kin[i]);
		kin_free(&f->kin[i], plan);
		kin_init(&f->kin[i], plan);
	}
}

/* ------------------------------------------------------------------ settle */

static num
own(const struct plan *plan, const struct kin *kin, size_t gain, uint32_t k)
{
	return plan->gain[gain].x == NULL ? NUM_ONE : kin->x[gain][k];
}

/* One row, whose chain is whole, to the row that referred it. */
static void
hand_on(struct plan *plan, size_t tree, uint32_t k, uint32_t referrer)
{
	struct gain	*t;
	size_t		 i;

	for (i = 0; i < plan->ngain; i++) {
		t = &plan->gain[i];
		if (t->tree != tree)
			continue;
		t->sum[referrer] += own(plan, &plan->tree[tree].kin, i, k);
		if (t->whole)
			t->sum[referrer] += t->sum[k];
	}
}

/*
 * What is left are the loops.  Each of their members learns how many they
 * are.
 */
static void
mark_loops(struct tree *tree, uint32_t *left, uint32_t n)
{
	uint32_t	 i, k, length;

	tree->loop = xcalloc((size_t)n + 1, sizeof(*tree->loop));
	for (i = 0; i < n; i++) {
		if (left[i] == 0 || tree->loop[i] != 0)
			continue;
		length = 0;
		k = i;
		do {
			length++;
			k = tree->kin.referrer[k];
		} while (k != i);
		do {
			tree->loop[k] = length;
			k = tree->kin.referrer[k];
		} while (k != i);
	}
}

static int
by_line(const void *a, const void *b)
{
	const struct again	*x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static void
settle(struct plan *plan, size_t which)
{
	struct tree	*tree = &plan->tree[which];
	struct kin	*kin = &tree->kin;
	const uint32_t	 n = keys_count(kin->names);
	uint32_t	*left, *ready, i, k, nready = 0, done;
	size_t		 j;

	left = xcalloc((size_t)n + 1, sizeof(*left));
	ready = xcalloc((size_t)n + 1, sizeof(*ready));
	for (j = 0; j < plan->ngain; j++)
		if (plan->gain[j].tree == which)
			plan->gain[j].sum = xcalloc((size_t)n + 1,
			    sizeof(*plan->gain[j].sum));
	for (i = 0; i < n; i++)
		if (kin->referrer[i] != NOBODY)
			left[kin->referrer[i]]++;
	for (i = 0; i < n; i++)
		if (left[i] == 0)
			ready[nready++] = i;
	for (done = 0; done < nready; done++) {
		k = kin->referrer[ready[done]];
		if (k == NOBODY)
			continue;
		hand_on(plan, which, ready[done], k);
		if (--left[k] == 0)
			ready[nready++] = k;
	}
	if (nready < n)
		mark_loops(tree, left, n);
	if (kin->nagain > 0)
		qsort(kin->again, kin->nagain, sizeof(*kin->again), by_line);
	free(left);
	free(ready);
	for (j = 0; j < plan->ngain; j++) {
		free(kin->x[j]);
		kin->x[j] = NULL;
	}
	if (tree->loop != NULL)
		return;
	free(kin->referrer);
	free(kin->line);
	kin->referrer = NULL;
	kin->line = NULL;
}

void
trees_settle(struct plan *plan)
{
	size_t	 i;

	for (i = 0; i < plan->ntree; i++) {
		settle(plan, i);
		plan->astray |= plan->tree[i].loop != NULL ||
		    plan->tree[i].kin.nagain > 0;
	}
	plan->grown = 1;
}

/* ---------------------------------------------------------------- evaluate */

/* "makes a loop of referrals: lines 2, 5, 9" */
static int
loop_fault(const struct tree *tree, const struct row *row, size_t column,
    uint32_t k, struct fault *fault)
{
	struct buf	 b = { 0 };
	uint32_t	 i, n = tree->loop[k];

	if (n == 1)
		return fault_cell(fault, row, column,
		    "is the row's own key: nobody refers himself");
	buf_adds(&b, "makes a loop of referrals: lines ");
	for (i = 0; i < n && i < LINES_SHOWN; i++) {
		buf_addf(&b, "%s%zu", i == 0 ? "" : ", ", tree->kin.line[k]);
		k = tree->kin.referrer[k];
	}
	if (i < n)
		buf_addf(&b, " and %u more", n - i);
	fault_cell(fault, row, column, buf_str(&b));
	buf_free(&b);
	return -1;
}

static int
again_fault(const struct plan *plan, const struct tree *tree,
    const struct row *row, struct fault *fault)
{
	const struct again	 key = { row->line, 0 };
	const struct again	*v = tree->kin.again;
	size_t			 low = 0, high = tree->kin.nagain, mid;
	char			 why[64];

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v[mid].line < key.line)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == tree->kin.nagain || v[low].line != key.line)
		return 0;
	snprintf(why, sizeof(why), "is on line %zu already", v[low].first);
	return fault_cell(fault, row, plan->reading[tree->key].cell, why);
}

int
trees_find(struct frame *f, const struct row *row, struct fault *fault)
{
	const struct plan	*plan = f->plan;
	const struct tree	*tree;
	const struct value	*key;
	uint32_t		 k;
	size_t			 i;

	for (i = 0; i < plan->ntree; i++) {
		tree = &plan->tree[i];
		key = &f->slot[plan->reading[tree->key].slot];
		f->node[i] = k = key->type == TYPE_MISSING ? NOBODY :
		    keys_find(tree->kin.names, key->text.p, key->text.len);
		if (!plan->astray || k == NOBODY)
			continue;
		if (again_fault(plan, tree, row, fault) == -1)
			return -1;
		if (tree->loop != NULL && tree->loop[k] != 0 &&
		    tree->kin.line[k] == row->line)
			return loop_fault(tree, row,
			    plan->reading[tree->by].cell, k, fault);
	}
	return 0;
}

int
gain_value(const struct frame *f, const struct gain *t, struct value *v)
{
	const struct tree	*tree = &f->plan->tree[t->tree];
	const uint32_t		 k = f->node[t->tree];
	wide			 sum;

	v->type = TYPE_MISSING;
	if (!f->plan->grown || f->plan->reading[tree->by].cell == SIZE_MAX)
		return 0;
	sum = k == NOBODY ? 0 : t->sum[k];
	if (sum > NUM_MAX || sum < NUM_MIN)
		return -1;
	v->type = TYPE_NUMBER;
	v->n = (num)sum;
	return 0;
}

/* ----------------------------------------------------------------- compile */

static uint32_t
tree_of(struct compiler *c, const struct expr *by)
{
	struct plan	*plan = c->plan;
	struct tree	*tree;
	size_t		 i, key, reading;

	key = plan_reading(plan, policy_key(plan->pol), TYPE_TEXT, by->at,
	    c->needed, c->hinted);
	reading = plan_reading(plan, by->text, TYPE_TEXT, by->at, c->needed,
	    c->hinted);
	for (i = 0; i < plan->ntree; i++)
		if (plan->tree[i].by == reading)
			return (uint32_t)i;
	tree = PLAN_ADD(plan, tree);
	tree->key = key;
	tree->by = reading;
	tree->at = by->at;
	return (uint32_t)plan->ntree - 1;
}

uint32_t
compile_gain(struct compiler *c, const struct expr *e)
{
	const uint32_t	 tree = tree_of(c, e->arg[e->narg - 1]);
	struct plan	*plan = c->plan;
	struct gain	*t;
	struct buf	 b = { 0 };
	size_t		 i;

	expr_show(e, &b);
	(void)buf_str(&b);
	for (i = 0; i < plan->ngain; i++)
		if (strcmp(plan->gain[i].key, b.p) == 0) {
			buf_free(&b);
			return (uint32_t)i;
		}
	t = PLAN_ADD(plan, gain);
	t->key = b.p;
	t->tree = tree;
	t->x = e->narg > 1 ? e->arg[0] : NULL;
	t->whole = e->op == OP_CHAIN || e->op == OP_CHAINED;
	t->needed = c->needed;
	t->hinted = c->hinted;
	t->code = NOWHERE;
	return (uint32_t)plan->ngain - 1;
}

void
compile_gains(struct compiler *c)
{
	struct plan	*plan = c->plan;
	struct gain	*t;
	uint32_t	 code, slot;
	size_t		 i;
	int		 type;

	for (i = 0; i < plan->ngain; i++) {
		t = &plan->gain[i];
		if (t->x == NULL)
			continue;
		c->needed = t->needed;
		c->hinted = t->hinted;
		code = compile_value(c, t->x, TYPE_NUMBER, &slot, &type);
		t = &plan->gain[i];
		compile_want(c, t->x, type, TYPE_NUMBER);
		t->code = code;
		t->slot = slot;
	}
}
