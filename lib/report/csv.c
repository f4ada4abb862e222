/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as a table in long form: one row a figure, numbers as numbers,
 * names that are never translated.  A figure of one customer has the key in
 * its metric: "C0012/health".
 */
#include "config.h"

#include <string.h>

#include "report/format.h"
#include "table/table.h"

/* How cells are set apart, and made safe. */
struct sheet {
	int		 delimiter;
	int		 spreadsheet;
	struct buf	*out;
};

static void
put(const struct sheet *sh, const char *p, size_t len)
{
	if (sh->spreadsheet)
		dialect_disarm(sh->out, p, len, sh->delimiter);
	else
		dialect_quote(sh->out, p, len, sh->delimiter);
}

static void
put_text(const struct sheet *sh, const char *text)
{
	buf_addc(sh->out, sh->delimiter);
	if (text != NULL)
		put(sh, text, strlen(text));
}

static void
put_num(const struct sheet *sh, int has, num value)
{
	char	 text[NUM_SIZE];

	buf_addc(sh->out, sh->delimiter);
	if (has)
		buf_add(sh->out, text, num_format(text, value));
}

static void
put_value(const struct sheet *sh, const struct figure *f)
{
	char	 text[WHEN_SIZE];

	switch (f->kind) {
	case KIND_NONE:
		put_text(sh, NULL);
		break;
	case KIND_TEXT:
		put_text(sh, figure_data(f));
		break;
	case KIND_DATE:
		buf_addc(sh->out, sh->delimiter);
		buf_add(sh->out, text, date_format(text, f->value));
		break;
	default:
		put_num(sh, 1, f->value);
		break;
	}
}

static void
end_row(const struct sheet *sh)
{
	buf_adds(sh->out, sh->spreadsheet ? "\r\n" : "\n");
}

static void
put_figure(const struct sheet *sh, const char *section, const char *tier,
    const char *metric, const struct figure *f)
{
	int	 compared = f->trend != TREND_NONE && f->kind != KIND_NONE;
	num	 change = 0;

	put(sh, section, strlen(section));
	put_text(sh, tier);
	put_text(sh, metric);
	put_num(sh, f->ratio, f->numerator);
	put_num(sh, f->ratio, f->denominator);
	put_value(sh, f);
	put_text(sh, f->target);
	put_text(sh, target_name(f->status));
	put_num(sh, compared, f->previous);
	compared = compared && num_sub(f->value, f->previous, &change) == 0;
	put_num(sh, compared, change);
	end_row(sh);
}

static void
put_line(const struct sheet *sh, const struct section *s,
    const struct table *t, const struct line *l)
{
	struct buf	 name = { 0 };
	size_t		 i;

	for (i = 0; i < t->ncolumn; i++) {
		if (t->heading[i].id == NULL)
			continue;
		name.len = 0;
		if (l->key != NULL)
			buf_addf(&name, "%s/", l->key);
		buf_adds(&name, t->heading[i].id);
		put_figure(sh, s->id, l->tier, buf_str(&name), &l->cell[i]);
	}
	buf_free(&name);
}

static void
write_long(const struct report *r, const struct sheet *sh)
{
	static const char *const names[] = {
		"section", "tier", "metric", "numerator", "denominator",
		"value", "target", "status", "previous", "change"
	};
	const struct section	*s;
	const struct table	*t;
	const struct line	*l;
	size_t			 i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (i > 0)
			buf_addc(sh->out, sh->delimiter);
		buf_adds(sh->out, names[i]);
	}
	end_row(sh);
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				put_line(sh, s, t, l);
}

void
format_csv(const struct report *r, const struct look *look, struct buf *b)
{
	struct sheet	 sh = { ',', look->spreadsheet, b };

	write_long(r, &sh);
}

void
format_tsv(const struct report *r, const struct look *look, struct buf *b)
{
	struct sheet	 sh = { '\t', look->spreadsheet, b };

	write_long(r, &sh);
}
