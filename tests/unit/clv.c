/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The models against figures worked out with mpmath (30 digits and more),
 * from the formulas of the papers or by quadrature.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

#include <cmocka.h>

#include "score/clv_backtest.h"
#include "score/clv_parts.h"
#include "random.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

/* Fader, Hardie, Lee (2005); Fader, Hardie (2005); and of MBG/NBD ours. */
static const struct clv_params bg = {
	.model = CLV_BG_NBD, .order = { 0.243, 4.414, 0.793, 2.426 },
	.value = { 6.25, 3.74, 15.44 }, .has_value = 1
};
static const struct clv_params mbg = {
	.model = CLV_MBG_NBD, .order = { 0.243, 4.414, 0.793, 2.426 }
};
static const struct clv_params pareto = {
	.model = CLV_PARETO_NBD, .order = { 0.553, 10.578, 0.606, 11.669 }
};

static void
near(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want)))
		fail_msg("%.17g, want %.17g: off by %.3g", got, want,
		    got / want - 1);
}

/* ----------------------------------------------------- special functions */

static void
test_bg_orders(void **state)
{
	/* A, a, B, zeta, E. */
	static const double	 t[][5] = {
		{ 2.243, 0.793, 4.426, 0.9012, 1.6873451971568782 },
		{ 0.243, 0.793, 2.426, 1.2, 0.25176950012343218 },
		{ 26.243, 0.793, 28.426, 1.468, 26.579976736476964 },
		{ 0.243, 0.2, 0.3, 1.5, 0.28915015551741568 },
		{ 1.243, 1, 3.426, 2, 1.7497045912102377 },
		{ 1.243, 0.9999999, 3.426, 2, 1.7497046368889312 },
		{ 1.243, 1.000001, 2.4, 0.01, 0.012389199533793561 },
		{ 1000.243, 0.793, 1002.426, 0.5, 423.18886311806882 },
		{ 100000.5, 0.793, 100002.4, 0.5, 42297.00544833971 },
		{ 100000.5, 1.5, 100002.4, 10, 139701.12446046519 },
		{ 0.5, 0.793, 2.4, 100, 7.8501392798531984 },
		{ 0.5, 2.5, 2.4, 15, 1.4805544560653918 },
		{ 0.5, 0.01, 2.4, 50, 24.389871931179071 },
		{ 3, 40, 80, 2, 2.3678282388041743 },
		{ 3, 400, 800, 5, 2.8454247265903525 },
		{ 1000.5, 5, 1003, 5000, 251.74999999999959 },
		{ 12.5, 0.3, 14, 0.000001, 1.2499998229895832e-5 },
		{ 50, 0.7, 1.2, 3, 12.671704462310593 },
		{ 0.05, 0.02, 0.03, 10000, 254.7841411180734 },
		{ 5.3, 300000, 700000, 3, 3.2222978996266279 },
		{ 7.5, 0.793, 100000, 0.3, 2.2499772513803794 },
		{ 1.5, 3, 9, 19.9, 4.6256788494168982 },
		{ 10.5, 20, 12, 19, 1.6315789473501638 },
	};
	size_t			 i, both = 0;

	(void)state;
	for (i = 0; i < N(t); i++) {
		near(clv_bg_orders(t[i][0], t[i][1], t[i][2], t[i][3]),
		    t[i][4], 1e-10);
		near(clv_bg_orders_integral(t[i][0], t[i][1], t[i][2],
		    t[i][3]), t[i][4], 1e-10);
		if (t[i][3] < 20 && t[i][1] < 30 &&
		    t[i][1] + t[i][2] - 1 - t[i][0] > -10) {
			near(clv_bg_orders_series(t[i][0], t[i][1], t[i][2],
			    t[i][3]), t[i][4], 1e-10);
			both++;
		}
	}
	assert_true(both > 10 && both < i);
	assert_true(clv_bg_orders(2, 1, 3, 0) == 0);
}

