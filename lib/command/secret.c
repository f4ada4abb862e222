/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/secret.h"

#define FRESH	32		/* bytes of a new one, as SHA-256 has */

size_t
secret_read(const char *path, unsigned char key[SECRET_MOST])
{
	FILE	*f;
	size_t	 n;

	if ((f = fopen(path, "re")) == NULL)
		die_errno(STATUS_NOINPUT, "%s", path);
	n = fread(key, 1, SECRET_MOST, f);
	if (ferror(f))
		die_errno(STATUS_IO, "%s", path);
	fclose(f);
	if (n < SECRET_LEAST)
		die(STATUS_DATA, "%s: a key has at least %d bytes", path,
		    SECRET_LEAST);
	return n;
}

/* The folders of a path, for their owner alone. */
static void
make_folders(char *path)
{
	char	*p;

	for (p = path + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
		*p = '\0';
		if (mkdir(path, 0700) == -1 && errno != EEXIST)
			die_errno(STATUS_CREATE, "%s", path);
	}
}

/*
 * A link, which fails where there is one already, so that the file is whole
 * as soon as it is there and is never another than the first.
 */
static void
make(char *path)
{
	unsigned char	 key[FRESH];
	struct buf	 temp = { 0 };
	int		 fd, r;

	make_folders(path);
	arc4random_buf(key, sizeof(key));
	buf_addf(&temp, "%s.XXXXXX", path);
	if ((fd = mkstemp(temp.p)) == -1)
		die_errno(STATUS_CREATE, "%s", path);
	r = write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) &&
	    fsync(fd) == 0 ? link(temp.p, path) : -1;
	if (r == -1 && errno != EEXIST) {
		r = errno;
		unlink(temp.p);
		errno = r;
		die_errno(STATUS_IO, "%s", path);
	}
	if (r == 0)
		note("%s: made; pseudonyms are made with it, so keep it", path);
	unlink(temp.p);
	close(fd);
	buf_free(&temp);
	explicit_bzero(key, sizeof(key));
}

size_t
secret_own(unsigned char key[SECRET_MOST])
{
	struct buf	 path = { 0 };
	size_t		 n = 0;

	if (command_home(&path, "redact.key")) {
		if (access(path.p, F_OK) == -1)
			make(path.p);
		n = secret_read(path.p, key);
	}
	buf_free(&path);
	return n;
}
