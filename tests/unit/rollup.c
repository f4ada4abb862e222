/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tally: against a model that keeps every fact, and that the order of
 * the facts, threads, and how they are cut into parts change nothing.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "score/tally.h"
#include "random.h"

#define TODAY	((int64_t)20472)	/* 2026-01-19 */

static const char *const	 names[] = {
	"orders_30d", "spend_30d", "orders_90d", "spend_prev_90d",
	"returns_total", "late_365d", "aov_90d", "orders_total",
	"spend_total", "items_prev_30d", "first_order", "last_order",
	"days_since_order", "x", "t_x", "T", "m", "ltv", "spend_ytd",
	"spend_lytd", "orders_1mo", "spend_prev_1mo", "tickets_30d",
	"csat_90d", "reopens_total", "low_csat_total", "last_contact",
	"logins_30d", "visits_total", "nps_365d"
};

#define NNAMES	(sizeof(names) / sizeof(names[0]))

static struct metric	 metrics[NNAMES];

static int
group_setup(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < NNAMES; i++)
		assert_int_equal(metric_parse(names[i], &metrics[i]), 0);
	return 0;
}

/* ------------------------------------------------------------------- facts */

struct thing {
	unsigned	 who, order;
	int64_t		 day;
	enum tallied	 what;
	num		 sum[2];
	uint64_t	 counts;
};

#define NTHINGS	3000
#define NWHO	40

static struct thing	 things[NTHINGS];

static size_t
key_of(unsigned who, char out[64])
{
	return (size_t)snprintf(out, 64, who % 3 == 0 ? "%u" :
	    "客户-%u-with-a-long-name", who);
}

static void
make_things(void)
{
	struct thing	*t;
	size_t		 i;

	for (i = 0; i < NTHINGS; i++) {
		t = &things[i];
		memset(t, 0, sizeof(*t));
		t->who = below(NWHO);
		t->day = TODAY + 5 - below(below(2) ? 40 : 800);
		switch (below(5)) {
		case 0:
			t->what = TALLY_TICKET;
			t->counts = COUNT(QUANTITY_TICKETS);
			t->sum[1] = below(3);
			if (below(2)) {
				t->counts |= COUNT(QUANTITY_RATED);
				t->sum[0] = (num)(1 + below(5)) * NUM_ONE;
				if (t->sum[0] <= 2 * NUM_ONE)
					t->counts |= COUNT(QUANTITY_LOW);
			}
			break;
		case 1:
			t->what = TALLY_EVENT;
			t->counts = COUNT(QUANTITY_EVENT + below(2));
			if (below(3) == 0) {
				t->counts = COUNT(QUANTITY_ASKED);
				t->sum[0] = ((num)below(3) - 1) * NUM_ONE;
			}
			break;
		default:
			t->what = TALLY_ORDER;
			/* Lines of one order, next to each other or not. */
			t->order = below(4) == 0 ? 0 : 1 + below(400);
			if (i > 0 && below(5) == 0) {
				*t = things[i - 1];
				if (t->what != TALLY_ORDER)
					break;
			}
			t->counts = COUNT(QUANTITY_ORDERS);
			if (below(6) == 0)
				t->counts |= COUNT(QUANTITY_RETURNS);
			if (below(6) == 0)
				t->counts |= COUNT(QUANTITY_LATE);
			t->sum[0] = (num)below(100000000) - 20000000;
			t->sum[1] = (num)below(9) * NUM_ONE;
		}
	}
}

static void
shuffle(void)
{
	struct thing	 x;
	size_t		 i, j;

	for (i = NTHINGS - 1; i > 0; i--) {
		j = below((unsigned)i + 1);
		x = things[i];
		things[i] = things[j];
		things[j] = x;
	}
}

static void
feed_one(struct tally *t, struct feed *f, const struct thing *th)
{
	struct tally_fact	 fact;
	char			 key[64], order[32];
	int			 n;

	memset(&fact, 0, sizeof(fact));
	fact.key = key;
	fact.keylen = key_of(th->who, key);
	if (th->what == TALLY_ORDER && th->order != 0) {
		n = snprintf(order, sizeof(order), "o%u", th->order);
		fact.order = tally_order(order, (size_t)n);
	}
	fact.sum[0] = th->sum[0];
	fact.sum[1] = th->sum[1];
	fact.counts = th->counts;
	fact.day = th->day;
	fact.segment = tally_segment(t, th->day);
	fact.what = th->what;
	feed_add(f, &fact);
}

