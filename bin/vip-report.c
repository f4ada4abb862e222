/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-report: what people read, from the outputs of the other commands.
 */
#include "config.h"

#include "command/report_args.h"

int
main(int argc, char *argv[])
{
	struct command		 cmd = {
		.name = "vip-report", .operands = "KIND [KEY|NAME] [FILE]",
		.purpose = "Write a report on classified and scored customers: "
		    "weekly, monthly,\ndashboard, team or care; account KEY of "
		    "one customer, or sponsor NAME; or\non spending: budget.",
		.example = "vip-report weekly -p rhf --tickets sla.csv "
		    "vips.csv",
		.strict = 1,
		.flags = report_flags
	};
	struct report_args	 args;
	struct policy		*pol;
	struct report		*report;
	struct writer		*w;
	struct buf		 b = { 0 };
	int			 found;

	report_args(&cmd, &args, argc, argv);
	pol = command_policy(&cmd);
	report = report_made(&cmd, &args, pol);
	args.format->write(report, &args.look, &b);
	w = command_writer(&cmd, NULL);
	writer_bytes(w, b.p, b.len);
	writer_close(w);

	found = (report->found & args.fail_on) != 0;
	buf_free(&b);
	report_free(report);
	policy_free(pol);
	command_end(&cmd);
	return found ? STATUS_FOUND : STATUS_OK;
}
