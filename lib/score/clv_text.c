/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters as text.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_parts.h"

static const char *const order_names[2][4] = {
	{ "r", "alpha", "a", "b" }, { "r", "alpha", "s", "beta" }
};
static const char *const value_names[] = { "p", "q", "gamma" };

static void
write_fit(struct buf *b, const char *prefix, const char *const *names,
    const struct clv_fit *f)
{
	size_t	 i;

	buf_addf(b, "%slog_likelihood = %.6f\n", prefix, f->likelihood);
	for (i = 0; i < f->n; i++)
		buf_addf(b, "%s_se = %.4g\n", names[i], f->se[i]);
	buf_addf(b, "%sstatus = converged\n", prefix);
	buf_addf(b, "%sgradient = %.3g\n", prefix, f->gradient);
	buf_addf(b, "%sstep = %.3g\n", prefix, f->step);
	buf_addf(b, "%siterations = %u\n", prefix, f->iterations);
	buf_addf(b, "%sstarts = %u\n", prefix, f->starts);
	buf_addf(b, "%scustomers = %zu\n", prefix, f->customers);
}

void
clv_write(struct buf *b, enum clv_model model, const struct clv_fit *orders,
    const struct clv_fit *value, const struct clv_fit_options *options)
{
	const char *const	*names;
	size_t			 i;

	names = order_names[model == CLV_PARETO_NBD];
	buf_addf(b, "model = %s\n", clv_model_name(model));
	for (i = 0; i < 4; i++)
		buf_addf(b, "%s = %.10g\n", names[i], orders->theta[i]);
	for (i = 0; value != NULL && i < 3; i++)
		buf_addf(b, "%s = %.10g\n", value_names[i], value->theta[i]);
	if (options->prior)
		buf_adds(b, "prior = log-normal\n");
	write_fit(b, "", names, orders);
	if (value != NULL)
		write_fit(b, "value_", value_names, value);
}

/* ----------------------------------------------------------------- reading */

struct word {
	const char	*p;
	size_t		 len;
};

static int
is(struct word w, const char *text)
{
	return strlen(text) == w.len && memcmp(w.p, text, w.len) == 0;
}

static struct word
trim(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' ||
	    end[-1] == '\r'))
		end--;
	return (struct word){ p, (size_t)(end - p) };
}

/* A decimal number, perhaps with an exponent, and nothing else. */
static int
read_number(struct word w, double *d)
{
	char	 text[64], *end;

	if (w.len == 0 || w.len >= sizeof(text))
		return -1;
	memcpy(text, w.p, w.len);
	text[w.len] = '\0';
	if (strspn(text, "0123456789.eE+-") != w.len)
		return -1;
	*d = strtod(text, &end);
	return *end == '\0' && isfinite(*d) ? 0 : -1;
}

/* What clv_write() adds, which says nothing of the model. */
static int
is_remark(struct word w)
{
	static const char *const	 remarks[] = {
		"prior", "log_likelihood", "status", "gradient", "step",
		"iterations", "starts", "customers"
	};
	size_t				 i;

	if (w.len > 3 && memcmp(w.p + w.len - 3, "_se", 3) == 0)
		return 1;
	if (w.len > 6 && memcmp(w.p, "value_", 6) == 0) {
		w.p += 6;
		w.len -= 6;
	}
	for (i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++)
		if (is(w, remarks[i]))
			return 1;
	return 0;
}

/* All the parameters that any model has, as they are read. */
enum { NAMES = 9 };

static const char *const all_names[NAMES] = {
	"r", "alpha", "a", "b", "s", "beta", "p", "q", "gamma"
};

struct reading {
	enum clv_model	 model;
	int		 has_model;
	double		 number[NAMES];
	int		 has[NAMES];
};

static int
read_line(struct reading *r, struct word name, struct word value,
    struct buf *why)
{
	char	*text;
	size_t	 i;
	int	 bad;

	if (is(name, "model")) {
		text = xmemdup0(value.p, value.len);
		bad = r->has_model ||
		    clv_model_find(text, &r->model) == -1;
		free(text);
		if (bad)
			buf_addf(why, "\"%.*s\" is not a model, or a second "
			    "one: mbg-nbd, bg-nbd, pareto-nbd",
			    (int)value.len, value.p);
		r->has_model = 1;
		return bad ? -1 : 0;
	}
	for (i = 0; i < NAMES && !is(name, all_names[i]); i++)
		;
	if (i == NAMES && is_remark(name))
		return 0;
	if (i == NAMES) {
		buf_addf(why, "there is no parameter \"%.*s\"", (int)name.len,
		    name.p);
		return -1;
	}
	if (r->has[i]) {
		buf_addf(why, "%s is given twice", all_names[i]);
		return -1;
	}
	if (read_number(value, &r->number[i]) == -1) {
		buf_addf(why, "%s: \"%.*s\" is not a number", all_names[i],
		    (int)value.len, value.p);
		return -1;
	}
	r->has[i] = 1;
	return 0;
}

/* Which parameters a model has, as indexes of all_names. */
static int
take(const struct reading *r, struct clv_params *p, struct buf *why)
{
	size_t	 from = p->model == CLV_PARETO_NBD ? 4 : 2, i, j, n = 0;

	for (i = 0; i < 4; i++) {
		j = i < 2 ? i : from + i - 2;
		if (!r->has[j]) {
			buf_addf(why, "%s is missing, which %s has",
			    all_names[j], clv_model_name(p->model));
			return -1;
		}
		p->order[i] = r->number[j];
		j = i < 2 ? j : 6 - from + i - 2;
		if (i >= 2 && r->has[j]) {
			buf_addf(why, "%s has no %s",
			    clv_model_name(p->model), all_names[j]);
			return -1;
		}
	}
	for (i = 0; i < 3; i++) {
		n += r->has[6 + i] != 0;
		p->value[i] = r->number[6 + i];
	}
	if (n != 0 && n != 3) {
		buf_adds(why, "of p, q and gamma all are needed, or none");
		return -1;
	}
	p->has_value = n == 3;
	if (clv_params_error(p) == NULL)
		return 0;
	buf_adds(why, clv_params_error(p));
	return -1;
}

int
clv_read(const char *p, size_t len, struct clv_params *params, size_t *line,
    struct buf *why)
{
	struct reading	 r = { 0 };
	const char	*end = p + len, *eol, *eq;
	struct word	 all;

	for (*line = 1; p < end; p = eol < end ? eol + 1 : end, ++*line) {
		if ((eol = memchr(p, '\n', (size_t)(end - p))) == NULL)
			eol = end;
		all = trim(p, eol);
		if (all.len == 0 || *all.p == '#')
			continue;
		if ((eq = memchr(all.p, '=', all.len)) == NULL) {
			buf_adds(why, "is not \"name = value\"");
			return -1;
		}
		if (read_line(&r, trim(all.p, eq), trim(eq + 1, all.p +
		    all.len), why) == -1)
			return -1;
	}
	*line = 0;
	memset(params, 0, sizeof(*params));
	/* A file of s and beta alone can be of one model only. */
	params->model = r.has_model ? r.model : r.has[4] && r.has[5] ?
	    CLV_PARETO_NBD : CLV_MBG_NBD;
	return take(&r, params, why);
}