/* Nothing jumps where one way gives over to the other, or at a = 1. */
static void
test_bg_seams(void **state)
{
	static const double	 A[] = { 0.05, 0.6, 3.3, 40.5, 1000.3 };
	static const double	 a[] = { 0.05, 0.999, 1, 1.5, 8, 29.9 };
	static const double	 zeta[] = { 0.001, 0.3, 2, 19.9 };
	size_t			 i, j, k;
	double			 B;

	(void)state;
	for (i = 0; i < N(A); i++)
		for (j = 0; j < N(a); j++)
			for (k = 0; k < N(zeta); k++) {
				B = A[i] + 1.7;
				near(clv_bg_orders_series(A[i], a[j], B,
				    zeta[k]), clv_bg_orders_integral(A[i],
				    a[j], B, zeta[k]), 1e-10);
			}
	near(clv_bg_orders(1.2, 1 + 1e-9, 3, 2), clv_bg_orders(1.2, 1, 3, 2),
	    1e-8);
	near(clv_bg_orders(1.2, 1 - 1e-9, 3, 2), clv_bg_orders(1.2, 1, 3, 2),
	    1e-8);
}

static void
test_pareto_integral(void **state)
{
	/* alpha, beta, A, B, t, T, the integral over that at t. */
	static const double	 t[][7] = {
		{ 10.578, 11.669, 0.553, 1.606, 0, 38.857142857,
		    8.0589743973452019 },
		{ 10.578, 11.669, 26.553, 1.606, 30.857142857, 31,
		    0.13615849261098725 },
		{ 10.578, 11.669, 2.553, 1.606, 30.428571429, 38.857142857,
		    5.8081231343377067 },
		{ 0.01, 50, 0.6, 1.1, 0, 100, 0.66852183332582382 },
		{ 50, 0.01, 0.6, 1.1, 0, 100, 0.056885836267831316 },
		{ 10, 10, 3, 2, 1, 2, 0.80831645447530864 },
		{ 10.578, 11.669, 1000.553, 1.606, 20, 39,
		    0.030544287461642858 },
		{ 10.578, 11.669, 100000.553, 1.606, 20, 39,
		    0.00030577662522385376 },
		{ 1000, 0.001, 5, 1.01, 0, 500, 0.011008037569139748 },
		{ 3, 2000, 400, 30, 5, 50, 0.020044097003022775 },
		{ 10, 11, 2.5, 1.6, 20, 20.0009765625, 0.00097649815613611551 },
		{ 300, 0.5, 100000, 2, 0.1, 600, 0.0029714507894884702 },
		{ 0.5, 12, 0.05, 1.001, 0, 10000, 59.034547392512803 },
	};
	double			 mean[4];
	size_t			 i;

	(void)state;
	for (i = 0; i < N(t); i++) {
		near(exp(clv_pareto_integral(t[i][0], t[i][1], t[i][2],
		    t[i][3], t[i][4], t[i][5], mean)), t[i][6], 1e-11);
		assert_true(mean[0] >= log(t[i][0] + t[i][4]) &&
		    mean[0] <= log(t[i][0] + t[i][5]));
		assert_true(mean[3] <= 1 / (t[i][1] + t[i][4]) &&
		    mean[3] >= 1 / (t[i][1] + t[i][5]));
	}
	assert_true(isinf(clv_pareto_integral(1, 2, 3, 4, 5, 5, mean)));
}

/* ------------------------------------------------------------- customers */

struct figure {
	const struct clv_params	*params;
	double			 x, t, T, want;
};

