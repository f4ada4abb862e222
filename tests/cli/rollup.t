#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Orders, tickets and events to metrics: what counts, when, and that sums are
# exact in whatever order and parts the input comes.
. "${srcdir:-.}/tests/tap.sh"

shared=${VIP_SHARED:-$srcdir/../shared}
r='vip-rollup --as-of 2026-01-19'
roll() {
	vip-rollup --as-of 2026-01-19 "$@"
}

# ------------------------------------------------------------ what is counted

cat >o.csv <<'EOF'
order_id,customer_id,order_date,amount,status,refund,quantity,delivered_late
O1,C1,2026-01-05,0.1,delivered,,2,no
O2,C1,2026-01-06,0.2,delivered,,1,yes
O3,C2,2025-06-01,50,Returned,,1,0
O4,C2,2025-12-30,20,delivered,7.5,1,
O5,C3,2026-01-10,99,CANCELED,,4,yes
O6,C3,2026-01-10,,cancelled,,,
EOF
is 'sums are exact decimals' 0 \
	'customer_id,spend_30d,spend_total,orders_total\nC1,0.3,0.3,2\nC2,12.5,12.5,2\nC3,0,0,0\n' \
	'' roll -m spend_30d,spend_total,orders_total o.csv
is 'a return is an order whose amount is taken back' 0 \
	'customer_id,orders_365d,returns_365d,spend_365d,aov_365d\nC1,2,0,0.3,0.15\nC2,2,1,12.5,6.25\nC3,0,0,0,\n' \
	'' roll -m orders_365d,returns_365d,spend_365d,aov_365d o.csv
is 'items, late, and the dates' 0 \
	'customer_id,items_30d,late_30d,first_order,last_order,days_since_order\nC1,3,1,2026-01-05,2026-01-06,13\nC2,1,0,2025-06-01,2025-12-30,20\nC3,0,0,,,\n' \
	'' roll -m items_30d,late_30d,first_order,last_order,days_since_order o.csv
is 'metrics may be parted by blanks, and come by more than one -m' 0 \
	'customer_id,ltv,orders_1y\nC1,0.3,2\nC2,12.5,2\nC3,0,0\n' '' \
	roll -m 'ltv' -m ' orders_1y ' o.csv
awk 'BEGIN { print "customer_id,order_date,amount"
	for (i = 0; i < 1000; i++) print "C,2026-01-01,0.1" }' >tenths.csv
is 'a thousand tenths are a hundred' 0 \
	'customer_id,spend_30d,aov_30d\nC,100,0.1\n' '' \
	roll -m spend_30d,aov_30d tenths.csv
cat >big.csv <<'EOF'
customer_id,order_date,amount
C,2026-01-01,9000000000000
C,2026-01-02,9000000000000
C,2026-01-03,-9000000000000.000001
EOF
is 'a sum may leave the range if it comes back' 0 \
	'customer_id,spend_total\nC,8999999999999.999999\n' '' \
	roll -m spend_total big.csv
is 'a sum that is out of range' 65 '' \
	'vip-rollup: spend_30d of customer "C" is out of range\n' \
	sh -c "sed \\\$d big.csv | $r -m spend_2d,spend_30d"

# --------------------------------------------------------- lines of one order

cat >lines.csv <<'EOF'
order_id,customer_id,order_date,amount,status,delivered_late
A,C1,2026-01-05,10,delivered,0
A,C1,2026-01-05,20,delivered,1
B,C1,2026-01-05,5,delivered,1
A,C1,2026-01-05,30,returned,1
,C1,2026-01-05,1,delivered,0
,C1,2026-01-05,1,delivered,0
A,C2,2026-01-05,2,delivered,0
C,C2,2025-12-20,4,delivered,0
C,C2,2025-12-21,8,delivered,0
D,C2,2026-01-02,3,cancelled,1
D,C2,2026-01-02,6,delivered,0
EOF
m=orders_30d,spend_30d,returns_30d,late_30d,orders_prev_30d,spend_prev_30d
lines="customer_id,$m\nC1,4,37,1,2,0,0\nC2,2,16,0,0,1,4\n"
is 'lines of an order add up, and it counts once' 0 "$lines" '' \
	roll -m "$m" lines.csv
