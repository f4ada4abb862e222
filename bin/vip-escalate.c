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
#include "store/store.h"

#define LOCK_WAIT	10	/* seconds, as vip-store(1) has it */

enum { CUSTOMERS = 256, SINCE, FAIL_ON };

static const struct flag flags[] = {
	{ CUSTOMERS, "customers", "FILE", "customers with their tiers" },
	{ SINCE, "since", "FILE|STORE",
	    "an earlier output, or the store: what it has is not\n"
	    "written again, and the store keeps what is" },
	{ FAIL_ON, "fail-on", "any", "exit 1 when anybody must be told" },
	{ 0, NULL, NULL, NULL }
};

/* ---- what was told before: an earlier output, or the log of a store */

struct since {
	struct reader_options	 options;
	struct reader		*file;
	struct store		*store;
	struct done_log		*log;
};

static int
add(void *ctx, struct cell escalation, struct cell key, struct cell ticket)
{
	static const struct cell	 none = { "", 0 };

	return done_log_add(ctx, key, escalation, none, ticket);
}

static void
since_open(struct since *s, const struct command *cmd, const char *path,
    const struct zone *zone)
{
	struct actor	 actor;

	if (path == NULL || !store_found(path)) {
		s->file = command_aside(cmd, path, &s->options);
		return;
	}
	actor = store_actor(command_user(), command_now(cmd, zone), zone);
	s->store = store_open(path, STORE_WRITE, LOCK_WAIT, &actor);
	s->log = done_log_new(s->store, LOG_NOTIFY);
}

/* Told is what is out: the log is kept once the output is whole. */
static void
since_close(struct since *s, struct writer *w)
{
	size_t	 held;

	if (s->log != NULL)
		done_log_end(s->log, w, &held);
	else
		writer_close(w);
	store_close(s->store);
}

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
	const char		*customers = NULL, *told = NULL;
	struct since		 since = { .file = NULL };
	struct calls_memory	 memory = { .add = add };
	struct reader_options	 in;
	struct pass_options	 options;
	struct reader		*rd, *who;
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
			told = optarg;
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
	who = command_aside(&cmd, customers, &in);
	since_open(&since, &cmd, told, policy_zone(pol));
	calls = calls_new(pol, command_now(&cmd, policy_zone(pol)), rd, who,
	    since.file, cmd.pass.jobs);
	reader_free(who);
	reader_free(since.file);
	if ((memory.ctx = since.log) != NULL)
		calls_remember(calls, &memory);
	options = command_pass(&cmd);
	w = command_writer(&cmd, rd);
	n = calls_write(calls, rd, w, &options);
	reject_close(options.reject);
	since_close(&since, w);
	calls_free(calls);
	reader_free(rd);
	policy_free(pol);
	return fail && n > 0 ? STATUS_FOUND : STATUS_OK;
}
