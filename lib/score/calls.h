/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CALLS_H
#define VIP_CALLS_H

#include "policy/policy.h"
#include "table/table.h"

/*
 * The escalations that are due: one row each, from tickets as vip-sla writes
 * them or customers as vip-risk does.
 */
struct calls;

/*
 * "customers" and "since" may be NULL.  What is counted is what was before
 * "until".  Rows of "since", an earlier output, are not written again: they
 * are known by escalation, customer and ticket.
 */
struct calls	*calls_new(const struct policy *, when now,
		    when until, struct reader *rows, struct reader *customers,
		    struct reader *since, int jobs);
/*
 * Ask of each, before it is written, whether it is new: add() returns 1, and
 * remembers it, or 0.
 */
struct calls_memory {
	int	 (*add)(void *ctx, struct cell escalation, struct cell key,
		    struct cell ticket);
	void	*ctx;
};

void		 calls_remember(struct calls *, const struct calls_memory *);
void		 calls_free(struct calls *);		/* takes NULL */
/* Returns how many were written. */
size_t		 calls_write(struct calls *, struct reader *, struct writer *,
		    const struct pass_options *);

#endif /* VIP_CALLS_H */
