#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Chinese rule books, each as the policy of its name: R110 to R216.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/rows.sh"

# tiers POLICY COLUMNS: judge the file "in".
tiers() {
	vip-classify -q -p "$1" --as-of 2026-03-01 | pick "$2"
}
judge() {
	vip-sla -q -p "$1" --as-of 2026-03-03 | pick "$2"
}

# ------------------------------------------------ retail-cn: R110 to R123

head=customer_id,spend_365d,orders_365d,referrals_365d,complaints_365d,returns_365d
rows $head >in <<'EOF'
in | spend_365d=5000 | orders_365d=3
out | spend_365d=4999.99 | orders_365d=3
seldom | spend_365d=5000 | orders_365d=2
gold | spend_365d=20000 | orders_365d=6
nearly | spend_365d=19999.99 | orders_365d=6
diamond | spend_365d=50000 | orders_365d=12
eleven | spend_365d=50000 | orders_365d=11
brings10 | referrals_365d=10
brings5 | referrals_365d=5
brings4 | referrals_365d=4
new |
EOF
is 'R111-R116, R118 amounts, frequency and referrals, at their edges' 0 \
	'in silver\nout ordinary\nseldom ordinary\ngold gold\nnearly silver\ndiamond diamond\neleven gold\nbrings10 diamond\nbrings5 gold\nbrings4 ordinary\nnew ordinary\n' \
	'' tiers retail-cn customer_id,tier
one_grade() {
	tiers retail-cn tier | grep -c .
}
is 'R110 everybody has exactly one grade' 0 '11\n' '' one_grade

rows $head >in <<'EOF'
three | spend_365d=50000 | orders_365d=20 | complaints_365d=6
more | spend_365d=50000 | orders_365d=20 | complaints_365d=7
half | spend_365d=50000 | orders_365d=20 | returns_365d=10
over | spend_365d=50000 | orders_365d=20 | returns_365d=11
none | orders_365d=0 | complaints_365d=1
EOF
is 'R117, R121 conduct; nobody is judged by no orders' 0 \
	'three diamond spend_365d 50000 >= 50000 and orders_365d 20 >= 12
more ordinary 不良行为
half diamond spend_365d 50000 >= 50000 and orders_365d 20 >= 12
over ordinary 不良行为\nnone ordinary \n' '' \
	tiers retail-cn customer_id,tier,tier_reason

rows $head >in <<'EOF'
1 | referrals_365d=10
2 | referrals_365d=5
3 | spend_365d=5000 | orders_365d=3
EOF
owed() {
	vip-classify -q -p "$1" --as-of 2026-03-01 --benefits | pick benefits
}
is 'R112-R114, R122 each grade its own benefits' 0 \
	'享受最高折扣; 专属VIP服务团队\n享受更多折扣; 专属服务经理\n享受部分折扣和优惠\n' \
	'' owed retail-cn

# R115: an order one second outside of the window is not counted.
cat >orders.csv <<'EOF'
customer_id,order_id,order_date,amount
A,1,2025-03-01T23:59:59,5000
B,2,2025-03-02T00:00:00,5000
EOF
window() {
	vip-rollup -q -p retail-cn --as-of 2026-03-01 -m spend_365d orders.csv |
	    pick customer_id,spend_365d
}
is 'R115 the window begins at midnight, to the second' 0 'A 0\nB 5000\n' \
	'' window

# R119 to R121: up at once, down after 90 days and one step at a time.
for row in 'A,50000,12 2026-01-01' 'A,0,0 2026-01-02' 'A,0,0 2026-04-01' \
    'A,0,0 2026-04-02'; do
	printf 'customer_id,spend_365d,orders_365d,referrals_365d,complaints_365d,returns_365d\n%s,0,0,0\n' \
	    "${row% *}" |
	    vip-classify -q -p retail-cn --store s.db --as-of "${row#* }" |
	    pick tier,tier_change,tier_since
done >moves
is 'R119, R121 up at once; 90 days later down, by one step' 0 \
	'diamond new 2026-01-01\ndiamond held 2026-01-01\ndiamond held 2026-01-01\ngold demoted 2026-04-02\n' \
	'' cat moves

rows customer_id,tier,days_since_order,complaints_365d,orders_365d >in <<'EOF'
180 | tier=gold | days_since_order=180 | complaints_365d=0 | orders_365d=10
181 | tier=gold | days_since_order=181 | complaints_365d=0 | orders_365d=10
EOF
risk() {
	vip-risk -q -p "$1" | pick customer_id,health,risk_level,risk_action
}
is 'R121, R156 a long time without a purchase' 0 \
	'180 100 low \n181 50 high 制定挽回方案; 电话回访\n' '' risk retail-cn

