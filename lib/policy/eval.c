/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

#define SCRAP_SIZE	4096
#define DATED		(-700000)	/* days: YEAR_NONE is before */

/* ------------------------------------------------------------- texts made */

struct scrap {
	struct scrap	*next;
	size_t		 used, size;
	char		 bytes[];
};

/* Copy bytes to where they stand until the next row is loaded. */
const char *
frame_keep(struct frame *f, const char *p, size_t len)
{
	struct scrap	*s = f->scrap;
	char		*to;

	while (s != NULL && s->size - s->used < len && s->next != NULL) {
		s = s->next;
		s->used = 0;
	}
	if (s == NULL || s->size - s->used < len) {
		struct scrap	*new;
		size_t		 size = len > SCRAP_SIZE ? len : SCRAP_SIZE;

		new = xmalloc(sizeof(*new) + size);
		new->next = NULL;
		new->used = 0;
		new->size = size;
		if (s == NULL)
			f->scraps = new;
		else
			s->next = new;
		s = new;
	}
	f->scrap = s;
	to = s->bytes + s->used;
	memcpy(to, p, len);
	s->used += len;
	return to;
}

void
scraps_reset(struct frame *f)
{
	if ((f->scrap = f->scraps) != NULL)
		f->scrap->used = 0;
}

void
scraps_free(struct frame *f)
{
	struct scrap	*s;

	while ((s = f->scraps) != NULL) {
		f->scraps = s->next;
		free(s);
	}
}

/* ------------------------------------------------------------------- time */

/*
 * The largest whole number k for which the date moved by k months is not
 * after today; in years, a twelfth of it.
 */
