/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plan against actual: what each budget of the policy has, what was spent of
 * it, and what it comes to at the end of its year.
 */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/kinds.h"
#include "report/show.h"
#include "report/spending.h"
#include "report/views.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))
#define NONE	N_("none in the policy")

/* One line of money: a part, a budget, or all of them. */
struct account {
	num	 plan, to_date, spent, projected;
	int	 has_projected;
};

static void
add_account(struct account *sum, const struct account *a)
{
	if (num_add(sum->plan, a->plan, &sum->plan) == -1 ||
	    num_add(sum->to_date, a->to_date, &sum->to_date) == -1 ||
	    num_add(sum->spent, a->spent, &sum->spent) == -1 ||
	    num_add(sum->projected, a->projected, &sum->projected) == -1)
		die(STATUS_DATA, "the sum of the budgets is out of range");
	sum->has_projected |= a->has_projected;
}

static struct account
account_of(const struct fund *f, num plan, num spent)
{
	struct account	 a = { .plan = plan, .spent = spent };

	a.to_date = fund_plan(f, plan, f->day);
	a.has_projected = fund_project(f, spent, f->day, &a.projected) == 0;
	return a;
}

static struct account
account_of_part(const struct fund *f, size_t i)
{
	return account_of(f, f->parts->item[i].number, f->part[i]);
}

static struct figure
money(num n)
{
	return figure_of(KIND_MONEY, n);
}

/* Is more spent than the year's amount, or will it be? */
static unsigned
judge(const struct account *a)
{
	return a->spent > a->plan ? REPORT_OVER :
	    a->has_projected && a->projected > a->plan ? REPORT_PROJECTED : 0;
}

/* ---------------------------------------------------------- plan and actual */

static const struct heading plan_columns[] = {
	{ NULL, N_("Item"), ALIGN_LEFT },
	{ "plan", N_("Year's plan"), ALIGN_RIGHT },
	{ "plan_to_date", N_("Plan to date"), ALIGN_RIGHT },
	{ "actual", N_("Actual"), ALIGN_RIGHT },
	{ "variance", N_("Variance"), ALIGN_RIGHT },
	{ "used", N_("Used"), ALIGN_RIGHT },
	{ NULL, N_("Note"), ALIGN_BELOW },
};

/* A table of which no line has a note has no column of notes. */
static void
drop_notes(struct table *t)
{
	const struct line	*l;

	for (l = t->line; l != NULL; l = l->next)
		if (!figure_is_empty(&l->cell[t->ncolumn - 1]))
			return;
	t->ncolumn--;
}

static void
plan_line(struct report *r, struct table *t, const char *tier,
    const char *key, const char *label, const struct account *a, int total)
{
	struct line	*l = report_line(r, t, tier, key);

	l->total = total;
	l->cell[0] = figure_text(label);
	l->cell[1] = money(a->plan);
	l->cell[2] = money(a->to_date);
	l->cell[3] = money(a->spent);
	l->cell[4] = money(a->spent - a->to_date);
	l->cell[5] = shown(figure_ratio(a->spent, a->plan),
	    SHOW_WHOLE | SHOW_MONEY);
	if (judge(a) == REPORT_OVER) {
		l->cell[3].status = TARGET_MISSED;
		l->cell[6] = figure_text(_("over budget"));
	}
}

static void
overview(struct report *r, const struct spending *sp)
{
	struct section	*s = report_section(r, "budgets",
			    N_("Plan against actual"));
	struct table	*t = report_table(r, s, plan_columns,
			    N_OF(plan_columns));
	struct account	 a, all = { 0 };
	const char	*out = "";
	size_t		 i;

	t->none = NONE;
	t->chart = N_("How much of each budget is used");
	for (i = 0; i < sp->nfund; i++) {
		const struct fund	*f = &sp->fund[i];

		a = account_of(f, f->amount, f->spent);
		add_account(&all, &a);
		plan_line(r, t, f->st->name, NULL, f->st->label, &a, 0);
	}
	if (sp->nfund > 1)
		plan_line(r, t, "all", NULL, _("all"), &all, 1);
	drop_notes(t);
	if (sp->left_out > 0)
		out = report_textf(r, _("  Rows of another year or a later "
		    "day, which are not counted: %zu."), sp->left_out);
	if (sp->nfund > 0)
		t->note = report_textf(r, "%s%s", _("The plan is the "
		    "same every month; the variance is what the actual is "
		    "over it."), out);
	else if (sp->left_out > 0)
		t->note = out + 2;
}

