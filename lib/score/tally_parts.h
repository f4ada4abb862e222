/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TALLY_PARTS_H
#define VIP_TALLY_PARTS_H

/* What the files of the tally share; nobody else includes this. */

#include <pthread.h>

#include "score/marks.h"
#include "score/tally.h"

__extension__ typedef __int128 wide;

#define CACHE_LINE	((size_t)64)
#define SHARD_BITS	6
#define NSHARDS		(1U << SHARD_BITS)
#define PAGE_BITS	7		/* customers whose blocks lie together */
#define RECENT		1024
#define NO_DAY		0		/* in a block, where days are from 1 */

/* What a mark has been counted in. */
enum { MARK_ORDER = 1, MARK_RETURN = 2, MARK_LATE = 4, MARK_ALL = 7 };

/* A sum of a customer that went round past INT64_MAX, or back. */
struct carry {
	uint32_t	 customer;
	uint16_t	 at;
	int16_t		 by;
};

/*
 * Customers whose keys have the same top bits in their hash: a table of
 * keys, a block of sums each, and the marks that have been made.
 */
struct shard {
	pthread_mutex_t	 lock;
	struct keys	*keys;
	char		**pages;
	size_t		 npages;
	struct marks	 marks;		/* days as blocks have them */
	struct carry	*carries;
	size_t		 ncarries;
	uint32_t	 base;		/* customers of the shards before it */
	/* once settled, by customer, order and day */
	struct mark	*settled;
	uint32_t	*first;		/* of each customer's; one more */
};

/* Where a quantity of the days from..to is in a block. */
struct field {
	unsigned	 quantity;
	int64_t		 from, to;
	uint16_t	 at;
};

struct term {				/* fields to be added up */
	const uint16_t	*at;
	size_t		 n;
};

/* Memory for blocks, in large pieces: a page of all customers each. */
struct slab {
	struct slab	*next;
	size_t		 used, size;
	char		*bytes;
};

struct tally {
	int64_t		 today;
	const struct metric *metrics;
	size_t		 nmetrics;
	struct term	(*terms)[2];	/* of each metric */
	const struct metric **kinds;	/* a metric for each kind of event */
	size_t		 nkinds;
	size_t		 nquantities;
	int64_t		*edges;		/* segment i is edges[i]..edges[i+1]-1 */
	size_t		 nsegments;
	uint16_t	 recent[RECENT];	/* segments by days before today */
	uint16_t	*at;		/* quantity x segment, 0 where not kept;
					   one segment more is all other days */
	struct field	*fields;
	size_t		 nfields;
	size_t		 stride;	/* of a block */
	uint16_t	 first_spend;	/* places in a block, 0 where not kept */
	uint16_t	 purchases;
	int		 marking;	/* orders are counted */
	pthread_mutex_t	 slabs_lock;
	struct slab	*slabs;
	struct marks_file marks;
	struct arena	*arena;
	struct shard	 shards[NSHARDS];
};

/* Places in a block that are always there: days from 1, or NO_DAY. */
enum {
	AT_FIRST_ORDER = 0, AT_LAST_ORDER = 4, AT_CONTACT = 8,
	AT_FIELDS = 16
};

static inline uint32_t
block_day(int64_t day)
{
	return (uint32_t)(day - DAY_FIRST + 1);
}

static inline int64_t
day_of_block(uint32_t day)
{
	return (int64_t)day + DAY_FIRST - 1;
}

static inline int
is_wide(unsigned q)
{
	return q == QUANTITY_SPEND || q == QUANTITY_ITEMS ||
	    q == QUANTITY_RATING || q == QUANTITY_PROMOTED;
}

static inline char *
block(const struct tally *t, const struct shard *s, uint32_t customer)
{
	return s->pages[customer >> PAGE_BITS] +
	    (customer & ((1U << PAGE_BITS) - 1)) * t->stride;
}

static inline uint32_t *
narrow_at(char *b, size_t at)
{
	return (uint32_t *)(void *)(b + at);
}

static inline num *
wide_at(char *b, size_t at)
{
	return (num *)(void *)(b + at);
}

static inline struct shard *
shard_of(struct tally *t, uint64_t hash)
{
	return &t->shards[hash >> (64 - SHARD_BITS)];
}

/*
 * The number of a key in its shard, with a block: call it with the lock.
 * The guess is that of keys_guess(), or KEY_NONE.
 */
uint32_t	 shard_add(struct tally *, struct shard *, const char *,
		    size_t, uint64_t hash, uint32_t guess);
/* Add to a sum of a customer's block. */
void		 shard_sum(struct shard *, uint32_t customer, char *block,
		    uint16_t at, num);
/* What a sum is, whatever went round. */
wide		 shard_wide(const struct shard *, uint32_t customer,
		    const char *block, uint16_t at);
void		 block_first(const struct tally *, char *block, uint32_t day,
		    num spend);
/* Do each shard, by so many threads (0: one a core). */
void		 tally_each(struct tally *, int jobs,
		    void (*)(struct tally *, struct shard *, void *), void *);
_Noreturn void	 tally_range(const struct shard *, uint32_t customer,
		    const char *what);

#endif /* VIP_TALLY_PARTS_H */
