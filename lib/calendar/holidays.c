/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>


#include "base/claims.h"
#include "base/vip.h"
#include "calendar/calendar.h"
#include "calendar/ical.h"

/* What no calendar of holidays needs, and a hostile file may ask for. */
#define FILE_MAX	((size_t)64 << 20)
#define STEPS_MAX	400000		/* of one rule: a thousand years */
#define DAYS_MAX	3660		/* of one event */
#define DATES_MAX	((size_t)1 << 20)

struct days {
	int64_t		*v;
	size_t		 n, cap;
};

struct date {
	int64_t		 day;
	size_t		 seq;		/* the event's, in the file */
	const char	*name;
};

/* A day of a repeated event that another event stands in for. */
struct override {
	const char	*uid;
	int64_t		 day;
};

struct ics {
	const char	*file;
	const char	*only;
	char		**error;
	int64_t		 first, last;
	icalcomponent	*root;
	icalcomponent	**events;
	size_t		 nevents, capevents;
	struct override	*over;
	size_t		 nover, capover;
	struct date	*v;
	size_t		 n, cap;
};

static int	 fail(struct ics *, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));

static int
fail(struct ics *ics, const char *fmt, ...)
{
	struct buf	 b = { NULL, 0, 0 };
	char		*text;
	va_list		 ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		text = NULL;
	va_end(ap);
	if (ics->error != NULL) {
		buf_adds(&b, ics->file);
		buf_adds(&b, ": ");
		buf_adds(&b, text == NULL ? "out of memory" : text);
		*ics->error = buf_str(&b);
	}
	free(text);
	return -1;
}

static const char *
summary(icalcomponent *c)
{
	const char	*s = ical()->component_get_summary(c);

	return s == NULL ? "" : s;
}

static int
fail_event(struct ics *ics, icalcomponent *c, const char *what,
    icalproperty *p)
{
	char	*text = NULL;
	int	 rc;

	if (p != NULL)
		text = ical()->property_as_ical_string_r(p);
	if (text != NULL)
		text[strcspn(text, "\r\n")] = '\0';
	rc = fail(ics, "event \"%s\": %s%s%s", summary(c), what,
	    text == NULL ? "" : ": ", text == NULL ? "" : text);
	if (text != NULL)
		ical()->memory_free_buffer(text);
	return rc;
}

/* "*" stands for any bytes. */
static int
glob(const char *pat, const char *s)
{
	const char	*star = NULL, *back = NULL;

	while (*s != '\0') {
		if (*pat == '*') {
			star = ++pat;
			back = s;
		} else if (*pat == *s) {
			pat++;
			s++;
		} else if (star != NULL) {
			pat = star;
			s = ++back;
		} else
			return 0;
	}
	while (*pat == '*')
		pat++;
	return *pat == '\0';
}

static int
like(const char *pat, const char *s)
{
	struct buf	 b = { NULL, 0, 0 };
	int		 hit;

	text_fold(&b, s, strlen(s));
	hit = glob(pat, buf_str(&b));
	buf_free(&b);
	return hit;
}

static int
wanted(const struct ics *ics, icalcomponent *c)
{
	icalproperty	*p;
	const char	*s;

	if (ics->only == NULL || like(ics->only, summary(c)))
		return 1;
	for (p = ical()->component_get_first_property(c,
	    ICAL_CATEGORIES_PROPERTY); p != NULL;
	    p = ical()->component_get_next_property(c,
	    ICAL_CATEGORIES_PROPERTY))
		if ((s = ical()->property_get_categories(p)) != NULL &&
		    like(ics->only, s))
			return 1;
	return 0;
}

static int
cancelled(icalcomponent *c)
{
	return ical()->component_get_status(c) == ICAL_STATUS_CANCELLED;
}

/* The day of a time, or -1 where there is no such day. */
static int
time_day(struct icaltimetype t, int64_t *day)
{
	if (t.year < 1 || t.year > 9999 || t.month < 1 || t.month > 12 ||
	    t.day < 1 || t.day > days_in_month(t.year, t.month))
		return -1;
	*day = days_of(t.year, t.month, t.day);
	return 0;
}

