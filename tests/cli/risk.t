#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may leave, and what to do: R27, R28, R34, R90, R91, R117, R212, R268,
# R269.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOF'
tier gold when spend_30d >= 250
default standard
signal fewer "Fewer orders" weight 25 when orders_90d < 70% * orders_prev_90d do "Personal outreach"
signal basket "Smaller basket" weight 15 when aov_90d < 80% * aov_prev_90d do "Special offer"
signal email "Email disengaged" weight 10 when opened = "no"
signal complaint "Complaint" weight 20 when complaints_90d > 0 do "Personal outreach"
signal usage "Usage declining" weight 30 of 1 - usage / usage_prev between 10% and 50%
level critical below 40 do "Call today"
level high below 60
level medium below 80
level low
escalate director "Director" for vip at once when risk in (critical, high) or threat = "yes"
EOF
head='customer_id,tier,orders_90d,orders_prev_90d,aov_90d,aov_prev_90d,opened,complaints_90d,usage,usage_prev,threat'
good=gold,10,10,50,50,yes,0,100,100,no
run() {
	printf '%s\n' "$head" "$@" | vip-risk -q -p ./p.vip | sed 1d |
	    awk -v n="$(echo "$head" | awk -F, '{ print NF }')" '{
		for (i = 1; i <= n; i++) sub(/^[^,]*,/, ""); print }'
}

one() {
	title=$1 want=$2
	run "A,$3" >got
	printf '%b' "$want" >want
	ok "$title" diff want got
}
one 'R27 a clean customer has no reason' '100,low,,,\n' "$good"
one 'R27 fewer orders alone' \
	'75,medium,Fewer orders (orders_90d 6 < 70% * orders_prev_90d 10),Personal outreach,\n' \
	gold,6,10,50,50,yes,0,100,100,no
one 'R27 a smaller basket alone' \
	'85,low,Smaller basket (aov_90d 39.99 < 80% * aov_prev_90d 50),Special offer,\n' \
	gold,10,10,39.99,50,yes,0,100,100,no
one 'R27 email alone' \
	'90,low,"Email disengaged (opened ""no"" = ""no"")",,\n' \
	gold,10,10,50,50,no,0,100,100,no
one 'R27 a complaint alone' \
	'80,low,Complaint (complaints_90d 1 > 0),Personal outreach,\n' \
	gold,10,10,50,50,yes,1,100,100,no
one 'R91 usage declining by 25%, in proportion' \
	'88.75,low,Usage declining (25%),,\n' \
	gold,10,10,50,50,yes,0,75,100,no
one 'all of a weight at the upper bound, none at the lower' \
	'70,medium,Usage declining (50%),,\n' gold,10,10,50,50,yes,0,50,100,no
one 'nothing at the lower bound' '100,low,,,\n' \
	gold,10,10,50,50,yes,0,90,100,no
one 'R27 all five: heaviest first, each action once, the level first' \
	'0,critical,"Usage declining (60%); Fewer orders (orders_90d 1 < 70% * orders_prev_90d 10); Complaint (complaints_90d 3 > 0); Smaller basket (aov_90d 1 < 80% * aov_prev_90d 50); Email disengaged (opened ""no"" = ""no"")",Call today; Personal outreach; Special offer,Director\n' \
	gold,1,10,1,50,no,3,40,100,no
one 'a missing value takes nothing' '100,low,,,\n' \
	gold,,10,,50,,,,100,no
one 'division by zero is missing' '100,low,,,\n' \
	gold,10,10,50,50,yes,0,10,0,no
one 'R34 a threat goes to the Director' '100,low,,,Director\n' \
	gold,10,10,50,50,yes,0,100,100,yes
one 'R34 but not that of a standard customer' '100,low,,,\n' \
	standard,10,10,50,50,yes,0,100,100,yes

printf '%s\n' "$head" "A,$good" >in
is 'a level that is not there' 0 '' '' \
	sh -c 'vip-risk -q -p ./p.vip --fail-on critical >out'
printf '%s\n' "$head" A,gold,1,10,1,50,no,3,40,100,no >in
is 'a level that is' 1 '' '' \
	sh -c 'vip-risk -q -p ./p.vip --fail-on critical >out'
