/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TELL_H
#define VIP_TELL_H

/* What vip-escalate does once its options are read. */

#include "command/command.h"

/* All is the caller's; options that were not given are NULL or 0. */
struct telling {
	struct command		*cmd;
	const struct policy	*pol;
	when			 now;
	const char		*customers;	/* a file */
	const char		*told;	/* an earlier output, or a store */
	const char		*event;
	int			 checklist;	/* not escalations */
};

/* Escalations or the checklist, of the rows of a file, or of the standard
   input where it is NULL: returns how many were written. */
size_t		 tell_rows(struct telling *, const char *path);
/* The actions for the event; one that the policy does not know is wrong
   usage. */
size_t		 tell_actions(struct telling *);

#endif /* VIP_TELL_H */
