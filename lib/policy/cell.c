/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "policy/program.h"

/* What a cell says: numbers, amounts of money, yes and no. */

static int
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/*
 * Why a cell is no number, for the message: what looks like one has too
 * many decimals, or is too large.
 */
const char *
number_fault(struct cell c)
{
	const char	*p = c.p, *end = p + c.len;
	int		 digits = 0, decimals = 0, point = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end && (is_digit(*p) || (*p == '.' && !point)); p++) {
		if (*p == '.') {
			point = 1;
			continue;
		}
		digits++;
		decimals += point;
	}
	if (digits == 0 || p[-1] == '.')
		return "is not a number";
	if (p == end) {
		while (decimals > 0 && *--p == '0')
			decimals--;
		return decimals > 6 ? "has more than six decimals" :
		    "is out of range";
	}
	if (*p != 'e' && *p != 'E')
		return "is not a number";
	p++;
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return "is not a number";
	for (; p < end; p++)
		if (!is_digit(*p))
			return "is not a number";
	return "is out of range";
}

/* A currency sign or code, or a blank, at p; 0 if there is none. */
static size_t
currency_at(const char *p, const char *end)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 len;
	size_t			 i;

	for (i = 0; i < 3 && p + i < end && p[i] >= 'A' && p[i] <= 'Z'; i++)
		;
	if (i > 0 && p + i < end && p[i] == '$')	/* US$, R$ */
		return i + 1;
	if (i == 3)
		return 3;
	if (p >= end)
		return 0;
	len = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, &c);
	if (len <= 0)
		return 0;
	if (utf8proc_category(c) == UTF8PROC_CATEGORY_SC ||
	    c == 0x5143 || c == 0x5713 || c == 0x5706 || c == 0x5186)
		return (size_t)len;		/* and the yuan and yen words */
	return 0;
}

static size_t
blank_at(const char *p, const char *end)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 len;

	if (p >= end)
		return 0;
	if (*p == ' ')
		return 1;
	if ((unsigned char)*p < 0x80)
		return 0;
	len = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, &c);
	return len > 0 && utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ?
	    (size_t)len : 0;
}

/* Ten thousand and a hundred million, in both scripts. */
static size_t
multiplier_at(const char *p, const char *end, num *factor)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 len;

	if (p >= end)
		return 0;
	len = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, &c);
	if (len <= 0)
		return 0;
	if (c == 0x4e07 || c == 0x842c)
		*factor = 10000 * NUM_ONE;
	else if (c == 0x4ebf || c == 0x5104)
		*factor = 100000000 * NUM_ONE;
	else
		return 0;
	return (size_t)len;
}

/* May a sign or code stand for a currency ("": any)?  "$" is many's. */
static int
stands_for(const char *p, size_t len, const char *currency)
{
	static const struct {
		const char	*sign, *codes;
	} signs[] = {
		{ "$", "USD CAD AUD NZD SGD HKD TWD MXN" },
		{ "\xe2\x82\xac", "EUR" }, { "\xc2\xa3", "GBP" },
		{ "\xc2\xa5", "CNY JPY" }, { "\xef\xbf\xa5", "CNY JPY" },
		{ "\xe5\x85\x83", "CNY JPY" }, { "\xe5\x9c\x86", "CNY" },
		{ "\xe5\x9c\x93", "CNY TWD" }, { "\xe5\x86\x86", "JPY" },
	};
	size_t	 i;

	if (*currency == '\0')
		return 1;
	if (*p >= 'A' && *p <= 'Z')		/* USD, or US$ */
		return len == 3 && p[2] != '$' ?
		    memcmp(p, currency, 3) == 0 :
		    memcmp(p, currency, len > 2 ? 2 : 1) == 0 ||
		    (memcmp(p, "R$", 2) == 0 && strcmp(currency, "BRL") == 0);
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strlen(signs[i].sign) == len &&
		    memcmp(signs[i].sign, p, len) == 0)
			return strstr(signs[i].codes, currency) != NULL;
	return 1;
}

/*
 * An amount as people write it: one currency sign or code before or after,
 * blanks, thousands in threes, a multiplier, and a loss with a minus or in
 * parentheses.
 */
