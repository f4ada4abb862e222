#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The grocer's programme, as policies/rhf.vip has it: R1 to R34.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

customers=customer_id,ltv,spend_30d,spend_365d,spend_90d,spend_prev_90d
tiers() {
	vip-classify -q -p rhf --as-of 2026-01-18 | pick "$1"
}
counts() {
	tiers tier | sort | uniq -c | awk '{ print $2, $1 }'
}

is 'R1 whose programme it is, and to whom it reports' 0 \
	'program "Red Hill Fresh VIP" {\n\towner "VIP Account Manager"\n\tto "Customer Success Team Lead"\n' \
	'' sh -c 'vip-policy show rhf | sed -n "1,3p"'

{
	echo $customers
	awk 'BEGIN { for (i = 1; i <= 60; i++) print "C" i "," i ",0,0,0,0" }'
	echo A,0,400.00,0,0,0
	echo B,0,399.99,0,0,0
	echo C,0,250.00,0,0,0
	echo D,0,249.99,0,0,0
} >in
sed -i 's/,0,0,0$/,,0,0/' in
by_month() {
	tiers customer_id,tier | sed 1,60d
}
is 'R2, R3 by the month: 400.00 and 250.00 are in' 0 \
	'A platinum\nB gold\nC gold\nD standard\n' '' by_month
is 'R2, R3, R8 how many of each' 0 'gold 2\nplatinum 51\nstandard 11\n' '' \
	counts

for rows in 200 205; do
	{
		echo $customers
		awk -v n=$rows 'BEGIN {
			for (i = 1; i <= 50; i++) print "P" i ",9,0,0,0,0"
			for (; i <= n; i++) print "C" i ",1,0," i ",0,0"
		}'
	} >in
	is "R3 ten of $rows by spend" 0 'gold 10\nplatinum 50\nstandard '$((rows - 60))'\n' \
		'' counts
done

{
	echo $customers
	awk 'BEGIN { for (i = 1; i <= 50; i++) print "P" i ",9,0,,0,0" }'
	echo twice,0,0,,200,100
	echo less,0,0,,199,100
	echo nothing,0,0,,50,0
	echo new,0,0,,50,
	echo both,0,400,,200,100
} >in
growth() {
	tiers customer_id,tier,tier_reason | sed 1,50d
}
is 'R4, R5 growth by two; nothing doubles from nothing; the best wins' 0 \
	'twice rising spend_90d 200 >= 2 * spend_prev_90d 100 and spend_prev_90d 100 > 0
less standard \nnothing standard \nnew standard 
both platinum spend_30d 400 >= 400\n' '' growth

owed() {
	vip-classify -q -p rhf --benefits | pick benefits | sed -n '1p; $p' |
	    awk -F '; ' '{ print NF }'
}
sed -i '$s/.*/none,0,0,,0,0/' in
is 'R14 eight benefits, and none for the others' 0 '8\n0\n' '' owed

# R6: three tie at ranks 49 to 51.
{
	echo $customers
	awk 'BEGIN { for (i = 1; i <= 60; i++)
		print "C" i "," (i >= 49 && i <= 51 ? 50 : 100 - i) ",0,,0,0" }'
} >in
is 'R6 who ties with the fiftieth is in' 0 'platinum 51\nstandard 9\n' '' \
	counts

# R7: a month is 30 days, the last of them today.
printf 'customer_id,order_id,order_date,amount\nA,1,2025-12-19,400\nB,2,2025-12-20,400\n' \
	>orders.csv
month() {
	vip-rollup -q -p rhf --as-of 2026-01-18 -m spend_30d orders.csv |
	    pick customer_id,spend_30d
}
is 'R7 the month is the last 30 days' 0 'A 0\nB 400\n' '' month

# ----------------------------------------------------- R9 to R13, R22, R34

tickets=ticket_id,customer_id,tier,channel,created_at,assigned_at
tickets=$tickets,first_response_at,resolved_at,followed_up_at,complaint,threat
at=created_at=2026-01-05T23:50:00
rows $tickets >in <<EOF
phone | tier=gold | channel=phone | $at | first_response_at=2026-01-05T23:50:09
late | tier=gold | channel=phone | $at | first_response_at=2026-01-05T23:50:10
other | tier=standard | channel=phone | $at | first_response_at=2026-01-05T23:50:29
other2 | tier=standard | channel=phone | $at | first_response_at=2026-01-05T23:50:30
email | tier=rising | channel=email | $at | first_response_at=2026-01-06T00:49:59
email2 | tier=rising | channel=email | $at | first_response_at=2026-01-06T00:50:00
email3 | tier=standard | channel=email | $at | first_response_at=2026-01-06T23:49:59
chat | tier=platinum | channel=chat | $at | first_response_at=2026-01-05T23:50:00
chat2 | tier=standard | channel=chat | $at | first_response_at=2026-01-05T23:50:30
fax | tier=standard | channel=fax | $at | first_response_at=2026-01-06T23:50:00
EOF
judge() {
	vip-sla -q -p rhf --as-of 2026-01-18 | pick "$1"
}
is 'R9-R11, R13 four channels, two classes, to the second' 0 \
	'phone met\nlate breached\nother met\nother2 breached\nemail met\nemail2 breached\nemail3 met\nchat met\nchat2 breached\nfax breached\n' \
	'' judge ticket_id,first_response_status
