#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# vip-diff: every kind of change, and the shape of the two tables.
# shellcheck disable=SC2016 # such texts are for another shell
. "${srcdir:-.}/tests/tap.sh"

cat >old.csv <<'E'
customer_id,name,tier,tier_level,tier_reason,risk_level,spend_365d
C1,Ann,gold,1,spend 1,low,100.10
C2,Bo,silver,2,spend 2,medium,50
C3,Cy,standard,0,,high,5
C4,Di,gold,1,spend 4,critical,70
C5,"Ed, Jr",silver,2,spend 5,low,30
C6,Flo,standard,0,,low,
E
cat >new.csv <<'E'
customer_id,name,tier,tier_level,tier_reason,risk_level,spend_365d
C9,Gus,gold,1,spend 9,low,90
C6,Flo,standard,0,,low,
C5,"Ed, Jr",standard,0,other,low,20
C3,Cy,gold,1,spend 3,medium,80
C2,"Bo ""B""",silver,2,spend 2,high,50
C1,Ann,gold,1,spend 1,low,100.10
E
h='customer_id,change,column,old,new\n'
rows='C9,joined,tier,,gold
C5,demoted,tier,silver,standard
C5,changed,spend_365d,30,20
C3,promoted,tier,standard,gold
C3,risk_down,risk_level,high,medium
C3,changed,spend_365d,5,80
C2,changed,name,Bo,"Bo ""B"""
C2,risk_up,risk_level,medium,high
C4,left,tier,gold,\n'
is 'R163 R255 every change' 0 "$h$rows" '' vip-diff old.csv new.csv
cp new.csv in
is 'the new one on the standard input' 0 "$h$rows" '' vip-diff old.csv
is 'or as -' 0 "$h$rows" '' vip-diff old.csv -
is 'none' 0 "$h" '' vip-diff old.csv old.csv
is '--fail-on any: some' 1 "$h$rows" '' vip-diff --fail-on any old.csv new.csv
is '--fail-on any: none' 0 "$h" '' vip-diff --fail-on any old.csv old.csv
is '--columns' 0 "${h}C9,joined,tier,,gold
C5,changed,tier_reason,spend 5,other\nC3,changed,tier_reason,,spend 3
C4,left,tier,gold,\n" '' vip-diff --columns tier_reason old.csv new.csv
is '--summary' 0 'change,column,old,new,customers,old_total,new_total
changed,name,,,1,0,0\nchanged,spend_365d,,,2,35,100
demoted,tier,silver,standard,1,30,20\njoined,tier,,gold,1,0,90
left,tier,gold,,1,70,0\npromoted,tier,standard,gold,1,5,80
risk_down,risk_level,high,medium,1,5,80
risk_up,risk_level,medium,high,1,50,50\n' '' \
    vip-diff --summary old.csv new.csv

# From state to state: what skips a step is there to be found.
printf 'customer_id,state\nA,candidate\nB,candidate\nC,registered\n' >s1.csv
printf 'customer_id,state\nA,certified\nB,active\nC,active\n' >s2.csv
is 'R164 every change of state' 0 "${h}A,changed,state,candidate,certified
B,changed,state,candidate,active\nC,changed,state,registered,active\n" '' \
    vip-diff --columns state s1.csv s2.csv

# Without levels the policy tells, or nothing does.
cut -d, -f1,3 old.csv | grep -v Jr >o.csv
cut -d, -f1,3 new.csv | grep -v Jr >n.csv
is 'no level, no policy' 0 "${h}C9,joined,tier,,gold
C3,changed,tier,standard,gold\nC4,left,tier,gold,\n" '' vip-diff o.csv n.csv
cat >p.vip <<'E'
key id
tier gold when spend > 2
tier silver when spend > 1
default standard
E
sed '1s/customer_id/id/' o.csv >o2.csv
sed '1s/customer_id/id/' n.csv >n2.csv
is 'a policy' 0 "id,change,column,old,new\nC9,joined,tier,,gold
C3,promoted,tier,standard,gold\nC4,left,tier,gold,\n" '' \
    vip-diff -p ./p.vip o2.csv n2.csv
is '--key' 0 'id,change,column,old,new\nC9,joined,tier,,gold
C3,changed,tier,standard,gold\nC4,left,tier,gold,\n' '' \
    vip-diff --key id o2.csv n2.csv

