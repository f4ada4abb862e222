/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

/*
 * The settled populations as lines, after the lets that they may be made of:
 *
 *	let order_drop = 1 - orders_90d / orders_prev_90d
 *	rank(ltv) <= 50 : 4890.25
 *	top(spend within region, 0.05) of "north" : 812
 *	rank(order_drop) : 0.5*3 0.25
 */
static const char	 cuts_head[] = "# viptools cuts 1\n";

static void
show_number(enum type type, num n, struct buf *b)
{
	char	 text[NUM_SIZE];

	/* An instant is whole seconds, and no decimal. */
	if (type == TYPE_NUMBER)
		buf_add(b, text, num_format(text, n));
	else
		buf_addf(b, "@%lld", (long long)n);
}

static void
show_settled(const struct population *p, const struct series *series,
    const struct settled *s, size_t group, struct buf *b)
{
	size_t	 i, same;

	buf_adds(b, " :");
	if (p->kind == POP_RANK || p->kind == POP_PERCENTILE) {
		for (i = series->nvalue[group]; i > 0; i -= same) {
			for (same = 1; same < i && series->values[group]
			    [i - 1 - same] == series->values[group][i - 1];
			    same++)
				;
			buf_addc(b, ' ');
			show_number(series->type, series->values[group][i - 1],
			    b);
			if (same > 1)
				buf_addf(b, "*%zu", same);
		}
	} else if (s->state == SETTLED_ALL) {
		buf_adds(b, " all");
	} else if (s->state == SETTLED_NONE) {
		buf_adds(b, " none");
	} else {
		buf_addc(b, ' ');
		show_number(p->kind <= POP_PERCENTILE_GT ? series->type :
		    TYPE_NUMBER, s->n, b);
	}
	buf_addc(b, '\n');
}

static void
show_group(const struct series *series, uint32_t group, struct buf *b)
{
	const char	*p;
	size_t		 len;
	num		 n;

	buf_adds(b, " of ");
	p = keys_bytes(series->groups, group, &len);
	if (series->group_type == TYPE_TEXT) {
		text_quote(b, p, len);
		return;
	}
	memcpy(&n, p, sizeof(n));
	show_number(series->group_type, n, b);
}

static void
show_lets(const struct plan *plan, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < plan->nlet; i++) {
		buf_addf(b, "let %s = ", plan->let[i].let->name);
		expr_show(plan->let[i].let->expr, b);
		buf_addc(b, '\n');
	}
}

struct named {
	struct cell	 bytes;
	uint32_t	 group;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct named	*x = a, *y = b;
	size_t			 n = x->bytes.len < y->bytes.len ?
				    x->bytes.len : y->bytes.len;
	int			 c = n == 0 ? 0 :
				    memcmp(x->bytes.p, y->bytes.p, n);

	return c != 0 ? c : (x->bytes.len > y->bytes.len) -
	    (x->bytes.len < y->bytes.len);
}

/* The groups by their names: their numbers hang on the rows' order. */
static uint32_t *
groups_in_order(const struct series *series)
{
	struct named	*v = xcalloc(series->ngroup + 1, sizeof(*v));
	uint32_t	*order = xcalloc(series->ngroup + 1, sizeof(*order));
	size_t		 i;

	for (i = 0; i < series->ngroup; i++) {
		v[i].group = (uint32_t)i;
		v[i].bytes.p = keys_bytes(series->groups, (uint32_t)i,
		    &v[i].bytes.len);
	}
	qsort(v, series->ngroup, sizeof(*v), by_bytes);
	for (i = 0; i < series->ngroup; i++)
		order[i] = v[i].group;
	free(v);
	return order;
}

void
plan_cuts(const struct plan *plan, struct buf *b)
{
	const struct population	*p;
	const struct series	*series;
	uint32_t		*order, g;
	size_t			 i, k;

	buf_adds(b, cuts_head);
	show_lets(plan, b);
	for (i = 0; i < plan->npopulation; i++) {
		p = &plan->population[i];
		series = &plan->series[p->series];
		if (series->group == NULL) {
			buf_adds(b, p->key);
			show_settled(p, series, &p->settled[0], 0, b);
			continue;
		}
		order = groups_in_order(series);
		for (k = 0; k < series->ngroup; k++) {
			g = order[k];
			buf_adds(b, p->key);
			show_group(series, g, b);
			show_settled(p, series, &p->settled[g], g, b);
		}
		free(order);
	}
}

void
plan_needs_cuts(const struct plan *plan)
{
	if (plan->ntree > 0)
		plan_die(plan, plan->tree[0].at, "referrals are counted from "
		    "all rows: no cuts can tell of them");
}

/* A line of cuts, read and not yet in its place. */
struct line {
	size_t		 population;
	uint32_t	 group;
	struct settled	 settled;
	num		*values;
	size_t		 nvalue;
};

