/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/program.h"
#include "random.h"

#define CELLS	13

/* Mostly a number as cells have them, else any bytes of numbers. */
static void
put_cell(struct buf *b)
{
	static const char	 bytes[] = "0123456789.-+e x\xb9\xff/:";
	unsigned		 n;

	switch (below(16)) {
	case 0:
		for (n = below(12); n > 0; n--)
			buf_addc(b, bytes[below(sizeof(bytes) - 1)]);
		break;
	case 1:
		buf_addf(b, "%u.%06u", below(1000000), below(1000000));
		break;
	case 2:
		break;
	case 3:
		buf_addf(b, "-%u", below(100));
		break;
	case 4:
		for (n = below(7); n > 0; n--)
			buf_addc(b, (int)('0' + below(10)));
		buf_addc(b, '.');
		for (n = below(8); n > 0; n--)
			buf_addc(b, (int)('0' + below(10)));
		break;
	default:
		if (below(2) == 0)
			buf_addf(b, "%u", below(2) == 0 ? below(10) :
			    below(100000000));
		else
			buf_addf(b, "%u.%02u", below(100000), below(100));
	}
}

/* What was noted of numbers is what they are, or that it cannot be said. */
static size_t
check_notes(const struct number_ways *by, const int32_t *note,
    const struct value *slot, const struct load *load, size_t n)
{
	struct value	 taken[CELLS];
	size_t		 i, good = 0;

	by->take(taken, note, load, n);
	for (i = 0; i < n; i++) {
		const struct value	*v = &slot[load[i].slot];
		const struct value	*t = &taken[load[i].slot];

		if (note[i] == NOTE_OTHER) {
			assert_int_equal(v->type, TYPE_NUMBER);
			/* Not of what most numbers are. */
			assert_true(v->n % (NUM_ONE / 100) != 0 ||
			    v->n > INT64_C(268435455) * (NUM_ONE / 100) ||
			    v->n < INT64_C(-268435455) * (NUM_ONE / 100));
			continue;
		}
		assert_int_equal(t->type, v->type);
		if (v->type == TYPE_NUMBER) {
			assert_true(t->n == v->n);
			good++;
		}
	}
	return good;
}

/* What one way of reading a row's numbers makes of it is what another does. */
static void
test_loaders(void **state)
{
	const struct number_ways ways[] = {
		{ load_numbers, take_numbers }, number_ways()
	};
	struct load	 load[CELLS];
	struct value	 slot[2][CELLS];
	int32_t		 note[2][CELLS + 1];
	struct row	 row;
	struct buf	 b = { 0 };
	struct cell	 c;
	uint32_t	 ends[CELLS + 1];
	size_t		 i, k, n, good = 0, noted = 0;
	num		 x;
	int		 rc[2], bad;

	(void)state;
	memset(load, 0, sizeof(load));
	memset(&row, 0, sizeof(row));
	for (i = 0; i < 200000; i++) {
		b.len = 0;
		/* Bytes before the row are not looked at. */
		for (k = below(9); k > 0; k--)
			buf_addc(&b, '7');
		n = 1 + below(CELLS);
		ends[0] = (uint32_t)b.len - 1;
		for (k = 1; k <= n; k++) {
			put_cell(&b);
			ends[k] = (uint32_t)b.len;
			buf_addc(&b, ',');
			load[k - 1].cell = k - 1;
			load[k - 1].slot = (uint32_t)(n - k);
		}
		row.base = b.p;
		row.raw = b.p + (uint32_t)(ends[0] + 1);
		row.ends = ends + 1;
		for (k = 0; k < 2; k++) {
			note[k][n] = 12345;
			row.notes = note[k];
			rc[k] = ways[k].load(slot[k], &row, load, n);
			assert_int_equal(note[k][n], 12345);
			if (rc[k] == 0)
				noted += check_notes(&ways[1 - k], note[k],
				    slot[k], load, n);
		}
		for (bad = 0, k = 0; k < n; k++) {
			c = cell_between(row.base, row.ends + k);
			bad |= c.len > 0 && num_parse(c.p, c.len, &x) == -1;
		}
		assert_int_equal(rc[0], bad ? -1 : 0);
		assert_int_equal(rc[1], rc[0]);
		for (k = 0; !bad && k < n; k++) {
			c = cell_between(row.base, row.ends + k);
			assert_int_equal(slot[0][n - 1 - k].type,
			    c.len > 0 ? TYPE_NUMBER : TYPE_MISSING);
			assert_int_equal(slot[1][n - 1 - k].type,
			    slot[0][n - 1 - k].type);
			if (c.len == 0)
				continue;
			assert_int_equal(num_parse(c.p, c.len, &x), 0);
			assert_true(slot[0][n - 1 - k].n == x);
			assert_true(slot[1][n - 1 - k].n == x);
			good++;
		}
	}
	assert_true(good > 100000);
	assert_true(noted > good * 3 / 2);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_loaders)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
