/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>

#include "plan_help.h"
#include "random.h"

/*
 * Functions of the population against their definitions, computed by going
 * through all rows for each row.
 */
#define MAXROWS	300

__extension__ typedef __int128 wide;

struct record {
	int	 has_x, has_group, excluded;
	num	 x;
	int	 group;
};

static struct record	 rows[MAXROWS];
static int		 nrows;

/* Is row j in the population that row i is held against? */
static int
counts(int i, int j, int grouped)
{
	return rows[j].has_x && !rows[j].excluded && (!grouped ||
	    (rows[j].has_group && rows[j].group == rows[i].group));
}

static int
size_of(int i, int grouped)
{
	int	 j, n = 0;

	for (j = 0; j < nrows; j++)
		n += counts(i, j, grouped);
	return n;
}

static wide
total_of(int i, int grouped)
{
	wide	 sum = 0;
	int	 j;

	for (j = 0; j < nrows; j++)
		if (counts(i, j, grouped))
			sum += rows[j].x;
	return sum;
}

static int
rank_of(int i, int grouped)
{
	int	 j, n = 1;

	for (j = 0; j < nrows; j++)
		n += counts(i, j, grouped) && rows[j].x > rows[i].x;
	return n;
}

/* n / d, a tie to the even one. */
static num
divide(wide n, wide d)
{
	wide	 q = n / d, r;

	if (n < 0 && q * d != n)
		q--;
	r = n - q * d;
	return (num)(q + (2 * r > d || (2 * r == d && q % 2 != 0)));
}

static num
percentile_of(int i, int grouped)
{
	int	 j, n = 0, less = 0;

	for (j = 0; j < nrows; j++)
		if (j != i && counts(i, j, grouped)) {
			n++;
			less += rows[j].x < rows[i].x;
		}
	return n == 0 ? NUM_ONE : divide((wide)less * NUM_ONE, n);
}

/* top(x, share): how many ranks are in. */
static int
places(int i, int grouped, num share)
{
	wide	 k = (wide)share * size_of(i, grouped) / NUM_ONE;

	return k < 1 ? 1 : (int)k;
}

/*
 * From the largest down, one row after another; rows that tie with the one
 * that reaches the share are in, so what counts is the sum of the greater.
 */
static int
pareto_of(int i, int grouped, num share)
{
	wide	 want = total_of(i, grouped) * share, greater = 0;
	int	 j;

	if (want <= 0)
		return 0;
	for (j = 0; j < nrows; j++)
		if (counts(i, j, grouped) && rows[j].x > rows[i].x)
			greater += rows[j].x;
	/*
	 * The greater ones together have not reached it, and none of them on
	 * the way: with negative amounts the sum falls again.
	 */
	if (greater * NUM_ONE >= want)
		return 0;
	for (j = 0; j < nrows; j++)
		if (counts(i, j, grouped) && rows[j].x > rows[i].x &&
		    rows[i].x < 0) {
			wide	 sum = 0;
			int	 k;

			for (k = 0; k < nrows; k++)
				if (counts(i, k, grouped) &&
				    rows[k].x >= rows[j].x)
					sum += rows[k].x;
			if (sum * NUM_ONE >= want)
				return 0;
		}
	return 1;
}

