/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TABLE_H
#define VIP_TABLE_H

/*
 * Tables of records with a header: CSV and TSV as RFC 4180 has them.  This
 * folder is the only place that knows how bytes become rows and rows bytes.
 *
 * The raw record is the truth and a cell is a reading of it: a command that
 * adds columns writes each record's own bytes back, the new cells, and the
 * record's own line end.
 *
 * What is wrong with the input as a whole (no such file, no header, a quote
 * that is never closed, a failing disk) ends the program inside the reader
 * with "command: file:line:column: what" and the status of base/err.h.
 * What is wrong with one row is a struct fault, so that --reject can set the
 * row aside and go on.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/vip.h"

/* Bytes of a cell with its quotes taken off; may hold any byte but NUL. */
struct cell {
	const char	*p;
	size_t		 len;
};

/* Of a text that ends in NUL; stands as long as the text does. */
static inline struct cell
cell_str(const char *text)
{
	struct cell	 c = { text, strlen(text) };

	return c;
}

int	 cell_is(struct cell, const char *text);	/* equal, byte for byte */
/* 1: yes, y, true, t, 1; 0: no, n, false, f, 0; in any case of letters; also
   是 and 否.  Else -1. */
int	 cell_truth(struct cell);

/*
 * One record, as a view into memory of the reader: it stands until the row
 * function that got it returns, or until the next reader_next().
 */
struct row {
	const char	*raw;		/* as read, without its line end */
	size_t		 len;
	const char	*eol;		/* "\n", "\r\n", "\r", or empty at the end */
	size_t		 eollen;
	size_t		 line;		/* physical line it starts on, from 1 */
	size_t		 ncells;

	/* For row_cell() and row_raw_cell() alone. */
	const char	*base;		/* what "ends" counts from */
	const uint32_t	*ends;		/* where each cell ends; ends[-1] + 1 is raw */
	int		 quoted;	/* there is a quote in the record */
	char		*shadow;	/* bytes like those at base, to decode into */

	/* What a pass notes of the row, and what one before noted; or NULL. */
	int32_t		*notes;
	const int32_t	*noted;
};

/*
 * Cell i of a row, i < ncells; stands as long as the row does.  Of a raw cell
 * the bytes as they stand in the record, quotes and all.  Inline, since there
 * is no call that is made more often.
 */
struct cell	 cell_unquote(const struct row *, struct cell raw);

static inline struct cell
cell_between(const char *base, const uint32_t *end)
{
	const uint32_t	 start = end[-1] + 1;
	struct cell	 c = { base + start, *end - start };

	return c;
}

static inline struct cell
row_raw_cell(const struct row *row, size_t i)
{
	return cell_between(row->base, row->ends + i);
}

static inline struct cell
row_cell(const struct row *row, size_t i)
{
	struct cell	 c = row_raw_cell(row, i);

	if (row->quoted && c.len > 0 && *c.p == '"')
		return cell_unquote(row, c);
	return c;
}

/* What is wrong with a row. */
struct fault {
	size_t	 column;		/* the cell's index, or FAULT_ROW */
	char	 what[400];		/* without place or column name */
};

#define FAULT_ROW	SIZE_MAX

