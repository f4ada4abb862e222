/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy, a line "----", and a table with the columns that its header has.
 * Whatever the policy asks:
 *
 *	that a condition is true is the same whether it was asked as a
 *	condition or for its value;
 *	rows seen by two frames settle as rows seen by one;
 *	and so does the text of the cuts, read back, but for referrals.
 */
#include "config.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "policy/policy.h"

#define PROGRAMS	200

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(truth) do {						\
	if (!(truth)) {							\
		fprintf(stderr, "line %d: %s\n", __LINE__, #truth);	\
		abort();						\
	}								\
} while (0)

static jmp_buf		 died;
static FILE		*null;

static struct policy	*policy;
static struct reader	*reader;
static struct plan	*plan[2];
static struct frame	*frame[2];
static size_t		 nprogram;
static int		 referrals;	/* no cuts can tell of them */

static void
on_die(enum status status, const char *message)
{
	(void)status;
	(void)message;
	longjmp(died, 1);
}

/* In its place before anything can end it. */
static void
plan_of_all(int which)
{
	struct plan		*p = plan[which] = plan_new(policy, 1768824000);
	const struct statement	*st;
	const struct clause	*cl;
	int			 k;

	nprogram = 0;
	plan_decides(p, FACT_RISK);
	plan_decides(p, FACT_STATUS);
	plan_decides(p, FACT_PROFILE);
	for (k = 0; k < KW_NKEYWORDS; k++)
		for (st = policy_find(policy, (enum keyword)k, NULL);
		    st != NULL; st = policy_next(st))
			for (cl = st->clauses; cl != NULL; cl = cl->next)
				if (cl->expr != NULL && nprogram < PROGRAMS) {
					nprogram++;
					(void)plan_add(p, cl->expr);
				}
	plan_bind(p, reader);
}

static void
observe(struct plan *p, int frames)
{
	struct row	 row;
	struct fault	 fault;
	int		 i, n = 0;

	for (i = 0; i < frames; i++)
		frame[i] = frame_new(p);
	while (reader_next(reader, &row)) {
		i = n++ * 7 % 3 % frames;
		if (frame_load(frame[i], &row, &fault) == 0)
			frame_observe(frame[i]);
	}
	reader_rewind(reader);
	for (i = frames; i-- > 0;)
		plan_merge(p, frame[i]);
	for (i = 0; i < frames; i++) {
		frame_free(frame[i]);
		frame[i] = NULL;
	}
	plan_settle(p);
	/* Once more after referrals. */
	if (plan_ranked(p)) {
		reader_keep(reader);
		observe(p, frames);
	}
}

static void
same(const struct value *a, const struct value *b)
{
	MUST(a->type == b->type);
	if (a->type == TYPE_TEXT)
		MUST(a->text.len == b->text.len && (a->text.len == 0 ||
		    memcmp(a->text.p, b->text.p, a->text.len) == 0));
	else if (a->type != TYPE_MISSING)
		MUST(a->n == b->n);
}

static void
judge(struct buf *b)
{
	struct row	 row;
	struct fault	 fault;
	struct value	 v, w;
	size_t		 i;

	frame[0] = frame_new(plan[0]);
	frame[1] = frame_new(plan[1]);
	while (reader_next(reader, &row)) {
		if (frame_load(frame[0], &row, &fault) == -1) {
			MUST(fault.what[0] != '\0');
			continue;
		}
		MUST(frame_load(frame[1], &row, &fault) == 0);
		frame_risk(frame[0], "high");
		frame_risk(frame[1], "high");
		for (i = 0; i < nprogram; i++) {
			v = frame_eval(frame[0], i);
			w = frame_eval(frame[1], i);
			same(&v, &w);
			if (v.type == TYPE_TRUTH)
				MUST(v.n == 0 || v.n == 1);
			MUST(frame_test(frame[0], i) ==
			    (v.type == TYPE_TRUTH && v.n));
			b->len = 0;
			frame_reason(frame[0], i, b);
			value_show(&v, policy_zone(policy), b);
		}
		(void)frame_fault(frame[0], &fault);
	}
}

static void
run(int fd, struct buf *a, struct buf *b)
{
	static const struct reader_options	 options;
	char	 path[40];

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	reader = reader_open(path, &options);
	reader_keep(reader);
	plan_of_all(0);
	observe(plan[0], 1);
	plan_of_all(1);
	observe(plan[1], 2);
	plan_cuts(plan[0], a);
	plan_cuts(plan[1], b);
	MUST(a->len == b->len && memcmp(a->p, b->p, a->len) == 0);
	if (!referrals) {
		plan_free(plan[1]);
		plan_of_all(1);
		MUST(plan_read_cuts(plan[1], a->p, a->len, "cuts") == 0);
	}
	judge(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char	 line[] = "\n----\n";
	static struct buf	 a, b;
	const char		*text = (const char *)data, *table;
	size_t			 len;
	int			 fd, warnings, i;

	if (size == 0 || size > 50000 || (table = memmem(text, size, line,
	    sizeof(line) - 1)) == NULL)
		return 0;
	/* A policy may name files, and these are none of ours. */
	if (memmem(text, size, "file", 4) != NULL ||
	    memmem(text, size, "holidays", 8) != NULL)
		return 0;
	if (null == NULL && (null = fopen("/dev/null", "w")) == NULL)
		abort();
	len = (size_t)(table - text);
	table += sizeof(line) - 1;
	referrals = memmem(text, len, "refer", 5) != NULL ||
	    memmem(text, len, "chain", 5) != NULL;
	policy = policy_parse(text, len, "fuzz", null, &warnings);
	if (policy == NULL)
		return 0;
	MUST((fd = memfd_create("fuzz", MFD_CLOEXEC)) != -1);
	len = size - (size_t)(table - text);
	MUST(write(fd, table, len) == (ssize_t)len);
	a.len = b.len = 0;
	note_quiet(1);
	die_hook(on_die);
	if (setjmp(died) == 0)
		run(fd, &a, &b);
	die_hook(NULL);
	for (i = 0; i < 2; i++) {
		frame_free(frame[i]);
		plan_free(plan[i]);
		frame[i] = NULL;
		plan[i] = NULL;
	}
	reader_free(reader);
	reader = NULL;
	policy_free(policy);
	policy = NULL;
	close(fd);
	return 0;
}
