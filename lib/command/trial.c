/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command/trial.h"
#include "score/explain.h"
#include "score/simulate.h"
#include "score/tier.h"

/* The row with a key; the frame is loaded with it. */
static void
find_row(struct reader *rd, struct frame *frame, const char *column_name,
    const char *key)
{
	const size_t	 column = reader_need(rd, column_name);
	struct fault	 fault;
	struct row	 row;

	while (reader_next(rd, &row)) {
		if (!cell_is(row_cell(&row, column), key))
			continue;
		if (frame_load(frame, &row, &fault) == -1)
			reader_die(rd, &row, &fault);
		return;
	}
	die(STATUS_DATA, "%s: no row has %s \"%s\"", reader_name(rd),
	    column_name, key);
}

struct writer *
trial_explain(struct command *cmd, const struct policy *pol,
    const char *file, const char *key)
{
	struct reader		*rd = command_reader(cmd, file);
	const when		 now = command_now(cmd, policy_zone(pol));
	struct plan		*plan = plan_new(pol, now);
	struct explanation	*e = explanation_new(pol, plan, now);
	struct frame		*frame;
	struct writer		*w;

	plan_bind(plan, rd);
	command_survey(cmd, rd, plan, explanation_exclusions(e), NULL);
	frame = frame_new(plan);
	find_row(rd, frame, policy_key(pol), key);
	w = writer_open(&cmd->out, ',');
	explanation_write(e, frame, w);
	frame_free(frame);
	explanation_free(e);
	plan_free(plan);
	reader_free(rd);
	return w;
}

/* One policy, ready to judge. */
struct side {
	const struct policy	*pol;
	struct plan		*plan;
	struct frame		*frame;
	struct tiers		*tiers;
	size_t			 revenue;	/* program, or NO_PROGRAM */
};

/* "revenue" is a column, or NULL. */
static void
side_open(struct side *s, struct command *cmd, const struct policy *pol,
    struct reader *rd, const char *revenue)
{
	const when	 now = command_now(cmd, policy_zone(pol));

	s->pol = pol;
	s->plan = plan_new(pol, now);
	s->tiers = tiers_new(pol, s->plan, now);
	s->revenue = revenue == NULL ? NO_PROGRAM :
	    plan_add_column(s->plan, revenue, TYPE_NUMBER);
	plan_bind(s->plan, rd);
	command_survey(cmd, rd, s->plan, tiers_exclusions(s->tiers), NULL);
	s->frame = frame_new(s->plan);
}

static void
side_close(struct side *s)
{
	frame_free(s->frame);
	tiers_free(s->tiers);
	plan_free(s->plan);
}

/* The index of the row's tier, and why. */
static int
side_judge(struct side *s, const struct reader *rd, const struct row *row,
    struct buf *reason)
{
	struct fault	 fault;
	struct verdict	 v;

	if (frame_load(s->frame, row, &fault) == -1)
		reader_die(rd, row, &fault);
	tiers_judge(s->tiers, s->frame, &v);
	reason->len = 0;
	tiers_reason(s->tiers, s->frame, &v, reason);
	if (frame_fault(s->frame, &fault) == -1)
		reader_die(rd, row, &fault);
	return v.tier;
}

/* Does as many have a tier as the policy would have it? */
static void
side_limits(const struct side *s, const struct simulation *sim, int after)
{
	size_t	*count = simulation_customers(sim, after);

	(void)tiers_limits(s->tiers, policy_name(s->pol), count);
	free(count);
}

/* What revenue is: what was asked, or the first usual name, or NULL. */
static const char *
revenue_column(const struct policy *pol, const struct reader *rd,
    const char *asked)
{
	static const char *const	 usual[] = {
		"spend_365d", "spend_total", "ltv", "spend_30d", "mrr", "acv"
	};
	size_t	 i;

	if (asked != NULL)
		return asked;
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (column_cell(pol, rd, usual[i]) != -1)
			return usual[i];
	return NULL;
}

/* The revenue of the row that was judged; what is missing is none. */
static num
side_revenue(struct side *s)
{
	struct value	 v;

	if (s->revenue == NO_PROGRAM)
		return 0;
	v = frame_eval(s->frame, s->revenue);
	return v.type == TYPE_NUMBER ? v.n : 0;
}

struct writer *
trial_simulate(struct command *cmd, const struct policy *was,
    const struct policy *is, const char *file, const char *revenue, int who,
    size_t *moved)
{
	static const char *const columns[] = { "key", "from", "to", "reason" };
	struct reader		*rd = command_reader(cmd, file);
	const size_t		 column = reader_need(rd, policy_key(was));
	const char		*money = revenue_column(was, rd, revenue);
	struct simulation	*sim = simulation_new(was, is);
	struct side		 old, new;
	struct writer		*w;
	struct buf		 reason = { 0 };
	struct row		 row;
	struct cell		 key;
	const char		*from, *to;
	int			 a, b;

	side_open(&old, cmd, was, rd, money);
	side_open(&new, cmd, is, rd, NULL);
	w = writer_open(&cmd->out, ',');
	if (who)
		writer_columns(w, columns, 4);
	for (*moved = 0; reader_next(rd, &row);) {
		a = side_judge(&old, rd, &row, &reason);
		b = side_judge(&new, rd, &row, &reason);
		simulation_count(sim, a, b, side_revenue(&old));
		from = policy_tier(was, (size_t)a)->name;
		to = policy_tier(is, (size_t)b)->name;
		if (strcmp(from, to) == 0)
			continue;
		++*moved;
		if (!who)
			continue;
		key = row_cell(&row, column);
		writer_cell(w, key.p, key.len);
		writer_cells(w, from);
		writer_cells(w, to);
		writer_cell(w, reason.p, reason.len);
		writer_end(w);
	}
	if (!who)
		simulation_write(sim, w, command_now(cmd, policy_zone(was)),
		    money != NULL);
	side_limits(&old, sim, 0);
	side_limits(&new, sim, 1);
	buf_free(&reason);
	simulation_free(sim);
	side_close(&old);
	side_close(&new);
	reader_free(rd);
	return w;
}
