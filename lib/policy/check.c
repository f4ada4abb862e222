/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/ast.h"

/*
 * What is wrong with a policy whatever it is used on.  What may be meant so,
 * but seldom is, is in sense.c.
 */

static int
is_broken(const struct statement *s)
{
	return ((const struct draft *)(const void *)s)->broken;
}

/*
 * The tiers in the file's order with the default at the end, whether the
 * file has one or not: then it has no name.
 */
static void
collect_tiers(struct policy *p)
{
	const struct statement	*s, *last = NULL;
	struct draft		*none;
	const char		*name;
	size_t			 n = 1;

	for (s = p->first; s != NULL; s = s->next)
		n += s->keyword == KW_TIER;
	p->tiers = arena_get(p->arena, n * sizeof(*p->tiers));
	for (s = p->first; s != NULL; s = s->next)
		if (s->keyword == KW_TIER && s->name != NULL)
			p->tiers[p->ntiers++] = s;
		else if (s->keyword == KW_DEFAULT && last == NULL &&
		    s->name != NULL)
			last = s;
	if (last == NULL) {
		none = arena_get(p->arena, sizeof(*none));
		none->statement.keyword = KW_DEFAULT;
		none->statement.name = none->statement.label = "";
		none->statement.from = INT64_MIN;
		none->statement.until = INT64_MAX;
		last = &none->statement;
	}
	p->tiers[p->ntiers++] = last;

	/* A tier that is there twice (an error) must not shift the others. */
	p->tier_keys = keys_new();
	for (n = 0; n < p->ntiers; n++) {
		name = p->tiers[n]->name;
		if (keys_add(p->tier_keys, name, strlen(name)) != n)
			(void)keys_add(p->tier_keys, (char *)&n, sizeof(n));
	}
}

/* -------------------------------------------------------------- duplicates */

/* Statements whose name stands for one thing. */
static int
is_unique(enum keyword k)
{
	switch (k) {
	case KW_SLA:
	case KW_CHECK:
	case KW_TARGET:
	case KW_LIMIT:
	case KW_COMPENSATE:
	case KW_POINTS:
		return 0;
	default:
		return 1;
	}
}

/* Names of tiers and of the default are of one kind; so are columns, lets. */
static enum keyword
family(enum keyword k)
{
	if (k == KW_DEFAULT)
		return KW_TIER;
	return k == KW_LET ? KW_COLUMN : k;
}

/*
 * A name may come again for other days: what a tier or a touch is may
 * change over the years.  Not so what other statements go by.
 */
static int
may_follow(const struct statement *a, const struct statement *b)
{
	if (family(a->keyword) == KW_TIER || family(a->keyword) == KW_COLUMN ||
	    a->keyword == KW_CALENDAR)
		return 0;
	return a->until < b->from || b->until < a->from;
}

static void
check_names(struct policy *p)
{
	const struct statement	*once[KW_NKEYWORDS] = { NULL };
	const struct statement	*s, **named;
	struct keys		*keys;
	struct buf		 b = { 0 };
	struct place		 at;
	uint32_t		 i;
	enum keyword		 k;

	keys = keys_new();
	named = xcalloc((size_t)p->nstatements + 1, sizeof(*named));
	for (s = p->first; s != NULL; s = s->next) {
		k = s->keyword;
		at = ((const struct draft *)(const void *)s)->named;
		if (keyword_row(k)->times == TIMES_ONE) {
			if (once[k] != NULL && !may_follow(s, once[k]))
				policy_error(p, s->at, "a policy has one %s; "
				    "there is another in line %d",
				    keyword_row(k)->text, once[k]->at.line);
			once[k] = s;
		}
		if (s->name == NULL || s->name[0] == '\0')
			continue;
		if (family(k) == KW_TIER && (strcmp(s->name, "vip") == 0 ||
		    strcmp(s->name, "all") == 0))
			policy_error(p, at, "\"%s\" stands for several tiers "
			    "after \"for\": a tier cannot have that name",
			    s->name);
		if (!is_unique(k) || keyword_row(k)->times == TIMES_ONE)
			if (k != KW_DEFAULT)
				continue;
		b.len = 0;
		buf_addf(&b, "%d ", (int)family(k));
		buf_adds(&b, s->name);
		i = keys_add(keys, b.p, b.len);
		if (named[i] != NULL && !may_follow(s, named[i]) &&
		    !p->preset)
			policy_error(p, at, "there is already a %s \"%s\", in "
			    "line %d", keyword_row(named[i]->keyword)->text,
			    s->name, named[i]->at.line);
		named[i] = s;
	}
	buf_free(&b);
	free(named);
	keys_free(keys);
}

