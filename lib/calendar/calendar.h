/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CALENDAR_H
#define VIP_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/when.h"

/*
 * Time zones and opening hours, for the years 1970 to 2199.
 *
 * Instants are "when"s: seconds, exact.  Days are counted as in days_of();
 * a time of day is in seconds from local midnight on the face of the clock,
 * 0 to 86400, where 86400 is the end of the day.  Spans are half-open:
 * [start, end).
 *
 * A local time that a clock change leaves out is moved forward by the gap;
 * one that comes twice is the first.  So open hours on a day of a clock
 * change are an hour shorter or longer where they span it.
 *
 * What is built is the caller's and goes with its _free(), which takes
 * NULL.  A zone is only read once it is open, a calendar once it is
 * compiled: any number of threads may then ask.
 */

/* An IANA time zone. */
struct zone;

enum local {
	LOCAL_ONE,		/* the local time is there once */
	LOCAL_GAP,		/* the clocks skipped it */
	LOCAL_TWICE		/* the clocks were put back over it */
};

/*
 * Open "America/New_York" from the system's zone files; NULL if there is
 * none such or it cannot be read.  "UTC" needs no file.
 */
struct zone	*zone_open(const char *name);
void		 zone_free(struct zone *);
const char	*zone_name(const struct zone *);

int		 zone_offset(const struct zone *, when); /* seconds east */
void		 zone_civil(const struct zone *, when, struct civil *);
int64_t		 zone_day(const struct zone *, when);	/* the local date */
when		 zone_midnight(const struct zone *, int64_t day);

/* The instant of a local time; "how" may be NULL. */
when		 zone_instant(const struct zone *, const struct civil *,
		    enum local *how);
/* The same by day and second of the day, which may be 86400 and beyond. */
when		 zone_at(const struct zone *, int64_t day, int second,
		    enum local *how);
/* By the offset that the stamp has, or else in the zone. */
when		 stamp_instant(const struct stamp *, const struct zone *,
		    enum local *how);

/*
 * Opening hours in a zone, which must outlive them.  Build, compile, ask:
 *
 *	cal = calendar_new(zone);
 *	calendar_open(cal, 0x1f, 9 * 3600, 17 * 3600);
 *	calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
 *	due = calendar_add(cal, created, 4 * 3600);
 *
 * In every question below a NULL calendar is one that is always open.
 */
struct calendar;

#define CALENDAR_FIRST	((int64_t)0)		/* 1970-01-01 */
#define CALENDAR_LAST	((int64_t)84005)	/* 2199-12-31 */

struct calendar	*calendar_new(const struct zone *);
void		 calendar_free(struct calendar *);
const struct zone *calendar_zone(const struct calendar *);

/*
 * Open every week on the days of a mask (bit 0 is Monday).  An end at or
 * before its start is on the next day: 22:00 to 06:00, or 09:00 to 09:00
 * around the clock; what runs past midnight belongs to the day on which it
 * began.  Several spans of a day add up.  Return 0, or -1 if a time is
 * outside 0 to 86400 or the mask is empty (nothing is added then).
 */
int		 calendar_open(struct calendar *, unsigned weekdays, int from,
		    int to);

/*
 * Exceptions, by date.  An opening replaces what would begin on that day,
 * and beats a closing of it (a make-up workday); given again for the same
 * day it adds up.  A closed day has no open second from midnight to
 * midnight, and what would have begun on it does not.  A part-day closing
 * beats every opening.  "why" is copied and may be NULL; for a day closed
 * twice the first holds.  Return as calendar_open() does; -1 also for a day
 * outside CALENDAR_FIRST to CALENDAR_LAST.
 */
int		 calendar_open_on(struct calendar *, int64_t day, int from,
		    int to);
int		 calendar_close(struct calendar *, int64_t day,
		    const char *why);
int		 calendar_close_span(struct calendar *, int64_t day, int from,
		    int to, const char *why);

/*
 * Close the days of the all-day events of an RFC 5545 file: how many there
 * are, or -1; see holidays_list() for "only" and "error".
 */
int		 calendar_holidays(struct calendar *, const char *icsfile,
		    const char *only, char **error);

/* Closed before and after these days, which are both in force. */
void		 calendar_valid(struct calendar *, int64_t from_day,
		    int64_t until_day);

/*
 * A due time that falls on a closing time goes to the next opening.
 * Without this it stays where it is.
 */
void		 calendar_closing_next(struct calendar *);
int		 calendar_is_closing_next(const struct calendar *);

/*
 * Make the tables that the questions below are answered from, for these
 * days and no others: outside them the calendar is closed.  It costs 16
 * bytes an open span.  May be called again after a change.
 */
void		 calendar_compile(struct calendar *, int64_t first_day,
		    int64_t last_day);

