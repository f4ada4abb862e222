/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_WORDS_H
#define VIP_WORDS_H

/*
 * The table of the language: which clause words each keyword takes, what
 * form the value of each has, and how often it may stand.  The scanner looks
 * words up here, the grammar has a rule for each form, and the messages,
 * vip-policy show and the summary in vip-policy(5) are made from it.
 * Inside lib/policy only.
 */

#include "policy/policy.h"

/* Shapes of a value. */
enum shape {
	SHAPE_NONE,		/* the word says it all: closing next */
	SHAPE_CONDITION,
	SHAPE_SHARE,		/* VALUE between LOW and HIGH */
	SHAPE_VALUE,		/* an expression that is no condition */
	SHAPE_DURATION,
	SHAPE_BOUND,		/* a duration or "same day" */
	SHAPE_SAME_DAY,		/* the word itself is the bound */
	SHAPE_AT_ONCE,
	SHAPE_NUMBER,		/* plain */
	SHAPE_PERCENT,		/* a number, with % or without */
	SHAPE_AMOUNT,		/* a number, with a currency sign or without */
	SHAPE_REWARD,		/* a number, %, or money */
	SHAPE_TEXT,
	SHAPE_MESSAGES,		/* one text, or two: matches "re" "message" */
	SHAPE_HOLIDAYS,		/* a text, and: only TEXT */
	SHAPE_WORD,		/* a name, or a text */
	SHAPE_TEXTS,		/* a list of texts */
	SHAPE_NAMES,		/* a list of names */
	SHAPE_FROM,		/* a date, a text, or: COLUMN to COLUMN */
	SHAPE_DATE,
	SHAPE_MAP,		/* (TEXT = TEXT, ...) */
	SHAPE_PARTS,		/* (TEXT NUMBER, ...) */
	SHAPE_LEAD,		/* (TEXT DURATION, ...) */
	SHAPE_CLOCKS,		/* NAME and NAME */
	SHAPE_OPEN,		/* days or dates, and spans */
	SHAPE_CLOSED,		/* dates, and spans or none */
	SHAPE_STEPS,		/* one step */
	SHAPE_RANGE,		/* NUMBER-NUMBER */
	SHAPE_EARN,		/* NUMBER per NUMBER for TIERS; ... */
	SHAPE_BARE,		/* no word: NUMBER, or NUMBER per DURATION */
	SHAPE_BETWEEN,		/* NUMBER and NUMBER */
	SHAPE_COMPARE,		/* no word: > NUMBER */
	SHAPE_NFORMS
};

enum times { TIMES_ONE, TIMES_MANY };

/* A clause word of some keywords. */
struct clause_row {
	unsigned long	 keywords;	/* bit 1 << enum keyword */
	const char	*text;		/* "keep when"; "": none */
	enum word	 word;
	enum shape	 shape;
	enum times	 times;
	const char	*values;	/* of SHAPE_WORD: "mar1 skip", or any */
};

enum part { PART_NONE, PART_MAY, PART_MUST };

struct keyword_row {
	const char	*text;
	enum part	 name, label;
	enum times	 times;
	const char	*name_is;	/* what to call the name in messages */
};

const struct keyword_row *keyword_row(enum keyword);
/* The number of a keyword, or -1. */
int		 keyword_find(const char *);

size_t		 clause_rows(void);
const struct clause_row *clause_row(size_t i);
/* The row for a word (or for none, "") after a keyword, or NULL. */
const struct clause_row *clause_row_find(enum keyword, const char *);
/* The row that a clause was parsed by. */
const struct clause_row *clause_row_of(enum keyword, const struct clause *);

const char	*shape_hint(enum shape);	/* "a duration such as 15min" */
const char	*shape_summary(enum shape);	/* "DURATION" */
int		 shape_is_expr(enum shape);

/* What "as" says of a column: one of these words, else a form of time. */
enum as {
	AS_FORMAT, AS_MONEY, AS_TEXT,
	AS_SECONDS, AS_MINUTES, AS_HOURS, AS_HMS	/* after another time */
};

enum as		 as_find(const char *);

/* Functions. */
struct function_row {
	const char	*text;
	enum op		 op;
	int		 least, most;	/* arguments; most -1: any number */
	int		 population;	/* may end with "within" */
};

const struct function_row *function_find(const char *);
const struct function_row *function_of(enum op);
size_t		 function_rows(void);
const struct function_row *function_row(size_t i);

/* met, paused, open, warning, breached; or -1. */
int		 status_find(const char *);
const char	*status_word(enum metric_status);

/* mon, monday, ...: 0 to 6, or -1. */
int		 weekday_find(const char *);

/* The currency code of a sign ("$" of USD), or 0 if it is not that one. */
int		 sign_fits(const char *sign, const char *currency);
/* The sign to write before an amount, or NULL: then the code and a blank. */
const char	*sign_of(const char *currency);
int		 currency_known(const char *);
size_t		 currencies(const char *const **);

#endif /* VIP_WORDS_H */
