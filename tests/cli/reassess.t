#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# When customers are to be re-assessed, who has been, and who is overdue.
# shellcheck disable=SC2016 # such texts are for another shell
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'E'
tier gold "Gold" when spend_30d >= 250 reassess every 1y
tier silver "Silver" when spend_30d >= 100
default standard "Standard"
E
classify() {
	day=$1
	shift
	vip-classify -p ./p.vip --store s.db --as-of "$day" "$@"
}
# key, tier and the last column.
dates() {
	classify "$@" >full.csv
	r=$?
	sed 1d full.csv | awk -F, '{ print $1 "," $3 "," $NF }'
	return $r
}
rows() {
	printf 'customer_id,spend_30d\n'
	for row; do
		echo "$row"
	done
}

h=customer_id,spend_30d,tier,tier_level,tier_reason
h=$h,tier_previous,tier_change,tier_since,reassess_on
rows A,300 B,120 C,10 D,260 >in
is 'a column where the policy asks for it' 0 "$h
A,300,gold,1,spend_30d 300 >= 250,,new,2024-02-29,2025-02-28
B,120,silver,2,spend_30d 120 >= 100,,new,2024-02-29,
C,10,standard,0,,,new,2024-02-29,
D,260,gold,1,spend_30d 260 >= 250,,new,2024-02-29,2025-02-28\n" '' \
    classify 2024-02-29
is 'on the day it is not overdue' 0 \
    'A,gold,2025-02-28\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' '' \
    dates 2025-02-28 --fail-on reassess
is 'R179 the day after it is, and that is said' 0 \
    'A,gold,2025-02-28\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' \
    'vip-classify: re-assessment is overdue for 2 customers\n' dates 2025-03-01
is 'R179 --fail-on reassess' 1 \
    'A,gold,2025-02-28\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' \
    'vip-classify: re-assessment is overdue for 2 customers\n' \
    dates 2025-03-01 --fail-on reassess
is 'also in silence' 1 \
    'A,gold,2025-02-28\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' '' \
    dates 2025-03-01 --fail-on reassess -q
is 'R179 who is overdue' 0 'key,tier,since,assessed,reassess_on,overdue_days
A,gold,2024-02-29,,2025-02-28,10\nD,gold,2024-02-29,,2025-02-28,10\n' '' \
    vip-store s.db query overdue --as-of 2025-03-10
is 'nobody on the day itself' 0 \
    'key,tier,since,assessed,reassess_on,overdue_days\n' '' \
    vip-store s.db query overdue --as-of 2025-02-28

is 'assess' 0 '' '' vip-store s.db assess A B --by ana \
    --reason 'spend and standing as they were' --as-of 2025-03-05
is 'at once not overdue any more' 0 \
    'key,tier,since,assessed,reassess_on,overdue_days
D,gold,2024-02-29,,2025-02-28,10\n' '' \
    vip-store s.db query overdue --as-of 2025-03-10
is 'and counted from then' 1 \
    'A,gold,2026-03-05\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' \
    'vip-classify: re-assessment is overdue for 1 customer\n' \
    dates 2025-03-10 --fail-on reassess
is 'an earlier day does not know of it yet' 0 \
    'A,gold,2025-02-28\nB,silver,\nC,standard,\nD,gold,2025-02-28\n' \
    'vip-classify: re-assessment is overdue for 2 customers\n' \
    dates 2025-03-04 --no-record
rows A,10 B,300 C,10 D,300 >in
is 'a new tier counts anew' 0 \
    'A,standard,\nB,gold,2026-03-11\nC,standard,\nD,gold,2025-02-28\n' '' \
    dates 2025-03-11 -q
is 'in the history' 0 'day,about,change,from,to,detail
2024-02-29,tier,new,,gold,
2025-03-05,assessment 1,assessed,,,by ana: spend and standing as they were
2025-03-11,tier,demoted,gold,standard,\n' '' vip-store s.db history A
is 'the list of them' 0 'id,day,key,by,reason
1,2025-03-05,A,ana,spend and standing as they were
2,2025-03-05,B,ana,spend and standing as they were\n' '' \
    vip-store s.db query assessments
is 'who is not there cannot be' 66 '' \
    'vip-store: s.db: there is no customer "E"\n' \
    vip-store s.db assess D E --reason r
is 'and then nobody is' 0 '2\n' '' \
    sh -c 'vip-store s.db query assessments | sed 1d | wc -l'
rows A,10 B,300 D,300 >in
dates 2025-03-12 -q <in >/dev/null
is 'nor who has left' 66 '' 'vip-store: s.db: there is no customer "C"\n' \
    vip-store s.db assess C --reason r
is 'why' 64 '' 'vip-store: an assessment needs a --reason
vip-store: try "vip-store --help"\n' vip-store s.db assess D
is 'whom' 64 '' 'vip-store: the form is vip-store s.db assess KEY ...
vip-store: try "vip-store --help"\n' vip-store s.db assess --reason r
is 'R179 in the audit' 0 'ana,assess,assessment 2,key=B; day=2025-03-05; '\
'by=ana; reason=spend and standing as they were\n' '' \
    sh -c 'vip-store s.db audit | grep "assessment 2" | cut -d, -f3-6'
