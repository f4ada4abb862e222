#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The sample dashboard and monthly report, figure by figure.
# shellcheck disable=SC2016 # the texts are for sh -c
. "${srcdir:-.}/tests/tap.sh"

now=2026-01-16T14:00:00-05:00
cp "$srcdir/tests/data/executive/sample.vip" .
sh "$srcdir/scripts/gen-executive" .
vip-risk -p ./sample.vip --as-of "$now" customers.csv >vips.csv
vip-sla -p ./sample.vip --as-of "$now" --customers vips.csv tickets.csv >sla.csv

report() {
	kind=$1
	shift
	vip-report "$kind" -p ./sample.vip --as-of "$now" --tickets sla.csv \
	    --events events.csv --agents agents.csv --short-money "$@" vips.csv
}

# Is each of these lines in the report, whatever its blanks?
has() {
	title=$1 file=$2
	shift 2
	for line do
		sed 's/  */ /g; s/^ //' "$file" | grep -Fxq -- "$line" || {
			ok "$title" sh -c 'echo "no line: $1"; exit 1' - "$line"
			return
		}
	done
	ok "$title" true
}

report dashboard >text 2>err
is 'nothing is said on the standard error' 0 '' '' cat err
has 'R72-R74 accounts, revenue, tickets, and their shares' text \
	'tier1 23 1% $1.8M 30% 71 4%' 'vip 235 12% $4.2M 68% 312 18%' \
	'all 1,958 100% $6.2M 100% 1,733 100%' 'VIP ARR (12 x mrr) $50.4M'
ok 'R74 the note on the share of tickets, with both' sh -c '
	tr "\n" " " <text | grep -Fq "greater share of the tickets than of the   customers (18%, 12%)"'
has 'R72-R74 what the shares are of' text \
	'VIPs of all customers 12% (235/1,958)' \
	"VIPs' revenue of all 68% (\$4.2M/\$6.2M)" \
	"VIPs' tickets of all 18% (312/1,733)"
has 'R75 R105 first response: mean, median, p90, target, margin' text \
	'tier1 8.3 min 7.8 min 9.3 min 15 min 45% met' \
	'tier2 19.7 min 20 min 21.7 min 30 min 34% met' \
	'tier3 42.1 min 44 min 44 min 1 hr 30% met'
has 'R76 resolution in hours' text 'tier1 2.1 2 2.2' 'tier2 3.8 3.3 4.3' \
	'tier3 5.2 5.2 5.6'
has 'R77 R78 satisfaction and escalations against all' text \
	'tier1 71 4.9 good 8.5% (6/71) good' \
	'tier2 88 4.7 good 10.2% (9/88) good' \
	'tier3 153 4.5 good 11.8% (18/153) warning' \
	'all 1,733 4.3 - 11.2% (194/1,733) -'
sed -n '/^Active VIP/,/^Agents/s/  */ /gp' text | grep '^ tier' |
    sed -n 1,5p >got
cat >want <<'END'
 tier1 Globex Corp API outage Sarah M. 12 min 3 min
 tier1 Wayne Ent Data migration Tom R. 34 min 26 min
 tier3 Upton Inc Feature access Maria L. 1 hr 30 min 30 min
 tier2 ACME Inc SSO configuration Lisa K. 1 hr 2 hrs
 tier2 Initech Billing discrepancy Alex P. 45 min 2 hrs 15 min
END
ok 'R79 R80 R82 active tickets, by what is left' diff want got
ok 'R81 only the first is warned of, and its clock is named' sh -c '
	test "$(grep -c "Clock: .*warning" text)" = 1 &&
	grep -q "Clock: First response, warning" text'
has 'R83 pools, and who is away' text 'Tier 1 pool 5 5 0 0 23' \
	'Who: Sarah M., Tom R., Lisa K., Alex P., Maria L.' \
	'Tier 2 pool 12 8 1 3 67' \
	'Who is on leave: David K. (2026-01-15 - 2026-01-17)'
ok 'R84 shares of the load, the greatest first' sh -c '
	sed "s/  */ /g" text | grep -E "^ (Sarah|Tom|Lisa|Alex|Maria).* tier1 " |
	cut -d" " -f5,6 | tr "\n" " " |
	grep -Fx "18 34% 15 28% 14 26% 12 22% 11 21% "'
