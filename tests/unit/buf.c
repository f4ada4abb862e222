/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/vip.h"

static void
test_buf(void **state)
{
	struct buf	 b = { 0 };
	int		 i;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.len, 0);
	buf_add(&b, NULL, 0);
	buf_add(&b, "ab\0c", 4);
	buf_adds(&b, "de");
	buf_addc(&b, 0xff);
	buf_addf(&b, "%d|%s", -7, "x");
	assert_int_equal(b.len, 11);
	assert_memory_equal(b.p, "ab\0cde\xff-7|x", 11);
	assert_int_equal(buf_str(&b)[11], '\0');
	assert_int_equal(b.len, 11);

	b.len = 0;
	for (i = 0; i < 100000; i++)
		buf_addc(&b, i & 127);
	for (i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], i & 127);
	buf_addf(&b, "%3000s", "end");
	assert_int_equal(b.len, 103000);
	assert_memory_equal(b.p + 102995, "  end", 5);
	buf_room(&b, 1000000);
	assert_in_range(b.cap, 1103000, 2000000);

	buf_free(&b);
	assert_true(b.p == NULL && b.len == 0 && b.cap == 0);
	buf_free(&b);
}

/* Every piece is aligned, zero, its own, and stands to the end. */
static void
test_arena(void **state)
{
	struct arena	*a = arena_new();
	unsigned char	*p[4000];
	size_t		 size[4000], i, j, sum = 0;
	char		*s;

	(void)state;
	for (i = 0; i < 4000; i++) {
		size[i] = i % 97 == 0 ? i * 30 : i % 41;
		p[i] = arena_get(a, size[i]);
		assert_int_equal((uintptr_t)p[i] % alignof(max_align_t), 0);
		for (j = 0; j < size[i]; j++)
			assert_int_equal(p[i][j], 0);
		memset(p[i], (int)(i & 255), size[i]);
		sum += size[i];
		s = arena_text(a, "name\0more", 9);
		assert_memory_equal(s, "name\0more", 10);
		sum += 10;
	}
	for (i = 0; i < 4000; i++)
		for (j = 0; j < size[i]; j++)
			assert_int_equal(p[i][j], i & 255);
	assert_in_range(arena_size(a), sum, 2 * sum);
	assert_string_equal(arena_text(a, NULL, 0), "");
	assert_ptr_not_equal(arena_get(a, 0), arena_get(a, 0));
	arena_free(a);
	arena_free(NULL);
}

/* What a child says on the standard error, and how it ends. */
static int
said(void (*f)(void), struct buf *b)
{
	char	 block[4096];
	ssize_t	 n;
	pid_t	 pid;
	int	 fds[2], status;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		program_invocation_short_name = (char []){ "vip-x" };
		f();
		_exit(99);
	}
	assert_int_not_equal(pid, -1);
	close(fds[1]);
	b->len = 0;
	while ((n = read(fds[0], block, sizeof(block))) > 0)
		buf_add(b, block, (size_t)n);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	buf_str(b);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
last_words(void)
{
	static const char	 words[] = "handler\n";

	assert_int_equal(write(STDERR_FILENO, words, sizeof(words) - 1),
	    sizeof(words) - 1);
}

static void
say_plain(void)
{
	atexit(last_words);
	die(STATUS_DATA, "%s:%d: \"%s\" is no number", "a.csv", 17,
	    "\033[31m\n\xc2\x9b\x7f\xe2\x80\xae\xff\xc3\xa9");
}

static void
say_errno(void)
{
	errno = ENOSPC;
	die_errno(STATUS_IO, "%s", "stdout");
}

static void
say_notes(void)
{
	complain("first");
	note("second");
	note_quiet(1);
	note("third");
	complain("fourth");
	note_quiet(0);
	note("%s", "");
	_exit(7);
}

static void
say_name(void)
{
	program_invocation_short_name = (char []){ "\033[2Jx" };
	die(STATUS_USAGE, "no");
}

static void
die_again(void)
{
	die(STATUS_CREATE, "second");
}

static void
say_twice(void)
{
	atexit(die_again);
	die(STATUS_IO, "first");
}

static void *
die_in_thread(void *barrier)
{
	(void)pthread_barrier_wait(barrier);
	die(STATUS_DATA, "once");
}

static void
say_once(void)
{
	pthread_barrier_t	 barrier;
	pthread_t		 threads[4];
	int			 i;

	pthread_barrier_init(&barrier, NULL, 4);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, die_in_thread, &barrier);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void
say_nomem(void)
{
	(void)xreallocarray(NULL, SIZE_MAX / 2, 3);
}

static void
say_nomem_buf(void)
{
	struct buf	 b = { 0 };

	buf_adds(&b, "x");
	buf_room(&b, SIZE_MAX);
}

