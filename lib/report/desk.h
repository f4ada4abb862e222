/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_DESK_H
#define VIP_DESK_H

#include "policy/policy.h"
#include "report/book.h"
#include "report/model.h"
#include "report/roster.h"

/*
 * The tickets of a report, read once: how many, and which promises were
 * kept, by tier.  Private to lib/report.
 */
struct tally {
	size_t	 met, missed;
};

struct promise {
	struct tally	 week;		/* of tickets created in the week */
	struct tally	 all;
};

struct workload {
	size_t	 created, resolved;	/* in the week */
	size_t	 open;			/* now */
	struct pile csat;
};

struct desk {
	const struct policy	*pol;
	size_t			 tickets;
	size_t			 strangers;	/* of customers not known */
	size_t			 ntier;
	struct workload		*load;		/* of each tier, then of all */
	size_t			 nmetric;
	const char		**metric;	/* METRIC of METRIC_status */
	struct promise		*promise;	/* [metric][tier, then all] */
};

struct desk	*desk_read(struct report *, const struct policy *, when now,
		    int days, struct reader *, const struct roster *);
void		 desk_free(struct desk *);		/* takes NULL */

/* "platinum", ..., and "all" for i = ntier. */
const char	*desk_tier(const struct desk *, size_t i);
const struct promise *desk_promise(const struct desk *, size_t metric,
		    size_t i);
struct figure	 tally_figure(const struct tally *);

/* As roster_measure(): csat, sla, or a METRIC's compliance. */
int		 desk_measure(const struct desk *, const char *metric,
		    const struct clause *who, struct figure *);

#endif /* VIP_DESK_H */
