/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

#define BLOCK		(256 * 1024)	/* stays in a core's own cache */
#define BLOCK_MAX	(1024 * 1024 * 1024)
#define RECORD		(64 * 1024 * 1024)
#define RECORD_MAX	(1024 * 1024 * 1024)	/* offsets have 32 bits */
#define HEADER		(16 * 1024 * 1024)

static const struct reader_options none;

/* ---- the header */

/* Read ahead until the first line tells what parts its cells. */
static int
find_delimiter(struct reader *rd, struct failure *f)
{
	struct cutter	*c = &rd->cutter;
	struct failure	 read = { .status = STATUS_OK };
	size_t		 more;
	ssize_t		 n;
	int		 last = 0;

	while ((rd->delimiter = dialect_delimiter(c->tail.p, c->tail.len,
	    last)) == -1) {
		/* Twice as much each time: it is looked at from the start. */
		more = c->tail.len > c->block ? c->tail.len : c->block;
		buf_room(&c->tail, more);
		n = source_read(rd->source, c->tail.p + c->tail.len, more,
		    &read);
		if (n == -1)
			return failure_set(f, read.status, "%s:1: %s",
			    rd->name, read.what);
		c->tail.len += (size_t)n;
		last = n == 0 || c->tail.len > c->max_record;
		if (n == 0)
			c->eof = 1;
	}
	return 0;
}

/* The first record that is not blank; the rest goes back to the cutter. */
static int
read_header(struct reader *rd, struct row *row, struct failure *f)
{
	struct block	*b = &rd->block;
	size_t		 max = rd->cutter.max_record;

	if (max > HEADER)
		rd->cutter.max_record = HEADER;
	if (rd->delimiter == 0 && find_delimiter(rd, f) == -1)
		return -1;
	rd->cutter.delimiter = rd->delimiter;
	if (rd->options->lax_quotes && rd->cutter.lax == NULL)
		rd->cutter.lax = dialect_new(rd->delimiter, 0);
	do {
		if (!cutter_next(&rd->cutter, b))
			return failure_set(f, STATUS_DATA, "%s: no header",
			    rd->name);
		block_index(b, rd->delimiter);
		if (block_next(b, row)) {
			cutter_return(&rd->cutter, b, row);
			rd->cutter.max_record = max;
			return 0;
		}
	} while (!reader_failure(rd, b, f));
	return -1;
}

static void
keep_header(struct reader *rd, const struct row *row)
{
	struct row	*h = &rd->header;
	struct cell	 c;
	char		*copy;
	uint32_t	*ends;
	size_t		 i;

	copy = arena_get(rd->arena, row->len + row->eollen + 1);
	memcpy(copy, row->raw, row->len + row->eollen);
	ends = arena_get(rd->arena, (row->ncells + 1) * sizeof(*ends));
	ends[0] = UINT32_MAX;
	for (i = 0; i < row->ncells; i++)
		ends[i + 1] = row->ends[i] - (row->ends[-1] + 1);
	*h = *row;
	h->raw = h->base = copy;
	h->eol = copy + row->len;
	h->ends = ends + 1;
	h->shadow = row->quoted ? arena_get(rd->arena, row->len + 1) : copy;
	rd->eol = row->eollen > 0 ? h->eol : "\n";
	rd->eollen = row->eollen > 0 ? row->eollen : 1;
	rd->names = arena_get(rd->arena, h->ncells * sizeof(*rd->names));
	for (i = 0; i < h->ncells; i++) {
		c = row_cell(h, i);
		rd->names[i] = arena_text(rd->arena, c.p, c.len);
	}
}

struct reader *
reader_open(const char *path, const struct reader_options *options)
{
	struct reader	*rd;
	struct failure	 f = { .status = STATUS_OK };
	struct row	 row;
	struct cutter	*c;

	if (options == NULL)
		options = &none;
	assert(options->delimiter != '"' && options->delimiter != '\n' &&
	    options->delimiter != '\r');
	if (path != NULL && strcmp(path, "-") == 0)
		path = NULL;
	rd = xcalloc(1, sizeof(*rd));
	rd->options = options;
	rd->name = xstrdup(options->name != NULL ? options->name :
	    path == NULL ? "stdin" : path);
	rd->arena = arena_new();
	rd->source = source_open(path, rd->name, options, &f);
	rd->delimiter = options->delimiter & 0xff;
	c = &rd->cutter;
	c->source = rd->source;
	c->block = options->block == 0 ? BLOCK : options->block;
	if (c->block > BLOCK_MAX)
		c->block = BLOCK_MAX;
	c->max_record = options->max_record == 0 ? RECORD :
	    options->max_record;
	if (c->max_record > RECORD_MAX)
		c->max_record = RECORD_MAX;
	c->line = 1;
	if (rd->source == NULL || read_header(rd, &row, &f) == -1) {
		reader_free(rd);
		die(f.status, "%s", f.what);
	}
	keep_header(rd, &row);
	return rd;
}

