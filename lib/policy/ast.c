/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"

char *
policy_text(struct policy *p, const char *s, size_t n)
{
	return arena_text(p->arena, s, n);
}

char *
policy_format(struct policy *p, const char *fmt, ...)
{
	char	*s, *copy;
	va_list	 ap;
	int	 n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n == -1)
		die(STATUS_RESOURCE, "out of memory");
	copy = arena_text(p->arena, s, (size_t)n);
	free(s);
	return copy;
}

/* ---------------------------------------------------------------- messages */

static int	message_add(struct policy *, struct place, int, const char *,
		    va_list) __attribute__((format(printf, 4, 0)));

/* One error is told of a place, and of all of them a thousand. */
static int
message_add(struct policy *p, struct place at, int warning, const char *fmt,
    va_list ap)
{
	struct message	*m;
	char		*s;
	size_t		 i;
	int		 n;

	if (p->nmessages == 1000) {
		p->too_many = 1;
		return 1;
	}
	n = vasprintf(&s, fmt, ap);
	if (n == -1)
		die(STATUS_RESOURCE, "out of memory");
	for (i = 0; i < p->nmessages; i++) {
		m = &p->messages[i];
		if (m->at.line == at.line && m->at.column == at.column &&
		    (!m->warning || (warning && strcmp(m->text, s) == 0))) {
			free(s);
			return 0;
		}
	}
	if (p->nmessages == p->maxmessages) {
		p->maxmessages = p->maxmessages * 2 + 16;
		p->messages = xreallocarray(p->messages, p->maxmessages,
		    sizeof(*p->messages));
	}
	m = &p->messages[p->nmessages++];
	m->at = at;
	m->warning = warning;
	m->text = arena_text(p->arena, s, (size_t)n);
	free(s);
	return 1;
}

void
policy_error(struct policy *p, struct place at, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	p->nerrors += message_add(p, at, 0, fmt, ap);
	va_end(ap);
}

void
policy_warning(struct policy *p, struct place at, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	p->nwarnings += message_add(p, at, 1, fmt, ap);
	va_end(ap);
}

/*
 * Append a piece of a line with its tabs, and control bytes escaped; or, for
 * the caret below it, blanks of the same width.
 */
static void
show_piece(struct buf *b, const char *s, size_t n, int blank)
{
	struct buf	 piece = { 0 };
	const char	*tab;
	size_t		 len, width;

	while (n > 0) {
		tab = memchr(s, '\t', n);
		len = tab == NULL ? n : (size_t)(tab - s);
		piece.len = 0;
		text_escape(&piece, s, len);
		if (blank) {
			width = text_width(piece.p, piece.len);
			while (width-- > 0)
				buf_addc(b, ' ');
		} else
			buf_add(b, piece.p, piece.len);
		if (tab != NULL) {
			buf_addc(b, '\t');
			len++;
		}
		s += len;
		n -= len;
	}
	buf_free(&piece);
}

/*
 * The line and a caret under the place.  Tabs are tabs in both, so that they
 * agree however wide a tab is.
 */
static void
show_line(const struct policy *p, struct place at, struct buf *b)
{
	const char	*line = p->text, *end = p->text + p->len, *nl;
	size_t		 before, start;
	int		 i;

	for (i = 1; i < at.line && line < end; i++) {
		nl = memchr(line, '\n', (size_t)(end - line));
		line = nl == NULL ? end : nl + 1;
	}
	nl = memchr(line, '\n', (size_t)(end - line));
	if (nl != NULL)
		end = nl;
	if (end > line && end[-1] == '\r')
		end--;
	before = (size_t)at.column - 1;
	if (before > (size_t)(end - line))
		before = (size_t)(end - line);
	/* Of a very long line the part around the place. */
	if (end - line > 200) {
		start = before > 60 ? before - 60 : 0;
		while (start > 0 && (line[start] & 0xc0) == 0x80)
			start--;
		line += start;
		before -= start;
		if (end - line > 120)
			end = line + 120;
		while (end - line > (ptrdiff_t)before &&
		    (*end & 0xc0) == 0x80)
			end--;
	}
	show_piece(b, line, (size_t)(end - line), 0);
	buf_addc(b, '\n');
	show_piece(b, line, before, 1);
	buf_adds(b, "^\n");
}

static int
message_order(const void *a, const void *b)
{
	const struct message	*x = a, *y = b;

	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	return x->warning - y->warning;
}

