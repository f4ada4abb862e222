/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/kinds.h"
#include "report/views.h"
#include "score/rules.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

static void
month_of(const struct policy *pol, when now, when *from, when *to)
{
	const struct zone	*zone = policy_zone(pol);
	struct civil		 c;

	zone_civil(zone, now - 1, &c);
	*from = zone_midnight(zone, days_of(c.year, c.month, 1));
	*to = zone_midnight(zone, days_of(c.year, c.month, 1) +
	    days_in_month(c.year, c.month));
}

const char *
program_label(const struct policy *pol)
{
	const struct statement	*st = policy_find(pol, KW_PROGRAM, NULL);

	return st != NULL ? st->label : policy_name(pol);
}

struct book *
month_book(const struct kind_input *in, const char *what)
{
	struct report		*r = report_new(policy_currency(in->pol));
	struct book_input	 bi = { .pol = in->pol, .now = in->now,
				    .customers = in->customers,
				    .tickets = in->tickets,
				    .events = in->events,
				    .agents = in->agents,
				    .revenue = in->revenue,
				    .redactor = in->redactor,
				    .most = in->most };
	struct book		*b;
	struct civil		 c;
	char			 text[WHEN_SIZE];
	size_t			 n;

	month_of(in->pol, in->now, &bi.from, &bi.to);
	b = book_read(r, &bi);
	zone_civil(policy_zone(in->pol), bi.from, &c);
	n = when_format(text, in->now, r->offset);
	r->title = report_textf(r, "%s: %s", program_label(in->pol), what);
	r->subtitle = report_textf(r, _("For %04d-%02d, as of %.*s"), c.year,
	    c.month, (int)n, text);
	return b;
}

static struct report *
finish(struct book *b)
{
	struct report	*r = b->r;

	book_free(b);
	return r;
}

struct report *
dashboard_report(const struct kind_input *in)
{
	struct book	*b = month_book(in, _("dashboard"));

	view_overview(b);
	view_response(b);
	view_resolution(b);
	view_quality(b);
	view_active(b);
	view_pools(b);
	view_workload(b);
	view_sponsors(b);
	view_success(b);
	view_at_risk(b);
	view_targets(b);
	view_advice(b);
	return finish(b);
}

struct report *
monthly_report(const struct kind_input *in)
{
	struct book	*b = month_book(in, _("monthly report"));

	view_overview(b);
	view_response(b);
	view_promises(b);
	view_quality(b);
	view_success(b);
	view_revenue(b);
	view_at_risk(b);
	view_sponsors(b);
	view_targets(b);
	view_advice(b);
	return finish(b);
}

struct report *
team_report(const struct kind_input *in)
{
	struct book	*b = month_book(in, _("team"));

	view_pools(b);
	view_workload(b);
	view_active(b);
	return finish(b);
}

struct report *
care_report(const struct kind_input *in)
{
	struct book	*b = month_book(in, _("care"));

	view_targets(b);
	view_weeks(b);
	view_rates(b);
	view_growth(b, in->baseline);
	view_touches(b);
	view_services(b);
	view_causes(b);
	view_promises(b);
	view_duties(b);
	view_advice(b);
	return finish(b);
}

/* ------------------------------------------------------------------- kinds */

static const struct report_kind kinds[] = {
	{ "weekly", NULL, 7, PERIOD_DAYS, PAST_REPORT, 0, weekly_report },
	{ "monthly", NULL, 7, PERIOD_MONTH, PAST_REPORT, 0, monthly_report },
	{ "dashboard", NULL, 7, PERIOD_MONTH, PAST_REPORT, 0,
	    dashboard_report },
	{ "team", NULL, 7, PERIOD_MONTH, PAST_REPORT, 0, team_report },
	{ "account", "KEY", 30, PERIOD_NOW, PAST_CUSTOMERS, 0,
	    account_report },
	{ "sponsor", "NAME", 30, PERIOD_MONTH, PAST_CUSTOMERS, 0,
	    sponsor_report },
	{ "care", NULL, 7, PERIOD_MONTH, PAST_REPORT, 0, care_report },
	{ "budget", NULL, 7, PERIOD_MONTH, PAST_REPORT, 1, budget_report },
};

const struct report_kind *
kind_find(const char *name)
{
	size_t	 i;

	for (i = 0; i < N_OF(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const char *
kind_names(void)
{
	return "weekly, monthly, dashboard, team, account, sponsor, care "
	    "and budget";
}

int64_t
kind_since(const struct report_kind *kind, const struct kind_input *in)
{
	int64_t	 today = policy_today(in->pol, in->now);
	when	 from, to;

	if (kind->period == PERIOD_DAYS)
		return today - in->days;
	if (kind->period == PERIOD_NOW)
		return today - 1;
	month_of(in->pol, in->now, &from, &to);
	return zone_day(policy_zone(in->pol), from);
}
