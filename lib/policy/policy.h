/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_POLICY_H
#define VIP_POLICY_H

/*
 * The policy language: a file of statements, each a keyword, a name, a label
 * and clauses.  This folder is the only place that knows its syntax; what a
 * statement means for a customer or a ticket is decided in lib/score.
 *
 *	policy_load()	text -> struct policy: statements and expressions,
 *			checked as far as no input is needed
 *	plan_new()	expressions of a policy to be evaluated on a table
 *	plan_bind()	names -> columns of that table
 *	frame_load()	one row -> the values of those columns
 *	frame_eval()	-> a value
 *
 * A policy and all that hangs off it is one arena and goes with
 * policy_free(); it never changes after policy_load(), so threads share it.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/vip.h"
#include "calendar/calendar.h"
#include "table/table.h"

struct place {
	int	 line, column;		/* from 1; column in bytes */
};

/* ------------------------------------------------------------- expressions */

enum op {
	/* leaves */
	OP_NUMBER,		/* number; percent and money are flags */
	OP_TEXT,		/* text */
	OP_DATE,		/* number: days since 1970 */
	OP_CLOCK,		/* number: seconds since midnight */
	OP_DURATION,		/* duration */
	OP_NAME,		/* text: a column, or a let (then "let" is set) */
	OP_TODAY, OP_NOW,
	OP_TRUE, OP_FALSE,
	/* what was decided before the expression is asked */
	OP_TIER,		/* tier, as text */
	OP_VIP,			/* vip, as truth */
	OP_RISK,		/* risk, as text */
	OP_PROFILE,		/* profile(name): text */
	OP_STATUS,		/* METRIC breached|met|...: text is the metric,
				   number the enum status it is compared with */
	/* operators: arg[0] and, where there are two, arg[1] */
	OP_OR, OP_AND, OP_NOT,
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_IN,			/* arg[0] in (arg[1], ...) */
	OP_IN_FILE,		/* arg[0] in file "text": one value a line;
				   "path" is where the file lies */
	OP_BETWEEN,		/* arg[0] between arg[1] and arg[2] */
	OP_LIKE, OP_MATCHES, OP_HAS_WORD,	/* arg[0], text in arg[1] */
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_NEG,
	/* functions of the row */
	OP_MISSING, OP_COALESCE, OP_MIN, OP_MAX, OP_ABS, OP_ROUND,
	OP_DAYS_SINCE, OP_MONTHS_SINCE, OP_YEARS_SINCE,
	OP_MONTH, OP_DAY, OP_WEEKDAY, OP_LENGTH, OP_LOWER,
	/* functions of the population: arg[0], "within" */
	OP_RANK, OP_TOP, OP_PERCENTILE, OP_PARETO,
	OP_MEAN, OP_MEDIAN, OP_TOTAL,
	/* of referrals: last the column with who referred, before it x */
	OP_REFERRALS, OP_REFERRED, OP_CHAIN, OP_CHAINED,
	/* count(event) in a sliding window: only where a statement says so */
	OP_COUNT		/* text: the event */
};

/* Calendar steps and seconds; both parts may be set in none of the files. */
struct duration {
	int		 months;	/* mo and y */
	int		 days;		/* d and w */
	int64_t		 seconds;	/* s, min and h */
	int		 business;	/* on the calendar in force */
};

enum {				/* flags of an expression */
	EXPR_PERCENT = 1,	/* a number written with % */
	EXPR_MONEY = 2		/* a number written with a currency sign */
};

struct expr {
	enum op			 op;
	int			 flags;
	struct place		 at;
	num			 number;
	const char		*text;
	const char		*path;
	struct duration		 duration;
	const struct let	*let;
	const struct expr	*within;	/* the group of a population, or NULL */
	size_t			 narg;
	const struct expr	**arg;
};

struct let {
	const char		*name;
	const struct expr	*expr;
	struct place		 at;
};

/* -------------------------------------------------------------- statements */

enum keyword {
	KW_PROGRAM, KW_CURRENCY, KW_TIMEZONE, KW_KEY, KW_COLUMN, KW_LET,
	KW_EXCLUDE, KW_TIER, KW_DEFAULT, KW_LIMIT, KW_PROFILE,
	KW_CALENDAR, KW_SLA, KW_ESCALATE, KW_CHECKLIST,
	KW_SIGNAL, KW_LEVEL, KW_TOUCH, KW_COMPENSATE, KW_CHECK,
	KW_POOL, KW_POINTS, KW_TARGET, KW_RECOMMEND, KW_BUDGET, KW_EVENT,
	KW_NKEYWORDS
};

