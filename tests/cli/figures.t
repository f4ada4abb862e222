#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # such texts are for another shell
# vip-store query: every figure over 15 months, against a model in awk that
# reads the tables themselves.
. "${srcdir:-.}/tests/tap.sh"

# A generator of its own: the same numbers on every machine.  Some customers
# come, some leave and some of those come back; two snapshots in some months.
awk '
function rnd() {
	seed = (seed * 16807) % 2147483647
	return seed / 2147483647
}
function pick(n) {
	return int(rnd() * n)
}
BEGIN {
	seed = 8191
	split("gold silver bronze standard", name, " ")
	for (m = 0; m < 15; m++)
		for (half = 0; half < 1 + (m % 3 == 1); half++) {
			day = sprintf("%d-%02d-%02d", 2024 + int(m / 12),
			    m % 12 + 1, half ? 27 : 13)
			f = "snap-" day
			print "customer_id,tier,tier_level,spend_ytd," \
			    "spend_lytd,spend_30d,spend_prev_30d,csat,nps" >f
			for (i = 0; i < 400; i++) {
				if (!(i in tier))
					tier[i] = 1 + pick(4)
				else if (rnd() < 0.25)
					tier[i] = 1 + pick(4)
				if (rnd() < 0.1 || i > 250 + 10 * m)
					continue
				t = tier[i]
				printf "C%d,%s,%d,%s,%s,%s,%s,%s,%s\n", i,
				    name[t], t % 4, pick(40000) / 4,
				    pick(40000) / 4, pick(4000) / 4,
				    m == 3 ? "" : pick(4000) / 4,
				    rnd() < 0.3 ? "" : 1 + pick(5),
				    rnd() < 0.3 ? "" : pick(11) >f
			}
			close(f)
		}
}'

cat >model.awk <<'E'
function rank(t) {
	return t == "gold" ? 1 : t == "silver" ? 2 : t == "bronze" ? 3 : 9
}
# Half away from zero, at least one decimal.
function show(x, n,	s, neg) {
	neg = x < 0
	if (neg)
		x = -x
	s = sprintf("%." n "f", int(x * 10 ^ n + 0.5 + 1e-7) / 10 ^ n)
	while (s ~ /0$/ && s !~ /\.0$/)
		s = substr(s, 1, length(s) - 1)
	return (neg && s != "0.0" ? "-" : "") s
}
function exact(x,	s) {
	s = sprintf("%.2f", x)
	sub(/\.?0+$/, "", s)
	return s
}
function out(name, line) {
	print line >("want-" name)
}
function one(t, was, now, b) {
	before[t]++
	if (now == "")
		gone[t]++
	else if (t == "vip") {
		kept[t] += rank(now) < 9
		fell[t] += rank(now) == 9
		up[t] += rank(now) < rank(was)
	} else {
		kept[t] += rank(now) <= rank(was)
		fell[t] += rank(now) > rank(was)
		up[t] += rank(now) < rank(was)
	}
}
function close_day(	k, t, w) {
	for (k in cur)
		flow[prev[k] "," cur[k]]++
	for (k in prev)
		if (!(k in cur) && prev[k] != "")
			flow[prev[k] ","]++
	for (w in flow)
		out("flows", day "," w "," flow[w])
	for (k in prev)
		if (prev[k] != "") {
			one(prev[k], prev[k], k in cur ? cur[k] : "")
			if (rank(prev[k]) < 9)
				one("vip", prev[k], k in cur ? cur[k] : "")
		}
	for (t in before) {
		out("retention", day "," t "," before[t] "," kept[t] + 0 "," \
		    show(kept[t] / before[t], 4))
		out("churn", day "," t "," before[t] "," fell[t] + 0 "," \
		    gone[t] + 0 "," show((fell[t] + gone[t]) / before[t], 4))
		out("expansion", day "," t "," before[t] "," up[t] + 0 "," \
		    show(up[t] / before[t], 4))
	}
	for (k in cur)
		if (rank(cur[k]) < 9 && !(k in first))
			first[k] = month
	split("", prev)
	for (k in cur)
		prev[k] = cur[k]
	split("", cur); split("", flow); split("", before); split("", kept)
	split("", fell); split("", gone); split("", up)
}
# What a month is, is what its last table is.
function close_month(	k, c, t, size, active, w) {
	for (k in first) {
		size[first[k]]++
		active[first[k]] += (k in prev) && rank(prev[k]) < 9
	}
	for (c in size)
		out("cohorts", c "," month "," size[c] "," active[c] + 0 "," \
		    show(active[c] / size[c], 4))
	for (t in ytd) {
		out("growth", month "," t ",spend_ytd," exact(ytd[t]) "," \
		    exact(lytd[t]) "," show((ytd[t] - lytd[t]) / lytd[t], 4))
		if (n30[t] > 0)
			out("growth", month "," t ",spend_30d," exact(s30[t]) \
			    "," exact(p30[t]) "," \
			    show((s30[t] - p30[t]) / p30[t], 4))
	}
	out("nps", month "," answers "," promote "," detract "," \
	    show(100 * (promote - detract) / answers, 1))
	out("csat", month ",csat," rated "," show(rating / rated, 4))
}
BEGIN { FS = "," }
FNR == 1 {
	if (day != "")
		close_day()
	if (day != "" && substr(FILENAME, 6, 7) != month)
		close_month()
	day = substr(FILENAME, 6)
	month = substr(day, 1, 7)
	split("", ytd); split("", lytd); split("", s30); split("", p30)
	split("", n30)
	answers = promote = detract = rated = rating = 0
	next
}
{
	cur[$1] = $2
	ytd[$2] += $4; lytd[$2] += $5; s30[$2] += $6
	if ($7 != "") {
		p30[$2] += $7
		n30[$2]++
	}
	if ($8 != "") {
		rated++
		rating += $8
	}
	if ($9 != "") {
		answers++
		promote += $9 >= 9
		detract += $9 <= 6
	}
}
END {
	close_day()
	close_month()
}
E
awk -f model.awk snap-*
for f in snap-*; do
	vip-store s.db put --as-of "${f#snap-}" "$f" || echo "# $f"
done
for name in flows retention churn expansion cohorts growth nps csat; do
	sort "want-$name" >want
	vip-store s.db query $name | sed 1d | sort >got
	isfile "R88, R219, R220 $name" 0 want /dev/null cat got
	sqlite3 -separator , s.db "SELECT * FROM $name" | sort >got
	isfile "$name by the sqlite3 shell" 0 want /dev/null cat got
done
is 'with something in each' 0 '1\n' '' sh -c '
    for f in want-*; do wc -l <"$f"; done | awk "\$1 < 15 { bad = 1 }
	END { print !bad }"'

# A run that is put again, or in the place of another, changes none of it.
vip-store s.db export before
last=$(echo snap-* | sed 's/.* //')
vip-store s.db put --as-of "${last#snap-}" "$last"
vip-store s.db export after
ok 'the last one again' diff -r before after
sed 's/,gold,1,/,standard,0,/' "$last" >other
vip-store s.db put --as-of "${last#snap-}" other
is 'another in its place' 1 '' '' sh -c \
    'vip-store s.db query flows | cmp -s - before/flows.csv'
vip-store s.db put --as-of "${last#snap-}" "$last"
for name in flows retention churn expansion cohorts growth nps csat members \
    movements; do
	isfile "and back: $name" 0 "before/$name.csv" /dev/null \
	    vip-store s.db query $name
done
is 'the store is sound' 0 '' '' vip-store s.db check

plan
