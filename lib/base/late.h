/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_LATE_H
#define VIP_LATE_H

#include <stddef.h>

/*
 * Functions of a library that is loaded when it is first needed, for those
 * that few runs need and that take long to load.
 */
struct late_call {
	const char	*name;
	size_t		 at;		/* in the table, where a pointer is */
};

/*
 * Fill in a table of pointers to functions.  The library stays.  Ends the
 * program (69) where it, or one of them, is not there.
 */
void	 late_load(const char *file, const struct late_call *, size_t n,
	    void *table);

#endif /* VIP_LATE_H */
