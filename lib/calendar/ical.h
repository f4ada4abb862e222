/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ICAL_H
#define VIP_ICAL_H

#include <libical/ical.h>

/*
 * What is used of libical, which is loaded when the first file of holidays
 * is read: with all that it needs itself it takes twice as long to load as
 * everything else of a command.  Private to lib/calendar.
 */
#define ICAL_CALLS							\
	CALL(component_free) CALL(component_get_dtend)			\
	CALL(component_get_dtstart)					\
	CALL(component_get_first_component)				\
	CALL(component_get_first_property)				\
	CALL(component_get_next_component)				\
	CALL(component_get_next_property) CALL(component_get_status)	\
	CALL(component_get_summary) CALL(component_get_uid)		\
	CALL(component_isa) CALL(error_set_errors_are_fatal)		\
	CALL(memory_free_buffer) CALL(memory_free_ring)			\
	CALL(parser_parse_string) CALL(property_as_ical_string_r)	\
	CALL(property_get_categories) CALL(property_get_dtend)		\
	CALL(property_get_dtstart) CALL(property_get_duration)		\
	CALL(property_get_exdate) CALL(property_get_first_parameter)	\
	CALL(property_get_rdate) CALL(property_get_recurrenceid)	\
	CALL(property_get_rrule) CALL(property_get_xlicerror)		\
	CALL(recur_iterator_free) CALL(recur_iterator_new)		\
	CALL(recur_iterator_next) CALL(time_compare_date_only)		\
	CALL(time_is_null_time) CALL(time_is_utc)

struct ical {
#define CALL(name)	__typeof__(ical ## name)	*name;
	ICAL_CALLS
#undef CALL
};

/* Ends the program (69) if it cannot be loaded. */
const struct ical	*ical(void);

#endif /* VIP_ICAL_H */
