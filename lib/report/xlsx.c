/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as a workbook, by libxlsxwriter: a sheet a section, numbers as
 * numbers, texts as texts that no spreadsheet takes for a formula, and a
 * chart of the shares.  The library writes to a named file only, which is
 * taken back into memory; and nothing in it is of the clock.
 */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "base/gettext.h"
#include "base/late.h"
#include "report/chart.h"
#include "report/format.h"

/*
 * What is used of libxlsxwriter, which is loaded for the first workbook:
 * with all that it needs itself it takes longer to load than everything else
 * of vip-report.
 */
#define XLSX_CALLS							\
	CALL(chart_add_series) CALL(chart_axis_set_num_format)		\
	CALL(chart_legend_set_position)					\
	CALL(chart_series_set_fill)					\
	CALL(chart_series_set_labels)					\
	CALL(chart_series_set_labels_font)				\
	CALL(chart_series_set_labels_num_format)			\
	CALL(chart_series_set_line) CALL(chart_series_set_name)		\
	CALL(chart_title_set_name) CALL(format_set_align)		\
	CALL(format_set_bg_color) CALL(format_set_bold)			\
	CALL(format_set_bottom) CALL(format_set_font_color)		\
	CALL(format_set_indent) CALL(format_set_italic)			\
	CALL(format_set_num_format) CALL(format_set_text_wrap)		\
	CALL(lxw_quote_sheetname) CALL(lxw_rowcol_to_cell_abs)		\
	CALL(lxw_strerror) CALL(workbook_add_chart)			\
	CALL(workbook_add_format) CALL(workbook_add_worksheet)		\
	CALL(workbook_close) CALL(workbook_new)				\
	CALL(workbook_set_properties)					\
	CALL(workbook_validate_sheet_name)				\
	CALL(worksheet_fit_to_pages)					\
	CALL(worksheet_freeze_panes)					\
	CALL(worksheet_insert_chart_opt)				\
	CALL(worksheet_set_column) CALL(worksheet_set_header)		\
	CALL(worksheet_set_landscape) CALL(worksheet_set_row)		\
	CALL(worksheet_write_blank)					\
	CALL(worksheet_write_number)					\
	CALL(worksheet_write_string)

static struct {
#define CALL(name)	__typeof__(name)	*name;
	XLSX_CALLS
#undef CALL
} xl;

#define SHEET_NAME	31	/* characters, at most */
#define CELL_TEXT	32767	/* the same of a cell */
#define HEADER_TEXT	200	/* bytes of a page's header, of 255 */
#define WIDEST		48	/* a column, in characters */
#define NARROWEST	9
#define UNIT		7	/* what "1,440.0 min" has more than "1440" */
#define LINE_HEIGHT	15.0	/* in points */
#define NKINDS		(KIND_DATE + 1)
#define NSTATUS		(TARGET_UNMEASURED + 1)

struct book {
	const struct report	*r;
	const struct look	*look;
	lxw_workbook		*wb;
	lxw_format		*head[2];	/* left, right */
	lxw_format		*title, *note;
	/* by kind, heading's align, by whether it is a sum, and status */
	lxw_format		*cells[NKINDS][ALIGN_BELOW + 1][2][NSTATUS];
	char			*money;
	size_t			 nsheet;
};

struct sheet {
	lxw_worksheet	*ws;
	char		*name;		/* quoted for a range */
	lxw_row_t	 row;
	size_t		 lines;		/* that the row's longest text takes */
	size_t		 width[64];
	size_t		 nwidth;
	size_t		 nchart;
	lxw_row_t	 chart_row;
};

/* ------------------------------------------------------------------- texts */

/*
 * XML knows no control characters, and a reader of the file takes _x0041_
 * for one that is written so; the first are shown, the second is told apart
 * by an escape of its own.
 */
