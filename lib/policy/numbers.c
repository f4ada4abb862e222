/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number cells of a row without quotes, as they are read or as they were
 * noted: most of what there is, and where the processor has AVX2 four at a
 * time.
 */
#include "config.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define NUMBERS_AVX2
#endif

#include "policy/program.h"

/* The i-th of the numbers of a row. */
static inline int
load_number(struct value *slot, const struct row *row,
    const struct load *load, size_t i)
{
	const struct cell	 c = row_raw_cell(row, load[i].cell);
	struct value		*v = &slot[load[i].slot];

	v->type = TYPE_MISSING;
	if (c.len > 0) {
		if (num_parse_in(c.p, c.len, &v->n, row->raw) == -1)
			return -1;
		v->type = TYPE_NUMBER;
	}
	if (row->notes != NULL)
		row->notes[i] = note_number(v);
	return 0;
}

int
load_numbers(struct value *slot, const struct row *row,
    const struct load *load, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (load_number(slot, row, load, i) == -1)
			return -1;
	return 0;
}

void
take_numbers(struct value *slot, const int32_t *note, const struct load *load,
    size_t n)
{
	struct value	*v;

	for (; n > 0; n--, load++, note++) {
		v = &slot[load->slot];
		v->n = (int64_t)(*note >> NOTE_UNIT) *
		    note_unit[*note & ((1 << NOTE_UNIT) - 1)];
		v->type = *note == NOTE_NONE ? TYPE_MISSING : TYPE_NUMBER;
	}
}

#if defined(NUMBERS_AVX2)

_Static_assert(TYPE_MISSING == 0 && offsetof(struct value, type) == 0 &&
    offsetof(struct value, n) == sizeof(int64_t), "a number is two words");

#define FOUR		4
#define TARGET		__attribute__((target("avx2")))

static inline TARGET __m256i
bytes8(const char *a, const char *b, const char *c, const char *d)
{
	int64_t	 x[FOUR];

	memcpy(&x[0], a, sizeof(x[0]));
	memcpy(&x[1], b, sizeof(x[1]));
	memcpy(&x[2], c, sizeof(x[2]));
	memcpy(&x[3], d, sizeof(x[3]));
	return _mm256_set_epi64x(x[3], x[2], x[1], x[0]);
}

/* Numbers into their slots, but for those that are missing. */
static inline TARGET void
put_numbers(struct value *slot, const struct load *load, __m256i n,
    __m256i missing)
{
	const __m256i	 type = _mm256_andnot_si256(missing,
			    _mm256_set1_epi64x(TYPE_NUMBER));
	const __m256i	 even = _mm256_unpacklo_epi64(type, n);
	const __m256i	 odd = _mm256_unpackhi_epi64(type, n);

	_mm_storeu_si128((__m128i *)(void *)&slot[load[0].slot],
	    _mm256_castsi256_si128(even));
	_mm_storeu_si128((__m128i *)(void *)&slot[load[1].slot],
	    _mm256_castsi256_si128(odd));
	_mm_storeu_si128((__m128i *)(void *)&slot[load[2].slot],
	    _mm256_extracti128_si256(even, 1));
	_mm_storeu_si128((__m128i *)(void *)&slot[load[3].slot],
	    _mm256_extracti128_si256(odd, 1));
}

/*
 * num_word() of four words, and their notes.  Returns a bit for each that it
 * could read; of one that has no bytes it reads 0.
 */
