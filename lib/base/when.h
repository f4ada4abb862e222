/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_WHEN_H
#define VIP_WHEN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Instants are seconds since 1970-01-01T00:00:00Z without leap seconds;
 * days are counted from the same date.  The calendar is the proleptic
 * Gregorian one.  Time zones are the business of lib/calendar.
 */
typedef int64_t when;

#define WHEN_NONE	INT64_MIN	/* no instant: a missing cell */
#define WHEN_SIZE	40		/* bytes that when_format() may write */
#define DAY_SECONDS	86400

/* The first and the last second of the years 1 to 9999 in UTC. */
#define WHEN_MIN	((when)-62135596800)
#define WHEN_MAX	((when)253402300799)

/*
 * Where a fraction of a second may decide, instants and lengths of time are
 * counted in ticks of a microsecond; WHEN_NONE is no tick either.
 */
typedef int64_t tick;

#define TICKS		INT64_C(1000000)	/* in a second */

static inline tick
tick_of(when t)
{
	return t == WHEN_NONE ? WHEN_NONE : t * TICKS;
}

/* The second that a tick is in, and what is over it; of no WHEN_NONE. */
static inline when
tick_split(tick t, int *part)
{
	when	 second = t / TICKS;

	*part = (int)(t - second * TICKS);
	if (*part < 0) {
		*part += (int)TICKS;
		second--;
	}
	return second;
}

/* What is over a whole second. */
static inline int
tick_part(tick t)
{
	int	 part = (int)(t % TICKS);

	return part < 0 ? part + (int)TICKS : part;
}

/* The second that a tick is in. */
static inline when
tick_second(tick t)
{
	return t == WHEN_NONE ? WHEN_NONE : (t - tick_part(t)) / TICKS;
}

/* A date and a time of day somewhere. */
struct civil {
	int	 year;			/* 1 to 9999 */
	int	 month, day;		/* from 1 */
	int	 hour, minute, second;
};

/* A timestamp as it was written. */
struct stamp {
	struct civil	 civil;
	int		 part;		/* of a second, in ticks */
	int		 has_time;	/* not a date only */
	int		 has_zone;	/* an offset or Z was given */
	int		 offset;	/* seconds east of UTC */
};

/*
 * Read an ISO 8601 date or timestamp: 2026-01-15, 2026-01-15T09:30,
 * 2026-01-15 09:30:00.25+01:00, ...Z, with "T" or one blank between.
 * Fractions of a second are cut off after a tick.  Return 0, or -1 if the bytes
 * are anything else: no such day, hour 24, second 60, blanks, junk.
 */
int	 stamp_parse(const char *, size_t, struct stamp *);

/* The part of a second that digits say; what follows the first of them that
   is none, or NULL where there is none at all. */
const char *part_parse(const char *, const char *end, int *part);

/* What is wrong with bytes that stamp_parse() refused: "is not a date", or
   that they are a leap second. */
const char *stamp_fault(const char *, size_t);

/* Read a date alone, as days: 0, or -1. */
int	 day_parse(const char *, size_t, int64_t *);

/*
 * Read "--12-25", a date of no year (ISO 8601:2000, 5.2.1.3): the year is
 * then YEAR_NONE, which is a leap year, so that 29 February is there.
 */
#define YEAR_NONE	4
int	 stamp_parse_yearless(const char *, size_t, struct stamp *);

/*
 * A timestamp by a format in the manner of strptime(3): %Y %y %m %d %e %H %I
 * %M %S %p %b %B %z %T %F %D %f %% and literal bytes; a number may lack its
 * leading zeros ("29/2/2016 01:16"), nothing else is lenient.
 * Month names are English.
 */
int	 stamp_parse_format(const char *, size_t, const char *format,
	    struct stamp *);
/* NULL, or what is wrong with a format. */
const char *stamp_format_error(const char *format);

int64_t	 days_of(int year, int month, int day);
void	 civil_of_days(int64_t days, struct civil *);	/* time set to 0 */
int	 days_in_month(int year, int month);
int	 weekday_of(int64_t days);			/* 0 is Monday */

/* Move a date by calendar months, clamped to the month's end. */
void	 civil_add_months(struct civil *, int months);

/* Seconds since 1970 as if the civil time were UTC, and back. */
when	 civil_to_seconds(const struct civil *);
void	 civil_of_seconds(when, struct civil *);

/* "2026-01-15T09:30:00-05:00" ("Z" for offset 0); returns the length. */
size_t	 when_format(char [WHEN_SIZE], when, int offset);
/* The same with a part of a second, if there is any, in three digits or six. */
size_t	 tick_format(char [WHEN_SIZE], tick, int offset);
/* Put one into what when_format() wrote. */
size_t	 part_insert(char [WHEN_SIZE], size_t len, int part);
/* "2026-01-15"; returns the length. */
size_t	 date_format(char [WHEN_SIZE], int64_t days);

#endif /* VIP_WHEN_H */