is 'wherever they stand' 0 "$lines" '' sh -c "
	(head -1 lines.csv; sed 1d lines.csv | sort -t, -k4) | $r -m $m"
is 'in whichever file' 0 "$lines" '' sh -c "
	sed -n '1p;2,5p' lines.csv >a.csv; sed -n '1p;6,\$p' lines.csv >b.csv
	$r -m $m b.csv a.csv"

# -------------------------------------------------------------------- windows

awk 'BEGIN { print "customer_id,order_date,amount"
	n = split("2026-01-20 2026-01-19 2025-12-21 2025-12-20 2025-11-21 " \
	    "2025-11-20 2026-01-01 2025-12-31 2025-01-19 2025-01-01 " \
	    "2025-01-20 2024-12-31", day, " ")
	for (i = 1; i <= n; i++) printf "C,%s,%d\n", day[i], 2 ^ (i - 1) }' \
	>days.csv
w() {
	is "$1 has the days it should" 0 "customer_id,spend_$1\nC,$2\n" '' \
		roll -m "spend_$1" days.csv
}
w 1d 2
w 30d 198			# 19 January to 21 December
w prev_30d 24			# 20 December to 21 November
w 60d 222
w ytd 66
w lytd 768
w 365d 1278
w prev_365d 2816
w 12mo 1278
w 1y 1278
w 1mo 206			# from 20 December
w prev_1mo 48
w total 4094
is 'on New Year the year has begun' 0 \
	'customer_id,spend_ytd,spend_lytd\nC,64,512\n' '' \
	vip-rollup --as-of 2026-01-01 -m spend_ytd,spend_lytd days.csv
is 'on its last day the whole year is there' 0 \
	'customer_id,spend_ytd\nC,1980\n' '' \
	vip-rollup --as-of 2025-12-31 -m spend_ytd days.csv
is '--since and --until leave facts out' 0 \
	'customer_id,spend_total\nC,28\n' '' \
	roll -m spend_total --since 2025-11-21 --until 2025-12-30 days.csv
printf '%s\n' customer_id,order_date,amount C,2026-01-19,1 \
	C,2026-01-19T08:00,2 C,2026-01-19T08:00:01,4 \
	C,2026-01-19T23:30:00-05:00,8 C,2026-01-18T23:30:00-05:00,16 \
	C,2026-01-20T08:59:59+09:00,32 >hours.csv
is 'as of a day, all of it counts' 0 \
	'customer_id,spend_1d,spend_total\nC,55,55\n' '' \
	roll -m spend_1d,spend_total hours.csv
is 'as of an hour, what came later does not' 0 \
	'customer_id,spend_1d,spend_2d\nC,19,19\n' '' \
	vip-rollup --as-of 2026-01-19T08:00:00Z -m spend_1d,spend_2d hours.csv
cat >ny.vip <<'EOF'
timezone "America/New_York"
default standard
EOF
is 'days are those of the zone of the policy' 0 \
	'customer_id,spend_1d,spend_2d\nC,47,63\n' '' \
	roll -p ./ny.vip -m spend_1d,spend_2d hours.csv

# -------------------------------------------------------- inputs of the models

printf '%s\n' customer_id,order_date,amount B,2026-01-01,10 B,2026-01-01,5 \
	A,2025-12-29,1 B,2026-01-12,7 A,2026-01-05,2.5 B,2026-01-01,1 \
	A,2026-01-12,1 B,2026-01-12,2 >x.csv
is 'x, t_x, T and m' 0 \
	'customer_id,x,t_x,T,m\nA,2,2,3,1.75\nB,1,1.571429,2.571429,9\n' '' \
	roll -m x,t_x,T,m x.csv
is 'a purchase and no other' 0 'customer_id,x,t_x,T,m\nB,0,0,2.571429,0\n' '' \
	sh -c "sed -n 1,3p x.csv | $r -m x,t_x,T,m"
