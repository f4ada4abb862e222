#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The care plan, as policies/care.vip has it: R218 to R278.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

# ------------------------------------------------------------------ levels

members=customer_id,等级,年消费额,activity,consent,reachable,level_bought
tiers() {
	vip-classify -q -p care --as-of 2026-03-01 | pick "$1"
}
rows $members >in <<'EOF'
senior | 年消费额=50000
less | 年消费额=49999.99
wan | 年消费额=5万
yuan | 年消费额=5 万元
diamond | 年消费额=100000
under | 年消费额=99999.99
ten | 年消费额=10万
black | 年消费额=200000
close | 年消费额=199999.99
twenty | 年消费额=20万元
none |
EOF
is 'R222-R226 the edges of three levels, in figures and in words' 0 \
	'senior senior\nless member\nwan senior\nyuan senior\ndiamond diamond\nunder senior\nten diamond\nblack black\nclose diamond\ntwenty black\nnone member\n' \
	'' tiers customer_id,tier

rows $members >in <<'EOF'
points | level_bought=diamond
refused | 年消费额=20万 | consent=no
lost | 年消费额=20万 | reachable=no
EOF
is 'R243 a level for points; R253 no consent, no level' 0 \
	'points diamond level_bought "diamond" = "diamond"\nrefused member 拒绝参加\nlost member 无法联系\n' \
	'' tiers customer_id,tier,tier_reason

{
	echo $members
	awk 'BEGIN { for (i = 1; i <= 100; i++)
		print "C" i ",," i * 100 ",0.1,,," }'
	echo A,,,0.8,,,
	echo B,,,0.799,,,
	echo X,,99999,0.1,no,,
} >in
invited() {
	tiers customer_id,profiles | awk '$2 == "invite" { n++; s = s " " $1 }
		END { print n s }' | cut -d' ' -f1,2,21-
}
is 'R252, R253 the top fifth or an activity of 80%, who did not refuse' 0 '21 C81 C100 A\n' '' invited

rows $members >in <<'EOF'
1 | 年消费额=5万
2 | 年消费额=10万
3 | 年消费额=20万
4 | 年消费额=1
EOF
owed() {
	vip-classify -q -p care --benefits | pick benefits
}
is 'R244-R246 three benefits, five, six' 0 \
	'专属顾问; 生日礼遇; 会员折扣
专属顾问; 生日礼遇; 会员折扣; 机场贵宾厅; 优先预订
专属顾问; 生日礼遇; 会员折扣; 机场贵宾厅; 优先预订; 专属停车位\n\n' \
	'' owed

cat >map.vip <<'EOF'
key id
column level from "等级" map ("钻石会员" = "diamond",
    "鑽石會員" = "diamond", "Diamond" = "diamond")
tier diamond when level = "diamond"
default other
EOF
printf 'id,等级\n1,钻石会员\n2,鑽石會員\n3,Diamond\n4,金卡\n' >in
mapped() {
	vip-classify -q -p ./map.vip | pick id,tier
}
is 'R280 one level, three ways to write it' 0 \
	'1 diamond\n2 diamond\n3 diamond\n4 other\n' '' mapped

printf '%s,标签\n1,,5万,,,,,"爱茶; ""常客"""\n' "$members" >in
tags() {
	vip-classify -q -p care | sed '1d; s/,senior,.*//'
}
is 'R268 tags of their own pass through as they are' 0 \
	'1,,5万,,,,,"爱茶; ""常客"""\n' '' tags

# ------------------------------------------------------------ what is owed

tickets=ticket_id,customer_id,tier,channel,created_at,first_response_at
tickets=$tickets,resolved_at,followed_up_at,contacted_at,complaint,issue_type
tickets=$tickets,system_down,status
judge() {
	vip-sla -q -p care --as-of 2026-03-06 | pick "$1"
}
rows $tickets >in <<'EOF'
in | tier=senior | channel=hotline | created_at=2026-03-02T10:00:00 | first_response_at=2026-03-02T10:00:30
late | tier=senior | channel=hotline | created_at=2026-03-02T10:00:00 | first_response_at=2026-03-02T10:00:31
night | tier=senior | channel=hotline | created_at=2026-03-02T21:30:00 | first_response_at=2026-03-03T09:00:10
robot | tier=member | channel=robot | created_at=2026-03-02T03:00:00 | first_response_at=2026-03-02T03:00:31
EOF
is 'R235, R248 thirty seconds are in time; the robot has no closed hours' 0 \
	'in met\nlate breached\nnight met\nrobot breached\n' '' \
	judge ticket_id,first_response_status

