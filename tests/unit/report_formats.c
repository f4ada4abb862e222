/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "report_help.h"

/* Texts that would break out of one form or another. */
static const char *const	 attacks[] = {
	"<script>alert(1)</script>", "</title></style><img src=x onerror=y>",
	"\" onmouseover=\"x", "' x='", "]]><!--", "&lt;b&gt; &#60;",
	"a|b|c", "`code` ```\n# h", "[x](http://e.org) ![y](z) <http://e.org>",
	"\\|", "a\\", "**b** _c_ ~~d~~", "1. one\n- two\n> three\n---\n===",
	"=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3", "\t=1", "\xef\xbc\x9d"
	"1", "\033]8;;http://e.org\a", "\033[31mred\033[0m", "\033]52;c;QQ==\a",
	"\x08\x7f\x9b" "31m", "\xc2\x9b" "31m", "\xe2\x80\xae" "evil",
	"\xe2\x81\xa6x\xe2\x81\xa9", "a\r\nBcc: x@example.org\r\n\r\nbody",
	"x\nBEGIN:VEVENT\nSUMMARY:y\nEND:VEVENT", "a;b,c\\n:d", "\xff\xfe\x80",
	"\xed\xa0\x80", "\xef\xbf\xbf", "{\"a\":\"b\\u0000\"}", "\",\"x\":\"",
	"=?UTF-8?B?QQ==?=", ".\n.\nFrom x", "--=_viptools_report--", "_x0041_",
	"\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", "e\xcc\x81", "\xf0\x9f\x91\xa9"
	"\xe2\x80\x8d\xf0\x9f\x92\xbb", "", " ", "[]:*?/\\", "'",
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e"
	"\x8b",
};

#define NATTACKS	(sizeof(attacks) / sizeof(attacks[0]))

static const char *
check_text(const char *p, size_t len)
{
	return check_plain(p, len, "\n");
}

static void
write_as(const char *name, const struct report *r, const struct look *look,
    struct buf *b)
{
	const struct look	 plain = { .from = NULL };
	const struct format	*f = format_find(name);

	assert_non_null(f);
	b->len = 0;
	f->write(r, look != NULL ? look : &plain, b);
	buf_str(b);
}

static void
test_attacks(void **state)
{
	static const struct {
		const char	*name;
		const char	*(*check)(const char *, size_t);
	} forms[] = {
		{ "text", check_text }, { "markdown", check_markdown },
		{ "html", check_html }, { "csv", check_csv },
		{ "json", check_json }, { "ics", check_ics },
		{ "mail", check_mail }
	};
	struct report	*r;
	struct buf	 b = { 0 };
	const char	*wrong;
	size_t		 i, k;

	(void)state;
	for (i = 0; i < NATTACKS; i++) {
		r = fixture(attacks[i], 1234567890);
		for (k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
			write_as(forms[k].name, r, NULL, &b);
			wrong = forms[k].check(b.p, b.len);
			if (wrong != NULL)
				fail_msg("%s of \"%s\": %s", forms[k].name,
				    attacks[i], wrong);
		}
		report_free(r);
	}
	buf_free(&b);
}

/* The checks themselves find what they are there for. */
static void
test_checks(void **state)
{
	static const char	 page[] = "<!DOCTYPE html>\n<html>%s</html>";
	static const char *const bad[] = { "<script></script>", "<p onclick=\"\">"
		"</p>", "<p>", "</p>", "&amp", "<p class=x></p>", "a > b" };
	char			 html[256];
	size_t			 i;

	(void)state;
	snprintf(html, sizeof(html), page, "<p class=\"a\">&lt;</p>");
	assert_null(check_html(html, strlen(html)));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(html, sizeof(html), page, bad[i]);
		assert_non_null(check_html(html, strlen(html)));
	}
	assert_non_null(check_json("{\"a\": \"\x01\"}", 10));
	assert_non_null(check_json("[1, 2}", 6));
	assert_non_null(check_json("[\"a\" 1]", 7));
	assert_non_null(check_markdown("| a |\n| a | b |\n", 16));
	assert_non_null(check_markdown("<b>\n", 4));
	assert_non_null(check_csv("a,b\n", 4));
	assert_non_null(check_ics("BEGIN:VCALENDAR\r\nX:1\r\n", 22));
	assert_non_null(check_mail("To: x\nBcc: y\n\n", 14));
	assert_non_null(check_plain("a\033", 2, "\n"));
	assert_null(check_plain("a\n", 2, "\n"));
}

