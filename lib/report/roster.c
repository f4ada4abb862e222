/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/roster.h"
#include "score/customers.h"
#include "score/rules.h"
#include "score/touch.h"

#define N_OF(a)	(sizeof(a) / sizeof((a)[0]))

/* Programs of the plan that the roster reads of each customer. */
struct reading {
	struct plan	*plan;
	struct frame	*frame;
	struct touches	*touches;
	struct contact	*due;		/* room for all touches */
	size_t		 ntouch;
	size_t		 key, name, tier, level, health, reasons, action;
	size_t		 revenue, csat, year, last_year;
	const struct reader *rd;
	struct roster	*roster;
	size_t		 key_cell;
	const struct statement *calm;	/* the level that is no risk: the last */
};

/* The first of these columns that the table has, or NULL. */
static const char *
first_column(const struct reader *rd, const char *const *names, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (reader_column(rd, names[i]) != -1)
			return names[i];
	return NULL;
}

static const char *
revenue_column(const struct reader *rd, const char *asked)
{
	static const char *const	 usual[] = {
		"spend_30d", "spend_90d", "spend_365d", "spend_total", "ltv",
		"mrr", "acv"
	};

	if (asked != NULL) {
		reader_need(rd, asked);
		return asked;
	}
	return first_column(rd, usual, N_OF(usual));
}

static void
bind(struct reading *in, struct roster *ros, struct reader *rd, when now,
    int days)
{
	const struct statement	*st;
	int64_t			 today = policy_today(ros->pol, now);
	int			 dated;

	in->plan = plan_new(ros->pol, now);
	in->key = plan_add_column(in->plan, policy_key(ros->pol), TYPE_TEXT);
	in->name = plan_add_optional(in->plan, "name", TYPE_TEXT);
	in->tier = plan_add_column(in->plan, "tier", TYPE_TEXT);
	in->level = plan_add_optional(in->plan, "risk_level", TYPE_TEXT);
	in->health = plan_add_optional(in->plan, "health", TYPE_NUMBER);
	in->reasons = plan_add_optional(in->plan, "risk_reasons", TYPE_TEXT);
	in->action = plan_add_optional(in->plan, "risk_action", TYPE_TEXT);
	in->csat = plan_add_optional(in->plan, "csat", TYPE_NUMBER);
	/* The same days of last year where they are known. */
	dated = reader_column(rd, "spend_lytd") != -1;
	in->year = plan_add_optional(in->plan,
	    dated ? "spend_ytd" : "spend_365d", TYPE_NUMBER);
	in->last_year = plan_add_optional(in->plan,
	    dated ? "spend_lytd" : "spend_prev_365d", TYPE_NUMBER);
	in->revenue = plan_add_optional(in->plan,
	    ros->revenue != NULL ? ros->revenue : "revenue", TYPE_NUMBER);
	in->touches = touches_new(ros->pol, in->plan, now, today,
	    today + days - 1);
	plan_bind(in->plan, rd);
	in->key_cell = (size_t)find_column(ros->pol, rd,
	    policy_key(ros->pol));
	in->frame = frame_new(in->plan);
	for (st = policy_find(ros->pol, KW_TOUCH, NULL); st != NULL;
	    st = policy_next(st))
		in->ntouch++;
	in->due = xcalloc(in->ntouch + 1, sizeof(*in->due));
	for (st = policy_find(ros->pol, KW_LEVEL, NULL); st != NULL;
	    st = policy_next(st))
		in->calm = st;
}

static const char *
keep(const struct roster *ros, const struct value *v)
{
	return v->type == TYPE_TEXT ?
	    report_text(ros->r, v->text.p, v->text.len) : "";
}

