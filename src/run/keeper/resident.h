/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes a process one that outlives root: its own parent, descriptors, / and memory. */
#pragma once

#include "base/dirs.h"

/* Goes on in a child. The parent ends with the status that the child tells it, or with EXIT_FAILURE if the child ends
 * without a word. Returns the descriptor for resident_tell_parent(), or -errno. */
MUST_CHECK int resident_detach(void);
void resident_tell_parent(int parent, int status);

/* From here on the process has nothing of root or of the initramfs's /: its messages go to the kernel's log, and its
 * memory is there and stays. What cannot be had is reported. */
void resident_settle(struct dirs *dirs);
