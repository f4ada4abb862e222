/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/parts.h"

#define PAGES	256			/* copied between looks at signals */

static void
hold(int how, sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(how, set, NULL);
}

/* SQLITE_DONE, or what went wrong; a signal that came is taken at the end. */
static int
copy(struct store *st, sqlite3 *to)
{
	sqlite3_backup	*b;
	sigset_t	 waiting;
	int		 r, tries = 0;

	if ((b = sqlite3_backup_init(to, "main", st->db, "main")) == NULL)
		return sqlite3_errcode(to);
	do {
		r = sqlite3_backup_step(b, PAGES);
		if (r == SQLITE_BUSY || r == SQLITE_LOCKED) {
			if (++tries > st->wait * 10)
				break;
			sqlite3_sleep(100);
			r = SQLITE_OK;
		}
		if (sigpending(&waiting) == 0 && (sigismember(&waiting,
		    SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 ||
		    sigismember(&waiting, SIGHUP) == 1))
			r = SQLITE_INTERRUPT;
	} while (r == SQLITE_OK);
	sqlite3_backup_finish(b);
	return r;
}

static void
fail(const char *temp, const char *path, int r, int error)
{
	sigset_t	 set;

	unlink(temp);
	hold(SIG_UNBLOCK, &set);	/* and if there was one, that is all */
	if (r == SQLITE_BUSY || r == SQLITE_LOCKED)
		die(STATUS_RESOURCE, "%s: the store is locked", path);
	errno = error;
	if (error != 0)
		die_errno(STATUS_IO, "%s", path);
	die(STATUS_IO, "%s: %s", path, sqlite3_errstr(r));
}

/* Whoever has that store open would go on writing into nothing. */
static void
refuse_store(const struct store *st, const char *path)
{
	struct stat	 a, b;

	if (stat(st->path, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		die(STATUS_CREATE, "%s: is the store itself", path);
	if (store_pending(path))
		die(STATUS_CREATE, "%s: a store that is in use", path);
}

void
store_backup(struct store *st, const char *path)
{
	sqlite3		*to;
	sigset_t	 set;
	char		*temp;
	int		 fd, r, error;

	refuse_store(st, path);
	if (asprintf(&temp, "%s%s.vip-XXXXXX", *path == '/' ? "" : "./",
	    path) == -1)
		die(STATUS_RESOURCE, "out of memory");
	hold(SIG_BLOCK, &set);
	if ((fd = mkostemp(temp, O_CLOEXEC)) == -1) {
		error = errno;
		hold(SIG_UNBLOCK, &set);
		errno = error;
		die_errno(STATUS_CREATE, "%s", path);
	}
	r = sqlite3_open_v2(temp, &to, SQLITE_OPEN_READWRITE, NULL);
	/* A copy that is not whole is thrown away: no journal. */
	if (r == SQLITE_OK)
		r = sqlite3_exec(to, "PRAGMA journal_mode = OFF; "
		    "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	if (r == SQLITE_OK)
		r = copy(st, to);
	error = r == SQLITE_DONE ? 0 : sqlite3_system_errno(to);
	sqlite3_close(to);
	if (r != SQLITE_DONE)
		fail(temp, path, r, error);
	if (fsync(fd) == -1 || rename(temp, path) == -1)
		fail(temp, path, SQLITE_IOERR, errno);
	close(fd);
	hold(SIG_UNBLOCK, &set);
	free(temp);
}

/* Each row that a pragma gives, unless it is "ok", is something wrong. */
static int
pragma(struct store *st, const char *text)
{
	sqlite3_stmt	*s = sql(st, text);
	struct buf	 b = { 0 };
	struct cell	 c;
	int		 i, bad = 0;

	while (sql_step(st, s)) {
		c = sql_cell(s, 0);
		if (sqlite3_column_count(s) == 1 && cell_is(c, "ok"))
			continue;
		b.len = 0;
		for (i = 0; i < sqlite3_column_count(s); i++) {
			c = sql_cell(s, i);
			buf_addf(&b, " %.*s", (int)c.len, c.p);
		}
		complain("%s:%s", st->path, buf_str(&b));
		bad = -1;
	}
	sql_done(s);
	buf_free(&b);
	return bad;
}

int
store_check(struct store *st)
{
	sqlite3_stmt	*s;
	char		 head[65];
	int64_t		 entries;
	int		 bad;

	bad = pragma(st, "PRAGMA integrity_check(20)");
	bad += pragma(st, "PRAGMA foreign_key_check");
	if (schema_check(st) > 0)
		bad--;
	s = sql(st, "SELECT id FROM snapshot WHERE pruned = 0 ORDER BY id");
	while (sql_step(st, s))
		bad += snapshot_check(st, sqlite3_column_int64(s, 0));
	sql_done(s);
	bad += audit_verify(st, &entries, head);
	return bad == 0 ? 0 : -1;
}
