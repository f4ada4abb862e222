/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "policy/program.h"

/*
 * A policy's tiers as one query.  Numbers are whole millionths, as in the
 * rest of the library, and dates are days since 1970.  What is used more
 * than once becomes a column of a stage; a stage reads the one before it:
 *
 *	WITH vip_1 AS (SELECT rowid, the columns FROM the table),
 *	vip_2 AS (SELECT *, what is made of them FROM vip_1), ...
 *
 * The database must not fold stages into each other: what a stage computes
 * once would then be written out, and computed, wherever it is used.
 */

#define NAME_LEN	60		/* of identifiers: PostgreSQL has 63 */
#define STEPS		3		/* of 100: six decimals of a quotient */
#define DIVISOR_MAX	INT64_C(92000000000000000)

enum binding {				/* loosest last */
	B_ATOM, B_PRODUCT, B_SUM, B_COMPARISON, B_NOT, B_AND, B_OR
};

struct term {
	const char	*text;
	int		 type;		/* an enum type */
	enum binding	 binding;
	size_t		 level;		/* the stage that has what it names */
	int		 constant;
	int		 day;		/* a date without a time of day */
	num		 n;		/* of a constant number */
};

struct staged {				/* a column of a stage */
	const char	*name, *text;
	size_t		 level;
};

struct made {				/* the value of a let, or a column */
	const void	*what;
	int		 type;
	struct term	 term;
};

struct sql {
	enum dialect	 dialect;
	struct plan	*plan;
	struct compiler	 c;
	const struct rename *map;
	PLAN_VECTOR(struct staged, item);
	PLAN_VECTOR(struct made, made);
	size_t		 number;	/* of the last column without a name */
	size_t		 levels;
	int		 excluding;	/* in what excludes */
	int		 partitioned;
	struct term	 out;		/* is the row excluded? */
	int		 failed;
};

static const char *const	 dialects[] = {
	[DIALECT_SQLITE] = "sqlite", [DIALECT_DUCKDB] = "duckdb",
	[DIALECT_POSTGRES] = "postgres"
};

static struct term	 value(struct sql *, const struct expr *, int);

