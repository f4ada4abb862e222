#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# vip-escalate: who must be told, by when.
# shellcheck disable=SC2016,SC2034 # the texts are for sh -c; loops count
. "${srcdir:-.}/tests/tap.sh"

cat >exec.vip <<'END'
program "Executive"
timezone "UTC"
tier tier1 when acv > 500K
tier tier2 when acv > 100K
tier tier3 when acv > 50K
default standard
level critical below 40
level high below 60
level low
sla first_response for tier1 within 15min
sla first_response for tier2 within 30min
sla first_response for tier3 within 1h
sla unresolved for vip under 2h from created_at to resolved_at
escalate t1 "Support VP" for tier1 by phone within 15min when first_response breached
escalate t2 "Support Manager" for tier2 within 30min when first_response breached
escalate t3 "Team Lead" for tier3 within 1h when first_response breached
escalate exec "Executive" for vip at once when unresolved breached
escalate director for vip to "Director" at once when risk in (critical, high) or threat = "yes"
END
cat >tickets.csv <<'END'
ticket_id,customer_id,tier,threat,created_at,first_response_at,resolved_at
a,c1,tier1,no,2026-03-02T10:00:00Z,2026-03-02T10:15:00Z,2026-03-02T11:59:59Z
b,c2,tier1,no,2026-03-02T10:00:00Z,2026-03-02T10:15:01Z,2026-03-02T11:59:59Z
c,c3,tier2,no,2026-03-02T10:00:00Z,,2026-03-02T11:59:59Z
d,c4,tier3,no,2026-03-02T10:00:00Z,,2026-03-02T11:59:59Z
e,c5,standard,yes,2026-03-02T10:00:00Z,,2026-03-02T11:59:59Z
f,c6,tier1,yes,2026-03-02T10:00:00Z,2026-03-02T10:15:00Z,2026-03-02T12:00:00Z
END
vip-sla -p exec.vip --as-of 2026-03-02T12:00:00Z tickets.csv >sla.csv
is 'the ladder: 15, 30 and 60 minutes after the breach (R34, R95, R96)' 0 \
	'escalation,customer_id,ticket_id,tier,to,by,raised_at,due
t1,c2,b,tier1,Support VP,phone,2026-03-02T10:15:00Z,2026-03-02T10:30:00Z
t2,c3,c,tier2,Support Manager,,2026-03-02T10:30:00Z,2026-03-02T11:00:00Z
t3,c4,d,tier3,Team Lead,,2026-03-02T11:00:00Z,2026-03-02T12:00:00Z
exec,c6,f,tier1,Executive,,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z
director,c6,f,tier1,Director,,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z\n' '' \
	sh -c 'vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z sla.csv | cut -d, -f 1-8'
is 'vip-sla names the first of them' 0 \
	'escalate_to,escalate_by
,
Support VP,2026-03-02T10:30:00Z
Support Manager,2026-03-02T11:00:00Z
Team Lead,2026-03-02T12:00:00Z
,
Executive,2026-03-02T12:00:00Z\n' '' \
	sh -c 'awk -F, "{ print \$(NF - 1) \",\" \$NF }" sla.csv'
is 'rows of customers at risk' 0 \
	'director,c1,,tier1,Director,,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z
director,c3,,tier2,Director,,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z\n' '' \
	sh -c 'printf "customer_id,tier,threat,risk_level\nc1,tier1,no,high\nc2,tier1,no,low\nc3,tier2,yes,low\nc4,standard,yes,critical\n" |
	    vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z | cut -d, -f 1-8 | sed 1d'

# A cron job does not repeat itself.
vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z sla.csv >told.csv
is '--since: what was told is not told again' 0 "$(head -n 1 told.csv)\n" '' \
	vip-escalate -p exec.vip --as-of 2026-03-02T13:00:00Z --since told.csv sla.csv
