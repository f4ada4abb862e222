/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "score/movement.h"

static const char	 text[] =
    "tier a { when x >= 4\n keep when x >= 3\n keep 60d\n demote one step }\n"
    "tier b { when x >= 3\n keep 1mo }\n"
    "tier c { when x >= 2\n keep 36h\n demote one step }\n"
    "default d\n";

enum { A, B, C, D };

#define NONE	DAY_NONE
#define KEEPS	1
#define EXCLUDED 2

static const struct orders	 no_orders = {
	.pin = TIER_NONE, .floor = TIER_NONE, .ceiling = TIER_NONE
};

static struct policy *
load(void)
{
	struct policy	*pol;

	pol = policy_parse(text, sizeof(text) - 1, "test", stderr, NULL);
	assert_non_null(pol);
	return pol;
}

static int64_t
day(const char *s)
{
	struct stamp	 st;

	assert_int_equal(stamp_parse(s, strlen(s), &st), 0);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

/* Every day and tier of a case; NULL is no day. */
static const struct {
	const char	*title;
	int		 was, fits, flags;
	const char	*since, *qualified, *today;
	int		 tier;
	enum change	 change;
	const char	*new_since, *new_qualified, *downgrade;
} cases[] = {
	{ "new", TIER_NONE, B, 0, NULL, NULL, "2026-01-01",
	    B, CHANGE_NEW, "2026-01-01", "2026-01-01", NULL },
	{ "kept", B, B, 0, "2025-01-01", "2025-12-01", "2026-01-01",
	    B, CHANGE_KEPT, "2025-01-01", "2026-01-01", NULL },
	{ "promoted over two", D, A, 0, "2025-01-01", "2025-12-01",
	    "2026-01-01",
	    A, CHANGE_PROMOTED, "2026-01-01", "2026-01-01", NULL },
	{ "keep when, long after", A, D, KEEPS, "2024-01-01", "2024-01-01",
	    "2026-01-01",
	    A, CHANGE_HELD, "2024-01-01", "2024-01-01", NULL },
	{ "keep 60d, the last day", A, D, 0, "2025-01-01", "2026-01-01",
	    "2026-03-02",
	    A, CHANGE_HELD, "2025-01-01", "2026-01-01", "2026-03-03" },
	{ "keep 60d, the day after", A, D, 0, "2025-01-01", "2026-01-01",
	    "2026-03-03",
	    B, CHANGE_DEMOTED, "2026-03-03", "2026-01-01", "2026-03-04" },
	{ "one step is all the way", A, B, 0, "2025-01-01", "2025-01-01",
	    "2026-03-03",
	    B, CHANGE_DEMOTED, "2026-03-03", "2026-03-03", NULL },
	{ "a step into a tier that keeps it", A, D, 0, "2025-01-01",
	    "2026-01-31", "2026-04-02",
	    B, CHANGE_DEMOTED, "2026-04-02", "2026-01-31", "2026-04-03" },
	{ "keep 1mo, clamped", B, D, 0, "2025-01-01", "2026-01-31",
	    "2026-02-28",
	    B, CHANGE_HELD, "2025-01-01", "2026-01-31", "2026-03-01" },
	{ "no demote: straight down", B, D, 0, "2025-01-01", "2026-01-31",
	    "2026-03-01",
	    D, CHANGE_DEMOTED, "2026-03-01", "2026-03-01", NULL },
	{ "of 36 hours one day counts", C, D, 0, "2025-01-01", "2026-01-31",
	    "2026-02-01",
	    C, CHANGE_HELD, "2025-01-01", "2026-01-31", "2026-02-02" },
	{ "and not the second", C, D, 0, "2025-01-01", "2026-01-31",
	    "2026-02-02",
	    D, CHANGE_DEMOTED, "2026-02-02", "2026-02-02", NULL },
	{ "never qualified: no time", A, C, 0, "2025-01-01", NULL,
	    "2025-01-02",
	    B, CHANGE_DEMOTED, "2025-01-02", NULL, "2025-01-03" },
	{ "excluded: nothing holds, no soft landing", A, D, KEEPS | EXCLUDED,
	    "2025-01-01", "2025-12-31", "2026-01-01",
	    D, CHANGE_DEMOTED, "2026-01-01", "2026-01-01", NULL },
};

static int64_t
maybe(const char *s)
{
	return s == NULL ? NONE : day(s);
}

static void
test_rules(void **state)
{
	struct policy		*pol = load();
	struct standpoint	 before;
	struct ruling		 now;
	struct move		 m;
	int64_t			 falls;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = (struct standpoint){ .tier = cases[i].was };
		before.since = maybe(cases[i].since);
		before.qualified = maybe(cases[i].qualified);
		now.tier = cases[i].fits;
		now.keeps = (cases[i].flags & KEEPS) != 0;
		now.excluded = (cases[i].flags & EXCLUDED) != 0;
		now.day = day(cases[i].today);
		movement_judge(pol, &before, &now, i % 2 ? &no_orders : NULL,
		    &m);
		falls = movement_downgrade(pol, &now, now.keeps &&
		    m.tier == before.tier, NULL, 0, &m);
		if (m.tier != cases[i].tier || m.change != cases[i].change ||
		    m.ruled != m.change || m.since != day(cases[i].new_since) ||
		    m.qualified != maybe(cases[i].new_qualified) ||
		    falls != maybe(cases[i].downgrade))
			fail_msg("%s: tier %d, %s, since %lld, qualified %lld, "
			    "downgrade on %lld", cases[i].title, m.tier,
			    change_word(m.change), (long long)m.since,
			    (long long)m.qualified, (long long)falls);
	}
	policy_free(pol);
}