static void
put_text(struct buf *b, const char *text)
{
	struct buf	 shown = { 0 }, valid = { 0 };
	const char	*p;
	size_t		 i;

	text_escape(&shown, text, strlen(text));
	text_valid(&valid, shown.p, shown.len);
	p = buf_str(&valid);
	for (i = 0; i < valid.len; i++) {
		if (p[i] == '_' && p[i + 1] == 'x' &&
		    strspn(p + i + 2, "0123456789abcdefABCDEF") >= 4 &&
		    p[i + 6] == '_')
			buf_adds(b, "_x005F");
		buf_addc(b, p[i]);
	}
	buf_free(&shown);
	buf_free(&valid);
}

/* Cut to so many characters. */
static char *
cut(struct buf *b, size_t most)
{
	size_t	 i, n;

	for (i = n = 0; i < b->len; i++)
		if (((unsigned char)b->p[i] & 0xc0) != 0x80 && n++ == most)
			break;
	b->len = i;
	return buf_str(b);
}

/* A name that Excel takes, and that no other sheet has. */
static char *
sheet_name(struct book *bk, const char *title)
{
	struct buf	 b = { 0 }, numbered = { 0 };
	size_t		 i;
	char		*name;

	put_text(&b, title);
	for (i = 0; i < b.len; i++)
		if (strchr("[]:*?/\\'", b.p[i]) != NULL)
			b.p[i] = ' ';
	if (b.len == 0)
		buf_addf(&b, "%zu", bk->nsheet);
	cut(&b, SHEET_NAME);
	buf_add(&numbered, b.p, b.len);
	for (i = 2; xl.workbook_validate_sheet_name(bk->wb,
	    buf_str(&numbered)) != LXW_NO_ERROR; i++) {
		cut(&b, SHEET_NAME - 6);
		numbered.len = 0;
		if (i > 2 + bk->nsheet)		/* it is not the number */
			buf_addf(&numbered, "%zu", bk->nsheet);
		else
			buf_addf(&numbered, "%s %zu", buf_str(&b), i);
		if (i > 3 + bk->nsheet)
			break;
	}
	name = xstrdup(buf_str(&numbered));
	buf_free(&b);
	buf_free(&numbered);
	return name;
}

/* ----------------------------------------------------------------- formats */

/* "$"#,##0.00, the sign as a text of the format. */
static char *
money_format(const char *currency)
{
	struct buf	 sign = { 0 }, b = { 0 };
	size_t		 i;
	char		*text;

	currency_show(currency, &sign);
	buf_addc(&b, '"');
	for (i = 0; i < sign.len; i++)
		if (sign.p[i] != '"')
			buf_addc(&b, sign.p[i]);
	buf_adds(&b, "\"#,##0.00");
	text = xstrdup(buf_str(&b));
	buf_free(&sign);
	buf_free(&b);
	return text;
}

static void
set_number_format(const struct book *bk, lxw_format *f, enum kind kind)
{
	switch (kind) {
	case KIND_COUNT:
		xl.format_set_num_format(f, "#,##0");
		break;
	case KIND_NUMBER:
		xl.format_set_num_format(f, "#,##0.00");
		break;
	case KIND_MONEY:
		xl.format_set_num_format(f, bk->money);
		break;
	case KIND_PERCENT:
		xl.format_set_num_format(f, "0.0%");
		break;
	case KIND_MINUTES:
		xl.format_set_num_format(f, "#,##0.0 \"min\"");
		break;
	case KIND_DATE:
		xl.format_set_num_format(f, "yyyy-mm-dd");
		break;
	default:
		break;
	}
}

static lxw_format *
cell_format(struct book *bk, const struct heading *h, const struct figure *f,
    int total)
{
	static const lxw_color_t color[NSTATUS] = { 0, 0x146c2e, 0xb3261e,
		0x7a5900 };
	enum kind	 kind = f->kind == KIND_NUMBER &&
			    f->value % NUM_ONE == 0 ? KIND_COUNT : f->kind;
	lxw_format	**slot = &bk->cells[kind][h->align][total != 0]
			    [f->status];
	int		 right = h->align == ALIGN_RIGHT;

	if (*slot != NULL)
		return *slot;
	*slot = xl.workbook_add_format(bk->wb);
	xl.format_set_align(*slot, LXW_ALIGN_VERTICAL_TOP);
	if (right)
		xl.format_set_align(*slot, LXW_ALIGN_RIGHT);
	else {
		xl.format_set_align(*slot, LXW_ALIGN_LEFT);
		xl.format_set_indent(*slot, 1);
	}
	set_number_format(bk, *slot, kind);
	if (h->align == ALIGN_BELOW || h->align == ALIGN_WRAP)
		xl.format_set_text_wrap(*slot);
	if (total) {
		xl.format_set_bold(*slot);
		xl.format_set_bg_color(*slot, 0xf0f1f4);
	}
	if (f->status != TARGET_NONE)
		xl.format_set_font_color(*slot, color[f->status]);
	return *slot;
}

