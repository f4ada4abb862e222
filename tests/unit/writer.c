/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>

#include "table_help.h"

static struct writer *
open_writer(const char *path, enum form to, int spreadsheet, int delimiter)
{
	const struct writer_options	 options = {
		.path = path, .to = to, .spreadsheet = spreadsheet
	};

	return writer_open(&options, delimiter);
}

static struct writer *
open_path(const char *path)
{
	return open_writer(path, FORM_AS_INPUT, 0, ',');
}

/* Nothing but these files is in the folder. */
static void
assert_folder(const char *path, int want)
{
	struct dirent	*d;
	DIR		*dir;
	int		 n = 0;

	assert_non_null(dir = opendir(path));
	while ((d = readdir(dir)) != NULL)
		n += strcmp(d->d_name, ".") != 0 &&
		    strcmp(d->d_name, "..") != 0;
	closedir(dir);
	assert_int_equal(n, want);
}

static mode_t
mode_of(const char *path)
{
	struct stat	 st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

/* ---- cells */

static void
test_quoting(void **state)
{
	static const char *const	 names[] = { "a", "b,c", "d\"e" };
	static const char *const	 one[] = { "only" };
	struct writer			*w;

	(void)state;
	w = open_path("out");
	writer_columns(w, names, 3);
	writer_cells(w, "plain");
	writer_cells(w, "");
	writer_num(w, -1234500000);
	writer_end(w);
	writer_cells(w, "two\nlines");
	writer_cells(w, "cr\r");
	writer_cells(w, " blanks; stay\t");
	writer_end(w);
	writer_cell(w, "\"\"xyz", 2);
	writer_cells(w, ",");
	writer_cells(w, "=1+2");
	writer_end(w);
	writer_close(w);
	assert_file("out", "a,\"b,c\",\"d\"\"e\"\nplain,,-1234.5\n"
	    "\"two\nlines\",\"cr\r\", blanks; stay\t\n"
	    "\"\"\"\"\"\",\",\",=1+2\n");

	/* A row of one empty cell is no blank line. */
	w = open_writer("out", FORM_AS_INPUT, 0, ';');
	writer_columns(w, one, 1);
	writer_cells(w, "");
	writer_end(w);
	writer_cells(w, "a,b;c");
	writer_end(w);
	writer_close(w);
	assert_file("out", "only\n\"\"\n\"a,b;c\"\n");

	w = open_writer("out", FORM_TSV, 0, ',');
	writer_columns(w, names, 3);
	writer_cells(w, "a\tb");
	writer_cells(w, "c,d");
	writer_cells(w, "e");
	writer_end(w);
	writer_close(w);
	assert_file("out", "a\tb,c\t\"d\"\"e\"\n\"a\tb\"\tc,d\te\n");
	unlink("out");
}

static void
test_spreadsheet(void **state)
{
	static const char *const	 cases[][2] = {
		{ "=1+2", "'=1+2" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "-5", "-5" }, { "+12.50", "+12.50" }, { "-1e3", "-1e3" },
		{ "-.5", "-.5" }, { "-5.", "-5." },
		{ "-", "'-" }, { "-5-5", "'-5-5" }, { "+1 555", "'+1 555" },
		{ "-1e", "'-1e" }, { "--1", "'--1" }, { "-.", "'-." },
		{ "\tx", "'\tx" },
		{ "\rx", "\"'\rx\"" },
		{ "\nx", "\"'\nx\"" },
		{ "\xef\xbc\x9d" "1", "'\xef\xbc\x9d" "1" },
		{ "\xef\xbc\x8b" "1", "'\xef\xbc\x8b" "1" },
		{ "\xef\xbc\x8d" "1", "'\xef\xbc\x8d" "1" },
		{ "\xef\xbc\xa0" "x", "'\xef\xbc\xa0" "x" },
		{ "\xef\xbc\x8e" "x", "\xef\xbc\x8e" "x" },
		{ "=\"a\",b", "\"'=\"\"a\"\",b\"" },
		{ "a=b", "a=b" }, { "'x", "'x" }, { "", "" },
	};
	static const char *const	 names[] = { "a", "b" };
	struct writer			*w;
	struct buf			 want = { NULL, 0, 0 };
	size_t				 i;

	(void)state;
	w = open_writer("out", FORM_AS_INPUT, 1, ',');
	writer_columns(w, names, 2);
	buf_adds(&want, "\xef\xbb\xbf" "a,b\r\n");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		writer_cells(w, "x");
		writer_cells(w, cases[i][0]);
		writer_end(w);
		buf_addf(&want, "x,%s\r\n", cases[i][1]);
	}
	writer_close(w);
	assert_file("out", buf_str(&want));
	buf_free(&want);
	unlink("out");
}

