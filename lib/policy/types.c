/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <regex.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/ast.h"
#include "policy/lex.h"

#define REGEX_MAX	1000		/* bytes */
#define REPEATS_MAX	10000		/* of all {m,n} together */

/*
 * Names and kinds.  What a column holds is not written down in a policy: it
 * follows from what it is compared and computed with, anywhere in the file.
 * So all expressions are gone through until nothing new is learnt, and then
 * once more to tell of what does not agree.
 */
enum kind {
	KIND_ANY,			/* nothing is known */
	KIND_NUMBER, KIND_TRUTH, KIND_TIME, KIND_TEXT, KIND_DURATION,
	KIND_DAYS,		/* a number that a duration is held to */
	KIND_CLOCK		/* a time of day, which a time is held to */
};

/* Where an expression stands, for what is allowed there. */
struct site {
	struct policy		*policy;
	const struct statement	*statement;
	enum word		 word;
	int			 round;
	int			 report;	/* the last of them */
	int			 learnt;
	int			 population;	/* inside of such a function */
	int			 referral;	/* inside of one of referrals */
};

static enum kind	infer(struct site *, const struct expr *, enum kind);
static void		undecided(struct site *, struct place, int);
static void		asked_early(struct site *, struct place);

static struct expr *
mutable(const struct expr *e)
{
	return (struct expr *)(uintptr_t)e;	/* it is of our arena */
}

/* ----------------------------------------------------------------- columns */

/*
 * The names that vip-rollup gives to what it counts: MEASURE_WINDOW.  They
 * are numbers whatever a policy does with them.
 */
static int
is_metric(const char *s)
{
	static const char *const others[] = {
		"ltv", "health", "p_alive", "expected_orders",
		"expected_value", "clv", "days_since_order", "tier_level",
		"sla_left",
	};
	const char	*w;
	size_t		 i, n;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], s) == 0)
			return 1;
	if ((w = strrchr(s, '_')) == NULL || w == s)
		return 0;
	w++;
	if (strcmp(w, "ytd") == 0 || strcmp(w, "lytd") == 0 ||
	    strcmp(w, "total") == 0)
		return 1;
	n = strspn(w, "0123456789");
	return n > 0 && (strcmp(w + n, "d") == 0 || strcmp(w + n, "w") == 0 ||
	    strcmp(w + n, "mo") == 0 || strcmp(w + n, "y") == 0);
}

/* What is a time unless something else comes to light. */
static int
is_time(const char *s)
{
	size_t	 n = strlen(s);

	return strcmp(s, "first_order") == 0 || strcmp(s, "last_order") == 0 ||
	    strcmp(s, "last_contact") == 0 || strcmp(s, "order_date") == 0 ||
	    strcmp(s, "birthday") == 0 ||
	    (n > 3 && strcmp(s + n - 3, "_at") == 0);
}

static struct column *
column(struct policy *p, const char *name)
{
	struct column	*c;
	uint32_t	 i;

	i = keys_add(p->column_keys, name, strlen(name));
	if (i < p->ncolumns)
		return &p->columns[i];
	if (p->ncolumns == p->maxcolumns) {
		p->maxcolumns = p->maxcolumns * 2 + 32;
		p->columns = xreallocarray(p->columns, p->maxcolumns,
		    sizeof(*p->columns));
	}
	c = &p->columns[p->ncolumns++];
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->type = is_metric(name) ? TYPE_NUMBER : TYPE_MISSING;
	return c;
}

static enum type
type_of(enum kind k)
{
	switch (k) {
	case KIND_NUMBER:
	case KIND_DAYS:
		return TYPE_NUMBER;
	case KIND_TIME:
		return TYPE_TIME;
	case KIND_TEXT:
		return TYPE_TEXT;
	case KIND_TRUTH:
		return TYPE_TRUTH;
	default:
		return TYPE_MISSING;
	}
}

static enum kind
kind_of(enum type t)
{
	switch (t) {
	case TYPE_NUMBER:
		return KIND_NUMBER;
	case TYPE_TIME:
		return KIND_TIME;
	case TYPE_TEXT:
		return KIND_TEXT;
	case TYPE_TRUTH:
		return KIND_TRUTH;
	default:
		return KIND_ANY;
	}
}

/* A column of cells is a number, a text or a time; never a truth. */
static void
learn(struct site *site, const char *name, enum kind kind, struct place at)
{
	struct column	*c = column(site->policy, name);

	if (c->type != TYPE_MISSING || (kind != KIND_NUMBER &&
	    kind != KIND_TEXT && kind != KIND_TIME))
		return;
	c->type = type_of(kind);
	c->at = at;
	site->learnt = 1;
}

