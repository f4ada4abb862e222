/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-rollup: make metrics of customers from orders, tickets and events.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/rollup.h"

struct job {
	struct command	*cmd;
	struct rollup	 rollup;
	enum { USUAL, BY_POLICY, BY_NAME } choice;
	struct buf	 names;		/* of metrics, each with a NUL */
	struct metric	*metrics;
	char		*key;		/* of parts */
	const char	*tickets, *events, *onto, *since, *until;
	int		 partial, merge;
	struct reader	*readers[3];	/* by enum source, or NULL */
	struct reader	*customers;
};

/* The names of -m, parted by commas or blanks. */
static void
add_names(struct job *j, const char *list)
{
	struct metric	 m;
	struct buf	 b = { 0 };
	const char	*near;
	char		*name;
	size_t		 len;
	int		 bad = 0;

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
		rollup_name(&j->names, name);
		free(name);
	}
	buf_free(&b);
	if (bad)
		command_usage(j->cmd, "a metric is MEASURE_WINDOW, such as "
		    "spend_30d or orders_prev_90d");
	j->choice = BY_NAME;
}

static int64_t
day_argument(const struct command *cmd, const char *option, const char *s)
{
	struct stamp	 st;

	if (stamp_parse(s, strlen(s), &st) == -1 || st.has_time)
		command_usage(cmd, "%s: \"%s\" is not a date such as "
		    "2026-01-19", option, s);
	return days_of(st.civil.year, st.civil.month, st.civil.day);
}

static void
set_time(struct job *j)
{
	struct rollup	*r = &j->rollup;

	r->now = command_now(j->cmd, r->zone);
	r->until = command_until(j->cmd, r->zone);
	r->today = zone_day(r->zone, r->until - 1);
	r->since = j->since != NULL ?
	    day_argument(j->cmd, "--since", j->since) : DAY_FIRST;
	r->last = j->until != NULL ?
	    day_argument(j->cmd, "--until", j->until) : DAY_LAST;
}

/* The metrics that are named, as an array with room for all of them. */
static void
parse_names(struct job *j)
{
	const struct buf	*names = &j->names;
	size_t			 i;

	free(j->metrics);
	j->metrics = xcalloc(names->len + 1, sizeof(*j->metrics));
	j->rollup.metrics = j->metrics;
	j->rollup.nmetrics = 0;
	for (i = 0; i < names->len; i += strlen(names->p + i) + 1)
		if (metric_parse(names->p + i,
		    &j->metrics[j->rollup.nmetrics]) == 0)
			j->rollup.nmetrics++;
}

/*
 * Orders are read unless they are not given and none of the metrics that
 * are named needs them.
 */
static int
wants_orders(const struct job *j, const char *orders)
{
	size_t	 i;

	if (orders != NULL || j->choice != BY_NAME)
		return 1;
	for (i = 0; i < j->rollup.nmetrics; i++)
		if (metric_source(&j->metrics[i]) == SOURCE_ORDERS)
			return 1;
	return 0;
}

