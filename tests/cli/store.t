#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# vip-store: each verb, and what is wrong with a file.
# shellcheck disable=SC2016 # such texts are for another shell
. "${srcdir:-.}/tests/tap.sh"

# Of a store that must not change: its bytes, and no file beside it.
untouched() {
	db=$1 sum=$(cksum <"$1")
	shift
	"$@"
	got=$?
	[ "$sum" = "$(cksum <"$db")" ] || echo 'the file changed'
	for f in "$db"-*; do
		[ -e "$f" ] && echo "$f is left"
	done
	return $got
}

# ---- snapshots

is 'init' 0 '' '' vip-store s.db init
is 'R213 its owner'"'"'s alone' 0 '600\n' '' stat -c %a s.db
is 'init again' 73 '' 'vip-store: s.db: there is a store already\n' \
    vip-store s.db init
is 'nothing in it' 66 '' \
    'vip-store: s.db: there is no snapshot "latest"\n' vip-store s.db get
is 'its sqlite application' 0 '1986621555\n' '' \
    sqlite3 s.db 'PRAGMA application_id'

# Quotes, delimiters, line ends and bytes that are no UTF-8 come back.
{
	printf 'customer_id;tier;name\r\nC1;gold;"a;""b"""\r\n 2;;"x\ny"\n'
	printf "C'3) DROP TABLE snapshot --"';gold;\351\n%s;"""";z' 'C%n'
} >odd.csv
cat odd.csv >odd.want
echo >>odd.want
cp odd.csv in
is 'put' 0 '' '' vip-store s.db put --as-of 2026-01-05
isfile 'get: the same bytes' 0 odd.want /dev/null vip-store s.db get
isfile 'by number' 0 odd.want /dev/null vip-store s.db get 1
isfile 'by day' 0 odd.want /dev/null vip-store s.db get 2026-01-05
is 'one column of it' 0 'name;customer_id\n"a;""b""";C1\n"x\ny"; 2\n' '' \
    sh -c 'vip-store c.db put --as-of 2026-01-05 --columns name,customer_id &&
    vip-store c.db get | tr -d "\r" | head -4'
vip-store s.db audit >before
is 'put again: nothing changes' 0 '' '' vip-store s.db put --as-of 2026-01-05
isfile 'not the audit either' 0 before /dev/null vip-store s.db audit
is 'another day' 0 '' '' vip-store s.db put --as-of 2026-01-12
printf 'customer_id,risk_level,health\nC1,high,50\n' >in
is 'another kind' 0 '' '' vip-store s.db put --as-of 2026-01-12
printf 'ticket_id,customer_id,sla_status\nT1,C1,met\n' >in
is 'and another, whose key is the ticket' 0 '' '' \
    vip-store s.db put --as-of 2026-01-12
is 'list' 0 '1,classified,2026-01-05,4\n2,classified,2026-01-12,4
3,risk,2026-01-12,1\n4,sla,2026-01-12,1\n' '' \
    sh -c 'vip-store s.db list | sed 1d | cut -d, -f1,2,3,5'
is 'list one kind' 0 '3\n' '' \
    sh -c 'vip-store s.db list --kind risk | sed 1d | cut -d, -f1'
is 'a day with several' 64 '' 'vip-store: s.db: there are 3 snapshots of '\
'2026-01-12; say which by --kind, or by number\n' vip-store s.db get 2026-01-12
is 'of a kind' 0 'customer_id,risk_level,health\nC1,high,50\n' '' \
    vip-store s.db get 2026-01-12 --kind risk
isfile 'the one before the latest' 0 odd.want /dev/null \
    vip-store s.db get previous --kind classified
is 'no such' 66 '' 'vip-store: s.db: there is no snapshot "77"\n' \
    vip-store s.db get 77
is 'not a snapshot' 64 '' "vip-store: \"x'--\" is not a snapshot's number, \
a day, latest or previous\n" vip-store s.db get "x'--"
is 'a key twice' 65 '' \
    'vip-store: stdin:3:1: customer_id: "C1" is on line 2 already\n' \
    sh -c 'printf "customer_id,tier\nC1,a\nC1,b\n" |
    vip-store s.db put --as-of 2026-02-01'
is 'no key' 65 '' 'vip-store: stdin:2:1: customer_id: is empty\n' \
    sh -c 'printf "customer_id,tier\n,a\n" |
    vip-store s.db put --as-of 2026-02-01'
is 'NUL' 65 '' 'vip-store: stdin:2:2: customer_id: a NUL byte\n' \
    sh -c 'printf "customer_id,tier\nC\0001,a\n" |
    vip-store s.db put --as-of 2026-02-01'
is 'what was bad is not there' 0 '4\n' '' \
    sh -c 'vip-store s.db list | sed 1d | wc -l'
is 'check' 0 '' '' vip-store s.db check

# ---- history, figures
printf 'section,tier,metric,value\nactivity,gold,customers,5\nactivity,all,customers,7\n' >report.csv
vip-store r.db put -q --kind weekly --as-of 2026-01-02 report.csv
is 'numbers of a report are of many things: no sums of them' 0 \
	'day,kind,tier,name,n,sum\n2026-01-02,weekly,,rows,2,\n' '' \
	vip-store r.db query figures

