/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/clv_rows.h"
#include "score/columns.h"

#define WEEKS_MAX	1e6		/* longer than the calendar */
#define VALUE_MAX	9.2e12		/* of a num */

struct clv_rows {
	struct columns	*cols;
	int		 x, t_x, T, m;
};

struct clv_view {
	const struct clv_rows	*rows;
	struct view		*view;
};

struct clv_rows *
clv_rows_new(const struct reader *rd, const struct policy *pol,
    const struct rename *map, const struct zone *zone, when now, int value)
{
	struct clv_rows	*r = xcalloc(1, sizeof(*r));

	r->cols = columns_new(rd, pol, map, zone, now);
	r->x = columns_need(r->cols, "x", TYPE_NUMBER);
	r->t_x = columns_need(r->cols, "t_x", TYPE_NUMBER);
	r->T = columns_need(r->cols, "T", TYPE_NUMBER);
	r->m = value ? columns_need(r->cols, "m", TYPE_NUMBER) : -1;
	columns_bind(r->cols);
	return r;
}

void
clv_rows_free(struct clv_rows *r)
{
	if (r == NULL)
		return;
	columns_free(r->cols);
	free(r);
}

struct clv_view *
clv_view_new(const struct clv_rows *r)
{
	struct clv_view	*v = xcalloc(1, sizeof(*v));

	v->rows = r;
	v->view = view_new(r->cols);
	return v;
}

void
clv_view_free(struct clv_view *v)
{
	if (v == NULL)
		return;
	view_free(v->view);
	free(v);
}

/*
 * Digits with a point among them, at most 15 (so that their quotient is the
 * nearest double); 0 if it is not as simple as that.
 */
static int
simple_number(struct cell c, double *d)
{
	static const double	 tens[] = {
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15
	};
	int64_t			 n = 0;
	size_t			 i, point = c.len;

	if (c.len == 0 || c.len > 16)
		return 0;
	for (i = 0; i < c.len; i++)
		if (c.p[i] >= '0' && c.p[i] <= '9')
			n = n * 10 + (c.p[i] - '0');
		else if (c.p[i] == '.' && point == c.len)
			point = i;
		else
			return 0;
	if (point == 0 || point + 1 == c.len ||
	    (point == c.len && c.len == 16))
		return 0;
	*d = (double)n / tens[point < c.len ? c.len - point - 1 : 0];
	return 1;
}

/* What num_parse() reads, with any number of decimals: 0 or -1. */
static int
number(struct cell c, double *d)
{
	const char	*exponent;
	char		 text[512], *end;
	size_t		 i, digits;

	if (simple_number(c, d))
		return 0;
	if (c.len >= sizeof(text))
		return -1;
	memcpy(text, c.p, c.len);
	text[c.len] = '\0';
	i = text[0] == '-' || text[0] == '+';
	digits = strspn(text + i, "0123456789");
	i += digits;
	if (text[i] == '.') {
		if (strspn(text + i + 1, "0123456789") == 0)
			return -1;
	} else if (digits == 0) {
		return -1;
	}
	exponent = strpbrk(text, "eE");
	if (strspn(text, "0123456789.+-eE") != c.len ||
	    (exponent != NULL && exponent[1] == '\0'))
		return -1;
	*d = strtod(text, &end);
	return *end == '\0' && isfinite(*d) ? 0 : -1;
}

/*
 * A cell: 1, 0 where it is empty, or -1 with a fault.  Those that the policy
 * has more to say of are a num.
 */
static int
read_cell(struct clv_view *v, int column, double *d, struct fault *fault)
{
	struct cell	 c = view_text(v->view, column);
	num		 n;
	int		 got;

	if (c.len > 0)
		return number(c, d) == 0 ? 1 : view_fault(v->view, column,
		    "is not a number", fault);
	if ((got = view_number(v->view, column, &n, fault)) == 1)
		*d = (double)n / (double)NUM_ONE;
	return got;
}

static const char *
wrong_x(const struct clv_history *h)
{
	if (h->x < 0 || h->x != floor(h->x))
		return "is not a count of purchases";
	return h->x > CLV_X_MAX ? "is out of range" : NULL;
}

static const char *
wrong_T(const struct clv_history *h)
{
	if (h->T < 0)
		return "is less than 0";
	return h->T > WEEKS_MAX ? "is out of range" : NULL;
}

static const char *
wrong_t_x(const struct clv_history *h)
{
	if (h->t_x < 0)
		return "is less than 0";
	if (h->t_x > h->T)
		return "is more than T";
	if (h->x == 0 && h->t_x > 0)
		return "is more than 0, where x is 0";
	return NULL;
}

int
clv_view_read(struct clv_view *v, const struct row *row,
    struct clv_history *h, struct fault *fault)
{
	const struct clv_rows	*r = v->rows;
	const char		*wrong;
	int			 x, t_x, T, m = 0;

	memset(h, 0, sizeof(*h));
	if (view_load(v->view, row, fault) == -1 ||
	    (x = read_cell(v, r->x, &h->x, fault)) == -1 ||
	    (t_x = read_cell(v, r->t_x, &h->t_x, fault)) == -1 ||
	    (T = read_cell(v, r->T, &h->T, fault)) == -1 || (r->m != -1 &&
	    (m = read_cell(v, r->m, &h->m, fault)) == -1))
		return -1;
	if (!x && !t_x && !T)
		return 0;
	if (!x)
		return view_fault(v->view, r->x, "is missing", fault);
	if ((wrong = wrong_x(h)) != NULL)
		return view_fault(v->view, r->x, wrong, fault);
	if (!T)
		return view_fault(v->view, r->T, "is missing", fault);
	if ((wrong = wrong_T(h)) != NULL)
		return view_fault(v->view, r->T, wrong, fault);
	if (!t_x && h->x > 0)
		return view_fault(v->view, r->t_x, "is missing", fault);
	if ((wrong = wrong_t_x(h)) != NULL)
		return view_fault(v->view, r->t_x, wrong, fault);
	if (!m && h->x > 0 && r->m != -1)
		return view_fault(v->view, r->m, "is missing", fault);
	if (fabs(h->m) > VALUE_MAX)
		return view_fault(v->view, r->m, "is out of range", fault);
	/* Less than a num can be is nothing. */
	if (h->x == 0 || fabs(h->m) < 5e-7)
		h->m = 0;
	return 1;
}
