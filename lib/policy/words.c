/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "policy/words.h"

#define K(x)	(1UL << (x))
#define N(a)	(sizeof(a) / sizeof((a)[0]))

static const struct keyword_row keywords[KW_NKEYWORDS] = {
	[KW_PROGRAM] = { "program", PART_NONE, PART_MUST, TIMES_ONE, NULL },
	[KW_CURRENCY] = { "currency", PART_MUST, PART_NONE, TIMES_ONE,
	    "a code such as USD" },
	[KW_TIMEZONE] = { "timezone", PART_NONE, PART_MUST, TIMES_ONE, NULL },
	[KW_KEY] = { "key", PART_MUST, PART_NONE, TIMES_ONE, "a column" },
	[KW_COLUMN] = { "column", PART_MUST, PART_NONE, TIMES_MANY, "a name" },
	[KW_LET] = { "let", PART_MUST, PART_NONE, TIMES_MANY, "a name" },
	[KW_EXCLUDE] = { "exclude", PART_MAY, PART_MAY, TIMES_MANY, "a name" },
	[KW_TIER] = { "tier", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_DEFAULT] = { "default", PART_MUST, PART_MAY, TIMES_ONE, "a name" },
	[KW_LIMIT] = { "limit", PART_MUST, PART_NONE, TIMES_MANY,
	    "vip or touch" },
	[KW_PROFILE] = { "profile", PART_MUST, PART_MAY, TIMES_MANY,
	    "a name" },
	[KW_CALENDAR] = { "calendar", PART_MUST, PART_MAY, TIMES_MANY,
	    "a name" },
	[KW_SLA] = { "sla", PART_MUST, PART_MAY, TIMES_MANY,
	    "a metric such as first_response" },
	[KW_ESCALATE] = { "escalate", PART_MUST, PART_MAY, TIMES_MANY,
	    "a name" },
	[KW_CHECKLIST] = { "checklist", PART_MUST, PART_MAY, TIMES_MANY,
	    "a name" },
	[KW_SIGNAL] = { "signal", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_LEVEL] = { "level", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_TOUCH] = { "touch", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_COMPENSATE] = { "compensate", PART_MUST, PART_MAY, TIMES_MANY,
	    "an issue type" },
	[KW_CHECK] = { "check", PART_MUST, PART_MAY, TIMES_MANY, "a column" },
	[KW_POOL] = { "pool", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_POINTS] = { "points", PART_MAY, PART_MAY, TIMES_MANY, "a name" },
	[KW_TARGET] = { "target", PART_MUST, PART_MAY, TIMES_MANY,
	    "a measure such as retention" },
	[KW_RECOMMEND] = { "recommend", PART_MAY, PART_MUST, TIMES_MANY,
	    "a name" },
	[KW_BUDGET] = { "budget", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
	[KW_EVENT] = { "event", PART_MUST, PART_MAY, TIMES_MANY, "a name" },
};

/* Statements that hold for a while, and those that hold for some. */
#define DATED	(K(KW_PROGRAM) | K(KW_EXCLUDE) | K(KW_TIER) | K(KW_DEFAULT) | \
		K(KW_LIMIT) | K(KW_PROFILE) | K(KW_CALENDAR) | K(KW_SLA) | \
		K(KW_ESCALATE) | K(KW_CHECKLIST) | K(KW_SIGNAL) | \
		K(KW_LEVEL) | K(KW_TOUCH) | \
		K(KW_COMPENSATE) | K(KW_CHECK) | K(KW_POOL) | K(KW_POINTS) | \
		K(KW_TARGET) | K(KW_RECOMMEND) | K(KW_BUDGET) | K(KW_EVENT))
#define WHEN	(K(KW_EXCLUDE) | K(KW_TIER) | K(KW_PROFILE) | K(KW_SLA) | \
		K(KW_ESCALATE) | K(KW_CHECKLIST) | K(KW_SIGNAL) | \
		K(KW_TOUCH) | K(KW_COMPENSATE) | K(KW_CHECK) | K(KW_POOL) | \
		K(KW_RECOMMEND) | K(KW_EVENT))
