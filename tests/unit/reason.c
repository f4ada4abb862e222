/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "plan_help.h"

struct reason_case {
	const char	*expr;
	const char	*want;
};

static void
reasons(const char *policy, const char *table, int row,
    const struct reason_case *cases, size_t n)
{
	struct bench	 b;
	struct buf	 text = { 0 }, out = { 0 };
	static const char words[BUF_PAD + 8] = "what (";
	struct cell	 before = cell_str(words);
	char		 name[32];
	size_t		 i, p;

	buf_adds(&text, policy);
	for (i = 0; i < n; i++)
		buf_addf(&text, "\nlet r%zu = %s", i, cases[i].expr);
	bench_open(&b, buf_str(&text), table);
	bench_settle(&b);
	while (row-- > 0)
		bench_row(&b);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "r%zu", i);
		p = bench_program(&b, name);
		out.len = 0;
		/* Of what holds the same is told without asking. */
		if (frame_test(b.frame, p)) {
			frame_tell(b.frame, p, before, &out);
			(void)buf_str(&out);
			assert_int_equal(out.len, before.len +
			    strlen(cases[i].want) + 1);
			assert_memory_equal(out.p, words, before.len);
			assert_memory_equal(out.p + before.len, cases[i].want,
			    strlen(cases[i].want));
			assert_int_equal(out.p[out.len - 1], ')');
			out.len = 0;
		}
		frame_reason(b.frame, p, &out);
		if (strcmp(buf_str(&out), cases[i].want) != 0)
			fail_msg("of %s:\n  got  %s\n  want %s",
			    cases[i].expr, out.p, cases[i].want);
	}
	bench_close(&b);
	buf_free(&text);
	buf_free(&out);
}

#define REASONS(row, cases)						\
	reasons(policy, table, row, cases, sizeof(cases) / sizeof(cases[0]))

static const char	 policy[] =
    "currency USD\n"
    "timezone \"America/New_York\"\n"
    "let drop = 1 - orders_90d / orders_prev_90d\n"
    "let big = spend_30d >= $400 and not quiet\n"
    "let quiet = missing(last_order)\n"
    "let level = 2 * drop\n";

static const char	 table[] =
    "ltv,spend_30d,spend_90d,spend_prev_90d,orders_90d,orders_prev_90d,"
    "last_order,status,city\n"
    "5230.1,412.5,900,400,3,12,2026-01-03,open,Paris\n"
    "4890,12,10,,4,4,,\"on \"\"hold\"\"\",Paris\n"
    "100,1,1,1,1,1,2026-01-16T15:00:00,,\n";