static void
test_bytes(void **state)
{
	struct writer	*w;
	struct buf	 want = { NULL, 0, 0 };
	char		 piece[1000];
	char		*got;
	size_t		 i, n, len;

	(void)state;
	w = open_path("out");
	for (i = 0; i < 3000; i++) {
		n = (i * 7919) % 990;
		memset(piece, (int)('a' + i % 26), n);
		writer_bytes(w, piece, n);
		buf_add(&want, piece, n);
	}
	/* More than is ever held back. */
	writer_bytes(w, want.p, 500000);
	buf_room(&want, 500000);
	buf_add(&want, want.p, 500000);
	writer_close(w);
	got = get_file("out", &len);
	assert_int_equal(len, want.len);
	assert_memory_equal(got, want.p, len);
	free(got);
	buf_free(&want);
	unlink("out");
}

/* ---- what a child does, and how it ends */

/*
 * A child that ends leaves memory behind: no word of the leak checker.
 * main() says so before anything else is to be done at an exit.
 */
static int	 in_child;

static void
leave(int status, void *arg)
{
	(void)arg;
	if (in_child)
		_exit(status);
}

static int
child_of(void (*run)(const char *), const char *arg, const char *out,
    const char *err)
{
	pid_t	 pid;
	int	 status, fd;

	fflush(NULL);
	if ((pid = fork()) == 0) {
		in_child = 1;
		fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, STDERR_FILENO);
		if (fd > STDERR_FILENO)
			close(fd);
		if (out != NULL) {
			fd = open(out, O_RDWR | O_CREAT | O_TRUNC, 0600);
			dup2(fd, STDOUT_FILENO);
			close(fd);
		} else
			close(STDOUT_FILENO);
		program_invocation_short_name = (char [6]){ "vip-x" };
		run(arg);
		exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* ---- files */

static void
write_to(const char *path, const char *text)
{
	struct writer	*w = open_path(path);

	writer_bytes(w, text, strlen(text));
	writer_close(w);
}

static void
to_path(const char *path)
{
	write_to(path, "text\n");
}

static void
cannot_write(const char *path, const char *message)
{
	int	 status = child_of(to_path, path, "out", "err");

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS_CREATE);
	assert_file("err", message);
}

static void
test_whole(void **state)
{
	struct writer	*w;
	char		 link[9];
	mode_t		 old;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	old = umask(027);
	write_to("d/new", "1");
	assert_int_equal(mode_of("d/new"), 0640);
	umask(old);
	assert_folder("d", 1);

	/* The old one stands to the last, and who may read it. */
	assert_int_equal(chmod("d/new", 0604), 0);
	w = open_path("d/new");
	writer_bytes(w, "2", 1);
	assert_file("d/new", "1");
	assert_folder("d", 2);
	writer_close(w);
	assert_file("d/new", "2");
	assert_int_equal(mode_of("d/new"), 0604);
	assert_folder("d", 1);

	/* A link keeps its place, wherever it leads. */
	assert_int_equal(symlink("d/link2", "link1"), 0);
	assert_int_equal(symlink("new", "d/link2"), 0);
	write_to("link1", "3");
	assert_file("d/new", "3");
	assert_int_equal(readlink("link1", link, sizeof(link)), 7);
	assert_int_equal(unlink("d/new"), 0);
	write_to("link1", "4");
	assert_file("d/new", "4");
	assert_folder("d", 2);

	cannot_write("d", "vip-x: d: Is a directory\n");
	cannot_write("none/x", "vip-x: none/x: No such file or directory\n");
	cannot_write("d/new/x", "vip-x: d/new/x: Not a directory\n");
	assert_int_equal(symlink("loop", "loop"), 0);
	cannot_write("loop",
	    "vip-x: loop: Too many levels of symbolic links\n");
	assert_int_equal(system("rm -rf d link1 loop"), 0);
}

