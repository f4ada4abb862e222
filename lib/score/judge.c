/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of what a ticket is owed: its statement, its clock, its pauses,
 * and the verdict.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score/customers.h"
#include "score/rules.h"
#include "score/sla_parts.h"

struct judge {
	const struct sla	*sla;
	tick			 now;
	struct owed		*owed;		/* by metric */
	struct pause		*pauses;	/* of all metrics */
	size_t			*first;		/* of each metric among them */
	size_t			 npause, maxpause;
	/* of metrics that are counted again and again, each time */
	struct owed		*runs;
	size_t			*first_run, *end_run;
	size_t			 nrun, maxrun;
};

struct judge *
judge_new(const struct sla *sla)
{
	struct judge	*j = xcalloc(1, sizeof(*j));

	j->sla = sla;
	j->now = tick_of(docket_now(sla->docket));
	j->owed = xcalloc(sla->nmetric + 1, sizeof(*j->owed));
	j->first = xcalloc(sla->nmetric + 1, sizeof(*j->first));
	j->first_run = xcalloc(sla->nmetric + 1, sizeof(*j->first_run));
	j->end_run = xcalloc(sla->nmetric + 1, sizeof(*j->end_run));
	return j;
}

void
judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	free(j->owed);
	free(j->first);
	free(j->pauses);
	free(j->runs);
	free(j->first_run);
	free(j->end_run);
	free(j);
}

const struct owed *
judge_owed(const struct judge *j, size_t metric)
{
	return &j->owed[metric];
}

const struct owed *
judge_runs(const struct judge *j, size_t metric, size_t *n)
{
	const struct owed	*o = &j->owed[metric];

	if (o->rule != NULL && o->rule->cycle != CYCLE_NONE) {
		*n = j->end_run[metric] - j->first_run[metric];
		return j->runs + j->first_run[metric];
	}
	*n = o->status != METRIC_NONE;
	return o;
}

static const struct sla_rule *
first_rule(const struct judge *j, struct ticket *t, size_t metric, int tier)
{
	const struct sla_rule *const	*v;
	tick				 from;

	v = sla_rules(j->sla, metric, tier, t->channel);
	for (; *v != NULL; v++) {
		if ((*v)->dated) {
			if ((from = t->times[j->sla->created]) == WHEN_NONE)
				from = t->times[(*v)->start];
			if (from == WHEN_NONE || !statement_holds((*v)->st,
			    zone_day(policy_zone(j->sla->pol),
			    tick_second(from))))
				continue;
		}
		if ((*v)->when == NO_PROGRAM || ticket_holds(t, (*v)->when))
			return *v;
	}
	return NULL;
}

/* The value that the log has last, up to an instant; or NULL. */
static const struct cell *
value_at(const struct ticket *t, enum happening what, tick until)
{
	const struct cell	*c = NULL;
	size_t			 i;

	for (i = 0; i < t->nevent && t->events[i].at <= until; i++)
		if (t->events[i].what == what)
			c = &t->events[i].value;
	return c;
}

static const struct sla_rule *
rule_as_of(const struct judge *j, struct ticket *t, size_t metric, tick at)
{
	const struct sla_rule	*r;
	const struct cell	*c;
	int			 tier = t->tier;

	if ((c = value_at(t, EVENT_TIER, at)) != NULL)
		tier = tier_of_cell(j->sla->pol, *c);
	ticket_as_priority(t, value_at(t, EVENT_PRIORITY, at));
	ticket_as_tier(t, tier);
	r = first_rule(j, t, metric, tier);
	ticket_as_priority(t, NULL);
	ticket_as_tier(t, -1);
	return r;
}

/* The statement in force at creation, or now if that one says so. */
static const struct sla_rule *
rule_of(const struct judge *j, struct ticket *t, size_t metric)
{
	const struct sla_rule	*r, *now;
	tick			 created = t->times[j->sla->created];

	if (t->nevent == 0 || (value_at(t, EVENT_TIER, INT64_MAX) == NULL &&
	    value_at(t, EVENT_PRIORITY, INT64_MAX) == NULL))
		return first_rule(j, t, metric, t->tier);
	now = rule_as_of(j, t, metric, INT64_MAX);
	if (created == WHEN_NONE)
		return now;
	r = rule_as_of(j, t, metric, created);
	return r == NULL || r->current ? now : r;
}

