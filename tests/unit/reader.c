/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/claims.h"
#include "table_help.h"

#define BOM	"\xef\xbb\xbf"

static const struct reader_options	 plain;

/* ---- records and cells */

static void
assert_cell(const struct row *row, size_t i, const char *want)
{
	struct cell	 c = row_cell(row, i);

	assert_true(cell_is(c, want));
	assert_int_equal(c.len, strlen(want));
}

static void
test_records(void **state)
{
	static const size_t	 blocks[] = { 1, 2, 7, 64, 0 };
	struct reader_options	 options = plain;
	struct reader		*rd;
	struct row		 row;
	size_t			 i;

	(void)state;
	put_text("f", BOM "\r\n\"na\"\"me\",\"two\nlines\" , \r\n"
	    "\n1,\"a,\"\"b\"\"\",\"\"\r"
	    "\"q\r\nr\",,y \n\n\n,,\n\"\"\"\",\"x\",z");
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		options.block = blocks[i];
		assert_dies(STATUS_DATA, "f:3:7: text after a closing quote, "
		    "in the record that begins on line 2",
		    reader_open("f", &options));
	}
	put_text("f", BOM "\r\n\"na\"\"me\",\"two\nlines\", \r\n"
	    "\n1,\"a,\"\"b\"\"\",\"\"\r"
	    "\"q\r\nr\",,y \n\n\n,,\n\"\"\"\",\"x\",z");
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		options.block = blocks[i];
		rd = reader_open("f", &options);
		assert_string_equal(reader_name(rd), "f");
		assert_int_equal(reader_delimiter(rd), ',');
		assert_int_equal(reader_columns(rd), 3);
		assert_int_equal(reader_header(rd)->line, 2);
		assert_string_equal(reader_column_name(rd, 0), "na\"me");
		assert_string_equal(reader_column_name(rd, 1), "two\nlines");
		assert_string_equal(reader_column_name(rd, 2), " ");
		assert_int_equal(reader_need(rd, "two\nlines"), 1);

		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 5);
		assert_int_equal(row.ncells, 3);
		assert_cell(&row, 0, "1");
		assert_cell(&row, 1, "a,\"b\"");
		assert_cell(&row, 1, "a,\"b\"");
		assert_cell(&row, 2, "");
		assert_int_equal(row_raw_cell(&row, 1).len, 9);
		assert_int_equal(row_raw_cell(&row, 2).len, 2);
		assert_int_equal(row.eollen, 1);
		assert_int_equal(*row.eol, '\r');

		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 6);
		assert_cell(&row, 0, "q\r\nr");
		assert_cell(&row, 1, "");
		assert_cell(&row, 2, "y ");
		assert_int_equal(row.len, 10);
		assert_memory_equal(row.raw, "\"q\r\nr\",,y ", 10);

		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 10);
		assert_cell(&row, 2, "");

		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 11);
		assert_cell(&row, 0, "\"");
		assert_cell(&row, 1, "x");
		assert_cell(&row, 2, "z");
		assert_int_equal(row.eollen, 0);
		assert_int_equal(reader_next(rd, &row), 0);
		assert_int_equal(reader_next(rd, &row), 0);
		reader_free(rd);
	}
	reader_free(NULL);
}

static void
test_delimiters(void **state)
{
	static const struct {
		const char	*text;
		int		 delimiter;
	} cases[] = {
		{ "a,b\n1;2;3;4\n", ',' },
		{ "a;b\n", ';' },
		{ "a;b,c\n", ',' },
		{ "a;b;c,d\n", ';' },
		{ "a|b|c,d;e\n", '|' },
		{ "a\tb,c,d,e\n", '\t' },
		{ "\"a\tb\",c\n", ',' },
		{ "\n\r\n\"x\ny\";b\n1,2,3\n", ';' },
		{ "a\n", ',' },
		{ "a;b", ';' },
		{ "\"a;\"\";;\",b", ',' },
	};
	static const size_t	 blocks[] = { 1, 3, 0 };
	struct reader_options	 options = plain;
	struct reader		*rd;
	size_t			 i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_file("f", cases[i].text, strlen(cases[i].text));
		for (k = 0; k < 3; k++) {
			options.block = blocks[k];
			rd = reader_open("f", &options);
			assert_int_equal(reader_delimiter(rd),
			    cases[i].delimiter);
			reader_free(rd);
		}
	}
	put_text("f", "a,b;c\n");
	options.delimiter = ';';
	rd = reader_open("f", &options);
	assert_int_equal(reader_columns(rd), 2);
	assert_string_equal(reader_column_name(rd, 0), "a,b");
	reader_free(rd);
}

/* ---- what is wrong with a whole input */

/* What is open when it ends is closed the next time. */
static struct reader	*reading;

