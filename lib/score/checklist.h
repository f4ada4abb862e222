/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CHECKLIST_H
#define VIP_CHECKLIST_H

#include "policy/policy.h"
#include "table/table.h"

/*
 * What is to be done about each issue that is open: the checklist statements
 * of a policy, which hold for it, in their order.
 *
 * A step is due its bound after the start of its clock; where the column that
 * starts it is empty yet, after the due time of the step before it that ends
 * with that column.  "customers" may be NULL.  Returns how many rows were
 * written.
 */
size_t	 checklist_write(const struct policy *, when now,
	    struct reader *tickets, struct reader *customers, struct writer *,
	    const struct pass_options *);

#endif /* VIP_CHECKLIST_H */
