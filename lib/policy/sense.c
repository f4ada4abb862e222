/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "policy/ast.h"

void
policy_sense(struct policy *p)
{
	(void)p;
}
