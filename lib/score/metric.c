/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "score/metric.h"

#define N_MAX	99999		/* days, weeks, months or years of a window */

/* In the order of enum measure; MEASURE_EVENTS has the kind's own name. */
static const struct {
	const char	*name;
	enum source	 source;
	int		 window;
} measures[] = {
	{ "orders",		SOURCE_ORDERS,	1 },
	{ "spend",		SOURCE_ORDERS,	1 },
	{ "aov",		SOURCE_ORDERS,	1 },
	{ "items",		SOURCE_ORDERS,	1 },
	{ "returns",		SOURCE_ORDERS,	1 },
	{ "late",		SOURCE_ORDERS,	1 },
	{ "tickets",		SOURCE_TICKETS,	1 },
	{ "complaints",		SOURCE_TICKETS,	1 },
	{ "reopens",		SOURCE_TICKETS,	1 },
	{ "escalations",	SOURCE_TICKETS,	1 },
	{ "breaches",		SOURCE_TICKETS,	1 },
	{ "low_csat",		SOURCE_TICKETS,	1 },
	{ "csat",		SOURCE_TICKETS,	1 },
	{ "nps",		SOURCE_EVENTS,	1 },
	{ "",			SOURCE_EVENTS,	1 },
	{ "first_order",	SOURCE_ORDERS,	0 },
	{ "last_order",		SOURCE_ORDERS,	0 },
	{ "days_since_order",	SOURCE_ORDERS,	0 },
	{ "last_contact",	SOURCE_TICKETS,	0 },
	{ "x",			SOURCE_ORDERS,	0 },
	{ "t_x",		SOURCE_ORDERS,	0 },
	{ "T",			SOURCE_ORDERS,	0 },
	{ "m",			SOURCE_ORDERS,	0 },
	{ "ltv",		SOURCE_ORDERS,	0 },
};

#define NMEASURES	(sizeof(measures) / sizeof(measures[0]))

static int
equal(const char *s, const char *p, size_t len)
{
	return strlen(s) == len && memcmp(s, p, len) == 0;
}

/* Read "total", "ytd", "lytd" or "30d": 0, or -1. */
static int
parse_window(const char *p, size_t len, struct window *w)
{
	size_t	 i;

	w->n = 0;
	w->prev = 0;
	if (equal("total", p, len)) {
		w->unit = WINDOW_TOTAL;
		return 0;
	}
	if (equal("ytd", p, len)) {
		w->unit = WINDOW_YTD;
		return 0;
	}
	if (equal("lytd", p, len)) {
		w->unit = WINDOW_LYTD;
		return 0;
	}
	for (i = 0; i < len && p[i] >= '0' && p[i] <= '9'; i++) {
		w->n = w->n * 10 + (p[i] - '0');
		if (w->n > N_MAX)
			return -1;
	}
	if (w->n == 0 || p[0] == '0')
		return -1;
	p += i;
	len -= i;
	if (equal("d", p, len)) {
		w->unit = WINDOW_DAYS;
	} else if (equal("w", p, len)) {
		w->unit = WINDOW_DAYS;
		w->n *= 7;
	} else if (equal("mo", p, len)) {
		w->unit = WINDOW_MONTHS;
	} else if (equal("y", p, len)) {
		w->unit = WINDOW_MONTHS;
		w->n *= 12;
	} else {
		return -1;
	}
	return 0;
}

int
metric_parse(const char *name, struct metric *m)
{
	const char	*last = strrchr(name, '_');
	size_t		 i, len;

	memset(m, 0, sizeof(*m));
	m->name = name;
	for (i = 0; i < NMEASURES; i++)
		if (!measures[i].window && strcmp(measures[i].name, name) == 0) {
			m->measure = (enum measure)i;
			m->window.unit = WINDOW_TOTAL;
			return 0;
		}
	if (last == NULL ||
	    parse_window(last + 1, strlen(last + 1), &m->window) == -1)
		return -1;
	len = (size_t)(last - name);
	if (m->window.n != 0 && len >= 5 &&
	    memcmp(last - 5, "_prev", 5) == 0) {
		m->window.prev = 1;
		len -= 5;
	}
	if (len == 0)
		return -1;
	for (i = 0; i < NMEASURES; i++)
		if (measures[i].window && equal(measures[i].name, name, len)) {
			m->measure = (enum measure)i;
			return 0;
		}
	m->measure = MEASURE_EVENTS;
	m->kind = name;
	m->kindlen = len;
	return 0;
}

enum source
metric_source(const struct metric *m)
{
	return measures[m->measure].source;
}

const char *
metric_nearest(const char *name, struct buf *b)
{
	static const char *const	 usual[] = {
		"total", "7d", "30d", "60d", "90d", "180d", "365d", "4w",
		"1mo", "3mo", "6mo", "12mo", "1y", "ytd", "lytd",
		"prev_7d", "prev_30d", "prev_60d", "prev_90d", "prev_180d",
		"prev_365d", "prev_1mo", "prev_3mo", "prev_12mo", "prev_1y"
	};
	const size_t	 nusual = sizeof(usual) / sizeof(usual[0]);
	const char	*names[NMEASURES * sizeof(usual) / sizeof(usual[0])];
	size_t		 at[NMEASURES * sizeof(usual) / sizeof(usual[0])];
	size_t		 i, j, n = 0;

	b->len = 0;
	for (i = 0; i < NMEASURES; i++)
		for (j = 0; j < nusual && i != MEASURE_EVENTS; j++) {
			at[n++] = b->len;
			buf_adds(b, measures[i].name);
			if (measures[i].window) {
				buf_addc(b, '_');
				buf_adds(b, usual[j]);
			}
			buf_addc(b, '\0');
			if (!measures[i].window)
				break;
		}
	for (i = 0; i < n; i++)
		names[i] = b->p + at[i];
	return text_nearest(name, names, n);
}

/* The day so many months before another, clamped to its month's end. */
static int64_t
months_before(int64_t day, int months)
{
	struct civil	 c;

	civil_of_days(day, &c);
	if (c.year * 12 + c.month - 1 - months < 12)
		return DAY_FIRST - 1;
	civil_add_months(&c, -months);
	return days_of(c.year, c.month, c.day);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void
window_days(const struct window *w, int64_t today, int64_t *from, int64_t *to)
{
	struct civil	 c;

	*from = DAY_FIRST;
	*to = today;
	switch (w->unit) {
	case WINDOW_TOTAL:
		break;
	case WINDOW_YTD:
		civil_of_days(today, &c);
		*from = days_of(c.year, 1, 1);
		break;
	case WINDOW_LYTD:
		*to = months_before(today, 12);
		if (*to < DAY_FIRST)
			break;
		civil_of_days(*to, &c);
		*from = days_of(c.year, 1, 1);
		break;
	case WINDOW_DAYS:
		if (w->prev)
			*to = later(today - w->n, DAY_FIRST - 1);
		*from = later(*to - w->n + 1, DAY_FIRST);
		break;
	case WINDOW_MONTHS:
		if (w->prev)
			*to = months_before(today, w->n);
		*from = months_before(today, w->prev ? 2 * w->n : w->n) + 1;
		break;
	}
}
