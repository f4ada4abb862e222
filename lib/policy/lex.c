/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "policy/lex.h"
#include "policy/parse.h"

#define YEARS_MAX	1000		/* of a duration */

/* ------------------------------------------------------ bytes to tokens */

struct scan {
	struct policy	*policy;
	const char	*p, *end;	/* what is left */
	const char	*line;		/* where this line begins */
	int		 lineno;
	int		 first;		/* nothing stood on this line yet */
	struct token	*token;
	size_t		 n, max;
};

static int32_t
char_at(const char *p, const char *end, size_t *len)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 n;

	*len = 1;
	if (p >= end)
		return -1;
	if ((unsigned char)*p < 0x80)
		return *p;
	n = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p < 4 ?
	    end - p : 4, &c);
	if (n <= 0)
		return -1;
	*len = (size_t)n;
	return c;
}

int
name_begins(int32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    c == '_';
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return 1;
	default:
		return 0;
	}
}

int
name_goes_on(int32_t c)
{
	if (name_begins(c) || (c >= '0' && c <= '9'))
		return 1;
	if (c < 0x80)
		return 0;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return 1;
	default:
		return 0;
	}
}

static int
is_digit(const struct scan *s, ptrdiff_t i)
{
	return s->end - s->p > i && s->p[i] >= '0' && s->p[i] <= '9';
}

static struct place
place_of(const struct scan *s, const char *p)
{
	struct place	 at;

	at.line = s->lineno;
	at.column = (int)(p - s->line) + 1;
	return at;
}

static struct token *
token_add(struct scan *s, enum look look, const char *start)
{
	struct token	*t;

	if (s->n == s->max) {
		s->max = s->max * 2 + 256;
		s->token = xreallocarray(s->token, s->max, sizeof(*s->token));
	}
	t = &s->token[s->n++];
	memset(t, 0, sizeof(*t));
	t->look = look;
	t->at = place_of(s, start);
	t->start = (size_t)(start - s->policy->text);
	t->end = (size_t)(s->p - s->policy->text);
	t->first = s->first;
	s->first = 0;
	return t;
}

/* Text with its end, and in normal form C where it is not ASCII. */
static const char *
normal(struct policy *p, const char *s, size_t n)
{
	struct buf	 b = { 0 };
	const char	*text;

	if (text_is_ascii(s, n))
		return policy_text(p, s, n);
	text_nfc(&b, s, n);
	text = policy_text(p, b.p, b.len);
	buf_free(&b);
	return text;
}

/* The length of the name that begins here, or 0. */
static size_t
name_length(const char *p, const char *end)
{
	const char	*start = p;
	size_t		 len;

	if (!name_begins(char_at(p, end, &len)))
		return 0;
	do {
		p += len;
		if (end - p > 1 && *p == '.' &&
		    name_begins(char_at(p + 1, end, &len)))
			p++;
	} while (name_goes_on(char_at(p, end, &len)));
	return (size_t)(p - start);
}

static void
scan_text(struct scan *s)
{
	const char	*start = s->p;
	struct buf	 b = { 0 };
	struct token	*t;
	int		 bad = 0;

	for (s->p++; s->p < s->end && *s->p != '"' && *s->p != '\n'; s->p++) {
		if (*s->p != '\\') {
			buf_addc(&b, *s->p);
			continue;
		}
		if (++s->p == s->end || *s->p == '\n') {
			s->p--;
			continue;
		}
		switch (*s->p) {
		case 'n':
			buf_addc(&b, '\n');
			break;
		case '"':
		case '\\':
			buf_addc(&b, *s->p);
			break;
		default:
			policy_error(s->policy, place_of(s, s->p - 1),
			    "in a text only \\\", \\\\ and \\n have a "
			    "meaning; write \\\\ for a backslash");
			bad = 1;
			break;
		}
	}
	if (s->p == s->end || *s->p != '"') {
		policy_error(s->policy, place_of(s, start),
		    "this text is not closed on its line");
		bad = 1;
	} else
		s->p++;
	t = token_add(s, bad ? LOOK_BAD : LOOK_TEXT, start);
	t->text = policy_text(s->policy, b.len == 0 ? "" : b.p, b.len);
	buf_free(&b);
}

static void
scan_quoted_name(struct scan *s)
{
	const char	*start = s->p, *close;
	struct token	*t;

	close = memchr(start + 1, '`', (size_t)(s->end - start - 1));
	if (close == NULL ||
	    memchr(start, '\n', (size_t)(close - start)) != NULL) {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		policy_error(s->policy, place_of(s, start),
		    "this name is not closed on its line");
		token_add(s, LOOK_BAD, start);
		return;
	}
	s->p = close + 1;
	if (close == start + 1) {
		policy_error(s->policy, place_of(s, start), "an empty name");
		token_add(s, LOOK_BAD, start);
		return;
	}
	t = token_add(s, LOOK_NAME, start);
	t->text = normal(s->policy, start + 1, (size_t)(close - start - 1));
}

static const struct {
	const char	*text;
	enum { BY_SECONDS, BY_DAYS, BY_MONTHS, BY_NUMBER } what;
	int64_t		 times;
	const char	*money;
} units[] = {
	{ "s", BY_SECONDS, 1, NULL },
	{ "min", BY_SECONDS, 60, NULL },
	{ "h", BY_SECONDS, 3600, NULL },
	{ "d", BY_DAYS, 1, NULL },
	{ "w", BY_DAYS, 7, NULL },
	{ "mo", BY_MONTHS, 1, NULL },
	{ "y", BY_MONTHS, 12, NULL },
	{ "K", BY_NUMBER, 1000, NULL },
	{ "M", BY_NUMBER, 1000000, NULL },
	{ "B", BY_NUMBER, 1000000000, NULL },
	{ "万", BY_NUMBER, 10000, NULL },
	{ "萬", BY_NUMBER, 10000, NULL },
	{ "亿", BY_NUMBER, 100000000, NULL },
	{ "億", BY_NUMBER, 100000000, NULL },
	{ "元", BY_NUMBER, 1, "¥" },
	{ "万元", BY_NUMBER, 10000, "¥" },
	{ "萬元", BY_NUMBER, 10000, "¥" },
	{ "亿元", BY_NUMBER, 100000000, "¥" },
	{ "億元", BY_NUMBER, 100000000, "¥" },
};