rows $tickets >in <<EOF
in | tier=gold | $at | assigned_at=2026-01-05T23:55:00 | resolved_at=2026-01-05T23:59:59 | followed_up_at=2026-01-06T23:59:59
late | tier=gold | $at | assigned_at=2026-01-05T23:55:01 | resolved_at=2026-01-06T00:00:00 | followed_up_at=2026-01-07T00:00:01
other | tier=standard | $at | resolved_at=2026-01-06T23:49:59
EOF
is 'R12, R22 the same day ends at midnight; ownership and follow-up' 0 \
	'in met 2026-01-06T00:00:00-05:00 met met\nlate breached 2026-01-06T00:00:00-05:00 breached breached\nother  2026-01-06T23:50:00-05:00 met \n' \
	'' judge ticket_id,assignment_status,resolution_due,resolution_status,follow_up_status

now=created_at=2026-01-18T10:00:00
rows $tickets,risk_level >in <<EOF
churn | tier=gold | $now | risk_level=high
complaint | tier=gold | $now | complaint=yes
threat | tier=gold | $now | threat=yes
failure | tier=gold | $at
calm | tier=gold | $now | risk_level=medium | complaint=no | threat=no
other | tier=standard | $now | risk_level=critical | complaint=yes | threat=yes
EOF
told() {
	vip-sla -q -p rhf --as-of 2026-01-18T10:00:00 |
	    vip-escalate -q -p rhf --as-of 2026-01-18T10:00:00 |
	    pick ticket_id,escalation,to | sort
}
is 'R34 four triggers, one row each, to the Director' 0 \
	'churn churn Director\ncomplaint complaint Director\nfailure failure Director\nthreat threat Director\n' \
	'' told

open=created_at=2026-01-18T23:50:00
rows $tickets,status >in <<EOF
vip | tier=gold | $open | assigned_at=2026-01-18T23:52:00
other | tier=standard | $open
done | tier=gold | $open | resolved_at=2026-01-18T23:55:00
closed | tier=gold | $open | status=Closed
EOF
is 'R22 six steps in order for each issue that is open; the second today' 0 \
	'vip 1 own 2026-01-18T23:55:00-05:00 done
vip 2 resolve 2026-01-19T00:00:00-05:00 open
vip 3 compensate 2026-01-19T00:00:00-05:00 open
vip 4 follow_up 2026-01-20T00:00:00-05:00 open
vip 5 satisfied 2026-01-20T00:00:00-05:00 open
vip 6 log 2026-01-20T00:00:00-05:00 open\n' '' sh -c '
	vip-escalate -p rhf --checklist --as-of 2026-01-18T23:56:00 >out &&
	cut -d, -f 1,4,5,9,11 out | sed "1d; s/,/ /g"'

# ------------------------------------------------------------ R27 and R28

health=customer_id,tier,orders_90d,orders_prev_90d,aov_90d,aov_prev_90d
health=$health,email_open_rate,prev_email_open_rate,complaints_30d,late_90d
well='orders_90d=10 | orders_prev_90d=10 | aov_90d=10 | aov_prev_90d=10 | email_open_rate=0.5 | prev_email_open_rate=0.5 | complaints_30d=0 | late_90d=1'
rows $health >in <<EOF
clean | $well
orders | $well | orders_90d=6
basket | $well | aov_90d=7.99
silence | $well | email_open_rate=0.2
complaint | $well | complaints_30d=1
delivery | $well | late_90d=2
three | $well | orders_90d=6 | complaints_30d=1 | late_90d=2
all | $well | orders_90d=6 | aov_90d=7 | email_open_rate=0.2 | complaints_30d=1 | late_90d=2
EOF
risk() {
	vip-risk -q -p rhf | pick "$1"
}
is 'R27 each sign by itself, and all of them last' 0 \
	'clean 100 low\norders 75 medium\nbasket 85 low\nsilence 85 low\ncomplaint 75 medium\ndelivery 80 low\nthree 30 critical\nall 0 critical\n' \
	'' risk customer_id,health,risk_level
rungs() {
	risk risk_action | sed -n '7p; 2p' | sed 's/; /\n/g'
}
is 'R28 the rungs of the ladder, in their order' 0 \
	'Personal outreach this week\nIdentify and resolve the issue\nAsk what has changed in their week
Personal outreach now\nIdentify and resolve the issue\nMake a special offer
Check in every week until it is settled\nEscalate to the Director
Ask what has changed in their week\nFollow up on the complaint in person\nGo through the last deliveries with the driver\n' \
	'' rungs

plan
