#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The executive programme, as policies/executive.vip has it: R35 to R109.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

# ------------------------------------------------------------------- tiers

tiers() {
	vip-classify -q -p executive --as-of 2026-01-19 | pick account_id,tier
}
accounts=account_id,acv,title,role,partnership,named,departments,growth,plan
accounts=$accounts,segment,subject,match_state

rows $accounts >in <<'EOF'
at | acv=500000.00
above | acv=500000.01
words | acv=0
EOF
is 'R37 500000.00 is tier 2, 500000.01 tier 1' 0 \
	'at tier2\nabove tier1\nwords standard\n' '' tiers

rows $accounts >in <<'EOF'
cto | title=CTO
ceo | title=Founder & ceo
vp | title=VP Sales
assistant | title=Assistant to the CEO
mvp | title=MVP of the year
ceos | title=CEOs' club
none |
EOF
is 'R38 the word, whole, and not the assistant' 0 \
	'cto tier1\nceo tier1\nvp tier1\nassistant standard\nmvp standard\nceos standard\nnone standard\n' \
	'' tiers

rows $accounts >in <<'EOF'
board | role=board | acv=0
investor | role=investor | acv=0
partner | partnership=strategic | acv=0
named | named=review | acv=0
other | role=member | partnership=none | named=no | acv=0
EOF
is 'R35, R39-R41 each group is a VIP by itself' 0 \
	'board tier1\ninvestor tier1\npartner tier1\nnamed tier1\nother standard\n' \
	'' tiers
why() {
	vip-classify -q -p executive | pick tier_reason | sed -n 4p
}
is 'R41 and why' 0 'named "review" = "review"\n' '' why

# R41: accounts in executive review as a list beside the policy.
printf 'Globex\nWayne Ent\n' >t1.txt
printf 'key account_id\ntier tier1 when account_id in file "t1.txt"\ndefault standard\n' \
	>named.vip
printf 'account_id\nGlobex\nglobex\nInitech\n' >in
is 'R41 a list of names in a file' 0 \
	'account_id,tier,tier_level,tier_reason\nGlobex,tier1,1,"account_id ""Globex"" in file ""t1.txt"""\nglobex,tier1,1,"account_id ""globex"" in file ""t1.txt"""\nInitech,standard,0,\n' \
	'' vip-classify -p ./named.vip

rows $accounts >in <<'EOF'
from | acv=100000
edge | acv=100000.01
under | acv=99999.99
named | named=enterprise
two | departments=2
one | departments=1
fast | growth=0.30
slow | growth=0.29
EOF
is 'R48, R49 tier 2 by contract, name, departments and growth' 0 \
	'from tier2\nedge tier2\nunder tier3\nnamed tier2\ntwo tier2\none standard\nfast tier2\nslow standard\n' \
	'' tiers

rows $accounts >in <<'EOF'
in | acv=50000
out | acv=49999.99
plan | plan=premium
basic | plan=basic
grows | segment=mid-market | growth=0.15
less | segment=mid-market | growth=0.149
large | segment=small | growth=0.29
refers | partnership=referral
EOF
is 'R53, R54 tier 3 by contract, plan, growth and referrals' 0 \
	'in tier3\nout standard\nplan tier3\nbasic standard\ngrows tier3\nless standard\nlarge standard\nrefers tier3\n' \
	'' tiers

phrases() {
	vip-classify -q -p executive | pick profiles
}
rows $accounts >in <<'EOF'
1 | subject=We pay for VIP support
2 | subject=EXECUTIVE SUPPORT please
3 | subject=white-glove support?
4 | subject=enterprise support
5 | subject=re: priority support
6 | subject=I am a high-value customer
7 | subject=c-level support
8 | subject=a strategic account of yours
9 | subject=support for a VIP
10 | subject=white glove support
11 | subject=
12 | subject=VIP supporters and strategic accounting
13 | subject=nonpriority support
14 | subject=VIP support for strategic accounts
EOF
is 'R36 each of the phrases, whatever the case; near misses are none' 0 \
	'phrase:VIP support
phrase:executive support
phrase:white-glove support
phrase:enterprise support
phrase:priority support
phrase:high-value customer
phrase:C-level support
phrase:strategic account





