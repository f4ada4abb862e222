# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by the tests of tests/cli, whose first line of code is
#
#	. "${srcdir:-.}/tests/tap.sh"
#
# and whose last is "plan".  It leaves the test in an empty folder that goes
# away at the end, with the commands of "builddir" first in PATH, mawk for awk
# where there is one, the policies of the source tree, UTC, and a user with no
# configuration.
#
#	is title want-status want-stdout want-stderr command ...
#		Run the command; all three must be exactly so.  The wants are
#		printf %b texts: \n ends a line, \\ is a backslash.
#	isfile title want-status stdout-file stderr-file command ...
#		The same, with the wants in files.
#	ok title command ...
#		The command must succeed; what it prints is shown if not.
#	skip title reason
#		A case that cannot be run here.
#	have command
#		True if there is such a program on this machine.
#
# Standard input is the file "in", which is empty until a test writes it.

set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(cd "${builddir:-$srcdir}" && pwd) || exit 99
tmp=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$tmp/home" "$tmp/work" "$tmp/bin" || exit 99
# What a bare Debian has for awk, and takes no more than POSIX says.
command -v mawk >/dev/null && ln -s "$(command -v mawk)" "$tmp/bin/awk"
PATH=$builddir/bin:$tmp/bin:$PATH
VIP_POLICY_PATH=$srcdir/policies
HOME=$tmp/home
TZ=UTC
LC_ALL=C.UTF-8
export srcdir builddir PATH VIP_POLICY_PATH HOME TZ LC_ALL
unset VIP_POLICY VIP_REDACT VIP_REDACT_KEY XDG_CONFIG_HOME XDG_CONFIG_DIRS LANGUAGE COLUMNS
cd "$tmp/work" || exit 99
: >in
n=0

result() {
	n=$((n + 1))
	echo "$1 $n - $2"
}

isfile() {
	title=$1 status=$2 out=$3 err=$4
	shift 4
	"$@" <in >"$tmp/got.out" 2>"$tmp/got.err"
	got=$?
	if [ "$got" -eq "$status" ] && cmp -s "$out" "$tmp/got.out" &&
	    cmp -s "$err" "$tmp/got.err"; then
		result ok "$title"
		return
	fi
	result 'not ok' "$title"
	{
		echo "status $got, want $status"
		diff -au "$out" "$tmp/got.out"
		diff -au "$err" "$tmp/got.err"
	} | sed 's/^/# /'
}

is() {
	title=$1 status=$2
	printf '%b' "$3" >"$tmp/want.out"
	printf '%b' "$4" >"$tmp/want.err"
	shift 4
	isfile "$title" "$status" "$tmp/want.out" "$tmp/want.err" "$@"
}

ok() {
	title=$1
	shift
	if "$@" <in >"$tmp/got.out" 2>&1; then
		result ok "$title"
	else
		result 'not ok' "$title"
		sed 's/^/# /' "$tmp/got.out"
	fi
}

skip() {
	result ok "$1 # SKIP $2"
}

have() {
	command -v "$1" >/dev/null 2>&1
}

plan() {
	if [ "$n" -eq 0 ]; then
		echo '1..0 # SKIP nothing to test'
	else
		echo "1..$n"
	fi
}