is '... but what is new is' 0 't3\n' '' \
	sh -c 'grep -v ^t3 told.csv >less.csv
	    vip-escalate -p exec.vip --as-of 2026-03-02T13:00:00Z --since less.csv sla.csv | sed 1d | cut -d, -f 1'
is '--fail-on any' 1 '' '' \
	sh -c 'vip-escalate -p exec.vip --fail-on any sla.csv >/dev/null'
is '--fail-on any, and nobody is' 0 '' '' \
	sh -c 'vip-escalate -p exec.vip --fail-on any --since told.csv sla.csv >/dev/null'

# The same with a store, which is known by what is in it, not by its name.
escalate() {
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z \
	    --since told "$@" sla.csv
}
vip-store told init
printf 'customer_id,ticket_id,escalation,due\nc2,b,t1,\n' |
	vip-store told notify -q >/dev/null
is '--since STORE: what vip-store logged is not told again' 0 \
	't2\nt3\nexec\ndirector\n' '' sh -c '
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z --since told \
	    sla.csv >out; s=$?; sed 1d out | cut -d, -f 1; exit $s'
is '... nor what it logged itself' 0 "$(head -n 1 told.csv)\n" '' escalate
is '... which vip-store knows, and would not pass on either' 0 \
	"$(head -n 1 told.csv)\n" '' vip-store told notify -q told.csv
is '... with the time and who' 0 'director,c6,f,2026-03-02T12:00:00Z\n' '' \
	sh -c 'vip-store told query notified |
	    awk -F, "\$3 == \"director\" {
		print \$3 \",\" \$2 \",\" \$4 \",\" \$1 }"'
ok '... and the audit and the store are whole' sh -c \
	'vip-store told audit verify && vip-store told check'
is '... --fail-on any counts what is told now' 0 '' '' sh -c \
	'vip-escalate -p exec.vip --since told --fail-on any sla.csv >/dev/null'
rm -f told told-*; vip-store told init
if [ -w /dev/full ]; then
	is '... what did not get out was not told' 74 '' \
		'vip-escalate: stdout: No space left on device\n' \
		sh -c 'vip-escalate -p exec.vip --since told sla.csv >/dev/full'
	is '... nor what could not be put in place' 73 '' \
		'vip-escalate: none/out: No such file or directory\n' \
		escalate -o none/out
fi
ok '... so it is told by two at once, each once' sh -c '
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z --since told sla.csv >1 &
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z --since told sla.csv >2
	wait
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z sla.csv | sed 1d | sort >want
	cat 1 2 | grep -v ^escalation, | sort | cmp - want'
is 'what is about a customer is kept so' 0 "$(head -n 1 told.csv)\n" '' sh -c '
	printf "customer_id,tier,risk_level\nc1,tier1,high\n" >risk.csv
	printf "ticket_id,customer_id\na,c1\n" |
	    vip-escalate -p exec.vip --customers risk.csv --since told >first
	[ "$(wc -l <first)" -eq 2 ] || cat first
	printf "ticket_id,customer_id\nb,c1\n" |
	    vip-escalate -p exec.vip --customers risk.csv --since told'
if have sqlite3; then
	sqlite3 other.db 'CREATE TABLE a (b)'
	is 'another program'"'"'s database' 65 '' \
		'vip-escalate: other.db: a database of another program, not a store\n' \
		vip-escalate -p exec.vip --since other.db sla.csv
fi
is '--since of no file' 66 '' \
	'vip-escalate: none.db: No such file or directory\n' \
	vip-escalate -p exec.vip --since none.db sla.csv

# Who has no name cannot be remembered, and is told of.
printf 'tier,threat\ntier1,yes\ntier2,yes\n' >nameless.csv
printf 'customer_id,ticket_id,tier,threat\nc,t,tier1,yes\nc,t,tier1,yes\n' >double.csv
vip-escalate -q -p exec.vip sla.csv >since.csv
rm -f told told-*
vip-store told init
for since in since.csv told; do
	is "--since $since: rows that name nobody" 0 '2\n2\n' '' sh -c "
		for i in 1 2; do
			vip-escalate -q -p exec.vip --since $since nameless.csv |
			sed 1d | wc -l
		done"
	is "--since $since: a row that is there twice" 0 '1\n' '' sh -c "
		vip-escalate -q -p exec.vip --since $since double.csv |
		sed 1d | wc -l"
