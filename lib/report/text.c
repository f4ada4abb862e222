/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report for a terminal of 80 columns or a mail: aligned by what
 * characters take on the screen, 72 columns wide where the data allows it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/format.h"

#define WIDTH	72
#define CELL	28		/* the most that one cell takes in a line */

static void
pad(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_addc(b, ' ');
}

/* What a cell says, cut at a character with a mark where it is too wide. */
static void
cell_text(const struct figure *f, const char *currency, struct buf *out)
{
	struct buf	 b = { 0 };
	size_t		 fit;

	out->len = 0;
	figure_show(f, currency, &b);
	if (text_width(b.p, b.len) <= CELL)
		buf_add(out, b.p, b.len);
	else {
		fit = text_fit(b.p, b.len, CELL - 1);
		buf_add(out, b.p, fit);
		buf_adds(out, "\xe2\x80\xa6");
	}
	buf_free(&b);
}

/* Words of a long text under a line, indented. */
static void
wrap(const char *p, size_t len, size_t indent, struct buf *b)
{
	size_t	 i = 0, word, used = 0, width;

	while (i < len) {
		for (word = i; word < len && p[word] != ' '; word++)
			;
		width = text_width(p + i, word - i);
		if (used > 0 && indent + used + 1 + width > WIDTH) {
			buf_addc(b, '\n');
			used = 0;
		}
		if (used == 0)
			pad(b, indent);
		else {
			buf_addc(b, ' ');
			used++;
		}
		buf_add(b, p + i, word - i);
		used += width;
		for (i = word; i < len && p[i] == ' '; i++)
			;
	}
	buf_addc(b, '\n');
}

static void
widths(const struct report *r, const struct table *t, size_t *width)
{
	const struct line	*l;
	struct buf		 b = { 0 };
	size_t			 i, w;

	for (i = 0; i < t->ncolumn; i++)
		width[i] = text_width(t->heading[i].label,
		    strlen(t->heading[i].label));
	for (l = t->line; l != NULL; l = l->next)
		for (i = 0; i < t->ncolumn; i++) {
			if (t->heading[i].align == ALIGN_BELOW)
				continue;
			cell_text(&l->cell[i], r->currency, &b);
			w = text_width(b.p, b.len);
			if (w > width[i])
				width[i] = w;
		}
	buf_free(&b);
}

static void
put_cell(const struct heading *h, const char *p, size_t len, size_t width,
    int last, struct buf *b)
{
	size_t	 w = text_width(p, len), gap = width > w ? width - w : 0;

	if (last && len == 0)
		return;
	buf_adds(b, "  ");
	if (h->align == ALIGN_RIGHT)
		pad(b, gap);
	buf_add(b, p, len);
	if (h->align != ALIGN_RIGHT && !last)
		pad(b, gap);
}

/* The last column that stands in the line itself. */
static size_t
last_column(const struct table *t)
{
	size_t	 i, last = 0;

	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].align != ALIGN_BELOW)
			last = i;
	return last;
}

static void
put_line(const struct report *r, const struct table *t,
    const struct line *l, const size_t *width, struct buf *b)
{
	struct buf	 cell = { 0 };
	size_t		 i;

	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align == ALIGN_BELOW)
			continue;
		cell_text(&l->cell[i], r->currency, &cell);
		put_cell(&t->heading[i], cell.p, cell.len, width[i],
		    i == last_column(t), b);
	}
	buf_addc(b, '\n');
	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align != ALIGN_BELOW ||
		    l->cell[i].kind == KIND_NONE ||
		    (l->cell[i].kind == KIND_TEXT && *l->cell[i].text == '\0'))
			continue;
		cell.len = 0;
		buf_addf(&cell, "%s: ", t->heading[i].label);
		figure_show(&l->cell[i], r->currency, &cell);
		wrap(cell.p, cell.len, 6, b);
	}
	buf_free(&cell);
}

static void
put_table(const struct report *r, const struct table *t, struct buf *b)
{
	const struct line	*l;
	size_t			 i, *width;

	if (t->line == NULL) {
		buf_addf(b, "  %s\n", t->none != NULL ? t->none : "none");
		return;
	}
	width = xcalloc(t->ncolumn, sizeof(*width));
	widths(r, t, width);
	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].align != ALIGN_BELOW)
			put_cell(&t->heading[i], t->heading[i].label,
			    strlen(t->heading[i].label), width[i],
			    i == last_column(t), b);
	buf_addc(b, '\n');
	for (l = t->line; l != NULL; l = l->next)
		put_line(r, t, l, width, b);
	if (t->more > 0)
		buf_addf(b, "  ... and %zu more\n", t->more);
	if (t->note != NULL)
		wrap(t->note, strlen(t->note), 2, b);
	free(width);
}

static void
underline(const char *text, int ch, struct buf *b)
{
	size_t	 n = text_width(text, strlen(text));

	while (n-- > 0)
		buf_addc(b, ch);
	buf_addc(b, '\n');
}

void
format_text(const struct report *r, struct buf *b)
{
	const struct section	*s;
	const struct table	*t;
	size_t			 start = b->len;

	text_escape(b, r->title, strlen(r->title));
	buf_addc(b, '\n');
	underline(r->title, '=', b);
	if (r->subtitle != NULL) {
		struct buf	 line = { 0 };

		text_escape(&line, r->subtitle, strlen(r->subtitle));
		wrap(line.p, line.len, 0, b);
		buf_free(&line);
	}
	for (s = r->section; s != NULL; s = s->next) {
		if (b->len > start)
			buf_addc(b, '\n');
		buf_addf(b, "%s\n", s->title);
		underline(s->title, '-', b);
		for (t = s->table; t != NULL; t = t->next) {
			if (t != s->table)
				buf_addc(b, '\n');
			put_table(r, t, b);
		}
	}
}
