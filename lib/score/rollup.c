/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "score/columns.h"
#include "score/rollup.h"

/* ----------------------------------------------------------- which metrics */

void
rollup_name(struct buf *names, const char *name)
{
	size_t	 i;

	for (i = 0; i < names->len; i += strlen(names->p + i) + 1)
		if (strcmp(names->p + i, name) == 0)
			return;
	buf_add(names, name, strlen(name) + 1);
}

void
rollup_usual(struct buf *names)
{
	static const char *const	 measures[] = {
		"orders", "spend", "aov", "items", "returns", "late",
		"tickets", "complaints", "reopens", "escalations", "breaches",
		"low_csat", "csat"
	};
	static const char *const	 windows[] = {
		"30d", "90d", "365d", "prev_30d", "prev_90d", "prev_365d",
		"total"
	};
	static const char *const	 singles[] = {
		"first_order", "last_order", "days_since_order",
		"last_contact", "x", "t_x", "T", "m"
	};
	char				 name[64];
	size_t				 i, j;

	for (i = 0; i < sizeof(measures) / sizeof(measures[0]); i++)
		for (j = 0; j < sizeof(windows) / sizeof(windows[0]); j++) {
			snprintf(name, sizeof(name), "%s_%s", measures[i],
			    windows[j]);
			rollup_name(names, name);
		}
	for (i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
		rollup_name(names, singles[i]);
}

/* A name is a metric's unless the policy has another meaning for it. */
static void
policy_name_used(const struct policy *pol, struct buf *names,
    const char *name)
{
	struct metric	 m;

	if (metric_parse(name, &m) == 0 &&
	    policy_find(pol, KW_LET, name) == NULL &&
	    policy_find(pol, KW_COLUMN, name) == NULL)
		rollup_name(names, name);
}

static void
expression(const struct policy *pol, struct buf *names, const struct expr *e)
{
	size_t	 i;

	if (e == NULL)
		return;
	if (e->op == OP_NAME && e->let == NULL)
		policy_name_used(pol, names, e->text);
	for (i = 0; i < e->narg; i++)
		expression(pol, names, e->arg[i]);
	expression(pol, names, e->within);
}

/* The {names} of a text that is sent to people. */
static void
placeholders(const struct policy *pol, struct buf *names, const char *text)
{
	const char	*open, *close;
	char		*name;

	while ((open = strchr(text, '{')) != NULL &&
	    (close = strchr(open, '}')) != NULL) {
		name = xmemdup0(open + 1, (size_t)(close - open - 1));
		policy_name_used(pol, names, name);
		free(name);
		text = close + 1;
	}
}

/* What vip-report measures a target by. */
static void
target_names(struct buf *names, const char *target)
{
	if (strcmp(target, "spend_growth") != 0)
		return;
	rollup_name(names, "spend_ytd");
	rollup_name(names, "spend_lytd");
}

void
rollup_policy(const struct policy *pol, struct buf *names)
{
	const struct statement	*st;
	const struct clause	*c;

	for (st = policy_statements(pol); st != NULL; st = st->next)
		for (c = st->clauses; c != NULL; c = c->next) {
			expression(pol, names, c->expr);
			if (c->word == W_TEXT && c->text != NULL)
				placeholders(pol, names, c->text);
			else if (c->word == W_TARGET)
				target_names(names, c->text);
		}
}

/* Columns that end in "_status" are vip-sla's, one a metric of the policy. */
static int
is_status(const char *name)
{
	size_t	 len = strlen(name);

	return len > 7 && strcmp(name + len - 7, "_status") == 0;
}

static int
has_status(const struct reader *rd)
{
	size_t	 i;

	for (i = 0; i < reader_columns(rd); i++)
		if (is_status(reader_column_name(rd, i)))
			return 1;
	return 0;
}

static const char *
column_of(enum measure measure)
{
	switch (measure) {
	case MEASURE_SPEND:
	case MEASURE_AOV:
	case MEASURE_M:
	case MEASURE_LTV:
		return "amount";
	case MEASURE_ITEMS:
		return "quantity";
	case MEASURE_RETURNS:
		return "status";
	case MEASURE_LATE:
		return "delivered_late";
	case MEASURE_COMPLAINTS:
		return "complaint";
	case MEASURE_REOPENS:
		return "reopened";
	case MEASURE_ESCALATIONS:
		return "escalated";
	case MEASURE_BREACHES:
		return "sla_status";
	case MEASURE_LOW_CSAT:
	case MEASURE_CSAT:
		return "csat";
	case MEASURE_NPS:
		return "value";
	default:
		return NULL;
	}
}

const char *
rollup_lacks(const struct rollup *r, const struct metric *m,
    const struct reader *rd)
{
	const char	*name = column_of(m->measure);
	struct columns	*cols;
	int		 has;

	if (name == NULL)
		return NULL;
	cols = columns_new(rd, r->pol, r->map, r->zone, r->now);
	has = columns_has(cols, name) ||
	    (m->measure == MEASURE_BREACHES && has_status(rd));
	columns_free(cols);
	return has ? NULL : name;
}

/* -------------------------------------------------------------- the facts */

/* Whose ticket it is, so that an event of a ticket finds its customer. */
struct roster {
	struct keys	*tickets;
	struct keys	*customers;
	uint32_t	*of;		/* by ticket */
	atomic_ulong	 lost;		/* events of tickets that are not there */
};

/* A table that is being read: the numbers of its columns, or -1. */
struct intake {
	struct rollup	*rollup;
	const struct reader *rd;
	struct columns	*cols;
	int		 key, at;
	/* orders */
	int		 order, status, amount, refund, quantity, late;
	/* tickets; events have a ticket too */
	int		 ticket, complaint, reopened, escalated, sla, csat;
	int		 contacts[3];	/* later times of a ticket */
	const size_t	*statuses;	/* cells, where there is no sla */
	size_t		 nstatuses;
	/* events */
	int		 event, value;
	int		 first_row;	/* of an order tells what is its own */
};

enum outcome { SOLD, CANCELLED, RETURNED };

/* The first row of an order, for those below it. */
struct head {
	struct buf		 key;
	uint64_t		 order;		/* 0: there is none yet */
	struct tally_fact	 fact;
	int			 counts;	/* what read_when() said */
	enum outcome		 how;
	int			 late;
};

struct worker {
	const struct intake	*in;
	struct view		*view;
	struct feed		*feed;
	struct head		*head;		/* where first_row */
};

static void *
begin(void *ctx)
{
	const struct intake	*in = ctx;
	struct worker		*w = xcalloc(1, sizeof(*w));

	w->in = in;
	w->view = view_new(in->cols);
	w->feed = feed_new(in->rollup->tally);
	if (in->first_row)
		w->head = xcalloc(1, sizeof(*w->head));
	return w;
}

static void
end(void *ctx, void *state)
{
	struct worker	*w = state;

	(void)ctx;
	feed_free(w->feed);
	view_free(w->view);
	if (w->head != NULL)
		buf_free(&w->head->key);
	free(w->head);
	free(w);
}

/*
 * When a fact was, and what it counts in: 1, 0 if --since and --until leave
 * it out, or -1.
 */
static int
read_when(const struct worker *w, struct tally_fact *f, struct fault *fault)
{
	const struct rollup	*r = w->in->rollup;
	when			 at;

	switch (view_time(w->view, w->in->at, &f->day, &at, fault)) {
	case -1:
		return -1;
	case 0:
		return view_fault(w->view, w->in->at, "", fault);
	}
	if (f->day < r->since || f->day > r->last)
		return 0;
	f->segment = at != WHEN_NONE && at >= r->until ? NO_SEGMENT :
	    tally_segment(r->tally, f->day);
	return 1;
}

static int
read_key(const struct worker *w, struct tally_fact *f, struct fault *fault)
{
	struct cell	 c = view_text(w->view, w->in->key);

	f->key = c.p;
	f->keylen = c.len;
	return c.len > 0 ? 0 : view_fault(w->view, w->in->key, "", fault);
}

static int
same(struct cell c, const char *word)
{
	return strlen(word) == c.len && strncasecmp(word, c.p, c.len) == 0;
}

static enum outcome
outcome(struct cell status)
{
	if (status.len < 8 || status.len > 9 ||
	    ((*status.p | 0x20) != 'c' && (*status.p | 0x20) != 'r'))
		return SOLD;
	if (same(status, "cancelled") || same(status, "canceled"))
		return CANCELLED;
	if (same(status, "returned") || same(status, "refunded"))
		return RETURNED;
	return SOLD;
}

/*
 * What a line adds to spend: its amount less its refund.  The amount of a
 * return is taken back whole, so that it adds nothing; one that is negative
 * is the taking back itself.
 */
static int
read_spend(const struct worker *w, enum outcome how, int line, num *spend,
    struct fault *fault)
{
	const struct intake	*in = w->in;
	num			 refund = 0;
	int			 got;

	got = view_number(w->view, in->amount, spend, fault);
	if (got == 0 && how != CANCELLED && !line)
		got = view_fault(w->view, in->amount, "", fault);
	if (got == -1 || (in->refund != -1 &&
	    view_number(w->view, in->refund, &refund, fault) == -1))
		return -1;
	if (refund < 0)
		return view_fault(w->view, in->refund, "is less than 0",
		    fault);
	if (how == RETURNED) {
		if (*spend > 0)
			*spend = 0;
	} else if (num_sub(*spend, refund, spend) == -1) {
		return view_fault(w->view, in->refund, "is out of range",
		    fault);
	}
	return 0;
}

/*
 * Is the row a line of the order before it, whose first row has told whose
 * it is?
 */
static int
is_line(const struct worker *w, const struct tally_fact *f)
{
	const struct head	*h = w->head;
	struct cell		 key;

	if (h == NULL || f->order == 0 || f->order != h->order)
		return 0;
	key = view_text(w->view, w->in->key);
	return key.len == 0 || (key.len == h->key.len &&
	    memcmp(key.p, h->key.p, key.len) == 0);
}

/* What a line leaves empty is the order's. */
static int
line_when(const struct worker *w, const struct row *row,
    struct tally_fact *f, struct fault *fault)
{
	const struct head	*h = w->head;

	f->key = h->key.p;
	f->keylen = h->key.len;
	if (row_cell(row, columns_cell(w->in->cols, w->in->at)).len > 0)
		return read_when(w, f, fault);
	f->day = h->fact.day;
	f->segment = h->fact.segment;
	return h->counts;
}

static void
remember(const struct worker *w, const struct tally_fact *f, int counts,
    enum outcome how, int late)
{
	struct head	*h = w->head;

	if (h == NULL)
		return;
	h->order = f->order;
	h->key.len = 0;
	buf_add(&h->key, f->key, f->keylen);
	h->fact = *f;
	h->counts = counts;
	h->how = how;
	h->late = late;
}

static int
order_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	const struct worker	*w = state;
	const struct intake	*in = w->in;
	struct tally_fact	 f = { .what = TALLY_ORDER };
	enum outcome		 how = SOLD;
	struct cell		 c;
	int			 late = 0, line, counts;

	(void)cells;
	if (view_load(w->view, row, fault) == -1)
		return ROW_FAULT;
	if (in->order != -1) {
		c = view_text(w->view, in->order);
		if (c.len > 0)
			f.order = tally_order(c.p, c.len);
	}
	if ((line = is_line(w, &f))) {
		how = w->head->how;
		late = w->head->late;
	} else if (read_key(w, &f, fault) == -1)
		return ROW_FAULT;
	if (in->status != -1) {
		c = view_text(w->view, in->status);
		if (c.len > 0 || !line)
			how = outcome(c);
	}
	if (in->amount != -1 &&
	    read_spend(w, how, line, &f.sum[0], fault) == -1)
		return ROW_FAULT;
	if ((in->quantity != -1 && view_number(w->view, in->quantity,
	    &f.sum[1], fault) == -1) || (in->late != -1 &&
	    view_truth(w->view, in->late, &late, fault) == -1))
		return ROW_FAULT;
	counts = line ? line_when(w, row, &f, fault) :
	    read_when(w, &f, fault);
	if (counts == -1)
		return ROW_FAULT;
	if (!line)
		remember(w, &f, counts, how, late);
	if (counts == 0)
		return ROW_OK;
	f.counts = COUNT(QUANTITY_ORDERS);
	if (how == RETURNED)
		f.counts |= COUNT(QUANTITY_RETURNS);
	if (late)
		f.counts |= COUNT(QUANTITY_LATE);
	if (how == CANCELLED)
		f.what = TALLY_NONE;
	feed_add(w->feed, &f);
	return ROW_OK;
}

