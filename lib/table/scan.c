/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structure by 64 bytes at a time: a bit for each byte that is a delimiter,
 * a quote or a line end, and quotes paired by a running exclusive or.
 * -DSCAN_PORTABLE leaves out the instructions of the machine.  scan_avx2.c
 * and scan_avx512.c have this file once more, for processors that are wider,
 * and scan_pick.c knows which there are.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#if defined(SCAN_AVX512) || defined(SCAN_AVX2)
#include <immintrin.h>
#elif defined(__SSE2__) && !defined(SCAN_PORTABLE)
#define SCAN_SSE2
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(SCAN_PORTABLE)
#define SCAN_NEON
#include <arm_neon.h>
#endif

#include "base/vip.h"
#include "table/parts.h"

#if defined(SCAN_AVX512)
#define TARGET		__attribute__((target("avx512f,avx512bw," \
			    "avx512vbmi2,bmi,popcnt")))
#define SCAN_INDEX	scan_index_avx512
#define SCAN_SWEEP	scan_sweep_avx512
#define LANES		64
#elif defined(SCAN_AVX2)
#define TARGET		__attribute__((target("avx2,bmi,popcnt")))
#define SCAN_INDEX	scan_index_avx2
#define SCAN_SWEEP	scan_sweep_avx2
#define LANES		32
#else
#define TARGET
#define SCAN_INDEX	scan_index_base
#define SCAN_SWEEP	scan_sweep_base
#define LANES		16
#define SCAN_BASE
#endif

#define CHUNK	64
#define ROOM	(CHUNK + 8)	/* entries that a chunk may take */

/*
 * For each kind of machine: a chunk of bytes, a mask of where a byte is in
 * it, and whether it has a quote, a CR or a NUL, which most have not.
 */
#if defined(SCAN_AVX512)

struct chunk {
	__m512i	 v;
};

static inline TARGET struct chunk
chunk_load(const char *p)
{
	struct chunk	 c = { _mm512_loadu_si512(p) };

	return c;
}

static inline TARGET uint64_t
chunk_find(const struct chunk *c, int byte)
{
	return _mm512_cmpeq_epi8_mask(c->v, _mm512_set1_epi8((char)byte));
}

static inline TARGET int
chunk_is_odd(const struct chunk *c)
{
	return (chunk_find(c, '\0') | chunk_find(c, '"') |
	    chunk_find(c, '\r')) != 0;
}

#elif defined(SCAN_AVX2)

struct chunk {
	__m256i	 v[2];
};

static inline TARGET struct chunk
chunk_load(const char *p)
{
	const __m256i	*v = (const __m256i *)(const void *)p;
	struct chunk	 c;

	c.v[0] = _mm256_loadu_si256(v);
	c.v[1] = _mm256_loadu_si256(v + 1);
	return c;
}

static inline TARGET uint64_t
chunk_find(const struct chunk *c, int byte)
{
	const __m256i	 want = _mm256_set1_epi8((char)byte);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(c->v[0],
	    want)) | (uint64_t)(uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(c->v[1], want)) << 32;
}

/* 255 where one of two bytes in the same place is the one wanted. */
static inline TARGET __m256i
any_of(const struct chunk *c, int byte)
{
	const __m256i	 want = _mm256_set1_epi8((char)byte);

	return _mm256_or_si256(_mm256_cmpeq_epi8(c->v[0], want),
	    _mm256_cmpeq_epi8(c->v[1], want));
}

static inline TARGET int
chunk_is_odd(const struct chunk *c)
{
	const __m256i	 odd = _mm256_or_si256(any_of(c, '\0'),
			    _mm256_or_si256(any_of(c, '"'), any_of(c, '\r')));

	return !_mm256_testz_si256(odd, odd);
}

#elif defined(SCAN_SSE2)

struct chunk {
	__m128i	 v[4];
};

static inline struct chunk
chunk_load(const char *p)
{
	const __m128i	*v = (const __m128i *)(const void *)p;
	struct chunk	 c;

	c.v[0] = _mm_loadu_si128(v);
	c.v[1] = _mm_loadu_si128(v + 1);
	c.v[2] = _mm_loadu_si128(v + 2);
	c.v[3] = _mm_loadu_si128(v + 3);
	return c;
}

