/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an executive sponsor is told every month of the accounts that are
 * his, and of nobody else's.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/goal.h"
#include "report/show.h"
#include "report/views.h"
#include "score/rules.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))
#define NAMED	8		/* sponsors, in a message */

struct ward {				/* an account, and what it had */
	const struct client	*client;
	size_t			 tickets, open, met, missed;
	size_t			 contacts, checkins;
	int			 reviewed;
	int64_t			 review;	/* the last one's day */
};

struct care {
	struct book	*b;
	const char	*name;			/* as it may be told */
	struct ward	*ward;
	size_t		 n;
};

/* ------------------------------------------------------------------ counting */

static struct ward *
ward_of(const struct care *c, size_t client)
{
	size_t	 i;

	for (i = 0; client != NOBODY && i < c->n; i++)
		if (c->ward[i].client == &c->b->client[client])
			return &c->ward[i];
	return NULL;
}

static int
by_tier_and_health(const void *x, const void *y)
{
	const struct client	*a = ((const struct ward *)x)->client,
				*b = ((const struct ward *)y)->client;

	if (a->tier != b->tier)
		return a->tier < b->tier ? -1 : 1;
	if (a->health != b->health)
		return a->health < b->health ? -1 : 1;
	return strcmp(a->key, b->key);
}

/* There are few sponsors: a near one is named, or else the first of them. */
static _Noreturn void
unknown(const struct kind_input *in, const struct care *c)
{
	const struct book	*b = c->b;
	const char		**names = xcalloc(b->nclient + 1,
				    sizeof(*names)), *near;
	struct keys		*keys = keys_new();
	struct buf		 list = { 0 };
	const char		*name;
	size_t			 i, n = 0;

	for (i = 0; i < b->nclient; i++) {
		name = b->client[i].sponsor;
		if (*name != '\0' && keys_add(keys, name, strlen(name)) == n)
			names[n++] = name;
	}
	near = text_nearest(in->subject, names, n);
	if (in->redactor != NULL)
		n = 0;
	else if (near != NULL)
		buf_addf(&list, "; did you mean \"%s\"?", near);
	for (i = 0; near == NULL && i < n && i < NAMED; i++)
		buf_addf(&list, "%s\"%s\"", i > 0 ? ", " : "; there are ",
		    names[i]);
	if (near == NULL && n > NAMED)
		buf_addf(&list, " and %zu more", n - NAMED);
	die(STATUS_DATA, "%s: no account has the sponsor \"%s\"%s",
	    reader_name(in->customers), in->subject, buf_str(&list));
}

static void
collect(const struct kind_input *in, struct care *c)
{
	const struct book	*b = c->b;
	size_t			 i;

	reader_need(in->customers, "sponsor");
	c->ward = xcalloc(b->nclient + 1, sizeof(*c->ward));
	for (i = 0; i < b->nclient; i++)
		if (strcmp(b->client[i].sponsor, c->name) == 0)
			c->ward[c->n++].client = &b->client[i];
	if (c->n == 0)
		unknown(in, c);
	qsort(c->ward, c->n, sizeof(*c->ward), by_tier_and_health);
}

static void
count_tickets(const struct care *c)
{
	const struct ticket_row	*t;
	struct ward		*w;
	size_t			 i, m;

	for (i = 0; i < c->b->nticket; i++) {
		t = &c->b->ticket[i];
		if ((w = ward_of(c, t->client)) == NULL)
			continue;
		w->open += t->is_open && t->created <= c->b->now;
		if (!in_period(c->b, t->created))
			continue;
		w->tickets++;
		for (m = 0; m < c->b->nmetric; m++) {
			w->met += t->owing[m].status == METRIC_MET;
			w->missed += t->owing[m].status == METRIC_BREACHED;
		}
	}
}

static void
count_events(const struct care *c)
{
	const struct event_row	*e;
	const when		 quarter = quarter_start(c->b);
	struct ward		*w;
	size_t			 i;

	for (i = 0; i < c->b->nevent; i++) {
		e = &c->b->event[i];
		if (e->at >= c->b->to || (w = ward_of(c, e->client)) == NULL)
			continue;
		if (strcmp(e->event, "review") == 0) {
			w->reviewed |= e->at >= quarter ? 2 : 1;
			w->review = zone_day(policy_zone(c->b->pol), e->at);
		} else if (in_period(c->b, e->at)) {
			w->contacts += strcmp(e->event, "contact") == 0;
			w->checkins += strcmp(e->event, "checkin") == 0;
		}
	}
}

