/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/metric.h"
#include "score/needs.h"
#include "score/rules.h"

struct list {
	const struct policy	*pol;
	struct writer		*w;
	const char		*command;
	int			 may;
	struct keys		*seen;		/* "command column" */
};

static const char *
type_name(enum type type)
{
	switch (type) {
	case TYPE_NUMBER:
		return "number";
	case TYPE_TIME:
		return "time";
	case TYPE_TRUTH:
		return "yes or no";
	default:
		return "text";
	}
}

static void
put(struct list *l, const char *name, enum type type, int line)
{
	const struct statement	*st = policy_column(l->pol, name);
	const struct clause	*from;
	struct metric		 m;
	struct buf		 b = { 0 };
	uint32_t		 before = keys_count(l->seen);

	buf_addf(&b, "%s %s", l->command, name);
	if (keys_add(l->seen, b.p, b.len) < before) {
		buf_free(&b);
		return;
	}
	from = st != NULL ? clause_find(st, W_SOURCE) : NULL;
	writer_cells(l->w, l->command);
	writer_cells(l->w, name);
	writer_cells(l->w, from != NULL ? from->text : name);
	writer_cells(l->w, type_name(type));
	writer_cells(l->w, l->may ? "may" : "must");
	writer_cells(l->w, st == NULL && metric_parse(name, &m) == 0 ?
	    "vip-rollup" : "");
	if (line > 0)
		writer_num(l->w, line * NUM_ONE);
	else
		writer_cells(l->w, "");
	writer_end(l->w);
	buf_free(&b);
}

static void
expression(struct list *l, const struct expr *e)
{
	size_t	 i;

	if (e == NULL)
		return;
	if (e->let != NULL)
		expression(l, e->let->expr);
	else if (e->op == OP_NAME)
		put(l, e->text, policy_column_type(l->pol, e->text),
		    e->at.line);
	for (i = 0; i < e->narg; i++)
		expression(l, e->arg[i]);
	expression(l, e->within);
}

static void
statements(struct list *l, enum keyword keyword, int may)
{
	const struct statement	*st;
	const struct clause	*c;

	l->may = may;
	for (st = policy_find(l->pol, keyword, NULL); st != NULL;
	    st = policy_next(st))
		for (c = st->clauses; c != NULL; c = c->next)
			expression(l, c->expr);
}

/* Does a statement ask what all rows decide?  Then some are excluded. */
static int
asks_all(const struct policy *pol, enum keyword keyword)
{
	const struct statement	*st;
	const struct clause	*c;

	for (st = policy_find(pol, keyword, NULL); st != NULL;
	    st = policy_next(st))
		for (c = st->clauses; c != NULL; c = c->next)
			if (c->expr != NULL && expr_asks_all(pol, c->expr))
				return 1;
	return 0;
}

/* The timestamps that a ticket's metrics start from and end with. */
static void
sla_columns(struct list *l)
{
	static const struct {
		const char	*metric, *column;
	} ends[] = {
		{ "assignment", "assigned_at" },
		{ "first_response", "first_response_at" },
		{ "resolution", "resolved_at" },
		{ "follow_up", "followed_up_at" },
	};
	const struct statement	*st;
	const struct clause	*c;
	size_t			 i;

	put(l, "ticket_id", TYPE_TEXT, 0);
	put(l, policy_key(l->pol), TYPE_TEXT, 0);
	put(l, "created_at", TYPE_TIME, 0);
	for (st = policy_find(l->pol, KW_SLA, NULL); st != NULL;
	    st = policy_next(st)) {
		for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (strcmp(ends[i].metric, st->name) == 0)
				put(l, ends[i].column, TYPE_TIME, st->at.line);
		for (c = st->clauses; c != NULL; c = c->next)
			if (c->word == W_AFTER || c->word == W_START ||
			    c->word == W_STOP)
				put(l, c->text, TYPE_TIME, c->at.line);
			else if (c->word == W_FOR)
				for (i = 0; i < c->nitem; i++)
					if (policy_tier_index(l->pol,
					    c->item[i].text) == -1 &&
					    strcmp(c->item[i].text, "vip") !=
					    0 && strcmp(c->item[i].text,
					    "all") != 0)
						put(l, "channel", TYPE_TEXT,
						    c->at.line);
	}
}

static void
checklist_columns(struct list *l)
{
	const struct statement	*st;
	const struct clause	*c;

	put(l, "ticket_id", TYPE_TEXT, 0);
	put(l, policy_key(l->pol), TYPE_TEXT, 0);
	put(l, "created_at", TYPE_TIME, 0);
	put(l, "resolved_at", TYPE_TIME, 0);
	put(l, "status", TYPE_TEXT, 0);
	for (st = policy_find(l->pol, KW_CHECKLIST, NULL); st != NULL;
	    st = policy_next(st))
		for (c = st->clauses; c != NULL; c = c->next)
			if (c->word == W_AFTER || c->word == W_START ||
			    c->word == W_STOP)
				put(l, c->text, TYPE_TIME, c->at.line);
}

void
needs_write(const struct policy *pol, struct writer *w)
{
	static const char *const	 columns[] = {
		"command", "column", "header", "type", "need", "made_by",
		"line"
	};
	struct list	 l = { .pol = pol, .w = w, .seen = keys_new() };

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	l.command = "vip-classify";
	put(&l, policy_key(pol), TYPE_TEXT, 0);
	statements(&l, KW_EXCLUDE, 0);
	statements(&l, KW_TIER, 0);
	statements(&l, KW_PROFILE, 0);
	l.command = "vip-risk";
	l.may = 0;
	put(&l, policy_key(pol), TYPE_TEXT, 0);
	if (asks_all(pol, KW_SIGNAL))
		statements(&l, KW_EXCLUDE, 0);
	statements(&l, KW_SIGNAL, 0);
	l.may = 1;
	put(&l, "tier", TYPE_TEXT, 0);
	statements(&l, KW_ESCALATE, 1);
	if (policy_find(pol, KW_SLA, NULL) != NULL) {
		l.command = "vip-sla";
		l.may = 0;
		sla_columns(&l);
		statements(&l, KW_SLA, 0);
		statements(&l, KW_ESCALATE, 1);
	}
	if (policy_find(pol, KW_CHECKLIST, NULL) != NULL) {
		l.command = "vip-escalate";
		l.may = 1;
		checklist_columns(&l);
		statements(&l, KW_CHECKLIST, 1);
	}
	l.command = "vip-report";
	l.may = 0;
	put(&l, policy_key(pol), TYPE_TEXT, 0);
	put(&l, "tier", TYPE_TEXT, 0);
	statements(&l, KW_TOUCH, 1);
	keys_free(l.seen);
}