static void
take(struct rollup *r, struct reader *rd, struct intake *in,
    int (*row)(void *, const struct row *, struct cells *, struct fault *),
    const struct pass_options *options)
{
	struct pass	 pass = { .begin = begin, .row = row, .end = end };

	(void)r;
	columns_bind(in->cols);
	table_pass(rd, NULL, &pass, in, options);
	columns_free(in->cols);
}

/* An intake with its key and time, and no other column. */
static struct intake
intake(struct rollup *r, const struct reader *rd, const char *at)
{
	struct intake	 in;
	int		*i;

	memset(&in, 0, sizeof(in));
	for (i = &in.key; i <= &in.csat; i++)
		*i = -1;
	in.contacts[0] = in.contacts[1] = in.contacts[2] = -1;
	in.event = in.value = -1;
	in.rollup = r;
	in.rd = rd;
	in.cols = columns_new(rd, r->pol, r->map, r->zone, r->now);
	in.at = columns_need(in.cols, at, TYPE_TIME);
	return in;
}

/* The column of a quantity, if that is wanted. */
static int
wanted(const struct intake *in, enum quantity q, const char *name,
    enum type type)
{
	return tally_wants(in->rollup->tally, q) ?
	    columns_need(in->cols, name, type) : -1;
}

void
rollup_orders(struct rollup *r, struct reader *rd,
    const struct pass_options *options)
{
	struct pass_options	 o = *options;
	struct intake		 in = intake(r, rd, "order_date");

	in.key = columns_need(in.cols, r->key, TYPE_TEXT);
	in.amount = wanted(&in, QUANTITY_SPEND, "amount", TYPE_NUMBER);
	if (in.amount != -1)
		in.refund = columns_find(in.cols, "refund", TYPE_NUMBER);
	in.quantity = wanted(&in, QUANTITY_ITEMS, "quantity", TYPE_NUMBER);
	in.status = tally_wants(r->tally, QUANTITY_RETURNS) ?
	    columns_need(in.cols, "status", TYPE_TEXT) :
	    columns_find(in.cols, "status", TYPE_TEXT);
	in.late = wanted(&in, QUANTITY_LATE, "delivered_late", TYPE_TEXT);
	in.first_row = column_clause(r->pol, rd, "order_id", W_FIRST_ROW) !=
	    NULL;
	if (in.first_row)
		o.jobs = 1;
	if (in.first_row || tally_wants_orders(r->tally))
		in.order = columns_find(in.cols, "order_id", TYPE_TEXT);
	take(r, rd, &in, order_row, &o);
}

