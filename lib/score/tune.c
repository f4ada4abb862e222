/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_backtest.h"
#include "score/scored.h"
#include "score/tune.h"

#define FEWEST		10	/* who left, and who did not, in each part */
#define FOLDS		5
#define FOLD_ROWS	20000	/* as many find the penalty well enough */
#define STEPS_MAX	100

/* --------------------------------------------------------------------- fit */

struct fit {
	const struct cases	*cases;
	const size_t		*row;
	size_t			 n, k;		/* k signals; b[k] is alone */
	double			 penalty;
	double			*g, *h;		/* gradient, (k + 1)^2 */
	double			*d, *try;
	size_t			*some;		/* signals of a row not 0 */
};

static double
at(const struct fit *f, const double *b, size_t i)
{
	const float	*x = f->cases->part + f->row[i] * f->k;
	double		 t = b[f->k];
	size_t		 j;

	for (j = 0; j < f->k; j++)
		t += b[j] * (double)x[j];
	return t;
}

/* log(1 + exp(t)) without overflow. */
static double
softplus(double t)
{
	return t > 0 ? t + log1p(exp(-t)) : log1p(exp(t));
}

static double
loss(const struct fit *f, const double *b)
{
	double	 sum = 0, t;
	size_t	 i, j;

	for (i = 0; i < f->n; i++) {
		t = at(f, b, i);
		sum += softplus(f->cases->left[f->row[i]] ? -t : t);
	}
	for (j = 0; j < f->k; j++)
		sum += f->penalty / 2 * b[j] * b[j];
	return sum;
}

/* Most signals of a row are 0: only the others are added up. */
static void
slope(struct fit *f, const double *b)
{
	size_t		 m = f->k + 1, i, j, l, n;
	const float	*x;
	double		 p, e, w;

	memset(f->g, 0, m * sizeof(*f->g));
	memset(f->h, 0, m * m * sizeof(*f->h));
	for (i = 0; i < f->n; i++) {
		x = f->cases->part + f->row[i] * f->k;
		p = 1 / (1 + exp(-at(f, b, i)));
		e = p - f->cases->left[f->row[i]];
		w = p * (1 - p);
		for (j = n = 0; j < f->k; j++)
			if (x[j] > 0)
				f->some[n++] = j;
		for (j = 0; j < n; j++) {
			double	 v = (double)x[f->some[j]];

			f->g[f->some[j]] += e * v;
			for (l = 0; l <= j; l++)
				f->h[f->some[j] * m + f->some[l]] +=
				    w * v * (double)x[f->some[l]];
			f->h[f->k * m + f->some[j]] += w * v;
		}
		f->g[f->k] += e;
		f->h[f->k * m + f->k] += w;
	}
	for (j = 0; j < f->k; j++) {
		f->g[j] += f->penalty * b[j];
		f->h[j * m + j] += f->penalty;
	}
	for (j = 0; j < m; j++)
		for (l = j + 1; l < m; l++)
			f->h[j * m + l] = f->h[l * m + j];
}

/* The least of the quadratic g.d + d.h.d / 2 with b + d >= 0, by turns. */
static void
descend(struct fit *f, const double *b)
{
	size_t	 m = f->k + 1, j, l;
	double	 q, was, most;
	int	 turn;

	memset(f->d, 0, m * sizeof(*f->d));
	for (turn = 0; turn < 1000; turn++) {
		most = 0;
		for (j = 0; j < m; j++) {
			if (f->h[j * m + j] <= 0)
				continue;
			for (q = f->g[j], l = 0; l < m; l++)
				q += f->h[j * m + l] * f->d[l];
			was = f->d[j];
			f->d[j] -= q / f->h[j * m + j];
			if (j < f->k && f->d[j] < -b[j])
				f->d[j] = -b[j];
			if (fabs(f->d[j] - was) > most)
				most = fabs(f->d[j] - was);
		}
		if (most < 1e-10)
			break;
	}
}

/* Half the step until the loss is less; 0 where there is no such step. */
static int
advance(struct fit *f, double *b, double *now)
{
	size_t	 m = f->k + 1, j;
	double	 t, next;

	for (t = 1; t > 1e-10; t /= 2) {
		for (j = 0; j < m; j++)
			f->try[j] = b[j] + t * f->d[j];
		if ((next = loss(f, f->try)) < *now) {
			memcpy(b, f->try, m * sizeof(*b));
			t = *now - next;
			*now = next;
			return t > 1e-12 * (1 + next);
		}
	}
	return 0;
}

