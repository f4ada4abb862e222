/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_TEXT_H
#define VIP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Unicode text, by utf8proc.  Input need not be valid UTF-8: a byte that is
 * not part of a character stands for itself.
 */

/* Append for a terminal: control, bidi and invalid bytes as \x1b or \u202e. */
void	 text_escape(struct buf *, const char *, size_t);

/* Append in Unicode normal form C, and the same folded for caseless use. */
void	 text_nfc(struct buf *, const char *, size_t);
void	 text_fold(struct buf *, const char *, size_t);
void	 text_lower(struct buf *, const char *, size_t);

/* Eight bytes of ASCII in lower case. */
static inline uint64_t
text_lower_word(uint64_t x)
{
	const uint64_t	 ones = UINT64_C(0x0101010101010101);

	/* In a byte below 0x80 a sum says by its high bit what is more. */
	return x + (((x + ones * (0x80 - 'A')) &
	    ~(x + ones * (0x7f - 'Z')) & ones * 0x80) >> 2);
}

int	 text_is_ascii(const char *, size_t);
size_t	 text_length(const char *, size_t);	/* characters */
size_t	 text_width(const char *, size_t);	/* columns of a terminal */

/*
 * How many bytes from the start fit into so many columns without cutting a
 * character or parting it from its combining marks.
 */
size_t	 text_fit(const char *, size_t, size_t columns);

/*
 * The one of n names nearest to a misspelt one (NULL entries are passed
 * over), or NULL if none is near enough to suggest.
 */
const char *text_nearest(const char *, const char *const *names, size_t n);

/*
 * What stands between commas, n of them, empty ones too; free() what is
 * returned and all of it goes.
 */
const char **text_split(const char *, size_t *n);

#endif /* VIP_TEXT_H */
