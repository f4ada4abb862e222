#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a policy needs, what it says of one customer, what changed between
# two, and who would move.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >old.vip <<'EOF'
column acv from "Annual Value"
let grown = spend_30d / spend_prev_30d
exclude staff "Employees" when staff = "yes"
tier gold "Gold" when rank(acv) <= 1 or spend_30d >= 400 {
    cost 100
}
tier silver when grown >= 2
default standard
profile big when acv > 10
signal quiet weight 30 when spend_30d < 10
level high below 80
level low
sla first_response for vip, phone under 10s
sla resolution for all within 24h
EOF
sed 's/400/300/; s/rank(acv) <= 1/rank(acv) <= 2/; s/under 10s/under 20s/
    /^profile/d; s/^tier silver/tier bronze/' old.vip >new.vip
echo 'touch hello every 1mo for vip by phone' >>new.vip
cat >c.csv <<'EOF'
customer_id,staff,Annual Value,spend_30d,spend_prev_30d
A,no,50,5,
B,no,40,350,100
C,no,10,20,10
D,yes,99,999,1
EOF

is 'columns: each command, what it needs' 0 \
	'vip-classify,acv,Annual Value,number,must,,4\nvip-classify,customer_id,customer_id,text,must,,\nvip-classify,spend_30d,spend_30d,number,must,vip-rollup,4\nvip-classify,spend_prev_30d,spend_prev_30d,number,must,vip-rollup,2\nvip-classify,staff,staff,text,must,,3\n' '' \
	sh -c 'vip-policy columns old.vip | grep ^vip-classify | sort'
is 'columns: of tickets' 0 \
	'channel\ncreated_at\ncustomer_id\nfirst_response_at\nresolved_at\nticket_id\n' '' \
	sh -c 'vip-policy columns -p ./old.vip | awk -F, "\$1 == \"vip-sla\" { print \$2 }" | sort'

is 'explain: every rule, and which decided' 0 \
	'statement,name,result,decided,reason\nexclude,staff,no,,"staff ""no"" = ""yes"""\ntier,gold,no,,rank(acv) <= 1 (acv 40 < 50) or spend_30d 350 >= 400\ntier,silver,yes,yes,grown 3.5 >= 2\ndefault,standard,yes,,\nprofile,big,yes,,acv 40 > 10\nsignal,quiet,no,,spend_30d 350 < 10\n' '' \
	vip-policy explain -p ./old.vip --row B c.csv
is 'explain: what is not known' 0 'tier,silver,unknown,,\n' '' sh -c '
	vip-policy explain -p ./old.vip --row A c.csv | grep ^tier,silver |
	sed "s/unknown,,.*/unknown,,/"'
is 'explain: an exclusion decides' 0 'exclude,staff,yes,yes,"staff ""yes"" = ""yes"""\n' '' \
	sh -c 'vip-policy explain -p ./old.vip --row D c.csv | grep ,yes,yes,'
printf '%s\n' 'tier t when x > 1 default z' \
    'signal drop weight 30 of 1 - x / y between 10% and 50%' \
    'signal only for t weight 5 when x > 0' 'level l' >share.vip
printf 'customer_id,x,y\nA,80,100\nB,95,100\nC,1,0\n' >share.csv
is 'explain: a signal in proportion' 0 \
	'signal,drop,yes,,0.2\nsignal,only,yes,,x 80 > 0\nsignal,drop,no,,0.05\nsignal,only,yes,,x 95 > 0\nsignal,drop,unknown,,\nsignal,only,no,,x 1 > 0\n' '' \
	sh -c 'for k in A B C; do
		vip-policy explain -p ./share.vip --row $k share.csv | grep ^signal
	done'
is 'explain: a customer that is not there' 65 '' \
	'vip-policy: c.csv: no row has customer_id "Z"\n' \
	vip-policy explain -p ./old.vip --row Z c.csv
is 'explain: no customer' 64 '' \
	'vip-policy: explain: which customer? --row KEY\nvip-policy: try "vip-policy --help"\n' \
	vip-policy explain -p ./old.vip c.csv

cat >want <<'EOF'
tiers, best first: were gold, silver, standard; are gold, bronze, standard
tier silver: removed: when grown >= 2
profile big: removed: when acv > 10
tier gold: was: when rank(acv) <= 1 or spend_30d >= 400; is: when rank(acv) <= 2 or spend_30d >= 300
tier bronze: added: when grown >= 2
sla first_response for vip, phone: was: under 10s; is: under 20s
touch hello for vip: added: every 1mo by phone
EOF
is 'diff: in words' 0 "$(cat want)\n" '' vip-policy diff old.vip new.vip
is 'diff: nothing' 0 '' '' vip-policy diff --fail-on change old.vip old.vip
is 'diff: a change, and the exit status' 1 '' '' \
	sh -c 'vip-policy diff --fail-on change old.vip new.vip >out'
