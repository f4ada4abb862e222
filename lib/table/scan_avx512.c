/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scanner by AVX-512 with VBMI2, which the newer ones have. */
#include "config.h"

#include <stdlib.h>

#include "base/vip.h"
#include "table/parts.h"

#if defined(SCAN_PICK)
#define SCAN_AVX512	1
#include "table/scan.c"
#endif
