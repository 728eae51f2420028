/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Root as the keeper sees it: the disks it stands on, and whether it waits for a path, is lost, or is given up. */
#pragma once

#include "run/loop.h"

struct root {
	/* its disks, as last seen when all of them had a path: while one has none, nobody asks what is mounted */
	struct inv_head heads[ROOT_HEADS_MAX];
	size_t n_heads;
	uint64_t mounts_read; /* ms since boot */
	bool cut;	      /* it waits for a path */
	uint64_t cut_since;   /* ms since boot */
	uint64_t lost_at;     /* for good, ms since boot; 0: it is not */
	uint64_t released_at; /* given up, since the host goes down without it; 0: it is not */
	uint64_t refused_at;  /* when the kernel has last refused to reboot the host, ms since boot; 0: never */
};

/* Takes over what the inventory says that root stands on. */
void root_remember(struct root *root, const struct inventory *inv);

/* Whether one of its disks is of this subsystem. */
bool root_needs(const struct root *root, const char *subsysnqn);

/* Marks in the loop's inventory what root's is; from memory where asking could wait for root. */
void root_mark(struct root *root, struct loop *loop);

/* Says what has become of root and does what follows: kernel.modprobe, the end of the wait when the host goes down, the
 * reboot that words ask for. To be called with each marked inventory. */
void root_judge(struct root *root, struct loop *loop, uint64_t now);

/* When that has something to do next, ms since boot; 0: when something happens. */
uint64_t root_next(const struct root *root, const struct loop *loop, uint64_t now);
