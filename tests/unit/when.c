/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/vip.h"

/* What is read, written out: the fields, T if there is a time, the zone. */
static void
show(char *out, size_t size, int rc, const struct stamp *s)
{
	const struct civil	*c = &s->civil;
	int			 n;

	if (rc != 0) {
		snprintf(out, size, "no");
		return;
	}
	n = snprintf(out, size, "%d-%d-%d%s%d:%d:%d", c->year, c->month,
	    c->day, s->has_time ? " " : "/", c->hour, c->minute, c->second);
	if (s->has_zone)
		snprintf(out + n, size - (size_t)n, " %d", s->offset);
}

static void
is_stamp(const char *text, const char *want)
{
	struct stamp	 s;
	char		 got[80];

	show(got, sizeof(got), stamp_parse(text, strlen(text), &s), &s);
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\" is %s, want %s", text, got, want);
}

static void
is_form(const char *format, const char *text, const char *want)
{
	struct stamp	 s;
	char		 got[80];

	show(got, sizeof(got), stamp_parse_format(text, strlen(text), format,
	    &s), &s);
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\" by \"%s\" is %s, want %s", text, format, got,
		    want);
}

static void
test_stamp(void **state)
{
	static const char *const	 bad[] = {
		"", "2024", "2024-03", "2024-3-1", "2024-03-1", "20240301",
		" 2024-03-01", "2024-03-01 ", "2024/03/01", "2024-13-01",
		"2024-00-01", "2024-01-00", "2024-01-32", "2024-02-30",
		"2023-02-29", "1900-02-29", "2024-04-31", "0000-01-01",
		"-001-01-01", "10000-01-01", "+2024-01-01", "202a-01-01",
		"2024-01-01T", "2024-01-01T09", "2024-01-01T0930",
		"2024-01-01T9:30", "2024-01-01t09:30", "2024-01-01T09:30z",
		"2024-01-01  09:30", "2024-01-01_09:30", "2024-01-01T24:00",
		"2024-01-01T23:60", "2024-01-01T23:59:60",
		"2024-01-01T23:59:61",
		"2024-01-01T09:30:", "2024-01-01T09:30:0",
		"2024-01-01T09:30:00.",
		"2024-01-01T09:30:00,5", "2024-01-01T09:30.5",
		"2024-01-01T09:30:00.5.5", "2024-01-01T09:30Zjunk",
		"2024-01-01T09:30ZZ", "2024-01-01T09:30 ",
		"2024-01-01T09:30  +01",
		"2024-01-01T09:30 Z", "2024-01-01T09:30Z ", "2024-01-01Z",
		"2024-01-01+01:00", "2024-01-01T09:30+1",
		"2024-01-01T09:30+1:00",
		"2024-01-01T09:30+01:", "2024-01-01T09:30+01:0",
		"2024-01-01T09:30+010", "2024-01-01T09:30+01:000",
		"2024-01-01T09:30+01:60", "2024-01-01T09:30+16:00",
		"2024-01-01T09:30-16", "2024-01-01T09:30+24:00",
		"2024-01-01T09:30+aa:00", "2024-01-01T09:30+01:a0",
		"2024-01-01T09:30+01-30", "2024-01-01T09:30UTC",
		"2024-01-01T09:30 PM", "2024-01-01T09:30+", "2024-01-01T-9:30",
		"2024-01-01T09:+3", "2024-01-01T09:30:-1", "N/A", "junkjunkju",
		"2024-01-01T0a:30", "2024-01-01T09:a0", "2024-01-01T09:30:a0"
	};
	struct stamp	 s;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_stamp(bad[i], "no");
	is_stamp("2026-01-15", "2026-1-15/0:0:0");
	is_stamp("0001-01-01", "1-1-1/0:0:0");
	is_stamp("9999-12-31T23:59:59", "9999-12-31 23:59:59");
	is_stamp("2024-02-29", "2024-2-29/0:0:0");
	is_stamp("2000-02-29", "2000-2-29/0:0:0");
	is_stamp("2026-01-15T09:30", "2026-1-15 9:30:0");
	is_stamp("2026-01-15 09:30", "2026-1-15 9:30:0");
	is_stamp("2026-01-15T09:30Z", "2026-1-15 9:30:0 0");
	is_stamp("2026-01-15T00:00", "2026-1-15 0:0:0");
	is_stamp("2026-01-15 09:30:07.25+01:00", "2026-1-15 9:30:7 3600");
	is_stamp("2026-01-15T09:30:07.999999999999Z", "2026-1-15 9:30:7 0");
	is_stamp("2025-06-30T12:34:56Z", "2025-6-30 12:34:56 0");
	is_stamp("2025-06-30T12:34:56+0100", "2025-6-30 12:34:56 3600");
	is_stamp("2025-06-30T12:34:56+01", "2025-6-30 12:34:56 3600");
	is_stamp("2025-06-30T12:34:56-00:00", "2025-6-30 12:34:56 0");
	is_stamp("2025-06-30T12:34:56-03:30", "2025-6-30 12:34:56 -12600");
	is_stamp("2025-06-30T12:34+05:45", "2025-6-30 12:34:0 20700");
	is_stamp("2012-01-01 11:13:13 -0500", "2012-1-1 11:13:13 -18000");
	is_stamp("2012-01-01 11:13 +01:00", "2012-1-1 11:13:0 3600");
	is_stamp("2012-01-01T11:13:13+15:59", "2012-1-1 11:13:13 57540");
	is_stamp("2012-01-01T11:13:13-15:59", "2012-1-1 11:13:13 -57540");
	assert_int_equal(stamp_parse("2024-01-01\0", 11, &s), -1);
	assert_int_equal(stamp_parse("2024-01-01T09:30\0", 17, &s), -1);
	assert_int_equal(stamp_parse("2024-01-01T09:30:00", 10, &s), 0);
}

