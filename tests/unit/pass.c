/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/claims.h"
#include "random.h"
#include "table_help.h"

/* ---- one pass over a file, and what came of it */

struct run {
	const char		*input;		/* file */
	const char *const	*columns;
	size_t			 ncolumns;
	int			 (*row)(void *, const struct row *,
				    struct cells *, struct fault *);
	int			 unique;
	const char		*reject;	/* file, or NULL */
	enum form		 to;
	int			 spreadsheet;
	size_t			 block;
	int			 jobs;
	int			 twice;		/* a pass that only reads first */
	int			 lax;
	size_t			 notes;		/* of the first for the second */
	size_t			 memory;
};

/* Set before the threads start. */
static int		 reading_only;

/* Open in the run that died, to be closed after it. */
static struct reader	*reader;
static struct writer	*writer;
static struct reject	*rejects;
static size_t		 rejected;

static void
run_pass(const struct run *r)
{
	static struct reader_options	 ro;
	struct writer_options		 wo = { .path = "out", .to = r->to,
					    .spreadsheet = r->spreadsheet };
	struct pass_options		 po = { .jobs = r->jobs };
	struct pass			 pass = {
		.columns = r->columns, .ncolumns = r->ncolumns, .row = r->row,
		.unique = r->unique, .notes = r->notes
	};
	struct pass			 first = {
		.row = r->row, .unique = r->unique, .notes = r->notes
	};

	claims_end();			/* of the run before */
	reading_only = r->twice;
	memset(&ro, 0, sizeof(ro));
	ro.block = r->block;
	ro.lax_quotes = r->lax;
	ro.memory = r->memory;
	reader = NULL;
	writer = NULL;
	rejects = NULL;
	reader = reader_open(r->input, &ro);
	writer = writer_open(&wo, reader_delimiter(reader));
	if (r->reject != NULL)
		rejects = po.reject = reject_open(r->reject);
	if (r->twice) {
		reader_keep(reader);
		table_pass(reader, NULL, &first, NULL, &po);
		reader_rewind(reader);
		reading_only = 0;
	}
	table_pass(reader, writer, &pass, NULL, &po);
}

/* The status; what was written is in "out" either way. */
static int
run(const struct run *r)
{
	died_status = STATUS_OK;
	died_message[0] = '\0';
	die_hook(on_die);
	if (sigsetjmp(died, 1) == 0)
		run_pass(r);
	die_hook(NULL);
	if (writer != NULL)
		writer_close(writer);
	rejected = 0;
	if (rejects != NULL) {
		rejected = reject_count(rejects);
		note_quiet(1);
		reject_close(rejects);
		note_quiet(0);
	}
	reader_free(reader);
	return (int)died_status;
}

/* At every read size and number of threads: status, output and message. */
static void
gives_rejects(struct run r, int status, const char *out, const char *message,
    const char *reject)
{
	static const size_t	 blocks[] = { 1, 7, 64, 0 };
	static const int	 jobs[] = { 1, 2, 5 };
	size_t			 i, j;

	for (i = 0; i < 4; i++)
		for (j = 0; j < 3; j++) {
			r.block = blocks[i];
			r.jobs = jobs[j];
			put_text("out", "");
			run(&r);
			assert_string_equal(died_message, message);
			assert_int_equal(died_status, status);
			assert_file("out", out);
			if (reject != NULL)
				assert_file(r.reject, reject);
		}
}

static void
gives(struct run r, int status, const char *out, const char *message)
{
	gives_rejects(r, status, out, message, NULL);
}

/* ---- rows functions */

static const char *const	 tier[] = { "tier" };
static const char *const	 two[] = { "tier", "note" };

static int
add_gold(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	(void)state;
	(void)row;
	(void)fault;
	if (!reading_only)
		cells_str(cells, 0, "gold");
	return ROW_OK;
}

static int
add_nothing(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	(void)state;
	(void)row;
	(void)cells;
	(void)fault;
	return ROW_OK;
}

