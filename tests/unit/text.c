/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vip.h"

static void
is_made(const char *what, void (*f)(struct buf *, const char *, size_t),
    const char *text, size_t len, const char *want)
{
	struct buf	 b = { 0 };
	char		*copy;

	/* Of just this size, so that a byte read beyond it is seen. */
	copy = xmalloc(len);
	memcpy(copy, text, len);
	f(&b, copy, len);
	if (strcmp(buf_str(&b), want) != 0 || strlen(want) != b.len)
		fail_msg("%s of \"%s\" is \"%s\", want \"%s\"", what, text,
		    b.p, want);
	buf_free(&b);
	free(copy);
}

static void
test_escape(void **state)
{
#define ESCAPE(text, want) \
	is_made("escape", text_escape, text, sizeof(text) - 1, want)
	(void)state;
	ESCAPE("", "");
	ESCAPE("plain, 100% \"text\" \\ ~", "plain, 100% \"text\" \\ ~");
	ESCAPE("a\033[31mb", "a\\x1b[31mb");
	ESCAPE("\033]8;;http://x\007", "\\x1b]8;;http://x\\x07");
	ESCAPE("a\0b", "a\\x00b");
	ESCAPE("a\nb\r\tc\b\x7f", "a\\x0ab\\x0d\\x09c\\x08\\x7f");
	ESCAPE("\xc2\x9b" "31m", "\\u009b31m");
	ESCAPE("\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0");
	ESCAPE("\x9b", "\\x9b");
	ESCAPE("\xe2\x80\xae" "fdp.exe", "\\u202efdp.exe");
	ESCAPE("\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c\xe2\x80\x8f",
	    "\\u2066\\u2069\\u061c\\u200f");
	ESCAPE("\xe2\x80\xa8", "\\u2028");
	ESCAPE("M\xc3\xbcnchen \xe5\xbc\xa0\xe4\xb8\x89 \xf0\x9f\x98\x80",
	    "M\xc3\xbcnchen \xe5\xbc\xa0\xe4\xb8\x89 \xf0\x9f\x98\x80");
	/* Joined emoji stay joined. */
	ESCAPE("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb");
	/* Latin-1, cut off, overlong, surrogate, beyond the last. */
	ESCAPE("caf\xe9 x", "caf\\xe9 x");
	ESCAPE("\xe5\xbc", "\\xe5\\xbc");
	ESCAPE("\xe5", "\\xe5");
	ESCAPE("\xc0\xaf", "\\xc0\\xaf");
	ESCAPE("\xed\xa0\x80", "\\xed\\xa0\\x80");
	ESCAPE("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	ESCAPE("\xff", "\\xff");
#undef ESCAPE
}

static void
test_forms(void **state)
{
#define NFC(text, want) \
	is_made("nfc", text_nfc, text, sizeof(text) - 1, want)
#define FOLD(text, want) \
	is_made("fold", text_fold, text, sizeof(text) - 1, want)
#define LOWER(text, want) \
	is_made("lower", text_lower, text, sizeof(text) - 1, want)
	(void)state;
	NFC("", "");
	NFC("Zo\xc3\xab", "Zo\xc3\xab");
	NFC("Zoe\xcc\x88", "Zo\xc3\xab");
	NFC("\xe5\xbc\xa0" "e\xcc\x81", "\xe5\xbc\xa0\xc3\xa9");
	NFC("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81");
	NFC("\xea\xb0\x80\xe1\x86\xa8", "\xea\xb0\x81");
	NFC("\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c");
	NFC("\xe2\x84\xab", "\xc3\x85");	/* the sign of the angstrom */
	NFC("\xef\xbc\x91", "\xef\xbc\x91");	/* a wide 1 is not a 1 */
	NFC("q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87");
	/* Invalid bytes stay, and part what stands around them. */
	NFC("e\xff\xcc\x81", "e\xff\xcc\x81");
	NFC("\xff" "e\xcc\x81\xfe", "\xff\xc3\xa9\xfe");
	NFC("\xc3", "\xc3");

	FOLD("ABC xyz 09", "abc xyz 09");
	FOLD("STRASSE", "strasse");
	FOLD("@AMZ[`amz{\x7f" "0@AMZ[", "@amz[`amz{\x7f" "0@amz[");
	FOLD("Stra\xc3\x9f" "e", "strasse");
	FOLD("ZOE\xcc\x88", "zo\xc3\xab");
	FOLD("\xce\xa3\xcf\x83\xcf\x82", "\xcf\x83\xcf\x83\xcf\x83");
	FOLD("\xff" "A\xc3\x84\xff", "\xff" "a\xc3\xa4\xff");
	FOLD("A\xff", "a\xff");

	LOWER("ABC xyz 09", "abc xyz 09");
	LOWER("\xc3\x84RGER \xe5\xbc\xa0", "\xc3\xa4rger \xe5\xbc\xa0");
	LOWER("Stra\xc3\x9f" "E", "stra\xc3\x9f" "e");
	LOWER("\xff\xc3\x84", "\xff\xc3\xa4");
#undef NFC
#undef FOLD
#undef LOWER
}

/*
 * What text_nfc() passes over unseen must be what utf8proc leaves alone, and
 * a second time must change nothing.
 */
static void
test_forms_all(void **state)
{
	struct buf	 in = { 0 }, one = { 0 }, two = { 0 };
	uint32_t	 c;

	(void)state;
	for (c = 0x80; c < 0x30000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		in.len = one.len = two.len = 0;
		/* Latin letters before and after, and a mark that composes. */
		buf_addc(&in, 'a');
		if (c >= 0x10000)
			buf_addc(&in, (int)(0xf0 | c >> 18));
		if (c >= 0x800)
			buf_addc(&in, (int)(c >= 0x10000 ?
			    0x80 | (c >> 12 & 63) : 0xe0 | c >> 12));
		buf_addc(&in, (int)(c >= 0x800 ? 0x80 | (c >> 6 & 63) :
		    0xc0 | c >> 6));
		buf_addc(&in, (int)(0x80 | (c & 63)));
		assert_int_equal(text_length(in.p, in.len), 2);

		text_nfc(&one, in.p, in.len);
		/* The snowman is not settled: all of it goes to utf8proc. */
		buf_adds(&in, "\xe2\x98\x83");
		text_nfc(&two, in.p, in.len);
		buf_adds(&one, "\xe2\x98\x83");
		if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
			fail_msg("U+%04X", c);
		two.len = 0;
		text_nfc(&two, one.p, one.len);
		if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
			fail_msg("U+%04X, again", c);
	}
	buf_free(&in);
	buf_free(&one);
	buf_free(&two);
}

static void
is_wide(const char *text, size_t characters, size_t columns)
{
	size_t	 n = strlen(text);

	if (text_length(text, n) != characters ||
	    text_width(text, n) != columns)
		fail_msg("\"%s\": %zu characters, %zu columns", text,
		    text_length(text, n), text_width(text, n));
}

static void
test_width(void **state)
{
	(void)state;
	is_wide("", 0, 0);
	is_wide("abc", 3, 3);
	is_wide("Zo\xc3\xab", 3, 3);
	is_wide("Zoe\xcc\x88", 4, 3);
	is_wide("\xe5\xbc\xa0\xe4\xb8\x89", 2, 4);
	is_wide("\xef\xbd\xb1\xef\xbc\xa1", 2, 3);	/* half, full width */
	is_wide("\xea\xb0\x81", 1, 2);
	is_wide("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", 3, 2);
	is_wide("\xe2\x80\x8b", 1, 0);
	is_wide("\xff\xfe", 2, 2);
	is_wide("\xe5\xbc", 2, 2);
	is_wide("\xf0\x9f\x98\x80", 1, 2);
	is_wide("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 2, 2);
	is_wide("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 3, 2);
	is_wide("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
	    "\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6", 7, 2);
	is_wide("\xe2\x9d\xa4\xef\xb8\x8f", 2, 2);
	is_wide("\xe2\x9d\xa4", 1, 1);
	is_wide("1\xef\xb8\x8f\xe2\x83\xa3", 3, 2);
	is_wide("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2, 2);
	is_wide("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab"
	    "\xf0\x9f\x87\xb7", 4, 4);
	is_wide("a\xf0\x9f\x8f\xbd", 2, 3);
	is_wide("a\xef\xb8\x8f", 2, 1);
	/* The flag of Scotland: a black one with tags. */
	is_wide("\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2"
	    "\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0\x81\xb4\xf3\xa0\x81\xbf",
	    7, 2);

	assert_true(text_is_ascii("", 0));
	assert_true(text_is_ascii("0123456789abcdef\x7f", 17));
	assert_false(text_is_ascii("0123456\x80" "89", 10));
	assert_false(text_is_ascii("012345678\x80", 10));
	assert_true(text_is_ascii("012345678\x80", 9));
	assert_false(text_is_ascii("0123456\x80" "89abcde", 15));
}

static void
test_fit(void **state)
{
	static const char	 zoe[] = "Zoe\xcc\x88!";
	static const char	 mixed[] = "a\xe5\xbc\xa0\xf0\x9f\x91\xa9"
	    "\xe2\x80\x8d\xf0\x9f\x92\xbb" "b";
	size_t			 i;

	(void)state;
	assert_int_equal(text_fit("abc", 3, 0), 0);
	assert_int_equal(text_fit("abc", 3, 2), 2);
	assert_int_equal(text_fit("abc", 3, 9), 3);
	assert_int_equal(text_fit("", 0, 9), 0);
	assert_int_equal(text_fit(zoe, 6, 2), 2);
	assert_int_equal(text_fit(zoe, 6, 3), 5);
	assert_int_equal(text_fit(zoe, 6, 4), 6);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 1), 1);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 2), 1);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 3), 4);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 4), 4);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 5), 15);
	assert_int_equal(text_fit(mixed, sizeof(mixed) - 1, 6), 16);
	for (i = 0; i < 9; i++)
		assert_in_range(text_width(mixed, text_fit(mixed,
		    sizeof(mixed) - 1, i)), 0, i);
}

