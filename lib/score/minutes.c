/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was judged, as it is written.
 */
#include "config.h"

#include <string.h>

#include "score/sla.h"

const char *
metric_word(enum metric_status status)
{
	static const char *const words[] = {
		[METRIC_NONE] = "", [METRIC_MET] = "met",
		[METRIC_PAUSED] = "paused", [METRIC_OPEN] = "open",
		[METRIC_WARNING] = "warning", [METRIC_BREACHED] = "breached"
	};

	return words[status];
}

/* Of a minute, rounded half to even. */
static int64_t
thousandths(tick t)
{
	const tick	 unit = 60 * TICKS / 1000;
	int64_t		 n = t / unit;
	tick		 rest = t % unit;

	return n + (rest > unit / 2 || (rest == unit / 2 && n % 2 == 1));
}

num
minutes_of(tick t)
{
	return (t < 0 ? -thousandths(-t) : thousandths(t)) * (NUM_ONE / 1000);
}

size_t
minutes_format(char text[NUM_SIZE], tick t)
{
	char		 digits[NUM_SIZE], *p = digits + NUM_SIZE, *end = p;
	uint64_t	 n = (uint64_t)thousandths(t < 0 ? -t : t);
	unsigned	 part = (unsigned)(n % 1000);
	int		 i, shown = 0, negative = t < 0 && n > 0;

	n /= 1000;
	for (i = 0; i < 3; i++, part /= 10) {
		shown |= part % 10 != 0;
		if (shown)
			*--p = (char)('0' + part % 10);
	}
	if (shown)
		*--p = '.';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (negative)
		*--p = '-';
	memcpy(text, p, (size_t)(end - p));
	return (size_t)(end - p);
}