void
tune_fit(const struct cases *c, const size_t *row, size_t n, double penalty,
    double *b)
{
	size_t		 m = c->k + 1, i;
	struct fit	 f = { .cases = c, .row = row, .n = n, .k = c->k,
			    .penalty = penalty };
	double		 left = 0, now;
	int		 steps;

	f.g = xcalloc(m, sizeof(*f.g));
	f.h = xcalloc(m * m, sizeof(*f.h));
	f.d = xcalloc(m, sizeof(*f.d));
	f.try = xcalloc(m, sizeof(*f.try));
	f.some = xcalloc(m, sizeof(*f.some));
	memset(b, 0, m * sizeof(*b));
	for (i = 0; i < n; i++)
		left += c->left[row[i]];
	b[c->k] = log((left + 0.5) / ((double)n - left + 0.5));
	now = loss(&f, b);
	for (steps = 0; steps < STEPS_MAX; steps++) {
		slope(&f, b);
		descend(&f, b);
		if (!advance(&f, b, &now))
			break;
	}
	free(f.g);
	free(f.h);
	free(f.d);
	free(f.try);
	free(f.some);
}

/* --------------------------------------------------------------- the parts */

/* Bits of a key's hash that tell nothing of one another. */
static unsigned
part_of(uint64_t hash, unsigned parts)
{
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	return (unsigned)(hash % parts);
}

struct rows {
	size_t	*row;
	size_t	 n, left;
};

static void
rows_add(const struct cases *c, struct rows *r, size_t i)
{
	r->row[r->n++] = i;
	r->left += c->left[i];
}

static struct rows
rows_new(const struct cases *c)
{
	return (struct rows){ xcalloc(c->n + 1, sizeof(size_t)), 0, 0 };
}

/* What customers that the fit has not seen say of it. */
static double
judge(const struct cases *c, const struct rows *unseen, const double *b)
{
	struct fit	 f = { .cases = c, .row = unseen->row, .n = unseen->n,
			    .k = c->k };

	return loss(&f, b);
}

/* The penalty that does best on each fifth, fitted to the other four. */
static double
find_penalty(const struct cases *c, const struct rows *fitted)
{
	static const double	 penalties[] = { 0.1, 1, 10, 100, 1000 };
	struct rows		 in = rows_new(c), out = rows_new(c);
	double			*b = xcalloc(c->k + 1, sizeof(*b));
	double			 sum[5] = { 0 };
	size_t			 i, n, best = 0;
	unsigned		 fold;

	n = fitted->n < FOLD_ROWS ? fitted->n : FOLD_ROWS;
	for (fold = 0; fold < FOLDS; fold++) {
		in.n = in.left = out.n = out.left = 0;
		for (i = 0; i < n; i++)
			rows_add(c, part_of(c->hash[fitted->row[i]] * 3 + 1,
			    FOLDS) == fold ? &out : &in, fitted->row[i]);
		for (i = 0; i < 5; i++) {
			tune_fit(c, in.row, in.n, penalties[i], b);
			sum[i] += judge(c, &out, b);
		}
	}
	for (i = 1; i < 5; i++)
		if (sum[i] < sum[best])
			best = i;
	free(in.row);
	free(out.row);
	free(b);
	return penalties[best];
}

/* ----------------------------------------------------------------- weights */

/* Whole numbers if the sum is one and there are enough of them to give. */
static num
unit_for(num sum, size_t k)
{
	num	 unit = NUM_ONE;

	while (unit > 1 && (sum % unit != 0 ||
	    sum / unit < (num)k * 4))
		unit /= 10;
	return unit;
}

void
tune_round(const double *b, size_t k, num sum, num *weight)
{
	struct scored	*r = xcalloc(k + 1, sizeof(*r));
	num		 unit = unit_for(sum, k), rest = sum / unit;
	double		 all = 0, share;
	size_t		 i;

	for (i = 0; i < k; i++)
		all += b[i];
	for (i = 0; i < k; i++) {
		share = b[i] / all * (double)(sum / unit);
		weight[i] = (num)floor(share);
		rest -= weight[i];
		/* The greatest remainder first. */
		r[i] = (struct scored){ floor(share) - share, i };
	}
	scored_sort(r, k);
	for (i = 0; i < k && rest > 0; i++, rest--)
		weight[r[i].i]++;
	for (i = 0; i < k; i++)
		weight[i] *= unit;
	free(r);
}

/* 100 less what the weights take, as vip-risk would say it, but negated. */
static void
score(const struct cases *c, const struct rows *r, const num *weight,
    double *said)
{
	const float	*x;
	num		 taken;
	size_t		 i, j;

	for (i = 0; i < r->n; i++) {
		x = c->part + r->row[i] * c->k;
		for (j = 0, taken = 0; j < c->k; j++) {
			taken += (num)llrint((double)x[j] *
			    (double)weight[j]);
			if (taken > 100 * NUM_ONE)
				taken = 100 * NUM_ONE;
		}
		said[i] = (double)taken;
	}
}

/* ------------------------------------------------------------- differences */