if [ -f "$shared/data/cdnow/summary_39w.csv" ]; then
	# shellcheck disable=SC2016 # the text is the inner shell's
	ok 'CDNOW as others have it, row by row' sh -c '
		vip-rollup --as-of 1997-09-30 --map order_date=date \
		    -m x,t_x,T,m "$1/transactions.csv" >got.csv &&
		awk -F, "FNR == 1 { next }
		NR == FNR { for (i = 2; i <= 5; i++) v[\$1, i] = \$i; n++; next }
		{ for (i = 2; i <= 5; i++) {
			d = v[\$1, i] - \$i
			if (v[\$1, i] == \"\" || d > 6e-7 || d < -6e-7) {
				print; bad = 1 } }; m++ }
		END { exit bad || n != 2357 || m != 2357 }" \
		    got.csv "$1/summary_39w.csv"' sh "$shared/data/cdnow"
else
	skip 'CDNOW as others have it, row by row' 'no shared data'
fi

# -------------------------------------------------------- tickets and events

cat >t.csv <<'EOF'
ticket_id,customer_id,created_at,resolved_at,csat,complaint,reopened,escalated,sla_status
T1,C1,2026-01-10T10:00:00Z,2026-01-12T09:00:00Z,1,yes,no,no,breached
T2,C1,2026-01-11T10:00:00Z,,5,no,2,yes,met
T3,C1,2025-10-01T10:00:00Z,2026-02-01T00:00:00Z,2,TRUE,1,0,
T4,C9,2026-01-19T23:59:59Z,,,,,,open
T5,C9,2026-01-20T00:00:00Z,,1,yes,1,1,breached
EOF
m=tickets_30d,complaints_total,reopens_total,escalations_30d,breaches_90d,low_csat_365d,csat_30d,csat_total,last_contact
is 'tickets' 0 \
	"customer_id,$m\nC1,2,2,3,1,1,2,3,2.666667,2026-01-12\nC9,1,0,0,0,0,0,,,2026-01-19\n" \
	'' roll -m "$m" --tickets t.csv
is 'a breach of any metric, where there is no sla_status' 0 \
	'customer_id,breaches_total\nC1,2\n' '' sh -c "
	printf '%s\n' customer_id,created_at,status,first_response_status,resolution_status \
	    C1,2026-01-01,open,breached,breached C1,2026-01-01,open,met,breached \
	    C1,2026-01-01,open,met,open |
	$r -m breaches_total --tickets -"
cat >e.csv <<'EOF'
at,event,value,ticket_id,customer_id
2026-01-18T00:00:00Z,Logins,,,C1
2026-01-18T00:00:00Z,login,,,C1
2026-01-18T00:00:00Z,Password Reset,,,C2
2025-12-01,login,,,C1
2026-01-18,nps,10,,C1
2026-01-18,nps,9,,C1
2026-01-18,NPS,8,,C1
2026-01-18,nps,0,,C2
2026-01-18,referral,,T1,
2026-01-18,referral,,T7,
2026-01-20,referral,,,C2
EOF
m=logins_30d,password_resets_total,nps_30d,referrals_total,tickets_total
is 'events, by kind, and whose ticket it is' 0 \
	"customer_id,$m\nC1,2,0,67,1,3\nC2,0,1,-100,0,0\nC9,0,0,,0,1\n" \
	'vip-rollup: 1 event of tickets that are not there: left out\n' \
	roll -m "$m" --tickets t.csv --events e.csv

# ------------------------------------------------------------------ customers

printf '\357\273\277customer_id;"name";ltv\r\nC2;"a; ""b""";1\r\nC9;名;2\r\n"C1";y;3' \
	>c.csv
is 'customers pass through byte for byte' 0 \
	'customer_id;"name";ltv;spend_30d;aov_30d;last_order;x\r\nC2;"a; ""b""";1;12.5;12.5;2025-12-30;1\r\nC9;名;2;0;;;\r\n"C1";y;3;0.3;0.15;2026-01-06;1\r\n' \
	'vip-rollup: left out 1 customer that c.csv has not: "C3"\n' \
	roll -m spend_30d,aov_30d,last_order,x,ltv --onto c.csv o.csv
