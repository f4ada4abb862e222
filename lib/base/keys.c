/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/keys.h"

/*
 * An open table of slots that lead to entries.  A slot holds 32 bits of the
 * hash, which are all that growing needs and spare nearly every look at an
 * entry that is another key's.  Entries stand in pages that never move, and
 * hold a key of up to 12 bytes themselves: finding one costs two cache
 * misses, however many keys there are.
 *
 * A key costs 16 bytes of entry and 12 to 24 of slots, and its bytes if it
 * is longer than 12.
 */
#define SHORT		12
#define PAGE_BITS	12
#define PAGE		((uint32_t)1 << PAGE_BITS)
#define CHUNK_MIN	((size_t)4096)
#define CHUNK_MAX	((size_t)1 << 20)
#define SLOTS_MIN	16

struct slot {
	uint32_t	 hash;
	uint32_t	 number;	/* + 1; 0 where the slot is empty */
};

struct entry {
	alignas(8) uint32_t	 len;
	char			 here[SHORT]; /* or 4 idle bytes, a pointer */
};

struct chunk {
	struct chunk	*next;
	char		 bytes[];
};

struct keys {
	struct slot	 *slots;
	size_t		  mask;
	size_t		  limit;	/* keys that the slots take */
	uint32_t	  count;
	struct entry	**pages;
	size_t		  npages, maxpages;
	struct chunk	 *chunks;	/* of longer keys */
	char		 *p;
	size_t		  left;
	size_t		  next;		/* size of the next chunk */
};

/*
 * The 128-bit product, its halves laid over each other.  The factors go in
 * as well, so that one of them being 0 does not lose the other.
 */
static uint64_t
fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide	 x = (wide)a * b;

	return (uint64_t)x ^ (uint64_t)(x >> 64) ^ a ^ b;
}

uint64_t
keys_hash(const char *p, size_t len)
{
	/* Digits of sqrt(2), sqrt(3), sqrt(5), sqrt(7), made odd. */
	const uint64_t	 k1 = 0x6a09e667f3bcc909, k2 = 0xbb67ae8584caa73b;
	const uint64_t	 k3 = 0x3c6ef372fe94f82b, k4 = 0xa54ff53a5f1d36f1;
	uint64_t	 a, b, h = k1;
	size_t		 n = len;

	while (n > 16) {
		h = fold(load8(p) ^ k2, load8(p + 8) ^ h) + k4;
		p += 16;
		n -= 16;
	}
	if (n >= 8) {
		a = load8(p);
		b = load8(p + n - 8);
	} else if (n >= 4) {
		a = load4(p);
		b = load4(p + n - 4);
	} else if (n > 0) {
		a = (unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2]
		    << 8 | (uint64_t)(unsigned char)p[n - 1] << 16;
		b = 0;
	} else {
		a = b = 0;
	}
	/* Multiplied, for else "1000" and "10000" would differ in naught. */
	h = fold(a ^ h, b ^ k2 ^ (uint64_t)len * k1);
	return fold(h ^ k3, k4);
}

struct keys *
keys_new(void)
{
	struct keys	*k;

	k = xcalloc(1, sizeof(*k));
	k->slots = xcalloc(SLOTS_MIN, sizeof(*k->slots));
	k->mask = SLOTS_MIN - 1;
	k->limit = SLOTS_MIN / 2;
	k->next = CHUNK_MIN;
	return k;
}

