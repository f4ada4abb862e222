/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glob.h>

#include "plan_help.h"
#include "random.h"

#ifdef HAVE_GMP
#include <gmp.h>
#endif

/*
 * Expressions, one a line, with what they come to on one row; those that
 * are conditions also as frame_test() has them.
 */
struct row_case {
	const char	*expr, *want;
};

static void
expressions(const char *policy, const char *table,
    const struct row_case *cases, size_t n)
{
	struct bench	 b;
	struct buf	 text = { 0 };
	struct value	 v;
	struct fault	 fault;
	size_t		 i, which[201], held, next = 0;
	int		 truth;

	buf_adds(&text, policy);
	for (i = 0; i < n; i++)
		buf_addf(&text, "\nlet r%zu = %s", i, cases[i].expr);
	bench_open(&b, buf_str(&text), table);
	bench_row(&b);
	held = frame_chain(b.frame, b.chain, which);
	for (i = 0; i < n; i++) {
		v = frame_eval(b.frame, b.program[i]);
		if (strcmp(value_text(&b, &v), cases[i].want) != 0)
			fail_msg("%s is %s, want %s", cases[i].expr,
			    value_text(&b, &v), cases[i].want);
		truth = frame_test(b.frame, b.program[i]);
		if (truth != (strcmp(cases[i].want, "yes") == 0 &&
		    v.type == TYPE_TRUTH))
			fail_msg("%s tests %d", cases[i].expr, truth);
		while (next < held && which[next] < i)
			next++;
		if ((next < held && which[next] == i) != truth)
			fail_msg("%s is not %d in a chain", cases[i].expr,
			    truth);
		if (truth)
			assert_int_equal(frame_chained(b.frame,
			    b.program[i])->n, 1);
		if (frame_ladder(b.frame, b.ladder + 1 + i) != !truth)
			fail_msg("%s is not %d in a ladder", cases[i].expr,
			    truth);
	}
	assert_int_equal(frame_ladder(b.frame, b.ladder),
	    held > 0 ? which[0] : b.n);
	if (frame_fault(b.frame, &fault) != 0)
		fail_msg("fault: %s", fault.what);
	bench_close(&b);
	buf_free(&text);
}

#define EXPRESSIONS(policy, table, cases)				\
	expressions(policy, table, cases, sizeof(cases) / sizeof(cases[0]))

static void
test_arithmetic(void **state)
{
	static const struct row_case cases[] = {
		{ "a + b * 2", "18.5" },
		{ "(a + b) * 2", "23" },
		{ "a - b - 1", "-3.5" },
		{ "b / a / 2", "0.777778" },
		{ "a / 3", "1.5" },
		{ "1 / 3", "0.333333" },
		{ "2 / 3", "0.666667" },
		{ "-a", "-4.5" },
		{ "- a * -2", "9" },
		{ "0.1 + 0.2", "0.3" },
		{ "cent * 100", "1" },
		{ "tiny / 2", "0" },			/* half to even */
		{ "3 * tiny / 2", "0.000002" },
		{ "tiny * tiny", "0" },
		{ "a / zero", "missing" },
		{ "zero / zero", "missing" },
		{ "a + none", "missing" },
		{ "none * 0", "missing" },
		{ "min(a, b)", "4.5" },
		{ "max(a, b, 7.25)", "7.25" },
		{ "min(a, none)", "missing" },
		{ "abs(a - b)", "2.5" },
		{ "round(a)", "4" },
		{ "round(a + 1)", "6" },
		{ "round(-a)", "-4" },
		{ "coalesce(none, none, a)", "4.5" },
		{ "coalesce(none, none)", "missing" },
		{ "coalesce(none, 0) + 1", "1" },
		{ "a * 10%", "0.45" },
		{ "5M + 1K + 2\xe4\xb8\x87", "5021000" },
		{ "big", "9223372036854.775807" },
		{ "big - big + a", "4.5" },
		{ "1_000 + a", "1004.5" },
	};

	(void)state;
	EXPRESSIONS("", "a,b,zero,none,cent,tiny,big\n"
	    "4.5,7,0,,0.01,0.000001,9223372036854.775807\n", cases);
}

static void
test_conditions(void **state)
{
	static const struct row_case cases[] = {
		/* n is missing: t or n is true, f and n is false */
		{ "t = 1", "yes" },
		{ "t = 0", "no" },
		{ "n = 1", "missing" },
		{ "n != 1", "missing" },
		{ "not n = 1", "missing" },
		{ "t = 1 or n = 1", "yes" },
		{ "n = 1 or t = 1", "yes" },
		{ "t = 0 or n = 1", "missing" },
		{ "n = 1 or t = 0", "missing" },
		{ "t = 1 and n = 1", "missing" },
		{ "n = 1 and t = 1", "missing" },
		{ "t = 0 and n = 1", "no" },
		{ "n = 1 and t = 0", "no" },
		{ "n = 1 and n = 2", "missing" },
		{ "n = 1 or n = 2", "missing" },
		{ "not (t = 0 and n = 1)", "yes" },
		{ "not (n = 1 or t = 1)", "no" },
		{ "not (n = 1 or t = 0)", "missing" },
		{ "not (t = 1 or t = 1) or not not t = 1", "yes" },
		{ "t = 0 and t = 0 or t = 1", "yes" },
		{ "t = 1 or t = 0 and t = 0", "yes" },
		{ "(t = 1 or t = 0) and t = 0", "no" },
		{ "not t = 0 and t = 1", "yes" },
		{ "missing(n)", "yes" },
		{ "missing(t)", "no" },
		{ "missing(n + 1)", "yes" },
		{ "not missing(n) and n > 1 or missing(n)", "yes" },
		{ "coalesce(n, 5) > 4", "yes" },
		{ "t between 0 and 1", "yes" },
		{ "t between 1.000001 and 3", "no" },
		{ "not t between 2 and 3", "yes" },
		{ "not t between 0 and 3", "no" },
		{ "t between n and 3", "missing" },
		{ "t between n and 0", "no" },
		{ "not t between n and 0", "yes" },
		{ "n between 0 and 1", "missing" },
		{ "t in (3, 2, 1)", "yes" },
		{ "t in (3, 2)", "no" },
		{ "not t in (3, 2)", "yes" },
		{ "n in (3, 2)", "missing" },
		{ "t in (3, n)", "missing" },
		{ "t in (1, n)", "yes" },
		{ "t in (f, t)", "yes" },
		{ "not t in (f, n)", "missing" },
		{ "true and t = 1", "yes" },
		{ "false or n = 1", "missing" },
		{ "1 < t", "no" },
		{ "1 <= t", "yes" },
		{ "2 > t", "yes" },
		{ "2 >= t", "yes" },
		{ "2 >= 3", "no" },
		{ "t < f", "no" },
		{ "f < t", "yes" },
		{ "t >= n", "missing" },
		{ "(t = 1) = (f = 0)", "yes" },
	};

	(void)state;
	EXPRESSIONS("", "t,f,n\n1,0,\n", cases);
}

/* A combining acute after the letter, and the letter with it. */
#define E_TWO	"e\xcc\x81"
#define E_ONE	"\xc3\xa9"

