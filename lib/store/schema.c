/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The schema, as steps from version to version: a new store takes all of
 * them, an older one those that it lacks.  A step that has been released
 * never changes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

static const char *const	 steps[][2] = {

/* 1: snapshots, movement, orders, audit. */
{ "CREATE TABLE snapshot ("
"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
"	kind TEXT NOT NULL,"
"	day TEXT NOT NULL,"
"	as_of TEXT NOT NULL,"
"	rows INTEGER NOT NULL,"
"	bytes INTEGER NOT NULL,"
"	pruned INTEGER NOT NULL DEFAULT 0,"
"	policy TEXT,"
"	policy_sha256 TEXT,"
"	key TEXT NOT NULL,"
"	delimiter TEXT NOT NULL,"
"	sha256 TEXT NOT NULL,"
"	taken_by TEXT NOT NULL,"
"	command TEXT NOT NULL,"
"	UNIQUE (kind, day));"

"CREATE TABLE block ("
"	snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE,"
"	seq INTEGER NOT NULL,"
"	bytes INTEGER NOT NULL,"
"	data BLOB NOT NULL,"
"	UNIQUE (snapshot, seq));"

"CREATE TABLE figure ("
"	snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE,"
"	tier TEXT NOT NULL,"
"	name TEXT NOT NULL,"
"	n INTEGER NOT NULL,"
"	sum TEXT,"
"	PRIMARY KEY (snapshot, tier, name)) WITHOUT ROWID;"

"CREATE TABLE flow ("
"	snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE,"
"	was TEXT NOT NULL,"
"	was_level INTEGER,"
"	tier TEXT NOT NULL,"
"	level INTEGER,"
"	customers INTEGER NOT NULL);"
"CREATE INDEX flow_snapshot ON flow (snapshot);"

"CREATE TABLE cohort ("
"	snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE,"
"	cohort TEXT NOT NULL,"
"	size INTEGER NOT NULL,"
"	active INTEGER NOT NULL,"
"	PRIMARY KEY (snapshot, cohort)) WITHOUT ROWID;"

"CREATE TABLE movement ("
"	kind TEXT NOT NULL,"
"	key TEXT NOT NULL,"
"	day TEXT NOT NULL,"
"	change TEXT NOT NULL,"
"	was TEXT NOT NULL,"
"	tier TEXT NOT NULL,"
"	level INTEGER,"
"	since TEXT NOT NULL,"
"	lapsed TEXT,"
"	downgrade_on TEXT,"
"	PRIMARY KEY (kind, key, day)) WITHOUT ROWID;"

"CREATE TABLE override ("
"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
"	key TEXT NOT NULL,"
"	kind TEXT NOT NULL"
"	    CHECK (kind IN ('pin', 'floor', 'ceiling', 'revoke')),"
"	tier TEXT CHECK ((tier IS NULL) = (kind = 'revoke')),"
"	reason TEXT NOT NULL,"
"	asked_by TEXT NOT NULL,"
"	asked_on TEXT NOT NULL,"
"	valid_from TEXT,"
"	expiry TEXT NOT NULL,"
"	approver TEXT CHECK (approver <> asked_by),"
"	approved_on TEXT,"
"	ended_by TEXT,"
"	ended_on TEXT);"
"CREATE INDEX override_key ON override (key);"

"CREATE TABLE audit ("
"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
"	at TEXT NOT NULL,"
"	by TEXT NOT NULL,"
"	verb TEXT NOT NULL,"
"	subject TEXT NOT NULL,"
"	detail TEXT NOT NULL,"
"	previous TEXT NOT NULL,"
"	hash TEXT NOT NULL);"
"CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN"
"	SELECT raise(ABORT, 'the audit is append-only'); END;"
"CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN"
"	SELECT raise(ABORT, 'the audit is append-only'); END;", "" },

/* 2: what was done, and figures over time. */
{ "CREATE TABLE done ("
"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
"	log TEXT NOT NULL CHECK (log IN ('touch', 'notify')),"
"	key TEXT NOT NULL,"
"	what TEXT NOT NULL,"
"	due TEXT NOT NULL,"
"	ticket TEXT NOT NULL,"
"	at TEXT NOT NULL,"
"	by TEXT NOT NULL,"
"	UNIQUE (log, key, what, due, ticket));"

"CREATE VIEW member AS SELECT key, tier, level, since, lapsed, downgrade_on,"
"	moved FROM (SELECT *, max(day) AS moved FROM movement"
"	    WHERE kind = 'classified' GROUP BY key)"
"	WHERE change <> 'left';"

/*
 * Customers that went from tier to tier in a run.  The rank of a level: 1 is
 * the best, the default (0) comes last.  Who was not there has no tier and no
 * level.
 */
"CREATE VIEW passage AS SELECT s.id AS snapshot, s.day, f.was, f.tier,"
"	f.customers, f.was <> '' OR f.was_level IS NOT NULL AS was_there,"
"	f.tier <> '' OR f.level IS NOT NULL AS there,"
"	CASE f.was_level WHEN 0 THEN 1000000 ELSE f.was_level END AS was_rank,"
"	CASE f.level WHEN 0 THEN 1000000 ELSE f.level END AS rank"
"	FROM flow f JOIN snapshot s ON s.id = f.snapshot"
"	WHERE s.kind = 'classified';"

"CREATE VIEW flows AS SELECT day, was AS \"from\", tier AS \"to\", customers"
"	FROM passage ORDER BY day, was_rank IS NULL, was_rank, was,"
"	rank IS NULL, rank, tier;"

/* With a line for all that were above the default, as tier vip. */
"CREATE VIEW standing AS SELECT day, was AS tier, was_rank AS rank,"
"	customers,"
"	there AND (tier = was OR coalesce(rank <= was_rank, 0)) AS kept,"
"	there AND coalesce(rank < was_rank, 0) AS promoted,"
"	there AND coalesce(rank > was_rank, 0) AS fell,"
"	NOT there AS gone"
"	FROM passage WHERE was_there"
"	UNION ALL SELECT day, 'vip', 0, customers,"
"	there AND coalesce(rank < 1000000, 0),"
"	there AND coalesce(rank < was_rank, 0),"
"	there AND coalesce(rank = 1000000, 0), NOT there"
"	FROM passage WHERE was_there AND was_rank < 1000000;"

"CREATE VIEW retention AS SELECT day, tier, sum(customers) AS before,"
"	sum(customers * kept) AS kept,"
"	round(1.0 * sum(customers * kept) / sum(customers), 4) AS retention"
"	FROM standing GROUP BY day, tier ORDER BY day, min(rank), tier;"

"CREATE VIEW churn AS SELECT day, tier, sum(customers) AS before,"
"	sum(customers * fell) AS fell, sum(customers * gone) AS left,"
"	round(1.0 * sum(customers * (fell + gone)) / sum(customers), 4)"
"	AS churn FROM standing GROUP BY day, tier"
"	ORDER BY day, min(rank), tier;"

"CREATE VIEW expansion AS SELECT day, tier, sum(customers) AS before,"
"	sum(customers * promoted) AS promoted,"
"	round(1.0 * sum(customers * promoted) / sum(customers), 4)"
"	AS expansion FROM standing GROUP BY day, tier"
"	ORDER BY day, min(rank), tier;",

/* The last snapshot in each month that has a figure. */
"CREATE VIEW monthly AS SELECT substr(s.day, 1, 7) AS month, s.day, f.tier,"
"	f.name, f.n, f.sum FROM figure f JOIN snapshot s ON s.id = f.snapshot"
"	WHERE s.id = (SELECT t.id FROM figure g JOIN snapshot t"
"	    ON t.id = g.snapshot WHERE g.name = f.name"
"	    AND substr(t.day, 1, 7) = substr(s.day, 1, 7)"
"	    ORDER BY t.day DESC, t.id DESC LIMIT 1);"

"CREATE VIEW growth AS SELECT a.month, a.tier, a.name AS measure, a.sum AS"
"	this, b.sum AS last,"
"	round((CAST(a.sum AS REAL) - CAST(b.sum AS REAL)) /"
"	    nullif(CAST(b.sum AS REAL), 0), 4) AS growth"
"	FROM monthly a JOIN monthly b ON b.day = a.day AND b.tier = a.tier"
"	AND b.name = CASE a.name WHEN 'spend_ytd' THEN 'spend_lytd'"
"	    ELSE 'spend_prev_' || substr(a.name, 7) END"
"	WHERE a.name LIKE 'spend\\_%' ESCAPE '\\'"
"	AND a.name NOT LIKE 'spend\\_prev\\_%' ESCAPE '\\'"
"	AND a.sum IS NOT NULL AND b.sum IS NOT NULL"
"	ORDER BY a.month, a.name, a.tier;"

"CREATE VIEW nps AS SELECT month, sum(n) AS responses,"
"	sum(CASE name WHEN 'nps>=9' THEN n ELSE 0 END) AS promoters,"
"	sum(CASE name WHEN 'nps<=6' THEN n ELSE 0 END) AS detractors,"
"	round(100.0 * sum(CASE name WHEN 'nps>=9' THEN n WHEN 'nps<=6' THEN"
"	    -n ELSE 0 END) / sum(n), 1) AS nps"
"	FROM monthly WHERE name IN ('nps>=9', 'nps 7-8', 'nps<=6')"
"	GROUP BY month HAVING sum(n) > 0 ORDER BY month;"

"CREATE VIEW csat AS SELECT month, name AS measure, sum(n) AS responses,"
"	round(sum(CAST(sum AS REAL)) / sum(n), 4) AS csat"
"	FROM monthly WHERE (name = 'csat' OR name LIKE 'csat\\_%' ESCAPE '\\')"
"	AND sum IS NOT NULL GROUP BY month, name HAVING sum(n) > 0"
"	ORDER BY month, name;"

"CREATE VIEW cohorts AS SELECT c.cohort, substr(s.day, 1, 7) AS month,"
"	c.size, c.active, round(1.0 * c.active / c.size, 4) AS retention"
"	FROM cohort c JOIN snapshot s ON s.id = c.snapshot"
"	WHERE s.kind = 'classified' AND s.day = (SELECT max(day) FROM snapshot"
"	    WHERE kind = 'classified'"
"	    AND substr(day, 1, 7) = substr(s.day, 1, 7))"
"	ORDER BY c.cohort, month;" },

/*
 * 3: re-assessment.  A term is the clause of a tier in the policy of the last
 * run.  The day of the month is clamped as the policy language has it, where
 * SQLite's own date() would run on into the next month.
 */
{ "CREATE TABLE assessment ("
"	id INTEGER PRIMARY KEY AUTOINCREMENT,"
"	key TEXT NOT NULL,"
"	day TEXT NOT NULL,"
"	by TEXT NOT NULL,"
"	reason TEXT NOT NULL);"
"CREATE INDEX assessment_key ON assessment (key, day);"

"CREATE TABLE term ("
"	tier TEXT PRIMARY KEY,"
"	months INTEGER NOT NULL,"
"	days INTEGER NOT NULL) WITHOUT ROWID;",

"CREATE VIEW reassess AS SELECT key, tier, since, assessed,"
"	date(CASE WHEN substr(stepped, 9) = substr(start, 9) THEN stepped"
"	    ELSE date(stepped, 'start of month', '-1 day') END,"
"	    days || ' days') AS reassess_on"
"	FROM (SELECT *, date(start, months || ' months') AS stepped"
"	    FROM (SELECT m.key, m.tier, m.since, a.day AS assessed,"
"		max(m.since, coalesce(a.day, '')) AS start, t.months, t.days"
"		FROM member m JOIN term t ON t.tier = m.tier"
"		LEFT JOIN (SELECT key, max(day) AS day FROM assessment"
"		    GROUP BY key) a ON a.key = m.key));" },

/* 4: the days of worse tiers than the one that a customer has. */
{ "ALTER TABLE movement ADD COLUMN earned TEXT;", "" },
};

