#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example data is what its script makes, on this machine's awk too, and
# has in it what real exports have.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data/redhill
"$srcdir/scripts/gen-redhill" made

for file in agents.csv customers.csv orders.csv tickets.csv; do
	ok "$file comes from its script" cmp "$data/$file" "made/$file"
done
is 'a byte-order mark' 0 '\0357\0273\0277' '' \
	head -c 3 "$data/customers.csv"
is 'CRLF on every line' 0 '0\n' '' \
	awk '!/\r$/ { n++ } END { print n + 0 }' "$data/tickets.csv"
ok 'quoted commas' grep -q '"[^",]*,[^",]*"' "$data/customers.csv"
ok 'doubled quotes' grep -q '""' "$data/orders.csv"
ok 'empty cells' grep -q ',,' "$data/customers.csv"
ok 'names in Chinese, Japanese and Korean' \
	sh -c "grep -q '王小明' '$data/customers.csv' &&
	    grep -q '鈴木' '$data/customers.csv' &&
	    grep -q '김민준' '$data/customers.csv'"
ok 'orders of several lines' \
	sh -c "cut -d, -f1 '$data/orders.csv' | uniq -d | grep -q RH-"

plan