static void
test_texts(void **state)
{
	static const struct row_case cases[] = {
		{ "city = \"New York\"", "yes" },
		{ "city = \"new york\"", "no" },
		{ "city != \"new york\"", "yes" },
		{ "city < \"New Z\"", "yes" },
		{ "city > \"New\"", "yes" },
		{ "city in (\"paris\", \"NEW YORK\")", "yes" },
		{ "city in (\"paris\", lower(city))", "yes" },
		{ "city in (none, \"x\")", "missing" },
		{ "none = \"x\"", "missing" },
		{ "cafe = \"caf" E_ONE "\"", "yes" },
		{ "cafe = \"caf" E_TWO "\"", "yes" },
		{ "cafe = \"CAF" E_ONE "\"", "no" },
		{ "cafe in (\"CAF\xc3\x89\")", "yes" },
		{ "cafe = same", "yes" },
		{ "same like \"CAF\xc3\x89\"", "yes" },
		{ "cafe like \"caf?\"", "yes" },
		{ "cafe like \"caf??\"", "no" },
		{ "cafe matches \"^caf.$\"", "yes" },
		{ "kelvin = \"K\"", "yes" },
		{ "\"K\" = kelvin", "yes" },
		{ "city like \"*york\"", "yes" },
		{ "city like \"york\"", "no" },
		{ "city like \"NEW*\"", "yes" },
		{ "city like \"*w y*\"", "yes" },
		{ "city like \"*\"", "yes" },
		{ "city like \"n*w*k\"", "yes" },
		{ "city like \"n*w*q*k\"", "no" },
		{ "city like \"\"", "no" },
		{ "none like \"*\"", "missing" },
		{ "star like \"a\\\\*b\"", "yes" },
		{ "city like \"new\\\\*york\"", "no" },
		{ "city matches \"^New\"", "yes" },
		{ "city matches \"^new\"", "no" },
		{ "city matches \"[A-Z][a-z]+ (York|Delhi)$\"", "yes" },
		{ "none matches \".\"", "missing" },
		{ "job has word \"CEO\"", "yes" },
		{ "job has word \"ceo\"", "yes" },
		{ "job has word \"CE\"", "no" },
		{ "job has word \"to the\"", "yes" },
		{ "job has word \"ssistant\"", "no" },
		{ "job has word \"Assistant\"", "yes" },
		{ "video has word \"CEO\"", "no" },
		{ "video has word \"Deo\"", "yes" },
		{ "han has word \"\xe6\x80\xbb\xe8\xa3\x81\"", "yes" },
		{ "none has word \"x\"", "missing" },
		{ "length(cafe)", "4" },
		{ "length(same)", "4" },
		{ "length(none)", "missing" },
		{ "lower(city)", "new york" },
		{ "lower(city) = \"new york\"", "yes" },
		{ "coalesce(none, city)", "New York" },
		{ "missing(none) and not missing(city)", "yes" },
	};

	(void)state;
	EXPRESSIONS("", "city,cafe,same,none,job,video,han,star,kelvin\n"
	    "New York,caf" E_TWO ",caf" E_ONE ",,\"Assistant to the CEO, "
	    "EMEA\",ceos-vi deo/CEOX,"
	    "\xe9\x9b\x86\xe5\x9b\xa2\xe6\x80\xbb\xe8\xa3\x81,a*b,"
	    "\xe2\x84\xaa\n", cases);
}

static void
test_times(void **state)
{
	/* In New York it is 07:00 of Monday, 2026-01-19. */
	static const struct row_case cases[] = {
		{ "today", "2026-01-19" },
		{ "now", "2026-01-19T07:00:00-05:00" },
		{ "paid_at", "2026-01-15T23:30:00-05:00" },
		{ "zoned_at", "2026-01-15T19:00:00-05:00" },
		{ "days_since(paid_at)", "4" },
		{ "days_since(paid)", "4" },
		{ "days_since(today)", "0" },
		{ "days_since(later)", "-1" },
		{ "months_since(jan31)", "11" },
		{ "months_since(jan19)", "12" },
		{ "months_since(jan20)", "11" },
		{ "months_since(later)", "-1" },
		{ "years_since(leap)", "1" },
		{ "years_since(jan19)", "1" },
		{ "years_since(jan20)", "0" },
		{ "years_since(later)", "-1" },
		{ "years_since(born)", "75" },
		{ "month(paid_at)", "1" },
		{ "day(paid_at)", "15" },
		{ "weekday(paid_at)", "4" },
		{ "weekday(today)", "1" },
		{ "weekday(2026-01-18)", "7" },
		/* A date is the whole day. */
		{ "paid_at = 2026-01-15", "yes" },
		{ "paid_at <= 2026-01-15", "yes" },
		{ "paid_at < 2026-01-16", "yes" },
		{ "paid_at > 2026-01-15", "no" },
		{ "paid_at >= 2026-01-16", "no" },
		{ "2026-01-15 >= paid_at", "yes" },
		{ "paid_at between 2026-01-01 and 2026-01-15", "yes" },
		{ "paid_at in (2026-01-14, 2026-01-15)", "yes" },
		{ "paid_at != paid", "yes" },
		{ "paid = 2026-01-15", "yes" },
		{ "now = today", "yes" },
		{ "paid_at = today - 4d", "yes" },
		{ "none_at < today", "missing" },
		/* Differences are days. */
		{ "today - paid", "4" },
		{ "paid - today", "-4" },
		{ "later - winter", "81" },
		{ "now - paid_at", "3.3125" },
		{ "today - none_at", "missing" },
		{ "paid_at >= 17:00", "yes" },
		{ "paid_at < 23:30", "no" },
		{ "23:30 <= paid_at", "yes" },
		{ "paid_at between 23:00 and 24:00", "yes" },
		{ "zoned_at between 19:00 and 20:00", "yes" },
		{ "none_at > 09:00", "missing" },
		{ "today - paid >= 4d", "yes" },
		{ "today - paid > 4d", "no" },
		{ "96h <= today - paid", "yes" },
		{ "today - jan19 >= 12mo", "yes" },
		{ "today - jan20 >= 1y", "no" },
		{ "3mo > paid - winter", "yes" },
		/* The clocks changed on 2025-11-02 and 2025-03-09. */
		{ "2025-11-03 - 2025-11-01", "2" },
		{ "2025-03-10 - 2025-03-08", "2" },
		{ "fall_at + 1d", "2025-11-02T12:00:00-05:00" },
		{ "fall_at + 24h", "2025-11-02T11:00:00-05:00" },
		{ "(fall_at + 1d) - fall_at", "1.041667" },
		{ "jan31 + 1mo", "2025-02-28" },
		{ "2024-01-31 + 1mo", "2024-02-29" },
		{ "leap + 1y", "2025-02-28" },
		{ "today - 1y", "2025-01-19" },
		{ "today + 2w", "2026-02-02" },
		{ "1d + today", "2026-01-20" },
		{ "paid_at - 90min", "2026-01-15T22:00:00-05:00" },
		{ "max(paid, later)", "2026-01-20" },
		{ "coalesce(none_at, paid)", "2026-01-15" },
		/* By format and zone of its own: Chicago is an hour behind. */
		{ "shown", "2025-07-04T10:05:00-04:00" },
		/* A birthday that leaves the year out. */
		{ "month(birthday)", "2" },
		{ "day(birthday)", "29" },
		{ "birthday", "--02-29" },
	};
	static const char policy[] =
	    "timezone \"America/New_York\"\n"
	    "column shown from \"Shown on\" as \"%m/%d/%Y %H:%M\" "
	    "in \"America/Chicago\"\n";
	static const char table[] =
	    "paid_at,zoned_at,paid,later,jan31,jan19,jan20,leap,born,none_at,"
	    "winter,fall_at,Shown on,birthday\n"
	    "2026-01-15 23:30:00,2026-01-16T00:00:00Z,2026-01-15,2026-01-20,"
	    "2025-01-31,2025-01-19,2025-01-20,2024-02-29,1950-05-04,,"
	    "2025-10-31,2025-11-01T12:00,7/4/2025 9:05,--02-29\n";

	(void)state;
	EXPRESSIONS(policy, table, cases);
}

static void
test_business(void **state)
{
	/* Friday 17:00; the office opens on Monday at nine. */
	static const struct row_case cases[] = {
		{ "asked_at + 2 business hours", "2026-01-19T10:00:00Z" },
		{ "asked_at + 1 business day", "2026-01-19T17:00:00Z" },
		{ "now - 4 business hours", "2026-01-16T17:00:00Z" },
		{ "now - 1 business day", "2026-01-16T12:00:00Z" },
	};

	(void)state;
	EXPRESSIONS("calendar office { open mon-fri 09:00-18:00 }\n",
	    "asked_at\n2026-01-16T17:00:00Z\n", cases);
}

