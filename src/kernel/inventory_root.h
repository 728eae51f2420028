/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the inventory that says what root stands on. */
#pragma once

#include "kernel/inventory.h"

/* Marks the controllers that carry root, finds its disks, and whether an initramfs has mounted it. Part of
 * inventory_read(), but not for a resident: what the kernel shows of a mount may be read from it (btrfs), and that may
 * hang. */
void inventory_mark_root(struct inventory *inventory, const struct dirs *dirs);

/* Reads the settings of a disk below root again. */
void inventory_read_head(struct inv_head *head, int sys);
