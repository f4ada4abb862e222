/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_BUF_H
#define VIP_BUF_H

#include <stddef.h>
#include <string.h>

/*
 * Bytes that grow.  An all-zero struct is an empty buffer; buf_free() gives
 * its memory back and makes it empty again.  "p" is not NUL-terminated
 * (buf_str() makes it so) and moves when the buffer grows.
 */
struct buf {
	char	*p;
	size_t	 len;
	size_t	 cap;
};

void	 buf_grow(struct buf *, size_t);
void	 buf_addf(struct buf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
char	*buf_str(struct buf *);			/* NUL after the end */
void	 buf_free(struct buf *);

/* Inline, for the bytes are few and the calls many. */
static inline void
buf_room(struct buf *b, size_t n)		/* room for so many more */
{
	if (n > b->cap - b->len)
		buf_grow(b, n);
}

static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_room(b, n);
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

/*
 * Copy bytes with BUF_PAD more behind them that may be read, to a place with
 * room for as many that may be written; return the end of the copy.
 */
#define BUF_PAD	32

static inline char *
copy_padded(char *to, const char *p, size_t n)
{
	size_t	 i;

	/* Once whatever the length is: then mostly no loop need be guessed. */
	memcpy(to, p, BUF_PAD);
	for (i = BUF_PAD; i < n; i += BUF_PAD)
		memcpy(to + i, p + i, BUF_PAD);
	return to + n;
}

/* A copy to pass to these, to be given to free(). */
char	*padded_copy(const char *, size_t);

static inline void
buf_add_padded(struct buf *b, const char *p, size_t n)
{
	buf_room(b, n + BUF_PAD);
	copy_padded(b->p + b->len, p, n);
	b->len += n;
}

static inline void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void
buf_addc(struct buf *b, int c)
{
	buf_room(b, 1);
	b->p[b->len++] = (char)c;
}

#endif /* VIP_BUF_H */
