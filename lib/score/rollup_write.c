/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Metrics as tables of customers, and tallies as parts.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "score/columns.h"
#include "score/rollup.h"

static const char **
column_names(const struct rollup *r)
{
	const char	**names = xcalloc(r->nmetrics + 1, sizeof(*names));
	size_t		 i;

	names[0] = r->key;
	for (i = 0; i < r->nmetrics; i++)
		names[i + 1] = r->metrics[i].name;
	return names;
}

/* Customers in their order, so many a sheet. */
#define SHEET	((size_t)2048)

struct sheets {
	const struct rollup	*rollup;
	struct tally_walk	*walk;
};

static void
write_customer(const struct rollup *r, struct writer *w, struct customer c)
{
	const char	*key;
	char		 day[WHEN_SIZE];
	size_t		 i, len;
	num		 x;

	key = tally_key(r->tally, c, &len);
	writer_cell(w, key, len);
	for (i = 0; i < r->nmetrics; i++)
		switch (tally_worth(r->tally, &c, i, &x)) {
		case WORTH_EMPTY:
			writer_cell(w, "", 0);
			break;
		case WORTH_NUMBER:
			writer_num(w, x);
			break;
		case WORTH_DAY:
			writer_cell(w, day, date_format(day, x));
			break;
		}
	writer_end(w);
}

static int
write_sheet(void *ctx, struct writer *w, size_t sheet)
{
	const struct sheets	*s = ctx;
	struct customer		 c;
	size_t			 i;

	for (i = sheet * SHEET; i < (sheet + 1) * SHEET; i++) {
		if (!tally_at(s->walk, i, &c))
			return 0;
		write_customer(s->rollup, w, c);
	}
	return 1;
}

void
rollup_write(const struct rollup *r, struct writer *w, int jobs)
{
	const char	**names = column_names(r);
	struct sheets	 s = { r, tally_walk(r->tally, jobs) };

	writer_columns(w, names, r->nmetrics + 1);
	writer_sheets(w, write_sheet, &s, jobs);
	tally_walk_free(s.walk);
	free(names);
}

/* -------------------------------------------------------------- customers */

struct onto {
	const struct rollup	*rollup;
	size_t			 key;	/* a cell */
	atomic_uchar		*seen;	/* by tally_number() */
};

/* A thread's own. */
struct clerk {
	const struct onto	*onto;
	struct keys_wait	 wait;
};

static void *
clerk_new(void *ctx)
{
	struct clerk	*c = xcalloc(1, sizeof(*c));

	c->onto = ctx;
	return c;
}

static void
clerk_free(void *ctx, void *state)
{
	(void)ctx;
	free(state);
}

static void
onto_ahead(void *state, const struct row *row)
{
	struct clerk	*c = state;
	struct cell	 key = row_cell(row, c->onto->key);

	tally_ahead(c->onto->rollup->tally, &c->wait, key.p, key.len);
}

static int
onto_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	const struct clerk	*clerk = state;
	const struct onto	*o = clerk->onto;
	const struct rollup	*r = o->rollup;
	struct cell		 key = row_cell(row, o->key);
	struct customer		 c;
	const struct customer	*who = NULL;
	char			 day[WHEN_SIZE];
	num			 x;
	size_t			 i;

	if (key.len == 0)
		return fault_set(fault, o->key, "is empty");
	if (tally_find(r->tally, key.p, key.len, &c)) {
		who = &c;
		atomic_store_explicit(&o->seen[tally_number(r->tally, c)], 1,
		    memory_order_relaxed);
	}
	for (i = 0; i < r->nmetrics; i++)
		switch (tally_worth(r->tally, who, i, &x)) {
		case WORTH_EMPTY:
			cells_text(cells, i, "", 0);
			break;
		case WORTH_NUMBER:
			cells_num(cells, i, x);
			break;
		case WORTH_DAY:
			cells_text(cells, i, day, date_format(day, x));
			break;
		}
	return ROW_OK;
}

/* Nothing is left out in silence: say which facts had no customer. */
static void
tell_strangers(const struct onto *o, const char *file, int jobs)
{
	const struct tally	*t = o->rollup->tally;
	struct tally_walk	*walk;
	struct customer		 c;
	struct buf		 b = { 0 };
	const char		*key;
	uint32_t		 i, n = 0;
	size_t			 len;

	for (i = 0; i < tally_count(t); i++)
		n += !atomic_load(&o->seen[i]);
	if (n == 0)
		return;
	walk = tally_walk(t, jobs);
	for (i = 0; i < 3 && tally_next(walk, &c);)
		if (!atomic_load(&o->seen[tally_number(t, c)])) {
			key = tally_key(t, c, &len);
			buf_adds(&b, i++ > 0 ? ", \"" : "\"");
			text_escape(&b, key, len < 64 ? len : 64);
			buf_addc(&b, '"');
		}
	if (n > 3)
		buf_addf(&b, " and %u more", (unsigned)n - 3);
	note("left out %u customer%s that %s has not: %s", (unsigned)n,
	    n == 1 ? "" : "s", file, buf_str(&b));
	tally_walk_free(walk);
	buf_free(&b);
}

