/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes are a policy or are told of as none; and what vip-policy show
 * writes is a policy that it writes the same.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static FILE	*out;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy	*p, *q;
	struct buf	 a = { 0 }, b = { 0 };
	int		 warnings;

	if (out == NULL && (out = fopen("/dev/null", "w")) == NULL)
		abort();
	p = policy_parse(size == 0 ? "" : (const char *)data, size, "fuzz",
	    out, &warnings);
	if (p == NULL)
		return 0;
	policy_show(p, &a);
	if (a.len > 1 << 19) {
		policy_free(p);
		buf_free(&a);
		return 0;
	}
	q = policy_parse(a.len == 0 ? "" : a.p, a.len, "shown", stderr,
	    &warnings);
	if (q == NULL)
		abort();
	policy_show(q, &b);
	if (a.len != b.len || (a.len > 0 && memcmp(a.p, b.p, a.len) != 0)) {
		fwrite(a.p, 1, a.len, stderr);
		fputs("----\n", stderr);
		fwrite(b.p, 1, b.len, stderr);
		abort();
	}
	buf_free(&a);
	buf_free(&b);
	policy_free(p);
	policy_free(q);
	return 0;
}
