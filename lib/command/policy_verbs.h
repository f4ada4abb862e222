/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_POLICY_VERBS_H
#define VIP_POLICY_VERBS_H

/* What vip-policy does once its options are read: one verb a run. */

#include "command/command.h"

struct policy_job {
	struct command	*cmd;
	int		 fail_on_warning, fail_on_change;
	const char	*row;		/* explain: a key, or NULL */
	const char	*against;	/* simulate: the new policy, or NULL */
	const char	*revenue;	/* simulate: a column, or NULL */
	int		 who;		/* simulate: customers, not counts */
	int		 dialect;	/* sql: an enum dialect, or -1 */
	const char	*table;		/* sql: its name */
};

/*
 * Do what the operands say, the first of which is the verb: returns the exit
 * status.  A policy in error is told of, and is 78.
 */
int	 policy_verb(struct policy_job *, int argc, char *argv[]);

#endif /* VIP_POLICY_VERBS_H */
