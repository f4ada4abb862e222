#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# vip-sla: what is owed by when, and whether it was kept.
# shellcheck disable=SC2016,SC2034 # the texts are for sh -c; loops count
. "${srcdir:-.}/tests/tap.sh"

# The columns of a table by name, without the header.
cut_columns() {
	awk -F, -v names="$1" '
		NR == 1 {
			n = split(names, want, " ")
			for (i = 1; i <= NF; i++)
				at[$i] = i
			next
		}
		{
			for (i = 1; i <= n; i++)
				printf "%s%s", at[want[i]] ? $at[want[i]] : "?",
				    i < n ? "," : "\n"
		}'
}

# pick "COLUMN ..." POLICY [OPTION ...]: judge the file "in".
pick() {
	names=$1 policy=$2
	shift 2
	vip-sla -p "$policy" --as-of 2026-03-02T12:00:00Z "$@" <in >picked ||
		return
	cut_columns "$names" <picked
}

# --------------------------------------------------------------- the bounds

cat >grocer.vip <<'END'
program "Grocer"
timezone "UTC"
tier gold when spend_30d >= 250
default standard
sla first_response for vip, phone under 10s
sla first_response for vip, email under 1h
sla first_response for vip, chat within 0s
sla first_response for all, phone within 30s
sla first_response for all, email under 24h
sla first_response for all, chat under 30s
sla resolution for vip same day
sla resolution for all under 24h
END
cat >in <<'END'
ticket_id,customer_id,tier,channel,created_at,first_response_at,resolved_at
a,c,gold,phone,2026-03-02T10:00:00Z,2026-03-02T10:00:09Z,
b,c,gold,phone,2026-03-02T10:00:00Z,2026-03-02T10:00:10Z,
c,c,standard,phone,2026-03-02T10:00:00Z,2026-03-02T10:00:30Z,
d,c,standard,phone,2026-03-02T10:00:00Z,2026-03-02T10:00:31Z,
e,c,gold,email,2026-03-02T10:00:00Z,2026-03-02T10:59:59Z,
f,c,gold,email,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,
g,c,standard,email,2026-03-01T10:00:00Z,2026-03-02T09:59:59Z,
h,c,standard,email,2026-03-01T10:00:00Z,2026-03-02T10:00:00Z,
i,c,gold,chat,2026-03-02T10:00:00Z,2026-03-02T10:00:00Z,
j,c,gold,chat,2026-03-02T10:00:00Z,2026-03-02T10:00:01Z,
k,c,standard,chat,2026-03-02T10:00:00Z,2026-03-02T10:00:29Z,
l,c,standard,chat,2026-03-02T10:00:00Z,2026-03-02T10:00:30Z,
m,c,,Phone,2026-03-02T10:00:00Z,2026-03-02T10:00:30Z,
n,c,,fax,2026-03-02T10:00:00Z,2026-03-02T10:00:30Z,
END
is 'under and within, to the second, by tier and channel (R9-R11, R13, R235)' \
	0 'a,0.15,met\nb,0.167,breached\nc,0.5,met\nd,0.517,breached
e,59.983,met\nf,60,breached\ng,1439.983,met\nh,1440,breached
i,0,met\nj,0.017,breached\nk,0.483,met\nl,0.5,breached\nm,0.5,met\nn,,\n' \
	'vip-sla: channels to which the policy owes nothing: "fax"\n' \
	pick 'ticket_id first_response_elapsed first_response_status' grocer.vip

# Between two seconds: the verdict is about what has elapsed, and no second
# begun is a second gone.
cat >in <<'END'
ticket_id,tier,channel,created_at,first_response_at,resolved_at
a,gold,phone,2026-03-02T10:00:00.900Z,2026-03-02T10:00:10.100Z,
b,gold,phone,2026-03-02T10:00:00.900Z,2026-03-02T10:00:10.899999Z,
c,gold,phone,2026-03-02T10:00:00.9Z,2026-03-02T10:00:10.900Z,
d,standard,phone,2026-03-02T10:00:00.100Z,2026-03-02T10:00:30.100Z,
e,standard,phone,2026-03-02T10:00:00.1Z,2026-03-02T10:00:30.100001Z,
f,gold,chat,2026-03-02T10:00:00.5Z,2026-03-02 10:00:00.5,
g,gold,phone,2026-03-02T10:00:00.5Z,,
h,gold,phone,2026-03-02T10:00:00.00000049Z,2026-03-02T10:00:09.9999999Z,
END
is 'fractions of a second (R9, R10, R235)' 0 \
	'a,2026-03-02T10:00:10.900Z,0.153,met\nb,2026-03-02T10:00:10.900Z,0.167,met
c,2026-03-02T10:00:10.900Z,0.167,breached\nd,2026-03-02T10:00:30.100Z,0.5,met
e,2026-03-02T10:00:30.100Z,0.5,breached\nf,2026-03-02T10:00:00.500Z,0,met
g,2026-03-02T10:00:10.500Z,119.992,breached\nh,2026-03-02T10:00:10Z,0.167,met\n' '' \
	pick 'ticket_id first_response_due first_response_elapsed first_response_status' grocer.vip
is '... and until the next due time' 0 '-119.825\n' '' sh -c '
	grep -e ^ticket -e ^g in | vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z |
	sed 1d | cut -d, -f 14'
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,2026-03-02T10:00:00.5Z,2026-03-02T10:00:00.4Z,\n' >in
is '... a tenth of a second before it was asked' 65 '' \
	'vip-sla: stdin:2:37: first_response_at: "2026-03-02T10:00:00.4Z" is before created_at\n' \
	sh -c 'vip-sla -p grocer.vip >out; s=$?; sed 1d out; exit $s'
cat >parts.vip <<'END'
timezone "UTC"
default standard
column created_at from "Opened" as "%d.%m.%Y %H:%M:%S.%f"
calendar office { open mon-fri 09:00-17:00 }
sla first_response within 1min clock office pause when status = "pending"
sla resolution within 2 business days clock office
END
cat >log.csv <<'END'
ticket_id,at,event,value
b,2026-03-02T09:00:30.5Z,status,open
b,2026-03-02T09:00:10.25Z,status,pending
END
cat >in <<'END'
ticket_id,status,Opened,first_response_at,resolved_at
a,open,27.02.2026 16:59:30.5,2026-03-02T09:00:30.500Z,
b,open,02.03.2026 09:00:00.125,2026-03-02T09:01:20.375Z,
c,open,01.03.2026 12:00:00.75,2026-03-02T09:01:00.000001Z,
d,open,27.02.2026 16:59:59.999999,2026-03-02T09:01:00Z,2026-03-03T16:59:59.999999Z
END
is '... on a calendar, by a format, in a log' 0 \
	'a,2026-03-02T09:00:30.500Z,1,met,2026-03-03T16:59:30.500Z
