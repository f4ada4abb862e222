/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the models say of a customer.
 *
 * None of it calls Gauss' hypergeometric function, which the papers write
 * these results with: GSL's fails or overflows for many purchases or an
 * argument near 1, and the papers' forms lose their digits where a, or s, is
 * near 1.  The forms here do not, for any x.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "score/clv_parts.h"

static const char *const names[] = { "mbg-nbd", "bg-nbd", "pareto-nbd" };

const char *
clv_model_name(enum clv_model model)
{
	return names[model];
}

int
clv_model_find(const char *name, enum clv_model *model)
{
	size_t	 i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0) {
			*model = (enum clv_model)i;
			return 0;
		}
	return -1;
}

static int
is_parameter(double d)
{
	return d >= 1e-12 && d <= 1e15;
}

const char *
clv_params_error(const struct clv_params *p)
{
	int	 i;

	for (i = 0; i < 4; i++)
		if (!is_parameter(p->order[i]))
			return "a parameter is not from 1e-12 to 1e15";
	if (!p->has_value)
		return NULL;
	for (i = 0; i < 3; i++)
		if (!is_parameter(p->value[i]))
			return "a parameter is not from 1e-12 to 1e15";
	/* The mean of an inverse gamma distribution: p gamma / (q - 1). */
	if (p->value[CLV_Q] <= 1)
		return "q is not more than 1: orders have no mean value";
	return NULL;
}

/* ---------------------------------------------------- BG/NBD and MBG/NBD */

/* See clv_bg_slice(). */
static double
bg_B(const struct clv_params *p, double x)
{
	return p->order[CLV_B] + x + (p->model == CLV_MBG_NBD);
}

/*
 * Fader, Hardie, Lee (2008), "Computing P(alive) Using the BG/NBD Model":
 * 1 / (1 + exp(delta)), and 1 for x = 0; MBG/NBD has the same for every x.
 */
static double
bg_alive(const struct clv_params *p, const struct clv_history *h)
{
	double	 delta;

	if (h->x == 0 && p->model == CLV_BG_NBD)
		return 1;
	delta = log(p->order[CLV_A]) - log(bg_B(p, h->x) - 1) +
	    (p->order[CLV_R] + h->x) *
	    log1p((h->T - h->t_x) / (p->order[CLV_ALPHA] + h->t_x));
	return 1 / (1 + exp(delta));
}

/*
 * Fader, Hardie, Lee (2005) equation 10, without P(alive), after Euler's
 * transformation (DLMF 15.8.1).  With z = t / (alpha + T + t), c = a + B - 1
 * and a' = c - A it is
 *
 *	c / (a-1) . (1 - (1-z)^(a-1) F(a', a-1; c; z))
 *
 * where a' does not grow with x and c does: the more purchases, the fewer
 * terms.  F = 1 + (a-1) / c . S, with
 *
 *	S = sum over n >= 1 of (a')_n (a)_(n-1) z^n / ((c+1)_(n-1) n!)
 *
 * takes out the pole at a = 1 and the one at c = 0.
 */
double
clv_bg_orders_series(double A, double a, double B, double zeta)
{
	const double	 z = zeta / (1 + zeta), c = a + B - 1, a1 = c - A;
	const double	 l = -log1p(zeta);
	double		 term = a1 * z, sum = term, ratio, n, first;

	for (n = 1; n < 100000; n++) {
		ratio = (a1 + n) * (a + n - 1) / ((c + n) * (n + 1)) * z;
		term *= ratio;
		sum += term;
		ratio = fmax(fabs(ratio), z);
		if (ratio < 1 && fabs(term) * ratio <=
		    1e-17 * (1 - ratio) * fabs(sum))
			break;
	}
	first = a == 1 ? -l : -expm1((a - 1) * l) / (a - 1);
	return c * first - exp((a - 1) * l) * sum;
}

/*
 * The same as the mean over p, beta(a, B), of (1 - (1 + p zeta)^-A) / p: the
 * mean over the rate and then the chance to leave of what comes before
 * equation 10.  By the trapezoidal rule in v, where logit(p) = u0 + width *
 * sinh(v), which is double exponential (Takahasi, Mori 1974); halved until
 * it does not change.
 */
struct density {
	double	 A, a, B, zeta;
	double	 at, width, peak;
};

static void
density_add(const struct density *d, double v, double *sum, double *norm)
{
	double	 u = d->at + d->width * sinh(v), log_p, log_q, p, weight;

	log_p = u > -36 ? -log1p(exp(-u)) : u;
	log_q = u < 36 ? -log1p(exp(u)) : -u;
	p = exp(log_p);
	weight = cosh(v) * exp(d->a * log_p + d->B * log_q - d->peak);
	*norm += weight;
	/* A zeta is where the quotient goes for small p. */
	*sum += weight * (p < 1e-200 ? d->A * d->zeta :
	    -expm1(-d->A * log1p(d->zeta * p)) / p);
}

