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
#include "calendar/clock.h"

/*
 * Other libraries' own cases, as recorded from their test suites: what they
 * and an independent clock agree on must be exactly what we say.  A few
 * dozen are in tests/data/calendar; the whole is read where there is a
 * folder VIP_SHARED.
 */

#define FIELDS		24
#define CALENDARS	256

struct named {
	char		 id[32];
	struct zone	*zone;
	struct calendar	*cal;
};

static struct named	calendars[CALENDARS];
static size_t		ncalendars;

static const char *
local_dir(void)
{
	static char	 dir[1024];
	const char	*src = getenv("srcdir");

	(void)snprintf(dir, sizeof(dir), "%s/tests/data/calendar",
	    src == NULL ? "." : src);
	return dir;
}

/* The folder of shared data, or NULL. */
static const char *
shared_dir(void)
{
	static char	 dir[1024];
	const char	*shared = getenv("VIP_SHARED");
	const char	*src = getenv("srcdir");
	FILE		*fp;
	char		 path[1100];

	if (shared != NULL)
		(void)snprintf(dir, sizeof(dir), "%s/data/business-hours",
		    shared);
	else
		(void)snprintf(dir, sizeof(dir),
		    "%s/../shared/data/business-hours",
		    src == NULL ? "." : src);
	(void)snprintf(path, sizeof(path), "%s/calendars.csv", dir);
	if ((fp = fopen(path, "r")) == NULL) {
		print_message("# no %s: only the cases of our own\n", path);
		return NULL;
	}
	(void)fclose(fp);
	return dir;
}

static FILE *
must_open(const char *dir, const char *file)
{
	char	 path[1100];
	FILE	*fp;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, file);
	if ((fp = fopen(path, "r")) == NULL)
		fail_msg("cannot open %s", path);
	return fp;
}

/* Cut a line at its commas: no field that is read here has quotes. */
static int
fields(char *line, char *f[FIELDS])
{
	int	 n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	while (n < FIELDS && (f[n] = strsep(&line, ",")) != NULL)
		n++;
	return n;
}

static int64_t
day(const char *s)
{
	struct stamp	 st;

	if (stamp_parse(s, strlen(s), &st) == -1)
		fail_msg("not a date: %s", s);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

static when
instant(const char *s)
{
	struct stamp	 st;

	if (stamp_parse(s, strlen(s), &st) == -1 || !st.has_zone)
		fail_msg("not an instant: %s", s);
	return stamp_instant(&st, NULL, NULL);
}

static int
clock_time(const char *s)
{
	int	 h, m;

	if (sscanf(s, "%d:%d", &h, &m) != 2)
		fail_msg("not a time: %s", s);
	return h * 3600 + m * 60;
}

static unsigned
weekday(const char *s)
{
	static const char	 names[] = "montuewedthufrisatsun";
	const char		*p = strstr(names, s);

	if (strlen(s) != 3 || p == NULL)
		fail_msg("not a weekday: %s", s);
	return 1U << (p - names) / 3;
}

static struct named *
find(const char *id)
{
	size_t	 i;

	for (i = 0; i < ncalendars; i++)
		if (strcmp(calendars[i].id, id) == 0)
			return &calendars[i];
	fail_msg("no calendar %s", id);
	return NULL;
}

static void
load_calendars(const char *dir, const char *file)
{
	char		 line[4096], *f[FIELDS];
	struct named	*c;
	size_t		 i;
	int		 rc = 0;
	FILE		*fp = must_open(dir, file);

	ncalendars = 0;
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_int_equal(fields(line, f), 5);
		if (strcmp(f[1], "timezone") == 0) {
			assert_true(ncalendars < CALENDARS);
			c = &calendars[ncalendars++];
			(void)snprintf(c->id, sizeof(c->id), "%s", f[0]);
			if ((c->zone = zone_open(f[3])) == NULL)
				fail_msg("no zone %s", f[3]);
			c->cal = calendar_new(c->zone);
			continue;
		}
		c = find(f[0]);
		if (strcmp(f[1], "weekly") == 0)
			rc = calendar_open(c->cal, weekday(f[2]),
			    clock_time(f[3]), clock_time(f[4]));
		else if (strcmp(f[1], "special") == 0)
			rc = calendar_open_on(c->cal, day(f[2]),
			    clock_time(f[3]), clock_time(f[4]));
		else if (strcmp(f[1], "holiday") == 0)
			rc = calendar_close(c->cal, day(f[2]), NULL);
		else if (strcmp(f[1], "break") == 0)
			rc = calendar_close_span(c->cal, day(f[2]),
			    clock_time(f[3]), clock_time(f[4]), NULL);
		else
			fail_msg("unknown kind %s", f[1]);
		assert_int_equal(rc, 0);
	}
	(void)fclose(fp);
	for (i = 0; i < ncalendars; i++)
		calendar_compile(calendars[i].cal, CALENDAR_FIRST,
		    CALENDAR_LAST);
}