void
policy_tell(struct policy *p, FILE *errs)
{
	const struct message	*m;
	const char		*cmd = program_invocation_short_name;
	struct buf		 b = { 0 };
	size_t			 i;
	int			 errors = 0, warnings = 0;

	if (p->nmessages == 0 || errs == NULL)
		return;
	qsort(p->messages, p->nmessages, sizeof(*p->messages), message_order);
	for (i = 0; i < p->nmessages; i++) {
		m = &p->messages[i];
		if (m->warning ? warnings == ERRORS_SHOWN :
		    errors == ERRORS_SHOWN)
			continue;
		warnings += m->warning;
		errors += !m->warning;
		text_escape(&b, cmd, strlen(cmd));
		buf_adds(&b, ": ");
		text_escape(&b, p->name, strlen(p->name));
		buf_addf(&b, ":%d:%d: %s: ", m->at.line, m->at.column,
		    m->warning ? "warning" : "error");
		text_escape(&b, m->text, strlen(m->text));
		buf_addc(&b, '\n');
		show_line(p, m->at, &b);
	}
	if (p->nerrors > errors) {
		text_escape(&b, cmd, strlen(cmd));
		buf_adds(&b, ": ");
		text_escape(&b, p->name, strlen(p->name));
		buf_addf(&b, ": %d more error%s%s\n", p->nerrors - errors,
		    p->nerrors - errors == 1 ? "" : "s",
		    p->too_many ? ", or more" : "");
	}
	fwrite(b.p, 1, b.len, errs);
	buf_free(&b);
}

const char *
did_you_mean(struct policy *p, const char *name, const char *const *names,
    size_t n)
{
	const char	*near;

	if ((near = text_nearest(name, names, n)) == NULL)
		return "";
	return policy_format(p, "; did you mean %s?", near);
}

/* ------------------------------------------------------------ construction */

struct expr *
expr_new(struct policy *p, enum op op, struct place at)
{
	struct node	*node;
	struct use	*use;

	node = arena_get(p->arena, sizeof(*node));
	node->expr.op = op;
	node->expr.at = at;
	node->depth = 1;
	if (op == OP_NAME) {
		use = arena_get(p->arena, sizeof(*use));
		use->expr = &node->expr;
		use->next = p->uses;
		p->uses = use;
	}
	return &node->expr;
}

int
expr_depth(const struct expr *e)
{
	return ((const struct node *)(const void *)e)->depth;
}

static void
deepen(struct expr *e, const struct expr *arg)
{
	struct node	*node = (struct node *)(void *)e;

	if (expr_depth(arg) >= node->depth)
		node->depth = expr_depth(arg) + 1;
}

struct expr *
expr_two(struct policy *p, enum op op, struct place at, struct expr *a,
    struct expr *b)
{
	const struct expr	**arg;
	struct expr		 *e;

	e = expr_new(p, op, at);
	e->narg = b == NULL ? 1 : 2;
	e->arg = arg = arena_get(p->arena, e->narg * sizeof(*arg));
	arg[0] = a;
	deepen(e, a);
	if (b != NULL) {
		arg[1] = b;
		deepen(e, b);
	}
	return e;
}

struct expr *
expr_one(struct policy *p, enum op op, struct place at, struct expr *a)
{
	return expr_two(p, op, at, a, NULL);
}

/* "first" goes before the list, unless it is NULL; the list may be NULL. */
struct expr *
expr_list(struct policy *p, enum op op, struct place at, struct expr *first,
    struct list *list)
{
	const struct expr	**arg;
	struct expr		 *e;
	size_t			  i;

	e = expr_new(p, op, at);
	e->narg = (list == NULL ? 0 : list->n) + (first != NULL);
	if (e->narg == 0)
		return e;
	e->arg = arg = arena_get(p->arena, e->narg * sizeof(*arg));
	for (i = e->narg; list != NULL; list = list->next) {
		arg[--i] = list->expr;
		deepen(e, list->expr);
	}
	if (first != NULL) {
		arg[0] = first;
		deepen(e, first);
	}
	return e;
}

struct list *
list_add(struct policy *p, struct list *next, struct expr *e)
{
	struct list	*l;

	l = arena_get(p->arena, sizeof(*l));
	l->expr = e;
	l->next = next;
	l->n = next == NULL ? 1 : next->n + 1;
	return l;
}

struct clause *
clause_new(struct policy *p, enum word word, struct place at)
{
	struct clause	*c;

	c = arena_get(p->arena, sizeof(*c));
	c->word = word;
	c->at = at;
	return c;
}

struct draft *
draft_new(struct policy *p, enum keyword k, struct place at)
{
	struct draft	*d;

	d = arena_get(p->arena, sizeof(*d));
	d->statement.keyword = k;
	d->statement.at = d->named = at;
	d->statement.from = INT64_MIN;
	d->statement.until = INT64_MAX;
	if (p->last == NULL)
		p->first = &d->statement;
	else
		p->last->next = &d->statement;
	p->last = &d->statement;
	return d;
}

/* Add what one word gave, which may be several clauses. */
void
draft_add(struct policy *p, struct draft *d, struct clause *c,
    const struct clause_row *row)
{
	const struct clause	*old;

	if (row->times == TIMES_ONE &&
	    (old = clause_find(&d->statement, c->word)) != NULL)
		policy_error(p, c->at, "\"%s\" stands twice in this statement",
		    row->text[0] == '\0' ? "the number" : row->text);
	if (d->last == NULL)
		d->statement.clauses = c;
	else
		d->last->next = c;
	for (;;) {
		if (c->word == W_FROM)
			d->statement.from = c->day;
		else if (c->word == W_UNTIL)
			d->statement.until = c->day;
		if (c->next == NULL)
			break;
		c = (struct clause *)(uintptr_t)c->next;
	}
	d->last = c;
}

