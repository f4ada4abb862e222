/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "report/intake.h"

void
intake_begin(struct intake *in, struct reader *rd, const struct policy *pol,
    when now, struct report *r)
{
	memset(in, 0, sizeof(*in));
	in->r = r;
	in->rd = rd;
	in->plan = plan_new(pol, now);
}

void
intake_bind(struct intake *in)
{
	plan_bind(in->plan, in->rd);
	in->frame = frame_new(in->plan);
}

int
intake_next(struct intake *in)
{
	struct fault	 fault;

	if (!reader_next(in->rd, &in->row))
		return 0;
	if (frame_load(in->frame, &in->row, &fault) == -1)
		reader_die(in->rd, &in->row, &fault);
	return 1;
}

void
intake_end(struct intake *in)
{
	frame_free(in->frame);
	plan_free(in->plan);
}

size_t
intake_want(struct intake *in, const char *name, enum type type)
{
	return plan_add_optional(in->plan, name, type);
}

size_t
intake_need(struct intake *in, const char *name, enum type type)
{
	return plan_add_column(in->plan, name, type);
}

const char *
intake_text(struct intake *in, size_t program)
{
	struct value	 v = frame_eval(in->frame, program);

	return v.type == TYPE_TEXT ? report_text(in->r, v.text.p, v.text.len) :
	    "";
}

int
intake_number(struct intake *in, size_t program, num *n)
{
	struct value	 v = frame_eval(in->frame, program);

	*n = v.type == TYPE_NUMBER ? v.n : 0;
	return v.type == TYPE_NUMBER;
}

int
intake_time(struct intake *in, size_t program, when *t)
{
	struct value	 v = frame_eval(in->frame, program);

	*t = v.type == TYPE_TIME ? v.n : 0;
	return v.type == TYPE_TIME;
}

int
intake_truth(struct intake *in, size_t program)
{
	static const char *const words[] = { "yes", "true", "1", "y" };
	const char	*text = intake_text(in, program);
	size_t		 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return 1;
	return 0;
}