static void
read_all(const char *path, const struct reader_options *options)
{
	struct row	 row;

	reader_free(reading);
	reading = NULL;
	reading = reader_open(path, options);
	while (reader_next(reading, &row))
		continue;
}

static int
end(void **state)
{
	reader_free(reading);
	return leave_folder(state);
}

/* Dies so at every read size. */
static void
dies_at_all(const char *text, size_t n, const char *message)
{
	static const size_t	 blocks[] = { 1, 2, 7, 64, 0 };
	static struct reader_options options;
	size_t			 i;

	put_file("f", text, n);
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		options.block = blocks[i];
		assert_dies(STATUS_DATA, message, read_all("f", &options));
	}
}

#define DIES(text, message)						\
	dies_at_all(text, sizeof(text) - 1, message)

static void
test_malformed(void **state)
{
	(void)state;
	DIES("", "f: no header");
	DIES("\n\r\n\r", "f: no header");
	DIES(BOM, "f: no header");
	DIES("a,b\n1,2\n3\n", "f:3:1: 1 cell, header has 2");
	DIES("a,b\n1,2,3\n", "f:2:1: 3 cells, header has 2");
	DIES("a,b\n1,2\n3", "f:3:1: 1 cell, header has 2");
	DIES("a,b\n1,2,\n", "f:2:1: 3 cells, header has 2");
	DIES("a\n \nx,\n", "f:3:1: 2 cells, header has 1");
	/* Where it opens, not where the file ends. */
	DIES("a,b\n1,\"x\n2,3\n", "f:2:3: b: this quote is never closed");
	DIES("a,b\n\"\"\"\n\",\"x\"\"\n2,3\n",
	    "f:3:3: b: this quote is never closed");
	DIES("a,\"b", "f:1:3: this quote is never closed");
	DIES(BOM "\"a", "f:1:4: this quote is never closed");
	DIES("a,b\n1,5\" disk\n2,3\n",
	    "f:2:4: b: a quote inside an unquoted cell");
	/* A quote that pairs with one further down is no excuse. */
	DIES("a,b\n1,5\" disk\n2,6\" disk\n",
	    "f:2:4: b: a quote inside an unquoted cell");
	DIES("a,b\n\"x\ny\"z,3\n", "f:3:3: a: text after a closing quote, in "
	    "the record that begins on line 2");
	DIES("a,b\n\"x\" ,3\n", "f:2:4: a: text after a closing quote, in "
	    "the record that begins on line 2");
	DIES("a,b\n1,2\0\n", "f:2:4: b: a NUL byte");
	DIES("a\0b,b\n", "f:1:2: a NUL byte");
	DIES("a,b\n1,2\n\0\0\0\0", "f:3:1: a: a NUL byte");
	DIES("a\0,\0b\0\n\0", "f:1:2: this is UTF-16LE without a mark; use "
	    "--encoding UTF-16LE");
	DIES("a\0\0\0,\0\0\0\n\0\0\0", "f:1:2: this is UTF-32LE without "
	    "a mark; use --encoding UTF-32LE");
	DIES("\0\0\0a\0\0\0,\0\0\0\n", "f:1:1: this is UTF-32BE without "
	    "a mark; use --encoding UTF-32BE");
	DIES("\0a\0,\0b\0\n", "f:1:1: this is UTF-16BE without a mark; use "
	    "--encoding UTF-16BE");
	/* Lines count as an editor counts them. */
	DIES("a,b\r\n\r\n\"x\r\ny\rz\",1\r\r2,3\n4\n",
	    "f:8:1: 1 cell, header has 2");
	DIES("a,b\n\x1b[2J,\"", "f:2:6: b: this quote is never closed");
	DIES("\x1b[2J,b\n\"", "f:2:1: \\x1b[2J: this quote is never closed");
}

static void
test_record_limit(void **state)
{
	static const size_t	 blocks[] = { 1, 7, 64, 0 };
	struct reader_options	 options = { .max_record = 20 };
	struct reader		*rd;
	struct row		 row;
	char			*long_text;
	volatile size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		options.block = blocks[i];
		put_text("f", "a,b\n1,345678901234567890\r\n2,3\n");
		rd = reader_open("f", &options);
		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.len, 20);
		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(reader_next(rd, &row), 0);
		reader_free(rd);

		put_text("f", "a,b\n1,2\n1,3456789012345678901\r\n2,3\n");
		assert_dies(STATUS_DATA,
		    "f:3:1: a record of more than 20 bytes",
		    read_all("f", &options));
		put_text("f", "a,b\n1,2\n1,\"4567890\n2345678901\n2,3\n");
		assert_dies(STATUS_DATA, "f:3:3: a record of more than 20 "
		    "bytes; is the quote here ever closed?",
		    read_all("f", &options));
		put_text("f", "a,b\n1,2\n1,\"45678\"012345678901\n2,3\n");
		assert_dies(STATUS_DATA, "f:3:10: b: text after a closing "
		    "quote, in the record that begins on line 3",
		    read_all("f", &options));
		put_text("f", "a,b34567890123456789012345");
		assert_dies(STATUS_DATA,
		    "f:1:1: a record of more than 20 bytes",
		    read_all("f", &options));
	}
	/* The header has a limit of its own. */
	long_text = malloc(17 * 1024 * 1024);
	memset(long_text, 'x', 17 * 1024 * 1024);
	put_file("f", long_text, 17 * 1024 * 1024);
	free(long_text);
	assert_dies(STATUS_DATA, "f:1:1: a record of more than 16777216 bytes",
	    read_all("f", &plain));
}

