/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

#include "policy/lex.h"

#define LINE_MAX_WIDTH	78	/* what stands on one line if it fits */

/* Loosest first; what binds less than its place wants stands in brackets. */
enum level { L_OR, L_AND, L_NOT, L_COMPARISON, L_SUM, L_PRODUCT, L_UNARY };

static void	show_expr(const struct expr *, enum level, const char *,
		    struct buf *);

static void
show_num(num n, struct buf *b)
{
	char	 s[NUM_SIZE];

	buf_add(b, s, num_format(s, n));
}

/* No sign where the currency is not said, as in reasons. */
static void
show_amount(num n, int percent, int money, const char *currency,
    struct buf *b)
{
	const char	*sign;

	if (n < 0) {
		buf_addc(b, '-');
		n = -n;
	}
	if (money && currency[0] != '\0') {
		if ((sign = sign_of(currency)) != NULL)
			buf_adds(b, sign);
		else
			buf_addf(b, *currency >= 'A' && *currency <= 'Z' ?
			    "%s " : "%s", currency);
	}
	show_num(percent ? n * 100 : n, b);
	if (percent)
		buf_addc(b, '%');
}

static void
show_text(const char *s, struct buf *b)
{
	buf_addc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_addc(b, '\\');
		if (*s == '\n')
			buf_adds(b, "\\n");
		else
			buf_addc(b, *s);
	}
	buf_addc(b, '"');
}

/*
 * Words that mean something else than a column where a value is wanted; and
 * all others that the language has, so that a reader need not know where.
 */
static int
is_reserved(const char *s)
{
	static const char *const words[] = {
		"and", "or", "not", "in", "between", "like", "matches", "has",
		"today", "now", "true", "false", "tier", "vip", "risk",
		"same", "one",
	};
	size_t	 i, len = strlen(s), n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], s) == 0)
			return 1;
	if (keyword_find(s) != -1)
		return 1;
	for (i = 0; i < clause_rows(); i++) {
		n = strcspn(clause_row(i)->text, " ");
		if (n == len && memcmp(clause_row(i)->text, s, len) == 0)
			return 1;
	}
	return 0;
}

/* Can it be written without backticks? */
static int
is_plain(const char *s)
{
	const utf8proc_uint8_t	*p = (const utf8proc_uint8_t *)s;
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 n;
	int			 first = 1;

	if (*s == '\0')
		return 0;
	for (; *p != '\0'; p += n) {
		n = utf8proc_iterate(p, -1, &c);
		if (n <= 0)
			return 0;
		if (c == '.' && !first && p[1] != '\0') {
			first = 1;
			continue;
		}
		if (first ? !name_begins(c) : !name_goes_on(c))
			return 0;
		first = 0;
	}
	return !first;
}

static void
show_name(const char *s, int bare, struct buf *b)
{
	if (is_plain(s) && (bare || !is_reserved(s)))
		buf_adds(b, s);
	else
		buf_addf(b, "`%s`", s);
}

void
duration_show(const struct duration *d, struct buf *b)
{
	const char	*unit = "s";
	int64_t		 n = d->seconds;

	if (d->business) {
		if (d->days != 0) {
			n = d->days;
			unit = "day";
		} else if (n % 3600 == 0 && n != 0) {
			n /= 3600;
			unit = "hour";
		} else if (n % 60 == 0 && n != 0) {
			n /= 60;
			unit = "minute";
		} else
			unit = "second";
		buf_addf(b, "%" PRId64 " business %s%s", n, unit,
		    n == 1 ? "" : "s");
		return;
	}
	if (d->months != 0) {
		n = d->months;
		unit = "mo";
		if (n % 12 == 0) {
			n /= 12;
			unit = "y";
		}
	} else if (d->days != 0) {
		n = d->days;
		unit = "d";
	} else if (n % 3600 == 0 && n != 0) {
		n /= 3600;
		unit = "h";
	} else if (n % 60 == 0 && n != 0) {
		n /= 60;
		unit = "min";
	}
	buf_addf(b, "%" PRId64 "%s", n, unit);
}

