/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/vip.h"
#include "calendar/calendar.h"

#define HEAD	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
#define TAIL	"END:VCALENDAR\r\n"
#define EVENT(lines)	"BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static char	 path[] = "/tmp/vip-ics.XXXXXX";

static void
put(const char *text)
{
	FILE	*fp = fopen(path, "w");

	assert_non_null(fp);
	assert_int_equal(fputs(text, fp) >= 0, 1);
	assert_int_equal(fclose(fp), 0);
}

/* "2026-12-25 Christmas; ..." of a text, or "error: ...". */
static void
dates(const char *text, const char *only, int from, int until, char *out,
    size_t size)
{
	struct holidays	 h;
	char		 buf[WHEN_SIZE], *error = NULL;
	size_t		 i, len = 0;

	put(text);
	*out = '\0';
	if (holidays_list(path, only, days_of(from, 1, 1),
	    days_of(until, 12, 31), &h, &error) == -1) {
		assert_non_null(error);
		assert_int_equal(strncmp(error, path, strlen(path)), 0);
		(void)snprintf(out, size, "error%s", error + strlen(path));
		free(error);
		return;
	}
	assert_null(error);
	for (i = 0; i < h.n && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%.*s %s",
		    i == 0 ? "" : "; ", (int)date_format(buf, h.v[i].day),
		    buf, h.v[i].name);
	holidays_free(&h);
}

#define SAME(text, only, want) do {					\
	char	 got_[4096];						\
	dates(text, only, 2026, 2028, got_, sizeof(got_));		\
	assert_string_equal(got_, want);				\
} while (0)

#define FAILS(text, part) do {						\
	char	 got_[4096];						\
	dates(text, NULL, 2026, 2028, got_, sizeof(got_));		\
	assert_int_equal(strncmp(got_, "error: ", 7), 0);		\
	if (strstr(got_, part) == NULL)					\
		fail_msg("\"%s\" is not in \"%s\"", part, got_);	\
} while (0)

static void
test_events(void **state)
{
	(void)state;
	SAME(HEAD TAIL, NULL, "");
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20261225\r\n"
	    "SUMMARY:Christmas\\, first day\r\n") TAIL, NULL,
	    "2026-12-25 Christmas, first day");
	/* no summary; DTEND is not a day of it; a time of day does not count */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20261225\r\n"
	    "DTEND;VALUE=DATE:20261227\r\n")
	    EVENT("UID:2\r\nDTSTART:20260704T100000Z\r\nSUMMARY:Party\r\n")
	    EVENT("UID:3\r\nDTSTART;VALUE=DATE:20260704\r\nDURATION:P2D\r\n"
	    "SUMMARY:J\r\n")
	    EVENT("UID:4\r\nDTSTART;VALUE=DATE:20260601\r\nDURATION:PT0S"
	    "\r\nSUMMARY:Z\r\n") TAIL, NULL,
	    "2026-06-01 Z; 2026-07-04 J; 2026-07-05 J; 2026-12-25 ; "
	    "2026-12-26 ");
	/* folded lines, a mark, bare newlines, a zone that is not an event */
	SAME("\357\273\277BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\n"
	    "TZID:X\nBEGIN:STANDARD\nDTSTART:20260101T000000\n"
	    "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\n"
	    "END:VTIMEZONE\nBEGIN:VEVENT\nUID:1\n"
	    "DTSTART;TZID=X;VALUE=DATE:20260101\nSUMMARY:New\n  Year\n"
	    "COMMENT:\nEND:VEVENT\nEND:VCALENDAR\n", NULL,
	    "2026-01-01 New Year");
	/* from midnight to midnight is all day, in local time only */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;TZID=Nowhere:20260101T000000\r\n"
	    "DTEND;TZID=Nowhere:20260103T000000\r\nSUMMARY:A\r\n"
	    "RRULE:FREQ=YEARLY;UNTIL=20270601T000000Z\r\n"
	    "EXDATE;TZID=Nowhere:20270101T000000\r\n")
	    EVENT("UID:2\r\nDTSTART:20260201T000000\r\n"
	    "DTEND:20260201T120000\r\nSUMMARY:B\r\n")
	    EVENT("UID:3\r\nDTSTART:20260301T000000Z\r\n"
	    "DTEND:20260302T000000Z\r\nSUMMARY:C\r\n")
	    EVENT("UID:4\r\nDTSTART:20260401T000000\r\n") TAIL, NULL,
	    "2026-01-01 A; 2026-01-02 A");
	/* over the end of what is asked for */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20251230\r\n"
	    "DTEND;VALUE=DATE:20260103\r\nSUMMARY:A\r\n") TAIL, NULL,
	    "2026-01-01 A; 2026-01-02 A");
	/* two calendars in a file; a cancelled event */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20260101\r\n"
	    "SUMMARY:A\r\n") TAIL HEAD EVENT("UID:2\r\nSTATUS:CANCELLED\r\n"
	    "DTSTART;VALUE=DATE:20260201\r\nSUMMARY:B\r\n")
	    EVENT("UID:3\r\nDTSTART;VALUE=DATE:20260301\r\n"
	    "SUMMARY:C\r\n") TAIL, NULL, "2026-01-01 A; 2026-03-01 C");
}

