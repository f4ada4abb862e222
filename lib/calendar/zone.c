/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vip.h"
#include "calendar/calendar.h"

#ifndef ZONEDIR
#define ZONEDIR		"/usr/share/zoneinfo"
#endif

/*
 * A zone is the list of its changes, to the end of 2200, so that every
 * question is a search of one table.  The rule at the end of a file (RFC
 * 9636, "TZ string") is expanded when the file is read.
 */
#define LAST_YEAR	2200
#define FILE_MAX	(1 << 20)
#define OFFSET_MAX	(26 * 3600)	/* what a file may hold, either way */
#define AT_MAX		((when)1 << 60)

/* hint[b] is the change in force at HINT_FIRST + b * 2^HINT_SHIFT. */
#define HINT_SHIFT	24		/* 194 days */
#define HINT_FIRST	((when)INT32_MIN)
#define HINTS		576

struct change {
	when		 at;
	int		 offset;	/* seconds east from then on */
};

struct zone {
	char		*name;
	struct change	*v;		/* v[0].at is INT64_MIN */
	size_t		 n, cap;
	uint32_t	 hint[HINTS];
};

/* The day of the year on which a rule's clocks change. */
struct yearday {
	enum { JULIAN, JULIAN0, MONTHLY } kind;
	int		 day;		/* of the year; or 0 Sunday to 6 */
	int		 week, month;
	int		 time;		/* seconds from midnight, any sign */
};

struct rule {
	int		 std, dst;	/* seconds east */
	int		 has_dst;
	struct yearday	 start, end;
};

static void
change_add(struct zone *z, when at, int offset)
{
	if (z->n > 0 && z->v[z->n - 1].offset == offset)
		return;
	if (z->n == z->cap) {
		z->cap = z->cap == 0 ? 64 : z->cap * 2;
		z->v = xreallocarray(z->v, z->cap, sizeof(*z->v));
	}
	z->v[z->n].at = at;
	z->v[z->n++].offset = offset;
}

/* The change in force at an instant. */
static size_t
find(const struct zone *z, when t)
{
	int64_t	 b;
	size_t	 i;

	if (t < HINT_FIRST)
		b = -1;
	else if ((b = (t - HINT_FIRST) >> HINT_SHIFT) >= HINTS)
		b = HINTS - 1;
	for (i = b < 0 ? 0 : z->hint[b]; i + 1 < z->n && z->v[i + 1].at <= t;)
		i++;
	return i;
}

static void
make_hints(struct zone *z)
{
	size_t	 b, i = 0;
	when	 t;

	for (b = 0; b < HINTS; b++) {
		t = HINT_FIRST + ((when)b << HINT_SHIFT);
		while (i + 1 < z->n && z->v[i + 1].at <= t)
			i++;
		z->hint[b] = (uint32_t)i;
	}
}

/* Scanning of the rule: each returns the rest, or NULL. */

static const char *
scan_int(const char *p, int max, int *out)
{
	int	 n = 0, digits = 0;

	while (*p >= '0' && *p <= '9') {
		n = n * 10 + (*p++ - '0');
		if (++digits > 3)
			return NULL;
	}
	if (digits == 0 || n > max)
		return NULL;
	*out = n;
	return p;
}

