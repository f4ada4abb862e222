/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TABLE_PARTS_H
#define VIP_TABLE_PARTS_H

/*
 * What the files of this folder share, from the bytes upwards: source,
 * scan, dialect, notes, block, row, and then the reader, writer and passes
 * that table.h tells of.  No other folder includes this; tests may.
 */

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "base/pages.h"
#include "table/table.h"

/*
 * What ended a thread's work.  It is kept as a value, and acted upon by the
 * calling thread when all that came before it has been written.
 */
struct failure {
	enum status	 status;	/* STATUS_OK: there is none */
	size_t		 line;		/* of a failing read */
	char		 what[1200];
};

/* Fill in a failure; returns -1.  The first one stays. */
int	 failure_set(struct failure *, enum status, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* ------------------------------------------------------------------ source */

/*
 * The bytes of a file: unpacked, in UTF-8, without a mark.  source_open()
 * gives NULL and the failure, with the name, where there is no such file.
 */
struct source;

struct source	*source_open(const char *path, const char *name,
		    const struct reader_options *, struct failure *);
void		 source_free(struct source *);	/* takes NULL */

/* Up to n > 0 bytes; 0 at the end; -1 with the failure, without a place. */
ssize_t		 source_read(struct source *, char *, size_t n,
		    struct failure *);
/*
 * Where n bytes will be kept that source_read() gives next, behind so many
 * that it gave last: it may be asked to give them just there.  And the same
 * as source_read() of n bytes that are kept already: where they are.  NULL
 * if they do not lie there as they are given, or not together.
 */
char		*source_place(const struct source *, size_t before, size_t n);
char		*source_kept(struct source *, size_t n);
size_t		 source_mark(const struct source *);	/* 3: a UTF-8 mark */
/* The encoding that the first bytes, with their NULs, look like, or NULL. */
const char	*source_looks(const struct source *);

/* How much of how much has been read, as it lies on the disk; 0: unknown. */
uint64_t	 source_offset(const struct source *);
uint64_t	 source_size(const struct source *);

/*
 * Where bytes will be kept next, and how many: to be given to pages_fill()
 * before they are needed, which takes as long as the reading, so that it is
 * done while another thread reads.  0: no more for now.
 */
size_t	 source_ahead(struct source *, char **where);

/*
 * May so many bytes more be kept in memory?  If so they count as kept, until
 * nothing does that was taken so.
 */
int	 source_take(struct source *, size_t);
void	 source_take_none(struct source *);

/*
 * All is kept from the start on until source_forget(), at the end, by one
 * thread.  Before that what lies before an offset and will not be read again
 * may be dropped by any, so that they share the work.
 */
void		 source_drop(struct source *, uint64_t offset);
void		 source_forget(struct source *);
int		 source_rewind(struct source *, struct failure *);
/* At the end of a later reading: was it the same file all the time? */
int		 source_same(struct source *, struct failure *);

/* Files that data comes from or goes to never get the numbers 0 to 2. */
int		 fd_high(int);

/* -------------------------------------------------------------------- scan */

/* Quotes and lines of a run of bytes, which may be swept in pieces. */
struct sweep {
	size_t	 lines;		/* LF, CR and CRLF, each one line */
	int	 inside;	/* an odd number of quotes so far */
	int	 after_cr;
};

void	 scan_sweep(struct sweep *, const char *, size_t);

/*
 * Where cells and records end.  "ends" holds the offset of every delimiter,
 * CR and LF outside quotes; ends[0] is UINT32_MAX, so that a cell always
 * starts at the end before it plus one.
 */
struct rowend {
	uint32_t	 end;		/* of the record: an index into ends */
	uint32_t	 flags;
};

#define ROW_QUOTED	1		/* has a quote */
#define ROW_LINES	2		/* may have line ends inside quotes */

struct index {
	uint32_t	*ends;
	size_t		 nends, ends_cap;
	struct rowend	*rows;		/* blank lines too */
	size_t		 nrows, rows_cap;
	uint32_t	 flags;		/* of what follows the last record */
	int		 quotes;	/* there are any */
	int		 inside;	/* the end lies inside quotes */
	size_t		 bad;		/* the byte at fault, or SIZE_MAX */
};

void	 index_clear(struct index *);
void	 index_room(struct index *);	/* for 64 more ends and rows */
void	 index_free(struct index *);

/*
 * Index well-formed bytes from the start of a record.  At the first byte
 * that breaks RFC 4180, or is NUL, it stops.
 */
void	 scan_index(struct index *, const char *, size_t, int delimiter);

/* What these call. */
struct scanner {
	void	(*index)(struct index *, const char *, size_t, int delimiter);
	void	(*sweep)(struct sweep *, const char *, size_t);
};

/* Those that the processor can do, the best first; NULL after the last. */
const struct scanner *scan_pick(size_t i);

#if defined(__x86_64__) && !defined(SCAN_PORTABLE)
#define SCAN_PICK	1	/* there is more than one */
#endif

void	 scan_index_base(struct index *, const char *, size_t, int delimiter);
void	 scan_index_avx2(struct index *, const char *, size_t, int delimiter);
void	 scan_index_avx512(struct index *, const char *, size_t, int delimiter);
void	 scan_sweep_base(struct sweep *, const char *, size_t);
void	 scan_sweep_avx2(struct sweep *, const char *, size_t);
void	 scan_sweep_avx512(struct sweep *, const char *, size_t);

/* ----------------------------------------------------------------- dialect */

/*
 * The same by libcsv: the slow twin of scan_index() when strict, and
 * --lax-quotes when not.  dialect_index() takes up where the last call on
 * the same index left off, "from" being what has been indexed, and returns
 * how far it got: to the end, or, while there is more to come, up to a CR
 * whose LF may be yet to come.
 */
struct dialect;

struct dialect	*dialect_new(int delimiter, int strict);
void		 dialect_free(struct dialect *);
void		 dialect_reset(struct dialect *);
size_t		 dialect_index(struct dialect *, struct index *, const char *,
		    size_t from, size_t len, int last);

/* The value of a quoted cell, into space for as many bytes; its length. */
size_t		 dialect_decode(char *, const char *, size_t);
/* dialect_quote() to where there is room for 2 * n + 2: its end. */
char		*dialect_put(char *, const char *, size_t n, int delimiter);
/*
 * The same where so many bytes may be read, and so many more be written,
 * however few the cell has, as in any struct buf that is not empty.
 */
#define DIALECT_PAD	16
char		*dialect_put_padded(char *, const char *, size_t n,
		    int delimiter);

/*
 * tab, ; | or comma, by the first line that is not blank; -1 if it has not
 * ended yet and this is not the last of it.
 */
int		 dialect_delimiter(const char *, size_t, int last);

enum malformed { BAD_NUL, BAD_AFTER_QUOTE, BAD_BARE_QUOTE };

/*
 * Why libcsv refuses a record that it is given from its start, and where.
 * *cell is the number of delimiters outside quotes before that.
 */
enum malformed	 dialect_verdict(const char *, size_t, int delimiter,
		    size_t *where, size_t *cell);
/* 1 and where the quote opens that n bytes of a record end inside of; or 0. */
int		 dialect_open(const char *, size_t n, int delimiter,
		    size_t *where, size_t *cell);

/* ------------------------------------------------------------------- notes */

/* A block of the first pass. */
struct noted {
	size_t		 len, line;
	int		 last;		/* BLOCK_LAST */
	const int32_t	*rows;		/* of each its length, times 4, and that
					   of its line end, then its notes;
					   NULL: there are no notes of it */
	size_t		 nrows;
	size_t		 at, next;	/* the row to come */
};

struct notes {
	size_t		 width;		/* notes a row */
	struct noted	*block;
	size_t		 n, cap;
	struct pieces	 rows;		/* of the blocks */
};

void	 notes_begin(struct notes *, size_t width);
void	 notes_free(struct notes *);
/* In the order of the blocks. */
void	 notes_add(struct notes *, const struct noted *);

/* What a worker notes, until the block is done. */
struct scratch {
	int		 on;		/* all was in order so far */
	size_t		 width;
	int32_t		*rows;		/* as they are in struct noted */
	size_t		 n, cap;
	size_t		 at;
};

struct block;

void	 scratch_begin(struct scratch *, const struct block *, size_t width);
/* After its notes; off it goes if the row does not follow the one before. */
void	 scratch_row(struct scratch *, const struct block *,
	    const struct row *);
void	 scratch_free(struct scratch *);
/* How many bytes its rows take; 0: they are not worth it. */
size_t	 scratch_size(const struct scratch *, const struct block *);

static inline int32_t *
scratch_notes(const struct scratch *s)	/* of the row to come */
{
	return s->rows + s->n * (s->width + 1) + 1;
}

/* The block, so far without notes; nrows of the scratch. */
void	 noted_begin(struct noted *, const struct block *,
	    const struct scratch *);
/* The next row as it was noted, whose cells are not known, or 0. */
int	 noted_next(struct noted *, const struct block *, size_t width,
	    struct row *);

/* ------------------------------------------------------------------- block */

/* A record of a block, to come back to. */
struct mark {
	uint32_t	 first, next;
	size_t		 line;
};

/* Whole records, and what is known of them. */
struct block {
	char		*p;		/* in room, or what the source keeps */
	size_t		 len;
	char		*room;
	size_t		 cap;		/* of room */
	size_t		 line;		/* of its first byte */
	enum {
		BLOCK_MORE,		/* ends where a record does */
		BLOCK_LAST,		/* ends where the input does */
		BLOCK_TORN		/* ends within a record that is no good */
	}		 state;
	struct failure	 fail;		/* reading went wrong after this */
	uint64_t	 offset;	/* source_offset() by then */
	int		 indexed;
	struct index	 index;
	char		*shadow;	/* where doubled quotes are undone */
	size_t		 shadow_cap;
	size_t		 max_record;

	/* The record to come. */
	size_t		 next;		/* in index.rows */
	size_t		 first;		/* its first cell in index.ends */
	size_t		 at;		/* its line */
	struct mark	 mark;		/* of the one before */
	struct noted	 noted;		/* rows is NULL: it has to be indexed */
};

/* Cuts a source into blocks; only one thread at a time may. */
struct cutter {
	struct source	*source;
	struct dialect	*lax;		/* or NULL */
	size_t		 block;
	size_t		 max_record;
	struct buf	 tail;		/* read already */
	size_t		 line;		/* of its first byte */
	int		 delimiter;
	int		 eof;
	int		 done;
	const struct notes *known;	/* where to cut, or NULL */
	size_t		 at;		/* in known */
};

int	 cutter_next(struct cutter *, struct block *);
/* Give back what is behind the record that block_next() gave last. */
void	 cutter_return(struct cutter *, const struct block *,
	    const struct row *);
void	 cutter_reset(struct cutter *);

void	 block_index(struct block *, int delimiter);
/* The line on which a record ends that has line ends inside quotes. */
size_t	 block_lines(const char *raw, const char *end, size_t line);
void	 block_at(struct block *, const struct mark *, struct row *);
void	 block_free(struct block *);

/*
 * Fill in a row: the record "next", whose first cell is "first".  Inline, as
 * block_next() is, for each row is looked at two or three times.
 */
static inline const struct rowend *
block_fill(const struct block *b, size_t next, size_t first, size_t line,
    struct row *row)
{
	const struct rowend	*e = &b->index.rows[next];
	const uint32_t		*ends = b->index.ends + first;
	const uint32_t		 start = ends[-1] + 1;
	const uint32_t		 end = b->index.ends[e->end];
	const char		*p = b->p;

	row->base = p;
	row->ends = ends;
	row->raw = p + start;
	row->len = end - start;
	row->eol = p + end;
	row->eollen = end != b->len;
	if (row->eollen > 0 && p[end] == '\r' && end + 1 < b->len &&
	    p[end + 1] == '\n')
		row->eollen = 2;
	row->line = line;
	row->ncells = e->end - first + 1;
	row->quoted = (int)(e->flags & ROW_QUOTED);
	row->shadow = b->shadow;
	row->notes = NULL;
	row->noted = NULL;
	return e;
}

static inline int
block_next(struct block *b, struct row *row)
{
	const struct rowend	*e;

	while (b->next < b->index.nrows) {
		e = block_fill(b, b->next, b->first, b->at, row);
		if (row->len > b->max_record)
			return 0;
		b->mark.first = (uint32_t)b->first;
		b->mark.next = (uint32_t)b->next;
		b->mark.line = b->at;
		b->next++;
		b->first = e->end + (row->eollen == 2 ? 2 : 1);
		if (e->flags & ROW_LINES)
			b->at = block_lines(row->raw, row->eol, b->at);
		b->at++;
		if (row->len > 0)
			return 1;
	}
	return 0;
}

/* ------------------------------------------------------------------ unique */

struct key {
	uint64_t	 hash;
	size_t		 line;
	uint32_t	 check;		/* 24 bits of another hash */
};

/*
 * The keys of a block with their lines: noted one after another as long as
 * they ascend, or hashed.  Cells must stand until the run has been taken.
 */
struct keyrun {
	int		 noted;
	struct buf	 notes;
	struct cell	 first, last;	/* noted; p is NULL: none */
	size_t		 line;		/* of the last */
	struct key	*keys;
	size_t		 nkeys, keys_cap;
};

struct unique;

/* Keys are to be noted (1), or there is a table already (0).  Any thread. */
int	 keyrun_begin(struct keyrun *, struct unique *);
void	 keyrun_hashed(struct keyrun *);	/* begin anew, to hash them */
/* -1: this key does not come after the one before; nothing else of it. */
int	 keyrun_add(struct keyrun *, struct cell, size_t line);
void	 keyrun_free(struct keyrun *);

/*
 * The keys of all blocks.  unique_take(), in the order of blocks, gives 1
 * where no key of the run has come already; 0 where unique_line() has to be
 * asked, once for each, from the first to the last; and -1 where the run must
 * be hashed before that.  unique_line() is the line on which a key came
 * first, or 0.
 */
struct unique	*unique_new(void);
void		 unique_free(struct unique *);	/* takes NULL */
int		 unique_take(struct unique *, const struct keyrun *);
size_t		 unique_line(struct unique *, const struct keyrun *, size_t i);

/* -------------------------------------------------------------- row, reader */

/* Where byte p of a record lies: moves line and column on to it. */
void	 place_of(const char *raw, const char *p, size_t *line, size_t *column);
/* Append a value for a message: escaped, and cut to a sane length. */
void	 row_show(struct buf *, const char *, size_t);

struct dup {				/* a row whose key came before */
	size_t	 line, first;
};

struct reader {
	const struct reader_options *options;
	char		*name;
	struct source	*source;
	struct cutter	 cutter;
	int		 delimiter;
	struct row	 header;
	const char	**names;
	struct arena	*arena;
	const char	*eol;		/* for a record that has none */
	size_t		 eollen;
	struct block	 block;		/* of reader_next() */
	int		 started;	/* past the header */
	int		 loaded;	/* there is something in the block */
	int		 again;		/* rewound: not the first reading */
	int		 keep;		/* another pass comes after this one */
	size_t		 unique;	/* 1 + column whose dups are known */
	struct dup	*dups;
	size_t		 ndups, dups_cap;
	struct notes	 notes;		/* of the first pass */
};

/* The file's column of that name, map or no map; ends if there are two. */
int	 reader_find(const struct reader *, const char *name);
/* Before the first record is taken. */
void	 reader_start(struct reader *);
int	 reader_ragged(const struct reader *, const struct row *,
	    struct fault *);
/* Place and text of a fault or of what ended a block; 0 if nothing did. */
void	 reader_place(const struct reader *, const struct row *, size_t column,
	    size_t *line, size_t *byte);
void	 reader_fault(const struct reader *, const struct row *,
	    const struct fault *, struct failure *);
int	 reader_failure(const struct reader *, const struct block *,
	    struct failure *);

/* ------------------------------------------------------------------ writer */

/* How records are to be written. */
struct shape {
	int		 delimiter;
	int		 rewrite;	/* every cell anew */
	int		 spreadsheet;
};

const struct shape *writer_shape(const struct writer *);
/* writer_bytes() and a flush that say so where it fails. */
int		 writer_try(struct writer *, const char *, size_t,
		    struct failure *);
int		 writer_flush(struct writer *, struct failure *);
/* A writer of the same table into memory, and its rows into the table. */
struct writer	*writer_page(const struct writer *);
int		 writer_paste(struct writer *, struct writer *page,
		    struct failure *);
void		 writer_page_free(struct writer *);

/* ------------------------------------------------------- rejects, progress */

/* A header before the rows of a reader, where it is another than before. */
int	 reject_start(struct reject *, const struct reader *,
	    struct failure *);
int	 reject_row(struct reject *, const struct reader *, const struct row *,
	    const struct fault *, struct failure *);

struct progress {
	int		 shown;
	int64_t		 start, next;	/* nanoseconds; 0: not wanted */
	uint64_t	 total;
};

void	 progress_start(struct progress *, int wanted, uint64_t total);
void	 progress_tick(struct progress *, uint64_t rows, uint64_t bytes);
void	 progress_end(struct progress *);

#endif /* VIP_TABLE_PARTS_H */
