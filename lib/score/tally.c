/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score/tally.h"
#include "score/tally_parts.h"

#define CACHE_LINE	((size_t)64)
#define HUGE_PAGE	((size_t)2 << 20)

/* ------------------------------------------------------------------ layout */

/* A window in which a quantity is wanted. */
struct want {
	unsigned	 quantity;
	int64_t		 from, to;
};

/* The quantities whose sums make a metric, at most two; their number. */
static size_t
quantities(const struct tally *t, const struct metric *m, unsigned q[2])
{
	size_t	 i;

	switch (m->measure) {
	case MEASURE_ORDERS:
		q[0] = QUANTITY_ORDERS;
		return 1;
	case MEASURE_SPEND:
	case MEASURE_LTV:
	case MEASURE_M:
		q[0] = QUANTITY_SPEND;
		return 1;
	case MEASURE_AOV:
		q[0] = QUANTITY_SPEND;
		q[1] = QUANTITY_ORDERS;
		return 2;
	case MEASURE_ITEMS:
		q[0] = QUANTITY_ITEMS;
		return 1;
	case MEASURE_RETURNS:
		q[0] = QUANTITY_RETURNS;
		return 1;
	case MEASURE_LATE:
		q[0] = QUANTITY_LATE;
		return 1;
	case MEASURE_TICKETS:
		q[0] = QUANTITY_TICKETS;
		return 1;
	case MEASURE_COMPLAINTS:
		q[0] = QUANTITY_COMPLAINTS;
		return 1;
	case MEASURE_REOPENS:
		q[0] = QUANTITY_REOPENS;
		return 1;
	case MEASURE_ESCALATIONS:
		q[0] = QUANTITY_ESCALATIONS;
		return 1;
	case MEASURE_BREACHES:
		q[0] = QUANTITY_BREACHES;
		return 1;
	case MEASURE_LOW_CSAT:
		q[0] = QUANTITY_LOW;
		return 1;
	case MEASURE_CSAT:
		q[0] = QUANTITY_RATING;
		q[1] = QUANTITY_RATED;
		return 2;
	case MEASURE_NPS:
		q[0] = QUANTITY_PROMOTED;
		q[1] = QUANTITY_ASKED;
		return 2;
	case MEASURE_EVENTS:
		for (i = 0; i < t->nkinds; i++)
			if (t->kinds[i]->kindlen == m->kindlen &&
			    memcmp(t->kinds[i]->kind, m->kind, m->kindlen)
			    == 0)
				break;
		q[0] = QUANTITY_EVENT + (unsigned)i;
		return 1;
	case MEASURE_FIRST_ORDER:
	case MEASURE_LAST_ORDER:
	case MEASURE_DAYS_SINCE_ORDER:
	case MEASURE_LAST_CONTACT:
	case MEASURE_X:
	case MEASURE_T_X:
	case MEASURE_T:
		break;
	}
	return 0;
}

