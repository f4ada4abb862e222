/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a policy once it is read, and that it is shown as it is. */
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

static int
is_wrong(const char *text)
{
	struct policy	*p;

	p = policy_parse(text, strlen(text), "test", NULL, NULL);
	policy_free(p);
	return p == NULL;
}

static int
warnings(const char *text)
{
	struct policy	*p;
	int		 n = -1;

	p = policy_parse(text, strlen(text), "test", NULL, &n);
	assert_non_null(p);
	policy_free(p);
	return n;
}

static const struct clause *
only(const char *text, enum word word)
{
	const struct clause	*c;

	c = clause_find(parse(text), word);
	assert_non_null(c);
	return c;
}

static const struct expr *
condition(const char *text_of)
{
	static char	 text[1000];

	snprintf(text, sizeof(text), "tier a when %s\ntier gold when q > 1 "
	    "default rest", text_of);
	return only(text, W_WHEN)->expr;
}

static void
shown(const char *text, const char *as)
{
	struct buf	 b = { 0 };

	expr_show(condition(text), &b);
	assert_string_equal(buf_str(&b), as);
	buf_free(&b);
}

/* How tightly what binds, by the brackets that are left. */
static void
precedence(void **state)
{
	const struct expr	*e;

	(void)state;
	e = condition("a > 1 or b > 2 and c > 3");
	assert_int_equal(e->op, OP_OR);
	assert_int_equal(e->arg[1]->op, OP_AND);
	e = condition("not a > 1 and b > 2");
	assert_int_equal(e->op, OP_AND);
	assert_int_equal(e->arg[0]->op, OP_NOT);
	e = condition("a - b - c > d * e + -f");
	assert_int_equal(e->op, OP_GT);
	assert_int_equal(e->arg[0]->op, OP_SUB);
	assert_int_equal(e->arg[0]->arg[0]->op, OP_SUB);
	assert_int_equal(e->arg[1]->op, OP_ADD);
	assert_int_equal(e->arg[1]->arg[1]->op, OP_NEG);
	e = condition("a between 1 and 2 and b > 3");
	assert_int_equal(e->op, OP_AND);
	assert_int_equal(e->arg[0]->op, OP_BETWEEN);

	shown("(a > 1 or b > 2) and c > 3", "(a > 1 or b > 2) and c > 3");
	shown("((a > 1) or (b > 2 and (c > 3)))",
	    "a > 1 or b > 2 and c > 3");
	shown("not (a > 1 and b > 2)", "not (a > 1 and b > 2)");
	shown("not (a > 1)", "not a > 1");
	shown("a - (b - c) > 1", "a - (b - c) > 1");
	shown("(a - b) - c > 1", "a - b - c > 1");
	shown("a / (b * c) > -(d + e)", "a / (b * c) > -(d + e)");
	shown("- 5 < a", "-(5) < a");
	shown("(true) = false or missing(a)",
	    "true = false or missing(a)");
	shown("rank(a + b within lower(c)) <= 3",
	    "rank(a + b within lower(c)) <= 3");
	shown("`a` > 1 and `tier` > 1 and `a b` > 2",
	    "a > 1 and `tier` > 1 and `a b` > 2");
	shown("a in (\"x\",\"y\") and b in file \"/dev/null\"",
	    "a in (\"x\", \"y\") and b in file \"/dev/null\"");
	shown("a like \"*x*\" and a matches \"^x\" and a has word \"x\"",
	    "a like \"*x*\" and a matches \"^x\" and a has word \"x\"");
}

