/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-clv: append to each customer what the models say of its future.
 */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "score/clv_backtest.h"
#include "score/clv_rows.h"
#include "score/metric.h"

struct job {
	struct command		*cmd;
	const char		*model, *params_path, *fit_path;
	const char		*backtest, *until;
	int			 value;		/* not --no-value */
	struct clv_fit_options	 fit;
	struct clv_terms	 terms;

	struct policy		*pol;		/* or NULL */
	struct zone		*utc;		/* where there is no policy */
	struct clv_params	 params;
	struct clv_rows		*rows;
	struct clv_sample	*sample;
};

static const struct zone *
zone_of(const struct job *j)
{
	return j->pol != NULL ? policy_zone(j->pol) : j->utc;
}

/* -------------------------------------------------------------- both passes */

struct worker {
	struct job		*job;
	struct clv_view		*view;
	struct clv_sample	*sample;
	struct clv_scorer	*scorer;
};

static void *
begin(void *ctx)
{
	struct worker	*w = xcalloc(1, sizeof(*w));

	w->job = ctx;
	w->view = clv_view_new(w->job->rows);
	if (w->job->sample != NULL)
		w->sample = clv_sample_new();
	else
		w->scorer = clv_scorer_new(&w->job->params, &w->job->terms);
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
	size_t			 i, n;

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
	n = w->job->params.has_value ? 4 : 2;
	for (i = 0; i < n; i++) {
		if (clv_num(d[i], &x) == -1)
			return fault_set(fault, FAULT_ROW,
			    "what this customer is worth is out of range");
		cells_num(cells, i, x);
	}
	return ROW_OK;
}

/* --------------------------------------------------------------- the model */

static void
read_params(struct job *j)
{
	struct clv_params	 p;
	struct buf		 text = { 0 }, why = { 0 };
	enum clv_model		 model;
	size_t			 line;
	ssize_t			 n;
	FILE			*fp;
	char			 block[4096];

	if ((fp = fopen(j->params_path, "re")) == NULL)
		die_errno(STATUS_NOINPUT, "%s", j->params_path);
	while ((n = (ssize_t)fread(block, 1, sizeof(block), fp)) > 0 &&
	    text.len < 1 << 20)
		buf_add(&text, block, (size_t)n);
	if (ferror(fp))
		die_errno(errno == EISDIR ? STATUS_NOINPUT : STATUS_IO, "%s",
		    j->params_path);
	fclose(fp);
	if (clv_read(text.p, text.len, &p, &line, &why) == -1) {
		if (line > 0)
			die(STATUS_DATA, "%s:%zu: %s", j->params_path, line,
			    buf_str(&why));
		die(STATUS_DATA, "%s: %s", j->params_path, buf_str(&why));
	}
	if (j->model != NULL && clv_model_find(j->model, &model) == 0 &&
	    model != p.model)
		command_usage(j->cmd, "--model %s: the parameters are those "
		    "of %s", j->model, clv_model_name(p.model));
	if (!j->value)
		p.has_value = 0;
	j->params = p;
	buf_free(&text);
	buf_free(&why);
}

static void
write_fit(const struct job *j, const struct buf *b)
{
	struct writer_options	 out = { .path = j->fit_path };
	struct writer		*w;

	if (j->fit_path == NULL) {
		if (!note_is_quiet())
			fwrite(b->p, 1, b->len, stderr);
		return;
	}
	w = writer_open(&out, ',');
	writer_bytes(w, b->p, b->len);
	writer_close(w);
}

static _Noreturn void
no_fit(const struct job *j, const char *name, struct buf *why)
{
	if (!j->fit.prior)
		buf_adds(why, "; with --prior there is one");
	die(STATUS_DATA, "%s: %s", name, buf_str(why));
}