/* --------------------------------------------------------------- for, by */

/* Channels that a mistyped tier cannot be. */
static int
is_channel(const char *name)
{
	static const char *const known[] = {
		"phone", "email", "chat", "sms", "app", "web", "mail", "post",
		"social", "store", "slack", "wechat", "whatsapp", "messenger",
		"teams", "video", "fax", "form", "portal", "api", "facebook",
		"twitter", "instagram", "telegram", "line", "hotline",
		"letter", "meeting", "visit", "push",
	};
	size_t	 i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			return 1;
	return 0;
}

static void
check_for(struct policy *p, const struct statement *s)
{
	const struct clause	*c;
	const struct item	*item;
	const char		*hint;
	size_t			 i, j;
	int			 channels = s->keyword == KW_SLA;

	if ((c = clause_find(s, W_FOR)) == NULL)
		return;
	for (i = 0; i < c->nitem; i++) {
		item = &c->item[i];
		for (j = 0; j < i && j < 50; j++)
			if (strcmp(c->item[j].text, item->text) == 0)
				policy_warning(p, item->at,
				    "\"%s\" stands twice in this list",
				    item->text);
		if (strcmp(item->text, "vip") == 0 ||
		    strcmp(item->text, "all") == 0 ||
		    policy_tier_index(p, item->text) != -1)
			continue;
		if (channels && is_channel(item->text))
			continue;
		hint = suggest(p, KW_TIER, item->text);
		if (!channels || hint[0] != '\0')
			policy_error(p, item->at, "unknown tier \"%s\"%s",
			    item->text, hint);
		else if (p->ntiers > 1)
			policy_warning(p, item->at, "\"%s\" is no tier: it is "
			    "taken for a channel", item->text);
	}
}

/* The tiers of points earned. */
static void
check_earn(struct policy *p, const struct clause *c)
{
	size_t	 i;

	for (i = 0; i < c->nitem; i++)
		if (strcmp(c->item[i].text, "vip") != 0 &&
		    strcmp(c->item[i].text, "all") != 0 &&
		    policy_tier_index(p, c->item[i].text) == -1)
			policy_error(p, c->item[i].at,
			    "unknown tier \"%s\"%s", c->item[i].text,
			    suggest(p, KW_TIER, c->item[i].text));
}

/* ------------------------------------------------------------- statements */

/* The word of a clause, or of the statement where it has none. */
static const char *
word_of(const struct statement *s, const struct clause *c)
{
	const char	*text = clause_row_of(s->keyword, c)->text;

	return text[0] == '\0' ? keyword_row(s->keyword)->text : text;
}

/* A whole number from "least" on. */
static void
check_whole(struct policy *p, const struct statement *s, enum word word,
    int least)
{
	const struct clause	*c;

	if ((c = clause_find(s, word)) != NULL && !c->percent &&
	    (c->number < least * NUM_ONE || c->number % NUM_ONE != 0))
		policy_error(p, c->at, "\"%s\" wants a whole number from %d "
		    "on", word_of(s, c), least);
}

/* So many, a share, or between two of them. */
static void
check_limits(struct policy *p, const struct statement *s,
    const struct clause *c)
{
	const int	 between = c->high > 0;

	if (c->percent ? c->number <= 0 || c->number > NUM_ONE ||
	    (between && c->low <= 0) : c->number < NUM_ONE ||
	    c->number % NUM_ONE != 0 || (between && (c->low < NUM_ONE ||
	    c->low % NUM_ONE != 0)))
		policy_error(p, c->at, c->percent ? "\"%s\" wants %s above "
		    "0%% and at most 100%%" : "\"%s\" wants %s from 1 on",
		    word_of(s, c), c->percent ?
		    between ? "shares" : "a share" :
		    between ? "whole numbers" : "a whole number");
}

static void
check_positive(struct policy *p, const struct statement *s, enum word word)
{
	const struct clause	*c;

	if ((c = clause_find(s, word)) != NULL && c->number <= 0)
		policy_error(p, c->at, "\"%s\" wants a number above 0",
		    word_of(s, c));
}

/* More than nothing and not more than all: 80%. */
static void
check_share(struct policy *p, const struct statement *s, enum word word)
{
	const struct clause	*c;

	if ((c = clause_find(s, word)) != NULL &&
	    (c->number <= 0 || c->number > NUM_ONE))
		policy_error(p, c->at, "\"%s\" wants a share above 0%% and at "
		    "most 100%%", word_of(s, c));
}

