/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-policy: look at a policy itself.
 */
#include "config.h"

#include <getopt.h>
#include <string.h>

#include "command/policy_verbs.h"

enum { FAIL_ON = 256, ROW, AGAINST, REVENUE, WHO, DIALECT, TABLE };

static const struct flag flags[] = {
	{ FAIL_ON, "fail-on", "warning|change",
	    "exit 1 if check warned, or diff or simulate found a change" },
	{ ROW, "row", "KEY", "explain: which customer" },
	{ AGAINST, "against", "POLICY", "simulate: the new policy" },
	{ REVENUE, "revenue", "COLUMN", "simulate: what revenue is" },
	{ WHO, "who", NULL, "simulate: write each customer who moves" },
	{ DIALECT, "dialect", "sqlite|duckdb|postgres",
	    "sql: for which database" },
	{ TABLE, "table", "NAME", "sql: of which table (customers)" },
	{ 0, NULL, NULL, NULL }
};

static void
fail_on(struct policy_job *j, const char *what)
{
	if (strcmp(what, "warning") == 0)
		j->fail_on_warning = 1;
	else if (strcmp(what, "change") == 0)
		j->fail_on_change = 1;
	else
		command_usage(j->cmd, "--fail-on: \"%s\" is neither warning "
		    "nor change", what);
}

static void
option(struct policy_job *j, int ch)
{
	switch (ch) {
	case FAIL_ON:
		fail_on(j, optarg);
		break;
	case ROW:
		j->row = optarg;
		break;
	case AGAINST:
		j->against = optarg;
		break;
	case REVENUE:
		j->revenue = optarg;
		break;
	case WHO:
		j->who = 1;
		break;
	case DIALECT:
		if ((j->dialect = sql_dialect(optarg)) == -1)
			command_usage(j->cmd, "--dialect: \"%s\" is none "
			    "of sqlite, duckdb and postgres", optarg);
		break;
	case TABLE:
		j->table = optarg;
		break;
	}
}

int
main(int argc, char *argv[])
{
	struct command		 cmd = {
		.name = "vip-policy",
		.operands = "check|show|columns|diff|explain|simulate|sql "
		    "[FILE ...]",
		.purpose = "Check, show, explain or compare policies.",
		.example = "vip-policy check rhf.vip\n"
		    "vip-policy explain -p rhf --row C0012 customers.csv\n"
		    "vip-policy simulate -p rhf --against new.vip "
		    "customers.csv",
		.strict = 1,
		.flags = flags
	};
	struct policy_job	 j = {
		.cmd = &cmd, .dialect = -1, .table = "customers"
	};
	int			 ch, status;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		option(&j, ch);
	status = policy_verb(&j, argc, argv);
	command_end(&cmd);
	return status;
}
