/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_BACKTEST_H
#define VIP_CLV_BACKTEST_H

/*
 * What a model made of the orders up to a day would have said of those that
 * came after it.
 */

#include "policy/policy.h"
#include "score/clv.h"

/* A customer on the day, and what came after. */
struct clv_outcome {
	struct clv_history	 history;
	double			 orders;	/* days with a purchase */
	double			 spend;
};

struct clv_backtest {
	const struct policy	*pol;		/* or NULL */
	const struct rename	*map;		/* or NULL */
	const struct zone	*zone;
	const char		*key;
	int			 value;		/* amounts too */
	int64_t			 day;		/* the last of the past */
	int64_t			 until;		/* the last of what came after;
						   DAY_LAST: of the orders */
	struct clv_outcome	*outcomes;	/* made; free() it */
	size_t			 n;
};

/*
 * Read orders, twice.  Customers whose first order is after the day are left
 * out.  "until" is set to the last day there is an order of.
 */
void	 clv_backtest_read(struct clv_backtest *, struct reader *,
	    const struct pass_options *);

/*
 * Write measure, score, decile, customers, expected, actual, value: auc and
 * brier of each score, totals, and calibration by decile.
 */
void	 clv_backtest_write(const struct clv_backtest *,
	    const struct clv_params *, struct writer *);

/* The area under the ROC curve: -1 unless some came back and some did not. */
double	 clv_auc(const double *score, const unsigned char *came, size_t n);

#endif /* VIP_CLV_BACKTEST_H */