b,2026-03-02T09:01:20.375Z,1,met,2026-03-04T09:00:00.125Z
c,2026-03-02T09:01:00Z,1,breached,2026-03-04T09:00:00Z
d,2026-03-02T09:00:59.999999Z,1,breached,2026-03-03T16:59:59.999999Z\n' '' \
	pick 'ticket_id first_response_due first_response_elapsed first_response_status resolution_due' \
	parts.vip --events log.csv
is '... and what was counted' 0 'b,2026-03-02T09:00:00.125Z,2026-03-02T09:00:10.250Z,yes
b,2026-03-02T09:00:10.250Z,2026-03-02T09:00:30.500Z,no
b,2026-03-02T09:00:30.500Z,2026-03-02T09:01:20.375Z,yes\n' '' sh -c '
	vip-sla -p parts.vip --explain --events log.csv <in |
	grep ^b,first | cut -d, -f 1,3,4,6'

cat >in <<'END'
ticket_id,tier,channel,created_at,first_response_at,resolved_at
a,gold,email,2026-03-01T23:50:00Z,2026-03-01T23:51:00Z,2026-03-01T23:59:59Z
b,gold,email,2026-03-01T23:50:00Z,2026-03-01T23:51:00Z,2026-03-02T00:00:00Z
c,standard,email,2026-03-01T23:50:00Z,2026-03-01T23:51:00Z,2026-03-02T00:00:00Z
d,gold,email,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,
END
is 'same day ends at midnight (R12)' 0 'a,2026-03-02T00:00:00Z,met
b,2026-03-02T00:00:00Z,breached\nc,2026-03-02T23:50:00Z,met
d,2026-03-03T00:00:00Z,open\n' '' \
	pick 'ticket_id resolution_due resolution_status' grocer.vip
sed 's/"UTC"/"America\/New_York"/' grocer.vip >ny.vip
is 'and that of the zone: another zone, another midnight' 0 \
	'a,2026-03-02T00:00:00-05:00,met\nb,2026-03-02T00:00:00-05:00,met
c,2026-03-02T18:50:00-05:00,met\nd,2026-03-02T00:00:00-05:00,breached\n' '' \
	pick 'ticket_id resolution_due resolution_status' ny.vip

cat >in <<'END'
id,ticket_id,customer_id,tier,channel,created_at,first_response_at,resolved_at
1,a,c,gold,email,2026-03-02T10:00:00Z,2026-03-02T10:10:00Z,
END
is 'all columns, in their order' 0 \
	'id,ticket_id,customer_id,tier,channel,created_at,first_response_at,resolved_at,first_response_due,first_response_elapsed,first_response_status,resolution_due,resolution_elapsed,resolution_status,sla_status,sla_left,escalate_to,escalate_by
1,a,c,gold,email,2026-03-02T10:00:00Z,2026-03-02T10:10:00Z,,2026-03-02T11:00:00Z,10,met,2026-03-03T00:00:00Z,120,open,open,720,,\n' \
	'' vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z
vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z <in >once
vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z <once >twice
is 'a second run changes nothing' 0 '' '' cmp once twice

# ------------------------------------------------------------------ the clock

cat >exec.vip <<'END'
program "Executive"
timezone "America/New_York"
tier tier1 when acv > 500K
tier tier2 when acv > 100K
tier tier3 when acv > 50K
default standard
calendar office { timezone "America/New_York" open mon-fri 09:00-17:00 closed 2026-07-03 }
calendar tokyo { timezone "Asia/Tokyo" open mon-fri 09:00-18:00 }
calendar london { timezone "Europe/London" open mon-fri 09:00-17:00 }
sla first_response for tier1 within 15min clock always warn 80%
sla first_response for tier2 within 30min clock office pause when status in ("pending", "on hold")
sla first_response for tier3 within 1h clock office and customer
END
cat >in <<'END'
ticket_id,tier,status,customer_calendar,created_at,first_response_at
a,tier1,open,,2026-02-28 03:00:00,
b,tier1,open,,2026-03-08 01:55:00,2026-03-08 03:10:00
c,tier1,open,,2026-03-08 01:55:00,2026-03-08 03:10:01
d,tier1,open,,2026-11-01 00:55:00,2026-11-01T01:10:00-04:00
e,tier2,open,,2026-02-27 16:45:00,2026-03-02 09:15:00
f,tier2,open,,2026-02-27 16:45:00,2026-03-02 09:15:01
g,tier2,open,,2026-07-02 16:45:00,2026-07-06 09:15:00
h,tier2,open,,2026-02-27 16:30:00,
i,tier2,open,,2026-02-27 18:00:00,2026-02-27 18:00:00
j,tier3,open,london,2026-02-27 07:00:00,2026-02-27 10:00:00
k,tier3,open,london,2026-02-27 11:30:00,
l,tier3,open,,2026-02-27 08:00:00,
m,tier3,open,tokyo,2026-02-27 08:00:00,
END
is 'due times by the clock in force (R42, R50, R55, R93)' 0 \
	'a,2026-02-28T03:15:00-05:00,breached,3060
b,2026-03-08T03:10:00-04:00,met,15
c,2026-03-08T03:10:00-04:00,breached,15.017
d,2026-11-01T01:10:00-04:00,met,15
e,2026-03-02T09:15:00-05:00,met,30
f,2026-03-02T09:15:00-05:00,breached,30.017
g,2026-07-06T09:15:00-04:00,met,30
h,2026-02-27T17:00:00-05:00,open,30
i,2026-03-02T09:30:00-05:00,met,0
j,2026-02-27T10:00:00-05:00,met,60
k,2026-03-02T09:30:00-05:00,open,30
l,2026-02-27T10:00:00-05:00,breached,480
m,,open,0\n' '' pick 'ticket_id first_response_due first_response_status first_response_elapsed' \
	exec.vip --as-of 2026-03-02T11:00:00Z

cat >in <<'END'
ticket_id,tier,status,created_at,customer_calendar,first_response_at
a,tier1,pending,2026-03-02T11:48:01Z,,
b,tier1,pending,2026-03-02T11:48:00Z,,
c,tier1,pending,2026-03-02T11:45:00Z,,
d,tier1,pending,2026-03-02T11:44:59Z,,
e,tier2,pending,2026-02-27T18:00:00Z,,
f,tier2,pending,2026-02-27T18:00:00Z,,2026-02-27T18:10:00Z
g,standard,pending,2026-02-27T18:00:00Z,,
END
is 'a warning at 80 percent; tier1 never pauses (R81, R93)' 0 \
	'a,open,open,3.017\nb,warning,warning,3\nc,warning,warning,0
