/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_backtest.h"
#include "score/rollup.h"
#include "score/scored.h"

enum { X, T_X, LENGTH, M, SPEND };	/* metrics, of the past and of all */

/* --------------------------------------------------------------- reading */

static void
metrics_of(struct metric *m, int value)
{
	static const char *const	 names[] = {
		"x", "t_x", "T", "m", "spend_total"
	};
	int				 i, n = value ? 5 : 3;

	for (i = 0; i < n; i++)
		metric_parse(names[i], &m[i]);
}

/* Tally the orders up to and including a day. */
static struct rollup
tally(const struct clv_backtest *b, const struct metric *metrics, int64_t day,
    struct reader *rd, const struct pass_options *options)
{
	struct rollup	 r = { .pol = b->pol, .map = b->map, .zone = b->zone,
			    .key = b->key, .today = day, .since = DAY_FIRST,
			    .last = day, .metrics = metrics,
			    .nmetrics = b->value ? 5 : 3 };

	r.until = day < DAY_LAST ? zone_at(b->zone, day + 1, 0, NULL) :
	    WHEN_MAX;
	r.now = r.until - 1;
	r.tally = tally_new(metrics, r.nmetrics, day, 0);
	rollup_orders(&r, rd, options);
	rollup_end(&r);
	tally_settle(r.tally, options->jobs, 0);
	return r;
}

static double
worth(const struct tally *t, struct customer c, size_t i)
{
	num	 x;

	return tally_worth(t, &c, i, &x) == WORTH_EMPTY ? NAN :
	    (double)x / (double)NUM_ONE;
}

/* What came after the past: all less what there was. */
static void
outcome(struct clv_outcome *o, const struct tally *all, const char *key,
    size_t len, int value, double spent)
{
	struct customer	 c;

	if (!tally_find(all, key, len, &c))
		return;
	o->orders = worth(all, c, X) - o->history.x;
	if (value)
		o->spend = worth(all, c, SPEND) - spent;
}

static void
collect(struct clv_backtest *b, const struct tally *past,
    const struct tally *all, int jobs)
{
	struct tally_walk	*walk = tally_walk(past, jobs);
	struct clv_outcome	*o;
	struct customer		 c;
	const char		*key;
	size_t			 len;
	double			 x;

	b->outcomes = xcalloc(tally_count(past) + (size_t)1,
	    sizeof(*b->outcomes));
	while (tally_next(walk, &c)) {
		if (isnan(x = worth(past, c, X)))
			continue;
		o = &b->outcomes[b->n++];
		o->history.x = x;
		o->history.t_x = worth(past, c, T_X);
		o->history.T = worth(past, c, LENGTH);
		o->history.m = b->value ? worth(past, c, M) : 0;
		key = tally_key(past, c, &len);
		outcome(o, all, key, len, b->value,
		    b->value ? worth(past, c, SPEND) : 0);
	}
	tally_walk_free(walk);
}

static int64_t
last_day(const struct tally *t, int jobs)
{
	struct tally_walk	*walk = tally_walk(t, jobs);
	struct customer		 c;
	int64_t			 last = DAY_FIRST;
	double			 day;

	while (tally_next(walk, &c)) {
		/* T counts back from DAY_LAST. */
		day = (double)DAY_LAST - round(7 * (worth(t, c, LENGTH) -
		    worth(t, c, T_X)));
		if (day > (double)last)
			last = (int64_t)day;
	}
	tally_walk_free(walk);
	return last;
}

void
clv_backtest_read(struct clv_backtest *b, struct reader *rd,
    const struct pass_options *options)
{
	struct metric	 metrics[5];
	struct rollup	 all, past;

	metrics_of(metrics, b->value);
	reader_keep(rd);
	all = tally(b, metrics, b->until, rd, options);
	reader_rewind(rd);
	past = tally(b, metrics, b->day, rd, options);
	if (b->until == DAY_LAST)
		b->until = last_day(all.tally, options->jobs);
	collect(b, past.tally, all.tally, options->jobs);
	tally_free(all.tally);
	tally_free(past.tally);
}

/* --------------------------------------------------------------- measures */

/* By the ranks of those who came, ties in the middle (Mann, Whitney). */
double
clv_auc(const double *score, const unsigned char *came, size_t n)
{
	struct scored	*items = scored_new(score, n);
	double		 ranks = 0, yes = 0, no;
	size_t		 i, j, k;

	for (i = 0; i < n; i = j) {
		j = scored_tied(items, i, n);
		for (k = i; k < j; k++)
			if (came[items[k].i]) {
				ranks += (double)(i + j + 1) / 2;
				yes++;
			}
	}
	free(items);
	no = (double)n - yes;
	return yes > 0 && no > 0 ?
	    (ranks - yes * (yes + 1) / 2) / (yes * no) : -1;
}

static double
brier(const double *p, const unsigned char *came, size_t n)
{
	double	 sum = 0;
	size_t	 i;

	for (i = 0; i < n; i++)
		sum += (p[i] - came[i]) * (p[i] - came[i]);
	return sum / (double)n;
}

/* ---------------------------------------------------------------- writing */

static void
put_count(struct writer *w, size_t n)
{
	writer_num(w, (num)n * NUM_ONE);
}