static void
parts(struct report *r, const struct spending *sp)
{
	struct section	*s = report_section(r, "parts", N_("Parts"));
	struct table	*t = NULL;
	struct account	 a;
	size_t		 i, k;

	for (i = 0; i < sp->nfund; i++) {
		const struct fund	*f = &sp->fund[i];

		if (f->parts == NULL)
			continue;
		t = report_table(r, s, plan_columns, N_OF(plan_columns));
		t->title = f->st->label;
		for (k = 0; k < f->parts->nitem; k++) {
			a = account_of_part(f, k);
			plan_line(r, t, f->st->name, f->parts->item[k].text,
			    f->parts->item[k].text, &a, 0);
		}
		drop_notes(t);
	}
	if (t == NULL)
		report_table(r, s, plan_columns, N_OF(plan_columns))->none =
		    NONE;
}

/* ------------------------------------------------------------ the year end */

static void
end_line(struct report *r, struct table *t, const char *tier, const char *key,
    const char *budget, const char *part, const struct account *a, int total)
{
	struct line	*l = report_line(r, t, tier, key);
	char		 limit[NUM_SIZE];
	unsigned	 found = judge(a);

	r->found |= found;
	l->total = total;
	l->cell[0] = figure_text(budget);
	l->cell[1] = figure_text(part);
	l->cell[2] = money(a->plan);
	if (a->has_projected) {
		l->cell[3] = money(a->projected);
		l->cell[4] = money(a->projected - a->plan);
	}
	l->cell[3].target = report_textf(r, "<= %.*s",
	    (int)num_format(limit, a->plan), limit);
	l->cell[3].status = !a->has_projected ? TARGET_UNMEASURED :
	    found ? TARGET_MISSED : TARGET_MET;
	l->cell[5] = figure_text(!a->has_projected ? _("not begun") :
	    found == REPORT_OVER ? _("over budget") :
	    found == REPORT_PROJECTED ? _("will be over") : _("within"));
	l->cell[5].status = l->cell[3].status;
}

static void
year_end(struct report *r, const struct spending *sp)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Budget"), ALIGN_LEFT },
		{ NULL, N_("Part"), ALIGN_LEFT },
		{ "year_plan", N_("Year's plan"), ALIGN_RIGHT },
		{ "projected", N_("Projected"), ALIGN_RIGHT },
		{ "projected_variance", N_("Variance"), ALIGN_RIGHT },
		{ NULL, N_("Status"), ALIGN_LEFT },
	};
	struct section	*s = report_section(r, "year_end",
			    N_("Projected year end"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct account	 a, all = { 0 };
	size_t		 i, k;

	t->none = NONE;
	for (i = 0; i < sp->nfund; i++) {
		const struct fund	*f = &sp->fund[i];

		for (k = 0; f->parts != NULL && k < f->parts->nitem; k++) {
			a = account_of_part(f, k);
			end_line(r, t, f->st->name, f->parts->item[k].text,
			    f->st->label, f->parts->item[k].text, &a, 0);
		}
		a = account_of(f, f->amount, f->spent);
		add_account(&all, &a);
		end_line(r, t, f->st->name, NULL, f->st->label, _("all"), &a,
		    1);
	}
	if (sp->nfund > 1)
		end_line(r, t, "all", NULL, _("all"), "", &all, 1);
	if (sp->nfund > 0)
		t->note = N_("In a straight line: what was spent in the months "
		    "that are over, for all the months of the year; a month "
		    "that is not over counts by its days.");
}

/* ------------------------------------------------------------------ months */

static void
month_table(struct report *r, struct section *s, const struct fund *f)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Month"), ALIGN_LEFT },
		{ "plan", N_("Plan"), ALIGN_RIGHT },
		{ "actual", N_("Actual"), ALIGN_RIGHT },
		{ "variance", N_("Variance"), ALIGN_RIGHT },
		{ "so_far", N_("So far"), ALIGN_RIGHT },
		{ "projected", N_("Year end"), ALIGN_RIGHT },
	};
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct line	*l;
	struct civil	 c;
	int64_t		 from, to;
	num		 so_far = 0, plan, end;
	size_t		 i;

	t->title = f->st->label;
	t->none = N_("not begun");
	for (i = 0; i < f->nmonth; i++) {
		fund_month(f, i, &from, &to);
		if (from > f->day)
			break;
		if (to > f->day + 1)
			to = f->day + 1;
		civil_of_days(from, &c);
		plan = fund_plan(f, f->amount, to - 1) -
		    fund_plan(f, f->amount, from - 1);
		so_far += f->month[i];
		l = report_line(r, t, f->st->name, report_textf(r,
		    "%04d-%02d", c.year, c.month));
		l->cell[0] = figure_text(l->key);
		l->cell[1] = money(plan);
		l->cell[2] = money(f->month[i]);
		l->cell[3] = money(f->month[i] - plan);
		l->cell[4] = money(so_far);
		if (so_far > f->amount)
			l->cell[4].status = TARGET_MISSED;
		if (fund_project(f, so_far, to - 1, &end) == 0)
			l->cell[5] = money(end);
	}
}