d,breached,breached,-0.017\ne,paused,paused,-3930\nf,met,met,\ng,,,\n' '' \
	pick 'ticket_id first_response_status sla_status sla_left' exec.vip

# A day of 23 hours, one of 25, and steps of the calendar.
cat >steps.vip <<'END'
timezone "America/New_York"
default standard
calendar office { open mon-fri 09:00-17:00 holidays "us.ics" }
sla day within 1d from created_at to done_at
sla month within 1mo from created_at to done_at
sla hours within 24h from created_at to done_at
sla bdays within 2 business days clock office from created_at to done_at
sla bhours within 4 business hours clock office from created_at to done_at
END
cat >us.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261226
SUMMARY:Christmas Day
END:VEVENT
END:VCALENDAR
END
cat >in <<'END'
ticket_id,created_at,done_at
a,2026-03-07 12:00,2026-03-08 12:00
b,2026-10-31 12:00,2026-11-01 12:00
c,2026-01-31 12:00,2026-02-28 12:00:01
d,2026-12-24 16:00,
END
is 'calendar steps are calendar steps' 0 \
	'a,2026-03-08T12:00:00-04:00,met,2026-04-07T12:00:00-04:00,2026-03-08T13:00:00-04:00,met
b,2026-11-01T12:00:00-05:00,met,2026-11-30T12:00:00-05:00,2026-11-01T11:00:00-05:00,breached
c,2026-02-01T12:00:00-05:00,breached,2026-02-28T12:00:00-05:00,2026-02-01T12:00:00-05:00,breached
d,2026-12-25T16:00:00-05:00,open,2027-01-24T16:00:00-05:00,2026-12-25T16:00:00-05:00,open\n' '' \
	pick 'ticket_id day_due day_status month_due hours_due hours_status' steps.vip
is 'business days and hours, over a holiday by name' 0 \
	'a,2026-03-11T09:00:00-04:00,2026-03-09T13:00:00-04:00
b,2026-11-04T09:00:00-05:00,2026-11-02T13:00:00-05:00
c,2026-02-04T09:00:00-05:00,2026-02-02T13:00:00-05:00
d,2026-12-29T16:00:00-05:00,2026-12-28T12:00:00-05:00\n' '' \
	pick 'ticket_id bdays_due bhours_due' steps.vip

# Days of the calendar on a clock that is closed at the start: from the next
# opening, as all else.
cat >days.vip <<'END'
timezone "America/New_York"
default standard
calendar office { open mon-fri 09:00-17:00 closed 2026-01-19 }
sla day within 1d clock office from created_at to done_at
sla month within 1mo clock office from created_at to done_at
END
cat >in <<'END'
ticket_id,created_at,done_at
open,2026-01-15 10:00,2026-01-16 10:00
shut,2026-01-16 18:00,2026-01-21 09:00
late,2026-01-16 18:00,2026-01-21 09:00:01
part,2026-01-16 18:00:00.5,2026-01-20 10:00
END
is 'calendar days on a clock start at the next opening' 0 \
	'open,2026-01-16T10:00:00-05:00,480,met,2026-02-15T10:00:00-05:00
shut,2026-01-21T09:00:00-05:00,480,met,2026-02-20T09:00:00-05:00
late,2026-01-21T09:00:00-05:00,480.017,breached,2026-02-20T09:00:00-05:00
part,2026-01-21T09:00:00-05:00,60,met,2026-02-20T09:00:00-05:00\n' '' \
	pick 'ticket_id day_due day_elapsed day_status month_due' days.vip

# --------------------------------------------------------------- the metrics

cat >all.vip <<'END'
timezone "UTC"
tier gold when spend_30d >= 250
default standard
sla resolution for all within 24h
sla account_open within 12h from requested_at to opened_at
sla follow_up for gold within 24h after resolved_at
sla next_response within 1h
sla assignment for gold within 5min
sla first_response for all within 1h when priority = "urgent"
sla first_response for all within 8h from 2026-03-02
sla first_response for all within 24h
END
cat >in <<'END'
ticket_id,tier,priority,created_at,assigned_at,first_response_at,resolved_at,followed_up_at,requested_at,opened_at
a,gold,urgent,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,2026-03-01T11:00:00Z,2026-03-01T12:00:00Z,,2026-03-01T09:00:00Z,2026-03-01T21:00:01Z
b,gold,low,2026-03-01T23:59:59Z,2026-03-02T00:05:00Z,,,,,
c,standard,low,2026-03-02T00:00:00Z,,,2026-03-02T05:00:00Z,,2026-03-02T11:00:00Z,
END
is 'metrics in the order of a ticket, then those of the policy (R62, R64, R104, R134)' 0 \
	'assignment_due,assignment_elapsed,assignment_status,first_response_due,first_response_elapsed,first_response_status,next_response_due,next_response_elapsed,next_response_status,resolution_due,resolution_elapsed,resolution_status,follow_up_due,follow_up_elapsed,follow_up_status,account_open_due,account_open_elapsed,account_open_status,sla_status,sla_left,escalate_to,escalate_by\n' \
	'' sh -c 'vip-sla -p all.vip | head -n 1 | cut -d, -f 11-'
is 'each with its own clock' 0 \
	'a,met,met,,met,2026-03-02T12:00:00Z,open,2026-03-01T21:00:00Z,breached,breached,0
b,breached,open,,open,,,,,breached,719.983
c,,breached,,met,,,2026-03-02T23:00:00Z,open,breached,-240\n' '' \
	pick 'ticket_id assignment_status first_response_status next_response_status resolution_status follow_up_due follow_up_status account_open_due account_open_status sla_status sla_left' all.vip
is 'the first statement that fits, by condition and by day' 0 \
	'a,2026-03-01T11:00:00Z\nb,2026-03-02T23:59:59Z\nc,2026-03-02T08:00:00Z\n' '' \
	pick 'ticket_id first_response_due' all.vip

# ------------------------------------------------------------- the customers

