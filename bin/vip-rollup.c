/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-rollup: make metrics of customers from orders, tickets and events.
 */
#include "config.h"

#include <getopt.h>

#include "command/gather.h"

enum { ALL_WINDOWS = 256, TICKETS, EVENTS, ONTO, SINCE, UNTIL, PARTIAL,
	MERGE };

static const struct flag flags[] = {
	{ 'm', "metrics", "LIST", "make these: spend_30d,orders_total,..." },
	{ ALL_WINDOWS, "all-windows", NULL, "make the usual metrics" },
	{ TICKETS, "tickets", "FILE", "read tickets too" },
	{ EVENTS, "events", "FILE", "read events too: at, event, value" },
	{ ONTO, "onto", "FILE", "add the metrics to these customers' rows" },
	{ SINCE, "since", "DATE", "read no facts before that day" },
	{ UNTIL, "until", "DATE", "read no facts after that day" },
	{ PARTIAL, "partial", NULL, "write a part, to be merged with others" },
	{ MERGE, "merge", NULL, "the FILEs are such parts" },
	{ 0, NULL, NULL, NULL }
};

static void
options(struct gather *g, int argc, char *argv[])
{
	int	 ch, usual = 0;

	while ((ch = command_getopt(g->cmd, argc, argv)) != -1)
		switch (ch) {
		case 'm':
			gather_names(g, optarg);
			break;
		case ALL_WINDOWS:
			usual = 1;
			break;
		case TICKETS:
			g->tickets = optarg;
			break;
		case EVENTS:
			g->events = optarg;
			break;
		case ONTO:
			g->onto = optarg;
			break;
		case SINCE:
			g->since = optarg;
			break;
		case UNTIL:
			g->until = optarg;
			break;
		case PARTIAL:
			g->partial = 1;
			break;
		case MERGE:
			g->merge = 1;
			break;
		}
	if (usual && g->choice == CHOICE_NAMES)
		command_usage(g->cmd, "-m or --all-windows, not both");
	if (g->partial && g->onto != NULL)
		command_usage(g->cmd, "--partial writes no --onto");
	if (g->merge && (g->tickets != NULL || g->events != NULL || usual ||
	    g->since != NULL || g->until != NULL))
		command_usage(g->cmd, "--merge reads parts and nothing else");
	if (g->choice == CHOICE_USUAL && !usual && !g->merge &&
	    command_has_policy(g->cmd))
		g->choice = CHOICE_POLICY;
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-rollup", .operands = "[FILE ...]",
		.purpose = "Make metrics of customers from orders, tickets "
		    "and events.",
		.example = "vip-rollup -p rhf --tickets tickets.csv "
		    "--onto customers.csv orders.csv",
		.flags = flags
	};
	struct gather	 g = { .cmd = &cmd };
	struct zone	*utc = zone_open("UTC");
	struct policy	*pol;
	struct writer	*w;

	options(&g, argc, argv);
	pol = command_policy_or_preset(&cmd);
	gather_begin(&g, pol, utc);
	w = gather_read(&g, argv + optind);
	gather_write(&g, w);

	gather_end(&g);
	zone_free(utc);
	policy_free(pol);
	command_end(&cmd);
	return STATUS_OK;
}
