/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "score/tune.h"
#include "random.h"

#define NEAR(a, b, eps)							\
	do {								\
		if (!(fabs((a) - (b)) <= (eps)))			\
			fail_msg("%s is %.12g, want %.12g", #a,		\
			    (double)(a), (double)(b));			\
	} while (0)

static void
cases_make(struct cases *c, size_t n, size_t k)
{
	memset(c, 0, sizeof(*c));
	c->n = n;
	c->k = k;
	c->part = xcalloc(n * k, sizeof(*c->part));
	c->left = xcalloc(n, 1);
}

static void
cases_drop(struct cases *c)
{
	free(c->part);
	free(c->left);
}

static size_t *
all_rows(size_t n)
{
	size_t	*row = xcalloc(n, sizeof(*row)), i;

	for (i = 0; i < n; i++)
		row[i] = i;
	return row;
}

/* One yes-or-no signal: the coefficients are the logarithms of odds. */
static void
test_odds(void **state)
{
	struct cases	 c;
	size_t		*row, i;
	double		 b[2];

	(void)state;
	cases_make(&c, 100, 1);
	row = all_rows(100);
	for (i = 0; i < 100; i++) {
		c.part[i] = i < 40;
		c.left[i] = i < 40 ? i < 30 : i < 50;
	}
	tune_fit(&c, row, 100, 1e-12, b);
	NEAR(b[1], log(10.0 / 50), 1e-7);
	NEAR(b[0], log(30.0 / 10) - log(10.0 / 50), 1e-7);

	/* One that speaks for staying has none, and leaves the base rate. */
	for (i = 0; i < 100; i++)
		c.part[i] = i >= 40;
	tune_fit(&c, row, 100, 1e-12, b);
	assert_true(b[0] == 0);
	NEAR(b[1], log(40.0 / 60), 1e-7);

	/* One that says all is bounded by the penalty. */
	for (i = 0; i < 100; i++)
		c.left[i] = c.part[i] > 0;
	tune_fit(&c, row, 100, 1, b);
	assert_true(isfinite(b[0]) && b[0] > 3 && b[0] < 20);
	free(row);
	cases_drop(&c);
}

/* What makes it the least: no slope inside, none inwards at the bound. */
static void
assert_least(const struct cases *c, double penalty, const double *b)
{
	double	*g = xcalloc(c->k + 1, sizeof(*g)), t, e;
	size_t	 i, j;

	for (i = 0; i < c->n; i++) {
		for (t = b[c->k], j = 0; j < c->k; j++)
			t += b[j] * (double)c->part[i * c->k + j];
		e = 1 / (1 + exp(-t)) - c->left[i];
		for (j = 0; j < c->k; j++)
			g[j] += e * (double)c->part[i * c->k + j];
		g[c->k] += e;
	}
	NEAR(g[c->k], 0, 1e-4);
	for (j = 0; j < c->k; j++) {
		g[j] += penalty * b[j];
		assert_true(b[j] >= 0);
		if (b[j] > 0)
			NEAR(g[j], 0, 1e-4);
		else
			assert_true(g[j] >= -1e-4);
	}
	free(g);
}

static void
test_least(void **state)
{
	static const double	 truth[5] = { 3, 0.5, -1, 0, 1.5 };
	struct cases		 c;
	size_t			*row, i, j, n = 3000;
	double			 b[6], t, penalty;
	int			 bound = 0;

	(void)state;
	seed = 1;
	row = all_rows(n);
	cases_make(&c, n, 5);
	for (i = 0; i < n; i++) {
		for (t = -2, j = 0; j < 5; j++) {
			double	 v = chance() < 0.6 ? 0 : chance();

			c.part[i * 5 + j] = (float)v;
			t += truth[j] * v;
		}
		c.left[i] = chance() < 1 / (1 + exp(-t));
	}
	for (penalty = 0.01; penalty < 2000; penalty *= 10) {
		tune_fit(&c, row, n, penalty, b);
		assert_least(&c, penalty, b);
		bound += b[2] == 0;
	}
	assert_int_equal(bound, 6);
	tune_fit(&c, row, n, 0.01, b);
	NEAR(b[0], 3, 0.5);
	NEAR(b[4], 1.5, 0.5);
	free(row);
	cases_drop(&c);
}

