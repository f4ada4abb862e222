/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where rows go: by write(2), without stdio, which loses bytes when it is
 * interrupted.  What is named by -o is written beside its place and moved
 * there when it is whole.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/claims.h"
#include "base/vip.h"
#include "table/parts.h"

#define FULL		65536		/* bytes that are written at once */
#define TEMPS		8

struct writer {
	int		 fd;
	char		*name;		/* for messages */
	char		*path;		/* what it becomes, or NULL */
	char		*folder;	/* of that, with the slash, or empty */
	char		*temp;
	mode_t		 mode;
	int		 started;	/* something was put into it */
	struct shape	 shape;
	struct buf	 buf;
	int		 page;		/* in memory, to be pasted */
	size_t		 columns, at;	/* of a table of the command's own */
	void		(*tee)(void *, const char *, size_t);
	void		*tee_ctx;
};

/* ---- temporary files, which go when the program does */

/* Signal handlers read this: it changes only while they are held back. */
static char *volatile	 temps[TEMPS];
static const int	 deadly[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };

#define DEADLY	(sizeof(deadly) / sizeof(deadly[0]))

static void
remove_temps(void)
{
	int	 i;

	for (i = 0; i < TEMPS; i++)
		if (temps[i] != NULL)
			unlink(temps[i]);
}

static void
on_signal(int sig)
{
	int	 error = errno;

	remove_temps();
	/* SA_RESETHAND: this one ends us, as it would have. */
	raise(sig);
	errno = error;
}

static void
hold_signals(sigset_t *old)
{
	sigset_t	 set;
	size_t		 i;

	sigemptyset(&set);
	for (i = 0; i < DEADLY; i++)
		sigaddset(&set, deadly[i]);
	pthread_sigmask(SIG_BLOCK, &set, old);
}