/*
 * A clause is a word and its value.  Which words a keyword takes, and the
 * form of each value, is one table (words.c), from which the parser, the
 * messages, vip-policy show and the man page's summary are made.  The fields
 * that a word sets are said beside it; the rest are 0.
 */
enum word {
	/* shared */
	W_WHEN,			/* expr */
	W_FOR,			/* list: tiers, vip, all; for sla also channels */
	W_WITHIN, W_UNDER,	/* duration, or same_day (within 0s: at once) */
	W_BY,			/* list of channels */
	W_TO,			/* text */
	W_DO,			/* text */
	W_FROM, W_UNTIL,	/* day (both inclusive), as days since 1970 */
	/* program */
	W_OWNER, W_VERSION,	/* text */
	/* column: from "Header" is W_SOURCE */
	W_SOURCE,		/* list of texts, of which the first is also text */
	W_WITH,			/* text: only in a table that has this too */
	W_AS,			/* text: a format, or a word for one */
	W_IN,			/* text: a zone; escalate: duration, a window */
	W_MAP,			/* list of pairs: text = the value, to = its name */
	W_FIRST_ROW,
	/* tier, default */
	W_KEEP_WHEN,		/* expr */
	W_KEEP,			/* duration */
	W_DEMOTE,		/* number: steps, 1 (one step) */
	W_REASSESS,		/* duration */
	W_LIMIT,		/* number, percent; low, high: between them */
	W_BENEFIT,		/* list of texts */
	W_BADGE,		/* text */
	W_COST,			/* number (money): what a member costs a year */
	/* limit */
	W_PER,			/* number and duration: limit touch 2 per 7d */
	/* calendar */
	W_TIMEZONE,		/* text */
	W_OPEN,			/* days (bit 0 Monday) or day; spans */
	W_CLOSED,		/* day; spans or none */
	W_HOLIDAYS,		/* text: file; to: only this category, or NULL */
	W_CLOSING_NEXT,
	/* sla */
	W_CLOCK,		/* list: "always", or one or two calendars */
	W_WARN,			/* number: 0.8 of 80% */
	W_PAUSE_WHEN,		/* expr */
	W_AFTER,		/* text: a column; also of a column */
	W_START, W_STOP,	/* text: columns (from COLUMN to COLUMN) */
	W_REOPEN,		/* text: resume, restart, ignore */
	W_CHANGE,		/* text: creation, current */
	W_LIKE,			/* text: zendesk, zammad, servicenow, jira */
	/* signal, level */
	W_WEIGHT,		/* number */
	W_OF,			/* expr; low, high: between low and high;
				   escalate: what a count is kept apart by */
	W_BELOW,		/* number */
	/* touch */
	W_EVERY,		/* duration */
	W_ON,			/* expr: a date */
	W_BEFORE,		/* duration */
	W_TEXT,			/* text with {column} */
	W_LEAP,			/* text: mar1, skip */
	/* compensate */
	W_REFUND, W_CREDIT,	/* number; percent or money */
	W_FREE_DELIVERIES,	/* number */
	W_POINTS,		/* low, high */
	W_CAP,			/* number (money) */
	W_APPROVE,		/* text: who */
	W_FOLLOW_UP,		/* duration */
	/* check */
	W_MATCHES,		/* text: a regular expression; to: the message */
	W_UNIQUE,		/* list: the group's columns (unique within) */
	W_REQUIRED,
	W_MESSAGE,		/* text */
	W_SEVERITY,		/* text: error, warning, info */
	/* pool */
	W_SHARE, W_ACCOUNTS, W_CAPACITY,	/* number */
	/* points */
	W_EARN,			/* number per low (money), list: tiers */
	W_EXPIRE,		/* duration */
	/* target: expr is the whole comparison, text the metric */
	W_TARGET,		/* text metric, number (its op in low), percent */
	/* budget, event */
	W_AMOUNT,		/* number */
	W_PARTS,		/* list of pairs: text, number */
	W_EACH, W_HEADS,	/* number: amount = heads x each, or a warning */
	W_STEPS,		/* list of pairs: text, number of days before */
	/* let */
	W_IS,			/* expr */
	W_NWORDS
};

struct span {				/* seconds from midnight, [from, to) */
	int	 from, to;
};

struct item {				/* of a list */
	const char	*text;
	const char	*to;		/* of a pair */
	num		 number;	/* of a pair with an amount */
	struct place	 at;
};

