/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What root's disks and controllers are set to, so that root outlives the loss of its paths: the disk waits for a path
 * (delayed_removal_secs, from Linux 6.16: drivers/nvme/host/multipath.c), the kernel tries again soon, and no I/O fails
 * early (reconnect_delay, fast_io_fail_tmo: drivers/nvme/host/sysfs.c). Data volumes are left alone; of root's, a wait
 * or a delay that somebody has set to something else than the kernel's default.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* s; rd.nvmf.delayed-removal= says otherwise */
#define POLICY_DELAYED_REMOVAL 3600

/* Writes what is not yet as it should be; to be called with each new inventory. */
void policy_apply(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv);

/* Ends the wait of those of root's disks that have no path: what is queued fails with the controllers that still try.
 * What is queued when the last of them has gone already stays so: the kernel wakes it for a new path only. */
void policy_release(const struct dirs *dirs, const struct inv_head *heads, size_t n, const struct inventory *inv);
