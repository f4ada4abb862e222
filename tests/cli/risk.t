#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may leave, and what to do: R27, R28, R34, R90, R91.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
tier gold when spend_30d >= 250
default standard
signal fewer "Fewer orders" weight 25 when orders_90d < 70% * orders_prev_90d do "Personal outreach"
signal basket "Smaller basket" weight 15 when aov_90d < 80% * aov_prev_90d do "Special offer"
signal email "Email disengaged" weight 10 when opened = "no"
signal complaint "Complaint" weight 20 when complaints_90d > 0 do "Personal outreach"
signal usage "Usage declining" weight 30 of 1 - usage / usage_prev between 10% and 50%
level critical below 40 do "Call today"
level high below 60
level medium below 80
level low
escalate director "Director" for vip at once when risk in (critical, high) or threat = "yes"
EOF
head='customer_id,tier,orders_90d,orders_prev_90d,aov_90d,aov_prev_90d,opened,complaints_90d,usage,usage_prev,threat'
good=gold,10,10,50,50,yes,0,100,100,no
run() {
	printf '%s\n' "$head" "$@" | vip-risk -q -p ./p.vip | sed 1d |
	    awk -v n="$(echo "$head" | awk -F, '{ print NF }')" '{
		for (i = 1; i <= n; i++) sub(/^[^,]*,/, ""); print }'
}

one() {
	title=$1 want=$2
	run "A,$3" >got
	printf '%b' "$want" >want
	ok "$title" diff want got
}
one 'R27 a clean customer has no reason' '100,low,,,\n' "$good"
one 'R27 fewer orders alone' \
	'75,medium,Fewer orders (orders_90d 6 < 70% * orders_prev_90d 10),Personal outreach,\n' \
	gold,6,10,50,50,yes,0,100,100,no
one 'R27 a smaller basket alone' \
	'85,low,Smaller basket (aov_90d 39.99 < 80% * aov_prev_90d 50),Special offer,\n' \
	gold,10,10,39.99,50,yes,0,100,100,no
one 'R27 email alone' \
	'90,low,"Email disengaged (opened ""no"" = ""no"")",,\n' \
	gold,10,10,50,50,no,0,100,100,no
one 'R27 a complaint alone' \
	'80,low,Complaint (complaints_90d 1 > 0),Personal outreach,\n' \
	gold,10,10,50,50,yes,1,100,100,no
one 'R91 usage declining by 25%, in proportion' \
	'88.75,low,Usage declining (25%),,\n' \
	gold,10,10,50,50,yes,0,75,100,no
one 'all of a weight at the upper bound, none at the lower' \
	'70,medium,Usage declining (50%),,\n' gold,10,10,50,50,yes,0,50,100,no
one 'nothing at the lower bound' '100,low,,,\n' \
	gold,10,10,50,50,yes,0,90,100,no
one 'R27 all five: heaviest first, each action once, the level first' \
	'0,critical,"Usage declining (60%); Fewer orders (orders_90d 1 < 70% * orders_prev_90d 10); Complaint (complaints_90d 3 > 0); Smaller basket (aov_90d 1 < 80% * aov_prev_90d 50); Email disengaged (opened ""no"" = ""no"")",Call today; Personal outreach; Special offer,Director\n' \
	gold,1,10,1,50,no,3,40,100,no
one 'a missing value takes nothing' '100,low,,,\n' \
	gold,,10,,50,,,,100,no
one 'division by zero is missing' '100,low,,,\n' \
	gold,10,10,50,50,yes,0,10,0,no
one 'R34 a threat goes to the Director' '100,low,,,Director\n' \
	gold,10,10,50,50,yes,0,100,100,yes
one 'R34 but not that of a standard customer' '100,low,,,\n' \
	standard,10,10,50,50,yes,0,100,100,yes

printf '%s\n' "$head" "A,$good" >in
is 'a level that is not there' 0 '' '' \
	sh -c 'vip-risk -q -p ./p.vip --fail-on critical >out'
printf '%s\n' "$head" A,gold,1,10,1,50,no,3,40,100,no >in
is 'a level that is' 1 '' '' \
	sh -c 'vip-risk -q -p ./p.vip --fail-on critical >out'
is 'a level that the policy has not' 64 '' \
	'vip-risk: --fail-on: the policy has no level dire\nvip-risk: try "vip-risk --help"\n' \
	vip-risk -p ./p.vip --fail-on dire
is 'a second run changes nothing' 0 '' '' sh -c '
	vip-risk -p ./p.vip <in >one && vip-risk -p ./p.vip one | cmp - one'
cut -d, -f1-10 in >less.csv
is 'an escalation may do without its column' 0 'Director\n' \
	'vip-risk: less.csv: no column "threat", which ./p.vip:12 needs: taken as missing\n' \
	sh -c 'vip-risk -p ./p.vip less.csv | sed 1d | sed "s/.*,//"'
echo 'tier gold when spend_30d >= 1 default standard' >q.vip
is 'a policy without levels' 78 '' \
	'vip-risk: ./q.vip: the policy has no level statement, so no health is a risk\n' \
	vip-risk -p ./q.vip in
printf '%s\n' "$head" A,gold,1.5x,10,1,50,no,3,40,100,no >bad.csv
is 'text where a number should be' 65 \
	"$head,health,risk_level,risk_reasons,risk_action,escalate_to\n" \
	'vip-risk: bad.csv:2:8: orders_90d: "1.5x" is not a number\n' \
	vip-risk -p ./p.vip bad.csv
if [ -w /dev/full ]; then
	is 'a full disk' 74 '' \
		'vip-risk: stdout: No space left on device\n' \
		sh -c 'vip-risk -p ./p.vip >/dev/full'
else
	skip 'a full disk' 'there is no /dev/full'
fi
is 'a reader that leaves early' 0 \
	"$head,health,risk_level,risk_reasons,risk_action,escalate_to\n" '' \
	sh -c 'vip-risk -p ./p.vip in | head -1'

plan