month() {
	vip-store h.db put --as-of "$1" <in
}
h=customer_id,tier,tier_level,spend_ytd,spend_lytd,csat,nps
printf '%s\n' $h A,gold,1,100,80,4,10 B,gold,1,200.50,100,5,9 \
    C,silver,2,10,20,,3 D,standard,0,1,2,2,8 >in
month 2026-01-31
printf '%s\n' $h A,gold,1,100,80,4,10 B,silver,2,200.50,100,5,2 \
    C,gold,1,10,20,,3 E,standard,0,1,2,3,7 >in
month 2026-02-28
printf '%s\n' $h A,gold,1,100,80,4,10 C,standard,0,10,20,,3 \
    B,silver,2,200.50,100,5,2 E,gold,1,1,2,3,7 >in
month 2026-03-31
is 'flows' 0 'day,from,to,customers\n2026-03-31,gold,gold,1
2026-03-31,gold,standard,1\n2026-03-31,silver,silver,1
2026-03-31,standard,gold,1\n' '' \
    sh -c 'vip-store h.db query flows | sed -n "1p;/03-31/p"'
is 'who was not there' 0 '2026-02-28,standard,,1\n2026-02-28,,standard,1\n' \
    '' sh -c 'vip-store h.db query flows | grep -e "02-28,,.*" -e "d,,1$"'
is 'R88 retention' 0 'day,tier,before,kept,retention
2026-02-28,vip,3,3,1.0\n2026-02-28,gold,2,1,0.5\n2026-02-28,silver,1,1,1.0
2026-02-28,standard,1,0,0.0\n2026-03-31,vip,3,2,0.6667
2026-03-31,gold,2,1,0.5\n2026-03-31,silver,1,1,1.0
2026-03-31,standard,1,1,1.0\n' '' vip-store h.db query retention
is 'R219 churn' 0 'day,tier,before,fell,left,churn\n2026-02-28,vip,3,0,0,0.0
2026-02-28,gold,2,1,0,0.5\n2026-02-28,silver,1,0,0,0.0
2026-02-28,standard,1,0,1,1.0\n' '' \
    sh -c 'vip-store h.db query churn | head -5'
is 'R88 expansion' 0 'day,tier,before,promoted,expansion\n2026-02-28,vip,3,1,0.3333
2026-02-28,gold,2,0,0.0\n2026-02-28,silver,1,1,1.0\n' '' \
    sh -c 'vip-store h.db query expansion | head -4'
is 'R220 growth' 0 'month,tier,measure,this,last,growth
2026-01,gold,spend_ytd,300.5,180,0.6694\n' '' \
    sh -c 'vip-store h.db query growth | head -2'
is 'R88 nps' 0 'month,responses,promoters,detractors,nps\n2026-01,4,2,1,25.0
2026-02,4,1,2,-25.0\n2026-03,4,1,2,-25.0\n' '' vip-store h.db query nps
printf 'customer_id,tier,nps\nA,gold,11\nB,gold,-1\nC,gold,10\nD,gold,x\n' |
    vip-store nps.db put --as-of 2026-01-31
is 'nps of what is no rating' 0 '2026-01,1,1,0,100.0\n' '' \
    sh -c 'vip-store nps.db query nps | sed 1d'
is 'csat' 0 'month,measure,responses,csat\n2026-01,csat,3,3.6667
2026-02,csat,3,4.0\n2026-03,csat,3,4.0\n' '' vip-store h.db query csat
is 'cohorts' 0 'cohort,month,size,active,retention\n2026-01,2026-01,3,3,1.0
2026-01,2026-02,3,3,1.0\n2026-01,2026-03,3,2,0.6667
2026-03,2026-03,1,1,1.0\n' '' vip-store h.db query cohorts
is 'history' 0 'day,about,change,from,to,detail\n2026-01-31,tier,new,,gold,
2026-02-28,tier,demoted,gold,silver,\n' '' vip-store h.db history B
is 'of one who left' 0 'day,about,change,from,to,detail
2026-01-31,tier,new,,standard,\n2026-02-28,tier,left,standard,,\n' '' \
    vip-store h.db history D
is 'of nobody' 0 'day,about,change,from,to,detail\n' '' \
    vip-store h.db history "x' OR '1'='1"
is 'by the sqlite3 shell' 0 'A|gold|2026-01-31\nB|silver|2026-02-28
C|standard|2026-03-31\nE|gold|2026-03-31\n' '' \
    sqlite3 h.db 'SELECT key, tier, since FROM member ORDER BY key'
is 'no such figures' 64 '' 'vip-store: query: "x" is not one of '\
'assessments, audit, churn, cohorts, csat, expansion, figures, flows, growth, '\
'members, movements, notified, nps, overdue, overrides, retention, snapshots, '\
'touched
vip-store: try "vip-store --help"\n' vip-store h.db query x

# ---- overrides

add() {
	vip-store s.db override add "$@"
}
is 'add' 0 '1\n' '' add C1 --kind pin --tier gold --by 'Ana Ruiz' \
    --reason 'a board member' --expiry 2026-12-31 --as-of 2026-01-20
is 'pending' 0 'pending\n' '' sh -c \
    'vip-store s.db override list --as-of 2026-01-20 | sed 1d | sed "s/.*,//"'
is 'R120 he who asked cannot approve' 65 '' 'vip-store: s.db: override 1 was asked '\
'for by Ana Ruiz, who cannot approve it\n' \
    vip-store s.db override approve 1 --by 'Ana Ruiz'
