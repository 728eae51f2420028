/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/desired.h"

#include "plan/settle.h"
#include "sources/exclusions.h"
#include "sources/sources.h"
#include "run/identity.h"

int desired_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv, const char *cmdline)
{
	int r = sources_load(plan, dirs, cmdline);

	if (r < 0)
		return r;
	identity_settle(plan, dirs, inv);
	settle(plan);
	exclusions_apply(plan);
	return 0;
}