/* ------------------------------------------------------------------- words */

static const char *
kind_text(enum kind k)
{
	switch (k) {
	case KIND_NUMBER:
		return "a number";
	case KIND_TRUTH:
		return "a condition";
	case KIND_TIME:
		return "a date or time";
	case KIND_TEXT:
		return "text";
	case KIND_DURATION:
		return "a duration";
	case KIND_DAYS:
		return "a number of days";
	case KIND_CLOCK:
		return "a time of day";
	default:
		return "a value";
	}
}

/* An expression as a message names it, cut where it is long. */
static const char *
show(struct policy *p, const struct expr *e)
{
	struct buf	 b = { 0 };
	const char	*s;
	size_t		 n;

	expr_show(e, &b);
	n = text_fit(b.p, b.len, 40);
	s = policy_format(p, "%.*s%s", (int)n, b.p, n < b.len ? "..." : "");
	buf_free(&b);
	return s;
}

/* Where a name's kind comes from: " (line 5)" or "". */
static const char *
since(struct policy *p, const struct expr *e)
{
	const struct column	*c;

	if (e->op != OP_NAME || e->let != NULL)
		return "";
	c = column(p, e->text);
	if (c->at.line == 0 || c->at.line == e->at.line)
		return "";
	return policy_format(p, " (line %d)", c->at.line);
}

static void
wants(struct site *site, const struct expr *e, enum kind have,
    enum kind want)
{
	struct policy	*p = site->policy;
	const char	*s;

	if (!site->report)
		return;
	s = show(p, e);
	if (want == KIND_TRUTH && e->op == OP_NAME)
		policy_error(p, e->at, "\"%s\" alone is no condition: compare "
		    "it, as in %s %s", e->text, s, have == KIND_NUMBER ?
		    "> 0" : "= \"yes\"");
	else if (want == KIND_NUMBER && have == KIND_DURATION)
		policy_error(p, e->at, "a number is wanted here, and %s is a "
		    "duration; days are written without a unit", s);
	else
		policy_error(p, e->at, "%s is wanted here, and %s is %s%s",
		    kind_text(want), s, kind_text(have), since(p, e));
}

/* --------------------------------------------------------------- inference */

/* The kind of an expression must be this one. */
static void
expect(struct site *site, const struct expr *e, enum kind want)
{
	enum kind	 have;

	have = infer(site, e, want);
	if (have == KIND_DAYS && want == KIND_NUMBER)
		return;
	if (have != want && (have != KIND_ANY || want == KIND_TRUTH))
		wants(site, e, have, want);
}

static void
disagree(struct site *site, struct place at, const struct expr *a,
    enum kind ka, const struct expr *b, enum kind kb)
{
	struct policy	*p = site->policy;
	const char	*hint = "";

	if (!site->report)
		return;
	if ((ka == KIND_DURATION && kb == KIND_NUMBER) ||
	    (kb == KIND_DURATION && ka == KIND_NUMBER))
		hint = "; a number of days is written without a unit";
	else if ((ka == KIND_TIME && b->op == OP_TEXT) ||
	    (kb == KIND_TIME && a->op == OP_TEXT))
		hint = "; a date is written without quotes";
	else if ((ka == KIND_NUMBER && b->op == OP_TEXT) ||
	    (kb == KIND_NUMBER && a->op == OP_TEXT))
		hint = "; a number is written without quotes";
	policy_error(p, at, "%s is compared with %s: %s%s is %s and %s%s is "
	    "%s%s", kind_text(ka), kind_text(kb), show(p, a), since(p, a),
	    kind_text(ka), show(p, b), since(p, b), kind_text(kb), hint);
}

/*
 * Two values that are held against each other are of one kind: what is known
 * of the one is learnt of the other.
 */
static enum kind
agree(struct site *site, struct place at, const struct expr *a,
    const struct expr *b)
{
	const struct expr	*other;
	enum kind		 ka, kb;

	/* What a difference is, the other side may tell. */
	if (a->op == OP_SUB && b->op != OP_SUB) {
		other = a;
		a = b;
		b = other;
	}
	ka = infer(site, a, KIND_ANY);
	kb = infer(site, b, ka == KIND_DAYS ? KIND_NUMBER : ka);
	if (ka == KIND_ANY && kb != KIND_ANY)
		ka = infer(site, a, kb == KIND_DAYS ? KIND_NUMBER : kb);
	if (ka == KIND_CLOCK || kb == KIND_CLOCK) {
		expect(site, ka == KIND_CLOCK ? b : a, KIND_TIME);
		return KIND_TIME;
	}
	if (ka == KIND_DAYS && (kb == KIND_NUMBER || kb == KIND_DURATION))
		ka = kb = KIND_NUMBER;
	if (kb == KIND_DAYS && (ka == KIND_NUMBER || ka == KIND_DURATION))
		ka = kb = KIND_NUMBER;
	if (ka != KIND_ANY && kb != KIND_ANY && ka != kb)
		disagree(site, at, a, ka, b, kb);
	return ka == KIND_ANY ? kb : ka;
}

