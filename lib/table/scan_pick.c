/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which scanner: the program is to run on all processors of a kind, and as
 * fast as it can on each.
 */
#include "config.h"

#include <stdlib.h>

#include "base/vip.h"
#include "table/parts.h"

static const struct scanner	 base = { scan_index_base, scan_sweep_base };

#if defined(SCAN_PICK)

static const struct scanner	 avx2 = { scan_index_avx2, scan_sweep_avx2 };
static const struct scanner	 avx512 = {
	scan_index_avx512, scan_sweep_avx512
};

const struct scanner *
scan_pick(size_t i)
{
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi2") && i-- == 0)
		return &avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt") && i-- == 0)
		return &avx2;
	return i == 0 ? &base : NULL;
}

#else

const struct scanner *
scan_pick(size_t i)
{
	return i == 0 ? &base : NULL;
}

#endif

void
scan_index(struct index *ix, const char *p, size_t n, int delimiter)
{
	scan_pick(0)->index(ix, p, n, delimiter);
}

void
scan_sweep(struct sweep *sw, const char *p, size_t n)
{
	scan_pick(0)->sweep(sw, p, n);
}
