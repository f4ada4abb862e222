/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner by AVX2, which most processors have, in a program that runs
 * on all of them.
 */
#include "config.h"

#include <stdlib.h>

#include "base/vip.h"
#include "table/parts.h"

#if defined(__x86_64__) && !defined(SCAN_PORTABLE)

#define SCAN_WIDE	1
#include "table/scan.c"

int
scan_is_wide(void)
{
	return __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

#else

int
scan_is_wide(void)
{
	return 0;
}

void
scan_index_wide(struct index *ix, const char *p, size_t n, int delimiter)
{
	scan_index_base(ix, p, n, delimiter);
}

void
scan_sweep_wide(struct sweep *sw, const char *p, size_t n)
{
	scan_sweep_base(sw, p, n);
}

#endif

void
scan_index(struct index *ix, const char *p, size_t n, int delimiter)
{
	if (scan_is_wide())
		scan_index_wide(ix, p, n, delimiter);
	else
		scan_index_base(ix, p, n, delimiter);
}

void
scan_sweep(struct sweep *sw, const char *p, size_t n)
{
	if (scan_is_wide())
		scan_sweep_wide(sw, p, n);
	else
		scan_sweep_base(sw, p, n);
}
