/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_ROWS_H
#define VIP_CLV_ROWS_H

/* Customers of a table, as lib/score/clv.h has them. */

#include "policy/policy.h"
#include "score/clv.h"

struct clv_rows;
struct clv_view;

/*
 * Find x, t_x, T and, with "value", m; one that is not there ends the
 * program.  All that is given stays the caller's; the policy and the map may
 * be NULL.
 */
struct clv_rows	*clv_rows_new(const struct reader *, const struct policy *,
		    const struct rename *map, const struct zone *, when now,
		    int value);
void		 clv_rows_free(struct clv_rows *);	/* takes NULL */

/* One a thread. */
struct clv_view	*clv_view_new(const struct clv_rows *);
void		 clv_view_free(struct clv_view *);

/*
 * 1; 0 for a customer who has bought nothing yet (x, t_x and T are empty);
 * -1 with a fault.  Any number of decimals is read.
 */
int		 clv_view_read(struct clv_view *, const struct row *,
		    struct clv_history *, struct fault *);

#endif /* VIP_CLV_ROWS_H */
