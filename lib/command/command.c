/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options, help, policy, time, input and output of every command.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <libintl.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/claims.h"
#include "command/command.h"
#include "score/rules.h"

/* Long options without a letter; the command's own numbers start at 256. */
enum {
	OPT_AS_OF = 1024, OPT_TO, OPT_SPREADSHEET, OPT_MAP, OPT_PRESET,
	OPT_ENCODING, OPT_LAX_QUOTES, OPT_MAX_RECORD, OPT_MEMORY, OPT_REJECT,
	OPT_PROGRESS, OPT_NO_PROGRESS, OPT_HELP, OPT_VERSION
};

static const struct flag	 common[] = {
	{ 'p', "policy", "NAME|FILE", "the policy; default $VIP_POLICY" },
	{ OPT_AS_OF, "as-of", "WHEN", "the date or time that is now" },
	{ 'o', "output", "FILE", "write FILE, whole or not at all" },
	{ 'd', "delimiter", "CHAR", "the input's delimiter" },
	{ 't', "tsv", NULL, "the input is delimited by tabs" },
	{ OPT_TO, "to", "csv|tsv", "the output's form" },
	{ OPT_SPREADSHEET, "spreadsheet", NULL,
	    "for a spreadsheet: mark, CRLF, no formulas" },
	{ OPT_MAP, "map", "NEW=OLD", "read column OLD as NEW" },
	{ OPT_PRESET, "preset", "NAME",
	    "the columns of a product's export: zendesk, ..." },
	{ OPT_ENCODING, "encoding", "NAME", "the input's encoding" },
	{ OPT_LAX_QUOTES, "lax-quotes", NULL,
	    "take stray quotes as libcsv does" },
	{ OPT_MAX_RECORD, "max-record", "SIZE",
	    "longest record; default 64M" },
	{ OPT_MEMORY, "memory", "SIZE",
	    "most of a pipe to keep; default a quarter" },
	{ OPT_REJECT, "reject", "FILE", "set bad rows aside there" },
	{ 'j', "jobs", "N", "threads; default the cores there are" },
	{ OPT_PROGRESS, "progress", NULL, "show a progress line" },
	{ OPT_NO_PROGRESS, "no-progress", NULL, "show none" },
	{ 'q', "quiet", NULL, "say nothing but errors" },
	{ OPT_HELP, "help", NULL, "show this and exit" },
	{ OPT_VERSION, "version", NULL, "show version, licence; exit" },
};

#define NCOMMON		(sizeof(common) / sizeof(common[0]))
#define NPRESETS	(sizeof(((struct command *)0)->presets) / \
			sizeof(((struct command *)0)->presets[0]))

static int
has(const struct command *cmd, const struct flag *f)
{
	return f->letter != OPT_REJECT || !cmd->strict;
}

static void
help_flag(const struct flag *f)
{
	char	 left[64];
	int	 n = 0;

	if (f->letter < 256)
		n = snprintf(left, sizeof(left), "-%c, ", f->letter);
	snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s", f->name,
	    f->argument != NULL ? " " : "",
	    f->argument != NULL ? f->argument : "");
	printf("  %-26s %s\n", left, f->help);
}

static _Noreturn void
help(const struct command *cmd)
{
	const struct flag	*f;
	size_t			 i;

	printf("usage: %s [OPTION ...]%s%s\n\n%s\n\n", cmd->name,
	    *cmd->operands != '\0' ? " " : "", cmd->operands, cmd->purpose);
	for (f = cmd->flags; f != NULL && f->name != NULL; f++)
		help_flag(f);
	for (i = 0; i < NCOMMON; i++)
		if (has(cmd, &common[i]))
			help_flag(&common[i]);
	printf("\nexample:\n");
	for (const char *p = cmd->example; *p != '\0'; p++) {
		if (p == cmd->example || p[-1] == '\n')
			fputs("  ", stdout);
		putchar(*p);
	}
	putchar('\n');
	if (fflush(stdout) == EOF || ferror(stdout))
		die_errno(STATUS_IO, "stdout");
	exit(STATUS_OK);
}