static const char *
scan_name(const char *p)
{
	const char	*start;

	if (*p == '<') {
		for (start = ++p; *p != '>'; p++)
			if (*p == '\0')
				return NULL;
		return p - start < 3 ? NULL : p + 1;
	}
	for (start = p; (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');)
		p++;
	return p - start < 3 ? NULL : p;
}

/* [+-]hh[:mm[:ss]] */
static const char *
scan_time(const char *p, int max, int *out)
{
	int	 h, m = 0, s = 0, sign = 1;

	if (*p == '+' || *p == '-')
		sign = *p++ == '-' ? -1 : 1;
	if ((p = scan_int(p, max, &h)) == NULL)
		return NULL;
	if (*p == ':' && (p = scan_int(p + 1, 59, &m)) == NULL)
		return NULL;
	if (*p == ':' && (p = scan_int(p + 1, 59, &s)) == NULL)
		return NULL;
	*out = sign * (h * 3600 + m * 60 + s);
	return p;
}

static const char *
scan_yearday(const char *p, struct yearday *y)
{
	memset(y, 0, sizeof(*y));
	y->time = 2 * 3600;
	if (*p == 'M') {
		y->kind = MONTHLY;
		if ((p = scan_int(p + 1, 12, &y->month)) == NULL ||
		    *p != '.' || y->month < 1)
			return NULL;
		if ((p = scan_int(p + 1, 5, &y->week)) == NULL ||
		    *p != '.' || y->week < 1)
			return NULL;
		p = scan_int(p + 1, 6, &y->day);
	} else if (*p == 'J') {
		y->kind = JULIAN;
		p = scan_int(p + 1, 365, &y->day);
		if (p != NULL && y->day < 1)
			return NULL;
	} else {
		y->kind = JULIAN0;
		p = scan_int(p, 365, &y->day);
	}
	if (p != NULL && *p == '/')
		p = scan_time(p + 1, 167, &y->time);
	return p;
}

static int
rule_parse(const char *p, struct rule *r)
{
	memset(r, 0, sizeof(*r));
	if ((p = scan_name(p)) == NULL ||
	    (p = scan_time(p, 24, &r->std)) == NULL)
		return -1;
	r->std = -r->std;		/* the rule counts west */
	if (*p == '\0')
		return 0;
	r->has_dst = 1;
	r->dst = r->std + 3600;
	if ((p = scan_name(p)) == NULL)
		return -1;
	if (*p != ',') {
		if ((p = scan_time(p, 24, &r->dst)) == NULL)
			return -1;
		r->dst = -r->dst;
	}
	if (*p++ != ',' || (p = scan_yearday(p, &r->start)) == NULL ||
	    *p++ != ',' || (p = scan_yearday(p, &r->end)) == NULL)
		return -1;
	return *p == '\0' ? 0 : -1;
}

/* Local seconds since 1970 at which the clocks change in a year. */
static when
yearday_at(const struct yearday *y, int year)
{
	int64_t	 day = days_of(year, 1, 1);
	int	 first;

	switch (y->kind) {
	case JULIAN:			/* 29 February is never counted */
		day += y->day - 1;
		if (y->day >= 60 && days_in_month(year, 2) == 29)
			day++;
		break;
	case JULIAN0:
		day += y->day;
		break;
	case MONTHLY:
		day = days_of(year, y->month, 1);
		/* weekday_of() has 0 for Monday, the rule for Sunday */
		first = (y->day + 6 - weekday_of(day)) % 7;
		day += first + 7 * (y->week - 1);
		if (first + 7 * (y->week - 1) >= days_in_month(year, y->month))
			day -= 7;
		break;
	}
	return day * DAY_SECONDS + y->time;
}

/* What the rule says of the years after the last change of the file. */
static void
rule_expand(struct zone *z, const struct rule *r, when last)
{
	struct civil	 c;
	when		 on, off;
	int		 year;

	if (!r->has_dst) {
		change_add(z, last, r->std);
		return;
	}
	civil_of_seconds(last, &c);
	for (year = c.year; year <= LAST_YEAR; year++) {
		on = yearday_at(&r->start, year) - r->std;
		off = yearday_at(&r->end, year) - r->dst;
		if (on < off) {
			if (on > last)
				change_add(z, on, r->dst);
			if (off > last)
				change_add(z, off, r->std);
		} else {
			if (off > last)
				change_add(z, off, r->std);
			if (on > last)
				change_add(z, on, r->dst);
		}
	}
}

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be_time(const unsigned char *p, size_t size)
{
	if (size == 4)
		return (int32_t)be32(p);
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct header {
	int		 version;
	size_t		 isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
	size_t		 size;		/* of the data after it */
};

#define HEADER_SIZE	44

static int
header_read(const unsigned char *p, size_t len, size_t timesize,
    struct header *h)
{
	if (len < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
		return -1;
	h->version = p[4] == '\0' ? 1 : p[4] - '0';
	h->isutcnt = be32(p + 20);
	h->isstdcnt = be32(p + 24);
	h->leapcnt = be32(p + 28);
	h->timecnt = be32(p + 32);
	h->typecnt = be32(p + 36);
	h->charcnt = be32(p + 40);
	if (h->isutcnt > FILE_MAX || h->isstdcnt > FILE_MAX ||
	    h->leapcnt > FILE_MAX || h->timecnt > FILE_MAX ||
	    h->typecnt > 256 || h->charcnt > FILE_MAX)
		return -1;
	h->size = h->timecnt * (timesize + 1) + h->typecnt * 6 + h->charcnt +
	    h->leapcnt * (timesize + 4) + h->isstdcnt + h->isutcnt;
	return h->size > len - HEADER_SIZE ? -1 : 0;
}

/* Fill the table from the bytes of a TZif file: 0, or -1 if they are none. */
static int
zone_parse(struct zone *z, const unsigned char *p, size_t len)
{
	struct header	 h;
	struct rule	 rule;
	const unsigned char *times, *idx, *types;
	char		 footer[256];
	size_t		 i, n, timesize = 4;
	when		 at, last = INT64_MIN;
	int32_t		 offset;

	if (header_read(p, len, 4, &h) == -1)
		return -1;
	if (h.version >= 2) {
		p += HEADER_SIZE + h.size;
		len -= HEADER_SIZE + h.size;
		timesize = 8;
		if (header_read(p, len, 8, &h) == -1)
			return -1;
	}
	/* A file that counts leap seconds has other instants than ours. */
	if (h.typecnt == 0 || h.leapcnt != 0)
		return -1;
	times = p + HEADER_SIZE;
	idx = times + h.timecnt * timesize;
	types = idx + h.timecnt;

	for (i = 0; i < h.typecnt; i++) {
		offset = (int32_t)be32(types + i * 6);
		if (offset < -OFFSET_MAX || offset > OFFSET_MAX)
			return -1;
	}
	change_add(z, INT64_MIN, (int32_t)be32(types));
	for (i = 0; i < h.timecnt; i++) {
		at = be_time(times + i * timesize, timesize);
		if (idx[i] >= h.typecnt || (i > 0 && at <= last) ||
		    at < -AT_MAX || at > AT_MAX)
			return -1;
		change_add(z, at, (int32_t)be32(types + idx[i] * 6));
		last = at;
	}

	if (timesize == 4)
		return 0;
	p += HEADER_SIZE + h.size;
	len -= HEADER_SIZE + h.size;
	if (len < 2 || p[0] != '\n')
		return -1;
	for (n = 0; n + 1 < len && p[n + 1] != '\n'; n++)
		if (n == sizeof(footer) - 1)
			return -1;
		else
			footer[n] = (char)p[n + 1];
	if (n + 1 == len)
		return -1;		/* cut off: no newline */
	footer[n] = '\0';
	if (n == 0)
		return 0;		/* the last change holds for good */
	if (rule_parse(footer, &rule) == -1)
		return -1;
	if (h.timecnt == 0) {
		z->n = 0;
		change_add(z, INT64_MIN, rule.std);
		last = INT64_MIN;
	}
	rule_expand(z, &rule, last < HINT_FIRST ? HINT_FIRST : last);
	return 0;
}

static int
name_ok(const char *name)
{
	const char	*p;

	if (*name == '\0' || *name == '/' || *name == '.' ||
	    strlen(name) > 100 || strstr(name, "..") != NULL)
		return 0;
	for (p = name; *p != '\0'; p++)
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
		    (*p >= '0' && *p <= '9') || strchr("/_+-.", *p) != NULL))
			return 0;
	return 1;
}

/* The whole of a zone's file: its length, or -1. */
static ssize_t
slurp(const char *name, unsigned char **out)
{
	char		 path[PATH_MAX];
	unsigned char	*p;
	size_t		 len = 0;
	ssize_t		 n;
	int		 fd;

	(void)snprintf(path, sizeof(path), "%s/%s", ZONEDIR, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	p = xmalloc(FILE_MAX);
	while ((n = read(fd, p + len, FILE_MAX - len)) > 0)
		len += (size_t)n;
	(void)close(fd);
	if (n == -1 || len == FILE_MAX) {
		free(p);
		return -1;
	}
	*out = p;
	return (ssize_t)len;
}

struct zone *
zone_open(const char *name)
{
	struct zone	*z;
	unsigned char	*bytes;
	ssize_t		 len;
	int		 rc;

	if (name == NULL || !name_ok(name))
		return NULL;
	z = xcalloc(1, sizeof(*z));
	z->name = xstrdup(name);
	if (strcmp(name, "UTC") == 0) {
		change_add(z, INT64_MIN, 0);
		make_hints(z);
		return z;
	}
	if ((len = slurp(name, &bytes)) == -1) {
		zone_free(z);
		return NULL;
	}
	rc = zone_parse(z, bytes, (size_t)len);
	free(bytes);
	if (rc == -1) {
		zone_free(z);
		return NULL;
	}
	make_hints(z);
	return z;
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->name);
	free(z->v);
	free(z);
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

int
zone_offset(const struct zone *z, when t)
{
	return z->v[find(z, t)].offset;
}

void
zone_civil(const struct zone *z, when t, struct civil *c)
{
	civil_of_seconds(t + zone_offset(z, t), c);
}

int64_t
zone_day(const struct zone *z, when t)
{
	when	 s = t + zone_offset(z, t);

	if (s < 0)
		s -= DAY_SECONDS - 1;
	return s / DAY_SECONDS;
}

/* "s" is the face of the clock, in seconds as if it were UTC. */
static when
local_instant(const struct zone *z, when s, enum local *how)
{
	const struct change	*v = z->v;
	size_t			 i = find(z, s), n = z->n;
	when			 t, first = 0, moved = 0;
	int			 hits = 0, gap = 0;

	/* Far from any change there is nothing to decide. */
	if ((i == 0 || v[i].at + OFFSET_MAX <= s) &&
	    (i + 1 == n || s + OFFSET_MAX < v[i + 1].at)) {
		if (how != NULL)
			*how = LOCAL_ONE;
		return s - v[i].offset;
	}

	while (i > 0 && v[i].at + OFFSET_MAX > s)
		i--;
	for (; i < n && (i == 0 || v[i].at - OFFSET_MAX <= s); i++) {
		t = s - v[i].offset;
		if (i > 0 && t < v[i].at) {
			/* too early for this, too late for the one before */
			if (!gap && s - v[i - 1].offset >= v[i].at) {
				moved = s - v[i - 1].offset;
				gap = 1;
			}
			continue;
		}
		if (i + 1 == n || t < v[i + 1].at)
			if (hits++ == 0)
				first = t;
	}
	if (how != NULL)
		*how = hits == 0 ? LOCAL_GAP :
		    hits == 1 ? LOCAL_ONE : LOCAL_TWICE;
	return hits == 0 ? moved : first;
}

when
zone_instant(const struct zone *z, const struct civil *c, enum local *how)
{
	return local_instant(z, civil_to_seconds(c), how);
}

when
zone_at(const struct zone *z, int64_t day, int second, enum local *how)
{
	return local_instant(z, day * DAY_SECONDS + second, how);
}

when
zone_midnight(const struct zone *z, int64_t day)
{
	return local_instant(z, day * DAY_SECONDS, NULL);
}

when
stamp_instant(const struct stamp *s, const struct zone *z, enum local *how)
{
	if (!s->has_zone)
		return zone_instant(z, &s->civil, how);
	if (how != NULL)
		*how = LOCAL_ONE;
	return civil_to_seconds(&s->civil) - s->offset;
}