static void
add_formats(struct book *bk)
{
	size_t	 i;

	bk->money = money_format(bk->r->currency);
	for (i = 0; i < 2; i++) {
		bk->head[i] = xl.workbook_add_format(bk->wb);
		xl.format_set_bold(bk->head[i]);
		xl.format_set_bottom(bk->head[i], LXW_BORDER_THIN);
		xl.format_set_align(bk->head[i], LXW_ALIGN_VERTICAL_BOTTOM);
		xl.format_set_align(bk->head[i], i == 0 ? LXW_ALIGN_LEFT :
		    LXW_ALIGN_RIGHT);
	}
	xl.format_set_indent(bk->head[0], 1);
	bk->title = xl.workbook_add_format(bk->wb);
	xl.format_set_bold(bk->title);
	bk->note = xl.workbook_add_format(bk->wb);
	xl.format_set_italic(bk->note);
	xl.format_set_font_color(bk->note, 0x5a606b);
}

/* ------------------------------------------------------------------- cells */

static void
widen(struct sheet *sh, size_t column, size_t width)
{
	if (column >= sizeof(sh->width) / sizeof(sh->width[0]))
		return;
	if (width > WIDEST)
		width = WIDEST;
	if (width > sh->width[column])
		sh->width[column] = width;
	if (column + 1 > sh->nwidth)
		sh->nwidth = column + 1;
}

static void
put_string(struct sheet *sh, size_t column, const char *text,
    lxw_format *format, int fit)
{
	struct buf	 b = { 0 };

	put_text(&b, text);
	cut(&b, CELL_TEXT);
	xl.worksheet_write_string(sh->ws, sh->row, (lxw_col_t)column,
	    buf_str(&b), format);
	if (fit)
		widen(sh, column, text_width(b.p, b.len) + 3);
	buf_free(&b);
}

static void
put_date(struct sheet *sh, size_t column, int64_t day, lxw_format *format)
{
	/* Excel's day 25569 is 1970-01-01; before 1900 it has no dates. */
	xl.worksheet_write_number(sh->ws, sh->row, (lxw_col_t)column,
	    (double)(day + 25569), format);
	widen(sh, column, 13);
}

static void
put_cell(struct book *bk, struct sheet *sh, size_t column,
    const struct heading *h, const struct figure *f, int total)
{
	lxw_format	*format = cell_format(bk, h, f, total);
	static const struct look minutes = { .duration = DURATION_MINUTES };
	struct buf	 b = { 0 };
	size_t		 lines;

	switch (f->kind) {
	case KIND_NONE:
		xl.worksheet_write_blank(sh->ws, sh->row, (lxw_col_t)column,
		    format);
		break;
	case KIND_TEXT:
		put_string(sh, column, f->text, format, 1);
		/* Words leave a sixth of a line unused, or so. */
		lines = text_width(f->text, strlen(f->text)) /
		    (WIDEST * 5 / 6) + 1;
		if ((h->align == ALIGN_BELOW || h->align == ALIGN_WRAP) &&
		    lines > sh->lines)
			sh->lines = lines;
		break;
	case KIND_DATE:
		put_date(sh, column, f->value, format);
		break;
	default:
		xl.worksheet_write_number(sh->ws, sh->row, (lxw_col_t)column,
		    (double)f->value / (double)NUM_ONE, format);
		figure_show(f, bk->r->currency, &minutes, &b);
		widen(sh, column, text_width(b.p, b.len) + 2 +
		    (f->kind == KIND_MINUTES ? UNIT : 0));
		buf_free(&b);
		break;
	}
}

