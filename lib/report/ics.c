/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dates of a report as iCalendar (RFC 5545): an event of one day for
 * each line of a table that has a date.  libical escapes and folds.  An
 * event keeps its UID from report to report, so that an import twice is an
 * import once.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include "base/gettext.h"
#include "report/format.h"

/* The first column of dates, or the number of columns. */
static size_t
date_column(const struct table *t, const struct line *l)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (l->cell[i].kind == KIND_DATE)
			break;
	return i;
}

static const struct figure *
cell_of(const struct table *t, const struct line *l, const char *id)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++)
		if (t->heading[i].id != NULL &&
		    strcmp(t->heading[i].id, id) == 0 &&
		    !figure_is_empty(&l->cell[i]))
			return &l->cell[i];
	return NULL;
}

static void
show(const struct report *r, const struct look *look, const struct figure *f,
    struct buf *b)
{
	struct buf	 text = { 0 };

	figure_show(f, r->currency, look, &text);
	text_valid(b, text.p, text.len);
	buf_free(&text);
}

/* "Birthday gift: Ann A.", or all that the line says. */
static void
summary(const struct report *r, const struct look *look,
    const struct table *t, const struct line *l, struct buf *b)
{
	const struct figure	*touch = cell_of(t, l, "touch");
	const struct figure	*name = cell_of(t, l, "name");
	size_t			 i;

	if (touch != NULL) {
		show(r, look, touch, b);
		if (name != NULL) {
			buf_adds(b, _(": "));
			show(r, look, name, b);
		} else if ((name = cell_of(t, l, "customers")) != NULL) {
			buf_adds(b, " (");
			show(r, look, name, b);
			buf_addc(b, ')');
		}
		return;
	}
	for (i = 0; i < t->ncolumn; i++) {
		if (l->cell[i].kind == KIND_DATE ||
		    figure_is_empty(&l->cell[i]))
			continue;
		if (b->len > 0)
			buf_adds(b, _(", "));
		show(r, look, &l->cell[i], b);
	}
}

static void
describe(const struct report *r, const struct look *look,
    const struct table *t, const struct line *l, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < t->ncolumn; i++) {
		if (figure_is_empty(&l->cell[i]))
			continue;
		if (b->len > 0)
			buf_addc(b, '\n');
		buf_adds(b, tr(t->heading[i].label));
		buf_adds(b, _(": "));
		show(r, look, &l->cell[i], b);
	}
}

/* By what it is, not where it stands. */
static void
put_uid(const struct section *s, const struct table *t, const struct line *l,
    const struct figure *date, struct buf *b)
{
	const struct figure	*touch = cell_of(t, l, "touch");
	struct buf		 what = { 0 };
	char			 text[WHEN_SIZE];

	buf_adds(&what, s->id);
	buf_addc(&what, '\n');
	buf_adds(&what, l->key != NULL ? l->key : "");
	buf_addc(&what, '\n');
	if (touch != NULL && touch->kind == KIND_TEXT)
		buf_adds(&what, touch->text);
	buf_addf(b, "%.*s-%016llx@viptools",
	    (int)date_format(text, date->value), text,
	    (unsigned long long)keys_hash(what.p, what.len));
	buf_free(&what);
}

static struct icaltimetype
day_of(int64_t day)
{
	struct icaltimetype	 t = icaltime_null_date();
	struct civil		 c;

	civil_of_days(day, &c);
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.is_date = 1;
	return t;
}

static struct icaltimetype
instant_of(when now)
{
	struct icaltimetype	 t = icaltime_null_time();
	struct civil		 c;

	civil_of_seconds(now, &c);
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.hour = c.hour;
	t.minute = c.minute;
	t.second = c.second;
	t.zone = icaltimezone_get_utc_timezone();
	return t;
}

static void
put_event(icalcomponent *calendar, const struct report *r,
    const struct look *look, const struct section *s, const struct table *t,
    const struct line *l, const struct figure *date)
{
	icalcomponent	*event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
	struct buf	 b = { 0 };

	put_uid(s, t, l, date, &b);
	icalcomponent_add_property(event, icalproperty_new_uid(buf_str(&b)));
	icalcomponent_add_property(event,
	    icalproperty_new_dtstamp(instant_of(r->now)));
	icalcomponent_add_property(event,
	    icalproperty_new_dtstart(day_of(date->value)));
	b.len = 0;
	summary(r, look, t, l, &b);
	icalcomponent_add_property(event,
	    icalproperty_new_summary(buf_str(&b)));
	b.len = 0;
	describe(r, look, t, l, &b);
	icalcomponent_add_property(event,
	    icalproperty_new_description(buf_str(&b)));
	icalcomponent_add_property(event,
	    icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
	icalcomponent_add_component(calendar, event);
	buf_free(&b);
}

void
format_ics(const struct report *r, const struct look *look, struct buf *b)
{
	icalcomponent		*calendar = icalcomponent_new_vcalendar();
	const struct section	*s;
	const struct table	*t;
	const struct line	*l;
	struct buf		 title = { 0 };
	icalproperty		*name;
	char			*text;
	size_t			 i;

	icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
	icalcomponent_add_property(calendar,
	    icalproperty_new_prodid("-//viptools//vip-report//EN"));
	text_escape(&title, r->title, strlen(r->title));
	name = icalproperty_new_x(buf_str(&title));
	icalproperty_set_x_name(name, "X-WR-CALNAME");
	icalcomponent_add_property(calendar, name);
	for (s = r->section; s != NULL; s = s->next)
		for (t = s->table; t != NULL; t = t->next)
			for (l = t->line; l != NULL; l = l->next)
				if ((i = date_column(t, l)) < t->ncolumn)
					put_event(calendar, r, look, s, t, l,
					    &l->cell[i]);
	text = icalcomponent_as_ical_string_r(calendar);
	buf_adds(b, text);
	free(text);
	icalcomponent_free(calendar);
	buf_free(&title);
}