/* Nothing takes no time but what is due at once. */
static void
check_duration(struct policy *p, const struct statement *s, enum word word)
{
	const struct clause	*c;

	if ((c = clause_find(s, word)) == NULL)
		return;
	if (duration_is_zero(&c->duration))
		policy_error(p, c->at, "this is no time at all");
	else if (c->duration.business)
		policy_error(p, c->at, "\"%s\" is counted on no calendar: "
		    "without \"business\", please",
		    word_of(s, c));
}

static void
need(struct policy *p, const struct statement *s, const char *what)
{
	const char	*name = s->name == NULL || s->name[0] == '\0' ?
			    NULL : s->name;

	if (!is_broken(s))
		policy_error(p, s->at, "%s%s%s wants %s",
		    keyword_row(s->keyword)->text, name == NULL ? "" : " ",
		    name == NULL ? "" : name, what);
}

/* Names of calendars after "clock": 1 if one of them is a calendar. */
static int
check_clock(struct policy *p, const struct statement *s)
{
	const struct clause	*c;
	const char		*name;
	size_t			 i;
	int			 any = 0;

	if ((c = clause_find(s, W_CLOCK)) == NULL)
		return 0;
	if (c->nitem > 2)
		policy_error(p, c->item[2].at,
		    "a clock is that of two calendars at most");
	for (i = 0; i < c->nitem; i++) {
		name = c->item[i].text;
		if (strcmp(name, "always") == 0) {
			if (c->nitem > 1)
				policy_error(p, c->item[i].at, "\"always\" "
				    "stands alone: with a calendar, the "
				    "calendar decides");
			continue;
		}
		any = 1;
		if (strcmp(name, "customer") != 0 &&
		    policy_find(p, KW_CALENDAR, name) == NULL)
			policy_error(p, c->item[i].at,
			    "unknown calendar \"%s\"%s", name,
			    suggest(p, KW_CALENDAR, name));
	}
	return any;
}

/* The bound of what is owed: one, and one that can be met. */
static void
check_bound(struct policy *p, const struct statement *s, int needed)
{
	const struct clause	*within, *under, *c;
	int			 calendar;

	calendar = check_clock(p, s);
	within = clause_find(s, W_WITHIN);
	under = clause_find(s, W_UNDER);
	if (within == NULL && under == NULL && needed)
		need(p, s, "a bound: within 1h, under 10s, same day");
	if (within != NULL && under != NULL)
		policy_error(p, under->at, "there is one bound already");
	if (under != NULL && !under->same_day &&
	    duration_is_zero(&under->duration))
		policy_error(p, under->at, "nothing takes less than no time");
	if ((c = within != NULL ? within : under) != NULL &&
	    c->duration.business && !calendar)
		policy_error(p, c->at, "business time wants to know the "
		    "calendar: clock NAME");
}

static void
check_tier(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	if (clause_find(s, W_WHEN) == NULL && !is_broken(s))
		policy_warning(p, s->at, "%s has no condition (when ...): only "
		    "an override makes somebody %s", s->name, s->name);
	check_duration(p, s, W_KEEP);
	check_duration(p, s, W_REASSESS);
	if ((c = clause_find(s, W_LIMIT)) != NULL)
		check_limits(p, s, c);
}

static void
check_limit(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	if (s->name == NULL || (strcmp(s->name, "vip") != 0 &&
	    strcmp(s->name, "touch") != 0)) {
		if (!is_broken(s))
			policy_error(p, ((const struct draft *)
			    (const void *)s)->named,
			    "a limit is of vip or of touch, not of \"%s\"",
			    s->name == NULL ? "" : s->name);
		return;
	}
	if (strcmp(s->name, "vip") == 0) {
		if ((c = clause_find(s, W_PER)) != NULL)
			policy_error(p, c->at, "the limit of vip is a share "
			    "or a number, for all time");
		else if ((c = clause_find(s, W_LIMIT)) == NULL)
			need(p, s, "a share or a number: limit vip 20%");
		else
			check_limits(p, s, c);
		return;
	}
	if ((c = clause_find(s, W_PER)) == NULL)
		need(p, s, "a number and a time: limit touch 2 per 7d");
	else {
		if (c->percent)
			policy_error(p, c->at, "contacts are counted, not "
			    "a share");
		check_whole(p, s, W_PER, 1);
		check_duration(p, s, W_PER);
	}
}