static int
by_day(const void *a, const void *b)
{
	const int64_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The sorted days on which windows of one quantity, or of any, change. */
static size_t
edges(const struct want *wants, size_t n, long quantity, int64_t *days)
{
	size_t	 i, ndays = 0, kept = 0;

	for (i = 0; i < n; i++) {
		if (quantity != -1 && wants[i].quantity != (unsigned)quantity)
			continue;
		days[ndays++] = wants[i].from;
		days[ndays++] = wants[i].to + 1;
	}
	qsort(days, ndays, sizeof(*days), by_day);
	for (i = 0; i < ndays; i++)
		if (kept == 0 || days[kept - 1] != days[i])
			days[kept++] = days[i];
	return kept;
}

/* Newest days first, as they are asked for most; wide ones side by side. */
static int
by_place(const void *a, const void *b)
{
	const struct field	*x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? 1 : -1;
	if (is_wide(x->quantity) != is_wide(y->quantity))
		return is_wide(x->quantity) ? -1 : 1;
	if (x->quantity != y->quantity)
		return x->quantity < y->quantity ? -1 : 1;
	return (x->from < y->from) - (x->from > y->from);
}

/* Make the fields of a quantity: the days between two of its edges. */
static void
make_fields(struct tally *t, const struct want *wants, size_t nwants,
    unsigned q, int64_t *days)
{
	size_t	 n = edges(wants, nwants, (long)q, days), i, j;

	for (i = 0; i + 1 < n; i++)
		for (j = 0; j < nwants; j++)
			if (wants[j].quantity == q &&
			    wants[j].from <= days[i] &&
			    wants[j].to >= days[i + 1] - 1) {
				t->fields[t->nfields++] = (struct field){
				    q, days[i], days[i + 1] - 1, 0 };
				break;
			}
}

static uint16_t
place(size_t *end, size_t *hole, size_t size)
{
	size_t	 at;

	if (size == 4 && *hole != 0) {
		at = *hole;
		*hole = 0;
		return (uint16_t)at;
	}
	if (size == 8 && *end % 8 != 0) {
		*hole = *end;
		*end += 4;
	}
	at = *end;
	*end += size;
	if (*end > UINT16_MAX)
		die(STATUS_USAGE, "too many metrics and windows at once");
	return (uint16_t)at;
}

/*
 * The size of a block: such that it lies in as few cache lines as it can, if
 * that takes little more memory.
 */
static size_t
spread(size_t size)
{
	size_t	 whole = (size + CACHE_LINE - 1) & ~(CACHE_LINE - 1);

	if (size <= CACHE_LINE / 2)
		return size <= CACHE_LINE / 4 ? CACHE_LINE / 4 :
		    CACHE_LINE / 2;
	return size <= CACHE_LINE || whole - size <= size / 8 ? whole : size;
}

static void
place_fields(struct tally *t)
{
	size_t		 end = AT_FIELDS, hole = AT_CONTACT + 4, i, s;
	struct field	*f;

	for (i = 0; i < t->nmetrics; i++)
		switch (t->metrics[i].measure) {
		case MEASURE_M:
			if (t->first_spend == 0)
				t->first_spend = place(&end, &hole, 8);
			/* FALLTHROUGH */
		case MEASURE_X:
			if (t->purchases == 0)
				t->purchases = place(&end, &hole, 4);
			break;
		default:
			break;
		}
	qsort(t->fields, t->nfields, sizeof(*t->fields), by_place);
	t->at = arena_get(t->arena, t->nquantities * (t->nsegments + 1) *
	    sizeof(*t->at));
	for (i = 0; i < t->nfields; i++) {
		f = &t->fields[i];
		f->at = place(&end, &hole, is_wide(f->quantity) ? 8 : 4);
		for (s = 0; s < t->nsegments; s++)
			if (t->edges[s] >= f->from && t->edges[s] <= f->to)
				t->at[f->quantity * (t->nsegments + 1) + s] =
				    f->at;
	}
	t->stride = spread((end + 7) & ~(size_t)7);
}

/* The fields that make up a quantity in a window. */
static struct term
term(const struct tally *t, unsigned q, int64_t from, int64_t to)
{
	uint16_t	*at = arena_get(t->arena, t->nfields * sizeof(*at));
	size_t		 i, n = 0;

	for (i = 0; i < t->nfields; i++)
		if (t->fields[i].quantity == q && t->fields[i].from >= from &&
		    t->fields[i].to <= to)
			at[n++] = t->fields[i].at;
	return (struct term){ at, n };
}

static void
find_kinds(struct tally *t)
{
	unsigned	 q[2];
	size_t		 i;

	t->kinds = arena_get(t->arena, t->nmetrics * sizeof(*t->kinds));
	for (i = 0; i < t->nmetrics; i++) {
		if (t->metrics[i].measure != MEASURE_EVENTS)
			continue;
		quantities(t, &t->metrics[i], q);
		if (q[0] - QUANTITY_EVENT == t->nkinds)
			t->kinds[t->nkinds++] = &t->metrics[i];
	}
	if (t->nkinds > TALLY_KINDS)
		die(STATUS_USAGE, "at most %d kinds of events at once",
		    TALLY_KINDS);
	t->nquantities = QUANTITY_EVENT + t->nkinds;
}

static unsigned	 find_segment(const struct tally *, int64_t);

struct tally *
tally_new(const struct metric *metrics, size_t n, int64_t today,
    size_t memory)
{
	struct tally	*t = xcalloc(1, sizeof(*t));
	struct want	*wants = xcalloc(2 * n + 1, sizeof(*wants));
	int64_t		*days = xcalloc(4 * n + 1, sizeof(*days)), from, to;
	unsigned	 q[2];
	size_t		 i, j, nq, nwants = 0;

	t->today = today;
	t->metrics = metrics;
	t->nmetrics = n;
	t->arena = arena_new();
	pthread_mutex_init(&t->slabs_lock, NULL);
	marks_file_init(&t->marks, memory);
	find_kinds(t);
	for (i = 0; i < n; i++) {
		window_days(&metrics[i].window, today, &from, &to);
		nq = quantities(t, &metrics[i], q);
		for (j = 0; j < nq && from <= to; j++)
			wants[nwants++] = (struct want){ q[j], from, to };
		if (metrics[i].measure == MEASURE_X ||
		    metrics[i].measure == MEASURE_M)
			t->marking = 1;
	}
	t->nsegments = edges(wants, nwants, -1, days);
	if (t->nsegments > 0)
		t->nsegments--;
	t->edges = arena_get(t->arena,
	    (t->nsegments + 1) * sizeof(*t->edges));
	memcpy(t->edges, days, (t->nsegments + 1) * sizeof(*t->edges));
	t->fields = arena_get(t->arena, (4 * n + 1) * sizeof(*t->fields));
	for (i = 0; i < t->nquantities; i++)
		make_fields(t, wants, nwants, (unsigned)i, days);
	place_fields(t);
	t->terms = arena_get(t->arena, (n + 1) * sizeof(*t->terms));
	for (i = 0; i < n; i++) {
		window_days(&metrics[i].window, today, &from, &to);
		nq = quantities(t, &metrics[i], q);
		for (j = 0; j < nq; j++)
			t->terms[i][j] = term(t, q[j], from, to);
	}
	for (i = 0; i < RECENT; i++)
		t->recent[i] = (uint16_t)find_segment(t, today - (int64_t)i);
	for (i = 0; i < NSHARDS; i++) {
		pthread_mutex_init(&t->shards[i].lock, NULL);
		t->shards[i].keys = keys_new();
	}
	free(wants);
	free(days);
	return t;
}

void
tally_free(struct tally *t)
{
	struct shard	*s;
	struct slab	*slab;

	if (t == NULL)
		return;
	for (s = t->shards; s < t->shards + NSHARDS; s++) {
		pthread_mutex_destroy(&s->lock);
		keys_free(s->keys);
		free(s->pages);
		marks_free(&s->marks);
		free(s->carries);
		free(s->settled);
		free(s->first);
	}
	while ((slab = t->slabs) != NULL) {
		t->slabs = slab->next;
		free(slab->bytes);
		free(slab);
	}
	pthread_mutex_destroy(&t->slabs_lock);
	marks_file_close(&t->marks);
	arena_free(t->arena);
	free(t);
}

int
tally_wants(const struct tally *t, enum quantity q)
{
	size_t	 i;

	for (i = 0; i < t->nfields; i++)
		if (t->fields[i].quantity == q)
			return 1;
	return 0;
}

int
tally_wants_orders(const struct tally *t)
{
	return tally_wants(t, QUANTITY_ORDERS) ||
	    tally_wants(t, QUANTITY_RETURNS) || tally_wants(t, QUANTITY_LATE);
}

size_t
tally_kinds(const struct tally *t)
{
	return t->nkinds;
}

const char *
tally_kind(const struct tally *t, size_t i, size_t *len)
{
	*len = t->kinds[i]->kindlen;
	return t->kinds[i]->kind;
}

/* A segment by looking for it; nsegments is every day that is in none. */
static unsigned
find_segment(const struct tally *t, int64_t day)
{
	size_t	 low = 0, high = t->nsegments, mid;

	if (high == 0 || day < t->edges[0] || day >= t->edges[high])
		return (unsigned)t->nsegments;
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (day < t->edges[mid])
			high = mid;
		else
			low = mid;
	}
	return (unsigned)low;
}

