/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passes over all rows.  Every worker takes a block, indexes it, judges its
 * rows into a buffer, and writes that if it is its turn, else leaves it to
 * whoever writes what comes before; the calling thread is the first worker.
 * What goes wrong is kept with its block and acted upon in its turn, so that
 * the bytes written and the message are the same however many workers there
 * are.
 */
#include "config.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/pages.h"
#include "base/vip.h"
#include "table/parts.h"

#define ROWS_AHEAD	12
#define PARCELS		4		/* that a worker may be ahead */

struct cells {
	struct buf	*cell;
	size_t		 n;
};

/* A row set aside, and its fault in few bytes. */
struct aside {
	struct mark	 mark;
	size_t		 column;
	size_t		 what;		/* in the texts of the worker */
};

/* What a block without a fault gives to the world, in its turn. */
struct parcel {
	int		 ready;		/* for another worker to send */
	struct buf	 out;
	struct noted	 noted;
	uint64_t	 rows;
	uint64_t	 offset;
};

struct pool;

struct worker {
	struct pool	*pool;
	void		*state;
	struct block	 block;
	struct cells	 cells;
	struct parcel	 parcel;	/* of this block */
	struct aside	*asides;
	size_t		 nasides, asides_cap;
	struct buf	 texts;
	struct keyrun	 run;
	struct dup	*dups;		/* of this block */
	size_t		 ndups, dups_cap;
	struct scratch	 scratch;	/* for the second pass */
	struct pieces	 notes;		/* what the parcels have */
	struct failure	 fail;
};

/* A new cell that takes the place of a column. */
struct place {
	size_t	 column, cell;
};

struct pool {
	struct reader	*reader;
	struct writer	*writer;
	const struct pass *pass;
	const struct pass_options *options;
	struct shape	 shape;
	struct place	*places;	/* by column */
	size_t		 nplaces;
	size_t		*added;		/* cells that come at the end */
	size_t		 nadded;
	int		 silent;	/* another pass will tell of rejects */
	size_t		 notes;		/* values that are noted of a row */
	size_t		 noted;		/* and that were */
	struct unique	*seen;		/* or NULL: rd->dups says it all */
	struct progress	 progress;
	uint64_t	 rows;

	atomic_int	 stop;
	pthread_mutex_t	 in;
	uint64_t	 taken;		/* blocks */
	pthread_mutex_t	 turn;
	pthread_cond_t	 turned;
	uint64_t	 keyed, written;	/* blocks that have had theirs */
	struct parcel	*parcels;	/* of blocks to come, in a ring */
	size_t		 nparcels;
	struct failure	 fail;
};

/* ---- cells */

void
cells_text(struct cells *c, size_t i, const char *p, size_t n)
{
	assert(i < c->n);
	c->cell[i].len = 0;
	buf_add(&c->cell[i], p, n);
}

void
cells_str(struct cells *c, size_t i, const char *s)
{
	cells_text(c, i, s, strlen(s));
}

void
cells_num(struct cells *c, size_t i, num n)
{
	struct buf	*b = cells_buf(c, i);

	buf_room(b, NUM_SIZE);
	b->len = num_format(b->p, n);
}

struct buf *
cells_buf(struct cells *c, size_t i)
{
	assert(i < c->n);
	c->cell[i].len = 0;
	return &c->cell[i];
}

/* ---- rows out */

static void
put_cell(const struct shape *shape, struct buf *out, const char *p, size_t n)
{
	if (shape->spreadsheet)
		dialect_disarm(out, p, n, shape->delimiter);
	else
		dialect_quote(out, p, n, shape->delimiter);
}

/* Every cell anew. */
static void
rewrite_row(const struct pool *pool, struct buf *out, const struct row *row,
    const struct cells *cells, const struct place *at, const struct place *end)
{
	const struct shape	*shape = &pool->shape;
	const struct buf	*b;
	const size_t		 start = out->len;
	struct cell		 c;
	size_t			 i;

	for (i = 0; i < row->ncells; i++) {
		if (i > 0)
			buf_addc(out, shape->delimiter);
		if (at < end && at->column == i) {
			b = &cells->cell[at++->cell];
			put_cell(shape, out, b->p, b->len);
		} else {
			c = row_cell(row, i);
			put_cell(shape, out, c.p, c.len);
		}
	}
	for (i = 0; i < pool->nadded; i++) {
		b = &cells->cell[pool->added[i]];
		buf_addc(out, shape->delimiter);
		put_cell(shape, out, b->p, b->len);
	}
	if (out->len == start)		/* or it were a blank line */
		buf_adds(out, "\"\"");
}

