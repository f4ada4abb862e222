/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SHOW_H
#define VIP_SHOW_H

#include "report/model.h"

/*
 * How a report is to look, as the reader asked for it.  All zero is a good
 * beginning.
 */
struct look {
	enum {
		DURATION_HUMAN,		/* 2 hrs 15 min */
		DURATION_MINUTES,	/* 135 */
		DURATION_ISO8601	/* PT2H15M */
	} duration;
	int		 short_money;	/* $4.2M, $187,000; or by 10,000s where
					   that is the habit */
	int		 color;		/* of a terminal */
	size_t		 width;		/* of text, in columns; 0 is 72 */
	int		 spreadsheet;	/* csv, tsv: no formulas, CRLF */
	const char	*from, *to;	/* of a mail, or NULL */
};

/*
 * A figure for people: "$1,234.50", "41.2%", "2 hrs 15 min", "-", and how
 * it moved since the last report.  Control and bidi characters of a text
 * are escaped.  A NULL look is all zero.
 */
void		 figure_show(const struct figure *, const char *currency,
		    const struct look *, struct buf *);
/* "", "met", "missed" or "not measurable", as data and for people. */
const char	*target_name(enum verdict_of_target);
const char	*target_word(enum verdict_of_target);
/* A metric as people call it, untranslated; or the name itself. */
const char	*metric_label(const char *name);
/* "up 0.3", "stable"; nothing where nothing is compared. */
void		 trend_show(const struct figure *, const char *currency,
		    const struct look *, struct buf *);

/* The sign before an amount: "$", or "CHF " for want of one. */
void		 currency_show(const char *currency, struct buf *);

/* The column by which a line is known: its name's, else the first. */
size_t		 table_lead(const struct table *);
/* Is there nothing in it? */
int		 figure_is_empty(const struct figure *);

/*
 * Bytes as UTF-8 that is fit for XML and JSON: a byte that is not of a
 * character, U+FFFE and U+FFFF become U+FFFD.
 */
void		 text_valid(struct buf *, const char *, size_t);

#endif /* VIP_SHOW_H */
