/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-escalate: who must be told, and what is to be done.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/tell.h"

enum { CUSTOMERS = 256, SINCE, FAIL_ON, CHECKLIST, EVENT };

static const struct flag flags[] = {
	{ CUSTOMERS, "customers", "FILE", "customers with their tiers" },
	{ SINCE, "since", "FILE|STORE",
	    "an earlier output or a store: tell nothing twice" },
	{ FAIL_ON, "fail-on", "any", "exit 1 when a row was written" },
	{ CHECKLIST, "checklist", NULL,
	    "the steps of each issue that is open instead" },
	{ EVENT, "event", "NAME", "what is to be done about it instead" },
	{ 0, NULL, NULL, NULL }
};

static void
parse(struct telling *j, int *fail, int argc, char *argv[])
{
	int	 ch;

	while ((ch = command_getopt(j->cmd, argc, argv)) != -1)
		switch (ch) {
		case CUSTOMERS:
			j->customers = optarg;
			break;
		case SINCE:
			j->told = optarg;
			break;
		case FAIL_ON:
			if (strcmp(optarg, "any") != 0)
				command_usage(j->cmd, "--fail-on: \"%s\" is "
				    "not any", optarg);
			*fail = 1;
			break;
		case CHECKLIST:
			j->checklist = 1;
			break;
		case EVENT:
			j->event = optarg;
			break;
		}
	if (j->checklist + (j->event != NULL) + (j->told != NULL) > 1)
		command_usage(j->cmd, "one of --checklist, --event, --since");
	if (j->event != NULL && (optind < argc || j->customers != NULL))
		command_usage(j->cmd, "--event reads no file");
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-escalate", .operands = "[FILE]",
		.purpose = "Write one row for each escalation that is due, "
		    "from rows of vip-sla or vip-risk;\nor the steps of "
		    "each issue that is open, or what an event asks for.",
		.example = "vip-sla -p rhf --customers vips.csv tickets.csv |"
		    " vip-escalate -p rhf",
		.flags = flags
	};
	struct telling	 j = { .cmd = &cmd };
	struct policy	*pol;
	size_t		 n;
	int		 fail = 0;

	parse(&j, &fail, argc, argv);
	j.pol = pol = command_policy(&cmd);
	j.now = command_now(&cmd, policy_zone(pol));
	n = j.event != NULL ? tell_actions(&j) :
	    tell_rows(&j, command_operand(&cmd, argc, argv));
	policy_free(pol);
	command_end(&cmd);
	return fail && n > 0 ? STATUS_FOUND : STATUS_OK;
}
