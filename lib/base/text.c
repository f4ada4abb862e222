/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/err.h"
#include "base/text.h"

#define NEAREST_MAX	64		/* characters of a name to suggest */
#define VS16		0xfe0f		/* makes an emoji of what is before */
#define KEYCAP		0x20e3		/* after it, and a digit before */

/* Read a character; an invalid byte is -1, and one byte long. */
static size_t
step(const char *p, size_t n, int32_t *c)
{
	utf8proc_ssize_t	 len;

	if ((unsigned char)*p < 0x80) {
		*c = *p;
		return 1;
	}
	len = utf8proc_iterate((const utf8proc_uint8_t *)p, n < 4 ?
	    (utf8proc_ssize_t)n : 4, c);
	if (len > 0)
		return (size_t)len;
	*c = -1;
	return 1;
}

/* What moves the cursor, or what is written after it, out of its place. */
static int
is_unsafe(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c ||
	    c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

/*
 * err.c relies on this making at most four bytes of one, and on its asking
 * for room only as it needs it.
 */
void
text_escape(struct buf *b, const char *p, size_t n)
{
	static const char	 hex[] = "0123456789abcdef";
	size_t			 i, len, plain = 0;
	int32_t			 c;

	for (i = 0; i < n; i += len) {
		len = step(p + i, n - i, &c);
		if (!is_unsafe(c))
			continue;
		buf_add(b, p + plain, i - plain);
		plain = i + len;
		if (len == 1) {
			c = (unsigned char)p[i];
			buf_adds(b, "\\x");
		} else {
			buf_adds(b, "\\u");
			buf_addc(b, hex[c >> 12 & 15]);
			buf_addc(b, hex[c >> 8 & 15]);
		}
		buf_addc(b, hex[c >> 4 & 15]);
		buf_addc(b, hex[c & 15]);
	}
	buf_add(b, p + plain, n - plain);
}

int
text_is_ascii(const char *p, size_t n)
{
	uint64_t	 x;
	size_t		 i;

	for (i = 0; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, p + i, sizeof(x));
		if (x & UINT64_C(0x8080808080808080))
			return 0;
	}
	if (i == n)
		return 1;
	if (n >= sizeof(x)) {		/* some of them once more */
		memcpy(&x, p + n - sizeof(x), sizeof(x));
		return (x & UINT64_C(0x8080808080808080)) == 0;
	}
	for (; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return 0;
	return 1;
}

/*
 * Whether a character is itself in normal form C and has no part in any
 * composition: Latin, the kana, the ideographs and the syllables that text
 * is nearly always made of.
 */
static int
is_settled(int32_t c)
{
	return c < 0x300 || (c >= 0x3000 && c <= 0x3029) ||
	    (c >= 0x3041 && c <= 0x3096) || (c >= 0x30a1 && c <= 0x30fa) ||
	    (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xff01 && c <= 0xff60);
}

/* Append valid UTF-8 in normal form C, by options of utf8proc_map(3). */
static void
compose(struct buf *b, const char *p, size_t n, utf8proc_option_t options)
{
	utf8proc_uint8_t	*out;
	utf8proc_ssize_t	 len;

	len = utf8proc_map((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n,
	    &out, options | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (len < 0)
		die(STATUS_RESOURCE, "%s", utf8proc_errmsg(len));
	buf_add(b, out, (size_t)len);
	free(out);
}

/* Normalise what lies between the bytes that are not of characters. */
static void
normalise(struct buf *b, const char *p, size_t n, utf8proc_option_t options)
{
	size_t	 i, len, start = 0;
	int	 settled = options == 0;
	int32_t	 c = 0;

	for (i = 0; i <= n; i += len) {
		len = 1;
		if (i < n) {
			len = step(p + i, n - i, &c);
			if (c != -1) {
				settled = settled && is_settled(c);
				continue;
			}
		}
		if (settled)
			buf_add(b, p + start, i - start);
		else if (i > start)
			compose(b, p + start, i - start, options);
		if (i < n)
			buf_addc(b, p[i]);
		start = i + 1;
		settled = options == 0;
	}
}

static void
lower_ascii(struct buf *b, const char *p, size_t n)
{
	uint64_t	 x;
	char		*t;
	size_t		 i;

	if (n == 0)
		return;			/* then there may be no buffer yet */
	buf_room(b, n);
	t = b->p + b->len;
	b->len += n;
	for (i = 0; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, p + i, sizeof(x));
		x = text_lower_word(x);
		memcpy(t + i, &x, sizeof(x));
	}
	for (; i < n; i++)
		t[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ?
		    p[i] - 'A' + 'a' : p[i]);
}

void
text_nfc(struct buf *b, const char *p, size_t n)
{
	if (text_is_ascii(p, n))
		buf_add(b, p, n);
	else
		normalise(b, p, n, 0);
}

void
text_fold(struct buf *b, const char *p, size_t n)
{
	if (text_is_ascii(p, n))
		lower_ascii(b, p, n);
	else
		normalise(b, p, n, UTF8PROC_CASEFOLD);
}

void
text_lower(struct buf *b, const char *p, size_t n)
{
	size_t	 i, len;
	int32_t	 c;

	if (text_is_ascii(p, n)) {
		lower_ascii(b, p, n);
		return;
	}
	for (i = 0; i < n; i += len) {
		len = step(p + i, n - i, &c);
		if (c == -1) {
			buf_addc(b, p[i]);
			continue;
		}
		buf_room(b, 4);
		b->len += (size_t)utf8proc_encode_char(utf8proc_tolower(c),
		    (utf8proc_uint8_t *)b->p + b->len);
	}
}

size_t
text_length(const char *p, size_t n)
{
	size_t	 i, count = 0;
	int32_t	 c;

	for (i = 0; i < n; i += step(p + i, n - i, &c))
		count++;
	return count;
}

static int
class_of(int32_t c)
{
	return utf8proc_get_property(c)->boundclass;
}

static int
is_pictograph(int32_t c)
{
	return class_of(c) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* Columns that a character adds to what it belongs to. */
static size_t
added(int32_t c)
{
	int	 class = class_of(c);

	/* The vowel and the end of a syllable of Hangul go into its square. */
	if (class == UTF8PROC_BOUNDCLASS_V || class == UTF8PROC_BOUNDCLASS_T)
		return 0;
	return (size_t)utf8proc_charwidth(c);
}

/*
 * The bytes of what a reader takes for one character, and its columns.
 * An emoji takes two, however many it is joined of; in other scripts the
 * parts stand side by side.
 */
static size_t
cluster(const char *p, size_t n, size_t *width)
{
	size_t		 len, i;
	int32_t		 first, last, c;
	utf8proc_int32_t state = 0;
	int		 pictograph, emoji = 0;

	if (*p >= 0x20 && *p < 0x7f && (n == 1 || (unsigned char)p[1] < 0x80)) {
		*width = 1;
		return 1;
	}
	i = step(p, n, &first);
	if (first == -1) {
		*width = 1;
		return 1;
	}
	*width = (size_t)utf8proc_charwidth(first);
	pictograph = is_pictograph(first);
	for (last = first; i < n; i += len, last = c) {
		len = step(p + i, n - i, &c);
		if (c == -1 || utf8proc_grapheme_break_stateful(last, c,
		    &state))
			break;
		if (pictograph && (c == VS16 || is_pictograph(c) ||
		    (c >= 0x1f3fb && c <= 0x1f3ff)))
			emoji = 1;
		if (c == KEYCAP && last == VS16)
			emoji = 1;
		*width += added(c);
	}
	if (emoji)
		*width = 2;
	return i;
}

size_t
text_width(const char *p, size_t n)
{
	size_t	 i, width, sum = 0;

	for (i = 0; i < n; i += cluster(p + i, n - i, &width), sum += width)
		;
	return sum;
}

size_t
text_fit(const char *p, size_t n, size_t columns)
{
	size_t	 i, len, width;

	for (i = 0; i < n; i += len, columns -= width) {
		len = cluster(p + i, n - i, &width);
		if (width > columns)
			break;
	}
	return i;
}

/* Folded characters; their number, or NEAREST_MAX + 1 if they are more. */
static size_t
decode(const char *s, int32_t out[NEAREST_MAX])
{
	struct buf	 b = { 0 };
	size_t		 i, n = 0;
	int32_t		 c;

	/* Of a name this long not even the folding is worth its time. */
	if (strlen(s) > 4 * NEAREST_MAX)
		return NEAREST_MAX + 1;
	text_fold(&b, s, strlen(s));
	for (i = 0; i < b.len && n <= NEAREST_MAX; n++) {
		i += step(b.p + i, b.len - i, &c);
		if (n < NEAREST_MAX)
			out[n] = c == -1 ? -(int32_t)(unsigned char)b.p[i - 1] :
			    c;
	}
	buf_free(&b);
	return n;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Slips between two names: a letter more, less, other, or two swapped. */
static size_t
distance(const int32_t *a, size_t n, const int32_t *b, size_t m)
{
	size_t	 rows[3][NEAREST_MAX + 1];
	size_t	*before, *above = rows[1], *row = rows[2], *spare = rows[0];
	size_t	 i, j;

	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		before = above;
		above = row;
		row = spare;
		spare = before;
		row[0] = i;
		for (j = 1; j <= m; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[m];
}

const char *
text_nearest(const char *wrong, const char *const *names, size_t n)
{
	int32_t		 a[NEAREST_MAX], b[NEAREST_MAX];
	const char	*best = NULL;
	size_t		 i, d, len, other, limit;

	if ((len = decode(wrong, a)) > NEAREST_MAX)
		return NULL;
	limit = len >= 6 ? len / 3 : 1;
	for (i = 0; i < n; i++) {
		if (names[i] == NULL ||
		    (other = decode(names[i], b)) > NEAREST_MAX)
			continue;
		d = distance(a, len, b, other);
		/* A name of which nothing is left is no near one. */
		if (d <= limit && d < (len > other ? len : other)) {
			best = names[i];
			if (d == 0)
				break;
			limit = d - 1;
		}
	}
	return best;
}

const char **
text_split(const char *s, size_t *n)
{
	const size_t	 len = strlen(s);
	const char	**parts;
	char		*rest, *p;
	size_t		 most = 1, i;

	for (i = 0; i < len; i++)
		most += s[i] == ',';
	parts = xmalloc(most * sizeof(*parts) + len + 1);
	rest = memcpy(parts + most, s, len + 1);
	*n = 0;
	while ((p = strsep(&rest, ",")) != NULL)
		parts[(*n)++] = p;
	return parts;
}
