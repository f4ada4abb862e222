/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integral of Pareto/NBD, and its likelihood.
 */
#include "config.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_parts.h"

/* Of the 16-point rule of Gauss and Legendre on (-1, 1), half. */
static const double nodes[8][2] = {
	{ 0.0950125098376374402, 0.189450610455068496 },
	{ 0.281603550779258913, 0.182603415044923589 },
	{ 0.458016777657227386, 0.169156519395002538 },
	{ 0.617876244402643748, 0.149595988816576732 },
	{ 0.755404408355003034, 0.124628971255533872 },
	{ 0.865631202387831744, 0.0951585116824927848 },
	{ 0.944575023073232576, 0.0622535239386478929 },
	{ 0.989400934991649933, 0.0271524594117540949 },
};

struct pareto {
	double	 A, B;
	double	 by_alpha, by_beta;	/* low + t over alpha + t, beta + t */
	double	 sum, mean[4];
};

/* How fast the integrand falls at w; this never falls itself. */
static double
pareto_rate(const struct pareto *p, double w)
{
	double	 e = exp(w), d = e - 1;

	return p->A * p->by_alpha * e / (1 + p->by_alpha * d) +
	    p->B * p->by_beta * e / (1 + p->by_beta * d) - 1;
}

static void
pareto_add(struct pareto *p, double w, double weight)
{
	double	 e = exp(w), a = 1 + p->by_alpha * (e - 1);
	double	 b = 1 + p->by_beta * (e - 1), log_a, log_b;

	log_a = p->by_alpha == 1 ? w : log(a);
	log_b = p->by_beta == 1 ? w : log(b);
	weight *= e * exp(-p->A * log_a - p->B * log_b);
	p->sum += weight;
	p->mean[0] += weight * log_a;
	p->mean[1] += weight * log_b;
	p->mean[2] += weight / a;
	p->mean[3] += weight / b;
}

/*
 * With u = (low + t) exp(w) - low, where low is the smaller of alpha and
 * beta, the integrand has no singularity within pi of the real line, and
 * falls faster and faster.  Panels are so wide that it falls by at most
 * exp(-16) in one: the rule's error is then below 1e-15 of the sum.
 */
double
clv_pareto_integral(double alpha, double beta, double A, double B, double t,
    double T, double mean[4])
{
	const double	 low = fmin(alpha, beta) + t;
	struct pareto	 p = { .A = A, .B = B,
			    .by_alpha = low / (alpha + t),
			    .by_beta = low / (beta + t) };
	const double	 end = log1p((T - t) / low);
	double		 w = 0, half, before, rate;
	int		 i;

	if (!(T > t)) {
		memset(mean, 0, 4 * sizeof(*mean));
		return -INFINITY;
	}
	while (w < end) {
		half = fmin(1, (end - w) / 2);
		while ((rate = pareto_rate(&p, w + 2 * half)) * half > 8)
			half /= 2;
		before = p.sum;
		for (i = 0; i < 8; i++) {
			pareto_add(&p, w + half * (1 - nodes[i][0]),
			    half * nodes[i][1]);
			pareto_add(&p, w + half * (1 + nodes[i][0]),
			    half * nodes[i][1]);
		}
		w += 2 * half;
		if (rate > 0 && p.sum - before <= 1e-18 * p.sum)
			break;
	}
	mean[0] = log(alpha + t) + p.mean[0] / p.sum;
	mean[1] = log(beta + t) + p.mean[1] / p.sum;
	mean[2] = p.mean[2] / p.sum / (alpha + t);
	mean[3] = p.mean[3] / p.sum / (beta + t);
	return log(p.sum) + log(low);
}

/* ------------------------------------------------------------- likelihood */

/* An integral over its integrand at the beginning, and its mean[]. */
struct span {
	double	 sum, mean[4];
};

/* Of the times of a sample, each: from there to the last. */
struct tail {
	double	 A, B;
	struct span *spans;
};

static struct span
span(const struct clv_evaluation *e, double A, double B, uint32_t t,
    uint32_t T)
{
	const double	*times = e->sample->times;
	struct span	 sp;

	sp.sum = exp(clv_pareto_integral(e->theta[CLV_ALPHA],
	    e->theta[CLV_BETA], A, B, times[t], times[T], sp.mean));
	return sp;
}

/* The integrand at T over the one at t. */
static double
fallen(const struct clv_evaluation *e, double A, double B, uint32_t t,
    uint32_t T)
{
	return exp(-A * (e->log_alpha[T] - e->log_alpha[t]) -
	    B * (e->log_beta[T] - e->log_beta[t]));
}

/* What is left of a sum when "part" of another is taken off or put on. */
static void
span_add(struct span *to, const struct span *from, double part)
{
	double	 sum = to->sum + part * from->sum;
	int	 i;

	for (i = 0; i < 4; i++)
		to->mean[i] = (to->sum * to->mean[i] +
		    part * from->sum * from->mean[i]) / sum;
	to->sum = sum;
}

