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
};

/*
 * Append to each row of a file (NULL: standard input) its tier, and why:
 * from the policy to the output, which is closed.  Returns how many limits
 * of the policy do not hold.
 */
int		 command_classify(struct command *, const char *file,
		    const struct classify *);

#endif /* VIP_CLASSIFY_H */
