/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_ERR_H
#define VIP_ERR_H

#include <stddef.h>

/*
 * What every command exits with.  The numbers above 63 are those of
 * <sysexits.h>, under names that say what they mean here.
 */
enum status {
	STATUS_OK = 0,		/* done */
	STATUS_FOUND = 1,	/* done, and what --fail-on names was found */
	STATUS_USAGE = 64,	/* the command line is wrong */
	STATUS_DATA = 65,	/* the input is wrong */
	STATUS_NOINPUT = 66,	/* there is no such input */
	STATUS_RESOURCE = 69,	/* memory, a lock, a module is missing */
	STATUS_CREATE = 73,	/* an output cannot be created */
	STATUS_IO = 74,		/* an input or output error */
	STATUS_POLICY = 78	/* the policy is wrong */
};

/*
 * Print "command: message" as one line on the standard error and exit with
 * the status, running what atexit(3) was given.  Control bytes in the
 * message are shown as \x1b, so that data cannot speak to the terminal, and
 * a message is cut at 2 KiB.  die_errno() adds ": " and strerror(errno),
 * and its status is STATUS_RESOURCE where memory is what was missing.
 */
_Noreturn void	 die(enum status, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
_Noreturn void	 die_errno(enum status, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));

/* The same without the exit; note() is silent once note_quiet(1) was called. */
void		 complain(const char *fmt, ...)
		    __attribute__((format(printf, 1, 2)));
void		 note(const char *fmt, ...)
		    __attribute__((format(printf, 1, 2)));
void		 note_quiet(int);
int		 note_is_quiet(void);

/*
 * For a fuzzer or a unit test: what die() calls, with the finished message,
 * in place of printing and exiting.  The hook must not return.  NULL puts
 * the ordinary way back.
 */
void		 die_hook(void (*)(enum status, const char *message));

/* malloc(3) and friends that die() with STATUS_RESOURCE; free() the result. */
void		*xmalloc(size_t);
void		*xcalloc(size_t, size_t);
void		*xreallocarray(void *, size_t, size_t);
char		*xstrdup(const char *);
char		*xmemdup0(const char *, size_t);	/* adds a NUL */

#endif /* VIP_ERR_H */