cat >who.vip <<'END'
timezone "UTC"
key client
column tier from "Grade" map ("金" = "gold")
tier gold "Gold" badge "G" when spend_30d >= 250
default standard
sla first_response for gold within 1h
sla first_response for all within 24h when threat = "yes"
sla first_response for all within 48h
escalate boss "The Boss" for vip at once when threat = "yes"
END
cat >customers.csv <<'END'
client,Grade,threat
c2,standard,yes
c1,金,no
c3,,
c4,Gold,yes
END
cat >in <<'END'
ticket_id,client,created_at,first_response_at
a,c1,2026-03-02T11:30:00Z,
b,c2,2026-03-02T11:30:00Z,
c,c3,2026-03-02T11:30:00Z,
d,cx,2026-03-02T11:30:00Z,
e,c4,2026-03-02T11:30:00Z,
END
is 'tiers and conditions from the customers, in any order' 0 \
	'a,30,,\nb,1410,,\nc,2850,,\nd,2850,,\ne,30,The Boss,2026-03-02T12:00:00Z\n' \
	'vip-sla: 1 ticket of customers that are not in customers.csv: taken as standard\n' \
	pick 'ticket_id sla_left escalate_to escalate_by' who.vip --customers customers.csv
is '--tier adds tier and badge (R58)' 0 \
	'a,gold,G\nb,standard,\nc,standard,\nd,standard,\ne,gold,G\n' '' \
	pick 'ticket_id tier badge' who.vip -q --tier --customers customers.csv
is 'quiet about nothing but errors' 0 '' '' sh -c \
	'vip-sla -q -p who.vip --customers customers.csv <in >/dev/null'
is 'no tier at all is said' 0 '' \
	'vip-sla: there is no column tier and no --customers: every row is taken as standard\nvip-sla: channels to which the policy owes nothing: "fax"\n' \
	sh -c 'printf "channel,created_at,first_response_at,resolved_at\nfax,2026-03-02,,\n" | vip-sla -p grocer.vip >/dev/null'

awk 'BEGIN {
	print "client,Grade,threat" >"long.csv"
	print "ticket_id,client,created_at,first_response_at"
	for (i = 1; i <= 300; i++) {
		id = id substr("abcdefghij", i % 10 + 1, 1)
		print id "," (i % 3 ? "gold" : "standard") ",no" >"long.csv"
		print i "," id ",2026-03-02T11:30:00Z,"
		print i "," id "x,2026-03-02T11:30:00Z,"
	}
}' >in
is 'ids of every length, and each its own' 0 \
	'200 gold\n400 standard\n' '' sh -c '
	vip-sla -q -p who.vip --tier --customers long.csv |
	awk -F, "NR > 1 { n[\$(NF - 1)]++ } END { for (t in n) print n[t], t }" |
	sort'
{ cat customers.csv; echo c2,gold,no; } >twice.csv
is 'a customer who is there twice' 65 '' \
	'vip-sla: twice.csv:6:1: client: "c2" is on line 2 already\n' \
	vip-sla -p who.vip --customers twice.csv
awk 'BEGIN {
	print "client,Grade,threat"
	for (i = 1; i <= 40000; i++)
		print "customer-" i % 39000 (i % 2 ? "" : "-of-a-long-name") ",gold,"
	print "customer-1,gold,"
}' >often.csv
for j in 1 2; do
	is "of many who are there twice the first, -j $j" 65 '' \
		'vip-sla: often.csv:39002:1: client: "customer-1" is on line 2 already\n' \
		vip-sla -j $j -p who.vip --customers often.csv
done
{ cat who.vip; echo 'column client from "client" as text'; } >astext.vip
sed "2,\$s/^/'/" long.csv >quoted.csv
is 'ids that are formed' 0 '200 gold\n400 standard\n' '' sh -c '
	vip-sla -q -p astext.vip --tier --customers quoted.csv |
	awk -F, "NR > 1 { n[\$(NF - 1)]++ } END { for (t in n) print n[t], t }" |
	sort'
printf 'client,Grade,threat\nc1,platin,\n' >bad.csv
is 'a tier that is none, of a customer' 65 '' \
	'vip-sla: bad.csv:2:4: Grade: "platin" is not a tier of the policy\n' \
	vip-sla -p who.vip --customers bad.csv
is 'customers that are not there' 66 '' \
	'vip-sla: none.csv: No such file or directory\n' \
	vip-sla -p who.vip --customers none.csv

# -------------------------------------------------------------------- bad rows

printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,2026-03-02T10:00:00Z,2026-03-02T09:59:59Z,\nb,gold,phone,2026-03-02T10:00:00Z,,\n' >in
is 'answered before it was asked' 65 \
	'ticket_id,tier,channel,created_at,first_response_at,resolved_at,first_response_due,first_response_elapsed,first_response_status,resolution_due,resolution_elapsed,resolution_status,sla_status,sla_left,escalate_to,escalate_by\n' \
	'vip-sla: stdin:2:35: first_response_at: "2026-03-02T09:59:59Z" is before created_at\n' \
	vip-sla -p grocer.vip
is '... goes to the rejects' 0 'b,breached\n' \
	'vip-sla: 1 row set aside in bad\n' \
	pick 'ticket_id sla_status' grocer.vip --reject bad
is '... whole' 0 \
	'ticket_id,tier,channel,created_at,first_response_at,resolved_at,reject_line,reject_column,reject_reason\na,gold,phone,2026-03-02T10:00:00Z,2026-03-02T09:59:59Z,,2,first_response_at,"""2026-03-02T09:59:59Z"" is before created_at"\n' \
	'' cat bad
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,platin,phone,2026-03-02T10:00:00Z,,\n' >in
is 'a tier that is none' 65 '' \
	'vip-sla: stdin:2:3: tier: "platin" is not a tier of the policy\n' \
	sh -c 'vip-sla -p grocer.vip >out; s=$?; sed 1d out; exit $s'
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,2026-02-30T10:00:00Z,,\n' >in
ok 'an impossible date' sh -c \
	'vip-sla -p grocer.vip 2>&1 >/dev/null | grep "stdin:2:14: created_at: \"2026-02-30T10:00:00Z\""'
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,,,\n' >in
echo 'default standard  sla first_response within 1h' >one.vip
for second in 2016-12-31T23:59:60Z '2016-12-31 18:59:60' 2016-12-31T23:59:60.5+00:00; do
	printf 'ticket_id,created_at,first_response_at\na,%s,\n' "$second" >in
	is "a leap second: $second" 65 '' \
		"vip-sla: stdin:2:3: created_at: \"$second\" is a leap second, and seconds here end at 59\n" \
		sh -c 'vip-sla -q -p one.vip >out; s=$?; sed 1d out; exit $s'
done
for day in 1969-12-30 2200-01-03; do
	printf 'ticket_id,tier,customer_calendar,status,created_at,first_response_at\na,tier2,,,%s,\nb,tier1,,,%s,\n' $day $day >in
	is "$day is off the calendar, where there is one" 65 '' \
		"vip-sla: stdin:2:11: created_at: \"$day\" is not within the years of calendars, 1970 to 2199\n" \
		sh -c 'vip-sla -q -p exec.vip >out; s=$?; sed 1d out; exit $s'
	is '... and only there' 0 "b,$day\n" '' sh -c '
		sed 2d in | vip-sla -q -p exec.vip --as-of 1969-12-30 |
		sed 1d | cut -d, -f 1,5'