static void
test_alive(void **state)
{
	static const struct figure	 t[] = {
		{ &pareto, 10, 20, 39, 0.08043455316070429 },
		{ &pareto, 15, 20, 39, 0.01114608289907167 },
		{ &pareto, 25, 20, 39, 0.0001454367624084564 },
		{ &pareto, 100, 20, 39, 1.022765602384033e-19 },
		{ &pareto, 1000, 38.9, 39, 0.9961364823688492 },
		{ &pareto, 100000, 38.999, 39, 0.9999613637428676 },
		{ &bg, 0, 0, 39, 1 },
		{ &bg, 1, 0.1, 39, 0.1550569436562665 },
		{ &bg, 10, 20, 39, 0.03811431321203633 },
		{ &bg, 25, 20, 39, 1.630166042371297e-5 },
		{ &bg, 100, 20, 39, 1.114402720727935e-23 },
		{ &bg, 1000, 38.9, 39, 0.992111978184205 },
		{ &bg, 100000, 38.999, 39, 0.999920639880376 },
		{ &mbg, 1, 0.1, 39, 0.2058168806666651 },
		{ &mbg, 10, 20, 39, 0.04131225867374198 },
		{ &mbg, 25, 20, 39, 1.691852959133534e-5 },
		{ &mbg, 100, 20, 39, 1.12539006835801e-23 },
		{ &mbg, 1000, 38.9, 39, 0.9921197851071189 },
		{ &mbg, 100000, 38.999, 39, 0.999920640673895 },
		/* Never gone in no time. */
		{ &pareto, 3, 7, 7, 1 },
	};
	struct clv_history		 h = { 0 };
	size_t				 i;

	(void)state;
	for (i = 0; i < N(t); i++) {
		h.x = t[i].x;
		h.t_x = t[i].t;
		h.T = t[i].T;
		near(clv_alive(t[i].params, &h), t[i].want, 1e-9);
	}
	/* So many, so long ago: nothing overflows on the way to 0. */
	h = (struct clv_history){ 1e9, 1, 1e5, 0 };
	assert_true(clv_alive(&bg, &h) == 0);
	assert_true(clv_alive(&mbg, &h) == 0);
	assert_true(clv_alive(&pareto, &h) == 0);
}

static void
test_active(void **state)
{
	static const struct figure	 t[] = {	/* t: how far to look */
		{ &pareto, 0, 39, 38.857142857, 0.2346443337377897 },
		{ &pareto, 2, 39, 38.857142857, 0.6810498242150023 },
		{ &pareto, 26, 1, 31, 0.4650505225546805 },
		{ &pareto, 1000, 0.1, 39, 0.8664725578875959 },
		{ &pareto, 0, 5000, 0.1, 0.489766356484194 },
	};
	static const struct clv_params	*const models[] = { &bg, &mbg,
					    &pareto };
	size_t				 i;

	(void)state;
	for (i = 0; i < N(t); i++)
		near(clv_active(t[i].params, t[i].x, t[i].T, t[i].t),
		    t[i].want, 1e-10);
	/* In next to no time nobody buys twice. */
	for (i = 0; i < N(models); i++)
		near(clv_active(models[i], 3, 20, 1e-6),
		    clv_orders(models[i], 3, 20, 1e-6), 1e-6);
}

/* s = 1 is nothing special. */
static void
test_pareto_orders(void **state)
{
	struct clv_params	 p = pareto;
	double			 at;

	(void)state;
	p.order[CLV_S] = 1;
	at = clv_orders(&p, 2, 30, 39);
	near(at, (2 + 0.553) / (10.578 + 30) * (11.669 + 30) *
	    log((11.669 + 69) / (11.669 + 30)), 1e-14);
	p.order[CLV_S] = 1 + 1e-10;
	near(clv_orders(&p, 2, 30, 39), at, 1e-9);
}

/* ---------------------------------------------------- the fixture, CDNOW */

struct fixture {
	struct clv_history	 h;
	double			 want[7];
};

static struct fixture	 rows[100];
static size_t		 nrows;

static int
setup(void **state)
{
	const char	*dir = getenv("srcdir");
	char		 path[1024], line[512], *p;
	FILE		*fp;
	int		 i;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/clv/cdnow60.csv",
	    dir != NULL ? dir : ".");
	if ((fp = fopen(path, "r")) == NULL)
		return -1;
	if (fgets(line, sizeof(line), fp) == NULL)
		return -1;
	while (fgets(line, sizeof(line), fp) != NULL) {
		p = strchr(line, ',') + 1;
		rows[nrows].h.x = strtod(p, &p);
		rows[nrows].h.t_x = strtod(p + 1, &p);
		rows[nrows].h.T = strtod(p + 1, &p);
		rows[nrows].h.m = strtod(p + 1, &p);
		for (i = 0; i < 7; i++)
			rows[nrows].want[i] = strtod(p + 1, &p);
		nrows++;
	}
	fclose(fp);
	return nrows == 60 ? 0 : -1;
}

