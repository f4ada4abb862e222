#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The forms of a report: each one whole, the same bytes again, nothing from
# the data that the form takes for its own; colours, widths, durations,
# money, languages.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

cat >p.vip <<'EOP'
program "A | B <i>" owner "Lead" from 2026-01-05
currency USD
timezone "America/New_York"
tier gold when ltv >= 100
default standard
level high below 60
level low
touch birthday "Birthday, gift; card" on birthday before 3d for vip by mail
target csat > 4.5 for vip
target first_response >= 50%
target retention > 95%
EOP
cat >vips.csv <<'EOP'
customer_id,name,tier,spend_30d,birthday,health,risk_level,risk_reasons,risk_action
C1,"<script>alert(1)</script>|[x](http://e.org)`",gold,4200000,1990-01-21,55,high,=1+1,@SUM(1)
C2,王小明,gold,187000,--01-22,90,low,,
C4,=cmd|' /C calc'!A0,standard,1000,1970-05-22,10,high,Complaint,Resolve
EOP
cat >sla.csv <<'EOP'
ticket_id,customer_id,created_at,resolved_at,csat,first_response_status,sla_status
T1,C1,2026-01-13T10:00:00-05:00,2026-01-14T10:00:00-05:00,5,met,met
T2,C1,2026-01-14T10:00:00-05:00,,3,breached,breached
EOP
report() {
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --tickets sla.csv "$@" \
	    vips.csv
}

for form in text markdown html csv tsv json xlsx ics mail; do
	report --format $form >"one.$form" 2>err || cat err
	report --format $form >"two.$form" 2>err || cat err
	ok "$form is there" test -s "one.$form"
	ok "$form is the same bytes again" cmp "one.$form" "two.$form"
done
is 'no such form' 64 '' \
	'vip-report: --format: "pdf" is not one of text, markdown, html, csv, tsv, json, xlsx, ics, mail\nvip-report: try "vip-report --help"\n' \
	vip-report weekly -p ./p.vip --format pdf vips.csv

# ---- text
ESC=$(printf '\033')
is 'no colours into a pipe' 1 '' '' grep "$ESC" one.text
report --color always >color.text
ok 'colours where they are wanted' grep -q "$ESC\[1;31mmissed$ESC\[0m" \
	color.text
sed "s/$ESC\[[0-9;]*m//g" color.text >plain.text
ok 'and without them it is the same report' cmp one.text plain.text
is 'NO_COLOR does not undo --color always' 0 '' '' sh -c '
	NO_COLOR=1 vip-report weekly -p ./p.vip --as-of 2026-01-19 \
	    --tickets sla.csv --color always vips.csv | cmp - color.text'
is 'no such colour' 64 '' \
	'vip-report: --color: "red" is not one of auto, always, never\nvip-report: try "vip-report --help"\n' \
	vip-report weekly --color red
if have script && script -qec true /dev/null >script.out 2>&1; then
	tty() {
		SHELL=/bin/sh script -qec "$1 vip-report weekly -p ./p.vip \
		    --as-of 2026-01-19 vips.csv" /dev/null | grep -c "$ESC"
	}
	ok 'colours on a terminal' test "$(tty TERM=xterm)" -gt 0
	ok 'none with NO_COLOR' test "$(tty 'NO_COLOR=1 TERM=xterm')" -eq 0
	ok 'none on a dumb terminal' test "$(tty TERM=dumb)" -eq 0
else
	skip 'colours on a terminal' 'there is no script(1), or no terminal for it'
fi
is 'a narrow page' 0 '0\n' '' sh -c '
	vip-report weekly -p ./p.vip --as-of 2026-01-19 --width 60 vips.csv |
	sed "s/王小明/123456/; s/…/./g" |
	awk "length > 60 { n++ } END { print n + 0 }"'
is 'too narrow a page' 64 '' \
	'vip-report: --width: "10" is not a whole number from 40 to 500\nvip-report: try "vip-report --help"\n' \
	vip-report weekly --width 10
report --short-money >short
ok 'R108 $4.2M and $187,000' grep -q '  \$4.4M  ' short
ok 'money in full without it' grep -q '\$4,387,000.00' one.text

# ---- markdown, html
is 'markdown: rows have their cells' 0 '5\n' '' sh -c '
	sed -n "/^## VIP/,/^Revenue/s/[^|]//gp" one.markdown | awk "
	NF { print length - 1 }" | sort -u'
ok 'markdown: a name is text' grep -q \
	'| &lt;script&gt;alert(1)&lt;/script&gt;&#124;\\\[x\\\](http\\://e.org)\\` |' \
	one.markdown
is 'html: nothing to run, nothing to load' 1 '' '' \
	grep -Ei '<script|<img|<link|src=|href=|@import|url\(http' one.html
ok 'html: a name is text' grep -q \
	'&lt;script&gt;alert(1)&lt;/script&gt;|\[x\](http://e.org)`' one.html
if have xmllint; then
	ok 'html: well-formed' sh -c 'sed 1d one.html | xmllint --noout -'
elif have python3; then
	ok 'html: well-formed' sh -c 'sed 1d one.html | python3 -c "