done
printf 'ticket_id,tier,customer_calendar,status,created_at,first_response_at\na,tier2,,,1970-01-01,1970-01-01 09:30\nb,tier2,,,2199-12-30 09:00,2199-12-30 09:31\n' >in
is 'the first and the last year of a calendar' 0 \
	'a,1970-01-01T09:30:00-05:00,met\nb,2199-12-30T09:30:00-05:00,breached\n' '' \
	pick 'ticket_id first_response_due first_response_status' exec.vip
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,,,\n' >in
ok 'no creation' sh -c \
	'vip-sla -p grocer.vip 2>&1 >/dev/null | grep "stdin:2:14: created_at: is empty"'
printf 'ticket_id,tier,channel,created_at\na,gold,phone,2026-03-02T10:00:00Z\n' >in
ok 'a column that is not there' sh -c \
	'vip-sla -p grocer.vip 2>err; [ $? -eq 65 ] && grep first_response_at err && grep resolved_at err'
: >in
is 'nothing at all' 65 '' 'vip-sla: stdin: no header\n' vip-sla -p grocer.vip
head -n 1 once >in
is 'a header only' 0 "$(head -n 1 once)\n" '' vip-sla -p grocer.vip
cp once in
[ -w /dev/full ] && is 'a full disk' 74 '' \
	'vip-sla: stdout: No space left on device\n' \
	sh -c 'vip-sla -p grocer.vip >/dev/full'
{ head -n 1 once; for i in 1 2 3 4 5 6 7 8; do sed 1d once; done; } >in
is 'a reader that goes away' 0 "$(head -n 1 once)\n" '' \
	sh -c 'vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z | head -n 1'
is 'no policy' 64 '' \
	'vip-sla: a policy is needed: -p NAME|FILE, or VIP_POLICY\nvip-sla: try "vip-sla --help"\n' \
	vip-sla
is '--fail-on breached' 0 '' '' \
	sh -c 'vip-sla -p grocer.vip --as-of 2026-03-02T12:00:00Z --fail-on breached >/dev/null'
is '--fail-on breached, and one is' 1 '' '' \
	sh -c 'vip-sla -p grocer.vip --as-of 2026-03-04T12:00:00Z --fail-on breached >/dev/null'

# ------------------------------------------------------------ the log of events

cat >log.vip <<'END'
timezone "UTC"
default standard
calendar office { open mon-fri 09:00-17:00 }
sla first_response within 1h when priority = "urgent" pause when status = "pending"
sla first_response within 8h pause when status = "pending"
sla resolution within 8h clock office pause when status in ("pending", "on hold")
sla next_response within 1h
sla requester_wait within 4h
sla agent_work within 4h
END
cat >tickets.csv <<'END'
ticket_id,created_at,priority,status
a,2026-03-02T09:00:00Z,urgent,open
b,2026-03-02T09:00:00Z,low,closed
c,2026-03-02T09:00:00Z,low,pending
d,2026-03-02T09:00:00Z,low,open
END
cat >log.csv <<'END'
ticket_id,at,event,value
a,2026-03-02T09:00:00Z,priority,low
a,2026-03-02T09:30:00Z,status,pending
a,2026-03-02T10:30:00Z,status,open
a,2026-03-02T10:45:00Z,priority,urgent
a,2026-03-02T11:00:00Z,replied,
b,2026-03-02T10:00:00Z,replied,
b,2026-03-02T10:10:00Z,customer replied,
b,2026-03-02T11:10:00Z,replied,
b,2026-03-02T11:20:00Z,customer replied,
b,2026-03-02T11:30:00Z,customer replied,
b,2026-03-02T12:20:01Z,replied,
b,2026-03-02T12:30:00Z,customer replied,
b,2026-03-02T13:00:00Z,status,on hold
b,2026-03-02T15:00:00Z,status,open
b,2026-03-02T16:00:00Z,resolved,
b,2026-03-03T10:00:00Z,reopened,
b,2026-03-03T12:00:00Z,status,closed
c,2026-03-02T09:30:00Z,status,pending
d,2026-03-02T10:00:00Z,replied,
d,2026-03-02T18:00:00Z,customer replied,
d,2026-03-04T10:00:00Z,resolved,
END
cp tickets.csv in
now=2026-03-03T13:00:00Z
is 'pauses outlast a change of priority, which changes nothing' 0 \
	'a,2026-03-02T18:00:00Z,60,met\nb,2026-03-02T17:00:00Z,60,met
c,2026-03-03T20:30:00Z,30,paused\nd,2026-03-02T17:00:00Z,60,met\n' '' \
	pick 'ticket_id first_response_due first_response_elapsed first_response_status' \
	log.vip --events log.csv --as-of $now
sed 's/when status = "pending"/& change current/' log.vip >current.vip
is '... but with "change current"' 0 \
	'a,2026-03-02T11:00:00Z,60,met\n' '' sh -c '
	vip-sla -p current.vip --events log.csv --as-of $1 |
	sed -n 2p | cut -d, -f 1,5-7' sh $now
# What a clock has done is not undone by what comes later.
printf 'timezone "UTC" default x\nsla first_response within 4h pause when status in
    ("pending", "on hold")\nsla follow_up within 24h after resolved_at\n' >late.vip
printf 'ticket_id,created_at\nA,2026-01-05T08:00:00Z\n' >late.csv
late() {
	names=$1 at=$2
	shift 2
	{
		echo ticket_id,at,event,value
		for e in "$@"; do
			echo "A,2026-01-$e"
		done
	} >late-log.csv
	vip-sla -q -p ./late.vip --as-of "2026-01-$at:00Z" \
	    --events late-log.csv late.csv >picked && cut_columns "$names" <picked
}
first='first_response_due first_response_elapsed first_response_status'
held='05T09:00:00Z,status,on hold'
solved='05T10:00:00Z,resolved,'
is 'resolved while on hold: the hold is over' 0 \
    '2026-01-05T13:00:00Z,659,breached\n' '' \
    late "$first" 05T19:59 "$held" "$solved" '05T20:00:00Z,status,open'
for e in 'status,open' 'reopened,'; do
	is "and what breached then stays so: $e" 0 \
	    '2026-01-05T13:00:00Z,661,breached\n' '' \
	    late "$first" 05T20:01 "$held" "$solved" "05T20:00:00Z,$e"
