/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of whole records: where to cut what was read, and the records of
 * a block one by one.  Files are read, not mapped: one that is cut off
 * while it is mapped would end us by SIGBUS.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

/* Room for n bytes, of which the first are the block's so far. */
static void
block_room(struct block *b, size_t n)
{
	const char	*kept = b->p == b->room ? NULL : b->p;
	size_t		 cap;

	if (n > b->cap) {
		cap = b->cap * 2 < n ? n : b->cap * 2;
		b->room = xreallocarray(b->room, cap, 1);
		b->cap = cap;
	}
	if (kept != NULL)
		memcpy(b->room, kept, b->len);
	b->p = b->room;
}

/*
 * The end of the last line that ends outside quotes, at or after "from";
 * 0 if there is none.  A CR that ends what was read may have an LF to come.
 */
static size_t
last_end(const char *p, size_t from, size_t len, int inside)
{
	size_t	 i;

	for (i = len; i > from; i--)
		if (p[i - 1] == '"')
			inside = !inside;
		else if (!inside && (p[i - 1] == '\n' ||
		    (p[i - 1] == '\r' && i < len)))
			return i;
	return 0;
}

/* Past the line end at offset "end". */
static size_t
past(const struct block *b, size_t end)
{
	if (b->p[end] == '\r' && end + 1 < b->len && b->p[end + 1] == '\n')
		return end + 2;
	return end + 1;
}

/* The same where the index has been made as far as it goes. */
static size_t
last_indexed(const struct block *b)
{
	const struct index	*ix = &b->index;

	if (ix->nrows == 0)
		return 0;
	return past(b, ix->ends[ix->rows[ix->nrows - 1].end]);
}

/* Look for the end of a record in bytes that are new since "*seen". */
static size_t
find_cut(struct cutter *c, struct block *b, struct sweep *sw, size_t *seen,
    size_t *indexed)
{
	size_t	 from = *seen;

	scan_sweep(sw, b->p + from, b->len - from);
	*seen = b->len;
	if (c->lax == NULL)
		return last_end(b->p, from == 0 ? 0 : from - 1, b->len,
		    sw->inside);
	*indexed = dialect_index(c->lax, &b->index, b->p, *indexed, b->len, 0);
	return last_indexed(b);
}

/*
 * A record that goes on and on, inside quotes: is it that a quote before
 * was out of place?  Then there is nothing to wait for.
 */
static int
is_malformed(struct block *b, int delimiter)
{
	scan_index(&b->index, b->p, b->len, delimiter);
	return b->index.bad != SIZE_MAX;
}

static void
begin(struct cutter *c, struct block *b)
{
	b->p = b->room;
	b->len = 0;
	b->line = b->at = c->line;
	b->state = BLOCK_MORE;
	b->fail.status = STATUS_OK;
	b->max_record = c->max_record;
	b->next = 0;
	b->first = 1;
	b->indexed = c->lax != NULL;
	b->noted.rows = NULL;
}

/* A block starts with what was read behind the one before. */
static void
take_tail(struct cutter *c, struct block *b)
{
	char	*place = source_place(c->source, c->tail.len, c->block);

	if (place != NULL)
		b->p = place - c->tail.len;
	else {
		block_room(b, c->tail.len + c->block);
		if (c->tail.len > 0)
			memcpy(b->p, c->tail.p, c->tail.len);
	}
	b->len = c->tail.len;
	c->tail.len = 0;
}

/* So many bytes, the first of them from the tail: 1; 0 at the end; or -1. */
static ssize_t
read_again(struct cutter *c, struct block *b, size_t len)
{
	size_t	 n = c->tail.len < len ? c->tail.len : len;
	ssize_t	 r = 1;

	block_room(b, len);
	if (n > 0) {
		memcpy(b->p, c->tail.p, n);
		c->tail.len -= n;
		memmove(c->tail.p, c->tail.p + n, c->tail.len);
	}
	for (b->len = n; b->len < len && r > 0; b->len += (size_t)r)
		if ((r = source_read(c->source, b->p + b->len, len - b->len,
		    &b->fail)) == -1)
			break;
	return r;
}

/*
 * A block of which the first pass knows how long it is.  A file that has
 * become shorter is no longer the same, which source_same() will find.
 */
static int
cut_again(struct cutter *c, struct block *b)
{
	const struct noted	*known = &c->known->block[c->at++];
	ssize_t			 r = 1;

	c->line = known->line;
	begin(c, b);
	if (c->tail.len == 0 &&
	    (b->p = source_kept(c->source, known->len)) != NULL)
		b->len = known->len;
	else
		r = read_again(c, b, known->len);
	b->offset = source_offset(c->source);
	if (r > 0)
		b->noted = *known;
	else if (r == -1)
		b->fail.line = c->line;
	c->done = r <= 0 || c->at == c->known->n;
	if (r == -1)
		b->state = BLOCK_TORN;
	else if (r == 0 || known->last)
		b->state = BLOCK_LAST;
	return 1;
}

