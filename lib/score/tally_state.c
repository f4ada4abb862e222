/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of a tally as a table, so that parts can be tallied apart.  A
 * customer is the sums and counts of each segment, the first and last days,
 * and what tells a second line of an order from another order: its mark.
 * Parts merge by adding, least and greatest, and union; so in any order.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "score/tally.h"
#include "score/tally_parts.h"

/* After the fields come these, as far as they are kept. */
enum extra {
	EXTRA_FIRST_ORDER, EXTRA_LAST_ORDER, EXTRA_CONTACT, EXTRA_FIRST_SPEND,
	EXTRA_ORDERS, EXTRA_DAYS, NEXTRAS
};

static const char *const	 extras[NEXTRAS] = {
	"first_order", "last_order", "last_contact", "first_day_spend",
	"orders_seen", "days_seen"
};

static const char *const	 quantities[QUANTITY_EVENT] = {
	"spend", "items", "orders", "returns", "late", "rating", "reopens",
	"rated", "low_csat", "tickets", "complaints", "escalations",
	"breaches", "promoted", "asked"
};

static int
kept(const struct tally *t, enum extra e)
{
	switch (e) {
	case EXTRA_FIRST_SPEND:
		return t->first_spend != 0;
	case EXTRA_ORDERS:
		return tally_wants_orders(t);
	case EXTRA_DAYS:
		return t->purchases != 0;
	default:
		return 1;
	}
}

/* Which extra column i is; NEXTRAS past the end. */
static enum extra
extra(const struct tally *t, size_t i)
{
	unsigned	 e;

	i -= t->nfields;
	for (e = 0; e < NEXTRAS; e++)
		if (kept(t, (enum extra)e) && i-- == 0)
			break;
	return (enum extra)e;
}

size_t
tally_columns(const struct tally *t)
{
	size_t	 n = t->nfields;

	while (extra(t, n) != NEXTRAS)
		n++;
	return n;
}

static void
add_day(struct buf *b, int64_t day)
{
	char	 s[WHEN_SIZE];

	buf_add(b, s, date_format(s, day));
}

void
tally_column(const struct tally *t, size_t i, struct buf *b)
{
	const struct field	*f;
	const struct metric	*kind;

	if (i >= t->nfields) {
		buf_adds(b, extras[extra(t, i)]);
		return;
	}
	f = &t->fields[i];
	if (f->quantity < QUANTITY_EVENT) {
		buf_adds(b, quantities[f->quantity]);
	} else {
		kind = t->kinds[f->quantity - QUANTITY_EVENT];
		buf_adds(b, "event ");
		buf_add(b, kind->kind, kind->kindlen);
	}
	buf_addc(b, ' ');
	if (f->from != DAY_FIRST)
		add_day(b, f->from);
	buf_adds(b, "..");
	add_day(b, f->to);
}

/* ----------------------------------------------------------------- writing */

static void
add_field(const struct tally *t, struct customer c, const struct field *f,
    struct buf *b)
{
	const struct shard	*s = &t->shards[c.shard];
	char			*p = block(t, s, c.number), out[NUM_SIZE];
	wide			 sum;

	if (!is_wide(f->quantity)) {
		buf_addf(b, "%" PRIu32, *narrow_at(p, f->at));
		return;
	}
	sum = shard_wide(s, c.number, p, f->at);
	if (sum > NUM_MAX || sum < NUM_MIN)
		tally_range(s, c.number, quantities[f->quantity]);
	buf_add(b, out, num_format(out, (num)sum));
}

static void
add_block_day(const char *p, size_t at, struct buf *b)
{
	uint32_t	 day;

	memcpy(&day, p + at, sizeof(day));
	if (day != NO_DAY)
		add_day(b, day_of_block(day));
}

/*
 * The marks of orders, in order, as "order:day:counted" with the order's
 * hash.  What was counted on one day stands in one mark, however many there
 * were.
 */
