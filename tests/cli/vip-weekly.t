#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The weekly report from cron.
# shellcheck disable=SC2016 # the texts are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cp -R "$srcdir/tests/data/redhill" data
chmod -R u+w data
printf '#!/bin/sh\ncat >>sent\n' >mailer
chmod +x mailer
SENDMAIL=./mailer
export SENDMAIL
weekly() {
	sh "$srcdir/scripts/vip-weekly" -p rhf -a 2026-01-19 "$@"
}

is 'a report' 0 '' '' weekly -s store -m a@example.com data
ok 'is written, and nothing else is left' sh -c '
	head -1 data/report/weekly-2026-01-19.txt | grep -q "weekly report" &&
	test -z "$(ls -A data/report | grep "^.new")"'
cp data/report/weekly-2026-01-19.txt first
is 'a second run' 0 '' '' weekly -s store -m a@example.com data
ok 'gives the same, and mails nothing twice' sh -c '
	cmp first data/report/weekly-2026-01-19.txt &&
	test "$(grep -c "^To: a@example.com" sent)" = 1'
ok 'one line of log a run' sh -c '
	test "$(grep -c "done, status 0" data/report/log)" = 2'
echo '"' >>data/orders.csv
weekly data >/dev/null 2>&1
got=$?
ok 'a bad file: its status, and the report that was' sh -c '
	test "$1" = 65 && cmp first data/report/weekly-2026-01-19.txt &&
	tail -1 data/report/log | grep -q "failed at vip-rollup, status 65"' \
    - "$got"
is 'no two at once' 75 '' 'vip-weekly: another run is on in data\n' \
	flock data/report/lock sh "$srcdir/scripts/vip-weekly" -p rhf data
is 'wrong usage' 64 '' \
	'usage: vip-weekly -p POLICY [-a DATE] [-m ADDRESS] [-s STORE] FOLDER\n' \
	weekly

plan
