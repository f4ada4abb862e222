/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report for a terminal of 80 columns or a mail: aligned by what
 * characters take on the screen, 72 columns wide where the data allows it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/format.h"

#define WIDTH	72
#define MOST	80		/* for a table that needs it */
#define CELL	28		/* the most that one cell takes in a line */
#define LEAST	8		/* what a column of text keeps, in want */
#define FILL	16		/* room that is worth a part of a word */
#define ELLIPSIS "\xe2\x80\xa6"

/* What a table is set with. */
struct page {
	const struct report	*r;
	const struct look	*look;
	size_t			 width, most;	/* of text, of tables */
	int			 trends_below;	/* the line has no room */
	struct buf		*out;
};

static void
pad(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_addc(b, ' ');
}

/* ------------------------------------------------------------------ colour */

#define BOLD	"1"

/* Never the only sign of anything: the words are there too. */
static const char *
status_color(enum verdict_of_target status)
{
	switch (status) {
	case TARGET_MET:
		return "32";
	case TARGET_MISSED:
		return "1;31";
	case TARGET_UNMEASURED:
		return "33";
	default:
		return NULL;
	}
}

static void
put_colored(const struct page *pg, const char *color, const char *p,
    size_t len)
{
	if (color == NULL || !pg->look->color || len == 0) {
		buf_add(pg->out, p, len);
		return;
	}
	buf_addf(pg->out, "\033[%sm", color);
	buf_add(pg->out, p, len);
	buf_adds(pg->out, "\033[0m");
}

/* ------------------------------------------------------------------- cells */

/* Texts are escaped here; the escapes of a cut text may be cut with it. */
static void
put_cut(struct buf *out, const char *p, size_t len, size_t width)
{
	if (text_width(p, len) <= width) {
		buf_add(out, p, len);
		return;
	}
	buf_add(out, p, text_fit(p, len, width - 1));
	buf_adds(out, ELLIPSIS);
}

/* What a cell says, cut at a character with a mark where it is too wide. */
static void
cell_text(const struct page *pg, const struct figure *f, size_t width,
    struct buf *out)
{
	struct figure	 alone = *f;
	struct buf	 b = { 0 };

	out->len = 0;
	if (pg->trends_below)
		alone.trend = TREND_NONE;
	figure_show(&alone, pg->r->currency, pg->look, &b);
	/* Half a number is another number. */
	put_cut(out, b.p, b.len, f->kind == KIND_TEXT ? width : b.len);
	buf_free(&b);
}

static void
label(const struct heading *h, size_t width, struct buf *out)
{
	const char	*text = tr(h->label);
	struct buf	 b = { 0 };

	out->len = 0;
	text_escape(&b, text, strlen(text));
	put_cut(out, b.p, b.len, width);
	buf_free(&b);
}

/*
 * Break a long text at its blanks, and a word that no line holds (Chinese
 * has no blanks at all) where the line ends.
 */
static void
wrap(const struct page *pg, const char *p, size_t len, size_t indent)
{
	size_t	 i = 0, word, used = 0, width, room, fit;

	while (i < len) {
		for (word = i; word < len && p[word] != ' '; word++)
			;
		width = text_width(p + i, word - i);
		if (used > 0) {
			room = pg->width - indent > used ?
			    pg->width - indent - used : 0;
			if (room > width || (width + indent > pg->width &&
			    room > FILL)) {
				buf_addc(pg->out, ' ');
				used++;
			} else {
				buf_addc(pg->out, '\n');
				used = 0;
			}
		}
		if (used == 0)
			pad(pg->out, indent);
		room = pg->width - indent - used;
		if (width > room &&
		    (fit = text_fit(p + i, word - i, room)) > 0) {
			word = i + fit;
			width = room;
		}
		buf_add(pg->out, p + i, word - i);
		used += width;
		for (i = word; i < len && p[i] == ' '; i++)
			;
	}
	buf_addc(pg->out, '\n');
}

static void
wrap_text(const struct page *pg, const char *text, size_t indent)
{
	struct buf	 b = { 0 };

	text_escape(&b, text, strlen(text));
	wrap(pg, b.p, b.len, indent);
	buf_free(&b);
}