static void
put_some(const char *n)
{
	struct writer	*w = open_path(NULL);
	size_t		 i;

	for (i = strtoul(n, NULL, 10); i > 0; i--)
		writer_bytes(w, "0123456789", 10);
	writer_close(w);
}

static void
test_full(void **state)
{
	static const char *const	 sizes[] = { "1", "10000", "1000000" };
	size_t				 i;
	int				 status;

	(void)state;
	if (access("/dev/full", W_OK) == -1)
		skip();
	for (i = 0; i < 3; i++) {
		status = child_of(put_some, sizes[i], "/dev/full", "err");
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), STATUS_IO);
		assert_file("err",
		    "vip-x: stdout: No space left on device\n");
	}
}

/* ---- sheets */

#define SHEETS	40

/* Sheet i has i rows, but the later ones take less time, and one is empty. */
static int
some_rows(void *ctx, struct writer *w, size_t sheet)
{
	size_t	 i;

	(void)ctx;
	if (sheet >= SHEETS)
		return 0;
	usleep((useconds_t)(SHEETS - sheet) * 20);
	for (i = 0; i < sheet * sheet; i++) {
		writer_num(w, (num)sheet * NUM_ONE);
		writer_cells(w, i % 7 == 0 ? "a,b" : "c");
		writer_end(w);
	}
	return sheet + 1 < SHEETS;
}

static void
put_sheets(const char *jobs)
{
	static const char *const	 names[] = { "sheet", "what" };
	struct writer			*w = open_path(NULL);

	writer_columns(w, names, 2);
	writer_sheets(w, some_rows, NULL, atoi(jobs));
	writer_close(w);
}

/* In their order, however many threads there are. */
static void
test_sheets(void **state)
{
	static const char *const	 jobs[] = { "1", "2", "5", "0" };
	struct buf			 want = { 0 };
	size_t				 i, k;
	int				 status;

	(void)state;
	buf_adds(&want, "sheet,what\n");
	for (i = 0; i < SHEETS; i++)
		for (k = 0; k < i * i; k++)
			buf_addf(&want, "%zu,%s\n", i,
			    k % 7 == 0 ? "\"a,b\"" : "c");
	for (i = 0; i < 4; i++) {
		status = child_of(put_sheets, jobs[i], "out", "err");
		assert_int_equal(WEXITSTATUS(status), STATUS_OK);
		assert_file("out", buf_str(&want));
		if (access("/dev/full", W_OK) == -1)
			continue;
		status = child_of(put_sheets, jobs[i], "/dev/full", "err");
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), STATUS_IO);
		assert_file("err",
		    "vip-x: stdout: No space left on device\n");
	}
	buf_free(&want);
}

