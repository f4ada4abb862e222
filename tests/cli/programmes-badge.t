#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who deserves the VIP badge, as policies/badge.vip has it: R281 to R303.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

people=customer_id,referred_by,profit_total,spend_365d,orders_365d
people=$people,orders_total,acv,abm_tier,partner_type,low_csat_90d
people=$people,breaches_90d,reopens_90d,public_complaints_90d,open_complaints
badges() {
	vip-classify -q -p badge --as-of 2026-03-01 | pick "$1"
}

# R284: 500 + 300 of 1000 are 80%; whoever ties with the last is in.
rows $people >in <<'EOF'
1 | profit_total=500
2 | profit_total=300
3 | profit_total=120
4 | profit_total=80
EOF
is 'R284 those who bring 80% of the profit' 0 \
	'1 gold spender\n2 gold spender\n3 standard \n4 standard \n' '' \
	badges customer_id,tier,profiles
sed 's/300/290/; s/120/130/' in >in2 && mv in2 in
is 'R284 79% are not enough' 0 \
	'1 gold spender\n2 gold spender\n3 gold spender\n4 standard \n' '' \
	badges customer_id,tier,profiles

rows $people >in <<'EOF'
once | spend_365d=9000 | orders_365d=1
year | spend_365d=5000 | orders_365d=5
trips10 | orders_total=10
trips9 | orders_total=9
acv | acv=50000
less | acv=49999.99
EOF
is 'R285-R287 contracts, a year of orders, ten trips; not one large order' 0 \
	'once standard \nyear gold loyal\ntrips10 gold frequent\ntrips9 standard \nacv platinum contract\nless standard \n' \
	'' badges customer_id,tier,profiles

# R287: a trip that was cancelled is none.
cat >orders.csv <<'EOF'
customer_id,order_id,order_date,amount,status
A,1,2026-01-01,10,done
A,2,2026-01-02,900,cancelled
B,3,2026-01-01,10,done
B,4,2026-01-02,10,done
EOF
printf 'tier frequent when orders_total >= 2\ndefault other\n' >trips.vip
trips() {
	vip-rollup -q -p ./trips.vip --as-of 2026-03-01 orders.csv |
	    vip-classify -q -p ./trips.vip | pick customer_id,tier
}
is 'R287 cancelled trips do not count' 0 'A other\nB frequent\n' '' trips

rows $people >in <<'EOF'
csat2 | low_csat_90d=2
csat1 | low_csat_90d=1
late2 | breaches_90d=2
late1 | breaches_90d=1
again | reopens_90d=3
open | public_complaints_90d=1 | open_complaints=1
settled | public_complaints_90d=1 | open_complaints=0
both | orders_total=12 | breaches_90d=2
EOF
is 'R289-R292, R294 the angry, each for a reason; in public, once settled' 0 \
	'csat2 care angry (low_csat_90d 2 >= 2)
csat1 standard \nlate2 care angry (breaches_90d 2 >= 2)\nlate1 standard 
again care angry (reopens_90d 3 >= 3)\nopen standard 
settled care settled (public_complaints_90d 1 >= 1 and open_complaints 0 = 0)
both gold frequent (orders_total 12 >= 10)\n' '' \
	badges customer_id,tier,tier_reason
several() {
	badges profiles | sed -n 8p
}
is 'R281 a customer may have several profiles' 0 'frequent;angry\n' '' several

rows $people >in <<'EOF'
wanted | abm_tier=3
other | abm_tier=4
sells | partner_type=reseller
talks | partner_type=Influencer
friend | partner_type=friend
EOF
is 'R295, R296 accounts that marketing is after, and partners' 0 \
	'wanted gold wanted\nother standard \nsells gold partner\ntalks gold partner\nfriend standard \n' \
	'' badges customer_id,tier,profiles

{
	echo $people
	awk 'BEGIN {
		for (i = 1; i <= 30; i++) {
			print "C" i ",,,,,,,,,,,,,"
			for (j = 1; j <= i && i > 2; j++)
				print "F" i "-" j ",C" i ",,,,,,,,,,,,"
		}
	}'
	echo N,gone,,,,,,,,,,,,
} >in
advocates() {
	badges customer_id,profiles | awk '$2 ~ /advocate/ { print $1 }' |
	    sed -n '1p; $p; $='
}
is 'R297 the twenty who bring the most, and nobody who brings none' 0 \
	'C11\nC30\n20\n' '' advocates
