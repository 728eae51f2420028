/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which interface a path goes through, and what on this host is in its way. Pure: it reads the plan and the inventory
 * only. What lies beyond the interface is found by a probe.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/reason.h"

struct reach {
	/* The transport ID for the kernel. A host interface has its present name. For RDMA, where the kernel takes no
	 * host interface, the address of that interface is the host-traddr instead. */
	struct tid tid;
	enum reason obstacle;	     /* REASON_NONE: there is none */
	char iface[HWADDR_TEXT_MAX]; /* the interface, as the path names it; empty: none is known */
	char link[IFACE_MAX];	     /* what it is called now; empty: there is none */
	char others[64];    /* REASON_NO_INTERFACE: the interfaces that this host has; cut if it has too many */
	char parameter[64]; /* REASON_FOREIGN: the parameter that asks for the interface */
};

/* match.h calls it once for each path and look; other files read the result there. */
struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);

/* Whether the address is one of the host interface that a path names: there, or to be there. */
bool reach_is_from(const struct plan *plan, const struct inventory *inv, const struct plan_path *path,
		   const struct ip *address);

/* The interface that a path goes through, the address there that it starts from, and the route that it takes. NULL:
 * there is none. */
struct reach_way {
	const struct inv_link *link;
	const struct inv_address *address;
	const struct inv_route *route;
};

struct reach_way reach_way(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);
