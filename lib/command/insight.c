/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "command/insight.h"
#include "score/backtest.h"
#include "score/detail.h"
#include "score/tune.h"

struct insight {
	struct command		*cmd;
	const struct policy	*pol;
	const struct plan	*plan;
	const struct risk	*risk;
	enum insight_kind	 kind;
	const char		*outcome;	/* a column, or NULL */
	size_t			 left;		/* its program */
	int			 left_column;	/* or -1 */
	size_t			 key;
	struct detail		*detail;	/* to explain, or NULL */
	struct cases		*cases;		/* of an outcome, or NULL */
	struct writer		*w;
};

struct worker {
	struct insight		*in;
	struct frame		*frame;
	struct prognosis	 prognosis;
};

static void *
begin(void *ctx)
{
	struct worker	*w = xcalloc(1, sizeof(*w));

	w->in = ctx;
	w->frame = frame_new(w->in->plan);
	prognosis_init(&w->prognosis, w->in->risk);
	return w;
}

static void
end(void *ctx, void *state)
{
	struct worker	*w = state;

	(void)ctx;
	frame_free(w->frame);
	prognosis_free(&w->prognosis);
	free(w);
}

struct insight *
insight_new(struct command *cmd, const struct policy *pol, struct plan *plan,
    const struct risk *risk, const struct reader *rd, enum insight_kind kind,
    const char *outcome)
{
	struct insight	*in = xcalloc(1, sizeof(*in));

	in->cmd = cmd;
	in->pol = pol;
	in->plan = plan;
	in->risk = risk;
	in->kind = kind;
	in->outcome = outcome;
	if (kind == INSIGHT_EXPLAIN) {
		in->detail = detail_new(pol, plan, risk);
		return in;
	}
	in->cases = cases_new(risk);
	in->left = plan_add_column(plan, outcome, TYPE_TEXT);
	in->left_column = reader_column(rd, outcome);
	return in;
}

void
insight_free(struct insight *in)
{
	if (in == NULL)
		return;
	detail_free(in->detail);
	cases_free(in->cases);
	free(in);
}

static int
explain(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker	*w = state;
	struct insight	*in = w->in;

	(void)cells;
	if (frame_load(w->frame, row, fault) == -1)
		return ROW_FAULT;
	if (risk_judge(in->risk, w->frame, row, &w->prognosis, fault) == -1)
		return ROW_FAULT;
	detail_write(in->detail, w->frame, &w->prognosis,
	    row_cell(row, in->key), in->w);
	return ROW_OK;
}

static int
collect(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct worker	*w = state;
	struct insight	*in = w->in;
	struct cell	 key = row_cell(row, in->key);
	struct value	 v;
	int		 left;

	(void)cells;
	if (frame_load(w->frame, row, fault) == -1)
		return ROW_FAULT;
	v = frame_eval(w->frame, in->left);
	left = v.type == TYPE_TEXT ? outcome_parse(v.text) : -1;
	if (left == -2)
		return in->left_column == -1 ?
		    fault_set(fault, FAULT_ROW, "%s is not yes or no",
		    in->outcome) :
		    fault_cell(fault, row, (size_t)in->left_column,
		    "is not yes or no");
	if (risk_judge(in->risk, w->frame, row, &w->prognosis, fault) == -1)
		return ROW_FAULT;
	if (left == -1)
		in->cases->unknown++;
	else
		cases_add(in->cases, &w->prognosis, left,
		    keys_hash(key.p, key.len));
	return ROW_OK;
}

static void
propose(struct insight *in, const char *name)
{
	struct tuned	 t;
	struct buf	 b = { 0 };

	if (tune(in->cases, &t, &b) == -1)
		die(STATUS_DATA, "%s: %s", name, buf_str(&b));
	tune_say(&t, &b);
	note("%s", buf_str(&b));
	b.len = 0;
	tune_show(&t, in->cases, in->pol, &b);
	writer_bytes(in->w, b.p, b.len);
	free(t.weight);
	buf_free(&b);
}

static void
hold_against(struct insight *in, const struct reader *rd)
{
	const struct cases	*c = in->cases;

	if (c->unknown > 0)
		note("%s: %zu row%s without %s: left out", reader_name(rd),
		    c->unknown, c->unknown == 1 ? "" : "s", in->outcome);
	if (c->n == 0)
		die(STATUS_DATA, "%s: there are no customers with %s",
		    reader_name(rd), in->outcome);
	if (in->kind == INSIGHT_TUNE)
		propose(in, reader_name(rd));
	else
		backtest_write(c, in->w);
}

/* One thread: what is written, or kept, is in the order of the rows. */
void
insight_run(struct insight *in, struct reader *rd)
{
	struct pass		 pass = { .begin = begin, .end = end };
	struct pass_options	 options = command_pass(in->cmd);
	const char *const	*names;
	size_t			 n;

	in->key = reader_need(rd, policy_key(in->pol));
	options.jobs = 1;
	pass.unique = (int)in->key + 1;
	pass.row = in->detail != NULL ? explain : collect;
	in->w = command_writer(in->cmd, rd);
	if (in->detail != NULL) {
		names = detail_columns(policy_key(in->pol), &n);
		writer_columns(in->w, names, n);
	}
	table_pass(rd, NULL, &pass, in, &options);
	if (in->cases != NULL)
		hold_against(in, rd);
	reject_close(options.reject);
	writer_close(in->w);
}
