/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/desired.h"

#include "plan/settle.h"
#include "sources/exclusions.h"
#include "sources/sources.h"

/* What a target shows by way of sysfs is no more than its word. */
static void complain_of_refused(struct plan *plan, const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		struct source source = {.is_peer = true};

		if (!inv->ctrls[i].refused)
			continue;
		append(source.name, sizeof(source.name), "controller %s", inv->ctrls[i].name);
		plan_complain(plan, &source, "%s: nvmf-boot does not use what sysfs shows of %s", inv->ctrls[i].refused,
			      inv->ctrls[i].tid.subsysnqn);
	}
}

void desired_complain_of_gaps(struct plan *plan, const struct inventory *inv)
{
	for (size_t i = 0; i < INVENTORY_PARTS; i++)
		if (inv->gap[i])
			source_complain(plan, "what the kernel says", inv->gap[i]);
}

int desired_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv, const char *cmdline)
{
	int r = sources_load(plan, dirs, cmdline);

	if (r < 0)
		return r;
	complain_of_refused(plan, inv);
	desired_complain_of_gaps(plan, inv);
	settle(plan, inventory_root_identity(inv));
	exclusions_apply(plan);
	return 0;
}
