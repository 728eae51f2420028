/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The second half of making a plan: what can be decided only when all sources have added their entries.
 */
#pragma once

#include "plan/plan.h"

/* Call it once, after all sources but log pages. Aliases become hardware addresses. What stands on the interface of
 * another program is left to that program. Gateways become routes. Paths of the command line get its options and a
 * ctrl-loss-tmo of -1, because the kernel's 600 s would end a root whose target reboots slowly. The pair of this host
 * is chosen and completed. root: the pair that root is connected with, or NULL. */
void settle(struct plan *plan, const struct identity *root);