/* Fit to the sample, and say to what. */
static void
fit(struct job *j, const char *name)
{
	struct clv_fit	 orders, value;
	struct buf	 why = { 0 }, b = { 0 };
	size_t		 n;

	clv_sample_settle(j->sample);
	if (clv_sample_count(j->sample) == 0) {
		note("%s: there are no customers to fit to", name);
		return;
	}
	if (clv_fit_orders(j->sample, j->params.model, &j->fit, &orders,
	    &why) == -1)
		no_fit(j, name, &why);
	memcpy(j->params.order, orders.theta, sizeof(j->params.order));
	if (j->value) {
		n = clv_sample_worthless(j->sample);
		if (n > 0)
			note("%s: %zu customer%s whose later orders were "
			    "worth nothing: left out of the fit of p, q and "
			    "gamma", name, n, n == 1 ? "" : "s");
		if (clv_fit_value(j->sample, &j->fit, &value, &why) == -1) {
			buf_adds(&why, "; --no-value does without");
			no_fit(j, name, &why);
		}
		memcpy(j->params.value, value.theta,
		    sizeof(j->params.value));
		j->params.has_value = 1;
	}
	clv_write(&b, j->params.model, &orders, j->value ? &value : NULL,
	    &j->fit);
	write_fit(j, &b);
	buf_free(&b);
}

/* -------------------------------------------------------------------- runs */

static void
run(struct job *j, struct reader *rd)
{
	static const char *const columns[] = {
		"p_alive", "expected_orders", "expected_value", "clv"
	};
	struct pass		 pass = { .begin = begin, .row = observe,
				    .end = end };
	struct pass_options	 options;
	struct writer		*w;

	j->rows = clv_rows_new(rd, j->pol, j->cmd->renames, zone_of(j),
	    command_now(j->cmd, zone_of(j)),
	    j->value && (j->params_path == NULL || j->params.has_value));
	pass.unique = 1 + reader_column(rd, j->pol != NULL ?
	    policy_key(j->pol) : "customer_id");
	options = command_pass(j->cmd);
	if (j->params_path == NULL) {
		j->sample = clv_sample_new();
		reader_keep(rd);
		table_pass(rd, NULL, &pass, j, &options);
		fit(j, reader_name(rd));
		clv_sample_free(j->sample);
		j->sample = NULL;
		reader_rewind(rd);
	}
	pass.row = score;
	pass.columns = columns;
	pass.ncolumns = 4;
	w = command_writer(j->cmd, rd);
	table_pass(rd, w, &pass, j, &options);
	reject_close(options.reject);
	writer_close(w);
	clv_rows_free(j->rows);
}