/* Each byte changed to each other one: read only if it says the same kind. */
static void
test_stamp_strict(void **state)
{
	static const char	 good[] = "2012-11-11T11:11:11.1+11:11";
	char			 text[sizeof(good)];
	struct stamp		 s;
	int			 i, c, rc;
	size_t			 len = sizeof(good) - 1;

	(void)state;
	for (i = 0; i < (int)len; i++)
		for (c = 0; c < 256; c++) {
			memcpy(text, good, sizeof(good));
			text[i] = (char)c;
			rc = stamp_parse(text, len, &s);
			if (rc == 0 && text[i] != good[i] &&
			    !(good[i] >= '0' && good[i] <= '9' &&
			    c >= '0' && c <= '9') &&
			    !(i == 10 && c == ' ') && !(i == 21 && c == '-'))
				fail_msg("byte %d may be %d", i, c);
		}
	for (i = 0; i < (int)len; i++) {
		rc = stamp_parse(good, (size_t)i, &s);
		assert_int_equal(rc, i == 10 || i == 16 || i == 19 || i == 21 ||
		    i == 24 ? 0 : -1);
	}
}

static void
test_format(void **state)
{
	(void)state;
	is_form("%d/%m/%Y %H:%M", "29/2/2016 01:16", "2016-2-29 1:16:0");
	is_form("%d/%m/%Y %H:%M", "29/2/2016 1:6", "2016-2-29 1:6:0");
	is_form("%d/%m/%Y", "29/2/2015", "no");
	is_form("%d/%m/%Y", "029/2/2016", "no");
	is_form("%d/%m/%Y", " 9/2/2016", "no");
	is_form("%d/%m/%Y", "9/2/2016 ", "no");
	is_form("%d/%m/%Y", "9/2/20160", "no");
	is_form("%d/%m/%Y", "9/2/", "no");
	is_form("%d/%m/%Y", "9/2", "no");
	is_form("%d/%m/%Y", "", "no");
	is_form("%d/%m/%Y", "+9/2/2016", "no");
	is_form("%d/%m/%Y", "0/2/2016", "no");
	is_form("%d/%m/%Y", "1/0/2016", "no");
	is_form("%d/%m/%Y", "1/1/0", "no");
	is_form("%m/%d/%y", "12/31/68", "2068-12-31/0:0:0");
	is_form("%D", "12/31/69", "1969-12-31/0:0:0");
	is_form("%Y%m%d", "20260115", "2026-1-15/0:0:0");
	is_form("%F %T", "2026-01-15 09:30:01", "2026-1-15 9:30:1");
	is_form("%FT%T.%f%z", "2026-01-15T09:30:01.123456+0530",
	    "2026-1-15 9:30:1 19800");
	is_form("%FT%T.%f%z", "2026-01-15T09:30:01.123456Z",
	    "2026-1-15 9:30:1 0");
	is_form("%F %T %z", "2026-01-15 09:30:01 -08",
	    "2026-1-15 9:30:1 -28800");
	is_form("%F %T %z", "2026-01-15 09:30:01 UTC", "no");
	is_form("%F %T.%f", "2026-01-15 09:30:01.", "no");
	is_form("%F %T", "2026-01-15 24:00:00", "no");
	is_form("%F %T", "2026-01-15 23:60:00", "no");
	is_form("%F %T", "2026-01-15 23:59:60", "no");
	is_form("%b %e, %Y", "Feb  9, 2024", "2024-2-9/0:0:0");
	is_form("%b %e, %Y", "FEB 29, 2024", "2024-2-29/0:0:0");
	is_form("%b %e, %Y", "Feb 9, 2024", "2024-2-9/0:0:0");
	is_form("%b %e, %Y", "Feb   9, 2024", "no");
	is_form("%b %e, %Y", "Feb  29, 2024", "no");
	is_form("%b %e, %Y", "Fev 9, 2024", "no");
	is_form("%b %e, %Y", "Fe", "no");
	is_form("%d %B %Y", "1 may 2024", "2024-5-1/0:0:0");
	is_form("%d %B %Y", "1 September 2024", "2024-9-1/0:0:0");
	is_form("%d %B %Y", "1 Sep 2024", "no");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 12:05 AM", "2024-2-1 0:5:0");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 12:05 pm", "2024-2-1 12:5:0");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 1:05 PM", "2024-2-1 13:5:0");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 11:05 AM", "2024-2-1 11:5:0");
	is_form("%p %I %F", "PM 11 2024-02-01", "2024-2-1 23:0:0");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 13:05 PM", "no");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 0:05 AM", "no");
	is_form("%d.%m.%Y, %I:%M %p", "1.2.2024, 1:05 XM", "no");
	is_form("100%% %F", "100% 2024-02-01", "2024-2-1/0:0:0");
	is_form("100%% %F", "100 2024-02-01", "no");
	is_form("%F %Q", "2024-02-01 x", "no");
	is_form("%F%", "2024-02-01", "no");
}

