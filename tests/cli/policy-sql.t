#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A policy as one query gives every row the tier that vip-classify gives it.
# shellcheck disable=SC2016 # the commands are for sh -c
home=$HOME
. "${srcdir:-.}/tests/tap.sh"

peers=${VIP_PEERS:-$home/peers}
data=$srcdir/tests/data/redhill
if ! have sqlite3; then
	skip 'a policy as one query' 'there is no sqlite3 shell'
	plan
	exit
fi

cat >duck.js <<'EOF2'
const duckdb = require(process.argv[2]);
const fs = require('fs');
(async () => {
	const db = await duckdb.DuckDBInstance.create(':memory:');
	const c = await db.connect();
	await c.run("CREATE TABLE customers AS SELECT * FROM read_csv('" +
	    process.argv[3] + "', all_varchar = true, header = true, " +
	    "delim = ',', quote = '\"')");
	const r = await c.runAndReadAll(fs.readFileSync(process.argv[4],
	    'utf8'));
	for (const row of r.getRows())
		console.log([row[0], ...row.slice(-2)].join(','));
})().catch(e => { console.error(e.message); process.exit(1); });
EOF2
node=
if have node && [ -d "$peers/node_modules/@duckdb/node-api" ]; then
	node=$peers/node_modules/@duckdb/node-api
fi

# The key, the tier and its level, as vip-classify and the databases have it.
ours() {
	vip-classify -q -p "./$1" --as-of 2026-03-31 "$2" >classified.csv &&
	    sqlite3 -csv -cmd ".import --schema temp classified.csv c" \
	    :memory: "SELECT $3, tier, tier_level FROM c ORDER BY rowid"
}

sqlite() {
	vip-policy sql --dialect sqlite -p "./$1" --as-of 2026-03-31 >q.sql &&
	    sed "s/^SELECT t\.\*,/SELECT t.$3,/" q.sql >key.sql &&
	    sqlite3 -csv -cmd ".import --schema temp $2 customers" \
	    :memory: ".read key.sql"
}

duck() {
	vip-policy sql --dialect duckdb -p "./$1" --as-of 2026-03-31 \
	    >q.sql && node duck.js "$node" "$2" q.sql
}

same() {
	title=$1
	shift
	if ! ours "$@" >want 2>err; then
		ok "$title: vip-classify" cat err /nonexistent
		return
	fi
	sqlite "$@" >got 2>err
	ok "$title: sqlite" sh -c 'cat err; test -s want && diff want got'
	[ -n "$node" ] || return 0
	duck "$@" >got 2>err
	tr -d '\r"' <want >plain
	ok "$title: duckdb" sh -c 'cat err; diff plain got'
}

[ -n "$node" ] || skip 'DuckDB' 'there is no node, or no DuckDB for it'

# The example grocer.
cp "$srcdir/policies/rhf.vip" .
vip-rollup -q -p ./rhf.vip --as-of 2026-03-31 \
    --onto "$data/customers.csv" "$data/orders.csv" 2>err |
    sed '1s/^\xef\xbb\xbf//' >redhill.csv
same 'Red Hill Fresh' rhf.vip redhill.csv customer_id
ok 'and has VIPs' grep -q platinum want

# Real purchases that no one here wrote.
cdnow=${VIP_SHARED:-$srcdir/../shared}/data/cdnow/transactions.csv
cat >cdnow.vip <<'EOF2'
tier platinum when rank(ltv) <= 50 or spend_30d >= 400
tier gold when pareto(spend_total, 33.3%) or percentile(spend_90d) > 99%
tier even when spend_total / orders_total > 2 * mean(ltv within orders_total)
tier rising when spend_90d >= 1.5 * spend_prev_90d and spend_prev_90d > 0
tier recent when days_since(last_order) <= 45 or last_order = 1997-01-01
default standard
EOF2
if [ -r "$cdnow" ]; then
	vip-rollup -q -p ./cdnow.vip --as-of 1997-09-30 \
	    --map order_date=date "$cdnow" >cdnow.csv
	same 'CDNOW' cdnow.vip cdnow.csv customer_id