/* What an order makes of a tier, for each that the rules may give. */
static void
check_order(const struct policy *pol, const struct orders *o,
    const int want[4])
{
	struct ruling	 now = { .day = 100 };
	struct move	 m;
	int		 i;

	for (i = A; i <= D; i++) {
		now.tier = i;
		movement_judge(pol, NULL, &now, o, &m);
		assert_int_equal(m.tier, want[i]);
		assert_int_equal(m.change, want[i] == i ? CHANGE_NEW :
		    CHANGE_OVERRIDE);
		assert_int_equal(m.ruled, CHANGE_NEW);
		/* It qualifies for what is no better than it fits. */
		assert_true(m.qualified == (want[i] >= i ? 100 : NONE));
	}
}

static void
test_orders(void **state)
{
	struct policy	*pol = load();
	struct orders	 o;

	(void)state;
	o = no_orders;
	check_order(pol, &o, (const int [4]){ A, B, C, D });
	o.pin = B;
	check_order(pol, &o, (const int [4]){ B, B, B, B });
	o.revoke = 1;
	check_order(pol, &o, (const int [4]){ D, D, D, D });
	o = no_orders;
	o.floor = C;
	check_order(pol, &o, (const int [4]){ A, B, C, C });
	o.ceiling = B;
	check_order(pol, &o, (const int [4]){ B, B, C, C });
	o.floor = A;
	check_order(pol, &o, (const int [4]){ B, B, B, B });
	o.pin = C;
	check_order(pol, &o, (const int [4]){ C, C, C, C });
	policy_free(pol);
}

