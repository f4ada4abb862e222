/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"

/*
 * What a careful reader of a policy without errors would ask about: tiers
 * that nobody gets, bands with holes, what is said and never used.
 */

#define PARTS_MAX	16		/* of a condition that is looked into */
#define TIERS_MAX	200		/* the same of tiers */

/* The values of a column for which a comparison holds. */
struct band {
	const char	*name;		/* of the column; NULL: no such thing */
	num		 low, high;
	int		 low_in, high_in;	/* with the end itself */
};

/* One of the ways to fulfil a condition: all of its parts. */
struct way {
	const struct expr *part[PARTS_MAX];
	uint32_t	 text[PARTS_MAX];	/* the same for the same text */
	size_t		 n;
	struct band	 band;		/* if it is all of one column */
};

struct ways {
	struct way	*way;
	size_t		 n;
	int		 whole;		/* there are no others */
	int		 taken;		/* all of them, by better tiers */
};

static void
show_num(num n, struct buf *b)
{
	char	 s[NUM_SIZE];

	buf_add(b, s, num_format(s, n));
}

/* ------------------------------------------------------------------- bands */

static int
band_of(const struct expr *e, struct band *band)
{
	const struct expr	*name = e->arg == NULL ? NULL : e->arg[0], *n;
	enum op			 op = e->op;

	memset(band, 0, sizeof(*band));
	band->low = NUM_MIN;
	band->high = NUM_MAX;
	band->low_in = band->high_in = 1;
	if (op == OP_BETWEEN) {
		if (name->op != OP_NAME || name->let != NULL ||
		    e->arg[1]->op != OP_NUMBER || e->arg[2]->op != OP_NUMBER)
			return 0;
		band->name = name->text;
		band->low = e->arg[1]->number;
		band->high = e->arg[2]->number;
		return 1;
	}
	if (op != OP_EQ && op != OP_LT && op != OP_LE && op != OP_GT &&
	    op != OP_GE)
		return 0;
	n = e->arg[1];
	if (name->op == OP_NUMBER) {
		n = name;
		name = e->arg[1];
		op = op_mirrored(op);
	}
	if (name->op != OP_NAME || name->let != NULL || n->op != OP_NUMBER)
		return 0;
	band->name = name->text;
	if (op == OP_EQ || op == OP_GT || op == OP_GE) {
		band->low = n->number;
		band->low_in = op != OP_GT;
	}
	if (op == OP_EQ || op == OP_LT || op == OP_LE) {
		band->high = n->number;
		band->high_in = op != OP_LT;
	}
	return 1;
}

static int
band_is_empty(const struct band *b)
{
	return b->low > b->high ||
	    (b->low == b->high && (!b->low_in || !b->high_in));
}

/* What both have in common. */
static void
band_meet(struct band *a, const struct band *b)
{
	if (b->low > a->low || (b->low == a->low && !b->low_in)) {
		a->low = b->low;
		a->low_in = b->low_in;
	}
	if (b->high < a->high || (b->high == a->high && !b->high_in)) {
		a->high = b->high;
		a->high_in = b->high_in;
	}
}

/*
 * Is a band all covered by others of its column?  From its low end on, take
 * each time the one that begins in time and reaches furthest.
 */
static int
band_is_covered(struct band left, const struct band *others, size_t n)
{
	const struct band	*best;
	size_t			 i;

	while (!band_is_empty(&left)) {
		best = NULL;
		for (i = 0; i < n; i++) {
			if (strcmp(others[i].name, left.name) != 0 ||
			    others[i].low > left.low ||
			    (others[i].low == left.low && left.low_in &&
			    !others[i].low_in) ||
			    others[i].high < left.low ||
			    (others[i].high == left.low && !(left.low_in &&
			    others[i].high_in)))
				continue;
			if (best == NULL || others[i].high > best->high ||
			    (others[i].high == best->high &&
			    others[i].high_in))
				best = &others[i];
		}
		if (best == NULL)
			return 0;
		left.low = best->high;
		left.low_in = !best->high_in;
	}
	return 1;
}

/* --------------------------------------------------------------- conditions */

