/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/report_args.h"
#include "command/secret.h"
#include "report/redact.h"
#include "store/store.h"

enum { TICKETS = 256, FORMAT, DAYS, REVENUE, MOST, COLOR, DURATION,
	SHORT_MONEY, WIDTH, MAIL_FROM, MAIL_TO, EVENTS, AGENTS, PREVIOUS,
	TOLERANCE, CUSTOMERS, BASELINE, FAIL_ON, STORE, REDACT, REDACT_KEY,
	MOVES };

const struct flag report_flags[] = {
	{ TICKETS, "tickets", "FILE", "tickets, from vip-sla" },
	{ FORMAT, "format", "NAME", "text (default), markdown, html, csv, "
	    "tsv, json, xlsx, ics, mail" },
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
	{ CUSTOMERS, "customers", "FILE", "for budget: customers" },
	{ BASELINE, "baseline", "FILE", "for care: customers of the day it "
	    "began" },
	{ MOVES, "moves", "FILE", "for weekly: who moved, from vip-diff" },
	{ FAIL_ON, "fail-on", "WHAT", "for budget: over or projected" },
	{ PREVIOUS, "previous", "FILE", "an earlier report, as csv" },
	{ STORE, "store", "FILE", "what earlier runs found, of vip-store" },
	{ TOLERANCE, "tolerance", "PERCENT", "of no change; 0.5" },
	{ REDACT, "redact", "LIST", "hide names, contacts, amounts, staff, "
	    "tiers, all" },
	{ REDACT_KEY, "redact-key", "FILE", "what pseudonyms are made with" },
	{ 0, NULL, NULL, NULL }
};

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

/* Options that say what is read, and how much of it is told. */
static int
matter_option(const struct command *cmd, int ch, struct report_args *a)
{
	static const char *const findings[] = { "over", "projected", NULL };

	switch (ch) {
	case TICKETS:
		a->tickets = optarg;
		return 1;
	case EVENTS:
		a->events = optarg;
		return 1;
	case AGENTS:
		a->agents = optarg;
		return 1;
	case PREVIOUS:
		a->previous = optarg;
		return 1;
	case CUSTOMERS:
		a->customers = optarg;
		return 1;
	case BASELINE:
		a->baseline = optarg;
		return 1;
	case MOVES:
		a->moves = optarg;
		return 1;
	case FAIL_ON:
		a->fail_on = word_of(cmd, "--fail-on", optarg, findings,
		    "over, projected") == 0 ? REPORT_OVER :
		    REPORT_OVER | REPORT_PROJECTED;
		return 1;
	case STORE:
		a->store = optarg;
		return 1;
	case REVENUE:
		a->revenue = optarg;
		return 1;
	case DAYS:
		a->days = (int)command_number(cmd, "--days", optarg, 1, 3660);
		return 1;
	case MOST:
		a->most = (size_t)command_number(cmd, "--most", optarg, 1,
		    1000000);
		return 1;
	case TOLERANCE:
		if (num_parse(optarg, strlen(optarg), &a->tolerance) == -1 ||
		    a->tolerance < 0)
			command_usage(cmd, "--tolerance: \"%s\" is not a "
			    "percentage", optarg);
		a->tolerance /= 100;
		return 1;
	default:
		return 0;
	}
}

static void
redact_option(const struct command *cmd, const char *name, const char *list,
    struct report_args *a)
{
	if (redact_parse(list, &a->hide) == -1)
		command_usage(cmd, "%s: \"%s\" is not a list of %s", name, list,
		    redact_words());
}

/* What is hidden unless the command line says otherwise. */
static void
redact_default(const struct command *cmd, struct report_args *a)
{
	const char	*list = getenv("VIP_REDACT");

	if (list != NULL && *list != '\0')
		redact_option(cmd, "VIP_REDACT", list, a);
	a->key = getenv("VIP_REDACT_KEY");
}