/* Of things from, from + step, ... */
static struct tally *
tally_of(size_t from, size_t step, int state)
{
	struct tally	*t = tally_new(metrics, NNAMES, TODAY, 0);
	struct feed	*f = feed_new(t);

	for (; from < NTHINGS; from += step)
		feed_one(t, f, &things[from]);
	feed_free(f);
	tally_settle(t, 2, state);
	return t;
}

/* All metrics of all customers in order. */
static void
show(const struct tally *t, struct buf *b)
{
	struct tally_walk	*w = tally_walk(t, 1);
	struct customer		 c;
	const char		*key;
	char			 s[NUM_SIZE];
	size_t			 i, len;
	num			 x;

	b->len = 0;
	while (tally_next(w, &c)) {
		key = tally_key(t, c, &len);
		buf_add(b, key, len);
		for (i = 0; i < NNAMES; i++) {
			buf_addc(b, ',');
			if (tally_worth(t, &c, i, &x) != WORTH_EMPTY)
				buf_add(b, s, num_format(s, x));
		}
		buf_addc(b, '\n');
	}
	tally_walk_free(w);
}

/* ------------------------------------------------------------------- model */

static int
in_window(const struct metric *m, int64_t day)
{
	int64_t	 from, to;

	window_days(&m->window, TODAY, &from, &to);
	return day >= from && day <= to;
}

/* Is this the first day's line of its order that counts in q? */
static int
is_first(size_t i, unsigned q)
{
	const struct thing	*t = &things[i], *u;
	size_t			 j;

	if ((t->counts & COUNT(q)) == 0)
		return 0;
	for (j = 0; j < NTHINGS && t->order != 0; j++) {
		u = &things[j];
		if (u->what == TALLY_ORDER && u->who == t->who &&
		    u->order == t->order && (u->counts & COUNT(q)) != 0 &&
		    (u->day < t->day || (u->day == t->day && j < i)))
			return 0;
	}
	return 1;
}

static num
model_sum(unsigned who, const struct metric *m, enum tallied what, int which)
{
	num	 sum = 0;
	size_t	 i;

	for (i = 0; i < NTHINGS; i++)
		if (things[i].who == who && things[i].what == what &&
		    in_window(m, things[i].day))
			sum += things[i].sum[which];
	return sum;
}

static num
model_count(unsigned who, const struct metric *m, unsigned q)
{
	num	 n = 0;
	size_t	 i;

	for (i = 0; i < NTHINGS; i++)
		if (things[i].who == who && in_window(m, things[i].day) &&
		    (things[i].what == TALLY_ORDER ? is_first(i, q) :
		    (things[i].counts & COUNT(q)) != 0))
			n += NUM_ONE;
	return n;
}

/* First and last day of what happened; the number of days. */
static int
model_days(unsigned who, enum tallied what, int64_t *first, int64_t *last)
{
	int64_t	 d;
	size_t	 i;
	int	 n = 0, seen;

	*first = *last = 0;
	for (d = TODAY - 1000; d <= TODAY; d++) {
		for (i = 0, seen = 0; i < NTHINGS && !seen; i++)
			seen = things[i].who == who &&
			    things[i].what == what && things[i].day == d;
		if (!seen)
			continue;
		if (n++ == 0)
			*first = d;
		*last = d;
	}
	return n;
}

static enum worth
model_mean(num sum, num n, num *x)
{
	return num_div(sum, n, x) == -1 ? WORTH_EMPTY : WORTH_NUMBER;
}

