#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every "$ command" in a display of README, or of an EXAMPLES section of the
# manual, prints what is shown there, with nothing on the standard error and
# status 0.  Lines that follow one that ends in "|", "&&" or a backslash
# belong to the command, and so does a here-document.  The examples of a
# page run one after the other in a folder that holds copies of tests/data
# and of the files of tests/data/redhill.
. "${srcdir:-.}/tests/tap.sh"

PATH=$PATH:$srcdir/scripts	# vip-weekly
example() {
	(cd page && sh "../$1")
}

# The displays of a page as they are printed, each after a line ".Bd".
displays() {
	case $1 in
	*.[157])
		sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$1" |
		    sed 's/\\&//g; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\e/\\/g'
		;;
	*)	# What a tab indents; an empty line may stand in between.
		awk '
		/^\t/ {
			if (!shown)
				print ".Bd"
			for (shown = 1; empty > 0; empty--)
				print ""
			print substr($0, 2)
			next
		}
		shown && /^$/ { empty++; next }
		shown { print ".Ed"; shown = empty = 0 }
		' "$1"
		;;
	esac
}

for page in "$srcdir"/README "$srcdir"/man/*.[157]; do
	[ -f "$page" ] || continue
	rm -rf page cmd.* out.*
	mkdir page
	cp -R "$srcdir"/tests/data/* "$srcdir"/tests/data/redhill/* page
	chmod -R u+w page
	displays "$page" | awk '
		word != "" {
			print >("cmd." n)
			if ($0 == word)
				word = ""
			next
		}
		/^\.Bd/ { shown = 1; n0 = n; more = 0; next }
		/^\.Ed/ { shown = 0 }
		!shown { next }
		/^\$ / {
			sub(/^\$ /, "")
			n++
			printf "" >("out." n)
			more = 1
		}
		more {
			print >("cmd." n)
			more = /(\||&&|\\)$/
			if (match($0, /<<.?[A-Z]+/)) {
				word = substr($0, RSTART + 2, RLENGTH - 2)
				sub(/^[^A-Z]/, "", word)
			}
			next
		}
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
