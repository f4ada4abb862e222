#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The weekly report: R1, R8, R31-R33; every figure from a few rows.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
program "Red Hill Fresh VIP" owner "Customer Success Team Lead" from 2026-01-05
currency USD
timezone "America/New_York"
tier platinum when ltv >= 1000
tier gold when ltv >= 100
tier rising when ltv >= 50
default standard
level high below 60
level low
touch order_watch "Order monitoring" every 1w for vip by email
touch birthday "Birthday gift" on birthday before 3d for vip by mail
touch tenth "Tenth order gift" when orders_total = 10 for vip
target csat > 4.5 for vip
target csat >= 4.5 for vip
target first_response > 95%
target first_response >= 50%
target retention > 95%
EOF
cat >vips.csv <<'EOF'
customer_id,name,tier,spend_30d,birthday,orders_total,health,risk_level,risk_reasons,risk_action
C1,"Ann, A.",platinum,1500.50,1990-01-24,3,55,high,Fewer orders (orders_90d 1 < 2),Call; Offer
C2,田中太郎,gold,500,--01-22,10,90,low,,
C3,Bob,gold,0.25,1980-02-29,1,40,high,Complaint (complaints_90d 1 > 0),Resolve
C4,Cy,standard,1000,1970-01-22,10,10,high,Complaint,Resolve
EOF
cat >sla.csv <<'EOF'
ticket_id,customer_id,created_at,resolved_at,csat,first_response_status,resolution_status,sla_status
T1,C1,2026-01-13T10:00:00-05:00,2026-01-14T10:00:00-05:00,5,met,met,met
T2,C1,2026-01-02T10:00:00-05:00,2026-01-15T10:00:00-05:00,4,breached,breached,breached
T3,C2,2026-01-14T10:00:00-05:00,,,met,open,open
T4,X9,2026-01-15T10:00:00-05:00,,1,breached,open,breached
EOF
cat >want.txt <<'EOF'
Red Hill Fresh VIP: weekly report
=================================
As of 2026-01-19, for the week since 2026-01-12. To: Customer Success
Team Lead

VIP activity
------------
  Tier      Customers  Of all customers    Revenue  Of all revenue
  platinum          1             25.0%  $1,500.50           50.0%
  gold              2             50.0%    $500.25           16.7%
  rising            0              0.0%      $0.00            0.0%
  vip               3             75.0%  $2,000.75           66.7%
  standard          1             25.0%  $1,000.00           33.3%
  all               4            100.0%  $3,000.75          100.0%
  Revenue is spend_30d.

  Measure                                         Is
  VIPs of all customers                  75.0% (3/4)
  VIPs' revenue of all   66.7% ($2,000.75/$3,000.75)

At-risk VIPs
------------
  Tier      Customer  Id  Health  Risk
  platinum  Ann, A.   C1      55  high
      Risk factor: Fewer orders (orders_90d 1 < 2)
      Intervention: Call; Offer
  gold      Bob       C3      40  high
      Risk factor: Complaint (complaints_90d 1 > 0)
      Intervention: Resolve
  2 of 3 VIPs are at risk.

EOF
weekly() {
	vip-report weekly -p ./p.vip --as-of 2026-01-19 "$@"
}
weekly --tickets sla.csv vips.csv >text 2>err
sed -n '1,/VIPs are at risk/p' text >head.txt
echo >>head.txt
ok 'R1 R8 R33 title, activity and who is at risk' diff want.txt head.txt

cat >want.csv <<'EOF'
activity,platinum,customers,,,1,,,,
activity,gold,customers,,,2,,,,
activity,rising,customers,,,0,,,,
activity,vip,customers,,,3,,,,
activity,standard,customers,,,1,,,,
activity,all,customers,,,4,,,,
EOF
is 'the long form' 0 \
	'section,tier,metric,numerator,denominator,value,target,status,previous,change\n' '' \
	sh -c 'vip-report weekly -p ./p.vip --as-of 2026-01-19 --format csv \
	    --tickets sla.csv vips.csv >long.csv && head -1 long.csv'
ok 'R8 counts of every tier, also of none' sh -c \
	'grep ",customers," long.csv | grep ^activity | diff want.csv -'
