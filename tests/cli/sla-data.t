#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# vip-sla on figures that are not ours: the ticket histories of another help
# desk's own tests, and a hundred requests to a city.
# shellcheck disable=SC2016 # the texts are awk's
. "${srcdir:-.}/tests/tap.sh"

shared=${VIP_SHARED:-$srcdir/../shared}/data
if [ ! -d "$shared/business-hours" ]; then
	skip 'figures of others' "no $shared"
	plan
	exit
fi

# ------------------------------------------------------ histories of tickets

# policy CALENDAR FIRST UPDATE RESOLUTION: one of the desk that is left.
policy() {
	echo 'timezone "UTC" default standard'
	awk -F, -v id="$1" '
		$1 == id && $2 == "timezone" {
			printf "calendar desk { timezone \"%s\"\n", $4
		}
		$1 == id && $2 == "weekly" {
			printf "open %s %s-%s\n", $3, $4, $5
		}
		$1 == id && $2 == "holiday" {
			printf "closed %s\n", $3
		}
		END { print "}" }
	    ' "$shared"/business-hours/sla_scenarios_calendars.csv
	pause='pause when status in ("pending", "closed")'
	echo "sla first_response within $2min clock desk $pause"
	[ -n "$3" ] && {
		echo "sla periodic_update within $3min clock desk like zammad"
		echo "sla update_taken within $3min clock desk $pause" \
		    "from created_at to last_agent_at"
	}
	[ -n "$4" ] && echo "sla resolution within $4min clock desk $pause"
}

# same TITLE WANTED FOUND: nothing is wanted where the figure is not known.
same() {
	[ -n "$2" ] || return 0
	figures=$((figures + 1))
	[ "$2" = "$3" ] || echo "# $id $1: want $2, got $3"
}

# The columns of the row of one table that has a header.
column() {
	awk -F, -v name="$1" 'NR == 1 {
		for (i = 1; i <= NF; i++) if ($i == name) at = i
	} NR == 2 { print $at }' "$2"
}

# Minutes are cut off to whole ones there.
whole() {
	column "$1" sla.csv | sed 's/\..*//'
}

scenarios=0
figures=0
sed 1d "$shared"/business-hours/sla_scenarios.csv >scenarios
while IFS=, read -r id cal created state events first update solve \
    responded agent customer closed due1 due2 due3 min1 slack1 min2 slack2 \
    min3 slack3 _; do
	scenarios=$((scenarios + 1))
	policy "$cal" "$first" "$update" "$solve" >desk.vip
	{
		echo ticket_id,at,event,value
		echo "$id,$created,status,$state"
		for e in $events; do
			echo "$id,${e%%=*},status,${e#*=}"
		done
		[ -n "$closed" ] && echo "$id,$closed,resolved,"
	} >status.csv
	{
		cat status.csv
		[ -n "$agent" ] && echo "$id,$agent,replied,"
		[ -n "$customer" ] && echo "$id,$customer,customer replied,"
	} >log.csv
	{
		echo ticket_id,created_at,first_response_at,last_agent_at,resolved_at
		echo "$id,$created,$responded,$agent,$closed"
	} >ticket.csv
	vip-sla -q -p desk.vip --events status.csv --as-of 2017-01-01 \
	    ticket.csv >sla.csv || echo "# $id: exit $?"
	same 'first response due' "$due1" "$(column first_response_due sla.csv)"
	same 'first response' "$min1" "$(whole first_response_elapsed)"
	same 'resolution due' "$due3" "$(column resolution_due sla.csv)"
	same 'resolution' "$min3" "$(whole resolution_elapsed)"
	same 'update' "$min2" "$(whole update_taken_elapsed)"
	[ -n "$slack1" ] && same 'slack' "$slack1" \
	    $((first - $(whole first_response_elapsed)))
	[ -n "$slack2" ] && same 'slack' "$slack2" \
	    $((update - $(whole update_taken_elapsed)))
	[ -n "$slack3" ] && same 'slack' "$slack3" \
	    $((solve - $(whole resolution_elapsed)))
	[ -n "$due2" ] || continue
	vip-sla -q -p desk.vip --events log.csv --as-of 2017-01-01 --long \
	    ticket.csv >long.csv || echo "# $id: exit $?"
	same 'update due' "$due2" \
	    "$(awk -F, '$5 == "periodic_update" { d = $9 } END { print d }' long.csv)"
done <scenarios >differences
cat differences
is "$scenarios histories, $figures figures, all the same" 0 '' '' \
	cat differences
ok 'and that was not few' test "$scenarios" -ge 14 -a "$figures" -ge 50

# -------------------------------------------------------- requests to a city

city=$shared/boston311/boston311-100-2022.csv
cp "$srcdir"/tests/policies/good/boston311.vip .

# The cells of a table with quoted ones, by name.
cells() {
	awk -v names="$1" '
		function split_row(s, out,	n, c, i, quoted) {
			n = 1
			out[1] = ""
			for (i = 1; i <= length(s); i++) {
				c = substr(s, i, 1)
				if (c == "\"")
					quoted = !quoted
				else if (c == "," && !quoted)
					out[++n] = ""
				else
					out[n] = out[n] c
			}
			return n
		}
		NR == 1 {
			n = split_row($0, cell)
			for (i = 1; i <= n; i++)
				at[cell[i]] = i
			k = split(names, want, " ")
			next
		}
		{
			split_row($0, cell)
			for (i = 1; i <= k; i++)
				printf "%s%s", cell[at[want[i]]],
				    i < k ? "|" : "\n"
		}'
}

vip-sla -q -p boston311.vip --as-of 2022-07-01 "$city" >city.csv
cells 'ontime on_time_status' <city.csv >said
is 'on time or overdue: the city says the same of all hundred' 0 \
	'11 ONTIME|\n72 ONTIME|met\n17 OVERDUE|breached\n' '' \
	sh -c 'sort said | uniq -c | sed "s/^ *//"'

# The city counts some seconds on; the minute is what we must agree on.
cells 'type open_dt target_dt resolution_due' <city.csv | awk -F'|' '
	function seconds(s) {
		return substr(s, 12, 2) * 3600 + substr(s, 15, 2) * 60 + \
		    substr(s, 18, 2)
	}
	$3 != "" && $4 != "" {
		n++
		d = seconds($3) - seconds($4)
		if (substr($3, 1, 10) != substr($4, 1, 10) || d * d > 3600)
			print "# want", $3, "got", $4, "for", $1, $2
		exact += d == 0
	}
	END { print n, exact }' >dues
is 'due times by business days, as the city has them' 0 '82 71\n' '' cat dues

plan
