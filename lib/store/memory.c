/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vip-classify knows from its earlier runs, and what it leaves for the
 * next.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "score/rules.h"
#include "store/parts.h"

#define WAIT	10			/* seconds for another run's lock */

static const char *const	 kinds[ORDERS] = {
	"pin", "floor", "ceiling", "revoke"
};

/* The orders for a customer, and of those in force why each was given. */
struct given {
	struct order	*order;
	size_t		 n;
	struct orders	 orders;
	const char	*why[ORDERS];
};

struct memory {
	const struct policy	*pol;
	struct store		*store;
	struct ledger		*ledger;
	struct snapshot		*snapshot;	/* NULL: nothing is recorded */
	struct figures		*figures;
	const struct reader	*rd;
	size_t			 key;
	size_t			*keep;		/* "keep when" by tier */
	struct keys		*ordered;
	struct given		*given;
	struct assessments	*assessed;	/* NULL: no tier asks for it */
	size_t			 overdue;
	struct arena		*arena;
};

struct recall {
	struct memory		*memory;
	struct page		*page;
	struct figures		*figures;
	/* Of the row at hand. */
	uint32_t		 member;
	struct standpoint	 before;
	struct ruling		 ruling;
	const struct given	*given;
	struct move		 move;
	int64_t			*earned;	/* of "before" */
	struct buf		 text;		/* the same from now on */
	int64_t			 reassess;	/* on that day, or DAY_NONE */
	size_t			 overdue;	/* of all rows */
};

/* ---- orders */

static struct given *
given_to(struct memory *m, struct cell key)
{
	uint32_t	 n = keys_count(m->ordered);
	uint32_t	 i = keys_add(m->ordered, key.p, key.len);
	struct given	*g;

	if (i < n)
		return &m->given[i];
	m->given = xreallocarray(m->given, n + 1, sizeof(*m->given));
	g = &m->given[i];
	memset(g, 0, sizeof(*g));
	orders_none(&g->orders);
	return g;
}

static enum order_kind
kind_of(struct cell c)
{
	int	 i;

	for (i = 0; i < ORDERS - 1; i++)
		if (cell_is(c, kinds[i]))
			break;
	return (enum order_kind)i;
}

static void
take_order(struct memory *m, sqlite3_stmt *s)
{
	struct given	*g;
	struct buf	 why = { 0 };
	struct cell	 key = sql_cell(s, 0), reason = sql_cell(s, 3);
	struct order	 o = { .kind = kind_of(sql_cell(s, 1)),
			    .tier = TIER_NONE, .from = sql_get_day(s, 6),
			    .until = sql_get_day(s, 4) };
	char		*tier;

	tier = xmemdup0(sql_cell(s, 2).p, sql_cell(s, 2).len);
	if (o.kind != ORDER_REVOKE &&
	    (o.tier = policy_tier_index(m->pol, tier)) == -1) {
		note("%s: override %lld: the policy has no tier \"%s\": it is "
		    "not in force", store_path(m->store),
		    (long long)sqlite3_column_int64(s, 5), tier);
		free(tier);
		return;
	}
	g = given_to(m, key);
	g->order = xreallocarray(g->order, g->n + 1, sizeof(*g->order));
	g->order[g->n++] = o;
	if (o.from <= m->store->actor.day && orders_take(&g->orders, &o)) {
		buf_adds(&why, kinds[o.kind]);
		if (*tier != '\0')
			buf_addf(&why, " %s", tier);
		buf_addf(&why, ": %.*s", (int)reason.len, reason.p);
		g->why[o.kind] = arena_text(m->arena, why.p, why.len);
		buf_free(&why);
	}
	free(tier);
}

static void
read_orders(struct memory *m)
{
	struct store	*st = m->store;
	sqlite3_stmt	*s;

	m->ordered = keys_new();
	s = sql(st, "SELECT key, kind, tier, reason, expiry, id, valid_from "
	    "FROM override WHERE approver IS NOT NULL AND ended_on IS NULL "
	    "AND expiry >= ?1 ORDER BY id");
	sql_day(st, s, 1, st->actor.day);
	while (sql_step(st, s))
		take_order(m, s);
	sql_done(s);
}

