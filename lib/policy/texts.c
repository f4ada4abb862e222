/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <utf8proc.h>

#include "policy/program.h"

/* Comparisons of texts, in normal form or folded. */

/* The normal form of a cell, in a buffer if it has to be made. */
struct cell
text_normal(struct cell c, struct buf *b)
{
	if (text_is_ascii(c.p, c.len))
		return c;
	b->len = 0;
	text_nfc(b, c.p, c.len);
	c.p = b->p;
	c.len = b->len;
	return c;
}

struct cell
text_folded(struct cell c, struct buf *b)
{
	b->len = 0;
	text_fold(b, c.p, c.len);
	c.p = b->p;
	c.len = b->len;
	return c;
}

static int
text_order(struct cell a, struct cell b)
{
	size_t	 n = a.len < b.len ? a.len : b.len;
	int	 c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

int
text_equal(struct cell a, struct cell b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* Nearly all texts that a policy asks for are so brief: 0, or -1. */
static inline int
brief_of(struct cell c, struct brief *w)
{
	uint32_t	 x, y;

	if (c.len - 1 >= 2 * sizeof(w->head))
		return -1;
	if (c.len >= sizeof(w->head)) {
		memcpy(&w->head, c.p, sizeof(w->head));
		memcpy(&w->tail, c.p + c.len - sizeof(w->tail),
		    sizeof(w->tail));
	} else if (c.len >= sizeof(x)) {
		memcpy(&x, c.p, sizeof(x));
		memcpy(&y, c.p + c.len - sizeof(y), sizeof(y));
		w->head = x;
		w->tail = y;
	} else {
		w->head = (unsigned char)c.p[0];
		w->tail = (uint64_t)(unsigned char)c.p[c.len / 2] << 8 |
		    (unsigned char)c.p[c.len - 1];
	}
	w->len = c.len;
	return (w->head | w->tail) & NUM_BYTES(0x80) ? -1 : 0;
}

static inline int
brief_equal(const struct brief *a, const struct brief *b)
{
	return ((a->head ^ b->head) | (a->tail ^ b->tail)) == 0 &&
	    a->len == b->len;
}

void
texts_add(struct texts *set, const char *p, size_t n)
{
	struct buf	 b = { 0 };
	struct cell	 c;
	size_t		 had = keys_count(set->keys);

	text_fold(&b, p, n);
	keys_add(set->keys, b.p, b.len);
	c.p = b.p;
	c.len = b.len;
	if (keys_count(set->keys) > had)
		set->nbrief = set->nbrief == had && had < BRIEFS_MOST &&
		    brief_of(c, &set->brief[had]) == 0 ? had + 1 : 0;
	buf_free(&b);
}

int
text_is_in(struct cell c, const struct texts *set, struct buf *b)
{
	struct brief	 w;
	size_t		 i;

	if (set->nbrief > 0 && brief_of(c, &w) == 0) {
		w.head = text_lower_word(w.head);
		w.tail = text_lower_word(w.tail);
		for (i = 0; i < set->nbrief; i++)
			if (brief_equal(&w, &set->brief[i]))
				return 1;
		return 0;
	}
	c = text_folded(c, b);
	return keys_find(set->keys, c.p, c.len) != KEY_NONE;
}

int
text_is_same(struct frame *f, const struct insn *i)
{
	struct brief	 a, b;

	if (brief_of(f->slot[i->a].text, &a) == 0 &&
	    brief_of(f->slot[i->b].text, &b) == 0)
		return brief_equal(&a, &b);
	return text_compare(f, i) == 0;
}

int
text_compare(struct frame *f, const struct insn *i)
{
	struct cell	 a = f->slot[i->a].text, b = f->slot[i->b].text;

	if (text_equal(a, b))
		return 0;
	if (!(i->ready & READY_A))
		a = text_normal(a, &f->one);
	if (!(i->ready & READY_B))
		b = text_normal(b, &f->two);
	return text_order(a, b);
}

/* The character after p, and before it; -1 at an end or a stray byte. */
static int32_t
char_after(const char *p, const char *end)
{
	utf8proc_int32_t	 c;

	if (p >= end || utf8proc_iterate((const utf8proc_uint8_t *)p, end - p,
	    &c) <= 0)
		return -1;
	return c;
}

static int32_t
char_before(const char *start, const char *p)
{
	const char	*end = p;

	while (p > start && ((unsigned char)*--p & 0xc0) == 0x80)
		;
	return char_after(p, end);
}

/*
 * Letters, digits and marks make words.  Scripts that put no blanks between
 * words have a boundary everywhere.
 */
static int
in_word(int32_t c)
{
	if (c < 0)
		return 0;
	if ((c >= 0x2e80 && c <= 0x30ff) || (c >= 0x31f0 && c <= 0x9fff) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
	    (c >= 0x0e00 && c <= 0x0eff))
		return 0;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return 1;
	default:
		return 0;
	}
}

int
text_has_word(struct cell text, struct cell word)
{
	const char	*p, *end = text.p + text.len, *after;

	if (word.len == 0)
		return 0;
	for (p = text.p; (size_t)(end - p) >= word.len; p++) {
		p = memmem(p, (size_t)(end - p), word.p, word.len);
		if (p == NULL)
			return 0;
		after = p + word.len;
		if (!(in_word(char_before(text.p, p)) &&
		    in_word(char_after(p, end))) &&
		    !(in_word(char_before(p, after)) &&
		    in_word(char_after(after, end))))
			return 1;
	}
	return 0;
}

/*
 * "*" stands for any text, "?" for one character, and a backslash takes the
 * meaning from what follows.  What a star took is only given back to the
 * last star, so the time is bounded by the product of the lengths.
 */
int
text_is_like(struct cell text, struct cell pattern)
{
	const char	*t = text.p, *tend = t + text.len;
	const char	*p = pattern.p, *pend = p + pattern.len;
	const char	*star = NULL, *again = NULL;

	for (;;) {
		if (p < pend && *p == '*') {
			star = ++p;
			again = t;
			continue;
		}
		if (t == tend && p == pend)
			return 1;
		if (t < tend && p < pend) {
			if (*p == '?') {
				p++;
				t++;
				while (t < tend &&
				    ((unsigned char)*t & 0xc0) == 0x80)
					t++;
				continue;
			}
			if (*p == '\\' && p + 1 < pend && p[1] == *t) {
				p += 2;
				t++;
				continue;
			}
			if (*p == *t && *p != '\\') {
				p++;
				t++;
				continue;
			}
			if (*p == '\\' && p + 1 == pend && *t == '\\') {
				p++;
				t++;
				continue;
			}
		}
		if (star == NULL || again == tend)
			return 0;
		for (again++; again < tend &&
		    ((unsigned char)*again & 0xc0) == 0x80; again++)
			;
		p = star;
		t = again;
	}
}

/* A pattern sees characters in whatever locale the command runs. */
int
text_matches(struct frame *f, const struct pattern *pattern, struct cell text)
{
	locale_t	 old = (locale_t)0;
	int		 rc;

	text = text_normal(text, &f->one);
	if (text.p != f->one.p) {
		f->one.len = 0;
		buf_add(&f->one, text.p, text.len);
	}
	if (f->plan->locale != (locale_t)0)
		old = uselocale(f->plan->locale);
	rc = regexec(&pattern->re, buf_str(&f->one), 0, NULL, 0);
	if (old != (locale_t)0)
		uselocale(old);
	return rc == 0;
}