static void
test_lets(void **state)
{
	/* Lets in lets, up to what the parser lets them come to. */
	struct buf	 text = { 0 };
	struct bench	 b;
	struct value	 v;
	int		 i;

	(void)state;
	buf_adds(&text, "let l0 = a + 1\nlet k0 = 1 + 1\n"
	    "let b0 = a > 1\n");
	for (i = 1; i < 9; i++)
		buf_addf(&text, "let l%d = l%d + l%d - l%d\n"
		    "let k%d = k%d + k%d - k%d\n"
		    "let b%d = b%d and (b%d or b%d)\n",
		    i, i - 1, i - 1, i - 1, i, i - 1, i - 1, i - 1,
		    i, i - 1, i - 1, i - 1);
	bench_open(&b, buf_str(&text), "a\n4\n");
	bench_row(&b);
	v = frame_eval(b.frame, bench_program(&b, "l8"));
	assert_string_equal(value_text(&b, &v), "5");
	v = frame_eval(b.frame, bench_program(&b, "k8"));
	assert_string_equal(value_text(&b, &v), "2");
	assert_true(frame_test(b.frame, bench_program(&b, "b8")));
	bench_close(&b);

	/* Long chains, as long as the parser lets them be. */
	text.len = 0;
	buf_adds(&text, "let sum = a");
	for (i = 0; i < 900; i++)
		buf_adds(&text, i % 2 ? " - a" : " + a");
	buf_adds(&text, "\nlet any = a = 0");
	for (i = 10; i < 800; i++)
		buf_addf(&text, " or a = %d", i);
	buf_adds(&text, " or a = 4\nlet all = a > 0");
	for (i = 0; i < 800; i++)
		buf_adds(&text, " and a < 5");
	buf_adds(&text, "\nlet odd = ");
	for (i = 0; i < 151; i++)
		buf_adds(&text, "not (a > 1 and ");
	buf_adds(&text, "a > 2");
	for (i = 0; i < 151; i++)
		buf_addc(&text, ')');
	bench_open(&b, buf_str(&text), "a\n4\n");
	bench_row(&b);
	v = frame_eval(b.frame, bench_program(&b, "sum"));
	assert_string_equal(value_text(&b, &v), "4");
	assert_true(frame_test(b.frame, bench_program(&b, "any")));
	assert_true(frame_test(b.frame, bench_program(&b, "all")));
	assert_false(frame_test(b.frame, bench_program(&b, "odd")));
	text.len = 0;
	frame_reason(b.frame, bench_program(&b, "any"), &text);
	assert_string_equal(buf_str(&text), "a 4 = 4");
	bench_close(&b);
	buf_free(&text);
}

static void
test_money(void **state)
{
	static const struct { const char *cell, *want; } cases[] = {
		{ "5", "5" }, { "$5", "5" }, { "5 \xe2\x82\xac", "5" },
		{ "\xe2\x82\xac 5", "5" }, { "$1,234.50", "1234.5" },
		{ "1,234,567", "1234567" }, { "USD 12.30", "12.3" },
		{ "12.30 USD", "12.3" }, { "US$7", "7" }, { "R$ 9", "9" },
		{ "(5.00)", "-5" }, { "($1,200)", "-1200" },
		{ "-$5", "-5" }, { "$-5", "-5" }, { "\xe2\x88\x92" "5", "-5" },
		{ "1 234 567.5", "1234567.5" },
		{ "1\xc2\xa0" "234", "1234" }, { " 7 ", "7" },
		{ "\xc2\xa5" "300", "300" },
		{ "3\xe4\xb8\x87", "30000" },			/* wan */
		{ "1.5\xe4\xba\xbf\xe5\x85\x83", "150000000" },	/* yi yuan */
		{ "2.5\xe8\x90\xac", "25000" },
		{ "100\xe5\x85\x83", "100" },
		{ "", "missing" },
		{ "12,50", NULL }, { "1,23,456", NULL }, { "1.234.567", NULL },
		{ "12 34", NULL }, { "$$5", NULL }, { "$5 USD", NULL },
		{ "(5", NULL }, { "5)", NULL }, { "-(5)", NULL },
		{ "five", NULL }, { "$", NULL }, { "1,234,56", NULL },
		{ "1e3 USD", NULL }, { "5%", NULL }, { "1,,234", NULL },
		{ "1234,567", NULL }, { "--5", NULL },
		{ "99999999999\xe4\xba\xbf", NULL },
		{ "$1.2345678", NULL },
	};
	struct bench	 b;
	struct buf	 table = { 0 };
	struct fault	 fault;
	struct value	 v;
	char		 want[100];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		table.len = 0;
		buf_addf(&table, "paid,x\n\"%s\",1\n", cases[i].cell);
		bench_open(&b, "column paid as money\nlet m = paid * 1\n",
		    buf_str(&table));
		memset(&fault, 0, sizeof(fault));
		if (bench_next(&b, &fault) == 1) {
			v = frame_eval(b.frame, b.program[0]);
			if (cases[i].want == NULL)
				fail_msg("\"%s\" is %s", cases[i].cell,
				    value_text(&b, &v));
			assert_string_equal(value_text(&b, &v),
			    cases[i].want);
		} else {
			if (cases[i].want != NULL)
				fail_msg("\"%s\" is not read", cases[i].cell);
			snprintf(want, sizeof(want),
			    "\"%s\" is not an amount of money",
			    cases[i].cell);
			assert_string_equal(fault.what, want);
			assert_int_equal(fault.column, 0);
		}
		bench_close(&b);
	}
	buf_free(&table);
}

/* A cell that cannot be read is a fault, whatever rule would decide. */
static void
test_bad_cells(void **state)
{
	static const struct { const char *row, *what; size_t column; } cases[] =
	{
		{ "9,\"12,5O\",2024-01-01", "\"12,5O\" is not a number", 1 },
		{ "9,\"1234,56\",2024-01-01", "\"1234,56\" is not a number",
		    1 },
		{ "x,1,2024-02-30", "\"x\" is not a number", 0 },
		{ "9,1,2024-02-30", "\"2024-02-30\" is not a date", 2 },
		{ "9,1,--02-30", "\"--02-30\" is not a date", 2 },
		{ "9,1,-12-25", "\"-12-25\" is not a date", 2 },
		{ "9,1,---2-25", "\"---2-25\" is not a date", 2 },
		{ "9,nan,", "\"nan\" is not a number", 1 },
		{ "9,0x1p3,", "\"0x1p3\" is not a number", 1 },
		{ "9, 1,", "\" 1\" is not a number", 1 },
		{ "9,1.,", "\"1.\" is not a number", 1 },
		{ "9,.,", "\".\" is not a number", 1 },
		{ "9,-,", "\"-\" is not a number", 1 },
		{ "9,--5,", "\"--5\" is not a number", 1 },
		{ "9,1e,", "\"1e\" is not a number", 1 },
		{ "9,$5,", "\"$5\" is not a number", 1 },
		{ "9,1e400,", "\"1e400\" is out of range", 1 },
		{ "9,10000000000000,", "\"10000000000000\" is out of range",
		    1 },
		{ "9,0.0000001,", "\"0.0000001\" has more than six decimals",
		    1 },
		{ "9,1.00000012,", "\"1.00000012\" has more than six decimals",
		    1 },
	};
	struct bench	 b;
	struct buf	 table = { 0 };
	struct fault	 fault;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		table.len = 0;
		buf_addf(&table, "a,b,at\n%s\n", cases[i].row);
		bench_open(&b, "tier x when a > 1 or b > 1\n"
		    "tier y when days_since(at) > 1\ndefault z\n",
		    buf_str(&table));
		memset(&fault, 0, sizeof(fault));
		assert_int_equal(bench_next(&b, &fault), -1);
		assert_string_equal(fault.what, cases[i].what);
		assert_int_equal(fault.column, cases[i].column);
		bench_close(&b);
	}
	buf_free(&table);
}