unsigned
tally_segment(const struct tally *t, int64_t day)
{
	if (day > t->today)
		return NO_SEGMENT;
	if (t->today - day < RECENT)
		return t->recent[t->today - day];
	return find_segment(t, day);
}

uint64_t
tally_order(const char *p, size_t len)
{
	uint64_t	 h = keys_hash(p, len);

	return h != 0 ? h : 1;
}

/* ------------------------------------------------------------------ shards */

static struct slab *
slab_new(struct slab *next, size_t least)
{
	struct slab	*s = xcalloc(1, sizeof(*s));
	void		*p;

	s->next = next;
	s->size = next == NULL ? HUGE_PAGE / 4 : next->size < 4 * HUGE_PAGE ?
	    4 * next->size : next->size;
	if (s->size < least)
		s->size = least;
	if (posix_memalign(&p, s->size < HUGE_PAGE ? CACHE_LINE : HUGE_PAGE,
	    s->size) != 0)
		die(STATUS_RESOURCE, "out of memory");
	if (s->size >= HUGE_PAGE)
		madvise(p, s->size, MADV_HUGEPAGE);
	s->bytes = p;
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
	return memset(p, 0, size);
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
 * waited for together.
 */
#define BATCH		((size_t)8192)
#define TOGETHER	64

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

/* ------------------------------------------------------------------ settle */

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
	pthread_t	 threads[NSHARDS];
	int		 i, n = 0;

	if (jobs <= 0)
		jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
	/* Without a thread there is only less speed. */
	for (i = 1; i < jobs && i < (int)NSHARDS; i++)
		if (pthread_create(&threads[n], NULL, crew_work, &c) == 0)
			n++;
	crew_work(&c);
	while (n > 0)
		pthread_join(threads[--n], NULL);
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

static void
settle_customer(struct tally *t, struct shard *s, uint32_t customer,
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
	sort_marks(m, n);
	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && m[j].order == m[i].order; j++)
			;
		if (j > i + 1 && m[i].order != 0)
			uncount(t, s, m + i, j - i);
	}
}

