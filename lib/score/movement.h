/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_MOVEMENT_H
#define VIP_MOVEMENT_H

#include "policy/policy.h"

/*
 * From tier to tier between runs: what a customer had, what the rules give
 * it today, and what people have ordered, to the tier it gets.  A pure
 * function of these; days are counted since 1970.
 *
 * Orders beat the rules; of the orders "revoke" beats "pin", and "pin" beats
 * "floor" and "ceiling", of which the ceiling has the last word.  A better
 * tier is given at once.  A worse one waits while the tier's "keep when"
 * holds, or its "keep" time since the last day on which the customer
 * qualified for the tier (or a better one) has not run out; then the fall is
 * to what the customer qualifies for, or with "demote" by so many steps.  Who
 * was in a tier by an order alone falls no further than to one whose "keep"
 * time has not run out.
 */
#define DAY_NONE	INT64_MIN
#define TIER_NONE	(-1)

/* What is remembered of a customer. */
struct standpoint {
	int	 tier;		/* index, or TIER_NONE: none that there is now */
	int64_t	 since;
	int64_t	 qualified;	/* the last day on which it did, or DAY_NONE */
	/* The same of worse tiers by index, DAY_NONE where it is no later; or
	   NULL. */
	const int64_t *earned;
};

enum order_kind { ORDER_PIN, ORDER_FLOOR, ORDER_CEILING, ORDER_REVOKE, ORDERS };

/* What people have ordered for a customer, from one day to another. */
struct order {
	enum order_kind	 kind;
	int		 tier;	/* index; of ORDER_REVOKE none */
	int64_t		 from, until;	/* DAY_NONE: from any day on */
};

/* The orders in force on a day: an index, or TIER_NONE. */
struct orders {
	int	 revoke;	/* truth */
	int	 pin, floor, ceiling;
};

/* What the rules say today. */
struct ruling {
	int	 tier;		/* what it qualifies for */
	int	 excluded;	/* then no "keep" holds */
	int	 keeps;		/* "keep when" of the tier that it had holds */
	int64_t	 day;
};

enum change {
	CHANGE_NEW,		/* not seen before */
	CHANGE_PROMOTED, CHANGE_DEMOTED,
	CHANGE_KEPT,		/* as it was */
	CHANGE_HELD,		/* "keep" alone holds it where it was */
	CHANGE_OVERRIDE		/* an order gives another tier than the rules */
};

struct move {
	int		 tier;
	enum change	 change;
	enum change	 ruled;		/* what "change" is without orders */
	int64_t		 since;
	int64_t		 qualified;
	int64_t		 downgrade_on;	/* from movement_downgrade() */
};

/*
 * The day to which a tier's clause (W_KEEP, W_REASSESS) leads from another, or
 * DAY_NONE; months are clamped, and of hours only whole days count.
 */
int64_t		 movement_day(const struct statement *tier, enum word,
		    int64_t from);

/*
 * The last day, before today, on which the customer qualified for a tier or a
 * better one, or DAY_NONE.  "before" may be NULL.
 */
int64_t		 movement_earned(const struct standpoint *before, int tier);

/* "before" may be NULL, and so may "orders". */
void		 movement_judge(const struct policy *,
		    const struct standpoint *before, const struct ruling *,
		    const struct orders *, struct move *);

/*
 * Of two pins the later one counts, of two floors the better, of two ceilings
 * the worse: orders_take() returns 0 for one that does not.
 */
void		 orders_none(struct orders *);
int		 orders_take(struct orders *, const struct order *);

/*
 * The first day on which the customer will have a worse tier if its figures
 * and its n orders, of which some may have yet to begin, stay as they are, or
 * DAY_NONE.  "keeps": the "keep when" of the tier that it got holds.
 */
int64_t		 movement_downgrade(const struct policy *,
		    const struct ruling *, int keeps, const struct order *,
		    size_t n, const struct move *);

/* "new", "promoted", ... */
const char	*change_word(enum change);

#endif /* VIP_MOVEMENT_H */
