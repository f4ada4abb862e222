/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SIMULATE_H
#define VIP_SIMULATE_H

#include "policy/policy.h"

/*
 * What another policy would make of the same customers: who would move, and
 * what that is worth.  One side is one policy with a plan of its own.
 */
struct simulation;

struct simulation *simulation_new(const struct policy *was,
		    const struct policy *is);
void		 simulation_free(struct simulation *);

/*
 * Count one customer, of tiers by their index in either policy.  Revenue is
 * exact; a sum out of range ends the program (65).
 */
void		 simulation_count(struct simulation *, int was, int is,
		    num revenue);

/* How many customers each tier has, by its index; the caller's to free. */
size_t		*simulation_customers(const struct simulation *, int after);

/*
 * Write what it comes to, with these columns: change (moved, kept, before,
 * after), from, to, customers, share (of all customers), revenue (if it is
 * known), cost (of the tier's members a year, where the policy says what one
 * costs) and agents (as many as a pool needs for them, where one in force
 * says how many accounts an agent has).
 */
void		 simulation_write(const struct simulation *, struct writer *,
		    when now, int revenue);

#endif /* VIP_SIMULATE_H */
