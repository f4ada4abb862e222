#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a report keeps to itself: R100, R213, R275.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
program "Acme VIP"
currency USD
timezone "America/New_York"
tier gold "Gold" when ltv >= 100
default standard "Standard"
sla first_response within 1h
signal low "Spends less" weight 50 when spend_30d < 500 do "Call"
level high below 60
level low
touch checkin "Monthly check-in" every 1mo for vip by phone text "Hi {name}"
touch birthday "Birthday gift" on birthday before 3d for vip
pool desk "The desk" for vip share 40% warn 10%
target csat > 4.9 for vip
target revenue_share >= 10% for vip
target accounts_per_sponsor < 9
recommend "Address {count} accounts at risk: {names}" when at_risk.count > 0
recommend "Ease the load of {agent} ({share})" when agent.share > 10%
EOF
# Every name, address and amount of the data is a word of its own.
cat >c.csv <<'EOF'
customer_id,name,tier,tier_reason,tier_since,email,phone,city,sponsor,sponsor_title,csm,spend_30d,spend_ytd,spend_365d,spend_prev_365d,orders_365d,birthday,health,risk_level,risk_reasons,risk_action,intervention,notes
KEYONE,Ann Namewort,gold,ltv 77101 >= 100,2026-01-05,ann@mailwort.example,555-88102,Citywort,Sponsorwort,VP,Csmwort,77103,77104,77105.5,77106,77,1990-01-24,50,high,Spends less (spend_30d 77103 < 500),Call,call Planwort at 77107,Notewort
KEYTWO,王七七,gold,ltv 77108 >= 100,2026-01-05,bo@mailwort.example,555-88109,Citywort,Sponsorwort,VP,Csmwort,77110,77111,77112,77113,77,1990-01-25,40,high,Spends less (spend_30d 77110 < 500),Call,,Notewort
KEYTRE,Std Namewort,standard,,2026-01-05,cy@mailwort.example,555-88114,Citywort,,,,77115,77116,77117,77118,77,,90,low,,,,
EOF
cat >t.csv <<'EOF'
ticket_id,customer_id,channel,issue_type,subject,agent,escalated,complaint,csat,created_at,resolved_at,first_response_status,first_response_due,first_response_elapsed
T1,KEYONE,email,billing,refund Subjectwort 77119,Agentwort,yes,yes,2,2026-01-15T10:00:00-05:00,2026-01-16T10:00:00-05:00,breached,2026-01-15T11:00:00-05:00,70
T2,KEYONE,chat,,ask Subjectwort,Agentwort,no,no,5,2026-01-18T10:00:00-05:00,,open,2026-01-19T00:30:00-05:00,
T3,KEYGON,chat,,ask Subjectwort,Agentwort,no,no,,2026-01-18T10:00:00-05:00,,open,2026-01-19T00:30:00-05:00,
EOF
cat >e.csv <<'EOF'
at,event,value,customer_id,tier
2026-01-10T09:00:00-05:00,outreach,told Eventwort,KEYONE,
2026-01-10T09:00:00-05:00,support_expansion,77120,KEYONE,
2026-01-10T09:00:00-05:00,review,,KEYONE,
2026-01-10T09:00:00-05:00,churned,,KEYGON,gold
EOF
cat >a.csv <<'EOF'
agent,pool,level,capacity,pto_from,pto_until
Agentwort,desk,3,9,,
Awaywort,desk,3,9,2026-01-12,2026-01-30
EOF
cat >prev.csv <<'EOF'
section,tier,metric,value
activity,gold,revenue,77121
overview,gold,revenue,77121
EOF
printf 'a key of thirty-two bytes or so..' >key
printf 'another key of thirty-two bytes..' >key2
vip-store vip.db put -q -p ./p.vip --as-of 2026-01-02 c.csv
vip-store vip.db override add KEYONE -q --kind floor --tier gold --by Storewort \
	--reason 'for Reasonwort' --expiry 2026-12-31 --as-of 2026-01-03 >id
vip-store vip.db override approve 1 -q --by Boarwort --as-of 2026-01-04