static num
months_since(const struct plan *plan, when t)
{
	struct civil	 c;
	int64_t		 k;
	int		 day, last;

	zone_civil(plan->zone, t, &c);
	k = ((int64_t)plan->date.year - c.year) * 12 + plan->date.month -
	    c.month;
	last = days_in_month(plan->date.year, plan->date.month);
	day = c.day < last ? c.day : last;
	return plan->date.day < day ? k - 1 : k;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int
is_midnight(const struct plan *plan, when t)
{
	return t == zone_midnight(plan->zone, zone_day(plan->zone, t));
}

/*
 * Days from b to a: of the calendar where both are dates, so that a clock
 * change between them does not count, else of 24 hours.
 */
static int
days_between(const struct plan *plan, when a, when b, num *out)
{
	wide	 d = (wide)a - b;

	if (d % DAY_SECONDS != 0 && is_midnight(plan, a) &&
	    is_midnight(plan, b)) {
		*out = (zone_day(plan->zone, a) - zone_day(plan->zone, b)) *
		    NUM_ONE;
		return 0;
	}
	if (d > NUM_MAX / NUM_ONE || d < NUM_MIN / NUM_ONE)
		return -1;
	return num_div((num)d * NUM_ONE, DAY_SECONDS * NUM_ONE, out);
}

static int
move_days(const struct plan *plan, when t, int months, int64_t days, when *out)
{
	int64_t		 first = days_of(1, 1, 1), last = days_of(9999, 12, 31);
	struct civil	 c, to;
	int64_t		 day, year;

	zone_civil(plan->zone, t, &c);
	year = c.year + floor_div((int64_t)c.month - 1 + months, 12);
	if (year < 1 || year > 9999)
		return -1;
	civil_add_months(&c, months);
	day = days_of(c.year, c.month, c.day);
	if (days < first - day || days > last - day)
		return -1;
	civil_of_days(day + days, &to);
	to.hour = c.hour;
	to.minute = c.minute;
	to.second = c.second;
	*out = zone_instant(plan->zone, &to, NULL);
	return 0;
}

/* So many open days before, at the same local time. */
static int
business_days_before(const struct plan *plan, when t, int n, when *out)
{
	int64_t	 day = zone_day(plan->zone, t), from = day;
	int	 left = n;

	while (left > 0 && from - day < 366 * 20 && day > CALENDAR_FIRST)
		left -= calendar_is_workday(plan->calendar, --day);
	if (left > 0)
		return -1;
	return move_days(plan, t, 0, day - from, out);
}

static int
move_time(const struct plan *plan, when t, const struct duration *d,
    int forward, when *out)
{
	int64_t	 sign = forward ? 1 : -1;

	if (d->business) {
		if (d->days != 0 && !forward)
			return business_days_before(plan, t, d->days, out);
		*out = d->days != 0 ? calendar_add_days(plan->calendar,
		    plan->zone, t, d->days) :
		    calendar_add(plan->calendar, t, sign * d->seconds);
		return *out == WHEN_NONE ? -1 : 0;
	}
	*out = t;
	if ((d->months != 0 || d->days != 0) && move_days(plan, t,
	    forward ? d->months : -d->months, sign * d->days, out) == -1)
		return -1;
	return __builtin_add_overflow(*out, sign * d->seconds, out) ? -1 : 0;
}

static int
move_by_number(const struct plan *plan, when t, num days, when *out)
{
	wide	 seconds;

	if (days % NUM_ONE == 0)
		return move_days(plan, t, 0, days / NUM_ONE, out);
	seconds = (wide)days * DAY_SECONDS / NUM_ONE + t;
	if (seconds > INT64_MAX || seconds < -INT64_MAX)
		return -1;
	*out = (when)seconds;
	return 0;
}

/* -------------------------------------------------------------------- run */

static void
set_truth(struct value *v, int truth)
{
	v->type = TYPE_TRUTH;
	v->n = truth;
}

static void
set_num(struct value *v, num n)
{
	v->type = TYPE_NUMBER;
	v->n = n;
}

static int
compared(int op, int64_t a, int64_t b)
{
	switch (op) {
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static int
known(const struct value *v, int truth)
{
	return v->type != TYPE_MISSING && v->n == truth;
}

static int
status_is(const struct value *v, int64_t status)
{
	static const char *const words[] = {
		"", "met", "paused", "open", "warning", "breached"
	};

	if (v->type == TYPE_NUMBER)
		return v->n == status;
	if (v->type == TYPE_MISSING)
		return status == METRIC_NONE;
	return cell_is(v->text, words[status]);
}

/* Is a name in a list that is joined by ";"? */
static int
is_listed(struct cell list, struct cell name)
{
	const char	*p = list.p, *end = p + list.len, *semi;
	struct cell	 one;

	for (; p <= end; p = semi + 1) {
		semi = memchr(p, ';', (size_t)(end - p));
		if (semi == NULL)
			semi = end;
		for (; p < semi && *p == ' '; p++)
			;
		one.p = p;
		one.len = (size_t)(semi - p);
		while (one.len > 0 && one.p[one.len - 1] == ' ')
			one.len--;
		if (text_equal(one, name))
			return 1;
	}
	return 0;
}

static int
in_numbers(const struct numbers *list, num n)
{
	size_t	 low = 0, high = list->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (list->v[mid] < n)
			low = mid + 1;
		else
			high = mid;
	}
	return low < list->n && list->v[low] == n;
}

/*
 * What follows up to the loop below stands apart from it: it has few enough
 * registers to do without a stack as long as nothing is called.
 */
static __attribute__((noinline)) void
ask_text(struct frame *f, const struct insn *i)
{
	const struct plan	*plan = f->plan;
	const struct value	*a = &f->slot[i->a];
	struct cell		 c = a->text;
	struct value		*to = &f->slot[i->to];
	int			 r;

	if (a->type == TYPE_MISSING || (i->code <= I_SAME_TEXT &&
	    f->slot[i->b].type == TYPE_MISSING)) {
		to->type = TYPE_MISSING;
		return;
	}
	switch (i->code) {
	case I_COMPARE_TEXT:
		r = compared(i->how, text_compare(f, i), 0);
		break;
	case I_SAME_TEXT:
		r = text_equal(text_folded(c, &f->one),
		    text_folded(f->slot[i->b].text, &f->two));
		break;
	case I_LIKE:
		r = text_is_like(text_folded(c, &f->one), plan->text[i->n]);
		break;
	case I_HAS_WORD:
		r = text_has_word(text_folded(c, &f->one), plan->text[i->n]);
		break;
	case I_MATCHES:
		r = text_matches(f, &plan->pattern[i->n], c);
		break;
	case I_VIP:
		r = keys_find(plan->tiers, c.p, c.len) != KEY_NONE;
		break;
	default:
		r = is_listed(c, f->slot[i->b].text);
		break;
	}
	set_truth(to, r);
}

static void
ask_time(struct frame *f, const struct insn *i)
{
	const struct plan	*plan = f->plan;
	when			 t = f->slot[i->a].n;
	struct value		*to = &f->slot[i->to];
	struct civil		 c;

	if (i->code == I_DAY) {
		to->type = TYPE_TIME;
		to->n = zone_midnight(plan->zone, zone_day(plan->zone, t));
		return;
	}
	zone_civil(plan->zone, t, &c);
	/* A date of no year has neither an age nor a day of the week. */
	if (c.year == YEAR_NONE && i->code != I_MONTH &&
	    i->code != I_MONTHDAY && i->code != I_CLOCK) {
		to->type = TYPE_MISSING;
		return;
	}
	switch (i->code) {
	case I_DAYS_SINCE:
		set_num(to, (plan->today - zone_day(plan->zone, t)) * NUM_ONE);
		break;
	case I_MONTHS_SINCE:
		set_num(to, months_since(plan, t) * NUM_ONE);
		break;
	case I_YEARS_SINCE:
		set_num(to, floor_div(months_since(plan, t), 12) * NUM_ONE);
		break;
	case I_CLOCK:
		set_num(to, c.hour * 3600 + c.minute * 60 + c.second);
		break;
	case I_MONTH:
		set_num(to, c.month * NUM_ONE);
		break;
	case I_MONTHDAY:
		set_num(to, c.day * NUM_ONE);
		break;
	default:
		set_num(to, (weekday_of(days_of(c.year, c.month, c.day)) + 1) *
		    NUM_ONE);
		break;
	}
}

static void
overflow(struct frame *f, const struct insn *i)
{
	f->slot[i->to].type = TYPE_MISSING;
	if (!f->overflow) {
		f->overflow = 1;
		f->overflow_at = f->plan->place[i - f->plan->code];
	}
}

#define NEED(v) {							\
	if ((v)->type == TYPE_MISSING) {				\
		s[i->to].type = TYPE_MISSING;				\
		break;							\
	}								\
}

/* I_ADD to I_DIV, where calculated() did not do: a sum is out of range. */
static __attribute__((noinline)) void
calculate(struct frame *f, const struct insn *i)
{
	const struct value	*a = &f->slot[i->a], *b = &f->slot[i->b];
	struct value		*to = &f->slot[i->to];
	int			 rc = -1;

	if (i->code == I_MUL)
		rc = num_mul(a->n, b->n, &to->n);
	else if (i->code == I_DIV)
		rc = num_div(a->n, b->n, &to->n);
	to->type = TYPE_NUMBER;
	if (rc == -1)
		overflow(f, i);
}

static __attribute__((noinline)) void
count_days(struct frame *f, const struct insn *i)
{
	const struct plan	*plan = f->plan;
	const struct value	*a = &f->slot[i->a];
	struct value		*to = &f->slot[i->to];
	int64_t			 day;

	if (a->type == TYPE_MISSING) {
		to->type = TYPE_MISSING;
		return;
	}
	/* What is asked of a time is mostly asked more than once. */
	day = a->n == f->dated ? f->day : zone_day(plan->zone, a->n);
	f->dated = a->n;
	f->day = day;
	if (day > DATED)
		set_num(to, (plan->today - day) * NUM_ONE);
	else
		ask_time(f, i);
}

/* What takes longer to begin with. */
static __attribute__((noinline)) void
set_other(struct frame *f, const struct insn *i)
{
	const struct plan	*plan = f->plan;
	struct value		*s = f->slot;
	const struct value	*a = &s[i->a], *b = &s[i->b];
	when			 t;

	switch ((enum code)i->code) {
	case I_LET: {
		const struct let_code	*let = &plan->let[i->n];

		if (f->let_epoch[i->n] == f->epoch)
			break;
		f->let_epoch[i->n] = f->epoch;
		frame_run(f, let->code);
		break;
	}
	case I_MOVE:
		s[i->to] = *a;
		break;
	case I_NEG:
	case I_ABS:
		NEED(a);
		t = a->n;
		if ((i->code == I_NEG || t < 0) && num_sub(0, t, &t) == -1)
			overflow(f, i);
		else
			set_num(&s[i->to], t);
		break;
	case I_TIME_LESS:
		NEED(a);
		NEED(b);
		if (days_between(plan, a->n, b->n, &t) == -1)
			overflow(f, i);
		else
			set_num(&s[i->to], t);
		break;
	case I_SCALE:
		NEED(a);
		if (__builtin_mul_overflow(a->n, i->n, &t)) {
			overflow(f, i);
			break;
		}
		set_num(&s[i->to], t);
		break;
	case I_ROUND:
		NEED(a);
		set_num(&s[i->to], num_round(a->n, (int)i->n));
		break;
	case I_MIN:
	case I_MAX:
		NEED(a);
		NEED(b);
		if ((a->n < b->n) != (i->code == I_MIN))
			a = b;
		s[i->to] = *a;
		break;
	case I_COMPARE:
		NEED(a);
		NEED(b);
		set_truth(&s[i->to], compared(i->how, a->n, b->n));
		break;
	case I_LISTED:
		if (a->type == TYPE_MISSING) {
			set_truth(&s[i->to], 0);
			break;
		}
		ask_text(f, i);
		break;
	case I_IN_NUMBERS:
		NEED(a);
		set_truth(&s[i->to],
		    in_numbers(&plan->numbers[i->n], a->n));
		break;
	case I_NOT:
		NEED(a);
		set_truth(&s[i->to], !a->n);
		break;
	case I_AND:
	case I_OR: {
		int	 lone = i->code == I_OR;

		if (known(a, lone) || known(b, lone))
			set_truth(&s[i->to], lone);
		else if (a->type != TYPE_MISSING &&
		    b->type != TYPE_MISSING)
			set_truth(&s[i->to], !lone);
		else
			s[i->to].type = TYPE_MISSING;
		break;
	}
	case I_TIME_MOVE:
		NEED(a);
		if (move_time(plan, a->n, &plan->duration[i->n],
		    i->how, &t) == -1) {
			overflow(f, i);
			break;
		}
		s[i->to].type = TYPE_TIME;
		s[i->to].n = t;
		break;
	case I_TIME_DAYS: {
		num	 days;

		NEED(a);
		NEED(b);
		days = b->n;
		if ((!i->how && num_sub(0, b->n, &days) == -1) ||
		    move_by_number(plan, a->n, days, &t) == -1) {
			overflow(f, i);
			break;
		}
		s[i->to].type = TYPE_TIME;
		s[i->to].n = t;
		break;
	}
	case I_DAY:
	case I_CLOCK:
	case I_MONTHS_SINCE:
	case I_YEARS_SINCE:
	case I_MONTH:
	case I_MONTHDAY:
	case I_WEEKDAY:
		NEED(a);
		ask_time(f, i);
		break;
	case I_LENGTH: {
		struct cell	 c;

		NEED(a);
		c = text_normal(a->text, &f->one);
		set_num(&s[i->to], (num)text_length(c.p, c.len) * NUM_ONE);
		break;
	}
	case I_LOWER:
		NEED(a);
		f->one.len = 0;
		text_lower(&f->one, a->text.p, a->text.len);
		s[i->to].type = TYPE_TEXT;
		s[i->to].text.p = frame_keep(f, f->one.p, f->one.len);
		s[i->to].text.len = f->one.len;
		break;
	case I_GROUP: {
		uint32_t	 g;

		NEED(a);
		g = series_group(&plan->series[i->n], a, &f->one);
		set_num(&s[i->to], g);
		break;
	}
	case I_POPULATION: {
		uint32_t	 group = 0;

		if (i->how) {
			NEED(b);
			group = (uint32_t)b->n;
		}
		s[i->to] = population_value(plan,
		    &plan->population[i->n], a, group);
		break;
	}
	case I_GAIN:
		if (gain_value(f, &plan->gain[i->n], &s[i->to]) == -1)
			overflow(f, i);
		break;
	case I_STATUS:
		set_truth(&s[i->to], status_is(a, i->n));
		break;
	default:
		break;
	}
}

/*
 * Is what a is to n one of "how": LESS, SAME, MORE or UNCOMPARED?  Without
 * a jump, for which way it goes nothing tells before.
 */
static inline unsigned
is_related(unsigned how, const struct value *a, int64_t n)
{
	unsigned	 r = (unsigned)(a->n >= n) + (unsigned)(a->n > n);

	r |= ((unsigned)a->type - 1) >> 30;		/* 3 if missing */
	return how >> r & 1;
}

/* I_SCALE where it comes to something. */
static inline int
is_scaled(struct value *s, const struct insn *i)
{
	const struct value	*a = &s[i->a];
	int64_t			 n;

	if (a->type == TYPE_MISSING ||
	    __builtin_mul_overflow(a->n, i->n, &n))
		return 0;
	set_num(&s[i->to], n);
	return 1;
}

/* Two numbers as they mostly are, or a missing one; or return 0. */
static inline int
calculated(struct value *s, const struct insn *i, enum code code)
{
	const struct value	*a = &s[i->a], *b = &s[i->b];
	int64_t			 n;

	if (a->type == TYPE_MISSING || b->type == TYPE_MISSING ||
	    (code == I_DIV && b->n == 0)) {
		s[i->to].type = TYPE_MISSING;
		return 1;
	}
	if (code == I_ADD ? __builtin_add_overflow(a->n, b->n, &n) :
	    code == I_SUB ? __builtin_sub_overflow(a->n, b->n, &n) :
	    code == I_MUL ? !num_mul_small(a->n, b->n, &n) :
	    !num_div_small(a->n, b->n, &n))
		return 0;
	set_num(&s[i->to], n);
	return 1;
}

/*
 * Run from an instruction to its I_RETURN.  Lets nest, and each is run once
 * a row; the compiler has bounded how deep.
 */
static inline __attribute__((always_inline)) size_t
run(struct frame *f, uint32_t start, int is_chain)
{
	const struct insn	*code = f->plan->code, *i = code + start;
	struct value		*s = f->slot;
	const struct value	*b;
	size_t			*held = is_chain ? f->held : NULL;

	for (;;) {
		/* Most are these, and the processor learns where. */
		if (is_chain && i->code == I_HOLD_IFN) {
			*held = i->to;
			held += !is_related(i->how, &s[i->a], i->n);
			i++;
			continue;
		}
		if (i->code == I_IFN) {
			i = is_related(i->how, &s[i->a], i->n) ?
			    code + i->to : i + 1;
			continue;
		}
		switch ((enum code)i->code) {
		case I_RETURN:
			if (is_chain)
				f->held = held;
			return (size_t)i->n;
		case I_HOLD:
			*held++ = (size_t)i->n;
			break;
		case I_HOLD_IF:
			b = &s[i->b];
			*held = i->to;
			held += !(b->type == TYPE_MISSING ?
			    i->how / UNCOMPARED :
			    is_related(i->how, &s[i->a], b->n));
			break;
		case I_IF:
			b = &s[i->b];
			i = (b->type == TYPE_MISSING ? i->how / UNCOMPARED :
			    is_related(i->how, &s[i->a], b->n)) ?
			    code + i->to : i + 1;
			continue;
		case I_JUMP:
			i = code + i->to;
			continue;
		case I_SCALE:
			if (!is_scaled(s, i))
				set_other(f, i);
			break;
		case I_IF_CUT:
			/* Not settled: unknown. */
			i = i->how ? i + 1 : code + i->to;
			continue;
		case I_MISSING:
			set_truth(&s[i->to],
			    s[i->a].type == TYPE_MISSING);
			break;
		case I_MUL:
			if (!calculated(s, i, I_MUL))
				calculate(f, i);
			break;
		case I_ADD:
			if (!calculated(s, i, I_ADD))
				calculate(f, i);
			break;
		case I_SUB:
			if (!calculated(s, i, I_SUB))
				calculate(f, i);
			break;
		case I_DIV:
			if (!calculated(s, i, I_DIV))
				calculate(f, i);
			break;
		case I_DAYS_SINCE:
			count_days(f, i);
			break;
		case I_IS_TEXT:
			if (s[i->a].type == TYPE_MISSING ||
			    s[i->b].type == TYPE_MISSING)
				s[i->to].type = TYPE_MISSING;
			else
				set_truth(&s[i->to],
				    text_is_same(f, i) == i->how);
			break;
		case I_IN_TEXTS:
			if (s[i->a].type == TYPE_MISSING)
				s[i->to].type = TYPE_MISSING;
			else
				set_truth(&s[i->to], text_is_in(s[i->a].text,
				    &f->plan->texts[i->n], &f->one));
			break;
		case I_COMPARE_TEXT:
		case I_SAME_TEXT:
		case I_LIKE:
		case I_HAS_WORD:
		case I_MATCHES:
		case I_VIP:
			ask_text(f, i);
			break;
		default:
			set_other(f, i);
			break;
		}
		i++;
	}
}

size_t
frame_run(struct frame *f, uint32_t start)
{
	return run(f, start, 0);
}

size_t
frame_chain(struct frame *f, size_t chain, size_t *which)
{
	f->held = which;
	(void)run(f, f->plan->chain[chain].code, 1);
	return (size_t)(f->held - which);
}

size_t
frame_ladder(struct frame *f, size_t ladder)
{
	return run(f, f->plan->chain[ladder].code, 0);
}