static void
test_format_error(void **state)
{
	static const char *const	 good[] = {
		"%F", "%F %T", "%D", "%d/%m/%Y %H:%M", "%Y%m%d %I %p",
		"%y %B %e",
		"%b %d %Y %T.%f %z", "%%%F%%", "%F %H", "%F %H%z"
	};
	static const char *const	 bad[][2] = {
		{ "", "year" }, { "%", "lone" }, { "%F %", "lone" },
		{ "%F %Q", "unknown" }, { "%s", "unknown" }, { "%F %F",
		"twice" },
		{ "%Y-%m-%d %y", "twice" }, { "%T", "year" }, { "%Y", "month" },
		{ "%Y-%m", "day" }, { "%F %I", "together" },
		{ "%F %p", "together" }, { "%F %H %p", "together" },
		{ "%F %H %I %p", "twice" }, { "%F %M", "hour" },
		{ "%F %z", "hour" }, { "%F %H %S", "minute" },
		{ "%F %H:%M.%f", "second" }, { "%F %b", "twice" },
		{ "%Od", "unknown" }
	};
	const char	*error;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if ((error = stamp_format_error(good[i])) != NULL)
			fail_msg("\"%s\" %s", good[i], error);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error = stamp_format_error(bad[i][0]);
		if (error == NULL || strstr(error, bad[i][1]) == NULL)
			fail_msg("\"%s\" %s", bad[i][0],
			    error == NULL ? "is good" : error);
	}
}

