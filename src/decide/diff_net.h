/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The diff of interfaces: VLANs, addresses, routes and soft-RoCE devices that the plan has and this host has not. */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/history.h"
#include "decide/steps.h"

/* Adds the steps in the order in which they shall be done. */
void diff_net(const struct plan *plan, const struct inventory *inv, const struct history *history, struct steps *steps);
