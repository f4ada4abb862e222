/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * To be preloaded by scripts/faults-alloc: the ALLOC_FAIL-th allocation of
 * the process fails, and with ALLOC_ON all that follow; 0 fails none.  At
 * the end the number of allocations goes to the file ALLOC_COUNT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The C library's own, under the names that it exports for the purpose. */
void	*__libc_malloc(size_t);
void	*__libc_calloc(size_t, size_t);
void	*__libc_realloc(void *, size_t);
void	*__libc_memalign(size_t, size_t);

static atomic_long	 made;
static long		 at;		/* which fails, or 0 */
static int		 on;		/* and so do all after it */

static long
setting(const char *name)
{
	const char	*text = getenv(name);

	return text == NULL ? 0 : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void
start(void)
{
	on = (int)setting("ALLOC_ON");
	at = setting("ALLOC_FAIL");
	made = 0;
}

__attribute__((destructor)) static void
tell(void)
{
	const char	*path = getenv("ALLOC_COUNT");
	char		 text[32];
	int		 fd, n;

	at = 0;
	if (path == NULL ||
	    (fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600)) == -1)
		return;
	n = snprintf(text, sizeof(text), "%ld\n", (long)made);
	if (write(fd, text, (size_t)n) != n)
		_exit(99);
	close(fd);
}

static int
fails(void)
{
	const long	 i = atomic_fetch_add(&made, 1) + 1;

	if (at == 0 || i < at || (i > at && !on))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *
memalign(size_t align, size_t n)
{
	return fails() ? NULL : __libc_memalign(align, n);
}

void *
aligned_alloc(size_t align, size_t n)
{
	return memalign(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	void	*q = memalign(align, n);

	if (q == NULL)
		return ENOMEM;
	*p = q;
	return 0;
}
