#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Presets: exports of other products, with their own headers.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data/presets
cat >desk.vip <<'EOF'
default standard
sla first_response for all within 1h
sla resolution for all within 4h
EOF
sed /resolution/d desk.vip >first.vip
sed /first_response/d desk.vip >last.vip
head=ticket_id,customer_id,channel,start,end,status
long() {
	vip-sla -q -p "./$1.vip" --preset "${2%%-*}" --long \
	    --as-of 2026-04-01 "$data/$2.csv" | cut -d, -f1,2,4,8,10,13
}

is 'R99 zendesk: minutes after creation, a mark, CRLF, lines in quotes' 0 \
"$head
101,9001,email,2026-01-05T09:30:00Z,2026-01-05T09:47:00Z,met
101,9001,email,2026-01-05T09:30:00Z,2026-01-05T15:30:00Z,breached
102,9002,web,2026-01-05T10:00:00Z,2026-01-05T11:35:30Z,breached
102,9002,web,2026-01-05T10:00:00Z,,breached
103,9001,phone,2026-01-05T23:59:00Z,,breached
103,9001,phone,2026-01-05T23:59:00Z,2026-01-07T09:00:00Z,breached\n" '' \
	long desk zendesk
is 'R99 zendesk: what customers think, how often it was reopened' 0 \
'customer_id,tickets_total,csat_total,low_csat_total,reopens_total,last_contact
9001,2,3,1,0,2026-01-07\n9002,1,,0,1,2026-01-05\n' '' \
	vip-rollup --preset zendesk --as-of 2026-02-01 -m \
	tickets_total,csat_total,low_csat_total,reopens_total,last_contact \
	--tickets "$data/zendesk.csv"
vip-sla -q -p ./desk.vip --preset zendesk --as-of 2026-04-01 \
    "$data/zendesk.csv" >out
ok 'the rows pass byte for byte' awk '
	NR == FNR { want[FNR] = $0; n = FNR; next }
	{ sub(/\r$/, "", want[FNR]); sub(/^\357\273\277/, "", want[FNR]) }
	substr($0, 1, length(want[FNR])) != want[FNR] { print FNR; exit 1 }
	END { exit FNR != n }' "$data/zendesk.csv" out

is 'R99 freshdesk: timestamps' 0 \
"$head
201,7001,Email,2026-01-05T09:30:00Z,2026-01-05T09:52:30Z,met
201,7001,Email,2026-01-05T09:30:00Z,2026-01-05T11:00:00Z,met
202,7002,Phone,2026-01-05T10:00:00Z,,breached
202,7002,Phone,2026-01-05T10:00:00Z,,breached\n" '' \
	sh -c 'vip-sla -q -p ./desk.vip --preset freshdesk --long \
	    --map tier=Skill --as-of 2026-04-01 "$1" |
	    cut -d, -f1,2,4,8,10,13' sh "$data/freshdesk.csv"
is 'R99 freshdesk: HH:MM:SS where there are no timestamps, to the second' 0 \
"$head
203,ada@example.com,Email,2026-01-05T09:30:00Z,2026-01-05T10:30:00Z,met
203,ada@example.com,Email,2026-01-05T09:30:00Z,2026-01-06T11:45:30Z,breached
204,bo@example.com,Email,2026-01-05T09:30:00Z,2026-01-05T10:30:01Z,breached
204,bo@example.com,Email,2026-01-05T09:30:00Z,,breached\n" '' \
	long desk freshdesk-hours
is 'R99 freshservice' 0 \
"$head
INC-1,ada@example.com,Email,2026-01-05T09:30:00Z,2026-01-05T10:00:00Z,met
INC-1,ada@example.com,Email,2026-01-05T09:30:00Z,2026-01-05T12:00:00Z,met
INC-2,bo@example.com,Portal,2026-01-05T09:30:00Z,,breached
INC-2,bo@example.com,Portal,2026-01-05T09:30:00Z,,breached\n" '' \
	long desk freshservice
is 'R99 intercom: the zone of the header, and seconds over a clock change' 0 \
"$head
301,,Chat,2026-01-05T14:30:00Z,2026-01-05T14:30:59Z,met
302,,Email,2026-03-08T06:59:00Z,2026-03-08T07:00:01Z,met\n" '' \
	long first intercom