struct cuts {
	struct plan	*plan;
	const char	*name;
	size_t		 number;	/* of the line */
	struct keys	*seen;		/* population and group */
	struct line	*line;
	size_t		 nline, capline;
};

static int
read_number(enum type type, const char *p, size_t len, num *n)
{
	if (type == TYPE_NUMBER)
		return num_parse(p, len, n);
	/* @ and whole seconds */
	if (len < 2 || *p != '@' || num_parse(p + 1, len - 1, n) == -1 ||
	    *n % NUM_ONE != 0)
		return -1;
	*n /= NUM_ONE;
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	num	 x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* The values that a rank is counted in: 5 4*3 ... */
static int
read_values(const struct series *series, const char *p, const char *end,
    struct line *l)
{
	const char	*word, *star;
	size_t		 cap = 0;
	num		 n, times;

	while (p < end) {
		for (; p < end && *p == ' '; p++)
			;
		for (word = p; p < end && *p != ' '; p++)
			;
		if (p == word)
			break;
		times = NUM_ONE;
		star = memchr(word, '*', (size_t)(p - word));
		if (star != NULL && (num_parse(star + 1, (size_t)(p - star - 1),
		    &times) == -1 || times < NUM_ONE ||
		    times % NUM_ONE != 0 || times / NUM_ONE > 1000000000))
			return -1;
		if (read_number(series->type, word,
		    (size_t)((star == NULL ? p : star) - word), &n) == -1)
			return -1;
		for (times /= NUM_ONE; times > 0; times--) {
			l->values = vector_room(l->values, l->nvalue, &cap,
			    sizeof(*l->values));
			l->values[l->nvalue++] = n;
		}
	}
	if (l->nvalue > 0)
		qsort(l->values, l->nvalue, sizeof(*l->values), by_number);
	return 0;
}

/* A quoted text, as text_quote() makes them. */
static const char *
read_quoted(const char *p, const char *end, struct buf *b)
{
	if (p == end || *p++ != '"')
		return NULL;
	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && ++p == end)
			return NULL;
		buf_addc(b, p[-1] == '\\' && *p == 'n' ? '\n' :
		    p[-1] == '\\' && *p == 'r' ? '\r' : *p);
	}
	return p == end ? NULL : p + 1;
}

/* The group after " of ", and where the line goes on. */
static const char *
read_group(struct series *series, const char *p, const char *end,
    uint32_t *group)
{
	struct buf	 b = { 0 };
	const char	*stop;
	num		 n;

	if (series->group_type == TYPE_TEXT) {
		if ((stop = read_quoted(p, end, &b)) != NULL)
			*group = keys_add(series->groups, b.p, b.len);
		buf_free(&b);
		return stop;
	}
	for (stop = p; stop < end && *stop != ' '; stop++)
		;
	if (read_number(series->group_type, p, (size_t)(stop - p), &n) == -1)
		return NULL;
	*group = keys_add(series->groups, (const char *)&n, sizeof(n));
	return stop;
}

static int
read_settled(struct cuts *c, struct line *l, const char *p, const char *end)
{
	const struct population	*pop = &c->plan->population[l->population];
	const struct series	*series = &c->plan->series[pop->series];
	size_t			 len = (size_t)(end - p);

	if (pop->kind == POP_RANK || pop->kind == POP_PERCENTILE) {
		l->settled.state = SETTLED_VALUE;
		return read_values(series, p, end, l);
	}
	if (len == 3 && memcmp(p, "all", 3) == 0) {
		l->settled.state = SETTLED_ALL;
		return 0;
	}
	if (len == 4 && memcmp(p, "none", 4) == 0) {
		l->settled.state = SETTLED_NONE;
		return 0;
	}
	l->settled.state = pop->kind <= POP_PERCENTILE_GT ? SETTLED_CUT :
	    SETTLED_VALUE;
	return read_number(pop->kind <= POP_PERCENTILE_GT ? series->type :
	    TYPE_NUMBER, p, len, &l->settled.n);
}

static int
cuts_fault(const struct cuts *c, const char *what, const char *p, size_t len)
{
	struct buf	 b = { 0 };

	text_escape(&b, p, len < 200 ? len : 200);
	complain("%s:%zu: %s: %s", c->name, c->number, what, buf_str(&b));
	buf_free(&b);
	return -1;
}