/* ---------------------------------------------------------------- tickets */

static struct roster *
roster_new(void)
{
	struct roster	*ro = xcalloc(1, sizeof(*ro));

	ro->tickets = keys_new();
	ro->customers = keys_new();
	atomic_init(&ro->lost, 0);
	return ro;
}

/* Call it from one thread. */
static void
roster_add(struct roster *ro, struct cell ticket, const struct tally_fact *f)
{
	uint32_t	 n = keys_count(ro->tickets), i;

	i = keys_add(ro->tickets, ticket.p, ticket.len);
	if (i < n)
		return;
	if ((n & (n - 1)) == 0)
		ro->of = xreallocarray(ro->of, n == 0 ? 1 : 2 * (size_t)n,
		    sizeof(*ro->of));
	ro->of[i] = keys_add(ro->customers, f->key, f->keylen);
}

static int
read_csat(const struct worker *w, struct tally_fact *f, struct fault *fault)
{
	num	 x;

	switch (view_number(w->view, w->in->csat, &x, fault)) {
	case -1:
		return -1;
	case 0:
		return 0;
	}
	if (x < NUM_ONE || x > 5 * NUM_ONE)
		return view_fault(w->view, w->in->csat, "is not from 1 to 5",
		    fault);
	f->sum[0] = x;
	f->counts |= COUNT(QUANTITY_RATED);
	if (x <= 2 * NUM_ONE)
		f->counts |= COUNT(QUANTITY_LOW);
	return 0;
}

