/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_PASS_H
#define VIP_CLV_PASS_H

/*
 * The two passes over a table of customers: to learn from them, and to
 * append what the model says of each.  The reader is taken as it stands;
 * reader_keep() and reader_rewind() are the caller's.  "unique" is that of
 * struct pass.
 */

#include "score/clv_rows.h"

/* Add every customer to a sample, which is not settled. */
void	 clv_observe(struct reader *, const struct clv_rows *, int unique,
	    struct clv_sample *, const struct pass_options *);

/*
 * Append p_alive, expected_orders, expected_value and clv; they are empty
 * for a customer who has bought nothing yet, and the last two for all where
 * the parameters are without p, q and gamma.
 */
void	 clv_append(struct reader *, struct writer *,
	    const struct clv_rows *, int unique,
	    const struct clv_params *, const struct clv_terms *,
	    const struct pass_options *);

#endif /* VIP_CLV_PASS_H */
