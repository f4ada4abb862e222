/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/clv_pass.h"

/* What a pass is over: for the first there is a sample, else parameters. */
struct job {
	const struct clv_rows	*rows;
	struct clv_sample	*sample;
	const struct clv_params	*params;
	const struct clv_terms	*terms;
};

struct worker {
	struct clv_view		*view;
	struct clv_sample	*sample;
	struct clv_scorer	*scorer;
	size_t			 ncells;
};

static void *
begin(void *ctx)
{
	const struct job	*job = ctx;
	struct worker		*w = xcalloc(1, sizeof(*w));

	w->view = clv_view_new(job->rows);
	if (job->sample != NULL)
		w->sample = clv_sample_new();
	else {
		w->scorer = clv_scorer_new(job->params, job->terms);
		w->ncells = job->params->has_value ? 4 : 2;
	}
	return w;
}

static void
end(void *ctx, void *state)
{
	struct job	*job = ctx;
	struct worker	*w = state;

	if (w->sample != NULL)
		clv_sample_merge(job->sample, w->sample);
	clv_sample_free(w->sample);
	clv_scorer_free(w->scorer);
	clv_view_free(w->view);
	free(w);
}

static int
observe(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	struct clv_history	 h;

	(void)cells;
	switch (clv_view_read(w->view, row, &h, fault)) {
	case -1:
		return ROW_FAULT;
	case 1:
		clv_sample_add(w->sample, &h);
	}
	return ROW_OK;
}

static int
score(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	struct clv_history	 h;
	struct clv_score	 s;
	double			 d[4];
	num			 x;
	size_t			 i;

	switch (clv_view_read(w->view, row, &h, fault)) {
	case -1:
		return ROW_FAULT;
	case 0:
		return ROW_OK;
	}
	clv_score(w->scorer, &h, &s);
	d[0] = s.alive;
	d[1] = s.orders;
	d[2] = s.value;
	d[3] = s.clv;
	for (i = 0; i < w->ncells; i++) {
		if (clv_num(d[i], &x) == -1)
			return fault_set(fault, FAULT_ROW,
			    "what this customer is worth is out of range");
		cells_num(cells, i, x);
	}
	return ROW_OK;
}

void
clv_observe(struct reader *rd, const struct clv_rows *rows, int unique,
    struct clv_sample *sample, const struct pass_options *options)
{
	const struct pass	 pass = {
		.begin = begin, .row = observe, .end = end, .unique = unique
	};
	struct job		 job = { .rows = rows, .sample = sample };

	table_pass(rd, NULL, &pass, &job, options);
}

void
clv_append(struct reader *rd, struct writer *w, const struct clv_rows *rows,
    int unique, const struct clv_params *params,
    const struct clv_terms *terms, const struct pass_options *options)
{
	static const char *const columns[] = {
		"p_alive", "expected_orders", "expected_value", "clv"
	};
	const struct pass	 pass = {
		.columns = columns, .ncolumns = 4, .begin = begin,
		.row = score, .end = end, .unique = unique
	};
	struct job		 job = { .rows = rows, .params = params,
				    .terms = terms };

	table_pass(rd, w, &pass, &job, options);
}