static void
test_rules(void **state)
{
	(void)state;
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20200704\r\n"
	    "RRULE:FREQ=YEARLY\r\nSUMMARY:J\r\n") TAIL, NULL,
	    "2026-07-04 J; 2027-07-04 J; 2028-07-04 J");
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20240527\r\n"
	    "RRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5;COUNT=4\r\n"
	    "SUMMARY:M\r\n") TAIL, NULL,
	    "2026-05-25 M; 2027-05-31 M");
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20200210\r\n"
	    "RRULE:FREQ=MONTHLY;INTERVAL=12;BYDAY=2MO;UNTIL=20270301\r\n"
	    "SUMMARY:F\r\n") TAIL, NULL, "2026-02-09 F; 2027-02-08 F");
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20240229\r\n"
	    "RRULE:FREQ=YEARLY\r\nSUMMARY:L\r\n") TAIL, NULL,
	    "2028-02-29 L");
	/* taken out, put in (twice is once), moved, called off */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20250101\r\n"
	    "RRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101,20240101\r\n"
	    "RDATE;VALUE=DATE:20260606,20260101\r\nSUMMARY:N\r\n") TAIL, NULL,
	    "2026-01-01 N; 2026-06-06 N; 2028-01-01 N");
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20250101\r\n"
	    "RRULE:FREQ=YEARLY\r\nSUMMARY:N\r\n")
	    EVENT("UID:1\r\nRECURRENCE-ID;VALUE=DATE:20260101\r\n"
	    "DTSTART;VALUE=DATE:20260103\r\nSUMMARY:late\r\n")
	    EVENT("UID:1\r\nRECURRENCE-ID;VALUE=DATE:20270101\r\n"
	    "DTSTART;VALUE=DATE:20270101\r\nSTATUS:CANCELLED\r\n")
	    EVENT("UID:2\r\nRECURRENCE-ID;VALUE=DATE:20280101\r\n"
	    "DTSTART;VALUE=DATE:20280102\r\nSUMMARY:other\r\n") TAIL, NULL,
	    "2026-01-03 late; 2028-01-01 N; 2028-01-02 other");
	/* every occurrence has all its days */
	SAME(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20250101\r\n"
	    "DTEND;VALUE=DATE:20250103\r\nSUMMARY:N\r\n"
	    "RRULE:FREQ=YEARLY;UNTIL=20270101\r\n") TAIL, NULL,
	    "2026-01-01 N; 2026-01-02 N; 2027-01-01 N; 2027-01-02 N");
}

static void
test_only(void **state)
{
	static const char	 text[] = HEAD
	    EVENT("UID:1\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year\r\n"
	    "CATEGORIES:Public,Bank Holiday\r\n")
	    EVENT("UID:2\r\nDTSTART;VALUE=DATE:20260202\r\nSUMMARY:Groundhog"
	    " Day\r\nCATEGORIES:Fun\r\n")
	    EVENT("UID:3\r\nDTSTART;VALUE=DATE:20260303\r\n"
	    "SUMMARY:\303\204quator Day\r\n") TAIL;

	(void)state;
	SAME(text, "bank holiday", "2026-01-01 New Year");
	SAME(text, "PUBLIC", "2026-01-01 New Year");
	SAME(text, "New Year", "2026-01-01 New Year");
	SAME(text, "*day", "2026-01-01 New Year; 2026-02-02 Groundhog Day; "
	    "2026-03-03 \303\204quator Day");
	SAME(text, "\303\244q*", "2026-03-03 \303\204quator Day");
	SAME(text, "*g*h*g*", "2026-02-02 Groundhog Day");
	SAME(text, "*g*h*x", "");
	SAME(text, "day", "");
	SAME(text, "", "");
}

