/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SPENDING_H
#define VIP_SPENDING_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * The budgets of a policy that are in force, and what was spent of each.
 * Private to lib/report.
 */
struct fund {
	const struct statement	*st;
	const struct clause	*parts;		/* or NULL: it has none */
	num			 amount;
	int64_t			 from, until;	/* days, both included */
	int64_t			 day;		/* the last that counts */
	num			 spent;
	num			*part;		/* spent, of each part */
	size_t			 nmonth;	/* calendar months from "from" */
	num			*month;		/* spent in each, to "day" */
};

struct spending {
	size_t		 nfund;
	struct fund	*fund;
	size_t		 left_out;	/* rows of other years, or later */
};

/*
 * Reads rows of date, budget, part and amount to the end.  The last day that
 * counts is that of the second before "now".  A row of no budget or part of
 * the policy, or without an amount, ends the program (65).
 */
struct spending	*spending_read(struct report *, const struct policy *,
		    when now, struct reader *);
void		 spending_free(struct spending *);

/* The first day of the fund's month "i", and the first after it. */
void		 fund_month(const struct fund *, size_t i, int64_t *from,
		    int64_t *to);
/*
 * What the plan has by the end of a day: the same amount every month, and
 * in a month the same every day.
 */
num		 fund_plan(const struct fund *, num amount, int64_t day);
/*
 * What will be spent at the end if it goes on as until that day, in the same
 * straight line: 0, or -1 before the fund's first day is over.
 */
int		 fund_project(const struct fund *, num spent, int64_t day,
		    num *);

#endif /* VIP_SPENDING_H */