void
rollup_onto(const struct rollup *r, struct reader *rd, struct writer *w,
    const struct pass_options *options)
{
	const char	**names = column_names(r);
	struct pass	 pass = {
		.begin = clerk_new, .row = onto_row, .end = clerk_free,
		.ahead = onto_ahead
	};
	struct columns	*cols;
	struct onto	 o;

	cols = columns_new(rd, r->pol, r->map, r->zone, r->now);
	o.key = columns_cell(cols, columns_need(cols, r->key, TYPE_TEXT));
	columns_free(cols);
	o.rollup = r;
	o.seen = xcalloc((size_t)tally_count(r->tally) + 1, sizeof(*o.seen));
	pass.columns = names + 1;
	pass.ncolumns = r->nmetrics;
	pass.unique = (int)o.key + 1;
	table_pass(rd, w, &pass, &o, options);
	tell_strangers(&o, reader_name(rd), options->jobs);
	free(o.seen);
	free(names);
}

/* ------------------------------------------------------------------ parts */

/* The last column of a part has no cells, but a name that says what it is. */
#define PART	"rollup 1 "

static void
part_name(const struct rollup *r, struct buf *b)
{
	char	 day[WHEN_SIZE];
	size_t	 i;

	buf_adds(b, PART);
	buf_add(b, day, date_format(day, r->today));
	for (i = 0; i < r->nmetrics; i++)
		buf_addf(b, " %s", r->metrics[i].name);
}

void
rollup_write_part(const struct rollup *r, struct writer *w, int jobs)
{
	struct tally_walk	*walk = tally_walk(r->tally, jobs);
	size_t			 n = tally_columns(r->tally), i, len;
	struct buf		*b = xcalloc(n + 1, sizeof(*b)), cell = { 0 };
	const char		**names = xcalloc(n + 2, sizeof(*names)), *key;
	struct customer		 c;

	names[0] = r->key;
	for (i = 0; i < n; i++) {
		tally_column(r->tally, i, &b[i]);
		names[i + 1] = buf_str(&b[i]);
	}
	part_name(r, &b[n]);
	names[n + 1] = buf_str(&b[n]);
	writer_columns(w, names, n + 2);
	while (tally_next(walk, &c)) {
		key = tally_key(r->tally, c, &len);
		writer_cell(w, key, len);
		for (i = 0; i < n; i++) {
			cell.len = 0;
			tally_cell(r->tally, c, i, &cell);
			writer_cell(w, cell.len > 0 ? cell.p : "", cell.len);
		}
		writer_cell(w, "", 0);
		writer_end(w);
	}
	for (i = 0; i <= n; i++)
		buf_free(&b[i]);
	buf_free(&cell);
	free(b);
	free(names);
	tally_walk_free(walk);
}

void
rollup_part(const struct reader *rd, const char **key, int64_t *today,
    struct buf *names)
{
	size_t		 n = reader_columns(rd), skip = strlen(PART), len;
	const char	*p = reader_column_name(rd, n - 1);
	struct stamp	 st;
	struct metric	 m;
	char		*name;

	if (n < 2 || strncmp(p, PART, skip) != 0 || strlen(p) < skip + 10 ||
	    stamp_parse(p + skip, 10, &st) == -1)
		die(STATUS_DATA, "%s:1: this is not what --partial writes",
		    reader_name(rd));
	*key = reader_column_name(rd, 0);
	*today = days_of(st.civil.year, st.civil.month, st.civil.day);
	for (p += skip + 10; *p == ' '; p += len) {
		len = strcspn(++p, " ");
		name = xmemdup0(p, len);
		if (metric_parse(name, &m) == -1)
			die(STATUS_DATA, "%s:1: this is not what --partial "
			    "writes: there is no metric \"%s\"",
			    reader_name(rd), name);
		rollup_name(names, name);
		free(name);
	}
}

void
rollup_read_part(struct rollup *r, struct reader *rd)
{
	size_t		 n = tally_columns(r->tally), i, bad, key;
	size_t		*at = xcalloc(n + 1, sizeof(*at));
	struct cell	*cells = xcalloc(n + 1, sizeof(*cells)), who;
	struct buf	 b = { 0 };
	struct fault	 fault;
	struct row	 row;

	key = reader_need(rd, r->key);
	for (i = 0; i < n; i++) {
		b.len = 0;
		tally_column(r->tally, i, &b);
		at[i] = reader_need(rd, buf_str(&b));
	}
	while (reader_next(rd, &row)) {
		who = row_cell(&row, key);
		for (i = 0; i < n; i++)
			cells[i] = row_cell(&row, at[i]);
		if (who.len == 0) {
			fault_set(&fault, key, "is empty");
			reader_die(rd, &row, &fault);
		}
		if (tally_read(r->tally, who.p, who.len, cells, &bad) == -1) {
			fault_cell(&fault, &row, at[bad],
			    "is not what --partial writes");
			reader_die(rd, &row, &fault);
		}
	}
	buf_free(&b);
	free(at);
	free(cells);
}
