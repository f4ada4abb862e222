/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TICKET_PARTS_H
#define VIP_TICKET_PARTS_H

/*
 * What the files of tickets share: docket.c, what is wanted and where it is;
 * times.c, columns of timestamps; history.c, what a log tells; ticket.c, the
 * ticket at hand.
 */

#include "score/customers.h"
#include "score/some.h"
#include "score/stamps.h"
#include "score/ticket.h"

#define NOWHERE	SIZE_MAX

/* A column of timestamps. */
struct time_column {
	const char	*name;
	int		 need;
	size_t		 column;	/* of the tickets, or FAULT_ROW */
	/* of the tickets' plan, where the policy says how it is written or
	   there is no such column; else NOWHERE */
	size_t		 program;
	const char	*format;	/* as it is written; or NULL: ISO 8601 */
	struct zone	*zone;		/* its own, or NULL: the policy's */
	const struct clause *unit;	/* of one that is counted from a base, */
	struct time_column *base;	/* or NULL */
};

/*
 * A text of every ticket: as it stands in the row, where the policy says
 * nothing of the column; or else of the tickets' plan.
 */
struct text_column {
	size_t		 column;	/* or FAULT_ROW */
	size_t		 program;
};

/* A name in a condition, and who has the column. */
struct name {
	const char	*name;
	enum type	 type;
	enum ask	 ask;
	const struct expr *expr;	/* where it was asked for, or NULL */
	size_t		 ticket;	/* program of the tickets' plan, or NOWHERE */
	size_t		 column;	/* of the tickets, or FAULT_ROW */
	size_t		 customer;	/* attribute of the customer, or NOWHERE */
};

struct log {
	struct keys	*ids;
	struct keys	*values;
	struct event	*events;	/* those of ticket i: first[i] to first[i+1] */
	size_t		*first;
	unsigned char	*met;		/* is ticket i in the table? */
	struct some	 strange;	/* events that are none of ours */
	size_t		 nameless;	/* how many are of no ticket */
	char		*name;		/* of the file */
};

#define GUESSES	64

struct docket {
	const struct policy	*pol;
	when			 now;
	int			 strict;
	int			 deftier;

	struct time_column	*times;
	size_t			 ntime;

	/* conditions: all that they name comes by struct name */
	struct plan		*asked;
	size_t			 nasked;
	struct name		*names;
	size_t			 nname;
	size_t			 status, priority, risk, profiles; /* names */

	struct plan		*tickets;
	int			 planned;	/* something is asked of it */
	struct text_column	 id, key, channel, tier, calendar;
	size_t			 tier_column, calendar_column;
	int			 untiered;	/* nothing says the tier */
	struct keys		*channels;	/* folded */
	uint32_t		 guess[GUESSES];	/* see channel_guess() */
	int			 want_calendar;
	const struct statement	**calendars;
	size_t			 ncalendar;

	struct customers	*customers;
	size_t			 nattribute;	/* columns asked of them */
	size_t			 attribute;	/* their calendar, or NOWHERE */

	struct log		*log;
	char			*customers_name;
	size_t			 unknown;	/* tickets of no known customer */
	struct some		 strange;	/* channels that are owed nothing */
};

/*
 * Which channel a text that is not empty may be: a channel of another length
 * and beginning seldom stands in its place, and if so it is looked up.
 */
static inline size_t
channel_guess(struct cell c)
{
	return (c.len * 5 + (unsigned char)*c.p) % GUESSES;
}

/* The hash of the key of a row that was shown ahead, by its line. */
#define AHEAD	16

struct hashed {
	size_t		 line;		/* 0: none */
	uint64_t	 hash;
};

/* What is asked of one ticket. */
struct inside {
	const struct docket	*docket;
	struct frame		*row;
	struct frame		*asked;
	struct value		*values;
	struct value		*as;		/* values with others put in */
	int			 tier_as;
	struct stamps		*stamps;
	struct buf		 fold;
	size_t			 unknown;
	struct some		 strange;
	unsigned char		*met;		/* as log's, or NULL */
	struct hashed		 ahead[AHEAD];
};
/* The text of a program, empty where it is missing. */
struct cell	 text_of(struct frame *, size_t program);

/* ---- times.c */

/* Where it is, and how it is written. */
void		 time_unbind(struct time_column *);	/* what bind took */
void		 time_bind(struct time_column *, const struct policy *,
		    const struct reader *);
/* What a plan, which knows seconds, has made of a cell, and the rest of it. */
tick		 time_tick(const struct time_column *, const struct row *,
		    const struct value *);
/* The time of a cell, refused if the clocks skipped it or had it twice: 0, or
   -1 with the fault. */
int		 time_strict(const struct docket *, const struct time_column *,
		    const struct row *, struct fault *);

/* ---- history.c */

void		 log_free(struct log *);		/* takes NULL */
/* What the log has of a ticket beats what its row says. */
void		 ticket_history(struct ticket *);
/* For a worker, and what it has met for all. */
unsigned char	*log_meet(const struct log *);
void		 log_met(struct log *, unsigned char *);	/* frees it */
void		 log_notes(const struct log *);

#endif /* VIP_TICKET_PARTS_H */
