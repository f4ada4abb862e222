/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_STAMPS_H
#define VIP_STAMPS_H

#include "calendar/calendar.h"
#include "table/table.h"

/*
 * Timestamps of a table, read and written with a memory for days: a file
 * has many on each.  The answers are those of stamp_parse() with
 * stamp_instant(), and of tick_format() with zone_offset(); only sooner.
 * One a thread; the zone must outlive it.
 */
struct stamps;

struct stamps	*stamps_new(const struct zone *);
void		 stamps_free(struct stamps *);		/* takes NULL */

/* 0, or -1 if the cell is no timestamp. */
int		 stamps_read(struct stamps *, struct cell, tick *);
size_t		 stamps_write(struct stamps *, char [WHEN_SIZE], tick);

/* A cell with a timestamp in a zone, or an empty one for WHEN_NONE: for
   tables that are too few to remember days for. */
void		 writer_time(struct writer *, const struct zone *, tick);

#endif /* VIP_STAMPS_H */