/* ----------------------------------------------------------------- pauses */

static int
paused_by(const struct sla_rule *r, struct ticket *t, const struct cell *c)
{
	size_t	 i;

	for (i = 0; r->paused != NULL && r->paused[i] != NULL; i++)
		if (c->len == strlen(r->paused[i]) &&
		    strncasecmp(c->p, r->paused[i], c->len) == 0)
			return 1;
	return r->pause != NO_PROGRAM && ticket_holds(t, r->pause);
}

static void
add_pause(struct judge *j, tick start, tick end, const char *why)
{
	struct pause	*p;

	if (end != WHEN_NONE && end <= start)
		return;
	if (j->npause == j->maxpause) {
		j->maxpause = j->maxpause * 2 + 16;
		j->pauses = xreallocarray(j->pauses, j->maxpause,
		    sizeof(*j->pauses));
	}
	p = &j->pauses[j->npause++];
	p->start = start;
	p->end = end;
	p->why = why;
}

/*
 * The stretches of a ticket's life in which the clock of a rule stands.  The
 * clock of its resolution has ended while it is resolved, or stands until it
 * is reopened; that of anything else does what its pauses say.  To resolve or
 * to reopen is a status too.
 */
static void
add_pauses(struct judge *j, const struct sla_rule *r, struct ticket *t)
{
	static const struct cell open = { "open", 4 },
				 resolves = { "resolved", 8 };
	const struct event	*e;
	const struct cell	*c;
	tick			 at = t->times[j->sla->created], next;
	size_t			 i;
	int			 resolved = 0, reopens, stands;

	if (at == WHEN_NONE)
		at = t->events[0].at;
	if ((c = value_at(t, EVENT_STATUS, at)) == NULL)
		c = value_at(t, EVENT_STATUS, INT64_MAX) != NULL ? &open :
		    &t->status;
	ticket_as_status(t, c);
	ticket_as_priority(t, value_at(t, EVENT_PRIORITY, at));
	for (i = 0; i <= t->nevent; i++) {
		e = i < t->nevent ? &t->events[i] : NULL;
		next = e == NULL ? WHEN_NONE : e->at;
		reopens = t->reopened != WHEN_NONE && t->reopened > at;
		if (e != NULL && next <= at)
			stands = 0;
		else if (resolved && r->resolves)
			stands = reopens && r->reopen == REOPEN_RESUME;
		else
			stands = paused_by(r, t, c);
		if (stands)
			add_pause(j, at, next, resolved && r->resolves ?
			    "resolved" : c->p != t->status.p ? c->p : "paused");
		if (e == NULL)
			break;
		resolved = event_resolves(e, resolved);
		if (next > at)
			at = next;
		if (e->what == EVENT_STATUS || e->what == EVENT_RESOLVED ||
		    e->what == EVENT_REOPENED) {
			c = e->what == EVENT_STATUS ? &e->value :
			    e->what == EVENT_RESOLVED ? &resolves : &open;
			ticket_as_status(t, c);
		} else if (e->what == EVENT_PRIORITY) {
			ticket_as_priority(t, &e->value);
		}
	}
	ticket_as_status(t, NULL);
	ticket_as_priority(t, NULL);
}

/* -------------------------------------------------------------- one clock */

/*
 * Where a bound of calendar steps or business days ends, without pauses.  The
 * part of a second in which it starts is kept where both ends are open.
 */
static tick
stepped(const struct owed *o, const struct zone *zone)
{
	const struct duration	*d = &o->rule->within;
	when			 start = tick_second(o->start), due;
	int			 part = tick_part(o->start);

	due = clocks_step(o->clock, zone, d, start);
	if (due == WHEN_NONE || due > WHEN_MAX)
		return WHEN_NONE;
	if (part != 0 && (!calendar_is_open(o->clock, start) ||
	    (d->business && !calendar_is_open(o->clock, due))))
		part = 0;
	return tick_of(due) + part;
}