/* Marks by customer, by counting; then each customer's. */
static void
settle(struct tally *t, struct shard *s, void *ctx)
{
	uint32_t	 n = keys_count(s->keys), i, *first;
	struct mark	*marks;
	struct buf	 room = { 0 };
	size_t		 j, nmarks;

	if (s->marks.n == 0)
		return;
	if (s->marks.n > UINT32_MAX)
		die(STATUS_RESOURCE, "too many orders for one tally");
	marks = marks_take(&s->marks, &t->marks, &nmarks);
	first = s->first = xcalloc((size_t)n + 2, sizeof(*first));
	for (j = 0; j < nmarks; j++)
		first[marks[j].customer + 2]++;
	for (i = 2; i < n + 2; i++)
		first[i] += first[i - 1];
	s->settled = xreallocarray(NULL, nmarks, sizeof(*s->settled));
	for (j = 0; j < nmarks; j++)
		s->settled[first[marks[j].customer + 1]++] = marks[j];
	free(marks);
	for (i = 0; i < n; i++)
		settle_customer(t, s, i, &room);
	buf_free(&room);
	if (!*(const int *)ctx) {
		free(s->settled);
		s->settled = NULL;
		free(s->first);
		s->first = NULL;
	}
}

void
tally_settle(struct tally *t, int jobs, int state)
{
	size_t	 i;

	tally_each(t, jobs, settle, &state);
	for (i = 1; i < NSHARDS; i++)
		t->shards[i].base = t->shards[i - 1].base +
		    keys_count(t->shards[i - 1].keys);
}

