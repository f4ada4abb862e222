/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Customers in memory.
 *
 * The workers of a pass read them into batches; then as many threads make
 * the table, each the part of the keys that its share of the hashes has, so
 * that no two ever write to the same place.
 */
#include "config.h"

#include <sys/mman.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score/customers.h"

#define HERE		16	/* longest key that a slot holds itself */
#define LONG		UINT16_MAX	/* for "len" of any other */
#define AHEAD		32	/* slots fetched before they are needed */
#define HUGE_PAGE	((size_t)2 << 20)

/*
 * "len" is 0 where it is empty, for no key is.  What is met for the first
 * time costs more than what is looked at, so slots and customers are small.
 */
struct slot {
	uint32_t	 number;
	uint16_t	 tier;
	uint16_t	 len;
	char		 key[HERE];	/* or a pointer to it, and its length */
};

struct part {
	struct slot	*slots;
	size_t		 n;
	void		*memory;	/* what they lie in, */
	size_t		 mapped;	/* and its size if it was mapped, or 0 */
};

/*
 * One customer as a worker read it.  No bit-fields: a page that is read
 * before it is written is faulted in twice, and the second time all threads
 * are interrupted.
 */
struct customer {
	uint64_t	 hash;
	size_t		 key;		/* where it begins in "text" */
	size_t		 line;
	uint32_t	 len;
	uint16_t	 at;		/* byte of the row, from 1; or the last */
	uint16_t	 tier;
};

#define LEN_MAX		((size_t)(1 << 24) - 1)
#define TIERS_MAX	255

struct batch {
	const struct loading	*loading;
	struct frame		*frame;
	struct buf		 text;
	struct customer		*v;
	struct value		*values;	/* nvalue a customer */
	size_t			 n, max;
	uint32_t		 base;		/* number of the first */
	struct batch		*next;
};

struct customers {
	struct part	*parts;
	size_t		 npart;
	struct batch	*batches;
	size_t		 nvalue;
};

struct loading {
	struct customers	*customers;
	const struct policy	*pol;
	struct plan		*plan;
	size_t			 key;
	size_t			 tier;		/* or SIZE_MAX */
	const size_t		*programs;
	size_t			 key_column, tier_column;
	struct cell		 names[TIERS_MAX];	/* of the tiers */
	size_t			 ntier;
};

/* The first customer that is there twice, of those in one part. */
struct twice {
	size_t	 line, at, before;
	char	 key[200];
};

struct builder {
	struct customers	*customers;
	size_t			 part;
	struct twice		 twice;
	pthread_t		 thread;
};

/* ------------------------------------------------------------- what is read */

int
find_column(const struct policy *pol, const struct reader *rd,
    const char *name)
{
	return rd == NULL ? -1 : column_cell(pol, rd, name);
}

int
tier_of_cell(const struct policy *pol, struct cell c)
{
	size_t	 i, n = policy_tiers(pol);

	if (c.len == 0)
		return (int)n - 1;
	for (i = 0; i < n; i++)
		if (cell_is(c, policy_tier(pol, i)->name))
			return (int)i;
	for (i = 0; i < n; i++)
		if (cell_is(c, policy_tier(pol, i)->label))
			return (int)i;
	return -1;
}

static void *
batch_begin(void *ctx)
{
	const struct loading	*l = ctx;
	struct batch		*b = xcalloc(1, sizeof(*b));

	b->loading = l;
	b->frame = frame_new(l->plan);
	return b;
}

static struct customer *
batch_room(struct batch *b)
{
	size_t	 n = b->loading->customers->nvalue;

	if (b->n == b->max) {
		b->max = b->max == 0 ? 4096 : b->max * 2;
		b->v = xreallocarray(b->v, b->max, sizeof(*b->v));
		if (n > 0)
			b->values = xreallocarray(b->values, b->max,
			    n * sizeof(*b->values));
	}
	return &b->v[b->n];
}

