/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "score/tier.h"

struct tiers {
	const struct policy	*pol;
	struct exclusions	*exclusions;
	struct rules		 rules;		/* best first, no default */
	size_t			 ladder;	/* of their conditions */
	int			*tier;		/* of each step, its index */
	size_t			 n;		/* steps */
	struct rules		 profiles;
	int			 fallback;	/* index of the default */
	const struct statement	*standard;	/* the default */
	int64_t			 today;
};

struct tiers *
tiers_new(const struct policy *pol, struct plan *plan, when now)
{
	struct tiers	*t = xcalloc(1, sizeof(*t));
	const struct rule *r;
	size_t		 i, *test;

	t->pol = pol;
	t->today = policy_today(pol, now);
	t->fallback = (int)policy_tiers(pol) - 1;
	t->standard = policy_tier(pol, (size_t)t->fallback);
	plan_decides(plan, FACT_TIER);
	plan_decides(plan, FACT_PROFILE);
	t->exclusions = exclusions_new(pol, plan, now);
	rules_collect(&t->rules, pol, plan, KW_TIER, now, RULES_NEED,
	    NULL);
	t->tier = xcalloc(t->rules.n + 1, sizeof(*t->tier));
	test = xcalloc(t->rules.n + 1, sizeof(*test));
	for (i = 0; i < t->rules.n; i++) {
		r = &t->rules.rule[i];
		/* A tier without "when" is given by overrides alone. */
		if (r->when == NO_PROGRAM)
			continue;
		test[t->n] = r->when;
		t->tier[t->n++] = policy_tier_index(pol, r->st->name);
	}
	t->ladder = plan_add_ladder(plan, test, t->n);
	free(test);
	rules_collect(&t->profiles, pol, plan, KW_PROFILE, now, RULES_NEED,
	    NULL);
	return t;
}

void
tiers_free(struct tiers *t)
{
	if (t == NULL)
		return;
	exclusions_free(t->exclusions);
	rules_free(&t->rules);
	rules_free(&t->profiles);
	free(t->tier);
	free(t);
}

const struct exclusions *
tiers_exclusions(const struct tiers *t)
{
	return t->exclusions;
}

const struct rules *
tiers_rules(const struct tiers *t)
{
	return &t->rules;
}

/* The rule that gave a tier, or NULL for the default. */
static const struct rule *
rule_of(const struct tiers *t, const struct statement *st)
{
	size_t	 i;

	for (i = 0; i < t->rules.n; i++)
		if (t->rules.rule[i].st == st)
			return &t->rules.rule[i];
	return NULL;
}

void
tiers_judge(const struct tiers *t, struct frame *frame, struct verdict *v)
{
	size_t	 i = t->n;

	v->excluded = exclusions_test(t->exclusions, frame);
	if (v->excluded == NULL)
		i = frame_ladder(frame, t->ladder);
	if (i < t->n) {
		v->tier = t->tier[i];
		v->st = policy_tier(t->pol, (size_t)v->tier);
		v->level = v->tier + 1;
	} else {
		v->tier = t->fallback;
		v->st = t->standard;
		v->level = 0;
	}
	frame_tier(frame, v->tier);
}

void
tiers_reason(const struct tiers *t, struct frame *frame,
    const struct verdict *v, struct buf *b)
{
	const struct rule	*r;

	if (v->excluded != NULL)
		buf_adds(b, v->excluded->label);
	else if (v->level > 0 && (r = rule_of(t, v->st)) != NULL &&
	    r->when != NO_PROGRAM)
		frame_reason(frame, r->when, b);
}

int
tiers_profiled(const struct tiers *t)
{
	return policy_find(t->pol, KW_PROFILE, NULL) != NULL;
}

void
tiers_profiles(const struct tiers *t, struct frame *frame,
    const struct verdict *v, struct buf *b)
{
	const struct rule	*r;
	size_t			 i, start = b->len;

	for (i = 0; i < t->profiles.n; i++) {
		r = &t->profiles.rule[i];
		if (!rule_holds(r, t->pol, frame, v->tier))
			continue;
		if (b->len > start)
			buf_addc(b, ';');
		buf_adds(b, r->st->name);
		frame_profile(frame, r->st);
	}
}

void
tier_benefits(const struct statement *st, struct buf *b)
{
	const struct clause	*cl;
	size_t			 i, start = b->len;

	for (cl = clause_find(st, W_BENEFIT); cl != NULL;
	    cl = clause_next(cl))
		for (i = 0; i < cl->nitem; i++) {
			if (b->len > start)
				buf_adds(b, "; ");
			buf_adds(b, cl->item[i].text);
		}
}

/*
 * How many customers a share is, of so many: rounded down, or up.  A
 * percentage has at most six decimals: no product overflows.
 */
static size_t
customers(num n, int percent, size_t all, int up)
{
	if (!percent)
		return (size_t)(n / NUM_ONE);
	return ((size_t)n * all + (up ? (size_t)NUM_ONE - 1 : 0)) /
	    (size_t)NUM_ONE;
}

void
limit_bounds(const struct clause *cl, size_t all, size_t *least, size_t *most)
{
	*least = customers(cl->low, cl->percent, all, 1);
	*most = customers(cl->number, cl->percent, all, 0);
}

/* Are they too many, or too few? */
static int
outside(const struct clause *cl, const char *of, const char *what, size_t n,
    size_t all)
{
	size_t	 least, most;
	int	 many;

	limit_bounds(cl, all, &least, &most);
	many = n > most;
	if (!many && n >= least)
		return 0;
	note("%s%slimit: %zu of %zu customers qualify for %s, %s than the %zu "
	    "that the policy %s", of, *of == '\0' ? "" : ": ", n, all, what,
	    many ? "more" : "fewer", many ? most : least,
	    many ? "allows" : "asks for");
	return 1;
}

const struct clause *
limit_of(const struct policy *pol, const char *whom, int64_t today)
{
	const struct statement	*st;
	const struct clause	*cl;
	int			 tier = policy_tier_index(pol, whom);

	if (tier != -1) {
		st = policy_tier(pol, (size_t)tier);
		return statement_holds(st, today) ?
		    clause_find(st, W_LIMIT) : NULL;
	}
	for (st = policy_find(pol, KW_LIMIT, whom); st != NULL;
	    st = policy_next(st))
		if (strcmp(st->name, whom) == 0 &&
		    statement_holds(st, today) &&
		    (cl = clause_find(st, W_LIMIT)) != NULL)
			return cl;
	return NULL;
}

int
tiers_limits(const struct tiers *t, const char *of, const size_t *count)
{
	const struct clause	*cl;
	const char		*name;
	size_t			 i, all = 0, vip = 0, n = policy_tiers(t->pol);
	int			 over = 0;

	for (i = 0; i < n; i++) {
		all += count[i];
		if (i + 1 < n)
			vip += count[i];
	}
	for (i = 0; i + 1 < n; i++) {
		name = policy_tier(t->pol, i)->name;
		if ((cl = limit_of(t->pol, name, t->today)) != NULL)
			over += outside(cl, of, name, count[i], all);
	}
	if ((cl = limit_of(t->pol, "vip", t->today)) != NULL)
		over += outside(cl, of, "vip", vip, all);
	return over;
}