static void
show_date(int64_t day, struct buf *b)
{
	char	 s[WHEN_SIZE];

	buf_add(b, s, date_format(s, day));
}

static void
show_clock(int64_t seconds, struct buf *b)
{
	buf_addf(b, "%02d:%02d", (int)(seconds / 3600),
	    (int)(seconds / 60 % 60));
	if (seconds % 60 != 0)
		buf_addf(b, ":%02d", (int)(seconds % 60));
}

/* ------------------------------------------------------------ expressions */

static const char *
operator_text(enum op op)
{
	switch (op) {
	case OP_OR:
		return "or";
	case OP_AND:
		return "and";
	case OP_EQ:
		return "=";
	case OP_NE:
		return "!=";
	case OP_LT:
		return "<";
	case OP_LE:
		return "<=";
	case OP_GT:
		return ">";
	case OP_GE:
		return ">=";
	case OP_ADD:
		return "+";
	case OP_SUB:
		return "-";
	case OP_MUL:
		return "*";
	case OP_DIV:
		return "/";
	case OP_LIKE:
		return "like";
	case OP_MATCHES:
		return "matches";
	case OP_HAS_WORD:
		return "has word";
	default:
		return NULL;
	}
}

static enum level
level_of(const struct expr *e)
{
	switch (e->op) {
	case OP_OR:
		return L_OR;
	case OP_AND:
		return L_AND;
	case OP_NOT:
		return L_NOT;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
	case OP_IN_FILE:
	case OP_BETWEEN:
	case OP_LIKE:
	case OP_MATCHES:
	case OP_HAS_WORD:
	case OP_STATUS:
		return L_COMPARISON;
	case OP_ADD:
	case OP_SUB:
		return L_SUM;
	case OP_MUL:
	case OP_DIV:
		return L_PRODUCT;
	default:
		return L_UNARY;
	}
}

/* "tier = gold": the name of a tier or a level stands as it is. */
static void
show_side(const struct expr *e, const struct expr *other, enum level level,
    const char *currency, struct buf *b)
{
	if (e->op == OP_TEXT && other != NULL &&
	    (other->op == OP_TIER || other->op == OP_RISK) &&
	    is_plain(e->text) && !is_reserved(e->text))
		buf_adds(b, e->text);
	else
		show_expr(e, level, currency, b);
}

static void
show_list(const struct expr *e, size_t from, const struct expr *other,
    const char *currency, struct buf *b)
{
	size_t	 i;

	for (i = from; i < e->narg; i++) {
		if (i > from)
			buf_adds(b, ", ");
		show_side(e->arg[i], other, L_OR, currency, b);
	}
}

/* A chain of one operator leans to the left. */
static void
show_chain(const struct expr *e, enum level level, const char *currency,
    struct buf *b)
{
	show_expr(e->arg[0], level, currency, b);
	buf_addf(b, " %s ", operator_text(e->op));
	show_expr(e->arg[1], level + 1, currency, b);
}

static void
show_call(const struct expr *e, const char *currency, struct buf *b)
{
	buf_addf(b, "%s(", function_of(e->op)->text);
	if (e->op == OP_PROFILE || e->op == OP_COUNT)
		show_name(e->text, 1, b);
	else
		show_list(e, 0, NULL, currency, b);
	if (e->within != NULL) {
		buf_adds(b, " within ");
		show_expr(e->within, L_SUM, currency, b);
	}
	buf_addc(b, ')');
}