/* The ranks of some, those that tie in the middle: others are left alone. */
static void
rank(const double *score, const unsigned char *left, int which, size_t n,
    double *ranks)
{
	struct scored	*items = xcalloc(n + 1, sizeof(*items));
	size_t		 i, j, k, m = 0;

	for (i = 0; i < n; i++)
		if (which == -1 || left[i] == which)
			items[m++] = (struct scored){ score[i], i };
	scored_sort(items, m);
	for (i = 0; i < m; i = j) {
		j = scored_tied(items, i, m);
		for (k = i; k < j; k++)
			ranks[items[k].i] = (double)(i + j + 1) / 2;
	}
	free(items);
}

/* Of each customer: how many of the others it is ranked above. */
static void
placements(const double *score, const unsigned char *left, size_t n,
    double *above)
{
	double	*own = xcalloc(n + 1, sizeof(*own));
	size_t	 i;

	rank(score, left, -1, n, above);
	rank(score, left, 0, n, own);
	rank(score, left, 1, n, own);
	for (i = 0; i < n; i++)
		above[i] -= own[i];
	free(own);
}

double
tune_error(const double *a, const double *b, const unsigned char *left,
    size_t n)
{
	double	*pa = xcalloc(n + 1, sizeof(*pa));
	double	*pb = xcalloc(n + 1, sizeof(*pb));
	double	 count[2] = { 0 }, sum[2] = { 0 }, square[2] = { 0 };
	double	 d, var = 0;
	size_t	 i;
	int	 c;

	placements(a, left, n, pa);
	placements(b, left, n, pb);
	for (i = 0; i < n; i++)
		count[left[i]]++;
	for (i = 0; i < n; i++) {
		c = left[i];
		d = (pa[i] - pb[i]) / count[!c];
		sum[c] += d;
		square[c] += d * d;
	}
	for (c = 0; c < 2; c++)
		if (count[c] > 1)
			var += (square[c] - sum[c] * sum[c] / count[c]) /
			    (count[c] - 1) / count[c];
	free(pa);
	free(pb);
	return var > 0 ? sqrt(var) : 0;
}

/* -------------------------------------------------------------------- tune */

static int
too_few(const struct rows *r, const char *what, struct buf *why)
{
	size_t	 stayed = r->n - r->left;

	if (r->left >= FEWEST && stayed >= FEWEST)
		return 0;
	buf_addf(why, "of the %zu customers %s, %zu left and %zu stayed: "
	    "it takes %d of each", r->n, what, r->left, stayed, FEWEST);
	return 1;
}

static void
compare(const struct cases *c, const struct rows *held, const num *hand,
    struct tuned *t)
{
	double		*a = xcalloc(held->n + 1, sizeof(*a));
	double		*b = xcalloc(held->n + 1, sizeof(*b));
	unsigned char	*left = xcalloc(held->n + 1, 1);
	size_t		 i;

	for (i = 0; i < held->n; i++)
		left[i] = c->left[held->row[i]];
	score(c, held, hand, a);
	score(c, held, t->weight, b);
	t->auc[0] = clv_auc(a, left, held->n);
	t->auc[1] = clv_auc(b, left, held->n);
	t->lift[0] = backtest_lift(a, left, held->n);
	t->lift[1] = backtest_lift(b, left, held->n);
	t->error = tune_error(a, b, left, held->n);
	free(a);
	free(b);
	free(left);
}

/* 0, or -1 where no signal has a coefficient. */
static int
weigh(const struct cases *c, const struct rows *fitted, num sum,
    struct tuned *t)
{
	double	*b = xcalloc(c->k + 1, sizeof(*b));
	double	 all = 0;
	size_t	 i;

	t->penalty = find_penalty(c, fitted);
	tune_fit(c, fitted->row, fitted->n, t->penalty, b);
	for (i = 0; i < c->k; i++)
		all += b[i];
	if (all > 0)
		tune_round(b, c->k, sum, t->weight);
	free(b);
	return all > 0 ? 0 : -1;
}

int
tune(const struct cases *c, struct tuned *t, struct buf *why)
{
	struct rows	 fitted = rows_new(c), held = rows_new(c);
	num		*hand = xcalloc(c->k + 1, sizeof(*hand)), sum = 0;
	size_t		 i;
	int		 rc = -1;

	memset(t, 0, sizeof(*t));
	t->weight = xcalloc(c->k + 1, sizeof(*t->weight));
	for (i = 0; i < c->k; i++) {
		hand[i] = risk_weight(c->risk, i);
		if (num_add(sum, hand[i], &sum) == -1)
			die(STATUS_POLICY, "the weights of the signals sum "
			    "to more than can be");
	}
	for (i = 0; i < c->n; i++)
		rows_add(c, part_of(c->hash[i], 10) < 7 ? &fitted : &held, i);
	if (!too_few(&fitted, "to fit to", why) &&
	    !too_few(&held, "held out", why)) {
		if ((rc = weigh(c, &fitted, sum, t)) == -1)
			buf_adds(why, "no signal fires more often of those "
			    "who left: there are no weights to propose");
		else
			compare(c, &held, hand, t);
	}
	t->fitted = fitted.n;
	t->fitted_left = fitted.left;
	t->held = held.n;
	t->held_left = held.left;
	free(fitted.row);
	free(held.row);
	free(hand);
	if (rc == -1) {
		free(t->weight);
		t->weight = NULL;
	}
	return rc;
}

