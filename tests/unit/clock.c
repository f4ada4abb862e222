/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/vip.h"
#include "calendar/clock.h"
#include "random.h"

#define S(seconds)	((seconds) * TICKS)
#define H(hours)	((hours) * 3600)
#define END_OF_TIME	((when)7258118400)	/* 2200-01-01 */

/* Some of everything, in a zone. */
static struct calendar *
random_calendar(const struct zone *z)
{
	struct calendar	*cal = calendar_new(z);
	int		 n, from;

	for (n = 1 + (int)draw(5); n > 0; n--) {
		from = (int)draw(86400 / 300) * 300;
		assert_int_equal(calendar_open(cal, 1 + (unsigned)draw(127),
		    from, (int)draw(86400 / 300 + 1) * 300), 0);
	}
	for (n = (int)draw(400); n > 0; n--)
		assert_int_equal(calendar_close(cal,
		    draw(CALENDAR_LAST + 1), "holiday"), 0);
	for (n = (int)draw(100); n > 0; n--)
		assert_int_equal(calendar_open_on(cal, draw(CALENDAR_LAST + 1),
		    (int)draw(43200), 43200 + (int)draw(43200)), 0);
	for (n = (int)draw(100); n > 0; n--)
		assert_int_equal(calendar_close_span(cal,
		    draw(CALENDAR_LAST + 1), (int)draw(86400),
		    (int)draw(86401), NULL), 0);
	calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
	return cal;
}

static const char *const zones[] = {
	"UTC", "America/New_York", "America/Sao_Paulo", "America/St_Johns",
	"Asia/Shanghai", "Asia/Gaza", "Australia/Lord_Howe",
	"Europe/Dublin", "Africa/Casablanca", "Pacific/Apia"
};
#define NZONES	(sizeof(zones) / sizeof(*zones))

/*
 * What must hold whatever the calendar: elapsed(start, due(start, d)) is d,
 * adding is associative, and nothing ever runs backwards.
 */
static void
test_laws(void **state)
{
	struct zone	*z;
	struct calendar	*a, *b, *cal;
	int64_t		 d, e;
	when		 t, u, due, last;
	size_t		 i;
	int		 round, n, answers = 0;

	(void)state;
	for (i = 0; i < NZONES; i++) {
		assert_non_null(z = zone_open(zones[i]));
		for (round = 0; round < 3; round++) {
			a = random_calendar(z);
			b = random_calendar(z);
			cal = round == 2 ? calendar_both(a, b) : a;
			for (n = 0; n < 4000; n++) {
				t = draw(END_OF_TIME);
				d = 1 + draw(draw(2) ? H(100) : H(20000));
				e = 1 + draw(H(200));
				due = calendar_add(cal, t, d);
				if (due == WHEN_NONE)
					continue;
				answers++;
				assert_int_equal(calendar_between(cal, t, due),
				    d);
				assert_int_equal(calendar_between(cal, due, t),
				    -d);
				/* no instant before will do */
				assert_int_equal(calendar_between(cal, t,
				    due - 1), d - 1);
				assert_int_equal(calendar_add(cal, due, e),
				    calendar_add(cal, t, d + e));
				/* back again, to where it counts from */
				u = calendar_add(cal, due, -d);
				assert_true(u >= t);
				assert_int_equal(calendar_between(cal, t, u),
				    0);
				/* monotone in the start and in the amount */
				last = calendar_add(cal, t + e, d);
				assert_true(last == WHEN_NONE || last >= due);
				last = calendar_add(cal, t, d + 1);
				assert_true(last == WHEN_NONE || last > due);
				u = draw(END_OF_TIME);
				assert_int_equal(calendar_between(cal, t, u) +
				    calendar_between(cal, u, due), d);
			}
			if (cal != a)
				calendar_free(cal);
			calendar_free(a);
			calendar_free(b);
		}
		zone_free(z);
	}
	assert_true(answers > 80000);
}

