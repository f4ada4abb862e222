/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was done: a row goes on to whoever acts on it once, and is logged
 * when it has been written.
 */
#include "config.h"

#include <string.h>

#include "store/parts.h"

struct gate {
	struct store	*store;
	sqlite3_stmt	*insert;	/* NULL until the first row */
	const char	*log;
	size_t		 key, what;
	int		 due, ticket;	/* columns, or -1 */
	size_t		 passed, held;
};

static struct cell
optional(const struct row *row, int column)
{
	struct cell	 c = { "", 0 };

	return column == -1 ? c : row_cell(row, (size_t)column);
}

static void
open_gate(struct gate *g)
{
	struct store	*st = g->store;
	char		 at[WHEN_SIZE];

	store_begin(st);
	g->insert = sql(st, "INSERT OR IGNORE INTO done (log, key, what, due, "
	    "ticket, at, by) VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_text(st, g->insert, 1, g->log);
	sql_bytes(st, g->insert, 6, at, when_format(at, st->actor.now, 0));
	sql_text(st, g->insert, 7, st->actor.name);
}

static int
pass_gate(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct gate	*g = ctx;
	struct store	*st = g->store;
	struct cell	 c = row_cell(row, g->key);

	(void)cells;
	if (c.len == 0) {
		fault_set(fault, g->key, "is empty");
		return ROW_FAULT;
	}
	if (g->insert == NULL)
		open_gate(g);
	sql_bytes(st, g->insert, 2, c.p, c.len);
	c = row_cell(row, g->what);
	sql_bytes(st, g->insert, 3, c.p, c.len);
	c = optional(row, g->due);
	sql_bytes(st, g->insert, 4, c.p, c.len);
	c = optional(row, g->ticket);
	sql_bytes(st, g->insert, 5, c.p, c.len);
	sql_again(st, g->insert);
	if (sqlite3_changes(st->db) == 0) {
		g->held++;
		return ROW_SKIP;
	}
	g->passed++;
	return ROW_OK;
}

size_t
store_log(struct store *st, enum log_kind kind, struct reader *rd,
    struct writer *w, const char *key)
{
	static const char *const	 none[] = { NULL };
	static const struct pass	 pass = {
		.columns = none, .row = pass_gate
	};
	static const struct pass_options options = { .jobs = 1 };
	struct gate			 g;
	struct buf			 detail = { 0 };

	memset(&g, 0, sizeof(g));
	g.store = st;
	g.log = kind == LOG_TOUCH ? "touch" : "notify";
	g.key = reader_need(rd, key);
	g.what = reader_need(rd, kind == LOG_TOUCH ? "touch" : "escalation");
	/* An escalation is told once a ticket, whenever it is due. */
	g.due = kind == LOG_TOUCH ? (int)reader_need(rd, "due") : -1;
	g.ticket = kind == LOG_TOUCH ? -1 : reader_column(rd, "ticket_id");
	table_pass(rd, w, &pass, &g, &options);
	if (g.insert != NULL)
		sql_done(g.insert);
	if (g.passed > 0) {
		buf_addf(&detail, "rows=%zu; sent before=%zu", g.passed,
		    g.held);
		audit_add(st, g.log, "log", buf_str(&detail));
		buf_free(&detail);
	}
	writer_close(w);
	if (g.insert != NULL)
		store_commit(st);
	if (g.held > 0)
		note("%zu of %zu rows were sent before", g.held,
		    g.held + g.passed);
	return g.passed;
}
