/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Local disks before a reboot that nobody prepares. */
#pragma once

#include "base/dirs.h"

/* Has the kernel write out what it holds of each disk's file system, of all at once, and waits for that, but no longer
 * than limit_ms: one that has died never ends. */
void disks_write_out(const struct dirs *dirs, int limit_ms);
