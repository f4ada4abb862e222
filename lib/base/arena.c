/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

#define BLOCK_MIN	4096
#define BLOCK_MAX	(1024 * 1024)

struct block {
	struct block		*next;
	alignas(max_align_t) char bytes[];
};

/* Only the first block is taken from; the others are full or of one piece. */
struct arena {
	struct block	*blocks;
	char		*p;		/* free bytes of the first block */
	size_t		 left;
	size_t		 size;
	size_t		 next;		/* size of the next block */
};

struct arena *
arena_new(void)
{
	struct arena	*a;

	a = xcalloc(1, sizeof(*a));
	a->next = BLOCK_MIN;
	a->size = sizeof(*a);
	return a;
}

void
arena_free(struct arena *a)
{
	struct block	*b, *next;

	if (a == NULL)
		return;
	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *
block_new(struct arena *a, size_t n)
{
	struct block	*b;

	if (n > SIZE_MAX - sizeof(*b))
		n = SIZE_MAX - sizeof(*b);	/* calloc() will refuse */
	b = xcalloc(1, sizeof(*b) + n);
	a->size += sizeof(*b) + n;
	return b;
}

static void *
get(struct arena *a, size_t n, size_t align)
{
	struct block	*b;
	size_t		 pad;
	char		*p;

	pad = (size_t)(-(uintptr_t)a->p & (align - 1));
	if (a->left >= pad && n <= a->left - pad) {
		p = a->p + pad;
		a->p += pad + n;
		a->left -= pad + n;
		return p;
	}
	if (n > a->next / 4) {
		/* Large: a block of its own, behind the one in use. */
		b = block_new(a, n);
		if (a->blocks == NULL) {
			a->blocks = b;
		} else {
			b->next = a->blocks->next;
			a->blocks->next = b;
		}
		return b->bytes;
	}
	b = block_new(a, a->next);
	b->next = a->blocks;
	a->blocks = b;
	a->p = b->bytes + n;
	a->left = a->next - n;
	if (a->next < BLOCK_MAX)
		a->next *= 2;
	return b->bytes;
}

void *
arena_get(struct arena *a, size_t n)
{
	return get(a, n > 0 ? n : 1, alignof(max_align_t));
}

char *
arena_text(struct arena *a, const char *p, size_t n)
{
	char	*s;

	s = get(a, n < SIZE_MAX ? n + 1 : n, 1);
	if (n > 0)
		memcpy(s, p, n);
	return s;
}

char *
arena_join(struct arena *a, const char *s, const char *t)
{
	const size_t	 len = strlen(s), more = strlen(t) + 1;
	char		*p = get(a, len + more, 1);

	memcpy(p, s, len);
	memcpy(p + len, t, more);
	return p;
}

size_t
arena_size(const struct arena *a)
{
	return a->size;
}
