/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vip-policy: look at a policy itself.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"

static const struct flag flags[] = {
	{ 256, "fail-on", "warning", "exit 1 if check has warned" },
	{ 0, NULL, NULL, NULL }
};

static struct command cmd = {
	.name = "vip-policy",
	.operands = "check|show [NAME|FILE]",
	.purpose = "Check a policy, or show it in one form.",
	.example = "vip-policy check rhf.vip",
	.uses = USES_POLICY,
	.flags = flags,
};

static int	 fail_on_warning;

static void
write_out(const struct buf *b)
{
	struct writer	*w;

	w = writer_open(&cmd.out, ',');
	writer_bytes(w, b->p, b->len);
	writer_close(w);
}

static int
check(const char *name)
{
	struct policy	*pol;
	int		 warnings = 0;

	pol = command_examine(&cmd, name, note_is_quiet() &&
	    !fail_on_warning ? NULL : &warnings);
	if (pol == NULL)
		return STATUS_POLICY;
	policy_free(pol);
	return warnings > 0 && fail_on_warning ? STATUS_FOUND : STATUS_OK;
}

static int
show(const char *name)
{
	struct policy	*pol;
	struct buf	 b = { 0 };

	if ((pol = command_examine(&cmd, name, NULL)) == NULL)
		return STATUS_POLICY;
	policy_show(pol, &b);
	write_out(&b);
	buf_free(&b);
	policy_free(pol);
	return STATUS_OK;
}

/* For the manual's test: vip-policy(5) shows what the table says. */
static int
words(const char *name)
{
	struct buf	 b = { 0 };

	if (name != NULL)
		command_usage(&cmd, "words takes no policy");
	policy_words(&b);
	write_out(&b);
	buf_free(&b);
	return STATUS_OK;
}

static const struct verb {
	const char	*name;
	int		(*run)(const char *);
} verbs[] = {
	{ "check", check },
	{ "show", show },
	{ "print", show },		/* another name for it */
	{ "words", words },
};

int
main(int argc, char *argv[])
{
	const char	*name;
	size_t		 i;
	int		 ch;

	while ((ch = command_getopt(&cmd, argc, argv)) != -1)
		if (ch == 256) {
			if (strcmp(optarg, "warning") != 0)
				command_usage(&cmd, "--fail-on: \"%s\" is "
				    "not \"warning\"", optarg);
			fail_on_warning = 1;
		}
	if (optind >= argc)
		command_usage(&cmd, "what is to be done? check or show");
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[optind], verbs[i].name) == 0)
			break;
	if (i == sizeof(verbs) / sizeof(verbs[0]))
		command_usage(&cmd, "\"%s\" is neither check nor show",
		    argv[optind]);
	optind++;
	name = command_operand(&cmd, argc, argv);
	if (name != NULL && cmd.policy != NULL)
		command_usage(&cmd, "one policy: -p or an operand, not both");
	if (name == NULL)
		name = cmd.policy;
	return verbs[i].run(name);
}