/* ------------------------------------------------------------------ charts */

/* =Sheet!$B$2:$B$4, and with what is left out (Sheet!$B$2:$B$4,...). */
static void
put_range(const struct sheet *sh, const struct table *t, lxw_row_t first,
    size_t column, struct buf *b)
{
	const struct line	*l = t->line;
	lxw_row_t		 row = first, from;
	char			 cell[LXW_MAX_CELL_NAME_LENGTH];
	size_t			 n = 0;
	struct buf		 list = { 0 };

	while (l != NULL) {
		if (!chart_has(l)) {
			l = l->next;
			row++;
			continue;
		}
		for (from = row; l != NULL && chart_has(l); l = l->next)
			row++;
		xl.lxw_rowcol_to_cell_abs(cell, from, (lxw_col_t)column, 1, 1);
		buf_addf(&list, "%s%s!%s", n++ > 0 ? "," : "", sh->name, cell);
		xl.lxw_rowcol_to_cell_abs(cell, row - 1, (lxw_col_t)column,
		    1, 1);
		buf_addf(&list, ":%s", cell);
	}
	b->len = 0;
	buf_addf(b, n > 1 ? "=(%s)" : "=%s", buf_str(&list));
	buf_free(&list);
}

/* A name that the library would take for a formula gets a blank before it. */
static void
put_name(struct buf *b, const char *name)
{
	b->len = 0;
	if (*name == '=')
		buf_addc(b, ' ');
	put_text(b, name);
}

/* How the numbers of a column are written; its first line may have none. */
static const char *
number_format(const struct table *t, size_t column)
{
	const struct line	*l = t->line;

	while (l->next != NULL && l->cell[column].kind == KIND_NONE)
		l = l->next;
	return l->cell[column].kind == KIND_PERCENT ? "0%" : "#,##0";
}

