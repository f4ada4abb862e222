/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_AST_H
#define VIP_AST_H

/*
 * The policy while it is made, and what is in it.  Inside lib/policy only.
 */

#include "policy/policy.h"
#include "policy/words.h"

#define ERRORS_SHOWN	20
#define TEXT_MAX	((size_t)1 << 20)	/* bytes of a policy */
#define TOKENS_MAX	300000
#define PARENS_MAX	200		/* one in the other */
#define STATEMENTS_MAX	5000
#define DEPTH_MAX	1000		/* of an expression, all in all */
#define LETS_MAX	3000		/* the same through its lets */
#define LET_PARTS_MAX	100000		/* of a let, with those of its lets */

struct message {
	struct place	 at;
	int		 warning;
	const char	*text;
};

struct column {
	const char	*name;
	enum type	 type;
	struct place	 at;		/* where the type comes from */
	const struct statement *declared;
};

struct named_calendar {
	const char	*name;
	struct zone	*zone;		/* of its own, or NULL */
	struct calendar	*calendar;
};

enum { FACT_IS_TIER = 1, FACT_IS_RISK = 2, FACT_IS_PROFILE = 4 };

struct let_state {
	struct let	*let;
	int		 mark;		/* 0, 1 on the way, 2 done */
	int		 depth;		/* with the lets in it */
	size_t		 parts;		/* with theirs */
	int		 population;	/* it asks all rows */
	int		 referral;	/* and who referred whom */
	int		 facts;		/* ... or what must be decided before */
	int		 kind;		/* of its value; see types.c */
};

/* A place in the text where a name was used. */
struct use {
	struct expr	*expr;
	struct use	*next;
};

/* A place where a currency sign was used. */
struct money {
	const char	*sign;
	struct place	 at;
	struct money	*next;
};

/* An expression with what only this folder needs to know of it. */
struct node {
	struct expr	 expr;		/* first: it is cast to this */
	int		 depth;
	int		 round, want, kind;	/* of types.c */
};

struct policy {
	struct arena	*arena;
	const char	*name;		/* of the file */
	const char	*dir;		/* where it lies, with the slash */
	const char	*text;
	size_t		 len;
	int		 too_long;
	int		 preset;	/* all of it are columns */

	struct statement *first, *last;
	int		 nstatements;
	int		 cut_short;	/* the rest was not read */
	struct use	*uses;		/* OP_NAMEs, latest first */
	struct money	*money;		/* the same of signs */

	const struct statement **tiers;
	size_t		 ntiers;
	struct keys	*tier_keys;	/* by the index of the tier */
	const char	*key, *currency;
	struct zone	*zone;
	struct named_calendar *calendars;
	size_t		 ncalendars;
	struct let_state *lets;
	size_t		 nlets;
	size_t		*let_order;	/* what others are made of first */
	size_t		 nordered;
	int		 let_broken;	/* they cannot be followed */
	struct column	*columns;
	size_t		 ncolumns, maxcolumns;
	struct keys	*column_keys;
	struct keys	*let_keys;

	struct message	*messages;
	size_t		 nmessages, maxmessages;
	int		 nerrors, nwarnings;
	int		 too_many;	/* messages: the rest is not kept */
};

/* A struct statement that can still be added to. */
struct draft {
	struct statement statement;
	struct clause	*last;
	int		 broken;	/* an error was told of in it */
	struct place	 named;		/* where its name stands */
};

struct list {				/* of expressions */
	struct expr	*expr;
	struct list	*next;
	size_t		 n;		/* with this one */
};

struct items {
	struct item	*first;		/* grows by doubling in the arena */
	size_t		 n, max;
};

/* ---------------------------------------------------------------- messages */

void	 policy_error(struct policy *, struct place, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
void	 policy_warning(struct policy *, struct place, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* Write them in the order of the file. */
void	 policy_tell(struct policy *, FILE *);
/* "; did you mean X?" or "", in the arena. */
const char *did_you_mean(struct policy *, const char *,
	    const char *const *names, size_t n);

/* ------------------------------------------------------------ construction */

char	*policy_text(struct policy *, const char *, size_t);
char	*policy_format(struct policy *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

struct expr	*expr_new(struct policy *, enum op, struct place);
struct expr	*expr_one(struct policy *, enum op, struct place,
		    struct expr *);
struct expr	*expr_two(struct policy *, enum op, struct place,
		    struct expr *, struct expr *);
struct expr	*expr_list(struct policy *, enum op, struct place,
		    struct expr *, struct list *);
int		 expr_depth(const struct expr *);
struct list	*list_add(struct policy *, struct list *, struct expr *);

struct clause	*clause_new(struct policy *, enum word, struct place);
struct draft	*draft_new(struct policy *, enum keyword, struct place);
void		 draft_add(struct policy *, struct draft *, struct clause *,
		    const struct clause_row *);

int		 duration_is_zero(const struct duration *);
/* How much the longest possible stretch of it is, in seconds. */
int64_t		 duration_seconds(const struct duration *);

/* ------------------------------------------------------------------ phases */

void		 policy_scan_and_parse(struct policy *);	/* parse.y */
void		 policy_check(struct policy *);			/* check.c */
void		 policy_infer(struct policy *);			/* types.c */
void		 policy_calendars(struct policy *);		/* hours.c */
void		 policy_sense(struct policy *);			/* sense.c */

/* NULL, or what is wrong with a regular expression. */
const char	*regex_error(struct policy *, const char *);
/* "; did you mean X?" among the names of a keyword's statements, or "". */
const char	*suggest(struct policy *, enum keyword, const char *);

/* Does a map only say which values are none? */
int		 map_is_blank(const struct clause *);

/* A clause by itself, its word and its value, in canonical form. */
void	 show_clause(enum keyword, const struct clause *,
	    const char *currency, struct buf *);
const char *show_currency(const struct policy *);

#endif /* VIP_AST_H */