is 'in no other spelling' 65 '' 'vip-store: s.db: override 1 was asked '\
'for by Ana Ruiz, who cannot approve it\n' \
    vip-store s.db override approve 1 --by ' ana RUIZ '
is 'approve' 0 '' '' vip-store s.db override approve 1 --by bo \
    --as-of 2026-01-21
is 'twice' 65 '' 'vip-store: s.db: override 1 is approved already\n' \
    vip-store s.db override approve 1 --by cy
is 'list' 0 'id,key,kind,tier,by,reason,from,expiry,approver,approved_on,'\
'status\n1,C1,pin,gold,Ana Ruiz,a board member,,2026-12-31,bo,2026-01-21,'\
'in force\n' '' vip-store s.db override list --as-of 2026-01-22
is 'expired' 0 'expired\n' '' sh -c \
    'vip-store s.db override list --as-of 2027-01-01 | sed 1d | sed "s/.*,//"'
is 'end' 0 '' '' vip-store s.db override end 1 --by bo --reason 'he left' \
    --as-of 2026-02-01
is 'which is the end' 65 '' 'vip-store: s.db: override 1 has ended already\n' \
    vip-store s.db override end 1 --by bo
is 'its history' 0 '2026-01-20,override 1,pin,,gold,by Ana Ruiz until '\
'2026-12-31: a board member\n2026-01-21,override 1,approved,,gold,by bo
2026-02-01,override 1,ended,gold,,by bo\n' '' \
    sh -c 'vip-store s.db history C1 | grep override'
is 'R187 a revocation in the audit' 0 \
    'ana,override add,override 2,key=C9; kind=revoke; by=ana; '\
'reason=misconduct; expiry=2026-12-31\n' '' sh -c 'vip-store s.db override \
    add C9 --kind revoke --by ana --reason misconduct --expiry 2026-12-31 \
    >/dev/null && vip-store s.db audit | tail -1 | cut -d, -f3-6'
for bad in '--tier gold' '--kind pin' '--kind pin --tier gold' \
    '--kind revoke --tier gold' '--kind x --tier gold' \
    '--kind pin --tier gold --reason r' \
    '--kind pin --tier gold --reason r --expiry 2026-02-30' \
    '--kind revoke --reason r --expiry 2026-02-01 --from 2026-02-02'; do
	# shellcheck disable=SC2086
	vip-store s.db override add C1 $bad >bad.out 2>bad.err
	is "override add $bad" 0 '64 0\n' '' echo $? "$(wc -c <bad.out)"
done
is 'no such override' 66 '' 'vip-store: s.db: there is no override 99\n' \
    vip-store s.db override approve 99
is 'two overrides all in all' 0 '2\n' '' \
    sh -c 'vip-store s.db override list | sed 1d | wc -l'

# ---- what was done

printf 'due,customer_id,touch\n2026-01-05,C1,checkin\n2026-01-05,C2,checkin\n' \
    >in
isfile 'touches go on' 0 in /dev/null vip-store s.db touch
is 'once' 0 'due,customer_id,touch\n' 'vip-store: 2 of 2 rows were sent '\
'before\n' vip-store s.db touch
echo '2026-01-05,C3,checkin' >>in
is 'and new ones' 0 'due,customer_id,touch\n2026-01-05,C3,checkin\n' '' \
    vip-store s.db touch -q
echo '2026-01-05,C4,checkin' >>in
is 'not if they did not get out' 74 '' \
    'vip-store: stdout: No space left on device\n' \
    sh -c 'vip-store s.db touch >/dev/full'
is 'then they go' 0 'due,customer_id,touch\n2026-01-05,C4,checkin\n' '' \
    vip-store s.db touch -q
printf 'escalation,customer_id,ticket_id,due\nsponsor,C1,T1,2026-01-05\n' >in
isfile 'notifications' 0 in /dev/null vip-store s.db notify
printf 'escalation,customer_id,ticket_id,due\nsponsor,C1,T1,2026-01-06\n' >in
is 'a ticket once, whenever it is due' 0 \
    'escalation,customer_id,ticket_id,due\n' '' vip-store s.db notify -q
is 'in the history' 0 '4\n' '' sh -c \
    'vip-store s.db query touched | sed 1d | wc -l'

# ---- audit

is 'audit verify' 0 'entries\n14\n' '' \
    sh -c 'vip-store s.db audit verify | cut -d, -f1'
tamper() {
	rm -f t.db
	vip-store s.db backup t.db && sqlite3 t.db "$1" || return
	vip-store t.db audit verify
}
drop='DROP TRIGGER audit_update; DROP TRIGGER audit_delete;'
is 'the audit is append-only' 0 '1\n' '' sh -c 'sqlite3 s.db \
    "DELETE FROM audit" 2>&1 | grep -c "the audit is append-only"'
for field in at by verb subject detail previous hash; do
	is "a changed $field" 65 '' "vip-store: t.db: audit: entry 5 $(
	    [ "$field" = previous ] &&
	    echo 'does not follow from the one before' ||
	    echo 'was changed')\n" \
	    tamper "$drop UPDATE audit SET $field = 'x' WHERE id = 5"
