/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/rules.h"

int64_t
policy_today(const struct policy *pol, when now)
{
	struct civil	 c;

	zone_civil(policy_zone(pol), now, &c);
	return days_of(c.year, c.month, c.day);
}

void
rules_collect(struct rules *rules, const struct policy *pol,
    struct plan *plan, enum keyword keyword, when now,
    enum rules_columns columns, int (*wanted)(const struct statement *))
{
	const struct statement	*st;
	const struct clause	*cl;
	struct rule		*r;
	int64_t			 today = policy_today(pol, now);

	for (st = policy_find(pol, keyword, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, today) ||
		    (wanted != NULL && !wanted(st)))
			continue;
		rules->rule = xreallocarray(rules->rule, rules->n + 1,
		    sizeof(*rules->rule));
		rules->test = xreallocarray(rules->test, rules->n + 1,
		    sizeof(*rules->test));
		r = &rules->rule[rules->n];
		r->st = st;
		r->who = clause_find(st, W_FOR);
		r->when = NO_PROGRAM;
		if ((cl = clause_find(st, W_WHEN)) != NULL)
			r->when = columns == RULES_NEED ?
			    plan_add(plan, cl->expr) :
			    plan_add_lenient(plan, cl->expr,
			    columns == RULES_LENIENT);
		rules->test[rules->n++] = r->who == NULL ? r->when :
		    NO_PROGRAM;
	}
}

void
rules_free(struct rules *rules)
{
	free(rules->rule);
	free(rules->test);
	rules->rule = NULL;
	rules->test = NULL;
	rules->n = 0;
}

int
rule_holds(const struct rule *r, const struct policy *pol,
    struct frame *frame, int tier)
{
	if (r->who != NULL && !list_has_tier(pol, r->who, tier))
		return 0;
	return r->when == NO_PROGRAM || frame_test(frame, r->when);
}

int
expr_uses(const struct expr *e, enum op op)
{
	size_t	 i;

	if (e == NULL)
		return 0;
	if (e->op == op)
		return 1;
	if (e->let != NULL && expr_uses(e->let->expr, op))
		return 1;
	for (i = 0; i < e->narg; i++)
		if (expr_uses(e->arg[i], op))
			return 1;
	return expr_uses(e->within, op);
}

const char *
expr_lacks(const struct expr *e, const struct policy *pol,
    const struct reader *rd)
{
	const char	*name;
	size_t		 i;

	if (e == NULL)
		return NULL;
	if (e->op == OP_NAME)
		return e->let != NULL ? expr_lacks(e->let->expr, pol, rd) :
		    column_cell(pol, rd, e->text) != -1 ? NULL : e->text;
	for (i = 0; i < e->narg; i++)
		if ((name = expr_lacks(e->arg[i], pol, rd)) != NULL)
			return name;
	return expr_lacks(e->within, pol, rd);
}