#define NUNITS	(sizeof(units) / sizeof(units[0]))

/* What people write for a unit, and what is meant. */
static const char *const spelt[][2] = {
	{ "sec", "s" }, { "secs", "s" }, { "second", "s" }, { "seconds", "s" },
	{ "m", "min" }, { "mins", "min" }, { "minute", "min" },
	{ "minutes", "min" }, { "hr", "h" }, { "hrs", "h" }, { "hour", "h" },
	{ "hours", "h" }, { "day", "d" }, { "days", "d" }, { "wk", "w" },
	{ "week", "w" }, { "weeks", "w" }, { "month", "mo" },
	{ "months", "mo" }, { "yr", "y" }, { "year", "y" }, { "years", "y" },
	{ "k", "K" }, { "mm", "M" }, { "bn", "B" }, { "mon", "mo" },
};

#define NSPELT	(sizeof(spelt) / sizeof(spelt[0]))

static const char *
unit_meant(struct policy *p, const char *unit)
{
	const char	*names[NUNITS];
	size_t		 i;

	for (i = 0; i < NSPELT; i++)
		if (strcmp(spelt[i][0], unit) == 0)
			return policy_format(p, "; did you mean %s?",
			    spelt[i][1]);
	for (i = 0; i < NUNITS; i++)
		names[i] = units[i].text;
	return did_you_mean(p, unit, names, NUNITS);
}

/*
 * "business hours" and the like after a number: seconds or days in one of
 * them, or 0.  Moves past it.
 */
static int64_t
business_unit(struct scan *s, int *days)
{
	static const struct {
		const char	*text;
		int64_t		 seconds;
	} names[] = {
		{ "second", 1 }, { "minute", 60 }, { "hour", 3600 },
		{ "day", 0 },
	};
	const char	*p = s->p;
	size_t		 i, len;

	while (p < s->end && (*p == ' ' || *p == '\t'))
		p++;
	if (name_length(p, s->end) != 8 || memcmp(p, "business", 8) != 0)
		return 0;
	for (p += 8; p < s->end && (*p == ' ' || *p == '\t'); p++)
		;
	len = name_length(p, s->end);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (len < strlen(names[i].text) ||
		    memcmp(p, names[i].text, strlen(names[i].text)) != 0)
			continue;
		if (len == strlen(names[i].text) ||
		    (len == strlen(names[i].text) + 1 && p[len - 1] == 's')) {
			s->p = p + len;
			*days = names[i].seconds == 0;
			return *days ? 1 : names[i].seconds;
		}
	}
	return 0;
}

static void
bad_number(struct scan *s, const char *start, const char *why)
{
	policy_error(s->policy, place_of(s, start), "%s", why);
	token_add(s, LOOK_BAD, start);
}

/* 2026-01-15 or 09:30, if that is what is here. */
static int
scan_date(struct scan *s)
{
	const char	*start = s->p;
	struct stamp	 stamp;
	struct token	*t;
	ptrdiff_t	 n = 0, m;
	int		 hour, minute, second = 0;

	while (is_digit(s, n))
		n++;
	if (n == 4 && s->end - s->p > 4 && s->p[4] == '-' && is_digit(s, 5)) {
		for (m = 5; is_digit(s, m); m++)
			;
		if (s->end - s->p > m && s->p[m] == '-' &&
		    is_digit(s, m + 1)) {
			for (m++; is_digit(s, m); m++)
				;
			s->p += m;
			if (stamp_parse(start, (size_t)m, &stamp) == -1 ||
			    stamp.has_time) {
				bad_number(s, start, m == 10 ?
				    "there is no such day" :
				    "a date is written 2026-01-15");
				return 1;
			}
			t = token_add(s, LOOK_DATE, start);
			t->number = days_of(stamp.civil.year,
			    stamp.civil.month, stamp.civil.day);
			return 1;
		}
	}
	if ((n == 1 || n == 2) && s->end - s->p > n && s->p[n] == ':' &&
	    is_digit(s, n + 1)) {
		hour = s->p[0] - '0';
		if (n == 2)
			hour = hour * 10 + s->p[1] - '0';
		s->p += n + 1;
		if (!is_digit(s, 1)) {
			bad_number(s, start, "a time is written 09:30");
			return 1;
		}
		minute = (s->p[0] - '0') * 10 + s->p[1] - '0';
		s->p += 2;
		if (s->p < s->end && *s->p == ':' && is_digit(s, 1) &&
		    is_digit(s, 2)) {
			second = (s->p[1] - '0') * 10 + s->p[2] - '0';
			s->p += 3;
		}
		if (hour > 24 || minute > 59 || second > 59 || is_digit(s, 0) ||
		    (hour == 24 && (minute > 0 || second > 0))) {
			bad_number(s, start, "there is no such time of day");
			return 1;
		}
		t = token_add(s, LOOK_CLOCK, start);
		t->number = hour * 3600 + minute * 60 + second;
		return 1;
	}
	return 0;
}

/*
 * A number with what belongs to it.  "sign" is the currency's, or NULL, and
 * stands from "start" on.
 */