int
money_parse(struct cell c, const char *currency, num *out)
{
	const char	*p = c.p, *end = p + c.len;
	char		 digits[NUM_SIZE * 2];
	size_t		 n = 0, len, group = 0;
	num		 factor = NUM_ONE;
	int		 minus = 0, sign = 0, signed_by = 0, paren = 0;
	int		 grouped = 0, point = 0, scaled = 0;

	for (; p < end; p += len) {
		if ((len = blank_at(p, end)) > 0)
			continue;
		len = 1;
		if (*p == '(' && !paren && !sign)
			paren = 1;
		else if ((*p == '-' || *p == '+') && !sign && !paren) {
			sign = 1;
			minus = *p == '-';
		} else if (p + 3 <= end && memcmp(p, "\xe2\x88\x92", 3) == 0 &&
		    !sign && !paren) {
			sign = minus = 1;
			len = 3;
		} else if (!signed_by && (len = currency_at(p, end)) > 0 &&
		    stands_for(p, len, currency))
			signed_by = 1;
		else
			break;
	}
	for (; p < end && n < sizeof(digits) - 1; p += len) {
		len = 1;
		if (is_digit(*p)) {
			digits[n++] = *p;
			group++;
			continue;
		}
		if (*p == '.' && !point && (!grouped || group == 3)) {
			digits[n++] = *p;
			point = 1;
			grouped = 0;
			continue;
		}
		if (*p != ',' && (len = blank_at(p, end)) == 0)
			break;
		/* Between thousands, if three digits are next. */
		if (point || group == 0 || (grouped ? group != 3 : group > 3) ||
		    (size_t)(end - p) < len + 3 || !is_digit(p[len]) ||
		    !is_digit(p[len + 1]) || !is_digit(p[len + 2]))
			break;
		grouped = 1;
		group = 0;
	}
	if (grouped && group != 3)
		return -1;
	for (; p < end; p += len) {
		if ((len = blank_at(p, end)) > 0)
			continue;
		if (!scaled && (len = multiplier_at(p, end, &factor)) > 0) {
			scaled = 1;
			continue;
		}
		if (!signed_by && (len = currency_at(p, end)) > 0 &&
		    stands_for(p, len, currency)) {
			signed_by = 1;
			continue;
		}
		if (*p == ')' && paren == 1) {
			paren = 2;
			len = 1;
			continue;
		}
		return -1;
	}
	if (paren == 1 || num_parse(digits, n, out) == -1 ||
	    num_mul(*out, factor, out) == -1)
		return -1;
	return minus || paren ? num_sub(0, *out, out) : 0;
}

int
truth_parse(struct cell c, int64_t *n)
{
	static const struct {
		const char	*word;
		int		 truth;
	} words[] = {
		{ "yes", 1 }, { "no", 0 }, { "true", 1 }, { "false", 0 },
		{ "1", 1 }, { "0", 0 }, { "y", 1 }, { "n", 0 }
	};
	size_t	 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (c.len == strlen(words[i].word) &&
		    strncasecmp(c.p, words[i].word, c.len) == 0) {
			*n = words[i].truth;
			return 0;
		}
	return -1;
}

/* "123:04:05": the hours may be any number. */
static tick
hms_parse(struct cell c)
{
	const char	*p = c.p, *end = p + c.len;
	int64_t		 hours = 0;

	for (; p < end && is_digit(*p) && p - c.p < 7; p++)
		hours = hours * 10 + (*p - '0');
	if (p == c.p || end - p != 6 || p[0] != ':' || !is_digit(p[1]) ||
	    p[1] > '5' || !is_digit(p[2]) || p[3] != ':' || !is_digit(p[4]) ||
	    p[4] > '5' || !is_digit(p[5]))
		return -1;
	return tick_of(hours * 3600 + ((p[1] - '0') * 10 + p[2] - '0') * 60 +
	    (p[4] - '0') * 10 + p[5] - '0');
}

/* Seconds of a unit as people write it; 0 for what is none. */
static int64_t
unit_seconds(const char *p, size_t len)
{
	static const struct {
		const char	*word;
		int64_t		 seconds;
	} units[] = {
		{ "day", 86400 }, { "days", 86400 }, { "d", 86400 },
		{ "hour", 3600 }, { "hours", 3600 }, { "hr", 3600 },
		{ "hrs", 3600 }, { "h", 3600 }, { "minute", 60 },
		{ "minutes", 60 }, { "min", 60 }, { "mins", 60 },
		{ "m", 60 }, { "second", 1 }, { "seconds", 1 }, { "sec", 1 },
		{ "secs", 1 }, { "s", 1 }
	};
	size_t	 i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (len == strlen(units[i].word) &&
		    strncasecmp(p, units[i].word, len) == 0)
			return units[i].seconds;
	return 0;
}

/* "2 hrs 15 min", "1.5 hrs", as vip-report writes it: units that fall. */
static tick
human_parse(struct cell c)
{
	const char	*p = c.p, *end = p + c.len, *word;
	int64_t		 unit, last = INT64_MAX;
	tick		 sum = 0;
	num		 n;

	while (p < end) {
		for (word = p; p < end && (is_digit(*p) || *p == '.'); p++)
			;
		if (num_parse(word, (size_t)(p - word), &n) == -1)
			return -1;
		p += p < end && *p == ' ';
		for (word = p; p < end && *p != ' ' && !is_digit(*p); p++)
			;
		unit = unit_seconds(word, (size_t)(p - word));
		if (unit == 0 || unit >= last || n > INT64_MAX / unit ||
		    num_add(sum, n * unit, &sum) == -1)
			return -1;
		last = unit;
		if (p < end && *p == ' ' && ++p == end)
			return -1;
	}
	return last == INT64_MAX ? -1 : sum;
}

/* A number counts millionths, and a tick is one of a second. */
tick
stretch_parse(struct cell c, const struct clause *as)
{
	enum as	 unit = as_find(as->text);
	int64_t	 factor = unit == AS_HOURS ? 3600 : unit == AS_MINUTES ? 60 : 1;
	num	 n;

	if (unit == AS_HMS)
		return hms_parse(c);
	if (num_parse(c.p, c.len, &n) == -1)
		return human_parse(c);
	return n < 0 || n > INT64_MAX / factor ? -1 : n * factor;
}
