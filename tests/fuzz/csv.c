/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the table code makes of any bytes is what libcsv makes of them:
 *
 *   - the same records, cells and values, or an error at the same byte,
 *     by the instructions of the machine and by portable ones;
 *   - a pass writes each record's own bytes and one more cell, or the rows
 *     before an error and its message, and these are the same for every
 *     read size and number of threads;
 *   - --lax-quotes reads as libcsv's default mode does.
 */
#include "config.h"

#include <sys/mman.h>

#include <csv.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vip.h"
#include "table/parts.h"

/* The scanner once more, as it is where the machine has no such masks. */
#define SCAN_PORTABLE	1
#define scan_sweep_base	portable_sweep
#define scan_index_base	portable_index
#define index_clear	portable_clear
#define index_room	portable_room
#define index_free	portable_free
void	 portable_sweep(struct sweep *, const char *, size_t);
void	 portable_index(struct index *, const char *, size_t, int);
void	 portable_clear(struct index *);
void	 portable_room(struct index *);
void	 portable_free(struct index *);
#include "table/scan.c"
#undef scan_sweep_base
#undef scan_index_base
#undef index_free

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static sigjmp_buf	 out_of_it;
static char		 message[4096];	/* of the last run */
static int		 status;

#define MUST(x)								\
	do {								\
		if (!(x)) {						\
			fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__,	\
			    __LINE__, #x, message);			\
			abort();					\
		}							\
	} while (0)

/* ---- what libcsv says */

struct verdict {
	struct buf	 cells;		/* each: its length and its bytes */
	size_t		*widths;	/* of the records */
	size_t		 nrows, cap, width;
	size_t		 bad;		/* or SIZE_MAX */
	int		 open;
};

static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
on_cell(void *p, size_t n, void *arg)
{
	struct verdict	*v = arg;

	buf_add(&v->cells, &n, sizeof(n));
	buf_add(&v->cells, p, n);
	v->width++;
}

static void
on_row(int c, void *arg)
{
	struct verdict	*v = arg;

	(void)c;
	if (v->nrows == v->cap) {
		v->cap = v->cap == 0 ? 64 : v->cap * 2;
		v->widths = xreallocarray(v->widths, v->cap,
		    sizeof(*v->widths));
	}
	v->widths[v->nrows++] = v->width;
	v->width = 0;
}

static void
ask(struct verdict *v, const char *p, size_t n, int delimiter, int strict)
{
	struct csv_parser	 parser;
	const char		*nul;
	size_t			 len = n;

	memset(v, 0, sizeof(*v));
	v->bad = SIZE_MAX;
	if (n > 0 && (nul = memchr(p, '\0', n)) != NULL)
		len = (size_t)(nul - p);
	MUST(csv_init(&parser, strict ? CSV_STRICT | CSV_STRICT_FINI : 0) ==
	    0);
	csv_set_delim(&parser, (unsigned char)delimiter);
	csv_set_space_func(&parser, no_space);
	v->bad = csv_parse(&parser, p, len, on_cell, on_row, v);
	if (v->bad == n) {
		v->bad = SIZE_MAX;
		v->open = csv_fini(&parser, on_cell, on_row, v) != 0;
	}
	csv_free(&parser);
}

static void
verdict_free(struct verdict *v)
{
	buf_free(&v->cells);
	free(v->widths);
}

/* ---- what we say */

/* A block that holds it all, as the last. */
static void
block_of(struct block *b, const char *p, size_t n)
{
	memset(b, 0, sizeof(*b));
	b->p = b->room = xmemdup0(p, n);
	b->len = n;
	b->cap = n + 1;
	b->line = b->at = 1;
	b->state = BLOCK_LAST;
	b->max_record = SIZE_MAX;
	b->first = 1;
}

