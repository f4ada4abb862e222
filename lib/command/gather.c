/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/gather.h"

static void
set_time(struct gather *g)
{
	struct rollup	*r = &g->rollup;

	r->now = command_now(g->cmd, r->zone);
	r->until = command_until(g->cmd, r->zone);
	r->today = zone_day(r->zone, r->until - 1);
	r->since = g->since != NULL ?
	    command_day(g->cmd, "--since", g->since) : DAY_FIRST;
	r->last = g->until != NULL ?
	    command_day(g->cmd, "--until", g->until) : DAY_LAST;
}

/*
 * Orders are read unless they are not given and none of the metrics that
 * are named needs them.
 */
static int
wants_orders(const struct gather *g, const char *orders)
{
	size_t	 i;

	if (orders != NULL || g->choice != CHOICE_NAMES)
		return 1;
	for (i = 0; i < g->rollup.nmetrics; i++)
		if (metric_source(&g->metrics[i]) == SOURCE_ORDERS)
			return 1;
	return 0;
}

static int
is_stdin(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static void
open_tables(struct gather *g, char *operands[])
{
	const char	*orders = operands[0];
	int		 wants = wants_orders(g, orders), n;

	n = is_stdin(g->tickets) + is_stdin(g->events) + is_stdin(g->onto) +
	    (wants && orders == NULL);
	for (; *operands != NULL; operands++)
		n += is_stdin(*operands);
	if (n > 1)
		command_usage(g->cmd,
		    "only one file can be the standard input");
	if (wants)
		g->readers[SOURCE_ORDERS] = command_reader(g->cmd, orders);
	if (g->tickets != NULL)
		g->readers[SOURCE_TICKETS] = command_reader(g->cmd,
		    g->tickets);
	if (g->events != NULL)
		g->readers[SOURCE_EVENTS] = command_reader(g->cmd, g->events);
	if (g->onto != NULL)
		g->customers = command_reader(g->cmd, g->onto);
}

static void
read_facts(struct gather *g, char *operands[])
{
	struct pass_options	 orders = command_pass(g->cmd), others;
	struct rollup		*r = &g->rollup;
	struct reader		*rd = g->readers[SOURCE_ORDERS];

	r->tally = tally_new(r->metrics, r->nmetrics, r->today,
	    g->cmd->in.memory);
	others = orders;
	others.reject = NULL;
	while (rd != NULL) {
		rollup_orders(r, rd, &orders);
		reader_free(rd);
		rd = *operands != NULL && *++operands != NULL ?
		    command_reader(g->cmd, *operands) : NULL;
	}
	reject_close(orders.reject);
	if ((rd = g->readers[SOURCE_TICKETS]) != NULL) {
		rollup_tickets(r, rd, &others,
		    g->readers[SOURCE_EVENTS] != NULL);
		reader_free(rd);
	}
	if ((rd = g->readers[SOURCE_EVENTS]) != NULL) {
		rollup_events(r, rd, &others);
		reader_free(rd);
	}
	rollup_end(r);
}

/*
 * What parts are of is written in them, and must be the same in all.  The
 * metrics of -m are put first, and are those that are shown.
 */
static void
read_parts(struct gather *g, char *operands[])
{
	struct rollup	*r = &g->rollup;
	struct buf	 names = { 0 }, of = { 0 };
	const char	*key;
	struct reader	*rd = command_reader(g->cmd, operands[0]);
	int64_t		 today;
	size_t		 asked = g->names.len, shown;

	rollup_part(rd, &key, &today, &names);
	if (g->cmd->as_of != NULL && today != r->today)
		die(STATUS_DATA, "%s: made for another day than --as-of",
		    reader_name(rd));
	r->today = today;
	r->key = g->key = xstrdup(key);
	for (size_t i = 0; i < names.len; i += strlen(names.p + i) + 1)
		rollup_name(&g->names, names.p + i);
	if (asked > 0 && g->names.len != names.len)
		die(STATUS_DATA, "%s: made without a metric of -m",
		    reader_name(rd));
	gather_parse(g);
	r->tally = tally_new(r->metrics, r->nmetrics, today,
	    g->cmd->in.memory);
	for (shown = 0; asked > 0 && shown < r->nmetrics &&
	    r->metrics[shown].name < g->names.p + asked; shown++)
		;
	if (asked > 0)
		r->nmetrics = shown;
	for (;;) {
		rollup_part(rd, &key, &today, &of);
		if (today != r->today || strcmp(key, r->key) != 0 ||
		    of.len != names.len ||
		    memcmp(of.p, names.p, of.len) != 0)
			die(STATUS_DATA, "%s: not a part of the same rollup "
			    "as the first", reader_name(rd));
		of.len = 0;
		rollup_read_part(r, rd);
		reader_free(rd);
		if (*operands == NULL || *++operands == NULL)
			break;
		rd = command_reader(g->cmd, *operands);
	}
	buf_free(&of);
	buf_free(&names);
}

void
gather_begin(struct gather *g, const struct policy *pol,
    const struct zone *utc)
{
	struct rollup	*r = &g->rollup;

	r->pol = pol;
	r->map = g->cmd->renames;
	r->zone = pol != NULL ? policy_zone(pol) : utc;
	r->key = pol != NULL ? policy_key(pol) : "customer_id";
	set_time(g);
	if (g->choice == CHOICE_POLICY)
		rollup_policy(pol, &g->names);
	else if (g->choice == CHOICE_USUAL && !g->merge)
		rollup_usual(&g->names);
	gather_parse(g);
}

struct writer *
gather_read(struct gather *g, char *operands[])
{
	struct writer	*w;
	int		 i;

	if (g->merge) {
		read_parts(g, operands);
		if (g->onto != NULL)
			g->customers = command_reader(g->cmd, g->onto);
		return command_writer(g->cmd, g->customers);
	}
	open_tables(g, operands);
	gather_choose(g);
	for (i = 0; i < SOURCE_EVENTS && g->readers[i] == NULL; i++)
		;
	w = command_writer(g->cmd, g->customers != NULL ? g->customers :
	    g->readers[i]);
	read_facts(g, operands);
	return w;
}

void
gather_write(struct gather *g, struct writer *w)
{
	struct pass_options	 options = g->cmd->pass;
	struct rollup		*r = &g->rollup;

	options.reject = NULL;
	tally_settle(r->tally, options.jobs, g->partial);
	if (g->partial)
		rollup_write_part(r, w, options.jobs);
	else if (g->customers != NULL)
		rollup_onto(r, g->customers, w, &options);
	else
		rollup_write(r, w, options.jobs);
	writer_close(w);
}

void
gather_end(struct gather *g)
{
	tally_free(g->rollup.tally);
	reader_free(g->customers);
	buf_free(&g->names);
	free(g->metrics);
	free(g->key);
}