# Other shapes of the same.
printf 'note\tcustomer_id\ttier\nx\tC2\tgold\nx\tC1\tgold\n' >a.tsv
printf '"tier";"customer_id"\r\n"gold";"C1"\r\n"silver";C2\r\n' >b.csv
is 'columns, quotes, delimiters of another order' 0 \
    'customer_id;change;column;old;new\nC2;changed;tier;gold;silver\n' \
    'vip-diff: note is in a.tsv alone\n' vip-diff a.tsv b.csv
is 'no column but the key' 0 "${h}b,joined,,,\na,left,,,\n" '' \
    sh -c 'echo customer_id >k1; cp k1 k2; echo a >>k1; echo b >>k2
    vip-diff k1 k2'
is 'nothing in either' 0 "$h" '' sh -c 'echo customer_id >k1
    vip-diff k1 k1'

# What is wrong.
printf 'customer_id,x\na,1\nb,2\na,3\n' >dup.csv
printf 'customer_id,x\na,1\nz,3\nz,4\n' >dup2.csv
printf 'customer_id,x\na,1\n,3\n' >empty.csv
printf 'customer_id,x\na,1\n' >one.csv
is 'a key twice in the old' 65 '' \
    'vip-diff: dup.csv:4:1: customer_id: "a" is on line 2 already\n' \
    vip-diff dup.csv one.csv
is 'in the new' 65 '' \
    'vip-diff: dup.csv:4:1: customer_id: "a" is on line 2 already\n' \
    vip-diff -o never one.csv dup.csv
is 'one that joined, twice' 65 '' \
    'vip-diff: dup2.csv:4:1: customer_id: "z" is on line 3 already\n' \
    vip-diff -o never one.csv dup2.csv
is 'an empty key' 65 '' 'vip-diff: empty.csv:3:1: customer_id: is empty\n' \
    vip-diff -o never one.csv empty.csv
is 'no output is left' 1 '' '' test -e never
is 'a bad row' 65 '' 'vip-diff: bad.csv:3:1: 1 cell, header has 2\n' sh -c '
    printf "customer_id,n\nC1,1\nC2\nC1,3\n,4\n" >bad.csv
    printf "customer_id,n\nC1,2\nC2,1\n" >good.csv
    vip-diff good.csv bad.csv'
is 'set aside' 0 "${h}C1,changed,n,2,1\nC2,left,,,\n" \
    'vip-diff: 3 rows set aside in aside\n' \
    vip-diff --reject aside good.csv bad.csv
