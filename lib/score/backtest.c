/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score/backtest.h"
#include "score/clv_backtest.h"
#include "score/scored.h"

#define TENTHS	10

/* ------------------------------------------------------------------- cases */

struct cases *
cases_new(const struct risk *risk)
{
	struct cases	*c = xcalloc(1, sizeof(*c));

	c->risk = risk;
	c->k = risk_signals(risk);
	return c;
}

void
cases_free(struct cases *c)
{
	if (c == NULL)
		return;
	free(c->part);
	free(c->health);
	free(c->left);
	free(c->level);
	free(c->hash);
	free(c);
}

static void
grow(struct cases *c)
{
	c->cap = c->cap == 0 ? 1024 : 2 * c->cap;
	c->part = xreallocarray(c->part, c->cap,
	    (c->k + 1) * sizeof(*c->part));
	c->health = xreallocarray(c->health, c->cap, sizeof(*c->health));
	c->left = xreallocarray(c->left, c->cap, sizeof(*c->left));
	c->level = xreallocarray(c->level, c->cap, sizeof(*c->level));
	c->hash = xreallocarray(c->hash, c->cap, sizeof(*c->hash));
}

void
cases_add(struct cases *c, const struct prognosis *p, int left,
    uint64_t hash)
{
	const struct symptom	*sym;
	float			*part;
	size_t			 i;

	if (c->n == c->cap)
		grow(c);
	part = c->part + c->n * c->k;
	for (i = 0; i < c->k; i++)
		part[i] = 0;
	for (i = 0; i < p->nfired; i++) {
		sym = &p->symptom[i];
		part[sym->signal] = (float)((double)sym->taken /
		    (double)risk_weight(c->risk, sym->signal));
	}
	for (i = 0; i < risk_levels(c->risk); i++)
		if (risk_level(c->risk, i) == p->level)
			break;
	c->level[c->n] = i;
	c->health[c->n] = p->health;
	c->left[c->n] = left != 0;
	c->hash[c->n++] = hash;
}

int
outcome_parse(struct cell cell)
{
	static const char *const	 words[2][5] = {
		{ "no", "0", "false", "n", "f" },
		{ "yes", "1", "true", "y", "t" }
	};
	int				 is, i;

	if (cell.len == 0)
		return -1;
	for (is = 0; is < 2; is++)
		for (i = 0; i < 5; i++)
			if (strlen(words[is][i]) == cell.len &&
			    strncasecmp(words[is][i], cell.p, cell.len) == 0)
				return is;
	return -2;
}

/* ------------------------------------------------------------------ tenths */

/* How much of [from, to) lies before x. */
static double
before(double x, size_t from, size_t to)
{
	return x <= (double)from ? 0 : x >= (double)to ?
	    (double)(to - from) : x - (double)from;
}

/* Who left, and the sum of the scores, by tenths. */
struct tenths {
	double	 left[TENTHS], score[TENTHS];
};

static struct tenths
cut(const double *score, const unsigned char *left, size_t n)
{
	struct tenths	 t = { { 0 }, { 0 } };
	struct scored	*items = xreallocarray(NULL, n + 1, sizeof(*items));
	double		 gone, in;
	size_t		 i, j, k, d;

	for (i = 0; i < n; i++)		/* the greatest first */
		items[i] = (struct scored){ -score[i], i };
	scored_sort(items, n);
	for (i = 0; i < n; i = j) {
		j = scored_tied(items, i, n);
		for (gone = 0, k = i; k < j; k++)
			gone += left[items[k].i];
		/* Only the tenths that this stretch reaches into. */
		for (k = d = i * TENTHS / n; d < TENTHS; d++) {
			in = before((double)n * (double)(d + 1) / TENTHS, i,
			    j) - before((double)n * (double)d / TENTHS, i, j);
			if (in <= 0 && d > k)
				break;
			t.left[d] += in * gone / (double)(j - i);
			t.score[d] -= in * items[i].score;
		}
	}
	free(items);
	return t;
}

double
backtest_lift(const double *score, const unsigned char *left, size_t n)
{
	struct tenths	 t = cut(score, left, n);
	double		 all = 0;
	int		 d;

	for (d = 0; d < TENTHS; d++)
		all += t.left[d];
	return all > 0 ? TENTHS * t.left[0] / all : 0;
}

