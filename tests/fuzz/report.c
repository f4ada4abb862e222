/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whatever the names, reasons and titles of a report are, each of its forms
 * is of our own making: no element, cell, field or line of theirs.
 */
#include "config.h"

#include <stdint.h>

#include "../unit/report_help.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct report *r, const char *name,
    const char *(*checker)(const char *, size_t))
{
	const struct look	 look = { .from = "a@b", .to = "c@d",
				    .short_money = 1 };
	struct buf		 b = { 0 };
	const char		*wrong;

	format_find(name)->write(r, &look, &b);
	wrong = checker(buf_str(&b), b.len);
	if (wrong != NULL) {
		fprintf(stderr, "%s: %s\n", name, wrong);
		abort();
	}
	buf_free(&b);
}

static const char *
check_text(const char *p, size_t len)
{
	return check_plain(p, len, "\n");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report	*r;
	char		*text;
	num		 value = 0;

	if (size < sizeof(value) || size > 4096)
		return 0;
	memcpy(&value, data, sizeof(value));
	text = xmemdup0((const char *)data + sizeof(value),
	    size - sizeof(value));
	r = fixture(text, value);
	check(r, "text", check_text);
	check(r, "markdown", check_markdown);
	check(r, "html", check_html);
	check(r, "csv", check_csv);
	check(r, "json", check_json);
	check(r, "ics", check_ics);
	check(r, "mail", check_mail);
	report_free(r);
	free(text);
	return 0;
}
