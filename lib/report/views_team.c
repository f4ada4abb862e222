/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who does the work, whether the policy's targets are met, and what it
 * recommends.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/goal.h"
#include "report/show.h"
#include "report/views.h"
#include "score/rules.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

struct pool {
	size_t	 agents, free, away, full, accounts;
};

/* A pool of the policy, or (NULL) one that only the agents know. */
static void
pool_count(const struct book *b, const struct statement *st,
    const char *name, struct pool *p)
{
	const struct clause	*who = st != NULL ? clause_find(st, W_FOR) :
				    NULL;
	size_t			 i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < b->nagent; i++) {
		const struct agent_row	*a = &b->agent[i];

		if (strcmp(a->pool, name) != 0)
			continue;
		p->agents++;
		if (a->away)
			p->away++;
		else if (a->has_capacity &&
		    (num)a->open * NUM_ONE >= a->capacity)
			p->full++;
		else
			p->free++;
	}
	for (i = 0; st != NULL && i < b->nclient; i++)
		p->accounts += list_has_tier(b->pol, who, b->client[i].tier)
		    != 0;
}

/* Who is in a pool, and who of them is on leave. */
static void
pool_names(const struct book *b, const char *name, struct buf *all,
    struct buf *away)
{
	char	 from[WHEN_SIZE], until[WHEN_SIZE];
	size_t	 i, nf, nu;

	for (i = 0; i < b->nagent; i++) {
		const struct agent_row	*a = &b->agent[i];

		if (strcmp(a->pool, name) != 0)
			continue;
		buf_addf(all, "%s%s", all->len > 0 ? ", " : "", a->name);
		if (!a->away)
			continue;
		buf_addf(away, "%s%s", away->len > 0 ? "; " : "", a->name);
		if (a->until == INT64_MAX)
			continue;
		nf = date_format(from, a->from);
		nu = date_format(until, a->until);
		buf_addf(away, " (%.*s - %.*s)", (int)nf, from, (int)nu,
		    until);
	}
}

static void
put_pool(const struct book *b, struct table *t, const struct statement *st,
    const char *name)
{
	struct buf	 away = { 0 }, all = { 0 };
	struct pool	 p;
	struct line	*l = report_line(b->r, t, "", name);

	pool_count(b, st, name, &p);
	pool_names(b, name, &all, &away);
	l->cell[0] = figure_text(st != NULL ? st->label : name);
	l->cell[1] = figure_count(p.agents);
	l->cell[2] = figure_count(p.free);
	l->cell[3] = figure_count(p.away);
	l->cell[4] = figure_count(p.full);
	if (st != NULL)
		l->cell[5] = figure_count(p.accounts);
	l->cell[6] = figure_text(report_text(b->r, buf_str(&all), all.len));
	l->cell[7] = figure_text(report_text(b->r, buf_str(&away), away.len));
	buf_free(&all);
	buf_free(&away);
}

/* Is it a pool of the policy, or of an earlier agent? */
static int
is_told(const struct table *t, const char *name)
{
	const struct line	*l;

	for (l = t->line; l != NULL; l = l->next)
		if (strcmp(l->key, name) == 0)
			return 1;
	return 0;
}

void
view_pools(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Pool"), ALIGN_LEFT },
		{ "agents", N_("Agents"), ALIGN_RIGHT },
		{ "available", N_("Available"), ALIGN_RIGHT },
		{ "away", N_("On leave"), ALIGN_RIGHT },
		{ "full", N_("Full"), ALIGN_RIGHT },
		{ "accounts", N_("Accounts"), ALIGN_RIGHT },
		{ NULL, N_("Who"), ALIGN_BELOW },
		{ NULL, N_("Who is on leave"), ALIGN_BELOW },
	};
	struct section		*s = report_section(b->r, "team",
				    N_("Agents"));
	struct table		*t = report_table(b->r, s, columns,
				    N_OF(columns));
	const struct statement	*st;
	size_t			 i;

	t->none = b->has_agents ? N_("none") :
	    N_("not known: no agents were given (--agents)");
	if (!b->has_agents)
		return;
	for (st = policy_find(b->pol, KW_POOL, NULL); st != NULL;
	    st = policy_next(st))
		put_pool(b, t, st, st->name);
	for (i = 0; i < b->nagent; i++)
		if (*b->agent[i].pool != '\0' &&
		    !is_told(t, b->agent[i].pool))
			put_pool(b, t, NULL, b->agent[i].pool);
}

static struct figure
agent_share(const struct agent_row *a)
{
	return shown(figure_ratio((num)a->vip * NUM_ONE,
	    (num)a->all * NUM_ONE), SHOW_WHOLE | SHOW_PARTS);
}

