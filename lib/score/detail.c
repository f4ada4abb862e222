/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/detail.h"
#include "score/rules.h"

/* A condition, or a part of one, that is to be made true or untrue. */
struct part {
	const struct expr	*e;
	int			 want;
	size_t			 truth;		/* program */
	size_t			 side[2];	/* of a comparison, else none */
	struct part		*kid[2];	/* of "and" and "or" */
};

/* What one signal would need. */
struct remedy {
	int		 can;		/* alone */
	int		 has;		/* it could be made to take less */
	double		 change;	/* in proportion */
	struct buf	 text;
};

struct detail {
	const struct policy	*pol;
	const struct risk	*risk;
	struct part		**part;		/* one a signal, or NULL */
	struct remedy		*remedy;
	struct symptom		*symptom;
	struct buf		 value;
};

/* -------------------------------------------------------------- conditions */

static int
is_order(enum op op)
{
	return op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
}

static struct part *
part_new(struct plan *plan, const struct expr *e, int want)
{
	struct part	*p;

	for (;;)
		if (e->op == OP_NOT) {
			e = e->arg[0];
			want = !want;
		} else if (e->op == OP_NAME && e->let != NULL)
			e = e->let->expr;
		else
			break;
	p = xcalloc(1, sizeof(*p));
	p->e = e;
	p->want = want;
	p->side[0] = p->side[1] = NO_PROGRAM;
	p->truth = plan_add(plan, e);
	if (e->op == OP_AND || e->op == OP_OR) {
		p->kid[0] = part_new(plan, e->arg[0], want);
		p->kid[1] = part_new(plan, e->arg[1], want);
	} else if (is_order(e->op)) {
		p->side[0] = plan_add(plan, e->arg[0]);
		p->side[1] = plan_add(plan, e->arg[1]);
	}
	return p;
}

static void
part_free(struct part *p)
{
	if (p == NULL)
		return;
	part_free(p->kid[0]);
	part_free(p->kid[1]);
	free(p);
}

static const char *
order_text(enum op op, int want)
{
	switch (op) {
	case OP_LT:
		return want ? "<" : ">=";
	case OP_LE:
		return want ? "<=" : ">";
	case OP_GT:
		return want ? ">" : "<=";
	default:
		return want ? ">=" : "<";
	}
}

static double
proportion(num from, num to)
{
	double	 a = fabs((double)from), b = fabs((double)to);
	double	 d = fabs((double)from - (double)to);

	return d == 0 ? 0 : d / (a > b ? a : b);
}

/* Does a row have any say in it? */
static int
is_constant(const struct expr *e)
{
	size_t	 i;

	if (e->op == OP_NAME || e->op == OP_TIER || e->op == OP_VIP ||
	    e->op == OP_PROFILE || (e->op >= OP_RANK && e->op <= OP_TOTAL))
		return 0;
	for (i = 0; i < e->narg; i++)
		if (!is_constant(e->arg[i]))
			return 0;
	return 1;
}

/* "orders_90d >= 7": one side as it is written, the other's value. */
static double
mend_order(const struct detail *d, const struct part *p, struct frame *frame,
    struct buf *b)
{
	struct value	 v[2];
	enum op		 op = p->e->op;
	size_t		 subject = 0, i;

	for (i = 0; i < 2; i++)
		v[i] = frame_eval(frame, p->side[i]);
	if (is_constant(p->e->arg[0])) {
		subject = 1;
		op = op_mirrored(op);
	}
	expr_show(p->e->arg[subject], b);
	buf_addf(b, " %s ", order_text(op, p->want));
	if (is_constant(p->e->arg[!subject]))
		expr_show(p->e->arg[!subject], b);
	else
		value_show(&v[!subject], policy_zone(d->pol), b);
	return v[0].type == TYPE_NUMBER && v[1].type == TYPE_NUMBER ?
	    proportion(v[subject].n, v[!subject].n) : 1;
}

static void
mend_other(const struct part *p, struct buf *b)
{
	const struct expr	*e = p->e;
	struct expr		 turn;

	if (!p->want && (e->op == OP_EQ || e->op == OP_NE)) {
		turn = *e;
		turn.op = e->op == OP_EQ ? OP_NE : OP_EQ;
		expr_show(&turn, b);
		return;
	}
	if (!p->want)
		buf_adds(b, "not (");
	expr_show(e, b);
	if (!p->want)
		buf_addc(b, ')');
}

