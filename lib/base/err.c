/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#define MESSAGE_MAX	2048		/* bytes, escaped, with the "..." */
#define NAME_MAX_SHOWN	64
#define ESCAPED		4		/* text_escape() makes of one byte */

static void	(*hook)(enum status, const char *);
static int	  quiet;

/*
 * Append at most "max" bytes of what text_escape() makes of so many raw
 * ones; "cut" says that there were more than these, at least "max".  The
 * buffer is the caller's stack, with room for all of it: this runs when
 * memory is exhausted and must not ask for any.
 */
static void
escape(struct buf *b, const char *p, size_t n, size_t max, int cut)
{
	size_t	 end, start = b->len, i;

	text_escape(b, p, n);
	if (!cut && b->len - start <= max)
		return;
	end = start + max - 3;
	/* Neither half a character nor half an escape. */
	while (end > start && (b->p[end] & 0xc0) == 0x80)
		end--;
	for (i = end; i > start && end - i < 5; i--)
		if (b->p[i - 1] == '\\') {
			end = i - 1;
			break;
		}
	b->len = end;
	buf_adds(b, "...");
}

static void
put(const char *p, size_t n)
{
	ssize_t	 w;

	while (n > 0) {
		w = write(STDERR_FILENO, p, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0)
			return;		/* there is nobody left to tell */
		p += w;
		n -= (size_t)w;
	}
}

/*
 * Format, escape and print, or hand the finished message to the hook.
 * "error" is an errno to be told of, or -1.
 */
static void
message(void (*to)(enum status, const char *), enum status status, int error,
    const char *fmt, va_list ap)
{
	char		 raw[MESSAGE_MAX + 1];
	char		 out[ESCAPED * (MESSAGE_MAX + NAME_MAX_SHOWN) + 16];
	struct buf	 b = { .p = out, .cap = sizeof(out) };
	const char	*name = program_invocation_short_name;
	size_t		 len, at;
	int		 n, cut = 0;

	n = vsnprintf(raw, sizeof(raw), fmt, ap);
	len = n < 0 ? 0 : (size_t)n;
	if (error != -1 && len < sizeof(raw)) {
		n = snprintf(raw + len, sizeof(raw) - len, ": %s",
		    strerror(error));
		len += n < 0 ? 0 : (size_t)n;
	}
	if (len >= sizeof(raw)) {
		len = sizeof(raw) - 1;
		cut = 1;
	}

	escape(&b, name, strnlen(name, NAME_MAX_SHOWN), NAME_MAX_SHOWN, 0);
	buf_adds(&b, ": ");
	at = b.len;
	escape(&b, raw, len, MESSAGE_MAX, cut);
	if (to != NULL) {
		to(status, buf_str(&b) + at);
		abort();
	}
	buf_addc(&b, '\n');
	put(b.p, b.len);
}

/*
 * exit(3) may run once only.  A second thread that dies waits for the end;
 * a handler of atexit(3) that dies ends the program at once.
 */
static _Noreturn void
end(enum status status, int error, const char *fmt, va_list ap)
{
	static atomic_flag		 dying = ATOMIC_FLAG_INIT;
	static _Thread_local int	 mine;

	if (hook != NULL)
		message(hook, status, error, fmt, ap);
	if (atomic_flag_test_and_set(&dying)) {
		if (!mine)
			for (;;)
				pause();
		message(NULL, status, error, fmt, ap);
		_exit((int)status);
	}
	mine = 1;
	message(NULL, status, error, fmt, ap);
	exit((int)status);
}

void
die(enum status status, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	end(status, -1, fmt, ap);
}

void
die_errno(enum status status, const char *fmt, ...)
{
	int	 error = errno;
	va_list	 ap;

	va_start(ap, fmt);
	end(error == ENOMEM ? STATUS_RESOURCE : status, error, fmt, ap);
}

void
complain(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	message(NULL, STATUS_OK, -1, fmt, ap);
	va_end(ap);
}

void
note(const char *fmt, ...)
{
	va_list	 ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	message(NULL, STATUS_OK, -1, fmt, ap);
	va_end(ap);
}

void
note_quiet(int on)
{
	quiet = on;
}

int
note_is_quiet(void)
{
	return quiet;
}

void
die_hook(void (*f)(enum status, const char *))
{
	hook = f;
}

static void *
must(void *p)
{
	/* The C library's own words: they are translated. */
	if (p == NULL)
		die(STATUS_RESOURCE, "%s", strerror(ENOMEM));
	return p;
}

void *
xmalloc(size_t n)
{
	return must(malloc(n > 0 ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return must(n > 0 && size > 0 ? calloc(n, size) : calloc(1, 1));
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	return must(n > 0 && size > 0 ? reallocarray(p, n, size) :
	    realloc(p, 1));
}

char *
xstrdup(const char *s)
{
	return xmemdup0(s, strlen(s));
}

char *
xmemdup0(const char *p, size_t n)
{
	char	*s;

	s = xmalloc(n + 1);
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}