static int
add_two(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct buf	*b;

	(void)state;
	(void)row;
	(void)fault;
	cells_text(cells, 1, "wrong", 5);
	b = cells_buf(cells, 1);
	buf_addf(b, "a \"%d\", ", 1);
	buf_adds(b, "b");
	cells_num(cells, 0, 1500000);
	return ROW_OK;
}

/* Numbers, but "skip" is passed over. */
static int
want_number(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct cell	 c = row_cell(row, 1);
	num		 n;

	(void)state;
	if (cell_is(c, "skip"))
		return ROW_SKIP;
	if (num_parse(c.p, c.len, &n) == -1)
		return fault_cell(fault, row, 1, "is not a number");
	if (!reading_only)
		cells_num(cells, 0, n);
	return ROW_OK;
}

/* ---- what is written */

static void
test_bytes_pass(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = add_gold };

	(void)state;
	put_text("f", "\xef\xbb\xbf" "id, \"na\"\"me\"\r\n");
	gives(r, STATUS_DATA, "", "f:1:8: a quote inside an unquoted cell");
	put_text("f", "\xef\xbb\xbf\n\r\nid,\"na\"\"me\"\r\n\r\n1, x \n"
	    "\"2\r\n3\",\"\"\r\n\n4,\xff\r5,\"\"\"\"");
	gives(r, 0, "id,\"na\"\"me\",tier\r\n1, x ,gold\n"
	    "\"2\r\n3\",\"\",gold\r\n4,\xff,gold\r5,\"\"\"\",gold\r\n", "");
	put_text("f", "id");
	gives(r, 0, "id,tier\n", "");
	put_text("f", "id\r\r1\r2");
	gives(r, 0, "id,tier\r1,gold\r2,gold\r", "");
	put_text("f", "id;x\n1;2\n");
	gives(r, 0, "id;x;tier\n1;2;gold\n", "");
	put_text("f", "id\tx\n1\t2,3\n");
	gives(r, 0, "id\tx\ttier\n1\t2,3\tgold\n", "");
	/* No new column at all. */
	r.ncolumns = 0;
	r.row = add_nothing;
	put_text("f", "id,x\r\n1,\"2\"");
	gives(r, 0, "id,x\r\n1,\"2\"\r\n", "");
}

static void
test_replaced(void **state)
{
	struct run	 r = { .input = "f", .columns = two, .ncolumns = 2,
			    .row = add_two };

	(void)state;
	put_text("f", "a,b\n1,\"2\"\n");
	gives(r, 0, "a,b,tier,note\n1,\"2\",1.5,\"a \"\"1\"\", b\"\n", "");
	assert_int_equal(rename("out", "f"), 0);
	gives(r, 0, "a,b,tier,note\n1,\"2\",1.5,\"a \"\"1\"\", b\"\n", "");
	/* In their places, whatever these are. */
	put_text("f", "\"note\",a,\"tier\"\r\n\"x,\"\"y\", 1 ,2\r\n,,\n");
	gives(r, 0, "\"note\",a,\"tier\"\r\n\"a \"\"1\"\", b\", 1 ,1.5\r\n"
	    "\"a \"\"1\"\", b\",,1.5\n", "");
	put_text("f", "note\n\"\"\n");
	gives(r, 0, "note,tier\n\"a \"\"1\"\", b\",1.5\n", "");
	put_text("f", "tier,a,tier\n");
	gives(r, STATUS_DATA, "",
	    "f:1:8: the header has \"tier\" twice, as fields 1 and 3");
	/* All that is left of the row is an empty cell. */
	r.columns = tier;
	r.ncolumns = 1;
	r.row = add_nothing;
	put_text("f", "tier\n1\n\"\"\n");
	gives(r, 0, "tier\n\"\"\n\"\"\n", "");
}

