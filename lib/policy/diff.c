/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changed between two policies, in words: a statement is the same if
 * its keyword, its name and whom it is for are.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"
#include "policy/policy.h"
#include "policy/words.h"

/* What a statement goes by: "sla first_response for vip, phone". */
static void
title(const struct policy *p, const struct statement *st, struct buf *b)
{
	const struct clause	*who = clause_find(st, W_FOR);

	buf_adds(b, keyword_row(st->keyword)->text);
	if (st->name != NULL)
		buf_addf(b, " %s", st->name);
	if (who != NULL) {
		buf_addc(b, ' ');
		show_clause(st->keyword, who, show_currency(p), b);
	}
}

/* How many statements before this one go by the same title. */
static size_t
ordinal(const struct policy *p, const struct statement *st)
{
	const struct statement	*s;
	struct buf		 a = { 0 }, b = { 0 };
	size_t			 n = 0;

	title(p, st, &a);
	for (s = policy_statements(p); s != st; s = s->next) {
		if (s->keyword != st->keyword)
			continue;
		b.len = 0;
		title(p, s, &b);
		n += a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
	}
	buf_free(&a);
	buf_free(&b);
	return n;
}

/* The statement of another policy that is the same, or NULL. */
static const struct statement *
twin(const struct policy *from, const struct statement *st,
    const struct policy *in)
{
	const struct statement	*s;
	struct buf		 a = { 0 }, b = { 0 };
	size_t			 n = ordinal(from, st);

	title(from, st, &a);
	for (s = policy_statements(in); s != NULL; s = s->next) {
		if (s->keyword != st->keyword)
			continue;
		b.len = 0;
		title(in, s, &b);
		if (a.len == b.len && memcmp(a.p, b.p, a.len) == 0 && n-- == 0)
			break;
	}
	buf_free(&a);
	buf_free(&b);
	return s;
}

/* All clauses with a word, as one text; empty where there is none. */
static void
clauses(const struct policy *p, const struct statement *st, enum word word,
    struct buf *b)
{
	const struct clause	*c;

	b->len = 0;
	for (c = clause_find(st, word); c != NULL; c = clause_next(c)) {
		if (b->len > 0)
			buf_adds(b, ", ");
		show_clause(st->keyword, c, show_currency(p), b);
	}
}

static size_t
compare(const struct policy *was, const struct statement *a,
    const struct policy *is, const struct statement *b, struct buf *out)
{
	struct buf	 old = { 0 }, new = { 0 };
	size_t		 lines = 0;
	int		 word;

	if (strcmp(a->label != NULL ? a->label : "",
	    b->label != NULL ? b->label : "") != 0) {
		title(is, b, out);
		buf_addf(out, ": was called \"%s\", is \"%s\"\n", a->label,
		    b->label);
		lines++;
	}
	for (word = 0; word < W_NWORDS; word++) {
		if (word == W_FOR || word == W_STOP)
			continue;
		clauses(was, a, (enum word)word, &old);
		clauses(is, b, (enum word)word, &new);
		if (old.len == new.len &&
		    (old.len == 0 || memcmp(old.p, new.p, old.len) == 0))
			continue;
		title(is, b, out);
		if (old.len == 0)
			buf_addf(out, ": new: %s\n", buf_str(&new));
		else if (new.len == 0)
			buf_addf(out, ": no longer: %s\n", buf_str(&old));
		else
			buf_addf(out, ": was: %s; is: %s\n", buf_str(&old),
			    buf_str(&new));
		lines++;
	}
	buf_free(&old);
	buf_free(&new);
	return lines;
}

static void
whole(const struct policy *p, const struct statement *st, const char *what,
    struct buf *out)
{
	const struct clause	*c;
	const char		*gap = ": ";

	title(p, st, out);
	buf_addf(out, ": %s", what);
	for (c = st->clauses; c != NULL; c = c->next) {
		if (c->word == W_STOP || c->word == W_FOR)
			continue;
		buf_adds(out, gap);
		gap = " ";
		show_clause(st->keyword, c, show_currency(p), out);
	}
	buf_addc(out, '\n');
}

static void
tier_names(const struct policy *p, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < policy_tiers(p); i++)
		buf_addf(b, "%s%s", i > 0 ? ", " : "",
		    policy_tier(p, i)->name);
}

size_t
policy_diff(const struct policy *was, const struct policy *is,
    struct buf *out)
{
	const struct statement	*st, *other;
	struct buf		 a = { 0 }, b = { 0 };
	size_t			 lines = 0;

	tier_names(was, &a);
	tier_names(is, &b);
	if (strcmp(buf_str(&a), buf_str(&b)) != 0) {
		buf_addf(out, "tiers, best first: were %s; are %s\n",
		    buf_str(&a), buf_str(&b));
		lines++;
	}
	buf_free(&a);
	buf_free(&b);
	for (st = policy_statements(was); st != NULL; st = st->next)
		if (twin(was, st, is) == NULL) {
			whole(was, st, "removed", out);
			lines++;
		}
	for (st = policy_statements(is); st != NULL; st = st->next) {
		if ((other = twin(is, st, was)) != NULL)
			lines += compare(was, other, is, st, out);
		else {
			whole(is, st, "added", out);
			lines++;
		}
	}
	return lines;
}