/* ------------------------------------------------------------------- telling */

static void
accounts(const struct care *c)
{
	static const struct heading	 columns[] = {
		{ "tier", N_("Tier"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "health", N_("Health score"), ALIGN_RIGHT },
		{ "risk_level", N_("Risk"), ALIGN_LEFT },
		{ "tickets", N_("Tickets"), ALIGN_RIGHT },
		{ "open", N_("Open now"), ALIGN_RIGHT },
		{ "kept", N_("Promises kept"), ALIGN_RIGHT },
		{ "risk_reasons", N_("Risk factor"), ALIGN_BELOW },
		{ "intervention", N_("Intervention"), ALIGN_BELOW },
	};
	struct section		*s = report_section(c->b->r, "accounts",
				    N_("Accounts"));
	struct table		*t = report_table(c->b->r, s, columns,
				    N_OF(columns));
	const struct ward	*w;
	struct line		*l;
	size_t			 i;

	for (i = 0; i < c->n; i++) {
		w = &c->ward[i];
		l = report_line(c->b->r, t, policy_tier(c->b->pol,
		    (size_t)w->client->tier)->name, w->client->key);
		l->cell[0] = figure_text(l->tier);
		l->cell[1] = figure_text(w->client->name);
		if (w->client->has_health)
			l->cell[2] = figure_of(KIND_NUMBER,
			    w->client->health);
		l->cell[3] = figure_text(w->client->level);
		if (c->b->has_tickets) {
			l->cell[4] = figure_count(w->tickets);
			l->cell[5] = figure_count(w->open);
			l->cell[6] = shown(figure_ratio((num)w->met * NUM_ONE,
			    (num)(w->met + w->missed) * NUM_ONE), SHOW_PARTS);
		}
		/* A customer who is well has no need of either. */
		if (!w->client->at_risk)
			continue;
		l->cell[7] = figure_text(w->client->reasons);
		l->cell[8] = figure_text(*w->client->plan != '\0' ?
		    w->client->plan : w->client->action);
	}
	if (!c->b->scored)
		t->note = N_("Health is not known: the customers have no "
		    "risk_level column.");
}

/* What the sponsor does: reviews, contacts, check-ins, of each account. */
static void
duties(const struct care *c)
{
	static const struct heading	 columns[] = {
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "review", N_("Last review"), ALIGN_LEFT },
		{ "review_status", N_("This quarter"), ALIGN_LEFT },
		{ "contacts", N_("Contacts"), ALIGN_RIGHT },
		{ "checkins", N_("Check-ins"), ALIGN_RIGHT },
	};
	struct section		*s = report_section(c->b->r, "duties",
				    N_("Reviews and contacts"));
	struct table		*t = report_table(c->b->r, s, columns,
				    N_OF(columns));
	const struct ward	*w;
	struct line		*l;
	size_t			 i;

	t->past = 1;
	t->none = N_("not known: no events were given (--events)");
	for (i = 0; c->b->has_events && i < c->n; i++) {
		w = &c->ward[i];
		l = report_line(c->b->r, t, policy_tier(c->b->pol,
		    (size_t)w->client->tier)->name, w->client->key);
		l->cell[0] = figure_text(w->client->name);
		if (w->reviewed != 0)
			l->cell[1] = figure_of(KIND_DATE, w->review);
		l->cell[2] = figure_word((w->reviewed & 2) != 0 ? N_("done") :
		    N_("due"));
		l->cell[3] = figure_count(w->contacts);
		l->cell[4] = figure_count(w->checkins);
	}
}

static struct figure
share(size_t n, size_t of)
{
	return shown(figure_ratio((num)n * NUM_ONE, (num)of * NUM_ONE),
	    SHOW_WHOLE | SHOW_PARTS);
}