static int
by_load(const void *x, const void *y)
{
	const struct agent_row	*a = *(const struct agent_row *const *)x,
				*b = *(const struct agent_row *const *)y;
	struct figure		 s = agent_share(a), t = agent_share(b);

	if (s.value != t.value)
		return s.value > t.value ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* "warn" of the pool of an agent: 1, or 0 if it has none. */
static int
warn_of(const struct book *b, const struct agent_row *a, num *warn)
{
	const struct statement	*st = *a->pool != '\0' ?
				    policy_find(b->pol, KW_POOL, a->pool) :
				    NULL;
	const struct clause	*cl = st != NULL ? clause_find(st, W_WARN) :
				    NULL;

	if (cl == NULL)
		return 0;
	*warn = cl->number;
	return 1;
}

void
view_workload(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("Agent"), ALIGN_LEFT },
		{ NULL, N_("Pool"), ALIGN_LEFT },
		{ "vip_tickets", N_("VIP tickets"), ALIGN_RIGHT },
		{ "vip_share", N_("Of the agent's load"), ALIGN_RIGHT },
		{ "kept", N_("Promises kept"), ALIGN_RIGHT },
		{ NULL, N_("Note"), ALIGN_BELOW },
	};
	struct section	*s = report_section(b->r, "workload",
			    N_("VIP workload of agents"));
	struct table	*t = report_table(b->r, s, columns, N_OF(columns));
	const struct agent_row **list = xcalloc(b->nagent + 1, sizeof(*list));
	struct line	*l;
	num		 warn;
	size_t		 i, n = 0;

	t->none = b->has_tickets ? N_("none") :
	    N_("not known: no tickets were given (--tickets)");
	for (i = 0; i < b->nagent; i++)
		if (b->agent[i].vip > 0)
			list[n++] = &b->agent[i];
	qsort(list, n, sizeof(*list), by_load);
	for (i = 0; i < n && i < b->most; i++) {
		l = report_line(b->r, t, "", list[i]->name);
		l->cell[0] = figure_text(list[i]->name);
		l->cell[1] = figure_text(list[i]->pool);
		l->cell[2] = figure_count(list[i]->vip);
		l->cell[3] = agent_share(list[i]);
		l->cell[4] = shown(figure_ratio((num)list[i]->met * NUM_ONE,
		    (num)(list[i]->met + list[i]->missed) * NUM_ONE),
		    SHOW_PARTS);
		if (warn_of(b, list[i], &warn) && l->cell[3].value >= warn)
			l->cell[5] = figure_text(
			    _("monitor for burnout risk"));
	}
	t->more = n > b->most ? n - b->most : 0;
	free(list);
}

/* ----------------------------------------------------------------- targets */

void
target_table(const struct book *b, struct section *s, const char *title,
    const char *const *names)
{
	struct table		*t = goal_table(b->r, s);
	const struct statement	*st;
	const struct clause	*cl;
	const char		*metric;
	struct circle		 c;
	struct figure		 f;

	t->title = title;
	for (st = policy_find(b->pol, KW_TARGET, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, policy_today(b->pol, b->now)) ||
		    (cl = clause_find(st, W_TARGET)) == NULL ||
		    (names != NULL && !is_named(cl->text, names)))
			continue;
		c.group = group_all(b);
		c.who = clause_find(st, W_FOR);
		/* VIPs who left had a tier; list_has_tier() knows it too. */
		metric = cl->text;
		if (strcmp(metric, "csat") == 0 && cl->percent)
			metric = "satisfaction";
		book_measure(b, metric, &c, &f);
		/* Of a mean and of NPS the parts say little. */
		f.show |= strcmp(metric, "csat") == 0 ||
		    strcmp(metric, "nps") == 0 ? 0 : SHOW_PARTS;
		goal_line(b->r, t, cl, c.who, f);
	}
}

void
view_targets(const struct book *b)
{
	target_table(b, report_section(b->r, "targets", N_("Targets")), NULL,
	    NULL);
}

/* ------------------------------------------------------------------ advice */

/*
 * What a recommend statement may speak of: things of a class, each with the
 * same fields.  "agent.share" is the share of one agent, and the statement
 * is asked of each; in its text {share} is the same, and {agent} its name.
 */
struct known {
	const char	*name;		/* class.field */
	struct figure	 figure;
};

struct facts {
	const struct book	*b;
	struct known		 fact[32];
	size_t			 n;
};

static void
put_fact(struct facts *f, const char *name, struct figure figure)
{
	f->fact[f->n].name = name;
	f->fact[f->n++].figure = figure;
}

static void
agent_facts(struct facts *f, size_t i)
{
	const struct agent_row	*a = i < f->b->nagent ? &f->b->agent[i] : NULL;
	struct figure		 none = { 0 };

	put_fact(f, "agent.agent", figure_text(a != NULL ? a->name : ""));
	put_fact(f, "agent.pool", figure_text(a != NULL ? a->pool : ""));
	put_fact(f, "agent.tickets", a != NULL ? figure_count(a->vip) : none);
	put_fact(f, "agent.share", a != NULL ? shown(agent_share(a),
	    SHOW_WHOLE) : none);
}

