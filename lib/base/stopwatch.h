/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STOPWATCH_H
#define VIP_STOPWATCH_H

#include <stdint.h>

/*
 * Nanoseconds of a clock that nobody sets, from no moment in particular:
 * only the difference of two readings means anything.  stopwatch_worked()
 * stands still while the thread that reads it does not run.
 *
 * No output may depend on it: what time it is comes to lib as an argument.
 * base/pages.c asks it which way memory comes sooner, which is zeroed either
 * way, and table/progress.c how long who waits has waited, for the standard
 * error alone.  base/vip.h leaves it out, so that the files that read it are
 * those that name it.
 */
int64_t	 stopwatch_read(void);
int64_t	 stopwatch_worked(void);

#endif /* VIP_STOPWATCH_H */
