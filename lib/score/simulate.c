/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "score/simulate.h"

struct heap {
	size_t	 customers;
	num	 revenue;
};

struct simulation {
	const struct policy	*was, *is;
	size_t			 nwas, nis;
	struct heap		*heap;		/* [was][is] */
	size_t			 customers;
};

struct simulation *
simulation_new(const struct policy *was, const struct policy *is)
{
	struct simulation	*s = xcalloc(1, sizeof(*s));

	s->was = was;
	s->is = is;
	s->nwas = policy_tiers(was);
	s->nis = policy_tiers(is);
	s->heap = xcalloc(s->nwas * s->nis, sizeof(*s->heap));
	return s;
}

void
simulation_free(struct simulation *s)
{
	if (s == NULL)
		return;
	free(s->heap);
	free(s);
}

static void
add(struct heap *h, size_t customers, num revenue)
{
	h->customers += customers;
	if (num_add(h->revenue, revenue, &h->revenue) == -1)
		die(STATUS_DATA, "the sum of revenue is out of range");
}

void
simulation_count(struct simulation *s, int was, int is, num revenue)
{
	add(&s->heap[(size_t)was * s->nis + (size_t)is], 1, revenue);
	s->customers++;
}

/* What is said of some tiers only: a sum, or nothing. */
struct said {
	num	 n;
	int	 known;
};

/* How a simulation is written. */
struct table {
	const struct simulation	*s;
	struct writer		*w;
	when			 now;
	int			 revenue;	/* known */
};

static void
write_said(struct writer *w, const struct said *x)
{
	if (x != NULL && x->known)
		writer_num(w, x->n);
	else
		writer_cells(w, "");
}

static void
write_heap(const struct table *t, const char *change, const char *from,
    const char *to, const struct heap *h, const struct said *cost,
    const struct said *agents)
{
	const struct said	 revenue = { h->revenue, t->revenue };
	struct said		 share = { 0, 0 };

	share.known = num_div((num)h->customers * NUM_ONE,
	    (num)t->s->customers * NUM_ONE, &share.n) == 0;
	writer_cells(t->w, change);
	writer_cells(t->w, from);
	writer_cells(t->w, to);
	writer_num(t->w, (num)h->customers * NUM_ONE);
	write_said(t->w, &share);
	write_said(t->w, &revenue);
	write_said(t->w, cost);
	write_said(t->w, agents);
	writer_end(t->w);
}

static void
sum_said(struct said *sum, const struct said *x, const char *what)
{
	if (!x->known)
		return;
	sum->known = 1;
	if (num_add(sum->n, x->n, &sum->n) == -1)
		die(STATUS_DATA, "the sum of %s is out of range", what);
}

/* What the members of a tier cost a year. */
static struct said
cost_of(const struct statement *tier, size_t customers)
{
	const struct clause	*cost = clause_find(tier, W_COST);
	struct said		 all = { 0, cost != NULL };

	if (cost != NULL && num_mul(cost->number, (num)customers * NUM_ONE,
	    &all.n) == -1)
		die(STATUS_DATA, "the cost of %s is out of range", tier->name);
	return all;
}

/* The first pool in force that has a tier's accounts, so many an agent. */
static const struct statement *
pool_of(const struct policy *pol, size_t tier, when now)
{
	const struct statement	*st;

	for (st = policy_find(pol, KW_POOL, NULL); st != NULL;
	    st = policy_next(st))
		if (clause_find(st, W_ACCOUNTS) != NULL &&
		    statement_holds(st, policy_today(pol, now)) &&
		    list_has_tier(pol, clause_find(st, W_FOR), (int)tier))
			return st;
	return NULL;
}

/* As many agents as a pool needs for its customers; part of one is one. */
static struct said
agents_of(const struct statement *pool, size_t customers)
{
	struct said	 agents = { 0, pool != NULL };
	size_t		 each;

	if (pool == NULL)
		return agents;
	each = (size_t)(clause_find(pool, W_ACCOUNTS)->number / NUM_ONE);
	agents.n = (num)(customers / each + (customers % each > 0)) * NUM_ONE;
	return agents;
}

/* Those of all VIPs: of one pool together, whatever their tier. */
static struct said
agents_of_vips(const struct table *t, const struct policy *pol,
    const size_t *customers)
{
	const size_t		 nvip = policy_tiers(pol) - 1;
	const struct statement	*st;
	struct said		 all = { 0, 0 }, agents;
	size_t			 i, n;
	int			 any;

	for (st = policy_find(pol, KW_POOL, NULL); st != NULL;
	    st = policy_next(st)) {
		for (i = n = 0, any = 0; i < nvip; i++)
			if (pool_of(pol, i, t->now) == st) {
				n += customers[i];
				any = 1;
			}
		agents = agents_of(any ? st : NULL, n);
		sum_said(&all, &agents, "agents");
	}
	return all;
}

/* The tiers of one side, and its VIPs together. */
static void
write_side(const struct table *t, const char *change,
    const struct policy *pol, int after)
{
	const struct simulation	*s = t->s;
	const struct statement	*tier;
	struct heap		 h, vip = { 0, 0 };
	struct said		 cost, agents, costs = { 0, 0 };
	size_t			 i, j, n = after ? s->nis : s->nwas;
	size_t			 m = after ? s->nwas : s->nis;
	size_t			*customers = simulation_customers(s, after);

	for (i = 0; i < n; i++) {
		memset(&h, 0, sizeof(h));
		for (j = 0; j < m; j++) {
			const struct heap	*x = &s->heap[after ?
						    j * s->nis + i :
						    i * s->nis + j];

			add(&h, x->customers, x->revenue);
		}
		tier = policy_tier(pol, i);
		cost = cost_of(tier, h.customers);
		agents = agents_of(pool_of(pol, i, t->now), h.customers);
		write_heap(t, change, tier->name, tier->name, &h, &cost,
		    &agents);
		if (i + 1 == n)
			break;
		add(&vip, h.customers, h.revenue);
		sum_said(&costs, &cost, "costs");
	}
	agents = agents_of_vips(t, pol, customers);
	write_heap(t, change, "vip", "vip", &vip, &costs, &agents);
	free(customers);
}

size_t *
simulation_customers(const struct simulation *s, int after)
{
	size_t	*n = xcalloc(after ? s->nis : s->nwas, sizeof(*n)), i, j;

	for (i = 0; i < s->nwas; i++)
		for (j = 0; j < s->nis; j++)
			n[after ? j : i] += s->heap[i * s->nis + j].customers;
	return n;
}

void
simulation_write(const struct simulation *s, struct writer *w, when now,
    int revenue)
{
	static const char *const	 columns[] = {
		"change", "from", "to", "customers", "share", "revenue",
		"cost", "agents"
	};
	const struct table	 t = { s, w, now, revenue };
	const char		*from, *to;
	size_t			 i, j;

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < s->nwas; i++)
		for (j = 0; j < s->nis; j++) {
			const struct heap	*h = &s->heap[i * s->nis + j];

			if (h->customers == 0)
				continue;
			from = policy_tier(s->was, i)->name;
			to = policy_tier(s->is, j)->name;
			write_heap(&t, strcmp(from, to) == 0 ? "kept" :
			    "moved", from, to, h, NULL, NULL);
		}
	write_side(&t, "before", s->was, 0);
	write_side(&t, "after", s->is, 1);
}