void
reader_free(struct reader *rd)
{
	if (rd == NULL)
		return;
	source_free(rd->source);
	dialect_free(rd->cutter.lax);
	buf_free(&rd->cutter.tail);
	block_free(&rd->block);
	notes_free(&rd->notes);
	arena_free(rd->arena);
	free(rd->dups);
	free(rd->name);
	free(rd);
}

const char *
reader_name(const struct reader *rd)
{
	return rd->name;
}

int
reader_delimiter(const struct reader *rd)
{
	return rd->delimiter;
}

const struct row *
reader_header(const struct reader *rd)
{
	return &rd->header;
}

size_t
reader_columns(const struct reader *rd)
{
	return rd->header.ncells;
}

/* ---- columns by name */

/* Names that look alike are one: an accent may be a character of its own. */
static int
same_name(const char *a, const char *b)
{
	struct buf	 x = { NULL, 0, 0 }, y = { NULL, 0, 0 };
	int		 same = strcmp(a, b) == 0;

	if (same || text_is_ascii(a, strlen(a)) || text_is_ascii(b, strlen(b)))
		return same;
	text_nfc(&x, a, strlen(a));
	text_nfc(&y, b, strlen(b));
	same = x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
	buf_free(&x);
	buf_free(&y);
	return same;
}

static _Noreturn void
die_twice(const struct reader *rd, const char *name, int found, size_t i)
{
	struct failure	 f = { .status = STATUS_OK };
	struct buf	 b = { NULL, 0, 0 };
	size_t		 line, column;

	reader_place(rd, &rd->header, i, &line, &column);
	row_show(&b, name, strlen(name));
	failure_set(&f, STATUS_DATA, "%s:%zu:%zu: the header has %s twice, as "
	    "fields %d and %zu", rd->name, line, column, buf_str(&b),
	    found + 1, i + 1);
	buf_free(&b);
	die(f.status, "%s", f.what);
}

int
reader_find(const struct reader *rd, const char *name)
{
	size_t	 i;
	int	 found = -1;

	if (*name == '\0')
		return -1;
	for (i = 0; i < rd->header.ncells; i++) {
		if (!same_name(rd->names[i], name))
			continue;
		if (found != -1)
			die_twice(rd, name, found, i);
		found = (int)i;
	}
	return found;
}

static int
same_letters(const char *a, const char *b, size_t len)
{
	size_t	 i;
	char	 x, y;

	for (i = 0; i < len; i++) {
		x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] | 0x20) : a[i];
		y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] | 0x20) : b[i];
		if (x != y)
			return 0;
	}
	return 1;
}

/* Is a header what an alias says, and what is in place of its "*"? */
static int
is_alias(const char *header, const char *from, struct cell *star)
{
	const char	*any = strchr(from, '*');
	size_t		 len, before, after;

	header += strspn(header, " \t");
	len = strlen(header);
	while (len > 0 && (header[len - 1] == ' ' || header[len - 1] == '\t'))
		len--;
	if (any == NULL)
		return len == strlen(from) && same_letters(header, from, len);
	before = (size_t)(any - from);
	after = strlen(any + 1);
	if (len < before + after || !same_letters(header, from, before) ||
	    !same_letters(header + len - after, any + 1, after))
		return 0;
	star->p = header + before;
	star->len = len - before - after;
	return 1;
}

/* The column that is so called, or -1; two that are end the program. */
static int
find_alias(const struct reader *rd, const char *from, struct cell *star)
{
	struct cell	 any = { "", 0 };
	size_t		 i;
	int		 found = -1;

	for (i = 0; i < rd->header.ncells; i++) {
		if (!is_alias(rd->names[i], from, &any))
			continue;
		if (found != -1)
			die_twice(rd, from, found, i);
		found = (int)i;
		*star = any;
	}
	return found;
}

/*
 * One map and one preset serve all the tables of a run, so that what this
 * one has not leaves the name as it is.
 */
static int
find_mapped(const struct reader *rd, const char *name)
{
	const struct rename	*m;
	int			 found;

	for (m = rd->options->map; m != NULL; m = m->next)
		if (strcmp(m->to, name) == 0 &&
		    (found = reader_find(rd, m->from)) != -1)
			return found;
	return -1;
}

int
reader_is_mapped(const struct reader *rd, const char *name)
{
	return find_mapped(rd, name) != -1;
}

static int
resolve(const struct reader *rd, const char *name, const struct alias **by,
    struct cell *star)
{
	const struct alias	*a;
	struct cell		 any;
	int			 found, own;

