/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-sla: append to each ticket what is owed by when, and whether it was
 * kept.
 */
#include "config.h"

#include <getopt.h>
#include <string.h>

#include "command/standards.h"

enum {
	CUSTOMERS = 256, EVENTS, FAIL_ON, LIST, LONG, EXPLAIN, REPLAY, STRICT,
	TIER, FROM, TO
};

static const struct flag flags[] = {
	{ CUSTOMERS, "customers", "FILE", "customers with their tiers" },
	{ EVENTS, "events", "FILE", "a log: ticket_id, at, event, value" },
	{ FAIL_ON, "fail-on", "breached|warning",
	    "exit 1 when a ticket is so, or worse" },
	{ LIST, "list-targets", NULL, "show what the policy owes whom" },
	{ LONG, "long", NULL, "one row a ticket and metric" },
	{ EXPLAIN, "explain", NULL, "which stretches of time were counted" },
	{ REPLAY, "replay", NULL,
	    "compare with the policy of the -p that follows" },
	{ STRICT, "strict-time", NULL,
	    "refuse local times that clock changes skip or repeat" },
	{ TIER, "tier", NULL, "add the columns tier and badge" },
	{ FROM, "from", "DATE", "calendar: the first day; default today" },
	{ TO, "to", "DATE", "calendar: the last day; default a week" },
	{ 0, NULL, NULL, NULL }
};

static void
parse(struct standards *s, int argc, char *argv[])
{
	static const enum standards_mode modes[] = {
		[LIST - LIST] = STANDARDS_LIST,
		[LONG - LIST] = STANDARDS_LONG,
		[EXPLAIN - LIST] = STANDARDS_EXPLAIN,
		[REPLAY - LIST] = STANDARDS_REPLAY
	};
	struct command	*cmd = s->cmd;
	int	 ch;

	while ((ch = command_getopt(cmd, argc, argv)) != -1)
		switch (ch) {
		case CUSTOMERS:
			s->customers = optarg;
			break;
		case EVENTS:
			s->events = optarg;
			break;
		case FAIL_ON:
			s->fail_on = optarg;
			if (strcmp(optarg, "breached") != 0 &&
			    strcmp(optarg, "warning") != 0)
				command_usage(cmd, "--fail-on: \"%s\" is not "
				    "breached or warning", optarg);
			break;
		case REPLAY:
			s->base = cmd->policy;
			cmd->policy = NULL;
			/* FALLTHROUGH */
		case LIST:
		case LONG:
		case EXPLAIN:
			if (s->mode != STANDARDS_ROWS &&
			    s->mode != modes[ch - LIST])
				command_usage(cmd, "one of --list-targets, "
				    "--long, --explain, --replay");
			s->mode = modes[ch - LIST];
			break;
		case STRICT:
			s->strict = 1;
			break;
		case TIER:
			s->tier = 1;
			break;
		case FROM:
			s->from = optarg;
			break;
		case TO:
			if (strcmp(optarg, "csv") == 0)
				cmd->out.to = FORM_CSV;
			else if (strcmp(optarg, "tsv") == 0)
				cmd->out.to = FORM_TSV;
			else
				s->to = optarg;
			break;
		}
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-sla",
		.operands = "[FILE | calendar NAME]",
		.purpose = "Append to each ticket what is owed by when, and "
		    "whether it was kept.",
		.example = "vip-sla -p rhf --customers vips.csv tickets.csv\n"
		    "vip-sla -p executive calendar office --from 2026-12-21",
		.flags = flags
	};
	struct standards s = { .cmd = &cmd };
	int		 n, status;

	parse(&s, argc, argv);
	n = argc - optind;
	if (s.mode == STANDARDS_LIST) {
		if (n > 0)
			command_usage(&cmd, "--list-targets takes no file");
		status = standards_list(&s);
	} else if (n > 0 && n <= 2 && strcmp(argv[optind], "calendar") == 0) {
		status = standards_calendar(&s, argv[optind + 1]);
	} else if (s.from != NULL || s.to != NULL) {
		command_usage(&cmd, "--from and --to a date go with "
		    "\"calendar NAME\"");
	} else {
		status = standards_tickets(&s,
		    command_operand(&cmd, argc, argv));
	}
	command_end(&cmd);
	return status;
}