is 'R99 intercom: ratings' 0 \
'customer_id,tickets_7d,csat_7d\nAda Park,1,5\nBo Li,0,\n' '' \
	vip-rollup --preset intercom -m tickets_7d,csat_7d \
	--as-of 2026-01-06T05:00:00Z --tickets "$data/intercom-ratings.csv"
is 'R99 hubspot: tickets' 0 \
"$head
401,Acme,Email,2026-01-05T09:30:00Z,2026-01-05T09:45:00Z,met
401,Acme,Email,2026-01-05T09:30:00Z,2026-01-05T12:30:00Z,met
402,Bolt,Chat,2026-01-05T10:00:00Z,,breached
402,Bolt,Chat,2026-01-05T10:00:00Z,,breached\n" '' \
	long desk hubspot-tickets
is 'R99 hubspot: HH:mm:ss' 0 \
"$head
403,Acme,Email,2026-01-05T09:30:00Z,2026-01-05T09:45:01Z,met
403,Acme,Email,2026-01-05T09:30:00Z,2026-01-06T12:30:00Z,breached\n" '' \
	long desk hubspot-hours
is 'R99 hubspot: deals that are won are orders of a company' 0 \
'customer_id,orders_total,spend_total,last_order
Acme,2,1300,2026-01-12\nBolt,0,0,\n' '' \
	vip-rollup --preset hubspot --as-of 2026-02-01 \
	-m orders_total,spend_total,last_order "$data/hubspot-deals.csv"
printf 'tier boss when customer_id = "1"\ndefault standard\n' >boss.vip
is 'R99 hubspot: a contact is its record, not its company' 0 \
'Record ID,tier\n1,boss\n2,standard\n' '' \
	sh -c 'vip-classify -p ./boss.vip --preset hubspot "$1" |
	    cut -d, -f1,15' sh "$data/hubspot-contacts.csv"
is 'R99 salesforce' 0 \
"$head
00001001,001A,Phone,2026-01-05T09:30:00Z,2026-01-05T10:30:00Z,met
00001002,001B,Email,2026-01-05T09:30:00Z,,breached\n" '' \
	long last salesforce
is 'R99 servicenow: days first, no leading zeros, "?" for none' 0 \
"$head
INC0000045,Caller 2403,Phone,2016-02-29T01:16:00Z,2016-02-29T11:29:00Z,breached
INC0000047,,Phone,2016-02-29T04:40:00Z,,breached\n" '' \
	long last servicenow

# Orders.  Bo's second row repeats the email, as some exports do.
metrics=orders_total,spend_total,items_total,returns_total,last_order
for jobs in 1 8; do
	is "R99 shopify: an order of several rows counts once, -j $jobs" 0 \
"customer_id,$metrics
ada@example.com,2,100,7,1,2026-01-10
bo@example.com,1,40,2,0,2026-01-09\n" '' \
		vip-rollup --preset shopify -j $jobs --as-of 2026-02-01 \
		-m $metrics "$data/shopify-orders.csv"
done
is 'R99 shopify: dates are of the day at the policy'\''s place' 0 \
"customer_id,orders_total,first_order
ada@example.com,2,2025-12-31\nbo@example.com,1,2026-01-09\n" '' \
	sh -c 'printf "timezone \"America/New_York\"\ndefault a\n" >ny.vip
	    vip-rollup -p ./ny.vip --preset shopify --as-of 2026-02-01 \
	    -m orders_total,first_order "$1"' sh "$data/shopify-orders.csv"
for file in shopify-customers shopify-customers-older; do
	is "R99 $file: the metrics of orders, beside what they have spent" 0 \
