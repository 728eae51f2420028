/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/steps.h"

const char *const known_modules[KNOWN_MODULES] = {
	[MODULE_NVME_RDMA] = "nvme-rdma", [MODULE_NVME_TCP] = "nvme-tcp", [MODULE_RDMA_RXE] = "rdma_rxe",
	[MODULE_RDMA_UCM] = "rdma_ucm",	  [MODULE_8021Q] = "8021q",
};

void steps_add(struct steps *steps, enum step_kind kind, int index, int link)
{
	struct step *grown = array_grow(steps->list, &steps->n, sizeof(*grown), SIZE_MAX);

	if (!grown) {
		steps->short_of_memory = true;
		return;
	}
	steps->list = grown;
	grown[steps->n - 1] = (struct step){.kind = kind, .index = index, .link = link};
}

void steps_add_once(struct steps *steps, enum step_kind kind, int index, int link)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->list[i].kind == kind && steps->list[i].link == link)
			return;
	steps_add(steps, kind, index, link);
}
