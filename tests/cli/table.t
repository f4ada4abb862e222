#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every filter does with the bytes of a table, by way of vip-classify:
# CONTRACT.md, "Common to all", and the faults of CSV.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >one.vip <<'EOF'
tier gold when spend >= 100
default rest
EOF
classify() {
	vip-classify -p ./one.vip "$@"
}
new=tier,tier_level,tier_reason

# Bytes.
printf '\357\273\277id,customer_id,spend\r\n\r\n"x,\n""y""", C1 ,"100"\r\n\n\377,C2,3\n,C3,4' >in
is 'a row passes byte for byte' 0 \
	"id,customer_id,spend,$new\r\n\"x,\n\"\"y\"\"\", C1 ,\"100\",gold,1,spend 100 >= 100\r\n\0377,C2,3,rest,0,\n,C3,4,rest,0,\r\n" \
	'' classify
printf 'customer_id\tspend\nC1\t100\n' >in
is 'a tab is found' 0 \
	'customer_id\tspend\ttier\ttier_level\ttier_reason\nC1\t100\tgold\t1\tspend 100 >= 100\n' \
	'' classify
is '--to csv' 0 "customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n" '' \
	classify --to csv
printf 'customer_id;spend;a,b\nC1;100;"x"\n' >in
is 'a semicolon is found' 0 \
	'customer_id;spend;a,b;tier;tier_level;tier_reason\nC1;100;"x";gold;1;spend 100 >= 100\n' \
	'' classify
is '--spreadsheet' 0 \
	'\0357\0273\0277customer_id;spend;a,b;tier;tier_level;tier_reason\r\nC1;100;x;gold;1;spend 100 >= 100\r\n' \
	'' classify --spreadsheet
is '-d says it' 65 '' \
	'vip-classify: stdin:1: no column "spend", which ./one.vip:1:16 needs; the header has "customer_id;spend;a", "b"\n' \
	sh -c 'vip-classify -d , -p ./one.vip'
printf 'customer_idxspend\nC1x100' >in
is '-d, a letter, and no line end' 0 \
	'customer_idxspendxtierxtier_levelxtier_reason\nC1x100xgoldx1xspend 100 >= 100\n' \
	'' classify -d x
printf 'tier,customer_id,spend\nsilver,C1,100\n' >in
classify <in >once.csv
is 'a column that is there is replaced' 0 \
	'tier,customer_id,spend,tier_level,tier_reason\ngold,C1,100,1,spend 100 >= 100\n' \
	'' classify
ok 'a second run changes nothing' sh -c \
	'vip-classify -p ./one.vip once.csv | cmp - once.csv'

# Packed, encoded.
printf 'customer_id,spend\nC1,100\nC2,3\n' >plain.csv
classify plain.csv >want.csv
for packer in gzip xz zstd; do
	if have $packer; then
		$packer -c <plain.csv >packed
		ok "$packer is read as it is" sh -c \
			'vip-classify -p ./one.vip packed | cmp - want.csv &&
			cat packed | vip-classify -p ./one.vip | cmp - want.csv'
	else
		skip "$packer is read as it is" 'not on this machine'
	fi
done
printf '\377\376c\0u\0s\0t\0o\0m\0e\0r\0_\0i\0d\0,\0s\0p\0e\0n\0d\0\n\0\213s,\0' >in
printf '1\0\n\0' >>in
is 'UTF-16 with a mark' 0 \
	"customer_id,spend,$new\n\0347\0216\0213,1,rest,0,\n" '' classify
printf 'c\0u\0s\0t\0' >in
is 'UTF-16 without one' 65 '' \
	'vip-classify: stdin:1:2: this is UTF-16LE without a mark; use --encoding UTF-16LE\n' \
	classify
printf 'customer_id,spend\n\351,1\n' >in
is '--encoding' 0 "customer_id,spend,$new\n\0303\0251,1,rest,0,\n" '' \
	classify --encoding LATIN1
is 'an encoding that there is not' 64 '' \
	'vip-classify: there is no encoding "KLINGON"\n' \
	classify --encoding KLINGON

# Faults, with their places, and nothing after them.
printf 'customer_id,spend\nC1,100\nC2\nC3,4\n' >in
is 'a short row' 65 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n" \
	'vip-classify: stdin:3:1: 1 cell, header has 2\n' classify
printf 'customer_id,spend\nC1,100\n"C\n2","12,5O"\nC3,4\n' >bad.csv
is 'a cell that is no number' 65 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n" \
	'vip-classify: bad.csv:4:4: spend: "12,5O" is not a number\n' \
	classify bad.csv