void
keys_free(struct keys *k)
{
	struct chunk	*c, *next;
	size_t		 i;

	if (k == NULL)
		return;
	for (i = 0; i < k->npages; i++)
		free(k->pages[i]);
	for (c = k->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(k->pages);
	free(k->slots);
	free(k);
}

static struct entry *
entry_of(const struct keys *k, uint32_t i)
{
	return &k->pages[i >> PAGE_BITS][i & (PAGE - 1)];
}

static const char *
bytes_of(const struct entry *e)
{
	const char	*p;

	if (e->len <= SHORT)
		return e->here;
	memcpy(&p, e->here + 4, sizeof(p));
	return p;
}

/* memcmp(3) is a call, and too long a one for keys of usual size. */
static int
same(const struct entry *e, const char *p, size_t len)
{
	const char	*q = e->here;

	if (e->len != len)
		return 0;
	if (len > SHORT)
		return memcmp(bytes_of(e), p, len) == 0;
	if (len >= 8)
		return load8(p) == load8(q) &&
		    load4(p + len - 4) == load4(q + len - 4);
	if (len >= 4)
		return load4(p) == load4(q) &&
		    load4(p + len - 4) == load4(q + len - 4);
	return len == 0 || (p[0] == q[0] && p[len / 2] == q[len / 2] &&
	    p[len - 1] == q[len - 1]);
}

/* The slot of a key, or the empty one where it would go. */
static struct slot *
probe(const struct keys *k, const char *p, size_t len, uint32_t hash)
{
	struct slot	*s;
	size_t		 at;

	for (at = hash & k->mask;; at = (at + 1) & k->mask) {
		s = &k->slots[at];
		if (s->number == 0 || (s->hash == hash &&
		    same(entry_of(k, s->number - 1), p, len)))
			return s;
	}
}

static void
grow(struct keys *k)
{
	struct slot	*old = k->slots, *s;
	size_t		 n = k->mask + 1, at;

	k->slots = xcalloc(n, 2 * sizeof(*old));
	k->mask = 2 * n - 1;
	k->limit = 2 * n / 16 * 11;
	for (s = old; s < old + n; s++) {
		if (s->number == 0)
			continue;
		at = s->hash & k->mask;
		while (k->slots[at].number != 0)
			at = (at + 1) & k->mask;
		k->slots[at] = *s;
	}
	free(old);
}

static struct entry *
entry_new(struct keys *k)
{
	if ((k->count & (PAGE - 1)) == 0) {
		if (k->npages == k->maxpages) {
			k->maxpages = k->maxpages * 2 + 4;
			k->pages = xreallocarray(k->pages, k->maxpages,
			    sizeof(*k->pages));
		}
		k->pages[k->npages++] = xmalloc(PAGE * sizeof(**k->pages));
	}
	return entry_of(k, k->count);
}

/* Copy a key that is too long for its entry to where it stays. */
static const char *
store(struct keys *k, const char *p, size_t len)
{
	struct chunk	*c;
	char		*q;

	if (len > k->left) {
		size_t	 size = len > k->next / 4 ? len : k->next;

		c = xmalloc(sizeof(*c) + size);
		c->next = k->chunks;
		k->chunks = c;
		if (size == len)
			return memcpy(c->bytes, p, len);
		k->p = c->bytes;
		k->left = size;
		if (k->next < CHUNK_MAX)
			k->next *= 2;
	}
	q = memcpy(k->p, p, len);
	k->p += len;
	k->left -= len;
	return q;
}

void
keys_fetch(const struct keys *k, uint64_t hash)
{
	__builtin_prefetch(&k->slots[(uint32_t)hash & k->mask]);
}

uint64_t
keys_wait(struct keys_wait *w, uint64_t hash)
{
	uint64_t	 before = w->hashes[w->next];

	w->hashes[w->next] = hash;
	w->next = (w->next + 1) % KEYS_WAIT;
	return before;
}

void
keys_guess(const struct keys *k, const uint64_t *hashes, size_t n,
    uint32_t *guesses)
{
	const struct slot	*s;
	uint32_t		 hash;
	size_t			 i, at;

	for (i = 0; i < n; i++)
		keys_fetch(k, hashes[i]);
	for (i = 0; i < n; i++) {
		hash = (uint32_t)hashes[i];
		for (at = hash & k->mask;; at = (at + 1) & k->mask) {
			s = &k->slots[at];
			if (s->number == 0 || s->hash == hash)
				break;
		}
		guesses[i] = s->number - 1;	/* 0 - 1 is KEY_NONE */
		if (s->number != 0)
			__builtin_prefetch(entry_of(k, s->number - 1));
	}
}

uint32_t
keys_add(struct keys *k, const char *p, size_t len)
{
	return keys_add_guessed(k, p, len, keys_hash(p, len), KEY_NONE);
}

uint32_t
keys_add_guessed(struct keys *k, const char *p, size_t len, uint64_t wide,
    uint32_t guess)
{
	uint32_t	 hash = (uint32_t)wide;
	struct slot	*s;
	struct entry	*e;

	if (guess != KEY_NONE && same(entry_of(k, guess), p, len))
		return guess;
	s = probe(k, p, len, hash);
	if (s->number != 0)
		return s->number - 1;
	if (k->count == KEY_NONE - 1 || len > UINT32_MAX)
		die(STATUS_RESOURCE, "too many keys, or too long a key");
	if (k->count >= k->limit) {
		grow(k);
		s = probe(k, p, len, hash);
	}
	e = entry_new(k);
	e->len = (uint32_t)len;
	if (len > SHORT) {
		p = store(k, p, len);
		memcpy(e->here + 4, &p, sizeof(p));
	} else if (len > 0) {
		memcpy(e->here, p, len);
	}
	s->hash = hash;
	s->number = ++k->count;
	return k->count - 1;
}

uint32_t
keys_find(const struct keys *k, const char *p, size_t len)
{
	/* 0 - 1 is KEY_NONE. */
	return probe(k, p, len, (uint32_t)keys_hash(p, len))->number - 1;
}

uint32_t
keys_count(const struct keys *k)
{
	return k->count;
}

const char *
keys_bytes(const struct keys *k, uint32_t i, size_t *len)
{
	const struct entry	*e = entry_of(k, i);

	*len = e->len;
	return bytes_of(e);
}

void
keys_prefetch_bytes(const struct keys *k, uint32_t i)
{
	__builtin_prefetch(entry_of(k, i));
}
