# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced after tap.sh by tests of reports.
#
#	forms name command ...
#		Run the command (no function) with --format, each of them and in each
#		language: it must succeed in silence, give the same bytes
#		again, and a text of at most 80 columns.
#	in_language lang command ...
#		With the translations of the source tree.

in_language() {
	lang=$1
	shift
	env TEXTDOMAINDIR="$PWD/mo" LOCPATH="$PWD/loc" LC_ALL=en_US.UTF-8 \
		LANGUAGE="$lang" "$@"
}

forms() {
	name=$1
	shift
	languages=en
	if have msgfmt && have localedef; then
		for lang in zh_CN zh_TW; do
			mkdir -p mo/$lang/LC_MESSAGES loc
			msgfmt -o mo/$lang/LC_MESSAGES/viptools.mo \
				"${srcdir:?}/po/$lang.po"
		done
		localedef -i en_US -f UTF-8 loc/en_US.UTF-8 >/dev/null 2>&1
		[ ! -d loc/en_US.UTF-8 ] || languages='en zh_CN zh_TW'
	else
		skip "$name in Chinese" 'there is no msgfmt or localedef'
	fi
	for lang in $languages; do
		for form in text markdown html csv tsv json xlsx ics mail; do
			in_language "$lang" "$@" --format $form >one 2>err
			code=$?
			in_language "$lang" "$@" --format $form >two 2>>err
			cp one "$name.$lang.$form"
			# shellcheck disable=SC2016 # for sh -c
			ok "$name, $lang, $form: the same again" sh -c '
				test "$1" = 0 && test -s one && test ! -s err &&
				cmp one two && { test "$2" != text ||
				test "$(LC_ALL=C.UTF-8 wc -L <one)" -le 80; }
				' - "$code" $form
		done
		if [ "$lang" != en ]; then
			ok "$name, $lang: names in the data are not translated" \
				cmp "$name.en.csv" "$name.$lang.csv"
		fi
	done
}