struct clause {
	enum word		 word;
	struct place		 at;
	const struct clause	*next;
	const struct expr	*expr;
	const char		*text;
	const char		*to;
	num			 number;
	num			 low, high;
	int			 percent, money, same_day;
	struct duration		 duration;
	int64_t			 day;
	unsigned		 days;
	size_t			 nitem, nspan;
	const struct item	*item;
	const struct span	*span;
};

struct statement {
	enum keyword		 keyword;
	const char		*name;	/* or NULL */
	const char		*label;	/* what people read; the name without one */
	struct place		 at;
	const struct clause	*clauses;	/* in the file's order */
	int64_t			 from, until;	/* days, inclusive */
	const struct statement	*next;		/* of any keyword */
};

enum type {
	TYPE_MISSING,			/* missing, and unknown */
	TYPE_NUMBER,			/* n */
	TYPE_TRUTH,			/* n: 0 or 1 */
	TYPE_TIME,			/* n: an instant */
	TYPE_TEXT			/* text */
};

struct policy;

/* Where a name is looked up, before the installed policies. */
struct policy_path {
	const char	*path;		/* $VIP_POLICY_PATH, or NULL */
	const char	*home;		/* the user's policies, or NULL */
};

/*
 * policy_load() takes a name or a file, and exits (66, 78) with every error
 * told.  policy_parse() returns NULL after writing up to 20 errors to errs,
 * each "command: file:line:column: error: what", the line, and a caret;
 * warnings are counted, and written too unless notes are quiet, if
 * "warnings" is not NULL.  What the policy names (holidays, lists) is looked
 * up beside "name".
 */
struct policy	*policy_load(const char *name, const struct policy_path *);
struct policy	*policy_parse(const char *, size_t, const char *name,
		    FILE *errs, int *warnings);
/*
 * For vip-policy check: a name or a file as policy_load() has it (66 where
 * there is none), but errors and warnings as policy_parse().
 */
struct policy	*policy_examine(const char *name, const struct policy_path *,
		    FILE *errs, int *warnings);
void		 policy_free(struct policy *);	/* takes NULL */

/*
 * A preset is a policy of columns alone, in the folder "presets" of those
 * that policies lie in.  NULL, with the names of those that there are, if
 * there is none of that name; else as policy_load().
 */
struct policy	*preset_load(const char *name, const struct policy_path *,
		    struct buf *known);
/* What the columns of presets may be called, added at the end of a list. */
void		 preset_aliases(const struct policy *, struct alias **);
void		 aliases_free(struct alias *);

const char	*policy_name(const struct policy *);	/* the file's */
const struct statement *policy_statements(const struct policy *);
/* The first statement of a keyword (with a name, unless NULL), or NULL; and
   the next one of the same keyword after it. */
const struct statement *policy_find(const struct policy *, enum keyword,
		    const char *name);
const struct statement *policy_next(const struct statement *);
/* The first clause with a word, or NULL; and the next one with it. */
const struct clause *clause_find(const struct statement *, enum word);
const struct clause *clause_next(const struct clause *);

/* In force on that day? */
int		 statement_holds(const struct statement *, int64_t day);

const char	*policy_key(const struct policy *);	/* "customer_id" */
const char	*policy_currency(const struct policy *);	/* "USD", or "" */
const struct zone *policy_zone(const struct policy *);	/* UTC by default */
/* The compiled calendar of that name, or NULL. */
const struct calendar *policy_calendar(const struct policy *, const char *);

/* The column statement of that name, or NULL. */
const struct statement *policy_column(const struct policy *, const char *name);
/* What holds of b and a where this holds of a and b: > for <, = for =. */
enum op		 op_mirrored(enum op);
/* Does an expression of the policy ask what all rows together decide? */
int		 expr_asks_all(const struct policy *, const struct expr *);
/*
 * A column of a table, or -1: --map's OLD, else a header of the policy's
 * "from", else the name itself, else a header of the preset.  What says how
 * it is written is the policy's clause, or the preset's where that finds the
 * column (as, in and after together), or NULL; its zone is opened.  The
 * policy may be NULL.
 */
int		 column_cell(const struct policy *, const struct reader *,
		    const char *name);
const struct clause *column_clause(const struct policy *,
		    const struct reader *, const char *name, enum word);
int		 column_is_formed(const struct policy *,
		    const struct reader *, const char *name);
struct zone	*column_zone(const struct policy *, const struct reader *,
		    const char *name);