/* A calendar that is told closing_next is never due on a closing time. */
static void
test_closing_next(void **state)
{
	struct zone	*z;
	struct calendar	*cal;
	int64_t		 d;
	when		 t, due;
	int		 n;

	(void)state;
	assert_non_null(z = zone_open("America/New_York"));
	cal = random_calendar(z);
	calendar_closing_next(cal);
	for (n = 0; n < 20000; n++) {
		t = draw(END_OF_TIME - H(24 * 400)) / 300 * 300;
		d = draw(200) * 300;
		due = calendar_add(cal, t, d);
		assert_true(calendar_is_open(cal, due));
		assert_int_equal(calendar_between(cal, t, due), d);
		assert_int_equal(calendar_add(cal, due, 0), due);
	}
	calendar_free(cal);
	zone_free(z);
}

#define QUARTER	(TICKS / 4)

/* Quarters of a second, one by one. */
static tick
slow_elapsed(const struct calendar *cal, const struct pause *p, size_t n,
    tick a, tick b)
{
	tick	 sum = 0;
	size_t	 i;
	int	 paused;

	for (; a < b; a += QUARTER) {
		paused = 0;
		for (i = 0; i < n; i++)
			paused |= a >= p[i].start &&
			    (p[i].end == WHEN_NONE || a < p[i].end);
		if (!paused && calendar_is_open(cal, tick_second(a)))
			sum += QUARTER;
	}
	return sum;
}

static tick
some(int64_t seconds, int parts)
{
	return parts ? draw(seconds * 4) * QUARTER : tick_of(draw(seconds));
}

static void
test_pauses_random(void **state)
{
	struct zone	*z;
	struct calendar	*cal;
	struct pause	 p[6];
	struct walk	 w;
	struct stretch	 s;
	size_t		 n, i;
	tick		 d, sum, got, a, b, due, at;
	int		 round, parts, never = 0;

	(void)state;
	assert_non_null(z = zone_open("UTC"));
	for (round = 0; round < 3000; round++) {
		/* half of them within seconds */
		parts = round % 8 < 4;
		/* a clock of minutes, so that all of it can be counted */
		cal = NULL;
		if (round % 4 != 0) {
			cal = calendar_new(z);
			for (i = 0; i < 3; i++)
				assert_int_equal(calendar_open(cal, 0x7f,
				    (int)draw(2000), 2000 + (int)draw(2000)),
				    0);
			if (round % 4 == 1)
				calendar_closing_next(cal);
			calendar_compile(cal, 0, 1);
		}
		n = (size_t)draw(7);
		at = some(500, parts);
		for (i = 0; i < n; i++) {
			p[i].start = at;
			p[i].end = at + some(900, parts) - 50 * TICKS;
			if (i + 1 == n && draw(6) == 0)
				p[i].end = WHEN_NONE;
			p[i].why = "pending";
			at += some(700, parts);
		}
		a = some(3000, parts);
		b = some(5000, parts);
		sum = slow_elapsed(cal, p, n, a, b);
		got = clock_elapsed(cal, p, n, a, b);
		assert_int_equal(got, sum);

		d = tick_of(1 + draw(1500));
		due = clock_due(cal, p, n, a, d);
		if (due == WHEN_NONE) {
			assert_true(slow_elapsed(cal, p, n, a,
			    tick_of(90000)) <= d);
			never++;
		} else {
			assert_int_equal(clock_elapsed(cal, p, n, a, due), d);
			if (!calendar_is_closing_next(cal))
				assert_int_equal(clock_elapsed(cal, p, n, a,
				    due - QUARTER), d - QUARTER);
		}

		/* the stretches say the same */
		sum = 0;
		at = a;
		clock_walk(&w, cal, p, n, a, b);
		while (walk_next(&w, &s)) {
			assert_true(s.start == at && s.end > at);
			assert_int_equal(slow_elapsed(cal, p, n, s.start,
			    s.end), s.kind == STRETCH_OPEN ?
			    s.end - s.start : 0);
			if (s.kind == STRETCH_PAUSED)
				assert_string_equal(s.why, "pending");
			if (s.kind == STRETCH_OPEN)
				sum += s.end - s.start;
			at = s.end;
		}
		assert_int_equal(at, a < b ? b : a);
		assert_int_equal(sum, got);
		calendar_free(cal);
	}
	assert_true(never > 20 && never < 1500);
	zone_free(z);
}

