/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/claims.h"
#include "command/forecast.h"
#include "score/clv_backtest.h"
#include "score/clv_pass.h"
#include "score/metric.h"

static void
load(struct forecast *f)
{
	enum clv_model	 model;

	if (f->params_path == NULL)
		return;
	model = f->params.model;
	clv_load(f->params_path, &f->params);
	if (f->model != NULL && model != f->params.model)
		command_usage(f->cmd, "--model %s: the parameters are those "
		    "of %s", f->model, clv_model_name(f->params.model));
	if (!f->learning.value)
		f->params.has_value = 0;
}

/* Where the parameters are to be fitted: to the customers of the table. */
static void
learn(struct forecast *f, struct reader *rd, const struct clv_rows *rows,
    int unique, const struct pass_options *options)
{
	struct clv_sample	*sample;

	if (f->params_path != NULL)
		return;
	sample = clv_sample_new();
	reader_keep(rd);
	clv_observe(rd, rows, unique, sample, options);
	clv_learn(sample, &f->learning, reader_name(rd), &f->params);
	clv_sample_free(sample);
	reader_rewind(rd);
}

static void
append(struct forecast *f, const struct policy *pol, const struct zone *zone,
    const char *key, struct reader *rd)
{
	struct clv_rows		*rows;
	struct pass_options	 options;
	struct writer		*w;
	int			 unique;

	rows = clv_rows_new(rd, pol, f->cmd->renames, zone,
	    command_now(f->cmd, zone), f->learning.value &&
	    (f->params_path == NULL || f->params.has_value));
	unique = 1 + reader_column(rd, key);
	options = command_pass(f->cmd);
	learn(f, rd, rows, unique, &options);
	w = command_writer(f->cmd, rd);
	clv_append(rd, w, rows, unique, &f->params, &f->terms, &options);
	reject_close(options.reject);
	writer_close(w);
	clv_rows_free(rows);
}

static void
read_outcomes(struct forecast *f, struct clv_backtest *b, struct reader *rd,
    const struct pass_options *options)
{
	b->day = command_day(f->cmd, "--backtest", f->backtest);
	b->until = f->until != NULL ? command_day(f->cmd, "--until",
	    f->until) : DAY_LAST;
	if (b->until <= b->day)
		command_usage(f->cmd, "--until is a day after --backtest");
	clv_backtest_read(b, rd, options);
	if (b->n == 0)
		die(STATUS_DATA, "%s: there are no orders up to %s",
		    reader_name(rd), f->backtest);
	if (b->until <= b->day)
		die(STATUS_DATA, "%s: there are no orders after %s",
		    reader_name(rd), f->backtest);
}

static void
backtest(struct forecast *f, const struct policy *pol,
    const struct zone *zone, const char *key, struct reader *rd)
{
	struct clv_backtest	 b = { .pol = pol, .map = f->cmd->renames,
				    .zone = zone, .key = key,
				    .value = f->learning.value };
	struct pass_options	 options = command_pass(f->cmd);
	struct clv_sample	*sample;
	struct writer		*w;
	size_t			 i;

	read_outcomes(f, &b, rd, &options);
	if (f->params_path == NULL) {
		sample = clv_sample_new();
		for (i = 0; i < b.n; i++)
			clv_sample_add(sample, &b.outcomes[i].history);
		clv_learn(sample, &f->learning, reader_name(rd), &f->params);
		clv_sample_free(sample);
	}
	w = command_writer(f->cmd, rd);
	clv_backtest_write(&b, &f->params, w);
	reject_close(options.reject);
	writer_close(w);
	free(b.outcomes);
}

void
forecast_run(struct forecast *f, int argc, char *argv[])
{
	struct zone		*utc = NULL;
	struct policy		*pol;
	const struct zone	*zone;
	const char		*key = "customer_id";
	struct reader		*rd;

	if (f->learning.path != NULL)
		claim_path(CLAIM_BESIDE, f->learning.path, FIT_OPTION);
	load(f);
	if ((pol = command_policy_or_preset(f->cmd)) != NULL) {
		zone = policy_zone(pol);
		key = policy_key(pol);
	} else
		zone = utc = zone_open("UTC");
	rd = command_reader(f->cmd, command_operand(f->cmd, argc, argv));
	(f->backtest != NULL ? backtest : append)(f, pol, zone, key, rd);
	reader_free(rd);
	zone_free(utc);
	policy_free(pol);
}