	*by = NULL;
	if ((found = find_mapped(rd, name)) != -1)
		return found;
	own = reader_find(rd, name);
	for (a = rd->options->aliases; a != NULL; a = a->next) {
		if (strcmp(a->to, name) != 0 || (a->with != NULL &&
		    find_alias(rd, a->with, &any) == -1))
			continue;
		found = own;
		if (own != -1 ? !is_alias(rd->names[own], a->from, star) :
		    (found = find_alias(rd, a->from, star)) == -1)
			continue;
		*by = a;
		return found;
	}
	return own;
}

int
reader_column(const struct reader *rd, const char *name)
{
	const struct alias	*by;
	struct cell		 star;

	return resolve(rd, name, &by, &star);
}

const struct alias *
reader_alias(const struct reader *rd, const char *name, struct cell *star)
{
	const struct alias	*by;
	struct cell		 any = { "", 0 };

	resolve(rd, name, &by, &any);
	if (star != NULL)
		*star = any;
	return by;
}

void
reader_sought(const struct reader *rd, const char *name, struct buf *b)
{
	const struct alias	*a;
	int			 n = 0;

	for (a = rd->options->aliases; a != NULL; a = a->next) {
		if (strcmp(a->to, name) != 0)
			continue;
		buf_adds(b, n++ == 0 ? " (the preset looks for " : ", ");
		row_show(b, a->from, strlen(a->from));
		if (a->with != NULL) {
			buf_adds(b, " beside ");
			row_show(b, a->with, strlen(a->with));
		}
	}
	if (n > 0)
		buf_addc(b, ')');
}

size_t
reader_need(const struct reader *rd, const char *name)
{
	struct failure	 f = { .status = STATUS_OK };
	struct buf	 b = { NULL, 0, 0 };
	const char	*near;
	size_t		 i;
	int		 found;

	if ((found = reader_column(rd, name)) != -1)
		return (size_t)found;
	buf_adds(&b, "no column ");
	row_show(&b, name, strlen(name));
	reader_sought(rd, name, &b);
	near = text_nearest(name, rd->names, rd->header.ncells);
	if (near != NULL) {
		buf_adds(&b, "; did you mean ");
		row_show(&b, near, strlen(near));
		buf_addc(&b, '?');
	}
	buf_adds(&b, near == NULL ? "; the header has " : " The header has ");
	for (i = 0; i < rd->header.ncells && b.len < 900; i++) {
		if (i > 0)
			buf_adds(&b, ", ");
		row_show(&b, rd->names[i], strlen(rd->names[i]));
	}
	if (i < rd->header.ncells)
		buf_addf(&b, " and %zu more", rd->header.ncells - i);
	failure_set(&f, STATUS_DATA, "%s:%zu: %s", rd->name, rd->header.line,
	    buf_str(&b));
	buf_free(&b);
	die(f.status, "%s", f.what);
}

const char *
reader_column_name(const struct reader *rd, size_t i)
{
	return rd->names[i];
}

/* ---- places and failures */

/* A mark is bytes of the first line, if not of its first cell. */
static size_t
with_mark(const struct reader *rd, size_t line, size_t column)
{
	return line == 1 ? column + source_mark(rd->source) : column;
}

void
reader_place(const struct reader *rd, const struct row *row, size_t column,
    size_t *line, size_t *byte)
{
	*line = row->line;
	if (column == FAULT_ROW || column >= row->ncells)
		*byte = 1;
	else {
		place_of(row->raw, row_raw_cell(row, column).p, line, byte);
		*byte = with_mark(rd, *line, *byte);
	}
}

void
reader_fault(const struct reader *rd, const struct row *row,
    const struct fault *fault, struct failure *f)
{
	struct buf	 b = { NULL, 0, 0 };
	const char	*name;
	size_t		 line, column, fit;

	reader_place(rd, row, fault->column, &line, &column);
	if (fault->column < rd->header.ncells) {
		name = rd->names[fault->column];
		fit = strlen(name);
		fit = text_fit(name, fit < 512 ? fit : 512, 64);
		text_escape(&b, name, fit);
		buf_adds(&b, name[fit] == '\0' ? ": " : "...: ");
	}
	failure_set(f, STATUS_DATA, "%s:%zu:%zu: %s%s", rd->name, line,
	    column, buf_str(&b), fault->what);
	buf_free(&b);
}

void
reader_die(const struct reader *rd, const struct row *row,
    const struct fault *fault)
{
	struct failure	 f = { .status = STATUS_OK };

	reader_fault(rd, row, fault, &f);
	die(f.status, "%s", f.what);
}

int
reader_ragged(const struct reader *rd, const struct row *row,
    struct fault *fault)
{
	if (row->ncells == rd->header.ncells)
		return 0;
	fault_set(fault, FAULT_ROW, "%zu %s, header has %zu", row->ncells,
	    row->ncells == 1 ? "cell" : "cells", rd->header.ncells);
	return 1;
}

