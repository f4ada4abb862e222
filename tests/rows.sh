# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by the tests of the programmes: small tables, and what is wanted of
# them.
#
#	rows a,b,c <<END
#	1 | c=x
#	END
#		A table with these columns, of rows that say only what they have:
#		the first column, then others by name.
#	pick a,b
#		Of a table on standard input, these columns, joined by blanks, and
#		no header.

rows() {
	awk -v head="$1" '
		BEGIN {
			n = split(head, name, ",")
			for (i = 1; i <= n; i++)
				column[name[i]] = i
			print head
		}
		{
			split("", cell)
			sub(/[ |]+$/, "")
			k = split($0, part, / *\| */)
			cell[1] = part[1]
			for (j = 2; j <= k; j++) {
				at = index(part[j], "=")
				i = column[substr(part[j], 1, at - 1)]
				if (i == 0) {
					print "no column: " part[j]
					exit 1
				}
				cell[i] = substr(part[j], at + 1)
			}
			for (i = 1; i <= n; i++)
				printf "%s%s", cell[i], i < n ? "," : "\n"
		}'
}

pick() {
	awk -v want="$1" '
		function cells(s,   n, c) {
			split("", cell)
			for (n = 1; ; n++) {
				if (substr(s, 1, 1) == "\"") {
					match(s, /^"([^"]|"")*"/)
					c = substr(s, 2, RLENGTH - 2)
					gsub(/""/, "\"", c)
				} else {
					match(s, /^[^,]*/)
					c = substr(s, 1, RLENGTH)
				}
				cell[n] = c
				s = substr(s, RLENGTH + 1)
				if (s == "")
					return n
				s = substr(s, 2)
			}
		}
		NR == 1 {
			n = cells($0)
			for (i = 1; i <= n; i++)
				at[cell[i]] = i
			k = split(want, name, ",")
			next
		}
		{
			cells($0)
			for (j = 1; j <= k; j++)
				printf "%s%s", cell[at[name[j]]],
				    j < k ? " " : "\n"
		}'
}