static void
test_same_bytes(void **state)
{
	static const char *const names[] = { "text", "markdown", "html", "csv",
		"tsv", "json", "xlsx", "ics", "mail" };
	struct report	*r = fixture("Ann & <Bob>", 5 * NUM_ONE), *again;
	struct buf	 a = { 0 }, b = { 0 };
	size_t		 i;

	(void)state;
	again = fixture("Ann & <Bob>", 5 * NUM_ONE);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		write_as(names[i], r, NULL, &a);
		write_as(names[i], again, NULL, &b);
		assert_true(a.len > 100);
		if (a.len != b.len)
			fail_msg("%s: %zu and %zu bytes", names[i], a.len,
			    b.len);
		assert_memory_equal(a.p, b.p, a.len);
	}
	report_free(r);
	report_free(again);
	buf_free(&a);
	buf_free(&b);
}

static void
test_find(void **state)
{
	struct buf	 names = { 0 };
	char		*p, *save;

	(void)state;
	assert_null(format_find("pdf"));
	buf_adds(&names, format_names());
	for (p = strtok_r(buf_str(&names), ", ", &save); p != NULL;
	    p = strtok_r(NULL, ", ", &save))
		assert_string_equal(format_find(p)->name, p);
	buf_free(&names);
}

/* ----------------------------------------------------------------- figures */

static void
shows(struct figure f, const char *currency, const struct look *look,
    const char *want)
{
	struct buf	 b = { 0 };

	figure_show(&f, currency, look, &b);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static num
n(const char *s)
{
	num	 x;

	assert_int_equal(num_parse(s, strlen(s), &x), 0);
	return x;
}

static void
test_durations(void **state)
{
	static const struct {
		const char *minutes, *human, *plain, *iso;
	} cases[] = {
		{ "0", "0 min", "0", "PT0S" },
		{ "0.2", "12 sec", "0.2", "PT12S" },
		{ "0.995", "1 min", "0.995", "PT1M" },
		{ "12", "12 min", "12", "PT12M" },
		{ "8.333333", "8.3 min", "8.333", "PT8M20S" },
		{ "59.94", "59.9 min", "59.94", "PT59M56S" },
		{ "59.96", "1 hr", "59.96", "PT59M58S" },
		{ "60", "1 hr", "60", "PT1H" },
		{ "120", "2 hrs", "120", "PT2H" },
		{ "135", "2 hrs 15 min", "135", "PT2H15M" },
		{ "1440", "1 day", "1440", "P1D" },
		{ "4560", "3 days 4 hrs", "4560", "P3DT4H" },
		{ "1499.9", "1 day 1 hr", "1499.9", "P1DT59M54S" },
		{ "-26", "-26 min", "-26", "-PT26M" }
	};
	struct look	 minutes = { .duration = DURATION_MINUTES };
	struct look	 iso = { .duration = DURATION_ISO8601 };
	struct figure	 f;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f = figure_of(KIND_MINUTES, n(cases[i].minutes));
		shows(f, "", NULL, cases[i].human);
		shows(f, "", &minutes, cases[i].plain);
		shows(f, "", &iso, cases[i].iso);
	}
}

