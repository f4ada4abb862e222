/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was judged, as it is written.
 */
#include "config.h"

#include "score/sla.h"

struct cell
metric_cell(enum metric_status status)
{
#define WORD(text)	{ text, sizeof(text) - 1 }
	static const struct cell	 words[] = {
		[METRIC_NONE] = WORD(""), [METRIC_MET] = WORD("met"),
		[METRIC_PAUSED] = WORD("paused"), [METRIC_OPEN] = WORD("open"),
		[METRIC_WARNING] = WORD("warning"),
		[METRIC_BREACHED] = WORD("breached")
	};
#undef WORD

	return words[status];
}

const char *
metric_word(enum metric_status status)
{
	return metric_cell(status).p;
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