is 'with -o no file is left' 65 '' \
	'vip-classify: bad.csv:4:4: spend: "12,5O" is not a number\n' \
	sh -c 'vip-classify -p ./one.vip -o out.csv bad.csv; s=$?
	ls -A | grep -e out -e "[.]vip-"; exit $s'
printf 'customer_id,spend\nC1,100\n"C2"x,3\n' >in
is 'text after a quote' 65 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n" \
	'vip-classify: stdin:3:5: customer_id: text after a closing quote, in the record that begins on line 3\n' \
	classify
printf 'customer_id,spend\nC1,100\n5" disk,3\n' >in
is 'a quote in an unquoted cell' 65 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n" \
	'vip-classify: stdin:3:2: customer_id: a quote inside an unquoted cell\n' \
	classify
is '--lax-quotes takes it' 0 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\n5\" disk,3,rest,0,\n" \
	'' classify --lax-quotes
printf 'customer_id,spend\nC1,12\0004\n' >in
is 'a NUL' 65 "customer_id,spend,$new\n" \
	'vip-classify: stdin:2:6: spend: a NUL byte\n' classify
printf 'customer_id,spend\nC1,1\nC1,2\n' >in
is 'a key twice' 65 \
	"customer_id,spend,$new\nC1,1,rest,0,\n" \
	'vip-classify: stdin:3:1: customer_id: "C1" is on line 2 already\n' \
	classify
printf 'customer_id,spend,spend\n' >in
is 'a name twice' 65 '' \
	'vip-classify: stdin:1:19: the header has "spend" twice, as fields 2 and 3\n' \
	classify
printf 'customer_id,\033[2Jspnd\n' >in
is 'a name that is not there' 65 '' \
	'vip-classify: stdin:1: no column "spend", which ./one.vip:1:16 needs; the header has "customer_id", "\\x1b[2Jspnd"\n' \
	classify
printf 'customer_id,spend_30d\n' >in
is 'a near one' 65 '' \
	'vip-classify: stdin:1: no column "spend", which ./one.vip:1:16 needs; the header has "customer_id", "spend_30d"\n' \
	classify
printf 'id,money\nC1,100\n' >in
is '--map' 0 "id,money,$new\nC1,100,gold,1,spend 100 >= 100\n" '' \
	classify --map customer_id=id --map spend=money
: >in

# Rows set aside.
printf 'customer_id,spend\nC1,100\nC2,x\nC3\nC1,7\n,8\nC4,5\n' >bad.csv
is '--reject goes on' 0 \
	"customer_id,spend,$new\nC1,100,gold,1,spend 100 >= 100\nC4,5,rest,0,\n" \
	'vip-classify: 4 rows set aside in rejects.csv\n' \
	classify --reject rejects.csv bad.csv
is 'and says why' 0 \
	'customer_id,spend,reject_line,reject_column,reject_reason\nC2,x,3,spend,"""x"" is not a number"\nC3,,4,,"1 cell, header has 2"\nC1,7,5,customer_id,"""C1"" is on line 2 already"\n,8,6,customer_id,is empty\n' \
	'' cat rejects.csv
sed 's/gold when.*/gold when rank(spend) <= 1/' one.vip >rank.vip
is 'in two passes each once' 0 '' \
	'vip-classify: 4 rows set aside in again.csv\n' \
	sh -c 'vip-classify -p ./rank.vip --reject again.csv bad.csv >out'
ok 'the same ones' cmp rejects.csv again.csv
ok 'and from a pipe' sh -c \
	'cat bad.csv | vip-classify -q -p ./rank.vip --reject again.csv |
	cmp - out && cmp rejects.csv again.csv'
is '--reject of rejects keeps three columns' 0 \
	'customer_id,spend,reject_line,reject_column,reject_reason\nC2,x,2,spend,"""x"" is not a number"\n' '' \
	sh -c 'head -2 rejects.csv >r.csv
	vip-classify -q -p ./one.vip --reject rr.csv r.csv >out; cat rr.csv'
is '--reject and -o are not one file' 64 \
	'' 'vip-classify: x.csv: is both -o and --reject\n' \
	vip-classify -p ./one.vip --reject x.csv -o ./x.csv bad.csv
is '--reject is not the input' 64 \
	'' 'vip-classify: bad.csv: is both --reject and an input\n' \
	vip-classify -p ./one.vip --reject bad.csv bad.csv
is 'nor the standard input' 64 \
	'' 'vip-classify: stdin is both --reject and an input\n' \
	sh -c 'vip-classify -p ./one.vip --reject bad.csv <bad.csv'
