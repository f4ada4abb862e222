/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sqlite3.h>

#include "plan_help.h"
#include "random.h"

/*
 * Functions of the population against SQLite's window functions, on random
 * tables with ties, missing values and groups.  Numbers are kept in SQLite
 * as millionths, so that its arithmetic is exact too.
 */

/* What is asked, and the SQL of it; %s is the window's partition. */
static const struct {
	const char	*expr, *sql;
} questions[] = {
	{ "rank(x%s)", "rank() over (partition by %s order by x desc)"
	    " * 1000000" },
	{ "rank(x%s) <= 5", "rank() over (partition by %s order by x desc)"
	    " <= 5" },
	{ "top(x, 7%s)", "rank() over (partition by %s order by x desc)"
	    " <= 7" },
	{ "top(x, 5%%%s)", "rank() over (partition by %s order by x desc)"
	    " <= max(1, count(*) over (partition by %s) * 5 / 100)" },
	{ "top(x, 33.3%%%s)", "rank() over (partition by %s order by x desc)"
	    " <= max(1, count(*) over (partition by %s) * 333 / 1000)" },
	/* Half to even, of integers that are not negative. */
	{ "percentile(x%s)", "case when count(*) over (partition by %s) = 1"
	    " then 1000000 else even((rank() over (partition by %s order by x)"
	    " - 1) * 1000000, count(*) over (partition by %s) - 1) end" },
	{ "percentile(x%s) >= 75%%", "count(*) over (partition by %s) = 1 or"
	    " even((rank() over (partition by %s order by x) - 1) * 1000000,"
	    " count(*) over (partition by %s) - 1) >= 750000" },
	{ "total(x%s)", "sum(x) over (partition by %s)" },
	{ "mean(x%s)", "even(sum(x) over (partition by %s),"
	    " count(*) over (partition by %s))" },
	{ "x > mean(x%s)", "x > even(sum(x) over (partition by %s),"
	    " count(*) over (partition by %s))" },
	/* The sum of what is greater has not reached it. */
	{ "pareto(x, 80%%%s)", "sum(x) over (partition by %s) > 0 and"
	    " coalesce(sum(x) over (partition by %s order by x desc"
	    " groups between unbounded preceding and 1 preceding), 0) * 10"
	    " < sum(x) over (partition by %s) * 8" },
	{ "median(x%s)", "even((select sum(x) from (select x, row_number() "
	    "over (order by x) as n, count(*) over () as c from v as w "
	    "where w.%s is v.%s) where n in ((c + 1) / 2, c / 2 + 1)) * "
	    "(2 - (select count(*) %% 2 = 0 from v as w where w.%s is v.%s))"
	    ", 2)" },
};

#define NQUESTIONS	(sizeof(questions) / sizeof(questions[0]))

/* even(a, b): a / b, a tie to the even one. */
static void
even(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	sqlite3_int64	 a, b, q, r;

	assert_int_equal(n, 2);
	a = sqlite3_value_int64(v[0]);
	if ((b = sqlite3_value_int64(v[1])) == 0)
		return;				/* null */
	q = a / b - (a % b < 0);
	r = a - q * b;
	sqlite3_result_int64(ctx, q + (2 * r > b || (2 * r == b && q % 2)));
}