static void
tail_make(struct tail *tail, const struct clv_evaluation *e, double A,
    double B)
{
	const size_t	 n = e->sample->ntimes;
	struct span	*sp;
	uint32_t	 i;

	if (tail->spans == NULL)
		tail->spans = xreallocarray(NULL, n, sizeof(*sp));
	tail->A = A;
	tail->B = B;
	memset(&tail->spans[n - 1], 0, sizeof(*sp));
	for (i = (uint32_t)n - 1; i-- > 0;) {
		sp = &tail->spans[i];
		*sp = span(e, A, B, i, i + 1);
		span_add(sp, &tail->spans[i + 1], fallen(e, A, B, i, i + 1));
	}
}

/*
 * From t to T as the difference of two tails, which costs next to nothing,
 * unless most digits would be lost.
 */
static struct span
tail_span(const struct tail *tail, const struct clv_evaluation *e, uint32_t t,
    uint32_t T)
{
	struct span	 sp = tail->spans[t];
	double		 part = fallen(e, tail->A, tail->B, t, T);

	if (sp.sum - part * tail->spans[T].sum < 1e-3 * sp.sum)
		return span(e, tail->A, tail->B, t, T);
	span_add(&sp, &tail->spans[T], -part);
	return sp;
}

/*
 * Fader and Hardie (2005), section 3, before the integral is turned into
 * differences of Gauss' hypergeometric function:
 *
 *	L = G(r+x) alpha^r beta^s / G(r) . ( (alpha+T)^-(r+x) (beta+T)^-s
 *	    + s . integral from t_x to T of
 *	      (alpha+u)^-(r+x) (beta+u)^-(s+1) du )
 *
 * Their differences cancel and overflow for large x; this does neither.
 */
static void
add_triple(const struct clv_evaluation *e, double A,
    const struct clv_triple *tr, const struct span *sp, double *out)
{
	const double	 s = e->theta[CLV_S], n = tr->count;
	const double	 log_T = e->log_alpha[tr->T];
	const double	 alive = -A * log_T - s * e->log_beta[tr->T];
	double		 gone = -INFINITY, w;

	if (sp->sum > 0)
		gone = log(s * sp->sum) - A * e->log_alpha[tr->t] -
		    (s + 1) * e->log_beta[tr->t];
	w = 1 / (1 + exp(alive - gone));
	out[0] += n * (w < 0.5 ? alive - log1p(-w) : gone - log(w));
	out[1 + CLV_R] -= n * ((1 - w) * log_T + w * sp->mean[0]);
	out[1 + CLV_ALPHA] -= n * A * ((1 - w) / (e->theta[CLV_ALPHA] +
	    e->sample->times[tr->T]) + w * sp->mean[2]);
	out[1 + CLV_S] -= n * ((1 - w) * e->log_beta[tr->T] +
	    w * (sp->mean[1] - 1 / s));
	out[1 + CLV_BETA] -= n * ((1 - w) * s / (e->theta[CLV_BETA] +
	    e->sample->times[tr->T]) + w * (s + 1) * sp->mean[3]);
}

void
clv_pareto_slice(const void *ctx, size_t from, size_t end, double *out)
{
	const struct clv_evaluation	*e = ctx;
	const struct clv_sample		*sample = e->sample;
	const double	 r = e->theta[CLV_R], alpha = e->theta[CLV_ALPHA];
	const double	 s = e->theta[CLV_S], beta = e->theta[CLV_BETA];
	const struct clv_triple	*tr;
	struct tail	 tail = { 0 };
	struct span	 sp;
	double		 A, n;
	size_t		 g, stop;
	int		 many;

	g = clv_group_of(sample->groups, sample->ngroups, from);
	for (; from < end; g++) {
		A = r + sample->groups[g].x;
		stop = sample->groups[g].end < end ? sample->groups[g].end :
		    end;
		many = stop - from > sample->ntimes;
		if (many)
			tail_make(&tail, e, A, s + 1);
		for (n = 0; from < stop; from++) {
			tr = &sample->triples[from];
			n += tr->count;
			sp = many ? tail_span(&tail, e, tr->t, tr->T) :
			    span(e, A, s + 1, tr->t, tr->T);
			add_triple(e, A, tr, &sp, out);
		}
		out[0] += n * (clv_lgamma(A) - clv_lgamma(r) +
		    r * log(alpha) + s * log(beta));
		out[1 + CLV_R] += n * (gsl_sf_psi(A) - gsl_sf_psi(r) +
		    log(alpha));
		out[1 + CLV_ALPHA] += n * r / alpha;
		out[1 + CLV_S] += n * log(beta);
		out[1 + CLV_BETA] += n * s / beta;
	}
	free(tail.spans);
}