roll -q -m spend_30d,aov_30d --onto c.csv -o once.csv o.csv
ok 'a second run changes nothing' sh -c "
	$r -q -m spend_30d,aov_30d --onto once.csv o.csv | cmp - once.csv"
printf 'customer_id\nC1\n' >k.csv
is 'ltv where customers have none' 0 'customer_id,ltv\nC1,0.3\n' '' \
	roll -q -m ltv --onto k.csv o.csv
printf 'customer_id,n\nC1,1\nC1,2\n' >d.csv
is 'a customer twice' 65 'customer_id,n,spend_30d\nC1,1,0.3\n' \
	'vip-rollup: d.csv:3:1: customer_id: "C1" is on line 2 already\n' \
	roll -m spend_30d --onto d.csv o.csv
printf '%s\n' customer_id,order_date,amount 東京,2026-01-01,1 \
	'"a,b",2026-01-02,2' z,2026-01-03,3 東京,2026-01-01,4 >keys.csv
is 'keys are bytes, and come in their order' 0 \
	'customer_id,spend_30d\n"a,b",2\nz,3\n東京,5\n' '' \
	roll -m spend_30d keys.csv
is 'keys are not numbers' 0 \
	'customer_id,orders_30d\n 1,1\n01,1\n1,1\n1.0,1\n' '' sh -c "
	printf '%s\n' customer_id,order_date 1.0,2026-01-01 01,2026-01-01 \
	    ' 1',2026-01-01 1,2026-01-01 | $r -m orders_30d"

# --------------------------------------------------------- what a policy names

cat >p.vip <<'EOF'
currency USD
column order_date from "Date" as "%m/%d/%Y"
column amount from "Total" as money
column status map ("storniert" = "cancelled")
column acv from "ACV"
let growth = spend_90d / spend_prev_90d
tier gold when spend_30d >= $400 and acv > 1 and growth > 2 and logins_30d > 1
default standard
signal s "S" weight 5 when low_csat_90d >= 2
touch tenth when orders_total = 10 text "Hi {name}, {days_since_order} days"
EOF
cat >f.csv <<'EOF'
order_id;customer_id;Date;Total;status
1;C1;01/05/2026;$1,000.50;delivered
2;C1;12/31/2025;$5;storniert
EOF
is 'what a policy names, read as it says' 0 \
	'customer_id;spend_90d;spend_prev_90d;spend_30d;orders_total;days_since_order\nC1;1000.5;0;1000.5;1;14\n' \
	'vip-rollup: not made: low_csat_90d (no --tickets)\n' \
	roll -p ./p.vip f.csv
sed '/^touch/d; /^let/d; s/and growth > 2//' p.vip >q.vip
grep -v T7 e.csv >e2.csv
is 'with tickets and events' 0 \
	'customer_id,spend_30d,logins_30d,low_csat_90d\nC1,1000.5,2,1\n' \
	'vip-rollup: left out 2 customers that k.csv has not: "C2", "C9"\n' \
	roll -p ./q.vip --tickets t.csv --events e2.csv --onto k.csv f.csv
is '--map beats the policy' 0 'customer_id;spend_30d\nC1;7\n' '' sh -c "
	printf 'customer_id;Total;euro;Date\nC1;1;7;01/05/2026\n' |
	$r -p ./p.vip -m spend_30d --map amount=euro"
{ cat p.vip; echo 'column refund from "Back" as money'; } >back.vip
is 'an empty cell is nothing, not what the row before had' 0 \
	'customer_id;spend_30d\nC1;6\nC2;7\n' '' sh -c "
	printf 'customer_id;Total;Back;Date\n%s\n%s\n' \
	    'C1;10;4;01/05/2026' 'C2;7;;01/05/2026' |
	$r -p ./back.vip -j 1 -m spend_30d"
is 'a cell that is not as the policy says' 65 '' \
	'vip-rollup: stdin:2:6: Date: "01/35/2026" is not a date\n' sh -c "
	sed -n 's,/05/,/35/,;1,2p' f.csv | $r -p ./p.vip -m spend_30d"
