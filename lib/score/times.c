/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns of timestamps: how they are written, to a part of a second.
 */
#include "config.h"

#include <stdlib.h>

#include "score/ticket_parts.h"

void
time_bind(struct time_column *t, const struct policy *pol,
    const struct reader *rd)
{
	const struct clause	*as, *after;
	int			 found = find_column(pol, rd, t->name);

	t->column = found == -1 ? FAULT_ROW : (size_t)found;
	t->program = NOWHERE;
	if (found == -1)
		return;
	as = column_clause(pol, rd, t->name, W_AS);
	if ((after = column_clause(pol, rd, t->name, W_AFTER)) != NULL) {
		t->unit = as;
		t->base = xcalloc(1, sizeof(*t->base));
		t->base->name = after->text;
		time_bind(t->base, pol, rd);
	} else if (as != NULL)
		t->format = as->text;
	t->zone = column_zone(pol, rd, t->name);
}

void
time_unbind(struct time_column *t)
{
	if (t->base != NULL)
		time_unbind(t->base);
	free(t->base);
	zone_free(t->zone);
}

/* A row's cell: 0, or -1 where it is empty or no time. */
static int
time_stamp(const struct time_column *t, const struct row *row,
    struct stamp *st)
{
	struct cell	 c;

	if (t->column == FAULT_ROW || t->unit != NULL)
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
	tick		 at, length;

	if (v->type != TYPE_TIME)
		return WHEN_NONE;
	at = tick_of(v->n);
	if (t->unit != NULL) {
		length = stretch_parse(row_cell(row, t->column), t->unit);
		at += length == -1 ? 0 : tick_part(length);
		t = t->base;
	}
	return at + (time_stamp(t, row, &st) == 0 ? st.part : 0);
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