import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.stdin.buffer)"'
else
	skip 'html: well-formed' 'there is no xmllint or python3'
fi

# ---- csv, json
report --format tsv >form.tsv
for form in '' '--format csv' '--format tsv'; do
	# shellcheck disable=SC2086 # two words
	report $form --to tsv >formed
	isfile "--to tsv $form" 0 form.tsv /dev/null cat formed
done
is '--to of what is no table' 64 '' 'vip-report: --to: a report is no table in this --format
vip-report: try "vip-report --help"\n' report --format json --to tsv
report --format csv --spreadsheet >sheet.csv
ok 'csv: a spreadsheet gets no formulas' sh -c \
	'tr -d "\r" <sheet.csv | grep -q "^at_risk,gold,C1/risk_reasons,,,'"'"'=1+1,"'
is 'csv: and a mark' 0 '\357\273\277' '' head -c 3 sheet.csv
report --format json --spreadsheet >sheet.json
ok 'json: has no use for them' cmp one.json sheet.json
if have jq; then
	is 'json: figures of a customer' 0 '55 high\n' '' jq -r '
		.sections[] | select(.id == "at_risk") | .rows[] |
		select(.key == "C1") | [.figures[] |
		select(.metric == "health" or .metric == "risk_level") |
		.value] | map(tostring) | join(" ")' one.json
	is 'json: a target and its status' 0 '> 4.5 missed 8 2\n' '' jq -r '
		.sections[] | select(.id == "targets") | .rows[] |
		select(.key == "csat") | .figures[0] |
		"\(.target) \(.status) \(.numerator) \(.denominator)"' one.json
	is 'json: when and what' 0 \
		'2026-01-19T00:00:00-05:00 USD A | B <i>: weekly report\n' '' \
		jq -r '"\(.as_of) \(.currency) \(.title)"' one.json
else
	skip 'json: figures' 'there is no jq'
fi

# ---- xlsx
{
	cat p.vip
	echo 'sla first_response within 1d'
} >promise.vip
if have unzip; then
	mkdir x
	ok 'xlsx: an archive' sh -c 'cd x && unzip -q ../one.xlsx'
	is 'xlsx: a sheet a section' 0 'VIP activity\nAt-risk VIPs\nIssues resolved\nUpcoming touchpoints\nTargets\n' '' sh -c '
		tr ">" "\n" <x/xl/workbook.xml |
		sed -n "s/.*<sheet name=\"\([^\"]*\)\".*/\1/p"'
	is 'xlsx: no formulas' 1 '' '' grep -rl '<f>' x/xl/worksheets
	ok 'xlsx: they are texts' grep -q '<t>=1+1</t>' x/xl/sharedStrings.xml
	ok 'xlsx: numbers are numbers' grep -q '<v>4387000</v>' \
		x/xl/worksheets/sheet1.xml
	ok 'xlsx: the head stays' grep -q 'state="frozen"' \
		x/xl/worksheets/sheet1.xml
	sed '1s/$/,first_response_elapsed/; 2,$s/$/,90/' sla.csv >answered.csv
	vip-report dashboard -q -p ./promise.vip --as-of 2026-01-19 \
	    --tickets answered.csv --format xlsx -o wide.xlsx vips.csv
	ok 'xlsx: room for "1,440.0 min"' sh -c '
		unzip -p wide.xlsx xl/worksheets/sheet2.xml |
		grep -Eq "<col min=\"5\" max=\"5\" width=\"1[2-9]\."'
	ok 'xlsx: a chart' test -f x/xl/charts/chart1.xml
	ok 'xlsx: of the time of the report' grep -q 2026-01-19T05:00:00Z \
		x/docProps/core.xml
else
	skip 'xlsx: what is in it' 'there is no unzip'
fi
ok 'xlsx: leaves nothing behind' sh -c '
	mkdir t && TMPDIR=$PWD/t vip-report weekly -p ./p.vip --format xlsx \
	    -o o.xlsx vips.csv && test -z "$(ls t)"'
is 'xlsx: nowhere to work' 73 '' \
	'vip-report: none: no temporary file: No such file or directory\n' \
	env TMPDIR=none vip-report weekly -p ./p.vip --format xlsx vips.csv

# ---- ics
is 'ics: an event a touchpoint' 0 '2\n' '' grep -c '^BEGIN:VEVENT' one.ics
ok 'ics: its date and text' sh -c 'tr -d "\r" <one.ics |
	grep -A1 "^DTSTART;VALUE=DATE:20260119" |
	grep -qx "SUMMARY:Birthday\\\\, gift\\\\; card: 王小明"'
is 'ics: no line is too long' 0 '0\n' '' sh -c '
	LC_ALL=C awk "length > 76 { n++ } END { print n + 0 }" one.ics'

# ---- mail
report --format mail --mail-from '王 <v@example.org>' \
	--mail-to 'a@example.org, b@example.org' >one.mail
cat >want.mail <<'EOP'
From: =?UTF-8?B?546L?=
 <v@example.org>
To: a@example.org,
 b@example.org