is 'without policy or list, the usual metrics that there is data for' 0 \
	'orders_30d orders_90d orders_365d orders_prev_30d orders_prev_90d orders_prev_365d orders_total spend_30d spend_90d spend_365d spend_prev_30d spend_prev_90d spend_prev_365d spend_total aov_30d aov_90d aov_365d aov_prev_30d aov_prev_90d aov_prev_365d aov_total first_order last_order days_since_order x t_x T m\n' \
	'' sh -c "$r tenths.csv | sed 's/customer_id,//; s/,/ /g; q'"
ok '--all-windows is the same' sh -c "
	$r o.csv >a && $r -p ./ny.vip --all-windows o.csv | cmp - a"

# ------------------------------------------------------- any order, any parts

red=$srcdir/tests/data/redhill
m=orders_30d,spend_30d,orders_90d,spend_prev_90d,returns_365d,late_365d,aov_total,items_ytd,x,t_x,T,m,first_order,tickets_30d,csat_total,complaints_30d,last_contact
roll -m "$m" --tickets "$red/tickets.csv" -o whole.csv "$red/orders.csv"
(head -1 "$red/orders.csv"; sed 1d "$red/orders.csv" | sort -t, -k4) >other.csv
for j in 1 2 3; do
	ok "the same with -j$j and rows in another order" sh -c "
		$r -j$j -m $m --tickets '$red/tickets.csv' other.csv |
		cmp - whole.csv"
done
awk 'BEGIN { print "order_id,customer_id,order_date,amount"
	for (i = 0; i < 90000; i++) print i % 30000 ",C" i % 5 ",2026-01-01,1" }' \
	>thrice.csv
is 'orders that there is no memory for' 0 \
	'customer_id,orders_30d,x\nC0,6000,0\nC1,6000,0\nC2,6000,0\nC3,6000,0\nC4,6000,0\n' \
	'' roll --memory 1K -m orders_30d,x thrice.csv
is 'nor a place' 73 '' \
	'vip-rollup: a temporary file for the orders that were seen: No such file or directory\n' \
	sh -c "TMPDIR=/none $r --memory 1K -m orders_30d thrice.csv"
part() {
	(head -1 other.csv; awk "NR > 1 && $1" other.csv) >rows.csv
	roll -m "$m" --partial --tickets "$2" rows.csv
}
echo ticket_id,customer_id,created_at,csat,complaint >none.csv
part 'NR % 3 == 1' none.csv >p1.csv
part 'NR % 3 == 2' "$red/tickets.csv" >p2.csv
part 'NR % 3 == 0 && NR < 2000' none.csv >p3.csv
part 'NR % 3 == 0 && NR >= 2000' none.csv >p4.csv
for order in '1 2 3 4' '4 3 2 1' '2 4 1 3'; do
	# shellcheck disable=SC2086 # one word a part
	ok "parts $order make the whole" sh -c "
		vip-rollup --merge $(printf 'p%s.csv ' $order) |
		cmp - whole.csv"
done
vip-rollup --merge --partial -o p13.csv p3.csv p1.csv
vip-rollup --merge --partial -o p24.csv p2.csv p4.csv
ok 'parts of parts make the whole' sh -c '
	vip-rollup --merge p24.csv p13.csv | cmp - whole.csv'
roll -m "$m" --partial --tickets "$red/tickets.csv" other.csv >all.csv
ok 'a merged part is the part of the whole' sh -c '
	vip-rollup --merge --partial p13.csv p24.csv | cmp - all.csv'
ok 'a merge writes what -m names' sh -c "
	vip-rollup --merge -m x,orders_30d all.csv >a &&
	$r -m x,orders_30d other.csv >b &&
	grep -q ^C0001 b && sed s/,,0\\\$/,,0/ a | grep -v ',,0\$' >c &&
	cmp c b"
ok 'parts go onto customers' sh -c "
	vip-rollup -q --merge --onto '$red/customers.csv' p4.csv p13.csv p2.csv >a &&
	$r -q -m $m --tickets '$red/tickets.csv' --onto '$red/customers.csv' other.csv |
	cmp - a"
