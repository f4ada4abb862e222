/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as a message for "sendmail -t": text and HTML, quoted-printable,
 * so that it is 7-bit whatever is in it.  Lines end in LF, as sendmail takes
 * them.  The boundary has "=_" in it, which quoted-printable never has, so
 * no report can contain it and it need not be random.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "report/format.h"

#define BOUNDARY	"=_viptools_report"
#define LINE		76		/* most characters, RFC 2045, 6.7 */
#define WORD		39		/* bytes, 52 in base64: with its frame
					   and the field's name below 76 */

/* ----------------------------------------------------------------- headers */

static void
put_base64(struct buf *b, const char *p, size_t len)
{
	static const char	 digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char	*s = (const unsigned char *)p;
	unsigned		 n;
	size_t			 i;

	for (i = 0; i < len; i += 3) {
		n = (unsigned)s[i] << 16;
		if (i + 1 < len)
			n |= (unsigned)s[i + 1] << 8;
		if (i + 2 < len)
			n |= s[i + 2];
		buf_addc(b, digits[n >> 18]);
		buf_addc(b, digits[n >> 12 & 63]);
		buf_addc(b, i + 1 < len ? digits[n >> 6 & 63] : '=');
		buf_addc(b, i + 2 < len ? digits[n & 63] : '=');
	}
}

/* As many bytes of valid UTF-8 as fit, and no part of a character. */
static size_t
whole(const char *p, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)p[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/*
 * Text as encoded words (RFC 2047), or as it is if it is short, in ASCII, and
 * no encoded word by its looks.  Without control characters there is no way
 * into another header.
 */
static void
put_unstructured(struct buf *b, const char *text)
{
	struct buf	 shown = { 0 }, valid = { 0 };
	size_t		 i, n;

	text_escape(&shown, text, strlen(text));
	text_valid(&valid, shown.p, shown.len);
	if (text_is_ascii(valid.p, valid.len) && valid.len <= 60 &&
	    strstr(buf_str(&valid), "=?") == NULL)
		buf_add(b, valid.p, valid.len);
	else
		for (i = 0; i < valid.len; i += n) {
			n = whole(valid.p + i, valid.len - i, WORD);
			buf_addf(b, "%s=?UTF-8?B?", i > 0 ? "\n " : "");
			put_base64(b, valid.p + i, n);
			buf_adds(b, "?=");
		}
	buf_free(&shown);
	buf_free(&valid);
}

/* One of a list of addresses: "a@b", "Name <a@b>". */
static void
put_address(struct buf *b, const char *p, size_t len)
{
	struct buf	 text = { 0 }, name = { 0 };
	char		*angle;

	text_escape(&text, p, len);
	angle = strchr(buf_str(&text), '<');
	if (angle == NULL || text_is_ascii(text.p, text.len)) {
		buf_add(b, text.p, text.len);
	} else {
		buf_add(&name, text.p, (size_t)(angle - text.p));
		while (name.len > 0 && (name.p[name.len - 1] == ' ' ||
		    name.p[name.len - 1] == '"'))
			name.len--;
		put_unstructured(b, buf_str(&name) +
		    (name.len > 0 && name.p[0] == '"'));
		buf_addf(b, "\n %s", angle);
	}
	buf_free(&text);
	buf_free(&name);
}

/* Addresses between commas, one a line so that none is too long. */
static void
put_addresses(struct buf *b, const char *field, const char *list)
{
	size_t	 i, start = 0;
	int	 quoted = 0, first = 1;

	buf_addf(b, "%s: ", field);
	for (i = 0;; i++) {
		if (list[i] == '"')
			quoted = !quoted;
		if (list[i] != '\0' && (list[i] != ',' || quoted))
			continue;
		while (list[start] == ' ')
			start++;
		if (i > start) {
			if (!first)
				buf_adds(b, ",\n ");
			put_address(b, list + start, i - start);
			first = 0;
		}
		if (list[i] == '\0')
			break;
		start = i + 1;
	}
	buf_addc(b, '\n');
}

/* "Mon, 19 Jan 2026 00:00:00 -0500", in English whatever the language. */
static void
put_date(struct buf *b, when now, int offset)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil	 c;
	int		 minutes = (offset < 0 ? -offset : offset) / 60;

	civil_of_seconds(now + offset, &c);
	buf_addf(b, "Date: %s, %d %s %04d %02d:%02d:%02d %c%02d%02d\n",
	    days[weekday_of(days_of(c.year, c.month, c.day))], c.day,
	    months[c.month - 1], c.year, c.hour, c.minute, c.second,
	    offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* ------------------------------------------------------------------- parts */

/* A byte of a line as it is: printable, and no blank at the line's end. */
static int
is_plain(const char *p, size_t i, size_t len)
{
	unsigned char	 c = (unsigned char)p[i];

	if (c == ' ')
		return i + 1 < len && p[i + 1] != '\n';
	return c > ' ' && c < 0x7f && c != '=';
}

static void
put_quoted(struct buf *b, const char *p, size_t len)
{
	size_t	 i, used = 0, n;
	int	 dot;

	for (i = 0; i < len; i++) {
		if (p[i] == '\n') {
			buf_addc(b, '\n');
			used = 0;
			continue;
		}
		/* A line that is a dot ends a message; "From " is a mark. */
		dot = used == 0 && (p[i] == '.' || p[i] == 'F');
		n = is_plain(p, i, len) && !dot ? 1 : 3;
		if (used + n > LINE - 1) {
			buf_adds(b, "=\n");
			used = 0;
			dot = p[i] == '.' || p[i] == 'F';
			n = is_plain(p, i, len) && !dot ? 1 : 3;
		}
		if (n == 1)
			buf_addc(b, p[i]);
		else
			buf_addf(b, "=%02X", (unsigned)(unsigned char)p[i]);
		used += n;
	}
	if (used > 0)
		buf_addc(b, '\n');
}

static void
put_part(struct buf *b, const char *type, const struct buf *body)
{
	buf_addf(b, "\n--" BOUNDARY "\n"
	    "Content-Type: %s; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n", type);
	put_quoted(b, body->p, body->len);
}

void
format_mail(const struct report *r, const struct look *look, struct buf *b)
{
	struct look	 bare = *look;
	struct buf	 text = { 0 }, html = { 0 };

	bare.color = 0;
	format_text(r, &bare, &text);
	html_for_mail(r, &bare, &html);
	if (look->from != NULL)
		put_addresses(b, "From", look->from);
	put_addresses(b, "To", look->to != NULL ? look->to :
	    "undisclosed-recipients:;");
	buf_adds(b, "Subject: ");
	put_unstructured(b, r->title);
	buf_addc(b, '\n');
	put_date(b, r->now, r->offset);
	buf_adds(b, "MIME-Version: 1.0\n"
	    "Auto-Submitted: auto-generated\n"
	    "Content-Type: multipart/alternative;\n"
	    " boundary=\"" BOUNDARY "\"\n");
	put_part(b, "text/plain", &text);
	put_part(b, "text/html", &html);
	buf_adds(b, "\n--" BOUNDARY "--\n");
	buf_free(&text);
	buf_free(&html);
}