/* ---- the whole */

struct memory *
memory_new(const char *path, const struct actor *actor,
    const struct policy *pol, struct plan *plan, int record)
{
	struct memory		*m = xcalloc(1, sizeof(*m));
	const struct clause	*cl;
	const char		**names;
	size_t			 i, n = policy_tiers(pol);
	int			 reassess = 0;

	m->pol = pol;
	m->arena = arena_new();
	m->store = store_open(path, record ? STORE_MAKE : STORE_READ, WAIT,
	    actor);
	names = xcalloc(n, sizeof(*names));
	m->keep = xcalloc(n, sizeof(*m->keep));
	for (i = 0; i < n; i++) {
		names[i] = policy_tier(pol, i)->name;
		cl = clause_find(policy_tier(pol, i), W_KEEP_WHEN);
		m->keep[i] = cl == NULL ? NO_PROGRAM :
		    plan_add(plan, cl->expr);
		reassess |= clause_find(policy_tier(pol, i), W_REASSESS) !=
		    NULL;
	}
	m->ledger = ledger_load(m->store, "classified", record, names, n);
	free(names);
	read_orders(m);
	if (reassess)
		m->assessed = assessments_load(m->store);
	if (record)
		m->snapshot = snapshot_new(m->store);
	return m;
}

void
memory_free(struct memory *m)
{
	uint32_t	 i;

	if (m == NULL)
		return;
	snapshot_free(m->snapshot);
	ledger_free(m->ledger);
	figures_free(m->figures);
	assessments_free(m->assessed);
	store_close(m->store);
	arena_free(m->arena);
	for (i = 0; i < keys_count(m->ordered); i++)
		free(m->given[i].order);
	free(m->given);
	keys_free(m->ordered);
	free(m->keep);
	free(m);
}

void
memory_bind(struct memory *m, const struct reader *rd, size_t key)
{
	m->rd = rd;
	m->key = key;
	m->figures = figures_new(rd, key, -1);
}

int
memory_reassesses(const struct memory *m)
{
	return m->assessed != NULL;
}

size_t
memory_overdue(const struct memory *m)
{
	if (m->overdue > 0)
		note("re-assessment is overdue for %zu customer%s", m->overdue,
		    m->overdue == 1 ? "" : "s");
	return m->overdue;
}

void
memory_tee(struct memory *m, struct writer_options *options)
{
	if (m->snapshot == NULL)
		return;
	options->tee = snapshot_bytes;
	options->tee_ctx = m->snapshot;
}

void
memory_record(struct memory *m, const struct origin *o, struct writer *w)
{
	if (m->snapshot == NULL) {
		writer_close(w);
		return;
	}
	if (snapshot_record(m->snapshot, o, m->figures, m->ledger) != -1) {
		terms_record(m->store, m->pol);
		store_settle(m->store);
	}
	writer_close(w);
	store_commit(m->store);
}

/* ---- a worker */

struct recall *
recall_new(struct memory *m)
{
	struct recall	*r = xcalloc(1, sizeof(*r));

	r->memory = m;
	r->earned = xcalloc(policy_tiers(m->pol), sizeof(*r->earned));
	r->before.earned = r->earned;
	r->page = page_new(m->ledger);
	r->figures = figures_new(m->rd, m->key, -1);
	return r;
}

void
recall_end(struct recall *r)
{
	page_end(r->page);
	figures_merge(r->memory->figures, r->figures);
	r->memory->overdue += r->overdue;
	figures_free(r->figures);
	free(r->earned);
	buf_free(&r->text);
	free(r);
}

