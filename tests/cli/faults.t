#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every command does when it is asked for help, or when the world is
# against it: the same exit statuses, nothing lost, nothing half-written.
# shellcheck disable=SC2016,SC2086 # texts for sh -c; argument lists
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
timezone "UTC"
tier gold when spend_30d >= 250
default standard
sla first_response for all within 1h
escalate lead "Team Lead" for all within 1h when first_response breached
signal quiet "Quiet" weight 50 when spend_30d < 10
level high below 60
level low
EOF
printf 'customer_id,order_id,order_date,amount\nC1,O1,2026-01-02,5.00\nC1,O2,2026-01-03,7\n' >orders.csv
printf 'customer_id,name,spend_30d\nC1,"A, B",5\nC2,B,300\n' >customers.csv
printf 'customer_id,name,spend_30d\nC2,B,200\n' >old.csv
printf 'ticket_id,customer_id,tier,channel,created_at,first_response_at\nT1,C1,gold,email,2026-01-02T10:00:00Z,\n' >tickets.csv

# Each command with what it needs besides its input.
commands='vip-rollup vip-classify vip-risk vip-sla vip-escalate vip-report vip-clv
    vip-diff'
prepare() {
	verb='' options='-p ./p.vip --as-of 2026-01-10T00:00:00Z' input=customers.csv
	case $1 in
	vip-rollup)
		options='--as-of 2026-01-10 -m spend_30d,orders_30d' input=orders.csv
		;;
	vip-sla)
		input=tickets.csv
		;;
	vip-escalate)
		input=sla.csv
		;;
	vip-report)
		verb=weekly input=vips.csv
		;;
	vip-diff)
		options='old.csv'
		;;
	vip-clv)
		options='--params fit.txt' input=clv.csv
		;;
	esac
}

vip-sla -p ./p.vip --as-of 2026-01-10T00:00:00Z tickets.csv >sla.csv 2>err
vip-classify -p ./p.vip customers.csv >vips.csv 2>>err
printf 'customer_id,x,t_x,T,m\nC1,2,30.43,38.86,20\n' >clv.csv
if have vip-clv; then
	printf 'model = bg-nbd\nr = 0.243\nalpha = 4.414\na = 0.793\nb = 2.426\np = 6.25\nq = 3.74\ngamma = 15.44\n' >fit.txt
fi

