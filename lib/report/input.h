/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_INPUT_H
#define VIP_INPUT_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * A table that is read for a report: ask for columns, bind, then take the
 * rows one by one.  Private to lib/report.
 */
struct input {
	struct report	*r;
	struct reader	*rd;
	struct plan	*plan;
	struct frame	*frame;
	struct row	 row;
};

void		 input_begin(struct input *, struct reader *,
		    const struct policy *, when now, struct report *);
/* Columns: what the values below are asked by. */
size_t		 input_need(struct input *, const char *name, enum type);
size_t		 input_want(struct input *, const char *name, enum type);
void		 input_bind(struct input *);
/* 1 with the next row, 0 at the end.  A bad cell ends the program (65). */
int		 input_next(struct input *);
void		 input_end(struct input *);

/* A text lives in the report, and is "" where there is none. */
const char	*input_text(struct input *, size_t);
/* Whether there is a value; it is 0 where not. */
int		 input_number(struct input *, size_t, num *);
int		 input_time(struct input *, size_t, when *);
/* yes, true, 1, y; anything else is not. */
int		 input_truth(struct input *, size_t);

/*
 * The METRICs of the METRIC_status columns of a table of tickets, without the
 * summary of them: how many; the caller frees the list, and the names live in
 * the report.
 */
size_t		 metrics_of(struct report *, const struct policy *,
		    const struct reader *, const char ***list);

#endif /* VIP_INPUT_H */
