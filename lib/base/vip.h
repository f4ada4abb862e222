/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIP_H
#define VIP_H

/*
 * The base of every other folder: bytes that grow, exact decimals,
 * instants, names to small integers, and messages.  Nothing here knows of
 * tables, policies, time zones or options.
 *
 * Allocation failure ends the program (exit 69): no function below returns
 * NULL for want of memory, and no caller has a path for it.
 */
#include "arena.h"
#include "buf.h"
#include "err.h"
#include "keys.h"
#include "num.h"
#include "text.h"
#include "when.h"

#endif /* VIP_H */
