/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/customers.h"
#include "score/risk.h"
#include "score/rules.h"

struct signal {
	num	 weight;
	size_t	 when, of;		/* programs, or NO_PROGRAM */
	int	 picky;			/* it is not for all tiers */
	num	 low, high;
	int	 percent;		/* the bounds are written as percents */
	char	*text;			/* "; label (", padded */
	size_t	 len;
	int	 acts;			/* there is a "do" */
};

struct level {
	const struct statement	*st;
	num			 below;		/* of the last NUM_MAX */
	int			 acts;
	struct cell		 name, told;
};

struct risk {
	const struct policy	*pol;
	struct rules		 rules;		/* the signals */
	struct signal		*signal;
	size_t			 chain;		/* of their conditions */
	struct rules		 escalations;
	struct level		*level;		/* those in force, and none */
	size_t			 nlevel;
	size_t			 tier;		/* program, */
	size_t			 column;	/* and where it is read */
	int			 fallback;	/* the default tier */
};

static void
collect_signals(struct risk *r, struct plan *plan, when now)
{
	const struct clause	*cl;
	struct buf		 b = { 0 };
	size_t			 i, *values;

	rules_collect(&r->rules, r->pol, plan, KW_SIGNAL, now, RULES_NEED,
	    NULL);
	values = xcalloc(r->rules.n + 1, sizeof(*values));
	r->signal = xcalloc(r->rules.n + 1, sizeof(*r->signal));
	for (i = 0; i < r->rules.n; i++) {
		struct signal	*s = &r->signal[i];

		b.len = 0;
		buf_adds(&b, "; ");
		buf_adds(&b, r->rules.rule[i].st->label);
		buf_adds(&b, " (");
		s->text = padded_copy(b.p, b.len);
		s->len = b.len;
		s->acts = clause_find(r->rules.rule[i].st, W_DO) != NULL;
		if ((cl = clause_find(r->rules.rule[i].st, W_WEIGHT)) != NULL)
			s->weight = cl->number;
		s->when = r->rules.rule[i].when;
		s->picky = r->rules.rule[i].who != NULL;
		s->of = values[i] = NO_PROGRAM;
		if ((cl = clause_find(r->rules.rule[i].st, W_OF)) == NULL)
			continue;
		s->of = plan_add(plan, cl->expr);
		if (!s->picky)
			values[i] = s->of;
		s->low = cl->low;
		s->high = cl->high;
		s->percent = cl->percent;
	}
	r->chain = plan_add_chain(plan, r->rules.test, values, r->rules.n);
	free(values);
	buf_free(&b);
}

/*
 * An escalation that asks about a ticket's statuses, or counts events, is
 * for vip-sla and vip-escalate.
 */
static int
asks_risk(const struct statement *st)
{
	const struct clause	*cl = clause_find(st, W_WHEN);

	return cl != NULL && expr_uses(cl->expr, OP_RISK);
}

static void
add_level(struct risk *r, const struct statement *st)
{
	const struct clause	*below = clause_find(st, W_BELOW);
	const struct clause	*to = clause_find(st, W_TO);
	struct level		*l;

	l = &r->level[r->nlevel++];
	l->st = st;
	l->below = below != NULL ? below->number : NUM_MAX;
	l->acts = clause_find(st, W_DO) != NULL;
	l->name = cell_str(st->name);
	l->told = cell_str(to != NULL ? to->text : "");
}

struct risk *
risk_new(const struct policy *pol, struct plan *plan, when now)
{
	struct risk		*r = xcalloc(1, sizeof(*r));
	const struct statement	*st;
	int64_t			 today = policy_today(pol, now);
	size_t			 n = 1;

	r->pol = pol;
	r->fallback = (int)policy_tiers(pol) - 1;
	plan_decides(plan, FACT_RISK);
	collect_signals(r, plan, now);
	rules_collect(&r->escalations, pol, plan, KW_ESCALATE, now,
	    RULES_LENIENT, asks_risk);
	for (st = policy_find(pol, KW_LEVEL, NULL); st != NULL;
	    st = policy_next(st))
		n++;
	r->level = xcalloc(n, sizeof(*r->level));
	for (st = policy_find(pol, KW_LEVEL, NULL); st != NULL;
	    st = policy_next(st))
		if (statement_holds(st, today))
			add_level(r, st);
	r->level[r->nlevel].name = r->level[r->nlevel].told = cell_str("");
	if (r->nlevel == 0)
		die(STATUS_POLICY, "%s: the policy has no level statement, "
		    "so no health is a risk", policy_name(pol));
	r->tier = plan_add_optional(plan, "tier", TYPE_TEXT);
	return r;
}

