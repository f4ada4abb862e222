/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/gettext.h"
#include "report/card.h"
#include "score/customers.h"
#include "score/rules.h"

#define N_OF(a)		(sizeof(a) / sizeof((a)[0]))

/* What a card tells of a customer in words, and who may not know. */
static const struct {
	const char	*column, *label;
	unsigned	 hide;
	int		 first_tier;	/* told of that tier alone (R69) */
} known[] = {
	{ "company", N_("Company"), REDACT_NAMES, 0 },
	{ "contact", N_("Contact"), REDACT_NAMES | REDACT_CONTACTS, 0 },
	{ "title", N_("Title"), REDACT_CONTACTS, 0 },
	{ "phone", N_("Telephone"), REDACT_CONTACTS, 0 },
	{ "mobile", N_("Mobile"), REDACT_CONTACTS, 0 },
	{ "email", N_("Email"), REDACT_CONTACTS, 0 },
	{ "wechat", N_("WeChat"), REDACT_CONTACTS, 0 },
	{ "address", N_("Address"), REDACT_CONTACTS, 0 },
	{ "city", N_("City"), REDACT_CONTACTS, 0 },
	{ "preferred_channel", N_("Preferred channel"), 0, 0 },
	{ "language", N_("Language"), 0, 0 },
	{ "account_manager", N_("Account manager"), REDACT_STAFF, 0 },
	{ "csm", N_("Customer success manager"), REDACT_STAFF, 0 },
	{ "sponsor", N_("Executive sponsor"), REDACT_STAFF, 0 },
	{ "sponsor_title", N_("Sponsor's title"), REDACT_STAFF, 0 },
	{ "sponsor_phone", N_("Sponsor's telephone"), REDACT_STAFF, 1 },
	{ "sponsor_email", N_("Sponsor's email"), REDACT_STAFF, 1 },
};

/* Columns that have a place of their own on the card. */
static const char *const	 placed[] = {
	"name", "tier", "tier_level", "tier_reason", "tier_since",
	"profiles", "health", "risk_level", "risk_reasons", "risk_action",
	"intervention", "spend_ytd", "last_contact", "renewal_date"
};

/* Windows of metrics, the most telling first, and their months. */
static const struct {
	const char	*name;
	int		 months;
} windows[] = {
	{ "365d", 12 }, { "90d", 3 }, { "30d", 1 }, { "ytd", 0 }, { "total", 0 }
};

enum { AOV, SPEND, ORDERS, TICKETS, COMPLAINTS, CSAT, NMEASURES };

static const char *const	 measures[] = {
	[AOV] = "aov", [SPEND] = "spend", [ORDERS] = "orders",
	[TICKETS] = "tickets", [COMPLAINTS] = "complaints", [CSAT] = "csat"
};

struct reading {
	struct report		*r;
	const struct kind_input	*in;
	struct plan		*plan;
	struct frame		*frame;
	struct touches		*touches;
	size_t			 tier, reason, since, profiles, ytd, contact;
	size_t			 text[N_OF(known)];
	size_t			 number[NMEASURES][N_OF(windows)];
	size_t			 csat;		/* of no window */
};

static void
bind(struct reading *rd)
{
	const struct kind_input	*in = rd->in;
	int64_t			 today = policy_today(in->pol, in->now);
	struct buf		 name = { 0 };
	size_t			 i, k;

	rd->plan = plan_new(in->pol, in->now);
	rd->tier = plan_add_column(rd->plan, "tier", TYPE_TEXT);
	rd->reason = plan_add_optional(rd->plan, "tier_reason", TYPE_TEXT);
	rd->since = plan_add_optional(rd->plan, "tier_since", TYPE_TEXT);
	rd->profiles = plan_add_optional(rd->plan, "profiles", TYPE_TEXT);
	rd->ytd = plan_add_optional(rd->plan, "spend_ytd", TYPE_NUMBER);
	rd->contact = plan_add_optional(rd->plan, "last_contact", TYPE_TIME);
	rd->csat = plan_add_optional(rd->plan, "csat", TYPE_NUMBER);
	for (i = 0; i < N_OF(known); i++)
		rd->text[i] = plan_add_optional(rd->plan, known[i].column,
		    TYPE_TEXT);
	for (k = 0; k < NMEASURES; k++)
		for (i = 0; i < N_OF(windows); i++) {
			name.len = 0;
			buf_addf(&name, "%s_%s", measures[k],
			    windows[i].name);
			rd->number[k][i] = plan_add_optional(rd->plan,
			    report_text(rd->r, name.p, name.len), TYPE_NUMBER);
		}
	buf_free(&name);
	rd->touches = touches_new(in->pol, rd->plan, in->now, today,
	    today + in->days - 1);
	plan_bind(rd->plan, in->customers);
	rd->frame = frame_new(rd->plan);
}