/* ------------------------------------------------------------------ report */

enum tune_verdict
tune_verdict(const struct tuned *t)
{
	double	 better = t->auc[1] - t->auc[0];

	return better <= 0 ? TUNE_WORSE : better > 2 * t->error ?
	    TUNE_BETTER : TUNE_UNCLEAR;
}

void
tune_say(const struct tuned *t, struct buf *b)
{
	switch (tune_verdict(t)) {
	case TUNE_WORSE:
		buf_adds(b, "the tuned weights do not beat the hand-set ones "
		    "on the held-out part: keep those");
		break;
	case TUNE_UNCLEAR:
		buf_adds(b, "the tuned weights do not clearly beat the "
		    "hand-set ones on the held-out part: the difference may "
		    "be chance");
		break;
	case TUNE_BETTER:
		buf_adds(b, "the tuned weights beat the hand-set ones on the "
		    "held-out part");
		break;
	}
	buf_addf(b, " (AUC %.4f by hand, %.4f tuned; standard error of the "
	    "difference %.4f)", t->auc[0], t->auc[1], t->error);
}

static void
comment(const char *text, size_t len, struct buf *b)
{
	const char	*end = text + len, *eol;

	for (; text < end; text = eol + 1) {
		if ((eol = memchr(text, '\n', (size_t)(end - text))) == NULL)
			eol = end;
		buf_adds(b, "# ");
		buf_add(b, text, (size_t)(eol - text));
		buf_addc(b, '\n');
	}
}

/* The statement, with another weight. */
static void
show_signal(const struct policy *pol, const struct statement *st, num weight,
    struct buf *b)
{
	struct statement	 copy = *st;
	const struct clause	*cl;
	struct clause		*clauses;
	size_t			 n = 0;

	for (cl = st->clauses; cl != NULL; cl = cl->next)
		n++;
	clauses = xcalloc(n + 1, sizeof(*clauses));
	for (n = 0, cl = st->clauses; cl != NULL; cl = cl->next, n++) {
		clauses[n] = *cl;
		if (cl->word == W_WEIGHT)
			clauses[n].number = weight;
		if (cl->next != NULL)
			clauses[n].next = &clauses[n + 1];
	}
	if (n > 0)
		copy.clauses = clauses;
	statement_show(pol, &copy, b);
	free(clauses);
}

void
tune_show(const struct tuned *t, const struct cases *c,
    const struct policy *pol, struct buf *b)
{
	struct buf	 text = { 0 };
	char		 by_hand[NUM_SIZE];
	size_t		 i, len;

	buf_addf(&text, "Fitted to %zu customers, of whom %zu left; held out "
	    "%zu, of whom %zu left.\n", t->fitted, t->fitted_left, t->held,
	    t->held_left);
	buf_addf(&text, "Held out: AUC %.4f by hand, %.4f tuned (standard "
	    "error of the difference %.4f);\n", t->auc[0], t->auc[1],
	    t->error);
	buf_addf(&text, "lift of the first tenth %.2f by hand, %.2f tuned; "
	    "penalty %g.\n", t->lift[0], t->lift[1], t->penalty);
	switch (tune_verdict(t)) {
	case TUNE_WORSE:
		buf_adds(&text, "These weights do not beat the hand-set "
		    "ones: keep those.\n");
		break;
	case TUNE_UNCLEAR:
		buf_adds(&text, "These weights do not clearly beat the "
		    "hand-set ones: it may be chance.\n");
		break;
	case TUNE_BETTER:
		buf_adds(&text, "These weights beat the hand-set ones.\n");
		break;
	}
	comment(text.p, text.len, b);
	for (i = 0; i < c->k; i++) {
		num	 hand = risk_weight(c->risk, i);

		buf_addc(b, '\n');
		len = num_format(by_hand, hand);
		buf_addf(b, "# by hand: weight %.*s", (int)len, by_hand);
		text.len = 0;
		if (t->weight[i] > 0) {
			buf_addc(b, '\n');
			show_signal(pol, risk_signal(c->risk, i),
			    t->weight[i], b);
			continue;
		}
		buf_adds(b, "; beside the others it tells nothing\n");
		show_signal(pol, risk_signal(c->risk, i), hand, &text);
		comment(text.p, text.len, b);
	}
	buf_free(&text);
}
