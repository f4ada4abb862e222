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
		{ FAIL_ON, "fail-on", "limit",
		    "exit 1 when more or fewer qualify than a limit says" },
		{ NEXT, "next", NULL, "add what it takes to rise" },
		{ NO_RECORD, "no-record", NULL, "only read the store" },
		{ STORE, "store", "FILE", "remember from run to run" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-classify", .operands = "[FILE]",
		.purpose = "Append to each customer its tier, and why.",
		.example = "vip-classify -p rhf customers.csv",
		.uses = USES_ALL, .flags = flags
	};
	char		*text = command_text(argc, argv);
	struct classify	 asked = { .text = text };
	int		 ch, fail = 0, wrong;

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
			if (strcmp(optarg, "limit") != 0)
				command_usage(&cmd, "--fail-on: \"%s\" is not "
				    "limit", optarg);
			fail = 1;
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
	if (asked.store == NULL && (asked.downgrade || asked.no_record))
		command_usage(&cmd, "%s needs --store",
		    asked.no_record ? "--no-record" : "--downgrade-on");
	wrong = command_classify(&cmd, command_operand(&cmd, argc, argv),
	    &asked);
	command_end(&cmd);
	free(text);
	return fail && wrong > 0 ? STATUS_FOUND : STATUS_OK;
}