static void
test_order_in_time(void **state)
{
	struct policy		*pol = load();
	struct standpoint	 before = { .tier = D, .since = 10,
				    .qualified = 90 };
	const struct order	 pin = { ORDER_PIN, A, DAY_NONE, 120 };
	struct ruling		 now = { .tier = D, .day = 100 };
	struct orders		 o = no_orders;
	struct move		 m;

	(void)state;
	/* It begins, it goes on, and what is to come is its end. */
	o.pin = A;
	movement_judge(pol, &before, &now, &o, &m);
	assert_int_equal(m.since, 100);
	assert_int_equal(movement_downgrade(pol, &now, 0, &pin, 1, &m), 121);
	/* Unless what it has then keeps it. */
	assert_true(movement_downgrade(pol, &now, 1, &pin, 1, &m) == NONE);
	before = (struct standpoint){ .tier = m.tier, .since = m.since,
	    .qualified = m.qualified };
	now.day = 110;
	movement_judge(pol, &before, &now, &o, &m);
	assert_int_equal(m.change, CHANGE_OVERRIDE);
	assert_int_equal(m.ruled, CHANGE_DEMOTED);
	assert_int_equal(m.since, 100);
	assert_true(m.qualified == NONE);
	/* After it the rules hold again: one step down, as for any other. */
	before = (struct standpoint){ .tier = m.tier, .since = m.since,
	    .qualified = m.qualified };
	now.day = 121;
	movement_judge(pol, &before, &now, NULL, &m);
	assert_int_equal(m.tier, B);
	assert_int_equal(m.change, CHANGE_DEMOTED);
	/* One that says what the rules say changes nothing. */
	before = (struct standpoint){ .tier = B, .since = 10,
	    .qualified = 90 };
	now.tier = B;
	o.pin = B;
	movement_judge(pol, &before, &now, &o, &m);
	assert_int_equal(m.change, CHANGE_KEPT);
	assert_int_equal(m.since, 10);
	/* A tier that is gone from the policy is a tier not had. */
	before.tier = TIER_NONE;
	movement_judge(pol, &before, &now, NULL, &m);
	assert_int_equal(m.change, CHANGE_NEW);
	policy_free(pol);
}

/* The first day on which what is ordered and what is not make it worse. */
static void
test_downgrade(void **state)
{
	static const struct {
		int		 tier, fits;	/* today, the 100th */
		struct order	 order[3];
		size_t		 n;
		int64_t		 falls;
	} v[] = {
		/* Qualified last on the 90th, B is kept for a month. */
		{ B, D, { { 0 } }, 0, 121 },
		{ B, D, { { ORDER_CEILING, C, 110, 200 } }, 1, 110 },
		{ B, D, { { ORDER_REVOKE, TIER_NONE, 105, 105 } }, 1, 105 },
		{ B, D, { { ORDER_PIN, C, 125, 200 } }, 1, 121 },
		{ B, D, { { ORDER_FLOOR, B, 110, 130 } }, 1, 131 },
		{ B, D, { { ORDER_FLOOR, B, 119, 130 },
		    { ORDER_PIN, A, 131, 140 } }, 2, 141 },
		{ B, D, { { ORDER_FLOOR, B, NONE, 130 },
		    { ORDER_PIN, B, NONE, 140 } }, 2, 141 },
		/* It qualifies for what it has: only an order takes it. */
		{ B, B, { { 0 } }, 0, NONE },
		{ B, B, { { ORDER_FLOOR, A, 110, 200 } }, 1, NONE },
		{ B, B, { { ORDER_CEILING, C, 110, 200 } }, 1, 110 },
		{ B, A, { { ORDER_CEILING, B, NONE, 110 },
		    { ORDER_REVOKE, TIER_NONE, 120, 130 } }, 2, 120 },
	};
	struct policy	*pol = load();
	struct ruling	 now = { .day = 100 };
	struct move	 m = { .qualified = 90 };
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		now.tier = v[i].fits;
		m.tier = v[i].tier;
		if (movement_downgrade(pol, &now, 0, v[i].order, v[i].n,
		    &m) != v[i].falls)
			fail_msg("case %zu: %lld", i, (long long)
			    movement_downgrade(pol, &now, 0, v[i].order,
			    v[i].n, &m));
	}
	policy_free(pol);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_order_in_time),
		cmocka_unit_test(test_downgrade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
