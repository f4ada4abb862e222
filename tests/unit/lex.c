/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a policy: literals, and what a word is where it stands. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/policy.h"

static struct policy	*pol;

static const struct statement *
parse(const char *text)
{
	policy_free(pol);
	pol = policy_parse(text, strlen(text), "test", stderr, NULL);
	assert_non_null(pol);
	return policy_statements(pol);
}

/* The error of a text that has one. */
static void
wrong(const char *text, const char *error)
{
	struct policy	*p;
	char		*out, *got, *end;
	size_t		 len;
	FILE		*fp;

	assert_non_null(fp = open_memstream(&out, &len));
	p = policy_parse(text, strlen(text), "test", fp, NULL);
	fclose(fp);
	assert_null(p);
	assert_non_null(got = strstr(out, ": test:"));
	got += strlen(": test:");
	if ((end = strchr(got, '\n')) != NULL)
		*end = '\0';
	assert_string_equal(got, error);
	free(out);
}

static const struct expr *
value(const char *literal)
{
	static char	 text[200];

	snprintf(text, sizeof(text), "let a = %s", literal);
	return clause_find(parse(text), W_IS)->expr;
}

static void
numbers(void **state)
{
	static const struct {
		const char	*text;
		num		 n;
		int		 flags;
	} cases[] = {
		{ "50", 50 * NUM_ONE, 0 },
		{ "4.8", 4800000, 0 },
		{ "0.000001", 1, 0 },
		{ "1_000_000", 1000000 * NUM_ONE, 0 },
		{ "500K", 500000 * NUM_ONE, 0 },
		{ "2M", 2000000 * NUM_ONE, 0 },
		{ "1.5B", 1500000000 * NUM_ONE, 0 },
		{ "5万", 50000 * NUM_ONE, 0 },
		{ "1.5亿", 150000000 * NUM_ONE, 0 },
		{ "5%", 50000, EXPR_PERCENT },
		{ "97.8%", 978000, EXPR_PERCENT },
		{ "0.0001%", 1, EXPR_PERCENT },
		{ "$400", 400 * NUM_ONE, EXPR_MONEY },
		{ "$1.5K", 1500 * NUM_ONE, EXPR_MONEY },
		{ "¥50000", 50000 * NUM_ONE, EXPR_MONEY },
		{ "￥5万", 50000 * NUM_ONE, EXPR_MONEY },
		{ "5万元", 50000 * NUM_ONE, EXPR_MONEY },
		{ "€1_000", 1000 * NUM_ONE, EXPR_MONEY },
		{ "CHF 250", 250 * NUM_ONE, EXPR_MONEY },
		{ "-5", -5 * NUM_ONE, 0 },
		{ "9223372036854.775807", NUM_MAX, 0 },
	};
	const struct expr	*e;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		e = value(cases[i].text);
		assert_int_equal(e->op, OP_NUMBER);
		assert_int_equal(e->number, cases[i].n);
		assert_int_equal(e->flags, cases[i].flags);
	}
	/* "- 5" is not written like a number. */
	assert_int_equal(value("- 5")->op, OP_NEG);
}

static void
durations(void **state)
{
	static const struct {
		const char	*text;
		struct duration	 d;
	} cases[] = {
		{ "10s", { 0, 0, 10, 0 } },
		{ "15min", { 0, 0, 900, 0 } },
		{ "1h", { 0, 0, 3600, 0 } },
		{ "1.5h", { 0, 0, 5400, 0 } },
		{ "2d", { 0, 2, 0, 0 } },
		{ "3w", { 0, 21, 0, 0 } },
		{ "3mo", { 3, 0, 0, 0 } },
		{ "1y", { 12, 0, 0, 0 } },
		{ "4 business hours", { 0, 0, 14400, 1 } },
		{ "1 business hour", { 0, 0, 3600, 1 } },
		{ "2 business days", { 0, 2, 0, 1 } },
		{ "30 business minutes", { 0, 0, 1800, 1 } },
	};
	const struct expr	*e;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		e = value(cases[i].text);
		assert_int_equal(e->op, OP_DURATION);
		assert_int_equal(e->duration.months, cases[i].d.months);
		assert_int_equal(e->duration.days, cases[i].d.days);
		assert_int_equal(e->duration.seconds, cases[i].d.seconds);
		assert_int_equal(e->duration.business, cases[i].d.business);
	}
}

