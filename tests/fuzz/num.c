/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What num_parse() takes is made of digits, signs, a point and an exponent,
 * and comes back the same after num_format().
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vip.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	 out[NUM_SIZE];
	num	 n, again, sum;
	size_t	 i, len;

	if (num_parse((const char *)data, size, &n) == -1)
		return 0;
	for (i = 0; i < size; i++)
		if (data[i] == '\0' || strchr("0123456789+-.eE", data[i]) == NULL)
			abort();
	len = num_format(out, n);
	if (len == 0 || len > sizeof(out))
		abort();
	if (num_parse(out, len, &again) == -1 || again != n)
		abort();
	for (i = 0; i <= 6; i++)
		if (num_format_fixed(out, n, (int)i) > sizeof(out))
			abort();
	if (num_sub(n, NUM_ONE, &sum) == 0 &&
	    (num_add(sum, NUM_ONE, &again) == -1 || again != n))
		abort();
	return 0;
}
