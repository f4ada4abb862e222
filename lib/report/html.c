/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as one page of HTML, which is well-formed XML as well: no
 * script, nothing to load, light and dark, for a screen, a telephone, paper
 * and a reader aloud.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/gettext.h"
#include "report/chart.h"
#include "report/format.h"
#include "report/html.h"

#define CARDS	6		/* columns that a telephone has no room for */
#define COMPARED_CARDS	4	/* the same of figures that are compared */
#define WIDE_CARDS	5	/* of texts, or of figures with their parts */
#define SHORT	10		/* bytes of a name that is not broken */
#define WHOLE	15		/* lines that stay on one page */

/* Series colours tell apart under the common kinds of colour blindness. */
static const char style[] =
":root{--page:#fff;--ink:#1b1d21;--soft:#5a606b;--rule:#d5d9e0;--band:#f5f6f8;"
"--met:#146c2e;--missed:#b3261e;--unknown:#7a5900;"
"--s0:#1f5fa8;--s1:#b65c00;--s2:#5b7f2b;--s3:#7b4fa3;color-scheme:light dark}\n"
"@media screen and (prefers-color-scheme:dark){:root{--page:#15171b;"
"--ink:#e7e9ee;--soft:#a7adb8;--rule:#3a3f49;--band:#1e2127;--met:#7bd88f;"
"--missed:#ff9a90;--unknown:#e8c268;"
"--s0:#7cb4f5;--s1:#f0a35c;--s2:#a9cf6f;--s3:#c6a2ea}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0;background:var(--page);color:var(--ink);"
"font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',"
"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}\n"
"main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}\n"
"h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}\n"
"h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-bottom:.25rem;"
"border-bottom:1px solid var(--rule)}\n"
"p{margin:.5rem 0;overflow-wrap:anywhere}\n"
".lead,.note,.none{color:var(--soft)}\n"
".note{font-size:.9rem}\n"
".scroll{overflow-x:auto;margin:.5rem 0 1rem}\n"
"table{border-collapse:collapse;font-size:.95rem;min-width:100%}\n"
"caption{text-align:left;font-weight:600;padding:.4rem 0}\n"
"th,td{padding:.35rem .9rem .35rem 0;text-align:left;vertical-align:top;"
"border-bottom:1px solid var(--rule)}\n"
"th:last-child,td:last-child{padding-right:0}\n"
"thead th,thead td{color:var(--soft);font-size:.85rem;vertical-align:bottom;"
"border-bottom:2px solid var(--rule)}\n"
"tbody th{font-weight:500}\n"
"td,th{overflow-wrap:break-word}\n"
".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
".d{white-space:nowrap;font-variant-numeric:tabular-nums}\n"
".long{min-width:13rem;max-width:24rem}\n"
".short{max-width:16rem}.wrap{max-width:36rem}\n"
"tr.sum th,tr.sum td{font-weight:600;background:var(--band)}\n"
".met{color:var(--met)}\n"
".missed{color:var(--missed);font-weight:600}\n"
".unmeasured{color:var(--unknown)}\n"
".mark{display:inline-block;width:1.2em}\n"
"figure{margin:1rem 0 1.5rem;max-width:40rem;break-inside:avoid}\n"
"figcaption{font-weight:600;margin-bottom:.5rem}\n"
".chart{display:block;overflow:visible}\n"
".chart text{fill:var(--ink);font-size:13px;"
"font-variant-numeric:tabular-nums}\n"
".chart .name{font-weight:600}\n"
".s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}"
".pale{fill-opacity:.35}\n"
".s0.edge{stroke:var(--s0)}.s1.edge{stroke:var(--s1)}"
".s2.edge{stroke:var(--s2)}.s3.edge{stroke:var(--s3)}\n"
".label{display:none}\n"
"@media screen and (max-width:40rem){main{padding:1rem .75rem 2rem}"
"table{font-size:.85rem}thead th,thead td{font-size:.75rem}"
"th,td{padding-right:.5rem}thead .n{white-space:normal}"
/* Long texts or many columns: each line a card, the headings in the cells. */
".cards thead{position:absolute;width:1px;height:1px;overflow:hidden;"
"clip-path:inset(50%)}"
".cards tbody{display:block}"
".cards tr{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.6rem 0;"
"border-bottom:1px solid var(--rule)}"
".cards tr.sum{background:var(--band)}"
".cards tr.sum th,.cards tr.sum td{background:none}"
".cards th,.cards td{border:0;padding:.1rem 0;text-align:left;max-width:none}"
".cards tbody th{flex-basis:100%;order:-1;font-weight:600;font-size:.95rem}"
".cards .long{flex-basis:100%;min-width:0}"
".cards td:empty{display:none}"
".cards .label{display:inline;color:var(--soft)}}\n"
"@page{margin:16mm}\n"
"@media print{main{max-width:none;padding:0}body{font-size:10.5pt}"
"h2{break-after:avoid}tr{break-inside:avoid}.scroll{overflow:visible}"
"thead{display:table-header-group}.long{min-width:0}"
"tr.sum th,tr.sum td{background:none}"
/* A short table stays on its page, with its caption and its note. */
".whole{break-inside:avoid}.note{break-before:avoid}"
".chart,.chart *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