/* ----------------------------------------------------------------- answers */

uint32_t
tally_count(const struct tally *t)
{
	const struct shard	*last = &t->shards[NSHARDS - 1];

	return last->base + keys_count(last->keys);
}

uint32_t
tally_number(const struct tally *t, struct customer c)
{
	return t->shards[c.shard].base + c.number;
}

int
tally_find(const struct tally *t, const char *key, size_t len,
    struct customer *c)
{
	c->shard = (uint32_t)(keys_hash(key, len) >> (64 - SHARD_BITS));
	c->number = keys_find(t->shards[c->shard].keys, key, len);
	return c->number != KEY_NONE;
}

const char *
tally_key(const struct tally *t, struct customer c, size_t *len)
{
	return keys_bytes(t->shards[c.shard].keys, c.number, len);
}

static num
counted(char *b, const struct term *term)
{
	uint64_t	 sum = 0;
	size_t		 i;

	for (i = 0; i < term->n; i++)
		sum += *narrow_at(b, term->at[i]);
	return (num)sum * NUM_ONE;
}

static num
summed(const struct tally *t, const struct customer *c, char *b, size_t i)
{
	const struct shard	*s = &t->shards[c->shard];
	const struct term	*term = &t->terms[i][0];
	wide			 sum = 0;
	size_t			 j;

	for (j = 0; j < term->n; j++)
		sum += shard_wide(s, c->number, b, term->at[j]);
	if (sum > NUM_MAX || sum < NUM_MIN)
		tally_range(s, c->number, t->metrics[i].name);
	return (num)sum;
}

static enum worth
mean(num sum, num n, num *out)
{
	/* A mean is no greater than the greatest of the sum, so it fits. */
	return num_div(sum, n, out) == -1 ? WORTH_EMPTY : WORTH_NUMBER;
}

/* Of one of whom nothing is known: no counts, and no dates or means. */
static enum worth
nothing(enum measure measure, num *out)
{
	*out = 0;
	switch (measure) {
	case MEASURE_AOV:
	case MEASURE_CSAT:
	case MEASURE_NPS:
	case MEASURE_FIRST_ORDER:
	case MEASURE_LAST_ORDER:
	case MEASURE_DAYS_SINCE_ORDER:
	case MEASURE_LAST_CONTACT:
	case MEASURE_X:
	case MEASURE_T_X:
	case MEASURE_T:
	case MEASURE_M:
		return WORTH_EMPTY;
	default:
		return WORTH_NUMBER;
	}
}