/* The parts that an operator joins: 0 if there are too many. */
static int
flatten(const struct expr *e, enum op op, const struct expr **part,
    size_t *n)
{
	const struct expr	*left[PARTS_MAX];
	size_t			 k = 0;

	/* A chain leans to the left: its first part is at the bottom. */
	for (; e->op == op; e = e->arg[0]) {
		if (k == PARTS_MAX - 1)
			return 0;
		left[k++] = e->arg[1];
	}
	if (*n + k + 1 > PARTS_MAX)
		return 0;
	part[(*n)++] = e;
	while (k > 0)
		part[(*n)++] = left[--k];
	return 1;
}

static void
way_of(struct policy *p, const struct expr *e, struct way *way,
    struct keys *texts)
{
	struct buf	 b = { 0 };
	struct band	 band;
	size_t		 i;

	if (!flatten(e, OP_AND, way->part, &way->n))
		return;
	for (i = 0; i < way->n; i++) {
		b.len = 0;
		expr_show(way->part[i], &b);
		way->text[i] = keys_add(texts, b.p, b.len);
	}
	buf_free(&b);
	for (i = 0; i < way->n; i++) {
		if (!band_of(way->part[i], &band))
			break;
		if (i == 0)
			way->band = band;
		else if (strcmp(way->band.name, band.name) != 0)
			break;
		else
			band_meet(&way->band, &band);
	}
	if (i < way->n)
		way->band.name = NULL;
	else if (band_is_empty(&way->band))
		policy_error(p, e->at, "no value of %s is in this interval",
		    way->band.name);
}

/* The ways to get into a tier, as far as they are few and simple. */
static void
ways_of(struct policy *p, const struct statement *s, struct ways *ways,
    struct keys *texts)
{
	const struct expr	*part[PARTS_MAX];
	const struct clause	*c;
	size_t			 i, n = 0;

	memset(ways, 0, sizeof(*ways));
	if ((c = clause_find(s, W_WHEN)) == NULL || c->expr == NULL ||
	    !flatten(c->expr, OP_OR, part, &n))
		return;
	ways->way = xcalloc(n, sizeof(*ways->way));
	ways->n = n;
	ways->whole = 1;
	for (i = 0; i < n; i++) {
		way_of(p, part[i], &ways->way[i], texts);
		ways->whole &= ways->way[i].n > 0;
	}
}

/* Is whoever goes this way already let in by the other? */
static int
way_implies(const struct way *way, const struct way *other)
{
	size_t	 i, j;

	if (other->n == 0 || other->n > way->n)
		return 0;
	for (i = 0; i < other->n; i++) {
		for (j = 0; j < way->n; j++)
			if (other->text[i] == way->text[j])
				break;
		if (j == way->n)
			return 0;
	}
	return 1;
}

/* Tiers that better ones leave nobody to. */
static void
check_reach(struct policy *p, struct ways *all, size_t n)
{
	struct ways		*ways;
	struct band		*bands;
	size_t			 i, j, k, m, nbands;
	int			 taken;

	bands = xcalloc(n * PARTS_MAX, sizeof(*bands));
	for (i = nbands = 0; i < n; i++) {
		ways = &all[i];
		taken = ways->whole;
		for (k = 0; k < ways->n && taken; k++) {
			taken = ways->way[k].band.name != NULL &&
			    band_is_covered(ways->way[k].band, bands, nbands);
			for (j = 0; j < i && !taken; j++)
				for (m = 0; m < all[j].n && !taken; m++)
					taken = way_implies(&ways->way[k],
					    &all[j].way[m]);
		}
		ways->taken = taken && i > 0;
		if (ways->taken)
			policy_warning(p, p->tiers[i]->at, "nobody gets to be "
			    "%s: the tiers before it take all for whom it "
			    "holds", p->tiers[i]->name);
		for (k = 0; k < ways->n; k++)
			if (ways->way[k].band.name != NULL)
				bands[nbands++] = ways->way[k].band;
	}
	free(bands);
}