/* How often a ticket was reopened: yes or no, or a count. */
static int
read_reopened(const struct worker *w, num *n, struct fault *fault)
{
	struct cell	 c;
	int		 truth;
	num		 x;

	if (w->in->reopened == -1)
		return 0;
	c = view_text(w->view, w->in->reopened);
	if (num_parse(c.p, c.len, &x) == 0) {
		if (x < 0 || x % NUM_ONE != 0 || x > 1000000 * NUM_ONE)
			return view_fault(w->view, w->in->reopened,
			    "is not a count", fault);
		*n = x / NUM_ONE;
		return 0;
	}
	switch (view_truth(w->view, w->in->reopened, &truth, fault)) {
	case -1:
		return -1;
	case 1:
		*n = truth;
	}
	return 0;
}

static int
is_breached(const struct worker *w, const struct row *row)
{
	size_t	 i;

	if (w->in->sla != -1)
		return same(view_text(w->view, w->in->sla), "breached");
	for (i = 0; i < w->in->nstatuses; i++)
		if (same(row_cell(row, w->in->statuses[i]), "breached"))
			return 1;
	return 0;
}

/* The last day, up to --until, on which something was done about a ticket. */
static int
read_contacts(const struct worker *w, int64_t *last, struct fault *fault)
{
	const struct rollup	*r = w->in->rollup;
	int64_t			 day;
	when			 at;
	size_t			 i;

	for (i = 0; i < 3; i++)
		switch (view_time(w->view, w->in->contacts[i], &day, &at,
		    fault)) {
		case -1:
			return -1;
		case 1:
			if (day <= r->last && day > *last &&
			    (at == WHEN_NONE || at < r->until))
				*last = day;
		}
	return 0;
}