sed -i '/^F/d; s/^C2,/C2,C1/; s/^C3,/C3,C2/' in
is 'R297 two who bring any are two' 0 'C1\nC2\n2\n' '' advocates
sed -i 's/^C2,C1,/C2,C1,100/; s/^C3,C2,/C3,C2,-5/' in
{
	echo $people
	awk 'BEGIN { for (i = 1; i <= 21; i++)
		print "B" i ",,,,,,,,,,,,,\nX" i ",B" i ",,,,,,,,,,,,\nY" i ",B" i ",,,,,,,,,,,," }'
	echo C1,,,,,,,,,,,,,
	echo C2,C1,100,,,,,,,,,,,
	echo C3,,,,,,,,,,,,,
	echo C4,C3,-100,,,,,,,,,,,
} >in
some() {
	badges customer_id,tier,profiles | grep -E "^($1) "
}
is 'R297 or whose friends bring the most profit' 0 \
	'B1 gold advocate\nC1 gold advocate\nC3 standard \n' '' \
	some 'B1|C[13]'
sed -i '/^[BXY]/d; s/^C3,/C3,C2/' in
sed 's/^C1,/C1,C3/' in >loop.csv
is 'R299 loops are refused' 65 '' \
	'vip-classify: loop.csv:2:4: referred_by: "C3" makes a loop of referrals: lines 2, 4, 3\n' \
	vip-classify -p badge loop.csv
sed 's/^C1,/C1,C1/' in >loop.csv
is 'R299 nobody refers himself' 65 '' \
	'vip-classify: loop.csv:2:4: referred_by: "C1" is the row'"'"'s own key: nobody refers himself\n' \
	vip-classify -p badge loop.csv

# R282: the guard, which changes nobody's tier.
rows $people >in <<'EOF'
1 | orders_total=10
2 | orders_total=10
3 |
4 |
5 |
EOF
is 'R282 too many VIPs, and the exit status' 1 '' \
	'vip-classify: limit: 2 of 5 customers qualify for vip, more than the 1 that the policy allows\n' \
	sh -c 'vip-classify -p badge --fail-on limit <in >out'
sed -i '2s/10/9/' in
is 'R282 a fifth are not too many' 0 '' '' \
	sh -c 'vip-classify -p badge --fail-on limit <in >out'

sed -i 's/,10,/,9,/' in
is 'R282 too few VIPs, and the exit status' 1 '' \
	'vip-classify: limit: 0 of 5 customers qualify for vip, fewer than the 1 that the policy asks for\n' \
	sh -c 'vip-classify -p badge --fail-on limit <in >out'

# R283: neither the order of the rows nor the machine changes a verdict.
{
	head -n 1 in
	sed 1d in | sort -r
} >turned
same() {
	badges customer_id,tier <turned | sort >b
	LC_ALL=C TZ=Asia/Tokyo badges customer_id,tier | sort | cmp - b
}
is 'R283 the same whatever the order, locale and zone' 0 '' '' same

# R292: at once.
rows ticket_id,customer_id,tier,channel,created_at,first_response_at,resolved_at,public_complaint \
	>in <<'EOF'
a | tier=gold | channel=social | created_at=2026-03-01T10:00:00 | public_complaint=yes
b | tier=standard | channel=social | created_at=2026-03-01T11:00:00 | public_complaint=yes
c | tier=gold | channel=social | created_at=2026-03-01T11:00:00
EOF
told() {
	vip-sla -q -p badge --as-of 2026-03-01T12:00:00 |
	    vip-escalate -q -p badge --as-of 2026-03-01T12:00:00 |
	    pick ticket_id,to,due
}
is 'R292 a complaint in public is told at once, whoever it is' 0 \
	'a Social media team 2026-03-01T12:00:00Z\nb Social media team 2026-03-01T12:00:00Z\n' \
	'' told

# R303: every channel has a bound, for VIPs and for the others.
rows ticket_id,customer_id,tier,channel,created_at,first_response_at,resolved_at \
	>in <<'EOF'
1 | tier=gold | channel=phone | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:00:30
2 | tier=gold | channel=chat | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:00:59
3 | tier=gold | channel=letter | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T14:00:00
4 | tier=standard | channel=phone | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:02:59
5 | tier=standard | channel=letter | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-02T10:00:01
EOF
answers() {
	vip-sla -q -p badge --as-of 2026-03-03 |
	    pick ticket_id,first_response_status
}
is 'R303 each channel, for each of them' 0 \
	'1 breached\n2 met\n3 met\n4 met\n5 breached\n' '' answers

plan