static void
test_overflow(void **state)
{
	static const char *const exprs[] = {
		"a + a", "-a - a", "a * 2", "a / 0.1", "abs(-a - 1)",
		"joined + 1000y + 1000y + 1000y + 1000y + 1000y + 1000y + 1000y "
		    "+ 1000y",
		"joined - 1000y - 1000y - 1000y",
	};
	struct bench	 b;
	struct fault	 fault;
	char		 policy[200];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		snprintf(policy, sizeof(policy), "let x = %s\n", exprs[i]);
		bench_open(&b, policy, "a,joined\n9223372036854,2020-01-01\n"
		    "1,2020-01-01\n");
		bench_row(&b);
		assert_int_equal(frame_fault(b.frame, &fault), 0);
		assert_int_equal(frame_eval(b.frame, b.program[0]).type,
		    TYPE_MISSING);
		assert_int_equal(frame_fault(b.frame, &fault), -1);
		assert_non_null(strstr(fault.what, "a number out of range"));
		assert_int_equal(fault.column, FAULT_ROW);
		/* It is this row's alone. */
		bench_row(&b);
		assert_int_equal(frame_fault(b.frame, &fault), 0);
		bench_close(&b);
	}
}

/* ------------------------------------------------------------------- facts */

static const char	 facts_policy[] =
    "tier platinum when a > 1\n"
    "tier gold when a > 1 and a > 0\n"
    "default standard\n"
    "profile angry when a > 5\n"
    "profile calm when a < 5\n"
    "level critical below 40\n"
    "level low\n"
    "sla resolution for all within 1d\n"
    "let q0 = a\n"
    "let later = tier = gold\n";

struct fact_case {
	const char	*expr;
	int		 want[4];
};

static const struct fact_case	 fact_cases[] = {
	{ "tier = gold", { 0, 1, 0, 0 } },
	{ "tier = \"gold\"", { 0, 1, 0, 0 } },
	{ "tier != gold", { 1, 0, 1, 0 } },
	{ "tier in (gold, platinum)", { 1, 1, 0, 0 } },
	{ "tier >= gold", { 1, 1, 0, 0 } },
	{ "tier > gold", { 1, 0, 0, 0 } },
	{ "tier < platinum", { 0, 1, 1, 0 } },
	{ "tier <= standard", { 0, 0, 1, 0 } },
	{ "vip", { 1, 1, 0, 0 } },
	{ "not vip", { 0, 0, 1, 0 } },
	{ "vip and a = 9", { 1, 1, 0, 0 } },
	{ "profile(angry)", { 1, 0, 1, 0 } },
	{ "not profile(angry)", { 0, 1, 0, 1 } },
	{ "profile(calm)", { 0, 0, 1, 0 } },
	{ "risk = critical", { 1, 0, 0, 0 } },
	{ "risk in (critical, low)", { 1, 1, 1, 0 } },
	{ "resolution breached", { 1, 0, 0, 0 } },
	{ "resolution met", { 0, 1, 0, 0 } },
	{ "not resolution breached", { 0, 1, 1, 1 } },
	{ "later", { 0, 1, 0, 0 } },
};

#define NFACTCASES	(sizeof(fact_cases) / sizeof(fact_cases[0]))

static void
check_facts(struct bench *b, const size_t *program, int row)
{
	size_t	 i;

	for (i = 0; i < NFACTCASES; i++)
		if (frame_test(b->frame, program[i]) !=
		    fact_cases[i].want[row])
			fail_msg("%s in row %d", fact_cases[i].expr, row);
}

static void
facts_policy_text(struct buf *text)
{
	size_t	 i;

	buf_adds(text, facts_policy);
	for (i = 0; i < NFACTCASES; i++)
		buf_addf(text, "escalate e%zu to \"x\" when %s\n", i,
		    fact_cases[i].expr);
}

static void
add_facts(struct bench *b, size_t *program)
{
	const struct statement	*st;
	size_t			 i = 0;

	for (st = policy_find(b->policy, KW_ESCALATE, NULL); st != NULL;
	    st = policy_next(st))
		program[i++] = plan_add(b->plan,
		    clause_find(st, W_WHEN)->expr);
	assert_int_equal(i, NFACTCASES);
}

static void
test_facts_told(void **state)
{
	static const int	 tier[] = { 0, 1, 2 };
	static const char	*const risk[] = { "critical", "low", "low" };
	static const enum metric_status	 status[] = {
		METRIC_BREACHED, METRIC_MET, METRIC_OPEN
	};
	struct bench	 b;
	struct buf	 text = { 0 };
	size_t		 program[NFACTCASES];
	int		 i;

	(void)state;
	facts_policy_text(&text);
	memset(&b, 0, sizeof(b));
	b.policy = policy_of(buf_str(&text));
	b.plan = plan_new(b.policy, MONDAY_NOON);
	add_facts(&b, program);
	plan_decides(b.plan, FACT_TIER);
	plan_decides(b.plan, FACT_PROFILE);
	plan_decides(b.plan, FACT_RISK);
	plan_decides(b.plan, FACT_STATUS);
	bench_table(&b, "a\n9\n9\n9\n9\n");
	for (i = 0; i < 4; i++) {
		bench_row(&b);
		/* What was made of the row before is gone. */
		check_facts(&b, program, 3);
		if (i == 3)
			break;
		frame_tier(b.frame, tier[i]);
		frame_risk(b.frame, risk[i]);
		frame_status(b.frame, "resolution", status[i]);
		frame_status(b.frame, "nothing", METRIC_MET);
		if (i != 1)
			frame_profile(b.frame, policy_find(b.policy,
			    KW_PROFILE, "angry"));
		if (i == 2)
			frame_profile(b.frame, policy_find(b.policy,
			    KW_PROFILE, "calm"));
		check_facts(&b, program, i);
	}
	bench_close(&b);
	buf_free(&text);
}

static void
test_facts_read(void **state)
{
	struct bench	 b;
	struct buf	 text = { 0 };
	size_t		 program[NFACTCASES];
	int		 i;

	(void)state;
	facts_policy_text(&text);
	memset(&b, 0, sizeof(b));
	b.policy = policy_of(buf_str(&text));
	b.plan = plan_new(b.policy, MONDAY_NOON);
	add_facts(&b, program);
	bench_table(&b, "a,tier,profiles,risk_level,resolution_status\n"
	    "9,platinum,angry,critical,breached\n"
	    "9,gold,,low,met\n"
	    "9,standard,angry;calm,low,open\n"
	    "9,,other;angry too,,\n");
	for (i = 0; i < 4; i++) {
		bench_row(&b);
		check_facts(&b, program, i);
	}
	bench_close(&b);
	buf_free(&text);
}

/* ------------------------------------------------------------------ binding */

static void
test_columns(void **state)
{
	static const char policy[] =
	    "column grade from \"Grade, old\" map (\"\xe9\x92\xbb\" = "
	    "\"diamond\", \"caf" E_ONE "\" = \"coffee\", \"none\" = \"\")\n"
	    "column score map (\"low\" = \"1\")\n"
	    "let x = grade\nlet y = score * 2\nlet z = `Annual Revenue` > 3\n"
	    "let g = grade = \"diamond\"\n";
	struct bench	 b;
	struct value	 v;
	size_t		 plain, absent, let;
	static const char *const want[][3] = {
		{ "diamond", "2", "yes" }, { "coffee", "6", "no" },
		{ "other", "missing", "missing" },
		{ "missing", "8", "yes" },
	};
	int		 i;

	(void)state;
	bench_plan(&b, policy, MONDAY_NOON);
	plain = plan_add_column(b.plan, "Annual Revenue", TYPE_TEXT);
	absent = plan_add_optional(b.plan, "absent", TYPE_NUMBER);
	let = plan_add_column(b.plan, "y", TYPE_MISSING);
	bench_table(&b, "Annual Revenue,\"Grade, old\",score\n"
	    "04.0,\xe9\x92\xbb,low\n3,caf" E_TWO ",3\n,other,\n4,none,4\n");
	for (i = 0; i < 4; i++) {
		bench_row(&b);
		v = frame_eval(b.frame, bench_program(&b, "x"));
		assert_string_equal(value_text(&b, &v), want[i][0]);
		v = frame_eval(b.frame, bench_program(&b, "y"));
		assert_string_equal(value_text(&b, &v), want[i][1]);
		v = frame_eval(b.frame, let);
		assert_string_equal(value_text(&b, &v), want[i][1]);
		v = frame_eval(b.frame, bench_program(&b, "z"));
		assert_string_equal(value_text(&b, &v), want[i][2]);
		v = frame_eval(b.frame, plain);
		assert_int_equal(v.type, i == 2 ? TYPE_MISSING : TYPE_TEXT);
		if (i == 0)
			assert_string_equal(value_text(&b, &v), "04.0");
		assert_int_equal(frame_eval(b.frame, absent).type,
		    TYPE_MISSING);
	}
	bench_close(&b);
}

