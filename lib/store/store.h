/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STORE_H
#define VIP_STORE_H

/*
 * Memory between runs: snapshots of tables, the movement of customers
 * between tiers, overrides and their approval, what was done, and an audit,
 * in one SQLite file.  This folder is the only place that knows SQLite.
 *
 * What goes wrong ends the program: 65 what is no store, or is damaged; 66
 * no such file; 69 a lock that does not go away, or a schema of another
 * version; 74 a full disk, a read-only file.  A store is then as it was.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/vip.h"
#include "policy/policy.h"
#include "score/movement.h"
#include "score/tier.h"
#include "table/table.h"

struct store;

enum store_mode {
	STORE_READ,
	STORE_WRITE,
	STORE_MAKE,		/* made if it is not there */
	STORE_NEW,		/* made; an error (73) if it is there */
	STORE_OLD		/* for store_upgrade(): an earlier schema will do */
};

/* Who acts, and when: for the audit.  "day" is that of "now" in the zone. */
struct actor {
	const char	*name;
	when		 now;
	int64_t		 day;
};

struct actor	 store_actor(const char *name, when now,
		    const struct zone *);

/* Is it a SQLite file, whosever?  Not if there is none, or it is a pipe. */
int		 store_found(const char *path);

/* Waits up to so many seconds for another run's lock, whenever it needs to. */
struct store	*store_open(const char *path, enum store_mode, int wait,
		    const struct actor *);
void		 store_close(struct store *);		/* takes NULL */
const char	*store_path(const struct store *);

/* The version of the schema that this program makes and understands. */
int		 store_version(void);
/* Bring an earlier schema up to it; returns the version that it was of. */
int		 store_upgrade(struct store *);

/* --------------------------------------------------------------- snapshots */

/* What a snapshot is of. */
struct origin {
	const char	*kind;		/* "classified", "risk", "sla", ... */
	const char	*policy;	/* name, or NULL */
	const char	*policy_hash;	/* policy_hash(), or NULL */
	const char	*command;	/* the command line */
	const char	*key;		/* name of the key column; for store_put()
					   NULL: ticket_id of SLA rows, metric
					   of a report, else */
	const char	*customer;	/* that of customers */
	int		 delimiter;
};

/* The SHA-256 of a policy's canonical text, in hexadecimal. */
void		 policy_hash(const struct policy *, char [65]);

/*
 * Read a table to its end and keep its records byte for byte; "columns"
 * (names, n of them) keeps only those.  A snapshot of the same kind and day
 * is replaced, and one with the same bytes left as it is.  kind NULL in the
 * origin: guessed from the columns.  Returns the snapshot's number.  Bad rows
 * are set aside where "reject" is not NULL, which is closed.
 */
int64_t		 store_put(struct store *, struct reader *,
		    const struct origin *, const char *const *columns,
		    size_t n, struct reject *);

/*
 * A snapshot by its number, its day, "latest" or "previous", of a kind or
 * (NULL) of any; ends the program (66) where there is none.
 */
int64_t		 store_find(struct store *, const char *which,
		    const char *kind);
/* The latest of a kind from before a day, or 0. */
int64_t		 store_before(struct store *, int64_t day, const char *kind);
/* Its bytes, to a writer; or as a table to read. */
void		 store_get(struct store *, int64_t id, struct writer *);
struct reader	*store_reader(struct store *, int64_t id,
		    struct reader_options *);
/* The name of its key's column, which the caller frees. */
char		*store_key(struct store *, int64_t id);

/* Bytes of snapshots of days before that one go, all but the latest's. */
void		 store_prune(struct store *, int64_t day, size_t *snapshots);

/* ----------------------------------------------------------- orders, audit */

struct override {
	const char	*kind;		/* pin, floor, ceiling, revoke */
	const char	*key;
	const char	*tier;		/* NULL for revoke */
	const char	*reason;
	int64_t		 from;		/* or DAY_NONE: at once */
	int64_t		 expiry;	/* the last day */
};

/*
 * By the actor.  Its number goes to the writer, which is closed, before the
 * order is there.  An approver cannot approve what he asked for (65).
 */
void		 override_add(struct store *, const struct override *,
		    struct writer *);
void		 override_approve(struct store *, int64_t id);
void		 override_end(struct store *, int64_t id, const char *reason);

/*
 * The actor has assessed these customers of the last run anew: all of them or,
 * if there is one that it did not have (66), none.
 */
void		 assessment_add(struct store *, char *const *keys, size_t n,
		    const char *reason);