phrase:VIP support;phrase:strategic account\n' '' phrases
rows $accounts >in <<'EOF'
1 | match_state=possible
2 | match_state=verified
EOF
state() {
	vip-classify -q -p executive | pick account_id,tier,profiles
}
is 'R100 a possible VIP is served as one, and has no tier' 0 \
	'1 standard possible\n2 standard \n' '' state

rows $accounts >in <<'EOF'
1 | acv=900000
2 | acv=200000
3 | acv=60000
EOF
owed() {
	vip-classify -q -p executive --benefits | pick benefits
}
is 'R42-R47, R51, R52, R55-R57, R69 what each tier is owed' 0 \
	'15-minute first response, around the clock; Dedicated senior agent pool; Phone and SMS to the Support VP; Named executive sponsor, also on critical issues; Quarterly executive review; Proactive outreach every month
30-minute first response in business hours; Senior agent, L2 or above; Slack to the team lead; Named customer success manager; Proactive outreach every quarter
1-hour first response in business hours; Experienced agent: six months or more; Place ahead in the queue; Dedicated email channel\n' \
	'' owed

# ----------------------------------------------------------- what is owed

tickets=ticket_id,account_id,tier,channel,status,created_at,assigned_at
tickets=$tickets,first_response_at,resolved_at,followed_up_at,checked_at
tickets=$tickets,summary_sent_at,impact,asked_for,sentiment,request
tickets=$tickets,abuse_flags,conflict,customer_calendar
judge() {
	vip-sla -q -p executive --as-of 2026-03-09T12:00:00 | pick "$1"
}
rows $tickets >in <<'EOF'
saturday | tier=tier1 | created_at=2026-02-28T03:00:00
night | tier=tier1 | created_at=2026-03-08T01:55:00
friday | tier=tier2 | created_at=2026-02-27T16:45:00
early | tier=tier3 | created_at=2026-02-27T07:30:00
pacific | tier=tier2 | created_at=2026-02-27T11:30:00 | customer_calendar=pacific
always | tier=tier1 | created_at=2026-02-27T11:30:00 | customer_calendar=pacific
EOF
is 'R42, R50, R55, R93 when the first answer is due' 0 \
	'saturday 2026-02-28T03:15:00-05:00
night 2026-03-08T03:10:00-04:00
friday 2026-03-02T09:15:00-05:00
early 2026-02-27T10:00:00-05:00
pacific 2026-02-27T12:30:00-05:00
always 2026-02-27T11:45:00-05:00\n' '' judge ticket_id,first_response_due

rows $tickets >in <<'EOF'
in | tier=tier1 | created_at=2026-02-27T10:00:00 | assigned_at=2026-02-27T10:05:00 | first_response_at=2026-02-27T10:15:00 | resolved_at=2026-02-27T12:00:00 | followed_up_at=2026-02-28T12:00:00 | checked_at=2026-02-28T10:00:00 | summary_sent_at=2026-02-27T14:00:00
late | tier=tier1 | created_at=2026-02-27T10:00:00 | assigned_at=2026-02-27T10:05:01 | first_response_at=2026-02-27T10:15:01 | resolved_at=2026-02-27T14:00:01 | followed_up_at=2026-02-28T14:00:02 | checked_at=2026-02-28T10:00:01 | summary_sent_at=2026-02-27T16:00:02
tier3 | tier=tier3 | created_at=2026-02-27T10:00:00 | resolved_at=2026-02-27T12:00:00
EOF
is 'R62, R64, R97, R98, R104 to the second, from creation on' 0 \
	'in met met met met met met
late breached breached breached breached breached breached
tier3 breached breached met breached breached \n' '' \
	judge ticket_id,assignment_status,first_response_status,resolution_status,follow_up_status,check_in_status,summary_status

# R80, R81: 12 of 15 minutes warn, 90 of 120 do not; the table shows one clock.
rows $tickets >in <<'EOF'
globex | tier=tier1 | created_at=2026-03-09T11:48:00 | assigned_at=2026-03-09T11:49:00
before | tier=tier1 | created_at=2026-03-09T11:48:01 | assigned_at=2026-03-09T11:49:00
EOF
is 'R80, R81 three minutes of 15 left are a warning' 0 \
	'globex warning 3\nbefore open 3.017\n' '' \
	judge ticket_id,first_response_status,sla_left

# -------------------------------------------------------------- who is told

