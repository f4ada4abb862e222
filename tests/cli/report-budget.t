#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plan against actual: the budgets of the care plan.
# shellcheck disable=SC2016 # the texts are for sh -c
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/forms.sh"

cp "$srcdir"/tests/data/care/*.csv .
budget() {
	vip-report budget -p care --as-of 2026-04-01 "$@"
}

cat >want <<'END'
VIP客户关怀计划: budget
=======================
What was spent up to 2026-03-31

Plan against actual
-------------------
  Item        Year's plan  Plan to date       Actual    Variance  Used
  市场费用    ¥500,000.00   ¥125,000.00  ¥185,000.00  ¥60,000.00   37%
  技术费用    ¥100,000.00    ¥25,000.00   ¥52,000.00  ¥27,000.00   52%
  人员费用  ¥1,200,000.00   ¥300,000.00  ¥300,000.00       ¥0.00   25%
  all       ¥1,800,000.00   ¥450,000.00  ¥537,000.00  ¥87,000.00   30%
  The plan is the same every month; the variance is what the actual is
  over it. Rows of another year or a later day, which are not counted:
  2.

Parts
-----
  市场费用
  Item      Year's plan  Plan to date       Actual     Variance  Used
  活动物料  ¥100,000.00    ¥25,000.00   ¥20,000.00   -¥5,000.00   20%
  礼品      ¥300,000.00    ¥75,000.00  ¥150,000.00   ¥75,000.00   50%
  宣传      ¥100,000.00    ¥25,000.00   ¥15,000.00  -¥10,000.00   15%

  技术费用
  Item        Year's plan  Plan to date      Actual     Variance  Used
  个性化推荐   ¥50,000.00    ¥12,500.00  ¥52,000.00   ¥39,500.00  104%
      Note: over budget
  数据分析     ¥50,000.00    ¥12,500.00       ¥0.00  -¥12,500.00    0%

  人员费用
  Item      Year's plan  Plan to date       Actual  Variance  Used
  组长      ¥300,000.00    ¥75,000.00   ¥75,000.00     ¥0.00   25%
  顾问      ¥750,000.00   ¥187,500.00  ¥187,500.00     ¥0.00   25%
  活动专员  ¥150,000.00    ¥37,500.00   ¥37,500.00     ¥0.00   25%

Projected year end
------------------
  Budget    Part          Year's plan      Projected     Variance  Status
  市场费用  活动物料      ¥100,000.00     ¥80,000.00  -¥20,000.00  within
  市场费用  礼品          ¥300,000.00    ¥600,000.00  ¥300,000.00  will be over
  市场费用  宣传          ¥100,000.00     ¥60,000.00  -¥40,000.00  within
  市场费用  all           ¥500,000.00    ¥740,000.00  ¥240,000.00  will be over
  技术费用  个性化推荐     ¥50,000.00    ¥208,000.00  ¥158,000.00  over budget
  技术费用  数据分析       ¥50,000.00          ¥0.00  -¥50,000.00  within
  技术费用  all           ¥100,000.00    ¥208,000.00  ¥108,000.00  will be over
  人员费用  组长          ¥300,000.00    ¥300,000.00        ¥0.00  within
  人员费用  顾问          ¥750,000.00    ¥750,000.00        ¥0.00  within
  人员费用  活动专员      ¥150,000.00    ¥150,000.00        ¥0.00  within
  人员费用  all         ¥1,200,000.00  ¥1,200,000.00        ¥0.00  within
  all                   ¥1,800,000.00  ¥2,148,000.00  ¥348,000.00  will be over
  In a straight line: what was spent in the months that are over, for
  all the months of the year; a month that is not over counts by its
  days.

Month by month
--------------
  市场费用
  Month          Plan       Actual     Variance       So far       Year end
  2026-01  ¥41,666.67   ¥80,000.00   ¥38,333.33   ¥80,000.00    ¥960,000.00
  2026-02  ¥41,666.66  ¥107,000.50   ¥65,333.84  ¥187,000.50  ¥1,122,003.00
  2026-03  ¥41,666.67   -¥2,000.50  -¥43,667.17  ¥185,000.00    ¥740,000.00

  技术费用
  Month         Plan      Actual    Variance      So far     Year end
  2026-01  ¥8,333.33       ¥0.00  -¥8,333.33       ¥0.00        ¥0.00
  2026-02  ¥8,333.34  ¥52,000.00  ¥43,666.66  ¥52,000.00  ¥312,000.00
  2026-03  ¥8,333.33       ¥0.00  -¥8,333.33  ¥52,000.00  ¥208,000.00

  人员费用
  Month           Plan       Actual  Variance       So far       Year end
  2026-01  ¥100,000.00  ¥100,000.00     ¥0.00  ¥100,000.00  ¥1,200,000.00
  2026-02  ¥100,000.00  ¥100,000.00     ¥0.00  ¥200,000.00  ¥1,200,000.00
  2026-03  ¥100,000.00  ¥100,000.00     ¥0.00  ¥300,000.00  ¥1,200,000.00

Figures of the policy that contradict
-------------------------------------
  Budget    Heads         Each        Come to    Year's plan  Difference
  人员费用      5  ¥250,000.00  ¥1,250,000.00  ¥1,200,000.00  ¥50,000.00

What VIPs cost
--------------
  Tier     Customers  Cost each  Cost a year      Revenue  Cost/revenue
  black            1  ¥3,000.00    ¥3,000.00  ¥230,000.00          1.3%
  diamond          2  ¥1,500.00    ¥3,000.00  ¥235,000.00          1.3%
  senior           2    ¥500.00    ¥1,000.00  ¥117,500.00          0.9%
  vip              5  ¥1,400.00    ¥7,000.00  ¥582,500.00          1.2%
  By the policy's cost of each tier; revenue is of a year.

  Ceilings
  none in the policy
END
: >none
isfile 'R265 R266 R267 R273 R214 a quarter of the year' 0 want none \
	budget --customers customers.csv spending.csv
budget --format csv --customers customers.csv spending.csv >long
is 'R265 a part: plan, actual, what it is over the plan, how much is used' 0 \
	'parts,marketing,礼品/plan,,,300000,,,,\nparts,marketing,礼品/plan_to_date,,,75000,,,,\nparts,marketing,礼品/actual,,,150000,,,,\nparts,marketing,礼品/variance,,,75000,,,,\nparts,marketing,礼品/used,150000,300000,0.5,,,,\n' '' \
	grep '^parts,marketing,礼品/' long
is 'R266 what is over its budget is flagged' 0 \
	'parts,technology,个性化推荐/actual,,,52000,,missed,,\nyear_end,technology,个性化推荐/projected,,,208000,<= 50000,missed,,\n' '' \
	grep ',个性化推荐/.*,missed,' long
is 'R267 five at 250,000 are not 1,200,000, and it is said' 0 \
	'contradictions,staff,heads,,,5,,,,\ncontradictions,staff,each,,,250000,,,,\ncontradictions,staff,sum,,,1250000,,,,\ncontradictions,staff,amount,,,1200000,,,,\ncontradictions,staff,difference,,,50000,,,,\n' '' \
	grep '^contradictions' long
is 'R273 a month: variance, and the year end as it looked then' 0 \
	'months,marketing,2026-02/plan,,,41666.66,,,,\nmonths,marketing,2026-02/actual,,,107000.5,,,,\nmonths,marketing,2026-02/variance,,,65333.84,,,,\nmonths,marketing,2026-02/so_far,,,187000.5,,,,\nmonths,marketing,2026-02/projected,,,1122003,,,,\n' '' \
	grep '^months,marketing,2026-02' long
is 'R273 months that were to come are not there' 1 '' '' \
	grep '^months.*2026-04' long
is 'the months of a year come to its plan' 0 '500000\n' '' sh -c '
	vip-report budget -p care --as-of 2027-01-01 --format csv spending.csv |
	awk -F, '\''/^months,marketing,.*\/plan,/ { n += $6 } END { print n }'\'
is 'against last month' 0 \
	'budgets,marketing,actual,,,185000,,,187000.5,-2000.5\n' '' sh -c '
	vip-report budget -p care --as-of 2026-03-01 --format csv \
	    spending.csv >last.csv &&
	vip-report budget -p care --as-of 2026-04-01 --format csv \
	    --previous last.csv spending.csv | grep "^budgets,marketing,actual"'

# --fail-on
is '--fail-on over' 1 '' '' budget --fail-on over -o out spending.csv
ok 'the report is written all the same' test -s out
grep -v 个性化推荐 spending.csv >less.csv
is '--fail-on over: nothing is' 0 '' '' budget --fail-on over -o out less.csv
is '--fail-on projected: it will be' 1 '' '' \
	budget --fail-on projected -o out less.csv
grep staff spending.csv | sed '1i\
date,budget,part,amount' >exact.csv
is '--fail-on projected: exactly the plan is not over' 0 '' '' \
	budget --fail-on projected -o out exact.csv
is '--fail-on: what?' 64 '' 'vip-report: --fail-on: "ruin" is not one of over, projected\nvip-report: try "vip-report --help"\n' \
	budget --fail-on ruin spending.csv
is '--fail-on is not for others' 64 '' 'vip-report: --customers and --fail-on are for the report budget\nvip-report: try "vip-report --help"\n' \
	vip-report weekly -p care --fail-on over customers.csv

# The year.
cat >year.vip <<'END'
program "Y" from 2024-02-29
currency USD
tier gold "Gold" { when ltv > 1
	cost $10 }
default standard "Standard"
budget a "A" amount $1200
budget b "B" amount $100 from 2026-03-16 until 2026-05-15
target cost_per_vip <= 10 for vip
target cost_ratio <= 5% for vip
END
{
	echo date,budget,amount
	echo 2026-02-27,a,5
	echo 2026-02-28,a,100
	echo 2026-03-31,b,10
	echo 2026-03-15,b,7
} >spent.csv
year() {
	vip-report budget -p ./year.vip --format csv "$@" spent.csv
}
is 'a year from 29 February begins on the 28th, and its first month' 0 \
	'budgets,a,plan,,,1200,,,,\nbudgets,a,plan_to_date,,,100,,,,\nbudgets,a,actual,,,100,,,,\nbudgets,a,variance,,,0,,,,\nbudgets,a,used,100,1200,0.083333,,,,\n' '' \
	sh -c 'vip-report budget -p ./year.vip --format csv \
	    --as-of 2026-03-28 spent.csv | grep "^budgets,a,"'
is 'half a month of two' 0 \
	'budgets,b,plan_to_date,,,25.81,,,,\nyear_end,b,projected,,,38.75,<= 100,met,,\n' '' \
	sh -c 'vip-report budget -p ./year.vip --format csv \
	    --as-of 2026-04-01 spent.csv |
	    grep -E "^(budgets,b,plan_to|year_end,b,projected,)"'
is 'the hour does not count, the day does' 0 '' '' sh -c '
	vip-report budget -p ./year.vip --format csv --as-of 2026-04-01 \
	    spent.csv >one &&
	vip-report budget -p ./year.vip --format csv \
	    --as-of 2026-03-31T12:00:00Z spent.csv | cmp one -'
is 'a budget is over when its last day is' 0 'a\n' '' sh -c '
	vip-report budget -p ./year.vip --format csv --as-of 2026-06-01 \
	    spent.csv | grep -o "^budgets,.,plan," | cut -d, -f2'
is 'before the first day nothing is projected' 0 \
	'budgets,a,plan_to_date,,,0,,,,\nyear_end,a,projected,,,,<= 1200,not measurable,,\n' '' \
	sh -c 'vip-report budget -p ./year.vip --format csv \
	    --as-of 2024-02-29 spent.csv |
	    grep -E "^(budgets,a,plan_to|year_end,a,projected,)"'
is 'rows of other years are counted out' 0 \
	'  Rows of another year or a later day, which are not counted: 2.\n' '' \
	sh -c 'vip-report budget -p ./year.vip --width 80 --as-of 2026-04-01 \
	    spent.csv | grep "not counted"'

# What VIPs cost.
cat >vips.csv <<'END'
customer_id,tier,spend_365d
1,gold,150
2,gold,250
3,standard,50
END
is 'R214 cost of a VIP, share of the revenue, against their ceilings' 0 \
	'cost,vip,cost_each,20,2,10,,,,\ncost,vip,cost,,,20,,,,\ncost,vip,revenue,,,400,,,,\ncost,vip,cost_ratio,20,400,0.05,,,,\ncost,vip,cost_per_vip/value,20,2,10,<= 10,met,,\ncost,vip,cost_ratio/value,20,400,0.05,<= 5%,met,,\n' '' sh -c '
	vip-report budget -p ./year.vip --format csv --customers vips.csv \
	    --as-of 2026-04-01 spent.csv | grep "^cost,vip,[^c]*cost\|^cost,vip,rev"'
sed 's/,250/,249/' vips.csv >poorer.csv
is 'R214 a cent below is missed' 0 'cost,vip,cost_ratio/value,20,399,0.050125,<= 5%,missed,,\n' '' sh -c '
	vip-report budget -p ./year.vip --format csv --customers poorer.csv \
	    --as-of 2026-04-01 spent.csv | grep "^cost,vip,cost_ratio/value"'
cut -d, -f1,2 vips.csv >dumb.csv
is 'R214 without a year of revenue it is not measurable, not 0' 0 \
	'cost,vip,cost_ratio/value,,,,<= 5%,not measurable,,\n' '' sh -c '
	vip-report budget -p ./year.vip --format csv --customers dumb.csv \
	    --as-of 2026-04-01 spent.csv | grep "^cost,vip,cost_ratio/value"'

# Bad rows: what and where.
bad() {
	title=$1 row=$2 why=$3
	{ echo date,budget,part,amount; echo "$row"; } >bad.csv
	is "$title" 65 '' "vip-report: bad.csv:2:$why\n" budget bad.csv
}
bad 'no such part' 2026-01-05,marketing,饮料,5 \
	'22: part: "饮料" is no part of budget marketing'
bad 'no such budget' 2026-01-05,travel,,5 \
	'12: budget: "travel" is no budget of the policy'
bad 'a budget with parts, and none' 2026-01-05,marketing,,5 \
	'22: part: is empty, and budget marketing has parts'
bad 'no amount' 2026-01-05,marketing,礼品, '29: amount: is empty'
bad 'an amount that is none' 2026-01-05,marketing,礼品,5O \
	'29: amount: "5O" is not a number'
bad 'no date' ,marketing,礼品,5 '1: date: is empty'
bad 'no such day' 2026-02-30,marketing,礼品,5 \
	'1: date: "2026-02-30" is not a date'
is 'a part where there are none' 65 '' \
	'vip-report: part.csv:2:14: part: budget a has no parts\n' sh -c '
	printf "date,budget,part,amount\n2026-03-01,a,x,5\n" >part.csv
	vip-report budget -p ./year.vip --as-of 2026-04-01 part.csv'
is 'no such column' 65 '' 'vip-report: orders.csv:1: no column "date"\nvip-report: orders.csv:1: no column "budget"\nvip-report: orders.csv:1: no column "amount"; the header has "a", "b"\n' \
	sh -c 'printf "a,b\n" >orders.csv; vip-report budget -p care orders.csv'

# Nothing to say.
head -n 1 spending.csv >empty.csv
ok 'nothing was spent: it is 0 of the plan' sh -c '
	vip-report budget -p care --as-of 2026-04-01 --format csv empty.csv |
	grep -q "^budgets,marketing,used,0,500000,0,"'
is 'no budgets' 0 '4\n' '' sh -c '
	vip-report budget -p rhf --as-of 2026-04-01 empty.csv |
	grep -c "^  none in the policy$"'
[ -w /dev/full ] && ok 'a disk that is full' sh -c '
	vip-report budget -p care --as-of 2026-04-01 spending.csv >/dev/full
	test $? = 74'

# Every form, in every language, twice the same, and in 80 columns.
forms budget vip-report budget -p care --as-of 2026-04-01 \
	--customers customers.csv spending.csv

plan