/*
 * What is to change for a part to be as it is wanted, and by how much:
 * a change of something that has no measure counts as the whole of it.
 */
static double
mend(const struct detail *d, const struct part *p, struct frame *frame,
    struct buf *b)
{
	struct buf	 text[2] = { { 0 }, { 0 } };
	double		 change[2], sum = 0;
	int		 i, either;

	if (frame_test(frame, p->truth) == p->want)
		return 0;
	if (p->kid[0] == NULL) {
		if (p->side[0] != NO_PROGRAM)
			return mend_order(d, p, frame, b);
		mend_other(p, b);
		return 1;
	}
	/* Of "and" one part that fails is enough, of "or" one that holds. */
	either = (p->e->op == OP_OR) == p->want;
	for (i = 0; i < 2; i++)
		change[i] = mend(d, p->kid[i], frame, &text[i]);
	if (either) {
		i = change[1] < change[0];
		sum = change[i];
		buf_add(b, text[i].p, text[i].len);
	} else
		for (i = 0; i < 2; i++) {
			if (i == 1 && text[0].len > 0 && text[1].len > 0)
				buf_adds(b, " and ");
			buf_add(b, text[i].p, text[i].len);
			sum += change[i];
		}
	buf_free(&text[0]);
	buf_free(&text[1]);
	return sum;
}

/* ----------------------------------------------------------------- remedies */

/* What no health could tell apart from all there is, is that. */
static num
plus(num a, num b)
{
	num	 sum;

	return num_add(a, b, &sum) == 0 ? sum : NUM_MAX;
}

struct detail *
detail_new(const struct policy *pol, struct plan *plan,
    const struct risk *risk)
{
	struct detail		*d = xcalloc(1, sizeof(*d));
	const struct clause	*cl;
	size_t			 i, n = risk_signals(risk);

	d->pol = pol;
	d->risk = risk;
	d->part = xcalloc(n + 1, sizeof(*d->part));
	d->remedy = xcalloc(n + 1, sizeof(*d->remedy));
	d->symptom = xcalloc(n + 1, sizeof(*d->symptom));
	for (i = 0; i < n; i++)
		if (clause_find(risk_signal(risk, i), W_OF) == NULL &&
		    (cl = clause_find(risk_signal(risk, i), W_WHEN)) != NULL)
			d->part[i] = part_new(plan, cl->expr, 0);
	return d;
}

void
detail_free(struct detail *d)
{
	size_t	 i;

	if (d == NULL)
		return;
	for (i = 0; i < risk_signals(d->risk); i++) {
		part_free(d->part[i]);
		buf_free(&d->remedy[i].text);
	}
	free(d->part);
	free(d->remedy);
	free(d->symptom);
	buf_free(&d->value);
	free(d);
}

/* As few digits as say no more than that: towards "low", but not past it. */
static num
readable(num x, num low, int percent)
{
	num	 unit = percent ? NUM_ONE / 1000 : NUM_ONE / 100;
	num	 down = x - (x % unit + unit) % unit;

	return down > low ? down : x;
}

/* The most that x may be for its signal to take no more than "most". */
static void
ease(const struct clause *of, num weight, const struct symptom *sym,
    num most, struct remedy *r)
{
	struct value	 v = { .type = TYPE_NUMBER, .n = of->low };
	num		 part, width;
	char		 text[NUM_SIZE];

	if (most > 0 && num_sub(of->high, of->low, &width) == 0 &&
	    num_muldiv(width, most, weight, &part) == 0) {
		/* Rounded down, for the quotient may have been rounded up. */
		v.n += part > 0 ? part - 1 : 0;
		v.n = readable(v.n, of->low, of->percent);
	}
	r->change = proportion(sym->value.n, v.n);
	expr_show(of->expr, &r->text);
	buf_adds(&r->text, " <= ");
	if (of->percent && v.n < NUM_MAX / 100 && v.n > NUM_MIN / 100)
		v.n *= 100;
	buf_add(&r->text, text, num_format(text, v.n));
	if (of->percent)
		buf_addc(&r->text, '%');
}

static void
find_remedy(struct detail *d, struct frame *frame, size_t i, num need)
{
	const struct symptom	*sym = &d->symptom[i];
	const struct clause	*of;
	struct remedy		*r = &d->remedy[i];

	r->text.len = 0;
	r->has = r->can = 0;
	if (need <= 0 || sym->taken <= 0)
		return;
	r->can = sym->taken >= need;
	if ((of = clause_find(risk_signal(d->risk, i), W_OF)) != NULL) {
		ease(of, risk_weight(d->risk, i), sym,
		    r->can ? sym->taken - need : 0, r);
		r->has = 1;
	} else if (d->part[i] != NULL) {
		r->change = mend(d, d->part[i], frame, &r->text);
		r->has = 1;
	} else
		r->can = 0;
}

