/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_LEX_H
#define VIP_LEX_H

/*
 * The scanner, in two steps.  lex_scan() cuts the text into tokens, which
 * say what they look like.  lex_next() hands them to the grammar and says
 * what each word is: the words of the language are no names that are set
 * apart, they mean something where it can mean that and are names elsewhere
 * ("level" begins a statement, but not in "when level >= 3").
 */

#include "policy/ast.h"

enum look {
	LOOK_END,
	LOOK_BAD,		/* the scanner has told of it */
	LOOK_WORD,		/* text, in normal form C */
	LOOK_NAME,		/* the same from between backticks */
	LOOK_TEXT,		/* text */
	LOOK_NUMBER,		/* number, flags; text: the currency sign */
	LOOK_DURATION,		/* duration */
	LOOK_DATE,		/* number: days */
	LOOK_CLOCK,		/* number: seconds */
	LOOK_SIGN		/* sign: a character, or one of SIGN_ */
};

enum { SIGN_LE = 256, SIGN_GE, SIGN_NE };

struct token {
	enum look		 look;
	struct place		 at;
	size_t			 start, end;	/* in the policy's text */
	int			 first;		/* of its line */
	int			 sign;
	int			 flags;
	int			 type;		/* for the grammar */
	num			 number;	/* or a keyword, a status, an op */
	const char		*text;
	struct duration		 duration;
	const struct clause_row	*row;		/* of a clause word */
};

struct lex {
	struct policy		*policy;
	struct token		*token;		/* the last is the end */
	size_t			 ntoken, next;

	/* Where we are. */
	int			 inside;	/* a statement has begun */
	enum keyword		 keyword;
	enum { HEAD_NAME, HEAD_LABEL, HEAD_DONE } head;
	const struct clause_row	*row;		/* the clause we are in */
	struct place		 clause_at;
	int			 operand;	/* a value comes next */
	int			 parens;
	int			 brace, closing;
	struct place		 brace_at;

	/* For messages: how it was before the last token. */
	const struct clause_row	*was_row;
	int			 was_operand, was_parens;

	/* After an error: go on at the next clause or statement. */
	int			 lost;
	size_t			 last_sync;	/* 1 + token */
};

/* Cut the text into tokens: they are in the arena. */
void	 lex_scan(struct policy *, struct lex *);

/* The next token, with its type for the grammar. */
struct token *lex_next(struct lex *);

/* The bytes of a token as a message shows them: quoted, cut. */
const char *token_show(struct policy *, const struct token *);

/* Tell of the last token, which the grammar does not take, and get lost. */
void	 lex_unexpected(struct lex *, const struct token *);

/*
 * May a name, or what follows a point in it, begin with this character?  May
 * it go on with that one?  Names that have others stand in backticks.
 */
int	 name_begins(int32_t);
int	 name_goes_on(int32_t);

/* X, X1, TBD, ???: what stands for a value that nobody has filled in. */
int	 is_placeholder(const char *);

#endif /* VIP_LEX_H */
