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

/* The reader of zone files itself, to feed it files that no system has. */
#include "../../lib/calendar/zone.c"
#include "random.h"

static const char *const zones[] = {
	"UTC", "Etc/UTC", "Etc/GMT+12", "America/New_York", "America/St_Johns",
	"America/Sao_Paulo", "America/Caracas", "America/Havana",
	"America/Nuuk", "America/Santiago", "America/Scoresbysund",
	"Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia",
	"Antarctica/Troll", "Asia/Amman", "Asia/Gaza", "Asia/Kathmandu",
	"Asia/Kolkata", "Asia/Manila", "Asia/Pyongyang", "Asia/Shanghai",
	"Asia/Tehran", "Asia/Tokyo", "Australia/Lord_Howe",
	"Australia/Sydney", "Europe/Berlin", "Europe/Dublin", "Europe/Lisbon",
	"Europe/London", "Europe/Moscow", "Pacific/Apia", "Pacific/Chatham",
	"Pacific/Kwajalein", "Pacific/Easter", "EST5EDT"
};
#define NZONES	(sizeof(zones) / sizeof(*zones))

static when
at(int y, int mon, int d, int h, int m)
{
	struct civil	 c = { y, mon, d, h, m, 0 };

	return civil_to_seconds(&c);
}

static struct zone *
must_zone(const char *name)
{
	struct zone	*z = zone_open(name);

	if (z == NULL)
		fail_msg("no zone %s", name);
	return z;
}

/* The C library reads the same files by code of its own. */
static void
test_as_libc(void **state)
{
	struct zone	*z;
	struct tm	 tm;
	struct civil	 c;
	size_t		 i;
	int		 n;
	when		 t;
	time_t		 tt;

	(void)state;
	for (i = 0; i < NZONES; i++) {
		z = must_zone(zones[i]);
		assert_string_equal(zone_name(z), zones[i]);
		assert_int_equal(setenv("TZ", zones[i], 1), 0);
		tzset();
		/* 1970 to 2199: at random, and every hour of some years */
		for (n = 0; n < 40000; n++) {
			if (n < 22000)
				t = draw(INT64_C(7258118400));
			else
				t = at(n < 31000 ? 2024 : 2150, 1, 1, 0, 0) +
				    (n % 9000) * 3600;
			tt = (time_t)t;
			assert_non_null(localtime_r(&tt, &tm));
			if (zone_offset(z, t) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, not %ld", zones[i],
				    (long long)t, zone_offset(z, t),
				    tm.tm_gmtoff);
			zone_civil(z, t, &c);
			assert_int_equal(c.year, tm.tm_year + 1900);
			assert_int_equal(c.month, tm.tm_mon + 1);
			assert_int_equal(c.day, tm.tm_mday);
			assert_int_equal(c.hour, tm.tm_hour);
			assert_int_equal(c.minute, tm.tm_min);
			assert_int_equal(c.second, tm.tm_sec);
			assert_int_equal(zone_day(z, t),
			    days_of(c.year, c.month, c.day));
		}
		zone_free(z);
	}
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
}

/*
 * What a local time means, found the slow way: every offset that is in
 * force within two days, whether it gives the local time back.
 */
static when
slow_instant(const struct zone *z, when s, enum local *how)
{
	when	 t, hit[8], best = WHEN_NONE;
	int	 n = 0, off, last = INT32_MAX, k, known;

	for (t = s - 2 * DAY_SECONDS; t <= s + 2 * DAY_SECONDS; t += 900) {
		if ((off = zone_offset(z, t)) == last)
			continue;
		last = off;
		if (zone_offset(z, s - off) != off)
			continue;
		for (known = k = 0; k < n; k++)
			known |= hit[k] == s - off;
		if (!known)
			hit[n++] = s - off;
	}
	*how = n == 0 ? LOCAL_GAP : n == 1 ? LOCAL_ONE : LOCAL_TWICE;
	for (k = 0; k < n; k++)
		if (best == WHEN_NONE || hit[k] < best)
			best = hit[k];
	return best;
}

