/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Actions for an event, of the statements that are about it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/actions.h"
#include "score/escalate.h"
#include "score/rules.h"
#include "score/stamps.h"

struct actions {
	const struct policy	*pol;
	const char		*event;
	when			 now;
	const struct statement	**about;
	size_t			 n;
	struct keys		*names;		/* of all events */
};

static int
see(struct actions *a, const char *name)
{
	keys_add(a->names, name, strlen(name));
	return strcmp(name, a->event) == 0;
}

/* Does an expression ask for a column of the event's name? */
static int
asks(struct actions *a, const struct expr *e)
{
	size_t	 i;
	int	 found = 0;

	if (e->op == OP_NAME && e->let != NULL)
		return asks(a, e->let->expr);
	if (e->op == OP_NAME || (e->op == OP_COUNT && e->text != NULL))
		found = see(a, e->text);
	for (i = 0; i < e->narg; i++)
		found |= asks(a, e->arg[i]);
	return found;
}

static int
is_about(struct actions *a, const struct statement *st)
{
	const struct clause	*cl = clause_find(st, W_WHEN);
	int			 found = see(a, st->name);

	if (cl != NULL)
		found |= asks(a, cl->expr);
	return found;
}

static void
name_known(const struct actions *a, struct buf *b)
{
	const uint32_t	 n = keys_count(a->names);
	const char	**names = xcalloc((size_t)n + 1, sizeof(*names)), *near;
	size_t		 len;
	uint32_t	 i;

	for (i = 0; i < n; i++) {
		names[i] = keys_bytes(a->names, i, &len);
		names[i] = xmemdup0(names[i], len);
		buf_addf(b, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	if ((near = text_nearest(a->event, names, n)) != NULL)
		buf_addf(b, "; did you mean %s?", near);
	for (i = 0; i < n; i++)
		free((char *)(uintptr_t)names[i]);
	free(names);
}

struct actions *
actions_new(const struct policy *pol, when now, const char *event,
    struct buf *known)
{
	const struct statement	*st;
	struct actions		*a = xcalloc(1, sizeof(*a));
	int64_t			 today = policy_today(pol, now);

	a->pol = pol;
	a->event = event;
	a->now = now;
	a->names = keys_new();
	for (st = policy_find(pol, KW_ESCALATE, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, today) || !is_about(a, st))
			continue;
		a->about = xreallocarray(a->about, a->n + 1,
		    sizeof(*a->about));
		a->about[a->n++] = st;
	}
	if (a->n > 0)
		return a;
	name_known(a, known);
	actions_free(a);
	return NULL;
}

void
actions_free(struct actions *a)
{
	if (a == NULL)
		return;
	keys_free(a->names);
	free(a->about);
	free(a);
}

static void
write_action(const struct actions *a, const struct statement *st, size_t step,
    const struct clause *todo, struct writer *w)
{
	struct clocks	*clocks = escalation_clocks(a->pol, st);
	struct buf	 by = { 0 };

	writer_cells(w, a->event);
	writer_num(w, (num)step * NUM_ONE);
	writer_cells(w, st->name);
	writer_cells(w, escalation_to(st));
	escalation_by(st, &by);
	writer_cell(w, by.p, by.len);
	writer_time(w, policy_zone(a->pol),
	    tick_of(escalation_due(a->pol, st, clocks_of(clocks, -1),
	    a->now)));
	writer_cells(w, todo != NULL ? todo->text : "");
	writer_end(w);
	buf_free(&by);
	clocks_free(clocks);
}

size_t
actions_write(const struct actions *a, struct writer *w)
{
	static const char *const columns[] = {
		"event", "step", "escalation", "to", "by", "due", "action"
	};
	const struct clause	*todo;
	size_t			 i, step = 0;

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < a->n; i++) {
		todo = clause_find(a->about[i], W_DO);
		do
			write_action(a, a->about[i], ++step, todo, w);
		while (todo != NULL && (todo = clause_next(todo)) != NULL);
	}
	return step;
}