static void
scan_number(struct scan *s, const char *start, const char *sign)
{
	char		 digits[64];
	const char	*unit;
	struct token	*t;
	int64_t		 times, whole;
	num		 n, back;
	size_t		 len = 0, decimals = 0, i, ulen;
	int		 point = 0, days = 0;

	if (sign == NULL && scan_date(s))
		return;
	for (; s->p < s->end; s->p++) {
		if (*s->p == '_' && is_digit(s, 1) && s->p[-1] != '.')
			continue;
		if (*s->p == '.' && !point && is_digit(s, 1))
			point = 1;
		else if (*s->p < '0' || *s->p > '9')
			break;
		else if (point)
			decimals++;
		if (len < sizeof(digits))
			digits[len++] = *s->p;
	}
	if (decimals > 6) {
		bad_number(s, start, "a number has at most six decimals");
		return;
	}
	if (len == sizeof(digits) || num_parse(digits, len, &n) == -1) {
		bad_number(s, start, "this number is out of range: numbers "
		    "are below 9.2 x 10^12");
		return;
	}
	if (s->end - s->p > 1 && *s->p == ',' && is_digit(s, 1) &&
	    is_digit(s, 2) && is_digit(s, 3) && !is_digit(s, 4)) {
		s->p += 4;
		bad_number(s, start, "a number has no commas; write 1_000");
		return;
	}
	if (s->p < s->end && *s->p == '%') {
		s->p++;
		if (sign != NULL) {
			bad_number(s, start,
			    "a number is money or a percentage, not both");
			return;
		}
		if (num_div(n, 100 * NUM_ONE, &back) == -1 ||
		    back * 100 != n) {
			bad_number(s, start,
			    "a percentage has at most four decimals");
			return;
		}
		t = token_add(s, LOOK_NUMBER, start);
		t->number = back;
		t->flags = EXPR_PERCENT;
		return;
	}

	ulen = name_length(s->p, s->end);
	if (ulen == 0) {
		times = sign == NULL ? business_unit(s, &days) : 0;
		if (times == 0) {
			t = token_add(s, LOOK_NUMBER, start);
			t->number = n;
			t->text = sign;
			t->flags = sign == NULL ? 0 : EXPR_MONEY;
			return;
		}
		if (num_mul(n, times * NUM_ONE, &back) == -1 ||
		    back % NUM_ONE != 0 || back / NUM_ONE >
		    YEARS_MAX * INT64_C(366) * DAY_SECONDS ||
		    (days && back / NUM_ONE > YEARS_MAX * INT64_C(366))) {
			bad_number(s, start,
			    "business days and seconds are whole numbers");
			return;
		}
		t = token_add(s, LOOK_DURATION, start);
		t->duration.business = 1;
		if (days)
			t->duration.days = (int)(back / NUM_ONE);
		else
			t->duration.seconds = back / NUM_ONE;
		return;
	}

	unit = normal(s->policy, s->p, ulen);
	s->p += ulen;
	for (i = 0; i < NUNITS && strcmp(units[i].text, unit) != 0; i++)
		;
	if (i == NUNITS) {
		bad_number(s, start, policy_format(s->policy,
		    "\"%s\" is not a unit%s", unit,
		    unit_meant(s->policy, unit)));
		return;
	}
	if (units[i].what == BY_NUMBER) {
		if (units[i].money != NULL) {
			if (sign != NULL && strcmp(sign, "¥") != 0) {
				bad_number(s, start, "two currencies");
				return;
			}
			sign = units[i].money;
		}
		if (num_mul(n, units[i].times * NUM_ONE, &n) == -1) {
			bad_number(s, start, "this number is out of range: "
			    "numbers are below 9.2 x 10^12");
			return;
		}
		t = token_add(s, LOOK_NUMBER, start);
		t->number = n;
		t->text = sign;
		t->flags = sign == NULL ? 0 : EXPR_MONEY;
		return;
	}
	if (sign != NULL) {
		bad_number(s, start, "a duration has no currency");
		return;
	}
	if (num_mul(n, units[i].times * NUM_ONE, &back) == -1 ||
	    back % NUM_ONE != 0 ||
	    (units[i].what != BY_SECONDS && n % NUM_ONE != 0)) {
		bad_number(s, start, units[i].what == BY_SECONDS ?
		    "a duration is made of whole seconds" :
		    "days, weeks, months and years are whole numbers");
		return;
	}
	whole = back / NUM_ONE;
	if ((units[i].what == BY_SECONDS && whole >
	    YEARS_MAX * INT64_C(366) * DAY_SECONDS) ||
	    (units[i].what == BY_DAYS && whole > YEARS_MAX * INT64_C(366)) ||
	    (units[i].what == BY_MONTHS && whole > YEARS_MAX * INT64_C(12))) {
		bad_number(s, start, "a duration is at most 1000 years");
		return;
	}
	t = token_add(s, LOOK_DURATION, start);
	if (units[i].what == BY_SECONDS)
		t->duration.seconds = whole;
	else if (units[i].what == BY_DAYS)
		t->duration.days = (int)whole;
	else
		t->duration.months = (int)whole;
}

int
is_placeholder(const char *s)
{
	size_t	 n;

	if (strcmp(s, "TBD") == 0 || strcmp(s, "TBA") == 0 ||
	    strcmp(s, "TBC") == 0 || strcmp(s, "XX") == 0 ||
	    strcmp(s, "XXX") == 0 || s[0] == '?')
		return 1;
	if (s[0] != 'X')
		return 0;
	n = strspn(s + 1, "0123456789");
	return s[n + 1] == '\0';
}

/* The sign of a currency, and its length, if there is one here. */
static const char *
sign_at(const char *p, const char *end, size_t *len)
{
	static const char *const signs[][2] = {
		{ "$", "$" }, { "€", "€" }, { "£", "£" }, { "¥", "¥" },
		{ "￥", "¥" }, { "＄", "$" }, { "₹", "₹" }, { "₩", "₩" },
		{ "₽", "₽" }, { "₺", "₺" }, { "₫", "₫" }, { "₪", "₪" },
		{ "฿", "฿" }, { "₱", "₱" }, { "₴", "₴" }, { "₦", "₦" },
	};
	size_t	 i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		*len = strlen(signs[i][0]);
		if ((size_t)(end - p) >= *len &&
		    memcmp(p, signs[i][0], *len) == 0)
			return signs[i][1];
	}
	return NULL;
}