done
is 'an entry taken out' 65 '' \
    'vip-store: t.db: audit: entry 5 is missing\n' \
    tamper "$drop DELETE FROM audit WHERE id = 5"
is 'the first' 65 '' 'vip-store: t.db: audit: entry 1 is missing\n' \
    tamper "$drop DELETE FROM audit WHERE id = 1"
is 'the last' 65 '' \
    'vip-store: t.db: audit: the entries after 13 are missing\n' \
    tamper "$drop DELETE FROM audit WHERE id = 14"
is 'another order' 65 '' 'vip-store: t.db: audit: entry 5 was changed\n' \
    tamper "$drop UPDATE audit SET (by, detail) = ('x', 'y') WHERE id = 5"
is 'an override changed behind its back' 65 '' \
    'vip-store: t.db: override 1 is not what the audit tells of\n' \
    tamper "UPDATE override SET ended_on = NULL, ended_by = NULL WHERE id = 1"
is 'or added' 65 '' 'vip-store: t.db: override 3 is not what the audit tells '\
'of\nvip-store: t.db: the audit tells of other overrides than there are\n' \
    tamper "INSERT INTO override (key, kind, tier, reason, asked_by, asked_on,
	expiry) VALUES ('C1', 'pin', 'gold', '', '', '', '')"
for change in "sha256 = 'x'" 'bytes = 1'; do
	is "a snapshot's $change" 65 '' \
	    'vip-store: t.db: snapshot 1 is not what the audit tells of
vip-store: t.db: snapshot 1 is not what was put\n' \
	    tamper "UPDATE snapshot SET $change WHERE id = 1"
done
for change in "day = '2026-01-06'" "as_of = '2026-01-05T01:00:00Z'" 'rows = 3' \
    "command = 'x'" "taken_by = 'x'" "kind = 'x'" "key = 'name'" \
    "delimiter = '|'" 'pruned = 1'; do
	is "its $change" 65 '' \
	    'vip-store: t.db: snapshot 1 is not what the audit tells of\n' \
	    tamper "UPDATE snapshot SET $change WHERE id = 1"
