/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/program.h"

struct plan *
plan_new(const struct policy *pol, when now)
{
	struct plan	*plan = xcalloc(1, sizeof(*plan));
	const struct statement *st;

	plan->pol = pol;
	plan->arena = arena_new();
	plan->lets = keys_new();
	plan->now = now;
	plan->zone = policy_zone(pol);
	plan->today = zone_day(plan->zone, now);
	civil_of_days(plan->today, &plan->date);
	plan->file = policy_name(pol);
	if ((st = policy_find(pol, KW_CALENDAR, NULL)) != NULL)
		plan->calendar = policy_calendar(pol, st->name);
	plan->tier_slot = plan->vip_slot = plan->risk_slot = NOWHERE;
	return plan;
}

static void
reading_free(struct reading *r)
{
	zone_free(r->own_zone);
	wording_free(r->map);
}

void
plan_free(struct plan *plan)
{
	size_t	 i;

	if (plan == NULL)
		return;
	for (i = 0; i < plan->nreading; i++)
		reading_free(&plan->reading[i]);
	for (i = 0; i < plan->ntexts; i++)
		keys_free(plan->texts[i].keys);
	for (i = 0; i < plan->nnumbers; i++)
		free(plan->numbers[i].v);
	for (i = 0; i < plan->npattern; i++)
		if (plan->pattern[i].compiled)
			regfree(&plan->pattern[i].re);
	for (i = 0; plan->sample != NULL && i < plan->nseries; i++)
		sample_free(&plan->sample[i]);
	for (i = 0; i < plan->nseries; i++)
		series_free(&plan->series[i]);
	for (i = 0; i < plan->npopulation; i++)
		population_free(&plan->population[i]);
	for (i = 0; i < plan->ntree; i++)
		tree_free(&plan->tree[i], plan);
	for (i = 0; i < plan->ngain; i++)
		gain_free(&plan->gain[i]);
	if (plan->locale != (locale_t)0)
		freelocale(plan->locale);
	keys_free(plan->lets);
	keys_free(plan->tiers);
	arena_free(plan->arena);
	free(plan->sample);
	free(plan->program);
	free(plan->chain);
	free(plan->code);
	free(plan->place);
	free(plan->slot);
	free(plan->reading);
	free(plan->let);
	free(plan->texts);
	free(plan->numbers);
	free(plan->text);
	free(plan->pattern);
	free(plan->duration);
	free(plan->series);
	free(plan->population);
	free(plan->tree);
	free(plan->gain);
	free(plan->reason);
	free(plan->piece);
	free(plan->profile);
	free(plan->status);
	free(plan->load);
	free(plan->quick);
	free(plan);
}

static struct program *
program_new(struct plan *plan)
{
	struct program	*p = PLAN_ADD(plan, program);

	p->code = p->slot = p->test = p->reason = NOWHERE;
	return p;
}

size_t
plan_add(struct plan *plan, const struct expr *e)
{
	program_new(plan)->expr = e;
	return plan->nprogram - 1;
}

size_t
plan_add_lenient(struct plan *plan, const struct expr *e, int hint)
{
	struct program	*p = program_new(plan);

	p->expr = e;
	p->optional = 1;
	p->hinted = hint;
	return plan->nprogram - 1;
}

size_t
plan_add_column(struct plan *plan, const char *name, enum type type)
{
	struct program	*p = program_new(plan);

	p->name = arena_text(plan->arena, name, strlen(name));
	p->want = type;
	return plan->nprogram - 1;
}

size_t
plan_add_optional(struct plan *plan, const char *name, enum type type)
{
	size_t	 n = plan_add_column(plan, name, type);

	plan->program[n].optional = 1;
	return n;
}

/* A copy of n numbers, which lasts as long as the plan. */
static size_t *
numbers_kept(struct plan *plan, const size_t *from, size_t n)
{
	size_t	*v = arena_get(plan->arena, n * sizeof(*v) + 1);

	if (n > 0)
		memcpy(v, from, n * sizeof(*v));
	return v;
}