report() {
	kind=$1 subject=$2
	shift 2
	vip-report "$kind" ${subject:+"$subject"} -p ./p.vip \
	    --as-of 2026-01-19 --tickets t.csv --events e.csv --agents a.csv \
	    --redact-key key --mail-to x@y.example "$@" c.csv
}
# A form as the text that a reader could get out of it.
spell() {
	case $1 in
	xlsx)
		unzip -p "$2"
		;;
	mail)
		cat "$2"
		sed -n '/^Content-Transfer-Encoding: base64/,/^--/p' "$2" |
		    grep -v '^[-C]' | base64 -di
		sed 's/=$//' "$2" | tr -d '\n'
		;;
	ics)
		sed ':a;N;$!ba;s/\r\n //g' "$2"
		;;
	*)
		cat "$2"
		;;
	esac
}
kinds='weekly monthly dashboard team account sponsor care'
formats='text markdown html csv tsv json xlsx ics mail'
have unzip || formats='text markdown html csv tsv json ics mail'

# Is it in no form of any kind?
never() {
	hidden=$1 words=$2 what=$3
	for kind in $kinds; do
		case $kind in
		account) subject=KEYONE ;;
		sponsor) subject=Sponsorwort ;;
		*) subject= ;;
		esac
		: >leaks
		for form in $formats; do
			report "$kind" "$subject" --redact "$what" \
			    --previous prev.csv --store vip.db \
			    --format "$form" >"out.$form" || echo failed >>leaks
			spell "$form" "out.$form" | grep -aEon "$words" |
			    sed "s/^/$form: /" >>leaks
		done
		ok "$hidden: $kind" sh -c 'cat leaks; test ! -s leaks'
	done
}
ALL='[A-Z][a-z]+wort|王七七|KEY|mailwort|555-|77[0-9]{3}|77,[0-9]{3}'
never 'R213 all' "$ALL" all
# The forms differ in how they say a figure, not in which there are.
formats='text csv json'
never 'R100 a partner' "$ALL" partner
never 'names' 'Namewort|王七七|KEY(ONE|TWO|TRE|GON)|Subjectwort|Eventwort|Planwort|Notewort|Reasonwort' names
never 'contacts' 'mailwort|555-|Citywort|Subjectwort|Notewort' contacts
never 'amounts' '77[0-9]{3}|77,[0-9]{3}|77\.1[0-9]K' amounts
never 'staff' 'Agentwort|Awaywort|Csmwort|Sponsorwort|Boarwort|Storewort' staff
never 'R100 tiers' 'Namewort|王七七|KEYONE' tiers

# The budget: amounts, in whatever it was spent on.
cat >spent.csv <<'EOF'
date,budget,part,amount
2026-01-20,gifts,Cards,77123.5
EOF
echo 'budget gifts "Gifts" amount $77124 parts ("Cards" $77124)' >>p.vip
: >leaks
for form in $formats; do
	vip-report budget -p ./p.vip --as-of 2026-04-01 --redact all \
	    --redact-key key --customers c.csv --format "$form" \
	    spent.csv >"out.$form" || echo failed >>leaks
	spell "$form" "out.$form" | grep -aEo "$ALL" |
	    sed "s/^/$form: /" >>leaks
done
ok 'R213 the amounts of a budget' sh -c 'cat leaks; test ! -s leaks'

# What is not to be hidden is there.
report weekly '' --redact amounts >text
ok 'names where amounts are hidden, and the other way round' sh -c '
	grep -q "Ann Namewort" text && grep -q hidden text'
report weekly '' --redact names >text
ok 'amounts where names are hidden' grep -q '154,213' text
ok 'percentages of amounts stay' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --redact amounts c.csv |
	    grep -q "66.7%"'
report account KEYONE --redact tiers >text
ok 'R100 nothing tells that somebody is a VIP' sh -c '
	! grep -Eiq "gold|vip|benefit" text'
report account KEYONE --redact contacts >text
ok 'a telephone that is hidden is said to be there' \
	grep -Eq '^  Telephone +hidden$' text

