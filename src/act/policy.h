/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sets attributes of root's disks and controllers in sysfs, so that root outlives the loss of its paths:
 *
 *   delayed_removal_secs   the disk waits for a path after it has lost the last (from Linux 6.16,
 *                          drivers/nvme/host/multipath.c)
 *   reconnect_delay        the kernel tries again soon (drivers/nvme/host/sysfs.c)
 *   fast_io_fail_tmo       no I/O fails early
 *
 * Each look of a run and of the keeper calls policy_apply(); on exit the attributes have their values. Data volumes are
 * left alone. So is a value of delayed_removal_secs or reconnect_delay that is not the kernel's default, because
 * somebody has set it, and an option that a parameter sets.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* s; the default of rd.nvmf.delayed-removal= */
#define POLICY_DELAYED_REMOVAL 3600

/* Call it with each new inventory. Writes the attributes that do not have their values yet. */
void policy_apply(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv);

/* Ends the wait of root's disks that have no path, when the host is shutting down. Deletes their controllers, and the
 * I/O that is queued fails. If a disk has no controller any more, its I/O stays queued: the kernel wakes it for a new
 * path only. */
void policy_release(const struct dirs *dirs, const struct inv_head *heads, size_t n, const struct inventory *inv);