static void
show_comparison(const struct expr *e, const char *currency, struct buf *b)
{
	switch (e->op) {
	case OP_STATUS:
		show_name(e->text, 0, b);
		buf_addf(b, " %s",
		    status_word((enum metric_status)e->number));
		break;
	case OP_IN:
		show_expr(e->arg[0], L_SUM, currency, b);
		buf_adds(b, " in (");
		show_list(e, 1, e->arg[0], currency, b);
		buf_addc(b, ')');
		break;
	case OP_IN_FILE:
		show_expr(e->arg[0], L_SUM, currency, b);
		buf_adds(b, " in file ");
		show_text(e->text, b);
		break;
	case OP_BETWEEN:
		show_expr(e->arg[0], L_SUM, currency, b);
		buf_adds(b, " between ");
		show_expr(e->arg[1], L_SUM, currency, b);
		buf_adds(b, " and ");
		show_expr(e->arg[2], L_SUM, currency, b);
		break;
	default:
		show_side(e->arg[0], e->arg[1], L_SUM, currency, b);
		buf_addf(b, " %s ", operator_text(e->op));
		show_side(e->arg[1], e->arg[0], L_SUM, currency, b);
		break;
	}
}

static void
show_expr(const struct expr *e, enum level level, const char *currency,
    struct buf *b)
{
	int	 brackets = level_of(e) < level;

	if (brackets)
		buf_addc(b, '(');
	switch (e->op) {
	case OP_NUMBER:
		show_amount(e->number, e->flags & EXPR_PERCENT,
		    e->flags & EXPR_MONEY, currency, b);
		break;
	case OP_TEXT:
		show_text(e->text, b);
		break;
	case OP_DATE:
		show_date(e->number, b);
		break;
	case OP_CLOCK:
		show_clock(e->number, b);
		break;
	case OP_DURATION:
		duration_show(&e->duration, b);
		break;
	case OP_NAME:
		/* In backticks it would be a column of that name. */
		show_name(e->text, e->let != NULL, b);
		break;
	case OP_TODAY:
		buf_adds(b, "today");
		break;
	case OP_NOW:
		buf_adds(b, "now");
		break;
	case OP_TRUE:
		buf_adds(b, "true");
		break;
	case OP_FALSE:
		buf_adds(b, "false");
		break;
	case OP_TIER:
		buf_adds(b, "tier");
		break;
	case OP_VIP:
		buf_adds(b, "vip");
		break;
	case OP_RISK:
		buf_adds(b, "risk");
		break;
	case OP_OR:
	case OP_AND:
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
		show_chain(e, level_of(e), currency, b);
		break;
	case OP_NOT:
		buf_adds(b, "not ");
		show_expr(e->arg[0], L_NOT, currency, b);
		break;
	case OP_NEG:
		/* "-(5)" is an operation, "-5" is a number. */
		buf_addc(b, '-');
		if (e->arg[0]->op == OP_NUMBER) {
			buf_addc(b, '(');
			show_expr(e->arg[0], L_OR, currency, b);
			buf_addc(b, ')');
		} else
			show_expr(e->arg[0], L_UNARY, currency, b);
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
	case OP_IN_FILE:
	case OP_BETWEEN:
	case OP_LIKE:
	case OP_MATCHES:
	case OP_HAS_WORD:
	case OP_STATUS:
		show_comparison(e, currency, b);
		break;
	default:
		show_call(e, currency, b);
		break;
	}
	if (brackets)
		buf_addc(b, ')');
}

void
expr_show(const struct expr *e, struct buf *b)
{
	show_expr(e, L_OR, "", b);
}

/* ---------------------------------------------------------------- clauses */

static void
show_days(const struct clause *c, struct buf *b)
{
	static const char *const days[] = {
		"mon", "tue", "wed", "thu", "fri", "sat", "sun"
	};
	int	 i, end, any = 0;

	if (c->days == 0) {
		show_date(c->day, b);
		return;
	}
	for (i = 0; i < 7; i++) {
		if ((c->days >> i & 1) == 0)
			continue;
		for (end = i; end < 6 && c->days >> (end + 1) & 1; end++)
			;
		buf_addf(b, "%s%s", any ? ", " : "", days[i]);
		if (end > i)
			buf_addf(b, "-%s", days[end]);
		any = 1;
		i = end;
	}
}

static void
show_items(const struct clause *c, enum shape shape, const char *currency,
    struct buf *b)
{
	const struct item	*item;
	size_t			 i;