static void
test_errors(void **state)
{
	struct holidays	 h;
	char		*error = NULL;

	(void)state;
	assert_int_equal(holidays_list("/nonexistent/x.ics", NULL, 0, 1, &h,
	    &error), -1);
	assert_string_equal(error,
	    "/nonexistent/x.ics: No such file or directory");
	free(error);
	error = NULL;
	assert_int_equal(holidays_list("/tmp", NULL, 0, 1, &h, &error), -1);
	assert_string_equal(error, "/tmp: Is a directory");
	free(error);
	assert_int_equal(holidays_list("/nonexistent/x.ics", NULL, 0, 1, &h,
	    NULL), -1);

	FAILS("", "not an iCalendar file");
	FAILS("date,name\n2026-01-01,New Year\n", "not an iCalendar file");
	FAILS(HEAD EVENT("DTSTART;VALUE=DATE:20260101\r\n"), "cut off");
	FAILS(HEAD "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\n",
	    "cut off");
	FAILS(HEAD EVENT("SUMMARY:A\r\n") TAIL, "event \"A\": no DTSTART");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260230\r\n") TAIL,
	    "event \"A\": no such day: DTSTART");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:tomorrow\r\n") TAIL,
	    "tomorrow");
	FAILS(HEAD EVENT("SUMMARY:Easter\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=YEARLY;BYEASTER=0\r\n") TAIL, "BYEASTER=0");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n") TAIL,
	    "BYMONTHDAY=30");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=HOURLY\r\n") TAIL, "FREQ=HOURLY");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=YEARLY\r\nRRULE:FREQ=MONTHLY\r\n") TAIL,
	    "more than one RRULE");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=DAILY\r\nEXRULE:FREQ=MONTHLY\r\n") TAIL,
	    "EXRULE");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:2026\r\n") TAIL, "EXDATE");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20260431\r\n") TAIL,
	    "no such day: EXDATE");
	FAILS(HEAD EVENT("SUMMARY:A\r\nUID:1\r\n"
	    "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260101\r\n"
	    "DTSTART;VALUE=DATE:20260405\r\n") TAIL, "RANGE=THISANDFUTURE");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "DTEND;VALUE=DATE:20460405\r\n") TAIL, "too many days");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "DTEND:never\r\n") TAIL, "never");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "DURATION:-P1D\r\n") TAIL, "less than no time");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "DTEND;VALUE=DATE:20260431\r\n") TAIL, "no such day: DTEND");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "RECURRENCE-ID;VALUE=DATE:20260405\r\n") TAIL, "no UID");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260405\r\n"
	    "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20260431\r\n") TAIL,
	    "no such day: RECURRENCE-ID");
	FAILS(HEAD EVENT("SUMMARY:A\r\nDTSTART;VALUE=DATE:00010101\r\n"
	    "RRULE:FREQ=DAILY\r\n") TAIL, "too many dates: RRULE");
}

/* Bounds of what is read at all. */
static void
test_bounds(void **state)
{
	struct holidays	 h;
	struct buf	 b = { NULL, 0, 0 };
	char		*error;
	FILE		*fp;
	int		 i;

	(void)state;
	/* a NUL */
	assert_non_null(fp = fopen(path, "w"));
	assert_int_equal(fwrite(HEAD "\0" TAIL, 1, sizeof(HEAD TAIL) - 1, fp),
	    sizeof(HEAD TAIL) - 1);
	assert_int_equal(fclose(fp), 0);
	assert_int_equal(holidays_list(path, NULL, 0, 1, &h, &error), -1);
	assert_non_null(strstr(error, "not an iCalendar file"));
	free(error);
	/* 64 MiB and a byte, of which the disk has none */
	assert_int_equal(truncate(path, ((off_t)64 << 20) + 1), 0);
	assert_int_equal(holidays_list(path, NULL, 0, 1, &h, &error), -1);
	assert_non_null(strstr(error, "more than 64 MiB"));
	free(error);
	/* a million dates, and some */
	buf_adds(&b, HEAD);
	for (i = 0; i < 13; i++)
		buf_addf(&b, EVENT("UID:%d\r\nRRULE:FREQ=DAILY\r\n"
		    "DTSTART;VALUE=DATE:19700101\r\n"), i);
	buf_adds(&b, TAIL);
	put(buf_str(&b));
	buf_free(&b);
	assert_int_equal(holidays_list(path, NULL, CALENDAR_FIRST,
	    CALENDAR_LAST, &h, &error), -1);
	assert_non_null(strstr(error, "more than 1048576 dates"));
	free(error);
}

