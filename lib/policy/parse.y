/* SPDX-License-Identifier: GPL-3.0-or-later */
%code requires {
#include "policy/lex.h"
}

%{
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"
#include "policy/lex.h"

/* Deep enough for what lex.c lets through in a policy that means anything. */
#define YYMAXDEPTH 4000

struct parse {
	struct policy	*policy;
	struct lex	*lex;
	const struct token *token;	/* the last that was read */
	struct draft	*draft;		/* the statement we are in */
};
%}

%define api.pure full
%define api.prefix {policy_yy}
%define parse.error simple
%param	{struct parse *ps}
%expect	0

%code requires {
struct parse;

struct chain {				/* clauses of one word */
	struct clause	*first, *last;
};
}

%union {
	struct token	*token;
	struct expr	*expr;
	struct list	*list;
	struct clause	*clause;
	struct chain	 chain;
	struct items	*items;
	int		 op;
}

%{
static int		 policy_yylex(POLICY_YYSTYPE *, struct parse *);
static void		 policy_yyerror(struct parse *, const char *);

static struct expr	*leaf(struct parse *, enum op, const struct token *);
static struct expr	*number(struct parse *, const struct token *);
static struct expr	*op_list(struct parse *, enum op,
			    const struct token *, struct expr *,
			    struct list *);
static struct expr	*op_two(struct parse *, enum op, const struct token *,
			    struct expr *, struct expr *);
static struct expr	*op_one(struct parse *, enum op, const struct token *,
			    struct expr *);
static struct expr	*op_text(struct parse *, enum op, const struct token *,
			    struct expr *, const struct token *);
static struct expr	*call(struct parse *, const struct token *,
			    struct list *, struct expr *);
static struct expr	*negate(struct parse *, const struct token *,
			    struct expr *);

static void		 begin(struct parse *, const struct token *);
static void		 name(struct parse *, const struct token *);
static void		 label(struct parse *, const struct token *);
static void		 finish(struct parse *);
static void		 add(struct parse *, const struct token *,
			    struct clause *);
static struct clause	*clause(struct parse *, const struct token *);
static struct clause	*flag(struct parse *, const struct token *);
static struct clause	*with_expr(struct parse *, const struct token *,
			    struct expr *);
static struct clause	*with_number(struct parse *, const struct token *,
			    const struct token *, int);
static struct clause	*with_text(struct parse *, const struct token *,
			    const struct token *, const struct token *);
static struct clause	*with_items(struct parse *, const struct token *,
			    struct items *);
static struct clause	*with_duration(struct parse *, const struct token *,
			    const struct token *);
static struct clause	*with_day(struct parse *, const struct token *,
			    const struct token *);
static struct clause	*from_to(struct parse *, const struct token *,
			    const struct token *, const struct token *);
static struct clause	*source(struct parse *, const struct token *,
			    const struct items *);
static struct clause	*steps(struct parse *, const struct token *,
			    const struct token *, const struct token *);
static struct clause	*range(struct parse *, const struct token *,
			    const struct token *, const struct token *);
static struct clause	*between(struct parse *, const struct token *,
			    const struct token *, const struct token *);
static struct clause	*earn(struct parse *, const struct token *,
			    const struct token *, struct items *);
static struct clause	*hours(struct parse *, const struct chain *,
			    const struct token *);
static struct items	*item(struct parse *, struct items *,
			    const struct token *, const char *, num,
			    const struct token *);
static struct clause	*days(struct parse *, const struct token *,
			    const struct token *);
static void		 span(struct parse *, struct clause *,
			    const struct token *, const struct token *);
static num		 lead(struct parse *, const struct token *);
%}

%token	<token>	KEYWORD NAME TEXT NUMBER DURATION DATE CLOCK BAD
%token	<token>	BARE COMPARE SAME_DAY STATUS FUNCTION
%token	<token>	C_FLAG C_EXPR C_DURATION C_BOUND C_NUMBER C_TEXT C_MESSAGES
%token	<token>	C_HOLIDAYS C_WORD C_TEXTS C_NAMES C_FROM C_DATE C_MAP C_PARTS
%token	<token>	C_LEAD C_CLOCKS C_HOURS C_STEPS C_RANGE C_EARN
%token	<token>	C_BETWEEN
%token	<token>	AND OR NOT IN IN_FILE BETWEEN LIKE MATCHES HAS_WORD WITHIN
%token	<token>	LE GE NE TODAY NOW TRUE_ FALSE_ TIER VIP RISK
%token	<token>	PER EARN_FOR TO ONLY
%token	<token>	'(' ')' ',' ';' '{' '}' '=' '<' '>' '+' '-' '*' '/'

