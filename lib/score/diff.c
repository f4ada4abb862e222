/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score/diff.h"

enum { TIER, TIER_LEVEL, RISK, HEALTH, REVENUE, NROLES };

/* A column that is in both tables; the compared ones come first. */
struct column {
	const char	*name;
	size_t		 old, new;
};

/* What a row of the summary is about, and its totals. */
struct line {
	uint64_t	 n;
	num		 old, new;
};

struct diff {
	const struct diff_options *options;
	struct reader	*old, *new;
	struct writer	*w;
	size_t		 oldkey, newkey;
	struct column	*column;
	size_t		 compared, n;
	int		 role[NROLES];	/* index into columns, or -1 */
	struct keys	*keys;
	size_t		*line;		/* by key: where it came */
	uint64_t	*offset;	/* by key: of its old values */
	unsigned char	*seen;
	size_t		 cap;
	uint32_t	 nold;
	FILE		*spill;
	uint64_t	 size;
	const char	*values;	/* the spill, mapped */
	struct buf	 record;
	size_t		 head;		/* bytes of the compared part */
	struct cell	*was, *is;	/* by column */
	struct keys	*lines;		/* of the summary */
	struct line	*total;
	size_t		 linecap;
	struct buf	 name;
	size_t		 changes;
};

/* ---- columns */

static int
explains(const char *name)
{
	static const char *const	 names[] = {
		"tier_level", "tier_reason", "tier_previous", "tier_change",
		"tier_since", "downgrade_on", "reassess_on", "risk_reasons",
		"risk_action", "escalate_to"
	};
	size_t				 i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return 0;
}

static size_t
add_column(struct diff *d, const char *name, size_t old, size_t new)
{
	d->column = xreallocarray(d->column, d->n + 1, sizeof(*d->column));
	d->column[d->n].name = name;
	d->column[d->n].old = old;
	d->column[d->n].new = new;
	return d->n++;
}

/* A column that is wanted for what it says, compared or not. */
static int
role(struct diff *d, const char *name)
{
	size_t	 i;
	int	 old, new;

	for (i = 0; i < d->n; i++)
		if (strcmp(d->column[i].name, name) == 0)
			return (int)i;
	if ((old = reader_column(d->old, name)) == -1 ||
	    (new = reader_column(d->new, name)) == -1)
		return -1;
	return (int)add_column(d, name, (size_t)old, (size_t)new);
}

static void
choose_columns(struct diff *d)
{
	const struct diff_options	*o = d->options;
	const char			*name;
	size_t				 i;
	int				 new;

	for (i = 0; i < o->ncolumns; i++)
		add_column(d, o->columns[i], reader_need(d->old,
		    o->columns[i]), reader_need(d->new, o->columns[i]));
	for (i = 0; o->ncolumns == 0 && i < reader_columns(d->old); i++) {
		name = reader_column_name(d->old, i);
		if (i == d->oldkey || explains(name))
			continue;
		if ((new = reader_column(d->new, name)) == -1)
			note("%s is in %s alone", name, reader_name(d->old));
		else
			add_column(d, name, i, (size_t)new);
	}
	for (i = 0; o->ncolumns == 0 && i < reader_columns(d->new); i++) {
		name = reader_column_name(d->new, i);
		if (i != d->newkey && !explains(name) &&
		    reader_column(d->old, name) == -1)
			note("%s is in %s alone", name, reader_name(d->new));
	}
	d->compared = d->n;
}

static void
choose_revenue(struct diff *d)
{
	static const char *const	 usual[] = {
		"spend_365d", "spend_total", "ltv", "spend_ytd", "spend_90d",
		"spend_30d"
	};
	size_t				 i;

	if (d->options->revenue != NULL) {
		reader_need(d->old, d->options->revenue);
		reader_need(d->new, d->options->revenue);
		d->role[REVENUE] = role(d, d->options->revenue);
	}
	for (i = 0; d->role[REVENUE] == -1 &&
	    i < sizeof(usual) / sizeof(usual[0]); i++)
		d->role[REVENUE] = role(d, usual[i]);
}

static void
choose_roles(struct diff *d)
{
	static const char *const	 names[NROLES] = {
		[TIER] = "tier", [TIER_LEVEL] = "tier_level",
		[RISK] = "risk_level", [HEALTH] = "health"
	};
	int				 i;

	for (i = 0; i < NROLES; i++)
		d->role[i] = names[i] == NULL ? -1 : role(d, names[i]);
	if (d->options->summary)
		choose_revenue(d);
}

/* ---- the old table */

