#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A sample of scripts/faults-alloc, which is for long runs.
. "${srcdir:-.}/tests/tap.sh"

# Sanitizers have an allocator of their own.
if ! have cc || ldd "$(command -v vip-diff)" | grep -q 'lib[a-z]*san'; then
	skip 'where memory ends' 'no compiler, or sanitizers'
else
	is 'where memory ends' 0 '30 runs, 0 failed\n' '' \
		"$srcdir/scripts/faults-alloc" -n 3 vip-classify vip-risk
fi

plan