double
clv_bg_orders_integral(double A, double a, double B, double zeta)
{
	struct density	 d = { .A = A, .a = a, .B = B, .zeta = zeta,
			    .at = log(a / B),
			    .width = fmin(sqrt(1 / a + 1 / B), 2),
			    .peak = a * log(a / (a + B)) +
			    B * log(B / (a + B)) };
	double		 far, low, high, h, sum = 0, norm = 0, old, new = 0;
	long		 i, n;

	far = log1p(zeta * A) + log1p(zeta) + fabs(d.at);
	low = -asinh((50 / a + far) / d.width);
	high = asinh((50 / B + far) / d.width);
	h = (high - low) / 64;
	for (i = 0; i <= 64; i++)
		density_add(&d, low + h * (double)i, &sum, &norm);
	for (n = 64; n < 1 << 18; n *= 2) {
		old = sum / norm;
		for (i = 0; i < n; i++)
			density_add(&d, low + h * ((double)i + 0.5), &sum,
			    &norm);
		h /= 2;
		new = sum / norm;
		if (fabs(new - old) <= 1e-13 * new)
			break;
	}
	return new;
}

double
clv_bg_orders(double A, double a, double B, double zeta)
{
	if (zeta <= 0)
		return 0;
	/* Few terms, and none that cancel. */
	if (zeta < 20 && a < 30 && a + B - 1 - A > -10)
		return clv_bg_orders_series(A, a, B, zeta);
	return clv_bg_orders_integral(A, a, B, zeta);
}

/* -------------------------------------------------------------- Pareto/NBD */

/*
 * The odds of having left from t to T against being alive at T: P(alive) is
 * 1 / (1 + odds), Fader and Hardie (2005), section 5.
 */
static double
pareto_odds(const struct clv_params *p, double x, double t, double T)
{
	const double	 A = p->order[CLV_R] + x, s = p->order[CLV_S];
	const double	 alpha = p->order[CLV_ALPHA] + t;
	const double	 beta = p->order[CLV_BETA] + t;
	double		 mean[4];

	return exp(clv_pareto_integral(p->order[CLV_ALPHA],
	    p->order[CLV_BETA], A, s + 1, t, T, mean) +
	    A * log1p((T - t) / alpha) + s * log1p((T - t) / beta)) *
	    s / beta;
}

/*
 * Fader and Hardie (2005), section 6, without P(alive); with log1p and expm1
 * so that s = 1 is nothing special.
 */
static double
pareto_orders(const struct clv_params *p, double x, double T, double t)
{
	const double	 s1 = p->order[CLV_S] - 1;
	const double	 beta = p->order[CLV_BETA] + T, l = log1p(t / beta);

	return (p->order[CLV_R] + x) / (p->order[CLV_ALPHA] + T) * beta *
	    (s1 == 0 ? l : -expm1(-s1 * l) / s1);
}

/* One minus the chance of no purchase, gone or not. */
static double
pareto_active(const struct clv_params *p, double x, double T, double t)
{
	const double	 l = -(p->order[CLV_R] + x) *
			    log1p(t / (p->order[CLV_ALPHA] + T)) -
			    p->order[CLV_S] *
			    log1p(t / (p->order[CLV_BETA] + T));

	return fmax(0, -expm1(l) - exp(l) * pareto_odds(p, x, T, T + t));
}

/* --------------------------------------------------------------------- all */

double
clv_alive(const struct clv_params *p, const struct clv_history *h)
{
	if (p->model != CLV_PARETO_NBD)
		return bg_alive(p, h);
	return 1 / (1 + pareto_odds(p, h->x, h->t_x, h->T));
}

double
clv_orders(const struct clv_params *p, double x, double T, double t)
{
	if (p->model == CLV_PARETO_NBD)
		return pareto_orders(p, x, T, t);
	return fmax(0, clv_bg_orders(p->order[CLV_R] + x, p->order[CLV_A],
	    bg_B(p, x), t / (p->order[CLV_ALPHA] + T)));
}

double
clv_active(const struct clv_params *p, double x, double T, double t)
{
	if (p->model == CLV_PARETO_NBD)
		return pareto_active(p, x, T, t);
	/* One who is alive leaves at a purchase and at no other time. */
	return -expm1(-(p->order[CLV_R] + x) *
	    log1p(t / (p->order[CLV_ALPHA] + T)));
}

/* Fader and Hardie (2013) equation 5. */
double
clv_value(const struct clv_params *p, const struct clv_history *h)
{
	double	 total = h->x > 0 && h->m > 0 ? h->x * h->m : 0;

	return p->value[CLV_P] * (p->value[CLV_GAMMA] + total) /
	    (p->value[CLV_P] * h->x + p->value[CLV_Q] - 1);
}
