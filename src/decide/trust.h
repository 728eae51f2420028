/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may add a path to the subsystem that carries root: what comes in on such a path is root's data. */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Takes paths out of the plan, as if they were excluded, that a log page behind a referral names, to a subsystem that
 * carries root or that a parameter names. The others stay: those of parameters, discovery.conf and the log pages of the
 * discovery controllers that these name. A subsystem that none of those names keeps all its paths. Each is a note. */
void trust_apply(struct plan *plan, const struct inventory *inv);