/* The row's own bytes, but for the cells that are replaced or added. */
static void
extend_row(const struct pool *pool, struct buf *out, const struct row *row,
    const struct cells *cells, const struct place *at, const struct place *end)
{
	const int		 delimiter = pool->shape.delimiter;
	const struct buf	*cell = cells->cell, *b;
	const struct buf	*cell_end = cell + cells->n;
	const size_t		*add = pool->added;
	const size_t		*add_end = add + pool->nadded;
	const char		*p = row->raw;
	struct cell		 c;
	size_t			 n, room = row->len + 2 + DIALECT_PAD;
	char			*t, *start;

	for (b = cell; b < cell_end; b++)
		room += 2 * b->len + 3;
	buf_room(out, room);
	t = start = out->p + out->len;
	for (; at < end; at++) {
		c = row_raw_cell(row, at->column);
		n = (size_t)(c.p - p);
		memcpy(t, p, n);
		b = &cell[at->cell];
		t = dialect_put(t + n, b->p, b->len, delimiter);
		p = c.p + c.len;
	}
	n = (size_t)(row->raw + row->len - p);
	memcpy(t, p, n);
	t += n;
	for (; add < add_end; add++) {
		b = &cell[*add];
		*t++ = (char)delimiter;
		if (b->len > 0)
			t = dialect_put_padded(t, b->p, b->len, delimiter);
	}
	if (t == start) {		/* or it were a blank line */
		*t++ = '"';
		*t++ = '"';
	}
	out->len += (size_t)(t - start);
}

/*
 * A row with its new cells; the header has them in the places of columns
 * already.
 */
static void
put_row(const struct pool *pool, struct buf *out, const struct row *row,
    const struct cells *cells, int header)
{
	const struct place	*at = pool->places;
	const struct place	*end = header ? at : at + pool->nplaces;

	if (pool->shape.rewrite)
		rewrite_row(pool, out, row, cells, at, end);
	else
		extend_row(pool, out, row, cells, at, end);
	if (pool->shape.spreadsheet)
		buf_add(out, "\r\n", 2);
	else if (row->eollen == 1)
		buf_addc(out, *row->eol);
	else if (row->eollen > 0)
		buf_add(out, row->eol, row->eollen);
	else
		buf_add(out, pool->reader->eol, pool->reader->eollen);
}

static int
by_column(const void *a, const void *b)
{
	const struct place	*x = a, *y = b;

	return (x->column > y->column) - (x->column < y->column);
}

/* Which new cells take the place of which columns; and the header. */
static void
lay_out(struct pool *pool)
{
	const struct pass	*pass = pool->pass;
	struct cells		 names;
	struct buf		 out = { NULL, 0, 0 };
	size_t			 i;
	int			 column;

	/* This may end the program: before there is anything to give back. */
	for (i = 0; i < pass->ncolumns; i++)
		reader_find(pool->reader, pass->columns[i]);
	pool->shape = *writer_shape(pool->writer);
	pool->places = xcalloc(pass->ncolumns + 1, sizeof(*pool->places));
	pool->added = xcalloc(pass->ncolumns + 1, sizeof(*pool->added));
	names.n = pass->ncolumns;
	names.cell = xcalloc(names.n + 1, sizeof(*names.cell));
	for (i = 0; i < pass->ncolumns; i++) {
		cells_str(&names, i, pass->columns[i]);
		column = reader_find(pool->reader, pass->columns[i]);
		if (column == -1)
			pool->added[pool->nadded++] = i;
		else {
			pool->places[pool->nplaces].column = (size_t)column;
			pool->places[pool->nplaces++].cell = i;
		}
	}
	qsort(pool->places, pool->nplaces, sizeof(*pool->places), by_column);
	put_row(pool, &out, reader_header(pool->reader), &names, 1);
	writer_bytes(pool->writer, out.p, out.len);
	buf_free(&out);
	for (i = 0; i < names.n; i++)
		buf_free(&names.cell[i]);
	free(names.cell);
}