is 'R8 the share of all revenue, with its parts' 0 \
	'activity,vip,revenue_share,2000.75,3000.75,0.66675,,,,\n' '' \
	grep activity,vip,revenue_share, long.csv
is 'R33 SLA compliance per tier, in the week' 0 \
	'issues,platinum,first_response_met_week,1,1,1,,,,\nissues,gold,first_response_met_week,1,1,1,,,,\nissues,standard,first_response_met_week,0,1,0,,,,\nissues,all,first_response_met_week,2,3,0.666667,,,,\n' '' \
	grep ,first_response_met_week, long.csv
is 'and in all' 0 \
	'issues,platinum,first_response_met,1,2,0.5,,,,\nissues,gold,first_response_met,1,1,1,,,,\nissues,standard,first_response_met,0,1,0,,,,\nissues,all,first_response_met,2,4,0.5,,,,\n' '' \
	grep ,first_response_met, long.csv
is 'issues resolved in the week, open now' 0 '2\n2\n' '' sh -c '
	awk -F, "\$2 == \"all\" && (\$3 == \"resolved\" || \$3 == \"open\") { print \$6 }" long.csv'
is 'R15 R19 R21 touchpoints' 0 \
	'touchpoints,,order_watch/customers,,,3,,,,\ntouchpoints,,birthday/customers,,,2,,,,\ntouchpoints,,tenth/customers,,,1,,,,\n' '' \
	grep /customers long.csv
is 'R19 three days ahead, with and without a year' 0 \
	'touchpoints,gold,C2/due,,,2026-01-19,,,,\ntouchpoints,platinum,C1/due,,,2026-01-21,,,,\n' '' \
	sh -c 'grep "C[12]/due" long.csv | sort -u | sort -t, -k6'
is 'R32 R218 targets: exactly at the bound, missed, not measurable' 0 \
	'targets,vip,csat/value,9,2,4.5,> 4.5,missed,,\ntargets,vip,csat/value,9,2,4.5,>= 4.5,met,,\ntargets,all,first_response/value,2,4,0.5,> 95%,missed,,\ntargets,all,first_response/value,2,4,0.5,>= 50%,met,,\ntargets,all,retention/value,,,,> 95%,not measurable,,\n' '' \
	grep ^targets long.csv
is 'the same bytes again' 0 '' '' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --tickets sla.csv vips.csv |
	cmp - text'
is 'no line is wider than 80 columns, or ends in a blank' 0 '0\n' '' sh -c '
	sed "s/田中太郎/12345678/" text |
	awk "length > 80 || / \$/ { n++ } END { print n + 0 }"'

head -1 vips.csv >none.csv
head -1 sla.csv >notickets.csv
weekly --tickets notickets.csv none.csv >text 2>err
is 'a report on nothing says none' 0 '4\n' '' grep -c '^  none$' text
ok 'and keeps its sections in order' sh -c '
	grep -B1 "^-----*\$" text | grep -v "^--" | paste -sd, - |
	grep -qx "VIP activity,At-risk VIPs,Issues resolved,Upcoming touchpoints,Targets"'
weekly none.csv >text 2>err
is 'without tickets it says so' 0 \
	'  not known: no tickets were given (--tickets)\n' '' \
	grep 'not known' text

is 'where there is no room for all, the healthiest are left out' 0 \
	'  gold  Bob       C3      40  high\n  ... and 1 more\n  2 of 3 VIPs are at risk.\n' \
	'' sh -c 'vip-report weekly -p ./p.vip --as-of 2026-01-19 --most 1 \
	vips.csv | grep -e "[0-9]  high" -e "and 1 more" -e "at risk\."'
is 'and on the dashboard' 0 '  gold  Bob                 40\n  ... and 1 more\n' \
	'' sh -c 'vip-report dashboard -p ./p.vip --as-of 2026-01-19 --most 1 \
	vips.csv | sed -n "/^At-risk/,/^Targets/p" |
	grep -e Bob -e Ann -e "and 1 more"'

: >none.txt
printf 'Who moved\n---------\n  none\n\nAt-risk VIPs\n' >nobody
# Who moved, of a store or of vip-diff.
cat >move.vip <<'EOF'
currency USD
tier platinum when s >= 100
tier gold when s >= 50
default standard
EOF
printf '%s\n' customer_id,name,s A,Ann,120 B,Bob,60 C,Cy,10 D,Di,55 E,Ed,1 |
    vip-classify -q -p ./move.vip --as-of 2026-01-12 --store m.db -o was.csv
