/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <utf8proc.h>

#include "base/gettext.h"
#include "report/show.h"

#define REPLACEMENT	"\xef\xbf\xbd"

static const struct look	 plain;

/* The amount without its sign; "-" is written. */
static num
show_sign(num value, struct buf *b)
{
	if (value >= 0)
		return value;
	buf_addc(b, '-');
	return value == NUM_MIN ? NUM_MAX : -value;
}

/* Digits with commas between thousands, as English reports have them. */
static void
show_grouped(num value, int decimals, struct buf *b)
{
	char	 text[NUM_SIZE];
	size_t	 i, whole, len = num_format_fixed(text, value, decimals);

	for (whole = 0; whole < len && text[whole] != '.'; whole++)
		;
	for (i = 0; i < len; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0 &&
		    text[i - 1] != '-')
			buf_addc(b, ',');
		buf_addc(b, text[i]);
	}
}

static void
show_rounded(num value, int decimals, struct buf *b)
{
	char	 text[NUM_SIZE];

	buf_add(b, text, num_format(text, num_round(value, decimals)));
}

/* ------------------------------------------------------------------- money */

void
currency_show(const char *currency, struct buf *b)
{
	static const struct {
		const char *code, *sign;
	} signs[] = {
		{ "USD", "$" }, { "EUR", "\xe2\x82\xac" },
		{ "GBP", "\xc2\xa3" }, { "CNY", "\xc2\xa5" },
		{ "JPY", "\xc2\xa5" }, { "TWD", "NT$" }, { "HKD", "HK$" }
	};
	size_t	 i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcmp(signs[i].code, currency) == 0) {
			buf_adds(b, signs[i].sign);
			return;
		}
	if (*currency != '\0')
		buf_addf(b, "%s ", currency);
}

/* What short amounts are counted in: two units, the greater first. */
struct scale {
	const char	*name[2];
	num		 size[2];
};

/*
 * By thousands of thousands; by ten thousands where the language counts so,
 * or the people do whose money it is.
 */
static struct scale
scale_of(const char *currency)
{
	static const struct {
		const char *code, *name[2];
	} myriads[] = {
		{ "CNY", { "\xe4\xba\xbf", "\xe4\xb8\x87" } },
		{ "JPY", { "\xe5\x84\x84", "\xe4\xb8\x87" } },
		{ "TWD", { "\xe5\x84\x84", "\xe8\x90\xac" } }
	};
	struct scale	 s = { { "B", "M" },
			    { 1000000000 * NUM_ONE, 1000000 * NUM_ONE } };
	size_t		 i;

	/* TRANSLATORS: in short amounts of money, 10^9 and 10^6; if the
	   language counts by 10,000, its names of 10^8 and 10^4. */
	s.name[0] = _("B");
	s.name[1] = _("M");
	if (strcmp(s.name[1], "M") != 0) {
		s.size[0] = 100000000 * NUM_ONE;
		s.size[1] = 10000 * NUM_ONE;
		return s;
	}
	for (i = 0; i < sizeof(myriads) / sizeof(myriads[0]); i++)
		if (strcmp(currency, myriads[i].code) == 0) {
			memcpy(s.name, myriads[i].name, sizeof(s.name));
			s.size[0] = 100000000 * NUM_ONE;
			s.size[1] = 10000 * NUM_ONE;
		}
	return s;
}

/* "4.2M", "187,000", "0.25" */
static void
show_short(num value, const char *currency, struct buf *b)
{
	struct scale	 s = scale_of(currency);
	num		 n;
	size_t		 i = 1;

	if (value < s.size[1]) {
		show_grouped(value, value < 1000 * NUM_ONE &&
		    value % NUM_ONE != 0 ? 2 : 0, b);
		return;
	}
	/* 999,960,000 is 1B, not 1,000M. */
	if (num_div(value, s.size[1], &n) == -1 ||
	    num_round(n, 1) >= s.size[0] / s.size[1] * NUM_ONE) {
		i = 0;
		if (num_div(value, s.size[0], &n) == -1)
			n = NUM_MAX;
	}
	n = num_round(n, 1);
	show_grouped(n, n % NUM_ONE != 0, b);
	buf_adds(b, s.name[i]);
}

static void
show_money(num value, const char *currency, const struct look *look,
    struct buf *b)
{
	value = show_sign(value, b);
	currency_show(currency, b);
	if (look->short_money)
		show_short(value, currency, b);
	else
		show_grouped(value, 2, b);
}

/* --------------------------------------------------------------- durations */