/*
 * Follow the chain of the audit, and compare what it tells of with what is
 * there: 0, or -1 after telling what is wrong.  "entries" and "head" say how
 * long the chain is and what its last hash is.
 */
int		 audit_verify(struct store *, int64_t *entries, char head[65]);

/* --------------------------------------------------------------- what was done */

enum log_kind { LOG_TOUCH, LOG_NOTIFY };

/*
 * What is done is logged while it is written: done_log_add() returns 1, or 0
 * for what was logged before, in this run or an earlier one.  From the first
 * of them no other run can write.  done_log_end() closes the writer, then
 * commits, and frees the log: output that did not get out was not done.  It
 * returns how many were new, and "held" how many were not.
 */
struct done_log;

struct done_log	*done_log_new(struct store *, enum log_kind);
int		 done_log_add(struct done_log *, struct cell key,
		    struct cell what, struct cell due, struct cell ticket);
size_t		 done_log_end(struct done_log *, struct writer *,
		    size_t *held);

/*
 * The rows of a table that have not been logged before go to the writer,
 * which is closed, and so is "reject" (or NULL); then they are logged:
 * returns how many.
 */
size_t		 store_log(struct store *, enum log_kind, struct reader *,
		    struct writer *, const char *key, struct reject *);

/* ----------------------------------------------------------------- reading */

/* A list or figures by name, as a table; NULL ends a list of the names. */
int		 store_query(struct store *, const char *name,
		    struct writer *);
const char *const *store_queries(void);
void		 store_list(struct store *, const char *kind, struct writer *);
void		 store_history(struct store *, const char *key,
		    struct writer *);
/* The same as tables to read; the options must outlive the reader. */
struct reader	*store_query_reader(struct store *, const char *name,
		    struct reader_options *);
struct reader	*store_history_reader(struct store *, const char *key,
		    struct reader_options *);
/* Every table as DIR/NAME.csv. */
void		 store_export(struct store *, const char *dir);

/* ------------------------------------------------------------------ upkeep */

/* A copy while others read and write; whole or not at all. */
void		 store_backup(struct store *, const char *path);
/* 0, or -1 after telling what is wrong with the file, schema or contents. */
int		 store_check(struct store *);

/* ------------------------------------------------------------------ memory */

/*
 * The memory of vip-classify.  memory_new() reads what the store knew before
 * today and adds the "keep when" of the policy's tiers to a plan that is not
 * bound yet.  With "record" the run is written down in the end, and the
 * store is made if it is not there.
 */
struct memory;
struct recall;				/* one worker's */

struct memory	*memory_new(const char *path, const struct actor *,
		    const struct policy *, struct plan *, int record);
void		 memory_free(struct memory *);		/* takes NULL */

/* Once the plan is bound: "key" is the index of the key's column. */
void		 memory_bind(struct memory *, const struct reader *,
		    size_t key);
/* Does the policy have a tier that wants re-assessment? */
int		 memory_reassesses(const struct memory *);
/*
 * How many of the rows that were kept should have been re-assessed before
 * today; says so if there are any.
 */
size_t		 memory_overdue(const struct memory *);
/* Where the rows that are written go too. */
void		 memory_tee(struct memory *, struct writer_options *);

struct recall	*recall_new(struct memory *);
/* Merge and free. */
void		 recall_end(struct recall *);

/*
 * Today's verdict becomes the tier that the customer gets; the frame is told
 * of it.  Then why, if it is not the verdict's own reason (returns 0 and
 * adds nothing), the tier that it had or "", and the rest of the move.
 */
void		 recall_judge(struct recall *, struct frame *,
		    const struct row *, struct verdict *);
int		 recall_reason(struct recall *, struct frame *, struct buf *);
const char	*recall_previous(const struct recall *);
const struct move *recall_move(const struct recall *);
/*
 * When the customer is to be re-assessed: the tier's "reassess every" after
 * the day since which it has the tier or, if that is later, of its last
 * assessment; else DAY_NONE.
 */
int64_t		 recall_reassess(const struct recall *);
/* The row cannot be judged, but its customer is there. */
void		 recall_miss(struct recall *, const struct row *);
/* The row is good: remember it. */
void		 recall_keep(struct recall *, const struct row *);

/*
 * When all rows are with the writer: record them, close the writer, commit,
 * in this order, so that neither is there without the other.
 */
void		 memory_record(struct memory *, const struct origin *,
		    struct writer *);

#endif /* VIP_STORE_H */