static void
test_money(void **state)
{
	static const struct {
		const char *amount, *currency, *full, *brief;
	} cases[] = {
		{ "4200000", "USD", "$4,200,000.00", "$4.2M" },
		{ "50400000", "USD", "$50,400,000.00", "$50.4M" },
		{ "187000", "USD", "$187,000.00", "$187,000" },
		{ "999999.99", "USD", "$999,999.99", "$1,000,000" },
		{ "950000000", "USD", "$950,000,000.00", "$950M" },
		{ "999960000", "USD", "$999,960,000.00", "$1B" },
		{ "2000000", "EUR", "\xe2\x82\xac" "2,000,000.00",
		    "\xe2\x82\xac" "2M" },
		{ "0.25", "USD", "$0.25", "$0.25" },
		{ "-4200000", "USD", "-$4,200,000.00", "-$4.2M" },
		{ "200000", "CNY", "\xc2\xa5" "200,000.00",
		    "\xc2\xa5" "20\xe4\xb8\x87" },
		{ "123456789", "CNY", "\xc2\xa5" "123,456,789.00",
		    "\xc2\xa5" "1.2\xe4\xba\xbf" },
		{ "9999", "CNY", "\xc2\xa5" "9,999.00", "\xc2\xa5" "9,999" },
		{ "12", "CHF", "CHF 12.00", "CHF 12" }
	};
	struct look	 brief = { .short_money = 1 };
	struct figure	 f;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f = figure_of(KIND_MONEY, n(cases[i].amount));
		shows(f, cases[i].currency, NULL, cases[i].full);
		shows(f, cases[i].currency, &brief, cases[i].brief);
	}
}

static void
test_trends(void **state)
{
	struct figure	 f = figure_of(KIND_NUMBER, n("4.9"));

	(void)state;
	f.previous = n("4.8");
	shows(f, "", NULL, "4.9");
	f.trend = TREND_UP;
	shows(f, "", NULL, "4.9 (up 0.1)");
	f.trend = TREND_STABLE;
	shows(f, "", NULL, "4.9 (stable)");
	f.trend = TREND_DOWN;
	f.previous = n("5.1");
	shows(f, "", NULL, "4.9 (down 0.2)");
	f.kind = KIND_NONE;
	shows(f, "", NULL, "-");
}

/* -------------------------------------------------------------- each form */

static int
has(const struct buf *b, const char *s)
{
	return strstr(b->p, s) != NULL;
}

static int
begins(const struct buf *b, const char *s)
{
	return strncmp(b->p, s, strlen(s)) == 0;
}

static void
test_text(void **state)
{
	struct look	 look = { .color = 1 };
	struct report	*r = fixture("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e",
			    3 * NUM_ONE);
	struct buf	 b = { 0 };
	const char	*line, *end;

	(void)state;
	write_as("text", r, &look, &b);
	assert_true(has(&b, "\033[1m\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e"
	    "\033[0m\n======\n"));
	assert_true(has(&b, "\033[1;31m"));
	write_as("text", r, NULL, &b);
	assert_false(has(&b, "\033"));
	report_free(r);

	/* However long a name without blanks is, no line is. */
	r = fixture(attacks[NATTACKS - 1], 3 * NUM_ONE);
	for (look.width = 40, look.color = 0; look.width <= 100;
	    look.width += 30) {
		write_as("text", r, &look, &b);
		/* The title is a title, and the columns of numbers stay. */
		line = strstr(b.p, "Touchpoint");
		for (; line < b.p + b.len; line = end + 1) {
			end = strchr(line, '\n');
			assert_true(text_width(line, (size_t)(end - line)) <=
			    look.width);
		}
	}
	report_free(r);
	buf_free(&b);
}

static void
test_csv(void **state)
{
	struct look	 look = { .spreadsheet = 1 };
	struct report	*r = fixture("=cmd|' /C calc'!A0", -5 * NUM_ONE);
	struct buf	 b = { 0 };

	(void)state;
	write_as("csv", r, NULL, &b);
	assert_true(has(&b, "\nactivity,=cmd|' /C calc'!A0,revenue,,,-5,,,,"
	    "\n"));
	assert_true(has(&b, ",wait,,,-5,,,1,-6\n"));
	write_as("csv", r, &look, &b);
	assert_true(has(&b, "\r\nactivity,'=cmd|' /C calc'!A0,revenue,,,-5,,,,"
	    "\r\n"));
	assert_false(has(&b, ",=cmd"));
	report_free(r);
	buf_free(&b);
}

