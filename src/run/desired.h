/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the whole plan: all sources, then settle() and the exclusions. */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* A complaint for each part of the inventory that could not be read whole. */
void desired_complain_of_gaps(struct plan *plan, const struct inventory *inv);

/* cmdline: as for sources_load(). 0 or -errno of that file. */
MUST_CHECK int desired_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv,
			    const char *cmdline);