/*
 * libical leaves what it cannot read out of the event and says so in a
 * property of its own.  That matters where it bears on the dates.
 */
static int
event_check(struct ics *ics, icalcomponent *c)
{
	static const char *const names[] = { "RRULE", "DTSTART", "DTEND",
	    "DURATION", "EXDATE", "RDATE", "RECURRENCE-ID", "EXRULE", "VALUE",
	    "RANGE", "STATUS" };
	icalproperty	*p;
	const char	*s;
	size_t		 i;

	for (p = ical()->component_get_first_property(c,
	    ICAL_XLICERROR_PROPERTY); p != NULL;
	    p = ical()->component_get_next_property(c,
	    ICAL_XLICERROR_PROPERTY)) {
		if ((s = ical()->property_get_xlicerror(p)) == NULL)
			continue;
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (strstr(s, names[i]) != NULL)
				return fail(ics, "event \"%s\": %s",
				    summary(c), s);
	}
	p = ical()->component_get_first_property(c, ICAL_EXRULE_PROPERTY);
	if (p != NULL)
		return fail_event(ics, c, "not supported", p);
	p = ical()->component_get_first_property(c, ICAL_RECURRENCEID_PROPERTY);
	if (p != NULL && ical()->property_get_first_parameter(p,
	    ICAL_RANGE_PARAMETER) != NULL)
		return fail_event(ics, c, "not supported", p);
	return 0;
}

static void
days_add(struct days *d, int64_t day)
{
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 16 : d->cap * 2;
		d->v = xreallocarray(d->v, d->cap, sizeof(*d->v));
	}
	d->v[d->n++] = day;
}

