/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns of a table by the names that a policy and a preset have for them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"

/* The column that a statement of the policy's own names, or -1. */
static int
cell_of(const struct statement *st, const struct reader *rd)
{
	const struct clause	*from = clause_find(st, W_SOURCE);
	const struct clause	*with = clause_find(st, W_WITH);
	size_t			 i;
	int			 cell;

	if (from == NULL ||
	    (with != NULL && reader_column(rd, with->text) == -1))
		return -1;
	for (i = 0; i < from->nitem; i++)
		if ((cell = reader_column(rd, from->item[i].text)) != -1)
			return cell;
	return -1;
}

int
column_cell(const struct policy *pol, const struct reader *rd,
    const char *name)
{
	const struct statement	*st;
	int			 cell = reader_column(rd, name), own;

	if (pol == NULL || reader_is_mapped(rd, name) ||
	    (st = policy_column(pol, name)) == NULL ||
	    (own = cell_of(st, rd)) == -1)
		return cell;
	return own;
}

/* What of a statement goes together: the form of a cell, or one word. */
static int
says(const struct statement *st, enum word word)
{
	if (st == NULL)
		return 0;
	if (word == W_AS || word == W_IN || word == W_AFTER)
		return clause_find(st, W_AS) != NULL ||
		    clause_find(st, W_IN) != NULL;
	return clause_find(st, word) != NULL;
}

/*
 * The preset's statement by which a column is found, with what its "*"
 * stands for; or NULL where --map or the policy has the column.
 */
static const struct statement *
preset_of(const struct policy *pol, const struct reader *rd,
    const char *name, struct cell *star)
{
	const struct alias	*alias = reader_alias(rd, name, star);
	const struct statement	*st;

	if (alias == NULL || (pol != NULL &&
	    (st = policy_column(pol, name)) != NULL && cell_of(st, rd) != -1))
		return NULL;
	return alias->of;
}

const struct clause *
column_clause(const struct policy *pol, const struct reader *rd,
    const char *name, enum word word)
{
	const struct statement	*st;

	st = pol != NULL ? policy_column(pol, name) : NULL;
	if (!says(st, word))
		st = preset_of(pol, rd, name, NULL);
	return st != NULL ? clause_find(st, word) : NULL;
}

int
column_is_formed(const struct policy *pol, const struct reader *rd,
    const char *name)
{
	return column_clause(pol, rd, name, W_AS) != NULL ||
	    column_clause(pol, rd, name, W_IN) != NULL ||
	    column_clause(pol, rd, name, W_MAP) != NULL;
}

struct zone *
column_zone(const struct policy *pol, const struct reader *rd,
    const char *name)
{
	const struct clause	*in = column_clause(pol, rd, name, W_IN);
	struct buf		 b = { 0 };
	struct cell		 star;
	struct zone		*zone;
	char			*text;

	if (in == NULL)
		return NULL;
	if (strcmp(in->text, "*") != 0)
		return zone_open(in->text);	/* which has been checked */
	reader_alias(rd, name, &star);
	text = xmemdup0(star.p, star.len);
	if ((zone = zone_open(text)) == NULL) {
		text_escape(&b, star.p, star.len);
		die(STATUS_DATA, "%s:%zu: there is no time zone \"%s\", "
		    "which the header of %s has", reader_name(rd),
		    reader_header(rd)->line, buf_str(&b), name);
	}
	free(text);
	return zone;
}

static void
add_alias(struct alias ***last, const struct statement *st, const char *from)
{
	const struct clause	*with = clause_find(st, W_WITH);
	struct alias		*a = xcalloc(1, sizeof(*a));

	a->to = st->name;
	a->from = from;
	a->with = with != NULL ? with->text : NULL;
	a->of = st;
	**last = a;
	*last = &a->next;
}

void
preset_aliases(const struct policy *preset, struct alias **list)
{
	const struct statement	*st;
	const struct clause	*from;
	size_t			 i;

	while (*list != NULL)
		list = &(*list)->next;
	for (st = policy_find(preset, KW_COLUMN, NULL); st != NULL;
	    st = policy_next(st)) {
		from = clause_find(st, W_SOURCE);
		if (from == NULL)
			add_alias(&list, st, st->name);
		for (i = 0; from != NULL && i < from->nitem; i++)
			add_alias(&list, st, from->item[i].text);
	}
}

void
aliases_free(struct alias *a)
{
	struct alias	*next;

	for (; a != NULL; a = next) {
		next = a->next;
		free(a);
	}
}
