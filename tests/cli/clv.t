#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The models: published results on CDNOW, and what goes wrong.
# shellcheck disable=SC2016 # the commands are for sh -c
. "${srcdir:-.}/tests/tap.sh"

head=customer_id,x,t_x,T,m
cat >bg.fit <<'EOF'
# Fader, Hardie, Lee (2005); Fader, Hardie (2013)
model = bg-nbd
r = 0.243
alpha = 4.414
a = 0.793
b = 2.426
p = 6.25
q = 3.74
gamma = 15.44
EOF
cat >pareto.fit <<'EOF'
model = pareto-nbd
r = 0.553
alpha = 10.578
s = 0.606
beta = 11.669
EOF
cut -d, -f1-5 "$srcdir/tests/data/clv/cdnow60.csv" >c60.csv

# near TOLERANCE WANT...: the names of a fit, as "name value" pairs.
near() {
	fit=$1
	shift
	printf '%s %s %s\n' "$@" | awk -v fit="$fit" '
		BEGIN {
			while ((getline line <fit) > 0) {
				split(line, part, " = ")
				got[part[1]] = part[2]
			}
		}
		{
			d = got[$1] - $2
			if (!($1 in got) || d > $3 || d < -$3) {
				print $1 " is " got[$1] ", want " $2
				bad = 1
			}
		}
		END { exit bad }'
}

# columns TOLERANCE A,B...: columns of "ours" against columns of "theirs".
columns() {
	awk -F, -v tolerance="$1" -v pairs="$2" '
		NR == FNR { theirs[FNR] = $0; next }
		FNR == 1 {
			n = split(pairs, pair, " ")
			m = split(theirs[1], name, ",")
			for (i = 1; i <= m; i++) at[name[i]] = i
			for (i = 1; i <= NF; i++) my[$i] = i
			next
		}
		{
			rows++
			split(theirs[FNR], want, ",")
			for (i = 1; i <= n; i++) {
				split(pair[i], p, "=")
				a = $my[p[1]]
				b = want[at[p[2]]]
				d = a - b
				if (a == "" || b == "" || d > tolerance ||
				    d < -tolerance) {
					print FNR ": " p[1] " " a ", want " b
					bad = 1
				}
			}
		}
		END { exit bad || rows == 0 }' "$3" "$4"
}

# ----------------------------------------------------------- the fixture
vip-clv --params bg.fit --horizon 39 c60.csv >ours 2>err
ok 'BG/NBD and Gamma-Gamma at the published parameters' columns 0.000001 \
    'p_alive=bg_alive expected_orders=bg_orders_39 expected_value=value clv=bg_clv' \
    "$srcdir/tests/data/clv/cdnow60.csv" ours
is 'parameters that are given are not told' 0 '' '' cat err
vip-clv --params bg.fit c60.csv >ours
ok 'the horizon is 52 weeks' columns 0.000001 'expected_orders=bg_orders_52' \
    "$srcdir/tests/data/clv/cdnow60.csv" ours
vip-clv --params pareto.fit --horizon 39 c60.csv >ours
ok 'Pareto/NBD at the published parameters' columns 0.000001 \
    'p_alive=pareto_alive expected_orders=pareto_orders_39' \
    "$srcdir/tests/data/clv/cdnow60.csv" ours
is 'without p, q and gamma there is no value' 0 '60\n' '' \
    sh -c 'sed 1d ours | grep -c ",,$"'

printf '%s\n' "$head" A,2,30.43,38.86, >in
is 'no m is needed then' 0 "$head,p_alive,expected_orders,expected_value,clv\nA,2,30.43,38.86,,0.869168,1.850827,,\n" '' \
    vip-clv --params pareto.fit --no-value
printf '%s\n' "$head" A,2,30.43,38.86,22.35 >in
is "the customer of Hardie's spreadsheet" 0 "$head,p_alive,expected_orders,expected_value,clv\nA,2,30.43,38.86,22.35,0.726579,1.226028,24.663714,33.892246\n" '' \
    vip-clv --params bg.fit --horizon 39
cut -d, -f1-4 in >in4
is 'no column m at all' 65 '' 'vip-clv: in4:1: no column "m"; the header has "customer_id", "x", "t_x", "T"\n' \
    vip-clv --params bg.fit in4
is 'no column m with --no-value' 0 'customer_id,x,t_x,T,p_alive,expected_orders,expected_value,clv\nA,2,30.43,38.86,0.726579,1.558721,,\n' '' \
    vip-clv --params bg.fit --no-value in4