%type	<expr>	or and not comparison sum product unary primary group
%type	<list>	arguments
%type	<clause> clause
%type	<chain>	earnings hours
%type	<clause> earning days
%type	<items>	names texts textlist clocks pairs parts leads
%type	<token>	word compare sameday

%%

policy	: /* empty */
	| policy statement
	;

statement
	: head clauses			{ finish(ps); }
	| head clauses '{' clauses '}'	{ finish(ps); }
	;

head	: start name label
	;

start	: KEYWORD			{ begin(ps, $1); }
	;

name	: /* empty */			{ name(ps, NULL); }
	| NAME				{ name(ps, $1); }
	;

label	: /* empty */			{ label(ps, NULL); }
	| TEXT				{ label(ps, $1); }
	;

clauses	: /* empty */
	| clauses clause		{ (void)$2; }
	| clauses error			{ yyclearin; yyerrok; }
	;

clause	: C_FLAG			{ $$ = flag(ps, $1); }
	| C_EXPR or			{ $$ = with_expr(ps, $1, $2); }
	| C_DURATION DURATION		{ $$ = with_duration(ps, $1, $2); }
	| C_BOUND DURATION		{ $$ = with_duration(ps, $1, $2); }
	| C_BOUND sameday		{ $$ = with_duration(ps, $1, $2); }
	| C_NUMBER NUMBER		{ $$ = with_number(ps, $1, $2, 0); }
	| C_NUMBER '-' NUMBER		{ $$ = with_number(ps, $1, $3, 1); }
	| BARE				{ $$ = with_number(ps, $1, $1, 0); }
	| BARE PER DURATION {
		$$ = with_number(ps, $1, $1, 0);
		$$->word = W_PER;
		$$->duration = $3->duration;
	}
	| COMPARE NUMBER		{ $$ = with_number(ps, $1, $2, 0); }
	| COMPARE '-' NUMBER		{ $$ = with_number(ps, $1, $3, 1); }
	| COMPARE DURATION		{ $$ = with_duration(ps, $1, $2); }
	| C_TEXT TEXT			{ $$ = with_text(ps, $1, $2, NULL); }
	| C_WORD word			{ $$ = with_text(ps, $1, $2, NULL); }
	| C_MESSAGES TEXT		{ $$ = with_text(ps, $1, $2, NULL); }
	| C_MESSAGES TEXT TEXT		{ $$ = with_text(ps, $1, $2, $3); }
	| C_HOLIDAYS TEXT		{ $$ = with_text(ps, $1, $2, NULL); }
	| C_HOLIDAYS TEXT ONLY TEXT	{ $$ = with_text(ps, $1, $2, $4); }
	| C_TEXTS textlist		{ $$ = with_items(ps, $1, $2); }
	| C_NAMES names			{ $$ = with_items(ps, $1, $2); }
	| C_CLOCKS clocks		{ $$ = with_items(ps, $1, $2); }
	| C_MAP '(' pairs ')'		{ $$ = with_items(ps, $1, $3); }
	| C_PARTS '(' parts ')'		{ $$ = with_items(ps, $1, $3); }
	| C_LEAD '(' leads ')'		{ $$ = with_items(ps, $1, $3); }
	| C_DATE DATE			{ $$ = with_day(ps, $1, $2); }
	| C_FROM DATE			{ $$ = with_day(ps, $1, $2); }
	| C_FROM TEXT {
		$$ = source(ps, $1, item(ps, NULL, $2, NULL, 0, NULL));
	}
	| C_FROM '(' texts ')'		{ $$ = source(ps, $1, $3); }
	| C_FROM NAME TO NAME		{ $$ = from_to(ps, $1, $2, $4); }
	| C_STEPS NAME NAME		{ $$ = steps(ps, $1, $2, $3); }
	| C_STEPS NUMBER NAME		{ $$ = steps(ps, $1, $2, $3); }
	| C_RANGE NUMBER		{ $$ = range(ps, $1, $2, $2); }
	| C_RANGE NUMBER '-' NUMBER	{ $$ = range(ps, $1, $2, $4); }
	| C_BETWEEN NUMBER AND NUMBER	{ $$ = between(ps, $1, $2, $4); }
	| C_EARN earnings {
		$$ = $2.first;
		$$->at = $1->at;
		add(ps, $1, $$);
	}
	| C_HOURS hours			{ $$ = hours(ps, &$2, $1); }
	;

word	: NAME
	| TEXT
	;

sameday	: SAME_DAY
	;

names	: word			{ $$ = item(ps, NULL, $1, NULL, 0, NULL); }
	| names ',' word	{ $$ = item(ps, $1, $3, NULL, 0, NULL); }
	;

