#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is a VIP, and why: R2-R6, R58, the faults of a customers file.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
currency USD
exclude staff "Employees cannot be VIPs" when staff = "yes"
tier platinum "Platinum" {
    when rank(ltv) <= 50 or spend_30d >= $400
    benefit "Priority queue", "Account manager"
}
tier gold "Gold" when top(spend_365d, 5%) or spend_30d >= $250
tier rising "Rising VIP" when spend_90d >= 2 * spend_prev_90d and spend_prev_90d > 0
default standard "Standard"
limit vip 50%
profile late "Often late" when late_90d >= 2
profile big "Big" when vip and ltv >= 100
EOF
head='customer_id,staff,ltv,spend_30d,spend_365d,spend_90d,spend_prev_90d,late_90d'

# R2: exactly 50 by rank among 60; 400.00 in, 399.99 out.
{
	echo "$head"
	awk 'BEGIN { for (i = 1; i <= 60; i++) print "C" i ",no," i * 10 ",0,0,0,0,0" }'
	echo 'A,no,0,400.00,0,0,0,0'
	echo 'B,no,0,399.99,0,0,0,0'
} >sixty.csv
tiers() {
	vip-classify -p ./p.vip "$@" | awk -F, -v c="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "tier") t = i; next }
		{ n[$t]++ }
		END { for (k in n) print k, n[k] }' | sort
}
is 'R2 exactly 50 by rank, and one by the month' 0 \
	'gold 10\nplatinum 51\nstandard 1\n' \
	'vip-classify: limit: 61 of 62 customers qualify for vip, more than the 31 that the policy allows\n' \
	sh -c 'sed "s/top(spend_365d, 5%) or spend_30d/ltv > 0 or spend_30d/" p.vip >q.vip
	sed "s/^B,no,0,399.99/B,no,0,249.99/" sixty.csv | vip-classify -p ./q.vip |
	awk -F, "NR > 1 { n[\$9]++ } END { for (k in n) print k, n[k] }" | sort'
is 'R2 400.00 is in, 399.99 is not' 0 \
	'A platinum\nB gold\n' '' \
	sh -c 'vip-classify -q -p ./p.vip sixty.csv |
	awk -F, "\$1 ~ /^[AB]\$/ { print \$1, \$9 }"'

# R3: floor(5% of 205) is 10.
for rows in 200 205; do
	{
		echo "$head"
		awk -v n="$rows" 'BEGIN {
			for (i = 1; i <= 60; i++) print "P" i ",no," i ",0,0,0,0,0"
			for (i = 1; i <= n - 60; i++)
				print "C" i ",no,0,0," i ",0,0,0" }'
	} >many.csv
	is "R3 ten of $rows are gold" 0 '10\n' '' sh -c '
		vip-classify -q -p ./p.vip many.csv | grep -c ,gold,2,'
done
is 'R3 250.00 is in, 249.99 is not' 0 'gold\nstandard\n' '' sh -c '
	{ cat many.csv; echo G,no,0,250.00,0,0,0,0; echo H,no,0,249.99,0,0,0,0; } |
	vip-classify -q -p ./p.vip | awk -F, "\$1 ~ /^[GH]\$/ { print \$9 }"'

# R4: 2.00 times is in, 1.99 is not; nothing before is nothing to grow from.
printf '%s\n' "$head" D,no,,0,0,200,100,0 E,no,,0,0,199,100,0 F,no,,0,0,9,0,0 \
	G,no,,0,0,9,,0 >in
is 'R4 growth by two' 0 'D rising spend_90d 200 >= 2 * spend_prev_90d 100 and spend_prev_90d 100 > 0\nE standard \nF standard \nG standard \n' '' \
	sh -c 'sed "s/top(spend_365d, 5%) or //" p.vip >q.vip
	vip-classify -q -p ./q.vip | awk -F, "NR > 1 { print \$1, \$9, \$11 }"'

# R5: the best tier wins and the reason says which test held.
printf '%s\n' 'customer_id,ltv,spend_30d' A,10,500 B,20,10 >in
is 'R5 the part of the rule that held' 0 \
	'customer_id,ltv,spend_30d,tier,tier_level,tier_reason\nA,10,500,platinum,1,spend_30d 500 >= 400\nB,20,10,platinum,1,rank(ltv) <= 1 (ltv 20 >= 20)\n' '' \
	sh -c 'echo "tier platinum when rank(ltv) <= 1 or spend_30d >= 400
	tier gold when rank(ltv) <= 2 default standard" >q.vip
	vip-classify -p ./q.vip'

