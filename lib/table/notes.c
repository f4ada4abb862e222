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
notes_add(struct notes *notes, struct noted *n)
{
	if (notes->n == notes->cap) {
		notes->cap = notes->cap == 0 ? 64 : notes->cap * 2;
		notes->block = xreallocarray(notes->block, notes->cap,
		    sizeof(*notes->block));
	}
	notes->block[notes->n++] = *n;
	n->values = NULL;
}

void
notes_free(struct notes *notes)
{
	size_t	 i;

	for (i = 0; i < notes->n; i++)
		free(notes->block[i].values);
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
		s->unit = xreallocarray(s->unit, width, sizeof(*s->unit));
	}
	if (s->cap < b->index.nrows) {
		s->cap = b->index.nrows;
		s->rows = xreallocarray(s->rows, s->cap, sizeof(*s->rows));
		s->values = xreallocarray(s->values, s->cap * width,
		    sizeof(*s->values));
		s->packed = xreallocarray(s->packed, s->cap * width,
		    sizeof(*s->packed));
	}
}

void
scratch_row(struct scratch *s, const struct block *b, const struct row *row)
{
	if (row->raw != b->p + s->at || row->len > UINT32_MAX >> 2) {
		s->on = 0;
		return;
	}
	s->rows[s->n++] = (uint32_t)row->len << 2 | (uint32_t)row->eollen;
	s->at += row->len + row->eollen;
}

void
scratch_free(struct scratch *s)
{
	free(s->rows);
	free(s->values);
	free(s->packed);
	free(s->unit);
	memset(s, 0, sizeof(*s));
}

/* In line, so that the compiler knows what it divides by. */
static inline int
pack(struct scratch *s, size_t column, int32_t unit)
{
	const size_t	 width = s->width;
	const int64_t	*v = s->values + column, *end = v + s->n * width;
	int32_t		*to = s->packed + column;
	int64_t		 n;

	for (; v < end; v += width, to += width) {
		n = *v / unit;
		if (*v == NOTE_NONE)
			n = INT32_MIN;
		else if (n * unit != *v || n > INT32_MAX || n <= INT32_MIN)
			return 0;
		*to = (int32_t)n;
	}
	s->unit[column] = unit;
	return 1;
}

/*
 * Numbers with up to two decimals, as money has, and whole ones of other
 * things, go into half the room.
 */
static int
pack_all(struct scratch *s)
{
	size_t	 i;

	for (i = 0; i < s->width; i++)
		if (!pack(s, i, NUM_ONE / 100) && !pack(s, i, 1))
			return 0;
	return 1;
}

size_t
noted_begin(struct noted *n, const struct block *b, struct scratch *s)
{
	size_t	 size;

	memset(n, 0, sizeof(*n));
	n->len = b->len;
	n->line = b->line;
	n->last = b->state == BLOCK_LAST;
	n->nrows = s->n;
	if (!s->on)
		return 0;
	n->packed = pack_all(s);
	size = s->width * (n->packed ? sizeof(*s->packed) :
	    sizeof(*s->values));
	size = s->width * sizeof(*s->unit) + s->n * (sizeof(*s->rows) + size);
	/* More notes than bytes would be no help. */
	return size <= b->len ? size : 0;
}

void
noted_fill(struct noted *n, const struct scratch *s, size_t size)
{
	const size_t	 values = s->n * s->width;
	void		*room;

	if ((room = malloc(size)) == NULL)
		return;
	/* The widest first, for they have to lie on multiples of theirs. */
	n->values = room;
	if (n->packed) {
		memcpy(room, s->packed, values * sizeof(*s->packed));
		n->unit = (int32_t *)room + values;
	} else {
		memcpy(room, s->values, values * sizeof(*s->values));
		n->unit = (int32_t *)(void *)((int64_t *)room + values);
	}
	memcpy(n->unit, s->unit, s->width * sizeof(*s->unit));
	n->rows = (uint32_t *)(void *)(n->unit + s->width);
	memcpy(n->rows, s->rows, s->n * sizeof(*s->rows));
}

/* ---- and of the second */

int
noted_next(struct noted *n, const struct block *b, size_t width,
    int64_t *room, struct row *row)
{
	const int32_t	*packed, *unit = n->unit;
	uint32_t	 len;
	size_t		 i, at = n->at;

	if (n->next == n->nrows)
		return 0;
	len = n->rows[n->next];
	row->raw = b->p + at;
	row->len = len >> 2;
	row->eol = row->raw + row->len;
	row->eollen = len & 3;
	n->at = at + (len >> 2) + (len & 3);
	if (n->packed) {
		packed = (const int32_t *)n->values + n->next * width;
		for (i = 0; i < width; i++)
			room[i] = packed[i] == INT32_MIN ? NOTE_NONE :
			    (int64_t)packed[i] * unit[i];
		row->noted = room;
	} else
		row->noted = (const int64_t *)n->values + n->next * width;
	n->next++;
	return 1;
}