roll -m x --partial -o q.csv "$red/orders.csv"
is 'parts of different metrics' 65 '' \
	'vip-rollup: q.csv: not a part of the same rollup as the first\n' \
	vip-rollup --merge p1.csv q.csv
is 'parts of another day' 65 '' \
	'vip-rollup: p1.csv: made for another day than --as-of\n' \
	vip-rollup --merge --as-of 2026-01-18 p1.csv
is 'a metric that parts have not' 65 '' \
	'vip-rollup: p1.csv: made without a metric of -m\n' \
	vip-rollup --merge -m spend_7d p1.csv
is 'no part at all' 65 '' \
	'vip-rollup: o.csv:1: this is not what --partial writes\n' \
	vip-rollup --merge o.csv
is 'a part that somebody has changed' 65 '' \
	'vip-rollup: stdin:2:8: orders 2025-12-21..2026-01-19: "2x" is not what --partial writes\n' \
	sh -c "$r -m spend_30d,orders_30d --partial o.csv |
	sed '2s/,2,/,2x,/' | vip-rollup --merge"

# ------------------------------------------------------- an independent answer

if have sqlite3; then
	m=orders_30d,spend_30d,orders_365d,spend_365d,spend_prev_90d,returns_total,items_total,late_ytd,last_order
	roll -m "$m" -o ours.csv "$red/orders.csv"
	cat >q.sql <<EOF
.mode csv
.import $red/orders.csv o
.import ours.csv ours
CREATE VIEW f AS SELECT customer_id AS c, order_id AS id, order_date AS d,
  lower(status) IN ('returned', 'refunded') AS ret,
  delivered_late = 'yes' AS late, CAST(quantity AS INTEGER) AS q,
  CASE WHEN lower(status) IN ('returned', 'refunded') THEN 0
    ELSE CAST(round(amount * 100) AS INTEGER) -
      CAST(round(coalesce(nullif(refund, ''), 0) * 100) AS INTEGER) END AS a
  FROM o WHERE lower(status) NOT IN ('cancelled', 'canceled')
  AND order_date <= '2026-01-19';
CREATE TABLE theirs AS SELECT c AS customer_id,
  count(DISTINCT CASE WHEN d >= '2025-12-21' THEN id END) AS n1,
  total(CASE WHEN d >= '2025-12-21' THEN a END) AS s1,
  count(DISTINCT CASE WHEN d >= '2025-01-20' THEN id END) AS n2,
  total(CASE WHEN d >= '2025-01-20' THEN a END) AS s2,
  total(CASE WHEN d BETWEEN '2025-07-24' AND '2025-10-21' THEN a END) AS s3,
  count(DISTINCT CASE WHEN ret THEN id END) AS n3, total(q) AS q,
  count(DISTINCT CASE WHEN late AND d >= '2026-01-01' THEN id END) AS l,
  max(d) AS last FROM f GROUP BY c;
CREATE TABLE mine AS SELECT customer_id, CAST(orders_30d AS INTEGER) AS n1,
  round(spend_30d * 100) AS s1, CAST(orders_365d AS INTEGER) AS n2,
  round(spend_365d * 100) AS s2, round(spend_prev_90d * 100) AS s3,
  CAST(returns_total AS INTEGER) AS n3, CAST(items_total AS REAL) AS q,
  CAST(late_ytd AS INTEGER) AS l, last_order AS last
  FROM ours WHERE last_order <> '';
SELECT 'theirs', * FROM (SELECT * FROM theirs EXCEPT SELECT * FROM mine);
SELECT 'mine', * FROM (SELECT * FROM mine EXCEPT SELECT * FROM theirs);
SELECT count(*) > 300, count(*) = (SELECT count(*) FROM mine)
  FROM mine JOIN theirs USING (customer_id);
EOF
	is 'as sqlite3 has it, row by row' 0 '1,1\n' '' sh -c '
		sqlite3 :memory: <q.sql | tr -d "\r"'