texts	: TEXT			{ $$ = item(ps, NULL, $1, NULL, 0, NULL); }
	| texts ',' TEXT	{ $$ = item(ps, $1, $3, NULL, 0, NULL); }
	;

textlist: texts
	| '(' texts ')'		{ $$ = $2; }
	;

clocks	: NAME			{ $$ = item(ps, NULL, $1, NULL, 0, NULL); }
	| clocks AND NAME	{ $$ = item(ps, $1, $3, NULL, 0, NULL); }
	;

pairs	: word '=' word {
		$$ = item(ps, NULL, $1, $3->text, 0, NULL);
	}
	| pairs ',' word '=' word {
		$$ = item(ps, $1, $3, $5->text, 0, NULL);
	}
	;

parts	: TEXT NUMBER {
		$$ = item(ps, NULL, $1, NULL, $2->number, $2);
	}
	| parts ',' TEXT NUMBER {
		$$ = item(ps, $1, $3, NULL, $4->number, $4);
	}
	;

leads	: TEXT DURATION {
		$$ = item(ps, NULL, $1, NULL, lead(ps, $2), NULL);
	}
	| leads ',' TEXT DURATION {
		$$ = item(ps, $1, $3, NULL, lead(ps, $4), NULL);
	}
	;

earnings: earning			{ $$.first = $$.last = $1; }
	| earnings ';' earning {
		$$.first = $1.first;
		$1.last->next = $3;
		$$.last = $3;
	}
	;

earning	: NUMBER PER NUMBER		{ $$ = earn(ps, $1, $3, NULL); }
	| NUMBER PER NUMBER EARN_FOR names {
		$$ = earn(ps, $1, $3, $5);
	}
	;

hours	: days				{ $$.first = $$.last = $1; }
	| days CLOCK '-' CLOCK {
		$$.first = $$.last = $1;
		span(ps, $1, $2, $4);
	}
	| hours ',' CLOCK '-' CLOCK {
		$$ = $1;
		span(ps, $1.last, $3, $5);
	}
	| hours ',' days {
		$$.first = $1.first;
		$1.last->next = $3;
		$$.last = $3;
	}
	| hours ',' days CLOCK '-' CLOCK {
		$$.first = $1.first;
		$1.last->next = $3;
		$$.last = $3;
		span(ps, $3, $4, $6);
	}
	;

days	: NAME				{ $$ = days(ps, $1, $1); }
	| NAME '-' NAME			{ $$ = days(ps, $1, $3); }
	| DATE				{ $$ = days(ps, $1, $1); }
	;

or	: and
	| or OR and			{ $$ = op_two(ps, OP_OR, $2, $1, $3); }
	;

and	: not
	| and AND not			{ $$ = op_two(ps, OP_AND, $2, $1, $3); }
	;

not	: comparison
	| NOT not			{ $$ = op_one(ps, OP_NOT, $1, $2); }
	;

comparison
	: sum
	| sum compare sum {
		$$ = op_two(ps, (enum op)$2->number, $2, $1, $3);
	}
	| sum IN '(' arguments ')'	{ $$ = op_list(ps, OP_IN, $2, $1, $4); }
	| sum IN_FILE TEXT	{ $$ = op_text(ps, OP_IN_FILE, $2, $1, $3); }
	| sum BETWEEN sum AND sum {
		struct list	*l;

		l = list_add(ps->policy, NULL, $3);
		l = list_add(ps->policy, l, $5);
		$$ = op_list(ps, OP_BETWEEN, $2, $1, l);
	}
	| sum LIKE TEXT		{ $$ = op_text(ps, OP_LIKE, $2, $1, $3); }
	| sum MATCHES TEXT	{ $$ = op_text(ps, OP_MATCHES, $2, $1, $3); }
	| sum HAS_WORD TEXT	{ $$ = op_text(ps, OP_HAS_WORD, $2, $1, $3); }
	| NAME STATUS {
		$$ = leaf(ps, OP_STATUS, $1);
		$$->text = $1->text;
		$$->number = $2->number;
	}
	;

compare	: '='				{ $$ = $1; $$->number = OP_EQ; }
	| NE				{ $$ = $1; $$->number = OP_NE; }
	| '<'				{ $$ = $1; $$->number = OP_LT; }
	| LE				{ $$ = $1; $$->number = OP_LE; }
	| '>'				{ $$ = $1; $$->number = OP_GT; }
	| GE				{ $$ = $1; $$->number = OP_GE; }
	;

sum	: product
	| sum '+' product		{ $$ = op_two(ps, OP_ADD, $2, $1, $3); }
	| sum '-' product		{ $$ = op_two(ps, OP_SUB, $2, $1, $3); }
	;