/*
 * The words of a column's W_MAP, or NULL for no clause, which maps nothing.
 * Names are kept in the arena.  The buffer is for normal forms.
 */
struct wording	*wording_new(const struct clause *map, struct arena *);
void		 wording_free(struct wording *);	/* takes NULL */
struct cell	 wording_of(const struct wording *, struct cell,
		    struct buf *);
/* How long after another time, by the clause "as minutes"; or -1. */
tick		 stretch_parse(struct cell, const struct clause *as);

/*
 * What a column holds, as far as the policy tells: from how it is declared,
 * compared and computed with in all statements.  TYPE_MISSING: any.
 */
enum type	 policy_column_type(const struct policy *, const char *name);

/*
 * The next {name} of a text, at or after the start: where the name begins,
 * with its length, or NULL.  Go on from the name's end.
 */
const char	*placeholder_next(const char *text, size_t *len);

/* Tiers best first, the default last; the index is tier_level - 1 there. */
size_t		 policy_tiers(const struct policy *);	/* with the default */
const struct statement *policy_tier(const struct policy *, size_t i);
int		 policy_tier_index(const struct policy *, const char *name);
/* Does a "for" list (NULL: all) take in a tier? */
int		 list_has_tier(const struct policy *, const struct clause *,
		    int tier);

/* vip-policy show: the canonical text, which parses to the same policy. */
void		 policy_show(const struct policy *, struct buf *);
/* vip-policy diff: what changed, a line each; returns how many lines. */
size_t		 policy_diff(const struct policy *was,
		    const struct policy *is, struct buf *);
/* One statement of it, which need not be one of the policy's own. */
void		 statement_show(const struct policy *,
		    const struct statement *, struct buf *);
void		 expr_show(const struct expr *, struct buf *);
void		 duration_show(const struct duration *, struct buf *);
/* What it is in whole days, beside its months: of hours less than a day, 0. */
int64_t		 duration_days(const struct duration *);

/*
 * vip-policy sql: the tiers as one query on a table, from which the columns
 * come under the names of the policy, of "from" or of the map.  Returns -1
 * with a complaint for each expression that the dialect cannot say exactly.
 * sql_dialect() is one by its name, or -1.
 */
enum dialect { DIALECT_SQLITE, DIALECT_DUCKDB, DIALECT_POSTGRES };

int		 sql_dialect(const char *);
int		 policy_sql(const struct policy *, enum dialect,
		    const char *table, const struct rename *map, when now,
		    struct buf *);

/* The summary of vip-policy(5): each statement, and what it may say. */
void		 policy_words(struct buf *);

/* ---------------------------------------------------------------- evaluate */

struct value {
	enum type	 type;
	int64_t		 n;
	struct cell	 text;		/* stands as long as the row */
};

/* Statuses of a metric, as OP_STATUS compares them; worst last. */
enum metric_status {
	METRIC_NONE, METRIC_MET, METRIC_PAUSED, METRIC_OPEN, METRIC_WARNING,
	METRIC_BREACHED
};

/*
 * A plan is a set of expressions compiled to flat programs for one table.
 * plan_add() returns the number of a program.  Then plan_bind() finds the
 * columns; it exits (65) with every column that is not there, named once
 * with its statement's line.  A plan that is bound never changes but for
 * plan_settle(), so threads share it; each has a frame of its own.
 */
struct plan;
struct frame;

enum fact { FACT_TIER, FACT_PROFILE, FACT_RISK, FACT_STATUS, FACT_NFACTS };

struct plan	*plan_new(const struct policy *, when now);
void		 plan_free(struct plan *);
size_t		 plan_add(struct plan *, const struct expr *);
/* The same for a condition whose columns may be absent: they are then
   missing, and, where "hint" is set, a note says so once. */
size_t		 plan_add_lenient(struct plan *, const struct expr *,
		    int hint);
/* The value of a column by name (a policy's, --map's or the header's). */
size_t		 plan_add_column(struct plan *, const char *name, enum type);
/* A column that may be absent: its value is then missing. */
size_t		 plan_add_optional(struct plan *, const char *name, enum type);
/*
 * The command decides this fact itself and tells frames of it; otherwise
 * it is read from the columns tier, profiles, risk_level, METRIC_status.
 */
void		 plan_decides(struct plan *, enum fact);
/*
 * Conditions that are always asked together, by frame_chain(): returns the
 * number of the chain.  NO_PROGRAM is a condition that is true.  Where one is
 * true the value of another program is computed too, unless that is
 * NO_PROGRAM: frame_chained() has it then.
 */