static int
day_cmp(const void *a, const void *b)
{
	const int64_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
override_cmp(const void *a, const void *b)
{
	const struct override	*x = a, *y = b;
	int			 d = strcmp(x->uid, y->uid);

	return d != 0 ? d : (x->day > y->day) - (x->day < y->day);
}

/* Gather the events, and which of them stand in for a day of another. */
static int
gather(struct ics *ics, icalcomponent *c)
{
	icalcomponent	*sub;
	icalproperty	*p;
	const char	*uid;
	int64_t		 day;

	if (ical()->component_isa(c) == ICAL_VEVENT_COMPONENT) {
		if (event_check(ics, c) == -1)
			return -1;
		if (ics->nevents == ics->capevents) {
			ics->capevents = ics->capevents * 2 + 64;
			ics->events = xreallocarray(ics->events,
			    ics->capevents, sizeof(*ics->events));
		}
		ics->events[ics->nevents++] = c;
		p = ical()->component_get_first_property(c,
		    ICAL_RECURRENCEID_PROPERTY);
		if (p == NULL)
			return 0;
		if ((uid = ical()->component_get_uid(c)) == NULL)
			return fail_event(ics, c, "no UID to go with", p);
		if (time_day(ical()->property_get_recurrenceid(p), &day) == -1)
			return fail_event(ics, c, "no such day", p);
		if (ics->nover == ics->capover) {
			ics->capover = ics->capover * 2 + 64;
			ics->over = xreallocarray(ics->over, ics->capover,
			    sizeof(*ics->over));
		}
		ics->over[ics->nover].uid = uid;
		ics->over[ics->nover++].day = day;
		return 0;
	}
	if (ical()->component_isa(c) != ICAL_XROOT_COMPONENT &&
	    ical()->component_isa(c) != ICAL_VCALENDAR_COMPONENT)
		return 0;
	for (sub = ical()->component_get_first_component(c, ICAL_ANY_COMPONENT);
	    sub != NULL;
	    sub = ical()->component_get_next_component(c, ICAL_ANY_COMPONENT))
		if (gather(ics, sub) == -1)
			return -1;
	return 0;
}

/* One event, whose dates are being found. */
struct event {
	icalcomponent	*c;
	size_t		 seq;
	const char	*uid, *name;
	int64_t		 start, days;
	struct days	 except, more;	/* EXDATE, sorted, and RDATE */
};

/* One occurrence of an event: its days, as far as they are asked for. */
static int
occur(struct ics *ics, const struct event *e, int64_t day)
{
	int64_t	 end = day + e->days;

	if (day < ics->first)
		day = ics->first;
	if (end > ics->last + 1)
		end = ics->last + 1;
	for (; day < end; day++) {
		if (ics->n == DATES_MAX)
			return fail(ics, "more than %zu dates", DATES_MAX);
		if (ics->n == ics->cap) {
			ics->cap = ics->cap == 0 ? 256 : ics->cap * 2;
			ics->v = xreallocarray(ics->v, ics->cap,
			    sizeof(*ics->v));
		}
		ics->v[ics->n].day = day;
		ics->v[ics->n].seq = e->seq;
		ics->v[ics->n++].name = e->name;
	}
	return 0;
}

/* The same, unless EXDATE or another event takes its place. */
static int
occur_plain(struct ics *ics, const struct event *e, int64_t day)
{
	struct override	 key = { e->uid, day };

	if (e->except.n > 0 && bsearch(&day, e->except.v, e->except.n,
	    sizeof(day), day_cmp) != NULL)
		return 0;
	if (e->uid != NULL && ics->nover > 0 && bsearch(&key, ics->over,
	    ics->nover, sizeof(key), override_cmp) != NULL)
		return 0;
	return occur(ics, e, day);
}

static int
expand_rule(struct ics *ics, const struct event *e, icalproperty *p)
{
	struct icalrecurrencetype rule = ical()->property_get_rrule(p);
	struct icaltimetype	 t, start;
	icalrecur_iterator	*it;
	int64_t			 day;
	int			 n = 0, rc = 0, endless;

	if (rule.freq < ICAL_DAILY_RECURRENCE ||
	    rule.freq > ICAL_YEARLY_RECURRENCE)
		return fail_event(ics, e->c, "not a rule for days", p);
	endless = rule.count == 0 && ical()->time_is_null_time(rule.until);
	start = ical()->component_get_dtstart(e->c);
	start.is_date = 1;
	start.zone = NULL;
	if ((it = ical()->recur_iterator_new(rule, start)) == NULL)
		return fail_event(ics, e->c, "rule not supported", p);
	for (;;) {
		t = ical()->recur_iterator_next(it);
		if (ical()->time_is_null_time(t)) {
			/* The library gives up in 2582. */
			if (n < rule.count || endless)
				rc = fail_event(ics, e->c,
				    "rule does not come to its end", p);
			break;
		}
		if (time_day(t, &day) == -1 || n++ == STEPS_MAX) {
			rc = fail_event(ics, e->c, "too many dates", p);
			break;
		}
		if (day > ics->last)
			break;
		if ((rc = occur_plain(ics, e, day)) == -1)
			break;
	}
	ical()->recur_iterator_free(it);
	return rc;
}

/* How many days an event takes: at least one. */
static int
event_days(struct ics *ics, struct event *e)
{
	struct icaldurationtype	 d;
	icalproperty		*p;
	int64_t			 end;

	e->days = 1;
	if ((p = ical()->component_get_first_property(e->c,
	    ICAL_DTEND_PROPERTY)) != NULL) {
		if (time_day(ical()->property_get_dtend(p), &end) == -1)
			return fail_event(ics, e->c, "no such day", p);
		if (end > e->start)
			e->days = end - e->start;
	} else if ((p = ical()->component_get_first_property(e->c,
	    ICAL_DURATION_PROPERTY)) != NULL) {
		d = ical()->property_get_duration(p);
		e->days = (int64_t)d.weeks * 7 + d.days +
		    ((int64_t)d.hours * 3600 + (int64_t)d.minutes * 60 +
		    d.seconds + DAY_SECONDS - 1) / DAY_SECONDS;
		if (d.is_neg)
			return fail_event(ics, e->c, "less than no time", p);
		if (e->days < 1)
			e->days = 1;
	}
	if (e->days > DAYS_MAX)
		return fail_event(ics, e->c, "too many days", p);
	return 0;
}

/* The days of EXDATE or RDATE. */
static int
event_dates(struct ics *ics, struct event *e, icalproperty_kind kind,
    struct days *list)
{
	struct icaldatetimeperiodtype r;
	struct icaltimetype	 t;
	icalproperty		*p;
	int64_t			 day;

	for (p = ical()->component_get_first_property(e->c, kind); p != NULL;
	    p = ical()->component_get_next_property(e->c, kind)) {
		if (kind == ICAL_EXDATE_PROPERTY)
			t = ical()->property_get_exdate(p);
		else {
			r = ical()->property_get_rdate(p);
			t = ical()->time_is_null_time(r.time) ? r.period.start :
			    r.time;
		}
		if (time_day(t, &day) == -1)
			return fail_event(ics, e->c, "no such day", p);
		days_add(list, day);
	}
	return 0;
}

/*
 * Some desks' calendars write a whole day as from one local midnight to
 * another.
 */
static int
whole_days(icalcomponent *c, struct icaltimetype start)
{
	struct icaltimetype	 end;

	if (start.is_date)
		return 1;
	if (ical()->time_is_utc(start) ||
	    ical()->component_get_first_property(c, ICAL_DTEND_PROPERTY) ==
	    NULL)
		return 0;
	end = ical()->component_get_dtend(c);
	return start.hour == 0 && start.minute == 0 && start.second == 0 &&
	    !end.is_date && end.hour == 0 && end.minute == 0 &&
	    end.second == 0 && ical()->time_compare_date_only(start, end) < 0;
}

static int
expand_event(struct ics *ics, struct event *e)
{
	struct icaltimetype start;
	icalproperty	*p;
	size_t		 i;

	p = ical()->component_get_first_property(e->c, ICAL_DTSTART_PROPERTY);
	if (p == NULL)
		return fail_event(ics, e->c, "no DTSTART", NULL);
	start = ical()->property_get_dtstart(p);
	if (time_day(start, &e->start) == -1)
		return fail_event(ics, e->c, "no such day", p);
	if (!whole_days(e->c, start) || cancelled(e->c) || !wanted(ics, e->c))
		return 0;
	if (event_days(ics, e) == -1)
		return -1;
	if (ical()->component_get_first_property(e->c,
	    ICAL_RECURRENCEID_PROPERTY) != NULL)
		return occur(ics, e, e->start);

	if (event_dates(ics, e, ICAL_EXDATE_PROPERTY, &e->except) == -1 ||
	    event_dates(ics, e, ICAL_RDATE_PROPERTY, &e->more) == -1)
		return -1;
	if (e->except.n > 0)
		qsort(e->except.v, e->except.n, sizeof(*e->except.v), day_cmp);
	for (i = 0; i < e->more.n; i++)
		if (occur_plain(ics, e, e->more.v[i]) == -1)
			return -1;
	p = ical()->component_get_first_property(e->c, ICAL_RRULE_PROPERTY);
	if (p == NULL)
		return occur_plain(ics, e, e->start);
	if (ical()->component_get_next_property(e->c, ICAL_RRULE_PROPERTY) !=
	    NULL)
		return fail_event(ics, e->c, "more than one RRULE", NULL);
	return expand_rule(ics, e, p);
}

static int
expand(struct ics *ics)
{
	struct event	 e;
	size_t		 i;
	int		 rc = 0;

	if (ics->nover > 0)
		qsort(ics->over, ics->nover, sizeof(*ics->over), override_cmp);
	for (i = 0; i < ics->nevents && rc == 0; i++) {
		memset(&e, 0, sizeof(e));
		e.c = ics->events[i];
		e.seq = i;
		e.uid = ical()->component_get_uid(e.c);
		e.name = summary(e.c);
		rc = expand_event(ics, &e);
		free(e.except.v);
		free(e.more.v);
	}
	return rc;
}

/*
 * The library takes a file that was cut off for a shorter one, and text for
 * an empty one.  Count what begins and ends.
 */
static int
whole(struct ics *ics, const char *p)
{
	size_t	 begun = 0, ended = 0;

	for (;;) {
		if (strncasecmp(p, "BEGIN:", 6) == 0)
			begun++;
		else if (strncasecmp(p, "END:", 4) == 0)
			ended++;
		else if (begun == 0 && *p != '\r' && *p != '\n' && *p != '\0')
			return fail(ics, "not an iCalendar file");
		p += strcspn(p, "\r\n");
		if (*p == '\0')
			break;
		p++;
	}
	if (begun == 0)
		return fail(ics, "not an iCalendar file");
	if (begun != ended)
		return fail(ics, "cut off: %zu BEGIN and %zu END", begun,
		    ended);
	return 0;
}

/* The whole of a file with a NUL after it, or NULL. */
static char *
slurp(struct ics *ics)
{
	char	*p = NULL;
	size_t	 len = 0, cap = 0;
	ssize_t	 n;
	int	 fd;

	claim_path(CLAIM_INPUT, ics->file, "the holidays");
	if ((fd = open(ics->file, O_RDONLY | O_CLOEXEC)) == -1) {
		(void)fail(ics, "%s", strerror(errno));
		return NULL;
	}
	do {
		if (len == cap) {
			cap = cap == 0 ? 1 << 16 : cap * 2;
			p = xreallocarray(p, cap + 1, 1);
		}
		if ((n = read(fd, p + len, cap - len)) == -1 &&
		    errno == EINTR)
			continue;
		if (n == -1) {
			(void)fail(ics, "%s", strerror(errno));
			break;
		}
		len += (size_t)n;
	} while (n != 0 && len <= FILE_MAX);
	(void)close(fd);
	if (n != -1) {
		p[len] = '\0';
		if (len > FILE_MAX)
			(void)fail(ics, "more than 64 MiB");
		else if (strlen(p) != len)
			(void)fail(ics, "not an iCalendar file");
		else
			return p;
	}
	free(p);
	return NULL;
}

static int
date_cmp(const void *a, const void *b)
{
	const struct date	*x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Hand over the dates in their order, each event's once. */
static void
hand_over(struct ics *ics, struct holidays *out)
{
	struct date	*d;
	size_t		 i;

	if (ics->n == 0)
		return;
	qsort(ics->v, ics->n, sizeof(*ics->v), date_cmp);
	out->v = xreallocarray(NULL, ics->n, sizeof(*out->v));
	for (i = 0; i < ics->n; i++) {
		d = &ics->v[i];
		if (i > 0 && date_cmp(d, d - 1) == 0)
			continue;
		out->v[out->n].day = d->day;
		out->v[out->n++].name = xstrdup(d->name);
	}
}

int
holidays_list(const char *icsfile, const char *only, int64_t first,
    int64_t last, struct holidays *out, char **error)
{
	struct ics	 ics;
	struct buf	 fold = { NULL, 0, 0 };
	char		*text, *p;
	int		 rc = -1;

	memset(&ics, 0, sizeof(ics));
	memset(out, 0, sizeof(*out));
	ics.file = icsfile;
	ics.error = error;
	ics.first = first;
	ics.last = last;
	if (only != NULL) {
		text_fold(&fold, only, strlen(only));
		ics.only = buf_str(&fold);
	}

	ical()->error_set_errors_are_fatal(0);
	if ((text = slurp(&ics)) != NULL) {
		p = strncmp(text, "\357\273\277", 3) == 0 ? text + 3 : text;
		if (whole(&ics, p) == 0) {
			ics.root = ical()->parser_parse_string(p);
			if (ics.root == NULL)
				(void)fail(&ics, "not an iCalendar file");
			else if (gather(&ics, ics.root) == 0)
				rc = expand(&ics);
		}
	}
	if (rc == 0)
		hand_over(&ics, out);

	if (ics.root != NULL)
		ical()->component_free(ics.root);
	ical()->memory_free_ring();
	free(text);
	free(ics.events);
	free(ics.over);
	free(ics.v);
	buf_free(&fold);
	return rc;
}

void
holidays_free(struct holidays *h)
{
	size_t	 i;

	for (i = 0; i < h->n; i++)
		free(h->v[i].name);
	free(h->v);
	h->v = NULL;
	h->n = 0;
}
