/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who did what and when: each entry carries the hash of the one before and
 * of itself, so that none can be changed, added between or taken out.
 */
#include "config.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

struct digest {
	SHA2_CTX	 ctx;
};

struct digest *
digest_new(void)
{
	struct digest	*d = xcalloc(1, sizeof(*d));

	SHA256Init(&d->ctx);
	return d;
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
	SHA256Update(&d->ctx, p, n);
}

void
digest_end(struct digest *d, char hex[65])
{
	SHA256End(&d->ctx, hex);
	free(d);
}

void
policy_hash(const struct policy *pol, char hex[65])
{
	struct digest	*d = digest_new();
	struct buf	 b = { 0 };

	policy_show(pol, &b);
	digest_add(d, b.p, b.len);
	digest_end(d, hex);
	buf_free(&b);
}

void
digest_field(struct digest *d, const char *p, size_t n)
{
	char	 length[24];
	size_t	 i = sizeof(length), left = n;

	if (p == NULL) {
		digest_add(d, "-", 1);
		return;
	}
	length[--i] = ':';
	do
		length[--i] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	digest_add(d, length + i, sizeof(length) - i);
	digest_add(d, p, n);
}

void
digest_columns(struct digest *d, sqlite3_stmt *s, int from)
{
	struct cell	 c;
	int		 i;

	for (i = from; i < sqlite3_column_count(s); i++) {
		c = sql_cell(s, i);
		digest_field(d, sqlite3_column_type(s, i) == SQLITE_NULL ?
		    NULL : c.p, c.len);
	}
}

/* The fields with their lengths: no two entries give the same bytes. */
static void
hash_fields(const struct cell *field, size_t n, char hex[65])
{
	struct digest	*d = digest_new();
	size_t		 i;

	for (i = 0; i < n; i++)
		digest_field(d, field[i].p, field[i].len);
	digest_end(d, hex);
}

#define FIELDS	7		/* number, at, by, verb, subject, detail,
				   previous */
#define ZERO	"0000000000000000000000000000000000000000000000000000000000000000"