/* "tier = gold": the bare name is that of a tier, and no column. */
static void
bare_name(struct site *site, const struct expr *fact, const struct expr *e)
{
	const struct policy	*p = site->policy;

	if ((fact->op != OP_TIER && fact->op != OP_RISK) ||
	    e->op != OP_NAME || e->number != 0)
		return;
	if (e->let != NULL || policy_column(p, e->text) != NULL) {
		if (fact->op == OP_TIER ? policy_tier_index(p, e->text) == -1 :
		    policy_find(p, KW_LEVEL, e->text) == NULL)
			return;
	}
	mutable(e)->op = OP_TEXT;
	mutable(e)->let = NULL;
}

const char *
suggest(struct policy *p, enum keyword k, const char *name)
{
	const struct statement	*s;
	const char		*names[200];
	size_t			 n = 0;

	for (s = policy_find(p, k, NULL); s != NULL && n < 199;
	    s = policy_next(s))
		names[n++] = s->name;
	if (k == KW_TIER && (s = policy_find(p, KW_DEFAULT, NULL)) != NULL)
		names[n++] = s->name;
	return did_you_mean(p, name, names, n);
}

/* The text that a tier or a risk level is compared with is one of them. */
static void
known(struct site *site, const struct expr *fact, const struct expr *e)
{
	struct policy	*p = site->policy;

	if (!site->report || e->op != OP_TEXT)
		return;
	if (fact->op == OP_TIER && policy_tier_index(p, e->text) == -1)
		policy_error(p, e->at, "unknown tier \"%s\"%s", e->text,
		    suggest(p, KW_TIER, e->text));
	if (fact->op == OP_RISK && policy_find(p, KW_LEVEL, e->text) == NULL)
		policy_error(p, e->at, "unknown level \"%s\"%s", e->text,
		    suggest(p, KW_LEVEL, e->text));
}

static enum kind
infer_name(struct site *site, const struct expr *e, enum kind want)
{
	struct policy	*p = site->policy;
	struct column	*c;
	struct let_state *l;
	uint32_t	 i;

	if (e->let != NULL) {
		i = keys_find(p->let_keys, e->let->name,
		    strlen(e->let->name));
		l = &p->lets[i];
		if (l->kind == KIND_ANY && want != KIND_ANY &&
		    want != KIND_TRUTH) {
			l->kind = want;
			site->learnt = 1;
		}
		if (site->report && site->population && l->population)
			policy_error(p, e->at, "one function of all rows "
			    "cannot be asked inside of the other");
		if (site->report && site->referral && l->referral)
			policy_error(p, e->at, "referrals cannot be counted "
			    "by referrals");
		if (l->population || l->referral)
			asked_early(site, e->at);
		undecided(site, e->at, l->facts);
		return (enum kind)l->kind;
	}
	if (want != KIND_ANY)
		learn(site, e->text, want, e->at);
	c = column(p, e->text);
	if (c->type == TYPE_MISSING && is_time(e->text))
		return KIND_TIME;
	if (site->report && is_placeholder(e->text) && e->number == 0 &&
	    policy_column(p, e->text) == NULL)
		policy_error(p, e->at, "\"%s\" is a placeholder: put a value "
		    "in its place", e->text);
	return kind_of(c->type);
}

/* a + b and a - b, which also move dates. */
static enum kind
infer_sum(struct site *site, const struct expr *e, enum kind want)
{
	const struct expr	*a = e->arg[0], *b = e->arg[1];
	enum kind		 ka, kb;

	ka = infer(site, a, KIND_ANY);
	kb = infer(site, b, KIND_ANY);
	if (ka == KIND_TIME && kb == KIND_DURATION)
		return KIND_TIME;
	if (e->op == OP_ADD && ka == KIND_DURATION && kb != KIND_NUMBER) {
		expect(site, b, KIND_TIME);
		return KIND_TIME;
	}
	if (kb == KIND_DURATION && ka == KIND_ANY) {
		expect(site, a, KIND_TIME);
		return KIND_TIME;
	}
	if (e->op == OP_SUB && (ka == KIND_TIME || kb == KIND_TIME ||
	    (ka == KIND_ANY && kb == KIND_ANY && want == KIND_DURATION)) &&
	    ka != KIND_NUMBER && kb != KIND_NUMBER && ka != KIND_DAYS &&
	    kb != KIND_DAYS) {
		expect(site, a, KIND_TIME);
		expect(site, b, KIND_TIME);
		return KIND_DAYS;
	}
	if (ka == KIND_TIME && (kb == KIND_NUMBER || kb == KIND_DAYS)) {
		if (site->report)
			policy_error(site->policy, b->at, "a date is moved by "
			    "a duration, such as 30d");
		return KIND_TIME;
	}
	expect(site, a, KIND_NUMBER);
	expect(site, b, KIND_NUMBER);
	return KIND_NUMBER;
}