static void
free_calendars(void)
{
	size_t	 i;

	for (i = 0; i < ncalendars; i++) {
		calendar_free(calendars[i].cal);
		zone_free(calendars[i].zone);
	}
	ncalendars = 0;
}

static void
put_when(char *out, size_t size, when t)
{
	char	 buf[WHEN_SIZE];

	if (t == WHEN_NONE)
		(void)snprintf(out, size, "none");
	else
		(void)snprintf(out, size, "%.*s", (int)when_format(buf, t, 0),
		    buf);
}

/* "open/close open/close ...", from an instant on or back. */
static void
put_periods(const struct calendar *cal, char *out, size_t size, when t, int n,
    int back)
{
	char	 a[WHEN_SIZE], b[WHEN_SIZE];
	size_t	 len = 0;
	when	 start, end, at = t;

	*out = '\0';
	while (n-- > 0) {
		if ((back ? calendar_span_before : calendar_span_after)(cal,
		    at, &start, &end) == -1)
			break;
		at = back ? start : end;
		if (back && end > t)
			end = t;
		if (!back && start < t)
			start = t;
		put_when(a, sizeof(a), start);
		put_when(b, sizeof(b), end);
		len += (size_t)snprintf(out + len, size - len, "%s%s/%s",
		    len == 0 ? "" : " ", a, b);
		assert_true(len < size);
	}
}

/* What we say to a case, in the words of the file. */
static void
answer(const struct named *c, char *f[FIELDS], char *out, size_t size)
{
	const struct calendar	*cal = c->cal;
	const char		*op = f[2];
	struct stretch		 s;
	int			 date = strlen(f[3]) == 10;
	when			 t, start, end;
	int64_t			 n;

	t = date ? zone_midnight(c->zone, day(f[3])) : instant(f[3]);
	if (strcmp(op, "elapsed") == 0) {
		n = calendar_between(cal, t, instant(f[4]));
		(void)snprintf(out, size, "%lld", (long long)n);
	} else if (strcmp(op, "add") == 0) {
		put_when(out, size, calendar_add(cal, t, atoll(f[4])));
	} else if (strcmp(op, "sub") == 0) {
		n = atoll(f[4]);
		put_when(out, size, n == 0 ? calendar_prev_open(cal, t) :
		    calendar_add(cal, t, -n));
	} else if (strcmp(op, "is_open") == 0) {
		(void)snprintf(out, size, "%s",
		    calendar_is_open(cal, t) ? "true" : "false");
	} else if (strcmp(op, "on_holiday") == 0) {
		calendar_stretch(cal, tick_of(t), tick_of(t + 1), &s);
		(void)snprintf(out, size, "%s",
		    s.kind == STRETCH_HOLIDAY ? "true" : "false");
	} else if (strcmp(op, "on_break") == 0) {
		calendar_stretch(cal, tick_of(t), tick_of(t + 1), &s);
		(void)snprintf(out, size, "%s",
		    s.kind == STRETCH_BREAK ? "true" : "false");
	} else if (strcmp(op, "is_working_day") == 0) {
		(void)snprintf(out, size, "%s", calendar_is_workday(cal,
		    zone_day(c->zone, t)) ? "true" : "false");
	} else if (strcmp(op, "next_open_or_same") == 0) {
		put_when(out, size, calendar_next_open(cal, t));
	} else if (strcmp(op, "prev_open_or_same") == 0) {
		put_when(out, size, calendar_prev_open(cal, t));
	} else if (strcmp(op, "next_open") == 0) {
		if (calendar_span_after(cal, t, &start, &end) == 0 &&
		    start <= t)
			(void)calendar_span_after(cal, end, &start, &end);
		put_when(out, size, start);
	} else if (strcmp(op, "next_close") == 0) {
		assert_int_equal(calendar_span_after(cal, t, &start, &end), 0);
		put_when(out, size, end);
	} else if (strcmp(op, "periods_after") == 0) {
		put_periods(cal, out, size, t, atoi(f[4]), 0);
	} else if (strcmp(op, "periods_before") == 0) {
		put_periods(cal, out, size, t, atoi(f[4]), 1);
	} else if (strcmp(op, "add_days") == 0 && !date) {
		put_when(out, size, calendar_add_days(cal, NULL, t,
		    atoi(f[4])));
	} else
		(void)snprintf(out, size, "?");
}

