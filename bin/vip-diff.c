/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-diff: who moved between two runs, one row a change.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/diff.h"
#include "store/store.h"

enum { COLUMNS = 256, FAIL_ON, KEY, KIND, REVENUE, STORE, SUMMARY };

static const struct flag flags[] = {
	{ COLUMNS, "columns", "LIST", "compare only these" },
	{ FAIL_ON, "fail-on", "any", "exit 1 when there is a change" },
	{ KEY, "key", "COLUMN", "what names a row; default customer_id" },
	{ KIND, "kind", "NAME", "of the snapshots; default the latest's" },
	{ REVENUE, "revenue", "COLUMN", "what --summary adds up" },
	{ STORE, "store", "FILE", "OLD and NEW are its snapshots" },
	{ SUMMARY, "summary", NULL, "counts and money, not rows" },
	{ 0, NULL, NULL, NULL }
};

struct job {
	struct command		 cmd;
	struct diff_options	 diff;
	struct reader_options	 in[2];
	struct reader		*old, *new;
	const char		*store, *kind;
	char			*key;		/* the snapshots', or NULL */
	const char		**columns;
};

static void
option(struct job *j, int ch)
{
	switch (ch) {
	case COLUMNS:
		free(j->columns);
		j->columns = command_list(&j->cmd, "--columns", optarg,
		    &j->diff.ncolumns);
		break;
	case KEY:
		j->diff.key = optarg;
		break;
	case KIND:
		j->kind = optarg;
		break;
	case REVENUE:
		j->diff.revenue = optarg;
		break;
	case STORE:
		j->store = optarg;
		break;
	case SUMMARY:
		j->diff.summary = 1;
		break;
	}
}

/* The snapshots: the one before the latest, and the latest, by default. */
static void
open_snapshots(struct job *j, char *argv[], int n)
{
	struct zone	*utc = zone_open("UTC");
	struct actor	 nobody = store_actor("", command_now(&j->cmd, utc),
			    utc);
	struct store	*st = store_open(j->store, STORE_READ, 10, &nobody);
	int64_t		 new;

	j->old = store_reader(st, store_find(st, n > 0 ? argv[0] : "previous",
	    j->kind), &j->in[0]);
	new = store_find(st, n > 1 ? argv[1] : "latest", j->kind);
	j->new = store_reader(st, new, &j->in[1]);
	if (j->diff.key == NULL)
		j->diff.key = j->key = store_key(st, new);
	store_close(st);
	zone_free(utc);
}

static void
open_files(struct job *j, char *argv[], int n)
{
	if (n == 0)
		command_usage(&j->cmd, "the old table is needed");
	if (strcmp(argv[0], "-") == 0 && (n == 1 ||
	    strcmp(argv[1], "-") == 0))
		command_usage(&j->cmd, "only one of the two can be the "
		    "standard input");
	j->old = command_reader(&j->cmd, argv[0]);
	j->new = command_reader(&j->cmd, n > 1 ? argv[1] : NULL);
}

int
main(int argc, char *argv[])
{
	struct job	 j = { .cmd = {
		.name = "vip-diff", .operands = "OLD [NEW]",
		.purpose = "Write one row for each change between two tables.",
		.example = "vip-diff january.csv february.csv\n"
		    "vip-diff --store vip.db previous latest",
		.flags = flags
	} };
	struct policy	*pol = NULL;
	struct writer	*w;
	size_t		 changes;
	int		 ch, fail = 0;

	while ((ch = command_getopt(&j.cmd, argc, argv)) != -1) {
		if (ch != FAIL_ON)
			option(&j, ch);
		else if (strcmp(optarg, "any") != 0)
			command_usage(&j.cmd, "--fail-on: \"%s\" is not any",
			    optarg);
		else
			fail = 1;
	}
	if (argc - optind > 2)
		command_usage(&j.cmd, "two tables at most, not \"%s\" too",
		    argv[optind + 2]);
	if (command_has_policy(&j.cmd))
		j.diff.pol = pol = command_policy(&j.cmd);
	j.diff.columns = j.columns;
	j.diff.pass = command_pass(&j.cmd);
	j.diff.pass.jobs = 1;
	j.in[0] = j.in[1] = j.cmd.in;
	if (j.store != NULL)
		open_snapshots(&j, argv + optind, argc - optind);
	else
		open_files(&j, argv + optind, argc - optind);
	if (j.diff.key == NULL)
		j.diff.key = pol != NULL ? policy_key(pol) : "customer_id";
	w = command_writer(&j.cmd, j.new);
	changes = diff_write(j.old, j.new, w, &j.diff);
	reject_close(j.diff.pass.reject);
	writer_close(w);

	reader_free(j.old);
	reader_free(j.new);
	policy_free(pol);
	command_end(&j.cmd);
	free(j.columns);
	free(j.key);
	return fail && changes > 0 ? STATUS_FOUND : STATUS_OK;
}
