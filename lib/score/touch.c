/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "score/touch.h"

struct touch {
	size_t			 on;		/* program, or NO_PROGRAM */
	const struct duration	*every;		/* or NULL */
	int			 before;	/* days */
	enum { LEAP_FEB28, LEAP_MAR1, LEAP_SKIP } leap;
	int64_t			 due;		/* where "on" is not given */
};

struct touches {
	const struct policy	*pol;
	struct rules		 rules;
	struct touch		*touch;
	int64_t			 today, first, last;
};

static int64_t
day_of(const struct touches *t, const struct value *v)
{
	struct civil	 c;

	zone_civil(policy_zone(t->pol), v->n, &c);
	return days_of(c.year, c.month, c.day);
}

/* The day n steps of a duration after an anchor, months clamped. */
static int64_t
step(int64_t anchor, const struct duration *d, int64_t n)
{
	struct civil	 c;

	civil_of_days(anchor, &c);
	civil_add_months(&c, d->months * (int)n);
	return days_of(c.year, c.month, c.day) + n * duration_days(d);
}

/* The first day of a grid that is not before "first", or INT64_MAX. */
static int64_t
on_grid(int64_t anchor, const struct duration *d, int64_t first)
{
	int64_t	 length = d->months * 28 + duration_days(d);
	int64_t	 n;

	if (length <= 0)
		return INT64_MAX;
	/* Start too early on purpose: a month is at most 31 days. */
	n = (first - anchor) / (length + 3 * d->months) - 1;
	if (n < 0)
		n = 0;
	while (step(anchor, d, n) < first)
		n++;
	return step(anchor, d, n);
}

/* That day and month in a year, or INT64_MAX where leap skip leaves it out. */
static int64_t
in_year(const struct civil *c, int year, int leap)
{
	if (c->month == 2 && c->day == 29 && days_in_month(year, 2) == 28) {
		if (leap == LEAP_SKIP)
			return INT64_MAX;
		return leap == LEAP_MAR1 ? days_of(year, 3, 1) :
		    days_of(year, 2, 28);
	}
	return days_of(year, c->month, c->day);
}

/* The first yearly return of a day whose day of action is in the window. */
static int64_t
yearly(const struct touches *t, const struct touch *touch, int64_t day)
{
	struct civil	 c, first;
	int64_t		 due;
	int		 year;

	civil_of_days(day, &c);
	civil_of_days(t->first + touch->before, &first);
	for (year = first.year; year <= first.year + 4; year++) {
		due = in_year(&c, year, (int)touch->leap);
		if (due != INT64_MAX && due - touch->before >= t->first &&
		    due >= day)
			return due - touch->before;
	}
	return INT64_MAX;
}

static int64_t
grid_day(const struct touches *t, const struct touch *touch, int64_t anchor)
{
	return on_grid(anchor, touch->every, t->first + touch->before) -
	    touch->before;
}

static void
read_clauses(struct touches *t, struct plan *plan, size_t i)
{
	const struct statement	*st = t->rules.rule[i].st;
	struct touch		*touch = &t->touch[i];
	const struct clause	*cl;

	touch->on = NO_PROGRAM;
	if ((cl = clause_find(st, W_ON)) != NULL)
		touch->on = plan_add_lenient(plan, cl->expr, 0);
	if ((cl = clause_find(st, W_EVERY)) != NULL)
		touch->every = &cl->duration;
	if ((cl = clause_find(st, W_BEFORE)) != NULL)
		touch->before = (int)duration_days(&cl->duration);
	if ((cl = clause_find(st, W_LEAP)) != NULL)
		touch->leap = strcmp(cl->text, "mar1") == 0 ? LEAP_MAR1 :
		    LEAP_SKIP;
	/* A Monday on which a week, a quarter and a year began. */
	touch->due = touch->every == NULL ? t->today :
	    grid_day(t, touch, days_of(2001, 1, 1));
}

struct touches *
touches_new(const struct policy *pol, struct plan *plan, when now,
    int64_t first, int64_t last)
{
	struct touches		*t = xcalloc(1, sizeof(*t));
	size_t			 i;

	t->pol = pol;
	t->today = policy_today(pol, now);
	t->first = first;
	t->last = last;
	rules_collect(&t->rules, pol, plan, KW_TOUCH, now, RULES_SILENT,
	    NULL);
	t->touch = xcalloc(t->rules.n + 1, sizeof(*t->touch));
	for (i = 0; i < t->rules.n; i++)
		read_clauses(t, plan, i);
	return t;
}

void
touches_free(struct touches *t)
{
	if (t == NULL)
		return;
	rules_free(&t->rules);
	free(t->touch);
	free(t);
}

static int64_t
due_day(const struct touches *t, const struct touch *touch,
    struct frame *frame)
{
	struct value	 v;

	if (touch->on == NO_PROGRAM)
		return touch->due;
	v = frame_eval(frame, touch->on);
	if (v.type != TYPE_TIME)
		return INT64_MAX;
	return touch->every != NULL ? grid_day(t, touch, day_of(t, &v)) :
	    yearly(t, touch, day_of(t, &v));
}

size_t
touches_due(const struct touches *t, struct frame *frame, int tier,
    struct contact *out, size_t n)
{
	size_t	 i, found = 0;
	int64_t	 due;

	for (i = 0; i < t->rules.n; i++) {
		if (!rule_holds(&t->rules.rule[i], t->pol, frame, tier))
			continue;
		due = due_day(t, &t->touch[i], frame);
		if (due < t->first || due > t->last)
			continue;
		if (found < n) {
			out[found].touch = t->rules.rule[i].st;
			out[found].due = due;
		}
		found++;
	}
	return found;
}

void
touches_lack(const struct touches *t, const struct reader *rd, struct buf *b)
{
	static const enum word	 asks[] = { W_WHEN, W_ON };
	const struct statement	*st;
	const struct clause	*cl;
	const char		*name;
	size_t			 i, k, start = b->len;

	for (i = 0; i < t->rules.n; i++) {
		st = t->rules.rule[i].st;
		for (k = 0; k < sizeof(asks) / sizeof(asks[0]); k++) {
			cl = clause_find(st, asks[k]);
			if (cl == NULL || (name = expr_lacks(cl->expr, t->pol,
			    rd)) == NULL)
				continue;
			buf_addf(b, "%s%s (%s)", b->len > start ? ", " : "",
			    st->label, name);
			break;
		}
	}
}
