/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/bytes.h"
#include "base/num.h"

__extension__ typedef unsigned __int128 uwide;

#define DECIMALS	6
#define EXPONENT_MAX	((int64_t)1 << 56)	/* beyond any input's length */

static const uint64_t	 power10[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
	100000000000000, 1000000000000000, 10000000000000000,
	100000000000000000, 1000000000000000000
};

#define POWERS	((int64_t)(sizeof(power10) / sizeof(power10[0])))

static uint64_t
magnitude(num x)
{
	return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

/* Set a number from its sign and millionths, if it is in range. */
static int
set(num *out, int negative, uint64_t m)
{
	if (m > (uint64_t)NUM_MAX + (negative != 0))
		return -1;
	*out = (num)(negative ? -m : m);
	return 0;
}

/*
 * Any number, at "digits" after its sign: the significant digits without
 * zeros at either end, and the power of ten of the last.  There are 19 of
 * them in the largest number, so that a 20th is either too much or too
 * small.
 */
static int
parse_any(const char *digits, const char *end, int negative, num *out)
{
	const char	*p, *last;
	uint64_t	 m = 0;
	int64_t		 exponent = 0, fraction = 0, zeros = 0, k;
	unsigned	 d;
	int		 point = 0, minus, many = 0, n = 0;

	for (p = digits; p < end; p++) {
		d = (unsigned char)*p - (unsigned)'0';
		if (d > 9) {
			if (*p != '.' || point)
				break;
			point = 1;
			continue;
		}
		fraction += point;
		if (d == 0) {
			zeros++;
			continue;
		}
		if (m == 0)
			zeros = 0;
		if (many || n + zeros + 1 > 19) {
			many = 1;
		} else {
			for (; zeros > 0; zeros--, n++)
				m *= 10;
			m = m * 10 + d;
			n++;
		}
		zeros = 0;
	}
	last = p - 1;
	if (p == digits || *last == '.')
		return -1;

	if (p < end) {
		if (*p != 'e' && *p != 'E')
			return -1;
		p++;
		minus = p < end && *p == '-';
		if (p < end && (*p == '-' || *p == '+'))
			p++;
		if (p == end)
			return -1;
		for (; p < end; p++) {
			d = (unsigned char)*p - (unsigned)'0';
			if (d > 9)
				return -1;
			if (exponent < EXPONENT_MAX)
				exponent = exponent * 10 + (int64_t)d;
		}
		if (exponent > EXPONENT_MAX)
			exponent = EXPONENT_MAX;
		if (minus)
			exponent = -exponent;
	}

	if (m == 0) {
		*out = 0;
		return 0;
	}
	k = exponent - fraction + zeros + DECIMALS;
	if (many || k < 0 || k >= POWERS ||
	    __builtin_mul_overflow(m, power10[k], &m))
		return -1;
	return set(out, negative, m);
}

/* A number of 1 to 8 bytes, or 0, and then parse_any() looks at it. */
static int
parse_short(const char *p, size_t n, num *out)
{
	uint64_t	 x;

	if (n >= 4)
		x = load4(p) | load4(p + n - 4) << 8 * (n - 4);
	else
		x = (uint64_t)(unsigned char)p[0] |
		    (uint64_t)(unsigned char)p[n / 2] << 8 * (n / 2) |
		    (uint64_t)(unsigned char)p[n - 1] << 8 * (n - 1);
	return num_word((x ^ NUM_BYTES('0')) << 8 * (8 - n), out);
}

int
num_parse(const char *s, size_t len, num *out)
{
	const char	*p = s, *end = s + len, *digits, *point = NULL;
	uint64_t	 m = 0;
	num		 x;
	unsigned	 d;
	int		 negative = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end)
		return -1;
	digits = p;
	if (end - p <= 8) {
		if (!parse_short(p, (size_t)(end - p), &x))
			return parse_any(digits, end, negative, out);
		*out = negative ? -x : x;
		return 0;
	}
	/* Nineteen digits are less than 2^64. */
	if (end - p > 19)
		return parse_any(digits, end, negative, out);
	for (; p < end; p++) {
		d = (unsigned char)*p - (unsigned)'0';
		if (d > 9) {
			if (*p != '.' || point != NULL)
				return parse_any(digits, end, negative, out);
			point = p;
			continue;
		}
		m = m * 10 + d;
	}
	if (point == NULL)
		point = end - 1;
	else if (point == end - 1)
		return -1;
	if (end - 1 - point > DECIMALS ||
	    __builtin_mul_overflow(m, power10[DECIMALS - (end - 1 - point)],
	    &m))
		return parse_any(digits, end, negative, out);
	return set(out, negative, m);
}

static const char	 pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

/* Write the digits of m, at least one; return their end. */
static char *
put(char *p, uint64_t m)
{
	char	*end;
	int	 n = 1;

	while (n < POWERS && m >= power10[n])
		n++;
	end = p += n;
	for (; m >= 100; m /= 100)
		memcpy(p -= 2, pairs + m % 100 * 2, 2);
	if (m >= 10)
		memcpy(p - 2, pairs + m * 2, 2);
	else
		p[-1] = (char)('0' + m);
	return end;
}

