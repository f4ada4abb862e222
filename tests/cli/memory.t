#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# vip-classify --store: movement from run to run, replayed for 24 months
# against a model of its own in awk.
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'E'
tier platinum "Platinum" {
	when spend_30d >= 400
	keep when spend_30d >= 350
	keep 60d
	demote one step
}
tier gold "Gold" {
	when spend_30d >= 250
	keep 3mo
}
tier silver "Silver" {
	when spend_30d >= 100
	keep when spend_30d >= 80
	demote one step
}
default standard "Standard"
E

rows() {
	printf 'customer_id,spend_30d\n'
	for row; do
		echo "$row"
	done
}

classify() {
	vip-classify -p ./p.vip --store s.db "$@"
}

# ---- each movement once

h=customer_id,spend_30d,tier,tier_level,tier_reason
h=$h,tier_previous,tier_change,tier_since
rows C1,400 C2,99 >in
is 'a first run: all are new' 0 "$h
C1,400,platinum,1,spend_30d 400 >= 400,,new,2026-01-01
C2,99,standard,0,,,new,2026-01-01\n" '' classify --as-of 2026-01-01
is 'the store is its owner'"'"'s alone' 0 '600\n' '' stat -c %a s.db
vip-store s.db query movements >moves1
is 'the same day again: the same' 0 "$h
C1,400,platinum,1,spend_30d 400 >= 400,,new,2026-01-01
C2,99,standard,0,,,new,2026-01-01\n" '' classify --as-of 2026-01-01
isfile 'and nothing has changed' 0 moves1 /dev/null \
    vip-store s.db query movements
is 'not even the audit' 0 '3\n' '' sh -c 'vip-store s.db audit | wc -l'

rows C1,350 C2,400 >in
is 'R119 R170 keep when; promotion at once' 0 "$h
C1,350,platinum,1,keep when spend_30d 350 >= 350,platinum,held,2026-01-01
C2,400,platinum,1,spend_30d 400 >= 400,standard,promoted,2026-02-01\n" '' \
    classify --as-of 2026-02-01
rows C1,10 C2,400 >in
is 'keep 60d: the 60th day after the last that qualified' 0 "$h,downgrade_on
C1,10,platinum,1,keep 60d after 2026-01-01,platinum,held,2026-01-01,2026-03-03
C2,400,platinum,1,spend_30d 400 >= 400,platinum,kept,2026-02-01,\n" '' \
    classify --as-of 2026-03-02 --downgrade-on
is 'R121 the 61st: one step down' 0 "$h,downgrade_on
C1,10,gold,2,demote one step from platinum,platinum,demoted,2026-03-03,2026-05-02
C2,400,platinum,1,spend_30d 400 >= 400,platinum,kept,2026-02-01,\n" '' \
    classify --as-of 2026-03-03 --downgrade-on
is 'a run before the last is refused' 65 '' \
    "vip-classify: s.db: there is a classified run of 2026-03-03 already: \
one of 2026-01-15 cannot be put before it\n" \
    classify --as-of 2026-01-15
is 'but can be looked at' 0 "$h
C1,10,platinum,1,keep 60d after 2026-01-01,platinum,held,2026-01-01
C2,400,platinum,1,spend_30d 400 >= 400,standard,promoted,2026-01-15\n" '' \
    classify --as-of 2026-01-15 --no-record
rows C1,10 C2,40 >in
classify --as-of 2026-03-03 <in >/dev/null
is 'another run of the day replaces it' 0 \
    'day,kind,key,change,from,to,since,lapsed,downgrade_on
2026-03-03,classified,C1,demoted,platinum,gold,2026-03-03,2026-02-01,2026-05-02
2026-03-03,classified,C2,held,platinum,platinum,2026-02-01,2026-03-02,2026-05-02\n' \
    '' sh -c 'vip-store s.db query movements | sed -n "1p;/^2026-03-03/p"'
is 'a snapshot a day' 0 '2026-01-01\n2026-02-01\n2026-03-02\n2026-03-03\n' '' \
    sh -c 'vip-store s.db list | sed 1d | cut -d, -f3'

