/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_REPORT_ARGS_H
#define VIP_REPORT_ARGS_H

/*
 * What vip-report is asked for: its own options and operands, and the
 * tables that a report is made of, opened.
 */

#include "command/command.h"
#include "report/format.h"
#include "report/kinds.h"

/* All is of the command line; what was not given is NULL or the default. */
struct report_args {
	const struct report_kind	*kind;
	const char		*subject;	/* of the kind, or NULL */
	const char		*file;		/* the main input; NULL: stdin */
	const struct format	*format;
	struct look		 look;
	int			 days;
	size_t			 most;
	const char		*revenue, *tickets, *events, *agents,
				*previous, *customers, *baseline, *store,
				*moves, *key;
	unsigned		 fail_on;	/* bits of report->found */
	num			 tolerance;
	unsigned		 hide;		/* REDACT_ */
};

extern const struct flag	 report_flags[];

/*
 * Reads the whole command line; wrong usage, and a form that the output is
 * not fit for, end the program.
 */
void		 report_args(struct command *, struct report_args *, int argc,
		    char *argv[]);

/* Opens what the report is made of, makes it, and closes it again. */
struct report	*report_made(struct command *, const struct report_args *,
		    const struct policy *);

#endif /* VIP_REPORT_ARGS_H */