/* "CHF 400": a code, blanks, a digit. */
static const char *
code_at(const struct scan *s, const char **number)
{
	char		 code[4];
	const char	*p = s->p;

	if (name_length(p, s->end) != 3)
		return NULL;
	memcpy(code, p, 3);
	code[3] = '\0';
	if (strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return NULL;
	for (p += 3; p < s->end && (*p == ' ' || *p == '\t'); p++)
		;
	if (p == s->end || *p < '0' || *p > '9')
		return NULL;
	*number = p;
	return policy_text(s->policy, code, 3);
}

/* A character that no policy has, and what may be meant by it. */
static void
scan_strange(struct scan *s)
{
	static const char *const meant[][2] = {
		{ "，", "," }, { "、", "," }, { "（", "(" }, { "）", ")" },
		{ "“", "\"" }, { "”", "\"" }, { "「", "\"" }, { "」", "\"" },
		{ "；", ";" }, { "＝", "=" }, { "≤", "<=" }, { "≥", ">=" },
		{ "≠", "!=" }, { "＜", "<" }, { "＞", ">" }, { "×", "*" },
		{ "÷", "/" }, { "−", "-" }, { "–", "-" }, { "—", "-" },
		{ "％", "%" }, { "==", "=" }, { "<>", "!=" }, { "&&", "and" },
		{ "||", "or" }, { "'", "\"" }, { "：", ":" },
	};
	const char	*start = s->p, *write = NULL;
	size_t		 i, len;

	(void)char_at(s->p, s->end, &len);
	for (i = 0; i < sizeof(meant) / sizeof(meant[0]); i++)
		if ((size_t)(s->end - s->p) >= strlen(meant[i][0]) &&
		    memcmp(s->p, meant[i][0], strlen(meant[i][0])) == 0) {
			write = meant[i][1];
			len = strlen(meant[i][0]);
			break;
		}
	if (*s->p == '?') {
		while (s->p + len < s->end && s->p[len] == '?')
			len++;
		policy_error(s->policy, place_of(s, start), "\"%.*s\" is a "
		    "placeholder: put a value in its place",
		    (int)(len < 20 ? len : 20), start);
	} else
		policy_error(s->policy, place_of(s, start),
		    "\"%.*s\" has no meaning here%s%s", (int)len, start,
		    write == NULL ? "" : "; write ",
		    write == NULL ? "" : write);
	s->p += len;
	token_add(s, LOOK_BAD, start);
}

static void
scan_sign(struct scan *s)
{
	const char	*start = s->p;
	int		 sign = *s->p, more = 0;

	if (s->end - s->p > 1)
		more = s->p[1];
	if (sign == '<' && more == '=')
		sign = SIGN_LE;
	else if (sign == '>' && more == '=')
		sign = SIGN_GE;
	else if (sign == '!' && more == '=')
		sign = SIGN_NE;
	else if ((sign == '=' && more == '=') || (sign == '<' && more == '>') ||
	    strchr("(){},;=<>+-*/", sign) == NULL) {
		scan_strange(s);
		return;
	}
	s->p += sign >= 256 ? 2 : 1;
	token_add(s, LOOK_SIGN, start)->sign = sign;
}

/* One token, of what is neither blank nor a comment. */
static void
scan_token(struct scan *s)
{
	const char	*start = s->p, *number, *sign;
	struct token	*t;
	size_t		 len, more;

	if (*s->p == '"') {
		scan_text(s);
		return;
	}
	if (*s->p == '`') {
		scan_quoted_name(s);
		return;
	}
	if (*s->p >= '0' && *s->p <= '9') {
		scan_number(s, start, NULL);
		return;
	}
	if ((sign = code_at(s, &number)) != NULL) {
		s->p = number;
		scan_number(s, start, sign);
		return;
	}
	if ((sign = sign_at(s->p, s->end, &len)) != NULL) {
		s->p += len;
		if (is_digit(s, 0)) {
			scan_number(s, start, sign);
			return;
		}
		more = name_length(s->p, s->end);
		if (more > 0 && is_placeholder(policy_text(s->policy, s->p,
		    more))) {
			s->p += more;
			bad_number(s, start, policy_format(s->policy,
			    "\"%.*s\" is a placeholder: put an amount in its "
			    "place", (int)(len + more), start));
		} else
			bad_number(s, start,
			    "an amount follows the currency sign");
		return;
	}
	if ((len = name_length(s->p, s->end)) > 0) {
		s->p += len;
		t = token_add(s, LOOK_WORD, start);
		t->text = normal(s->policy, start, len);
		return;
	}
	if ((unsigned char)*s->p < 0x80)
		scan_sign(s);
	else
		scan_strange(s);
}

/* Past blanks and comments: 0 at the end. */
static int
scan_blanks(struct scan *s)
{
	size_t	 len;
	int32_t	 c;

	for (; s->p < s->end; s->p += len) {
		c = char_at(s->p, s->end, &len);
		if (c == '\n') {
			s->lineno++;
			s->line = s->p + 1;
			s->first = 1;
		} else if (c == '#') {
			while (s->p + len < s->end && s->p[len] != '\n')
				len++;
		} else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' &&
		    c != 0xa0 && c != 0x3000 && c != 0xfeff)
			return 1;
	}
	return 0;
}

/* Is it text at all?  If not, there is nothing to scan. */
static int
is_text(struct scan *s)
{
	const char	*p, *line = s->line;
	size_t		 len;
	int		 lineno = 1;

	for (p = s->p; p < s->end; p += len) {
		if (*p == '\n') {
			lineno++;
			line = p + 1;
		}
		if (*p != '\0' && char_at(p, s->end, &len) != -1)
			continue;
		policy_error(s->policy, (struct place){ lineno,
		    (int)(p - line) + 1 }, *p == '\0' ? "a NUL byte: this is "
		    "not a text file" : "this is not UTF-8");
		return 0;
	}
	return 1;
}