done
is '... without, as the rows come' 0 '2\n' '' sh -c '
	vip-escalate -q -p exec.vip double.csv | sed 1d | wc -l'

# The clock of a statement, which may be of two calendars.
cat >clocks.vip <<'END'
timezone "America/New_York"
tier gold when spend_30d >= 250
default standard
calendar office { open mon-fri 09:00-17:00 }
calendar late { open mon-fri 13:00-21:00 }
sla first_response within 1h
escalate a "A" within 1h clock office when threat = "yes"
escalate b "B" within 1h clock office and late when threat = "yes"
escalate c "C" within 1h clock office and customer when threat = "yes"
escalate d "D" within 2 business hours clock late when threat = "yes"
END
printf 'ticket_id,customer_id,tier,threat,customer_calendar\nt,c,gold,yes,late\nu,c,gold,yes,\n' >in
is 'due on the calendars of its clock' 0 \
	't,a,2026-03-02T11:00:00-05:00\nt,b,2026-03-02T14:00:00-05:00
t,c,2026-03-02T14:00:00-05:00\nt,d,2026-03-02T15:00:00-05:00
u,a,2026-03-02T11:00:00-05:00\nu,b,2026-03-02T14:00:00-05:00
u,c,2026-03-02T11:00:00-05:00\nu,d,2026-03-02T15:00:00-05:00\n' '' sh -c '
	vip-escalate -p clocks.vip --as-of 2026-03-02T10:00:00 | sed 1d |
	awk -F, "{ print \$3 \",\" \$1 \",\" \$8 }"'
: >in

# Days on a calendar: from the next opening, and a due time on closing stays.
cat >days.vip <<'END'
timezone "America/New_York"
default standard
calendar office { open mon-fri 09:00-17:00 closed 2026-12-24 13:00-17:00 }
escalate a within 1 business days clock office when now - created_at >= 0h
escalate b within 1d clock office when now - created_at >= 0h
END
printf 'ticket_id,created_at\nt,2026-12-23 15:00\nu,2026-02-27 18:00\n' >in
is 'days on a calendar' 0 \
	't,a,2026-12-24T13:00:00-05:00\nt,b,2026-12-24T15:00:00-05:00
u,a,2026-03-03T09:00:00-05:00\nu,b,2026-03-03T09:00:00-05:00\n' '' sh -c '
	vip-escalate -p days.vip --as-of 2027-01-01 | sed 1d |
	awk -F, "{ print \$3 \",\" \$1 \",\" \$8 }"'
: >in

# What has waited for so long is known since then, whenever cron looks.
cat >waited.vip <<'END'
timezone "UTC"
default standard
let waited = now - created_at
escalate exec within 30min when missing(resolved_at) and waited >= 2h
escalate other when threat = "yes" or now - created_at > 90min
escalate days when now - created_at >= 1d
END
cat >in <<'END'
ticket_id,threat,created_at,resolved_at
a,,2026-03-02T10:00:00Z,
b,,2026-03-02T10:00:01Z,
c,yes,2026-03-02T10:30:01Z,
d,,2026-03-01T10:00:00Z,2026-03-01T11:00:00Z
END
is 'raised when it had waited so long (R96)' 0 \
	'a,exec,2026-03-02T12:00:00Z,2026-03-02T12:30:00Z
a,other,2026-03-02T11:30:00Z,2026-03-02T11:30:00Z
b,other,2026-03-02T11:30:01Z,2026-03-02T11:30:01Z
c,other,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z
d,other,2026-03-01T11:30:00Z,2026-03-01T11:30:00Z
d,days,2026-03-02T12:00:00Z,2026-03-02T12:00:00Z\n' '' sh -c '
	vip-escalate -p waited.vip --as-of 2026-03-02T12:00:00Z | sed 1d |
	awk -F, "{ print \$3 \",\" \$1 \",\" \$7 \",\" \$8 }"'