void
risk_free(struct risk *r)
{
	size_t	 i;

	if (r == NULL)
		return;
	for (i = 0; i < r->rules.n; i++)
		free(r->signal[i].text);
	rules_free(&r->rules);
	rules_free(&r->escalations);
	free(r->signal);
	free(r->level);
	free(r);
}

size_t
risk_signals(const struct risk *r)
{
	return r->rules.n;
}

const struct statement *
risk_signal(const struct risk *r, size_t i)
{
	return r->rules.rule[i].st;
}

num
risk_weight(const struct risk *r, size_t i)
{
	return r->signal[i].weight;
}

size_t
risk_levels(const struct risk *r)
{
	return r->nlevel;
}

const struct statement *
risk_level(const struct risk *r, size_t i)
{
	return r->level[i].st;
}

/* What is not below the level before. */
num
risk_health(const struct risk *r, size_t i)
{
	return i > 0 && r->level[i - 1].below != NUM_MAX ?
	    r->level[i - 1].below : 0;
}

/* weight * (x - low) / (high - low), within 0 and weight. */
static num
portion(const struct signal *s, num x)
{
	num	 low = s->low, high = s->high, width, part = 0;

	if (x <= low)
		return 0;
	if (x >= high)
		return s->weight;
	if (num_sub(high, low, &width) == -1) {
		/* So far apart that a millionth is nothing. */
		x /= 2;
		low /= 2;
		width = high / 2 - low;
	}
	(void)num_muldiv(s->weight, x - low, width, &part);
	return part;
}

void
risk_examine(const struct risk *r, struct frame *frame, size_t i, int tier,
    struct symptom *sym)
{
	const struct signal	*s = &r->signal[i];
	const struct rule	*rule = &r->rules.rule[i];

	memset(sym, 0, sizeof(*sym));
	sym->signal = i;
	if (rule->who != NULL && !list_has_tier(r->pol, rule->who, tier)) {
		sym->exempt = 1;
		return;
	}
	if (rule->when != NO_PROGRAM) {
		struct value	 v = frame_eval(frame, rule->when);

		sym->missing = v.type == TYPE_MISSING;
		if (sym->missing || v.n == 0)
			return;
	}
	if (s->of == NO_PROGRAM) {
		sym->taken = s->weight;
		return;
	}
	sym->value = frame_eval(frame, s->of);
	sym->missing = sym->value.type != TYPE_NUMBER;
	if (!sym->missing)
		sym->taken = portion(s, sym->value.n);
}

void
prognosis_init(struct prognosis *p, const struct risk *r)
{
	memset(p, 0, sizeof(*p));
	p->symptom = xcalloc(r->rules.n + 1, sizeof(*p->symptom));
	p->held = xcalloc(r->rules.n + 1, sizeof(*p->held));
}

void
prognosis_free(struct prognosis *p)
{
	free(p->symptom);
	free(p->held);
}

/*
 * The signals whose test holds, and what they take: risk_examine() tells
 * more.  Heaviest first, else in the policy's order.
 */
static void
take(const struct risk *r, struct frame *frame, struct prognosis *p)
{
	const size_t		*held = p->held;
	const size_t		*last = held + frame_chain(frame, r->chain,
				    p->held);
	const struct signal	*s;
	const struct value	*v;
	struct symptom		*end = p->symptom, *sym;
	num			 health = 100 * NUM_ONE, taken, of;
	int			 acts = 0;

	for (; held < last; held++) {
		s = &r->signal[*held];
		if (s->picky && !rule_holds(&r->rules.rule[*held], r->pol,
		    frame, p->tier))
			continue;
		taken = s->weight;
		of = 0;
		if (s->of != NO_PROGRAM) {
			v = s->picky ? frame_value(frame, s->of) :
			    frame_chained(frame, s->of);
			if (v->type != TYPE_NUMBER)
				continue;
			of = v->n;
			taken = portion(s, of);
		}
		if (taken == 0)
			continue;
		sym = end++;
		for (; sym > p->symptom && sym[-1].taken < taken; sym--)
			*sym = sym[-1];
		sym->signal = *held;
		sym->taken = taken;
		sym->missing = sym->exempt = 0;
		sym->value.type = TYPE_NUMBER;
		sym->value.n = of;
		health = health > taken ? health - taken : 0;
		acts |= s->acts;
	}
	p->nfired = (size_t)(end - p->symptom);
	p->health = health;
	p->acts = acts;
}

static int
tier_of(const struct risk *r, struct frame *frame)
{
	const struct value	*v = frame_value(frame, r->tier);

	if (v->type != TYPE_TEXT || policy_tiers(r->pol) == 1)
		return r->fallback;
	return tier_of_cell(r->pol, v->text);
}