static void
test_die(void **state)
{
	struct buf	 b = { 0 };
	int		 i;

	(void)state;
	assert_int_equal(said(say_plain, &b), 65);
	assert_string_equal(b.p, "vip-x: a.csv:17: \"\\x1b[31m\\x0a\\u009b\\x7f"
	    "\\u202e\\xff\xc3\xa9\" is no number\nhandler\n");
	assert_int_equal(said(say_errno, &b), 74);
	assert_string_equal(b.p, "vip-x: stdout: No space left on device\n");
	assert_int_equal(said(say_notes, &b), 7);
	assert_string_equal(b.p, "vip-x: first\nvip-x: second\nvip-x: fourth\n"
	    "vip-x: \n");
	assert_int_equal(said(say_name, &b), 64);
	assert_string_equal(b.p, "\\x1b[2Jx: no\n");
	assert_int_equal(said(say_twice, &b), 73);
	assert_string_equal(b.p, "vip-x: first\nvip-x: second\n");
	for (i = 0; i < 20; i++) {
		assert_int_equal(said(say_once, &b), 65);
		assert_string_equal(b.p, "vip-x: once\n");
	}
#if !defined(__SANITIZE_ADDRESS__)
	/* AddressSanitizer ends the program before malloc() can say no. */
	assert_int_equal(said(say_nomem, &b), 69);
	assert_string_equal(b.p, "vip-x: Cannot allocate memory\n");
	assert_int_equal(said(say_nomem_buf, &b), 69);
	assert_string_equal(b.p, "vip-x: Cannot allocate memory\n");
#else
	(void)say_nomem;
	(void)say_nomem_buf;
#endif
	buf_free(&b);
}

static jmp_buf	 back;
static char	 caught[4096];
static int	 caught_status;

static void
catch(enum status status, const char *message)
{
	caught_status = (int)status;
	snprintf(caught, sizeof(caught), "%s", message);
	longjmp(back, 1);
}

static void
test_hook(void **state)
{
	(void)state;
	die_hook(catch);
	if (setjmp(back) == 0)
		die(STATUS_POLICY, "%s\t!", "x");
	assert_int_equal(caught_status, 78);
	assert_string_equal(caught, "x\\x09!");
	if (setjmp(back) == 0) {
		errno = ENOENT;
		die_errno(STATUS_NOINPUT, "%s", "y");
	}
	assert_int_equal(caught_status, 66);
	assert_string_equal(caught, "y: No such file or directory");
	die_hook(NULL);
}

/* What the message becomes is in "caught" then. */
static void
say(const char *text)
{
	die_hook(catch);
	if (setjmp(back) == 0)
		die(STATUS_DATA, "%s", text);
	die_hook(NULL);
}

/* Of any length and with anything at the cut: 2 KiB and whole characters. */
static void
test_cut(void **state)
{
	static const char *const	 units[] = {
		"a", "\xc3\xa9", "\xe5\xbc\xa0", "\xf0\x9f\x98\x80", "\033",
		"\xe2\x80\xae", "\xff", "\\"
	};
	static char	 text[9000];
	struct buf	 whole = { 0 };
	size_t		 i, n, len, got;

	(void)state;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		for (n = 0; n < 2100; n = n < 8 || n > 300 ? n + 1 : n + 7) {
			whole.len = 0;
			/* Shift what is at the cut. */
			len = n % 5;
			memset(text, '.', len);
			while (len < n * strlen(units[i]) && len < 8000) {
				memcpy(text + len, units[i], strlen(units[i]));
				len += strlen(units[i]);
			}
			text[len] = '\0';
			text_escape(&whole, text, len);
			buf_str(&whole);
			say(text);
			got = strlen(caught);
			if (whole.len <= 2048) {
				assert_string_equal(caught, whole.p);
				continue;
			}
			assert_in_range(got, 2048 - 8, 2048);
			assert_string_equal(caught + got - 3, "...");
			assert_memory_equal(caught, whole.p, got - 3);
			/* The next byte of the whole begins something. */
			assert_true((whole.p[got - 3] & 0xc0) != 0x80);
			assert_true(strchr("a\\", whole.p[got - 3]) != NULL ||
			    (whole.p[got - 3] & 0x80) != 0);
		}
	buf_free(&whole);
}

static void
test_memory(void **state)
{
	char	*s;

	(void)state;
	s = xmemdup0("a\0b", 3);
	assert_memory_equal(s, "a\0b", 4);
	free(s);
	s = xmemdup0(NULL, 0);
	assert_string_equal(s, "");
	free(s);
	s = xstrdup("abc");
	assert_string_equal(s, "abc");
	s = xreallocarray(s, 2, 50);
	assert_string_equal(s, "abc");
	s = xreallocarray(s, 0, 50);
	assert_non_null(s);
	free(s);
	free(xmalloc(0));
	s = xcalloc(3, 2);
	assert_memory_equal(s, "\0\0\0\0\0", 6);
	free(s);
	assert_non_null(s = xcalloc(0, 7));
	free(s);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_die),
		cmocka_unit_test(test_hook),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_memory)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
