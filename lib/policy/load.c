/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/claims.h"
#include "policy/ast.h"

/* ----------------------------------------------------------------- parsing */

static void
drop_warnings(struct policy *p)
{
	size_t	 i, n = 0;

	for (i = 0; i < p->nmessages; i++)
		if (!p->messages[i].warning)
			p->messages[n++] = p->messages[i];
	p->nmessages = n;
}

static struct policy *
parse(const char *text, size_t len, const char *name, FILE *errs,
    int *warnings)
{
	struct arena	*arena;
	struct policy	*p;
	const char	*slash;

	arena = arena_new();
	p = arena_get(arena, sizeof(*p));
	p->arena = arena;
	p->name = policy_text(p, name, strlen(name));
	slash = strrchr(name, '/');
	p->dir = policy_text(p, name, slash == NULL ? 0 :
	    (size_t)(slash - name) + 1);
	if (len >= 3 && memcmp(text, "\357\273\277", 3) == 0) {
		text += 3;
		len -= 3;
	}
	p->too_long = len > TEXT_MAX;
	p->len = p->too_long ? TEXT_MAX : len;
	p->text = policy_text(p, text, p->len);
	p->key = "customer_id";
	p->currency = "";
	p->column_keys = keys_new();
	p->let_keys = keys_new();

	policy_scan_and_parse(p);
	policy_check(p);
	if (warnings != NULL)
		*warnings = p->nwarnings;
	if (warnings == NULL || note_is_quiet())
		drop_warnings(p);
	policy_tell(p, errs);
	if (p->nerrors == 0)
		return p;
	policy_free(p);
	return NULL;
}

struct policy *
policy_parse(const char *text, size_t len, const char *name, FILE *errs,
    int *warnings)
{
	return parse(text, len, name, errs, warnings);
}

void
policy_free(struct policy *p)
{
	size_t	 i;

	if (p == NULL)
		return;
	for (i = 0; i < p->ncalendars; i++) {
		calendar_free(p->calendars[i].calendar);
		zone_free(p->calendars[i].zone);
	}
	free(p->calendars);
	zone_free(p->zone);
	keys_free(p->column_keys);
	keys_free(p->let_keys);
	keys_free(p->tier_keys);
	free(p->columns);
	free(p->messages);
	arena_free(p->arena);
}

/* ----------------------------------------------------------------- finding */

struct names {
	char	**v;
	size_t	  n, max;
};

static void
names_add(struct names *names, char *name)
{
	if (names->n == names->max) {
		names->max = names->max * 2 + 16;
		names->v = xreallocarray(names->v, names->max,
		    sizeof(*names->v));
	}
	names->v[names->n++] = name;
}

static void
names_free(struct names *names)
{
	while (names->n > 0)
		free(names->v[--names->n]);
	free(names->v);
}

static char *
join(const char *a, size_t n, const char *b, const char *c)
{
	struct buf	 path = { 0 };
	char		*s;

	buf_add(&path, a, n);
	buf_adds(&path, b);
	buf_adds(&path, c);
	s = xmemdup0(path.p, path.len);
	buf_free(&path);
	return s;
}

/*
 * The folders that policies lie in, in the order in which they are looked;
 * or folders below them.
 */
static void
folders(const struct policy_path *path, const char *below,
    struct names *dirs)
{
	const char	*p, *end;

	if (path != NULL && path->path != NULL)
		for (p = path->path; ; p = end + 1) {
			end = p + strcspn(p, ":");
			if (end > p)
				names_add(dirs, join(p, (size_t)(end - p),
				    below, ""));
			if (*end == '\0')
				break;
		}
	if (path != NULL && path->home != NULL && path->home[0] != '\0')
		names_add(dirs, join(path->home, strlen(path->home), below,
		    ""));
	names_add(dirs, join("", 0, SYSCONFDIR "/viptools/policies", below));
	names_add(dirs, join("", 0, POLICYDIR, below));
}

