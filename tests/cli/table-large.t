#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables that are large in one way: a cell, a record, a header, lines.  Time
# and memory must be those of the bytes, and memory mostly not even that.
# shellcheck disable=SC2016,SC3045 # texts for sh -c; dash has ulimit -v
. "${srcdir:-.}/tests/tap.sh"

cat >one.vip <<'EOF'
key id
tier gold when v = "gold"
default rest
EOF
added='tier,tier_level,tier_reason'

# Under a limit of address space, where the program can live with one: a
# sanitized one cannot.  Programs and libraries take some 64 MiB of it.
if (ulimit -v 400000 && vip-classify --version) >out 2>&1; then
	limit='ulimit -v'
else
	limit=:
fi

# run seconds MiB file: what vip-classify makes of it is in got, and err.  The
# seconds are of CPU, for others use the machine too.
run() {
	(
		$limit $((($2 + 64) * 1024))
		ulimit -t "$1"
		timeout 120 vip-classify -q -j 1 -p ./one.vip "$3" >got 2>err
	)
}

# repeat text times: the text, so often, by doubling.
repeat() {
	printf '%b' "$1" >unit
	: >repeated
	times=$2
	while [ "$times" -gt 0 ]; do
		[ $((times % 2)) -eq 0 ] || cat unit >>repeated
		cat unit unit >twice
		mv twice unit
		times=$((times / 2))
	done
	cat repeated
}

{ printf 'id,v\n1,'; repeat x 16777216; printf '\n2,y\n'; } >large.csv
is 'a cell of 16 MiB' 0 '' '' run 5 128 large.csv
ok 'passes whole' sh -c \
	'sed "1s/\$/,'$added'/; 2,\$s/\$/,rest,0,/" large.csv | cmp - got'

{ printf 'id,v\n1,"a\n'; repeat '2,bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n' 2097152; } >large.csv
is 'a quote that opens before 64 MiB' 65 '' '' run 10 160 large.csv
is 'is told of where it opens' 0 \
	'vip-classify: large.csv:2:3: a record of more than 67108864 bytes; is the quote here ever closed?\n' \
	'' cat err
ok '--max-record tells of it sooner' sh -c '
	vip-classify -p ./one.vip --max-record 100000 large.csv 2>err
	grep -q "^vip-classify: large.csv:2:3: a record of more than 100000 " err'

{
	printf 'id,v'
	repeat ',c' 999998
	printf '\n1,gold'
	repeat ',1' 999998
	printf '\n'
} >large.csv
is 'a million columns' 0 '' '' run 10 512 large.csv
ok 'pass whole' sh -c \
	'sed "1s/\$/,'$added'/; 2s/\$/,gold,1,/" large.csv |
	tr -d "\n" >want; tr -d "\n" <got | cmp -n "$(wc -c <want)" - want'
sed '2s/,1$//' large.csv >short.csv
is 'or are one short' 65 '' '' run 10 512 short.csv
is 'which is told' 0 \
	'vip-classify: short.csv:2:1: 999999 cells, header has 1000000\n' '' \
	cat err

{ printf 'id,v\n'; awk 'BEGIN { for (i = 1; i <= 2000000; i++) print i ",2" }'; } >large.csv
is 'two million rows, in what their keys take' 0 '' '' run 10 64 large.csv
ok 'all of them' test "$(wc -l <got)" -eq 2000001

{ printf 'id,v\n1,"'; repeat '""' 4194304; printf '"\n2,y\n'; } >large.csv
is '8 MiB of quotes' 0 '' '' run 5 96 large.csv
ok 'pass whole' sh -c \
	'sed "1s/\$/,'$added'/; 2,\$s/\$/,rest,0,/" large.csv | cmp - got'

repeat x 50331648 >large.csv
is 'a header of 48 MiB' 65 '' '' run 5 128 large.csv
is 'is too long' 0 \
	'vip-classify: large.csv:1:1: a record of more than 16777216 bytes\n' \
	'' cat err

{ printf 'id,v\n1,2\n'; repeat '\n' 5000000; printf '3\n'; } >large.csv
is 'five million blank lines' 65 '' '' run 5 64 large.csv
is 'count as lines' 0 \
	'vip-classify: large.csv:5000003:1: 1 cell, header has 2\n' '' cat err
{ printf 'id,v\r1,2\r'; repeat '\r' 20000000; printf '3\r'; } >large.csv
is 'twenty million CRs' 65 '' '' run 5 64 large.csv
is 'too' 0 \
	'vip-classify: large.csv:20000003:1: 1 cell, header has 2\n' '' cat err

{ printf 'id,v\n'; repeat 'C1,5\n' 1000000; } >large.csv
is 'a million rows of one key' 65 '' '' run 20 256 large.csv
is 'are told of once' 0 \
	'vip-classify: large.csv:3:1: id: "C1" is on line 2 already\n' '' \
	cat err
is 'or set aside' 0 '999999 /dev/stdin\n' '' sh -c '
	'"$limit"' $(((256 + 64) * 1024))
	ulimit -t 20
	vip-classify -q -j 1 -p ./one.vip --reject bad.csv large.csv >got
	sed 1d bad.csv | wc -l | sed "s,\$, /dev/stdin,"'

# A policy that ranks reads its rows twice: a file from the disk, a pipe from
# what is kept of it, within --memory.  Keys in no order take their own room.
cat >ranks.vip <<'EOF'
key id
tier gold when rank(v) <= 50 or top(w, 5%)
default rest
EOF
awk 'BEGIN {
	print "id,v,w,name"
	for (i = 1; i <= 400000; i++) {
		n = i * 7919 % 400009	# a prime: every number comes once
		printf "C%06d,%d.%02d,%d,%s: %d and %d\n", n, n * 31 % 99991,
		    n % 100, n * 17 % 65537, "a name that takes room", n, i
	}
}' >large.csv
vip-classify -q -j 1 -p ./ranks.vip large.csv >want
ok 'five in a hundred are gold' test "$(grep -c ',gold,1,' want)" -ge 20000
is '400,000 rows in no order, read twice' 0 '' '' sh -c '
	'"$limit"' $(((16 + 64) * 1024))
	timeout 60 vip-classify -q -j 1 -p ./ranks.vip large.csv | cmp - want'
is 'and from a pipe that is larger than --memory' 0 '' '' sh -c '
	'"$limit"' $(((16 + 64) * 1024))
	cat large.csv | timeout 60 vip-classify -q -j 1 --memory 4M \
	    -p ./ranks.vip | cmp - want'

plan
