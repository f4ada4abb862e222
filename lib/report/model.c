/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	char	 text[1024];
	va_list	 ap;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	return report_text(r, text, (size_t)n < sizeof(text) ? (size_t)n :
	    sizeof(text) - 1);
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

/* Digits with commas between thousands, as English reports have them. */
static void
show_grouped(num value, int decimals, struct buf *b)
{
	char	 text[NUM_SIZE];
	size_t	 i, whole, len = num_format_fixed(text, value, decimals);

	for (whole = 0; whole < len && text[whole] != '.'; whole++)
		;
	for (i = 0; i < len; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0 &&
		    text[i - 1] != '-')
			buf_addc(b, ',');
		buf_addc(b, text[i]);
	}
}

static void
show_money(num value, const char *currency, struct buf *b)
{
	static const struct {
		const char *code, *sign;
	} signs[] = {
		{ "USD", "$" }, { "EUR", "\xe2\x82\xac" },
		{ "GBP", "\xc2\xa3" }, { "CNY", "\xc2\xa5" },
		{ "JPY", "\xc2\xa5" }
	};
	size_t	 i;

	if (value < 0) {
		buf_addc(b, '-');
		value = value == NUM_MIN ? NUM_MAX : -value;
	}
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcmp(signs[i].code, currency) == 0)
			break;
	if (i < sizeof(signs) / sizeof(signs[0]))
		buf_adds(b, signs[i].sign);
	else if (*currency != '\0')
		buf_addf(b, "%s ", currency);
	show_grouped(value, 2, b);
}

/* "12 min", "1 hr", "2 hrs 15 min", "3 days 4 hrs"; seconds below one. */
static void
show_minutes(num value, struct buf *b)
{
	num	 minutes = num_round(value, 0) / NUM_ONE, days, hours;

	if (value < 0) {
		buf_addc(b, '-');
		value = -value;
		minutes = -minutes;
	}
	if (value < NUM_ONE) {
		buf_addf(b, "%lld sec",
		    (long long)(num_round(value * 60, 0) / NUM_ONE));
		return;
	}
	days = minutes / 1440;
	hours = minutes / 60 % 24;
	minutes %= 60;
	if (days > 0)
		buf_addf(b, "%lld %s", (long long)days,
		    days == 1 ? "day" : "days");
	if (hours > 0)
		buf_addf(b, "%s%lld %s", days > 0 ? " " : "",
		    (long long)hours, hours == 1 ? "hr" : "hrs");
	if (days == 0 && (minutes > 0 || hours == 0))
		buf_addf(b, "%s%lld min", hours > 0 ? " " : "",
		    (long long)minutes);
}

void
figure_show(const struct figure *f, const char *currency, struct buf *b)
{
	char	 text[WHEN_SIZE > NUM_SIZE ? WHEN_SIZE : NUM_SIZE];

	switch (f->kind) {
	case KIND_NONE:
		buf_addc(b, '-');
		break;
	case KIND_TEXT:
		text_escape(b, f->text, strlen(f->text));
		break;
	case KIND_COUNT:
		show_grouped(f->value, 0, b);
		break;
	case KIND_NUMBER:
		buf_add(b, text, num_format(text, num_round(f->value, 2)));
		break;
	case KIND_MONEY:
		show_money(f->value, currency, b);
		break;
	case KIND_PERCENT:
		buf_add(b, text, num_format_fixed(text, f->value * 100, 1));
		buf_addc(b, '%');
		break;
	case KIND_MINUTES:
		show_minutes(f->value, b);
		break;
	case KIND_DATE:
		buf_add(b, text, date_format(text, f->value));
		break;
	}
}
