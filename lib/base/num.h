/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_NUM_H
#define VIP_NUM_H

#include <stddef.h>
#include <stdint.h>

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

#endif /* VIP_NUM_H */
