/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole plan: what all sources say, and what can be said only when all have spoken. */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* cmdline: as of sources_load(). 0 or -errno of that file. */
MUST_CHECK int desired_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv,
			    const char *cmdline);
