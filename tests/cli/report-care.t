#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the care of VIPs comes to.
# shellcheck disable=SC2016 # the texts are for sh -c
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/forms.sh"

cp "$srcdir"/tests/data/care/*.csv .
now=2026-04-01
vip-sla -p care -q --as-of $now --customers customers.csv tickets.csv >sla.csv
care() {
	vip-report care -p care --as-of $now --tickets sla.csv \
	    --events events.csv --baseline baseline.csv "$@" customers.csv
}

cat >want <<'END'
VIP客户关怀计划: care
=====================
For 2026-03, as of 2026-04-01T00:00:00+08:00

Targets
-------
  Target          For  Wanted                              Is  Status
  CSAT            vip  >= 90%                     77.8% (7/9)  missed
  Customers lost  vip   <= 5%                     25.0% (1/4)  missed
  Spend growth    vip  >= 15%  15.6% (¥62,500.00/¥400,000.00)  met

Satisfaction of VIPs by week
----------------------------
  Week from   Ratings  Satisfied (4 or 5)  CSAT      Standard
  2026-03-01        0                   -     -             -
  2026-03-02        4         75.0% (3/4)  3.75  100.0% (1/1)
  2026-03-09        1          0.0% (0/1)     2             -
  2026-03-16        1        100.0% (1/1)     5   50.0% (1/2)
  2026-03-23        3        100.0% (3/3)  4.67             -
  2026-03-30        0                   -     -             -
  Ratings are those of tickets and of survey events.

Rates of the month
------------------
  Rate                           VIPs      Standard           All
  Took part in events     40.0% (2/5)    0.0% (0/2)   28.6% (2/7)
  Satisfied (4 or 5)      77.8% (7/9)   66.7% (2/3)  75.0% (9/12)
  Bought again            80.0% (4/5)   50.0% (1/2)   71.4% (5/7)
  Complaints, of tickets  80.0% (4/5)   50.0% (1/2)   71.4% (5/7)
  Customers lost          25.0% (1/4)    0.0% (0/2)   16.7% (1/6)
  Complaints answered     66.7% (2/3)  100.0% (1/1)   75.0% (3/4)
  A dash: not measurable from what was given. Bought again: of all who
  ever bought. Complaints answered: followed up or with feedback, of
  those that are closed.

  VIPs, month by month
  Month       Satisfied    Took part   Complaints         Lost
  2025-10    0.0% (0/1)   0.0% (0/5)            -   0.0% (0/3)
  2025-11             -  20.0% (1/5)            -   0.0% (0/3)
  2025-12             -   0.0% (0/5)            -   0.0% (0/3)
  2026-01             -   0.0% (0/5)            -   0.0% (0/4)
  2026-02  100.0% (1/1)   0.0% (0/5)   0.0% (0/1)   0.0% (0/4)
  2026-03   77.8% (7/9)  40.0% (2/5)  80.0% (4/5)  25.0% (1/4)
  Took part: of those who are VIPs now.

Spend before and after
----------------------
  Year                        Spend      A head  Growth
  The year before that  ¥430,000.00  ¥86,000.00       -
  The year before       ¥460,000.00  ¥92,000.00    7.0%
  The last 365 days     ¥462,500.00  ¥92,500.00    0.5%
  VIPs on the day it began: 5. No longer among the customers: 1; they
  count as no spend.

Which touchpoints work
----------------------
  No.  Touchpoint  Sent      Answered  Satisfied (4 or 5)
    1  生日祝福       2  100.0% (2/2)        100.0% (3/3)
    2  顾问回访       3   33.3% (1/3)         33.3% (1/3)
    3  消费周年       1    0.0% (0/1)                   -
  VIPs, in the year to the end of the month; by answers, then by
  satisfaction.

Services used
-------------
  Service     VIPs who used it
  机场贵宾厅       40.0% (2/5)
  专属停车位       20.0% (1/5)
  In the year to the end of the month.

What complaints are about
-------------------------
  Family  Cause      VIPs  All        Share
  服务    attitude      2    2  40.0% (2/5)
  服务    process       0    1  20.0% (1/5)
  服务    all           2    3  60.0% (3/5)
  系统    logistics     1    1  20.0% (1/5)
  系统    system        1    1  20.0% (1/5)
  系统    all           2    2  40.0% (2/5)

Promises kept
-------------
  Promise                            VIPs      Standard
  First response              75.0% (3/4)  100.0% (1/1)
  Follow-up                   50.0% (2/4)             -
  Contact after a complaint   75.0% (3/4)             -
  All promises               66.7% (8/12)  100.0% (1/1)

  Promises to VIPs that were not kept
  Tier     Customer    Promise                            Actual  Target
  diamond  Li Wei      First response                      1 min       -
  diamond  Li Wei      Follow-up                  26 days 15 hrs  3 days
  diamond  Li Wei      Contact after a complaint          40 min       -
  senior   Zoë Müller  Follow-up                   8 days 14 hrs  3 days

For the supervisor
------------------
  Measure                                  Is
  New VIPs                                  2
  Complaints of VIPs, made                  4
  Complaints of VIPs, closed                3
  Complaints of VIPs, open now              1
  Events held                               2
  Required cells filled in      76.0% (19/25)
  A dash: not measurable from what was given.

  Where new VIPs came from
  Source        New VIPs
  not known  50.0% (1/2)
  网站       50.0% (1/2)

Recommendations
---------------
  No.  Recommendation
    1  满意度为77.8%:逐一回访不满意的贵宾
    2  活动参与率为40.0%:更换活动主题或时间
    3  客户流失率为25.0%:主管制定挽留方案
END
: >none
isfile 'R132 R151 R155 R216 R258 R259 R262 R263 a month of the care plan' 0 \
	want none care
care --format csv >long
printf 'a key of thirty-two bytes or so..' >key
is 'R213 words of a cause and of a source are hidden with names' 0 \
	'causes,,服务/service\ncauses,,系统/delivery\ncauses,,系统/system\n' '' sh -c '
	vip-report care -p care --as-of 2026-04-01 --tickets sla.csv \
	    --events events.csv --redact names --redact-key key --format csv \
	    customers.csv >hid
	! grep -qE "attitude|网站" hid &&
	grep -o "^causes,,[^/]*/[^/]*/complaints," hid | grep -v /all/ |
	sed "s,/complaints.*,," | sort -u'