static enum worth
model(unsigned who, const struct metric *m, num *x)
{
	int64_t	 first, last;
	num	 sum = 0;
	size_t	 i;
	int	 days;

	switch (m->measure) {
	case MEASURE_SPEND:
	case MEASURE_LTV:
		*x = model_sum(who, m, TALLY_ORDER, 0);
		return WORTH_NUMBER;
	case MEASURE_ITEMS:
		*x = model_sum(who, m, TALLY_ORDER, 1);
		return WORTH_NUMBER;
	case MEASURE_ORDERS:
		*x = model_count(who, m, QUANTITY_ORDERS);
		return WORTH_NUMBER;
	case MEASURE_RETURNS:
		*x = model_count(who, m, QUANTITY_RETURNS);
		return WORTH_NUMBER;
	case MEASURE_LATE:
		*x = model_count(who, m, QUANTITY_LATE);
		return WORTH_NUMBER;
	case MEASURE_AOV:
		return model_mean(model_sum(who, m, TALLY_ORDER, 0),
		    model_count(who, m, QUANTITY_ORDERS), x);
	case MEASURE_TICKETS:
		*x = model_count(who, m, QUANTITY_TICKETS);
		return WORTH_NUMBER;
	case MEASURE_LOW_CSAT:
		*x = model_count(who, m, QUANTITY_LOW);
		return WORTH_NUMBER;
	case MEASURE_REOPENS:
		*x = model_sum(who, m, TALLY_TICKET, 1) * NUM_ONE;
		return WORTH_NUMBER;
	case MEASURE_CSAT:
		return model_mean(model_sum(who, m, TALLY_TICKET, 0),
		    model_count(who, m, QUANTITY_RATED), x);
	case MEASURE_NPS:
		if (model_mean(100 * model_sum(who, m, TALLY_EVENT, 0),
		    model_count(who, m, QUANTITY_ASKED), x) == WORTH_EMPTY)
			return WORTH_EMPTY;
		*x = num_round(*x, 0);
		return WORTH_NUMBER;
	case MEASURE_EVENTS:
		*x = model_count(who, m, QUANTITY_EVENT +
		    (m->kind[0] == 'v'));
		return WORTH_NUMBER;
	case MEASURE_LAST_CONTACT:
		days = model_days(who, TALLY_TICKET, &first, x);
		return days > 0 ? WORTH_DAY : WORTH_EMPTY;
	default:
		break;
	}
	days = model_days(who, TALLY_ORDER, &first, &last);
	if (days == 0)
		return WORTH_EMPTY;
	switch (m->measure) {
	case MEASURE_FIRST_ORDER:
		*x = first;
		return WORTH_DAY;
	case MEASURE_LAST_ORDER:
		*x = last;
		return WORTH_DAY;
	case MEASURE_DAYS_SINCE_ORDER:
		*x = (TODAY - last) * NUM_ONE;
		return WORTH_NUMBER;
	case MEASURE_X:
		*x = (days - 1) * NUM_ONE;
		return WORTH_NUMBER;
	case MEASURE_T_X:
		return model_mean((last - first) * NUM_ONE, 7 * NUM_ONE, x);
	case MEASURE_T:
		return model_mean((TODAY - first) * NUM_ONE, 7 * NUM_ONE, x);
	default:
		break;
	}
	for (i = 0; i < NTHINGS; i++)
		if (things[i].who == who && things[i].what == TALLY_ORDER &&
		    things[i].day > first && things[i].day <= TODAY)
			sum += things[i].sum[0];
	if (days == 1) {
		*x = 0;
		return WORTH_NUMBER;
	}
	return model_mean(sum, (days - 1) * NUM_ONE, x);
}

static void
test_model(void **state)
{
	struct tally	*t;
	struct customer	 c;
	char		 key[64];
	unsigned	 who, round;
	enum worth	 want;
	size_t		 i;
	num		 x, y;

	(void)state;
	for (round = 0; round < 6; round++) {
		seed = 100 + round;
		make_things();
		t = tally_of(0, 1, 0);
		assert_int_equal(tally_count(t), NWHO);
		for (who = 0; who < NWHO; who++) {
			assert_true(tally_find(t, key, key_of(who, key), &c));
			for (i = 0; i < NNAMES; i++) {
				x = y = 0;
				want = model(who, &metrics[i], &x);
				if (tally_worth(t, &c, i, &y) != want ||
				    (want != WORTH_EMPTY && x != y))
					fail_msg("%s of %u in round %u: %jd "
					    "not %jd", names[i], who, round,
					    (intmax_t)y, (intmax_t)x);
			}
		}
		tally_free(t);
	}
}

