/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STORE_PARTS_H
#define VIP_STORE_PARTS_H

/*
 * What the files of this folder share.  No other folder includes this; tests
 * may.
 */

#include <sqlite3.h>
#include <stdio.h>

#include "store/store.h"

struct store {
	sqlite3		*db;
	char		*path;
	int		 wait;
	struct actor	 actor;
};

/* ---- statements: what fails ends the program */

sqlite3_stmt	*sql(struct store *, const char *);
int		 sql_step(struct store *, sqlite3_stmt *);	/* 1: a row */
void		 sql_done(sqlite3_stmt *);			/* finalize */
/* Step to the end and make ready for the next values. */
void		 sql_again(struct store *, sqlite3_stmt *);
void		 sql_run(struct store *, const char *);		/* no values */
_Noreturn void	 sql_die(struct store *, const char *doing);

/* Values by number from 1; text is copied; NULL text is NULL. */
void		 sql_text(struct store *, sqlite3_stmt *, int, const char *);
void		 sql_bytes(struct store *, sqlite3_stmt *, int, const char *,
		    size_t);
void		 sql_int(struct store *, sqlite3_stmt *, int, int64_t);
void		 sql_null(struct store *, sqlite3_stmt *, int);
void		 sql_day(struct store *, sqlite3_stmt *, int, int64_t);
/* A cell, "" for NULL; and a day, DAY_NONE for NULL or "". */
struct cell	 sql_cell(sqlite3_stmt *, int);
int64_t		 sql_get_day(sqlite3_stmt *, int);
/* The first value of the first row, or -1. */
int64_t		 sql_number(struct store *, const char *);

/* One writer at a time, from the start; readers go on. */
void		 store_begin(struct store *);
void		 store_commit(struct store *);
void		 store_rollback(struct store *);
/* Write all of it but the commit: a full disk shows now. */
void		 store_settle(struct store *);

/* Is there a file beside it with what has yet to go into the store? */
int		 store_pending(const char *path);

/* Rows of a statement as a table; the statement is finalized. */
void		 sql_table(struct store *, sqlite3_stmt *, struct writer *);

/* ---- what is read back as a table */

#define TEMPORARY	"a temporary file"	/* in messages */

/* Takes the file over. */
struct reader	*spill_reader(FILE *, const struct reader_options *);

/* ---- schema */

enum { APPLICATION_ID = 0x76697073 };		/* "vips" */

/* Steps up to that version, within a transaction. */
void		 schema_make(struct store *, int from, int to);
/* Differences from the schema of this version are told: how many. */
int		 schema_check(struct store *);

/* ---- audit */

void		 audit_add(struct store *, const char *verb,
		    const char *subject, const char *detail);
/* A digest in hexadecimal. */
struct digest;
struct digest	*digest_new(void);
void		 digest_add(struct digest *, const void *, size_t);
void		 digest_end(struct digest *, char [65]);	/* and free */
/* With its length, so that fields cannot be shifted into one another. */
void		 digest_field(struct digest *, const char *, size_t);
/* The columns of a row from that one on. */
void		 digest_columns(struct digest *, sqlite3_stmt *, int from);

/*
 * Tables whose every row the audit tells of, as "override 1": its values but
 * for the number, as name=value, without those that are NULL.
 */
enum told { TOLD_OVERRIDE, TOLD_ASSESSMENT, TOLD };

void		 audit_row(struct store *, const char *verb, enum told,
		    int64_t id);

/* ---- snapshots */

struct snapshot;

/* Staged in a temporary table until it is recorded. */
struct snapshot	*snapshot_new(struct store *);
void		 snapshot_free(struct snapshot *);	/* takes NULL */
void		 snapshot_bytes(void *snapshot, const char *, size_t);
/*
 * Begin a transaction and put it, with the figures and the movement of its
 * rows (NULL: there are none), in the place of that of the kind and day, if
 * there is one.  -1: the same is there already, and nothing is to be done;
 * else its number.
 */
struct figures;
struct ledger;
int64_t		 snapshot_record(struct snapshot *, const struct origin *,
		    const struct figures *, struct ledger *);