/* Key and name of the customer at hand, both hidden if one is. */
static void
identify(const struct roster *ros, const struct reading *in, const char **key,
    const char **name)
{
	struct value	 v = frame_eval(in->frame, in->key);
	const char	*hidden;

	*key = keep(ros, &v);
	v = frame_eval(in->frame, in->name);
	hidden = redact_customer(ros->redactor, ros->r, *key, NULL);
	*name = hidden != NULL ? hidden : keep(ros, &v);
	if (hidden != NULL)
		*key = hidden;
}

/* One who has moved is told by name. */
static void
name_mover(const struct roster *ros, const struct reading *in)
{
	struct value	 v = frame_eval(in->frame, in->key);
	const char	**name = moves_name(ros->moves, v.text);

	if (name == NULL)
		return;
	v = frame_eval(in->frame, in->name);
	*name = keep(ros, &v);
}

static int
tier_index(const struct reading *in, const struct row *row,
    const struct value *v, struct fault *fault)
{
	char	 name[256];
	int	 tier = -1;

	if (v->type == TYPE_TEXT && v->text.len < sizeof(name)) {
		memcpy(name, v->text.p, v->text.len);
		name[v->text.len] = '\0';
		tier = policy_tier_index(in->roster->pol, name);
	}
	return tier != -1 ? tier : fault_cell(fault, row,
	    reader_need(in->rd, "tier"), "is no tier of the policy");
}

static num
number(struct frame *frame, size_t program, int *has)
{
	struct value	 v = frame_eval(frame, program);

	*has = v.type == TYPE_NUMBER;
	return *has ? v.n : 0;
}

static void
sum(num *total, num x, const char *what)
{
	if (num_add(*total, x, total) == -1)
		die(STATUS_DATA, "the sum of %s is out of range", what);
}

static void
count(struct roster *ros, struct reading *in, int tier)
{
	struct standing	*s = &ros->standing[tier];
	num		 x, before;
	int		 has, had;

	s->customers++;
	if (tier + 1 < (int)ros->ntier)
		ros->vips++;
	s->has_revenue = ros->revenue != NULL;
	sum(&s->revenue, number(in->frame, in->revenue, &has), "revenue");
	x = number(in->frame, in->csat, &has);
	if (has) {
		sum(&s->csat, x, "csat");
		s->rated++;
	}
	/* Growth is of those of whom both years are known. */
	x = number(in->frame, in->year, &has);
	before = number(in->frame, in->last_year, &had);
	if (has && had) {
		sum(&s->year, x, "spend this year");
		sum(&s->last_year, before, "spend last year");
		s->has_growth = 1;
	}
}

static void
examine(struct roster *ros, struct reading *in, int tier)
{
	struct value	 level = frame_eval(in->frame, in->level), v;
	struct patient	*p;

	if (tier + 1 == (int)ros->ntier || level.type != TYPE_TEXT ||
	    in->calm == NULL || cell_is(level.text, in->calm->name))
		return;
	ros->patient = xreallocarray(ros->patient, ros->npatient + 1,
	    sizeof(*ros->patient));
	p = &ros->patient[ros->npatient++];
	p->tier = tier;
	p->level = keep(ros, &level);
	identify(ros, in, &p->key, &p->name);
	v = frame_eval(in->frame, in->reasons);
	p->reasons = redact_reason(ros->redactor, ros->r, keep(ros, &v));
	v = frame_eval(in->frame, in->action);
	p->action = keep(ros, &v);
	p->health = number(in->frame, in->health, &p->has_health);
}

static struct round *
round_of(struct roster *ros, const struct statement *touch)
{
	const struct clause	*by;
	struct round		*o;
	size_t			 i;

	for (i = 0; i < ros->nround; i++)
		if (ros->round[i].touch == touch)
			return &ros->round[i];
	ros->round = xreallocarray(ros->round, ros->nround + 1,
	    sizeof(*ros->round));
	o = &ros->round[ros->nround++];
	memset(o, 0, sizeof(*o));
	o->touch = touch;
	by = clause_find(touch, W_BY);
	o->by = by != NULL && by->nitem > 0 ? by->item[0].text : "";
	o->first = INT64_MAX;
	return o;
}

