/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TUNE_H
#define VIP_TUNE_H

#include "score/backtest.h"

/*
 * Weights for the signals of a policy, from customers of whom it is known
 * whether they left: a logistic regression with a quadratic penalty, and no
 * coefficient below 0, for a signal is a warning.  Seven tenths of the
 * customers, by a hash of their keys, are what it is fitted to; the
 * penalty is what does best on fifths of these.  The rest are held out, and
 * on them the weights, as they will be written, are compared with those of
 * the policy.
 */
struct tuned {
	num		*weight;	/* one a signal; free() it */
	double		 penalty;
	size_t		 fitted, fitted_left;
	size_t		 held, held_left;
	double		 auc[2];	/* held out: by hand, tuned */
	double		 lift[2];	/* of the first tenth */
	double		 error;		/* standard, of the difference */
};

enum tune_verdict { TUNE_WORSE, TUNE_UNCLEAR, TUNE_BETTER };

/* 0, or -1 with why it cannot be said. */
int		 tune(const struct cases *, struct tuned *, struct buf *why);

enum tune_verdict tune_verdict(const struct tuned *);
/* One sentence, for a person. */
void		 tune_say(const struct tuned *, struct buf *);
/*
 * The report as comments, then the signal statements: text of a policy.
 * A signal without weight is there as a comment, since no weight may be 0.
 */
void		 tune_show(const struct tuned *, const struct cases *,
		    const struct policy *, struct buf *);

/* ---- what it is made of, for tests */

/*
 * Minimise the sum of log(1 + exp(-y (b0 + b.x))) + penalty / 2 * b.b over
 * b >= 0 and b0: b has k + 1 members, the last of them b0.  Rows are those
 * of "row", n of them.
 */
void		 tune_fit(const struct cases *, const size_t *row, size_t n,
		    double penalty, double *b);
/*
 * Round so that what is given sums to "sum" in whole units, largest
 * remainders first.
 */
void		 tune_round(const double *b, size_t k, num sum, num *weight);
/*
 * The standard error of the difference of two areas under the ROC curve
 * over the same customers (DeLong and others, 1988).
 */
double		 tune_error(const double *a, const double *b,
		    const unsigned char *left, size_t n);

#endif /* VIP_TUNE_H */