# ----------------------------------------------------- abcd: R127 to R132

head=member_id,region,spend_total,first_order,orders_365d,spend_365d,spend_prev_365d
rows $head >in <<'EOF'
a | region=河南 | spend_total=20000 | first_order=2024-03-01
b | region=河南 | spend_total=19999.98 | first_order=2024-03-01
b1 | region=河南 | spend_total=10000 | first_order=2024-03-01
c | region=河南 | spend_total=9999.98 | first_order=2024-03-01
c1 | region=河南 | spend_total=4000 | first_order=2024-03-01
d | region=河南 | spend_total=3999.98 | first_order=2024-03-01
away | region=陕西 | spend_total=20000 | first_order=2024-03-01
month | region=河南 | spend_total=9000 | first_order=2026-02-01
EOF
is 'R127, R131 half-open bands of the yearly average, of Henan' 0 \
	'a a\nb b\nb1 b\nc c\nc1 c\nd d\naway d\nmonth b\n' '' \
	tiers abcd member_id,tier
rows $head >in <<'EOF'
grows | region=河南 | spend_total=5000 | first_order=2025-09-01 | orders_365d=2 | spend_365d=3000 | spend_prev_365d=2000
once | region=河南 | spend_total=5000 | first_order=2025-09-01 | orders_365d=1 | spend_365d=3000 | spend_prev_365d=2000
shrinks | region=河南 | spend_total=5000 | first_order=2025-09-01 | orders_365d=2 | spend_365d=2000 | spend_prev_365d=2000
EOF
is 'R129 class B, and who of it becomes gold' 0 \
	'grows b becoming_gold\nonce b \nshrinks b \n' '' \
	tiers abcd member_id,tier,profiles
strategies() {
	vip-policy show abcd | sed -n '/^tier a/,/^default/s/^.*do //p'
}
is 'R128-R130 what is to be done about each class' 0 \
	'"提高年消费额,发展为金卡"\n"跟踪服务,发展为A类"\n"通过一线员工了解需求"\n' \
	'' strategies
is 'R127, R217 a threshold that is still X' 78 '' \
	'vip-policy: x.vip:2:22: error: "X" is a placeholder: put a value in its place\ntier a when spend >= X\n                     ^\n' \
	sh -c 'printf "currency CNY\ntier a when spend >= X\ndefault d\n" >x.vip
	vip-policy check x.vip'

# ----------------------------------------------- restaurant: R133 to R146

rows customer_id,staff,approved_at,orders_1mo >in <<'EOF'
twice | approved_at=2026-01-01 | orders_1mo=2
once | approved_at=2026-01-01 | orders_1mo=1
waits | orders_1mo=2
staff | staff=yes | approved_at=2026-01-01 | orders_1mo=9
EOF
is 'R133, R137, R139 twice a month, approved, no employee' 0 \
	'twice vip_guest orders_1mo 2 >= 2\nonce guest \nwaits guest 尚未审批\nstaff guest 公司员工不能成为VIP客户\n' \
	'' tiers restaurant customer_id,tier,tier_reason
cat >orders.csv <<'EOF'
customer_id,order_id,order_date,amount,store
A,1,2026-02-10,10,钟楼
A,2,2026-02-11,10,小寨
B,3,2026-02-10,10,钟楼
EOF
month() {
	vip-rollup -q --as-of 2026-03-01 -m orders_1mo orders.csv |
	    pick customer_id,orders_1mo
}
is 'R133 visits of several stores add up' 0 'A 2\nB 1\n' '' month

rows ticket_id,customer_id,tier,created_at,requested_at,opened_at,completed_at,approved_at,first_response_at \
	>in <<'EOF'
in | created_at=2026-03-01T09:00:00 | requested_at=2026-03-01T21:00:00 | opened_at=2026-03-02T09:00:00 | completed_at=2026-03-02T10:00:00 | approved_at=2026-03-02T22:00:00
late | created_at=2026-03-01T09:00:00 | requested_at=2026-03-01T21:00:00 | opened_at=2026-03-02T09:00:01 | completed_at=2026-03-02T10:00:00 | approved_at=2026-03-02T22:00:01
EOF
is 'R134, R135, R137 twelve hours, day and night, whoever is on leave' 0 \
	'in 2026-03-02T09:00:00+08:00 met met\nlate 2026-03-02T09:00:00+08:00 breached breached\n' \
	'' judge restaurant ticket_id,account_open_due,account_open_status,approval_status