ok 'R85 one note of burnout' sh -c 'test "$(grep -c burnout text)" = 1'
has 'R86 R87 sponsors' text 'Sponsors 6' 'Accounts each, least 3' \
	'Accounts each, most 4 < 5 met' 'Reviews in the quarter 78% (18/23)' \
	'Reviews still due 5' \
	'Contacts out of turn 7' 'Health check-ins 100% (23/23)'
has 'R88 R171 retention, expansion, NPS' text \
	'Retention 97.8% (225/230) 93.7% (1,659/1,770) 94.2% (1,884/2,000)' \
	'Expansion 23% (54/235) 0% (0/1,723) 3% (54/1,958)' \
	'NPS 72 53 58'
has 'R89-R91 at risk' text 'tier1 Stark Ind 62' 'tier2 Cyberdyne 58' \
	'tier2 Oscorp 55' 'Risk factor: Usage declining (25%)' \
	'Intervention: Executive outreach Jan 18'
report dashboard --format html >page
ok 'the dashboard has a chart, which says what is drawn' sh -c '
	sed -n "/<svg/,/<.figure>/p" page | tr -d "\n" |
	grep "Of all customers.*Of all revenue.*Of all tickets" >chart'
ok 'no line is wider than 80 columns' sh -c '
	test -z "$(awk "length > 80" text)"'

report monthly --previous previous.csv >text 2>err
is 'nothing on the standard error' 0 '' '' cat err
has 'R106 with its true denominator, and what was missed' text \
	'First response 99.7% (310/311) 100.0% (1,421/1,421)' \
	'All promises 99.8% (614/615) 100.0% (1,421/1,421)' \
	'tier3 Tier 3 account 2 First response 1 hr 2 min 1 hr'
has 'R107 against the month before' text \
	'tier1 71 4.9 (up 0.1) good 8.5% (6/71) good' \
	'tier2 88 4.7 (stable) good 10.2% (9/88) good' \
	'tier3 153 4.5 (up 0.1) good 11.8% (18/153) warning' \
	'NPS 72 (up 3) 53 58'
ok 'R107 retention is stable' grep -Fq '97.8% (225/230; stable)' text
has 'R108 revenue' text 'VIP revenue $4.2M' 'Expansion by support $187,000' \
	'VIPs at risk 3' 'VIPs lost in the period 0.0% (0/235)'
has 'R109 recommendations, with their figures' text \
	"1 Reduce Sarah M.'s VIP load (34%)" \
	'2 Complete the review of 5 Tier 1 accounts (78%)' \
	'4 Add an agent to the Tier 1 pool: 5 for 23' \
	'5 Launch the monthly check-in'
ok 'R109 the three by name' grep -Fq \
	'Address 3 accounts at risk: Stark Ind, Cyberdyne' text
ok 'no line is wider for what is compared' sh -c '
	test "$(wc -L <text)" -le 80'
vip-report weekly -p ./sample.vip --as-of "$now" --tickets sla.csv \
    --format csv vips.csv |
    sed 's/^activity,all,revenue,.*/activity,all,revenue,,,1,,,,/' >last.csv
report weekly --previous last.csv --width 60 >narrow
ok 'how it moved is below where there is no room' sh -c '
	sed -n "/^VIP activity/,/^At-risk/p" narrow |
	grep -A1 "^  all .*100.0%" | grep -q "^      Revenue up \$6.2M" &&
	grep -q "What is not said to have moved is stable" narrow &&
	test "$(wc -L <narrow)" -le 60'
ok 'five, and no more' sh -c '
	test "$(sed "1,/^Recommendations/d" text | grep -c "^    [0-9]  ")" = 5'

# Without what they are made of, sections say so and nothing is made up.
vip-report dashboard -p ./sample.vip --as-of "$now" vips.csv >text 2>err
ok 'no tickets, no events, no agents' sh -c '
	test "$(grep -c "not known" text)" -ge 5 && ! grep -q "up 0" text'
ok 'R74 no note where VIPs ask for no more than their share' sh -c '
	vip-report dashboard -p ./sample.vip --as-of "$1" vips.csv |
	    grep -q "greater share" && exit 1
	head -1 sla.csv >std.csv && grep ",A19[0-9][0-9]," sla.csv >>std.csv
	vip-report dashboard -p ./sample.vip --as-of "$1" --tickets std.csv \
	    vips.csv >text && ! grep -q "greater share" text' - "$now"

