/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "report/format.h"

static const struct format formats[] = {
	{ "text", format_text, 0 },
	{ "markdown", format_markdown, 0 },
	{ "html", format_html, 0 },
	{ "csv", format_csv, FORMAT_IS_TABLE },
	{ "tsv", format_tsv, FORMAT_IS_TABLE },
	{ "json", format_json, 0 },
	{ "xlsx", format_xlsx, FORMAT_IS_BINARY },
	{ "ics", format_ics, 0 },
	{ "mail", format_mail, 0 },
};

#define NFORMATS	(sizeof(formats) / sizeof(formats[0]))

const struct format *
format_find(const char *name)
{
	size_t	 i;

	for (i = 0; i < NFORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

const char *
format_names(void)
{
	return "text, markdown, html, csv, tsv, json, xlsx, ics, mail";
}