/* ---- keys that may come once */

static void
add_dup(struct dup **dups, size_t *n, size_t *cap, size_t line, size_t first)
{
	if (*n == *cap) {
		*cap = *cap == 0 ? 64 : *cap * 2;
		*dups = xreallocarray(*dups, *cap, sizeof(**dups));
	}
	(*dups)[*n].line = line;
	(*dups)[(*n)++].first = first;
}

/* The keys of the block; -1: noted until one was out of order. */
static int
find_keys(struct worker *w)
{
	struct block	 b = w->block;	/* a look at it that leaves it alone */
	const size_t	 column = (size_t)w->pool->pass->unique - 1;
	const size_t	 ncells = w->pool->reader->header.ncells;
	struct row	 row, quoted;
	struct cell	 c;

	while (block_next(&b, &row)) {
		if (row.ncells != ncells)
			continue;
		c = row_raw_cell(&row, column);
		if (row.quoted) {
			quoted = row;
			c = row_cell(&quoted, column);
		}
		if (c.len > 0 && keyrun_add(&w->run, c, row.line) == -1)
			return -1;
	}
	return 0;
}

/*
 * Which rows of the block have a key that came before?  That must be known
 * before any is judged: a row that is set aside must not count.
 */
static int
find_dups(struct worker *w, uint64_t seq)
{
	struct pool	*pool = w->pool;
	struct reader	*rd = pool->reader;
	size_t		 i, first;
	int		 taken;

	w->ndups = 0;
	if (!keyrun_begin(&w->run, pool->seen) || find_keys(w) == -1) {
		keyrun_hashed(&w->run);
		find_keys(w);
	}
	pthread_mutex_lock(&pool->turn);
	while (pool->keyed != seq && !pool->stop)
		pthread_cond_wait(&pool->turned, &pool->turn);
	if (pool->stop) {
		pthread_mutex_unlock(&pool->turn);
		return -1;
	}
	if ((taken = unique_take(pool->seen, &w->run)) == -1) {
		keyrun_hashed(&w->run);
		find_keys(w);
	}
	for (i = 0; taken != 1 && i < w->run.nkeys; i++) {
		if ((first = unique_line(pool->seen, &w->run, i)) == 0)
			continue;
		add_dup(&w->dups, &w->ndups, &w->dups_cap,
		    w->run.keys[i].line, first);
		if (rd->keep)
			add_dup(&rd->dups, &rd->ndups, &rd->dups_cap,
			    w->run.keys[i].line, first);
	}
	pool->keyed++;
	pthread_cond_broadcast(&pool->turned);
	pthread_mutex_unlock(&pool->turn);
	return 0;
}