/* Texts are kept as offsets until no text moves any more. */
static void
keep_values(struct batch *b)
{
	size_t		 i, n = b->loading->customers->nvalue;
	struct value	*v;

	for (i = 0; i < n; i++) {
		v = &b->values[b->n * n + i];
		*v = *frame_value(b->frame, b->loading->programs[i]);
		if (v->type != TYPE_TEXT)
			continue;
		v->n = (int64_t)b->text.len;
		buf_add(&b->text, v->text.p, v->text.len);
	}
}

static int
tier_of_row(struct batch *b)
{
	const struct loading	*l = b->loading;
	const struct value	*v;
	size_t			 i;

	if (l->tier == SIZE_MAX)
		return (int)l->ntier - 1;
	v = frame_value(b->frame, l->tier);
	if (v->type != TYPE_TEXT)
		return (int)l->ntier - 1;
	for (i = 0; i < l->ntier; i++)
		if (v->text.len == l->names[i].len && memcmp(v->text.p,
		    l->names[i].p, v->text.len) == 0)
			return (int)i;
	return tier_of_cell(l->pol, v->text);
}

static int
batch_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct batch		*b = state;
	const struct loading	*l = b->loading;
	struct customer		*c;
	const struct value	*v;
	size_t			 at;
	int			 tier;

	(void)cells;
	if (frame_load(b->frame, row, fault) == -1)
		return ROW_FAULT;
	if ((tier = tier_of_row(b)) == -1)
		return fault_cell(fault, row, l->tier_column,
		    "is not a tier of the policy");
	v = frame_value(b->frame, l->key);
	if (v->type != TYPE_TEXT || v->text.len == 0)
		return fault_set(fault, l->key_column, "is empty");
	if (v->text.len > LEN_MAX)
		return fault_set(fault, l->key_column, "is too long");
	at = 1 + (size_t)(row_raw_cell(row, l->key_column).p - row->raw);
	c = batch_room(b);
	c->hash = keys_hash(v->text.p, v->text.len);
	c->key = b->text.len;
	c->len = v->text.len & LEN_MAX;
	c->line = row->line;
	c->at = at < UINT16_MAX ? at & UINT16_MAX : UINT16_MAX;
	c->tier = (unsigned)tier & 0xff;
	buf_add(&b->text, v->text.p, v->text.len);
	if (l->customers->nvalue > 0)
		keep_values(b);
	b->n++;
	return ROW_OK;
}

static void
batch_end(void *ctx, void *state)
{
	const struct loading	*l = ctx;
	struct customers	*cs = l->customers;
	struct batch		*b = state;
	struct value		*v;
	size_t			 i;

	for (i = 0; i < b->n * cs->nvalue; i++) {
		v = &b->values[i];
		if (v->type == TYPE_TEXT)
			v->text.p = b->text.p + v->n;
	}
	frame_free(b->frame);
	b->base = cs->batches != NULL ?
	    cs->batches->base + (uint32_t)cs->batches->n : 0;
	b->next = cs->batches;
	cs->batches = b;
}

/* --------------------------------------------------------------- the table */

static const char *
slot_key(const struct slot *s, size_t *len)
{
	const char	*p;

	*len = s->len;
	if (s->len != LONG)
		return s->key;
	memcpy(&p, s->key, sizeof(p));
	memcpy(len, s->key + sizeof(p), sizeof(*len));
	return p;
}

static const struct part *
part_of(const struct customers *cs, uint64_t hash)
{
	return &cs->parts[(hash >> 32) * cs->npart >> 32];
}

static struct slot *
home(const struct part *p, uint64_t hash)
{
	return p->slots + ((hash & UINT32_MAX) * p->n >> 32);
}

/* memcmp(3) is a call, and too long a one for keys of usual size. */
static int
same(const struct slot *s, const char *key, size_t len)
{
	const char	*p = s->key;
	uint64_t	 a[2], b[2];
	size_t		 n;

	if (len >= sizeof(*a) && len <= HERE) {
		if (s->len != len)
			return 0;
		memcpy(&a[0], p, sizeof(*a));
		memcpy(&b[0], key, sizeof(*b));
		memcpy(&a[1], p + len - sizeof(*a), sizeof(*a));
		memcpy(&b[1], key + len - sizeof(*b), sizeof(*b));
		return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
	}
	p = slot_key(s, &n);
	return n == len && memcmp(p, key, len) == 0;
}

