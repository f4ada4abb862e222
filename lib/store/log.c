/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was done: a row goes on to whoever acts on it once, and is logged
 * when it has been written.
 */
#include "config.h"

#include <stdlib.h>

#include "store/parts.h"

struct done_log {
	struct store	*store;
	sqlite3_stmt	*insert;	/* NULL until the first row */
	const char	*name;
	size_t		 passed, held;
};

struct gate {
	struct done_log	*log;
	size_t		 key, what;
	int		 due, ticket;	/* columns, or -1 */
};

struct done_log *
done_log_new(struct store *st, enum log_kind kind)
{
	struct done_log	*d = xcalloc(1, sizeof(*d));

	d->store = st;
	d->name = kind == LOG_TOUCH ? "touch" : "notify";
	return d;
}

static void
begin(struct done_log *d)
{
	struct store	*st = d->store;
	char		 at[WHEN_SIZE];

	store_begin(st);
	d->insert = sql(st, "INSERT OR IGNORE INTO done (log, key, what, due, "
	    "ticket, at, by) VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_text(st, d->insert, 1, d->name);
	sql_bytes(st, d->insert, 6, at, when_format(at, st->actor.now, 0));
	sql_text(st, d->insert, 7, st->actor.name);
}

int
done_log_add(struct done_log *d, struct cell key, struct cell what,
    struct cell due, struct cell ticket)
{
	struct store	*st = d->store;

	if (d->insert == NULL)
		begin(d);
	sql_bytes(st, d->insert, 2, key.p, key.len);
	sql_bytes(st, d->insert, 3, what.p, what.len);
	sql_bytes(st, d->insert, 4, due.p, due.len);
	sql_bytes(st, d->insert, 5, ticket.p, ticket.len);
	sql_again(st, d->insert);
	if (sqlite3_changes(st->db) == 0) {
		d->held++;
		return 0;
	}
	d->passed++;
	return 1;
}

size_t
done_log_end(struct done_log *d, struct writer *w, size_t *held)
{
	struct buf	 detail = { 0 };
	size_t		 passed = d->passed;
	char		 hex[65];

	if (d->insert != NULL)
		sql_done(d->insert);
	if (passed > 0) {
		log_digest(d->store, hex);
		buf_addf(&detail, "rows=%zu; sent before=%zu; log_sha256=%s",
		    passed, d->held, hex);
		audit_add(d->store, d->name, "log", buf_str(&detail));
		buf_free(&detail);
		store_settle(d->store);
	}
	writer_close(w);
	if (d->insert != NULL)
		store_commit(d->store);
	*held = d->held;
	free(d);
	return passed;
}

static struct cell
optional(const struct row *row, int column)
{
	struct cell	 c = { "", 0 };

	return column == -1 ? c : row_cell(row, (size_t)column);
}

static int
pass_gate(void *ctx, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	const struct gate	*g = ctx;
	struct cell		 key = row_cell(row, g->key);

	(void)cells;
	if (key.len == 0) {
		fault_set(fault, g->key, "is empty");
		return ROW_FAULT;
	}
	return done_log_add(g->log, key, row_cell(row, g->what),
	    optional(row, g->due), optional(row, g->ticket)) ? ROW_OK :
	    ROW_SKIP;
}

size_t
store_log(struct store *st, enum log_kind kind, struct reader *rd,
    struct writer *w, const char *key, struct reject *reject)
{
	static const char *const	 none[] = { NULL };
	static const struct pass	 pass = {
		.columns = none, .row = pass_gate
	};
	const struct pass_options	 options = {
		.jobs = 1, .reject = reject
	};
	struct gate			 g;
	size_t				 passed, held;

	g.log = done_log_new(st, kind);
	g.key = reader_need(rd, key);
	g.what = reader_need(rd, kind == LOG_TOUCH ? "touch" : "escalation");
	/* An escalation is told once a ticket, whenever it is due. */
	g.due = kind == LOG_TOUCH ? (int)reader_need(rd, "due") : -1;
	g.ticket = kind == LOG_TOUCH ? -1 : reader_column(rd, "ticket_id");
	table_pass(rd, w, &pass, &g, &options);
	reject_close(reject);
	passed = done_log_end(g.log, w, &held);
	if (held > 0)
		note("%zu of %zu rows were sent before", held, held + passed);
	return passed;
}
