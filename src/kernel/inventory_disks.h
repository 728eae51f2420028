/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the inventory that says which disks come of the controllers. */
#pragma once

#include "kernel/inventory.h"

/* Part of inventory_read(): the namespaces of live controllers. 0, also if there is a gap; or -ENOMEM. */
MUST_CHECK int inventory_read_disks(struct inventory *inventory, const struct dirs *dirs);

/* The kernel's counters of the disks, which only people ask for. */
void inventory_read_counters(struct inventory *inventory, const struct dirs *dirs);
