/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_DETAIL_H
#define VIP_DETAIL_H

#include "score/risk.h"

/*
 * Every signal of a customer, what it took, and what would have to change
 * in the metrics for the customer to be at the next better level.
 *
 * A signal's remedy is the least change of what it asks about that gives
 * back enough.  Where more than one signal can do so alone, the one with the
 * smallest change, in proportion to what it changes, is the nearest; where
 * none can, the heaviest do together.
 */
struct detail;

/* Adds what it needs to a plan that is not bound yet. */
struct detail	*detail_new(const struct policy *, struct plan *,
		    const struct risk *);
void		 detail_free(struct detail *);

/* The header's names. */
const char *const *detail_columns(const char *key, size_t *n);

/* A row a signal, after risk_judge() of the same frame. */
void		 detail_write(struct detail *, struct frame *,
		    const struct prognosis *, struct cell key,
		    struct writer *);

#endif /* VIP_DETAIL_H */