static void
test_no_input(void **state)
{
	struct reader_options	 options = plain;

	(void)state;
	assert_dies(STATUS_NOINPUT, "none: No such file or directory",
	    reader_open("none", NULL));
	assert_dies(STATUS_NOINPUT, "/: Is a directory",
	    reader_open("/", NULL));
	put_text("f", "a\n");
	options.encoding = "KLINGON";
	assert_dies(STATUS_USAGE, "there is no encoding \"KLINGON\"",
	    reader_open("f", &options));
}

/* ---- columns */

static void
test_columns(void **state)
{
	struct rename		 second = { "key", "b", NULL };
	struct rename		 first = { "key", "none", &second };
	struct rename		 gone = { "c", "nowhere", NULL };
	struct reader_options	 options = plain;
	struct reader		*rd;

	(void)state;
	put_text("f", "a,spend_30d,\"b\",a,,\"x\x1b\n\",c\n");
	rd = reader_open("f", NULL);
	assert_int_equal(reader_column(rd, "b"), 2);
	assert_int_equal(reader_column(rd, "none"), -1);
	assert_int_equal(reader_column(rd, ""), -1);
	assert_int_equal(reader_column(rd, "B"), -1);
	assert_int_equal(reader_need(rd, "c"), 6);
	assert_dies(STATUS_DATA,
	    "f:1:17: the header has \"a\" twice, as fields 1 and 4",
	    reader_column(rd, "a"));
	assert_dies(STATUS_DATA, "f:1: no column \"spend_3d\"; did you mean "
	    "\"spend_30d\"? The header has \"a\", \"spend_30d\", \"b\", "
	    "\"a\", \"\", \"x\\x1b\\x0a\", \"c\"",
	    reader_need(rd, "spend_3d"));
	reader_free(rd);

	options.map = &first;
	rd = reader_open("f", &options);
	assert_int_equal(reader_column(rd, "key"), 2);
	assert_int_equal(reader_column(rd, "b"), 2);
	reader_free(rd);
	/* A map for another of the inputs. */
	options.map = &gone;
	rd = reader_open("f", &options);
	assert_int_equal(reader_column(rd, "c"), 6);
	reader_free(rd);
}

static void
test_faults(void **state)
{
	struct reader	*rd;
	struct row	 row;
	struct fault	 f;

	(void)state;
	put_text("f", BOM "a,b\n\"x\ny\",1\x1b" "2\n\"\",1234567890123456789012"
	    "3456789012345678901234567890\n");
	rd = reader_open("f", NULL);
	assert_int_equal(reader_next(rd, &row), 1);
	assert_int_equal(fault_cell(&f, &row, 1, "is not a number"), -1);
	assert_int_equal(f.column, 1);
	assert_dies(STATUS_DATA, "f:3:4: b: \"1\\x1b2\" is not a number",
	    reader_die(rd, &row, &f));
	assert_int_equal(fault_set(&f, FAULT_ROW, "%d things", 2), -1);
	assert_dies(STATUS_DATA, "f:2:1: 2 things", reader_die(rd, &row, &f));
	assert_int_equal(reader_next(rd, &row), 1);
	fault_cell(&f, &row, 1, "is long");
	assert_dies(STATUS_DATA, "f:4:4: b: \"12345678901234567890123456789012"
	    "34567890...\" is long", reader_die(rd, &row, &f));
	fault_cell(&f, &row, 0, "is empty");
	assert_dies(STATUS_DATA, "f:4:1: a: \"\" is empty",
	    reader_die(rd, &row, &f));
	/* On the first line a mark counts. */
	fault_set(&f, 1, "no");
	assert_dies(STATUS_DATA, "f:1:6: b: no",
	    reader_die(rd, reader_header(rd), &f));
	reader_free(rd);
}

/* ---- packed and encoded */

