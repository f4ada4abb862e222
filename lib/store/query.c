/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

static const struct query {
	const char	*name;
	const char	*text;
} queries[] = {
	{ "assessments", "SELECT id, day, key, by, reason FROM assessment "
	    "ORDER BY id" },
	{ "audit", "SELECT id, at, by, verb, subject, detail, hash FROM audit "
	    "ORDER BY id" },
	{ "churn", "SELECT * FROM churn" },
	{ "cohorts", "SELECT * FROM cohorts" },
	{ "csat", "SELECT * FROM csat" },
	{ "expansion", "SELECT * FROM expansion" },
	{ "figures", "SELECT s.day, s.kind, f.tier, f.name, f.n, f.sum "
	    "FROM figure f JOIN snapshot s ON s.id = f.snapshot "
	    "ORDER BY s.day, s.kind, f.tier, f.name" },
	{ "flows", "SELECT * FROM flows" },
	{ "growth", "SELECT * FROM growth" },
	{ "members", "SELECT * FROM member ORDER BY key" },
	{ "movements", "SELECT day, kind, key, change, was AS \"from\", CASE "
	    "change WHEN 'left' THEN '' ELSE tier END AS \"to\", since, "
	    "lapsed, downgrade_on FROM movement "
	    "ORDER BY day, kind, key" },
	{ "notified", "SELECT at, key, what AS escalation, ticket AS "
	    "ticket_id, by FROM done WHERE log = 'notify' ORDER BY id" },
	{ "nps", "SELECT * FROM nps" },
	{ "overdue", "SELECT *, CAST(julianday(?1) - julianday(reassess_on) "
	    "AS INTEGER) AS overdue_days FROM reassess "
	    "WHERE reassess_on < ?1 ORDER BY reassess_on, key" },
	{ "overrides", "SELECT id, key, kind, tier, asked_by AS by, reason, "
	    "valid_from AS \"from\", expiry, approver, approved_on, "
	    "CASE WHEN ended_on IS NOT NULL THEN 'ended' "
	    "WHEN expiry < ?1 THEN 'expired' "
	    "WHEN approver IS NULL THEN 'pending' "
	    "WHEN valid_from > ?1 THEN 'waiting' "
	    "ELSE 'in force' END AS status FROM override ORDER BY id" },
	{ "retention", "SELECT * FROM retention" },
	{ "snapshots", "SELECT id, kind, day, as_of, rows, bytes, "
	    "CASE pruned WHEN 1 THEN 'yes' ELSE '' END AS pruned, policy, "
	    "policy_sha256, taken_by, command FROM snapshot "
	    "ORDER BY day, id" },
	{ "touched", "SELECT at, due, key, what AS touch, by FROM done "
	    "WHERE log = 'touch' ORDER BY id" },
};

#define NQUERIES	(sizeof(queries) / sizeof(queries[0]))

const char *const *
store_queries(void)
{
	static const char	*names[NQUERIES + 1];
	size_t			 i;

	for (i = 0; i < NQUERIES; i++)
		names[i] = queries[i].name;
	return names;
}

/* The statement of a list, or NULL. */
static sqlite3_stmt *
query(struct store *st, const char *name)
{
	sqlite3_stmt	*s;
	size_t		 i;

	for (i = 0; i < NQUERIES; i++)
		if (strcmp(queries[i].name, name) == 0)
			break;
	if (i == NQUERIES)
		return NULL;
	s = sql(st, queries[i].text);
	if (sqlite3_bind_parameter_count(s) == 1)
		sql_day(st, s, 1, st->actor.day);
	return s;
}

int
store_query(struct store *st, const char *name, struct writer *w)
{
	sqlite3_stmt	*s = query(st, name);

	if (s == NULL)
		return -1;
	sql_table(st, s, w);
	return 0;
}

void
store_list(struct store *st, const char *kind, struct writer *w)
{
	sqlite3_stmt	*s;

	s = sql(st, "SELECT id, kind, day, as_of, rows, bytes, "
	    "CASE pruned WHEN 1 THEN 'yes' ELSE '' END AS pruned, policy, "
	    "policy_sha256, taken_by, command FROM snapshot "
	    "WHERE kind = coalesce(?, kind) ORDER BY day, id");
	sql_text(st, s, 1, kind);
	sql_table(st, s, w);
}