/* What a column of a preset may have, and one of a policy has no use for. */
static void
check_source(struct policy *p, const struct statement *s)
{
	const struct clause	*from = clause_find(s, W_SOURCE), *c;
	const char		*star;
	size_t			 i, stars = 0;

	for (i = 0; from != NULL && i < from->nitem; i++) {
		star = strchr(from->item[i].text, '*');
		stars += star != NULL;
		if (p->preset && star != NULL &&
		    strchr(star + 1, '*') != NULL)
			policy_error(p, from->item[i].at, "a header has one "
			    "\"*\" at most");
	}
	if ((c = clause_find(s, W_IN)) != NULL && strcmp(c->text, "*") == 0 &&
	    (!p->preset || from == NULL || stars < from->nitem))
		policy_error(p, c->at, "the zone \"*\" is what stands for "
		    "\"*\" in the headers of a preset");
	if ((c = clause_find(s, W_WITH)) != NULL && from == NULL)
		policy_error(p, c->at, "\"with\" goes with a header: "
		    "from \"...\" with \"...\"");
	if ((c = clause_find(s, W_FIRST_ROW)) != NULL &&
	    strcmp(s->name, "order_id") != 0)
		policy_error(p, c->at, "\"first row\" is said of order_id");
}

/* A time that is counted from another: as minutes after created_at. */
static void
check_after(struct policy *p, const struct statement *s)
{
	const struct clause	*as = clause_find(s, W_AS);
	const struct clause	*after = clause_find(s, W_AFTER);
	const struct statement	*other;
	int			 counted = as != NULL &&
				    as_find(as->text) >= AS_SECONDS;

	if (counted && after == NULL)
		policy_error(p, as->at, "%s are counted after another time: "
		    "as %s after created_at", as->text, as->text);
	if (after == NULL)
		return;
	if (!counted)
		policy_error(p, after->at, "\"after\" wants what is counted: "
		    "as minutes (seconds, hours, hms) after %s", after->text);
	if (strcmp(after->text, s->name) == 0) {
		policy_error(p, after->at, "a time is not after itself");
		return;
	}
	for (other = policy_find(p, KW_COLUMN, after->text); other != NULL;
	    other = policy_next(other))
		if (strcmp(other->name, after->text) == 0 &&
		    clause_find(other, W_AFTER) != NULL) {
			policy_error(p, after->at, "\"%s\" is itself counted "
			    "after another time, in line %d", after->text,
			    other->at.line);
			return;
		}
}

static void
check_column(struct policy *p, const struct statement *s)
{
	const struct clause	*as, *in, *map;
	const char		*why;
	struct zone		*zone;

	as = clause_find(s, W_AS);
	in = clause_find(s, W_IN);
	map = clause_find(s, W_MAP);
	if (as == NULL && map == NULL && in == NULL &&
	    clause_find(s, W_SOURCE) == NULL)
		need(p, s, "its header (from \"...\"), its form (as \"...\") "
		    "or its values (map (...))");
	if (as != NULL && map != NULL && !map_is_blank(map))
		policy_error(p, map->at, "what is mapped is text: it has no "
		    "other form");
	if (as != NULL && as_find(as->text) == AS_FORMAT &&
	    (why = stamp_format_error(as->text)) != NULL)
		policy_error(p, as->at, "\"%s\" %s", as->text, why);
	check_source(p, s);
	check_after(p, s);
	if (in == NULL || strcmp(in->text, "*") == 0)
		return;
	if ((zone = zone_open(in->text)) == NULL)
		policy_error(p, in->at, "unknown time zone \"%s\"",
		    in->text);
	zone_free(zone);
	if (as != NULL && as_find(as->text) != AS_FORMAT)
		policy_error(p, in->at, "a zone belongs to a form of time: "
		    "as \"%%Y-%%m-%%d %%H:%%M\" in \"...\"");
}

static void
check_signal(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	if ((c = clause_find(s, W_WEIGHT)) == NULL)
		need(p, s, "a weight: weight 25");
	else if (c->number <= 0)
		policy_error(p, c->at, "a weight is above 0");
	if (clause_find(s, W_WHEN) == NULL && clause_find(s, W_OF) == NULL)
		need(p, s, "a condition (when ...) or a value "
		    "(of ... between ... and ...)");
}

/* Levels fall: the worst first, each for a higher health than the last. */
static void
check_levels(struct policy *p)
{
	const struct statement	*s;
	const struct clause	*c, *last = NULL;
	int			 open = 0;

	for (s = policy_find(p, KW_LEVEL, NULL); s != NULL;
	    s = policy_next(s)) {
		if (is_broken(s))
			return;
		if (open) {
			policy_error(p, s->at, "no customer gets here: the "
			    "level before takes all that are left");
			return;
		}
		if ((c = clause_find(s, W_BELOW)) == NULL) {
			open = 1;
			continue;
		}
		if (c->number <= 0 || c->number > 100 * NUM_ONE)
			policy_error(p, c->at,
			    "health is from 0 to 100: no level is below this");
		else if (last != NULL && c->number <= last->number)
			policy_error(p, c->at, "levels fall: the worst comes "
			    "first, and each is below more than the one "
			    "before");
		last = c;
	}
}