static void
test_forms(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = add_gold };

	(void)state;
	put_text("f", "id;\"a,b\"\r\n1;\"x\"\r\n\"2\t\";\"\"\"\"");
	r.to = FORM_CSV;
	gives(r, 0, "id,\"a,b\",tier\r\n1,x,gold\r\n2\t,\"\"\"\",gold\r\n",
	    "");
	r.to = FORM_TSV;
	gives(r, 0, "id\ta,b\ttier\r\n1\tx\tgold\r\n"
	    "\"2\t\"\t\"\"\"\"\tgold\r\n", "");
	r.to = FORM_AS_INPUT;
	r.spreadsheet = 1;
	put_text("f", "id,v\n=1,-5\n-5-5,\"@x,\"");
	gives(r, 0, "\xef\xbb\xbf" "id,v,tier\r\n'=1,-5,gold\r\n"
	    "'-5-5,\"'@x,\",gold\r\n", "");
	r.to = FORM_TSV;
	put_text("f", "\xef\xbb\xbf" "tier,v\nx,1");
	gives(r, 0, "\xef\xbb\xbf" "tier\tv\r\ngold\t1\r\n", "");
	/* One empty cell is not a blank line in any form. */
	r.columns = tier;
	r.row = add_nothing;
	put_text("f", "tier\nx\n");
	gives(r, 0, "\xef\xbb\xbf" "tier\r\n\"\"\r\n", "");
}

/* ---- what stops it */

static void
test_stops(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = want_number };

	(void)state;
	put_text("f", "id,v\n1,2\n2,skip\n3,x\n4,y\n5\n");
	gives(r, STATUS_DATA, "id,v,tier\n1,2,2\n",
	    "f:4:3: v: \"x\" is not a number");
	/* The first in the file, of whatever kind. */
	put_text("f", "id,v\n1,2\n3\n4,y\n5,\"\n");
	gives(r, STATUS_DATA, "id,v,tier\n1,2,2\n",
	    "f:3:1: 1 cell, header has 2");
	put_text("f", "id,v\n1,2\n5,\"\n3,4\n");
	gives(r, STATUS_DATA, "id,v,tier\n1,2,2\n",
	    "f:3:3: v: this quote is never closed");
	put_text("f", "id,v\n1,2\n5,\"a\"b\n3,4\n");
	gives(r, STATUS_DATA, "id,v,tier\n1,2,2\n",
	    "f:3:6: v: text after a closing quote, in the record that begins "
	    "on line 3");
	put_text("f", "id,v\n\"1\n\",2\n\"a\nb\",\"x\n\"\n");
	gives(r, STATUS_DATA, "id,v,tier\n\"1\n\",2,2\n",
	    "f:5:4: v: \"x\\x0a\" is not a number");
}

static void
test_unique(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = add_gold, .unique = 1 };

	(void)state;
	put_text("f", "customer_id,v\nC1,1\nC2,1\nC3,2\n\"C1\",3\nC2,4\n");
	gives(r, STATUS_DATA, "customer_id,v,tier\nC1,1,gold\nC2,1,gold\n"
	    "C3,2,gold\n", "f:5:1: customer_id: \"C1\" is on line 2 already");
	r.twice = 1;
	gives(r, STATUS_DATA, "",
	    "f:5:1: customer_id: \"C1\" is on line 2 already");
	put_text("f", "customer_id,v\nC1,1\n\"\",1\nC1,2\n");
	gives(r, STATUS_DATA, "", "f:3:1: customer_id: is empty");
	put_text("f", "customer_id,v\nC1,1\nc1,1\n C1,2\nC01,1\n");
	gives(r, 0, "customer_id,v,tier\nC1,1,gold\nc1,1,gold\n C1,2,gold\n"
	    "C01,1,gold\n", "");
	r.unique = 2;
	r.twice = 0;
	put_text("f", "v,\"customer\nid\"\n1,1\n2,2\n3,1\n");
	gives(r, STATUS_DATA,
	    "v,\"customer\nid\",tier\n1,1,gold\n2,2,gold\n",
	    "f:5:3: customer\\x0aid: \"1\" is on line 3 already");
}

