/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vip-escalate writes, and what it remembers.
 */
#include "config.h"

#include "command/tell.h"
#include "score/actions.h"
#include "score/calls.h"
#include "score/checklist.h"
#include "store/store.h"

#define LOCK_WAIT	10	/* seconds, as vip-store(1) has it */

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
since_open(struct since *s, const struct telling *j)
{
	struct actor	 actor;

	if (j->told == NULL || !store_found(j->told)) {
		s->file = command_aside(j->cmd, j->told, &s->options);
		return;
	}
	actor = store_actor(command_user(), j->now, policy_zone(j->pol));
	s->store = store_open(j->told, STORE_WRITE, LOCK_WAIT, &actor);
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

/* ---- what can be written: each returns how many rows were */

static size_t
escalations(struct telling *j, struct reader *rd, struct reader *customers)
{
	struct since		 since = { .file = NULL };
	struct calls_memory	 memory = { .add = add };
	struct pass_options	 options;
	struct calls		*calls;
	struct writer		*w;
	size_t			 n;

	since_open(&since, j);
	calls = calls_new(j->pol, j->now, command_until(j->cmd,
	    policy_zone(j->pol)), rd, customers, since.file,
	    j->cmd->pass.jobs);
	reader_free(since.file);
	if ((memory.ctx = since.log) != NULL)
		calls_remember(calls, &memory);
	options = command_pass(j->cmd);
	w = command_writer(j->cmd, rd);
	n = calls_write(calls, rd, w, &options);
	reject_close(options.reject);
	since_close(&since, w);
	calls_free(calls);
	return n;
}

static size_t
checklist(struct telling *j, struct reader *rd, struct reader *customers)
{
	struct pass_options	 options = command_pass(j->cmd);
	struct writer		*w = command_writer(j->cmd, rd);
	size_t			 n;

	n = checklist_write(j->pol, j->now, rd, customers, w, &options);
	reject_close(options.reject);
	writer_close(w);
	return n;
}

size_t
tell_rows(struct telling *j, const char *path)
{
	struct reader_options	 in;
	struct reader		*rd, *customers;
	size_t			 n;

	if (j->checklist && policy_find(j->pol, KW_CHECKLIST, NULL) == NULL)
		command_usage(j->cmd, "--checklist: %s has no checklist",
		    policy_name(j->pol));
	rd = command_reader(j->cmd, path);
	customers = command_aside(j->cmd, j->customers, &in);
	n = (j->checklist ? checklist : escalations)(j, rd, customers);
	reader_free(customers);
	reader_free(rd);
	return n;
}

size_t
tell_actions(struct telling *j)
{
	struct buf	 known = { 0 };
	struct actions	*a;
	struct writer	*w;
	size_t		 n;

	if ((a = actions_new(j->pol, j->now, j->event, &known)) == NULL)
		command_usage(j->cmd, "--event: %s tells nobody of \"%s\"%s%s",
		    policy_name(j->pol), j->event, known.len > 0 ?
		    ", but of " : "", buf_str(&known));
	w = command_writer(j->cmd, NULL);
	n = actions_write(a, w);
	writer_close(w);
	actions_free(a);
	return n;
}
