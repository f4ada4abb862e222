/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts into a tally, by many threads at once.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "score/tally.h"
#include "score/tally_parts.h"

/* ------------------------------------------------------------------ shards */

static struct slab *
slab_new(struct slab *next, size_t least)
{
	struct slab	*s = xcalloc(1, sizeof(*s));

	s->next = next;
	s->size = next == NULL ? PAGES_HUGE_SIZE / 4 :
	    next->size < 4 * PAGES_HUGE_SIZE ? 4 * next->size : next->size;
	if (s->size < least)
		s->size = least;
	if ((s->bytes = pages_map(s->size, PAGES_HUGE)) == NULL)
		die(STATUS_RESOURCE, "out of memory");
	return s;
}

/*
 * Blocks for customers that lie together, all zero.  They are found by a
 * hash, so that with pages of the usual size half of the time would go into
 * finding the pages.
 */
static char *
page_new(struct tally *t)
{
	const size_t	 size = t->stride << PAGE_BITS;
	struct slab	*s;
	char		*p;

	pthread_mutex_lock(&t->slabs_lock);
	s = t->slabs;
	if (s == NULL || s->size - s->used < size) {
		s = slab_new(t->slabs, size);
		t->slabs = s;
	}
	p = s->bytes + s->used;
	s->used += size;
	pthread_mutex_unlock(&t->slabs_lock);
	return p;
}

uint32_t
shard_add(struct tally *t, struct shard *s, const char *key, size_t len,
    uint64_t hash, uint32_t guess)
{
	uint32_t	 c = keys_add_guessed(s->keys, key, len, hash, guess);

	if (c >> PAGE_BITS == s->npages) {
		if ((s->npages & (s->npages - 1)) == 0)
			s->pages = xreallocarray(s->pages,
			    s->npages == 0 ? 1 : 2 * s->npages,
			    sizeof(*s->pages));
		s->pages[s->npages++] = page_new(t);
	}
	return c;
}

void
shard_sum(struct shard *s, uint32_t customer, char *b, uint16_t at, num x)
{
	num	*sum = wide_at(b, at);

	if (__builtin_expect(!__builtin_add_overflow(*sum, x, sum), 1))
		return;
	s->carries = xreallocarray(s->carries, s->ncarries + 1,
	    sizeof(*s->carries));
	s->carries[s->ncarries++] = (struct carry){ customer, at,
	    x > 0 ? 1 : -1 };
}

wide
shard_wide(const struct shard *s, uint32_t customer, const char *b,
    uint16_t at)
{
	num	 low;
	wide	 sum;
	size_t	 i;

	memcpy(&low, b + at, sizeof(low));
	sum = low;
	for (i = 0; i < s->ncarries; i++)
		if (s->carries[i].customer == customer &&
		    s->carries[i].at == at)
			sum += (wide)s->carries[i].by * ((wide)1 << 64);
	return sum;
}

void
block_first(const struct tally *t, char *b, uint32_t day, num spend)
{
	uint32_t	*first = narrow_at(b, AT_FIRST_ORDER);
	num		*sum;

	if (t->first_spend != 0) {
		sum = wide_at(b, t->first_spend);
		if (*first == NO_DAY || day < *first)
			*sum = spend;
		else if (day == *first && num_add(*sum, spend, sum) == -1)
			die(STATUS_DATA, "what a customer spent on the first "
			    "day is out of range");
	}
	if (*first == NO_DAY || day < *first)
		*first = day;
}

void
tally_range(const struct shard *s, uint32_t customer, const char *what)
{
	struct buf	 b = { 0 };
	const char	*key;
	char		 who[256];
	size_t		 len;

	key = keys_bytes(s->keys, customer, &len);
	text_escape(&b, key, text_fit(key, len, 60));
	snprintf(who, sizeof(who), "%s", buf_str(&b));
	buf_free(&b);
	die(STATUS_DATA, "%s of customer \"%s\" is out of range", what, who);
}

/* ------------------------------------------------------------------- feeds */

/*
 * Facts wait in a buffer for each shard, so that a shard is locked once for
 * many of them, and the many cache misses of finding their customers are
 * waited for together: as many as a processor can have under way, for more
 * only wait for each other.
 */
#define BATCH		((size_t)8192)
#define TOGETHER	32

struct record {
	uint64_t	 hash;
	uint64_t	 order;
	uint64_t	 counts;
	num		 sum[2];
	uint32_t	 day;
	uint16_t	 segment;
	uint16_t	 what;
	uint32_t	 keylen;
	char		 key[];		/* padded to 8 bytes */
};

struct batch {
	char		*p;
	size_t		 len;
};

struct feed {
	struct tally	*tally;
	struct batch	 batches[NSHARDS];
};

struct feed *
feed_new(struct tally *t)
{
	struct feed	*f = xcalloc(1, sizeof(*f));

	f->tally = t;
	return f;
}

static void
later_day(uint32_t *last, uint32_t day)
{
	if (day > *last)
		*last = day;
}

/*
 * Make a mark of an order's line, unless it follows another line of it that
 * is just like it.  Returns what is still to be counted.
 */
static uint64_t
mark_order(struct tally *t, struct shard *s, uint32_t customer,
    const struct record *r)
{
	const uint64_t	 counts = COUNT(QUANTITY_ORDERS) |
			    COUNT(QUANTITY_RETURNS) | COUNT(QUANTITY_LATE);
	struct mark	 m = { r->order, customer, r->day & 0xffffff, 0 };
	const struct mark *last;

	if (r->order != 0)
		m.counted = (r->counts >> QUANTITY_ORDERS) & MARK_ALL;
	last = marks_last(&s->marks);
	if (last != NULL && last->customer == m.customer &&
	    last->order == m.order && last->day == m.day &&
	    last->counted == m.counted)
		return m.order != 0 ? r->counts & ~counts : r->counts;
	marks_add(&s->marks, &t->marks, &m);
	return r->counts;
}

