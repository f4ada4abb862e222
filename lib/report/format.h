/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_FORMAT_H
#define VIP_FORMAT_H

#include "report/model.h"

/*
 * The forms of a report.  A form appends the whole of it to a buffer; the
 * same report gives the same bytes.  Each escapes what comes from the data
 * in its own way.
 */
struct format {
	const char	*name;		/* of --format */
	void		(*write)(const struct report *, struct buf *);
};

/* The form of that name, or NULL; and the names, for messages. */
const struct format *format_find(const char *name);
const char	*format_names(void);		/* "text, csv, tsv" */

void		 format_text(const struct report *, struct buf *);
void		 format_csv(const struct report *, struct buf *);
void		 format_tsv(const struct report *, struct buf *);

#endif /* VIP_FORMAT_H */