static void
test_instant(void **state)
{
	struct zone	*z;
	struct civil	 c;
	enum local	 how, want;
	size_t		 i;
	int		 n, gaps = 0, twice = 0, off;
	when		 t, s, got, slow;

	(void)state;
	for (i = 0; i < NZONES; i++) {
		z = must_zone(zones[i]);
		off = zone_offset(z, 0);
		for (t = 0; t < 7258118400; t += 6 * 3600) {
			if (zone_offset(z, t) == off)
				continue;
			off = zone_offset(z, t);
			/* around the change, to the minute */
			for (n = 0; n < 12; n++) {
				s = t - 8 * 3600 + off +
				    (when)below(12 * 60) * 60;
				civil_of_seconds(s, &c);
				got = zone_instant(z, &c, &how);
				slow = slow_instant(z, s, &want);
				if (how != want)
					fail_msg("%s: %d, not %d at %lld",
					    zones[i], how, want,
					    (long long)s);
				gaps += how == LOCAL_GAP;
				twice += how == LOCAL_TWICE;
				if (how != LOCAL_GAP) {
					assert_int_equal(got, slow);
					continue;
				}
				/* forward: with the offset before the gap */
				zone_civil(z, got, &c);
				assert_true(civil_to_seconds(&c) > s);
				assert_int_equal(got,
				    s - zone_offset(z, got - 86400));
			}
		}
		zone_free(z);
	}
	assert_true(gaps > 1000);
	assert_true(twice > 1000);
}

static void
test_known(void **state)
{
	struct zone	*ny = must_zone("America/New_York");
	struct zone	*apia = must_zone("Pacific/Apia");
	struct zone	*lord = must_zone("Australia/Lord_Howe");
	struct stamp	 st;
	struct civil	 c;
	enum local	 how;

	(void)state;
	/* 8 March 2026, 2:00 becomes 3:00 */
	c = (struct civil){ 2026, 3, 8, 2, 30, 0 };
	assert_int_equal(zone_instant(ny, &c, &how), at(2026, 3, 8, 7, 30));
	assert_int_equal(how, LOCAL_GAP);
	c = (struct civil){ 2026, 3, 8, 3, 0, 0 };
	assert_int_equal(zone_instant(ny, &c, &how), at(2026, 3, 8, 7, 0));
	assert_int_equal(how, LOCAL_ONE);
	/* 1 November 2026, 2:00 becomes 1:00 */
	c = (struct civil){ 2026, 11, 1, 1, 30, 0 };
	assert_int_equal(zone_instant(ny, &c, &how), at(2026, 11, 1, 5, 30));
	assert_int_equal(how, LOCAL_TWICE);
	assert_int_equal(zone_instant(ny, &c, NULL), at(2026, 11, 1, 5, 30));
	/* half an hour */
	assert_int_equal(zone_at(lord, days_of(2025, 10, 5), 2 * 3600 + 900,
	    &how), at(2025, 10, 4, 15, 45));
	assert_int_equal(how, LOCAL_GAP);
	/* a day that is not there */
	assert_int_equal(zone_midnight(apia, days_of(2011, 12, 30)),
	    zone_midnight(apia, days_of(2011, 12, 31)));
	(void)zone_at(apia, days_of(2011, 12, 30), 43200, &how);
	assert_int_equal(how, LOCAL_GAP);
	/* the end of a day, and beyond */
	assert_int_equal(zone_at(ny, days_of(2026, 1, 15), 86400, NULL),
	    zone_midnight(ny, days_of(2026, 1, 16)));
	assert_int_equal(zone_at(ny, days_of(2026, 1, 15), 86400 + 60, NULL),
	    at(2026, 1, 16, 5, 1));

	assert_int_equal(stamp_parse("2026-03-08T02:30", 16, &st), 0);
	assert_int_equal(stamp_instant(&st, ny, &how), at(2026, 3, 8, 7, 30));
	assert_int_equal(how, LOCAL_GAP);
	assert_int_equal(stamp_parse("2026-03-08T02:30+05:45", 22, &st), 0);
	assert_int_equal(stamp_instant(&st, ny, &how),
	    at(2026, 3, 7, 20, 45));
	assert_int_equal(how, LOCAL_ONE);
	assert_int_equal(stamp_parse("2026-07-01", 10, &st), 0);
	assert_int_equal(stamp_instant(&st, ny, NULL), at(2026, 7, 1, 4, 0));

	/* before and after the tables */
	assert_int_equal(zone_offset(ny, at(1800, 1, 1, 0, 0)), -17762);
	assert_int_equal(zone_offset(ny, at(2300, 1, 1, 0, 0)), -18000);
	zone_free(ny);
	zone_free(apia);
	zone_free(lord);
	zone_free(NULL);
}

