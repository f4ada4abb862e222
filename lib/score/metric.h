/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_METRIC_H
#define VIP_METRIC_H

/*
 * The names of metrics.  A name says how its metric is made: MEASURE_WINDOW,
 * such as spend_prev_90d, or one of the few that have no window, such as
 * last_order.  Nothing here knows of tables.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/vip.h"

enum source { SOURCE_ORDERS, SOURCE_TICKETS, SOURCE_EVENTS };

enum measure {
	/* of orders */
	MEASURE_ORDERS, MEASURE_SPEND, MEASURE_AOV, MEASURE_ITEMS,
	MEASURE_RETURNS, MEASURE_LATE,
	/* of tickets */
	MEASURE_TICKETS, MEASURE_COMPLAINTS, MEASURE_REOPENS,
	MEASURE_ESCALATIONS, MEASURE_BREACHES, MEASURE_LOW_CSAT,
	MEASURE_CSAT,
	/* of events: net promoter score; and how many there are of a kind */
	MEASURE_NPS, MEASURE_EVENTS,
	/* without a window, of orders but for last_contact */
	MEASURE_FIRST_ORDER, MEASURE_LAST_ORDER, MEASURE_DAYS_SINCE_ORDER,
	MEASURE_LAST_CONTACT, MEASURE_X, MEASURE_T_X, MEASURE_T, MEASURE_M,
	MEASURE_LTV
};

struct window {
	enum {
		WINDOW_TOTAL,		/* all up to today; also for no window */
		WINDOW_YTD,		/* this calendar year */
		WINDOW_LYTD,		/* the same days of the last one */
		WINDOW_DAYS,		/* n days, today the last of them */
		WINDOW_MONTHS		/* n calendar months */
	}	 unit;
	int	 n;
	int	 prev;			/* the n before those */
};

struct metric {
	const char	*name;		/* the caller's */
	enum measure	 measure;
	const char	*kind;		/* of MEASURE_EVENTS: in the name, */
	size_t		 kindlen;	/* and so long */
	struct window	 window;
};

/*
 * Read a name, which must outlive the metric: 0, or -1 if it is none.
 * Every MEASURE_WINDOW is one, of events of that kind if nothing else.
 */
int		 metric_parse(const char *name, struct metric *);
enum source	 metric_source(const struct metric *);

/*
 * The metric whose name is nearest to a misspelt one, or NULL; stands until
 * the next call with the same buffer.
 */
const char	*metric_nearest(const char *name, struct buf *);

#define DAY_FIRST	((int64_t)-719162)	/* 0001-01-01 */
#define DAY_LAST	((int64_t)2932896)	/* 9999-12-31 */

/*
 * The days of a window, both counted in; "from" is DAY_FIRST where there is
 * no first one.  "today" is the day of --as-of.
 */
void		 window_days(const struct window *, int64_t today,
		    int64_t *from, int64_t *to);

#endif /* VIP_METRIC_H */
