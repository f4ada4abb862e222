/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/exclude.h"
#include "score/rules.h"

struct exclusions {
	struct rules	 rules;
	size_t		 ladder;	/* of their conditions */
};

struct exclusions *
exclusions_new(const struct policy *pol, struct plan *plan, when now)
{
	struct exclusions	*ex = xcalloc(1, sizeof(*ex));

	rules_collect(&ex->rules, pol, plan, KW_EXCLUDE, now, RULES_NEED,
	    NULL);
	if (ex->rules.n == 0) {
		exclusions_free(ex);
		return NULL;
	}
	ex->ladder = plan_add_ladder(plan, ex->rules.test, ex->rules.n);
	return ex;
}

void
exclusions_free(struct exclusions *ex)
{
	if (ex == NULL)
		return;
	rules_free(&ex->rules);
	free(ex);
}

const struct statement *
exclusions_test(const struct exclusions *ex, struct frame *frame)
{
	size_t	 i;

	if (ex == NULL)
		return NULL;
	i = frame_ladder(frame, ex->ladder);
	return i < ex->rules.n ? ex->rules.rule[i].st : NULL;
}