/* What a page is written with.  Charts are counted, for their ids. */
struct page {
	const struct report	*r;
	const struct look	*look;
	int			 charts;
	size_t			 nchart;
	struct buf		*out;
};

static void
put_escaped(struct buf *b, const char *p, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		switch (p[i]) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		case '\'':
			buf_adds(b, "&#39;");
			break;
		default:
			buf_addc(b, p[i]);
			break;
		}
}

void
html_text(struct buf *b, const char *text)
{
	struct buf	 shown = { 0 }, valid = { 0 };

	text_escape(&shown, text, strlen(text));
	text_valid(&valid, shown.p, shown.len);
	put_escaped(b, valid.p, valid.len);
	buf_free(&shown);
	buf_free(&valid);
}

void
html_figure(const struct report *r, const struct look *look,
    const struct figure *f, struct buf *b)
{
	struct buf	 text = { 0 };

	figure_show(f, r->currency, look, &text);
	/* It is escaped for a terminal, which twice is as once. */
	html_text(b, buf_str(&text));
	buf_free(&text);
}

/* ------------------------------------------------------------------ tables */

static const char *
column_class(const struct heading *h)
{
	/* A time of day stays on its line, as a date does. */
	if (h->id != NULL && strcmp(h->id, "at") == 0)
		return "d";
	switch (h->align) {
	case ALIGN_RIGHT:
		return "n";
	case ALIGN_WRAP:
		return "wrap";
	case ALIGN_BELOW:
		return "long";
	default:
		return "short";
	}
}

static void
put_status(struct buf *b, enum verdict_of_target status)
{
	static const char *const marks[] = {
		[TARGET_NONE] = "", [TARGET_MET] = "\xe2\x9c\x93",
		[TARGET_MISSED] = "\xe2\x9c\x97",
		[TARGET_UNMEASURED] = "?"
	};

	buf_addf(b, "<span class=\"mark\" aria-hidden=\"true\">%s</span>",
	    marks[status]);
}

/*
 * With a column of long texts, or many, a table is no table on a telephone.
 * Its roles are then spelt out, since a browser forgets them with the layout.
 */
static int
is_cards(const struct table *t)
{
	const struct line	*l;
	size_t			 i, texts = 0;

	if (t->ncolumn > 6 && t->line != NULL && t->line->next == NULL)
		return 1;
	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].align == ALIGN_BELOW)
			return 1;
		texts += t->heading[i].align == ALIGN_LEFT;
	}
	if (texts >= WIDE_CARDS)
		return 1;
	for (l = t->line; l != NULL && t->ncolumn >= WIDE_CARDS; l = l->next)
		for (i = 0; i < t->ncolumn; i++)
			if ((l->cell[i].show & SHOW_PARTS) != 0)
				return 1;
	/* Figures that say how they moved are wider. */
	for (l = t->line; l != NULL && t->ncolumn >= COMPARED_CARDS;
	    l = l->next)
		for (i = 0; i < t->ncolumn; i++)
			if (l->cell[i].trend != TREND_NONE)
				return 1;
	return t->ncolumn >= CARDS;
}

