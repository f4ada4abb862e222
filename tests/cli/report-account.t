#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The card of one customer: R31, R61, R69, R301.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
program "Acme VIP"
currency USD
timezone "America/New_York"
tier gold "Gold" {
	when ltv >= 100
	badge "Sun"
	benefit "A direct line", "Free delivery"
}
tier silver "Silver" when ltv >= 50
default standard "Standard"
profile angry "Was let down" when complaints_90d >= 1 do "Say sorry first"
sla first_response for vip, phone under 10s
sla first_response for vip within 1h
sla first_response for all within 1d
sla resolution for gold same day
signal fewer "Fewer orders" weight 50 when orders_90d < 5 do "Call"
level high below 60
level low
touch checkin "Monthly check-in" every 1mo for vip by phone
touch birthday "Birthday gift" on birthday before 3d for gold
EOF
cat >c.csv <<'EOF'
customer_id,name,tier,tier_reason,tier_since,profiles,phone,sponsor,sponsor_phone,spend_ytd,orders_90d,spend_90d,birthday,health,risk_level,risk_reasons,risk_action,preferences
C1,"Ann, A.",gold,ltv 150 >= 100,2026-01-05,angry,555-0101,Vic P.,555-0199,1500.5,3,900,1990-01-24,50,high,Fewer orders (orders_90d 3 < 5),Call,"no calls before 9, please"
C2,田中太郎,silver,ltv 60 >= 50,2026-01-05,,555-0102,Vic P.,555-0199,0,0,,,100,low,,,
EOF
cat >t.csv <<'EOF'
ticket_id,customer_id,channel,subject,agent,complaint,csat,created_at,resolved_at,first_response_status,first_response_due,first_response_elapsed
T1,C1,email,Late again,Sam,yes,2,2026-01-05T10:00:00-05:00,2026-01-06T10:00:00-05:00,breached,2026-01-05T11:00:00-05:00,70
T2,C1,chat,Where is it?,Sam,no,5,2026-01-18T10:00:00-05:00,,open,2026-01-19T00:30:00-05:00,
T3,C2,phone,Hello,Sam,no,4,2026-01-07T10:00:00-05:00,2026-01-08T10:00:00-05:00,met,2026-01-07T11:00:00-05:00,5
T4,C1,email,Last year,Sam,no,4,2025-12-30T10:00:00-05:00,2025-12-31T23:00:00-05:00,met,2025-12-30T11:00:00-05:00,5
EOF
cat >e.csv <<'EOF'
at,event,value,customer_id,channel
2026-01-10T09:00:00-05:00,outreach,a call,C1,phone
2026-01-17T09:00:00-05:00,note,not a contact,C1,wechat
2026-01-11T09:00:00-05:00,outreach,another's,C2,phone
2027-01-11T09:00:00-05:00,outreach,still to come,C1,phone
EOF
cat >want <<'EOF'
Acme VIP: account of Ann, A.
============================
As of 2026-01-19T00:00:00-05:00

Customer
--------
  About                Is
  Customer             Ann, A.
  Id                   C1
  Tier                 Gold
  Why                  ltv 150 >= 100
  Since                2026-01-05
  Badge                Sun
  Profiles             Was let down: Say sorry first
  Telephone            555-0101
  Executive sponsor    Vic P.
  Sponsor's telephone  555-0199

At a glance
-----------
  YTD spend  Orders/mo  Avg order   Issues  Last contact  CSAT  Risk
  $1,500.50          1    $300.00  2 (1/2)  2026-01-18    3.67  high
  Issues are the tickets of the year so far (complaints/tickets).

Health
------
  Health score  Risk
            50  high
      Risk factor: Fewer orders (orders_90d 3 < 5)
      Intervention: Call

Open tickets
------------
  Tier  Customer  Issue         Agent  Time open  SLA remaining
  gold  Ann, A.   Where is it?  Sam       14 hrs         30 min
      Clock: First response, open

What is owed
------------
  Benefit
  A direct line
  Free delivery

  Promises
  Promise         Channel  Is due
  First response  phone    under 10s
  First response           within 1h
  Resolution               the same day

History
-------
  When              Channel  What          About          Agent
  2025-12-30 10:00  email    ticket T4     Last year      Sam
  2025-12-31 23:00  email    T4 resolved                  Sam
  2026-01-05 10:00  email    complaint T1  Late again     Sam
  2026-01-06 10:00  email    T1 resolved                  Sam
  2026-01-10 09:00  phone    outreach      a call
  2026-01-17 09:00  wechat   note          not a contact
  2026-01-18 10:00  chat     ticket T2     Where is it?   Sam

Upcoming touchpoints
--------------------
  Due         Touchpoint        By     Customer
  2026-01-21  Birthday gift            Ann, A.
  2026-02-01  Monthly check-in  phone  Ann, A.

Tier history
------------
  not known: no store was given (--store)

Overrides in force
------------------
  not known: no store was given (--store)

Details
-------
  About        Is
  orders_90d   3
  spend_90d    900
  birthday     1990-01-24
  preferences  no calls before 9, please
EOF
: >none
card() {
	key=$1
	shift
	vip-report account "$key" -p ./p.vip --as-of 2026-01-19 \
	    --tickets t.csv --events e.csv "$@" c.csv
}
isfile 'R31 R61 R301 the card, and all channels in time order' 0 want none \
	card C1

