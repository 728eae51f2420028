/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this process can do no more, by Landlock (landlock(7)): a rule of the process, not a mount namespace, whose copy
 * of the mounts would hold root beyond its unmount.
 */
#pragma once

#include "base/dirs.h"

/* For this process and its children, for good: files are opened for writing, made, removed and renamed below dev, sys,
 * proc and run of dirs only, no program is executed, and no process outside is traced. Reading is free, and what is
 * open already stays usable. 0 or -errno: -ENOSYS or -EOPNOTSUPP where the kernel has no Landlock (before Linux 5.13,
 * or switched off); nothing is confined then. */
MUST_CHECK int confine(const struct dirs *dirs);
