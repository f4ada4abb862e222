/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dates of a report as iCalendar (RFC 5545): an event of one day for
 * each line of a table that has a date.  An event keeps its UID from report
 * to report, so that an import twice is an import once.
 *
 * This is not left to libical, whose 3.0 folds a line that is just full
 * between its CR and its LF.
 */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/format.h"

#define FOLD	75		/* bytes of a line, without its end */

/* "NAME:value", folded between characters; the value is escaped. */
static void
put_property(struct buf *out, const char *name, const struct buf *value)
{
	struct buf	 b = { 0 };
	size_t		 i, n, most = FOLD;

	buf_addf(&b, "%s:", name);
	buf_add(&b, value->p, value->len);
	for (i = 0; i < b.len; i += n) {
		n = b.len - i;
		if (n > most)
			for (n = most; n > 1 &&
			    ((unsigned char)b.p[i + n] & 0xc0) == 0x80; n--)
				;
		if (i > 0)
			buf_adds(out, "\r\n ");
		buf_add(out, b.p + i, n);
		most = FOLD - 1;
	}
	buf_adds(out, "\r\n");
	buf_free(&b);
}

/* TEXT of RFC 5545, 3.3.11. */
static void
put_text_property(struct buf *out, const char *name, const struct buf *text)
{
	struct buf	 b = { 0 };
	size_t		 i;

	for (i = 0; i < text->len; i++)
		if (text->p[i] == '\n')
			buf_adds(&b, "\\n");
		else {
			if (strchr("\\;,", text->p[i]) != NULL)
				buf_addc(&b, '\\');
			buf_addc(&b, text->p[i]);
		}
	put_property(out, name, &b);
	buf_free(&b);
}

/* The first column of dates, or the number of columns. */
static size_t
date_column(const struct table *t, const struct line *l)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (l->cell[i].kind == KIND_DATE)
			break;
	return i;
}

static const struct figure *
cell_of(const struct table *t, const struct line *l, const char *id)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].id != NULL &&
		    strcmp(t->heading[i].id, id) == 0 &&
		    !figure_is_empty(&l->cell[i]))
			return &l->cell[i];
	return NULL;
}

static void
show(const struct report *r, const struct look *look, const struct figure *f,
    struct buf *b)
{
	struct buf	 text = { 0 };

	figure_show(f, r->currency, look, &text);
	text_valid(b, text.p, text.len);
	buf_free(&text);
}

/* "Birthday gift: Ann A.", or all that the line says. */
static void
summary(const struct report *r, const struct look *look,
    const struct table *t, const struct line *l, struct buf *b)
{
	const struct figure	*touch = cell_of(t, l, "touch");
	const struct figure	*name = cell_of(t, l, "name");
	size_t			 i;

	if (touch != NULL) {
		show(r, look, touch, b);
		if (name != NULL) {
			buf_adds(b, _(": "));
			show(r, look, name, b);
		} else if ((name = cell_of(t, l, "customers")) != NULL) {
			buf_adds(b, " (");
			show(r, look, name, b);
			buf_addc(b, ')');
		}
		return;
	}
	for (i = 0; i < t->ncolumn; i++) {
		if (l->cell[i].kind == KIND_DATE ||
		    figure_is_empty(&l->cell[i]))
			continue;
		if (b->len > 0)
			buf_adds(b, _(", "));
		show(r, look, &l->cell[i], b);
	}
}

static void
describe(const struct report *r, const struct look *look,
    const struct table *t, const struct line *l, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++) {
		if (figure_is_empty(&l->cell[i]))
			continue;
		if (b->len > 0)
			buf_addc(b, '\n');
		buf_adds(b, tr(t->heading[i].label));
		buf_adds(b, _(": "));
		show(r, look, &l->cell[i], b);
	}
}

/* By what it is, not where it stands. */
static void
put_uid(const struct section *s, const struct table *t, const struct line *l,
    const struct figure *date, struct buf *b)
{
	const struct figure	*touch = cell_of(t, l, "touch");
	struct buf		 what = { 0 };
	char			 text[WHEN_SIZE];

	buf_adds(&what, s->id);
	buf_addc(&what, '\n');
	buf_adds(&what, l->key != NULL ? l->key : "");
	buf_addc(&what, '\n');
	if (touch != NULL && touch->kind == KIND_TEXT)
		buf_adds(&what, touch->text);
	buf_addf(b, "%.*s-%016llx@viptools",
	    (int)date_format(text, date->value), text,
	    (unsigned long long)keys_hash(what.p, what.len));
	buf_free(&what);
}

static void
put_day(int64_t day, struct buf *b)
{
	struct civil	 c;

	civil_of_days(day, &c);
	buf_addf(b, "DTSTART;VALUE=DATE:%04d%02d%02d\r\n", c.year, c.month,
	    c.day);
}

static void
put_stamp(when now, struct buf *b)
{
	struct civil	 c;

	civil_of_seconds(now, &c);
	buf_addf(b, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\n", c.year, c.month,
	    c.day, c.hour, c.minute, c.second);
}

static void
put_event(const struct report *r, const struct look *look,
    const struct section *s, const struct table *t, const struct line *l,
    const struct figure *date, struct buf *b)
{
	struct buf	 text = { 0 };

	buf_adds(b, "BEGIN:VEVENT\r\n");
	put_uid(s, t, l, date, &text);
	put_property(b, "UID", &text);
	put_stamp(r->now, b);
	put_day(date->value, b);
	text.len = 0;
	summary(r, look, t, l, &text);
	put_text_property(b, "SUMMARY", &text);
	text.len = 0;
	describe(r, look, t, l, &text);
	put_text_property(b, "DESCRIPTION", &text);
	buf_adds(b, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
	buf_free(&text);
}

void
format_ics(const struct report *r, const struct look *look, struct buf *b)
{
	const struct section	*s;
	const struct table	*t;
	const struct line	*l;
	struct figure		 title = figure_text(r->title);
	struct buf		 text = { 0 };
	size_t			 i;

	buf_adds(b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//viptools//vip-report//EN\r\n");
	show(r, look, &title, &text);
	put_text_property(b, "X-WR-CALNAME", &text);
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL && !t->past; l = l->next)
				if ((i = date_column(t, l)) < t->ncolumn)
					put_event(r, look, s, t, l,
					    &l->cell[i], b);
	buf_adds(b, "END:VCALENDAR\r\n");
	buf_free(&text);
}
