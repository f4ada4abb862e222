/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/desk.h"
#include "report/input.h"
#include "score/customers.h"
#include "score/rules.h"

#define SUFFIX	"_status"

struct reading {
	struct plan	*plan;
	struct frame	*frame;
	size_t		 key, created, resolved, csat;
	size_t		*status;	/* of each metric */
	when		 since, now;
	const struct reader *rd;
	size_t		 key_cell;
	struct desk	*desk;
	const struct roster *roster;
	struct keys_wait wait;
};

static void
bind(struct reading *in, const struct desk *desk, struct reader *rd,
    when now, int days)
{
	struct civil	 c;
	struct buf	 name = { 0 };
	size_t		 m;

	/* So many days back, at the same time of day. */
	zone_civil(policy_zone(desk->pol), now, &c);
	in->since = zone_at(policy_zone(desk->pol), policy_today(desk->pol,
	    now) - days, c.hour * 3600 + c.minute * 60 + c.second, NULL);
	in->now = now;
	in->plan = plan_new(desk->pol, now);
	in->key = plan_add_column(in->plan, policy_key(desk->pol), TYPE_TEXT);
	in->created = plan_add_column(in->plan, "created_at", TYPE_TIME);
	in->resolved = plan_add_optional(in->plan, "resolved_at", TYPE_TIME);
	in->csat = plan_add_optional(in->plan, "csat", TYPE_NUMBER);
	in->status = xcalloc(desk->nmetric + 1, sizeof(*in->status));
	for (m = 0; m < desk->nmetric; m++) {
		name.len = 0;
		buf_addf(&name, "%s" SUFFIX, desk->metric[m]);
		in->status[m] = plan_add_column(in->plan, buf_str(&name),
		    TYPE_TEXT);
	}
	buf_free(&name);
	plan_bind(in->plan, rd);
	in->key_cell = (size_t)find_column(desk->pol, rd,
	    policy_key(desk->pol));
	in->frame = frame_new(in->plan);
}

static void
note_status(struct tally *t, const struct value *v)
{
	if (v->type != TYPE_TEXT)
		return;
	if (cell_is(v->text, "met"))
		t->met++;
	else if (cell_is(v->text, "breached"))
		t->missed++;
}

/* A word that is no status would be a promise that nobody counts. */
static int
is_status(const struct value *v)
{
	static const char *const	 words[] = {
		"met", "breached", "open", "warning", "paused"
	};
	size_t	 i;

	if (v->type != TYPE_TEXT || v->text.len == 0)
		return 1;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (cell_is(v->text, words[i]))
			return 1;
	return 0;
}

static int
check(const struct reading *in, const struct row *row, struct fault *fault)
{
	const struct desk	*desk = in->desk;
	struct value		 v = frame_eval(in->frame, in->csat);
	struct buf		 name = { 0 };
	size_t			 m;

	if (v.type == TYPE_NUMBER && (v.n < NUM_ONE || v.n > 5 * NUM_ONE))
		return fault_cell(fault, row, reader_need(in->rd, "csat"),
		    "is not from 1 to 5");
	for (m = 0; m < desk->nmetric; m++) {
		v = frame_eval(in->frame, in->status[m]);
		if (is_status(&v))
			continue;
		buf_addf(&name, "%s" SUFFIX, desk->metric[m]);
		fault_cell(fault, row, reader_need(in->rd, buf_str(&name)),
		    "is no status of a metric");
		buf_free(&name);
		return -1;
	}
	return 0;
}

/* The end is the next week's beginning. */
static int
in_week(const struct reading *in, when t)
{
	return t >= in->since && t < in->now;
}

static void
count(struct desk *desk, struct reading *in, size_t tier, int fresh)
{
	struct workload	*w = &desk->load[tier];
	struct value	 v;
	struct promise	*p;
	size_t		 m;

	if (fresh)
		w->created++;
	v = frame_eval(in->frame, in->resolved);
	if (v.type != TYPE_TIME || v.n > in->now)
		w->open++;
	else if (in_week(in, v.n))
		w->resolved++;
	v = frame_eval(in->frame, in->csat);
	if (v.type == TYPE_NUMBER) {
		pile_add(&w->csat, v.n);
		pile_add(&desk->load[desk->ntier].csat, v.n);
	}
	for (m = 0; m < desk->nmetric; m++) {
		p = &desk->promise[m * (desk->ntier + 1) + tier];
		v = frame_eval(in->frame, in->status[m]);
		note_status(&p->all, &v);
		if (fresh)
			note_status(&p->week, &v);
	}
}

static void
tally_add(struct tally *to, const struct tally *t)
{
	to->met += t->met;
	to->missed += t->missed;
}