# ---- orders

rows C1,400 C2,400 C3,10 C4,10 C5,10 >in
rm -f s.db
order() {
	key=$1 kind=$2
	shift 2
	id=$(vip-store s.db override add "$key" --kind "$kind" --by ana \
	    --reason why --as-of 2026-01-01 "$@") &&
	    vip-store s.db override approve "$id" --by bo --as-of 2026-01-01
}
vip-store s.db init
order C1 revoke --expiry 2026-06-30
order C2 ceiling --tier gold --expiry 2026-06-30
order C3 floor --tier silver --expiry 2026-06-30
order C4 pin --tier platinum --expiry 2026-01-31
order C1 pin --tier platinum --expiry 2026-12-31
vip-store s.db override add C5 --kind pin --tier gold --by ana --reason r \
    --expiry 2026-12-31 >/dev/null
is 'five orders are in force, one is not' 0 'in force\nin force
in force\nin force\nin force\npending\n' '' sh -c \
    'vip-store s.db override list --as-of 2026-01-01 | sed 1d |
    sed "s/.*,//"'
is 'R120 R187 orders beat the rules, revoke first; one not approved does not' 0 "$h
C1,400,standard,0,revoke: why,,override,2026-01-01
C2,400,gold,2,ceiling gold: why,,override,2026-01-01
C3,10,silver,3,floor silver: why,,override,2026-01-01
C4,10,platinum,1,pin platinum: why,,override,2026-01-01
C5,10,standard,0,,,new,2026-01-01\n" '' classify --as-of 2026-01-01
is 'one that has expired neither' 0 "$h
C1,400,standard,0,revoke: why,standard,override,2026-01-01
C2,400,gold,2,ceiling gold: why,gold,override,2026-01-01
C3,10,silver,3,floor silver: why,silver,override,2026-01-01
C4,10,gold,2,demote one step from platinum,platinum,demoted,2026-02-01
C5,10,standard,0,,standard,kept,2026-01-01\n" '' classify --as-of 2026-02-01
vip-store s.db override end 1 --by bo
is 'nor one that was ended' 0 "$h
C1,400,platinum,1,spend_30d 400 >= 400,standard,promoted,2026-02-02\n" '' \
    sh -c 'vip-classify -p ./p.vip --store s.db --as-of 2026-02-02 | head -2'

# ---- 24 months, 300 customers, with orders, against the model

# A generator of its own: the same numbers on every machine.
awk '
function rnd() {
	seed = (seed * 16807) % 2147483647
	return seed / 2147483647
}
BEGIN {
	seed = 20240131
	for (m = 0; m < 24; m++) {
		y = 2024 + int(m / 12)
		mo = m % 12 + 1
		last = mo == 2 ? (y == 2024 ? 29 : 28) : \
		    mo == 4 || mo == 6 || mo == 9 || mo == 11 ? 30 : 31
		day = sprintf("%d-%02d-%02d", y, mo, last)
		f = "month-" day
		print "customer_id,spend_30d" >f
		for (i = 1; i <= 300; i++) {
			if (m == 0)
				at[i] = rnd() * 500
			at[i] += (rnd() - 0.5) * 250
			if (at[i] < 0)
				at[i] = 0
			if (at[i] > 500)
				at[i] = 500
			if (rnd() < 0.06)
				continue
			printf "C%03d,%d\n", i, at[i] >f
		}
		close(f)
	}
}'

# key kind tier expiry; none of them for a key that has another.
cat >orders <<'E'
C003 pin platinum 2024-06-30
C007 pin silver 2025-03-31
C011 floor gold 2024-09-30
C013 floor silver 2025-12-31
C017 ceiling gold 2025-01-31
C019 ceiling silver 2025-12-31
C023 revoke - 2024-12-31
C029 revoke - 2025-02-28
E
rm -f s.db
vip-store s.db init
while read -r key kind tier expiry; do
	set -- --expiry "$expiry"
	[ "$tier" = - ] || set -- --tier "$tier" "$@"
	order "$key" "$kind" "$@"
done <orders

