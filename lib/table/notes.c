/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the first of two passes leaves for the second: where its blocks were
 * cut, so that nobody need look for that again, and of blocks whose rows are
 * all in order, where each row ends and what the pass noted of it.  Then
 * the second one looks for no cells and reads no numbers.
 *
 * Notes are a help and no more: where there is no room for them, or a row
 * is not in order, the block is read as if it had not been seen.
 */
#include "config.h"

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

#define FIRST_PAGES	((size_t)256 * 1024)
#define PAGES		((size_t)8 * 1024 * 1024)

struct pages {
	struct pages	*next;
	size_t		 used, size;
};

/* What a page fault for each 4 KiB costs is more than filling them. */
void *
pages_get(size_t n)
{
	void	*p;

	p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (n >= PAGES)
		madvise(p, n, MADV_HUGEPAGE);
	return p;
}

void
pages_free(void *p, size_t n)
{
	if (p != NULL)
		munmap(p, n);
}

/* Memory that goes with the notes; NULL if there is none to be had. */
static void *
get(struct notes *notes, size_t n)
{
	struct pages	*pg = notes->pages;
	const size_t	 head = sizeof(*pg);
	size_t		 size;
	char		*p;

	n = (n + 15) & ~(size_t)15;
	if (pg == NULL || pg->size - pg->used < n) {
		size = pg == NULL ? FIRST_PAGES : PAGES;
		if (size < head + n)
			size = head + n;
		if (!source_take(notes->source, size) ||
		    (pg = pages_get(size)) == NULL)
			return NULL;
		pg->next = notes->pages;
		pg->used = head;
		pg->size = size;
		notes->pages = pg;
	}
	p = (char *)pg + pg->used;
	pg->used += n;
	return p;
}

void
notes_begin(struct notes *notes, struct source *source, size_t width)
{
	notes_free(notes);
	notes->source = source;
	notes->width = width;
}

void
notes_room(struct notes *notes, const struct block *b, struct noted *n)
{
	const size_t	 rows = b->index.nrows;
	const size_t	 size = notes->width * sizeof(*n->values);

	memset(n, 0, sizeof(*n));
	n->len = b->len;
	n->line = b->line;
	n->last = b->state == BLOCK_LAST;
	/* More notes than bytes would be no help. */
	if (rows * (size + sizeof(*n->rows)) > b->len)
		return;
	n->values = get(notes, rows * (size + sizeof(*n->rows)));
	if (n->values != NULL)
		n->rows = (uint32_t *)(void *)(n->values +
		    rows * notes->width);
}

/* A row that follows the one before without a gap, or the notes end. */
void
noted_row(struct noted *n, const struct block *b, const struct row *row)
{
	if (row->raw != b->p + n->at || row->len > NOTED_LEN) {
		n->rows = NULL;
		return;
	}
	n->rows[n->nrows++] = (uint32_t)row->len << 2 | (uint32_t)row->eollen;
	n->at += row->len + row->eollen;
}

void
notes_add(struct notes *notes, const struct noted *n)
{
	if (notes->n == notes->cap) {
		notes->cap = notes->cap == 0 ? 64 : notes->cap * 2;
		notes->block = xreallocarray(notes->block, notes->cap,
		    sizeof(*notes->block));
	}
	notes->block[notes->n] = *n;
	notes->block[notes->n++].at = 0;
}

int
noted_next(struct noted *n, const struct block *b, size_t width,
    struct row *row)
{
	uint32_t	 len;

	if (n->next == n->nrows)
		return 0;
	len = n->rows[n->next];
	row->raw = b->p + n->at;
	row->len = len >> 2;
	row->eol = row->raw + row->len;
	row->eollen = len & 3;
	row->noted = n->values + n->next++ * width;
	n->at += row->len + row->eollen;
	return 1;
}

void
notes_free(struct notes *notes)
{
	struct pages	*pg;

	while ((pg = notes->pages) != NULL) {
		notes->pages = pg->next;
		pages_free(pg, pg->size);
	}
	free(notes->block);
	memset(notes, 0, sizeof(*notes));
}