int
sql_dialect(const char *name)
{
	size_t	 i;

	for (i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (strcmp(dialects[i], name) == 0)
			return (int)i;
	return -1;
}

/* ------------------------------------------------------------------- terms */

static const char *
text_of(struct sql *s, const char *fmt, va_list ap)
{
	char	*p;
	va_list	 again;
	int	 n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = arena_get(s->plan->arena, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

static __attribute__((format(printf, 2, 3))) const char *
format(struct sql *s, const char *fmt, ...)
{
	const char	*p;
	va_list		 ap;

	va_start(ap, fmt);
	p = text_of(s, fmt, ap);
	va_end(ap);
	return p;
}

static __attribute__((format(printf, 5, 6))) struct term
term(struct sql *s, int type, enum binding binding, size_t level,
    const char *fmt, ...)
{
	struct term	 t = { 0 };
	va_list		 ap;

	va_start(ap, fmt);
	t.text = text_of(s, fmt, ap);
	va_end(ap);
	t.type = type;
	t.binding = binding;
	t.level = level;
	return t;
}

/* The text of a term where only so loose an operator may stand. */
static const char *
in(struct sql *s, struct term t, enum binding loosest)
{
	return t.binding <= loosest ? t.text : format(s, "(%s)", t.text);
}

static size_t
later(struct term a, struct term b)
{
	return a.level > b.level ? a.level : b.level;
}

static struct term
constant(struct sql *s, int type, int64_t n)
{
	struct term	 t;

	t = term(s, type, B_ATOM, 0, n < 0 ? "(%lld)" : "%lld", (long long)n);
	t.constant = 1;
	t.n = n;
	return t;
}

static const char *
quoted(struct sql *s, const char *text, char quote)
{
	struct buf	 b = { 0 };
	const char	*p;

	buf_addc(&b, quote);
	for (p = text; *p != '\0'; p++) {
		if (*p == quote)
			buf_addc(&b, quote);
		buf_addc(&b, *p);
	}
	buf_addc(&b, quote);
	p = arena_text(s->plan->arena, b.p, b.len);
	buf_free(&b);
	return p;
}

static struct term
text_constant(struct sql *s, const char *text)
{
	struct buf	 b = { 0 };
	struct term	 t;

	text_nfc(&b, text, strlen(text));
	t = term(s, TYPE_TEXT, B_ATOM, 0, "%s",
	    quoted(s, buf_str(&b), '\''));
	t.constant = 1;
	buf_free(&b);
	return t;
}

static struct term
refuse(struct sql *s, const struct expr *e, int type, const char *what)
{
	struct term	 t = term(s, type, B_ATOM, 0, "NULL");

	complain("%s:%d:%d: sql: %s has no equal in %s", s->plan->file,
	    e->at.line, e->at.column, what, dialects[s->dialect]);
	s->failed = 1;
	t.day = 1;		/* nothing more is to be said of it */
	return t;
}

/* --------------------------------------------------------------- stages */

static int
is_taken(const struct sql *s, const char *name)
{
	size_t	 i;

	for (i = 0; i < s->nitem; i++)
		if (strcasecmp(s->item[i].name, name) == 0)
			return 1;
	return 0;
}

/* A name for a column: what the policy calls it, if that is free. */
static const char *
fresh(struct sql *s, const char *name)
{
	const char	*quote;

	if (name != NULL && strlen(name) <= NAME_LEN &&
	    strncasecmp(name, "vip_", 4) != 0 &&
	    !is_taken(s, quote = quoted(s, name, '"')))
		return quote;
	return format(s, "vip_x%zu", ++s->number);
}

/* Make a term a column of the next stage, unless it is as good as one. */
static struct term
keep_as(struct sql *s, struct term t, const char *name)
{
	struct staged	*item;
	struct term	 kept = t;
	size_t		 i;

	if (t.binding == B_ATOM)
		return t;
	kept.binding = B_ATOM;
	kept.level = t.level + 1;
	for (i = 0; i < s->nitem; i++)
		if (s->item[i].level == kept.level &&
		    strcmp(s->item[i].text, t.text) == 0) {
			kept.text = s->item[i].name;
			return kept;
		}
	kept.text = fresh(s, name);
	item = PLAN_ADD(s, item);
	item->name = kept.text;
	item->text = t.text;
	item->level = kept.level;
	if (kept.level > s->levels)
		s->levels = kept.level;
	return kept;
}

static struct term
keep(struct sql *s, struct term t)
{
	return keep_as(s, t, NULL);
}

/* -------------------------------------------------------------- arithmetic */

/* As wide as sums and products are. */
static const char *
wide_of(struct sql *s, const char *count)
{
	switch (s->dialect) {
	case DIALECT_DUCKDB:
		return format(s, "CAST(%s AS HUGEINT)", count);
	case DIALECT_POSTGRES:
		return format(s, "CAST(%s AS numeric)", count);
	default:
		return count;
	}
}

/* A constant is else as narrow as it looks. */
static struct term
widened(struct sql *s, struct term t)
{
	if (t.constant && t.type == TYPE_NUMBER)
		t.text = wide_of(s, t.text);
	return t;
}

/* Whole quotients, towards zero; both sides are atoms. */
static struct term
quotient(struct sql *s, struct term a, struct term b)
{
	size_t	 level = later(a, b);

	if (s->dialect == DIALECT_POSTGRES)
		return term(s, TYPE_NUMBER, B_SUM, level, "div(%s, %s)",
		    a.text, b.text);
	return term(s, TYPE_NUMBER, B_PRODUCT, level, "%s %s %s",
	    in(s, a, B_ATOM), s->dialect == DIALECT_SQLITE ? "/" : "//",
	    in(s, b, B_ATOM));
}

/* What is left of a quotient rounded half to even. */
static struct term
round_quotient(struct sql *s, struct term a, struct term b, struct term q,
    struct term r)
{
	size_t	 level = later(q, r);

	return keep(s, term(s, TYPE_NUMBER, B_OR, level, "CASE WHEN "
	    "2 * abs(%s) > abs(%s) OR (2 * abs(%s) = abs(%s) AND "
	    "%s %% 2 <> 0) THEN %s + CASE WHEN (%s < 0) = (%s < 0) THEN 1 "
	    "ELSE -1 END ELSE %s END", r.text, b.text, r.text, b.text, q.text,
	    q.text, a.text, b.text, q.text));
}

/* a / b of whole numbers, half to even; b is not 0. */
static struct term
half_even(struct sql *s, struct term a, struct term b)
{
	struct term	 q, r;

	a = keep(s, a);
	b = keep(s, b);
	q = keep(s, quotient(s, a, b));
	r = keep(s, term(s, TYPE_NUMBER, B_PRODUCT, later(a, b), "%s %% %s",
	    a.text, b.text));
	return round_quotient(s, a, b, q, r);
}

/*
 * A number by another.  SQLite's integers have 64 bits, and what is more
 * than that becomes a floating-point number there in silence: no product
 * may be larger than what comes out.
 */
static struct term
product(struct sql *s, struct term a, struct term b)
{
	struct term	 q, r;
	size_t		 level = later(a, b);

	if (a.constant) {
		q = a;
		a = b;
		b = q;
	}
	if (b.constant && b.n % NUM_ONE == 0)
		return term(s, TYPE_NUMBER, B_PRODUCT, level, "%s * %s",
		    in(s, a, B_ATOM),
		    constant(s, TYPE_NUMBER, b.n / NUM_ONE).text);
	a = keep(s, a);
	b = keep(s, b);
	level = later(a, b);
	if (s->dialect != DIALECT_SQLITE)
		return half_even(s, term(s, TYPE_NUMBER, B_PRODUCT, level,
		    "%s * %s", a.text, b.text),
		    constant(s, TYPE_NUMBER, NUM_ONE));
	q = keep(s, term(s, TYPE_NUMBER, B_SUM, level, "%s / 1000000 * %s + "
	    "%s %% 1000000 * (%s / 1000000) + "
	    "%s %% 1000000 * (%s %% 1000000) / 1000000",
	    a.text, b.text, a.text, b.text, a.text, b.text));
	r = keep(s, term(s, TYPE_NUMBER, B_PRODUCT, level, "%s %% 1000000 * "
	    "(%s %% 1000000) %% 1000000", a.text, b.text));
	return round_quotient(s, r, constant(s, TYPE_NUMBER, NUM_ONE), q, r);
}

/* In SQLite as by hand, two decimals at a time. */
static struct term
ratio(struct sql *s, struct term a, struct term b)
{
	struct term	 q, r, whole;
	size_t		 level;
	int		 i;

	a = keep(s, a);
	b = keep(s, b);
	if (b.constant && b.n == 0)
		return term(s, TYPE_NUMBER, B_OR, 0, "CAST(NULL AS %s)",
		    s->dialect == DIALECT_POSTGRES ? "numeric" : "INTEGER");
	if (s->dialect != DIALECT_SQLITE) {
		if (!b.constant)
			b = keep(s, term(s, TYPE_NUMBER, B_OR, b.level,
			    "NULLIF(%s, 0)", b.text));
		return half_even(s, term(s, TYPE_NUMBER, B_PRODUCT, a.level,
		    "%s * 1000000", widened(s, a).text), b);
	}
	/* json() of what is none is how SQLite is made to stop. */
	if (!b.constant || b.n > DIVISOR_MAX || b.n < -DIVISOR_MAX)
		b = keep(s, term(s, TYPE_NUMBER, B_OR, b.level, "CASE WHEN %s "
		    "BETWEEN -%lld AND %lld THEN NULLIF(%s, 0) WHEN %s IS NOT "
		    "NULL THEN json('a divisor out of range: ' || %s) END",
		    b.text, (long long)DIVISOR_MAX, (long long)DIVISOR_MAX,
		    b.text, b.text, b.text));
	q = keep(s, quotient(s, a, b));
	r = keep(s, term(s, TYPE_NUMBER, B_PRODUCT, later(a, b), "%s %% %s",
	    a.text, b.text));
	for (i = 0; i < STEPS; i++) {
		level = later(q, r);
		whole = r;
		q = keep(s, term(s, TYPE_NUMBER, B_SUM, level,
		    "%s * 100 + %s * 100 / %s", q.text, whole.text, b.text));
		r = keep(s, term(s, TYPE_NUMBER, B_PRODUCT, level,
		    "%s * 100 %% %s", whole.text, b.text));
	}
	return round_quotient(s, a, b, q, r);
}

static struct term
millions(struct sql *s, struct term t)
{
	return term(s, TYPE_NUMBER, B_PRODUCT, t.level, "%s * 1000000",
	    in(s, t, B_PRODUCT));
}

/* ----------------------------------------------------------------- columns */

static const char *
header_of(const struct sql *s, const char *name)
{
	const struct statement	*st;
	const struct clause	*from;
	const struct rename	*r;

	for (r = s->map; r != NULL; r = r->next)
		if (strcmp(r->to, name) == 0)
			return r->from;
	if ((st = policy_column(s->plan->pol, name)) != NULL &&
	    (from = clause_find(st, W_SOURCE)) != NULL)
		return from->text;
	return name;
}

static const struct clause *
clause_of(const struct sql *s, const char *name, enum word word)
{
	const struct statement	*st = policy_column(s->plan->pol, name);

	return st == NULL ? NULL : clause_find(st, word);
}

static const char *
normal_text(struct sql *s, const char *text)
{
	switch (s->dialect) {
	case DIALECT_DUCKDB:
		return format(s, "nfc_normalize(%s)", text);
	case DIALECT_POSTGRES:
		return format(s, "normalize(%s, NFC)", text);
	default:
		return text;
	}
}

static struct term
normal(struct sql *s, struct term t)
{
	const char	*text;

	if (t.constant || (text = normal_text(s, t.text)) == t.text)
		return t;
	return keep(s, term(s, TYPE_TEXT, B_OR, t.level, "%s", text));
}

/* A-Z in small letters, and no others, whatever the locale. */
static const char *
lower(struct sql *s, const char *text)
{
	if (s->dialect == DIALECT_SQLITE)
		return format(s, "lower(%s)", text);
	return format(s, "translate(%s, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', "
	    "'abcdefghijklmnopqrstuvwxyz')", text);
}

/* What a cell says that the policy has other words for. */
static struct term
mapped(struct sql *s, struct term t, const struct clause *map)
{
	struct buf	 b = { 0 };
	struct term	 to;
	size_t		 i;

	buf_addf(&b, "NULLIF(CASE %s", normal_text(s, t.text));
	for (i = 0; i < map->nitem; i++) {
		buf_addf(&b, " WHEN %s", text_constant(s,
		    map->item[i].text).text);
		buf_addf(&b, " THEN %s", quoted(s, map->item[i].to, '\''));
	}
	buf_addf(&b, " ELSE %s END, '')", t.text);
	to = keep(s, term(s, TYPE_TEXT, B_OR, t.level, "%s", buf_str(&b)));
	buf_free(&b);
	return to;
}

/*
 * SQLite has no decimals.  The digits without the point, and then as many
 * zeros as it takes to make them millionths, or as few digits.
 */
static struct term
sqlite_number(struct sql *s, struct term t, const char *name)
{
	struct term	 m, x, d, k;

	m = keep(s, term(s, TYPE_TEXT, B_OR, t.level,
	    "substr(%s, 1, instr(lower(%s) || 'e', 'e') - 1)",
	    t.text, t.text));
	x = keep(s, term(s, TYPE_NUMBER, B_OR, t.level,
	    "max(-99, min(99, CAST(substr(%s, instr(lower(%s) || 'e', 'e') + "
	    "1) AS INTEGER)))", t.text, t.text));
	d = keep(s, term(s, TYPE_TEXT, B_OR, m.level,
	    "replace(%s, '.', '')", m.text));
	k = keep(s, term(s, TYPE_NUMBER, B_SUM, later(m, x),
	    "6 + %s - max(0, length(%s) - instr(%s || '.', '.'))",
	    x.text, m.text, m.text));
	return keep_as(s, term(s, TYPE_NUMBER, B_OR, later(d, k),
	    "CAST(CASE WHEN %s < 0 THEN substr(%s, 1, max(0, length(%s) + %s))"
	    " ELSE %s || substr('0000000000000000000', 1, %s) END AS INTEGER)",
	    k.text, d.text, d.text, k.text, d.text, k.text), name);
}

static struct term
number(struct sql *s, struct term t, const char *name)
{
	switch (s->dialect) {
	case DIALECT_SQLITE:
		return sqlite_number(s, t, name);
	case DIALECT_DUCKDB:
		return keep_as(s, term(s, TYPE_NUMBER, B_OR, t.level,
		    "CAST(CAST(%s AS DECIMAL(19, 6)) * 1000000 AS HUGEINT)",
		    t.text), name);
	default:
		return keep_as(s, term(s, TYPE_NUMBER, B_OR, t.level,
		    "trunc(CAST(%s AS numeric) * 1000000)", t.text), name);
	}
}

/*
 * The local date of a cell: of a date, or a time without an offset.  What
 * has one would need the zones' history: the query stops there.
 */
static struct term
date(struct sql *s, struct term t, const char *name)
{
	static const char	 plain[] =
	    "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?$";
	const char		*test;

	if (s->dialect == DIALECT_SQLITE)
		return keep_as(s, term(s, TYPE_TIME, B_OR, t.level, "CASE WHEN"
		    " %s GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' "
		    "AND substr(%s, 11) NOT GLOB '*[^T0-9 :.]*' THEN "
		    "CAST(julianday(substr(%s, 1, 10)) - 2440587.5 AS INTEGER)"
		    " WHEN %s IS NOT NULL THEN json('no plain date: ' || %s) "
		    "END", t.text, t.text, t.text, t.text, t.text), name);
	test = s->dialect == DIALECT_DUCKDB ?
	    format(s, "regexp_matches(%s, '%s')", t.text, plain) :
	    format(s, "%s ~ '%s'", t.text, plain);
	return keep_as(s, term(s, TYPE_TIME, B_OR, t.level, "CAST(CASE WHEN "
	    "%s THEN substr(%s, 1, 10) ELSE 'no plain date: ' || %s END AS "
	    "DATE) - DATE '1970-01-01'", test, t.text, t.text), name);
}

static struct term
read_column(struct sql *s, const struct expr *e, const char *name, int type)
{
	const struct clause	*cl;
	struct term		 t;

	t = keep_as(s, term(s, TYPE_TEXT, B_OR, 0,
	    "NULLIF(CAST(t.%s AS %s), '')", quoted(s, header_of(s, name), '"'),
	    s->dialect == DIALECT_DUCKDB ? "VARCHAR" : "TEXT"),
	    type == TYPE_TEXT ? name : NULL);
	if ((cl = clause_of(s, name, W_MAP)) != NULL)
		t = mapped(s, t, cl);
	cl = clause_of(s, name, W_AS);
	switch (type) {
	case TYPE_NUMBER:
		if (cl != NULL)
			return refuse(s, e, type, "an amount \"as money\"");
		return number(s, t, name);
	case TYPE_TIME:
		if (cl != NULL || clause_of(s, name, W_IN) != NULL)
			return refuse(s, e, type,
			    "a date in a form or zone of its own");
		return date(s, t, name);
	case TYPE_TRUTH:
		return keep_as(s, term(s, type, B_OR, t.level, "CASE WHEN %s "
		    "IN ('yes', 'true', '1', 'y') THEN TRUE WHEN %s IN ('no', "
		    "'false', '0', 'n') THEN FALSE END", lower(s, t.text),
		    lower(s, t.text)), name);
	default:
		if (cl != NULL)
			return refuse(s, e, type, "text \"as text\"");
		return t;
	}
}

static struct term
made(struct sql *s, const void *what, int type, struct term t)
{
	struct made	*m = PLAN_ADD(s, made);

	m->what = what;
	m->type = type;
	m->term = t;
	return t;
}

static const struct term *
made_before(const struct sql *s, const void *what, int type)
{
	size_t	 i;

	for (i = 0; i < s->nmade; i++)
		if (s->made[i].what == what && s->made[i].type == type)
			return &s->made[i].term;
	return NULL;
}

static struct term
column(struct sql *s, const struct expr *e, const char *name, int type)
{
	size_t		 i;

	for (i = 0; i < s->nmade; i++)
		if (s->made[i].type == -type - 1 &&
		    strcmp(s->made[i].what, name) == 0)
			return s->made[i].term;
	return made(s, name, -type - 1, read_column(s, e, name, type));
}

static struct term
name(struct sql *s, const struct expr *e, int want)
{
	const struct expr	*peeled;
	const struct term	*before;
	struct term		 t;
	int			 type;

	type = e->let == NULL ? (int)plan_reading_type(s->plan, e->text) :
	    compile_let_type(&s->c, e);
	if (type == TYPE_MISSING)
		type = want == TYPE_MISSING || want >= KIND_CLOCK ?
		    TYPE_NUMBER : want;
	if (e->let == NULL)
		return column(s, e, e->text, type);
	peeled = expr_peel(e);
	if (peeled->op == OP_NAME || peeled->op == OP_TEXT ||
	    peeled->op == OP_DURATION || peeled->op == OP_CLOCK)
		return value(s, peeled, want);
	/* As the library has it: what a let is read as stays. */
	compile_let(&s->c, e->let)->type = type == KIND_DURATION ?
	    TYPE_NUMBER : type;
	if ((before = made_before(s, e->let, 0)) != NULL)
		return *before;
	t = keep_as(s, value(s, e->let->expr, type), e->let->name);
	return made(s, e->let, 0, t);
}

/* ------------------------------------------------------------- populations */

/* A window over the rows that count: of one group, and with x or without. */
static const char *
partition(struct sql *s, const struct term *x, const struct term *group,
    const char *more)
{
	struct buf	 b = { 0 };
	const char	*text;

	if (s->partitioned)
		buf_addf(&b, ", %s", s->out.text);
	if (x != NULL)
		buf_addf(&b, ", %s IS NULL", x->text);
	if (group != NULL)
		buf_addf(&b, ", %s", group->text);
	if (more != NULL)
		buf_addf(&b, ", %s", more);
	text = b.len == 0 ? "" : format(s, "PARTITION BY %s",
	    buf_str(&b) + 2);
	buf_free(&b);
	return text;
}

static __attribute__((format(printf, 4, 5))) struct term
window(struct sql *s, size_t level, const char *over, const char *fmt, ...)
{
	const char	*f;
	va_list		 ap;

	va_start(ap, fmt);
	f = text_of(s, fmt, ap);
	va_end(ap);
	return keep(s, term(s, TYPE_NUMBER, B_OR, level, "%s",
	    wide_of(s, format(s, "%s OVER (%s)", f, over))));
}

/* Unknown where x is, or the group. */
static struct term
known(struct sql *s, struct term t, const struct term *x,
    const struct term *group)
{
	const char	*are = NULL;
	size_t		 level = t.level;

	if (x != NULL) {
		are = format(s, "%s IS NOT NULL", x->text);
		level = x->level > level ? x->level : level;
	}
	if (group != NULL) {
		are = format(s, "%s%s%s IS NOT NULL", x == NULL ? "" : are,
		    x == NULL ? "" : " AND ", group->text);
		level = group->level > level ? group->level : level;
	}
	if (are == NULL)
		return t;
	return keep(s, term(s, t.type, B_OR, level, "CASE WHEN %s THEN %s END",
	    are, t.text));
}

static struct term
rank_of(struct sql *s, struct term x, const char *over, size_t level,
    int ascending)
{
	return window(s, level, format(s, "%s ORDER BY %s%s", over, x.text,
	    ascending ? "" : " DESC"), "rank()");
}

static struct term
percentile_of(struct sql *s, struct term x, const char *over, size_t level)
{
	struct term	 r, n, q;

	r = rank_of(s, x, over, level, 1);
	n = window(s, level, over, "count(*)");
	q = half_even(s, term(s, TYPE_NUMBER, B_PRODUCT, r.level,
	    "(%s - 1) * 1000000", r.text), term(s, TYPE_NUMBER, B_OR,
	    n.level, "NULLIF(%s - 1, 0)", n.text));
	return keep(s, term(s, TYPE_NUMBER, B_OR, q.level,
	    "COALESCE(%s, 1000000)", q.text));
}

static num
common_divisor(num a, num b)
{
	num	 r;

	while (b != 0) {
		r = a % b;
		a = b;
		b = r;
	}
	return a;
}

/*
 * A row is in if those above it have not reached the part yet.  The part of
 * the total, rounded up: total * n / d, without a product that is larger.
 */
static struct term
pareto_of(struct sql *s, struct term x, const char *over, const char *ties,
    size_t level, num share)
{
	struct term	 plus, all, sum, total, part, q, r;
	num		 d;

	if (share <= 0)
		return term(s, TYPE_TRUTH, B_ATOM, 0, "FALSE");
	if (share > 1000000 * NUM_ONE)
		share = 1000000 * NUM_ONE;
	d = common_divisor(share, NUM_ONE);
	share /= d;
	d = NUM_ONE / d;
	plus = keep(s, term(s, TYPE_NUMBER, B_OR, x.level,
	    "CASE WHEN %s > 0 THEN %s ELSE 0 END", x.text, x.text));
	if (plus.level > level)
		level = plus.level;
	all = window(s, level, format(s, "%s ORDER BY %s DESC RANGE BETWEEN "
	    "UNBOUNDED PRECEDING AND CURRENT ROW", over, x.text), "sum(%s)",
	    plus.text);
	sum = window(s, level, ties, "sum(%s)", plus.text);
	total = window(s, level, over, "sum(%s)", x.text);
	q = keep(s, quotient(s, total, constant(s, TYPE_NUMBER, d)));
	r = term(s, TYPE_NUMBER, B_PRODUCT, total.level, "%s %% %lld * %lld",
	    total.text, (long long)d, (long long)share);
	r = keep(s, term(s, TYPE_NUMBER, B_SUM, r.level, "%s + %lld", r.text,
	    (long long)(d - 1)));
	r = keep(s, quotient(s, r, constant(s, TYPE_NUMBER, d)));
	part = keep(s, term(s, TYPE_NUMBER, B_SUM, later(q, r),
	    "%s * %lld + %s", q.text, (long long)share, r.text));
	level = later(all, sum) > part.level ? later(all, sum) : part.level;
	return keep(s, term(s, TYPE_TRUTH, B_AND, level,
	    "%s > 0 AND %s - %s < %s", total.text, all.text, sum.text,
	    part.text));
}

/* The mean of the middle two, which are one and the same of an odd n. */
static struct term
median_of(struct sql *s, struct term x, const char *over, const char *all,
    size_t level)
{
	struct term	 row, n, sum;

	row = window(s, level, format(s, "%s ORDER BY %s", over, x.text),
	    "row_number()");
	n = window(s, level, all, "count(%s)", x.text);
	sum = window(s, row.level, all, "sum(CASE WHEN %s IS NULL THEN NULL "
	    "WHEN 2 * %s = %s + 1 THEN 2 * %s "
	    "WHEN 2 * %s IN (%s, %s + 2) THEN %s END)",
	    x.text, row.text, n.text, x.text, row.text, n.text, n.text,
	    x.text);
	return half_even(s, sum, constant(s, TYPE_NUMBER, 2));
}

static struct term
population(struct sql *s, const struct expr *e)
{
	struct term	 x, g = { 0 }, t, n;
	const struct term *group = NULL;
	const char	*over, *all;
	size_t		 level;
	num		 many = 0;
	int		 type, percent = 0;

	if (s->excluding)
		return refuse(s, e, compile_type(&s->c, e),
		    "to exclude by the population");
	type = compile_type(&s->c, e->arg[0]);
	if (type == TYPE_TIME)
		return refuse(s, e, compile_type(&s->c, e),
		    "the order of dates");
	x = keep(s, value(s, e->arg[0], TYPE_NUMBER));
	if (e->within != NULL) {
		type = compile_type(&s->c, e->within);
		g = value(s, e->within, type == TYPE_MISSING ? TYPE_TEXT :
		    type);
		if (g.type == TYPE_TIME)
			return refuse(s, e->within, compile_type(&s->c, e),
			    "a group by dates");
		g = keep(s, g.type == TYPE_TEXT ? normal(s, g) : g);
		group = &g;
	}
	if (e->op == OP_TOP || e->op == OP_PARETO) {
		if (!compile_number(&s->c, e->arg[1], &many))
			plan_die(s->plan, e->arg[1]->at,
			    "how many must be a constant");
		percent = expr_peel(e->arg[1])->flags & EXPR_PERCENT;
	}
	level = later(x, s->out);
	if (g.level > level)
		level = g.level;
	over = partition(s, &x, group, NULL);
	all = partition(s, NULL, group, NULL);
	switch (e->op) {
	case OP_RANK:
		t = millions(s, rank_of(s, x, over, level, 0));
		return known(s, t, &x, group);
	case OP_PERCENTILE:
		t = percentile_of(s, x, over, level);
		return known(s, t, &x, group);
	case OP_PARETO:
		t = pareto_of(s, x, over, partition(s, &x, group, x.text),
		    level, many);
		return known(s, t, &x, group);
	case OP_TOP:
		t = rank_of(s, x, over, level, 0);
		if (percent) {
			n = window(s, level, over, "count(*)");
			n = keep(s, term(s, TYPE_NUMBER, B_PRODUCT, n.level,
			    "%s * %lld", n.text,
			    (long long)(many < 0 ? 0 : many)));
			n = keep(s, quotient(s, n, constant(s, TYPE_NUMBER,
			    NUM_ONE)));
			t = term(s, TYPE_TRUTH, B_COMPARISON, later(t, n),
			    "(%s <= %s OR %s <= 1)", t.text, n.text, t.text);
		} else {
			t = term(s, TYPE_TRUTH, B_COMPARISON, t.level,
			    "%s * 1000000 <= %lld", t.text, (long long)many);
		}
		return known(s, t, &x, group);
	case OP_MEAN:
		t = window(s, level, all, "sum(%s)", x.text);
		n = window(s, level, all, "count(%s)", x.text);
		n = term(s, TYPE_NUMBER, B_OR, n.level, "NULLIF(%s, 0)",
		    n.text);
		return known(s, half_even(s, t, n), NULL, group);
	case OP_MEDIAN:
		return known(s, median_of(s, x, over, all, level), NULL,
		    group);
	default:
		t = window(s, level, all, "sum(%s)", x.text);
		t = keep(s, term(s, TYPE_NUMBER, B_OR, t.level,
		    "COALESCE(%s, 0)", t.text));
		return known(s, t, NULL, group);
	}
}

/* ------------------------------------------------------------------- texts */

/*
 * The characters whose small form has an ASCII letter in it, and those that
 * make one character with the mark after them only once they are small.
 * With these gone, ASCII is folded as Unicode has it.
 */
static const char *const	 folds[][2] = {
	{ "H\xcc\xb1", "\xe1\xba\x96" }, { "J\xcc\x8c", "\xc7\xb0" },
	{ "T\xcc\x88", "\xe1\xba\x97" }, { "W\xcc\x8a", "\xe1\xba\x98" },
	{ "Y\xcc\x8a", "\xe1\xba\x99" },
	{ "\xc3\x9f", "ss" }, { "\xe1\xba\x9e", "ss" },
	{ "\xc4\xb0", "i\xcc\x87" }, { "\xc5\x89", "\xca\xbcn" },
	{ "\xc5\xbf", "s" }, { "\xe1\xba\x9a", "a\xca\xbe" },
	{ "\xcd\xbe", ";" }, { "\xe1\xbf\xaf", "`" },
	{ "\xe2\x84\xaa", "k" },
	{ "\xef\xac\x80", "ff" }, { "\xef\xac\x81", "fi" },
	{ "\xef\xac\x82", "fl" }, { "\xef\xac\x83", "ffi" },
	{ "\xef\xac\x84", "ffl" }, { "\xef\xac\x85", "st" },
	{ "\xef\xac\x86", "st" }
};

static struct term
folded(struct sql *s, struct term t)
{
	const char	*text = normal(s, t).text;
	size_t		 i, level = normal(s, t).level;

	for (i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
		text = format(s, "replace(%s, '%s', '%s')", text, folds[i][0],
		    folds[i][1]);
	return keep(s, term(s, TYPE_TEXT, B_OR, level, "%s", lower(s, text)));
}

/*
 * A text of the policy, folded; NULL if it has letters that come in two
 * cases beyond ASCII.
 */
static const char *
foldable(struct sql *s, const char *text)
{
	struct buf		 b = { 0 };
	const char		*folded_text;
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 n;
	size_t			 i;

	text_fold(&b, text, strlen(text));
	folded_text = arena_text(s->plan->arena, b.p, b.len);
	for (i = 0; i < b.len; i += (size_t)n) {
		n = utf8proc_iterate((const utf8proc_uint8_t *)b.p + i,
		    (utf8proc_ssize_t)(b.len - i), &c);
		if (n <= 0)
			break;
		if (c < 0x80)
			continue;
		switch (utf8proc_category(c)) {
		case UTF8PROC_CATEGORY_LO:
		case UTF8PROC_CATEGORY_ND:
		case UTF8PROC_CATEGORY_PC:
		case UTF8PROC_CATEGORY_PD:
		case UTF8PROC_CATEGORY_PS:
		case UTF8PROC_CATEGORY_PE:
		case UTF8PROC_CATEGORY_PI:
		case UTF8PROC_CATEGORY_PF:
		case UTF8PROC_CATEGORY_PO:
			continue;
		default:
			break;
		}
		break;
	}
	n = i < b.len;
	buf_free(&b);
	return n ? NULL : folded_text;
}

static struct term
like(struct sql *s, const struct expr *e)
{
	const struct expr	*pattern = expr_peel(e->arg[1]);
	const char		*text, *p;
	struct buf		 b = { 0 };
	struct term		 x;

	if (pattern->op != OP_TEXT)
		plan_die(s->plan, pattern->at, "the pattern must be a text");
	x = value(s, e->arg[0], TYPE_TEXT);
	if ((text = foldable(s, pattern->text)) == NULL)
		return refuse(s, e, TYPE_TRUTH,
		    "\"like\" of letters beyond ASCII");
	for (p = text; *p != '\0'; p++) {
		if (*p == '?') {
			buf_free(&b);
			return refuse(s, e, TYPE_TRUTH,
			    "\"?\" in \"like\"");
		}
		if (*p == '*') {
			buf_addc(&b, '%');
			continue;
		}
		if (*p == '\\' && p[1] != '\0')
			p++;
		if (*p == '%' || *p == '_' || *p == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *p);
	}
	x = folded(s, x);
	x = term(s, TYPE_TRUTH, B_COMPARISON, x.level, "%s LIKE %s ESCAPE "
	    "'\\'", x.text, quoted(s, buf_str(&b), '\''));
	buf_free(&b);
	return x;
}

/* ------------------------------------------------------------- comparisons */

static const char *const	 signs[] = { "=", "<>", "<", "<=", ">", ">=" };

static struct term
compare(struct sql *s, const struct expr *e, enum op op, struct term l,
    struct term r)
{
	const char	*order = "";

	if (l.type == TYPE_TIME || r.type == TYPE_TIME) {
		if (!l.day && !r.day)
			return refuse(s, e, TYPE_TRUTH,
			    "to compare times of day");
	} else if (l.type == TYPE_TEXT) {
		l = normal(s, l);
		r = normal(s, r);
		if (s->dialect == DIALECT_POSTGRES && op != OP_EQ &&
		    op != OP_NE)
			order = " COLLATE \"C\"";
	}
	return term(s, TYPE_TRUTH, B_COMPARISON, later(l, r), "%s %s %s%s",
	    in(s, l, B_SUM), signs[op - OP_EQ], in(s, r, B_SUM), order);
}

static struct term
side(struct sql *s, const struct expr *e, int type, const struct expr *other)
{
	if (type == TYPE_TEXT && e->op == OP_NAME && e->let == NULL &&
	    expr_is_fact(expr_peel(other)))
		return text_constant(s, e->text);
	return value(s, e, type);
}

static struct term
comparison(struct sql *s, const struct expr *e, enum op op,
    const struct expr *left, const struct expr *right)
{
	struct term	 a;
	int		 l, r;

	compile_sides(&s->c, left, right, op, &l, &r);
	if (l == KIND_CLOCK || r == KIND_CLOCK)
		return refuse(s, e, TYPE_TRUTH, "a time of day");
	if (l == KIND_DURATION)
		l = TYPE_NUMBER;
	if (r == KIND_DURATION)
		r = TYPE_NUMBER;
	a = side(s, left, l, right);
	return compare(s, e, op, a, side(s, right, r, left));
}

static struct term
both(struct sql *s, const char *word, enum binding binding, struct term a,
    struct term b)
{
	return term(s, TYPE_TRUTH, binding, later(a, b), "%s %s %s",
	    in(s, a, binding), word, in(s, b, binding));
}

static struct term
between(struct sql *s, const struct expr *e)
{
	const struct expr	*x = e->arg[0], *lo = e->arg[1];
	struct term		 t, low;
	int			 type, l;

	/* What x is if only the other end tells. */
	compile_sides(&s->c, x, compile_type(&s->c, x) == TYPE_MISSING &&
	    compile_type(&s->c, lo) == TYPE_MISSING ? e->arg[2] : lo, OP_LE,
	    &type, &l);
	if (type == KIND_CLOCK || l == KIND_CLOCK ||
	    compile_type(&s->c, e->arg[2]) == KIND_CLOCK)
		return refuse(s, e, TYPE_TRUTH, "a time of day");
	if (type == KIND_DURATION)
		type = TYPE_NUMBER;
	t = keep(s, value(s, x, type));
	low = compare(s, e, OP_GE, t, value(s, lo, type));
	return both(s, "AND", B_AND, low, compare(s, e, OP_LE, t,
	    value(s, e->arg[2], type)));
}

static struct term
in_list(struct sql *s, const struct expr *e)
{
	const struct expr	*x = e->arg[0], *m;
	struct term		 t, member;
	struct buf		 b = { 0 };
	const char		*text;
	size_t			 i, level;
	int			 type;

	type = compile_side(&s->c, x, x);
	for (i = 1; i < e->narg && type == TYPE_MISSING; i++)
		type = compile_side(&s->c, e->arg[i], x);
	if (type == TYPE_MISSING)
		type = TYPE_TEXT;
	t = value(s, x, type);
	if (t.type == TYPE_TEXT)
		t = folded(s, t);
	level = t.level;
	for (i = 1; i < e->narg; i++) {
		m = expr_peel(e->arg[i]);
		buf_adds(&b, i == 1 ? "" : t.type == TYPE_TEXT ? ", " :
		    " OR ");
		if (t.type != TYPE_TEXT) {
			member = compare(s, e, OP_EQ, t, side(s, e->arg[i],
			    t.type, x));
			level = member.level > level ? member.level : level;
			buf_adds(&b, member.text);
			continue;
		}
		if (m->op != OP_TEXT && !(expr_is_fact(expr_peel(x)) &&
		    m->op == OP_NAME && m->let == NULL))
			text = NULL;
		else
			text = foldable(s, m->text);
		if (text == NULL) {
			buf_free(&b);
			return refuse(s, m, TYPE_TRUTH, m->op == OP_TEXT ?
			    "\"in\" of letters beyond ASCII" :
			    "\"in\" of texts that are no constants");
		}
		buf_adds(&b, quoted(s, text, '\''));
	}
	if (t.type == TYPE_TEXT)
		t = term(s, TYPE_TRUTH, B_COMPARISON, level, "%s IN (%s)",
		    t.text, buf_str(&b));
	else
		t = term(s, TYPE_TRUTH, B_OR, level, "%s", buf_str(&b));
	buf_free(&b);
	return t;
}

/* ------------------------------------------------------------------- dates */

/* A part of the date of a day, as a whole number. */
static const char *
date_part(struct sql *s, const char *part, const char *day)
{
	switch (s->dialect) {
	case DIALECT_SQLITE:
		return format(s, "CAST(strftime('%%%c', %s * 86400, "
		    "'unixepoch') AS INTEGER)", part[0] == 'm' ? 'm' :
		    part[0] == 'y' ? 'Y' : 'd', day);
	default:
		return format(s, "EXTRACT(%s FROM DATE '1970-01-01' + "
		    "CAST(%s AS INTEGER))", part, day);
	}
}

/* As months_since() of eval.c has it. */
static struct term
months_since(struct sql *s, struct term d)
{
	const struct civil	*to = &s->plan->date;
	const char		*young = "0";

	if (to->day < days_in_month(to->year, to->month))
		young = format(s, "CASE WHEN %s > %d THEN 1 ELSE 0 END",
		    date_part(s, "day", d.text), to->day);
	return keep(s, term(s, TYPE_NUMBER, B_SUM, d.level,
	    "%lld - %s * 12 - %s - %s", (long long)to->year * 12 + to->month,
	    date_part(s, "year", d.text), date_part(s, "month", d.text),
	    young));
}

static struct term
date_function(struct sql *s, const struct expr *e)
{
	struct term	 d = keep(s, value(s, e->arg[0], TYPE_TIME)), t;

	switch (e->op) {
	case OP_DAYS_SINCE:
		t = term(s, TYPE_NUMBER, B_SUM, d.level, "%lld - %s",
		    (long long)s->plan->today, d.text);
		break;
	case OP_MONTHS_SINCE:
		t = months_since(s, d);
		break;
	case OP_YEARS_SINCE:
		/* Towards zero, so that 10,000 years are lent. */
		t = months_since(s, d);
		t = keep(s, term(s, TYPE_NUMBER, B_SUM, t.level,
		    "%s + 120000", wide_of(s, t.text)));
		t = keep(s, quotient(s, t, constant(s, TYPE_NUMBER, 12)));
		t = term(s, TYPE_NUMBER, B_SUM, t.level, "%s - 10000",
		    t.text);
		break;
	case OP_WEEKDAY:
		t = term(s, TYPE_NUMBER, B_SUM, d.level,
		    "(%s + 7000003) %% 7 + 1", d.text);
		break;
	default:
		t = term(s, TYPE_NUMBER, B_ATOM, d.level, "%s", date_part(s,
		    e->op == OP_MONTH ? "month" : "day", d.text));
		break;
	}
	return keep(s, term(s, TYPE_NUMBER, B_PRODUCT, t.level,
	    "%s * 1000000", wide_of(s, format(s, "(%s)", t.text))));
}

static struct term
moved(struct sql *s, const struct expr *e, const struct expr *left,
    const struct expr *right)
{
	const struct duration	*span = &expr_peel(right)->duration;
	struct term		 d = value(s, left, TYPE_TIME);
	struct civil		 c;
	int64_t			 n;
	int			 sign = e->op == OP_ADD ? 1 : -1;

	if (expr_peel(right)->op != OP_DURATION || span->business ||
	    span->seconds != 0 || (!d.constant && span->months != 0))
		return refuse(s, e, TYPE_TIME, "to move a date like this");
	if (!d.constant) {
		n = d.day;
		d = term(s, TYPE_TIME, B_SUM, d.level, "%s %c %d",
		    in(s, d, B_ATOM), sign > 0 ? '+' : '-', span->days);
		d.day = (int)n;
		return d;
	}
	civil_of_days(d.n, &c);
	civil_add_months(&c, sign * span->months);
	n = d.day;
	d = constant(s, TYPE_TIME, days_of(c.year, c.month, c.day) +
	    sign * span->days);
	d.day = (int)n;
	return d;
}

static struct term
sum(struct sql *s, const struct expr *e)
{
	const struct expr	*left = e->arg[0], *right = e->arg[1];
	struct term		 a, b;
	int			 l, r;

	(void)compile_sum(&s->c, e, &l, &r);
	if (l == TYPE_TIME && r == TYPE_TIME)
		return refuse(s, e, TYPE_NUMBER, "the time between two dates");
	if (l == TYPE_TIME)
		return moved(s, e, left, right);
	if (r == TYPE_TIME)
		return moved(s, e, right, left);
	a = value(s, left, TYPE_NUMBER);
	b = value(s, right, TYPE_NUMBER);
	return term(s, TYPE_NUMBER, B_SUM, later(a, b), "%s %c %s",
	    in(s, a, B_SUM), e->op == OP_ADD ? '+' : '-',
	    in(s, b, B_PRODUCT));
}

/* ------------------------------------------------------------------ values */

static struct term
coalesce(struct sql *s, const struct expr *e, int want)
{
	struct term	 t, all = { 0 };
	struct buf	 b = { 0 };
	size_t		 i;
	int		 type = compile_any_type(&s->c, e);

	if (type == TYPE_MISSING)
		type = want == TYPE_MISSING || want >= KIND_CLOCK ?
		    TYPE_TEXT : want;
	if (type == KIND_DURATION)
		type = TYPE_NUMBER;
	all.day = 1;
	for (i = 0; i < e->narg; i++) {
		t = widened(s, value(s, e->arg[i], type));
		all.level = later(all, t);
		all.day &= t.day;
		buf_addf(&b, "%s%s", i == 0 ? "" : ", ", t.text);
	}
	t = term(s, type, B_OR, all.level, "COALESCE(%s)", buf_str(&b));
	t.day = all.day;
	buf_free(&b);
	return keep(s, t);
}

/* Unknown if one of them is, which least() of others is not. */
static struct term
extreme(struct sql *s, const struct expr *e, int want)
{
	struct term	 a, b;
	const char	*sign = e->op == OP_MIN ? "<=" : ">=";
	size_t		 i;
	int		 day, type = compile_any_type(&s->c, e);

	if (type == TYPE_MISSING)
		type = want == TYPE_TIME ? TYPE_TIME : TYPE_NUMBER;
	if (type == KIND_DURATION)
		type = TYPE_NUMBER;
	a = widened(s, keep(s, value(s, e->arg[0], type)));
	for (i = 1; i < e->narg; i++) {
		b = widened(s, keep(s, value(s, e->arg[i], type)));
		day = a.day && b.day;
		a = keep(s, term(s, type, B_OR, later(a, b), "CASE WHEN %s %s "
		    "%s THEN %s WHEN %s IS NOT NULL AND %s IS NOT NULL THEN "
		    "%s END", a.text, sign, b.text, a.text, a.text, b.text,
		    b.text));
		a.day = day;
	}
	return a;
}

static struct term
logic(struct sql *s, const struct expr *e)
{
	struct term	 a = value(s, e->arg[0], TYPE_TRUTH), b;

	b = value(s, e->arg[1], TYPE_TRUTH);
	return e->op == OP_AND ? both(s, "AND", B_AND, a, b) :
	    both(s, "OR", B_OR, a, b);
}

static struct term
function(struct sql *s, const struct expr *e)
{
	struct term	 t;

	switch (e->op) {
	case OP_NEG:
		t = value(s, e->arg[0], TYPE_NUMBER);
		return term(s, TYPE_NUMBER, B_SUM, t.level, "0 - %s",
		    in(s, t, B_PRODUCT));
	case OP_ABS:
		t = widened(s, value(s, e->arg[0], TYPE_NUMBER));
		return term(s, TYPE_NUMBER, B_OR, t.level, "abs(%s)",
		    t.text);
	case OP_ROUND:
		t = half_even(s, widened(s, value(s, e->arg[0],
		    TYPE_NUMBER)), constant(s, TYPE_NUMBER, NUM_ONE));
		return keep(s, millions(s, t));
	case OP_LENGTH:
		t = value(s, e->arg[0], TYPE_TEXT);
		return term(s, TYPE_NUMBER, B_PRODUCT, t.level,
		    "%s * 1000000", wide_of(s, format(s, "length(%s)",
		    normal_text(s, t.text))));
	default:
		return date_function(s, e);
	}
}

static struct term
constant_value(struct sql *s, const struct expr *e, const struct value *v)
{
	struct term	 t;

	if (v->type == TYPE_NUMBER)
		return constant(s, TYPE_NUMBER, v->n);
	t = constant(s, TYPE_TIME, zone_day(s->plan->zone, v->n));
	t.day = expr_peel(e)->op != OP_NOW;
	return t;
}

/* An expression; "want" as the compiler has it. */
static struct term
value(struct sql *s, const struct expr *e, int want)
{
	struct term	 t;
	struct value	 v;
	num		 n;

	if (compile_constant(&s->c, e, &v))
		return constant_value(s, e, &v);
	switch (e->op) {
	case OP_TEXT:
		return text_constant(s, e->text);
	case OP_DURATION:
		if (compile_days(&e->duration, &n) == -1)
			return refuse(s, e, TYPE_NUMBER,
			    "a duration that is no number of days");
		return constant(s, TYPE_NUMBER, n);
	case OP_NAME:
		return name(s, e, want);
	case OP_RISK:
		return column(s, e, "risk_level", TYPE_TEXT);
	case OP_TRUE:
	case OP_FALSE:
		return term(s, TYPE_TRUTH, B_ATOM, 0, "%s",
		    e->op == OP_TRUE ? "TRUE" : "FALSE");
	case OP_OR:
	case OP_AND:
		return logic(s, e);
	case OP_NOT:
		t = value(s, e->arg[0], TYPE_TRUTH);
		return term(s, TYPE_TRUTH, B_NOT, t.level, "NOT %s",
		    in(s, t, B_ATOM));
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison(s, e, e->op, e->arg[0], e->arg[1]);
	case OP_IN:
		return in_list(s, e);
	case OP_BETWEEN:
		return between(s, e);
	case OP_LIKE:
		return like(s, e);
	case OP_ADD:
	case OP_SUB:
		return sum(s, e);
	case OP_MUL:
	case OP_DIV:
		t = value(s, e->arg[0], TYPE_NUMBER);
		return (e->op == OP_MUL ? product : ratio)(s, t,
		    value(s, e->arg[1], TYPE_NUMBER));
	case OP_MISSING:
		t = value(s, e->arg[0], TYPE_TEXT);
		return term(s, TYPE_TRUTH, B_COMPARISON, t.level,
		    "%s IS NULL", in(s, t, B_ATOM));
	case OP_COALESCE:
		return coalesce(s, e, want);
	case OP_MIN:
	case OP_MAX:
		return extreme(s, e, want);
	case OP_RANK:
	case OP_TOP:
	case OP_PERCENTILE:
	case OP_PARETO:
	case OP_MEAN:
	case OP_MEDIAN:
	case OP_TOTAL:
		return population(s, e);
	case OP_MATCHES:
		return refuse(s, e, TYPE_TRUTH, "\"matches\"");
	case OP_HAS_WORD:
		return refuse(s, e, TYPE_TRUTH, "\"has word\"");
	case OP_IN_FILE:
		return refuse(s, e, TYPE_TRUTH, "\"in file\"");
	case OP_LOWER:
		return refuse(s, e, TYPE_TEXT, "lower()");
	case OP_COUNT:
		return refuse(s, e, TYPE_NUMBER, "count()");
	case OP_REFERRALS:
	case OP_REFERRED:
	case OP_CHAIN:
	case OP_CHAINED:
		return refuse(s, e, TYPE_NUMBER, "a count of referrals");
	case OP_CLOCK:
		return refuse(s, e, TYPE_NUMBER, "a time of day");
	case OP_TIER:
	case OP_VIP:
	case OP_PROFILE:
	case OP_STATUS:
		return refuse(s, e, e->op == OP_TIER ? TYPE_TEXT : TYPE_TRUTH,
		    "what is decided before");
	default:
		return function(s, e);
	}
}

/* ------------------------------------------------------------------- whole */

/* Is a row excluded? Nothing is if no statement says so. */
static void
exclude(struct sql *s)
{
	const struct statement	*st;
	const struct clause	*cl;
	struct term		 t;

	s->excluding = 1;
	for (st = policy_find(s->plan->pol, KW_EXCLUDE, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, s->plan->today) ||
		    (cl = clause_find(st, W_WHEN)) == NULL)
			continue;
		t = value(s, cl->expr, TYPE_TRUTH);
		t = term(s, TYPE_TRUTH, B_ATOM, t.level, "COALESCE(%s, FALSE)",
		    t.text);
		s->out = s->partitioned ? both(s, "OR", B_OR, s->out, t) : t;
		s->partitioned = 1;
	}
	s->excluding = 0;
	if (!s->partitioned)
		return;
	s->out.binding = B_OR;
	s->out = keep_as(s, s->out, NULL);
}

/* The level of each row, as the last column of the last stage. */
static struct term
judge(struct sql *s, struct buf *names)
{
	const struct statement	*st;
	const struct clause	*cl;
	struct buf		 b = { 0 };
	struct term		 t, all = { 0 };
	int			 level, any = 0;

	buf_adds(&b, "CASE");
	if (s->partitioned) {
		any = 1;
		all.level = s->out.level;
		buf_addf(&b, "\n        WHEN %s THEN 0", s->out.text);
	}
	for (st = policy_find(s->plan->pol, KW_TIER, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, s->plan->today) ||
		    (cl = clause_find(st, W_WHEN)) == NULL)
			continue;
		any = 1;
		t = value(s, cl->expr, TYPE_TRUTH);
		all.level = later(all, t);
		level = policy_tier_index(s->plan->pol, st->name) + 1;
		buf_addf(&b, "\n        WHEN %s THEN %d", t.text, level);
		buf_addf(names, "        WHEN %d THEN %s\n", level,
		    quoted(s, st->name, '\''));
	}
	t = term(s, TYPE_NUMBER, B_ATOM, all.level, "%s%s", any ?
	    buf_str(&b) : "0", any ? "\n        ELSE 0 END" : "");
	buf_free(&b);
	return t;
}

/* The stages, each with its columns, and the levels in one of their own. */
static void
write_stages(struct sql *s, struct term level, const char *table,
    struct buf *b)
{
	static const char	 from[] = " AS MATERIALIZED (\n    SELECT ";
	size_t			 i, k;

	buf_adds(b, "WITH ");
	if (s->dialect == DIALECT_DUCKDB)
		buf_addf(b, "vip_0%srow_number() OVER () AS vip_row, *\n"
		    "    FROM %s\n), ", from, table);
	else if (s->dialect == DIALECT_POSTGRES)
		buf_addf(b, "vip_0%srow_number() OVER () AS vip_row, t AS "
		    "vip_t\n    FROM %s AS t\n), ", from, table);
	for (k = 1; k <= s->levels || k == 1; k++) {
		buf_addf(b, "vip_%zu%s%s", k, from, k > 1 ? "*" :
		    s->dialect == DIALECT_SQLITE ? "t.rowid AS vip_row" :
		    s->dialect == DIALECT_DUCKDB ? "t.vip_row" :
		    "v.vip_row");
		for (i = 0; i < s->nitem; i++)
			if (s->item[i].level == k)
				buf_addf(b, ",\n        %s AS %s",
				    s->item[i].text, s->item[i].name);
		if (k > 1)
			buf_addf(b, "\n    FROM vip_%zu\n), ", k - 1);
		else if (s->dialect == DIALECT_SQLITE)
			buf_addf(b, "\n    FROM %s AS t\n), ", table);
		else if (s->dialect == DIALECT_DUCKDB)
			buf_adds(b, "\n    FROM vip_0 AS t\n), ");
		else
			buf_adds(b, "\n    FROM vip_0 AS v, LATERAL "
			    "(SELECT (v.vip_t).*) AS t\n), ");
	}
	buf_addf(b, "vip%svip_row, %s AS vip_level\n    FROM vip_%zu\n)\n",
	    from, level.text, k - 1);
}

/* The name of a table, in which a dot parts it from its schema. */
static const char *
table_name(struct sql *s, const char *table)
{
	struct buf	 b = { 0 };
	const char	*p, *dot;

	for (p = table; (dot = strchr(p, '.')) != NULL; p = dot + 1)
		buf_addf(&b, "%s.", quoted(s, arena_text(s->plan->arena, p,
		    (size_t)(dot - p)), '"'));
	buf_adds(&b, quoted(s, p, '"'));
	p = arena_text(s->plan->arena, b.p, b.len);
	buf_free(&b);
	return p;
}

int
policy_sql(const struct policy *pol, enum dialect dialect, const char *table,
    const struct rename *map, when now, struct buf *out)
{
	struct sql	 s = { 0 };
	struct buf	 names = { 0 };
	struct term	 level;
	const char	*row = "t.vip_row";

	s.dialect = dialect;
	s.plan = plan_new(pol, now);
	s.c.plan = s.plan;
	s.map = map;
	table = table_name(&s, table);
	exclude(&s);
	level = judge(&s, &names);
	if (!s.failed) {
		write_stages(&s, level, table, out);
		switch (dialect) {
		case DIALECT_SQLITE:
			row = "t.rowid";
			buf_adds(out, "SELECT t.*,\n");
			break;
		case DIALECT_DUCKDB:
			table = "vip_0";
			buf_adds(out, "SELECT t.* EXCLUDE (vip_row),\n");
			break;
		default:
			table = "vip_0";
			buf_adds(out, "SELECT (t.vip_t).*,\n");
			break;
		}
		buf_adds(out, names.len == 0 ? "    " :
		    "    CASE vip.vip_level\n");
		buf_add(out, names.p, names.len);
		buf_addf(out, "%s%s%s AS tier,\n    vip.vip_level AS "
		    "tier_level\nFROM %s AS t JOIN vip ON vip.vip_row = %s\n"
		    "ORDER BY %s;\n", names.len == 0 ? "" : "        ELSE ",
		    quoted(&s, policy_tier(pol, policy_tiers(pol) - 1)->name,
		    '\''), names.len == 0 ? "" : " END", table, row, row);
	}
	buf_free(&names);
	free(s.item);
	free(s.made);
	plan_free(s.plan);
	return s.failed ? -1 : 0;
}
