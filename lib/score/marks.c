/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score/marks.h"
#include "table/table.h"

#define CHUNK	4096			/* marks, once there are many */

struct marks_chunk {
	struct marks_chunk *next;
	size_t		 n, size;
	struct mark	 mark[];
};

void
marks_file_init(struct marks_file *f, size_t memory)
{
	memset(f, 0, sizeof(*f));
	f->memory = memory != 0 ? memory : default_memory();
	atomic_init(&f->held, 0);
	pthread_mutex_init(&f->lock, NULL);
	f->fd = -1;
}

void
marks_file_close(struct marks_file *f)
{
	if (f->fd != -1)
		close(f->fd);
	pthread_mutex_destroy(&f->lock);
}

/* A place in the file for so many bytes. */
static off_t
reserve(struct marks_file *f, size_t size)
{
	off_t	 at;

	pthread_mutex_lock(&f->lock);
	if (f->fd == -1 && (f->fd = temporary_open()) == -1)
		die_errno(STATUS_CREATE,
		    "a temporary file for the orders that were seen");
	at = f->end;
	f->end += (off_t)size;
	pthread_mutex_unlock(&f->lock);
	return at;
}

static void
put(const struct marks_file *f, const char *p, size_t size, off_t at)
{
	ssize_t	 n;

	for (; size > 0; p += n, size -= (size_t)n, at += n) {
		while ((n = pwrite(f->fd, p, size, at)) == -1 &&
		    errno == EINTR)
			;
		if (n <= 0)
			die_errno(STATUS_IO,
			    "the temporary file for the orders that were seen");
	}
}

static void
get(const struct marks_file *f, char *p, size_t size, off_t at)
{
	ssize_t	 n;

	for (; size > 0; p += n, size -= (size_t)n, at += n) {
		while ((n = pread(f->fd, p, size, at)) == -1 &&
		    errno == EINTR)
			;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			die_errno(STATUS_IO,
			    "the temporary file for the orders that were seen");
	}
}

/* Write all chunks that are full; the small ones of the beginning stay. */
static void
unload(struct marks *m, struct marks_file *f)
{
	struct marks_chunk	**at = &m->chunks, *c;
	off_t			 where;

	while ((c = *at) != NULL && c->n == CHUNK) {
		where = reserve(f, sizeof(c->mark[0]) * CHUNK);
		put(f, (const char *)c->mark, sizeof(c->mark[0]) * CHUNK,
		    where);
		m->written = xreallocarray(m->written, m->nwritten + 1,
		    sizeof(*m->written));
		m->written[m->nwritten++] = where;
		*at = c->next;
		atomic_fetch_sub(&f->held, sizeof(c->mark[0]) * CHUNK);
		free(c);
	}
}

void
marks_add(struct marks *m, struct marks_file *f, const struct mark *mark)
{
	struct marks_chunk	*c = m->chunks;
	size_t			 size, bytes;

	if (c == NULL || c->n == c->size) {
		size = c == NULL ? 16 : c->size < CHUNK ? 2 * c->size : CHUNK;
		bytes = size * sizeof(c->mark[0]);
		if (c != NULL && atomic_load(&f->held) + bytes > f->memory) {
			unload(m, f);
			size = CHUNK;
			bytes = size * sizeof(c->mark[0]);
		}
		atomic_fetch_add(&f->held, bytes);
		c = xmalloc(sizeof(*c) + bytes);
		c->next = m->chunks;
		c->n = 0;
		c->size = size;
		m->chunks = c;
	}
	c->mark[c->n++] = *mark;
	m->n++;
}

const struct mark *
marks_last(const struct marks *m)
{
	const struct marks_chunk	*c = m->chunks;

	return c != NULL ? &c->mark[c->n - 1] : NULL;
}

const struct mark *
marks_run(const struct marks *m, const struct marks_file *f,
    struct marks_cursor *c, size_t *n)
{
	if (c->at < m->nwritten) {
		if (c->buffer == NULL)
			c->buffer = xreallocarray(NULL, CHUNK,
			    sizeof(*c->buffer));
		get(f, (char *)c->buffer, CHUNK * sizeof(*c->buffer),
		    m->written[c->at++]);
		*n = CHUNK;
		return c->buffer;
	}
	if (c->at++ == m->nwritten)
		c->chunk = m->chunks;
	else if (c->chunk != NULL)
		c->chunk = c->chunk->next;
	if (c->chunk == NULL)
		return NULL;
	*n = c->chunk->n;
	return c->chunk->mark;
}

void
marks_free(struct marks *m)
{
	struct marks_chunk	*c;

	while ((c = m->chunks) != NULL) {
		m->chunks = c->next;
		free(c);
	}
	free(m->written);
	memset(m, 0, sizeof(*m));
}