/* What is behind the tiers: the sums of them. */
static void
count_all(struct desk *desk)
{
	struct workload	*all = &desk->load[desk->ntier];
	struct promise	*p;
	size_t		 i, m;

	for (i = 0; i < desk->ntier; i++) {
		all->created += desk->load[i].created;
		all->resolved += desk->load[i].resolved;
		all->open += desk->load[i].open;
	}
	for (m = 0; m < desk->nmetric; m++) {
		p = &desk->promise[m * (desk->ntier + 1)];
		for (i = 0; i < desk->ntier; i++) {
			tally_add(&p[desk->ntier].week, &p[i].week);
			tally_add(&p[desk->ntier].all, &p[i].all);
		}
	}
}

/* A ticket of nobody that the report knows is the default tier's. */
static size_t
tier_of(const struct reading *in, const struct value *key)
{
	const struct roster	*ros = in->roster;
	uint32_t		 id = KEY_NONE;

	if (key->type == TYPE_TEXT)
		id = keys_find(ros->keys, key->text.p, key->text.len);
	if (id != KEY_NONE)
		return ros->tier_of[id];
	in->desk->strangers++;
	return in->desk->ntier - 1;
}

static void
ticket_ahead(void *state, const struct row *row)
{
	struct reading		*in = state;
	const struct keys	*keys = in->roster->keys;
	struct cell		 key = row_cell(row, in->key_cell);
	uint64_t		 hash = keys_hash(key.p, key.len);
	uint32_t		 guess;

	keys_fetch(keys, hash);
	hash = keys_wait(&in->wait, hash);
	keys_guess(keys, &hash, 1, &guess);
}

static int
ticket_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct reading	*in = state;
	struct value	 v;
	int		 fresh;

	(void)cells;
	if (frame_load(in->frame, row, fault) == -1 ||
	    check(in, row, fault) == -1)
		return ROW_FAULT;
	in->desk->tickets++;
	v = frame_eval(in->frame, in->created);
	fresh = v.type == TYPE_TIME && in_week(in, v.n);
	v = frame_eval(in->frame, in->key);
	count(in->desk, in, tier_of(in, &v), fresh);
	return ROW_OK;
}

struct desk *
desk_read(struct report *r, const struct policy *pol, when now, int days,
    struct reader *rd, const struct roster *ros)
{
	static const struct pass	 pass = {
		.row = ticket_row, .ahead = ticket_ahead
	};
	const struct pass_options	 one = { .jobs = 1 };
	struct desk			*desk = xcalloc(1, sizeof(*desk));
	struct reading			 in = {
		.rd = rd, .desk = desk, .roster = ros
	};

	desk->pol = pol;
	desk->ntier = policy_tiers(pol);
	desk->load = xcalloc(desk->ntier + 1, sizeof(*desk->load));
	desk->nmetric = metrics_of(r, pol, rd, &desk->metric);
	desk->promise = xcalloc(desk->nmetric * (desk->ntier + 1) + 1,
	    sizeof(*desk->promise));
	bind(&in, desk, rd, now, days);
	table_pass(rd, NULL, &pass, &in, &one);
	count_all(desk);
	free(in.status);
	frame_free(in.frame);
	plan_free(in.plan);
	return desk;
}

void
desk_free(struct desk *desk)
{
	size_t	 i;

	if (desk == NULL)
		return;
	for (i = 0; i <= desk->ntier; i++)
		pile_free(&desk->load[i].csat);
	free(desk->load);
	free(desk->metric);
	free(desk->promise);
	free(desk);
}

const char *
desk_tier(const struct desk *desk, size_t i)
{
	return i < desk->ntier ? policy_tier(desk->pol, i)->name : "all";
}

const struct promise *
desk_promise(const struct desk *desk, size_t metric, size_t i)
{
	return &desk->promise[metric * (desk->ntier + 1) + i];
}

struct figure
tally_figure(const struct tally *t)
{
	return figure_ratio((num)t->met * NUM_ONE,
	    (num)(t->met + t->missed) * NUM_ONE);
}

int
desk_measure(const struct desk *desk, const char *metric,
    const struct clause *who, struct figure *f)
{
	struct tally	 t = { 0 };
	num		 csat = 0;
	size_t		 i, m, rated = 0, known = 0;

	for (i = 0; i < desk->ntier; i++) {
		if (who != NULL && !list_has_tier(desk->pol, who, (int)i))
			continue;
		csat += desk->load[i].csat.sum;
		rated += desk->load[i].csat.n;
		for (m = 0; m < desk->nmetric; m++) {
			if (strcmp(metric, "sla") != 0 &&
			    strcmp(metric, desk->metric[m]) != 0)
				continue;
			known++;
			t.met += desk_promise(desk, m, i)->all.met;
			t.missed += desk_promise(desk, m, i)->all.missed;
		}
	}
	if (known > 0)
		*f = tally_figure(&t);
	else if (strcmp(metric, "csat") == 0 && rated > 0)
		*f = figure_mean(KIND_NUMBER, csat, rated);
	else
		return -1;
	return 0;
}
