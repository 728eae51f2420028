/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the keeper knows of root: the disks it stands on, and in which state it is. The keeper calls root_mark() and
 * root_judge() with each new inventory.
 *
 *   whole      each disk has a live path, or root can do without it
 *   cut        root waits for a path. kernel.modprobe is emptied, because each connect makes the kernel run that
 * program, and it is stored on root. Passes leave root's paths to the keeper. lost       the kernel has removed the
 * disk. What is mounted stays dead, even if a path comes back. released   the host is shutting down and root has had no
 * path for too long: I/O fails now, so that the host can end.
 *
 * While root is cut, nothing here opens a file or asks a question that could wait for root: /proc/1/mountinfo is read
 * only while all of root's disks have a path.
 */
#pragma once

#include "run/loop.h"

struct root {
	/* its disks, as they were when all of them last had a path */
	struct inv_head heads[ROOT_HEADS_MAX];
	size_t n_heads;
	uint64_t mounts_read; /* ms since boot */
	bool cut;	      /* it waits for a path */
	uint64_t cut_since;   /* ms since boot */
	uint64_t lost_at;     /* ms since boot; 0: it is not lost */
	uint64_t released_at; /* ms since boot; 0: it is not released */
	uint64_t refused_at;  /* when the kernel last refused to reboot the host, ms since boot; 0: never */
};

/* Copies from the inventory which disks root stands on. */
void root_remember(struct root *root, const struct inventory *inv);

/* Whether one of root's disks belongs to this subsystem. */
bool root_needs(const struct root *root, const char *subsysnqn);

/* Marks in the loop's inventory which disks and controllers are root's. Where reading the mounts could wait for root,
 * it takes the disks from memory. */
void root_mark(struct root *root, struct loop *loop);

/* Finds the state of root, reports a change of it, and does what follows from it: empties or restores kernel.modprobe,
 * reboots a host whose root is lost if rd.nvmf.on-root-loss=reboot is given, and lets a host end that is shutting down
 * without root. Needs a marked inventory. */
void root_judge(struct root *root, struct loop *loop, uint64_t now);

/* When root_judge() has something to do next, in ms since boot; 0: not before the next event. */
uint64_t root_next(const struct root *root, const struct loop *loop, uint64_t now);