	for (i = 0; i < c->nitem; i++) {
		item = &c->item[i];
		if (i > 0)
			buf_adds(b, shape == SHAPE_CLOCKS ? " and " : ", ");
		switch (shape) {
		case SHAPE_NAMES:
		case SHAPE_CLOCKS:
		case SHAPE_EARN:
			if (shape == SHAPE_NAMES && !is_plain(item->text))
				show_text(item->text, b);
			else
				show_name(item->text, 1, b);
			continue;
		case SHAPE_MAP:
			show_text(item->text, b);
			buf_adds(b, " = ");
			show_text(item->to, b);
			continue;
		case SHAPE_PARTS:
			show_text(item->text, b);
			buf_addc(b, ' ');
			show_amount(item->number, 0, c->money, currency, b);
			continue;
		case SHAPE_LEAD:
			show_text(item->text, b);
			buf_addc(b, ' ');
			show_num(item->number, b);
			buf_addc(b, 'd');
			continue;
		default:
			show_text(item->text, b);
			continue;
		}
	}
}

static void
show_value(const struct clause *c, const struct clause_row *row,
    const char *currency, struct buf *b)
{
	size_t	 i;

	switch (row->shape) {
	case SHAPE_CONDITION:
	case SHAPE_VALUE:
		show_expr(c->expr, L_OR, currency, b);
		break;
	case SHAPE_SHARE:
		show_expr(c->expr, L_SUM, currency, b);
		buf_adds(b, " between ");
		show_amount(c->low, c->percent, c->money, currency, b);
		buf_adds(b, " and ");
		show_amount(c->high, c->percent, c->money, currency, b);
		break;
	case SHAPE_DURATION:
		duration_show(&c->duration, b);
		break;
	case SHAPE_BOUND:
		if (c->same_day)
			buf_adds(b, "same day");
		else
			duration_show(&c->duration, b);
		break;
	case SHAPE_NUMBER:
	case SHAPE_PERCENT:
	case SHAPE_AMOUNT:
	case SHAPE_REWARD:
		show_amount(c->number, c->percent, c->money, currency, b);
		break;
	case SHAPE_BARE:
		show_amount(c->number, c->percent, c->money, currency, b);
		if (c->word == W_PER) {
			buf_adds(b, " per ");
			duration_show(&c->duration, b);
		}
		break;
	case SHAPE_BETWEEN:
		show_amount(c->low, c->percent, 0, currency, b);
		buf_adds(b, " and ");
		show_amount(c->high, c->percent, 0, currency, b);
		break;
	case SHAPE_COMPARE:
		buf_addf(b, "%s ", operator_text((enum op)c->low));
		show_amount(c->number, c->percent, c->money, currency, b);
		break;
	case SHAPE_TEXT:
		show_text(c->text, b);
		break;
	case SHAPE_MESSAGES:
	case SHAPE_HOLIDAYS:
		show_text(c->text, b);
		if (c->to != NULL) {
			buf_adds(b, row->shape == SHAPE_HOLIDAYS ? " only " :
			    " ");
			show_text(c->to, b);
		}
		break;
	case SHAPE_WORD:
		if (c->word == W_AS && as_find(c->text) == AS_FORMAT)
			show_text(c->text, b);
		else
			show_name(c->text, 1, b);
		break;
	case SHAPE_FROM:
		if (c->word == W_SOURCE) {
			buf_adds(b, c->nitem > 1 ? "(" : "");
			show_items(c, row->shape, currency, b);
			buf_adds(b, c->nitem > 1 ? ")" : "");
		} else if (c->word == W_FROM)
			show_date(c->day, b);
		else {
			show_name(c->text, 1, b);
			buf_adds(b, " to ");
			show_name(c->next->text, 1, b);
		}
		break;
	case SHAPE_DATE:
		show_date(c->day, b);
		break;
	case SHAPE_MAP:
	case SHAPE_PARTS:
	case SHAPE_LEAD:
		buf_addc(b, '(');
		show_items(c, row->shape, currency, b);
		buf_addc(b, ')');
		break;
	case SHAPE_NAMES:
	case SHAPE_TEXTS:
	case SHAPE_CLOCKS:
		show_items(c, row->shape, currency, b);
		break;
	case SHAPE_OPEN:
	case SHAPE_CLOSED:
		show_days(c, b);
		for (i = 0; i < c->nspan; i++) {
			buf_adds(b, i > 0 ? ", " : " ");
			show_clock(c->span[i].from, b);
			buf_addc(b, '-');
			show_clock(c->span[i].to, b);
		}
		break;
	case SHAPE_STEPS:
		if (c->number == NUM_ONE)
			buf_adds(b, "one step");
		else {
			show_num(c->number, b);
			buf_adds(b, " steps");
		}
		break;
	case SHAPE_RANGE:
		show_num(c->low, b);
		if (c->high != c->low) {
			buf_addc(b, '-');
			show_num(c->high, b);
		}
		break;
	case SHAPE_EARN:
		show_num(c->number, b);
		buf_adds(b, " per ");
		show_amount(c->low, 0, c->money, currency, b);
		if (c->nitem > 0) {
			buf_adds(b, " for ");
			show_items(c, SHAPE_NAMES, currency, b);
		}
		break;
	default:
		break;
	}
}

