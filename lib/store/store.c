/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file: opening it without harm to what is no store, statements, and
 * what SQLite's errors mean here.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/claims.h"
#include "store/parts.h"

#define HEADER		100		/* bytes of a SQLite file */
#define MAGIC		"SQLite format 3"	/* with the NUL, the first */

/* ---- errors */

static _Noreturn void
code_die(struct store *st, int code, const char *doing)
{
	const char	*what = sqlite3_errstr(code);
	int		 error = sqlite3_system_errno(st->db);

	if (code == sqlite3_extended_errcode(st->db))
		what = sqlite3_errmsg(st->db);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		die(STATUS_RESOURCE, "%s: locked by another run for %d s",
		    st->path, st->wait);
	case SQLITE_NOMEM:
		die(STATUS_RESOURCE, "out of memory");
	case SQLITE_FULL:
		die(STATUS_IO, "%s: the disk is full; the store is as it was",
		    st->path);
	case SQLITE_IOERR:
		/* What could not be made safe may yet be there next time. */
		die(STATUS_IO, "%s: %s%s%s; the store is as it was%s",
		    st->path, what, error != 0 ? ": " : "",
		    error != 0 ? strerror(error) : "",
		    code == SQLITE_IOERR_FSYNC ? ", or as it was to be" : "");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		die(STATUS_IO, "%s: cannot be written", st->path);
	case SQLITE_CANTOPEN:
		die(STATUS_IO, "%s: %s", st->path,
		    error != 0 ? strerror(error) : what);
	case SQLITE_NOTADB:
		die(STATUS_DATA, "%s: not a store", st->path);
	case SQLITE_CORRUPT:
		die(STATUS_DATA, "%s: damaged: %s", st->path, what);
	default:
		die(STATUS_DATA, "%s: %s: %s", st->path, doing, what);
	}
}

void
sql_die(struct store *st, const char *doing)
{
	code_die(st, sqlite3_extended_errcode(st->db), doing);
}

/* ---- statements */

sqlite3_stmt *
sql(struct store *st, const char *text)
{
	sqlite3_stmt	*s;

	if (sqlite3_prepare_v2(st->db, text, -1, &s, NULL) != SQLITE_OK)
		sql_die(st, text);
	return s;
}

int
sql_step(struct store *st, sqlite3_stmt *s)
{
	switch (sqlite3_step(s)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		sql_die(st, sqlite3_sql(s));
	}
}

void
sql_done(sqlite3_stmt *s)
{
	sqlite3_finalize(s);
}

void
sql_again(struct store *st, sqlite3_stmt *s)
{
	while (sql_step(st, s))
		;
	sqlite3_reset(s);
}

void
sql_run(struct store *st, const char *text)
{
	if (sqlite3_exec(st->db, text, NULL, NULL, NULL) != SQLITE_OK)
		sql_die(st, text);
}

static void
bound(struct store *st, int r)
{
	if (r != SQLITE_OK)
		sql_die(st, "bind");
}

void
sql_bytes(struct store *st, sqlite3_stmt *s, int i, const char *p, size_t n)
{
	bound(st, sqlite3_bind_text64(s, i, p, n, SQLITE_TRANSIENT,
	    SQLITE_UTF8));
}

void
sql_text(struct store *st, sqlite3_stmt *s, int i, const char *text)
{
	if (text == NULL)
		sql_null(st, s, i);
	else
		sql_bytes(st, s, i, text, strlen(text));
}

void
sql_int(struct store *st, sqlite3_stmt *s, int i, int64_t n)
{
	bound(st, sqlite3_bind_int64(s, i, n));
}

void
sql_null(struct store *st, sqlite3_stmt *s, int i)
{
	bound(st, sqlite3_bind_null(s, i));
}

void
sql_day(struct store *st, sqlite3_stmt *s, int i, int64_t day)
{
	char	 text[WHEN_SIZE];

	if (day == DAY_NONE)
		sql_null(st, s, i);
	else if (day == DAY_NEVER)
		sql_bytes(st, s, i, "", 0);
	else
		sql_bytes(st, s, i, text, date_format(text, day));
}

