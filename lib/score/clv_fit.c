/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maximum likelihood.
 *
 * Everything is done in v = log(parameter / scale), which makes parameters
 * positive, and the search the same whatever the unit of time or money.
 * BFGS (GSL's vector_bfgs2) goes from several starts, on a thinned sample
 * where there are many customers, and to the end from the best of them.
 * Newton's method finishes it on all customers, and tells a maximum from a
 * slope that goes on for ever: near a maximum its steps vanish; on such a
 * slope they do not.
 */
#include "config.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_parts.h"

#define FEW		20000		/* triples that all starts are tried on */
#define FEW_PARETO	2000		/* where each takes longer */
#define ITERATIONS	300
#define NEWTON		25
#define REACH		14.0		/* of v: a factor of 1.2 million */
#define FLAT		10.0		/* a standard error of v beyond all use */
#define STARTS		4

struct problem {
	const struct clv_sample	*sample;
	enum clv_model		 model;
	int			 value;		/* Gamma-Gamma */
	const struct clv_fit_options *options;
	size_t			 n;
	double			 weight;	/* customers */
	double			 scale[4];
	double			 centre[4];	/* of the prior, in v */
	double			 start[STARTS][4];
};

/* ---------------------------------------------------------- the objective */

static double
likelihood(const struct problem *p, const double *theta, double *gradient)
{
	if (p->value)
		return clv_likelihood_value(p->sample, theta, gradient,
		    p->options->jobs);
	return clv_likelihood_orders(p->sample, p->model, theta, gradient,
	    p->options->jobs);
}

static void
theta_of(const struct problem *p, const double *v, double *theta)
{
	size_t	 i;

	for (i = 0; i < p->n; i++)
		theta[i] = p->scale[i] * exp(fmax(-40, fmin(40, v[i])));
}

/*
 * The mean of minus the logarithm over customers, and its gradient by v.
 * A wall beyond what is in reach keeps BFGS from running off.
 */
static double
objective(const struct problem *p, const double *v, double *gradient)
{
	double	 theta[4], f, d;
	size_t	 i;

	theta_of(p, v, theta);
	f = -likelihood(p, theta, gradient) / p->weight;
	for (i = 0; i < p->n; i++) {
		gradient[i] *= -theta[i] / p->weight;
		if (p->options->prior) {
			d = (v[i] - p->centre[i]) / CLV_PRIOR_SD;
			f += d * d / 2 / p->weight;
			gradient[i] += d / CLV_PRIOR_SD / p->weight;
		}
		if (fabs(v[i]) > REACH + 1) {
			d = fabs(v[i]) - REACH - 1;
			f += d * d;
			gradient[i] += copysign(2 * d, v[i]);
		}
	}
	return f;
}

static double
gsl_f(const gsl_vector *v, void *p)
{
	double	 gradient[4];

	return objective(p, v->data, gradient);
}

static void
gsl_df(const gsl_vector *v, void *p, gsl_vector *gradient)
{
	objective(p, v->data, gradient->data);
}

static void
gsl_fdf(const gsl_vector *v, void *p, double *f, gsl_vector *gradient)
{
	*f = objective(p, v->data, gradient->data);
}

/* Go down from v until it is as flat as that; returns the objective there. */
static double
descend(struct problem *p, double *v, double flat, unsigned *iterations)
{
	gsl_multimin_function_fdf	 fn = { gsl_f, gsl_df, gsl_fdf, p->n,
					    p };
	gsl_multimin_fdfminimizer	*m;
	gsl_vector_view			 at = gsl_vector_view_array(v, p->n);
	double				 f;
	int				 i;

	m = gsl_multimin_fdfminimizer_alloc(
	    gsl_multimin_fdfminimizer_vector_bfgs2, p->n);
	if (m == NULL)
		die(STATUS_RESOURCE, "out of memory");
	gsl_multimin_fdfminimizer_set(m, &fn, &at.vector, 0.3, 0.1);
	for (i = 0; i < ITERATIONS; i++) {
		if (gsl_multimin_fdfminimizer_iterate(m) != GSL_SUCCESS)
			break;		/* no further in double */
		++*iterations;
		if (gsl_multimin_test_gradient(m->gradient, flat) !=
		    GSL_CONTINUE)
			break;
	}
	f = m->f;
	memcpy(v, m->x->data, p->n * sizeof(*v));
	gsl_multimin_fdfminimizer_free(m);
	return f;
}

/* ----------------------------------------------------------------- Newton */

/* The Hessian of the objective, by central differences of its gradient. */
static void
hessian(const struct problem *p, const double *v, double *h)
{
	const double	 step = 1e-4;
	double		 at[4], up[4], down[4], mean;
	size_t		 i, j;

	memcpy(at, v, p->n * sizeof(*at));
	for (i = 0; i < p->n; i++) {
		at[i] = v[i] + step;
		objective(p, at, up);
		at[i] = v[i] - step;
		objective(p, at, down);
		at[i] = v[i];
		for (j = 0; j < p->n; j++)
			h[i * p->n + j] = (up[j] - down[j]) / (2 * step);
	}
	for (i = 0; i < p->n; i++)
		for (j = 0; j < i; j++) {
			mean = (h[i * p->n + j] + h[j * p->n + i]) / 2;
			h[i * p->n + j] = h[j * p->n + i] = mean;
		}
}

/* Invert in place: 0, or -1 if it is not positive definite. */
static int
invert(double *h, size_t n)
{
	gsl_matrix_view	 m = gsl_matrix_view_array(h, n, n);

	if (gsl_linalg_cholesky_decomp1(&m.matrix) != GSL_SUCCESS)
		return -1;
	return gsl_linalg_cholesky_invert(&m.matrix) == GSL_SUCCESS ? 0 : -1;
}

static size_t
largest(const double *v, size_t n)
{
	size_t	 i, at = 0;

	for (i = 1; i < n; i++)
		if (fabs(v[i]) > fabs(v[at]))
			at = i;
	return at;
}

enum verdict { AT_MAXIMUM, RUNS_AWAY, TOO_FLAT };

/* Why there is no maximum: a parameter, and which way it goes. */
struct blame {
	size_t	 which;
	double	 way;
};

/* The inverse of the Hessian: 0, or -1 if this is no bottom. */
static int
covariance(const struct problem *p, const double *v, double *cov)
{
	hessian(p, v, cov);
	return invert(cov, p->n);
}

/*
 * The last steps, with one Hessian as long as it makes them ten times shorter
 * each; "cov" is its inverse.  Steps that do not vanish, parameters out of
 * reach and errors beyond all use are no maximum.
 */
static enum verdict
polish(const struct problem *p, double *v, double *cov, struct clv_fit *fit,
    struct blame *blame)
{
	double	 gradient[4], step[4], se[4], length = HUGE_VAL, last;
	double	 moved = HUGE_VAL;
	size_t	 i, j;
	int	 k, stale = 1;

	i = largest(v, p->n);
	*blame = (struct blame){ i, v[i] };
	for (k = 0; k < NEWTON && length > 1e-9; k++) {
		if (stale && covariance(p, v, cov) == -1)
			return fabs(blame->way) > REACH / 2 ? RUNS_AWAY :
			    TOO_FLAT;
		moved = stale ? 0 : moved;
		objective(p, v, gradient);
		for (i = 0; i < p->n; i++)
			for (j = 0, step[i] = 0; j < p->n; j++)
				step[i] -= cov[i * p->n + j] * gradient[j];
		i = largest(step, p->n);
		last = length;
		length = fabs(step[i]);
		if (last < 1e-6 && length >= last / 2)
			break;		/* the last digits are noise */
		stale = length > last / 10;
		fit->step = length;
		fit->iterations++;
		*blame = (struct blame){ i, step[i] };
		for (i = 0; i < p->n; i++)
			v[i] += step[i] / fmax(1, length);
		moved += length;
		i = largest(v, p->n);
		if (fabs(v[i]) > REACH) {
			*blame = (struct blame){ i, v[i] };
			return RUNS_AWAY;
		}
	}
	if (!(length < 1e-4))
		return RUNS_AWAY;
	if (moved > 1e-3 && covariance(p, v, cov) == -1)
		return TOO_FLAT;
	for (i = 0; i < p->n; i++)
		se[i] = sqrt(cov[i * p->n + i] / p->weight);
	i = largest(se, p->n);
	*blame = (struct blame){ i, v[i] };
	return se[i] > FLAT ? TOO_FLAT : AT_MAXIMUM;
}

/* --------------------------------------------------------- what went wrong */

static const char *
parameter_name(const struct problem *p, size_t i)
{
	static const char *const	 names[3][4] = {
		{ "r", "alpha", "a", "b" }, { "r", "alpha", "s", "beta" },
		{ "p", "q", "gamma", "" }
	};

	return names[p->value ? 2 : p->model == CLV_PARETO_NBD][i];
}

/* What it means for a parameter to grow, or to fall. */
static const char *
meaning(const struct problem *p, size_t i, int up)
{
	if (p->value)
		return i == CLV_GAMMA ? "" : up ?
		    (i == CLV_P ? "a customer's orders hardly differ in value"
		    : "customers hardly differ in what they spend") :
		    (i == CLV_P ? "a customer's orders are too unlike" :
		    "a few customers outweigh all others");
	if (i == CLV_R || i == CLV_ALPHA)
		return up ? "customers hardly differ in how often they buy" :
		    "a few customers buy and the others hardly do";
	if ((i == CLV_A && p->model != CLV_PARETO_NBD) || i == CLV_S)
		return up ? "customers hardly differ in when they leave" :
		    "hardly anybody seems to leave";
	return up ? "customers hardly differ in when they leave, or hardly "
	    "anybody seems to" : "most seem to leave at once, some never";
}

static void
explain(const struct problem *p, enum verdict verdict, const double *v,
    const struct blame *blame, const struct clv_fit *fit, struct buf *why)
{
	const size_t	 i = blame->which;
	const char	*text = meaning(p, i, blame->way > 0);
	double		 theta[4];

	theta_of(p, v, theta);
	buf_addf(why, "the likelihood of %s has no maximum in reach: ",
	    p->value ? "gamma-gamma" : clv_model_name(p->model));
	if (verdict == RUNS_AWAY)
		buf_addf(why, "%s %s without end (%.3g after %u iterations)",
		    parameter_name(p, i), blame->way > 0 ? "grows" : "falls",
		    theta[i], fit->iterations);
	else
		buf_addf(why, "it does not tell what %s is (%.3g after %u "
		    "iterations)", parameter_name(p, i), theta[i],
		    fit->iterations);
	if (*text != '\0')
		buf_addf(why, ": %s", text);
	if (!p->options->prior)
		buf_adds(why, "; with --prior there is one");
}

/* -------------------------------------------------------------------- fits */

/* Ten digits, so that what is written is what was used. */
static double
ten_digits(double d)
{
	char	 text[32];

	snprintf(text, sizeof(text), "%.10g", d);
	return strtod(text, NULL);
}

/* Go from all starts, and to the end from the best of them. */
static void
begin(struct problem *p, struct clv_fit *fit, double *v)
{
	const struct clv_sample	*all = p->sample;
	struct clv_sample	*thin = NULL;
	double			 at[4], f, best = HUGE_VAL, weight = p->weight;
	size_t			 i, n, few;

	n = p->value ? all->ntotals : all->ntriples;
	few = !p->value && p->model == CLV_PARETO_NBD ? FEW_PARETO : FEW;
	if (n > few) {
		p->sample = thin = clv_sample_thin(all, few);
		p->weight = p->value ? (double)thin->ntotals :
		    thin->customers;
	}
	memcpy(v, p->start[0], sizeof(at));
	for (i = 0; i < STARTS; i++) {
		memcpy(at, p->start[i], sizeof(at));
		f = descend(p, at, 1e-4, &fit->iterations);
		if (f < best) {
			best = f;
			memcpy(v, at, sizeof(at));
		}
		fit->starts++;
	}
	descend(p, v, 1e-7, &fit->iterations);
	p->sample = all;
	p->weight = weight;
	clv_sample_free(thin);
}

static void
report(const struct problem *p, const double *v, const double *cov,
    struct clv_fit *fit)
{
	double	 gradient[4], sum = 0;
	size_t	 i;

	theta_of(p, v, fit->theta);
	objective(p, v, gradient);
	for (i = 0; i < p->n; i++) {
		fit->theta[i] = ten_digits(fit->theta[i]);
		fit->se[i] = fit->theta[i] *
		    sqrt(cov[i * p->n + i] / p->weight);
		sum += gradient[i] * gradient[i];
	}
	fit->gradient = sqrt(sum) * p->weight;
	fit->likelihood = likelihood(p, fit->theta, gradient);
}

static int
fit(struct problem *p, struct clv_fit *f, struct buf *why)
{
	gsl_error_handler_t	*old = gsl_set_error_handler_off();
	double			 v[4], at[4], cov[16];
	struct blame		 blame;
	enum verdict		 verdict;

	memset(f, 0, sizeof(*f));
	f->n = p->n;
	f->customers = (size_t)p->weight;
	begin(p, f, v);
	memcpy(at, v, sizeof(at));
	verdict = polish(p, v, cov, f, &blame);
	if (verdict != AT_MAXIMUM) {
		/* Perhaps not there yet, or the thinned sample misled. */
		memcpy(v, at, sizeof(at));
		descend(p, v, 1e-9, &f->iterations);
		verdict = polish(p, v, cov, f, &blame);
	}
	if (verdict == AT_MAXIMUM)
		report(p, v, cov, f);
	else
		explain(p, verdict, v, &blame, f, why);
	gsl_set_error_handler(old);
	return verdict == AT_MAXIMUM ? 0 : -1;
}

static void
set_start(struct problem *p, const double starts[STARTS][4])
{
	size_t	 i, j;

	for (i = 0; i < STARTS; i++)
		for (j = 0; j < p->n; j++)
			p->start[i][j] = log(starts[i][j]);
}

int
clv_fit_orders(const struct clv_sample *s, enum clv_model model,
    const struct clv_fit_options *options, struct clv_fit *f,
    struct buf *why)
{
	/* alpha is set below: the mean rate is r / alpha. */
	static const double	 starts[STARTS][4] = {
		{ 0.3, 1, 0.8, 2.5 }, { 1, 1, 1, 1 }, { 3, 1, 0.3, 3 },
		{ 0.1, 1, 0.1, 1 }
	};
	struct problem		 p = { .sample = s, .model = model,
				    .options = options, .n = 4,
				    .weight = s->customers,
				    .scale = { 1, s->mean_T, 1, 1 } };
	size_t			 i;

	if (!(s->mean_x > 0)) {
		buf_addf(why, "the likelihood of %s has no maximum: nobody "
		    "bought a second time", clv_model_name(model));
		return -1;
	}
	if (!(s->mean_T > 0)) {
		buf_addf(why, "the likelihood of %s has no maximum: every T "
		    "is 0", clv_model_name(model));
		return -1;
	}
	if (model == CLV_PARETO_NBD)
		p.scale[CLV_BETA] = s->mean_T;
	set_start(&p, starts);
	for (i = 0; i < STARTS; i++)
		p.start[i][CLV_ALPHA] = p.start[i][CLV_R] - log(s->mean_x);
	return fit(&p, f, why);
}

int
clv_fit_value(const struct clv_sample *s,
    const struct clv_fit_options *options, struct clv_fit *f,
    struct buf *why)
{
	static const double	 starts[STARTS][4] = {
		{ 6, 4, 0.5, 0 }, { 1, 2, 1, 0 }, { 0.5, 4, 6, 0 },
		{ 20, 10, 0.5, 0 }
	};
	struct problem		 p = { .sample = s, .value = 1,
				    .options = options, .n = 3,
				    .weight = (double)s->ntotals,
				    .scale = { 1, 1, s->mean_m, 1 },
				    .centre = { log(2), log(3), 0, 0 } };

	if (s->ntotals == 0) {
		buf_adds(why, "the likelihood of gamma-gamma has no maximum: "
		    "no second order was worth anything");
		return -1;
	}
	set_start(&p, starts);
	if (fit(&p, f, why) == -1)
		return -1;
	if (f->theta[CLV_Q] > 1)
		return 0;
	buf_addf(why, "gamma-gamma has no mean value of an order, as q is "
	    "%.3g and not more than 1: a few customers outweigh all others",
	    f->theta[CLV_Q]);
	if (!options->prior)
		buf_adds(why, "; --prior may help");
	return -1;
}
