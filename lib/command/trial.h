/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TRIAL_H
#define VIP_TRIAL_H

#include "command/command.h"

/*
 * A policy tried on a table of customers, for vip-policy: twice over the
 * rows where it ranks.  Both open the input and return the writer of the
 * output, for the caller to close; a bad row ends the program (65).
 */

/* Every rule, as score/explain.h writes them, about the one row with a key. */
struct writer	*trial_explain(struct command *, const struct policy *,
		    const char *file, const char *key);

/*
 * What another policy would make of the customers: as score/simulate.h
 * writes it or, with "who", a row for each who would move: key, from, to,
 * reason.  "revenue" is a column, or NULL for the first of the usual ones.
 * "moved" takes how many would.
 */
struct writer	*trial_simulate(struct command *, const struct policy *was,
		    const struct policy *is, const char *file,
		    const char *revenue, int who, size_t *moved);

#endif /* VIP_TRIAL_H */
