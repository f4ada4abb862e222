/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REPORT_HELP_H
#define REPORT_HELP_H

/*
 * A report whose texts are all from outside, and what must hold of each of
 * its forms whatever they are.  A check returns NULL, or what is wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"

#define FIXTURE_DAY	20472		/* 2026-01-19 */

/* Two sections: three tables, each with the text in every place for one. */
static struct report *
fixture(const char *text, num value)
{
	static const struct heading	 tiers[] = {
		{ NULL, "Tier", ALIGN_LEFT },
		{ "customers", "Customers", ALIGN_RIGHT },
		{ "share", "Share", ALIGN_RIGHT },
		{ "revenue_share", "Of all revenue", ALIGN_RIGHT },
		{ "revenue", "Revenue", ALIGN_RIGHT },
		{ "wait", "Wait", ALIGN_RIGHT },
	}, patients[] = {
		{ "tier", "Tier", ALIGN_LEFT },
		{ "name", "Customer", ALIGN_LEFT },
		{ "reasons", "Risk factor", ALIGN_BELOW },
		{ "health", "Health", ALIGN_RIGHT },
		{ "status", "Status", ALIGN_LEFT },
	}, visits[] = {
		{ "due", "Due", ALIGN_LEFT },
		{ "touch", "Touchpoint", ALIGN_LEFT },
		{ "name", "Customer", ALIGN_LEFT },
	};
	struct report	*r = report_new("USD");
	struct section	*s = report_section(r, "activity", "VIP activity");
	struct table	*t = report_table(r, s, tiers, 6);
	struct line	*l;
	size_t		 i;

	r->title = report_text(r, text, strlen(text));
	r->subtitle = r->title;
	r->now = 1768798800;			/* 2026-01-19T00:00:00-05:00 */
	r->offset = -18000;
	t->title = r->title;
	t->note = r->title;
	t->chart = r->title;
	for (i = 0; i < 3; i++) {
		l = report_line(r, t, r->title, NULL);
		l->total = i == 2;
		l->cell[0] = figure_text(r->title);
		l->cell[1] = figure_count(i * 1000);
		l->cell[2] = figure_ratio((num)i * NUM_ONE, 3 * NUM_ONE);
		l->cell[3] = figure_ratio(value, 7 * NUM_ONE);
		l->cell[4] = figure_of(KIND_MONEY, value);
		l->cell[5] = figure_of(KIND_MINUTES, value);
		l->cell[5].trend = TREND_UP;
		l->cell[5].previous = NUM_ONE;
	}
	t = report_table(r, s, patients, 5);
	l = report_line(r, t, r->title, r->title);
	for (i = 0; i < 5; i++)
		l->cell[i] = figure_text(r->title);
	l->cell[3] = figure_of(KIND_NUMBER, value);
	l->cell[3].target = r->title;
	l->cell[3].status = TARGET_MISSED;
	l->cell[4].status = TARGET_MISSED;
	s = report_section(r, "touchpoints", "Upcoming touchpoints");
	t = report_table(r, s, visits, 3);
	t->more = 3;
	l = report_line(r, t, r->title, r->title);
	l->cell[0] = figure_of(KIND_DATE, FIXTURE_DAY);
	l->cell[1] = figure_text(r->title);
	l->cell[2] = figure_text(r->title);
	t = report_table(r, s, visits, 3);
	t->none = r->title;
	return r;
}

/* No byte steers a terminal, but those allowed; UTF-8 is whole. */
static const char *
check_plain(const char *p, size_t len, const char *allowed)
{
	struct buf	 b = { 0 };
	const char	*wrong = NULL;
	size_t		 i, n;

	for (i = 0; i < len && wrong == NULL; i += n + 1) {
		for (n = 0; i + n < len; n++)
			if (p[i + n] != '\0' &&
			    strchr(allowed, p[i + n]) != NULL)
				break;
		b.len = 0;
		text_escape(&b, p + i, n);
		if (b.len != n || (n > 0 && memcmp(b.p, p + i, n) != 0))
			wrong = "a character that is to be escaped";
	}
	buf_free(&b);
	return wrong;
}

/* ------------------------------------------------------------------- HTML */