Subject: A | B <i>: weekly report
Date: Mon, 19 Jan 2026 00:00:00 -0500
MIME-Version: 1.0
Auto-Submitted: auto-generated
Content-Type: multipart/alternative;
 boundary="=_viptools_report"
EOP
ok 'mail: its header' sh -c 'sed "/^\$/q" one.mail | sed "\$d" |
	diff want.mail -'
is 'mail: seven bits' 1 '' '' env LC_ALL=C grep -n '[^ -~]' one.mail
if have python3; then
	is 'mail: both parts are the reports' 0 '' '' sh -c '
	python3 -c "
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer,
    policy=email.policy.default)
a, b = m.iter_parts()
open(\"got.text\", \"w\").write(a.get_content())
assert a.get_content_type() == \"text/plain\"
assert b.get_content_type() == \"text/html\"
assert b.get_content().endswith(\"</html>\n\")
" <one.mail && cmp got.text one.text'
else
	skip 'mail: both parts' 'there is no python3'
fi
is 'mail: an address of two lines' 64 '' \
	'vip-report: --mail-to: an address has no control characters\nvip-report: try "vip-report --help"\n' \
	vip-report weekly --mail-to "$(printf 'a@b\nBcc: c@d')"

# ---- nothing to report
head -1 vips.csv >none.csv
for form in text markdown html csv tsv json xlsx ics mail; do
	ok "$form of nothing" sh -c 'vip-report weekly -p ./p.vip \
	    --as-of 2026-01-19 --format "$1" none.csv >none.out &&
	    test -s none.out' - $form
done

# ---- languages
if have msgfmt && have localedef; then
	for lang in zh_CN zh_TW; do
		mkdir -p mo/$lang/LC_MESSAGES loc
		ok "$lang: the catalogue is in order" msgfmt --check \
			-o mo/$lang/LC_MESSAGES/viptools.mo \
			"$srcdir/po/$lang.po"
	done
	# C.UTF-8 knows translations only where glibc is new enough.
	localedef -i en_US -f UTF-8 loc/en_US.UTF-8 >/dev/null 2>&1
	in_language() {
		lang=$1
		shift
		TEXTDOMAINDIR=$PWD/mo LOCPATH=$PWD/loc LC_ALL=en_US.UTF-8 \
		LANGUAGE=$lang "$@"
	}
	if [ "$(LOCPATH=$PWD/loc LC_ALL=en_US.UTF-8 locale charmap \
	    2>/dev/null)" = UTF-8 ]; then
		in_language zh_CN report >zh.text
		is 'zh_CN: sections' 0 \
			'贵宾概况\n有流失风险的贵宾\n问题解决情况\n近期联系安排\n目标\n' \
			'' sh -c 'grep -B1 "^---" zh.text | grep -v "^--"'
		in_language zh_TW report --format html >zh.html
		ok 'zh_TW: the page says so' grep -q '<html lang="zh-Hant">' \
			zh.html
		ok 'zh_TW: headings' grep -q '>占營收</th>' zh.html
		in_language zh_CN report --short-money >zh.text
		ok 'zh_CN: by ten thousands' grep -q '\$438.7万' zh.text
		in_language zh_CN report --format csv >zh.csv
		ok 'names of columns and values are not translated' cmp \
			one.csv zh.csv
		sed '1s/$/,first_response_due/; 2,$s/$/,2026-01-20T10:00Z/' \
		    sla.csv | sed 's/,breached,/,open,/' >due.csv
		sponsored() {
			vip-report "$@" -q -p ./p.vip --as-of 2026-01-19 \
			    --tickets due.csv --format csv vips.csv
		}
		sponsored dashboard >due.en
		in_language zh_CN sponsored dashboard >due.zh
		ok 'nor are words' cmp due.en due.zh
		sponsored account C1 >due.en
		in_language zh_CN sponsored account C1 >due.zh
		ok 'nor what has happened' cmp due.en due.zh
		ok 'which is something' grep -q 'T1 resolved' due.en
		sponsored dashboard >due.en
		ok 'of which there are some' grep -q clock due.en
		printf 'a key of thirty-two bytes or so..' >key
		in_language zh_CN report --format csv --redact amounts >zh.csv
		is 'what is hidden is "hidden"' 0 \
			'activity,all,revenue,,,hidden,,,,\n' '' \
			grep ^activity,all,revenue, zh.csv
	else
		skip 'in Chinese' 'localedef has no en_US'
	fi
else
	skip 'in Chinese' 'there is no msgfmt or localedef'
fi
if have xgettext && have msgcmp; then
	# "make update-po" brings new texts into them.
	ok 'there is a text to translate' sh -c 'xgettext --keyword=_ \
	    --keyword=N_ --from-code=UTF-8 -o all.pot \
	    "$srcdir"/lib/report/*.c "$srcdir/bin/vip-report.c"'
	for lang in zh_CN zh_TW; do
		ok "$lang: every text is translated" msgcmp \
			"$srcdir/po/$lang.po" all.pot
	done
else
	skip 'every text is translated' 'there is no xgettext'
fi

plan
