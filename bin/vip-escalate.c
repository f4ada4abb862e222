/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-escalate: one row an escalation that is due.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/calls.h"

enum { CUSTOMERS = 256, SINCE, FAIL_ON };

static const struct flag flags[] = {
	{ CUSTOMERS, "customers", "FILE", "customers with their tiers" },
	{ SINCE, "since", "FILE",
	    "an earlier output: what it has is not written again" },
	{ FAIL_ON, "fail-on", "any", "exit 1 when anybody must be told" },
	{ 0, NULL, NULL, NULL }
};

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-escalate", .operands = "[FILE]",
		.purpose = "Write one row for each escalation that is due, "
		    "from rows of vip-sla or vip-risk.",
		.example = "vip-sla -p rhf --customers vips.csv tickets.csv |"
		    " vip-escalate -p rhf",
		.uses = USES_ALL, .flags = flags
	};
	const char		*customers = NULL, *since = NULL;
	struct reader_options	 in[2];
	struct pass_options	 options;
	struct reader		*rd, *who, *before;
	struct policy		*pol;
	struct calls		*calls;
	struct writer		*w;
	size_t			 n;
	int			 ch, fail = 0;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case CUSTOMERS:
			customers = optarg;
			break;
		case SINCE:
			since = optarg;
			break;
		case FAIL_ON:
			if (strcmp(optarg, "any") != 0)
				command_usage(&cmd, "--fail-on: \"%s\" is not "
				    "any", optarg);
			fail = 1;
			break;
		}
	pol = command_policy(&cmd);
	rd = command_reader(&cmd, command_operand(&cmd, argc, argv));
	who = command_aside(&cmd, customers, &in[0]);
	before = command_aside(&cmd, since, &in[1]);
	calls = calls_new(pol, command_now(&cmd, policy_zone(pol)), rd, who,
	    before, cmd.pass.jobs);
	reader_free(who);
	reader_free(before);
	options = command_pass(&cmd);
	w = command_writer(&cmd, rd);
	n = calls_write(calls, rd, w, &options);
	reject_close(options.reject);
	writer_close(w);
	calls_free(calls);
	reader_free(rd);
	policy_free(pol);
	return fail && n > 0 ? STATUS_FOUND : STATUS_OK;
}