else
	skip 'CDNOW' "there is no $cdnow"
fi

# Tables of every kind of cell, with ties, groups and what is missing.
table() {
	awk -v seed="$1" -v rows="$2" '
	function one(list,   n, part) {
		n = split(list, part, "|")
		return part[int(rand() * n) + 1]
	}
	function number(   r) {
		r = rand()
		if (r < 0.5)
			return one("|0|1|2|2|3|3|5|-1|8")
		if (r < 0.7)
			return one("0.5|-.5|+.25|1e1|2.5E-3|1.50000000|-0|" \
			    "00012.30|3e0|123e-2|0.000001|-0.000003")
		if (r < 0.9)
			return sprintf("%.2f", rand() * 1000 - 100)
		return sprintf("%d", rand() * 900000)
	}
	BEGIN {
		srand(seed)
		print "id,a,b,c,g,s,d"
		for (i = 0; i < rows; i++)
			print "R" i "," number() "," number() "," number() \
			    "," one("|n|s|N") "," one("|gold|Gold|a VP|" \
			    "Ma\303\237|MASS|\305\277|\342\204\252 1|50%|" \
			    "a_b|\347\216\213|O'\''Neil|\357\254\201n|no") \
			    "," one("|2026-03-31|2024-02-29|2025-12-31 " \
			    "23:59|2026-01-01T00:00:00|2023-06-15")
	}'
}

i=0
while IFS= read -r policy; do
	i=$((i + 1))
	printf 'key id\n%s\ndefault rest\n' "$policy" >"p$i.vip"
	for rows in 1 2 7 60 205; do
		table "$i$rows" "$rows" >t.csv
		same "$rows rows: $policy" "p$i.vip" t.csv id
	done
done <<'EOF2'
exclude x when a < 0 tier p when rank(a) <= 3 tier q when rank(a within g) = 1 tier r when top(b, 3)
exclude x when c > 5 tier p when top(b, 5%) tier q when percentile(a) >= 0.5 tier r when percentile(b within g) < 33.3333%
tier p when pareto(a, 20%) tier q when pareto(b, 66.6667%) tier r when pareto(c, 100%)
exclude x when missing(a) tier p when a > 1.5 * mean(a) tier q when b = median(b within g) tier r when 3 * c > total(c within g)
let x = a / b let y = min(x, 1000) * c tier p when y > x tier q when x / 7 = 0.142857 or x * 0.333333 > 1 tier r when round(y) = 2
let x = coalesce(a, 2.5) tier p when min(x, b) > 2 tier q when max(x, b, 1) < abs(c) tier r when -x between c and b
tier p when s in ("gold", "mass", "fin") or g = "n" tier q when s like "*vp*" or s like "*_*" tier r when not s like "*s*" and s != "no"
tier p when days_since(d) > 800 tier q when years_since(d) = 1 or d = today tier r when d >= today - 3mo and weekday(d) < 6 or months_since(d) = 0
tier p when a > 1 or b > 1 and not c > 1 tier q when not (a > 2 or b < 1) tier r when missing(a) or a in (1, 2.5, 0.5)
EOF2

# No 64 bits are enough for these products.
printf 'id,a,b\n1,9000000000.000001,999.999999\n2,-7000000.5,3\n3,12000000,7\n4,1,9000000000\n5,2.5,0.0000\n' >big.csv
cat >big.vip <<'EOF2'
key id
tier p when a * b = 8999999991000.001
tier q when a / b = -2333333.5 or a / b = 1714285.714286
tier r when a / b = 0 or a * 1.000001 < -7
default rest
EOF2
same 'large numbers' big.vip big.csv id
is 'and they are not all alike' 0 '1,p\n2,q\n3,q\n4,r\n5,rest\n' '' \
	sh -c 'cut -d, -f1,2 want | tr -d "\r"'

