/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "policy/words.h"

#define WIDTH	76

/* Add a word to a line that is broken where it is full. */
static void
add(struct buf *b, size_t *start, const char *text)
{
	if (b->len > *start && b->len - *start + strlen(text) + 2 > WIDTH) {
		buf_adds(b, "\n");
		*start = b->len;
	}
	buf_adds(b, b->len > *start ? "  " : "    ");
	buf_adds(b, text);
}

static void
clauses(enum keyword k, struct buf *b)
{
	const struct clause_row	*row;
	struct buf		 one = { 0 };
	size_t			 i, start = b->len;

	for (i = 0; i < clause_rows(); i++) {
		row = clause_row(i);
		if ((row->keywords >> k & 1) == 0)
			continue;
		one.len = 0;
		buf_adds(&one, row->text);
		if (one.len > 0 && *shape_summary(row->shape) != '\0')
			buf_addc(&one, ' ');
		if (row->shape == SHAPE_FROM && k == KW_COLUMN)
			buf_adds(&one, "TEXT|(TEXT, ...)");
		else if (row->values != NULL && row->word == W_AS)
			buf_addf(&one, "TEXT|(%s)", row->values);
		else if (row->values != NULL)
			buf_addf(&one, "(%s)", row->values);
		else
			buf_adds(&one, shape_summary(row->shape));
		if (row->shape == SHAPE_FROM && (k == KW_SLA ||
		    k == KW_CHECKLIST)) {
			add(b, &start, buf_str(&one));
			one.len = 0;
			buf_adds(&one, "from COLUMN to COLUMN");
		}
		add(b, &start, buf_str(&one));
	}
	if (b->len > start)
		buf_addc(b, '\n');
	buf_free(&one);
}

void
policy_words(struct buf *b)
{
	static const char *const brackets[][2] = {
		[PART_NONE] = { NULL, NULL },
		[PART_MAY] = { " [", "]" },
		[PART_MUST] = { " ", "" },
	};
	const struct keyword_row	*row;
	enum keyword			 k;

	for (k = 0; k < KW_NKEYWORDS; k++) {
		row = keyword_row(k);
		buf_adds(b, row->text);
		if (row->name != PART_NONE)
			buf_addf(b, "%sNAME%s", brackets[row->name][0],
			    brackets[row->name][1]);
		if (row->label != PART_NONE)
			buf_addf(b, "%sTEXT%s", brackets[row->label][0],
			    brackets[row->label][1]);
		buf_addc(b, '\n');
		clauses(k, b);
	}
}
