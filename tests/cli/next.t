#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# vip-classify: what a customer is short of, and ranks that were written down.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

cat >p.vip <<'EOF'
currency USD
exclude staff when staff = "yes"
tier platinum "Platinum" when rank(ltv) <= 2 or spend_30d >= $400
tier gold "Gold" when spend_30d >= $250
tier rising "Rising" {
	when spend_90d >= 2 * spend_prev_90d and spend_prev_90d > 0
}
default standard "Standard"
EOF
next() {
	vip-classify -q -p ./p.vip --next |
	    pick customer_id,tier,next_tier,to_next
}
head=customer_id,staff,ltv,spend_30d,spend_90d,spend_prev_90d
rows $head >in <<'EOF'
top | ltv=900 | spend_30d=0 | spend_90d=0 | spend_prev_90d=0
second | ltv=800 | spend_30d=0 | spend_90d=0 | spend_prev_90d=0
gold | ltv=1 | spend_30d=312.50 | spend_90d=9 | spend_prev_90d=9
rank | ltv=799 | spend_30d=250 | spend_90d=9 | spend_prev_90d=9
rises | ltv=1 | spend_30d=10 | spend_90d=100 | spend_prev_90d=80
new | ltv=1 | spend_30d=10 | spend_90d=100 | spend_prev_90d=0
blank | ltv=1
staff | staff=yes | ltv=1 | spend_30d=312.50
EOF
is 'the least change that lifts, to the next tier that one metric reaches' 0 \
	'top platinum  \nsecond platinum  \ngold gold platinum spend_30d +87.50
rank gold platinum ltv +1\nrises standard rising spend_90d +60
new standard gold spend_30d +240\nblank standard platinum ltv +799
staff standard  \n' '' next

cat >p.vip <<'EOF'
currency USD
tier a when spend > $100 and orders_90d > 9
tier b when calls > 9 or level = 3
tier c when x between 5 and 7 and not y > 2
tier d when z * 3 >= 1
default e
EOF
head=customer_id,spend,orders_90d,calls,level,x,y,z
rows $head >in <<'EOF'
money | spend=50 | orders_90d=12 | calls=12
cent | spend=100 | orders_90d=12 | calls=12
whole | spend=500 | orders_90d=5 | calls=12
one | spend=500.10 | calls=9 | x=6 | y=1
up | x=4 | y=1
down | x=9 | y=1
fall | x=6 | y=2.5 | level=4
both | x=9 | y=5 | calls=1
finer | z=0.3
none |
vast | spend=9200000000000 | orders_90d=0 | calls=9200000000000
vaster | x=9200000000000 | y=9200000000000 | calls=1
EOF
is 'up and down, cents and ones, and what only two changes can do' 0 \
	'money b a spend +50.01\ncent b a spend +0.01\nwhole b a orders_90d +5
one c b calls +1\nup e c x +1\ndown e c x -2\nfall e c y -0.50
both e b calls +9\nfiner e d z +0.04\nnone e  \nvast b a orders_90d +10\nvaster e b calls +9\n' '' next

# From 0 every change is all there is: of one metric the least one counts; so
# does a way past what lifts further, and the metric's name says it is money.
cat >p.vip <<'EOF'
tier a when spend_30d != 3 and ltv > 5
tier b when spend_30d / orders_90d >= 3
tier c when spend_30d >= 31
tier d when spend_365d > 400
default e
EOF
rows customer_id,spend_30d,orders_90d,ltv,spend_365d >in <<'EOF'
zero | spend_30d=0 | orders_90d=3
three | spend_30d=3 | orders_90d=2 | ltv=6
cent | spend_30d=3 | spend_365d=400
EOF
is 'from nothing, off a number, and by the cent' 0 \
	'zero e b spend_30d +9\nthree e a spend_30d +0.01\ncent e d spend_365d +0.01\n' \
	'' next

# R128, R129: the distance to the next class.
class() {
	vip-classify -q -p abcd --as-of 2026-03-01 --next |
	    pick member_id,tier,next_tier,to_next
}
rows member_id,region,spend_total,first_order,orders_365d,spend_365d,spend_prev_365d \
	>in <<'EOF'
b | region=河南 | spend_total=19999.98 | first_order=2024-03-01
d | region=河南 | spend_total=1000 | first_order=2025-09-01
far | region=陕西 | spend_total=1000 | first_order=2025-09-01
EOF
is 'R128, R129 how far the next class is' 0 \
	'b b a spend_total +0.02\nd d c spend_total +1000\nfar d  \n' '' class