# --------------------------------------------------- rows go through whole
printf 'x;"t_x";T;name;m\r\n1;1,5;2;"A; ""B""";3\r\n' >in
is 'a decimal comma is no number' 65 \
    'x;"t_x";T;name;m;p_alive;expected_orders;expected_value;clv\r\n' \
    'vip-clv: stdin:2:3: t_x: "1,5" is not a number\n' vip-clv --params bg.fit
printf 'x;"t_x";T;name;m\r\n1;1.5;2;"A; ""B""";3\r\n' >in
vip-clv --params bg.fit <in >once
is 'bytes stay as they are, and so does the line end' 0 \
    'x;"t_x";T;name;m;p_alive;expected_orders;expected_value;clv\r\n1;1.5;2;"A; ""B""";3;0.734445;3.597741;12.8198;41.645769\r\n' '' \
    cat once
is 'a second run changes nothing' 0 '' '' sh -c 'vip-clv --params bg.fit once | cmp - once'
printf '%s\n' "$head" A,,,, B,0,,5,0 B2,0,0,5, C,1,0.000000001,5,1 >in
is 'no purchase yet: nothing to say' 0 'A,,,,,,,,\n' '' \
    sh -c 'vip-clv --params bg.fit | grep ^A'
is 'empty t_x and m where x is 0' 0 'B2,0,0,5,,1,0.99,35.218978,\n' '' sh -c \
    'vip-clv --params bg.fit | sed -n "/^B2/s/,0\\.[0-9]*,\\(35[^,]*\\),.*/,0.99,\\1,/p"'
printf '%s\n' "$head" >in
is 'a header alone' 0 "$head,p_alive,expected_orders,expected_value,clv\n" '' \
    vip-clv --params bg.fit
is 'a header alone, to fit to' 0 "$head,p_alive,expected_orders,expected_value,clv\n" \
    'vip-clv: stdin: there are no customers to fit to\n' vip-clv

# ------------------------------------------------------------- bad cells
bad() {
	title=$1 row=$2 column=$3 what=$4
	printf '%s\n' "$head" "$row" >in
	is "$title" 65 "$head,p_alive,expected_orders,expected_value,clv\n" \
	    "vip-clv: stdin:2:$column: $what\n" \
	    vip-clv --params bg.fit
}
bad 'x is a count' A,1.5,1,2,3 3 'x: "1.5" is not a count of purchases'
bad 'x is not negative' A,-1,1,2,3 3 'x: "-1" is not a count of purchases'
bad 'x has a limit' A,1e10,1,2,3 3 'x: "1e10" is out of range'
bad 'x is missing' A,,1,2,3 3 'x: is empty'
bad 'T is missing' A,1,1,,3 7 'T: is empty'
bad 't_x is missing' A,1,,2,3 5 't_x: is empty'
bad 'm is missing' A,1,1,2, 9 'm: is empty'
bad 'T is negative' A,1,1,-2,3 7 'T: "-2" is less than 0'
bad 't_x is negative' A,1,-1,2,3 5 't_x: "-1" is less than 0'
bad 't_x is after T' A,1,2.1,2,3 5 't_x: "2.1" is more than T'
bad 't_x without x' A,0,1,2,3 5 't_x: "1" is more than 0, where x is 0'
bad 'nan' A,1,1,nan,3 7 'T: "nan" is not a number'
bad 'hexadecimal' A,1,1,0x2,3 7 'T: "0x2" is not a number'
bad 'too large' A,1,1,2,1e400 9 'm: "1e400" is not a number'
bad 'large' A,1,1,2,1e13 9 'm: "1e13" is out of range'
bad 'junk' A,1,1,2.,3 7 'T: "2." is not a number'
bad 'a blank' 'A,1,1, 2,3' 7 'T: " 2" is not a number'

printf '%s\n' "$head" A,1,1,2,3 B,x,1,2,3 C,1,1,2,3 >in
is 'bad rows go to --reject' 0 'A\nC\n' 'vip-clv: 1 row set aside in bad.csv\n' \
    sh -c 'vip-clv --params bg.fit --reject bad.csv | sed 1d | cut -d, -f1'
is 'with their place' 0 'B,x,1,2,3,3,x,"""x"" is not a number"\n' '' \
    sed 1d bad.csv
printf '%s\n' "$head" A,1,1,2,3 A,1,1,2,3 >in
is 'a customer comes once' 65 '' \
    'vip-clv: stdin:3:1: customer_id: "A" is on line 2 already\n' \
    vip-clv --params bg.fit -o none.csv

