/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TICKET_H
#define VIP_TICKET_H

#include "policy/policy.h"

/*
 * What is known of a ticket: its row, its customer's row in a file of
 * customers, and what a log says happened to it.
 *
 *	docket = docket_new(pol, now);
 *	...			sla_new() and others say what they want
 *	docket_log(docket, log, until);
 *	docket_bind(docket, tickets, customers, jobs);
 *	t = ticket_new(docket);			one a worker
 *	ticket_read(t, row, &fault)		fills it in
 *
 * An docket that is bound does not change any more, but for ticket_free(), so
 * workers share it.
 */
struct docket;

struct docket	*docket_new(const struct policy *, when now);
void		 docket_free(struct docket *);		/* takes NULL */
const struct policy *docket_policy(const struct docket *);
when		 docket_now(const struct docket *);

/*
 * What is wanted of every ticket.  docket_time() is a column of timestamps, to
 * be found in ticket->times by the number that is returned; with "need" it
 * must be there.  docket_ask() is a condition for ticket_holds(), whose columns
 * may be the ticket's or its customer's; one that neither has is an error,
 * or with ASK_LENIENT missing.
 */
enum ask { ASK_NEED, ASK_LENIENT };

size_t		 docket_time(struct docket *, const char *column, int need);
size_t		 docket_times(const struct docket *);
const char	*docket_time_name(const struct docket *, size_t);
size_t		 docket_ask(struct docket *, const struct expr *, enum ask);
/* A column of the ticket or its customer, for ticket_text(). */
size_t		 docket_column(struct docket *, const char *name, enum type,
		    enum ask);
/* The number of a channel that the policy names; case does not count. */
size_t		 docket_channel(struct docket *, const char *name);
/* Once bound: is a condition about the customer alone, by what the file of
   customers has? */
int		 docket_personal(const struct docket *, const struct expr *);
void		 docket_want_calendar(struct docket *);
void		 docket_want_status(struct docket *, enum ask);
/* Refuse local times that a clock change leaves out or gives twice. */
void		 docket_strict_time(struct docket *);

/*
 * A log of events: ticket_id, at, event, value.  What is not before "until"
 * has not happened yet.
 */
void		 docket_log(struct docket *, struct reader *, when until);
int		 docket_logged(const struct docket *);

/*
 * Find the columns, and read the customers (or NULL) into memory, in any
 * order, each once.  Ends the program where a column is not there or a
 * customer's row is wrong.
 */
void		 docket_bind(struct docket *, struct reader *tickets,
		    struct reader *customers, int jobs);
/* The tickets' column of a time, for faults; FAULT_ROW if it has none. */
size_t		 docket_time_column(const struct docket *, size_t);
/* Does the table, or do the customers, say the tier? */
int		 docket_tiered(const struct docket *);
/* Say what was noticed in the whole run; after the last ticket_free(). */
void		 docket_notes(const struct docket *);

/* What happened to a ticket, as a log has it. */
enum happening {
	EVENT_CREATED, EVENT_ASSIGNED, EVENT_REPLIED, EVENT_CUSTOMER_REPLIED,
	EVENT_STATUS, EVENT_PRIORITY, EVENT_TIER, EVENT_REOPENED,
	EVENT_RESOLVED, EVENT_FOLLOWED_UP, EVENT_OTHER
};

struct event {
	tick		 at;
	enum happening	 what;
	struct cell	 value;
};

/* Is a ticket resolved after an event, which was or was not before it? */
int		 event_resolves(const struct event *, int resolved);

#define CHANNEL_OTHER	SIZE_MAX

/* All of it stands until the next ticket_read(), and as the row stands. */
struct ticket {
	struct cell	 id, key;	/* empty where there is no such column */
	struct cell	 channel_text;
	size_t		 channel;	/* a docket_channel(), or CHANNEL_OTHER */
	int		 tier;		/* index among the policy's tiers */
	int		 calendar;	/* the customer's, among the policy's
					   calendar statements; or -1 */
	tick		*times;		/* by docket_time(); or WHEN_NONE */
	/* where a condition asks for them, or docket_want_status(); or empty */
	struct cell	 status, priority;
	const struct event *events;	/* in the order of their times */
	size_t		 nevent;
	tick		 first_resolved, reopened;	/* as the events say */
	struct inside	*inside;
};

/* When it happened first to a ticket, from an instant on; or WHEN_NONE. */
tick		 event_first(const struct ticket *, enum happening, tick from);

struct ticket	*ticket_new(const struct docket *);
/* Hands what the worker noticed to the docket. */
void		 ticket_free(struct ticket *, struct docket *);

/* Fetch the memory that reading a row will need. */
void		 ticket_ahead(struct ticket *, const struct row *);
/* 0, or -1 with the fault. */
int		 ticket_read(struct ticket *, const struct row *,
		    struct fault *);
/* Is a condition true?  Afterwards ticket_fault() may be -1. */
int		 ticket_holds(struct ticket *, size_t condition);
/* Nothing fits it: say so in the end if its channel is one of its own. */
void		 ticket_is_strange(struct ticket *);
int		 ticket_fault(const struct ticket *, struct fault *);
/* The text of a docket_column(), empty where it is missing. */
struct cell	 ticket_text(const struct ticket *, size_t column);
/* It will not do: the fault of its cell, or by name if it is the customer's.
   Returns -1. */
int		 ticket_wrong(const struct ticket *, size_t column,
		    const struct row *, const char *why, struct fault *);
/* Append why, with the ticket's values. */
void		 ticket_reason(struct ticket *, size_t condition,
		    struct buf *);

/*
 * What conditions are asked with from here on: another status, priority or
 * tier than the row's (NULL, -1: the row's again), and what was judged of a
 * metric.
 */
void		 ticket_as_status(struct ticket *, const struct cell *);
void		 ticket_as_priority(struct ticket *, const struct cell *);
void		 ticket_as_tier(struct ticket *, int tier);
void		 ticket_judged(struct ticket *, const char *metric,
		    enum metric_status);

#endif /* VIP_TICKET_H */