is 'and a worse one' 1 '' '' \
	sh -c 'vip-risk -q -p ./p.vip --fail-on medium >out'
is 'a level that the policy has not' 64 '' \
	'vip-risk: --fail-on: the policy has no level dire\nvip-risk: try "vip-risk --help"\n' \
	vip-risk -p ./p.vip --fail-on dire
is 'a second run changes nothing' 0 '' '' sh -c '
	vip-risk -p ./p.vip <in >one && vip-risk -p ./p.vip one | cmp - one'
cut -d, -f1-10 in >less.csv
is 'an escalation may do without its column' 0 'Director\n' \
	'vip-risk: less.csv: no column "threat", which ./p.vip:12 needs: taken as missing\n' \
	sh -c 'vip-risk -p ./p.vip less.csv | sed 1d | sed "s/.*,//"'
echo 'tier gold when spend_30d >= 1 default standard' >q.vip
is 'a policy without levels' 78 '' \
	'vip-risk: ./q.vip: the policy has no level statement, so no health is a risk\n' \
	vip-risk -p ./q.vip in
printf '%s\n' 'tier g when a > 1' 'default x' \
    'signal s weight 70 when a > 1' 'signal t weight 25 when a > 2' \
    'level high below 20 to "Boss"' 'level low below 40 to "Lead"' 'level none' \
    'escalate e "VP" for g when risk = high' >to.vip
printf '%s\n' customer_id,tier,a 1,g,3 2,x,3 3,g,2 4,g,1 >to.csv
is 'who is told: by the escalation, else by the level' 0 \
	'VP\nBoss\nLead\n\n' '' \
	sh -c 'vip-risk -p ./to.vip to.csv | sed 1d | sed "s/.*,//"'
printf '%s\n' "$head" A,gold,1.5x,10,1,50,no,3,40,100,no >bad.csv
is 'text where a number should be' 65 \
	"$head,health,risk_level,risk_reasons,risk_action,escalate_to\n" \
	'vip-risk: bad.csv:2:8: orders_90d: "1.5x" is not a number\n' \
	vip-risk -p ./p.vip bad.csv
if [ -w /dev/full ]; then
	is 'a full disk' 74 '' \
		'vip-risk: stdout: No space left on device\n' \
		sh -c 'vip-risk -p ./p.vip >/dev/full'
else
	skip 'a full disk' 'there is no /dev/full'
fi
is 'a reader that leaves early' 0 \
	"$head,health,risk_level,risk_reasons,risk_action,escalate_to\n" '' \
	sh -c 'vip-risk -p ./p.vip in | head -1'

# ------------------------------------------------- signals of the programmes

# R27: five signs; each alone, and every set of them.
rhf=customer_id,tier,orders_90d,orders_prev_90d,aov_90d,aov_prev_90d
rhf=$rhf,email_open_rate,prev_email_open_rate,complaints_30d,late_90d
signs() {
	echo "$rhf"
	awk 'BEGIN { for (i = 0; i < 32; i++)
		printf "%d,platinum,%d,10,%d,50,%s,0.5,%d,%d\n", i,
		    i % 2 ? 6 : 10, int(i / 2) % 2 ? 39 : 50,
		    int(i / 4) % 2 ? 0.2 : 0.5, int(i / 8) % 2,
		    2 * (int(i / 16) % 2) }'
}
signs | vip-risk -q -p rhf >signs.csv
is 'R27 each sign alone is its own reason; a clean customer has none' 0 \
	'0,100,low,\n1,75,medium,Reduced order frequency\n2,85,low,Lower basket value\n4,85,low,Email disengagement\n8,75,medium,Complaint filed\n16,80,low,Delivery issues\n' \
	'' sh -c 'vip-risk -p rhf --map id=customer_id signs.csv 2>&1 |
	sed -n "2,4p;6p;10p;18p" | sed "s/ (.*//" |
	cut -d, -f 1,11-13'
is 'R27 all five are worse than any of them fewer' 0 '31,0\n' '' sh -c '
	cut -d, -f 1,11 signs.csv | sed 1d | sort -t, -k2,2n -k1,1n |
	awk -F, "NR == 1 { print; least = \$2 } NR == 2 && \$2 <= least"'