struct cell
sql_cell(sqlite3_stmt *s, int i)
{
	struct cell	 c;

	c.p = (const char *)sqlite3_column_text(s, i);
	if (c.p == NULL &&
	    sqlite3_errcode(sqlite3_db_handle(s)) == SQLITE_NOMEM)
		die(STATUS_RESOURCE, "out of memory");
	c.len = (size_t)sqlite3_column_bytes(s, i);
	if (c.p == NULL)
		c.p = "";
	return c;
}

int64_t
sql_get_day(sqlite3_stmt *s, int i)
{
	const unsigned char	*p = sqlite3_column_text(s, i);
	int			 d[10], k;

	if (p == NULL)
		return DAY_NONE;
	if (sqlite3_column_bytes(s, i) != 10)
		return DAY_NEVER;
	for (k = 0; k < 10; k++)
		d[k] = p[k] - '0';
	return days_of(d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3],
	    d[5] * 10 + d[6], d[8] * 10 + d[9]);
}

int64_t
sql_number(struct store *st, const char *text)
{
	sqlite3_stmt	*s = sql(st, text);
	int64_t		 n = -1;

	if (sql_step(st, s) && sqlite3_column_type(s, 0) != SQLITE_NULL)
		n = sqlite3_column_int64(s, 0);
	sql_done(s);
	return n;
}

void
store_begin(struct store *st)
{
	sql_run(st, "BEGIN IMMEDIATE");
}

void
store_commit(struct store *st)
{
	sql_run(st, "COMMIT");
}

void
store_settle(struct store *st)
{
	const int	 r = sqlite3_db_cacheflush(st->db);

	/* Unlike other calls it leaves no error behind. */
	if (r != SQLITE_OK)
		code_die(st, r, "flush");
}

void
store_rollback(struct store *st)
{
	sql_run(st, "ROLLBACK");
}

void
sql_table(struct store *st, sqlite3_stmt *s, struct writer *w)
{
	const char	**names;
	struct cell	 c;
	int		 i, n = sqlite3_column_count(s);

	names = xcalloc((size_t)n, sizeof(*names));
	for (i = 0; i < n; i++)
		names[i] = sqlite3_column_name(s, i);
	writer_columns(w, names, (size_t)n);
	free(names);
	while (sql_step(st, s)) {
		for (i = 0; i < n; i++) {
			c = sql_cell(s, i);
			writer_cell(w, c.p, c.len);
		}
		writer_end(w);
	}
	sql_done(s);
}

/* ---- opening */

