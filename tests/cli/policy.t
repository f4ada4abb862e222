#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# vip-policy, and what is told of policies that are wrong.
. "${srcdir:-.}/tests/tap.sh"

# Each wrong policy is told of word for word.
cp "$srcdir"/tests/policies/bad/* .
: >none
for f in *.vip; do
	isfile "wrong: $f" 78 none "${f%.vip}.err" vip-policy check "$f"
done
rm -f ./*.vip ./*.err

# Each right one is shown as one that is shown the same, and means the same.
for f in "$srcdir"/policies/*.vip "$srcdir"/tests/policies/good/*.vip; do
	[ -f "$f" ] || continue
	rm -rf "${tmp:?}/work/good"
	mkdir good
	cp "${f%/*}"/* good
	name=${f##*/}
	ok "right: $name" vip-policy check -q "good/$name"
	vip-policy show "good/$name" >good/1.vip
	isfile "shown twice: $name" 0 good/1.vip none \
	    vip-policy show good/1.vip
done

# The policies that come with viptools leave nothing to ask, but for a sum in
# the care plan which is wrong in the plan itself (R267).
mkdir ours
cp "$srcdir"/policies/* ours
for f in ours/*.vip; do
	want=
	[ "$f" = ours/care.vip ] && want='vip-policy: ours/care.vip:208:2: warning: so much for each comes to 1250000, and the budget is 1200000\n\teach ¥25万\n\t^\n'
	is "R265-R267 no warning: ${f##*/}" 0 '' "$want" vip-policy check "$f"
done

# Warnings.
cp "$srcdir"/tests/policies/warn/* .
for f in *.vip; do
	isfile "doubtful: $f" 0 none "${f%.vip}.err" vip-policy check "$f"
	isfile "doubtful, and told so: $f" 1 none "${f%.vip}.err" \
	    vip-policy check --fail-on warning "$f"
	is "doubtful, quietly: $f" 0 '' '' vip-policy check -q "$f"
	is "doubtful, and only the status says so: $f" 1 '' '' \
	    vip-policy check -q --fail-on warning "$f"
done
rm -f ./*.vip ./*.err

# Where policies are found.
printf 'tier a when x > 1\ndefault b\n' >one.vip
mkdir -p lib "$HOME/.config/viptools/policies"
printf 'tier lib when x > 1\ndefault b\n' >lib/two.vip
cp one.vip lib/one.vip
printf 'tier home when x > 1\ndefault b\n' \
    >"$HOME/.config/viptools/policies/two.vip"
is 'a file' 0 'tier a when x > 1\n\ndefault b\n' '' vip-policy show one.vip
is 'a file of a folder' 0 'tier a when x > 1\n\ndefault b\n' '' \
	vip-policy show ./one.vip
is 'by -p' 0 'tier a when x > 1\n\ndefault b\n' '' \
	vip-policy show -p one.vip
is 'by name, of the path' 0 'tier lib when x > 1\n\ndefault b\n' '' \
	env VIP_POLICY_PATH=none:lib vip-policy show two
is 'by name, of the user' 0 'tier home when x > 1\n\ndefault b\n' '' \
	env VIP_POLICY_PATH= vip-policy show two
is 'by VIP_POLICY' 0 'tier home when x > 1\n\ndefault b\n' '' \
	env VIP_POLICY=two VIP_POLICY_PATH= vip-policy show
cp one.vip in
is 'the standard input' 0 'tier a when x > 1\n\ndefault b\n' '' \
	vip-policy show -
: >in

lost() {
	"$@" 2>err
	status=$?
	sed 's/ in .*; / in FOLDERS; /; s/ in [^;]*$/ in FOLDERS/' err >&2
	return $status
}
is 'no such name' 66 '' \
	'vip-policy: nonesuch: no such policy in FOLDERS\n' \
	lost vip-policy check nonesuch
is 'a near name' 66 '' \
	'vip-policy: tow: no such policy in FOLDERS; did you mean two?\n' \
	lost env VIP_POLICY_PATH=lib vip-policy check tow
is 'no such file' 66 '' \
	'vip-policy: ./no.vip: No such file or directory\n' \
	vip-policy check ./no.vip
is 'a folder' 66 '' 'vip-policy: ./lib: Is a directory\n' \
	vip-policy check ./lib

# Usage.
is 'nothing to do' 64 '' \
	'vip-policy: what is to be done? check, show, columns, diff, explain, simulate or sql\nvip-policy: try "vip-policy --help"\n' \
	vip-policy
is 'something else' 64 '' \
	'vip-policy: "chekc" is none of check, show, columns, diff, explain, simulate and sql\nvip-policy: try "vip-policy --help"\n' \
	vip-policy chekc one.vip
is 'no policy' 64 '' \
	'vip-policy: a policy is needed: -p NAME|FILE, or VIP_POLICY\nvip-policy: try "vip-policy --help"\n' \
	vip-policy check
is 'two policies' 64 '' \
	'vip-policy: one policy: -p or an operand, not both\nvip-policy: try "vip-policy --help"\n' \
	vip-policy check -p one.vip one.vip

# Output.
is 'to a file' 0 '' '' vip-policy show -o shown one.vip
is 'which has it' 0 'tier a when x > 1\n\ndefault b\n' '' cat shown
is 'a full disk' 74 '' 'vip-policy: stdout: No space left on device\n' \
	sh -c 'vip-policy show one.vip >/dev/full'

# No policy is too much: these end, and soon, with an error that says why.
long() {
	awk "BEGIN { $1 }" >long.vip
	vip-policy check long.vip 2>&1 | sed -n 's/^\([^ ]* [^ ]* error: [^;]*\).*/\1/p' |
	    head -1
}
is '100000 parentheses' 0 \
	'vip-policy: long.vip:1:213: error: more than 200 parentheses one in the other\n' '' \
	long 'printf "tier a when "; for (i = 0; i < 1e5; i++) printf "("'
