/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/late.h"
#include "calendar/ical.h"

/* Policies are read by one thread. */
const struct ical *
ical(void)
{
	static const struct late_call	 calls[] = {
#define CALL(name)	{ "ical" #name, offsetof(struct ical, name) },
		ICAL_CALLS
#undef CALL
	};
	static struct ical		 table;

	if (table.time_is_utc == NULL)
		late_load(LIBICAL_FILE, calls,
		    sizeof(calls) / sizeof(calls[0]), &table);
	return &table;
}
