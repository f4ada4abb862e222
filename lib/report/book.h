/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_BOOK_H
#define VIP_BOOK_H

#include "policy/policy.h"
#include "report/model.h"
#include "report/redact.h"

/*
 * All that a report for managers is made of, read once and kept: customers,
 * tickets, events and agents.  Texts live in the report.  Private to
 * lib/report.
 */
#define NOBODY	((size_t)-1)

struct client {
	const char	*key, *name;
	const char	*sponsor, *title;	/* and the sponsor's title */
	const char	*level, *reasons, *action;
	const char	*plan;		/* what people intend, or "" */
	int		 tier;
	int		 has_revenue, has_health, at_risk;
	num		 revenue, health;
	int		 bought, bought_again;	/* as far as is known */
	int		 has_growth;		/* year and last_year are */
	num		 year, last_year;	/* spend */
	int		 has_yearly;
	num		 yearly;		/* revenue of 365 days */
	const char	*source;		/* where it came from */
	size_t		 filled, required;	/* cells that are to be */
	int		 has_renewal;
	int64_t		 renewal;	/* day */
};

/* A promise of a ticket, as vip-sla wrote it. */
struct owing {
	enum metric_status status;
	int		 has_elapsed, has_due;
	int		 done;		/* late or not */
	num		 elapsed;	/* minutes */
	when		 due;
};

struct ticket_row {
	const char	*id, *issue, *agent, *channel, *key;
	size_t		 client;	/* or NOBODY */
	int		 tier;
	when		 created, resolved;	/* resolved 0: open */
	int		 is_open, has_csat, escalated, complaint;
	int		 answered;	/* followed up, or feedback given */
	const char	*cause, *family;	/* of a complaint */
	num		 csat;
	struct owing	*owing;		/* of each metric */
};

struct event_row {
	when		 at;
	const char	*event, *value, *key, *ticket, *touch,
			*channel;
	size_t		 client;	/* or NOBODY */
	int		 tier;		/* -1: not known */
	int		 is_number;
	num		 number;
};

struct agent_row {
	const char	*name;
	const char	*pool;
	int		 has_capacity, away;
	num		 capacity;
	int64_t		 from, until;	/* paid time off, inclusive */
	size_t		 vip, all, open;	/* tickets: of the period; now */
	size_t		 met, missed;
};

struct book_input {
	const struct policy	*pol;
	when			 now;
	struct reader		*customers, *tickets, *events, *agents;
						/* all but the first or NULL */
	const char		*revenue;	/* as in kinds.h */
	when			 from, to;	/* the period, [from, to) */
	size_t			 most;
	const struct redactor	*redactor;	/* or NULL */
};

struct book {
	const struct policy	*pol;
	struct report		*r;
	when			 now, from, to;
	size_t			 ntier, most;
	const struct redactor	*redactor;
	const char		*revenue;	/* column, or NULL */
	int			 has_tickets, has_events, has_agents, scored,
				 has_sponsor, has_source, has_complaint,
				 has_escalated;
	size_t			 nclient, nticket, nevent, nagent, nmetric;
	struct client		*client;
	struct ticket_row	*ticket;
	struct event_row	*event;		/* by time */
	struct agent_row	*agent;
	const char		**metric;
	struct keys		*keys;		/* of customers; never hidden */
};

/* Reads all of the input.  Bad rows end the program (65). */
struct book	*book_read(struct report *, const struct book_input *);
void		 book_free(struct book *);

/*
 * Who a line is about: the VIP tiers, all VIPs, the default tier, everybody.
 */
size_t		 book_groups(const struct book *);
const char	*group_name(const struct book *, size_t group);
int		 group_total(const struct book *, size_t group);
int		 group_has(const struct book *, size_t group, int tier);
size_t		 group_vip(const struct book *);
size_t		 group_standard(const struct book *);
size_t		 group_all(const struct book *);

int		 book_metric(const struct book *, const char *);	/* -1 */
int		 is_vip(const struct book *, int tier);
/* Was a ticket created, or an event, in the period? */
int		 in_period(const struct book *, when);
/* A first column that the table has, of those that are usual. */
const char	*revenue_of(const struct reader *, const char *asked);

/* Values to be ordered: medians, 90th percentiles (nearest rank). */
struct pile {
	num	*value;
	size_t	 n, room;
	num	 sum;
};

void		 pile_add(struct pile *, num);
struct figure	 pile_mean(const struct pile *, enum kind);
struct figure	 pile_quantile(struct pile *, enum kind, int percent);
void		 pile_free(struct pile *);

/* A table of what an average of ratings may hide, and a line of it. */
struct table	*ratings_table(struct report *, struct section *);
struct line	*ratings_line(struct report *, struct table *,
		    const char *tier, struct pile *);

#endif /* VIP_BOOK_H */
