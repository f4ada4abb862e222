/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys that may come once.
 *
 * A file in the order of its keys, as a database writes it, needs no table:
 * a key that comes after the one before cannot have come already.  Such keys
 * are only noted down, in few bytes and beyond that on disk.  At the first
 * one out of order the notes become a table, which then all go through.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys.h"
#include "base/pages.h"
#include "base/vip.h"
#include "table/parts.h"

#define NOTES_MEMORY	((size_t)256 * 1024)

/*
 * The table: which keys came, and on which line.  Keys are not kept: 64 bits
 * of one hash and 24 of another stand for them.  In the order of the first,
 * so that growing reads and writes from front to back, and gives back what
 * it has read.
 */
#define LINE_BITS	40
#define SEEN_MIN	4096
#define SEEN_AHEAD	8

struct slot {
	uint64_t	 hash;
	uint64_t	 line;		/* and above it the check; 0: free */
};

struct unique {
	struct slot	*slots;
	size_t		 n, size;

	atomic_int	 ascending;	/* so far, and there is no table */
	struct buf	 last;		/* key */
	struct buf	 notes;		/* that are not on disk */
	size_t		 spilled;	/* bytes that are */
	int		 spill;		/* or -1 */
	int		 full;		/* the disk takes no more */
};

/* ---- the table */

