/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Log pages of discovery controllers, through libnvme; what they hold is log_page.h's. */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Reads the log page of a live discovery controller (ctrl: "nvme0") into the plan, as children of path 'parent'.
 * Takes 8 s at most. 0, or -errno: nothing was changed then. */
MUST_CHECK int discovery_read(int dev, const char *ctrl, struct plan *plan, int parent);