static void
check_touch(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	if (clause_find(s, W_EVERY) == NULL && clause_find(s, W_ON) == NULL &&
	    clause_find(s, W_WHEN) == NULL)
		need(p, s, "to know when: every 1mo, on birthday, or when ...");
	check_duration(p, s, W_EVERY);
	check_duration(p, s, W_BEFORE);
	if ((c = clause_find(s, W_BEFORE)) != NULL &&
	    clause_find(s, W_ON) == NULL)
		policy_error(p, c->at, "before what? \"before\" belongs to "
		    "\"on\"");
	if ((c = clause_find(s, W_LEAP)) != NULL &&
	    (clause_find(s, W_ON) == NULL || clause_find(s, W_EVERY) != NULL))
		policy_error(p, c->at, "\"leap\" belongs to \"on\" without "
		    "\"every\": to a date that comes every year");
}

static void
check_compensate(struct policy *p, const struct statement *s)
{
	static const enum word	 words[] = {
		W_REFUND, W_CREDIT, W_FREE_DELIVERIES, W_POINTS, W_DO,
		W_FOLLOW_UP, W_TEXT
	};
	const struct clause	*c;
	size_t			 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (clause_find(s, words[i]) != NULL)
			break;
	if (i == sizeof(words) / sizeof(words[0]))
		need(p, s, "a remedy: refund 100%, credit $5, do \"...\"");
	check_positive(p, s, W_REFUND);
	check_positive(p, s, W_CREDIT);
	check_positive(p, s, W_CAP);
	check_whole(p, s, W_FREE_DELIVERIES, 1);
	if ((c = clause_find(s, W_REFUND)) != NULL && c->percent &&
	    c->number > NUM_ONE)
		policy_error(p, c->at, "more than was paid cannot be "
		    "refunded; a credit is what comes on top");
	if ((c = clause_find(s, W_POINTS)) != NULL && (c->low < 0 ||
	    c->low % NUM_ONE != 0 || c->high % NUM_ONE != 0))
		policy_error(p, c->at, "points are whole numbers");
}

static void
check_check(struct policy *p, const struct statement *s)
{
	const struct clause	*c;
	const char		*why;

	if (clause_find(s, W_MATCHES) == NULL &&
	    clause_find(s, W_UNIQUE) == NULL &&
	    clause_find(s, W_REQUIRED) == NULL &&
	    clause_find(s, W_WHEN) == NULL)
		need(p, s, "what to look for: matches \"...\", unique, "
		    "required, or when ...");
	for (c = clause_find(s, W_MATCHES); c != NULL; c = clause_next(c))
		if ((why = regex_error(p, c->text)) != NULL)
			policy_error(p, c->at, "%s", why);
}

static void
check_budget(struct policy *p, const struct statement *s)
{
	const struct clause	*amount, *parts, *each, *heads;
	char			 sum[NUM_SIZE], whole[NUM_SIZE];
	num			 n = 0;
	size_t			 i;

	amount = clause_find(s, W_AMOUNT);
	parts = clause_find(s, W_PARTS);
	each = clause_find(s, W_EACH);
	heads = clause_find(s, W_HEADS);
	check_positive(p, s, W_AMOUNT);
	check_whole(p, s, W_HEADS, 1);
	if (amount == NULL) {
		need(p, s, "an amount: amount $50_000");
		return;
	}
	if (parts != NULL) {
		for (i = 0; i < parts->nitem; i++)
			if (num_add(n, parts->item[i].number, &n) == -1) {
				policy_error(p, parts->item[i].at,
				    "these parts are out of range");
				return;
			}
		if (n != amount->number)
			policy_error(p, parts->at, "the parts come to %.*s, "
			    "and the budget is %.*s",
			    (int)num_format(sum, n), sum,
			    (int)num_format(whole, amount->number), whole);
	}
	if (each == NULL && heads == NULL)
		return;
	if (each == NULL || heads == NULL)
		policy_error(p, each == NULL ? heads->at : each->at,
		    "\"heads\" and \"each\" go together");
	else if (num_mul(each->number, heads->number, &n) == -1 ||
	    n != amount->number)
		policy_warning(p, each->at, "so much for each comes to %.*s, "
		    "and the budget is %.*s",
		    (int)num_format(sum, n), sum,
		    (int)num_format(whole, amount->number), whole);
}

