/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_BUF_H
#define VIP_BUF_H

#include <stddef.h>

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

void	 buf_room(struct buf *, size_t);	/* room for so many more */
void	 buf_add(struct buf *, const void *, size_t);
void	 buf_adds(struct buf *, const char *);
void	 buf_addc(struct buf *, int);
void	 buf_addf(struct buf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
char	*buf_str(struct buf *);			/* NUL after the end */
void	 buf_free(struct buf *);

#endif /* VIP_BUF_H */
