/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the loop sleeps on: rtnetlink's links, addresses and routes; uevents of the kernel and of udev; the files below
 * /etc/nvme. */
#pragma once

#include "base/util.h"

enum { WATCH_RTNETLINK, WATCH_UEVENT, WATCH_FILES, WATCH_FDS };

struct watch {
	int fd[WATCH_FDS]; /* each non-blocking, or -1 */
	bool log_changed;  /* a discovery controller has said so; the reader clears it */
	bool conf_changed; /* one of /etc/nvme's files has another content now */
};

/* etc: descriptor of the folder /etc, or -1. 0 or -errno; what could not be opened is -1. */
int watch_open(struct watch *watch, int etc);
void watch_close(struct watch *watch);

/* Reads all that waits. True if any of it can concern us; true also after an overrun. */
bool watch_drain(struct watch *watch);
