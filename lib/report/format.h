/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_FORMAT_H
#define VIP_FORMAT_H

#include "report/show.h"

/*
 * The forms of a report.  A form appends the whole of it to a buffer; the
 * same report and look give the same bytes.  Each escapes what comes from
 * the data in its own way.
 */
struct format {
	const char	*name;		/* of --format */
	void		(*write)(const struct report *, const struct look *,
			    struct buf *);
	enum {
		FORMAT_IS_TABLE = 1,	/* can be for a spreadsheet */
		FORMAT_IS_BINARY = 2	/* nothing for a terminal */
	} traits;
};

/* The form of that name, or NULL; and the names, for messages. */
const struct format *format_find(const char *name);
const char	*format_names(void);		/* "text, csv, tsv" */

void		 format_text(const struct report *, const struct look *,
		    struct buf *);
void		 format_markdown(const struct report *, const struct look *,
		    struct buf *);
void		 format_html(const struct report *, const struct look *,
		    struct buf *);
void		 format_csv(const struct report *, const struct look *,
		    struct buf *);
void		 format_tsv(const struct report *, const struct look *,
		    struct buf *);
void		 format_json(const struct report *, const struct look *,
		    struct buf *);
void		 format_xlsx(const struct report *, const struct look *,
		    struct buf *);
void		 format_ics(const struct report *, const struct look *,
		    struct buf *);
void		 format_mail(const struct report *, const struct look *,
		    struct buf *);

/* HTML without charts, which programs for mail take out or spoil. */
void		 html_for_mail(const struct report *, const struct look *,
		    struct buf *);

#endif /* VIP_FORMAT_H */