#define FOR	(K(KW_LIMIT) | K(KW_SLA) | K(KW_ESCALATE) | \
		K(KW_CHECKLIST) | K(KW_SIGNAL) | \
		K(KW_TOUCH) | K(KW_COMPENSATE) | K(KW_CHECK) | K(KW_POOL) | \
		K(KW_TARGET) | K(KW_RECOMMEND) | K(KW_EVENT))
#define BY	(K(KW_LIMIT) | K(KW_SLA) | K(KW_ESCALATE) | \
		K(KW_CHECKLIST) | K(KW_TOUCH) | \
		K(KW_COMPENSATE) | K(KW_EVENT))
#define BOUND	(K(KW_SLA) | K(KW_ESCALATE) | K(KW_CHECKLIST) | \
		K(KW_TOUCH) | K(KW_COMPENSATE))
#define TO	(K(KW_PROGRAM) | K(KW_ESCALATE) | K(KW_CHECKLIST) | \
		K(KW_LEVEL) | K(KW_TOUCH) | \
		K(KW_COMPENSATE) | K(KW_RECOMMEND) | K(KW_BUDGET) | \
		K(KW_EVENT))
#define DO	(K(KW_EXCLUDE) | K(KW_TIER) | K(KW_DEFAULT) | K(KW_PROFILE) | \
		K(KW_ESCALATE) | K(KW_CHECKLIST) | K(KW_SIGNAL) | \
		K(KW_LEVEL) | K(KW_TOUCH) | \
		K(KW_COMPENSATE) | K(KW_CHECK) | K(KW_POOL) | \
		K(KW_RECOMMEND) | K(KW_EVENT))
#define MEMBERS	(K(KW_TIER) | K(KW_DEFAULT))

/*
 * In the order of the summary: what several keywords share, then what is
 * one's own.  Two words may begin alike ("keep", "keep when"); the longer
 * is looked for first.
 */