/* The first of the dups that are not before a line. */
static const struct dup *
dups_from(const struct dup *dups, size_t n, size_t line)
{
	size_t	 half;

	while (n > 0) {
		half = n / 2;
		if (dups[half].line < line) {
			dups += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return dups;
}

/* ---- a block */

static int
key_fault(const struct row *row, size_t column, const struct dup *dup,
    struct fault *fault)
{
	char	 why[64];

	if (row_cell(row, column).len == 0)
		return fault_set(fault, column, "is empty");
	if (dup == NULL)
		return 0;
	snprintf(why, sizeof(why), "is on line %zu already", dup->first);
	return fault_cell(fault, row, column, why);
}

static void
set_aside(struct worker *w, const struct fault *fault)
{
	struct aside	*a;

	if (w->pool->silent)
		return;
	if (w->nasides == w->asides_cap) {
		w->asides_cap = w->asides_cap == 0 ? 64 : w->asides_cap * 2;
		w->asides = xreallocarray(w->asides, w->asides_cap,
		    sizeof(*w->asides));
	}
	a = &w->asides[w->nasides++];
	a->mark = w->block.mark;
	a->column = fault->column;
	a->what = w->texts.len;
	buf_add(&w->texts, fault->what, strlen(fault->what) + 1);
}

/*
 * Show rows before they are judged.  "look" walks the same block in front of
 * it; the first call of many rows sets it up.
 */
static void
look_ahead(struct worker *w, struct block *look, int rows)
{
	const struct pass	*pass = w->pool->pass;
	struct row		 row;

	if (rows > 1)
		*look = w->block;
	while (rows-- > 0 && block_next(look, &row))
		if (row.ncells == w->pool->reader->header.ncells)
			pass->ahead(w->state, &row);
}

/* The next row; of one that was noted no more than what it takes. */
static int
next_row(struct worker *w, struct row *row)
{
	struct block	*b = &w->block;

	if (b->noted.rows != NULL)
		return noted_next(&b->noted, b, w->pool->noted, row);
	if (!block_next(b, row))
		return 0;
	if (w->scratch.on)
		row->notes = scratch_notes(&w->scratch);
	return 1;
}

/* A row that was noted is to be told of: index the block, and go up to it. */
static void
find_row(struct worker *w, struct row *row)
{
	struct block	*b = &w->block;
	size_t		 n = b->noted.next;

	b->noted.rows = NULL;
	block_index(b, w->pool->reader->delimiter);
	while (n-- > 0)
		block_next(b, row);
}

static void
judge(struct worker *w)
{
	struct pool		*pool = w->pool;
	struct reader		*rd = pool->reader;
	struct block		*b = &w->block;
	const struct pass	*pass = pool->pass;
	const struct dup	*dup = NULL, *dups_end = NULL;
	struct block		 look;
	struct fault		 fault;
	const size_t		 ncells = rd->header.ncells;
	struct row		 row = { .ncells = ncells };
	struct buf		*cell = w->cells.cell;
	const struct buf	*cell_end = cell + w->cells.n;
	int			 verdict;

	w->parcel.out.len = w->texts.len = w->nasides = 0;
	w->parcel.rows = 0;
	w->fail.status = STATUS_OK;
	if (pool->seen != NULL) {
		dup = w->dups;
		dups_end = dup + w->ndups;
	} else if (pass->unique && rd->ndups > 0) {
		dups_end = rd->dups + rd->ndups;
		dup = dups_from(rd->dups, rd->ndups, b->line);
	}
	if (pass->ahead != NULL)
		look_ahead(w, &look, ROWS_AHEAD);
	while (next_row(w, &row)) {
		if (pass->ahead != NULL)
			look_ahead(w, &look, 1);
		w->parcel.rows++;
		verdict = ROW_FAULT;
		if (row.ncells != ncells)
			reader_ragged(rd, &row, &fault);
		else {
			verdict = ROW_OK;
			if (pass->unique && row.noted == NULL) {
				while (dup < dups_end && dup->line < row.line)
					dup++;
				verdict = key_fault(&row,
				    (size_t)pass->unique - 1, dup < dups_end &&
				    dup->line == row.line ? dup : NULL,
				    &fault);
			}
			for (cell = w->cells.cell; cell < cell_end; cell++)
				cell->len = 0;
			if (verdict == ROW_OK)
				verdict = pass->row(w->state, &row, &w->cells,
				    &fault);
		}
		if (verdict == ROW_NOTED)
			scratch_row(&w->scratch, b, &row);
		else
			w->scratch.on = 0;
		if (verdict == ROW_FAULT) {
			if (row.noted != NULL)
				find_row(w, &row);
			if (pool->options->reject == NULL) {
				reader_fault(rd, &row, &fault, &w->fail);
				return;
			}
			set_aside(w, &fault);
		} else if (verdict != ROW_SKIP && pass->columns != NULL)
			put_row(pool, &w->parcel.out, &row, &w->cells,
			    0);
	}
	if (b->noted.rows == NULL)
		reader_failure(rd, b, &w->fail);
}

static void
keep_notes(struct worker *w)
{
	struct reader	*rd = w->pool->reader;
	const size_t	 size = scratch_size(&w->scratch, &w->block);
	int32_t		*rows;
	int		 room;

	noted_begin(&w->parcel.noted, &w->block, &w->scratch);
	if (size == 0)
		return;
	pthread_mutex_lock(&w->pool->in);
	room = source_take(rd->source, size);
	pthread_mutex_unlock(&w->pool->in);
	if (room && (rows = pieces_get(&w->notes, size)) != NULL)
		w->parcel.noted.rows = memcpy(rows, w->scratch.rows, size);
}

static void
send(struct pool *pool, struct parcel *p)
{
	if (pool->fail.status == STATUS_OK && pool->writer != NULL)
		writer_try(pool->writer, p->out.p, p->out.len, &pool->fail);
	if (pool->fail.status != STATUS_OK)
		pool->stop = 1;
	else if (pool->notes > 0)
		notes_add(&pool->reader->notes, &p->noted);
	pool->rows += p->rows;
	progress_tick(&pool->progress, pool->rows, p->offset);
}

/* In turn: all that there is to tell of the block. */
static void
emit(struct worker *w)
{
	struct pool	*pool = w->pool;
	struct fault	 fault;
	struct row	 row;
	size_t		 i;

	for (i = 0; i < w->nasides; i++) {
		block_at(&w->block, &w->asides[i].mark, &row);
		fault_set(&fault, w->asides[i].column, "%s",
		    w->texts.p + w->asides[i].what);
		if (reject_row(pool->options->reject, pool->reader, &row,
		    &fault, &pool->fail) == -1)
			break;
	}
	send(pool, &w->parcel);
	if (pool->fail.status == STATUS_OK && w->fail.status != STATUS_OK) {
		pool->fail = w->fail;
		pool->stop = 1;
	}
}

/* Leave the parcel of a block for another worker, and take an empty one. */
static void
leave(struct worker *w, struct parcel *p)
{
	const struct parcel	 empty = *p;

	*p = w->parcel;
	p->ready = 1;
	w->parcel = empty;
}

/*
 * A block is done.  In its turn it is sent, and with it those after it that
 * are ready; before that it need not wait, unless there is a fault to tell
 * of or it is too far ahead.
 */
static void
hand_over(struct worker *w, uint64_t seq)
{
	struct pool	*pool = w->pool;
	struct parcel	*p = &pool->parcels[seq % pool->nparcels];
	uint64_t	 offset = 0;	/* up to which all is sent */

	w->parcel.offset = w->block.offset;
	pthread_mutex_lock(&pool->turn);
	if (pool->written != seq && seq - pool->written < pool->nparcels &&
	    !pool->stop && w->nasides == 0 &&
	    w->fail.status == STATUS_OK) {
		leave(w, p);
		pthread_mutex_unlock(&pool->turn);
		return;
	}
	while (pool->written != seq && !pool->stop)
		pthread_cond_wait(&pool->turned, &pool->turn);
	if (!pool->stop) {
		emit(w);
		offset = w->parcel.offset;
		for (;;) {
			p = &pool->parcels[++pool->written % pool->nparcels];
			if (!p->ready || pool->stop)
				break;
			send(pool, p);
			offset = p->offset;
			p->ready = 0;
		}
		pthread_cond_broadcast(&pool->turned);
	}
	pthread_mutex_unlock(&pool->turn);
	if (pool->reader->again && !pool->reader->keep)
		source_drop(pool->reader->source, offset);
}

static void *
work(void *arg)
{
	struct worker	*w = arg;
	struct pool	*pool = w->pool;
	uint64_t	 seq = 0;
	char		*ahead;
	size_t		 n;
	int		 more;

	while (!pool->stop) {
		pthread_mutex_lock(&pool->in);
		more = cutter_next(&pool->reader->cutter, &w->block);
		if (more)
			seq = pool->taken++;
		n = source_ahead(pool->reader->source, &ahead);
		pthread_mutex_unlock(&pool->in);
		if (!more)
			break;
		if (pool->noted == 0)
			w->block.noted.rows = NULL;
		if (w->block.noted.rows == NULL)
			block_index(&w->block, pool->reader->delimiter);
		if (pool->seen != NULL && find_dups(w, seq) == -1)
			break;
		if (pool->notes > 0)
			scratch_begin(&w->scratch, &w->block, pool->notes);
		judge(w);
		if (pool->notes > 0)
			keep_notes(w);
		hand_over(w, seq);
		if (n > 0)		/* now: this thread may read next */
			pages_fill(ahead, n);
	}
	return NULL;
}

/* ---- the whole */

static void
parcel_free(struct parcel *p)
{
	buf_free(&p->out);
}

static void
pool_free(struct pool *pool, struct worker *w, size_t n)
{
	size_t	 i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < w[i].cells.n; j++)
			buf_free(&w[i].cells.cell[j]);
		free(w[i].cells.cell);
		block_free(&w[i].block);
		parcel_free(&w[i].parcel);
		buf_free(&w[i].texts);
		free(w[i].asides);
		keyrun_free(&w[i].run);
		scratch_free(&w[i].scratch);
		pieces_leave(&w[i].notes, &pool->reader->notes.rows);
		free(w[i].dups);
	}
	free(w);
	for (i = 0; i < pool->nparcels; i++)
		parcel_free(&pool->parcels[i]);
	free(pool->parcels);
	unique_free(pool->seen);
	free(pool->places);
	free(pool->added);
	pthread_mutex_destroy(&pool->in);
	pthread_mutex_destroy(&pool->turn);
	pthread_cond_destroy(&pool->turned);
}