else
	skip 'as sqlite3 has it, row by row' 'no sqlite3'
fi

# --------------------------------------------------------------------- faults

cat >bad.csv <<'EOF'
order_id,customer_id,order_date,amount,status
1,,2026-01-05,1,x
2,C1,2026-02-30,1,x
3,C1,2026-01-05,"12,5O",x
4,C1,2026-01-05,,x
5,C1,2026-01-05
6,C1,,1,x
7,C1,2026-01-05,1.1234567,x
8,C1,2026-01-05,4,x
EOF
fault() {
	(sed -n 1p bad.csv; sed -n "$1p" bad.csv) >one.csv
	is "fault: $2" 65 '' "vip-rollup: one.csv:2:$3\n" \
		roll -m spend_30d one.csv
}
fault 2 'no key' '3: customer_id: is empty'
fault 3 'a day that is none' '6: order_date: "2026-02-30" is not a date'
fault 4 'a letter among digits' '17: amount: "12,5O" is not a number'
fault 5 'no amount' '17: amount: is empty'
fault 6 'a short row' '1: 3 cells, header has 5'
fault 7 'no date' '6: order_date: is empty'
fault 8 'too many decimals' \
	'17: amount: "1.1234567" has more than six decimals, or is out of range'
is '--reject goes on without them' 0 'customer_id,spend_30d\nC1,4\n' \
	'vip-rollup: 7 rows set aside in rej.csv\n' \
	roll -m spend_30d --reject rej.csv bad.csv
is 'and keeps them' 0 '1 customer_id\n2 order_date\n3 amount\n4 amount\n5 \n6 order_date\n7 amount\n' \
	'' sh -c 'sed "1d; s/,.*,customer_id,.*/ customer_id/
	s/,.*,order_date,.*/ order_date/; s/,.*,amount,.*/ amount/
	s/,.* cells.*/ /" rej.csv'
faulty() {
	printf '%s\n' "$3" "$4" >one.csv
	# shellcheck disable=SC2086 # an option, or none
	is "fault: $1" 65 '' "vip-rollup: one.csv:2:$5\n" roll -m "$2" $6 one.csv
}
faulty 'a refund below 0' spend_30d customer_id,order_date,amount,refund \
	C1,2026-01-05,1,-1 '17: refund: "-1" is less than 0' ''
faulty 'neither yes nor no' late_30d customer_id,order_date,delivered_late \
	C1,2026-01-05,maybe \
	'15: delivered_late: "maybe" is neither yes nor no' ''
faulty 'a rating of 6' csat_30d customer_id,created_at,csat \
	C1,2026-01-05,6 '15: csat: "6" is not from 1 to 5' --tickets
faulty 'half a reopening' reopens_30d customer_id,created_at,reopened \
	C1,2026-01-05,1.5 '15: reopened: "1.5" is not a count' --tickets
faulty 'an answer of 11' nps_30d customer_id,at,event,value \
	C1,2026-01-05,nps,11 '19: value: "11" is not from 0 to 10' --events
faulty 'an event of nobody' logins_30d customer_id,at,event \
	,2026-01-05,login '1: customer_id: is empty' --events
is 'a column that is not there' 65 '' \
	'vip-rollup: x.csv:1: no column "delivered_late"; the header has "customer_id", "order_date", "amount"\n' \
	roll -m late_30d x.csv
is 'a name twice in the header' 65 '' \
	'vip-rollup: stdin:1:13: the header has "customer_id" twice, as fields 1 and 2\n' \
	sh -c "echo customer_id,customer_id,order_date | $r -m x"
is 'an empty file' 65 '' 'vip-rollup: stdin: no header\n' roll -m x
is 'a header only' 0 'customer_id,x,spend_30d\n' '' sh -c "
	head -1 o.csv | $r -m x,spend_30d"
is 'a header only, onto customers' 0 'customer_id,spend_30d,m\nC1,0,\n' '' \
	sh -c "head -1 o.csv | $r -m spend_30d,m --onto k.csv"
is 'no such file' 66 '' 'vip-rollup: no.csv: No such file or directory\n' \
	roll -m x no.csv