static void
assert_reads(const char *path, const char *encoding, const char *want)
{
	static const size_t	 blocks[] = { 1, 7, 0 };
	struct reader_options	 options = plain;
	struct reader		*rd;
	struct row		 row;
	struct buf		 b = { NULL, 0, 0 };
	size_t			 i;

	options.encoding = encoding;
	for (i = 0; i < 3; i++) {
		options.block = blocks[i];
		rd = reader_open(path, &options);
		b.len = 0;
		buf_add(&b, reader_header(rd)->raw, reader_header(rd)->len);
		while (reader_next(rd, &row)) {
			buf_addc(&b, '|');
			buf_add(&b, row.raw, row.len);
		}
		assert_string_equal(buf_str(&b), want);
		reader_free(rd);
	}
	buf_free(&b);
}

static void
test_encodings(void **state)
{
	(void)state;
	put_text("f", "\xff\xfe" "a\0,\0b\0\n\0\x4e\x73,\0\x3d\xd8\0\xde\n\0");
	assert_reads("f", NULL, "a,b|\xe7\x8d\x8e,\xf0\x9f\x98\x80");
	assert_reads("f", "UTF-16", "a,b|\xe7\x8d\x8e,\xf0\x9f\x98\x80");
	assert_reads("f", "utf-16le", "a,b|\xe7\x8d\x8e,\xf0\x9f\x98\x80");
	put_text("f", "\xfe\xff\0a\0\n\0\xe9");
	assert_reads("f", NULL, "a|\xc3\xa9");
	put_text("f", "\0a\0\n\0\xe9");
	assert_reads("f", "UTF-16BE", "a|\xc3\xa9");
	put_text("f", "\xff\xfe\0\0a\0\0\0\n\0\0\0\xe9\0\0\0");
	assert_reads("f", NULL, "a|\xc3\xa9");
	put_text("f", "\0\0\xfe\xff\0\0\0a\0\0\0\n\0\0\0\xe9");
	assert_reads("f", NULL, "a|\xc3\xa9");
	put_text("f", "a\n\xe9\n");
	assert_reads("f", "ISO-8859-1", "a|\xc3\xa9");
	put_text("f", BOM "a\n\xe9\n");	/* and bytes that are not UTF-8 pass */
	assert_reads("f", NULL, "a|\xe9");
	assert_reads("f", "utf-8", "a|\xe9");
	put_text("f", "a,b\n\x95\x7c,\n");	/* 0x7c is no bar in Shift_JIS */
	assert_reads("f", "SHIFT_JIS", "a,b|\xe6\x80\x96,");

	put_text("f", "\xff\xfe" "a\0\n\0b\0\n\0\x3d\xd8,\0");
	assert_dies(STATUS_DATA, "f:3: byte 11 is not valid UTF-16LE",
	    read_all("f", NULL));
	put_text("f", "\xff\xfe" "a\0\n\0b\0\n\0c");
	assert_dies(STATUS_DATA, "f:3: byte 11 is not valid UTF-16LE",
	    read_all("f", NULL));
}

static int
shell(const char *command)
{
	return system(command) == 0;
}

static void
test_packed(void **state)
{
	static const char *const	 packers[] = { "gzip", "xz", "zstd -q" };
	char				 command[400];
	volatile size_t			 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(command, sizeof(command), "rm -f p; command -v %s "
		    ">/dev/null && printf 'a,b\\n1,2\\n' | %s >p && "
		    "printf '3,4\\n5,6\\n' | %s >>p", packers[i], packers[i],
		    packers[i]);
		if (!shell(command)) {
			print_message("no %s here\n", packers[i]);
			continue;
		}
		assert_reads("p", NULL, "a,b|1,2|3,4|5,6");
		assert_true(shell("n=$(wc -c <p); head -c $((n - 2)) p >q"));
		die_hook(on_die);
		if (sigsetjmp(died, 1) == 0) {
			read_all("q", NULL);
			fail_msg("%s cut off: no death", packers[i]);
		}
		die_hook(NULL);
		assert_int_equal(died_status, STATUS_DATA);
		assert_non_null(strstr(died_message, " data ends too early"));
	}
	if (shell("printf 'a\\n1\\n' | gzip >p && head -c 512 /dev/zero >>p"))
		assert_reads("p", NULL, "a|1");
	if (shell("printf 'a\\n1\\n' | gzip >p && echo junk >>p"))
		assert_dies(STATUS_DATA,
		    "p:3: the gzip data is damaged: incorrect header check",
		    read_all("p", NULL));
	if (shell("printf '\\377\\376a\\0,\\0\\n\\0' | gzip >p"))
		assert_reads("p", NULL, "a,");
}

/* ---- twice */

static void
twice(struct reader *rd, size_t rows)
{
	struct row	 row;
	char		 text[40];
	size_t		 i, pass;

	reader_keep(rd);
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; reader_next(rd, &row); i++) {
			snprintf(text, sizeof(text), "%zu", i);
			assert_cell(&row, 0, text);
			assert_int_equal(row.line, i + 2);
		}
		assert_int_equal(i, rows);
		if (pass == 0)
			reader_rewind(rd);
	}
	reader_free(rd);
}