# R6: ties are in, and no order of rows changes a verdict.
{
	echo customer_id,ltv
	awk 'BEGIN { for (i = 1; i <= 60; i++) print "C" i "," (i >= 49 && i <= 51 ? 50 : 100 - i) }'
} >ties.csv
{
	head -1 ties.csv
	sed 1d ties.csv | sort -r
} >seit.csv
echo 'tier platinum when rank(ltv) <= 50 default standard' >r.vip
is 'R6 rows that tie are in, whatever the order' 0 '51\n' '' sh -c '
	vip-classify -p ./r.vip ties.csv | sort >a &&
	vip-classify -p ./r.vip seit.csv | sort | cmp - a && grep -c platinum a'

printf '%s\n' "$head" S,yes,999,999,9,9,9,9 T,no,1,0,0,0,0,2 >in
is 'an excluded row has its exclusion as the reason' 0 \
	"$head,tier,tier_level,tier_reason,profiles\nS,yes,999,999,9,9,9,9,standard,0,Employees cannot be VIPs,late\nT,no,1,0,0,0,0,2,platinum,1,rank(ltv) <= 50 (ltv 1),late\n" '' \
	vip-classify -q -p ./p.vip
is 'what a tier is owed' 0 'Priority queue; Account manager\n' '' sh -c '
	vip-classify -q -p ./p.vip --benefits <in | awk -F, "/^T/ { print \$NF }"'
is 'too many VIPs, and the exit status' 1 '' \
	'vip-classify: limit: 1 of 2 customers qualify for vip, more than the 0 that the policy allows\n' \
	sh -c 'sed "s/limit vip 50%/limit vip 10%/" p.vip >q.vip
	vip-classify -p ./q.vip --fail-on limit <in >out'
# What is not in force has no limit; but the columns are those of every day.
is 'a tier to come, and a profile to come' 0 \
	'customer_id,x,tier,tier_level,tier_reason,profiles\nA,9,b,0,,\n' '' \
	sh -c 'echo "tier a when x > 5 from 2026-02-01 limit between 1 and 2
	default b profile p when x > 5 from 2026-02-01" >soon.vip
	printf "customer_id,x\nA,9\n" |
	vip-classify -p ./soon.vip --as-of 2026-01-31 --fail-on limit'
is 'a date without a year has no age' 0 'A yes\nB no\n' '' sh -c '
	. "$srcdir/tests/rows.sh"
	echo "tier yes when month(d) = 12 and missing(years_since(d)) and
	missing(days_since(d)) and missing(months_since(d)) and
	missing(weekday(d)) default no" >age.vip
	printf "%s\n" customer_id,d A,--12-25 B,2020-12-25 |
	vip-classify -p ./age.vip | pick customer_id,tier'
is 'a header with accents of their own' 0 '2 yes\n' '' sh -c '
	. "$srcdir/tests/rows.sh"
	printf "column n from \"caf\\303\\251\"
	tier yes when \303\251t\303\251 > 1 and n > 1 default no" >accents.vip
	printf "customer_id,e\314\201te\314\201,cafe\314\201\n2,2,2\n" |
	vip-classify -p ./accents.vip | pick customer_id,tier'
is 'and one that has a name in both ways' 65 '' \
	'vip-classify: stdin:1:21: the header has "été" twice, as fields 2 and 3\n' \
	sh -c 'printf "tier yes when \303\251t\303\251 > 1 default no" >accents.vip
	printf "customer_id,e\314\201te\314\201,\303\251t\303\251\n2,2,2\n" |
	vip-classify -p ./accents.vip'
is 'a character of two code points is one' 0 'yes\n' '' sh -c '
	echo "tier yes when length(t) = 5 default no" >length.vip
	printf "customer_id,t\nA,e\314\201tude\n" |
	vip-classify -p ./length.vip | sed -n "s/^.*,\(yes\),.*/\1/p"'

