/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_NUM_H
#define VIP_NUM_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/*
 * Decimal numbers as 64-bit counts of millionths: compared and summed
 * without rounding, whatever the locale.  The range is that of int64_t,
 * about +-9.2e12.
 */
typedef int64_t num;

#define NUM_ONE		((num)1000000)
#define NUM_MAX		INT64_MAX
#define NUM_MIN		INT64_MIN
#define NUM_SIZE	32		/* bytes that num_format() may write */

/*
 * Read "12", "-3.5", "+.25", "1e3": the whole of the bytes, ASCII digits,
 * a point.  Return 0, or -1 if they are no such number, need more than six
 * decimals, or are out of range.  "1." and blanks are no numbers.
 */
int	 num_parse(const char *, size_t, num *);

/* Write without trailing zeros ("412.5"); return the length, no NUL. */
size_t	 num_format(char [NUM_SIZE], num);

/* Write with just so many decimals (0 to 6), rounded half to even. */
size_t	 num_format_fixed(char [NUM_SIZE], num, int decimals);

/*
 * Arithmetic: 0, or -1 when the result is out of range (the result is then
 * not set).  Products and quotients are rounded half to even at the sixth
 * decimal.  num_div() by 0 is -1.
 */
int	 num_add(num, num, num *);
int	 num_sub(num, num, num *);
int	 num_mul(num, num, num *);
int	 num_div(num, num, num *);
/* a * b / c in one rounding; c == 0 is -1. */
int	 num_muldiv(num a, num b, num c, num *);

/*
 * Round half to even to so many decimals (0 to 6); towards zero within a
 * unit of NUM_MAX or NUM_MIN, where there is no other number.
 */
num	 num_round(num, int decimals);

/* Products and quotients of what is mostly multiplied and divided; or 0. */
static inline int
num_mul_small(num a, num b, num *out)
{
	uint64_t	 m, q, r;

	if ((a | b) < 0 ||
	    __builtin_mul_overflow((uint64_t)a, (uint64_t)b, &m))
		return 0;
	q = m / (uint64_t)NUM_ONE;
	r = m - q * (uint64_t)NUM_ONE;
	*out = (num)(q + (r + (q & 1) > (uint64_t)NUM_ONE / 2));
	return 1;
}

static inline int
num_div_small(num a, num b, num *out)
{
	uint64_t	 m = (uint64_t)a * (uint64_t)NUM_ONE, d = (uint64_t)b;
	uint64_t	 q, r;

	if ((uint64_t)a >> 43 != 0 || b <= 0 || b > NUM_MAX / 2)
		return 0;
	q = m / d;
	r = m - q * d;
	*out = (num)(q + (2 * r + (q & 1) > d));
	return 1;
}

/* num_format() with less ado for a digit, which is what counts mostly are. */
static inline size_t
num_put(char out[NUM_SIZE], num x)
{
	uint64_t	 q = (uint64_t)x / (uint64_t)NUM_ONE;

	if (q > 9 || q * (uint64_t)NUM_ONE != (uint64_t)x)
		return num_format(out, x);
	*out = (char)('0' + q);
	return 1;
}

#define NUM_BYTES(byte)	(UINT64_C(0x0101010101010101) * (byte))

/*
 * A number of up to 8 bytes, all of them at once: how many digits there are
 * and where the point is differs from cell to cell, which makes a loop
 * stumble at its end.  The last byte is the highest of the word, zeros fill
 * it up from below, and digits are 0 to 9.  Return 0 if this is no plain
 * number.
 */
static inline int
num_word(uint64_t x, num *out)
{
	/* What the lowest digit counts behind so many decimals. */
	static const int64_t	 unit[8] = {
		0, 100000, 10000, 1000, 100, 10, 1, 0
	};
	uint64_t		 other, below;
	int64_t			 scale = NUM_ONE;
	unsigned		 point;

	/* The high bits of bytes that are no digits. */
	other = (x | (x + NUM_BYTES(0x76))) & NUM_BYTES(0x80);
	if (other != 0) {
		point = 56 - ((unsigned)__builtin_clzll(other) & 56);
		scale = unit[7 - point / 8];
		if ((other & (other - 1)) != 0 || scale == 0 ||
		    (x >> point & 0xff) != ('.' ^ '0'))
			return 0;
		below = (other >> 7) - 1;
		x = (x & -(other << 1)) | (x & below) << 8;
	}

	/* Twos, fours, and all eight. */
	x = x * (10 << 8 | 1) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
	x = x * (100 << 16 | 1) >> 16 & UINT64_C(0x0000ffff0000ffff);
	x = x * (UINT64_C(10000) << 32 | 1) >> 32;
	*out = (num)x * scale;
	return 1;
}

/*
 * num_parse(), inline, where all bytes from "start" on may be read: numbers
 * are most of what is read.
 */
static inline int
num_parse_in(const char *p, size_t n, num *out, const char *start)
{
	const char	*end = p + n;
	uint64_t	 x;
	unsigned	 other;

	if (n - 1 < sizeof(x) && (size_t)(end - start) >= sizeof(x)) {
		other = 8 * (unsigned)(sizeof(x) - n);
		x = load8(end - sizeof(x)) ^ NUM_BYTES('0');
		x = x >> other << other;
		if (num_word(x, out))
			return 0;
	}
	return num_parse(p, n, out);
}

#endif /* VIP_NUM_H */
