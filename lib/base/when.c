/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/when.h"

#define OFFSET_HOURS	15		/* the farthest offset is 15:59 */

/* Days in 400, 100, 4 and 1 years that begin on 1 March. */
#define DAYS_400	146097
#define DAYS_100	36524
#define DAYS_4		1461
#define DAYS_1		365
#define DAYS_TO_1970	719468		/* from 1 March of the year 0 */

/* Keeps the year within an int, far beyond any date that can be read. */
#define DAYS_MAX	INT64_C(700000000000)

static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

/*
 * Years are counted from March, so that the leap day is the last of its
 * year and the months before it have lengths in a fixed pattern: 153 days
 * in five of them.
 */
int64_t
days_of(int year, int month, int day)
{
	int64_t		 y = (int64_t)year - (month <= 2), era, days;
	int		 m = month <= 2 ? month + 9 : month - 3;
	unsigned	 u;

	if (year > 0 && year < 10000) {		/* as all are that are read */
		u = (unsigned)y;
		return (int)(u * DAYS_1 + u / 4 - u / 100 + u / 400) +
		    (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
	}
	era = (y >= 0 ? y : y - 399) / 400;
	y -= era * 400;
	days = y * DAYS_1 + y / 4 - y / 100 + (153 * m + 2) / 5 + day - 1;
	return era * DAYS_400 + days - DAYS_TO_1970;
}

void
civil_of_days(int64_t days, struct civil *c)
{
	int64_t	 era;
	int	 d, y, m;

	if (days > DAYS_MAX)
		days = DAYS_MAX;
	if (days < -DAYS_MAX)
		days = -DAYS_MAX;
	days += DAYS_TO_1970;
	era = (days >= 0 ? days : days - (DAYS_400 - 1)) / DAYS_400;
	d = (int)(days - era * DAYS_400);
	/* Take the leap days out, and all years are as long. */
	y = (d - d / (DAYS_4 - 1) + d / DAYS_100 - d / (DAYS_400 - 1)) /
	    DAYS_1;
	d -= y * DAYS_1 + y / 4 - y / 100;
	m = (5 * d + 2) / 153;
	*c = (struct civil){
		.year = (int)(era * 400) + y + (m >= 10),
		.month = m < 10 ? m + 3 : m - 9,
		.day = d - (153 * m + 2) / 5 + 1
	};
}

static int
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
days_in_month(int year, int month)
{
	static const char	 days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

int
weekday_of(int64_t days)
{
	int	 d = (int)(days % 7);

	/* 1970-01-01 was a Thursday. */
	return (d + 3 + 7) % 7;
}

void
civil_add_months(struct civil *c, int n)
{
	int64_t	 m = (int64_t)c->year * 12 + c->month - 1 + n;
	int64_t	 year = (m >= 0 ? m : m - 11) / 12;
	int	 last;

	c->year = (int)year;
	c->month = (int)(m - year * 12) + 1;
	last = days_in_month(c->year, c->month);
	if (c->day > last)
		c->day = last;
}

when
civil_to_seconds(const struct civil *c)
{
	return days_of(c->year, c->month, c->day) * DAY_SECONDS +
	    c->hour * 3600 + c->minute * 60 + c->second;
}

void
civil_of_seconds(when t, struct civil *c)
{
	int64_t	 days = t / DAY_SECONDS;
	int	 s = (int)(t % DAY_SECONDS);

	if (s < 0) {
		s += DAY_SECONDS;
		days--;
	}
	civil_of_days(days, c);
	c->hour = s / 3600;
	c->minute = s / 60 % 60;
	c->second = s % 60;
}

static int
civil_valid(const struct civil *c)
{
	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 ||
	    c->day < 1 || c->hour < 0 || c->hour > 23 || c->minute < 0 ||
	    c->minute > 59 || c->second < 0 || c->second > 59)
		return 0;
	return c->day <= 28 || c->day <= days_in_month(c->year, c->month);
}

/* Two digits, or a number below 0. */
static int
two(const char *p)
{
	unsigned	 a = (unsigned char)p[0] - (unsigned)'0';
	unsigned	 b = (unsigned char)p[1] - (unsigned)'0';

	return a <= 9 && b <= 9 ? (int)(a * 10 + b) : -1000000;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read Z, +01:00, +0100 or +01; return what follows, or NULL. */
static const char *
read_offset(const char *p, const char *end, struct stamp *s)
{
	int	 sign, hours, minutes = 0;

	s->has_zone = 1;
	s->offset = 0;
	if (p < end && *p == 'Z')
		return p + 1;
	if (end - p < 3 || (*p != '+' && *p != '-'))
		return NULL;
	sign = *p == '-' ? -1 : 1;
	hours = two(p + 1);
	p += 3;
	if (end - p >= 3 && *p == ':') {
		minutes = two(p + 1);
		p += 3;
	} else if (end - p >= 2 && is_digit(*p)) {
		minutes = two(p);
		p += 2;
	}
	if (hours < 0 || hours > OFFSET_HOURS || minutes < 0 || minutes > 59)
		return NULL;
	s->offset = sign * (hours * 3600 + minutes * 60);
	return p;
}

const char *
part_parse(const char *p, const char *end, int *part)
{
	int	 unit = (int)TICKS / 10;

	if (p == end || !is_digit(*p))
		return NULL;
	for (*part = 0; p < end && is_digit(*p); p++, unit /= 10)
		*part += (*p - '0') * unit;
	return p;
}

int
stamp_parse(const char *p, size_t len, struct stamp *s)
{
	const char	*end = p + len;
	struct civil	*c = &s->civil;

	*s = (struct stamp){ 0 };
	if (len < 10 || p[4] != '-' || p[7] != '-')
		return -1;
	c->year = two(p) * 100 + two(p + 2);
	c->month = two(p + 5);
	c->day = two(p + 8);
	if (len == 10)
		return civil_valid(c) ? 0 : -1;
	if (len < 16 || (p[10] != 'T' && p[10] != ' ') || p[13] != ':')
		return -1;
	s->has_time = 1;
	c->hour = two(p + 11);
	c->minute = two(p + 14);
	p += 16;
	if (end - p >= 3 && *p == ':') {
		c->second = two(p + 1);
		p += 3;
		if (end - p >= 2 && *p == '.' && is_digit(p[1]))
			p = part_parse(p + 1, end, &s->part);
	}
	if (!civil_valid(c))
		return -1;
	if (p < end) {
		if (*p == ' ' && end - p > 1 && p[1] != 'Z')
			p++;
		if ((p = read_offset(p, end, s)) != end)
			return -1;
	}
	return 0;
}

const char *
stamp_fault(const char *p, size_t len)
{
	struct stamp	 st;
	char		 text[WHEN_SIZE];

	if (len >= 19 && len < sizeof(text) && p[17] == '6' && p[18] == '0') {
		memcpy(text, p, len);
		memcpy(text + 17, "59", 2);
		if (stamp_parse(text, len, &st) == 0)
			return "is a leap second, and seconds here end at 59";
	}
	return "is not a date";
}

/* What the conversions of a format give, one bit each. */
enum {
	YEAR = 1 << 0,
	MONTH = 1 << 1,
	DAY = 1 << 2,
	HOUR = 1 << 3,
	HOUR12 = 1 << 4,
	MINUTE = 1 << 5,
	SECOND = 1 << 6,
	HALF = 1 << 7,
	FRACTION = 1 << 8,
	ZONE = 1 << 9
};

/* The conversions that stand for others, or NULL. */
static const char *
expansion(char conversion)
{
	switch (conversion) {
	case 'T':
		return "%H:%M:%S";
	case 'F':
		return "%Y-%m-%d";
	case 'D':
		return "%m/%d/%y";
	}
	return NULL;
}

static int
field_of(char conversion)
{
	switch (conversion) {
	case 'Y':
	case 'y':
		return YEAR;
	case 'm':
	case 'b':
	case 'B':
		return MONTH;
	case 'd':
	case 'e':
		return DAY;
	case 'H':
		return HOUR;
	case 'I':
		return HOUR12;
	case 'M':
		return MINUTE;
	case 'S':
		return SECOND;
	case 'p':
		return HALF;
	case 'f':
		return FRACTION;
	case 'z':
		return ZONE;
	}
	return 0;
}

/* Gather the fields of a format; return NULL, or what is wrong with it. */
static const char *
gather(const char *format, int *fields)
{
	const char	*p, *inner, *error;
	int		 field;

	for (p = format; *p != '\0'; p++) {
		if (*p != '%' || *++p == '%')
			continue;
		if (*p == '\0')
			return "ends in a lone %";
		if ((inner = expansion(*p)) != NULL) {
			if ((error = gather(inner, fields)) != NULL)
				return error;
			continue;
		}
		if ((field = field_of(*p)) == 0)
			return "has an unknown conversion";
		if (*fields & field)
			return "gives a part of the time twice";
		*fields |= field;
	}
	return NULL;
}

const char *
stamp_format_error(const char *format)
{
	const char	*error;
	int		 f = 0;

	if ((error = gather(format, &f)) != NULL)
		return error;
	if (!(f & YEAR))
		return "has no year (%Y, %y)";
	if (!(f & MONTH))
		return "has no month (%m, %b, %B)";
	if (!(f & DAY))
		return "has no day (%d, %e)";
	if ((f & HOUR) && (f & HOUR12))
		return "gives a part of the time twice";
	if (!(f & HOUR12) != !(f & HALF))
		return "needs %I and %p together";
	if ((f & (MINUTE | ZONE)) && !(f & (HOUR | HOUR12)))
		return "has no hour (%H, %I)";
	if ((f & SECOND) && !(f & MINUTE))
		return "has no minute (%M)";
	if ((f & FRACTION) && !(f & SECOND))
		return "has no second (%S)";
	return NULL;
}

struct scan {
	const char	*p, *end;
	struct stamp	*stamp;
	int		 afternoon;	/* of %p, or -1 */
};

/* Read one to "max" digits; return -1 if there is none. */
static int
number(struct scan *sc, int max)
{
	int	 n = -1;

	for (; max > 0 && sc->p < sc->end && is_digit(*sc->p); max--)
		n = (n < 0 ? 0 : n * 10) + (*sc->p++ - '0');
	return n;
}

/* Read one of n words, or so many letters of it; return which, or -1. */
static int
word(struct scan *sc, const char *const *words, int n, size_t letters)
{
	size_t	 len, left = (size_t)(sc->end - sc->p);
	int	 i;

	for (i = 0; i < n; i++) {
		len = letters > 0 ? letters : strlen(words[i]);
		if (len <= left && strncasecmp(sc->p, words[i], len) == 0) {
			sc->p += len;
			return i;
		}
	}
	return -1;
}

/* Read by a format; return -1 where the bytes are otherwise. */
static int
scan(struct scan *sc, const char *format)
{
	static const char *const	 halves[] = { "AM", "PM" };
	struct civil			*c = &sc->stamp->civil;
	const char			*f, *inner;

	for (f = format; *f != '\0'; f++) {
		if (*f != '%' || f[1] == '%') {
			if (sc->p == sc->end || *sc->p++ != *f)
				return -1;
			f += *f == '%';
			continue;
		}
		if ((inner = expansion(*++f)) != NULL) {
			if (scan(sc, inner) == -1)
				return -1;
			continue;
		}
		switch (*f) {
		case 'Y':
			c->year = number(sc, 4);
			break;
		case 'y':
			/* As POSIX has it: 69 to 99 are of 19xx. */
			if ((c->year = number(sc, 2)) >= 0)
				c->year += c->year >= 69 ? 1900 : 2000;
			break;
		case 'm':
			c->month = number(sc, 2);
			break;
		case 'b':
			c->month = word(sc, months, 12, 3) + 1;
			break;
		case 'B':
			c->month = word(sc, months, 12, 0) + 1;
			break;
		case 'e':
			/* strftime(3) pads it with a blank. */
			if (sc->end - sc->p >= 2 && *sc->p == ' ') {
				sc->p++;
				c->day = number(sc, 1);
				break;
			}
			/* FALLTHROUGH */
		case 'd':
			c->day = number(sc, 2);
			break;
		case 'H':
			sc->stamp->has_time = 1;
			c->hour = number(sc, 2);
			break;
		case 'I':
			sc->stamp->has_time = 1;
			c->hour = number(sc, 2);
			if (c->hour < 1 || c->hour > 12)
				return -1;
			break;
		case 'M':
			c->minute = number(sc, 2);
			break;
		case 'S':
			c->second = number(sc, 2);
			break;
		case 'p':
			if ((sc->afternoon = word(sc, halves, 2, 0)) == -1)
				return -1;
			break;
		case 'f':
			sc->p = part_parse(sc->p, sc->end, &sc->stamp->part);
			if (sc->p == NULL)
				return -1;
			break;
		case 'z':
			sc->p = read_offset(sc->p, sc->end, sc->stamp);
			if (sc->p == NULL)
				return -1;
			break;
		default:
			return -1;
		}
	}
	return 0;
}

int
day_parse(const char *p, size_t len, int64_t *day)
{
	struct stamp	 st;

	if (stamp_parse(p, len, &st) == -1 || st.has_time)
		return -1;
	*day = days_of(st.civil.year, st.civil.month, st.civil.day);
	return 0;
}

int
stamp_parse_yearless(const char *p, size_t len, struct stamp *st)
{
	char	 text[] = "0004-12-25";

	if (len != 7 || p[0] != '-' || p[1] != '-')
		return -1;
	memcpy(text + 5, p + 2, 5);
	return stamp_parse(text, sizeof(text) - 1, st);
}

int
stamp_parse_format(const char *p, size_t len, const char *format,
    struct stamp *s)
{
	struct scan	 sc = {
		.p = p, .end = p + len, .stamp = s, .afternoon = -1
	};

	*s = (struct stamp){ 0 };
	if (scan(&sc, format) == -1 || sc.p != sc.end)
		return -1;
	/* 12 AM is the hour 0, and 12 PM is noon. */
	if (sc.afternoon != -1)
		s->civil.hour = s->civil.hour % 12 + 12 * sc.afternoon;
	return civil_valid(&s->civil) ? 0 : -1;
}

/* Write a number of two digits. */
static char *
put2(char *p, int n)
{
	*p++ = (char)('0' + n / 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

/* Years that ISO 8601 has no four digits for have a sign and more. */
static char *
put_date(char *p, const struct civil *c)
{
	unsigned	 y, unit = 1000;

	y = c->year < 0 ? -(unsigned)c->year : (unsigned)c->year;
	if (c->year < 0 || c->year > 9999)
		*p++ = c->year < 0 ? '-' : '+';
	while (y / unit >= 10)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		*p++ = (char)('0' + y / unit % 10);
	*p++ = '-';
	p = put2(p, c->month);
	*p++ = '-';
	return put2(p, c->day);
}

size_t
date_format(char out[WHEN_SIZE], int64_t days)
{
	struct civil	 c;

	civil_of_days(days, &c);
	return (size_t)(put_date(out, &c) - out);
}

size_t
when_format(char out[WHEN_SIZE], when t, int offset)
{
	struct civil	 c;
	when		 local;
	char		*p;
	int		 minutes = offset / 60;

	/*
	 * Local mean times are off by seconds, which have no place in the
	 * form: by whole minutes the instant stays what it is.
	 */
	if (__builtin_add_overflow(t, (when)minutes * 60, &local))
		local = t;
	civil_of_seconds(local, &c);
	p = put_date(out, &c);
	*p++ = 'T';
	p = put2(p, c.hour);
	*p++ = ':';
	p = put2(p, c.minute);
	*p++ = ':';
	p = put2(p, c.second);
	if (minutes == 0) {
		*p++ = 'Z';
	} else {
		*p++ = minutes < 0 ? '-' : '+';
		if (minutes < 0)
			minutes = -minutes;
		p = put2(p, minutes / 60 % 100);
		*p++ = ':';
		p = put2(p, minutes % 60);
	}
	return (size_t)(p - out);
}

size_t
part_insert(char out[WHEN_SIZE], size_t len, int part)
{
	char	*p = out + len - (out[len - 1] == 'Z' ? 1 : 6);
	int	 digits = part % 1000 == 0 ? 3 : 6, i;

	memmove(p + digits + 1, p, (size_t)(out + len - p));
	*p = '.';
	if (digits == 3)
		part /= 1000;
	for (i = digits; i > 0; i--, part /= 10)
		p[i] = (char)('0' + part % 10);
	return len + (size_t)digits + 1;
}

size_t
tick_format(char out[WHEN_SIZE], tick t, int offset)
{
	size_t	 len = when_format(out, tick_second(t), offset);

	return tick_part(t) == 0 ? len : part_insert(out, len, tick_part(t));
}