cat >model.awk <<'E'
# What each customer gets, from the words of POLICY.md alone.
function jdn(s,	y, m, d, a) {
	split(s, part, "-")
	y = part[1] + 0; m = part[2] + 0; d = part[3] + 0
	a = int((14 - m) / 12)
	y = y + 4800 - a
	m = m + 12 * a - 3
	return d + int((153 * m + 2) / 5) + 365 * y + int(y / 4) - \
	    int(y / 100) + int(y / 400)
}
function mdays(y, m) {
	if (m == 2)
		return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : 28
	return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
}
function months_later(s, n,	y, m, d) {
	split(s, part, "-")
	y = part[1] + 0; m = part[2] + n; d = part[3] + 0
	while (m > 12) {
		m -= 12
		y++
	}
	if (d > mdays(y, m))
		d = mdays(y, m)
	return sprintf("%d-%02d-%02d", y, m, d)
}
# May the customer stay at tier t, having qualified last on q?
function stays(t, spend, q, day) {
	if (t == 1)
		return spend >= 350 || (q != "" && jdn(day) - jdn(q) <= 60)
	if (t == 2)
		return q != "" && jdn(day) <= jdn(months_later(q, 3))
	return spend >= 80
}
BEGIN {
	FS = ","
	split("platinum gold silver standard", name, " ")
	for (i = 1; i <= 4; i++)
		number[name[i]] = i
	while ((getline line <"orders") > 0) {
		split(line, w, " ")
		kind[w[1]] = w[2]
		order[w[1]] = w[2] == "revoke" ? 4 : number[w[3]]
		expiry[w[1]] = w[4]
	}
}
FNR == 1 {
	day = substr(FILENAME, length("month-") + 1)
	next
}
{
	k = $1
	spend = $2 + 0
	fit = spend >= 400 ? 1 : spend >= 250 ? 2 : spend >= 100 ? 3 : 4
	was = k in tier ? tier[k] : 0
	q = was ? qualified[k, was] : ""
	if (!was) {
		now = fit; change = "new"
	} else if (fit < was) {
		now = fit; change = "promoted"
	} else if (fit == was) {
		now = fit; change = "kept"
	} else if (stays(was, spend, q, day)) {
		now = was; change = "held"
	} else {
		now = was == 1 || was == 3 ? was + 1 : fit
		change = "demoted"
	}
	ruled = now
	if (k in order && day <= expiry[k]) {
		if (kind[k] == "pin" || kind[k] == "revoke" || \
		    (kind[k] == "floor" && now > order[k]) || \
		    (kind[k] == "ceiling" && now < order[k]))
			now = order[k]
		if (now != ruled)
			change = "override"
	}
	# The last day on which it qualified for a tier, or better; of those
	# above the one that it has nothing is remembered.
	for (i = 1; i <= 4; i++)
		if (i < now)
			qualified[k, i] = ""
		else if (fit <= i)
			qualified[k, i] = day
	if (was != now)
		since[k] = day
	tier[k] = now
	print day "," k "," name[now] "," (now == 4 ? 0 : now) "," \
	    (was ? name[was] : "") "," change "," since[k]
}
E
awk -f model.awk month-* >want
for f in month-*; do
	vip-classify -p ./p.vip --store s.db --as-of "${f#month-}" "$f" \
	    -o "out-${f#month-}" || echo "# $f"
	awk -v FS=, -v day="${f#month-}" 'NR > 1 {
		print day "," $1 "," $3 "," $4 "," $6 "," $7 "," $8
	}' "out-${f#month-}"
done >got
isfile '24 months as the model has them' 0 want /dev/null cat got
is 'with every kind of change in them' 0 \
    'demoted\nheld\nkept\nnew\noverride\npromoted\n' '' \
    sh -c 'cut -d, -f6 want | sort -u'
isfile 'the last month again: the same' 0 out-2025-12-31 /dev/null \
    vip-classify -p ./p.vip --store s.db --as-of 2025-12-31 month-2025-12-31
isfile 'and read back' 0 out-2025-12-31 /dev/null vip-store s.db get
isfile 'and of another month' 0 out-2024-05-31 /dev/null \
    vip-store s.db get 2024-05-31