static void
clauses(void **state)
{
	const struct statement	*s;
	const struct clause	*c;

	(void)state;
	s = parse("sla first_response for vip, phone under 10s warn 80% "
	    "from 2026-01-01 until 2026-12-31");
	assert_string_equal(s->name, "first_response");
	assert_string_equal(s->label, "first_response");
	assert_int_equal(s->from, days_of(2026, 1, 1));
	assert_int_equal(s->until, days_of(2026, 12, 31));
	assert_true(statement_holds(s, days_of(2026, 12, 31)));
	assert_false(statement_holds(s, days_of(2027, 1, 1)));
	c = clause_find(s, W_FOR);
	assert_int_equal(c->nitem, 2);
	assert_string_equal(c->item[1].text, "phone");
	assert_int_equal(clause_find(s, W_UNDER)->duration.seconds, 10);
	assert_int_equal(clause_find(s, W_WARN)->number, 800000);

	assert_true(only("sla resolution same day", W_WITHIN)->same_day);
	assert_true(only("sla resolution within same day",
	    W_WITHIN)->same_day);
	c = only("escalate a at once when b = \"c\"", W_WITHIN);
	assert_false(c->same_day);
	assert_int_equal(c->duration.seconds, 0);
	assert_string_equal(only("sla a within 1h from b to c",
	    W_START)->text, "b");
	assert_string_equal(clause_find(policy_statements(pol),
	    W_STOP)->text, "c");

	c = only("signal a weight 30 of 1 - b / c between 10% and 50%", W_OF);
	assert_int_equal(c->low, 100000);
	assert_int_equal(c->high, 500000);
	assert_int_equal(c->expr->op, OP_SUB);

	c = only("target csat >= 4.8 for vip default d", W_TARGET);
	assert_string_equal(c->text, "csat");
	assert_int_equal(c->low, OP_GE);
	assert_int_equal(c->number, 4800000);

	s = parse("points earn 1 per $1 for d; 2 per $5 for vip expire 24mo "
	    "default d");
	c = clause_find(s, W_EARN);
	assert_int_equal(c->number, NUM_ONE);
	c = clause_next(c);
	assert_int_equal(c->number, 2 * NUM_ONE);
	assert_int_equal(c->low, 5 * NUM_ONE);
	assert_string_equal(c->item[0].text, "vip");
	assert_null(clause_next(c));
	assert_int_equal(clause_find(s, W_EXPIRE)->duration.months, 24);

	s = parse("tier a \"A\" { when x > 1 keep when x > 0 keep 60d "
	    "demote one step limit 5% benefit \"b\", \"c\" benefit \"d\" }");
	assert_int_equal(clause_find(s, W_KEEP)->duration.days, 60);
	assert_non_null(clause_find(s, W_KEEP_WHEN)->expr);
	assert_int_equal(clause_find(s, W_DEMOTE)->number, NUM_ONE);
	assert_true(clause_find(s, W_LIMIT)->percent);
	c = clause_find(s, W_BENEFIT);
	assert_int_equal(c->nitem, 2);
	assert_string_equal(clause_next(c)->item[0].text, "d");

	c = only("limit touch 2 per 7d", W_PER);
	assert_int_equal(c->number, 2 * NUM_ONE);
	assert_int_equal(c->duration.days, 7);
	c = only("limit vip 20%", W_LIMIT);
	assert_true(c->percent);

	c = only("check a unique within b", W_UNIQUE);
	assert_string_equal(c->item[0].text, "b");
	c = only("check a matches \"^x\" \"no x\"", W_MATCHES);
	assert_string_equal(c->to, "no x");
	c = only("column a from \"A\" map (\"x\" = \"y\")", W_MAP);
	assert_string_equal(c->item[0].text, "x");
	assert_string_equal(c->item[0].to, "y");
	c = only("budget a amount 30 parts (\"x\" 10, \"y\" 20)", W_PARTS);
	assert_int_equal(c->item[1].number, 20 * NUM_ONE);

	c = only("calendar a open mon, wed-fri 09:00-12:30, 13:30-24:00, "
	    "2026-02-14 09:00-18:00", W_OPEN);
	assert_int_equal(c->days, 0x1d);
	assert_int_equal(c->nspan, 2);
	assert_int_equal(c->span[1].to, 86400);
	c = clause_next(c);
	assert_int_equal(c->days, 0);
	assert_int_equal(c->day, days_of(2026, 2, 14));
	assert_non_null(policy_calendar(pol, "a"));
	assert_null(policy_calendar(pol, "b"));
}

static void
tiers(void **state)
{
	const struct clause	*c;

	(void)state;
	parse("default d\ntier a when x > 2\ntier b when x > 1\n"
	    "limit vip 5% for a limit touch 1 per 1d for vip");
	assert_int_equal(policy_tiers(pol), 3);
	assert_int_equal(policy_tier_index(pol, "a"), 0);
	assert_int_equal(policy_tier_index(pol, "d"), 2);
	assert_int_equal(policy_tier_index(pol, "e"), -1);
	assert_string_equal(policy_tier(pol, 1)->name, "b");
	c = clause_find(policy_find(pol, KW_LIMIT, "vip"), W_FOR);
	assert_true(list_has_tier(pol, c, 0));
	assert_false(list_has_tier(pol, c, 1));
	c = clause_find(policy_find(pol, KW_LIMIT, "touch"), W_FOR);
	assert_true(list_has_tier(pol, c, 1));
	assert_false(list_has_tier(pol, c, 2));
	assert_true(list_has_tier(pol, NULL, 2));
	/* Channels alone leave out no tier. */
	c = only("sla a for phone within 1h tier b when x > 1", W_FOR);
	assert_true(list_has_tier(pol, c, 0));

	/* Without a default there is one that has no name. */
	parse("tier a when x > 2");
	assert_int_equal(policy_tiers(pol), 2);
	assert_string_equal(policy_tier(pol, 1)->name, "");
	parse("");
	assert_int_equal(policy_tiers(pol), 1);
	assert_string_equal(policy_key(pol), "customer_id");
	assert_string_equal(policy_currency(pol), "");
	assert_string_equal(zone_name(policy_zone(pol)), "UTC");
}

