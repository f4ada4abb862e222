/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/model.h"

struct report *
report_new(const char *currency)
{
	struct arena	*a = arena_new();
	struct report	*r = arena_get(a, sizeof(*r));

	r->arena = a;
	r->currency = report_text(r, currency, strlen(currency));
	r->last = &r->section;
	return r;
}

void
report_free(struct report *r)
{
	if (r != NULL)
		arena_free(r->arena);
}

const char *
report_text(struct report *r, const char *p, size_t len)
{
	return arena_text(r->arena, p, len);
}

const char *
report_textf(struct report *r, const char *fmt, ...)
{
	const char	*copy;
	char		*text;
	va_list		 ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		die(STATUS_RESOURCE, "out of memory");
	va_end(ap);
	copy = report_text(r, text, strlen(text));
	free(text);
	return copy;
}

struct section *
report_section(struct report *r, const char *id, const char *title)
{
	struct section	*s = arena_get(r->arena, sizeof(*s));

	s->id = id;
	s->title = title;
	s->last = &s->table;
	*r->last = s;
	r->last = &s->next;
	return s;
}

struct table *
report_table(struct report *r, struct section *s,
    const struct heading *heading, size_t n)
{
	struct table	*t = arena_get(r->arena, sizeof(*t));

	t->heading = heading;
	t->ncolumn = n;
	t->last = &t->line;
	*s->last = t;
	s->last = &t->next;
	return t;
}

struct line *
report_line(struct report *r, struct table *t, const char *tier,
    const char *key)
{
	struct line	*l = arena_get(r->arena, sizeof(*l));

	l->tier = tier;
	l->key = key;
	l->cell = arena_get(r->arena, t->ncolumn * sizeof(*l->cell));
	*t->last = l;
	t->last = &l->next;
	return l;
}

struct figure
figure_text(const char *text)
{
	struct figure	 f = { .kind = KIND_TEXT, .text = text };

	return f;
}

struct figure
figure_word(const char *word)
{
	struct figure	 f = figure_text(tr(word));

	f.data = word;
	return f;
}

const char *
figure_data(const struct figure *f)
{
	return f->data != NULL ? f->data : f->text;
}

struct figure
figure_of(enum kind kind, num value)
{
	struct figure	 f = { .kind = kind, .value = value };

	return f;
}

struct figure
figure_count(size_t n)
{
	return figure_of(KIND_COUNT, (num)n * NUM_ONE);
}

struct figure
figure_ratio(num n, num d)
{
	struct figure	 f = { .kind = KIND_PERCENT, .ratio = 1,
			    .numerator = n, .denominator = d };

	if (num_div(n, d, &f.value) == -1)
		f.kind = KIND_NONE;
	return f;
}

struct figure
figure_mean(enum kind kind, num sum, size_t count)
{
	struct figure	 f = figure_ratio(sum, (num)count * NUM_ONE);

	if (f.kind != KIND_NONE)
		f.kind = kind;
	return f;
}

struct figure
shown(struct figure f, unsigned how)
{
	f.show = how;
	return f;
}