static void
schedule(struct roster *ros, struct reading *in, int tier)
{
	struct contact	*due = in->due;
	struct round	*o;
	struct visit	*v;
	size_t		 i, n;

	n = touches_due(in->touches, in->frame, tier, due, in->ntouch);
	for (i = 0; i < n; i++) {
		o = round_of(ros, due[i].touch);
		o->customers++;
		if (due[i].due < o->first)
			o->first = due[i].due;
		if (clause_find(due[i].touch, W_EVERY) != NULL)
			continue;
		ros->visit = xreallocarray(ros->visit, ros->nvisit + 1,
		    sizeof(*ros->visit));
		v = &ros->visit[ros->nvisit++];
		v->touch = due[i].touch;
		v->tier = tier;
		v->due = due[i].due;
		identify(ros, in, &v->key, &v->name);
	}
}

/* Number the customer, so that its tickets find its tier. */
static int
enlist(struct reading *in, const struct row *row, int tier,
    struct fault *fault)
{
	struct roster	*ros = in->roster;
	struct value	 v = frame_eval(in->frame, in->key);
	uint32_t	 id, before = keys_count(ros->keys);

	if (v.type != TYPE_TEXT || v.text.len == 0)
		return fault_set(fault, in->key_cell, "is empty");
	id = keys_add(ros->keys, v.text.p, v.text.len);
	if (id < before)
		return fault_cell(fault, row, in->key_cell, "comes twice");
	if ((id & (id + 1)) == 0)	/* room for twice as many */
		ros->tier_of = xreallocarray(ros->tier_of, (size_t)id * 2 + 2,
		    sizeof(*ros->tier_of));
	ros->tier_of[id] = (uint16_t)tier;
	return 0;
}

static void
customer_ahead(void *state, const struct row *row)
{
	const struct reading	*in = state;
	struct cell		 key = row_cell(row, in->key_cell);

	keys_fetch(in->roster->keys, keys_hash(key.p, key.len));
}

static int
customer_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct reading	*in = state;
	struct roster	*ros = in->roster;
	struct value	 v;
	int		 tier;

	(void)cells;
	if (frame_load(in->frame, row, fault) == -1)
		return ROW_FAULT;
	v = frame_eval(in->frame, in->tier);
	if ((tier = tier_index(in, row, &v, fault)) == -1)
		return ROW_FAULT;
	frame_tier(in->frame, tier);
	if (enlist(in, row, tier, fault) == -1)
		return ROW_FAULT;
	if (ros->moves != NULL)
		name_mover(ros, in);
	count(ros, in, tier);
	examine(ros, in, tier);
	schedule(ros, in, tier);
	return ROW_OK;
}

static int
by_tier_and_health(const void *a, const void *b)
{
	const struct patient	*x = a, *y = b;

	if (x->tier != y->tier)
		return x->tier - y->tier;
	if (x->health != y->health)
		return x->health < y->health ? -1 : 1;
	return strcmp(x->key, y->key);
}

/* Whom nobody should overlook first. */
static int
by_need(const void *a, const void *b)
{
	const struct patient	*x = a, *y = b;

	if (x->has_health != y->has_health)
		return y->has_health - x->has_health;
	if (x->health != y->health)
		return x->health < y->health ? -1 : 1;
	return by_tier_and_health(a, b);
}

static int
by_date(const void *a, const void *b)
{
	const struct visit	*x = a, *y = b;

	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	if (x->tier != y->tier)
		return x->tier - y->tier;
	return strcmp(x->key, y->key);
}

/* The policy's order, whichever customer came first. */
static int
by_place(const void *a, const void *b)
{
	const struct round	*x = a, *y = b;

	return x->touch->at.line != y->touch->at.line ?
	    x->touch->at.line - y->touch->at.line :
	    x->touch->at.column - y->touch->at.column;
}

