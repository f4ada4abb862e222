/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as Markdown with the tables of GitHub: what comes from the data
 * is text to every reader of it, never a link, code, HTML or a new cell.
 */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/format.h"

/*
 * Readers disagree on a backslash before a bar in a table, so a bar is an
 * entity.  A colon and "www." would make a link of what follows.
 */
static void
put_text(struct buf *b, const char *text)
{
	struct buf	 shown = { 0 };
	const char	*p;
	size_t		 i;

	text_escape(&shown, text, strlen(text));
	p = buf_str(&shown);
	for (i = 0; i < shown.len; i++) {
		if (p[i] == '|')
			buf_adds(b, "&#124;");
		else if (p[i] == '<')
			buf_adds(b, "&lt;");
		else if (p[i] == '>')
			buf_adds(b, "&gt;");
		else if (p[i] == '&')
			buf_adds(b, "&amp;");
		else if (strchr("\\`*_{}[]~#!$^=", p[i]) != NULL ||
		    strncmp(p + i, "://", 3) == 0 ||
		    (i >= 3 && p[i] == '.' &&
		    strncasecmp(p + i - 3, "www", 3) == 0) ||
		    (i == 0 && strchr("+-", p[i]) != NULL) ||
		    /* "1." and "1)" begin a list */
		    (strchr(".)", p[i]) != NULL &&
		    strspn(p, "0123456789") == i))
			buf_addf(b, "\\%c", p[i]);
		else
			buf_addc(b, p[i]);
	}
	buf_free(&shown);
}

static void
put_cell(const struct report *r, const struct look *look,
    const struct figure *f, int strong, struct buf *b)
{
	struct buf	 text = { 0 };

	if (f->kind == KIND_TEXT && *f->text == '\0') {
		buf_adds(b, "  |");
		return;
	}
	figure_show(f, r->currency, look, &text);
	buf_adds(b, strong ? " **" : " ");
	/* Numbers are plain, unless a currency has an odd name. */
	if (f->kind == KIND_TEXT || strpbrk(buf_str(&text),
	    "\\`*_{}[]<>|&~") != NULL)
		put_text(b, buf_str(&text));
	else
		buf_adds(b, buf_str(&text));
	buf_adds(b, strong ? "** |" : " |");
	buf_free(&text);
}

static void
put_table(const struct report *r, const struct look *look,
    const struct table *t, struct buf *b)
{
	const struct line	*l;
	size_t			 i;

	if (t->title != NULL) {
		buf_adds(b, "\n**");
		put_text(b, tr(t->title));
		buf_adds(b, "**\n");
	}
	buf_addc(b, '\n');
	if (t->line == NULL) {
		put_text(b, t->none != NULL ? tr(t->none) : _("none"));
		buf_addc(b, '\n');
		return;
	}
	buf_addc(b, '|');
	for (i = 0; i < t->ncolumn; i++) {
		buf_addc(b, ' ');
		put_text(b, tr(t->heading[i].label));
		buf_adds(b, " |");
	}
	buf_adds(b, "\n|");
	for (i = 0; i < t->ncolumn; i++)
		buf_adds(b, t->heading[i].align == ALIGN_RIGHT ? " ---: |" :
		    " --- |");
	buf_addc(b, '\n');
	for (l = t->line; l != NULL; l = l->next) {
		buf_addc(b, '|');
		for (i = 0; i < t->ncolumn; i++)
			put_cell(r, look, &l->cell[i], l->total &&
			    i == table_lead(t), b);
		buf_addc(b, '\n');
	}
	if (t->more > 0) {
		buf_addc(b, '\n');
		buf_addf(b, _("... and %zu more"), t->more);
		buf_addc(b, '\n');
	}
	if (t->note != NULL) {
		buf_addc(b, '\n');
		put_text(b, tr(t->note));
		buf_addc(b, '\n');
	}
}

void
format_markdown(const struct report *r, const struct look *look,
    struct buf *b)
{
	const struct section	*s;
	const struct table	*t;

	buf_adds(b, "# ");
	put_text(b, r->title);
	buf_addc(b, '\n');
	if (r->subtitle != NULL) {
		buf_addc(b, '\n');
		put_text(b, r->subtitle);
		buf_addc(b, '\n');
	}
	for (s = r->section; s != NULL; s = s->next) {
		buf_adds(b, "\n## ");
		put_text(b, tr(s->title));
		buf_addc(b, '\n');
		for (t = s->table; t != NULL; t = t->next)
			put_table(r, look, t, b);
	}
}
