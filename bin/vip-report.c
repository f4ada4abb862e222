/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-report: what people read, from the outputs of the other commands.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "report/format.h"
#include "report/weekly.h"

int
main(int argc, char *argv[])
{
	enum { TICKETS = 256, FORMAT, DAYS, REVENUE, MOST };
	static const struct flag flags[] = {
		{ TICKETS, "tickets", "FILE", "tickets, as vip-sla writes them" },
		{ FORMAT, "format", "NAME", "text (default), csv or tsv" },
		{ DAYS, "days", "N", "the week's days; default 7" },
		{ REVENUE, "revenue", "COLUMN", "what revenue is" },
		{ MOST, "most", "N", "lines of a list; default 20" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-report", .operands = "weekly [FILE]",
		.purpose = "Write the weekly report on classified and scored "
		    "customers.",
		.example = "vip-report weekly -p rhf --tickets sla.csv vips.csv",
		.uses = USES_POLICY | USES_TIME | USES_TABLE, .flags = flags
	};
	struct weekly	 in = { .days = 7, .most = 20 };
	const struct format *format = format_find("text");
	const char	*tickets = NULL;
	struct policy	*pol;
	struct report	*report;
	struct writer	*w;
	struct buf	 b = { 0 };
	int		 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case TICKETS:
			tickets = optarg;
			break;
		case FORMAT:
			if ((format = format_find(optarg)) == NULL)
				command_usage(&cmd, "--format: \"%s\" is not "
				    "one of %s", optarg, format_names());
			break;
		case DAYS:
			in.days = (int)command_number(&cmd, "--days", optarg,
			    1, 3660);
			break;
		case REVENUE:
			in.revenue = optarg;
			break;
		case MOST:
			in.most = (size_t)command_number(&cmd, "--most",
			    optarg, 1, 1000000);
			break;
		}
	if (optind >= argc)
		command_usage(&cmd, "which report? weekly");
	if (strcmp(argv[optind], "weekly") != 0)
		command_usage(&cmd, "there is no report \"%s\"; there is "
		    "weekly", argv[optind]);
	optind++;

	in.pol = pol = command_policy(&cmd);
	in.now = command_now(&cmd, policy_zone(pol));
	in.customers = command_reader(&cmd, command_operand(&cmd, argc, argv));
	if (tickets != NULL)
		in.tickets = command_reader(&cmd, tickets);
	report = weekly_report(&in);
	format->write(report, &b);
	w = command_writer(&cmd, NULL);
	writer_bytes(w, b.p, b.len);
	writer_close(w);

	buf_free(&b);
	report_free(report);
	reader_free(in.tickets);
	reader_free(in.customers);
	policy_free(pol);
	return STATUS_OK;
}
