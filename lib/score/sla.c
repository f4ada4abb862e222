/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Service levels: which statement holds for a ticket, its clock, and what
 * became of it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "score/rules.h"
#include "score/sla.h"

#define FOREVER		INT64_C(1000000000000)	/* seconds; more than any
						   two dates are apart */

enum reopen { REOPEN_RESUME, REOPEN_RESTART, REOPEN_IGNORE };

/* Metrics that are counted again and again, from the log. */
enum cycle { CYCLE_NONE, CYCLE_REPLY, CYCLE_UPDATE };

struct sla_rule {
	const struct statement	*st;
	size_t			 metric;
	size_t			 number;	/* among all rules */
	struct duration		 within;
	int			 under, same_day;
	tick			 fixed;		/* the bound, or -1 */
	int			 dated;		/* holds on some days only */
	const struct calendar	*clock;		/* NULL: always */
	const char		*clock_name;	/* of one that none is named */
	/* the clock with each of the policy's calendars as the customer's */
	const struct calendar	**customer;	/* or NULL */
	num			 warn;		/* share of the bound, or 0 */
	size_t			 when, pause;	/* conditions, or NO_PROGRAM */
	const char *const	*paused;	/* statuses that pause, or NULL */
	size_t			 start, stop;	/* times of the docket */
	int			 resolves;	/* it ends with resolved_at */
	enum cycle		 cycle;
	enum reopen		 reopen;
	int			 current;	/* not as it was at creation */
	int			 any_contact;	/* either side's reply counts */
};

struct sla {
	struct docket		*docket;
	const struct policy	*pol;
	const char		**metrics;
	size_t			 nmetric;
	const char		**channels;
	size_t			 nchannel;
	struct sla_rule		**rules;
	size_t			 nrule;
	/* by metric, tier and channel (the last is any other) */
	const struct sla_rule	***cells;
	struct calendar		**own;		/* made of two */
	size_t			 nown;
	size_t			 created;
	struct arena		*arena;		/* names made of metrics' */
};

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

/* -------------------------------------------------- what a statement says */

static const char *const known[] = {
	"assignment", "first_response", "next_response", "resolution",
	"follow_up"
};
static const char *const ends[] = {
	"assigned_at", "first_response_at", NULL, "resolved_at",
	"followed_up_at"
};

#define NKNOWN	(sizeof(known) / sizeof(known[0]))

/*
 * What "like PRODUCT" sets where the statement does not say otherwise; the
 * sources are in vip-sla(1).
 */
static const char *const pending[] = { "pending", NULL };
static const char *const held[] = {
	"pending", "hold", "on hold", "on-hold", "on_hold", NULL
};
static const char *const zammad_paused[] = {
	"pending", "pending reminder", "pending close", "closed", NULL
};
static const char *const servicenow_paused[] = {
	"on hold", "awaiting caller", "awaiting problem", "awaiting vendor",
	"awaiting change", NULL
};
static const char *const jira_paused[] = {
	"waiting for customer", "pending", NULL
};

static const struct product {
	const char		*name;
	const char *const	*paused;
	enum reopen		 reopen;
	int			 current, any_contact;
} products[] = {
	{ "zendesk", NULL, REOPEN_RESUME, 1, 0 },
	{ "zammad", zammad_paused, REOPEN_RESUME, 1, 1 },
	{ "servicenow", servicenow_paused, REOPEN_RESUME, 1, 0 },
	{ "jira", jira_paused, REOPEN_RESTART, 1, 0 },
};