static const struct clause_row rows[] = {
	{ WHEN, "when", W_WHEN, SHAPE_CONDITION, TIMES_ONE, NULL },
	{ FOR, "for", W_FOR, SHAPE_NAMES, TIMES_ONE, NULL },
	{ BY, "by", W_BY, SHAPE_NAMES, TIMES_ONE, NULL },
	{ BOUND, "within", W_WITHIN, SHAPE_BOUND, TIMES_ONE, NULL },
	{ BOUND, "under", W_UNDER, SHAPE_BOUND, TIMES_ONE, NULL },
	{ BOUND, "same day", W_WITHIN, SHAPE_SAME_DAY, TIMES_ONE, NULL },
	{ BOUND, "at once", W_WITHIN, SHAPE_AT_ONCE, TIMES_ONE, NULL },
	{ TO, "to", W_TO, SHAPE_TEXT, TIMES_ONE, NULL },
	{ DO, "do", W_DO, SHAPE_TEXT, TIMES_MANY, NULL },
	{ DATED | K(KW_COLUMN), "from", W_FROM, SHAPE_FROM, TIMES_ONE, NULL },
	{ DATED, "until", W_UNTIL, SHAPE_DATE, TIMES_ONE, NULL },

	{ K(KW_PROGRAM), "owner", W_OWNER, SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_PROGRAM), "version", W_VERSION, SHAPE_TEXT, TIMES_ONE, NULL },

	{ K(KW_COLUMN), "with", W_WITH, SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_COLUMN), "as", W_AS, SHAPE_WORD, TIMES_ONE,
	    "money text seconds minutes hours hms" },
	{ K(KW_COLUMN), "in", W_IN, SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_COLUMN), "map", W_MAP, SHAPE_MAP, TIMES_ONE, NULL },
	{ K(KW_COLUMN), "first row", W_FIRST_ROW, SHAPE_NONE, TIMES_ONE,
	    NULL },

	{ K(KW_LET), "=", W_IS, SHAPE_VALUE, TIMES_ONE, NULL },

	{ K(KW_TIER), "keep when", W_KEEP_WHEN, SHAPE_CONDITION, TIMES_ONE,
	    NULL },
	{ K(KW_TIER), "keep", W_KEEP, SHAPE_DURATION, TIMES_ONE, NULL },
	{ K(KW_TIER), "demote", W_DEMOTE, SHAPE_STEPS, TIMES_ONE, NULL },
	{ K(KW_TIER), "reassess every", W_REASSESS, SHAPE_DURATION, TIMES_ONE,
	    NULL },
	{ K(KW_TIER), "limit", W_LIMIT, SHAPE_PERCENT, TIMES_ONE, NULL },
	{ K(KW_TIER), "limit between", W_LIMIT, SHAPE_BETWEEN, TIMES_ONE,
	    NULL },
	{ MEMBERS, "benefit", W_BENEFIT, SHAPE_TEXTS, TIMES_MANY, NULL },
	{ MEMBERS, "badge", W_BADGE, SHAPE_TEXT, TIMES_ONE, NULL },
	{ MEMBERS | K(KW_EVENT), "cost", W_COST, SHAPE_AMOUNT, TIMES_ONE,
	    NULL },

	{ K(KW_LIMIT), "", W_LIMIT, SHAPE_BARE, TIMES_ONE, NULL },
	{ K(KW_LIMIT), "between", W_LIMIT, SHAPE_BETWEEN, TIMES_ONE, NULL },

	{ K(KW_CALENDAR), "timezone", W_TIMEZONE, SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_CALENDAR), "open", W_OPEN, SHAPE_OPEN, TIMES_MANY, NULL },
	{ K(KW_CALENDAR), "closed", W_CLOSED, SHAPE_CLOSED, TIMES_MANY, NULL },
	{ K(KW_CALENDAR), "holidays", W_HOLIDAYS, SHAPE_HOLIDAYS, TIMES_MANY,
	    NULL },
	{ K(KW_CALENDAR), "closing next", W_CLOSING_NEXT, SHAPE_NONE,
	    TIMES_ONE, NULL },

	{ K(KW_SLA) | K(KW_ESCALATE) | K(KW_CHECKLIST), "clock", W_CLOCK,
	    SHAPE_CLOCKS, TIMES_ONE, NULL },
	{ K(KW_SLA) | K(KW_POOL), "warn", W_WARN, SHAPE_PERCENT, TIMES_ONE,
	    NULL },
	{ K(KW_SLA), "pause when", W_PAUSE_WHEN, SHAPE_CONDITION, TIMES_ONE,
	    NULL },
	{ K(KW_SLA) | K(KW_CHECKLIST) | K(KW_COLUMN), "after", W_AFTER,
	    SHAPE_WORD, TIMES_ONE, NULL },
	{ K(KW_SLA), "reopen", W_REOPEN, SHAPE_WORD, TIMES_ONE,
	    "resume restart ignore" },
	{ K(KW_SLA), "change", W_CHANGE, SHAPE_WORD, TIMES_ONE,
	    "creation current" },
	{ K(KW_SLA), "like", W_LIKE, SHAPE_WORD, TIMES_ONE,
	    "zendesk zammad servicenow jira" },

	{ K(KW_ESCALATE), "in", W_IN, SHAPE_DURATION, TIMES_ONE, NULL },
	{ K(KW_ESCALATE), "of", W_OF, SHAPE_VALUE, TIMES_ONE, NULL },

	{ K(KW_SIGNAL), "weight", W_WEIGHT, SHAPE_NUMBER, TIMES_ONE, NULL },
	{ K(KW_SIGNAL), "of", W_OF, SHAPE_SHARE, TIMES_ONE, NULL },
	{ K(KW_LEVEL), "below", W_BELOW, SHAPE_NUMBER, TIMES_ONE, NULL },

	{ K(KW_TOUCH) | K(KW_EVENT), "every", W_EVERY, SHAPE_DURATION,
	    TIMES_ONE, NULL },
	{ K(KW_TOUCH) | K(KW_EVENT), "on", W_ON, SHAPE_VALUE, TIMES_ONE,
	    NULL },
	{ K(KW_TOUCH) | K(KW_EVENT), "before", W_BEFORE, SHAPE_DURATION,
	    TIMES_ONE, NULL },
	{ K(KW_TOUCH) | K(KW_COMPENSATE) | K(KW_EVENT), "text", W_TEXT,
	    SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_TOUCH), "leap", W_LEAP, SHAPE_WORD, TIMES_ONE, "mar1 skip" },

	{ K(KW_COMPENSATE), "refund", W_REFUND, SHAPE_REWARD, TIMES_ONE,
	    NULL },
	{ K(KW_COMPENSATE), "credit", W_CREDIT, SHAPE_REWARD, TIMES_ONE,
	    NULL },
	{ K(KW_COMPENSATE), "free_deliveries", W_FREE_DELIVERIES, SHAPE_NUMBER,
	    TIMES_ONE, NULL },
	{ K(KW_COMPENSATE), "points", W_POINTS, SHAPE_RANGE, TIMES_ONE, NULL },
	{ K(KW_COMPENSATE), "cap", W_CAP, SHAPE_AMOUNT, TIMES_ONE, NULL },
	{ K(KW_COMPENSATE), "approve", W_APPROVE, SHAPE_TEXT, TIMES_ONE,
	    NULL },
	{ K(KW_COMPENSATE), "follow_up", W_FOLLOW_UP, SHAPE_DURATION,
	    TIMES_ONE, NULL },

	{ K(KW_CHECK), "matches", W_MATCHES, SHAPE_MESSAGES, TIMES_MANY, NULL },
	{ K(KW_CHECK), "unique within", W_UNIQUE, SHAPE_NAMES, TIMES_ONE,
	    NULL },
	{ K(KW_CHECK), "unique", W_UNIQUE, SHAPE_NONE, TIMES_ONE, NULL },
	{ K(KW_CHECK), "required", W_REQUIRED, SHAPE_NONE, TIMES_ONE, NULL },
	{ K(KW_CHECK), "message", W_MESSAGE, SHAPE_TEXT, TIMES_ONE, NULL },
	{ K(KW_CHECK), "severity", W_SEVERITY, SHAPE_WORD, TIMES_ONE,
	    "error warning info" },

	{ K(KW_POOL), "share", W_SHARE, SHAPE_PERCENT, TIMES_ONE, NULL },
	{ K(KW_POOL), "accounts", W_ACCOUNTS, SHAPE_NUMBER, TIMES_ONE, NULL },
	{ K(KW_POOL), "capacity", W_CAPACITY, SHAPE_NUMBER, TIMES_ONE, NULL },

	{ K(KW_POINTS), "earn", W_EARN, SHAPE_EARN, TIMES_MANY, NULL },
	{ K(KW_POINTS), "expire", W_EXPIRE, SHAPE_DURATION, TIMES_ONE, NULL },

	{ K(KW_TARGET), "", W_TARGET, SHAPE_COMPARE, TIMES_ONE, NULL },

	{ K(KW_BUDGET), "amount", W_AMOUNT, SHAPE_AMOUNT, TIMES_ONE, NULL },
	{ K(KW_BUDGET), "parts", W_PARTS, SHAPE_PARTS, TIMES_ONE, NULL },
	{ K(KW_BUDGET), "each", W_EACH, SHAPE_AMOUNT, TIMES_ONE, NULL },
	{ K(KW_BUDGET), "heads", W_HEADS, SHAPE_NUMBER, TIMES_ONE, NULL },

	{ K(KW_EVENT), "steps", W_STEPS, SHAPE_LEAD, TIMES_ONE, NULL },
};

