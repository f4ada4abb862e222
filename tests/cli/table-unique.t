#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A key that comes twice is found, whether the rows come in the order of the
# keys, out of order from some row on, or from the first; awk says which.
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'END'
key id
tier gold when v > 0
default standard
END

# oracle FILE: line and first line of each key that came before
oracle() {
	awk -F, 'NR > 1 {
		if ($1 in first)
			print NR " " first[$1]
		else
			first[$1] = NR
	}' "$1"
}

# found FILE JOBS: the same by --reject
found() {
	rm -f rejects
	vip-classify -q -p p.vip -j "$2" --reject rejects "$1" >out || exit
	awk -F, 'NR > 1 {
		split($NF, w, " ")
		print $3 " " w[5]
	}' rejects
}

# same TITLE FILE
same() {
	oracle "$2" >want
	for jobs in 1 3; do
		found "$2" $jobs >got
		ok "$1, -j $jobs: $(wc -l <want) times" cmp want got
	done
	# and no row is lost
	ok "$1: all rows" test "$(wc -l <"$2")" -eq \
	    $(($(wc -l <out) + $(wc -l <want)))
}

# keys FROM TO FORMAT
keys() {
	awk -v a="$1" -v b="$2" -v f="$3" 'BEGIN {
		for (i = a; i <= b; i++)
			printf f ",1\n", i
	}'
}

{ echo id,v; keys 1 200000 C%08d; } >up.csv
same 'ascending' up.csv
{ echo id,v; keys 1 200000 %d; } >natural.csv
same 'of growing length' natural.csv
{ cat natural.csv; echo 77,1; keys 199999 200100 %d; } >late.csv
same 'out of order at the end' late.csv
{ echo id,v; echo zzzzzzzzzzz,1; keys 1 120000 C%08d; keys 60000 60010 C%08d
} >early.csv
same 'out of order from the start' early.csv
{ echo id,v; keys 1 70000 C%d; keys 70000 150000 C%d; } >twice.csv
same 'the same key twice in a row' twice.csv
{ echo id,v; keys 90000 90100 %d; keys 1 100000 %d; } >back.csv
same 'back to the start' back.csv
{ echo id,v; echo aaaaaaaaaaaaaaaaaaaaaaaa,1; echo bbbbbbbbbbbbbbbbbbbbbbb,1
	echo aaaaaaaaaaaaaaaaaaaaaaab,1; echo aaaaaaaaaaaaaaaaaaaaaaaa,1
} >long.csv
same 'long keys' long.csv

# Where nothing can be noted on disk, memory does.
mkdir none
oracle late.csv >want
TMPDIR=$PWD/none/nowhere
export TMPDIR
found late.csv 2 >got
ok 'no room for notes' cmp want got
unset TMPDIR

plan