static void
set_clock(struct sla *sla, struct sla_rule *r)
{
	const struct policy	*pol = sla->pol;
	const struct clause	*cl = clause_find(r->st, W_CLOCK);
	const struct statement	*st;
	const struct calendar	*cal;
	struct calendar		*both;
	const char		*name;
	size_t			 i, n = 0;
	int			 customer = 0;

	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		name = cl->item[i].text;
		if ((cal = policy_calendar(pol, name)) == NULL) {
			if (strcmp(name, "customer") == 0)
				customer = 1;
			continue;
		}
		if (r->clock == NULL) {
			r->clock = cal;
			continue;
		}
		both = calendar_both(r->clock, cal);
		sla->own = xreallocarray(sla->own, sla->nown + 1,
		    sizeof(*sla->own));
		sla->own[sla->nown++] = both;
		r->clock = both;
	}
	/* Business time without a clock is that of the first calendar. */
	if (r->clock == NULL && !customer && r->within.business) {
		if ((st = policy_find(pol, KW_CALENDAR, NULL)) == NULL)
			die(STATUS_POLICY, "%s:%d:%d: error: business time "
			    "needs a calendar", policy_name(pol),
			    r->st->at.line, r->st->at.column);
		r->clock = policy_calendar(pol, st->name);
		r->clock_name = st->name;
	}
	if (!customer)
		return;
	docket_want_calendar(sla->docket);
	for (st = policy_find(pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st))
		n++;
	r->customer = xcalloc(n + 1, sizeof(*r->customer));
	i = 0;
	for (st = policy_find(pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st), i++) {
		cal = policy_calendar(pol, st->name);
		if (r->clock == NULL) {
			r->customer[i] = cal;
			continue;
		}
		both = calendar_both(r->clock, cal);
		sla->own = xreallocarray(sla->own, sla->nown + 1,
		    sizeof(*sla->own));
		sla->own[sla->nown++] = both;
		r->customer[i] = both;
	}
}

static int
is_metric(const struct sla_rule *r, const char *name)
{
	return strcmp(r->st->name, name) == 0;
}

static void
set_product(struct sla *sla, struct sla_rule *r)
{
	const struct clause	*cl;
	size_t			 i;

	if (is_metric(r, "requester_wait"))
		r->paused = pending;
	else if (is_metric(r, "agent_work"))
		r->paused = held;
	if ((cl = clause_find(r->st, W_LIKE)) != NULL)
		for (i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
			if (strcmp(cl->text, products[i].name) != 0)
				continue;
			if (products[i].paused != NULL)
				r->paused = products[i].paused;
			r->reopen = products[i].reopen;
			r->current = products[i].current;
			r->any_contact = products[i].any_contact;
		}
	if ((cl = clause_find(r->st, W_REOPEN)) != NULL)
		r->reopen = strcmp(cl->text, "restart") == 0 ?
		    REOPEN_RESTART : strcmp(cl->text, "ignore") == 0 ?
		    REOPEN_IGNORE : REOPEN_RESUME;
	if ((cl = clause_find(r->st, W_CHANGE)) != NULL)
		r->current = strcmp(cl->text, "current") == 0;
	if ((cl = clause_find(r->st, W_PAUSE_WHEN)) != NULL) {
		r->pause = docket_ask(sla->docket, cl->expr, ASK_NEED);
		r->paused = NULL;
	}
	if (r->paused != NULL)
		docket_want_status(sla->docket, docket_logged(sla->docket) ?
		    ASK_LENIENT : ASK_NEED);
}

/* The columns at which its clock starts and stops. */
static void
set_columns(struct sla *sla, struct sla_rule *r)
{
	const struct clause	*start, *stop, *after;
	const char		*end = NULL;
	char			*made;
	size_t			 i, len;
	int			 logged = docket_logged(sla->docket);

	start = clause_find(r->st, W_START);
	stop = clause_find(r->st, W_STOP);
	after = clause_find(r->st, W_AFTER);
	if (start == NULL && stop == NULL && after == NULL) {
		if (is_metric(r, "next_response"))
			r->cycle = CYCLE_REPLY;
		else if (is_metric(r, "periodic_update"))
			r->cycle = CYCLE_UPDATE;
	}
	for (i = 0; i < NKNOWN; i++)
		if (is_metric(r, known[i]))
			end = ends[i];
	if (is_metric(r, "requester_wait") || is_metric(r, "agent_work"))
		end = "resolved_at";
	if (stop != NULL)
		end = stop->text;
	if (end == NULL) {
		len = strlen(r->st->name);
		made = arena_get(sla->arena, len + sizeof("_at"));
		memcpy(made, r->st->name, len);
		memcpy(made + len, "_at", sizeof("_at"));
		end = made;
	}
	r->start = docket_time(sla->docket, start != NULL ? start->text :
	    after != NULL ? after->text : "created_at",
	    !logged && r->cycle == CYCLE_NONE);
	r->stop = docket_time(sla->docket, end, !logged && r->cycle == CYCLE_NONE);
	r->resolves = strcmp(end, "resolved_at") == 0;
}

