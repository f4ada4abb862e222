/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_CUTS_H
#define VIP_CUTS_H

#include "command/command.h"

#define CUTS_OPTION	"--cuts-out"	/* for claim_path() */

/*
 * What a bound plan needs to know of all rows: from the file "from", which
 * --cuts-out wrote, else by command_survey(), for the pass to come; and
 * written to "to".  Either may be NULL.  Ends the program where the file is
 * not there (66) or is not of this policy (65).
 */
void	 command_cuts(struct command *, struct reader *, struct plan *,
	    const struct exclusions *, const struct pass *next,
	    const char *from, const char *to);

#endif /* VIP_CUTS_H */
