/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-sla: append to each ticket what is owed by when, and whether it was
 * kept.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/service.h"

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

struct settings {
	const char	*customers, *events, *fail_on, *base, *from, *to;
	int		 mode, replay, strict, tier;
};

static void
parse(struct command *cmd, int argc, char *argv[], struct settings *s)
{
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
			if (s->mode != 0 && s->mode != ch)
				command_usage(cmd, "one of --list-targets, "
				    "--long, --explain, --replay");
			s->mode = ch;
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

/* vip-sla calendar NAME: look at opening hours. */
static int
calendar(const struct command *cmd, const struct settings *s,
    const char *name)
{
	struct policy		*pol = command_policy(cmd);
	const struct calendar	*cal;
	const struct zone	*zone;
	struct writer		*w;
	int64_t			 from, to;

	if (name == NULL)
		command_usage(cmd, "which calendar? vip-sla calendar NAME");
	if ((cal = policy_calendar(pol, name)) == NULL)
		command_usage(cmd, "%s has no calendar \"%s\"",
		    policy_name(pol), name);
	zone = calendar_zone(cal);
	from = s->from != NULL ? command_day(cmd, "--from", s->from) :
	    zone_day(zone, command_now(cmd, zone));
	to = s->to != NULL ? command_day(cmd, "--to", s->to) : from + 6;
	w = command_writer(cmd, NULL);
	service_calendar(cal, zone, from, to, w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

/* A service over the tickets; what it reads beside them is read whole. */
static struct service *
serve(const struct command *cmd, const struct settings *s,
    const struct policy *pol, struct reader *tickets)
{
	struct reader_options	 in[2];
	struct service_options	 o = { .pol = pol };
	struct service		*service;

	o.now = command_now(cmd, policy_zone(pol));
	o.until = command_until(cmd, policy_zone(pol));
	o.customers = command_aside(cmd, s->customers, &in[0]);
	o.log = command_aside(cmd, s->events, &in[1]);
	o.jobs = cmd->pass.jobs;
	o.strict_time = s->strict;
	o.tier = s->tier;
	service = service_new(&o, tickets);
	reader_free(o.customers);
	reader_free(o.log);
	return service;
}

static int
targets(const struct command *cmd)
{
	struct policy	*pol = command_policy(cmd);
	struct writer	*w = command_writer(cmd, NULL);

	service_targets(pol, command_now(cmd, policy_zone(pol)), w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

static int
tickets(struct command *cmd, const struct settings *s, const char *path)
{
	struct pass_options	 options;
	struct policy		*pol, *other = NULL;
	struct service		*service, *second = NULL;
	struct reader		*rd;
	struct writer		*w;
	struct command		 base = *cmd;
	size_t			 found;

	if (s->mode == REPLAY) {
		if (cmd->policy == NULL)
			command_usage(cmd, "--replay: which policy? as in "
			    "-p NOW --replay -p OTHER");
		other = command_policy(cmd);
		base.policy = s->base;
	}
	pol = command_policy(&base);
	rd = command_reader(cmd, path);
	service = serve(cmd, s, pol, rd);
	if (other != NULL)
		second = serve(cmd, s, other, rd);
	options = command_pass(cmd);
	w = command_writer(cmd, rd);
	if (s->mode == REPLAY)
		service_replay(service, second, rd, w, &options);
	else if (s->mode == LONG)
		service_long(service, rd, w, &options);
	else if (s->mode == EXPLAIN)
		service_explain(service, rd, w, &options);
	else
		service_pass(service, rd, w, &options);
	reject_close(options.reject);
	writer_close(w);
	service_notes(service);
	found = service_count(service, METRIC_BREACHED);
	if (s->fail_on != NULL && strcmp(s->fail_on, "warning") == 0)
		found += service_count(service, METRIC_WARNING);
	service_free(second);
	service_free(service);
	reader_free(rd);
	policy_free(other);
	policy_free(pol);
	return s->fail_on != NULL && found > 0 ? STATUS_FOUND : STATUS_OK;
}

int
main(int argc, char *argv[])
{
	struct settings	 s = { 0 };
	struct command	 cmd = {
		.name = "vip-sla",
		.operands = "[FILE | calendar NAME]",
		.purpose = "Append to each ticket what is owed by when, and "
		    "whether it was kept.",
		.example = "vip-sla -p rhf --customers vips.csv tickets.csv\n"
		    "vip-sla -p executive calendar office --from 2026-12-21",
		.uses = USES_ALL, .flags = flags
	};

	parse(&cmd, argc, argv, &s);
	if (s.mode == LIST) {
		if (optind < argc)
			command_usage(&cmd, "--list-targets takes no file");
		return targets(&cmd);
	}
	if (argc - optind == 2 && strcmp(argv[optind], "calendar") == 0)
		return calendar(&cmd, &s, argv[optind + 1]);
	return tickets(&cmd, &s, command_operand(&cmd, argc, argv));
}
