/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was judged, as it is written.
 */
#include "config.h"

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