static void
test_reject(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = want_number, .reject = "rejects" };
	static const char *const	 wanted = "id,v,reject_line,"
	    "reject_column,reject_reason\n"
	    "2,x,3,v,\"\"\"x\"\" is not a number\"\n"
	    "3,4,5,5,,\"3 cells, header has 2\"\n"
	    "7,,6,,\"1 cell, header has 2\"\n"
	    "\"1\",5,7,id,\"\"\"1\"\" is on line 2 already\"\n"
	    "\"9\nq\",\"z\n\",9,v,\"\"\"z\\x0a\"\" is not a number\"\n"
	    ",8,12,id,is empty\n"
	    "2,1,13,id,\"\"\"2\"\" is on line 3 already\"\n"
	    "1,y,14,id,\"\"\"1\"\" is on line 2 already\"\n";

	(void)state;
	put_text("f", "id,v\n1,2\n2,x\n4,skip\n3,4,5\n7\n\"1\",5\n"
	    "\"9\nq\",\"z\n\"\n\n,8\n2,1\n1,y");
	r.unique = 1;
	gives_rejects(r, 0, "id,v,tier\n1,2,2\n", "", wanted);
	assert_int_equal(rejected, 8);
	/* Each once, of two passes. */
	r.twice = 1;
	gives_rejects(r, 0, "id,v,tier\n1,2,2\n", "", wanted);
	assert_int_equal(rejected, 8);
	/* A file of no rejects is a table too. */
	put_text("f", "id;v\r\n1;2");
	gives_rejects(r, 0, "id;v;tier\r\n1;2;2\r\n", "",
	    "id;v;reject_line;reject_column;reject_reason\r\n");
	/* What is wrong with all of the file is no reject. */
	put_text("f", "id,v\n1,x\n2,\"\n");
	r.twice = 0;
	gives(r, STATUS_DATA, "id,v,tier\n",
	    "f:3:3: v: this quote is never closed");
	reject_close(NULL);
}

/* ---- states, rows that are only read */

struct sums {
	pthread_mutex_t	 lock;
	size_t		 begun, ended, rows, cells;
};

struct sum {
	size_t	 rows, cells;
};

static void *
begin_sum(void *ctx)
{
	((struct sums *)ctx)->begun++;
	return calloc(1, sizeof(struct sum));
}

static int
sum_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct sum	*s = state;

	(void)cells;
	(void)fault;
	s->rows++;
	s->cells += row->ncells;
	return ROW_OK;
}

static void
end_sum(void *ctx, void *state)
{
	struct sums	*all = ctx;
	struct sum	*s = state;

	all->ended++;
	all->rows += s->rows;
	all->cells += s->cells;
	free(s);
}

static void
test_states(void **state)
{
	const struct pass	 pass = {
		.begin = begin_sum, .row = sum_row, .end = end_sum
	};
	struct buf		 b = { NULL, 0, 0 };
	int			 i, jobs;

	(void)state;
	buf_adds(&b, "a,b,c\n");
	for (i = 0; i < 100000; i++)
		buf_addf(&b, "%d,\"x,\ny\",\n", i);
	put_file("f", b.p, b.len);
	buf_free(&b);
	for (jobs = 0; jobs < 5; jobs++) {
		const struct pass_options	 po = { .jobs = jobs };
		struct sums			 all = { .begun = 0 };
		struct reader			*rd;

		rd = reader_open("f", NULL);
		table_pass(rd, NULL, &pass, &all, &po);
		reader_free(rd);
		assert_int_equal(all.rows, 100000);
		assert_int_equal(all.cells, 300000);
		assert_int_equal(all.begun, all.ended);
		if (jobs > 0)
			assert_int_equal(all.begun, jobs);
	}
	/* No more workers than there is work. */
	put_text("f", "a\n1\n");
	{
		const struct pass_options	 po = { .jobs = 4 };
		struct sums			 all = { .begun = 0 };
		struct reader			*rd;

		rd = reader_open("f", NULL);
		table_pass(rd, NULL, &pass, &all, &po);
		reader_free(rd);
		assert_int_equal(all.rows, 1);
		assert_int_equal(all.begun, 1);
	}
}