static void
types(void **state)
{
	const struct expr	*e;

	(void)state;
	parse("column m as money column t as \"%d/%m/%Y\"\n"
	    "column g map (\"a\" = \"b\")\n"
	    "let ratio = a / b let late = due_at > done\n"
	    "tier x when ratio > 0.5 and late and c = d and d = \"e\"\n"
	    "tier y when f = h and h < 3 and missing(i) and lower(j) = k\n"
	    "touch z on birth default w");
	assert_int_equal(policy_column_type(pol, "m"), TYPE_NUMBER);
	assert_int_equal(policy_column_type(pol, "t"), TYPE_TIME);
	assert_int_equal(policy_column_type(pol, "g"), TYPE_TEXT);
	assert_int_equal(policy_column_type(pol, "a"), TYPE_NUMBER);
	assert_int_equal(policy_column_type(pol, "due_at"), TYPE_TIME);
	assert_int_equal(policy_column_type(pol, "done"), TYPE_TIME);
	/* By way of each other, whichever is met first. */
	assert_int_equal(policy_column_type(pol, "c"), TYPE_TEXT);
	assert_int_equal(policy_column_type(pol, "f"), TYPE_NUMBER);
	assert_int_equal(policy_column_type(pol, "k"), TYPE_TEXT);
	assert_int_equal(policy_column_type(pol, "birth"), TYPE_TIME);
	assert_int_equal(policy_column_type(pol, "i"), TYPE_MISSING);
	assert_int_equal(policy_column_type(pol, "nowhere"), TYPE_MISSING);
	assert_non_null(policy_column(pol, "m"));
	assert_null(policy_column(pol, "a"));
	e = clause_find(policy_find(pol, KW_TIER, "x"), W_WHEN)->expr;
	while (e->op == OP_AND)
		e = e->arg[0];
	assert_string_equal(e->arg[0]->let->name, "ratio");

	/* Names of tiers and levels are texts, unless they are columns. */
	e = only("escalate a when tier = gold and risk in (high, low) and "
	    "tier != `gold` tier gold when x > 1 level high below 50 "
	    "level low", W_WHEN)->expr;
	assert_int_equal(e->arg[1]->arg[1]->op, OP_NAME);
	e = e->arg[0];
	assert_int_equal(e->arg[0]->arg[1]->op, OP_TEXT);
	assert_int_equal(e->arg[1]->arg[2]->op, OP_TEXT);

	assert_true(is_wrong("tier a when spend_30d = \"x\""));
	assert_true(is_wrong("tier a when b > 1 and b = \"x\""));
	assert_true(is_wrong("let a = b + 1 let b = a"));
	assert_true(is_wrong("let a = rank(b) tier c when top(a, 3)"));
	assert_true(is_wrong("let a = vip tier c when a"));
	assert_true(is_wrong("tier a when spend_30d > 09:30"));
	assert_true(is_wrong("profile b when c > 1 tier a when profile(b)"));
	assert_false(is_wrong("tier a when now - b > 2h and days_since(b) > 3 "
	    "and c - d between 1d and 30d"));
	assert_false(is_wrong("tier a when b >= 17:00 or c - d > 3d"));
}

static void
doubts(void **state)
{
	(void)state;
	assert_int_equal(warnings("tier a when x >= 5 default b"), 0);
	assert_int_equal(warnings("tier a when x >= 5"), 1);
	/* Bands that meet, overlap, and leave a gap. */
	assert_int_equal(warnings("default z tier a when x >= 500 "
	    "tier b when x >= 100 and x < 500"), 0);
	assert_int_equal(warnings("default z tier a when x >= 500 "
	    "tier b when x between 100 and 500"), 1);
	assert_int_equal(warnings("default z tier a when x >= 500 "
	    "tier b when x between 100 and 499"), 1);
	assert_int_equal(warnings("default z tier a when x > 500 "
	    "tier b when x >= 100 and x < 500"), 1);
	/* Lower bars are no overlap; a higher one below is never reached. */
	assert_int_equal(warnings("default z tier a when x >= 500 "
	    "tier b when x >= 100"), 0);
	assert_int_equal(warnings("default z tier a when x >= 100 "
	    "tier b when x >= 500"), 1);
	assert_int_equal(warnings("default z tier a when x >= 500 "
	    "tier b when x >= 500 and y > 1 or x = 600"), 1);
	assert_int_equal(warnings("default z tier a when x < 5 or x > 9 "
	    "tier b when x between 5 and 9 tier c when x = 7"), 1);
	assert_true(is_wrong("default z tier a when x > 5 and x < 3"));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(precedence),
		cmocka_unit_test(clauses),
		cmocka_unit_test(tiers),
		cmocka_unit_test(types),
		cmocka_unit_test(doubts),
	};
	int	 failed;

	failed = cmocka_run_group_tests(tests, NULL, NULL);
	policy_free(pol);
	return failed;
}