static void
others(void **state)
{
	const struct expr	*e;

	(void)state;
	e = value("2026-01-15");
	assert_int_equal(e->op, OP_DATE);
	assert_int_equal(e->number, days_of(2026, 1, 15));
	e = value("\"a \\\"b\\\" \\\\ \\n\"");
	assert_int_equal(e->op, OP_TEXT);
	assert_string_equal(e->text, "a \"b\" \\ \n");
	assert_string_equal(value("_a1")->text, "_a1");
	assert_string_equal(value("agent.share")->text, "agent.share");
	assert_string_equal(value("消费额")->text, "消费额");
	assert_string_equal(value("`Annual Revenue`")->text,
	    "Annual Revenue");
	/* Names are in normal form C, however they are written. */
	assert_string_equal(value("cafe\xcc\x81")->text, "caf\xc3\xa9");
	assert_string_equal(value("`cafe\xcc\x81`")->text, "caf\xc3\xa9");
	/* A mark at the start, CRLF, and an ideographic space are blanks. */
	parse("\xef\xbb\xbflet\xe3\x80\x80" "a = 1\r\n# \xe2\x82\xac\r\n");
}

static void
errors(void **state)
{
	(void)state;
	wrong("let a = 1.1234567", "1:9: error: a number has at most six "
	    "decimals");
	wrong("let a = 9223372036854.775808", "1:9: error: this number is out "
	    "of range: numbers are below 9.2 x 10^12");
	wrong("let a = 10000000M", "1:9: error: this number is out of range: "
	    "numbers are below 9.2 x 10^12");
	wrong("let a = 5hr", "1:9: error: \"hr\" is not a unit; did you mean "
	    "h?");
	wrong("let a = 2 hours", "1:11: error: write 2h");
	wrong("let a = 2 h", "1:11: error: a unit stands right behind its "
	    "number: 2h");
	wrong("let a = 1.00005s", "1:9: error: a duration is made of whole "
	    "seconds");
	wrong("let a = 2025-02-29", "1:9: error: there is no such day");
	wrong("let a = \"b", "1:9: error: this text is not closed on its "
	    "line");
	wrong("let a = \"\\d\"", "1:10: error: in a text only \\\", \\\\ and "
	    "\\n have a meaning; write \\\\ for a backslash");
	wrong("let a = 1 ≥ 2", "1:11: error: \"≥\" has no meaning here; write "
	    ">=");
	wrong("# a\n\tlet a = \"\xff\"", "2:11: error: this is not UTF-8");
}

/* The same word, by where it stands. */
static void
places(void **state)
{
	const struct statement	*s;
	const struct clause	*c;

	(void)state;
	s = parse("pool tier1 when level >= 3 and touch = \"x\" and in > 2 "
	    "share 40%");
	c = clause_find(s, W_WHEN);
	assert_non_null(c);
	assert_non_null(clause_find(s, W_SHARE));
	assert_null(s->next);

	/* A number belongs to a clause, a name to a statement. */
	s = parse("tier a when x > 1 limit 5 limit vip 20% limit touch 2 "
	    "per 7d");
	assert_non_null(clause_find(s, W_LIMIT));
	assert_int_equal(s->next->keyword, KW_LIMIT);
	assert_string_equal(s->next->name, "vip");
	assert_string_equal(s->next->next->name, "touch");
	s = parse("compensate x points 100-500\npoints earn 1 per $1");
	assert_int_equal(clause_find(s, W_POINTS)->high, 500 * NUM_ONE);
	assert_int_equal(s->next->keyword, KW_POINTS);
	s = parse("calendar a open mon-fri 09:00-17:00\ntimezone \"UTC\"");
	assert_null(clause_find(s, W_TIMEZONE));
	assert_int_equal(s->next->keyword, KW_TIMEZONE);
	s = parse("calendar a {\n\topen mon-fri 09:00-17:00\n"
	    "\ttimezone \"UTC\" }");
	assert_non_null(clause_find(s, W_TIMEZONE));
	assert_null(s->next);

	/* "in" joins, or begins a clause. */
	s = parse("escalate a when count(b) > 10 in 24h of c");
	assert_int_equal(clause_find(s, W_IN)->duration.seconds, 86400);
	assert_string_equal(clause_find(s, W_OF)->expr->text, "c");
	assert_string_equal(clause_find(s, W_WHEN)->expr->arg[0]->text, "b");
	s = parse("escalate a when b in (\"c\") within 1h");
	assert_int_equal(clause_find(s, W_WHEN)->expr->op, OP_IN);
	assert_int_equal(clause_find(s, W_WITHIN)->duration.seconds, 3600);

	/* "within" is of the function inside of it, and else a clause. */
	s = parse("escalate a when rank(b within c) < 3 within 1h");
	assert_string_equal(
	    clause_find(s, W_WHEN)->expr->arg[0]->within->text, "c");
	assert_non_null(clause_find(s, W_WITHIN));

	/* A condition that is missing does not take the next statement. */
	wrong("tier a when\ntier b when x > 1", "1:12: error: a value is "
	    "missing after \"when\"");
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(durations),
		cmocka_unit_test(others),
		cmocka_unit_test(errors),
		cmocka_unit_test(places),
	};
	int	 failed;

	failed = cmocka_run_group_tests(tests, NULL, NULL);
	policy_free(pol);
	return failed;
}