product	: unary
	| product '*' unary		{ $$ = op_two(ps, OP_MUL, $2, $1, $3); }
	| product '/' unary		{ $$ = op_two(ps, OP_DIV, $2, $1, $3); }
	;

unary	: primary
	| '-' unary			{ $$ = negate(ps, $1, $2); }
	;

primary	: '(' or ')'			{ $$ = $2; }
	| NUMBER			{ $$ = number(ps, $1); }
	| TEXT {
		$$ = leaf(ps, OP_TEXT, $1);
		$$->text = $1->text;
	}
	| DATE {
		$$ = leaf(ps, OP_DATE, $1);
		$$->number = $1->number;
	}
	| CLOCK {
		$$ = leaf(ps, OP_CLOCK, $1);
		$$->number = $1->number;
	}
	| DURATION {
		$$ = leaf(ps, OP_DURATION, $1);
		$$->duration = $1->duration;
	}
	| NAME {
		$$ = leaf(ps, OP_NAME, $1);
		$$->text = $1->text;
		$$->number = $1->look == LOOK_NAME;
	}
	| TODAY				{ $$ = leaf(ps, OP_TODAY, $1); }
	| NOW				{ $$ = leaf(ps, OP_NOW, $1); }
	| TRUE_				{ $$ = leaf(ps, OP_TRUE, $1); }
	| FALSE_			{ $$ = leaf(ps, OP_FALSE, $1); }
	| TIER				{ $$ = leaf(ps, OP_TIER, $1); }
	| VIP				{ $$ = leaf(ps, OP_VIP, $1); }
	| RISK				{ $$ = leaf(ps, OP_RISK, $1); }
	| FUNCTION '(' arguments group ')' {
		$$ = call(ps, $1, $3, $4);
	}
	;

arguments
	: or			{ $$ = list_add(ps->policy, NULL, $1); }
	| arguments ',' or	{ $$ = list_add(ps->policy, $1, $3); }
	;

group	: /* empty */			{ $$ = NULL; }
	| WITHIN sum			{ $$ = $2; }
	;

%%

static int
policy_yylex(POLICY_YYSTYPE *value, struct parse *ps)
{
	value->token = lex_next(ps->lex);
	ps->token = value->token;
	return value->token->type;
}

/*
 * The token at fault is always the last that was read; or else the parser's
 * stack is full.
 */
static void
policy_yyerror(struct parse *ps, const char *what)
{
	if (strcmp(what, "syntax error") != 0) {
		policy_error(ps->policy, ps->token->at,
		    "this is nested too deeply");
		return;
	}
	if (ps->draft != NULL) {
		ps->draft->broken = 1;
		/* What was read of this clause is not the whole of it. */
		if (ps->lex->was_row != NULL && ps->draft->last != NULL &&
		    ps->draft->last->at.line == ps->lex->clause_at.line &&
		    ps->draft->last->at.column == ps->lex->clause_at.column)
			ps->draft->last->expr = NULL;
	}
	lex_unexpected(ps->lex, ps->token);
}

/* ------------------------------------------------------------ expressions */

static struct expr *
leaf(struct parse *ps, enum op op, const struct token *t)
{
	return expr_new(ps->policy, op, t->at);
}

static void
money(struct parse *ps, const struct token *t)
{
	struct money	*m;

	if ((t->flags & EXPR_MONEY) == 0)
		return;
	m = arena_get(ps->policy->arena, sizeof(*m));
	m->sign = t->text;
	m->at = t->at;
	m->next = ps->policy->money;
	ps->policy->money = m;
}

static struct expr *
number(struct parse *ps, const struct token *t)
{
	struct expr	*e;

	e = leaf(ps, OP_NUMBER, t);
	e->number = t->number;
	e->flags = t->flags;
	money(ps, t);
	return e;
}

/* What is too deep is told of once, and is not built any deeper. */
static struct expr *
checked(struct parse *ps, struct expr *e, struct expr *instead)
{
	if (expr_depth(e) <= DEPTH_MAX)
		return e;
	policy_error(ps->policy, e->at, "an expression of more than %d "
	    "operators in a row; is it a list for \"in\"?", DEPTH_MAX);
	return instead;
}

static struct expr *
op_list(struct parse *ps, enum op op, const struct token *t,
    struct expr *first, struct list *list)
{
	return checked(ps, expr_list(ps->policy, op, t->at, first, list),
	    first);
}

static struct expr *
op_two(struct parse *ps, enum op op, const struct token *t, struct expr *a,
    struct expr *b)
{
	return checked(ps, expr_two(ps->policy, op, t->at, a, b), b);
}