int
cutter_next(struct cutter *c, struct block *b)
{
	struct sweep	 sw = { 0, 0, 0 }, after = { 0, 0, 0 };
	size_t		 cut, seen = 0, indexed = 0, check = 2 * c->block;
	const char	*place;
	ssize_t		 n;

	if (c->done)
		return 0;
	if (c->known != NULL && c->at < c->known->n)
		return cut_again(c, b);
	begin(c, b);
	take_tail(c, b);
	if (c->lax != NULL) {
		dialect_reset(c->lax);
		index_clear(&b->index);
	}
	for (;;) {
		cut = b->len;
		if (c->eof) {
			if (b->len == 0) {
				c->done = 1;
				return 0;
			}
			b->state = BLOCK_LAST;
			break;
		}
		if (b->len > seen &&
		    (cut = find_cut(c, b, &sw, &seen, &indexed)) > 0)
			break;
		cut = b->len;
		if (b->len > c->max_record + 1 || (c->lax != NULL &&
		    b->index.bad != SIZE_MAX)) {
			b->state = BLOCK_TORN;
			break;
		}
		if (c->lax == NULL && sw.inside && b->len >= check) {
			if (is_malformed(b, c->delimiter)) {
				b->state = BLOCK_TORN;
				break;
			}
			check = b->len * 2;
		}
		place = source_place(c->source, b->len, c->block);
		if (place == NULL || b->p != place - b->len)
			block_room(b, b->len + c->block);
		n = source_read(c->source, b->p + b->len, c->block, &b->fail);
		if (n == -1) {
			b->fail.line = c->line + sw.lines;
			b->state = BLOCK_TORN;
			break;
		}
		if (n == 0)
			c->eof = 1;
		b->len += (size_t)n;
	}
	b->offset = source_offset(c->source);
	if (b->state == BLOCK_LAST && c->lax != NULL)
		dialect_index(c->lax, &b->index, b->p, indexed, b->len, 1);
	if (b->state != BLOCK_MORE) {
		c->done = 1;
		return 1;
	}
	buf_add(&c->tail, b->p + cut, b->len - cut);
	scan_sweep(&after, b->p + cut, b->len - cut);
	b->len = cut;
	if (c->lax != NULL)
		b->index.bad = SIZE_MAX;	/* it lies in the tail */
	c->line += sw.lines - after.lines;
	return 1;
}

void
cutter_return(struct cutter *c, const struct block *b, const struct row *row)
{
	size_t	 from, left;

	from = (size_t)(row->eol - b->p) + row->eollen;
	left = b->len - from;
	if (left > 0) {
		buf_room(&c->tail, left);
		memmove(c->tail.p + left, c->tail.p, c->tail.len);
		memcpy(c->tail.p, b->p + from, left);
		c->tail.len += left;
	}
	c->line = b->at;
	c->done = 0;
}

void
cutter_reset(struct cutter *c)
{
	c->tail.len = 0;
	c->line = 1;
	c->eof = c->done = 0;
	c->known = NULL;
	c->at = 0;
}

void
block_index(struct block *b, int delimiter)
{
	struct index	*ix = &b->index;
	size_t		 from;

	if (!b->indexed) {
		scan_index(ix, b->p, b->len, delimiter);
		from = last_indexed(b);
		if (b->state == BLOCK_LAST && from < b->len && !ix->inside &&
		    ix->bad == SIZE_MAX) {
			index_room(ix);
			ix->rows[ix->nrows].end = (uint32_t)ix->nends;
			ix->rows[ix->nrows++].flags = ix->flags;
			ix->ends[ix->nends++] = (uint32_t)b->len;
		}
		b->indexed = 1;
	}
	if (ix->quotes && b->shadow_cap < b->len) {
		free(b->shadow);
		b->shadow_cap = b->len > b->cap ? b->len : b->cap;
		b->shadow = xmalloc(b->shadow_cap);
	}
}

size_t
block_lines(const char *raw, const char *end, size_t line)
{
	struct sweep	 sw = { 0, 0, 0 };

	scan_sweep(&sw, raw, (size_t)(end - raw));
	return line + sw.lines;
}

void
block_at(struct block *b, const struct mark *m, struct row *row)
{
	block_fill(b, m->next, m->first, m->line, row);
}

void
block_free(struct block *b)
{
	free(b->room);
	free(b->shadow);
	index_free(&b->index);
	memset(b, 0, sizeof(*b));
}
