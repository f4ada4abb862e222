/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/claims.h"
#include "score/clv_learn.h"
#include "table/table.h"

#define TEXT_MAX	((size_t)1 << 20)	/* a fit is of a few lines */

void
clv_load(const char *path, struct clv_params *p)
{
	struct buf	 text = { 0 }, why = { 0 };
	size_t		 line, n;
	FILE		*fp;
	char		 block[4096];

	claim_path(CLAIM_INPUT, path, "--params");
	if ((fp = fopen(path, "re")) == NULL)
		die_errno(STATUS_NOINPUT, "%s", path);
	while ((n = fread(block, 1, sizeof(block), fp)) > 0 &&
	    text.len < TEXT_MAX)
		buf_add(&text, block, n);
	if (ferror(fp))
		die_errno(errno == EISDIR ? STATUS_NOINPUT : STATUS_IO, "%s",
		    path);
	fclose(fp);
	if (clv_read(text.p, text.len, p, &line, &why) == -1) {
		if (line > 0)
			die(STATUS_DATA, "%s:%zu: %s", path, line,
			    buf_str(&why));
		die(STATUS_DATA, "%s: %s", path, buf_str(&why));
	}
	buf_free(&text);
	buf_free(&why);
}

static void
write_fit(const char *path, const struct buf *b)
{
	struct writer_options	 out = { .path = path, .beside = FIT_OPTION };
	struct writer		*w;

	if (path == NULL) {
		if (!note_is_quiet() &&
		    fwrite(b->p, 1, b->len, stderr) != b->len)
			die_errno(STATUS_IO, "stderr");
		return;
	}
	w = writer_open(&out, ',');
	writer_bytes(w, b->p, b->len);
	writer_close(w);
}

static void
learn_value(const struct clv_sample *sample, const struct clv_learning *l,
    const char *name, struct clv_params *p, struct clv_fit *value)
{
	const size_t	 n = clv_sample_worthless(sample);
	struct buf	 why = { 0 };

	if (n > 0)
		note("%s: %zu customer%s whose later orders were worth "
		    "nothing: left out of the fit of p, q and gamma", name, n,
		    n == 1 ? "" : "s");
	if (clv_fit_value(sample, &l->fit, value, &why) == -1)
		die(STATUS_DATA, "%s: %s; --no-value does without", name,
		    buf_str(&why));
	memcpy(p->value, value->theta, sizeof(p->value));
	p->has_value = 1;
}

void
clv_learn(struct clv_sample *sample, const struct clv_learning *l,
    const char *name, struct clv_params *p)
{
	struct clv_fit	 orders, value;
	struct buf	 why = { 0 }, b = { 0 };

	clv_sample_settle(sample);
	if (clv_sample_count(sample) == 0) {
		note("%s: there are no customers to fit to", name);
		return;
	}
	if (clv_fit_orders(sample, p->model, &l->fit, &orders, &why) == -1)
		die(STATUS_DATA, "%s: %s", name, buf_str(&why));
	memcpy(p->order, orders.theta, sizeof(p->order));
	if (l->value)
		learn_value(sample, l, name, p, &value);
	clv_write(&b, p->model, &orders, l->value ? &value : NULL, &l->fit);
	write_fit(l->path, &b);
	buf_free(&b);
}
