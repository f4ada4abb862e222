/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ESCALATE_H
#define VIP_ESCALATE_H

#include "policy/policy.h"
#include "score/clocks.h"
#include "score/ticket.h"

/*
 * Who must be told of a ticket or a customer, and by when: the escalate
 * statements of a policy.
 *
 * A statement is raised at the moment from which its condition has been
 * true: a breach at its due time; "and" at the last of its parts, "or" at the
 * first that holds; now - created_at >= 2h two hours after that.  What has no
 * time of its own (a risk level, a threat) is known as of now.
 */
struct ladder;

/* Says to the docket what it wants.  Statements that count events are not
   among its rungs. */
struct ladder	*ladder_new(struct docket *);
void		 ladder_free(struct ladder *);

struct rung {
	const struct statement	*st;
	size_t			 when;		/* condition */
	when			 raised, due;
};

/* When a metric of the ticket at hand came to a status, or WHEN_NONE. */
typedef when (*since_fn)(void *ctx, const char *metric, enum metric_status);

/*
 * The rungs that hold for a ticket, in the order of the file: how many.
 * "out" has room for ladder_rungs().
 */
size_t		 ladder_rungs(const struct ladder *);
size_t		 ladder_judge(const struct ladder *, struct ticket *, since_fn,
		    void *ctx, struct rung *out);
/* The one of n whose time comes first; of several the first. */
const struct rung *rung_first(const struct rung *, size_t n);

/* The metrics that conditions ask about: "names" has room for n of them. */
size_t		 ladder_metrics(const struct ladder *, const char **names,
		    size_t n);

/* Who is told, and the channels, joined by "; ". */
const char	*escalation_to(const struct statement *);
void		 escalation_by(const struct statement *, struct buf *);
/* The clocks of its bound; and when it must be done that was raised then, on
   one of them. */
struct clocks	*escalation_clocks(const struct policy *,
		    const struct statement *);
when		 escalation_due(const struct policy *, const struct statement *,
		    const struct calendar *, when raised);

/*
 * Events counted in a sliding window: "when count(complaint) > 10 in 24h of
 * issue_type".  An event is a row in which the column complaint says yes, at
 * its created_at; those lie in one window whose times are less than its
 * length apart.  It is raised at the event with which the count goes over,
 * and again only after it was not.
 */
struct counts;

struct surge {
	const struct statement	*st;
	when			 raised, due;
	size_t			 count;		/* in the window by then */
	struct cell		 group, id, key;
	int			 tier;
};

/* What is not before "until" has not happened yet. */
struct counts	*counts_new(struct docket *, when until);
void		 counts_free(struct counts *);
int		 counts_any(const struct counts *);
/* 0, or -1 with the fault. */
int		 counts_see(struct counts *, struct ticket *,
		    const struct row *, struct fault *);
/* After the last row: call "tell" for each, in the order of their times. */
void		 counts_tell(struct counts *, void (*tell)(void *ctx,
		    const struct surge *), void *ctx);

#endif /* VIP_ESCALATE_H */