is 'nor the policy' 64 \
	'' 'vip-classify: ./one.vip: is both --reject and the policy\n' \
	vip-classify -p ./one.vip --reject one.vip bad.csv
ln -s bad.csv link.csv
is 'nor what a link leads to' 64 \
	'' 'vip-classify: bad.csv: is both --reject and an input\n' \
	vip-classify -p ./one.vip --reject link.csv bad.csv
is 'cuts are not the input' 64 \
	'' 'vip-classify: bad.csv: is both --cuts-out and an input\n' \
	vip-classify -p ./one.vip --cuts-out bad.csv bad.csv
is 'nor -o' 64 '' 'vip-classify: ./cuts: is both -o and --cuts-out\n' \
	vip-classify -p ./one.vip --cuts-out ./cuts -o cuts bad.csv
cp bad.csv two.csv
ln -s target dangling
is 'nor what is not there yet' 64 \
	'' 'vip-classify: target: is both -o and --reject\n' \
	vip-classify -p ./one.vip -o dangling --reject target bad.csv
echo C1 >list
echo 'tier a when customer_id in file "list" default b' >listed.vip
is 'nor a list of the policy' 64 \
	'' 'vip-classify: ./list: is both --reject and a list of the policy\n' \
	vip-classify -p ./listed.vip --reject list bad.csv
ln bad.csv other.csv
ok 'a second name is another file' sh -c \
	'vip-classify -q -p ./one.vip --reject other.csv bad.csv >out'
is 'the standard input is one thing' 64 '' \
	'vip-classify: stdin is both the policy and an input\n' \
	sh -c 'vip-classify -p - <one.vip'
is 'once' 64 '' 'vip-sla: stdin is an input twice\n' \
	sh -c 'vip-sla -p rhf --customers - - <bad.csv'
is '-o may be the input, as it is read whole' 0 '' '' \
	vip-classify -q -p ./one.vip --reject rr.csv -o two.csv two.csv
is '--reject is not the standard output' 64 \
	'' 'vip-classify: --reject: a file is needed, not "-"\nvip-classify: try "vip-classify --help"\n' \
	vip-classify -p ./one.vip --reject - bad.csv

# As many threads as you like, from a file or a pipe, kept in memory or not.
awk 'BEGIN { print "customer_id,spend,note"
	for (i = 1; i <= 60000; i++)
		printf "C%d,%d.%02d,%s%s\n", i, i * 7919 % 1000, i % 100,
		    i % 17 ? "x" : "\"a, \"\"b\"\"\nc\"", i % 13 ? "" : "\r" }' >many.csv
vip-classify -q -p ./rank.vip -j 1 many.csv >want.csv
ok '-j 4 gives the same' sh -c \
	'vip-classify -q -p ./rank.vip -j 4 many.csv | cmp - want.csv'
ok 'from a pipe too' sh -c \
	'cat many.csv | vip-classify -q -p ./rank.vip -j 2 | cmp - want.csv'
ok 'with next to no memory too' sh -c \
	'cat many.csv | vip-classify -q -p ./rank.vip --memory 1 | cmp - want.csv'
# What the first pass notes of cells of all kinds is what they say.  Nothing
# is noted where the cuts are read.  What no note can hold comes in the second
# half, for it keeps its block from being noted.
cat >kinds.vip <<'EOF'
timezone "UTC"
tier one when rank(n) <= 300 and plan in ("pro", "free") and kind != "y"
tier two when n > 2684354.55 or n = -0.000001 or n = 1.234 or missing(n)
tier three when seen > 2025-06-30 or seen < 1951-12-14
tier four when seen > 1952-01-01 and plan = "old" or n between -5 and 7.5
EOF
awk 'BEGIN { srand(7); print "customer_id,n,seen,pad,plan,kind"
	most = split("2684354.55 268435455 -268435455 -0.000001 1.234 0.123456 " \
	    "268.435455 -7 3 7.50 1e1 99999999 2684354.56 268435456 " \
	    "268.435456 9007199254740.993 1.2345", n, " ")
	split("2025-06-30T00:00:00Z 2025-06-30T00:00:01Z 1951-12-14 " \
	    "1952-01-02 2025-06-30 2088-01-19 1951-12-13 2088-01-20", seen, " ")
	split("pro free old none", plan, " ")
	for (pad = "zzzzz"; length(pad) < 40000; )
		pad = pad pad
	print "D,9,2025-06-30," pad ",old,x"
	for (i = 1; i <= 40000; i++) {
		early = i < 20000	# n[0] and seen[0] are empty
		x = int(rand() * 9999) / 100
		if (i % 4 == 0)
			x = n[int(rand() * (early ? 13 : most + 1))]
		print "C" i "," x "," seen[int(rand() * (early ? 7 : 9))] "," \
		    "," plan[int(rand() * 4) + 1] "," (i % 3 ? "x" : "y")
	} }' >kinds.csv