static int
median_of(int i, int grouped, num *median)
{
	num	 v[MAXROWS], x;
	int	 j, k, n = 0;

	for (j = 0; j < nrows; j++) {
		if (!counts(i, j, grouped))
			continue;
		x = rows[j].x;
		for (k = n++; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	if (n == 0)
		return 0;
	*median = divide((wide)v[(n - 1) / 2] + v[n / 2], 2);
	return 1;
}

/* ------------------------------------------------------------------- cases */

enum what { RANK, TOP_N, TOP_SHARE, PARETO, PERCENTILE, MEAN, MEDIAN, TOTAL };

struct question {
	char		 text[100];
	enum what	 what;
	int		 grouped;
	enum op		 cmp;		/* with n, or OP_NUMBER: the value */
	num		 n;
};

#define QUESTIONS	40

static struct question	 question[QUESTIONS];

static const struct { enum op op; const char *text; } cmps[] = {
	{ OP_LT, "<" }, { OP_LE, "<=" }, { OP_GT, ">" }, { OP_GE, ">=" },
	{ OP_EQ, "=" }, { OP_NE, "!=" }, { OP_NUMBER, "" }
};

static void
invent(struct question *q)
{
	static const char *const names[] = {
		"rank", "top", "top", "pareto", "percentile", "mean", "median",
		"total"
	};
	char		 n[NUM_SIZE], second[40] = "";
	const char	*within;
	unsigned	 c = below(7);
	size_t		 len;
	int		 turn = (int)below(3) == 0;

	q->what = (enum what)below(8);
	q->grouped = (int)below(2);
	q->cmp = q->what <= PERCENTILE ? cmps[c].op : OP_NUMBER;
	within = q->grouped ? " within g" : "";
	switch (q->what) {
	case RANK:
		q->n = below(4) ? (num)below(20) * NUM_ONE :
		    (num)below(20000000);
		if (below(6) == 0)
			q->n = -q->n;
		break;
	case TOP_N:
		q->n = (num)(1 + below(40)) * NUM_ONE;
		snprintf(second, sizeof(second), ", %d",
		    (int)(q->n / NUM_ONE));
		q->cmp = OP_TOP;
		break;
	case TOP_SHARE:
	case PARETO:
		q->n = below(3) ? (num)(1 + below(100)) * 10000 :
		    (num)(1 + below(1000000));
		len = num_format(n, q->n * 100);
		snprintf(second, sizeof(second), ", %.*s%%", (int)len, n);
		q->cmp = OP_TOP;
		break;
	case PERCENTILE:
		q->n = below(2) ? (num)below(11) * 100000 : (num)below(1000001);
		break;
	default:
		break;
	}
	if (q->cmp == OP_TOP || q->cmp == OP_NUMBER) {
		snprintf(q->text, sizeof(q->text), "%s(x%s%s)",
		    names[q->what], second, within);
		return;
	}
	len = num_format(n, q->n);
	if (turn)
		snprintf(q->text, sizeof(q->text), "%.*s %s %s(x%s)",
		    (int)len, n, cmps[c].text, names[q->what], within);
	else
		snprintf(q->text, sizeof(q->text), "%s(x%s) %s %.*s",
		    names[q->what], within, cmps[c].text, (int)len, n);
	/* 5 < rank(x) is rank(x) > 5. */
	if (turn && q->cmp >= OP_LT)
		q->cmp = q->cmp == OP_LT ? OP_GT : q->cmp == OP_LE ? OP_GE :
		    q->cmp == OP_GT ? OP_LT : OP_LE;
}

static int
compared(enum op op, num a, num b)
{
	switch (op) {
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	case OP_GE:
		return a >= b;
	case OP_EQ:
		return a == b;
	default:
		return a != b;
	}
}

/* What a question comes to for row i, by the definitions. */
static struct value
answer(const struct question *q, int i)
{
	struct value	 v = { TYPE_MISSING, 0, { NULL, 0 } };
	int		 n;
	num		 got = 0;

	if ((q->grouped && !rows[i].has_group) ||
	    (q->what <= PERCENTILE && !rows[i].has_x))
		return v;
	n = size_of(i, q->grouped);
	v.type = TYPE_TRUTH;
	switch (q->what) {
	case RANK:
		got = rank_of(i, q->grouped) * NUM_ONE;
		break;
	case TOP_N:
		v.n = rank_of(i, q->grouped) * NUM_ONE <= q->n;
		return v;
	case TOP_SHARE:
		v.n = rank_of(i, q->grouped) <= places(i, q->grouped, q->n);
		return v;
	case PARETO:
		v.n = pareto_of(i, q->grouped, q->n);
		return v;
	case PERCENTILE:
		got = percentile_of(i, q->grouped);
		break;
	case TOTAL:
		got = (num)total_of(i, q->grouped);
		break;
	case MEAN:
		if (n > 0)
			got = divide(total_of(i, q->grouped), n);
		break;
	case MEDIAN:
		(void)median_of(i, q->grouped, &got);
		break;
	}
	if (q->cmp != OP_NUMBER) {
		v.n = compared(q->cmp, got, q->n);
		return v;
	}
	v.type = n == 0 && (q->what == MEAN || q->what == MEDIAN) ?
	    TYPE_MISSING : TYPE_NUMBER;
	v.n = got;
	return v;
}

/* Few values, so that there are ties; all alike; wide; negative. */
static void
populate(struct buf *table)
{
	char	 text[NUM_SIZE];
	unsigned kind = below(6);
	int	 i;

	nrows = (int)below(below(4) ? 60 : MAXROWS);
	if (below(8) == 0)
		nrows = (int)below(4);
	buf_adds(table, "id,x,g,out\n");
	for (i = 0; i < nrows; i++) {
		struct record	*r = &rows[i];

		r->has_x = below(8) != 0;
		r->has_group = below(8) != 0;
		r->excluded = below(10) == 0;
		r->group = (int)below(1 + kind);
		switch (kind) {
		case 0:
			r->x = (num)below(5) * NUM_ONE;
			break;
		case 1:
			r->x = 7 * NUM_ONE;
			break;
		case 2:
			r->x = (num)below(2000000) - 1000000;
			break;
		case 3:
			r->x = ((num)below(1000) - 100) * NUM_ONE / 4;
			break;
		case 4:
			r->x = ((num)below(1 << 30) << 20) + (num)below(1 << 20);
			break;
		default:
			r->x = (num)below(1000) * (num)below(1000) * 10000;
			break;
		}
		buf_addf(table, "r%d,", i);
		if (r->has_x)
			buf_add(table, text, num_format(text, r->x));
		buf_addc(table, ',');
		/* One name in two forms is one group. */
		if (r->has_group && r->group == 0)
			buf_adds(table, below(2) ? "caf\xc3\xa9" :
			    "cafe\xcc\x81");
		else if (r->has_group)
			buf_addf(table, "g%d", r->group);
		buf_addf(table, ",%s\n", r->excluded ? "yes" : "no");
	}
}

/*
 * Observe rows with several frames, each taking rows at random, and merge
 * them in an order of chance: nothing may hang on that.
 */
static void
observe(struct bench *b, size_t out)
{
	struct frame	*frame[4];
	struct row	 row;
	struct fault	 fault;
	int		 i, n = 1 + (int)below(4), first;

	for (i = 0; i < n; i++)
		frame[i] = frame_new(b->plan);
	reader_keep(b->reader);
	while (reader_next(b->reader, &row)) {
		i = (int)below((unsigned)n);
		assert_int_equal(frame_load(frame[i], &row, &fault), 0);
		if (!frame_test(frame[i], out))
			frame_observe(frame[i]);
	}
	reader_rewind(b->reader);
	first = (int)below((unsigned)n);
	for (i = 0; i < n; i++)
		plan_merge(b->plan, frame[(first + i) % n]);
	for (i = 0; i < n; i++)
		frame_free(frame[i]);
}

static void
ask(struct bench *b, const char *how)
{
	struct value	 got, want;
	size_t		 p;
	int		 i, k;

	for (i = 0; i < nrows; i++) {
		bench_row(b);
		for (k = 0; k < QUESTIONS; k++) {
			char	 name[32];

			/* An excluded row is not held against the others. */
			if (rows[i].excluded)
				continue;
			snprintf(name, sizeof(name), "q%d", k);
			p = bench_program(b, name);
			got = frame_eval(b->frame, p);
			want = answer(&question[k], i);
			if (got.type != want.type || (got.type !=
			    TYPE_MISSING && got.n != want.n))
				fail_msg("%s: seed %llu: %s in row %d of %d "
				    "is %d %lld, want %d %lld", how,
				    (unsigned long long)seed,
				    question[k].text, i, nrows,
				    (int)got.type, (long long)got.n,
				    (int)want.type, (long long)want.n);
			assert_int_equal(frame_test(b->frame, p),
			    want.type == TYPE_TRUTH && want.n);
		}
	}
}

static void
property_round(uint64_t n)
{
	struct bench	 b, c;
	struct buf	 policy = { 0 }, table = { 0 }, cuts = { 0 };
	struct buf	 again = { 0 };
	int		 k;

	seed = n;
	buf_adds(&policy, "let out = out_ = \"yes\"\n"
	    "column out_ from \"out\"\n");
	for (k = 0; k < QUESTIONS; k++) {
		invent(&question[k]);
		buf_addf(&policy, "let q%d = %s\n", k, question[k].text);
	}
	populate(&table);
	bench_open(&b, buf_str(&policy), buf_str(&table));
	observe(&b, bench_program(&b, "out"));
	assert_true(plan_ranked(b.plan));
	plan_settle(b.plan);
	assert_false(plan_ranked(b.plan));
	/* The frame is older than what was settled, and sees it. */
	ask(&b, "observed");

	/* The same from the text of the cuts, without looking at a row. */
	plan_cuts(b.plan, &cuts);
	bench_open(&c, policy.p, table.p);
	assert_int_equal(plan_read_cuts(c.plan, cuts.p, cuts.len, "cuts"), 0);
	ask(&c, "from cuts");
	plan_cuts(c.plan, &again);
	assert_int_equal(again.len, cuts.len);
	assert_memory_equal(again.p, cuts.p, cuts.len);

	bench_close(&b);
	bench_close(&c);
	buf_free(&policy);
	buf_free(&table);
	buf_free(&cuts);
	buf_free(&again);
}

static void
test_reference(void **state)
{
	uint64_t	 n;

	(void)state;
	for (n = 1; n <= 150; n++)
		property_round(n);
}

/* ------------------------------------------------------ figures of the page */

static int
how_many(const char *policy, struct buf *table)
{
	struct bench	 b;
	struct fault	 fault;
	int		 n = 0;

	bench_open(&b, policy, buf_str(table));
	bench_settle(&b);
	while (bench_next(&b, &fault) == 1)
		n += frame_test(b.frame, b.program[0]);
	bench_close(&b);
	return n;
}

static void
test_figures(void **state)
{
	struct buf	 table = { 0 };
	int		 i;

	(void)state;
	buf_adds(&table, "x\n");
	for (i = 1; i <= 205; i++)
		buf_addf(&table, "%d.25\n", i);
	/* 5% of 205 is 10. */
	assert_int_equal(how_many("let a = top(x, 5%)", &table), 10);
	assert_int_equal(how_many("let a = top(x, 0.1%)", &table), 1);
	assert_int_equal(how_many("let a = top(x, 100%)", &table), 205);
	assert_int_equal(how_many("let a = top(x, 50)", &table), 50);
	assert_int_equal(how_many("let a = top(x, 1000)", &table), 205);
	assert_int_equal(how_many("let a = rank(x) <= 50", &table), 50);
	assert_int_equal(how_many("let a = rank(x) < 50", &table), 49);
	assert_int_equal(how_many("let a = rank(x) > 50", &table), 155);
	assert_int_equal(how_many("let a = rank(x) >= 50", &table), 156);
	assert_int_equal(how_many("let a = 50 >= rank(x)", &table), 50);
	assert_int_equal(how_many("let a = rank(x) <= 49.99", &table), 49);
	assert_int_equal(how_many("let a = rank(x) <= 0", &table), 0);
	assert_int_equal(how_many("let a = rank(x) <= -3", &table), 0);
	assert_int_equal(how_many("let a = rank(x) between 11 and 50",
	    &table), 40);
	assert_int_equal(how_many("let a = not rank(x) between 11 and 50",
	    &table), 165);
	assert_int_equal(how_many("let a = rank(x) = 3", &table), 1);
	assert_int_equal(how_many("let a = rank(x) in (3, 9)", &table), 2);
	/* Ties are in. */
	for (i = 0; i < 3; i++)
		buf_adds(&table, "500\n");
	assert_int_equal(how_many("let a = rank(x) <= 1", &table), 3);
	assert_int_equal(how_many("let a = rank(x) <= 2", &table), 3);
	assert_int_equal(how_many("let a = rank(x) <= 4", &table), 4);
	buf_free(&table);
}

static void
test_let(void **state)
{
	struct bench	 b;
	struct fault	 fault;
	int		 n = 0, m = 0;

	(void)state;
	bench_open(&b, "let growth = now_ - before\nlet r = rank(growth)\n"
	    "let best = r <= 2\nlet high = growth > mean(growth)\n",
	    "now_,before\n5,1\n9,9\n7,1\n3,2\n,2\n");
	bench_settle(&b);
	while (bench_next(&b, &fault) == 1) {
		n += frame_test(b.frame, bench_program(&b, "best"));
		m += frame_test(b.frame, bench_program(&b, "high"));
	}
	assert_int_equal(n, 2);
	assert_int_equal(m, 2);		/* 4 and 6 of a mean of 2.75 */
	bench_close(&b);
}

/* Before it is settled nothing is known. */
static void
test_unsettled(void **state)
{
	struct bench	 b;

	(void)state;
	bench_open(&b, "let a = rank(x) <= 1\nlet m = mean(x)\n", "x\n1\n");
	bench_row(&b);
	assert_int_equal(frame_eval(b.frame, b.program[0]).type,
	    TYPE_MISSING);
	assert_false(frame_test(b.frame, b.program[0]));
	assert_int_equal(frame_eval(b.frame, b.program[1]).type,
	    TYPE_MISSING);
	bench_close(&b);
}

static void
test_total_out_of_range(void **state)
{
	struct bench	 b;

	(void)state;
	bench_open(&b, "let t = total(x)\nlet m = mean(x)\n",
	    "x\n9000000000000\n9000000000000\n");
	assert_dies(STATUS_DATA, "t.vip: total(x) is a number out of range",
	    bench_settle(&b));
	bench_close(&b);
	bench_open(&b, "let m = mean(x)\n",
	    "x\n9000000000000\n9000000000000\n");
	bench_settle(&b);
	bench_row(&b);
	assert_int_equal(frame_eval(b.frame, b.program[0]).n,
	    9000000000000 * NUM_ONE);
	bench_close(&b);
}

static void
test_bad_cuts(void **state)
{
	static const char	 policy[] =
	    "let d = a / b\nlet r = rank(d) <= 2\n"
	    "let t = top(a, 5% within g)\nlet m = median(b)\n"
	    "let q = rank(a) + 0\n";
	static const char	 good[] =
	    "# viptools cuts 1\nlet d = a / b\nrank(d) <= 2 : 0.5\n"
	    "top(a within g, 0.05) of \"x \\\"y\\\" : 1\" : all\n"
	    "median(b) : -3.25\nrank(a) : 5*3 2.5\n";
	static const struct { const char *from, *to; } bad[] = {
		{ "cuts 1", "cuts 2" },
		{ "let d = a / b", "let d = a / c" },
		{ "rank(d) <= 2 :", "rank(d) <= 3 :" },
		{ "rank(d) <= 2 : 0.5\n", "" },
		{ " 0.5\n", " 0.5x\n" },
		{ " 0.5\n", "\n" },
		{ "median(b) : -3.25\n", "median(b) : -3.25\n"
		    "median(b) : -3.25\n" },
		{ "of \"x", "of x" },
		{ "\" : all", " : all" },
		{ " of \"x \\\"y\\\" : 1\"", "" },
		{ ": all", ": some" },
		{ "5*3", "5*0" }, { "5*3", "5*-1" }, { "5*3", "5*2.5" },
		{ "5*3", "5*" }, { "5*3", "*3" }, { "5*3", "5*99999999999" },
		{ "# viptools", "viptools" },
	};
	struct bench	 b;
	struct buf	 text = { 0 };
	const char	*at;
	size_t		 i;
	int		 said, null;

	(void)state;
	/* What is said is not looked at. */
	said = dup(STDERR_FILENO);
	null = open("/dev/null", O_WRONLY);
	assert_true(said != -1 && null != -1);
	(void)dup2(null, STDERR_FILENO);
	bench_open(&b, policy, "a,b,g\n1,1,z\n");
	assert_int_equal(plan_read_cuts(b.plan, good, sizeof(good) - 1, "c"),
	    0);
	plan_cuts(b.plan, &text);
	assert_string_equal(buf_str(&text), good);
	bench_close(&b);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		at = strstr(good, bad[i].from);
		assert_non_null(at);
		text.len = 0;
		buf_add(&text, good, (size_t)(at - good));
		buf_adds(&text, bad[i].to);
		buf_adds(&text, at + strlen(bad[i].from));
		bench_open(&b, policy, "a,b,g\n1,1,z\n");
		if (plan_read_cuts(b.plan, text.p, text.len, "c") != -1)
			fail_msg("taken: %s -> %s", bad[i].from, bad[i].to);
		bench_close(&b);
	}
	/* Cut off anywhere, it is either refused or read without harm. */
	for (i = 0; i < sizeof(good) - 1; i++) {
		bench_open(&b, policy, "a,b,g\n1,1,z\n");
		if (plan_read_cuts(b.plan, good, i, "c") == 0)
			bench_row(&b);
		bench_close(&b);
	}
	(void)dup2(said, STDERR_FILENO);
	close(said);
	close(null);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_let),
		cmocka_unit_test(test_unsettled),
		cmocka_unit_test(test_total_out_of_range),
		cmocka_unit_test(test_bad_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
