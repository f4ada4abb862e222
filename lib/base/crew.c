/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "base/crew.h"

size_t
crew_size(int jobs)
{
	cpu_set_t	 set;

	if (jobs > 0)
		return jobs < CREW_MAX ? (size_t)jobs : CREW_MAX;
	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return CPU_COUNT(&set) < CREW_MAX ? (size_t)CPU_COUNT(&set) : CREW_MAX;
}

void
crew_run(void *(*work)(void *), void *first, size_t size, size_t n)
{
	pthread_t	 threads[CREW_MAX];
	sigset_t	 all, old;
	size_t		 i, started;

	sigfillset(&all);
	sigdelset(&all, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	for (started = 1; started < n && started < CREW_MAX; started++)
		if (pthread_create(&threads[started], NULL, work,
		    (char *)first + started * size) != 0)
			break;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	work(first);
	for (i = 1; i < started; i++)
		pthread_join(threads[i], NULL);
}
