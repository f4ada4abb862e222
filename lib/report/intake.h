/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_INTAKE_H
#define VIP_INTAKE_H

#include "policy/policy.h"
#include "report/model.h"

/*
 * A table that is read for a report: ask for columns, bind, then take the
 * rows one by one.  Private to lib/report.
 */
struct intake {
	struct report	*r;
	struct reader	*rd;
	struct plan	*plan;
	struct frame	*frame;
	struct row	 row;
};

void		 intake_begin(struct intake *, struct reader *,
		    const struct policy *, when now, struct report *);
/* Columns: what the values below are asked by. */
size_t		 intake_need(struct intake *, const char *name, enum type);
size_t		 intake_want(struct intake *, const char *name, enum type);
void		 intake_bind(struct intake *);
/* 1 with the next row, 0 at the end.  A bad cell ends the program (65). */
int		 intake_next(struct intake *);
void		 intake_end(struct intake *);

/* A text lives in the report, and is "" where there is none. */
const char	*intake_text(struct intake *, size_t);
/* Whether there is a value; it is 0 where not. */
int		 intake_number(struct intake *, size_t, num *);
int		 intake_time(struct intake *, size_t, when *);
/* yes, true, 1, y; anything else is not. */
int		 intake_truth(struct intake *, size_t);

#endif /* VIP_INTAKE_H */
