/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which interface a path goes through, and what on this host is still in its way. Pure: plan x inventory. What lies
 * beyond the interface only a probe can tell.
 */
#pragma once

#include "inventory.h"
#include "plan.h"

enum obstacle {
	OBSTACLE_NONE,
	OBSTACLE_NO_INTERFACE,
	OBSTACLE_UNSETTLED, /* udev has not initialised the interface yet */
	OBSTACLE_DOWN,
	OBSTACLE_NO_CARRIER,
	OBSTACLE_NO_ADDRESS,
	OBSTACLE_TENTATIVE, /* duplicate address detection */
	OBSTACLE_NO_ROUTE,
	OBSTACLE_NO_RDMA_DEVICE,
};

struct reach {
	enum obstacle obstacle;
	char iface[IFACE_MAX]; /* the interface meant, or empty: none is known */
	char others[64];       /* OBSTACLE_NO_INTERFACE: those that there are, as far as they fit */
};

struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path);

/* "interface ens3 has no carrier: check cable and switch port" */
#define REACH_TEXT_MAX 224
const char *reach_format(const struct reach *reach, char buf[static REACH_TEXT_MAX]);