# How much hangs on how few, and on whom.
cat >p.vip <<'EOF'
currency USD
tier gold when x > 0
default standard
sla first_response within 1h
EOF
cat >c.csv <<'EOF'
customer_id,name,tier,ltv,orders_total,phone,email
C1,Ann,gold,700,3,555,a@b.example
C2,Bob,gold,100,1,,
C3,Cy,standard,100,2,555,
C4,Di,standard,60,0,,
C5,Ed,standard,40,1,555,c@b.example
EOF
cat >t.csv <<'EOF'
ticket_id,customer_id,created_at,resolved_at,csat,complaint,first_response_status
T1,C1,2026-01-05T10:00:00Z,2026-01-06T10:00:00Z,5,yes,met
T2,C1,2026-01-06T10:00:00Z,,,yes,met
T3,C3,2026-01-07T10:00:00Z,2026-01-08T10:00:00Z,3,no,breached
T4,C3,2026-01-07T10:00:00Z,2026-01-08T10:00:00Z,4,yes,met
EOF
vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets t.csv c.csv >text
has 'R284 how much hangs on how few' text \
	'Revenue of the top 20% 70.0% ($700.00/$1,000.00)' \
	'Customers who bring 80% 40.0% (2/5)'
# Tickets 5, 4 and 4 of the only tier with a rating: 4.333..., which is all.
sed 's/,C3,/,C1,/; s/,5,yes/,5,no/; s/,3,no/,4,no/' t.csv >one.csv
vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets one.csv c.csv >text
has 'R77 who is as good as all is not below' text 'gold 4 4.33 good - -' \
	'gold 3 4.33 4 5'
sed 's/^ticket_id/payment_status,&/; s/^T/paid,&/' t.csv >paid.csv
ok 'a column of another status is no promise' sh -c '
	vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets paid.csv \
	    c.csv >text && ! grep -q payment text'
is 'a rating that is none' 65 '' \
	'vip-report: bad.csv:2:49: csat: "50" is not from 1 to 5\n' \
	sh -c 'sed "2s/,5,/,50,/" t.csv >bad.csv
	vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets bad.csv c.csv'
is 'a status that is none' 65 '' \
	'vip-report: bad.csv:2:55: first_response_status: "kept" is no status of a metric\n' \
	sh -c 'sed "2s/met$/kept/" t.csv >bad.csv
	vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets bad.csv c.csv'

printf 'agent,pool\nAda,night\nBo,day\nCy,night\nDi,\n' >a.csv
vip-report team -p ./p.vip --as-of 2026-02-01 --agents a.csv c.csv >text
has 'R83 pools that the policy has not' text 'night 2 2 0 0 -' \
	'Who: Ada, Cy' 'day 1 1 0 0 -'
# A form for machines does not depend on who reads it.
sed '1s/$/,first_response_due/; 2,$s/$/,2026-02-02T10:00:00Z/; 3s/,met,/,open,/' \
    t.csv >due.csv
vip-report team -p ./p.vip --as-of 2026-02-01 --tickets due.csv --format csv \
    c.csv >long
is 'which clock it is, as data' 0 \
	'active,gold,T2/clock,,,"first_response, open",,,,\n' '' grep clock long

cat >prev.csv <<'EOF'
section,tier,metric,value
promises,,first_response/met,1
promises,,first_response/met_standard,0.9
EOF
ok 'R215 a warning where only standard customers have it worse' sh -c '
	vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets t.csv \
	    --previous prev.csv c.csv >text &&
	grep -q "Warning: promises to standard customers" text &&
	sed "s/met,1/met,0.5/; s/0.9/0.4/" prev.csv >better.csv &&
	vip-report monthly -p ./p.vip --as-of 2026-02-01 --tickets t.csv \
	    --previous better.csv c.csv >text && ! grep -q Warning text'
is 'there is no such kind' 64 '' 'vip-report: there is no report "yearly"; there are weekly, monthly, dashboard, team, account, sponsor, care and budget\nvip-report: try "vip-report --help"\n' \
	vip-report yearly -p ./sample.vip vips.csv

plan