static void
add_orders(const struct mark *m, size_t n, struct buf *b)
{
	unsigned	 counted;
	size_t		 i, j, start = b->len;

	for (i = 0; i < n; i = j) {
		counted = m[i].counted;
		for (j = i + 1; j < n && m[j].order == m[i].order &&
		    m[j].day == m[i].day; j++)
			counted |= m[j].counted;
		if (m[i].order == 0 || counted == 0)
			continue;
		buf_addf(b, "%s%" PRIx64 ":%u:%u", b->len > start ? " " : "",
		    m[i].order, (unsigned)m[i].day, counted);
	}
}

static int
by_day(const void *a, const void *b)
{
	const uint32_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
add_days(const struct mark *m, size_t n, struct buf *b)
{
	uint32_t	*days = xreallocarray(NULL, n + 1, sizeof(*days));
	size_t		 i, start = b->len;

	for (i = 0; i < n; i++)
		days[i] = m[i].day;
	qsort(days, n, sizeof(*days), by_day);
	for (i = 0; i < n; i++)
		if (i == 0 || days[i] != days[i - 1])
			buf_addf(b, "%s%" PRIu32, b->len > start ? " " : "",
			    days[i]);
	free(days);
}

void
tally_cell(const struct tally *t, struct customer c, size_t i, struct buf *b)
{
	const struct shard	*s = &t->shards[c.shard];
	char			*p = block(t, s, c.number), out[NUM_SIZE];
	const struct mark	*m = NULL;
	size_t			 n = 0;

	if (i < t->nfields) {
		add_field(t, c, &t->fields[i], b);
		return;
	}
	if (s->settled != NULL) {
		m = s->settled + s->first[c.number];
		n = s->first[c.number + 1] - s->first[c.number];
	}
	switch (extra(t, i)) {
	case EXTRA_FIRST_ORDER:
		add_block_day(p, AT_FIRST_ORDER, b);
		break;
	case EXTRA_LAST_ORDER:
		add_block_day(p, AT_LAST_ORDER, b);
		break;
	case EXTRA_CONTACT:
		add_block_day(p, AT_CONTACT, b);
		break;
	case EXTRA_FIRST_SPEND:
		buf_add(b, out, num_format(out, *wide_at(p, t->first_spend)));
		break;
	case EXTRA_ORDERS:
		add_orders(m, n, b);
		break;
	case EXTRA_DAYS:
		add_days(m, n, b);
		break;
	case NEXTRAS:
		break;
	}
}

/* ----------------------------------------------------------------- reading */

/* Digits of a base up to a delimiter or the end; *p moves past it. */
static int
read_digits(const char **p, const char *end, unsigned base, char delimiter,
    uint64_t *x)
{
	const char	*start = *p, *q;
	unsigned	 d;

	*x = 0;
	for (q = start; q < end && *q != delimiter; q++) {
		if (*q >= '0' && *q <= '9')
			d = (unsigned)(*q - '0');
		else if (*q >= 'a' && *q <= 'f')
			d = (unsigned)(*q - 'a') + 10;
		else
			return -1;
		if (d >= base || __builtin_mul_overflow(*x, base, x) ||
		    __builtin_add_overflow(*x, d, x))
			return -1;
	}
	if (q == start)
		return -1;
	*p = q < end ? q + 1 : q;
	return 0;
}

/* A day of a block, on which something can have been counted. */
static int
is_block_day(const struct tally *t, uint64_t day)
{
	return day != NO_DAY && day <= block_day(t->today);
}

static int
read_day(const struct tally *t, const struct cell *c, uint32_t *day)
{
	struct stamp	 st;
	int64_t		 d;

	*day = NO_DAY;
	if (c->len == 0)
		return 0;
	if (stamp_parse(c->p, c->len, &st) == -1 || st.has_time)
		return -1;
	d = days_of(st.civil.year, st.civil.month, st.civil.day);
	*day = block_day(d);
	return is_block_day(t, *day) ? 0 : -1;
}

static int
read_field(const struct tally *t, struct shard *s, uint32_t customer,
    const struct field *f, const struct cell *cell)
{
	const char	*p = cell->p;
	uint32_t	*count;
	uint64_t	 n;
	num		 x;

	if (is_wide(f->quantity)) {
		if (num_parse(cell->p, cell->len, &x) == -1)
			return -1;
		shard_sum(s, customer, block(t, s, customer), f->at, x);
		return 0;
	}
	if (read_digits(&p, p + cell->len, 10, '\0', &n) == -1 ||
	    n > UINT32_MAX)
		return -1;
	count = narrow_at(block(t, s, customer), f->at);
	if (__builtin_add_overflow(*count, (uint32_t)n, count))
		tally_range(s, customer, "a count");
	return 0;
}

static int
read_marks(struct tally *t, struct shard *s, uint32_t customer,
    const struct cell *cell, int orders)
{
	const char	*p = cell->p, *end = p + cell->len;
	uint64_t	 order = 0, day, counted = 0;
	struct mark	 m;

	while (p < end) {
		if (orders && (read_digits(&p, end, 16, ':', &order) == -1 ||
		    order == 0 || read_digits(&p, end, 10, ':', &day) == -1 ||
		    read_digits(&p, end, 10, ' ', &counted) == -1 ||
		    counted == 0 || counted > MARK_ALL))
			return -1;
		if (!orders && read_digits(&p, end, 10, ' ', &day) == -1)
			return -1;
		if (!is_block_day(t, day))
			return -1;
		m.order = order;
		m.customer = customer;
		m.day = (uint32_t)day & 0xffffff;
		m.counted = (uint8_t)counted;
		marks_add(&s->marks, &t->marks, &m);
	}
	return 0;
}

static int
read_last(const struct tally *t, char *b, size_t at, const struct cell *cell)
{
	uint32_t	 day;

	if (read_day(t, cell, &day) == -1)
		return -1;
	if (day > *narrow_at(b, at))
		*narrow_at(b, at) = day;
	return 0;
}

static int
read_extra(struct tally *t, struct shard *s, uint32_t customer,
    enum extra e, const struct cell *cell, const struct cell *first_spend)
{
	char		*b = block(t, s, customer);
	uint32_t	 day;
	num		 spend = 0;

	switch (e) {
	case EXTRA_FIRST_ORDER:
		if (read_day(t, cell, &day) == -1 || (first_spend != NULL &&
		    num_parse(first_spend->p, first_spend->len, &spend) == -1))
			return -1;
		if (day != NO_DAY)
			block_first(t, b, day, spend);
		return 0;
	case EXTRA_LAST_ORDER:
		return read_last(t, b, AT_LAST_ORDER, cell);
	case EXTRA_CONTACT:
		return read_last(t, b, AT_CONTACT, cell);
	case EXTRA_ORDERS:
		return read_marks(t, s, customer, cell, 1);
	case EXTRA_DAYS:
		return read_marks(t, s, customer, cell, 0);
	case EXTRA_FIRST_SPEND:		/* with the first day */
	case NEXTRAS:
		break;
	}
	return 0;
}

int
tally_read(struct tally *t, const char *key, size_t len,
    const struct cell *cells, size_t *bad)
{
	uint64_t		 hash = keys_hash(key, len);
	struct shard		*s = shard_of(t, hash);
	const struct cell	*first_spend = NULL;
	uint32_t		 customer = shard_add(t, s, key, len, hash,
				    KEY_NONE);
	size_t			 i, n = tally_columns(t);

	for (i = t->nfields; i < n; i++)
		if (extra(t, i) == EXTRA_FIRST_SPEND)
			first_spend = &cells[i];
	for (i = 0; i < n; i++)
		if ((i < t->nfields ?
		    read_field(t, s, customer, &t->fields[i], &cells[i]) :
		    read_extra(t, s, customer, extra(t, i), &cells[i],
		    first_spend)) == -1) {
			*bad = i;
			return -1;
		}
	return 0;
}