static void
same_rows(struct block *b, const struct verdict *v)
{
	struct row	 row;
	struct cell	 c, again;
	const char	*want = v->cells.p, *p = b->p;
	size_t		 i, n, line = 1, column, rows = 0;

	while (block_next(b, &row)) {
		MUST(rows < v->nrows);
		MUST(row.ncells == v->widths[rows]);
		rows++;
		place_of(p, row.raw, &line, &column);
		MUST(row.line == line);
		MUST(column == 1);
		p = row.raw;
		for (i = 0; i < row.ncells; i++) {
			memcpy(&n, want, sizeof(n));
			want += sizeof(n);
			c = row_cell(&row, i);
			MUST(c.len == n && memcmp(c.p, want, n) == 0);
			again = row_cell(&row, i);
			MUST(again.p == c.p && again.len == c.len);
			want += n;
		}
		c = row_raw_cell(&row, row.ncells - 1);
		MUST(c.p + c.len == row.raw + row.len);
		MUST(row_raw_cell(&row, 0).p == row.raw);
		MUST(row.eollen == 0 ? row.eol == b->p + b->len :
		    row.eollen == 1 ? *row.eol == '\n' || *row.eol == '\r' :
		    memcmp(row.eol, "\r\n", 2) == 0);
	}
	MUST(rows == v->nrows);
}

static void
same_index(const struct index *a, const struct index *b)
{
	MUST(a->nends == b->nends && a->nrows == b->nrows);
	MUST(memcmp(a->ends, b->ends, a->nends * sizeof(*a->ends)) == 0);
	MUST(memcmp(a->rows, b->rows, a->nrows * sizeof(*a->rows)) == 0);
	MUST(a->bad == b->bad && a->inside == b->inside &&
	    a->flags == b->flags);
}

static void
check_index(const char *p, size_t n, int delimiter)
{
	struct verdict	 v;
	struct block	 b, slow;
	struct index	 portable;
	struct dialect	*d;
	size_t		 cell, where, i;

	ask(&v, p, n, delimiter, 1);
	block_of(&b, p, n);
	memset(&portable, 0, sizeof(portable));
	portable_index(&portable, b.p, n, delimiter);
	for (i = 0; scan_pick(i) != NULL; i++) {
		scan_pick(i)->index(&b.index, b.p, n, delimiter);
		same_index(&b.index, &portable);
	}
	portable_free(&portable);
	block_index(&b, delimiter);
	MUST(b.index.bad == v.bad);
	MUST(b.index.inside == v.open);
	same_rows(&b, &v);
	if (v.bad != SIZE_MAX) {
		i = b.index.ends[b.first - 1] + 1;
		dialect_verdict(b.p + i, n - i, delimiter, &where, &cell);
		MUST(where + i == v.bad);
	} else if (v.open) {
		i = b.index.ends[b.first - 1] + 1;
		MUST(dialect_open(b.p + i, n - i, delimiter, &where, &cell));
		MUST(b.p[i + where] == '"');
	}

	/* The slow twin has the same records, whole or byte by byte. */
	for (i = 0; i < 2; i++) {
		block_of(&slow, p, n);
		d = dialect_new(delimiter, 1);
		for (where = cell = 0; i == 1 && cell < n &&
		    slow.index.bad != 0; cell++) {
			where = dialect_index(d, &slow.index, slow.p, where,
			    cell, 0);
			if (slow.index.ends != NULL &&
			    slow.index.bad != SIZE_MAX)
				break;
		}
		if (i == 0 || slow.index.ends == NULL ||
		    slow.index.bad == SIZE_MAX)
			dialect_index(d, &slow.index, slow.p, where, n, 1);
		slow.indexed = 1;
		block_index(&slow, delimiter);
		MUST(slow.index.bad == v.bad);
		same_rows(&slow, &v);
		MUST(slow.index.nrows == b.index.nrows);
		dialect_free(d);
		block_free(&slow);
	}
	block_free(&b);
	verdict_free(&v);
}