static void
set_due(struct owed *o, const struct zone *zone)
{
	const struct sla_rule	*r = o->rule;

	if (r->fixed >= 0) {
		o->bound = r->fixed;
		o->due = clock_due(o->clock, o->pauses, o->npause, o->start,
		    r->fixed);
	} else if (r->same_day) {
		o->due = tick_of(calendar_same_day(o->clock, zone,
		    tick_second(o->start)));
		o->bound = o->due == WHEN_NONE ? 0 : clock_elapsed(o->clock,
		    o->pauses, o->npause, o->start, o->due);
	} else {
		o->due = stepped(o, zone);
		if (o->due == WHEN_NONE)
			return;
		o->bound = clock_elapsed(o->clock, NULL, 0, o->start, o->due);
		if (o->npause > 0)
			o->due = clock_due(o->clock, o->pauses, o->npause,
			    o->start, o->bound);
	}
	if (o->due > tick_of(WHEN_MAX) || o->due < tick_of(WHEN_MIN))
		o->due = WHEN_NONE;
}

/* Is it too late for a clock that stopped, or stands now, at an instant? */
static int
too_late(const struct owed *o, tick at)
{
	const struct sla_rule	*r = o->rule;

	if (r->same_day)
		return o->due != WHEN_NONE && at >= o->due;
	if (r->fixed < 0 && o->due == WHEN_NONE)
		return 0;
	return r->under ? o->elapsed >= o->bound : o->elapsed > o->bound;
}

static int
is_warned(const struct owed *o)
{
	__extension__ typedef __int128 wide;

	return o->rule->warn > 0 && (o->rule->fixed >= 0 ||
	    o->due != WHEN_NONE) && (wide)o->elapsed * NUM_ONE >=
	    (wide)o->bound * o->rule->warn;
}

/*
 * Judge one run of the clock, whose start, end and pauses are set.  What
 * stands after the end moves nothing.
 */
static void
run_clock(const struct judge *j, struct owed *o, int stands)
{
	tick		 until = o->end != WHEN_NONE ? o->end : j->now, cut = 0;
	struct pause	*last = NULL;

	if (o->end != WHEN_NONE) {
		while (o->npause > 0 &&
		    o->pauses[o->npause - 1].start >= o->end)
			o->npause--;
		if (o->npause > 0)
			last = &o->pauses[o->npause - 1];
	}
	if (last != NULL && (cut = last->end) > o->end)
		last->end = o->end;
	set_due(o, policy_zone(j->sla->pol));
	if (last != NULL)
		last->end = cut;
	o->elapsed = clock_elapsed(o->clock, o->pauses, o->npause, o->start,
	    until);
	if (o->end != WHEN_NONE)
		o->status = too_late(o, until) ? METRIC_BREACHED : METRIC_MET;
	else if (stands && o->npause == 0)
		o->status = METRIC_PAUSED;
	else if (too_late(o, until))
		o->status = METRIC_BREACHED;
	else if (stands)
		o->status = METRIC_PAUSED;
	else
		o->status = is_warned(o) ? METRIC_WARNING : METRIC_OPEN;
}

/*
 * Keep a run that was judged, and of several the one that counts: one that
 * was breached, else the one that goes on, else the last.
 */
static void
keep_run(struct judge *j, struct owed *best, const struct owed *o)
{
	if (j->nrun == j->maxrun) {
		j->maxrun = j->maxrun * 2 + 16;
		j->runs = xreallocarray(j->runs, j->maxrun,
		    sizeof(*j->runs));
	}
	j->runs[j->nrun++] = *o;
	if (best->status != METRIC_BREACHED || o->status == METRIC_BREACHED)
		*best = *o;
}

/* Runs of a clock that each reply ends and the next customer's, or the same
   reply, starts. */