/*
 * What is noted of rows, and what was.  A pass that writes other cells than
 * new ones behind the old has to know where they lie.
 */
static void
take_notes(struct pool *pool)
{
	const struct pass	*pass = pool->pass;
	struct reader		*rd = pool->reader;

	if (rd->keep) {
		if (rd->cutter.lax == NULL)
			pool->notes = pass->notes;
		rd->cutter.known = NULL;
		source_take_none(rd->source);
		notes_begin(&rd->notes, pool->notes);
	} else if (rd->again && rd->notes.width == pass->notes &&
	    pool->seen == NULL && !pool->shape.rewrite && pool->nplaces == 0 &&
	    pass->ahead == NULL)
		pool->noted = pass->notes;
}

void
table_pass(struct reader *rd, struct writer *writer, const struct pass *pass,
    void *ctx, const struct pass_options *options)
{
	static const struct pass_options	 none;
	struct pool				 pool;
	struct failure				 again = { .status = STATUS_OK };
	struct worker				*w;
	size_t					 i, n;

	assert(!rd->started && (pass->columns == NULL || writer != NULL));
	memset(&pool, 0, sizeof(pool));
	pool.reader = rd;
	pool.writer = pass->columns == NULL ? NULL : writer;
	pool.pass = pass;
	pool.options = options == NULL ? &none : options;
	pool.silent = rd->keep;
	pthread_mutex_init(&pool.in, NULL);
	pthread_mutex_init(&pool.turn, NULL);
	pthread_cond_init(&pool.turned, NULL);
	reader_start(rd);
	if (pool.writer != NULL)
		lay_out(&pool);
	if (pool.options->reject != NULL && !pool.silent &&
	    reject_start(pool.options->reject, rd, &pool.fail) == -1)
		die(pool.fail.status, "%s", pool.fail.what);
	/* A second pass knows what the first one found. */
	if (pass->unique && !(rd->again && rd->unique ==
	    (size_t)pass->unique)) {
		pool.seen = unique_new();
		rd->ndups = 0;
	}
	take_notes(&pool);

	n = crew_size(pool.options->jobs);
	if (rd->cutter.eof || (source_size(rd->source) > 0 &&
	    source_offset(rd->source) == source_size(rd->source)))
		n = 1;			/* it has all been read already */
	pool.nparcels = n * PARCELS;
	pool.parcels = xcalloc(pool.nparcels, sizeof(*pool.parcels));
	w = xcalloc(n, sizeof(*w));
	for (i = 0; i < n; i++) {
		w[i].pool = &pool;
		w[i].state = pass->begin == NULL ? ctx : pass->begin(ctx);
		w[i].cells.n = pass->columns == NULL ? 0 : pass->ncolumns;
		w[i].cells.cell = xcalloc(w[i].cells.n + 1,
		    sizeof(*w[i].cells.cell));
	}
	progress_start(&pool.progress, pool.options->progress,
	    source_size(rd->source));
	crew_run(work, w, sizeof(*w), n);
	progress_end(&pool.progress);

	if (pool.fail.status == STATUS_OK && rd->again &&
	    source_same(rd->source, &again) == -1)
		failure_set(&pool.fail, again.status, "%s: %s", rd->name,
		    again.what);
	if (pass->end != NULL)
		for (i = 0; i < n; i++)
			pass->end(ctx, w[i].state);
	pool_free(&pool, w, n);
	if (pass->unique)
		rd->unique = (size_t)pass->unique;
	if (pool.fail.status != STATUS_OK) {
		/* The rows before it are whole and stand. */
		if (pool.writer != NULL)
			writer_flush(pool.writer, &pool.fail);
		die(pool.fail.status, "%s", pool.fail.what);
	}
}
