/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CREW_H
#define VIP_CREW_H

#include <stddef.h>

#define CREW_MAX	256

/* How many threads "jobs" are: 0 for as many as there are cores. */
size_t	 crew_size(int jobs);

/*
 * Run work() in n threads, the calling one among them, until all return.
 * Thread i is given first + i * size.  Where fewer threads can be had there
 * are fewer, so the work must not be shared out beforehand.  Signals go to
 * the calling thread, but for SIGPIPE: a write that fails ends us.
 */
void	 crew_run(void *(*work)(void *), void *first, size_t size, size_t n);

#endif /* VIP_CREW_H */