/* The slot of a key, or the empty one where it would go. */
static struct slot *
probe(const struct part *p, const char *key, size_t len, uint64_t hash)
{
	struct slot	*s = home(p, hash);

	while (s->len != 0 && !same(s, key, len))
		if (++s == p->slots + p->n)
			s = p->slots;
	return s;
}

static size_t
line_of(const struct customers *cs, uint32_t number)
{
	const struct batch	*b = cs->batches;

	while (number < b->base)
		b = b->next;
	return b->v[number - b->base].line;
}

static void
found_twice(struct builder *build, const struct slot *s,
    const struct batch *b, const struct customer *c)
{
	struct twice	*t = &build->twice;
	size_t		 line = line_of(build->customers, s->number);
	size_t		 second = line > c->line ? line : c->line;
	struct buf	 key = { 0 };

	if (t->line != 0 && second >= t->line)
		return;
	t->line = second;
	t->before = line > c->line ? c->line : line;
	t->at = c->at;
	text_escape(&key, b->text.p + c->key, c->len);
	snprintf(t->key, sizeof(t->key), "%s", buf_str(&key));
	buf_free(&key);
}

/* A slot may lie across two cache lines. */
static void
fetch(const struct part *p, uint64_t hash)
{
	const struct slot	*s = home(p, hash);

	__builtin_prefetch(s);
	__builtin_prefetch((const char *)(s + 1) - 1);
}

static void
put(struct builder *build, const struct batch *b, size_t i)
{
	const struct part	*p = &build->customers->parts[build->part];
	const struct customer	*c = &b->v[i];
	const char		*key = b->text.p + c->key;
	const size_t		 len = c->len;
	struct slot		*s = probe(p, key, len, c->hash);

	if (s->len != 0) {
		found_twice(build, s, b, c);
		if (line_of(build->customers, s->number) < c->line)
			return;
	}
	s->number = b->base + (uint32_t)i;
	s->tier = c->tier;
	if (len <= HERE) {
		s->len = len & LONG;
		memcpy(s->key, key, len);
	} else {
		s->len = LONG;
		memcpy(s->key, &key, sizeof(key));
		memcpy(s->key + sizeof(key), &len, sizeof(len));
	}
}

