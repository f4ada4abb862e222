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

#include "base/vip.h"
#include "calendar/calendar.h"
#include "random.h"

#define H(hours)	((hours) * 3600)
#define HM(h, m)	((h) * 3600 + (m) * 60)

/* The next stretch, its times as seconds. */
static int
next(struct walk *w, struct stretch *s)
{
	if (!walk_next(w, s))
		return 0;
	assert_int_equal(tick_part(s->start), 0);
	assert_int_equal(tick_part(s->end), 0);
	s->start = tick_second(s->start);
	s->end = tick_second(s->end);
	return 1;
}

static struct zone	*utc, *ny, *johns;

static int
setup(void **state)
{
	(void)state;
	utc = zone_open("UTC");
	ny = zone_open("America/New_York");
	johns = zone_open("America/St_Johns");
	return utc == NULL || ny == NULL || johns == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	zone_free(utc);
	zone_free(ny);
	zone_free(johns);
	return 0;
}

/* "2026-01-15T09:30" in a zone. */
static when
local(const struct zone *z, const char *s)
{
	struct stamp	 st;

	if (stamp_parse(s, strlen(s), &st) == -1)
		fail_msg("not a time: %s", s);
	return stamp_instant(&st, z, NULL);
}

static int64_t
day(const char *s)
{
	return local(utc, s) / DAY_SECONDS;
}

static void
same(const struct zone *z, when got, const char *want)
{
	char	 buf[WHEN_SIZE];
	size_t	 n;

	if (got == local(z, want))
		return;
	n = when_format(buf, got, zone_offset(z, got));
	fail_msg("%.*s, not %s", (int)n, buf, want);
}

/* 09:00-12:30, 13:30-18:00 on workdays in New York, Christmas off. */
static struct calendar *
office(void)
{
	struct calendar	*cal = calendar_new(ny);

	assert_int_equal(calendar_open(cal, 0x1f, H(9), HM(12, 30)), 0);
	assert_int_equal(calendar_open(cal, 0x1f, HM(13, 30), H(18)), 0);
	assert_int_equal(calendar_open_on(cal, day("2026-02-14"), H(9), H(18)),
	    0);
	assert_int_equal(calendar_close(cal, day("2026-12-25"), "Christmas"),
	    0);
	assert_int_equal(calendar_close_span(cal, day("2026-12-24"), H(13),
	    H(18), "party"), 0);
	return cal;
}

static void
compile(struct calendar *cal)
{
	calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
}

static void
test_office(void **state)
{
	struct calendar	*cal = office();
	when		 start, end;

	(void)state;
	/* before it is compiled it is closed, and no more than that */
	assert_false(calendar_is_open(cal, local(ny, "2026-01-15T10:00")));
	compile(cal);
	assert_ptr_equal(calendar_zone(cal), ny);

	/* Friday evening to Monday morning, past lunch */
	same(ny, calendar_add(cal, local(ny, "2026-01-16T16:00"), H(4)),
	    "2026-01-19T11:00");
	same(ny, calendar_add(cal, local(ny, "2026-01-15T12:00"), H(1)),
	    "2026-01-15T14:00");
	/* on the closing time it stays */
	same(ny, calendar_add(cal, local(ny, "2026-01-15T16:00"), H(2)),
	    "2026-01-15T18:00");
	same(ny, calendar_add(cal, local(ny, "2026-01-15T12:00"), HM(0, 30)),
	    "2026-01-15T12:30");
	/* opened at night, and at the closing time */
	same(ny, calendar_add(cal, local(ny, "2026-01-15T03:00"), 60),
	    "2026-01-15T09:01");
	same(ny, calendar_add(cal, local(ny, "2026-01-15T18:00"), 0),
	    "2026-01-16T09:00");
	/* a make-up Saturday has no lunch */
	assert_int_equal(calendar_between(cal, local(ny, "2026-02-14"),
	    local(ny, "2026-02-15")), H(9));
	/* a party, and Christmas */
	assert_int_equal(calendar_between(cal, local(ny, "2026-12-24"),
	    local(ny, "2026-12-26")), HM(3, 30));
	assert_int_equal(calendar_between(cal, local(ny, "2026-12-26"),
	    local(ny, "2026-12-24")), -HM(3, 30));
	/* back */
	same(ny, calendar_add(cal, local(ny, "2026-12-28T10:00"), -H(2)),
	    "2026-12-24T11:30");
	same(ny, calendar_add(cal, local(ny, "2026-12-28T10:00"), -H(1)),
	    "2026-12-28T09:00");
	assert_int_equal(calendar_add(cal, 0, -1), WHEN_NONE);
	/* a table has an end */
	assert_int_equal(calendar_add(cal, local(ny, "2199-12-31T17:00"),
	    H(2)), WHEN_NONE);
	assert_int_equal(calendar_add(cal, local(ny, "2300-01-01"), 0),
	    WHEN_NONE);
	assert_int_equal(calendar_next_open(cal, local(ny, "2300-01-01")),
	    WHEN_NONE);
	assert_int_equal(calendar_span_after(cal, local(ny, "2300-01-01"),
	    &start, &end), -1);
	assert_int_equal(calendar_span_before(cal, local(ny, "1970-01-01"),
	    &start, &end), -1);
	assert_int_equal(calendar_prev_open(cal, local(ny, "1970-01-01")),
	    WHEN_NONE);
	same(ny, calendar_prev_open(cal, local(ny, "2300-01-01")),
	    "2199-12-31T18:00");
	/* the first day of it is whole */
	assert_int_equal(calendar_between(cal, local(ny, "1970-01-01"),
	    local(ny, "1970-01-02")), H(8));
	assert_int_equal(calendar_workdays(cal, day("2026-12-21"),
	    day("2026-12-28")), 4);
	assert_int_equal(calendar_workdays(cal, -10000, 200000),
	    calendar_workdays(cal, CALENDAR_FIRST, CALENDAR_LAST + 1));
	calendar_free(cal);
}