/* The page is well-formed XML of elements and attributes that we wrote. */
static const char *
check_html(const char *p, size_t len)
{
	static const char *const elements[] = { "html", "head", "meta", "title",
		"style", "body", "main", "header", "h1", "h2", "p", "section",
		"div", "table", "caption", "thead", "tbody", "tr", "th", "td",
		"span", "figure", "figcaption", "svg", "desc", "defs", "pattern",
		"rect", "text", NULL };
	static const char *const attributes[] = { "lang", "charset", "name",
		"content", "class", "id", "aria-labelledby", "aria-label",
		"aria-hidden", "role", "tabindex", "scope", "width", "height",
		"patternUnits", "patternTransform", "x", "y", "dx", "style",
		NULL };
	char		 open[64][16], name[24];
	size_t		 depth = 0, i = 0, n, k;
	const char	*wrong;

	if ((wrong = check_plain(p, len, "\n")) != NULL)
		return wrong;
	if (strncmp(p, "<!DOCTYPE html>\n", 16) != 0)
		return "no doctype";
	for (i = 16; i < len; i++) {
		if (p[i] == '>')
			return "a stray >";
		if (p[i] == '&' && strncmp(p + i, "&amp;", 5) != 0 &&
		    strncmp(p + i, "&lt;", 4) != 0 &&
		    strncmp(p + i, "&gt;", 4) != 0 &&
		    strncmp(p + i, "&quot;", 6) != 0 &&
		    strncmp(p + i, "&#39;", 5) != 0)
			return "a stray &";
		if (p[i] != '<')
			continue;
		i++;
		if (p[i] == '/') {
			n = strcspn(p + ++i, ">");
			if (depth == 0 || strlen(open[depth - 1]) != n ||
			    strncmp(open[depth - 1], p + i, n) != 0)
				return "an element that is not open";
			depth--;
			i += n;
			continue;
		}
		n = strspn(p + i, "abcdefghijklmnopqrstuvwxyz12");
		if (n == 0 || n >= sizeof(open[0]))
			return "no element";
		memcpy(name, p + i, n);
		name[n] = '\0';
		for (k = 0; elements[k] != NULL; k++)
			if (strcmp(elements[k], name) == 0)
				break;
		if (elements[k] == NULL)
			return "an element of somebody else";
		if (depth == 64)
			return "too deep";
		memcpy(open[depth++], name, n + 1);
		for (i += n; p[i] == ' ';) {
			i++;
			n = strcspn(p + i, "=\" />");
			for (k = 0; attributes[k] != NULL; k++)
				if (strlen(attributes[k]) == n &&
				    strncmp(attributes[k], p + i, n) == 0)
					break;
			if (attributes[k] == NULL)
				return "an attribute of somebody else";
			i += n;
			if (p[i] != '=' || p[i + 1] != '"')
				return "an attribute without quotes";
			i += 2 + strcspn(p + i + 2, "\"<");
			if (p[i++] != '"')
				return "a value without end";
		}
		if (p[i] == '/') {
			depth--;
			i++;
		}
		if (p[i] != '>')
			return "a tag without end";
		if (depth > 0 && strcmp(open[depth - 1], "style") == 0 &&
		    p[i - 1] != '/')
			i += strcspn(p + i + 1, "<");
	}
	return depth == 0 ? NULL : "an element that stays open";
}

/* ------------------------------------------------------------------- JSON */

static const char	*json_value(const char **, int depth);

static const char *
json_string(const char **p)
{
	if (*(*p)++ != '"')
		return "no string";
	for (; **p != '"'; ++*p) {
		if ((unsigned char)**p < 0x20)
			return "a control character in a string";
		if (**p != '\\')
			continue;
		++*p;
		if (**p == 'u') {
			if (strspn(*p + 1, "0123456789abcdef") < 4)
				return "a bad escape";
			*p += 4;
		} else if (**p == '\0' || strchr("\"\\n", **p) == NULL)
			return "a bad escape";
	}
	++*p;
	return NULL;
}

static const char *
json_members(const char **p, int object, int depth)
{
	const char	*wrong;
	char		 end = object ? '}' : ']';

	++*p;
	*p += strspn(*p, " \n");
	while (**p != end) {
		if (object) {
			if ((wrong = json_string(p)) != NULL)
				return wrong;
			*p += strspn(*p, " \n");
			if (*(*p)++ != ':')
				return "no colon";
		}
		if ((wrong = json_value(p, depth + 1)) != NULL)
			return wrong;
		if (**p == ',')
			++*p;
		else if (**p != end)
			return "neither comma nor end";
		*p += strspn(*p, " \n");
	}
	++*p;
	return NULL;
}

static const char *
json_value(const char **p, int depth)
{
	const char	*wrong = NULL;

	*p += strspn(*p, " \n");
	if (depth > 12)
		return "too deep";
	if (**p == '{' || **p == '[')
		wrong = json_members(p, **p == '{', depth);
	else if (**p == '"')
		wrong = json_string(p);
	else if (strncmp(*p, "null", 4) == 0)
		*p += 4;
	else if (**p != '-' && (**p < '0' || **p > '9'))
		wrong = "no value";
	else
		*p += strspn(*p, "-.0123456789");
	*p += strspn(*p, " \n");
	return wrong;
}