told() {
	vip-sla -q -p executive --as-of 2026-03-09T12:00:00 |
	    vip-escalate -q -p executive --as-of 2026-03-09T12:00:00 |
	    pick "$1"
}
rows $tickets >in <<'EOF'
new | tier=tier2 | status=new | created_at=2026-03-09T11:59:00
other | tier=standard | status=new | created_at=2026-03-09T11:59:00
EOF
is 'R58, R60, R61, R92 a new ticket is told to the pool' 0 \
	'new VIP pool slack 2026-03-09T12:00:00-04:00\n' '' \
	told ticket_id,to,by,due

rows $tickets >in <<'EOF'
a | tier=tier1 | created_at=2026-03-09T11:44:00
b | tier=tier2 | created_at=2026-03-09T11:29:00
c | tier=tier3 | created_at=2026-03-09T10:59:00
d | tier=standard | created_at=2026-03-08T10:59:00
EOF
is 'R44, R65, R95 15, 30 and 60 minutes after the breach, past the queue' 0 \
	'a Support VP phone 2026-03-09T11:59:00-04:00 2026-03-09T12:14:00-04:00
b Support Manager  2026-03-09T11:59:00-04:00 2026-03-09T12:29:00-04:00
c Team Lead  2026-03-09T11:59:00-04:00 2026-03-09T12:59:00-04:00\n' '' \
	told ticket_id,to,by,raised_at,due

rows $tickets >in <<'EOF'
before | tier=tier1 | created_at=2026-03-09T10:00:01 | first_response_at=2026-03-09T10:01:00
after | tier=tier1 | created_at=2026-03-09T10:00:00 | first_response_at=2026-03-09T10:01:00
revenue | tier=tier2 | created_at=2026-03-09T11:59:00 | impact=revenue
asked | tier=tier2 | created_at=2026-03-09T11:59:00 | asked_for=executive
angry | tier=tier2 | created_at=2026-03-09T11:59:00 | sentiment=-0.8
cross | tier=tier2 | created_at=2026-03-09T11:59:00 | sentiment=-0.79
no | tier=standard | created_at=2026-03-09T11:59:00 | impact=revenue
EOF
is 'R96 four ways to the executives; 1:59:59 is none' 0 \
	'after Executive sponsor\nrevenue Executive sponsor\nasked Executive sponsor\nangry Executive sponsor\n' \
	'' told ticket_id,to

rows $tickets >in <<'EOF'
refund | tier=tier2 | created_at=2026-03-09T11:59:00 | request=exception
once | created_at=2026-03-09T11:59:00 | abuse_flags=1
twice | created_at=2026-03-09T11:59:00 | abuse_flags=2
more | created_at=2026-03-09T11:59:00 | abuse_flags=4
two | tier=tier3 | created_at=2026-03-09T11:59:00 | conflict=yes
EOF
is 'R101-R103 exceptions, abuse and conflicts' 0 \
	'exception Support VP\nabuse1 Support Manager\nabuse2 Executive sponsor\nabuse3 Legal\nconflict Customer success manager\n' \
	'' told escalation,to

# -------------------------------------------------------------------- risk

rows account_id,name,tier,usage_30d,usage_prev_30d,open_tickets,competitor \
	>in <<'EOF'
1 | name=Stark Ind | tier=tier1 | usage_30d=75 | usage_prev_30d=100
2 | name=Cyberdyne | tier=tier2 | open_tickets=3
3 | name=Oscorp | tier=tier2 | competitor=yes
4 | name=Hooli | tier=tier2 | open_tickets=2 | competitor=no | usage_30d=9 | usage_prev_30d=9
EOF
risk() {
	vip-risk -q -p executive --as-of 2026-01-15 |
	    pick name,health,risk_reasons,risk_action
}
is 'R89-R91 the three accounts at risk of the sample' 0 \
	'Stark Ind 62 Usage declining (25%) CSM makes a plan; Executive outreach
Cyberdyne 58 Open tickets unresolved (open_tickets 3 >= 3) CSM makes a plan; Priority resolution and a call by the CSM
Oscorp 55 Competitor mentioned (competitor "yes" = "yes") CSM makes a plan; Competitive retention playbook
Hooli 100  \n' '' risk

# R59: three badges, one for each tier.
is 'R59 each tier has a badge of its own' 0 \
	'"Platinum"\n"Gold"\n"Bronze"\n' '' \
	sh -c 'vip-policy show executive | sed -n "s/^.*badge //p"'

plan