# R28: the level picks the rung of the ladder; the last is an escalation.
is 'R28 no rung, one, three, all' 0 \
	'0 low 0 0 \n1 medium 1 0 \n9 high 3 0 Director\n31 critical 3 1 Director\n' '' \
	sh -c 'vip-risk -q -p rhf --to tsv signs.csv | awk -F"\t" "
	\$1 == 0 || \$1 == 1 || \$1 == 9 || \$1 == 31 {
		n = \$14 ~ /Personal outreach/
		n += \$14 ~ /special offer/
		n += \$14 ~ /Check in every/
		print \$1, \$12, n, (\$14 ~ /Escalate to the/), \$15 }"'
is 'R28 the fifth rung is a row of vip-escalate' 0 'churn,31,Director\n' '' \
	sh -c 'sed -n "1p;/^31,/p;/^0,/p" signs.csv |
	vip-escalate -q -p rhf --as-of 2026-01-19T10:00:00Z | sed 1d |
	cut -d, -f 1,2,5'

# R90, R91: the three accounts of the review.
cat >accounts.csv <<'EOF'
account_id,name,tier,usage_30d,usage_prev_30d,open_tickets,competitor
C3,Oscorp,tier2,100,100,0,yes
C1,Stark Ind,tier1,75,100,0,no
C2,Cyberdyne,tier2,100,100,3,no
C4,Acme,tier2,100,100,2,no
EOF
key=$(sed -n 's/^key[ 	]*//p' "$srcdir/policies/executive.vip")
sed "1s/account_id/${key:-customer_id}/" accounts.csv >in
cat >want <<'EOF'
Stark Ind|tier1|62|Usage declining (25%)|Executive outreach
Oscorp|tier2|55|Competitor mentioned (competitor "yes" = "yes")|Competitive retention playbook
Cyberdyne|tier2|58|Open tickets unresolved (open_tickets 3 >= 3)|Priority resolution and a call by the CSM
Acme|tier2|100||
EOF
is 'R90 R91 the health, the number and the intervention of each' 0 '' '' \
	sh -c 'vip-risk -q -p executive --to tsv | sed 1d |
	awk -F"\t" "{ sub(/CSM makes a plan; /, \"\", \$11); print \$2 \"|\" \
	    \$3 \"|\" \$8 \"|\" \$10 \"|\" \$11 }" | sed "s/\"\"/\"/g;
	s/|\"/|/; s/\"|/|/" |
	sort -t"|" -k2,2 -k3,3n | diff - want'

cat >q.vip <<'EOF'
tier gold when spend >= 250
default standard
let service = attitude_90d + unclear_90d
let system = failure_90d + logistics_90d
signal complaints "Complaints per order" weight 20 of complaints_365d / orders_365d between 0% and 20%
signal returns "Returns per order" weight 20 of returns_365d / orders_365d between 10% and 50%
signal errors "Errors of ours" weight 20 of errors_90d between 0 and 5
signal service "Complaints of service" weight 20 when service >= 2 do "Train the desk"
signal system "Complaints of system and logistics" weight 20 when system >= 2 do "Find the cause"
level high below 60
level low
EOF
cat >q.csv <<'EOF'
customer_id,complaints_365d,orders_365d,returns_365d,errors_90d,attitude_90d,unclear_90d,failure_90d,logistics_90d,tags
A,1,10,3,0,0,0,0,0,"vip ""old"", à vérifier"
B,0,0,0,0,0,0,0,0,  =tag 
C,0,10,0,2,1,1,0,1,
D,0,10,0,9,0,1,2,1,"x"
EOF
cat >want <<'EOF'
A,80,Complaints per order (10%); Returns per order (30%),
B,100,,
C,72,Complaints of service (service 2 >= 2); Errors of ours (2),Train the desk
D,60,Errors of ours (9); Complaints of system and logistics (system 3 >= 2),Find the cause
EOF
vip-risk -q -p ./q.vip --to tsv q.csv >q.tsv
is 'R117 R212 R269 rates, errors and two families of causes, counted' 0 '' '' \
	sh -c 'sed 1d q.tsv | awk -F"\t" "{ print \$1 \",\" \$11 \",\" \
	\$13 \",\" \$14 }" | diff - want'