/* A number that stands there as such, for top(x, N) and the like. */
static void
constant(struct site *site, const struct expr *e, int percent_only)
{
	struct policy	*p = site->policy;
	const struct expr *n = e->arg[1];
	const char	*f = function_of(e->op)->text;

	if (!site->report)
		return;
	if (n->op != OP_NUMBER || (n->flags & EXPR_MONEY))
		policy_error(p, n->at, "%s() wants %s here, not %s", f,
		    percent_only ? "a percentage such as 80%" :
		    "a number such as 50 or a percentage such as 5%",
		    show(p, n));
	else if (n->flags & EXPR_PERCENT) {
		if (n->number <= 0 || n->number > NUM_ONE)
			policy_error(p, n->at, "a share of the rows is more "
			    "than 0%% and at most 100%%");
	} else if (percent_only)
		policy_error(p, n->at, "%s() wants a percentage such as 80%%",
		    f);
	else if (n->number < NUM_ONE || n->number % NUM_ONE != 0)
		policy_error(p, n->at, "a number of rows is a whole number "
		    "from 1 on");
}

/* Who is excluded is known before all rows are. */
static void
asked_early(struct site *site, struct place at)
{
	if (site->report && site->statement != NULL &&
	    site->statement->keyword == KW_EXCLUDE)
		policy_error(site->policy, at, "what hangs on all rows is not "
		    "known when some are excluded");
}

static enum kind
infer_population(struct site *site, const struct expr *e)
{
	struct policy	*p = site->policy;

	asked_early(site, e->at);
	if (site->report && site->population)
		policy_error(p, e->at, "one function of all rows cannot be "
		    "asked inside of the other");
	site->population++;
	expect(site, e->arg[0], KIND_NUMBER);
	if (e->within != NULL)
		(void)infer(site, e->within, KIND_ANY);
	site->population--;
	if (e->op == OP_TOP || e->op == OP_PARETO)
		constant(site, e, e->op == OP_PARETO);
	return e->op == OP_TOP || e->op == OP_PARETO ? KIND_TRUTH :
	    KIND_NUMBER;
}

/* Of referrals: of one column, and never inside of each other. */
static enum kind
infer_referral(struct site *site, const struct expr *e)
{
	const struct expr	*by = e->arg[e->narg - 1];
	struct policy		*p = site->policy;

	if (site->report && (by->op != OP_NAME || by->let != NULL))
		policy_error(p, by->at, "%s() wants a column here, with the "
		    "key of who referred the customer", function_of(e->op)->text);
	expect(site, by, KIND_TEXT);
	asked_early(site, e->at);
	if (site->report && site->referral)
		policy_error(p, e->at, "referrals cannot be counted by "
		    "referrals");
	if (e->narg == 1)
		return KIND_NUMBER;
	site->population++;
	site->referral++;
	expect(site, e->arg[0], KIND_NUMBER);
	site->referral--;
	site->population--;
	return KIND_NUMBER;
}

/* What stands in a let is asked where the let is. */
static void
undecided(struct site *site, struct place at, int facts)
{
	const char	*what = NULL;
	enum keyword	 k;

	if (!site->report || site->statement == NULL)
		return;
	k = site->statement->keyword;
	if (facts & FACT_IS_TIER && (k == KW_TIER || k == KW_EXCLUDE))
		what = "tier";
	else if (facts & FACT_IS_PROFILE && (k == KW_TIER ||
	    k == KW_EXCLUDE || k == KW_PROFILE))
		what = "profile";
	else if (facts & FACT_IS_RISK && (k == KW_TIER || k == KW_EXCLUDE ||
	    k == KW_SIGNAL))
		what = "risk";
	if (what != NULL)
		policy_error(site->policy, at, "the %s is not decided yet "
		    "when this is asked", what);
}