/* The names of the policies in a folder, without ".vip". */
static void
list(const char *dir, struct names *names)
{
	const struct dirent	*e;
	size_t			 len;
	DIR			*d;

	if ((d = opendir(dir)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		len = strlen(e->d_name);
		if (len > 4 && strcmp(e->d_name + len - 4, ".vip") == 0)
			names_add(names, xmemdup0(e->d_name, len - 4));
	}
	closedir(d);
}

static _Noreturn void
not_found(const char *name, const struct policy_path *path)
{
	struct names	 dirs = { 0 }, known = { 0 };
	struct buf	 b = { 0 };
	const char	*near;
	size_t		 i;

	folders(path, "", &dirs);
	for (i = 0; i < dirs.n; i++) {
		list(dirs.v[i], &known);
		if (i > 0)
			buf_adds(&b, ", ");
		buf_adds(&b, dirs.v[i]);
	}
	near = text_nearest(name, (const char *const *)known.v, known.n);
	die(STATUS_NOINPUT, "%s: no such policy in %s%s%s%s", name,
	    buf_str(&b), near == NULL ? "" : "; did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?");
}

/* The file of a policy, to be freed; or NULL. */
static char *
find(const char *name, const struct policy_path *path, const char *below)
{
	struct names	 dirs = { 0 };
	size_t		 i, len = strlen(name);
	char		*file;
	int		 ending;

	ending = len > 4 && strcmp(name + len - 4, ".vip") == 0;
	if (strchr(name, '/') != NULL || (ending && access(name, F_OK) == 0))
		return xstrdup(name);
	folders(path, below, &dirs);
	for (i = 0; i < dirs.n; i++) {
		file = join(dirs.v[i], strlen(dirs.v[i]), "/",
		    name);
		if (!ending) {
			char	*with;

			with = join(file, strlen(file), ".vip", "");
			free(file);
			file = with;
		}
		if (access(file, F_OK) == 0) {
			names_free(&dirs);
			return file;
		}
		free(file);
	}
	names_free(&dirs);
	return NULL;
}

/* A whole file, but no more than is needed to say that it is too long. */
static void
read_file(const char *file, struct buf *b)
{
	struct stat	 st;
	ssize_t		 n;
	int		 fd = STDIN_FILENO, own = strcmp(file, "-") != 0;

	if (own)
		claim_path(CLAIM_INPUT, file, "the policy");
	else
		claim_stdin("the policy");
	if (own && (fd = open(file, O_RDONLY | O_CLOEXEC)) == -1)
		die_errno(STATUS_NOINPUT, "%s", file);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		die_errno(STATUS_NOINPUT, "%s", file);
	}
	for (;;) {
		buf_room(b, 65536);
		n = read(fd, b->p + b->len, 65536);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die_errno(STATUS_IO, "%s", file);
		b->len += (size_t)n;
		if (n == 0 || b->len > TEXT_MAX + 3)
			break;
	}
	if (own)		/* it may be 0 where there is no stdin */
		close(fd);
}

static struct policy *
load_file(const char *file, FILE *errs, int *warnings)
{
	struct policy	*p;
	struct buf	 b = { 0 };

	read_file(file, &b);
	p = parse(b.len == 0 ? "" : b.p, b.len,
	    strcmp(file, "-") == 0 ? "stdin" : file, errs, warnings);
	buf_free(&b);
	return p;
}

static struct policy *
load(const char *name, const struct policy_path *path, FILE *errs,
    int *warnings)
{
	struct policy	*p;
	char		*file;

	file = strcmp(name, "-") == 0 ? xstrdup(name) : find(name, path, "");
	if (file == NULL)
		not_found(name, path);
	p = load_file(file, errs, warnings);
	free(file);
	return p;
}

struct policy *
policy_load(const char *name, const struct policy_path *path)
{
	struct policy	*p;

	if ((p = load(name, path, stderr, NULL)) == NULL)
		exit(STATUS_POLICY);
	return p;
}

struct policy *
policy_examine(const char *name, const struct policy_path *path, FILE *errs,
    int *warnings)
{
	return load(name, path, errs, warnings);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct policy *
preset_load(const char *name, const struct policy_path *path,
    struct buf *known)
{
	struct names	 dirs = { 0 }, names = { 0 };
	struct policy	*p;
	char		*file = find(name, path, "/presets");
	size_t		 i;

	if (file != NULL) {
		if ((p = load_file(file, stderr, NULL)) == NULL)
			exit(STATUS_POLICY);
		if (!p->preset)
			die(STATUS_POLICY, "%s: not a preset: it has other "
			    "statements than column", file);
		free(file);
		return p;
	}
	folders(path, "/presets", &dirs);
	for (i = 0; i < dirs.n; i++)
		list(dirs.v[i], &names);
	if (names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	for (i = 0; i < names.n; i++)
		if (i == 0 || strcmp(names.v[i], names.v[i - 1]) != 0)
			buf_addf(known, "%s%s", known->len > 0 ? ", " : "",
			    names.v[i]);
	names_free(&dirs);
	names_free(&names);
	return NULL;
}