static void
test_missing_columns(void **state)
{
	struct bench		 b;
	const struct expr	*e;
	size_t			 lenient;

	(void)state;
	bench_plan(&b, "tier gold when spend_30d > 1\ndefault none\n",
	    MONDAY_NOON);
	assert_dies(STATUS_DATA, ":1: no column \"spend_30d\", which "
	    "t.vip:1:16 needs; did you mean \"spend_3d\"? The header has "
	    "\"spend_3d\", \"b\"",
	    bench_table(&b, "spend_3d,b\n1,2\n"));
	bench_close(&b);

	bench_plan(&b, "let x = nowhere > 1\n", MONDAY_NOON);
	e = clause_find(policy_find(b.policy, KW_LET, "x"), W_IS)->expr;
	plan_free(b.plan);
	b.plan = plan_new(b.policy, MONDAY_NOON);
	lenient = plan_add_lenient(b.plan, e, 1);
	note_quiet(1);
	bench_table(&b, "a\n1\n");
	note_quiet(0);
	bench_row(&b);
	assert_false(frame_test(b.frame, lenient));
	assert_int_equal(frame_eval(b.frame, lenient).type, TYPE_MISSING);
	bench_close(&b);
}

static void
test_names(void **state)
{
	static const char *const names[] = { "agent.share", "agent.name" };
	static const enum type	 types[] = { TYPE_NUMBER, TYPE_TEXT };
	struct value	 v[2] = { { TYPE_NUMBER, 330000, { NULL, 0 } },
			    { TYPE_TEXT, 0, { "Ann", 3 } } };
	struct bench	 b;
	size_t		 share;

	(void)state;
	bench_plan(&b, "let high = agent.share > 32%\n"
	    "let ann = agent.name = \"Ann\"\n", MONDAY_NOON);
	share = plan_add_column(b.plan, "agent.share", TYPE_NUMBER);
	plan_bind_names(b.plan, names, types, 2);
	b.frame = frame_new(b.plan);
	frame_load_values(b.frame, v);
	assert_true(frame_test(b.frame, bench_program(&b, "high")));
	assert_true(frame_test(b.frame, bench_program(&b, "ann")));
	assert_int_equal(frame_eval(b.frame, share).n, 330000);
	v[0].n = 320000;
	v[1].type = TYPE_MISSING;
	frame_load_values(b.frame, v);
	assert_false(frame_test(b.frame, bench_program(&b, "high")));
	assert_false(frame_test(b.frame, bench_program(&b, "ann")));
	bench_close(&b);
}

static void
test_in_file(void **state)
{
	static const char	 path[] = "eval-list.txt";
	struct bench	 b;
	FILE		*f;
	int		 i;
	static const int want[] = { 1, 1, 1, 0, 0 };

	(void)state;
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("\xef\xbb\xbf" "C1\r\n\r\nc two\nCAF\xc3\x89", f);
	assert_int_equal(fclose(f), 0);
	bench_open(&b, "let t1 = id in file \"eval-list.txt\"\n",
	    "id\nC1\nC Two\ncaf" E_TWO "\nC2\n\"\"\n");
	for (i = 0; i < 5; i++) {
		bench_row(&b);
		assert_int_equal(frame_test(b.frame, b.program[0]), want[i]);
	}
	bench_close(&b);
	assert_int_equal(unlink(path), 0);
}

static char *
file_text(const char *path, size_t *len)
{
	struct buf	 b = { 0 };
	char		 block[4096];
	size_t		 n;
	FILE		*f;

	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&b, block, n);
	fclose(f);
	*len = b.len;
	return b.p;
}

/* All that a policy asks, by columns that need not be there. */
static size_t
add_all(struct plan *plan, const struct policy *p)
{
	const struct statement	*st;
	const struct clause	*cl;
	size_t			 n = 0;
	int			 k;

	for (k = 0; k < KW_NKEYWORDS; k++)
		for (st = policy_find(p, (enum keyword)k, NULL); st != NULL;
		    st = policy_next(st))
			for (cl = st->clauses; cl != NULL; cl = cl->next)
				if (cl->expr != NULL)
					n = 1 + plan_add_lenient(plan,
					    cl->expr, 0);
	return n;
}

/*
 * Every expression of the policies that come with this compiles and runs on
 * a table that has none of its columns.
 */
static void
test_policies(void **state)
{
	static const char *const folders[] = {
		"policies", "tests/policies/good"
	};
	const char		*top = getenv("srcdir");
	struct bench		 b;
	struct buf		 out = { 0 };
	struct value		 v;
	char			 pattern[1000];
	glob_t			 g;
	FILE			*null;
	char			*text;
	size_t			 i, k, n, len, seen = 0;
	int			 warnings;

	(void)state;
	null = fopen("/dev/null", "w");
	assert_non_null(null);
	note_quiet(1);
	for (k = 0; k < 2; k++) {
		snprintf(pattern, sizeof(pattern), "%s/%s/*.vip",
		    top == NULL ? "." : top, folders[k]);
		if (glob(pattern, 0, NULL, &g) != 0)
			continue;
		for (i = 0; i < g.gl_pathc; i++) {
			text = file_text(g.gl_pathv[i], &len);
			memset(&b, 0, sizeof(b));
			b.policy = policy_parse(text, len, g.gl_pathv[i],
			    null, &warnings);
			free(text);
			if (b.policy == NULL)
				fail_msg("%s", g.gl_pathv[i]);
			b.plan = plan_new(b.policy, MONDAY_NOON);
			n = add_all(b.plan, b.policy);
			bench_table(&b, "none_of_these\n1\n");
			bench_settle(&b);
			bench_row(&b);
			for (seen += n; n-- > 0;) {
				v = frame_eval(b.frame, n);
				value_show(&v, policy_zone(b.policy), &out);
				assert_int_equal(frame_test(b.frame, n),
				    v.type == TYPE_TRUTH && v.n);
				frame_reason(b.frame, n, &out);
			}
			bench_close(&b);
		}
		globfree(&g);
	}
	note_quiet(0);
	fclose(null);
	buf_free(&out);
	if (seen == 0)
		skip();				/* no source tree here */
}

/* ------------------------------------------------------------ quick, slow */

/* One of some cells, with a byte changed, more or less of it, or as it is. */
static void
put_near(struct buf *b, const char *const *cells, unsigned n)
{
	static const char *const bytes[] = {
		"0", "1", "9", "-", ".", "/", ":", " ", "a", "S", "z", "\xc3\xa9",
		"\xe2\x84\xaa", "T", "+", "\x7f"
	};
	const char	*cell = cells[below(n)];
	size_t		 len = strlen(cell), at = below((unsigned)len + 1);
	unsigned	 how = below(6);

	buf_add(b, cell, at);
	if (how < 2)
		buf_adds(b, bytes[below(sizeof(bytes) / sizeof(bytes[0]))]);
	if ((how == 0 || how == 2) && at < len)
		at++;
	buf_add(b, cell + at, len - at);
}