static size_t
add_metric(struct sla *sla, const char *name)
{
	size_t	 i;

	for (i = 0; i < sla->nmetric; i++)
		if (strcmp(sla->metrics[i], name) == 0)
			return i;
	sla->metrics = xreallocarray(sla->metrics, sla->nmetric + 1,
	    sizeof(*sla->metrics));
	sla->metrics[sla->nmetric++] = name;
	return i;
}

static int
all_days(const struct statement *st)
{
	return statement_holds(st, CALENDAR_FIRST - 1000000) &&
	    statement_holds(st, CALENDAR_LAST + 1000000);
}

static void
add_rule(struct sla *sla, const struct statement *st)
{
	const struct clause	*cl;
	struct sla_rule		*r = xcalloc(1, sizeof(*r));

	r->st = st;
	r->number = sla->nrule;
	r->metric = add_metric(sla, st->name);
	r->dated = !all_days(st);
	if ((cl = clause_find(st, W_UNDER)) != NULL)
		r->under = 1;
	else if ((cl = clause_find(st, W_WITHIN)) == NULL)
		die(STATUS_POLICY, "%s:%d:%d: error: sla %s has no bound",
		    policy_name(sla->pol), st->at.line, st->at.column,
		    st->name);
	r->within = cl->duration;
	r->same_day = cl->same_day;
	r->fixed = r->same_day || r->within.months != 0 ||
	    r->within.days != 0 ? -1 : tick_of(r->within.seconds < FOREVER ?
	    r->within.seconds : FOREVER);
	if ((cl = clause_find(st, W_WARN)) != NULL)
		r->warn = cl->number;
	r->when = r->pause = NO_PROGRAM;
	if ((cl = clause_find(st, W_WHEN)) != NULL)
		r->when = docket_ask(sla->docket, cl->expr, ASK_NEED);
	set_clock(sla, r);
	set_product(sla, r);
	set_columns(sla, r);
	sla->rules = xreallocarray(sla->rules, sla->nrule + 1,
	    sizeof(*sla->rules));
	sla->rules[sla->nrule++] = r;
}

/* ---------------------------------------------- which statement holds for */

static int
is_tier_word(const struct policy *pol, const char *name)
{
	return strcmp(name, "vip") == 0 || strcmp(name, "all") == 0 ||
	    policy_tier_index(pol, name) != -1;
}

static void
add_channels(struct sla *sla, const struct clause *cl, int tiers_too)
{
	size_t	 i, n;

	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		if (tiers_too && is_tier_word(sla->pol, cl->item[i].text))
			continue;
		n = docket_channel(sla->docket, cl->item[i].text);
		if (n < sla->nchannel)
			continue;
		sla->channels = xreallocarray(sla->channels,
		    sla->nchannel + 1, sizeof(*sla->channels));
		sla->channels[sla->nchannel++] = cl->item[i].text;
	}
}

/* Is a channel among those of a list?  *any is set if it names any. */
static int
lists_channel(const struct sla *sla, const struct clause *cl, int tiers_too,
    size_t channel, int *any)
{
	size_t	 i;
	int	 found = 0;

	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		if (tiers_too && is_tier_word(sla->pol, cl->item[i].text))
			continue;
		*any = 1;
		if (channel != CHANNEL_OTHER &&
		    docket_channel(sla->docket, cl->item[i].text) == channel)
			found = 1;
	}
	return found;
}

static int
fits(const struct sla *sla, const struct sla_rule *r, int tier,
    size_t channel)
{
	const struct clause	*who = clause_find(r->st, W_FOR);
	const struct clause	*by = clause_find(r->st, W_BY);
	size_t			 i;
	int			 any = 0, tiers = 0, found;

	for (i = 0; who != NULL && i < who->nitem; i++)
		tiers |= is_tier_word(sla->pol, who->item[i].text);
	if (tiers && !list_has_tier(sla->pol, who, tier))
		return 0;
	found = lists_channel(sla, who, 1, channel, &any);
	found |= lists_channel(sla, by, 0, channel, &any);
	return !any || found;
}