static void
test_json(void **state)
{
	struct report	*r = fixture("a\xff\"\n\033\xe2\x80\xae\xe7\x8e\x8b",
			    n("0.1"));
	struct buf	 b = { 0 };

	(void)state;
	write_as("json", r, NULL, &b);
	assert_true(has(&b, "{\n  \"title\": \"a\xef\xbf\xbd\\\"\\n\\u001b"
	    "\\u202e\xe7\x8e\x8b\","));
	assert_true(has(&b, "\"as_of\": \"2026-01-19T00:00:00-05:00\""));
	assert_true(has(&b, "{\"metric\": \"share\", \"value\": 0.333333, "
	    "\"unit\": \"ratio\", \"numerator\": 1, \"denominator\": 3}"));
	assert_true(has(&b, "{\"metric\": \"wait\", \"value\": 0.1, \"unit\": "
	    "\"minutes\", \"previous\": 1, \"change\": -0.9}"));
	assert_true(has(&b, "{\"metric\": \"due\", \"value\": \"2026-01-19\", "
	    "\"unit\": \"date\"}"));
	report_free(r);
	buf_free(&b);
}

static void
test_html(void **state)
{
	struct report	*r = fixture("A<b", 3 * NUM_ONE);
	struct buf	 b = { 0 };

	(void)state;
	write_as("html", r, NULL, &b);
	assert_true(has(&b, "<html lang=\"en\">"));
	assert_true(has(&b, "<svg "));
	assert_true(has(&b, "</title>\n<desc id=\"chart1-d\">A&lt;b: Share "));
	assert_true(has(&b, "<th scope=\"row\" role=\"rowheader\""));
	assert_true(has(&b, "aria-hidden=\"true\">\xe2\x9c\x97</span>"));
	/* Nothing to load, nothing to run. */
	assert_false(has(&b, "src="));
	assert_false(has(&b, "href"));
	assert_false(has(&b, "@import"));
	assert_false(has(&b, "script"));
	b.len = 0;
	html_for_mail(r, &(struct look){ .color = 0 }, &b);
	buf_str(&b);
	assert_false(has(&b, "<svg"));
	report_free(r);
	buf_free(&b);
}

static void
test_mail(void **state)
{
	struct look	 look = { .from = "\"\xe7\x8e\x8b, x\" <w@example.org>",
			    .to = "a@example.org, \"B, C\" <b@example.org>" };
	struct report	*r = fixture("\xe5\x91\xa8\xe6\x8a\xa5",
			    3 * NUM_ONE);
	struct buf	 b = { 0 };

	(void)state;
	write_as("mail", r, &look, &b);
	assert_true(begins(&b,
	    "From: =?UTF-8?B?546LLCB4?=\n <w@example.org>\n"
	    "To: a@example.org,\n \"B, C\" <b@example.org>\n"
	    "Subject: =?UTF-8?B?5ZGo5oql?=\n"
	    "Date: Mon, 19 Jan 2026 00:00:00 -0500\n"
	    "MIME-Version: 1.0\n"));
	assert_true(has(&b, "=E5=91=A8=E6=8A=A5\n=3D=3D=3D=3D\n"));
	report_free(r);
	r = fixture("x\r\nBcc: y@example.org", 0);
	write_as("mail", r, NULL, &b);
	assert_true(begins(&b, "To: undisclosed-recipients:;\n"
	    "Subject: x\\x0d\\x0aBcc: y@example.org\n"));
	report_free(r);
	buf_free(&b);
}

static void
test_ics(void **state)
{
	struct report	*r = fixture("a;b,c\\", 0);
	struct buf	 b = { 0 };

	(void)state;
	write_as("ics", r, NULL, &b);
	assert_true(has(&b, "\r\nDTSTAMP:20260119T050000Z\r\n"
	    "DTSTART;VALUE=DATE:20260119\r\n"
	    "SUMMARY:a\\;b\\,c\\\\: a\\;b\\,c\\\\\r\n"
	    "DESCRIPTION:Due: 2026-01-19\\nTouchpoint: a\\;b\\,c\\\\\\nCustomer:"));
	report_free(r);
	buf_free(&b);
}

/* ---------------------------------------------------------------- workbook */

