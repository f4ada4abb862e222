/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scores of customers.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "score/clv_parts.h"

/* What does not depend on t_x and m, by x and T. */
struct outlook {
	double	 x, T;			/* x is -1 where there is none */
	double	 active, orders, discounted;
};

#define OUTLOOKS	32768		/* a power of two */

struct clv_scorer {
	const struct clv_params	*params;
	const struct clv_terms	*terms;
	struct outlook		 outlook[OUTLOOKS];
};

struct clv_scorer *
clv_scorer_new(const struct clv_params *params, const struct clv_terms *terms)
{
	struct clv_scorer	*s = xcalloc(1, sizeof(*s));
	size_t			 i;

	s->params = params;
	s->terms = terms;
	for (i = 0; i < OUTLOOKS; i++)
		s->outlook[i].x = -1;
	return s;
}

void
clv_scorer_free(struct clv_scorer *s)
{
	free(s);
}

/*
 * The purchases of each period, discounted to now from the period's end: the
 * sum over k of (E[Y(k f)] - E[Y((k-1) f)]) / (1 + d)^k.
 */
static double
discounted(const struct clv_params *p, const struct clv_terms *terms,
    double x, double T)
{
	double	 sum = 0, before = 0, now, factor = 1;
	int	 k;

	for (k = 1; k <= terms->periods; k++) {
		now = clv_orders(p, x, T, k * terms->period);
		factor /= 1 + terms->discount;
		sum += (now - before) * factor;
		before = now;
	}
	return sum;
}

static const struct outlook *
look(struct clv_scorer *s, double x, double T)
{
	uint64_t	 key = (uint64_t)(x * 65599.0) ^
			    (uint64_t)(T * 1e6) * UINT64_C(31);
	struct outlook	*o = &s->outlook[key *
			    UINT64_C(0x9e3779b97f4a7c15) >> 49 &
			    (OUTLOOKS - 1)];

	if (o->x != x || o->T != T) {
		o->x = x;
		o->T = T;
		o->active = clv_active(s->params, x, T, s->terms->horizon);
		o->orders = clv_orders(s->params, x, T, s->terms->horizon);
		o->discounted = s->params->has_value ?
		    discounted(s->params, s->terms, x, T) : 0;
	}
	return o;
}

void
clv_score(struct clv_scorer *s, const struct clv_history *h,
    struct clv_score *score)
{
	const struct outlook	*o = look(s, h->x, h->T);

	score->alive = clv_alive(s->params, h);
	score->active = score->alive * o->active;
	score->orders = score->alive * o->orders;
	score->value = score->clv = 0;
	if (s->params->has_value) {
		score->value = clv_value(s->params, h);
		score->clv = score->value * score->alive * o->discounted;
	}
}

int
clv_num(double d, num *x)
{
	if (!(fabs(d) < 9.2e12))
		return -1;
	*x = llrint(d * (double)NUM_ONE);
	return 0;
}
