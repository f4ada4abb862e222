/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as a table in long form: one row a figure, numbers as numbers,
 * names that are never translated.  A figure of one customer has the key in
 * its metric: "C0012/health".
 */
#include "config.h"

#include <string.h>

#include "report/format.h"

/* Quoted only where RFC 4180 needs it. */
static void
put(struct buf *b, int delimiter, const char *p, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		if (p[i] == delimiter || p[i] == '"' || p[i] == '\n' ||
		    p[i] == '\r')
			break;
	if (i == len) {
		buf_add(b, p, len);
		return;
	}
	buf_addc(b, '"');
	for (i = 0; i < len; i++) {
		if (p[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, p[i]);
	}
	buf_addc(b, '"');
}

static void
put_text(struct buf *b, int delimiter, const char *text)
{
	buf_addc(b, delimiter);
	if (text != NULL)
		put(b, delimiter, text, strlen(text));
}

static void
put_num(struct buf *b, int delimiter, int has, num value)
{
	char	 text[NUM_SIZE];

	buf_addc(b, delimiter);
	if (has)
		buf_add(b, text, num_format(text, value));
}

static void
put_value(struct buf *b, int delimiter, const struct figure *f)
{
	char	 text[WHEN_SIZE];

	switch (f->kind) {
	case KIND_NONE:
		buf_addc(b, delimiter);
		break;
	case KIND_TEXT:
		put_text(b, delimiter, f->text);
		break;
	case KIND_DATE:
		buf_addc(b, delimiter);
		buf_add(b, text, date_format(text, f->value));
		break;
	default:
		put_num(b, delimiter, 1, f->value);
		break;
	}
}

static const char *
status_name(enum verdict_of_target status)
{
	switch (status) {
	case TARGET_MET:
		return "met";
	case TARGET_MISSED:
		return "missed";
	case TARGET_UNMEASURED:
		return "not measurable";
	default:
		return NULL;
	}
}

static void
put_line(const struct section *s, const struct table *t,
    const struct line *l, int d, struct buf *b)
{
	const struct figure	*f;
	struct buf		 name = { 0 };
	size_t			 i;

	for (i = 0; i < t->ncolumn; i++) {
		f = &l->cell[i];
		if (t->heading[i].id == NULL)
			continue;
		buf_adds(b, s->id);
		put_text(b, d, l->tier);
		name.len = 0;
		if (l->key != NULL)
			buf_addf(&name, "%s/", l->key);
		buf_adds(&name, t->heading[i].id);
		buf_addc(b, d);
		put(b, d, name.p, name.len);
		put_num(b, d, f->ratio, f->numerator);
		put_num(b, d, f->ratio, f->denominator);
		put_value(b, d, f);
		put_text(b, d, f->target);
		put_text(b, d, status_name(f->status));
		buf_addc(b, d);		/* previous and change: no earlier one */
		buf_addc(b, d);
		buf_addc(b, '\n');
	}
	buf_free(&name);
}

static void
write_long(const struct report *r, int d, struct buf *b)
{
	static const char *const names[] = {
		"section", "tier", "metric", "numerator", "denominator",
		"value", "target", "status", "previous",
		"change"
	};
	const struct section	*s;
	const struct table	*t;
	const struct line	*l;
	size_t			 i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (i > 0)
			buf_addc(b, d);
		buf_adds(b, names[i]);
	}
	buf_addc(b, '\n');
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				put_line(s, t, l, d, b);
}

void
format_csv(const struct report *r, struct buf *b)
{
	write_long(r, ',', b);
}

void
format_tsv(const struct report *r, struct buf *b)
{
	write_long(r, '\t', b);
}
