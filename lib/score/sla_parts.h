/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SLA_PARTS_H
#define VIP_SLA_PARTS_H

/* What sla.c, which reads statements, and judge.c, which follows them,
   share. */

#include "score/clocks.h"
#include "score/sla.h"

enum reopen { REOPEN_RESUME, REOPEN_RESTART, REOPEN_IGNORE };

/* Metrics that are counted again and again, from the log. */
enum cycle { CYCLE_NONE, CYCLE_REPLY, CYCLE_UPDATE };

struct sla_rule {
	const struct statement	*st;
	size_t			 metric;
	size_t			 number;	/* among all rules */
	struct duration		 within;
	int			 under, same_day;
	tick			 fixed;		/* the bound, or -1 */
	int			 dated;		/* holds on some days only */
	struct clocks		*clocks;
	num			 warn;		/* share of the bound, or 0 */
	size_t			 when, pause;	/* conditions, or NO_PROGRAM */
	const char *const	*paused;	/* statuses that pause, or NULL */
	size_t			 start, stop;	/* times of the docket */
	int			 resolves;	/* it ends with resolved_at */
	int			 follows;	/* it starts with that, and ends
						   with followed_up_at */
	enum cycle		 cycle;
	enum reopen		 reopen;
	int			 current;	/* not as it was at creation */
	int			 any_contact;	/* either side's reply counts */
};

struct sla {
	struct docket		*docket;
	const struct policy	*pol;
	const char		**metrics;
	size_t			 nmetric;
	const char		**channels;
	size_t			 nchannel, ntier;
	struct sla_rule		**rules;
	size_t			 nrule;
	/* by metric, tier and channel (the last is any other) */
	const struct sla_rule	***cells;
	size_t			 created;
	struct arena		*arena;		/* names made of metrics' */
};

#endif /* VIP_SLA_PARTS_H */
