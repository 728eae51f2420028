/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folders that everything is read from and written to. */
#pragma once

#include "base/util.h"

/* Where the kernel's state and the files of the host are: opened once, since a process that stays after switch-root
 * has them no longer under its own /. Each is a descriptor or -1. */
struct dirs {
	int dev, sys, proc, run, etc, tmp;
	const char *failed; /* the one for which dirs_open() failed, if it did */
	bool is_host;	    /* of the running system, not of --root */
	bool is_resident;   /* of the keeper: nothing is read that may wait for root; the mounts are those of PID 1 */
};

/* root: "" for the running system. 0; or -errno of a folder without which nothing can be done, or that is there and
 * cannot be opened: what is asked for may be in it. */
MUST_CHECK int dirs_open(struct dirs *dirs, const char *root);
void dirs_close(struct dirs *dirs);