static void
escalate(const struct risk *r, struct frame *frame, struct prognosis *p)
{
	const struct rule	*e = r->escalations.rule;
	const struct rule	*end = e + r->escalations.n;
	const struct clause	*to;

	while (e < end && !rule_holds(e, r->pol, frame, p->tier))
		e++;
	if (e == end)
		return;
	p->escalation = e->st;
	to = clause_find(p->escalation, W_TO);
	p->told = cell_str(to != NULL ? to->text : p->escalation->label);
}

void
risk_bind(struct risk *r, const struct reader *rd)
{
	const int	 found = find_column(r->pol, rd, "tier");

	r->column = found == -1 ? FAULT_ROW : (size_t)found;
}

int
risk_judge(const struct risk *r, struct frame *frame, const struct row *row,
    struct prognosis *p, struct fault *fault)
{
	const struct level	*l = r->level, *end = l + r->nlevel;
	struct cell		 tier;

	if ((p->tier = tier_of(r, frame)) == -1) {
		tier = frame_value(frame, r->tier)->text;
		if (r->column != FAULT_ROW)
			return fault_cell(fault, row, r->column,
			    "is not a tier of the policy");
		return fault_set(fault, FAULT_ROW, "tier: \"%.*s\" is not a "
		    "tier of the policy", (int)(tier.len < 100 ? tier.len :
		    100), tier.p);
	}
	frame_tier(frame, p->tier);

	take(r, frame, p);
	while (l < end && p->health >= l->below)
		l++;
	p->level = l->st;
	p->name = l->name;
	p->told = l->told;
	p->acts |= l->acts;
	frame_risk(frame, l->name.p);

	p->escalation = NULL;
	if (r->escalations.n > 0)
		escalate(r, frame, p);
	return frame_fault(frame, fault);
}

static void
show_value(const struct signal *s, const struct value *v, struct buf *b)
{
	char	 text[NUM_SIZE];
	num	 n = v->n;

	if (s->percent && n < NUM_MAX / 100 && n > NUM_MIN / 100)
		n *= 100;
	buf_add(b, text, num_format(text, s->percent ? num_round(n, 1) : n));
	if (s->percent)
		buf_addc(b, '%');
}

void
risk_value(const struct risk *r, struct frame *frame,
    const struct symptom *sym, struct buf *b)
{
	const struct signal	*s = &r->signal[sym->signal];

	if (s->of != NO_PROGRAM && sym->value.type == TYPE_NUMBER)
		show_value(s, &sym->value, b);
	else if (s->when != NO_PROGRAM)
		frame_reason(frame, s->when, b);
}

void
risk_reasons(const struct risk *r, struct frame *frame,
    const struct prognosis *p, struct buf *b)
{
	const struct symptom	*sym = p->symptom, *end = sym + p->nfired;
	const struct signal	*s;
	struct cell		 words;
	size_t			 skip = strlen("; ");

	for (; sym < end; sym++, skip = 0) {
		s = &r->signal[sym->signal];
		words.p = s->text + skip;
		words.len = s->len - skip;
		if (s->of == NO_PROGRAM && s->when != NO_PROGRAM) {
			frame_tell(frame, s->when, words, b);
			continue;
		}
		buf_add_padded(b, words.p, words.len);
		risk_value(r, frame, sym, b);
		buf_addc(b, ')');
	}
}

/* Is a text among what was appended since "start", between "; "s? */
static int
said(const struct buf *b, size_t start, const char *text)
{
	size_t	 len = strlen(text), i = start;

	while (i + len <= b->len) {
		if (memcmp(b->p + i, text, len) == 0 &&
		    (i == start || memcmp(b->p + i - 2, "; ", 2) == 0) &&
		    (i + len == b->len || b->p[i + len] == ';'))
			return 1;
		i++;
	}
	return 0;
}

static void
act(const struct statement *st, struct buf *b, size_t start)
{
	const struct clause	*cl;

	for (cl = clause_find(st, W_DO); cl != NULL; cl = clause_next(cl)) {
		if (said(b, start, cl->text))
			continue;
		if (b->len > start)
			buf_adds(b, "; ");
		buf_adds(b, cl->text);
	}
}

void
risk_action(const struct risk *r, const struct prognosis *p, struct buf *b)
{
	size_t	 i, start = b->len;

	if (!p->acts)
		return;
	if (p->level != NULL)
		act(p->level, b, start);
	for (i = 0; i < p->nfired; i++)
		if (r->signal[p->symptom[i].signal].acts)
			act(r->rules.rule[p->symptom[i].signal].st, b, start);
}