/* Health is never below 0, but what is to be won back is counted from it. */
static num
lacking(const struct detail *d, const struct prognosis *p, size_t *next)
{
	num	 taken = 0;
	size_t	 i;

	for (i = 0; i < p->nfired; i++)
		taken = plus(taken, p->symptom[i].taken);
	*next = risk_levels(d->risk);
	for (i = 0; i + 1 < risk_levels(d->risk); i++)
		if (risk_level(d->risk, i) == p->level) {
			*next = i + 1;
			return plus(risk_health(d->risk, i + 1) -
			    100 * NUM_ONE, taken);
		}
	return 0;
}

/* ------------------------------------------------------------------ writing */

/* Those that do it together, heaviest first; else none can. */
static int
together(const struct detail *d, const struct prognosis *p, num need,
    unsigned char *chosen)
{
	num	 won = 0;
	size_t	 i, s;

	for (i = 0; i < p->nfired && won < need; i++) {
		s = p->symptom[i].signal;
		if (!d->remedy[s].has)
			continue;
		chosen[s] = 1;
		won = plus(won, p->symptom[i].taken);
	}
	return won >= need;
}

static const char *
state_of(const struct symptom *sym)
{
	return sym->exempt ? "exempt" : sym->missing ? "missing" :
	    sym->taken > 0 ? "fired" : "quiet";
}

const char *const *
detail_columns(const char *key, size_t *n)
{
	static const char *names[] = {
		"", "health", "risk_level", "signal", "label", "value",
		"state", "weight", "taken", "share", "next_level", "remedy",
		"suffices"
	};

	names[0] = key;
	*n = sizeof(names) / sizeof(names[0]);
	return names;
}

static void
write_signal(struct detail *d, struct frame *frame, const struct prognosis *p,
    size_t i, num taken, const char *next, const char *suffices,
    struct cell key, struct writer *w)
{
	const struct statement	*st = risk_signal(d->risk, i);
	const struct symptom	*sym = &d->symptom[i];
	num			 share = 0;

	d->value.len = 0;
	if (!sym->exempt)
		risk_value(d->risk, frame, sym, &d->value);
	if (taken > 0)
		(void)num_div(sym->taken, taken, &share);
	writer_cell(w, key.p, key.len);
	writer_num(w, p->health);
	writer_cells(w, p->level != NULL ? p->level->name : "");
	writer_cells(w, st->name);
	writer_cells(w, st->label);
	writer_cell(w, d->value.p, d->value.len);
	writer_cells(w, state_of(sym));
	writer_num(w, risk_weight(d->risk, i));
	writer_num(w, sym->taken);
	writer_num(w, num_round(share, 4));
	writer_cells(w, next);
	if (*suffices != '\0')
		writer_cell(w, d->remedy[i].text.p, d->remedy[i].text.len);
	else
		writer_cells(w, "");
	writer_cells(w, suffices);
	writer_end(w);
}

void
detail_write(struct detail *d, struct frame *frame,
    const struct prognosis *p, struct cell key, struct writer *w)
{
	size_t		 i, next, best, n = risk_signals(d->risk);
	unsigned char	*chosen = xcalloc(n + 1, 1);
	const char	*suffices, *level = "";
	num		 taken = 0, need = lacking(d, p, &next);

	if (next < risk_levels(d->risk))
		level = risk_level(d->risk, next)->name;
	best = n;
	for (i = 0; i < n; i++) {
		risk_examine(d->risk, frame, i, p->tier, &d->symptom[i]);
		taken = plus(taken, d->symptom[i].taken);
		find_remedy(d, frame, i, need);
		if (d->remedy[i].can && (best == n ||
		    d->remedy[i].change < d->remedy[best].change))
			best = i;
	}
	if (best == n && !together(d, p, need, chosen))
		memset(chosen, 0, n);
	for (i = 0; i < n; i++) {
		suffices = i == best ? "nearest" : d->remedy[i].can ? "alone" :
		    chosen[i] ? "together" : "";
		write_signal(d, frame, p, i, taken, level, suffices, key, w);
	}
	free(chosen);
}
