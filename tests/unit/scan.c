/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The masks of this machine against portable ones, and both against bytes. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vip.h"
#include "table/parts.h"
#include "random.h"

#define SCAN_PORTABLE	1
#define scan_sweep_base	portable_sweep
#define scan_index_base	portable_index
#define index_clear	portable_clear
#define index_room	portable_room
#define index_free	portable_free
void	 portable_sweep(struct sweep *, const char *, size_t);
void	 portable_index(struct index *, const char *, size_t, int);
void	 portable_clear(struct index *);
void	 portable_room(struct index *);
void	 portable_free(struct index *);
#include "table/scan.c"
#undef scan_sweep_base
#undef scan_index_base
#undef index_free

static void
test_known(void **state)
{
	static const char	 text[] =
	    "a,b\r\n\"x\n\",\"y\"\"\"\r\rc,\n\nlast";
	static const uint32_t	 ends[] = {
		UINT32_MAX, 1, 3, 4, 9, 15, 16, 18, 19, 20
	};
	struct index		 ix;
	struct sweep		 sw;
	size_t			 i, k;

	(void)state;
	memset(&ix, 0, sizeof(ix));
	for (k = 0; scan_pick(k) != NULL; k++) {
		scan_pick(k)->index(&ix, text, sizeof(text) - 1, ',');
		assert_int_equal(ix.nends, sizeof(ends) / sizeof(ends[0]));
		for (i = 0; i < ix.nends; i++)
			assert_int_equal(ix.ends[i], ends[i]);
		assert_int_equal(ix.nrows, 5);
		assert_int_equal(ix.rows[0].end, 2);	/* the CR, not the LF */
		assert_int_equal(ix.rows[0].flags, 0);
		assert_int_equal(ix.rows[1].end, 5);
		assert_int_equal(ix.rows[1].flags, ROW_QUOTED | ROW_LINES);
		assert_int_equal(ix.rows[2].end, 6);	/* blank */
		assert_int_equal(ix.rows[2].flags, 0);
		assert_int_equal(ix.rows[3].end, 8);
		assert_int_equal(ix.rows[4].end, 9);	/* blank */
		assert_int_equal(ix.bad, SIZE_MAX);
		assert_int_equal(ix.inside, 0);
		memset(&sw, 0, sizeof(sw));
		scan_pick(k)->sweep(&sw, text, sizeof(text) - 1);
		assert_int_equal(sw.lines, 6);
		assert_int_equal(sw.inside, 0);
	}
	index_free(&ix);
}

/* What breaks RFC 4180 at each place of a chunk, and across two. */
static void
test_bad(void **state)
{
	static const struct {
		const char	*text;
		size_t		 bad;	/* from its start, or -1 */
		int		 inside;
	} cases[] = {
		{ "\"a\"x,", 3, 0 },
		{ "a\"b,", 1, 0 },
		{ "\"\"\"", SIZE_MAX, 1 },
		{ "\"\"\"\"", SIZE_MAX, 0 },
		{ "\"a\"\"b\"", SIZE_MAX, 0 },
		{ "\"a\" ,", 3, 0 },
		{ " \"a\",", 1, 0 },
		{ "\"a", SIZE_MAX, 1 },
		{ "\"\"a", 2, 0 },
		{ "\"a,b\nc", SIZE_MAX, 1 },
		{ "a\"\"", 1, 0 },
		{ "\"a\"\n\"b\"\r\"c\"", SIZE_MAX, 0 },
	};
	struct index	 ix, slow;
	char		 text[400];
	size_t		 i, k, at, n;

	(void)state;
	memset(&ix, 0, sizeof(ix));
	memset(&slow, 0, sizeof(slow));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (at = 0; at < 140; at++) {
			memset(text, 'x', at);
			if (at > 0)
				text[at - 1] = ',';
			n = at + strlen(cases[i].text);
			memcpy(text + at, cases[i].text, n - at);
			portable_index(&slow, text, n, ',');
			for (k = 0; scan_pick(k) != NULL; k++) {
				scan_pick(k)->index(&ix, text, n, ',');
				assert_int_equal(ix.bad,
				    cases[i].bad == SIZE_MAX ?
				    SIZE_MAX : at + cases[i].bad);
				assert_int_equal(ix.inside, cases[i].inside);
				assert_int_equal(slow.bad, ix.bad);
				assert_int_equal(slow.inside, ix.inside);
			}
		}
	for (at = 0; at < 200; at++) {
		memset(text, 'x', 200);
		text[at] = '\0';
		for (k = 0; scan_pick(k) != NULL; k++) {
			scan_pick(k)->index(&ix, text, 200, ',');
			assert_int_equal(ix.bad, at);
		}
		portable_index(&slow, text, 200, ',');
		assert_int_equal(slow.bad, at);
	}
	index_free(&ix);
	portable_free(&slow);
}