for f in month-*; do
	for j in 1 2; do
		vip-classify -p ./p.vip --store "j$j.db" -j "$j" --as-of \
		    "${f#month-}" "$f" >"j$j.out"
	done
	cmp j1.out j2.out || echo "$f"
done >differ 2>&1
isfile 'the same for every number of threads' 0 /dev/null /dev/null cat differ
vip-store j1.db query movements >j1.moves
isfile 'the same movements too' 0 j1.moves /dev/null \
    vip-store j2.db query movements
is 'the store is sound' 0 '' '' vip-store s.db check

# What holds a customer where it lands, and what holds it longer than the
# rules do.
cat >land.vip <<'E'
tier platinum "Platinum" { when x >= 400 keep 30d demote one step }
tier gold "Gold" { when x >= 250 keep when x >= 200 keep 40d }
default standard "Standard"
E
printf 'customer_id,x\nC1,410\nC2,410\nC3,410\n' >best.csv
printf 'customer_id,x\nC1,210\nC2,10\nC3,10\n' >less.csv
vip-classify -p ./land.vip --store l.db --as-of 2026-01-01 -o best best.csv
id=$(vip-store l.db override add C2 --kind floor --tier platinum --by ana \
    --reason r --expiry 2026-03-20)
vip-store l.db override approve "$id" --by bo
is 'downgrade_on where an order holds' 0 \
    '2026-02-01\n2026-03-21\n2026-02-01\n' '' \
    sh -c 'vip-classify -p ./land.vip --store l.db --as-of 2026-01-15 \
    --downgrade-on less.csv | sed "1d;s/.*,//"'
is 'and where the tier below does' 0 'C1,gold,\nC2,platinum,2026-03-21
C3,gold,2026-02-11\n' '' sh -c '
    vip-classify -p ./land.vip --store l.db --as-of 2026-02-02 \
	--downgrade-on less.csv | sed 1d | cut -d, -f1,3,9'

# A daily downgrade_on comes true if nothing changes.
rm -f d.db
rows A,400 B,250 C,100 >in
vip-classify -p ./p.vip --store d.db --as-of 2026-01-31 <in >/dev/null
rows A,0 B,0 C,0 >in
is 'what is to come' 0 'A,held,2026-04-02\nB,held,2026-05-01\nC,demoted,\n' '' \
    sh -c 'vip-classify -p ./p.vip --store d.db --as-of 2026-02-01 \
    --downgrade-on | cut -d, -f1,7,9 | sed 1d'
is 'on the day before it is not yet so' 0 'A,held\nB,held\nC,kept\n' '' \
    sh -c 'vip-classify -p ./p.vip --store d.db --as-of 2026-04-01 |
    cut -d, -f1,7 | sed 1d'
is 'on the day it is' 0 'A,demoted\nB,held\nC,kept\n' '' \
    sh -c 'vip-classify -p ./p.vip --store d.db --as-of 2026-04-02 |
    cut -d, -f1,7 | sed 1d'

# ---- each tier has a last day of its own

cat >soft.vip <<'E'
tier platinum "Platinum" { when spend_30d >= 400 keep 30d demote one step }
tier gold "Gold" { when spend_30d >= 250 keep 60d demote one step }
tier silver "Silver" when spend_30d >= 100
default standard "Standard"
E
sed 's/ demote one step//' soft.vip >hard.vip
# spends POLICY [DAY=SPEND ...]: what the last of them makes of one customer.
spends() {
	policy=$1
	shift
	for day; do
		rows "A,${day#*=}" | vip-classify -p "./$policy" --store k.db \
		    --as-of "2026-${day%=*}" || return
	done | tail -n 1 | cut -d, -f3,5,7
}
# pinned POLICY SPEND: what it spent once, and then four days of courtesy.
pinned() {
	rm -f k.db
	spends "$1" "01-01=$2" >first &&
	    vip-store k.db override add A --kind pin --tier platinum --by ana \
	    --reason thanks --as-of 2026-01-02 --expiry 2026-01-05 >number &&
	    vip-store k.db override approve "$(cat number)" --by bo \
	    --as-of 2026-01-02
}
is 'a day of gold while platinum is held' 0 \
    'gold,demote one step from platinum,demoted\n' '' \
    spends soft.vip 01-01=500 01-02=0 01-20=300 01-21=0 02-01=0