static void
test_any_order(void **state)
{
	struct buf	 want = { 0 }, got = { 0 };
	struct tally	*t;
	unsigned	 round;

	(void)state;
	seed = 7;
	make_things();
	t = tally_of(0, 1, 0);
	show(t, &want);
	tally_free(t);
	for (round = 0; round < 10; round++) {
		shuffle();
		t = tally_of(0, 1, 0);
		show(t, &got);
		tally_free(t);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.p, want.p, want.len);
	}
	buf_free(&want);
	buf_free(&got);
}

struct share {
	struct tally	*tally;
	size_t		 from;
};

static void *
feed_share(void *arg)
{
	const struct share	*s = arg;
	struct feed		*f = feed_new(s->tally);
	size_t			 i;

	for (i = s->from; i < NTHINGS; i += 4)
		feed_one(s->tally, f, &things[i]);
	feed_free(f);
	return NULL;
}

static void
test_threads(void **state)
{
	struct buf	 want = { 0 }, got = { 0 };
	struct share	 shares[4];
	pthread_t	 threads[4];
	struct tally	*t;
	size_t		 i;

	(void)state;
	seed = 8;
	make_things();
	t = tally_of(0, 1, 0);
	show(t, &want);
	tally_free(t);
	t = tally_new(metrics, NNAMES, TODAY, 0);
	for (i = 0; i < 4; i++) {
		shares[i] = (struct share){ t, i };
		assert_int_equal(pthread_create(&threads[i], NULL, feed_share,
		    &shares[i]), 0);
	}
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	tally_settle(t, 4, 0);
	show(t, &got);
	tally_free(t);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.p, want.p, want.len);
	buf_free(&want);
	buf_free(&got);
}

/* ------------------------------------------------------------------- parts */

/* Write a tally's state and read it into another. */
static void
pour(const struct tally *from, struct tally *to)
{
	struct tally_walk	*w = tally_walk(from, 1);
	size_t			 n = tally_columns(from), i, len, bad;
	struct buf		*b = calloc(n, sizeof(*b));
	struct cell		*cells = calloc(n, sizeof(*cells));
	struct customer		 c;
	const char		*key;

	assert_int_equal(n, tally_columns(to));
	while (tally_next(w, &c)) {
		for (i = 0; i < n; i++) {
			b[i].len = 0;
			tally_cell(from, c, i, &b[i]);
			cells[i].p = b[i].p != NULL ? b[i].p : "";
			cells[i].len = b[i].len;
		}
		key = tally_key(from, c, &len);
		if (tally_read(to, key, len, cells, &bad) == -1)
			fail_msg("cell %zu: %.*s", bad, (int)cells[bad].len,
			    cells[bad].p);
	}
	for (i = 0; i < n; i++)
		buf_free(&b[i]);
	free(b);
	free(cells);
	tally_walk_free(w);
}

static void
state_of(const struct tally *t, struct buf *b)
{
	struct tally_walk	*w = tally_walk(t, 1);
	struct customer		 c;
	size_t			 i;

	b->len = 0;
	for (i = 0; i < tally_columns(t); i++) {
		tally_column(t, i, b);
		buf_addc(b, ';');
	}
	while (tally_next(w, &c))
		for (i = 0; i < tally_columns(t); i++) {
			tally_cell(t, c, i, b);
			buf_addc(b, ';');
		}
	tally_walk_free(w);
}