static inline uint64_t
find16(__m128i v, __m128i want)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, want));
}

/* No loops: they would not be unrolled at -O2. */
static inline uint64_t
chunk_find(const struct chunk *c, int byte)
{
	const __m128i	 want = _mm_set1_epi8((char)byte);

	return find16(c->v[0], want) | find16(c->v[1], want) << 16 |
	    find16(c->v[2], want) << 32 | find16(c->v[3], want) << 48;
}

/* 255 where one of four bytes in the same place is the one wanted. */
static inline __m128i
any_of(const struct chunk *c, int byte)
{
	const __m128i	 want = _mm_set1_epi8((char)byte);

	return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(c->v[0], want),
	    _mm_cmpeq_epi8(c->v[1], want)), _mm_or_si128(
	    _mm_cmpeq_epi8(c->v[2], want), _mm_cmpeq_epi8(c->v[3], want)));
}

static inline int
chunk_is_odd(const struct chunk *c)
{
	const __m128i	 least = _mm_min_epu8(_mm_min_epu8(c->v[0], c->v[1]),
			    _mm_min_epu8(c->v[2], c->v[3]));
	const __m128i	 nul = _mm_cmpeq_epi8(least, _mm_setzero_si128());

	return _mm_movemask_epi8(_mm_or_si128(nul,
	    _mm_or_si128(any_of(c, '"'), any_of(c, '\r')))) != 0;
}

#elif defined(SCAN_NEON)

struct chunk {
	uint8x16_t	 v[4];
};

static inline struct chunk
chunk_load(const char *p)
{
	struct chunk	 c;
	int		 i;

	for (i = 0; i < 4; i++)
		c.v[i] = vld1q_u8((const uint8_t *)p + 16 * i);
	return c;
}

/* NEON has no movemask: weigh the bytes by their bit and add up by pairs. */
static inline uint64_t
chunk_find(const struct chunk *c, int byte)
{
	static const uint8_t	 weights[16] = {
		1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128
	};
	const uint8x16_t	 weight = vld1q_u8(weights);
	const uint8x16_t	 want = vdupq_n_u8((uint8_t)byte);
	uint8x16_t		 a, b;

	a = vpaddq_u8(vandq_u8(vceqq_u8(c->v[0], want), weight),
	    vandq_u8(vceqq_u8(c->v[1], want), weight));
	b = vpaddq_u8(vandq_u8(vceqq_u8(c->v[2], want), weight),
	    vandq_u8(vceqq_u8(c->v[3], want), weight));
	a = vpaddq_u8(a, b);
	a = vpaddq_u8(a, a);
	return vgetq_lane_u64(vreinterpretq_u64_u8(a), 0);
}

static inline int
chunk_is_odd(const struct chunk *c)
{
	const uint8x16_t	 quote = vdupq_n_u8('"'), cr = vdupq_n_u8('\r');
	uint8x16_t		 odd = vceqzq_u8(vminq_u8(vminq_u8(c->v[0],
				    c->v[1]), vminq_u8(c->v[2], c->v[3])));
	int			 i;

	for (i = 0; i < 4; i++)
		odd = vorrq_u8(odd, vorrq_u8(vceqq_u8(c->v[i], quote),
		    vceqq_u8(c->v[i], cr)));
	return vmaxvq_u8(odd) != 0;
}

#else

#define ONES	0x0101010101010101U
#define LOWS	0x7f7f7f7f7f7f7f7fU

struct chunk {
	uint64_t	 v[8];		/* the first byte is the lowest */
};

