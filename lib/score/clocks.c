/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calendars that statements count on.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/clocks.h"

struct clocks {
	const struct policy	*pol;
	const struct clause	*clause;	/* or NULL */
	const struct calendar	*clock;		/* NULL: always */
	const char		*name;		/* of one that none is named */
	/* the clock with each of the policy's calendars as the customer's */
	const struct calendar	**customer;	/* or NULL */
	struct calendar		**own;		/* made of two */
	size_t			 nown;
};

static const struct calendar *
both(struct clocks *c, const struct calendar *a, const struct calendar *b)
{
	if (a == NULL)
		return b;
	c->own = xreallocarray(c->own, c->nown + 1, sizeof(*c->own));
	c->own[c->nown] = calendar_both(a, b);
	return c->own[c->nown++];
}

static void
add_customers(struct clocks *c)
{
	const struct statement	*st;
	size_t			 n = 0;

	for (st = policy_find(c->pol, KW_CALENDAR, NULL); st != NULL;
	    st = policy_next(st)) {
		c->customer = xreallocarray(c->customer, n + 1,
		    sizeof(*c->customer));
		c->customer[n++] = both(c, c->clock,
		    policy_calendar(c->pol, st->name));
	}
	if (n == 0)
		c->customer = xcalloc(1, sizeof(*c->customer));
}

struct clocks *
clocks_new(const struct policy *pol, const struct statement *st, int business)
{
	const struct calendar	*cal;
	const struct statement	*first;
	struct clocks		*c = xcalloc(1, sizeof(*c));
	const char		*name;
	size_t			 i;
	int			 customer = 0;

	c->pol = pol;
	c->clause = clause_find(st, W_CLOCK);
	for (i = 0; c->clause != NULL && i < c->clause->nitem; i++) {
		name = c->clause->item[i].text;
		if ((cal = policy_calendar(pol, name)) != NULL)
			c->clock = both(c, c->clock, cal);
		else if (strcmp(name, "customer") == 0)
			customer = 1;
	}
	if (customer)
		add_customers(c);
	else if (c->clock == NULL && business) {
		if ((first = policy_find(pol, KW_CALENDAR, NULL)) == NULL)
			die(STATUS_POLICY, "%s:%d:%d: error: business time "
			    "needs a calendar", policy_name(pol), st->at.line,
			    st->at.column);
		c->clock = policy_calendar(pol, first->name);
		c->name = first->name;
	}
	return c;
}

void
clocks_free(struct clocks *c)
{
	size_t	 i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nown; i++)
		calendar_free(c->own[i]);
	free(c->own);
	free(c->customer);
	free(c);
}

int
clocks_ask(const struct clocks *c)
{
	return c->customer != NULL;
}

const struct calendar *
clocks_of(const struct clocks *c, int customer)
{
	return c->customer != NULL && customer != -1 ?
	    c->customer[customer] : c->clock;
}

when
clocks_step(const struct calendar *cal, const struct zone *zone,
    const struct duration *d, when at)
{
	struct civil	 c;
	int64_t		 day;

	if (d->months == 0 && d->days == 0)
		return calendar_add(cal, at, d->seconds);
	if (d->business) {
		at = calendar_add_days(cal, zone, at, d->days);
	} else {
		if (cal != NULL) {
			zone = calendar_zone(cal);
			if ((at = calendar_next_open(cal, at)) == WHEN_NONE)
				return at;
		}
		zone_civil(zone, at, &c);
		civil_add_months(&c, d->months);
		day = days_of(c.year, c.month, c.day) + d->days;
		at = zone_at(zone, day, c.hour * 3600 + c.minute * 60 +
		    c.second, NULL);
	}
	return at == WHEN_NONE || d->seconds == 0 ? at :
	    calendar_add(cal, at, d->seconds);
}

void
clocks_show(const struct clocks *c, struct buf *b)
{
	size_t	 i;

	if (c->clause == NULL)
		buf_adds(b, c->name != NULL ? c->name : "always");
	for (i = 0; c->clause != NULL && i < c->clause->nitem; i++) {
		buf_adds(b, i > 0 ? " and " : "");
		buf_adds(b, c->clause->item[i].text);
	}
}