static void
test_closed(void **state)
{
	int	 status;

	(void)state;
	status = child_of(put_some, "1", NULL, "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_IO);
	assert_file("err", "vip-x: stdout: Bad file descriptor\n");
}

/* Neither what is read nor what is written gets the place of stdout. */
static void
copy_without_std(const char *arg)
{
	struct reader	*rd;
	struct writer	*w;

	(void)arg;
	close(STDIN_FILENO);
	rd = reader_open("in.csv", NULL);
	w = open_path("out.csv");
	if (write(STDOUT_FILENO, "x", 1) != -1 ||
	    read(STDIN_FILENO, (char [1]){ 0 }, 1) != -1)
		_exit(1);
	writer_bytes(w, reader_header(rd)->raw, reader_header(rd)->len);
	writer_close(w);
	reader_free(rd);
}

static void
read_stdin(const char *arg)
{
	(void)arg;
	close(STDIN_FILENO);
	reader_open(NULL, NULL);
}

static void
no_descriptors(const char *arg)
{
	struct rlimit	 rl = { 3, 3 };

	setrlimit(RLIMIT_NOFILE, &rl);
	if (*arg == 'r')
		reader_open("in.csv", NULL);
	else
		open_path(arg);
}

static void
test_descriptors(void **state)
{
	int	 status;

	(void)state;
	put_text("in.csv", "a,b\n");
	status = child_of(copy_without_std, "", NULL, "err");
	assert_file("err", "");
	assert_int_equal(status, 0);
	assert_file("out.csv", "a,b");
	status = child_of(read_stdin, "", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_NOINPUT);
	assert_file("err", "vip-x: stdin: Bad file descriptor\n");
	status = child_of(no_descriptors, "r", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_RESOURCE);
	assert_file("err", "vip-x: in.csv: Too many open files\n");
	status = child_of(no_descriptors, "out.csv", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_RESOURCE);
	assert_file("err", "vip-x: out.csv: Too many open files\n");
}

/* A pipe whose reader has gone. */
static void
put_into_broken(const char *how)
{
	int	 fd[2];

	signal(SIGPIPE, *how == 'i' ? SIG_IGN : SIG_DFL);
	if (pipe(fd) == -1)
		_exit(99);
	close(fd[0]);
	dup2(fd[1], STDOUT_FILENO);
	put_some("1000000");
}

static void
test_broken_pipe(void **state)
{
	int	 status;

	(void)state;
	status = child_of(put_into_broken, "d", "out", "err");
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGPIPE);
	assert_file("err", "");
	status = child_of(put_into_broken, "i", "out", "err");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS_IO);
	assert_file("err", "vip-x: stdout: Broken pipe\n");
}

/* A pipe that takes little at a time, and has no patience. */
static void
test_short_writes(void **state)
{
	char	 buffer[5000];
	size_t	 total = 0, i;
	ssize_t	 n;
	pid_t	 pid;
	int	 fd[2], status;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	fcntl(fd[1], F_SETPIPE_SZ, 4096);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		put_some("100000");
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], buffer, sizeof(buffer))) > 0)
		for (i = 0; i < (size_t)n; i++)
			assert_int_equal(buffer[i], '0' + (int)(total++ % 10));
	assert_int_equal(total, 1000000);
	close(fd[0]);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static void
begin_file(const char *how)
{
	struct writer	*w = open_path("d/out");

	writer_bytes(w, "half", 4);
	if (*how == 'd')
		die(STATUS_DATA, "no");
	if (*how == 'e')
		exit(3);
	raise(atoi(how));
	_exit(99);
}

static void
test_unfinished(void **state)
{
	static const int	 signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGPIPE
	};
	char			 how[16];
	size_t			 i;
	int			 status, old;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	for (old = 0; old < 2; old++) {
		if (old)
			put_text("d/out", "old");
		status = child_of(begin_file, "d", "out", "err");
		assert_int_equal(WEXITSTATUS(status), STATUS_DATA);
		assert_folder("d", old);
		status = child_of(begin_file, "e", "out", "err");
		assert_int_equal(WEXITSTATUS(status), 3);
		assert_folder("d", old);
		for (i = 0; i < 4; i++) {
			snprintf(how, sizeof(how), "%d", signals[i]);
			status = child_of(begin_file, how, "out", "err");
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), signals[i]);
			assert_folder("d", old);
		}
	}
	assert_file("d/out", "old");
	assert_int_equal(system("rm -rf d"), 0);
}