card C1 --format csv >long
grep '^glance' long | cut -d, -f3 | cut -d/ -f2 | tr '\n' ' ' >got
printf '%s' 'spend_ytd order_frequency average_order issues last_contact satisfaction risk_level ' >want
ok 'R31 seven columns, in this order' diff want got
ok 'R31 with the parts of what is counted' grep -Fx \
	'glance,gold,C1/order_frequency,3,3,1,,,,' long
ok 'every line of the history has a name of its own' sh -c '
	test "$(grep -c "^history,gold,C1/[1-7]/at,,," long)" = 7'
card C2 >text
ok 'R31 the average of no orders is empty' grep -Eq '^ +\$0.00 +0 +- +1 ' text
ok 'R69 the first tier alone is told how to reach the sponsor' sh -c '
	grep -q "Executive sponsor  *Vic P" text && ! grep -q 555-0199 text'
ok 'a touchpoint of another tier is not his' sh -c '! grep -q Birthday text'
ok 'nothing of anybody else' sh -c '! grep -Eq "Ann|T1|Where is it" text'

card C1 --most 2 >text
ok 'the latest of a long history, and how many there are besides' sh -c '
	grep -q "Earlier, and left out: 5" text &&
	grep -q "2026-01-18 10:00" text && ! grep -q "2026-01-10" text'
card C1 --days 5 >text
ok 'touchpoints of so many days' sh -c '
	grep -q "2026-01-21" text && ! grep -q 2026-02-01 text'
ok 'only what is to come is in the calendar' sh -c '
	vip-report account C1 -p ./p.vip --as-of 2026-01-19 --format ics \
	    --tickets t.csv --events e.csv c.csv >ics &&
	test "$(grep -c BEGIN:VEVENT ics)" = 2'
for f in markdown html tsv json xlsx mail; do
	ok "as $f" sh -c '
		vip-report account C1 -p ./p.vip --as-of 2026-01-19 \
		    --tickets t.csv --format "$1" c.csv >out &&
		test -s out' - "$f"
done
vip-report account C1 -p ./p.vip --as-of 2026-01-19 c.csv >text
ok 'without tickets and events, their sections say so' sh -c '
	test "$(grep -c "not known: no tickets" text)" = 2'
ok 'a card from a pipe' sh -c '
	vip-report account C1 -p ./p.vip --as-of 2026-01-19 <c.csv |
	    cmp - text'

# What the store knows of the customer.
sed '1!s/,50,high/,80,low/' c.csv >old.csv
printf 'customer_id,tier,tier_level\nC1,silver,2\nC2,gold,1\n' |
	vip-store vip.db put -q -p ./p.vip --as-of 2026-01-02
vip-store vip.db put -q -p ./p.vip --as-of 2026-01-17 old.csv
vip-store vip.db override add C1 -q --kind floor --tier gold --by ana \
	--reason 'a founder' --expiry 2026-12-31 --as-of 2026-01-03 >id
vip-store vip.db override approve 1 -q --by bo --as-of 2026-01-04
vip-store vip.db override add C1 -q --kind revoke --by ana \
	--reason 'never approved' --expiry 2026-12-31 --as-of 2026-01-03 >id
card C1 --store vip.db >text
sed -n '/^Tier history/,/^Details/p' text >got
cat >want <<'EOF'
Tier history
------------
  When        About       Change    From  To
  2026-01-02  tier        new             silver
  2026-01-03  override 1  floor           gold
      Detail: by ana until 2026-12-31: a founder
  2026-01-03  override 2  revoke
      Detail: by ana until 2026-12-31: never approved
  2026-01-04  override 1  approved        gold
      Detail: by bo
  2026-01-17  risk        new             low

Overrides in force
------------------
  Override  To    Until       Asked by  Approved by
  floor     gold  2026-12-31  ana       bo
      Why: a founder

Details
EOF
ok 'what the store knows' diff want got
ok 'health against the latest snapshot of the store' \
	grep -Fq '  50 (down 30)  high' text
ok 'the store is only read' sh -c '
	before=$(sha256sum <vip.db) &&
	vip-report account C1 -p ./p.vip --as-of 2026-01-19 --store vip.db \
	    c.csv >out && test "$before" = "$(sha256sum <vip.db)"'
is 'there is no such store' 66 '' \
	'vip-report: none.db: no such store; make it with vip-store none.db init\n' \
	card C1 --store none.db

is 'an unknown customer, and a near one' 65 '' \
	'vip-report: c.csv: no row has customer_id "C3"; did you mean "C1"?\n' \
	card C3
is 'an unknown customer that is near to none' 65 '' \
	'vip-report: c.csv: no row has customer_id "somebody"\n' card somebody
is 'whose card?' 64 '' \
	'vip-report: account: of which KEY?\nvip-report: try "vip-report --help"\n' \
	vip-report account -p ./p.vip
[ -w /dev/full ] && is 'a full disk' 74 '' \
	'vip-report: stdout: No space left on device\n' sh -c '
	vip-report account C1 -p ./p.vip --as-of 2026-01-19 c.csv >/dev/full'

plan
