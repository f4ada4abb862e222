/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps that a policy wants taken with every issue, and by when.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/checklist.h"
#include "score/escalate.h"
#include "score/rules.h"
#include "score/stamps.h"
#include "score/ticket.h"

#define NO_TIME	SIZE_MAX

struct step {
	const struct statement	*st;
	const struct clause	*who;
	struct clocks		*clocks;
	size_t			 when;		/* condition, or NO_PROGRAM */
	size_t			 start, stop;	/* times, or NO_TIME */
};

struct checklist {
	const struct policy	*pol;
	const struct zone	*zone;
	when			 now;
	struct docket		*docket;
	struct ticket		*ticket;
	struct step		*steps;
	size_t			 nstep;
	when			*due;		/* of each, of this ticket */
	size_t			 resolved;
	struct writer		*w;
	size_t			 written;
};

static size_t
time_of(struct checklist *c, const struct clause *cl)
{
	return cl == NULL ? NO_TIME : docket_time(c->docket, cl->text, 0);
}

static void
add_step(struct checklist *c, const struct statement *st)
{
	const struct clause	*cl;
	struct step		*s;

	c->steps = xreallocarray(c->steps, c->nstep + 1, sizeof(*c->steps));
	s = &c->steps[c->nstep++];
	s->st = st;
	s->who = clause_find(st, W_FOR);
	s->when = NO_PROGRAM;
	s->clocks = escalation_clocks(c->pol, st);
	if (clocks_ask(s->clocks))
		docket_want_calendar(c->docket);
	if ((cl = clause_find(st, W_WHEN)) != NULL)
		s->when = docket_ask(c->docket, cl->expr, ASK_LENIENT);
	if ((cl = clause_find(st, W_START)) == NULL)
		cl = clause_find(st, W_AFTER);
	s->start = cl != NULL ? time_of(c, cl) :
	    docket_time(c->docket, "created_at", 1);
	s->stop = time_of(c, clause_find(st, W_STOP));
}

static void
add_steps(struct checklist *c)
{
	const struct statement	*st;
	int64_t			 today = policy_today(c->pol, c->now);

	for (st = policy_find(c->pol, KW_CHECKLIST, NULL); st != NULL;
	    st = policy_next(st))
		if (statement_holds(st, today))
			add_step(c, st);
	c->due = xcalloc(c->nstep + 1, sizeof(*c->due));
}

static int
is_open(const struct checklist *c)
{
	const struct ticket	*t = c->ticket;
	const struct event	 e = {
		.what = EVENT_STATUS, .value = t->status
	};

	return t->times[c->resolved] == WHEN_NONE && !event_resolves(&e, 0);
}

/* When the clock of a step starts: as the ticket has it, or as is expected. */
static when
start_of(const struct checklist *c, size_t i)
{
	const struct step	*s = &c->steps[i];
	when			 at = tick_second(c->ticket->times[s->start]);

	while (at == WHEN_NONE && i-- > 0)
		if (c->steps[i].stop == s->start)
			at = c->due[i];
	return at;
}

/* At its due time a step within a bound is still in time, one under it or of
   the day is not. */
static int
is_overdue(const struct checklist *c, size_t i)
{
	const struct clause	*within = clause_find(c->steps[i].st, W_WITHIN);

	if (c->due[i] == WHEN_NONE)
		return 0;
	return within != NULL && !within->same_day ? c->due[i] < c->now :
	    c->due[i] <= c->now;
}

static void
write_step(struct checklist *c, size_t i, size_t number)
{
	const struct step	*s = &c->steps[i];
	const struct ticket	*t = c->ticket;
	const struct clause	*cl;
	const tick		 done = s->stop == NO_TIME ? WHEN_NONE :
				    t->times[s->stop];
	struct buf		 b = { 0 };

	writer_cell(c->w, t->id.p, t->id.len);
	writer_cell(c->w, t->key.p, t->key.len);
	writer_cells(c->w, policy_tier(c->pol, (size_t)t->tier)->name);
	writer_num(c->w, (num)number * NUM_ONE);
	writer_cells(c->w, s->st->name);
	writer_cells(c->w, s->st->label != NULL ? s->st->label : s->st->name);
	writer_cells(c->w, (cl = clause_find(s->st, W_TO)) != NULL ?
	    cl->text : "");
	escalation_by(s->st, &b);
	writer_cell(c->w, b.p, b.len);
	writer_time(c->w, c->zone, tick_of(c->due[i]));
	writer_time(c->w, c->zone, done);
	writer_cells(c->w, done != WHEN_NONE ? "done" :
	    is_overdue(c, i) ? "overdue" : "open");
	b.len = 0;
	for (cl = clause_find(s->st, W_DO); cl != NULL; cl = clause_next(cl))
		buf_addf(&b, "%s%s", b.len > 0 ? "; " : "", cl->text);
	writer_cell(c->w, b.p, b.len);
	writer_end(c->w);
	buf_free(&b);
	c->written++;
}

static int
list_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct checklist	*c = state;
	const struct step	*s;
	size_t			 i, n = 0;
	when			 start;

	(void)cells;
	if (ticket_read(c->ticket, row, fault) == -1)
		return ROW_FAULT;
	if (!is_open(c))
		return ROW_OK;
	for (i = 0; i < c->nstep; i++) {
		s = &c->steps[i];
		c->due[i] = WHEN_NONE;
		if ((s->who != NULL &&
		    !list_has_tier(c->pol, s->who, c->ticket->tier)) ||
		    (s->when != NO_PROGRAM && !ticket_holds(c->ticket,
		    s->when)))
			continue;
		if ((start = start_of(c, i)) != WHEN_NONE)
			c->due[i] = escalation_due(c->pol, s->st,
			    clocks_of(s->clocks, c->ticket->calendar), start);
		write_step(c, i, ++n);
	}
	return ticket_fault(c->ticket, fault) == -1 ? ROW_FAULT : ROW_OK;
}

size_t
checklist_write(const struct policy *pol, when now, struct reader *tickets,
    struct reader *customers, struct writer *w,
    const struct pass_options *options)
{
	static const struct pass	 pass = { .row = list_row };
	struct pass_options		 one = *options;
	struct checklist		 c = {
		.pol = pol, .zone = policy_zone(pol), .now = now, .w = w
	};
	const char *const		 columns[] = {
		"ticket_id", policy_key(pol), "tier", "step", "name", "label",
		"to", "by", "due", "done_at", "status", "action"
	};
	size_t				 i;

	c.docket = docket_new(pol, now);
	add_steps(&c);
	c.resolved = docket_time(c.docket, "resolved_at", 0);
	docket_want_status(c.docket, ASK_LENIENT);
	docket_bind(c.docket, tickets, customers, options->jobs);
	c.ticket = ticket_new(c.docket);
	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	one.jobs = 1;
	table_pass(tickets, NULL, &pass, &c, &one);
	ticket_free(c.ticket, c.docket);
	docket_notes(c.docket);
	docket_free(c.docket);
	for (i = 0; i < c.nstep; i++)
		clocks_free(c.steps[i].clocks);
	free(c.steps);
	free(c.due);
	return c.written;
}
