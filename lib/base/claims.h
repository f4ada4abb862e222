/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CLAIMS_H
#define VIP_CLAIMS_H

/*
 * The files of a run, so that none takes the place of another: each is
 * claimed before it is opened, by one thread.  An output that is made whole
 * and then renamed may take the place of an input; anything else that is
 * claimed twice for different purposes ends the program (64).  "what" is the
 * purpose, for people ("--reject"), and lives as long as the program.
 *
 * Only regular files count, and what is not there yet.  Names count, as all
 * outputs take one; a second name of a file is another file.
 */
enum claim {
	CLAIM_INPUT,
	CLAIM_OUTPUT,		/* -o */
	CLAIM_BESIDE,		/* an output beside that one */
	CLAIM_STORE
};

#define OUTPUT	"-o"

void	 claim_path(enum claim, const char *path, const char *what);
/* The standard input, which is read once. */
void	 claim_stdin(const char *what);
/* The run is over. */
void	 claims_end(void);

/*
 * What a path ends at, which need not exist, after all symbolic links, to be
 * freed; NULL with errno where there are too many.
 */
char	*follow_links(const char *path);

#endif /* VIP_CLAIMS_H */