static void
test_pauses(void **state)
{
	static const struct pause p[] = {
		{ 100, 200, "pending" },
		{ 150, 150, "nothing" },
		{ 180, 250, "on hold" },
		{ 400, WHEN_NONE, "pending" },
	};
	static const struct pause q[] = {
		{ S(100), S(200), "pending" },
		{ S(150), S(150), "nothing" },
		{ S(180), S(250), "on hold" },
		{ S(400), WHEN_NONE, "pending" },
	};
	struct zone	*z;
	struct calendar	*cal;
	struct walk	 w;
	struct stretch	 s;

	(void)state;
	clock_walk(&w, NULL, p + 1, 2, 140, 300);	/* past the empty one */
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_OPEN && s.end == 180);
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_PAUSED && s.end == 250);
	assert_string_equal(s.why, "on hold");
	assert_int_equal(clock_elapsed(NULL, p, 4, 0, 1000), 250);
	assert_int_equal(clock_elapsed(NULL, p, 4, 120, 240), 0);
	assert_int_equal(clock_elapsed(NULL, p, 4, 500, 100), 0);
	assert_int_equal(clock_elapsed(NULL, NULL, 0, 10, 30), 20);
	/* stays at the start of a pause */
	assert_int_equal(clock_due(NULL, p, 4, 0, 100), 100);
	assert_int_equal(clock_due(NULL, p, 4, 0, 101), 251);
	assert_int_equal(clock_due(NULL, p, 4, 0, 250), 400);
	assert_int_equal(clock_due(NULL, p, 4, 0, 251), WHEN_NONE);
	/* begun in a pause, the clock starts when it is over */
	assert_int_equal(clock_due(NULL, p, 4, 120, 0), 250);
	assert_int_equal(clock_due(NULL, p, 4, 120, 10), 260);
	assert_int_equal(clock_due(NULL, p, 4, 0, 0), 0);
	assert_int_equal(clock_due(NULL, p, 4, 0, -1), WHEN_NONE);

	/* a pause over the whole of an opening, from the closing before */
	assert_non_null(z = zone_open("UTC"));
	cal = calendar_new(z);
	assert_int_equal(calendar_open(cal, 0x7f, 0, 100), 0);
	assert_int_equal(calendar_open(cal, 0x7f, 180, 240), 0);
	assert_int_equal(calendar_open(cal, 0x7f, 300, 500), 0);
	calendar_compile(cal, 0, 0);
	assert_int_equal(clock_due(cal, q, 3, 0, S(100)), S(100));
	assert_int_equal(clock_due(cal, q, 3, 0, S(101)), S(301));
	/* nothing to do, but not before the clock runs */
	assert_int_equal(clock_due(cal, q + 2, 1, S(100), 0), S(300));
	assert_int_equal(clock_due(cal, q, 1, 0, 0), 0);
	calendar_closing_next(cal);
	assert_int_equal(clock_due(cal, q, 3, 0, S(100)), S(300));
	assert_int_equal(clock_due(cal, q, 4, 0, S(200)), WHEN_NONE);
	calendar_free(cal);
	zone_free(z);
}