enum worth
tally_worth(const struct tally *t, const struct customer *c, size_t i,
    num *out)
{
	const enum measure	 measure = t->metrics[i].measure;
	num			 sum, n;
	int64_t			 first, last;
	char			*b;

	if (c == NULL)
		return nothing(measure, out);
	b = block(t, &t->shards[c->shard], c->number);
	first = *narrow_at(b, AT_FIRST_ORDER);
	last = *narrow_at(b, AT_LAST_ORDER);
	switch (measure) {
	case MEASURE_SPEND:
	case MEASURE_LTV:
	case MEASURE_ITEMS:
		*out = summed(t, c, b, i);
		return WORTH_NUMBER;
	case MEASURE_ORDERS:
	case MEASURE_RETURNS:
	case MEASURE_LATE:
	case MEASURE_TICKETS:
	case MEASURE_COMPLAINTS:
	case MEASURE_REOPENS:
	case MEASURE_ESCALATIONS:
	case MEASURE_BREACHES:
	case MEASURE_LOW_CSAT:
	case MEASURE_EVENTS:
		*out = counted(b, &t->terms[i][0]);
		return WORTH_NUMBER;
	case MEASURE_AOV:
	case MEASURE_CSAT:
		return mean(summed(t, c, b, i), counted(b, &t->terms[i][1]),
		    out);
	case MEASURE_NPS:
		/* In percent, and whole: 66.67 is 67. */
		sum = summed(t, c, b, i);
		if (num_mul(sum, 100 * NUM_ONE, &sum) == -1 ||
		    mean(sum, counted(b, &t->terms[i][1]), out) == WORTH_EMPTY)
			return WORTH_EMPTY;
		*out = num_round(*out, 0);
		return WORTH_NUMBER;
	case MEASURE_LAST_CONTACT:
		last = *narrow_at(b, AT_CONTACT);
		*out = last + DAY_FIRST - 1;
		return last == NO_DAY ? WORTH_EMPTY : WORTH_DAY;
	default:
		break;
	}
	if (first == NO_DAY)
		return WORTH_EMPTY;
	switch (measure) {
	case MEASURE_FIRST_ORDER:
		*out = day_of_block((uint32_t)first);
		return WORTH_DAY;
	case MEASURE_LAST_ORDER:
		*out = day_of_block((uint32_t)last);
		return WORTH_DAY;
	case MEASURE_DAYS_SINCE_ORDER:
		*out = (t->today - day_of_block((uint32_t)last)) * NUM_ONE;
		return WORTH_NUMBER;
	case MEASURE_T_X:
		return mean((last - first) * NUM_ONE, 7 * NUM_ONE, out);
	case MEASURE_T:
		return mean((t->today - day_of_block((uint32_t)first)) *
		    NUM_ONE, 7 * NUM_ONE, out);
	case MEASURE_X:
		*out = ((num)*narrow_at(b, t->purchases) - 1) * NUM_ONE;
		return WORTH_NUMBER;
	default:
		break;
	}
	/* m: what was spent after the first day, by the days of x. */
	n = ((num)*narrow_at(b, t->purchases) - 1) * NUM_ONE;
	*out = 0;
	if (n == 0)
		return WORTH_NUMBER;
	if (num_sub(summed(t, c, b, i), *wide_at(b, t->first_spend), &sum)
	    == -1)
		tally_range(&t->shards[c->shard], c->number, "m");
	return mean(sum, n, out);
}

/* -------------------------------------------------------------------- walk */

/*
 * Customers by their keys' bytes: by the eight that follow what all keys
 * begin with, digit by digit, and those that agree in them by the rest.
 */
struct ref {
	uint64_t	 eight;
	uint32_t	 where;		/* shard and number */
};

#define NUMBER_BITS	(32 - SHARD_BITS)
#define AHEAD		8		/* fetched before they are wanted */

struct tally_walk {
	const struct tally	*tally;
	struct ref		*refs, *scratch;
	size_t			 common;	/* bytes */
	size_t			 n, next;
};

static struct customer
customer_of(const struct ref *ref)
{
	return (struct customer){ ref->where >> NUMBER_BITS,
	    ref->where & ((UINT32_C(1) << NUMBER_BITS) - 1) };
}

static int
by_key(const void *a, const void *b, void *tally)
{
	struct customer	 c = customer_of(a), d = customer_of(b);
	const char	*p, *q;
	size_t		 plen, qlen;
	int		 diff;

	p = tally_key(tally, c, &plen);
	q = tally_key(tally, d, &qlen);
	diff = memcmp(p, q, plen < qlen ? plen : qlen);
	return diff != 0 ? diff : (plen > qlen) - (plen < qlen);
}

static uint64_t
eight(const char *p, size_t len)
{
	uint64_t	 x = 0;
	size_t		 i;

	for (i = 0; i < 8; i++)
		x = x << 8 | (i < len ? (unsigned char)p[i] : 0);
	return x;
}

