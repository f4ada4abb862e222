/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_INSIGHT_H
#define VIP_INSIGHT_H

#include "command/command.h"
#include "score/risk.h"

/*
 * What vip-risk writes in place of the rows: every signal of each customer
 * (score/detail.h), health held against who left (score/backtest.h), or
 * weights made from it (score/tune.h).
 */
enum insight_kind { INSIGHT_NONE, INSIGHT_EXPLAIN, INSIGHT_BACKTEST,
	INSIGHT_TUNE };

struct insight;

/*
 * Adds what it needs to a plan that is not bound yet.  "outcome" is the
 * column that says who left, or NULL to explain.
 */
struct insight	*insight_new(struct command *, const struct policy *,
		    struct plan *, const struct risk *, const struct reader *,
		    enum insight_kind, const char *outcome);
void		 insight_free(struct insight *);	/* takes NULL */

/* Read the table, once the plan is bound and settled, and write. */
void		 insight_run(struct insight *, struct reader *);

#endif /* VIP_INSIGHT_H */