for change in "day = '2026-01-01'" "by = 'bo'" "key = 'D'" "reason = ''"; do
	vip-store s.db backup t.db
	sqlite3 t.db "UPDATE assessment SET $change WHERE id = 1"
	is "another $change" 65 '' \
	    'vip-store: t.db: assessment 1 is not what the audit tells of\n' \
	    vip-store t.db audit verify
done
vip-store s.db backup t.db
sqlite3 t.db 'DELETE FROM assessment WHERE id = 2'
is 'one taken away' 65 '' \
    'vip-store: t.db: the audit tells of other assessments than there are\n' \
    vip-store t.db audit verify
is 'the store is sound' 0 '' '' vip-store s.db check

is 'without a store' 64 '' 'vip-classify: --fail-on reassess needs --store
vip-classify: try "vip-classify --help"\n' \
    vip-classify -p ./p.vip --fail-on reassess
is 'no such thing' 64 '' 'vip-classify: --fail-on: "x" is neither limit nor '\
'reassess\nvip-classify: try "vip-classify --help"\n' \
    vip-classify -p ./p.vip --fail-on x
grep -v gold p.vip >q.vip
is 'a policy without: no column, nobody overdue' 0 'tier_since\n' '' \
    sh -c 'vip-classify -p ./q.vip --store s.db --as-of 2027-01-01 \
    --fail-on reassess | sed -n "1s/.*,//p"'
is 'nor by the store' 0 'key,tier,since,assessed,reassess_on,overdue_days\n' \
    '' vip-store s.db query overdue --as-of 2030-01-01
echo 'tier gold reassess every 0d
tier b when x > 1 reassess every 2 business days' >bad.vip
is 'no time at all; no calendar' 78 '' \
    'bad.vip:1:11: error: this is no time at all
bad.vip:2:19: error: "reassess every" is counted on no calendar: '\
'without "business", please\n' \
    sh -c 'vip-policy check ./bad.vip 2>bad.err; r=$?
    sed -n "s,^vip-policy: \./,,;/error:/p" bad.err >&2; exit $r'

# Of many, on many days: vip-classify counts in C, the store's view in SQL.
rm -f s.db
cat >p.vip <<'E'
tier gold "Gold" when x >= 4 reassess every 1y
tier silver "Silver" when x >= 3 reassess every 3mo
tier bronze "Bronze" when x >= 2 reassess every 45d
tier iron "Iron" when x >= 1 reassess every 36h
default standard "Standard"
E
for day in 2023-11-30 2023-12-31 2024-01-29 2024-01-30 2024-01-31 2024-02-29 \
    2024-03-31 2024-08-31; do
	awk -v day="$day" 'BEGIN {
		split(day, d, "-")
		print "customer_id,x"
		for (i = 0; i < 60; i++)
			print "C" i "," (i * 7 + int(i / 7) * d[2] * d[3]) % 5
	}' >in
	classify "$day" -q <in >last.csv || echo "# $day"
	awk -F, -v day="$day" 'NR > 1 && NR % 9 == substr(day, 10) % 9 {
		print $1
	}' last.csv | xargs vip-store s.db assess --reason r --as-of "$day"
	classify "$day" -q <in >last.csv || echo "# $day"
	awk -F, 'NR > 1 && $NF != "" { print $1 "," $3 "," $8 "," $NF }' \
	    last.csv | sort >want
	sqlite3 -csv s.db 'SELECT key, tier, since, reassess_on FROM reassess' |
	    sort >got
	isfile "all of $day as the view has them" 0 want /dev/null cat got
	cat want
done >all
grep -v '^C' all
grep '^C' all | cut -d, -f2- | sort -u >all.dates
is 'in every tier; clamped; of hours whole days' 0 \
    'bronze,2024-01-31,2024-03-16\ngold,2024-02-29,2025-02-28
iron,2024-01-31,2024-02-01\nsilver,2023-11-30,2024-02-29\n' '' \
    grep -x -e bronze,2024-01-31,2024-03-16 -e gold,2024-02-29,2025-02-28 \
    -e iron,2024-01-31,2024-02-01 -e silver,2023-11-30,2024-02-29 all.dates

# The rule book that wants it.
echo 'account_id,account_status,volume_365d,volume_prev_365d,business,influence
A,open,20000000,,retail,
B,open,5000000,,export,
C,open,1,,retail,' >in
trading() {
	vip-classify -p trading --store t2.db --as-of "$@" >t.out
	r=$?
	awk -F, 'NR > 1 { print $1, $7, $NF }' t.out
	return $r
}
is 'R179 each VIP of trading.vip, once a year' 0 \
    'A strategic 2027-01-05\nB key 2027-01-05\nC general \n' '' \
    trading 2026-01-05
is 'R179 and overdue: a finding' 1 \
    'A strategic 2027-01-05\nB key 2027-01-05\nC general \n' \
    'vip-classify: re-assessment is overdue for 2 customers\n' \
    trading 2027-01-06 --fail-on reassess

plan