/* How many bytes all keys begin with. */
static size_t
common_bytes(const struct tally *t)
{
	const struct shard	*s;
	const char		*first = NULL, *p;
	size_t			 len = 0, plen, i;
	uint32_t		 c;

	for (s = t->shards; s < t->shards + NSHARDS; s++)
		for (c = 0; c < keys_count(s->keys); c++) {
			p = keys_bytes(s->keys, c, &plen);
			if (first == NULL) {
				first = p;
				len = plen;
			}
			if (plen < len)
				len = plen;
			for (i = 0; i < len && p[i] == first[i]; i++)
				;
			len = i;
		}
	return len;
}

static void
line_up(struct tally *t, struct shard *s, void *ctx)
{
	struct tally_walk	*w = ctx;
	struct ref		*ref = w->refs + s->base;
	const char		*p;
	size_t			 len;
	uint32_t		 c;

	if (keys_count(s->keys) >> NUMBER_BITS != 0)
		die(STATUS_RESOURCE, "too many customers");
	for (c = 0; c < keys_count(s->keys); c++, ref++) {
		p = keys_bytes(s->keys, c, &len);
		ref->eight = eight(p + w->common, len - w->common);
		ref->where = (uint32_t)(s - t->shards) << NUMBER_BITS | c;
	}
}

static void
sort_refs(struct tally_walk *w)
{
	size_t		(*count)[256] = xcalloc(8, sizeof(*count));
	size_t		 i, d, sum, n;
	struct ref	*swap;

	for (i = 0; i < w->n; i++)
		for (d = 0; d < 8; d++)
			count[d][w->refs[i].eight >> 8 * d & 0xff]++;
	for (d = 0; d < 8 && w->n > 0; d++) {
		if (count[d][w->refs[0].eight >> 8 * d & 0xff] == w->n)
			continue;
		for (i = 0, sum = 0; i < 256; i++, sum += n) {
			n = count[d][i];
			count[d][i] = sum;
		}
		for (i = 0; i < w->n; i++)
			w->scratch[count[d][w->refs[i].eight >> 8 * d &
			    0xff]++] = w->refs[i];
		swap = w->refs;
		w->refs = w->scratch;
		w->scratch = swap;
	}
	free(count);
	for (i = 0; i < w->n; i += n) {
		for (n = 1; i + n < w->n &&
		    w->refs[i + n].eight == w->refs[i].eight; n++)
			;
		if (n > 1)
			qsort_r(w->refs + i, n, sizeof(*w->refs), by_key,
			    (void *)(uintptr_t)w->tally);
	}
}

struct tally_walk *
tally_walk(const struct tally *t, int jobs)
{
	struct tally_walk	*w = xcalloc(1, sizeof(*w));

	w->tally = t;
	w->n = tally_count(t);
	w->refs = xreallocarray(NULL, w->n + 1, sizeof(*w->refs));
	w->scratch = xreallocarray(NULL, w->n + 1, sizeof(*w->scratch));
	w->common = common_bytes(t);
	tally_each((struct tally *)(uintptr_t)t, jobs, line_up, w);
	sort_refs(w);
	free(w->scratch);
	w->scratch = NULL;
	return w;
}

int
tally_next(struct tally_walk *w, struct customer *c)
{
	struct customer		 soon;
	const struct shard	*s;

	if (w->next == w->n)
		return 0;
	if (w->next + AHEAD < w->n) {
		soon = customer_of(&w->refs[w->next + AHEAD]);
		s = &w->tally->shards[soon.shard];
		keys_prefetch_bytes(s->keys, soon.number);
		__builtin_prefetch(block(w->tally, s, soon.number));
	}
	*c = customer_of(&w->refs[w->next++]);
	return 1;
}

void
tally_walk_free(struct tally_walk *w)
{
	if (w == NULL)
		return;
	free(w->refs);
	free(w->scratch);
	free(w);
}
