/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_GATHER_H
#define VIP_GATHER_H

#include "command/command.h"
#include "score/rollup.h"

/*
 * vip-rollup between its options and its output: which metrics are made
 * (choice.c), and from what (gather.c).
 *
 *	gather_names()		for each -m, while options are read
 *	gather_begin()
 *	w = gather_read()	orders, tickets and events, or parts
 *	gather_write()
 *	gather_end()
 *
 * The upper part is the caller's, all 0 at first; texts must outlive it.
 */
struct gather {
	struct command	*cmd;
	enum {
		CHOICE_USUAL,	/* of metrics: the usual ones, */
		CHOICE_POLICY,	/* those that the policy needs, */
		CHOICE_NAMES	/* or those of -m */
	}		 choice;
	const char	*tickets, *events, *onto;	/* files, or NULL */
	const char	*since, *until;			/* dates, or NULL */
	int		 partial, merge;

	struct rollup	 rollup;
	struct buf	 names;		/* of metrics, each with a NUL */
	struct metric	*metrics;
	char		*key;		/* of parts */
	struct reader	*readers[3];	/* by enum source, or NULL */
	struct reader	*customers;	/* --onto, or NULL */
};

/* Names of metrics, parted by commas or blanks; a bad one is wrong usage. */
void		 gather_names(struct gather *, const char *list);

/* The names as metrics, with room for all of them. */
void		 gather_parse(struct gather *);

/*
 * Leave out what cannot be made from the tables that are open, and say so;
 * a metric of -m that cannot be made ends the program.
 */
void		 gather_choose(struct gather *);

/* With a policy or, without one, in UTC. */
void		 gather_begin(struct gather *, const struct policy *,
		    const struct zone *utc);

/*
 * Read everything; "operands", up to a NULL, are files of orders or parts.
 * Returns the writer of the output, which gather_write() closes.
 */
struct writer	*gather_read(struct gather *, char *operands[]);
void		 gather_write(struct gather *, struct writer *);
void		 gather_end(struct gather *);

#endif /* VIP_GATHER_H */