static const char *
text_of(struct reading *rd, size_t program)
{
	struct value	 v = frame_eval(rd->frame, program);

	return v.type == TYPE_TEXT ? report_text(rd->r, v.text.p, v.text.len) :
	    "";
}

static int
number_of(struct reading *rd, int measure, size_t window, num *n)
{
	struct value	 v = frame_eval(rd->frame,
			    rd->number[measure][window]);

	*n = v.type == TYPE_NUMBER ? v.n : 0;
	return v.type == TYPE_NUMBER;
}

/* ------------------------------------------------------------------- figures */

/* Orders a month, of the first window there is. */
static struct figure
frequency(struct reading *rd)
{
	struct figure	 none = { 0 };
	struct civil	 c;
	num		 n, months;
	size_t		 i;

	for (i = 0; i < N_OF(windows) && strcmp(windows[i].name, "total") != 0;
	    i++) {
		if (!number_of(rd, ORDERS, i, &n))
			continue;
		months = windows[i].months * NUM_ONE;
		if (months == 0) {
			zone_civil(policy_zone(rd->in->pol), rd->in->now, &c);
			months = (days_of(c.year, c.month, c.day) -
			    days_of(c.year, 1, 1) + 1) * 12 * NUM_ONE / 365;
		}
		none = figure_ratio(n, months);
		none.kind = none.kind != KIND_NONE ? KIND_NUMBER : KIND_NONE;
		return none;
	}
	return none;
}

/* What an order comes to; nobody's average is 0 for want of orders. */
static struct figure
average_order(struct reading *rd)
{
	struct figure	 f = { 0 };
	num		 spend, orders;
	size_t		 i;

	for (i = 0; i < N_OF(windows); i++) {
		if (!number_of(rd, ORDERS, i, &orders))
			orders = -1;
		if (orders > 0 && number_of(rd, SPEND, i, &spend)) {
			f = figure_ratio(spend, orders);
			f.kind = KIND_MONEY;
			return f;
		}
		if (orders != 0 && number_of(rd, AOV, i, &spend))
			return figure_of(KIND_MONEY, spend);
		if (orders == 0)
			return f;
	}
	return f;
}

/* Tickets, and how many of them were complaints. */
static struct figure
issues(struct reading *rd)
{
	struct figure	 f = { 0 };
	num		 n, bad;
	size_t		 i;

	for (i = 0; i < N_OF(windows); i++) {
		if (!number_of(rd, TICKETS, i, &n))
			continue;
		f = figure_of(KIND_COUNT, n);
		if (n > 0 && number_of(rd, COMPLAINTS, i, &bad)) {
			f.ratio = 1;
			f.numerator = bad;
			f.denominator = n;
			f.show = SHOW_PARTS;
		}
		return f;
	}
	return f;
}

static struct figure
satisfaction(struct reading *rd)
{
	struct figure	 none = { 0 };
	struct value	 v;
	num		 n;
	size_t		 i;

	for (i = 0; i < N_OF(windows); i++)
		if (number_of(rd, CSAT, i, &n))
			return figure_of(KIND_NUMBER, n);
	v = frame_eval(rd->frame, rd->csat);
	return v.type == TYPE_NUMBER ? figure_of(KIND_NUMBER, v.n) : none;
}

static void
measure(struct reading *rd, struct card *c)
{
	struct value	 v = frame_eval(rd->frame, rd->ytd);

	if (v.type == TYPE_NUMBER)
		c->spend = figure_of(KIND_MONEY, v.n);
	c->frequency = frequency(rd);
	c->order = average_order(rd);
	c->issues = issues(rd);
	c->satisfaction = satisfaction(rd);
	v = frame_eval(rd->frame, rd->contact);
	if (v.type == TYPE_TIME && v.n <= rd->in->now)
		c->contact = figure_of(KIND_DATE,
		    zone_day(policy_zone(rd->in->pol), v.n));
}

/* --------------------------------------------------------------------- texts */

static void
attributes(struct reading *rd, struct card *c, int tier)
{
	const struct redactor	*x = rd->in->redactor;
	struct attribute	*a;
	size_t			 i;

	c->attribute = arena_get(rd->r->arena, N_OF(known) * sizeof(*a));
	for (i = 0; i < N_OF(known); i++) {
		a = &c->attribute[c->nattribute];
		a->id = known[i].column;
		a->label = known[i].label;
		a->value = text_of(rd, rd->text[i]);
		if (*a->value == '\0' || (known[i].first_tier && tier != 0))
			continue;
		if (redacts(x, known[i].hide))
			a->value = (known[i].hide & REDACT_STAFF) != 0 ?
			    redact_person(x, rd->r, a->value) : _("hidden");
		c->nattribute++;
	}
}