static struct expr *
op_one(struct parse *ps, enum op op, const struct token *t, struct expr *a)
{
	return checked(ps, expr_one(ps->policy, op, t->at, a), a);
}

static struct expr *
op_text(struct parse *ps, enum op op, const struct token *t, struct expr *a,
    const struct token *text)
{
	struct expr	*e, *pattern;
	struct policy	*p = ps->policy;

	if (op == OP_IN_FILE) {
		e = expr_one(p, op, t->at, a);
		e->text = text->text;
		e->path = text->text[0] == '/' ? text->text :
		    policy_format(p, "%s%s", p->dir, text->text);
		return checked(ps, e, a);
	}
	pattern = leaf(ps, OP_TEXT, text);
	pattern->text = text->text;
	return op_two(ps, op, t, a, pattern);
}

/* "-5" is a number, not an operation on one. */
static struct expr *
negate(struct parse *ps, const struct token *t, struct expr *e)
{
	if (e->op != OP_NUMBER || e->at.line != t->at.line ||
	    e->at.column != t->at.column + 1)
		return op_one(ps, OP_NEG, t, e);
	e->number = -e->number;
	e->at = t->at;
	return e;
}

static struct expr *
call(struct parse *ps, const struct token *t, struct list *list,
    struct expr *within)
{
	const struct function_row	*f;
	const char			*names[64];
	struct policy			*p = ps->policy;
	struct expr			*e;
	size_t				 i;

	if ((f = function_find(t->text)) == NULL) {
		for (i = 0; i < function_rows(); i++)
			names[i] = function_row(i)->text;
		policy_error(p, t->at, "unknown function \"%s\"%s",
		    t->text, did_you_mean(p, t->text, names, i));
		e = leaf(ps, OP_NAME, t);
		e->text = t->text;
		return e;
	}
	if ((int)list->n < f->least || (f->most != -1 &&
	    (int)list->n > f->most)) {
		policy_error(p, t->at, "%s() takes %d%s value%s, not %zu",
		    f->text, f->least, f->most == -1 ? " or more" : "",
		    f->least == 1 ? "" : "s", list->n);
		e = leaf(ps, OP_NAME, t);
		e->text = t->text;
		return e;
	}
	if (f->op == OP_PROFILE || f->op == OP_COUNT) {
		e = leaf(ps, f->op, t);
		if (list->expr->op == OP_NAME)
			e->text = list->expr->text;
		else {
			e->text = "";
			policy_error(p, list->expr->at, "%s() takes a name",
			    f->text);
		}
		list->expr->op = OP_TEXT;	/* it is no column */
	} else
		e = op_list(ps, f->op, t, NULL, list);
	if (within != NULL && !f->population)
		policy_error(p, within->at, f->op >= OP_REFERRALS &&
		    f->op <= OP_CHAINED ? "%s() has no \"within\"" :
		    "%s() looks at one row: it has no \"within\"", f->text);
	e->within = within;
	return e;
}

/* ------------------------------------------------------------- statements */

static void
begin(struct parse *ps, const struct token *t)
{
	if (ps->policy->nstatements++ == STATEMENTS_MAX) {
		policy_error(ps->policy, t->at, "a policy has at most %d "
		    "statements", STATEMENTS_MAX);
		ps->policy->cut_short = 1;
	}
	ps->draft = draft_new(ps->policy, (enum keyword)t->number, t->at);
}

static void
name(struct parse *ps, const struct token *t)
{
	const struct keyword_row	*k;

	k = keyword_row(ps->draft->statement.keyword);
	if (t != NULL) {
		ps->draft->statement.name = t->text;
		ps->draft->named = t->at;
		if (k->name == PART_NONE)
			policy_error(ps->policy, t->at, "%s has no name",
			    k->text);
	} else if (k->name == PART_MUST && !ps->draft->broken) {
		policy_error(ps->policy, ps->draft->statement.at,
		    "%s wants %s after it", k->text, k->name_is);
		ps->draft->statement.name = "";
		ps->draft->broken = 1;
	}
}

static void
label(struct parse *ps, const struct token *t)
{
	const struct keyword_row	*k;
	struct statement		*s = &ps->draft->statement;

	k = keyword_row(s->keyword);
	if (t == NULL) {
		if (k->label == PART_MUST && !ps->draft->broken) {
			policy_error(ps->policy, s->at,
			    "%s wants a text in double quotes after it",
			    k->text);
			ps->draft->broken = 1;
		}
		s->label = s->name;
		return;
	}
	s->label = t->text;
	if (k->label == PART_NONE)
		policy_error(ps->policy, t->at, "%s has no label", k->text);
}

