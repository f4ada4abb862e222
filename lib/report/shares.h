/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SHARES_H
#define VIP_SHARES_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * The table of what the VIPs are of all, in numbers, and of how many VIPs
 * the policy's limits allow or ask for.  Private to lib/report.
 */
struct shares {
	struct report		*r;
	const struct policy	*pol;
	int64_t			 today;
	struct table		*t;
	int			 limited;	/* the policy has limits */
	unsigned		 show;		/* of a share of customers */
};

/* Whole percentages, if they are asked for, are too coarse for a limit. */
void		 shares_begin(struct shares *, struct report *,
		    const struct policy *, when now, struct section *,
		    unsigned show);
/*
 * Customers of each tier, best first: the VIPs of all, and each tier that
 * has a limit.
 */
void		 shares_customers(const struct shares *, const size_t *count);
/* A line of another measure; the label is translated. */
struct line	*shares_line(const struct shares *, const char *tier,
		    const char *id, const char *label, struct figure);

#endif /* VIP_SHARES_H */