# ------------------------------------------------- far beyond the tables
printf '%s\n' "$head" A,1000,100,100,20 B,1000,50,100,20 \
    C,100000,600,600,20 D,100000,1,600,20 E,1000000000,10000,10000,1 >in
for fit in bg.fit pareto.fit; do
	ok "a thousand purchases, a hundred thousand: $fit" sh -c "
		vip-clv --params $fit >out && sed 1d out | awk -F, '
		!/^[A-E](,[0-9.]*)+\$/ { print; bad = 1 }
		/^[ACE]/ && (\$6 < 0.9 || \$6 > 1) { print; bad = 1 }
		/^[BD]/ && \$6 != 0 { print; bad = 1 }
		/^A/ && (\$7 < 200 || \$7 > 530) { print; bad = 1 }
		/^C/ && (\$7 < 4000 || \$7 > 9000) { print; bad = 1 }
		END { exit bad || NR != 5 }'"
done
printf '%s\n' "$head" A,1000000000,1,1,9e12 >in
is 'a value beyond all numbers' 65 \
    "$head,p_alive,expected_orders,expected_value,clv\n" \
    'vip-clv: stdin:2:1: what this customer is worth is out of range\n' \
    vip-clv --params bg.fit

# -------------------------------------------------------------- the fit
vip-clv --prior --fit one.fit c60.csv >one.csv
is 'a fit read back scores the same' 0 '' '' \
    sh -c 'vip-clv --params one.fit c60.csv | cmp - one.csv'
is 'without --fit it goes to the standard error' 0 '' '' \
    sh -c 'vip-clv --prior c60.csv 2>&1 >/dev/null | cmp - one.fit'
is 'but not with -q' 0 '' '' sh -c 'vip-clv -q --prior c60.csv >/dev/null'
is 'the names of a fit, in order' 0 \
    'model r alpha a b p q gamma prior log_likelihood r_se\n' '' \
    sh -c "sed 's/ = .*//' one.fit | head -11 | paste -sd ' '"
{ sed 1q c60.csv; sed 1d c60.csv | sort -t, -k4,4 -k2,2n; } >other.csv
is 'the order of rows is nothing to it' 0 '' '' \
    sh -c 'vip-clv -j 3 --prior --fit two.fit other.csv >/dev/null && cmp one.fit two.fit'
is 'nor is a pipe' 0 '' '' \
    sh -c 'cat c60.csv | vip-clv --prior --fit two.fit | cmp - one.csv && cmp one.fit two.fit'

# Twelve who buy every week and stay; nobody who comes back; all alike.
awk 'BEGIN { print "'"$head"'"; for (i = 1; i <= 12; i++)
	printf "%d,%d,%d,%d,%d\n", i, 10 + i, 20 + i, 20 + i, 5 + i }' >stay.csv
is 'no maximum: exit 65, and why' 65 '' \
    'vip-clv: stay.csv: the likelihood of mbg-nbd has no maximum in reach: WHICH; with --prior there is one\n' \
    sh -c 'vip-clv -o out.csv --fit no.fit stay.csv 2>err; rc=$?; sed "s/reach: .*;/reach: WHICH;/" err >&2; exit $rc'
is 'and no file is left' 0 '' '' sh -c 'test ! -e out.csv && test ! -e no.fit'
ok 'with a prior there is one' vip-clv -q --prior stay.csv
printf '%s\n' "$head" A,0,0,9,0 B,0,0,8,0 >in
is 'nobody came back' 65 '' \
    'vip-clv: stdin: the likelihood of mbg-nbd has no maximum: nobody bought a second time\n' \
    vip-clv

# -------------------------------------------------------------- usage
usage() {
	title=$1 what=$2
	shift 2
	is "$title" 64 '' "vip-clv: $what\nvip-clv: try \"vip-clv --help\"\n" \
	    vip-clv "$@"
}
usage 'a model that is none' '--model: "nbd" is not mbg-nbd, bg-nbd or pareto-nbd' --model nbd
usage 'a model that the parameters are not of' \
    '--model pareto-nbd: the parameters are those of bg-nbd' \
    --model pareto-nbd --params bg.fit
usage '--until alone' '--until is for --backtest' --until 2026-01-01
usage '--params with --fit' '--params fits nothing: no --fit, no --prior' \
    --params bg.fit --fit x
usage 'no date' '--backtest: "May" is not a date such as 2026-01-19' \
    --backtest May
usage 'a period of nothing' '--period: "0" is not from 0.001 to 10000' \
    --period 0
