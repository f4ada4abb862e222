/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_PAGES_H
#define VIP_PAGES_H

#include <stddef.h>

/*
 * Memory that is large and will be used whole: in huge pages where the
 * system gives any, and all pages at once, since one fault for each takes
 * longer than filling them.
 */
#define PAGES_HUGE	((size_t)2 * 1024 * 1024)

/* Zeroed, and the caller's until pages_free() with the same size; or NULL. */
void	*pages_new(size_t);
/*
 * The same without the pages, for several threads that each will use some of
 * it, and have those pages by pages_fill().
 */
void	*pages_reserve(size_t);
void	 pages_fill(void *, size_t);
void	 pages_free(void *, size_t);	/* takes NULL */

#endif /* VIP_PAGES_H */