# ----------------------------------------------------- club: R160 to R165

head=customer_id,spend_365d,orders_365d,first_order,spend_90d,complaints_365d,state
rows $head >in <<'EOF'
top | spend_365d=50000 | orders_365d=24 | first_order=2023-03-01 | complaints_365d=0
eighty | spend_365d=50000 | orders_365d=24 | first_order=2026-02-01 | complaints_365d=1
under | spend_365d=49999 | orders_365d=24 | first_order=2026-02-01 | complaints_365d=0
money | spend_365d=500000 | orders_365d=0 | first_order=2026-02-01 | spend_90d=500000
little | spend_365d=5000 | orders_365d=2 | first_order=2025-06-01 | spend_90d=5000
waits | spend_365d=50000 | orders_365d=24 | first_order=2023-03-01 | complaints_365d=0 | state=candidate
EOF
is 'R124, R160, R163, R164 a score of three, models, candidates' 0 \
	'top diamond model\neighty diamond \nunder gold \nmoney silver \nlittle ordinary potential\nwaits ordinary \n' \
	'' tiers club customer_id,tier,profiles
rows $head >in <<'EOF'
1 | spend_365d=50000 | orders_365d=24 | first_order=2023-03-01
EOF
is 'R161, R165 what diamond members have' 0 \
	'专属服务代表; 生日礼品; 专属活动邀请; 定制服务; 优先预订; 专属礼品\n' \
	'' owed club

# ----------------------------------------------------- card: R166 to R170

head=customer_id,spend_365d,premium_days_90d,renewals_total,late_renewals_total
rows $head >in <<'EOF'
gold | spend_365d=10000
platinum | spend_365d=30000
diamond | spend_365d=100000
online | premium_days_90d=60 | renewals_total=2 | late_renewals_total=0
late | premium_days_90d=60 | renewals_total=2 | late_renewals_total=1
seldom | premium_days_90d=59 | renewals_total=2 | late_renewals_total=0
EOF
is 'R166, R167 cards by amount, or by use and renewals on time' 0 \
	'gold gold 3\nplatinum platinum 2\ndiamond diamond 1\nonline platinum 2\nlate ordinary 0\nseldom ordinary 0\n' \
	'' tiers card customer_id,tier,tier_level
rows ticket_id,customer_id,tier,created_at,first_response_at,bought_at,returned_at \
	>in <<'EOF'
day30 | tier=gold | created_at=2026-02-01 | first_response_at=2026-02-01 | bought_at=2026-01-01 | returned_at=2026-01-31
day31 | tier=gold | created_at=2026-02-01 | first_response_at=2026-02-01 | bought_at=2026-01-01 | returned_at=2026-02-01
plat | tier=platinum | created_at=2026-02-01 | first_response_at=2026-02-01 | bought_at=2026-01-01 | returned_at=2026-02-01
EOF
is 'R168 the thirtieth day is in, the next is not, and platinum has more' 0 \
	'day30 met\nday31 breached\nplat met\n' '' \
	judge card ticket_id,return_status
cat >orders.csv <<'EOF'
customer_id,order_id,order_date,amount
A,1,2026-02-27,9999.99
A,2,2026-02-28,0.01
EOF
for day in 2026-02-27 2026-02-28; do
	vip-rollup -q --as-of $day -m spend_365d orders.csv |
	    awk 'NR == 1 { print $0 ",premium_days_90d,renewals_total,late_renewals_total" }
		NR > 1 { print $0 ",,," }' |
	    vip-classify -q -p card --as-of $day | pick tier
done >days
is 'R170 upgraded on the day on which the sum is reached' 0 \
	'ordinary\ngold\n' '' cat days

# -------------------------------------------------- trading: R171 to R180

head=account_id,account_status,volume_365d,volume_prev_365d,business,influence
rows $head >in <<'EOF'
large | volume_365d=10000000 | business=retail
under | volume_365d=9999999.99 | business=retail
trade | volume_365d=3000000 | business=export
name9 | volume_365d=1000000 | influence=9
name8 | volume_365d=0 | influence=8
grows | volume_365d=200 | volume_prev_365d=100
closed | volume_365d=10000000 | account_status=cancelled
EOF
is 'R174, R177, R179 business, volume and name; closed accounts' 0 \
	'large strategic \nunder general \ntrade key \nname9 strategic \nname8 key \ngrows general potential\nclosed general \n' \
	'' tiers trading account_id,tier,profiles