static const struct {
	const char	*shape, *hint;
} shapes[SHAPE_NFORMS] = {
	[SHAPE_NONE] = { "", "no value" },
	[SHAPE_CONDITION] = { "CONDITION",
	    "a condition such as spend_30d >= 400" },
	[SHAPE_SHARE] = { "VALUE between NUMBER and NUMBER",
	    "a value between two numbers" },
	[SHAPE_VALUE] = { "VALUE", "a column or an expression" },
	[SHAPE_DURATION] = { "DURATION", "a duration such as 24h or 3mo" },
	[SHAPE_BOUND] = { "DURATION|same day",
	    "a duration such as 15min, or same day" },
	[SHAPE_SAME_DAY] = { "", "no value" },
	[SHAPE_AT_ONCE] = { "", "no value" },
	[SHAPE_NUMBER] = { "NUMBER", "a number" },
	[SHAPE_PERCENT] = { "NUMBER|PERCENT", "a number or a percentage" },
	[SHAPE_AMOUNT] = { "MONEY", "an amount of money" },
	[SHAPE_REWARD] = { "PERCENT|MONEY",
	    "a percentage or an amount of money" },
	[SHAPE_TEXT] = { "TEXT", "a text in double quotes" },
	[SHAPE_MESSAGES] = { "TEXT [TEXT]",
	    "a regular expression in double quotes" },
	[SHAPE_HOLIDAYS] = { "TEXT [only TEXT]",
	    "the name of a file in double quotes" },
	[SHAPE_WORD] = { "NAME|TEXT", "a name" },
	[SHAPE_TEXTS] = { "TEXT, ...", "texts in double quotes" },
	[SHAPE_NAMES] = { "NAME, ...", "names with commas between them" },
	[SHAPE_FROM] = { "DATE", "a date such as 2026-01-15" },
	[SHAPE_DATE] = { "DATE", "a date such as 2026-01-15" },
	[SHAPE_MAP] = { "(TEXT = TEXT, ...)", "(\"value\" = \"name\", ...)" },
	[SHAPE_PARTS] = { "(TEXT MONEY, ...)", "(\"part\" 100, ...)" },
	[SHAPE_LEAD] = { "(TEXT DURATION, ...)", "(\"step\" 2w, ...)" },
	[SHAPE_CLOCKS] = { "always|CALENDAR [and CALENDAR]",
	    "always, or the name of a calendar" },
	[SHAPE_OPEN] = { "DAYS|DATE SPAN, ...",
	    "days and times such as mon-fri 09:00-17:00" },
	[SHAPE_CLOSED] = { "DATE [SPAN, ...]", "a date such as 2026-12-25" },
	[SHAPE_STEPS] = { "one step|NUMBER steps", "one step" },
	[SHAPE_RANGE] = { "NUMBER[-NUMBER]", "a range such as 100-500" },
	[SHAPE_EARN] = { "NUMBER per MONEY [for TIERS]; ...",
	    "a rate such as 1 per $1" },
	[SHAPE_BARE] = { "NUMBER|PERCENT [per DURATION]",
	    "a number or a percentage" },
	[SHAPE_BETWEEN] = { "NUMBER|PERCENT and NUMBER|PERCENT",
	    "a range such as 5% and 20%" },
	[SHAPE_COMPARE] = { ">|>=|<|<=|=|!= NUMBER|PERCENT",
	    "a comparison such as > 95%" },
};