/* Of several that fit, those after one that always holds are never asked. */
static const struct sla_rule **
fill_cell(const struct sla *sla, size_t metric, int tier, size_t channel)
{
	const struct sla_rule	**v;
	size_t			 i, n = 0;

	v = xcalloc(sla->nrule + 1, sizeof(*v));
	for (i = 0; i < sla->nrule; i++) {
		if (sla->rules[i]->metric != metric ||
		    !fits(sla, sla->rules[i], tier, channel))
			continue;
		v[n++] = sla->rules[i];
		if (sla->rules[i]->when == NO_PROGRAM && !sla->rules[i]->dated)
			break;
	}
	return v;
}

static size_t
cell_of(const struct sla *sla, size_t metric, int tier, size_t channel)
{
	if (channel > sla->nchannel)
		channel = sla->nchannel;
	return (metric * policy_tiers(sla->pol) + (size_t)tier) *
	    (sla->nchannel + 1) + channel;
}

static void
fill_cells(struct sla *sla)
{
	size_t	 m, t, c, n = policy_tiers(sla->pol);

	sla->cells = xcalloc(sla->nmetric * n * (sla->nchannel + 1) + 1,
	    sizeof(*sla->cells));
	for (m = 0; m < sla->nmetric; m++)
		for (t = 0; t < n; t++)
			for (c = 0; c <= sla->nchannel; c++)
				sla->cells[cell_of(sla, m, (int)t, c)] =
				    fill_cell(sla, m, (int)t,
				    c < sla->nchannel ? c : CHANNEL_OTHER);
}

/* The metrics that every help desk knows, in the order of a ticket's life. */
static void
add_known_metrics(struct sla *sla)
{
	size_t	 i;

	for (i = 0; i < NKNOWN; i++)
		if (policy_find(sla->pol, KW_SLA, known[i]) != NULL)
			add_metric(sla, known[i]);
}

struct sla *
sla_new(struct docket *docket)
{
	const struct statement	*st;
	struct sla		*sla = xcalloc(1, sizeof(*sla));
	size_t			 i;
	int			 need = 0;

	sla->arena = arena_new();
	sla->docket = docket;
	sla->pol = docket_policy(docket);
	sla->created = docket_time(docket, "created_at", 0);
	add_known_metrics(sla);
	for (st = policy_find(sla->pol, KW_SLA, NULL); st != NULL;
	    st = policy_next(st)) {
		add_channels(sla, clause_find(st, W_FOR), 1);
		add_channels(sla, clause_find(st, W_BY), 0);
	}
	for (st = policy_find(sla->pol, KW_SLA, NULL); st != NULL;
	    st = policy_next(st))
		add_rule(sla, st);
	for (i = 0; i < sla->nrule; i++)
		need |= sla->rules[i]->start == sla->created;
	docket_time(docket, "created_at", need && !docket_logged(docket));
	fill_cells(sla);
	return sla;
}

void
sla_free(struct sla *sla)
{
	size_t	 i;

	if (sla == NULL)
		return;
	for (i = 0; i < sla->nmetric * policy_tiers(sla->pol) *
	    (sla->nchannel + 1); i++)
		free(sla->cells[i]);
	free(sla->cells);
	for (i = 0; i < sla->nrule; i++) {
		free(sla->rules[i]->customer);
		free(sla->rules[i]);
	}
	free(sla->rules);
	for (i = 0; i < sla->nown; i++)
		calendar_free(sla->own[i]);
	free(sla->own);
	free(sla->metrics);
	free(sla->channels);
	arena_free(sla->arena);
	free(sla);
}

size_t
sla_metrics(const struct sla *sla)
{
	return sla->nmetric;
}

const char *
sla_metric(const struct sla *sla, size_t i)
{
	return sla->metrics[i];
}

