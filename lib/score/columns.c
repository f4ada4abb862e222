/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/columns.h"

#define COLUMNS_MAX	64		/* of one table; a command knows fewer */
#define STRAIGHT	SIZE_MAX	/* no program of the plan */

struct column {
	const char	*name;
	enum type	 type;
	size_t		 cell;
	size_t		 program;	/* or STRAIGHT */
};

struct columns {
	const struct reader	*rd;
	const struct policy	*pol;
	const struct rename	*map;
	const struct zone	*zone;
	when			 now;
	struct plan		*plan;
	struct column		 columns[COLUMNS_MAX];
	int			 n;
};

/* Dates that have been read; the same few come again and again. */
#define DATES		512

struct date {
	uint64_t	 a;
	uint16_t	 b;
	int32_t		 day;
};

struct view {
	const struct columns	*cols;
	const struct row	*row;
	struct frame		*frame;
	struct date		 dates[DATES];
};

struct columns *
columns_new(const struct reader *rd, const struct policy *pol,
    const struct rename *map, const struct zone *zone, when now)
{
	struct columns	*c = xcalloc(1, sizeof(*c));

	c->rd = rd;
	c->pol = pol;
	c->map = map;
	c->zone = zone;
	c->now = now;
	return c;
}

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	plan_free(c->plan);
	free(c);
}

/* --map beats what the policy says of a column. */
static int
is_mapped(const struct columns *c, const char *name)
{
	const struct rename	*m;

	for (m = c->map; m != NULL; m = m->next)
		if (strcmp(m->to, name) == 0 &&
		    reader_column(c->rd, m->from) != -1)
			return 1;
	return 0;
}

int
columns_has(const struct columns *c, const char *name)
{
	return column_cell(c->pol, c->rd, name) != -1;
}

int
columns_find(struct columns *c, const char *name, enum type type)
{
	struct column		*col;
	int			 cell = column_cell(c->pol, c->rd, name);

	if (cell == -1 || c->n == COLUMNS_MAX)
		return -1;
	col = &c->columns[c->n];
	col->name = name;
	col->type = type;
	col->cell = (size_t)cell;
	col->program = STRAIGHT;
	if (!is_mapped(c, name) && column_is_formed(c->pol, c->rd, name)) {
		if (c->plan == NULL)
			c->plan = plan_new(c->pol, c->now);
		col->program = plan_add_column(c->plan, name, type);
	}
	return c->n++;
}

int
columns_need(struct columns *c, const char *name, enum type type)
{
	int	 i = columns_find(c, name, type);

	if (i == -1)
		reader_need(c->rd, name);
	return i;
}

size_t
columns_cell(const struct columns *c, int column)
{
	return c->columns[column].cell;
}

void
columns_bind(struct columns *c)
{
	if (c->plan != NULL)
		plan_bind(c->plan, c->rd);
}

struct view *
view_new(const struct columns *c)
{
	struct view	*v = xcalloc(1, sizeof(*v));

	v->cols = c;
	if (c->plan != NULL)
		v->frame = frame_new(c->plan);
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	frame_free(v->frame);
	free(v);
}

int
view_load(struct view *v, const struct row *row, struct fault *fault)
{
	v->row = row;
	return v->frame != NULL ? frame_load(v->frame, row, fault) : 0;
}

int
view_fault(const struct view *v, int column, const char *why,
    struct fault *fault)
{
	size_t	 cell = v->cols->columns[column].cell;

	if (row_cell(v->row, cell).len == 0)
		return fault_set(fault, cell, "is empty");
	return fault_cell(fault, v->row, cell, why);
}

struct cell
view_text(const struct view *v, int column)
{
	const struct column	*c = &v->cols->columns[column];
	struct value		 value;

	if (c->program == STRAIGHT)
		return row_cell(v->row, c->cell);
	value = frame_eval(v->frame, c->program);
	if (value.type != TYPE_TEXT)
		return (struct cell){ "", 0 };
	return value.text;
}

/* What is made of digits alone is a number, if not one of ours. */
static const char *
number_fault(struct cell c)
{
	size_t	 i, digits = 0, points = 0;

	for (i = *c.p == '-' || *c.p == '+'; i < c.len; i++) {
		digits += c.p[i] >= '0' && c.p[i] <= '9';
		points += c.p[i] == '.';
	}
	i = *c.p == '-' || *c.p == '+';
	if (digits == 0 || points > 1 || digits + points + i < c.len ||
	    c.p[c.len - 1] == '.')
		return "is not a number";
	return "has more than six decimals, or is out of range";
}

int
view_number(const struct view *v, int column, num *x, struct fault *fault)
{
	const struct column	*c;
	struct value		 value;
	struct cell		 cell;

	if (column == -1)
		return 0;
	c = &v->cols->columns[column];
	if (c->program != STRAIGHT) {
		value = frame_eval(v->frame, c->program);
		if (value.type != TYPE_NUMBER)
			return 0;
		*x = value.n;
		return 1;
	}
	cell = row_cell(v->row, c->cell);
	if (cell.len == 0)
		return 0;
	/* Without quotes it lies in the row, and so do the bytes before it. */
	if ((v->row->quoted ? num_parse(cell.p, cell.len, x) :
	    num_parse_in(cell.p, cell.len, x, v->row->raw)) == -1)
		return view_fault(v, column, number_fault(cell), fault);
	return 1;
}

int
view_truth(const struct view *v, int column, int *truth, struct fault *fault)
{
	struct cell	 cell;
	int		 says;

	if (column == -1)
		return 0;
	cell = view_text(v, column);
	if (cell.len == 0)
		return 0;
	if ((says = cell_truth(cell)) == -1)
		return view_fault(v, column, "is neither yes nor no", fault);
	*truth = says;
	return 1;
}

/* Where a date of ten bytes would be among those read. */
static struct date *
date_of(struct view *v, const char *p, uint64_t *a, uint16_t *b)
{
	memcpy(a, p, sizeof(*a));
	memcpy(b, p + 8, sizeof(*b));
	return &v->dates[((*a ^ (uint64_t)*b << 40) *
	    UINT64_C(0x9e3779b97f4a7c15)) >> 55 & (DATES - 1)];
}

int
view_time(struct view *v, int column, int64_t *day, when *at,
    struct fault *fault)
{
	const struct column	*c;
	const struct zone	*zone = v->cols->zone;
	struct value		 value;
	struct stamp		 st;
	struct cell		 cell;
	struct date		*date = NULL;
	uint64_t		 a = 0;
	uint16_t		 b = 0;

	if (column == -1)
		return 0;
	c = &v->cols->columns[column];
	if (c->program != STRAIGHT) {
		value = frame_eval(v->frame, c->program);
		if (value.type != TYPE_TIME)
			return 0;
		*at = value.n;
		*day = zone_day(zone, value.n);
		return 1;
	}
	cell = row_cell(v->row, c->cell);
	*at = WHEN_NONE;
	if (cell.len == 10) {
		date = date_of(v, cell.p, &a, &b);
		if (date->a == a && date->b == b) {
			*day = date->day;
			return 1;
		}
	}
	if (cell.len == 0)
		return 0;
	if (stamp_parse(cell.p, cell.len, &st) == -1)
		return view_fault(v, column, "is not a date", fault);
	*day = days_of(st.civil.year, st.civil.month, st.civil.day);
	if (date != NULL) {
		date->a = a;
		date->b = b;
		date->day = (int32_t)*day;
	}
	if (st.has_time) {
		*at = stamp_instant(&st, zone, NULL);
		if (st.has_zone)
			*day = zone_day(zone, *at);
	}
	return 1;
}
