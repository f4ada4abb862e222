/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/types.h>

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/redact.h"

#define N_OF(a)		(sizeof(a) / sizeof((a)[0]))
#define CHARACTERS	10		/* of a pseudonym: 50 bits */
#define HIDDEN		N_("hidden")

struct redactor {
	unsigned	 what;
	unsigned char	 inner[SHA256_BLOCK_LENGTH],
			 outer[SHA256_BLOCK_LENGTH];
};

static const struct {
	const char	*name;
	unsigned	 what;
} words[] = {
	{ "names", REDACT_NAMES },
	{ "contacts", REDACT_CONTACTS },
	{ "amounts", REDACT_AMOUNTS },
	{ "staff", REDACT_STAFF },
	{ "tiers", REDACT_TIERS | REDACT_NAMES | REDACT_CONTACTS },
	{ "all", REDACT_NAMES | REDACT_CONTACTS | REDACT_AMOUNTS |
	    REDACT_STAFF | REDACT_TIERS },
	{ "none", 0 },
	/* Who answers customers, who counts them, who is not of the house. */
	{ "agent", REDACT_AMOUNTS },
	{ "analyst", REDACT_NAMES | REDACT_CONTACTS | REDACT_STAFF },
	{ "partner", REDACT_NAMES | REDACT_CONTACTS | REDACT_AMOUNTS |
	    REDACT_STAFF | REDACT_TIERS },
};

const char *
redact_words(void)
{
	return "names, contacts, amounts, staff, tiers, all, none, agent, "
	    "analyst, partner";
}

int
redact_parse(const char *list, unsigned *what)
{
	const char	**item;
	size_t		  i, k, n;
	int		  bad = 0;

	item = text_split(list, &n);
	*what = 0;
	for (i = 0; i < n; i++) {
		for (k = 0; k < N_OF(words); k++)
			if (strcmp(words[k].name, item[i]) == 0)
				break;
		if (k == N_OF(words)) {
			bad = 1;
			break;
		}
		*what |= words[k].what;
	}
	free(item);
	return bad ? -1 : 0;
}

int
redact_is_keyed(unsigned what)
{
	return (what & (REDACT_NAMES | REDACT_STAFF)) != 0;
}

/* ---------------------------------------------------------------- pseudonyms */

static void
hash_bytes(SHA2_CTX *ctx, const void *p, size_t n)
{
	SHA256Update(ctx, p, n);
}

/* The two keys of HMAC-SHA-256 (RFC 2104). */
struct redactor *
redactor_new(unsigned what, const void *key, size_t len)
{
	struct redactor	*x;
	unsigned char	 hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX	 ctx;
	size_t		 i;

	if (what == 0)
		return NULL;
	x = xcalloc(1, sizeof(*x));
	x->what = what;
	if (len > sizeof(x->inner)) {
		SHA256Init(&ctx);
		hash_bytes(&ctx, key, len);
		SHA256Final(hash, &ctx);
		key = hash;
		len = sizeof(hash);
	}
	if (len > 0) {
		memcpy(x->inner, key, len);
		memcpy(x->outer, key, len);
	}
	for (i = 0; i < sizeof(x->inner); i++) {
		x->inner[i] ^= 0x36;
		x->outer[i] ^= 0x5c;
	}
	return x;
}

void
redactor_free(struct redactor *x)
{
	free(x);
}

int
redacts(const struct redactor *x, unsigned what)
{
	return x != NULL && (x->what & what) != 0;
}

