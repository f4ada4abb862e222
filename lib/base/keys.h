/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_KEYS_H
#define VIP_KEYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Byte strings to small integers: the first string added is 0, the next new
 * one 1, and so on, so that what belongs to a key lives in plain arrays.
 * Strings are copied, counted, may hold NUL, and are compared byte for byte.
 */
struct keys;

#define KEY_NONE	UINT32_MAX

struct keys	*keys_new(void);
void		 keys_free(struct keys *);	/* takes NULL */

/* The number of a string: keys_add() makes one where there is none yet. */
uint32_t	 keys_add(struct keys *, const char *, size_t);
uint32_t	 keys_find(const struct keys *, const char *, size_t);

uint32_t	 keys_count(const struct keys *);
/* The bytes of number i, which stand until keys_free(). */
const char	*keys_bytes(const struct keys *, uint32_t i, size_t *len);

/* The 64-bit hash that is used; the same on every machine. */
uint64_t	 keys_hash(const char *, size_t);

/*
 * To add many keys at once, with their cache misses side by side: guess the
 * numbers of all of them by their hashes, KEY_NONE where there is no such key
 * yet, and then add each.
 */
void		 keys_guess(const struct keys *, const uint64_t *hashes,
		    size_t n, uint32_t *guesses);
uint32_t	 keys_add_guessed(struct keys *, const char *, size_t,
		    uint64_t hash, uint32_t guess);

/*
 * Or, to find keys one after the other, show the hash of each some keys
 * ahead to keys_fetch(), and to keys_guess() in the middle of that time.
 * keys_wait() hands out what it was given so many calls before, at first 0.
 */
#define KEYS_WAIT	6

struct keys_wait {
	uint64_t	 hashes[KEYS_WAIT];
	size_t		 next;
};

void		 keys_fetch(const struct keys *, uint64_t hash);
uint64_t	 keys_wait(struct keys_wait *, uint64_t hash);

/* Fetch what keys_bytes() will need. */
void		 keys_prefetch_bytes(const struct keys *, uint32_t i);

#endif /* VIP_KEYS_H */
