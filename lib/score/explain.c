/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "score/explain.h"
#include "score/rules.h"
#include "score/tier.h"

struct explanation {
	const struct policy	*pol;
	struct tiers		*tiers;
	struct rules		 excludes, tier, profiles, signals;
	size_t			*of;	/* of each signal, or NO_PROGRAM */
};

struct explanation *
explanation_new(const struct policy *pol, struct plan *plan, when now)
{
	struct explanation	*e = xcalloc(1, sizeof(*e));
	const struct clause	*of;
	size_t			 i;

	e->pol = pol;
	e->tiers = tiers_new(pol, plan, now);
	rules_collect(&e->excludes, pol, plan, KW_EXCLUDE, now, RULES_NEED,
	    NULL);
	rules_collect(&e->tier, pol, plan, KW_TIER, now, RULES_NEED, NULL);
	rules_collect(&e->profiles, pol, plan, KW_PROFILE, now, RULES_NEED,
	    NULL);
	rules_collect(&e->signals, pol, plan, KW_SIGNAL, now, RULES_SILENT,
	    NULL);
	e->of = xcalloc(e->signals.n + 1, sizeof(*e->of));
	for (i = 0; i < e->signals.n; i++)
		e->of[i] = (of = clause_find(e->signals.rule[i].st, W_OF)) !=
		    NULL ? plan_add_lenient(plan, of->expr, 0) : NO_PROGRAM;
	return e;
}

void
explanation_free(struct explanation *e)
{
	if (e == NULL)
		return;
	tiers_free(e->tiers);
	rules_free(&e->excludes);
	rules_free(&e->tier);
	rules_free(&e->profiles);
	rules_free(&e->signals);
	free(e->of);
	free(e);
}

const struct exclusions *
explanation_exclusions(const struct explanation *e)
{
	return tiers_exclusions(e->tiers);
}

static void
write_line(struct writer *w, const char *keyword, const struct statement *st,
    const struct value *v, int decided, const struct buf *reason)
{
	writer_cells(w, keyword);
	writer_cells(w, st->name != NULL ? st->name : "");
	writer_cells(w, v->type == TYPE_MISSING ? "unknown" :
	    v->n != 0 ? "yes" : "no");
	writer_cells(w, decided ? "yes" : "");
	writer_cell(w, reason->p, reason->len);
	writer_end(w);
}

/* What a rule's condition is, with the row's values; without one, true. */
static struct value
ask(const struct rule *r, struct frame *frame, struct buf *reason)
{
	struct value	 yes = { .type = TYPE_TRUTH, .n = 1 };

	reason->len = 0;
	if (r->when == NO_PROGRAM)
		return yes;
	frame_reason(frame, r->when, reason);
	return frame_eval(frame, r->when);
}

static void
write_rules(struct writer *w, struct frame *frame, const char *keyword,
    const struct rules *rules, const struct statement *decided)
{
	struct buf	 b = { 0 };
	struct value	 v;
	size_t		 i;

	for (i = 0; i < rules->n; i++) {
		v = ask(&rules->rule[i], frame, &b);
		write_line(w, keyword, rules->rule[i].st, &v,
		    rules->rule[i].st == decided, &b);
	}
	buf_free(&b);
}

/* A signal in proportion takes something above its lower bound. */
static void
write_signals(const struct explanation *e, struct writer *w,
    struct frame *frame, int tier)
{
	const struct rule	*r;
	struct value		 v, x;
	struct buf		 b = { 0 };
	size_t			 i;

	for (i = 0; i < e->signals.n; i++) {
		r = &e->signals.rule[i];
		v = ask(r, frame, &b);
		if (e->of[i] != NO_PROGRAM && (v.type == TYPE_MISSING ||
		    v.n != 0)) {
			x = frame_eval(frame, e->of[i]);
			if (x.type == TYPE_MISSING)
				v.type = TYPE_MISSING;
			else {
				v.n = x.n > clause_find(r->st, W_OF)->low;
				value_show(&x, policy_zone(e->pol), &b);
			}
		}
		if (r->who != NULL && !list_has_tier(e->pol, r->who, tier)) {
			v.type = TYPE_TRUTH;
			v.n = 0;
		}
		write_line(w, "signal", r->st, &v, 0, &b);
	}
	buf_free(&b);
}

void
explanation_write(const struct explanation *e, struct frame *frame,
    struct writer *w)
{
	static const char *const columns[] = {
		"statement", "name", "result", "decided", "reason"
	};
	struct verdict	 v;

	writer_columns(w, columns, sizeof(columns) / sizeof(columns[0]));
	tiers_judge(e->tiers, frame, &v);
	write_rules(w, frame, "exclude", &e->excludes, v.excluded);
	write_rules(w, frame, "tier", &e->tier, v.st);
	writer_cells(w, "default");
	writer_cells(w, policy_tier(e->pol, policy_tiers(e->pol) - 1)->name);
	writer_cells(w, "yes");
	writer_cells(w, v.level == 0 && v.excluded == NULL ? "yes" : "");
	writer_cells(w, "");
	writer_end(w);
	write_rules(w, frame, "profile", &e->profiles, NULL);
	write_signals(e, w, frame, v.tier);
}