/* Whatever the delimiter is, there is none behind the last byte. */
static void
test_last(void **state)
{
	struct index	 ix;
	char		 text[2 * 64];
	size_t		 k, n;
	int		 delimiter;

	(void)state;
	memset(&ix, 0, sizeof(ix));
	memset(text, 'a', sizeof(text));
	for (n = 1; n <= sizeof(text); n++)
		for (delimiter = 'b'; delimiter < 256; delimiter++)
			for (k = 0; scan_pick(k) != NULL; k++) {
				scan_pick(k)->index(&ix, text, n, delimiter);
				assert_int_equal(ix.nends, 1);
				assert_int_equal(ix.nrows, 0);
			}
	memset(text, 'x', sizeof(text));
	for (k = 0; scan_pick(k) != NULL; k++) {
		scan_pick(k)->index(&ix, text, 70, 'x');
		assert_int_equal(ix.nends, 71);
	}
	index_free(&ix);
}

/* What one scanner and the portable one make of the same bytes. */
static void
same(struct index *a, struct index *b, size_t k, const char *p, size_t n,
    int delimiter)
{
	struct sweep	 sa = { 0, 0, 0 }, sb = sa, pieces = sa;
	size_t		 i, step;

	scan_pick(k)->index(a, p, n, delimiter);
	portable_index(b, p, n, delimiter);
	assert_int_equal(a->nends, b->nends);
	assert_memory_equal(a->ends, b->ends, a->nends * sizeof(*a->ends));
	assert_int_equal(a->nrows, b->nrows);
	assert_memory_equal(a->rows, b->rows, a->nrows * sizeof(*a->rows));
	assert_int_equal(a->bad, b->bad);
	assert_int_equal(a->inside, b->inside);
	assert_int_equal(a->quotes, b->quotes);

	scan_pick(k)->sweep(&sa, p, n);
	portable_sweep(&sb, p, n);
	for (i = 0; i < n; i += step) {
		step = 1 + below(100);
		if (step > n - i)
			step = n - i;
		scan_pick(k)->sweep(&pieces, p + i, step);
	}
	assert_memory_equal(&sa, &sb, sizeof(sa));
	assert_memory_equal(&sa, &pieces, sizeof(sa));
}

/*
 * Random bytes of the few kinds that matter, at every length and offset, and
 * so many that an index begins small and has to grow.
 */
static void
test_twins(void **state)
{
	static const char	 kinds[] = ",,\"\"\n\r;ab\xff\x2d\xac\x8d";
	struct index		 a, b;
	char			 text[700], *many;
	const char		*p;
	size_t			 n, i, k;
	int			 round;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	for (round = 0; round < 20000; round++) {
		p = text + below(64);
		n = below(600);
		for (i = 0; i < sizeof(text); i++)
			text[i] = kinds[below(sizeof(kinds) - 1)];
		if (round % 3 == 0)	/* long ones, without a fault */
			for (i = 0; i < sizeof(text); i++)
				if (text[i] == '"')
					text[i] = 'q';
		for (k = 0; scan_pick(k) != NULL; k++)
			same(&a, &b, k, p, n, round % 2 ? ',' : 0xff);
	}
	many = malloc(100000);
	assert_non_null(many);
	for (i = 0; i < 100000; i++)
		many[i] = ",\n"[below(2)];
	for (k = 0; scan_pick(k) != NULL; k++) {
		index_free(&a);
		same(&a, &b, k, many, 100000, ',');
	}
	free(many);
	index_free(&a);
	portable_free(&b);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_twins),
	};

	seed = 20260115;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
