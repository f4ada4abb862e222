/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "calendar/calendar.h"

/*
 * Opening hours are compiled to one sorted table of open spans, each with
 * the open seconds before it.  The end of a span follows from the next
 * one's count, so that a span is 16 bytes; the one after the last is there
 * and begins at the end of time.  hint[] says for every HINT_SHIFT seconds
 * with which span to begin to look, which makes a look-up a step or two
 * rather than a binary search of a table that no cache holds.
 */
#define HINT_SHIFT	17		/* a day and a half */

struct span {
	when		 start;
	int64_t		 before;
};

struct hours {
	unsigned	 weekdays;
	int		 from, to;	/* "to" may be on the next day */
};

/* What a date has of its own: an opening, a closing, a break. */
struct dated {
	int64_t		 day;
	int		 from, to;
	char		*why;
	size_t		 seq;		/* sorting keeps the order given */
};

struct dates {
	struct dated	*v;
	size_t		 n, cap;
};

struct interval {
	when		 start, end;
	const char	*why;
};

struct intervals {
	struct interval	*v;
	size_t		 n, cap;
};

struct calendar {
	const struct zone *zone;
	struct hours	*weekly;
	size_t		 nweekly;
	struct dates	 opened, closed, broken;
	int64_t		 from_day, until_day;
	int		 closing_next;

	/* compiled */
	when		 lo, hi;	/* closed outside */
	struct span	*v;		/* v[n] is the sentinel */
	size_t		 n;
	uint32_t	*hint;
	size_t		 nhint;
	struct intervals breaks;	/* sorted, may overlap */

	/* of calendar_both() */
	int		 is_both;
	const struct calendar *a, *b;
};

static void
intervals_add(struct intervals *l, when start, when end, const char *why)
{
	if (end <= start)
		return;
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : l->cap * 2;
		l->v = xreallocarray(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n].start = start;
	l->v[l->n].end = end;
	l->v[l->n++].why = why;
}