void
lex_scan(struct policy *p, struct lex *lx)
{
	struct scan	 s = { .policy = p, .p = p->text, .line = p->text,
			    .end = p->text + p->len, .lineno = 1, .first = 1 };

	memset(lx, 0, sizeof(*lx));
	lx->policy = p;
	if (p->too_long) {
		policy_error(p, (struct place){ 1, 1 },
		    "a policy has at most %zu bytes", TEXT_MAX);
		s.p = s.end;
	} else if (!is_text(&s))
		s.p = s.end;
	while (scan_blanks(&s)) {
		if (s.n == TOKENS_MAX) {
			policy_error(p, place_of(&s, s.p),
			    "a policy has at most %d words", TOKENS_MAX);
			p->cut_short = 1;
			s.n = 0;
			s.p = s.end;
			break;
		}
		scan_token(&s);
	}
	token_add(&s, LOOK_END, s.p);
	lx->token = s.token;
	lx->ntoken = s.n;
}

/* ---------------------------------------------------- tokens to grammar */

static const int shape_tokens[SHAPE_NFORMS] = {
	[SHAPE_NONE] = C_FLAG,
	[SHAPE_CONDITION] = C_EXPR,
	[SHAPE_SHARE] = C_EXPR,
	[SHAPE_VALUE] = C_EXPR,
	[SHAPE_DURATION] = C_DURATION,
	[SHAPE_BOUND] = C_BOUND,
	[SHAPE_SAME_DAY] = C_FLAG,
	[SHAPE_AT_ONCE] = C_FLAG,
	[SHAPE_NUMBER] = C_NUMBER,
	[SHAPE_PERCENT] = C_NUMBER,
	[SHAPE_AMOUNT] = C_NUMBER,
	[SHAPE_REWARD] = C_NUMBER,
	[SHAPE_TEXT] = C_TEXT,
	[SHAPE_MESSAGES] = C_MESSAGES,
	[SHAPE_HOLIDAYS] = C_HOLIDAYS,
	[SHAPE_WORD] = C_WORD,
	[SHAPE_TEXTS] = C_TEXTS,
	[SHAPE_NAMES] = C_NAMES,
	[SHAPE_FROM] = C_FROM,
	[SHAPE_DATE] = C_DATE,
	[SHAPE_MAP] = C_MAP,
	[SHAPE_PARTS] = C_PARTS,
	[SHAPE_LEAD] = C_LEAD,
	[SHAPE_CLOCKS] = C_CLOCKS,
	[SHAPE_OPEN] = C_HOURS,
	[SHAPE_CLOSED] = C_HOURS,
	[SHAPE_STEPS] = C_STEPS,
	[SHAPE_RANGE] = C_RANGE,
	[SHAPE_EARN] = C_EARN,
	[SHAPE_BARE] = BARE,
	[SHAPE_BETWEEN] = C_BETWEEN,
	[SHAPE_COMPARE] = COMPARE,
};

/* The token after the one that is being looked at, and the next. */
static const struct token *
ahead(const struct lex *lx, size_t n)
{
	size_t	 i = lx->next + n;

	return &lx->token[i < lx->ntoken ? i : lx->ntoken - 1];
}

static int
is_word(const struct token *t, const char *text)
{
	return t->look == LOOK_WORD && strcmp(t->text, text) == 0;
}

static int
is_sign(const struct token *t, int sign)
{
	return t->look == LOOK_SIGN && t->sign == sign;
}

/*
 * The clause that a word begins in this statement, the longest where there
 * are two, and how many words it has; or NULL.  "next" follows the word.
 */
static const struct clause_row *
clause_here(const struct lex *lx, const struct token *t,
    const struct token *next, int *words)
{
	const struct clause_row	*row, *best = NULL;
	const char		*blank;
	size_t			 i, len;

	*words = 0;
	if (!lx->inside || t->look != LOOK_WORD)
		return NULL;
	len = strlen(t->text);
	for (i = 0; i < clause_rows(); i++) {
		row = clause_row(i);
		if ((row->keywords >> lx->keyword & 1) == 0 ||
		    strncmp(row->text, t->text, len) != 0)
			continue;
		blank = row->text + len;
		if (*blank == '\0' && *words < 1) {
			best = row;
			*words = 1;
		} else if (*blank == ' ' && is_word(next, blank + 1)) {
			best = row;
			*words = 2;
		}
	}
	return best;
}

/*
 * Of a word that begins a statement and also a clause of the one we are in
 * (limit, timezone, points): a number belongs to a clause and a name to a
 * statement; else what stands first on its line, outside braces, is one.
 */
static int
is_statement(const struct lex *lx, const struct token *t,
    const struct token *next)
{
	int	 words;

	if (t->look != LOOK_WORD || keyword_find(t->text) == -1)
		return 0;
	if (clause_here(lx, t, next, &words) == NULL)
		return 1;
	if (next->look == LOOK_NUMBER || words == 2)
		return 0;
	if (next->look == LOOK_WORD)
		return 1;
	return t->first && !lx->brace;
}

static const char *const operators[] = {
	"and", "or", "in", "between", "like", "matches", "has", "within",
};

#define NOPERATORS	(sizeof(operators) / sizeof(operators[0]))

/* A word that joins two values, if it is one of an expression. */
static int
is_operator(const struct token *t)
{
	size_t	 i;

	for (i = 0; i < NOPERATORS; i++)
		if (is_word(t, operators[i]))
			return 1;
	return 0;
}

/*
 * Does a statement begin where a value should?  Then the value is missing,
 * and the next statement must not be lost: no value is followed by a name
 * or a text, but words of the grammar follow many.
 */
static int
is_next_statement(const struct lex *lx, const struct token *t)
{
	const struct token	*next = ahead(lx, 0);
	int			 words;

	if (!t->first || t->look != LOOK_WORD || keyword_find(t->text) == -1)
		return 0;
	if (next->look == LOOK_TEXT || next->look == LOOK_NAME)
		return 1;
	if (next->look != LOOK_WORD || status_find(next->text) != -1)
		return 0;
	return !is_operator(next) &&
	    clause_here(lx, next, ahead(lx, 1), &words) == NULL;
}