done
# A store of before told less of a snapshot: the same chain, with less in it.
verified() {
	rm -f t.db
	printf 'customer_id,tier\nC1,gold\n' |
	    vip-store t.db put --as-of 2026-01-05 || return
	detail=$(sqlite3 t.db "SELECT substr(detail, 1, at - 1) ||
	    substr(detail, instr(detail, '; command=')) FROM (SELECT detail,
	    instr(detail, '; bytes=') AS at FROM audit WHERE id = 2)")
	hash=$(sqlite3 t.db "SELECT id, at, by, verb, subject, '$detail',
	    previous FROM audit WHERE id = 2" | tr '|' '\n' |
	    while read -r field; do
		printf '%s:%s' "${#field}" "$field"
	done | sha256sum)
	sqlite3 t.db "$drop UPDATE audit SET detail = '$detail',
	    hash = '${hash%% *}' WHERE id = 2; $1"
	vip-store t.db audit verify >out && sed -n '2s/,.*//p' out
}
is 'less was told of a snapshot before: still good' 0 '2\n' '' \
    verified "UPDATE snapshot SET delimiter = '|'"
is 'and what was told still counts' 65 '' \
    'vip-store: t.db: snapshot 1 is not what the audit tells of\n' \
    verified 'UPDATE snapshot SET rows = 3'
for change in 'DELETE FROM block WHERE snapshot = 2' \
    'UPDATE block SET data = (SELECT data FROM block WHERE snapshot = 3)
	WHERE snapshot = 2'; do
	is "$change" 65 '' \
	    'vip-store: t.db: snapshot 2 is not what was put\n' \
	    tamper "$change"
	is 'and is not given for it' 65 '' \
	    'vip-store: t.db: snapshot 2 is not what was put\n' \
	    vip-store t.db get 2
done
is 'with another fault beside it' 65 '' \
    'vip-store: t.db: override 1 is not what the audit tells of
vip-store: t.db: snapshot 2 is not what was put\n' \
    tamper "DELETE FROM block WHERE snapshot = 2; UPDATE override
	SET ended_on = NULL, ended_by = NULL WHERE id = 1"
e=$(printf '\351')
printf 'customer_id%stier\nC1%sgold\n' "$e" "$e" >bytes.csv
is 'a delimiter of any byte' 0 '2\n' '' sh -c '
    vip-store e.db put -d "$1" --as-of 2026-01-05 bytes.csv &&
    vip-store e.db audit verify >out && sed -n "2s/,.*//p" out' - "$e"
is 'movement of no run' 65 '' \
    'vip-store: t.db: there is movement of a day without a run\n' \
    tamper "INSERT INTO movement SELECT kind, key, '2026-01-07', change, was,
	tier, level, since, lapsed, downgrade_on, earned FROM movement"

is 'or taken away' 65 '' 'vip-store: t.db: snapshot 2 is missing\n' \
    tamper "DELETE FROM snapshot WHERE id = 2"
for change in "UPDATE movement SET tier = 'silver' WHERE key = 'C1'
	AND kind = 'classified'" \
    "UPDATE movement SET lapsed = '2020-01-01' WHERE key = 'C1'
	AND kind = 'classified'" \
    "UPDATE movement SET was = 'gold' WHERE key = 'C1'
	AND kind = 'classified'" \
    "DELETE FROM movement WHERE key = 'C1' AND kind = 'classified'" \
    "INSERT INTO movement SELECT kind, 'D' || key, day, change, was, tier,
	level, since, lapsed, downgrade_on, earned FROM movement WHERE key = 'C1'
	AND day = '2026-01-05'" \
    "UPDATE flow SET customers = customers + 1 WHERE snapshot = 1" \
    "DELETE FROM flow WHERE snapshot = 1" \
    "DELETE FROM figure WHERE snapshot = 1" \
    "UPDATE figure SET n = n + 1 WHERE snapshot = 1"; do
	is "$change" 65 '' "vip-store: t.db: movement or figures of snapshot \
1 are not what the audit tells of\n" tamper "$change"
done
for change in "DELETE FROM done WHERE id = 1" \
    "UPDATE done SET at = '2020-01-01T00:00:00Z' WHERE id = 1" \
    "INSERT INTO done SELECT 99, log, key || 'x', what, due, ticket, at, by
	FROM done WHERE id = 1"; do
	is "$change" 65 '' \
	    'vip-store: t.db: what was sent is not what the audit tells of\n' \
	    tamper "$change"
done

# ---- upkeep

is 'prune' 0 '' 'vip-store: 1 snapshots pruned\n' \
    vip-store s.db prune --before 2026-01-12
is 'the audit tells of it' 0 '' '' sh -c 'vip-store s.db audit verify >out'
is 'it is gone' 66 '' 'vip-store: s.db: snapshot 1 was pruned\n' \
    vip-store s.db get 1
is 'the latest of a kind stays' 0 '' 'vip-store: 0 snapshots pruned\n' \
    vip-store s.db prune --before 2030-01-01
is 'and the movement' 0 '2026-01-05\n' '' \
    sh -c 'vip-store s.db query movements | sed -n 2p | cut -d, -f1'
is 'backup' 0 '' '' vip-store s.db backup b.db
is 'is whole, and its owner'"'"'s' 0 '600\n' '' \
    sh -c 'vip-store b.db check && stat -c %a b.db'
is 'the same' 0 '' '' sh -c 'vip-store s.db export e1 &&
    vip-store b.db export e2 && diff -r e1 e2'
is 'export' 0 'assessments.csv audit.csv churn.csv cohorts.csv csat.csv expansion.csv '\
'figures.csv flows.csv growth.csv members.csv movements.csv notified.csv '\
'nps.csv overdue.csv overrides.csv retention.csv snapshot-2.csv snapshot-3.csv '\
'snapshot-4.csv snapshots.csv touched.csv\n' '' sh -c 'echo $(ls e1)'
isfile 'with the snapshots' 0 odd.want /dev/null cat e1/snapshot-2.csv
is 'R213 its owner'"'"'s, every file of it' 0 '600\n' '' \
    sh -c 'stat -c %a e1/*.csv | sort -u'
is 'not onto itself' 73 '' 'vip-store: ./s.db: is the store itself\n' \
    vip-store s.db backup ./s.db
is 'nor onto one in use' 73 '' 'vip-store: u.db: a store that is in use\n' \
    sh -c 'vip-store s.db backup u.db && echo x >u.db-wal &&
    vip-store s.db backup u.db; r=$?; rm u.db-wal; exit $r'
is 'no folder to back up to' 73 '' \
    'vip-store: none/b.db: No such file or directory\n' \
    vip-store s.db backup none/b.db
vip-store s.db backup x.db
sqlite3 x.db "UPDATE block SET data = zeroblob(length(data)) WHERE
    snapshot = 2"
is 'check: bytes' 65 '' 'vip-store: x.db: snapshot 2: a block cannot be '\
'unpacked\nvip-store: x.db: snapshot 2 is not what was put\n' \
    vip-store x.db check
vip-store s.db backup x.db
sqlite3 x.db 'DROP VIEW nps; CREATE TABLE z (a); DROP VIEW csat;
    CREATE VIEW csat AS SELECT 1'
is 'check: schema' 65 '' 'vip-store: x.db: schema: csat is not as it was made
vip-store: x.db: schema: nps is missing
vip-store: x.db: schema: z does not belong there\n' vip-store x.db check
vip-store s.db backup x.db
sqlite3 x.db 'PRAGMA foreign_keys = OFF; DELETE FROM snapshot WHERE id = 4'
is 'check: references' 65 '4\n' '' sh -c 'vip-store x.db check 2>x.err
    r=$?; grep -c -e " snapshot " x.err; exit $r'

# ---- versions

vip-store s.db backup n.db
sqlite3 n.db 'PRAGMA user_version = 9'
is 'a newer schema' 69 '' 'vip-store: n.db: a store of schema version 9; '\
'this program knows versions up to 4\n' untouched n.db vip-store n.db list
is 'not even to upgrade' 69 '' 'vip-store: n.db: a store of schema version 9; '\
'this program knows versions up to 4\n' untouched n.db vip-store n.db upgrade
# Version 1: this one without what came later.
vip-store h.db backup o.db
sqlite3 o.db "SELECT 'DROP ' || type || ' ' || name || ';' FROM sqlite_schema
    WHERE type = 'view' OR name IN ('done', 'assessment', 'term')" >o.sql
echo 'ALTER TABLE movement DROP COLUMN earned; PRAGMA user_version = 1;
    VACUUM;' >>o.sql
sqlite3 o.db <o.sql
# Version 2: what that version wrote.
sqlite3 o2.db <"$srcdir/tests/data/store/version-2.sql"
for o in 'o.db 1' 'o2.db 2'; do
	db=${o% *} version=${o#* }
	is "an earlier schema, $version" 69 '' "vip-store: $db: a store of \
schema version $version, not 4: run vip-store $db upgrade\n" \
	    untouched "$db" vip-store "$db" list
	is 'nor to write' 69 '' "vip-store: $db: a store of schema version \
$version, not 4: run vip-store $db upgrade\n" \
	    untouched "$db" vip-store "$db" put --as-of 2026-04-30
	is 'upgrade' 0 '' "vip-store: upgraded from schema version $version \
to 4\n" vip-store "$db" upgrade
	is 'is as it should be' 0 '' '' vip-store "$db" check
	is 'upgrade again' 0 '' '' vip-store "$db" upgrade
	is 'it is in the audit' 0 "from $version to 4\n" '' \
	    sh -c 'vip-store "$1" audit | tail -1 | cut -d, -f6' sh "$db"
done
is 'with what was in version 1' 0 '' '' sh -c \
    'vip-store h.db query cohorts >h.out
    vip-store o.db query cohorts | cmp - h.out'
is 'and in version 2' 0 'day,about,change,from,to,detail
2026-01-31,tier,new,,silver,\n2026-02-01,override 1,pin,,gold,by ana until '\
'2026-12-31: a founder\n2026-02-02,override 1,approved,,gold,by bo
2026-02-28,tier,override,silver,gold,downgrade on 2027-01-01\n' '' \
    vip-store o2.db history C3
is 'its touches too' 0 'due,customer_id,touch\n' '' sh -c \
    'printf "due,customer_id,touch\n2026-03-02,C1,checkin\n" |
    vip-store o2.db touch -q'
is 'and its snapshots' 0 'customer_id,risk_level,health\nC1,high,50\n' '' \
    vip-store o2.db get --kind risk
printf 'customer_id,spend_30d,nps\nC1,90,9\n' >in
echo 'tier gold "Gold" { when spend_30d >= 250 keep 60d reassess every 6mo }
default standard' >o.vip
is 'and it goes on' 0 'C1,gold,held,2026-01-31,2026-07-31\n' '' sh -c '
    vip-classify -p ./o.vip --store o2.db --as-of 2026-03-10 |
    sed 1d | cut -d, -f1,4,8-'

# ---- what is no store, and what cannot be read or written

: >in
is 'no such file' 66 '' 'vip-store: none.db: no such store; make it with '\
'vip-store none.db init\n' vip-store none.db list
is 'and none was made' 1 '' '' test -e none.db
echo 'customer_id,tier' >text.db
is 'a text' 65 '' 'vip-store: text.db: not a store\n' \
    untouched text.db vip-store text.db list
is 'nor is it made one' 65 '' 'vip-store: text.db: not a store\n' \
    untouched text.db vip-store text.db init
head -c 5000 /dev/zero >zero.db
is 'zeros' 65 '' 'vip-store: zero.db: not a store\n' \
    untouched zero.db vip-store zero.db put
sqlite3 other.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
is 'another database' 65 '' \
    'vip-store: other.db: a database of another program, not a store\n' \
    untouched other.db vip-store other.db put
is 'nor by vip-classify' 65 '' \
    'vip-classify: other.db: a database of another program, not a store\n' \
    untouched other.db sh -c 'echo "default d" >d.vip &&
    echo customer_id | vip-classify -p ./d.vip --store other.db'
vip-store s.db backup whole.db
for size in 50 3000 5000 30000; do
	head -c $size whole.db >cut.db
	is "cut off at $size" 65 '' "vip-store: cut.db: $([ $size -lt 100 ] &&
	    echo 'not a store' || echo 'cut off: there should be more of it'
	)\n" untouched cut.db vip-store cut.db put
done
: >empty.db
is 'an empty file' 65 '' 'vip-store: empty.db: empty, not a store\n' \
    untouched empty.db vip-store empty.db list
is 'can become one' 0 '' '' vip-store empty.db init
is 'for its owner alone' 0 '600\n' '' stat -c %a empty.db
for kb in 2 4 8 20 40; do
	# shellcheck disable=SC3045 # dash has -f
	is "where it cannot be made, for want of $kb kB" 74 '' '' sh -c '
	    ulimit -f "$1"; vip-store half.db init 2>err' sh $((kb * 2))
	is 'it is made when there is room' 0 '' '' sh -c '
	    vip-store half.db init && vip-store half.db check &&
	    rm half.db'
done
mkdir folder.db
is 'a folder' 65 '' \
    'vip-store: folder.db: not a file, so not a store\n' \
    vip-store folder.db list
is 'no folder for it' 73 '' \
    'vip-store: none/s.db: No such file or directory\n' \
    vip-store none/s.db init

if [ "$(id -u)" -ne 0 ]; then
	as=
elif have setpriv; then
	as='setpriv --reuid 65534 --regid 65534 --clear-groups'
else
	as=none
fi
# Where nobody can get at it, wherever it was built.
chmod 755 "$tmp" "$tmp/work"
mkdir copy
cp "$(command -v vip-store)" copy
# shellcheck disable=SC2086
if [ "$as" = none ] || ! $as "$PWD/copy/vip-store" --version >out 2>&1; then
	skip 'a file that cannot be written' 'nobody else can run it here'
else
	mkdir ro
	vip-store h.db backup ro/s.db
	chmod 444 ro/s.db
	chmod 555 ro
	printf 'customer_id,tier\nA,gold\n' >in
	# shellcheck disable=SC2086
	is 'a file that cannot be written' 74 '' \
	    'vip-store: ro/s.db: cannot be written\n' \
	    untouched ro/s.db $as "$PWD/copy/vip-store" ro/s.db put
	# shellcheck disable=SC2086
	is 'can be read, in a folder that cannot be written' 0 '3\n' '' \
	    sh -c 'v=$1; shift; "$@" "$v" ro/s.db list | sed 1d | wc -l' \
	    sh "$PWD/copy/vip-store" $as
fi

# ---- several at once

: >in
{
	echo 'BEGIN IMMEDIATE;'
	sleep 3
	echo 'COMMIT;'
} | sqlite3 s.db &
sleep 0.5
is 'locked' 69 '' 'vip-store: s.db: locked by another run for 1 s\n' \
    vip-store s.db override end 2 --by bo --wait 1
is 'reading goes on' 0 '4\n' '' sh -c 'vip-store s.db list | sed 1d | wc -l'
is 'waits' 0 '' '' vip-store s.db override end 2 --by bo
wait

rm -f w.db
vip-store w.db init
for i in 1 2 3 4 5 6 7 8 9 10; do
	(
		j=0
		while [ "$j" -lt 5 ]; do
			vip-store w.db override add "C$i-$j" --kind revoke \
			    --reason r --expiry 2026-12-31 --wait 60 || exit
			j=$((j + 1))
		done
		printf 'customer_id,tier\nA,gold\n' | vip-store w.db put \
		    --kind "k$i" --as-of 2026-01-01 --wait 60
	) &
done >ids
wait
is 'ten writers lose nothing' 0 '50 10\n' '' sh -c \
    'echo $(sort -un ids | wc -l) $(vip-store w.db list | sed 1d | wc -l)'
# Backups while others write: each is sound, and none is older than the last.
(
	j=0
	while [ "$j" -lt 40 ] && ! [ -e enough ]; do
		printf 'customer_id,tier\nA,gold\n' | vip-store w.db put \
		    --kind "b$j" --as-of 2026-01-01 --wait 60 || exit
		j=$((j + 1))
	done
) &
for i in 1 2 3 4 5 6 7 8; do
	vip-store w.db backup wb.db && vip-store wb.db check &&
	    vip-store wb.db list | wc -l
done >sizes 2>&1
: >enough
wait
is 'eight backups meanwhile' 0 '8\n' '' \
    sh -c 'sort -n sizes | cmp - sizes && grep -c "^[0-9]*$" sizes'
is 'and the chain holds' 0 '' '' vip-store w.db check
rm -f m.db
for i in 1 2 3 4 5 6; do
	vip-store m.db put --as-of 2026-01-01 <odd.csv &
done 2>m.err
wait
is 'six that make it at once' 0 '1\n' '' \
    sh -c 'cat m.err >&2; vip-store m.db list | sed 1d | wc -l'

# ---- a full disk

awk 'BEGIN {
	print "customer_id,tier,x"
	for (i = 0; i < 60000; i++)
		print "C" i * 7919 % 60013 ",gold," i * i * 31 % 1000003
}' >wide.csv
rm -f f.db
vip-store f.db put --as-of 2026-01-01 <odd.csv
vip-store f.db export f1
is 'no more room' 74 '' '' sh -c '(ulimit -f 2000
    vip-store f.db put --as-of 2026-01-08 <wide.csv) 2>f.err; r=$?
    grep -q "the store is as it was" f.err || cat f.err; exit $r'