/* Between two bands of a column that follow each other. */
static void
check_bands(struct policy *p, const struct statement *upper,
    const struct band *u, const struct statement *lower,
    const struct band *l)
{
	struct buf	 b = { 0 };

	if (strcmp(u->name, l->name) != 0 || l->high == NUM_MAX ||
	    u->low == NUM_MIN)
		return;
	if (u->low > l->high || (u->low == l->high && !u->low_in &&
	    !l->high_in)) {
		if (u->low > l->high) {
			buf_addf(&b, "%s between ", u->name);
			show_num(l->high, &b);
			buf_adds(&b, " and ");
		} else
			buf_addf(&b, "%s of ", u->name);
		show_num(u->low, &b);
		policy_warning(p, lower->at, "a gap: %s is neither %s nor %s",
		    buf_str(&b), upper->name, lower->name);
	} else if (u->low < l->high || (u->low_in && l->high_in)) {
		if (u->low < l->high) {
			buf_addf(&b, "%s between ", u->name);
			show_num(u->low, &b);
			buf_adds(&b, " and ");
		} else
			buf_addf(&b, "%s of ", u->name);
		show_num(l->high, &b);
		policy_warning(p, lower->at, "an overlap: %s is both %s and "
		    "%s, and %s takes it", buf_str(&b), upper->name,
		    lower->name, upper->name);
	}
	buf_free(&b);
}

static void
check_tiers(struct policy *p)
{
	struct keys	*texts;
	struct ways	*all;
	size_t		 i, n = p->ntiers - 1, last = SIZE_MAX;

	if (n == 0)
		return;
	if (p->tiers[n]->name[0] == '\0')
		policy_warning(p, p->tiers[0]->at, "there is no default: who "
		    "is in none of the tiers has no name");
	if (n > TIERS_MAX)
		return;
	all = xcalloc(n, sizeof(*all));
	texts = keys_new();
	for (i = 0; i < n; i++)
		ways_of(p, p->tiers[i], &all[i], texts);
	keys_free(texts);
	check_reach(p, all, n);
	for (i = 0; i < n; i++) {
		if (all[i].n != 1 || all[i].way[0].band.name == NULL ||
		    all[i].taken)
			continue;
		if (last != SIZE_MAX)
			check_bands(p, p->tiers[last],
			    &all[last].way[0].band, p->tiers[i],
			    &all[i].way[0].band);
		last = i;
	}
	for (i = 0; i < n; i++)
		free(all[i].way);
	free(all);
}

/* ------------------------------------------------------------------ others */

/* Where there are standards, each tier has one. */
static void
check_standards(struct policy *p)
{
	const struct statement	*s;
	size_t			 i;

	if (policy_find(p, KW_SLA, NULL) == NULL)
		return;
	for (i = 0; i + 1 < p->ntiers && i < TIERS_MAX; i++) {
		for (s = policy_find(p, KW_SLA, NULL); s != NULL;
		    s = policy_next(s))
			if (list_has_tier(p, clause_find(s, W_FOR), (int)i))
				break;
		if (s == NULL)
			policy_warning(p, p->tiers[i]->at, "%s has no service "
			    "standard: no sla is for it", p->tiers[i]->name);
	}
}

/* Is a name in a list of tiers and channels one of a channel? */
static int
is_channel(const struct policy *p, const char *name)
{
	return strcmp(name, "vip") != 0 && strcmp(name, "all") != 0 &&
	    policy_tier_index(p, name) == -1;
}

/* The channels that an sla names, one after the other; NULL ends them. */
static const struct item *
next_channel(const struct policy *p, const struct statement *s, size_t *i)
{
	const struct clause	*who = clause_find(s, W_FOR);
	const struct clause	*by = clause_find(s, W_BY);
	const size_t		 n = who != NULL ? who->nitem : 0;

	for (; *i < n; (*i)++)
		if (is_channel(p, who->item[*i].text))
			return &who->item[(*i)++];
	if (by != NULL && *i - n < by->nitem)
		return &by->item[(*i)++ - n];
	return NULL;
}

/* Does an sla promise something to a tier on a channel? */
static int
covers(const struct policy *p, const struct statement *s, int tier,
    const char *channel)
{
	const struct item	*item;
	size_t			 i = 0;
	int			 any = 0;

	if (!list_has_tier(p, clause_find(s, W_FOR), tier))
		return 0;
	while ((item = next_channel(p, s, &i)) != NULL) {
		any = 1;
		if (strcmp(item->text, channel) == 0)
			return 1;
	}
	return !any;
}