static void
sql_run(sqlite3 *db, const char *sql)
{
	char	*why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

/* A table as CSV, and in SQLite the rows of it that have an x. */
static void
populate(sqlite3 *db, struct buf *table)
{
	char	 text[NUM_SIZE], sql[200];
	unsigned kind = below(4), n = below(120), i, group;
	int	 has_x;
	num	 x;

	sql_run(db, "create table v (id integer, x integer, g text, one int)");
	sql_run(db, "begin");
	buf_adds(table, "id,x,g\n");
	for (i = 0; i < n; i++) {
		has_x = below(7) != 0;
		group = below(5);
		x = kind == 0 ? (num)below(6) * NUM_ONE :
		    kind == 1 ? (num)below(100000000) :
		    kind == 2 ? ((num)below(400) - 30) * 250000 :
		    (num)below(3) * NUM_ONE * 1000000;
		/* A sum that falls again is not SQLite's to judge here. */
		if (x < 0 && kind == 2)
			x = 0;
		buf_addf(table, "%u,", i);
		if (has_x)
			buf_add(table, text, num_format(text, x));
		if (group > 0)
			buf_addf(table, ",g%u\n", group);
		else
			buf_adds(table, ",\n");
		if (!has_x)
			continue;
		if (group > 0)
			snprintf(sql, sizeof(sql), "insert into v values "
			    "(%u, %lld, 'g%u', 1)", i, (long long)x, group);
		else
			snprintf(sql, sizeof(sql), "insert into v values "
			    "(%u, %lld, null, 1)", i, (long long)x);
		sql_run(db, sql);
	}
	sql_run(db, "commit");
}

/* The format's every %s by the same text. */
static void
fill(struct buf *b, const char *format, const char *by)
{
	for (; *format != '\0'; format++)
		if (format[0] == '%' && format[1] == 's') {
			buf_adds(b, by);
			format++;
		} else if (format[0] == '%') {
			buf_addc(b, '%');
			format++;
		} else {
			buf_addc(b, *format);
		}
}

static void
compare(struct bench *b, sqlite3_stmt *st, const char *expr, size_t program,
    int grouped)
{
	struct fault	 fault;
	struct value	 v;
	int		 id, next = -1;
	int		 of_row;

	of_row = strncmp(expr, "to", 2) != 0 || strncmp(expr, "top", 3) == 0;
	of_row = of_row && strncmp(expr, "me", 2) != 0;
	reader_rewind(b->reader);
	if (sqlite3_step(st) == SQLITE_ROW)
		next = sqlite3_column_int(st, 0);
	for (id = 0; bench_next(b, &fault) == 1; id++) {
		v = frame_eval(b->frame, program);
		if (id != next) {
			/* A row without x has no rank. */
			if (of_row)
				assert_int_equal(v.type, TYPE_MISSING);
			continue;
		}
		if (grouped && sqlite3_column_type(st, 2) ==
		    SQLITE_NULL)
			assert_int_equal(v.type, TYPE_MISSING);
		else if (v.type == TYPE_MISSING ||
		    v.n != sqlite3_column_int64(st, 1))
			fail_msg("%s in row %d is %lld, SQLite says %lld",
			    expr, id, (long long)v.n,
			    (long long)sqlite3_column_int64(st, 1));
		next = sqlite3_step(st) == SQLITE_ROW ?
		    sqlite3_column_int(st, 0) : -1;
	}
	assert_int_equal(next, -1);
}

static void
property_round(uint64_t n)
{
	struct bench	 b;
	struct buf	 table = { 0 }, policy = { 0 }, text = { 0 };
	sqlite3		*db;
	sqlite3_stmt	*st;
	size_t		 i;
	int		 grouped;

	seed = n;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_create_function(db, "even", 2, SQLITE_UTF8 |
	    SQLITE_DETERMINISTIC, NULL, even, NULL, NULL), SQLITE_OK);
	populate(db, &table);
	for (grouped = 0; grouped < 2; grouped++)
		for (i = 0; i < NQUESTIONS; i++) {
			buf_addf(&policy, "let q%zu = ",
			    i + (size_t)grouped * NQUESTIONS);
			fill(&policy, questions[i].expr,
			    grouped ? " within g" : "");
			buf_addc(&policy, '\n');
		}
	bench_open(&b, buf_str(&policy), buf_str(&table));
	bench_settle(&b);
	reader_keep(b.reader);
	for (grouped = 0; grouped < 2; grouped++)
		for (i = 0; i < NQUESTIONS; i++) {
			text.len = 0;
			buf_adds(&text, "select id, ");
			fill(&text, questions[i].sql, grouped ? "g" : "one");
			buf_adds(&text, ", g from v order by id");
			if (sqlite3_prepare_v2(db, buf_str(&text), -1, &st,
			    NULL) != SQLITE_OK)
				fail_msg("%s: %s", text.p, sqlite3_errmsg(db));
			compare(&b, st, questions[i].expr,
			    b.program[i + (size_t)grouped * NQUESTIONS],
			    grouped);
			sqlite3_finalize(st);
		}
	bench_close(&b);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	buf_free(&table);
	buf_free(&policy);
	buf_free(&text);
}

static void
test_sqlite(void **state)
{
	uint64_t	 n;

	(void)state;
	for (n = 1; n <= 40; n++)
		property_round(n);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_sqlite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
