/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLASSIFY_H
#define VIP_CLASSIFY_H

#include "command/command.h"

/* What vip-classify was asked for beside the tiers, all 0 at first. */
struct classify {
	const char	*text;		/* the command line, for the store */
	const char	*store, *cuts, *cuts_out;	/* files, or NULL */
	int		 no_record;	/* the store is only read */
	int		 benefits, next, downgrade;	/* columns to add */
	int		 fail_limit, fail_reassess;	/* what to look for */
};

/*
 * Append to each row of a file (NULL: standard input) its tier, and why:
 * from the policy to the output, which is closed.  Returns truth if what was
 * to be looked for is there: a limit that does not hold, a customer whose
 * re-assessment is overdue.
 */
int		 command_classify(struct command *, const char *file,
		    const struct classify *);

#endif /* VIP_CLASSIFY_H */