static void
limited(const char *path)
{
	struct rlimit	 rl = { 1000, 1000 };
	struct writer	*w;
	char		 block[2000] = { 0 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &rl);
	w = open_path(path);
	writer_bytes(w, block, sizeof(block));
	writer_close(w);
}

static void
test_no_space(void **state)
{
	int	 status;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	put_text("d/out", "old");
	status = child_of(limited, "d/out", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_IO);
	assert_file("err", "vip-x: d/out: File too large\n");
	assert_file("d/out", "old");
	assert_folder("d", 1);
	assert_int_equal(system("rm -rf d"), 0);
}

static void
test_straight(void **state)
{
	char	 buffer[16];
	ssize_t	 n;
	int	 fd;

	(void)state;
	assert_int_equal(child_of(to_path, "/dev/stdout", "out", "err"), 0);
	assert_file("out", "text\n");
	assert_int_equal(child_of(to_path, "-", "out", "err"), 0);
	assert_file("out", "text\n");
	assert_int_equal(child_of(to_path, "/dev/fd/1", "out", "err"), 0);
	assert_file("out", "text\n");
	assert_int_equal(child_of(to_path, "/dev/stderr", "out", "err"), 0);
	assert_file("err", "text\n");
	assert_int_equal(child_of(to_path, "/dev/null", "out", "err"), 0);

	assert_int_equal(mkfifo("fifo", 0600), 0);
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_equal(child_of(to_path, "fifo", "out", "err"), 0);
	n = read(fd, buffer, sizeof(buffer));
	assert_int_equal(n, 5);
	close(fd);
	unlink("fifo");
}

/* A name that is not ours to write. */
static void
as_nobody(const char *path)
{
	if (setgid(65534) == -1 || setuid(65534) == -1)
		_exit(77);
	to_path(path);
}

static void
test_permission(void **state)
{
	int	 status;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(chmod(".", 0755), 0);
	put_text("d/mine", "old");
	status = child_of(as_nobody, "d/new", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_CREATE);
	assert_file("err", "vip-x: d/new: Permission denied\n");
	assert_int_equal(chmod("d", 0777), 0);
	assert_int_equal(chmod("d/mine", 0444), 0);
	status = child_of(as_nobody, "d/mine", "out", "err");
	assert_int_equal(WEXITSTATUS(status), STATUS_CREATE);
	assert_file("d/mine", "old");
	/* What others may read of a file of root's is not theirs to widen. */
	assert_int_equal(chmod("d/mine", 0666), 0);
	status = child_of(as_nobody, "d/mine", "out", "err");
	assert_int_equal(status, 0);
	assert_file("d/mine", "text\n");
	assert_int_equal(mode_of("d/mine"), 0606);
	assert_folder("d", 1);
	assert_int_equal(system("rm -rf d"), 0);
}

static void
test_progress(void **state)
{
	struct progress	 p;
	char		*text;
	int		 old, fd;

	(void)state;
	fd = open("err", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	old = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	progress_start(&p, 0, 0);
	progress_tick(&p, 1, 1);
	progress_end(&p);
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_CUR), 0);
	progress_start(&p, 1, 4000000);
	progress_tick(&p, 1, 1);	/* too early */
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_CUR), 0);
	p.start -= 2000000000;
	p.next = 1;
	progress_tick(&p, 12345, 1000000);
	progress_end(&p);
	dup2(old, STDERR_FILENO);
	close(old);
	close(fd);
	text = get_file("err", NULL);
	assert_non_null(strstr(text, "\r12345 rows, 0 MB/s, 25%, 6 s left"));
	assert_string_equal(text + strlen(text) - 4, "\r\033[K");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_spreadsheet),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_sheets),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_broken_pipe),
		cmocka_unit_test(test_short_writes),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_no_space),
		cmocka_unit_test(test_straight),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_progress),
	};

	/* nohup(1) and a shell's "&" have left some of them ignored. */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	on_exit(leave, NULL);
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