static int
interval_cmp(const void *a, const void *b)
{
	const struct interval	*x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Days are compiled in their order, so that there is seldom work to do. */
static void
intervals_sort(struct intervals *l)
{
	size_t	 i;

	for (i = 1; i < l->n; i++)
		if (l->v[i].start < l->v[i - 1].start) {
			qsort(l->v, l->n, sizeof(*l->v), interval_cmp);
			break;
		}
}

/* Join what overlaps or meets in a sorted list. */
static void
intervals_join(struct intervals *l)
{
	size_t	 i, n = 0;

	for (i = 0; i < l->n; i++)
		if (n > 0 && l->v[i].start <= l->v[n - 1].end) {
			if (l->v[i].end > l->v[n - 1].end)
				l->v[n - 1].end = l->v[i].end;
		} else
			l->v[n++] = l->v[i];
	l->n = n;
}

/* Take "cut", sorted, from "l", sorted and joined. */
static void
intervals_cut(struct intervals *l, const struct intervals *cut)
{
	struct intervals out = { NULL, 0, 0 };
	const struct interval *c;
	size_t	 i, j = 0, k;
	when	 at;

	if (cut->n == 0)
		return;
	for (i = 0; i < l->n; i++) {
		at = l->v[i].start;
		/* Cuts may overlap: only those wholly before are done with. */
		while (j < cut->n && cut->v[j].end <= at)
			j++;
		for (k = j; k < cut->n && cut->v[k].start < l->v[i].end; k++) {
			c = &cut->v[k];
			intervals_add(&out, at, c->start, NULL);
			if (c->end > at)
				at = c->end;
		}
		intervals_add(&out, at, l->v[i].end, NULL);
	}
	free(l->v);
	*l = out;
}

/* The tables of what is open, which is sorted and joined. */
static void
tabulate(struct calendar *cal, const struct intervals *l)
{
	int64_t	 before = 0;
	size_t	 i, b;
	when	 t;

	free(cal->v);
	free(cal->hint);
	cal->n = l->n;
	cal->v = xreallocarray(NULL, l->n + 1, sizeof(*cal->v));
	for (i = 0; i < l->n; i++) {
		cal->v[i].start = l->v[i].start;
		cal->v[i].before = before;
		before += l->v[i].end - l->v[i].start;
	}
	cal->v[i].start = INT64_MAX;
	cal->v[i].before = before;

	cal->nhint = 0;
	if (l->n > 0)
		cal->nhint = (size_t)((l->v[l->n - 1].end - l->v[0].start) >>
		    HINT_SHIFT) + 1;
	cal->hint = xreallocarray(NULL, cal->nhint + 1, sizeof(*cal->hint));
	for (i = b = 0; b < cal->nhint; b++) {
		t = l->v[0].start + ((when)b << HINT_SHIFT);
		while (i < l->n && l->v[i].end <= t)
			i++;
		cal->hint[b] = (uint32_t)i;
	}
}

struct calendar *
calendar_new(const struct zone *z)
{
	const struct intervals none = { NULL, 0, 0 };
	struct calendar	*cal;

	cal = xcalloc(1, sizeof(*cal));
	cal->zone = z;
	cal->from_day = CALENDAR_FIRST;
	cal->until_day = CALENDAR_LAST;
	tabulate(cal, &none);
	return cal;
}

static void
dates_free(struct dates *d)
{
	size_t	 i;

	for (i = 0; i < d->n; i++)
		free(d->v[i].why);
	free(d->v);
}

void
calendar_free(struct calendar *cal)
{
	if (cal == NULL)
		return;
	dates_free(&cal->opened);
	dates_free(&cal->closed);
	dates_free(&cal->broken);
	free(cal->weekly);
	free(cal->v);
	free(cal->hint);
	free(cal->breaks.v);
	free(cal);
}

const struct zone *
calendar_zone(const struct calendar *cal)
{
	return cal->zone;
}

/* Check a span of a day; an end that is not after it is on the next. */
static int
span_check(int from, int *to)
{
	if (from < 0 || from >= DAY_SECONDS || *to < 0 || *to > DAY_SECONDS)
		return -1;
	if (*to <= from)
		*to += DAY_SECONDS;
	return 0;
}

int
calendar_open(struct calendar *cal, unsigned weekdays, int from, int to)
{
	if (span_check(from, &to) == -1 || weekdays == 0 || weekdays > 0x7f)
		return -1;
	cal->weekly = xreallocarray(cal->weekly, cal->nweekly + 1,
	    sizeof(*cal->weekly));
	cal->weekly[cal->nweekly].weekdays = weekdays;
	cal->weekly[cal->nweekly].from = from;
	cal->weekly[cal->nweekly++].to = to;
	return 0;
}

static int
dates_add(struct dates *d, int64_t day, int from, int to, const char *why)
{
	struct dated	*p;

	if (day < CALENDAR_FIRST || day > CALENDAR_LAST)
		return -1;
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 16 : d->cap * 2;
		d->v = xreallocarray(d->v, d->cap, sizeof(*d->v));
	}
	p = &d->v[d->n];
	p->day = day;
	p->from = from;
	p->to = to;
	p->why = why == NULL ? NULL : xstrdup(why);
	p->seq = d->n++;
	return 0;
}

int
calendar_open_on(struct calendar *cal, int64_t day, int from, int to)
{
	if (span_check(from, &to) == -1)
		return -1;
	return dates_add(&cal->opened, day, from, to, NULL);
}

int
calendar_close(struct calendar *cal, int64_t day, const char *why)
{
	return dates_add(&cal->closed, day, 0, DAY_SECONDS, why);
}

int
calendar_close_span(struct calendar *cal, int64_t day, int from, int to,
    const char *why)
{
	if (span_check(from, &to) == -1)
		return -1;
	return dates_add(&cal->broken, day, from, to, why);
}

int
calendar_holidays(struct calendar *cal, const char *icsfile, const char *only,
    char **error)
{
	struct holidays	 list;
	size_t		 i;
	int		 days;

	if (holidays_list(icsfile, only, CALENDAR_FIRST, CALENDAR_LAST, &list,
	    error) == -1)
		return -1;
	for (i = 0; i < list.n; i++)
		(void)calendar_close(cal, list.v[i].day, list.v[i].name);
	days = (int)list.n;
	holidays_free(&list);
	return days;
}

