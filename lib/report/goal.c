/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "report/goal.h"
#include "score/rules.h"

static int
reaches(num value, enum op op, num bound)
{
	switch (op) {
	case OP_GT:
		return value > bound;
	case OP_GE:
		return value >= bound;
	case OP_LT:
		return value < bound;
	case OP_LE:
		return value <= bound;
	case OP_NE:
		return value != bound;
	default:
		return value == bound;
	}
}

static const char *
target_text(struct report *r, const struct clause *cl)
{
	static const char *const signs[] = {
		[OP_EQ - OP_EQ] = "=", [OP_NE - OP_EQ] = "!=",
		[OP_LT - OP_EQ] = "<", [OP_LE - OP_EQ] = "<=",
		[OP_GT - OP_EQ] = ">", [OP_GE - OP_EQ] = ">="
	};
	char	 text[NUM_SIZE];
	size_t	 n = num_format(text, cl->percent ? cl->number * 100 :
		    cl->number);

	return report_textf(r, "%s %.*s%s", signs[cl->low - OP_EQ], (int)n,
	    text, cl->percent ? "%" : "");
}

void
goal_judge(struct report *r, const struct clause *cl, struct figure *f)
{
	f->target = target_text(r, cl);
	f->status = f->kind == KIND_NONE ? TARGET_UNMEASURED :
	    reaches(f->value, (enum op)cl->low, cl->number) ?
	    TARGET_MET : TARGET_MISSED;
}

void
goal_hold(struct report *r, const struct policy *pol, when now,
    const char *metric, struct figure *f)
{
	const struct statement	*st;
	const struct clause	*cl;

	for (st = policy_find(pol, KW_TARGET, NULL); st != NULL;
	    st = policy_next(st))
		if ((cl = clause_find(st, W_TARGET)) != NULL &&
		    strcmp(cl->text, metric) == 0 &&
		    statement_holds(st, policy_today(pol, now))) {
			goal_judge(r, cl, f);
			return;
		}
}

const char *
goal_scope(struct report *r, const struct clause *who)
{
	struct buf	 b = { 0 };
	const char	*text = "all";
	size_t		 i;

	if (who == NULL)
		return text;
	for (i = 0; i < who->nitem; i++)
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", who->item[i].text);
	text = report_text(r, b.p, b.len);
	buf_free(&b);
	return text;
}