rows ticket_id,account_id,tier,created_at,first_response_at >in <<'EOF'
a | tier=strategic | created_at=2026-03-01T10:00:00
b | tier=key | created_at=2026-03-01T10:00:00
c | tier=general | created_at=2026-03-01T10:00:00
EOF
is 'R180 a team for each level answers by its own bound' 0 \
	'a 2026-03-01T10:30:00+08:00\nb 2026-03-01T12:00:00+08:00\nc 2026-03-02T10:00:00+08:00\n' \
	'' judge trading ticket_id,first_response_due
printf 'account_id,tier,volume_90d,volume_prev_90d\nA,key,50,100\nB,key,90,100\n' >in
lost() {
	vip-risk -q -p trading | pick account_id,health,risk_reasons
}
is 'R175 who is about to be lost' 0 'A 40 业务量下降 (50%)\nB 100 \n' '' lost

# ---------------------------------------- store: R147 to R159, R181 to R188

head=customer_id,spend_total,granted,granted_by,revoked,status,days_since_order
rows $head >in <<'EOF'
in | spend_total=20000
out | spend_total=19999.99
named | granted=influence | granted_by=店长
nobody | granted=influence
revoked | spend_total=90000 | revoked=yes | granted=influence | granted_by=店长
ended | spend_total=90000 | status=terminated
away | spend_total=20000 | days_since_order=366
EOF
is 'R157, R159, R181, R187 amount or standing; revoked beats all' 0 \
	'in vip_guest spend_total 20000 >= 20000 
out guest  
named vip_guest granted "influence" = "influence" and not missing(granted_by) 
nobody guest  
revoked guest 已取消VIP资格 
ended guest 协议已终止 
away vip_guest spend_total 20000 >= 20000 win_back\n' '' \
	tiers store customer_id,tier,tier_reason,profiles
rows ticket_id,customer_id,tier,created_at,first_response_at,resolved_at >in <<'EOF'
a | tier=vip_guest | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:30:00 | resolved_at=2026-03-01T14:00:00
b | tier=vip_guest | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:30:01 | resolved_at=2026-03-01T14:00:01
c | tier=guest | created_at=2026-03-01T10:00:00 | first_response_at=2026-03-01T10:30:01 | resolved_at=2026-03-01T14:00:01
EOF
is 'R154, R185, R186 complaints have their clock, VIPs the shorter' 0 \
	'a met met\nb breached breached\nc met met\n' '' \
	judge store ticket_id,first_response_status,complaint_status
rows $head >in <<'EOF'
1 | spend_total=20000
EOF
is 'R182 what VIPs of the store have' 0 '折扣优惠; 专属活动; 专属导购; 预约服务\n' \
	'' owed store
# R147, R152: a policy, and a benefit, for some time.
cat >dated.vip <<'EOF'
program "Agreement" from 2026-01-01 until 2026-06-30
tier old "Old" when spend >= 100 until 2026-03-31
tier new "New" when spend >= 200 from 2026-04-01
default other
EOF
printf 'customer_id,spend\nA,150\nB,200\n' >in
for day in 2026-03-31 2026-04-01; do
	vip-classify -q -p ./dated.vip --as-of $day <in | pick customer_id,tier
done >days
is 'R147, R152 what holds on which day' 0 \
	'A old\nB old\nA other\nB new\n' '' cat days

is 'R147 a programme that is over says so' 1 \
	'customer_id,spend,tier,tier_level,tier_reason\nA,150,other,0,\nB,200,new,2,spend 200 >= 200\n' \
	'vip-classify: ./dated.vip:1: the programme ended on 2026-06-30\nvip-policy: over.vip:1: the programme ended on 2026-06-30\n' \
	sh -c 'vip-classify -p ./dated.vip --as-of 2026-07-01 &&
	sed 1q dated.vip >over.vip &&
	vip-policy check --as-of 2026-06-30 --fail-on warning over.vip &&
	vip-policy check --as-of 2026-07-01 --fail-on warning over.vip'

# ------------------------------------------------------ plan: R190 to R195

