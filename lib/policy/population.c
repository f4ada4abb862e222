/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

#define DIGIT_BITS	11
#define DIGITS		(1 << DIGIT_BITS)

/* ----------------------------------------------------------------- observe */

void
sample_init(struct sample *s, const struct series *series)
{
	memset(s, 0, sizeof(*s));
	if (series->group != NULL)
		s->groups = keys_new();
	else if (!series->all && series->best > 0)
		s->best = series->best;
	s->keep = series->all;
}

void
sample_free(struct sample *s)
{
	free(s->v);
	free(s->group);
	keys_free(s->groups);
	memset(s, 0, sizeof(*s));
}

void
series_free(struct series *s)
{
	size_t	 i;

	for (i = 0; s->values != NULL && i < s->ngroup; i++)
		free(s->values[i]);
	free(s->values);
	free(s->nvalue);
	keys_free(s->groups);
	free(s->key);
}

void
population_free(struct population *p)
{
	free(p->settled);
	free(p->key);
}

static void
sample_room(struct sample *s, size_t n)
{
	if (n <= s->cap)
		return;
	while (s->cap < n)
		s->cap = s->cap == 0 ? 1024 : s->cap * 2;
	s->v = xreallocarray(s->v, s->cap, sizeof(*s->v));
	if (s->groups != NULL)
		s->group = xreallocarray(s->group, s->cap, sizeof(*s->group));
}

/* Replace the least of the best by a greater value. */
static void
sink(num *heap, size_t n, num x)
{
	size_t	 i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && heap[child + 1] < heap[child])
			child++;
		if (x <= heap[child])
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = x;
}