static void
summary(const struct care *c)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Measure"), ALIGN_LEFT },
		{ "value", N_("Is"), ALIGN_RIGHT },
		{ NULL, N_("Wanted"), ALIGN_RIGHT },
		{ NULL, N_("Status"), ALIGN_LEFT },
	};
	static const char *const	 labels[] = {
		N_("Accounts"), N_("At risk"), N_("Reviews in the quarter"),
		N_("Health check-ins"), N_("Contacts out of turn")
	}, *const ids[] = {
		"accounts", "at_risk", "reviews", "checkins", "contacts"
	};
	struct section		*s = report_section(c->b->r, "summary",
				    N_("In short"));
	struct table		*t = report_table(c->b->r, s, columns,
				    N_OF(columns));
	struct figure		 f[N_OF(ids)] = { 0 };
	struct line		*l;
	size_t			 i, risk = 0, done = 0, seen = 0, contacts = 0;

	for (i = 0; i < c->n; i++) {
		risk += c->ward[i].client->at_risk != 0;
		done += (c->ward[i].reviewed & 2) != 0;
		seen += c->ward[i].checkins > 0;
		contacts += c->ward[i].contacts;
	}
	f[0] = figure_count(c->n);
	goal_hold(c->b->r, c->b->pol, c->b->now, "accounts_per_sponsor",
	    &f[0]);
	if (c->b->scored)
		f[1] = share(risk, c->n);
	if (c->b->has_events) {
		f[2] = share(done, c->n);
		f[3] = share(seen, c->n);
		f[4] = figure_count(contacts);
	}
	for (i = 0; i < N_OF(ids); i++) {
		l = report_line(c->b->r, t, "", ids[i]);
		l->cell[0] = figure_text(tr(labels[i]));
		l->cell[1] = f[i];
		l->cell[2] = figure_text(f[i].target != NULL ? f[i].target :
		    "");
		l->cell[3] = figure_text(target_word(f[i].status));
		l->cell[3].status = f[i].status;
	}
}

static int
by_renewal(const void *x, const void *y)
{
	const struct client	*a = *(const struct client *const *)x,
				*b = *(const struct client *const *)y;

	if (a->renewal != b->renewal)
		return a->renewal < b->renewal ? -1 : 1;
	return strcmp(a->key, b->key);
}

/* Those to come; the date is one for a calendar. */
static void
renewals(const struct care *c)
{
	static const struct heading	 columns[] = {
		{ "due", N_("Due"), ALIGN_LEFT },
		{ "touch", N_("What"), ALIGN_LEFT },
		{ "name", N_("Customer"), ALIGN_LEFT },
		{ "revenue", N_("Revenue"), ALIGN_RIGHT },
	};
	struct section		*s = report_section(c->b->r, "renewals",
				    N_("Renewals"));
	struct table		*t = report_table(c->b->r, s, columns,
				    N_OF(columns));
	const struct client	**list = xcalloc(c->n + 1, sizeof(*list));
	const int64_t		 today = policy_today(c->b->pol, c->b->now);
	struct line		*l;
	size_t			 i, n = 0;
	int			 known = 0;

	for (i = 0; i < c->n; i++) {
		known |= c->ward[i].client->has_renewal;
		if (c->ward[i].client->has_renewal &&
		    c->ward[i].client->renewal >= today)
			list[n++] = c->ward[i].client;
	}
	t->none = known ? N_("none") :
	    N_("not known: the customers have no renewal_date");
	qsort(list, n, sizeof(*list), by_renewal);
	for (i = 0; i < n; i++) {
		l = report_line(c->b->r, t, policy_tier(c->b->pol,
		    (size_t)list[i]->tier)->name, list[i]->key);
		l->cell[0] = figure_of(KIND_DATE, list[i]->renewal);
		l->cell[1] = figure_text(_("Renewal"));
		l->cell[2] = figure_text(list[i]->name);
		if (list[i]->has_revenue)
			l->cell[3] = figure_of(KIND_MONEY, list[i]->revenue);
	}
	free(list);
}

struct report *
sponsor_report(const struct kind_input *in)
{
	struct care	 c = { .b = month_book(in, "") };
	struct report	*r = c.b->r;

	c.name = redact_person(in->redactor, r, in->subject);
	collect(in, &c);
	count_tickets(&c);
	count_events(&c);
	r->title = report_textf(r, _("%s: accounts of %s"),
	    program_label(in->pol), c.name);
	if (*c.ward[0].client->title != '\0')
		r->title = report_textf(r, "%s, %s", r->title,
		    c.ward[0].client->title);
	summary(&c);
	accounts(&c);
	duties(&c);
	renewals(&c);
	free(c.ward);
	book_free(c.b);
	return r;
}
