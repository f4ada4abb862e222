/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which metrics vip-rollup is to make: those of -m, of the policy, or the
 * usual ones, as far as what was given can make them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/gather.h"

void
gather_names(struct gather *g, const char *list)
{
	struct metric	 m;
	struct buf	 b = { 0 };
	const char	*near;
	char		*name;
	size_t		 len, had;
	int		 bad = 0, twice = 0;

	for (; *(list += strspn(list, ", \t\n")) != '\0'; list += len) {
		len = strcspn(list, ", \t\n");
		name = xmemdup0(list, len);
		if (metric_parse(name, &m) == -1) {
			bad = 1;
			near = metric_nearest(name, &b);
			complain("-m: there is no metric \"%s\"%s%s%s", name,
			    near != NULL ? "; did you mean " : "",
			    near != NULL ? near : "", near != NULL ? "?" : "");
		}
		had = g->names.len;
		rollup_name(&g->names, name);
		if (g->names.len == had) {
			twice = 1;
			complain("-m: \"%s\" is there twice", name);
		}
		free(name);
	}
	buf_free(&b);
	if (bad)
		command_usage(g->cmd, "a metric is MEASURE_WINDOW, such as "
		    "spend_30d or orders_prev_90d");
	if (twice)
		command_usage(g->cmd, "a metric is a column, and has its name "
		    "alone");
	g->choice = CHOICE_NAMES;
}

void
gather_parse(struct gather *g)
{
	const struct buf	*names = &g->names;
	size_t			 i;

	free(g->metrics);
	g->metrics = xcalloc(names->len + 1, sizeof(*g->metrics));
	g->rollup.metrics = g->metrics;
	g->rollup.nmetrics = 0;
	for (i = 0; i < names->len; i += strlen(names->p + i) + 1)
		if (metric_parse(names->p + i,
		    &g->metrics[g->rollup.nmetrics]) == 0)
			g->rollup.nmetrics++;
}

static const char *const	 options_of[] = {
	"FILE", "--tickets", "--events"		/* by enum source */
};

/* A metric of -m has no source: events, unless it is a slip of the pen. */
static _Noreturn void
not_given(const struct gather *g, const struct metric *m)
{
	struct buf	 b = { 0 };
	const char	*near = NULL;

	if (m->measure == MEASURE_EVENTS)
		near = metric_nearest(m->name, &b);
	command_usage(g->cmd, "-m: %s is made from %s: give %s%s%s%s",
	    m->name, metric_source(m) == SOURCE_EVENTS ? "events" : "tickets",
	    options_of[metric_source(m)], near != NULL ?
	    "; or did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
}

/* Can a metric be made, and is it to be?  Why not goes to "in_vain". */
static int
is_made(const struct gather *g, const struct metric *m, struct buf *in_vain)
{
	enum source		 source = metric_source(m);
	const struct reader	*rd = g->readers[source];
	const char		*lacks = NULL;
	int			 there;

	there = g->customers != NULL &&
	    reader_column(g->customers, m->name) != -1;
	if (there && (m->measure == MEASURE_LTV ||
	    (g->choice == CHOICE_POLICY && m->measure == MEASURE_EVENTS)))
		return 0;
	if (rd == NULL && g->choice == CHOICE_NAMES)
		not_given(g, m);
	if (rd != NULL && (lacks = rollup_lacks(&g->rollup, m, rd)) == NULL)
		return 1;
	if (g->choice == CHOICE_NAMES)
		reader_need(rd, lacks);
	if (g->choice == CHOICE_USUAL || there || m->measure == MEASURE_EVENTS)
		return 0;
	buf_adds(in_vain, in_vain->len > 0 ? ", " : "");
	if (rd == NULL)
		buf_addf(in_vain, "%s (no %s)", m->name, options_of[source]);
	else
		buf_addf(in_vain, "%s (%s has no column %s)", m->name,
		    reader_name(rd), lacks);
	return 0;
}

void
gather_choose(struct gather *g)
{
	struct buf	 in_vain = { 0 };
	size_t		 i, n = 0;

	for (i = 0; i < g->rollup.nmetrics; i++)
		if (is_made(g, &g->metrics[i], &in_vain))
			g->metrics[n++] = g->metrics[i];
	g->rollup.nmetrics = n;
	if (in_vain.len > 0)
		note("not made: %s", buf_str(&in_vain));
	buf_free(&in_vain);
}
