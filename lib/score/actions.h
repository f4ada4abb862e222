/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ACTIONS_H
#define VIP_ACTIONS_H

#include "policy/policy.h"
#include "table/table.h"

/*
 * What is to be done when something happens: one row an action of the
 * escalate statements that are about an event, that is, which have its name
 * or ask for a column of its name.  Those that are not in force count as not
 * there.
 */
struct actions;

/* NULL if there are none; "known" then has the names that there are. */
struct actions	*actions_new(const struct policy *, when now,
		    const char *event, struct buf *known);
void		 actions_free(struct actions *);	/* takes NULL */
/* Returns how many rows were written. */
size_t		 actions_write(const struct actions *, struct writer *);

#endif /* VIP_ACTIONS_H */