static void
test_names(void **state)
{
	static const char *const bad[] = {
		"", "/etc/passwd", "/usr/share/zoneinfo/UTC", "../zoneinfo/UTC",
		"America/../UTC", "Nowhere/Land", "America", "tzdata.zi",
		"zone.tab", "utc\n", "Europe/Berlin ", ".", "right/UTC/x"
	};
	char	 longer[512];
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (zone_open(bad[i]) != NULL)
			fail_msg("\"%s\" was opened", bad[i]);
	assert_null(zone_open(NULL));
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_null(zone_open(longer));
}

/* A file of one type, no change, and a rule. */
static size_t
make_file(unsigned char *p, const char *rule)
{
	static const unsigned char	 head[HEADER_SIZE + 7] = {
		'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1
	};

	memcpy(p, head, sizeof(head));
	memcpy(p + sizeof(head), head, sizeof(head));
	return 2 * sizeof(head) + (size_t)sprintf((char *)p +
	    2 * sizeof(head), "\n%s\n", rule);
}

static struct zone *
rule_zone(const char *rule)
{
	unsigned char	 file[512];
	struct zone	*z = xcalloc(1, sizeof(*z));

	if (zone_parse(z, file, make_file(file, rule)) == -1) {
		zone_free(z);
		return NULL;
	}
	make_hints(z);
	return z;
}

static void
test_rules(void **state)
{
	static const char *const good[] = {
		"EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3",
		"IST-1GMT0,M10.5.0,M3.5.0/1", "<+1030>-10:30<+11>-11,"
		"M10.1.0,M4.1.0", "AEST-10AEDT,M10.1.0,M4.1.0/3",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "EET-2EEST,M3.4.4/50,"
		"M10.4.4/50", "XXX3:30:15YYY,J59/1,J60/1", "XXX3YYY,J60,J300",
		"XXX-3YYY,59,300/4", "XXX3YYY,58/26:30:01,364/-20",
		"XXX3YYY,M2.5.1,M8.5.6", "UTC0", "<-12>+12"
	};
	static const char *const bad[] = {
		"E5", "EST", "EST25", "EST5:60", "EST5EDT", "EST5EDT,",
		"EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
		"EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M0.2.0,M11.1.0",
		"EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.2.0",
		"EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,J0,J3", "EST5EDT,J366,J3",
		"EST5EDT,366,3", "EST5EDT,M3.2.0/168,M11.1.0", "<+1", "<1>1",
		"EST5EDT,M3.2,M11.1.0", "EST5EDT,M3,M11.1.0", "EST5ED4,1,2",
		"EST5EDT,M3.2.0/2:,M11.1.0", "EST0005", "EST5:0:", "EST5EDT4:"
	};
	struct zone	*z;
	struct tm	 tm;
	size_t		 i;
	int		 n;
	time_t		 tt;
	when		 t;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if ((z = rule_zone(good[i])) == NULL)
			fail_msg("%s is refused", good[i]);
		assert_int_equal(setenv("TZ", good[i], 1), 0);
		tzset();
		for (n = 0; n < 20000; n++) {
			t = n < 12000 ? draw(INT64_C(7258118400)) :
			    at(2024 + (n >= 16000), 1, 1, 0, 0) +
			    n % 4000 * 7907;
			tt = (time_t)t;
			assert_non_null(localtime_r(&tt, &tm));
			if (zone_offset(z, t) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, not %ld", good[i],
				    (long long)t, zone_offset(z, t),
				    tm.tm_gmtoff);
		}
		zone_free(z);
	}
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	/* summer time all year, as RFC 9636 has it */
	assert_non_null(z = rule_zone("EST5EDT,0/0,J365/25"));
	for (n = 0; n < 20000; n++)
		assert_int_equal(zone_offset(z, draw(INT64_C(7258118400))),
		    -14400);
	zone_free(z);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (rule_zone(bad[i]) != NULL)
			fail_msg("%s is taken", bad[i]);
}

