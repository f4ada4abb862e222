/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <time.h>

#include "base/stopwatch.h"

static int64_t
nanoseconds(clockid_t clock)
{
	struct timespec	 t;

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int64_t
stopwatch_read(void)
{
	return nanoseconds(CLOCK_MONOTONIC);
}

int64_t
stopwatch_worked(void)
{
	return nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}
