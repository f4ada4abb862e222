/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TABLE_HELP_H
#define TABLE_HELP_H

/* What the tests of lib/table share: die() caught, files of given bytes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

#include <cmocka.h>

#include "base/vip.h"
#include "table/parts.h"

static sigjmp_buf	 died;
static enum status	 died_status;
static char		 died_message[4096];

static inline void
on_die(enum status status, const char *message)
{
	died_status = status;
	snprintf(died_message, sizeof(died_message), "%s", message);
	siglongjmp(died, 1);
}

/* Run a statement that must end the program, so. */
#define assert_dies(status, message, statement)				\
	do {								\
		die_hook(on_die);					\
		if (sigsetjmp(died, 1) == 0) {				\
			statement;					\
			die_hook(NULL);					\
			fail_msg("no death: %s", message);		\
		}							\
		die_hook(NULL);						\
		assert_string_equal(died_message, message);		\
		assert_int_equal(died_status, status);			\
	} while (0)

/* In the working folder; the caller unlinks it. */
static inline void
put_file(const char *path, const char *bytes, size_t n)
{
	int	 fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(close(fd), 0);
}

static inline char *
get_file(const char *path, size_t *n)
{
	char	*p;
	off_t	 size;
	int	 fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd != -1);
	size = lseek(fd, 0, SEEK_END);
	p = malloc((size_t)size + 1);
	assert_non_null(p);
	assert_int_equal(pread(fd, p, (size_t)size, 0), size);
	p[size] = '\0';
	close(fd);
	if (n != NULL)
		*n = (size_t)size;
	return p;
}

static inline void
assert_file(const char *path, const char *want)
{
	char	*got = get_file(path, NULL);

	assert_string_equal(got, want);
	free(got);
}

#define put_text(path, text)	put_file(path, text, sizeof(text) - 1)

/* A folder of its own for each program, gone at the end. */
static char	 folder_name[] = "/tmp/vip-test-XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder_name) == NULL || chdir(folder_name) == -1;
}

static int
leave_folder(void **state)
{
	char	 command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder_name);
	return chdir("/") == -1 || system(command) != 0;
}

#endif /* TABLE_HELP_H */