# Halves go to the even neighbour.
printf 'id,a\n1,1\n2,3\n3,-1\n4,-3\n5,0.000001\n6,0.000003\n7,-0.000001\n8,-0.000003\n9,2.5\n10,3.5\n' >half.csv
cat >half.vip <<'EOF2'
key id
tier three when round(a) = 4 or round(a) = 2
tier two when a / 2000000 = 0.000002 or a * 0.5 = 0.000002
tier minus when a / 2000000 = -0.000002 or a * 0.5 = -0.000002
tier none when a / 2000000 = 0 and (a * 0.5 = 0 or a * 0.5 = 0.5 or a = -1)
default rest
EOF2
same 'halves' half.vip half.csv id
is 'and they go to either side' 0 'none\ntwo\nnone\nminus\nnone\ntwo\nnone\nminus\nthree\nthree\n' '' \
	sh -c 'cut -d, -f2 want | tr -d "\r"'

# Names and texts with quotes, columns by other names, cells by other words.
cat >odd.vip <<'EOF2'
key id
column `na"me` from "Na\"me"
column `Annual Revenue` map ("x" = "", "it's" = "o'k")
column grade from "等级" map ("钻石" = "3", "金" = "2", "铜" = "")
exclude a when `na"me` = "it's"
tier tx when `Annual Revenue` = "o'k"
tier u when grade = "2" or `Annual Revenue` < "b"
tier v when missing(grade)
default d
EOF2
cat >odd.csv <<'EOF2'
id,"Na""me",Annual Revenue,等级
1,it's,,
2,,it's,1
3,x,x,钻石
4,,Z,1
5,,b,铜
6,,é,1
7,,,金
8,,c,1
EOF2
same 'names and texts with quotes' odd.vip odd.csv id
is 'and they are not all alike either' 0 'd\ntx\nd\nu\nv\nd\nu\nd\n' '' \
	sh -c 'cut -d, -f2 want | tr -d "\r"'

# What has no equal is told of, all of it, and nothing is written.
cat >no.vip <<'EOF2'
column m from "Amount" as money
tier a when title has word "CEO" or phone matches "^1"
tier b when name like "*É*" or m > 5
tier c when last_order > first_order + 1h
default z
EOF2
is 'what has no equal' 78 '' \
	'vip-policy: no.vip:2:19: sql: "has word" has no equal in sqlite\nvip-policy: no.vip:2:43: sql: "matches" has no equal in sqlite\nvip-policy: no.vip:3:18: sql: "like" of letters beyond ASCII has no equal in sqlite\nvip-policy: no.vip:3:33: sql: an amount "as money" has no equal in sqlite\nvip-policy: no.vip:4:38: sql: to move a date like this has no equal in sqlite\n' \
	vip-policy sql --dialect sqlite no.vip
printf 'id,d\n1,2026-01-01T00:00:00Z\n' >zone.csv
printf 'key id tier p when days_since(d) > 1 default z\n' >zone.vip
ok 'a date with an offset stops the query' sh -c '
	vip-policy sql --dialect sqlite zone.vip >q.sql &&
	sqlite3 -csv -cmd ".import --schema temp zone.csv customers" :memory: \
	    ".read q.sql" 2>&1 | grep -q "malformed JSON"'

# The table and its columns.
ok 'a table in a schema, with quotes' sh -c '
	vip-policy sql --dialect postgres --table "a\"b.c" zone.vip |
	    grep -q "FROM \"a\"\"b\"\.\"c\" AS t"'
ok 'columns by other names' sh -c '
	vip-policy sql --dialect sqlite --map "d=Last Order" zone.vip |
	    grep -q "t\.\"Last Order\""'
is 'which database?' 64 '' \
	'vip-policy: sql: for which database? --dialect sqlite, duckdb or postgres\nvip-policy: try "vip-policy --help"\n' \
	vip-policy sql zone.vip
is 'no such database' 64 '' \
	'vip-policy: --dialect: "oracle" is none of sqlite, duckdb and postgres\nvip-policy: try "vip-policy --help"\n' \
	vip-policy sql --dialect oracle zone.vip

plan