# The same customer has the same pseudonym, whatever the report and the day.
name() {
	grep -Eo '\bc-[2-9a-z]{10}' "$1" | sort -u
}
report account KEYONE --redact names >card
report account KEYONE --redact all --as-of 2026-01-20 --format json >in.json
report sponsor Sponsorwort --redact names --format csv >in.sponsor
report weekly '' --redact names >in.weekly
report account KEYONE --redact names --redact-key key2 >other
name card >one
ok 'one pseudonym a customer' sh -c 'test "$(wc -l <one)" = 1'
for f in json sponsor weekly; do
	ok "the same in $f" grep -qF "$(cat one)" "in.$f"
done
ok 'another with another key' sh -c '! grep -qFf one other'
# Of the first 64 bits of HMAC-SHA-256 of "c", a NUL and the key, in base 31;
# the value was made with another program.
ok 'and it stays so from version to version' grep -qx c-39sgdeedun one
ok 'two customers, two names' sh -c '
	test "$(grep -Eo "\bc-[2-9a-z]{10}" in.sponsor | sort -u | wc -l)" = 2'
report weekly '' --redact names --format csv >was.csv
sed 's/,50,high/,55,high/' c.csv >c2.csv && cp c2.csv c.csv
report weekly '' --redact names --previous was.csv >text
ok 'a redacted report is compared with one that was' \
	grep -q '55 (up 5)' text

# By default, of the environment.
ok 'VIP_REDACT is the default, and the command line beats it' sh -c '
	VIP_REDACT=all VIP_REDACT_KEY=key vip-report weekly -p ./p.vip \
	    --as-of 2026-01-19 c.csv >text &&
	! grep -q Namewort text &&
	VIP_REDACT=all vip-report weekly -p ./p.vip --as-of 2026-01-19 \
	    --redact none c.csv | grep -q Namewort'
ok 'amounts need no key' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --redact amounts \
	    c.csv >text'
is 'pseudonyms do, and who has no home must say which' 64 '' \
	'vip-report: --redact: a key is needed for pseudonyms: --redact-key FILE\nvip-report: try "vip-report --help"\n' \
	env -u HOME -u XDG_CONFIG_HOME vip-report weekly -p ./p.vip \
	    --redact names c.csv
XDG_CONFIG_HOME=$PWD/conf
export XDG_CONFIG_HOME
is 'the own key is made at its first use' 0 '' \
	"vip-report: $PWD/conf/viptools/redact.key: made; pseudonyms are made with it, so keep it\n" \
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --redact names \
	    -o first c.csv
is 'and used from then on' 0 '' '' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --redact names \
	    -o second c.csv && cmp first second &&
	! grep -q Namewort second'
is 'it is its owner'"'"'s alone' 0 '600 700\n' '' sh -c '
	echo $(stat -c %a conf/viptools/redact.key conf/viptools)'
is 'another home has other pseudonyms' 0 '' '' sh -c '
	XDG_CONFIG_HOME=$PWD/conf2 vip-report weekly -q -p ./p.vip \
	    --as-of 2026-01-19 --redact names -o third c.csv &&
	! cmp -s first third'
is 'a home that cannot be' 73 '' \
	"vip-report: $PWD/c.csv/viptools: Not a directory\n" \
	env XDG_CONFIG_HOME="$PWD/c.csv" vip-report weekly -p ./p.vip \
	    --redact names c.csv
printf short >tiny
is 'a key that anybody could guess' 65 '' \
	'vip-report: tiny: a key has at least 16 bytes\n' \
	vip-report weekly -p ./p.vip --redact names --redact-key tiny c.csv
is 'no such key' 66 '' 'vip-report: none: No such file or directory\n' \
	vip-report weekly -p ./p.vip --redact names --redact-key none c.csv
is 'no such profile' 64 '' \
	'vip-report: --redact: "names,salary" is not a list of names, contacts, amounts, staff, tiers, all, none, agent, analyst, partner\nvip-report: try "vip-report --help"\n' \
	vip-report weekly -p ./p.vip --redact names,salary c.csv
is 'an unknown customer is told no near one' 65 '' \
	'vip-report: c.csv: no row has customer_id "KEYONF"\n' \
	report account KEYONF --redact names

plan
