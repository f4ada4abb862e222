#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The harness itself: each way to fail is told, and nothing else is.
. "${srcdir:-.}/tests/tap.sh"

# Run a line as a test of its own; print its results without the diffs.
# shellcheck disable=SC2016 # the text is the other test's
run() {
	printf '. "$srcdir/tests/tap.sh"\n%s\nplan\n' "$1" >one.t
	sh one.t | grep -v '^#'
}

is 'all as wanted' 0 'ok 1 - t\n1..1\n' '' \
	run "is t 3 'a\\n' 'b\\n' sh -c 'echo a; echo b >&2; exit 3'"
is 'wrong status' 0 'not ok 1 - t\n1..1\n' '' \
	run "is t 0 '' '' sh -c 'exit 3'"
is 'wrong output' 0 'not ok 1 - t\n1..1\n' '' \
	run "is t 0 'a' '' echo a"
is 'wrong message' 0 'not ok 1 - t\n1..1\n' '' \
	run "is t 0 '' '' sh -c 'echo b >&2'"
is 'no such command' 0 'not ok 1 - t\n1..1\n' '' \
	run 'ok t ./none'
is 'a case left out' 0 'ok 1 - t # SKIP no moon\n1..1\n' '' \
	run "skip t 'no moon'"
is 'no case at all' 0 '1..0 # SKIP nothing to test\n' '' run ''
is 'numbers go on' 0 'ok 1 - a\nok 2 - b\n1..2\n' '' \
	run 'ok a true; ok b true'

printf 'one\ntwo' >in
is 'the file "in" is the input' 0 'one\ntwo' '' cat
is 'bytes are compared' 0 'a\0000b\\c' '' printf 'a\000b\\c'

plan