head=customer_id,spend_3y,orders_365d,first_order
rows $head >in <<'EOF'
gold | spend_3y=500000 | orders_365d=12 | first_order=2023-03-01
short | spend_3y=500000 | orders_365d=12 | first_order=2023-03-02
seldom | spend_3y=500000 | orders_365d=11 | first_order=2020-01-01
silver | spend_3y=200000 | orders_365d=6 | first_order=2025-03-01
amount | spend_3y=50000 | orders_365d=1 | first_order=2026-01-01
often | spend_3y=1 | orders_365d=6 | first_order=2026-01-01
none | spend_3y=49999.99 | orders_365d=5 | first_order=2020-01-01
EOF
is 'R190, R191 amount, frequency, and years since the first order' 0 \
	'gold gold\nshort silver\nseldom silver\nsilver silver\namount bronze\noften bronze\nnone ordinary\n' \
	'' tiers plan customer_id,tier
rows $head >in <<'EOF'
1 | spend_3y=500000 | orders_365d=12 | first_order=2020-01-01
EOF
is 'R192 what gold customers have' 0 '专属折扣; 专属礼品; 培训和咨询\n' '' \
	owed plan

# --------------------------------------------------- loyalty: R196 to R200

head=customer_id,spend_365d,orders_365d,csat_365d,promotions_365d,first_order
rows $head >in <<'EOF'
all | spend_365d=20000 | orders_365d=12 | csat_365d=5 | promotions_365d=4 | first_order=2020-01-01
70 | spend_365d=20000 | orders_365d=12 | csat_365d=5 | promotions_365d=2 | first_order=2026-01-01
69 | spend_365d=20000 | orders_365d=12 | csat_365d=4.9 | promotions_365d=2 | first_order=2026-01-01
40 | spend_365d=20000 | orders_365d=12
35 | spend_365d=20000 | orders_365d=9
none |
EOF
is 'R196-R199 five features of twenty points each' 0 \
	'all a\n70 a\n69 b\n40 b\n35 c\nnone c\n' '' \
	tiers loyalty customer_id,tier
is 'R197-R199 what each class has' 0 \
	'专属服务代表; 优先支持; 优惠券和礼品\n专属服务代表; 优先支持; 优惠券和礼品\n专属客户经理; 新品试用和线上讲座邀请\n专属客户经理; 新品试用和线上讲座邀请\n购物优惠\n购物优惠\n' \
	'' owed loyalty

# --------------------------------------------------- supreme: R201 to R216

head=customer_id,spend_365d,margin_365d,orders_365d
rows $head >in <<'EOF'
1 | spend_365d=100000
2 | spend_365d=20000 | margin_365d=30000 | orders_365d=24
3 | spend_365d=99999.99 | margin_365d=29999.99 | orders_365d=23
4 | spend_365d=5000 | orders_365d=30
5 | spend_365d=4999.99 | orders_365d=30
EOF
is 'R201, R205 by amount or margin; and by frequency, at every level' 0 \
	'1 supreme \n2 supreme fan\n3 senior \n4 ordinary fan\n5 guest fan\n' '' \
	tiers supreme customer_id,tier,profiles
is 'R202 each level its own' 0 \
	'顶级服务; 定制礼品; 专属活动\n顶级服务; 定制礼品; 专属活动\n专属服务; 定制礼品\n折扣; 生日礼品\n\n' \
	'' owed supreme
rows ticket_id,customer_id,tier,created_at,first_response_at,resolved_at >in <<'EOF'
1 | tier=supreme | created_at=2026-03-01T10:00:00
2 | tier=senior | created_at=2026-03-01T10:00:00
3 | tier=ordinary | created_at=2026-03-01T10:00:00
4 | tier=guest | created_at=2026-03-01T10:00:00
EOF
is 'R207, R215 every class has its standard, the others too' 0 \
	'1 2026-03-01T10:15:00+08:00 2026-03-02T10:00:00+08:00
2 2026-03-01T11:00:00+08:00 2026-03-02T10:00:00+08:00
3 2026-03-01T14:00:00+08:00 2026-03-02T10:00:00+08:00
4 2026-03-02T10:00:00+08:00 2026-03-04T10:00:00+08:00\n' '' \
	judge supreme ticket_id,first_response_due,resolution_due
ok 'R207 a class without a standard is told of' sh -c '
	printf "tier a when x > 1\ntier b when x > 0\ndefault c\nsla first_response for a within 1h\n" >x.vip
	vip-policy check x.vip 2>&1 | grep -q "warning: .*b.*service standard"'
printf 'customer_id,tier,errors_90d\nA,senior,3\nB,senior,0\n' >in
is 'R212 errors cost loyalty' 0 'A 50 high 主管上门; 主管致歉\nB 100 low \n' '' \
	risk supreme

plan
