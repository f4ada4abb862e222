/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/store_verbs.h"

static int64_t
day_option(const struct store_job *j, const char *option, const char *text)
{
	int64_t	 day;

	if (day_parse(text, strlen(text), &day) == -1)
		command_usage(j->cmd, "--%s: \"%s\" is not a date such as "
		    "2026-12-31", option, text);
	return day;
}

static const char *
customer_key(const struct store_job *j)
{
	return j->key != NULL ? j->key :
	    j->pol != NULL ? policy_key(j->pol) : "customer_id";
}

static struct writer *
output(struct store_job *j)
{
	return command_writer(j->cmd, NULL);
}

static int
init(struct store_job *j)
{
	(void)j;
	return STATUS_OK;
}

static int
put(struct store_job *j)
{
	struct origin	 o = {
		.kind = j->kind, .command = j->command, .key = j->key,
		.customer = customer_key(j)
	};
	struct reader	*rd;
	const char	**columns = NULL;
	char		 hash[65];
	size_t		 n = 0;

	if (j->kind != NULL && *j->kind == '\0')
		command_usage(j->cmd, "--kind: a name is needed");
	if (j->pol != NULL) {
		policy_hash(j->pol, hash);
		o.policy = policy_name(j->pol);
		o.policy_hash = hash;
	}
	if (j->columns != NULL)
		columns = command_list(j->cmd, "--columns", j->columns, &n);
	rd = command_reader(j->cmd, j->operand[0]);
	store_put(j->store, rd, &o, columns, n,
	    command_pass(j->cmd).reject);
	reader_free(rd);
	free(columns);
	return STATUS_OK;
}

static int
list(struct store_job *j)
{
	struct writer	*w = output(j);

	store_list(j->store, j->kind, w);
	writer_close(w);
	return STATUS_OK;
}

static int
as_it_is(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	(void)ctx, (void)row, (void)cells, (void)fault;
	return ROW_OK;
}

/* A snapshot in another form than its own. */
static void
convert(struct store_job *j, int64_t id)
{
	static const char *const	 none[] = { NULL };
	static const struct pass	 pass = {
		.columns = none, .row = as_it_is
	};
	static const struct pass_options one = { .jobs = 1 };
	struct reader_options		 in = j->cmd->in;
	struct reader			*rd = store_reader(j->store, id, &in);
	struct writer			*w = command_writer(j->cmd, rd);

	table_pass(rd, w, &pass, NULL, &one);
	writer_close(w);
	reader_free(rd);
}

static int
get(struct store_job *j)
{
	struct writer	*w;
	int64_t		 id;

	id = store_find(j->store, j->n > 0 ? j->operand[0] : "latest",
	    j->kind);
	if (j->cmd->out.to != FORM_AS_INPUT || j->cmd->out.spreadsheet)
		convert(j, id);
	else {
		w = output(j);
		store_get(j->store, id, w);
		writer_close(w);
	}
	return STATUS_OK;
}

static int
history(struct store_job *j)
{
	struct writer	*w = output(j);

	store_history(j->store, j->operand[0], w);
	writer_close(w);
	return STATUS_OK;
}

static void
add(struct store_job *j, const char *key)
{
	static const char *const	 kinds[] = {
		"pin", "floor", "ceiling", "revoke"
	};
	struct override			 o = { .from = DAY_NONE };
	size_t				 i;

	for (i = 0; j->kind != NULL && i < 4; i++)
		if (strcmp(j->kind, kinds[i]) == 0)
			o.kind = kinds[i];
	if (o.kind == NULL)
		command_usage(j->cmd, "--kind is one of pin, floor, ceiling, "
		    "revoke");
	if ((j->tier == NULL) != (strcmp(o.kind, "revoke") == 0))
		command_usage(j->cmd, j->tier == NULL ?
		    "%s needs a --tier" : "%s takes no --tier", o.kind);
	if (j->tier != NULL && j->pol != NULL &&
	    policy_tier_index(j->pol, j->tier) == -1)
		command_usage(j->cmd, "the policy has no tier \"%s\"",
		    j->tier);
	if (j->reason == NULL || *j->reason == '\0')
		command_usage(j->cmd, "an override needs a --reason");
	if (j->expiry == NULL)
		command_usage(j->cmd, "an override needs an --expiry");
	if (*key == '\0')
		command_usage(j->cmd, "the key is empty");
	o.key = key;
	o.tier = j->tier;
	o.reason = j->reason;
	o.expiry = day_option(j, "expiry", j->expiry);
	if (j->from != NULL)
		o.from = day_option(j, "from", j->from);
	if (o.from > o.expiry)
		command_usage(j->cmd, "--from is after --expiry");
	override_add(j->store, &o, output(j));
}

static int
override(struct store_job *j)
{
	const char	*what = j->operand[0], *arg = j->operand[1];
	struct writer	*w;

	if (strcmp(what, "list") == 0 && j->n == 1) {
		w = output(j);
		store_query(j->store, "overrides", w);
		writer_close(w);
	} else if (strcmp(what, "add") == 0 && j->n == 2)
		add(j, arg);
	else if (strcmp(what, "approve") == 0 && j->n == 2)
		override_approve(j->store, command_number(j->cmd, "ID", arg,
		    1, INT64_MAX));
	else if (strcmp(what, "end") == 0 && j->n == 2)
		override_end(j->store, command_number(j->cmd, "ID", arg, 1,
		    INT64_MAX), j->reason);
	else
		command_usage(j->cmd, "override list, override add KEY, "
		    "override approve ID or override end ID");
	return STATUS_OK;
}