/* A file that is cut off or damaged anywhere is refused, or read. */
static void
test_damage(void **state)
{
	static const char	*rule = "EST5EDT,M3.2.0,M11.1.0";
	unsigned char		 file[512], copy[512], *exact;
	unsigned char		*real;
	struct zone		*z;
	ssize_t			 got;
	size_t			 len, i, taken = 0;
	int			 n;

	(void)state;
	len = make_file(file, rule);
	for (i = 0; i < len; i++) {
		/* of just that size, so that a sanitizer sees the end */
		exact = xmalloc(i == 0 ? 1 : i);
		memcpy(exact, file, i);
		z = xcalloc(1, sizeof(*z));
		assert_int_equal(zone_parse(z, exact, i), -1);
		zone_free(z);
		free(exact);
	}
	/* leap seconds, no type, a type that is not there, too far east */
	for (n = 0; n < 3; n++) {
		memcpy(copy, file, len);
		copy[51 + (n == 0 ? 31 : n == 1 ? 39 : 44)] =
		    n == 1 ? 0 : n == 0 ? 1 : 0x7f;
		z = xcalloc(1, sizeof(*z));
		assert_int_equal(zone_parse(z, copy, len), -1);
		zone_free(z);
	}

	assert_true((got = slurp("America/New_York", &real)) > 1000);
	len = (size_t)got;
	for (n = 0; n < 20000; n++) {
		exact = xmalloc(len);
		memcpy(exact, real, len);
		for (i = below(4) + 1; i > 0; i--)
			exact[below(below(2) ? (unsigned)len : 120)] =
			    (unsigned char)below(256);
		z = xcalloc(1, sizeof(*z));
		if (zone_parse(z, exact, len - (below(3) == 0 ?
		    below((unsigned)len) : 0)) == 0) {
			make_hints(z);
			(void)zone_at(z, below(84000), 7200, NULL);
			taken++;
		}
		zone_free(z);
		free(exact);
	}
	free(real);
	assert_true(taken > 100 && taken < 19900);
}

/* Files of the first version end at 2038 and have no rule. */
static void
test_first_version(void **state)
{
	unsigned char	*real;
	struct zone	*z;
	struct header	 h;
	ssize_t		 got;

	(void)state;
	assert_true((got = slurp("Europe/Berlin", &real)) > 0);
	assert_int_equal(header_read(real, (size_t)got, 4, &h), 0);
	real[4] = '\0';
	z = xcalloc(1, sizeof(*z));
	assert_int_equal(zone_parse(z, real, (size_t)got), 0);
	make_hints(z);
	if (h.timecnt > 0) {		/* not where files are slim */
		assert_int_equal(zone_offset(z, at(2026, 7, 1, 0, 0)), 7200);
		assert_int_equal(zone_offset(z, at(2026, 1, 1, 0, 0)), 3600);
	}
	zone_free(z);
	free(real);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_libc),
		cmocka_unit_test(test_instant),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_first_version),
	};

	seed = UINT64_C(88172645463325252);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