static void
put_cell(struct buf *b, struct cell c)
{
	uint32_t	 len = (uint32_t)c.len;

	buf_add(b, &len, sizeof(len));
	buf_add(b, c.p, c.len);
}

/* The values of a row as they lie in the file. */
static void
encode(struct diff *d, const struct row *row, int new)
{
	const struct column	*c;
	size_t			 i;

	d->record.len = 0;
	for (i = 0; i < d->n; i++) {
		if (i == d->compared)
			d->head = d->record.len;
		c = &d->column[i];
		put_cell(&d->record, row_cell(row, new ? c->new : c->old));
	}
	if (d->n == d->compared)
		d->head = d->record.len;
}

static void
decode(const struct diff *d, const char *p, struct cell *cells)
{
	uint32_t	 len;
	size_t		 i;

	for (i = 0; i < d->n; i++) {
		memcpy(&len, p, sizeof(len));
		cells[i].p = p + sizeof(len);
		cells[i].len = len;
		p += sizeof(len) + len;
	}
}

/* What is added up must be a number, or empty. */
static int
check_amount(const struct row *row, size_t column, struct fault *fault)
{
	const struct cell	 c = row_cell(row, column);
	num			 n;

	if (c.len == 0 || num_parse(c.p, c.len, &n) == 0)
		return 0;
	return fault_cell(fault, row, column, "is not a number");
}

/* The number of a row's key, which may come once in a table; or KEY_NONE. */
static uint32_t
key_of(struct diff *d, const struct row *row, size_t column, int old,
    struct fault *fault)
{
	struct cell	 c = row_cell(row, column);
	uint32_t	 n = keys_count(d->keys), i;
	char		 why[64];

	if (c.len == 0) {
		fault_set(fault, column, "is empty");
		return KEY_NONE;
	}
	if (d->options->summary && d->role[REVENUE] != -1 &&
	    check_amount(row, old ? d->column[d->role[REVENUE]].old :
	    d->column[d->role[REVENUE]].new, fault) == -1)
		return KEY_NONE;
	i = keys_add(d->keys, c.p, c.len);
	if (i < n && (old || d->seen[i])) {
		snprintf(why, sizeof(why), "is on line %zu already",
		    d->line[i]);
		fault_cell(fault, row, column, why);
		return KEY_NONE;
	}
	if (n == d->cap) {
		d->cap = d->cap == 0 ? 1024 : d->cap * 2;
		d->line = xreallocarray(d->line, d->cap, sizeof(*d->line));
		d->offset = xreallocarray(d->offset, d->cap,
		    sizeof(*d->offset));
		d->seen = xreallocarray(d->seen, d->cap, 1);
	}
	if (i == n)
		d->seen[i] = 0;
	d->line[i] = row->line;
	return i;
}

static int
old_row(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct diff	*d = ctx;
	uint32_t	 i = key_of(d, row, d->oldkey, 1, fault);

	(void)cells;
	if (i == KEY_NONE)
		return ROW_FAULT;
	d->offset[i] = d->size;
	encode(d, row, 0);
	if (d->record.len > 0 && fwrite(d->record.p, d->record.len, 1,
	    d->spill) != 1)
		die_errno(STATUS_IO, "a temporary file");
	d->size += d->record.len;
	return ROW_OK;
}

static void
read_old(struct diff *d)
{
	static const struct pass	 pass = { .row = old_row };

	d->spill = temporary_file();
	table_pass(d->old, NULL, &pass, d, &d->options->pass);
	d->nold = keys_count(d->keys);
	if (fflush(d->spill) == EOF)
		die_errno(STATUS_IO, "a temporary file");
	if (d->size == 0)
		return;
	d->values = mmap(NULL, d->size, PROT_READ, MAP_SHARED,
	    fileno(d->spill), 0);
	if (d->values == MAP_FAILED)
		die_errno(STATUS_RESOURCE, "a temporary file");
}

/* ---- changes */

static num
amount(struct cell c)
{
	num	 n;

	return num_parse(c.p, c.len, &n) == 0 ? n : 0;
}

static void
count(struct diff *d, const char *change, const char *column, struct cell old,
    struct cell new, num a, num b)
{
	struct line	*l;
	uint32_t	 i;
	size_t		 n = d->linecap;