/* In a text that is filled in, every "{" opens the name of a column. */
static void
check_text(struct policy *p, struct place at, const char *text)
{
	const char	*name = text, *open;
	size_t		 len;

	for (; (open = strchr(text, '{')) != NULL; text = name + len) {
		name = placeholder_next(open, &len);
		if (name == open + 1)
			continue;
		policy_error(p, at, "a \"{\" that opens no name: columns "
		    "stand in the text as {name}");
		return;
	}
}

static void
check_texts(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	if (s->keyword == KW_RECOMMEND && s->label != NULL)
		check_text(p, s->at, s->label);
	for (c = clause_find(s, W_TEXT); c != NULL; c = clause_next(c))
		check_text(p, c->at, c->text);
}

static void
check_statement(struct policy *p, const struct statement *s)
{
	const struct clause	*c;

	check_for(p, s);
	check_texts(p, s);
	if (s->from > s->until && (c = clause_find(s, W_UNTIL)) != NULL)
		policy_error(p, c->at, "this is before the day from which it "
		    "is in force");
	switch (s->keyword) {
	case KW_COLUMN:
		check_column(p, s);
		break;
	case KW_LET:
		if (clause_find(s, W_IS) == NULL)
			need(p, s, "a value: = ...");
		break;
	case KW_EXCLUDE:
	case KW_PROFILE:
	case KW_RECOMMEND:
		if (clause_find(s, W_WHEN) == NULL)
			need(p, s, "a condition: when ...");
		break;
	case KW_TIER:
		check_tier(p, s);
		break;
	case KW_LIMIT:
		check_limit(p, s);
		break;
	case KW_SLA:
		check_bound(p, s, 1);
		check_share(p, s, W_WARN);
		break;
	case KW_CHECKLIST:
		check_bound(p, s, 1);
		break;
	case KW_ESCALATE:
		if (clause_find(s, W_WHEN) == NULL)
			need(p, s, "a condition: when ...");
		check_bound(p, s, 0);
		check_duration(p, s, W_IN);
		if ((c = clause_find(s, W_OF)) != NULL &&
		    clause_find(s, W_IN) == NULL)
			policy_error(p, c->at, "\"of\" belongs to a count in "
			    "a time: in 24h of issue_type");
		break;
	case KW_SIGNAL:
		check_signal(p, s);
		break;
	case KW_TOUCH:
	case KW_EVENT:
		check_touch(p, s);
		break;
	case KW_COMPENSATE:
		check_compensate(p, s);
		check_bound(p, s, 0);
		break;
	case KW_CHECK:
		check_check(p, s);
		break;
	case KW_POOL:
		check_share(p, s, W_SHARE);
		check_share(p, s, W_WARN);
		check_whole(p, s, W_ACCOUNTS, 1);
		check_whole(p, s, W_CAPACITY, 1);
		break;
	case KW_POINTS:
		if (clause_find(s, W_EARN) == NULL &&
		    clause_find(s, W_EXPIRE) == NULL)
			need(p, s, "a rate: earn 1 per $1");
		for (c = clause_find(s, W_EARN); c != NULL; c = clause_next(c))
			check_earn(p, c);
		check_duration(p, s, W_EXPIRE);
		break;
	case KW_TARGET:
		if (clause_find(s, W_TARGET) == NULL)
			need(p, s, "a comparison: > 95%");
		break;
	case KW_BUDGET:
		check_budget(p, s);
		break;
	default:
		break;
	}
}

/* ----------------------------------------------------- between statements */

static void
check_same_conditions(struct policy *p)
{
	const struct clause	*c;
	struct keys		*keys;
	struct buf		 b = { 0 };
	uint32_t		 k;
	size_t			 i, *first;

	keys = keys_new();
	first = xcalloc(p->ntiers, sizeof(*first));
	for (i = 0; i + 1 < p->ntiers; i++) {
		c = clause_find(p->tiers[i], W_WHEN);
		if (c == NULL || c->expr == NULL)
			continue;
		b.len = 0;
		expr_show(c->expr, &b);
		k = keys_count(keys);
		if (keys_add(keys, b.p, b.len) == k) {
			first[k] = i;
			continue;
		}
		k = keys_find(keys, b.p, b.len);
		policy_error(p, c->at, "this is the condition of %s, in line "
		    "%d: nobody is left for %s", p->tiers[first[k]]->name,
		    p->tiers[first[k]]->at.line, p->tiers[i]->name);
	}
	buf_free(&b);
	free(first);
	keys_free(keys);
}

/*
 * Who is taken by the statements of a metric so far: a key is the metric, a
 * tier and a channel, "*" for all of them, and "+" for every tier but the
 * default.  Kept apart are statements for all time and those for a while.
 */
