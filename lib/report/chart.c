/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bars.  Lengths are shares of the width and letters keep their size, so
 * that one drawing does for a telephone, a screen and a page of paper.
 */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/chart.h"
#include "report/html.h"

#define BAR	14		/* height of a bar, in px */
#define STEP	19		/* from one bar to the next */
#define NAME	20		/* the line that names a group of bars */
#define GAP	10		/* between groups */
#define LONGEST	78		/* % of the width; the number stands behind */

static int
is_number(const struct figure *f)
{
	return f->kind == KIND_COUNT || f->kind == KIND_NUMBER ||
	    f->kind == KIND_MONEY || f->kind == KIND_MINUTES;
}

int
chart_has(const struct line *l)
{
	return !l->total;
}

/* Does a column have figures that can be drawn, and of that sort? */
static int
has_figures(const struct table *t, size_t column, int shares)
{
	const struct line	*l;
	const struct figure	*f;
	int			 some = 0;

	for (l = t->line; l != NULL; l = l->next) {
		f = &l->cell[column];
		if (!chart_has(l) || f->kind == KIND_NONE)
			continue;
		if (shares ? f->kind != KIND_PERCENT : !is_number(f))
			return 0;
		some = 1;
	}
	return some;
}

static void
measure(const struct table *t, struct chart *c)
{
	const struct line	*l;
	const struct figure	*f;
	size_t			 i;

	for (l = t->line; l != NULL; l = l->next) {
		if (!chart_has(l))
			continue;
		c->nline++;
		for (i = 0; i < c->nseries; i++) {
			f = &l->cell[c->column[i]];
			if (f->kind != KIND_NONE && f->value > c->most)
				c->most = f->value;
		}
	}
}

int
chart_of(const struct table *t, struct chart *c)
{
	size_t	 i;

	memset(c, 0, sizeof(*c));
	if (t->chart == NULL)
		return 0;
	for (i = 0; i < t->ncolumn && c->nseries < CHART_SERIES; i++)
		if (has_figures(t, i, 1))
			c->column[c->nseries++] = i;
	for (i = 0; i < t->ncolumn && c->nseries == 0; i++)
		if (has_figures(t, i, 0))
			c->column[c->nseries++] = i;
	if (c->nseries == 0)
		return 0;
	c->label = table_lead(t);
	measure(t, c);
	return c->most > 0;
}

const char *
chart_label(const struct table *t, const struct chart *c, size_t i)
{
	const size_t	 column = c->column[i];

	return t->series != NULL && t->series[column] != NULL ?
	    t->series[column] : t->heading[column].label;
}

/* Its length in hundredths of a percent of the width. */
static int
length_of(const struct chart *c, const struct figure *f)
{
	num	 n;

	if (f->kind == KIND_NONE || f->value <= 0 ||
	    num_muldiv(f->value, LONGEST * 100, c->most, &n) == -1)
		return 0;
	return (int)n;
}

/* All of it in words, for who does not see it. */
static void
describe(const struct report *r, const struct look *look,
    const struct table *t, const struct chart *c, struct buf *b)
{
	const struct line	*l;
	const char		*gap = "";
	size_t			 i;

	for (l = t->line; l != NULL; l = l->next) {
		if (!chart_has(l))
			continue;
		buf_adds(b, gap);
		html_figure(r, look, &l->cell[c->label], b);
		gap = _(": ");
		for (i = 0; i < c->nseries; i++) {
			buf_adds(b, gap);
			html_text(b, tr(chart_label(t, c, i)));
			buf_addc(b, ' ');
			html_figure(r, look, &l->cell[c->column[i]], b);
			gap = _(", ");
		}
		gap = _("; ");
	}
}

/* Stripes, so that the series differ without their colours too. */
static void
patterns(const struct chart *c, const char *id, struct buf *b)
{
	static const int	 angle[CHART_SERIES] = { 0, 45, -45, 90 };
	size_t			 i;

	if (c->nseries < 2)
		return;
	buf_adds(b, "<defs>");
	for (i = 1; i < c->nseries; i++)
		buf_addf(b, "<pattern id=\"%s-p%zu\" width=\"6\" height=\"6\" "
		    "patternUnits=\"userSpaceOnUse\" "
		    "patternTransform=\"rotate(%d)\">"
		    "<rect class=\"s%zu\" width=\"4\" height=\"6\"/>"
		    "<rect class=\"s%zu pale\" x=\"4\" width=\"2\" "
		    "height=\"6\"/></pattern>", id, i, angle[i], i, i);
	buf_adds(b, "</defs>\n");
}

static void
rectangle(const char *id, size_t series, int y, int height, struct buf *b)
{
	buf_addf(b, "<rect class=\"s%zu edge\" y=\"%d\" height=\"%d\" ",
	    series, y, height);
	if (series > 0)
		buf_addf(b, "style=\"fill:url(#%s-p%zu)\" ", id, series);
}

static int
legend(const struct table *t, const struct chart *c, const char *id,
    struct buf *b)
{
	size_t	 i;
	int	 y = 0;

	if (c->nseries < 2)
		return 0;
	for (i = 0; i < c->nseries; i++, y += STEP) {
		rectangle(id, i, y + 2, 12, b);
		buf_addf(b, "width=\"12\"/><text x=\"20\" y=\"%d\">", y + 12);
		html_text(b, tr(chart_label(t, c, i)));
		buf_adds(b, "</text>\n");
	}
	return y + GAP;
}

static void
bar(const struct report *r, const struct look *look, const struct chart *c,
    const struct figure *f, size_t series, int y, const char *id,
    struct buf *b)
{
	struct figure	 alone = *f;
	int		 n = length_of(c, f);

	/* How it moved is in the table; here there is no room to say it. */
	alone.trend = TREND_NONE;
	if (n > 0) {
		rectangle(id, series, y, BAR, b);
		buf_addf(b, "width=\"%d.%02d%%\"/>", n / 100, n % 100);
	}
	buf_addf(b, "<text x=\"%d.%02d%%\" dx=\"%d\" y=\"%d\">", n / 100,
	    n % 100, n > 0 ? 6 : 0, y + 11);
	html_figure(r, look, &alone, b);
	buf_adds(b, "</text>\n");
}

void
chart_svg(const struct report *r, const struct look *look,
    const struct table *t, const struct chart *c, const char *id,
    struct buf *b)
{
	const struct line	*l;
	size_t			 i;
	int			 y, group = NAME + (int)c->nseries * STEP + GAP;
	int			 height = (int)c->nline * group +
				    (c->nseries > 1 ?
				    (int)c->nseries * STEP + GAP : 0);

	buf_addf(b, "<svg class=\"chart\" role=\"img\" "
	    "aria-labelledby=\"%s-t %s-d\" width=\"100%%\" height=\"%d\">\n"
	    "<title id=\"%s-t\">", id, id, height, id);
	html_text(b, tr(t->chart));
	buf_addf(b, "</title>\n<desc id=\"%s-d\">", id);
	describe(r, look, t, c, b);
	buf_adds(b, "</desc>\n");
	patterns(c, id, b);
	y = legend(t, c, id, b);
	for (l = t->line; l != NULL; l = l->next) {
		if (!chart_has(l))
			continue;
		buf_addf(b, "<text class=\"name\" y=\"%d\">", y + 13);
		html_figure(r, look, &l->cell[c->label], b);
		buf_adds(b, "</text>\n");
		y += NAME;
		for (i = 0; i < c->nseries; i++, y += STEP)
			bar(r, look, c, &l->cell[c->column[i]], i, y, id, b);
		y += GAP;
	}
	buf_adds(b, "</svg>\n");
}