printf '%s\n' customer_id,name,s A,Ann,60 B,Bob,120 C,Cy,55 E,Ed,1 F,Flo,130 \
    G,Gus,1 |
    vip-classify -q -p ./move.vip --as-of 2026-01-19 --store m.db -o is.csv
vip-diff -q -p ./move.vip -o moves.csv was.csv is.csv
moved() {
	vip-report weekly -p ./move.vip "$@" | sed -n '/^Who moved/,/^At-risk/p'
}
cat >want <<'EOF'
Who moved
---------
  Move      Customers  To or from VIP
  promoted          2               2
  demoted           1               1
  joined            2               1
  left              1               1

  VIPs who moved
  Customer  Id  Move      From      To
  Bob       B   promoted  gold      platinum
  Cy        C   promoted  standard  gold
  Ann       A   demoted   platinum  gold
  Flo       F   joined              platinum
  D         D   left      gold

At-risk VIPs
EOF
isfile 'who moved, of vip-diff' 0 want none.txt \
	moved --as-of 2026-01-19 --moves moves.csv is.csv
isfile 'and of a store' 0 want none.txt \
	moved --as-of 2026-01-19 --store m.db is.csv
isfile 'of the week, and no more' 0 nobody none.txt \
	moved --as-of 2026-01-26 --store m.db is.csv
isfile 'all who are new on the first day did not join' 0 nobody none.txt \
	moved --as-of 2026-01-12 --store m.db was.csv
isfile 'no section where nothing is known of it' 0 none.txt none.txt \
	moved --as-of 2026-01-19 is.csv
moved --as-of 2026-01-26 --store m.db --days 14 is.csv >text
ok 'a week is as long as it is asked to be' cmp want text
printf 'sixteen bytes are enough' >key
ok 'R213 whose tier is nobody else'"'"'s business' sh -c '
	vip-report weekly -p ./move.vip --as-of 2026-01-19 --moves moves.csv \
	    --redact tiers,names --redact-key key --format csv is.csv >text &&
	grep -q "/tier_to,,,hidden" text &&
	! grep -qE "(Bob|Flo|[BCF]/|/tier_(from|to),,,[gps])" text'
is 'moves are for the weekly report' 64 '' \
	'vip-report: --moves is for the report weekly\nvip-report: try "vip-report --help"\n' \
	vip-report monthly -p ./move.vip --moves moves.csv is.csv
is 'moves that are none' 65 '' \
	'vip-report: c.csv:1: no column "old"\nvip-report: c.csv:1: no column "new"; the header has "customer_id", "column"\n' \
	sh -c 'echo customer_id,column >c.csv
	vip-report weekly -p ./move.vip --moves c.csv is.csv'

# R282: how many VIPs there may be.
limited() {
	sed 's/^tier gold.*/& limit 1/' p.vip >limited.vip
	echo "limit vip between 5% and 60%" >>limited.vip
	kind=$1
	shift
	vip-report "$kind" -p ./limited.vip --as-of 2026-01-19 "$@" vips.csv
}
for kind in weekly monthly dashboard; do
	limited "$kind" >text
	ok "R282 $kind: more VIPs than the policy allows" sh -c '
		sed "s/  */ /g" text | grep -Fxq \
		" VIPs of all customers 75.0% (3/4) >= 5%, <= 60% too many"'
	ok "R282 $kind: and of a tier" sh -c '
		sed "s/  */ /g" text | grep -Fxq \
		" gold of all customers 50.0% (2/4) <= 1 too many"'
done
is 'R282 the limit and its status are data' 0 \
	'activity,vip,customer_share/value,3,4,0.75,">= 5%, <= 60%",missed,,\n' '' \
	sh -c 'vip-report weekly -p ./limited.vip --as-of 2026-01-19 \
	--format csv vips.csv | grep ^activity,vip,customer_share/'
is 'R282 as few as may be are within' 0 \
	'  VIPs of all customers                  75.0% (3/4)  <= 75%  within the limit\n' \
	'' sh -c 'sed "s/^limit vip.*/limit vip 75%/; s/ limit 1//" limited.vip >l.vip
	vip-report weekly -p ./l.vip --as-of 2026-01-19 vips.csv |
	grep "VIPs of all"'

