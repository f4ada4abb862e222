/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SECRET_H
#define VIP_SECRET_H

#include <stddef.h>

#include "command/command.h"

/*
 * A file that only its owner knows, which pseudonyms are made with.  A file
 * shorter than SECRET_LEAST bytes is bad data; of a longer one than
 * SECRET_MOST the rest is not read.
 */
#define SECRET_LEAST	16
#define SECRET_MOST	4096

/* Returns how many bytes; ends the program where there are not enough. */
size_t		 secret_read(const char *path, unsigned char [SECRET_MOST]);

/*
 * The user's own: viptools/redact.key among the user's configuration.  It is
 * made, and said to be, where it is not there yet; runs at the same time get
 * the same one.  Returns 0 where the user has no home.
 */
size_t		 secret_own(unsigned char [SECRET_MOST]);

#endif /* VIP_SECRET_H */
