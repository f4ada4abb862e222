/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stamp_parse() takes is a day that there is, and comes back the same
 * through seconds.  The first line of the input, if it has several, is a
 * format for stamp_parse_format().
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vip.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
there_and_back(const struct stamp *st)
{
	const struct civil	*c = &st->civil;
	struct civil		 again;
	struct stamp		 back;
	size_t			 len;
	char			 out[WHEN_SIZE];
	when			 at;

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 ||
	    c->day < 1 || c->day > days_in_month(c->year, c->month) ||
	    c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 ||
	    c->second < 0 || c->second > 59)
		abort();
	at = civil_to_seconds(c);
	civil_of_seconds(at, &again);
	if (again.year != c->year || again.month != c->month ||
	    again.day != c->day || again.hour != c->hour ||
	    again.minute != c->minute || again.second != c->second)
		abort();
	if (when_format(out, at, 0) > sizeof(out))
		abort();
	len = tick_format(out, tick_of(at) + st->part, 0);
	if (st->part < 0 || st->part >= TICKS || len > sizeof(out) ||
	    stamp_parse(out, len, &back) == -1 || back.part != st->part ||
	    civil_to_seconds(&back.civil) != at)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char	*text = (const char *)data, *nl;
	struct stamp	 st;
	char		*format;
	size_t		 len;

	if (stamp_parse(text, size, &st) == 0)
		there_and_back(&st);
	else if (*stamp_fault(text, size) == '\0')
		abort();
	if (size == 0 || (nl = memchr(text, '\n', size)) == NULL)
		return 0;
	len = (size_t)(nl - text);
	format = xmemdup0(text, len);
	if (stamp_format_error(format) == NULL &&
	    stamp_parse_format(nl + 1, size - len - 1, format, &st) == 0)
		there_and_back(&st);
	free(format);
	return 0;
}