is 'with the reason' 0 'customer_id,n,reject_line,reject_column,reject_reason
C2,,3,,"1 cell, header has 2"
C1,3,4,customer_id,"""C1"" is on line 2 already"
,4,5,customer_id,is empty\n' '' cat aside
is 'of the old table too' 0 "${h}C1,changed,n,1,2\nC2,joined,,,\n" \
    'vip-diff: 3 rows set aside in aside\n' \
    vip-diff --reject aside bad.csv good.csv
is 'not where an input is' 64 '' \
    'vip-diff: good.csv: is both --reject and an input\n' \
    vip-diff --reject good.csv good.csv bad.csv
is 'no key' 65 '' 'vip-diff: o2.csv:1: no column "customer_id"; the header has '\
'"id", "tier"\n' vip-diff o2.csv n2.csv
is 'no file' 66 '' 'vip-diff: none: No such file or directory\n' \
    vip-diff none new.csv
is 'a column twice' 64 '' 'vip-diff: --columns: "tier" is there twice
vip-diff: try "vip-diff --help"\n' vip-diff --columns tier,name,tier a b
is 'no column' 64 '' 'vip-diff: --columns: a name is missing in "tier,"
vip-diff: try "vip-diff --help"\n' vip-diff --columns tier, a b
printf 'customer_id,spend_365d\nA,12.5O\nB,3\n' >a
printf 'customer_id,spend_365d\nA,10\nB,\n' >b
is 'revenue that is no number is not nothing' 65 '' \
    'vip-diff: a:2:3: spend_365d: "12.5O" is not a number\n' \
    vip-diff --summary a b
is 'none is' 0 'change,column,old,new,customers,old_total,new_total
changed,spend_365d,,,1,3,0\njoined,,,,1,0,10\n' \
    'vip-diff: 1 row set aside in aside\n' vip-diff --summary --reject aside a b
is 'no operand' 64 '' 'vip-diff: the old table is needed
vip-diff: try "vip-diff --help"\n' vip-diff
is 'both on the standard input' 64 '' 'vip-diff: only one of the two can be '\
'the standard input\nvip-diff: try "vip-diff --help"\n' vip-diff - -
is 'three' 64 '' 'vip-diff: two tables at most, not "c" too
vip-diff: try "vip-diff --help"\n' vip-diff a b c
is 'a full output' 74 '' 'vip-diff: stdout: No space left on device\n' \
    sh -c 'vip-diff old.csv new.csv >/dev/full'

# Snapshots.
vip-store s.db put --as-of 2026-01-01 --kind classified old.csv
vip-store s.db put --as-of 2026-02-01 --kind classified new.csv
is 'the last two snapshots' 0 "$h$rows" '' vip-diff --store s.db
is 'by day' 0 "$h" '' vip-diff --store s.db 2026-01-01 2026-01-01
is 'by number' 0 "$h$rows" '' vip-diff --store s.db 1 2
is 'no such' 66 '' 'vip-diff: s.db: there is no snapshot "9"\n' \
    vip-diff --store s.db 9

printf 'ticket_id,customer_id,sla_status\nT1,C1,open\nT2,C1,met\n' |
    vip-store s.db put --as-of 2026-03-01
printf 'ticket_id,customer_id,sla_status\nT2,C1,met\nT1,C1,breached\n' |
    vip-store s.db put --as-of 2026-03-02
is 'the key is that of the snapshot' 0 'ticket_id,change,column,old,new
T1,changed,sla_status,open,breached\n' '' vip-diff --store s.db --kind sla
is 'unless told' 65 '' "vip-diff: snapshot 3 of s.db:3:4: customer_id: \
\"C1\" is on line 2 already\n" \
    vip-diff --store s.db --kind sla --key customer_id

# Many rows in another order, against sort and join.
awk 'BEGIN {
	print "customer_id,tier,tier_level" >"big1.csv"
	print "customer_id,tier,tier_level" >"big2.csv"
	for (i = 0; i < 40000; i++) {
		j = i * 7919 % 40009
		a = j * 31 % 101
		b = j % 97 == 0 ? j * 37 % 101 : a
		if (j % 89)
			print "K" j ",t" a "," a + 1 >"big1.csv"
		k = 40008 - i * 6007 % 40009
		a = k * 31 % 101
		b = k % 97 == 0 ? k * 37 % 101 : a
		if (k % 83)
			print "K" k ",t" b "," b + 1 >"big2.csv"
	}
}'
sort big1.csv >s1
sort big2.csv >s2
join -t, -a1 -a2 -e - -o 0,1.2,1.3,2.2,2.3 s1 s2 | awk -F, '
$1 == "customer_id" || $2 == $4 { next }
$2 == "-" { print $1 ",joined,tier,," $4; next }
$4 == "-" { print $1 ",left,tier," $2 ","; next }
{ print $1 "," ($5 < $3 ? "promoted" : "demoted") ",tier," $2 "," $4 }' |
    sort >want
vip-diff big1.csv big2.csv | sed 1d | sort >got
isfile '40,000 rows in another order' 0 want /dev/null cat got
is 'with every change in it' 0 'demoted\njoined\nleft\npromoted\n' '' \
    sh -c 'cut -d, -f2 want | sort -u'

# Rows of any size in bounded memory: 40 MB of them, in 40 MB of address space
# more than two small tables take.  A sanitizer wants it all.
space() {
	for n in 50 60 70 80 90 100 120 140; do
		# shellcheck disable=SC3045 # dash has -v
		(ulimit -v $((n * 1024)) && exec vip-diff one.csv one.csv) \
		    >out 2>&1 && break
	done
	echo $(((n + 40) * 1024))
}
limit=$(space)
for f in w1.csv w2.csv; do
	awk -v f=$f 'BEGIN {
		s = "x"
		while (length(s) < 4000)
			s = s s
		print "customer_id,x,y"
		for (i = 0; i < 10000; i++)
			print "K" (f == "w1.csv" ? i : 9999 - i) "," s "," \
			    (f == "w1.csv" || i % 1000)
	}' >$f
done
# shellcheck disable=SC3045
if (ulimit -v 400000 && vip-diff one.csv one.csv) >out 2>&1; then
	is 'rows of 40 MB, in less memory' 0 '10\n' '' sh -c '
	    ulimit -v $1; vip-diff w1.csv w2.csv | sed 1d | wc -l' sh "$limit"
else
	skip 'rows of 40 MB, in less memory' 'a sanitizer wants all addresses'
fi

plan
