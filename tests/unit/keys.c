/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vip.h"

/* Key number i: of any length up to 40, all different, NUL among its bytes. */
static size_t
make(char out[64], uint32_t i)
{
	size_t	 n;

	n = (size_t)sprintf(out, "%x", i);
	memset(out + n, i % 3 == 0 ? '\0' : '=', 40);
	return n + i % 33;
}

static void
test_order(void **state)
{
	struct keys	*k = keys_new();
	const char	*p;
	char		 s[64];
	size_t		 len, want;
	uint32_t	 i;
	const uint32_t	 n = 300000;

	(void)state;
	assert_int_equal(keys_count(k), 0);
	assert_int_equal(keys_find(k, "", 0), KEY_NONE);
	for (i = 0; i < n; i++) {
		len = make(s, i);
		if (keys_find(k, s, len) != KEY_NONE ||
		    keys_add(k, s, len) != i || keys_count(k) != i + 1 ||
		    keys_find(k, s, len) != i || keys_add(k, s, len) != i)
			fail_msg("key %u", i);
	}
	for (i = 0; i < n; i++) {
		want = make(s, i);
		p = keys_bytes(k, i, &len);
		if (len != want || memcmp(p, s, len) != 0 ||
		    keys_find(k, s, want) != i)
			fail_msg("key %u, later", i);
		s[want] = '?';
		if (keys_find(k, s, want + 1) != KEY_NONE)
			fail_msg("key %u, longer", i);
	}
	assert_int_equal(keys_count(k), n);
	keys_free(k);
	keys_free(NULL);
}

/* For each length: a key differs from one with any of its bits turned over. */
static void
test_bytes(void **state)
{
	struct keys	*k = keys_new();
	const char	*first[65], *p;
	char		 s[64];
	size_t		 len, n;
	uint32_t	 i, count = 0;
	int		 bit;

	(void)state;
	memset(s, 'x', sizeof(s));
	for (len = 0; len <= 64; len++) {
		assert_int_equal(keys_add(k, s, len), count);
		first[len] = keys_bytes(k, count++, &n);
		for (bit = 0; bit < (int)len * 8; bit++) {
			s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
			i = keys_add(k, s, len);
			s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
			if (i != count++)
				fail_msg("length %zu, bit %d", len, bit);
		}
	}
	/* What was told at first still stands there. */
	for (len = 0; len <= 64; len++) {
		i = keys_find(k, s, len);
		p = keys_bytes(k, i, &n);
		assert_ptr_equal(p, first[len]);
		assert_int_equal(n, len);
		assert_memory_equal(p, s, len);
	}
	keys_free(k);
}

