/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

#define SHOWN	40		/* columns of a value in a message */

int
cell_is(struct cell c, const char *text)
{
	return strlen(text) == c.len && memcmp(c.p, text, c.len) == 0;
}

int
cell_truth(struct cell c)
{
	static const char *const words[] = {
		"no", "n", "false", "f", "0", "否",
		"yes", "y", "true", "t", "1", "是"
	};
	size_t	 i, n = sizeof(words) / sizeof(words[0]);

	if (c.len == 1 && (*c.p == '0' || *c.p == '1'))
		return *c.p == '1';
	for (i = 0; i < n; i++)
		if (strlen(words[i]) == c.len &&
		    strncasecmp(words[i], c.p, c.len) == 0)
			return i >= n / 2;
	return -1;
}

/*
 * What the quotes enclose, where no quote is in it; else a copy, in the
 * shadow at the cell's own offset: asking again gives the same.
 */
struct cell
cell_unquote(const struct row *row, struct cell c)
{
	char	*to;

	if (c.len >= 2 && memchr(c.p + 1, '"', c.len - 1) ==
	    c.p + c.len - 1) {
		c.p++;
		c.len -= 2;
		return c;
	}
	to = row->shadow + (c.p - row->base);
	c.len = dialect_decode(to, c.p, c.len);
	c.p = to;
	return c;
}

int
fault_set(struct fault *f, size_t column, const char *fmt, ...)
{
	va_list	 ap;

	f->column = column;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	return -1;
}

void
row_show(struct buf *b, const char *p, size_t n)
{
	size_t	 fit;

	/* A character is no longer than this, were it all accents. */
	fit = text_fit(p, n < SHOWN * 8 ? n : SHOWN * 8, SHOWN);
	if (fit == 0 && n > 0)
		fit = n < SHOWN ? n : SHOWN;
	buf_addc(b, '"');
	text_escape(b, p, fit);
	if (fit < n)
		buf_adds(b, "...");
	buf_addc(b, '"');
}

int
fault_cell(struct fault *f, const struct row *row, size_t column,
    const char *why)
{
	struct buf	 b = { NULL, 0, 0 };
	struct cell	 c = row_cell(row, column);

	row_show(&b, c.p, c.len);
	fault_set(f, column, "%s %s", buf_str(&b), why);
	buf_free(&b);
	return -1;
}

void
place_of(const char *raw, const char *p, size_t *line, size_t *column)
{
	const char	*start = raw, *q;

	for (q = raw; q < p; q++)
		if (*q == '\n' || (*q == '\r' && !(q + 1 < p &&
		    q[1] == '\n'))) {
			++*line;
			start = q + 1;
		}
	*column = (size_t)(p - start) + 1;
}
