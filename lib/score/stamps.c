/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timestamps, with a memory for days.
 */
#include "config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "score/stamps.h"

#define DAYS	256		/* that are remembered, by their last bits */

/* A date as it is written, and when it begins. */
struct seen {
	char	 date[10];
	int	 even;		/* the zone's clocks do not change that day */
	when	 utc, local;	/* its midnight in UTC and in the zone */
};

/* A day of UTC, of one offset; and a local day as it is written. */
struct offset {
	int64_t	 day;
	int	 known, even, seconds;
};

struct written {
	int64_t	 day;
	int	 known;
	char	 date[10];
};

struct stamps {
	const struct zone	*zone;
	struct seen		 seen[DAYS];
	struct offset		 offset[DAYS];
	struct written		 written[DAYS];
};

struct stamps *
stamps_new(const struct zone *zone)
{
	struct stamps	*s = xcalloc(1, sizeof(*s));

	s->zone = zone;
	return s;
}

void
stamps_free(struct stamps *s)
{
	free(s);
}

/* -------------------------------------------------------------------- reading */

static int
read_slowly(const struct stamps *s, struct cell c, tick *at)
{
	struct stamp	 st;

	if (stamp_parse(c.p, c.len, &st) == -1)
		return -1;
	*at = tick_of(stamp_instant(&st, s->zone, NULL)) + st.part;
	return 0;
}

/*
 * "HH:MM:SS", all eight bytes at once, the first of them the lowest, and the
 * three pairs of digits in their places.
 */
#define CLOCK_FORM	UINT64_C(0x30303a30303a3030)

/* As seconds, or -1. */
static int
clock_second(const char *p)
{
	const uint64_t	 beyond = UINT64_C(0x76767f76767f7676);
	const uint64_t	 limit = UINT64_C(0x44000044000068);
	const uint64_t	 high = UINT64_C(0x8080808080808080);
	uint64_t	 x;

	x = load8(p) ^ CLOCK_FORM;		/* digits, and 0 for the colons */
	if (((x | (x + beyond)) & high) != 0)
		return -1;
	x = x * 10 + (x >> 8);
	x &= UINT64_C(0xff0000ff0000ff);
	if (((x + limit) & high) != 0)	/* 24, 60, 60 */
		return -1;
	return (int)((x & 0xff) * 3600 + (x >> 24 & 0xff) * 60 + (x >> 48));
}

/* memcmp(3) is a call, where this is four loads. */
static int
same_date(const char *a, const char *b)
{
	uint64_t	 x, y;
	uint16_t	 v, w;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	memcpy(&v, a + sizeof(x), sizeof(v));
	memcpy(&w, b + sizeof(y), sizeof(w));
	return x == y && v == w;
}

/* Remember a date: 0, or -1 if it is none. */
static int
learn(const struct stamps *s, struct seen *d, const char *p)
{
	struct stamp	 st;
	int64_t		 day;

	if (stamp_parse(p, sizeof(d->date), &st) == -1)
		return -1;
	day = days_of(st.civil.year, st.civil.month, st.civil.day);
	d->utc = day * DAY_SECONDS;
	d->local = zone_midnight(s->zone, day);
	d->even = zone_midnight(s->zone, day + 1) - d->local == DAY_SECONDS &&
	    zone_offset(s->zone, d->local) ==
	    zone_offset(s->zone, d->local + DAY_SECONDS / 2) &&
	    zone_offset(s->zone, d->local) ==
	    zone_offset(s->zone, d->local + DAY_SECONDS - 1);
	memcpy(d->date, p, sizeof(d->date));
	return 0;
}

static struct seen *
seen_of(struct stamps *s, const char *p)
{
	/* The months and days of eight years, one after the other. */
	return &s->seen[((unsigned)p[3] * 97 + (unsigned)p[5] * 310 +
	    (unsigned)p[6] * 31 + (unsigned)p[8] * 10 + (unsigned)p[9]) % DAYS];
}

static __attribute__((noinline)) int
read_any(struct stamps *s, struct cell c, tick *at)
{
	const char	*p = c.p, *rest, *end = p + c.len;
	struct seen	*d;
	int		 second, part = 0, utc;

	if (c.len < 19 || (p[10] != 'T' && p[10] != ' ') ||
	    (second = clock_second(p + 11)) == -1)
		return read_slowly(s, c, at);
	rest = p + 19;
	if (rest < end && *rest == '.' &&
	    (rest = part_parse(rest + 1, end, &part)) == NULL)
		return -1;
	utc = end - rest == 1 && *rest == 'Z';
	if (rest != end && !utc)
		return read_slowly(s, c, at);
	d = seen_of(s, p);
	if (!same_date(d->date, p) && learn(s, d, p) == -1)
		return -1;
	if (!utc && !d->even)
		return read_slowly(s, c, at);
	*at = tick_of((utc ? d->utc : d->local) + second) + part;
	return 0;
}