static void
test_held(void **state)
{
	static const struct reason_case cases[] = {
		{ "spend_30d >= $400", "spend_30d 412.5 >= 400" },
		{ "rank(ltv) <= 2 or spend_30d >= $400",
		    "rank(ltv) <= 2 (ltv 5230.1 >= 4890)" },
		{ "rank(ltv) > 1 or spend_30d >= $400",
		    "spend_30d 412.5 >= 400" },
		{ "spend_90d >= 2 * spend_prev_90d and spend_prev_90d > 0",
		    "spend_90d 900 >= 2 * spend_prev_90d 400 and "
		    "spend_prev_90d 400 > 0" },
		{ "top(ltv, 50%)", "top(ltv, 50%) (ltv 5230.1 >= 5230.1)" },
		{ "top(ltv, 3)", "top(ltv, 3) (ltv 5230.1 >= 100)" },
		{ "top(ltv, 9)", "top(ltv, 9) (ltv 5230.1)" },
		{ "pareto(ltv, 80%)", "pareto(ltv, 80%) (ltv 5230.1 >= 4890)" },
		{ "rank(ltv within city) <= 1",
		    "rank(ltv within city) <= 1 (ltv 5230.1 >= 5230.1)" },
		{ "rank(spend_90d - spend_prev_90d) <= 1",
		    "rank(spend_90d - spend_prev_90d) <= 1 "
		    "(spend_90d - spend_prev_90d 500 >= 500)" },
		{ "rank(drop) <= 1", "rank(drop) <= 1 (drop 0.75 >= 0.75)" },
		{ "rank(ltv) + 1 <= 2", "rank(ltv) 1 + 1 <= 2" },
		{ "spend_30d > 2 * mean(spend_30d)",
		    "spend_30d 412.5 > 2 * mean(spend_30d) 141.833333" },
		{ "drop > 30%", "drop 0.75 > 30%" },
		{ "level > 1", "level 1.5 > 1" },
		{ "big", "big (spend_30d 412.5 >= 400 and not quiet)" },
		{ "not quiet and big", "not quiet (missing(last_order)) and "
		    "big (spend_30d 412.5 >= 400 and not quiet)" },
		{ "not spend_30d < 400", "not (spend_30d 412.5 < 400)" },
		{ "not (spend_30d < 400 or ltv < 1)",
		    "not (spend_30d 412.5 < 400 or ltv 5230.1 < 1)" },
		{ "status = \"open\"", "status \"open\" = \"open\"" },
		{ "status in (\"new\", \"open\")",
		    "status \"open\" in (\"new\", \"open\")" },
		{ "status like \"o*\"", "status \"open\" like \"o*\"" },
		{ "city has word \"paris\"",
		    "city \"Paris\" has word \"paris\"" },
		{ "not missing(city)", "not missing(city)" },
		{ "last_order < 2026-01-15",
		    "last_order 2026-01-03 < 2026-01-15" },
		{ "days_since(last_order) > 10",
		    "days_since(last_order) 16 > 10" },
		{ "last_order + 10d <= today",
		    "last_order 2026-01-03 + 10d <= today" },
		{ "today - last_order >= 16",
		    "today - last_order 2026-01-03 >= 16" },
		{ "spend_30d between 400 and 500",
		    "spend_30d 412.5 between 400 and 500" },
		{ "coalesce(spend_prev_90d, 0) > 1",
		    "coalesce(spend_prev_90d, 0) 400 > 1" },
		{ "(spend_30d + 1) * 2 > 800 - (ltv - 1)",
		    "(spend_30d 412.5 + 1) * 2 > 800 - (ltv 5230.1 - 1)" },
		{ "spend_30d > 1 and (ltv < 1 or ltv > 2)",
		    "spend_30d 412.5 > 1 and ltv 5230.1 > 2" },
		{ "status = \"open\" and rank(ltv) <= 2 and "
		    "days_since(last_order) > 10 and spend_30d > 1 and "
		    "city has word \"paris\" and ltv > 1",
		    "status \"open\" = \"open\" and rank(ltv) <= 2 (ltv "
		    "5230.1 >= 4890) and days_since(last_order) 16 > 10 and "
		    "spend_30d 412.5 > 1 and city \"Paris\" has word \"paris\" "
		    "and ltv 5230.1 > 1" },
		{
		    "ltv > 1 and ltv > 2 and ltv > 3 and ltv > 4 and "
		    "ltv > 5 and ltv > 6 and ltv > 7 and ltv > 8 and "
		    "ltv > 9 and ltv > 10 and ltv > 11 and ltv > 12 a"
		    "nd ltv > 13 and ltv > 14 and ltv > 15 and ltv > "
		    "16 and ltv > 17 and ltv > 18 and ltv > 19 and lt"
		    "v > 20",
		    "ltv 5230.1 > 1 and ltv 5230.1 > 2 and ltv 5230.1"
		    " > 3 and ltv 5230.1 > 4 and ltv 5230.1 > 5 and l"
		    "tv 5230.1 > 6 and ltv 5230.1 > 7 and ltv 5230.1 "
		    "> 8 and ltv 5230.1 > 9 and ltv 5230.1 > 10 and l"
		    "tv 5230.1 > 11 and ltv 5230.1 > 12 and ltv 5230."
		    "1 > 13 and ltv 5230.1 > 14 and ltv 5230.1 > 15 a"
		    "nd ltv 5230.1 > 16 and ltv 5230.1 > 17 and ltv 5"
		    "230.1 > 18 and ltv 5230.1 > 19 and ltv 5230.1 > "
		    "20" },
		{ "-spend_30d < -(ltv - ltv)",
		    "-spend_30d 412.5 < -(ltv 5230.1 - ltv 5230.1)" },
		{ "true", "true" },
	};

	(void)state;
	REASONS(1, cases);
}