# A row that is set aside is in no rank.
is 'a key that comes again is in no rank' 0 \
	'A,10,b,0,\nB,15,a,1,rank(x) <= 1 (x 15 >= 15)\n' \
	'vip-classify: 2 rows set aside in rejects\n' \
	sh -c 'echo "tier a when rank(x) <= 1 default b" >first.vip
	printf "%s\n" customer_id,x A,10 A,20 B,15 ,30 |
	vip-classify -p ./first.vip --reject rejects | sed 1d'
is 'and is told of before any row is written' 65 '' \
	'vip-classify: stdin:3:1: customer_id: "A" is on line 2 already\n' \
	sh -c 'printf "%s\n" customer_id,x A,10 A,20 B,15 |
	vip-classify -p ./first.vip'

# R282: between so many and so many; the most is rounded down, the least up.
bands() {
	echo "tier a when x >= 1 $1 default b $2" >limit.vip
	awk -v n="$3" 'BEGIN { print "customer_id,x"
		for (i = 1; i <= 205; i++) print i "," (i <= n) }' |
	    vip-classify -p ./limit.vip --fail-on limit >out
}
is 'R282 5% of 205 customers are 11 at least' 1 '' \
	'vip-classify: limit: 10 of 205 customers qualify for vip, fewer than the 11 that the policy asks for\n' \
	bands '' 'limit vip between 5% and 20%' 10
is 'R282 11 are enough' 0 '' '' bands '' 'limit vip between 5% and 20%' 11
is 'R282 41 are not too many' 0 '' '' bands '' 'limit vip between 5% and 20%' 41
is 'R282 42 are' 1 '' \
	'vip-classify: limit: 42 of 205 customers qualify for vip, more than the 41 that the policy allows\n' \
	bands '' 'limit vip between 5% and 20%' 42
is 'R282 of a tier, in numbers' 1 '' \
	'vip-classify: limit: 2 of 205 customers qualify for a, fewer than the 3 that the policy asks for\n' \
	bands 'limit between 3 and 5' '' 2
is 'R282 three to five' 0 '' '' bands 'limit between 3 and 5' '' 3
is 'R282 and five' 0 '' '' bands 'limit between 3 and 5' '' 5
is 'R282 not six' 1 '' \
	'vip-classify: limit: 6 of 205 customers qualify for a, more than the 5 that the policy allows\n' \
	bands 'limit between 3 and 5' '' 6

is 'a second run changes nothing' 0 '' '' sh -c '
	vip-classify -q -p ./p.vip sixty.csv >one &&
	vip-classify -q -p ./p.vip one | cmp - one'
is 'every number of threads gives the same bytes' 0 '' '' sh -c '
	vip-classify -q -p ./p.vip -j 1 sixty.csv >one &&
	vip-classify -q -p ./p.vip -j 3 sixty.csv | cmp - one &&
	cat sixty.csv | vip-classify -q -p ./p.vip | cmp - one'

# Money is that of the policy's currency.
printf 'currency USD\ncolumn a as money\ntier t when a > 1000 default z\n' >m.vip
is 'an amount as people write it' 0 't\nt\nt\n' '' sh -c '
	for a in "\$1,234.50" "US\$ 1234" "1 234 USD"; do
		printf "customer_id,a\nA,\"%s\"\n" "$a" | vip-classify -p ./m.vip |
		    sed "1d; s/.*,t,1,.*/t/"
	done'
is 'and not of another currency' 65 \
	'customer_id,a,tier,tier_level,tier_reason\n' \
	'vip-classify: stdin:2:3: a: "EUR 1500" is not an amount of money\n' \
	sh -c 'printf "customer_id,a\nA,EUR 1500\n" | vip-classify -p ./m.vip'

# What is wrong is said with its place, and nothing is lost.
printf '%s\n' "$head" A,no,1,1,1,1,1,1 B,no,1,12O,1,1,1,1 >bad.csv
is 'text where a number should be' 65 '' \
	'vip-classify: bad.csv:3:8: spend_30d: "12O" is not a number\n' \
	vip-classify -p ./p.vip bad.csv
printf '%s\n' "$head" A,no,1,1,1,1,1,1 B,no >bad.csv
is 'a short row' 65 '' \
	'vip-classify: bad.csv:3:1: 2 cells, header has 8\n' \
	vip-classify -p ./p.vip bad.csv