/* A part of a second counts where its second is open, and nowhere else. */
static void
test_parts(void **state)
{
	static const struct pause p[] = { { S(10) + 1, S(20) + 3, "hold" } };
	struct zone	*z;
	struct calendar	*cal;
	struct walk	 w;
	struct stretch	 s;

	(void)state;
	assert_int_equal(clock_elapsed(NULL, NULL, 0, 800000, 10000000),
	    9200000);
	assert_int_equal(clock_due(NULL, p, 1, 7, S(10)), S(20) + 9);
	assert_non_null(z = zone_open("UTC"));
	cal = calendar_new(z);
	assert_int_equal(calendar_open(cal, 0x7f, 0, 100), 0);
	assert_int_equal(calendar_open(cal, 0x7f, 200, 300), 0);
	calendar_compile(cal, 0, 0);
	/* over a closing, which is no second and no part of one */
	assert_int_equal(clock_elapsed(cal, NULL, 0, S(99) + 1, S(200) + 2),
	    S(1) + 1);
	assert_int_equal(clock_elapsed(cal, NULL, 0, S(150) + 1, S(180) + 2),
	    0);
	assert_int_equal(clock_elapsed(cal, NULL, 0, S(100) + 1, S(200) + 2),
	    2);
	/* what is left at the closing is done after the next opening */
	assert_int_equal(clock_due(cal, NULL, 0, S(99) + 1, S(1)),
	    S(200) + 1);
	assert_int_equal(clock_due(cal, NULL, 0, S(99) + 1, TICKS - 1),
	    S(100));
	/* begun while closed, it begins with the opening */
	assert_int_equal(clock_due(cal, NULL, 0, S(150) + 1, S(1)), S(201));
	/* the last of it, and no more */
	assert_int_equal(clock_due(cal, NULL, 0, 1, S(200) - 1), S(300));
	assert_int_equal(clock_due(cal, NULL, 0, 1, S(200)), WHEN_NONE);
	/* nothing at all */
	assert_int_equal(clock_due(cal, NULL, 0, S(5) + 1, 0), S(5) + 1);
	calendar_closing_next(cal);
	assert_int_equal(clock_due(cal, NULL, 0, S(99) + 1, TICKS - 1),
	    S(200));
	assert_int_equal(clock_due(cal, NULL, 0, S(98) + 1, S(1)), S(99) + 1);
	clock_walk(&w, cal, p, 1, S(9) + 5, S(100) + 5);
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_OPEN && s.start == S(9) + 5 &&
	    s.end == S(10) + 1);
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_PAUSED && s.end == S(20) + 3);
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_OPEN && s.end == S(100));
	assert_true(walk_next(&w, &s));
	assert_true(s.kind == STRETCH_CLOSED && s.end == S(100) + 5);
	assert_false(walk_next(&w, &s));
	calendar_free(cal);
	zone_free(z);
}

/*
 * With VIP_TIMING set: what the clock alone takes for a ticket, which is its
 * due time and what has elapsed, on office hours with a lunch break and
 * holidays in a zone that changes its clocks.
 */
static void
test_speed(void **state)
{
	const int	 rounds = 4000000, many = 4096;
	struct zone	*z;
	struct calendar	*cal;
	clock_t		 began;
	tick		 starts[4096], sum = 0;
	int		 n, parts;

	(void)state;
	if (getenv("VIP_TIMING") == NULL)
		return;
	assert_non_null(z = zone_open("America/New_York"));
	cal = calendar_new(z);
	assert_int_equal(calendar_open(cal, 0x1f, H(9), H(12)), 0);
	assert_int_equal(calendar_open(cal, 0x1f, H(13), H(18)), 0);
	for (n = 0; n < 230; n++)	/* ten a year */
		for (parts = 0; parts < 10; parts++)
			assert_int_equal(calendar_close(cal,
			    n * 365 + draw(365), "holiday"), 0);
	calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
	for (parts = 0; parts < 2; parts++) {
		for (n = 0; n < many; n++)	/* within a year, as they are */
			starts[n] = tick_of(1767225600 + draw(31536000)) +
			    (parts ? draw(TICKS) : 0);
		began = clock();
		for (n = 0; n < rounds; n++) {
			sum += clock_due(cal, NULL, 0, starts[n % many],
			    S(H(4)));
			sum += clock_elapsed(cal, NULL, 0, starts[n % many],
			    starts[n % many] + S(n));
		}
		print_message("# %s: %.0f ns of CPU a ticket (%lld)\n",
		    parts ? "with parts of seconds" : "whole seconds",
		    (double)(clock() - began) / CLOCKS_PER_SEC * 1e9 / rounds,
		    (long long)(sum % 7));
	}
	calendar_free(cal);
	zone_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_closing_next),
		cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_pauses_random),
		cmocka_unit_test(test_speed),
	};

	seed = UINT64_C(88172645463325252);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
