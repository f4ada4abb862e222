/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_BACKTEST_H
#define VIP_BACKTEST_H

#include "score/risk.h"

/*
 * Customers of whom it is known whether they left, with what each signal
 * said of them before: what the score is held against, and what weights
 * are tuned on.
 */
struct cases {
	const struct risk	*risk;
	size_t			 n, cap;
	size_t			 k;		/* signals */
	float			*part;		/* n * k: taken of weight */
	num			*health;
	unsigned char		*left;
	size_t			*level;		/* its place; or the number of
						   levels: none */
	uint64_t		*hash;		/* of the key */
	size_t			 unknown;	/* rows without an outcome */
};

struct cases	*cases_new(const struct risk *);
void		 cases_free(struct cases *);
void		 cases_add(struct cases *, const struct prognosis *, int left,
		    uint64_t hash);

/* yes, 1, true; no, 0, false; nothing: 1, 0, -1; -2 for anything else. */
int		 outcome_parse(struct cell);

/*
 * Write measure, group, customers, left, rate, expected, lift, captured,
 * value.  Customers whose health is the same are spread evenly over the
 * tenths that they fall into, so that the order of the rows is no matter.
 */
void		 backtest_write(const struct cases *, struct writer *);

/*
 * Of the tenth of the customers with the greatest score: how many times
 * more of them left than of all.
 */
double		 backtest_lift(const double *score,
		    const unsigned char *left, size_t n);

#endif /* VIP_BACKTEST_H */
