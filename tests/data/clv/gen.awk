#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Customers as MBG/NBD and Gamma-Gamma have them, to time vip-clv with:
#
#	awk -f gen.awk -v n=1000000 -v seed=1 >customers.csv
#
# r 0.8, alpha 6, a 0.9, b 2.5, p 4, q 4, gamma 30; first orders on any day of
# two years, several orders on one day are one.

function exponential() { return -log(1 - rand()) }

# Marsaglia and Tsang (2000).
function gamma(shape,    d, c, x, v, u) {
	if (shape < 1)
		return gamma(shape + 1) * (1 - rand()) ^ (1 / shape)
	d = shape - 1 / 3
	c = 1 / sqrt(9 * d)
	for (;;) {
		x = sqrt(2 * exponential()) * cos(6.283185307179586 * rand())
		v = 1 + c * x
		if (v <= 0)
			continue
		v = v * v * v
		u = 1 - rand()
		if (log(u) < x * x / 2 + d - d * v + d * log(v))
			return d * v
	}
}

BEGIN {
	srand(seed)
	print "customer_id,x,t_x,T,m"
	for (i = 1; i <= n; i++) {
		days = int(rand() * 730)
		rate = gamma(0.8) / 6 / 7
		g1 = gamma(0.9)
		leave = g1 / (g1 + gamma(2.5))
		x = last = at = 0
		while (rand() >= leave) {
			at += exponential() / rate
			if (at > days)
				break
			if (int(at) > last) {
				x++
				last = int(at)
			}
		}
		m = 0
		if (x > 0)
			m = gamma(4 * x) / x / (gamma(4) / 30)
		printf "C%07d,%d,%.6f,%.6f,%.2f\n", i, x, last / 7,
		    days / 7, m
	}
}