/* What was decided before, and whether the policy knows of it. */
static void
decided(struct site *site, const struct expr *e)
{
	const struct statement	*s = site->statement;
	struct policy		*p = site->policy;

	if (!site->report)
		return;
	switch (e->op) {
	case OP_TIER:
	case OP_VIP:
		undecided(site, e->at, FACT_IS_TIER);
		break;
	case OP_RISK:
		undecided(site, e->at, FACT_IS_RISK);
		break;
	case OP_PROFILE:
		undecided(site, e->at, FACT_IS_PROFILE);
		if (policy_find(p, KW_PROFILE, e->text) == NULL)
			policy_error(p, e->at, "unknown profile \"%s\"%s",
			    e->text, suggest(p, KW_PROFILE, e->text));
		break;
	case OP_STATUS:
		if (policy_find(p, KW_SLA, e->text) == NULL)
			policy_error(p, e->at, "unknown metric \"%s\": there "
			    "is no sla of it%s", e->text,
			    suggest(p, KW_SLA, e->text));
		break;
	case OP_COUNT:
		if (s == NULL || s->keyword != KW_ESCALATE ||
		    site->word != W_WHEN)
			policy_error(p, e->at, "count() is asked in the "
			    "condition of escalate alone; elsewhere a count "
			    "is a column such as %s_30d", e->text);
		else if (clause_find(s, W_IN) == NULL)
			policy_error(p, e->at, "count() wants to know in what "
			    "time: in 24h");
		break;
	default:
		break;
	}
}

const char *
regex_error(struct policy *p, const char *text)
{
	const char	*s;
	char		 why[200];
	regex_t		 re;
	long		 n, most = 1;
	int		 error;

	/* a{1,1000} of b{1,1000} of ... would take all memory there is. */
	if (strlen(text) > REGEX_MAX)
		return policy_format(p, "a regular expression has at most %d "
		    "bytes", REGEX_MAX);
	for (s = text; (s = strchr(s, '{')) != NULL && most <= REPEATS_MAX;
	    s++) {
		n = 0;
		if (s[1 + strcspn(s + 1, ",}")] == ',')
			n = strtol(s + 2 + strcspn(s + 1, ",}"), NULL, 10);
		if (n < strtol(s + 1, NULL, 10))
			n = strtol(s + 1, NULL, 10);
		if (n > 1)
			most *= n < REPEATS_MAX ? n : REPEATS_MAX + 1;
	}
	if (most > REPEATS_MAX)
		return policy_format(p, "a regular expression repeats at most "
		    "%d times", REPEATS_MAX);
	if ((error = regcomp(&re, text, REG_EXTENDED | REG_NOSUB)) == 0) {
		regfree(&re);
		return NULL;
	}
	regerror(error, &re, why, sizeof(why));
	return policy_format(p, "this regular expression is wrong: %s", why);
}

static void
regex(struct site *site, const struct expr *e)
{
	const char	*why;

	if (site->report && (why = regex_error(site->policy, e->text)) != NULL)
		policy_error(site->policy, e->at, "%s", why);
}

/* The empty intervals that anyone can see. */
static void
between(struct site *site, const struct expr *e)
{
	const struct expr	*a = e->arg[1], *b = e->arg[2];

	if (site->report && a->op == b->op &&
	    (a->op == OP_NUMBER || a->op == OP_DATE) && a->number > b->number)
		policy_error(site->policy, a->at,
		    "nothing lies between these two");
}