/* Parts in any number and order, and parts of parts, come to the whole. */
static void
test_parts(void **state)
{
	struct buf	 want = { 0 }, got = { 0 }, whole = { 0 };
	struct tally	*t, *parts[7], *u;
	size_t		 n, i, round;

	(void)state;
	for (round = 0; round < 8; round++) {
		seed = 50 + round;
		make_things();
		t = tally_of(0, 1, 1);
		show(t, &want);
		state_of(t, &whole);
		tally_free(t);
		n = 1 + below(7);
		for (i = 0; i < n; i++)
			parts[i] = tally_of(i, n, 1);
		u = tally_new(metrics, NNAMES, TODAY, 0);
		for (i = n / 2; i < n; i++)
			pour(parts[i], u);
		tally_settle(u, 1, 1);
		t = tally_new(metrics, NNAMES, TODAY, 0);
		pour(u, t);
		for (i = n / 2; i-- > 0;)
			pour(parts[i], t);
		tally_settle(t, 1, 1);
		show(t, &got);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.p, want.p, want.len);
		state_of(t, &got);
		assert_int_equal(got.len, whole.len);
		assert_memory_equal(got.p, whole.p, whole.len);
		tally_free(t);
		tally_free(u);
		for (i = 0; i < n; i++)
			tally_free(parts[i]);
	}
	buf_free(&want);
	buf_free(&got);
	buf_free(&whole);
}

static void
test_bad_state(void **state)
{
	static const char *const good[] = {
		"1.5", "2", "2026-01-01", "2026-01-02", "", "1f:739617:1", NULL
	};
	static const struct {
		size_t		 at;
		const char	*cell;
	} bad[] = {
		{ 0, "" }, { 0, "x" }, { 0, "1.1234567" }, { 1, "" },
		{ 1, "-1" }, { 1, "4294967296" }, { 1, "1.0" }, { 1, "a" },
		{ 2, "2026-01-32" }, { 2, "2026-01-20" }, { 3, "soon" },
		{ 3, "2026-01-02T00:00" }, { 4, "1" }, { 5, "1f" },
		{ 5, "1f:739617" }, { 5, "1f:739617:8" }, { 5, "1f:739617:0" },
		{ 5, "0:739617:1" }, { 5, "1f:0:1" }, { 5, "1f:999999:1" },
		{ 5, "1F:739617:1" }, { 5, "1f:739617:1  1f:1:1" },
		{ 5, "1f1f1f1f1f1f1f1f1:739617:1" }
	};
	struct metric	 two[2];
	struct cell	 cells[6];
	struct tally	*t;
	size_t		 i, j, at = 99;

	(void)state;
	metric_parse("spend_30d", &two[0]);
	metric_parse("orders_30d", &two[1]);
	t = tally_new(two, 2, TODAY, 0);
	assert_int_equal(tally_columns(t), 6);
	for (j = 0; good[j] != NULL; j++)
		cells[j] = cell_str(good[j]);
	assert_int_equal(tally_read(t, "a", 1, cells, &at), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (j = 0; good[j] != NULL; j++)
			cells[j] = cell_str(good[j]);
		cells[bad[i].at] = cell_str(bad[i].cell);
		if (tally_read(t, "a", 1, cells, &at) == 0)
			fail_msg("taken: %s", bad[i].cell);
		assert_int_equal(at, bad[i].at);
	}
	tally_free(t);
}

/* ------------------------------------------------------------------- range */

static void
add(struct tally *t, struct feed *f, num x)
{
	struct tally_fact	 fact = { .key = "k", .keylen = 1 };

	fact.sum[0] = x;
	fact.day = TODAY;
	fact.segment = tally_segment(t, TODAY);
	fact.what = TALLY_ORDER;
	feed_add(f, &fact);
}

/* Sums that go out of range on the way, and come back. */
static void
test_round_trip(void **state)
{
	struct metric	 m;
	struct customer	 c;
	struct tally	*t;
	struct feed	*f;
	num		 x;

	(void)state;
	metric_parse("spend_total", &m);
	t = tally_new(&m, 1, TODAY, 0);
	f = feed_new(t);
	add(t, f, NUM_MAX);
	add(t, f, NUM_MAX);
	add(t, f, 5);
	add(t, f, NUM_MIN + 1);
	add(t, f, NUM_MIN + 1);
	add(t, f, -7);
	feed_free(f);
	tally_settle(t, 1, 0);
	assert_true(tally_find(t, "k", 1, &c));
	assert_int_equal(tally_worth(t, &c, 0, &x), WORTH_NUMBER);
	assert_int_equal(x, -2);
	tally_free(t);
}

static jmp_buf	 out;
static char	 said[256];

