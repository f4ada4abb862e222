/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_LEARN_H
#define VIP_CLV_LEARN_H

/* The parameters of a model: those of a file, or fitted to customers. */

#include "score/clv.h"

#define FIT_OPTION	"--fit"		/* for claim_path() */

/* Read what clv_write() wrote; ends the program (65, 66, 74) if it is not. */
void	 clv_load(const char *path, struct clv_params *);

struct clv_learning {
	struct clv_fit_options	 fit;
	int			 value;		/* p, q and gamma too */
	const char		*path;		/* of the fit, written; NULL:
						   stderr, where notes go */
};

/*
 * Fit the model of the parameters, which are set, to a sample, which is
 * settled.  Without customers there is a note and nothing is set; without a
 * fit the program ends (65).  "name" is where the customers are from.
 */
void	 clv_learn(struct clv_sample *, const struct clv_learning *,
	    const char *name, struct clv_params *);

#endif /* VIP_CLV_LEARN_H */
