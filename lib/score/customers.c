/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Customers in memory.
 *
 * The workers of a pass read them, and deal them out to parts by some bits of
 * the hash; then as many threads make the table of one part after the other,
 * each small enough to lie near the processor.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/pages.h"
#include "score/customers.h"

#define PART_BITS	6
#define PARTS		(1 << PART_BITS)
#define HERE		14	/* longest key that a slot holds itself */
#define LONG		UINT8_MAX	/* for "len" of any other */
#define TIERS_MAX	255
#define RUN_MIN		4	/* customers */
#define RUN_MAX		256
#define AT_BITS		16	/* of a customer's place */
#define AT_MOST		((1 << AT_BITS) - 1)
#define KEY_SHOWN	199	/* bytes, in a message */

/*
 * "len" is 0 where it is empty, for no key is.  What is met for the first
 * time costs more than what is looked at, so slots are small, and none lies
 * across two cache lines.
 */
struct slot {
	uint8_t		 len;
	uint8_t		 tier;
	char		 key[HERE];	/* or a pointer to it, and its length */
};

struct part {
	struct slot	*slots;
	uint32_t	*numbers;	/* of customers, by slot; or NULL */
	size_t		 n;
};

/*
 * One customer as a worker read it; until all are read, a slot has the offset
 * of a long key in place of the pointer.  No bit-fields: a page that is read
 * before it is written is faulted in twice, and the second time all threads
 * are interrupted.
 */
struct customer {
	uint32_t	 hash;
	uint32_t	 number;	/* in its batch */
	uint64_t	 place;		/* line, and byte of it, from 1; or the most */
	struct slot	 slot;
};

/* Some customers of one part, in the order of their lines. */
struct run {
	struct run	*next;
	uint32_t	 n, max;
	struct customer	 v[];
};

struct batch {
	const struct loading	*loading;
	struct frame		*frame;
	struct run		*runs[PARTS];	/* the last comes first */
	struct pieces		 pieces;	/* where they lie */
	struct buf		 text;		/* long keys, and values' texts */
	struct value		*values;	/* nvalue a customer */
	size_t			 n, max;
	uint32_t		 base;		/* number of the first */
	struct batch		*next;
};

struct customers {
	struct part	 parts[PARTS];
	struct slot	*slots;		/* of all parts */
	size_t		 size;		/* bytes of them */
	uint32_t	*numbers;	/* or NULL */
	struct batch	*batches;
	size_t		 nvalue;
};

struct loading {
	struct customers	*customers;
	const struct policy	*pol;
	struct plan		*plan;
	int			 plain;		/* cells are what they say */
	size_t			 key;
	size_t			 tier;		/* or SIZE_MAX */
	const size_t		*programs;
	size_t			 key_column, tier_column;
	struct cell		 names[TIERS_MAX];	/* of the tiers */
	size_t			 ntier;
};

/* Of the customers of one part, the first that is there already. */
struct twice {
	const struct customer	*first, *second;
};

