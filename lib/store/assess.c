/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Re-assessment: when somebody last looked at a customer, and how often each
 * tier wants it.
 */
#include "config.h"

#include <stdlib.h>

#include "store/parts.h"

struct assessments {
	struct keys	*keys;
	int64_t		*day;		/* by key */
};

/* A customer of the last run: a key that is misspelt does not count. */
static void
need_member(struct store *st, sqlite3_stmt *s, const char *key)
{
	sql_text(st, s, 1, key);
	if (!sql_step(st, s) || cell_is(sql_cell(s, 0), "left"))
		die(STATUS_NOINPUT, "%s: there is no customer \"%s\"", st->path,
		    key);
	sqlite3_reset(s);
}

void
assessment_add(struct store *st, char *const *keys, size_t n,
    const char *reason)
{
	sqlite3_stmt	*s, *last;
	size_t		 i;

	store_begin(st);
	last = sql(st, "SELECT change FROM movement WHERE kind = 'classified' "
	    "AND key = ? ORDER BY day DESC LIMIT 1");
	s = sql(st, "INSERT INTO assessment (day, by, reason, key) "
	    "VALUES (?, ?, ?, ?)");
	sql_day(st, s, 1, st->actor.day);
	sql_text(st, s, 2, st->actor.name);
	sql_text(st, s, 3, reason);
	for (i = 0; i < n; i++) {
		need_member(st, last, keys[i]);
		sql_text(st, s, 4, keys[i]);
		sql_again(st, s);
		audit_row(st, "assess", TOLD_ASSESSMENT,
		    sqlite3_last_insert_rowid(st->db));
	}
	sql_done(s);
	sql_done(last);
	store_commit(st);
}

struct assessments *
assessments_load(struct store *st)
{
	struct assessments	*a = xcalloc(1, sizeof(*a));
	struct cell		 key;
	sqlite3_stmt		*s;
	uint32_t		 i;

	a->keys = keys_new();
	s = sql(st, "SELECT key, max(day) FROM assessment WHERE day <= ? "
	    "GROUP BY key");
	sql_day(st, s, 1, st->actor.day);
	while (sql_step(st, s)) {
		key = sql_cell(s, 0);
		i = keys_add(a->keys, key.p, key.len);
		a->day = xreallocarray(a->day, (size_t)i + 1, sizeof(*a->day));
		a->day[i] = sql_get_day(s, 1);
	}
	sql_done(s);
	return a;
}

void
assessments_free(struct assessments *a)
{
	if (a == NULL)
		return;
	keys_free(a->keys);
	free(a->day);
	free(a);
}

int64_t
assessments_find(const struct assessments *a, struct cell key)
{
	uint32_t	 i;

	if (keys_count(a->keys) == 0 ||
	    (i = keys_find(a->keys, key.p, key.len)) == KEY_NONE)
		return DAY_NONE;
	return a->day[i];
}

void
terms_record(struct store *st, const struct policy *pol)
{
	const struct statement	*tier;
	const struct clause	*cl;
	sqlite3_stmt		*s;
	size_t			 i;

	sql_run(st, "DELETE FROM term");
	s = sql(st, "INSERT INTO term (tier, months, days) VALUES (?, ?, ?)");
	for (i = 0; i < policy_tiers(pol); i++) {
		tier = policy_tier(pol, i);
		if ((cl = clause_find(tier, W_REASSESS)) == NULL)
			continue;
		sql_text(st, s, 1, tier->name);
		sql_int(st, s, 2, cl->duration.months);
		sql_int(st, s, 3, duration_days(&cl->duration));
		sql_again(st, s);
	}
	sql_done(s);
}