/* "c-" and characters that are not mistaken for each other. */
static const char *
pseudonym(const struct redactor *x, struct report *r, const char *class,
    const char *of)
{
	static const char	 digits[] = "23456789abcdefghjkmnpqrstuvwxyz";
	unsigned char		 hash[SHA256_DIGEST_LENGTH];
	char			 text[CHARACTERS + 1];
	SHA2_CTX		 ctx;
	uint64_t		 bits = 0;
	size_t			 i;

	SHA256Init(&ctx);
	hash_bytes(&ctx, x->inner, sizeof(x->inner));
	hash_bytes(&ctx, class, strlen(class) + 1);
	hash_bytes(&ctx, of, strlen(of));
	SHA256Final(hash, &ctx);
	SHA256Init(&ctx);
	hash_bytes(&ctx, x->outer, sizeof(x->outer));
	hash_bytes(&ctx, hash, sizeof(hash));
	SHA256Final(hash, &ctx);
	for (i = 0; i < sizeof(bits); i++)
		bits = bits << 8 | hash[i];
	for (i = 0; i < CHARACTERS; i++) {
		text[i] = digits[bits % (sizeof(digits) - 1)];
		bits /= sizeof(digits) - 1;
	}
	text[CHARACTERS] = '\0';
	return report_textf(r, "%s-%s", class, text);
}

const char *
redact_customer(const struct redactor *x, struct report *r, const char *key,
    const char *text)
{
	if (!redacts(x, REDACT_NAMES) || *key == '\0')
		return text;
	return pseudonym(x, r, "c", key);
}

const char *
redact_person(const struct redactor *x, struct report *r, const char *name)
{
	if (!redacts(x, REDACT_STAFF) || *name == '\0')
		return name;
	return pseudonym(x, r, "p", name);
}

/* --------------------------------------------------------------------- texts */

static int
is_word(int ch)
{
	return ch == '_' || (ch >= 'a' && ch <= 'z') ||
	    (ch >= 'A' && ch <= 'Z') || (ch & 0x80) != 0;
}

static int
is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

const char *
redact_reason(const struct redactor *x, struct report *r, const char *text)
{
	struct buf	 b = { 0 };
	const char	*p, *end;
	int		 named = 0;	/* in a word, such as spend_30d */

	if (!redacts(x, REDACT_AMOUNTS))
		return text;
	for (p = text; *p != '\0'; p = end) {
		end = p + 1;
		if (!is_digit((unsigned char)*p) || named) {
			named = is_word((unsigned char)*p) ||
			    (named && is_digit((unsigned char)*p));
			buf_addc(&b, *p);
			continue;
		}
		while (is_digit((unsigned char)*end) ||
		    ((*end == '.' || *end == ',') &&
		    is_digit((unsigned char)end[1])))
			end++;
		/* A percentage is no amount. */
		if (*end == '%')
			buf_add(&b, p, (size_t)(end - p));
		else
			buf_addc(&b, '#');
	}
	text = report_text(r, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

const char *
redact_free(const struct redactor *x, struct report *r, const char *text)
{
	if (*text != '\0' &&
	    redacts(x, REDACT_NAMES | REDACT_CONTACTS | REDACT_STAFF))
		return _(HIDDEN);
	return redact_reason(x, r, text);
}

/* -------------------------------------------------------------- what is made */

static void
hide(struct figure *f)
{
	unsigned	 show = f->show & ~(unsigned)(SHOW_PARTS | SHOW_MONEY);

	if (f->kind == KIND_MONEY) {
		enum verdict_of_target	 status = f->status;

		*f = figure_word(HIDDEN);
		f->status = status;
		return;
	}
	if ((f->show & SHOW_MONEY) != 0) {
		f->ratio = 0;
		f->show = show;
	}
}

/* Of one customer or ticket; the lines of tiers themselves stay. */
static void
hide_tier(const struct table *t, struct line *l)
{
	static const char	 name[] = "tier";	/* or "tier_from" */
	size_t			 i;

	for (i = 0; l->key != NULL && i < t->ncolumn; i++)
		if (t->heading[i].id != NULL &&
		    strncmp(t->heading[i].id, name, strlen(name)) == 0) {
			l->tier = "";
			l->cell[i] = figure_word(HIDDEN);
		}
}

void
report_redact(struct report *r, const struct redactor *x)
{
	const struct section	*s;
	const struct table	*t;
	struct line		*l;
	size_t			 i;

	if (!redacts(x, REDACT_AMOUNTS | REDACT_TIERS))
		return;
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next) {
				if (redacts(x, REDACT_TIERS))
					hide_tier(t, l);
				for (i = 0; redacts(x, REDACT_AMOUNTS) &&
				    i < t->ncolumn; i++)
					hide(&l->cell[i]);
			}
}