is 'diff: one policy is not enough' 64 '' \
	'vip-policy: diff: two policies, OLD and NEW\nvip-policy: try "vip-policy --help"\n' \
	vip-policy diff old.vip

is 'simulate: who would move, and what it is worth' 0 \
	'change,from,to,customers,share,revenue,cost,agents\nkept,gold,gold,1,0.25,5,,\nmoved,silver,gold,1,0.25,350,,\nmoved,silver,bronze,1,0.25,20,,\nkept,standard,standard,1,0.25,999,,\nbefore,gold,gold,1,0.25,5,100,\nbefore,silver,silver,2,0.5,370,,\nbefore,standard,standard,1,0.25,999,,\nbefore,vip,vip,3,0.75,375,100,\nafter,gold,gold,2,0.5,355,200,\nafter,bronze,bronze,1,0.25,20,,\nafter,standard,standard,1,0.25,999,,\nafter,vip,vip,3,0.75,375,200,\n' '' \
	vip-policy simulate -p ./old.vip --against ./new.vip c.csv

# R282: two of p and three of q share their agents; who is of no pool has none.
cat >agents.vip <<'EOF'
currency USD
tier a when x > 3 cost $5
tier b when x > 2
tier c when x > 1
tier d when x > 0
default z
pool gone for vip accounts 1 until 2025-12-31
pool p for a, b accounts 3
pool q for c accounts 2
pool r for a share 40%
pool s for a accounts 1
EOF
printf '%s\n' customer_id,x 1,4 2,4 3,3 4,3 5,2 6,2 7,2 8,1 9,0 >in
is 'R282 simulate: the agents that are needed' 0 \
	'a 2 10 1\nb 2  1\nc 3  2\nd 1  \nz 1  \nvip 8 10 4\n' '' sh -c '
	vip-policy simulate --as-of 2026-01-19 -p ./agents.vip \
	    --against ./agents.vip | awk -F, "/^after/ { print \$3, \$4, \$7, \$8 }"'
# The policy says where revenue is, and how it is written.
printf '%s\n' 'currency CNY' 'column spend_365d from "年消费额" as money' \
    'tier a when spend_365d >= ¥5万' 'default z' >money.vip
printf '%s\n' customer_id,年消费额 1,5万元 2,'"¥49,999.99"' 3, >in
is 'simulate: revenue is a column of the policy' 0 \
	'a 1 50000\nz 2 49999.99\n' '' sh -c '
	vip-policy simulate -p ./money.vip --against ./money.vip |
	awk -F, "/^kept/ { print \$2, \$4, \$6 }"'
printf '%s\n' 'tier a when x > 1' 'default z' >x.vip
printf '%s\n' customer_id,x 1,2 >in
is 'simulate: no revenue is not 0' 0 'kept,a,a,1,1,,,\n' '' sh -c '
	vip-policy simulate -p ./x.vip --against ./x.vip | grep kept'
is 'simulate: by name, from a pipe' 0 \
	'key,from,to,reason\nB,silver,gold,rank(acv) <= 2 (acv 40 >= 40)\nC,silver,bronze,grown 2 >= 2\n' '' \
	sh -c 'cat c.csv | vip-policy simulate --who -p ./old.vip --against ./new.vip'
is 'simulate: against itself nobody moves' 0 '0\n' '' sh -c '
	vip-policy simulate --fail-on change -p ./old.vip --against ./old.vip c.csv >out &&
	grep -c ^moved out || :'
is 'R282 simulate and diff: limits that would not hold' 0 \
	'limit vip: was: between 2 and 3; is: between 5% and 50%\n' \
	'vip-policy: ./few.vip: limit: 1 of 4 customers qualify for vip, fewer than the 2 that the policy asks for\nvip-policy: ./many.vip: limit: 3 of 4 customers qualify for vip, more than the 2 that the policy allows\n' \
	sh -c 'echo "tier a when x > 8 default b limit vip between 2 and 3" >few.vip
	echo "tier a when x > 1 default b limit vip between 5% and 50%" >many.vip
	printf "%s\\n" customer_id,x 1,1 2,2 3,3 4,9 |
	vip-policy simulate -p ./few.vip --against ./many.vip >out
	vip-policy diff few.vip many.vip | grep limit'
is 'simulate: against nothing' 64 '' \
	'vip-policy: simulate: what? --against POLICY\nvip-policy: try "vip-policy --help"\n' \
	vip-policy simulate -p ./old.vip c.csv
is 'simulate: text where a number should be' 65 '' \
	'vip-policy: bad.csv:2:6: Annual Value: "5O" is not a number\n' \
	sh -c 'sed "s/,50,/,5O,/" c.csv >bad.csv
	vip-policy simulate -p ./old.vip --against ./new.vip -o out bad.csv'

plan