/* Write m in so many digits. */
static char *
put_decimals(char *p, uint64_t m, int decimals)
{
	int	 i;

	for (i = decimals; i-- > 0; m /= 10)
		p[i] = (char)('0' + m % 10);
	return p + decimals;
}

/* Divide, half to even. */
static uint64_t
divide(uint64_t a, uint64_t b)
{
	uint64_t	 q = a / b, r = a % b;

	return q + (r > b - r || (r == b - r && q % 2 != 0));
}

/* What the last of so many decimals counts, in millionths. */
static uint64_t
unit_of(int decimals)
{
	return power10[decimals < 0 ? DECIMALS :
	    decimals > DECIMALS ? 0 : DECIMALS - decimals];
}

/* Millionths, rounded; of NUM_MAX they may be more than NUM_MAX. */
static uint64_t
rounded(num x, int decimals)
{
	uint64_t	 unit = unit_of(decimals);

	return divide(magnitude(x), unit) * unit;
}

size_t
num_format(char out[NUM_SIZE], num x)
{
	uint64_t	 m = magnitude(x), whole = m / (uint64_t)NUM_ONE;
	uint64_t	 rest = m - whole * (uint64_t)NUM_ONE;
	char		*p = out;
	int		 decimals = DECIMALS, one;

	if (x < 0)
		*p++ = '-';
	if (whole < 10)
		*p++ = (char)('0' + whole);
	else if (whole < 100) {
		memcpy(p, pairs + whole * 2, 2);
		p += 2;
	} else if (whole < 10000) {
		one = whole < 1000;		/* digit of the first pair */
		memcpy(p, pairs + whole / 100 * 2 + one, 2);
		memcpy(p + 2 - one, pairs + whole % 100 * 2, 2);
		p += 4 - one;
	} else
		p = put(p, whole);
	if (rest > 0) {
		if (rest % 1000 == 0) {		/* as money and minutes are */
			rest /= 1000;
			*p = '.';
			memcpy(p + 1, pairs + rest / 10 * 2, 2);
			p[3] = (char)('0' + rest % 10);
			p += rest % 10 != 0 ? 4 : p[2] != '0' ? 3 : 2;
			return (size_t)(p - out);
		}
		for (; rest % 10 == 0; rest /= 10)
			decimals--;
		*p++ = '.';
		p = put_decimals(p, rest, decimals);
	}
	return (size_t)(p - out);
}

size_t
num_format_fixed(char out[NUM_SIZE], num x, int decimals)
{
	uint64_t	 m = rounded(x, decimals);
	char		*p = out;

	if (x < 0 && m > 0)
		*p++ = '-';
	p = put(p, m / (uint64_t)NUM_ONE);
	if (decimals > 0) {
		*p++ = '.';
		if (decimals > DECIMALS)
			decimals = DECIMALS;
		p = put_decimals(p, m % (uint64_t)NUM_ONE /
		    power10[DECIMALS - decimals], decimals);
	}
	return (size_t)(p - out);
}

int
num_add(num a, num b, num *out)
{
	num	 x;

	if (__builtin_add_overflow(a, b, &x))
		return -1;
	*out = x;
	return 0;
}

int
num_sub(num a, num b, num *out)
{
	num	 x;

	if (__builtin_sub_overflow(a, b, &x))
		return -1;
	*out = x;
	return 0;
}

/*
 * a * b / c, half to even, of magnitudes.  Nearly always the product fits
 * into 64 bits, where division is several times faster.
 */
static int
scale(num *out, int negative, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t	 m;
	uwide		 x, q, r;

	if (!__builtin_mul_overflow(a, b, &m))
		return set(out, negative, divide(m, c));
	x = (uwide)a * b;
	q = x / c;
	r = x % c;
	q += r > c - r || (r == c - r && q % 2 != 0);
	if (q > UINT64_MAX)
		return -1;
	return set(out, negative, (uint64_t)q);
}

int
num_mul(num a, num b, num *out)
{
	/* The compiler knows how to divide by a constant. */
	if (num_mul_small(a, b, out))
		return 0;
	return scale(out, (a < 0) != (b < 0), magnitude(a), magnitude(b),
	    (uint64_t)NUM_ONE);
}

int
num_div(num a, num b, num *out)
{
	if (num_div_small(a, b, out))
		return 0;
	if (b == 0)
		return -1;
	return scale(out, (a < 0) != (b < 0), magnitude(a),
	    (uint64_t)NUM_ONE, magnitude(b));
}

int
num_muldiv(num a, num b, num c, num *out)
{
	if (c == 0)
		return -1;
	return scale(out, ((a < 0) != (b < 0)) != (c < 0), magnitude(a),
	    magnitude(b), magnitude(c));
}

num
num_round(num x, int decimals)
{
	num	 y;

	if (set(&y, x < 0, rounded(x, decimals)) == -1)
		return x - x % (num)unit_of(decimals);
	return y;
}
