/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this host says of itself: sources of its pair of host NQN and host ID alone. */
#pragma once

#include "sources/source.h"

/* nvme-cli's files /etc/nvme/hostnqn and /etc/nvme/hostid. */
void host_files_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* The UUID that the firmware has for the machine. */
void host_dmi_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* The ID of this boot: the same for all of its runs. The kernel's own default would be another one with each connect.
 */
void host_boot_id_load(struct plan *plan, const struct source_input *input, const struct source_row *row);
