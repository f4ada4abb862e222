/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TALLY_H
#define VIP_TALLY_H

/*
 * What is counted for each customer, and the metrics that come of it.
 *
 * The windows of the metrics that are asked for cut the calendar into
 * segments; a customer is a key and one small block of sums and counts, one
 * for each quantity and segment, and a window is a few of them added up.
 * Facts are fed by any number of threads in any order, and tallies of parts
 * are merged in any order: every sum is exact, so the result is the same.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/vip.h"
#include "score/metric.h"
#include "table/table.h"

/* What is added up. */
enum quantity {
	/* of an order's line */
	QUANTITY_SPEND,			/* millionths; sum[0] */
	QUANTITY_ITEMS,			/* millionths; sum[1] */
	QUANTITY_ORDERS, QUANTITY_RETURNS, QUANTITY_LATE,
	/* of a ticket */
	QUANTITY_RATING,		/* millionths; sum[0] */
	QUANTITY_REOPENS,		/* sum[1] */
	QUANTITY_RATED, QUANTITY_LOW, QUANTITY_TICKETS, QUANTITY_COMPLAINTS,
	QUANTITY_ESCALATIONS, QUANTITY_BREACHES,
	/* of an event */
	QUANTITY_PROMOTED,		/* promoters - detractors; sum[0] */
	QUANTITY_ASKED,
	QUANTITY_EVENT			/* of the first kind; the next follow */
};

#define COUNT(q)	((uint64_t)1 << (q))
#define TALLY_KINDS	(64 - QUANTITY_EVENT)	/* most kinds of event */

enum tallied { TALLY_NONE, TALLY_ORDER, TALLY_TICKET, TALLY_EVENT };

struct tally_fact {
	const char	*key;
	size_t		 keylen;
	uint64_t	 order;		/* tally_order() of its order_id, or 0 */
	num		 sum[2];
	uint64_t	 counts;	/* COUNT() of each quantity by one */
	int64_t		 day;
	unsigned	 segment;	/* tally_segment() of the day */
	enum tallied	 what;
};

struct tally;
struct feed;
struct tally_walk;

/*
 * The metrics stay the caller's.  "today" is the last day that counts.
 * "memory" is how many bytes there may be of what is kept of each order
 * (0: default_memory()); the rest is in a temporary file.
 */
struct tally	*tally_new(const struct metric *, size_t n, int64_t today,
		    size_t memory);
void		 tally_free(struct tally *);	/* takes NULL */
int		 tally_wants(const struct tally *, enum quantity);
int		 tally_wants_orders(const struct tally *); /* order_id matters */
size_t		 tally_kinds(const struct tally *);
const char	*tally_kind(const struct tally *, size_t i, size_t *len);

#define NO_SEGMENT	UINT16_MAX	/* after today */

/* Where a day counts, to be put into a fact of that day. */
unsigned	 tally_segment(const struct tally *, int64_t day);
uint64_t	 tally_order(const char *, size_t);

/*
 * Each thread feeds what it reads through a feed of its own; what went in
 * has arrived once feed_free() returns.
 */
struct feed	*feed_new(struct tally *);
void		 feed_add(struct feed *, const struct tally_fact *);
void		 feed_free(struct feed *);

/*
 * After the last fact and before the first question; "state" if there will
 * be a tally_cell(), for which the orders must be kept.
 */
void		 tally_settle(struct tally *, int jobs, int state);

struct customer {
	uint32_t	 shard, number;
};

uint32_t	 tally_count(const struct tally *);	/* customers */
/* A number of one's own below tally_count(). */
uint32_t	 tally_number(const struct tally *, struct customer);
int		 tally_find(const struct tally *, const char *key, size_t,
		    struct customer *);	/* 1 or 0 */
const char	*tally_key(const struct tally *, struct customer, size_t *);
/* Show a key some keys before it is to be found, to fetch what that needs. */
void		 tally_ahead(const struct tally *, struct keys_wait *,
		    const char *key, size_t);

enum worth { WORTH_EMPTY, WORTH_NUMBER, WORTH_DAY };

/*
 * Metric i of a customer, or of one (NULL) of whom nothing is known.  A sum
 * that is out of range ends the program (65).
 */
enum worth	 tally_worth(const struct tally *, const struct customer *,
		    size_t i, num *);

/* Every customer, by the bytes of the key; "jobs" threads put them in order. */
struct tally_walk	*tally_walk(const struct tally *, int jobs);
int		 tally_next(struct tally_walk *, struct customer *);
/* The customer who comes i-th, or 0; by any thread, one after the other. */
int		 tally_at(const struct tally_walk *, size_t i,
		    struct customer *);
void		 tally_walk_free(struct tally_walk *);

/*
 * The state of a tally as cells: names of the columns, a customer's cells in
 * their order, and back.  tally_read() is for one thread, and returns -1
 * with the index of a cell that is not what tally_cell() writes.
 */
size_t		 tally_columns(const struct tally *);
void		 tally_column(const struct tally *, size_t i, struct buf *);
void		 tally_cell(const struct tally *, struct customer, size_t i,
		    struct buf *);

int		 tally_read(struct tally *, const char *key, size_t,
		    const struct cell *, size_t *bad);

#endif /* VIP_TALLY_H */
