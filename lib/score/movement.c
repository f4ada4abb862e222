/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "score/movement.h"

const char *
change_word(enum change c)
{
	static const char *const	 words[] = {
		[CHANGE_NEW] = "new",
		[CHANGE_PROMOTED] = "promoted",
		[CHANGE_DEMOTED] = "demoted",
		[CHANGE_KEPT] = "kept",
		[CHANGE_HELD] = "held",
		[CHANGE_OVERRIDE] = "override"
	};

	return words[c];
}

int64_t
movement_day(const struct statement *tier, enum word word, int64_t from)
{
	const struct clause	*cl = clause_find(tier, word);
	struct civil		 c;

	if (cl == NULL || from == DAY_NONE)
		return DAY_NONE;
	civil_of_days(from, &c);
	civil_add_months(&c, cl->duration.months);
	return days_of(c.year, c.month, c.day) + duration_days(&cl->duration);
}

/* The last day on which the "keep" time of a tier holds, or DAY_NONE. */
static int64_t
kept_until(const struct statement *tier, int64_t qualified)
{
	return movement_day(tier, W_KEEP, qualified);
}

int64_t
movement_earned(const struct standpoint *before, int tier)
{
	int64_t	 day;
	int	 i;

	if (before == NULL || before->tier == TIER_NONE || tier < before->tier)
		return DAY_NONE;
	day = before->qualified;
	for (i = before->tier + 1; before->earned != NULL && i <= tier; i++)
		if (before->earned[i] > day)
			day = before->earned[i];
	return day;
}

/* The tier that a fall leads to. */
static int
fall(const struct policy *pol, int from, int to)
{
	const struct clause	*cl;
	int			 steps;

	cl = clause_find(policy_tier(pol, (size_t)from), W_DEMOTE);
	if (cl == NULL)
		return to;
	steps = (int)(cl->number / NUM_ONE);
	return from + steps < to ? from + steps : to;
}

/* The same today, of what is remembered. */
static int
fallen(const struct policy *pol, const struct standpoint *before,
    const struct ruling *now)
{
	const int	 to = fall(pol, before->tier, now->tier);
	int64_t		 until;
	int		 i;

	for (i = before->tier + 1; before->qualified == DAY_NONE && i < to;
	    i++) {
		until = kept_until(policy_tier(pol, (size_t)i),
		    movement_earned(before, i));
		if (until != DAY_NONE && now->day <= until)
			return i;
	}
	return to;
}

static void
rules_move(const struct policy *pol, const struct standpoint *before,
    const struct ruling *now, struct move *m)
{
	const struct statement	*st;

	m->tier = now->tier;
	m->qualified = now->day;
	if (before == NULL || before->tier == TIER_NONE) {
		m->change = CHANGE_NEW;
		return;
	}
	if (now->tier <= before->tier) {
		m->change = now->tier < before->tier ? CHANGE_PROMOTED :
		    CHANGE_KEPT;
		return;
	}
	st = policy_tier(pol, (size_t)before->tier);
	if (!now->excluded && (now->keeps ||
	    (before->qualified != DAY_NONE &&
	    now->day <= kept_until(st, before->qualified)))) {
		m->tier = before->tier;
		m->change = CHANGE_HELD;
	} else {
		m->tier = now->excluded ? now->tier :
		    fallen(pol, before, now);
		m->change = CHANGE_DEMOTED;
	}
	if (m->tier < now->tier)
		m->qualified = movement_earned(before, m->tier);
}

static int
ordered(const struct policy *pol, const struct orders *o, int tier)
{
	if (o->revoke)
		return (int)policy_tiers(pol) - 1;
	if (o->pin != TIER_NONE)
		return o->pin;
	if (o->floor != TIER_NONE && tier > o->floor)
		tier = o->floor;
	if (o->ceiling != TIER_NONE && tier < o->ceiling)
		tier = o->ceiling;
	return tier;
}

void
movement_judge(const struct policy *pol, const struct standpoint *before,
    const struct ruling *now, const struct orders *orders, struct move *m)
{
	int	 ruled;

	rules_move(pol, before, now, m);
	m->ruled = m->change;
	ruled = m->tier;
	if (orders != NULL &&
	    (m->tier = ordered(pol, orders, ruled)) != ruled) {
		m->change = CHANGE_OVERRIDE;
		m->qualified = m->tier >= now->tier ? now->day :
		    movement_earned(before, m->tier);
	}
	m->since = before != NULL && before->tier == m->tier ?
	    before->since : now->day;
}

void
orders_none(struct orders *o)
{
	o->revoke = 0;
	o->pin = o->floor = o->ceiling = TIER_NONE;
}

int
orders_take(struct orders *o, const struct order *order)
{
	switch (order->kind) {
	case ORDER_PIN:
		o->pin = order->tier;
		return 1;
	case ORDER_FLOOR:
		if (o->floor != TIER_NONE && o->floor <= order->tier)
			return 0;
		o->floor = order->tier;
		return 1;
	case ORDER_CEILING:
		if (o->ceiling != TIER_NONE && o->ceiling >= order->tier)
			return 0;
		o->ceiling = order->tier;
		return 1;
	default:
		o->revoke = 1;
		return 1;
	}
}

/* What the orders of a day make of what the rules give then. */
static int
ordered_on(const struct policy *pol, const struct order *v, size_t n,
    int64_t day, int tier)
{
	struct orders	 o;
	size_t		 i;

	orders_none(&o);
	for (i = 0; i < n; i++)
		if (v[i].from <= day && day <= v[i].until)
			orders_take(&o, &v[i]);
	return ordered(pol, &o, tier);
}

int64_t
movement_downgrade(const struct policy *pol, const struct ruling *now,
    int keeps, const struct order *v, size_t n, const struct move *m)
{
	int64_t	 held = now->day, day, first = DAY_NONE;
	size_t	 i;
	int	 to = now->tier;

	/* The last day on which the rules alone leave it what it has. */
	if (m->tier >= now->tier || (keeps && !now->excluded))
		held = INT64_MAX;
	else if (!now->excluded) {
		day = kept_until(policy_tier(pol, (size_t)m->tier),
		    m->qualified);
		if (day != DAY_NONE && day > held)
			held = day;
		to = fall(pol, m->tier, to);
	}
	/* A day on which that changes, or an order begins or has ended. */
	for (i = 0; i < 2 * n + 1; i++) {
		day = i == 2 * n ? held : i % 2 == 1 ? v[i / 2].until :
		    v[i / 2].from != DAY_NONE ? v[i / 2].from - 1 : now->day;
		if (day == INT64_MAX || ++day <= now->day ||
		    (first != DAY_NONE && day >= first))
			continue;
		if (ordered_on(pol, v, n, day, day > held ? to :
		    m->tier > now->tier ? now->tier : m->tier) > m->tier)
			first = day;
	}
	return first;
}