static enum kind
infer_op(struct site *site, const struct expr *e, enum kind want)
{
	enum kind	 k;
	size_t		 i;

	switch (e->op) {
	case OP_NUMBER:
		return KIND_NUMBER;
	case OP_COUNT:
		decided(site, e);
		return KIND_NUMBER;
	case OP_TEXT:
		return KIND_TEXT;
	case OP_DATE:
	case OP_TODAY:
	case OP_NOW:
		return KIND_TIME;
	case OP_CLOCK:
		return KIND_CLOCK;
	case OP_DURATION:
		return KIND_DURATION;
	case OP_NAME:
		return infer_name(site, e, want);
	case OP_TRUE:
	case OP_FALSE:
		return KIND_TRUTH;
	case OP_VIP:
	case OP_PROFILE:
	case OP_STATUS:
		decided(site, e);
		return KIND_TRUTH;
	case OP_TIER:
	case OP_RISK:
		decided(site, e);
		return KIND_TEXT;
	case OP_OR:
	case OP_AND:
	case OP_NOT:
		for (i = 0; i < e->narg; i++)
			expect(site, e->arg[i], KIND_TRUTH);
		return KIND_TRUTH;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		bare_name(site, e->arg[0], e->arg[1]);
		bare_name(site, e->arg[1], e->arg[0]);
		k = agree(site, e->at, e->arg[0], e->arg[1]);
		if (k == KIND_ANY && e->op != OP_EQ && e->op != OP_NE) {
			/* What is ordered is a number, if nothing is known. */
			expect(site, e->arg[0], KIND_NUMBER);
			expect(site, e->arg[1], KIND_NUMBER);
		}
		if (site->report && (k == KIND_DURATION || (k == KIND_TRUTH &&
		    e->op != OP_EQ && e->op != OP_NE)))
			policy_error(site->policy, e->at,
			    "%ss cannot be compared so", kind_text(k) + 2);
		if (e->arg[0]->op == OP_TIER || e->arg[0]->op == OP_RISK)
			known(site, e->arg[0], e->arg[1]);
		if (e->arg[1]->op == OP_TIER || e->arg[1]->op == OP_RISK)
			known(site, e->arg[1], e->arg[0]);
		return KIND_TRUTH;
	case OP_IN:
		for (i = 1; i < e->narg; i++) {
			bare_name(site, e->arg[0], e->arg[i]);
			(void)agree(site, e->arg[i]->at, e->arg[0], e->arg[i]);
			if (e->arg[0]->op == OP_TIER ||
			    e->arg[0]->op == OP_RISK)
				known(site, e->arg[0], e->arg[i]);
		}
		return KIND_TRUTH;
	case OP_IN_FILE:
		(void)infer(site, e->arg[0], KIND_ANY);
		return KIND_TRUTH;
	case OP_BETWEEN:
		k = agree(site, e->at, e->arg[0], e->arg[1]);
		k = agree(site, e->at, e->arg[0], e->arg[2]);
		if (k == KIND_ANY)
			for (i = 0; i < 3; i++)
				expect(site, e->arg[i], KIND_NUMBER);
		between(site, e);
		return KIND_TRUTH;
	case OP_MATCHES:
		regex(site, e->arg[1]);
		/* FALLTHROUGH */
	case OP_LIKE:
	case OP_HAS_WORD:
		expect(site, e->arg[0], KIND_TEXT);
		return KIND_TRUTH;
	case OP_ADD:
	case OP_SUB:
		return infer_sum(site, e, want);
	case OP_MUL:
	case OP_DIV:
		expect(site, e->arg[0], KIND_NUMBER);
		expect(site, e->arg[1], KIND_NUMBER);
		if (site->report && e->op == OP_DIV &&
		    e->arg[1]->op == OP_NUMBER && e->arg[1]->number == 0)
			policy_error(site->policy, e->arg[1]->at,
			    "a division by zero");
		return KIND_NUMBER;
	case OP_NEG:
	case OP_ABS:
	case OP_ROUND:
		expect(site, e->arg[0], KIND_NUMBER);
		return KIND_NUMBER;
	case OP_MISSING:
		(void)infer(site, e->arg[0], KIND_ANY);
		return KIND_TRUTH;
	case OP_COALESCE:
	case OP_MIN:
	case OP_MAX:
		k = want == KIND_DURATION ? KIND_ANY : want;
		if (e->op != OP_COALESCE && want != KIND_TIME)
			k = KIND_ANY;
		for (i = 0; i < e->narg; i++)
			if (k == KIND_ANY)
				k = infer(site, e->arg[i], KIND_ANY);
		if (k == KIND_DAYS)
			k = KIND_NUMBER;
		if (k == KIND_ANY && e->op != OP_COALESCE)
			k = KIND_NUMBER;
		for (i = 0; i < e->narg; i++)
			if (k != KIND_ANY)
				expect(site, e->arg[i], k);
			else
				(void)infer(site, e->arg[i], KIND_ANY);
		if (site->report && e->op != OP_COALESCE &&
		    k != KIND_NUMBER && k != KIND_TIME)
			policy_error(site->policy, e->at,
			    "%s() takes numbers or dates",
			    function_of(e->op)->text);
		return k;
	case OP_DAYS_SINCE:
	case OP_MONTHS_SINCE:
	case OP_YEARS_SINCE:
	case OP_MONTH:
	case OP_DAY:
	case OP_WEEKDAY:
		expect(site, e->arg[0], KIND_TIME);
		return e->op == OP_DAYS_SINCE ? KIND_DAYS : KIND_NUMBER;
	case OP_LENGTH:
		expect(site, e->arg[0], KIND_TEXT);
		return KIND_NUMBER;
	case OP_LOWER:
		expect(site, e->arg[0], KIND_TEXT);
		return KIND_TEXT;
	case OP_RANK:
	case OP_TOP:
	case OP_PERCENTILE:
	case OP_PARETO:
	case OP_MEAN:
	case OP_MEDIAN:
	case OP_TOTAL:
		return infer_population(site, e);
	case OP_REFERRALS:
	case OP_REFERRED:
	case OP_CHAIN:
	case OP_CHAINED:
		return infer_referral(site, e);
	}
	return KIND_ANY;
}

