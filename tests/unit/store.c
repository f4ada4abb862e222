/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/parts.h"

static struct {
	jmp_buf		 env;
	enum status	 status;
	char		 message[500];
} death;

static void
on_death(enum status status, const char *message)
{
	death.status = status;
	snprintf(death.message, sizeof(death.message), "%s", message);
	longjmp(death.env, 1);
}

static const struct actor	 ana = { "ana", 1767225600, 20454 };
static char			 path[] = "store-XXXXXX";

static struct store *
fresh(void)
{
	unlink(path);
	return store_open(path, STORE_NEW, 1, &ana);
}

/* A digest is SHA-256: the answers of FIPS 180-4. */
static void
test_digest(void **state)
{
	struct digest	*d;
	char		 hex[65];

	(void)state;
	d = digest_new();
	digest_end(d, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	d = digest_new();
	digest_add(d, "a", 1);
	digest_add(d, "bc", 2);
	digest_end(d, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
}

/* Each earlier version becomes what a new store is. */
static void
test_upgrade(void **state)
{
	struct store	*st, old;
	char		 head[65];
	int64_t		 entries;
	int		 version;

	(void)state;
	for (version = 1; version < store_version(); version++) {
		unlink(path);
		memset(&old, 0, sizeof(old));
		old.path = path;
		old.actor = ana;
		assert_int_equal(sqlite3_open(path, &old.db), SQLITE_OK);
		schema_make(&old, 0, version);
		audit_add(&old, "init", "store", "");
		audit_add(&old, "put", "snapshot 1", "kind=classified; "
		    "day=2026-01-01; rows=1; sha256=x; command=c");
		audit_add(&old, "prune", "store", "before=2026-01-02; "
		    "snapshots=1");
		sqlite3_exec(old.db, "INSERT INTO snapshot VALUES (1, "
		    "'classified', '2026-01-01', '2026-01-01T00:00:00Z', 1, "
		    "9, 1, NULL, NULL, 'k', ',', 'x', 'ana', 'c')", NULL,
		    NULL, NULL);
		sqlite3_exec(old.db, "INSERT INTO movement VALUES "
		    "('classified', 'C1', '2026-01-01', 'new', '', 'gold', 1, "
		    "'2026-01-01', NULL, NULL)", NULL, NULL, NULL);
		sqlite3_close(old.db);

		st = store_open(path, STORE_OLD, 1, &ana);
		assert_int_equal(store_upgrade(st), version);
		store_close(st);
		st = store_open(path, STORE_READ, 1, &ana);
		assert_int_equal(schema_check(st), 0);
		assert_int_equal(store_check(st), 0);
		assert_int_equal(sql_number(st,
		    "SELECT count(*) FROM member WHERE key = 'C1'"), 1);
		assert_int_equal(audit_verify(st, &entries, head), 0);
		assert_int_equal(entries, 4);
		store_close(st);
	}
}

/* Fields cannot be shifted into one another and hash the same. */
static void
test_audit_fields(void **state)
{
	struct store	*a = fresh(), *b;
	char		 one[65], two[65];
	int64_t		 entries;

	(void)state;
	store_begin(a);
	audit_add(a, "ab", "c", "");
	store_commit(a);
	assert_int_equal(audit_verify(a, &entries, one), 0);
	store_close(a);
	b = fresh();
	store_begin(b);
	audit_add(b, "a", "bc", "");
	store_commit(b);
	assert_int_equal(audit_verify(b, &entries, two), 0);
	store_close(b);
	assert_string_not_equal(one, two);
}

static void
test_days(void **state)
{
	static const int64_t	 days[] = {
		DAY_NONE, DAY_NEVER, 0, -1, 20454, -719162, 2932896
	};
	struct store		*st = fresh();
	sqlite3_stmt		*s;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		s = sql(st, "SELECT ?");
		sql_day(st, s, 1, days[i]);
		assert_int_equal(sql_step(st, s), 1);
		assert_true(sql_get_day(s, 0) == days[i]);
		sql_done(s);
	}
	store_close(st);
}

/* One row of a run, as page_note() takes it. */
static void
note_one(struct ledger *l, const char *key, const char *tier, int level,
    int64_t lapsed)
{
	struct page	*p = page_new(l);
	struct member	 m;
	struct cell	 c = cell_str(key);
	uint32_t	 i = ledger_find(l, c);

	memset(&m, 0, sizeof(m));
	m.tier = ledger_name(l, tier, strlen(tier));
	m.level = level;
	m.since = ana.day;
	m.lapsed = lapsed;
	m.downgrade_on = DAY_NONE;
	page_see(p, i);
	page_note(p, c, i, &m, "x");
	page_end(p);
}

/* A run that is replaced leaves nothing; one that is not there no state. */
static void
test_ledger(void **state)
{
	struct store		*st = fresh();
	struct ledger		*l;
	struct snapshot		*sn;
	struct origin		 o = {
		.kind = "classified", .command = "c", .key = "k",
		.delimiter = ','
	};
	const struct member	*m;
	int64_t			 id;
	int			 run;

	(void)state;
	for (run = 0; run < 3; run++) {
		l = ledger_load(st, "classified", 1, NULL, 0);
		assert_true(ledger_before(l) == DAY_NONE);
		assert_int_equal(ledger_find(l, (struct cell){ "a", 1 }),
		    KEY_NONE);
		note_one(l, "a", run < 2 ? "gold" : "iron", run < 2, DAY_NEVER);
		sn = snapshot_new(st);
		snapshot_bytes(sn, run < 2 ? "x" : "y", 1);
		id = snapshot_record(sn, &o, NULL, l);
		assert_int_equal(id == -1, run == 1);
		store_commit(st);
		snapshot_free(sn);
		ledger_free(l);
	}
	assert_int_equal(sql_number(st, "SELECT count(*) FROM snapshot"), 1);
	assert_int_equal(sql_number(st, "SELECT count(*) FROM block"), 1);
	assert_int_equal(sql_number(st, "SELECT count(*) FROM movement"), 1);
	assert_int_equal(sql_number(st, "SELECT count(*) FROM flow"), 1);

	st->actor.day += 1;
	l = ledger_load(st, "classified", 1, NULL, 0);
	assert_true(ledger_before(l) == ana.day);
	assert_int_equal(ledger_find(l, (struct cell){ "a", 1 }), 0);
	m = ledger_member(l, 0);
	assert_string_equal(ledger_text(l, m->tier), "iron");
	assert_true(m->lapsed == DAY_NEVER);
	assert_true(m->first == DAY_NONE);
	assert_false(m->gone);
	ledger_free(l);
	store_close(st);
}

/* A run that another one got before is not recorded on what it knew. */
static void
test_overtaken(void **state)
{
	struct store	*st = fresh(), *other;
	struct actor	 later = ana;
	struct ledger	*l;

	(void)state;
	later.day += 7;
	st->actor = later;
	l = ledger_load(st, "classified", 1, NULL, 0);
	other = store_open(path, STORE_WRITE, 1, &ana);
	sql_run(other, "INSERT INTO snapshot (kind, day, as_of, rows, bytes, "
	    "key, delimiter, sha256, taken_by, command) VALUES "
	    "('classified', '2026-01-01', '', 0, 0, '', '', '', '', '')");
	store_close(other);
	store_begin(st);
	die_hook(on_death);
	if (setjmp(death.env) == 0) {
		ledger_record(l, 1, 0, NULL);
		fail_msg("it was recorded");
	}
	die_hook(NULL);
	assert_int_equal(death.status, STATUS_RESOURCE);
	store_rollback(st);
	ledger_free(l);
	store_close(st);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_audit_fields),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_overtaken),
	};
	int			 fd, r;

	if ((fd = mkstemp(path)) == -1)
		return 1;
	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return r;
}