static int64_t
day_argument(const struct job *j, const char *option, const char *s)
{
	struct stamp	 st;

	if (stamp_parse(s, strlen(s), &st) == -1 || st.has_time)
		command_usage(j->cmd, "%s: \"%s\" is not a date such as "
		    "2026-01-19", option, s);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

static void
run_backtest(struct job *j, struct reader *rd)
{
	struct clv_backtest	 b = { .pol = j->pol, .map = j->cmd->renames,
				    .zone = zone_of(j),
				    .key = j->pol != NULL ?
				    policy_key(j->pol) : "customer_id",
				    .value = j->value };
	struct pass_options	 options = command_pass(j->cmd);
	struct writer		*w;
	size_t			 i;

	b.day = day_argument(j, "--backtest", j->backtest);
	b.until = j->until != NULL ? day_argument(j, "--until", j->until) :
	    DAY_LAST;
	if (b.until <= b.day)
		command_usage(j->cmd, "--until is a day after --backtest");
	clv_backtest_read(&b, rd, &options);
	if (b.n == 0)
		die(STATUS_DATA, "%s: there are no orders up to %s",
		    reader_name(rd), j->backtest);
	if (b.until <= b.day)
		die(STATUS_DATA, "%s: there are no orders after %s",
		    reader_name(rd), j->backtest);
	if (j->params_path == NULL) {
		j->sample = clv_sample_new();
		for (i = 0; i < b.n; i++)
			clv_sample_add(j->sample, &b.outcomes[i].history);
		fit(j, reader_name(rd));
		clv_sample_free(j->sample);
	}
	w = command_writer(j->cmd, rd);
	clv_backtest_write(&b, &j->params, w);
	reject_close(options.reject);
	writer_close(w);
	free(b.outcomes);
}

/* ----------------------------------------------------------------- options */

enum { MODEL = 256, PARAMS, FIT, PRIOR, NO_VALUE, HORIZON, PERIOD, PERIODS,
	DISCOUNT, BACKTEST, UNTIL };

static const struct flag flags[] = {
	{ MODEL, "model", "NAME", "mbg-nbd (default), bg-nbd or pareto-nbd" },
	{ PARAMS, "params", "FILE", "do not fit: take these parameters" },
	{ FIT, "fit", "FILE", "write the fit there, not to stderr" },
	{ PRIOR, "prior", NULL, "fit with a weak prior" },
	{ NO_VALUE, "no-value", NULL, "no expected_value and clv; m unused" },
	{ HORIZON, "horizon", "WEEKS", "of expected_orders; default 52" },
	{ PERIOD, "period", "WEEKS", "of clv; default 4" },
	{ PERIODS, "periods", "N", "of clv; default 12" },
	{ DISCOUNT, "discount", "RATE", "a period, of clv; default 0.01" },
	{ BACKTEST, "backtest", "DATE", "FILE has orders: fit up to DATE, "
	    "compare" },
	{ UNTIL, "until", "DATE", "compare up to DATE; default the last" },
	{ 0, NULL, NULL, NULL }
};

/* A decimal number from an option's argument. */
static double
decimal(const struct job *j, const char *option, double low, double high)
{
	num	 n;
	double	 d;

	if (num_parse(optarg, strlen(optarg), &n) == -1)
		command_usage(j->cmd, "%s: \"%s\" is not a number", option,
		    optarg);
	d = (double)n / (double)NUM_ONE;
	if (d < low || d > high)
		command_usage(j->cmd, "%s: \"%s\" is not from %g to %g",
		    option, optarg, low, high);
	return d;
}

static void
option(struct job *j, int ch)
{
	switch (ch) {
	case MODEL:
		j->model = optarg;
		if (clv_model_find(optarg, &j->params.model) == -1)
			command_usage(j->cmd, "--model: \"%s\" is not "
			    "mbg-nbd, bg-nbd or pareto-nbd", optarg);
		break;
	case PARAMS:
		j->params_path = optarg;
		break;
	case FIT:
		j->fit_path = optarg;
		break;
	case PRIOR:
		j->fit.prior = 1;
		break;
	case NO_VALUE:
		j->value = 0;
		break;
	case HORIZON:
		j->terms.horizon = decimal(j, "--horizon", 0, 1e5);
		break;
	case PERIOD:
		j->terms.period = decimal(j, "--period", 1e-3, 1e4);
		break;
	case PERIODS:
		j->terms.periods = (int)command_number(j->cmd, "--periods",
		    optarg, 1, 10000);
		break;
	case DISCOUNT:
		j->terms.discount = decimal(j, "--discount", 0, 100);
		break;
	case BACKTEST:
		j->backtest = optarg;
		break;
	case UNTIL:
		j->until = optarg;
		break;
	}
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-clv", .operands = "[FILE]",
		.purpose = "Append to each customer the chance to be alive, "
		    "and the orders and value to expect.",
		.example =
		    "vip-rollup -m x,t_x,T,m orders.csv | vip-clv --fit fit",
		.uses = USES_ALL, .flags = flags
	};
	struct job	 j = {
		.cmd = &cmd, .value = 1,
		.terms = { .horizon = 52, .period = 4, .periods = 12,
		    .discount = 0.01 }
	};
	struct reader	*rd;
	int		 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		option(&j, ch);
	if (j.until != NULL && j.backtest == NULL)
		command_usage(&cmd, "--until is for --backtest");
	if (j.params_path != NULL && (j.fit_path != NULL || j.fit.prior))
		command_usage(&cmd, "--params fits nothing: no --fit, no "
		    "--prior");
	j.fit.jobs = cmd.pass.jobs;
	if (j.params_path != NULL)
		read_params(&j);
	if (command_has_policy(&cmd))
		j.pol = command_policy(&cmd);
	else
		j.utc = zone_open("UTC");
	rd = command_reader(&cmd, command_operand(&cmd, argc, argv));
	if (j.backtest != NULL)
		run_backtest(&j, rd);
	else
		run(&j, rd);
	reader_free(rd);
	zone_free(j.utc);
	policy_free(j.pol);
	command_end(&cmd);
	return STATUS_OK;
}
