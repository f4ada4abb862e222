/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "report/format.h"

static const struct format formats[] = {
	{ "text", format_text },
	{ "csv", format_csv },
	{ "tsv", format_tsv },
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
	return "text, csv, tsv";
}