/* Where a token ends: what is missing there is not where the next one is. */
static struct place
end_of(const struct token *t)
{
	struct place	 at = t->at;

	at.column += (int)(t->end - t->start);
	return at;
}

/* A brace that is not closed closes here. */
static int
close_brace(struct lex *lx, const struct token *t)
{
	if (t->look == LOOK_END)
		policy_error(lx->policy, end_of(t - 1), "\"}\" is missing at "
		    "the end of the file; \"{\" is in line %d",
		    lx->brace_at.line);
	else
		policy_error(lx->policy, t->at, "\"}\" is missing before %s; "
		    "\"{\" is in line %d", token_show(lx->policy, t),
		    lx->brace_at.line);
	lx->closing = 1;
	return '}';
}

static int
begin_statement(struct lex *lx, struct token *t)
{
	if (lx->brace) {
		lx->next--;
		return close_brace(lx, t);
	}
	t->number = keyword_find(t->text);
	lx->inside = 1;
	lx->keyword = (enum keyword)t->number;
	lx->head = HEAD_NAME;
	lx->row = NULL;
	lx->operand = 0;
	lx->parens = 0;
	lx->brace = 0;
	return KEYWORD;
}

static int
begin_clause(struct lex *lx, struct token *t, const struct clause_row *row)
{
	lx->head = HEAD_DONE;
	lx->row = t->row = row;
	lx->clause_at = t->at;
	lx->parens = 0;
	lx->operand = shape_tokens[row->shape] != C_FLAG;
	return shape_tokens[row->shape];
}

/* Take in the word after this one. */
static void
join(struct lex *lx, struct token *t)
{
	t->end = lx->token[lx->next].end;
	lx->next++;
}

static int
in_expr(const struct lex *lx)
{
	return lx->row != NULL && shape_is_expr(lx->row->shape);
}

static int
operand_word(struct lex *lx, struct token *t)
{
	static const struct {
		const char	*text;
		int		 type;
	} facts[] = {
		{ "today", TODAY }, { "now", NOW }, { "true", TRUE_ },
		{ "false", FALSE_ }, { "tier", TIER }, { "vip", VIP },
		{ "risk", RISK },
	};
	size_t	 i;

	if (lx->row != NULL && lx->row->shape == SHAPE_BOUND &&
	    is_word(t, "same") && is_word(ahead(lx, 0), "day")) {
		join(lx, t);
		lx->operand = 0;
		return SAME_DAY;
	}
	if (in_expr(lx)) {
		if (is_word(t, "not"))
			return NOT;
		if (is_word(t, "and") || is_word(t, "or"))
			return is_word(t, "and") ? AND : OR;
		if (is_sign(ahead(lx, 0), '('))
			return FUNCTION;
		for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
			if (is_word(t, facts[i].text)) {
				lx->operand = 0;
				return facts[i].type;
			}
	}
	lx->operand = 0;
	return NAME;
}

/* A word between two operands of an expression, or 0. */
static int
operator_word(struct lex *lx, struct token *t)
{
	const struct token	*next = ahead(lx, 0);
	int			 status, words;

	if (is_word(t, "and") || is_word(t, "or") || is_word(t, "between")) {
		lx->operand = 1;
		return is_word(t, "and") ? AND : is_word(t, "or") ? OR :
		    BETWEEN;
	}
	if (is_word(t, "in") && is_sign(next, '(')) {
		lx->operand = 1;
		return IN;
	}
	if (is_word(t, "in") && is_word(next, "file")) {
		join(lx, t);
		lx->operand = 1;
		return IN_FILE;
	}
	if ((is_word(t, "like") || is_word(t, "matches")) &&
	    (next->look == LOOK_TEXT ||
	    clause_here(lx, t, next, &words) == NULL)) {
		lx->operand = 1;
		return is_word(t, "like") ? LIKE : MATCHES;
	}
	if (is_word(t, "has") && is_word(next, "word")) {
		join(lx, t);
		lx->operand = 1;
		return HAS_WORD;
	}
	if (is_word(t, "within") && lx->parens > 0) {
		lx->operand = 1;
		return WITHIN;
	}
	if ((status = status_find(t->text)) != -1 && t > lx->token &&
	    t[-1].type == NAME) {
		t->number = status;
		return STATUS;
	}
	return 0;
}

/* A word inside the value of a clause that is no expression, or 0. */
static int
inner_word(struct lex *lx, const struct token *t)
{
	static const struct {
		enum shape	 shape;
		const char	*text;
		int		 type;
	} inner[] = {
		{ SHAPE_BARE, "per", PER },
		{ SHAPE_EARN, "per", PER },
		{ SHAPE_EARN, "for", EARN_FOR },
		{ SHAPE_FROM, "to", TO },
		{ SHAPE_HOLIDAYS, "only", ONLY },
		{ SHAPE_CLOCKS, "and", AND },
		{ SHAPE_BETWEEN, "and", AND },
	};
	size_t	 i;

	if (lx->row == NULL)
		return 0;
	for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		if (inner[i].shape != lx->row->shape ||
		    !is_word(t, inner[i].text))
			continue;
		/* "from 2026-01-01 to "Director"" is two clauses. */
		if (inner[i].type == TO && (t == lx->token ||
		    t[-1].type != NAME))
			continue;
		lx->operand = 1;
		return inner[i].type;
	}
	return 0;
}