void
show_clause(enum keyword k, const struct clause *c, const char *currency,
    struct buf *b)
{
	const struct clause_row	*row;
	size_t			 len;

	row = clause_row_of(k, c);
	len = b->len;
	buf_adds(b, row->text);
	if (b->len > len && row->shape != SHAPE_NONE &&
	    row->shape != SHAPE_SAME_DAY && row->shape != SHAPE_AT_ONCE)
		buf_addc(b, ' ');
	show_value(c, row, currency, b);
}

static void
show_statement(const struct statement *s, const char *currency,
    struct buf *b)
{
	const struct keyword_row	*k = keyword_row(s->keyword);
	const struct clause		*c;
	struct buf			 line = { 0 };
	size_t				 start = b->len;

	buf_adds(b, k->text);
	if (s->name != NULL) {
		buf_addc(b, ' ');
		show_name(s->name, clause_row_find(s->keyword,
		    s->name) == NULL, b);
	}
	if (s->label != NULL && s->label != s->name) {
		buf_addc(b, ' ');
		show_text(s->label, b);
	}
	buf_add(&line, b->p + start, b->len - start);
	for (c = s->clauses; c != NULL; c = c->next) {
		if (c->word == W_STOP)
			continue;
		buf_addc(&line, ' ');
		show_clause(s->keyword, c, currency, &line);
	}
	if (text_width(line.p, line.len) <= LINE_MAX_WIDTH) {
		b->len = start;
		buf_add(b, line.p, line.len);
		buf_addc(b, '\n');
	} else if (s->clauses != NULL) {
		buf_adds(b, " {\n");
		for (c = s->clauses; c != NULL; c = c->next) {
			if (c->word == W_STOP)
				continue;
			buf_addc(b, '\t');
			show_clause(s->keyword, c, currency, b);
			buf_addc(b, '\n');
		}
		buf_adds(b, "}\n");
	} else
		buf_addc(b, '\n');
	buf_free(&line);
}

const char *
show_currency(const struct policy *p)
{
	/* Without a currency, the signs are all one. */
	return p->currency[0] == '\0' && p->money != NULL ? p->money->sign :
	    p->currency;
}

void
statement_show(const struct policy *p, const struct statement *s,
    struct buf *b)
{
	show_statement(s, show_currency(p), b);
}

void
policy_show(const struct policy *p, struct buf *b)
{
	const struct statement	*s, *last = NULL;
	const char		*currency = show_currency(p);

	for (s = p->first; s != NULL; last = s, s = s->next) {
		/* A blank line between the subjects, and around braces. */
		if (last != NULL && (last->keyword != s->keyword ||
		    (b->len > 1 && b->p[b->len - 2] == '}')) &&
		    !(s->keyword <= KW_KEY && last->keyword <= KW_KEY))
			buf_addc(b, '\n');
		show_statement(s, currency, b);
	}
}