/* ------------------------------------------------------------------ tables */

/*
 * Take from the widest columns what the line has not: from texts all but a
 * few characters, from numbers only what their heading has over them.  It
 * returns the width that is left.
 */
static size_t
squeeze(const struct page *pg, const struct table *t, size_t *width,
    const size_t *least)
{
	size_t	 i, widest, sum;

	for (;;) {
		sum = 0;
		widest = t->ncolumn;
		for (i = 0; i < t->ncolumn; i++) {
			if (t->heading[i].align == ALIGN_BELOW)
				continue;
			sum += 2 + width[i];
			if (width[i] > least[i] && (widest == t->ncolumn ||
			    width[i] > width[widest]))
				widest = i;
		}
		if (sum <= pg->most || widest == t->ncolumn)
			return sum;
		width[widest]--;
	}
}

/* The widths of the columns; returns that of the table. */
static size_t
widths(const struct page *pg, const struct table *t, size_t *width)
{
	const struct line	*l;
	struct buf		 b = { 0 };
	size_t			 i, w, *least = xcalloc(t->ncolumn,
				    sizeof(*least));

	memset(width, 0, t->ncolumn * sizeof(*width));
	for (l = t->line; l != NULL; l = l->next)
		for (i = 0; i < t->ncolumn; i++) {
			if (t->heading[i].align == ALIGN_BELOW)
				continue;
			cell_text(pg, &l->cell[i], CELL, &b);
			w = text_width(b.p, b.len);
			if (w > width[i])
				width[i] = w;
		}
	for (i = 0; i < t->ncolumn; i++) {
		least[i] = t->heading[i].align != ALIGN_RIGHT ||
		    width[i] < LEAST ? LEAST : width[i];
		label(&t->heading[i], CELL, &b);
		w = text_width(b.p, b.len);
		if (w > width[i])
			width[i] = w;
	}
	buf_free(&b);
	w = squeeze(pg, t, width, least);
	free(least);
	return w;
}

static void
put_cell(const struct page *pg, const struct heading *h,
    const struct buf *cell, const char *color, size_t width, int last)
{
	size_t	 w = text_width(cell->p, cell->len);
	size_t	 gap = width > w ? width - w : 0;

	if (last && cell->len == 0)
		return;
	buf_adds(pg->out, "  ");
	if (h->align == ALIGN_RIGHT)
		pad(pg->out, gap);
	put_colored(pg, color, cell->p, cell->len);
	if (h->align != ALIGN_RIGHT && !last)
		pad(pg->out, gap);
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

/* A line has no blanks at its end. */
static void
end_line(struct buf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == ' ')
		b->len--;
	buf_addc(b, '\n');
}

/* How the figures of a line moved, where they have no room to say it. */
static int
put_trends(const struct page *pg, const struct table *t, const struct line *l)
{
	struct buf	 all = { 0 }, one = { 0 };
	size_t		 i;
	int		 some = 0;

	for (i = 0; i < t->ncolumn; i++) {
		one.len = 0;
		some |= l->cell[i].trend != TREND_NONE;
		trend_show(&l->cell[i], pg->r->currency, pg->look, &one);
		if (one.len == 0 || t->heading[i].align == ALIGN_BELOW ||
		    l->cell[i].trend == TREND_STABLE)
			continue;
		/* TRANSLATORS: "Customers up 3; Revenue down $5.00" */
		buf_addf(&all, "%s%s %s", all.len > 0 ? _("; ") : "",
		    tr(t->heading[i].label), buf_str(&one));
	}
	if (all.len > 0)
		wrap(pg, all.p, all.len, 6);
	buf_free(&one);
	buf_free(&all);
	return some;
}

/* The last cell of a line, which goes on below itself. */
static void
put_wrapped(const struct page *pg, const struct figure *f, size_t indent)
{
	struct buf	 cell = { 0 }, text = { 0 };
	struct page	 inner = *pg;

	inner.out = &text;
	if (inner.width < indent + FILL)
		inner.width = indent + FILL;
	figure_show(f, pg->r->currency, pg->look, &cell);
	wrap(&inner, cell.p, cell.len, indent + 2);
	/* Blanks to where it begins are there, but for the gap. */
	if (text.len > indent)
		buf_add(pg->out, text.p + indent, text.len - indent - 1);
	buf_free(&cell);
	buf_free(&text);
}