is '... an hour later the same' 0 'a,2026-03-02T12:00:00Z\nb,2026-03-02T12:00:01Z\n' '' sh -c '
	vip-escalate -p waited.vip --as-of 2026-03-02T12:29:00Z | grep ^exec |
	cut -d, -f 3,7'
: >in

# Facts are judged by what was in force when they happened.
cat >dated.vip <<'END'
timezone "America/New_York"
default standard
sla first_response within 1h
escalate old until 2026-01-31 when first_response breached
escalate new from 2026-02-01 when first_response breached
escalate threat until 2026-01-31 when threat = "yes"
escalate mass from 2026-02-01 when count(complaint) >= 2 in 24h
escalate gone until 2026-01-30 when count(complaint) >= 2 in 24h
END
cat >in <<'END'
ticket_id,threat,complaint,created_at,first_response_at
a,yes,yes,2026-01-31 22:59:59,
b,,yes,2026-01-31 23:00:00,
c,,yes,2026-02-01 10:00:00,
END
is 'what is in force when it is raised' 0 \
	'escalation,ticket_id,raised_at
old,a,2026-01-31T23:59:59-05:00
new,b,2026-02-01T00:00:00-05:00
new,c,2026-02-01T11:00:00-05:00
mass,c,2026-02-01T10:00:00-05:00\n' '' sh -c '
	vip-sla -q -p dated.vip --as-of 2026-02-10 |
	vip-escalate -p dated.vip --as-of 2026-02-10 | cut -d, -f 1,3,7'
is '... also for vip-sla' 0 'escalate_to\nold\nnew\nnew\n' '' sh -c '
	vip-sla -q -p dated.vip --as-of 2026-02-10 | cut -d, -f 11'
: >in

# Without a tier in the rows, those of the customers or what vip-sla wrote.
cut -d, -f 1-2,4- tickets.csv >plain.csv
cut -d, -f 2-3 tickets.csv >customers.csv
is 'tiers from --customers, here as in vip-sla' 0 '' '' sh -c '
	vip-sla -p exec.vip --customers customers.csv --as-of 2026-03-02T12:00:00Z plain.csv |
	vip-escalate -p exec.vip --customers customers.csv --as-of 2026-03-02T12:00:00Z |
	cmp - told.csv'
is 'without, what vip-sla found' 0 'b,tier1,Support VP\nc,tier2,Support Manager\nd,tier3,Team Lead\nf,,Executive\n' '' sh -c '
	vip-sla -p exec.vip --customers customers.csv --as-of 2026-03-02T12:00:00Z plain.csv |
	vip-escalate -p exec.vip --as-of 2026-03-02T12:00:00Z |
	sed 1d | cut -d, -f 3-5'

printf 'customer_id,tier,risk_level\nc1,tier1,high\n' >risk.csv
printf 'ticket_id,customer_id\na,c1\nb,c1\n' >in
is 'what is about a customer is told once, of no ticket' 0 \
	'director,c1,,tier1,Director\n' '' sh -c '
	vip-escalate -p exec.vip --customers risk.csv | sed 1d | cut -d, -f 1-5'

# ---------------------------------------------------------------- mass complaints