#define NSTEPS	((int)(sizeof(steps) / sizeof(steps[0])))

int
store_version(void)
{
	return NSTEPS;
}

void
schema_make(struct store *st, int from, int to)
{
	struct buf	 b = { 0 };
	int		 i;

	for (i = from; i < to; i++) {
		sql_run(st, steps[i][0]);
		sql_run(st, steps[i][1]);
	}
	buf_addf(&b, "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, to);
	sql_run(st, buf_str(&b));
	buf_free(&b);
}

int
store_upgrade(struct store *st)
{
	struct buf	 b = { 0 };
	int		 version;

	store_begin(st);
	version = (int)sql_number(st, "PRAGMA user_version");
	if (version < store_version()) {
		schema_make(st, version, store_version());
		buf_addf(&b, "from %d to %d", version, store_version());
		audit_add(st, "upgrade", "store", buf_str(&b));
		buf_free(&b);
	}
	store_commit(st);
	return version;
}

/* Name and text of everything in a schema, in order of names. */
#define SCHEMA	"SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL " \
	"AND name NOT LIKE 'sqlite_%' ORDER BY name"

static int
cell_order(struct cell a, struct cell b)
{
	size_t	 n = a.len < b.len ? a.len : b.len;
	int	 r = memcmp(a.p, b.p, n);

	return r != 0 ? r : (a.len > b.len) - (a.len < b.len);
}

int
schema_check(struct store *st)
{
	struct store	 fresh = { .path = st->path, .wait = st->wait,
			    .actor = st->actor };
	sqlite3_stmt	*is, *want;
	struct cell	 a, b;
	int		 more, wanted, order, bad = 0;

	if (sqlite3_open_v2(":memory:", &fresh.db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK)
		die(STATUS_RESOURCE, "out of memory");
	schema_make(&fresh, 0, store_version());
	is = sql(st, SCHEMA);
	want = sql(&fresh, SCHEMA);
	more = sql_step(st, is);
	wanted = sql_step(&fresh, want);
	while (more || wanted) {
		a = more ? sql_cell(is, 0) : (struct cell){ "", 0 };
		b = wanted ? sql_cell(want, 0) : (struct cell){ "", 0 };
		order = !more ? 1 : !wanted ? -1 : cell_order(a, b);
		if (order < 0)
			complain("%s: schema: %.*s does not belong there",
			    st->path, (int)a.len, a.p);
		else if (order > 0)
			complain("%s: schema: %.*s is missing", st->path,
			    (int)b.len, b.p);
		else if (cell_order(sql_cell(is, 1), sql_cell(want, 1)) != 0)
			complain("%s: schema: %.*s is not as it was made",
			    st->path, (int)a.len, a.p);
		else
			bad--;
		bad++;
		if (order <= 0)
			more = sql_step(st, is);
		if (order >= 0)
			wanted = sql_step(&fresh, want);
	}
	sql_done(is);
	sql_done(want);
	sqlite3_close(fresh.db);
	return bad;
}
