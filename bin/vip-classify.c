/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-classify: append to each customer the tier that a policy gives it.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/classify.h"

int
main(int argc, char *argv[])
{
	enum { BENEFITS = 256, CUTS, CUTS_OUT, DOWNGRADE_ON, FAIL_ON, NEXT,
	    NO_RECORD, STORE };
	static const struct flag flags[] = {
		{ BENEFITS, "benefits", NULL, "add what the tier is owed" },
		{ CUTS, "cuts", "FILE", "rank by these cuts, in one pass" },
		{ CUTS_OUT, "cuts-out", "FILE", "write what was ranked by" },
		{ DOWNGRADE_ON, "downgrade-on", NULL,
		    "add the day of the fall to come; --store" },
		{ FAIL_ON, "fail-on", "limit|reassess", "exit 1 when a limit "
		    "does not hold, or one is overdue" },
		{ NEXT, "next", NULL, "add what it takes to rise" },
		{ NO_RECORD, "no-record", NULL, "only read the store" },
		{ STORE, "store", "FILE", "remember from run to run" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-classify", .operands = "[FILE]",
		.purpose = "Append to each customer its tier, and why.",
		.example = "vip-classify -p rhf customers.csv",
		.flags = flags
	};
	char		*text = command_text(argc, argv);
	struct classify	 asked = { .text = text };
	int		 ch, found;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case BENEFITS:
			asked.benefits = 1;
			break;
		case CUTS:
			asked.cuts = optarg;
			break;
		case CUTS_OUT:
			asked.cuts_out = optarg;
			break;
		case DOWNGRADE_ON:
			asked.downgrade = 1;
			break;
		case FAIL_ON:
			if (strcmp(optarg, "limit") == 0)
				asked.fail_limit = 1;
			else if (strcmp(optarg, "reassess") == 0)
				asked.fail_reassess = 1;
			else
				command_usage(&cmd, "--fail-on: \"%s\" is "
				    "neither limit nor reassess", optarg);
			break;
		case NEXT:
			asked.next = 1;
			break;
		case NO_RECORD:
			asked.no_record = 1;
			break;
		case STORE:
			asked.store = optarg;
			break;
		}
	if (asked.store == NULL && (asked.downgrade || asked.no_record ||
	    asked.fail_reassess))
		command_usage(&cmd, "%s needs --store", asked.no_record ?
		    "--no-record" : asked.downgrade ? "--downgrade-on" :
		    "--fail-on reassess");
	found = command_classify(&cmd, command_operand(&cmd, argc, argv),
	    &asked);
	command_end(&cmd);
	free(text);
	return found ? STATUS_FOUND : STATUS_OK;
}
