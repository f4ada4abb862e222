/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as one object of JSON: the long form, with names that are never
 * translated, exact numbers, and texts as they are in the data.  A byte that
 * is not of a character becomes U+FFFD, since JSON has no other way.
 */
#include "config.h"

#include <string.h>

#include <utf8proc.h>

#include "base/gettext.h"
#include "report/format.h"

/* What could steer a terminal or turn a line of text round. */
static int
must_escape(utf8proc_int32_t c)
{
	return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c <= 0x9f) ||
	    c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void
put_string(struct buf *b, const char *text)
{
	struct buf		 valid = { 0 };
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 len;
	size_t			 i;

	if (text == NULL) {
		buf_adds(b, "null");
		return;
	}
	text_valid(&valid, text, strlen(text));
	buf_addc(b, '"');
	for (i = 0; i < valid.len; i += (size_t)len) {
		len = utf8proc_iterate((const utf8proc_uint8_t *)valid.p + i,
		    (utf8proc_ssize_t)(valid.len - i), &c);
		if (!must_escape(c))
			buf_add(b, valid.p + i, (size_t)len);
		else if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", (int)c);
		else if (c == '\n')
			buf_adds(b, "\\n");
		else
			buf_addf(b, "\\u%04x", (unsigned)c);
	}
	buf_addc(b, '"');
	buf_free(&valid);
}

static void
put_num(struct buf *b, int has, num value)
{
	char	 text[NUM_SIZE];

	if (has)
		buf_add(b, text, num_format(text, value));
	else
		buf_adds(b, "null");
}

static const char *
unit_of(const struct report *r, const struct figure *f)
{
	switch (f->kind) {
	case KIND_MONEY:
		return r->currency;
	case KIND_PERCENT:
		return "ratio";
	case KIND_MINUTES:
		return "minutes";
	case KIND_DATE:
		return "date";
	default:
		return NULL;
	}
}

static void
put_value(struct buf *b, const struct figure *f)
{
	char	 text[WHEN_SIZE];

	switch (f->kind) {
	case KIND_NONE:
		buf_adds(b, "null");
		break;
	case KIND_TEXT:
		put_string(b, figure_data(f));
		break;
	case KIND_DATE:
		buf_addf(b, "\"%.*s\"", (int)date_format(text, f->value), text);
		break;
	default:
		put_num(b, 1, f->value);
		break;
	}
}

static void
put_figure(const struct report *r, const struct heading *h,
    const struct figure *f, struct buf *b)
{
	const char	*unit = unit_of(r, f);
	num		 change = 0;
	int		 known;

	buf_adds(b, "{\"metric\": ");
	put_string(b, h->id);
	buf_adds(b, ", \"value\": ");
	put_value(b, f);
	if (unit != NULL) {
		buf_adds(b, ", \"unit\": ");
		put_string(b, unit);
	}
	if (f->ratio) {
		buf_adds(b, ", \"numerator\": ");
		put_num(b, 1, f->numerator);
		buf_adds(b, ", \"denominator\": ");
		put_num(b, 1, f->denominator);
	}
	if (f->target != NULL) {
		buf_adds(b, ", \"target\": ");
		put_string(b, f->target);
	}
	if (f->status != TARGET_NONE) {
		buf_adds(b, ", \"status\": ");
		put_string(b, target_name(f->status));
	}
	if (f->trend != TREND_NONE && f->kind != KIND_NONE) {
		buf_adds(b, ", \"previous\": ");
		put_num(b, 1, f->previous);
		buf_adds(b, ", \"change\": ");
		known = num_sub(f->value, f->previous, &change) == 0;
		put_num(b, known, change);
	}
	buf_addc(b, '}');
}

static void
put_row(const struct report *r, const struct table *t, const struct line *l,
    struct buf *b)
{
	const char	*gap = "\n";
	size_t		 i;

	buf_adds(b, "        {\"tier\": ");
	put_string(b, l->tier != NULL && *l->tier != '\0' ? l->tier : NULL);
	buf_adds(b, ", \"key\": ");
	put_string(b, l->key);
	buf_adds(b, ", \"figures\": [");
	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].id == NULL)
			continue;
		buf_addf(b, "%s          ", gap);
		put_figure(r, &t->heading[i], &l->cell[i], b);
		gap = ",\n";
	}
	buf_adds(b, "]}");
}

/* What is said about the tables of a section, or how much is left out. */
static void
put_remarks(const struct section *s, struct buf *b)
{
	const struct table	*t;
	const char		*gap = "";
	size_t			 more = 0;

	buf_adds(b, "      \"notes\": [");
	for (t = s->table; t != NULL; t = t->next) {
		more += t->more;
		if (t->line == NULL || t->note != NULL) {
			buf_adds(b, gap);
			put_string(b, t->line != NULL ? tr(t->note) :
			    t->none != NULL ? tr(t->none) : _("none"));
			gap = ", ";
		}
	}
	buf_addf(b, "],\n      \"left_out\": %zu,\n", more);
}

static void
put_section(const struct report *r, const struct section *s, struct buf *b)
{
	const struct table	*t;
	const struct line	*l;
	const char		*gap = "\n";

	buf_adds(b, "    {\n      \"id\": ");
	put_string(b, s->id);
	buf_adds(b, ",\n      \"title\": ");
	put_string(b, tr(s->title));
	buf_adds(b, ",\n");
	put_remarks(s, b);
	buf_adds(b, "      \"rows\": [");
	for (t = s->table; t != NULL; t = t->next)
		for (l = t->line; l != NULL; l = l->next) {
			buf_adds(b, gap);
			put_row(r, t, l, b);
			gap = ",\n";
		}
	buf_adds(b, "]\n    }");
}

void
format_json(const struct report *r, const struct look *look, struct buf *b)
{
	const struct section	*s;
	const char		*gap = "\n";
	char			 text[WHEN_SIZE];

	(void)look;
	buf_adds(b, "{\n  \"title\": ");
	put_string(b, r->title);
	buf_adds(b, ",\n  \"subtitle\": ");
	put_string(b, r->subtitle);
	buf_addf(b, ",\n  \"as_of\": \"%.*s\",\n  \"currency\": ",
	    (int)when_format(text, r->now, r->offset), text);
	put_string(b, r->currency);
	buf_adds(b, ",\n  \"sections\": [");
	for (s = r->section; s != NULL; s = s->next) {
		buf_adds(b, gap);
		put_section(r, s, b);
		gap = ",\n";
	}
	buf_adds(b, "]\n}\n");
}
