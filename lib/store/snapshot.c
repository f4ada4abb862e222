/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables as they were, byte for byte: cut into blocks, which are packed and
 * staged in a temporary table (a file of SQLite's own, unlinked), so that a
 * run holds the store's lock only while it records.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "store/parts.h"

#define BLOCK	(1024 * 1024)		/* bytes before they are packed */
#define LEVEL	1

struct snapshot {
	struct store	*store;
	struct buf	 raw, packed;
	ZSTD_CCtx	*zstd;
	sqlite3_stmt	*stage;
	struct digest	*digest;
	uint64_t	 bytes;
	int64_t		 blocks;
};

struct snapshot *
snapshot_new(struct store *st)
{
	struct snapshot	*sn = xcalloc(1, sizeof(*sn));

	sn->store = st;
	sn->digest = digest_new();
	if ((sn->zstd = ZSTD_createCCtx()) == NULL)
		die(STATUS_RESOURCE, "out of memory");
	sql_run(st, "CREATE TEMP TABLE IF NOT EXISTS staged (seq INTEGER "
	    "PRIMARY KEY, bytes INTEGER, data BLOB); DELETE FROM staged; "
	    "BEGIN");
	sn->stage = sql(st, "INSERT INTO staged VALUES (?, ?, ?)");
	return sn;
}

void
snapshot_free(struct snapshot *sn)
{
	char	 unused[65];

	if (sn == NULL)
		return;
	if (sn->digest != NULL)
		digest_end(sn->digest, unused);
	if (sn->stage != NULL)
		sql_done(sn->stage);
	ZSTD_freeCCtx(sn->zstd);
	buf_free(&sn->raw);
	buf_free(&sn->packed);
	free(sn);
}

static void
pack(struct snapshot *sn)
{
	struct store	*st = sn->store;
	size_t		 n;

	if (sn->raw.len == 0)
		return;
	sn->packed.len = 0;
	buf_room(&sn->packed, ZSTD_compressBound(sn->raw.len));
	n = ZSTD_compressCCtx(sn->zstd, sn->packed.p, sn->packed.cap,
	    sn->raw.p, sn->raw.len, LEVEL);
	if (ZSTD_isError(n))
		die(STATUS_RESOURCE, "%s: cannot pack: %s", st->path,
		    ZSTD_getErrorName(n));
	digest_add(sn->digest, sn->packed.p, n);
	sql_int(st, sn->stage, 1, sn->blocks++);
	sql_int(st, sn->stage, 2, (int64_t)sn->raw.len);
	if (sqlite3_bind_blob64(sn->stage, 3, sn->packed.p, n,
	    SQLITE_STATIC) != SQLITE_OK)
		sql_die(st, "bind");
	sql_again(st, sn->stage);
	sn->raw.len = 0;
}

void
snapshot_bytes(void *snapshot, const char *p, size_t n)
{
	struct snapshot	*sn = snapshot;
	size_t		 part;

	sn->bytes += n;
	while (n > 0) {
		part = BLOCK - sn->raw.len;
		if (part > n)
			part = n;
		buf_add(&sn->raw, p, part);
		p += part;
		n -= part;
		if (sn->raw.len == BLOCK)
			pack(sn);
	}
}

static void
insert(struct snapshot *sn, const struct origin *o, uint64_t rows,
    const char *hash)
{
	struct store	*st = sn->store;
	sqlite3_stmt	*s;
	char		 at[WHEN_SIZE];
	const char	 delimiter = (char)o->delimiter;

	s = sql(st, "INSERT INTO snapshot (kind, day, as_of, rows, bytes, "
	    "policy, policy_sha256, key, delimiter, sha256, taken_by, command) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_text(st, s, 1, o->kind);
	sql_day(st, s, 2, st->actor.day);
	sql_bytes(st, s, 3, at, when_format(at, st->actor.now, 0));
	sql_int(st, s, 4, (int64_t)rows);
	sql_int(st, s, 5, (int64_t)sn->bytes);
	sql_text(st, s, 6, o->policy);
	sql_text(st, s, 7, o->policy_hash);
	sql_text(st, s, 8, o->key);
	sql_bytes(st, s, 9, &delimiter, 1);
	sql_text(st, s, 10, hash);
	sql_text(st, s, 11, st->actor.name);
	sql_text(st, s, 12, o->command);
	sql_step(st, s);
	sql_done(s);
}

/* Is the snapshot of the kind and day the same?  Else it goes. */
static int
same_or_gone(struct snapshot *sn, const struct origin *o, const char *hash,
    int *replaced)
{
	struct store	*st = sn->store;
	sqlite3_stmt	*s;
	int64_t		 id;
	int		 same;

	s = sql(st, "SELECT id, sha256 = ?3 AND pruned = 0 AND (?4 IS NULL OR "
	    "policy_sha256 IS ?4) FROM snapshot WHERE kind = ?1 AND day = ?2");
	sql_text(st, s, 1, o->kind);
	sql_day(st, s, 2, st->actor.day);
	sql_text(st, s, 3, hash);
	sql_text(st, s, 4, o->policy_hash);
	*replaced = sql_step(st, s);
	if (!*replaced) {
		sql_done(s);
		return 0;
	}
	id = sqlite3_column_int64(s, 0);
	same = sqlite3_column_int(s, 1);
	sql_done(s);
	if (same)
		return 1;
	s = sql(st, "DELETE FROM snapshot WHERE id = ?");
	sql_int(st, s, 1, id);
	sql_step(st, s);
	sql_done(s);
	return 0;
}

static void
tell(const struct snapshot *sn, const struct origin *o, int64_t id,
    uint64_t rows, const char *hash, const char *results)
{
	struct store	*st = sn->store;
	struct buf	 subject = { 0 }, detail = { 0 };
	char		 day[WHEN_SIZE];

	buf_addf(&subject, "snapshot %lld", (long long)id);
	buf_addf(&detail, "kind=%s; day=%.*s; rows=%llu; sha256=%s; "
	    "results=%s; bytes=%llu; key=%s; delimiter=%02X", o->kind,
	    (int)date_format(day, st->actor.day), day,
	    (unsigned long long)rows, hash, results,
	    (unsigned long long)sn->bytes, o->key,
	    (unsigned)o->delimiter & 0xff);
	if (o->policy != NULL)
		buf_addf(&detail, "; policy=%s; policy_sha256=%s", o->policy,
		    o->policy_hash);
	buf_addf(&detail, "; command=%s", o->command);
	audit_add(st, "put", buf_str(&subject), buf_str(&detail));
	buf_free(&subject);
	buf_free(&detail);
}

int64_t
snapshot_record(struct snapshot *sn, const struct origin *o,
    const struct figures *figures, struct ledger *ledger)
{
	struct store	*st = sn->store;
	struct digest	*results;
	sqlite3_stmt	*s;
	char		 hash[65], hex[65];
	uint64_t	 rows = figures == NULL ? 0 : figures_rows(figures);
	int64_t		 id;
	int		 replaced;

	pack(sn);
	sql_done(sn->stage);
	sn->stage = NULL;
	digest_end(sn->digest, hash);
	sn->digest = NULL;
	store_commit(st);		/* of what was staged */
	store_begin(st);
	if (same_or_gone(sn, o, hash, &replaced))
		return -1;
	insert(sn, o, rows, hash);
	id = sqlite3_last_insert_rowid(st->db);
	s = sql(st, "INSERT INTO block (snapshot, seq, bytes, data) "
	    "SELECT ?, seq, bytes, data FROM staged ORDER BY seq");
	sql_int(st, s, 1, id);
	sql_step(st, s);
	sql_done(s);

	results = digest_new();
	if (ledger != NULL)
		ledger_record(ledger, id, replaced, results);
	if (figures != NULL)
		figures_record(figures, st, id);
	results_digest(st, results, id);
	digest_end(results, hex);
	tell(sn, o, id, rows, hash, hex);
	return id;
}

/* ---- back */

static int64_t
pick(struct store *st, sqlite3_stmt *s, const char *which, const char *kind)
{
	int64_t	 id, others;

	if (!sql_step(st, s))
		die(STATUS_NOINPUT, "%s: there is no snapshot \"%s\"%s%s",
		    st->path, which, kind != NULL ? " of kind " : "",
		    kind != NULL ? kind : "");
	id = sqlite3_column_int64(s, 0);
	others = sqlite3_column_int64(s, 1);
	if (sqlite3_column_int(s, 2) != 0)
		die(STATUS_NOINPUT, "%s: snapshot %lld was pruned", st->path,
		    (long long)id);
	sql_done(s);
	if (others > 1)
		die(STATUS_USAGE, "%s: there are %lld snapshots of %s; say "
		    "which by --kind, or by number", st->path,
		    (long long)others, which);
	return id;
}

/*
 * The latest, or the one of the same kind before it; the day decides, and
 * then the number.
 */
static int64_t
recent(struct store *st, const char *which, const char *kind, int back)
{
	sqlite3_stmt	*s;

	s = sql(st, "SELECT id, 1, 0 FROM snapshot WHERE pruned = 0 AND "
	    "kind = coalesce(?1, (SELECT kind FROM snapshot WHERE pruned = 0 "
	    "ORDER BY day DESC, id DESC LIMIT 1)) "
	    "ORDER BY day DESC, id DESC LIMIT 1 OFFSET ?2");
	sql_text(st, s, 1, kind);
	sql_int(st, s, 2, back);
	return pick(st, s, which, kind);
}

int64_t
store_find(struct store *st, const char *which, const char *kind)
{
	sqlite3_stmt	*s;
	struct stamp	 stamp;
	const char	*p;
	int64_t		 id = 0;

	if (strcmp(which, "latest") == 0)
		return recent(st, which, kind, 0);
	if (strcmp(which, "previous") == 0)
		return recent(st, which, kind, 1);
	if (stamp_parse(which, strlen(which), &stamp) == 0 &&
	    !stamp.has_time) {
		s = sql(st, "SELECT id, sum(NOT pruned) OVER (), pruned FROM "
		    "snapshot WHERE day = ?1 AND kind = coalesce(?2, kind) "
		    "ORDER BY pruned");
		sql_text(st, s, 1, which);
		sql_text(st, s, 2, kind);
		return pick(st, s, which, kind);
	}
	for (p = which; *p >= '0' && *p <= '9' && id < INT32_MAX; p++)
		id = id * 10 + *p - '0';
	if (*which == '\0' || *p != '\0')
		die(STATUS_USAGE, "\"%s\" is not a snapshot's number, a day, "
		    "latest or previous", which);
	s = sql(st, "SELECT id, 1, pruned FROM snapshot WHERE id = ?1 "
	    "AND kind = coalesce(?2, kind)");
	sql_int(st, s, 1, id);
	sql_text(st, s, 2, kind);
	return pick(st, s, which, kind);
}

int64_t
store_before(struct store *st, int64_t day, const char *kind)
{
	sqlite3_stmt	*s;
	int64_t		 id;

	s = sql(st, "SELECT id FROM snapshot WHERE pruned = 0 AND day < ?1 "
	    "AND kind = ?2 ORDER BY day DESC, id DESC LIMIT 1");
	sql_day(st, s, 1, day);
	sql_text(st, s, 2, kind);
	id = sql_step(st, s) ? sqlite3_column_int64(s, 0) : 0;
	sql_done(s);
	return id;
}

typedef void	(*sink)(void *, const char *, size_t);

/* Of a row (bytes, data): into "raw", or -1 if that is not what it holds. */
static int
unpack_block(sqlite3_stmt *s, struct buf *raw)
{
	const void	*p = sqlite3_column_blob(s, 1);
	size_t		 n;

	buf_room(raw, BLOCK);
	n = ZSTD_decompress(raw->p, BLOCK, p,
	    (size_t)sqlite3_column_bytes(s, 1));
	if (ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation)
		die(STATUS_RESOURCE, "out of memory");
	if (ZSTD_isError(n) || (int64_t)n != sqlite3_column_int64(s, 0))
		return -1;
	raw->len = n;
	return 0;
}

static sqlite3_stmt *
blocks(struct store *st, int64_t id)
{
	sqlite3_stmt	*s;

	s = sql(st, "SELECT bytes, data FROM block WHERE snapshot = ? "
	    "ORDER BY seq");
	sql_int(st, s, 1, id);
	return s;
}

int
snapshot_verify(struct store *st, int64_t id)
{
	sqlite3_stmt	*s = blocks(st, id);
	struct digest	*d = digest_new();
	char		 hash[65];
	int64_t		 bytes = 0;
	int		 same;

	while (sql_step(st, s)) {
		bytes += sqlite3_column_int64(s, 0);
		digest_add(d, sqlite3_column_blob(s, 1),
		    (size_t)sqlite3_column_bytes(s, 1));
	}
	sql_done(s);
	digest_end(d, hash);
	s = sql(st, "SELECT sha256 = ?2 AND bytes = ?3 FROM snapshot "
	    "WHERE id = ?1");
	sql_int(st, s, 1, id);
	sql_text(st, s, 2, hash);
	sql_int(st, s, 3, bytes);
	same = sql_step(st, s) && sqlite3_column_int(s, 0);
	sql_done(s);
	return same ? 0 : -1;
}

/* Its bytes, of which none is given where they are not those that were put. */
static void
unpack(struct store *st, int64_t id, sink put, void *ctx)
{
	sqlite3_stmt	*s;
	struct buf	 raw = { 0 };

	if (snapshot_verify(st, id) == -1)
		die(STATUS_DATA, "%s: snapshot %lld is not what was put",
		    st->path, (long long)id);
	s = blocks(st, id);
	while (sql_step(st, s)) {
		raw.len = 0;
		if (unpack_block(s, &raw) == -1)
			die(STATUS_DATA, "%s: snapshot %lld is damaged",
			    st->path, (long long)id);
		put(ctx, raw.p, raw.len);
	}
	sql_done(s);
	buf_free(&raw);
}

static void
to_writer(void *ctx, const char *p, size_t n)
{
	writer_bytes(ctx, p, n);
}

void
store_get(struct store *st, int64_t id, struct writer *w)
{
	unpack(st, id, to_writer, w);
}

struct spill {
	FILE		*file;
	const char	*path;
};

static void
to_file(void *ctx, const char *p, size_t n)
{
	struct spill	*sp = ctx;

	if (fwrite(p, 1, n, sp->file) != n)
		die_errno(STATUS_IO, "%s", sp->path);
}

struct reader *
spill_reader(FILE *file, const struct reader_options *options)
{
	struct reader	*rd;
	char		 path[64];

	if (fflush(file) == EOF)
		die_errno(STATUS_IO, "%s", TEMPORARY);
	/* Opened anew by its number: it has no name any more. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	rd = reader_open(path, options);
	fclose(file);
	return rd;
}

struct reader *
store_reader(struct store *st, int64_t id, struct reader_options *options)
{
	sqlite3_stmt	*s;
	struct reader	*rd;
	struct spill	 sp;
	struct buf	 name = { 0 };
	struct cell	 c;

	s = sql(st, "SELECT delimiter FROM snapshot WHERE id = ?");
	sql_int(st, s, 1, id);
	sql_step(st, s);
	c = sql_cell(s, 0);
	options->delimiter = c.len == 1 ? (unsigned char)*c.p : 0;
	options->encoding = NULL;
	sql_done(s);
	sp.path = TEMPORARY;
	sp.file = temporary_file();
	unpack(st, id, to_file, &sp);
	buf_addf(&name, "snapshot %lld of %s", (long long)id, st->path);
	options->name = buf_str(&name);
	rd = spill_reader(sp.file, options);
	options->name = NULL;
	buf_free(&name);
	return rd;
}

char *
store_key(struct store *st, int64_t id)
{
	sqlite3_stmt	*s;
	struct cell	 c;
	char		*key;

	s = sql(st, "SELECT key FROM snapshot WHERE id = ?");
	sql_int(st, s, 1, id);
	sql_step(st, s);
	c = sql_cell(s, 0);
	key = xmemdup0(c.p, c.len);
	sql_done(s);
	return key;
}

int
snapshot_check(struct store *st, int64_t id)
{
	sqlite3_stmt	*s;
	struct buf	 raw = { 0 };
	int		 bad = 0;

	s = blocks(st, id);
	while (sql_step(st, s)) {
		raw.len = 0;
		if (unpack_block(s, &raw) == 0)
			continue;
		complain("%s: snapshot %lld: a block cannot be unpacked",
		    st->path, (long long)id);
		bad = -1;
	}
	sql_done(s);
	buf_free(&raw);
	return bad;
}

void
store_prune(struct store *st, int64_t day, size_t *snapshots)
{
	sqlite3_stmt	*s;
	struct buf	 detail = { 0 };
	char		 text[WHEN_SIZE];

	sql_run(st, "PRAGMA secure_delete = ON");
	store_begin(st);
	s = sql(st, "UPDATE snapshot SET pruned = 1 WHERE pruned = 0 AND "
	    "day < ? AND EXISTS (SELECT 1 FROM snapshot t WHERE t.kind = "
	    "snapshot.kind AND t.day > snapshot.day)");
	sql_day(st, s, 1, day);
	sql_step(st, s);
	sql_done(s);
	*snapshots = (size_t)sqlite3_changes(st->db);
	if (*snapshots > 0) {
		sql_run(st, "DELETE FROM block WHERE snapshot IN "
		    "(SELECT id FROM snapshot WHERE pruned = 1)");
		buf_addf(&detail, "before=%.*s; snapshots=%zu",
		    (int)date_format(text, day), text, *snapshots);
		audit_add(st, "prune", "store", buf_str(&detail));
		buf_free(&detail);
	}
	store_commit(st);
	sql_run(st, "PRAGMA incremental_vacuum");
}
