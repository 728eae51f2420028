/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which interface a path goes through, and what on this host is still in its way. Pure: plan x inventory. What lies
 * beyond the interface only a probe can tell.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

enum obstacle {
	OBSTACLE_NONE,
	OBSTACLE_NO_INTERFACE,
	OBSTACLE_UNSETTLED, /* udev has not initialised the interface yet */
	OBSTACLE_DOWN,
	OBSTACLE_NO_CARRIER,
	OBSTACLE_NO_ADDRESS,
	OBSTACLE_NO_HOST_ADDRESS, /* no interface has the path's host-traddr */
	OBSTACLE_TENTATIVE,	  /* duplicate address detection */
	OBSTACLE_DUPLICATE,	  /* it has found one */
	OBSTACLE_NO_ROUTE,
	OBSTACLE_FOREIGN, /* dracut's network modules shall make the way */
	OBSTACLE_NO_RDMA_DEVICE,
};

struct reach {
	enum obstacle obstacle;
	char iface[HWADDR_TEXT_MAX]; /* the interface meant, as it is named; or empty: none is known */
	char others[64];	     /* OBSTACLE_NO_INTERFACE: those that there are, as far as they fit */
	char word[64];		     /* OBSTACLE_FOREIGN: the word that asks for it */
};

struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);

/* The interface that the path goes through, the address there that it starts from, and the route that it takes, as far
 * as there are any; NULL otherwise. */
struct reach_way {
	const struct inv_link *link;
	const struct inv_address *address;
	const struct inv_route *route;
};

struct reach_way reach_way(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);

/* The transport ID as the kernel shall get it: a host interface by the name that it has; for RDMA, where the kernel
 * knows no host interface, that interface's address as host-traddr instead. */
struct tid reach_tid(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);