static uint32_t
big4(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

int
store_pending(const char *path)
{
	static const char *const	 ends[] = { "-wal", "-journal" };
	struct stat			 sb;
	char				*name;
	size_t				 i;
	int				 found = 0;

	for (i = 0; i < 2; i++) {
		if (asprintf(&name, "%s%s", path, ends[i]) == -1)
			die(STATUS_RESOURCE, "out of memory");
		found |= stat(name, &sb) == 0 && sb.st_size > 0;
		free(name);
	}
	return found;
}

enum found { FOUND_NONE, FOUND_EMPTY, FOUND_STORE, FOUND_PENDING };

/*
 * Look at a file before SQLite does, which may write to what it opens.
 * "why" is set where it is no store.
 */
static enum found
look(const char *path, const char **why)
{
	unsigned char	 h[HEADER];
	struct stat	 sb;
	uint64_t	 page;
	ssize_t		 n;
	int		 fd, later;

	*why = NULL;
	later = store_pending(path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT)
		return FOUND_NONE;
	if (fd == -1 || fstat(fd, &sb) == -1)
		die_errno(STATUS_NOINPUT, "%s", path);
	n = S_ISREG(sb.st_mode) ? pread(fd, h, sizeof(h), 0) : 0;
	if (n == -1)
		die_errno(STATUS_IO, "%s", path);
	close(fd);
	if (!S_ISREG(sb.st_mode)) {
		*why = "not a file, so not a store";
		return FOUND_STORE;
	}
	if (later)
		return FOUND_PENDING;
	if (n == 0)
		return FOUND_EMPTY;
	if (n < HEADER || memcmp(h, MAGIC, sizeof(MAGIC)) != 0)
		*why = "not a store";
	else if (big4(h + 68) != APPLICATION_ID)
		*why = "a database of another program, not a store";
	else {
		page = (uint64_t)h[16] << 8 | h[17];
		if (page == 1)
			page = 65536;
		/* The size is true where its writer says that it knew it. */
		if (big4(h + 24) == big4(h + 92) &&
		    page * big4(h + 28) > (uint64_t)sb.st_size)
			*why = "cut off: there should be more of it";
	}
	return FOUND_STORE;
}

int
store_found(const char *path)
{
	struct stat	 sb;
	char		 h[sizeof(MAGIC)];
	ssize_t		 n;
	int		 fd;

	if (stat(path, &sb) == -1 || !S_ISREG(sb.st_mode) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) == -1)
		return 0;
	n = pread(fd, h, sizeof(h), 0);
	close(fd);
	return n == (ssize_t)sizeof(h) && memcmp(h, MAGIC, sizeof(h)) == 0;
}

/* Another run may be about to write what seems to be missing. */
static enum found
examine(const char *path)
{
	const struct timespec	 moment = { 0, 50000000 };
	const char		*why;
	enum found		 f = FOUND_NONE;
	int			 i;

	for (i = 0; i < 4; i++) {
		f = look(path, &why);
		if (why == NULL)
			return f;
		nanosleep(&moment, NULL);
	}
	die(STATUS_DATA, "%s: %s", path, why);
}

static void
create(const char *path)
{
	int	 fd;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
	    0600);
	if (fd == -1 && errno != EEXIST)
		die_errno(errno == ENOSPC || errno == EDQUOT ? STATUS_IO :
		    STATUS_CREATE, "%s", path);
	if (fd != -1)
		close(fd);
}

/* The path as SQLite takes it: nothing in it means anything. */
static char *
plain_path(const char *path)
{
	char	*p;

	if (asprintf(&p, "%s%s", *path == '/' ? "" : "./", path) == -1)
		die(STATUS_RESOURCE, "out of memory");
	return p;
}

static void
connect_file(struct store *st, const char *file, int flags)
{
	/* One thread at a time: the caller sees to that. */
	if (sqlite3_open_v2(file, &st->db, flags | SQLITE_OPEN_NOMUTEX,
	    NULL) != SQLITE_OK) {
		if (st->db == NULL)
			die(STATUS_RESOURCE, "out of memory");
		sql_die(st, "open");
	}
	sqlite3_extended_result_codes(st->db, 1);
	sqlite3_busy_timeout(st->db, st->wait * 1000);
}

/*
 * A store in a folder that cannot be written has no place for the file by
 * which readers and writers agree; where nobody has left one, nobody writes.
 */
