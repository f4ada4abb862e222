/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-report: what people read, from the outputs of the other commands.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "report/format.h"
#include "report/kinds.h"
#include "report/weekly.h"

enum { TICKETS = 256, FORMAT, DAYS, REVENUE, MOST, COLOR, DURATION,
	SHORT_MONEY, WIDTH, MAIL_FROM, MAIL_TO, EVENTS, AGENTS, PREVIOUS,
	TOLERANCE };

/* One of some words, by its place. */
static int
word_of(const struct command *cmd, const char *option, const char *word,
    const char *const *words, const char *are)
{
	int	 i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	command_usage(cmd, "%s: \"%s\" is not one of %s", option, word, are);
}

/* An address that stays in its line of the header. */
static const char *
address(const struct command *cmd, const char *option, const char *s)
{
	const char	*p;

	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			command_usage(cmd, "%s: an address has no control "
			    "characters", option);
	if (strchr(s, '@') == NULL)
		command_usage(cmd, "%s: \"%s\" is not an address", option, s);
	return s;
}

/* Colours on a terminal that has them, unless the user wants none. */
static int
color_wanted(const struct command *cmd, int when_to)
{
	const char	*no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when_to != 0)
		return when_to == 1;
	return cmd->out.path == NULL && isatty(STDOUT_FILENO) == 1 &&
	    (no == NULL || *no == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

/* What may be read besides the customers, and how it is compared. */
struct beside {
	const char	*events, *agents, *previous;
	num		 tolerance;
};

static int
beside_option(const struct command *cmd, int ch, struct beside *beside)
{
	switch (ch) {
	case EVENTS:
		beside->events = optarg;
		return 1;
	case AGENTS:
		beside->agents = optarg;
		return 1;
	case PREVIOUS:
		beside->previous = optarg;
		return 1;
	case TOLERANCE:
		if (num_parse(optarg, strlen(optarg),
		    &beside->tolerance) == -1 || beside->tolerance < 0)
			command_usage(cmd, "--tolerance: \"%s\" is not a "
			    "percentage", optarg);
		beside->tolerance /= 100;
		return 1;
	default:
		return 0;
	}
}

/* The kinds but weekly, by their names. */
static const struct {
	const char	*name;
	struct report	*(*make)(const struct kind_input *);
} kinds[] = {
	{ "dashboard", dashboard_report },
	{ "monthly", monthly_report },
	{ "team", team_report },
	{ "weekly", NULL }
};

static struct report *
make_report(const struct command *cmd, size_t kind, const struct weekly *in,
    const struct beside *beside)
{
	struct kind_input	 ki = { .pol = in->pol, .now = in->now,
				    .customers = in->customers,
				    .tickets = in->tickets,
				    .revenue = in->revenue,
				    .most = in->most };
	struct reader		*previous;
	struct report		*report;

	if (beside->events != NULL)
		ki.events = command_reader(cmd, beside->events);
	if (beside->agents != NULL)
		ki.agents = command_reader(cmd, beside->agents);
	report = kinds[kind].make != NULL ? kinds[kind].make(&ki) :
	    weekly_report(in);
	reader_free(ki.events);
	reader_free(ki.agents);
	if (beside->previous != NULL) {
		previous = command_reader(cmd, beside->previous);
		report_compare(report, previous, beside->tolerance);
		reader_free(previous);
	}
	return report;
}

/* Options that say how the report is to look. */
static void
look_option(const struct command *cmd, int ch, struct look *look)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	static const char *const durations[] = { "human", "minutes", "iso8601",
		NULL };

	switch (ch) {
	case COLOR:
		look->color = word_of(cmd, "--color", optarg, colors,
		    "auto, always, never");
		break;
	case DURATION:
		look->duration = (unsigned)word_of(cmd, "--duration", optarg,
		    durations, "human, minutes, iso8601");
		break;
	case SHORT_MONEY:
		look->short_money = 1;
		break;
	case WIDTH:
		look->width = (size_t)command_number(cmd, "--width", optarg,
		    40, 500);
		break;
	case MAIL_FROM:
		look->from = address(cmd, "--mail-from", optarg);
		break;
	case MAIL_TO:
		look->to = address(cmd, "--mail-to", optarg);
		break;
	}
}

int
main(int argc, char *argv[])
{
	static const struct flag flags[] = {
		{ TICKETS, "tickets", "FILE", "tickets, from vip-sla" },
		{ FORMAT, "format", "NAME", "text (default), markdown, "
		    "html, csv, tsv, json, xlsx, ics, mail" },
		{ DAYS, "days", "N", "the week's days; default 7" },
		{ REVENUE, "revenue", "COLUMN", "what revenue is" },
		{ MOST, "most", "N", "lines of a list; default 20" },
		{ COLOR, "color", "WHEN", "of text: auto, always, never" },
		{ DURATION, "duration", "FORM", "human, minutes or iso8601" },
		{ SHORT_MONEY, "short-money", NULL, "$4.2M for $4,200,000" },
		{ WIDTH, "width", "N", "columns of text; default 72" },
		{ MAIL_FROM, "mail-from", "ADDRESS", "who sends the mail" },
		{ MAIL_TO, "mail-to", "ADDRESS[,...]", "who gets it" },
		{ EVENTS, "events", "FILE", "what happened to customers" },
		{ AGENTS, "agents", "FILE", "agents and their pools" },
		{ PREVIOUS, "previous", "FILE", "an earlier report, as csv" },
		{ TOLERANCE, "tolerance", "PERCENT", "of no change; 0.5" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-report", .operands = "KIND [FILE]",
		.purpose = "Write a report on classified and scored customers: "
		    "weekly, monthly,\ndashboard or team.",
		.example = "vip-report weekly -p rhf --tickets sla.csv "
		    "vips.csv",
		.uses = USES_POLICY | USES_TIME | USES_TABLE, .flags = flags
	};
	struct weekly	 in = { .days = 7, .most = 20 };
	const struct format *format = format_find("text");
	struct look	 look = { .color = 0 };
	const char	*tickets = NULL;
	struct policy	*pol;
	struct report	*report;
	struct writer	*w;
	struct buf	 b = { 0 };
	struct beside	 beside = { .tolerance = NUM_ONE / 200 };
	size_t		 kind;
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
		default:
			if (!beside_option(&cmd, ch, &beside))
				look_option(&cmd, ch, &look);
			break;
		}
	if (optind >= argc)
		command_usage(&cmd, "which report? weekly, monthly, dashboard "
		    "or team");
	for (kind = 0; strcmp(kinds[kind].name, argv[optind]) != 0; )
		if (++kind == sizeof(kinds) / sizeof(kinds[0]))
			command_usage(&cmd, "there is no report \"%s\"; there "
			    "are weekly, monthly, dashboard and team",
			    argv[optind]);
	optind++;

	look.color = color_wanted(&cmd, look.color);
	look.spreadsheet = cmd.out.spreadsheet;
	if ((format->traits & FORMAT_IS_TABLE) == 0)
		cmd.out.spreadsheet = 0;
	if ((format->traits & FORMAT_IS_BINARY) != 0 &&
	    cmd.out.path == NULL && isatty(STDOUT_FILENO) == 1)
		command_usage(&cmd, "a workbook is nothing for a terminal: "
		    "-o FILE");

	in.pol = pol = command_policy(&cmd);
	in.now = command_now(&cmd, policy_zone(pol));
	in.customers = command_reader(&cmd, command_operand(&cmd, argc, argv));
	if (tickets != NULL)
		in.tickets = command_reader(&cmd, tickets);
	report = make_report(&cmd, kind, &in, &beside);
	format->write(report, &look, &b);
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
