/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

void
override_add(struct store *st, const struct override *o, struct writer *w)
{
	sqlite3_stmt	*s;
	struct buf	 line = { 0 };
	int64_t		 id;

	store_begin(st);
	s = sql(st, "INSERT INTO override (key, kind, tier, reason, asked_by, "
	    "asked_on, valid_from, expiry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	sql_text(st, s, 1, o->key);
	sql_text(st, s, 2, o->kind);
	sql_text(st, s, 3, o->tier);
	sql_text(st, s, 4, o->reason);
	sql_text(st, s, 5, st->actor.name);
	sql_day(st, s, 6, st->actor.day);
	sql_day(st, s, 7, o->from);
	sql_day(st, s, 8, o->expiry);
	sql_step(st, s);
	sql_done(s);
	id = sqlite3_last_insert_rowid(st->db);
	audit_row(st, "override add", TOLD_OVERRIDE, id);
	store_settle(st);
	buf_addf(&line, "%lld\n", (long long)id);
	writer_bytes(w, line.p, line.len);
	writer_close(w);
	store_commit(st);
	buf_free(&line);
}

/* Names are one if they differ but in case, blanks or Unicode form. */
static void
person(struct buf *b, const char *p, size_t n)
{
	while (n > 0 && *p == ' ') {
		p++;
		n--;
	}
	while (n > 0 && p[n - 1] == ' ')
		n--;
	text_fold(b, p, n);
}

static int
same_person(struct cell a, const char *b)
{
	struct buf	 x = { 0 }, y = { 0 };
	int		 same;

	person(&x, a.p, a.len);
	person(&y, b, strlen(b));
	same = x.len == y.len && (x.len == 0 || memcmp(x.p, y.p, x.len) == 0);
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* The override, in a transaction that ends with the program. */
static sqlite3_stmt *
pick(struct store *st, int64_t id)
{
	sqlite3_stmt	*s;

	s = sql(st, "SELECT asked_by, approver, ended_on FROM override "
	    "WHERE id = ?");
	sql_int(st, s, 1, id);
	if (!sql_step(st, s))
		die(STATUS_NOINPUT, "%s: there is no override %lld", st->path,
		    (long long)id);
	if (sqlite3_column_type(s, 2) != SQLITE_NULL)
		die(STATUS_DATA, "%s: override %lld has ended already",
		    st->path, (long long)id);
	return s;
}

static void
sign(struct store *st, const char *text, int64_t id)
{
	sqlite3_stmt	*s = sql(st, text);

	sql_text(st, s, 1, st->actor.name);
	sql_day(st, s, 2, st->actor.day);
	sql_int(st, s, 3, id);
	sql_step(st, s);
	sql_done(s);
}

void
override_approve(struct store *st, int64_t id)
{
	sqlite3_stmt	*s;
	struct cell	 c;

	store_begin(st);
	s = pick(st, id);
	if (sqlite3_column_type(s, 1) != SQLITE_NULL)
		die(STATUS_DATA, "%s: override %lld is approved already",
		    st->path, (long long)id);
	c = sql_cell(s, 0);
	if (same_person(c, st->actor.name))
		die(STATUS_DATA, "%s: override %lld was asked for by %.*s, who "
		    "cannot approve it", st->path, (long long)id, (int)c.len,
		    c.p);
	sql_done(s);
	sign(st, "UPDATE override SET approver = ?, approved_on = ? "
	    "WHERE id = ?", id);
	audit_row(st, "override approve", TOLD_OVERRIDE, id);
	store_commit(st);
}

void
override_end(struct store *st, int64_t id, const char *reason)
{
	struct buf	 subject = { 0 };

	store_begin(st);
	sql_done(pick(st, id));
	if (reason != NULL) {
		buf_addf(&subject, "override %lld", (long long)id);
		audit_add(st, "override reason", buf_str(&subject), reason);
		buf_free(&subject);
	}
	sign(st, "UPDATE override SET ended_by = ?, ended_on = ? "
	    "WHERE id = ?", id);
	audit_row(st, "override end", TOLD_OVERRIDE, id);
	store_commit(st);
}