static void
peers(const char *dir)
{
	char	 line[8192], got[4096], *f[FIELDS];
	int	 agreed = 0, stay = 0, next = 0, days = 0, days_same = 0;
	int	 bad = 0, same;
	FILE	*fp;

	load_calendars(dir, "calendars.csv");
	fp = must_open(dir, "cases_peer_specs.csv");
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_true(fields(line, f) >= 9);
		answer(find(f[1]), f, got, sizeof(got));
		same = strcmp(got, f[5]) == 0;
		if (strcmp(f[6], "agreed") == 0) {
			agreed++;
		} else if (strcmp(f[6], "boundary-close") == 0) {
			stay++;
		} else if (strcmp(f[6], "boundary-next") == 0) {
			next++;
			same = strcmp(got, f[5]) < 0 && calendar_between(
			    find(f[1])->cal, instant(got),
			    instant(f[5])) == 0;
		} else {
			if (strcmp(f[2], "add_days") == 0 &&
			    strlen(f[3]) > 10) {
				days++;
				days_same += same;
				if (!same)
					print_message("# %s: %s + %s: %s, "
					    "not %s\n", f[0], f[3], f[4], got,
					    f[5]);
			}
			continue;
		}
		if (!same) {
			bad++;
			print_error("%s: %s %s %s %s: %s, not %s\n", f[0],
			    f[1], f[2], f[3], f[4], got, f[5]);
		}
	}
	(void)fclose(fp);
	free_calendars();
	print_message("# %s: peers: %d agreed, %d at a closing time, "
	    "%d that go on; %d of %d business days\n", dir, agreed, stay,
	    next, days_same, days);
	assert_int_equal(bad, 0);
	assert_true(agreed >= 12);
	assert_true(stay + next > 0);
}

static void
clock_changes(const char *dir)
{
	char	 line[8192], got[4096], *f[FIELDS];
	int	 agreed = 0, boundary = 0, bad = 0, same;
	struct named *c;
	when	 next;
	FILE	*fp;

	load_calendars(dir, "calendars.csv");
	fp = must_open(dir, "cases_dst.csv");
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_true(fields(line, f) >= 8);
		c = find(f[1]);
		answer(c, f, got, sizeof(got));
		same = strcmp(got, f[5]) == 0;
		if (strcmp(f[7], "agreed") == 0)
			agreed++;
		else if (strcmp(f[7], "boundary") == 0) {
			boundary++;
			next = calendar_next_open(c->cal, instant(f[5]));
			same = same && next == instant(f[6]);
		} else
			fail_msg("unknown status %s", f[7]);
		if (!same) {
			bad++;
			print_error("%s: %s %s %s %s: %s, not %s\n", f[0],
			    f[1], f[2], f[3], f[4], got, f[5]);
		}
	}
	(void)fclose(fp);

	/* The other convention, for all of them. */
	fp = must_open(dir, "cases_dst.csv");
	free_calendars();
	load_calendars(dir, "calendars.csv");
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_true(fields(line, f) >= 8);
		if (strcmp(f[2], "add") != 0)
			continue;
		c = find(f[1]);
		calendar_closing_next(c->cal);
		answer(c, f, got, sizeof(got));
		if (strcmp(got, *f[6] != '\0' ? f[6] : f[5]) != 0) {
			bad++;
			print_error("%s: closing next: %s\n", f[0], got);
		}
	}
	(void)fclose(fp);
	free_calendars();
	print_message("# %s: clock changes: %d agreed, %d at a closing time\n",
	    dir, agreed, boundary);
	assert_int_equal(bad, 0);
	assert_true(agreed >= 12);
	assert_true(boundary > 0);
}

static tick
tick_at(const char *s)
{
	return tick_of(instant(s));
}

static tick
minutes_in(const char *s)
{
	return tick_of(atoll(s) * 60);
}

