#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a sponsor is told of his accounts: R67, R70, R86, R87.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
program "Executive Support"
currency USD
timezone "America/New_York"
tier tier1 "Tier 1" when acv > $500K
tier tier2 "Tier 2" when acv >= $100K
default standard
level high below 65
level low
target accounts_per_sponsor < 3
target accounts_per_sponsor > 0 until 2025-12-31
EOF
cat >c.csv <<'EOF'
customer_id,name,tier,sponsor,sponsor_title,mrr,renewal_date,health,risk_level,risk_reasons,risk_action
A1,Globex,tier1,Vic P.,VP Sales,80000,2026-03-01,62,high,Usage declining (25%),Call
A2,Initech,tier2,Vic P.,VP Sales,20000,2025-12-01,90,low,Open tickets (1),Wait
A3,Hooli,tier1,Ann O.,CTO,70000,2026-02-01,40,high,Competitor,Play
A4,Acme,tier1,Vic P.,VP Sales,50000,2026-02-15,95,low,,
A5,Nobody's,tier1,,,1,2026-02-15,95,low,,
EOF
cat >t.csv <<'EOF'
ticket_id,customer_id,created_at,resolved_at,first_response_status
T1,A1,2026-01-05T10:00:00-05:00,2026-01-06T10:00:00-05:00,breached
T2,A1,2026-01-18T10:00:00-05:00,,met
T3,A2,2025-12-18T10:00:00-05:00,,met
T4,A3,2026-01-18T10:00:00-05:00,,met
EOF
cat >e.csv <<'EOF'
at,event,value,customer_id
2026-01-10T09:00:00-05:00,review,,A1
2025-11-10T09:00:00-05:00,review,,A2
2026-01-11T09:00:00-05:00,review,,A3
2026-01-12T09:00:00-05:00,contact,,A1
2026-01-13T09:00:00-05:00,contact,,A1
2025-12-13T09:00:00-05:00,contact,,A2
2026-01-14T09:00:00-05:00,checkin,,A1
2026-01-14T09:00:00-05:00,checkin,,A4
EOF
cat >want <<'EOF'
Executive Support: accounts of Vic P., VP Sales
===============================================
For 2026-01, as of 2026-02-01T00:00:00-05:00

In short
--------
  Measure                        Is  Wanted  Status
  Accounts                        3     < 3  missed
  At risk                 33% (1/3)
  Reviews in the quarter  33% (1/3)
  Health check-ins        67% (2/3)
  Contacts out of turn            2

Accounts
--------
  Tier   Customer  Health score  Risk  Tickets  Open now  Promises kept
  tier1  Globex              62  high        2         1    50.0% (1/2)
      Risk factor: Usage declining (25%)
      Intervention: Call
  tier1  Acme                95  low         0         0              -
  tier2  Initech             90  low         0         1              -

Reviews and contacts
--------------------
  Customer  Last review  This quarter  Contacts  Check-ins
  Globex    2026-01-10   done                 2          1
  Acme      -            due                  0          1
  Initech   2025-11-10   due                  0          0

Renewals
--------
  Due         What     Customer     Revenue
  2026-02-15  Renewal  Acme      $50,000.00
  2026-03-01  Renewal  Globex    $80,000.00
EOF
: >none
sponsor() {
	name=$1
	shift
	vip-report sponsor "$name" -p ./p.vip --as-of 2026-02-01 \
	    --tickets t.csv --events e.csv "$@" c.csv
}
isfile 'R70 R86 R87 his accounts, and nobody else'\''s' 0 want none \
	sponsor 'Vic P.'
ok 'renewals are for a calendar' sh -c '
	vip-report sponsor "Vic P." -p ./p.vip --as-of 2026-02-01 \
	    --format ics c.csv >ics && grep -q "SUMMARY:Renewal: Acme" ics &&
	test "$(grep -c BEGIN:VEVENT ics)" = 2'

# The trend: his accounts as they were when the month began, or before.
sed 's/,62,high/,70,low/' c.csv >old.csv
sed 's/,62,high/,10,high/' c.csv >late.csv
vip-store vip.db put -q -p ./p.vip --as-of 2026-01-01 old.csv
vip-store vip.db put -q -p ./p.vip --as-of 2026-01-20 late.csv
sponsor 'Vic P.' --store vip.db >text
ok 'R70 the trend of health, from the store' sh -c '
	sed "s/  */ /g" text | grep -Fq " tier1 Globex 62 (down 8) high" &&
	sed "s/  */ /g" text | grep -Fq " tier1 Acme 95 (stable) low"'
printf 'section,tier,metric,value\naccounts,tier1,A1/health,60\n' >prev.csv
sponsor 'Vic P.' --store vip.db --previous prev.csv >text
ok 'a file goes before the store' sh -c '
	sed "s/  */ /g" text | grep -Fq " Globex 62 (up 2) high"'
vip-report sponsor 'Vic P.' -p ./p.vip --as-of 2026-02-01 c.csv >text
ok 'without events and tickets it says so' sh -c '
	grep -q "not known: no events" text && ! grep -q "0/3" text'

is 'R70 an unknown sponsor, and a near one' 65 '' \
	'vip-report: c.csv: no account has the sponsor "Vic B."; did you mean "Vic P."?\n' \
	sponsor 'Vic B.'
is 'one that is near to none' 65 '' \
	'vip-report: c.csv: no account has the sponsor "Zebulon"; there are "Vic P.", "Ann O."\n' \
	sponsor Zebulon
cut -d, -f1-3 c.csv >bare.csv
is 'customers without sponsors' 65 '' \
	'vip-report: bare.csv:1: no column "sponsor"; the header has "customer_id", "name", "tier"\n' \
	vip-report sponsor 'Vic P.' -p ./p.vip --as-of 2026-02-01 bare.csv
is 'of which sponsor?' 64 '' \
	'vip-report: sponsor: of which NAME?\nvip-report: try "vip-report --help"\n' \
	vip-report sponsor -p ./p.vip

plan
