/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "base/claims.h"
#include "command/cuts.h"

static void
read_cuts(struct plan *plan, const char *path)
{
	struct buf	 b = { 0 };
	FILE		*fp;
	size_t		 n;

	claim_path(CLAIM_INPUT, path, "--cuts");
	if ((fp = fopen(path, "r")) == NULL)
		die_errno(STATUS_NOINPUT, "%s", path);
	do {
		buf_room(&b, 65536);
		n = fread(b.p + b.len, 1, 65536, fp);
		b.len += n;
	} while (n > 0);
	if (ferror(fp))
		die_errno(STATUS_IO, "%s", path);
	fclose(fp);
	if (plan_read_cuts(plan, buf_str(&b), b.len, path) == -1)
		die(STATUS_DATA, "%s: not the cuts of this policy", path);
	buf_free(&b);
}

static void
write_cuts(const struct plan *plan, const char *path)
{
	const struct writer_options	 options = {
		.path = path, .beside = CUTS_OPTION
	};
	struct writer			*w = writer_open(&options, ',');
	struct buf			 b = { 0 };

	plan_cuts(plan, &b);
	writer_bytes(w, b.p, b.len);
	writer_close(w);
	buf_free(&b);
}

void
command_cuts(struct command *cmd, struct reader *rd, struct plan *plan,
    const struct exclusions *exclusions, const struct pass *next,
    const char *from, const char *to)
{
	if (from != NULL || to != NULL)
		plan_needs_cuts(plan);
	if (from != NULL)
		read_cuts(plan, from);
	command_survey(cmd, rd, plan, exclusions, next);
	if (to != NULL)
		write_cuts(plan, to);
}
