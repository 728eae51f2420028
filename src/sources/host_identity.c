/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/host_identity.h"

#include <string.h>

static void read_half(struct plan *plan, int etc, const char *file, struct identity *identity,
		      const char *(*set)(struct identity *identity, const char *text))
{
	char text[512], name[64] = "";
	const char *reason;

	append(name, sizeof(name), "/etc/%s", file);
	if (read_file(etc, file, text, sizeof(text)) <= 0)
		return;
	reason = set(identity, text);
	if (reason)
		source_complain(plan, name, reason);
}

void host_files_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	struct identity identity = {0};

	read_half(plan, input->dirs->etc, "nvme/hostnqn", &identity, identity_set_nqn);
	read_half(plan, input->dirs->etc, "nvme/hostid", &identity, identity_set_id);
	plan_add_identity(plan, &row->source, &identity);
}

/* Firmware that knows none says zeros or ones. */
static bool is_real_uuid(const char *uuid)
{
	return strspn(uuid, "0-") != strlen(uuid) && strspn(uuid, "fF-") != strlen(uuid);
}

static void load_uuid(struct plan *plan, int dirfd, const char *file, const struct source_row *row)
{
	struct identity identity = {0};
	char uuid[64];

	if (read_file(dirfd, file, uuid, sizeof(uuid)) > 0 && is_real_uuid(uuid))
		(void)!identity_set_id(&identity, uuid);
	plan_add_identity(plan, &row->source, &identity);
}

void host_dmi_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	load_uuid(plan, input->dirs->sys, "class/dmi/id/product_uuid", row);
}

void host_boot_id_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	load_uuid(plan, input->dirs->proc, "sys/kernel/random/boot_id", row);
}
