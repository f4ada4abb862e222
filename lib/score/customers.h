/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CUSTOMERS_H
#define VIP_CUSTOMERS_H

#include <stdint.h>

#include "policy/policy.h"

/*
 * A table of customers in memory, to be joined with others by its key: the
 * tier of each, and the columns that are asked for.  Finding one costs one
 * cache miss, however many there are.
 */
struct customers;

/*
 * Read it whole, in any order, with so many threads.  Ends the program on
 * the first row that is wrong, and where a customer is there twice.
 */
struct customers *customers_load(const struct policy *, when now,
		    struct reader *, const char *const *names,
		    const enum type *, size_t n, int jobs);
void		 customers_free(struct customers *);	/* takes NULL */

/*
 * The number of a customer, by its key and the keys_hash() of that, and the
 * index of its tier; or KEY_NONE.
 */
uint32_t	 customers_find(const struct customers *, const char *, size_t,
		    uint64_t hash, int *tier);
/* Fetch what finding it will need. */
void		 customers_prefetch(const struct customers *, uint64_t hash);
/* The value of column i of those that were asked for. */
const struct value *customers_value(const struct customers *, uint32_t who,
		    size_t i);

/* The tier of a name or label, the default of an empty cell, or -1. */
int		 tier_of_cell(const struct policy *, struct cell);
/*
 * A table's column by the policy's name for it or by its own, as plans find
 * it; or -1.
 */
int		 find_column(const struct policy *, const struct reader *,
		    const char *name);

#endif /* VIP_CUSTOMERS_H */