static void
show_parts(num days, num hours, num minutes, struct buf *b)
{
	const char	*gap = "";

	if (days > 0) {
		buf_addf(b, ngettext("%lld day", "%lld days",
		    (unsigned long)days), (long long)days);
		/* TRANSLATORS: between the parts of "2 hrs 15 min" */
		gap = _(" ");
	}
	if (hours > 0) {
		buf_adds(b, gap);
		buf_addf(b, ngettext("%lld hr", "%lld hrs",
		    (unsigned long)hours), (long long)hours);
		gap = _(" ");
	}
	if (minutes > 0) {
		buf_adds(b, gap);
		buf_addf(b, _("%lld min"), (long long)minutes);
	}
}

/*
 * "45 sec", "8.3 min", "1 hr", "2 hrs 15 min", "3 days 4 hrs": a tenth of a
 * minute below the hour, minutes below the day, else hours.
 */
static void
show_human(num value, struct buf *b)
{
	char	 text[NUM_SIZE];
	num	 seconds, tenths, minutes;

	value = show_sign(value, b);
	seconds = value < NUM_ONE ? num_round(value * 60, 0) / NUM_ONE : 60;
	tenths = num_round(value, 1);
	if (seconds > 0 && seconds < 60)
		buf_addf(b, _("%lld sec"), (long long)seconds);
	else if (tenths < 60 * NUM_ONE)
		buf_addf(b, _("%.*s min"), (int)num_format(text, tenths),
		    text);
	else {
		minutes = num_round(value, 0) / NUM_ONE;
		if (minutes >= 1440)
			minutes = (minutes + 30) / 60 * 60;
		show_parts(minutes / 1440, minutes / 60 % 24, minutes % 60, b);
	}
}

static void
show_iso8601(num value, struct buf *b)
{
	num	 s;

	value = show_sign(value, b);
	if (num_mul(value, 60 * NUM_ONE, &s) == -1)
		s = NUM_MAX;
	s = num_round(s, 0) / NUM_ONE;
	buf_addc(b, 'P');
	if (s >= DAY_SECONDS)
		buf_addf(b, "%lldD", (long long)(s / DAY_SECONDS));
	if (s % DAY_SECONDS != 0 || s == 0)
		buf_addc(b, 'T');
	if (s / 3600 % 24 != 0)
		buf_addf(b, "%lldH", (long long)(s / 3600 % 24));
	if (s / 60 % 60 != 0)
		buf_addf(b, "%lldM", (long long)(s / 60 % 60));
	if (s % 60 != 0 || s == 0)
		buf_addf(b, "%lldS", (long long)(s % 60));
}

static void
show_minutes(num value, const struct look *look, struct buf *b)
{
	switch (look->duration) {
	case DURATION_HUMAN:
		show_human(value, b);
		break;
	case DURATION_MINUTES:
		show_rounded(value, 3, b);
		break;
	case DURATION_ISO8601:
		show_iso8601(value, b);
		break;
	}
}

/* ----------------------------------------------------------------- figures */

static void
show_value(const struct figure *f, num value, const char *currency,
    const struct look *look, struct buf *b)
{
	char	 text[WHEN_SIZE > NUM_SIZE ? WHEN_SIZE : NUM_SIZE];

	switch (f->kind) {
	case KIND_NONE:
		buf_addc(b, '-');
		break;
	case KIND_TEXT:
		text_escape(b, f->text, strlen(f->text));
		break;
	case KIND_COUNT:
		show_grouped(value, 0, b);
		break;
	case KIND_NUMBER:
		show_rounded(value, 2, b);
		break;
	case KIND_MONEY:
		show_money(value, currency, look, b);
		break;
	case KIND_PERCENT:
		if (num_mul(value, 100 * NUM_ONE, &value) == -1)
			value = value < 0 ? NUM_MIN : NUM_MAX;
		buf_add(b, text, num_format_fixed(text, value,
		    f->show & SHOW_WHOLE ? 0 : 1));
		buf_addc(b, '%');
		break;
	case KIND_MINUTES:
		show_minutes(value, look, b);
		break;
	case KIND_DATE:
		buf_add(b, text, date_format(text, value));
		break;
	}
}

