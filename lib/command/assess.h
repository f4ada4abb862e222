/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ASSESS_H
#define VIP_ASSESS_H

#include "command/command.h"
#include "command/insight.h"

/* What vip-risk was asked for, all 0 at first. */
struct assess {
	const char	*fail_on;	/* a level to look for, or NULL */
	const char	*store;		/* the file with the runs before */
	enum insight_kind insight;	/* in place of the rows */
	const char	*outcome;	/* of insight_new() */
};

/*
 * Append to each row of a file (NULL: standard input) its health, and what
 * to do about it: from the policy to the output, which is closed.  Returns
 * truth if a customer is at the level to look for, or at a worse one.
 */
int		 command_assess(struct command *, const char *file,
		    const struct assess *);

#endif /* VIP_ASSESS_H */
