/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "report/input.h"

void
input_begin(struct input *in, struct reader *rd, const struct policy *pol,
    when now, struct report *r)
{
	memset(in, 0, sizeof(*in));
	in->r = r;
	in->rd = rd;
	in->plan = plan_new(pol, now);
}

void
input_bind(struct input *in)
{
	plan_bind(in->plan, in->rd);
	in->frame = frame_new(in->plan);
}

int
input_next(struct input *in)
{
	struct fault	 fault;

	if (!reader_next(in->rd, &in->row))
		return 0;
	if (frame_load(in->frame, &in->row, &fault) == -1)
		reader_die(in->rd, &in->row, &fault);
	return 1;
}

void
input_end(struct input *in)
{
	frame_free(in->frame);
	plan_free(in->plan);
}

size_t
input_want(struct input *in, const char *name, enum type type)
{
	return plan_add_optional(in->plan, name, type);
}

size_t
input_need(struct input *in, const char *name, enum type type)
{
	return plan_add_column(in->plan, name, type);
}

const char *
input_text(struct input *in, size_t program)
{
	struct value	 v = frame_eval(in->frame, program);

	return v.type == TYPE_TEXT ? report_text(in->r, v.text.p, v.text.len) :
	    "";
}

int
input_number(struct input *in, size_t program, num *n)
{
	struct value	 v = frame_eval(in->frame, program);

	*n = v.type == TYPE_NUMBER ? v.n : 0;
	return v.type == TYPE_NUMBER;
}

int
input_time(struct input *in, size_t program, when *t)
{
	struct value	 v = frame_eval(in->frame, program);

	*t = v.type == TYPE_TIME ? v.n : 0;
	return v.type == TYPE_TIME;
}

int
input_truth(struct input *in, size_t program)
{
	static const char *const words[] = { "yes", "true", "1", "y" };
	const char	*text = input_text(in, program);
	size_t		 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return 1;
	return 0;
}

size_t
metrics_of(struct report *r, const struct policy *pol,
    const struct reader *rd, const char ***list)
{
	static const char	 suffix[] = "_status";
	const char		*name, *metric;
	size_t			 i, len, n = 0;

	for (i = 0; i < reader_columns(rd); i++) {
		name = reader_column_name(rd, i);
		len = strlen(name);
		if (len < sizeof(suffix) || strcmp(name, "sla_status") == 0 ||
		    strcmp(name + len + 1 - sizeof(suffix), suffix) != 0)
			continue;
		metric = report_text(r, name, len + 1 - sizeof(suffix));
		/* Other columns may end so too: payment_status. */
		if (policy_find(pol, KW_SLA, NULL) != NULL &&
		    policy_find(pol, KW_SLA, metric) == NULL)
			continue;
		*list = xreallocarray(*list, n + 1, sizeof(**list));
		(*list)[n++] = metric;
	}
	return n;
}
