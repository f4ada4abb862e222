/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-classify: append to each customer the tier that a policy gives it.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "score/tier.h"

struct job {
	const struct policy	*pol;
	struct plan		*plan;
	struct tiers		*tiers;
	size_t			*count;		/* customers of each tier */
	int			 profiles, benefits;	/* cells, or -1 */
};

struct worker {
	const struct job	*job;
	struct frame		*frame;
	size_t			*count;
};

static void *
begin(void *ctx)
{
	struct worker	*w = xcalloc(1, sizeof(*w));

	w->job = ctx;
	w->frame = frame_new(w->job->plan);
	w->count = xcalloc(policy_tiers(w->job->pol), sizeof(*w->count));
	return w;
}

static int
classify(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	const struct job	*job = w->job;
	struct verdict		 v;

	if (frame_load(w->frame, row, fault) == -1)
		return ROW_FAULT;
	tiers_judge(job->tiers, w->frame, &v);
	cells_str(cells, 0, v.st->name);
	cells_num(cells, 1, v.level * NUM_ONE);
	tiers_reason(job->tiers, w->frame, &v, cells_buf(cells, 2));
	if (job->profiles != -1)
		tiers_profiles(job->tiers, w->frame, &v,
		    cells_buf(cells, (size_t)job->profiles));
	if (job->benefits != -1)
		tier_benefits(v.st, cells_buf(cells, (size_t)job->benefits));
	if (frame_fault(w->frame, fault) == -1)
		return ROW_FAULT;
	w->count[v.tier]++;
	return ROW_OK;
}

static void
end(void *ctx, void *state)
{
	struct job	*job = ctx;
	struct worker	*w = state;
	size_t		 i;

	for (i = 0; i < policy_tiers(job->pol); i++)
		job->count[i] += w->count[i];
	frame_free(w->frame);
	free(w->count);
	free(w);
}

int
main(int argc, char *argv[])
{
	enum { BENEFITS = 256, FAIL_ON };
	static const struct flag flags[] = {
		{ BENEFITS, "benefits", NULL, "add what the tier is owed" },
		{ FAIL_ON, "fail-on", "limit",
		    "exit 1 when more qualify than a limit allows" },
		{ 0, NULL, NULL, NULL }
	};
	struct command	 cmd = {
		.name = "vip-classify", .operands = "[FILE]",
		.purpose = "Append to each customer its tier, and why.",
		.example = "vip-classify -p rhf customers.csv",
		.uses = USES_ALL, .flags = flags
	};
	const char	*columns[5] = { "tier", "tier_level", "tier_reason" };
	struct pass	 pass = {
		.columns = columns, .ncolumns = 3,
		.begin = begin, .row = classify, .end = end
	};
	struct pass_options options;
	struct job	 job = { .profiles = -1, .benefits = -1 };
	struct policy	*pol;
	struct reader	*rd;
	struct writer	*w;
	when		 now;
	int		 ch, benefits = 0, fail = 0, over;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		switch (ch) {
		case BENEFITS:
			benefits = 1;
			break;
		case FAIL_ON:
			if (strcmp(optarg, "limit") != 0)
				command_usage(&cmd, "--fail-on: \"%s\" is not "
				    "limit", optarg);
			fail = 1;
			break;
		}
	job.pol = pol = command_policy(&cmd);
	rd = command_reader(&cmd, command_operand(&cmd, argc, argv));
	now = command_now(&cmd, policy_zone(pol));
	job.plan = plan_new(pol, now);
	job.tiers = tiers_new(pol, job.plan, now);
	job.count = xcalloc(policy_tiers(pol), sizeof(*job.count));
	plan_bind(job.plan, rd);
	pass.unique = reader_column(rd, policy_key(pol)) + 1;
	if (tiers_profiled(job.tiers)) {
		job.profiles = (int)pass.ncolumns;
		columns[pass.ncolumns++] = "profiles";
	}
	if (benefits) {
		job.benefits = (int)pass.ncolumns;
		columns[pass.ncolumns++] = "benefits";
	}

	command_survey(&cmd, rd, job.plan, tiers_exclusions(job.tiers));
	options = command_pass(&cmd);
	w = command_writer(&cmd, rd);
	table_pass(rd, w, &pass, &job, &options);
	over = tiers_limits(job.tiers, job.count);
	reject_close(options.reject);
	writer_close(w);

	free(job.count);
	tiers_free(job.tiers);
	plan_free(job.plan);
	reader_free(rd);
	policy_free(pol);
	return fail && over > 0 ? STATUS_FOUND : STATUS_OK;
}