static const struct function_row functions[] = {
	{ "missing", OP_MISSING, 1, 1, 0 },
	{ "coalesce", OP_COALESCE, 2, -1, 0 },
	{ "min", OP_MIN, 2, -1, 0 },
	{ "max", OP_MAX, 2, -1, 0 },
	{ "abs", OP_ABS, 1, 1, 0 },
	{ "round", OP_ROUND, 1, 1, 0 },
	{ "days_since", OP_DAYS_SINCE, 1, 1, 0 },
	{ "months_since", OP_MONTHS_SINCE, 1, 1, 0 },
	{ "years_since", OP_YEARS_SINCE, 1, 1, 0 },
	{ "month", OP_MONTH, 1, 1, 0 },
	{ "day", OP_DAY, 1, 1, 0 },
	{ "weekday", OP_WEEKDAY, 1, 1, 0 },
	{ "length", OP_LENGTH, 1, 1, 0 },
	{ "lower", OP_LOWER, 1, 1, 0 },
	{ "rank", OP_RANK, 1, 1, 1 },
	{ "top", OP_TOP, 2, 2, 1 },
	{ "percentile", OP_PERCENTILE, 1, 1, 1 },
	{ "pareto", OP_PARETO, 2, 2, 1 },
	{ "mean", OP_MEAN, 1, 1, 1 },
	{ "median", OP_MEDIAN, 1, 1, 1 },
	{ "total", OP_TOTAL, 1, 1, 1 },
	{ "referrals", OP_REFERRALS, 1, 1, 0 },
	{ "referred", OP_REFERRED, 2, 2, 0 },
	{ "chain", OP_CHAIN, 1, 1, 0 },
	{ "chained", OP_CHAINED, 2, 2, 0 },
	{ "count", OP_COUNT, 1, 1, 0 },
	{ "profile", OP_PROFILE, 1, 1, 0 },
};

