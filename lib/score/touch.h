/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TOUCH_H
#define VIP_TOUCH_H

#include "policy/policy.h"

/*
 * Whom to contact, and when: the touch statements of a policy, for one
 * customer at a time.
 *
 *	every 1mo		on a grid of days: from the date of "on", else
 *				Mondays, the first of a month, quarter or year
 *	on birthday before 3d	each year on that day, three days ahead;
 *				29 February as the policy's "leap" says
 *	when orders_total = 10	today, if the condition holds
 */
struct touches;

struct contact {
	const struct statement	*touch;
	int64_t			 due;	/* day since 1970 */
};

/*
 * Adds what it needs to a plan that is not bound yet; due days are looked
 * for from the first to the last day, both inclusive.  A column that is
 * not there is missing, without a note: touches_lack() tells.
 */
struct touches	*touches_new(const struct policy *, struct plan *, when now,
		    int64_t first, int64_t last);
void		 touches_free(struct touches *);

/*
 * What is due to the customer of a loaded frame, of that tier (index), in
 * the policy's order: fills in up to n contacts and returns how many there
 * are.
 */
size_t		 touches_due(const struct touches *, struct frame *, int tier,
		    struct contact *, size_t n);

/*
 * Append what cannot be known for want of a column of the table, as
 * "LABEL (COLUMN), ...".
 */
void		 touches_lack(const struct touches *, const struct reader *,
		    struct buf *);

#endif /* VIP_TOUCH_H */