is 'the store is as it was' 0 '' '' sh -c 'vip-store f.db check &&
    vip-store f.db export f2 && diff -r f1 f2'
is 'nor for a backup' 74 '1\n' '' sh -c 'vip-store f.db put <wide.csv &&
    (ulimit -f 2000; vip-store f.db backup fb.db) 2>f.err; r=$?
    wc -l <f.err; ls | grep fb.db; exit $r'
if [ "$(id -u)" -eq 0 ] && mkdir disk &&
    mount -t tmpfs -o size=1m none disk 2>/dev/null; then
	vip-store disk/f.db put --as-of 2026-01-01 <odd.csv
	is 'a full disk' 74 '' '' sh -c \
	    'vip-store disk/f.db put --as-of 2026-01-08 <wide.csv 2>f.err
	    r=$?; grep -q "the store is as it was" f.err || cat f.err; exit $r'
	is 'the store there is as it was' 0 '1\n' '' sh -c \
	    'vip-store disk/f.db check && vip-store disk/f.db list | sed 1d |
	    wc -l'
	echo 'tier gold when x >= 10 default d' >f.vip
	is 'an output elsewhere is not there either' 74 '' '' sh -c \
	    'vip-classify -p ./f.vip --store disk/f.db --as-of 2026-01-08 \
	    -o f.out wide.csv 2>f.err; r=$?; ls f.out* 2>/dev/null
	    grep -q "the store is as it was" f.err || cat f.err; exit $r'
	umount disk