/* To 1e-6 of each figure; the file has ten digits. */
static void
test_cdnow(void **state)
{
	static const struct clv_terms	 terms39 = { 39, 4, 12, 0.01 };
	static const struct clv_terms	 terms52 = { 52, 4, 12, 0.01 };
	struct clv_scorer		*s39 = clv_scorer_new(&bg, &terms39);
	struct clv_scorer		*s52 = clv_scorer_new(&bg, &terms52);
	struct clv_scorer		*p39 = clv_scorer_new(&pareto,
					    &terms39);
	struct clv_score		 s;
	const struct fixture		*f;
	int				 again;

	(void)state;
	for (again = 0; again < 2; again++)
		for (f = rows; f < rows + nrows; f++) {
			clv_score(s39, &f->h, &s);
			near(s.alive, f->want[0], 2e-9);
			near(s.orders, f->want[1], 2e-9);
			near(s.value, f->want[5], 2e-9);
			near(s.clv, f->want[6], 2e-9);
			clv_score(s52, &f->h, &s);
			near(s.orders, f->want[2], 2e-9);
			clv_score(p39, &f->h, &s);
			near(s.alive, f->want[3], 2e-9);
			near(s.orders, f->want[4], 2e-9);
			assert_true(s.value == 0 && s.clv == 0);
		}
	clv_scorer_free(s39);
	clv_scorer_free(s52);
	clv_scorer_free(p39);
}

/* Figures that others have published; see the README of the data. */
static void
test_published(void **state)
{
	static const double	 weeks[][2] = {
		{ 0.1429, 0.0078 }, { 1, 0.0532 }, { 3, 0.1506 },
		{ 31.8571, 1.0405 }, { 32, 1.0437 }, { 52, 1.444 },
		{ 78, 1.858 }
	};
	static const double	 alive[][3] = {
		{ 10, 0.3475, 0.706 }, { 15, 0.0428, 0.144 },
		{ 20, 0.00416, 0.0225 }, { 25, 0.000358, 0.0031 }
	};
	static const double	 fitted[] = {
		0.24259452, 4.41360201, 0.79292197, 2.4259066
	};
	struct clv_history	 h = { 2, 30.43, 38.86, 0 };
	struct clv_params	 p = bg;
	size_t			 i;

	(void)state;
	near(clv_alive(&bg, &h), 0.7266, 1e-4);
	near(clv_alive(&bg, &h) * clv_orders(&bg, 2, 38.86, 39), 1.226, 5e-4);
	/*
	 * A new customer is one with T = 0, who under BG/NBD cannot have left;
	 * published with the fit before it was rounded.
	 */
	memcpy(p.order, fitted, sizeof(p.order));
	for (i = 0; i < N(weeks); i++)
		assert_true(fabs(clv_orders(&p, 0, 0, weeks[i][0]) -
		    weeks[i][1]) < 0.0006);
	h = (struct clv_history){ 26, 30.857142857, 31, 0 };
	near(clv_alive(&bg, &h), 0.96885, 1e-4);
	near(clv_alive(&bg, &h) * clv_orders(&bg, 26, 31, 52), 25.757, 1e-3);
	near(clv_alive(&pareto, &h), 0.99787, 1e-4);
	near(clv_alive(&pareto, &h) * clv_orders(&pareto, 26, 31, 52), 25.456,
	    1e-3);
	/* The more purchases, the less alive: those in 52 weeks. */
	for (i = 0; i < N(alive); i++) {
		h = (struct clv_history){ alive[i][0], 20, 39, 0 };
		near(clv_alive(&bg, &h) * clv_orders(&bg, h.x, 39, 52),
		    alive[i][1], 0.02);
		near(clv_alive(&pareto, &h) * clv_orders(&pareto, h.x, 39,
		    52), alive[i][2], 0.02);
	}
}

/* ---------------------------------------------------------- likelihoods */

static struct clv_sample *
sample_of(const struct fixture *f, size_t n, int backwards)
{
	struct clv_sample	*s = clv_sample_new();
	struct clv_sample	*part = clv_sample_new();
	size_t			 i;

	for (i = 0; i < n; i++)
		clv_sample_add(i % 3 == 0 ? part : s,
		    &f[backwards ? n - 1 - i : i].h);
	clv_sample_merge(s, part);
	clv_sample_free(part);
	clv_sample_settle(s);
	return s;
}