struct building {
	struct customers	*customers;
	atomic_size_t		 taken;		/* parts */
	struct twice		 twice[PARTS];
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
batch_room(struct batch *b, size_t part)
{
	struct run	*r = b->runs[part], *before = r;
	uint32_t	 max;

	if (r == NULL || r->n == r->max) {
		max = r == NULL ? RUN_MIN : r->max < RUN_MAX ? r->max * 2 :
		    RUN_MAX;
		r = pieces_get(&b->pieces, sizeof(*r) + max * sizeof(*r->v));
		if (r == NULL)
			die_errno(STATUS_RESOURCE, "memory");
		r->next = before;
		r->n = 0;
		r->max = max;
		b->runs[part] = r;
	}
	return &r->v[r->n++];
}

/* Texts are kept as offsets until no text moves any more. */
static void
keep_values(struct batch *b)
{
	size_t		 i, n = b->loading->customers->nvalue;
	struct value	*v;

	if (b->n == b->max) {
		b->max = b->max == 0 ? 4096 : b->max * 2;
		b->values = xreallocarray(b->values, b->max,
		    n * sizeof(*b->values));
	}
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
tier_of_row(const struct loading *l, struct cell c)
{
	size_t	 i;

	if (c.len == 0)
		return (int)l->ntier - 1;
	for (i = 0; i < l->ntier; i++)
		if (c.len == l->names[i].len && *c.p == *l->names[i].p &&
		    memcmp(c.p, l->names[i].p, c.len) == 0)
			return (int)i;
	return tier_of_cell(l->pol, c);
}

static struct cell
text_of_program(struct frame *f, size_t program)
{
	const struct value	*v;
	struct cell		 none = { "", 0 };

	if (program == SIZE_MAX)
		return none;
	v = frame_value(f, program);
	return v->type == TYPE_TEXT ? v->text : none;
}

/* Keep a key in a slot, or behind it. */
static void
keep_key(struct batch *b, struct slot *s, struct cell key)
{
	const uint64_t	 at = b->text.len;
	const uint32_t	 len = (uint32_t)key.len;

	if (key.len > HERE) {
		s->len = LONG;
		memcpy(s->key, &at, sizeof(at));
		memcpy(s->key + sizeof(at), &len, sizeof(len));
		buf_add(&b->text, key.p, key.len);
		return;
	}
	s->len = (uint8_t)len;
	if (len >= 8) {		/* twice 8 bytes are no call */
		memcpy(s->key, key.p, 8);
		memcpy(s->key + len - 8, key.p + len - 8, 8);
	} else
		memcpy(s->key, key.p, len);
}

static int
batch_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct batch		*b = state;
	const struct loading	*l = b->loading;
	struct customer		*c;
	struct cell		 key, cell = { "", 0 };
	uint64_t		 hash;
	size_t			 at;
	int			 tier;

	(void)cells;
	if (l->plain) {
		key = row_cell(row, l->key_column);
		if (l->tier != SIZE_MAX)
			cell = row_cell(row, l->tier_column);
	} else {
		if (frame_load(b->frame, row, fault) == -1)
			return ROW_FAULT;
		key = text_of_program(b->frame, l->key);
		cell = text_of_program(b->frame, l->tier);
	}
	if ((tier = tier_of_row(l, cell)) == -1)
		return fault_cell(fault, row, l->tier_column,
		    "is not a tier of the policy");
	if (key.len == 0)
		return fault_set(fault, l->key_column, "is empty");
	hash = keys_hash(key.p, key.len);
	at = 1 + (size_t)(row_raw_cell(row, l->key_column).p - row->raw);
	c = batch_room(b, hash >> (64 - PART_BITS));
	c->hash = (uint32_t)hash;
	c->number = (uint32_t)b->n;
	c->place = (uint64_t)row->line << AT_BITS |
	    (at < AT_MOST ? at : AT_MOST);
	c->slot.tier = (uint8_t)tier;
	keep_key(b, &c->slot, key);
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
	uint32_t	 n;

	*len = s->len;
	if (s->len != LONG)
		return s->key;
	memcpy(&p, s->key, sizeof(p));
	memcpy(&n, s->key + sizeof(p), sizeof(n));
	*len = n;
	return p;
}

static const struct part *
part_of(const struct customers *cs, uint64_t hash)
{
	return &cs->parts[hash >> (64 - PART_BITS)];
}

static struct slot *
home(const struct part *p, uint32_t hash)
{
	return p->slots + ((uint64_t)hash * p->n >> 32);
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
probe(const struct part *p, const char *key, size_t len, uint32_t hash)
{
	struct slot	*s = home(p, hash);

	while (s->len != 0 && !same(s, key, len))
		if (++s == p->slots + p->n)
			s = p->slots;
	return s;
}

/* Put a customer into the table: 0, or -1 where there is one already. */
static int
put(const struct part *p, const struct batch *b, struct customer *c)
{
	struct slot	*s;
	const char	*key;
	uint64_t	 at;
	size_t		 len;

	if (c->slot.len == LONG) {
		memcpy(&at, c->slot.key, sizeof(at));
		key = b->text.p + at;
		memcpy(c->slot.key, &key, sizeof(key));
	}
	key = slot_key(&c->slot, &len);
	s = probe(p, key, len, c->hash);
	if (s->len != 0)
		return -1;
	*s = c->slot;
	if (p->numbers != NULL)
		p->numbers[s - p->slots] = b->base + c->number;
	return 0;
}

static int
compare_keys(const struct customer *x, const struct customer *y)
{
	const char	*p, *q;
	size_t		 n, m;

	p = slot_key(&x->slot, &n);
	q = slot_key(&y->slot, &m);
	return n != m ? (n > m) - (n < m) : memcmp(p, q, n);
}

static int
by_key_and_place(const void *a, const void *b)
{
	const struct customer	*x = *(const struct customer *const *)a;
	const struct customer	*y = *(const struct customer *const *)b;
	int			 d = compare_keys(x, y);

	return d != 0 ? d : (x->place > y->place) - (x->place < y->place);
}

/* Of those in a part who are there already, the first. */
static void
find_twice(const struct customers *cs, size_t part, struct twice *t)
{
	const struct batch	*b;
	const struct run	*r;
	const struct customer	**v;
	size_t			 i, n = 0;

	v = xreallocarray(NULL, cs->parts[part].n, sizeof(*v));
	for (b = cs->batches; b != NULL; b = b->next)
		for (r = b->runs[part]; r != NULL; r = r->next)
			for (i = 0; i < r->n; i++)
				v[n++] = &r->v[i];
	qsort(v, n, sizeof(*v), by_key_and_place);
	for (i = 1; i < n; i++) {
		if (t->second != NULL && t->second->place < v[i]->place)
			continue;
		if (compare_keys(v[i - 1], v[i]) == 0) {
			t->first = v[i - 1];
			t->second = v[i];
		}
	}
	free(v);
}

/* Make the tables of parts, until others have made the rest. */
static void *
build(void *arg)
{
	struct building		*self = arg;
	const struct customers	*cs = self->customers;
	const struct part	*p;
	const struct batch	*b;
	struct run		*r;
	size_t			 part, i;
	int			 twice;

	while ((part = self->taken++) < PARTS) {
		p = &cs->parts[part];
		pages_fill(p->slots, p->n * sizeof(*p->slots));
		twice = 0;
		for (b = cs->batches; b != NULL; b = b->next)
			for (r = b->runs[part]; r != NULL; r = r->next)
				for (i = 0; i < r->n; i++)
					twice |= put(p, b, &r->v[i]);
		if (twice)
			find_twice(cs, part, &self->twice[part]);
	}
	return NULL;
}

/* Room for half as many slots again as there are customers. */
static void
lay_out_parts(struct customers *cs)
{
	const struct batch	*b;
	const struct run	*r;
	struct part		*p;
	size_t			 i, n = 0;

	for (i = 0; i < PARTS; i++) {
		p = &cs->parts[i];
		for (b = cs->batches; b != NULL; b = b->next)
			for (r = b->runs[i]; r != NULL; r = r->next)
				p->n += r->n;
		p->n += p->n / 2 + 4;
		n += p->n;
	}
	cs->size = n * sizeof(*p->slots);
	if ((p->slots = cs->slots = pages_map(cs->size, PAGES_HUGE)) == NULL)
		die_errno(STATUS_RESOURCE, "memory");
	if (cs->nvalue > 0)
		cs->numbers = xreallocarray(NULL, n, sizeof(*cs->numbers));
	for (i = 0, n = 0; i < PARTS; n += cs->parts[i++].n) {
		cs->parts[i].slots = cs->slots + n;
		if (cs->numbers != NULL)
			cs->parts[i].numbers = cs->numbers + n;
	}
}

static void
die_twice(const struct twice *t, const struct reader *rd, size_t column)
{
	struct buf	 b = { 0 };
	const char	*key;
	size_t		 len;

	key = slot_key(&t->second->slot, &len);
	text_escape(&b, key, len);
	if (b.len > KEY_SHOWN)
		b.len = KEY_SHOWN;
	die(STATUS_DATA, "%s:%zu:%zu: %s: \"%s\" is on line %zu already",
	    reader_name(rd), (size_t)(t->second->place >> AT_BITS),
	    (size_t)(t->second->place & AT_MOST),
	    reader_column_name(rd, column), buf_str(&b),
	    (size_t)(t->first->place >> AT_BITS));
}

static void
build_parts(struct customers *cs, const struct reader *rd, size_t column,
    size_t jobs)
{
	struct building		 building = { .customers = cs };
	const struct twice	*t, *first = NULL;
	size_t			 i;

	lay_out_parts(cs);
	crew_run(build, &building, 0, jobs);
	for (i = 0; i < PARTS; i++) {
		t = &building.twice[i];
		if (t->second != NULL && (first == NULL ||
		    t->second->place < first->second->place))
			first = t;
	}
	if (first != NULL)
		die_twice(first, rd, column);
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
	size_t			*programs, i;

	l.ntier = policy_tiers(pol);
	if (l.ntier > TIERS_MAX)
		die(STATUS_POLICY, "%s: more than %d tiers", policy_name(pol),
		    TIERS_MAX);
	for (i = 0; i < l.ntier; i++)
		l.names[i] = cell_str(policy_tier(pol, i)->name);
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
	l.plain = n == 0 &&
	    !column_is_formed(pol, rd, policy_key(pol)) &&
	    !column_is_formed(pol, rd, "tier");
	cs->nvalue = n;
	table_pass(rd, NULL, &pass, &l, &options);
	plan_free(l.plan);
	free(programs);

	/* A thread for each worker that there was. */
	for (n = 0, b = cs->batches; b != NULL; b = b->next)
		n++;
	build_parts(cs, rd, l.key_column, n);
	for (b = cs->batches; b != NULL; b = b->next)
		pieces_free(&b->pieces);
	return cs;
}

void
customers_free(struct customers *cs)
{
	struct batch	*b;

	if (cs == NULL)
		return;
	pages_free(cs->slots, cs->size);
	free(cs->numbers);
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
    uint64_t hash, int *tier)
{
	const struct part	*p = part_of(cs, hash);
	const struct slot	*s = probe(p, key, len, (uint32_t)hash);

	if (s->len == 0)
		return KEY_NONE;
	*tier = s->tier;
	return p->numbers == NULL ? 0 : p->numbers[s - p->slots];
}

void
customers_prefetch(const struct customers *cs, uint64_t hash)
{
	__builtin_prefetch(home(part_of(cs, hash), (uint32_t)hash));
}

const struct value *
customers_value(const struct customers *cs, uint32_t who, size_t i)
{
	const struct batch	*b = cs->batches;

	while (who < b->base)
		b = b->next;
	return &b->values[(who - b->base) * cs->nvalue + i];
}