/* To and from a calendar. */
static void
test_calendar(void **state)
{
	struct zone	*z = zone_open("UTC");
	struct calendar	*cal = calendar_new(z);
	struct stretch	 s;
	char		*error = NULL;
	when		 noon = days_of(2026, 12, 25) * DAY_SECONDS + 43200;

	(void)state;
	put(HEAD EVENT("UID:1\r\nDTSTART;VALUE=DATE:20261225\r\n"
	    "SUMMARY:Christmas\r\n") TAIL);
	assert_int_equal(calendar_open(cal, 0x7f, 0, 86400), 0);
	assert_int_equal(calendar_holidays(cal, path, NULL, &error), 1);
	calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
	assert_false(calendar_is_open(cal, noon));
	assert_true(calendar_is_open(cal, noon + 43200));
	calendar_stretch(cal, tick_of(noon), tick_of(noon + 1), &s);
	assert_int_equal(s.kind, STRETCH_HOLIDAY);
	assert_string_equal(s.why, "Christmas");
	put("x");
	assert_int_equal(calendar_holidays(cal, path, NULL, &error), -1);
	assert_non_null(strstr(error, "not an iCalendar file"));
	free(error);
	calendar_free(cal);
	zone_free(z);
}

/* A cell in place: "a, ""b""" is a, "b". */
static char *
unquote(char *s)
{
	char	*p = s, *q = s;

	if (*s != '"')
		return s;
	for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
		if (*p == '"')
			p++;
		*q++ = *p;
	}
	*q = '\0';
	return s;
}

/* Does the day that begins at i have this event? */
static int
has(const struct holidays *h, size_t i, const char *name, size_t len)
{
	int64_t	 day = h->v[i].day;

	for (; i < h->n && h->v[i].day == day; i++)
		if (strlen(h->v[i].name) == len &&
		    memcmp(h->v[i].name, name, len) == 0)
			return 1;
	return 0;
}

/*
 * Calendars that people made, as somebody else expands them, in lines of
 * file, date, summary; " | " between the summaries of a day.  Return how
 * many dates there were, of how many files.
 */
static int
oracle(const char *dir, int *files)
{
	char		 line[1024], name[1024] = "", file[2100], *p, *s;
	char		*error, buf[WHEN_SIZE];
	struct holidays	 h = { NULL, 0 };
	size_t		 i = 0, names;
	int		 n = 0;
	FILE		*fp;

	*files = 0;
	(void)snprintf(file, sizeof(file), "%s/oracle_dates.csv", dir);
	if ((fp = fopen(file, "r")) == NULL)
		return 0;
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		assert_non_null(p = strchr(line, ','));
		*p++ = '\0';
		if (strcmp(line, name) != 0) {
			assert_int_equal(i, h.n);
			holidays_free(&h);
			memcpy(name, line, sizeof(name));
			(void)snprintf(file, sizeof(file), "%s/%s", dir, name);
			if (holidays_list(file, NULL, days_of(2015, 1, 1),
			    days_of(2027, 12, 31), &h, &error) == -1)
				fail_msg("%s", error);
			i = 0;
			++*files;
		}
		if (i == h.n)
			fail_msg("%s: %s is missing", name, p);
		(void)date_format(buf, h.v[i].day);
		if (strncmp(p, buf, 10) != 0)
			fail_msg("%s: %.10s, not %.10s", name, buf, p);
		s = unquote(p + 11);
		for (names = 0; s != NULL; names++) {
			p = strstr(s, " | ");
			if (!has(&h, i, s, p == NULL ? strlen(s) :
			    (size_t)(p - s)))
				fail_msg("%s: %.10s: no \"%s\"", name, buf, s);
			s = p == NULL ? NULL : p + 3;
		}
		i += names;
		n++;
	}
	assert_int_equal(i, h.n);
	holidays_free(&h);
	(void)fclose(fp);
	return n;
}

static void
test_oracle(void **state)
{
	const char	*src = getenv("srcdir"), *shared = getenv("VIP_SHARED");
	char		 dir[1024];
	int		 n, files;

	(void)state;
	if (src == NULL)
		src = ".";
	(void)snprintf(dir, sizeof(dir), "%s/tests/data/calendar", src);
	n = oracle(dir, &files);
	print_message("# %s: %d dates of %d files\n", dir, n, files);
	assert_true(n >= 130);
	if (shared != NULL)
		(void)snprintf(dir, sizeof(dir), "%s/data/holidays-ics",
		    shared);
	else
		(void)snprintf(dir, sizeof(dir), "%s/../shared/data/"
		    "holidays-ics", src);
	if ((n = oracle(dir, &files)) == 0)
		print_message("# no %s: only the files of our own\n", dir);
	else
		print_message("# %s: %d dates of %d files\n", dir, n, files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_oracle),
	};
	int	 fd, rc;

	if ((fd = mkstemp(path)) == -1)
		return 1;
	(void)close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	return rc;
}