static void
test_likelihood(void **state)
{
	static const struct {
		int	 model;		/* -1: of the value */
		double	 theta[4], want;
	} t[] = {
		{ CLV_BG_NBD, { 0.243, 4.414, 0.793, 2.426 },
		    -850.5793078660742 },
		{ CLV_BG_NBD, { 1.5, 20, 0.1, 30 }, -841.1780316790379 },
		{ CLV_MBG_NBD, { 0.525, 6.183, 0.891, 1.614 },
		    -849.8790622449252 },
		{ CLV_MBG_NBD, { 1.5, 20, 0.1, 30 }, -841.1525079228746 },
		{ CLV_PARETO_NBD, { 0.553, 10.578, 0.606, 11.669 },
		    -848.7405762462157 },
		{ CLV_PARETO_NBD, { 1.5, 20, 0.1, 3 }, -835.8352490066523 },
		{ -1, { 6.25, 3.74, 15.44 }, -188.6784004701041 },
		{ -1, { 1.5, 20, 100 }, -499.7156558674622 },
	};
	struct clv_sample	*s = sample_of(rows, nrows, 0);
	double			 gradient[4], at[4], g[4], up, down;
	size_t			 i, j;

	(void)state;
	for (i = 0; i < N(t); i++) {
		near(t[i].model == -1 ?
		    clv_likelihood_value(s, t[i].theta, gradient, 1) :
		    clv_likelihood_orders(s, (enum clv_model)t[i].model,
		    t[i].theta, gradient, 1), t[i].want, 1e-13);
		for (j = 0; j < (t[i].model == -1 ? 3 : 4); j++) {
			memcpy(at, t[i].theta, sizeof(at));
			at[j] = t[i].theta[j] * (1 + 1e-5);
			up = t[i].model == -1 ?
			    clv_likelihood_value(s, at, g, 1) :
			    clv_likelihood_orders(s,
			    (enum clv_model)t[i].model, at, g, 1);
			at[j] = t[i].theta[j] * (1 - 1e-5);
			down = t[i].model == -1 ?
			    clv_likelihood_value(s, at, g, 1) :
			    clv_likelihood_orders(s,
			    (enum clv_model)t[i].model, at, g, 1);
			assert_true(fabs((up - down) / 2e-5 -
			    t[i].theta[j] * gradient[j]) < 1e-4);
		}
	}
	clv_sample_free(s);
}

/* So many customers as take several slices and a thinned sample. */
static struct fixture *
many(size_t n)
{
	struct fixture	*f = calloc(n, sizeof(*f));
	double		 rate, leave, at, days, k;
	size_t		 i;

	seed = 5;
	for (i = 0; i < n; i++) {
		rate = -log(1 - chance()) / 60;
		leave = 0.9 * chance();
		days = floor(chance() * 3000);
		for (at = 0; chance() > leave; ) {
			at += 1 + floor(-log(1 - chance()) / rate);
			if (at > days)
				break;
			f[i].h.x++;
			f[i].h.t_x = at / 7;
		}
		f[i].h.T = days / 7;
		for (k = 0; k < f[i].h.x; k++)
			f[i].h.m -= log(1 - chance()) / f[i].h.x;
		f[i].h.m *= -20 / log((1 - chance()) * (1 - chance()) *
		    (1 - chance()));
	}
	return f;
}

/*
 * Neither the order of customers nor the number of threads changes a bit;
 * and the integral of Pareto/NBD by tails is that of each triple.
 */
static void
test_slices(void **state)
{
	static const double	 theta[] = { 0.7, 9, 0.8, 12 };
	const size_t		 n = 90000;
	struct fixture		*f = many(n);
	struct clv_sample	*s = sample_of(f, n, 0), *other, *one;
	double			 g[4], h[4], sum, ll;
	size_t			 i, j;
	int			 m;

	(void)state;
	other = sample_of(f, n, 1);
	assert_true(clv_sample_distinct(s) > 2 * 16384);
	for (m = 0; m < 3; m++) {
		ll = clv_likelihood_orders(s, (enum clv_model)m, theta, g, 1);
		assert_true(ll == clv_likelihood_orders(other,
		    (enum clv_model)m, theta, h, 3));
		assert_memory_equal(g, h, sizeof(g));
	}
	assert_true(clv_likelihood_value(s, theta, g, 1) ==
	    clv_likelihood_value(other, theta, h, 3));
	assert_memory_equal(g, h, 3 * sizeof(*g));

	/* Few together have no tails. */
	for (i = 0, sum = 0; i < n; i += j) {
		for (one = clv_sample_new(), j = 0; j < 500 && i + j < n; j++)
			clv_sample_add(one, &f[i + j].h);
		clv_sample_settle(one);
		sum += clv_likelihood_orders(one, CLV_PARETO_NBD, theta, h,
		    1);
		clv_sample_free(one);
	}
	near(ll, sum, 1e-12);
	clv_sample_free(s);
	clv_sample_free(other);
	free(f);
}