static const char *
check_json(const char *p, size_t len)
{
	const char	*end = p, *wrong;

	if ((wrong = check_plain(p, len, "\n")) != NULL)
		return wrong;
	if ((wrong = json_value(&end, 0)) != NULL)
		return wrong;
	return end == p + len ? NULL : "something behind the end";
}

/* --------------------------------------------------------------- Markdown */

/* Nothing but our own bars, stars and marks; every row has its cells. */
static const char *
check_markdown(const char *p, size_t len)
{
	const char	*wrong, *line, *end;
	size_t		 bars, last = 0, i;

	if ((wrong = check_plain(p, len, "\n")) != NULL)
		return wrong;
	for (line = p; line < p + len; line = end + 1) {
		if ((end = strchr(line, '\n')) == NULL)
			return "no end of line";
		bars = 0;
		for (i = 0; line + i < end; i++) {
			if (line[i] == '\\') {
				i++;
				continue;
			}
			if (line[i] == '|')
				bars++;
			if (strchr("<>`_[]~", line[i]) != NULL)
				return "markup of somebody else";
		}
		if (*line == '|' && last != 0 && bars != last)
			return "a row with other cells";
		if (*line != '|' && bars > 0)
			return "a bar that is no table's";
		last = *line == '|' ? bars : 0;
	}
	return NULL;
}

/* ---------------------------------------------------- calendar and message */

/* Lines of at most 75 bytes; properties and components that are ours. */
static const char *
check_ics(const char *p, size_t len)
{
	static const char *const names[] = { "BEGIN:VCALENDAR", "VERSION:2.0",
		"PRODID:", "X-WR-CALNAME", "BEGIN:VEVENT", "UID:", "DTSTAMP:",
		"DTSTART;VALUE=DATE:", "SUMMARY:", "DESCRIPTION:", "TRANSP:",
		"END:VEVENT", "END:VCALENDAR", " ", NULL };
	const char	*line, *end, *wrong;
	size_t		 events = 0, i;

	if ((wrong = check_plain(p, len, "\r\n")) != NULL)
		return wrong;
	for (line = p; line < p + len; line = end + 2) {
		if ((end = strstr(line, "\r\n")) == NULL)
			return "no end of line";
		if (end - line > 75)
			return "a line that is not folded";
		if (memchr(line, '\r', (size_t)(end - line)) != NULL ||
		    memchr(line, '\n', (size_t)(end - line)) != NULL)
			return "a line that ends in the middle";
		for (i = 0; names[i] != NULL; i++)
			if (strncmp(line, names[i], strlen(names[i])) == 0)
				break;
		if (names[i] == NULL)
			return "a property of somebody else";
		events += strncmp(line, "BEGIN:VEVENT", 12) == 0;
	}
	return events == 1 ? NULL : "not one event";
}

/* 7-bit, short lines, our fields, two parts. */
static const char *
check_mail(const char *p, size_t len)
{
	static const char *const names[] = { "From: ", "To: ", "Subject: ",
		"Date: ", "MIME-Version: 1.0\n", "Auto-Submitted: ",
		"Content-Type: multipart/alternative;\n", " boundary=", " =?",
		NULL };
	const char	*line, *end;
	size_t		 parts = 0, i;
	int		 header = 1;

	for (i = 0; i < len; i++)
		if (p[i] != '\n' && (p[i] < ' ' || p[i] > '~'))
			return "a byte that is not printable ASCII";
	for (line = p; line < p + len; line = end + 1) {
		if ((end = strchr(line, '\n')) == NULL)
			return "no end of line";
		if (end - line > 76)
			return "a long line";
		if (end == line)
			header = 0;
		for (i = 0; header && names[i] != NULL; i++)
			if (strncmp(line, names[i], strlen(names[i])) == 0)
				break;
		if (header && names[i] == NULL)
			return "a field of somebody else";
		parts += strncmp(line, "--=_viptools_report", 19) == 0;
		if (strncmp(line, "From ", 5) == 0 || (end == line + 1 &&
		    *line == '.'))
			return "a line that sendmail reads otherwise";
	}
	return parts == 3 ? NULL : "not two parts";
}

/* --------------------------------------------------------------------- CSV */

/* Ten cells a row, whatever is quoted. */
static const char *
check_csv(const char *p, size_t len)
{
	size_t	 i, cells = 1;
	int	 quoted = 0;

	for (i = 0; i < len; i++) {
		if (p[i] == '"')
			quoted = !quoted;
		else if (p[i] == ',' && !quoted)
			cells++;
		else if (p[i] == '\n' && !quoted) {
			if (cells != 10)
				return "a row that has not ten cells";
			cells = 1;
		}
	}
	return quoted ? "a quote that stays open" : NULL;
}

#endif /* REPORT_HELP_H */