/* A reader of what a child writes into a pipe. */
static struct reader *
piped(const char *path, const struct reader_options *options, pid_t *child)
{
	struct reader	*rd;
	char		*p;
	size_t		 n, at;
	ssize_t		 w;
	int		 fd[2], old;

	assert_int_equal(pipe(fd), 0);
	fflush(NULL);
	if ((*child = fork()) == 0) {
		close(fd[0]);
		p = get_file(path, &n);
		for (at = 0; at < n; at += (size_t)w)
			if ((w = write(fd[1], p + at, n - at)) <= 0)
				_exit(1);
		_exit(0);
	}
	close(fd[1]);
	old = dup(STDIN_FILENO);
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	claims_end();
	rd = reader_open("-", options);
	dup2(old, STDIN_FILENO);
	close(old);
	return rd;
}

static void
test_twice(void **state)
{
	static const size_t	 memory[] = { 1, 2 * 1024 * 1024, 0 };
	struct reader_options	 options = plain;
	struct buf		 b = { NULL, 0, 0 };
	struct timespec		 ts[2] = { { 1, 0 }, { 1, 0 } };
	struct reader		*rd;
	struct row		 row;
	size_t			 i, rows = 200000;
	pid_t			 child;
	int			 status;

	(void)state;
	buf_adds(&b, "n,x\n");
	for (i = 0; i < rows; i++)
		buf_addf(&b, "%zu,abcdefghi\n", i);
	put_file("big", b.p, b.len);
	buf_free(&b);
	twice(reader_open("big", NULL), rows);
	for (i = 0; i < 3; i++) {
		options.memory = memory[i];
		rd = piped("big", &options, &child);
		assert_string_equal(reader_name(rd), "stdin");
		twice(rd, rows);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	if (shell("gzip <big >big.gz")) {
		twice(reader_open("big.gz", NULL), rows);
		options.memory = 1;
		rd = piped("big.gz", &options, &child);
		twice(rd, rows);
		waitpid(child, &status, 0);
	}

	/* What is not kept is not there for a second time. */
	put_text("f", "a\n1\n");
	rd = reader_open("f", NULL);
	reader_keep(rd);
	while (reader_next(rd, &row))
		continue;
	assert_int_equal(utimensat(AT_FDCWD, "f", ts, 0), 0);
	assert_dies(STATUS_DATA, "f: the file changed while it was read",
	    reader_rewind(rd));
	reader_free(rd);
	rd = reader_open("f", NULL);
	reader_keep(rd);
	reader_rewind(rd);
	ts[1].tv_sec = 2;
	assert_int_equal(utimensat(AT_FDCWD, "f", ts, 0), 0);
	assert_int_equal(reader_next(rd, &row), 1);
	assert_dies(STATUS_DATA, "f: the file changed while it was read",
	    reader_next(rd, &row));
	reader_free(rd);
}

/* From where the standard input stands, as a shell's "read" leaves it. */
static void
test_offset(void **state)
{
	struct reader	*rd;
	struct row	 row;
	int		 fd, old, pass;

	(void)state;
	put_text("f", "a title\na,b\n1,2\n");
	fd = open("f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(fd, 8, SEEK_SET), 8);
	old = dup(STDIN_FILENO);
	dup2(fd, STDIN_FILENO);
	close(fd);
	claims_end();
	rd = reader_open(NULL, NULL);
	reader_keep(rd);
	for (pass = 0; pass < 2; pass++) {
		assert_int_equal(reader_columns(rd), 2);
		assert_int_equal(reader_next(rd, &row), 1);
		assert_cell(&row, 1, "2");
		assert_int_equal(reader_next(rd, &row), 0);
		if (pass == 0)
			reader_rewind(rd);
	}
	reader_free(rd);
	dup2(old, STDIN_FILENO);
	close(old);
}

/* ---- lax */

static void
test_lax(void **state)
{
	static const size_t	 blocks[] = { 1, 7, 64, 0 };
	struct reader_options	 options = { .lax_quotes = 1 };
	struct reader		*rd;
	struct row		 row;
	volatile size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		options.block = blocks[i];
		put_text("f", "a\"1\",b\r\n5\" disk,6\"\n\n\" x\"y,z\",\"\"\n");
		rd = reader_open("f", &options);
		assert_string_equal(reader_column_name(rd, 0), "a\"1\"");
		assert_int_equal(reader_next(rd, &row), 1);
		assert_cell(&row, 0, "5\" disk");
		assert_cell(&row, 1, "6\"");
		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 4);
		assert_cell(&row, 0, " x\"y,z");
		assert_cell(&row, 1, "");
		assert_int_equal(reader_next(rd, &row), 0);
		reader_free(rd);

		put_text("f", "h\n\"x\"y,\"z\nw\"\r\n\n\"a\"\"b\" \nopen");
		rd = reader_open("f", &options);
		assert_int_equal(reader_next(rd, &row), 1);
		assert_cell(&row, 0, "x\"y,\"z\nw");
		assert_int_equal(row.len, 10);
		assert_int_equal(reader_next(rd, &row), 1);
		assert_int_equal(row.line, 5);
		assert_cell(&row, 0, "a\"b\" \nopen");
		assert_int_equal(reader_next(rd, &row), 0);
		reader_free(rd);

		/* What it cannot make good is an error still. */
		put_text("f", "a,b\n1\"2,\0\n");
		assert_dies(STATUS_DATA, "f:2:5: b: a NUL byte",
		    read_all("f", &options));
		put_text("f", "a,b\n1\"2,3,4\n");
		assert_dies(STATUS_DATA, "f:2:1: 3 cells, header has 2",
		    read_all("f", &options));
	}
}