/* Read a member's "earned": the days of tiers that the policy has. */
static void
read_earned(struct recall *r, const char *text)
{
	const struct memory	*m = r->memory;
	const size_t		 ntier = policy_tiers(m->pol);
	const char		*name, *end;
	size_t			 i;
	struct stamp		 st;

	for (i = 0; i < ntier; i++)
		r->earned[i] = DAY_NONE;
	for (; text != NULL && (name = strchr(text, ' ')) != NULL;
	    text = *end == '\n' ? end + 1 : NULL) {
		end = name + strcspn(name, "\n");
		for (i = 0; i < ntier; i++)
			if (cell_is((struct cell){ name + 1,
			    (size_t)(end - name) - 1 },
			    policy_tier(m->pol, i)->name))
				break;
		if (i == ntier)
			continue;
		if (name == text)
			r->earned[i] = ledger_before(m->ledger);
		else if (stamp_parse(text, (size_t)(name - text), &st) == 0)
			r->earned[i] = days_of(st.civil.year, st.civil.month,
			    st.civil.day);
	}
}

/* What is remembered of worse tiers than the one that it got, or NULL. */
static const char *
write_earned(struct recall *r)
{
	const struct policy	*pol = r->memory->pol;
	const struct standpoint	*before = r->member == KEY_NONE ? NULL :
				    &r->before;
	int64_t			 day = r->move.qualified, q;
	char			 text[WHEN_SIZE];
	int			 i;

	r->text.len = 0;
	for (i = r->move.tier + 1; (size_t)i + 1 < policy_tiers(pol) &&
	    day != r->ruling.day; i++) {
		q = i >= r->ruling.tier ? r->ruling.day :
		    movement_earned(before, i);
		if (q <= day)
			continue;
		day = q;
		if (r->text.len > 0)
			buf_addc(&r->text, '\n');
		if (q != r->ruling.day)
			buf_add(&r->text, text, date_format(text, q));
		buf_addf(&r->text, " %s", policy_tier(pol, (size_t)i)->name);
	}
	return r->text.len > 0 ? buf_str(&r->text) : NULL;
}

static void
find(struct recall *r, struct cell key)
{
	struct memory		*m = r->memory;
	const struct member	*was;
	uint32_t		 i;

	r->member = ledger_find(m->ledger, key);
	page_see(r->page, r->member);
	r->before.tier = TIER_NONE;
	if (r->member != KEY_NONE) {
		was = ledger_member(m->ledger, r->member);
		/* The policy's tiers are the first names of the ledger. */
		if (was->tier < policy_tiers(m->pol))
			r->before.tier = (int)was->tier;
		r->before.since = was->since;
		r->before.qualified = was->lapsed == DAY_NONE ?
		    ledger_before(m->ledger) :
		    was->lapsed == DAY_NEVER ? DAY_NONE : was->lapsed;
		read_earned(r, was->earned);
	}
	r->given = NULL;
	if (keys_count(m->ordered) > 0 &&
	    (i = keys_find(m->ordered, key.p, key.len)) != KEY_NONE)
		r->given = &m->given[i];
}

void
recall_miss(struct recall *r, const struct row *row)
{
	find(r, row_cell(row, r->memory->key));
}

static int64_t
reassess_day(const struct recall *r, struct cell key)
{
	const struct memory	*m = r->memory;
	int64_t			 from;

	if (m->assessed == NULL)
		return DAY_NONE;
	from = assessments_find(m->assessed, key);
	if (from < r->move.since)
		from = r->move.since;
	return movement_day(policy_tier(m->pol, (size_t)r->move.tier),
	    W_REASSESS, from);
}

/* Does the "keep when" of a tier hold for one that qualifies for less? */
static int
keeps(const struct recall *r, struct frame *frame, int tier)
{
	size_t	 keep;

	if (tier == TIER_NONE || tier >= r->ruling.tier)
		return 0;
	keep = r->memory->keep[tier];
	return keep != NO_PROGRAM && frame_test(frame, keep);
}

void
recall_judge(struct recall *r, struct frame *frame, const struct row *row,
    struct verdict *v)
{
	struct memory		*m = r->memory;
	const struct orders	*orders;