static const char *const statuses[] = {
	[METRIC_MET] = "met",
	[METRIC_PAUSED] = "paused",
	[METRIC_OPEN] = "open",
	[METRIC_WARNING] = "warning",
	[METRIC_BREACHED] = "breached",
};

static const char *const weekdays[][2] = {
	{ "mon", "monday" }, { "tue", "tuesday" }, { "wed", "wednesday" },
	{ "thu", "thursday" }, { "fri", "friday" }, { "sat", "saturday" },
	{ "sun", "sunday" }
};

/* Of a sign that several have, each may be the policy's. */
static const struct {
	const char	*sign, *code;
} signs[] = {
	{ "$", "USD" }, { "€", "EUR" }, { "£", "GBP" }, { "¥", "CNY" },
	{ "¥", "JPY" }, { "$", "CAD" }, { "$", "AUD" }, { "$", "NZD" },
	{ "$", "SGD" }, { "$", "HKD" }, { "$", "TWD" }, { "$", "MXN" },
	{ "₹", "INR" }, { "₩", "KRW" }, { "₽", "RUB" }, { "₺", "TRY" },
	{ "₫", "VND" }, { "₪", "ILS" }, { "฿", "THB" }, { "₱", "PHP" },
	{ "₴", "UAH" }, { "₦", "NGN" }, { "£", "EGP" },
};

static const char *const codes[] = {
	"AED", "ARS", "AUD", "BDT", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY",
	"COP", "CZK", "DKK", "EGP", "EUR", "GBP", "GHS", "HKD", "HUF", "IDR",
	"ILS", "INR", "ISK", "JPY", "KES", "KRW", "KZT", "LKR", "MAD", "MOP",
	"MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR",
	"RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH",
	"USD", "VND", "ZAR"
};

const struct keyword_row *
keyword_row(enum keyword k)
{
	return &keywords[k];
}

int
keyword_find(const char *text)
{
	int	 i;

	for (i = 0; i < KW_NKEYWORDS; i++)
		if (strcmp(keywords[i].text, text) == 0)
			return i;
	return -1;
}

size_t
clause_rows(void)
{
	return N(rows);
}

const struct clause_row *
clause_row(size_t i)
{
	return &rows[i];
}

const struct clause_row *
clause_row_find(enum keyword k, const char *text)
{
	size_t	 i;

	for (i = 0; i < N(rows); i++)
		if (rows[i].keywords & K(k) && strcmp(rows[i].text, text) == 0)
			return &rows[i];
	return NULL;
}