int64_t
duration_days(const struct duration *d)
{
	return d->days + d->seconds / DAY_SECONDS;
}

int
duration_is_zero(const struct duration *d)
{
	return d->months == 0 && d->days == 0 && d->seconds == 0;
}

int64_t
duration_seconds(const struct duration *d)
{
	return d->months * INT64_C(31) * DAY_SECONDS +
	    d->days * (int64_t)DAY_SECONDS + d->seconds;
}

/* ------------------------------------------------------------------ asking */

enum op
op_mirrored(enum op op)
{
	switch (op) {
	case OP_LT:
		return OP_GT;
	case OP_LE:
		return OP_GE;
	case OP_GT:
		return OP_LT;
	case OP_GE:
		return OP_LE;
	default:
		return op;
	}
}

const char *
policy_name(const struct policy *p)
{
	return p->name;
}

const struct statement *
policy_statements(const struct policy *p)
{
	return p->first;
}

const struct statement *
policy_find(const struct policy *p, enum keyword k, const char *name)
{
	const struct statement	*s;

	for (s = p->first; s != NULL; s = s->next)
		if (s->keyword == k && (name == NULL ||
		    (s->name != NULL && strcmp(s->name, name) == 0)))
			return s;
	return NULL;
}

const struct statement *
policy_next(const struct statement *s)
{
	enum keyword	 k = s->keyword;

	while ((s = s->next) != NULL && s->keyword != k)
		;
	return s;
}

const struct clause *
clause_find(const struct statement *s, enum word word)
{
	const struct clause	*c;

	for (c = s->clauses; c != NULL && c->word != word; c = c->next)
		;
	return c;
}

const struct clause *
clause_next(const struct clause *c)
{
	enum word	 word = c->word;

	while ((c = c->next) != NULL && c->word != word)
		;
	return c;
}

int
statement_holds(const struct statement *s, int64_t day)
{
	return s->from <= day && day <= s->until;
}

const char *
policy_key(const struct policy *p)
{
	return p->key;
}

const char *
policy_currency(const struct policy *p)
{
	return p->currency;
}

const struct zone *
policy_zone(const struct policy *p)
{
	return p->zone;
}

const struct calendar *
policy_calendar(const struct policy *p, const char *name)
{
	size_t	 i;

	for (i = 0; i < p->ncalendars; i++)
		if (strcmp(p->calendars[i].name, name) == 0)
			return p->calendars[i].calendar;
	return NULL;
}

int
map_is_blank(const struct clause *map)
{
	size_t	 i;

	for (i = 0; i < map->nitem; i++)
		if (map->item[i].to[0] != '\0')
			return 0;
	return 1;
}

const struct statement *
policy_column(const struct policy *p, const char *name)
{
	return policy_find(p, KW_COLUMN, name);
}

enum type
policy_column_type(const struct policy *p, const char *name)
{
	uint32_t	 i;

	i = keys_find(p->column_keys, name, strlen(name));
	return i == KEY_NONE ? TYPE_MISSING : p->columns[i].type;
}

size_t
policy_tiers(const struct policy *p)
{
	return p->ntiers;
}

const struct statement *
policy_tier(const struct policy *p, size_t i)
{
	return p->tiers[i];
}

int
policy_tier_index(const struct policy *p, const char *name)
{
	uint32_t	 k;
	size_t		 i;

	/* Few are found sooner without a table. */
	if (p->ntiers > 16) {
		k = keys_find(p->tier_keys, name, strlen(name));
		return k == KEY_NONE ? -1 : (int)k;
	}
	for (i = 0; i < p->ntiers; i++)
		if (strcmp(p->tiers[i]->name, name) == 0)
			return (int)i;
	return -1;
}

/*
 * A list of channels alone takes in every tier, and so do "all" and no list.
 * The default tier is the last, and the one that "vip" leaves out.
 */
int
list_has_tier(const struct policy *p, const struct clause *c, int tier)
{
	const char	*text;
	size_t		 i;
	int		 index, tiers = 0;

	if (c == NULL)
		return 1;
	for (i = 0; i < c->nitem; i++) {
		text = c->item[i].text;
		if (strcmp(text, "all") == 0)
			return 1;
		if (strcmp(text, "vip") == 0) {
			tiers = 1;
			if (tier >= 0 && (size_t)tier + 1 < p->ntiers)
				return 1;
		} else if ((index = policy_tier_index(p, text)) != -1) {
			tiers = 1;
			if (index == tier)
				return 1;
		}
	}
	return !tiers;
}

const char *
placeholder_next(const char *text, size_t *len)
{
	const char	*p, *end;

	for (p = text; (p = strchr(p, '{')) != NULL; p++) {
		end = strpbrk(p + 1, "{}");
		if (end == NULL)
			return NULL;
		if (*end == '}' && end > p + 1) {
			*len = (size_t)(end - p - 1);
			return p + 1;
		}
	}
	return NULL;
}