static void
put_chart(struct book *bk, struct sheet *sh, const struct table *t,
    lxw_row_t first)
{
	static const lxw_color_t color[CHART_SERIES] = { 0x1f5fa8, 0xd9822b,
		0x5b7f2b, 0x7b4fa3 };
	lxw_chart_options	 place = { .x_offset = 24, .x_scale = 1.2,
				    .y_scale = 1.1 };
	lxw_chart_line		 none = { .none = LXW_TRUE };
	lxw_chart_font		 small = { .size = 9 };
	lxw_chart_fill		 fill = { 0 };
	struct chart		 c;
	lxw_chart		*chart;
	lxw_chart_series	*series;
	struct buf		 names = { 0 }, values = { 0 }, text = { 0 };
	size_t			 i;
	lxw_row_t		 at = sh->row;

	if (!chart_of(t, &c))
		return;
	chart = xl.workbook_add_chart(bk->wb, LXW_CHART_COLUMN);
	put_range(sh, t, first, c.label, &names);
	for (i = 0; i < c.nseries; i++) {
		put_range(sh, t, first, c.column[i], &values);
		series = xl.chart_add_series(chart, buf_str(&names),
		    buf_str(&values));
		put_name(&text, tr(chart_label(t, &c, i)));
		xl.chart_series_set_name(series, buf_str(&text));
		fill.color = color[i];
		xl.chart_series_set_fill(series, &fill);
		xl.chart_series_set_line(series, &none);
		xl.chart_series_set_labels(series);
		xl.chart_series_set_labels_font(series, &small);
		xl.chart_series_set_labels_num_format(series,
		    number_format(t, c.column[i]));
	}
	put_name(&text, tr(t->chart));
	xl.chart_title_set_name(chart, buf_str(&text));
	xl.chart_axis_set_num_format(chart->y_axis,
	    number_format(t, c.column[0]));
	xl.chart_legend_set_position(chart, c.nseries > 1 ?
	    LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
	/* Beside the tables, one below the other. */
	if (sh->nchart++ > 0 && sh->chart_row > first)
		first = sh->chart_row;
	place.description = buf_str(&text);
	xl.worksheet_insert_chart_opt(sh->ws, first > 0 ? first - 1 : 0,
	    (lxw_col_t)t->ncolumn, chart, &place);
	sh->chart_row = first + 16;
	sh->row = at;
	buf_free(&names);
	buf_free(&values);
	buf_free(&text);
}

/* ------------------------------------------------------------------ sheets */

static void
put_table(struct book *bk, struct sheet *sh, const struct table *t)
{
	const struct line	*l;
	struct buf		 b = { 0 };
	lxw_row_t		 first;
	size_t			 i;

	if (t->title != NULL) {
		put_string(sh, 0, tr(t->title), bk->title, 0);
		sh->row++;
	}
	if (t->line == NULL) {
		put_string(sh, 0, t->none != NULL ? tr(t->none) : _("none"),
		    bk->note, 0);
		sh->row++;
		return;
	}
	for (i = 0; i < t->ncolumn; i++)
		put_string(sh, i, tr(t->heading[i].label),
		    bk->head[t->heading[i].align == ALIGN_RIGHT], 1);
	first = ++sh->row;
	for (l = t->line; l != NULL; l = l->next, sh->row++) {
		sh->lines = 1;
		for (i = 0; i < t->ncolumn; i++)
			put_cell(bk, sh, i, &t->heading[i], &l->cell[i],
			    l->total);
		/* Not every program works out the height by itself. */
		if (sh->lines > 1)
			xl.worksheet_set_row(sh->ws, sh->row, LINE_HEIGHT *
			    (double)(sh->lines < 27 ? sh->lines : 27), NULL);
	}
	if (t->more > 0) {
		buf_addf(&b, _("... and %zu more"), t->more);
		put_string(sh, 0, buf_str(&b), bk->note, 0);
		sh->row++;
	}
	if (t->note != NULL) {
		put_string(sh, 0, tr(t->note), bk->note, 0);
		sh->row++;
	}
	put_chart(bk, sh, t, first);
	buf_free(&b);
}

/* The title of the report on every page, its ampersands doubled. */
static void
put_header(const struct book *bk, struct sheet *sh)
{
	struct buf	 text = { 0 }, b = { 0 };
	size_t		 i;

	put_text(&text, bk->r->title);
	cut(&text, HEADER_TEXT / 4);
	buf_adds(&b, "&L");
	for (i = 0; i < text.len; i++) {
		if (text.p[i] == '&')
			buf_addc(&b, '&');
		buf_addc(&b, text.p[i]);
	}
	buf_adds(&b, "&R&P / &N");
	xl.worksheet_set_header(sh->ws, buf_str(&b));
	buf_free(&text);
	buf_free(&b);
}

static void
put_section(struct book *bk, const struct section *s)
{
	struct sheet		 sh = { .row = 0 };
	const struct table	*t;
	char			*name;
	size_t			 i;

	bk->nsheet++;
	name = sheet_name(bk, tr(s->title));
	sh.ws = xl.workbook_add_worksheet(bk->wb, name);
	sh.name = xl.lxw_quote_sheetname(name);
	for (t = s->table; t != NULL; t = t->next) {
		if (t != s->table)
			sh.row++;
		put_table(bk, &sh, t);
	}
	if (s->table != NULL && s->table->line != NULL)
		xl.worksheet_freeze_panes(sh.ws,
		    s->table->title != NULL ? 2 : 1, 0);
	for (i = 0; i < sh.nwidth; i++)
		xl.worksheet_set_column(sh.ws, (lxw_col_t)i, (lxw_col_t)i,
		    (double)(sh.width[i] < NARROWEST ? NARROWEST :
		    sh.width[i]), NULL);
	put_header(bk, &sh);
	xl.worksheet_set_landscape(sh.ws);
	xl.worksheet_fit_to_pages(sh.ws, 1, 0);
	free(sh.name);
	free(name);
}

/* -------------------------------------------------------------------- file */

static void
set_properties(const struct book *bk)
{
	struct buf		 title = { 0 }, subject = { 0 };
	lxw_doc_properties	 p = { 0 };

	put_text(&title, bk->r->title);
	p.title = cut(&title, 255);
	if (bk->r->subtitle != NULL) {
		put_text(&subject, bk->r->subtitle);
		p.subject = cut(&subject, 255);
	}
	/* 0 is the clock to the library. */
	p.created = bk->r->now != 0 ? (time_t)bk->r->now : 1;
	xl.workbook_set_properties(bk->wb, &p);
	buf_free(&title);
	buf_free(&subject);
}

static void
read_back(int fd, struct buf *b)
{
	ssize_t	 n;

	for (;;) {
		buf_room(b, 65536);
		n = read(fd, b->p + b->len, 65536);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die_errno(STATUS_IO, "a temporary workbook");
		if (n == 0)
			return;
		b->len += (size_t)n;
	}
}

/* A file of a name, for the user alone; in $TMPDIR, else in /tmp. */
static int
scratch(char **path)
{
	const char	*dir = getenv("TMPDIR");
	int		 fd;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	if (asprintf(path, "%s/vip-XXXXXX", dir) == -1)
		die(STATUS_RESOURCE, "out of memory");
	if ((fd = mkostemp(*path, O_CLOEXEC)) == -1)
		die_errno(STATUS_CREATE, "%s: no temporary file", dir);
	return fd;
}

static lxw_error
write_book(const struct report *r, const struct look *look, const char *path)
{
	const struct section	*s;
	struct book		 bk = { .r = r, .look = look };
	lxw_error		 error;

	if ((bk.wb = xl.workbook_new(path)) == NULL)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	add_formats(&bk);
	for (s = r->section; s != NULL; s = s->next)
		put_section(&bk, s);
	if (r->section == NULL)
		xl.workbook_add_worksheet(bk.wb, NULL);
	set_properties(&bk);
	error = xl.workbook_close(bk.wb);
	free(bk.money);
	return error;
}

/* What a process says until its end, of which the first bytes are kept. */
static void
listen_to(int fd, char *said, size_t size)
{
	char	 more[512];
	size_t	 len = 0;
	ssize_t	 n;

	while ((n = read(fd, more, sizeof(more))) > 0 ||
	    (n == -1 && errno == EINTR)) {
		if (n > 0 && (size_t)n < size - len) {
			memcpy(said + len, more, (size_t)n);
			len += (size_t)n;
		}
	}
	said[len] = '\0';
}

/*
 * The library does not stand a failed allocation: it goes on without the
 * cell, or crashes, and tells of it on the standard error alone.  So it
 * works in a process of its own, whose end and words are looked at.
 */
static lxw_error
apart(const struct report *r, const struct look *look, const char *path)
{
	char	 said[4096];
	int	 status, out[2];
	pid_t	 pid;

	if (pipe2(out, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	if (pid == 0) {
		dup2(out[1], STDERR_FILENO);
		_exit((int)write_book(r, look, path));
	}
	close(out[1]);
	listen_to(out[0], said, sizeof(said));
	close(out[0]);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return LXW_ERROR_MEMORY_MALLOC_FAILED;
	if (!WIFEXITED(status) || WEXITSTATUS(status) >= LXW_MAX_ERRNO ||
	    strstr(said, "Memory allocation failed") != NULL)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	return (lxw_error)WEXITSTATUS(status);
}

void
format_xlsx(const struct report *r, const struct look *look, struct buf *b)
{
	static const struct late_call	 calls[] = {
#define CALL(name)	{ #name, offsetof(__typeof__(xl), name) },
		XLSX_CALLS
#undef CALL
	};
	lxw_error			 error;
	char				*path;
	int				 fd;

	if (xl.workbook_new == NULL)
		late_load(XLSXWRITER_FILE, calls,
		    sizeof(calls) / sizeof(calls[0]), &xl);
	fd = scratch(&path);
	error = apart(r, look, path);
	unlink(path);
	free(path);
	if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
		die(STATUS_RESOURCE, "out of memory");
	if (error != LXW_NO_ERROR)
		die(STATUS_IO, "the workbook: %s", xl.lxw_strerror(error));
	read_back(fd, b);
	close(fd);
}
