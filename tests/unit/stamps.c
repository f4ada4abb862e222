/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timestamps with a memory are those without: every answer is compared with
 * the slow way, in zones of all kinds, around changes of their clocks.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "score/stamps.h"
#include "random.h"

/* Either way: the same verdict, and the same instant. */
static void
same(struct stamps *s, const struct zone *zone, const char *text)
{
	struct stamp	 st;
	struct cell	 c = cell_str(text);
	tick		 at = 0;
	int		 slow = stamp_parse(c.p, c.len, &st);

	assert_int_equal(stamps_read(s, c, &at), slow);
	if (slow == 0)
		assert_int_equal(at, tick_of(stamp_instant(&st, zone, NULL)) +
		    st.part);
}

static void
try_zone(const char *name)
{
	static const char *const odd[] = {
		"2026-03-08 02:30:00", "2026-11-01 01:30:00", "2026-02-29",
		"2026-02-29T10:00:00Z", "2026-02-28T24:00:00Z",
		"2026-02-28T23:59:60Z", "2026-02-28T23:60:59Z",
		"2026-02-28X23:59:59Z", "2026-02-28T23:59:59z",
		"2026-02-28T23:59:5 Z", "2026-02-28T2a:59:59Z",
		"2026-02-28T23:59:59+01:00", "2026-02-28T23:59", "",
		"2026-02-28T23:5\xb9:59Z", "2026-02-28T:3:59:59Z",
		"2026-02-28T23:59:5/Z", "2026-02-28T23;59:59Z",
		"2026-02-28T23:59:\xff" "9Z", "2026-02-28T23:5-:59Z",
		"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
		"0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
		"2026-02-28T23:59:59.5",
		"2026-02-28T23:59:59.", "2026-02-28T23:59:59.Z",
		"2026-02-28T23:59:59.1234567Z", "2026-02-28T23:59:59.000001",
		"2026-02-28T23:59:59.25+01:00", "2026-02-28T23:59:59.2 Z",
		"1969-12-31T23:59:59.75Z", "0001-01-01T00:00:00.5Z", "2026/02/28T23:59:59Z"
	};
	struct zone	*zone = zone_open(name);
	struct stamps	*s;
	char		 a[WHEN_SIZE], b[WHEN_SIZE];
	size_t		 i, n;
	when		 at;
	tick		 t;

	assert_non_null(zone);
	s = stamps_new(zone);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		same(s, zone, odd[i]);
	for (i = 0; i < 60000; i++) {
		at = i % 3 == 0 ? draw(230 * 365 * (int64_t)DAY_SECONDS) :
		    1767225600 + draw(366 * DAY_SECONDS);
		if (i % 7 == 0)
			at = -at;
		t = tick_of(at);
		if (i % 2 == 0)
			t += draw(TICKS) / (i % 4 == 0 ? 1 : 1000) *
			    (i % 4 == 0 ? 1 : 1000);
		n = stamps_write(s, a, t);
		assert_int_equal(n, tick_format(b, t, zone_offset(zone, at)));
		assert_memory_equal(a, b, n);
		a[n] = '\0';
		same(s, zone, a);
		a[tick_part(t) == 0 ? 19 : 23] = '\0';	/* a local time */
		a[10] = i % 2 == 0 ? ' ' : 'T';
		same(s, zone, a);
		a[draw(19)] = (char)(' ' + draw(95));
		same(s, zone, a);
	}
	stamps_free(s);
	zone_free(zone);
}

static void
test_zones(void **state)
{
	static const char *const zones[] = {
		"UTC", "America/New_York", "Europe/London", "Asia/Shanghai",
		"Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca",
		"Pacific/Apia", "America/St_Johns"
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		try_zone(zones[i]);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_zones)
	};

	seed = 20260119;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
