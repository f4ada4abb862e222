/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scanner by AVX2, which most processors have. */
#include "config.h"

#include <stdlib.h>

#include "base/vip.h"
#include "table/parts.h"

#if defined(SCAN_PICK)
#define SCAN_AVX2	1
#include "table/scan.c"
#endif
