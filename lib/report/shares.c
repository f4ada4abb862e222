/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/gettext.h"
#include "report/goal.h"
#include "report/shares.h"
#include "score/rules.h"
#include "score/tier.h"

enum { MEASURE, IS, LIMIT, STATUS, COLUMNS };

void
shares_begin(struct shares *sh, struct report *r, const struct policy *pol,
    when now, struct section *s, unsigned show)
{
	static const struct heading	 columns[COLUMNS] = {
		[MEASURE] = { NULL, N_("Measure"), ALIGN_LEFT },
		[IS] = { "value", N_("Is"), ALIGN_RIGHT },
		[LIMIT] = { NULL, N_("Limit"), ALIGN_RIGHT },
		[STATUS] = { NULL, N_("Status"), ALIGN_LEFT },
	};
	size_t	 i;

	sh->r = r;
	sh->pol = pol;
	sh->today = policy_today(pol, now);
	sh->limited = limit_of(pol, "vip", sh->today) != NULL;
	for (i = 0; i + 1 < policy_tiers(pol); i++)
		sh->limited |= limit_of(pol, policy_tier(pol, i)->name,
		    sh->today) != NULL;
	sh->show = sh->limited ? show & ~(unsigned)SHOW_WHOLE : show;
	sh->t = report_table(r, s, columns, sh->limited ? COLUMNS : LIMIT);
}

struct line *
shares_line(const struct shares *sh, const char *tier, const char *id,
    const char *label, struct figure f)
{
	struct line	*l = report_line(sh->r, sh->t, tier, id);

	l->cell[MEASURE] = figure_text(label);
	l->cell[IS] = f;
	l->cell[IS].show |= SHOW_PARTS;
	if (sh->limited)
		l->cell[LIMIT] = l->cell[STATUS] = figure_text("");
	return l;
}

static void
hold(const struct shares *sh, const struct clause *cl, size_t n, size_t all,
    struct line *l)
{
	size_t	 least, most;

	limit_bounds(cl, all, &least, &most);
	goal_limit(sh->r, cl, n < least || n > most, &l->cell[IS]);
	l->cell[LIMIT] = figure_text(l->cell[IS].target);
	l->cell[STATUS] = figure_text(n > most ? _("too many") :
	    n < least ? _("too few") : _("within the limit"));
	l->cell[STATUS].status = l->cell[IS].status;
}

void
shares_customers(const struct shares *sh, const size_t *count)
{
	const struct clause	*cl;
	const char		*name;
	struct line		*l;
	size_t			 i, n = policy_tiers(sh->pol), all = 0, vip;

	for (i = 0; i < n; i++)
		all += count[i];
	vip = all - count[n - 1];
	l = shares_line(sh, "vip", "customer_share",
	    _("VIPs of all customers"), shown(figure_ratio((num)vip * NUM_ONE,
	    (num)all * NUM_ONE), sh->show));
	if (all == 0)
		return;
	if ((cl = limit_of(sh->pol, "vip", sh->today)) != NULL)
		hold(sh, cl, vip, all, l);
	for (i = 0; i + 1 < n; i++) {
		name = policy_tier(sh->pol, i)->name;
		if ((cl = limit_of(sh->pol, name, sh->today)) == NULL)
			continue;
		l = shares_line(sh, name, "customer_share",
		    report_textf(sh->r, _("%s of all customers"), name),
		    shown(figure_ratio((num)count[i] * NUM_ONE,
		    (num)all * NUM_ONE), sh->show));
		hold(sh, cl, count[i], all, l);
	}
}
