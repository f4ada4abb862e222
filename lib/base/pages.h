/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_PAGES_H
#define VIP_PAGES_H

#include <stddef.h>

/*
 * Memory that is large and will be used whole.  Zeroed; NULL: there is none.
 * The caller's until pages_free() with the same size.
 *
 * It is mapped in large parts and given its pages in small ones: whoever maps
 * or unmaps waits for all who fill, and they for him, while any number may
 * fill at once.
 */
enum pages {
	PAGES_SMALL,			/* little of it may be used */
	PAGES_SOON,			/* used from front to back: huge ones, as
					   long as those come soon */
	PAGES_HUGE			/* found by a hash: huge ones anyway */
};

#define PAGES_HUGE_SIZE	((size_t)2 * 1024 * 1024)

void	*pages_map(size_t, enum pages);
void	 pages_free(void *, size_t);	/* takes NULL */

/*
 * All pages of it at once, in any thread: one fault for each takes longer.
 * A step is few enough to be still in the cache when they are used.
 */
#define PAGES_STEP	((size_t)256 * 1024)

void	 pages_fill(void *, size_t);
/* Take them back: the memory is zeroed, and may be used again. */
void	 pages_drop(void *, size_t);

/*
 * Pieces of such memory, aligned for any type, that are given back all at
 * once.  An all-zero struct has none.  Each thread has its own, and may leave
 * what it has to another.
 */
struct pieces {
	struct sheaf	*sheaves;	/* what they are taken from */
	char		*free;		/* in the first of them */
	size_t		 left;
	size_t		 ready;		/* of it, with its pages */
};

void	*pieces_get(struct pieces *, size_t);
void	 pieces_leave(struct pieces *, struct pieces *to);
void	 pieces_free(struct pieces *);

#endif /* VIP_PAGES_H */
