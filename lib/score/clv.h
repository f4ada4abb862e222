/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLV_H
#define VIP_CLV_H

/*
 * What customers who are free to leave without a word will still buy.
 *
 * How often they buy and when they are gone, from (x, t_x, T):
 *
 *	BG/NBD		Fader, Hardie, Lee (2005), "Counting Your Customers
 *			the Easy Way", Marketing Science 24(2) 275-284
 *	MBG/NBD		the same with a chance to leave after the first
 *			purchase: Batislam, Denizel, Filiztekin (2007), Int.
 *			J. Research in Marketing 24(3) 201-209; Hoppe, Wagner
 *			(2007), Marketing - JRM 3(2) 75-90
 *	Pareto/NBD	Schmittlein, Morrison, Colombo (1987), Management
 *			Science 33(1) 1-24; Fader, Hardie (2005), "A Note on
 *			Deriving the Pareto/NBD Model"
 *
 * and what a purchase is worth, from (x, m):
 *
 *	Gamma-Gamma	Fader, Hardie (2013), "The Gamma-Gamma Model of
 *			Monetary Value"
 *
 * Time is in weeks.  Everything here is in double; what leaves the program
 * is rounded to a num by clv_num().  Nothing here reads or writes.
 */

#include <stddef.h>

#include "base/vip.h"

#define CLV_X_MAX	1e9		/* repeat purchases of one customer */

enum clv_model { CLV_MBG_NBD, CLV_BG_NBD, CLV_PARETO_NBD };

/* Which parameter is where. */
enum {
	CLV_R, CLV_ALPHA,		/* of how often */
	CLV_A, CLV_B,			/* of leaving: MBG/NBD and BG/NBD */
	CLV_S = CLV_A, CLV_BETA = CLV_B	/* Pareto/NBD */
};
enum { CLV_P, CLV_Q, CLV_GAMMA };

/* One customer, looked at T weeks after the first purchase. */
struct clv_history {
	double	 x;			/* repeat purchases, a whole number */
	double	 t_x;			/* weeks from the first to the last */
	double	 T;
	double	 m;			/* mean value of the repeat purchases */
};

struct clv_params {
	enum clv_model	 model;
	double		 order[4];
	double		 value[3];	/* p, q, gamma */
	int		 has_value;
};

/* NULL, or what is wrong with parameters. */
const char	*clv_params_error(const struct clv_params *);
const char	*clv_model_name(enum clv_model);
int		 clv_model_find(const char *, enum clv_model *); /* 0 or -1 */

/* ----------------------------------------------------------------- scoring */

/* P(alive at T | x, t_x, T). */
double	 clv_alive(const struct clv_params *, const struct clv_history *);

/*
 * The purchases to expect in the t weeks after T of one who is alive then;
 * times clv_alive() it is E[Y(t) | x, t_x, T].  It does not depend on t_x.
 */
double	 clv_orders(const struct clv_params *, double x, double T, double t);

/* The chance that one who is alive at T buys in the t weeks after. */
double	 clv_active(const struct clv_params *, double x, double T, double t);

/* E[M | x, m]: what a purchase of the customer is worth on average. */
double	 clv_value(const struct clv_params *, const struct clv_history *);

/* How far to look. */
struct clv_terms {
	double	 horizon;		/* weeks, for orders and active */
	double	 period;		/* weeks, for clv */
	int	 periods;
	double	 discount;		/* a period */
};

struct clv_score {
	double	 alive;
	double	 active;		/* will buy within the horizon */
	double	 orders;		/* in the horizon */
	double	 value;			/* of a purchase */
	double	 clv;			/* discounted, of all periods */
};

/*
 * A scorer remembers what it worked out for an (x, T), so that each thread
 * needs one of its own.  The parameters and terms stay the caller's.
 */
struct clv_scorer;

struct clv_scorer *clv_scorer_new(const struct clv_params *,
		    const struct clv_terms *);
void		 clv_scorer_free(struct clv_scorer *);
void		 clv_score(struct clv_scorer *, const struct clv_history *,
		    struct clv_score *);

/* Rounded half to even at the sixth decimal: 0, or -1 if out of range. */
int	 clv_num(double, num *);

/* ----------------------------------------------------------------- fitting */

/*
 * Customers to fit to.  clv_sample_settle() groups those that are the same
 * and puts them in order: the fit does not depend on the order in which they
 * were added, nor on how many threads sum it up.
 */
struct clv_sample;

struct clv_sample *clv_sample_new(void);
void		 clv_sample_free(struct clv_sample *);	/* takes NULL */
void		 clv_sample_add(struct clv_sample *,
		    const struct clv_history *);
/* Add all of "from", and leave it empty. */
void		 clv_sample_merge(struct clv_sample *,
		    struct clv_sample *from);
void		 clv_sample_settle(struct clv_sample *);

size_t		 clv_sample_count(const struct clv_sample *);
size_t		 clv_sample_distinct(const struct clv_sample *);
size_t		 clv_sample_valued(const struct clv_sample *);	/* x, m > 0 */
/* Those with x > 0 whose purchases were worth nothing or less. */
size_t		 clv_sample_worthless(const struct clv_sample *);

struct clv_fit {
	size_t		 n;		/* parameters */
	double		 theta[4];
	double		 se[4];		/* standard errors */
	double		 likelihood;	/* its logarithm, without any prior */
	double		 gradient;	/* norm, by the parameters' logarithms */
	double		 step;		/* that Newton's method would still go */
	unsigned	 iterations;
	unsigned	 starts;
	size_t		 customers;
};

struct clv_fit_options {
	int		 prior;		/* see clv_prior() */
	int		 jobs;		/* threads; 0: as many as cores */
};

/*
 * Maximum likelihood, or with a prior the mode of the posterior: 0, or -1
 * and "why" says why there is no maximum in reach.  The sample must be
 * settled.  Parameters are rounded to ten digits.
 */
int	 clv_fit_orders(const struct clv_sample *, enum clv_model,
	    const struct clv_fit_options *, struct clv_fit *,
	    struct buf *why);
int	 clv_fit_value(const struct clv_sample *,
	    const struct clv_fit_options *, struct clv_fit *,
	    struct buf *why);

/*
 * The prior: the logarithm of every parameter is normal with this standard
 * deviation (95 % within a factor of 50 either way) around that of 1 for r, a,
 * b and s, of the mean T for alpha and beta, of 2 for p, 3 for q, and of the
 * mean m for gamma.
 */
#define CLV_PRIOR_SD	2.0

/*
 * The likelihoods of a sample, and their gradients, which are set.  For
 * tests and for those who have a maximiser of their own.
 */
double	 clv_likelihood_orders(const struct clv_sample *, enum clv_model,
	    const double theta[4], double gradient[4], int jobs);
double	 clv_likelihood_value(const struct clv_sample *,
	    const double theta[3], double gradient[3], int jobs);

/* --------------------------------------------------------------- as a text */

/* Append "name = value" lines; "value" may be NULL. */
void	 clv_write(struct buf *, enum clv_model, const struct clv_fit *orders,
	    const struct clv_fit *value, const struct clv_fit_options *);

/*
 * Read them: 0, or -1 with the line (0: the file as a whole) and what is
 * wrong.  Lines that clv_write() adds for the reader are passed over, and so
 * are comments (#) and blank lines.
 */
int	 clv_read(const char *, size_t, struct clv_params *, size_t *line,
	    struct buf *why);

#endif /* VIP_CLV_H */
