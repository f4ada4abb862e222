/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/input.h"
#include "report/moves.h"
#include "report/show.h"
#include "score/rules.h"

enum { NOWHERE = -1 };		/* no tier: before it came, after it left */

struct mover {
	const char	*key, *name;
	int		 from, to;	/* tiers, or NOWHERE */
};

struct moves {
	const struct policy	*pol;
	const struct redactor	*redactor;
	struct keys		*keys;
	struct mover		*mover;		/* by number in keys */
};

/* What the two sources call the same. */
struct columns {
	size_t	 key, from, to;
	size_t	 of;		/* vip-diff: the column that changed */
	size_t	 kind, day;	/* of a store */
	int	 is_store;
};

static void
bind(struct input *in, const struct policy *pol, struct columns *c)
{
	c->is_store = reader_column(in->rd, "kind") != -1 &&
	    reader_column(in->rd, "day") != -1;
	c->key = input_need(in, c->is_store ? "key" : policy_key(pol),
	    TYPE_TEXT);
	c->from = input_need(in, c->is_store ? "from" : "old", TYPE_TEXT);
	c->to = input_need(in, c->is_store ? "to" : "new", TYPE_TEXT);
	c->of = input_want(in, "column", TYPE_TEXT);
	c->kind = input_want(in, "kind", TYPE_TEXT);
	c->day = input_want(in, "day", TYPE_TIME);
	input_bind(in);
}

/* A list may be long: its words are not kept. */
static int
says(struct input *in, size_t column, const char *word)
{
	struct value	 v = frame_eval(in->frame, column);

	return v.type == TYPE_TEXT && cell_is(v.text, word);
}

/* A tier that the policy has no more is none. */
static int
tier_of(const struct moves *m, const char *name)
{
	return *name == '\0' ? NOWHERE : policy_tier_index(m->pol, name);
}

static void
note_move(struct moves *m, const char *key, int from, int to)
{
	uint32_t	 before = keys_count(m->keys),
			 id = keys_add(m->keys, key, strlen(key));
	struct mover	*x;

	if (id == before) {
		if ((id & (id + 1)) == 0)	/* room for twice as many */
			m->mover = xreallocarray(m->mover, (size_t)id * 2 + 2,
			    sizeof(*m->mover));
		x = &m->mover[id];
		x->key = key;
		x->name = "";
		x->from = from;
	}
	m->mover[id].to = to;
}

struct moves *
moves_read(struct report *r, const struct kind_input *ki)
{
	const int64_t	 today = policy_today(ki->pol, ki->now);
	struct moves	*m;
	struct columns	 c;
	struct input	 in;
	int64_t		 day, first = INT64_MAX;
	when		 at;

	if (ki->moves == NULL)
		return NULL;
	m = xcalloc(1, sizeof(*m));
	m->pol = ki->pol;
	m->redactor = ki->redactor;
	m->keys = keys_new();
	input_begin(&in, ki->moves, ki->pol, ki->now, r);
	bind(&in, ki->pol, &c);
	while (input_next(&in)) {
		if (c.is_store) {
			if (!says(&in, c.kind, "classified") ||
			    !input_time(&in, c.day, &at))
				continue;
			/* By day: all are new on the first, and none came. */
			day = zone_day(policy_zone(ki->pol), at);
			if (first == INT64_MAX)
				first = day;
			if (day == first || day > today ||
			    day <= today - ki->days)
				continue;
		} else if (!says(&in, c.of, "tier"))
			continue;
		note_move(m, input_text(&in, c.key),
		    tier_of(m, input_text(&in, c.from)),
		    tier_of(m, input_text(&in, c.to)));
	}
	input_end(&in);
	return m;
}

void
moves_free(struct moves *m)
{
	if (m == NULL)
		return;
	keys_free(m->keys);
	free(m->mover);
	free(m);
}

const char **
moves_name(struct moves *m, struct cell key)
{
	uint32_t	 id = keys_find(m->keys, key.p, key.len);

	return id != KEY_NONE ? &m->mover[id].name : NULL;
}

/* ----------------------------------------------------------------- section */

enum way { PROMOTED, DEMOTED, JOINED, LEFT, WAYS };

static const char *const	 ways[WAYS] = {
	[PROMOTED] = N_("promoted"), [DEMOTED] = N_("demoted"),
	[JOINED] = N_("joined"), [LEFT] = N_("left")
};