sed 's/gold/golf/' vips.csv >bad.csv
is 'a tier that the policy has not' 65 '' \
	'vip-report: bad.csv:3:17: tier: "golf" is no tier of the policy\n' \
	weekly bad.csv
{
	cat vips.csv
	sed -n 2p vips.csv
} >bad.csv
is 'a customer that comes twice' 65 '' \
	'vip-report: bad.csv:6:1: customer_id: "C1" comes twice\n' \
	weekly bad.csv
printf 'customer_id,name\nC1,x\n' >bad.csv
ok 'customers that are not classified' sh -c '
	vip-report weekly -p ./p.vip bad.csv 2>err; test $? -eq 65 &&
	grep -q tier err'
# The report of the week before, from the store.
for day in 05 10 12 13; do
	sed "s/,55,high/,$day,high/" vips.csv |
	    vip-report weekly -p ./p.vip --as-of 2026-01-$day --format csv |
	    vip-store vip.db put -q --kind weekly --as-of 2026-01-$day
done
ok 'R107 the latest as of the beginning of the week, or before' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --store vip.db \
	    vips.csv | grep -Fq "55 (up 43)" &&
	vip-report weekly -p ./p.vip --as-of 2026-01-18 --store vip.db \
	    vips.csv | grep -Fq "55 (up 45)"'
ok 'a tolerance of so many percent' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --store vip.db \
	    --tolerance 400 vips.csv | grep -Fq "55 (stable)"'
ok 'nothing is compared where the store has none so old' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-09 --store vip.db \
	    vips.csv >text && ! grep -Eq "up|down|stable" text'
ok 'nor with a report of another kind' sh -c '
	vip-report monthly -p ./p.vip --as-of 2026-03-01 --store vip.db \
	    vips.csv >text && ! grep -Eq "\((up|down|stable)" text'
is 'the store is whole' 0 '' '' vip-store vip.db check
is 'no such report' 64 '' \
	'vip-report: there is no report "daily"; there are weekly, monthly, dashboard, team, account, sponsor, care and budget\nvip-report: try "vip-report --help"\n' \
	vip-report daily -p ./p.vip vips.csv
printf 'customer_id,name,tier,spend_30d,birthday,orders_total,risk_level\nC1,\033]8;;x\a\342\200\256evil\033[31m,platinum,1,,,high\n' >in
is 'names cannot speak to the terminal' 0 '0\n' '' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 <in | LC_ALL=C tr -d "\n -~" |
	LC_ALL=C tr -d "\200-\377" | wc -c | tr -d " "'
is 'tickets of customers that are not known' 0 \
	'Of customers not known here, and counted as standard: 1.\n' '' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --format json \
	    --tickets sla.csv vips.csv | grep -o "Of customers not known[^\"]*"'
sed 's/,1,breached,open,breached/,50,breached,open,breached/' sla.csv >bad.csv
is 'a rating out of its range' 65 '' \
	'vip-report: bad.csv:5:34: csat: "50" is not from 1 to 5\n' \
	weekly --tickets bad.csv vips.csv
sed 's/,1,breached,open,breached/,1,brached,open,breached/' sla.csv >bad.csv
is 'a word that is no status' 65 '' \
	'vip-report: bad.csv:5:36: first_response_status: "brached" is no status of a metric\n' \
	weekly --tickets bad.csv vips.csv
awk 'BEGIN { print "tier a when x > 0\ndefault z"
	for (i = 1; i <= 40; i++) print "touch t" i " when x > 0" }' >touch.vip
printf 'customer_id,tier,x\nA,a,1\n' >touch.csv
is 'as many touches as the policy has' 0 '40\n' '' sh -c '
	vip-report weekly -p ./touch.vip --format csv touch.csv | grep -c "/customers,"'
printf '%s\n' 'tier g when x > 1' 'default z' \
    'touch t "T" every 1mo on joined for vip' >grid.vip
printf '%s\n' customer_id,tier,x,joined A,g,2,2025-10-31 B,g,2,2026-03-02 \
    C,g,2,2026-03-04 D,g,2,--12-28 E,g,2, >grid.csv