static int
ticket_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	const struct worker	*w = state;
	const struct intake	*in = w->in;
	struct tally_fact	 f = { .what = TALLY_TICKET };
	struct cell		 id;
	int			 complaint = 0, escalated = 0;

	(void)cells;
	if (view_load(w->view, row, fault) == -1 ||
	    read_key(w, &f, fault) == -1)
		return ROW_FAULT;
	if (in->ticket != -1) {
		id = view_text(w->view, in->ticket);
		roster_add(in->rollup->roster, id, &f);
	}
	f.counts = COUNT(QUANTITY_TICKETS);
	if (view_truth(w->view, in->complaint, &complaint, fault) == -1 ||
	    view_truth(w->view, in->escalated, &escalated, fault) == -1 ||
	    read_reopened(w, &f.sum[1], fault) == -1 ||
	    read_csat(w, &f, fault) == -1)
		return ROW_FAULT;
	if (complaint)
		f.counts |= COUNT(QUANTITY_COMPLAINTS);
	if (escalated)
		f.counts |= COUNT(QUANTITY_ESCALATIONS);
	if (is_breached(w, row))
		f.counts |= COUNT(QUANTITY_BREACHES);
	switch (read_when(w, &f, fault)) {
	case -1:
		return ROW_FAULT;
	case 0:
		return ROW_OK;
	}
	if (read_contacts(w, &f.day, fault) == -1)
		return ROW_FAULT;
	feed_add(w->feed, &f);
	return ROW_OK;
}

static void
find_contacts(struct intake *in)
{
	static const char *const	 names[] = {
		"first_response_at", "resolved_at", "followed_up_at"
	};
	const struct rollup		*r = in->rollup;
	size_t				 i, j;

	for (i = 0; i < r->nmetrics; i++)
		if (r->metrics[i].measure == MEASURE_LAST_CONTACT)
			break;
	for (j = 0; j < 3 && i < r->nmetrics; j++)
		in->contacts[j] = columns_find(in->cols, names[j], TYPE_TIME);
}

/* Where there is no sla_status, one of the other statuses will do. */
static size_t *
find_statuses(struct intake *in)
{
	size_t	*cells, i;

	in->sla = columns_find(in->cols, "sla_status", TYPE_TEXT);
	if (in->sla != -1)
		return NULL;
	cells = xreallocarray(NULL, reader_columns(in->rd), sizeof(*cells));
	for (i = 0; i < reader_columns(in->rd); i++)
		if (is_status(reader_column_name(in->rd, i)))
			cells[in->nstatuses++] = i;
	if (in->nstatuses == 0)
		reader_need(in->rd, "sla_status");
	in->statuses = cells;
	return cells;
}

void
rollup_tickets(struct rollup *r, struct reader *rd,
    const struct pass_options *options, int remember)
{
	struct pass_options	 o = *options;
	struct intake		 in = intake(r, rd, "created_at");
	size_t			*statuses = NULL;

	in.key = columns_need(in.cols, r->key, TYPE_TEXT);
	in.complaint = wanted(&in, QUANTITY_COMPLAINTS, "complaint",
	    TYPE_TEXT);
	in.escalated = wanted(&in, QUANTITY_ESCALATIONS, "escalated",
	    TYPE_TEXT);
	in.reopened = wanted(&in, QUANTITY_REOPENS, "reopened", TYPE_TEXT);
	if (tally_wants(r->tally, QUANTITY_RATED) ||
	    tally_wants(r->tally, QUANTITY_LOW))
		in.csat = columns_need(in.cols, "csat", TYPE_NUMBER);
	if (tally_wants(r->tally, QUANTITY_BREACHES))
		statuses = find_statuses(&in);
	find_contacts(&in);
	if (remember) {
		in.ticket = columns_need(in.cols, "ticket_id", TYPE_TEXT);
		o.jobs = 1;
		if (r->roster == NULL)
			r->roster = roster_new();
	}
	take(r, rd, &in, ticket_row, &o);
	free(statuses);
}

