/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_EXPLAIN_H
#define VIP_EXPLAIN_H

#include "policy/policy.h"
#include "score/exclude.h"

/*
 * Every rule of a policy about one customer: what it says of the row, with
 * the row's values, and which one decided.
 */
struct explanation;

/* Adds what it needs to a plan that is not bound yet. */
struct explanation *explanation_new(const struct policy *, struct plan *,
		    when now);
void		 explanation_free(struct explanation *);
const struct exclusions *explanation_exclusions(const struct explanation *);

/*
 * Write a header and a row a rule for the row of a loaded frame: statement,
 * name, result (yes, no, unknown), decided (yes, or nothing) and reason.
 */
void		 explanation_write(const struct explanation *, struct frame *,
		    struct writer *);

#endif /* VIP_EXPLAIN_H */