void
audit_add(struct store *st, const char *verb, const char *subject,
    const char *detail)
{
	sqlite3_stmt	*s;
	struct cell	 field[FIELDS], c;
	struct buf	 number = { 0 };
	char		 at[WHEN_SIZE], previous[65] = ZERO, hash[65];
	int64_t		 id = 1;
	size_t		 i;

	s = sql(st, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
	if (sql_step(st, s)) {
		id = sqlite3_column_int64(s, 0) + 1;
		c = sql_cell(s, 1);
		if (c.len == 64)
			memcpy(previous, c.p, 64);
	}
	sql_done(s);
	buf_addf(&number, "%lld", (long long)id);
	field[0] = cell_str(buf_str(&number));
	field[1].p = at;
	field[1].len = when_format(at, st->actor.now, 0);
	field[2] = cell_str(st->actor.name);
	field[3] = cell_str(verb);
	field[4] = cell_str(subject);
	field[5] = cell_str(detail);
	field[6] = cell_str(previous);
	hash_fields(field, FIELDS, hash);

	s = sql(st, "INSERT INTO audit (id, at, by, verb, subject, detail, "
	    "previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	sql_int(st, s, 1, id);
	for (i = 1; i < FIELDS; i++)
		sql_bytes(st, s, (int)i + 1, field[i].p, field[i].len);
	sql_text(st, s, 8, hash);
	sql_step(st, s);
	sql_done(s);
	buf_free(&number);
}

static const struct {
	const char	*table, *columns;
} tables[TOLD] = {
	[TOLD_OVERRIDE] = { "override", "id, key, kind, tier, asked_by AS by, "
	    "reason, valid_from AS \"from\", expiry, approver, "
	    "approved_on AS approved, ended_by AS \"ended by\", "
	    "ended_on AS ended" },
	[TOLD_ASSESSMENT] = { "assessment", "id, key, day, by, reason" }
};

static void
tell(struct buf *b, sqlite3_stmt *s)
{
	struct cell	 c;
	int		 i;

	for (i = 1; i < sqlite3_column_count(s); i++) {
		if (sqlite3_column_type(s, i) == SQLITE_NULL)
			continue;
		c = sql_cell(s, i);
		buf_addf(b, "%s%s=", b->len > 0 ? "; " : "",
		    sqlite3_column_name(s, i));
		buf_add(b, c.p, c.len);
	}
}

static sqlite3_stmt *
rows_of(struct store *st, enum told t, const char *which)
{
	sqlite3_stmt	*s;
	struct buf	 b = { 0 };

	buf_addf(&b, "SELECT %s FROM %s %s", tables[t].columns,
	    tables[t].table, which);
	s = sql(st, buf_str(&b));
	buf_free(&b);
	return s;
}

void
audit_row(struct store *st, const char *verb, enum told t, int64_t id)
{
	sqlite3_stmt	*s = rows_of(st, t, "WHERE id = ?");
	struct buf	 subject = { 0 }, detail = { 0 };

	sql_int(st, s, 1, id);
	sql_step(st, s);
	tell(&detail, s);
	sql_done(s);
	buf_addf(&subject, "%s %lld", tables[t].table, (long long)id);
	audit_add(st, verb, buf_str(&subject), buf_str(&detail));
	buf_free(&subject);
	buf_free(&detail);
}

static int
verify_chain(struct store *st, int64_t *entries, char head[65])
{
	sqlite3_stmt	*s;
	struct cell	 field[FIELDS], hash;
	char		 want[65];
	int64_t		 id;
	int		 i;

	memcpy(head, ZERO, 65);
	*entries = 0;
	s = sql(st, "SELECT id, at, by, verb, subject, detail, previous, hash "
	    "FROM audit ORDER BY id");
	while (sql_step(st, s)) {
		id = sqlite3_column_int64(s, 0);
		for (i = 0; i < FIELDS; i++)
			field[i] = sql_cell(s, i);
		hash = sql_cell(s, 7);
		hash_fields(field, FIELDS, want);
		if (id != *entries + 1)
			complain("%s: audit: entry %lld is missing", st->path,
			    (long long)*entries + 1);
		else if (!cell_is(field[6], head))
			complain("%s: audit: entry %lld does not follow from "
			    "the one before", st->path, (long long)id);
		else if (!cell_is(hash, want))
			complain("%s: audit: entry %lld was changed", st->path,
			    (long long)id);
		else {
			memcpy(head, want, 65);
			*entries = id;
			continue;
		}
		sql_done(s);
		return -1;
	}
	sql_done(s);
	s = sql(st, "SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
	id = sql_step(st, s) ? sqlite3_column_int64(s, 0) : 0;
	sql_done(s);
	if (id == *entries)
		return 0;
	complain("%s: audit: the entries after %lld are missing", st->path,
	    (long long)*entries);
	return -1;
}

/* Is what the audit last told of a subject what there is? */
static int
told(struct store *st, sqlite3_stmt *s, const char *subject, struct cell is)
{
	struct cell	 c;
	int		 same;

	sql_text(st, s, 1, subject);
	same = sql_step(st, s);
	if (same) {
		c = sql_cell(s, 0);
		same = c.len == is.len && memcmp(c.p, is.p, is.len) == 0;
	}
	sqlite3_reset(s);
	return same;
}

#define LAST	"SELECT detail FROM audit WHERE subject = ? " \
	"ORDER BY id DESC LIMIT 1"

static int
verify_rows(struct store *st, enum told t)
{
	sqlite3_stmt	*s, *last = sql(st, LAST);
	struct buf	 subject = { 0 }, is = { 0 };
	const char	*table = tables[t].table;
	int64_t		 id, n = 0;
	int		 bad = 0;

	s = rows_of(st, t, "ORDER BY id");
	for (; sql_step(st, s); n++) {
		id = sqlite3_column_int64(s, 0);
		subject.len = is.len = 0;
		buf_addf(&subject, "%s %lld", table, (long long)id);
		tell(&is, s);
		if (told(st, last, buf_str(&subject),
		    (struct cell){ is.p, is.len }))
			continue;
		complain("%s: %s %lld is not what the audit tells of",
		    st->path, table, (long long)id);
		bad = -1;
	}
	sql_done(s);
	sql_done(last);
	s = sql(st, "SELECT count(DISTINCT subject) FROM audit WHERE subject "
	    "LIKE ? || ' %'");
	sql_text(st, s, 1, table);
	sql_step(st, s);
	if (sqlite3_column_int64(s, 0) != n) {
		complain("%s: the audit tells of other %ss than there are",
		    st->path, table);
		bad = -1;
	}
	sql_done(s);
	buf_free(&subject);
	buf_free(&is);
	return bad;
}

/* Each row of a query is a subject of which something is wrong. */
static int
tell_each(struct store *st, const char *text, const char *what)
{
	sqlite3_stmt	*s = sql(st, text);
	struct cell	 c;
	int		 bad = 0;

	while (sql_step(st, s)) {
		c = sql_cell(s, 0);
		complain("%s: %.*s %s", st->path, (int)c.len, c.p, what);
		bad = -1;
	}
	sql_done(s);
	return bad;
}

/* The digest has 64 digits. */
#define AFTER_RESULTS	"substr(a.detail, instr(a.detail, '; results=') + 74)"

/*
 * One that is not there any more was replaced by one of its kind and day.
 * What is told after the digest of the results began later than the rest.
 */
static int
verify_snapshots(struct store *st)
{
	int	 bad;

	bad = tell_each(st, "SELECT 'snapshot ' || s.id FROM snapshot s "
	    "WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = "
	    "'snapshot ' || s.id AND a.at = s.as_of AND a.by = s.taken_by AND "
	    "instr(a.detail, 'kind=' || s.kind || '; day=' || s.day || "
	    "'; rows=' || s.rows || '; sha256=' || s.sha256) = 1 AND "
	    "instr(" AFTER_RESULTS " || ';', CASE instr(" AFTER_RESULTS
	    ", '; bytes=') WHEN 1 THEN '; bytes=' || s.bytes || '; key=' || "
	    "s.key || '; delimiter=' || hex(s.delimiter) || ';' "
	    "ELSE '' END) = 1 AND "
	    "(s.pruned = 0 OR EXISTS (SELECT 1 FROM audit p WHERE p.verb = "
	    "'prune' AND p.id > a.id AND substr(p.detail, 8, 10) > s.day)) AND "
	    "(s.policy IS NULL OR instr(a.detail, '; policy=' || s.policy || "
	    "'; policy_sha256=' || s.policy_sha256) > 0) AND "
	    "instr(a.detail, '; command=' || s.command) > 0) ORDER BY s.id",
	    "is not what the audit tells of");
	bad += tell_each(st, "SELECT a.subject FROM audit a WHERE a.verb = "
	    "'put' AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE "
	    "'snapshot ' || s.id = a.subject) AND NOT EXISTS (SELECT 1 FROM "
	    "audit b WHERE b.verb = 'put' AND b.id > a.id AND "
	    "substr(b.detail, 1, instr(b.detail, '; rows=')) = "
	    "substr(a.detail, 1, instr(a.detail, '; rows='))) ORDER BY a.id",
	    "is missing");
	return bad;
}

/* The digests of the snapshots are of the bytes that there are. */
static int
verify_blocks(struct store *st)
{
	sqlite3_stmt	*s;
	int64_t		 id;
	int		 bad = 0;

	s = sql(st, "SELECT id FROM snapshot WHERE pruned = 0 ORDER BY id");
	while (sql_step(st, s)) {
		id = sqlite3_column_int64(s, 0);
		if (snapshot_verify(st, id) == 0)
			continue;
		complain("%s: snapshot %lld is not what was put", st->path,
		    (long long)id);
		bad = -1;
	}
	sql_done(s);
	return bad;
}

int
audit_verify(struct store *st, int64_t *entries, char head[65])
{
	int	 bad;

	/* One view of it all, whatever others write meanwhile. */
	sql_run(st, "BEGIN");
	bad = verify_chain(st, entries, head);
	if (bad == 0) {
		bad = verify_rows(st, TOLD_OVERRIDE);
		bad += verify_rows(st, TOLD_ASSESSMENT);
		bad += verify_snapshots(st);
	}
	if (bad == 0)
		bad = results_verify(st);
	bad += verify_blocks(st);
	store_commit(st);
	return bad == 0 ? 0 : -1;
}