/* FNV-1a: has nothing in common with keys_hash(). */
static uint32_t
second_hash(const char *p, size_t n)
{
	uint32_t	 h = 2166136261U;
	size_t		 i;

	for (i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 16777619U;
	return (h ^ h >> 24) & 0xffffff;
}

static size_t
slot_of(uint64_t hash, size_t size)
{
	return (size_t)((hash >> 32) * size >> 32);
}

static struct slot *
slots_new(size_t size)
{
	struct slot	*slots = pages_map(size * sizeof(*slots), PAGES_HUGE);

	if (slots == NULL)
		die(STATUS_RESOURCE, "out of memory");
	return slots;
}

static void
grow(struct unique *u)
{
	const size_t	 step = PAGES_HUGE_SIZE / sizeof(struct slot);
	struct slot	*old = u->slots, *new;
	size_t		 i, j, n = u->size;
	size_t		 size = n == 0 ? SEEN_MIN : n + n / 2;

	/* slot_of() has 32 bits for it */
	if (size > UINT32_MAX)
		die(STATUS_RESOURCE, "too many keys");
	new = slots_new(size);
	for (i = 0; i < n; i++) {
		if (i > 0 && i % step == 0)
			pages_drop(old + (i - step), PAGES_HUGE_SIZE);
		if (old[i].line == 0)
			continue;
		for (j = slot_of(old[i].hash, size); new[j].line != 0;)
			if (++j == size)
				j = 0;
		new[j] = old[i];
	}
	if (n > 0)
		pages_free(old, n * sizeof(*old));
	u->slots = new;
	u->size = size;
}

/* The line where the key came first, or 0: this is the first. */
static size_t
add(struct unique *u, const struct key *k)
{
	const uint64_t	 mask = ((uint64_t)1 << LINE_BITS) - 1;
	struct slot	*slot;
	size_t		 i;

	if (u->n >= u->size / 8 * 7)
		grow(u);
	for (i = slot_of(k->hash, u->size);;) {
		slot = &u->slots[i];
		if (slot->line == 0)
			break;
		if (slot->hash == k->hash && slot->line >> LINE_BITS ==
		    k->check)
			return (size_t)(slot->line & mask);
		if (++i == u->size)
			i = 0;
	}
	slot->hash = k->hash;
	slot->line = (k->line & mask) | (uint64_t)k->check << LINE_BITS;
	u->n++;
	return 0;
}

static void
key_make(struct key *k, struct cell c, size_t line)
{
	k->hash = keys_hash(c.p, c.len);
	k->check = second_hash(c.p, c.len);
	k->line = line;
}

/* ---- notes */

/* How many bytes at the start are the same. */
static size_t
common(struct cell a, struct cell b)
{
	const size_t	 n = a.len < b.len ? a.len : b.len;
	uint64_t	 x;
	size_t		 i;

	for (i = 0; i + 8 <= n; i += 8)
		if ((x = load8(a.p + i) ^ load8(b.p + i)) != 0)
			return i + (size_t)__builtin_ctzll(x) / 8;
	if (i < n && i > 0) {		/* some of them once more */
		x = load8(a.p + n - 8) ^ load8(b.p + n - 8);
		return x == 0 ? n : n - 8 + (size_t)__builtin_ctzll(x) / 8;
	}
	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

/* By length and then by bytes: C9 comes before C10. */
static int
comes_after(struct cell c, struct cell last, size_t same)
{
	if (c.len != last.len)
		return c.len > last.len;
	return same < c.len &&
	    (unsigned char)c.p[same] > (unsigned char)last.p[same];
}

static char *
put_size(char *p, size_t n)
{
	for (; n > 127; n >>= 7)
		*p++ = (char)(n | 128);
	*p++ = (char)n;
	return p;
}

static const char *
get_size(const char *p, size_t *n)
{
	int	 shift = 0;

	for (*n = 0; *p & 128; shift += 7)
		*n |= (size_t)(*p++ & 127) << shift;
	*n |= (size_t)*p++ << shift;
	return p;
}

/*
 * A note: how many lines after the one before (0: another beginning, with
 * its line to come), how many bytes are as they were, and the others.
 */
static void
note_key(struct keyrun *run, struct cell c, size_t same, size_t line)
{
	char	*p;

	buf_room(&run->notes, c.len - same + 48);
	p = run->notes.p + run->notes.len;
	if (run->last.p == NULL)
		*p++ = 0;
	p = put_size(p, line - run->line);
	p = put_size(p, same);
	p = put_size(p, c.len - same);
	if (c.len - same > 8) {
		memcpy(p, c.p + same, c.len - same);
		p += c.len - same;
	} else				/* one or two nearly always */
		while (same < c.len)
			*p++ = c.p[same++];
	run->notes.len = (size_t)(p - run->notes.p);
}

/* Keys that were noted go into the table. */
static void
read_notes(struct unique *u, const char *p, size_t n)
{
	const char	*end = p + n;
	struct buf	 key = { NULL, 0, 0 };
	struct key	 k;
	struct cell	 c;
	size_t		 size, line = 0;

	while (p < end) {
		p = get_size(p, &size);
		if (size == 0) {
			line = 0;
			p = get_size(p, &size);
		}
		line += size;
		p = get_size(p, &key.len);
		p = get_size(p, &size);
		buf_add(&key, p, size);
		p += size;
		c.p = key.p;
		c.len = key.len;
		key_make(&k, c, line);
		add(u, &k);
	}
	buf_free(&key);
}

/* What does not get onto the disk stays in memory. */
static void
spill(struct unique *u)
{
	const char	*p = u->notes.p;
	size_t		 n = u->notes.len;
	ssize_t		 w;

	if (u->spill == -1 && (u->spill = temporary_open()) == -1)
		u->full = 1;
	while (n > 0 && !u->full) {
		w = pwrite(u->spill, p, n, (off_t)u->spilled);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0) {
			u->full = 1;
			break;
		}
		p += w;
		n -= (size_t)w;
		u->spilled += (size_t)w;
	}
	memmove(u->notes.p, p, n);
	u->notes.len = n;
}

/* A key is out of order: from here on there is a table. */
static void
make_table(struct unique *u)
{
	struct buf	 all = { NULL, 0, 0 };
	ssize_t		 r;

	if (u->spilled > 0) {
		buf_room(&all, u->spilled + u->notes.len);
		while (all.len < u->spilled) {
			r = pread(u->spill, all.p + all.len,
			    u->spilled - all.len, (off_t)all.len);
			if (r == -1 && errno == EINTR)
				continue;
			if (r <= 0)
				die(STATUS_IO, "the temporary file for keys: "
				    "%s", strerror(r == 0 ? EIO : errno));
			all.len += (size_t)r;
		}
	}
	if (u->notes.len > 0)
		buf_add(&all, u->notes.p, u->notes.len);
	read_notes(u, all.p, all.len);
	buf_free(&all);
	buf_free(&u->notes);
	buf_free(&u->last);
	u->ascending = 0;
}

/* ---- runs */

int
keyrun_begin(struct keyrun *run, struct unique *u)
{
	run->nkeys = run->notes.len = run->line = 0;
	run->last.p = run->first.p = NULL;
	run->last.len = run->first.len = 0;
	run->noted = u->ascending;
	return run->noted;
}

void
keyrun_hashed(struct keyrun *run)
{
	run->noted = 0;
	run->nkeys = 0;
}

int
keyrun_add(struct keyrun *run, struct cell c, size_t line)
{
	size_t	 same;

	if (!run->noted) {
		if (run->nkeys == run->keys_cap) {
			run->keys_cap = run->keys_cap == 0 ? 1024 :
			    run->keys_cap * 2;
			run->keys = xreallocarray(run->keys, run->keys_cap,
			    sizeof(*run->keys));
		}
		key_make(&run->keys[run->nkeys++], c, line);
		return 0;
	}
	same = 0;
	if (run->last.p == NULL)
		run->first = c;
	else {
		same = common(run->last, c);
		if (!comes_after(c, run->last, same))
			return -1;
	}
	note_key(run, c, same, line);
	run->last = c;
	run->line = line;
	return 0;
}

void
keyrun_free(struct keyrun *run)
{
	buf_free(&run->notes);
	free(run->keys);
}

struct unique *
unique_new(void)
{
	struct unique	*u = xcalloc(1, sizeof(*u));

	u->ascending = 1;
	u->spill = -1;
	return u;
}

int
unique_take(struct unique *u, const struct keyrun *run)
{
	struct cell	 last;

	if (!u->ascending)
		return run->noted ? -1 : 0;
	last.p = u->last.p;
	last.len = u->last.len;
	if (!run->noted || (run->first.p != NULL && last.len > 0 &&
	    !comes_after(run->first, last, common(run->first, last)))) {
		make_table(u);
		return run->noted ? -1 : 0;
	}
	if (run->last.p == NULL)
		return 1;
	u->last.len = 0;
	buf_add(&u->last, run->last.p, run->last.len);
	buf_add(&u->notes, run->notes.p, run->notes.len);
	if (u->notes.len >= NOTES_MEMORY && !u->full)
		spill(u);
	return 1;
}

size_t
unique_line(struct unique *u, const struct keyrun *run, size_t i)
{
	if (i + SEEN_AHEAD < run->nkeys && u->size > 0)
		__builtin_prefetch(&u->slots[slot_of(
		    run->keys[i + SEEN_AHEAD].hash, u->size)]);
	return add(u, &run->keys[i]);
}

void
unique_free(struct unique *u)
{
	if (u == NULL)
		return;
	if (u->size > 0)
		pages_free(u->slots, u->size * sizeof(*u->slots));
	if (u->spill != -1)
		close(u->spill);
	buf_free(&u->last);
	buf_free(&u->notes);
	free(u);
}