/* ------------------------------------------------------------------- fits */

/* A fit is a maximum: no step on any side of it does better. */
static void
is_maximum(const struct clv_sample *s, int model, const struct clv_fit *f)
{
	double	 at[4], g[4], ll;
	size_t	 i;
	int	 way;

	for (i = 0; i < f->n; i++)
		for (way = -1; way <= 1; way += 2) {
			memcpy(at, f->theta, sizeof(at));
			at[i] *= 1 + way * 1e-3;
			ll = model == -1 ? clv_likelihood_value(s, at, g, 1) :
			    clv_likelihood_orders(s, (enum clv_model)model,
			    at, g, 1);
			assert_true(ll < f->likelihood);
		}
	assert_true(f->gradient < 1e-4 && f->step < 1e-6 &&
	    f->iterations > 0 && f->starts == 4);
}

static void
test_fit(void **state)
{
	struct fixture		*f = many(40000);
	struct clv_fit_options	 options = { 0, 2 };
	struct clv_fit		 fit, prior, more;
	struct clv_sample	*s = sample_of(f, 40000, 0), *twice;
	struct buf		 why = { 0 };
	size_t			 i;
	int			 m;

	(void)state;
	assert_true(clv_sample_distinct(s) > 20000);	/* thinned first */
	for (m = CLV_BG_NBD; m <= CLV_PARETO_NBD; m++) {
		options.prior = 0;
		if (clv_fit_orders(s, (enum clv_model)m, &options, &fit,
		    &why) == -1)
			fail_msg("%s", buf_str(&why));
		is_maximum(s, m, &fit);
		assert_int_equal(fit.customers, 40000);
	}
	assert_int_equal(clv_fit_value(s, &options, &fit, &why), 0);
	is_maximum(s, -1, &fit);

	/* Twice the customers, the same maximum, smaller errors. */
	f = realloc(f, 80000 * sizeof(*f));
	memcpy(f + 40000, f, 40000 * sizeof(*f));
	twice = sample_of(f, 80000, 0);
	assert_int_equal(clv_fit_value(twice, &options, &more, &why), 0);
	for (i = 0; i < 3; i++) {
		near(more.theta[i], fit.theta[i], 1e-6);
		near(more.se[i], fit.se[i] / sqrt(2), 1e-4);
	}
	/* What is likely weighs little against them. */
	options.prior = 1;
	assert_int_equal(clv_fit_value(s, &options, &prior, &why), 0);
	for (i = 0; i < 3; i++)
		assert_true(fabs(prior.theta[i] - fit.theta[i]) <
		    0.2 * fit.se[i]);
	clv_sample_free(s);
	clv_sample_free(twice);
	buf_free(&why);
	free(f);
}

static void
expect_why(const char *what, int rc, struct buf *why)
{
	assert_int_equal(rc, -1);
	if (strstr(buf_str(why), what) == NULL)
		fail_msg("\"%s\" has no \"%s\"", buf_str(why), what);
	why->len = 0;
}