static void
run_cycles(struct judge *j, struct owed *o, const struct ticket *t,
    int stands)
{
	const struct sla_rule	*r = o->rule;
	const struct event	*e;
	const size_t		 npause = o->npause;
	struct owed		 run = *o;
	size_t			 i;
	int			 running = 0, replied = 0, resolved = 0, now;

	if (r->cycle == CYCLE_UPDATE && r->any_contact) {
		run.start = t->times[j->sla->created];
		running = run.start != WHEN_NONE;
	}
	for (i = 0; i < t->nevent; i++) {
		e = &t->events[i];
		now = event_resolves(e, resolved);
		if (running && (e->what == EVENT_REPLIED || (now && !resolved) ||
		    (r->cycle == CYCLE_UPDATE && r->any_contact &&
		    e->what == EVENT_CUSTOMER_REPLIED))) {
			run.end = e->at;
			run.npause = npause;
			run_clock(j, &run, 0);
			keep_run(j, o, &run);
			running = 0;
		}
		resolved = now;
		replied |= e->what == EVENT_REPLIED;
		if (resolved || running)
			continue;
		if (r->cycle == CYCLE_REPLY ?
		    replied && e->what == EVENT_CUSTOMER_REPLIED :
		    e->what == EVENT_REPLIED || (r->any_contact &&
		    e->what == EVENT_CUSTOMER_REPLIED)) {
			run.start = e->at;
			running = 1;
		}
	}
	if (!running)
		return;
	run.end = WHEN_NONE;
	run.npause = npause;
	run_clock(j, &run, stands);
	keep_run(j, o, &run);
}

static int
is_logged(const struct ticket *t, tick at)
{
	size_t	 i;

	for (i = 0; i < t->nevent; i++)
		if (t->events[i].at == at)
			return 1;
	return 0;
}

/* A time of the row, or of the log, will not do. */
static int
time_fault(const struct judge *j, const struct ticket *t, size_t time,
    tick at, const char *why, const struct row *row, struct fault *fault)
{
	const struct docket	*docket = j->sla->docket;
	const struct zone	*zone = policy_zone(j->sla->pol);
	size_t			 column = docket_time_column(docket, time);
	char			 text[WHEN_SIZE];
	int			 n;

	if (column != FAULT_ROW && !is_logged(t, at))
		return fault_cell(fault, row, column, why);
	n = (int)tick_format(text, at, zone_offset(zone, tick_second(at)));
	if (column != FAULT_ROW)
		return fault_set(fault, column, "%.*s in the log %s", n, text,
		    why);
	return fault_set(fault, FAULT_ROW, "%.150s: %.*s in the log %s",
	    docket_time_name(docket, time), n, text, why);
}

static int
before_start(const struct judge *j, const struct ticket *t,
    const struct owed *o, const struct row *row, struct fault *fault)
{
	char	 why[200];

	snprintf(why, sizeof(why), "is before %.150s",
	    docket_time_name(j->sla->docket, o->rule->start));
	return time_fault(j, t, o->rule->stop, o->end, why, row, fault);
}

/* Calendars end, and a clock on one would stand for ever after; give or take
   a day, for the zones. */
static int
off_calendar(tick t)
{
	return t != WHEN_NONE &&
	    (t < tick_of((CALENDAR_FIRST - 1) * DAY_SECONDS) ||
	    t > tick_of((CALENDAR_LAST + 2) * DAY_SECONDS));
}

/* Is a tier owed a metric, if on other channels only? */
static int
owed_elsewhere(const struct sla *sla, size_t metric, int tier)
{
	size_t	 i;

	for (i = 0; i < sla->nchannel; i++)
		if (*sla_rules(sla, metric, tier, i) != NULL)
			return 1;
	return 0;
}