struct roster *
roster_read(struct report *r, const struct kind_input *ki,
    struct moves *moves)
{
	static const struct pass	 pass = {
		.row = customer_row, .ahead = customer_ahead
	};
	const struct pass_options	 one = { .jobs = 1 };
	struct roster			*ros = xcalloc(1, sizeof(*ros));
	struct reader			*rd = ki->customers;
	struct reading			 in = { .rd = rd, .roster = ros };
	struct buf			 unknown = { 0 };

	ros->pol = ki->pol;
	ros->r = r;
	ros->redactor = ki->redactor;
	ros->moves = moves;
	ros->ntier = policy_tiers(ki->pol);
	ros->standing = xcalloc(ros->ntier, sizeof(*ros->standing));
	ros->keys = keys_new();
	ros->revenue = revenue_column(rd, ki->revenue);
	ros->scored = reader_column(rd, "risk_level") != -1;
	bind(&in, ros, rd, ki->now, ki->days);
	touches_lack(in.touches, rd, &unknown);
	ros->unknown = report_text(r, buf_str(&unknown),
	    unknown.len);
	buf_free(&unknown);
	table_pass(rd, NULL, &pass, &in, &one);
	if (ros->npatient > 0)
		qsort(ros->patient, ros->npatient, sizeof(*ros->patient),
		    by_tier_and_health);
	if (ros->nvisit > 0)
		qsort(ros->visit, ros->nvisit, sizeof(*ros->visit), by_date);
	if (ros->nround > 0)
		qsort(ros->round, ros->nround, sizeof(*ros->round), by_place);
	touches_free(in.touches);
	free(in.due);
	frame_free(in.frame);
	plan_free(in.plan);
	return ros;
}

void
roster_free(struct roster *ros)
{
	if (ros == NULL)
		return;
	keys_free(ros->keys);
	free(ros->tier_of);
	free(ros->standing);
	free(ros->patient);
	free(ros->round);
	free(ros->visit);
	free(ros);
}

size_t
roster_triage(struct roster *ros, size_t most)
{
	const size_t	 n = ros->npatient;

	if (n <= most)
		return n;
	qsort(ros->patient, n, sizeof(*ros->patient), by_need);
	qsort(ros->patient, most, sizeof(*ros->patient), by_tier_and_health);
	ros->npatient = most;
	return n;
}

void
standing_add(struct standing *to, const struct standing *s)
{
	to->customers += s->customers;
	to->rated += s->rated;
	to->has_revenue |= s->has_revenue;
	to->has_growth |= s->has_growth;
	sum(&to->revenue, s->revenue, "revenue");
	sum(&to->csat, s->csat, "csat");
	sum(&to->year, s->year, "spend this year");
	sum(&to->last_year, s->last_year, "spend last year");
}

int
roster_measure(const struct roster *ros, const char *metric,
    const struct clause *who, struct figure *f)
{
	struct standing	 s = { 0 }, all = { 0 };
	size_t		 i;

	for (i = 0; i < ros->ntier; i++) {
		standing_add(&all, &ros->standing[i]);
		if (who == NULL || list_has_tier(ros->pol, who, (int)i))
			standing_add(&s, &ros->standing[i]);
	}
	if (strcmp(metric, "csat") == 0)
		*f = figure_mean(KIND_NUMBER, s.csat, s.rated);
	else if (strcmp(metric, "spend_growth") == 0) {
		if (s.has_growth)
			*f = shown(figure_ratio(s.year - s.last_year,
			    s.last_year), SHOW_MONEY);
	} else if (strcmp(metric, "vip_share") == 0)
		*f = figure_ratio((num)ros->vips * NUM_ONE,
		    (num)all.customers * NUM_ONE);
	else if (strcmp(metric, "revenue_share") == 0)
		*f = shown(figure_ratio(s.revenue, all.revenue), SHOW_MONEY);
	else
		return -1;
	return 0;
}
