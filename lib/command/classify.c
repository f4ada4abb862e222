/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/claims.h"
#include "command/classify.h"
#include "command/cuts.h"
#include "score/climb.h"
#include "score/tier.h"
#include "store/store.h"

/* The cells that a tier makes, padded. */
struct label {
	char	*name;
	size_t	 len;
	char	 level[NUM_SIZE + BUF_PAD];
	size_t	 level_len;
};

struct job {
	const struct classify	*asked;
	struct policy		*pol;
	struct plan		*plan;
	struct tiers		*tiers;
	size_t			*count;		/* customers of each tier */
	struct label		*labels;	/* by level */
	struct memory		*memory;	/* --store, or NULL */
	struct climb		*climb;		/* --next, or NULL */
	int			 profiles, benefits;	/* cells, or -1 */
	int			 next;			/* the first of two, or -1 */
	int			 previous;	/* the first of four, or -1 */
	int			 reassess;	/* cell, or -1 */
};

struct worker {
	const struct job	*job;
	struct frame		*frame;
	struct recall		*recall;
	size_t			*count;
};

static void *
begin(void *ctx)
{
	struct worker	*w = xcalloc(1, sizeof(*w));

	w->job = ctx;
	w->frame = frame_new(w->job->plan);
	if (w->job->memory != NULL)
		w->recall = recall_new(w->job->memory);
	w->count = xcalloc(policy_tiers(w->job->pol), sizeof(*w->count));
	return w;
}

static void
put_day(struct cells *cells, size_t i, int64_t day)
{
	char	 text[WHEN_SIZE];

	if (day != DAY_NONE)
		cells_text(cells, i, text, date_format(text, day));
}

/* What was, what has become of it, since when, and until when. */
static void
put_move(const struct worker *w, struct cells *cells)
{
	const struct move	*m = recall_move(w->recall);
	const size_t		 i = (size_t)w->job->previous;

	cells_str(cells, i, recall_previous(w->recall));
	cells_str(cells, i + 1, change_word(m->change));
	put_day(cells, i + 2, m->since);
	if (w->job->asked->downgrade)
		put_day(cells, i + 3, m->downgrade_on);
	if (w->job->reassess != -1)
		put_day(cells, (size_t)w->job->reassess,
		    recall_reassess(w->recall));
}

/* What the customer would be, and what it is short of. */
static void
put_next(const struct worker *w, const struct verdict *v, struct cells *cells)
{
	const size_t		 i = (size_t)w->job->next;
	const struct statement	*st;

	st = climb_next(w->job->climb, w->frame, v, cells_buf(cells, i + 1));
	if (st != NULL)
		cells_str(cells, i, st->name);
}

static int
judge(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker		*w = state;
	const struct job	*job = w->job;
	const struct label	*label;
	struct verdict		 v;
	int			 qualifies;

	if (frame_load(w->frame, row, fault) == -1) {
		if (w->recall != NULL)
			recall_miss(w->recall, row);
		return ROW_FAULT;
	}
	tiers_judge(job->tiers, w->frame, &v);
	qualifies = v.tier;
	if (w->recall != NULL)
		recall_judge(w->recall, w->frame, row, &v);
	label = &job->labels[v.level];
	buf_add_padded(cells_buf(cells, 0), label->name, label->len);
	buf_add_padded(cells_buf(cells, 1), label->level, label->level_len);
	if (w->recall == NULL ||
	    !recall_reason(w->recall, w->frame, cells_buf(cells, 2)))
		tiers_reason(job->tiers, w->frame, &v, cells_buf(cells, 2));
	if (job->profiles != -1)
		tiers_profiles(job->tiers, w->frame, &v,
		    cells_buf(cells, (size_t)job->profiles));
	if (job->benefits != -1)
		tier_benefits(v.st, cells_buf(cells, (size_t)job->benefits));
	if (job->previous != -1)
		put_move(w, cells);
	if (frame_fault(w->frame, fault) == -1)
		return ROW_FAULT;
	if (job->next != -1)
		put_next(w, &v, cells);
	if (w->recall != NULL)
		recall_keep(w->recall, row);
	w->count[qualifies]++;
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
	if (w->recall != NULL)
		recall_end(w->recall);
	frame_free(w->frame);
	free(w->count);
	free(w);
}

/* Levels count from the best tier, 1, and the default is 0. */
static void
make_labels(struct job *job)
{
	const size_t	 n = policy_tiers(job->pol);
	struct label	*label;
	const char	*name;
	size_t		 i;

	job->labels = xcalloc(n, sizeof(*job->labels));
	for (i = 0; i < n; i++) {
		label = &job->labels[(i + 1) % n];
		name = policy_tier(job->pol, i)->name;
		label->len = strlen(name);
		label->name = padded_copy(name, label->len);
		label->level_len = num_format(label->level,
		    (num)((i + 1) % n) * NUM_ONE);
	}
}

