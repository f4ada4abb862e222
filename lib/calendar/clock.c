/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/vip.h"
#include "calendar/clock.h"

static tick
pause_end(const struct pause *p)
{
	return p->end == WHEN_NONE ? INT64_MAX : p->end;
}

/* Nothing to heed: empty, or over by then. */
static int
pause_over(const struct pause *p, tick t)
{
	return pause_end(p) <= t || pause_end(p) <= p->start;
}

/* What of the second that a tick is in has been open until the tick. */
static int
part_open(const struct calendar *cal, tick t)
{
	int	 part = tick_part(t);

	return part != 0 && calendar_is_open(cal, tick_second(t)) ? part : 0;
}

/* Open ticks in [a, b), which is not empty. */
static tick
between(const struct calendar *cal, tick a, tick b)
{
	if (cal == NULL)
		return b - a;
	return tick_of(calendar_between(cal, tick_second(a), tick_second(b))) +
	    part_open(cal, b) - part_open(cal, a);
}

/* The tick by which so many open ones have passed, as calendar_add() has it
   of seconds. */
static tick
advance(const struct calendar *cal, tick a, tick length)
{
	tick	 whole;
	when	 second;
	int	 part;

	if (cal == NULL)
		return a + length;
	whole = length + part_open(cal, a);
	part = tick_part(whole);
	whole = tick_second(whole);
	/* A part lies in the open second that follows so many of them. */
	if (part == 0 || calendar_is_closing_next(cal))
		second = calendar_add(cal, tick_second(a), whole);
	else if ((second = calendar_add(cal, tick_second(a), whole + 1)) !=
	    WHEN_NONE)
		second--;
	return second == WHEN_NONE ? WHEN_NONE : tick_of(second) + part;
}

tick
clock_elapsed(const struct calendar *cal, const struct pause *p, size_t n,
    tick a, tick b)
{
	tick	 sum = 0;

	for (; n > 0 && a < b && p->start < b; p++, n--) {
		if (pause_over(p, a))
			continue;
		if (p->start > a)
			sum += between(cal, a, p->start);
		a = pause_end(p);
	}
	return a < b ? sum + between(cal, a, b) : sum;
}

tick
clock_due(const struct calendar *cal, const struct pause *p, size_t n, tick a,
    tick length)
{
	tick	 run;

	if (length < 0)
		return WHEN_NONE;
	for (; n > 0; p++, n--) {
		if (pause_over(p, a))
			continue;
		if (p->start > a) {
			run = between(cal, a, p->start);
			if (run > length || (run == length && run > 0 &&
			    !calendar_is_closing_next(cal)))
				break;
			length -= run;
		}
		if (p->end == WHEN_NONE)
			return WHEN_NONE;
		a = p->end;
	}
	return advance(cal, a, length);
}

void
clock_walk(struct walk *w, const struct calendar *cal, const struct pause *p,
    size_t n, tick a, tick b)
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
	clock_walk(w, cal, NULL, 0, tick_of(a), tick_of(b));
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
