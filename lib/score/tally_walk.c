/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The customers of a tally, in order.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/tally.h"
#include "score/tally_parts.h"

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
tally_at(const struct tally_walk *w, size_t i, struct customer *c)
{
	struct customer		 soon;
	const struct shard	*s;

	if (i >= w->n)
		return 0;
	if (i + AHEAD < w->n) {
		soon = customer_of(&w->refs[i + AHEAD]);
		s = &w->tally->shards[soon.shard];
		keys_prefetch_bytes(s->keys, soon.number);
		__builtin_prefetch(block(w->tally, s, soon.number));
	}
	*c = customer_of(&w->refs[i]);
	return 1;
}

int
tally_next(struct tally_walk *w, struct customer *c)
{
	return tally_at(w, w->next++, c);
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