/* Seldom one that is none, for the first of those ends the row. */
static void
put_number(struct buf *b)
{
	static const char *const numbers[] = {
		"0", "7", "42", "1972.61", "0.65", "12345678", "123456789",
		"-3.5", "1e3", ".123456", "1234567.8", ""
	};

	if (below(20) == 0)
		put_near(b, numbers, 11);
	else
		buf_adds(b, numbers[below(12)]);
}

/*
 * Cells of a row without quotes are read in other ways than those of a row
 * with some, and brief texts are found in other ways than long ones: "few"
 * and "many" have the same members as far as cells go, and what is the same
 * is neither before nor after.
 */
static void
test_twins(void **state)
{
	static const char *const policy =
	    "let few = t in (\"a\", \"Vip\", \"smb\", \"free\", \"consumer\", "
	    "\"pro-monthly\", \"enterprise-yearly\")\n"
	    "let many = t in (\"a\", \"Vip\", \"smb\", \"free\", \"consumer\", "
	    "\"pro-monthly\", \"enterprise-yearly\", "
	    "\"a long text that no cell is and is far from brief\")\n"
	    "let brief = t in (\"kilo\", \"smb\", \"consumer\")\n"
	    "let folded = t in (\"kilo\", \"smb\", \"consumer\", "
	    "\"a long text that no cell is and is far from brief\")\n"
	    "let same = t = \"consumer\"\n"
	    "let between1 = t >= \"consumer\" and t <= \"consumer\"\n"
	    "let differs = t != \"pro-monthly\"\n"
	    "let outside = t < \"pro-monthly\" or t > \"pro-monthly\"\n"
	    "let x = n + n1 + n2 + n3 + n4 + n5 + n6\nlet y = d - 0d\nlet z = t\n";
	static const char *const texts[] = {
		"a", "Vip", "smb", "free", "consumer", "pro-monthly",
		"enterprise-yearly", "kilo", "\xe2\x84\xaailo",
		"sixteen-bytes-16"
	};
	static const char *const dates[] = {
		"2025-06-18", "2024-02-29", "2023-02-28", "0001-01-01",
		"9999-12-31", "2025-12-31", "2025-06-18T10:00", "--02-29",
		"2025-03-30", "1970-01-01"
	};
	struct bench	 b;
	struct buf	 table = { 0 }, cell = { 0 };
	struct fault	 quick, slow;
	struct value	 v;
	char		*was[20];
	size_t		 i, k, start;
	int		 rc;

	(void)state;
	seed = 0;
	buf_adds(&table, "n,t,n1,n2,n3,n4,n5,n6,d\n");
	for (i = 0; i < 20000; i++) {
		start = table.len;
		put_number(&table);
		buf_addc(&table, ',');

		put_near(&table, texts, sizeof(texts) / sizeof(texts[0]));
		for (k = 0; k < 6; k++) {
			buf_addc(&table, ',');
			put_number(&table);
		}
		buf_addc(&table, ',');
		put_near(&table, dates, sizeof(dates) / sizeof(dates[0]));
		cell.len = 0;
		buf_addc(&cell, '"');
		for (k = start; k < table.len; k++)
			if (table.p[k] == ',')
				buf_adds(&cell, "\",\"");
			else
				buf_addc(&cell, table.p[k]);
		buf_addf(&table, "\n%s\"\n", buf_str(&cell));
	}
	bench_open(&b, policy, buf_str(&table));
	for (i = 0; i < 20000; i++) {
		memset(&quick, 0, sizeof(quick));
		memset(&slow, 0, sizeof(slow));
		rc = bench_next(&b, &quick);
		assert_int_not_equal(rc, 0);
		for (k = 0; rc == 1 && k < b.n; k++) {
			v = frame_eval(b.frame, b.program[k]);
			was[k] = xstrdup(value_text(&b, &v));
		}
		assert_int_equal(bench_next(&b, &slow), rc);
		assert_string_equal(quick.what, slow.what);
		assert_int_equal(quick.column, slow.column);
		for (k = 0; rc == 1 && k < b.n; k++) {
			v = frame_eval(b.frame, b.program[k]);
			if (strcmp(was[k], value_text(&b, &v)) != 0)
				fail_msg("row %zu: %s is %s, and %s in quotes",
				    i, b.name[k], was[k], value_text(&b, &v));
			if (k < 8 && k % 2 == 1 &&
			    strcmp(was[k], was[k - 1]) != 0)
				fail_msg("row %zu: %s is %s, but %s is %s", i,
				    b.name[k - 1], was[k - 1], b.name[k],
				    was[k]);
		}
		for (k = 0; rc == 1 && k < b.n; k++)
			free(was[k]);
	}
	bench_close(&b);
	buf_free(&table);
	buf_free(&cell);
}

/* ---------------------------------------------------------------- reference */

#ifdef HAVE_GMP

/*
 * Random expressions, and an evaluator of them that has nothing in common
 * with the one under test: trees, rationals of any size, and rounding done
 * by comparing fractions.
 */
enum kind { R_NUMBER, R_COLUMN, R_ADD, R_SUB, R_MUL, R_DIV, R_NEG, R_MIN,
	R_MAX, R_ABS, R_ROUND, R_COALESCE,		/* numbers */
	R_LT, R_LE, R_GT, R_GE, R_EQ, R_NE, R_BETWEEN, R_IN, R_MISSING,
	R_AND, R_OR, R_NOT };				/* conditions */

#define NCOLUMNS	6

struct tree {
	enum kind	 kind;
	char		 text[32];
	int		 column;
	int		 n;
	struct tree	*kid[3];
};

struct result {
	int	 known;			/* truth: 0, 1; or the number */
	int	 truth;
	mpq_t	 q;
};

static int	 overflown;	/* somewhere in this row */

/* A number as one would write it: mostly small, often a tie. */
static void
random_number(char *s, size_t size)
{
	switch (below(6)) {
	case 0:
		snprintf(s, size, "%u", below(10));
		break;
	case 1:
		snprintf(s, size, "%u.%u", below(100), below(10));
		break;
	case 2:
		snprintf(s, size, "0.%06u", below(1000000));
		break;
	case 3:
		snprintf(s, size, "%u%06u.%06u", below(9223372), below(1000000),
		    below(1000000));
		break;
	case 4:
		snprintf(s, size, "0.00000%u", below(10));
		break;
	default:
		snprintf(s, size, "%u.%03u", below(1000000), below(1000));
		break;
	}
}

static struct tree *
tree_new(enum kind kind, int n)
{
	struct tree	*t = xcalloc(1, sizeof(*t));

	t->kind = kind;
	t->n = n;
	return t;
}

static void
tree_free(struct tree *t)
{
	int	 i;

	for (i = 0; i < t->n; i++)
		tree_free(t->kid[i]);
	free(t);
}

/* Put a column in the place of a number, or of one with signs. */
static void
no_literal(struct tree *t)
{
	while (t->kind == R_NEG)
		t = t->kid[0];
	if (t->kind == R_NUMBER)
		t->kind = R_COLUMN;
}

static struct tree *
random_sum(int depth)
{
	struct tree	*t;
	int		 i;

	if (depth == 0 || below(6) == 0) {
		if (below(2) == 0) {
			t = tree_new(R_NUMBER, 0);
			random_number(t->text, sizeof(t->text));
		} else {
			t = tree_new(R_COLUMN, 0);
			t->column = (int)below(NCOLUMNS);
		}
		return t;
	}
	switch (below(11)) {
	case 0:
		t = tree_new(R_NEG, 1);
		break;
	case 1:
		t = tree_new(R_ABS, 1);
		break;
	case 2:
		t = tree_new(R_ROUND, 1);
		break;
	case 3:
		t = tree_new(below(2) ? R_MIN : R_MAX, 2 + (int)below(2));
		break;
	case 4:
		t = tree_new(R_COALESCE, 2 + (int)below(2));
		break;
	default:
		t = tree_new((enum kind)(R_ADD + below(4)), 2);
		break;
	}
	for (i = 0; i < t->n; i++)
		t->kid[i] = random_sum(depth - 1);
	/* A policy may not divide by a nought that stands there: */
	if (t->kind == R_DIV)
		no_literal(t->kid[1]);
	return t;
}

