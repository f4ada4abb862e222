/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-risk: append to each customer its health, and what to do about it.
 */
#include "config.h"

#include <getopt.h>

#include "command/assess.h"

static enum insight_kind
insight_of(struct command *cmd, enum insight_kind had, enum insight_kind kind)
{
	if (had != INSIGHT_NONE)
		command_usage(cmd, "--explain, --backtest and --tune are one "
		    "or the other");
	return kind;
}

static void
check_usage(struct command *cmd, const struct assess *asked)
{
	static const char *const names[] = {
		NULL, "explain", "backtest", "tune"
	};

	if (asked->insight != INSIGHT_NONE && (asked->fail_on != NULL ||
	    asked->store != NULL))
		command_usage(cmd, "--%s is not for --%s",
		    asked->store != NULL ? "store" : "fail-on",
		    names[asked->insight]);
}

int
main(int argc, char *argv[])
{
	enum { BACKTEST = 256, EXPLAIN, FAIL_ON, STORE, TUNE };
	static const struct flag flags[] = {
		{ BACKTEST, "backtest", "COLUMN",
		    "hold health against who left" },
		{ EXPLAIN, "explain", NULL, "write a row a signal instead" },
		{ FAIL_ON, "fail-on", "LEVEL",
		    "exit 1 when a customer is at that level or worse" },
		{ STORE, "store", "FILE", "add the trend since the last run" },
		{ TUNE, "tune", "COLUMN",
		    "propose weights from who left" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-risk", .operands = "[FILE]",
		.purpose =
		    "Append to each customer its health, risk and action.",
		.example = "vip-classify -p rhf customers.csv | vip-risk -p rhf",
		.flags = flags
	};
	struct assess	 asked = { 0 };
	int		 ch, found;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case BACKTEST:
			asked.insight = insight_of(&cmd, asked.insight,
			    INSIGHT_BACKTEST);
			asked.outcome = optarg;
			break;
		case EXPLAIN:
			asked.insight = insight_of(&cmd, asked.insight,
			    INSIGHT_EXPLAIN);
			break;
		case TUNE:
			asked.insight = insight_of(&cmd, asked.insight,
			    INSIGHT_TUNE);
			asked.outcome = optarg;
			break;
		case FAIL_ON:
			asked.fail_on = optarg;
			break;
		case STORE:
			asked.store = optarg;
			break;
		}
	check_usage(&cmd, &asked);
	found = command_assess(&cmd, command_operand(&cmd, argc, argv),
	    &asked);
	command_end(&cmd);
	return found ? STATUS_FOUND : STATUS_OK;
}