static _Noreturn void
version(const struct command *cmd)
{
	printf("%s (viptools) %s\n"
	    "Licence GPL-3.0-or-later: free software, with no warranty.\n",
	    cmd->name, PACKAGE_VERSION);
	if (fflush(stdout) == EOF || ferror(stdout))
		die_errno(STATUS_IO, "stdout");
	exit(STATUS_OK);
}

void
command_usage(const struct command *cmd, const char *fmt, ...)
{
	char	*text;
	va_list	 ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		die(STATUS_RESOURCE, "out of memory");
	va_end(ap);
	complain("%s", text);
	free(text);
	die(STATUS_USAGE, "try \"%s --help\"", cmd->name);
}

/* "64M" and the like, in bytes. */
static size_t
size_argument(const struct command *cmd, const char *option, const char *s)
{
	unsigned long long	 n;
	unsigned		 shift = 0;
	char			*end;

	errno = 0;
	n = strtoull(s, &end, 10);
	switch (*end) {
	case 'G': case 'g':
		shift += 10;
		/* FALLTHROUGH */
	case 'M': case 'm':
		shift += 10;
		/* FALLTHROUGH */
	case 'K': case 'k':
		shift += 10;
		end++;
		break;
	default:
		break;
	}
	if (s[0] < '0' || s[0] > '9' || *end != '\0' || errno != 0 || n == 0 ||
	    n > (unsigned long long)(SIZE_MAX >> 1) >> shift)
		command_usage(cmd, "--%s: \"%s\" is not a size such as 64M",
		    option, s);
	return (size_t)n << shift;
}

static void
set_delimiter(struct command *cmd, const char *s)
{
	if (strcmp(s, "\\t") == 0)
		s = "\t";
	if (s[0] == '\0' || s[1] != '\0')
		command_usage(cmd, "-d: the delimiter is one byte");
	if (s[0] == '"' || s[0] == '\n' || s[0] == '\r')
		command_usage(cmd,
		    "-d: a quote or a line end cannot be a delimiter");
	cmd->in.delimiter = (unsigned char)s[0];
}

static void
add_rename(struct command *cmd, const char *s)
{
	const char	*eq = strchr(s, '=');
	struct rename	*r, **last;

	if (eq == NULL || eq == s || eq[1] == '\0')
		command_usage(cmd, "--map: \"%s\" is not NEW=OLD", s);
	r = xcalloc(1, sizeof(*r));
	r->to = xmemdup0(s, (size_t)(eq - s));
	r->from = eq + 1;
	for (last = &cmd->renames; *last != NULL; last = &(*last)->next)
		if (strcmp((*last)->to, r->to) == 0)
			command_usage(cmd, "--map: %s is given twice", r->to);
	*last = r;
	cmd->in.map = cmd->renames;
}

static void
add_preset(struct command *cmd, const char *name)
{
	size_t	 i;

	for (i = 0; i < NPRESETS && cmd->presets[i] != NULL; i++)
		if (strcmp(cmd->presets[i], name) == 0)
			return;
	if (i == NPRESETS)
		command_usage(cmd, "--preset: %d are enough", (int)NPRESETS);
	cmd->presets[i] = name;
}