done
is 'a status after the answer moves no due time' 0 \
    '2026-01-05T12:00:00Z,60,met\n' '' late "$first" 09T11:00 \
    '05T09:00:00Z,replied,' '05T10:00:00Z,status,pending'
is 'nor does what was still on hold then' 0 \
    '2026-01-05T13:00:00Z,60,met\n' '' late "$first" 09T11:00 \
    "$held" '05T10:00:00Z,replied,'
follow='follow_up_due follow_up_elapsed follow_up_status'
is 'the first follow-up counts' 0 '2026-01-06T10:00:00Z,60,met\n' '' \
    late "$follow" 20T00:00 "$solved" '05T11:00:00Z,followed up,' \
    '09T11:00:00Z,followed up,'
is 'but not that of an earlier resolution' 0 \
    '2026-01-09T10:00:00Z,15480,breached\n' '' late "$follow" 19T04:00 \
    "$solved" '05T11:00:00Z,followed up,' '06T10:00:00Z,reopened,' \
    '08T10:00:00Z,resolved,'
is 'only the one after it' 0 '2026-01-09T10:00:00Z,120,met\n' '' \
    late "$follow" 19T04:00 "$solved" '05T11:00:00Z,followed up,' \
    '06T10:00:00Z,reopened,' '08T10:00:00Z,resolved,' \
    '08T12:00:00Z,followed up,'
printf 'ticket_id,status,created_at,first_response_at,resolved_at,followed_up_at
A,open,2026-01-05T08:00Z,,2026-01-05T10:00Z,2026-01-05T09:00Z\n' >late.csv
is 'nor without a log' 0 '2026-01-06T10:00:00Z,120,open\n' '' sh -c '
    vip-sla -q -p ./late.vip --as-of 2026-01-05T12:00Z late.csv |
    sed 1d | cut -d, -f10-12'

is 'a reopened ticket goes on where it was' 0 \
	'b,2026-03-03T12:00:00Z,420,met\n' '' sh -c '
	vip-sla -p log.vip --events log.csv --as-of $1 --long |
	awk -F, "\$1 == \"b\" && \$5 == \"resolution\" { print \$1 \",\" \$10 \",\" \$11 \",\" \$13 }"' sh $now
long() {
	vip-sla -p "$1" --events log.csv --as-of $now --long <in | awk -F, \
	    -v id="$2" -v metric="$3" '$1 == id && $5 == metric {
		print $8 "," $9 "," $10 "," $11 "," $13 }'
}
sed 's/^sla resolution.*/& reopen restart/' log.vip >restart.vip
is '... or begins anew' 0 \
	'2026-03-03T10:00:00Z,2026-03-04T10:00:00Z,2026-03-03T12:00:00Z,120,met\n' '' \
	long restart.vip b resolution
sed 's/^sla resolution.*/& reopen ignore/' log.vip >ignore.vip
is '... or is none of our business' 0 \
	'2026-03-02T09:00:00Z,2026-03-03T11:00:00Z,2026-03-02T16:00:00Z,300,met\n' '' \
	long ignore.vip b resolution
is 'each reply to the customer by itself' 0 \
	'2026-03-02T10:10:00Z,2026-03-02T11:10:00Z,2026-03-02T11:10:00Z,60,met
2026-03-02T11:20:00Z,2026-03-02T12:20:00Z,2026-03-02T12:20:01Z,60.017,breached
2026-03-02T12:30:00Z,2026-03-02T13:30:00Z,2026-03-02T16:00:00Z,210,breached\n' '' \
	long log.vip b next_response
is 'of several replies the one that was late; else the one that is owed' 0 \
	'a,,\nb,2026-03-02T13:30:00Z,breached\nc,,\nd,2026-03-02T19:00:00Z,breached\n' '' \
	pick 'ticket_id next_response_due next_response_status' log.vip \
	--events log.csv --as-of $now
is 'what the requester waited' 0 \
	'2026-03-02T09:00:00Z,2026-03-02T13:00:00Z,2026-03-03T12:00:00Z,540,breached\n' '' \
	long log.vip b requester_wait
is 'what the agents worked' 0 \
	'2026-03-02T09:00:00Z,2026-03-02T13:00:00Z,2026-03-03T12:00:00Z,420,breached\n' '' \
	long log.vip b agent_work
is 'what has not happened yet has not happened' 0 \
	'2026-03-02T09:00:00Z,2026-03-02T17:00:00Z,,720,breached\n' '' \
	long log.vip d resolution
is '--explain says what paused it' 0 \
	'b,resolution,2026-03-02T09:00:00Z,2026-03-02T13:00:00Z,240,yes,open
b,resolution,2026-03-02T13:00:00Z,2026-03-02T15:00:00Z,120,no,paused: on hold
b,resolution,2026-03-02T15:00:00Z,2026-03-02T16:00:00Z,60,yes,open
b,resolution,2026-03-02T16:00:00Z,2026-03-02T17:00:00Z,60,no,paused: resolved
b,resolution,2026-03-02T17:00:00Z,2026-03-03T09:00:00Z,960,no,closed
b,resolution,2026-03-03T09:00:00Z,2026-03-03T10:00:00Z,60,no,paused: resolved
b,resolution,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,120,yes,open\n' '' \
	sh -c 'vip-sla -p log.vip --events log.csv --as-of 2026-03-03T13:00:00Z --explain | grep ^b,resol'
cat >words.vip <<'END'
timezone "UTC"
column status from "Statut" map ("En attente" = "pending", "Fermé" = "closed")
column priority map ("haute" = "high")
default standard
sla resolution within 1h pause when status = "pending" and priority = "high"
END
printf 'ticket_id,Statut,priority,created_at\na,Ouvert,basse,2026-01-05T10:00:00Z\n' >words.csv
{
	echo ticket_id,at,event,value
	echo a,2026-01-05T10:10:00Z,priority,haute
	echo a,2026-01-05T10:30:00Z,status,En attente
	echo a,2026-01-05T11:45:00Z,status,Ouvert
	printf 'a,2026-01-05T12:00:00Z,status,Ferme\314\201\n'
} >words.log
is 'the words of a status and a priority are mapped in the log too' 0 \
	'resolution_elapsed,resolution_status\n45,met\n' '' sh -c '
	vip-sla -p ./words.vip --events words.log --as-of 2026-01-06 \
	    words.csv | cut -d, -f 6,7'
{ cat log.csv; echo zz,2026-03-02T09:00:00Z,merged,; echo zz,2026-03-02T09:00:00Z,replied,; echo a,2026-03-02T09:00:00Z,tagged,; echo ,2026-03-02T09:00:00Z,replied,; } >more.csv
is 'what of a log is of no use is said' 0 '' \
	'vip-sla: more.csv: 2 events of 1 ticket that is not in the table