/* Every day that there is, counted one by one. */
static void
test_days(void **state)
{
	static const int	 lengths[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	char		 out[WHEN_SIZE], want[WHEN_SIZE];
	struct civil	 c;
	struct stamp	 s;
	int64_t		 days = -719162;
	int		 y, m, d, n, weekday = 0;	/* a Monday */

	(void)state;
	for (y = 1; y <= 9999; y++)
		for (m = 1; m <= 12; m++) {
			n = lengths[m - 1];
			if (m == 2 && (y % 400 == 0 ||
			    (y % 4 == 0 && y % 100 != 0)))
				n = 29;
			assert_true(days_in_month(y, m) == n);
			for (d = 1; d <= n; d++) {
				civil_of_days(days, &c);
				if (days_of(y, m, d) != days || c.year != y ||
				    c.month != m || c.day != d ||
				    c.hour != 0 || c.minute != 0 ||
				    c.second != 0 ||
				    weekday_of(days) != weekday)
					fail_msg("%d-%d-%d", y, m, d);
				if (date_format(out, days) != 10 ||
				    stamp_parse(out, 10, &s) != 0 ||
				    memcmp(&s.civil, &c, sizeof(c)) != 0 ||
				    s.has_time || s.has_zone)
					fail_msg("%d-%d-%d: text", y, m, d);
				days++;
				weekday = (weekday + 1) % 7;
			}
			snprintf(want, sizeof(want), "%04d-%02d-%02d", y, m, n);
			assert_memory_equal(out, want, 10);
		}
	assert_true(days == days_of(10000, 1, 1));
	assert_int_equal(days_of(1970, 1, 1), 0);
	assert_int_equal(days_of(1969, 12, 31), -1);
	assert_int_equal(weekday_of(0), 3);
	assert_int_equal(weekday_of(-1), 2);
}

/* The C library agrees. */
static void
test_seconds(void **state)
{
	char		 out[WHEN_SIZE], want[64];
	struct civil	 c;
	struct tm	 tm;
	struct stamp	 s;
	time_t		 t;
	when		 w;
	size_t		 n;

	(void)state;
	for (w = WHEN_MIN; w <= WHEN_MAX; w += 31556952 / 7 + 12345) {
		t = (time_t)w;
		assert_non_null(gmtime_r(&t, &tm));
		civil_of_seconds(w, &c);
		assert_true(c.year == tm.tm_year + 1900 &&
		    c.month == tm.tm_mon + 1 && c.day == tm.tm_mday &&
		    c.hour == tm.tm_hour && c.minute == tm.tm_min &&
		    c.second == tm.tm_sec);
		assert_true(civil_to_seconds(&c) == w);
		n = when_format(out, w, 0);
		out[n] = '\0';
		snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		    c.year, c.month, c.day, c.hour, c.minute, c.second);
		assert_string_equal(out, want);
		if (w < WHEN_MIN + DAY_SECONDS || w > WHEN_MAX - DAY_SECONDS)
			continue;
		n = when_format(out, w, -34200);
		assert_int_equal(stamp_parse(out, n, &s), 0);
		assert_int_equal(s.offset, -34200);
		assert_true(civil_to_seconds(&s.civil) - s.offset == w);
	}
	civil_of_seconds(WHEN_MIN, &c);
	assert_true(c.year == 1 && c.month == 1 && c.day == 1 && c.hour == 0);
	civil_of_seconds(WHEN_MAX, &c);
	assert_true(c.year == 9999 && c.month == 12 && c.day == 31 &&
	    c.second == 59);
	civil_of_seconds(-1, &c);
	assert_true(c.year == 1969 && c.second == 59);
}

static void
is_when(when t, int offset, const char *want)
{
	char	 out[WHEN_SIZE];
	size_t	 n;

	memset(out, 'x', sizeof(out));
	n = when_format(out, t, offset);
	if (n != strlen(want) || memcmp(out, want, n) != 0)
		fail_msg("%jd is %.*s, want %s", (intmax_t)t, (int)n, out,
		    want);
}