static inline struct chunk
chunk_load(const char *p)
{
	struct chunk	 c;

	memcpy(c.v, p, sizeof(c.v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	for (int i = 0; i < 8; i++)
		c.v[i] = __builtin_bswap64(c.v[i]);
#endif
	return c;
}

/* A one in the lowest bit of each byte that is zero. */
static inline uint64_t
zeros(uint64_t w)
{
	return ~(((w & LOWS) + LOWS) | w | LOWS) >> 7;
}

static inline uint64_t
chunk_find(const struct chunk *c, int byte)
{
	const uint64_t	 want = ONES * (uint8_t)byte;
	uint64_t	 mask = 0;
	int		 i;

	/* The product gathers the eight ones in its highest byte. */
	for (i = 0; i < 8; i++)
		mask |= (zeros(c->v[i] ^ want) * 0x0102040810204080U >> 56) <<
		    (8 * i);
	return mask;
}

static inline int
chunk_is_odd(const struct chunk *c)
{
	uint64_t	 odd = 0;
	int		 i;

	for (i = 0; i < 8; i++)
		odd |= zeros(c->v[i]) | zeros(c->v[i] ^ ONES * '"') |
		    zeros(c->v[i] ^ ONES * '\r');
	return odd != 0;
}

#endif

#if !defined(SCAN_BASE)

static inline TARGET unsigned
bits(uint64_t x)
{
	return (unsigned)__builtin_popcountll(x);
}

static inline TARGET uint32_t
lowest(uint64_t x)
{
	return (uint32_t)_tzcnt_u64(x);
}

#else

/* The compiler's own is a call of a function without -mpopcnt. */
static inline unsigned
bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555U;
	x = (x & 0x3333333333333333U) + (x >> 2 & 0x3333333333333333U);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fU;
	return (unsigned)(x * 0x0101010101010101U >> 56);
}

static inline uint32_t
lowest(uint64_t x)
{
	return (uint32_t)__builtin_ctzll(x | UINT64_C(1) << 63);
}

#endif

/* Each bit: the exclusive or of itself and all below it. */
static inline TARGET uint64_t
pair(uint64_t x)
{
	x ^= x << 1;
	x ^= x << 2;
	x ^= x << 4;
	x ^= x << 8;
	x ^= x << 16;
	x ^= x << 32;
	return x;
}

/* The last bytes of a run, followed by bytes that mean nothing. */
static inline TARGET struct chunk
chunk_rest(const char *p, size_t n)
{
	char	 rest[CHUNK];

	memset(rest, 'x', sizeof(rest));
	memcpy(rest, p, n);
	return chunk_load(rest);
}

/* Line ends where there is a CR: one that an LF follows is no second. */
static TARGET size_t
count_lines(const char *p, size_t n, uint64_t after)
{
	struct chunk	 c;
	uint64_t	 lf, cr;
	size_t		 off, lines = 0;

	for (off = 0; off < n; off += CHUNK) {
		if (n - off >= CHUNK)
			c = chunk_load(p + off);
		else
			c = chunk_rest(p + off, n - off);
		lf = chunk_find(&c, '\n');
		cr = chunk_find(&c, '\r');
		lines += bits(cr | (lf & ~(cr << 1 | after)));
		after = cr >> 63;
	}
	return lines;
}

/*
 * Counts only, so without masks: counters of bytes, emptied before they can
 * run over.
 */
#define ROUNDS	255

typedef uint8_t	 lanes __attribute__((vector_size(LANES)));

TARGET void
SCAN_SWEEP(struct sweep *sw, const char *p, size_t n)
{
	lanes	 v, lf, cr, quotes;
	uint8_t	 rest[LANES], odd;
	size_t	 i, rounds, len, lines;
	int	 has_cr;

	for (; n > 0; p += len, n -= len) {
		rounds = n / LANES < ROUNDS ? n / LANES : ROUNDS;
		len = rounds * LANES;
		memset(&lf, 0, sizeof(lf));
		cr = quotes = lf;
		for (i = 0; i < rounds; i++) {
			memcpy(&v, p + i * LANES, LANES);
			lf -= (lanes)(v == '\n');
			cr |= (lanes)(v == '\r');
			quotes ^= (lanes)(v == '"');
		}
		if (rounds < ROUNDS && n > len) {
			memset(rest, 'x', sizeof(rest));
			memcpy(rest, p + len, n - len);
			memcpy(&v, rest, LANES);
			lf -= (lanes)(v == '\n');
			cr |= (lanes)(v == '\r');
			quotes ^= (lanes)(v == '"');
			len = n;
		}
		lines = odd = 0;
		has_cr = 0;
		for (i = 0; i < LANES; i++) {
			lines += lf[i];
			has_cr |= cr[i];
			odd ^= quotes[i];
		}
		if (has_cr)
			lines = count_lines(p, len, sw->after_cr != 0);
		else if (sw->after_cr && *p == '\n')
			lines--;
		sw->lines += lines;
		sw->inside ^= odd & 1;
		sw->after_cr = p[len - 1] == '\r';
	}
}

#if defined(SCAN_BASE)

void
index_clear(struct index *ix)
{
	ix->nends = 0;
	index_room(ix);
	ix->ends[0] = UINT32_MAX;
	ix->nends = 1;
	ix->nrows = 0;
	ix->flags = 0;
	ix->quotes = 0;
	ix->inside = 0;
	ix->bad = SIZE_MAX;
}

void
index_room(struct index *ix)
{
	if (ix->ends_cap - ix->nends < ROOM) {
		ix->ends_cap = ix->ends_cap == 0 ? 4096 : ix->ends_cap * 2;
		ix->ends = xreallocarray(ix->ends, ix->ends_cap,
		    sizeof(*ix->ends));
	}
	if (ix->rows_cap - ix->nrows < ROOM) {
		ix->rows_cap = ix->rows_cap == 0 ? 1024 : ix->rows_cap * 2;
		ix->rows = xreallocarray(ix->rows, ix->rows_cap,
		    sizeof(*ix->rows));
	}
}

void
index_free(struct index *ix)
{
	free(ix->ends);
	free(ix->rows);
	memset(ix, 0, sizeof(*ix));
}

#endif

/* The offsets of ones in a mask; what is written behind them is nothing. */
#if defined(SCAN_AVX512)

/* Sixteen offsets that count from "off", one for each of the bytes. */
static inline TARGET void
put_16(uint32_t *end, __m128i places, __m512i off)
{
	_mm512_storeu_si512(end, _mm512_add_epi32(off,
	    _mm512_cvtepu8_epi32(places)));
}

static inline TARGET size_t
put_ends(uint32_t *end, uint64_t mask, uint32_t off)
{
	static const uint8_t	 numbers[CHUNK] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
		32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
		48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
	};
	const __m512i		 places = _mm512_maskz_compress_epi8(mask,
				    _mm512_loadu_si512(numbers));
	const __m512i		 from = _mm512_set1_epi32((int)off);
	const size_t		 n = bits(mask);

	put_16(end, _mm512_castsi512_si128(places), from);
	if (n > 16)
		put_16(end + 16, _mm512_extracti32x4_epi32(places, 1), from);
	if (n > 32)
		put_16(end + 32, _mm512_extracti32x4_epi32(places, 2), from);
	if (n > 48)
		put_16(end + 48, _mm512_extracti32x4_epi32(places, 3), from);
	return n;
}