size_t		 plan_add_chain(struct plan *, const size_t *programs,
		    const size_t *values, size_t n);
#define NO_PROGRAM	SIZE_MAX
/*
 * Conditions that are asked one after another until one is true, by
 * frame_ladder(): returns the number of the ladder.  NO_PROGRAM is true.
 */
size_t		 plan_add_ladder(struct plan *, const size_t *programs,
		    size_t n);
void		 plan_bind(struct plan *, const struct reader *);
/* The same for values that are not a table's: names such as agent.share. */
void		 plan_bind_names(struct plan *, const char *const *names,
		    const enum type *, size_t n);

/*
 * Two passes: a plan with population functions is observed (one call a row
 * that counts, after frame_load), merged from every frame, and settled; only
 * then can it be evaluated.  plan_ranked() is whether that is still to be
 * done: once more after referrals, which other functions may be of.  Cuts
 * that were read do it too.  A frame that was merged is empty.
 */
int		 plan_ranked(const struct plan *);
/* Will it be ranked, once it is bound? */
int		 plan_asks_all(const struct plan *);
void		 frame_observe(struct frame *);
void		 plan_merge(struct plan *, struct frame *);
void		 plan_settle(struct plan *);
/*
 * --cuts-out and --cuts: settled populations as a text of lines.  Reading
 * returns -1, with a complaint, if they are not those that the plan needs.
 */
void		 plan_cuts(const struct plan *, struct buf *);
/* Ends the program (78) where the policy asks what no cut can tell. */
void		 plan_needs_cuts(const struct plan *);
int		 plan_read_cuts(struct plan *, const char *, size_t,
		    const char *name);

struct frame	*frame_new(const struct plan *);
void		 frame_free(struct frame *);
/*
 * Read the cells that the plan needs, and forget what was told of the row
 * before: 0, or -1 with the fault.
 */
int		 frame_load(struct frame *, const struct row *, struct fault *);
/*
 * For two passes of which the second need not read again: how many values
 * make up a row (pass.notes), or 0 where that cannot be said; and those of
 * the row that is loaded to row->notes, where frame_load() may have put some
 * already: ROW_NOTED, or ROW_OK if they cannot be noted.  frame_load() takes
 * them from row->noted.
 */
size_t		 plan_notes(const struct plan *);
int		 frame_note(const struct frame *, const struct row *);
void		 frame_load_values(struct frame *, const struct value *);
void		 frame_tier(struct frame *, int tier);	/* index */
void		 frame_risk(struct frame *, const char *level);
void		 frame_profile(struct frame *, const struct statement *);
void		 frame_status(struct frame *, const char *metric,
		    enum metric_status);
/*
 * What if the column of a plan_add_column() had another value?  It has it
 * until it is set back or the next row; what overflowed before is forgotten.
 */
void		 frame_suppose(struct frame *, size_t program,
		    const struct value *);

/*
 * Evaluate a program.  An overflow is a fault like an unreadable cell:
 * the value is then missing and frame_fault() says so.
 */
struct value	 frame_eval(struct frame *, size_t program);
/* The same where it stands, until the next row or evaluation. */
const struct value *frame_value(struct frame *, size_t program);
/* Is a condition true?  (Unknown is not.) */
int		 frame_test(struct frame *, size_t program);
/* Which of a chain's conditions are true, in order; returns how many.  There
   must be room for one more than it has. */
size_t		 frame_chain(struct frame *, size_t chain, size_t *which);
const struct value *frame_chained(const struct frame *, size_t program);
/* The first of a ladder's conditions that is true; or how many it has. */
size_t		 frame_ladder(struct frame *, size_t ladder);
/* 0, or -1 if something was out of range since the row was loaded. */
int		 frame_fault(const struct frame *, struct fault *);

/*
 * Append the part of a condition that held (or did not), with this row's
 * values: "spend_30d 412.5 >= 400", "rank(ltv) <= 50 (ltv 5230.1 >= 4890)".
 */
void		 frame_reason(struct frame *, size_t program, struct buf *);
/*
 * The same of one that is known to have held, with words before it, which
 * are padded as for copy_padded(), and a parenthesis after it.
 */
void		 frame_tell(struct frame *, size_t program, struct cell words,
		    struct buf *);

/* Append a value as cells have it: a midnight of the zone is a date. */
void		 value_show(const struct value *, const struct zone *,
		    struct buf *);

#endif /* VIP_POLICY_H */
