/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

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

/* "cost" is what one member costs; or NULL. */
static void
write_heap(const struct simulation *s, struct writer *w, const char *change,
    const char *from, const char *to, const struct heap *h,
    const struct clause *cost)
{
	num	 share = 0, all = 0;

	writer_cells(w, change);
	writer_cells(w, from);
	writer_cells(w, to);
	writer_num(w, (num)h->customers * NUM_ONE);
	if (num_div((num)h->customers * NUM_ONE,
	    (num)s->customers * NUM_ONE, &share) == 0)
		writer_num(w, share);
	else
		writer_cells(w, "");
	writer_num(w, h->revenue);
	if (cost == NULL)
		writer_cells(w, "");
	else if (num_mul(cost->number, (num)h->customers * NUM_ONE, &all) ==
	    -1)
		die(STATUS_DATA, "the cost of %s is out of range", from);
	else
		writer_num(w, all);
	writer_end(w);
}

/* The tiers of one side, and its VIPs together. */
static void
write_side(const struct simulation *s, struct writer *w, const char *change,
    const struct policy *pol, int after)
{
	const struct statement	*tier;
	struct heap		 h, vip = { 0, 0 };
	size_t			 i, j, n = after ? s->nis : s->nwas;
	size_t			 m = after ? s->nwas : s->nis;

	for (i = 0; i < n; i++) {
		memset(&h, 0, sizeof(h));
		for (j = 0; j < m; j++) {
			const struct heap	*x = &s->heap[after ?
						    j * s->nis + i :
						    i * s->nis + j];

			add(&h, x->customers, x->revenue);
		}
		tier = policy_tier(pol, i);
		write_heap(s, w, change, tier->name, tier->name, &h,
		    clause_find(tier, W_COST));
		if (i + 1 < n)
			add(&vip, h.customers, h.revenue);
	}
	write_heap(s, w, change, "vip", "vip", &vip, NULL);
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
simulation_write(const struct simulation *s, struct writer *w)
{
	static const char *const	 columns[] = {
		"change", "from", "to", "customers", "share", "revenue",
		"cost"
	};
	const char	*from, *to;
	size_t		 i, j;

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < s->nwas; i++)
		for (j = 0; j < s->nis; j++) {
			const struct heap	*h = &s->heap[i * s->nis + j];

			if (h->customers == 0)
				continue;
			from = policy_tier(s->was, i)->name;
			to = policy_tier(s->is, j)->name;
			write_heap(s, w, strcmp(from, to) == 0 ? "kept" :
			    "moved", from, to, h, NULL);
		}
	write_side(s, w, "before", s->was, 0);
	write_side(s, w, "after", s->is, 1);
}