static unsigned
le(const char *p, int bytes)
{
	unsigned	 x = 0;

	while (bytes-- > 0)
		x = x << 8 | (unsigned char)p[bytes];
	return x;
}

/* The parts of a zip archive, one behind the other; none has a time. */
static void
unzip(const struct buf *zip, struct buf *out)
{
	const char	*p, *end;
	z_stream	 z;
	unsigned	 count, size, at;

	assert_true(zip->len > 22);
	end = zip->p + zip->len - 22;
	assert_memory_equal(end, "PK\5\6", 4);
	count = le(end + 10, 2);
	p = zip->p + le(end + 16, 4);
	out->len = 0;
	for (; count > 0; count--) {
		assert_memory_equal(p, "PK\1\2", 4);
		assert_int_equal(le(p + 14, 2), 0x0021);	/* 1980-01-01 */
		size = le(p + 24, 4);
		at = le(p + 42, 4);
		at += 30 + le(zip->p + at + 26, 2) + le(zip->p + at + 28, 2);
		buf_room(out, size);
		memset(&z, 0, sizeof(z));
		assert_int_equal(inflateInit2(&z, -15), Z_OK);
		z.next_in = (Bytef *)(zip->p + at);
		z.avail_in = le(p + 20, 4);
		z.next_out = (Bytef *)(out->p + out->len);
		z.avail_out = size;
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		inflateEnd(&z);
		out->len += size;
		p += 46 + le(p + 28, 2) + le(p + 30, 2) + le(p + 32, 2);
	}
	buf_str(out);
}

static void
test_xlsx(void **state)
{
	struct report	*r = fixture("=1+1", n("1234.5"));
	struct buf	 b = { 0 }, parts = { 0 };
	size_t		 i;

	(void)state;
	write_as("xlsx", r, NULL, &b);
	unzip(&b, &parts);
	assert_true(has(&parts, "<t>=1+1</t>"));
	assert_false(has(&parts, "<f>"));
	assert_true(has(&parts, "<v>1234.5</v>"));
	assert_true(has(&parts, "<v>46041</v>"));	/* the date */
	assert_true(has(&parts, "<pane "));
	assert_true(has(&parts, "<c:barChart>"));
	assert_true(has(&parts, "name=\"VIP activity\""));
	assert_true(has(&parts, "2026-01-19T05:00:00Z"));
	report_free(r);

	for (i = 0; i < NATTACKS; i++) {
		r = fixture(attacks[i], 1);
		write_as("xlsx", r, NULL, &b);
		unzip(&b, &parts);
		assert_false(has(&parts, "<f>"));
		assert_false(has(&parts, "<script"));
		assert_false(has(&parts, ">_x0041_<"));
		assert_false(has(&parts, "<c:f>=cmd"));
		assert_null(check_plain(parts.p, parts.len, "\r\n"));
		report_free(r);
	}
	buf_free(&b);
	buf_free(&parts);
}

/* The titles of sections name the sheets, whatever they are. */
static void
test_sheet_names(void **state)
{
	static const char *const titles[] = { "a/b", "A b", "a b", "",
		"'x'", "History", "0123456789012345678901234567890123456789",
		"0123456789012345678901234567890123456789" };
	struct report	*r = report_new("");
	struct buf	 b = { 0 }, parts = { 0 };
	const char	*p;
	size_t		 i, count = 0;

	(void)state;
	r->title = "";
	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		report_section(r, "s", titles[i]);
	write_as("xlsx", r, NULL, &b);
	unzip(&b, &parts);
	for (p = parts.p; (p = strstr(p, "<sheet ")) != NULL; p++)
		count++;
	assert_int_equal(count, i);
	report_free(r);

	r = report_new("");
	r->title = "";
	write_as("xlsx", r, NULL, &b);		/* not one section */
	unzip(&b, &parts);
	report_free(r);
	buf_free(&b);
	buf_free(&parts);
}

int
main(void)
{
	static const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_attacks),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_trends),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_ics),
		cmocka_unit_test(test_xlsx),
		cmocka_unit_test(test_sheet_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
