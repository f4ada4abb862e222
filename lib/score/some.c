/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "score/some.h"

#define KEPT	((size_t)400)	/* bytes of a text */
#define SHOWN	((size_t)40)

static int
compare(const struct buf *b, const char *p, size_t n)
{
	const int	 d = memcmp(b->p, p, b->len < n ? b->len : n);

	return d != 0 ? d : (b->len > n) - (b->len < n);
}

void
some_add(struct some *s, const char *p, size_t n)
{
	struct buf	 last;
	size_t		 i, end;
	int		 d = -1;

	if (n > KEPT)
		n = KEPT;
	/* Most come after those that are here, or are one of them. */
	for (i = s->n; i > 0 && (d = compare(&s->text[i - 1], p, n)) > 0; i--)
		;
	if (i == SOME + 1 || (i > 0 && d == 0))
		return;
	end = s->n <= SOME ? s->n++ : SOME;
	last = s->text[end];
	memmove(&s->text[i + 1], &s->text[i], (end - i) * sizeof(last));
	last.len = 0;
	buf_add(&last, p, n);
	s->text[i] = last;
}

void
some_merge(struct some *s, const struct some *other)
{
	size_t	 i;

	for (i = 0; i < other->n; i++)
		some_add(s, other->text[i].p, other->text[i].len);
}

void
some_free(struct some *s)
{
	size_t	 i;

	for (i = 0; i < s->n; i++)
		buf_free(&s->text[i]);
	s->n = 0;
}

int
some_name(const struct some *s, struct buf *b)
{
	const struct buf	*t;
	size_t			 i;

	for (i = 0; i < s->n && i < SOME; i++) {
		t = &s->text[i];
		buf_adds(b, i == 0 ? "\"" : ", \"");
		text_escape(b, t->p, t->len < SHOWN ? t->len : SHOWN);
		buf_addc(b, '"');
	}
	if (i < s->n)
		buf_adds(b, ", ...");
	return i > 0;
}