/* A name that stays in one line: "2026-01" is not to be broken. */
static int
is_short(const struct figure *f)
{
	return f->kind == KIND_TEXT && strlen(f->text) <= SHORT;
}

static void
put_cell(struct page *pg, const struct heading *h, const struct figure *f,
    int lead, int cards)
{
	static const char *const status[] = {
		[TARGET_NONE] = "", [TARGET_MET] = " met",
		[TARGET_MISSED] = " missed",
		[TARGET_UNMEASURED] = " unmeasured"
	};
	struct buf	*b = pg->out;

	buf_addf(b, lead ? "<th scope=\"row\"%s class=\"%s%s\">" :
	    "<td%s class=\"%s%s\">", !cards ? "" : lead ?
	    " role=\"rowheader\"" : " role=\"cell\"",
	    f->kind == KIND_DATE || (lead && is_short(f)) ? "d" :
	    column_class(h), status[f->status]);
	/* A name says what it is; a number does not. */
	if (cards && (lead ? f->kind != KIND_TEXT :
	    h->align == ALIGN_RIGHT || !figure_is_empty(f))) {
		buf_adds(b, "<span class=\"label\" aria-hidden=\"true\">");
		html_text(b, tr(h->label));
		buf_adds(b, _(": "));
		buf_adds(b, "</span>");
	}
	if (f->status != TARGET_NONE && f->kind == KIND_TEXT)
		put_status(b, f->status);
	if (!figure_is_empty(f))
		html_figure(pg->r, pg->look, f, b);
	else if (f->kind == KIND_NONE && h->align == ALIGN_RIGHT)
		buf_addc(b, '-');
	buf_adds(b, lead ? "</th>" : "</td>");
}

static void
put_head(struct page *pg, const struct table *t)
{
	const char	*role = is_cards(t) ?
			    " role=\"columnheader\"" : "";
	struct buf	*b = pg->out;
	size_t		 i;

	buf_adds(b, *role != '\0' ?
	    "<thead role=\"rowgroup\"><tr role=\"row\">" : "<thead><tr>");
	for (i = 0; i < t->ncolumn; i++) {
		if (*t->heading[i].label == '\0') {
			buf_adds(b, "<td></td>");
			continue;
		}
		buf_addf(b, "<th scope=\"col\"%s class=\"%s\">", role,
		    column_class(&t->heading[i]));
		html_text(b, tr(t->heading[i].label));
		buf_adds(b, "</th>");
	}
	buf_adds(b, "</tr></thead>\n");
}

static void
put_chart(struct page *pg, const struct table *t)
{
	struct chart	 c;
	char		 id[32];

	if (!pg->charts || !chart_of(t, &c))
		return;
	snprintf(id, sizeof(id), "chart%zu", ++pg->nchart);
	buf_adds(pg->out, "<figure>\n<figcaption>");
	html_text(pg->out, tr(t->chart));
	buf_adds(pg->out, "</figcaption>\n");
	chart_svg(pg->r, pg->look, t, &c, id, pg->out);
	buf_adds(pg->out, "</figure>\n");
}

static void
put_rows(struct page *pg, const struct table *t)
{
	const struct line	*l;
	size_t			 i, lead = table_lead(t);
	int			 cards = is_cards(t);

	buf_adds(pg->out, cards ? "<tbody role=\"rowgroup\">\n" :
	    "<tbody>\n");
	for (l = t->line; l != NULL; l = l->next) {
		buf_addf(pg->out, "<tr%s%s>", cards ? " role=\"row\"" : "",
		    l->total ? " class=\"sum\"" : "");
		for (i = 0; i < t->ncolumn; i++)
			put_cell(pg, &t->heading[i], &l->cell[i], i == lead,
			    cards);
		buf_adds(pg->out, "</tr>\n");
	}
	buf_adds(pg->out, "</tbody>\n");
}