/*
 * An expression is asked for its kind by several; it is gone into once a
 * round, and again only for one who can tell what it should be.
 */
static enum kind
infer(struct site *site, const struct expr *e, enum kind want)
{
	struct node	*n = (struct node *)(void *)mutable(e);

	if (n->round == site->round && (n->kind != KIND_ANY ||
	    n->want == (int)want || want == KIND_ANY))
		return (enum kind)n->kind;
	n->round = site->round;
	n->want = (int)want;
	n->kind = (int)infer_op(site, e, want);
	return (enum kind)n->kind;
}

int
expr_asks_all(const struct policy *p, const struct expr *e)
{
	const struct let_state	*l;
	size_t			 i;

	if (e->op >= OP_RANK && e->op <= OP_CHAINED)
		return 1;
	if (e->op == OP_NAME && e->let != NULL) {
		l = &p->lets[keys_find(p->let_keys, e->let->name,
		    strlen(e->let->name))];
		return l->population || l->referral;
	}
	for (i = 0; i < e->narg; i++)
		if (expr_asks_all(p, e->arg[i]))
			return 1;
	return 0;
}

/* -------------------------------------------------------------------- lets */

static void	settle_let(struct policy *, size_t, int);

/*
 * What a let is made of, straight or by way of others.  "depth" is how deep
 * this part lies in it, and "stack" how far we have come.
 */
static void
look_into(struct policy *p, struct let_state *l, const struct expr *e,
    int depth, int stack)
{
	const struct let_state	*other;
	uint32_t		 i;
	size_t			 j;

	if (stack > LETS_MAX)
		depth = stack;
	else if (e->op == OP_NAME && e->let != NULL) {
		i = keys_find(p->let_keys, e->text, strlen(e->text));
		other = &p->lets[i];
		if (other->mark == 1) {
			policy_error(p, e->at, "a circle: \"%s\" (line %d) is "
			    "made of itself", e->text, other->let->at.line);
			mutable(e)->let = NULL;
			return;
		}
		settle_let(p, i, stack + 1);
		l->population |= other->population;
		l->referral |= other->referral;
		l->facts |= other->facts;
		depth += other->depth;
		l->parts += other->parts;
	}
	if (depth > l->depth)
		l->depth = depth;
	if (++l->parts > LET_PARTS_MAX) {
		if (!p->let_broken)
			policy_error(p, l->let->at, "this let comes to more "
			    "than %d parts with those that it is made of",
			    LET_PARTS_MAX);
		p->let_broken = 1;
		return;
	}
	if (depth > LETS_MAX) {
		if (!p->let_broken)
			policy_error(p, l->let->at, "the lets that this one "
			    "is made of lie more than %d deep", LETS_MAX);
		p->let_broken = 1;
		return;
	}
	if (e->op >= OP_RANK && e->op <= OP_TOTAL)
		l->population = 1;
	if (e->op >= OP_REFERRALS && e->op <= OP_CHAINED)
		l->referral = 1;
	if (e->op == OP_TIER || e->op == OP_VIP)
		l->facts |= FACT_IS_TIER;
	if (e->op == OP_RISK)
		l->facts |= FACT_IS_RISK;
	if (e->op == OP_PROFILE)
		l->facts |= FACT_IS_PROFILE;
	for (j = 0; j < e->narg; j++)
		look_into(p, l, e->arg[j], depth + 1, stack + 1);
	if (e->within != NULL)
		look_into(p, l, e->within, depth + 1, stack + 1);
}

/*
 * Lets that others are made of come before them.  How deep they lie is
 * bounded, and with it this recursion and that of all who come after.
 */
static void
settle_let(struct policy *p, size_t i, int stack)
{
	struct let_state	*l = &p->lets[i];

	if (l->mark != 0)
		return;
	l->mark = 1;
	look_into(p, l, l->let->expr, 1, stack);
	l->mark = 2;
	p->let_order[p->nordered++] = i;
}