static void
test_closing_next(void **state)
{
	struct calendar	*cal = office();

	(void)state;
	assert_false(calendar_is_closing_next(cal));
	assert_false(calendar_is_closing_next(NULL));
	calendar_closing_next(cal);
	assert_true(calendar_is_closing_next(cal));
	compile(cal);
	same(ny, calendar_add(cal, local(ny, "2026-01-16T16:00"), H(2)),
	    "2026-01-19T09:00");
	same(ny, calendar_add(cal, local(ny, "2026-01-16T16:00"), H(1)),
	    "2026-01-16T17:00");
	/* there is no next opening after the last */
	same(ny, calendar_add(cal, local(ny, "2199-12-31T17:00"), H(1)),
	    "2199-12-31T18:00");
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-12-23T16:00"),
	    1), "2026-12-28T09:00");
	calendar_free(cal);
}

static void
test_night(void **state)
{
	struct calendar	*cal = calendar_new(utc);

	(void)state;
	assert_int_equal(calendar_open(cal, 0x1f, H(22), H(6)), 0);
	assert_int_equal(calendar_close(cal, day("2026-01-15"), NULL), 0);
	assert_int_equal(calendar_open_on(cal, day("2026-01-25"), H(23), H(1)),
	    0);
	calendar_compile(cal, day("2026-01-12"), day("2026-01-31"));
	/* Sunday before begins nothing; Monday to Tuesday is one span */
	assert_int_equal(calendar_between(cal, local(utc, "2026-01-12"),
	    local(utc, "2026-01-13T12:00")), H(8));
	/* Wednesday is cut at Thursday's closing, Thursday begins nothing */
	assert_int_equal(calendar_between(cal, local(utc, "2026-01-14T12:00"),
	    local(utc, "2026-01-16T12:00")), H(2));
	/* Friday runs into Saturday */
	same(utc, calendar_add(cal, local(utc, "2026-01-16T12:00"), H(8)),
	    "2026-01-17T06:00");
	/* a Sunday of its own */
	assert_int_equal(calendar_between(cal, local(utc, "2026-01-24T12:00"),
	    local(utc, "2026-01-26T12:00")), H(2));
	/* cut by the end of the table */
	same(utc, calendar_prev_open(cal, local(utc, "2026-03-01")),
	    "2026-01-31T06:00");
	assert_false(calendar_is_open(cal, local(utc, "2026-02-02T23:00")));
	calendar_free(cal);

	/* around the clock, by two ways of saying it: one span */
	cal = calendar_new(ny);
	assert_int_equal(calendar_open(cal, 0x7f, H(9), H(9)), 0);
	compile(cal);
	same(ny, calendar_add(cal, local(ny, "2026-03-07T12:00"), H(24)),
	    "2026-03-08T13:00");
	calendar_free(cal);
	cal = calendar_new(ny);
	assert_int_equal(calendar_open(cal, 0x7f, 0, DAY_SECONDS), 0);
	compile(cal);
	assert_int_equal(calendar_between(cal, local(ny, "2026-11-01"),
	    local(ny, "2026-11-02")), H(25));
	assert_int_equal(calendar_between(cal, local(ny, "2026-03-08"),
	    local(ny, "2026-03-09")), H(23));
	calendar_free(cal);
}

