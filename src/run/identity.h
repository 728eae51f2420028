/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pair of host NQN and host ID that this host is known by: from the sources, and from what root is connected with.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Completes the plan's pair. */
void identity_settle(struct plan *plan, const struct dirs *dirs, const struct inventory *inv);