static int
judge_metric(struct judge *j, size_t m, struct ticket *t,
    const struct row *row, struct fault *fault)
{
	struct owed		*o = &j->owed[m];
	const struct sla_rule	*r;
	size_t			 i;
	int			 stands = 0;

	memset(o, 0, sizeof(*o));
	o->due = o->end = WHEN_NONE;
	j->first[m] = j->npause;
	j->first_run[m] = j->end_run[m] = j->nrun;
	if ((r = o->rule = rule_of(j, t, m)) == NULL) {
		if (owed_elsewhere(j->sla, m, t->tier))
			ticket_is_strange(t);
		return 0;
	}
	o->start = t->times[r->start];
	if (r->cycle == CYCLE_NONE && o->start == WHEN_NONE)
		return 0;
	o->clock = clocks_of(r->clocks, t->calendar);
	o->end = t->times[r->stop];
	if (r->resolves && t->first_resolved != WHEN_NONE) {
		if (r->reopen == REOPEN_IGNORE)
			o->end = t->first_resolved;
		else if (r->reopen == REOPEN_RESTART &&
		    t->reopened != WHEN_NONE)
			o->start = t->reopened;
	}
	if (o->clock != NULL && (off_calendar(o->start) ||
	    off_calendar(o->end)))
		return time_fault(j, t, off_calendar(o->start) ? r->start :
		    r->stop, off_calendar(o->start) ? o->start : o->end,
		    "is not within the years of calendars, 1970 to 2199", row,
		    fault);
	if (o->end != WHEN_NONE && o->end < o->start &&
	    r->cycle == CYCLE_NONE) {
		if (clause_find(r->st, W_AFTER) == NULL)
			return before_start(j, t, o, row, fault);
		/* Done before it was owed; but what followed up an earlier
		   resolution does not follow up this one. */
		if (r->follows)
			o->end = event_first(t, EVENT_FOLLOWED_UP, o->start);
		else
			o->start = o->end;
	}
	if (r->pause != NO_PROGRAM || r->paused != NULL ||
	    (r->resolves && t->reopened != WHEN_NONE)) {
		if (t->nevent > 0)
			add_pauses(j, r, t);
		else
			stands = paused_by(r, t, &t->status);
	}
	o->npause = j->npause - j->first[m];
	for (i = j->first[m]; i < j->npause; i++)
		if (j->pauses[i].end == WHEN_NONE) {
			stands = 1;
			j->pauses[i].end = j->now > j->pauses[i].start ?
			    j->now : j->pauses[i].start;
		}
	o->pauses = j->pauses + j->first[m];
	if (r->cycle != CYCLE_NONE)
		run_cycles(j, o, t, stands);
	else
		run_clock(j, o, stands);
	j->end_run[m] = j->nrun;
	return 0;
}

int
judge_ticket(struct judge *j, struct ticket *t, const struct row *row,
    struct fault *fault)
{
	const struct sla	*sla = j->sla;
	size_t			 m, i;

	j->npause = j->nrun = 0;
	for (m = 0; m < sla->nmetric; m++) {
		if (judge_metric(j, m, t, row, fault) == -1)
			return -1;
		if (j->owed[m].rule != NULL && j->owed[m].rule->start ==
		    sla->created && t->times[sla->created] == WHEN_NONE)
			return fault_set(fault, docket_time_column(sla->docket,
			    sla->created), "is empty");
	}
	for (m = 0; m < sla->nmetric; m++) {
		j->owed[m].pauses = j->pauses + j->first[m];
		for (i = j->first_run[m]; i < j->end_run[m]; i++)
			j->runs[i].pauses = j->owed[m].pauses;
		ticket_judged(t, sla->metrics[m], j->owed[m].status);
	}
	return ticket_fault(t, fault);
}

enum metric_status
judge_worst(const struct judge *j)
{
	enum metric_status	 worst = METRIC_NONE;
	size_t			 m;

	for (m = 0; m < j->sla->nmetric; m++)
		if (j->owed[m].status > worst)
			worst = j->owed[m].status;
	return worst;
}

int
judge_left(const struct judge *j, tick *left)
{
	const struct owed	*o, *next = NULL;
	size_t			 m;

	for (m = 0; m < j->sla->nmetric; m++) {
		o = &j->owed[m];
		if (o->status == METRIC_NONE || o->end != WHEN_NONE ||
		    o->due == WHEN_NONE)
			continue;
		if (next == NULL || o->due < next->due)
			next = o;
	}
	if (next == NULL)
		return 0;
	*left = next->due - j->now;
	return 1;
}

when
judge_since(const struct judge *j, size_t metric, enum metric_status status)
{
	__extension__ typedef __int128 wide;
	const struct owed	*o = &j->owed[metric];
	wide			 part;

	if (o->status != status)
		return WHEN_NONE;
	switch (status) {
	case METRIC_BREACHED:
		return tick_second(o->due);
	case METRIC_MET:
		return tick_second(o->end);
	case METRIC_WARNING:
		part = (wide)o->bound * o->rule->warn;
		return tick_second(clock_due(o->clock, o->pauses, o->npause,
		    o->start, (tick)((part + NUM_ONE - 1) / NUM_ONE)));
	default:
		return WHEN_NONE;
	}
}