#else

static inline TARGET size_t
put_ends(uint32_t *end, uint64_t mask, uint32_t off)
{
	const size_t	 n = bits(mask);
	size_t		 i;

	/* Each eight without a branch, which would often be foretold wrongly. */
	for (i = 0; i < n; i += 8) {
#define PUT(k)	(end[i + (k)] = off + lowest(mask), mask &= mask - 1)
		PUT(0);
		PUT(1);
		PUT(2);
		PUT(3);
		PUT(4);
		PUT(5);
		PUT(6);
		PUT(7);
#undef PUT
	}
	return n;
}

#endif

/*
 * Chunks of bytes that mean what they are, as far as there is room: only
 * delimiters and LFs count.  Returns where they end; *fresh is set if there
 * were any.
 */
static inline TARGET size_t
plain_chunks(struct index *ix, const char *p, size_t off, size_t n,
    int delimiter, uint64_t *fresh)
{
	uint32_t	*end = ix->ends + ix->nends;
	const uint32_t	*end_max = ix->ends + (ix->ends_cap - ROOM);
	struct rowend	*row = ix->rows + ix->nrows;
	const struct rowend *row_max = ix->rows + (ix->rows_cap - ROOM);
	struct chunk	 c;
	uint64_t	 line, sep;

	for (; n - off >= CHUNK && end <= end_max && row <= row_max;
	    off += CHUNK) {
		c = chunk_load(p + off);
		if (chunk_is_odd(&c))
			break;
		line = chunk_find(&c, '\n');
		sep = chunk_find(&c, delimiter) | line;
		*fresh = sep >> 63;
		for (; line != 0; line &= line - 1) {
			row->end = (uint32_t)(end - ix->ends) +
			    bits(sep & (line ^ (line - 1)) >> 1);
			row->flags = 0;
			row++;
		}
		end += put_ends(end, sep, (uint32_t)off);
	}
	ix->nrows = (size_t)(row - ix->rows);
	ix->nends = (size_t)(end - ix->ends);
	return off;
}

