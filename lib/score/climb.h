/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLIMB_H
#define VIP_CLIMB_H

#include "score/tier.h"

/*
 * What a customer is short of: the smallest change in one metric that would
 * lift it, all else being as it is.
 *
 * The next tier is the one above its own that one metric can reach; where
 * none can, the one above that.  A metric that has to grow comes before one
 * that has to fall, and then the one that changes by the smaller share.
 * Windows of the past (prev_90d, lytd) cannot change any more.
 */
struct climb;

/* Adds what it needs to a plan that is not bound yet; the tiers and the plan
   stay the caller's and must outlive it. */
struct climb	*climb_new(const struct tiers *, const struct policy *,
		    struct plan *);
void		 climb_free(struct climb *);		/* takes NULL */

/*
 * The tier that the customer of a loaded and judged frame would get, or NULL,
 * and by what: "spend_30d +87.50".
 */
const struct statement *climb_next(const struct climb *, struct frame *,
		    const struct verdict *, struct buf *);

#endif /* VIP_CLIMB_H */