	find(r, row_cell(row, m->key));
	r->ruling.tier = v->tier;
	r->ruling.excluded = v->excluded != NULL;
	r->ruling.day = m->store->actor.day;
	r->ruling.keeps = keeps(r, frame, r->before.tier);
	orders = r->given == NULL ? NULL : &r->given->orders;
	movement_judge(m->pol, r->member == KEY_NONE ? NULL : &r->before,
	    &r->ruling, orders, &r->move);
	r->move.downgrade_on = movement_downgrade(m->pol, &r->ruling,
	    !r->ruling.excluded && (r->move.tier == r->before.tier ?
	    r->ruling.keeps : keeps(r, frame, r->move.tier)),
	    r->given == NULL ? NULL : r->given->order,
	    r->given == NULL ? 0 : r->given->n, &r->move);
	r->reassess = reassess_day(r, row_cell(row, m->key));
	v->tier = r->move.tier;
	v->st = policy_tier(m->pol, (size_t)v->tier);
	v->level = (size_t)v->tier + 1 == policy_tiers(m->pol) ? 0 :
	    v->tier + 1;
	frame_tier(frame, v->tier);
}

/* The order that gave the tier. */
static const char *
order_reason(const struct given *g, int tier)
{
	if (g->orders.revoke)
		return g->why[ORDER_REVOKE];
	if (g->orders.pin != TIER_NONE)
		return g->why[ORDER_PIN];
	return g->why[g->orders.ceiling == tier ? ORDER_CEILING :
	    ORDER_FLOOR];
}

/* The time for which a tier is kept. */
static void
keep_reason(const struct recall *r, struct buf *b)
{
	const struct clause	*cl = clause_find(policy_tier(r->memory->pol,
				    (size_t)r->move.tier), W_KEEP);
	char			 day[WHEN_SIZE];

	buf_adds(b, "keep ");
	duration_show(&cl->duration, b);
	buf_adds(b, " after ");
	buf_add(b, day, date_format(day, r->move.qualified));
}

int
recall_reason(struct recall *r, struct frame *frame, struct buf *b)
{
	const struct clause	*cl;
	const struct statement	*was;

	if (r->move.change == CHANGE_OVERRIDE) {
		buf_adds(b, order_reason(r->given, r->move.tier));
		return 1;
	}
	if (r->move.change == CHANGE_HELD) {
		if (r->ruling.keeps) {
			buf_adds(b, "keep when ");
			frame_reason(frame, r->memory->keep[r->before.tier], b);
		} else
			keep_reason(r, b);
		return 1;
	}
	if (r->move.tier == r->ruling.tier)
		return 0;
	was = policy_tier(r->memory->pol, (size_t)r->before.tier);
	cl = clause_find(was, W_DEMOTE);
	if (cl == NULL || cl->number != (r->move.tier - r->before.tier) *
	    NUM_ONE)
		keep_reason(r, b);	/* which no order can take away */
	else if (cl->number == NUM_ONE)
		buf_addf(b, "demote one step from %s", was->name);
	else
		buf_addf(b, "demote %lld steps from %s",
		    (long long)(cl->number / NUM_ONE), was->name);
	return 1;
}

const char *
recall_previous(const struct recall *r)
{
	const struct ledger	*l = r->memory->ledger;

	if (r->member == KEY_NONE)
		return "";
	return ledger_text(l, ledger_member(l, r->member)->tier);
}

const struct move *
recall_move(const struct recall *r)
{
	return &r->move;
}

int64_t
recall_reassess(const struct recall *r)
{
	return r->reassess;
}

void
recall_keep(struct recall *r, const struct row *row)
{
	const struct memory	*m = r->memory;
	const struct move	*mv = &r->move;
	struct member		 now;

	if (r->reassess != DAY_NONE && r->reassess < r->ruling.day)
		r->overdue++;
	if (m->snapshot == NULL)
		return;
	memset(&now, 0, sizeof(now));
	now.tier = (uint32_t)mv->tier;
	now.level = (size_t)mv->tier + 1 == policy_tiers(m->pol) ? 0 :
	    mv->tier + 1;
	now.since = mv->since;
	now.lapsed = mv->qualified == r->ruling.day ? DAY_NONE :
	    mv->qualified == DAY_NONE ? DAY_NEVER : mv->qualified;
	now.downgrade_on = mv->downgrade_on;
	now.earned = write_earned(r);
	page_note(r->page, row_cell(row, m->key), r->member, &now,
	    change_word(mv->change));
	figures_row(r->figures, row, policy_tier(m->pol, (size_t)mv->tier)->name);
}