/* Empty slots; many of them in huge pages, for they are met at random. */
static void
part_make(struct part *p, size_t n)
{
	size_t		 size = n * sizeof(*p->slots);
	uintptr_t	 at;

	p->n = n;
	if (size < 4 * HUGE_PAGE) {
		p->memory = p->slots = xcalloc(n, sizeof(*p->slots));
		return;
	}
	p->mapped = size + HUGE_PAGE;
	p->memory = mmap(NULL, p->mapped, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p->memory == MAP_FAILED)
		die_errno(STATUS_RESOURCE, "memory");
	at = ((uintptr_t)p->memory + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	p->slots = (struct slot *)at;
	(void)madvise(p->slots, size, MADV_HUGEPAGE);
}

static void
part_free(struct part *p)
{
	if (p->mapped > 0)
		munmap(p->memory, p->mapped);
	else
		free(p->memory);
}

static void *
build(void *arg)
{
	struct builder		*self = arg;
	struct customers	*cs = self->customers;
	struct part		*part = &cs->parts[self->part];
	const struct batch	*b;
	size_t			 i, n = 0;

	for (b = cs->batches; b != NULL; b = b->next)
		for (i = 0; i < b->n; i++)
			n += part_of(cs, b->v[i].hash) == part;
	part_make(part, n + n / 2 + AHEAD);
	for (b = cs->batches; b != NULL; b = b->next)
		for (i = 0; i < b->n; i++) {
			if (i + AHEAD < b->n && part_of(cs,
			    b->v[i + AHEAD].hash) == part)
				fetch(part, b->v[i + AHEAD].hash);
			if (part_of(cs, b->v[i].hash) == part)
				put(self, b, i);
		}
	return NULL;
}

static void
build_parts(struct customers *cs, const struct reader *rd, const char *key)
{
	struct builder		*v = xcalloc(cs->npart, sizeof(*v));
	const struct twice	*first = NULL;
	size_t			 i;

	for (i = 0; i < cs->npart; i++) {
		v[i].customers = cs;
		v[i].part = i;
		if (i > 0 && pthread_create(&v[i].thread, NULL, build,
		    &v[i]) != 0)
			die(STATUS_RESOURCE, "no thread can be made");
	}
	build(&v[0]);
	for (i = 0; i < cs->npart; i++) {
		if (i > 0)
			pthread_join(v[i].thread, NULL);
		if (v[i].twice.line != 0 && (first == NULL ||
		    v[i].twice.line < first->line))
			first = &v[i].twice;
	}
	if (first != NULL)
		die(STATUS_DATA, "%s:%zu:%zu: %s: \"%s\" is on line %zu already",
		    reader_name(rd), first->line, first->at, key, first->key,
		    first->before);
	free(v);
}

struct customers *
customers_load(const struct policy *pol, when now, struct reader *rd,
    const char *const *names, const enum type *types, size_t n, int jobs)
{
	static const struct pass	 pass = {
		.begin = batch_begin, .row = batch_row, .end = batch_end
	};
	struct pass_options	 options = { .jobs = jobs };
	struct customers	*cs = xcalloc(1, sizeof(*cs));
	struct loading		 l = { .customers = cs, .pol = pol };
	struct batch		*b;
	const char		*name;
	size_t			*programs, i;

	l.ntier = policy_tiers(pol);
	if (l.ntier > TIERS_MAX)
		die(STATUS_POLICY, "%s: more than %d tiers", policy_name(pol),
		    TIERS_MAX);
	for (i = 0; i < l.ntier; i++) {
		name = policy_tier(pol, i)->name;
		l.names[i].p = name;
		l.names[i].len = strlen(name);
	}
	l.plan = plan_new(pol, now);
	l.key = plan_add_column(l.plan, policy_key(pol), TYPE_TEXT);
	l.tier = policy_tiers(pol) > 1 ?
	    plan_add_column(l.plan, "tier", TYPE_TEXT) : SIZE_MAX;
	l.programs = programs = xcalloc(n + 1, sizeof(*programs));
	for (i = 0; i < n; i++)
		programs[i] = plan_add_column(l.plan, names[i], types[i]);
	plan_bind(l.plan, rd);
	l.key_column = (size_t)find_column(pol, rd, policy_key(pol));
	l.tier_column = (size_t)find_column(pol, rd, "tier");
	cs->nvalue = n;
	table_pass(rd, NULL, &pass, &l, &options);
	plan_free(l.plan);
	free(programs);

	/* A thread for each worker that there was. */
	for (b = cs->batches; b != NULL; b = b->next)
		cs->npart++;
	cs->parts = xcalloc(cs->npart, sizeof(*cs->parts));
	build_parts(cs, rd, reader_column_name(rd, l.key_column));
	for (b = cs->batches; b != NULL; b = b->next) {
		free(b->v);
		b->v = NULL;
	}
	return cs;
}

void
customers_free(struct customers *cs)
{
	struct batch	*b;
	size_t		 i;

	if (cs == NULL)
		return;
	for (i = 0; i < cs->npart; i++)
		part_free(&cs->parts[i]);
	free(cs->parts);
	while ((b = cs->batches) != NULL) {
		cs->batches = b->next;
		buf_free(&b->text);
		free(b->values);
		free(b);
	}
	free(cs);
}

uint32_t
customers_find(const struct customers *cs, const char *key, size_t len,
    int *tier)
{
	uint64_t		 hash = keys_hash(key, len);
	const struct slot	*s = probe(part_of(cs, hash), key, len, hash);

	if (s->len == 0)
		return KEY_NONE;
	*tier = s->tier;
	return s->number;
}

void
customers_prefetch(const struct customers *cs, const char *key, size_t len)
{
	uint64_t	 hash = keys_hash(key, len);

	fetch(part_of(cs, hash), hash);
}

const struct value *
customers_value(const struct customers *cs, uint32_t who, size_t i)
{
	const struct batch	*b = cs->batches;

	while (who < b->base)
		b = b->next;
	return &b->values[(who - b->base) * cs->nvalue + i];
}
