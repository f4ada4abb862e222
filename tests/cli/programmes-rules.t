#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What each programme's policy says, word for word and figure for figure, of
# what is due, owed, checked, pooled, earned, held and paid for.  A statement
# stands on one line here, as vip-policy show has it but for its braces.
. "${srcdir:-.}/tests/tap.sh"

while IFS='|' read -r numbers policy rule; do
	if [ ! -f "$policy.rules" ]; then
		vip-policy show -q "$policy" | awk '
			open && $0 == "}" { print line; open = 0; next }
			open { sub(/^\t/, ""); line = line " " $0; next }
			sub(/ \{$/, "") { line = $0; open = 1; next }
			{ print }' >"$policy.rules"
	fi
	title=$(printf '%s' "$rule" | cut -d'"' -f1 | cut -c1-50)
	ok "$numbers $policy: $title" grep -Fxq -e "$rule" "$policy.rules"
done <<'END'
R15|rhf|touch orders "Order monitoring" every 7d for vip do "Look through last week's orders: late, short, cancelled"
R16, R20|rhf|touch checkin "Monthly check-in" every 1mo for vip by phone, email text "Hi {name}, were your recent orders as you like them?  Before anybody else, you can have this month's specials.  What could we do better?  {account_manager}, your VIP account manager"
R17|rhf|touch review "Quarterly review" every 3mo for vip by phone do "Review the quarter: orders, issues, what is coming"
R18, R21|rhf|touch anniversary "Anniversary thank-you" on joined for vip do "Thank them for the year, with an offer"
R19, R21|rhf|touch birthday "Birthday gift" on birthday before 3d for vip do "Send a card and a personal gift"
R21|rhf|touch tenth_order "10th order celebration gift" for vip when orders_total = 10 do "Put the celebration gift into the order"
R21|rhf|touch referral "Referral bonus" for vip when referrals_30d >= 1 do "Credit the extra bonus and say thank you"
R30|rhf|touch preview "First look" every 1mo for vip by email do "New products, seasonal specials, limited items, sale previews and exclusive bundles, a week before everybody"
R23|rhf|compensate quality_issue for vip refund 100% credit 20% follow_up 24h do "Call in person"
R23, R26|rhf|compensate quality_issue for standard refund 100%
R24|rhf|compensate missing_item for vip refund 100% credit 15% follow_up 24h do "Call in person"
R24, R26|rhf|compensate missing_item for standard refund 100%
R25|rhf|compensate late_delivery for vip free_deliveries 1 credit $5 follow_up 24h do "Call in person"
R25, R26|rhf|compensate late_delivery for standard free_deliveries 1
R26|rhf|compensate complaint "Any complaint" for vip credit 10% when complaint = "yes" follow_up 24h do "Call in person, and log the cause so that it does not come again"
R29|rhf|check preferences required severity info
R29|rhf|check dietary required severity info
R29|rhf|check delivery_notes required severity info
R29|rhf|check communication required severity info
R29|rhf|check household required severity info
R29|rhf|check birthday required severity info
R29|rhf|check feedback required severity info
R45|executive|check sponsor required for tier1 severity error
R67|executive|check sponsor_title matches "VP|Chief|CEO|CTO|President" "the sponsor is below VP" for tier1
R52|executive|check csm required for tier2 severity warning
R46, R68, R71|executive|touch review "Quarterly strategic review" every 3mo for vip do "Business impact" do "Product feedback" do "Roadmap"
R47, R63, R71|executive|touch checkin "Monthly check-in by the CSM" every 1mo for vip by email text "Hi {name}, how has the month been?  {csm}, your customer success manager"
R71|executive|touch annual "Annual executive review with the VP" every 1y for vip
R71|executive|touch outreach "Outreach on a signal" for vip when risk in (critical, high)
R66|executive|check reply when reply like "*Dear Customer*" severity warning message "Greet by name"
R94|executive|check reply_text when reply like "*I don't know*" severity warning message "Say when you come back to them"
R66, R98|executive|check handoff when transferred = "yes" and missing(handoff_note) severity error message "No transfer without a warm handoff"
R98|executive|check closing when status = "closed" and missing(confirmed_at) severity error message "Closed without the customer's confirmation"
R43, R83, R85, R104|executive|pool tier1 for tier1 when `level` >= 2 share 40% warn 32% accounts 4
R51, R84, R85|executive|pool tier2 for tier2 when `level` >= 2 share 40% warn 32%
R56, R104|executive|pool tier3 for tier3 when `level` >= 1 and months_since(tenure_since) >= 6 share 40% warn 32%
R92|executive|sla assignment for vip within 5min clock always
R92|executive|escalate arrival "VIP pool" for vip by slack at once when status = "new" do "Load account, history, preferences and health score"
R97|executive|sla follow_up for vip within 24h after resolved_at
R97|executive|sla summary for tier1, tier2 within 2h from resolved_at to summary_sent_at
R97|executive|sla check_in "24-hour check" for vip within 24h from created_at to checked_at
R101|executive|compensate outage for vip credit 10% cap $5000 approve "Support VP" when abuse_flags = 0 do "Write what happened, and what has changed"
R101|executive|escalate exception "Support VP" for vip at once when request = "exception" do "Acknowledge, review with the sponsor, decide, log who and why"
R103|executive|escalate conflict "Customer success manager" for vip within 1d when conflict = "yes" do "Stay neutral; follow the authorised contact; mediate"
R100|executive|profile possible "May be a VIP under a private address" when match_state = "possible" do "Elevated service; say nothing of the account to third parties"
R113|retail-cn|check manager required for gold, diamond severity error
R123|retail-cn|touch diamond "钻石客户沟通" every 1mo for diamond by phone
R123|retail-cn|touch gold "金牌客户沟通" every 2mo for gold by phone
R123|retail-cn|touch silver "银牌客户沟通" every 3mo for silver by sms
R136, R140|restaurant|check name required severity error
R136|restaurant|check phone required severity error
R136, R145|restaurant|check recommender required severity error
R136, R143|restaurant|check workplace required severity error
R136, R143|restaurant|check address required severity error
R136|restaurant|check anniversary required severity warning
R140|restaurant|check name when name matches "(先生|女士|小姐|总|经理)$" message "请填写客户全名" severity error
R141|restaurant|check phone matches "^(1[0-9]{10}|0[0-9]{2,3}[0-9]{7,8})$" "号码位数不正确"
R142|restaurant|check phone when phone matches "转|ext|-[0-9]{1,5}$" message "不得填写总机或固定电话" severity error
R143|restaurant|check address when address matches "^[^0-9]*(市|县|区|路)$" message "地址不够详细" severity error
R144|restaurant|check anniversary matches "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" "请选择准确日期"
R145, R146|restaurant|check phone unique within store severity error message "同一门店客户只能归属一位推荐人"
R137|restaurant|check last_order when last_order < approved_at message "审批前不得录入消费记录" severity error
R150|store|check last_verified when days_since(last_verified) > 365 for vip severity warning message "资料超过一年未核实"
R153|store|points earn 1 per ¥1 for guest earn 2 per ¥1 for vip expire 2y
R183|store|touch news "新品和促销" every 1mo for vip by wechat, sms
R184|store|touch survey "满意度回访" every 3mo for vip by phone
R188|store|touch birthday "生日祝福和礼品" on birthday before 1d for vip
R188|store|touch launch "新品鉴赏会" every 6mo for vip
R162|club|touch events "会员专属活动" every 3mo for vip by mail
R162|club|touch birthday "生日祝福" on birthday before 1d for vip by sms
R162|club|touch care "健康关怀" every 6mo for gold, diamond by phone
R162|club|touch spring "春节问候" on 2026-02-17 until 2026-12-31 for vip by sms
R180|trading|touch forum "行业论坛" every 6mo for vip by mail
R180|trading|touch visit "客户互访" every 3mo for vip
R193|plan|points earn 1 per ¥1 for ordinary earn 1.5 per ¥1 for vip expire 2y
R195|plan|check preferences required for vip severity info
R195|plan|check last_contact when days_since(last_contact) > 90 for vip severity warning message "超过90天没有沟通记录"
R195|plan|touch survey "满意度调查" every 6mo for vip
R195|plan|touch contact "定期联系" every 1mo for vip by phone
R200|loyalty|touch vip_day "会员日" every 1y for vip
R203, R208|supreme|touch visit "回访" every 1mo for supreme, senior by phone
R203|supreme|touch tasting "品鉴会" every 3mo for supreme, senior
R203|supreme|touch shopping "私享购物" every 6mo for supreme
R209|supreme|touch news "资讯和关怀" every 1mo for vip by wechat
R204|supreme|points earn 1 per ¥1 for ordinary earn 2 per ¥1 for senior earn 3 per ¥1 for supreme expire 2y
R227, R228|care|touch birthday "生日祝福" on birthday before 3d for vip by sms text "{name},祝您生日快乐!感谢您一直以来的支持,生日礼遇已为您备好。"
R229|care|touch birthday_spring "生日逢春节" on birthday before 3d for vip by sms when month(birthday) = 2 and day(birthday) = 17 until 2026-12-31 text "{name},祝您生日快乐,并恭贺新春!"
R229|care|touch birthday_autumn "生日逢中秋" on birthday before 3d for vip by sms when month(birthday) = 9 and day(birthday) = 25 until 2026-12-31 text "{name},祝您生日快乐,并祝中秋团圆!"
R230, R231|care|touch anniversary "消费周年" on first_order for vip by mail text "{name},感谢您一年来的支持。您累计消费{spend_total}元,现为{tier}。"
R233|care|check adviser required for vip severity error
R233, R256|care|pool advisers "VIP顾问" for vip when months_since(tenure_since) >= 36
R274|care|pool reserve "后备人员" for vip when reserve = "yes"
R236|care|check feedback when status = "closed" and missing(feedback_at) severity warning message "已办结但未反馈"
R237|care|limit touch 2 per 7d
R238, R239, R240|care|event online "线上活动" every 1mo for vip by app text "产品讲座、专家讲座、游戏" steps ("发送链接和指南" 3d, "活动前提醒" 1d)
R238, R239, R240|care|event offline "线下活动" every 3mo for vip by store text "产品体验、健康讲座、答谢会" steps ("预留座位" 7d, "签到接待安排" 1d)
R241, R242|care|event spring "春季产品体验:前沿科技" on 2026-05-16 for vip steps ("主题和目标" 42d, "策划" 35d, "准备" 14d, "执行" 0d, "总结" 0d)
R241, R242|care|event autumn "秋季健康讲座" on 2026-09-19 for vip steps ("主题和目标" 42d, "策划" 35d, "邀请专家" 28d, "准备" 14d, "执行" 0d, "总结" 0d)
R243, R251|care|points earn 1 per ¥1 for member earn 2 per ¥1 for vip expire 2y
R221, R254|care|check name required severity error
R221, R254|care|check phone matches "^1[0-9]{10}$" "手机号码应为11位"
R221, R254|care|check birthday required severity warning
R221, R254|care|check preferences required severity info
R254|care|check occupation required severity info
R250|care|tier black "黑卡会员" when spend_365d >= ¥200000 or level_bought = "black" benefit "专属顾问", "生日礼遇", "会员折扣" benefit "机场贵宾厅", "优先预订" benefit "专属停车位" do "门店贵宾室:座椅、免费饮品、Wi-Fi;高峰时专人引导先办理" cost ¥3000
R250|care|tier diamond "钻石会员" when spend_365d >= ¥100000 or level_bought = "diamond" benefit "专属顾问", "生日礼遇", "会员折扣" benefit "机场贵宾厅", "优先预订" do "门店贵宾室:座椅、免费饮品、Wi-Fi;高峰时专人引导先办理" cost ¥1500
R250|care|tier senior "高级会员" when spend_365d >= ¥50000 or level_bought = "senior" benefit "专属顾问", "生日礼遇", "会员折扣" do "门店贵宾室:座椅、免费饮品、Wi-Fi;高峰时专人引导先办理" cost ¥500
R214|supreme|tier supreme "至尊VIP" when spend_365d >= ¥100000 or margin_365d >= ¥30000 benefit "顶级服务", "定制礼品", "专属活动" cost ¥2000
R214|supreme|tier senior "高级VIP" when spend_365d >= ¥30000 or margin_365d >= ¥10000 benefit "专属服务", "定制礼品" cost ¥600
R214|supreme|tier ordinary "普通VIP" when spend_365d >= ¥5000 benefit "折扣", "生日礼品" cost ¥50
R271|care|compensate slight "轻微问题" points 100-500 for vip
R271|care|compensate serious "严重问题" for vip do "赠送礼品或优惠券" follow_up 3d
R265|care|budget marketing "市场费用" amount ¥500000 parts ("活动物料" 100000, "礼品" 300000, "宣传" 100000)
R265|care|budget technology "技术费用" amount ¥100000 parts ("个性化推荐" 50000, "数据分析" 50000)
R266|care|budget staff "人员费用" amount ¥1200000 parts ("组长" 300000, "顾问" 750000, "活动专员" 150000) heads 5 each ¥250000
R285|badge|touch renewal90 "Renewal in 90 days" on renewal_date before 90d for vip
R285|badge|touch renewal60 "Renewal in 60 days" on renewal_date before 60d for vip
R285|badge|touch renewal30 "Renewal in 30 days" on renewal_date before 30d for vip
R286|badge|points earn 1 per $1 expire 1y
R288, R300|badge|pool vip for vip when `level` >= 2
R299|badge|check referred_by when referred_by = customer_id severity error message "Nobody refers himself"
END

# When touchpoints are due, as the report has them: "due rhf orders 7 day ..."
# says for each day what is next within so many, and how many customers that
# is for.
cat >c.csv <<'END'
customer_id,account_id,name,tier,joined,birthday,first_order,orders_total,referrals_30d,risk_level,spend_total
A,A,Ann,gold,2024-02-29,--03-02,2025-03-05,10,1,low,9000
B,B,Bob,standard,2024-02-29,--03-02,2025-03-05,10,1,high,10
C,C,Cy,platinum,2024-06-30,1980-01-02,2024-02-29,11,0,low,10
END
due() {
	policy=$1 touch=$2 days=$3
	shift 3
	other=$(sed -n 's/^default \([a-z]*\).*/\1/p' "$policy.rules")
	for day in "$@"; do
		sed "s/,gold,/,$vip,/; s/,platinum,/,$vip,/
		    s/,standard,/,$other,/" c.csv |
		    vip-report weekly -q -p "$policy" --as-of "$day" \
			--days "$days" --format csv |
		    awk -F, -v touch="$touch" '
			$3 == touch "/due" { at = $6 }
			$3 == touch "/customers" { n = $6 }
			END { print at == "" ? "-" : at " " n }'
	done
}
vip=gold
# In which months of the year it is due.
year() {
	for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
		due "$1" "$2" 28 2026-$month-01
	done | sed -n 's/^....-\(..\)-01 .*/\1/p' | paste -sd' ' -
}
# Of what comes every month, three of them.
monthly() {
	due "$1" "$2" 28 2026-01-01 2026-02-01 2026-12-01
}
is 'R15 four in four weeks, on Mondays' 0 \
	'2026-01-05 2\n2026-01-12 2\n2026-01-19 2\n2026-01-26 2\n' '' \
	due rhf orders 7 2026-01-05 2026-01-12 2026-01-19 2026-01-20
is 'R16 one a month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly rhf checkin
is 'R17 four a year, as the quarters begin' 0 \
	'2026-01-01 2\n2026-04-01 2\n2026-07-01 2\n2026-10-01 2\n-\n' '' \
	due rhf review 7 2026-01-01 2026-03-26 2026-07-01 2026-09-30 2026-02-01
is 'R18 who joined on 29 February is thanked on the 28th, but in leap years' 0 \
	'2025-02-28 1\n2026-02-28 1\n2028-02-29 1\n' '' \
	due rhf anniversary 7 2025-02-25 2026-02-25 2028-02-25
is 'R19 a birthday without a year, three days ahead' 0 \
	'2026-02-27 1\n-\n2028-02-28 1\n' '' \
	due rhf birthday 7 2026-02-24 2026-03-05 2028-02-24
is 'R21 ten orders and not eleven' 0 '2026-02-24 1\n' '' \
	due rhf tenth_order 7 2026-02-24
is 'R21 a referral' 0 '2026-02-24 1\n' '' due rhf referral 7 2026-02-24
sed -i '/^C/s/,low,/,high,/' c.csv
is 'R28 a customer at risk, every week' 0 '2026-03-02 1\n' '' \
	due rhf recovery 7 2026-02-27
is 'R30 what is new, every month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly rhf preview

vip=tier1
is 'R47, R71 twelve check-ins a year' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly executive checkin
is 'R46, R52, R68, R71 four reviews' 0 '01 04 07 10\n' '' year executive review
is 'R71 one with the VP' 0 '01\n' '' year executive annual
is 'R71 and one more when there is a signal' 0 '2026-02-24 1\n' '' \
	due executive outreach 7 2026-02-24

# R123: the higher the grade, the more often.
grades() {
	for vip in diamond gold silver; do
		year retail-cn $vip
	done
	vip=ordinary
	year retail-cn silver
}
is 'R123 twelve, six and four times a year' 0 \
	'01 02 03 04 05 06 07 08 09 10 11 12\n01 03 05 07 09 11\n01 04 07 10\n\n' \
	'' grades

vip=diamond
is 'R162 a greeting at the Spring Festival' 0 '2026-02-17 2\n' '' \
	due club spring 7 2026-02-14
is 'R162 four events a year' 0 '01 04 07 10\n' '' year club events
is 'R162 two talks on health' 0 '01 07\n' '' year club care
vip=vip_guest
is 'R183 news every month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly store news
is 'R184 a return visit every quarter' 0 '01 04 07 10\n' '' year store survey
is 'R188 two sessions a year' 0 '01 07\n' '' year store launch
is 'R188 birthdays' 0 '2026-03-01 1\n' '' due store birthday 7 2026-02-25
vip=strategic
is 'R180 forums and visits' 0 '01 07\n' '' year trading forum
is 'R180 visits every quarter' 0 '01 04 07 10\n' '' year trading visit
vip=gold
is 'R195 a survey every half year' 0 '01 07\n' '' year plan survey
is 'R195 somebody calls every month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly plan contact
vip=a
is 'R200 the members have their day' 0 '01\n' '' year loyalty vip_day
vip=supreme
is 'R203, R208 return visits every month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly supreme visit
is 'R203 tastings' 0 '01 04 07 10\n' '' year supreme tasting
is 'R203 the highest alone shop in private' 0 '01 07\n' '' year supreme shopping
vip=senior
is 'R203 and not the others' 0 '\n' '' year supreme shopping
is 'R209 news every month' 0 '2026-01-01 2\n2026-02-01 2\n2026-12-01 2\n' '' \
	monthly supreme news
vip=diamond
is 'R227 a birthday in March, three days ahead, also of a leap year' 0 \
	'2026-02-27 1\n2028-02-28 1\n' '' \
	due care birthday 7 2026-02-24 2028-02-24
is 'R227 one in January, the year before' 0 '2026-12-30 1\n' '' \
	due care birthday 7 2026-12-28
sed -i 's/--03-02/1990-02-17/' c.csv
is 'R229 a birthday at the Spring Festival has its own line, this year' 0 \
	'2026-02-14 1\n-\n' '' due care birthday_spring 7 2026-02-10 2027-02-10
sed -i 's/1990-02-17/1990-02-16/' c.csv
is 'R229 not the day before' 0 '-\n' '' due care birthday_spring 7 2026-02-10
sed -i 's/1990-02-16/1990-09-25/' c.csv
is 'R229 Mid-Autumn' 0 '2026-09-22 1\n' '' \
	due care birthday_autumn 7 2026-09-18
is 'R230 a year after the first order, and 28 February for a leap day' 0 \
	'2026-03-05 1\n2026-02-28 1\n' '' \
	due care anniversary 7 2026-03-01 2026-02-22

plan
