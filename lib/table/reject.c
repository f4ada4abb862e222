/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

struct reject {
	char		*path;
	struct writer	*writer;
	struct buf	 header;	/* that came last */
	size_t		 count;
	struct buf	 line;
};

struct reject *
reject_open(const char *path)
{
	const struct writer_options	 options = {
		.path = path, .beside = "--reject"
	};
	struct reject			*r;

	r = xcalloc(1, sizeof(*r));
	r->path = xstrdup(path);
	r->writer = writer_open(&options, ',');
	return r;
}

size_t
reject_count(const struct reject *r)
{
	return r->count;
}

void
reject_close(struct reject *r)
{
	if (r == NULL)
		return;
	writer_close(r->writer);
	if (r->count > 0)
		note("%zu %s set aside in %s", r->count,
		    r->count == 1 ? "row" : "rows", r->path);
	buf_free(&r->line);
	buf_free(&r->header);
	free(r->path);
	free(r);
}

static const char *const	 columns[3] = {
	"reject_line", "reject_column", "reject_reason"
};

/* Was the table set aside before, so that its last columns are ours? */
static int
is_reject(const struct reader *rd)
{
	const size_t	 n = rd->header.ncells;
	size_t		 i;

	if (n <= 3)
		return 0;
	for (i = 0; i < 3; i++)
		if (strcmp(rd->names[n - 3 + i], columns[i]) != 0)
			return 0;
	return 1;
}

/*
 * A record and three more cells, under their columns: a short record is
 * filled up first.  One that is too long keeps all of its cells.
 */
static int
put(struct reject *r, const struct reader *rd, const struct row *row,
    const char *const add[3], struct failure *f)
{
	struct buf	*b = &r->line;
	size_t		 i, n = rd->header.ncells;

	b->len = 0;
	if (is_reject(rd) && row->ncells == n)
		buf_add(b, row->raw, (size_t)(row_raw_cell(row, n - 3).p -
		    row->raw) - 1);
	else
		buf_add(b, row->raw, row->len);
	for (i = row->ncells; i < (is_reject(rd) ? n - 3 : n); i++)
		buf_addc(b, rd->delimiter);
	for (i = 0; i < 3; i++) {
		buf_addc(b, rd->delimiter);
		dialect_quote(b, add[i], strlen(add[i]), rd->delimiter);
	}
	if (row->eollen > 0)
		buf_add(b, row->eol, row->eollen);
	else
		buf_add(b, rd->eol, rd->eollen);
	return writer_try(r->writer, b->p, b->len, f);
}

int
reject_start(struct reject *r, const struct reader *rd, struct failure *f)
{
	const struct row	*header = &rd->header;

	if (r->header.len > 0 && r->header.len == header->len &&
	    memcmp(r->header.p, header->raw, header->len) == 0)
		return 0;
	r->header.len = 0;
	buf_add(&r->header, header->raw, header->len);
	return put(r, rd, &rd->header, columns, f);
}

int
reject_row(struct reject *r, const struct reader *rd, const struct row *row,
    const struct fault *fault, struct failure *f)
{
	const char	*add[3];
	char		 number[24];
	size_t		 line, column;

	reader_place(rd, row, fault->column, &line, &column);
	snprintf(number, sizeof(number), "%zu", line);
	add[0] = number;
	add[1] = fault->column < rd->header.ncells ?
	    rd->names[fault->column] : "";
	add[2] = fault->what;
	r->count++;
	return put(r, rd, row, add, f);
}
