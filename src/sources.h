/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads all sources of the plan, in the order in which they win. */
#pragma once

#include "inventory.h"
#include "plan.h"

/* cmdline: a file with words instead of the boot's, "-" for standard input, or NULL. 0 or -errno of that file. */
MUST_CHECK int sources_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv,
			    const char *cmdline);

/* One file alone, for `check`: as discovery.conf, or as words. 0 or -errno. */
MUST_CHECK int sources_load_conf(struct plan *plan, const char *path);
MUST_CHECK int sources_load_cmdline(struct plan *plan, const char *path);