static void
escape(enum status status, const char *message)
{
	assert_int_equal(status, STATUS_DATA);
	snprintf(said, sizeof(said), "%s", message);
	longjmp(out, 1);
}

static void
test_out_of_range(void **state)
{
	struct metric	 m;
	struct customer	 c;
	struct tally	*t;
	struct feed	*f;
	num		 x;

	(void)state;
	metric_parse("spend_total", &m);
	t = tally_new(&m, 1, TODAY, 0);
	f = feed_new(t);
	add(t, f, NUM_MAX);
	add(t, f, 1);
	feed_free(f);
	tally_settle(t, 1, 0);
	assert_true(tally_find(t, "k", 1, &c));
	die_hook(escape);
	if (setjmp(out) == 0) {
		tally_worth(t, &c, 0, &x);
		fail();
	}
	die_hook(NULL);
	assert_non_null(strstr(said,
	    "spend_total of customer \"k\" is out of range"));
	tally_free(t);
}

/* A key longer than a batch of facts. */
static void
test_long_key(void **state)
{
	struct tally_fact	 fact;
	struct customer		 c;
	struct tally		*t = tally_new(metrics, NNAMES, TODAY, 0);
	struct feed		*f = feed_new(t);
	char			*key = malloc(100000);
	size_t			 len;
	num			 x;
	int			 i;

	(void)state;
	memset(key, 'k', 100000);
	memset(&fact, 0, sizeof(fact));
	fact.key = key;
	fact.what = TALLY_ORDER;
	fact.day = TODAY;
	fact.segment = tally_segment(t, TODAY);
	fact.counts = COUNT(QUANTITY_ORDERS);
	for (i = 0; i < 3; i++) {
		fact.keylen = 99999 + (size_t)(i & 1);
		feed_add(f, &fact);
	}
	feed_free(f);
	tally_settle(t, 1, 0);
	assert_int_equal(tally_count(t), 2);
	assert_true(tally_find(t, key, 99999, &c));
	assert_int_equal(tally_worth(t, &c, 0, &x), WORTH_NUMBER);
	assert_int_equal(x, 2 * NUM_ONE);
	tally_key(t, c, &len);
	assert_int_equal(len, 99999);
	free(key);
	tally_free(t);
}

/* More orders than memory for their marks: the rest is in a file. */
static void
test_spilled(void **state)
{
	const unsigned		 n = 50000;
	struct tally_fact	 fact = { .key = "k", .keylen = 1 };
	struct metric		 m;
	struct customer		 c;
	struct tally		*t;
	struct feed		*f;
	char			 order[16];
	unsigned		 i;
	num			 x;

	(void)state;
	metric_parse("orders_total", &m);
	t = tally_new(&m, 1, TODAY, 1);
	f = feed_new(t);
	fact.day = TODAY;
	fact.segment = tally_segment(t, TODAY);
	fact.what = TALLY_ORDER;
	fact.counts = COUNT(QUANTITY_ORDERS);
	for (i = 0; i < 2 * n; i++) {
		fact.order = tally_order(order, (size_t)snprintf(order,
		    sizeof(order), "%u", i % n));
		feed_add(f, &fact);
	}
	feed_free(f);
	tally_settle(t, 1, 0);
	assert_true(tally_find(t, "k", 1, &c));
	assert_int_equal(tally_worth(t, &c, 0, &x), WORTH_NUMBER);
	assert_int_equal(x, n * NUM_ONE);
	tally_free(t);
}

static void
test_nobody(void **state)
{
	struct tally		*t = tally_new(metrics, NNAMES, TODAY, 0);
	struct tally_walk	*w;
	struct customer		 c;
	size_t			 i;
	num			 x;

	(void)state;
	tally_settle(t, 2, 0);
	assert_int_equal(tally_count(t), 0);
	w = tally_walk(t, 2);
	assert_false(tally_next(w, &c));
	tally_walk_free(w);
	assert_false(tally_find(t, "k", 1, &c));
	for (i = 0; i < NNAMES; i++)
		if (tally_worth(t, NULL, i, &x) == WORTH_NUMBER)
			assert_int_equal(x, 0);
	tally_free(t);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_bad_state),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_long_key),
		cmocka_unit_test(test_spilled),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
