/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the inventory that holds links, addresses and routes. */
#pragma once

#include "kernel/inventory.h"

/* below run in a --root: lines that stand for rtnetlink's answers, see inventory_net.c */
#define INVENTORY_NET_FILE "rtnetlink"

/* Part of inventory_read(): links, addresses and routes over rtnetlink. 0 or -errno. */
int inventory_read_net(struct inventory *inventory, const struct dirs *dirs);
