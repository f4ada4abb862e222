/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table that another command wrote becomes a snapshot; tiers and risk
 * levels that are in it become movement.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

struct put {
	struct store	*store;
	struct reader	*rd;
	const char	*kind;
	struct snapshot	*snapshot;
	struct ledger	*ledger;	/* NULL: the kind has no movement */
	struct page	*page;
	struct figures	*figures;
	struct keys	*keys;		/* each may come once */
	size_t		*line;		/* where it came */
	size_t		 cap;
	const char	*name;		/* of the key's column */
	size_t		 key;
	size_t		*columns;	/* kept; or NULL: all */
	size_t		 ncolumns;
	int		 tier, level, change, since;	/* columns, or -1 */
	int		 risk;		/* the tier is a risk level */
	int		 report;	/* figures, of which many share a key */
	struct buf	 record;
};

/* A report in the long form, of vip-report. */
static int
is_report(const struct reader *rd)
{
	return reader_column(rd, "section") != -1 &&
	    reader_column(rd, "metric") != -1;
}

static const char *
guess(const struct reader *rd)
{
	if (is_report(rd))
		return "report";
	if (reader_column(rd, "sla_status") != -1)
		return "sla";
	if (reader_column(rd, "risk_level") != -1)
		return "risk";
	if (reader_column(rd, "tier") != -1)
		return "classified";
	return "table";
}

/* A record's bytes: as they are, or those of the columns that are kept. */
static void
keep(struct put *p, const struct row *row)
{
	const char	 delimiter = (char)reader_delimiter(p->rd);
	struct cell	 c;
	size_t		 i;

	if (p->columns == NULL)
		snapshot_bytes(p->snapshot, row->raw, row->len);
	else {
		p->record.len = 0;
		for (i = 0; i < p->ncolumns; i++) {
			c = row_raw_cell(row, p->columns[i]);
			if (i > 0)
				buf_addc(&p->record, delimiter);
			buf_add(&p->record, c.p, c.len);
		}
		if (p->record.len == 0)
			buf_adds(&p->record, "\"\"");
		snapshot_bytes(p->snapshot, p->record.p, p->record.len);
	}
	if (row->eollen > 0)
		snapshot_bytes(p->snapshot, row->eol, row->eollen);
	else
		snapshot_bytes(p->snapshot, "\n", 1);
}

static int
once(struct put *p, const struct row *row, struct fault *fault)
{
	struct cell	 c = row_cell(row, p->key);
	uint32_t	 n = keys_count(p->keys), i;
	char		 why[64];

	if (c.len == 0)
		return fault_set(fault, p->key, "is empty");
	i = keys_add(p->keys, c.p, c.len);
	if (i < n) {
		snprintf(why, sizeof(why), "is on line %zu already",
		    p->line[i]);
		return fault_cell(fault, row, p->key, why);
	}
	if (n == p->cap) {
		p->cap = p->cap == 0 ? 1024 : p->cap * 2;
		p->line = xreallocarray(p->line, p->cap, sizeof(*p->line));
	}
	p->line[n] = row->line;
	return 0;
}

/* Levels of risk go up as those of tiers do: 1 is the gravest. */
static int
risk_rank(struct cell c)
{
	static const char *const	 words[] = {
		"low", "critical", "high", "medium"
	};
	int				 i;

	for (i = 0; i < 4; i++)
		if (cell_is(c, words[i]))
			return i;
	return LEVEL_NONE;
}

static int
level_of(const struct put *p, const struct row *row)
{
	struct cell	 c;
	num		 n;

	if (p->risk)
		return risk_rank(row_cell(row, (size_t)p->tier));
	if (p->level == -1)
		return LEVEL_NONE;
	c = row_cell(row, (size_t)p->level);
	if (num_parse(c.p, c.len, &n) == -1 || n < 0 || n > 1000 * NUM_ONE)
		return LEVEL_NONE;
	return (int)(n / NUM_ONE);
}

static const char *
word_of(const struct put *p, const struct member *was,
    const struct member *now)
{
	int	 a, b;

	if (was == NULL)
		return "new";
	if (was->tier == now->tier)
		return "kept";
	if (was->level == LEVEL_NONE || now->level == LEVEL_NONE ||
	    was->level == now->level)
		return "changed";
	a = was->level == 0 ? INT32_MAX : was->level;
	b = now->level == 0 ? INT32_MAX : now->level;
	if (p->risk)
		return b < a ? "risk_up" : "risk_down";
	return b < a ? "promoted" : "demoted";
}

/* What vip-classify --store says of the row, if it was that. */
static const char *
told(const struct put *p, const struct row *row, const struct member *was,
    struct member *now, const char *change)
{
	struct cell	 c;
	struct stamp	 st;