is 'counts for gold' 0 'gold,keep 60d after 2026-01-20,held\n' '' \
    spends soft.vip 03-03=0 03-21=0
is 'and no longer' 0 'silver,demote one step from gold,demoted\n' '' \
    spends soft.vip 03-22=0
pinned soft.vip 300
is 'a pin takes no day away' 0 'gold,keep 60d after 2026-01-01,held\n' '' \
    spends soft.vip 01-02=0 01-05=0 01-06=0 01-07=0 03-02=0
is 'until they are over' 0 'silver,demote one step from gold,demoted\n' '' \
    spends soft.vip 03-03=0
pinned hard.vip 300
is 'nor does the fall from it' 0 'gold,keep 60d after 2026-01-01,demoted\n' \
    '' \
    spends hard.vip 01-02=0 01-06=0
is 'which ends where the days do' 0 'standard,,demoted\n' '' \
    spends hard.vip 03-02=0 03-03=0
pinned soft.vip 0
is 'days under a pin count' 0 'gold,keep 60d after 2026-01-05,held\n' '' \
    spends soft.vip 01-02=300 01-05=300 01-06=0 03-06=0
pinned soft.vip 0
spends soft.vip 01-02=300 01-03=300 >first
rows B,0 | vip-classify -p ./soft.vip --store k.db --as-of 2026-01-04 >first
is 'nor are they lost with the customer' 0 \
    'gold,keep 60d after 2026-01-03,held\n' '' \
    spends soft.vip 01-20=0 01-21=0
is 'and the store is sound' 0 '' '' vip-store k.db check
# shellcheck disable=SC2016 # a name in the policy's own quotes
sed 's/^tier gold/tier `go=ld; x`/' soft.vip >odd.vip
pinned odd.vip 300
is 'whatever a tier is called' 0 \
    'go=ld; x,keep 60d after 2026-01-01,held\n' '' \
    spends odd.vip 01-02=0 01-06=0 03-02=0

# ---- what ends badly leaves no run

rows A,400 >in
is 'a full output: no run' 74 '' \
    'vip-classify: stdout: No space left on device\n' \
    sh -c 'vip-classify -p ./p.vip --store e.db --as-of 2026-01-01 >/dev/full'
is 'there is none' 0 '0\n' '' sh -c 'vip-store e.db list | sed 1d | wc -l'
rows A,x >in
is 'a bad row: no run' 65 "$h\n" \
    'vip-classify: stdin:2:3: spend_30d: "x" is not a number\n' \
    classify --as-of 2026-12-31
is 'nor that of the day' 0 '2025-12-31\n' '' sh -c \
    'vip-store s.db list | tail -1 | cut -d, -f3'
rows A,400 B,x >in
vip-classify -p ./p.vip --store r.db --as-of 2026-01-01 --reject rej <in \
    >/dev/null 2>&1
rows A,400 B,400 >in
is 'a row set aside is not remembered' 0 'A,platinum,kept\nB,platinum,new\n' \
    '' sh -c 'vip-classify -p ./p.vip --store r.db --as-of 2026-01-02 |
    cut -d, -f1,3,7 | sed 1d'
rows A,400 B,x >in
vip-classify -p ./p.vip --store r.db --as-of 2026-01-03 --reject rej <in \
    >/dev/null 2>&1
is 'and has not left' 0 '' '' sh -c \
    'vip-store r.db query movements | grep ,left,; :'
is '--downgrade-on alone' 64 '' 'vip-classify: --downgrade-on needs --store
vip-classify: try "vip-classify --help"\n' \
    vip-classify -p ./p.vip --downgrade-on
echo 'id,spend_30d' >in
is 'no key' 65 '' "vip-classify: stdin:1: no column \"customer_id\"; \
the header has \"id\", \"spend_30d\"\n" classify --as-of 2026-12-31

plan