static int
has_place(const struct reading *rd, size_t column)
{
	const struct policy	*pol = rd->in->pol;
	const struct reader	*t = rd->in->customers;
	size_t			 i;

	if (find_column(pol, t, policy_key(pol)) == (int)column)
		return 1;
	for (i = 0; i < N_OF(placed); i++)
		if (find_column(pol, t, placed[i]) == (int)column)
			return 1;
	for (i = 0; i < N_OF(known); i++)
		if (find_column(pol, t, known[i].column) == (int)column)
			return 1;
	return 0;
}

/* What the file has besides; nobody can say what of it is to be hidden. */
static void
rest(struct reading *rd, struct card *c, const struct row *row)
{
	const struct reader	*t = rd->in->customers;
	struct attribute	*a;
	struct cell		 cell;
	const char		*name;
	size_t			 i;

	if (rd->in->redactor != NULL)
		return;
	c->rest = arena_get(rd->r->arena, row->ncells * sizeof(*a));
	for (i = 0; i < row->ncells; i++) {
		cell = row_cell(row, i);
		if (cell.len == 0 || has_place(rd, i))
			continue;
		a = &c->rest[c->nrest++];
		name = reader_column_name(t, i);
		a->id = a->label = report_text(rd->r, name, strlen(name));
		a->value = report_text(rd->r, cell.p, cell.len);
	}
}

static void
take(struct reading *rd, struct card *c, const struct row *row)
{
	struct fault	 fault;
	const char	*tier;
	int		 index;

	if (frame_load(rd->frame, row, &fault) == -1)
		reader_die(rd->in->customers, row, &fault);
	tier = text_of(rd, rd->tier);
	index = policy_tier_index(rd->in->pol, tier);
	c->reason = redact_reason(rd->in->redactor, rd->r,
	    text_of(rd, rd->reason));
	c->since = text_of(rd, rd->since);
	c->profiles = text_of(rd, rd->profiles);
	measure(rd, c);
	attributes(rd, c, index);
	rest(rd, c, row);
	if (index == -1)
		return;		/* which the book will say */
	frame_tier(rd->frame, index);
	c->ncontact = touches_due(rd->touches, rd->frame, index, c->due,
	    c->ncontact);
}

/* Room for as many touchpoints as the policy has. */
static void
make_room(struct card *c, const struct policy *pol)
{
	const struct statement	*st;

	for (st = policy_find(pol, KW_TOUCH, NULL); st != NULL;
	    st = policy_next(st))
		c->ncontact++;
	c->due = xcalloc(c->ncontact + 1, sizeof(*c->due));
}

/* Only one near name is told: which keys there are is nobody's business. */
static _Noreturn void
unknown(const struct kind_input *in, const struct keys *keys)
{
	const char	**names = xcalloc(keys_count(keys) + 1,
			    sizeof(*names)), *near;
	struct arena	*a = arena_new();
	size_t		 len;
	uint32_t	 i;

	for (i = 0; i < keys_count(keys); i++) {
		const char	*p = keys_bytes(keys, i, &len);

		names[i] = arena_text(a, p, len);
	}
	near = text_nearest(in->subject, names, keys_count(keys));
	if (near != NULL && in->redactor == NULL)
		die(STATUS_DATA, "%s: no row has %s \"%s\"; did you mean "
		    "\"%s\"?",
		    reader_name(in->customers), policy_key(in->pol),
		    in->subject, near);
	die(STATUS_DATA, "%s: no row has %s \"%s\"",
	    reader_name(in->customers), policy_key(in->pol), in->subject);
}

struct card *
card_read(struct report *r, const struct kind_input *in)
{
	struct reading	 rd = { .r = r, .in = in };
	struct card	*c = xcalloc(1, sizeof(*c));
	struct keys	*keys = keys_new();
	struct cell	 key;
	struct row	 row;
	size_t		 column, n = 0;
	int		 found = 0;

	make_room(c, in->pol);
	bind(&rd);		/* which ends where there is no such column */
	column = (size_t)find_column(in->pol, in->customers,
	    policy_key(in->pol));
	reader_keep(in->customers);
	while (reader_next(in->customers, &row)) {
		key = row_cell(&row, column);
		keys_add(keys, key.p, key.len);
		if (!found && cell_is(key, in->subject)) {
			found = 1;
			c->line = n;
			take(&rd, c, &row);
		}
		n++;
	}
	if (!found)
		unknown(in, keys);
	reader_rewind(in->customers);
	touches_free(rd.touches);
	frame_free(rd.frame);
	plan_free(rd.plan);
	keys_free(keys);
	return c;
}

void
card_free(struct card *c)
{
	if (c == NULL)
		return;
	free(c->due);
	free(c);
}