static void
connect_still(struct store *st, const char *file)
{
	struct buf	 uri = { 0 };
	const char	*p;

	sqlite3_close(st->db);
	buf_adds(&uri, "file:");
	for (p = file; *p != '\0'; p++)
		if (strchr("%?#", *p) != NULL)
			buf_addf(&uri, "%%%02x", (unsigned char)*p);
		else
			buf_addc(&uri, *p);
	buf_adds(&uri, "?immutable=1");
	connect_file(st, buf_str(&uri),
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	buf_free(&uri);
}

static void
settle(struct store *st, enum store_mode mode)
{
	char	*file = plain_path(st->path);
	int	 r;

	connect_file(st, file, SQLITE_OPEN_READWRITE);
	r = sqlite3_exec(st->db, "SELECT count(*) FROM sqlite_schema", NULL,
	    NULL, NULL);
	if (r != SQLITE_OK) {
		r &= 0xff;
		if (mode == STORE_READ && !store_pending(st->path) &&
		    (r == SQLITE_CANTOPEN || r == SQLITE_READONLY))
			connect_still(st, file);
		else
			sql_die(st, "open");
	}
	free(file);
	sql_run(st, "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
	    "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
	    "PRAGMA cell_size_check = ON");
	if (mode == STORE_READ)
		sql_run(st, "PRAGMA query_only = ON");
}

/*
 * The schema is made with a rollback journal, so that the file itself says
 * from its first commit on whose it is.  The pragma writes too: it must not
 * be a commit of its own, after which the file would be nobody's.
 */
static void
make(struct store *st)
{
	if (sql_number(st, "PRAGMA user_version") != 0)
		return;
	sql_run(st, "BEGIN; PRAGMA auto_vacuum = INCREMENTAL");
	if (sql_number(st, "PRAGMA user_version") == 0 &&
	    sql_number(st, "SELECT count(*) FROM sqlite_schema") == 0) {
		schema_make(st, 0, store_version());
		audit_add(st, "init", "store", "");
	}
	store_commit(st);
}

/* Closed before anything is said, so that no file of SQLite's is left. */
static void
check_version(struct store *st, enum store_mode mode)
{
	const int64_t	 id = sql_number(st, "PRAGMA application_id");
	const long long	 version = sql_number(st, "PRAGMA user_version");

	if (id == APPLICATION_ID && (version == store_version() ||
	    (version < store_version() && mode == STORE_OLD)))
		return;
	sqlite3_close(st->db);
	if (id != APPLICATION_ID)
		die(STATUS_DATA, "%s: not a store", st->path);
	if (version > store_version())
		die(STATUS_RESOURCE, "%s: a store of schema version %lld; this "
		    "program knows versions up to %d", st->path, version,
		    store_version());
	die(STATUS_RESOURCE, "%s: a store of schema version %lld, not %d: run "
	    "vip-store %s upgrade", st->path, version, store_version(),
	    st->path);
}

struct actor
store_actor(const char *name, when now, const struct zone *zone)
{
	struct actor	 a;
	struct civil	 c;

	zone_civil(zone, now, &c);
	a.name = name;
	a.now = now;
	a.day = days_of(c.year, c.month, c.day);
	return a;
}

struct store *
store_open(const char *path, enum store_mode mode, int wait,
    const struct actor *actor)
{
	struct store		*st = xcalloc(1, sizeof(*st));
	enum found		 found;

	claim_path(CLAIM_STORE, path, "the store");
	st->path = xstrdup(path);
	st->wait = wait;
	st->actor = *actor;
	found = examine(path);
	if (mode != STORE_NEW && mode != STORE_MAKE) {
		if (found == FOUND_NONE)
			die(STATUS_NOINPUT, "%s: no such store; make it with "
			    "vip-store %s init", path, path);
		if (found == FOUND_EMPTY)
			die(STATUS_DATA, "%s: empty, not a store", path);
	}
	if (found == FOUND_NONE)
		create(path);
	else if (found == FOUND_EMPTY)
		chmod(path, 0600);	/* if it is ours */
	settle(st, mode);
	if (mode == STORE_NEW && sql_number(st, "PRAGMA user_version") != 0)
		die(STATUS_CREATE, "%s: there is a store already", path);
	if (found != FOUND_STORE && mode != STORE_READ && mode != STORE_OLD)
		make(st);
	check_version(st, mode);
	/* Where somebody reads or writes at this moment, it is next time. */
	if (mode != STORE_READ)
		sqlite3_exec(st->db, "PRAGMA journal_mode = WAL", NULL, NULL,
		    NULL);
	return st;
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	sqlite3_close(st->db);
	free(st->path);
	free(st);
}

const char *
store_path(const struct store *st)
{
	return st->path;
}