static int
classify_word(struct lex *lx, struct token *t)
{
	const struct clause_row	*row;
	int			 type, words;

	if (!lx->inside)
		return keyword_find(t->text) == -1 ? NAME :
		    begin_statement(lx, t);
	if (lx->head == HEAD_NAME) {
		if (is_next_statement(lx, t))
			return begin_statement(lx, t);
		if (keyword_row(lx->keyword)->name != PART_NONE &&
		    clause_here(lx, t, ahead(lx, 0), &words) == NULL) {
			lx->head = HEAD_LABEL;
			return NAME;
		}
		lx->head = HEAD_DONE;
	}
	if (lx->operand)
		return is_next_statement(lx, t) ? begin_statement(lx, t) :
		    operand_word(lx, t);
	if (in_expr(lx) && (type = operator_word(lx, t)) != 0)
		return type;
	if ((type = inner_word(lx, t)) != 0)
		return type;
	if (is_statement(lx, t, ahead(lx, 0)))
		return begin_statement(lx, t);
	row = clause_here(lx, t, ahead(lx, 0), &words);
	if (row == NULL)
		return NAME;
	if (words == 2)
		join(lx, t);
	return begin_clause(lx, t, row);
}

static int
classify_sign(struct lex *lx, struct token *t)
{
	const struct clause_row	*row;

	/* Where a clause has no word, its sign is the word. */
	if (lx->inside && lx->row == NULL && !lx->operand) {
		row = NULL;
		if (lx->keyword == KW_LET && t->sign == '=')
			row = clause_row_find(KW_LET, "=");
		else if (lx->keyword == KW_TARGET && (t->sign == '=' ||
		    t->sign == '<' || t->sign == '>' || t->sign >= 256))
			row = clause_row_find(KW_TARGET, "");
		if (row != NULL)
			return begin_clause(lx, t, row);
	}
	switch (t->sign) {
	case '(':
		if (lx->parens == PARENS_MAX) {
			policy_error(lx->policy, t->at,
			    "more than %d parentheses one in the other",
			    PARENS_MAX);
			return BAD;
		}
		lx->parens++;
		lx->operand = 1;
		return '(';
	case ')':
		if (lx->parens > 0)
			lx->parens--;
		lx->operand = 0;
		return ')';
	case '{':
		lx->head = HEAD_DONE;
		lx->row = NULL;
		lx->operand = 0;
		lx->parens = 0;
		if (!lx->brace)
			lx->brace_at = t->at;
		lx->brace = 1;
		return '{';
	case '}':
		lx->closing = lx->brace;
		return '}';
	case SIGN_LE:
		lx->operand = 1;
		return LE;
	case SIGN_GE:
		lx->operand = 1;
		return GE;
	case SIGN_NE:
		lx->operand = 1;
		return NE;
	default:
		lx->operand = 1;
		return t->sign;
	}
}

static int
classify(struct lex *lx, struct token *t)
{
	int	 type;

	switch (t->look) {
	case LOOK_WORD:
		return classify_word(lx, t);
	case LOOK_SIGN:
		return classify_sign(lx, t);
	case LOOK_END:
		return lx->brace ? close_brace(lx, t) : 0;
	case LOOK_BAD:
		return BAD;
	case LOOK_NAME:
		type = NAME;
		break;
	case LOOK_TEXT:
		type = TEXT;
		break;
	case LOOK_NUMBER:
		type = NUMBER;
		if (lx->inside && lx->row == NULL && !lx->operand &&
		    lx->keyword == KW_LIMIT)
			type = begin_clause(lx, t,
			    clause_row_find(KW_LIMIT, ""));
		break;
	case LOOK_DURATION:
		type = DURATION;
		break;
	case LOOK_DATE:
		type = DATE;
		break;
	default:
		type = CLOCK;
		break;
	}
	if (lx->head == HEAD_NAME && t->look == LOOK_NAME)
		lx->head = HEAD_LABEL;
	else
		lx->head = HEAD_DONE;
	lx->operand = 0;
	return type;
}

/*
 * Find the clause or the statement to go on with after an error: what stands
 * first on its line, and in its first column or in braces whatever it is.
 */
static void
find_way(struct lex *lx)
{
	const struct token	*t;
	size_t			 i;
	int			 words;

	for (i = (size_t)lx->lost - 1; ; i++) {
		t = &lx->token[i];
		if (t->look == LOOK_END)
			break;
		if (i + 1 == lx->last_sync)
			continue;
		if (lx->inside && (is_sign(t, '{') ||
		    (is_sign(t, '}') && lx->brace)))
			break;
		if (t->first && t->look == LOOK_WORD && !is_operator(t) &&
		    (t->at.column == 1 || (lx->inside && lx->brace) ||
		    keyword_find(t->text) != -1 ||
		    clause_here(lx, t, t + 1, &words) != NULL))
			break;
	}
	lx->lost = 0;
	lx->next = i;
	lx->last_sync = i + 1;
	lx->closing = 0;
	lx->head = HEAD_DONE;
	lx->row = NULL;
	lx->operand = 0;
	lx->parens = 0;
}

struct token *
lex_next(struct lex *lx)
{
	struct token	*t;

	/* A brace is closed once the grammar has taken it for that. */
	if (lx->lost)
		find_way(lx);
	else if (lx->closing) {
		lx->brace = 0;
		lx->inside = 0;
	}
	lx->closing = 0;
	for (;;) {
		t = &lx->token[lx->next];
		if (t->look != LOOK_END)
			lx->next++;
		lx->was_row = lx->row;
		lx->was_operand = lx->operand;
		lx->was_parens = lx->parens;
		t->type = 0;
		if (lx->inside || t->look == LOOK_END || is_statement(lx, t,
		    ahead(lx, 0)))
			break;
		t->type = t->look == LOOK_BAD ? BAD : NAME;
		lex_unexpected(lx, t);
		find_way(lx);
	}
	t->type = classify(lx, t);
	return t;
}

/* --------------------------------------------------------------- messages */

const char *
token_show(struct policy *p, const struct token *t)
{
	const char	*s = p->text + t->start;
	size_t		 len = t->end - t->start, cut;

	if (t->look == LOOK_END)
		return "the end of the file";
	cut = text_fit(s, len, 40);
	return policy_format(p, t->look == LOOK_TEXT ? "%.*s%s" : "\"%.*s%s\"",
	    (int)cut, s, cut < len ? "..." : "");
}