struct reach {
	struct policy	*policy;
	struct keys	*keys;
	const struct statement **always, **dated;
	size_t		 n, max;
	struct buf	 key;
	int		 errors;
};

#define REACH_MAX	10000	/* tiers times channels of a statement */

static uint32_t
reach_key(struct reach *r, const char *metric, const char *tier,
    const char *channel, int add)
{
	r->key.len = 0;
	buf_add(&r->key, metric, strlen(metric) + 1);
	buf_add(&r->key, tier, strlen(tier) + 1);
	buf_adds(&r->key, channel);
	if (add)
		return keys_add(r->keys, r->key.p, r->key.len);
	return keys_find(r->keys, r->key.p, r->key.len);
}

/* The tiers or the channels that a statement names: NULL past the last. */
static const char *
named(const struct policy *p, const struct statement *s, int channels,
    size_t *at)
{
	const struct clause	*c = clause_find(s, W_FOR);
	const struct clause	*by = clause_find(s, W_BY);
	size_t			 nfor = c == NULL ? 0 : c->nitem;
	const char		*name;
	int			 is_tier;

	for (; *at < nfor; ) {
		name = c->item[(*at)++].text;
		is_tier = strcmp(name, "vip") == 0 ||
		    strcmp(name, "all") == 0 ||
		    policy_tier_index(p, name) != -1;
		if (is_tier == !channels)
			return strcmp(name, "vip") == 0 ? "+" :
			    strcmp(name, "all") == 0 ? "*" : name;
	}
	if (channels && by != NULL && *at - nfor < by->nitem)
		return by->item[(*at)++ - nfor].text;
	return NULL;
}

static void
reach_take(struct reach *r, const struct statement *s)
{
	const char	*tier, *channel;
	uint32_t	 k;
	size_t		 i, j, n = 0;
	int		 all_tiers = 1, all_channels;

	for (i = 0; ; all_tiers = 0) {
		tier = named(r->policy, s, 0, &i);
		if (tier == NULL && !all_tiers)
			break;
		all_channels = 1;
		for (j = 0; n < REACH_MAX; all_channels = 0, n++) {
			channel = named(r->policy, s, 1, &j);
			if (channel == NULL && !all_channels)
				break;
			k = reach_key(r, s->name, tier == NULL ? "*" : tier,
			    channel == NULL ? "*" : channel, 1);
			if (k >= r->max) {
				r->max = (size_t)k * 2 + 64;
				r->always = xreallocarray(r->always, r->max,
				    sizeof(*r->always));
				r->dated = xreallocarray(r->dated, r->max,
				    sizeof(*r->dated));
			}
			if (k + 1 > r->n) {
				r->always[k] = r->dated[k] = NULL;
				r->n = k + 1;
			}
			if (s->from == INT64_MIN && s->until == INT64_MAX) {
				if (r->always[k] == NULL)
					r->always[k] = s;
			} else if (r->dated[k] == NULL)
				r->dated[k] = s;
			if (channel == NULL)
				break;
		}
		if (tier == NULL)
			break;
	}
}

/* The statement that takes a tier and a channel from this one, or NULL. */
static const struct statement *
taken(struct reach *r, const struct statement *s, size_t tier,
    const char *channel)
{
	const char	*tiers[3] = { "*", r->policy->tiers[tier]->name, "+" };
	const char	*channels[2] = { "*", channel };
	size_t		 i, j;
	uint32_t	 k;

	for (i = 0; i < (tier + 1 < r->policy->ntiers ? 3 : 2); i++)
		for (j = 0; j < (channel == NULL ? 1 : 2); j++) {
			k = reach_key(r, s->name, tiers[i], channels[j], 0);
			if (k == KEY_NONE)
				continue;
			if (r->always[k] != NULL)
				return r->always[k];
			if (r->dated[k] != NULL &&
			    r->dated[k]->from <= s->from &&
			    r->dated[k]->until >= s->until)
				return r->dated[k];
		}
	return NULL;
}

static void
reach_check(struct reach *r, const struct statement *s)
{
	const struct policy	*p = r->policy;
	const struct clause	*who = clause_find(s, W_FOR);
	const struct statement	*e, *only = NULL;
	const char		*channel;
	size_t			 i, j;
	int			 all, single = 1;

	if (r->errors == ERRORS_SHOWN)
		return;
	for (i = 0; i < p->ntiers; i++) {
		if (!list_has_tier(p, who, (int)i))
			continue;
		all = 1;
		for (j = 0; ; all = 0) {
			channel = named(p, s, 1, &j);
			if (channel == NULL && !all)
				break;
			if ((e = taken(r, s, i, channel)) == NULL)
				return;
			single = single && (only == NULL || only == e);
			only = e;
			if (channel == NULL)
				break;
		}
	}
	if (only == NULL)
		return;
	r->errors++;
	if (single)
		policy_error(r->policy, s->at, "no ticket gets here: the sla "
		    "of %s in line %d takes all of them", s->name,
		    only->at.line);
	else
		policy_error(r->policy, s->at, "no ticket gets here: the "
		    "statements of %s before this one take all of them",
		    s->name);
}