static void
check_lax(const char *p, size_t n, int delimiter)
{
	struct verdict	 v;
	struct block	 b;
	struct dialect	*d;

	ask(&v, p, n, delimiter, 0);
	block_of(&b, p, n);
	d = dialect_new(delimiter, 0);
	index_clear(&b.index);
	dialect_index(d, &b.index, b.p, 0, n, 1);
	b.indexed = 1;
	block_index(&b, delimiter);
	MUST(b.index.bad == v.bad);
	same_rows(&b, &v);
	dialect_free(d);
	block_free(&b);
	verdict_free(&v);
}

static void
check_sweep(const char *p, size_t n)
{
	struct sweep	 a = { 0, 0, 0 }, b = { 0, 0, 0 }, c = { 0, 0, 0 };
	size_t		 i, step, line = 1, column;

	place_of(p, p + n, &line, &column);
	scan_sweep(&a, p, n);
	portable_sweep(&b, p, n);
	scan_sweep_base(&c, p, n);
	MUST(a.lines == line - 1);
	MUST(b.lines == a.lines && b.inside == a.inside);
	MUST(c.lines == a.lines && c.inside == a.inside);
	memset(&c, 0, sizeof(c));
	for (i = 0; i < n; i += step) {
		step = 1 + i % 67;
		if (step > n - i)
			step = n - i;
		scan_sweep(&c, p + i, step);
	}
	MUST(c.lines == a.lines && c.inside == a.inside);
}

/* ---- whole passes */

static void
on_die(enum status s, const char *m)
{
	status = (int)s;
	snprintf(message, sizeof(message), "%s", m);
	siglongjmp(out_of_it, 1);
}

static int
copy(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	(void)state;
	(void)row;
	(void)fault;
	cells_str(cells, 0, "x,\"y");
	return ROW_OK;
}

static int
file_of(const char *p, size_t n)
{
	int	 fd;

	MUST((fd = memfd_create("fuzz", 0)) != -1);
	MUST(write(fd, p, n) == (ssize_t)n);
	return fd;
}

static void
contents(int fd, struct buf *b)
{
	off_t	 n = lseek(fd, 0, SEEK_END);

	b->len = 0;
	buf_room(b, (size_t)n + 1);
	MUST(pread(fd, b->p, (size_t)n, 0) == n);
	b->len = (size_t)n;
}