/* 0, or -1: its blocks are not those that were put, by their digest. */
int		 snapshot_verify(struct store *, int64_t id);
/* 0, or -1 after telling that a block cannot be unpacked. */
int		 snapshot_check(struct store *, int64_t id);

/* ---- what the audit tells of movement, figures and what was sent */

/* The figures, flows and cohorts of a snapshot; its movement came before. */
void		 results_digest(struct store *, struct digest *,
		    int64_t snapshot);
void		 log_digest(struct store *, char [65]);
/*
 * 0, or less after telling what is not as it was recorded; every snapshot is
 * one that the audit tells of.
 */
int		 results_verify(struct store *);

/* ---- figures of a table, by tier */

/* A worker's; "skip" is the key's column, "tier" that of the tier or -1. */
struct figures	*figures_new(const struct reader *, size_t skip, int tier);
/* Rows alone: the numbers of a report are of many things. */
void		 figures_rows_alone(struct figures *);
void		 figures_free(struct figures *);		/* takes NULL */
/* tier: the name to count under, or NULL: that of the column. */
void		 figures_row(struct figures *, const struct row *,
		    const char *tier);
void		 figures_merge(struct figures *, const struct figures *);
uint64_t	 figures_rows(const struct figures *);
void		 figures_record(const struct figures *, struct store *,
		    int64_t snapshot);

/* ---- re-assessment */

/* Customers, and the last day up to the actor's on which each was assessed. */
struct assessments;

struct assessments *assessments_load(struct store *);
void		 assessments_free(struct assessments *);	/* takes NULL */
/* Its day, or DAY_NONE. */
int64_t		 assessments_find(const struct assessments *, struct cell key);
/* Within a transaction: how often each tier of the policy wants it. */
void		 terms_record(struct store *, const struct policy *);

/* ---- movement of a kind of snapshot */

struct page;				/* one worker's */

/* One customer as it is remembered. */
struct member {
	uint32_t	 tier;		/* a name of the ledger */
	int		 level;		/* LEVEL_NONE: not known */
	int64_t		 since;
	int64_t		 lapsed;	/* DAY_NONE: qualifies to this day */
	int64_t		 first;		/* first day above the default */
	int64_t		 downgrade_on;
	int		 gone;
	/* Worse tiers for which it qualified later than that, as lines "DAY
	   TIER", the last without the day if it does to this day; or NULL. */
	const char	*earned;
};

#define LEVEL_NONE	(-1)
#define DAY_NEVER	(INT64_MIN + 1)	/* for lapsed: it never qualified */

/*
 * What is remembered from before the actor's day.  With "record" a run of a
 * later day ends the program (65).  Names that are given come first.
 */
struct ledger	*ledger_load(struct store *, const char *kind, int record,
		    const char *const *names, size_t n);
void		 ledger_free(struct ledger *);		/* takes NULL */
uint32_t	 ledger_name(struct ledger *, const char *, size_t);
const char	*ledger_text(const struct ledger *, uint32_t name);
/* Its number, or KEY_NONE; and what is remembered. */
uint32_t	 ledger_find(const struct ledger *, struct cell key);
const struct member *ledger_member(const struct ledger *, uint32_t);
/* The last run before, or DAY_NONE. */
int64_t		 ledger_before(const struct ledger *);

struct page	*page_new(struct ledger *);
/* It is in this run; then what has become of it. */
void		 page_see(struct page *, uint32_t member);
void		 page_note(struct page *, struct cell key, uint32_t member,
		    const struct member *now, const char *change);
void		 page_end(struct page *);		/* merge and free */
/*
 * Within a transaction, in the place of what that day had.  The movement goes
 * into the digest as results_verify() reads it.
 */
void		 ledger_record(struct ledger *, int64_t snapshot, int replaced,
		    struct digest *);
#define MOVEMENT_COLUMNS \
	"m.key, m.change, m.was, m.tier, m.level, m.since, m.lapsed, " \
	"m.downgrade_on"	/* and m.earned, unless it is NULL */

#endif /* VIP_STORE_PARTS_H */
