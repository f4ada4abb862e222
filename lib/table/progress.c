/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line on the standard error for who waits: rows, speed, and what is left
 * where the size is known.  The one place of lib/table that looks at a
 * clock, and what it sees goes nowhere else.
 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "base/stopwatch.h"
#include "base/vip.h"
#include "table/parts.h"

#define SECOND	1000000000
#define EVERY	(SECOND / 5)

void
progress_start(struct progress *p, int wanted, uint64_t total)
{
	p->shown = 0;
	p->start = p->next = 0;
	p->total = total;
	if (!wanted)
		return;
	p->start = stopwatch_read();
	p->next = p->start + EVERY;
}

void
progress_tick(struct progress *p, uint64_t rows, uint64_t bytes)
{
	char	 line[128];
	int64_t	 t;
	double	 seconds;
	int	 n;

	if (p->start == 0 || (t = stopwatch_read()) < p->next)
		return;
	p->next = t + EVERY;
	seconds = (double)(t - p->start) / SECOND;
	n = snprintf(line, sizeof(line), "\r%llu rows, %.0f MB/s",
	    (unsigned long long)rows, (double)bytes / 1e6 / seconds);
	if (p->total > 0 && bytes > 0 && bytes <= p->total)
		n += snprintf(line + n, sizeof(line) - (size_t)n,
		    ", %.0f%%, %.0f s left",
		    100.0 * (double)bytes / (double)p->total,
		    seconds * (double)(p->total - bytes) / (double)bytes);
	n += snprintf(line + n, sizeof(line) - (size_t)n, "\033[K");
	p->shown = write(STDERR_FILENO, line, (size_t)n) > 0;
}

void
progress_end(struct progress *p)
{
	if (p->shown && write(STDERR_FILENO, "\r\033[K", 4) == -1)
		return;
	p->shown = 0;
	p->start = 0;
}
