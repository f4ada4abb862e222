/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run made of its rows, and what was sent, as one digest each in the
 * audit: none of it can be changed behind its back.  Entries of schema version
 * 2 have no digest, and what they tell of is not compared.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

/* All rows of a query, whose one value is a snapshot's number. */
static void
add_rows(struct store *st, struct digest *d, const char *text, int64_t id)
{
	sqlite3_stmt	*s = sql(st, text);

	sql_int(st, s, 1, id);
	while (sql_step(st, s))
		digest_columns(d, s, 0);
	sql_done(s);
}

void
results_digest(struct store *st, struct digest *d, int64_t snapshot)
{
	add_rows(st, d, "SELECT 'flow', was, was_level, tier, level, customers "
	    "FROM flow WHERE snapshot = ? ORDER BY rowid", snapshot);
	add_rows(st, d, "SELECT 'cohort', cohort, size, active FROM cohort "
	    "WHERE snapshot = ? ORDER BY cohort", snapshot);
	add_rows(st, d, "SELECT 'figure', tier, name, n, sum FROM figure "
	    "WHERE snapshot = ? ORDER BY tier, name", snapshot);
}

void
log_digest(struct store *st, char hex[65])
{
	struct digest	*d = digest_new();
	sqlite3_stmt	*s;

	s = sql(st, "SELECT id, log, key, what, due, ticket, at, by FROM done "
	    "ORDER BY id");
	while (sql_step(st, s))
		digest_columns(d, s, 0);
	sql_done(s);
	digest_end(d, hex);
}

/* An entry of the audit that tells of a digest of that name, but not this. */
static int
differs(struct cell detail, const char *name, const char *hex)
{
	struct buf	 want = { 0 };
	int		 bad;

	buf_addf(&want, "%s%s", name, hex);
	bad = memmem(detail.p, detail.len, name, strlen(name)) != NULL &&
	    memmem(detail.p, detail.len, want.p, want.len) == NULL;
	buf_free(&want);
	return bad;
}

/* By number of a snapshot, the digest of its movement. */
struct digests {
	struct digest	**v;
	size_t		 n;
};

/* One pass over all movement, in the order in which it lies. */
static int
read_movement(struct store *st, struct digests *ds)
{
	sqlite3_stmt	*s;
	struct cell	 earned;
	int64_t		 id;
	int		 bad = 0;

	s = sql(st, "SELECT m.earned, s.id, " MOVEMENT_COLUMNS " FROM "
	    "movement m LEFT JOIN snapshot s ON s.kind = m.kind AND s.day = m.day "
	    "ORDER BY m.kind, m.key, m.day");
	while (sql_step(st, s)) {
		id = sqlite3_column_int64(s, 1);
		if (id <= 0 || (size_t)id >= ds->n) {
			bad = -1;
			continue;
		}
		digest_columns(ds->v[id], s, 2);
		earned = sql_cell(s, 0);
		if (sqlite3_column_type(s, 0) != SQLITE_NULL)
			digest_field(ds->v[id], earned.p, earned.len);
	}
	sql_done(s);
	if (bad)
		complain("%s: there is movement of a day without a run",
		    st->path);
	return bad;
}

static int
verify_runs(struct store *st)
{
	struct digests	 ds;
	sqlite3_stmt	*s;
	char		 hex[65];
	int64_t		 id;
	size_t		 i;
	int		 bad;

	ds.n = (size_t)(sql_number(st, "SELECT coalesce(max(id), 0) "
	    "FROM snapshot") + 1);
	ds.v = xcalloc(ds.n, sizeof(struct digest *));
	for (i = 0; i < ds.n; i++)
		ds.v[i] = digest_new();
	bad = read_movement(st, &ds);
	s = sql(st, "SELECT s.id, (SELECT detail FROM audit WHERE subject = "
	    "'snapshot ' || s.id ORDER BY id DESC LIMIT 1) FROM snapshot s "
	    "ORDER BY s.id");
	while (sql_step(st, s)) {
		id = sqlite3_column_int64(s, 0);
		results_digest(st, ds.v[id], id);
		digest_end(ds.v[id], hex);
		ds.v[id] = NULL;
		if (!differs(sql_cell(s, 1), "; results=", hex))
			continue;
		complain("%s: movement or figures of snapshot %lld are not "
		    "what the audit tells of", st->path, (long long)id);
		bad = -1;
	}
	sql_done(s);
	for (i = 0; i < ds.n; i++)
		if (ds.v[i] != NULL)
			digest_end(ds.v[i], hex);
	free(ds.v);
	return bad;
}

static int
verify_log(struct store *st)
{
	sqlite3_stmt	*s;
	char		 hex[65];
	int		 bad;

	log_digest(st, hex);
	s = sql(st, "SELECT detail FROM audit WHERE subject = 'log' "
	    "ORDER BY id DESC LIMIT 1");
	bad = sql_step(st, s) ? differs(sql_cell(s, 0), "log_sha256=", hex) :
	    sql_number(st, "SELECT count(*) FROM done") > 0;
	sql_done(s);
	if (bad)
		complain("%s: what was sent is not what the audit tells of",
		    st->path);
	return -bad;
}

int
results_verify(struct store *st)
{
	return verify_runs(st) + verify_log(st);
}
