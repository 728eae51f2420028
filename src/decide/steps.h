/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps: what the diff makes a list of, and act/apply.h does. */
#pragma once

#include "base/util.h"

enum known_module {
	MODULE_NVME_RDMA,
	MODULE_NVME_TCP,
	MODULE_RDMA_RXE,
	MODULE_RDMA_UCM,
	MODULE_8021Q,
	KNOWN_MODULES,
};
extern const char *const known_modules[KNOWN_MODULES];

enum step_kind {
	STEP_LOAD_MODULE, /* index: of known_modules */
	STEP_ADD_VLAN,	  /* index: of plan->vlans; link: the parent's interface index */
	STEP_SET_HWADDR,  /* index: of plan->nets; link: interface index */
	STEP_SET_MTU,	  /* likewise; the link may be the parent of the net's VLAN */
	STEP_LINK_UP,	  /* link: interface index */
	STEP_ADD_ADDRESS, /* index: of plan->nets; link: interface index */
	STEP_ADD_ROUTE,	  /* index: of plan->routes; likewise */
	STEP_ADD_RXE,	  /* index: of plan->rxes; likewise */
	STEP_PROBE,	  /* index: of plan->paths */
	STEP_CONNECT,
	STEP_READ_LOG,
	STEP_DELETE, /* index: of inventory->ctrls, a discovery controller of ours that no source names any more */
};

struct step {
	enum step_kind kind;
	int index;
	int link;
	unsigned turn; /* of the steps of paths: the lowest goes first */
};

/* A list that grows. */
struct steps {
	struct step *list;
	size_t n;
	bool short_of_memory;
};

void steps_add(struct steps *steps, enum step_kind kind, int index, int link);

/* Unless the link has a step of this kind already. */
void steps_add_once(struct steps *steps, enum step_kind kind, int index, int link);
