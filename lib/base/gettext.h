/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_GETTEXT_H
#define VIP_GETTEXT_H

#include <libintl.h>

/*
 * What people read, in their language.  The text domain is the program's
 * (lib/command sets it); in a program that sets none, all is English.
 *
 * _() translates, N_() marks a text in a static table for the catalogue,
 * and tr() translates at the time it is shown: a text that was marked, a
 * name that no catalogue has, or "" (for which gettext(3) has other plans).
 */
#define _(text)		gettext(text)
#define N_(text)	text

static inline const char *
tr(const char *text)
{
	return *text != '\0' ? gettext(text) : text;
}

#endif /* VIP_GETTEXT_H */