is 'R117 no orders is missing, not an error' 0 \
	'B,complaints,,missing,0\nB,returns,,missing,0\n' '' sh -c '
	vip-risk -q -p ./q.vip --explain q.csv | grep "^B.*missing" |
	cut -d, -f 1,4,6,7,9'
is 'R268 tags pass as they are' 0 '' '' sh -c '
	vip-risk -q -p ./q.vip q.csv >out
	while IFS= read -r line && IFS= read -r got <&3; do
		case $got in "$line",*) ;; *) echo "$got" ;; esac
	done <q.csv 3<out'

# ------------------------------------------------------------------ --explain

printf '%s\n' "$head" A,gold,6,10,50,50,no,1,62,100,no \
    B,gold,,10,50,50,no,1,,100,no C,gold,6,10,50,50,yes,0,100,100,no \
    D,gold,1,10,1,50,no,3,40,100,no >e.csv
cat >want <<'EOF'
customer_id,health,risk_level,signal,label,value,state,weight,taken,share,next_level,remedy,suffices
A,24,critical,fewer,Fewer orders,orders_90d 6 < 70% * orders_prev_90d 10,fired,25,25,0.3289,high,orders_90d >= 7,nearest
A,24,critical,basket,Smaller basket,aov_90d 50 < 80% * aov_prev_90d 50,quiet,15,0,0,high,,
A,24,critical,email,Email disengaged,"opened ""no"" = ""no""",fired,10,10,0.1316,high,,
A,24,critical,complaint,Complaint,complaints_90d 1 > 0,fired,20,20,0.2632,high,complaints_90d <= 0,alone
A,24,critical,usage,Usage declining,38%,fired,30,21,0.2763,high,1 - usage / usage_prev <= 16.6%,alone
B,70,medium,fewer,Fewer orders,orders_90d missing < 70% * orders_prev_90d 10,missing,25,0,0,low,,
B,70,medium,basket,Smaller basket,aov_90d 50 < 80% * aov_prev_90d 50,quiet,15,0,0,low,,
B,70,medium,email,Email disengaged,"opened ""no"" = ""no""",fired,10,10,0.3333,low,"opened != ""no""",nearest
B,70,medium,complaint,Complaint,complaints_90d 1 > 0,fired,20,20,0.6667,low,complaints_90d <= 0,alone
B,70,medium,usage,Usage declining,,missing,30,0,0,low,,
C,75,medium,fewer,Fewer orders,orders_90d 6 < 70% * orders_prev_90d 10,fired,25,25,1,low,orders_90d >= 7,nearest
C,75,medium,basket,Smaller basket,aov_90d 50 < 80% * aov_prev_90d 50,quiet,15,0,0,low,,
C,75,medium,email,Email disengaged,"opened ""yes"" = ""no""",quiet,10,0,0,low,,
C,75,medium,complaint,Complaint,complaints_90d 0 > 0,quiet,20,0,0,low,,
C,75,medium,usage,Usage declining,0%,quiet,30,0,0,low,,
D,0,critical,fewer,Fewer orders,orders_90d 1 < 70% * orders_prev_90d 10,fired,25,25,0.25,high,orders_90d >= 7,together
D,0,critical,basket,Smaller basket,aov_90d 1 < 80% * aov_prev_90d 50,fired,15,15,0.15,high,,
D,0,critical,email,Email disengaged,"opened ""no"" = ""no""",fired,10,10,0.1,high,,
D,0,critical,complaint,Complaint,complaints_90d 3 > 0,fired,20,20,0.2,high,,
D,0,critical,usage,Usage declining,60%,fired,30,30,0.3,high,1 - usage / usage_prev <= 10%,together
EOF
: >none
isfile 'every signal, its share, and what would help' 0 want none \
	vip-risk -p ./p.vip --explain e.csv
is 'in the order of the rows, whatever -j' 0 '' '' \
	sh -c 'vip-risk -j 2 -p ./p.vip --explain <e.csv | cmp - want'
