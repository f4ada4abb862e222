/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/trend.h"

struct trend {
	struct keys	*keys;
	num		*health;	/* by the key's number */
	size_t		 cap;
};

struct trend *
trend_new(struct reader *rd, const char *key)
{
	struct trend	*t = xcalloc(1, sizeof(*t));
	struct row	 row;
	struct cell	 cell;
	struct fault	 fault;
	size_t		 k, h, i;
	num		 health;

	t->keys = keys_new();
	if (rd == NULL)
		return t;
	k = reader_need(rd, key);
	h = reader_need(rd, "health");
	while (reader_next(rd, &row)) {
		cell = row_cell(&row, h);
		if (cell.len == 0)
			continue;
		if (num_parse(cell.p, cell.len, &health) == -1) {
			fault_cell(&fault, &row, h, "is not a number");
			reader_die(rd, &row, &fault);
		}
		cell = row_cell(&row, k);
		i = keys_add(t->keys, cell.p, cell.len);
		if (i >= t->cap) {
			t->cap = t->cap == 0 ? 1024 : 2 * t->cap;
			t->health = xreallocarray(t->health, t->cap,
			    sizeof(*t->health));
		}
		t->health[i] = health;
	}
	return t;
}

void
trend_free(struct trend *t)
{
	if (t == NULL)
		return;
	keys_free(t->keys);
	free(t->health);
	free(t);
}

int
trend_find(const struct trend *t, struct cell key, num *health)
{
	uint32_t	 i = keys_find(t->keys, key.p, key.len);

	if (i == KEY_NONE)
		return -1;
	*health = t->health[i];
	return 0;
}

const char *
trend_word(num change)
{
	return change > 0 ? "up" : change < 0 ? "down" : "stable";
}