int
sla_find(const struct sla *sla, const char *metric)
{
	size_t	 i;

	for (i = 0; i < sla->nmetric; i++)
		if (strcmp(sla->metrics[i], metric) == 0)
			return (int)i;
	return -1;
}

const struct sla_rule *const *
sla_rules(const struct sla *sla, size_t metric, int tier, size_t channel)
{
	return sla->cells[cell_of(sla, metric, tier, channel)];
}

size_t
sla_channels(const struct sla *sla)
{
	return sla->nchannel;
}

const char *
sla_channel(const struct sla *sla, size_t i)
{
	return sla->channels[i];
}

const struct statement *
rule_statement(const struct sla_rule *r)
{
	return r->st;
}

void
rule_bound(const struct sla_rule *r, struct buf *b)
{
	if (r->same_day) {
		buf_adds(b, "same day");
		return;
	}
	buf_adds(b, r->under ? "under " : "within ");
	duration_show(&r->within, b);
}

void
rule_clock(const struct sla_rule *r, struct buf *b)
{
	const struct clause	*cl = clause_find(r->st, W_CLOCK);
	size_t			 i;

	if (cl == NULL)
		buf_adds(b, r->clock_name != NULL ? r->clock_name : "always");
	for (i = 0; cl != NULL && i < cl->nitem; i++) {
		buf_adds(b, i > 0 ? " and " : "");
		buf_adds(b, cl->item[i].text);
	}
}

/* ------------------------------------------------------ what became of it */

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
	int			 tier = t->tier, i;

	if ((c = value_at(t, EVENT_TIER, at)) != NULL)
		for (i = 0; i < (int)policy_tiers(j->sla->pol); i++)
			if (cell_is(*c, policy_tier(j->sla->pol,
			    (size_t)i)->name))
				tier = i;
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

	if (value_at(t, EVENT_TIER, INT64_MAX) == NULL &&
	    value_at(t, EVENT_PRIORITY, INT64_MAX) == NULL)
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
 * The stretches of a ticket's life in which the clock of a rule stands.  A
 * ticket that was resolved and is so still is paused by nothing: its clock
 * has ended, or a due time is still of use to people.
 */
static void
add_pauses(struct judge *j, const struct sla_rule *r, struct ticket *t)
{
	static const struct cell open = { "open", 4 };
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
		else if (resolved)
			stands = reopens && ((r->resolves &&
			    r->reopen == REOPEN_RESUME) ||
			    paused_by(r, t, c));
		else
			stands = paused_by(r, t, c);
		if (stands)
			add_pause(j, at, next, resolved ? "resolved" :
			    c->p != t->status.p ? c->p : "paused");
		if (e == NULL)
			break;
		resolved = event_resolves(e, resolved);
		if (next > at)
			at = next;
		if (e->what == EVENT_STATUS) {
			c = &e->value;
			ticket_as_status(t, c);
		} else if (e->what == EVENT_PRIORITY) {
			ticket_as_priority(t, &e->value);
		}
	}
	ticket_as_status(t, NULL);
	ticket_as_priority(t, NULL);
}

/* -------------------------------------------------------------- one clock */

/* Where a bound of calendar steps or business days ends, without pauses. */
static when
stepped(const struct sla_rule *r, const struct calendar *clock,
    const struct zone *zone, when start)
{
	const struct duration	*d = &r->within;
	struct civil		 c;
	when			 due = start;
	int64_t			 day;

	if (clock != NULL)
		zone = calendar_zone(clock);
	if (d->business) {
		due = calendar_add_days(clock, zone, start, d->days);
	} else {
		zone_civil(zone, start, &c);
		civil_add_months(&c, d->months);
		day = days_of(c.year, c.month, c.day) + d->days;
		due = zone_at(zone, day, c.hour * 3600 + c.minute * 60 +
		    c.second, NULL);
	}
	if (due != WHEN_NONE && d->seconds != 0)
		due = d->business ? calendar_add(clock, due, d->seconds) :
		    due + d->seconds;
	return due > WHEN_MAX ? WHEN_NONE : due;
}