/* ----------------------------------------------------------------- writing */

struct line {
	const char	*measure, *group;
	double		 customers, left, expected, captured, value;
};

/* To six decimals; empty for what is not a number. */
static void
put(struct writer *w, double d)
{
	if (isnan(d))
		writer_cells(w, "");
	else
		writer_num(w, (num)llrint(d * (double)NUM_ONE));
}

static void
put_line(struct writer *w, const struct line *l, double base)
{
	double	 rate = l->customers > 0 ? l->left / l->customers : NAN;

	writer_cells(w, l->measure);
	writer_cells(w, l->group);
	put(w, l->customers);
	put(w, l->left);
	put(w, rate);
	put(w, l->customers > 0 ? l->expected / l->customers : NAN);
	put(w, base > 0 ? rate / base : NAN);
	put(w, l->captured);
	put(w, l->value);
	writer_end(w);
}

/* All of them: a value of the whole. */
static void
put_whole(struct writer *w, const char *measure, const char *group, double n,
    double left, double value)
{
	struct line	 l = { measure, group, n, left, NAN, NAN, value };

	put_line(w, &l, NAN);
}

static void
put_tenths(struct writer *w, const double *risk, const unsigned char *left,
    size_t n, double gone)
{
	struct tenths	 t = cut(risk, left, n);
	struct line	 l = { "lift", NULL, (double)n / TENTHS, 0, 0, 0,
			    NAN };
	char		 name[16];
	double		 sum = 0;
	int		 d;

	for (d = 0; d < TENTHS; d++) {
		snprintf(name, sizeof(name), "%d", d + 1);
		l.group = name;
		l.left = t.left[d];
		l.expected = t.score[d];
		sum += t.left[d];
		l.captured = gone > 0 ? sum / gone : NAN;
		put_line(w, &l, gone / (double)n);
	}
}

static void
put_levels(const struct cases *c, struct writer *w, const double *risk,
    double base)
{
	size_t	 i, level;

	for (level = 0; level < risk_levels(c->risk); level++) {
		struct line	 l = { "level", NULL, 0, 0, 0, NAN, NAN };

		l.group = risk_level(c->risk, level)->name;
		for (i = 0; i < c->n; i++)
			if (c->level[i] == level) {
				l.customers++;
				l.left += c->left[i];
				l.expected += risk[i];
			}
		put_line(w, &l, base);
	}
}

/* Of those of whom it fired, and how well it alone ranks them all. */
static void
put_signals(const struct cases *c, struct writer *w, double base)
{
	double	*part = xcalloc(c->n + 1, sizeof(*part));
	double	 auc;
	size_t	 i, s;

	for (s = 0; s < c->k; s++) {
		struct line	 l = { "signal", NULL, 0, 0, NAN, NAN, NAN };

		l.group = risk_signal(c->risk, s)->name;
		for (i = 0; i < c->n; i++) {
			part[i] = (double)c->part[i * c->k + s];
			if (part[i] > 0) {
				l.customers++;
				l.left += c->left[i];
			}
		}
		auc = clv_auc(part, c->left, c->n);
		l.value = auc < 0 ? NAN : auc;
		put_line(w, &l, base);
	}
	free(part);
}

void
backtest_write(const struct cases *c, struct writer *w)
{
	static const char *const	 columns[] = {
		"measure", "group", "customers", "left", "rate", "expected",
		"lift", "captured", "value"
	};
	double	*risk = xcalloc(c->n + 1, sizeof(*risk));
	double	 n = (double)c->n, gone = 0, brier = 0, base, auc;
	size_t	 i;

	for (i = 0; i < c->n; i++) {
		/* Health read as a probability of staying. */
		risk[i] = 1 - (double)c->health[i] / (100 * (double)NUM_ONE);
		gone += c->left[i];
		brier += (risk[i] - c->left[i]) * (risk[i] - c->left[i]);
	}
	base = gone / n;
	auc = clv_auc(risk, c->left, c->n);
	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	put_whole(w, "auc", "health", n, gone, auc < 0 ? NAN : auc);
	put_whole(w, "brier", "health", n, gone, brier / n);
	put_whole(w, "brier", "base_rate", n, gone, base * (1 - base));
	put_tenths(w, risk, c->left, c->n, gone);
	put_levels(c, w, risk, base);
	put_signals(c, w, base);
	free(risk);
}
