#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each parser still holds what its fuzzer asserts on every input of its
# corpus, among them all that once broke it.
. "${srcdir:-.}/tests/tap.sh"

for corpus in "$srcdir"/tests/fuzz/corpus/*; do
	name=${corpus##*/}
	if [ -x "$builddir/tests/fuzz/$name" ]; then
		ok "$name" "$builddir/tests/fuzz/$name" "$corpus"/*
	else
		skip "$name" 'not built here; "make check" builds it'
	fi
done

plan