static void
pool_facts(struct facts *f, const struct statement *st)
{
	struct figure	 none = { 0 };
	struct pool	 p = { 0 };

	if (st != NULL)
		pool_count(f->b, st, st->name, &p);
	put_fact(f, "pool.pool", figure_text(st != NULL ? st->label : ""));
	put_fact(f, "pool.name", figure_text(st != NULL ? st->name : ""));
	put_fact(f, "pool.agents", figure_count(p.agents));
	put_fact(f, "pool.available", figure_count(p.free));
	put_fact(f, "pool.accounts", figure_count(p.accounts));
	put_fact(f, "pool.ratio", p.agents > 0 ? figure_mean(KIND_NUMBER,
	    (num)p.accounts * NUM_ONE, p.agents) : none);
}

/* Sponsored accounts that had theirs, and those that are to have it. */
static void
sponsor_facts(struct facts *f, const char *done, const char *remaining,
    const char *share, const char *event, when from)
{
	struct figure	 none = { 0 };
	size_t		 n, all, least, most;

	sponsors_of(f->b, &all, &least, &most);
	n = sponsored_with(f->b, event, from, 0);
	if (!f->b->has_events) {
		put_fact(f, done, none);
		put_fact(f, remaining, none);
		put_fact(f, share, none);
		return;
	}
	put_fact(f, done, figure_count(n));
	put_fact(f, remaining, figure_count(all - n));
	put_fact(f, share, shown(figure_ratio((num)n * NUM_ONE,
	    (num)all * NUM_ONE), SHOW_WHOLE));
}