/* Returns whether there were figures that are compared, below. */
static int
put_line(const struct page *pg, const struct table *t, const struct line *l,
    const size_t *width)
{
	struct buf	 cell = { 0 };
	size_t		 i, at = 0;
	int		 some = 0;

	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align == ALIGN_BELOW)
			continue;
		if (t->heading[i].align == ALIGN_WRAP) {
			put_wrapped(pg, &l->cell[i], at);
			continue;
		}
		at += 2 + width[i];
		cell_text(pg, &l->cell[i], width[i], &cell);
		put_cell(pg, &t->heading[i], &cell,
		    status_color(l->cell[i].status), width[i],
		    i == last_column(t));
	}
	end_line(pg->out);
	if (pg->trends_below)
		some = put_trends(pg, t, l);
	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align != ALIGN_BELOW ||
		    figure_is_empty(&l->cell[i]))
			continue;
		label(&t->heading[i], CELL, &cell);
		buf_adds(&cell, _(": "));
		figure_show(&l->cell[i], pg->r->currency, pg->look, &cell);
		wrap(pg, cell.p, cell.len, 6);
	}
	buf_free(&cell);
	return some;
}

static void
put_head(const struct page *pg, const struct table *t, const size_t *width)
{
	struct buf	 b = { 0 };
	size_t		 i;

	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align == ALIGN_BELOW)
			continue;
		label(&t->heading[i], width[i], &b);
		put_cell(pg, &t->heading[i], &b, BOLD, width[i],
		    i == last_column(t));
	}
	end_line(pg->out);
	buf_free(&b);
}

static void
put_table(struct page *pg, const struct table *t)
{
	const struct line	*l;
	size_t			*width;
	int			 some = 0;

	if (t->title != NULL)
		wrap_text(pg, tr(t->title), 2);
	if (t->line == NULL) {
		wrap_text(pg, t->none != NULL ? tr(t->none) : _("none"), 2);
		return;
	}
	width = xcalloc(t->ncolumn, sizeof(*width));
	pg->trends_below = 0;
	if (widths(pg, t, width) > pg->most) {
		pg->trends_below = 1;
		widths(pg, t, width);
	}
	put_head(pg, t, width);
	for (l = t->line; l != NULL; l = l->next)
		some |= put_line(pg, t, l, width);
	if (t->more > 0) {
		buf_adds(pg->out, "  ");
		buf_addf(pg->out, _("... and %zu more"), t->more);
		buf_addc(pg->out, '\n');
	}
	if (some)
		wrap_text(pg, _("What is not said to have moved is stable."),
		    2);
	if (t->note != NULL)
		wrap_text(pg, tr(t->note), 2);
	free(width);
}

/* A title of one line, and as long a line under it. */
static void
put_title(const struct page *pg, const char *text, int ch)
{
	struct buf	 b = { 0 };
	size_t		 n;

	text_escape(&b, text, strlen(text));
	put_colored(pg, BOLD, b.p, b.len);
	buf_addc(pg->out, '\n');
	for (n = text_width(b.p, b.len); n > 0; n--)
		buf_addc(pg->out, ch);
	buf_addc(pg->out, '\n');
	buf_free(&b);
}

void
format_text(const struct report *r, const struct look *look, struct buf *b)
{
	const struct section	*s;
	const struct table	*t;
	struct page		 pg = { .r = r, .look = look, .out = b };

	pg.width = look->width != 0 ? look->width : WIDTH;
	pg.most = look->width != 0 ? look->width : MOST;
	put_title(&pg, r->title, '=');
	if (r->subtitle != NULL)
		wrap_text(&pg, r->subtitle, 0);
	for (s = r->section; s != NULL; s = s->next) {
		buf_addc(b, '\n');
		put_title(&pg, tr(s->title), '-');
		for (t = s->table; t != NULL; t = t->next) {
			if (t != s->table)
				buf_addc(b, '\n');
			put_table(&pg, t);
		}
	}
}
