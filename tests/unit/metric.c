/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "score/metric.h"

static int64_t
day(const char *s)
{
	struct stamp	 st;

	assert_int_equal(stamp_parse(s, strlen(s), &st), 0);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

static void
test_names(void **state)
{
	static const struct {
		const char	*name;
		enum measure	 measure;
		int		 unit, n, prev;
		const char	*kind;
	} cases[] = {
		{ "spend_30d", MEASURE_SPEND, WINDOW_DAYS, 30, 0, "" },
		{ "spend_prev_90d", MEASURE_SPEND, WINDOW_DAYS, 90, 1, "" },
		{ "orders_2w", MEASURE_ORDERS, WINDOW_DAYS, 14, 0, "" },
		{ "aov_6mo", MEASURE_AOV, WINDOW_MONTHS, 6, 0, "" },
		{ "aov_prev_2y", MEASURE_AOV, WINDOW_MONTHS, 24, 1, "" },
		{ "items_total", MEASURE_ITEMS, WINDOW_TOTAL, 0, 0, "" },
		{ "late_ytd", MEASURE_LATE, WINDOW_YTD, 0, 0, "" },
		{ "returns_lytd", MEASURE_RETURNS, WINDOW_LYTD, 0, 0, "" },
		{ "low_csat_90d", MEASURE_LOW_CSAT, WINDOW_DAYS, 90, 0, "" },
		{ "csat_90d", MEASURE_CSAT, WINDOW_DAYS, 90, 0, "" },
		{ "nps_total", MEASURE_NPS, WINDOW_TOTAL, 0, 0, "" },
		{ "logins_30d", MEASURE_EVENTS, WINDOW_DAYS, 30, 0,
		    "logins" },
		{ "usage_prev_30d", MEASURE_EVENTS, WINDOW_DAYS, 30, 1,
		    "usage" },
		{ "prev_30d", MEASURE_EVENTS, WINDOW_DAYS, 30, 0, "prev" },
		{ "spend_prev_total", MEASURE_EVENTS, WINDOW_TOTAL, 0, 0,
		    "spend_prev" },
		{ "first_order", MEASURE_FIRST_ORDER, WINDOW_TOTAL, 0, 0, "" },
		{ "t_x", MEASURE_T_X, WINDOW_TOTAL, 0, 0, "" },
		{ "T", MEASURE_T, WINDOW_TOTAL, 0, 0, "" },
		{ "ltv", MEASURE_LTV, WINDOW_TOTAL, 0, 0, "" },
	};
	struct metric	 m;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(metric_parse(cases[i].name, &m), 0);
		assert_ptr_equal(m.name, cases[i].name);
		assert_int_equal(m.measure, cases[i].measure);
		assert_int_equal(m.window.unit, cases[i].unit);
		assert_int_equal(m.window.n, cases[i].n);
		assert_int_equal(m.window.prev, cases[i].prev);
		assert_int_equal(m.kindlen, strlen(cases[i].kind));
		if (m.kindlen > 0)
			assert_memory_equal(m.kind, cases[i].kind, m.kindlen);
	}
}

static void
test_no_names(void **state)
{
	static const char *const	 bad[] = {
		"", "_", "spend", "spend_", "spend_30", "spend_d", "spend_0d",
		"spend_030d", "spend_30D", "spend_30days", "spend_-1d",
		"spend_100000d", "spend_99999999999999999999d", "_30d", "30d",
		"spend_30 d", "X", "t", "first_orders", "spend30d", "total",
		"spend_1.5mo", "_prev_30d"
	};
	struct metric	 m;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(metric_parse(bad[i], &m), -1);
}

static void
test_near(void **state)
{
	struct buf	 b = { 0 };

	(void)state;
	assert_string_equal(metric_nearest("spend_30", &b), "spend_30d");
	assert_string_equal(metric_nearest("spnd_prev_90d", &b),
	    "spend_prev_90d");
	assert_string_equal(metric_nearest("last_ordr", &b), "last_order");
	assert_null(metric_nearest("horse", &b));
	buf_free(&b);
}

