/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/desk.h"
#include "report/goal.h"
#include "report/kinds.h"
#include "report/roster.h"
#include "report/shares.h"
#include "report/show.h"
#include "score/rules.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

static void
title(struct report *r, const struct kind_input *in)
{
	const struct statement	*st = policy_find(in->pol, KW_PROGRAM, NULL);
	const struct clause	*reader;
	char			 from[WHEN_SIZE], to[WHEN_SIZE];
	int64_t			 today = policy_today(in->pol, in->now);
	size_t			 nfrom, nto;

	nfrom = date_format(from, today - in->days);
	nto = date_format(to, today);
	r->title = report_textf(r, _("%s: weekly report"),
	    st != NULL ? st->label : policy_name(in->pol));
	reader = st != NULL ? clause_find(st, W_TO) : NULL;
	if (reader == NULL && st != NULL)
		reader = clause_find(st, W_OWNER);
	if (reader != NULL)
		r->subtitle = report_textf(r,
		    _("As of %.*s, for the week since %.*s. To: %s"),
		    (int)nto, to, (int)nfrom, from, reader->text);
	else
		r->subtitle = report_textf(r,
		    _("As of %.*s, for the week since %.*s"), (int)nto, to,
		    (int)nfrom, from);
}

/* ---------------------------------------------------------------- activity */

static struct line *
activity_line(struct report *r, struct table *t, const char *tier,
    const struct standing *s, const struct standing *all)
{
	struct line	*l = report_line(r, t, tier, NULL);

	l->cell[0] = figure_text(tr(tier));
	l->cell[1] = figure_count(s->customers);
	l->cell[2] = figure_ratio((num)s->customers * NUM_ONE,
	    (num)all->customers * NUM_ONE);
	if (!all->has_revenue)
		return l;
	l->cell[3] = figure_of(KIND_MONEY, s->revenue);
	l->cell[4] = shown(figure_ratio(s->revenue, all->revenue), SHOW_MONEY);
	return l;
}

/* The VIPs' shares in numbers, and whether they are too many. */
static void
put_shares(struct report *r, struct section *s, const struct roster *ros,
    when now, const struct line *vip)
{
	size_t		*count = xcalloc(ros->ntier, sizeof(*count));
	struct shares	 sh;
	size_t		 i;

	for (i = 0; i < ros->ntier; i++)
		count[i] = ros->standing[i].customers;
	shares_begin(&sh, r, ros->pol, now, s, 0);
	shares_customers(&sh, count);
	free(count);
	if (vip->cell[4].kind != KIND_NONE)
		shares_line(&sh, "vip", "revenue_share",
		    _("VIPs' revenue of all"), vip->cell[4]);
}

