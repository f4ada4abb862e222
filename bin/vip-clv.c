/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-clv: append to each customer what the models say of its future.
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "command/forecast.h"

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
decimal(const struct forecast *f, const char *option, double low, double high)
{
	num	 n;
	double	 d;

	if (num_parse(optarg, strlen(optarg), &n) == -1)
		command_usage(f->cmd, "%s: \"%s\" is not a number", option,
		    optarg);
	d = (double)n / (double)NUM_ONE;
	if (d < low || d > high)
		command_usage(f->cmd, "%s: \"%s\" is not from %g to %g",
		    option, optarg, low, high);
	return d;
}

static void
option(struct forecast *f, int ch)
{
	switch (ch) {
	case MODEL:
		f->model = optarg;
		if (clv_model_find(optarg, &f->params.model) == -1)
			command_usage(f->cmd, "--model: \"%s\" is not "
			    "mbg-nbd, bg-nbd or pareto-nbd", optarg);
		break;
	case PARAMS:
		f->params_path = optarg;
		break;
	case FIT:
		f->learning.path = optarg;
		break;
	case PRIOR:
		f->learning.fit.prior = 1;
		break;
	case NO_VALUE:
		f->learning.value = 0;
		break;
	case HORIZON:
		f->terms.horizon = decimal(f, "--horizon", 0, 1e5);
		break;
	case PERIOD:
		f->terms.period = decimal(f, "--period", 1e-3, 1e4);
		break;
	case PERIODS:
		f->terms.periods = (int)command_number(f->cmd, "--periods",
		    optarg, 1, 10000);
		break;
	case DISCOUNT:
		f->terms.discount = decimal(f, "--discount", 0, 100);
		break;
	case BACKTEST:
		f->backtest = optarg;
		break;
	case UNTIL:
		f->until = optarg;
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
		.flags = flags
	};
	struct forecast	 f = {
		.cmd = &cmd, .learning = { .value = 1 },
		.terms = { .horizon = 52, .period = 4, .periods = 12,
		    .discount = 0.01 }
	};
	int		 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		option(&f, ch);
	if (f.until != NULL && f.backtest == NULL)
		command_usage(&cmd, "--until is for --backtest");
	if (f.params_path != NULL && (f.learning.path != NULL ||
	    f.learning.fit.prior))
		command_usage(&cmd, "--params fits nothing: no --fit, no "
		    "--prior");
	f.learning.fit.jobs = cmd.pass.jobs;
	forecast_run(&f, argc, argv);
	command_end(&cmd);
	return STATUS_OK;
}
