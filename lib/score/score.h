/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_SCORE_H
#define VIP_SCORE_H

/*
 * What the statements of a policy decide.  Each header below can be read
 * alone; judging is a pure function of a plan, a row and a time.
 */
#include "score/exclude.h"
#include "score/risk.h"
#include "score/tier.h"

#endif /* VIP_SCORE_H */
