/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialect is libcsv's, without its trimming of blanks.  What it is not
 * asked about (well-formed records, on the fast way) must come out as it
 * would have it: tests/fuzz/csv.c compares.
 */
#include "config.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/vip.h"
#include "table/parts.h"

struct dialect {
	struct csv_parser	 parser;
	struct index		*index;
	int			 delimiter;
	uint32_t		 at;	/* the byte that ends what is told */
	int			 told;	/* the byte ended a record */
	int			 fresh;	/* nothing of a record yet */
	int			 after_cr;
};

/* Blanks are data. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
parser_init(struct csv_parser *p, int delimiter, int strict)
{
	if (csv_init(p, strict ? CSV_STRICT | CSV_STRICT_FINI : 0) != 0)
		die(STATUS_RESOURCE, "out of memory");
	csv_set_delim(p, (unsigned char)delimiter);
	csv_set_space_func(p, no_space);
	/* The default of 128 bytes makes a long cell take minutes. */
	csv_set_blk_size(p, 64 * 1024);
}

struct dialect *
dialect_new(int delimiter, int strict)
{
	struct dialect	*d;

	d = xcalloc(1, sizeof(*d));
	parser_init(&d->parser, delimiter, strict);
	d->delimiter = delimiter;
	d->fresh = 1;
	return d;
}

void
dialect_free(struct dialect *d)
{
	if (d == NULL)
		return;
	csv_free(&d->parser);
	free(d);
}

/* Forget a record that has begun. */
void
dialect_reset(struct dialect *d)
{
	int	 strict;

	strict = (csv_get_opts(&d->parser) & CSV_STRICT) != 0;
	csv_free(&d->parser);
	parser_init(&d->parser, d->delimiter, strict);
	d->fresh = 1;
	d->after_cr = 0;
}

static void
on_cell(void *p, size_t len, void *arg)
{
	struct dialect	*d = arg;

	(void)p;
	(void)len;
	index_room(d->index);
	d->index->ends[d->index->nends++] = d->at;
}

static void
on_row(int c, void *arg)
{
	struct dialect	*d = arg;
	struct rowend	*row;

	(void)c;
	row = &d->index->rows[d->index->nrows++];
	row->end = (uint32_t)d->index->nends - 1;
	row->flags = ROW_QUOTED | ROW_LINES;
	d->told = 1;
	d->fresh = 1;
}

static size_t
feed(struct dialect *d, const char *p, size_t n)
{
	size_t	 done;

	done = csv_parse(&d->parser, p, n, on_cell, on_row, d);
	if (done < n && csv_error(&d->parser) != CSV_EPARSE)
		die(STATUS_RESOURCE, "out of memory");
	return done;
}

/*
 * libcsv tells of a cell at the byte that ends it, so it is fed up to and
 * with each byte that could.
 */
size_t
dialect_index(struct dialect *d, struct index *ix, const char *p,
    size_t from, size_t len, int last)
{
	struct rowend	*row;
	size_t		 i, n, start = from;
	int		 c;

	d->index = ix;
	if (from == 0)
		index_clear(ix);
	ix->quotes = 1;
	for (i = from; i < len; i++) {
		c = (unsigned char)p[i];
		if (c == '\0') {
			ix->bad = start + feed(d, p + start, i - start);
			return len;
		}
		if (c != d->delimiter && c != '\n' && c != '\r')
			continue;
		if (c == '\r' && i + 1 == len && !last)
			return start;
		index_room(ix);
		d->at = (uint32_t)i;
		d->told = 0;
		if (i > start || c == d->delimiter)
			d->fresh = 0;
		if ((n = feed(d, p + start, i + 1 - start)) < i + 1 - start) {
			ix->bad = start + n;
			return len;
		}
		if (!d->told && d->fresh) {
			/* A blank line, or the LF that belongs to a CR. */
			if (!(c == '\n' && d->after_cr)) {
				row = &ix->rows[ix->nrows++];
				row->end = (uint32_t)ix->nends;
				row->flags = 0;
			}
			ix->ends[ix->nends++] = (uint32_t)i;
		}
		d->after_cr = c == '\r' && (d->told || d->fresh);
		start = i + 1;
	}
	if (start < len) {
		d->fresh = 0;
		if ((n = feed(d, p + start, len - start)) < len - start) {
			ix->bad = start + n;
			return len;
		}
	}
	if (last) {
		index_room(ix);
		d->at = (uint32_t)len;
		if (csv_fini(&d->parser, on_cell, on_row, d) != 0)
			ix->inside = 1;
	}
	return len;
}

