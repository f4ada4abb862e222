#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The weekly report from cron.
# shellcheck disable=SC2016 # the texts are for sh -c
. "${srcdir:-.}/tests/tap.sh"

script=$srcdir/scripts/vip-weekly
export script
cat >mailer <<'END'
#!/bin/sh
cat >>sent
echo >>sent
END
chmod +x mailer
SENDMAIL=./mailer
export SENDMAIL
weekly() {
	sh "$script" -p ./shop.vip "$@"
}

cat >shop.vip <<'END'
program  "Corner shop"
currency USD
timezone "America/New_York"
tier gold "Gold" when spend_30d >= $100
default standard "Standard"
sla resolution for vip within 2d
signal quiet "Quiet" weight 50 when orders_7d = 0
level high below 60
level low
END
mkdir good
cat >good/customers.csv <<'END'
customer_id,name
C1,Ana
C2,李
C3,Bo
END
cat >good/orders.csv <<'END'
order_id,customer_id,order_date,amount
1,C1,2026-03-01,150
2,C2,2026-03-08,120
3,C3,2026-03-08,10
END
cat >good/tickets.csv <<'END'
ticket_id,customer_id,created_at,resolved_at
T1,C1,2026-03-02 09:00,2026-03-03 09:00
T2,C2,2026-03-08 09:00,
END
fresh() {
	chmod -R u+w data 2>/dev/null
	rm -rf data sent
	cp -R good data
}

fresh
is 'a report' 0 '' '' weekly -a 2026-03-02 data
is 'its files, and nothing else' 0 \
	'2026-03-02\nlock\nlog\nvip.db\nsla.csv\nvips.csv\nweekly.csv\nweekly.html\nweekly.txt\n' \
	'' sh -c 'ls -A data/report; ls -A data/report/2026-03-02'
is 'for nobody else to read' 0 '' '' find data/report -perm /077
cp -R data monday
is 'the week after, mailed' 0 '' '' \
	weekly -a 2026-03-09 -m a@example.com -m 'b@example.com, c@example.com' data
is 'who moved' 0 \
	'customer_id,change,column,old,new\nC1,risk_up,risk_level,low,high\nC2,promoted,tier,standard,gold\nC2,risk_down,risk_level,high,low\nC3,risk_down,risk_level,high,low\n' \
	'' cat data/report/2026-03-09/moves.csv
is 'which the report tells' 0 '  李 C2 promoted standard gold\n' '' sh -c '
	sed -n "/^Who moved/,/^At-risk/s/  */ /gp" \
	    data/report/2026-03-09/weekly.txt | grep " C2 " | sed "s/^/ /"'
ok 'figures against those of the week before' sh -c '
	grep -A1 "^ *gold" data/report/2026-03-09/weekly.txt |
	grep -q "^ *Customers up 1;"'
ok 'one message, to all of them' sh -c '
	test "$(grep -c "^To:" sent)" = 1 &&
	for who in a b c; do grep -q "$who@example.com" sent || exit; done'
is 'all that was found is in the store' 0 \
	'classified 2026-03-02\nrisk 2026-03-02\nsla 2026-03-02\nclassified 2026-03-09\nrisk 2026-03-09\nsla 2026-03-09\n' '' sh -c '
	vip-store data/report/vip.db list | sed 1d | cut -d, -f2,3 | tr , " "'
cp -R data/report/2026-03-09 was
is 'a second run' 0 '' '' \
	weekly -a 2026-03-09 -m a@example.com,d@example.com data
ok 'gives the same' diff -r was data/report/2026-03-09
is 'and mails only whom it had not' 0 'To: d@example.com\n' '' \
	sh -c 'grep "^To:" sent | sed 1d'
is 'the log: a line a run' 0 \
	'as of 2026-03-02: done, status 0\nas of 2026-03-09: done, status 0\nas of 2026-03-09: done, status 0\n' \
	'' sh -c 'cut -d" " -f2- data/report/log'

# What is wrong with an export.
is 'a bad order' 65 '' 'vip-rollup: data/orders.csv:5:17: amount: "x" is not a number\n' \
	sh -c 'echo "4,C1,2026-03-08,x" >>data/orders.csv &&
	sh "$script" -p ./shop.vip -a 2026-03-09 data'
ok 'is in the log with its place' sh -c '
	tail -n 1 data/report/log | grep -q "2026-03-09: failed at vip-rollup, status 65: vip-rollup: data/orders.csv:5:17: amount: "'
ok 'the report is what it was' diff -r was data/report/2026-03-09
fresh
echo '"' >>data/tickets.csv
weekly -a 2026-03-09 -m a@example.com data >/dev/null 2>err
got=$?
ok 'bad tickets: nothing is written, nothing mailed' sh -c '
	test "$1" = 65 && grep -q "data/tickets.csv:4:1" err &&
	test ! -e sent && test ! -e data/report/2026-03-09 &&
	test -z "$(ls -A data/report | grep "^[.]")"' - "$got"