static int
read_line(struct cuts *c, const char *p, size_t len)
{
	struct plan	*plan = c->plan;
	const char	*end = p + len, *q;
	struct series	*series;
	struct line	*l;
	uint64_t	 id;
	size_t		 i, n = 0;

	for (i = 0; i < plan->npopulation; i++) {
		n = strlen(plan->population[i].key);
		if (len > n + 1 && memcmp(p, plan->population[i].key, n) == 0 &&
		    (memcmp(p + n, " :", 2) == 0 ||
		    (len > n + 4 && memcmp(p + n, " of ", 4) == 0)))
			break;
	}
	if (i == plan->npopulation)
		return cuts_fault(c, "the policy asks for no such cut", p,
		    len);
	series = &plan->series[plan->population[i].series];
	l = c->line = vector_room(c->line, c->nline, &c->capline,
	    sizeof(*c->line));
	l += c->nline++;
	l->population = i;
	q = p + n;
	if (series->group != NULL && (q[1] != 'o' ||
	    (q = read_group(series, q + 4, end, &l->group)) == NULL))
		return cuts_fault(c, "a group cannot be read", p, len);
	if (end - q < 2 || memcmp(q, " :", 2) != 0)
		return cuts_fault(c, "this is no line of cuts", p, len);
	q += 2;
	if (q < end && *q == ' ')
		q++;
	if (read_settled(c, l, q, end) == -1)
		return cuts_fault(c, "a number cannot be read", p, len);
	id = (uint64_t)i << 32 | l->group;
	if (keys_add(c->seen, (const char *)&id, sizeof(id)) + 1 < c->nline)
		return cuts_fault(c, "this cut comes twice", p, len);
	return 0;
}

static int
read_lines(struct cuts *c, const char *text, size_t len)
{
	struct buf	 head = { 0 };
	const char	*p, *end = text + len, *nl;
	size_t		 i;
	int		 rc = 0;

	buf_adds(&head, cuts_head);
	show_lets(c->plan, &head);
	if (len < head.len || memcmp(text, head.p, head.len) != 0) {
		for (i = 0, c->number = 1; i < len && i < head.len &&
		    text[i] == head.p[i]; i++)
			c->number += text[i] == '\n';
		complain("%s:%zu: %s", c->name, c->number, c->number == 1 ?
		    "these are no cuts of this version" :
		    "the cuts were made with other lets than the policy's");
		buf_free(&head);
		return -1;
	}
	for (i = 0, c->number = 1; i < head.len; i++)
		c->number += text[i] == '\n';
	for (p = text + head.len; rc == 0 && p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		if (nl > p)
			rc = read_line(c, p, (size_t)(nl - p) -
			    (nl[-1] == '\r'));
		c->number++;
	}
	buf_free(&head);
	return rc;
}

/* Every population must have been there, or it has no groups at all. */
static int
all_there(const struct cuts *c)
{
	const struct plan	*plan = c->plan;
	size_t			 i, k;

	for (i = 0; i < plan->npopulation; i++) {
		if (plan->series[plan->population[i].series].group != NULL)
			continue;
		for (k = 0; k < c->nline && c->line[k].population != i; k++)
			;
		if (k == c->nline) {
			complain("%s: no cut for %s, which the policy asks "
			    "for", c->name, plan->population[i].key);
			return 0;
		}
	}
	return 1;
}

static void
take_lines(struct cuts *c)
{
	struct plan		*plan = c->plan;
	struct population	*p;
	struct series		*series;
	struct line		*l;
	size_t			 i;

	settle_unseen(plan);
	for (i = 0; i < plan->nseries; i++) {
		series = &plan->series[i];
		series->ngroup = series->group == NULL ? 1 :
		    keys_count(series->groups);
		if (!series->sorted)
			continue;
		series->values = xcalloc(series->ngroup + 1,
		    sizeof(*series->values));
		series->nvalue = xcalloc(series->ngroup + 1,
		    sizeof(*series->nvalue));
	}
	for (i = 0; i < plan->npopulation; i++) {
		size_t	 g, n;

		p = &plan->population[i];
		n = plan->series[p->series].ngroup;
		p->settled = xcalloc(n + 1, sizeof(*p->settled));
		for (g = 0; g < n; g++)
			p->settled[g] = p->unseen;
	}
	for (i = 0; i < c->nline; i++) {
		l = &c->line[i];
		p = &plan->population[l->population];
		series = &plan->series[p->series];
		p->settled[l->group] = l->settled;
		if (p->kind != POP_RANK && p->kind != POP_PERCENTILE)
			continue;
		free(series->values[l->group]);
		series->values[l->group] = l->values;
		series->nvalue[l->group] = l->nvalue;
		l->values = NULL;
	}
	settle_end(plan);
}

int
plan_read_cuts(struct plan *plan, const char *text, size_t len,
    const char *name)
{
	struct cuts	 c = { 0 };
	size_t		 i;
	int		 rc;

	c.plan = plan;
	c.name = name;
	c.seen = keys_new();
	for (i = 0; i < plan->nseries; i++)
		if (plan->series[i].group != NULL)
			plan->series[i].groups = keys_new();
	rc = read_lines(&c, text, len);
	if (rc == 0 && !all_there(&c))
		rc = -1;
	if (rc == 0)
		take_lines(&c);
	for (i = 0; i < c.nline; i++)
		free(c.line[i].values);
	free(c.line);
	keys_free(c.seen);
	return rc;
}