/* Fill in a fault; both return -1, for "return fault_set(...)". */
int	 fault_set(struct fault *, size_t column, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* what = the cell's value in quotes, escaped and cut, then " " and why. */
int	 fault_cell(struct fault *, const struct row *, size_t column,
	    const char *why);

/* ------------------------------------------------------------------ reader */

struct reader;

struct rename {				/* --map TO=FROM */
	const char	*to;
	const char	*from;
	struct rename	*next;
};

/*
 * What else a column may be called, where there is no header of its own
 * name: of several for one column, the first that is there.  The case of
 * letters (ASCII) and blanks around a header do not count.
 */
struct alias {
	const char	*to;
	const char	*from;		/* a header; one "*" is any text */
	const char	*with;		/* only beside this header; or NULL */
	const void	*of;		/* the caller's */
	struct alias	*next;
};

struct reader_options {
	int		 delimiter;	/* a byte, or 0: taken from the header */
	int		 lax_quotes;	/* libcsv's default mode for stray quotes */
	const char	*encoding;	/* for iconv, or NULL: UTF-8 or its mark */
	size_t		 max_record;	/* bytes; 0 is 64 MiB, most is 1 GiB;
					   16 MiB for a header */
	size_t		 memory;	/* bytes kept of a pipe that is read twice;
					   0 is a quarter of the machine */
	size_t		 block;		/* bytes a read; 0 is 256 KiB (tests use 1) */
	const struct rename *map;
	const char	*name;		/* for messages, or NULL: the path */
	const struct alias *aliases;
};

/*
 * Open a table and read its header.  "path" NULL or "-" is the standard
 * input; gzip, zstd and xz are read as they are.  The options, and what
 * they point to, stay the caller's and must outlive the reader.
 */
struct reader	*reader_open(const char *path, const struct reader_options *);
void		 reader_free(struct reader *);
const char	*reader_name(const struct reader *);	/* "stdin" for "-" */
int		 reader_delimiter(const struct reader *);
const struct row *reader_header(const struct reader *);
size_t		 reader_columns(const struct reader *);

/*
 * The index of a column after --map, or by an alias; or -1 where there is
 * none.  A name that the header has twice ends the program.  reader_need() ends it (65) where
 * there is none, with the names that there are and a near one.
 */
int		 reader_column(const struct reader *, const char *name);
size_t		 reader_need(const struct reader *, const char *name);
/* Is it --map that says where a column is? */
int		 reader_is_mapped(const struct reader *, const char *name);
/*
 * The alias by which reader_column() finds a column, with what its "*" stands
 * for in the header (unless "star" is NULL); or NULL.  And for messages: which
 * headers were looked for under that name, in parentheses.
 */
const struct alias *reader_alias(const struct reader *, const char *name,
		    struct cell *star);
void		 reader_sought(const struct reader *, const char *name,
		    struct buf *);
/* The header's name of column i, NUL-terminated, as long as the reader. */
const char	*reader_column_name(const struct reader *, size_t i);

/*
 * The next record: 1, or 0 at the end.  A row whose number of cells is not
 * the header's ends the program.  For files that are read whole, in order,
 * by one thread; table_pass() is the way for the main input.
 */
int		 reader_next(struct reader *, struct row *);

/* End the program (65) with the place and text of a fault. */
_Noreturn void	 reader_die(const struct reader *, const struct row *,
		    const struct fault *);

/*
 * Before the first of two passes over a reader; and between them.  A
 * regular file is read again (and must not have changed, else 65); a pipe
 * is kept in memory, and beyond that in an unlinked temporary file.  The
 * pass after reader_rewind() is the last, unless reader_keep() comes again.
 */
void		 reader_keep(struct reader *);
void		 reader_rewind(struct reader *);

/*
 * Where what a run must remember goes beyond --memory: a file in $TMPDIR
 * that has no name any more, or -1 with errno; and how much --memory is by
 * default, a quarter of what there is, or of what we may use.
 */
int		 temporary_open(void);
size_t		 default_memory(void);
/* That of tmpfile(3), as a stream; the program ends (69, 74) without one. */
FILE		*temporary_file(void);

/* ------------------------------------------------------------------ writer */

enum form { FORM_AS_INPUT, FORM_CSV, FORM_TSV };

struct writer_options {
	const char	*path;		/* -o; NULL is the standard output */
	const char	*beside;	/* the option where it is not -o; NULL */
	enum form	 to;
	int		 spreadsheet;	/* mark, CRLF, formulas disarmed */
	/* Is given the bytes of passes as well, one call at a time; or NULL. */
	void		(*tee)(void *ctx, const char *, size_t);
	void		*tee_ctx;
};

/*
 * Where rows go.  With a path, a temporary file beside it, which takes its
 * name in writer_close() and is gone if the program ends before that,
 * by a signal too.  "delimiter" is the input's, for FORM_AS_INPUT.
 */
struct writer;

struct writer	*writer_open(const struct writer_options *, int delimiter);

/* A table of the command's own: a header, then cell by cell, row by row. */
void		 writer_columns(struct writer *, const char *const *names,
		    size_t n);
void		 writer_cell(struct writer *, const char *, size_t);
void		 writer_cells(struct writer *, const char *);	/* NUL-ended */
void		 writer_num(struct writer *, num);
void		 writer_end(struct writer *);	/* dies unless n cells came */

/*
 * Rows by several threads (0: one a core): rows() writes those of a sheet,
 * 0, 1, 2 and so on, to a writer of its thread, and returns 0 with the last.
 * Sheets of no rows may come after it.  They are written in their order.
 */
void		 writer_sheets(struct writer *,
		    int (*rows)(void *ctx, struct writer *, size_t sheet),
		    void *ctx, int jobs);

/* Bytes that are no table, such as a report, to the same place. */
void		 writer_bytes(struct writer *, const char *, size_t);

/*
 * Flush, sync, rename, close, free.  The only way to have written anything:
 * a failure of any byte ends the program (74), whenever it came to light.
 */
void		 writer_close(struct writer *);

/* Append a cell to a text of one's own, quoted where it has to be. */
void		 dialect_quote(struct buf *, const char *, size_t,
		    int delimiter);
/* The same for a spreadsheet, which must not take it for a formula. */
void		 dialect_disarm(struct buf *, const char *, size_t,
		    int delimiter);

/* ------------------------------------------------------------------ passes */

/* The new cells of one row, by their index in the columns of the pass. */
struct cells;

void	 cells_text(struct cells *, size_t i, const char *, size_t);
void	 cells_str(struct cells *, size_t i, const char *);
void	 cells_num(struct cells *, size_t i, num);
/* A buffer whose bytes become the cell; only until the next cells_ call. */
struct buf *cells_buf(struct cells *, size_t i);

enum { ROW_FAULT = -1, ROW_OK = 0, ROW_SKIP = 1, ROW_NOTED = 2 };

/*
 * One pass over all rows of a table.
 *
 * Every worker thread has a state of its own, made by begin() and handed to
 * end(), which run one at a time in the calling thread (workers in a fixed
 * order; end() also where the pass is about to end the program).  row()
 * returns ROW_OK, ROW_SKIP (the row is not written), or ROW_FAULT with the
 * fault.  It must not touch anything that another worker could, and the
 * order in which workers see rows is not defined; the order in which rows
 * are written is that of the input.
 */
struct pass {
	const char *const *columns;	/* written; NULL: rows are only read */
	size_t		 ncolumns;
	void		*(*begin)(void *ctx);		/* NULL: state is ctx */
	int		 (*row)(void *state, const struct row *, struct cells *,
			    struct fault *);
	void		 (*end)(void *ctx, void *state);	/* or NULL */
	int		 unique;	/* 1 + column whose value may come once, or 0 */
	/*
	 * Or NULL: sees a row some rows before row() does, to fetch memory
	 * that it will need.  Not every row is shown.
	 */
	void		(*ahead)(void *state, const struct row *);
	/*
	 * How many values the first of two passes, after reader_keep(), notes
	 * of a row: row() fills in row->notes, if there are any, and returns
	 * ROW_NOTED.  The pass after reader_rewind() that has the same number
	 * here finds them in row->noted, and then must ask for no cell or
	 * line of the row; it finds none where there was no room for them.
	 */
	size_t		 notes;
};

struct reject;				/* --reject FILE */

struct pass_options {
	int		 jobs;		/* threads; 0: as many as cores; 1: in order */
	struct reject	*reject;	/* or NULL: the first fault ends the run */
	int		 progress;	/* show a line on stderr */
};

/*
 * Run a pass.  With columns, each row goes to the writer with its new cells
 * (a column that the input has already is replaced in its place) and the
 * header before them.  The bytes written are the same for every "jobs".
 */
void	 table_pass(struct reader *, struct writer *, const struct pass *,
	    void *ctx, const struct pass_options *);

/*
 * Rows set aside: the record, then reject_line, reject_column (a name) and
 * reject_reason.  A pass that another will follow, because reader_keep()
 * was called and reader_rewind() was not yet, passes over them in silence;
 * the last one writes them, so that each comes once.  With several readers
 * a header comes before the rows of each that has another.  reject_close()
 * says how many rows there were.
 */
struct reject	*reject_open(const char *path);
void		 reject_close(struct reject *);		/* takes NULL */
size_t		 reject_count(const struct reject *);

#endif /* VIP_TABLE_H */
