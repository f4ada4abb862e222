/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

void
buf_grow(struct buf *b, size_t n)
{
	size_t	 cap;

	/* A sum that wraps is more than there is. */
	cap = b->len + n < n ? SIZE_MAX : b->len + n;
	if (cap < b->cap + b->cap / 2)
		cap = b->cap + b->cap / 2;
	if (cap < 64)
		cap = 64;
	b->p = xreallocarray(b->p, cap, 1);
	b->cap = cap;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list	 ap;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		die_errno(STATUS_RESOURCE, "vsnprintf");
	buf_room(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

char *
padded_copy(const char *p, size_t n)
{
	char	*copy = xcalloc(1, n + BUF_PAD);

	memcpy(copy, p, n);
	return copy;
}

char *
buf_str(struct buf *b)
{
	buf_room(b, 1);
	b->p[b->len] = '\0';
	return b->p;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}