static int
by_value(const void *a, const void *b)
{
	uint32_t	 x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Keys whose hashes agree as far as they are kept, of each kind of length. */
static void
test_collisions(void **state)
{
	static const size_t	 lengths[] = { 3, 7, 12, 20 };
	static uint32_t		 hashes[300000];
	const uint32_t		 n = sizeof(hashes) / sizeof(hashes[0]);
	struct keys		*k;
	char			 s[20];
	size_t			 j, len;
	uint32_t		 i, same;

	(void)state;
	for (j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
		len = lengths[j];
		k = keys_new();
		memset(s, 'x', sizeof(s));
		for (i = 0; i < n; i++) {
			s[len - 3] = (char)(i >> 16);
			s[len - 2] = (char)(i >> 8);
			s[len - 1] = (char)i;
			hashes[i] = (uint32_t)keys_hash(s, len);
			if (keys_add(k, s, len) != i)
				fail_msg("length %zu, key %u", len, i);
		}
		keys_free(k);
		qsort(hashes, n, sizeof(hashes[0]), by_value);
		for (same = 0, i = 1; i < n; i++)
			same += hashes[i] == hashes[i - 1];
		/* About n^2 / 2^33. */
		assert_in_range(same, 1, 30);
	}
}

static void
test_long(void **state)
{
	struct keys	*k = keys_new();
	char		*s = xmalloc(5000000);
	const char	*p;
	size_t		 len;
	uint32_t	 i;

	(void)state;
	memset(s, 'y', 5000000);
	for (i = 0; i < 50; i++) {
		assert_int_equal(keys_add(k, s, 100000 * (i + 1)), 2 * i);
		assert_int_equal(keys_add(k, s, 100 + i), 2 * i + 1);
	}
	for (i = 0; i < 50; i++) {
		assert_int_equal(keys_find(k, s, 100000 * (i + 1)), 2 * i);
		p = keys_bytes(k, 2 * i, &len);
		assert_int_equal(len, 100000 * (i + 1));
		assert_memory_equal(p, s, len);
	}
	free(s);
	keys_free(k);
}

/* The hash is the same wherever the bytes stand, and on every machine. */
static void
test_hash(void **state)
{
	static const struct {
		const char	*s;
		uint64_t	 hash;
	} known[] = {
		{ "", 0x59b250d7acf65433 },
		{ "a", 0x3c4089e753cb1562 },
		{ "abcd", 0x3c546ea059e848ad },
		{ "customer_id", 0xfa1c321f8f3abaf2 },
		{ "0123456789abcdef", 0xdfa124b768992ca9 },
		{ "0123456789abcdefghijklmnopqrstuvwxyz", 0x74b38b9f3659ed4c }
	};
	char		 at[128];
	size_t		 i, j, n;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		n = strlen(known[i].s);
		for (j = 0; j < 16; j++) {
			memset(at, (int)j, sizeof(at));
			memcpy(at + j, known[i].s, n);
			if (keys_hash(at + j, n) != known[i].hash)
				fail_msg("\"%s\": %#jx", known[i].s,
				    (uintmax_t)keys_hash(at + j, n));
		}
	}
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The numbers of orders are such keys; none may have another's hash. */
static void
test_hash_numbers(void **state)
{
	const uint32_t	 n = 1200000;
	uint64_t	*hashes = malloc(n * sizeof(*hashes));
	char		 s[16];
	uint32_t	 i;

	(void)state;
	assert_non_null(hashes);
	for (i = 0; i < n; i++)
		hashes[i] = keys_hash(s, (size_t)sprintf(s, "%u", i));
	qsort(hashes, n, sizeof(*hashes), by_hash);
	for (i = 1; i < n; i++)
		assert_true(hashes[i] != hashes[i - 1]);
	free(hashes);
}

/*
 * Of a bit of the key turned over, half the bits of the hash turn; and keys
 * in a row fill buckets as evenly as dice would.
 */
static void
test_hash_spread(void **state)
{
	enum { BUCKETS = 4096, EACH = 64 };
	static uint32_t	 filled[BUCKETS];
	char		 s[64];
	uint64_t	 h, bits, trials;
	double		 chi, d;
	int		 len, bit, i, shift;

	(void)state;
	for (len = 1; len <= 40; len++) {
		bits = trials = 0;
		for (i = 0; i < 64; i++) {
			memset(s, '0' + i, sizeof(s));
			h = keys_hash(s, (size_t)len);
			for (bit = 0; bit < len * 8; bit++, trials++) {
				s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
				bits += (uint64_t)__builtin_popcountll(h ^
				    keys_hash(s, (size_t)len));
				s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
			}
		}
		if (bits < trials * 31 || bits > trials * 33)
			fail_msg("length %d: %f", len,
			    (double)bits / (double)trials);
	}
	for (shift = 0; shift <= 20; shift += 20) {
		memset(filled, 0, sizeof(filled));
		for (i = 0; i < BUCKETS * EACH; i++) {
			len = sprintf(s, "C%08d", i);
			filled[keys_hash(s, (size_t)len) >> shift &
			    (BUCKETS - 1)]++;
		}
		for (chi = 0, i = 0; i < BUCKETS; i++) {
			d = (double)filled[i] - EACH;
			chi += d * d / EACH;
		}
		/* Mean 4095 and deviation 90.5; six of them to each side. */
		if (chi < 4095 - 543 || chi > 4095 + 543)
			fail_msg("shift %d: %f", shift, chi);
	}
}

/* At most 40 bytes a key beyond its own, and worst just after growing. */
static void
test_memory(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
	(void)state;
	skip();
#else
	struct mallinfo2	 before, after;
	struct keys		*k;
	char			 s[32];
	size_t			 used;
	uint32_t		 i, worst = 0;

	(void)state;
	before = mallinfo2();
	k = keys_new();
	for (i = 0; i < 1000000; i++) {
		keys_add(k, s, (size_t)sprintf(s, "C%08u", i));
		if (i < 100000 || i % 101 != 0)
			continue;
		after = mallinfo2();
		used = after.uordblks + after.hblkhd - before.uordblks -
		    before.hblkhd;
		if ((used - 9 * (size_t)i) / (i + 1) > worst)
			worst = (uint32_t)((used - 9 * (size_t)i) / (i + 1));
	}
	keys_free(k);
	assert_in_range(worst, 10, 40);
#endif
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_hash_numbers),
		cmocka_unit_test(test_hash_spread),
		cmocka_unit_test(test_memory)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