/* A big table with all sorts of things: the same for every way to read it. */
static void
test_same(void **state)
{
	static const char *const	 values[] = {
		"1", "2.5", "\"3\"", "x", "\"a,b\"", "\"q\"\"q\"", "\"n\nl\"",
		"skip", "4", "5", "6", "", "\"\"", "1e3", "\xe7\x8e\x8b", "7"
	};
	static const char *const	 eols[] = { "\n", "\r\n", "\r" };
	static const size_t		 blocks[] = { 100, 4096, 50000, 0 };
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = want_number, .unique = 1,
			    .reject = "rejects", .jobs = 1 };
	struct buf	 b = { NULL, 0, 0 };
	char		*out, *reject, *again;
	size_t		 i, n, m, k, rows = 30000, count, kept, lines;
	int		 jobs;

	(void)state;
	buf_adds(&b, "id,v,w\n");
	for (i = 0; i < rows; i++) {
		buf_addf(&b, "%u,%s,%s", below(200000), values[below(16)],
		    values[below(16)]);
		if (below(50) == 0)
			buf_adds(&b, ",more");
		buf_adds(&b, eols[below(3)]);
		if (below(20) == 0)
			buf_adds(&b, "\n");
	}
	put_file("f", b.p, b.len);
	buf_free(&b);
	assert_int_equal(run(&r), 0);
	out = get_file("out", &n);
	reject = get_file("rejects", &m);
	count = rejected;

	/* Rows in are rows out, rows rejected, and rows that row() skipped. */
	for (kept = lines = i = 0; i < 2; i++) {
		struct reader	*rd = reader_open(i ? "f" : "out", NULL);
		struct row	 row;

		if (i == 0)
			while (reader_next(rd, &row))
				kept++;
		else {
			const struct pass_options	 po = { .jobs = 1,
			    .reject = reject_open("/dev/null") };
			struct sum	 s = { 0, 0 };
			const struct pass	 pass = { .row = sum_row };

			table_pass(rd, NULL, &pass, &s, &po);
			lines = s.rows + reject_count(po.reject);
			note_quiet(1);
			reject_close(po.reject);
			note_quiet(0);
		}
		reader_free(rd);
	}
	assert_int_equal(lines, rows);
	assert_true(kept > 10000 && count > 5000);
	assert_true(kept + count < rows);

	for (k = 0; k < 4; k++)
		for (jobs = 1; jobs < 5; jobs++)
			for (r.twice = 0; r.twice < 2; r.twice++) {
				r.block = blocks[k];
				r.jobs = jobs;
				assert_int_equal(run(&r), 0);
				assert_int_equal(rejected, count);
				again = get_file("out", &i);
				assert_int_equal(i, n);
				assert_memory_equal(again, out, n);
				free(again);
				again = get_file("rejects", &i);
				assert_int_equal(i, m);
				assert_memory_equal(again, reject, m);
				free(again);
			}
	free(out);
	free(reject);
}

/* Rows that the first pass noted, of which there must be some. */
static atomic_size_t	 given;
static int		 shorten;	/* the file, in the second pass */

/* The square of a number; the second pass refuses one, as the first cannot. */
static int
square(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct cell	 c;
	num		 n;

	(void)state;
	if (row->noted != NULL) {
		atomic_fetch_add(&given, 1);
		n = row->noted[0] * NUM_ONE / 100;
		assert_int_equal(row->noted[1], row->len);
	} else {
		c = row_cell(row, 1);
		if (c.len == 4 && memcmp(c.p, "skip", 4) == 0)
			return ROW_SKIP;
		if (num_parse(c.p, c.len, &n) == -1)
			return fault_cell(fault, row, 1, "is no number");
	}
	if (reading_only) {
		if (row->notes == NULL)
			return ROW_OK;
		row->notes[0] = (int32_t)(n / (NUM_ONE / 100));
		row->notes[1] = (int32_t)row->len;
		return ROW_NOTED;
	}
	if (shorten) {
		shorten = 0;
		assert_int_equal(truncate("f", 20000), 0);
	}
	if (n == 77 * NUM_ONE)
		return fault_set(fault, 1, "is not to be squared");
	if (num_mul(n, n, &n) == -1)
		return fault_set(fault, FAULT_ROW, "out of range");
	cells_num(cells, 0, n);
	return ROW_OK;
}