static void
test_refused(void **state)
{
	struct calendar	*cal = calendar_new(utc);

	(void)state;
	assert_int_equal(calendar_open(cal, 0, H(9), H(10)), -1);
	assert_int_equal(calendar_open(cal, 0x80, H(9), H(10)), -1);
	assert_int_equal(calendar_open(cal, 1, -1, H(10)), -1);
	assert_int_equal(calendar_open(cal, 1, DAY_SECONDS, H(10)), -1);
	assert_int_equal(calendar_open(cal, 1, 0, DAY_SECONDS + 1), -1);
	assert_int_equal(calendar_open_on(cal, CALENDAR_LAST + 1, 0, 1), -1);
	assert_int_equal(calendar_open_on(cal, 0, 0, -1), -1);
	assert_int_equal(calendar_close(cal, CALENDAR_FIRST - 1, "x"), -1);
	assert_int_equal(calendar_close_span(cal, 0, -1, 1, NULL), -1);
	compile(cal);
	assert_int_equal(calendar_next_open(cal, 0), WHEN_NONE);
	assert_int_equal(calendar_add_days(cal, NULL, 0, 1), WHEN_NONE);
	assert_int_equal(calendar_same_day(cal, NULL, 0), WHEN_NONE);
	calendar_free(cal);
	calendar_free(NULL);
}

static void
test_valid(void **state)
{
	struct calendar	*cal = calendar_new(utc);
	struct walk	 w;
	struct stretch	 s;

	(void)state;
	assert_int_equal(calendar_open(cal, 0x7f, H(9), H(17)), 0);
	calendar_valid(cal, day("2026-01-10"), day("2026-01-11"));
	compile(cal);
	assert_int_equal(calendar_between(cal, 0, local(utc, "2199-01-01")),
	    H(16));
	calendar_walk(&w, cal, local(utc, "2026-01-09"),
	    local(utc, "2026-01-13"));
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_VOID);
	same(utc, s.end, "2026-01-10");
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_CLOSED);
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_OPEN);
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_CLOSED);
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_OPEN);
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_CLOSED);
	same(utc, s.end, "2026-01-12");
	assert_true(next(&w, &s));
	assert_int_equal(s.kind, STRETCH_VOID);
	same(utc, s.end, "2026-01-13");
	assert_false(next(&w, &s));
	/* days in no order are no days */
	calendar_valid(cal, day("2026-01-12"), day("2026-01-11"));
	compile(cal);
	assert_int_equal(calendar_next_open(cal, 0), WHEN_NONE);
	calendar_free(cal);
}

static void
test_both(void **state)
{
	struct calendar	*us = office(), *them = calendar_new(utc), *both;
	struct walk	 w;
	struct stretch	 s;

	(void)state;
	assert_int_equal(calendar_open(them, 0x0f, H(8), H(16)), 0);
	compile(us);
	compile(them);
	both = calendar_both(us, them);
	calendar_compile(both, 0, 1);	/* is what it is */
	assert_ptr_equal(calendar_zone(both), ny);
	/* 14:00Z to 16:00Z, Monday to Thursday */
	assert_int_equal(calendar_between(both, local(utc, "2026-01-12"),
	    local(utc, "2026-01-19")), H(8));
	same(utc, calendar_add(both, local(utc, "2026-01-15T15:00"), H(2)),
	    "2026-01-19T15:00");
	/* who of the two is closed */
	calendar_walk(&w, both, local(utc, "2026-01-15T13:00"),
	    local(utc, "2026-01-16T09:00"));
	assert_true(next(&w, &s));
	assert_true(s.kind == STRETCH_CLOSED && s.part == 0);
	assert_true(next(&w, &s));
	assert_true(s.kind == STRETCH_OPEN && s.part == 0);
	assert_true(next(&w, &s));
	assert_true(s.kind == STRETCH_CLOSED && s.part == 1);
	same(utc, s.end, "2026-01-15T17:30");
	assert_true(next(&w, &s));
	assert_true(s.kind == STRETCH_CLOSED && s.part == 0);
	calendar_free(both);

	assert_null(calendar_both(NULL, NULL));
	both = calendar_both(NULL, us);
	assert_int_equal(calendar_between(both, local(ny, "2026-01-12"),
	    local(ny, "2026-01-19")), H(40));
	calendar_stretch(both, tick_of(local(ny, "2026-12-25T10:00")),
	    tick_of(local(ny, "2026-12-27")), &s);
	assert_true(s.kind == STRETCH_HOLIDAY && s.part == 1);
	assert_string_equal(s.why, "Christmas");
	calendar_free(both);
	both = calendar_both(us, NULL);
	assert_int_equal(calendar_between(both, local(ny, "2026-01-12"),
	    local(ny, "2026-01-19")), H(40));
	calendar_free(both);
	calendar_free(us);
	calendar_free(them);
}