static void
put_paragraph(struct page *pg, const char *class, const char *text)
{
	buf_addf(pg->out, "<p class=\"%s\">", class);
	html_text(pg->out, text);
	buf_adds(pg->out, "</p>\n");
}

/* Does it fit a page of paper? */
static int
is_whole(const struct table *t)
{
	const struct line	*l;
	size_t			 n = 0;

	for (l = t->line; l != NULL; l = l->next)
		n++;
	return n <= WHOLE;
}

/* A table that may be wider than the screen can be moved by keyboard. */
static void
put_table(struct page *pg, const struct section *s, const struct table *t)
{
	struct buf	*b = pg->out;
	const char	*title = t->title != NULL ? t->title : s->title;

	if (t->line == NULL) {
		if (t->title != NULL)
			put_paragraph(pg, "title", tr(t->title));
		put_paragraph(pg, "none", t->none != NULL ? tr(t->none) :
		    _("none"));
		return;
	}
	buf_addf(b, "<div class=\"scroll%s\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"", is_whole(t) ? " whole" : "");
	html_text(b, tr(title));
	buf_adds(b, is_cards(t) ?
	    "\">\n<table role=\"table\" class=\"cards\">\n" :
	    "\">\n<table>\n");
	if (t->title != NULL) {
		buf_adds(b, "<caption>");
		html_text(b, tr(t->title));
		buf_adds(b, "</caption>\n");
	}
	put_head(pg, t);
	put_rows(pg, t);
	buf_adds(b, "</table>\n</div>\n");
	if (t->more > 0) {
		buf_adds(b, "<p class=\"note\">");
		buf_addf(b, _("... and %zu more"), t->more);
		buf_adds(b, "</p>\n");
	}
	if (t->note != NULL)
		put_paragraph(pg, "note", tr(t->note));
	put_chart(pg, t);
}

static void
put_section(struct page *pg, const struct section *s)
{
	const struct table	*t;

	buf_adds(pg->out, "<section aria-labelledby=\"");
	html_text(pg->out, s->id);
	buf_adds(pg->out, "\">\n<h2 id=\"");
	html_text(pg->out, s->id);
	buf_adds(pg->out, "\">");
	html_text(pg->out, tr(s->title));
	buf_adds(pg->out, "</h2>\n");
	for (t = s->table; t != NULL; t = t->next)
		put_table(pg, s, t);
	buf_adds(pg->out, "</section>\n");
}

static void
put_page(const struct report *r, const struct look *look, int charts,
    struct buf *b)
{
	const struct section	*s;
	struct page		 pg = { r, look, charts, 0, b };

	/* TRANSLATORS: the language of the catalogue, as in HTML's lang=
	   (BCP 47), such as zh-Hans or zh-Hant */
	buf_addf(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\"/>\n", _("en"));
	buf_adds(b, "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\"/>\n"
	    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	    "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>");
	html_text(b, r->title);
	buf_adds(b, "</title>\n<style>\n");
	buf_adds(b, style);
	buf_adds(b, "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>");
	html_text(b, r->title);
	buf_adds(b, "</h1>\n");
	if (r->subtitle != NULL)
		put_paragraph(&pg, "lead", r->subtitle);
	buf_adds(b, "</header>\n");
	for (s = r->section; s != NULL; s = s->next)
		put_section(&pg, s);
	buf_adds(b, "</main>\n</body>\n</html>\n");
}

void
format_html(const struct report *r, const struct look *look, struct buf *b)
{
	put_page(r, look, 1, b);
}

void
html_for_mail(const struct report *r, const struct look *look, struct buf *b)
{
	put_page(r, look, 0, b);
}
