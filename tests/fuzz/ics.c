/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of holidays is refused with a message, or gives days in their
 * order, within what was asked for, and more when more is asked for.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/vip.h"
#include "calendar/calendar.h"

#define FIRST	((int64_t)16436)	/* 2015-01-01 */
#define LAST	((int64_t)21183)	/* 2027-12-31 */

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static size_t
within(const struct holidays *h)
{
	size_t	 i, n = 0;

	for (i = 0; i < h->n; i++)
		n += h->v[i].day >= FIRST && h->v[i].day <= LAST;
	return n;
}

static void
check(const char *path)
{
	struct holidays	 some, all;
	char		*error = NULL;
	size_t		 i;

	if (holidays_list(path, NULL, FIRST, LAST, &some, &error) == -1) {
		if (error == NULL || some.n != 0)
			abort();
		free(error);
		return;
	}
	for (i = 0; i < some.n; i++)
		if (some.v[i].name == NULL || some.v[i].day < FIRST ||
		    some.v[i].day > LAST ||
		    (i > 0 && some.v[i].day < some.v[i - 1].day))
			abort();
	if (holidays_list(path, NULL, CALENDAR_FIRST, CALENDAR_LAST, &all,
	    &error) == 0) {
		if (within(&all) != some.n)
			abort();
		holidays_free(&all);
	} else
		free(error);
	holidays_free(&some);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	 path[64];
	int	 fd;

	if ((fd = memfd_create("ics", MFD_CLOEXEC)) == -1)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size)
		check(path);
	(void)close(fd);
	return 0;
}
