/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be said of the plan's entries only when all of them are known.
 */
#pragma once

#include "plan/plan.h"

/* When all sources but log pages have spoken: aliases become hardware addresses, what stands on another program's
 * interface is left to that, gateways become routes; the command line's paths get its options and a ctrl-loss-tmo of -1
 * (600 s would kill a root whose target reboots slowly); this host's pair is chosen and completed. Once. root: the pair
 * that root is connected with, or NULL. */
void settle(struct plan *plan, const struct identity *root);