static void
collect_lets(struct policy *p)
{
	const struct statement	*s;
	const struct clause	*c;
	struct let_state	*l;
	struct expr		*none;
	struct let		*let;
	struct use		*use;
	uint32_t		 i;
	size_t			 n = 0;

	for (s = policy_find(p, KW_LET, NULL); s != NULL; s = policy_next(s))
		n++;
	if (n == 0)
		return;
	p->lets = arena_get(p->arena, n * sizeof(*p->lets));
	p->let_order = arena_get(p->arena, n * sizeof(*p->let_order));
	for (s = policy_find(p, KW_LET, NULL); s != NULL;
	    s = policy_next(s)) {
		if (s->name == NULL)
			continue;
		i = keys_add(p->let_keys, s->name, strlen(s->name));
		if (i < p->nlets)
			continue;	/* told of as a duplicate */
		p->nlets++;
		l = &p->lets[i];
		l->let = let = arena_get(p->arena, sizeof(*let));
		let->name = s->name;
		let->at = s->at;
		if ((c = clause_find(s, W_IS)) != NULL && c->expr != NULL)
			let->expr = c->expr;
		else {
			none = expr_new(p, OP_NUMBER, s->at);
			let->expr = none;
		}
	}
	for (use = p->uses; use != NULL; use = use->next) {
		if (use->expr->op != OP_NAME || use->expr->number != 0)
			continue;
		i = keys_find(p->let_keys, use->expr->text,
		    strlen(use->expr->text));
		if (i != KEY_NONE)
			use->expr->let = p->lets[i].let;
	}
	for (n = 0; n < p->nlets; n++)
		settle_let(p, n, 0);
}

/* ------------------------------------------------------------------ clauses */

static enum kind
kind_as(enum as as)
{
	switch (as) {
	case AS_MONEY:
		return KIND_NUMBER;
	case AS_TEXT:
		return KIND_TEXT;
	default:
		return KIND_TIME;
	}
}

static void
infer_clause(struct site *site, const struct clause *c)
{
	struct policy	*p = site->policy;
	enum keyword	 k = site->statement->keyword;

	switch (c->word) {
	case W_WHEN:
	case W_KEEP_WHEN:
	case W_PAUSE_WHEN:
		if (c->expr == NULL)
			break;
		expect(site, c->expr, KIND_TRUTH);
		break;
	case W_OF:
		if (c->expr == NULL)
			break;
		if (k == KW_SIGNAL)
			expect(site, c->expr, KIND_NUMBER);
		else
			(void)infer(site, c->expr, KIND_ANY);
		break;
	case W_ON:
		if (c->expr == NULL)
			break;
		expect(site, c->expr, KIND_TIME);
		break;
	case W_AFTER:
	case W_START:
	case W_STOP:
		learn(site, c->text, KIND_TIME, c->at);
		if (site->report && kind_of(policy_column_type(p, c->text)) !=
		    KIND_TIME)
			policy_error(p, c->at, "\"%s\" is %s elsewhere, and a "
			    "time is wanted here", c->text,
			    kind_text(kind_of(policy_column_type(p, c->text))));
		break;
	case W_MATCHES:
		if (site->statement->name != NULL)
			learn(site, site->statement->name, KIND_TEXT, c->at);
		break;
	case W_AS:
		learn(site, site->statement->name, kind_as(as_find(c->text)),
		    c->at);
		break;
	case W_IN:
		if (k == KW_COLUMN)
			learn(site, site->statement->name, KIND_TIME, c->at);
		break;
	case W_MAP:
		if (!map_is_blank(c))
			learn(site, site->statement->name, KIND_TEXT, c->at);
		break;
	default:
		break;
	}
}

static void
infer_all(struct site *site)
{
	struct policy		*p = site->policy;
	struct let_state	*l;
	const struct statement	*s;
	const struct clause	*c;
	enum kind		 k;
	size_t			 i;

	site->statement = NULL;
	for (i = 0; i < p->nlets; i++) {
		l = &p->lets[p->let_order[i]];
		k = infer(site, l->let->expr, (enum kind)l->kind);
		if (l->kind == KIND_ANY && k != KIND_ANY) {
			l->kind = k;
			site->learnt = 1;
		}
	}
	for (s = p->first; s != NULL; s = s->next) {
		site->statement = s;
		for (c = s->clauses; c != NULL; c = c->next) {
			site->word = c->word;
			infer_clause(site, c);
		}
	}
}

void
policy_infer(struct policy *p)
{
	struct site		 site = { .policy = p };
	const struct statement	*s;
	int			 i;

	collect_lets(p);
	if (p->let_broken)
		return;
	for (s = policy_find(p, KW_COLUMN, NULL); s != NULL;
	    s = policy_next(s))
		if (s->name != NULL)
			column(p, s->name)->declared = s;
	/*
	 * What is learnt in one round is used in the next.  A policy that
	 * would need more rounds than this leaves some columns unknown.
	 */
	for (i = 0; i < 16; i++) {
		site.learnt = 0;
		site.round++;
		infer_all(&site);
		if (!site.learnt)
			break;
	}
	site.report = 1;
	site.round++;
	infer_all(&site);
	for (i = 0; i < (int)p->ncolumns; i++)
		if (p->columns[i].type == TYPE_MISSING &&
		    is_time(p->columns[i].name))
			p->columns[i].type = TYPE_TIME;
}