int
reader_failure(const struct reader *rd, const struct block *b,
    struct failure *f)
{
	const struct index	*ix = &b->index;
	struct fault		 fault = { FAULT_ROW, "" };
	struct buf		 label = { NULL, 0, 0 };
	enum malformed		 why;
	const char		*raw, *encoding = NULL, *name;
	size_t			 start, len, where = 0, cell = 0;
	size_t			 line = b->at, column;

	start = (uint32_t)(ix->ends[b->first - 1] + 1);
	if (start > b->len)
		start = b->len;		/* the last had no line end */
	raw = b->p + start;
	len = b->len - start;
	if (b->next < ix->nrows || (ix->bad == SIZE_MAX ? len :
	    ix->bad - start) > b->max_record) {
		if (!dialect_open(raw, b->max_record, rd->delimiter, &where,
		    &cell))
			where = 0;
		fault_set(&fault, FAULT_ROW, "a record of more than %zu bytes"
		    "%s", b->max_record, where > 0 ?
		    "; is the quote here ever closed?" : "");
		cell = SIZE_MAX;
	} else if (ix->bad != SIZE_MAX) {
		/* There is but one thing wrong with what is read laxly. */
		where = ix->bad - start;
		cell = ix->nends - b->first;
		why = BAD_NUL;
		if (rd->cutter.lax == NULL)
			why = dialect_verdict(raw, len, rd->delimiter,
			    &where, &cell);
		switch (why) {
		case BAD_AFTER_QUOTE:
			fault_set(&fault, FAULT_ROW, "text after a closing "
			    "quote, in the record that begins on line %zu",
			    line);
			break;
		case BAD_BARE_QUOTE:
			fault_set(&fault, FAULT_ROW,
			    "a quote inside an unquoted cell");
			break;
		case BAD_NUL:
			if (line == 1 && start == 0)
				encoding = source_looks(rd->source);
			fault_set(&fault, FAULT_ROW, encoding == NULL ?
			    "a NUL byte" :
			    "this is %s without a mark; use --encoding %s",
			    encoding, encoding);
			break;
		}
	} else if (b->state == BLOCK_LAST && ix->inside) {
		dialect_open(raw, len, rd->delimiter, &where, &cell);
		fault_set(&fault, FAULT_ROW, "this quote is never closed");
	} else if (b->fail.status != STATUS_OK) {
		failure_set(f, b->fail.status, "%s:%zu: %s", rd->name,
		    b->fail.line, b->fail.what);
		return 1;
	} else
		return 0;

	place_of(raw, raw + where, &line, &column);
	column = with_mark(rd, line, column);
	if (cell < rd->header.ncells) {
		name = rd->names[cell];
		start = strlen(name);
		start = text_fit(name, start < 512 ? start : 512, 64);
		text_escape(&label, name, start);
		buf_adds(&label, name[start] == '\0' ? ": " : "...: ");
	}
	failure_set(f, STATUS_DATA, "%s:%zu:%zu: %s%s", rd->name, line,
	    column, buf_str(&label), fault.what);
	buf_free(&label);
	return 1;
}

/* ---- records */

void
reader_start(struct reader *rd)
{
	if (!rd->started && !rd->keep && !rd->again)
		source_forget(rd->source);
	rd->started = 1;
}

int
reader_next(struct reader *rd, struct row *row)
{
	struct failure	 f = { .status = STATUS_OK };
	struct fault	 fault;

	reader_start(rd);
	for (;;) {
		if (rd->loaded && block_next(&rd->block, row)) {
			if (reader_ragged(rd, row, &fault))
				reader_die(rd, row, &fault);
			return 1;
		}
		if (rd->loaded && reader_failure(rd, &rd->block, &f))
			die(f.status, "%s", f.what);
		rd->loaded = cutter_next(&rd->cutter, &rd->block);
		if (!rd->loaded)
			break;
		block_index(&rd->block, rd->delimiter);
	}
	if (rd->again && source_same(rd->source, &f) == -1)
		die(f.status, "%s: %s", rd->name, f.what);
	return 0;
}

void
reader_keep(struct reader *rd)
{
	rd->keep = 1;
}

void
reader_rewind(struct reader *rd)
{
	struct failure	 f = { .status = STATUS_OK };
	struct row	 row;

	if (source_rewind(rd->source, &f) == -1)
		die(f.status, "%s: %s", rd->name, f.what);
	cutter_reset(&rd->cutter);
	rd->keep = rd->started = rd->loaded = 0;
	rd->again = 1;
	if (read_header(rd, &row, &f) == -1)
		die(f.status, "%s", f.what);
	if (row.len != rd->header.len ||
	    memcmp(row.raw, rd->header.raw, row.len) != 0)
		die(STATUS_DATA, "%s: the file changed while it was read",
		    rd->name);
	rd->cutter.known = &rd->notes;
}