fresh
rm data/orders.csv
is 'no orders' 66 '' 'vip-rollup: data/orders.csv: No such file or directory\n' \
	weekly -a 2026-03-09 data
fresh
rm data/tickets.csv
ln -s nowhere data/tickets.csv
is 'a link that leads nowhere is not "no tickets"' 66 '' \
	'vip-rollup: data/tickets.csv: No such file or directory\n' \
	weekly -a 2026-03-09 data
rm data/tickets.csv
is 'no tickets' 0 '' '' weekly -a 2026-03-09 data
is 'then there are no SLA rows' 0 'vips.csv\nweekly.csv\nweekly.html\nweekly.txt\n' \
	'' ls data/report/2026-03-09
is 'no folder: and none is made' 66 '' 'vip-weekly: none: there is no such folder\n' \
	weekly none
ok 'none was made' test ! -e none
is 'a policy that is none' 78 '' 'vip-policy: ./bad.vip:1:1: error: unknown statement "nonsense"\nnonsense\n^\n' \
	sh -c 'echo nonsense >bad.vip && sh "$script" -p ./bad.vip data'

# Names as they come.
mkdir 'far away'
cp -R good 'far away/my exports'
mv 'far away/my exports/orders.csv' 'far away/the orders'
ln -s '../the orders' 'far away/my exports/orders.csv'
ln -s 'far away/my exports' ./-link
is 'blanks, links, a dash before' 0 '' '' \
	weekly -a 2026-03-09 -s 'far away/a store' -- -link
ok 'the report lies where the link leads' sh -c '
	test -s "far away/my exports/report/2026-03-09/weekly.txt" &&
	test -s "far away/a store" && test ! -e ./-link/report/vip.db'
cat >good/events.csv <<'END'
at,customer_id,event,value
2026-03-05,C1,logins,1
END
echo 'agent,pool' >good/agents.csv
fresh
is 'events and agents' 0 '' '' weekly -a 2026-03-09 data
ok 'the team has its page' grep -q 'VIP workload' \
	data/report/2026-03-09/team.txt
rm good/events.csv good/agents.csv

# Cron's environment.
rm -rf data
cp -R monday data
is 'no HOME, no locale, no place of installation in PATH' 0 '' '' \
	env -i PATH=/usr/bin:/bin sh -c '
	mkdir bin && cp "$1"/bin/vip-* "$2" bin/ &&
	bin/vip-weekly -p ./shop.vip -a 2026-03-09 data' - "$builddir" "$script"
ok 'and the same report' diff -r was data/report/2026-03-09
for zone in Pacific/Kiritimati Pacific/Niue; do
	sed "s,America/New_York,$zone," shop.vip >zone.vip
	fresh
	day=$(TZ=$zone date +%F)
	sh "$script" -p ./zone.vip data
	ok "without -a it is today in $zone" sh -c '
		test -d "data/report/$1" ||
		test -d "data/report/$(TZ=$2 date +%F)"' - "$day" "$zone"
done

# One at a time.
fresh
mkdir data/report
is 'another run is on' 75 '' 'vip-weekly: another run is on in data\n' \
	flock data/report/lock sh "$script" -p ./shop.vip -a 2026-03-09 data
is 'and that is logged too' 0 'as of 2026-03-09: another run is on, status 75\n' \
	'' sh -c 'cut -d" " -f2- data/report/log'

