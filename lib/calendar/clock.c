/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/vip.h"
#include "calendar/clock.h"

static when
pause_end(const struct pause *p)
{
	return p->end == WHEN_NONE ? INT64_MAX : p->end;
}

/* Nothing to heed: empty, or over by then. */
static int
pause_over(const struct pause *p, when t)
{
	return pause_end(p) <= t || pause_end(p) <= p->start;
}

int64_t
clock_elapsed(const struct calendar *cal, const struct pause *p, size_t n,
    when a, when b)
{
	int64_t	 sum = 0;

	for (; n > 0 && a < b && p->start < b; p++, n--) {
		if (pause_over(p, a))
			continue;
		if (p->start > a)
			sum += calendar_between(cal, a, p->start);
		a = pause_end(p);
	}
	return a < b ? sum + calendar_between(cal, a, b) : sum;
}

when
clock_due(const struct calendar *cal, const struct pause *p, size_t n, when a,
    int64_t seconds)
{
	int64_t	 run;

	if (seconds < 0)
		return WHEN_NONE;
	for (; n > 0; p++, n--) {
		if (pause_over(p, a))
			continue;
		if (p->start > a) {
			run = calendar_between(cal, a, p->start);
			if (run > seconds || (run == seconds && run > 0 &&
			    !calendar_is_closing_next(cal)))
				break;
			seconds -= run;
		}
		if (p->end == WHEN_NONE)
			return WHEN_NONE;
		a = p->end;
	}
	return calendar_add(cal, a, seconds);
}

void
clock_walk(struct walk *w, const struct calendar *cal, const struct pause *p,
    size_t n, when a, when b)
{
	w->cal = cal;
	w->at = a;
	w->until = b;
	w->pauses = p;
	w->npauses = n;
}

void
calendar_walk(struct walk *w, const struct calendar *cal, when a, when b)
{
	clock_walk(w, cal, NULL, 0, a, b);
}

int
walk_next(struct walk *w, struct stretch *s)
{
	const struct pause	*p;
	size_t			 i;

	if (w->at >= w->until)
		return 0;
	calendar_stretch(w->cal, w->at, w->until, s);
	while (w->npauses > 0 && pause_over(w->pauses, w->at)) {
		w->pauses++;
		w->npauses--;
	}
	if (s->kind == STRETCH_OPEN)
		for (i = 0; i < w->npauses; i++) {
			p = &w->pauses[i];
			if (p->start >= s->end)
				break;
			if (pause_over(p, w->at))
				continue;
			if (p->start > w->at) {
				s->end = p->start;
				break;
			}
			s->kind = STRETCH_PAUSED;
			s->why = p->why;
			if (pause_end(p) < s->end)
				s->end = pause_end(p);
			break;
		}
	w->at = s->end;
	return 1;
}

const char *
stretch_word(enum stretch_kind kind)
{
	switch (kind) {
	case STRETCH_OPEN:
		return "open";
	case STRETCH_CLOSED:
		return "closed";
	case STRETCH_HOLIDAY:
		return "holiday";
	case STRETCH_BREAK:
		return "break";
	case STRETCH_VOID:
		return "not in force";
	case STRETCH_PAUSED:
		return "paused";
	}
	return "";
}