'100,120.00,1\n40,1050.00,1\n' '' \
		sh -c 'vip-rollup --preset shopify --as-of 2026-02-01 \
		    -m spend_30d,ltv,orders_30d --onto "$1" "$2" |
		    sed "s/1,050/1050/; s/\"//g" |
		    awk -F, "NR == 1 { for (i = 1; i <= NF; i++) n[\$i] = i
		    next } { print \$n[\"spend_30d\"] \",\" \$n[\"Total Spent\"] \
		    \",\" \$n[\"orders_30d\"] }"' \
		sh "$data/$file.csv" "$data/shopify-orders.csv"
done
printf 'tier a when ltv >= 1000\ndefault b\n' >ltv.vip
is 'R99 shopify: amounts with commas' 0 'b\na\n' '' \
	sh -c 'vip-classify -p ./ltv.vip --preset shopify "$1" |
	    sed "1d; s/,[0-9],[^,]*$//; s/.*,//"' sh \
	"$data/shopify-customers.csv"
printf 'tier a when customer_id = "7210448301122"\ndefault b\n' >id.vip
is 'R99 shopify: an id without its apostrophe, where there is no email' 0 \
"Customer ID,tier,tier_level,tier_reason
'7210448301122,a,1,\"customer_id \"\"7210448301122\"\" = \"\"7210448301122\"\"\"\n'3,b,0,\n" '' \
	sh -c 'printf "Customer ID\n'\''7210448301122\n'\''3\n" |
	    vip-classify -p ./id.vip --preset shopify'
cat >lines.csv <<'EOF'
Name,Email,Total,Created at,Lineitem quantity
#1,,5,2026-01-10 11:13:13 -0500,1
#1,,,,1
#2,a,7,2026-01-10 11:13:13 -0500,1
,,,,1
EOF
is 'shopify: an order of nobody, and a row of no order, are set aside' 0 \
	'customer_id,spend_total\na,7\n' \
'vip-rollup: 3 rows set aside in r.csv\n' \
	sh -c 'vip-rollup --preset shopify --as-of 2026-02-01 -m spend_total \
	    --reject r.csv lines.csv'
is 'R99 stripe: payments, in UTC; what failed does not count' 0 \
"customer_id,orders_total,spend_total,returns_total,last_order
cus_A,2,770,0,2026-07-02\ncus_B,1,0,1,2026-07-01\n" '' \
	vip-rollup --preset stripe --as-of 2026-08-01 \
	-m orders_total,spend_total,returns_total,last_order \
	"$data/stripe-payments.csv"
printf 'tier a when ltv >= 700 and plan = "pro" and orders_total = 2
default b\n' >plan.vip
is 'R99 stripe: customers' 0 'cus_A,a\ncus_B,b\n' '' \
	sh -c 'vip-classify -p ./plan.vip --preset stripe "$1" |
	    sed 1d | cut -d, -f1,13' sh "$data/stripe-customers.csv"

# Which name holds.
cat >names.csv <<'EOF'
Plan, PLAN ,level,other
preset,,policy,map
EOF
sed -i 's/ PLAN /x/' names.csv
printf 'tier preset when plan = "preset"\ntier policy when plan = "policy"
tier map when plan = "map"\ndefault none\n' >by.vip
{ cat by.vip; echo 'column plan from "level"'; } >own.vip
{ cat by.vip; echo 'column plan from ("no", "level")'; } >list.vip
{ cat by.vip; echo 'column plan from "level" with "no"'; } >with.vip
{ cat by.vip; echo 'column plan map ("preset" = "map")'; } >also.vip
by() {
	policy=$1
	shift
	vip-classify -p "./$policy.vip" --preset stripe "$@" names.csv |
	    sed '1d; s/^preset,,policy,map,//; s/,.*//'
}
is 'a header of the preset' 0 'preset\n' '' by by
is 'R99 a column of the policy comes before the preset' 0 'policy\n' '' by own
is 'a column of the policy may have several headers' 0 'policy\n' '' by list
is 'and one that must be beside it' 0 'preset\n' '' by with
is 'R99 --map comes before both' 0 'map\n' '' by own --map plan=other
is 'a map of the policy is of the column that the preset has' 0 'map\n' '' \
	by also
sed -i 's/^Plan/  pLAN /' names.csv
is 'letters and blanks of a header do not count' 0 '1,preset\n' '' \
	sh -c 'vip-classify -p ./by.vip --preset stripe names.csv |
	    cut -d, -f5,6 | sed "1d; s/\(.*\),\(.*\)/\2,\1/"'
sed -i 's/other/plan/' names.csv
is 'our own name comes before the preset' 0 'map\n' '' by by
printf 'Plan,PLAN\na,b\n' >twice.csv
is 'a header that is there twice' 65 '' 'vip-classify: twice.csv:1:6: the '\
'header has "Plan" twice, as fields 1 and 2\n' \
	vip-classify -p ./by.vip --preset stripe twice.csv
cat >both.csv <<'EOF'
Conversation ID,Created at,First response time (seconds)
1,2026-01-05 09:30,60
EOF
is 'two presets: what the first has not is the second'\''s' 0 \
"$head\n1,,,2026-01-05T09:30:00Z,2026-01-05T09:31:00Z,met\n" '' \
	sh -c 'vip-sla -q -p ./first.vip --preset intercom --preset zendesk \
	    --long both.csv | cut -d, -f1,2,4,8,10,13'

# What cannot be read.
printf 'Id,Opened,First reply time in minutes\n1,x,5\n' >in
is 'R99 what the preset looks for' 65 '' \
'vip-sla: stdin:1: no column "created_at" (the preset looks for "Created at", '\
'"Created"); the header has "Id", "Opened", "First reply time in minutes"\n' \
	vip-sla -p ./first.vip --preset zendesk
printf 'Name,Total\n#1,5\n' >in
is 'and without a policy' 65 '' \
'vip-rollup: stdin:1: no column "order_date" (the preset looks for '\
'"Created at"); the header has "Name", "Total"\n' \
	vip-rollup --preset shopify -m spend_total
minutes() {
	printf 'Id,Created at,First reply time in minutes\n1,%s,%s\n' "$1" \
	    "$2" | vip-sla -q -p ./first.vip --preset zendesk --long \
	    --as-of 2026-02-01 | sed '1d' | cut -d, -f10,11
}
is 'minutes: fractions of a second count' 0 \
	'2026-01-05T09:30:59.940Z,0.999\n' '' minutes '2026-01-05 09:30' 0.999
is 'minutes: after a fraction of a second' 0 \
	'2026-01-05T09:47:01.350Z,17.01\n' '' minutes '2026-01-05 09:30:00.75' 17.01
sed 's/within 1h/under 17min/' first.vip >under.vip
is 'under a bound, and exactly at it' 0 '1,met\n2,breached\n' '' sh -c '
	printf "Id,Created at,First reply time in minutes\n%s\n%s\n" \
	    1,2026-01-05T09:30:00.5Z,16.999999 2,2026-01-05T09:30:00.5Z,17 |
	    vip-sla -q -p ./under.vip --preset zendesk --long | sed 1d |
	    cut -d, -f1,13'
is 'minutes: none' 0 ',38310\n' '' minutes '2026-01-05 09:30' ''
for good in '135' '2 hrs 15 min' '2.25 hrs' '2h15m' '135 minutes' \
	'1 hr 74 min 60 sec'; do
	is "R82 minutes: $good" 0 '2026-01-05T11:45:00Z,135\n' '' \
		minutes '2026-01-05 09:30' "$good"
done
is 'R82 an hour, a day' 0 \
	'2026-01-05T10:30:00Z,60\n2026-01-06T09:30:00Z,1440\n' '' sh -c '
	printf "Id,Created at,First reply time in minutes\n%s\n%s\n" \
	    "1,2026-01-05 09:30,1 hr" "2,2026-01-05 09:30,1 day" |
	    vip-sla -q -p ./first.vip --preset zendesk --long \
	    --as-of 2026-02-01 | sed 1d | cut -d, -f10,11'
for bad in -1 0x5 1:30 99999999999999 '5 parsecs' '5 min 2 hrs' 'min' '5 ' \
	'5 min ' ' 5 min' '5 min 3' '1.5.2 hrs' '2 hrs 2 hrs' '-5 min' \
	'9000000000000 days'; do
	is "minutes: $bad" 0 '' \
"vip-sla: stdin:2:20: First reply time in minutes: \"$bad\" is not a number of minutes, hours or seconds\n" \
		minutes '2026-01-05 09:30' "$bad"
done
is 'minutes: beyond all years' 0 '' \
'vip-sla: stdin:2:20: First reply time in minutes: "9000000000" is out of range\n' \
	minutes '2026-01-05 09:30' 9000000000
for bad in 1:2:03 01:60:00 01:00:60 01:30 -01:00:00 12345678:00:00; do
	printf 'Ticket ID,Created time,First response time (in hrs)\n1,%s,%s\n' \
	    '2026-01-05 09:30' "$bad" >in
	is "hms: $bad" 65 '' \
"vip-sla: stdin:2:20: First response time (in hrs): \"$bad\" is not a time such as 12:34:56\n" \
		vip-sla -o out -p ./first.vip --preset freshdesk
done
sed 's/New_York/Nowhere/' "$data/intercom.csv" >in
is 'a header with no zone' 65 '' \
'vip-sla: stdin:1: there is no time zone "America/Nowhere", which the header of created_at has\n' \
	vip-sla -p ./first.vip --preset intercom
is 'a product that there is not' 64 '' \
'vip-sla: --preset: there is no preset "zendsk"; there are: freshdesk, '\
'freshservice, hubspot, intercom, salesforce, servicenow, shopify, stripe, '\
'zendesk\nvip-sla: try "vip-sla --help"\n' \
	vip-sla -p ./first.vip --preset zendsk
is 'a file that there is not' 66 '' \
	'vip-sla: ./no.vip: No such file or directory\n' \
	vip-sla -p ./first.vip --preset ./no.vip
is 'a policy is no preset' 78 '' \
'vip-sla: ./desk.vip: not a preset: it has other statements than column\n' \
	vip-sla -p ./first.vip --preset ./desk.vip
mkdir -p home/presets
echo 'column ticket_id from "No."' >home/presets/desk.vip
printf 'No.,created_at,first_response_at\n7,2026-01-05,\n' >in
is 'a preset of one'\''s own, by its name' 0 '7\n' '' \
	sh -c 'VIP_POLICY_PATH=home vip-sla -q -p ./first.vip --preset desk \
	    --long | sed 1d | cut -d, -f1'

# The clauses.
check() {
	printf '%b' "$1" >c.vip
	vip-policy check c.vip 2>&1 | grep error: | sed 's/^[^ ]* //'
}
is 'counted times, said wrongly' 0 \
'c.vip:1:10: error: minutes are counted after another time: as minutes after created_at
c.vip:2:18: error: "after" wants what is counted: as minutes (seconds, hours, hms) after a
c.vip:3:21: error: a time is not after itself
c.vip:5:21: error: "d" is itself counted after another time, in line 4
c.vip:6:13: error: "as" is one of: money text seconds minutes hours hms; not "minuts"; did you mean minutes?\n' '' \
	check 'column a as minutes\ncolumn b from "" after a
column c as seconds after c\ncolumn d as hours after a
column e as hms     after d\ncolumn f as minuts\ndefault x\n'
is 'what only a preset has' 0 \
'c.vip:1:21: error: the zone "*" is what stands for "*" in the headers of a preset
c.vip:3:8: error: there is already a column "b", in line 2
c.vip:4:19: error: "first row" is said of order_id
c.vip:5:10: error: "with" goes with a header: from "..." with "..."\n' '' \
	check 'column a from "A *" in "*"\ncolumn b from "B"
column b from "C"\ncolumn d from "D" first row
column e with "E" as money\ndefault x\n'
is 'a preset, said wrongly' 0 \
'c.vip:1:15: error: a header has one "*" at most
c.vip:2:19: error: the zone "*" is what stands for "*" in the headers of a preset\n' '' \
	check 'column a from "A * *"\ncolumn b from "B" in "*"\n'
printf 'column id from ("Id", "No.") as text\ntier a when id = "1"\ndefault b\n' >c.vip
is 'sql has no form for text as text' 78 '' \
'vip-policy: c.vip:2:13: sql: text "as text" has no equal in sqlite\n' \
	vip-policy sql --dialect sqlite c.vip
is 'sql has no header for a preset' 64 '' \
'vip-policy: sql: a preset is for a header that is read; use --map
vip-policy: try "vip-policy --help"\n' \
	vip-policy sql --dialect sqlite --preset zendesk c.vip
for file in "$srcdir"/policies/presets/*.vip; do
	name=$(basename "$file" .vip)
	is "$name is right" 0 '' '' vip-policy check "$file"
	ok "$name: show of show is the same" sh -c 'vip-policy show "$1" >s.vip &&
	    vip-policy show s.vip | cmp - s.vip' sh "$file"
	ok "$name: vip-presets(7) has all of its headers" sh -c '
	    man=$(sed "s/\\\\(dq/\"/g" "$srcdir/man/vip-presets.7" |
	        tr "\n" " ")
	    vip-policy show "$1" | grep -o "from .*" |
	    sed "s/ with .*//; s/ as .*//; s/ map .*//; s/ in .*//" |
	    grep -o "\"[^\"]*\"" | tr -d "\"" | {
		status=0
		while read -r header; do
			case $man in
			*"$header"*) ;;
			*) echo "$header"; status=1 ;;
			esac
		done
		exit $status
	    }' sh "$file"