/* What is known to be meant by a word that has no meaning where it stands. */
static const char *
meant(struct lex *lx, const struct token *t)
{
	static const char *const known[][2] = {
		{ "in", "\"in\" wants a list, as in x in (\"a\", \"b\")" },
		{ "not", "\"not\" stands before what it denies, as in "
		    "not x in (\"a\", \"b\")" },
		{ "within", "\"within\" stands inside of the parentheses of a "
		    "function, as in mean(x within g)" },
		{ "has", "a word is looked for by has word \"VIP\"" },
		{ "is", "is it equal (=), or is it missing(x)?" },
		{ "is_missing", "write missing(x)" },
		{ "contains", "write x like \"*VIP*\" or x has word \"VIP\"" },
		{ "per", "\"per\" stands after a number" },
		{ "if", "write \"when\"" },
	};
	size_t	 i;

	if (t > lx->token && t[-1].look == LOOK_NUMBER && t[-1].flags == 0) {
		for (i = 0; i < NUNITS; i++)
			if (is_word(t, units[i].text))
				break;
		if (i < NUNITS)
			return policy_format(lx->policy, "a unit stands right "
			    "behind its number: %.*s%s", (int)(t[-1].end -
			    t[-1].start), lx->policy->text + t[-1].start,
			    t->text);
		for (i = 0; i < NSPELT; i++)
			if (is_word(t, spelt[i][0]))
				return policy_format(lx->policy, "write "
				    "%.*s%s", (int)(t[-1].end - t[-1].start),
				    lx->policy->text + t[-1].start,
				    spelt[i][1]);
	}
	if (in_expr(lx) || is_word(t, "if"))
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (is_word(t, known[i][0]))
				return known[i][1];
	return NULL;
}

static void
unknown_word(struct lex *lx, const struct token *t)
{
	const char	*names[200], *why;
	struct policy	*p = lx->policy;
	size_t		 i, n = 0;

	for (i = 0; i < KW_NKEYWORDS; i++)
		names[n++] = keyword_row((enum keyword)i)->text;
	if (!lx->inside) {
		policy_error(p, t->at, "unknown statement \"%s\"%s", t->text,
		    did_you_mean(p, t->text, names, n));
		return;
	}
	for (i = 0; i < clause_rows(); i++)
		if (clause_row(i)->keywords >> lx->keyword & 1)
			names[n++] = clause_row(i)->text;
	if ((why = meant(lx, t)) != NULL) {
		policy_error(p, t->at, "%s", why);
		return;
	}
	if (in_expr(lx))
		for (i = 0; i < NOPERATORS; i++)
			names[n++] = operators[i];
	if (t->first && !lx->brace)
		policy_error(p, t->at, "unknown statement \"%s\", and no "
		    "clause of %s%s", t->text, keyword_row(lx->keyword)->text,
		    did_you_mean(p, t->text, names, n));
	else
		policy_error(p, t->at, "unknown clause \"%s\" of %s%s",
		    t->text, keyword_row(lx->keyword)->text,
		    did_you_mean(p, t->text, names, n));
}

static void
missing(struct lex *lx, const struct token *t, const char *what)
{
	if (t > lx->token)
		policy_error(lx->policy, end_of(t - 1), "%s is missing after "
		    "%s", what, token_show(lx->policy, t - 1));
}

void
lex_unexpected(struct lex *lx, const struct token *t)
{
	const struct clause_row	*row = lx->was_row;
	struct policy		*p = lx->policy;
	const char		*show;
	int			 end;

	lx->lost = (int)(t - lx->token) + 1;
	if (t->type == BAD)
		return;
	show = token_show(p, t);
	/* Is it something that no value goes on with? */
	end = t->look == LOOK_END || t->type == KEYWORD || t->row != NULL ||
	    is_sign(t, '}') || is_sign(t, '{');
	if (!lx->inside) {
		if (t->look == LOOK_WORD)
			unknown_word(lx, t);
		else
			policy_error(p, t->at, "a statement begins with a "
			    "keyword, not with %s", show);
	} else if (row != NULL && lx->was_operand) {
		if (t->look == LOOK_WORD && is_placeholder(t->text))
			policy_error(p, t->at, "\"%s\" is a placeholder: "
			    "put %s in its place", t->text,
			    shape_is_expr(row->shape) ? "a value" :
			    shape_hint(row->shape));
		else if (end)
			missing(lx, t, shape_is_expr(row->shape) ? "a value" :
			    shape_hint(row->shape));
		else if (shape_is_expr(row->shape))
			policy_error(p, t->at,
			    "a value is wanted here, not %s", show);
		else
			policy_error(p, t->at, "\"%s\" wants %s, not %s",
			    row->text[0] == '\0' ? "the comparison" :
			    row->text, shape_hint(row->shape), show);
	} else if (t->type == NAME && t->look == LOOK_WORD)
		unknown_word(lx, t);
	else if (lx->was_parens > 0 && end)
		missing(lx, t, "\")\"");
	else if (row != NULL && shape_is_expr(row->shape) &&
	    t->look == LOOK_SIGN && (t->sign == '=' || t->sign == '<' ||
	    t->sign == '>' || t->sign >= 256))
		policy_error(p, t->at, "one comparison cannot follow the "
		    "other: join two with \"and\"");
	else if (end && row != NULL && t > lx->token &&
	    (t->first || t->look == LOOK_END))
		policy_error(p, end_of(t - 1), "this breaks off after %s",
		    token_show(p, t - 1));
	else if (end)
		policy_error(p, t->at, "unexpected %s", show);
	else if (row != NULL && row->text[0] != '\0')
		policy_error(p, t->at, "unexpected %s after \"%s\"", show,
		    row->text);
	else
		policy_error(p, t->at, "unexpected %s in %s", show,
		    keyword_row(lx->keyword)->text);
}
