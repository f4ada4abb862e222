/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/gettext.h"
#include "report/kinds.h"
#include "report/views.h"

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

static struct book *
begin(const struct kind_input *in, const char *what)
{
	struct report		*r = report_new(policy_currency(in->pol));
	const struct statement	*st = policy_find(in->pol, KW_PROGRAM, NULL);
	struct book_input	 bi = { .pol = in->pol, .now = in->now,
				    .customers = in->customers,
				    .tickets = in->tickets,
				    .events = in->events,
				    .agents = in->agents,
				    .revenue = in->revenue,
				    .most = in->most };
	struct book		*b;
	struct civil		 c;
	char			 text[WHEN_SIZE];
	size_t			 n;

	month_of(in->pol, in->now, &bi.from, &bi.to);
	b = book_read(r, &bi);
	zone_civil(policy_zone(in->pol), bi.from, &c);
	n = when_format(text, in->now, r->offset);
	r->title = report_textf(r, "%s: %s", st != NULL ? st->label :
	    policy_name(in->pol), what);
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
	struct book	*b = begin(in, _("dashboard"));

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
	struct book	*b = begin(in, _("monthly report"));

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
	struct book	*b = begin(in, _("team"));

	view_pools(b);
	view_workload(b);
	view_active(b);
	return finish(b);
}

struct report *
care_report(const struct kind_input *in)
{
	struct book	*b = begin(in, _("care"));

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
	{ "weekly", 0, weekly_report },
	{ "monthly", 0, monthly_report },
	{ "dashboard", 0, dashboard_report },
	{ "team", 0, team_report },
	{ "care", 0, care_report },
	{ "budget", 1, budget_report },
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
	return "weekly, monthly, dashboard, team, care and budget";
}