/* The same from within a second: its part is kept where both are open. */
static tick
stepped_tick(const struct owed *o, const struct zone *zone)
{
	when	 start = tick_second(o->start), due;
	int	 part = tick_part(o->start);

	due = stepped(o->rule, o->clock, zone, start);
	if (part != 0 && due != WHEN_NONE && o->rule->within.business &&
	    !(calendar_is_open(o->clock, start) &&
	    calendar_is_open(o->clock, due)))
		part = 0;
	return due == WHEN_NONE ? WHEN_NONE : tick_of(due) + part;
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
		o->due = stepped_tick(o, zone);
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

/* Judge one run of the clock, whose start, end and pauses are set. */
static void
run_clock(const struct judge *j, struct owed *o, int stands)
{
	tick	 until = o->end != WHEN_NONE ? o->end : j->now;

	set_due(o, policy_zone(j->sla->pol));
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
	run_clock(j, &run, stands);
	keep_run(j, o, &run);
}

static int
before_start(const struct judge *j, const struct owed *o,
    const struct row *row, struct fault *fault)
{
	const struct docket	*docket = j->sla->docket;
	size_t			 column;
	char			 why[200];

	column = docket_time_column(docket, o->rule->stop);
	snprintf(why, sizeof(why), "is before %.150s",
	    docket_time_name(docket, o->rule->start));
	if (column == FAULT_ROW)
		return fault_set(fault, FAULT_ROW, "%.150s %s",
		    docket_time_name(docket, o->rule->stop), why);
	return fault_cell(fault, row, column, why);
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
	o->clock = r->customer != NULL && t->calendar != -1 ?
	    r->customer[t->calendar] : r->clock;
	o->end = t->times[r->stop];
	if (r->resolves && t->first_resolved != WHEN_NONE) {
		if (r->reopen == REOPEN_IGNORE)
			o->end = t->first_resolved;
		else if (r->reopen == REOPEN_RESTART &&
		    t->reopened != WHEN_NONE)
			o->start = t->reopened;
	}
	if (o->end != WHEN_NONE && o->end < o->start &&
	    r->cycle == CYCLE_NONE) {
		if (clause_find(r->st, W_AFTER) == NULL)
			return before_start(j, o, row, fault);
		o->start = o->end;	/* done before it was owed */
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
	size_t			 m, i, column;

	j->npause = j->nrun = 0;
	column = docket_time_column(sla->docket, sla->created);
	for (m = 0; m < sla->nmetric; m++) {
		if (judge_metric(j, m, t, row, fault) == -1)
			return -1;
		if (j->owed[m].rule != NULL && j->owed[m].rule->start ==
		    sla->created && t->times[sla->created] == WHEN_NONE)
			return fault_set(fault, column, "is empty");
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

const char *
metric_word(enum metric_status status)
{
	static const char *const words[] = {
		[METRIC_NONE] = "", [METRIC_MET] = "met",
		[METRIC_PAUSED] = "paused", [METRIC_OPEN] = "open",
		[METRIC_WARNING] = "warning", [METRIC_BREACHED] = "breached"
	};

	return words[status];
}

/* Of a minute, rounded half to even. */
static int64_t
thousandths(tick t)
{
	const tick	 unit = 60 * TICKS / 1000;
	int64_t		 n = t / unit;
	tick		 rest = t % unit;

	return n + (rest > unit / 2 || (rest == unit / 2 && n % 2 == 1));
}

num
minutes_of(tick t)
{
	return (t < 0 ? -thousandths(-t) : thousandths(t)) * (NUM_ONE / 1000);
}

size_t
minutes_format(char text[NUM_SIZE], tick t)
{
	char		 digits[NUM_SIZE], *p = digits + NUM_SIZE, *end = p;
	uint64_t	 n = (uint64_t)thousandths(t < 0 ? -t : t);
	unsigned	 part = (unsigned)(n % 1000);
	int		 i, shown = 0, negative = t < 0 && n > 0;

	n /= 1000;
	for (i = 0; i < 3; i++, part /= 10) {
		shown |= part % 10 != 0;
		if (shown)
			*--p = (char)('0' + part % 10);
	}
	if (shown)
		*--p = '.';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (negative)
		*--p = '-';
	memcpy(text, p, (size_t)(end - p));
	return (size_t)(end - p);
}