static void
apply(struct tally *t, struct shard *s, uint32_t customer,
    const struct record *r)
{
	char		*b = block(t, s, customer);
	const uint16_t	*at = t->at + r->segment;
	const size_t	 n = t->nsegments + 1;
	uint64_t	 counts = r->counts;
	uint32_t	*count;
	unsigned	 q;

	switch ((enum tallied)r->what) {
	case TALLY_NONE:
		return;
	case TALLY_ORDER:
		block_first(t, b, r->day, r->sum[0]);
		later_day(narrow_at(b, AT_LAST_ORDER), r->day);
		if (at[QUANTITY_SPEND * n] != 0)
			shard_sum(s, customer, b, at[QUANTITY_SPEND * n],
			    r->sum[0]);
		if (at[QUANTITY_ITEMS * n] != 0)
			shard_sum(s, customer, b, at[QUANTITY_ITEMS * n],
			    r->sum[1]);
		if (t->marking || r->order != 0)
			counts = mark_order(t, s, customer, r);
		break;
	case TALLY_TICKET:
		later_day(narrow_at(b, AT_CONTACT), r->day);
		if (at[QUANTITY_RATING * n] != 0)
			shard_sum(s, customer, b, at[QUANTITY_RATING * n],
			    r->sum[0]);
		if (at[QUANTITY_REOPENS * n] != 0) {
			count = narrow_at(b, at[QUANTITY_REOPENS * n]);
			if (__builtin_add_overflow(*count,
			    (uint32_t)r->sum[1], count))
				tally_range(s, customer, "a count");
		}
		break;
	case TALLY_EVENT:
		if (at[QUANTITY_PROMOTED * n] != 0)
			shard_sum(s, customer, b, at[QUANTITY_PROMOTED * n],
			    r->sum[0]);
		break;
	}
	for (; counts != 0; counts &= counts - 1) {
		q = (unsigned)__builtin_ctzll(counts);
		if (at[q * n] == 0)
			continue;
		count = narrow_at(b, at[q * n]);
		if (++*count == 0)
			tally_range(s, customer, "a count");
	}
}

static size_t
record_size(size_t keylen)
{
	return (sizeof(struct record) + keylen + 7) & ~(size_t)7;
}

/* Some facts of one shard, which is locked; returns where they end. */
static const char *
apply_some(struct tally *t, struct shard *s, const char *p, const char *end)
{
	const struct record	*r[TOGETHER];
	uint64_t		 hashes[TOGETHER];
	uint32_t		 guesses[TOGETHER], c;
	const uint16_t		*spend;
	const char		*b;
	size_t			 i, n = 0;

	do {
		r[n] = (const struct record *)(const void *)p;
		hashes[n] = r[n]->hash;
		p += record_size(r[n++]->keylen);
	} while (n < TOGETHER && p < end);
	spend = t->at + QUANTITY_SPEND * (t->nsegments + 1);
	keys_guess(s->keys, hashes, n, guesses);
	for (i = 0; i < n; i++)
		if (guesses[i] != KEY_NONE) {
			b = block(t, s, guesses[i]);
			__builtin_prefetch(b, 1);
			__builtin_prefetch(b + spend[r[i]->segment], 1);
		}
	for (i = 0; i < n; i++) {
		c = shard_add(t, s, r[i]->key, r[i]->keylen, hashes[i],
		    guesses[i]);
		apply(t, s, c, r[i]);
	}
	return p;
}

static void
apply_all(struct tally *t, struct shard *s, const char *p, size_t len)
{
	const char	*end = p + len;

	pthread_mutex_lock(&s->lock);
	while (p < end)
		p = apply_some(t, s, p, end);
	pthread_mutex_unlock(&s->lock);
}

static void
flush(struct feed *f, unsigned i)
{
	struct batch	*b = &f->batches[i];

	apply_all(f->tally, &f->tally->shards[i], b->p, b->len);
	b->len = 0;
}

void
feed_add(struct feed *f, const struct tally_fact *h)
{
	uint64_t	 hash = keys_hash(h->key, h->keylen);
	unsigned	 shard = (unsigned)(hash >> (64 - SHARD_BITS));
	struct batch	*b = &f->batches[shard];
	size_t		 size = record_size(h->keylen);
	struct record	*r;
	char		*big = NULL;

	if (b->len + size > BATCH && b->len > 0)
		flush(f, shard);
	if (b->p == NULL)
		b->p = xmalloc(BATCH);
	if (size > BATCH)
		r = (struct record *)(void *)(big = xmalloc(size));
	else
		r = (struct record *)(void *)(b->p + b->len);
	r->hash = hash;
	r->order = h->order;
	r->counts = h->counts;
	r->sum[0] = h->sum[0];
	r->sum[1] = h->sum[1];
	r->day = block_day(h->day);
	r->what = (uint16_t)h->what;
	r->segment = (uint16_t)h->segment;
	if (h->segment == NO_SEGMENT) {
		r->what = TALLY_NONE;
		r->segment = (uint16_t)f->tally->nsegments;
	}
	r->keylen = (uint32_t)h->keylen;
	memcpy(r->key, h->key, h->keylen);
	if (big != NULL) {
		apply_all(f->tally, &f->tally->shards[shard], big, size);
		free(big);
	} else {
		b->len += size;
	}
}

void
feed_free(struct feed *f)
{
	unsigned	 i;

	if (f == NULL)
		return;
	for (i = 0; i < NSHARDS; i++) {
		if (f->batches[i].len > 0)
			flush(f, i);
		free(f->batches[i].p);
	}
	free(f);
}