is 'what is said to help does' 0 'high\nhigh\nhigh\nlow\nlow\nlow\nhigh\n' '' \
	sh -c '{ echo "'"$head"'"
	echo a,gold,7,10,50,50,no,1,62,100,no
	echo b,gold,6,10,50,50,no,0,62,100,no
	echo c,gold,6,10,50,50,no,1,83.4,100,no
	echo d,gold,,10,50,50,yes,1,,100,no
	echo e,gold,,10,50,50,no,0,,100,no
	echo f,gold,7,10,50,50,yes,0,100,100,no
	echo g,gold,7,10,1,50,no,3,90,100,no; } |
	vip-risk -q -p ./p.vip --to tsv | sed 1d | cut -f 13'
is 'and a little less does not' 0 'critical\ncritical\n' '' \
	sh -c '{ echo "'"$head"'"
	echo a,gold,6.999999,10,50,50,no,1,62,100,no
	echo c,gold,6,10,50,50,no,1,83.2,100,no; } |
	vip-risk -q -p ./p.vip --to tsv | sed 1d | cut -f 13'
cat >x.vip <<'EOF'
tier gold when spend >= 250
default standard
let quiet = days > 30 and not (orders >= 2)
signal a "A" weight 30 when quiet
signal b "B" weight 30 when 3 <= late or bad > 1
signal c "C" weight 10 for gold when days > 0
signal d "D" weight 5 when rank(spend) > 1
level high below 60
level low
EOF
printf 'customer_id,tier,spend,days,orders,late,bad\nA,standard,1,40,1,4,5\nB,gold,300,40,0,0,0\n' >in
is 'of "and" the nearer, of "or" both, for some tiers, of all rows' 0 \
	'A,a,quiet (days 40 > 30 and not (orders 1 >= 2)),fired,days <= 30,nearest\nA,b,3 <= late 4,fired,late < 3 and bad <= 1,alone\nA,c,,exempt,,\nA,d,rank(spend) > 1 (spend 1 < 300),fired,,\nB,a,quiet (days 40 > 30 and not (orders 0 >= 2)),fired,,\nB,b,3 <= late 0 or bad 0 > 1,quiet,,\nB,c,days 40 > 0,fired,,\nB,d,rank(spend) > 1 (spend 300 >= 300),quiet,,\n' '' \
	sh -c 'vip-risk -q -p ./x.vip --explain | sed 1d |
	cut -d, -f 1,4,6,7,12,13'
cat >big.vip <<'EOF'
tier gold when spend >= 250
default standard
signal a "A" weight 50 of x between -9_000_000_000_000 and 9_000_000_000_000
signal b "B" weight 9_000_000_000_000 of x between 4 and 5
signal c "C" weight 9_000_000_000_000 when x > 9
level high below 60
level low
EOF
printf 'customer_id,x\na,9000000000000\nb,-9000000000000\nc,0\nd,4.5\n' >in
is 'the largest numbers' 0 'a,0,high\nb,100,low\nc,75,low\nd,0,high\n' '' \
	sh -c 'vip-risk -q -p ./big.vip | sed 1d | cut -d, -f 1,3,4'
is 'and what they would need' 0 \
	'a,a,50,,\na,b,9000000000000,x <= 4,together\na,c,9000000000000,x <= 9,together\n' \
	'' sh -c 'vip-risk -q -p ./big.vip --explain | grep ^a |
	cut -d, -f 1,4,9,12,13'
is 'a row that cannot be read' 65 '' \
	'vip-risk: bad.csv:2:8: orders_90d: "1.5x" is not a number\n' \
	sh -c 'vip-risk -p ./p.vip --explain -o no.csv bad.csv; rc=$?
	[ -e no.csv ] && echo there is one; exit $rc'

# -------------------------------------------------------------------- a store

printf '%s\n' "$head" "A,$good" B,gold,6,10,50,50,yes,0,100,100,no \
    "C,$good" >week1.csv
printf '%s\n' "$head" "A,$good" "B,$good" \
    C,gold,6,10,50,50,yes,0,75,100,no "D,$good" >week2.csv
is 'no store' 66 '' 'vip-risk: r.db: no such store; make it with vip-store r.db init\n' \
	vip-risk -p ./p.vip --store r.db week1.csv