size_t
plan_add_ladder(struct plan *plan, const size_t *programs, size_t n)
{
	struct chain	*ch = PLAN_ADD(plan, chain);

	ch->programs = numbers_kept(plan, programs, n);
	ch->n = n;
	return plan->nchain - 1;
}

size_t
plan_add_chain(struct plan *plan, const size_t *programs, const size_t *values,
    size_t n)
{
	const size_t	 chain = plan_add_ladder(plan, programs, n);

	plan->chain[chain].values = numbers_kept(plan, values, n);
	return chain;
}

int
plan_asks_all(const struct plan *plan)
{
	size_t	 i;

	for (i = 0; i < plan->nprogram; i++)
		if (plan->program[i].expr != NULL &&
		    expr_asks_all(plan->pol, plan->program[i].expr))
			return 1;
	return 0;
}

void
plan_decides(struct plan *plan, enum fact fact)
{
	plan->decides[fact] = 1;
}

/* ---------------------------------------------------------------- readings */

/* What is known of a column before anybody asks for it. */
enum type
plan_reading_type(const struct plan *plan, const char *name)
{
	enum type	 type;
	size_t		 i;

	for (i = 0; i < plan->nnames; i++)
		if (strcmp(plan->names[i], name) == 0)
			return plan->types[i];
	type = policy_column_type(plan->pol, name);
	for (i = 0; type == TYPE_MISSING && i < plan->nprogram; i++)
		if (plan->program[i].name != NULL &&
		    strcmp(plan->program[i].name, name) == 0)
			type = plan->program[i].want;
	return type;
}

size_t
plan_reading(struct plan *plan, const char *name, enum type type,
    struct place at, int needed, int hinted)
{
	struct reading		*r;
	size_t			 i;

	for (i = 0; i < plan->nreading; i++) {
		r = &plan->reading[i];
		if (r->type != type || strcmp(r->name, name) != 0)
			continue;
		r->needed |= needed;
		r->hinted |= hinted;
		if (r->at.line == 0)
			r->at = at;
		return i;
	}
	r = PLAN_ADD(plan, reading);
	r->name = arena_text(plan->arena, name, strlen(name));
	r->type = type;
	r->at = at;
	r->needed = needed;
	r->hinted = hinted;
	r->cell = SIZE_MAX;
	r->zone = plan->zone;
	PLAN_ADD(plan, slot);
	r->slot = (uint32_t)plan->nslot - 1;
	return i;
}

/*
 * How a column of this table is written.  A time that is counted from
 * another needs that one too: its reading is added behind.
 */
static void
read_form(struct plan *plan, const struct reader *rd, size_t i)
{
	static const struct place	 nowhere;
	struct reading			*r = &plan->reading[i];
	const struct clause		*cl;
	size_t				 base;

	if ((cl = column_clause(plan->pol, rd, r->name, W_AS)) != NULL) {
		r->form = cl;
		r->as = as_find(cl->text);
		r->format = r->as == AS_FORMAT ? cl->text : NULL;
	}
	if ((r->own_zone = column_zone(plan->pol, rd, r->name)) != NULL)
		r->zone = r->own_zone;
	r->map = wording_new(column_clause(plan->pol, rd, r->name, W_MAP),
	    plan->arena);
	if ((cl = column_clause(plan->pol, rd, r->name, W_AFTER)) == NULL)
		return;
	base = plan_reading(plan, cl->text, TYPE_TIME, nowhere, 1, 0);
	plan->reading[i].base = plan->reading[base].slot;
}

/* ------------------------------------------------------------------- bind */

static void
plan_tiers(struct plan *plan)
{
	const char	*name;
	size_t		 i, n = policy_tiers(plan->pol);

	plan->tiers = keys_new();
	for (i = 0; i + 1 < n; i++) {
		name = policy_tier(plan->pol, i)->name;
		keys_add(plan->tiers, name, strlen(name));
	}
}

