/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ROLLUP_H
#define VIP_ROLLUP_H

/*
 * Tables of facts to tables of customers: what vip-rollup does.
 *
 *	rollup_policy() or rollup_usual(), rollup_lacks()	the metrics
 *	r.tally = tally_new(r.metrics, ...)
 *	rollup_orders(), rollup_tickets(), rollup_events()	read facts
 *	tally_settle()
 *	rollup_write(), rollup_onto(), rollup_write_part()	write
 */

#include "policy/policy.h"
#include "score/tally.h"

struct roster;

struct rollup {
	const struct policy	*pol;	/* or NULL */
	const struct rename	*map;	/* or NULL */
	const struct zone	*zone;
	const char		*key;	/* the column of that name */
	when			 now;
	when			 until;	/* the first instant still to come */
	int64_t			 today;
	int64_t			 since, last;	/* days that are read */
	const struct metric	*metrics;
	size_t			 nmetrics;
	struct tally		*tally;
	struct roster		*roster;	/* tickets and their customers */
};

/*
 * Append the names of metrics to a list of names with a NUL after each,
 * every name once: those that the expressions and texts of a policy
 * mention, or the usual set.
 */
void		 rollup_policy(const struct policy *, struct buf *);
void		 rollup_usual(struct buf *);
void		 rollup_name(struct buf *, const char *);

/* The column without which a table cannot make a metric, or NULL. */
const char	*rollup_lacks(const struct rollup *, const struct metric *,
		    const struct reader *);

void		 rollup_orders(struct rollup *, struct reader *,
		    const struct pass_options *);
/* With "remember", so that events can be told by their tickets. */
void		 rollup_tickets(struct rollup *, struct reader *,
		    const struct pass_options *, int remember);
void		 rollup_events(struct rollup *, struct reader *,
		    const struct pass_options *);
void		 rollup_end(struct rollup *);

/* One row a customer, in the order of the keys' bytes. */
void		 rollup_write(const struct rollup *, struct writer *,
		    int jobs);
/* The customers' own rows with the metrics added. */
void		 rollup_onto(const struct rollup *, struct reader *,
		    struct writer *, const struct pass_options *);

/*
 * The state of a tally, to be merged with others.  rollup_part() tells what
 * metrics and day a part was made for, and ends the program where it is
 * none; rollup_read_part() adds it.
 */
void		 rollup_write_part(const struct rollup *, struct writer *,
		    int jobs);
void		 rollup_part(const struct reader *, const char **key,
		    int64_t *today, struct buf *names);
void		 rollup_read_part(struct rollup *, struct reader *);

#endif /* VIP_ROLLUP_H */