static int
assess(struct store_job *j)
{
	int	 i;

	if (j->reason == NULL || *j->reason == '\0')
		command_usage(j->cmd, "an assessment needs a --reason");
	for (i = 0; i < j->n; i++)
		if (*j->operand[i] == '\0')
			command_usage(j->cmd, "the key is empty");
	assessment_add(j->store, j->operand, (size_t)j->n, j->reason);
	return STATUS_OK;
}

static int
done(struct store_job *j, enum log_kind kind)
{
	struct reader	*rd;
	struct writer	*w;

	rd = command_reader(j->cmd, j->operand[0]);
	w = command_writer(j->cmd, rd);
	store_log(j->store, kind, rd, w, customer_key(j),
	    command_pass(j->cmd).reject);
	reader_free(rd);
	return STATUS_OK;
}

static int
touch(struct store_job *j)
{
	return done(j, LOG_TOUCH);
}

static int
notify(struct store_job *j)
{
	return done(j, LOG_NOTIFY);
}

static int
audit(struct store_job *j)
{
	static const char *const columns[] = { "entries", "head" };
	struct writer	*w;
	char		 head[65];
	int64_t		 entries;

	if (j->n > 0 && strcmp(j->operand[0], "verify") != 0)
		command_usage(j->cmd, "audit, or audit verify");
	if (j->n > 0 && audit_verify(j->store, &entries, head) == -1)
		return STATUS_DATA;
	w = output(j);
	if (j->n > 0) {
		writer_columns(w, columns, 2);
		writer_num(w, entries * NUM_ONE);
		writer_cells(w, head);
		writer_end(w);
	} else
		store_query(j->store, "audit", w);
	writer_close(w);
	return STATUS_OK;
}

static int
prune(struct store_job *j)
{
	size_t	 n;

	if (j->before == NULL)
		command_usage(j->cmd, "prune needs --before");
	store_prune(j->store, day_option(j, "before", j->before), &n);
	note("%zu snapshots pruned", n);
	return STATUS_OK;
}

static int
export(struct store_job *j)
{
	store_export(j->store, j->operand[0]);
	return STATUS_OK;
}

static int
backup(struct store_job *j)
{
	store_backup(j->store, j->operand[0]);
	return STATUS_OK;
}

static int
check(struct store_job *j)
{
	return store_check(j->store) == -1 ? STATUS_DATA : STATUS_OK;
}

static int
upgrade(struct store_job *j)
{
	int	 from = store_upgrade(j->store);

	if (from != store_version())
		note("upgraded from schema version %d to %d", from,
		    store_version());
	return STATUS_OK;
}

static int
query(struct store_job *j)
{
	const char *const	*names = store_queries();
	struct buf		 b = { 0 };
	struct writer		*w;
	size_t			 i;

	for (i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], j->operand[0]) == 0)
			break;
	if (names[i] == NULL) {
		for (i = 0; names[i] != NULL; i++)
			buf_addf(&b, "%s%s", i > 0 ? ", " : "", names[i]);
		command_usage(j->cmd, "query: \"%s\" is not one of %s",
		    j->operand[0], buf_str(&b));
	}
	w = output(j);
	store_query(j->store, names[i], w);
	writer_close(w);
	return STATUS_OK;
}

static const struct store_verb verbs[] = {
	{ "assess", "KEY ...", 1, INT_MAX, STORE_WRITE, assess },
	{ "audit", "[verify]", 0, 1, STORE_READ, audit },
	{ "backup", "FILE", 1, 1, STORE_READ, backup },
	{ "check", "", 0, 0, STORE_READ, check },
	{ "export", "FOLDER", 1, 1, STORE_READ, export },
	{ "get", "[ID|DATE|latest|previous]", 0, 1, STORE_READ, get },
	{ "history", "KEY", 1, 1, STORE_READ, history },
	{ "init", "", 0, 0, STORE_NEW, init },
	{ "list", "", 0, 0, STORE_READ, list },
	{ "notify", "[FILE]", 0, 1, STORE_WRITE, notify },
	{ "override", "add|approve|list|end [KEY|ID]", 1, 2, STORE_WRITE,
	    override },
	{ "prune", "", 0, 0, STORE_WRITE, prune },
	{ "put", "[FILE]", 0, 1, STORE_MAKE, put },
	{ "query", "NAME", 1, 1, STORE_READ, query },
	{ "touch", "[FILE]", 0, 1, STORE_WRITE, touch },
	{ "upgrade", "", 0, 0, STORE_OLD, upgrade },
};

#define NVERBS	(sizeof(verbs) / sizeof(verbs[0]))

const struct store_verb *
store_verb(const struct store_job *j, int argc, char *argv[])
{
	const char	*names[NVERBS], *near;
	size_t		 i;

	if (argc - optind < 2)
		command_usage(j->cmd, "a store and a verb are needed");
	for (i = 0; i < NVERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(argv[optind + 1], names[i]) != 0)
			continue;
		if (argc - optind - 2 < verbs[i].least ||
		    argc - optind - 2 > verbs[i].most)
			command_usage(j->cmd, "the form is %s %s %s%s%s",
			    j->cmd->name, argv[optind], names[i],
			    *verbs[i].operands != '\0' ? " " : "",
			    verbs[i].operands);
		return &verbs[i];
	}
	near = text_nearest(argv[optind + 1], names, NVERBS);
	command_usage(j->cmd, "there is no verb \"%s\"%s%s%s",
	    argv[optind + 1], near != NULL ? "; did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?" : "");
}