static void
catch_signals(void)
{
	static int		 done;
	struct sigaction	 sa, old;
	size_t			 i;

	if (done)
		return;
	done = 1;
	atexit(remove_temps);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < DEADLY; i++)
		if (sigaction(deadly[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			sigaction(deadly[i], &sa, NULL);
}

/* With the deadly signals held. */
static int
remember_temp(char *temp)
{
	int	 i;

	for (i = 0; i < TEMPS; i++)
		if (temps[i] == NULL) {
			temps[i] = temp;
			return 0;
		}
	return -1;
}

static void
forget_temp(const char *temp)
{
	int	 i;

	for (i = 0; i < TEMPS; i++)
		if (temps[i] == temp)
			temps[i] = NULL;
}

/* ---- opening */

/* The folder of a path, with the slash, or empty. */
static char *
folder(const char *path)
{
	const char	*slash = strrchr(path, '/');

	return xmemdup0(path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
}

static _Noreturn void
cannot_create(const char *name)
{
	die_errno(errno == EMFILE || errno == ENFILE || errno == ENOMEM ?
	    STATUS_RESOURCE : errno == ENOSPC || errno == EIO ||
	    errno == EDQUOT ? STATUS_IO : STATUS_CREATE, "%s", name);
}

static char *
followed(const char *path)
{
	char	*end = follow_links(path);

	if (end == NULL)
		die_errno(STATUS_CREATE, "%s", path);
	return end;
}

static void
open_temp(struct writer *w, const struct stat *old)
{
	sigset_t	 mask;
	mode_t		 m;
	int		 error;

	if (old != NULL && access(w->path, W_OK) == -1)
		cannot_create(w->name);
	w->folder = folder(w->path);
	if (asprintf(&w->temp, "%s.vip-XXXXXX", w->folder) == -1)
		die(STATUS_RESOURCE, "out of memory");
	catch_signals();
	hold_signals(&mask);
	w->fd = mkostemp(w->temp, O_CLOEXEC);
	error = errno;
	if (w->fd != -1 && remember_temp(w->temp) == -1) {
		unlink(w->temp);
		close(w->fd);
		w->fd = -1;
		error = EMFILE;
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	errno = error;
	if (w->fd == -1 || (w->fd = fd_high(w->fd)) == -1)
		cannot_create(w->name);
	if (old == NULL) {
		m = umask(0);
		umask(m);
		w->mode = 0666 & ~m;
		return;
	}
	/* Who may read it is not to change. */
	w->mode = old->st_mode & 0777;
	if ((old->st_uid != geteuid() || old->st_gid != getegid()) &&
	    fchown(w->fd, old->st_uid, old->st_gid) == -1 &&
	    fchown(w->fd, (uid_t)-1, old->st_gid) == -1)
		w->mode &= 0707;
}

/* "-", /dev/stdout, /dev/fd/N: a descriptor that we have got already. */
static int
descriptor(const char *path)
{
	static const char *const	 dirs[] = {
		"/dev/fd/", "/proc/self/fd/"
	};
	size_t				 i, n;
	char				*end;
	long				 fd;

	if (path == NULL || strcmp(path, "-") == 0 ||
	    strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		n = strlen(dirs[i]);
		if (strncmp(path, dirs[i], n) != 0 || path[n] < '0' ||
		    path[n] > '9')
			continue;
		fd = strtol(path + n, &end, 10);
		if (*end == '\0' && fd >= 0 && fd < 1000000)
			return (int)fd;
	}
	return -1;
}

static void
open_path(struct writer *w, const struct writer_options *options)
{
	const char	*path = options->path;
	struct stat	 st;
	int		 fd;

	if ((fd = descriptor(path)) != -1) {
		w->name = xstrdup(fd == STDOUT_FILENO ? "stdout" : path);
		/* A copy: closing it tells of errors, and leaves fd 1. */
		w->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (w->fd == -1 && errno != EBADF)
			cannot_create(w->name);
		if (w->fd == -1 ||
		    (fcntl(w->fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
			errno = EBADF;
			die_errno(STATUS_IO, "%s", w->name);
		}
		return;
	}
	w->name = xstrdup(path);
	if (*path == '\0') {
		errno = ENOENT;
		cannot_create("\"\"");
	}
	if (options->beside != NULL)
		claim_path(CLAIM_BESIDE, path, options->beside);
	else
		claim_path(CLAIM_OUTPUT, path, OUTPUT);
	if (stat(path, &st) == -1) {
		if (errno != ENOENT)
			cannot_create(path);
		w->path = followed(path);
		open_temp(w, NULL);
	} else if (S_ISREG(st.st_mode)) {
		w->path = followed(path);
		open_temp(w, &st);
	} else {
		w->fd = fd_high(open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY));
		if (w->fd == -1)
			cannot_create(path);
	}
}

struct writer *
writer_open(const struct writer_options *options, int delimiter)
{
	struct writer	*w;

	w = xcalloc(1, sizeof(*w));
	open_path(w, options);
	w->shape.delimiter = options->to == FORM_CSV ? ',' :
	    options->to == FORM_TSV ? '\t' : delimiter;
	w->shape.spreadsheet = options->spreadsheet;
	w->shape.rewrite = options->spreadsheet ||
	    options->to != FORM_AS_INPUT;
	w->tee = options->tee;
	w->tee_ctx = options->tee_ctx;
	return w;
}

const struct shape *
writer_shape(const struct writer *w)
{
	return &w->shape;
}

/* ---- bytes */

static int
write_all(struct writer *w, const char *p, size_t n, struct failure *f)
{
	struct pollfd	 pfd = { .fd = w->fd, .events = POLLOUT };
	ssize_t		 done;

	while (n > 0) {
		done = write(w->fd, p, n);
		if (done > 0) {
			p += done;
			n -= (size_t)done;
			continue;
		}
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1 && errno == EAGAIN) {
			poll(&pfd, 1, -1);
			continue;
		}
		return failure_set(f, STATUS_IO, "%s: %s", w->name,
		    strerror(done == 0 ? EIO : errno));
	}
	return 0;
}

int
writer_flush(struct writer *w, struct failure *f)
{
	size_t	 n = w->buf.len;

	w->buf.len = 0;
	return write_all(w, w->buf.p, n, f);
}

/* The mark goes before whatever comes first. */
static void
put_mark(struct writer *w)
{
	if (!w->started && w->shape.spreadsheet)
		buf_adds(&w->buf, "\xef\xbb\xbf");
	w->started = 1;
}

int
writer_try(struct writer *w, const char *p, size_t n, struct failure *f)
{
	if (n == 0)
		return 0;
	put_mark(w);
	if (w->tee != NULL)
		w->tee(w->tee_ctx, p, n);
	if (w->buf.len + n < FULL) {
		buf_add(&w->buf, p, n);
		return 0;
	}
	if (writer_flush(w, f) == -1)
		return -1;
	if (n >= FULL)
		return write_all(w, p, n, f);
	buf_add(&w->buf, p, n);
	return 0;
}

void
writer_bytes(struct writer *w, const char *p, size_t n)
{
	struct failure	 f = { .status = STATUS_OK };

	if (writer_try(w, p, n, &f) == -1)
		die(f.status, "%s", f.what);
}

static int
sync_folder(const char *dir)
{
	int	 fd, r;

	fd = open(*dir == '\0' ? "." : dir, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (fd == -1)
		return 0;		/* a folder we may write, not read */
	r = fsync(fd);
	if (r == -1 && (errno == EINVAL || errno == EBADF ||
	    errno == ENOTSUP))
		r = 0;			/* not on this file system */
	close(fd);
	return r;
}

void
writer_close(struct writer *w)
{
	struct failure	 f = { .status = STATUS_OK };
	sigset_t	 mask;
	int		 r, error;

	if (writer_flush(w, &f) == -1)
		die(f.status, "%s", f.what);
	if (w->path != NULL && (fchmod(w->fd, w->mode) == -1 ||
	    fsync(w->fd) == -1))
		die_errno(STATUS_IO, "%s", w->name);
	/* Interrupted or not, it is closed; what it says of it is the rest. */
	r = close(w->fd);
	w->fd = -1;
	if (r == -1 && errno != EINTR)
		die_errno(STATUS_IO, "%s", w->name);
	if (w->path != NULL) {
		hold_signals(&mask);
		r = rename(w->temp, w->path);
		error = errno;
		if (r == 0)
			forget_temp(w->temp);
		pthread_sigmask(SIG_SETMASK, &mask, NULL);
		errno = error;
		if (r == -1)
			die_errno(STATUS_CREATE, "%s", w->name);
		if (sync_folder(w->folder) == -1)
			die_errno(STATUS_IO, "%s", w->name);
	}
	buf_free(&w->buf);
	free(w->temp);
	free(w->folder);
	free(w->path);
	free(w->name);
	free(w);
}

/* ---- tables of the command's own */

void
writer_columns(struct writer *w, const char *const *names, size_t n)
{
	size_t	 i;

	w->columns = n;
	for (i = 0; i < n; i++)
		writer_cells(w, names[i]);
	writer_end(w);
}

static void
begin_cell(struct writer *w)
{
	put_mark(w);
	if (w->at++ > 0)
		buf_addc(&w->buf, w->shape.delimiter);
}

void
writer_cell(struct writer *w, const char *p, size_t n)
{
	struct buf	*b = &w->buf;

	begin_cell(w);
	if (n == 0 && w->columns == 1)
		buf_adds(b, "\"\"");	/* or it were a blank line */
	else if (w->shape.spreadsheet)
		dialect_disarm(b, p, n, w->shape.delimiter);
	else
		dialect_quote(b, p, n, w->shape.delimiter);
}

void
writer_cells(struct writer *w, const char *s)
{
	writer_cell(w, s, strlen(s));
}

/* A number has nothing to be quoted but for a delimiter that it may have. */
void
writer_num(struct writer *w, num n)
{
	struct buf	*b = &w->buf;
	char		 text[NUM_SIZE];
	const int	 d = w->shape.delimiter;

	if (w->shape.spreadsheet || d == '.' || d == '-' ||
	    (d >= '0' && d <= '9')) {
		writer_cell(w, text, num_format(text, n));
		return;
	}
	begin_cell(w);
	buf_room(b, NUM_SIZE);
	b->len += num_format(b->p + b->len, n);
}

void
writer_end(struct writer *w)
{
	struct failure	 f = { .status = STATUS_OK };

	if (w->at != w->columns)
		die(STATUS_IO, "%s: a row of %zu cells in a table of %zu",
		    w->name, w->at, w->columns);
	w->at = 0;
	buf_adds(&w->buf, w->shape.spreadsheet ? "\r\n" : "\n");
	if (w->buf.len >= FULL && !w->page && writer_flush(w, &f) == -1)
		die(f.status, "%s", f.what);
}

/* ---- pages of it */

struct writer *
writer_page(const struct writer *w)
{
	struct writer	*page = xcalloc(1, sizeof(*page));

	page->fd = -1;
	page->name = w->name;
	page->shape = w->shape;
	page->columns = w->columns;
	page->page = page->started = 1;
	return page;
}

int
writer_paste(struct writer *w, struct writer *page, struct failure *f)
{
	size_t	 n = page->buf.len;

	page->buf.len = 0;
	return writer_try(w, page->buf.p, n, f);
}

void
writer_page_free(struct writer *page)
{
	buf_free(&page->buf);
	free(page);
}
