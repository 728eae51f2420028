/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the inventory from sysfs, rtnetlink and udev's and nvme-cli's files below /run. */
#pragma once

#include "kernel/inventory.h"

/* 0, also if a part has a gap; or -errno: the inventory is then what could be read. Free it in both cases. */
int inventory_read(struct inventory *inventory, const struct dirs *dirs);
/* Whether nvme-cli's registry has the controller of this name as ours. */
bool registry_is_ours(const struct dirs *dirs, const char *name);