TARGET void
SCAN_INDEX(struct index *ix, const char *p, size_t n, int delimiter)
{
	struct chunk	 c;
	struct rowend	*row;
	uint32_t	*end;
	uint64_t	 quote, lf, cr, sep, line, in, open, close, bad;
	uint64_t	 lines, left, bit, valid = UINT64_MAX;
	uint64_t	 inside = 0;	/* all ones: the chunk starts inside */
	uint64_t	 fresh = 1;	/* a quote may open here */
	uint64_t	 closed = 0;	/* the byte before closed a quote */
	uint64_t	 after = 0;	/* the byte before was CR */
	uint32_t	 flags = 0;
	size_t		 off;
	int		 odd;

	index_clear(ix);
	for (off = 0; off < n; off += CHUNK) {
		if ((inside | closed | after | flags) == 0) {
			off = plain_chunks(ix, p, off, n, delimiter, &fresh);
			if (off == n)
				break;
		}
		if (ix->ends_cap - ix->nends < ROOM ||
		    ix->rows_cap - ix->nrows < ROOM)
			index_room(ix);
		if (n - off >= CHUNK)
			c = chunk_load(p + off);
		else {
			c = chunk_rest(p + off, n - off);
			valid = UINT64_MAX >> (CHUNK - (n - off));
		}
		lf = chunk_find(&c, '\n');
		/* What follows the last bytes may be the delimiter. */
		sep = (chunk_find(&c, delimiter) & valid) | lf;
		odd = chunk_is_odd(&c);
		cr = chunk_find(&c, '\r');
		line = lf | cr;
		sep |= cr;
		quote = lines = bad = 0;
		if (odd || (inside | closed) != 0) {
			ix->quotes = 1;
			quote = chunk_find(&c, '"');
			in = pair(quote) ^ inside;
			inside = 0 - (in >> 63);
			open = quote & in;
			close = quote & ~in;
			lines = line & in;
			line &= ~in;
			sep &= ~in;
			/*
			 * A quote opens at the start of a cell or, the second
			 * of two, after one that closed; what closes is at
			 * the end of a cell or the first of two.
			 */
			bad = open & ~((sep | close) << 1 | fresh);
			bad |= (close << 1 | closed) & ~(sep | open);
			bad |= chunk_find(&c, '\0');
			fresh = (sep | close) >> 63;
			closed = close >> 63;
		} else
			fresh = sep >> 63;
		if ((bad &= valid) != 0) {
			valid = (bad & -bad) - 1;
			ix->bad = off + (size_t)__builtin_ctzll(bad);
			line &= valid;
			sep &= valid;
		}

		/* Of CR and LF the first is the record's end. */
		if ((cr | after) != 0) {
			line &= ~(lf & (cr << 1 | after));
			after = cr >> 63;
		}
		end = ix->ends + ix->nends;
		row = ix->rows + ix->nrows;
		if ((quote | lines | flags) == 0)
			for (; line != 0; line &= line - 1) {
				bit = line & -line;
				row->end = (uint32_t)ix->nends +
				    bits(sep & (bit - 1));
				row->flags = 0;
				row++;
			}
		else {
			left = UINT64_MAX;
			for (; line != 0; line &= line - 1) {
				bit = line & -line;
				row->end = (uint32_t)ix->nends +
				    bits(sep & (bit - 1));
				left &= bit - 1;
				if (quote & left)
					flags |= ROW_QUOTED;
				if (lines & left)
					flags |= ROW_LINES;
				row->flags = flags;
				row++;
				flags = 0;
				left = ~(bit | (bit - 1));
			}
			if (quote & left)
				flags |= ROW_QUOTED;
			if (lines & left)
				flags |= ROW_LINES;
		}
		ix->nrows = (size_t)(row - ix->rows);
		for (; sep != 0; sep &= sep - 1)
			*end++ = (uint32_t)off +
			    (uint32_t)__builtin_ctzll(sep);
		ix->nends = (size_t)(end - ix->ends);
		if (bad != 0)
			break;
	}
	ix->flags = flags;
	ix->inside = inside != 0 && ix->bad == SIZE_MAX;
}