cat >mass.vip <<'END'
timezone "America/New_York"
default standard
escalate mass "Marketing Director" when count(complaint) > 10 in 24h of issue_type do "Publish a notice"
escalate desk to "Advisers" within 30min when count(complaint) > 10 in 24h of issue_type
END
# complaints FIRST STEP N: each STEP seconds after the one before.
complaints() {
	echo ticket_id,customer_id,issue_type,complaint,created_at
	awk -v first="$1" -v step="$2" -v n="$3" 'BEGIN {
		for (i = 0; i < n; i++) {
			t = first + i * step
			d = int(t / 86400)
			t -= d * 86400
			printf "t%d,c%d,late,yes,2026-03-%02dT%02d:%02d:%02dZ\n",
			    i, i, d, int(t / 3600), int(t % 3600 / 60), t % 60
			printf "u%d,c%d,cold,yes,2026-03-05T00:00:00Z\n", i, i % 5
			printf "v%d,c%d,late,no,2026-03-05T00:00:00Z\n", i, i
		}
	}' | awk -F, '$3 != "cold" || ++cold < 11'
}
complaints 216000 8639 10 >in
is 'ten complaints of a kind are no more than ten (R276)' 0 '' '' \
	sh -c 'vip-escalate -p mass.vip | sed 1d'
# 10 steps of 8639 s are 23:59:50, over midnight, here over the clock change.
complaints 648000 8639 11 >in
is 'eleven are, across midnight and the clock change' 0 \
	'mass,c10,t10,standard,Marketing Director,,2026-03-08T07:59:50-04:00,2026-03-08T07:59:50-04:00,"11 in 24h of issue_type ""late""; do: Publish a notice"
desk,c10,t10,standard,Advisers,,2026-03-08T07:59:50-04:00,2026-03-08T08:29:50-04:00,"11 in 24h of issue_type ""late"""\n' '' \
	sh -c 'vip-escalate -p mass.vip | sed 1d'
complaints 648000 8640 11 >in
is 'eleven in 24 hours and no second less are not' 0 '' '' \
	sh -c 'vip-escalate -p mass.vip | sed 1d'
complaints 648000 60 30 >in
is 'a storm is told of once' 0 '2\n' '' \
	sh -c 'vip-escalate -p mass.vip | sed 1d | wc -l'
{ head -n 1 in; sed 1d in | sort -t, -k 3,3 -k 1,1r; } >shuffled
is 'in whatever order the rows are' 0 '' '' sh -c '
	vip-escalate -p mass.vip in >a; vip-escalate -p mass.vip shuffled | cmp - a'

complaints 216000 60 11 >in
is 'what is still to come is not counted' 0 '' '' \
	sh -c 'vip-escalate -p mass.vip --as-of 2026-03-02T12:09:59Z | sed 1d'
is '... and on its day it is' 0 'mass\ndesk\n' '' sh -c '
	vip-escalate -p mass.vip --as-of 2026-03-02 | sed 1d | cut -d, -f 1'
sed 's/yes/TRUE/' in >true
is 'yes in other words' 0 'mass\ndesk\n' '' \
	sh -c 'vip-escalate -p mass.vip true | sed 1d | cut -d, -f 1'
{ sed 's/,yes,/,,/'  in; echo z,c,late,perhaps,2026-03-02T12:00:00Z; } >perhaps
is 'neither yes nor no' 65 '' \
	'vip-escalate: perhaps:34:10: complaint: "perhaps" is neither yes nor no\n' sh -c '
	vip-escalate -p mass.vip perhaps >out; s=$?; sed 1d out; exit $s'
{ head -n 1 in; echo y,c,late,no,; echo z,c,late,yes,; } >never
is 'counted, but not when' 65 '' \
	'vip-escalate: never:3:14: created_at: is empty\n' sh -c '
	vip-escalate -p mass.vip never >out; s=$?; sed 1d out; exit $s'

# ------------------------------------------------------- checklists and events

