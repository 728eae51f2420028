/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes to links, addresses, routes and soft-RoCE devices, through libmnl. All return 0 or -errno; an
 * address that is there already is no error. */
#pragma once

#include "plan/plan.h"

MUST_CHECK int net_set_mtu(int link, unsigned mtu);
MUST_CHECK int net_link_up(int link);
MUST_CHECK int net_set_hwaddr(int link, const struct hwaddr *hwaddr);
MUST_CHECK int net_add_address(int link, const struct plan_net *net);
MUST_CHECK int net_add_vlan(int parent, const struct plan_vlan *vlan);
MUST_CHECK int net_add_route(int link, const struct plan_route *route);

/* A soft-RoCE device (RDMA_NLDEV_CMD_NEWLINK, drivers/infiniband/core/nldev.c) named rxe_<iface>. */
MUST_CHECK int net_add_rxe(const char *iface);