/* The stretches of a ticket in which its clock stands still. */
static size_t
pauses_of(char *events, tick created, const char *initial, struct pause *p,
    size_t max)
{
	const char	*state = initial;
	char		*e, *eq;
	size_t		 n = 0;
	tick		 since = created, at;

	while ((e = strsep(&events, " ")) != NULL) {
		if (*e == '\0')
			continue;
		assert_non_null(eq = strchr(e, '='));
		*eq = '\0';
		at = tick_at(e);
		if (strcmp(state, "open") != 0) {
			assert_true(n < max);
			p[n].start = since;
			p[n].end = at;
			p[n++].why = state;
		}
		state = eq + 1;
		since = at;
	}
	/* Pending now: still so.  Closed now: the clock is read, not paused. */
	if (strcmp(state, "pending") == 0) {
		assert_true(n < max);
		p[n].start = since;
		p[n].end = WHEN_NONE;
		p[n++].why = state;
	}
	return n;
}

static int	 figures;

static void
expect_when(const char *id, const char *what, const char *want, tick got)
{
	char	 buf[64];

	if (*want == '\0')
		return;
	put_when(buf, sizeof(buf), tick_second(got));
	figures++;
	if (strcmp(buf, want) != 0)
		fail_msg("%s: %s: %s, not %s", id, what, buf, want);
}

static void
expect_minutes(const char *id, const char *what, const char *want,
    const char *slack, tick length, const char *target)
{
	int64_t	 minutes = length / TICKS / 60;

	if (*want == '\0')
		return;
	figures++;
	if (minutes != atoll(want))
		fail_msg("%s: %s: %lld, not %s", id, what, (long long)minutes,
		    want);
	if (*slack == '\0')
		return;
	figures++;
	if (atoll(target) - minutes != atoll(slack))
		fail_msg("%s: %s slack: %lld, not %s", id, what,
		    (long long)(atoll(target) - minutes), slack);
}

static void
scenarios(const char *dir)
{
	char		 line[8192], *f[FIELDS];
	struct pause	 p[32];
	const struct calendar *cal;
	size_t		 n;
	tick		 created, last, t;
	int		 count = 0, i;
	FILE		*fp;

	figures = 0;
	load_calendars(dir, "sla_scenarios_calendars.csv");
	fp = must_open(dir, "sla_scenarios.csv");
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_int_equal(fields(line, f), 23);
		cal = find(f[1])->cal;
		created = tick_at(f[2]);
		n = pauses_of(f[4], created, f[3], p, 32);
		if (*f[5] != '\0')
			expect_when(f[0], "first response", f[12],
			    clock_due(cal, p, n, created, minutes_in(f[5])));
		last = created;
		for (i = 9; i <= 10; i++)
			if (*f[i] != '\0' && (t = tick_at(f[i])) > last)
				last = t;
		if (*f[6] != '\0')
			expect_when(f[0], "update", f[13],
			    clock_due(cal, p, n, last, minutes_in(f[6])));
		if (*f[7] != '\0')
			expect_when(f[0], "resolution", f[14],
			    clock_due(cal, p, n, created, minutes_in(f[7])));
		if (*f[8] != '\0')
			expect_minutes(f[0], "first response", f[15], f[16],
			    clock_elapsed(cal, p, n, created, tick_at(f[8])),
			    f[5]);
		if (last > created)
			expect_minutes(f[0], "update", f[17], f[18],
			    clock_elapsed(cal, p, n, created, last), f[6]);
		if (*f[11] != '\0')
			expect_minutes(f[0], "close", f[19], f[20],
			    clock_elapsed(cal, p, n, created, tick_at(f[11])),
			    f[7]);
		count++;
	}
	(void)fclose(fp);
	free_calendars();
	print_message("# %s: %d scenarios, %d figures\n", dir, count, figures);
	assert_true(count >= 3);
	assert_true(figures >= count);
}

static void
each(void (*run)(const char *))
{
	const char	*dir;

	run(local_dir());
	if ((dir = shared_dir()) != NULL)
		run(dir);
}

static void
test_peers(void **state)
{
	(void)state;
	each(peers);
}

static void
test_clock_changes(void **state)
{
	(void)state;
	each(clock_changes);
}

static void
test_scenarios(void **state)
{
	(void)state;
	each(scenarios);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_clock_changes),
		cmocka_unit_test(test_scenarios),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