static int
is_stdin(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static void
open_tables(struct job *j, char *operands[])
{
	const char	*orders = operands[0];
	int		 wants = wants_orders(j, orders), n;

	n = is_stdin(j->tickets) + is_stdin(j->events) + is_stdin(j->onto) +
	    (wants && orders == NULL);
	for (; *operands != NULL; operands++)
		n += is_stdin(*operands);
	if (n > 1)
		command_usage(j->cmd,
		    "only one file can be the standard input");
	if (wants)
		j->readers[SOURCE_ORDERS] = command_reader(j->cmd, orders);
	if (j->tickets != NULL)
		j->readers[SOURCE_TICKETS] = command_reader(j->cmd,
		    j->tickets);
	if (j->events != NULL)
		j->readers[SOURCE_EVENTS] = command_reader(j->cmd, j->events);
	if (j->onto != NULL)
		j->customers = command_reader(j->cmd, j->onto);
}

static const char *const	 options_of[] = {
	"FILE", "--tickets", "--events"		/* by enum source */
};

/* A metric of -m has no source: events, unless it is a slip of the pen. */
static _Noreturn void
not_given(const struct job *j, const struct metric *m)
{
	struct buf	 b = { 0 };
	const char	*near = NULL;

	if (m->measure == MEASURE_EVENTS)
		near = metric_nearest(m->name, &b);
	command_usage(j->cmd, "-m: %s is made from %s: give %s%s%s%s",
	    m->name, metric_source(m) == SOURCE_EVENTS ? "events" : "tickets",
	    options_of[metric_source(m)], near != NULL ?
	    "; or did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
}

/* Can a metric be made, and is it to be?  Why not goes to "in_vain". */
static int
is_made(const struct job *j, const struct metric *m, struct buf *in_vain)
{
	enum source		 source = metric_source(m);
	const struct reader	*rd = j->readers[source];
	const char		*lacks = NULL;
	int			 there;

	there = j->customers != NULL &&
	    reader_column(j->customers, m->name) != -1;
	if (there && (m->measure == MEASURE_LTV ||
	    (j->choice == BY_POLICY && m->measure == MEASURE_EVENTS)))
		return 0;
	if (rd == NULL && j->choice == BY_NAME)
		not_given(j, m);
	if (rd != NULL && (lacks = rollup_lacks(&j->rollup, m, rd)) == NULL)
		return 1;
	if (j->choice == BY_NAME)
		reader_need(rd, lacks);
	if (j->choice == USUAL || there || m->measure == MEASURE_EVENTS)
		return 0;
	buf_adds(in_vain, in_vain->len > 0 ? ", " : "");
	if (rd == NULL)
		buf_addf(in_vain, "%s (no %s)", m->name, options_of[source]);
	else
		buf_addf(in_vain, "%s (%s has no column %s)", m->name,
		    reader_name(rd), lacks);
	return 0;
}

static void
choose_metrics(struct job *j)
{
	struct buf	 in_vain = { 0 };
	size_t		 i, n = 0;

	for (i = 0; i < j->rollup.nmetrics; i++)
		if (is_made(j, &j->metrics[i], &in_vain))
			j->metrics[n++] = j->metrics[i];
	j->rollup.nmetrics = n;
	if (in_vain.len > 0)
		note("not made: %s", buf_str(&in_vain));
	buf_free(&in_vain);
}

static void
read_facts(struct job *j, char *operands[])
{
	struct pass_options	 orders = command_pass(j->cmd), others;
	struct rollup		*r = &j->rollup;
	struct reader		*rd = j->readers[SOURCE_ORDERS];

	r->tally = tally_new(r->metrics, r->nmetrics, r->today,
	    j->cmd->in.memory);
	others = orders;
	others.reject = NULL;
	while (rd != NULL) {
		rollup_orders(r, rd, &orders);
		reader_free(rd);
		rd = *operands != NULL && *++operands != NULL ?
		    command_reader(j->cmd, *operands) : NULL;
	}
	reject_close(orders.reject);
	if ((rd = j->readers[SOURCE_TICKETS]) != NULL) {
		rollup_tickets(r, rd, &others,
		    j->readers[SOURCE_EVENTS] != NULL);
		reader_free(rd);
	}
	if ((rd = j->readers[SOURCE_EVENTS]) != NULL) {
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
read_parts(struct job *j, char *operands[])
{
	struct rollup	*r = &j->rollup;
	struct buf	 names = { 0 }, of = { 0 };
	const char	*key;
	struct reader	*rd = command_reader(j->cmd, operands[0]);
	int64_t		 today;
	size_t		 asked = j->names.len, shown;

	rollup_part(rd, &key, &today, &names);
	if (j->cmd->as_of != NULL && today != r->today)
		die(STATUS_DATA, "%s: made for another day than --as-of",
		    reader_name(rd));
	r->today = today;
	r->key = j->key = xstrdup(key);
	for (size_t i = 0; i < names.len; i += strlen(names.p + i) + 1)
		rollup_name(&j->names, names.p + i);
	if (asked > 0 && j->names.len != names.len)
		die(STATUS_DATA, "%s: made without a metric of -m",
		    reader_name(rd));
	parse_names(j);
	r->tally = tally_new(r->metrics, r->nmetrics, today,
	    j->cmd->in.memory);
	for (shown = 0; asked > 0 && shown < r->nmetrics &&
	    r->metrics[shown].name < j->names.p + asked; shown++)
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
		rd = command_reader(j->cmd, *operands);
	}
	buf_free(&of);
	buf_free(&names);
}

static void
write_tables(struct job *j, struct writer *w)
{
	struct pass_options	 options = j->cmd->pass;
	struct rollup		*r = &j->rollup;

	options.reject = NULL;
	tally_settle(r->tally, options.jobs, j->partial);
	if (j->partial)
		rollup_write_part(r, w, options.jobs);
	else if (j->customers != NULL)
		rollup_onto(r, j->customers, w, &options);
	else
		rollup_write(r, w, options.jobs);
	writer_close(w);
}

static const struct flag	 flags[] = {
	{ 'm', "metrics", "LIST", "make these: spend_30d,orders_total,..." },
	{ 256, "all-windows", NULL, "make the usual metrics" },
	{ 257, "tickets", "FILE", "read tickets too" },
	{ 258, "events", "FILE", "read events too: at, event, value" },
	{ 259, "onto", "FILE", "add the metrics to these customers' rows" },
	{ 260, "since", "DATE", "read no facts before that day" },
	{ 261, "until", "DATE", "read no facts after that day" },
	{ 262, "partial", NULL, "write a part, to be merged with others" },
	{ 263, "merge", NULL, "the FILEs are such parts" },
	{ 0, NULL, NULL, NULL }
};

static void
options(struct job *j, int argc, char *argv[])
{
	int	 ch, usual = 0;

	while ((ch = command_getopt(j->cmd, argc, argv)) != -1)
		switch (ch) {
		case 'm':
			add_names(j, optarg);
			break;
		case 256:
			usual = 1;
			break;
		case 257:
			j->tickets = optarg;
			break;
		case 258:
			j->events = optarg;
			break;
		case 259:
			j->onto = optarg;
			break;
		case 260:
			j->since = optarg;
			break;
		case 261:
			j->until = optarg;
			break;
		case 262:
			j->partial = 1;
			break;
		case 263:
			j->merge = 1;
			break;
		}
	if (usual && j->choice == BY_NAME)
		command_usage(j->cmd, "-m or --all-windows, not both");
	if (j->partial && j->onto != NULL)
		command_usage(j->cmd, "--partial writes no --onto");
	if (j->merge && (j->tickets != NULL || j->events != NULL || usual ||
	    j->since != NULL || j->until != NULL))
		command_usage(j->cmd, "--merge reads parts and nothing else");
	if (j->choice == USUAL && !usual && !j->merge &&
	    command_has_policy(j->cmd))
		j->choice = BY_POLICY;
}

int
main(int argc, char *argv[])
{
	struct command	 cmd = {
		.name = "vip-rollup", .operands = "[FILE ...]",
		.purpose = "Make metrics of customers from orders, tickets "
		    "and events.",
		.example = "vip-rollup -p rhf --tickets tickets.csv "
		    "--onto customers.csv orders.csv",
		.uses = USES_ALL, .flags = flags
	};
	struct job	 j = { .cmd = &cmd };
	struct rollup	*r = &j.rollup;
	struct policy	*pol = NULL;
	struct zone	*utc = NULL;
	struct writer	*w;
	int		 i;

	options(&j, argc, argv);
	if (command_has_policy(&cmd))
		pol = command_policy(&cmd);
	else
		utc = zone_open("UTC");
	r->pol = pol;
	r->map = cmd.renames;
	r->zone = pol != NULL ? policy_zone(pol) : utc;
	r->key = pol != NULL ? policy_key(pol) : "customer_id";
	set_time(&j);
	if (j.choice == BY_POLICY)
		rollup_policy(pol, &j.names);
	else if (j.choice == USUAL && !j.merge)
		rollup_usual(&j.names);
	parse_names(&j);
	if (j.merge) {
		read_parts(&j, argv + optind);
		if (j.onto != NULL)
			j.customers = command_reader(&cmd, j.onto);
		w = command_writer(&cmd, j.customers);
	} else {
		open_tables(&j, argv + optind);
		choose_metrics(&j);
		for (i = 0; i < 2 && j.readers[i] == NULL; i++)
			;
		w = command_writer(&cmd, j.customers != NULL ? j.customers :
		    j.readers[i]);
		read_facts(&j, argv + optind);
	}
	write_tables(&j, w);

	tally_free(r->tally);
	reader_free(j.customers);
	buf_free(&j.names);
	free(j.metrics);
	free(j.key);
	zone_free(utc);
	policy_free(pol);
	command_end(&cmd);
	return STATUS_OK;
}
