/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CARD_H
#define VIP_CARD_H

#include "report/book.h"
#include "report/kinds.h"
#include "score/touch.h"

/*
 * One row of the customers, read closely.  Texts live in the report and are
 * already those that may be told.  Private to lib/report.
 */
struct attribute {
	const char	*id;		/* the column */
	const char	*label;
	const char	*value;
};

struct card {
	size_t		 line;		/* among the customers, from 0 */
	const char	*reason, *since, *profiles;	/* of the tier, or "" */
	/* The seven columns of a customer that people ask for first. */
	struct figure	 spend, frequency, order, issues, contact,
			 satisfaction;
	size_t		 ncontact;
	struct contact	*due;		/* touchpoints in the days to come */
	size_t		 nattribute;
	struct attribute *attribute;	/* who it is, and how to reach him */
	size_t		 nrest;
	struct attribute *rest;		/* all that the file has besides */
};

/*
 * Find the customer whose key is the input's subject, and rewind the
 * customers: an unknown one ends the program (65), with a near one.
 */
struct card	*card_read(struct report *, const struct kind_input *);
void		 card_free(struct card *);

#endif /* VIP_CARD_H */
