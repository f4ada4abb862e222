/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vip-sla writes: tickets against the standards of a policy, the
 * standards themselves, a calendar.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/standards.h"
#include "score/service.h"

/* Its name, or wrong usage that says which there are. */
static const struct calendar *
find_calendar(const struct command *cmd, const struct policy *pol,
    const char *name)
{
	const struct statement	*st;
	const struct calendar	*cal;
	struct buf		 known = { 0 };

	if (name != NULL && (cal = policy_calendar(pol, name)) != NULL)
		return cal;
	for (st = policy_find(pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st))
		buf_addf(&known, "%s%s", known.len > 0 ? ", " : "", st->name);
	if (known.len == 0)
		command_usage(cmd, "%s has no calendar", policy_name(pol));
	if (name == NULL)
		command_usage(cmd, "which calendar?  vip-sla calendar NAME, "
		    "of %s", buf_str(&known));
	command_usage(cmd, "%s has no calendar \"%s\", but %s",
	    policy_name(pol), name, buf_str(&known));
}

int
standards_calendar(const struct standards *s, const char *name)
{
	const struct command	*cmd = s->cmd;
	struct policy		*pol = command_policy(cmd);
	const struct calendar	*cal = find_calendar(cmd, pol, name);
	const struct zone	*zone = calendar_zone(cal);
	struct writer		*w;
	int64_t			 from, to;

	from = s->from != NULL ? command_day(cmd, "--from", s->from) :
	    zone_day(zone, command_now(cmd, zone));
	to = s->to != NULL ? command_day(cmd, "--to", s->to) : from + 6;
	if (to < from)
		command_usage(cmd, "--to is before --from");
	w = command_writer(cmd, NULL);
	service_calendar(cal, zone, from, to, w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

/* A service over the tickets; what it reads beside them is read whole. */
static struct service *
serve(const struct standards *s, const struct policy *pol,
    struct reader *tickets)
{
	const struct command	*cmd = s->cmd;
	struct reader_options	 in[2];
	struct service_options	 o = { .pol = pol };
	struct service		*service;

	o.now = command_now(cmd, policy_zone(pol));
	o.until = command_until(cmd, policy_zone(pol));
	o.customers = command_aside(cmd, s->customers, &in[0]);
	o.log = command_aside(cmd, s->events, &in[1]);
	o.jobs = cmd->pass.jobs;
	o.strict_time = s->strict;
	o.tier = s->tier;
	service = service_new(&o, tickets);
	reader_free(o.customers);
	reader_free(o.log);
	return service;
}

int
standards_list(const struct standards *s)
{
	struct policy	*pol = command_policy(s->cmd);
	struct writer	*w = command_writer(s->cmd, NULL);

	service_targets(pol, command_now(s->cmd, policy_zone(pol)), w);
	writer_close(w);
	policy_free(pol);
	return STATUS_OK;
}

int
standards_tickets(struct standards *s, const char *path)
{
	struct command		*cmd = s->cmd;
	struct pass_options	 options;
	struct policy		*pol, *other = NULL;
	struct service		*service, *second = NULL;
	struct reader		*rd;
	struct writer		*w;
	struct command		 base = *cmd;
	size_t			 found;

	if (s->mode == STANDARDS_REPLAY) {
		if (cmd->policy == NULL)
			command_usage(cmd, "--replay: which policy? as in "
			    "-p NOW --replay -p OTHER");
		other = command_policy(cmd);
		base.policy = s->base;
	}
	pol = command_policy(&base);
	rd = command_reader(cmd, path);
	service = serve(s, pol, rd);
	if (other != NULL)
		second = serve(s, other, rd);
	options = command_pass(cmd);
	w = command_writer(cmd, rd);
	if (s->mode == STANDARDS_REPLAY)
		service_replay(service, second, rd, w, &options);
	else if (s->mode == STANDARDS_LONG)
		service_long(service, rd, w, &options);
	else if (s->mode == STANDARDS_EXPLAIN)
		service_explain(service, rd, w, &options);
	else
		service_pass(service, rd, w, &options);
	reject_close(options.reject);
	writer_close(w);
	service_notes(service);
	found = service_count(service, METRIC_BREACHED);
	if (s->fail_on != NULL && strcmp(s->fail_on, "warning") == 0)
		found += service_count(service, METRIC_WARNING);
	service_free(second);
	service_free(service);
	reader_free(rd);
	policy_free(other);
	policy_free(pol);
	return s->fail_on != NULL && found > 0 ? STATUS_FOUND : STATUS_OK;
}