static struct tree *
random_condition(int depth)
{
	struct tree	*t;
	int		 i;

	if (depth > 0 && below(3) != 0) {
		t = tree_new((enum kind)(R_AND + below(3)), 2);
		if (t->kind == R_NOT)
			t->n = 1;
		for (i = 0; i < t->n; i++)
			t->kid[i] = random_condition(depth - 1);
		return t;
	}
	switch (below(9)) {
	case 0:
		t = tree_new(R_BETWEEN, 3);
		break;
	case 1:
		t = tree_new(R_IN, 3);
		break;
	case 2:
		t = tree_new(R_MISSING, 1);
		break;
	default:
		t = tree_new((enum kind)(R_LT + below(6)), 2);
		break;
	}
	for (i = 0; i < t->n; i++)
		t->kid[i] = random_sum(i == 0 ? 2 : (int)below(3));
	/* Nor ask for what lies between a number and a lesser one. */
	if (t->kind == R_BETWEEN)
		no_literal(t->kid[2]);
	return t;
}

/* Brackets only where they are needed: precedence is put to the test. */
static void
show(const struct tree *t, int level, struct buf *b)
{
	static const struct { const char *word; int level; } op[] = {
		[R_ADD] = { " + ", 5 }, [R_SUB] = { " - ", 5 },
		[R_MUL] = { " * ", 6 }, [R_DIV] = { " / ", 6 },
		[R_LT] = { " < ", 4 }, [R_LE] = { " <= ", 4 },
		[R_GT] = { " > ", 4 }, [R_GE] = { " >= ", 4 },
		[R_EQ] = { " = ", 4 }, [R_NE] = { " != ", 4 },
		[R_AND] = { " and ", 2 }, [R_OR] = { " or ", 1 },
		[R_MIN] = { "min", 0 }, [R_MAX] = { "max", 0 },
		[R_ABS] = { "abs", 0 }, [R_ROUND] = { "round", 0 },
		[R_COALESCE] = { "coalesce", 0 }, [R_MISSING] = { "missing", 0 },
	};
	int	 own = 8, i;

	switch (t->kind) {
	case R_NUMBER:
		buf_adds(b, t->text);
		return;
	case R_COLUMN:
		buf_addf(b, "c%d", t->column);
		return;
	case R_NEG:
		own = 7;
		break;
	case R_NOT:
		own = 3;
		break;
	case R_BETWEEN:
	case R_IN:
		own = 4;
		break;
	default:
		if (op[t->kind].level > 0)
			own = op[t->kind].level;
		break;
	}
	if (own < level)
		buf_addc(b, '(');
	switch (t->kind) {
	case R_NEG:
		buf_adds(b, "-");
		show(t->kid[0], 7, b);
		break;
	case R_NOT:
		buf_adds(b, "not ");
		show(t->kid[0], 3, b);
		break;
	case R_BETWEEN:
		show(t->kid[0], 5, b);
		buf_adds(b, " between ");
		show(t->kid[1], 5, b);
		buf_adds(b, " and ");
		show(t->kid[2], 5, b);
		break;
	case R_IN:
		show(t->kid[0], 5, b);
		buf_adds(b, " in (");
		show(t->kid[1], 5, b);
		buf_adds(b, ", ");
		show(t->kid[2], 5, b);
		buf_addc(b, ')');
		break;
	default:
		if (op[t->kind].level > 0) {
			/* Comparisons do not chain. */
			show(t->kid[0], own == 4 ? 5 : own, b);
			buf_adds(b, op[t->kind].word);
			show(t->kid[1], own + 1, b);
			break;
		}
		buf_adds(b, op[t->kind].word);
		buf_addc(b, '(');
		for (i = 0; i < t->n; i++) {
			if (i > 0)
				buf_adds(b, ", ");
			show(t->kid[i], 1, b);
		}
		buf_addc(b, ')');
		break;
	}
	if (own < level)
		buf_addc(b, ')');
}

/* Round to a multiple of "unit", a tie to the even one. */
static void
round_to(mpq_t q, const char *unit)
{
	mpq_t	 u, low, high, half;
	mpz_t	 n;

	mpq_inits(u, low, high, half, NULL);
	mpz_init(n);
	mpq_set_str(u, unit, 10);
	mpq_div(half, q, u);
	mpz_fdiv_q(n, mpq_numref(half), mpq_denref(half));
	mpq_set_z(low, n);
	mpq_mul(low, low, u);
	mpq_add(high, low, u);
	/* Nearer to low, to high, or in the middle? */
	mpq_add(half, low, high);
	mpq_div_2exp(half, half, 1);
	if (mpq_cmp(q, half) < 0 || (mpq_equal(q, half) && mpz_even_p(n)))
		mpq_set(q, low);
	else
		mpq_set(q, high);
	mpq_clears(u, low, high, half, NULL);
	mpz_clear(n);
}

static int
in_range(const mpq_t q)
{
	mpq_t	 low, high;
	int	 ok;

	mpq_inits(low, high, NULL);
	mpq_set_str(high, "9223372036854775807/1000000", 10);
	mpq_set_str(low, "-9223372036854775808/1000000", 10);
	mpq_canonicalize(low);
	ok = mpq_cmp(q, low) >= 0 && mpq_cmp(q, high) <= 0;
	mpq_clears(low, high, NULL);
	return ok;
}

static void
decimal(mpq_t q, const char *s)
{
	const char	*point = strchr(s, '.');
	char		 digits[64];
	size_t		 n = point == NULL ? strlen(s) : (size_t)(point - s);

	snprintf(digits, sizeof(digits), "%.*s%s%.*s", (int)n, s,
	    point == NULL ? "" : point + 1,
	    point == NULL ? 6 : 6 - (int)strlen(point + 1), "000000");
	mpz_set_str(mpq_numref(q), digits, 10);
	mpz_set_ui(mpq_denref(q), 1000000);
	mpq_canonicalize(q);
}

static void reference(const struct tree *, char cells[][32], struct result *);

static void
compare(struct result *r, enum kind kind, const struct result *a,
    const struct result *b)
{
	int	 c;

	r->known = a->known && b->known;
	if (!r->known)
		return;
	c = mpq_cmp(a->q, b->q);
	r->truth = kind == R_LT ? c < 0 : kind == R_LE ? c <= 0 :
	    kind == R_GT ? c > 0 : kind == R_GE ? c >= 0 :
	    kind == R_EQ ? c == 0 : c != 0;
}

/* Kleene's "and"; "or" is what it makes of the contraries. */
static void
both(struct result *r, const struct result *a, const struct result *b, int or)
{
	int	 x = a->known ? a->truth ^ or : 2, y = b->known ?
		    b->truth ^ or : 2;

	r->known = x == 0 || y == 0 || (x == 1 && y == 1);
	r->truth = (x == 1 && y == 1) ^ or;
}