for cmd in $commands; do
	if ! have "$cmd"; then
		skip "$cmd" 'it is not built'
		continue
	fi
	prepare "$cmd"
	# The same again, many times, for outputs that fill more than a pipe.
	head -1 "$input" >many.csv
	awk 'NR == 2 { for (i = 1; i <= 20000; i++) {
		s = $0
		sub(/^[A-Z][0-9]+/, "K" i, s)
		print s } }' "$input" >>many.csv

	is "$cmd succeeds" 0 '' '' sh -c \
		"$cmd $verb $options $input >good 2>/dev/null"
	ok "$cmd --help is a page with an example" sh -c \
		"$cmd --help >out 2>err && test ! -s err &&
		grep -q '^usage: $cmd' out && grep -q '^example:' out"
	ok "$cmd --version names the licence" sh -c \
		"$cmd --version 2>err | grep -q GPL && test ! -s err"
	is "$cmd: an option that there is not" 64 '' '' sh -c \
		"$cmd $verb $options --no-such-option $input 2>err"
	ok "$cmd: and says so" grep -q "^$cmd: .*no-such-option" err
	is "$cmd: a file that there is not" 66 '' \
		"$cmd: none.csv: No such file or directory\n" \
		$cmd $verb $options none.csv
	mkdir -p folder
	is "$cmd: a folder" 66 '' '' sh -c \
		"timeout 10 $cmd $verb $options folder 2>err"
	ok "$cmd: and names it" grep -q "^$cmd: folder: " err
	is "$cmd: an empty file" 65 '' "$cmd: stdin: no header\n" \
		$cmd $verb $options
	is "$cmd: no standard input at all" 66 '' \
		"$cmd: stdin: Bad file descriptor\n" \
		sh -c "$cmd $verb $options <&-"
	head -1 "$input" >header.csv
	is "$cmd: a header only" 0 '' '' sh -c \
		"$cmd $verb $options header.csv >out 2>/dev/null && ! grep -q nan out"
	{
		cat "$input"
		printf '"X'
	} >open.csv
	is "$cmd: a quote that is never closed" 65 '' '' sh -c \
		"$cmd $verb $options open.csv 2>err >out"
	ok "$cmd: and where it opens" grep -q \
		"^$cmd: open.csv:$(wc -l <open.csv | awk '{ print $1 + 1 }'):1: " err
	{
		cat "$input"
		printf 'X\n'
	} >short.csv
	is "$cmd: a short row" 65 '' '' sh -c \
		"$cmd $verb $options -o out.csv short.csv 2>err"
	ok "$cmd: and how short, with no file left" sh -c \
		"grep -q ': 1 cell, header has ' err && test ! -e out.csv"
	if [ -w /dev/full ]; then
		is "$cmd: a full disk" 74 '' \
			"$cmd: stdout: No space left on device\n" \
			sh -c "$cmd -q $verb $options $input >/dev/full"
		is "$cmd: a disk that fills up" 74 '' \
			"$cmd: stdout: No space left on device\n" \
			sh -c "$cmd -q $verb $options many.csv >/dev/full"
	else
		skip "$cmd: a full disk" 'there is no /dev/full'
	fi
	is "$cmd: a limit on the size of files" 74 '' \
		"$cmd: stdout: File too large\n" \
		sh -c "ulimit -f 1; $cmd -q $verb $options many.csv >out"
	is "$cmd -o: a limit on the size of files" 74 '' \
		"$cmd: out.csv: File too large\n" \
		sh -c "echo old >out.csv; ulimit -f 1
		$cmd -q $verb $options -o out.csv many.csv; s=\$?
		test \"\$(cat out.csv)\" = old && exit \$s"
	rm -f out.csv
	is "$cmd: no standard output" 74 '' '' sh -c \
		"$cmd -q $verb $options $input >&- 2>err"
	ok "$cmd: a reader that leaves early" sh -c \
		"$cmd -q $verb $options many.csv 2>err | head -1 >out &&
		test -s out && ! grep . err"
	ok "$cmd: and where SIGPIPE is ignored, an end at once" sh -c \
		"trap '' PIPE
		{ timeout 20 $cmd -q $verb $options many.csv; echo \$? >status; } 2>err | head -1 >out
		test \"\$(cat status)\" -eq 74 || test \"\$(wc -c <good)\" -lt 65536"
	is "$cmd -o writes the same" 0 '' '' sh -c \
		"$cmd -q $verb $options -o out.csv $input && cmp out.csv good; s=\$?; rm -f out.csv; exit \$s"
	is "$cmd -o in a folder that there is not" 73 '' '' sh -c \
		"$cmd -q $verb $options -o none/out.csv $input 2>err"
	is "$cmd -o onto a folder" 73 '' '' sh -c \
		"$cmd -q $verb $options -o folder $input 2>err"
	is "$cmd -o onto its input" 0 '' '' sh -c \
		"cp $input same.csv && $cmd -q $verb $options -o same.csv same.csv && cmp same.csv good"
	is "$cmd leaves no temporary file" 0 '' '' sh -c \
		"ls -A | grep -e '^out' -e '^[.]' | grep -v -e '^out\$'; :"
done

# A policy is no table.
ok 'vip-policy --help is a page with an example' sh -c \
	"vip-policy --help >out && grep -q '^usage: vip-policy' out && grep -q '^example:' out"
# A script that says the same to every stage of a pipeline.
for cmd in rollup classify clv risk sla escalate report policy store diff; do
	ok "vip-$cmd takes what all commands take" sh -c "vip-$cmd -j 2 \\
	    --progress --no-progress --as-of 2026-01-05 -q --to tsv -t \\
	    --memory 64M --encoding UTF-8 --help >out"
done
ok 'vip-policy --version names the licence' sh -c \
	'vip-policy --version | grep -q GPL'
is 'vip-policy: a policy that there is not' 66 '' '' sh -c \
	'vip-policy check ./none.vip 2>err'
if [ -w /dev/full ]; then
	is 'vip-policy: a full disk' 74 '' \
		'vip-policy: stdout: No space left on device\n' \
		sh -c 'vip-policy show ./p.vip >/dev/full'
else
	skip 'vip-policy: a full disk' 'there is no /dev/full'
fi
is 'vip-policy: no standard output' 74 '' '' sh -c \
	'vip-policy show ./p.vip >&- 2>err'

plan
