/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Customers to fit to: those that are the same, counted.
 */
#include "config.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score/clv_parts.h"

struct clv_sample *
clv_sample_new(void)
{
	return xcalloc(1, sizeof(struct clv_sample));
}

void
clv_sample_free(struct clv_sample *s)
{
	if (s == NULL)
		return;
	free(s->raw);
	free(s->times);
	free(s->triples);
	free(s->groups);
	free(s->totals);
	free(s->vgroups);
	free(s);
}

static void
room(struct clv_sample *s, size_t n)
{
	if (s->cap - s->n >= n)
		return;
	if (s->cap < 1024)
		s->cap = 1024;
	while (s->cap - s->n < n)
		s->cap *= 2;
	s->raw = xreallocarray(s->raw, s->cap, sizeof(*s->raw));
}

void
clv_sample_add(struct clv_sample *s, const struct clv_history *h)
{
	room(s, 1);
	s->raw[s->n++] = *h;
}

void
clv_sample_merge(struct clv_sample *s, struct clv_sample *from)
{
	if (from->n > 0) {
		room(s, from->n);
		memcpy(s->raw + s->n, from->raw, from->n * sizeof(*s->raw));
		s->n += from->n;
	}
	free(from->raw);
	from->raw = NULL;
	from->n = from->cap = 0;
}