static void
common_option(struct command *cmd, int letter)
{
	switch (letter) {
	case 'p':
		cmd->policy = optarg;
		break;
	case 'o':
		cmd->out.path = optarg;
		break;
	case 'd':
		set_delimiter(cmd, optarg);
		break;
	case 't':
		cmd->in.delimiter = '\t';
		break;
	case 'j':
		cmd->pass.jobs = (int)command_number(cmd, "-j", optarg, 1, 256);
		break;
	case 'q':
		note_quiet(1);
		break;
	case OPT_AS_OF:
		cmd->as_of = optarg;
		break;
	case OPT_TO:
		if (strcmp(optarg, "csv") == 0)
			cmd->out.to = FORM_CSV;
		else if (strcmp(optarg, "tsv") == 0)
			cmd->out.to = FORM_TSV;
		else
			command_usage(cmd, "--to: \"%s\" is not csv or tsv",
			    optarg);
		break;
	case OPT_SPREADSHEET:
		cmd->out.spreadsheet = 1;
		break;
	case OPT_MAP:
		add_rename(cmd, optarg);
		break;
	case OPT_PRESET:
		add_preset(cmd, optarg);
		break;
	case OPT_ENCODING:
		cmd->in.encoding = optarg;
		break;
	case OPT_LAX_QUOTES:
		cmd->in.lax_quotes = 1;
		break;
	case OPT_MAX_RECORD:
		cmd->in.max_record = size_argument(cmd, "max-record", optarg);
		break;
	case OPT_MEMORY:
		cmd->in.memory = size_argument(cmd, "memory", optarg);
		break;
	case OPT_REJECT:
		cmd->reject_path = optarg;
		break;
	case OPT_PROGRESS:
		cmd->pass.progress = 1;
		break;
	case OPT_NO_PROGRESS:
		cmd->pass.progress = 0;
		break;
	case OPT_HELP:
		help(cmd);
	case OPT_VERSION:
		version(cmd);
	default:
		command_usage(cmd, "no such option");
	}
}

void
command_end(struct command *cmd)
{
	struct rename	*r;
	size_t		 i;

	while ((r = cmd->renames) != NULL) {
		cmd->renames = r->next;
		free((char *)(uintptr_t)r->to);
		free(r);
	}
	aliases_free(cmd->aliases);
	for (i = 0; i < NPRESETS; i++)
		policy_free(cmd->preset[i]);
	claims_end();
}

static size_t
add_option(struct option *longs, struct buf *shorts, const struct flag *f)
{
	longs->name = f->name;
	longs->has_arg = f->argument != NULL ? required_argument : no_argument;
	longs->flag = NULL;
	longs->val = f->letter;
	if (f->letter < 256) {
		buf_addc(shorts, f->letter);
		if (f->argument != NULL)
			buf_addc(shorts, ':');
	}
	return 1;
}

/* What getopt(3) would print itself, in our form. */
static _Noreturn void
bad_option(const struct command *cmd, int ch, char *argv[])
{
	const char	*names[64];
	const char	*word = argv[optind - 1], *near = NULL;
	size_t		 i, n = 0;

	if (ch == ':')
		command_usage(cmd, "%s needs an argument", word);
	if (optopt > 0 && optopt < 256)
		command_usage(cmd, "there is no option -%c", optopt);
	for (i = 0; i < NCOMMON; i++)
		if (has(cmd, &common[i]))
			names[n++] = common[i].name;
	for (i = 0; cmd->flags != NULL && cmd->flags[i].name != NULL && n < 64;
	    i++)
		names[n++] = cmd->flags[i].name;
	if (strncmp(word, "--", 2) == 0)
		near = text_nearest(word + 2, names, n);
	if (optopt != 0 || near == NULL)
		command_usage(cmd, "%s: there is no such option, or not so",
		    word);
	command_usage(cmd, "there is no option %s; did you mean --%s?", word,
	    near);
}

/* The first call sets up what must be so before any message is printed. */
static void
start(struct command *cmd)
{
	/* As for gettext(1): catalogues that are not installed, for tests. */
	const char	*dir = secure_getenv("TEXTDOMAINDIR");

	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	bindtextdomain("viptools", dir != NULL && *dir != '\0' ? dir :
	    LOCALEDIR);
	textdomain("viptools");
	cmd->pass.progress = isatty(2) == 1;
	opterr = 0;
	/* A limit on file sizes is an error like a full disk, not death. */
	signal(SIGXFSZ, SIG_IGN);
}

int
command_home(struct buf *path, const char *name)
{
	const char	*dir;

	if ((dir = getenv("XDG_CONFIG_HOME")) != NULL && *dir == '/')
		buf_addf(path, "%s/viptools/%s", dir, name);
	else if ((dir = getenv("HOME")) != NULL && *dir == '/')
		buf_addf(path, "%s/.config/viptools/%s", dir, name);
	else
		return 0;
	buf_str(path);
	return 1;
}

