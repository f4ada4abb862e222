/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLOCKS_H
#define VIP_CLOCKS_H

#include "calendar/calendar.h"
#include "policy/policy.h"

/*
 * The calendar on which a statement counts: that of its "clock", or what two
 * of them have in common, or what each customer's has in common with ours.
 * NULL is always.  "business" time without a clock is that of the policy's
 * first calendar; a policy without any ends the program.
 */
struct clocks;

struct clocks	*clocks_new(const struct policy *, const struct statement *,
		    int business);
void		 clocks_free(struct clocks *);		/* takes NULL */
/* Does it ask for the customer's calendar? */
int		 clocks_ask(const struct clocks *);
/* For a customer's calendar, by its number among the policy's, or -1. */
const struct calendar *clocks_of(const struct clocks *, int customer);
/*
 * Where a bound ends that starts at an instant: steps of the calendar or
 * business days, then seconds of the clock.  On a calendar both start when it
 * is open next.  The zone counts where the calendar is NULL.  WHEN_NONE if it
 * never ends.
 */
when		 clocks_step(const struct calendar *, const struct zone *,
		    const struct duration *, when start);
/* As the policy has it: "office and customer". */
void		 clocks_show(const struct clocks *, struct buf *);

#endif /* VIP_CLOCKS_H */