/*
 * What two compiled calendars have in common, compiled; days are counted
 * in the zone of the first that is not NULL, and closing_next holds if it
 * does for either.  Both must outlive it.  NULL if both are NULL.
 */
struct calendar	*calendar_both(const struct calendar *,
		    const struct calendar *);

/* Open seconds in [a, b); negative when b is before a. */
int64_t		 calendar_between(const struct calendar *, when a, when b);

/*
 * The instant by which so many open seconds have passed since "start", or
 * WHEN_NONE if there never are that many.  With 0 it is "start" itself if
 * open then, or else the next opening.  With less than 0 it is the latest
 * instant that is so many open seconds before.
 */
when		 calendar_add(const struct calendar *, when start,
		    int64_t seconds);

/*
 * Business days: from "start", or the next opening if closed then, to the
 * same local time n open days later (n >= 0).  A day is open if any second
 * of it is.  If the calendar is closed at that time of that day, it is the
 * last closing of the day before it, or failing that the day's first opening.
 * WHEN_NONE if there never are that many.  The zone counts only where the
 * calendar is NULL, and may be NULL otherwise.
 */
when		 calendar_add_days(const struct calendar *,
		    const struct zone *, when start, int n);

/*
 * The end of the local day of "start", or of the first open day on or after
 * it: the instant of the midnight that follows.  The zone counts only where
 * the calendar is NULL.  WHEN_NONE if there is no such day.
 */
when		 calendar_same_day(const struct calendar *,
		    const struct zone *, when start);

int		 calendar_is_open(const struct calendar *, when);
int		 calendar_is_workday(const struct calendar *, int64_t day);
/* Open days in [a, b). */
int64_t		 calendar_workdays(const struct calendar *, int64_t a,
		    int64_t b);

/*
 * The first instant at or after from which it is open, and the last at or
 * before until which it was (an opening time is not, a closing time is);
 * WHEN_NONE if there is none.
 */
when		 calendar_next_open(const struct calendar *, when);
when		 calendar_prev_open(const struct calendar *, when);

/*
 * The open span that ends after the instant, which may lie in it, and the
 * one that begins before.  Return 0, or -1 if there is none.  An opening
 * that runs on without a break over midnight is one span.
 */
int		 calendar_span_after(const struct calendar *, when,
		    when *start, when *end);
int		 calendar_span_before(const struct calendar *, when,
		    when *start, when *end);

/*
 * The stretches of [a, b), one after another and without a hole: what was
 * open, and why what was not was not.
 *
 *	calendar_walk(&w, cal, a, b);
 *	while (walk_next(&w, &s))
 *		...
 */
enum stretch_kind {
	STRETCH_OPEN,
	STRETCH_CLOSED,		/* outside the opening hours */
	STRETCH_HOLIDAY,	/* a closed day; "why" is its name or NULL */
	STRETCH_BREAK,		/* a part-day closing; "why" as above */
	STRETCH_VOID,		/* the calendar is not in force */
	STRETCH_PAUSED		/* from clock_walk() only; "why" as above */
};

struct stretch {
	tick		 start, end;
	enum stretch_kind kind;
	int		 part;	/* of calendar_both(): 1 if the second is what
				   is closed and the first is open, else 0 */
	const char	*why;	/* stands as long as the calendar */
};

struct pause;

struct walk {
	const struct calendar *cal;
	tick		 at, until;
	const struct pause *pauses;
	size_t		 npauses;
};

void		 calendar_walk(struct walk *, const struct calendar *,
		    when a, when b);
int		 walk_next(struct walk *, struct stretch *);

/* The stretch from an instant on, at most to "until", which is later. */
void		 calendar_stretch(const struct calendar *, tick t, tick until,
		    struct stretch *);

/* "open", "closed", "holiday", "break", "not in force", "paused". */
const char	*stretch_word(enum stretch_kind);

/*
 * The days from "first" to "last" on which a file of RFC 5545 (.ics) has
 * an all-day event that is not cancelled, with the event's summary: RRULE,
 * RDATE, EXDATE, RECURRENCE-ID and events of several days are expanded.
 * From one local midnight to another is all day too; other events with a
 * time of day are passed over.  Sorted by day, and within a day as in the
 * file.
 * "only" keeps the events of which a category or the summary is equal to
 * it, whatever the case; "*" in it stands for any text.  NULL keeps all.
 * Return 0; or -1 with "error", to be freed, saying what cannot be read,
 * or which rule is not understood: no event is ever dropped in silence.
 */
struct holiday {
	int64_t		 day;
	char		*name;	/* never NULL, may be empty */
};

struct holidays {
	struct holiday	*v;
	size_t		 n;
};

int		 holidays_list(const char *icsfile, const char *only,
		    int64_t first, int64_t last, struct holidays *,
		    char **error);
void		 holidays_free(struct holidays *);	/* not the struct */

#endif /* VIP_CALENDAR_H */
