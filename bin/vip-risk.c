/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-risk: append to each customer its health, and what to do about it.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/exclude.h"
#include "score/risk.h"

struct job {
	const struct policy	*pol;
	struct plan		*plan;
	struct risk		*risk;
	const char		*fail_on;	/* a level, or NULL */
	size_t			 found;
};

struct worker {
	const struct job	*job;
	struct frame		*frame;
	struct prognosis	 prognosis;
	size_t			 found;
};

static void *
begin(void *ctx)
{
	struct worker	*w = xcalloc(1, sizeof(*w));

	w->job = ctx;
	w->frame = frame_new(w->job->plan);
	w->prognosis.symptom = xcalloc(risk_signals(w->job->risk) + 1,
	    sizeof(*w->prognosis.symptom));
	return w;
}

static int
judge(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	const struct risk	*risk = w->job->risk;
	struct prognosis	*p = &w->prognosis;
	const struct clause	*to;
	const char		*level;

	if (frame_load(w->frame, row, fault) == -1)
		return ROW_FAULT;
	risk_judge(risk, w->frame, p);
	if (frame_fault(w->frame, fault) == -1)
		return ROW_FAULT;
	level = p->level != NULL ? p->level->name : "";
	cells_num(cells, 0, p->health);
	cells_str(cells, 1, level);
	risk_reasons(risk, w->frame, p, cells_buf(cells, 2));
	risk_action(risk, p, cells_buf(cells, 3));
	if (p->escalation != NULL) {
		to = clause_find(p->escalation, W_TO);
		cells_str(cells, 4, to != NULL ? to->text :
		    p->escalation->label);
	}
	if (w->job->fail_on != NULL && strcmp(w->job->fail_on, level) == 0)
		w->found++;
	return ROW_OK;
}

static void
end(void *ctx, void *state)
{
	struct job	*job = ctx;
	struct worker	*w = state;

	job->found += w->found;
	frame_free(w->frame);
	free(w->prognosis.symptom);
	free(w);
}

int
main(int argc, char *argv[])
{
	enum { FAIL_ON = 256 };
	static const struct flag flags[] = {
		{ FAIL_ON, "fail-on", "LEVEL",
		    "exit 1 when a customer is at that risk level" },
		{ 0, NULL, NULL, NULL }
	};
	static const char *const columns[] = {
		"health", "risk_level", "risk_reasons", "risk_action",
		"escalate_to"
	};
	struct command	 cmd = {
		.name = "vip-risk", .operands = "[FILE]",
		.purpose =
		    "Append to each customer its health, risk and action.",
		.example = "vip-classify -p rhf customers.csv | vip-risk -p rhf",
		.uses = USES_ALL, .flags = flags
	};
	struct pass	 pass = {
		.columns = columns, .ncolumns = 5,
		.begin = begin, .row = judge, .end = end
	};
	struct pass_options options;
	struct exclusions *exclusions;
	struct job	 job = { 0 };
	struct policy	*pol;
	struct reader	*rd;
	struct writer	*w;
	when		 now;
	int		 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		if (ch == FAIL_ON)
			job.fail_on = optarg;
	job.pol = pol = command_policy(&cmd);
	if (job.fail_on != NULL && policy_find(pol, KW_LEVEL, job.fail_on) ==
	    NULL)
		command_usage(&cmd, "--fail-on: the policy has no level %s",
		    job.fail_on);
	rd = command_reader(&cmd, command_operand(&cmd, argc, argv));
	now = command_now(&cmd, policy_zone(pol));
	job.plan = plan_new(pol, now);
	job.risk = risk_new(pol, job.plan, now);
	exclusions = plan_ranked(job.plan) ?
	    exclusions_new(pol, job.plan, now) : NULL;
	plan_bind(job.plan, rd);
	pass.unique = reader_column(rd, policy_key(pol)) + 1;

	command_survey(&cmd, rd, job.plan, exclusions);
	options = command_pass(&cmd);
	w = command_writer(&cmd, rd);
	table_pass(rd, w, &pass, &job, &options);
	reject_close(options.reject);
	writer_close(w);

	risk_free(job.risk);
	exclusions_free(exclusions);
	plan_free(job.plan);
	reader_free(rd);
	policy_free(pol);
	return job.found > 0 ? STATUS_FOUND : STATUS_OK;
}