	if (p->since != -1) {
		c = row_cell(row, (size_t)p->since);
		if (stamp_parse(c.p, c.len, &st) == 0)
			now->since = days_of(st.civil.year, st.civil.month,
			    st.civil.day);
	}
	if (p->change == -1)
		return change;
	c = row_cell(row, (size_t)p->change);
	if (cell_is(c, "held")) {
		now->lapsed = was == NULL ? DAY_NEVER :
		    was->lapsed == DAY_NONE ? ledger_before(p->ledger) :
		    was->lapsed;
		return "held";
	}
	if (cell_is(c, "override")) {
		now->lapsed = DAY_NEVER;
		return "override";
	}
	return change;
}

static void
note_move(struct put *p, const struct row *row)
{
	const struct member	*was = NULL;
	struct member		 now;
	struct cell		 key = row_cell(row, p->key), c;
	uint32_t		 i = ledger_find(p->ledger, key);
	const char		*change;

	page_see(p->page, i);
	if (i != KEY_NONE)
		was = ledger_member(p->ledger, i);
	memset(&now, 0, sizeof(now));
	c = row_cell(row, (size_t)p->tier);
	now.tier = ledger_name(p->ledger, c.p, c.len);
	now.level = level_of(p, row);
	now.since = was != NULL && was->tier == now.tier ? was->since :
	    p->store->actor.day;
	now.lapsed = now.downgrade_on = DAY_NONE;
	change = word_of(p, was, &now);
	if (!p->risk)
		change = told(p, row, was, &now, change);
	page_note(p->page, key, i, &now, change);
}

static void
start(struct put *p)
{
	struct reader	*rd = p->rd;

	p->key = reader_need(rd, p->name);
	p->keys = keys_new();
	p->tier = p->report ? -1 : reader_column(rd, "tier");
	p->figures = figures_new(rd, p->key, p->tier);
	if (p->report)
		figures_rows_alone(p->figures);
	p->risk = strcmp(p->kind, "risk") == 0;
	if (p->risk)
		p->tier = reader_column(rd, "risk_level");
	if (p->tier != -1 && (p->risk ||
	    strcmp(p->kind, "classified") == 0)) {
		p->level = reader_column(rd, "tier_level");
		p->change = reader_column(rd, "tier_change");
		p->since = reader_column(rd, "tier_since");
		p->ledger = ledger_load(p->store, p->kind, 1, NULL, 0);
		p->page = page_new(p->ledger);
	}
	p->snapshot = snapshot_new(p->store);
	keep(p, reader_header(rd));
}

static int64_t
finish(struct put *p, const struct origin *o)
{
	struct origin	 origin = *o;
	int64_t		 id;

	origin.kind = p->kind;
	origin.key = p->name;
	origin.delimiter = reader_delimiter(p->rd);
	if (p->page != NULL)
		page_end(p->page);
	id = snapshot_record(p->snapshot, &origin, p->figures, p->ledger);
	store_commit(p->store);
	snapshot_free(p->snapshot);
	ledger_free(p->ledger);
	figures_free(p->figures);
	keys_free(p->keys);
	buf_free(&p->record);
	free(p->line);
	free(p->columns);
	return id;
}

static int
put_row(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct put	*p = ctx;

	(void)cells;
	if (!p->report && once(p, row, fault) == -1)
		return ROW_FAULT;
	keep(p, row);
	figures_row(p->figures, row, NULL);
	if (p->page != NULL)
		note_move(p, row);
	return ROW_OK;
}

int64_t
store_put(struct store *st, struct reader *rd, const struct origin *o,
    const char *const *columns, size_t n, struct reject *reject)
{
	static const struct pass	 pass = { .row = put_row };
	const struct pass_options	 options = {
		.jobs = 1, .reject = reject
	};
	struct put			 p;
	struct buf			 day = { 0 };
	int64_t				 id;
	size_t				 i;

	memset(&p, 0, sizeof(p));
	p.store = st;
	p.rd = rd;
	p.kind = o->kind != NULL ? o->kind : guess(rd);
	p.report = is_report(rd);
	p.name = o->key != NULL ? o->key : p.report ? "metric" :
	    strcmp(p.kind, "sla") == 0 ? "ticket_id" : o->customer;
	if (n > 0) {
		p.columns = xcalloc(n, sizeof(*p.columns));
		p.ncolumns = n;
		for (i = 0; i < n; i++)
			p.columns[i] = reader_need(rd, columns[i]);
	}
	start(&p);
	table_pass(rd, NULL, &pass, &p, &options);
	reject_close(reject);
	id = finish(&p, o);
	if (id != -1)
		return id;
	/* The same is there: it is the one of the day. */
	buf_room(&day, WHEN_SIZE);
	day.len = date_format(day.p, st->actor.day);
	id = store_find(st, buf_str(&day), p.kind);
	buf_free(&day);
	return id;
}
