/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The likelihoods and their gradients.
 *
 * All are sums over groups of customers with the same x, so that what
 * depends on x alone (every gamma function) is worked out once a group, and
 * the logarithms of alpha + time once a distinct time.
 */
#include "config.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

#include "score/clv_parts.h"

/* Sums over the triples of one group. */
struct tallies {
	double	 n;			/* customers */
	double	 log_T, inv_T;		/* log(alpha + T), 1 / (alpha + T) */
	double	 more;			/* log(1 + exp(delta)) */
	double	 weight;		/* w = exp(delta) / (1 + exp(delta)) */
	double	 weight_log;		/* w (log(alpha + T) - log(alpha + t)) */
	double	 weight_inv;		/* w (1 / (alpha + T) - 1 / (alpha + t)) */
};

/* Does this x have a chance to be gone: BG/NBD, section 3: not with x = 0. */
static int
may_be_gone(const struct clv_evaluation *e, double x)
{
	return x > 0 || e->model == CLV_MBG_NBD;
}

static struct tallies
bg_tallies(const struct clv_evaluation *e, double x, double B, size_t i,
    size_t end)
{
	const struct clv_sample	*s = e->sample;
	const struct clv_triple	*tr;
	const double		 alpha = e->theta[CLV_ALPHA];
	const double		 A = e->theta[CLV_R] + x;
	const double		 base = log(e->theta[CLV_A]) - log(B - 1);
	const int		 gone = may_be_gone(e, x);
	struct tallies		 sum = { 0 };
	double			 inv_T, log_T, d, delta, u, w;

	for (; i < end; i++) {
		tr = &s->triples[i];
		log_T = e->log_alpha[tr->T];
		inv_T = 1 / (alpha + s->times[tr->T]);
		sum.n += tr->count;
		sum.log_T += tr->count * log_T;
		sum.inv_T += tr->count * inv_T;
		if (!gone)
			continue;
		d = log_T - e->log_alpha[tr->t];
		delta = base + A * d;
		u = exp(-fabs(delta));
		w = tr->count * (delta > 0 ? 1 : u) / (1 + u);
		sum.more += tr->count * (fmax(delta, 0) + log(1 + u));
		sum.weight += w;
		sum.weight_log += w * d;
		sum.weight_inv += w * (inv_T -
		    1 / (alpha + s->times[tr->t]));
	}
	return sum;
}

/*
 * BG/NBD: Fader, Hardie, Lee (2005) equation 6, in the form
 *
 *	L = G(r+x) alpha^r / G(r) . B(a,B) / B(a,b) . (alpha+T)^-(r+x)
 *	    . (1 + exp(delta))
 *	delta = log(a / (B-1)) + (r+x) log((alpha+T) / (alpha+t_x))
 *
 * with B = b + x, and without the beta functions and delta for x = 0.
 * MBG/NBD, the likelihood of Batislam et al. (2007) and of Hoppe and Wagner
 * (2007): the same with B = b + x + 1, for every x.
 */
void
clv_bg_slice(const void *ctx, size_t from, size_t end, double *out)
{
	const struct clv_evaluation	*e = ctx;
	const struct clv_sample		*s = e->sample;
	const double	 r = e->theta[CLV_R], alpha = e->theta[CLV_ALPHA];
	const double	 a = e->theta[CLV_A], b = e->theta[CLV_B];
	struct tallies	 sum;
	double		 x, A, B;
	size_t		 g, stop;

	for (g = clv_group_of(s->groups, s->ngroups, from); from < end; g++) {
		x = s->groups[g].x;
		A = r + x;
		B = e->model == CLV_MBG_NBD ? b + x + 1 : b + x;
		stop = s->groups[g].end < end ? s->groups[g].end : end;
		sum = bg_tallies(e, x, B, from, stop);
		out[0] += sum.n * (clv_lgamma(A) - clv_lgamma(r) +
		    r * log(alpha)) - A * sum.log_T + sum.more;
		out[1 + CLV_R] += sum.n * (gsl_sf_psi(A) - gsl_sf_psi(r) +
		    log(alpha)) - sum.log_T + sum.weight_log;
		out[1 + CLV_ALPHA] += sum.n * r / alpha - A * sum.inv_T +
		    A * sum.weight_inv;
		from = stop;
		if (!may_be_gone(e, x))
			continue;
		out[0] += sum.n * (clv_lgamma(B) - clv_lgamma(b) +
		    clv_lgamma(a + b) - clv_lgamma(a + B));
		out[1 + CLV_A] += sum.n * (gsl_sf_psi(a + b) -
		    gsl_sf_psi(a + B)) + sum.weight / a;
		out[1 + CLV_B] += sum.n * (gsl_sf_psi(B) - gsl_sf_psi(b) +
		    gsl_sf_psi(a + b) - gsl_sf_psi(a + B)) -
		    sum.weight / (B - 1);
	}
}