vip-sla: more.csv: 1 event without a ticket_id
vip-sla: more.csv: events that move no clock: "merged", "tagged"\n' sh -c '
	vip-sla -p log.vip --events more.csv tickets.csv >/dev/null'
cat >early.vip <<'END'
timezone "America/New_York"
default standard
sla first_response within 1h
END
printf 'ticket_id,created_at,first_response_at\na,2026-03-02 10:00,2026-03-02 11:00\n' >early.csv
printf 'ticket_id,at,event,value\na,2026-03-02 09:59:59.5,replied,\n' >early-log.csv
is 'a time of the log that will not do' 65 '' \
	'vip-sla: early.csv:2:20: first_response_at: 2026-03-02T09:59:59.500-05:00 in the log is before created_at\n' \
	sh -c 'vip-sla -p early.vip --events early-log.csv early.csv >out; s=$?; sed 1d out; exit $s'
cut -d, -f 1,2 early.csv >bare.csv
is '... without a column of it' 65 '' \
	'vip-sla: bare.csv:2:1: first_response_at: 2026-03-02T09:59:59.500-05:00 in the log is before created_at\n' \
	sh -c 'vip-sla -p early.vip --events early-log.csv bare.csv >out; s=$?; sed 1d out; exit $s'
{ sed 1q tickets.csv; sed 1d tickets.csv; sed 1d tickets.csv; } >double.csv
is 'a ticket that is there twice is judged twice' 0 '8 rows, as before\n' '' sh -c '
	vip-sla -q -p log.vip --events log.csv --as-of 2026-03-03T13:00:00Z double.csv |
	sed 1d >twice
	vip-sla -q -p log.vip --events log.csv --as-of 2026-03-03T13:00:00Z tickets.csv |
	sed 1d >single
	cat single single | cmp - twice && echo "$(wc -l <twice) rows, as before"'
printf 'ticket_id,at,event,value\na,2026-03-08 02:30:00,replied,\n' >gap.csv
sed 's/"UTC"/"America\/New_York"/' log.vip >nylog.vip
cat >tiers.vip <<'END'
timezone "UTC"
tier gold "Gold" when spend_30d >= 250
default standard
sla first_response for gold within 1h
sla first_response within 8h change current
END
printf 'ticket_id,tier,created_at,first_response_at\na,standard,2026-03-02T09:00:00Z,2026-03-02T11:00:00Z\n' >one.csv
printf 'ticket_id,at,event,value\na,2026-03-02T09:30:00Z,tier,Gold\n' >up.csv
is 'a change of tier, by name or label, with "change current"' 0 \
	'a,2026-03-02T10:00:00Z,breached\n' '' sh -c '
	vip-sla -p tiers.vip --events up.csv one.csv | sed 1d | cut -d, -f 1,5,7'
printf 'ticket_id,at,event,value\na,2026-03-02T09:30:00Z,tier,platin\n' >up.csv
is '... to one that is none' 65 '' \
	'vip-sla: up.csv:2:29: value: "platin" is not a tier of the policy\n' \
	vip-sla -p tiers.vip --events up.csv one.csv
is '--strict-time, in the log too' 65 '' \
	'vip-sla: gap.csv:2:3: at: "2026-03-08 02:30:00" does not exist there: the clocks skipped it\n' \
	vip-sla -p nylog.vip --strict-time --events gap.csv tickets.csv
is 'a log without its columns' 65 '' \
	'vip-sla: tickets.csv:1: no column "at"\nvip-sla: tickets.csv:1: no column "event"\n' \
	sh -c 'vip-sla -p log.vip --events tickets.csv 2>err; s=$?
	    cut -d";" -f 1 err >&2; exit $s'

# ------------------------------------------------------------------ the machine

awk 'BEGIN {
	print "ticket_id,tier,channel,created_at,first_response_at,resolved_at"
	for (i = 0; i < 30000; i++)
		printf "t%d,%s,%s,2026-0%d-%02d %02d:%02d:%02d,,\n", i,
		    i % 3 ? "gold" : "standard", i % 2 ? "phone" : "email",
		    1 + i % 9, 1 + i % 28, i % 24, i % 60, i * 7 % 60
}' >many.csv
vip-sla -p ny.vip --as-of 2026-03-02T12:00:00Z -j1 many.csv >one
is 'the same from two threads' 0 '' '' \
	sh -c 'vip-sla -p ny.vip --as-of 2026-03-02T12:00:00Z -j2 many.csv | cmp - one'
for zone in America/New_York Asia/Shanghai; do
	is "the same in $zone" 0 '' '' env TZ=$zone \
		sh -c 'vip-sla -p ny.vip --as-of 2026-03-02T12:00:00Z many.csv | cmp - one'
done

# ------------------------------------------------------------------ other tables

is '--list-targets: every cell (R13, R303)' 0 \
	'metric,tier,channel,bound,clock,when,statement
first_response,gold,phone,under 10s,always,,grocer.vip:5
first_response,gold,email,under 1h,always,,grocer.vip:6
first_response,gold,chat,within 0s,always,,grocer.vip:7
first_response,standard,phone,within 30s,always,,grocer.vip:8
first_response,standard,email,under 24h,always,,grocer.vip:9
first_response,standard,chat,under 30s,always,,grocer.vip:10
resolution,gold,,same day,always,,grocer.vip:11
resolution,standard,,under 24h,always,,grocer.vip:12\n' '' \
	vip-sla -p grocer.vip --list-targets
is 'calendar: the open spans' 0 \
	'start,end,minutes
2026-03-06T09:00:00-05:00,2026-03-06T17:00:00-05:00,480
2026-03-09T09:00:00-04:00,2026-03-09T17:00:00-04:00,480\n' '' \
	vip-sla -p exec.vip calendar office --from 2026-03-06 --to 2026-03-09
is 'calendar: none of that name' 64 '' \
	'vip-sla: exec.vip has no calendar "officer", but office, tokyo, london\nvip-sla: try "vip-sla --help"\n' \
	vip-sla -p exec.vip calendar officer
is 'calendar: no name' 64 '' \
	'vip-sla: which calendar?  vip-sla calendar NAME, of office, tokyo, london\nvip-sla: try "vip-sla --help"\n' \
	vip-sla -p exec.vip calendar
is 'calendar: none at all' 64 '' \
	'vip-sla: grocer.vip has no calendar\nvip-sla: try "vip-sla --help"\n' \
	vip-sla -p grocer.vip calendar office