static sqlite3_stmt *
history(struct store *st, const char *key)
{
	sqlite3_stmt	*s;

	s = sql(st, "SELECT day, about, change, \"from\", \"to\", detail FROM ("
	    "SELECT day, 4 AS part, 0 AS id, CASE kind WHEN 'classified' THEN "
	    "'tier' ELSE kind END AS about, change, was AS \"from\", CASE "
	    "change WHEN 'left' THEN '' ELSE tier END AS \"to\", CASE WHEN "
	    "downgrade_on IS NULL THEN '' ELSE 'downgrade on ' || "
	    "downgrade_on END AS detail FROM movement WHERE key = ?1 "
	    "UNION ALL SELECT asked_on, 0, id, 'override ' || id, kind, '', "
	    "tier, 'by ' || asked_by || ' until ' || expiry || ': ' || reason "
	    "FROM override WHERE key = ?1 "
	    "UNION ALL SELECT approved_on, 1, id, 'override ' || id, "
	    "'approved', '', tier, 'by ' || approver FROM override "
	    "WHERE key = ?1 AND approver IS NOT NULL "
	    "UNION ALL SELECT ended_on, 2, id, 'override ' || id, 'ended', "
	    "tier, '', 'by ' || ended_by FROM override "
	    "WHERE key = ?1 AND ended_on IS NOT NULL "
	    "UNION ALL SELECT day, 3, id, 'assessment ' || id, 'assessed', "
	    "'', '', 'by ' || by || ': ' || reason FROM assessment "
	    "WHERE key = ?1 "
	    "UNION ALL SELECT substr(at, 1, 10), 5, id, log, what, '', '', "
	    "trim(due || ' ' || ticket) FROM done WHERE key = ?1"
	    ") ORDER BY day, part, id");
	sql_text(st, s, 1, key);
	return s;
}

void
store_history(struct store *st, const char *key, struct writer *w)
{
	sql_table(st, history(st, key), w);
}

/* The rows of a statement, which is finalized, as a table to read. */
static struct reader *
rows_reader(struct store *st, sqlite3_stmt *s, struct reader_options *options)
{
	struct reader	*rd;
	struct buf	 b = { 0 };
	struct cell	 c;
	const char	*name;
	FILE		*file = temporary_file();
	int		 i, n = sqlite3_column_count(s);

	for (i = 0; i < n; i++) {
		name = sqlite3_column_name(s, i);
		if (i > 0)
			buf_addc(&b, ',');
		dialect_quote(&b, name, strlen(name), ',');
	}
	buf_addc(&b, '\n');
	while (sql_step(st, s)) {
		for (i = 0; i < n; i++) {
			c = sql_cell(s, i);
			if (i > 0)
				buf_addc(&b, ',');
			dialect_quote(&b, c.p, c.len, ',');
		}
		buf_addc(&b, '\n');
		if (fwrite(b.p, 1, b.len, file) != b.len)
			die_errno(STATUS_IO, "%s", TEMPORARY);
		b.len = 0;
	}
	if (fwrite(b.p, 1, b.len, file) != b.len)
		die_errno(STATUS_IO, "%s", TEMPORARY);
	buf_free(&b);
	sql_done(s);
	memset(options, 0, sizeof(*options));
	options->delimiter = ',';
	options->name = st->path;
	rd = spill_reader(file, options);
	options->name = NULL;
	return rd;
}

struct reader *
store_query_reader(struct store *st, const char *name,
    struct reader_options *options)
{
	return rows_reader(st, query(st, name), options);
}

struct reader *
store_history_reader(struct store *st, const char *key,
    struct reader_options *options)
{
	return rows_reader(st, history(st, key), options);
}

/* A file of its own for each; the folder is made if need be. */
static struct writer *
export_file(const char *dir, const char *name)
{
	struct writer_options	 options;
	struct buf		 path = { 0 };
	struct writer		*w;

	memset(&options, 0, sizeof(options));
	buf_addf(&path, "%s/%s.csv", dir, name);
	options.path = buf_str(&path);
	w = writer_open(&options, ',');
	buf_free(&path);
	return w;
}

void
store_export(struct store *st, const char *dir)
{
	sqlite3_stmt	*s;
	struct writer	*w;
	struct buf	 name = { 0 };
	size_t		 i;

	umask(077);			/* the files hold customers */
	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		die_errno(STATUS_CREATE, "%s", dir);
	sql_run(st, "BEGIN");		/* one view for all the files */
	for (i = 0; i < NQUERIES; i++) {
		w = export_file(dir, queries[i].name);
		store_query(st, queries[i].name, w);
		writer_close(w);
	}
	s = sql(st, "SELECT id FROM snapshot WHERE pruned = 0 ORDER BY id");
	while (sql_step(st, s)) {
		name.len = 0;
		buf_addf(&name, "snapshot-%lld",
		    (long long)sqlite3_column_int64(s, 0));
		w = export_file(dir, buf_str(&name));
		store_get(st, sqlite3_column_int64(s, 0), w);
		writer_close(w);
	}
	sql_done(s);
	store_commit(st);
	buf_free(&name);
}
