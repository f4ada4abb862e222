#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Real purchases that no one here wrote, from orders to tiers, row by row
# against an independent query in the sqlite3 shell.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

data=${VIP_SHARED:-$srcdir/../shared}/data/cdnow/transactions.csv
if ! [ -r "$data" ]; then
	skip 'CDNOW purchases to tiers' "there is no $data"
	plan
	exit
fi
if ! have sqlite3; then
	skip 'CDNOW purchases to tiers' 'there is no sqlite3 shell'
	plan
	exit
fi

cat >p.vip <<'EOF'
program "CDNOW" from 1997-01-01
tier platinum "Platinum" when rank(ltv) <= 50 or spend_30d >= 400
tier gold "Gold" when top(spend_total, 5%) or spend_30d >= 250
tier rising "Rising" when spend_90d >= 2 * spend_prev_90d and spend_prev_90d > 0
default standard "Standard"
EOF
vip-rollup -p ./p.vip --as-of 1997-09-30 --map order_date=date \
    -m ltv,spend_30d,spend_90d,spend_prev_90d,spend_total,orders_total,last_order \
    "$data" 2>err | vip-classify -p ./p.vip --as-of 1997-09-30 >ours.csv 2>>err
is 'nothing to complain of' 0 '' '' cat err

# Money in cents, so that SQLite's sums are exact too.
cat >query.sql <<EOF
.mode csv
.import --schema temp "$data" raw
CREATE TEMP TABLE t AS SELECT customer_id AS id,
    julianday('1997-09-30') - julianday(date) AS age, date,
    CAST(round(amount * 100) AS INTEGER) AS cents
    FROM raw WHERE date <= '1997-09-30';
CREATE TEMP TABLE m AS SELECT id, sum(cents) AS ltv,
    sum(CASE WHEN age < 30 THEN cents ELSE 0 END) AS s30,
    sum(CASE WHEN age < 90 THEN cents ELSE 0 END) AS s90,
    sum(CASE WHEN age >= 90 AND age < 180 THEN cents ELSE 0 END) AS p90,
    count(*) AS n, max(date) AS last
    FROM t GROUP BY id;
CREATE TEMP TABLE r AS SELECT *, rank() OVER (ORDER BY ltv DESC) AS rk,
    (SELECT count(*) FROM m) AS all_of FROM m;
SELECT id, CASE
    WHEN rk <= 50 OR s30 >= 40000 THEN 'platinum'
    WHEN rk <= max(1, all_of * 5 / 100) OR s30 >= 25000 THEN 'gold'
    WHEN s90 >= 2 * p90 AND p90 > 0 THEN 'rising'
    ELSE 'standard' END, ltv, s30, s90, p90, n, last
    FROM r ORDER BY id;
EOF
sqlite3 <query.sql >theirs.raw 2>err
tr -d '\r"' <theirs.raw | sort >theirs.csv
awk -F, '
	function cents(s) { return sprintf("%.0f", s * 100) }
	NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
	{
		print $c["customer_id"] "," $c["tier"] "," cents($c["ltv"]) "," \
		    cents($c["spend_30d"]) "," cents($c["spend_90d"]) "," \
		    cents($c["spend_prev_90d"]) "," $c["orders_total"] "," \
		    $c["last_order"]
	}' ours.csv | sort >ours.norm
is 'as many customers as there are' 0 '2357\n' '' sh -c 'wc -l <ours.norm | tr -d " "'
ok 'metrics and tier of every customer are those of the query' \
	diff theirs.csv ours.norm
is 'all four tiers are there' 0 'gold\nplatinum\nrising\nstandard\n' '' \
	sh -c 'cut -d, -f2 ours.norm | sort -u'
{
	head -1 "$data"
	sed 1d "$data" | sort -t, -k4
} >shuffled.csv
ok 'in any order of the purchases' sh -c '
	vip-rollup -p ./p.vip --as-of 1997-09-30 --map order_date=date \
	    -m ltv,spend_30d,spend_90d,spend_prev_90d,spend_total,orders_total,last_order \
	    shuffled.csv | vip-classify -p ./p.vip --as-of 1997-09-30 | sort >a
	sort ours.csv | diff a - >/dev/null'

plan
