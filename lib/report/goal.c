/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/goal.h"
#include "report/show.h"
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

/* "> 95%", as the policy has it. */
static const char *
bound_text(struct report *r, enum op op, num n, int percent)
{
	static const char *const signs[] = {
		[OP_EQ - OP_EQ] = "=", [OP_NE - OP_EQ] = "!=",
		[OP_LT - OP_EQ] = "<", [OP_LE - OP_EQ] = "<=",
		[OP_GT - OP_EQ] = ">", [OP_GE - OP_EQ] = ">="
	};
	char	 text[NUM_SIZE];
	size_t	 len = num_format(text, percent ? n * 100 : n);

	return report_textf(r, "%s %.*s%s", signs[op - OP_EQ], (int)len, text,
	    percent ? "%" : "");
}

static void
judge(struct report *r, const struct clause *cl, struct figure *f)
{
	f->target = bound_text(r, (enum op)cl->low, cl->number, cl->percent);
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
			judge(r, cl, f);
			return;
		}
}

void
goal_limit(struct report *r, const struct clause *cl, int outside,
    struct figure *f)
{
	const char	*most = bound_text(r, OP_LE, cl->number, cl->percent);

	f->target = cl->low == 0 ? most : report_textf(r, "%s, %s",
	    bound_text(r, OP_GE, cl->low, cl->percent), most);
	f->status = outside ? TARGET_MISSED : TARGET_MET;
}

struct table *
goal_table(struct report *r, struct section *s)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Target"), ALIGN_LEFT },
		{ NULL, N_("For"), ALIGN_LEFT },
		{ NULL, N_("Wanted"), ALIGN_RIGHT },
		{ "value", N_("Is"), ALIGN_RIGHT },
		{ NULL, N_("Status"), ALIGN_LEFT },
	};
	struct table	*t = report_table(r, s, columns,
			    sizeof(columns) / sizeof(columns[0]));

	t->none = N_("none in the policy");
	return t;
}

/* Whom a "for" clause (NULL: all) names, as "vip, tier1". */
static const char *
scope(struct report *r, const struct clause *who)
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

void
goal_line(struct report *r, struct table *t, const struct clause *cl,
    const struct clause *who, struct figure is)
{
	struct line	*l = report_line(r, t, scope(r, who), cl->text);

	judge(r, cl, &is);
	l->cell[0] = figure_text(tr(metric_label(cl->text)));
	l->cell[1] = figure_text(tr(l->tier));
	l->cell[2] = figure_text(is.target);
	l->cell[3] = is;
	l->cell[4] = figure_text(target_word(is.status));
	l->cell[4].status = is.status;
}
