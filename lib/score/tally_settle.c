/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of the facts: lines of orders that have been counted twice, and
 * the days of purchases.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "score/tally.h"
#include "score/tally_parts.h"

struct crew {
	struct tally	*tally;
	void		(*work)(struct tally *, struct shard *, void *);
	void		*ctx;
	atomic_uint	 next;
};

static void *
crew_work(void *arg)
{
	struct crew	*c = arg;
	unsigned	 i;

	while ((i = atomic_fetch_add(&c->next, 1)) < NSHARDS)
		c->work(c->tally, &c->tally->shards[i], c->ctx);
	return NULL;
}

void
tally_each(struct tally *t, int jobs,
    void (*work)(struct tally *, struct shard *, void *), void *ctx)
{
	struct crew	 c = { t, work, ctx, 0 };
	size_t		 n = crew_size(jobs);

	crew_run(crew_work, &c, 0, n < NSHARDS ? n : NSHARDS);
}

static int
by_order(const void *a, const void *b)
{
	const struct mark	*x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->day > y->day) - (x->day < y->day);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define FEW	24		/* that are put in order by insertion */

static void
sort_marks(struct mark *m, size_t n)
{
	struct mark	 x;
	size_t		 i, j;

	if (n > FEW) {
		qsort(m, n, sizeof(*m), by_order);
		return;
	}
	for (i = 1; i < n; i++) {
		x = m[i];
		for (j = i; j > 0 && by_order(&x, &m[j - 1]) < 0; j--)
			m[j] = m[j - 1];
		m[j] = x;
	}
}

/* How many different days the marks of a customer have. */
static uint32_t
count_days(const struct mark *m, size_t n, struct buf *room)
{
	uint32_t	*days, x, count = 0;
	size_t		 i, j;

	room->len = 0;
	buf_room(room, n * sizeof(*days));
	days = (uint32_t *)(void *)room->p;
	for (i = 0; i < n; i++) {
		x = m[i].day;
		for (j = i; n <= FEW && j > 0 && x < days[j - 1]; j--)
			days[j] = days[j - 1];
		days[j] = x;
	}
	if (n > FEW)
		qsort(days, n, sizeof(*days), by_number);
	for (i = 0; i < n; i++)
		count += i == 0 || days[i] != days[i - 1];
	return count;
}

/*
 * Lines of one order have been counted one by one where they did not follow
 * each other.  Take back all but the first day's of each count.
 */
static void
uncount(struct tally *t, struct shard *s, struct mark *m, size_t n)
{
	static const unsigned	 quantity[] = {
		QUANTITY_ORDERS, QUANTITY_RETURNS, QUANTITY_LATE
	};
	unsigned		 seen = 0, q, again;
	uint16_t		 at;
	size_t			 i, segment;

	for (i = 0; i < n; i++) {
		again = m[i].counted & seen;
		seen |= m[i].counted;
		m[i].counted &= ~again & MARK_ALL;
		segment = tally_segment(t, day_of_block(m[i].day));
		for (q = 0; again >> q != 0; q++) {
			at = t->at[quantity[q] * (t->nsegments + 1) + segment];
			if ((again >> q & 1) != 0 && at != 0)
				--*narrow_at(block(t, s, m[i].customer), at);
		}
	}
}

/* May two be of one order?  It mostly says no where none are. */
static int
may_repeat(const struct mark *m, size_t n)
{
	uint64_t	 seen[4] = { 0 }, bit, *word;
	size_t		 i;

	for (i = 0; i < n; i++) {
		if (m[i].order == 0)
			continue;
		word = &seen[m[i].order >> 6 & 3];
		bit = UINT64_C(1) << (m[i].order & 63);
		if ((*word & bit) != 0)
			return 1;
		*word |= bit;
	}
	return 0;
}

static void
settle_customer(struct tally *t, struct shard *s, uint32_t customer, int state,
    struct buf *room)
{
	struct mark	*m = s->settled + s->first[customer];
	size_t		 n = s->first[customer + 1] - s->first[customer];
	size_t		 i, j;

	if (n == 0)
		return;
	if (t->purchases != 0)
		*narrow_at(block(t, s, customer), t->purchases) =
		    count_days(m, n, room);
	/* In order for those who look at them later, or to be compared. */
	if (!state && !may_repeat(m, n))
		return;
	sort_marks(m, n);
	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && m[j].order == m[i].order; j++)
			;
		if (j > i + 1 && m[i].order != 0)
			uncount(t, s, m + i, j - i);
	}
}

/*
 * What the settling of a shard needs for a while, and the next one's after
 * it: giving so much memory back and getting it again takes longer than the
 * sorting.
 */
struct settling {
	int		 state;		/* the marks are kept */
	pthread_mutex_t	 lock;
	struct buf	 rooms[NSHARDS];
	size_t		 nrooms;
};

static struct buf
room_get(struct settling *st)
{
	struct buf	 b = { 0 };

	pthread_mutex_lock(&st->lock);
	if (st->nrooms > 0)
		b = st->rooms[--st->nrooms];
	pthread_mutex_unlock(&st->lock);
	b.len = 0;
	return b;
}

static void
room_put(struct settling *st, struct buf b)
{
	pthread_mutex_lock(&st->lock);
	st->rooms[st->nrooms++] = b;
	pthread_mutex_unlock(&st->lock);
}

/* Put the marks of a shard by customer, by counting them. */
static void
gather(struct tally *t, struct shard *s)
{
	struct marks_cursor	 cursor = { 0 };
	const struct mark	*m;
	uint32_t		 i, *first = s->first;
	size_t			 j, n;

	while ((m = marks_run(&s->marks, &t->marks, &cursor, &n)) != NULL)
		for (j = 0; j < n; j++)
			first[m[j].customer + 2]++;
	for (i = 2; i < keys_count(s->keys) + 2; i++)
		first[i] += first[i - 1];
	cursor.at = 0;
	while ((m = marks_run(&s->marks, &t->marks, &cursor, &n)) != NULL)
		for (j = 0; j < n; j++)
			s->settled[first[m[j].customer + 1]++] = m[j];
	free(cursor.buffer);
}

static void
settle(struct tally *t, struct shard *s, void *ctx)
{
	struct settling	*st = ctx;
	struct buf	 room, days = { 0 };
	uint32_t	 i;

	if (s->marks.n == 0)
		return;
	if (s->marks.n > UINT32_MAX)
		die(STATUS_RESOURCE, "too many orders for one tally");
	if (st->state)
		memset(&room, 0, sizeof(room));
	else
		room = room_get(st);
	buf_room(&room, s->marks.n * sizeof(*s->settled));
	s->settled = (struct mark *)(void *)room.p;
	s->first = xcalloc((size_t)keys_count(s->keys) + 2,
	    sizeof(*s->first));
	gather(t, s);
	marks_free(&s->marks);
	for (i = 0; i < keys_count(s->keys); i++)
		settle_customer(t, s, i, st->state, &days);
	buf_free(&days);
	if (!st->state) {
		s->settled = NULL;
		free(s->first);
		s->first = NULL;
		room_put(st, room);
	}
}

void
tally_settle(struct tally *t, int jobs, int state)
{
	struct settling	 st = { .state = state };
	size_t		 i;

	pthread_mutex_init(&st.lock, NULL);
	tally_each(t, jobs, settle, &st);
	while (st.nrooms > 0)
		buf_free(&st.rooms[--st.nrooms]);
	pthread_mutex_destroy(&st.lock);
	for (i = 1; i < NSHARDS; i++)
		t->shards[i].base = t->shards[i - 1].base +
		    keys_count(t->shards[i - 1].keys);
}
