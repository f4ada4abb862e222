/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CHART_H
#define VIP_CHART_H

#include "report/show.h"

/*
 * What a chart shows of a table: its shares, or its first column of numbers
 * where it has none, for each line that is not the sum of others.
 */
#define CHART_SERIES	4

struct chart {
	size_t	 nseries;
	size_t	 column[CHART_SERIES];
	size_t	 label;			/* the column that names the lines */
	size_t	 nline;
	num	 most;			/* the greatest value there is */
};

/* Work out the chart of a table; 0 if there is none. */
int		 chart_of(const struct table *, struct chart *);

/* Is the line in its chart? */
int		 chart_has(const struct line *);

/*
 * Append bars as SVG to be put into HTML.  "id" is a prefix for the ids in
 * it that no other chart of the page has.  Colours are the page's: classes
 * s0 to s3 and patterns; each bar has its number beside it.
 */
void		 chart_svg(const struct report *, const struct look *,
		    const struct table *, const struct chart *,
		    const char *id, struct buf *);

/* What a series is called, untranslated. */
const char	*chart_label(const struct table *, const struct chart *,
		    size_t series);

#endif /* VIP_CHART_H */