size_t
dialect_decode(char *to, const char *p, size_t n)
{
	const char	*q, *end = p + n;
	char		*t = to;
	size_t		 run;

	p++;				/* the quote that opens */
	while (p < end) {
		if ((q = memchr(p, '"', (size_t)(end - p))) == NULL)
			q = end;
		run = (size_t)(q - p);
		memcpy(t, p, run);
		t += run;
		if (q == end || q + 1 == end)
			break;		/* never closed; or the one that closes */
		*t++ = '"';
		p = q + 1;
		if (*p == '"')		/* of two, one is meant */
			p++;
	}
	return (size_t)(t - to);
}

int
dialect_delimiter(const char *p, size_t n, int last)
{
	size_t	 i, tabs = 0, semicolons = 0, bars = 0, commas = 0;
	int	 inside = 0, start = 1, ended = 0;

	for (i = 0; i < n && (p[i] == '\n' || p[i] == '\r'); i++)
		continue;
	for (; i < n && !ended; i++) {
		if (inside) {
			/* The second of two opens again. */
			if (p[i] == '"')
				inside = 0;
			start = p[i] == '"';
			continue;
		}
		if (p[i] == '"' && start) {
			inside = 1;
			continue;
		}
		start = 1;
		switch (p[i]) {
		case '\t':
			tabs++;
			break;
		case ';':
			semicolons++;
			break;
		case '|':
			bars++;
			break;
		case ',':
			commas++;
			break;
		case '\n':
		case '\r':
			ended = 1;
			break;
		default:
			start = 0;
			break;
		}
	}
	if (!ended && !last)
		return -1;
	if (tabs > 0)
		return '\t';
	if (bars > semicolons && bars > commas)
		return '|';
	return semicolons > commas ? ';' : ',';
}

/*
 * Cells are short and many: one of up to sixteen bytes is loaded in two
 * halves that may overlap, looked at and stored as it was loaded.
 */
typedef uint8_t	 lanes __attribute__((vector_size(DIALECT_PAD)));

#define LANES	sizeof(lanes)

/* Is there among sixteen bytes one that needs quotes? */
static inline lanes
special(lanes v, int delimiter)
{
	return (lanes)((v == (uint8_t)delimiter) | (v == '"') | (v == '\n') |
	    (v == '\r'));
}

static inline int
is_none(lanes found)
{
	uint64_t half[2];

	memcpy(half, &found, sizeof(half));
	return (half[0] | half[1]) == 0;
}

/* Up to sixteen bytes; 0 if they need quotes. */
static inline int
put_short(char *t, const char *p, size_t n, int delimiter)
{
	uint64_t half[2] = { 0, 0 };
	uint32_t quarter[2];
	char	 byte[3];
	lanes	 v;

	if (n >= 8) {
		memcpy(&half[0], p, 8);
		memcpy(&half[1], p + n - 8, 8);
		memcpy(t, &half[0], 8);
		memcpy(t + n - 8, &half[1], 8);
	} else if (n >= 4) {
		memcpy(&quarter[0], p, 4);
		memcpy(&quarter[1], p + n - 4, 4);
		memcpy(t, &quarter[0], 4);
		memcpy(t + n - 4, &quarter[1], 4);
		half[0] = quarter[0];
		half[1] = quarter[1];
	} else if (n > 0) {
		byte[0] = t[0] = p[0];
		byte[1] = t[n / 2] = p[n / 2];
		byte[2] = t[n - 1] = p[n - 1];
		memcpy(half, byte, sizeof(byte));
	}
	memcpy(&v, half, sizeof(v));
	return is_none(special(v, delimiter));
}

static int
is_plain(const char *p, size_t n, int delimiter)
{
	lanes	 v, found;
	size_t	 i;

	memcpy(&v, p + n - LANES, LANES);
	found = special(v, delimiter);
	for (i = 0; i + LANES < n; i += LANES) {
		memcpy(&v, p + i, LANES);
		found |= special(v, delimiter);
	}
	return is_none(found);
}