/* Noted or read again, the second pass says the same of every row. */
static void
test_notes(void **state)
{
	static const char *const	 odd[] = {
		"x", "skip", "\"a\"\"b\"", "\"4\"", "5,\"two\nlines\"\r\n\r\n0",
		"\"77\"", "77", "99999999", "6,7", ""
	};
	static const char *const	 eols[] = { "\n", "\r\n", "\r" };
	static const size_t		 blocks[] = { 100, 4096, 50000, 0 };
	static const size_t		 memories[] = { 1, 500000, 0 };
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = square, .unique = 1, .twice = 1,
			    .reject = "rejects", .jobs = 1 };
	struct buf	 b = { NULL, 0, 0 };
	char		*out, *reject, *again;
	size_t		 i, n, m, k, count, most = 0;
	unsigned	 strange;

	(void)state;
	buf_adds(&b, "id,v,w\n");
	for (i = 0; i < 30000; i++) {
		/* Whole blocks without, and others with something in them. */
		strange = i / 5000 % 2 == 0 ? 100000 : 100;
		buf_addf(&b, "%zu%s,", below(strange) == 0 ? i / 2 : i,
		    " and bytes that have no part in what is noted");
		if (below(strange) == 0)
			buf_adds(&b, odd[below(10)]);
		else
			buf_addf(&b, "%u.%u", below(1000), below(100));
		buf_adds(&b, ",w");
		if (i < 29999)
			buf_adds(&b, eols[i / 3000 % 3]);
	}
	put_file("f", b.p, b.len);
	buf_free(&b);
	assert_int_equal(run(&r), 0);
	assert_int_equal(given, 0);
	out = get_file("out", &n);
	reject = get_file("rejects", &m);
	count = rejected;
	assert_true(count > 50);

	r.notes = 2;
	for (k = 0; k < 4 * 3 * 3; k++) {
		r.block = blocks[k % 4];
		r.memory = memories[k / 4 % 3];
		r.jobs = 1 + (int)(k / 12);
		given = 0;
		assert_int_equal(run(&r), 0);
		assert_int_equal(rejected, count);
		again = get_file("out", &i);
		assert_int_equal(i, n);
		assert_memory_equal(again, out, n);
		free(again);
		again = get_file("rejects", &i);
		assert_int_equal(i, m);
		assert_memory_equal(again, reject, m);
		free(again);
		if (r.memory == 1)
			assert_int_equal(given, 0);
		if (given > most)
			most = given;
	}
	assert_true(most > 20000);
	r.block = 4096;
	shorten = r.jobs = 1;
	assert_int_equal(run(&r), STATUS_DATA);
	assert_string_equal(died_message,
	    "f: the file changed while it was read");
	free(out);
	free(reject);
}

/* Write a file into a pipe that has a name, in a child. */
static pid_t
feed(const char *path, const char *pipe)
{
	char	*p;
	size_t	 n, at;
	ssize_t	 w;
	pid_t	 child;
	int	 fd;

	fflush(NULL);
	if ((child = fork()) != 0)
		return child;
	p = get_file(path, &n);
	fd = open(pipe, O_WRONLY | O_CLOEXEC);
	for (at = 0; at < n; at += (size_t)w)
		if ((w = write(fd, p + at, n - at)) <= 0)
			_exit(1);
	_exit(0);
}

/*
 * The second pass gives back what it has read of a pipe as it goes; not the
 * start of a last record without a line end, which it still has to judge.
 */