static void
test_no_maximum(void **state)
{
	struct fixture		 f[200];
	struct clv_fit_options	 options = { 0, 1 };
	struct clv_fit		 fit;
	struct clv_sample	*s;
	struct buf		 why = { 0 };
	size_t			 i;

	(void)state;
	seed = 1;
	/* Nobody came back; nobody at all. */
	memset(f, 0, sizeof(f));
	for (i = 0; i < N(f); i++)
		f[i].h.T = (double)(i + 1);
	s = sample_of(f, N(f), 0);
	expect_why("nobody bought a second time", clv_fit_orders(s,
	    CLV_MBG_NBD, &options, &fit, &why), &why);
	expect_why("no second order", clv_fit_value(s, &options, &fit, &why),
	    &why);
	clv_sample_free(s);
	s = sample_of(f, 0, 0);
	expect_why("nobody", clv_fit_orders(s, CLV_PARETO_NBD, &options, &fit,
	    &why), &why);
	clv_sample_free(s);

	/* All of them today. */
	for (i = 0; i < N(f); i++)
		f[i].h = (struct clv_history){ 1, 0, 0, 5 };
	s = sample_of(f, N(f), 0);
	expect_why("every T is 0", clv_fit_orders(s, CLV_BG_NBD, &options,
	    &fit, &why), &why);
	clv_sample_free(s);

	/* Regular customers who never leave, at rates of their own. */
	for (i = 0; i < N(f); i++) {
		f[i].h.T = 100;
		f[i].h.x = 5 + floor(40 * chance());
		f[i].h.t_x = 100 - 30 / f[i].h.x * chance();
		f[i].h.m = 25;
	}
	s = sample_of(f, N(f), 0);
	expect_why("hardly anybody seems to leave", clv_fit_orders(s,
	    CLV_MBG_NBD, &options, &fit, &why), &why);
	expect_why("no maximum in reach", clv_fit_value(s, &options, &fit,
	    &why), &why);
	/* The prior knows that some will. */
	options.prior = 1;
	assert_int_equal(clv_fit_orders(s, CLV_MBG_NBD, &options, &fit,
	    &why), 0);
	assert_true(fit.theta[CLV_A] < fit.theta[CLV_B]);
	assert_true(fit.gradient < 1e-6);
	clv_sample_free(s);
	buf_free(&why);
}

static void
test_worthless(void **state)
{
	static const struct fixture	 f[] = {
		{ .h = { 0, 0, 9, 0 } }, { .h = { 2, 3, 9, 0 } },
		{ .h = { 2, 3, 9, -5 } }, { .h = { 2, 3, 9, 10 } },
		{ .h = { 2, 3, 9, 10 } }
	};
	struct clv_sample		*s = sample_of(f, N(f), 0);
	struct clv_history		 h = { 2, 3, 9, -5 };

	(void)state;
	assert_int_equal(clv_sample_count(s), 5);
	assert_int_equal(clv_sample_distinct(s), 2);
	assert_int_equal(clv_sample_valued(s), 2);
	assert_int_equal(clv_sample_worthless(s), 2);
	near(clv_value(&bg, &h), 6.25 * 15.44 / (6.25 * 2 + 3.74 - 1), 1e-14);
	clv_sample_free(s);
}

/* ------------------------------------------------------------------- text */

static void
test_text(void **state)
{
	struct clv_fit		 orders = { .n = 4, .theta = { 0.2425945221,
				    4.413602005, 1e-5, 24259.45221 },
				    .likelihood = -9582.4292064 };
	struct clv_fit		 value = { .n = 3, .theta = { 6.25, 3.74,
				    15.44 } };
	struct clv_fit_options	 options = { 1, 0 };
	struct clv_params	 p;
	struct buf		 b = { 0 }, why = { 0 };
	size_t			 line;
	int			 m;

	(void)state;
	for (m = 0; m < 3; m++) {
		b.len = 0;
		clv_write(&b, (enum clv_model)m, &orders,
		    m > 0 ? &value : NULL, &options);
		assert_non_null(strstr(buf_str(&b),
		    "\nlog_likelihood = -9582.429206\n"));
		assert_int_equal(clv_read(b.p, b.len, &p, &line, &why), 0);
		assert_int_equal(p.model, m);
		assert_int_equal(p.has_value, m > 0);
		assert_memory_equal(p.order, orders.theta, sizeof(p.order));
		if (m > 0)
			assert_memory_equal(p.value, value.theta,
			    sizeof(p.value));
	}
	buf_free(&b);
	buf_free(&why);
}

