/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_KINDS_H
#define VIP_KINDS_H

#include "policy/policy.h"
#include "report/model.h"
#include "report/redact.h"

/*
 * The reports that there are.  The managers' (dashboard, monthly, team) are
 * of the calendar month in which the second before "now" lies, and so is a
 * sponsor's: a report as of the first of February is January's.
 */
struct kind_input {
	const struct policy	*pol;
	when			 now;
	struct reader		*customers;	/* classified and scored */
	struct reader		*tickets;	/* with SLA columns, or NULL */
	struct reader		*events, *agents;	/* or NULL */
	struct reader		*baseline;	/* customers of an earlier
						   day, or NULL */
	struct reader		*spending;	/* budget's own; then
						   customers may be NULL */
	struct reader		*moves, *overrides;	/* what the store knows of
						   the customer; of moves also
						   of all, or of vip-diff; or
						   NULL */
	const char		*subject;	/* whom the report is about, where
						   the kind has one */
	const struct redactor	*redactor;	/* or NULL: hide nothing */
	const char		*revenue;	/* a column, or NULL: the first
						   there is of the usual ones */
	int			 days;		/* of a week: back for facts,
						   ahead for touchpoints */
	size_t			 most;		/* lines of a list */
};

struct report_kind {
	const char	*name;
	const char	*subject;	/* what its operand is called, or NULL */
	int		 days;		/* where nothing is asked for */
	enum { PERIOD_DAYS, PERIOD_MONTH, PERIOD_NOW } period;
	/*
	 * What a store has of the time before: reports of the kind itself, or
	 * customers with their health.
	 */
	enum { PAST_REPORT, PAST_CUSTOMERS } past;
	int		 is_of_spending;	/* its main input */
	/* The caller frees the report.  Bad rows end the program (65). */
	struct report	*(*make)(const struct kind_input *);
};

/* The kind of that name, or NULL; and the names, for messages. */
const struct report_kind *kind_find(const char *name);
const char	*kind_names(void);	/* "weekly, monthly, ..." */
/*
 * The day on which the period begins: what was found on that day or before
 * is of the time before it.
 */
int64_t		 kind_since(const struct report_kind *,
		    const struct kind_input *);

struct report	*weekly_report(const struct kind_input *);
struct report	*dashboard_report(const struct kind_input *);
struct report	*monthly_report(const struct kind_input *);
struct report	*team_report(const struct kind_input *);
struct report	*care_report(const struct kind_input *);
struct report	*budget_report(const struct kind_input *);
struct report	*account_report(const struct kind_input *);
struct report	*sponsor_report(const struct kind_input *);

/* The programme by its label, or the policy's name. */
const char	*program_label(const struct policy *);

/*
 * Compare with an earlier report in the long form (csv or tsv): figures of
 * the same section, tier and metric.  A change of at most "tolerance" of
 * what was (0.005 is half a percent) is no change.
 */
void		 report_compare(struct report *, struct reader *,
		    num tolerance);
/*
 * The same with the customers as they were: figures of a customer that bear
 * a column's name.
 */
void		 report_compare_customers(struct report *, struct reader *,
		    const struct kind_input *, num tolerance);

#endif /* VIP_KINDS_H */