is 'the second file is not there' 66 '' \
	'vip-rollup: no.csv: No such file or directory\n' roll -m x x.csv no.csv
for how in '' '--onto k.csv' --partial; do
	is "a full disk: $how" 74 '' \
		'vip-rollup: stdout: No space left on device\n' \
		sh -c "$r -q -m x $how x.csv >/dev/full"
done
awk 'BEGIN { print "customer_id,order_date,amount"
	for (i = 0; i < 50000; i++) print i ",2026-01-01,1" }' >many.csv
is 'head has had enough' 0 'customer_id,spend_30d\n' '' sh -c "
	$r -m spend_30d many.csv | head -1"
roll -m spend_30d -o kept.csv bad.csv 2>err
is 'no output file after a fault' 1 '' '' test -e kept.csv

# ---------------------------------------------------------------------- usage

try='vip-rollup: try "vip-rollup --help"\n'
is 'all that are no metrics are named' 64 '' \
	'vip-rollup: -m: there is no metric "spend_30"; did you mean spend_30d?\nvip-rollup: -m: there is no metric "horse"\nvip-rollup: a metric is MEASURE_WINDOW, such as spend_30d or orders_prev_90d\n'"$try" \
	vip-rollup -m spend_30,x,horse
is 'an event or a slip of the pen' 64 '' \
	"vip-rollup: -m: spnd_30d is made from events: give --events; or did you mean spend_30d?\n$try" \
	vip-rollup -m spnd_30d o.csv
is 'tickets that are not given' 64 '' \
	"vip-rollup: -m: csat_30d is made from tickets: give --tickets\n$try" \
	vip-rollup -m csat_30d o.csv
is 'a day that is none' 64 '' \
	"vip-rollup: --since: \"soon\" is not a date such as 2026-01-19\n$try" \
	vip-rollup --since soon o.csv
is 'one standard input for two' 64 '' \
	"vip-rollup: only one file can be the standard input\n$try" \
	vip-rollup --onto - -
is '-m and --all-windows' 64 '' \
	"vip-rollup: -m or --all-windows, not both\n$try" \
	vip-rollup -m x --all-windows o.csv
is '--partial and --onto' 64 '' \
	"vip-rollup: --partial writes no --onto\n$try" \
	vip-rollup --partial --onto c.csv o.csv
is '--merge and tickets' 64 '' \
	"vip-rollup: --merge reads parts and nothing else\n$try" \
	vip-rollup --merge --tickets t.csv o.csv
awk 'BEGIN {
	print "customer_id,order_id,order_date,amount"
	for (i = 1; i <= 20000; i++)
		printf "C%d,%d,2026-01-%02d,%d.5\n", i * 7919 % 9973, i,
		    i % 28 + 1, i % 97
}' >many.csv
awk -F, 'NR > 1 { n[$1]++; s[$1] += $4 }
END { for (k in n) print k "," n[k] "," s[k] }' many.csv |
	LC_ALL=C sort -t, -k 1,1 >want
for j in 1 2 5; do
	ok "many customers, with -j$j, come by their keys" sh -c "
		vip-rollup -j$j -m orders_total,spend_total \
		    --as-of 2026-01-31 many.csv | sed 1d | cmp - want"
done
ok '--help' vip-rollup --help
ok '--version' vip-rollup --version

printf 'ticket_id,customer_id,created_at,followed_up_at
1,A,2026-01-01,2026-01-15\n' >followed.csv
for until in 05,01 14,01 15,15 19,15; do
	is "--until: a contact after it is none, ${until%,*}" 0 \
	    "customer_id,last_contact\nA,2026-01-${until#*,}\n" '' \
	    vip-rollup --as-of 2026-01-19 --until "2026-01-${until%,*}" \
	    -m last_contact --tickets followed.csv
done
is 'a metric is asked for once' 64 '' 'vip-rollup: -m: "x" is there twice
vip-rollup: a metric is a column, and has its name alone
vip-rollup: try "vip-rollup --help"\n' vip-rollup -m x,orders_total,x

plan
