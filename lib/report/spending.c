/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/input.h"
#include "report/spending.h"

#define CENTS	2

/* ------------------------------------------------------------------- years */

static int64_t
add_months(int64_t day, int months)
{
	struct civil	 c;

	civil_of_days(day, &c);
	civil_add_months(&c, months);
	return days_of(c.year, c.month, c.day);
}

/*
 * A fund's year begins with "from" of its statement, else of the programme,
 * else with January, and again every year unless it says "until".
 */
static void
find_year(const struct policy *pol, struct fund *f, int64_t today)
{
	const struct statement	*program = policy_find(pol, KW_PROGRAM, NULL);
	const struct clause	*from = clause_find(f->st, W_FROM),
				*until = clause_find(f->st, W_UNTIL);
	struct civil		 c;
	int64_t			 first;
	int			 years;

	if (from == NULL && program != NULL)
		from = clause_find(program, W_FROM);
	civil_of_days(today, &c);
	first = from != NULL ? from->day : days_of(c.year, 1, 1);
	f->from = first;
	if (until != NULL) {
		f->until = until->day;
		if (f->from > f->until)
			f->from = add_months(f->until + 1, -12);
		return;
	}
	/* Counted from the first, so that 29 February comes back. */
	for (years = 1; add_months(first, years * 12) <= today; years++)
		f->from = add_months(first, years * 12);
	f->until = add_months(first, years * 12) - 1;
}

static size_t
month_index(const struct fund *f, int64_t day)
{
	struct civil	 a, b;

	civil_of_days(f->from, &a);
	civil_of_days(day, &b);
	return (size_t)((b.year - a.year) * 12 + b.month - a.month);
}

void
fund_month(const struct fund *f, size_t i, int64_t *from, int64_t *to)
{
	struct civil	 c;
	int64_t		 first;

	civil_of_days(f->from, &c);
	first = add_months(days_of(c.year, c.month, 1), (int)i);
	*from = first > f->from ? first : f->from;
	*to = add_months(first, 1);
	if (*to > f->until + 1)
		*to = f->until + 1;
}

/*
 * How far a day's end is from the first day, in months: n / d.  Months are
 * counted from the day on which the fund begins.
 */
struct distance {
	int64_t	 n, d;
};

static struct distance
distance_to(const struct fund *f, int64_t day)
{
	struct distance	 x;
	int64_t		 first = f->from, next;
	int		 months;

	for (months = 0; (next = add_months(f->from, months + 1)) <= day + 1;
	    months++)
		first = next;
	x.d = next - first;
	x.n = months * x.d + day + 1 - first;
	return x;
}

/* The share of an amount that n / d is of the whole, or the reverse. */
static int
in_line(const struct fund *f, num amount, int64_t day, int whole, num *n)
{
	struct distance	 part = distance_to(f, day),
			 all = distance_to(f, f->until);
	int64_t		 a = part.n * all.d, b = all.n * part.d;

	if (num_muldiv(amount, whole ? b : a, whole ? a : b, n) == -1)
		return -1;
	*n = num_round(*n, CENTS);
	return 0;
}

num
fund_plan(const struct fund *f, num amount, int64_t day)
{
	num	 n;

	if (day < f->from)
		return 0;
	if (day >= f->until)
		return amount;
	return in_line(f, amount, day, 0, &n) == -1 ? amount : n;
}

int
fund_project(const struct fund *f, num spent, int64_t day, num *n)
{
	if (day < f->from)
		return -1;
	if (in_line(f, spent, day, 1, n) == -1)
		die(STATUS_DATA, "the year end of budget %s is out of range",
		    f->st->name);
	return 0;
}

/* ----------------------------------------------------------------- reading */

static void
find_funds(struct spending *s, const struct policy *pol, int64_t today)
{
	const struct statement	*st;
	struct fund		*f;

	for (st = policy_find(pol, KW_BUDGET, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, today))
			continue;
		s->fund = xreallocarray(s->fund, s->nfund + 1,
		    sizeof(*s->fund));
		f = &s->fund[s->nfund++];
		memset(f, 0, sizeof(*f));
		f->st = st;
		f->parts = clause_find(st, W_PARTS);
		f->amount = clause_find(st, W_AMOUNT)->number;
		find_year(pol, f, today);
		f->day = today < f->until ? today : f->until;
		f->part = xcalloc((f->parts != NULL ? f->parts->nitem : 0) + 1,
		    sizeof(*f->part));
		f->nmonth = month_index(f, f->until) + 1;
		f->month = xcalloc(f->nmonth, sizeof(*f->month));
	}
}