static void
months(struct report *r, const struct spending *sp)
{
	struct section	*s = report_section(r, "months",
			    N_("Month by month"));
	size_t		 i;

	for (i = 0; i < sp->nfund; i++)
		month_table(r, s, &sp->fund[i]);
	if (sp->nfund == 0)
		report_table(r, s, NULL, 0)->none = NONE;
}

/* -------------------------------------------------- what is not as it says */

static void
contradictions(struct report *r, const struct spending *sp)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Budget"), ALIGN_LEFT },
		{ "heads", N_("Heads"), ALIGN_RIGHT },
		{ "each", N_("Each"), ALIGN_RIGHT },
		{ "sum", N_("Come to"), ALIGN_RIGHT },
		{ "amount", N_("Year's plan"), ALIGN_RIGHT },
		{ "difference", N_("Difference"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(r, "contradictions",
			    N_("Figures of the policy that contradict"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct line	*l;
	num		 sum;
	size_t		 i;

	t->none = N_("none");
	for (i = 0; i < sp->nfund; i++) {
		const struct fund	*f = &sp->fund[i];
		const struct clause	*heads = clause_find(f->st, W_HEADS),
					*each = clause_find(f->st, W_EACH);

		if (heads == NULL || each == NULL ||
		    num_mul(heads->number, each->number, &sum) == -1 ||
		    sum == f->amount)
			continue;
		l = report_line(r, t, f->st->name, NULL);
		l->cell[0] = figure_text(f->st->label);
		l->cell[1] = figure_of(KIND_COUNT, heads->number);
		l->cell[2] = money(each->number);
		l->cell[3] = money(sum);
		l->cell[4] = money(f->amount);
		l->cell[5] = money(sum - f->amount);
	}
}

/* -------------------------------------------------------------------- cost */

static void
title(struct report *r, const struct kind_input *in)
{
	const struct statement	*st = policy_find(in->pol, KW_PROGRAM, NULL);
	char			 day[WHEN_SIZE];
	size_t			 n;

	r->now = in->now;
	r->offset = zone_offset(policy_zone(in->pol), in->now);
	n = date_format(day, zone_day(policy_zone(in->pol), in->now - 1));
	r->title = report_textf(r, "%s: %s", st != NULL ? st->label :
	    policy_name(in->pol), _("budget"));
	r->subtitle = report_textf(r, _("What was spent up to %.*s"), (int)n,
	    day);
}

struct report *
budget_report(const struct kind_input *in)
{
	struct report	*r = report_new(policy_currency(in->pol));
	struct spending	*sp = spending_read(r, in->pol, in->now,
			    in->spending);
	struct book	*b = NULL;

	title(r, in);
	if (in->customers != NULL) {
		struct book_input	 bi = { .pol = in->pol,
					    .now = in->now,
					    .customers = in->customers,
					    .revenue = in->revenue,
					    .most = in->most };

		b = book_read(r, &bi);
	}
	overview(r, sp);
	parts(r, sp);
	year_end(r, sp);
	months(r, sp);
	contradictions(r, sp);
	view_cost(r, b);
	book_free(b);
	spending_free(sp);
	return r;
}
