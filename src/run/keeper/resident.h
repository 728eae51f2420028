/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a process one that outlives root: with a parent, descriptors, a root folder and memory of its own. */
#pragma once

#include "base/dirs.h"

/* Forks. The parent never returns: it exits with the status that the child gives to resident_tell_parent(), or with
 * EXIT_FAILURE if the child ends before. The child gets the descriptor for resident_tell_parent(), or -errno. */
MUST_CHECK int resident_detach(void);
void resident_tell_parent(int parent, int status);

/* From here on the process holds no file of root or of the initramfs. Its messages go to the kernel's log, and its
 * memory is allocated and locked. What fails is reported, and the rest is done. */
void resident_settle(struct dirs *dirs);