void
trend_show(const struct figure *f, const char *currency,
    const struct look *look, struct buf *b)
{
	struct figure	 by = { .kind = f->kind, .show = f->show };
	struct buf	 amount = { 0 };

	if (f->trend == TREND_NONE || f->kind == KIND_NONE ||
	    f->kind == KIND_TEXT || f->kind == KIND_DATE)
		return;
	if (f->trend == TREND_STABLE) {
		buf_adds(b, _("stable"));
		return;
	}
	if (num_sub(f->value, f->previous, &by.value) == -1)
		by.value = NUM_MAX;
	if (by.value < 0)
		by.value = by.value == NUM_MIN ? NUM_MAX : -by.value;
	show_value(&by, by.value, currency, look != NULL ? look : &plain,
	    &amount);
	if (f->trend == TREND_UP)
		buf_addf(b, _("up %s"), buf_str(&amount));
	else
		buf_addf(b, _("down %s"), buf_str(&amount));
	buf_free(&amount);
}

/* "18/23", which says more than the percentage of few. */
static void
show_ratio(const struct figure *f, const char *currency,
    const struct look *look, struct buf *b)
{
	struct figure	 part = { .kind = f->show & SHOW_MONEY ? KIND_MONEY :
			    f->numerator % NUM_ONE == 0 &&
			    f->denominator % NUM_ONE == 0 ? KIND_COUNT :
			    KIND_NUMBER };

	if (!f->ratio || f->kind == KIND_NONE || !(f->show & SHOW_PARTS))
		return;
	show_value(&part, f->numerator, currency, look, b);
	buf_addc(b, '/');
	show_value(&part, f->denominator, currency, look, b);
}

void
figure_show(const struct figure *f, const char *currency,
    const struct look *look, struct buf *b)
{
	struct buf	 more = { 0 }, trend = { 0 };

	if (look == NULL)
		look = &plain;
	show_value(f, f->value, currency, look, b);
	show_ratio(f, currency, look, &more);
	trend_show(f, currency, look, &trend);
	if (more.len > 0 && trend.len > 0)
		buf_adds(&more, "; ");
	buf_add(&more, trend.p, trend.len);
	if (more.len > 0)
		buf_addf(b, " (%s)", buf_str(&more));
	buf_free(&trend);
	buf_free(&more);
}

int
figure_is_empty(const struct figure *f)
{
	return f->kind == KIND_NONE ||
	    (f->kind == KIND_TEXT && *f->text == '\0');
}

const char *
target_name(enum verdict_of_target status)
{
	switch (status) {
	case TARGET_MET:
		return N_("met");
	case TARGET_MISSED:
		return N_("missed");
	case TARGET_UNMEASURED:
		return N_("not measurable");
	default:
		return "";
	}
}

const char *
target_word(enum verdict_of_target status)
{
	return tr(target_name(status));
}

const char *
metric_label(const char *name)
{
	static const struct {
		const char *name, *label;
	} labels[] = {
		{ "assignment", N_("Assignment") },
		{ "first_response", N_("First response") },
		{ "next_response", N_("Next response") },
		{ "resolution", N_("Resolution") },
		{ "follow_up", N_("Follow-up") },
		{ "sla", N_("All promises") },
		{ "retention", N_("Retention") },
		{ "expansion", N_("Expansion") },
		{ "escalation_rate", N_("Escalation rate") },
		{ "accounts_per_sponsor", N_("Accounts a sponsor") },
		{ "csat", N_("CSAT") },
		{ "nps", N_("NPS") },
		{ "spend_growth", N_("Spend growth") },
		{ "churn", N_("Customers lost") },
		{ "satisfaction", N_("Satisfied (4 or 5)") },
		{ "participation", N_("Took part in events") },
		{ "repurchase_rate", N_("Bought again") },
		{ "complaint_rate", N_("Complaints, of tickets") },
		{ "cost_per_vip", N_("Cost of a VIP") },
		{ "cost_ratio", N_("Cost/revenue") },
		{ "complaint_contact", N_("Contact after a complaint") },
		{ "vip_share", N_("Share of VIPs") },
		{ "revenue_share", N_("Of all revenue") }
	};
	size_t	 i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].name, name) == 0)
			return labels[i].label;
	return name;
}

size_t
table_lead(const struct table *t)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].id != NULL &&
		    strcmp(t->heading[i].id, "name") == 0)
			return i;
	return 0;
}

void
text_valid(struct buf *b, const char *p, size_t n)
{
	utf8proc_ssize_t	 len;
	utf8proc_int32_t	 c;
	size_t			 i;

	for (i = 0; i < n; i += (size_t)len) {
		len = utf8proc_iterate((const utf8proc_uint8_t *)p + i,
		    (utf8proc_ssize_t)(n - i), &c);
		if (len <= 0) {
			buf_adds(b, REPLACEMENT);
			len = 1;
		} else if (c == 0xfffe || c == 0xffff)
			buf_adds(b, REPLACEMENT);
		else
			buf_add(b, p + i, (size_t)len);
	}
}