usage 'half a number' '--discount: "1%" is not a number' --discount 1%
echo 'r = 1' >half.fit
is 'parameters that are not all there' 65 '' \
    'vip-clv: half.fit: alpha is missing, which mbg-nbd has\n' \
    vip-clv --params half.fit
printf 'r = 1\nrho = 2\n' >odd.fit
is 'a parameter that is none' 65 '' \
    'vip-clv: odd.fit:2: there is no parameter "rho"\n' vip-clv --params odd.fit
is 'no such file' 66 '' 'vip-clv: none.fit: No such file or directory\n' \
    vip-clv --params none.fit

# ------------------------------------------------------------- backtest
cat >orders.csv <<'EOF'
customer_id,order_date,amount
A,2025-01-01,10
A,2025-01-08,20
A,2025-01-08,10
A,2025-02-15,40
A,2025-02-22,40
B,2025-01-01,10
B,2025-01-29,10
C,2025-01-15,10
D,2025-02-02,10
D,2025-02-09,10
EOF
vip-clv -q --params bg.fit --backtest 2025-01-31 orders.csv >test.csv
is 'what came after is counted in days' 0 \
    'total,expected_orders,3,2\ntotal,spend,3,80\n' '' \
    sh -c 'grep -e ^total,expected -e ^total,spend test.csv | cut -d, -f1,2,4,6'
is 'and can end sooner' 0 'total,expected_orders,3,1\ntotal,spend,3,40\n' '' \
    sh -c 'vip-clv -q --params bg.fit --backtest 2025-01-31 --until 2025-02-20 orders.csv |
    grep -e ^total,expected -e ^total,spend | cut -d, -f1,2,4,6'
is 'deciles that are empty are left out' 0 '3\n' '' \
    sh -c 'grep -c ^calibration,p_alive, test.csv'
is 'no orders before' 65 '' 'vip-clv: orders.csv: there are no orders up to 2024-12-31\n' \
    vip-clv --params bg.fit --backtest 2024-12-31 orders.csv
is 'no orders after' 65 '' 'vip-clv: orders.csv: there are no orders after 2025-02-22\n' \
    vip-clv --params bg.fit --backtest 2025-02-22 orders.csv
usage 'until the day itself' '--until is a day after --backtest' \
    --backtest 2025-01-31 --until 2025-01-31 orders.csv

# ------------------------------------------------- CDNOW, all 2,357 of them
data=${VIP_SHARED:-$srcdir/../shared}/data/cdnow
if ! [ -r "$data/summary_39w.csv" ]; then
	skip 'CDNOW, in full' "there is no $data"
	plan
	exit
fi
is 'from purchases to a fit' 0 '2358\n' '' sh -c "
	vip-rollup -m x,t_x,T,m --map order_date=date --as-of 1997-09-30 \
	    '$data/transactions.csv' >cdnow.csv && wc -l <cdnow.csv"
for model in bg-nbd pareto-nbd mbg-nbd; do
	vip-clv --model $model --fit $model.fit cdnow.csv >$model.csv
done
ok 'BG/NBD as published' near bg-nbd.fit r 0.243 0.002 alpha 4.414 0.01 \
    a 0.793 0.002 b 2.426 0.002 log_likelihood -9582.429 0.01
ok 'BG/NBD as worked out elsewhere' near bg-nbd.fit r 0.24259452 1e-7 \
    alpha 4.41360201 1e-6 a 0.79292197 1e-6 b 2.4259066 1e-5 \
    log_likelihood -9582.429207 2e-6
ok 'Pareto/NBD as published' near pareto-nbd.fit r 0.553 0.002 \
    alpha 10.578 0.01 s 0.606 0.002 beta 11.669 0.002 \
    log_likelihood -9594.976 0.01
ok 'MBG/NBD as published' near mbg-nbd.fit r 0.525 0.002 alpha 6.183 0.01 \
    a 0.891 0.002 b 1.614 0.002
ok 'Gamma-Gamma as published' near mbg-nbd.fit p 6.25 0.002 q 3.744 0.002 \
    gamma 15.44 0.01 value_log_likelihood -4055.9177 0.01
ok 'and nothing of a slope is left' sh -c '
	for f in bg-nbd pareto-nbd mbg-nbd; do
		grep -qx "status = converged" $f.fit || exit 1
		awk "/gradient/ && \$3 > 1e-6 { exit 1 }" $f.fit || exit 1
	done'

vip-clv --params bg.fit --horizon 39 --map m=m_x \
    "$data/oracle_first400_published_params.csv" >ours