static void
risk_facts(struct facts *f)
{
	const struct client **list;
	struct buf	 names = { 0 };
	size_t		 i, n = clients_at_risk(f->b, &list);

	for (i = 0; i < n && i < f->b->most; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", list[i]->name);
	put_fact(f, "at_risk.count", figure_count(n));
	put_fact(f, "at_risk.names", figure_text(report_text(f->b->r,
	    buf_str(&names), names.len)));
	buf_free(&names);
	free(list);
}

/* Of VIPs who were in touch with us in the period. */
static void
checkin_facts(struct facts *f)
{
	struct circle	 vip = { group_vip(f->b), NULL };
	struct figure	 none = { 0 };
	size_t		 n = with_event(f->b, "outreach", f->b->from, &vip);
	size_t		 all = customers_of(f->b, &vip);

	put_fact(f, "checkins.done", f->b->has_events ? figure_count(n) :
	    none);
	put_fact(f, "checkins.remaining", f->b->has_events ?
	    figure_count(all - n) : none);
	put_fact(f, "checkins.share", f->b->has_events ?
	    shown(figure_ratio((num)n * NUM_ONE, (num)all * NUM_ONE),
	    SHOW_WHOLE) : none);
}

/* What VIPs did and said in the period, as the report on care has it. */
static void
rate_facts(struct facts *f)
{
	static const char *const names[][2] = {
		{ "rates.participation", "participation" },
		{ "rates.satisfaction", "satisfaction" },
		{ "rates.repurchase", "repurchase_rate" },
		{ "rates.complaints", "complaint_rate" },
		{ "rates.churn", "churn" },
		{ "rates.growth", "spend_growth" },
		{ "rates.cost", "cost_ratio" }
	};
	struct circle	 vip = { group_vip(f->b), NULL };
	struct figure	 figure;
	size_t		 i;

	for (i = 0; i < N_OF(names); i++) {
		book_measure(f->b, names[i][1], &vip, &figure);
		put_fact(f, names[i][0], figure);
	}
}

/* The class of the first name that a condition has, as "agent". */
static const char *
class_of(const struct expr *e)
{
	const char	*dot, *found;
	size_t		 i;

	if (e->op == OP_NAME && (dot = strchr(e->text, '.')) != NULL)
		return e->text;
	for (i = 0; i < e->narg; i++)
		if ((found = class_of(e->arg[i])) != NULL)
			return found;
	return NULL;
}

static int
is_class(const char *name, const char *class)
{
	size_t	 n = strlen(class);

	return name != NULL && strncmp(name, class, n) == 0 &&
	    name[n] == '.';
}

static const struct figure *
fact_find(const struct facts *f, const char *class, const char *name,
    size_t len)
{
	const char	*field;
	size_t		 i, n = class != NULL ? strcspn(class, ".") : 0;

	for (i = 0; i < f->n; i++) {
		field = strchr(f->fact[i].name, '.') + 1;
		if (strlen(f->fact[i].name) == len &&
		    memcmp(f->fact[i].name, name, len) == 0)
			return &f->fact[i].figure;
		if (class != NULL && strncmp(f->fact[i].name, class, n) == 0 &&
		    f->fact[i].name[n] == '.' && strlen(field) == len &&
		    memcmp(field, name, len) == 0)
			return &f->fact[i].figure;
	}
	return NULL;
}

static const char *
advice_text(const struct facts *f, const struct statement *st,
    const char *class)
{
	const struct figure	*v;
	const char		*p = st->label, *name, *text;
	struct buf		 b = { 0 };
	size_t			 len;

	while ((name = placeholder_next(p, &len)) != NULL) {
		buf_add(&b, p, (size_t)(name - 1 - p));
		if ((v = fact_find(f, class, name, len)) == NULL)
			die(STATUS_POLICY, "%s:%d:%d: error: {%.*s} is not "
			    "known here", policy_name(f->b->pol), st->at.line,
			    st->at.column, (int)len, name);
		if (v->kind == KIND_TEXT)
			buf_adds(&b, v->text);
		else
			figure_show(v, f->b->r->currency, NULL, &b);
		p = name + len + 1;
	}
	buf_adds(&b, p);
	text = report_text(f->b->r, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

/* Is the statement's condition true of these facts? */
static int
advisable(const struct facts *f, const struct statement *st)
{
	const char	*names[N_OF(f->fact)];
	enum type	 types[N_OF(f->fact)];
	struct value	 values[N_OF(f->fact)];
	const struct clause *cl = clause_find(st, W_WHEN);
	struct plan	*plan;
	struct frame	*frame;
	size_t		 i, program;
	int		 is;

	memset(values, 0, sizeof(values));
	for (i = 0; i < f->n; i++) {
		const struct figure	*v = &f->fact[i].figure;

		names[i] = f->fact[i].name;
		types[i] = strstr(names[i], ".names") != NULL ||
		    strstr(names[i], ".pool") != NULL ||
		    strcmp(names[i], "agent.agent") == 0 ||
		    strcmp(names[i], "pool.name") == 0 ?
		    TYPE_TEXT : TYPE_NUMBER;
		if (v->kind == KIND_NONE)
			continue;
		values[i].type = types[i];
		if (types[i] == TYPE_TEXT)
			values[i].text = cell_str(v->text);
		else
			values[i].n = v->value;
	}
	plan = plan_new(f->b->pol, f->b->now);
	program = plan_add(plan, cl->expr);
	plan_bind_names(plan, names, types, f->n);
	frame = frame_new(plan);
	frame_load_values(frame, values);
	is = frame_test(frame, program);
	frame_free(frame);
	plan_free(plan);
	return is;
}

static void
advise(const struct book *b, struct table *t, const struct statement *st,
    size_t agent, const struct statement *pool)
{
	struct facts	 f = { .b = b };
	const char	*class = class_of(clause_find(st, W_WHEN)->expr);
	struct line	*l, *k;
	size_t		 n = 1;

	agent_facts(&f, agent);
	pool_facts(&f, pool);
	sponsor_facts(&f, "reviews.done", "reviews.remaining",
	    "reviews.share", "review", quarter_start(b));
	risk_facts(&f);
	checkin_facts(&f);
	rate_facts(&f);
	if (!advisable(&f, st))
		return;
	l = report_line(b->r, t, "", st->name);
	for (k = t->line; k != l; k = k->next)
		n++;
	l->cell[0] = figure_count(n);
	l->cell[1] = figure_text(advice_text(&f, st, class));
}

void
view_advice(const struct book *b)
{
	static const struct heading	 columns[] = {
		{ NULL, N_("No."), ALIGN_RIGHT },
		{ "recommendation", N_("Recommendation"), ALIGN_WRAP },
	};
	struct section		*s = report_section(b->r, "recommendations",
				    N_("Recommendations"));
	struct table		*t = report_table(b->r, s, columns,
				    N_OF(columns));
	const struct statement	*st, *pool;
	const struct clause	*when_;
	const char		*class;
	size_t			 i;

	t->none = N_("none");
	for (st = policy_find(b->pol, KW_RECOMMEND, NULL); st != NULL;
	    st = policy_next(st)) {
		if (!statement_holds(st, policy_today(b->pol, b->now)) ||
		    (when_ = clause_find(st, W_WHEN)) == NULL)
			continue;
		class = class_of(when_->expr);
		pool = policy_find(b->pol, KW_POOL, NULL);
		if (is_class(class, "agent"))
			for (i = 0; i < b->nagent; i++)
				advise(b, t, st, i, pool);
		else if (is_class(class, "pool"))
			for (; pool != NULL; pool = policy_next(pool))
				advise(b, t, st, 0, pool);
		else
			advise(b, t, st, 0, pool);
	}
}
