/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/pages.h"
#include "base/stopwatch.h"

#ifndef MADV_POPULATE_WRITE		/* Linux 5.14, before glibc had it */
#define MADV_POPULATE_WRITE	23
#endif

#define PAGE	((size_t)4096)	/* or more: then less is trimmed */

#define SHEAF_MIN	((size_t)64 * 1024)

#define SLOW		INT64_C(500000)	/* nanoseconds for a huge page */
#define PATIENCE	3

struct sheaf {
	struct sheaf		*next;
	size_t			 size;
	alignas(max_align_t) char bytes[];
};

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

/*
 * A huge page takes a third of the time that small ones take, or several
 * times as long: where a machine is one of several on a host, which has taken
 * back what was free.  After some of those there are only small ones.
 */
void *
pages_new(size_t n)
{
	static atomic_int	 late;
	const int64_t		 start = stopwatch_read();
	char			*p;

	p = n < PAGES_HUGE || late > PATIENCE ? map(n) : pages_reserve(n);
	if (p == NULL)
		return NULL;
	pages_fill(p, n);
	if (stopwatch_read() - start > SLOW * (int64_t)(n / PAGES_HUGE + 1))
		late++;
	return p;
}

void
pages_free(void *p, size_t n)
{
	if (p != NULL)
		munmap(p, n);
}

void *
pieces_get(struct pieces *ps, size_t n)
{
	const size_t	 align = alignof(max_align_t);
	struct sheaf	*s = ps->sheaves;
	size_t		 size;

	n = (n + align - 1) / align * align;
	if (n > ps->left) {
		size = s == NULL ? SHEAF_MIN : s->size < PAGES_HUGE ?
		    s->size * 2 : PAGES_HUGE;
		if (size < sizeof(*s) + n)
			size = sizeof(*s) + n;
		if ((s = pages_new(size)) == NULL)
			return NULL;
		s->next = ps->sheaves;
		s->size = size;
		ps->sheaves = s;
		ps->free = s->bytes;
		ps->left = size - sizeof(*s);
	}
	ps->left -= n;
	ps->free += n;
	return ps->free - n;
}

void
pieces_free(struct pieces *ps)
{
	struct sheaf	*s;

	while ((s = ps->sheaves) != NULL) {
		ps->sheaves = s->next;
		pages_free(s, s->size);
	}
	memset(ps, 0, sizeof(*ps));
}