static void
finish(struct parse *ps)
{
	ps->draft = NULL;
}

/* ---------------------------------------------------------------- clauses */

static void
add(struct parse *ps, const struct token *t, struct clause *c)
{
	draft_add(ps->policy, ps->draft, c, t->row);
}

static struct clause *
clause(struct parse *ps, const struct token *t)
{
	return clause_new(ps->policy, t->row->word, t->at);
}

static struct clause *
flag(struct parse *ps, const struct token *t)
{
	struct clause	*c;

	c = clause(ps, t);
	c->same_day = t->row->shape == SHAPE_SAME_DAY;
	add(ps, t, c);
	return c;
}

static struct clause *
with_expr(struct parse *ps, const struct token *t, struct expr *e)
{
	struct clause	*c;

	c = clause(ps, t);
	c->expr = e;
	if (t->row->shape == SHAPE_SHARE) {
		if (e->op != OP_BETWEEN || e->arg[1]->op != OP_NUMBER ||
		    e->arg[2]->op != OP_NUMBER)
			policy_error(ps->policy, e->at,
			    "\"%s\" wants %s: of X between 10%% and 50%%",
			    t->row->text, shape_hint(SHAPE_SHARE));
		else {
			c->expr = e->arg[0];
			c->low = e->arg[1]->number;
			c->high = e->arg[2]->number;
			c->percent = (e->arg[2]->flags & EXPR_PERCENT) != 0;
			c->money = (e->arg[2]->flags & EXPR_MONEY) != 0;
			if (c->low >= c->high)
				policy_error(ps->policy, e->arg[1]->at,
				    "nothing lies between these two");
		}
	}
	add(ps, t, c);
	return c;
}

static struct clause *
with_number(struct parse *ps, const struct token *t, const struct token *n,
    int negative)
{
	struct clause	*c;
	enum shape	 shape = t->row->shape;
	int		 percent, cash;

	c = clause(ps, t);
	c->number = negative ? -n->number : n->number;
	c->percent = (n->flags & EXPR_PERCENT) != 0;
	c->money = (n->flags & EXPR_MONEY) != 0;
	money(ps, n);
	percent = shape == SHAPE_PERCENT || shape == SHAPE_REWARD ||
	    shape == SHAPE_BARE || shape == SHAPE_COMPARE;
	cash = shape == SHAPE_AMOUNT || shape == SHAPE_REWARD ||
	    shape == SHAPE_COMPARE;
	if ((c->percent && !percent) || (c->money && !cash))
		policy_error(ps->policy, n->at, "\"%s\" wants %s, not %s",
		    t->row->text, shape_hint(shape),
		    c->money ? "money" : "a percentage");
	if (shape == SHAPE_COMPARE) {
		c->text = ps->draft->statement.name;
		switch (t->sign) {
		case '=':
			c->low = OP_EQ;
			break;
		case SIGN_NE:
			c->low = OP_NE;
			break;
		case '<':
			c->low = OP_LT;
			break;
		case SIGN_LE:
			c->low = OP_LE;
			break;
		case '>':
			c->low = OP_GT;
			break;
		default:
			c->low = OP_GE;
			break;
		}
	}
	add(ps, t, c);
	return c;
}

static struct clause *
with_duration(struct parse *ps, const struct token *t, const struct token *d)
{
	struct clause	*c;

	if (t->row->shape == SHAPE_COMPARE) {
		policy_error(ps->policy, d->at, "a target is a number; what "
		    "is owed by when is an sla");
		return clause(ps, t);
	}
	c = clause(ps, t);
	if (d->type == SAME_DAY)
		c->same_day = 1;
	else
		c->duration = d->duration;
	add(ps, t, c);
	return c;
}

static struct clause *
with_text(struct parse *ps, const struct token *t, const struct token *text,
    const struct token *to)
{
	const char	*names[8], *p;
	struct clause	*c;
	size_t		 len, n = 0;

	c = clause(ps, t);
	c->text = text->text;
	if (to != NULL)
		c->to = to->text;
	if (t->row->shape == SHAPE_WORD && t->row->values != NULL &&
	    (text->type == NAME || t->row->word != W_AS)) {
		for (p = t->row->values; *p != '\0'; p += len) {
			p += *p == ' ';
			len = strcspn(p, " ");
			names[n] = policy_text(ps->policy, p, len);
			if (strcmp(names[n], c->text) == 0)
				break;
			n++;
		}
		if (*p == '\0')
			policy_error(ps->policy, text->at,
			    "\"%s\" is one of: %s; not \"%s\"%s", t->row->text,
			    t->row->values, c->text,
			    did_you_mean(ps->policy, c->text, names, n));
		if (*p == '\0')
			c->text = names[0];
	}
	add(ps, t, c);
	return c;
}

