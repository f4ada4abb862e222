#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every "$ command" in a display of an EXAMPLES section prints what the page
# says, with nothing on the standard error and status 0.  Lines that follow
# one that ends in "|", "&&" or a backslash belong to the command.  The
# examples of a page run one after the other in a folder that holds copies
# of tests/data and of the files of tests/data/redhill.
. "${srcdir:-.}/tests/tap.sh"

example() {
	(cd page && sh "../$1")
}

for page in "$srcdir"/man/*.[157]; do
	[ -f "$page" ] || continue
	rm -rf page cmd.* out.*
	mkdir page
	cp -R "$srcdir"/tests/data/* "$srcdir"/tests/data/redhill/* page
	chmod -R u+w page
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$page" |
	    sed 's/\\&//g; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\e/\\/g' | awk '
		/^\.Bd/ { shown = 1; n0 = n; more = 0; next }
		/^\.Ed/ { shown = 0 }
		!shown { next }
		/^\$ / {
			sub(/^\$ /, "")
			n++
			printf "" >("out." n)
			more = 1
		}
		more { print >("cmd." n); more = /(\||&&|\\)$/; next }
		n > n0 { print >("out." n) }
	    '
	i=1
	: >none
	while [ -f "cmd.$i" ]; do
		isfile "${page##*/} example $i" 0 "out.$i" none \
		    example "cmd.$i"
		i=$((i + 1))
	done
done

plan
