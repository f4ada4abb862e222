/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLAN_HELP_H
#define PLAN_HELP_H

/*
 * What the tests of evaluation share: a policy and a table from texts, and
 * the programs of its lets (by name) and tiers (by name).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/policy.h"

struct bench {
	struct policy	*policy;
	struct plan	*plan;
	struct reader	*reader;
	struct frame	*frame;
	FILE		*file;
	const char	*name[200];
	size_t		 program[200];
	size_t		 n;
	size_t		 chain;		/* of all of them */
	size_t		 ladder;	/* the same; then one of each and true */
};

static sigjmp_buf	 died;
static enum status	 died_status;
static char		 died_message[4096];

static inline void
on_die(enum status status, const char *message)
{
	died_status = status;
	snprintf(died_message, sizeof(died_message), "%s", message);
	siglongjmp(died, 1);
}

/* The table is /dev/fd/N, and N may be any. */
static inline const char *
without_file(const char *message)
{
	return strncmp(message, "/dev/fd/", 8) == 0 ?
	    strchr(message, ':') : message;
}

/* Run a statement that must end the program, so. */
#define assert_dies(status, message, statement)				\
	do {								\
		die_hook(on_die);					\
		if (sigsetjmp(died, 1) == 0) {				\
			statement;					\
			die_hook(NULL);					\
			fail_msg("no death: %s", message);		\
		}							\
		die_hook(NULL);						\
		assert_string_equal(without_file(died_message), message);		\
		assert_int_equal(died_status, status);			\
	} while (0)

static inline struct policy *
policy_of(const char *text)
{
	struct policy	*p;
	FILE		*errs;
	char		*said = NULL;
	size_t		 len;
	int		 warnings;

	/* A let that nothing uses is worth a warning elsewhere. */
	errs = open_memstream(&said, &len);
	assert_non_null(errs);
	p = policy_parse(text, strlen(text), "t.vip", errs, &warnings);
	fclose(errs);
	if (p == NULL)
		fail_msg("the policy does not parse: %s", said);
	free(said);
	return p;
}

static inline struct reader *
reader_of(const char *text, size_t len, FILE **file)
{
	static const struct reader_options	 plain;
	char	 path[64];

	if ((*file = tmpfile()) == NULL)
		fail_msg("no temporary file");
	assert_int_equal(fwrite(text, 1, len, *file), len);
	assert_int_equal(fflush(*file), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", fileno(*file));
	return reader_open(path, &plain);
}

/* Every let and every tier, ready to be bound. */
static inline void
bench_plan(struct bench *b, const char *policy, when now)
{
	const struct statement	*st;
	static const enum keyword kind[] = { KW_LET, KW_TIER };
	size_t			 i;

	memset(b, 0, sizeof(*b));
	b->policy = policy_of(policy);
	b->plan = plan_new(b->policy, now);
	for (i = 0; i < 2; i++)
		for (st = policy_find(b->policy, kind[i], NULL); st != NULL;
		    st = policy_next(st)) {
			b->name[b->n] = st->name;
			b->program[b->n++] = plan_add(b->plan, clause_find(st,
			    i == 0 ? W_IS : W_WHEN)->expr);
		}
	b->chain = plan_add_chain(b->plan, b->program, b->program, b->n);
	b->ladder = plan_add_ladder(b->plan, b->program, b->n);
	for (i = 0; i < b->n; i++) {
		const size_t	 test[] = { b->program[i], NO_PROGRAM };

		(void)plan_add_ladder(b->plan, test, 2);
	}
}

static inline void
bench_table(struct bench *b, const char *table)
{
	b->reader = reader_of(table, strlen(table), &b->file);
	plan_bind(b->plan, b->reader);
	b->frame = frame_new(b->plan);
}

/* 2026-01-19T12:00:00Z, a Monday. */
#define MONDAY_NOON	((when)1768824000)

static inline void
bench_open(struct bench *b, const char *policy, const char *table)
{
	bench_plan(b, policy, MONDAY_NOON);
	bench_table(b, table);
}

static inline void
bench_close(struct bench *b)
{
	frame_free(b->frame);
	plan_free(b->plan);
	reader_free(b->reader);
	policy_free(b->policy);
	if (b->file != NULL)
		fclose(b->file);
	memset(b, 0, sizeof(*b));
}

static inline size_t
bench_program(const struct bench *b, const char *name)
{
	size_t	 i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->name[i], name) == 0)
			return b->program[i];
	fail_msg("no %s", name);
	return 0;
}

/* The next row into the frame; 0 at the end, -1 for a fault. */
static inline int
bench_next(struct bench *b, struct fault *fault)
{
	struct row	 row;

	if (!reader_next(b->reader, &row))
		return 0;
	return frame_load(b->frame, &row, fault) == -1 ? -1 : 1;
}

static inline void
bench_row(struct bench *b)
{
	struct fault	 fault = { 0 };
	int		 rc = bench_next(b, &fault);

	if (rc != 1)
		fail_msg("no row: %s", fault.what);
}

/* Observe the whole table and settle. */
static inline void
bench_settle(struct bench *b)
{
	struct fault	 fault;

	do {
		reader_keep(b->reader);
		while (bench_next(b, &fault) == 1)
			frame_observe(b->frame);
		plan_merge(b->plan, b->frame);
		plan_settle(b->plan);
		reader_rewind(b->reader);
	} while (plan_ranked(b->plan));
}

static inline char *
value_text(const struct bench *b, const struct value *v)
{
	static char	 text[1000];
	struct buf	 out = { 0 };

	if (v->type == TYPE_MISSING)
		buf_adds(&out, "missing");
	value_show(v, policy_zone(b->policy), &out);
	snprintf(text, sizeof(text), "%s", buf_str(&out));
	buf_free(&out);
	return text;
}

#endif /* PLAN_HELP_H */
