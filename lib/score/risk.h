/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_RISK_H
#define VIP_RISK_H

#include "policy/policy.h"

/*
 * Who may leave, and what to do about it: the signal, level and escalate
 * statements of a policy, for one customer at a time.
 *
 * Health is 100 less the weights of the signals that fire, never below 0.
 * A signal with "of x between a and b" takes its weight in proportion: none
 * at or below a, all at or above b, linear between (exact to the sixth
 * decimal).  A signal whose value is missing takes nothing.
 */
struct risk;

/* One signal of one customer. */
struct symptom {
	size_t		 signal;	/* its place among the policy's */
	num		 taken;		/* of its weight */
	int		 missing;	/* its value is not known */
	int		 exempt;	/* it is not for the customer's tier */
	struct value	 value;		/* of "of x"; n is a number then */
};

struct prognosis {
	num			 health;	/* 0 to 100 */
	const struct statement	*level;		/* or NULL: no level fits */
	struct cell		 name;		/* of the level, or empty */
	struct cell		 told;		/* whom the escalation names, or
						   else the level; or empty */
	struct symptom		*symptom;	/* that fired, heaviest first */
	size_t			 nfired;
	const struct statement	*escalation;	/* or NULL */
	int			 tier;
	int			 acts;		/* somebody has to do something */
	size_t			*held;		/* signals whose test holds */
};

/*
 * Adds what it needs to a plan that is not bound yet.  The policy must have
 * levels: without them (78) no health says anything.
 */
struct risk	*risk_new(const struct policy *, struct plan *, when now);
void		 risk_free(struct risk *);

size_t		 risk_signals(const struct risk *);
const struct statement *risk_signal(const struct risk *, size_t i);
num		 risk_weight(const struct risk *, size_t i);

/* Levels, worst first; risk_health() is the least health of one. */
size_t		 risk_levels(const struct risk *);
const struct statement *risk_level(const struct risk *, size_t i);
num		 risk_health(const struct risk *, size_t i);

/* Room for what risk_judge() finds, and what gives it back. */
void		 prognosis_init(struct prognosis *, const struct risk *);
void		 prognosis_free(struct prognosis *);

/* Once the plan is bound to that table. */
void		 risk_bind(struct risk *, const struct reader *);

/*
 * Judge the row that the frame has loaded: 0, or -1 with what is wrong with
 * it.  A tier that the policy does not have is, unless it has none at all.
 */
int		 risk_judge(const struct risk *, struct frame *,
		    const struct row *, struct prognosis *, struct fault *);

/* The same of one signal, whether it fired or not; after risk_judge(). */
void		 risk_examine(const struct risk *, struct frame *, size_t i,
		    int tier, struct symptom *);
/* What it says of the row: its value, or its condition with values. */
void		 risk_value(const struct risk *, struct frame *,
		    const struct symptom *, struct buf *);

/* "LABEL (VALUES); ...", heaviest first. */
void		 risk_reasons(const struct risk *, struct frame *,
		    const struct prognosis *, struct buf *);
/* What the level and the signals that fired ask for, joined by "; ". */
void		 risk_action(const struct risk *, const struct prognosis *,
		    struct buf *);

#endif /* VIP_RISK_H */