# Killed at any step, and then run again.
mkdir dies
for step in vip-rollup vip-classify vip-risk vip-sla vip-diff vip-report \
    vip-store sync; do
	rm -rf data sent dies/*
	cp -R monday data
	printf '#!/bin/sh\nkill -9 $PPID\n' >dies/$step
	chmod +x dies/$step
	(exec env PATH="$PWD/dies:$PATH" sh "$script" -p ./shop.vip \
	    -a 2026-03-09 -m a@example.com data) >/dev/null 2>&1
	got=$?
	ls -A data/report/2026-03-09 >half 2>/dev/null
	weekly -a 2026-03-09 -m a@example.com data 2>err
	ok "killed at $step, and run again" sh -c '
		test "$1" = 137 && { test ! -s half || test "$2" = sync; } &&
		test ! -s err &&
		diff -r was data/report/2026-03-09 &&
		test "$(grep -c "^To: a@" sent)" = 1 &&
		test -z "$(ls -A data/report | grep "^[.]")"' - "$got" "$step"
done
fresh
weekly -a 2026-03-09 data
mv data/report/2026-03-09 data/report/.old.2026-03-09
echo bad >>data/orders.csv
weekly -a 2026-03-16 data 2>/dev/null
ok 'a report that was about to be replaced comes back' \
	test -s data/report/2026-03-09/weekly.txt
fresh
cat >dies/vip-sla <<'END'
#!/bin/sh
kill -TERM $PPID
END
rm -f dies/sync
chmod +x dies/vip-sla
env PATH="$PWD/dies:$PATH" sh "$script" -p ./shop.vip -a 2026-03-09 data
got=$?
ok 'ended by a signal: its status, a line of log, no litter' sh -c '
	test "$1" = 143 && test ! -e data/report/2026-03-09 &&
	test -z "$(ls -A data/report | grep "^[.]")" &&
	grep -q "failed at vip-sla, status 143" data/report/log' - "$got"

# The mail: never twice.
fresh
printf '#!/bin/sh\necho no route >&2\nexit 75\n' >deaf
printf '#!/bin/sh\n./mailer\nkill -9 $PPID\n' >deadly
chmod +x deaf deadly
is 'sendmail fails: its status' 75 '' 'no route\n' \
	env SENDMAIL=./deaf sh "$script" -p ./shop.vip -a 2026-03-09 -m a@example.com data
ok 'and the report is there' test -s data/report/2026-03-09/weekly.txt
ok 'and it says so' grep -q 'failed at mail, status 75: no route' data/report/log
is 'the next run mails' 0 '' '' weekly -a 2026-03-09 -m a@example.com data
ok 'once' test "$(grep -c '^To:' sent)" = 1
fresh
(SENDMAIL=./deadly; weekly -a 2026-03-09 -m a@example.com data) \
    >/dev/null 2>&1
ok 'killed between mailing and marking' test "$(grep -c '^To:' sent)" = 1
is 'the next run does not mail, and says so' 75 '' \
	'vip-weekly: data/report/mailing-2026-03-09.eml: was being mailed when a run ended; it is not mailed again while this file is here\n' \
	weekly -a 2026-03-09 -m a@example.com data
ok 'not twice' test "$(grep -c '^To:' sent)" = 1
ok 'what was to go is there' grep -q '^To: a@example.com' \
	data/report/mailing-2026-03-09.eml
mv data/report/mailing-2026-03-09.eml .
is 'without the file it is mailed' 0 '' '' \
	weekly -a 2026-03-09 -m a@example.com data
ok 'again' test "$(grep -c '^To:' sent)" = 2
mv mailing-2026-03-09.eml data/report
is 'the week after is mailed in any case' 0 '' '' \
	weekly -a 2026-03-16 -m a@example.com data
is 'no such sendmail' 69 '' 'vip-weekly: ./none: there is no such program\n' \
	env SENDMAIL=./none sh "$script" -p ./shop.vip -a 2026-03-10 -m a@example.com data
is 'an address that breaks out of its line' 64 '' \
	'vip-weekly: -m: an address has no quotes and no control characters\n' \
	weekly -m 'a@example.com
Bcc: x@example.com' data

# A disk that is full.
rm -rf data
cp -R monday data
for blocks in 1 8; do
	rm -f elsewhere
	(
		trap '' XFSZ
		ulimit -f $blocks
		weekly -a 2026-03-02 -s ./elsewhere data
	) 2>err
	got=$?
	ok "files that cannot grow past $blocks blocks: status 74, and why" sh -c '
		test "$1" = 74 && grep -q "disk I/O error" err &&
		grep -q "status 74: vip-classify: ./elsewhere: " data/report/log &&
		diff -r monday/report/2026-03-02 data/report/2026-03-02 &&
		test -z "$(ls -A data/report | grep "^[.]")"' - "$got"
done
if [ -w /dev/full ]; then
	rm data/report/log
	ln -s /dev/full data/report/log
	weekly -a 2026-03-02 data 2>/dev/null
	ok 'a log that is full' test $? = 74
fi
if [ "$(id -u)" -ne 0 ]; then
	fresh
	chmod a-w data
	weekly data 2>/dev/null
	ok 'a folder that nothing can be written to' test $? = 73
fi

is 'wrong usage' 64 '' \
	'usage: vip-weekly [-p POLICY] [-a DATE] [-f ADDRESS] [-m ADDRESS[,...]] [-s STORE] FOLDER\n' \
	weekly
is 'a day that is none' 64 '' \
	'usage: vip-weekly [-p POLICY] [-a DATE] [-f ADDRESS] [-m ADDRESS[,...]] [-s STORE] FOLDER\n' \
	weekly -a 2026-3-9 data
fresh
is 'the policy of the environment' 0 '' '' \
	env VIP_POLICY=./shop.vip sh "$script" -a 2026-03-09 data

# What systemd says of the units, with the script where it is.
if have systemd-analyze; then
	mkdir units
	cp "$srcdir/share/vip-weekly.timer" units
	sed "s,^ExecStart=vip-weekly,ExecStart=$PWD/bin/vip-weekly," \
	    "$srcdir/share/vip-weekly.service" >units/vip-weekly.service
	is 'the units' 0 '' '' systemd-analyze verify --man=no \
		units/vip-weekly.service units/vip-weekly.timer
else
	skip 'the units' 'no systemd-analyze'
fi

plan