static void
activity(struct report *r, const struct roster *ros, when now)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "customers", N_("Customers"), ALIGN_RIGHT },
		{ "customer_share", N_("Of all customers"), ALIGN_RIGHT },
		{ "revenue", N_("Revenue"), ALIGN_RIGHT },
		{ "revenue_share", N_("Of all revenue"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(r, "activity", N_("VIP activity"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct standing	 vip = { 0 }, all = { 0 };
	struct line	*vips = NULL;
	size_t		 i;

	t->none = N_("none");
	for (i = 0; i < ros->ntier; i++) {
		if (i + 1 < ros->ntier)
			standing_add(&vip, &ros->standing[i]);
		standing_add(&all, &ros->standing[i]);
	}
	if (all.customers == 0)
		return;
	for (i = 0; i < ros->ntier; i++) {
		/* The sum of the VIP tiers stands above the default. */
		if (i + 1 == ros->ntier) {
			vips = activity_line(r, t, N_("vip"), &vip, &all);
			vips->total = 1;
		}
		activity_line(r, t, policy_tier(ros->pol, i)->name,
		    &ros->standing[i], &all);
	}
	activity_line(r, t, N_("all"), &all, &all)->total = 1;
	t->chart = N_("Share of each tier");
	if (ros->revenue != NULL)
		t->note = report_textf(r, _("Revenue is %s."), ros->revenue);
	put_shares(r, s, ros, now, vips);
}

/* ----------------------------------------------------------------- at risk */

static void
at_risk(struct report *r, struct roster *ros, size_t most)
{
	static const struct heading	 columns[] = {
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "customer", N_("Id"), ALIGN_LEFT },
		{ "health", N_("Health"), ALIGN_RIGHT },
		{ "risk_level", N_("Risk"), ALIGN_LEFT },
		{ "risk_reasons", N_("Risk factor"), ALIGN_BELOW },
		{ "risk_action", N_("Intervention"), ALIGN_BELOW },
	};
	struct section	*s = report_section(r, "at_risk", N_("At-risk VIPs"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct line	*l;
	size_t		 i, n = roster_triage(ros, most);

	t->none = ros->scored ? N_("none") :
	    N_("not known: the customers have no risk_level column");
	for (i = 0; i < ros->npatient; i++) {
		const struct patient	*p = &ros->patient[i];

		l = report_line(r, t, policy_tier(ros->pol,
		    (size_t)p->tier)->name, p->key);
		l->cell[0] = figure_text(l->tier);
		l->cell[1] = figure_text(p->name);
		l->cell[2] = figure_text(p->key);
		if (p->has_health)
			l->cell[3] = figure_of(KIND_NUMBER, p->health);
		l->cell[4] = figure_text(p->level);
		l->cell[5] = figure_text(p->reasons);
		l->cell[6] = figure_text(p->action);
	}
	t->more = n - ros->npatient;
	if (n > 0)
		t->note = report_textf(r, _("%zu of %zu VIPs are at risk."),
		    n, ros->vips);
}

/* ------------------------------------------------------------------ issues */

static struct line *
issues_line(struct report *r, struct table *t, const char *tier,
    const struct workload *w)
{
	struct line	*l = report_line(r, t, tier, NULL);

	l->cell[0] = figure_text(tr(tier));
	l->cell[1] = figure_count(w->created);
	l->cell[2] = figure_count(w->resolved);
	l->cell[3] = figure_count(w->open);
	l->cell[4] = pile_mean(&w->csat, KIND_NUMBER);
	return l;
}

static void
promises(struct report *r, struct section *s, const struct desk *desk)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ NULL, N_("Met in the week"), ALIGN_RIGHT },
		{ NULL, N_("Tickets"), ALIGN_RIGHT },
		{ NULL, N_("Met in all"), ALIGN_RIGHT },
		{ NULL, N_("Tickets"), ALIGN_RIGHT },
	};
	struct table	*t;
	struct heading	*h;
	struct line	*l;
	size_t		 m, i;

	/* The metric is part of the figure's name, so a table of each has
	   headings of its own. */
	for (m = 0; m < desk->nmetric; m++) {
		h = arena_get(r->arena, sizeof(columns));
		memcpy(h, columns, sizeof(columns));
		h[1].id = report_textf(r, "%s_met_week", desk->metric[m]);
		h[3].id = report_textf(r, "%s_met", desk->metric[m]);
		t = report_table(r, s, h, N_OF(columns));
		t->title = metric_label(desk->metric[m]);
		for (i = 0; i <= desk->ntier; i++) {
			const struct promise	*p = desk_promise(desk, m, i);

			if (p->all.met + p->all.missed == 0 &&
			    i != desk->ntier)
				continue;
			l = report_line(r, t, desk_tier(desk, i), NULL);
			l->total = i == desk->ntier;
			l->cell[0] = figure_text(tr(l->tier));
			l->cell[1] = tally_figure(&p->week);
			l->cell[2] = figure_text(report_textf(r, "%zu/%zu",
			    p->week.met, p->week.met + p->week.missed));
			l->cell[3] = tally_figure(&p->all);
			l->cell[4] = figure_text(report_textf(r, "%zu/%zu",
			    p->all.met, p->all.met + p->all.missed));
		}
	}
}

static void
issues(struct report *r, const struct desk *desk)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Tier"), ALIGN_LEFT },
		{ "created", N_("Created"), ALIGN_RIGHT },
		{ "resolved", N_("Resolved"), ALIGN_RIGHT },
		{ "open", N_("Open now"), ALIGN_RIGHT },
		{ "csat", N_("CSAT"), ALIGN_RIGHT },
	};
	struct section	*s = report_section(r, "issues", N_("Issues resolved"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	size_t		 i;

	if (desk == NULL) {
		t->none = N_("not known: no tickets were given (--tickets)");
		return;
	}
	if (desk->tickets == 0) {
		t->none = N_("none");
		return;
	}
	for (i = 0; i <= desk->ntier; i++)
		issues_line(r, t, desk_tier(desk, i), &desk->load[i])->total =
		    i == desk->ntier;
	t->note = N_("Created and resolved in the week; CSAT over all "
	    "tickets.");
	if (desk->strangers > 0)
		t->note = report_textf(r, "%s %s", tr(t->note),
		    report_textf(r, _("Of customers not known here, and "
		    "counted as %s: %zu."), desk_tier(desk, desk->ntier - 1),
		    desk->strangers));
	t = ratings_table(r, s);
	for (i = 0; i <= desk->ntier; i++)
		ratings_line(r, t, desk_tier(desk, i), &desk->load[i].csat)
		    ->total = i == desk->ntier;
	promises(r, s, desk);
}

/* ------------------------------------------------------------- touchpoints */

static void
touchpoints(struct report *r, const struct roster *ros, size_t most)
{
	static const struct heading	 columns[] = {
		{ "due", N_("First due"), ALIGN_LEFT },
		{ "touch", N_("Touchpoint"), ALIGN_LEFT },
		{ "by", N_("By"), ALIGN_LEFT },
		{ "customers", N_("Customers"), ALIGN_RIGHT },
	}, personal[] = {
		{ "due", N_("Due"), ALIGN_LEFT },
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "touch", N_("Touchpoint"), ALIGN_LEFT },
	};
	struct section	*s = report_section(r, "touchpoints",
			    N_("Upcoming touchpoints"));
	struct table	*t = report_table(r, s, columns, N_OF(columns));
	struct line	*l;
	size_t		 i;

	t->none = N_("none");
	for (i = 0; i < ros->nround; i++) {
		const struct round	*o = &ros->round[i];

		if (o->customers == 0)
			continue;
		l = report_line(r, t, "", o->touch->name);
		l->cell[0] = figure_of(KIND_DATE, o->first);
		l->cell[1] = figure_text(o->touch->label);
		l->cell[2] = figure_text(o->by);
		l->cell[3] = figure_count(o->customers);
	}
	if (*ros->unknown != '\0')
		*(t->line != NULL ? &t->note : &t->none) = report_textf(r,
		    _("Not known for want of a column: %s."), ros->unknown);
	if (ros->nvisit == 0)
		return;
	t = report_table(r, s, personal, N_OF(personal));
	for (i = 0; i < ros->nvisit; i++) {
		const struct visit	*v = &ros->visit[i];

		if (i == most) {
			t->more = ros->nvisit - i;
			break;
		}
		l = report_line(r, t, policy_tier(ros->pol,
		    (size_t)v->tier)->name, v->key);
		l->cell[0] = figure_of(KIND_DATE, v->due);
		l->cell[1] = figure_text(l->tier);
		l->cell[2] = figure_text(v->name);
		l->cell[3] = figure_text(v->touch->label);
	}
}

