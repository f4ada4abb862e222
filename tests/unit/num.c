/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <limits.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vip.h"

__extension__ typedef __int128 wide;

/* Not that of random.h: any() wants 64 bits that are all good. */
static uint64_t	 seed;

static uint64_t
next(void)
{
	uint64_t	 x = (seed += UINT64_C(0x9e3779b97f4a7c15));

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static int
below(int n)
{
	return (int)(next() % (uint64_t)n);
}

/* Any magnitude is as likely as any other. */
static num
any(void)
{
	return (num)(next() >> below(64)) * (below(2) ? 1 : -1);
}

static void
is_num(const char *text, const char *want)
{
	char	 out[NUM_SIZE];
	num	 x = -77;
	size_t	 n;
	int	 rc;

	rc = num_parse(text, strlen(text), &x);
	if (want == NULL) {
		if (rc != -1 || x != -77)
			fail_msg("\"%s\" was read", text);
		return;
	}
	if (rc != 0)
		fail_msg("\"%s\" was not read", text);
	n = num_format(out, x);
	if (n != strlen(want) || memcmp(out, want, n) != 0)
		fail_msg("\"%s\" gave %.*s", text, (int)n, out);
}

static void
test_parse(void **state)
{
	static const char *const	 bad[] = {
		"", "-", "+", ".", "-.", "1.", "1.e3", ".e3", "e3", "1e", "1e+",
		"1e-", "1e3.5", "1e3 ", "--5", "+-5", "1-", "1..2", "1.2.3",
		" 1", "1 ", "1 2", "\t1", "12abc", "abc", "N/A", "0x1p3",
		"0xFF",
		"nan", "inf", "-inf", "infinity", "nan(0x7ff)", "1,5",
		"1,234.56",
		"1_000", "$5", "(5.00)", "1/2", "1:2", "\xef\xbc\x91", "1d3",
		"1f",
		"0.1234567", "0.0000001", "1e-7", "1.5e-6", "1e400", "-1e400",
		"1e-400", "1e99999999999999999999", "1e-99999999999999999999",
		"9223372036854.775808", "-9223372036854.775809",
		"9223372036855",
		"99999999999999999999", "18446744073709.551616",
		"18446744073709551616", "1e13", "12345678901234567890123456",
		"9223372036854.7758071", "123456789012345678901234567890e-30"
	};
	size_t	 i;
	num	 x;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_num(bad[i], NULL);
	is_num("0", "0");
	is_num("-0", "0");
	is_num("-0.000000", "0");
	is_num("0e400", "0");
	is_num("0.0e-99999999999999999999", "0");
	is_num("12", "12");
	is_num("-3.5", "-3.5");
	is_num("+.25", "0.25");
	is_num("-.000001", "-0.000001");
	is_num("412.50", "412.5");
	is_num("1e3", "1000");
	is_num("1E+3", "1000");
	is_num("1e-6", "0.000001");
	is_num("10e-7", "0.000001");
	is_num("2.5e0003", "2500");
	is_num("1.5000000", "1.5");
	is_num("1.50000000000000000000000000000000000000", "1.5");
	is_num("00000000000000000000000000000000000012", "12");
	is_num("0000000000000000000.0000010000000000", "0.000001");
	is_num("1000000000000000000000000000000e-30", "1");
	is_num("0.000000000000000000000000000001e30", "1");
	is_num("12345678", "12345678");
	is_num("123456789", "123456789");
	is_num(".123456", "0.123456");
	is_num("1.234567", "1.234567");
	is_num("9223372036854.775807", "9223372036854.775807");
	is_num("9223372036854.7758070", "9223372036854.775807");
	is_num("-9223372036854.775808", "-9223372036854.775808");
	is_num("922337203685477580.7e-5", "9223372036854.775807");

	/* A NUL is a byte like any other, and no digit. */
	assert_int_equal(num_parse("12\0" "34", 5, &x), -1);
	assert_int_equal(num_parse("12\0", 3, &x), -1);
	assert_int_equal(num_parse(NULL, 0, &x), -1);
}

/* num_parse(), and the same with other bytes before the number. */
static int
parse(const char *s, size_t len, num *out)
{
	static const char	 before[] = "7,-.e1\xff+";
	char			 text[128];
	size_t			 n = sizeof(before) - 1, skip;
	int			 rc = num_parse(s, len, out), again;
	num			 x;

	assert_true(n + len <= sizeof(text));
	memcpy(text, before, n);
	memcpy(text + n, s, len);
	for (skip = 0; skip <= n; skip++) {
		x = 0;
		again = num_parse_in(text + n, len, &x, text + skip);
		if (again != rc || (rc == 0 && x != *out))
			fail_msg("\"%.*s\" behind %zu bytes: %d %jd", (int)len,
			    s, n - skip, again, (intmax_t)x);
	}
	return rc;
}

/*
 * The same by another road: a regular expression tells what a number is,
 * and its digits are written out around a fixed point.  Return 1 for an
 * exponent that this has no room for.
 */
static int
reference(const regex_t *form, const char *s, num *out)
{
	enum { POINT = 128, SIZE = 256 };
	char	 digits[SIZE];
	char	*e;
	long	 shift = 0;
	int	 i, at, seen = 0, negative = *s == '-';
	wide	 sum = 0;

	if ((e = strpbrk(s, "eE")) != NULL &&
	    labs(shift = strtol(e + 1, NULL, 10)) > 40)
		return 1;
	if (regexec(form, s, 0, NULL, 0) != 0)
		return -1;
	memset(digits, '0', sizeof(digits));
	at = POINT - (int)shift - (int)strcspn(s, ".eE") +
	    (*s == '-' || *s == '+');
	for (; *s != '\0' && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.' || *s == '-' || *s == '+')
			continue;
		assert_in_range(at, 0, SIZE - 1);
		digits[at++] = *s;
	}
	for (i = 0; i < SIZE; i++) {
		if (i >= POINT + 6 && digits[i] != '0')
			return -1;
		if (i >= POINT + 6)
			continue;
		seen |= digits[i] != '0';
		sum = sum * 10 + (digits[i] - '0');
		if (seen && sum > (wide)1 << 70)
			return -1;
	}
	if (negative)
		sum = -sum;
	if (sum > INT64_MAX || sum < INT64_MIN)
		return -1;
	*out = (num)sum;
	return 0;
}

static void
test_parse_reference(void **state)
{
	static const char	 junk[] = "0123456789+-.eE ,x\xb2/:";
	regex_t			 form;
	char			 s[80];
	size_t			 len;
	int			 i, n, rc, want, good = 0;
	num			 x, y;

	(void)state;
	assert_int_equal(regcomp(&form, "^[+-]?([0-9]+([.][0-9]+)?|[.][0-9]+)"
	    "([eE][+-]?[0-9]+)?$", REG_EXTENDED | REG_NOSUB), 0);
	seed = 1;
	for (i = 0; i < 300000; i++) {
		len = 0;
		if (below(4) == 0)
			s[len++] = "+-"[below(2)];
		for (n = below(below(4) ? 8 : 24); n > 0; n--)
			s[len++] = (char)(below(3) ? '0' + below(10) : '0');
		if (below(3) != 0) {
			s[len++] = '.';
			for (n = below(below(4) ? 8 : 24); n > 0; n--)
				s[len++] = (char)(below(3) ? '0' + below(10) :
				    '0');
		}
		if (below(8) == 0)
			len += (size_t)sprintf(s + len, "e%d", below(50) - 25);
		if (len > 0 && below(8) == 0)
			s[below((int)len)] = junk[below(sizeof(junk) - 1)];
		s[len] = '\0';

		x = y = 0;
		if ((want = reference(&form, s, &y)) == 1)
			continue;
		rc = parse(s, len, &x);
		if (rc != want || x != y)
			fail_msg("\"%s\": %d %jd, want %d %jd", s, rc,
			    (intmax_t)x, want, (intmax_t)y);
		good += rc == 0;
	}
	regfree(&form);
	/* Both kinds were there. */
	assert_in_range(good, 100000, 280000);
}

/* Every text of up to five bytes of those that matter. */
static void
test_parse_all(void **state)
{
	static const char	 set[] = "019.+-eE/: ";
	regex_t			 form;
	char			 s[6];
	int			 i, n, k, rc, want;
	num			 x, y;

	(void)state;
	assert_int_equal(regcomp(&form, "^[+-]?([0-9]+([.][0-9]+)?|[.][0-9]+)"
	    "([eE][+-]?[0-9]+)?$", REG_EXTENDED | REG_NOSUB), 0);
	/* The digits of i to the base 12, where 0 is no byte. */
	for (i = 0; i < 12 * 12 * 12 * 12 * 12; i++) {
		for (k = i, n = 0; k > 0 && k % 12 > 0; k /= 12)
			s[n++] = set[k % 12 - 1];
		if (k > 0)
			continue;
		s[n] = '\0';
		x = y = 0;
		if ((want = reference(&form, s, &y)) == 1)
			continue;
		rc = parse(s, (size_t)n, &x);
		if (rc != want || x != y)
			fail_msg("\"%s\": %d %jd, want %d %jd", s, rc,
			    (intmax_t)x, want, (intmax_t)y);
	}
	regfree(&form);
}

static void
test_format(void **state)
{
	char	 out[NUM_SIZE], want[64];
	size_t	 n;
	num	 x, y;
	int	 i;

	(void)state;
	seed = 2;
	for (i = 0; i < 100000; i++) {
		x = i == 0 ? NUM_MAX : i == 1 ? NUM_MIN : any();
		if (i % 4 == 2)
			x -= x % 1000;
		if (i % 4 == 3)
			x = (below(14) - 2) * NUM_ONE + below(2);
		n = num_format(out, x);
		assert_in_range(n, 1, NUM_SIZE);
		assert_int_equal(num_put(want, x), n);
		assert_memory_equal(want, out, n);
		assert_int_equal(num_parse(out, n, &y), 0);
		assert_true(x == y);
		assert_true(memchr(out, '.', n) == NULL || out[n - 1] != '0');

		n = num_format_fixed(out, x, 6);
		snprintf(want, sizeof(want), "%s%ju.%06ju", x < 0 ? "-" : "",
		    (uintmax_t)(x < 0 ? -(uint64_t)x : (uint64_t)x) / 1000000,
		    (uintmax_t)(x < 0 ? -(uint64_t)x : (uint64_t)x) % 1000000);
		assert_int_equal(n, strlen(want));
		assert_memory_equal(out, want, n);
	}
}

static void
is_fixed(num x, int decimals, const char *want)
{
	char	 out[NUM_SIZE];
	size_t	 n;

	n = num_format_fixed(out, x, decimals);
	if (n != strlen(want) || memcmp(out, want, n) != 0)
		fail_msg("%jd with %d decimals is %.*s, want %s", (intmax_t)x,
		    decimals, (int)n, out, want);
}

static void
test_format_fixed(void **state)
{
	(void)state;
	is_fixed(0, 0, "0");
	is_fixed(0, 2, "0.00");
	is_fixed(500000, 0, "0");
	is_fixed(1500000, 0, "2");
	is_fixed(2500000, 0, "2");
	is_fixed(2500001, 0, "3");
	is_fixed(-2500000, 0, "-2");
	is_fixed(-3500000, 0, "-4");
	is_fixed(1005000, 2, "1.00");
	is_fixed(1015000, 2, "1.02");
	is_fixed(-1000, 2, "0.00");
	is_fixed(-5001, 2, "-0.01");
	is_fixed(999999, 5, "1.00000");
	is_fixed(999999, 6, "0.999999");
	is_fixed(1, 6, "0.000001");
	is_fixed(NUM_MAX, 0, "9223372036855");
	is_fixed(NUM_MAX, 6, "9223372036854.775807");
	is_fixed(NUM_MIN, 3, "-9223372036854.776");
	is_fixed(NUM_MIN, 6, "-9223372036854.775808");
}

/* a / b, half to even, by the remainder of a division that rounds down. */
static wide
quotient(wide a, wide b)
{
	wide	 q, r;

	if (b < 0) {
		a = -a;
		b = -b;
	}
	q = a / b - (a % b < 0);
	r = a - q * b;
	if (2 * r > b || (2 * r == b && (q & 1) == 1))
		q++;
	return q;
}

static void
same(const char *what, num a, num b, int rc, num got, wide want)
{
	int	 fits = want <= INT64_MAX && want >= INT64_MIN;

	if (rc != (fits ? 0 : -1) || got != (fits ? (num)want : 42))
		fail_msg("%jd %s %jd: %d %jd", (intmax_t)a, what, (intmax_t)b,
		    rc, (intmax_t)got);
}

static void
test_arithmetic(void **state)
{
	static const num	 edges[] = {
		0, 1, -1, 2, -2, NUM_ONE, -NUM_ONE, NUM_ONE / 2, 3 * NUM_ONE,
		NUM_MAX, NUM_MIN, NUM_MAX - 1, NUM_MIN + 1, NUM_MAX / 2
	};
	const int	 n = sizeof(edges) / sizeof(edges[0]);
	num		 a, b, x, unit;
	wide		 want;
	int		 i, rc, d, small = 0;

	(void)state;
	seed = 3;
	for (i = 0; i < 100000; i++) {
		a = i < n * n ? edges[i / n] : any();
		b = i < n * n ? edges[i % n] : any();
		/* Halves are rare by chance. */
		if (i > n * n && below(4) == 0)
			b = NUM_ONE / 2 * (below(19) - 9);

		x = 42;
		rc = num_add(a, b, &x);
		same("+", a, b, rc, x, (wide)a + b);
		x = 42;
		rc = num_sub(a, b, &x);
		same("-", a, b, rc, x, (wide)a - b);
		x = 42;
		rc = num_mul(a, b, &x);
		same("*", a, b, rc, x, quotient((wide)a * b, NUM_ONE));
		x = 42;
		if (num_mul_small(a, b, &x)) {
			same("*", a, b, 0, x, quotient((wide)a * b, NUM_ONE));
			small++;
		} else
			assert_true(x == 42);
		x = 42;
		rc = num_div(a, b, &x);
		if (b == 0)
			assert_true(rc == -1 && x == 42);
		else
			same("/", a, b, rc, x, quotient((wide)a * NUM_ONE, b));
		x = 42;
		if (num_div_small(a, b, &x)) {
			same("/", a, b, 0, x, quotient((wide)a * NUM_ONE, b));
			small++;
		} else
			assert_true(x == 42);

		for (d = 0, unit = NUM_ONE; d <= 6; d++, unit /= 10) {
			want = quotient(a, unit) * unit;
			x = num_round(a, d);
			if (want > INT64_MAX || want < INT64_MIN)
				want = a / unit * unit;
			assert_true(x == want);
		}
	}
	assert_true(small > 10000);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_reference),
		cmocka_unit_test(test_parse_all),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_fixed),
		cmocka_unit_test(test_arithmetic)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