static void
is_nearest(const char *wrong, const char *want)
{
	static const char *const	 names[] = {
		"spend_365d", NULL, "spend_30d", "tier", "orders", "country",
		"customer_id", "last_order_at", "Stra\xc3\x9f" "e",
		"\xe5\xa7\x93\xe5\x90\x8d", "x"
	};
	const char	*got;

	got = text_nearest(wrong, names, sizeof(names) / sizeof(names[0]));
	if (got == NULL ? want != NULL : want == NULL || strcmp(got, want) != 0)
		fail_msg("nearest to \"%s\" is %s", wrong,
		    got == NULL ? "none" : got);
}

static void
test_nearest(void **state)
{
	char	 longest[400];

	(void)state;
	is_nearest("spend_356d", "spend_365d");
	is_nearest("spend_365", "spend_365d");
	is_nearest("spend_3d", "spend_30d");
	is_nearest("Spend_30D", "spend_30d");
	is_nearest("spend_36d", "spend_365d");	/* the first of two */
	is_nearest("teir", "tier");
	is_nearest("tie", "tier");
	is_nearest("tiers", "tier");
	is_nearest("tores", NULL);
	is_nearest("order", "orders");
	is_nearest("odrers", "orders");
	is_nearest("customerid", "customer_id");
	is_nearest("CUSTOMER-ID", "customer_id");
	is_nearest("strasse", "Stra\xc3\x9f" "e");
	is_nearest("\xe5\xa7\x93", "\xe5\xa7\x93\xe5\x90\x8d");
	is_nearest("y", NULL);
	is_nearest("", NULL);
	is_nearest("revenue", NULL);
	is_nearest("cuntri", "country");
	is_nearest("cuntrie", NULL);
	is_nearest("cuntry", "country");
	is_nearest("x\xff", "x");
	memset(longest, 's', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	is_nearest(longest, NULL);
	assert_null(text_nearest("a", NULL, 0));
}

static void
is_split(const char *text, size_t want, const char *first, const char *last)
{
	const char	**parts;
	size_t		  n = 0;

	parts = text_split(text, &n);
	assert_int_equal(n, want);
	assert_string_equal(parts[0], first);
	assert_string_equal(parts[n - 1], last);
	free(parts);
}

static void
test_split(void **state)
{
	(void)state;
	is_split("", 1, "", "");
	is_split("a", 1, "a", "a");
	is_split("a,b c", 2, "a", "b c");
	is_split("a,,", 3, "a", "");
	is_split(",", 2, "", "");
	is_split(", a,b", 3, "", "b");
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_forms_all),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_split)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
