/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"

/* The calendars of a policy, built and compiled. */

#define CALENDARS_MAX	16
#define SPANS_MAX	70		/* of a week: ten a day */

static void
open_hours(struct policy *p, struct calendar *cal, const struct clause *c)
{
	size_t	 i;
	int	 r;

	for (i = 0; i < c->nspan; i++) {
		if (c->days != 0)
			r = calendar_open(cal, c->days, c->span[i].from,
			    c->span[i].to);
		else
			r = calendar_open_on(cal, c->day, c->span[i].from,
			    c->span[i].to);
		if (r == -1)
			policy_error(p, c->at, "a calendar runs from 1970 to "
			    "2199");
	}
}

static void
closed_hours(struct policy *p, struct calendar *cal, const struct clause *c)
{
	size_t	 i;
	int	 r = 0;

	if (c->nspan == 0)
		r = calendar_close(cal, c->day, NULL);
	for (i = 0; i < c->nspan; i++) {
		if (c->span[i].to < c->span[i].from) {
			policy_error(p, c->at, "a break ends on the day on "
			    "which it begins");
			return;
		}
		if (calendar_close_span(cal, c->day, c->span[i].from,
		    c->span[i].to, NULL) == -1)
			r = -1;
	}
	if (r == -1)
		policy_error(p, c->at, "a calendar runs from 1970 to 2199");
}

static void
holidays(struct policy *p, struct calendar *cal, const struct clause *c)
{
	const char	*path;
	char		*error = NULL;
	int		 days;

	path = c->text[0] == '/' ? c->text :
	    policy_format(p, "%s%s", p->dir, c->text);
	if ((days = calendar_holidays(cal, path, c->to, &error)) == -1)
		policy_error(p, c->at, "%s", error == NULL ?
		    "the holidays cannot be read" : error);
	else if (days == 0 && c->to != NULL)
		policy_warning(p, c->at, "no all-day event of %s is of \"%s\"",
		    c->text, c->to);
	else if (days == 0)
		policy_warning(p, c->at, "%s has no all-day event", c->text);
	free(error);
}

static void
build(struct policy *p, const struct statement *s,
    struct named_calendar *named)
{
	const struct clause	*c;
	const struct zone	*zone = p->zone;
	struct calendar		*cal;
	unsigned		 days;
	size_t			 spans = 0;
	int			 open = 0;

	named->name = s->name;
	if ((c = clause_find(s, W_TIMEZONE)) != NULL) {
		named->zone = zone_open(c->text);
		if (named->zone == NULL)
			policy_error(p, c->at, "unknown time zone \"%s\"",
			    c->text);
		else
			zone = named->zone;
	}
	named->calendar = cal = calendar_new(zone);
	for (c = s->clauses; c != NULL; c = c->next)
		switch (c->word) {
		case W_OPEN:
			open = 1;
			for (days = c->days; days != 0; days >>= 1)
				spans += (days & 1) * c->nspan;
			if (spans <= SPANS_MAX)
				open_hours(p, cal, c);
			else
				policy_error(p, c->at, "a week has at most %d "
				    "openings", SPANS_MAX);
			break;
		case W_CLOSED:
			closed_hours(p, cal, c);
			break;
		case W_HOLIDAYS:
			holidays(p, cal, c);
			break;
		case W_CLOSING_NEXT:
			calendar_closing_next(cal);
			break;
		default:
			break;
		}
	if (!open && !((const struct draft *)(const void *)s)->broken)
		policy_error(p, s->at, "calendar %s wants opening hours: open "
		    "mon-fri 09:00-17:00", s->name);
	if (s->from != INT64_MIN || s->until != INT64_MAX)
		calendar_valid(cal, s->from < CALENDAR_FIRST ?
		    CALENDAR_FIRST : s->from, s->until > CALENDAR_LAST ?
		    CALENDAR_LAST : s->until);
	if (p->nerrors == 0)
		calendar_compile(cal, CALENDAR_FIRST, CALENDAR_LAST);
}

/* Two calendars in a clock that are never open at once. */
static void
check_both(struct policy *p, const struct statement *s)
{
	const struct clause	*c = clause_find(s, W_CLOCK);
	const struct calendar	*a, *b;
	struct calendar		*both;

	if (c == NULL || c->nitem != 2 ||
	    (a = policy_calendar(p, c->item[0].text)) == NULL ||
	    (b = policy_calendar(p, c->item[1].text)) == NULL)
		return;
	both = calendar_both(a, b);
	if (calendar_next_open(both, CALENDAR_FIRST * DAY_SECONDS) == WHEN_NONE)
		policy_error(p, c->item[1].at, "%s and %s are never open at "
		    "the same time", c->item[0].text, c->item[1].text);
	calendar_free(both);
}

void
policy_calendars(struct policy *p)
{
	const struct statement	*s;
	size_t			 n = 0;

	for (s = p->first; s != NULL; s = s->next)
		n += s->keyword == KW_CALENDAR;
	if (n == 0)
		return;
	if (n > CALENDARS_MAX) {
		policy_error(p, policy_find(p, KW_CALENDAR, NULL)->at,
		    "a policy has at most %d calendars", CALENDARS_MAX);
		return;
	}
	p->calendars = xcalloc(n, sizeof(*p->calendars));
	for (s = p->first; s != NULL; s = s->next)
		if (s->keyword == KW_CALENDAR && s->name != NULL)
			build(p, s, &p->calendars[p->ncalendars++]);
	if (p->nerrors > 0)
		return;			/* not all are compiled */
	for (s = p->first; s != NULL; s = s->next)
		check_both(p, s);
}
