/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_MARKS_H
#define VIP_MARKS_H

/*
 * Marks of the orders' lines that have been counted, by which a second line
 * of an order is told.  There is one for each order, so that beyond a limit
 * they are kept in a temporary file, which all heaps of marks share.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mark {
	uint64_t	 order;		/* or 0: a day with a purchase */
	uint32_t	 customer;
	uint32_t	 day : 24;
	uint32_t	 counted : 8;	/* in what */
};

struct marks_file {
	size_t		 memory;	/* bytes that may be held */
	atomic_size_t	 held;
	pthread_mutex_t	 lock;		/* of the rest */
	int		 fd;		/* or -1 */
	off_t		 end;
};

struct marks_chunk;

struct marks {				/* all zero: empty */
	struct marks_chunk *chunks;	/* newest first */
	size_t		 n;
	off_t		*written;	/* where chunks are in the file */
	size_t		 nwritten;
};

struct marks_cursor {			/* all zero to begin with */
	const struct marks_chunk *chunk;
	size_t		 at;
	struct mark	*buffer;	/* free() it in the end */
};

void		 marks_file_init(struct marks_file *, size_t memory);
void		 marks_file_close(struct marks_file *);

void		 marks_add(struct marks *, struct marks_file *,
		    const struct mark *);
/* The one that was added last, or NULL. */
const struct mark *marks_last(const struct marks *);
/* All marks, a run of n at a time; NULL at the end. */
const struct mark *marks_run(const struct marks *, const struct marks_file *,
		    struct marks_cursor *, size_t *n);
void		 marks_free(struct marks *);

#endif /* VIP_MARKS_H */
