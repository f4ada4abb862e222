/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/pages.h"
#include "base/stopwatch.h"

#ifndef MADV_POPULATE_WRITE		/* Linux 5.14, before glibc had it */
#define MADV_POPULATE_WRITE	23
#endif

/*
 * A huge page takes a quarter of a millisecond, which is a third of what
 * small ones take.  But where the machine is one of several on a host, which
 * has taken back what was free, it takes five milliseconds: one such, and
 * what is mapped from then on has only small ones, but for PAGES_HUGE.
 */
#define SLOW		INT64_C(2000000)	/* nanoseconds */

static atomic_int	 huge_is_slow;

#define SHEAF_MIN	((size_t)64 * 1024)
#define SHEAF_MAX	((size_t)8 * 1024 * 1024)

struct sheaf {
	struct sheaf		*next;
	size_t			 size;
	alignas(max_align_t) char bytes[];
};

static size_t
page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static char *
map(size_t n)
{
	void	*p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static char *
map_huge(size_t n)
{
	const size_t	 page = page_size();
	char		*p = map(n);
	size_t		 off;

	n = (n + page - 1) / page * page;
	/* Only what is aligned can be a huge page; the next one then is. */
	if (p != NULL && n >= PAGES_HUGE_SIZE &&
	    (off = (uintptr_t)p % PAGES_HUGE_SIZE) != 0) {
		munmap(p, n);
		if ((p = map(n + PAGES_HUGE_SIZE)) == NULL)
			return map(n);
		off = PAGES_HUGE_SIZE - (uintptr_t)p % PAGES_HUGE_SIZE;
		munmap(p, off);
		p += off;
		if (off < PAGES_HUGE_SIZE)
			munmap(p + n, PAGES_HUGE_SIZE - off);
	}
	/* Help and no more, as is filling: else they come one by one. */
	if (p != NULL)
		(void)madvise(p, n, MADV_HUGEPAGE);
	return p;
}

void *
pages_map(size_t n, enum pages how)
{
	if (how == PAGES_HUGE || (how == PAGES_SOON && !huge_is_slow &&
	    n >= PAGES_HUGE_SIZE))
		return map_huge(n);
	return map(n);
}

void
pages_fill(void *memory, size_t n)
{
	const size_t	 off = (uintptr_t)memory % page_size();
	/* Not what passes while another thread is let run. */
	const int64_t	 start = stopwatch_worked();

	(void)madvise((char *)memory - off, n + off, MADV_POPULATE_WRITE);
	if (stopwatch_worked() - start >
	    SLOW * (int64_t)(n / PAGES_HUGE_SIZE + 1))
		huge_is_slow = 1;
}

void
pages_drop(void *memory, size_t n)
{
	(void)madvise(memory, n, MADV_DONTNEED);
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
		size = s == NULL ? SHEAF_MIN : s->size < SHEAF_MAX ?
		    s->size * 2 : SHEAF_MAX;
		if (size < sizeof(*s) + n)
			size = sizeof(*s) + n;
		if ((s = pages_map(size, PAGES_SOON)) == NULL)
			return NULL;
		s->next = ps->sheaves;
		s->size = size;
		ps->sheaves = s;
		ps->free = s->bytes;
		ps->left = size - sizeof(*s);
		ps->ready = 0;
	}
	if (n > ps->ready) {
		size = n > PAGES_STEP ? n : PAGES_STEP;
		if (size > ps->left)
			size = ps->left;
		pages_fill(ps->free + ps->ready, size - ps->ready);
		ps->ready = size;
	}
	ps->left -= n;
	ps->ready -= n;
	ps->free += n;
	return ps->free - n;
}

void
pieces_leave(struct pieces *ps, struct pieces *to)
{
	struct sheaf	**last = &ps->sheaves;

	while (*last != NULL)
		last = &(*last)->next;
	*last = to->sheaves;
	*to = *ps;
	memset(ps, 0, sizeof(*ps));
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