	d->name.len = 0;
	put_cell(&d->name, cell_str(change));
	put_cell(&d->name, cell_str(column));
	put_cell(&d->name, old);
	put_cell(&d->name, new);
	i = keys_add(d->lines, d->name.p, d->name.len);
	if (i >= n) {
		d->linecap = n == 0 ? 64 : n * 2;
		d->total = xreallocarray(d->total, d->linecap,
		    sizeof(*d->total));
		memset(d->total + n, 0, (d->linecap - n) * sizeof(*d->total));
	}
	l = &d->total[i];
	l->n++;
	if (num_add(l->old, a, &l->old) == -1 ||
	    num_add(l->new, b, &l->new) == -1)
		die(STATUS_DATA, "%s: a total is out of range", column);
}

/* was, is: the values of all columns, or NULL where there is no such row. */
static void
tell(struct diff *d, struct cell key, const char *change, int column,
    const struct cell *was, const struct cell *is)
{
	const struct cell	 none = { "", 0 };
	const char		*name = column == -1 ? "" :
				    d->column[column].name;
	struct cell		 a, b;
	int			 money = d->role[REVENUE];

	d->changes++;
	a = was == NULL || column == -1 ? none : was[column];
	b = is == NULL || column == -1 ? none : is[column];
	if (!d->options->summary) {
		writer_cell(d->w, key.p, key.len);
		writer_cells(d->w, change);
		writer_cells(d->w, name);
		writer_cell(d->w, a.p, a.len);
		writer_cell(d->w, b.p, b.len);
		writer_end(d->w);
		return;
	}
	/* A column's values are as many as there are rows: only their sums. */
	if (column != -1 && column != d->role[TIER] &&
	    column != d->role[RISK]) {
		count(d, change, name, none, none, amount(a), amount(b));
		return;
	}
	count(d, change, name, a, b,
	    money == -1 || was == NULL ? 0 : amount(was[money]),
	    money == -1 || is == NULL ? 0 : amount(is[money]));
}

/* The smaller the better; -1 where nothing tells. */
static int64_t
tier_rank(const struct diff *d, const struct cell *row)
{
	const struct policy	*pol = d->options->pol;
	struct cell		 c;
	char			*name;
	num			 n;
	int			 i = -1;

	if (d->role[TIER_LEVEL] != -1) {
		c = row[d->role[TIER_LEVEL]];
		if (num_parse(c.p, c.len, &n) == 0)
			return n == 0 ? NUM_MAX : n;
	}
	if (pol != NULL) {
		c = row[d->role[TIER]];
		name = xmemdup0(c.p, c.len);
		i = policy_tier_index(pol, name);
		free(name);
	}
	return i;
}

/* The smaller the worse; -1 where nothing tells. */
static int64_t
risk_rank(const struct diff *d, const struct cell *row)
{
	static const char *const	 usual[] = {
		"critical", "high", "medium", "low"
	};
	const struct policy		*pol = d->options->pol;
	const struct statement		*st = NULL;
	struct cell			 c = row[d->role[RISK]];
	int64_t				 i = 0;
	num				 n;

	if (pol != NULL)
		st = policy_find(pol, KW_LEVEL, NULL);
	for (; st != NULL; st = policy_next(st), i++)
		if (cell_is(c, st->name))
			return i;
	for (i = 0; i < 4; i++)
		if (cell_is(c, usual[i]))
			return i;
	if (d->role[HEALTH] != -1) {
		c = row[d->role[HEALTH]];
		if (num_parse(c.p, c.len, &n) == 0 && n >= 0)
			return n;
	}
	return -1;
}

static const char *
word_for(const struct diff *d, int column)
{
	int64_t	 a, b;

	if (column == d->role[TIER]) {
		a = tier_rank(d, d->was);
		b = tier_rank(d, d->is);
		if (a != -1 && b != -1 && a != b)
			return b < a ? "promoted" : "demoted";
	} else if (column == d->role[RISK]) {
		a = risk_rank(d, d->was);
		b = risk_rank(d, d->is);
		if (a != -1 && b != -1 && a != b)
			return b < a ? "risk_up" : "risk_down";
	}
	return "changed";
}

static void
compare(struct diff *d, struct cell key, uint64_t offset)
{
	const char	*old = d->values + offset;
	size_t		 i;

	/* Most rows are as they were: then so are the bytes. */
	if (d->head == 0 || (offset + d->head <= d->size &&
	    memcmp(old, d->record.p, d->head) == 0))
		return;
	decode(d, old, d->was);
	decode(d, d->record.p, d->is);
	for (i = 0; i < d->compared; i++)
		if (d->was[i].len != d->is[i].len || memcmp(d->was[i].p,
		    d->is[i].p, d->is[i].len) != 0)
			tell(d, key, word_for(d, (int)i), (int)i, d->was,
			    d->is);
}