is 'R258 R151 a week: who was asked, who was satisfied' 0 \
	'satisfaction,vip,2026-03-02/ratings,,,4,,,,\nsatisfaction,vip,2026-03-02/satisfaction,3,4,0.75,,,,\nsatisfaction,vip,2026-03-02/csat,15,4,3.75,,,,\nsatisfaction,vip,2026-03-02/satisfaction_standard,1,1,1,,,,\n' '' \
	grep '^satisfaction,vip,2026-03-02' long
is 'R259 R171 R175 R194 R206 participation, satisfaction, repurchase, complaints, churn: n of d' 0 \
	',participation/vip,2,5,0.4,,,,\n,satisfaction/vip,7,9,0.777778,,,,\n,repurchase_rate/vip,4,5,0.8,,,,\n,complaint_rate/vip,4,5,0.8,,,,\n,churn/vip,1,4,0.25,,,,\n,closed_loop/vip,2,3,0.666667,,,,\n' '' \
	sh -c 'grep "^rates,,.*/vip" long | cut -d, -f2-'
is 'R172 complaints whose loop is closed' 0 \
	'rates,,closed_loop/all,3,4,0.75,,,,\n' '' \
	grep '^rates,,closed_loop/all' long
is 'R216 R155 the trend: six months' 0 \
	'2025-10\n2025-11\n2025-12\n2026-01\n2026-02\n2026-03\n' '' \
	sh -c 'grep -o "^rates,vip,[^/]*/churn" long | cut -c11-17'
is 'R262 before and after, of those who were VIPs on the first day' 0 \
	'growth,vip,before/growth,30000,430000,0.069767,,,,\ngrowth,vip,after/growth,2500,460000,0.005435,,,,\n' '' \
	grep '^growth,vip,[ba].*/growth' long
is 'R262 who came later does not count, and who left counts as nothing' 0 \
	'growth,vip,after/spend,,,462500,,,,\n' '' grep 'after/spend,' long
is 'R263 touches by answers and satisfaction' 0 \
	'touches,vip,birthday/response,2,2,1,,,,\ntouches,vip,adviser/response,1,3,0.333333,,,,\ntouches,vip,anniversary/response,0,1,0,,,,\n' '' \
	grep '^touches.*response' long
is 'R158 a service: each customer once' 0 \
	'services,vip,机场贵宾厅/uptake,2,5,0.4,,,,\nservices,vip,专属停车位/uptake,1,5,0.2,,,,\n' '' \
	grep '^services' long
is 'R269 causes of complaints in two families' 0 \
	'服务/all/complaints,,,3\n系统/all/complaints,,,2\n' '' \
	sh -c 'grep "/all/complaints," long | cut -d, -f3-6'
is 'R215 promises to VIPs beside those to others' 0 \
	'promises,,first_response/met,3,4,0.75,,,,\npromises,,first_response/met_standard,1,1,1,,,,\n' '' \
	grep '^promises,,first_response' long
is 'R125 R126 R132 R178 the desk of the supervisor' 0 \
	'new_vips/value,,,2\ncomplaints/value,,,4\ncomplaints_closed/value,,,3\ncomplaints_open/value,,,1\nevents_held/value,,,2\nfile_completeness/value,19,25,0.76\n' '' \
	sh -c 'grep "^duties,vip,[a-z_]*/value" long | cut -d, -f3-6'
is 'R169 where new VIPs came from' 0 \
	'duties,vip,not known/new_vips,1,2,0.5,,,,\nduties,vip,网站/new_vips,1,2,0.5,,,,\n' '' \
	grep '^duties,vip,.*/new_vips,' long
is 'R259 suggestions: only what a rule of the policy says, with its figure' 0 \
	'recommendations,,unhappy/recommendation,,,满意度为77.8%:逐一回访不满意的贵宾,,,,\nrecommendations,,absent/recommendation,,,活动参与率为40.0%:更换活动主题或时间,,,,\nrecommendations,,leaving/recommendation,,,客户流失率为25.0%:主管制定挽留方案,,,,\n' '' \
	grep '^recommendations' long