# R286: what is missing to the next level, in the open.
rows customer_id,referred_by,profit_total,spend_365d,orders_365d,orders_total,acv,abm_tier,partner_type,low_csat_90d,breaches_90d,reopens_90d,public_complaints_90d,open_complaints \
	>in <<'EOF'
nine | orders_total=9 | orders_365d=1 | acv=0
EOF
badge() {
	vip-classify -q -p badge --next | pick customer_id,next_tier,to_next
}
is 'R286 one trip to go' 0 'nine gold orders_total +1\n' '' badge

is 'a second run changes nothing' 0 '' '' sh -c '
	vip-classify -q -p badge --next in >once &&
	vip-classify -q -p badge --next once | cmp - once'

# What --next says is so: with the change the tier is that, with a cent less
# it is none better than before.
cat >p.vip <<'EOF'
currency USD
let drop = returns_90d / orders_90d
tier one when rank(ltv) <= 20 or spend_30d >= $400 and drop < 50%
tier two when top(spend_90d, 10%) or spend_30d >= $250 and orders_90d > 3
tier three when spend_30d + spend_90d / 3 >= $200 or pareto(ltv, 40%)
tier four when orders_90d between 4 and 6 and not returns_90d >= 2
default five
EOF
awk 'function random() {
	x = x * 16807 % 2147483647
	return x / 2147483647
}
BEGIN {
	x = 7
	print "customer_id,ltv,spend_30d,spend_90d,orders_90d,returns_90d"
	for (i = 1; i <= 500; i++)
		printf "%d,%.2f,%.2f,%.2f,%d,%d\n", i, random() ^ 3 * 5000,
		    random() ^ 2 * 450, random() ^ 2 * 900, random() * 9, random() * 4
}' >many.csv
vip-classify -q -p ./p.vip --cuts-out cuts --next many.csv >next.csv
# The same customers, each with its change, less so much.
change() {
	awk -F, -v less="$1" '
		NR == 1 {
			for (i = 1; i <= NF; i++)
				at[$i] = i
		}
		NR > 1 && $NF != "" {
			split($NF, w, " ")
			by = substr(w[2], 2)
			unit = w[1] ~ /^(orders|returns)/ ? 1 : 0.01
			by -= less * unit
			if (substr(w[2], 1, 1) == "-")
				by = -by
			k = at[w[1]]
			$k = sprintf(unit == 1 ? "%d" : "%.2f", $k + by)
		}
		NR == 1 || $NF != "" {
			printf "%s,%s,%s,%s,%s,%s\n", $1, $2, $3, $4, $5, $6
		}' next.csv
}
change 0 >changed.csv
change 1 >less.csv
tell() {
	vip-classify -q -p ./p.vip --cuts cuts "$1" | pick customer_id,tier_level
}
awk -F, '$NF != "" { print $1, $(NF - 1) }' next.csv | sed 1d |
    sed 's/one/1/; s/two/2/; s/three/3/; s/four/4/' >want
rise() {
	wc -l <want
	tell changed.csv | cmp - want
}
is 'with the change, each of them is that tier' 0 '465\n' '' rise
enough() {
	tell less.csv | paste -d ' ' want - | awk '$4 > 0 && $4 <= $2'
}
is 'and with less, it is not' 0 '' '' enough

# -------------------------------------------------------------------- cuts

is 'by cuts, the same as by ranks, in one pass' 0 '' '' sh -c '
	vip-classify -q -p ./p.vip many.csv >ranked &&
	cat many.csv | vip-classify -q -p ./p.vip --cuts cuts | cmp - ranked'
is 'cuts are written the same again' 0 '' '' sh -c '
	vip-classify -q -p ./p.vip --cuts cuts --cuts-out again many.csv >out &&
	cmp cuts again'
one() {
	sed -n '1p; 3p' many.csv | vip-classify -q -p ./p.vip --cuts cuts |
	    pick customer_id,tier >single
	vip-classify -q -p ./p.vip many.csv | pick customer_id,tier |
	    sed -n 2p | cmp - single
}
is 'one customer, by the cuts of all' 0 '' '' one
printf 'tier a when rank(ltv) <= 3 default b\n' >q.vip
is 'the cuts of another policy' 65 '' \
	'vip-classify: cuts:2: the policy asks for no such cut: let drop = returns_90d / orders_90d\nvip-classify: cuts: not the cuts of this policy\n' \
	vip-classify -p ./q.vip --cuts cuts many.csv
is 'no such cuts' 66 '' \
	'vip-classify: none: No such file or directory\n' \
	vip-classify -p ./q.vip --cuts none many.csv
is 'cuts that cannot be written' 73 '' \
	'vip-classify: no/cuts: No such file or directory\n' \
	vip-classify -p ./q.vip --cuts-out no/cuts many.csv

plan