static void
rise(num *heap, size_t i, num x)
{
	for (; i > 0 && heap[(i - 1) / 2] > x; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = x;
}

static inline void
sample_add(struct sample *s, num x, uint32_t group)
{
	s->count++;
	s->sum += x;
	if (s->keep) {
		if (s->n == s->cap)
			sample_room(s, s->n + 1);
		if (s->groups != NULL)
			s->group[s->n] = group;
		s->v[s->n++] = x;
	} else if (s->n < s->best) {
		sample_room(s, s->n + 1);
		rise(s->v, s->n++, x);
	} else if (s->n > 0 && x > s->v[0]) {
		sink(s->v, s->n, x);
	}
}

/* The bytes by which a group is known: texts in normal form. */
static struct cell
group_bytes(const struct value *v, struct buf *b, num *n)
{
	struct cell	 c;

	if (v->type == TYPE_TEXT)
		return text_normal(v->text, b);
	*n = v->n;
	c.p = (const char *)n;
	c.len = sizeof(*n);
	return c;
}

/* Its group; KEY_NONE: it has none, and is not seen. */
static uint32_t
observe_group(struct frame *f, const struct series *series, struct sample *s)
{
	const struct value	*g;
	struct cell		 bytes;
	num			 key;

	if (series->group_code != NOWHERE)
		(void)frame_run(f, series->group_code);
	g = &f->slot[series->group_slot];
	if (g->type == TYPE_MISSING)
		return KEY_NONE;
	bytes = group_bytes(g, &f->one, &key);
	return keys_add(s->groups, bytes.p, bytes.len);
}

void
frame_observe(struct frame *f)
{
	const struct plan	*plan = f->plan;
	const struct series	*series;
	struct sample		*s = f->sample;
	const struct value	*x;
	uint32_t		 group;
	size_t			 i;
	num			 n;

	if (plan->ntree > 0 && !plan->grown) {
		trees_observe(f);
		return;
	}
	for (i = 0; i < plan->nseries; i++, s++) {
		series = &plan->series[i];
		if (series->code != NOWHERE)
			(void)frame_run(f, series->code);
		x = &f->slot[series->slot];
		if (x->type == TYPE_MISSING)
			continue;
		n = x->n;
		group = 0;
		if (series->group != NULL &&
		    (group = observe_group(f, series, s)) == KEY_NONE)
			continue;
		sample_add(s, n, group);
	}
}

/* Take over what a frame has seen; it is empty afterwards. */
static void
sample_take(struct sample *to, struct sample *from)
{
	uint32_t	*number = NULL, k, n;
	const char	*p;
	size_t		 i, len;

	to->count += from->count;
	to->sum += from->sum;
	if (to->groups != NULL) {
		n = keys_count(from->groups);
		number = xcalloc((size_t)n + 1, sizeof(*number));
		for (k = 0; k < n; k++) {
			p = keys_bytes(from->groups, k, &len);
			number[k] = keys_add(to->groups, p, len);
		}
	}
	if (to->n == 0 && number == NULL) {
		num	*v = to->v;
		size_t	 cap = to->cap;

		to->v = from->v;
		to->n = from->n;
		to->cap = from->cap;
		from->v = v;
		from->cap = cap;
	} else if (from->n > 0) {
		sample_room(to, to->n + from->n);
		memcpy(to->v + to->n, from->v, from->n * sizeof(*to->v));
		for (i = 0; number != NULL && i < from->n; i++)
			to->group[to->n + i] = number[from->group[i]];
		to->n += from->n;
	}
	free(number);
	from->n = 0;
	from->count = 0;
	from->sum = 0;
}

void
plan_merge(struct plan *plan, struct frame *f)
{
	size_t	 i;

	if (plan->ntree > 0 && !plan->grown) {
		trees_merge(plan, f);
		return;
	}
	for (i = 0; i < plan->nseries; i++)
		sample_take(&plan->sample[i], &f->sample[i]);
}

int
plan_ranked(const struct plan *plan)
{
	if (plan->ntree > 0 && !plan->grown)
		return 1;
	/* What must not be among the rows is told of by one more pass. */
	return (plan->npopulation > 0 || plan->astray) && !plan->settled;
}

/* --------------------------------------------------------------- selection */

/* Numbers as they are ordered, from 0 up. */
static uint64_t
ordered(num x)
{
	return (uint64_t)x ^ (uint64_t)1 << 63;
}

/* The lowest bit of the digit in which n > 0 numbers first differ. */
static int
first_shift(const num *v, size_t n)
{
	uint64_t	 differ = 0;
	size_t		 i;
	int		 bits;

	for (i = 1; i < n; i++)
		differ |= ordered(v[i]) ^ ordered(v[0]);
	if (differ == 0)
		return -1;
	bits = 64 - __builtin_clzll(differ);
	return bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
}

static unsigned
digit(num x, int shift)
{
	return (unsigned)(ordered(x) >> shift) & (DIGITS - 1);
}

/* Bring those with a digit to the front; return how many they are. */
static size_t
gather(num *v, size_t n, int shift, unsigned d)
{
	size_t	 i, m = 0;
	num	 x;

	for (i = 0; i < n; i++) {
		x = v[i];
		if (digit(x, shift) != d)
			continue;
		v[i] = v[m];
		v[m++] = x;
	}
	return m;
}

/*
 * The k-th largest of n numbers, 1 <= k <= n, by their digits from the
 * highest: the time does not depend on their order or their values.  The
 * numbers are moved about.
 */
static num
largest(num *v, size_t n, size_t k)
{
	size_t	 count[DIGITS];
	size_t	 i;
	unsigned d;
	int	 shift = first_shift(v, n);

	while (shift >= 0 && n > 1) {
		memset(count, 0, sizeof(count));
		for (i = 0; i < n; i++)
			count[digit(v[i], shift)]++;
		for (d = DIGITS - 1; k > count[d]; d--)
			k -= count[d];
		n = gather(v, n, shift, d);
		shift = first_shift(v, n);
	}
	return v[0];
}

/*
 * Counted from the largest down, the number with which the sum of n > 0
 * positive numbers first reaches "part" of them, in millionths.
 */
static num
reaching(num *v, size_t n, wide part)
{
	wide	 sum[DIGITS];
	size_t	 i;
	unsigned d;
	int	 shift = first_shift(v, n);

	while (shift >= 0 && n > 1) {
		memset(sum, 0, sizeof(sum));
		for (i = 0; i < n; i++)
			sum[digit(v[i], shift)] += v[i];
		for (d = DIGITS - 1; d > 0 && sum[d] * NUM_ONE < part; d--)
			part -= sum[d] * NUM_ONE;
		n = gather(v, n, shift, d);
		shift = first_shift(v, n);
	}
	return v[0];
}

/* Ascending, by digits from the lowest; "spare" has room for n as well. */
static void
sort(num *v, num *spare, size_t n)
{
	size_t	 count[DIGITS], i, at, c;
	num	*from = v, *to = spare, *swap;
	unsigned d;
	int	 shift;

	for (shift = 0; shift < 64; shift += DIGIT_BITS) {
		memset(count, 0, sizeof(count));
		for (i = 0; i < n; i++)
			count[digit(from[i], shift)]++;
		if (n == 0 || count[digit(from[0], shift)] == n)
			continue;
		for (at = 0, d = 0; d < DIGITS; d++) {
			c = count[d];
			count[d] = at;
			at += c;
		}
		for (i = 0; i < n; i++)
			to[count[digit(from[i], shift)]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
}

/* How many of a sorted list are less than x, or not greater. */
static size_t
less_than(const num *v, size_t n, num x, int or_equal)
{
	size_t	 low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v[mid] < x || (or_equal && v[mid] == x))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ------------------------------------------------------------------ settle */

static num
half_even(wide sum, wide n)
{
	wide	 q = sum / n, r = sum % n;

	if (r < 0) {
		r += n;
		q--;
	}
	if (2 * r > n || (2 * r == n && q % 2 != 0))
		q++;
	return (num)q;
}

/* The share of the others, as the language divides. */
static num
share_of(size_t smaller, size_t n)
{
	if (n <= 1)
		return NUM_ONE;
	if (smaller > n - 1)
		smaller = n - 1;
	return half_even((wide)smaller * NUM_ONE, (wide)n - 1);
}

static void
settle_rank(struct settled *s, num *v, size_t n, size_t count, num best)
{
	size_t	 k;

	if (best <= 0)
		s->state = SETTLED_NONE;
	else if ((k = (size_t)(best / NUM_ONE)) > count || k > n)
		s->state = SETTLED_ALL;
	else {
		s->state = SETTLED_CUT;
		s->n = largest(v, n, k);
	}
}

static void
settle_share(struct settled *s, num *v, size_t n, num share)
{
	wide	 k = (wide)share * (wide)n / NUM_ONE;

	if (share < 0 || k < 1)
		k = 1;
	if (k > (wide)n)
		s->state = SETTLED_ALL;
	else {
		s->state = SETTLED_CUT;
		s->n = largest(v, n, (size_t)k);
	}
}

static void
settle_pareto(struct settled *s, num *v, size_t n, num share)
{
	wide	 total = 0, positive = 0, part;
	size_t	 i, m = 0;
	num	 x;

	for (i = 0; i < n; i++) {
		total += v[i];
		if ((x = v[i]) <= 0)
			continue;
		positive += x;
		v[i] = v[m];
		v[m++] = x;
	}
	/* More than that is never reached, and would be too large. */
	if (share > 1000000 * NUM_ONE)
		share = 1000000 * NUM_ONE;
	part = total * share;
	if (part <= 0)
		s->state = SETTLED_NONE;
	else if (positive * NUM_ONE < part)
		s->state = SETTLED_ALL;
	else {
		s->state = SETTLED_CUT;
		s->n = reaching(v, m, part);
	}
}

/*
 * The least value with so many smaller ones that its percentile is enough;
 * the percentile grows with them.
 */
static void
settle_percentile(struct settled *s, num *v, size_t n, num least, int more)
{
	size_t	 low = 0, high = n, mid, i;
	num	 bound, share;

	while (low < high) {
		mid = low + (high - low) / 2;
		share = share_of(mid, n);
		if (share > least || (!more && share == least))
			high = mid;
		else
			low = mid + 1;
	}
	if (n == 0 && (more ? least >= NUM_ONE : least > NUM_ONE)) {
		s->state = SETTLED_NONE;
		return;
	}
	if (low == 0) {
		s->state = SETTLED_ALL;
		return;
	}
	s->state = SETTLED_NONE;
	if (low >= n)
		return;
	/* More than "low" smaller: greater than the low-th smallest. */
	bound = largest(v, n, n - low + 1);
	for (i = 0; i < n; i++)
		if (v[i] > bound && (s->state == SETTLED_NONE || v[i] < s->n)) {
			s->state = SETTLED_CUT;
			s->n = v[i];
		}
}

static void
settle_mean(struct settled *s, wide sum, size_t n)
{
	s->state = n == 0 ? SETTLED_NONE : SETTLED_VALUE;
	if (n > 0)
		s->n = half_even(sum, (wide)n);
}

static void
settle_median(struct settled *s, num *v, size_t n)
{
	num	 a, b;

	s->state = n == 0 ? SETTLED_NONE : SETTLED_VALUE;
	if (n == 0)
		return;
	a = b = largest(v, n, n / 2 + 1);
	if (n % 2 == 0)
		b = largest(v, n, n / 2);
	s->n = half_even((wide)a + b, 2);
}

static void
settle_total(struct population *p, struct settled *s, wide sum)
{
	if (sum > NUM_MAX || sum < NUM_MIN) {
		p->overflow = 1;
		return;
	}
	s->state = SETTLED_VALUE;
	s->n = (num)sum;
}

/* One group of a population, of which v has the n values kept. */
static void
settle(struct population *p, struct settled *s, num *v, size_t n,
    size_t count, wide sum)
{
	switch (p->kind) {
	case POP_RANK_WITHIN:
		settle_rank(s, v, n, count, p->n);
		break;
	case POP_TOP_SHARE:
		settle_share(s, v, n, p->n);
		break;
	case POP_PARETO:
		settle_pareto(s, v, n, p->n);
		break;
	case POP_PERCENTILE_GE:
	case POP_PERCENTILE_GT:
		settle_percentile(s, v, n, p->n,
		    p->kind == POP_PERCENTILE_GT);
		break;
	case POP_MEAN:
		settle_mean(s, sum, count);
		break;
	case POP_MEDIAN:
		settle_median(s, v, n);
		break;
	case POP_TOTAL:
		settle_total(p, s, sum);
		break;
	default:
		s->state = SETTLED_VALUE;
		break;
	}
}

/* Lay the values of each group side by side; "start" has where. */
static void
part_groups(struct sample *s, size_t ngroup, size_t *start)
{
	num	*v = xreallocarray(NULL, s->n + 1, sizeof(*v));
	size_t	*at = xcalloc(ngroup + 1, sizeof(*at));
	size_t	 i, g;

	for (i = 0; i < s->n; i++)
		start[s->group[i] + 1]++;
	for (g = 0; g < ngroup; g++)
		start[g + 1] += start[g];
	memcpy(at, start, ngroup * sizeof(*at));
	for (i = 0; i < s->n; i++)
		v[at[s->group[i]]++] = s->v[i];
	free(at);
	free(s->v);
	free(s->group);
	s->group = NULL;
	s->v = v;
	s->cap = s->n + 1;
}

static void
settle_series(struct plan *plan, size_t n)
{
	struct series		*series = &plan->series[n];
	struct sample		*s = &plan->sample[n];
	struct population	*p;
	size_t			*start, g, i, k, count;
	wide			 sum;
	num			*v, *spare;

	series->ngroup = series->group == NULL ? 1 : keys_count(s->groups);
	start = xcalloc(series->ngroup + 2, sizeof(*start));
	if (series->group != NULL)
		part_groups(s, series->ngroup, start);
	else
		start[1] = s->n;
	for (i = 0; i < plan->npopulation; i++) {
		p = &plan->population[i];
		if (p->series == n)
			p->settled = xcalloc(series->ngroup + 1,
			    sizeof(*p->settled));
	}
	if (series->sorted) {
		series->values = xcalloc(series->ngroup + 1,
		    sizeof(*series->values));
		series->nvalue = xcalloc(series->ngroup + 1,
		    sizeof(*series->nvalue));
	}
	for (g = 0; g < series->ngroup; g++) {
		k = start[g + 1] - start[g];
		v = s->v == NULL ? NULL : s->v + start[g];
		sum = s->sum;
		count = (size_t)s->count;
		if (series->group != NULL) {
			count = k;
			for (sum = 0, i = 0; i < k; i++)
				sum += v[i];
		}
		for (i = 0; i < plan->npopulation; i++) {
			p = &plan->population[i];
			if (p->series == n)
				settle(p, &p->settled[g], v, k, count, sum);
		}
		if (!series->sorted)
			continue;
		series->nvalue[g] = k;
		series->values[g] = xreallocarray(NULL, k + 1, sizeof(num));
		if (k > 0)
			memcpy(series->values[g], v, k * sizeof(num));
		spare = xreallocarray(NULL, k + 1, sizeof(num));
		sort(series->values[g], spare, k);
		free(spare);
	}
	free(start);
	series->groups = s->groups;
	s->groups = NULL;
	sample_free(s);
}

/*
 * A test of a cut becomes a comparison with a constant.  "All" is what is
 * not less than the least number, and "none" what is less.
 */
void
settle_end(struct plan *plan)
{
	const struct settled	*s;
	struct insn		*i;
	size_t			 k;
	int			 in;

	for (k = 0; k < plan->ncode; k++) {
		i = &plan->code[k];
		if (i->code != I_IF_CUT)
			continue;
		s = plan->population[i->b].settled;
		in = (i->n != 0) == (s->state != SETTLED_NONE);
		i->code = I_IFN;
		i->how = compile_jump(in ? OP_GE : OP_LT, i->how);
		i->n = s->state == SETTLED_CUT ? s->n : NUM_MIN;
	}
	plan->settled = 1;
}

void
plan_settle(struct plan *plan)
{
	size_t	 i;

	if (plan->ntree > 0 && !plan->grown) {
		trees_settle(plan);
		return;
	}
	for (i = 0; i < plan->nseries; i++)
		settle_series(plan, i);
	for (i = 0; i < plan->npopulation; i++)
		if (plan->population[i].overflow)
			die(STATUS_DATA, "%s: %s is a number out of range",
			    plan->file, plan->population[i].key);
	settle_unseen(plan);
	settle_end(plan);
}

/* A group that has no rows, as if it had been settled. */
void
settle_unseen(struct plan *plan)
{
	struct population	*p;
	size_t			 i;

	for (i = 0; i < plan->npopulation; i++) {
		p = &plan->population[i];
		settle(p, &p->unseen, NULL, 0, 0, 0);
	}
}

/* ---------------------------------------------------------------- evaluate */

uint32_t
series_group(const struct series *series, const struct value *v,
    struct buf *b)
{
	struct cell	 bytes;
	num		 n;

	if (series->groups == NULL)
		return KEY_NONE;
	bytes = group_bytes(v, b, &n);
	return keys_find(series->groups, bytes.p, bytes.len);
}

const struct settled *
population_settled(const struct plan *plan, const struct population *p,
    uint32_t group)
{
	if (p->settled == NULL)
		return NULL;
	return group >= plan->series[p->series].ngroup ? &p->unseen :
	    &p->settled[group];
}

static num
rank_of(const struct series *series, uint32_t group, num x)
{
	size_t	 n = 0;

	if (group < series->ngroup)
		n = series->nvalue[group] - less_than(series->values[group],
		    series->nvalue[group], x, 1);
	return (num)(n + 1) * NUM_ONE;
}

static num
percentile_of(const struct series *series, uint32_t group, num x)
{
	if (group >= series->ngroup)
		return NUM_ONE;
	return share_of(less_than(series->values[group],
	    series->nvalue[group], x, 0), series->nvalue[group]);
}

struct value
population_value(const struct plan *plan, const struct population *p,
    const struct value *x, uint32_t group)
{
	const struct settled	*s = population_settled(plan, p, group);
	struct value		 v = { TYPE_MISSING, 0, { NULL, 0 } };

	if (s == NULL)
		return v;
	switch (p->kind) {
	case POP_MEAN:
	case POP_MEDIAN:
	case POP_TOTAL:
		if (s->state == SETTLED_VALUE) {
			v.type = TYPE_NUMBER;
			v.n = s->n;
		}
		return v;
	case POP_RANK:
	case POP_PERCENTILE:
		if (x->type == TYPE_MISSING)
			return v;
		v.type = TYPE_NUMBER;
		v.n = p->kind == POP_RANK ?
		    rank_of(&plan->series[p->series], group, x->n) :
		    percentile_of(&plan->series[p->series], group, x->n);
		return v;
	default:
		if (x->type == TYPE_MISSING)
			return v;
		v.type = TYPE_TRUTH;
		v.n = s->state == SETTLED_ALL ||
		    (s->state == SETTLED_CUT && x->n >= s->n);
		return v;
	}
}
