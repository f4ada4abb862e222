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
};

struct explanation *
explanation_new(const struct policy *pol, struct plan *plan, when now)
{
	struct explanation	*e = xcalloc(1, sizeof(*e));

	e->pol = pol;
	e->tiers = tiers_new(pol, plan, now);
	rules_collect(&e->excludes, pol, plan, KW_EXCLUDE, now, RULES_NEED,
	    NULL);
	rules_collect(&e->tier, pol, plan, KW_TIER, now, RULES_NEED, NULL);
	rules_collect(&e->profiles, pol, plan, KW_PROFILE, now, RULES_NEED,
	    NULL);
	rules_collect(&e->signals, pol, plan, KW_SIGNAL, now, RULES_SILENT,
	    NULL);
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
	free(e);
}

const struct exclusions *
explanation_exclusions(const struct explanation *e)
{
	return tiers_exclusions(e->tiers);
}

static void
write_rule(struct writer *w, struct frame *frame, const char *keyword,
    const struct rule *r, int decided, struct buf *b)
{
	struct value	 v = { .type = TYPE_TRUTH, .n = 1 };

	b->len = 0;
	if (r->when != NO_PROGRAM) {
		v = frame_eval(frame, r->when);
		frame_reason(frame, r->when, b);
	}
	writer_cells(w, keyword);
	writer_cells(w, r->st->name != NULL ? r->st->name : "");
	writer_cells(w, v.type == TYPE_MISSING ? "unknown" :
	    v.n != 0 ? "yes" : "no");
	writer_cells(w, decided ? "yes" : "");
	writer_cell(w, b->p, b->len);
	writer_end(w);
}

static void
write_rules(struct writer *w, struct frame *frame, const char *keyword,
    const struct rules *rules, const struct statement *decided)
{
	struct buf	 b = { 0 };
	size_t		 i;

	for (i = 0; i < rules->n; i++)
		write_rule(w, frame, keyword, &rules->rule[i],
		    rules->rule[i].st == decided, &b);
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
	write_rules(w, frame, "signal", &e->signals, NULL);
}