/* Empty for what is not a number. */
static void
put(struct writer *w, double d)
{
	num	 x;

	if (isnan(d))
		writer_cells(w, "");
	else if (clv_num(d, &x) == -1)
		die(STATUS_DATA, "a total of the backtest is out of range");
	else
		writer_num(w, x);
}

static void
put_row(struct writer *w, const char *measure, const char *score,
    size_t decile, size_t customers, const double v[3])
{
	writer_cells(w, measure);
	writer_cells(w, score);
	if (decile > 0)
		put_count(w, decile);
	else
		writer_cells(w, "");
	put_count(w, customers);
	put(w, v[0]);
	put(w, v[1]);
	put(w, v[2]);
	writer_end(w);
}

static void
put_value(struct writer *w, const char *measure, const char *score, size_t n,
    double value)
{
	put_row(w, measure, score, 0, n, (double [3]){ NAN, NAN, value });
}

static void
put_total(struct writer *w, const char *what, size_t n, double expected,
    double actual)
{
	put_row(w, "total", what, 0, n, (double [3]){ expected, actual,
	    actual != 0 ? expected / actual : NAN });
}

/* The means of what a score says and of what came, by its deciles. */
static void
put_deciles(struct writer *w, const char *name, const double *score,
    const double *actual, size_t n)
{
	struct scored	*items = scored_new(score, n);
	double		 says, is;
	size_t		 d, i, from, to;

	for (d = 0; d < 10; d++) {
		from = n * d / 10;
		to = n * (d + 1) / 10;
		if (from == to)
			continue;
		for (i = from, says = is = 0; i < to; i++) {
			says += items[i].score;
			is += actual[items[i].i];
		}
		says /= (double)(to - from);
		is /= (double)(to - from);
		put_row(w, "calibration", name, d + 1, to - from,
		    (double [3]){ says, is, is != 0 ? says / is : NAN });
	}
	free(items);
}

/* Of each customer, what is said and what came. */
struct said {
	double		*alive, *active, *orders, *recency;
	double		*came_again, *came;	/* 0 or 1; how often */
	unsigned char	*is_active;
	double		 spend, spent, expected, actual, sum_active, rate;
};

static double *
doubles(size_t n)
{
	return xcalloc(n + 1, sizeof(double));
}

static struct said
say(const struct clv_backtest *b, const struct clv_params *p)
{
	const struct clv_terms	 terms = {
		.horizon = (double)(b->until - b->day) / 7
	};
	struct clv_scorer	*scorer = clv_scorer_new(p, &terms);
	const struct clv_outcome *o;
	struct clv_score	 score;
	struct said		 s = { .alive = doubles(b->n),
				    .active = doubles(b->n),
				    .orders = doubles(b->n),
				    .recency = doubles(b->n),
				    .came_again = doubles(b->n),
				    .came = doubles(b->n),
				    .is_active = xcalloc(b->n + 1, 1) };
	size_t			 i;

	for (i = 0; i < b->n; i++) {
		o = &b->outcomes[i];
		clv_score(scorer, &o->history, &score);
		s.alive[i] = score.alive;
		s.active[i] = score.active;
		s.orders[i] = score.orders;
		s.recency[i] = o->history.t_x - o->history.T;
		s.came[i] = o->orders;
		s.is_active[i] = o->orders > 0;
		s.came_again[i] = s.is_active[i];
		s.sum_active += score.active;
		s.expected += score.orders;
		s.actual += o->orders;
		s.spend += score.orders * score.value;
		s.spent += o->spend;
		s.rate += s.came_again[i] / (double)b->n;
	}
	clv_scorer_free(scorer);
	return s;
}

static void
said_free(struct said *s)
{
	free(s->alive);
	free(s->active);
	free(s->orders);
	free(s->recency);
	free(s->came_again);
	free(s->came);
	free(s->is_active);
}

void
clv_backtest_write(const struct clv_backtest *b, const struct clv_params *p,
    struct writer *w)
{
	static const char *const	 columns[] = {
		"measure", "score", "decile", "customers", "expected",
		"actual", "value"
	};
	struct said	 s = say(b, p);
	const double	*scores[4] = { s.alive, s.active, s.orders, s.recency };
	static const char *const names[4] = {
		"p_alive", "p_order", "expected_orders", "recency"
	};
	size_t		 n = b->n, i;
	double		 auc;

	writer_columns(w, columns, 7);
	for (i = 0; i < 4; i++) {
		auc = clv_auc(scores[i], s.is_active, n);
		put_value(w, "auc", names[i], n, auc < 0 ? NAN : auc);
		if (auc >= 0 && auc < 0.5 && i == 0)
			note("p_alive ranks worse than chance here (auc "
			    "%.3f)%s", auc, p->model == CLV_BG_NBD ?
			    ": bg-nbd calls all who bought once alive" : "");
	}
	for (i = 0; i < 2; i++)
		put_value(w, "brier", names[i], n, brier(scores[i],
		    s.is_active, n));
	put_value(w, "brier", "base_rate", n, s.rate * (1 - s.rate));
	put_total(w, "p_order", n, s.sum_active, s.rate * (double)n);
	put_total(w, "expected_orders", n, s.expected, s.actual);
	if (p->has_value)
		put_total(w, "spend", n, s.spend, s.spent);
	for (i = 0; i < 3; i++)
		put_deciles(w, names[i], scores[i], i == 2 ? s.came :
		    s.came_again, n);
	said_free(&s);
}