/* Where policies are looked for; "home" holds a part of it. */
static struct policy_path
policy_path(struct buf *home)
{
	struct policy_path	 path;

	path.home = command_home(home, "policies") ? buf_str(home) : NULL;
	path.path = getenv("VIP_POLICY_PATH");
	return path;
}

static struct policy *
load_preset(const struct command *cmd, const char *name)
{
	struct policy_path	 path;
	struct policy		*preset;
	struct buf		 home = { 0 }, known = { 0 };

	path = policy_path(&home);
	preset = preset_load(name, &path, &known);
	if (preset == NULL)
		command_usage(cmd, "--preset: there is no preset \"%s\"; "
		    "there are: %s", name, known.len > 0 ? buf_str(&known) :
		    "none");
	buf_free(&home);
	return preset;
}

static void
load_presets(struct command *cmd)
{
	size_t	 i;

	for (i = 0; i < NPRESETS && cmd->presets[i] != NULL; i++) {
		if (cmd->preset[i] != NULL)
			continue;
		cmd->preset[i] = load_preset(cmd, cmd->presets[i]);
		preset_aliases(cmd->preset[i], &cmd->aliases);
	}
	cmd->in.aliases = cmd->aliases;
}

static void
claim_outputs(const struct command *cmd)
{
	if (cmd->out.path != NULL && strcmp(cmd->out.path, "-") != 0)
		claim_path(CLAIM_OUTPUT, cmd->out.path, OUTPUT);
	if (cmd->reject_path == NULL)
		return;
	if (strcmp(cmd->reject_path, "-") == 0)
		command_usage(cmd, "--reject: a file is needed, not \"-\"");
	claim_path(CLAIM_BESIDE, cmd->reject_path, "--reject");
}

int
command_getopt(struct command *cmd, int argc, char *argv[])
{
	struct option	 longs[64] = { { 0 } };
	struct buf	 shorts = { 0 };
	size_t		 i, n = 0;
	int		 ch;

	if (optind == 1 && cmd->as_of == NULL && opterr != 0)
		start(cmd);
	buf_addc(&shorts, ':');
	for (i = 0; cmd->flags != NULL && cmd->flags[i].name != NULL; i++)
		n += add_option(&longs[n], &shorts, &cmd->flags[i]);
	for (i = 0; i < NCOMMON; i++)
		if (has(cmd, &common[i]))
			n += add_option(&longs[n], &shorts, &common[i]);

	for (;;) {
		ch = getopt_long(argc, argv, buf_str(&shorts), longs, NULL);
		if (ch == '?' || ch == ':')
			bad_option(cmd, ch, argv);
		for (i = 0; i < NCOMMON && common[i].letter != ch; i++)
			;
		if (i == NCOMMON)
			break;
		common_option(cmd, ch);
	}
	buf_free(&shorts);
	if (ch == -1) {
		load_presets(cmd);
		claim_outputs(cmd);
	}
	return ch;
}

const char *
command_operand(const struct command *cmd, int argc, char *argv[])
{
	if (argc - optind > 1)
		command_usage(cmd, "one file at most, not \"%s\" too",
		    argv[optind + 1]);
	return argv[optind];
}

long long
command_number(const struct command *cmd, const char *option,
    const char *argument, long long low, long long high)
{
	long long	 n;
	char		*end;

	errno = 0;
	n = strtoll(argument, &end, 10);
	if (*argument == '\0' || *end != '\0' || errno != 0 || n < low ||
	    n > high)
		command_usage(cmd,
		    "%s: \"%s\" is not a whole number from %lld to %lld",
		    option, argument, low, high);
	return n;
}