done
ok 'every command that reads tables has --preset' sh -c '
	for c in rollup classify clv risk sla escalate diff store report policy
	do "vip-$c" --help | grep -q -e --preset || exit 1; done'

# Everything that the list of real headers suggests: with a cell of that
# column alone, the column that we call so has it.
list=$srcdir/../shared/data/export-headers/headers.csv
roles_of_exports() {
	awk -F, -v OFS='\t' '
	function cells(s,   n) {
		n = 0
		while (s != "") {
			if (match(s, /^"([^"]|"")*"/))
				cell[++n] = substr(s, 2, RLENGTH - 2)
			else {
				match(s, /^[^,]*/)
				cell[++n] = substr(s, 1, RLENGTH)
			}
			gsub(/""/, "\"", cell[n])
			s = substr(s, RLENGTH + 2)
		}
	}
	NR > 1 {
		cells($0)
		e = cell[1] " " cell[2]
		if (e != last) { k++; last = e }
		print k, tolower(cell[1]), cell[4], cell[5]
	}' "$list"
}
# Our name of a role, if a command reads it.
name_of() {
	case $1 in
	sla_*|*_business_minutes|'') return 1 ;;
	first_response_*) echo first_response_at ;;
	resolution_*) echo resolved_at ;;
	opened_at) echo created_at ;;
	date) echo order_date ;;
	refunded_amount) echo refund ;;
	reopens) echo reopened ;;
	*) echo "$1" ;;
	esac
}
# shellcheck disable=SC2094 # nothing writes what is read
# The rows of an export: one for each role, with a cell of its column alone.
# A tier says which column that is for us; of a time, the error does.
suggested() {
	while IFS='	' read -r _ product column role; do
		name=$(name_of "$role") || continue
		# Where there is the time itself, it is taken.
		[ "$name" != "$role" ] && cut -f4 layout | grep -qx "$name" &&
		    continue
		case $product,$column in
		# Orders know the email alone: it is the key.
		shopify,'Customer ID') continue ;;
		# A close is how HubSpot says that it is resolved.
		hubspot,'Time to close') continue ;;
		esac
		n_roles=$((n_roles + 1))
		case $name in
		*_at|*_date) is_what='> 2000-01-01' ;;
		*) is_what='= "zz9"' ;;
		esac
		echo "tier t$n_roles when \`$name\` $is_what" >>one.vip
		cut -f3 layout | awk -v want="$column" -v n=$n_roles '
		    { printf "%s,", $0 == want ? "zz9" : "" }
		    END { print n }' >>one.csv
		printf '%s\t%s\t%s\n' $n_roles "$column" "$name" >>wanted
	done <layout
}
if [ -r "$list" ]; then
	roles_of_exports >roles
	: >bad
	n_roles=0
	exports=$(cut -f1 roles | sort -nu)
	for k in $exports; do
		awk -F'\t' -v k="$k" '$1 == k' roles >layout
		{ cut -f3 layout | sed 's/.*/"&"/' | paste -sd, - |
		    sed 's/$/,zz/'; } >one.csv
		echo 'key zz' >one.vip
		rm -f wanted
		suggested
		echo 'default other' >>one.vip
		product=$(head -n 1 layout | cut -f2)
		: >rejected
		vip-classify -q -p ./one.vip --preset "$product" \
		    --reject rejected one.csv >out
		awk -F'\t' -v n="$(wc -l <layout)" -v out=out \
		    -v product="$product" '
			{ column[$1] = $2; name[$1] = $3 }
			END {
				while ((getline line < out) > 0) {
					split(line, c, ",")
					if (c[n + 2] == "t" c[n + 1])
						delete name[c[n + 1]]
				}
				while ((getline line < "rejected") > 0) {
					split(line, c, ",")
					if (c[n + 3] == column[c[n + 1]])
						delete name[c[n + 1]]
				}
				for (i in name)
					print product ": " column[i] ": " \
					    name[i]
			}' wanted >>bad
	done
	is "R99 all $n_roles columns that real exports have for us" 0 '' '' \
		cat bad
else
	skip 'R99 all columns that real exports have for us' \
	    'no list of real headers here'
fi

plan
