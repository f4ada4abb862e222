/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The "map" of a column: other people's words for our names.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

struct wording {
	struct keys	*words;		/* normal texts, to the names to[] */
	const char	**to;
};

struct wording *
wording_new(const struct clause *map, struct arena *arena)
{
	struct wording	*w;
	struct buf	 b = { 0 };
	uint32_t	 k;
	size_t		 i;

	if (map == NULL)
		return NULL;
	w = xcalloc(1, sizeof(*w));
	w->words = keys_new();
	w->to = xcalloc(map->nitem + 1, sizeof(*w->to));
	for (i = 0; i < map->nitem; i++) {
		b.len = 0;
		text_nfc(&b, map->item[i].text, strlen(map->item[i].text));
		k = keys_add(w->words, b.p, b.len);
		if (w->to[k] == NULL)
			w->to[k] = arena_text(arena, map->item[i].to,
			    strlen(map->item[i].to));
	}
	buf_free(&b);
	return w;
}

void
wording_free(struct wording *w)
{
	if (w == NULL)
		return;
	keys_free(w->words);
	free(w->to);
	free(w);
}

struct cell
wording_of(const struct wording *w, struct cell c, struct buf *b)
{
	struct cell	 normal;
	uint32_t	 k;

	if (w == NULL)
		return c;
	normal = text_normal(c, b);
	if ((k = keys_find(w->words, normal.p, normal.len)) != KEY_NONE)
		c = cell_str(w->to[k]);
	return c;
}