is 'a grid of days from a date of the customer' 0 \
	'touchpoints,,t/due,,,2026-02-28,,,,\ntouchpoints,,t/customers,,,3,,,,\n' '' sh -c '
	vip-report weekly -p ./grid.vip --as-of 2026-02-25 --format csv grid.csv |
	grep -e t/due -e t/customers'
echo 'touch birthday on birthday for a' >>touch.vip
is 'what cannot be known is said where there is nothing else' 0 \
	'  Not known for want of a column: birthday (birthday).\n' '' sh -c '
	grep -v "^touch t" touch.vip >one.vip
	vip-report weekly -p ./one.vip touch.csv | grep "Not known"'
if [ -w /dev/full ]; then
	is 'a full disk' 74 '' \
		'vip-report: stdout: No space left on device\n' \
		sh -c 'vip-report weekly -p ./p.vip vips.csv >/dev/full'
else
	skip 'a full disk' 'there is no /dev/full'
fi
is 'a reader that leaves early' 0 'Red Hill Fresh VIP: weekly report\n' '' \
	sh -c 'vip-report weekly -p ./p.vip vips.csv | head -1'

cat >renamed.vip <<'END'
key customer_id
column customer_id from "Customer ID"
tier gold when spend_30d >= 10
default rest
END
printf 'Customer ID,spend_30d,tier\n1,20,gold\n2,5,rest\n' >bad.csv
ok 'the key may have another name in the file' sh -c '
	vip-report weekly -p ./renamed.vip --as-of 2026-01-19 bad.csv |
	grep -q "^  all  *2  *100.0%  *25.00"'
printf 'Customer ID,spend_30d,tier\n1,20,gold\n"",5,rest\n' >bad.csv
is 'which is not empty' 65 '' \
	'vip-report: bad.csv:3:1: Customer ID: is empty\n' \
	vip-report weekly -p ./renamed.vip --as-of 2026-01-19 bad.csv

# A ticket belongs to one week, and of its clocks one that has ended runs not.
cat >clock.vip <<'END'
timezone "America/New_York"
tier gold "Gold" when ltv >= 1000
default std
sla first_response for all within 1h
sla resolution for all within 24h
END
printf 'customer_id,name,tier\nC1,Ann,gold\n' >v.csv
printf 'ticket_id,customer_id,created_at,first_response_at,resolved_at
T1,C1,2026-01-19T00:00,2026-01-19T02:00,\n' >t.csv
for week in 2026-01-19,0 2026-01-19T12:00,1 2026-01-26,1 2026-01-26T00:01,0; do
	vip-sla -q -p ./clock.vip --customers v.csv --as-of "${week%,*}" t.csv \
	    >s.csv
	is "of the week until ${week%,*}" 0 "${week#*,}\n" '' sh -c '
	    vip-report weekly -p ./clock.vip --as-of "$1" --tickets s.csv \
	    --format csv v.csv | grep issues,all,created | cut -d, -f6' \
	    - "${week%,*}"
done
vip-sla -q -p ./clock.vip --customers v.csv --as-of 2026-01-19T12:00 t.csv >s.csv
is 'an answer that was late is not waited for' 0 \
    '      Clock: Resolution, open\n' '' sh -c '
    vip-report dashboard -p ./clock.vip --as-of 2026-01-19T12:00 \
    --tickets s.csv v.csv | grep Clock:'

printf 'ticket_id,customer_id,created_at,first_response_at,resolved_at,followed_up_at
T2,C1,2026-01-17T10:00,2026-01-17T10:10,,2026-01-17T14:00\n' >t.csv
{
	cat clock.vip
	echo 'sla follow_up for all within 5d after resolved_at'
} >follow.vip
printf 'ticket_id,at,event,value\nT2,2026-01-17T12:00,resolved,
T2,2026-01-17T14:00,followed up,\nT2,2026-01-17T15:00,reopened,
T2,2026-01-17T16:00,resolved,\n' >log.csv
vip-sla -q -p ./follow.vip --customers v.csv --as-of 2026-01-18 \
    --events log.csv t.csv >s.csv
is 'and one that runs anew is' 0 '      Clock: Follow-up, open\n' '' sh -c '
    vip-report dashboard -p ./follow.vip --as-of 2026-01-18 \
    --tickets s.csv v.csv | grep Clock:'

plan
