/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which interface a path goes through, and what on this host is still in its way. Pure: plan x inventory. What lies
 * beyond the interface only a probe can tell.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/reason.h"

struct reach {
	/* The transport ID as the kernel shall get it: a host interface by the name that it has; for RDMA, where the
	 * kernel knows no host interface, that interface's address as host-traddr instead. */
	struct tid tid;
	enum reason obstacle;	     /* REASON_NONE: there is none */
	char iface[HWADDR_TEXT_MAX]; /* the interface meant, as it is named; or empty: none is known */
	char others[64];	     /* REASON_NO_INTERFACE: those that this host has, as far as they fit */
	char parameter[64];	     /* REASON_FOREIGN: the one that asks for it */
};

/* match.h asks this once for each path and look; the others read its answer. */
struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);

/* The interface that the path goes through, the address there that it starts from, and the route that it takes, as far
 * as there are any; NULL otherwise. */
struct reach_way {
	const struct inv_link *link;
	const struct inv_address *address;
	const struct inv_route *route;
};

struct reach_way reach_way(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);