static struct clause *
with_items(struct parse *ps, const struct token *t, struct items *items)
{
	struct clause	*c;

	c = clause(ps, t);
	c->nitem = items->n;
	c->item = items->first;
	add(ps, t, c);
	return c;
}

static struct clause *
with_day(struct parse *ps, const struct token *t, const struct token *d)
{
	struct clause	*c;

	c = clause(ps, t);
	c->day = d->number;
	if (ps->draft->statement.keyword == KW_COLUMN)
		policy_error(ps->policy, d->at, "\"from\" wants the column's "
		    "header in double quotes here");
	else
		add(ps, t, c);
	return c;
}

/* The headers that a column may have. */
static struct clause *
source(struct parse *ps, const struct token *t, const struct items *items)
{
	struct clause	*c;

	c = clause(ps, t);
	c->word = W_SOURCE;
	c->text = items->first->text;
	c->nitem = items->n;
	c->item = items->first;
	if (ps->draft->statement.keyword != KW_COLUMN)
		policy_error(ps->policy, items->first->at,
		    "\"from\" wants %s", shape_hint(SHAPE_DATE));
	else
		add(ps, t, c);
	return c;
}

static struct clause *
from_to(struct parse *ps, const struct token *t, const struct token *a,
    const struct token *b)
{
	enum keyword	 k = ps->draft->statement.keyword;
	struct clause	*c, *stop;

	c = clause(ps, t);
	c->text = a->text;
	c->word = W_START;
	stop = clause_new(ps->policy, W_STOP, b->at);
	stop->text = b->text;
	if (k != KW_SLA && k != KW_CHECKLIST) {
		policy_error(ps->policy, a->at, "\"from\" wants %s",
		    shape_hint(SHAPE_DATE));
		return c;
	}
	c->next = stop;
	add(ps, t, c);
	return c;
}

static struct clause *
steps(struct parse *ps, const struct token *t, const struct token *n,
    const struct token *word)
{
	struct clause	*c;

	c = clause(ps, t);
	c->number = n->type == NUMBER ? n->number : NUM_ONE;
	if ((n->type == NAME && strcmp(n->text, "one") != 0) ||
	    (n->type == NUMBER && (n->flags != 0 || n->number <= 0 ||
	    n->number % NUM_ONE != 0)) ||
	    (strcmp(word->text, "step") != 0 &&
	    strcmp(word->text, "steps") != 0))
		policy_error(ps->policy, n->at, "\"%s\" wants %s", t->row->text,
		    shape_hint(SHAPE_STEPS));
	add(ps, t, c);
	return c;
}

static struct clause *
range(struct parse *ps, const struct token *t, const struct token *low,
    const struct token *high)
{
	struct clause	*c;

	c = clause(ps, t);
	c->low = low->number;
	c->high = high->number;
	if (low->flags != 0 || high->flags != 0)
		policy_error(ps->policy, low->at, "\"%s\" wants %s",
		    t->row->text, shape_hint(SHAPE_RANGE));
	else if (c->low > c->high)
		policy_error(ps->policy, low->at, "this range is empty");
	add(ps, t, c);
	return c;
}

/* The most is the number, as where there is no least. */
static struct clause *
between(struct parse *ps, const struct token *t, const struct token *low,
    const struct token *high)
{
	struct clause	*c;

	c = clause(ps, t);
	c->low = low->number;
	c->number = c->high = high->number;
	c->percent = (high->flags & EXPR_PERCENT) != 0;
	if ((low->flags | high->flags) & EXPR_MONEY)
		policy_error(ps->policy, low->flags & EXPR_MONEY ? low->at :
		    high->at, "\"%s\" wants %s, not money", t->row->text,
		    shape_hint(SHAPE_BETWEEN));
	else if (low->flags != high->flags)
		policy_error(ps->policy, high->at, "one of these is a "
		    "percentage and the other is not");
	else if (c->low > c->high)
		policy_error(ps->policy, low->at,
		    "nothing lies between these two");
	add(ps, t, c);
	return c;
}

static struct clause *
earn(struct parse *ps, const struct token *n, const struct token *per,
    struct items *items)
{
	struct clause	*c;

	c = clause_new(ps->policy, W_EARN, n->at);
	c->number = n->number;
	c->low = per->number;
	c->money = (per->flags & EXPR_MONEY) != 0;
	money(ps, per);
	if (n->flags != 0 || (per->flags & EXPR_PERCENT) != 0)
		policy_error(ps->policy, n->at, "\"earn\" wants %s",
		    shape_hint(SHAPE_EARN));
	else if (c->low <= 0)
		policy_error(ps->policy, per->at,
		    "points are earned per an amount above 0");
	if (items != NULL) {
		c->nitem = items->n;
		c->item = items->first;
	}
	return c;
}

