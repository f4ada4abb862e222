/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_MODEL_H
#define VIP_MODEL_H

#include "base/vip.h"

/*
 * What a report says, apart from how it looks: sections of tables whose
 * cells are figures.  One model, one file a format (text.c, csv.c ...); a
 * format never computes and a report never formats.
 *
 * Titles and labels are kept in English, marked with N_(), and translated
 * by the format; what is made from them and from data is translated first.
 *
 * All of a report is one arena and goes with report_free().
 */
enum kind {
	KIND_NONE,		/* nothing to say: no data */
	KIND_TEXT,		/* text */
	KIND_COUNT,		/* value, a whole number */
	KIND_NUMBER,		/* value */
	KIND_MONEY,		/* value, in the report's currency */
	KIND_PERCENT,		/* value, 0.05 is 5 % */
	KIND_MINUTES,		/* value, minutes */
	KIND_DATE		/* value, days since 1970 (not millionths) */
};

enum verdict_of_target { TARGET_NONE, TARGET_MET, TARGET_MISSED,
	TARGET_UNMEASURED };

struct figure {
	enum kind	 kind;
	const char	*text;
	const char	*data;		/* the same in csv and json; NULL: text */
	num		 value;
	int		 ratio;		/* numerator, denominator are set */
	num		 numerator, denominator;
	const char	*target;	/* as the policy writes it, or NULL */
	enum verdict_of_target status;
	enum {
		TREND_NONE,		/* there is nothing to compare with */
		TREND_STABLE, TREND_UP, TREND_DOWN
	} trend;
	num		 previous;	/* unless TREND_NONE */
	unsigned	 show;		/* in the forms for people */
};

enum {				/* of show, for a ratio */
	SHOW_PARTS = 1,		/* "78.3% (18/23)" */
	SHOW_WHOLE = 2,		/* "78%" */
	SHOW_MONEY = 4		/* the parts are money */
};

struct heading {
	const char	*id;		/* the metric's name; never translated */
	const char	*label;
	enum {
		ALIGN_LEFT, ALIGN_RIGHT,
		ALIGN_WRAP,	/* left, and the last: wrapped in its column */
		ALIGN_BELOW	/* long text: under the line, wrapped */
	} align;
};

struct line {
	const char	*tier;		/* or "" */
	const char	*key;		/* of a customer or ticket, or NULL */
	struct figure	*cell;		/* as many as the table has headings */
	int		 total;		/* the sum of others: in no chart */
	struct line	*next;
};

struct table {
	const char	*title;		/* above it, or NULL */
	const struct heading *heading;
	size_t		 ncolumn;
	struct line	*line, **last;
	size_t		 more;		/* lines left out, for "and N more" */
	const char	*none;		/* said in place of an empty table */
	const char	*note;		/* below it, or NULL */
	int		 past;		/* its dates are nothing for a calendar */
	const char	*chart;		/* the title of a chart of its shares,
					   else of its first numbers, or NULL */
	const char *const *series;	/* what is drawn, by column, where the
					   heading is too short; or NULL */
	struct table	*next;
};

struct section {
	const char	*id;
	const char	*title;
	struct table	*table, **last;
	struct section	*next;
};

struct report {
	struct arena	*arena;
	const char	*title;
	const char	*subtitle;
	const char	*currency;	/* a code: USD */
	when		 now;		/* --as-of, and the seconds east of */
	int		 offset;	/* UTC that the policy's zone is then */
	struct section	*section, **last;
	unsigned	 found;		/* for --fail-on */
};

enum {				/* of found */
	REPORT_OVER = 1,	/* more is spent than a budget has */
	REPORT_PROJECTED = 2	/* or will be, at the end of the year */
};

struct report	*report_new(const char *currency);
void		 report_free(struct report *);

/* Texts are copied; the rest is what the caller fills in. */
const char	*report_text(struct report *, const char *, size_t);
const char	*report_textf(struct report *, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
struct section	*report_section(struct report *, const char *id,
		    const char *title);
struct table	*report_table(struct report *, struct section *,
		    const struct heading *, size_t n);
struct line	*report_line(struct report *, struct table *,
		    const char *tier, const char *key);

struct figure	 figure_text(const char *);
/* A word marked with N_(): translated for people alone. */
struct figure	 figure_word(const char *);
/* A text as it is in data. */
const char	*figure_data(const struct figure *);
struct figure	 figure_count(size_t);
struct figure	 figure_of(enum kind, num);
/* n of d; KIND_NONE where d is 0. */
struct figure	 figure_ratio(num n, num d);
/* A mean, which carries its sum and count; KIND_NONE where count is 0. */
struct figure	 figure_mean(enum kind, num sum, size_t count);
/* The same figure, to be shown so (SHOW_). */
struct figure	 shown(struct figure, unsigned how);

#endif /* VIP_MODEL_H */