static void
reference(const struct tree *t, char cells[][32], struct result *r)
{
	struct result	 k[3], a, b;
	int		 i;

	for (i = 0; i < 3; i++) {
		memset(&k[i], 0, sizeof(k[i]));
		mpq_init(k[i].q);
		if (i < t->n)
			reference(t->kid[i], cells, &k[i]);
	}
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	r->known = 1;
	switch (t->kind) {
	case R_NUMBER:
		decimal(r->q, t->text);
		break;
	case R_COLUMN:
		if ((r->known = cells[t->column][0] != '\0'))
			decimal(r->q, cells[t->column]);
		break;
	case R_ADD:
	case R_SUB:
	case R_MUL:
	case R_DIV:
		r->known = k[0].known && k[1].known &&
		    (t->kind != R_DIV || mpq_sgn(k[1].q) != 0);
		if (!r->known)
			break;
		(t->kind == R_ADD ? mpq_add : t->kind == R_SUB ? mpq_sub :
		    t->kind == R_MUL ? mpq_mul : mpq_div)(r->q, k[0].q, k[1].q);
		round_to(r->q, "1/1000000");
		break;
	case R_NEG:
	case R_ABS:
	case R_ROUND:
		if ((r->known = k[0].known) == 0)
			break;
		(t->kind == R_ABS ? mpq_abs : mpq_set)(r->q, k[0].q);
		if (t->kind == R_NEG)
			mpq_neg(r->q, r->q);
		if (t->kind == R_ROUND)
			round_to(r->q, "1");
		break;
	case R_MIN:
	case R_MAX:
		mpq_set(r->q, k[0].q);
		for (i = 0; i < t->n; i++) {
			r->known = r->known && k[i].known;
			if ((mpq_cmp(k[i].q, r->q) < 0) == (t->kind == R_MIN))
				mpq_set(r->q, k[i].q);
		}
		break;
	case R_COALESCE:
		for (i = 0; i < t->n && !k[i].known; i++)
			;
		if ((r->known = i < t->n))
			mpq_set(r->q, k[i].q);
		break;
	case R_BETWEEN:
		compare(&a, R_GE, &k[0], &k[1]);
		compare(&b, R_LE, &k[0], &k[2]);
		both(r, &a, &b, 0);
		break;
	case R_IN:
		compare(&a, R_EQ, &k[0], &k[1]);
		compare(&b, R_EQ, &k[0], &k[2]);
		both(r, &a, &b, 1);
		break;
	case R_MISSING:
		r->truth = !k[0].known;
		break;
	case R_NOT:
		r->known = k[0].known;
		r->truth = !k[0].truth;
		break;
	case R_AND:
	case R_OR:
		both(r, &k[0], &k[1], t->kind == R_OR);
		break;
	default:
		compare(r, t->kind, &k[0], &k[1]);
		break;
	}
	if (t->kind < R_LT && r->known && !in_range(r->q)) {
		overflown = 1;
		r->known = 0;
	}
	for (i = 0; i < 3; i++)
		mpq_clear(k[i].q);
}

/* Only the sums have a number. */
static void
agree(const struct bench *b, const struct tree *t, const char *expr,
    const char *row, const struct value *v, const struct result *want)
{
	mpq_t	 got;
	int	 ok;

	mpq_init(got);
	if (v->type == TYPE_NUMBER) {
		mpz_set_si(mpq_numref(got), v->n);
		mpz_set_ui(mpq_denref(got), 1000000);
		mpq_canonicalize(got);
	}
	ok = (v->type != TYPE_MISSING) == want->known;
	if (ok && want->known)
		ok = t->kind < R_LT ? v->type == TYPE_NUMBER &&
		    mpq_equal(got, want->q) : v->type == TYPE_TRUTH &&
		    v->n == want->truth;
	if (!ok) {
		gmp_printf("# want %d %d %Qd\n", want->known, want->truth,
		    want->q);
		fail_msg("%s on %s is %s", expr, row, value_text(b, v));
	}
	mpq_clear(got);
}

#define ROUNDS	150
#define TREES	20
#define ROWS	15

static void
property_round(void)
{
	struct tree	*tree[TREES];
	struct buf	 text = { 0 }, table = { 0 }, expr[TREES];
	struct bench	 b;
	struct fault	 fault;
	struct result	 want;
	struct value	 v;
	char		 cells[ROWS][NCOLUMNS][32];
	size_t		 line[ROWS + 1];
	int		 i, k, faults;

	memset(expr, 0, sizeof(expr));
	for (i = 0; i < TREES; i++) {
		tree[i] = i % 2 ? random_condition(4) : random_sum(5);
		show(tree[i], 1, &expr[i]);
		buf_addf(&text, "let x%d = %s\n", i, buf_str(&expr[i]));
	}
	for (i = 0; i < NCOLUMNS; i++)
		buf_addf(&table, "%sc%d", i ? "," : "", i);
	buf_addc(&table, '\n');
	for (k = 0; k < ROWS; k++) {
		line[k] = table.len;
		for (i = 0; i < NCOLUMNS; i++) {
			cells[k][i][0] = '\0';
			if (below(7) != 0)
				random_number(cells[k][i], 32);
			/* A row of commas alone is no blank line. */
			buf_addf(&table, "%s%s", i ? "," : "", cells[k][i]);
		}
		buf_addc(&table, '\n');
	}
	line[ROWS] = table.len;
	/* All columns are numbers, also those that are only missing(c). */
	buf_adds(&text, "tier some when");
	for (i = 0; i < NCOLUMNS; i++)
		buf_addf(&text, "%s c%d > 0", i ? " or" : "", i);
	bench_open(&b, buf_str(&text), buf_str(&table));
	for (k = 0; k < ROWS; k++) {
		for (faults = i = 0; i < TREES; i++) {
			memset(&want, 0, sizeof(want));
			mpq_init(want.q);
			if (i == 0)
				bench_row(&b);
			overflown = 0;
			reference(tree[i], cells[k], &want);
			v = frame_eval(b.frame, bench_program(&b,
			    b.name[i]));
			faults |= overflown;
			/*
			 * What follows an overflow is not defined, as what
			 * is decided already is not computed.
			 */
			if (!overflown) {
				table.p[line[k + 1] - 1] = '\0';
				agree(&b, tree[i], expr[i].p,
				    table.p + line[k], &v, &want);
				table.p[line[k + 1] - 1] = '\n';
				assert_int_equal(frame_test(b.frame,
				    b.program[i]), tree[i]->kind >= R_LT &&
				    want.known && want.truth);
			}
			mpq_clear(want.q);
		}
		if (!faults)
			assert_int_equal(frame_fault(b.frame, &fault), 0);
	}
	bench_close(&b);
	for (i = 0; i < TREES; i++) {
		tree_free(tree[i]);
		buf_free(&expr[i]);
	}
	buf_free(&text);
	buf_free(&table);
}

/* Sums alone: their overflow must be told. */
static void
test_overflow_told(void **state)
{
	struct tree	*t;
	struct buf	 text = { 0 };
	struct bench	 b;
	struct fault	 fault;
	struct result	 want;
	char		 cells[NCOLUMNS][32];
	int		 i, round, told = 0;

	(void)state;
	seed = 5;
	for (round = 0; round < 300; round++) {
		t = random_sum(4);
		text.len = 0;
		buf_adds(&text, "let x = ");
		show(t, 1, &text);
		buf_adds(&text, "\ntier some when");
		for (i = 0; i < NCOLUMNS; i++)
			buf_addf(&text, "%s c%d > 0", i ? " or" : "", i);
		for (i = 0; i < NCOLUMNS; i++)
			random_number(cells[i], 32);
		bench_plan(&b, buf_str(&text), MONDAY_NOON);
		text.len = 0;
		buf_adds(&text, "c0,c1,c2,c3,c4,c5\n");
		for (i = 0; i < NCOLUMNS; i++)
			buf_addf(&text, "%s%s", i ? "," : "", cells[i]);
		buf_addc(&text, '\n');
		bench_table(&b, buf_str(&text));
		bench_row(&b);
		overflown = 0;
		memset(&want, 0, sizeof(want));
		mpq_init(want.q);
		reference(t, cells, &want);
		(void)frame_eval(b.frame, b.program[0]);
		/* coalesce() does not compute what it does not need. */
		if (!overflown)
			assert_int_equal(frame_fault(b.frame, &fault), 0);
		else if (strstr(text.p, "coalesce") == NULL &&
		    frame_fault(b.frame, &fault) != 0)
			told++;
		mpq_clear(want.q);
		bench_close(&b);
		tree_free(t);
	}
	assert_true(told > 10);
	buf_free(&text);
}

static void
test_reference(void **state)
{
	int	 round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		seed = (uint64_t)round + 1;
		property_round();
	}
}

#else

static void
test_reference(void **state)
{
	(void)state;
	skip();				/* without libgmp-dev */
}

#define test_overflow_told	test_reference

#endif

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_business),
		cmocka_unit_test(test_lets),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_bad_cells),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_facts_told),
		cmocka_unit_test(test_facts_read),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_missing_columns),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_in_file),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_overflow_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
