/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns of timestamps: how they are written, to a part of a second.
 */
#include "config.h"

#include "score/ticket_parts.h"

void
time_bind(struct time_column *t, const struct policy *pol,
    const struct reader *rd)
{
	const struct statement	*st = policy_column(pol, t->name);
	const struct clause	*cl;
	int			 found = find_column(pol, rd, t->name);

	t->column = found == -1 ? FAULT_ROW : (size_t)found;
	t->program = NOWHERE;
	if (st == NULL)
		return;
	if ((cl = clause_find(st, W_AS)) != NULL)
		t->format = cl->text;
	if ((cl = clause_find(st, W_IN)) != NULL)
		t->zone = zone_open(cl->text);
}

/* A row's cell: 0, or -1 where it is empty or no time. */
static int
time_stamp(const struct time_column *t, const struct row *row,
    struct stamp *st)
{
	struct cell	 c;

	if (t->column == FAULT_ROW)
		return -1;
	c = row_cell(row, t->column);
	return t->format != NULL ?
	    stamp_parse_format(c.p, c.len, t->format, st) :
	    stamp_parse(c.p, c.len, st);
}

tick
time_tick(const struct time_column *t, const struct row *row,
    const struct value *v)
{
	struct stamp	 st;

	if (v->type != TYPE_TIME)
		return WHEN_NONE;
	return tick_of(v->n) + (time_stamp(t, row, &st) == 0 ? st.part : 0);
}

int
time_strict(const struct docket *d, const struct time_column *t,
    const struct row *row, struct fault *fault)
{
	struct stamp	 st;
	enum local	 how = LOCAL_ONE;

	if (time_stamp(t, row, &st) == -1)
		return 0;		/* the plan has told of it */
	stamp_instant(&st, t->zone != NULL ? t->zone : policy_zone(d->pol),
	    &how);
	if (how == LOCAL_GAP)
		return fault_cell(fault, row, t->column,
		    "does not exist there: the clocks skipped it");
	if (how == LOCAL_TWICE)
		return fault_cell(fault, row, t->column,
		    "exists twice there: the clocks were put back");
	return 0;
}