/*
 * Several words may set one kind of clause: "within 1h", "same day" and
 * "at once" are all W_WITHIN, and "from" sets one of three.
 */
const struct clause_row *
clause_row_of(enum keyword k, const struct clause *c)
{
	const char	*text = NULL;
	size_t		 i;

	switch (c->word) {
	case W_SOURCE:
	case W_START:
	case W_STOP:
	case W_FROM:
		text = "from";
		break;
	case W_PER:
		text = "";
		break;
	case W_LIMIT:
		if (c->high > 0)
			text = k == KW_TIER ? "limit between" : "between";
		break;
	case W_UNIQUE:
		text = c->nitem > 0 ? "unique within" : "unique";
		break;
	case W_WITHIN:
		text = "within";
		if (c->same_day)
			text = "same day";
		else if (c->duration.months == 0 && c->duration.days == 0 &&
		    c->duration.seconds == 0)
			text = "at once";
		break;
	default:
		break;
	}
	if (text != NULL)
		return clause_row_find(k, text);
	for (i = 0; i < N(rows); i++)
		if (rows[i].keywords & K(k) && rows[i].word == c->word)
			return &rows[i];
	return NULL;
}

const char *
shape_hint(enum shape s)
{
	return shapes[s].hint;
}

const char *
shape_summary(enum shape s)
{
	return shapes[s].shape;
}

int
shape_is_expr(enum shape s)
{
	return s == SHAPE_CONDITION || s == SHAPE_SHARE || s == SHAPE_VALUE;
}

enum as
as_find(const char *text)
{
	static const char *const	 words[] = {
		[AS_MONEY] = "money", [AS_TEXT] = "text",
		[AS_SECONDS] = "seconds", [AS_MINUTES] = "minutes",
		[AS_HOURS] = "hours", [AS_HMS] = "hms"
	};
	size_t				 i;

	for (i = AS_MONEY; i < N(words); i++)
		if (strcmp(words[i], text) == 0)
			return (enum as)i;
	return AS_FORMAT;
}

const struct function_row *
function_find(const char *text)
{
	size_t	 i;

	for (i = 0; i < N(functions); i++)
		if (strcmp(functions[i].text, text) == 0)
			return &functions[i];
	return NULL;
}

const struct function_row *
function_of(enum op op)
{
	size_t	 i;

	for (i = 0; i < N(functions); i++)
		if (functions[i].op == op)
			return &functions[i];
	return NULL;
}

size_t
function_rows(void)
{
	return N(functions);
}

const struct function_row *
function_row(size_t i)
{
	return &functions[i];
}

int
status_find(const char *text)
{
	size_t	 i;

	for (i = METRIC_MET; i < N(statuses); i++)
		if (strcmp(statuses[i], text) == 0)
			return (int)i;
	return -1;
}

const char *
status_word(enum metric_status s)
{
	return statuses[s];
}

int
weekday_find(const char *text)
{
	int	 i;

	for (i = 0; i < 7; i++)
		if (strcmp(weekdays[i][0], text) == 0 ||
		    strcmp(weekdays[i][1], text) == 0)
			return i;
	return -1;
}

int
sign_fits(const char *sign, const char *currency)
{
	size_t	 i;

	if (strcmp(sign, currency) == 0)
		return 1;
	for (i = 0; i < N(signs); i++)
		if (strcmp(signs[i].sign, sign) == 0 &&
		    strcmp(signs[i].code, currency) == 0)
			return 1;
	return 0;
}

const char *
sign_of(const char *currency)
{
	size_t	 i;

	for (i = 0; i < N(signs); i++)
		if (strcmp(signs[i].code, currency) == 0)
			return signs[i].sign;
	return NULL;
}

int
currency_known(const char *code)
{
	size_t	 i;

	for (i = 0; i < N(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return 1;
	return 0;
}

size_t
currencies(const char *const **list)
{
	*list = codes;
	return N(codes);
}