/* ----------------------------------------------------------------- targets */

/* The figure of a target's metric for the tiers it names. */
static struct figure
measure(const struct roster *ros, const struct desk *desk,
    const struct clause *target, const struct clause *who)
{
	struct figure	 f = { 0 };

	if (desk != NULL &&
	    desk_measure(desk, target->text, who, &f) == 0)
		return f;
	if (roster_measure(ros, target->text, who, &f) == 0)
		return f;
	return f;
}

static void
targets(struct report *r, const struct roster *ros, const struct desk *desk,
    int64_t today)
{
	const struct statement	*st;
	const struct clause	*cl, *who;
	struct section		*s = report_section(r, "targets",
				    N_("Targets"));
	struct table		*t = goal_table(r, s);
	struct figure		 f;

	for (st = policy_find(ros->pol, KW_TARGET, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, today) ||
		    (cl = clause_find(st, W_TARGET)) == NULL)
			continue;
		who = clause_find(st, W_FOR);
		f = measure(ros, desk, cl, who);
		f.show |= f.kind == KIND_PERCENT ? SHOW_PARTS : 0;
		goal_line(r, t, cl, who, f);
	}
}

/*
 * What the team reads on Monday: the VIPs and their share of the revenue,
 * who moved, who is at risk and what to do, issues resolved and promises kept, who is
 * to be contacted in the days to come, and which targets are met.
 */
struct report *
weekly_report(const struct kind_input *in)
{
	struct report	*r = report_new(policy_currency(in->pol));
	struct moves	*moves = moves_read(r, in);
	struct roster	*ros = roster_read(r, in, moves);
	struct desk	*desk = NULL;

	if (in->tickets != NULL)
		desk = desk_read(r, in->pol, in->now, in->days, in->tickets,
		    ros);
	r->now = in->now;
	r->offset = zone_offset(policy_zone(in->pol), in->now);
	title(r, in);
	activity(r, ros, in->now);
	if (moves != NULL)
		moves_section(r, moves, in->most);
	at_risk(r, ros, in->most);
	issues(r, desk);
	touchpoints(r, ros, in->most);
	targets(r, ros, desk, policy_today(in->pol, in->now));
	desk_free(desk);
	roster_free(ros);
	moves_free(moves);
	return r;
}
