/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"

/*
 * The tiers in the file's order with the default at the end, whether the
 * file has one or not: then it has no name.
 */
static void
collect_tiers(struct policy *p)
{
	const struct statement	*s, *last = NULL;
	struct statement	*none;
	size_t			 n = 1;

	for (s = p->first; s != NULL; s = s->next)
		n += s->keyword == KW_TIER;
	p->tiers = arena_get(p->arena, n * sizeof(*p->tiers));
	for (s = p->first; s != NULL; s = s->next)
		if (s->keyword == KW_TIER)
			p->tiers[p->ntiers++] = s;
		else if (s->keyword == KW_DEFAULT && last == NULL)
			last = s;
	if (last == NULL) {
		none = arena_get(p->arena, sizeof(*none));
		none->keyword = KW_DEFAULT;
		none->name = none->label = "";
		none->from = INT64_MIN;
		none->until = INT64_MAX;
		last = none;
	}
	p->tiers[p->ntiers++] = last;
}

void
policy_check(struct policy *p)
{
	const struct statement	*s;

	collect_tiers(p);
	if ((s = policy_find(p, KW_KEY, NULL)) != NULL)
		p->key = s->name;
	if ((s = policy_find(p, KW_CURRENCY, NULL)) != NULL)
		p->currency = s->name;
	p->zone = zone_open("UTC");
}