static struct clause *
days(struct parse *ps, const struct token *a, const struct token *b)
{
	struct clause	*c;
	int		 i, first, last;

	c = clause_new(ps->policy, W_OPEN, a->at);
	if (a->type == DATE) {
		c->day = a->number;
		return c;
	}
	if (a == b && strcmp(a->text, "daily") == 0) {
		c->days = 0x7f;
		return c;
	}
	first = weekday_find(a->text);
	last = weekday_find(b->text);
	if (first == -1 || last == -1) {
		policy_error(ps->policy, first == -1 ? a->at : b->at,
		    "\"%s\" is no day of the week; they are mon, tue, wed, "
		    "thu, fri, sat, sun", first == -1 ? a->text : b->text);
		c->days = 0x7f;
		return c;
	}
	for (i = first; ; i = (i + 1) % 7) {
		c->days |= 1U << i;
		if (i == last)
			return c;
	}
}

static void
span(struct parse *ps, struct clause *c, const struct token *from,
    const struct token *to)
{
	struct span	*s;

	if (from->number == to->number)
		policy_error(ps->policy, from->at, "nothing lies between "
		    "these two; around the clock is 00:00-24:00");
	if ((c->nspan & (c->nspan - 1)) == 0) {
		s = arena_get(ps->policy->arena,
		    (c->nspan == 0 ? 1 : c->nspan * 2) * sizeof(*s));
		if (c->nspan > 0)
			memcpy(s, c->span, c->nspan * sizeof(*s));
		c->span = s;
	}
	s = (struct span *)(uintptr_t)c->span + c->nspan++;
	s->from = (int)from->number;
	s->to = (int)to->number;
}

/*
 * What follows "open" or "closed": a clause for each day or range of days
 * that has times of its own.  Days without times have those of the next.
 */
static struct clause *
hours(struct parse *ps, const struct chain *chain, const struct token *t)
{
	struct clause	*c, *next, *first = NULL, *last = NULL;
	unsigned	 days = 0;
	int		 closed = t->row->word == W_CLOSED;

	for (c = chain->first; c != NULL; c = next) {
		next = (struct clause *)(uintptr_t)c->next;
		c->next = NULL;
		if (closed && c->days != 0)
			policy_error(ps->policy, c->at, "\"closed\" wants a "
			    "date; a day of the week is closed when no "
			    "\"open\" names it");
		if (!closed && c->nspan == 0) {
			if (c->days != 0 && next != NULL && next->days != 0) {
				days |= c->days;
				continue;
			}
			policy_error(ps->policy, c->at,
			    "the times are missing: 09:00-17:00");
		}
		if (days != 0) {
			c->days |= days;
			days = 0;
		}
		c->word = t->row->word;
		if (first == NULL) {
			first = c;
			c->at = t->at;
		} else
			last->next = c;
		last = c;
	}
	add(ps, t, first);
	return first;
}

static struct items *
item(struct parse *ps, struct items *items, const struct token *t,
    const char *to, num n, const struct token *amount)
{
	struct item	*i;

	if (items == NULL)
		items = arena_get(ps->policy->arena, sizeof(*items));
	if (items->n == items->max) {
		items->max = items->max == 0 ? 4 : items->max * 2;
		i = arena_get(ps->policy->arena, items->max * sizeof(*i));
		if (items->n > 0)
			memcpy(i, items->first, items->n * sizeof(*i));
		items->first = i;
	}
	i = &items->first[items->n++];
	i->text = t->text;
	i->to = to;
	i->number = n;
	i->at = t->at;
	if (amount != NULL) {
		money(ps, amount);
		if ((amount->flags & EXPR_PERCENT) != 0)
			policy_error(ps->policy, amount->at,
			    "a part is an amount, not a percentage");
	}
	return items;
}

/* Days before: a number of days, as items have numbers. */
static num
lead(struct parse *ps, const struct token *t)
{
	if (t->duration.months != 0 || t->duration.seconds != 0 ||
	    t->duration.business)
		policy_error(ps->policy, t->at, "this is counted in days or "
		    "weeks");
	return t->duration.days * NUM_ONE;
}

void
policy_scan_and_parse(struct policy *p)
{
	struct parse	 ps = { .policy = p };
	struct lex	 lx;

	lex_scan(p, &lx);
	ps.lex = &lx;
	p->cut_short |= policy_yyparse(&ps) != 0;
	free(lx.token);
}
