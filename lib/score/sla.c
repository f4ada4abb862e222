/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sla statements of a policy say, and which of them holds for whom.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "score/sla_parts.h"

/* -------------------------------------------------- what a statement says */

#define FOREVER		INT64_C(1000000000000)	/* seconds; more than any
						   two dates are apart */

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

const char *
metric_end(const char *metric, const struct statement *st, struct arena *a)
{
	const struct clause	*stop = st != NULL ? clause_find(st, W_STOP) :
				    NULL;
	const size_t		 len = strlen(metric);
	size_t			 i;
	char			*made;

	if (stop != NULL)
		return stop->text;
	for (i = 0; i < NKNOWN; i++)
		if (ends[i] != NULL && strcmp(metric, known[i]) == 0)
			return ends[i];
	if (strcmp(metric, "requester_wait") == 0 ||
	    strcmp(metric, "agent_work") == 0)
		return "resolved_at";
	made = arena_get(a, len + sizeof("_at"));
	memcpy(made, metric, len);
	memcpy(made + len, "_at", sizeof("_at"));
	return made;
}

/* The columns at which its clock starts and stops. */
static void
set_columns(struct sla *sla, struct sla_rule *r)
{
	const struct clause	*start, *stop, *after;
	const char		*end = metric_end(r->st->name, r->st,
				    sla->arena);
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
	r->start = docket_time(sla->docket, start != NULL ? start->text :
	    after != NULL ? after->text : "created_at",
	    !logged && r->cycle == CYCLE_NONE);
	r->stop = docket_time(sla->docket, end, !logged && r->cycle == CYCLE_NONE);
	r->resolves = strcmp(end, "resolved_at") == 0;
	r->follows = after != NULL && strcmp(after->text, "resolved_at") == 0 &&
	    strcmp(end, "followed_up_at") == 0;
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
	r->clocks = clocks_new(sla->pol, st, r->within.business);
	if (clocks_ask(r->clocks))
		docket_want_calendar(sla->docket);
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
	return (metric * sla->ntier + (size_t)tier) *
	    (sla->nchannel + 1) + channel;
}

static void
fill_cells(struct sla *sla)
{
	size_t	 m, t, c, n = sla->ntier;

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
	sla->ntier = policy_tiers(sla->pol);
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
	for (i = 0; i < sla->nmetric * sla->ntier *
	    (sla->nchannel + 1); i++)
		free(sla->cells[i]);
	free(sla->cells);
	for (i = 0; i < sla->nrule; i++) {
		clocks_free(sla->rules[i]->clocks);
		free(sla->rules[i]);
	}
	free(sla->rules);
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
	clocks_show(r->clocks, b);
}