/* Copy a file with one more cell a row; what came of it in "out". */
static void
run(int in, size_t block, int jobs, int lax, int twice, struct buf *out)
{
	static const char *const	 columns[] = { "\nnew\n" };
	struct reader_options		 options = { .block = block,
					    .max_record = 5000 };
	const struct pass		 pass = { .columns = columns,
					    .ncolumns = 1, .row = copy };
	const struct pass_options	 po = { .jobs = jobs };
	struct writer_options		 wo = { .to = FORM_AS_INPUT };
	struct reader *volatile		 rd = NULL;
	struct writer *volatile		 w = NULL;
	char				 path[64], to[64];
	int				 fd;

	options.lax_quotes = lax;
	MUST((fd = memfd_create("out", 0)) != -1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", in);
	snprintf(to, sizeof(to), "/dev/fd/%d", fd);
	wo.path = to;
	status = 0;
	message[0] = '\0';
	if (sigsetjmp(out_of_it, 1) == 0) {
		rd = reader_open(path, &options);
		w = writer_open(&wo, reader_delimiter(rd));
		if (twice) {
			struct row	 row;

			reader_keep(rd);
			while (reader_next(rd, &row))
				continue;
			reader_rewind(rd);
		}
		table_pass(rd, w, &pass, NULL, &po);
	}
	if (w != NULL)
		writer_close(w);
	reader_free(rd);
	contents(fd, out);
	close(fd);
}

/* The output of a pass by the verdict alone; 0 if there must be an error. */
static int
expected(const char *p, size_t n, int delimiter, struct buf *out)
{
	struct verdict	 v;
	struct block	 b;
	struct row	 row;
	size_t		 width = 0, eollen = 1;
	const char	*eol = "\n";
	int		 good;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	ask(&v, p, n, delimiter, 1);
	good = v.bad == SIZE_MAX && !v.open && v.nrows > 0;
	verdict_free(&v);
	if (!good)
		return 0;
	block_of(&b, p, n);
	block_index(&b, delimiter);
	out->len = 0;
	while (block_next(&b, &row)) {
		if (width == 0 && row.eollen > 0) {
			eol = row.eol;
			eollen = row.eollen;
		}
		if (width != 0 && row.ncells != width)
			good = 0;
		buf_add(out, row.raw, row.len);
		buf_addc(out, delimiter);
		buf_adds(out, width == 0 ? "\"\nnew\n\"" : "\"x,\"\"y\"");
		if (row.eollen > 0)
			buf_add(out, row.eol, row.eollen);
		else
			buf_add(out, eol, eollen);
		if (row.len > 5000)
			good = 0;
		width = row.ncells;
	}
	block_free(&b);
	return good;
}

static int
is_packed(const char *p, size_t n)
{
	return (n >= 3 && memcmp(p, "\x1f\x8b\x08", 3) == 0) ||
	    (n >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0) ||
	    (n >= 6 && memcmp(p, "\xfd" "7zXZ\0", 6) == 0);
}

static int
is_transcoded(const char *p, size_t n)
{
	return is_packed(p, n) || (n >= 2 &&
	    (memcmp(p, "\xff\xfe", 2) == 0 ||
	    memcmp(p, "\xfe\xff", 2) == 0)) ||
	    (n >= 4 && memcmp(p, "\0\0\xfe\xff", 4) == 0);
}

static void
check_passes(const char *p, size_t n, int delimiter)
{
	static const size_t	 blocks[] = { 65536, 1, 7, 64 };
	struct buf		 first = { NULL, 0, 0 }, next = first;
	struct buf		 want = first;
	char			 text[4096];
	int			 in, how, i, lax, code;

	in = file_of(p, n);
	for (lax = 0; lax < 2; lax++) {
		run(in, 65536, 1, lax, 0, &first);
		snprintf(text, sizeof(text), "%s", message);
		code = status;
		MUST(code == 0 || code == STATUS_DATA || code == STATUS_RESOURCE);
		if (!lax && !is_transcoded(p, n)) {
			if (expected(p, n, delimiter, &want)) {
				MUST(code == 0);
				MUST(first.len == want.len);
				MUST(memcmp(first.p, want.p, want.len) == 0);
			} else
				MUST(code == STATUS_DATA);
		}
		for (how = 0; how < 4; how++)
			/* Threads take their time: two ways of eight. */
			for (i = 0; i < 1 + (how == lax + 1); i++) {
				run(in, blocks[how], i ? 4 : 1, lax, 0, &next);
				MUST(status == code);
				/* Damage is met sooner or later. */
				if (code != 0 && is_packed(p, n))
					continue;
				MUST(strcmp(message, text) == 0);
				MUST(next.len == first.len);
				MUST(memcmp(next.p, first.p, next.len) == 0);
			}
		if (code == 0) {
			run(in, 7, 2, lax, 1, &next);
			MUST(status == 0 && next.len == first.len);
			MUST(memcmp(next.p, first.p, next.len) == 0);
		}
	}
	close(in);
	buf_free(&first);
	buf_free(&next);
	buf_free(&want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char	*p = (const char *)data;
	int		 delimiter;

	if (size == 0 || size > 100000)
		return 0;
	die_hook(on_die);
	delimiter = dialect_delimiter(p, size, 1);
	check_sweep(p, size);
	check_index(p, size, delimiter);
	check_index(p, size, 'a');
	check_lax(p, size, delimiter);
	if (size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		delimiter = dialect_delimiter(p + 3, size - 3, 1);
	check_passes(p, size, delimiter);
	return 0;
}
