/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_NEEDS_H
#define VIP_NEEDS_H

#include "policy/policy.h"

/*
 * Write what each command needs from its input to follow a policy, a row a
 * command and column: command, column (the policy's name), header (the
 * input's name), type, need (must, may), made_by (vip-rollup for a metric
 * that it can make, or nothing) and line (of the policy, where it is asked
 * for first).
 */
void	 needs_write(const struct policy *, struct writer *);

#endif /* VIP_NEEDS_H */
