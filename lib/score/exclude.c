/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/exclude.h"
#include "score/rules.h"

struct exclusions {
	struct rules	 rules;
};

struct exclusions *
exclusions_new(const struct policy *pol, struct plan *plan, when now)
{
	struct exclusions	*ex = xcalloc(1, sizeof(*ex));

	rules_collect(&ex->rules, pol, plan, KW_EXCLUDE, now, RULES_NEED,
	    NULL);
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

	for (i = 0; ex != NULL && i < ex->rules.n; i++)
		if (frame_test(frame, ex->rules.rule[i].when))
			return ex->rules.rule[i].st;
	return NULL;
}