printf '%s\n' "$head" A,no,1,1,1,1,1,1 B,no,1,1,1,1,1,1 A,no,1,1,1,1,1,1 >bad.csv
is 'a customer that comes twice' 65 '' \
	'vip-classify: bad.csv:4:1: customer_id: "A" is on line 2 already\n' \
	vip-classify -p ./p.vip bad.csv
printf '%s\n' "$head" ,no,1,1,1,1,1,1 >bad.csv
is 'a customer with no key' 65 '' \
	'vip-classify: bad.csv:2:1: customer_id: is empty\n' \
	vip-classify -p ./p.vip bad.csv
is 'with -o, a bad row leaves no file' 65 '' \
	'vip-classify: bad.csv:2:1: customer_id: is empty\n' \
	sh -c 'vip-classify -p ./p.vip -o out.csv bad.csv; s=$?; test ! -e out.csv && exit $s'
printf '%s\n' "$head" A,no,1,1,1,1,1,1 B,no,1,12O,1,1,1,1 C,no >bad.csv
is 'bad rows set aside' 0 '1\n2\n' \
	'vip-classify: 2 rows set aside in aside.csv\n' sh -c '
	sed "/^limit/d" p.vip >q.vip
	vip-classify -p ./q.vip --reject aside.csv bad.csv | sed 1d | grep -c .
	sed 1d aside.csv | grep -c .'
is 'where and why they are bad' 0 \
	"$head,reject_line,reject_column,reject_reason\nB,no,1,12O,1,1,1,1,3,spend_30d,\"\"\"12O\"\" is not a number\"\nC,no,,,,,,,4,,\"2 cells, header has 8\"\n" '' \
	cat aside.csv
# Who comes twice counts once: the second of three is within the first two.
printf 'tier big when rank(ltv) <= 2\ndefault rest\n' >two.vip
printf '%s\n' customer_id,ltv A,9 A,8 B,7 C,6 >twice.csv
for j in 1 2; do
	is "a row set aside has no rank, -j $j" 0 \
		'customer_id,ltv,tier,tier_level,tier_reason\nA,9,big,1,rank(ltv) <= 2 (ltv 9 >= 7)\nB,7,big,1,rank(ltv) <= 2 (ltv 7 >= 7)\nC,6,rest,0,\n' '' \
		vip-classify -q -j "$j" -p ./two.vip --reject aside.csv twice.csv
done
# A tier without "when" is for overrides alone.
printf 'tier pinned "Pinned"\ntier two when ltv > 5\ndefault std\n' >pin.vip
printf 'customer_id,ltv\nA,1\nB,6\n' >pin.csv
is 'nobody qualifies for a tier without a condition' 0 \
	'customer_id,ltv,tier,tier_level,tier_reason\nA,1,std,0,\nB,6,two,2,ltv 6 > 5\n' '' \
	vip-classify -p ./pin.vip pin.csv
printf 'customer_id,ltv\nA,1\n' >bad.csv
ok 'every missing column is named' sh -c '
	vip-classify -p ./p.vip bad.csv 2>err; test $? -eq 65 &&
	grep -q "staff" err && grep -q "late_90d" err'
: >empty.csv
is 'an empty file' 65 '' 'vip-classify: empty.csv: no header\n' \
	vip-classify -p ./p.vip empty.csv
echo "$head" >empty.csv
is 'a header only' 0 \
	"$head,tier,tier_level,tier_reason,profiles\n" '' \
	vip-classify -p ./p.vip empty.csv
is 'no such file' 66 '' \
	'vip-classify: none.csv: No such file or directory\n' \
	vip-classify -p ./p.vip none.csv
is 'no policy' 64 '' \
	'vip-classify: a policy is needed: -p NAME|FILE, or VIP_POLICY\nvip-classify: try "vip-classify --help"\n' \
	vip-classify sixty.csv
if [ -w /dev/full ]; then
	is 'a full disk' 74 '' \
		'vip-classify: stdout: No space left on device\n' \
		sh -c 'vip-classify -q -p ./p.vip sixty.csv >/dev/full'
else
	skip 'a full disk' 'there is no /dev/full'
fi
is 'a reader that leaves early' 0 "$head,tier,tier_level,tier_reason,profiles\n" '' \
	sh -c 'vip-classify -q -p ./p.vip sixty.csv | head -1'

plan
