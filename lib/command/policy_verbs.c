/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "command/policy_verbs.h"
#include "command/trial.h"
#include "score/needs.h"

static void
write_out(const struct policy_job *j, const struct buf *b)
{
	struct writer	*w;

	w = writer_open(&j->cmd->out, ',');
	writer_bytes(w, b->p, b->len);
	writer_close(w);
}

static int
check(struct policy_job *j, const char *name)
{
	struct policy	*pol;
	int		 warnings = 0;

	if ((pol = command_examine(j->cmd, name, &warnings)) == NULL)
		return STATUS_POLICY;
	policy_free(pol);
	return warnings > 0 && j->fail_on_warning ? STATUS_FOUND : STATUS_OK;
}

static int
show(struct policy_job *j, const char *name)
{
	struct policy	*pol;
	struct buf	 b = { 0 };

	if ((pol = command_examine(j->cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	policy_show(pol, &b);
	write_out(j, &b);
	buf_free(&b);
	policy_free(pol);
	return STATUS_OK;
}

static int
columns(struct policy_job *j, const char *name)
{
	struct policy	*pol;
	struct writer	*w;

	if ((pol = command_examine(j->cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	w = writer_open(&j->cmd->out, ',');
	needs_write(pol, w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

static int
diff(struct policy_job *j, const char *old, const char *new)
{
	struct policy	*was, *is;
	struct buf	 b = { 0 };
	size_t		 lines;

	was = command_examine(j->cmd, old, NULL);
	is = command_examine(j->cmd, new, NULL);
	if (was == NULL || is == NULL) {
		policy_free(was);
		policy_free(is);
		return STATUS_POLICY;
	}
	lines = policy_diff(was, is, &b);
	write_out(j, &b);
	buf_free(&b);
	policy_free(was);
	policy_free(is);
	return lines > 0 && j->fail_on_change ? STATUS_FOUND : STATUS_OK;
}

static int
explain(struct policy_job *j, const char *file)
{
	struct policy	*pol = command_policy(j->cmd);
	struct writer	*w;

	if (j->row == NULL)
		command_usage(j->cmd, "explain: which customer? --row KEY");
	w = trial_explain(j->cmd, pol, file, j->row);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

static int
simulate(struct policy_job *j, const char *file)
{
	struct policy	*was = command_policy(j->cmd), *is;
	struct writer	*w;
	size_t		 moved;

	if (j->against == NULL)
		command_usage(j->cmd, "simulate: what? --against POLICY");
	if ((is = command_examine(j->cmd, j->against, NULL)) == NULL) {
		policy_free(was);
		return STATUS_POLICY;
	}
	w = trial_simulate(j->cmd, was, is, file, j->revenue, j->who, &moved);
	writer_close(w);
	policy_free(was);
	policy_free(is);
	return moved > 0 && j->fail_on_change ? STATUS_FOUND : STATUS_OK;
}

static int
sql(struct policy_job *j, const char *name)
{
	struct policy	*pol;
	struct buf	 b = { 0 };
	int		 rc;

	if (j->dialect == -1)
		command_usage(j->cmd, "sql: for which database? --dialect "
		    "sqlite, duckdb or postgres");
	if (j->cmd->aliases != NULL)
		command_usage(j->cmd, "sql: a preset is for a header that is "
		    "read; use --map");
	if ((pol = command_examine(j->cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	rc = policy_sql(pol, (enum dialect)j->dialect, j->table,
	    j->cmd->renames, command_now(j->cmd, policy_zone(pol)), &b);
	if (rc == 0)
		write_out(j, &b);
	buf_free(&b);
	policy_free(pol);
	return rc == 0 ? STATUS_OK : STATUS_POLICY;
}

/* For the manual's test: vip-policy(5) shows what the table says. */
static int
words(struct policy_job *j, const char *name)
{
	struct buf	 b = { 0 };

	if (name != NULL)
		command_usage(j->cmd, "words takes no policy");
	policy_words(&b);
	write_out(j, &b);
	buf_free(&b);
	return STATUS_OK;
}

static const struct verb {
	const char	*name;
	int		(*run)(struct policy_job *, const char *);
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

/* A verb about one policy, which -p or the operand names. */
static int
run_on_policy(struct policy_job *j, const struct verb *v, int argc,
    char *argv[])
{
	const char	*name = command_operand(j->cmd, argc, argv);

	if (name != NULL && j->cmd->policy != NULL)
		command_usage(j->cmd, "one policy: -p or an operand, not "
		    "both");
	return v->run(j, name != NULL ? name : j->cmd->policy);
}

int
policy_verb(struct policy_job *j, int argc, char *argv[])
{
	const struct verb	*v;
	const char		*name;

	if (optind >= argc)
		command_usage(j->cmd, "what is to be done? check, show, "
		    "columns, diff, explain, simulate or sql");
	name = argv[optind++];
	if (strcmp(name, "diff") == 0) {
		if (argc - optind != 2)
			command_usage(j->cmd, "diff: two policies, OLD and "
			    "NEW");
		return diff(j, argv[optind], argv[optind + 1]);
	}
	if ((v = find_verb(verbs, sizeof(verbs) / sizeof(verbs[0]), name)) !=
	    NULL)
		return run_on_policy(j, v, argc, argv);
	if ((v = find_verb(on_tables, sizeof(on_tables) /
	    sizeof(on_tables[0]), name)) != NULL)
		return v->run(j, command_operand(j->cmd, argc, argv));
	command_usage(j->cmd, "\"%s\" is none of check, show, columns, diff, "
	    "explain, simulate and sql", name);
}