static inline TARGET unsigned
num_words(__m256i x, __m256i len, __m256i *out, __m128i *notes)
{
	const __m256i	 zero = _mm256_setzero_si256();
	const __m256i	 ones = _mm256_cmpeq_epi8(zero, zero);
	const __m256i	 bits = _mm256_set1_epi8(1);
	/* Of so many bytes below the point; of the first there is none. */
	const __m256i	 unit = _mm256_loadu_si256(
	    (const __m256i *)(const void *)note_unit);
	const __m256i	 low = _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0);
	__m256i		 shift, point, at, below, bad, n, note;

	/* The last byte is the highest; those that are not of it are 0. */
	shift = _mm256_sub_epi64(_mm256_set1_epi64x(64),
	    _mm256_slli_epi64(len, 3));
	x = _mm256_xor_si256(x, _mm256_set1_epi8('0'));
	x = _mm256_sllv_epi64(_mm256_srlv_epi64(x, shift), shift);

	point = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('.' ^ '0'));
	bad = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(9)), x);
	bad = _mm256_andnot_si256(_mm256_or_si256(bad, point), ones);
	/* One point, and neither the last byte nor behind it seven. */
	at = _mm256_and_si256(point, bits);
	below = _mm256_add_epi64(at, ones);
	bad = _mm256_or_si256(bad, _mm256_and_si256(at, below));
	bad = _mm256_or_si256(bad, _mm256_and_si256(at,
	    _mm256_set1_epi64x(INT64_C(0x0100000000000001))));
	bad = _mm256_or_si256(bad,
	    _mm256_cmpgt_epi64(len, _mm256_set1_epi64x(8)));
	below = _mm256_andnot_si256(_mm256_cmpeq_epi64(at, zero), below);

	x = _mm256_andnot_si256(point, x);
	x = _mm256_or_si256(_mm256_andnot_si256(below, x),
	    _mm256_slli_epi64(_mm256_and_si256(below, x), 8));
	x = _mm256_maddubs_epi16(x, _mm256_set1_epi16(1 << 8 | 10));
	x = _mm256_madd_epi16(x, _mm256_set1_epi32(1 << 16 | 100));
	n = _mm256_add_epi64(_mm256_mul_epu32(x, _mm256_set1_epi64x(10000)),
	    _mm256_srli_epi64(x, 32));
	below = _mm256_sad_epu8(_mm256_and_si256(below, bits), zero);
	note = _mm256_or_si256(_mm256_slli_epi64(n, NOTE_UNIT), below);
	note = _mm256_blendv_epi8(note, _mm256_set1_epi64x(NOTE_NONE),
	    _mm256_cmpeq_epi64(len, zero));
	*notes = _mm256_castsi256_si128(
	    _mm256_permutevar8x32_epi32(note, low));
	*out = _mm256_mul_epu32(n, _mm256_permutevar8x32_epi32(unit, below));
	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(
	    _mm256_cmpeq_epi64(bad, zero)));
}

TARGET int
load_numbers_avx2(struct value *slot, const struct row *row,
    const struct load *load, size_t n)
{
	/* Of their own, for to the compiler a slot might be among them. */
	const uint32_t	*ends = row->ends;
	const char	*base = row->base, *raw = row->raw;
	int32_t		*note = row->notes;
	struct cell	 c[FOUR];
	__m256i		 x, len;
	__m128i		 notes;
	unsigned	 good, k;
	size_t		 i = 0;

	while (i < n) {
		/* Eight bytes before its end may lie before the row. */
		if (n - i < FOUR || base + ends[load[i].cell] - raw < 8) {
			if (load_number(slot, row, load, i) == -1)
				return -1;
			i++;
			continue;
		}
		/* Four times over, so that these are no arrays. */
#pragma GCC unroll 4
		for (k = 0; k < FOUR; k++)
			c[k] = cell_between(base, ends + load[i + k].cell);
		len = _mm256_set_epi64x((int64_t)c[3].len,
		    (int64_t)c[2].len, (int64_t)c[1].len, (int64_t)c[0].len);
		good = num_words(bytes8(c[0].p + c[0].len - 8,
		    c[1].p + c[1].len - 8, c[2].p + c[2].len - 8,
		    c[3].p + c[3].len - 8), len, &x, &notes);
		put_numbers(slot, load + i, x, _mm256_cmpeq_epi64(len,
		    _mm256_setzero_si256()));
		if (note != NULL)
			_mm_storeu_si128((__m128i *)(void *)(note + i), notes);
		for (k = 0; good != (1 << FOUR) - 1 && k < FOUR; k++)
			if ((good >> k & 1) == 0 &&
			    load_number(slot, row, load, i + k) == -1)
				return -1;
		i += FOUR;
	}
	return 0;
}

TARGET void
take_numbers_avx2(struct value *slot, const int32_t *note,
    const struct load *load, size_t n)
{
	const __m256i	 units = _mm256_loadu_si256(
	    (const __m256i *)(const void *)note_unit);
	__m256i		 x, unit;

	for (; n >= FOUR; load += FOUR, note += FOUR, n -= FOUR) {
		x = _mm256_cvtepi32_epi64(_mm_loadu_si128(
		    (const __m128i *)(const void *)note));
		unit = _mm256_permutevar8x32_epi32(units, x);
		put_numbers(slot, load, _mm256_mul_epi32(
		    _mm256_srai_epi32(x, NOTE_UNIT), unit),
		    _mm256_cmpeq_epi64(x, _mm256_set1_epi64x(NOTE_NONE)));
	}
	take_numbers(slot, note, load, n);
}

#endif

struct number_ways
number_ways(void)
{
	struct number_ways	 ways = { load_numbers, take_numbers };

#if defined(NUMBERS_AVX2)
	if (__builtin_cpu_supports("avx2")) {
		ways.load = load_numbers_avx2;
		ways.take = take_numbers_avx2;
	}
#endif
	return ways;
}