/* Options that say how the report is to look. */
static void
look_option(const struct command *cmd, int ch, struct report_args *a)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	static const char *const durations[] = { "human", "minutes", "iso8601",
		NULL };
	struct look	*look = &a->look;

	switch (ch) {
	case FORMAT:
		if ((a->format = format_find(optarg)) == NULL)
			command_usage(cmd, "--format: \"%s\" is not one of %s",
			    optarg, format_names());
		break;
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
	case REDACT:
		redact_option(cmd, "--redact", optarg, a);
		break;
	case REDACT_KEY:
		a->key = optarg;
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

/* A form that suits the output, and an output that suits the form. */
static void
settle_look(struct command *cmd, struct report_args *a)
{
	if (cmd->out.to != FORM_AS_INPUT) {
		if (a->format != format_find("text") &&
		    (a->format->traits & FORMAT_IS_TABLE) == 0)
			command_usage(cmd, "--to: a report is no table in "
			    "this --format");
		a->format = format_find(cmd->out.to == FORM_TSV ? "tsv" :
		    "csv");
		cmd->out.to = FORM_AS_INPUT;
	}
	a->look.color = color_wanted(cmd, a->look.color);
	a->look.spreadsheet = cmd->out.spreadsheet;
	if ((a->format->traits & FORMAT_IS_TABLE) == 0)
		cmd->out.spreadsheet = 0;
	if ((a->format->traits & FORMAT_IS_BINARY) != 0 &&
	    cmd->out.path == NULL && isatty(STDOUT_FILENO) == 1)
		command_usage(cmd, "a workbook is nothing for a terminal: "
		    "-o FILE");
}

void
report_args(struct command *cmd, struct report_args *a, int argc,
    char *argv[])
{
	int	 ch;

	memset(a, 0, sizeof(*a));
	a->format = format_find("text");
	a->most = 20;
	a->tolerance = NUM_ONE / 200;
	redact_default(cmd, a);
	while ((ch = command_getopt(cmd, argc, argv)) != -1)
		if (!matter_option(cmd, ch, a))
			look_option(cmd, ch, a);
	if (optind >= argc)
		command_usage(cmd, "which report? %s", kind_names());
	if ((a->kind = kind_find(argv[optind])) == NULL)
		command_usage(cmd, "there is no report \"%s\"; there are %s",
		    argv[optind], kind_names());
	optind++;
	if (a->kind->subject != NULL && optind >= argc)
		command_usage(cmd, "%s: of which %s?", a->kind->name,
		    a->kind->subject);
	if (a->kind->subject != NULL)
		a->subject = argv[optind++];
	if (a->days == 0)
		a->days = a->kind->days;
	if (!a->kind->is_of_spending && (a->customers != NULL ||
	    a->fail_on != 0))
		command_usage(cmd, "--customers and --fail-on are for the "
		    "report budget");
	if (a->baseline != NULL && strcmp(a->kind->name, "care") != 0)
		command_usage(cmd, "--baseline is for the report care");
	if (a->moves != NULL && a->kind->make != weekly_report)
		command_usage(cmd, "--moves is for the report weekly");
	a->file = command_operand(cmd, argc, argv);
	settle_look(cmd, a);
}

static struct reader *
opened(const struct command *cmd, const char *path)
{
	return path != NULL ? command_reader(cmd, path) : NULL;
}

static struct redactor *
redactor(const struct command *cmd, const struct report_args *a)
{
	struct redactor	*x;
	unsigned char	 key[SECRET_MOST];
	size_t		 n;

	if (!redact_is_keyed(a->hide))
		return redactor_new(a->hide, "", 0);
	n = a->key != NULL && *a->key != '\0' ? secret_read(a->key, key) :
	    secret_own(key);
	if (n == 0)
		command_usage(cmd, "--redact: a key is needed for pseudonyms: "
		    "--redact-key FILE");
	x = redactor_new(a->hide, (const char *)key, n);
	explicit_bzero(key, sizeof(key));
	return x;
}

/* ----------------------------------------------------------------- the store */

static struct store *
opened_store(const struct report_args *a, const struct kind_input *in)
{
	struct actor	 actor;

	if (a->store == NULL)
		return NULL;
	actor = store_actor(command_user(), in->now, policy_zone(in->pol));
	return store_open(a->store, STORE_READ, 10, &actor);
}

/* The report is held to the time before: --previous, else the store's. */
static void
compare(const struct command *cmd, const struct report_args *a,
    const struct kind_input *in, struct store *st, struct report *report)
{
	struct reader_options	 options = { 0 };
	struct reader		*rd;
	const int		 own = a->kind->past == PAST_REPORT;
	int64_t			 id;

	if (a->previous != NULL) {
		rd = command_reader(cmd, a->previous);
		report_compare(report, rd, a->tolerance);
		reader_free(rd);
		return;
	}
	if (st == NULL || (id = store_before(st, kind_since(a->kind, in) + 1,
	    own ? a->kind->name : "risk")) == 0)
		return;
	rd = store_reader(st, id, &options);
	if (own)
		report_compare(report, rd, a->tolerance);
	else
		report_compare_customers(report, rd, in, a->tolerance);
	reader_free(rd);
}

struct report *
report_made(struct command *cmd, const struct report_args *a,
    const struct policy *pol)
{
	struct kind_input	 in = { .pol = pol, .subject = a->subject,
				    .revenue = a->revenue, .days = a->days,
				    .most = a->most };
	struct reader_options	 options[2];
	struct redactor		*x = redactor(cmd, a);
	struct report		*report;
	struct store		*st;

	in.now = command_now(cmd, policy_zone(pol));
	in.redactor = x;
	st = opened_store(a, &in);
	in.customers = a->kind->is_of_spending ? opened(cmd, a->customers) :
	    command_reader(cmd, a->file);
	if (a->kind->is_of_spending)
		in.spending = command_reader(cmd, a->file);
	in.baseline = opened(cmd, a->baseline);
	in.tickets = opened(cmd, a->tickets);
	in.events = opened(cmd, a->events);
	in.agents = opened(cmd, a->agents);
	if (st != NULL && a->subject != NULL) {
		in.moves = store_history_reader(st, a->subject, &options[0]);
		in.overrides = store_query_reader(st, "overrides",
		    &options[1]);
	}
	if (a->moves != NULL)
		in.moves = command_reader(cmd, a->moves);
	else if (st != NULL && a->kind->make == weekly_report)
		in.moves = store_query_reader(st, "movements", &options[0]);
	report = a->kind->make(&in);
	reader_free(in.overrides);
	reader_free(in.moves);
	reader_free(in.baseline);
	reader_free(in.spending);
	reader_free(in.agents);
	reader_free(in.events);
	reader_free(in.tickets);
	reader_free(in.customers);
	compare(cmd, a, &in, st, report);
	report_redact(report, x);
	store_close(st);
	redactor_free(x);
	return report;
}
