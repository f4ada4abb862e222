/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_FORECAST_H
#define VIP_FORECAST_H

/* What vip-clv does once its options are read. */

#include "command/command.h"
#include "score/clv_learn.h"

struct forecast {
	struct command		*cmd;
	const char		*model;		/* its name, or NULL: any */
	const char		*params_path;	/* or NULL: fit them */
	const char		*backtest;	/* a day, or NULL */
	const char		*until;		/* a day, or NULL: the last */
	struct clv_learning	 learning;
	struct clv_terms	 terms;
	struct clv_params	 params;	/* "model" is that to fit */
};

/*
 * Append to the customers of the table that is the operand what is to be
 * expected of each; with "backtest", the table has orders: write what a fit
 * to those up to that day is worth.
 */
void	 forecast_run(struct forecast *, int argc, char *argv[]);

#endif /* VIP_FORECAST_H */
