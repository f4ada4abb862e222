/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/assess.h"
#include "score/risk.h"
#include "score/trend.h"
#include "store/store.h"

#define WAIT	10		/* seconds for another run's lock */

struct job {
	struct command		*cmd;
	const struct assess	*asked;
	struct policy		*pol;
	struct plan		*plan;
	struct risk		*risk;
	struct trend		*trend;		/* --store, or NULL */
	struct pass		 pass;
	size_t			 key;		/* of --store */
	size_t			 found;
};

struct worker {
	struct job		*job;
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
	prognosis_init(&w->prognosis, w->job->risk);
	return w;
}

static void
end(void *ctx, void *state)
{
	struct job	*job = ctx;
	struct worker	*w = state;

	job->found += w->found;
	frame_free(w->frame);
	prognosis_free(&w->prognosis);
	free(w);
}

static void
put_trend(const struct worker *w, const struct row *row, struct cells *cells)
{
	num	 was, change;

	if (trend_find(w->job->trend, row_cell(row, w->job->key), &was) ==
	    -1) {
		cells_str(cells, 7, "new");
		return;
	}
	change = w->prognosis.health - was;
	cells_num(cells, 5, was);
	cells_num(cells, 6, change);
	cells_str(cells, 7, trend_word(change));
}

/* Is a level that of --fail-on, or worse?  Levels stand worst first. */
static int
is_found(const struct job *job, const struct statement *level)
{
	size_t	 i;

	if (job->asked->fail_on == NULL)
		return 0;
	for (i = 0; i < risk_levels(job->risk); i++) {
		if (risk_level(job->risk, i) == level)
			return 1;
		if (strcmp(risk_level(job->risk, i)->name,
		    job->asked->fail_on) == 0)
			return 0;
	}
	return 0;
}

static int
judge(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	const struct risk	*risk = w->job->risk;
	struct prognosis	*p = &w->prognosis;

	if (frame_load(w->frame, row, fault) == -1)
		return ROW_FAULT;
	if (risk_judge(risk, w->frame, row, p, fault) == -1)
		return ROW_FAULT;
	cells_num(cells, 0, p->health);
	cells_text(cells, 1, p->name.p, p->name.len);
	risk_reasons(risk, w->frame, p, cells_buf(cells, 2));
	risk_action(risk, p, cells_buf(cells, 3));
	cells_text(cells, 4, p->told.p, p->told.len);
	if (w->job->trend != NULL)
		put_trend(w, row, cells);
	if (p->level != NULL && is_found(w->job, p->level))
		w->found++;
	return ROW_OK;
}

static void
run(struct job *job, struct reader *rd)
{
	static const char *const columns[] = {
		"health", "risk_level", "risk_reasons", "risk_action",
		"escalate_to", "health_previous", "health_change",
		"health_trend"
	};
	struct pass		*pass = &job->pass;
	struct pass_options	 options = command_pass(job->cmd);
	struct writer		*w = command_writer(job->cmd, rd);

	pass->columns = columns;
	pass->ncolumns = job->trend != NULL ? 8 : 5;
	table_pass(rd, w, pass, job, &options);
	reject_close(options.reject);
	writer_close(w);
}

/* The latest run that the store has of days before today. */
static struct trend *
remember(const struct job *job, when now)
{
	struct reader_options	 in = { 0 };
	struct actor		 actor;
	struct store		*st;
	struct reader		*rd = NULL;
	struct trend		*t;
	int64_t			 id;

	actor = store_actor("", now, policy_zone(job->pol));
	st = store_open(job->asked->store, STORE_READ, WAIT, &actor);
	if ((id = store_before(st, actor.day, "risk")) != 0)
		rd = store_reader(st, id, &in);
	t = trend_new(rd, policy_key(job->pol));
	reader_free(rd);
	store_close(st);
	return t;
}

int
command_assess(struct command *cmd, const char *file,
    const struct assess *asked)
{
	struct job	 job = {
		.cmd = cmd, .asked = asked,
		.pass = { .begin = begin, .row = judge, .end = end }
	};
	struct insight	*insight = NULL;
	struct exclusions *exclusions;
	struct reader	*rd;
	when		 now;

	job.pol = command_policy(cmd);
	if (asked->fail_on != NULL &&
	    policy_find(job.pol, KW_LEVEL, asked->fail_on) == NULL)
		command_usage(cmd, "--fail-on: the policy has no level %s",
		    asked->fail_on);
	rd = command_reader(cmd, file);
	now = command_now(cmd, policy_zone(job.pol));
	job.plan = plan_new(job.pol, now);
	job.risk = risk_new(job.pol, job.plan, now);
	if (asked->insight != INSIGHT_NONE)
		insight = insight_new(cmd, job.pol, job.plan, job.risk, rd,
		    asked->insight, asked->outcome);
	exclusions = plan_asks_all(job.plan) ?
	    exclusions_new(job.pol, job.plan, now) : NULL;
	plan_bind(job.plan, rd);
	risk_bind(job.risk, rd);
	if (asked->store != NULL) {
		job.key = reader_need(rd, policy_key(job.pol));
		job.trend = remember(&job, now);
	}

	job.pass.unique = reader_column(rd, policy_key(job.pol)) + 1;
	if (insight == NULL && asked->store == NULL)
		job.pass.notes = plan_notes(job.plan);
	command_survey(cmd, rd, job.plan, exclusions, &job.pass);
	if (insight != NULL)
		insight_run(insight, rd);
	else
		run(&job, rd);

	trend_free(job.trend);
	insight_free(insight);
	risk_free(job.risk);
	exclusions_free(exclusions);
	plan_free(job.plan);
	reader_free(rd);
	policy_free(job.pol);
	return job.found > 0;
}
