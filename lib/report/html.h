/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_HTML_H
#define VIP_HTML_H

#include "report/show.h"

/*
 * Append a text to HTML or SVG, in an element or a quoted attribute: markup
 * and, first, control and bidi characters escaped, so that the page shows
 * what is there.
 */
void		 html_text(struct buf *, const char *);
/* A figure in the same way. */
void		 html_figure(const struct report *, const struct look *,
		    const struct figure *, struct buf *);

#endif /* VIP_HTML_H */
