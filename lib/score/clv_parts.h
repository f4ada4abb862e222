/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_PARTS_H
#define VIP_CLV_PARTS_H

/* What the files clv*.c share. */

#include <stdint.h>

#include "score/clv.h"

#define CLV_SUMS	5		/* a logarithm and its derivatives */

/* Customers who are the same, with times as indexes. */
struct clv_triple {
	uint32_t	 T, t;
	double		 count;
};

/* Triples, or values, of one x. */
struct clv_group {
	double	 x;
	size_t	 first, end;
};

struct clv_sample {
	struct clv_history	*raw;
	size_t			 n, cap;
	size_t			 worthless;

	double			 mean_x, mean_T, mean_m;
	double			*times;
	size_t			 ntimes;
	struct clv_triple	*triples;
	size_t			 ntriples;
	struct clv_group	*groups;
	size_t			 ngroups;
	double			 customers;	/* the sum of the counts */
	double			*totals;	/* x * m, where both are > 0 */
	size_t			 ntotals;
	struct clv_group	*vgroups;
	size_t			 nvgroups;
};

/* Every so many-th triple and value, for a first look. */
struct clv_sample *clv_sample_thin(const struct clv_sample *, size_t most);

/*
 * Add up over n items: a function adds items from..end to the sums.  Slices
 * are cut by n alone and added in order: the result is the same for any
 * number of jobs.
 */
void	 clv_sum(size_t n, int jobs,
	    void (*)(const void *ctx, size_t from, size_t end, double *sums),
	    const void *ctx, double sums[CLV_SUMS]);

/* The group that item i is in. */
size_t	 clv_group_of(const struct clv_group *, size_t n, size_t i);

/* log(gamma(x)) for x > 0; lgamma(3) writes to a variable that is shared. */
double	 clv_lgamma(double);

void	 clv_bg_slice(const void *, size_t, size_t, double *);
void	 clv_pareto_slice(const void *, size_t, size_t, double *);
void	 clv_value_slice(const void *, size_t, size_t, double *);

/* What the slices above are given. */
struct clv_evaluation {
	const struct clv_sample	*sample;
	enum clv_model		 model;
	const double		*theta;
	const double		*log_alpha;	/* log(alpha + time) of each */
	const double		*log_beta;
};

/*
 * The integral of (alpha + u)^-A (beta + u)^-B over u from t to T: the
 * logarithm of what it is over the integrand at t; and what log(alpha + u),
 * log(beta + u), 1 / (alpha + u) and 1 / (beta + u) are on average under it.
 */
double	 clv_pareto_integral(double alpha, double beta, double A, double B,
	    double t, double T, double mean[4]);

/*
 * The purchases to expect in t weeks of one who is alive, with a rate that
 * is gamma with shape A and rate alpha + T, who leaves at each purchase with
 * a probability that is beta(a, B); zeta is t / (alpha + T).  In two ways,
 * which agree; clv_bg_orders() takes the faster where it is good.
 */
double	 clv_bg_orders(double A, double a, double B, double zeta);
double	 clv_bg_orders_series(double A, double a, double B, double zeta);
double	 clv_bg_orders_integral(double A, double a, double B, double zeta);

#endif /* VIP_CLV_PARTS_H */
