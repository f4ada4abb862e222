/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/claims.h"
#include "base/vip.h"

#define LINKS	40		/* as many as the kernel follows */

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

char *
follow_links(const char *path)
{
	char	 link[4096], *at, *next;
	char	*slash;
	ssize_t	 n;
	int	 i;

	at = xstrdup(path);
	for (i = 0; i < LINKS; i++) {
		n = readlink(at, link, sizeof(link) - 1);
		if (n == -1)
			return at;
		link[n] = '\0';
		slash = strrchr(at, '/');
		if (link[0] == '/' || slash == NULL)
			next = xstrdup(link);
		else {
			*slash = '\0';
			if (asprintf(&next, "%s/%s", at, link) == -1)
				die(STATUS_RESOURCE, "out of memory");
		}
		free(at);
		at = next;
	}
	free(at);
	errno = ELOOP;
	return NULL;
}

/* The one name of a file, whether it is there or not; or NULL. */
static char *
resolved(const char *path)
{
	struct buf	 b = { 0 };
	char		*whole = realpath(path, NULL), *end, *folder;
	const char	*slash;

	if (whole != NULL || (end = follow_links(path)) == NULL)
		return whole;
	slash = strrchr(end, '/');
	folder = xmemdup0(slash != NULL ? end : ".",
	    slash != NULL ? (size_t)(slash - end) + 1 : 1);
	whole = realpath(folder, NULL);
	free(folder);
	if (whole != NULL)
		buf_addf(&b, "%s/%s", whole, slash != NULL ? slash + 1 : end);
	free(whole);
	free(end);
	return b.len > 0 ? buf_str(&b) : NULL;
}

/* The standard input has no name that we know. */
static int
same(const struct claimed *a, const struct claimed *b)
{
	if (a->name == NULL || b->name == NULL)
		return a->is_there && b->is_there && a->dev == b->dev &&
		    a->ino == b->ino;
	return strcmp(a->name, b->name) == 0;
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