static void
test_pipe(void **state)
{
	static const size_t	 memories[] = { 1, 1024 * 1024, 0 };
	struct run	 r = { .input = "f", .columns = tier, .ncolumns = 1,
			    .row = add_gold, .twice = 1 };
	struct buf	 b = { NULL, 0, 0 };
	char		*out, *again;
	size_t		 i, k, n;
	int		 status;
	pid_t		 child;

	(void)state;
	buf_adds(&b, "id,v\n");
	for (i = 0; b.len < 2 * 1024 * 1024 - 100; i++)
		buf_addf(&b, "%zu,%s\n", i, "of some bytes");
	buf_addf(&b, "%zu,%0200d", i, 7);
	put_file("f", b.p, b.len);
	buf_free(&b);
	assert_int_equal(run(&r), 0);
	out = get_file("out", &n);

	assert_int_equal(mkfifo("pipe", 0600), 0);
	r.input = "pipe";
	for (k = 0; k < 3 * 3 * 2; k++) {
		r.memory = memories[k % 3];
		r.jobs = 1 + (int)(k / 3 % 3);
		r.lax = k >= 9;
		child = feed("f", "pipe");
		assert_int_equal(run(&r), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		again = get_file("out", &i);
		assert_int_equal(i, n);
		assert_memory_equal(again, out, n);
		free(again);
	}
	free(out);
}

/* Enough keys for the table of them to grow through many pages. */
static void
test_many_keys(void **state)
{
	struct run	 r = { .input = "f", .columns = tier, .row = add_nothing,
			    .unique = 1, .jobs = 3 };
	struct buf	 b = { NULL, 0, 0 };
	char		*out;
	size_t		 i, n, rows = 400000;

	(void)state;
	buf_adds(&b, "id\n");
	for (i = 0; i < rows; i++)
		buf_addf(&b, "K%zu\n", i * 7919 % rows);
	n = b.len;
	put_file("f", b.p, n);
	assert_int_equal(run(&r), 0);
	out = get_file("out", &i);
	assert_int_equal(i, n);
	assert_memory_equal(out, b.p, n);
	free(out);
	buf_adds(&b, "K0\n");
	put_file("f", b.p, b.len);
	assert_int_equal(run(&r), STATUS_DATA);
	assert_string_equal(died_message,
	    "f:400002:1: id: \"K0\" is on line 2 already");
	out = get_file("out", &i);
	assert_int_equal(i, n);
	free(out);
	buf_free(&b);
}

/* What is shown ahead is shown before, and nothing else is. */
struct shown {
	size_t	 ahead, judged;
};

static void
look(void *state, const struct row *row)
{
	struct shown	*s = state;

	assert_int_equal(row->ncells, 2);
	assert_true(row_cell(row, 0).len > 0);
	s->ahead++;
}

static int
judge_shown(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct shown	*s = state;

	(void)row;
	(void)cells;
	(void)fault;
	s->judged++;
	assert_true(s->ahead >= s->judged);
	return ROW_OK;
}

static void
test_ahead(void **state)
{
	struct shown			 s = { 0, 0 };
	const struct pass		 pass = {
		.row = judge_shown, .ahead = look
	};
	const struct pass_options	 po = { .jobs = 1 };
	struct reader_options		 ro = { .block = 100 };
	struct buf			 b = { NULL, 0, 0 };
	struct reader			*rd;
	int				 i;

	(void)state;
	buf_adds(&b, "a,b\n");
	for (i = 0; i < 1000; i++)
		buf_addf(&b, "\"%d \"\"x\"\"\",\n", i);
	put_file("f", b.p, b.len);
	buf_free(&b);
	rd = reader_open("f", &ro);
	table_pass(rd, NULL, &pass, &s, &po);
	reader_free(rd);
	assert_int_equal(s.judged, 1000);
	assert_int_equal(s.ahead, 1000);
}

/* A file that changes under two passes is not judged by half. */
static void
test_changed(void **state)
{
	const struct pass		 pass = { .row = add_nothing };
	const struct pass_options	 po = { .jobs = 2 };
	const struct timespec		 ts[2] = { { 1, 0 }, { 1, 0 } };
	struct reader			*rd;

	(void)state;
	put_text("f", "a\n1\n");
	rd = reader_open("f", NULL);
	reader_keep(rd);
	table_pass(rd, NULL, &pass, NULL, &po);
	reader_rewind(rd);
	assert_int_equal(utimensat(AT_FDCWD, "f", ts, 0), 0);
	assert_dies(STATUS_DATA, "f: the file changed while it was read",
	    table_pass(rd, NULL, &pass, NULL, &po));
	reader_free(rd);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_bytes_pass),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_unique),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_changed),
	};

	seed = 7;
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