cat >steps.vip <<'END'
timezone "America/New_York"
key client
tier gold "Gold" when spend_30d >= 250
default standard
calendar office { open mon-fri 09:00-17:00 }
checklist own "Take it" for gold within 15min clock office from created_at to assigned_at by phone to "The desk"
checklist solve same day clock office from created_at to resolved_at
checklist worry "Tell the boss" at once when threat = "yes" do "Call" do "Write"
checklist ask "Ask" within 1d from resolved_at to asked_at
checklist close within 2h after asked_at
checklist old at once until 2026-01-31
escalate down "IT" within 30min by phone, sms when crm_down = "yes" do "Use the other line" do "Tell them"
escalate slow "IT" at once when crm_down = "yes" and vip
escalate gone "Nobody" at once until 2026-01-31 when crm_down = "yes"
END
cat >in <<'END'
ticket_id,client,tier,threat,created_at,assigned_at,resolved_at
a,c1,gold,no,2026-02-27 16:50,,
b,c2,standard,yes,2026-02-27 16:50,,
c,c3,gold,yes,2026-02-27 16:50,,2026-02-27 17:00
d,c4,gold,,2026-03-02 08:00,2026-03-02 09:01:02.5,
END
is '--checklist: what holds, in order, and what follows what is expected' 0 \
	'ticket_id,client,tier,step,name,label,to,by,due,done_at,status,action
a,c1,gold,1,own,Take it,The desk,phone,2026-03-02T09:05:00-05:00,,overdue,
a,c1,gold,2,solve,solve,,,2026-02-28T00:00:00-05:00,,overdue,
a,c1,gold,3,ask,Ask,,,2026-03-01T00:00:00-05:00,,overdue,
a,c1,gold,4,close,close,,,2026-03-01T02:00:00-05:00,,overdue,
b,c2,standard,1,solve,solve,,,2026-02-28T00:00:00-05:00,,overdue,
b,c2,standard,2,worry,Tell the boss,,,2026-02-27T16:50:00-05:00,,overdue,Call; Write
b,c2,standard,3,ask,Ask,,,2026-03-01T00:00:00-05:00,,overdue,
b,c2,standard,4,close,close,,,2026-03-01T02:00:00-05:00,,overdue,
d,c4,gold,1,own,Take it,The desk,phone,2026-03-02T09:15:00-05:00,2026-03-02T09:01:02.500-05:00,done,
d,c4,gold,2,solve,solve,,,2026-03-03T00:00:00-05:00,,open,
d,c4,gold,3,ask,Ask,,,2026-03-04T00:00:00-05:00,,open,
d,c4,gold,4,close,close,,,2026-03-04T02:00:00-05:00,,open,\n' '' \
	vip-escalate -p steps.vip --as-of 2026-03-02T12:00:00 --checklist
is '... --fail-on any' 1 '' '' sh -c \
	'vip-escalate -p steps.vip --checklist --fail-on any >/dev/null'
printf 'client,tier\nc1,gold\n' >gold.csv
cut -d, -f 1,2,5 in >plain.csv
is '... tiers of the customers' 0 'a,own\na,solve\n' '' sh -c '
	vip-escalate -p steps.vip -q --checklist --customers gold.csv plain.csv |
	sed -n "2,3p" | cut -d, -f 1,5'
printf 'ticket_id,client,created_at,resolved_at\na,c1,2026-02-30,\n' >bad.csv
is '... a bad row goes to the rejects' 0 'ticket_id\n' \
	'vip-escalate: there is no column tier and no --customers: every row is taken as standard
vip-escalate: 1 row set aside in set-aside.csv\n' sh -c '
	vip-escalate -p steps.vip --checklist --reject set-aside.csv bad.csv |
	cut -d, -f 1'
is '... of a policy that has none' 64 '' \
	'vip-escalate: --checklist: exec.vip has no checklist
vip-escalate: try "vip-escalate --help"\n' vip-escalate -p exec.vip --checklist
[ -w /dev/full ] && is '... on a full disk' 74 '' \
	'vip-escalate: stdout: No space left on device\n' \
	sh -c 'vip-escalate -p steps.vip --checklist >/dev/full'
is '--event: by the name of a column' 0 \
	'event,step,escalation,to,by,due,action
crm_down,1,down,IT,phone; sms,2026-03-02T12:30:00-05:00,Use the other line
crm_down,2,down,IT,phone; sms,2026-03-02T12:30:00-05:00,Tell them
crm_down,3,slow,IT,,2026-03-02T12:00:00-05:00,\n' '' \
	vip-escalate -p steps.vip --as-of 2026-03-02T12:00:00 --event crm_down