else
	skip 'a full disk' 'cannot mount one'
fi

# ---- usage

is 'no verb' 64 '' 'vip-store: a store and a verb are needed
vip-store: try "vip-store --help"\n' vip-store s.db
is 'a verb misspelt' 64 '' 'vip-store: there is no verb "lst"; did you mean '\
'list?\nvip-store: try "vip-store --help"\n' vip-store s.db lst
is 'too much' 64 '' 'vip-store: the form is vip-store s.db get '\
'[ID|DATE|latest|previous]\nvip-store: try "vip-store --help"\n' \
    vip-store s.db get 1 2
is 'prune needs a day' 64 '' 'vip-store: prune needs --before
vip-store: try "vip-store --help"\n' vip-store s.db prune
is 'a full output' 74 '' 'vip-store: stdout: No space left on device\n' \
    sh -c 'vip-store h.db list >/dev/full'
is 'and with the bytes of a snapshot' 74 '' \
    'vip-store: stdout: No space left on device\n' \
    sh -c 'vip-store f.db get >/dev/full'
is 'no output' 74 '' '' sh -c 'vip-store f.db get >&- 2>err'
vip-store q.db init
is 'an order whose number cannot be told' 74 '' \
    'vip-store: stdout: No space left on device\n' \
    sh -c 'vip-store q.db override add C1 --kind revoke --reason r \
	--expiry 2030-01-01 >/dev/full'