static void
check_channel(struct policy *p, const char *metric, const struct item *item)
{
	const struct statement	*s;
	size_t			 i;

	for (i = 0; i + 1 < p->ntiers && i < TIERS_MAX; i++) {
		for (s = policy_find(p, KW_SLA, metric); s != NULL;
		    s = policy_next(s))
			if (strcmp(s->name, metric) == 0 &&
			    covers(p, s, (int)i, item->text))
				break;
		if (s == NULL)
			policy_warning(p, item->at, "%s has no standard of %s "
			    "by %s", p->tiers[i]->name, metric, item->text);
	}
}

/* Where a channel has a standard, each tier has one there. */
static void
check_channels(struct policy *p)
{
	const struct statement	*s;
	const struct item	*item;
	struct keys		*seen = keys_new();
	struct buf		 b = { 0 };
	size_t			 i;
	uint32_t		 n;

	for (s = policy_find(p, KW_SLA, NULL); s != NULL; s = policy_next(s)) {
		if (s->name == NULL)
			continue;
		for (i = 0; (item = next_channel(p, s, &i)) != NULL; ) {
			b.len = 0;
			buf_adds(&b, s->name);
			buf_addc(&b, 0);
			buf_adds(&b, item->text);
			n = keys_count(seen);
			if (keys_add(seen, b.p, b.len) == n)
				check_channel(p, s->name, item);
		}
	}
	buf_free(&b);
	keys_free(seen);
}

/* Where there are badges, each tier has one of its own. */
static void
check_badges(struct policy *p)
{
	const struct clause	*a, *b;
	size_t			 i, j, n = 0;

	for (i = 0; i + 1 < p->ntiers; i++)
		n += clause_find(p->tiers[i], W_BADGE) != NULL;
	if (n == 0 || p->ntiers > TIERS_MAX)
		return;
	for (i = 0; i + 1 < p->ntiers; i++) {
		if ((a = clause_find(p->tiers[i], W_BADGE)) == NULL) {
			policy_warning(p, p->tiers[i]->at,
			    "%s has no badge, and others have",
			    p->tiers[i]->name);
			continue;
		}
		for (j = 0; j < i; j++)
			if ((b = clause_find(p->tiers[j], W_BADGE)) != NULL &&
			    strcmp(a->text, b->text) == 0)
				policy_warning(p, a->at, "%s has the same "
				    "badge", p->tiers[j]->name);
	}
}

/* A level must be in reach of what all signals together take. */
static void
check_levels(struct policy *p)
{
	const struct statement	*s, *last = NULL;
	const struct clause	*c;
	num			 sum = 0;

	for (s = policy_find(p, KW_SIGNAL, NULL); s != NULL;
	    s = policy_next(s))
		if ((c = clause_find(s, W_WEIGHT)) != NULL &&
		    num_add(sum, c->number, &sum) == -1)
			return;
	for (s = policy_find(p, KW_LEVEL, NULL); s != NULL;
	    last = s, s = policy_next(s))
		if ((c = clause_find(s, W_BELOW)) != NULL && sum > 0 &&
		    100 * NUM_ONE - sum >= c->number)
			policy_warning(p, s->at, "nobody gets here: all "
			    "signals together leave a health of %d",
			    (int)((100 * NUM_ONE - sum) / NUM_ONE));
	if (last != NULL && clause_find(last, W_BELOW) != NULL)
		policy_warning(p, last->at, "who is not below this has no "
		    "level: the last one stands without \"below\"");
	if (last == NULL && (s = policy_find(p, KW_SIGNAL, NULL)) != NULL)
		policy_warning(p, s->at, "there are signals, and no level "
		    "that they lead to");
}

static void
check_lets(struct policy *p)
{
	const struct use	*use;
	unsigned char		*used;
	uint32_t		 k;
	size_t			 i;

	if (p->nlets == 0)
		return;
	used = xcalloc(p->nlets, 1);
	for (use = p->uses; use != NULL; use = use->next)
		if (use->expr->op == OP_NAME && use->expr->let != NULL) {
			k = keys_find(p->let_keys, use->expr->text,
			    strlen(use->expr->text));
			used[k] = 1;
		}
	for (i = 0; i < p->nlets; i++)
		if (!used[i])
			policy_warning(p, p->lets[i].let->at,
			    "nothing uses \"%s\"", p->lets[i].let->name);
	free(used);
}

void
policy_sense(struct policy *p)
{
	check_tiers(p);
	check_standards(p);
	check_channels(p);
	check_badges(p);
	check_levels(p);
	check_lets(p);
}