static void
test_days(void **state)
{
	struct calendar	*cal = office();

	(void)state;
	compile(cal);
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-01-15T10:00"),
	    2), "2026-01-19T10:00");
	/* starts at the next opening */
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-01-17T10:00"),
	    1), "2026-01-20T09:00");
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-01-15T20:00"),
	    0), "2026-01-16T09:00");
	/* 16:00 when it closes at 13:00; then a holiday and a weekend */
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-12-23T16:00"),
	    1), "2026-12-24T12:30");
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-12-23T16:00"),
	    2), "2026-12-28T16:00");
	/* across a clock change the hand stands where it stood */
	same(ny, calendar_add_days(cal, NULL, local(ny, "2026-03-06T10:00"),
	    1), "2026-03-09T10:00");
	assert_int_equal(calendar_add_days(cal, NULL, 0, -1), WHEN_NONE);
	assert_int_equal(calendar_add_days(cal, NULL,
	    local(ny, "2199-12-30T10:00"), 2), WHEN_NONE);
	same(ny, calendar_add_days(NULL, ny, local(ny, "2026-03-07T02:30"),
	    1), "2026-03-08T03:30");

	/* the day that a ticket came, or the next that is open */
	same(ny, calendar_same_day(cal, NULL, local(ny, "2026-01-15T23:50")),
	    "2026-01-16");
	same(ny, calendar_same_day(cal, NULL, local(ny, "2026-01-17T10:00")),
	    "2026-01-20");
	same(ny, calendar_same_day(NULL, ny, local(ny, "2026-01-17T10:00")),
	    "2026-01-18");
	same(ny, calendar_same_day(NULL, ny, local(ny, "2026-01-18T00:00")),
	    "2026-01-19");
	calendar_free(cal);

	/* opens later than the hour: the first opening of that day */
	cal = calendar_new(utc);
	assert_int_equal(calendar_open(cal, 1, H(8), H(16)), 0);
	assert_int_equal(calendar_open(cal, 2, H(12), H(16)), 0);
	compile(cal);
	same(utc, calendar_add_days(cal, NULL, local(utc, "2026-01-12T09:00"),
	    1), "2026-01-13T12:00");
	calendar_free(cal);
}

/* In St. John's the clocks went back at 00:01, and a midnight came twice. */
static void
test_two_midnights(void **state)
{
	struct calendar	*cal = calendar_new(johns);
	struct walk	 w;
	struct stretch	 s;
	when		 again = local(utc, "1999-10-31T03:15");
	int		 n = 0;

	(void)state;
	assert_int_equal(zone_day(johns, again), day("1999-10-30"));
	assert_true(zone_midnight(johns, day("1999-10-31")) < again);
	assert_int_equal(calendar_open(cal, 0x7f, H(9), H(17)), 0);
	assert_int_equal(calendar_close(cal, day("1999-10-30"), "Sat"), 0);
	assert_int_equal(calendar_close(cal, day("1999-10-31"), "Sun"), 0);
	compile(cal);
	assert_true(calendar_same_day(NULL, johns, again) > again);
	assert_true(calendar_same_day(NULL, johns, again) < again + H(1));
	assert_true(calendar_same_day(cal, NULL, again) > again);
	calendar_walk(&w, cal, local(johns, "1999-10-29"),
	    local(johns, "1999-11-02"));
	while (next(&w, &s)) {
		assert_true(s.end > s.start);
		n++;
	}
	assert_int_equal(n, 8);
	calendar_free(cal);
}