static void
test_windows(void **state)
{
	static const struct {
		const char	*name, *today, *from, *to;
	} cases[] = {
		{ "a_1d", "2026-01-19", "2026-01-19", "2026-01-19" },
		{ "a_30d", "2026-01-19", "2025-12-21", "2026-01-19" },
		{ "a_prev_30d", "2026-01-19", "2025-11-21", "2025-12-20" },
		{ "a_2w", "2026-01-19", "2026-01-06", "2026-01-19" },
		{ "a_prev_2w", "2026-01-19", "2025-12-23", "2026-01-05" },
		{ "a_1mo", "2026-01-31", "2026-01-01", "2026-01-31" },
		{ "a_1mo", "2026-01-19", "2025-12-20", "2026-01-19" },
		{ "a_prev_1mo", "2026-01-19", "2025-11-20", "2025-12-19" },
		/* From the month's last day, clamped; no day is left out. */
		{ "a_1mo", "2026-03-31", "2026-03-01", "2026-03-31" },
		{ "a_prev_1mo", "2026-03-31", "2026-02-01", "2026-02-28" },
		{ "a_1mo", "2024-03-30", "2024-03-01", "2024-03-30" },
		{ "a_prev_1mo", "2024-03-30", "2024-01-31", "2024-02-29" },
		{ "a_1y", "2024-02-29", "2023-03-01", "2024-02-29" },
		{ "a_prev_1y", "2024-02-29", "2022-03-01", "2023-02-28" },
		{ "a_12mo", "2026-01-19", "2025-01-20", "2026-01-19" },
		{ "a_ytd", "2026-01-01", "2026-01-01", "2026-01-01" },
		{ "a_ytd", "2026-12-31", "2026-01-01", "2026-12-31" },
		{ "a_lytd", "2026-01-01", "2025-01-01", "2025-01-01" },
		{ "a_lytd", "2024-02-29", "2023-01-01", "2023-02-28" },
		{ "a_lytd", "2025-12-31", "2024-01-01", "2024-12-31" },
		{ "a_total", "2026-01-19", "0001-01-01", "2026-01-19" },
		{ "a_99999d", "0002-01-01", "0001-01-01", "0002-01-01" },
		{ "a_99999y", "2026-01-19", "0001-01-01", "2026-01-19" },
		{ "a_30d", "9999-12-31", "9999-12-02", "9999-12-31" },
	};
	struct metric	 m;
	int64_t		 from, to;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(metric_parse(cases[i].name, &m), 0);
		window_days(&m.window, day(cases[i].today), &from, &to);
		assert_int_equal(from, day(cases[i].from));
		assert_int_equal(to, day(cases[i].to));
	}
}

/* Before the first day there is none: the window is empty. */
static void
test_empty_windows(void **state)
{
	static const char *const names[] = {
		"a_prev_99999d", "a_prev_99999y", "a_prev_9000y"
	};
	struct metric	 m;
	int64_t		 from, to;
	size_t		 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(metric_parse(names[i], &m), 0);
		window_days(&m.window, day("0200-01-01"), &from, &to);
		assert_true(to < from);
		assert_true(to < DAY_FIRST);
	}
	assert_int_equal(metric_parse("a_lytd", &m), 0);
	window_days(&m.window, day("0001-06-01"), &from, &to);
	assert_true(to < from);
}

/* A window and the one before it meet, and are counted the same. */
static void
test_windows_meet(void **state)
{
	static const char *const units[] = { "d", "w", "mo", "y" };
	char		 name[32], prev[32];
	struct metric	 m, p;
	int64_t		 today, from, to, prev_from, prev_to;
	int		 u, n;

	(void)state;
	for (u = 0; u < 4; u++)
		for (n = 1; n <= 15; n += 2) {
			snprintf(name, sizeof(name), "spend_%d%s", n,
			    units[u]);
			snprintf(prev, sizeof(prev), "spend_prev_%d%s", n,
			    units[u]);
			assert_int_equal(metric_parse(name, &m), 0);
			assert_int_equal(metric_parse(prev, &p), 0);
			for (today = day("2023-01-01");
			    today < day("2025-01-01"); today++) {
				window_days(&m.window, today, &from, &to);
				window_days(&p.window, today, &prev_from,
				    &prev_to);
				assert_int_equal(to, today);
				assert_int_equal(prev_to, from - 1);
				assert_true(prev_from <= prev_to);
			}
		}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_empty_windows),
		cmocka_unit_test(test_windows_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
