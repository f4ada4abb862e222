/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-policy: look at a policy itself.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/trial.h"
#include "score/needs.h"

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

static struct command cmd = {
	.name = "vip-policy",
	.operands = "check|show|columns|diff|explain|simulate|sql [FILE ...]",
	.purpose = "Check, show, explain or compare policies.",
	.example = "vip-policy check rhf.vip\n"
	    "vip-policy explain -p rhf --row C0012 customers.csv\n"
	    "vip-policy simulate -p rhf --against new.vip customers.csv",
	.uses = USES_POLICY | USES_TIME | USES_TABLE,
	.flags = flags,
};

static int		 fail_on_warning, fail_on_change, who, dialect = -1;
static const char	*row_key, *against, *revenue, *table = "customers";

static void
write_out(const struct buf *b)
{
	struct writer	*w;

	w = writer_open(&cmd.out, ',');
	writer_bytes(w, b->p, b->len);
	writer_close(w);
}

static int
check(const char *name)
{
	struct policy	*pol;
	int		 warnings = 0;

	pol = command_examine(&cmd, name, note_is_quiet() &&
	    !fail_on_warning ? NULL : &warnings);
	if (pol == NULL)
		return STATUS_POLICY;
	policy_free(pol);
	return warnings > 0 && fail_on_warning ? STATUS_FOUND : STATUS_OK;
}

static int
show(const char *name)
{
	struct policy	*pol;
	struct buf	 b = { 0 };

	if ((pol = command_examine(&cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	policy_show(pol, &b);
	write_out(&b);
	buf_free(&b);
	policy_free(pol);
	return STATUS_OK;
}

static int
columns(const char *name)
{
	struct policy	*pol;
	struct writer	*w;

	if ((pol = command_examine(&cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	w = writer_open(&cmd.out, ',');
	needs_write(pol, w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

static int
diff(const char *old, const char *new)
{
	struct policy	*was, *is;
	struct buf	 b = { 0 };
	size_t		 lines;

	was = command_examine(&cmd, old, NULL);
	is = command_examine(&cmd, new, NULL);
	if (was == NULL || is == NULL)
		return STATUS_POLICY;
	lines = policy_diff(was, is, &b);
	write_out(&b);
	buf_free(&b);
	policy_free(was);
	policy_free(is);
	return lines > 0 && fail_on_change ? STATUS_FOUND : STATUS_OK;
}

static int
explain(const char *file)
{
	struct policy	*pol = command_policy(&cmd);
	struct writer	*w;

	if (row_key == NULL)
		command_usage(&cmd, "explain: which customer? --row KEY");
	w = trial_explain(&cmd, pol, file, row_key);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

static int
simulate(const char *file)
{
	struct policy	*was = command_policy(&cmd), *is;
	struct writer	*w;
	size_t		 moved;

	if (against == NULL)
		command_usage(&cmd, "simulate: what? --against POLICY");
	if ((is = command_examine(&cmd, against, NULL)) == NULL)
		return STATUS_POLICY;
	w = trial_simulate(&cmd, was, is, file, revenue, who, &moved);
	writer_close(w);
	policy_free(was);
	policy_free(is);
	return moved > 0 && fail_on_change ? STATUS_FOUND : STATUS_OK;
}

static int
sql(const char *name)
{
	struct policy	*pol;
	struct buf	 b = { 0 };
	int		 rc;

	if (dialect == -1)
		command_usage(&cmd, "sql: for which database? --dialect "
		    "sqlite, duckdb or postgres");
	if ((pol = command_examine(&cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	rc = policy_sql(pol, (enum dialect)dialect, table, cmd.renames,
	    command_now(&cmd, policy_zone(pol)), &b);
	if (rc == 0)
		write_out(&b);
	buf_free(&b);
	policy_free(pol);
	return rc == 0 ? STATUS_OK : STATUS_POLICY;
}

/* For the manual's test: vip-policy(5) shows what the table says. */
static int
words(const char *name)
{
	struct buf	 b = { 0 };

	if (name != NULL)
		command_usage(&cmd, "words takes no policy");
	policy_words(&b);
	write_out(&b);
	buf_free(&b);
	return STATUS_OK;
}

static const struct verb {
	const char	*name;
	int		(*run)(const char *);
} verbs[] = {
	{ "check", check },
	{ "show", show },
	{ "print", show },		/* another name for it */
	{ "columns", columns },
	{ "sql", sql },
	{ "words", words },
}, on_tables[] = {			/* the operand is no policy */
	{ "explain", explain },
	{ "simulate", simulate },
};

static const struct verb *
find_verb(const struct verb *v, size_t n, const char *name)
{
	for (; n > 0; n--, v++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

static void
fail_on(const char *what)
{
	if (strcmp(what, "warning") == 0)
		fail_on_warning = 1;
	else if (strcmp(what, "change") == 0)
		fail_on_change = 1;
	else
		command_usage(&cmd, "--fail-on: \"%s\" is neither warning "
		    "nor change", what);
}

/* A verb about one policy, which -p or the operand names. */
static int
run_on_policy(const struct verb *v, int argc, char *argv[])
{
	const char	*name = command_operand(&cmd, argc, argv);

	if (name != NULL && cmd.policy != NULL)
		command_usage(&cmd, "one policy: -p or an operand, not both");
	return v->run(name != NULL ? name : cmd.policy);
}

int
main(int argc, char *argv[])
{
	const struct verb	*v;
	const char		*name;
	int			 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case FAIL_ON:
			fail_on(optarg);
			break;
		case ROW:
			row_key = optarg;
			break;
		case AGAINST:
			against = optarg;
			break;
		case REVENUE:
			revenue = optarg;
			break;
		case WHO:
			who = 1;
			break;
		case DIALECT:
			if ((dialect = sql_dialect(optarg)) == -1)
				command_usage(&cmd, "--dialect: \"%s\" is none "
				    "of sqlite, duckdb and postgres", optarg);
			break;
		case TABLE:
			table = optarg;
			break;
		}
	if (optind >= argc)
		command_usage(&cmd, "what is to be done? check, show, columns, "
		    "diff, explain, simulate or sql");
	name = argv[optind++];
	if (strcmp(name, "diff") == 0) {
		if (argc - optind != 2)
			command_usage(&cmd, "diff: two policies, OLD and NEW");
		return diff(argv[optind], argv[optind + 1]);
	}
	if ((v = find_verb(verbs, sizeof(verbs) / sizeof(verbs[0]), name)) !=
	    NULL)
		return run_on_policy(v, argc, argv);
	if ((v = find_verb(on_tables, sizeof(on_tables) /
	    sizeof(on_tables[0]), name)) != NULL)
		return v->run(command_operand(&cmd, argc, argv));
	command_usage(&cmd, "\"%s\" is none of check, show, columns, diff, "
	    "explain, simulate and sql", name);
}