static void
test_always(void **state)
{
	struct stretch	 s;
	when		 start, end;

	(void)state;
	assert_int_equal(calendar_between(NULL, 5, 3), -2);
	assert_int_equal(calendar_add(NULL, 5, 3), 8);
	assert_int_equal(calendar_add(NULL, INT64_MAX, 3), WHEN_NONE);
	assert_true(calendar_is_open(NULL, 0));
	assert_true(calendar_is_workday(NULL, 0));
	assert_int_equal(calendar_workdays(NULL, 3, 10), 7);
	assert_int_equal(calendar_workdays(NULL, 10, 3), 0);
	assert_int_equal(calendar_next_open(NULL, 7), 7);
	assert_int_equal(calendar_prev_open(NULL, 7), 7);
	assert_int_equal(calendar_span_after(NULL, 7, &start, &end), 0);
	assert_true(start == 7 && end == INT64_MAX);
	assert_int_equal(calendar_span_before(NULL, 7, &start, &end), 0);
	assert_true(start == INT64_MIN && end == 7);
	calendar_stretch(NULL, 3, 9, &s);
	assert_true(s.kind == STRETCH_OPEN && s.start == 3 && s.end == 9);
}

static void
test_walk(void **state)
{
	static const struct {
		const char	*end;
		enum stretch_kind kind;
		const char	*why;
	} want[] = {
		{ "2026-12-24T09:00", STRETCH_CLOSED, NULL },
		{ "2026-12-24T12:30", STRETCH_OPEN, NULL },
		{ "2026-12-24T13:00", STRETCH_CLOSED, NULL },
		{ "2026-12-24T18:00", STRETCH_BREAK, "party" },
		{ "2026-12-25T00:00", STRETCH_CLOSED, NULL },
		{ "2026-12-26T00:00", STRETCH_HOLIDAY, "Christmas" },
		{ "2026-12-28T09:00", STRETCH_CLOSED, NULL },
		{ "2026-12-28T10:00", STRETCH_OPEN, NULL },
	};
	struct calendar	*cal = office();
	struct walk	 w;
	struct stretch	 s;
	size_t		 i;
	when		 at = local(ny, "2026-12-23T19:00");

	(void)state;
	compile(cal);
	calendar_walk(&w, cal, at, local(ny, "2026-12-28T10:00"));
	for (i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_true(next(&w, &s));
		assert_int_equal(s.start, at);
		same(ny, s.end, want[i].end);
		assert_int_equal(s.kind, want[i].kind);
		if (want[i].why == NULL)
			assert_null(s.why);
		else
			assert_string_equal(s.why, want[i].why);
		at = s.end;
	}
	assert_false(next(&w, &s));
	calendar_free(cal);

	assert_string_equal(stretch_word(STRETCH_OPEN), "open");
	assert_string_equal(stretch_word(STRETCH_CLOSED), "closed");
	assert_string_equal(stretch_word(STRETCH_HOLIDAY), "holiday");
	assert_string_equal(stretch_word(STRETCH_BREAK), "break");
	assert_string_equal(stretch_word(STRETCH_VOID), "not in force");
	assert_string_equal(stretch_word(STRETCH_PAUSED), "paused");
}

/*
 * Random calendars against the rules taken word for word, minute by minute,
 * in a zone where there is nothing else to know.
 */
#define DAYS	60
#define MINUTES	(DAYS * 1440)

static char	 face[MINUTES + 2 * 1440];	/* what is open */
static int	 sum[MINUTES + 1];

static void
paint(int from, int to, int value)
{
	int	 m;

	for (m = from < 0 ? 0 : from; m < to; m++)
		face[m] = (char)value;
}

struct opening {
	int	 day, from, to;		/* day: of the week, or of the table */
};

