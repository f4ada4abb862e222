/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/claims.h"
#include "base/vip.h"

struct claimed {
	enum claim	 kind;
	const char	*what;
	char		*name;		/* resolved; NULL: by a descriptor */
	int		 is_there;
	dev_t		 dev;
	ino_t		 ino;
};

static struct claimed	*all;
static size_t		 nall;
static const char	*piped;		/* what stdin is; or NULL */

/* The name of a file without what links make of its folders, or NULL. */
static char *
resolved(const char *path)
{
	const char	*slash = strrchr(path, '/');
	struct buf	 b = { 0 };
	char		*whole = realpath(path, NULL), *folder, *name;

	if (whole != NULL)
		return whole;
	folder = xmemdup0(slash != NULL ? path : ".",
	    slash != NULL ? (size_t)(slash - path) + 1 : 1);
	whole = realpath(folder, NULL);
	free(folder);
	if (whole == NULL)
		return NULL;
	buf_addf(&b, "%s/%s", whole, slash != NULL ? slash + 1 : path);
	name = xstrdup(buf_str(&b));
	buf_free(&b);
	free(whole);
	return name;
}

static int
same(const struct claimed *a, const struct claimed *b)
{
	if (a->is_there && b->is_there)
		return a->dev == b->dev && a->ino == b->ino;
	return a->name != NULL && b->name != NULL &&
	    strcmp(a->name, b->name) == 0;
}

static int
may_share(enum claim a, enum claim b)
{
	if (a == CLAIM_INPUT)
		return b != CLAIM_BESIDE;
	return b == CLAIM_INPUT && a != CLAIM_BESIDE;
}

static void
add(const struct claimed *c, const char *path)
{
	size_t	 i;

	for (i = 0; i < nall; i++)
		if (strcmp(all[i].what, c->what) != 0 &&
		    !may_share(all[i].kind, c->kind) && same(&all[i], c))
			die(STATUS_USAGE, "%s%sis both %s and %s",
			    path != NULL ? path : "",
			    path != NULL ? ": " : "stdin ", all[i].what,
			    c->what);
	all = xreallocarray(all, nall + 1, sizeof(*all));
	all[nall++] = *c;
}

static void
see(struct claimed *c, const struct stat *sb)
{
	c->is_there = 1;
	c->dev = sb->st_dev;
	c->ino = sb->st_ino;
}

void
claim_path(enum claim kind, const char *path, const char *what)
{
	struct claimed	 c = { .kind = kind, .what = what };
	struct stat	 sb;

	if (stat(path, &sb) == 0) {
		if (!S_ISREG(sb.st_mode) || sb.st_nlink == 0)
			return;
		see(&c, &sb);
	}
	c.name = resolved(path);
	add(&c, path);
}

void
claim_stdin(const char *what)
{
	struct claimed	 c = { .kind = CLAIM_INPUT, .what = what };
	struct stat	 sb;

	if (piped != NULL)
		die(STATUS_USAGE, strcmp(piped, what) == 0 ?
		    "stdin is %s twice" : "stdin is both %s and %s", piped,
		    what);
	piped = what;
	if (fstat(STDIN_FILENO, &sb) == -1 || !S_ISREG(sb.st_mode))
		return;
	see(&c, &sb);
	add(&c, NULL);
}

void
claims_end(void)
{
	while (nall > 0)
		free(all[--nall].name);
	free(all);
	all = NULL;
	piped = NULL;
}