double
clv_likelihood_orders(const struct clv_sample *s, enum clv_model model,
    const double theta[4], double gradient[4], int jobs)
{
	struct clv_evaluation	 e = { s, model, theta, NULL, NULL };
	double			 sums[CLV_SUMS], *logs, b;
	size_t			 i;

	logs = xreallocarray(NULL, 2 * s->ntimes + 1, sizeof(*logs));
	e.log_alpha = logs;
	e.log_beta = logs + s->ntimes;
	b = model == CLV_PARETO_NBD ? theta[CLV_BETA] : 1;
	for (i = 0; i < s->ntimes; i++) {
		logs[i] = log(theta[CLV_ALPHA] + s->times[i]);
		if (model == CLV_PARETO_NBD)
			logs[s->ntimes + i] = log(b + s->times[i]);
	}
	clv_sum(s->ntriples, jobs, model == CLV_PARETO_NBD ?
	    clv_pareto_slice : clv_bg_slice, &e, sums);
	for (i = 0; i < 4; i++)
		gradient[i] = sums[1 + i];
	free(logs);
	return sums[0];
}

/*
 * Gamma-Gamma: Fader and Hardie (2013) equation 1a, with z = x m:
 *
 *	L = G(px+q) / (G(px) G(q)) gamma^q m^(px-1) x^px / (gamma+z)^(px+q)
 *	  = G(px+q) / (G(px) G(q)) gamma^q z^px / m / (gamma+z)^(px+q)
 *
 * Eight factors are multiplied before a logarithm is taken: a z has a
 * magnitude from 1e-15 to 1e22, and a gamma in reach one from 1e-11 to 1e18.
 */
void
clv_value_slice(const void *ctx, size_t from, size_t end, double *out)
{
	const struct clv_evaluation	*e = ctx;
	const struct clv_sample		*s = e->sample;
	const double	 p = e->theta[CLV_P], q = e->theta[CLV_Q];
	const double	 gamma = e->theta[CLV_GAMMA];
	double		 x, n, z, product, zs, log_g, log_z, inv;
	size_t		 g, i, stop;

	for (g = clv_group_of(s->vgroups, s->nvgroups, from); from < end;
	    g++) {
		x = s->vgroups[g].x;
		stop = s->vgroups[g].end < end ? s->vgroups[g].end : end;
		n = (double)(stop - from);
		log_g = log_z = inv = 0;
		product = zs = 1;
		for (i = from; i < stop; i++) {
			z = s->totals[i];
			product *= gamma + z;
			zs *= z;
			inv += 1 / (gamma + z);
			if ((i - from) % 8 == 7 || i + 1 == stop) {
				log_g += log(product);
				log_z += log(zs);
				product = zs = 1;
			}
		}
		out[0] += n * (clv_lgamma(p * x + q) - clv_lgamma(p * x) -
		    clv_lgamma(q) + q * log(gamma) + log(x)) +
		    (p * x - 1) * log_z - (p * x + q) * log_g;
		out[1 + CLV_P] += x * (n * (gsl_sf_psi(p * x + q) -
		    gsl_sf_psi(p * x)) + log_z - log_g);
		out[1 + CLV_Q] += n * (gsl_sf_psi(p * x + q) - gsl_sf_psi(q) +
		    log(gamma)) - log_g;
		out[1 + CLV_GAMMA] += n * q / gamma - (p * x + q) * inv;
		from = stop;
	}
}

double
clv_likelihood_value(const struct clv_sample *s, const double theta[3],
    double gradient[3], int jobs)
{
	struct clv_evaluation	 e = { s, CLV_MBG_NBD, theta, NULL, NULL };
	double			 sums[CLV_SUMS];
	int			 i;

	clv_sum(s->ntotals, jobs, clv_value_slice, &e, sums);
	for (i = 0; i < 3; i++)
		gradient[i] = sums[1 + i];
	return sums[0];
}