/* Service levels that no ticket can reach. */
static void
check_reach(struct policy *p)
{
	struct reach		 r = { .policy = p };
	const struct statement	*s;

	r.keys = keys_new();
	for (s = policy_find(p, KW_SLA, NULL); s != NULL; s = policy_next(s)) {
		if (s->name == NULL || is_broken(s))
			continue;
		reach_check(&r, s);
		if (clause_find(s, W_WHEN) == NULL)
			reach_take(&r, s);
	}
	free(r.always);
	free(r.dated);
	buf_free(&r.key);
	keys_free(r.keys);
}

/* Every sign is that of the currency, or at least they are all one. */
static void
check_money(struct policy *p)
{
	const struct statement	*s;
	const struct money	*m, *first = NULL;
	const char *const	*codes;
	size_t			 n;

	if ((s = policy_find(p, KW_CURRENCY, NULL)) != NULL &&
	    s->name != NULL && s->name[0] != '\0') {
		p->currency = s->name;
		n = currencies(&codes);
		if (strlen(s->name) != 3 || strspn(s->name,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
			policy_error(p, ((const struct draft *)(const void *)
			    s)->named, "\"%s\" is no currency: it is a code "
			    "such as USD, EUR or CNY%s", s->name,
			    did_you_mean(p, s->name, codes, n));
		if (strlen(s->name) != 3)
			return;
		if (!currency_known(s->name))
			policy_warning(p, ((const struct draft *)(const void *)
			    s)->named, "\"%s\" is a currency that I do not "
			    "know%s", s->name,
			    did_you_mean(p, s->name, codes, n));
		for (m = p->money; m != NULL; m = m->next)
			if (!sign_fits(m->sign, s->name))
				policy_error(p, m->at, "this policy counts in "
				    "%s, and not in %s", s->name, m->sign);
		return;
	}
	for (m = p->money; m != NULL; m = m->next)
		first = m;
	for (m = p->money; m != NULL; m = m->next)
		if (strcmp(m->sign, first->sign) != 0)
			policy_error(p, m->at, "this policy counts in %s "
			    "(line %d), and not in %s", first->sign,
			    first->at.line, m->sign);
}

/* Lists of names that lie beside the policy. */
static void
check_file(struct policy *p, const struct expr *e)
{
	size_t	 i;

	if (e->op == OP_IN_FILE && access(e->path, R_OK) == -1)
		policy_error(p, e->at, "the list \"%s\" cannot be read: %s",
		    e->path, strerror(errno));
	for (i = 0; i < e->narg; i++)
		check_file(p, e->arg[i]);
	if (e->within != NULL)
		check_file(p, e->within);
}

static void
check_zone(struct policy *p)
{
	const struct statement	*s;

	if ((s = policy_find(p, KW_TIMEZONE, NULL)) != NULL &&
	    s->label != NULL && !is_broken(s)) {
		p->zone = zone_open(s->label);
		if (p->zone == NULL)
			policy_error(p, s->at, "unknown time zone \"%s\"",
			    s->label);
	}
	if (p->zone == NULL)
		p->zone = zone_open("UTC");
}

void
policy_check(struct policy *p)
{
	const struct statement	*s;
	const struct clause	*c;

	p->preset = p->first != NULL;
	for (s = p->first; s != NULL; s = s->next)
		p->preset &= s->keyword == KW_COLUMN;
	collect_tiers(p);
	check_zone(p);
	if (p->cut_short)
		return;
	if ((s = policy_find(p, KW_KEY, NULL)) != NULL && s->name != NULL &&
	    s->name[0] != '\0')
		p->key = s->name;
	check_money(p);
	check_names(p);
	policy_infer(p);
	for (s = p->first; s != NULL; s = s->next) {
		check_statement(p, s);
		for (c = s->clauses; c != NULL; c = c->next)
			if (c->expr != NULL)
				check_file(p, c->expr);
	}
	check_reach(p);
	check_levels(p);
	check_same_conditions(p);
	policy_calendars(p);
	if (p->nerrors == 0)
		policy_sense(p);
}
