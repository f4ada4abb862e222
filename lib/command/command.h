/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_COMMAND_H
#define VIP_COMMAND_H

/*
 * What all commands share at their edges: the common options, --help,
 * --version, the policy, the time, the input and the output.  The only
 * folder that reads the environment and the clock.
 */

#include "base/vip.h"
#include "calendar/calendar.h"
#include "policy/policy.h"
#include "score/exclude.h"
#include "table/table.h"

/* An option of the command's own; "letter" is its short form, or a number
   from 256 on where it has none. */
struct flag {
	int		 letter;
	const char	*name;
	const char	*argument;	/* what --help calls it; NULL: takes none */
	const char	*help;
};

/*
 * The upper part is the command's, the lower is filled in from the command
 * line by command_getopt().
 */
struct command {
	const char		*name;		/* "vip-classify" */
	const char		*operands;	/* "[FILE]" */
	const char		*purpose;	/* one sentence, for --help */
	const char		*example;	/* one command line or more */
	int			 strict;	/* it has no --reject */
	const struct flag	*flags;		/* ends with a NULL name; or NULL */

	const char		*policy;	/* -p, else $VIP_POLICY, else NULL */
	const char		*as_of;
	const char		*reject_path;
	struct reader_options	 in;
	struct writer_options	 out;
	struct pass_options	 pass;
	struct rename		*renames;
	const char		*presets[4];	/* --preset, each time */
	struct policy		*preset[4];	/* and what it is */
	struct alias		*aliases;
};

/*
 * Parse options as getopt_long(3) does, keeping the common ones to itself:
 * returns the letter of the command's next own option (its argument is in
 * optarg), or -1 at the end (operands from optind).  Wrong usage, --help
 * and --version end the program.
 */
int		 command_getopt(struct command *, int argc, char *argv[]);

/* Give back what the options took; after the last reader. */
void		 command_end(struct command *);

/* One line on stderr, where to find help, and exit 64. */
_Noreturn void	 command_usage(const struct command *, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));

/* The only operand, or NULL for the standard input; more are wrong usage. */
const char	*command_operand(const struct command *, int argc,
		    char *argv[]);

/* A whole number from an option's argument, or wrong usage. */
long long	 command_number(const struct command *, const char *option,
		    const char *argument, long long low, long long high);

/*
 * The names of an option's list, each there and once, or wrong usage; one
 * free() is for all of them.
 */
const char	**command_list(const struct command *, const char *option,
		    const char *argument, size_t *n);

/* A date from an option's argument, as days, or wrong usage. */
int64_t		 command_day(const struct command *, const char *option,
		    const char *argument);

/*
 * Append the path of something among the user's configuration, whether it is
 * there or not: 1, or 0 where the user has no home.
 */
int		 command_home(struct buf *, const char *name);

/* Is one named by -p or $VIP_POLICY?  For commands that can do without. */
int		 command_has_policy(const struct command *);
/* Load the policy of -p or $VIP_POLICY; none is wrong usage. */
struct policy	*command_policy(const struct command *);
/*
 * For commands that can do without: the policy, or a preset, which says how
 * columns are written and no more, or NULL.
 */
struct policy	*command_policy_or_preset(const struct command *);

/*
 * For vip-policy check: the same of a name or a file, or of -p where it is
 * NULL; errors are told and NULL is returned, and so are warnings, with
 * their number, unless "warnings" is NULL.
 */
struct policy	*command_examine(const struct command *, const char *name,
		    int *warnings);

/*
 * --as-of, else the clock.  A date alone is its first second; but facts up
 * to and including that day count, so command_until() is the first instant
 * whose facts are still to come: the next midnight for a date, else one
 * second after now.
 */
when		 command_now(const struct command *, const struct zone *);
when		 command_until(const struct command *, const struct zone *);

/*
 * Who runs the command, by name; and its command line as a shell would take
 * it, to be freed, which must be asked for before command_getopt() puts it
 * into another order.
 */
const char	*command_user(void);
char		*command_text(int argc, char *argv[]);

struct reader	*command_reader(const struct command *, const char *path);
/*
 * Another table beside the input, whose dialect is its own, or NULL for no
 * path; the options must stand as long as the reader.
 */
struct reader	*command_aside(const struct command *, const char *path,
		    struct reader_options *);
struct writer	*command_writer(const struct command *, const struct reader *);
/* Options for table_pass(), with --reject opened. */
struct pass_options command_pass(struct command *);

/*
 * The first of two passes, where a plan ranks: every row that is not
 * excluded is observed, the plan settled, the reader rewound.  A row that
 * the second one, if that is known, would not take because its key came
 * before is not observed; and what the second one reads of rows is noted.
 */
void		 command_survey(struct command *, struct reader *,
		    struct plan *, const struct exclusions *,
		    const struct pass *next);

#endif /* VIP_COMMAND_H */