static void
free_labels(struct job *job)
{
	size_t	 i;

	for (i = 0; i < policy_tiers(job->pol); i++)
		free(job->labels[i].name);
	free(job->labels);
}

static void
add_column(struct pass *pass, const char **columns, const char *name)
{
	columns[pass->ncolumns++] = name;
	pass->columns = columns;
}

/* The columns that the policy and the options ask for. */
static void
add_columns(struct job *job, struct pass *pass, const char **columns)
{
	add_column(pass, columns, "tier");
	add_column(pass, columns, "tier_level");
	add_column(pass, columns, "tier_reason");
	if (tiers_profiled(job->tiers)) {
		job->profiles = (int)pass->ncolumns;
		add_column(pass, columns, "profiles");
	}
	if (job->asked->benefits) {
		job->benefits = (int)pass->ncolumns;
		add_column(pass, columns, "benefits");
	}
	if (job->climb != NULL) {
		job->next = (int)pass->ncolumns;
		add_column(pass, columns, "next_tier");
		add_column(pass, columns, "to_next");
	}
	if (job->memory == NULL)
		return;
	job->previous = (int)pass->ncolumns;
	add_column(pass, columns, "tier_previous");
	add_column(pass, columns, "tier_change");
	add_column(pass, columns, "tier_since");
	if (job->asked->downgrade)
		add_column(pass, columns, "downgrade_on");
	if (memory_reassesses(job->memory)) {
		job->reassess = (int)pass->ncolumns;
		add_column(pass, columns, "reassess_on");
	}
}

static struct memory *
remember(struct command *cmd, const struct job *job, when now)
{
	struct actor	 actor;
	struct memory	*m;

	actor = store_actor(command_user(), now, policy_zone(job->pol));
	m = memory_new(job->asked->store, &actor, job->pol, job->plan,
	    !job->asked->no_record);
	memory_tee(m, &cmd->out);
	return m;
}

/* The run goes into the store in the moment in which its output is whole. */
static void
finish(const struct command *cmd, const struct job *job,
    const struct reader *rd, struct writer *w)
{
	struct origin	 origin = {
		.kind = "classified", .policy = policy_name(job->pol),
		.command = job->asked->text, .key = policy_key(job->pol)
	};
	char		 hash[65];

	if (job->memory == NULL) {
		writer_close(w);
		return;
	}
	policy_hash(job->pol, hash);
	origin.policy_hash = hash;
	origin.delimiter = cmd->out.to == FORM_CSV ? ',' :
	    cmd->out.to == FORM_TSV ? '\t' : reader_delimiter(rd);
	memory_record(job->memory, &origin, w);
}

int
command_classify(struct command *cmd, const char *file,
    const struct classify *asked)
{
	struct job	 job = {
		.asked = asked, .profiles = -1, .benefits = -1, .next = -1,
		.previous = -1, .reassess = -1
	};
	struct pass	 pass = { .begin = begin, .row = judge, .end = end };
	struct pass_options options;
	const char	*columns[12];
	struct reader	*rd;
	struct writer	*w;
	when		 now;
	int		 found;

	if (asked->cuts_out != NULL)
		claim_path(CLAIM_BESIDE, asked->cuts_out, CUTS_OPTION);
	job.pol = command_policy(cmd);
	rd = command_reader(cmd, file);
	now = command_now(cmd, policy_zone(job.pol));
	job.plan = plan_new(job.pol, now);
	job.tiers = tiers_new(job.pol, job.plan, now);
	job.count = xcalloc(policy_tiers(job.pol), sizeof(*job.count));
	make_labels(&job);
	if (asked->next)
		job.climb = climb_new(job.tiers, job.pol, job.plan);
	if (asked->store != NULL)
		job.memory = remember(cmd, &job, now);
	plan_bind(job.plan, rd);
	if (asked->store != NULL)
		memory_bind(job.memory, rd,
		    reader_need(rd, policy_key(job.pol)));
	pass.unique = reader_column(rd, policy_key(job.pol)) + 1;
	if (asked->store == NULL)
		pass.notes = plan_notes(job.plan);
	add_columns(&job, &pass, columns);

	command_cuts(cmd, rd, job.plan, tiers_exclusions(job.tiers), &pass,
	    asked->cuts, asked->cuts_out);
	options = command_pass(cmd);
	w = command_writer(cmd, rd);
	table_pass(rd, w, &pass, &job, &options);
	found = tiers_limits(job.tiers, "", job.count) > 0 &&
	    asked->fail_limit;
	if (job.memory != NULL)
		found |= memory_overdue(job.memory) > 0 &&
		    asked->fail_reassess;
	reject_close(options.reject);
	finish(cmd, &job, rd, w);

	memory_free(job.memory);
	free_labels(&job);
	free(job.count);
	tiers_free(job.tiers);
	plan_free(job.plan);
	climb_free(job.climb);
	reader_free(rd);
	policy_free(job.pol);
	return found;
}