static void
test_text_faults(void **state)
{
	static const struct {
		const char	*text, *why;
		size_t		 line;	/* 0 with no "why": good */
	} t[] = {
		{ "r=1\nalpha=2\r\n\n# a and b\n a = 3e-1 \nb\t=4", NULL, 0 },
		{ "r=1\nalpha=2\ns=1\nbeta=1\n", NULL, 0 },
		{ "", "r is missing", 0 },
		{ "model = bg-nbd\nr=1\nalpha=2\na=1\n", "b is missing", 0 },
		{ "model = bg-nbd\nr=1\nalpha=2\ns=1\nbeta=1\n",
		    "a is missing, which bg-nbd has", 0 },
		{ "r=1\nalpha=2\na=1\nb=1\ns=3\n", "mbg-nbd has no s", 0 },
		{ "model=pareto-nbd\nr=1\nalpha=2\na=1\nb=1\ns=3\nbeta=1\n",
		    "pareto-nbd has no a", 0 },
		{ "r=1\nalpha=2\na=1\nb=1\np=3\n", "all are needed", 0 },
		{ "r=1\nalpha=2\na=1\nb=1\np=3\nq=1\ngamma=3\n",
		    "q is not more than 1", 0 },
		{ "r=0\nalpha=2\na=1\nb=1\n", "not from 1e-12 to 1e15", 0 },
		{ "r=1\nalpha=-2\na=1\nb=1\n", "not from 1e-12 to 1e15", 0 },
		{ "r=1\nr=1\n", "r is given twice", 2 },
		{ "r=1\nmodel=nbd\n", "\"nbd\" is not a model", 2 },
		{ "r=nan\n", "\"nan\" is not a number", 1 },
		{ "r=0x1p3\n", "is not a number", 1 },
		{ "r=\n", "is not a number", 1 },
		{ "r=1e999\n", "is not a number", 1 },
		{ "r=1,5\n", "is not a number", 1 },
		{ "\n\nrho=1\n", "no parameter \"rho\"", 3 },
		{ "r 1\n", "is not \"name = value\"", 1 },
	};
	struct clv_params	 p;
	struct buf		 why = { 0 };
	size_t			 line, i;
	int			 rc;

	(void)state;
	for (i = 0; i < N(t); i++) {
		why.len = 0;
		rc = clv_read(t[i].text, strlen(t[i].text), &p, &line, &why);
		if (t[i].why == NULL) {
			assert_int_equal(rc, 0);
			continue;
		}
		expect_why(t[i].why, rc, &why);
		assert_int_equal(line, t[i].line);
	}
	buf_free(&why);
}

static void
test_num(void **state)
{
	num	 x;

	(void)state;
	assert_int_equal(clv_num(1.2345675, &x), 0);
	assert_int_equal(x, 1234568);
	assert_int_equal(clv_num(0, &x), 0);
	assert_int_equal(x, 0);
	assert_int_equal(clv_num(9.3e12, &x), -1);
	assert_int_equal(clv_num(NAN, &x), -1);
	assert_int_equal(clv_num(INFINITY, &x), -1);
}

/* -------------------------------------------------------------------- auc */

static void
test_auc(void **state)
{
	double		 score[60], pairs, wins;
	unsigned char	 came[60];
	size_t		 i, j, n;

	(void)state;
	seed = 3;
	for (n = 2; n <= N(score); n++) {
		for (i = 0; i < n; i++) {
			score[i] = floor(8 * chance());
			came[i] = i == 0 || (i > 1 && chance() < 0.4);
		}
		for (i = 0, pairs = wins = 0; i < n; i++)
			for (j = 0; j < n; j++)
				if (came[i] && !came[j]) {
					pairs++;
					wins += score[i] > score[j] ? 1 :
					    score[i] == score[j] ? 0.5 : 0;
				}
		near(clv_auc(score, came, n) + 1, wins / pairs + 1, 1e-12);
	}
	memset(came, 1, sizeof(came));
	assert_true(clv_auc(score, came, 60) == -1);
	assert_true(clv_auc(score, came, 0) == -1);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_bg_orders),
		cmocka_unit_test(test_bg_seams),
		cmocka_unit_test(test_pareto_integral),
		cmocka_unit_test(test_alive),
		cmocka_unit_test(test_active),
		cmocka_unit_test(test_pareto_orders),
		cmocka_unit_test(test_cdnow),
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_likelihood),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_no_maximum),
		cmocka_unit_test(test_worthless),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_faults),
		cmocka_unit_test(test_num),
		cmocka_unit_test(test_auc),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