static void
test_round(void **state)
{
	static const double	 thirds[3] = { 1, 1, 1 };
	static const double	 some[3] = { 3, 0, 1 };
	static const double	 tiny[3] = { 1e-9, 1e-12, 2e-9 };
	double			 b[40];
	num			 w[40], sum;
	size_t			 i;

	(void)state;
	tune_round(thirds, 3, 100 * NUM_ONE, w);
	assert_int_equal(w[0], 34 * NUM_ONE);
	assert_int_equal(w[1], 33 * NUM_ONE);
	assert_int_equal(w[2], 33 * NUM_ONE);
	tune_round(some, 3, 120 * NUM_ONE, w);
	assert_int_equal(w[0], 90 * NUM_ONE);
	assert_int_equal(w[1], 0);
	assert_int_equal(w[2], 30 * NUM_ONE);
	tune_round(tiny, 3, 100 * NUM_ONE, w);
	assert_int_equal(w[0] + w[1] + w[2], 100 * NUM_ONE);
	/* Not a whole sum; and more signals than there are whole numbers. */
	tune_round(thirds, 3, 97500000, w);
	assert_int_equal(w[0] + w[1] + w[2], 97500000);
	assert_int_equal(w[0], 32500000);
	seed = 7;
	for (i = 0; i < 40; i++)
		b[i] = chance();
	tune_round(b, 40, 100 * NUM_ONE, w);
	for (i = 0, sum = 0; i < 40; i++) {
		sum += w[i];
		assert_int_equal(w[i] % (NUM_ONE / 10), 0);
	}
	assert_int_equal(sum, 100 * NUM_ONE);
}

static double
wins(double x, double y)
{
	return x > y ? 1 : x == y ? 0.5 : 0;
}

/* By every pair, as the paper has it. */
static double
error_of_pairs(const double *a, const double *b, const unsigned char *left,
    size_t n)
{
	double	 theta = 0, var[2] = { 0 }, m[2] = { 0 }, v;
	size_t	 i, j;
	int	 c;

	for (i = 0; i < n; i++)
		m[left[i]]++;
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			if (left[i] && !left[j])
				theta += (wins(a[i], a[j]) -
				    wins(b[i], b[j])) / m[0] / m[1];
	for (i = 0; i < n; i++) {
		c = left[i];
		for (v = 0, j = 0; j < n; j++)
			if (left[j] != c)
				v += (c ? wins(a[i], a[j]) - wins(b[i], b[j]) :
				    wins(a[j], a[i]) - wins(b[j], b[i])) /
				    m[!c];
		var[c] += (v - theta) * (v - theta) / (m[c] - 1);
	}
	return sqrt(var[0] / m[0] + var[1] / m[1]);
}

static void
test_error(void **state)
{
	double		 a[300], b[300];
	unsigned char	 left[300];
	size_t		 i;

	(void)state;
	seed = 3;
	for (i = 0; i < 300; i++) {
		left[i] = chance() < 0.3;
		a[i] = floor(8 * (chance() + 0.3 * left[i]));	/* ties */
		b[i] = floor(5 * (chance() + 0.2 * left[i]));
	}
	NEAR(tune_error(a, b, left, 300), error_of_pairs(a, b, left, 300),
	    1e-12);
	assert_true(tune_error(a, a, left, 300) == 0);
}

/* Whatever the order of those who tie. */
static void
test_lift(void **state)
{
	double		 score[60], mean = 0;
	unsigned char	 left[60], turned[60];
	size_t		 i;

	(void)state;
	for (i = 0; i < 60; i++) {
		score[i] = i < 12 ? 5 : 1;
		left[i] = i < 6 || i == 59;
	}
	/* Twelve tie at the top, six of them left: three in a tenth of six. */
	NEAR(backtest_lift(score, left, 60), 3 / 6.0 / (7 / 60.0), 1e-12);
	for (i = 0; i < 60; i++)
		turned[i] = i < 12 ? left[11 - i] : left[71 - i];
	NEAR(backtest_lift(score, turned, 60),
	    backtest_lift(score, left, 60), 1e-12);
	memset(left, 1, sizeof(left));
	for (i = 0; i < 7; i++)
		mean += backtest_lift(score, left, 60 - i) / 7;
	NEAR(mean, 1, 1e-12);
}

static int
said(const char *text)
{
	return outcome_parse(cell_str(text));
}

static void
test_outcome(void **state)
{
	(void)state;
	assert_int_equal(said("yes"), 1);
	assert_int_equal(said("TRUE"), 1);
	assert_int_equal(said("1"), 1);
	assert_int_equal(said("No"), 0);
	assert_int_equal(said("0"), 0);
	assert_int_equal(said("false"), 0);
	assert_int_equal(said(""), -1);
	assert_int_equal(said("ye"), -2);
	assert_int_equal(said("yes "), -2);
	assert_int_equal(said("2"), -2);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_odds),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_lift),
		cmocka_unit_test(test_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