/* Whole seconds in UTC of a day that was seen need no call. */
int
stamps_read(struct stamps *s, struct cell c, tick *at)
{
	const char		*p = c.p;
	const struct seen	*d;
	int			 second;

	if (c.len == 20 && p[19] == 'Z' && p[10] == 'T' &&
	    (second = clock_second(p + 11)) != -1 &&
	    same_date((d = seen_of(s, p))->date, p)) {
		*at = tick_of(d->utc + second);
		return 0;
	}
	return read_any(s, c, at);
}

/* -------------------------------------------------------------------- writing */

static int64_t
day_of(when at)
{
	return at >= 0 ? at / DAY_SECONDS :
	    -((DAY_SECONDS - 1 - at) / DAY_SECONDS);
}

static __attribute__((noinline)) void
learn_offset(const struct stamps *s, struct offset *o, int64_t day)
{
	when	 start = day * DAY_SECONDS;

	o->known = 1;
	o->day = day;
	o->seconds = zone_offset(s->zone, start);
	o->even = o->seconds ==
	    zone_offset(s->zone, start + DAY_SECONDS / 2) &&
	    o->seconds == zone_offset(s->zone, start + DAY_SECONDS - 1);
}

static int
offset_at(struct stamps *s, when at, int64_t day)
{
	struct offset	*o = &s->offset[(uint64_t)day % DAYS];

	if (!o->known || o->day != day)
		learn_offset(s, o, day);
	return o->even ? o->seconds : zone_offset(s->zone, at);
}

static char *
put_clock(char *p, unsigned seconds)
{
	const unsigned	 minutes = seconds / 60, hours = minutes / 60;
	uint64_t	 x, tens;

	x = hours | (uint64_t)(minutes - hours * 60) << 24 |
	    (uint64_t)(seconds - minutes * 60) << 48;
	/* of what is below 100 */
	tens = x * 103 >> 10 & UINT64_C(0xf00000f00000f);
	x = htole64((tens | (x - tens * 10) << 8) ^ CLOCK_FORM);
	memcpy(p, &x, sizeof(x));
	return p + sizeof(x);
}

static char *
put_two(char *p, unsigned n)
{
	unsigned	 tens = n / 10;

	*p++ = (char)('0' + tens);
	*p++ = (char)('0' + n - tens * 10);
	return p;
}

static __attribute__((noinline)) void
learn_written(struct written *w, int64_t day)
{
	char	 b[WHEN_SIZE];

	w->known = 1;
	w->day = day;
	date_format(b, day);
	memcpy(w->date, b, sizeof(w->date));
}

static size_t
write_second(struct stamps *s, char text[WHEN_SIZE], when at)
{
	int64_t		 day = day_of(at);
	int		 offset = offset_at(s, at, day);
	int		 seconds = (int)(at - day * DAY_SECONDS) + offset;
	unsigned	 minutes;
	struct written	*w;
	char		*p = text;

	if (at < WHEN_MIN + DAY_SECONDS || at > WHEN_MAX - DAY_SECONDS ||
	    offset % 60 != 0)
		return when_format(text, at, offset);
	if (seconds < 0) {
		seconds += DAY_SECONDS;
		day--;
	} else if (seconds >= DAY_SECONDS) {
		seconds -= DAY_SECONDS;
		day++;
	}
	w = &s->written[(uint64_t)day % DAYS];
	if (!w->known || w->day != day)
		learn_written(w, day);
	memcpy(p, w->date, sizeof(w->date));
	p += sizeof(w->date);
	*p++ = 'T';
	p = put_clock(p, (unsigned)seconds);
	if (offset == 0) {
		*p++ = 'Z';
		return (size_t)(p - text);
	}
	*p++ = offset < 0 ? '-' : '+';
	minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;
	p = put_two(p, minutes / 60);
	*p++ = ':';
	p = put_two(p, minutes % 60);
	return (size_t)(p - text);
}

size_t
stamps_write(struct stamps *s, char text[WHEN_SIZE], tick at)
{
	int	 part;
	size_t	 len = write_second(s, text, tick_split(at, &part));

	return part == 0 ? len : part_insert(text, len, part);
}

void
writer_time(struct writer *w, const struct zone *zone, tick at)
{
	char	 text[WHEN_SIZE];

	writer_cell(w, text, at == WHEN_NONE ? 0 :
	    tick_format(text, at, zone_offset(zone, tick_second(at))));
}