void
calendar_valid(struct calendar *cal, int64_t from_day, int64_t until_day)
{
	cal->from_day = from_day;
	cal->until_day = until_day;
}

void
calendar_closing_next(struct calendar *cal)
{
	cal->closing_next = 1;
}

int
calendar_is_closing_next(const struct calendar *cal)
{
	return cal != NULL && cal->closing_next;
}

static int
dated_cmp(const void *a, const void *b)
{
	const struct dated	*x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static void
dates_sort(struct dates *d)
{
	if (d->n > 0)
		qsort(d->v, d->n, sizeof(*d->v), dated_cmp);
}

/* The first of a day or after it, in a sorted list. */
static size_t
dates_from(const struct dates *d, int64_t day)
{
	size_t	 lo = 0, hi = d->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (d->v[mid].day < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
dates_has(const struct dates *d, int64_t day)
{
	size_t	 i = dates_from(d, day);

	return i < d->n && d->v[i].day == day;
}

/* Note what opens on a day, cut at the midnight of a day that is closed. */
static void
open_span(const struct calendar *cal, struct intervals *l, int64_t day,
    int from, int to)
{
	if (to > DAY_SECONDS && dates_has(&cal->closed, day + 1))
		to = DAY_SECONDS;
	intervals_add(l, zone_at(cal->zone, day, from, NULL),
	    zone_at(cal->zone, day, to, NULL), NULL);
}

static void
open_day(const struct calendar *cal, struct intervals *l, int64_t day)
{
	const struct hours	*h;
	const struct dated	*d;
	size_t			 i;
	int			 weekday = weekday_of(day);

	i = dates_from(&cal->opened, day);
	if (i < cal->opened.n && cal->opened.v[i].day == day) {
		for (; i < cal->opened.n && cal->opened.v[i].day == day; i++) {
			d = &cal->opened.v[i];
			open_span(cal, l, day, d->from, d->to);
		}
		return;
	}
	if (dates_has(&cal->closed, day))
		return;
	for (i = 0; i < cal->nweekly; i++) {
		h = &cal->weekly[i];
		if (h->weekdays >> weekday & 1)
			open_span(cal, l, day, h->from, h->to);
	}
}

/* Keep what lies in [lo, hi). */
static void
clip(struct intervals *l, when lo, when hi)
{
	size_t	 i, n = 0;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].start < lo)
			l->v[i].start = lo;
		if (l->v[i].end > hi)
			l->v[i].end = hi;
		if (l->v[i].start < l->v[i].end)
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

void
calendar_compile(struct calendar *cal, int64_t first_day, int64_t last_day)
{
	struct intervals l = { NULL, 0, 0 };
	const struct dated *d;
	int64_t	 day;
	size_t	 i;

	if (cal->is_both)
		return;
	if (first_day < cal->from_day)
		first_day = cal->from_day;
	if (last_day > cal->until_day)
		last_day = cal->until_day;
	if (last_day < first_day)
		last_day = first_day - 1;
	cal->lo = zone_midnight(cal->zone, first_day);
	cal->hi = zone_midnight(cal->zone, last_day + 1);

	dates_sort(&cal->opened);
	dates_sort(&cal->closed);
	dates_sort(&cal->broken);
	cal->breaks.n = 0;
	for (i = 0; i < cal->broken.n; i++) {
		d = &cal->broken.v[i];
		intervals_add(&cal->breaks,
		    zone_at(cal->zone, d->day, d->from, NULL),
		    zone_at(cal->zone, d->day, d->to, NULL), d->why);
	}
	intervals_sort(&cal->breaks);

	/* What the day before began may run into the first. */
	day = first_day > cal->from_day ? first_day - 1 : first_day;
	for (; day <= last_day; day++)
		open_day(cal, &l, day);
	intervals_sort(&l);
	intervals_join(&l);
	clip(&l, cal->lo, cal->hi);
	intervals_cut(&l, &cal->breaks);
	tabulate(cal, &l);
	free(l.v);
}

static when
span_end(const struct calendar *cal, size_t i)
{
	return cal->v[i].start + (cal->v[i + 1].before - cal->v[i].before);
}

/* The first span that ends after an instant; n if there is none. */
static size_t
seek(const struct calendar *cal, when t)
{
	uint64_t	 b;
	size_t		 i;

	if (t <= cal->v[0].start)
		return 0;		/* also when there are no spans */
	b = (uint64_t)(t - cal->v[0].start) >> HINT_SHIFT;
	if (b >= cal->nhint)
		return cal->n;
	for (i = cal->hint[b]; i < cal->n && span_end(cal, i) <= t;)
		i++;
	return i;
}

/* Open seconds before an instant, which lies in or before span i. */
static int64_t
count(const struct calendar *cal, size_t i, when t)
{
	return cal->v[i].before +
	    (t > cal->v[i].start ? t - cal->v[i].start : 0);
}

/* The last span with at most so many open seconds before it, from i on. */
static size_t
reach(const struct calendar *cal, size_t i, int64_t target)
{
	size_t	 lo = i, hi, mid, step;

	for (step = 1; ; step *= 2) {
		hi = lo + step;
		if (hi >= cal->n) {
			hi = cal->n;
			break;
		}
		if (cal->v[hi].before > target)
			break;
		lo = hi;
	}
	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (cal->v[mid].before <= target)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

struct calendar *
calendar_both(const struct calendar *a, const struct calendar *b)
{
	struct intervals l = { NULL, 0, 0 };
	const struct calendar *one;
	struct calendar	*cal;
	size_t		 i = 0, j = 0;
	when		 start, end, ea, eb;

	if (a == NULL && b == NULL)
		return NULL;
	one = a != NULL ? a : b;
	cal = calendar_new(one->zone);
	cal->is_both = 1;
	cal->a = a;
	cal->b = b;
	cal->lo = INT64_MIN;		/* the two say it themselves */
	cal->hi = INT64_MAX;
	cal->closing_next = one->closing_next ||
	    (b != NULL && b->closing_next);
	if (a == NULL || b == NULL)
		for (; i < one->n; i++)
			intervals_add(&l, one->v[i].start, span_end(one, i),
			    NULL);
	else
		while (i < a->n && j < b->n) {
			start = a->v[i].start > b->v[j].start ?
			    a->v[i].start : b->v[j].start;
			ea = span_end(a, i);
			eb = span_end(b, j);
			end = ea < eb ? ea : eb;
			intervals_add(&l, start, end, NULL);
			if (ea <= eb)
				i++;
			if (eb <= ea)
				j++;
		}
	tabulate(cal, &l);
	free(l.v);
	return cal;
}

int64_t
calendar_between(const struct calendar *cal, when a, when b)
{
	if (cal == NULL)
		return b - a;
	return count(cal, seek(cal, b), b) - count(cal, seek(cal, a), a);
}

/* So many open seconds before; done of them lie before "start" in all. */
static when
subtract(const struct calendar *cal, int64_t target)
{
	size_t	 i;

	if (target < 0)
		return WHEN_NONE;
	i = reach(cal, 0, target);
	return cal->v[i].start + (target - cal->v[i].before);
}

when
calendar_add(const struct calendar *cal, when start, int64_t seconds)
{
	int64_t	 done, target, total;
	size_t	 i;

	if (cal == NULL) {
		if (__builtin_add_overflow(start, seconds, &target))
			return WHEN_NONE;
		return target;
	}
	i = seek(cal, start);
	done = count(cal, i, start);
	total = cal->v[cal->n].before;
	if (seconds < 0)
		return seconds < -done ? WHEN_NONE :
		    subtract(cal, done + seconds);
	if (seconds > total - done)
		return WHEN_NONE;
	if (seconds == 0) {
		if (i == cal->n)
			return WHEN_NONE;
		return start > cal->v[i].start ? start : cal->v[i].start;
	}
	target = done + seconds;
	/* On a closing time, this is the span that closes then. */
	i = reach(cal, i, target - 1);
	if (cal->closing_next && i + 1 < cal->n &&
	    cal->v[i + 1].before == target)
		i++;
	return cal->v[i].start + (target - cal->v[i].before);
}

int
calendar_is_open(const struct calendar *cal, when t)
{
	return cal == NULL || cal->v[seek(cal, t)].start <= t;
}

when
calendar_next_open(const struct calendar *cal, when t)
{
	size_t	 i;

	if (cal == NULL)
		return t;
	if ((i = seek(cal, t)) == cal->n)
		return WHEN_NONE;
	return t > cal->v[i].start ? t : cal->v[i].start;
}

when
calendar_prev_open(const struct calendar *cal, when t)
{
	size_t	 i;

	if (cal == NULL)
		return t;
	i = seek(cal, t);
	if (cal->v[i].start < t)
		return t;
	return i == 0 ? WHEN_NONE : span_end(cal, i - 1);
}

int
calendar_span_after(const struct calendar *cal, when t, when *start, when *end)
{
	size_t	 i;

	if (cal == NULL) {
		*start = t;
		*end = INT64_MAX;
		return 0;
	}
	if ((i = seek(cal, t)) == cal->n)
		return -1;
	*start = cal->v[i].start;
	*end = span_end(cal, i);
	return 0;
}

int
calendar_span_before(const struct calendar *cal, when t, when *start,
    when *end)
{
	size_t	 i;

	if (cal == NULL) {
		*start = INT64_MIN;
		*end = t;
		return 0;
	}
	i = seek(cal, t);
	if (cal->v[i].start >= t && i-- == 0)
		return -1;
	*start = cal->v[i].start;
	*end = span_end(cal, i);
	return 0;
}

int
calendar_is_workday(const struct calendar *cal, int64_t day)
{
	when	 start, end;

	if (cal == NULL)
		return 1;
	end = zone_midnight(cal->zone, day + 1);
	start = cal->v[seek(cal, zone_midnight(cal->zone, day))].start;
	return start < end;
}

int64_t
calendar_workdays(const struct calendar *cal, int64_t a, int64_t b)
{
	int64_t	 n = 0, day;

	if (cal == NULL)
		return b > a ? b - a : 0;
	if (a < CALENDAR_FIRST)
		a = CALENDAR_FIRST;
	if (b > CALENDAR_LAST + 1)
		b = CALENDAR_LAST + 1;
	for (day = a; day < b; day++)
		n += calendar_is_workday(cal, day);
	return n;
}

/*
 * The day to whose hours an instant belongs: its date, but the next where
 * the clocks went back over a midnight that was there already.
 */
static int64_t
workday(const struct zone *z, when t)
{
	int64_t	 day = zone_day(z, t);

	return zone_midnight(z, day + 1) <= t ? day + 1 : day;
}

/* The first open day on or after one, or -1. */
static int64_t
workday_from(const struct calendar *cal, int64_t day)
{
	when	 t;

	t = calendar_next_open(cal, zone_midnight(cal->zone, day));
	return t == WHEN_NONE ? -1 : workday(cal->zone, t);
}

when
calendar_add_days(const struct calendar *cal, const struct zone *z, when start,
    int n)
{
	int64_t	 day;
	int	 second;
	when	 t, last, next;

	if (n < 0)
		return WHEN_NONE;
	if (cal == NULL) {
		day = zone_day(z, start);
		second = (int)(start + zone_offset(z, start) -
		    day * DAY_SECONDS);
		return zone_at(z, day + n, second, NULL);
	}
	z = cal->zone;
	if ((t = calendar_next_open(cal, start)) == WHEN_NONE || n == 0)
		return t;
	day = zone_day(z, t);
	second = (int)(t + zone_offset(z, t) - day * DAY_SECONDS);
	while (n-- > 0)
		if ((day = workday_from(cal, day + 1)) == -1)
			return WHEN_NONE;
	t = zone_at(z, day, second, NULL);
	if (calendar_is_open(cal, t))
		return t;
	next = calendar_next_open(cal, t);
	if (cal->closing_next && next != WHEN_NONE)
		return next;
	last = calendar_prev_open(cal, t);
	return last != WHEN_NONE && last > zone_midnight(z, day) ? last : next;
}

/*
 * Where the clocks go back over midnight, the end of a day comes twice: the
 * first, or for what is after that already the second.
 */
static when
day_end(const struct zone *z, int64_t day, when t)
{
	when	 end;

	end = zone_midnight(z, day + 1);
	if (end <= t)
		end = (day + 1) * DAY_SECONDS - zone_offset(z, t);
	return end;
}

when
calendar_same_day(const struct calendar *cal, const struct zone *z, when start)
{
	int64_t	 day;
	when	 t;

	if (cal == NULL)
		return day_end(z, zone_day(z, start), start);
	z = cal->zone;
	day = zone_day(z, start);
	if (calendar_is_workday(cal, day))
		return day_end(z, day, start);
	if ((t = calendar_next_open(cal, start)) == WHEN_NONE)
		return WHEN_NONE;
	return zone_midnight(z, workday(z, t) + 1);
}

static when
least(when a, when b)
{
	return a < b ? a : b;
}

/* Why it is closed at an instant, and until when that is the reason. */
static void
reason(const struct calendar *cal, when t, struct stretch *s)
{
	const struct interval *b = cal->breaks.v;
	int64_t	 day;
	size_t	 i, lo, hi;

	if (t < cal->lo || t >= cal->hi) {
		s->kind = STRETCH_VOID;
		if (t < cal->lo)
			s->end = least(s->end, cal->lo);
		return;
	}
	s->end = least(s->end, cal->hi);

	day = workday(cal->zone, t);
	i = dates_from(&cal->closed, day);
	if (i < cal->closed.n && cal->closed.v[i].day == day) {
		s->kind = STRETCH_HOLIDAY;
		s->why = cal->closed.v[i].why;
		s->end = least(s->end, zone_midnight(cal->zone, day + 1));
		return;
	}
	if (i < cal->closed.n)
		s->end = least(s->end,
		    zone_midnight(cal->zone, cal->closed.v[i].day));

	lo = 0;				/* to the first break that is later */
	hi = cal->breaks.n;
	while (lo < hi) {
		i = lo + (hi - lo) / 2;
		if (b[i].start <= t)
			lo = i + 1;
		else
			hi = i;
	}
	if (lo < cal->breaks.n)
		s->end = least(s->end, b[lo].start);
	/* A break is no longer than a day, and a clock change. */
	while (lo-- > 0 && b[lo].start > t - 2 * DAY_SECONDS)
		if (t < b[lo].end) {
			s->kind = STRETCH_BREAK;
			s->why = b[lo].why;
			s->end = least(s->end, b[lo].end);
			return;
		}
	s->kind = STRETCH_CLOSED;
}

/* With times in seconds yet. */
static void
stretch_at(const struct calendar *cal, when t, when until, struct stretch *s)
{
	struct stretch	 open;
	size_t		 i;

	memset(s, 0, sizeof(*s));
	s->start = t;
	s->end = until;
	s->kind = STRETCH_OPEN;
	if (cal == NULL)
		return;
	i = seek(cal, t);
	if (cal->v[i].start <= t) {
		s->end = least(until, span_end(cal, i));
		return;
	}
	s->end = least(until, cal->v[i].start);
	if (!cal->is_both) {
		reason(cal, t, s);
		return;
	}
	until = s->end;
	stretch_at(cal->a, t, until, s);
	s->part = 0;
	if (s->kind != STRETCH_OPEN)
		return;
	open = *s;
	stretch_at(cal->b, t, open.end, s);
	s->part = 1;
}

void
calendar_stretch(const struct calendar *cal, tick t, tick until,
    struct stretch *s)
{
	stretch_at(cal, tick_second(t), tick_second(until + TICKS - 1), s);
	s->start = t;
	s->end = tick_of(s->end) < until ? tick_of(s->end) : until;
}