const char **
command_list(const struct command *cmd, const char *option,
    const char *argument, size_t *n)
{
	const char	**names = text_split(argument, n);
	size_t		 i, j;

	for (i = 0; i < *n; i++) {
		if (*names[i] == '\0')
			command_usage(cmd, "%s: a name is missing in \"%s\"",
			    option, argument);
		for (j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				command_usage(cmd, "%s: \"%s\" is there twice",
				    option, names[i]);
	}
	return names;
}

int64_t
command_day(const struct command *cmd, const char *option,
    const char *argument)
{
	int64_t	 day;

	if (day_parse(argument, strlen(argument), &day) == -1)
		command_usage(cmd, "%s: \"%s\" is not a date such as "
		    "2026-01-19", option, argument);
	return day;
}

int
command_has_policy(const struct command *cmd)
{
	const char	*name = getenv("VIP_POLICY");

	return cmd->policy != NULL || (name != NULL && *name != '\0');
}

static const char *
policy_wanted(const struct command *cmd)
{
	const char	*name = cmd->policy;

	if (name == NULL)
		name = getenv("VIP_POLICY");
	if (name == NULL || *name == '\0')
		command_usage(cmd,
		    "a policy is needed: -p NAME|FILE, or VIP_POLICY");
	return name;
}

/* A programme that is over is still judged by, but not in silence: 1 then. */
static int
tell_ended(const struct command *cmd, const struct policy *pol)
{
	const struct statement	*st, *last = NULL;
	int64_t			 today;
	char			 text[WHEN_SIZE];

	for (st = policy_find(pol, KW_PROGRAM, NULL); st != NULL;
	    st = policy_next(st))
		if (last == NULL || st->until > last->until)
			last = st;
	if (last == NULL || last->until == INT64_MAX)
		return 0;
	today = policy_today(pol, command_now(cmd, policy_zone(pol)));
	if (today <= last->until)
		return 0;
	note("%s:%d: the programme ended on %.*s", policy_name(pol),
	    last->at.line, (int)date_format(text, last->until), text);
	return 1;
}

struct policy *
command_policy(const struct command *cmd)
{
	const char		*name = policy_wanted(cmd);
	struct policy_path	 path;
	struct policy		*pol;
	struct buf		 home = { 0 };

	path = policy_path(&home);
	pol = policy_load(name, &path);
	buf_free(&home);
	(void)tell_ended(cmd, pol);
	return pol;
}

struct policy *
command_policy_or_preset(const struct command *cmd)
{
	if (command_has_policy(cmd))
		return command_policy(cmd);
	return cmd->presets[0] != NULL ? load_preset(cmd, cmd->presets[0]) :
	    NULL;
}

struct policy *
command_examine(const struct command *cmd, const char *name, int *warnings)
{
	struct policy_path	 path;
	struct policy		*pol;
	struct buf		 home = { 0 };

	if (name == NULL)
		name = policy_wanted(cmd);
	path = policy_path(&home);
	pol = policy_examine(name, &path, stderr, warnings);
	buf_free(&home);
	if (pol != NULL && warnings != NULL)
		*warnings += tell_ended(cmd, pol);
	return pol;
}

static void
as_of(const struct command *cmd, struct stamp *st)
{
	if (stamp_parse(cmd->as_of, strlen(cmd->as_of), st) == -1)
		command_usage(cmd, "--as-of: \"%s\" is not a date or time such "
		    "as 2026-01-19 or 2026-01-19T09:00:00Z", cmd->as_of);
}

when
command_now(const struct command *cmd, const struct zone *zone)
{
	struct stamp	 st;

	if (cmd->as_of == NULL)
		return (when)time(NULL);
	as_of(cmd, &st);
	return stamp_instant(&st, zone, NULL);
}

when
command_until(const struct command *cmd, const struct zone *zone)
{
	struct stamp	 st;

	if (cmd->as_of == NULL)
		return (when)time(NULL) + 1;
	as_of(cmd, &st);
	if (st.has_time)
		return stamp_instant(&st, zone, NULL) + 1;
	civil_of_days(days_of(st.civil.year, st.civil.month, st.civil.day) + 1,
	    &st.civil);
	return stamp_instant(&st, zone, NULL);
}

/*
 * The file first: getpwuid() reads the configuration of its switch, and
 * crashes where it has no memory for that (glibc 2.36).
 */
static const struct passwd *
user(uid_t uid)
{
	const struct passwd	*pw;
	FILE			*fp;

	errno = 0;
	if ((fp = fopen("/etc/passwd", "re")) != NULL) {
		while ((pw = fgetpwent(fp)) != NULL && pw->pw_uid != uid)
			;
		fclose(fp);
		if (pw != NULL)
			return pw;
	}
	if (errno == ENOMEM)
		die(STATUS_RESOURCE, "out of memory");
	return getpwuid(uid);
}

const char *
command_user(void)
{
	static char		 number[24];
	const struct passwd	*pw = user(geteuid());

	if (pw != NULL)
		return pw->pw_name;
	snprintf(number, sizeof(number), "%lld", (long long)geteuid());
	return number;
}

char *
command_text(int argc, char *argv[])
{
	struct buf	 b = { 0 };
	const char	*p;
	int		 i;

	for (i = 0; i < argc; i++) {
		if (i > 0)
			buf_addc(&b, ' ');
		if (*argv[i] != '\0' && strpbrk(argv[i],
		    " \t\n\r\\\"'$`&|;<>()*?[]#~!{}") == NULL) {
			buf_adds(&b, argv[i]);
			continue;
		}
		buf_addc(&b, '\'');
		for (p = argv[i]; *p != '\0'; p++)
			if (*p == '\'')
				buf_adds(&b, "'\\''");
			else
				buf_addc(&b, *p);
		buf_addc(&b, '\'');
	}
	return buf_str(&b);
}

struct reader *
command_reader(const struct command *cmd, const char *path)
{
	return reader_open(path, &cmd->in);
}

struct reader *
command_aside(const struct command *cmd, const char *path,
    struct reader_options *options)
{
	if (path == NULL)
		return NULL;
	*options = cmd->in;
	options->delimiter = 0;
	options->encoding = NULL;
	options->map = NULL;
	return reader_open(path, options);
}

struct writer *
command_writer(const struct command *cmd, const struct reader *rd)
{
	return writer_open(&cmd->out,
	    rd != NULL ? reader_delimiter(rd) : ',');
}

struct pass_options
command_pass(struct command *cmd)
{
	if (cmd->reject_path != NULL && cmd->pass.reject == NULL)
		cmd->pass.reject = reject_open(cmd->reject_path);
	return cmd->pass;
}

/* -------------------------------------------------------------- the survey */

struct survey {
	struct plan		*plan;
	const struct exclusions	*exclusions;
};

struct observer {
	const struct survey	*survey;
	struct frame		*frame;
};

static void *
survey_begin(void *ctx)
{
	const struct survey	*s = ctx;
	struct observer		*o = xcalloc(1, sizeof(*o));

	o->survey = s;
	o->frame = frame_new(s->plan);
	return o;
}

static int
survey_row(void *state, const struct row *row, struct cells *cells,
    struct fault *fault)
{
	struct observer	*o = state;

	(void)cells;
	if (frame_load(o->frame, row, fault) == -1)
		return ROW_FAULT;
	if (exclusions_test(o->survey->exclusions, o->frame) == NULL)
		frame_observe(o->frame);
	if (frame_fault(o->frame, fault) == -1)
		return ROW_FAULT;
	return frame_note(o->frame, row);
}

static void
survey_end(void *ctx, void *state)
{
	struct survey	*s = ctx;
	struct observer	*o = state;

	plan_merge(s->plan, o->frame);
	frame_free(o->frame);
	free(o);
}

void
command_survey(struct command *cmd, struct reader *rd, struct plan *plan,
    const struct exclusions *exclusions, const struct pass *next)
{
	struct pass		 pass = {
		.begin = survey_begin, .row = survey_row, .end = survey_end
	};
	struct pass_options	 options = command_pass(cmd);
	struct survey		 s = { plan, exclusions };

	if (next != NULL) {
		pass.unique = next->unique;
		pass.notes = next->notes;
	}
	while (plan_ranked(plan)) {
		reader_keep(rd);
		table_pass(rd, NULL, &pass, &s, &options);
		plan_settle(plan);
		reader_rewind(rd);
	}
}
