/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ARENA_H
#define VIP_ARENA_H

#include <stddef.h>

/*
 * Memory that is freed all at once: what is taken from an arena stands
 * until arena_free(), which takes NULL.  Zeroed, aligned for any type.
 */
struct arena;

struct arena	*arena_new(void);
void		 arena_free(struct arena *);
void		*arena_get(struct arena *, size_t);
char		*arena_text(struct arena *, const char *, size_t); /* + NUL */
char		*arena_join(struct arena *, const char *, const char *);
size_t		 arena_size(const struct arena *);	/* bytes held */

#endif /* VIP_ARENA_H */