/* A budget by its name or by what people call it. */
static const struct statement *
find_budget(const struct policy *pol, const char *name)
{
	const struct statement	*st;

	for (st = policy_find(pol, KW_BUDGET, NULL); st != NULL;
	    st = policy_next(st))
		if (strcmp(st->name, name) == 0 ||
		    strcmp(st->label, name) == 0)
			return st;
	return NULL;
}

static void
add(num *sum, num n)
{
	if (num_add(*sum, n, sum) == -1)
		die(STATUS_DATA, "a sum of amounts is out of range");
}

/* A row of a budget: -1 if it is of another year, or later than today. */
static int
spend(struct spending *s, const struct statement *st, size_t part,
    int64_t day, num amount)
{
	struct fund	*f;

	for (f = s->fund; f < s->fund + s->nfund && f->st != st; f++)
		;
	if (f == s->fund + s->nfund || day < f->from || day > f->day)
		return -1;
	add(&f->spent, amount);
	add(&f->part[part], amount);
	add(&f->month[month_index(f, day)], amount);
	return 0;
}

static size_t
find_part(struct input *in, const struct statement *st, const char *name,
    size_t column)
{
	const struct clause	*parts = clause_find(st, W_PARTS);
	struct fault		 fault;
	size_t			 i;

	if (parts == NULL && *name == '\0')
		return 0;
	for (i = 0; parts != NULL && i < parts->nitem; i++)
		if (strcmp(parts->item[i].text, name) == 0)
			return i;
	if (*name == '\0')
		fault_set(&fault, column, "is empty, and budget %s has parts",
		    st->name);
	else if (parts == NULL)
		fault_set(&fault, column, "budget %s has no parts", st->name);
	else
		fault_cell(&fault, &in->row, column,
		    report_textf(in->r, "is no part of budget %s", st->name));
	reader_die(in->rd, &in->row, &fault);
}

struct spending *
spending_read(struct report *r, const struct policy *pol, when now,
    struct reader *rd)
{
	struct spending	*s = xcalloc(1, sizeof(*s));
	const struct zone *zone = policy_zone(pol);
	const struct statement *st;
	struct input	 in;
	struct fault	 fault;
	size_t		 date, budget, part, amount, budget_at, part_at;
	when		 t;
	num		 n;

	find_funds(s, pol, zone_day(zone, now - 1));
	input_begin(&in, rd, pol, now, r);
	date = input_need(&in, "date", TYPE_TIME);
	budget = input_need(&in, "budget", TYPE_TEXT);
	part = input_want(&in, "part", TYPE_TEXT);
	amount = input_need(&in, "amount", TYPE_NUMBER);
	input_bind(&in);
	budget_at = reader_need(rd, "budget");
	part_at = reader_column(rd, "part") != -1 ?
	    (size_t)reader_column(rd, "part") : budget_at;
	while (input_next(&in)) {
		if (!input_time(&in, date, &t)) {
			fault_set(&fault, reader_need(rd, "date"), "is empty");
			reader_die(rd, &in.row, &fault);
		}
		if (!input_number(&in, amount, &n)) {
			fault_set(&fault, reader_need(rd, "amount"),
			    "is empty");
			reader_die(rd, &in.row, &fault);
		}
		if ((st = find_budget(pol, input_text(&in, budget))) ==
		    NULL) {
			fault_cell(&fault, &in.row, budget_at,
			    "is no budget of the policy");
			reader_die(rd, &in.row, &fault);
		}
		if (spend(s, st, find_part(&in, st, input_text(&in, part),
		    part_at), zone_day(zone, t), n) == -1)
			s->left_out++;
	}
	input_end(&in);
	return s;
}

void
spending_free(struct spending *s)
{
	size_t	 i;

	if (s == NULL)
		return;
	for (i = 0; i < s->nfund; i++) {
		free(s->fund[i].part);
		free(s->fund[i].month);
	}
	free(s->fund);
	free(s);
}