static void
test_when_format(void **state)
{
	char	 out[WHEN_SIZE];

	(void)state;
	is_when(0, 0, "1970-01-01T00:00:00Z");
	is_when(-1, 0, "1969-12-31T23:59:59Z");
	is_when(1768487400, -18000, "2026-01-15T09:30:00-05:00");
	is_when(1768487400, 20700, "2026-01-15T20:15:00+05:45");
	is_when(1768487400, 45900, "2026-01-16T03:15:00+12:45");
	is_when(1768487400, -1800, "2026-01-15T14:00:00-00:30");
	/* Local mean time: the instant is kept, the offset cut to minutes. */
	is_when(0, -17762, "1969-12-31T19:04:00-04:56");
	is_when(0, 30, "1970-01-01T00:00:00Z");
	/* Beyond what can be read back, but within the array. */
	is_when(WHEN_MAX + 1, 0, "+10000-01-01T00:00:00Z");
	is_when(WHEN_MIN - 1, 0, "0000-12-31T23:59:59Z");
	is_when(WHEN_MIN - 366 * DAY_SECONDS - 1, 0, "-0001-12-31T23:59:59Z");
	assert_in_range(when_format(out, INT64_MAX, 57540), 20, WHEN_SIZE);
	assert_in_range(when_format(out, INT64_MIN, -57540), 20, WHEN_SIZE);
	assert_in_range(date_format(out, INT64_MAX), 10, WHEN_SIZE);
	assert_in_range(date_format(out, INT64_MIN), 10, WHEN_SIZE);
}

static void
is_month(int y, int m, int d, int n, int wy, int wm, int wd)
{
	struct civil	 c = { .year = y, .month = m, .day = d, .hour = 7 };

	civil_add_months(&c, n);
	if (c.year != wy || c.month != wm || c.day != wd || c.hour != 7)
		fail_msg("%d-%d-%d and %d months: %d-%d-%d", y, m, d, n,
		    c.year, c.month, c.day);
}

static void
test_months(void **state)
{
	(void)state;
	is_month(2024, 1, 31, 0, 2024, 1, 31);
	is_month(2024, 1, 31, 1, 2024, 2, 29);
	is_month(2023, 1, 31, 1, 2023, 2, 28);
	is_month(2024, 2, 29, 12, 2025, 2, 28);
	is_month(2024, 2, 29, -12, 2023, 2, 28);
	is_month(2024, 2, 29, 48, 2028, 2, 29);
	is_month(2024, 12, 15, 1, 2025, 1, 15);
	is_month(2024, 1, 15, -1, 2023, 12, 15);
	is_month(2024, 3, 31, -1, 2024, 2, 29);
	is_month(2024, 3, 31, -13, 2023, 2, 28);
	is_month(2024, 5, 31, 1, 2024, 6, 30);
	is_month(2024, 6, 30, 6, 2024, 12, 30);
	is_month(1, 1, 1, -1, 0, 12, 1);
	is_month(1, 1, 31, -11, 0, 2, 29);
	is_month(1, 1, 1, -13, -1, 12, 1);
}

static void
test_yearless(void **state)
{
	struct stamp	 st;

	(void)state;
	assert_int_equal(stamp_parse_yearless("--12-25", 7, &st), 0);
	assert_int_equal(st.civil.year, YEAR_NONE);
	assert_int_equal(st.civil.month, 12);
	assert_int_equal(st.civil.day, 25);
	assert_int_equal(st.has_time, 0);
	assert_int_equal(stamp_parse_yearless("--02-29", 7, &st), 0);
	assert_int_equal(stamp_parse_yearless("--02-30", 7, &st), -1);
	assert_int_equal(stamp_parse_yearless("-12-25", 6, &st), -1);
	assert_int_equal(stamp_parse_yearless("--12-2x", 7, &st), -1);
	assert_int_equal(stamp_parse("--12-25", 7, &st), -1);
}

static void
test_day(void **state)
{
	int64_t	 day = 7;

	(void)state;
	assert_int_equal(day_parse("2026-02-30", 10, &day), -1);
	assert_int_equal(day_parse("2026-01", 7, &day), -1);
	assert_int_equal(day_parse("2026-01-19T00:00", 16, &day), -1);
	assert_int_equal(day_parse("2026-01-19Z", 11, &day), -1);
	assert_int_equal(day_parse("", 0, &day), -1);
	assert_int_equal(day, 7);
	assert_int_equal(day_parse("1970-01-02", 10, &day), 0);
	assert_int_equal(day, 1);
	assert_int_equal(day_parse("2026-01-19T00:00", 10, &day), 0);
	assert_int_equal(day, days_of(2026, 1, 19));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_stamp),
		cmocka_unit_test(test_stamp_strict),
		cmocka_unit_test(test_yearless),
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_error),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_when_format),
		cmocka_unit_test(test_months)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
