/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLOCK_H
#define VIP_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "calendar/calendar.h"

/*
 * A clock that runs while its calendar is open and nothing pauses it.
 *
 * Pauses are spans [start, end) in the order of their starts; they may
 * overlap and may be empty.  One whose end is WHEN_NONE is still going on.
 * A NULL calendar is always open.
 *
 * Calendars open and close on whole seconds, but tickets come and go between
 * them: a part of a second counts where that second is open.
 */
struct pause {
	tick		 start, end;
	const char	*why;		/* for clock_walk(); may be NULL */
};

/* How long the clock ran in [a, b); 0 when b is before a. */
tick	 clock_elapsed(const struct calendar *, const struct pause *,
	    size_t n, tick a, tick b);

/*
 * When the clock, started at "a", will have run so long (>= 0):
 * WHEN_NONE if it never will.  A due time on a closing time or at the start
 * of a pause stays there, unless the calendar was told closing_next: then
 * it is where the clock next runs.
 */
tick	 clock_due(const struct calendar *, const struct pause *, size_t n,
	    tick a, tick length);

/*
 * As calendar_walk(), with what was paused while open as STRETCH_PAUSED.
 * The pauses must stand while walking.
 */
void	 clock_walk(struct walk *, const struct calendar *,
	    const struct pause *, size_t n, tick a, tick b);

#endif /* VIP_CLOCK_H */