static void
slow_calendar(struct calendar *cal, int64_t first)
{
	struct opening	 weekly[8], dated[6], part[6], *o;
	int		 closed[6];
	int		 nweekly = 1 + (int)draw(8), ndated = (int)draw(7),
			 npart = (int)draw(7), nclosed = (int)draw(7);
	int		 d, i, j, own, shut, next_shut, to;

	memset(face, 0, sizeof(face));
	for (i = 0; i < nweekly + ndated + npart; i++) {
		o = i < nweekly ? &weekly[i] : i < nweekly + ndated ?
		    &dated[i - nweekly] : &part[i - nweekly - ndated];
		o->day = (int)draw(i < nweekly ? 7 : DAYS);
		o->from = (int)draw(1440);
		o->to = (int)draw(1441);
		if (draw(4) == 0)
			o->to = 1440;
		if (i < nweekly)
			assert_int_equal(calendar_open(cal, 1U << o->day,
			    o->from * 60, o->to * 60), 0);
		else if (i < nweekly + ndated)
			assert_int_equal(calendar_open_on(cal, first + o->day,
			    o->from * 60, o->to * 60), 0);
		else
			assert_int_equal(calendar_close_span(cal,
			    first + o->day, o->from * 60, o->to * 60, NULL),
			    0);
		if (o->to <= o->from)
			o->to += 1440;
	}
	for (i = 0; i < nclosed; i++) {
		closed[i] = (int)draw(DAYS);
		assert_int_equal(calendar_close(cal, first + closed[i], NULL),
		    0);
	}
	for (d = -1; d < DAYS; d++) {
		own = shut = next_shut = 0;
		for (i = 0; i < ndated; i++)
			own |= dated[i].day == d;
		for (i = 0; i < nclosed; i++) {
			shut |= closed[i] == d;
			next_shut |= closed[i] == d + 1;
		}
		for (j = 0; j < (own ? ndated : nweekly); j++) {
			o = own ? &dated[j] : &weekly[j];
			if (own ? o->day != d :
			    shut || o->day != weekday_of(first + d))
				continue;
			to = next_shut && o->to > 1440 ? 1440 : o->to;
			paint(d * 1440 + o->from, d * 1440 + to, 1);
		}
	}
	for (i = 0; i < npart; i++)
		paint(part[i].day * 1440 + part[i].from,
		    part[i].day * 1440 + part[i].to, 0);
	for (i = 0; i < MINUTES; i++)
		sum[i + 1] = sum[i] + face[i];
}

static void
test_random(void **state)
{
	struct calendar	*cal;
	struct walk	 w;
	struct stretch	 s;
	int64_t		 first;
	when		 base, t, u;
	int		 round, i, a, b, k, opens = 0;

	(void)state;
	for (round = 0; round < 300; round++) {
		first = CALENDAR_FIRST + 1 + draw(84000 - DAYS);
		base = first * DAY_SECONDS;
		cal = calendar_new(utc);
		slow_calendar(cal, first);
		calendar_compile(cal, first, first + DAYS - 1);
		for (i = 0; i < 300; i++) {
			a = (int)draw(MINUTES + 1);
			b = (int)draw(MINUTES + 1);
			t = base + a * 60;
			assert_int_equal(calendar_between(cal, t,
			    base + b * 60), (sum[b] - sum[a]) * 60);
			assert_int_equal(calendar_is_open(cal, t),
			    a < MINUTES && face[a]);
			opens += a < MINUTES && face[a];
			/* the earliest minute by which so many are over */
			k = 1 + (int)draw(3000);
			u = calendar_add(cal, t, k * 60);
			for (b = a; b <= MINUTES && sum[b] - sum[a] < k;)
				b++;
			assert_int_equal(u, b > MINUTES ? WHEN_NONE :
			    base + b * 60);
			/* and the latest before */
			u = calendar_add(cal, t, -k * 60);
			for (b = a; b >= 0 && sum[a] - sum[b] < k;)
				b--;
			assert_int_equal(u, b < 0 ? WHEN_NONE :
			    base + b * 60);
			for (b = a; b < MINUTES && !face[b];)
				b++;
			assert_int_equal(calendar_next_open(cal, t),
			    b == MINUTES ? WHEN_NONE : base + b * 60);
			for (b = a; b > 0 && !face[b - 1];)
				b--;
			assert_int_equal(calendar_prev_open(cal, t),
			    b == 0 ? WHEN_NONE : base + b * 60);
			b = a / 1440;
			if (b < DAYS)
				assert_int_equal(calendar_is_workday(cal,
				    first + b), sum[(b + 1) * 1440] >
				    sum[b * 1440]);
		}
		t = base;
		calendar_walk(&w, cal, base, base + MINUTES * 60);
		while (next(&w, &s)) {
			assert_true(s.start == t && s.end > t);
			a = (int)((s.start - base) / 60);
			b = (int)((s.end - base) / 60);
			assert_int_equal(sum[b] - sum[a],
			    s.kind == STRETCH_OPEN ? b - a : 0);
			t = s.end;
		}
		assert_int_equal(t, base + MINUTES * 60);
		calendar_free(cal);
	}
	assert_true(opens > 5000 && opens < 85000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_office),
		cmocka_unit_test(test_closing_next),
		cmocka_unit_test(test_night),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_both),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_two_midnights),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_random),
	};

	seed = UINT64_C(88172645463325252);
	return cmocka_run_group_tests(tests, setup, teardown);
}