/* Sort by counting one byte after another; those that do not vary cost little. */
static void
sort_keys(uint64_t *keys, size_t n)
{
	uint64_t	*from = keys, *to, *swap, *other;
	size_t		 count[256], i, at, c;
	int		 shift;

	to = other = xreallocarray(NULL, n + 1, sizeof(*to));
	for (shift = 0; shift < 64; shift += 8) {
		memset(count, 0, sizeof(count));
		for (i = 0; i < n; i++)
			count[from[i] >> shift & 0xff]++;
		if (n == 0 || count[from[0] >> shift & 0xff] == n)
			continue;
		for (i = at = 0; i < 256; i++) {
			c = count[i];
			count[i] = at;
			at += c;
		}
		for (i = 0; i < n; i++)
			to[count[from[i] >> shift & 0xff]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != keys)
		memcpy(keys, from, n * sizeof(*keys));
	free(other);
}

/* Doubles that are not negative sort as their bits do. */
static uint64_t
bits_of(double d)
{
	uint64_t	 u;

	d += 0.0;		/* no -0 */
	memcpy(&u, &d, sizeof(u));
	return u;
}

static double
of_bits(uint64_t u)
{
	double	 d;

	memcpy(&d, &u, sizeof(d));
	return d;
}

/* Which of the few distinct numbers one is: numbers to small integers. */
struct ranks {
	uint64_t	*slots;		/* bits + 1, or 0 */
	uint32_t	*rank;
	size_t		 size, n;
	uint64_t	*sorted;
};

static size_t
slot_of(const struct ranks *r, uint64_t bits)
{
	size_t	 i = (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
		    (r->size - 1);

	while (r->slots[i] != 0 && r->slots[i] != bits + 1)
		i = (i + 1) & (r->size - 1);
	return i;
}

static void
ranks_grow(struct ranks *r)
{
	struct ranks	 new = { .size = r->size == 0 ? 4096 : r->size * 4 };
	size_t		 i;

	new.slots = xcalloc(new.size, sizeof(*new.slots));
	for (i = 0; i < r->size; i++)
		if (r->slots[i] != 0)
			new.slots[slot_of(&new, r->slots[i] - 1)] =
			    r->slots[i];
	free(r->slots);
	new.n = r->n;
	*r = new;
}

static void
ranks_add(struct ranks *r, double d)
{
	uint64_t	 bits = bits_of(d);
	size_t		 i;

	if (2 * r->n >= r->size)
		ranks_grow(r);
	i = slot_of(r, bits);
	if (r->slots[i] == 0) {
		r->slots[i] = bits + 1;
		r->n++;
	}
}

static void
ranks_settle(struct ranks *r)
{
	size_t	 i, n = 0;

	r->sorted = xreallocarray(NULL, r->n + 1, sizeof(*r->sorted));
	for (i = 0; i < r->size; i++)
		if (r->slots[i] != 0)
			r->sorted[n++] = r->slots[i] - 1;
	sort_keys(r->sorted, n);
	r->rank = xreallocarray(NULL, r->size + 1, sizeof(*r->rank));
	for (i = 0; i < n; i++)
		r->rank[slot_of(r, r->sorted[i])] = (uint32_t)i;
}

static uint64_t
rank_of(const struct ranks *r, double d)
{
	return r->rank[slot_of(r, bits_of(d))];
}

static void
ranks_free(struct ranks *r)
{
	free(r->slots);
	free(r->rank);
	free(r->sorted);
}

static void
group_triples(struct clv_sample *s, const uint64_t *keys,
    const struct ranks *xs)
{
	const uint64_t		 nt = s->ntimes;
	struct clv_triple	*tr;
	struct clv_group	*g = NULL;
	double			 x;
	size_t			 i;

	s->triples = xreallocarray(NULL, s->n + 1, sizeof(*s->triples));
	s->groups = xreallocarray(NULL, xs->n + 1, sizeof(*s->groups));
	for (i = 0; i < s->n; i++) {
		if (i > 0 && keys[i] == keys[i - 1]) {
			s->triples[s->ntriples - 1].count++;
			continue;
		}
		x = of_bits(xs->sorted[keys[i] / nt / nt]);
		if (g == NULL || g->x != x) {
			g = &s->groups[s->ngroups++];
			g->x = x;
			g->first = s->ntriples;
		}
		tr = &s->triples[s->ntriples++];
		tr->T = (uint32_t)(keys[i] / nt % nt);
		tr->t = (uint32_t)(keys[i] % nt);
		tr->count = 1;
		g->end = s->ntriples;
	}
	s->customers = (double)s->n;
}

/* The values: by x, and then by size, so that sums do not depend on order. */
static void
group_totals(struct clv_sample *s, const struct ranks *xs)
{
	struct clv_group	*g;
	uint64_t		*keys;
	size_t			*end, i, rank;
	double			 sum = 0;

	end = xcalloc(xs->n + 1, sizeof(*end));
	keys = xreallocarray(NULL, s->n + 1, sizeof(*keys));
	for (i = 0; i < s->n; i++)
		if (s->raw[i].x > 0 && s->raw[i].m > 0)
			end[rank_of(xs, s->raw[i].x) + 1]++;
		else if (s->raw[i].x > 0)
			s->worthless++;
	for (i = 0; i < xs->n; i++)
		end[i + 1] += end[i];
	s->ntotals = end[xs->n];
	s->totals = xreallocarray(NULL, s->ntotals + 1, sizeof(*s->totals));
	for (i = 0; i < s->n; i++)
		if (s->raw[i].x > 0 && s->raw[i].m > 0)
			keys[end[rank_of(xs, s->raw[i].x)]++] =
			    bits_of(s->raw[i].m);
	s->vgroups = xreallocarray(NULL, xs->n + 1, sizeof(*s->vgroups));
	for (rank = 0; rank < xs->n; rank++) {
		g = &s->vgroups[s->nvgroups];
		g->x = of_bits(xs->sorted[rank]);
		g->first = rank > 0 ? end[rank - 1] : 0;
		g->end = end[rank];
		if (g->first == g->end)
			continue;
		s->nvgroups++;
		sort_keys(keys + g->first, g->end - g->first);
		for (i = g->first; i < g->end; i++) {
			sum += of_bits(keys[i]);
			s->totals[i] = of_bits(keys[i]) * g->x;
		}
	}
	s->mean_m = s->ntotals > 0 ? sum / (double)s->ntotals : 0;
	free(keys);
	free(end);
}

static void
means(struct clv_sample *s)
{
	const struct clv_triple	*tr;
	double			 T = 0, x = 0;
	size_t			 g, i;

	for (g = 0; g < s->ngroups; g++)
		for (i = s->groups[g].first; i < s->groups[g].end; i++) {
			tr = &s->triples[i];
			T += tr->count * s->times[tr->T];
			x += tr->count * s->groups[g].x;
		}
	s->mean_T = s->customers > 0 ? T / s->customers : 0;
	s->mean_x = s->customers > 0 ? x / s->customers : 0;
}

void
clv_sample_settle(struct clv_sample *s)
{
	struct ranks	 xs = { 0 }, ts = { 0 };
	uint64_t	*keys;
	size_t		 i;

	for (i = 0; i < s->n; i++) {
		ranks_add(&xs, s->raw[i].x);
		ranks_add(&ts, s->raw[i].T);
		ranks_add(&ts, s->raw[i].t_x);
	}
	ranks_settle(&xs);
	ranks_settle(&ts);
	if (ts.n > 0 && (double)xs.n * (double)ts.n * (double)ts.n > 1.8e19)
		die(STATUS_RESOURCE, "too many distinct times to fit to");
	s->ntimes = ts.n;
	s->times = xreallocarray(NULL, ts.n + 1, sizeof(*s->times));
	for (i = 0; i < ts.n; i++)
		s->times[i] = of_bits(ts.sorted[i]);
	keys = xreallocarray(NULL, s->n + 1, sizeof(*keys));
	for (i = 0; i < s->n; i++)
		keys[i] = (rank_of(&xs, s->raw[i].x) * ts.n +
		    rank_of(&ts, s->raw[i].T)) * ts.n +
		    rank_of(&ts, s->raw[i].t_x);
	sort_keys(keys, s->n);
	group_triples(s, keys, &xs);
	free(keys);
	group_totals(s, &xs);
	means(s);
	free(s->raw);
	s->raw = NULL;
	ranks_free(&xs);
	ranks_free(&ts);
}

size_t
clv_sample_count(const struct clv_sample *s)
{
	return s->n;
}

size_t
clv_sample_distinct(const struct clv_sample *s)
{
	return s->ntriples;
}

size_t
clv_sample_valued(const struct clv_sample *s)
{
	return s->ntotals;
}

size_t
clv_sample_worthless(const struct clv_sample *s)
{
	return s->worthless;
}

static size_t
thin_groups(const struct clv_group *from, size_t n, size_t step,
    struct clv_group *to)
{
	size_t	 i, used = 0;

	for (i = 0; i < n; i++) {
		to[used].x = from[i].x;
		to[used].first = (from[i].first + step - 1) / step;
		to[used].end = (from[i].end + step - 1) / step;
		if (to[used].first < to[used].end)
			used++;
	}
	return used;
}

struct clv_sample *
clv_sample_thin(const struct clv_sample *s, size_t most)
{
	struct clv_sample	*thin = clv_sample_new();
	size_t			 step, i;

	step = (s->ntriples + most - 1) / most;
	thin->times = xreallocarray(NULL, s->ntimes, sizeof(*s->times));
	memcpy(thin->times, s->times, s->ntimes * sizeof(*s->times));
	thin->ntimes = s->ntimes;
	thin->triples = xreallocarray(NULL, s->ntriples / step + 1,
	    sizeof(*s->triples));
	for (i = 0; i < s->ntriples; i += step) {
		thin->triples[thin->ntriples++] = s->triples[i];
		thin->customers += s->triples[i].count;
	}
	thin->groups = xreallocarray(NULL, s->ngroups, sizeof(*s->groups));
	thin->ngroups = thin_groups(s->groups, s->ngroups, step,
	    thin->groups);

	step = (s->ntotals + most - 1) / most;
	step = step > 0 ? step : 1;
	thin->totals = xreallocarray(NULL, s->ntotals / step + 1,
	    sizeof(*s->totals));
	for (i = 0; i < s->ntotals; i += step)
		thin->totals[thin->ntotals++] = s->totals[i];
	thin->vgroups = xreallocarray(NULL, s->nvgroups + 1,
	    sizeof(*s->vgroups));
	thin->nvgroups = thin_groups(s->vgroups, s->nvgroups, step,
	    thin->vgroups);
	thin->mean_T = s->mean_T;
	thin->mean_x = s->mean_x;
	thin->mean_m = s->mean_m;
	return thin;
}

size_t
clv_group_of(const struct clv_group *g, size_t n, size_t i)
{
	size_t	 low = 0, mid;

	while (n - low > 1) {
		mid = low + (n - low) / 2;
		if (g[mid].first <= i)
			low = mid;
		else
			n = mid;
	}
	return low;
}

double
clv_lgamma(double x)
{
	int	 sign;

	return lgamma_r(x, &sign);
}

/* ------------------------------------------------------------------- sums */

#define SLICE		((size_t)16384)
#define THREADS_MAX	64

struct work {
	size_t		 n, slices;
	atomic_size_t	 next;
	void		(*add)(const void *, size_t, size_t, double *);
	const void	*ctx;
	double		(*sums)[CLV_SUMS];
};

static void *
toil(void *arg)
{
	struct work	*w = arg;
	size_t		 i, end;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->slices) {
		end = (i + 1) * SLICE;
		w->add(w->ctx, i * SLICE, end < w->n ? end : w->n,
		    w->sums[i]);
	}
	return NULL;
}

static size_t
threads(int jobs, size_t slices)
{
	long	 n = jobs > 0 ? jobs : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		n = 1;
	if (n > THREADS_MAX)
		n = THREADS_MAX;
	return (size_t)n < slices ? (size_t)n : slices;
}

void
clv_sum(size_t n, int jobs,
    void (*add)(const void *, size_t, size_t, double *), const void *ctx,
    double sums[CLV_SUMS])
{
	struct work	 w = { .n = n, .add = add, .ctx = ctx };
	pthread_t	 thread[THREADS_MAX];
	size_t		 i, j, helpers, started = 0;

	w.slices = (n + SLICE - 1) / SLICE;
	w.sums = xcalloc(w.slices + 1, sizeof(*w.sums));
	atomic_init(&w.next, 0);
	helpers = threads(jobs, w.slices);
	while (started + 1 < helpers && pthread_create(&thread[started], NULL,
	    toil, &w) == 0)
		started++;
	toil(&w);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	for (j = 0; j < CLV_SUMS; j++)
		for (i = 0, sums[j] = 0; i < w.slices; i++)
			sums[j] += w.sums[i][j];
	free(w.sums);
}