/* Which way it went; WAYS where it is what it was. */
static enum way
way_of(const struct mover *x)
{
	if (x->from == x->to)
		return WAYS;
	if (x->from == NOWHERE)
		return JOINED;
	if (x->to == NOWHERE)
		return LEFT;
	return x->to < x->from ? PROMOTED : DEMOTED;
}

static int
is_vip(const struct moves *m, int tier)
{
	return tier != NOWHERE && (size_t)tier + 1 < policy_tiers(m->pol);
}

/* Is or was it a VIP? */
static int
concerns_vip(const struct moves *m, const struct mover *x)
{
	return is_vip(m, x->from) || is_vip(m, x->to);
}

/* By way, then from the better tier, then by key. */
static int
by_way(const void *x, const void *y)
{
	const struct mover	*a = *(const struct mover *const *)x,
				*b = *(const struct mover *const *)y;
	const enum way		 v = way_of(a), w = way_of(b);
	const int		 s = v == LEFT || v == DEMOTED ? a->from :
				    a->to,
				 t = w == LEFT || w == DEMOTED ? b->from :
				    b->to;

	if (v != w)
		return v < w ? -1 : 1;
	if (s != t)
		return s - t;
	return strcmp(a->key, b->key);
}

static struct figure
tier_figure(const struct moves *m, int tier)
{
	return figure_text(tier == NOWHERE ? "" :
	    policy_tier(m->pol, (size_t)tier)->name);
}

static void
put_list(struct report *r, struct section *s, const struct moves *m,
    const struct mover **list, size_t n, size_t most)
{
	static const struct heading	 columns[] = {
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "customer", N_("Id"), ALIGN_LEFT },
		{ NULL, N_("Move"), ALIGN_LEFT },	/* it is from, to */
		{ "tier_from", N_("From"), ALIGN_LEFT },
		{ "tier_to", N_("To"), ALIGN_LEFT },
	};
	struct table	*t = report_table(r, s, columns,
			    sizeof(columns) / sizeof(columns[0]));
	struct line	*l;
	const char	*key;
	size_t		 i;

	t->title = N_("VIPs who moved");
	t->none = N_("none");
	for (i = 0; i < n && i < most; i++) {
		key = redact_customer(m->redactor, r, list[i]->key,
		    list[i]->key);
		l = report_line(r, t, "", key);
		l->cell[0] = figure_text(key != list[i]->key ||
		    *list[i]->name == '\0' ? key : list[i]->name);
		l->cell[1] = figure_text(key);
		l->cell[2] = figure_text(tr(ways[way_of(list[i])]));
		l->cell[3] = tier_figure(m, list[i]->from);
		l->cell[4] = tier_figure(m, list[i]->to);
	}
	t->more = n > most ? n - most : 0;
}

void
moves_section(struct report *r, const struct moves *m, size_t most)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Move"), ALIGN_LEFT },
		{ "customers", N_("Customers"), ALIGN_RIGHT },
		{ "vips", N_("To or from VIP"), ALIGN_RIGHT },
	};
	struct section		*s = report_section(r, "moves",
				    N_("Who moved"));
	struct table		*t = report_table(r, s, columns,
				    sizeof(columns) / sizeof(columns[0]));
	const struct mover	**list = xcalloc(keys_count(m->keys) + 1,
				    sizeof(*list)), *x;
	size_t			 all[WAYS + 1] = { 0 }, vips[WAYS] = { 0 };
	size_t			 n = 0;
	struct line		*l;
	enum way		 w;
	uint32_t		 i;

	for (i = 0; i < keys_count(m->keys); i++) {
		x = &m->mover[i];
		all[w = way_of(x)]++;
		if (w == WAYS || !concerns_vip(m, x))
			continue;
		vips[w]++;
		list[n++] = x;
	}
	t->none = N_("none");
	if (all[PROMOTED] + all[DEMOTED] + all[JOINED] + all[LEFT] > 0) {
		for (w = 0; w < WAYS; w++) {
			l = report_line(r, t, "", ways[w]);
			l->cell[0] = figure_text(tr(ways[w]));
			l->cell[1] = figure_count(all[w]);
			l->cell[2] = figure_count(vips[w]);
		}
		qsort(list, n, sizeof(*list), by_way);
		put_list(r, s, m, list, n, most);
	}
	free(list);
}
