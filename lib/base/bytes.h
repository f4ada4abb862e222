/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_BYTES_H
#define VIP_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/*
 * Bytes as a number, the first of them the lowest: on any machine, and
 * wherever they lie.
 */
static inline uint64_t
load8(const char *p)
{
	uint64_t	 x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

static inline uint64_t
load4(const char *p)
{
	uint32_t	 x;

	memcpy(&x, p, sizeof(x));
	return le32toh(x);
}

#endif /* VIP_BYTES_H */
