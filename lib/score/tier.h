/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TIER_H
#define VIP_TIER_H

#include "policy/policy.h"
#include "score/exclude.h"

/*
 * Who is a VIP, and why: the tier, default, exclude, profile and limit
 * statements of a policy, for one customer at a time.
 */
struct tiers;
struct rules;

struct verdict {
	int			 tier;		/* index into the policy's tiers */
	int			 level;		/* 1 the best, 0 the default */
	const struct statement	*st;		/* the tier's */
	const struct statement	*excluded;	/* the exclusion, or NULL */
};

/*
 * Adds what it needs to a plan that is not bound yet.  The policy and the
 * plan stay the caller's and must outlive it.
 */
struct tiers	*tiers_new(const struct policy *, struct plan *, when now);
void		 tiers_free(struct tiers *);
const struct exclusions *tiers_exclusions(const struct tiers *);
/* Those with a "when" or without, best first; of score/rules.h. */
const struct rules *tiers_rules(const struct tiers *);

/*
 * Judge the row of a loaded frame: the first tier whose "when" holds, else
 * the default; the frame is told of it, for what asks about tier and vip.
 */
void		 tiers_judge(const struct tiers *, struct frame *,
		    struct verdict *);

/* Why: the part of the rule that held, the exclusion's label, or nothing. */
void		 tiers_reason(const struct tiers *, struct frame *,
		    const struct verdict *, struct buf *);

/*
 * Does the policy have profiles, whatever day it is?  Append those that hold,
 * joined by ";".
 */
int		 tiers_profiled(const struct tiers *);
void		 tiers_profiles(const struct tiers *, struct frame *,
		    const struct verdict *, struct buf *);

/* The benefits of a tier, joined by "; ". */
void		 tier_benefits(const struct statement *, struct buf *);

/*
 * Say (note) for each limit of the policy that more customers qualify than
 * it allows, or fewer than it asks for; "count" has the customers of each
 * tier by index, and "of" is the policy where there are two, or "".  Returns
 * how many limits do not hold.
 */
int		 tiers_limits(const struct tiers *, const char *of,
		    const size_t *count);

/*
 * The limit that is in force for a tier's name or for "vip", or NULL; and how
 * many customers of all it asks for at the least and allows at the most.
 */
const struct clause *limit_of(const struct policy *, const char *whom,
		    int64_t today);
void		 limit_bounds(const struct clause *, size_t all, size_t *least,
		    size_t *most);

#endif /* VIP_TIER_H */
