/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report held against an earlier one in the long form.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/kinds.h"
#include "score/customers.h"
#include "table/table.h"

static void
name_figure(struct buf *b, const char *section, const char *tier,
    const char *key, const char *metric)
{
	b->len = 0;
	buf_addf(b, "%s\t%s\t", section, tier != NULL ? tier : "");
	if (key != NULL)
		buf_addf(b, "%s/", key);
	buf_adds(b, metric);
}

static void
compare(struct figure *f, num was, num tolerance)
{
	num	 change, room;

	if (num_sub(f->value, was, &change) == -1 ||
	    num_mul(was < 0 ? -was : was, tolerance, &room) == -1)
		return;
	f->previous = was;
	f->trend = (change < 0 ? -change : change) <= room ? TREND_STABLE :
	    change > 0 ? TREND_UP : TREND_DOWN;
}

static int
is_comparable(const struct figure *f)
{
	return f->kind == KIND_COUNT || f->kind == KIND_NUMBER ||
	    f->kind == KIND_MONEY || f->kind == KIND_PERCENT ||
	    f->kind == KIND_MINUTES;
}

static struct figure *
cell_named(const struct table *t, struct line *l, const char *id)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].id != NULL &&
		    strcmp(t->heading[i].id, id) == 0)
			return &l->cell[i];
	return NULL;
}

/*
 * Promises to standard customers that are kept less than before, where those
 * to VIPs are not: whoever comes first must not be at others' expense.
 */
static void
warn_of_standard(struct report *r)
{
	struct section	*s;
	struct table	*t;
	struct line	*l;
	struct figure	*vip, *standard;

	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next) {
				vip = cell_named(t, l, "met");
				standard = cell_named(t, l, "met_standard");
				if (vip == NULL || standard == NULL ||
				    standard->trend != TREND_DOWN ||
				    vip->trend == TREND_DOWN ||
				    vip->trend == TREND_NONE)
					continue;
				t->note = N_("Warning: promises to standard "
				    "customers are kept less than before, "
				    "those to VIPs are not.");
			}
}

void
report_compare(struct report *r, struct reader *rd, num tolerance)
{
	size_t		 section = reader_need(rd, "section"),
			 tier = reader_need(rd, "tier"),
			 metric = reader_need(rd, "metric"),
			 value = reader_need(rd, "value"), i;
	struct keys	*names = keys_new();
	struct buf	 b = { 0 };
	struct section	*s;
	struct table	*t;
	struct line	*l;
	struct row	 row;
	struct cell	 c;
	num		*was = NULL, n;
	uint32_t	 id;

	while (reader_next(rd, &row)) {
		c = row_cell(&row, value);
		if (num_parse(c.p, c.len, &n) == -1)
			continue;	/* a text, or nothing */
		b.len = 0;
		c = row_cell(&row, section);
		buf_add(&b, c.p, c.len);
		buf_addc(&b, '\t');
		c = row_cell(&row, tier);
		buf_add(&b, c.p, c.len);
		buf_addc(&b, '\t');
		c = row_cell(&row, metric);
		buf_add(&b, c.p, c.len);
		id = keys_add(names, b.p, b.len);
		was = xreallocarray(was, (size_t)keys_count(names),
		    sizeof(*was));
		was[id] = n;
	}
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				for (i = 0; i < t->ncolumn; i++) {
					if (t->heading[i].id == NULL ||
					    !is_comparable(&l->cell[i]))
						continue;
					name_figure(&b, s->id, l->tier, l->key,
					    t->heading[i].id);
					id = keys_find(names, b.p, b.len);
					if (id != KEY_NONE)
						compare(&l->cell[i], was[id],
						    tolerance);
				}
	warn_of_standard(r);
	free(was);
	buf_free(&b);
	keys_free(names);
}

/* Figures of one customer, with the row that was his. */
static void
compare_lines(struct report *r, const struct policy *pol,
    const struct reader *rd, const struct row *row, const char *key,
    num tolerance)
{
	struct section	*s;
	struct table	*t;
	struct line	*l;
	struct cell	 c;
	size_t		 i;
	num		 was;
	int		 column;

	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				for (i = 0; l->key != NULL &&
				    strcmp(l->key, key) == 0 &&
				    i < t->ncolumn; i++) {
					if (t->heading[i].id == NULL ||
					    !is_comparable(&l->cell[i]) ||
					    (column = find_column(pol, rd,
					    t->heading[i].id)) == -1)
						continue;
					c = row_cell(row, (size_t)column);
					if (num_parse(c.p, c.len, &was) == 0)
						compare(&l->cell[i], was,
						    tolerance);
				}
}

void
report_compare_customers(struct report *r, struct reader *rd,
    const struct kind_input *in, num tolerance)
{
	int		 column = find_column(in->pol, rd,
			    policy_key(in->pol));
	struct keys	*keys = keys_new();
	struct section	*s;
	struct table	*t;
	struct line	*l;
	struct row	 row;
	struct cell	 c;
	const char	*key;

	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				if (l->key != NULL)
					keys_add(keys, l->key, strlen(l->key));
	if (column == -1)
		reader_need(rd, policy_key(in->pol));
	while (reader_next(rd, &row)) {
		c = row_cell(&row, (size_t)column);
		if (!redacts(in->redactor, REDACT_NAMES) &&
		    keys_find(keys, c.p, c.len) == KEY_NONE)
			continue;
		key = report_text(r, c.p, c.len);
		key = redact_customer(in->redactor, r, key, key);
		if (keys_find(keys, key, strlen(key)) != KEY_NONE)
			compare_lines(r, in->pol, rd, &row, key,
			    tolerance);
	}
	keys_free(keys);
}
