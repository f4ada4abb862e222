/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_EXCLUDE_H
#define VIP_EXCLUDE_H

#include "policy/policy.h"

/*
 * The exclude statements of a policy: rows that no rank counts and that get
 * the default tier.
 */
struct exclusions;

/*
 * Adds the statements in force at "now" to a plan that is not bound yet; NULL
 * where there are none.
 */
struct exclusions *exclusions_new(const struct policy *, struct plan *,
		    when now);
void		 exclusions_free(struct exclusions *);

/* The first statement that excludes the row of a loaded frame, or NULL;
   of no exclusions (NULL), none does. */
const struct statement *exclusions_test(const struct exclusions *,
		    struct frame *);

#endif /* VIP_EXCLUDE_H */