static void
test_not_held(void **state)
{
	static const struct reason_case cases[] = {
		{ "spend_30d >= 400", "spend_30d 12 >= 400" },
		{ "spend_30d >= 400 or spend_90d >= 300",
		    "spend_30d 12 >= 400 or spend_90d 10 >= 300" },
		{ "spend_30d >= 400 and spend_90d >= 1",
		    "spend_30d 12 >= 400" },
		{ "spend_30d >= 1 and spend_90d >= 30",
		    "spend_90d 10 >= 30" },
		{ "spend_prev_90d >= 1 and spend_90d >= 30",
		    "spend_90d 10 >= 30" },
		{ "spend_prev_90d >= 1 and spend_90d >= 1",
		    "spend_prev_90d missing >= 1" },
		{ "rank(ltv) <= 1", "rank(ltv) <= 1 (ltv 4890 < 5230.1)" },
		{ "rank(spend_prev_90d) <= 1",
		    "rank(spend_prev_90d) <= 1 (spend_prev_90d missing)" },
		{ "drop > 30%", "drop 0 > 30%" },
		{ "status = \"open\"",
		    "status \"on \\\"hold\\\"\" = \"open\"" },
		{ "not status like \"on*\"",
		    "not (status \"on \\\"hold\\\"\" like \"on*\")" },
		{ "days_since(last_order) > 10",
		    "days_since(last_order) missing > 10" },
	};
	static const struct reason_case third[] = {
		{ "last_order < 2026-01-16",
		    "last_order 2026-01-16T15:00:00-05:00 < 2026-01-16" },
		{ "rank(ltv within city) <= 1",
		    "rank(ltv within city) <= 1 (ltv 100)" },
		{ "pareto(ltv, 80%)", "pareto(ltv, 80%) (ltv 100 < 4890)" },
	};

	(void)state;
	REASONS(2, cases);
	REASONS(3, third);
}

static void
test_facts(void **state)
{
	static const char	 text[] =
	    "tier gold when a > 1\ndefault standard\n"
	    "profile angry when a > 5\nlevel high below 40\nlevel low\n"
	    "sla resolution for all within 1d\n"
	    "escalate e0 to \"x\" when tier = gold and risk in (high, low)\n"
	    "escalate e1 to \"x\" when vip and profile(angry)\n"
	    "escalate e2 to \"x\" when resolution breached or not vip\n";
	static const char *const want[] = {
		"tier gold = gold and risk high in (high, low)",
		"vip and profile(angry)", "resolution breached"
	};
	struct bench		 b;
	struct buf		 out = { 0 };
	const struct statement	*st;
	size_t			 p[3], i = 0;

	(void)state;
	memset(&b, 0, sizeof(b));
	b.policy = policy_of(text);
	b.plan = plan_new(b.policy, MONDAY_NOON);
	for (st = policy_find(b.policy, KW_ESCALATE, NULL); st != NULL;
	    st = policy_next(st))
		p[i++] = plan_add(b.plan, clause_find(st, W_WHEN)->expr);
	plan_decides(b.plan, FACT_STATUS);
	bench_table(&b, "a,tier,risk_level,profiles\n9,gold,high,angry\n");
	bench_row(&b);
	frame_status(b.frame, "resolution", METRIC_BREACHED);
	for (i = 0; i < 3; i++) {
		out.len = 0;
		frame_reason(b.frame, p[i], &out);
		assert_string_equal(buf_str(&out), want[i]);
	}
	buf_free(&out);
	bench_close(&b);
}

static void
test_value_show(void **state)
{
	static const struct { struct value v; const char *want; } cases[] = {
		{ { TYPE_MISSING, 5, { NULL, 0 } }, "" },
		{ { TYPE_NUMBER, 412500000, { NULL, 0 } }, "412.5" },
		{ { TYPE_NUMBER, -1, { NULL, 0 } }, "-0.000001" },
		{ { TYPE_TRUTH, 1, { NULL, 0 } }, "yes" },
		{ { TYPE_TRUTH, 0, { NULL, 0 } }, "no" },
		{ { TYPE_TIME, 1768798800, { NULL, 0 } }, "2026-01-19" },
		{ { TYPE_TIME, 1768798801, { NULL, 0 } },
		    "2026-01-19T00:00:01-05:00" },
		{ { TYPE_TEXT, 0, { "a, \"b\"", 6 } }, "a, \"b\"" },
	};
	struct zone	*zone = zone_open("America/New_York");
	struct buf	 b = { 0 };
	size_t		 i;

	(void)state;
	assert_non_null(zone);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b.len = 0;
		value_show(&cases[i].v, zone, &b);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	buf_free(&b);
	zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_not_held),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_value_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