/* ---- the corpus */

struct js {
	enum { JS_NONE, JS_TEXT, JS_NUMBER, JS_TRUE, JS_LIST, JS_OBJECT } type;
	struct buf	 text;		/* or the digits */
	char		*key;
	struct js	*child, *next;
};

static struct js	*js_value(const char **);

static void
js_space(const char **p)
{
	while (**p == ' ' || **p == '\n' || **p == '\t' || **p == '\r')
		++*p;
}

static void
js_utf8(struct buf *b, unsigned c)
{
	if (c < 0x80)
		buf_addc(b, (int)c);
	else if (c < 0x800) {
		buf_addc(b, (int)(0xc0 | c >> 6));
		buf_addc(b, (int)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(b, (int)(0xe0 | c >> 12));
		buf_addc(b, (int)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(b, (int)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(b, (int)(0xf0 | c >> 18));
		buf_addc(b, (int)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(b, (int)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(b, (int)(0x80 | (c & 0x3f)));
	}
}

static unsigned
js_hex(const char **p)
{
	char	 digits[5] = { 0 };

	memcpy(digits, *p, 4);
	*p += 4;
	return (unsigned)strtoul(digits, NULL, 16);
}

static void
js_text(const char **p, struct buf *b)
{
	static const char	 names[] = "bfnrt", bytes[] = "\b\f\n\r\t";
	unsigned		 c;

	for (++*p; **p != '"'; ) {
		if (**p != '\\') {
			buf_addc(b, *(*p)++);
			continue;
		}
		++*p;
		if (**p == 'u') {
			++*p;
			c = js_hex(p);
			if (c >= 0xd800 && c < 0xdc00 && (*p)[0] == '\\') {
				*p += 2;
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (js_hex(p) - 0xdc00);
			}
			js_utf8(b, c);
			continue;
		}
		if (strchr(names, **p) != NULL)
			buf_addc(b, bytes[strchr(names, **p) - names]);
		else
			buf_addc(b, **p);
		++*p;
	}
	++*p;
}

static struct js *
js_value(const char **p)
{
	struct js	*v, **tail;
	struct buf	 key;
	char		 close;

	v = calloc(1, sizeof(*v));
	assert_non_null(v);
	js_space(p);
	if (**p == '"') {
		v->type = JS_TEXT;
		js_text(p, &v->text);
		buf_str(&v->text);
	} else if (**p == '{' || **p == '[') {
		close = **p == '{' ? '}' : ']';
		v->type = **p == '{' ? JS_OBJECT : JS_LIST;
		tail = &v->child;
		for (++*p; js_space(p), **p != close; ) {
			memset(&key, 0, sizeof(key));
			if (close == '}') {
				js_text(p, &key);
				js_space(p);
				++*p;
			}
			*tail = js_value(p);
			if (close == '}') {
				(*tail)->key = xstrdup(buf_str(&key));
				buf_free(&key);
			}
			tail = &(*tail)->next;
			js_space(p);
			if (**p == ',')
				++*p;
		}
		++*p;
	} else {
		for (; **p != '\0' && strchr(",]} \n", **p) == NULL; ++*p)
			buf_addc(&v->text, **p);
		buf_str(&v->text);
		v->type = v->text.p[0] == 'n' || v->text.p[0] == 'f' ?
		    JS_NONE : v->text.p[0] == 't' ? JS_TRUE : JS_NUMBER;
	}
	return v;
}

static void
js_free(struct js *v)
{
	struct js	*next;

	for (; v != NULL; v = next) {
		next = v->next;
		js_free(v->child);
		buf_free(&v->text);
		free(v->key);
		free(v);
	}
}

static const struct js *
js_get(const struct js *v, const char *key)
{
	if (v == NULL)
		return NULL;
	for (v = v->child; v != NULL; v = v->next)
		if (strcmp(v->key, key) == 0)
			return v;
	return NULL;
}

static size_t
js_number(const struct js *v)
{
	assert_non_null(v);
	return strtoul(v->text.p, NULL, 10);
}

static int
js_has(const struct js *list, const char *text)
{
	for (list = list->child; list != NULL; list = list->next)
		if (strcmp(list->text.p, text) == 0)
			return 1;
	return 0;
}

/* {"b64": ...} in place of a text. */
static void
js_bytes(const struct js *v, struct buf *b)
{
	static const char	 kinds[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned		 bits = 0, n = 0;
	size_t			 i;

	b->len = 0;
	if (v->type == JS_TEXT) {
		buf_add(b, v->text.p, v->text.len);
		return;
	}
	v = js_get(v, "b64");
	assert_non_null(v);
	for (i = 0; i < v->text.len && v->text.p[i] != '='; i++) {
		bits = bits << 6 |
		    (unsigned)(strchr(kinds, v->text.p[i]) - kinds);
		if ((n += 6) >= 8) {
			n -= 8;
			buf_addc(b, (int)(bits >> n & 0xff));
		}
	}
}

/* What became of a file: rows read, and the message if there was one. */
static size_t	 rows_read;

struct expect {
	const struct js	*record, *line, *eol;
	struct buf	 bytes;
};

static void
same_record(struct expect *e, const struct row *row)
{
	static const struct {
		const char	*name, *bytes;
	} eols[] = {
		{ "lf", "\n" }, { "crlf", "\r\n" }, { "cr", "\r" },
		{ "none", "" },
	};
	const struct js	*cell;
	struct cell	 c;
	size_t		 i, k;

	/* A blank line is a record of one empty cell to the corpus. */
	while (e->record != NULL && e->record->child != NULL &&
	    e->record->child->next == NULL &&
	    e->record->child->type == JS_TEXT &&
	    e->record->child->text.len == 0 && row->line >
	    js_number(e->line)) {
		e->record = e->record->next;
		e->line = e->line->next;
		e->eol = e->eol->next;
	}
	assert_non_null(e->record);
	assert_int_equal(row->line, js_number(e->line));
	for (k = 0; strcmp(eols[k].name, e->eol->text.p) != 0; k++)
		continue;
	assert_int_equal(row->eollen, strlen(eols[k].bytes));
	assert_memory_equal(row->eol, eols[k].bytes, row->eollen);
	for (i = 0, cell = e->record->child; cell != NULL;
	    i++, cell = cell->next) {
		assert_true(i < row->ncells);
		js_bytes(cell, &e->bytes);
		c = row_cell(row, i);
		assert_int_equal(c.len, e->bytes.len);
		if (c.len > 0)
			assert_memory_equal(c.p, e->bytes.p, c.len);
	}
	assert_int_equal(i, row->ncells);
	e->record = e->record->next;
	e->line = e->line->next;
	e->eol = e->eol->next;
}

static void
read_case(const char *path, const struct reader_options *options,
    struct expect *e)
{
	struct reader	*volatile rd = NULL;
	struct row	 row;

	rows_read = 0;
	died_status = STATUS_OK;
	died_message[0] = '\0';
	die_hook(on_die);
	if (sigsetjmp(died, 1) == 0) {
		rd = reader_open(path, options);
		if (e->record != NULL)
			same_record(e, reader_header(rd));
		rows_read++;
		while (reader_next(rd, &row)) {
			if (e->record != NULL)
				same_record(e, &row);
			rows_read++;
		}
	}
	die_hook(NULL);
	reader_free(rd);
}

/* The place in a message about a file. */
static void
place_in(const char *message, const char *path, size_t *line, size_t *column)
{
	char	*end;

	*line = *column = 0;
	assert_memory_equal(message, path, strlen(path));
	if (message[strlen(path) + 1] == ' ')
		return;
	*line = strtoul(message + strlen(path) + 1, &end, 10);
	if (*end == ':' && end[1] != ' ')
		*column = strtoul(end + 1, NULL, 10);
}

static void
one_case(const char *json)
{
	static const size_t	 blocks[] = { 0, 1, 7, 64 };
	static const char *const kinds[] = { "csv", "tsv" };
	struct reader_options	 options = plain;
	struct expect		 e;
	const struct js		*want, *error, *tags;
	struct js		*js;
	const char		*p;
	char			*text, path[512];
	size_t			 i, line, column, n, rows = 0;
	int			 ragged, nul, good;

	text = get_file(json, NULL);
	p = text;
	js = js_value(&p);
	free(text);
	for (i = 0; i < 2; i++) {
		n = strlen(json) - 4;
		snprintf(path, sizeof(path), "%.*s%s", (int)n, json,
		    kinds[i]);
		if (access(path, R_OK) == 0)
			break;
	}
	assert_true(i < 2);
	options.delimiter = (unsigned char)js_get(js, "delimiter")->text.p[0];
	tags = js_get(js, "tags");
	want = js_get(js, "reading_transcoded");
	if (want == NULL)
		want = js_get(js, "reading");
	else
		assert_true(js_has(tags, "nul"));
	error = js_get(want, "error");
	if (error != NULL && error->type == JS_NONE)
		error = NULL;
	ragged = js_has(tags, "ragged");
	nul = js_has(tags, "nul") &&
	    js_get(js, "reading_transcoded") == NULL;

	memset(&e, 0, sizeof(e));
	for (i = 0; i < 4; i++) {
		options.block = blocks[i];
		e.record = js_get(want, "records");
		e.record = e.record == NULL ? NULL : e.record->child;
		if (e.record != NULL) {
			e.line = js_get(want, "lines")->child;
			e.eol = js_get(want, "eols")->child;
		}
		read_case(path, &options, &e);
		good = died_status == STATUS_OK;
		if (i == 0)
			rows = rows_read;
		assert_int_equal(rows_read, rows);
		if (error == NULL && !ragged && !nul && rows_read > 0)
			assert_true(good);
		if (error != NULL || nul)
			assert_int_equal(died_status, STATUS_DATA);
		if (good) {
			while (e.record != NULL && e.record->child != NULL &&
			    e.record->child->next == NULL) {
				/* only blank lines may be left */
				assert_int_equal(e.record->child->text.len,
				    0);
				e.record = e.record->next;
			}
			assert_true(e.record == NULL);
			continue;
		}
		assert_int_equal(died_status, STATUS_DATA);
		place_in(died_message, path, &line, &column);
		if (line == 0) {
			assert_non_null(strstr(died_message, "no header"));
			continue;
		}
		if (strstr(died_message, "header has") != NULL) {
			assert_true(ragged || error != NULL || nul);
			assert_int_equal(column, 1);
			continue;
		}
		if (strstr(died_message, "a NUL byte") != NULL ||
		    strstr(died_message, "without a mark") != NULL) {
			assert_true(nul);
			continue;
		}
		assert_non_null(error);
		assert_int_equal(line, js_number(js_get(error, "line")));
		assert_int_equal(column, js_number(js_get(error, "column")));
	}
	buf_free(&e.bytes);
	js_free(js);
}

/* Where the test was started, for want of "srcdir". */
static char	 top[400];

/* The file at hand, told of if the test fails over it. */
static char	 case_name[256];

static int
tell_case(void **state)
{
	(void)state;
	if (*case_name != '\0')
		print_message("failed over %s\n", case_name);
	return 0;
}

/* Every case of a folder; how many there were, or -1. */
static int
all_cases(const char *path)
{
	struct dirent	*d;
	char		 json[1024];
	size_t		 n;
	DIR		*dir;
	int		 cases = 0;

	if ((dir = opendir(path)) == NULL)
		return -1;
	while ((d = readdir(dir)) != NULL) {
		n = strlen(d->d_name);
		if (n < 5 || strcmp(d->d_name + n - 5, ".json") != 0)
			continue;
		snprintf(json, sizeof(json), "%s/%s", path, d->d_name);
		snprintf(case_name, sizeof(case_name), "%s", d->d_name);
		one_case(json);
		cases++;
	}
	case_name[0] = '\0';
	closedir(dir);
	return cases;
}

static const char *
from_env(const char *name, const char *otherwise)
{
	const char	*value = getenv(name);

	return value == NULL ? otherwise : value;
}

static void
test_cases(void **state)
{
	char	 path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/csv",
	    from_env("srcdir", top));
	assert_true(all_cases(path) > 30);
}

/* The whole corpus, which is no part of the distribution. */
static void
test_corpus(void **state)
{
	char	 shared[512], path[600];
	int	 n;

	(void)state;
	snprintf(shared, sizeof(shared), "%s/../shared",
	    from_env("srcdir", top));
	snprintf(path, sizeof(path), "%s/data/csv-corpus/cases",
	    from_env("VIP_SHARED", shared));
	if ((n = all_cases(path)) == -1) {
		print_message("# no %s\n", path);
		skip();
	}
	assert_int_equal(n, 243);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_record_limit),
		cmocka_unit_test(test_no_input),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_lax),
		cmocka_unit_test_teardown(test_cases, tell_case),
		cmocka_unit_test_teardown(test_corpus, tell_case),
	};

	if (getcwd(top, sizeof(top)) == NULL)
		return 1;
	return cmocka_run_group_tests(tests, enter_folder, end);
}