is 'calendar: backwards' 64 '' \
	'vip-sla: --to is before --from\nvip-sla: try "vip-sla --help"\n' \
	vip-sla -p exec.vip calendar office --from 2026-03-06 --to 2026-03-05
for days in '--from 2026-03-06' '--to 2026-03-06'; do
	is "$days of tickets" 64 '' \
		'vip-sla: --from and --to a date go with "calendar NAME"\nvip-sla: try "vip-sla --help"\n' \
		sh -c "vip-sla -p exec.vip $days"
done
cat >odd.vip <<'END'
timezone "Europe/London"
default standard
calendar night { open sun-thu 22:00-06:00 }
calendar full { open mon-tue 00:00-24:00 open wed 12:00-24:00 }
calendar some { open mon-fri 09:00-17:00 holidays "days.ics" only "Public*" open 2026-12-28 10:00-12:00 }
END
cat >days.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20261225
SUMMARY:Christmas
CATEGORIES:Public holiday
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20261228
SUMMARY:Public holiday instead
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20261224
SUMMARY:Company party
END:VEVENT
END:VCALENDAR
END
spans() {
	vip-sla -p odd.vip calendar "$1" --from "$2" --to "$3" | sed 1d |
	    cut -d, -f 1,2
}
is 'calendar: over midnight and a clock change' 0 \
	'2026-03-29T22:00:00+01:00,2026-03-30T06:00:00+01:00
2026-03-30T22:00:00+01:00,2026-03-31T00:00:00+01:00\n' '' \
	spans night 2026-03-28 2026-03-30
is 'calendar: 24:00, and around the clock' 0 \
	'2026-03-02T00:00:00Z,2026-03-04T00:00:00Z\n2026-03-04T12:00:00Z,2026-03-05T00:00:00Z\n' \
	'' spans full 2026-03-02 2026-03-06
is 'calendar: holidays by category or summary; a date that is opened beats one' 0 \
	'2026-12-24T09:00:00Z,2026-12-24T17:00:00Z\n2026-12-28T10:00:00Z,2026-12-28T12:00:00Z
2026-12-29T09:00:00Z,2026-12-29T17:00:00Z\n' '' spans some 2026-12-24 2026-12-29
cat >in <<'END'
ticket_id,customer_id,tier,status,customer_calendar,created_at,first_response_at
h,c,tier2,open,,2026-07-02 16:45:00,2026-07-06 09:10:00
m,c,tier3,open,tokyo,2026-02-27 08:00:00,2026-02-27 10:00:00
END
is '--explain: what was counted and what not' 0 \
	'ticket_id,metric,from,until,minutes,counted,why
h,first_response,2026-07-02T16:45:00-04:00,2026-07-02T17:00:00-04:00,15,yes,open
h,first_response,2026-07-02T17:00:00-04:00,2026-07-03T00:00:00-04:00,420,no,closed
h,first_response,2026-07-03T00:00:00-04:00,2026-07-04T00:00:00-04:00,1440,no,holiday
h,first_response,2026-07-04T00:00:00-04:00,2026-07-06T09:00:00-04:00,3420,no,closed
h,first_response,2026-07-06T09:00:00-04:00,2026-07-06T09:10:00-04:00,10,yes,open
m,first_response,2026-02-27T08:00:00-05:00,2026-02-27T09:00:00-05:00,60,no,closed
m,first_response,2026-02-27T09:00:00-05:00,2026-02-27T10:00:00-05:00,60,no,customer: closed\n' '' \
	vip-sla -p exec.vip --explain
is '--long: one row a ticket and metric' 0 \
	'ticket_id,customer_id,tier,channel,metric,bound,clock,start,due,end,elapsed,left,status,statement
h,c,tier2,,first_response,within 30min,office,2026-07-02T16:45:00-04:00,2026-07-06T09:15:00-04:00,2026-07-06T09:10:00-04:00,25,,met,exec.vip:11
m,c,tier3,,first_response,within 1h,office and customer,2026-02-27T08:00:00-05:00,,2026-02-27T10:00:00-05:00,0,,met,exec.vip:12\n' '' \
	vip-sla -p exec.vip --long
sed 's/30min/20min/' exec.vip >tight.vip
is '--replay: another policy beside this one' 0 \
	'metric,tier,met,of,share,other_met,other_of,other_share
first_response,tier1,0,0,,0,0,
first_response,tier2,1,1,1,0,1,0
first_response,tier3,1,1,1,1,1,1
first_response,standard,0,0,,0,0,\n' '' \
	vip-sla -p exec.vip --replay -p tight.vip
printf 'ticket_id,tier,channel,created_at,first_response_at,resolved_at\na,gold,phone,2026-03-08 02:30:00,,\n' >in
is 'a time that the clocks skipped' 0 'a,2026-03-08T03:30:10-04:00\n' '' \
	pick 'ticket_id first_response_due' ny.vip
is '... with --strict-time' 65 '' \
	'vip-sla: stdin:2:14: created_at: "2026-03-08 02:30:00" does not exist there: the clocks skipped it\n' \
	pick 'ticket_id' ny.vip --strict-time
sed -i 's/2026-03-08 02:30/2026-11-01 01:30/' in
is 'a time that comes twice is the first' 0 'a,2026-11-01T01:30:10-04:00\n' '' \
	pick 'ticket_id first_response_due' ny.vip
is '... with --strict-time too' 65 '' \
	'vip-sla: stdin:2:14: created_at: "2026-11-01 01:30:00" exists twice there: the clocks were put back\n' \
	pick 'ticket_id' ny.vip --strict-time

# What is told at the end does not depend on who met it first.
cat >channels.vip <<'EOF'
timezone "UTC"
sla resolution for all, email within 1d
EOF
awk 'BEGIN { print "ticket_id,customer_id,channel,created_at,resolved_at"
	for (i = 1; i <= 30000; i++)
		printf "T%d,C%d,%s,2025-06-01T00:00:00Z,\n", i, i,
		    i == 29990 ? "aa" : sprintf("%cx", 97 + i * 7 % 26) }' \
	>channels.csv
for jobs in 1 3; do
	vip-sla -p ./channels.vip --as-of 2025-07-01 -j $jobs \
	    channels.csv >channels.$jobs.csv 2>channels.$jobs
done
ok 'rows by three threads are those by one' cmp channels.1.csv channels.3.csv
is 'and so are the channels that are owed nothing' 0 \
	'vip-sla: channels to which the policy owes nothing: "aa", "ax", "bx", "cx", "dx", ...\n' '' \
	sh -c 'cat channels.3; cmp channels.1 channels.3 >&2'

plan
