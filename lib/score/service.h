/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SERVICE_H
#define VIP_SERVICE_H

#include "policy/policy.h"
#include "score/escalate.h"
#include "score/sla.h"
#include "score/ticket.h"
#include "table/table.h"

/*
 * A table of tickets judged by a policy: the join, the clocks and the
 * escalations in one, and the tables that are made of them.
 */
struct service_options {
	const struct policy	*pol;
	when			 now, until;	/* see docket_log() */
	struct reader		*customers;	/* or NULL */
	struct reader		*log;		/* or NULL */
	int			 jobs;
	int			 strict_time;
	int			 tier;		/* write tier and badge too */
};

struct service;

struct service	*service_new(const struct service_options *,
		    struct reader *tickets);
void		 service_free(struct service *);	/* takes NULL */

/* The filter: each ticket as it came, and what is owed of it. */
void		 service_pass(struct service *, struct reader *,
		    struct writer *, const struct pass_options *);
/* One row a ticket and metric; and one a stretch of its time. */
void		 service_long(struct service *, struct reader *,
		    struct writer *, const struct pass_options *);
void		 service_explain(struct service *, struct reader *,
		    struct writer *, const struct pass_options *);
/* How much of each metric and tier was met, by one policy and another. */
void		 service_replay(struct service *, struct service *other,
		    struct reader *, struct writer *,
		    const struct pass_options *);
/* Tickets that were passed of which this was the worst status. */
size_t		 service_count(const struct service *, enum metric_status);
void		 service_notes(const struct service *);

/* What a policy owes whom: metric, tier, channel and bound. */
void		 service_targets(const struct policy *, when now,
		    struct writer *);
/* The open spans of a calendar on these days, both included. */
void		 service_calendar(const struct calendar *, const struct zone *,
		    int64_t from, int64_t to, struct writer *);

#endif /* VIP_SERVICE_H */