/* The order in which cells lie in a row; what needs others comes last. */
static int
by_cell(const void *a, const void *b)
{
	const struct load	*x = a, *y = b;
	int			 late = x->reading->as >= AS_SECONDS;

	if (late != (y->reading->as >= AS_SECONDS))
		return late ? 1 : -1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Most rows are read without a question of which kind a cell is. */
static void
plan_quicken(struct plan *plan)
{
	size_t	 i, n = 0;
	int	 kind;

	plan->quick = xcalloc(plan->nload + 1, sizeof(*plan->quick));
	for (kind = 0; kind < LOAD_KINDS; kind++) {
		for (i = 0; i < plan->nload; i++)
			if ((int)plan->load[i].kind == kind)
				plan->quick[n++] = plan->load[i];
		plan->upto[kind] = n;
	}
}

static void
plan_finish(struct plan *plan)
{
	const struct reading	*r;
	struct load		*load;
	size_t			 i;

	plan->load = xcalloc(plan->nreading + 1, sizeof(*plan->load));
	for (i = 0; i < plan->nreading; i++) {
		r = &plan->reading[i];
		if (r->cell == SIZE_MAX)
			continue;
		load = &plan->load[plan->nload++];
		load->cell = r->cell;
		load->slot = r->slot;
		load->type = r->type;
		load->kind = r->map != NULL || r->form != NULL ? LOAD_OTHER :
		    r->type == TYPE_NUMBER ? LOAD_NUMBER :
		    r->type == TYPE_TEXT ? LOAD_TEXT :
		    r->type == TYPE_TIME ? LOAD_DATE : LOAD_OTHER;
		load->reading = r;
	}
	qsort(plan->load, plan->nload, sizeof(*plan->load), by_cell);
	plan->number_ways = number_ways();
	plan_quicken(plan);
	plan->told = plan->tier_slot != NOWHERE ||
	    plan->risk_slot != NOWHERE || plan->nprofile > 0 ||
	    plan->nstatus > 0;
	plan->sample = xcalloc(plan->nseries + 1, sizeof(*plan->sample));
	for (i = 0; i < plan->nseries; i++)
		sample_init(&plan->sample[i], &plan->series[i]);
	for (i = 0; i < plan->ntree; i++)
		kin_init(&plan->tree[i].kin, plan);
	plan->bound = 1;
}

static void
quote(struct buf *b, const char *s)
{
	buf_addc(b, '"');
	text_escape(b, s, strlen(s));
	buf_addc(b, '"');
}

/* "no column ...", and where the policy names it. */
static void
describe_missing(const struct plan *plan, const struct reader *rd,
    const struct reading *r, struct buf *b)
{
	const struct statement	*st = policy_column(plan->pol, r->name);
	const struct clause	*from;
	const char		**names, *near, *name = r->name;
	size_t			 i, n = reader_columns(rd);

	if (st != NULL && (from = clause_find(st, W_SOURCE)) != NULL)
		name = from->text;
	b->len = 0;
	buf_addf(b, "%s:%zu: no column ", reader_name(rd),
	    reader_header(rd)->line);
	quote(b, name);
	reader_sought(rd, r->name, b);
	if (r->at.line != 0)
		buf_addf(b, ", which %s:%d:%d needs", plan->file, r->at.line,
		    r->at.column);
	names = xcalloc(n + 1, sizeof(*names));
	for (i = 0; i < n; i++)
		names[i] = reader_column_name(rd, i);
	if ((near = text_nearest(name, names, n)) != NULL) {
		buf_adds(b, "; did you mean ");
		quote(b, near);
		buf_addc(b, '?');
	}
	free(names);
}

/* In the policy's order, which is not that of the compiler. */
static int
by_place(const void *a, const void *b)
{
	const struct reading	*x = *(struct reading *const *)a;
	const struct reading	*y = *(struct reading *const *)b;

	if (x->at.line != y->at.line)
		return (x->at.line > y->at.line) - (x->at.line < y->at.line);
	return (x->at.column > y->at.column) - (x->at.column < y->at.column);
}

static _Noreturn void
die_missing(const struct plan *plan, const struct reader *rd,
    const struct reading **missing, size_t n)
{
	struct buf	 b = { 0 };
	char		 last[2048];
	size_t		 i, k = 0, columns = reader_columns(rd);

	qsort(missing, n, sizeof(*missing), by_place);
	for (i = 0; i + 1 < n; i++) {
		/* Read in two ways, it is missing once. */
		for (k = 0; k < i; k++)
			if (strcmp(missing[k]->name, missing[i]->name) == 0)
				break;
		if (k < i ||
		    strcmp(missing[i]->name, missing[n - 1]->name) == 0)
			continue;
		describe_missing(plan, rd, missing[i], &b);
		complain("%s", buf_str(&b));
	}
	describe_missing(plan, rd, missing[n - 1], &b);
	buf_adds(&b, b.p[b.len - 1] == '?' ? " The header has " :
	    "; the header has ");
	for (i = 0; i < columns && b.len < 1500; i++) {
		if (i > 0)
			buf_adds(&b, ", ");
		quote(&b, reader_column_name(rd, i));
	}
	if (i < columns)
		buf_addf(&b, " and %zu more", columns - i);
	snprintf(last, sizeof(last), "%s", buf_str(&b));
	buf_free(&b);
	free(missing);
	die(STATUS_DATA, "%s", last);
}

/* Policy and preset together may count times from each other. */
static void
check_bases(const struct plan *plan)
{
	const struct reading	*r, *base;
	size_t			 i, k;

	for (i = 0; i < plan->nreading; i++) {
		r = &plan->reading[i];
		for (k = 0; r->as >= AS_SECONDS && k < plan->nreading; k++) {
			base = &plan->reading[k];
			if (base->slot == r->base && base->as >= AS_SECONDS)
				die(STATUS_POLICY, "%s: %s is counted after "
				    "%s, which is itself counted after "
				    "another time", plan->file, r->name,
				    base->name);
		}
	}
}

void
plan_bind(struct plan *plan, const struct reader *rd)
{
	const struct reading	**missing;
	struct reading		*r;
	size_t			 i, n = 0;
	int			 cell;

	plan_tiers(plan);
	plan_compile(plan);
	for (i = 0; i < plan->nreading; i++) {
		cell = column_cell(plan->pol, rd, plan->reading[i].name);
		if (cell == -1)
			continue;
		plan->reading[i].cell = (size_t)cell;
		read_form(plan, rd, i);
	}
	check_bases(plan);
	missing = xcalloc(plan->nreading + 1, sizeof(*missing));
	for (i = 0; i < plan->nreading; i++) {
		r = &plan->reading[i];
		if (r->cell != SIZE_MAX)
			continue;
		if (r->needed)
			missing[n++] = r;
		else if (r->hinted)
			note("%s: no column \"%s\", which %s:%d needs: taken "
			    "as missing", reader_name(rd), r->name,
			    plan->file, r->at.line);
	}
	if (n > 0)
		die_missing(plan, rd, missing, n);
	free(missing);
	plan_finish(plan);
}

void
plan_bind_names(struct plan *plan, const char *const *names,
    const enum type *types, size_t n)
{
	struct reading	*r;
	size_t		 i, k, bad = 0;

	plan->names = names;
	plan->types = types;
	plan->nnames = n;
	plan_tiers(plan);
	plan_compile(plan);
	for (i = 0; i < plan->nreading; i++) {
		r = &plan->reading[i];
		for (k = 0; k < n && strcmp(names[k], r->name) != 0; k++)
			;
		if (k < n && types[k] == r->type) {
			r->cell = k;
		} else if (r->needed) {
			complain("%s:%d:%d: error: %s is %s", plan->file,
			    r->at.line, r->at.column, r->name,
			    k < n ? "not used as what it is" :
			    "not known here");
			bad++;
		}
	}
	if (bad > 0)
		die(STATUS_POLICY, "%s: names that are not known",
		    plan->file);
	/* The caller's arrays need not stand any longer. */
	plan->names = NULL;
	plan->nnames = 0;
	plan_finish(plan);
}

/* ------------------------------------------------------------------ frames */

struct frame *
frame_new(const struct plan *plan)
{
	struct frame	*f = xcalloc(1, sizeof(*f));
	size_t		 i;

	f->plan = plan;
	f->slot = xcalloc(plan->nslot + 1, sizeof(*f->slot));
	if (plan->nslot > 0)
		memcpy(f->slot, plan->slot,
		    plan->nslot * sizeof(*f->slot));
	f->let_epoch = xcalloc(plan->nlet + 1, sizeof(*f->let_epoch));
	f->truth = xcalloc(plan->nreason + 1, sizeof(*f->truth));
	f->epoch = 1;
	f->dated = plan->now;
	f->day = plan->today;
	f->sample = xcalloc(plan->nseries + 1, sizeof(*f->sample));
	for (i = 0; i < plan->nseries; i++)
		sample_init(&f->sample[i], &plan->series[i]);
	f->kin = xcalloc(plan->ntree + 1, sizeof(*f->kin));
	f->node = xcalloc(plan->ntree + 1, sizeof(*f->node));
	for (i = 0; i < plan->ntree; i++)
		kin_init(&f->kin[i], plan);
	return f;
}

void
frame_free(struct frame *f)
{
	size_t	 i;

	if (f == NULL)
		return;
	for (i = 0; i < f->plan->nseries; i++)
		sample_free(&f->sample[i]);
	free(f->sample);
	for (i = 0; i < f->plan->ntree; i++)
		kin_free(&f->kin[i], f->plan);
	free(f->kin);
	free(f->node);
	scraps_free(f);
	buf_free(&f->one);
	buf_free(&f->two);
	free(f->let_epoch);
	free(f->truth);
	free(f->slot);
	free(f);
}

/* Forget the row before, and what was told of it. */
static inline void
frame_begin(struct frame *f)
{
	const struct plan	*plan = f->plan;
	size_t			 i;

	f->epoch++;
	f->overflow = 0;
	if (f->scraps != NULL)
		scraps_reset(f);
	if (!plan->told)
		return;
	if (plan->tier_slot != NOWHERE) {
		f->slot[plan->tier_slot].type = TYPE_MISSING;
		f->slot[plan->vip_slot].type = TYPE_MISSING;
	}
	if (plan->risk_slot != NOWHERE)
		f->slot[plan->risk_slot].type = TYPE_MISSING;
	for (i = 0; i < plan->nprofile; i++) {
		f->slot[plan->profile[i].slot].type = TYPE_TRUTH;
		f->slot[plan->profile[i].slot].n = 0;
	}
	for (i = 0; i < plan->nstatus; i++) {
		f->slot[plan->status[i].slot].type = TYPE_NUMBER;
		f->slot[plan->status[i].slot].n = METRIC_NONE;
	}
}

/* ---------------------------------------------------------- reading cells */

/* A time that is counted from another, which has been read. */
static const char *
read_after(struct frame *f, const struct reading *r, struct cell c)
{
	const struct value	*base = &f->slot[r->base];
	struct value		*v = &f->slot[r->slot];
	when			 seconds;
	tick			 length = stretch_parse(c, r->form);

	if (length == -1)
		return r->as == AS_HMS ? "is not a time such as 12:34:56" :
		    "is not a number of minutes, hours or seconds";
	if (base->type == TYPE_MISSING)
		return NULL;
	seconds = tick_second(length);
	if (seconds > WHEN_MAX - base->n)
		return "is out of range";
	v->n = base->n + seconds;
	v->type = TYPE_TIME;
	return NULL;
}

/*
 * One cell into its slot: NULL, or what is wrong with it.  Apart from the
 * loop that reads numbers, which has few registers.
 */
static __attribute__((noinline)) const char *
read_cell(struct frame *f, const struct reading *r, struct cell c)
{
	struct value	*v = &f->slot[r->slot];
	struct stamp	 stamp;

	v->type = TYPE_MISSING;
	/* So spreadsheets are told that an id is no number. */
	if (r->as == AS_TEXT && c.len > 0 && *c.p == '\'') {
		c.p++;
		c.len--;
	}
	/* A map is not asked of an empty cell, and may empty another. */
	if (c.len == 0 || (c = wording_of(r->map, c, &f->one)).len == 0)
		return NULL;
	switch (r->type) {
	case TYPE_NUMBER:
		if (r->as == AS_MONEY) {
			if (money_parse(c, policy_currency(f->plan->pol),
			    &v->n) == -1)
				return "is not an amount of money";
		} else if (num_parse(c.p, c.len, &v->n) == -1)
			return number_fault(c);
		break;
	case TYPE_TIME:
		if (r->as >= AS_SECONDS)
			return read_after(f, r, c);
		if (r->format != NULL ? stamp_parse_format(c.p, c.len,
		    r->format, &stamp) == -1 :
		    stamp_parse(c.p, c.len, &stamp) == -1 &&
		    stamp_parse_yearless(c.p, c.len, &stamp) == -1)
			return r->format != NULL ? "is not a date" :
			    stamp_fault(c.p, c.len);
		v->n = stamp_instant(&stamp, r->zone, NULL);
		break;
	case TYPE_TRUTH:
		if (truth_parse(c, &v->n) == -1)
			return "is neither yes nor no";
		break;
	default:
		v->text = c;
		break;
	}
	v->type = r->type;
	return NULL;
}

/* The day of "2025-06-18"; or 0, and then read_cell() looks at it. */
static inline int
read_date(struct cell c, int64_t *day)
{
	const uint64_t	 dashes = UINT64_C(0xff0000ff00000000);
	uint64_t	 x;
	int		 y, m, d, tens, ones;

	if (c.len != 10)
		return 0;
	x = load8(c.p) ^ ((NUM_BYTES('-') & dashes) |
	    (NUM_BYTES('0') & ~dashes));
	tens = c.p[8] - '0';
	ones = c.p[9] - '0';
	/* The high bits of bytes that are no digits or, then, not 0. */
	if (((x | (x + ((NUM_BYTES(0x7f) & dashes) |
	    (NUM_BYTES(0x76) & ~dashes)))) & NUM_BYTES(0x80)) != 0 ||
	    (unsigned)tens > 9 || (unsigned)ones > 9)
		return 0;
	m = (int)(x >> 40 & 0xff) * 10 + (int)(x >> 48 & 0xff);
	d = tens * 10 + ones;
	x = x * (10 << 8 | 1) >> 8;
	y = (int)(x & 0xff) * 100 + (int)(x >> 16 & 0xff);
	if (y == 0 || m < 1 || m > 12 || d < 1 ||
	    (d > 28 && d > days_in_month(y, m)))
		return 0;
	*day = days_of(y, m, d);
	return 1;
}

/* A row without quotes, by kind of cell: 0, or -1 if a cell is not plain. */
static inline int
load_quick(struct frame *f, const struct row *row)
{
	const struct plan	*plan = f->plan;
	const struct load	*load, *end;
	/* Of their own, for to the compiler a slot might be among them. */
	const uint32_t		*ends = row->ends;
	const char		*base = row->base;
	struct value		*slot = f->slot, *v;
	struct cell		 c;
	int64_t			 day;

	if (plan->number_ways.load(slot, row, plan->quick,
	    plan->upto[LOAD_NUMBER]) == -1)
		return -1;
	load = plan->quick + plan->upto[LOAD_NUMBER];
	for (end = plan->quick + plan->upto[LOAD_TEXT]; load < end; load++) {
		c = cell_between(base, ends + load->cell);
		v = &slot[load->slot];
		v->text = c;
		v->type = c.len == 0 ? TYPE_MISSING : TYPE_TEXT;
	}
	for (end = plan->quick + plan->nload; load < end; load++) {
		c = cell_between(base, ends + load->cell);
		v = &slot[load->slot];
		if (load->kind == LOAD_DATE && read_date(c, &day)) {
			v->n = zone_midnight(load->reading->zone, day);
			v->type = TYPE_TIME;
		} else if (read_cell(f, load->reading, c) != NULL)
			return -1;
	}
	return 0;
}

/*
 * Cell by cell in their order, for the first fault is told.  Apart from what
 * most rows take, which has few registers.
 */
static __attribute__((noinline)) int
load_each(struct frame *f, const struct row *row, struct fault *fault)
{
	const struct load	*load = f->plan->load;
	const struct load	*end = load + f->plan->nload;
	struct value		*v;
	struct cell		 c;
	const char		*why;

	for (; load < end; load++) {
		c = row_cell(row, load->cell);
		v = &f->slot[load->slot];
		if (load->kind == LOAD_NUMBER && c.len > 0 &&
		    num_parse(c.p, c.len, &v->n) == 0)
			v->type = TYPE_NUMBER;
		else if ((why = read_cell(f, load->reading, c)) != NULL)
			return fault_cell(fault, row, load->cell, why);
	}
	return 0;
}

int
frame_load(struct frame *f, const struct row *row, struct fault *fault)
{
	frame_begin(f);
	if (row->noted != NULL) {
		frame_take(f, row);
		return 0;
	}
	f->line = row->line;
	f->quick = !row->quoted && load_quick(f, row) == 0;
	if (!f->quick && load_each(f, row, fault) == -1)
		return -1;
	return f->plan->grown ? trees_find(f, row, fault) : 0;
}

void
frame_load_values(struct frame *f, const struct value *v)
{
	const struct plan	*plan = f->plan;
	size_t			 i;

	frame_begin(f);
	for (i = 0; i < plan->nload; i++)
		f->slot[plan->load[i].slot] = v[plan->load[i].cell];
}

/* ------------------------------------------------------------------- facts */

/* What lets made of the facts before no longer stands. */
static struct value *
tell(struct frame *f, uint32_t slot, enum type type)
{
	struct value	*v = &f->slot[slot];

	f->epoch++;
	v->type = type;
	return v;
}

static void
tell_text(struct frame *f, uint32_t slot, const char *text)
{
	struct value	*v = tell(f, slot, *text == '\0' ? TYPE_MISSING :
			    TYPE_TEXT);

	v->text = cell_str(text);
}

void
frame_tier(struct frame *f, int tier)
{
	const struct policy	*pol = f->plan->pol;

	if (f->plan->tier_slot == NOWHERE)
		return;
	tell_text(f, f->plan->tier_slot, policy_tier(pol, (size_t)tier)->name);
	tell(f, f->plan->vip_slot, TYPE_TRUTH)->n =
	    (size_t)tier + 1 < policy_tiers(pol);
}

void
frame_risk(struct frame *f, const char *level)
{
	if (f->plan->risk_slot != NOWHERE)
		tell_text(f, f->plan->risk_slot, level);
}

void
frame_profile(struct frame *f, const struct statement *st)
{
	const struct plan	*plan = f->plan;
	size_t			 i;

	for (i = 0; i < plan->nprofile; i++)
		if (strcmp(plan->profile[i].name, st->name) == 0)
			tell(f, plan->profile[i].slot, TYPE_TRUTH)->n = 1;
}

void
frame_status(struct frame *f, const char *metric, enum metric_status status)
{
	const struct plan	*plan = f->plan;
	size_t			 i;

	for (i = 0; i < plan->nstatus; i++)
		if (strcmp(plan->status[i].name, metric) == 0)
			tell(f, plan->status[i].slot, TYPE_NUMBER)->n = status;
}

void
frame_suppose(struct frame *f, size_t program, const struct value *v)
{
	f->epoch++;
	f->overflow = 0;
	f->slot[f->plan->program[program].slot] = *v;
}

/* -------------------------------------------------------------- evaluation */

const struct value *
frame_value(struct frame *f, size_t program)
{
	const struct program	*p = &f->plan->program[program];

	if (p->code != NOWHERE)
		(void)frame_run(f, p->code);
	return &f->slot[p->slot];
}

const struct value *
frame_chained(const struct frame *f, size_t program)
{
	return &f->slot[f->plan->program[program].chained];
}

struct value
frame_eval(struct frame *f, size_t program)
{
	return *frame_value(f, program);
}

int
frame_test(struct frame *f, size_t program)
{
	const struct program	*p = &f->plan->program[program];

	return p->test != NOWHERE && frame_run(f, p->test);
}

int
frame_fault(const struct frame *f, struct fault *fault)
{
	if (!f->overflow)
		return 0;
	return fault_set(fault, FAULT_ROW, "a number out of range (%s:%d:%d)",
	    f->plan->file, f->overflow_at.line, f->overflow_at.column);
}
