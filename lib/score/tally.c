/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a tally keeps of a customer, and what comes of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "score/tally.h"
#include "score/tally_parts.h"

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
		pages_free(slab->bytes, slab->size);
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

static const struct shard *
shard_at(const struct tally *t, uint64_t hash)
{
	return &t->shards[hash >> (64 - SHARD_BITS)];
}

void
tally_ahead(const struct tally *t, struct keys_wait *wait, const char *key,
    size_t len)
{
	uint64_t		 hash = keys_hash(key, len);
	const struct shard	*s = shard_at(t, hash);
	uint32_t		 guess;

	keys_fetch(s->keys, hash);
	hash = keys_wait(wait, hash);
	s = shard_at(t, hash);
	keys_guess(s->keys, &hash, 1, &guess);
	if (guess != KEY_NONE)
		__builtin_prefetch(block(t, s, guess));
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