is '50000 sums' 0 \
	'vip-policy: long.vip:1:4015: error: an expression of more than 1000 operators in a row\n' '' \
	long 'printf "tier a when x > 1"; for (i = 0; i < 50000; i++) printf " + 1"'
is '90000 denials' 0 \
	'vip-policy: long.vip:1:15989: error: this is nested too deeply\n' '' \
	long 'printf "tier a when "; for (i = 0; i < 9e4; i++) printf "not "; print "x > 1"'
is '2 MB' 0 \
	'vip-policy: long.vip:1:1: error: a policy has at most 1048576 bytes\n' '' \
	long 'for (i = 0; i < 2e5; i++) print "# comment"'
is '400000 words' 0 \
	'vip-policy: long.vip:149998:3: error: a policy has at most 300000 words\n' '' \
	long 'print "tier a when x in (1"; for (i = 0; i < 2e5; i++) print ", 2"; print ")"'
is '6000 statements' 0 \
	'vip-policy: long.vip:5001:1: error: a policy has at most 5000 statements\n' '' \
	long 'for (i = 0; i < 6000; i++) print "let a" i " = 1"'
is 'lets of lets' 0 \
	'vip-policy: long.vip:1501:1: error: the lets that this one is made of lie more than 3000 deep\n' '' \
	long 'print "let a0 = 1"; for (i = 1; i < 4900; i++) print "let a" i " = a" i - 1 " + 1"'
is 'a condition of 900 parts is no trouble' 0 '' '' \
	long 'printf "default d\ntier a when x = 0"; for (i = 1; i < 900; i++) printf " or x = %d", i'

# The manual's summary is that of the table.
sed -n '/^\.Sh SUMMARY/,/^\.Ed/p' "$srcdir/man/vip-policy.5" |
    sed '1,/^\.Bd/d; /^\.Ed/d' |
    sed 's/\\&//g; s/\\e/\\/g' >summary
isfile 'vip-policy(5) has every word' 0 summary none vip-policy words

plan
