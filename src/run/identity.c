/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/identity.h"

#include <string.h>

#include "sources/sources.h"

static void read_etc_identity(struct plan *plan, const struct dirs *dirs, struct identity *identity)
{
	char text[512];
	const char *reason;

	if (read_file(dirs->etc, "nvme/hostnqn", text, sizeof(text)) > 0) {
		reason = identity_set_nqn(identity, text);
		if (reason)
			sources_complain(plan, "/etc/nvme/hostnqn", reason);
	}
	if (read_file(dirs->etc, "nvme/hostid", text, sizeof(text)) > 0) {
		reason = identity_set_id(identity, text);
		if (reason)
			sources_complain(plan, "/etc/nvme/hostid", reason);
	}
	identity_complete(identity);
}

static const struct identity *root_identity(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && inv->ctrls[i].identity.nqn[0] && inv->ctrls[i].identity.id[0])
			return &inv->ctrls[i].identity;
	return NULL;
}

static bool fill(char *half, size_t size, const char *from)
{
	if (half[0] || !from[0])
		return false;
	(void)copy_string(half, size, from);
	return true;
}

/* A source gives the halves that are still missing; what can be derived then is not asked of the next. */
static void take(struct plan *plan, const struct identity *identity, const char *from)
{
	bool nqn = fill(plan->identity.nqn, NQN_MAX, identity->nqn);
	bool id = fill(plan->identity.id, HOSTID_MAX, identity->id);

	identity_complete(&plan->identity);
	if (nqn || id)
		append(plan->identity_source, sizeof(plan->identity_source), "%s%s",
		       plan->identity_source[0] ? " and " : "", from);
}

/* Firmware that knows none says zeros or ones. */
static bool is_real_uuid(const char *uuid)
{
	return strspn(uuid, "0-") != strlen(uuid) && strspn(uuid, "fF-") != strlen(uuid);
}

/* One order: command line, root's live controllers, /etc/nvme, DMI. */
void identity_settle(struct plan *plan, const struct dirs *dirs, const struct inventory *inv)
{
	const struct identity *root = root_identity(inv);
	struct identity words = plan->identity, etc = {0}, dmi = {0}, boot = {0};
	char uuid[64];

	plan->identity = (struct identity){0};
	take(plan, &words, "command line");
	read_etc_identity(plan, dirs, &etc);
	if (root)
		take(plan, root, "root's controllers");
	if (root && etc.nqn[0] && streq(plan->identity_source, "root's controllers") &&
	    (!streq(etc.nqn, root->nqn) || !streq(etc.id, root->id)))
		sources_complain(
			plan, "/etc/nvme/hostnqn and hostid",
			"this is not the pair that root was connected with. root's pair is used, because a target "
			"knows a host by one pair");
	take(plan, &etc, "/etc/nvme");
	if (read_file(dirs->sys, "class/dmi/id/product_uuid", uuid, sizeof(uuid)) > 0 && is_real_uuid(uuid) &&
	    !identity_set_id(&dmi, uuid))
		identity_complete(&dmi);
	take(plan, &dmi, "DMI");
	if (plan->identity.nqn[0] && plan->identity.id[0])
		return;
	/* the same for all runs of this boot; the kernel's own default would be another one each time */
	if (read_file(dirs->proc, "sys/kernel/random/boot_id", uuid, sizeof(uuid)) > 0 && !identity_set_id(&boot, uuid))
		identity_complete(&boot);
	take(plan, &boot, "this boot's ID");
	if (plan->n_paths > 0)
		sources_complain(
			plan, "host NQN and host ID",
			"neither command line nor /etc/nvme nor DMI names this host: it has another name after "
			"each boot; "
			"rd.nvmf.hostnqn= gives it one");
}
