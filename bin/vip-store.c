/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-store: memory between runs, in one SQLite file.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>

#include "command/store_verbs.h"

enum {
	BEFORE = 256, BY, COLUMNS, EXPIRY, FROM, KEY, KIND, REASON, TIER, WAIT
};

static const struct flag flags[] = {
	{ BEFORE, "before", "DATE", "prune: snapshots of earlier days" },
	{ BY, "by", "NAME", "who acts; default the user" },
	{ COLUMNS, "columns", "LIST", "put: keep only these" },
	{ EXPIRY, "expiry", "DATE", "override add: the last day" },
	{ FROM, "from", "DATE", "override add: the first day" },
	{ KEY, "key", "COLUMN", "the column that names a row" },
	{ KIND, "kind", "NAME", "of a snapshot; of an override" },
	{ REASON, "reason", "TEXT", "why: of assess and override" },
	{ TIER, "tier", "NAME", "override add: the tier" },
	{ WAIT, "wait", "SECONDS", "for another run's lock; default 10" },
	{ 0, NULL, NULL, NULL }
};

static void
option(struct store_job *j, int ch)
{
	const char	**text[] = {
		[BEFORE - BEFORE] = &j->before, [BY - BEFORE] = &j->by,
		[COLUMNS - BEFORE] = &j->columns,
		[EXPIRY - BEFORE] = &j->expiry, [FROM - BEFORE] = &j->from,
		[KEY - BEFORE] = &j->key, [KIND - BEFORE] = &j->kind,
		[REASON - BEFORE] = &j->reason, [TIER - BEFORE] = &j->tier
	};

	*text[ch - BEFORE] = optarg;
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-store", .operands = "FILE VERB [OPERAND ...]",
		.purpose = "Keep what runs have found, in one SQLite file: "
		    "assess, audit, backup,\ncheck, export, get, history, init, list, "
		    "notify, override, prune, put, query,\ntouch, upgrade.",
		.example = "vip-classify -p rhf customers.csv | "
		    "vip-store vip.db put\nvip-store vip.db history C0042",
		.flags = flags
	};
	struct store_job	 j = { .cmd = &cmd };
	const struct store_verb	*verb;
	struct actor	 actor;
	struct zone	*utc = zone_open("UTC");
	const struct zone *zone = utc;
	char		*text = command_text(argc, argv);
	int		 ch, status, wait = 10;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		if (ch == WAIT)
			wait = (int)command_number(&cmd, "--wait", optarg, 0,
			    86400);
		else
			option(&j, ch);
	verb = store_verb(&j, argc, argv);
	j.command = text;
	j.operand = argv + optind + 2;
	j.n = argc - optind - 2;
	if (command_has_policy(&cmd)) {
		j.pol = command_policy(&cmd);
		zone = policy_zone(j.pol);
	}
	if (j.by != NULL && *j.by == '\0')
		command_usage(&cmd, "--by: a name is needed");
	actor = store_actor(j.by != NULL ? j.by : command_user(),
	    command_now(&cmd, zone), zone);
	j.store = store_open(argv[optind], verb->mode, wait, &actor);
	status = verb->run(&j);
	store_close(j.store);
	policy_free(j.pol);
	zone_free(utc);
	command_end(&cmd);
	free(text);
	return status;
}