char *
dialect_put(char *t, const char *p, size_t n, int delimiter)
{
	const char	*end = p + n, *q;

	if (n <= LANES) {
		if (put_short(t, p, n, delimiter))
			return t + n;
	} else if (is_plain(p, n, delimiter)) {
		memcpy(t, p, n);
		return t + n;
	}
	*t++ = '"';
	while ((q = memchr(p, '"', (size_t)(end - p))) != NULL) {
		n = (size_t)(q + 1 - p);
		memcpy(t, p, n);
		t += n;
		*t++ = '"';
		p = q + 1;
	}
	n = (size_t)(end - p);
	memcpy(t, p, n);
	t += n;
	*t++ = '"';
	return t;
}

char *
dialect_put_padded(char *t, const char *p, size_t n, int delimiter)
{
	static const uint8_t	 ones[2 * DIALECT_PAD] = {
		255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255
	};
	lanes			 v, first;

	if (n <= LANES) {
		memcpy(&v, p, LANES);
		memcpy(&first, ones + LANES - n, LANES);
		memcpy(t, &v, LANES);
		if (is_none(special(v, delimiter) & first))
			return t + n;
	}
	return dialect_put(t, p, n, delimiter);
}

void
dialect_quote(struct buf *b, const char *p, size_t n, int delimiter)
{
	buf_room(b, 2 * n + 2);
	b->len = (size_t)(dialect_put(b->p + b->len, p, n, delimiter) - b->p);
}

/* [+-] digits, a point and an exponent: no formula. */
static int
is_plain_number(const char *p, size_t n)
{
	const char	*end = p + n;
	size_t		 digits = 0;

	if (p < end && (*p == '+' || *p == '-'))
		p++;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		digits++;
	if (p < end && *p == '.')
		for (p++; p < end && *p >= '0' && *p <= '9'; p++)
			digits++;
	if (digits == 0)
		return 0;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (p == end)
			return 0;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
	}
	return p == end;
}

static int
is_formula(const char *p, size_t n)
{
	/* = + - @ of full width: U+FF1D, FF0B, FF0D, FF20 */
	static const char *const wide[] = {
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"
	};
	size_t	 i;

	if (n == 0)
		return 0;
	if (memchr("=+-@\t\r\n", *p, 7) != NULL)
		return !is_plain_number(p, n);
	for (i = 0; n >= 3 && i < sizeof(wide) / sizeof(wide[0]); i++)
		if (memcmp(p, wide[i], 3) == 0)
			return 1;
	return 0;
}

void
dialect_disarm(struct buf *b, const char *p, size_t n, int delimiter)
{
	char	*armed;

	if (!is_formula(p, n)) {
		dialect_quote(b, p, n, delimiter);
		return;
	}
	armed = xmalloc(n + 1);
	armed[0] = '\'';
	memcpy(armed + 1, p, n);
	dialect_quote(b, armed, n + 1, delimiter);
	free(armed);
}

static void
count_cell(void *p, size_t len, void *arg)
{
	(void)p;
	(void)len;
	++*(size_t *)arg;
}

enum malformed
dialect_verdict(const char *p, size_t n, int delimiter, size_t *where,
    size_t *cell)
{
	struct csv_parser	 parser;
	const char		*nul;
	enum malformed		 why = BAD_NUL;

	if ((nul = memchr(p, '\0', n)) != NULL)
		n = (size_t)(nul - p);
	*cell = 0;
	parser_init(&parser, delimiter, 1);
	*where = csv_parse(&parser, p, n, count_cell, NULL, cell);
	if (*where < n) {
		if (csv_error(&parser) != CSV_EPARSE)
			die(STATUS_RESOURCE, "out of memory");
		why = p[*where] == '"' ? BAD_BARE_QUOTE : BAD_AFTER_QUOTE;
	}
	csv_free(&parser);
	return why;
}

int
dialect_open(const char *p, size_t n, int delimiter, size_t *where,
    size_t *cell)
{
	size_t	 i;
	int	 inside = 0, start = 1;

	*where = *cell = 0;
	for (i = 0; i < n; i++)
		if (p[i] == '"') {
			if (!inside && start)
				*where = i;
			inside = !inside;
			start = 0;
		} else if (!inside && (start = p[i] == (char)delimiter))
			++*cell;
	return inside;
}