/* ----------------------------------------------------------------- events */

/* An event's customer, or its ticket's: 1; 0 if there is no such ticket. */
static int
read_whose(const struct worker *w, struct tally_fact *f, struct fault *fault)
{
	const struct intake	*in = w->in;
	struct roster		*ro = in->rollup->roster;
	struct cell		 c = { "", 0 };
	uint32_t		 i = KEY_NONE;

	if (in->key != -1)
		c = view_text(w->view, in->key);
	if (c.len == 0 && in->ticket != -1 && ro != NULL) {
		c = view_text(w->view, in->ticket);
		if (c.len > 0) {
			i = keys_find(ro->tickets, c.p, c.len);
			if (i == KEY_NONE) {
				atomic_fetch_add(&ro->lost, 1);
				return 0;
			}
			c.p = keys_bytes(ro->customers, ro->of[i], &c.len);
		}
	}
	if (c.len == 0)
		return view_fault(w->view, in->key != -1 ? in->key :
		    in->ticket, "", fault);
	f->key = c.p;
	f->keylen = c.len;
	return 1;
}

static char
plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == ' ' || c == '-' ? '_' : c;
}

/* "Password reset" is of the kinds password_reset and password_resets. */
static int
is_kind(struct cell event, const char *kind, size_t len)
{
	size_t	 i;

	if (len == event.len + 1 && kind[len - 1] == 's')
		len--;
	if (len != event.len)
		return 0;
	for (i = 0; i < len; i++)
		if (plain(event.p[i]) != plain(kind[i]))
			return 0;
	return 1;
}

static int
read_nps(const struct worker *w, struct tally_fact *f, struct fault *fault)
{
	num	 x;

	switch (view_number(w->view, w->in->value, &x, fault)) {
	case -1:
		return -1;
	case 0:
		return 0;
	}
	if (x < 0 || x > 10 * NUM_ONE)
		return view_fault(w->view, w->in->value,
		    "is not from 0 to 10", fault);
	f->counts |= COUNT(QUANTITY_ASKED);
	if (x >= 9 * NUM_ONE)
		f->sum[0] = NUM_ONE;
	else if (x <= 6 * NUM_ONE)
		f->sum[0] = -NUM_ONE;
	return 0;
}

static int
event_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	const struct worker	*w = state;
	const struct tally	*t = w->in->rollup->tally;
	struct tally_fact	 f = { .what = TALLY_EVENT };
	struct cell		 event;
	const char		*kind;
	size_t			 i, len;

	(void)cells;
	if (view_load(w->view, row, fault) == -1)
		return ROW_FAULT;
	event = view_text(w->view, w->in->event);
	for (i = 0; i < tally_kinds(t); i++) {
		kind = tally_kind(t, i, &len);
		if (is_kind(event, kind, len))
			f.counts |= COUNT(QUANTITY_EVENT + i);
	}
	if (w->in->value != -1 && same(event, "nps") &&
	    read_nps(w, &f, fault) == -1)
		return ROW_FAULT;
	switch (read_when(w, &f, fault)) {
	case -1:
		return ROW_FAULT;
	case 0:
		return ROW_OK;
	}
	switch (read_whose(w, &f, fault)) {
	case -1:
		return ROW_FAULT;
	case 1:
		feed_add(w->feed, &f);
	}
	return ROW_OK;
}

void
rollup_events(struct rollup *r, struct reader *rd,
    const struct pass_options *options)
{
	struct intake	 in = intake(r, rd, "at");

	in.event = columns_need(in.cols, "event", TYPE_TEXT);
	in.value = wanted(&in, QUANTITY_ASKED, "value", TYPE_NUMBER);
	in.key = columns_find(in.cols, r->key, TYPE_TEXT);
	if (r->roster != NULL)
		in.ticket = columns_find(in.cols, "ticket_id", TYPE_TEXT);
	if (in.key == -1 && in.ticket == -1)
		reader_need(rd, r->key);
	take(r, rd, &in, event_row, options);
}

void
rollup_end(struct rollup *r)
{
	struct roster	*ro = r->roster;
	unsigned long	 lost;

	if (ro == NULL)
		return;
	if ((lost = atomic_load(&ro->lost)) > 0)
		note("%lu event%s of tickets that are not there: left out",
		    lost, lost == 1 ? "" : "s");
	keys_free(ro->tickets);
	keys_free(ro->customers);
	free(ro->of);
	free(ro);
	r->roster = NULL;
}
