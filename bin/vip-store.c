/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-store: memory between runs, in one SQLite file.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "store/store.h"

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
	{ REASON, "reason", "TEXT", "why an override is asked for or ends" },
	{ TIER, "tier", "NAME", "override add: the tier" },
	{ WAIT, "wait", "SECONDS", "for another run's lock; default 10" },
	{ 0, NULL, NULL, NULL }
};

struct job {
	struct command		 cmd;
	struct policy		*pol;	/* or NULL */
	struct store		*store;
	const char		*command;
	char			**operand;	/* those after the verb */
	int			 n;
	const char		*before, *by, *columns, *expiry, *from, *key,
				*kind, *reason, *tier;
	int			 wait;
};

static int64_t
day_option(const struct job *j, const char *option, const char *text)
{
	struct stamp	 st;

	if (stamp_parse(text, strlen(text), &st) == -1 || st.has_time)
		command_usage(&j->cmd, "--%s: \"%s\" is not a date such as "
		    "2026-12-31", option, text);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

static const char *
customer_key(const struct job *j)
{
	return j->key != NULL ? j->key :
	    j->pol != NULL ? policy_key(j->pol) : "customer_id";
}

static struct writer *
output(struct job *j)
{
	return command_writer(&j->cmd, NULL);
}

static int
init(struct job *j)
{
	(void)j;
	return STATUS_OK;
}

static int
put(struct job *j)
{
	struct origin	 o = {
		.kind = j->kind, .command = j->command, .key = j->key,
		.customer = customer_key(j)
	};
	struct reader	*rd;
	const char	**columns = NULL;
	char		*list = NULL, *p, *rest, hash[65];
	size_t		 n = 0;

	if (j->pol != NULL) {
		policy_hash(j->pol, hash);
		o.policy = policy_name(j->pol);
		o.policy_hash = hash;
	}
	if (j->columns != NULL) {
		rest = list = xstrdup(j->columns);
		columns = xcalloc(strlen(list) + 1, sizeof(*columns));
		while ((p = strsep(&rest, ",")) != NULL)
			columns[n++] = p;
	}
	rd = command_reader(&j->cmd, j->operand[0]);
	store_put(j->store, rd, &o, columns, n);
	reader_free(rd);
	free(columns);
	free(list);
	return STATUS_OK;
}

static int
list(struct job *j)
{
	struct writer	*w = output(j);

	store_list(j->store, j->kind, w);
	writer_close(w);
	return STATUS_OK;
}

static int
get(struct job *j)
{
	struct writer	*w;
	int64_t		 id;

	id = store_find(j->store, j->n > 0 ? j->operand[0] : "latest",
	    j->kind);
	w = output(j);
	store_get(j->store, id, w);
	writer_close(w);
	return STATUS_OK;
}

static int
history(struct job *j)
{
	struct writer	*w = output(j);

	store_history(j->store, j->operand[0], w);
	writer_close(w);
	return STATUS_OK;
}

static int64_t
add(struct job *j, const char *key)
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
		command_usage(&j->cmd, "--kind is one of pin, floor, ceiling, "
		    "revoke");
	if ((j->tier == NULL) != (strcmp(o.kind, "revoke") == 0))
		command_usage(&j->cmd, j->tier == NULL ?
		    "%s needs a --tier" : "%s takes no --tier", o.kind);
	if (j->tier != NULL && j->pol != NULL &&
	    policy_tier_index(j->pol, j->tier) == -1)
		command_usage(&j->cmd, "the policy has no tier \"%s\"",
		    j->tier);
	if (j->reason == NULL || *j->reason == '\0')
		command_usage(&j->cmd, "an override needs a --reason");
	if (j->expiry == NULL)
		command_usage(&j->cmd, "an override needs an --expiry");
	if (*key == '\0')
		command_usage(&j->cmd, "the key is empty");
	o.key = key;
	o.tier = j->tier;
	o.reason = j->reason;
	o.expiry = day_option(j, "expiry", j->expiry);
	if (j->from != NULL)
		o.from = day_option(j, "from", j->from);
	if (o.from > o.expiry)
		command_usage(&j->cmd, "--from is after --expiry");
	return override_add(j->store, &o);
}

static int
override(struct job *j)
{
	const char	*what = j->operand[0], *arg = j->operand[1];
	struct writer	*w;
	char		 id[32];
	int		 n;

	if (strcmp(what, "list") == 0 && j->n == 1) {
		w = output(j);
		store_query(j->store, "overrides", w);
		writer_close(w);
	} else if (strcmp(what, "add") == 0 && j->n == 2) {
		n = snprintf(id, sizeof(id), "%lld\n",
		    (long long)add(j, arg));
		w = output(j);
		writer_bytes(w, id, (size_t)n);
		writer_close(w);
	} else if (strcmp(what, "approve") == 0 && j->n == 2)
		override_approve(j->store, command_number(&j->cmd, "ID", arg,
		    1, INT64_MAX));
	else if (strcmp(what, "end") == 0 && j->n == 2)
		override_end(j->store, command_number(&j->cmd, "ID", arg, 1,
		    INT64_MAX), j->reason);
	else
		command_usage(&j->cmd, "override list, override add KEY, "
		    "override approve ID or override end ID");
	return STATUS_OK;
}