is 'is not given' 0 '1\n' '' sh -c 'vip-store q.db override list | wc -l'
is 'a kind without a name' 64 '' 'vip-store: --kind: a name is needed
vip-store: try "vip-store --help"\n' vip-store q.db put --kind ''
is 'a verb that takes nothing' 64 '' 'vip-store: the form is vip-store q.db '\
'list\nvip-store: try "vip-store --help"\n' vip-store q.db list all

# ---- bad rows, set aside; other forms

printf 'customer_id;note\nC1;"a;b"\nC2\nC1;x\n;y\nC3;=1\n' >bad.csv
is 'a bad row' 65 '' 'vip-store: bad.csv:3:1: 1 cell, header has 2\n' \
    vip-store q.db put bad.csv
is 'set aside' 0 '' 'vip-store: 3 rows set aside in aside\n' \
    vip-store q.db put --reject aside bad.csv
is 'with the reason' 0 'customer_id;note;reject_line;reject_column;reject_reason
C2;;3;;1 cell, header has 2
C1;x;4;customer_id;"""C1"" is on line 2 already"
;y;5;customer_id;is empty\n' '' cat aside
is 'and the others kept' 0 'customer_id;note\nC1;"a;b"\nC3;=1\n' '' \
    vip-store q.db get
is 'not where the input is' 64 '' \
    'vip-store: bad.csv: is both --reject and an input\n' \
    vip-store q.db put --reject bad.csv bad.csv
# The store itself is no place for what else a command writes.
cat >own.vip <<'E'
tier gold "Gold" when spend_30d >= 250
default standard
E
printf 'customer_id,spend_30d\nC1,300\nC2,x\n' >own.csv
vip-store q.db list >listed	# and what an earlier end left beside it goes
for to in -o --reject; do
	is "the store is not $to of put" 64 '' \
	    "vip-store: q.db: is both $to and the store\n" \
	    untouched q.db vip-store q.db put "$to" q.db own.csv
	is "nor of vip-classify" 64 '' \
	    "vip-classify: q.db: is both $to and the store\n" \
	    untouched q.db vip-classify -p ./own.vip --store q.db "$to" q.db \
	    own.csv
	is "nor of vip-diff" 64 '' "vip-diff: q.db: is both $to and the store\n" \
	    untouched q.db vip-diff --store q.db "$to" q.db 1 1
done
is 'nor what is read from it' 64 '' \
    'vip-store: q.db: is both -o and the store\n' \
    untouched q.db vip-store q.db get -o q.db
is 'nor a report' 64 '' 'vip-report: q.db: is both -o and the store\n' \
    untouched q.db vip-report weekly -p ./own.vip --store q.db -o q.db own.csv
is 'of what is to be sent' 0 'due,customer_id,touch\n2026-03-02,C1,call\n' \
    'vip-store: 1 row set aside in aside\n' \
    sh -c 'printf "due,customer_id,touch\n2026-03-02,C1,call\n2026-03-02\n" |
    vip-store q.db touch --reject aside'
is 'a snapshot as TSV' 0 'customer_id\tnote\nC1\ta;b\nC3\t=1\n' '' \
    vip-store q.db get --to tsv
is 'and for a spreadsheet' 0 \
    "\0357\0273\0277customer_id;note\r\nC1;\"a;b\"\r\nC3;'=1\r\n" '' \
    vip-store q.db get --spreadsheet
is 'a reader that leaves early' 0 'customer_id,tier,x\n' '' \
    sh -c 'vip-store f.db get | head -1'
is 'the output as a file' 0 '' '' sh -c 'vip-store f.db get -o got.csv &&
    cmp got.csv wide.csv'
ok '--help is a page with an example' sh -c 'vip-store --help >out 2>err &&
    ! test -s err && grep -q "^usage: vip-store" out && grep -q ^example: out'
ok '--version names the licence' sh -c 'vip-store --version | grep -q GPL'

plan
