/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Service levels from inside: minutes, and that a bound is kept to the
 * microsecond whatever the clock, the zone and the pauses.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "score/sla.h"
#include "random.h"

#define NTICKET	400

static const char text[] =
    "timezone \"America/New_York\"\n"
    "default standard\n"
    "calendar office { open mon-fri 09:00-12:30, 13:30-18:00\n"
    "	closed 2026-07-03 closed 2026-12-24 13:00-18:00 }\n"
    "calendar night { timezone \"Europe/London\" open mon-sun 22:00-06:00 }\n"
    "sla first_response within 4h clock office\n"
    "	pause when status = \"pending\"\n"
    "sla assignment under 90min clock night\n"
    "sla resolution within 3 business days clock office\n"
    "sla follow_up within 36h\n";

static const char *const stops[] = {
	"assigned_at", "first_response_at", "resolved_at", "followed_up_at"
};

#define NSTOP	(sizeof(stops) / sizeof(stops[0]))

struct fixture {
	struct policy	*pol;
	char		 tickets[32], log[32];
	tick		 created[NTICKET];
	tick		 due[NTICKET][NSTOP];
};

/* Every other ticket lives in whole seconds. */
static int
some_part(int i)
{
	return i % 2 == 0 ? 0 : (int)below(TICKS);
}

static FILE *
temporary(char path[32])
{
	int	 fd;

	strcpy(path, "/tmp/sla.XXXXXX");
	fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	return fdopen(fd, "w");
}

static void
put(FILE *fp, tick at, const char *after)
{
	char	 b[WHEN_SIZE];

	if (at != WHEN_NONE)
		fwrite(b, 1, tick_format(b, at, 0), fp);
	fputs(after, fp);
}

static int
setup(void **state)
{
	struct fixture	*f = calloc(1, sizeof(*f));
	FILE		*fp;
	int		 warnings, i;
	tick		 at;

	f->pol = policy_parse(text, sizeof(text) - 1, "test", stderr,
	    &warnings);
	assert_non_null(f->pol);
	fp = temporary(f->log);
	fputs("ticket_id,at,event,value\n", fp);
	for (i = 0; i < NTICKET; i++) {
		/* 2026, where both zones change their clocks */
		f->created[i] = tick_of(1767225600 +
		    below(365 * DAY_SECONDS)) + some_part(i);
		if (i % 3 != 0)
			continue;
		at = f->created[i] + tick_of(below(4 * 3600)) + some_part(i);
		fprintf(fp, "t%d,", i);
		put(fp, at, ",status,pending\n");
		fprintf(fp, "t%d,", i);
		put(fp, at + tick_of(below(30 * 3600)) + some_part(i),
		    ",status,open\n");
	}
	fclose(fp);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture	*f = *state;

	unlink(f->log);
	policy_free(f->pol);
	free(f);
	return 0;
}

/* Judge all tickets with each metric ended so long after its due time. */
static void
judge_all(struct fixture *f, int ended, tick after,
    void (*see)(struct fixture *, int, size_t, const struct owed *))
{
	struct reader_options	 options = { 0 };
	struct docket		*docket = docket_new(f->pol, 1830297600);
	struct reader		*rd, *log;
	struct ticket		*t;
	struct fault		 fault;
	struct judge		*j;
	struct sla		*sla;
	struct row		 row;
	FILE			*fp = temporary(f->tickets);
	size_t			 m;
	int			 i;

	fputs("ticket_id,status,created_at,assigned_at,first_response_at,"
	    "resolved_at,followed_up_at\n", fp);
	for (i = 0; i < NTICKET; i++) {
		fprintf(fp, "t%d,open,", i);
		put(fp, f->created[i], "");
		for (m = 0; m < NSTOP; m++) {
			putc(',', fp);
			put(fp, !ended || f->due[i][m] + after <
			    f->created[i] ? WHEN_NONE : f->due[i][m] + after,
			    "");
		}
		putc('\n', fp);
	}
	fclose(fp);
	log = reader_open(f->log, &options);
	rd = reader_open(f->tickets, &options);
	docket_log(docket, log, INT64_MAX);
	sla = sla_new(docket);
	docket_bind(docket, rd, NULL, 1);
	t = ticket_new(docket);
	j = judge_new(sla);
	for (i = 0; reader_next(rd, &row); i++) {
		assert_int_equal(ticket_read(t, &row, &fault), 0);
		assert_int_equal(judge_ticket(j, t, &row, &fault), 0);
		for (m = 0; m < NSTOP; m++)
			see(f, i, m, judge_owed(j, m));
	}
	assert_int_equal(i, NTICKET);
	judge_free(j);
	ticket_free(t, docket);
	sla_free(sla);
	docket_free(docket);
	reader_free(rd);
	reader_free(log);
	unlink(f->tickets);
}

static void
keep_due(struct fixture *f, int i, size_t m, const struct owed *o)
{
	assert_int_equal(o->status, METRIC_BREACHED);	/* long ago */
	assert_int_not_equal(o->due, WHEN_NONE);
	f->due[i][m] = o->due;
}

static void
at_due(struct fixture *f, int i, size_t m, const struct owed *o)
{
	assert_int_equal(o->due, f->due[i][m]);
	assert_int_equal(o->elapsed, o->bound);
	assert_int_equal(o->status, m == 0 ? METRIC_BREACHED : METRIC_MET);
}

static void
before_due(struct fixture *f, int i, size_t m, const struct owed *o)
{
	if (o->end == WHEN_NONE)	/* due when it was created */
		return;
	assert_int_equal(o->due, f->due[i][m]);
	assert_true(o->elapsed <= o->bound);
	assert_int_equal(o->status, METRIC_MET);
}

/* Late is only who lets the clock run on: at night it stands. */
static void
after_due(struct fixture *f, int i, size_t m, const struct owed *o)
{
	tick	 on;

	on = clock_elapsed(o->clock, o->pauses, o->npause, f->due[i][m],
	    f->due[i][m] + 1);
	assert_int_equal(o->elapsed, o->bound + on);
	assert_int_equal(o->status, m == 0 || on > 0 ? METRIC_BREACHED :
	    METRIC_MET);
}

static void
test_ticks(void **state)
{
	struct fixture	*f = *state;

	judge_all(f, 0, 0, keep_due);
	judge_all(f, 1, 0, at_due);
	judge_all(f, 1, -1, before_due);
	judge_all(f, 1, 1, after_due);
}

static void
test_minutes(void **state)
{
	static const struct {
		int64_t	 seconds;
		num	 minutes;
	} v[] = {
		{ 0, 0 }, { 1, 17000 }, { 9, 150000 }, { 10, 167000 },
		{ 20, 333000 }, { 40, 667000 }, { 59, 983000 },
		{ 60, 1000000 }, { 3600, 60000000 }, { -1, -17000 },
		{ -90, -1500000 }, { 31536000, 525600000000 }
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_equal(minutes_of(tick_of(v[i].seconds)),
		    v[i].minutes);
	/* halfway between two thousandths it goes to the even one */
	assert_int_equal(minutes_of(9200000), 153000);
	assert_int_equal(minutes_of(30000), 0);
	assert_int_equal(minutes_of(30001), 1000);
	assert_int_equal(minutes_of(90000), 2000);
	assert_int_equal(minutes_of(-30001), -1000);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_minutes),
		cmocka_unit_test_setup_teardown(test_ticks, setup, teardown)
	};

	seed = 20260119;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
