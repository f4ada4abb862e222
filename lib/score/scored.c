/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "score/scored.h"

static int
by_score(const void *a, const void *b)
{
	const struct scored	*x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

void
scored_sort(struct scored *items, size_t n)
{
	qsort(items, n, sizeof(*items), by_score);
}

struct scored *
scored_new(const double *score, size_t n)
{
	struct scored	*items = xreallocarray(NULL, n + 1, sizeof(*items));
	size_t		 i;

	for (i = 0; i < n; i++)
		items[i] = (struct scored){ score[i], i };
	scored_sort(items, n);
	return items;
}

size_t
scored_tied(const struct scored *items, size_t i, size_t n)
{
	size_t	 j = i + 1;

	while (j < n && items[j].score == items[i].score)
		j++;
	return j;
}
