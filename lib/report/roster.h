/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ROSTER_H
#define VIP_ROSTER_H

#include "report/kinds.h"
#include "report/moves.h"

/*
 * The customers of a report, read once: what is counted of each tier, who
 * is at risk, whom to contact.  Private to lib/report.
 */
struct standing {
	size_t	 customers;
	int	 has_revenue;
	num	 revenue;
	num	 csat;			/* sum of ratings of customers */
	size_t	 rated;
	num	 year, last_year;	/* spend, for growth */
	int	 has_growth;
};

/* A VIP at risk. */
struct patient {
	int		 tier;
	const char	*key, *name, *level, *reasons, *action;
	num		 health;
	int		 has_health;
};

/* One touch of the policy, over all customers. */
struct round {
	const struct statement	*touch;
	const char		*by;
	int64_t			 first;		/* day */
	size_t			 customers;
};

/* One touch of one customer that is not a round's: a date or an event. */
struct visit {
	const struct statement	*touch;
	int			 tier;
	const char		*key, *name;
	int64_t			 due;
};

struct roster {
	const struct policy	*pol;
	const char		*revenue;	/* the column, or NULL */
	int			 scored;	/* there is a risk_level column */
	size_t			 ntier, vips;
	struct standing		*standing;	/* of each tier */
	size_t			 npatient, nround, nvisit;
	struct patient		*patient;	/* by tier, then health */
	struct round		*round;
	struct visit		*visit;		/* by date */
	const char		*unknown;	/* touches for want of a column,
						   or "" */
	struct keys		*keys;		/* every customer */
	uint16_t		*tier_of;	/* by its number in keys */
	struct report		*r;		/* where texts live */
	const struct redactor	*redactor;	/* or NULL */
	struct moves		*moves;		/* whose names are looked for */
};

/*
 * Reads the customers to the end.  Texts live in the report.  Those who have
 * moved, if any are given, are told their names.
 */
struct roster	*roster_read(struct report *, const struct kind_input *,
		    struct moves *);
void		 roster_free(struct roster *);
/*
 * Leave so many patients at the most: the healthiest go.  Returns how many
 * there were.
 */
size_t		 roster_triage(struct roster *, size_t most);
void		 standing_add(struct standing *, const struct standing *);

/*
 * A figure that a target asks for, over the tiers of a "for" clause (NULL:
 * all): 0, or -1 for a metric that customers do not tell.
 */
int		 roster_measure(const struct roster *, const char *metric,
		    const struct clause *who, struct figure *);

#endif /* VIP_ROSTER_H */
