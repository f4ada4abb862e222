/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STORE_VERBS_H
#define VIP_STORE_VERBS_H

/* What vip-store does once its options are read: one verb a run. */

#include "command/command.h"
#include "store/store.h"

/* All is the caller's; options that were not given are NULL. */
struct store_job {
	struct command		*cmd;
	struct policy		*pol;		/* or NULL */
	struct store		*store;		/* open in the verb's mode */
	const char		*command;	/* the command line */
	char			**operand;	/* those after the verb */
	int			 n;
	const char		*before, *by, *columns, *expiry, *from, *key,
				*kind, *reason, *tier;
};

struct store_verb {
	const char		*name;
	const char		*operands;	/* for messages */
	int			 least, most;	/* how many */
	enum store_mode		 mode;
	int			 (*run)(struct store_job *);	/* the status */
};

/*
 * The verb of a command line, its options read; wrong usage without a store,
 * without a verb, and with more or fewer operands than the verb takes.
 */
const struct store_verb *store_verb(const struct store_job *, int argc,
		    char *argv[]);

#endif /* VIP_STORE_VERBS_H */
