/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/*
 * Numbers as if by chance, the same in every run: a test sets the seed, and
 * all that follows hangs on that.  The generator is that of MMIX; its low
 * bits are poor, and are not handed out.
 */
static uint64_t	 seed;

static inline uint64_t
random_step(void)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return seed;
}

/* From 0 to n - 1, n at most 2^31. */
static inline unsigned
below(unsigned n)
{
	return (unsigned)(random_step() >> 33) % n;
}

/* The same for what needs more bits: n at most 2^40. */
static inline int64_t
draw(int64_t n)
{
	return (int64_t)(random_step() >> 24) % n;
}

/* From 0 on, less than 1. */
static inline double
chance(void)
{
	return (double)(random_step() >> 11) / 9007199254740992.0;
}

#endif /* RANDOM_H */
