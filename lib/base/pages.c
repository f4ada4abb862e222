/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>

#include <stdint.h>

#include "base/pages.h"

#ifndef MADV_POPULATE_WRITE		/* Linux 5.14, before glibc had it */
#define MADV_POPULATE_WRITE	23
#endif

#define PAGE	((size_t)4096)	/* or more: then less is trimmed */

static char *
map(size_t n)
{
	void	*p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *
pages_reserve(size_t n)
{
	char	*p = map(n);
	size_t	 off;

	n = (n + PAGE - 1) / PAGE * PAGE;
	/* Only what is aligned can be a huge page; the next one then is. */
	if (p != NULL && n >= PAGES_HUGE &&
	    (off = (uintptr_t)p % PAGES_HUGE) != 0) {
		munmap(p, n);
		if ((p = map(n + PAGES_HUGE)) == NULL)
			return map(n);
		off = PAGES_HUGE - (uintptr_t)p % PAGES_HUGE;
		munmap(p, off);
		p += off;
		if (off < PAGES_HUGE)
			munmap(p + n, PAGES_HUGE - off);
	}
	if (p == NULL)
		return NULL;
	/* Help and no more, as is filling: else they come one by one. */
	(void)madvise(p, n, MADV_HUGEPAGE);
	return p;
}

void
pages_fill(void *memory, size_t n)
{
	const size_t	 off = (uintptr_t)memory % PAGE;

	(void)madvise((char *)memory - off, n + off, MADV_POPULATE_WRITE);
}

void *
pages_new(size_t n)
{
	char	*p = map(n);

	if (p != NULL)
		pages_fill(p, n);
	return p;
}

void
pages_free(void *p, size_t n)
{
	if (p != NULL)
		munmap(p, n);
}