is '... or of a statement' 0 'slow,1,slow\n' '' sh -c \
	'vip-escalate -p steps.vip --event slow | sed 1d | cut -d, -f 1-3'
is '... that nobody is told of' 64 '' \
	'vip-escalate: --event: steps.vip tells nobody of "crm_dwn", but of down, crm_down, slow; did you mean crm_down?
vip-escalate: try "vip-escalate --help"\n' vip-escalate -p steps.vip --event crm_dwn
is '... in a policy that tells nobody of anything' 64 '' \
	'vip-escalate: --event: none.vip tells nobody of "x"
vip-escalate: try "vip-escalate --help"\n' sh -c \
	'echo "default standard" >none.vip; vip-escalate -p none.vip --event x'
for wrong in '--event slow in' '--event slow --customers gold.csv'; do
	is "... $wrong" 64 '' 'vip-escalate: --event reads no file
vip-escalate: try "vip-escalate --help"\n' sh -c \
		"vip-escalate -p steps.vip $wrong"
done
is 'one thing at a time' 64 '' \
	'vip-escalate: one of --checklist, --event, --since
vip-escalate: try "vip-escalate --help"\n' \
	vip-escalate -p steps.vip --checklist --since told.csv
cat >bounds.vip <<'END'
timezone "UTC"
default standard
checklist most within 1h
checklist less under 1h
checklist today same day
END
printf 'ticket_id,created_at,resolved_at\na,2026-03-02T23:00:00Z,\n' >night.csv
is 'overdue: after the bound, with under and same day at it' 0 \
	'most,open\nless,open\ntoday,open\nmost,open\nless,overdue\ntoday,overdue
most,overdue\nless,overdue\ntoday,overdue\n' '' sh -c '
	for now in 2026-03-02T23:59:59Z 2026-03-03T00:00:00Z 2026-03-03T00:00:01Z; do
		vip-escalate -p bounds.vip --checklist --as-of $now night.csv |
		    sed 1d | cut -d, -f 5,11
	done'

is 'a step has a bound' 78 '' \
	'vip-policy: wrong.vip:1:19: error: checklist own wants a bound: within 1h, under 10s, same day\n' sh -c \
	'echo "default standard  checklist own from a to b" >wrong.vip
	vip-policy check wrong.vip 2>&1 | head -n 1 >&2; vip-policy check wrong.vip 2>/dev/null'

# -------------------------------------------------------------------- bad input

printf 'customer_id,tier,first_response_status\nc,tier1,late\n' >in
is 'a status that is none' 65 '' \
	'vip-escalate: stdin:2:9: first_response_status: "late" is no status\n' \
	sh -c 'vip-escalate -p exec.vip >out; s=$?; sed 1d out; exit $s'
printf 'customer_id,tier\nc,gold\n' >in
ok 'a tier that is none' sh -c \
	'vip-escalate -p exec.vip 2>&1 | grep "stdin:2:3: tier: \"gold\" is not a tier of the policy"'
: >in
is 'nothing at all' 65 '' 'vip-escalate: stdin: no header\n' \
	vip-escalate -p exec.vip
head -n 1 sla.csv >in
is 'a header only' 0 "$(head -n 1 told.csv)\n" '' vip-escalate -p exec.vip
[ -w /dev/full ] && is 'a full disk' 74 '' \
	'vip-escalate: stdout: No space left on device\n' \
	sh -c 'vip-escalate -p exec.vip sla.csv >/dev/full'
is 'a reader that goes away' 0 "$(head -n 1 told.csv)\n" '' \
	sh -c 'vip-escalate -p exec.vip sla.csv | head -n 1'
printf 'customer_id,ticket_id\n' >since.csv
is 'a --since that is no output of ours' 65 '' \
	'vip-escalate: since.csv:1: no column "escalation"; the header has "customer_id", "ticket_id"\n' \
	vip-escalate -p exec.vip --since since.csv sla.csv

plan