is 'against last month' 0 \
	'rates,,satisfaction/vip,7,9,0.777778,,,1,-0.222222\n' '' sh -c '
	vip-report care -p care --as-of 2026-03-01 --tickets sla.csv \
	    --events events.csv --format csv customers.csv >last.csv &&
	vip-report care -p care --as-of 2026-04-01 --tickets sla.csv \
	    --events events.csv --format csv --previous last.csv \
	    customers.csv | grep "^rates,,satisfaction/vip"'

# The goals at their edges: "90%以上" is at least, "5%以下" at most.
goal() {
	title=$1 line=$2
	vip-report care -p care --as-of $now --events goal.csv --format csv \
	    people.csv >goal.out
	ok "$title" grep -Fxq -- "$line" goal.out
}
rates() {	# how many of how many are satisfied
	{
		echo at,event,value,customer_id
		awk -v good="$1" -v n="$2" 'BEGIN {
			for (i = 1; i <= n; i++)
				printf "2026-03-05T12:00,survey,%d,1\n",
				    i <= good ? 4 : 3
		}'
	} >goal.csv
}
{
	echo customer_id,tier,spend_365d,spend_prev_365d
	awk 'BEGIN { for (i = 1; i <= 95; i++) print i ",senior,115,100" }'
} >people.csv
rates 90 100
goal 'R218 90.0% is met' 'targets,vip,csat/value,90,100,0.9,>= 90%,met,,'
rates 899 1000
goal 'R218 89.9% is missed' \
	'targets,vip,csat/value,899,1000,0.899,>= 90%,missed,,'
leave() {
	{
		echo at,event,customer_id,tier
		awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++)
			print "2026-03-05T12:00,churned,X" i ",senior" }'
	} >goal.csv
}
leave 5
goal 'R219 5.0% is met' 'targets,vip,churn/value,5,100,0.05,<= 5%,met,,'
leave 6
goal 'R219 more is missed' \
	'targets,vip,churn/value,6,101,0.059406,<= 5%,missed,,'
goal 'R220 15.0% is met' \
	'targets,vip,spend_growth/value,1425,9500,0.15,>= 15%,met,,'
sed -i 's/^1,senior,115,/1,senior,114.99,/' people.csv
goal 'R220 less is missed' \
	'targets,vip,spend_growth/value,1424.99,9500,0.149999,>= 15%,missed,,'
sed -i 's/,100$/,0/' people.csv
goal 'R220 of nothing it is not measurable' \
	'targets,vip,spend_growth/value,10924.99,0,,>= 15%,not measurable,,'

# What is not given is not measurable, and never 0.
vip-report care -p care --as-of $now --format csv \
	customers.csv >long 2>err
is 'nothing is said of it' 0 '' '' cat err
is 'without tickets, events and a baseline' 0 \
	'churn/value,not measurable\ncsat/value,not measurable\n' '' sh -c '
	grep "^targets.*,not measurable" long | cut -d, -f3,8 | sort'
is 'no rate but those of the customers themselves' 0 'repurchase_rate/vip\n' '' \
	sh -c 'grep "^rates,,.*/vip,[0-9]" long | cut -d, -f3'
is 'no section is left out' 0 '6\n' '' sh -c '
	vip-report care -p care --as-of 2026-04-01 customers.csv |
	grep -c "^  not measurable: "'
ok 'no suggestion without a figure' sh -c '! grep -q ^recommend long'
vip-report care -p care --as-of $now --tickets sla.csv --format csv \
	customers.csv >long
is 'complaints without events' 0 'duties,vip,events_held/value,,,,,,,\n' '' \
	grep events_held long
cut -d, -f1-3 baseline.csv >short.csv
is 'a baseline of one year: one growth' 0 '1\n' '' sh -c '
	vip-report care -p care --as-of 2026-04-01 --format csv \
	    --baseline short.csv customers.csv | grep -c "^growth.*/growth,[0-9-]"'
is 'a baseline with a tier that is none' 65 '' \
	'vip-report: b.csv:2:4: tier: "gold" is no tier of the policy\n' sh -c '
	printf "customer_id,tier,spend_365d\nA1,gold,1\n" >b.csv
	vip-report care -p care --as-of 2026-04-01 --baseline b.csv customers.csv'
is '--baseline is not for others' 64 '' 'vip-report: --baseline is for the report care\nvip-report: try "vip-report --help"\n' \
	vip-report monthly -p care --baseline baseline.csv customers.csv
head -n 1 customers.csv >nobody.csv
ok 'no customers' sh -c '
	vip-report care -p care --as-of 2026-04-01 nobody.csv >text &&
	grep -q "^Targets" text && ! grep -q nan text'
[ -w /dev/full ] && ok 'a disk that is full' sh -c '
	vip-report care -p care --as-of 2026-04-01 customers.csv >/dev/full
	test $? = 74'

forms care vip-report care -p care --as-of $now --tickets sla.csv \
	--events events.csv --baseline baseline.csv customers.csv

plan