ok 'the oracle of 400, 39 weeks' columns 0.000001 \
    'p_alive=bgnbd_p_alive expected_orders=bgnbd_exp_purchases_39w expected_value=gg_exp_value clv=clv_12x4wk_1pct' \
    "$data/oracle_first400_published_params.csv" ours
vip-clv --params bg.fit --period 4.345 --map m=m_x \
    "$data/oracle_first400_published_params.csv" >ours
ok 'the oracle of 400, 52 weeks, months' columns 0.000001 \
    'expected_orders=bgnbd_exp_purchases_52w clv=clv_12x4.345wk_1pct' \
    "$data/oracle_first400_published_params.csv" ours
vip-clv --params pareto.fit --horizon 39 --no-value --map m=m_x \
    "$data/oracle_first400_published_params.csv" >ours
ok 'the oracle of 400, Pareto/NBD' columns 0.000001 \
    'p_alive=pnbd_p_alive expected_orders=pnbd_exp_purchases_39w' \
    "$data/oracle_first400_published_params.csv" ours

printf '%s\n' "$head" A,10,20,39,1 B,15,20,39,1 C,20,20,39,1 D,25,20,39,1 >in
vip-clv --params bg-nbd.fit <in >ours
printf '%s\n' customer_id,w A,0.3475 B,0.0428 C,0.00416 D,0.000358 >theirs
ok 'more purchases, less alive: BG/NBD' columns 0.00005 expected_orders=w \
    theirs ours
vip-clv --params pareto-nbd.fit <in >ours
printf '%s\n' customer_id,w A,0.706 B,0.144 C,0.0225 D,0.0031 >theirs
ok 'more purchases, less alive: Pareto/NBD' columns 0.0005 expected_orders=w \
    theirs ours

# Published from a summary of two decimals, and where the search had stopped.
vip-clv --params bg-nbd.fit --period 30 cdnow.csv | head -11 >ours
printf '%s\n' customer_id,v,c 1,24.66,140.096 2,18.91,18.943 3,35.17,38.181 \
    4,35.17,38.181 5,35.17,38.181 6,71.46,1003.868 7,18.91,28.110 \
    8,35.17,38.181 9,27.28,167.418 10,35.17,38.181 >theirs
ok 'the values of the first ten' columns 0.01 expected_value=v theirs ours
ok 'the lifetime values of the first ten' columns 0.1 clv=c theirs ours

vip-clv --params bg-nbd.fit --horizon 39 cdnow.csv | awk -F, '
	NR > 1 { x = $2 > 7 ? 7 : $2; n[x]++; sum[x] += $7 }
	END { for (x = 0; x < 8; x++) printf "%.3f ", sum[x] / n[x] }' >got
is 'what is expected by how often they came' 0 \
    '0.225 0.523 1.044 1.520 2.164 2.654 3.504 6.157 ' '' cat got

for model in bg-nbd pareto-nbd mbg-nbd; do
	vip-clv --model $model --fit $model.two --map order_date=date \
	    --backtest 1997-09-30 "$data/transactions.csv" \
	    >$model.test 2>$model.err
done
is 'a backtest fits to the same' 0 '' '' sh -c '
	for f in bg-nbd pareto-nbd mbg-nbd; do cmp $f.fit $f.two; done'
is 'BG/NBD ranks those who may leave worse than chance' 0 \
    'auc,p_alive,,2357,,,0.31579\nauc,expected_orders,,2357,,,0.772524\nauc,recency,,2357,,,0.771441\n' '' \
    grep -e ^auc,p_alive -e ^auc,expected -e ^auc,recency bg-nbd.test
is 'and it says so' 0 \
    'vip-clv: p_alive ranks worse than chance here (auc 0.316): bg-nbd calls all who bought once alive\n' '' \
    cat bg-nbd.err
is 'Pareto/NBD does not' 0 'auc,p_alive,,2357,,,0.726216\n' '' \
    grep ^auc,p_alive pareto-nbd.test
is 'who came and how often' 0 'p_order,684\nexpected_orders,1882\n' '' sh -c \
    'grep -e ^total,p -e ^total,e mbg-nbd.test | cut -d, -f2,6'
ok 'deciles are all customers' sh -c 'awk -F, "
	/^calibration/ { n[\$2] += \$4; sum[\$2] += \$4 * \$6 }
	END { exit !(n[\"p_alive\"] == 2357 && n[\"expected_orders\"] == 2357 &&
	    sum[\"p_order\"] > 683.99 && sum[\"p_order\"] < 684.01) }" mbg-nbd.test'

plan