static int
done(struct job *j, enum log_kind kind)
{
	struct reader	*rd;
	struct writer	*w;

	rd = command_reader(&j->cmd, j->operand[0]);
	w = command_writer(&j->cmd, rd);
	store_log(j->store, kind, rd, w, customer_key(j));
	reader_free(rd);
	return STATUS_OK;
}

static int
touch(struct job *j)
{
	return done(j, LOG_TOUCH);
}

static int
notify(struct job *j)
{
	return done(j, LOG_NOTIFY);
}

static int
audit(struct job *j)
{
	static const char *const columns[] = { "entries", "head" };
	struct writer	*w;
	char		 head[65];
	int64_t		 entries;

	if (j->n > 0 && strcmp(j->operand[0], "verify") != 0)
		command_usage(&j->cmd, "audit, or audit verify");
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
prune(struct job *j)
{
	size_t	 n;

	if (j->before == NULL)
		command_usage(&j->cmd, "prune needs --before");
	store_prune(j->store, day_option(j, "before", j->before), &n);
	note("%zu snapshots pruned", n);
	return STATUS_OK;
}

static int
export(struct job *j)
{
	store_export(j->store, j->operand[0]);
	return STATUS_OK;
}

static int
backup(struct job *j)
{
	store_backup(j->store, j->operand[0]);
	return STATUS_OK;
}

static int
check(struct job *j)
{
	return store_check(j->store) == -1 ? STATUS_DATA : STATUS_OK;
}

static int
upgrade(struct job *j)
{
	int	 from = store_upgrade(j->store);

	if (from != store_version())
		note("upgraded from schema version %d to %d", from,
		    store_version());
	return STATUS_OK;
}

static int
query(struct job *j)
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
		command_usage(&j->cmd, "query: \"%s\" is not one of %s",
		    j->operand[0], buf_str(&b));
	}
	w = output(j);
	store_query(j->store, names[i], w);
	writer_close(w);
	return STATUS_OK;
}

static const struct verb {
	const char	*name;
	const char	*operands;
	int		 least, most;
	enum store_mode	 mode;
	int		 (*run)(struct job *);
} verbs[] = {
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

static const struct verb *
verb_of(const struct job *j, int argc, char *argv[])
{
	const char	*names[NVERBS], *near;
	size_t		 i;

	if (argc - optind < 2)
		command_usage(&j->cmd, "a store and a verb are needed");
	for (i = 0; i < NVERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(argv[optind + 1], names[i]) != 0)
			continue;
		if (argc - optind - 2 < verbs[i].least ||
		    argc - optind - 2 > verbs[i].most)
			command_usage(&j->cmd, "the form is %s %s %s %s",
			    j->cmd.name, argv[optind], names[i],
			    verbs[i].operands);
		return &verbs[i];
	}
	near = text_nearest(argv[optind + 1], names, NVERBS);
	command_usage(&j->cmd, "there is no verb \"%s\"%s%s%s",
	    argv[optind + 1], near != NULL ? "; did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?" : "");
}

static void
option(struct job *j, int ch)
{
	const char	**text[] = {
		[BEFORE - BEFORE] = &j->before, [BY - BEFORE] = &j->by,
		[COLUMNS - BEFORE] = &j->columns,
		[EXPIRY - BEFORE] = &j->expiry, [FROM - BEFORE] = &j->from,
		[KEY - BEFORE] = &j->key, [KIND - BEFORE] = &j->kind,
		[REASON - BEFORE] = &j->reason, [TIER - BEFORE] = &j->tier
	};

	if (ch == WAIT)
		j->wait = (int)command_number(&j->cmd, "--wait", optarg, 0,
		    86400);
	else
		*text[ch - BEFORE] = optarg;
}

int
main(int argc, char *argv[])
{
	struct job	 j = { .cmd = {
		.name = "vip-store", .operands = "FILE VERB [OPERAND ...]",
		.purpose = "Keep what runs have found, in one SQLite file: "
		    "audit, backup, check,\nexport, get, history, init, list, "
		    "notify, override, prune, put, query, touch,\nupgrade.",
		.example = "vip-classify -p rhf customers.csv | "
		    "vip-store vip.db put\nvip-store vip.db history C0042",
		.uses = USES_POLICY | USES_TIME | USES_TABLE, .flags = flags
	}, .wait = 10 };
	const struct verb *verb;
	struct actor	 actor;
	struct zone	*utc = zone_open("UTC");
	const struct zone *zone = utc;
	char		*text = command_text(argc, argv);
	int		 ch, status;

	while ((ch = command_getopt(&j.cmd, argc, argv)) != -1)
		option(&j, ch);
	verb = verb_of(&j, argc, argv);
	j.command = text;
	j.operand = argv + optind + 2;
	j.n = argc - optind - 2;
	if (command_has_policy(&j.cmd)) {
		j.pol = command_policy(&j.cmd);
		zone = policy_zone(j.pol);
	}
	if (j.by != NULL && *j.by == '\0')
		command_usage(&j.cmd, "--by: a name is needed");
	actor = store_actor(j.by != NULL ? j.by : command_user(),
	    command_now(&j.cmd, zone), zone);
	j.store = store_open(argv[optind], verb->mode, j.wait, &actor);
	status = verb->run(&j);
	store_close(j.store);
	policy_free(j.pol);
	zone_free(utc);
	command_end(&j.cmd);
	free(text);
	return status;
}