vip-classify -q -p ./kinds.vip --cuts-out kinds.cuts kinds.csv >kinds-1.csv
vip-classify -q -p ./kinds.vip --cuts kinds.cuts kinds.csv >kinds-2.csv
ok 'notes of cells of all kinds say what the cells say' cmp \
	kinds-1.csv kinds-2.csv
for memory in 4M 4k; do
	ok "with $memory for them too" sh -c "vip-classify -q -p ./kinds.vip \
		--memory $memory -j 1 kinds.csv | cmp - kinds-2.csv"
done
ok 'and there is something of each tier' test "$(cut -d , -f 7 \
	kinds-1.csv | sort -u | tr '\n' ' ')" = \
	' four one three tier two '
ok 'nothing is left in TMPDIR' sh -c \
	'mkdir tmp && cat many.csv |
	TMPDIR=$PWD/tmp vip-classify -q -p ./rank.vip --memory 1 >out &&
	cmp out want.csv && rmdir tmp'
ok '--progress says something and takes it back' sh -c \
	'{ cat many.csv; sleep 0.5; tail -n 1000 many.csv | sed "s/^C/D/"; } |
	vip-classify --progress -p ./one.vip --reject /dev/null 2>err >out
	tr "\r" "\n" <err | grep -q "^[1-9][0-9]* rows, "'

# The machine fails.  The leak checker cannot run beside strace, which has
# its place.
leaks=${ASAN_OPTIONS-}
ASAN_OPTIONS=$leaks${leaks:+:}detect_leaks=0
export ASAN_OPTIONS
if have strace && strace -o /dev/null true 2>err; then
	is 'a read that fails: the file and the line' 74 '' '' sh -c '
		strace -f -qq -o trace -P "$PWD/many.csv" \
		    -e inject=read:error=EIO:when=3 \
		    vip-classify -q -p ./one.vip many.csv >out 2>err'
	ok 'which is where the reading stopped' sh -c '
		grep -q "^vip-classify: many.csv:[0-9]*: Input/output error$" err'
	ok 'and whole rows before it' sh -c '
		vip-classify -q -p ./one.vip many.csv >all
		test -s out && cmp -n "$(wc -c <out)" out all &&
		tail -c 1 out | od -An -c | grep -q "\\\\n"'
	ok 'reads that are interrupted' sh -c '
		strace -f -qq -o trace -P "$PWD/many.csv" \
		    -e inject=read:error=EINTR:when=1+2 \
		    vip-classify -q -p ./one.vip many.csv | cmp - all'
	ok 'writes that are interrupted' sh -c '
		strace -f -qq -o trace -e inject=write:error=EINTR:when=1+2 \
		    vip-classify -q -p ./one.vip many.csv | cmp - all'
	cp want.csv old.csv
	is 'a disk that is full at the fsync' 74 '' \
		'vip-classify: old.csv: No space left on device\n' sh -c '
		strace -f -qq -o trace -e inject=fsync:error=ENOSPC \
		    vip-classify -q -p ./one.vip -o old.csv many.csv'
	ok 'leaves the old file as it was' sh -c \
		'cmp old.csv want.csv && ! ls -A | grep "[.]vip-"'
else
	skip 'reads and writes that fail' 'strace cannot be used here'
fi
ASAN_OPTIONS=$leaks

# A signal in the midst leaves nothing.
mkdir out.d
mkfifo slow
for sig in INT TERM HUP; do
	is "SIG$sig leaves no file" 0 '' '' sh -c '
		exec 2>err
		# A shell ignores SIGINT for what it runs in the background.
		{ cat plain.csv; sleep 5; } >slow &
		feeder=$!
		env --default-signal vip-classify -p ./one.vip -o out.d/out.csv slow &
		pid=$!
		i=0
		while [ -z "$(ls -A out.d)" ] && [ $i -lt 100 ]; do
			sleep 0.05
			i=$((i + 1))
		done
		test -n "$(ls -A out.d)" || exit 1
		kill -'"$sig"' $pid
		wait $pid
		status=$?
		kill $feeder
		test $status -gt 128 && test -z "$(ls -A out.d)"'
done

plan