static int
new_row(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct diff	*d = ctx;
	struct cell	 key = row_cell(row, d->newkey);
	uint32_t	 i = key_of(d, row, d->newkey, 0, fault);

	(void)cells;
	if (i == KEY_NONE)
		return ROW_FAULT;
	d->seen[i] = 1;
	encode(d, row, 1);
	if (i < d->nold)
		compare(d, key, d->offset[i]);
	else {
		decode(d, d->record.p, d->is);
		tell(d, key, "joined", d->role[TIER], NULL, d->is);
	}
	return ROW_OK;
}

static void
read_new(struct diff *d)
{
	static const struct pass	 pass = { .row = new_row };

	table_pass(d->new, NULL, &pass, d, &d->options->pass);
}

static void
tell_left(struct diff *d)
{
	struct cell	 key;
	uint32_t	 i;

	for (i = 0; i < d->nold; i++) {
		if (d->seen[i])
			continue;
		key.p = keys_bytes(d->keys, i, &key.len);
		if (d->n > 0)
			decode(d, d->values + d->offset[i], d->was);
		tell(d, key, "left", d->role[TIER], d->was, NULL);
	}
}

/* ---- the summary */

struct sorted {
	struct cell	 cell[4];	/* change, column, old, new */
	struct line	*total;
};

static int
by_cells(const void *a, const void *b)
{
	const struct sorted	*x = a, *y = b;
	size_t			 i, n;
	int			 r;

	for (i = 0; i < 4; i++) {
		n = x->cell[i].len < y->cell[i].len ? x->cell[i].len :
		    y->cell[i].len;
		if ((r = memcmp(x->cell[i].p, y->cell[i].p, n)) != 0)
			return r;
		if (x->cell[i].len != y->cell[i].len)
			return x->cell[i].len < y->cell[i].len ? -1 : 1;
	}
	return 0;
}

static void
write_summary(struct diff *d)
{
	static const char *const	 columns[] = {
		"change", "column", "old", "new", "customers", "old_total",
		"new_total"
	};
	struct sorted			*v;
	const char			*p;
	uint32_t			 n = keys_count(d->lines), i, len;
	size_t				 all;
	int				 k;

	writer_columns(d->w, columns, 7);
	v = xcalloc((size_t)n + 1, sizeof(*v));
	for (i = 0; i < n; i++) {
		v[i].total = &d->total[i];
		p = keys_bytes(d->lines, i, &all);
		for (k = 0; k < 4; k++) {
			memcpy(&len, p, sizeof(len));
			v[i].cell[k].p = p + sizeof(len);
			v[i].cell[k].len = len;
			p += sizeof(len) + len;
		}
	}
	qsort(v, n, sizeof(*v), by_cells);
	for (i = 0; i < n; i++) {
		for (k = 0; k < 4; k++)
			writer_cell(d->w, v[i].cell[k].p, v[i].cell[k].len);
		writer_num(d->w, (num)v[i].total->n * NUM_ONE);
		writer_num(d->w, v[i].total->old);
		writer_num(d->w, v[i].total->new);
		writer_end(d->w);
	}
	free(v);
}

static void
diff_free(struct diff *d)
{
	if (d->size > 0)
		munmap((void *)(uintptr_t)d->values, d->size);
	fclose(d->spill);
	keys_free(d->keys);
	keys_free(d->lines);
	buf_free(&d->record);
	buf_free(&d->name);
	free(d->column);
	free(d->line);
	free(d->offset);
	free(d->seen);
	free(d->was);
	free(d->is);
	free(d->total);
}

size_t
diff_write(struct reader *old, struct reader *new, struct writer *w,
    const struct diff_options *options)
{
	struct diff	 d;
	const char	*columns[5] = {
		options->key, "change", "column", "old", "new"
	};

	memset(&d, 0, sizeof(d));
	d.options = options;
	d.old = old;
	d.new = new;
	d.w = w;
	d.keys = keys_new();
	d.lines = keys_new();
	d.oldkey = reader_need(old, options->key);
	d.newkey = reader_need(new, options->key);
	choose_columns(&d);
	choose_roles(&d);
	d.was = xcalloc(d.n + 1, sizeof(*d.was));
	d.is = xcalloc(d.n + 1, sizeof(*d.is));
	read_old(&d);
	if (!options->summary)
		writer_columns(w, columns, 5);
	read_new(&d);
	tell_left(&d);
	if (options->summary)
		write_summary(&d);
	diff_free(&d);
	return d.changes;
}
