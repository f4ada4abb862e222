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

#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

void
notes_begin(struct notes *notes, size_t width)
{
	notes_free(notes);
	notes->width = width;
}

void
notes_add(struct notes *notes, const struct noted *n)
{
	if (notes->n == notes->cap) {
		notes->cap = notes->cap == 0 ? 64 : notes->cap * 2;
		notes->block = xreallocarray(notes->block, notes->cap,
		    sizeof(*notes->block));
	}
	notes->block[notes->n++] = *n;
}

void
notes_free(struct notes *notes)
{
	pieces_free(&notes->rows);
	free(notes->block);
	memset(notes, 0, sizeof(*notes));
}

/* ---- a block of the first pass */

void
scratch_begin(struct scratch *s, const struct block *b, size_t width)
{
	s->on = 1;
	s->n = s->at = 0;
	if (s->width != width) {
		s->width = width;
		s->cap = 0;
	}
	if (s->cap < b->index.nrows) {
		s->cap = b->index.nrows;
		s->rows = xreallocarray(s->rows, s->cap * (width + 1),
		    sizeof(*s->rows));
	}
}

void
scratch_row(struct scratch *s, const struct block *b, const struct row *row)
{
	if (row->raw != b->p + s->at || row->len > INT32_MAX >> 2) {
		s->on = 0;
		return;
	}
	scratch_notes(s)[-1] = (int32_t)(row->len << 2 | row->eollen);
	s->n++;
	s->at += row->len + row->eollen;
}

size_t
scratch_size(const struct scratch *s, const struct block *b)
{
	const size_t	 size = s->n * (s->width + 1) * sizeof(*s->rows);

	/* More notes than bytes would be no help. */
	return s->on && size <= b->len ? size : 0;
}

void
scratch_free(struct scratch *s)
{
	free(s->rows);
	memset(s, 0, sizeof(*s));
}

void
noted_begin(struct noted *n, const struct block *b, const struct scratch *s)
{
	memset(n, 0, sizeof(*n));
	n->len = b->len;
	n->line = b->line;
	n->last = b->state == BLOCK_LAST;
	n->nrows = s->n;
}

/* ---- and of the second */

int
noted_next(struct noted *n, const struct block *b, size_t width,
    struct row *row)
{
	const int32_t	*note;
	size_t		 len;

	if (n->next == n->nrows)
		return 0;
	note = n->rows + n->next * (width + 1);
	len = (size_t)*note;
	row->raw = b->p + n->at;
	row->len = len >> 2;
	row->eol = row->raw + row->len;
	row->eollen = len & 3;
	row->noted = note + 1;
	n->at += row->len + row->eollen;
	n->next++;
	return 1;
}
