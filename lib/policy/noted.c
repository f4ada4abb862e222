/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one pass over the rows notes of the cells that it has read, so that
 * the next need not read them again: 32 bits each, in the order of the quick
 * loads.
 *
 * Of a number a count, and in three bits below it of what, as its decimals
 * have it; of a text where it lies in the row and how long it is; of a time
 * the seconds since 2020.
 */
#include "config.h"

#include "policy/program.h"

#define NOTE_EPOCH	((when)1577836800)

const int32_t	 note_unit[8] = {
	NUM_ONE, 1, 10, 100, 1000, 10000, 100000, 0
};

size_t
plan_notes(const struct plan *plan)
{
	size_t	 i;

	if (plan->ntree > 0)		/* they ask for lines and keys */
		return 0;
	/* What a map gives lies elsewhere than in the row. */
	for (i = 0; i < plan->nload; i++)
		if (plan->load[i].reading->map != NULL &&
		    plan->load[i].reading->type == TYPE_TEXT)
			return 0;
	return plan->nload;
}

int32_t
note_number(const struct value *v)
{
	static const int	 units[] = { 5, 0, 4, 1 };	/* cents first */
	const int64_t		 most = INT32_MAX >> NOTE_UNIT;
	int64_t			 count;
	size_t			 i;

	if (v->type == TYPE_MISSING)
		return NOTE_NONE;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		count = v->n / note_unit[units[i]];
		if (count * note_unit[units[i]] == v->n && count >= -most &&
		    count <= most)
			return (int32_t)(count * (1 << NOTE_UNIT) + units[i]);
	}
	return NOTE_OTHER;
}

static int32_t
note_cell(const struct value *v, const struct row *row)
{
	size_t	 at;
	when	 t;

	switch (v->type) {
	case TYPE_MISSING:
		return NOTE_NONE;
	case TYPE_NUMBER:
		return note_number(v);
	case TYPE_TEXT:
		at = (size_t)(v->text.p - row->raw);
		if (at > row->len || row->len > INT16_MAX)
			return NOTE_OTHER;	/* it does not lie there */
		return (int32_t)(at << 16 | v->text.len);
	case TYPE_TIME:
		t = v->n - NOTE_EPOCH;
		return t <= NOTE_OTHER || t > INT32_MAX ? NOTE_OTHER :
		    (int32_t)t;
	default:
		return (int32_t)v->n;		/* a truth */
	}
}

int
frame_note(const struct frame *f, const struct row *row)
{
	const struct plan	*plan = f->plan;
	int32_t			*note = row->notes;
	size_t			 i, numbers = plan->upto[LOAD_NUMBER];

	if (note == NULL)
		return ROW_OK;
	/* A quick load notes numbers as it reads them. */
	for (i = f->quick ? numbers : 0; i < plan->nload; i++)
		note[i] = note_cell(&f->slot[plan->quick[i].slot], row);
	for (i = 0; i < plan->nload; i++)
		if (note[i] == NOTE_OTHER)
			return ROW_OK;
	return ROW_NOTED;
}

static void
take_cell(struct frame *f, const struct load *load, int32_t note,
    const struct row *row)
{
	struct value	*v = &f->slot[load->slot];

	v->type = note == NOTE_NONE ? TYPE_MISSING : load->type;
	switch (v->type) {
	case TYPE_NUMBER:
		take_numbers(f->slot, &note, load, 1);
		break;
	case TYPE_TEXT:
		v->text.p = row->raw + (note >> 16);
		v->text.len = (uint16_t)note;
		break;
	case TYPE_TIME:
		v->n = note + NOTE_EPOCH;
		break;
	default:
		v->n = note;
		break;
	}
}

void
frame_take(struct frame *f, const struct row *row)
{
	const struct plan	*plan = f->plan;
	size_t			 i, numbers = plan->upto[LOAD_NUMBER];

	plan->number_ways.take(f->slot, row->noted, plan->quick, numbers);
	for (i = numbers; i < plan->nload; i++)
		take_cell(f, &plan->quick[i], row->noted[i], row);
}