vip-risk -q -p ./p.vip --as-of 2026-01-12 week1.csv >one.csv
vip-store r.db put --as-of 2026-01-12 one.csv
cat >want <<'EOF'
A,100,100,0,stable
B,100,75,25,up
C,63.75,100,-36.25,down
D,100,,,new
EOF
is 'up, down, stable, new, and by how much' 0 '' '' sh -c '
	vip-risk -p ./p.vip --as-of 2026-01-19 --store r.db --to tsv week2.csv \
	    >two.tsv && sed 1d two.tsv | cut -f 1,12,17-19 | tr "\t" , |
	diff - want'
is 'a second run changes nothing' 0 '' '' sh -c '
	vip-risk -p ./p.vip --as-of 2026-01-19 --store r.db -j 2 <two.tsv |
	cmp - two.tsv'
vip-store r.db put --as-of 2026-01-19 two.tsv
is 'nor when today is in the store: it is held against the run before' 0 '' \
	'' sh -c '
	vip-risk -p ./p.vip --as-of 2026-01-19 --store r.db two.tsv |
	cmp - two.tsv'
is 'a week later it is today that counts' 0 'stable\n' '' sh -c '
	vip-risk -p ./p.vip --as-of 2026-01-26 --store r.db two.tsv |
	sed 1d | cut -f 19 | sort -u'
is 'all are new where nothing was before' 0 'new\n' '' sh -c '
	vip-risk -p ./p.vip --as-of 2026-01-12 --store r.db week1.csv |
	sed 1d | sed "s/.*,//" | sort -u'
is 'no store for --explain' 64 '' \
	'vip-risk: --store is not for --explain\nvip-risk: try "vip-risk --help"\n' \
	vip-risk -p ./p.vip --store r.db --explain week1.csv

# Who is excluded is in no rank, and then the columns for that are needed.
cat >ranked.vip <<'EOF'
exclude staff when staff = "yes"
signal second weight 50 when rank(x) = 2
level bad below 60
level ok
EOF
printf '%s\n' customer_id,staff,x A,yes,9 B,no,5 C,no,3 >ranked.csv
is 'excluded customers are in no rank of a signal' 0 'A 100\nB 100\nC 50\n' '' \
	sh -c 'vip-risk -p ./ranked.vip ranked.csv |
	awk -F, "NR > 1 { print \$1, \$4 }"'
is 'and vip-policy says what that needs' 0 'staff,staff,text,must,,1\n' '' \
	sh -c 'vip-policy columns ranked.vip | sed -n "s/vip-risk,\(st.*\)/\1/p"'

cat >tiers.vip <<'E'
tier gold "Best" when s > 1
default std
signal a "A" weight 50 for vip when x > 1 do "call"
level high below 60
level low
escalate d "Dir" for vip at once when risk = high
E
printf 'customer_id,x,tier\n1,2,gold\n2,2,Best\n3,2,\n' >tiers.csv
is 'a tier by its name, by its label, or none' 0 \
    '1,high,Dir\n2,high,Dir\n3,low,\n' '' sh -c '
    vip-risk -p ./tiers.vip tiers.csv | sed 1d | cut -d, -f1,5,8'
echo 4,2,glod >>tiers.csv
is 'and one that there is not' 65 '' \
    'vip-risk: tiers.csv:5:5: tier: "glod" is not a tier of the policy\n' \
    sh -c 'vip-risk -p ./tiers.vip tiers.csv >out'
sed '1i let tier = lower(t)' tiers.vip >let.vip
printf 'customer_id,s,x,t\n1,2,2,GOLD\n2,2,2,ZZ\n' >lets.csv
is 'a tier that is made is said' 65 '' \
    'vip-risk: lets.csv:3:1: tier: "zz" is not a tier of the policy\n' \
    sh -c 'vip-risk -p ./let.vip lets.csv >out'
sed '/^tier/d; /^escalate/d; s/ for vip//' tiers.vip >none.vip
is 'unless there are none to have' 0 '5\n' '' \
    sh -c 'vip-risk -p ./none.vip tiers.csv | wc -l'

plan
