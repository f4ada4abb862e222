/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STANDARDS_H
#define VIP_STANDARDS_H

/* What vip-sla does once its options are read. */

#include "command/command.h"

enum standards_mode {
	STANDARDS_ROWS,		/* the tickets, with columns added */
	STANDARDS_LONG,		/* one row a ticket and metric */
	STANDARDS_EXPLAIN,
	STANDARDS_REPLAY,
	STANDARDS_LIST		/* what the policy owes whom */
};

/* All is the caller's; options that were not given are NULL or 0. */
struct standards {
	struct command		*cmd;
	enum standards_mode	 mode;
	const char		*customers, *events;	/* files */
	const char		*fail_on;	/* breached, warning */
	const char		*base;		/* --replay: the -p before it */
	const char		*from, *to;	/* dates, of a calendar */
	int			 strict, tier;
};

/* Each returns the exit status. */
int		 standards_tickets(struct standards *, const char *path);
int		 standards_list(const struct standards *);
/* The open spans of a calendar by name; NULL is wrong usage. */
int		 standards_calendar(const struct standards *,
		    const char *name);

#endif /* VIP_STANDARDS_H */
