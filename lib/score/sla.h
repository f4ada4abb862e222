/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SLA_H
#define VIP_SLA_H

#include "calendar/clock.h"
#include "policy/policy.h"
#include "score/ticket.h"

/*
 * What the sla statements of a policy owe a ticket, by when, and whether it
 * was kept.
 *
 * Time is counted in ticks on the clock of the statement: inside its calendar
 * and outside pauses.  Pauses come from the log of events; without
 * one, a ticket that is paused now is known to be so and no more.
 */
struct sla;
struct sla_rule;

/* Says to the docket what it wants; the docket must outlive it. */
struct sla	*sla_new(struct docket *);
void		 sla_free(struct sla *);

/* The metrics that the policy sets, in the order of the output. */
size_t		 sla_metrics(const struct sla *);
const char	*sla_metric(const struct sla *, size_t i);
/* The number of a metric by name, or -1. */
int		 sla_find(const struct sla *, const char *metric);

/* The column with the time at which a metric ends, by its statement or, where
   that is NULL, its name; one that is made lives in the arena. */
const char	*metric_end(const char *metric, const struct statement *,
		    struct arena *);

/* What is owed of one metric. */
struct owed {
	const struct sla_rule	*rule;		/* NULL: nothing */
	enum metric_status	 status;	/* METRIC_NONE: nothing yet */
	tick			 start;
	tick			 end;		/* WHEN_NONE: not ended */
	tick			 due;		/* WHEN_NONE: never */
	tick			 elapsed;	/* until "end" or now */
	tick			 bound;
	const struct calendar	*clock;
	struct pause		*pauses;	/* until the next ticket */
	size_t			 npause;
};

/* Judges one ticket after the other; one a worker. */
struct judge;

struct judge	*judge_new(const struct sla *);
void		 judge_free(struct judge *);
/*
 * Judge a ticket that was just read from the row: 0, or -1 with the fault.
 * The conditions of the ticket are told of every status.
 */
int		 judge_ticket(struct judge *, struct ticket *,
		    const struct row *, struct fault *);
const struct owed *judge_owed(const struct judge *, size_t metric);
/* A metric that is counted again and again (next_response,
   periodic_update) each time, in order; any other once. */
const struct owed *judge_runs(const struct judge *, size_t metric, size_t *n);
/* The worst of all, and the time from now until the next due time that has
   not been met, negative once it is past: 1, or 0 if there is none. */
enum metric_status judge_worst(const struct judge *);
int		 judge_left(const struct judge *, tick *);
/* The second in which a metric came or comes to this status; WHEN_NONE if
   unknown. */
when		 judge_since(const struct judge *, size_t metric,
		    enum metric_status);

const char	*metric_word(enum metric_status);	/* "", "met", ... */
struct cell	 metric_cell(enum metric_status);	/* the same */
/* As minutes, rounded half to even to three decimals. */
num		 minutes_of(tick);

/* What a rule says, for people: "under 10s", "same day". */
void		 rule_bound(const struct sla_rule *, struct buf *);
void		 rule_clock(const struct sla_rule *, struct buf *);
const struct statement *rule_statement(const struct sla_rule *);
/* The rules that a ticket of this metric, tier and channel meets, in the
   order of the file, ended by NULL; CHANNEL_OTHER is any other channel. */
const struct sla_rule *const *sla_rules(const struct sla *, size_t metric,
		    int tier, size_t channel);
/* Channels that the policy's sla statements name. */
size_t		 sla_channels(const struct sla *);
const char	*sla_channel(const struct sla *, size_t i);

#endif /* VIP_SLA_H */