rows $tickets >in <<'EOF'
in | tier=black | complaint=yes | created_at=2026-03-02T10:00:00 | contacted_at=2026-03-02T10:30:00 | resolved_at=2026-03-02T12:00:00 | followed_up_at=2026-03-05T12:00:00
late | tier=black | complaint=yes | created_at=2026-03-02T10:00:00 | contacted_at=2026-03-02T10:30:01 | resolved_at=2026-03-02T12:00:00 | followed_up_at=2026-03-05T12:00:01
quiet | tier=black | complaint=no | created_at=2026-03-02T10:00:00
EOF
is 'R270, R272 half an hour to call, three days to come back' 0 \
	'in met 2026-03-05T12:00:00+08:00 met\nlate breached 2026-03-05T12:00:00+08:00 breached\nquiet   \n' \
	'' judge ticket_id,complaint_contact_status,follow_up_due,follow_up_status

# Eleven of a kind from 13:30 to 23:30, and one of another.
{
	echo $tickets
	for i in 0 1 2 3 4 5 6 7 8 9 10; do
		echo "t$i,c$i,senior,,2026-03-02T$((13 + i)):30:00,,,,,yes,late,,open"
	done
	echo y,c,senior,,2026-03-02T20:00:00,,,,,yes,rude,,open
} >eleven
told() {
	vip-sla -q -p care --as-of 2026-03-03T14:00:00 |
	    vip-escalate -q -p care --as-of 2026-03-03T14:00:00 |
	    pick to,raised_at,reason
}
cp eleven in
is 'R276, R277 eleven of a kind in a day: three know, each what to do' 0 \
	'营销总监 2026-03-02T23:30:00+08:00 11 in 24h of issue_type "late"; do: 对外发言并公布补偿方案
服务组长 2026-03-02T23:30:00+08:00 11 in 24h of issue_type "late"; do: 调查原因
全体顾问 2026-03-02T23:30:00+08:00 11 in 24h of issue_type "late"; do: 加班处理投诉\n' \
	'' told
sed '/^t10,/d' eleven >in
is 'R276 ten are none' 0 '' '' told
sed '/^t10,/s/2026-03-02T23:30:00/2026-03-03T13:30:00/' eleven >in
is 'R276 a day later is not within 24 hours' 0 '' '' told
sed '/^t10,/s/2026-03-02T23:30:00/2026-03-03T13:29:59/' eleven >in
over() {
	told | awk 'NR == 1 { print $1, $2 }'
}
is 'R276 past midnight is' 0 '营销总监 2026-03-03T13:29:59+08:00\n' '' over

rows $tickets >in <<'EOF'
down | system_down=yes | created_at=2026-03-03T13:59:00
EOF
is 'R278 what to do when a system is down' 0 \
	'IT主管 2026-03-03T14:00:00+08:00 system_down "yes" = "yes"; do: 启用短信群发、人工热线和邮件; do: 优先恢复VIP数据\n' \
	'' told

is 'R278 the actions for the event, before anybody has reported it' 0 \
	'event,step,escalation,to,by,due,action
crm_down,1,system,IT主管,,2026-03-03T14:00:00+08:00,启用短信群发、人工热线和邮件
crm_down,2,system,IT主管,,2026-03-03T14:00:00+08:00,优先恢复VIP数据\n' \
	'' vip-escalate -p care --as-of 2026-03-03T14:00:00 --event crm_down
crisis() {
	vip-escalate -p care --event complaint | pick step,to,action
}
is 'R277 who does what about a mass complaint' 0 \
	'1 营销总监 对外发言并公布补偿方案\n2 服务组长 调查原因\n3 全体顾问 加班处理投诉\n' \
	'' crisis

# -------------------------------------------------------------------- risk

rows customer_id,tier,complaints_90d,days_since_order,spend_90d,spend_prev_90d \
	>in <<'EOF'
fine | tier=black | complaints_90d=0 | days_since_order=90 | spend_90d=80 | spend_prev_90d=100
silent | tier=black | complaints_90d=0 | days_since_order=91 | spend_90d=80 | spend_prev_90d=100
both | tier=black | complaints_90d=1 | days_since_order=91 | spend_90d=40 | spend_prev_90d=100
EOF
risk() {
	vip-risk -q -p care | pick customer_id,health,risk_level,risk_action
}
is 'R212, R269 what loses a member, and who acts' 0 \
	'fine 100 low \nsilent 60 medium 顾问回访\nboth 0 high 主管制定挽留方案; 主管致电; 顾问回访; 了解原因,推荐合适的产品\n' \
	'' risk

plan
