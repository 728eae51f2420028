/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The wanted subsystems and their disks: what the paths are for. An association may be live and show no namespace, or
 * one that no path may access; and several paths may be as good as one. Pure.
 */
#pragma once

#include "decide/history.h"
#include "decide/match.h"

/* ms: after an association is live the kernel looks for its namespaces; for so long nobody misses one */
#define DISKS_PATIENCE 2000

/* How a subsystem's disks stand. The state file keeps these numbers. */
enum disk_state {
	DISKS_UNKNOWN, /* no path is live, or has just become so */
	DISKS_USABLE,
	DISKS_NONE,	    /* the target shows no namespace */
	DISKS_INACCESSIBLE, /* all of them, or one that root stands on, may be accessed over no path */
	DISKS_MISSING,	    /* there is a namespace, and the kernel has made no disk of it */
};

/* A disk over the live paths of its subsystem. */
struct disk {
	const char *name; /* nvme0n1 */
	bool is_there;
	bool is_joined; /* see struct inv_ns */
	bool carries_root;
	unsigned paths[ANA_STATES]; /* by their state */
	size_t subsystem;	    /* index */
	long waited, failed;	    /* see struct inv_ns */
};

struct subsystem {
	size_t lead;	      /* index of its first path in the plan */
	unsigned paths, live; /* wanted, and live of these */
	bool carries_root;
	bool is_named; /* by its NQN, and not by a log page only */
	enum disk_state state;
	const char *disk;   /* the one that the state is of; or empty */
	enum ana_state ana; /* its best */
	enum reason risk;   /* why its paths are as good as one; REASON_NONE: they are not */
	const char *shared; /* what its paths share; or empty */
	size_t first_disk, n_disks;
};

struct subsystems {
	struct subsystem *list; /* in the order of the plan */
	size_t n;
	struct disk *disks; /* sorted by subsystem, then as the inventory has them */
	size_t n_disks;
};

/* history: NULL, or since when paths are live. 0, or -ENOMEM: there are none. */
MUST_CHECK int subsystems_find(const struct matches *matches, const struct history *history, uint64_t now,
			       struct subsystems *ret);
void subsystems_free(struct subsystems *subsystems);

/* Whether a subsystem that root stands on or that is named by its NQN has no usable disk. */
bool subsystems_lack_disks(const struct subsystems *subsystems);

/* What is said of its disks, or of its redundancy. Empty if all is well. Returns ret->line. */
const char *subsystem_say_disks(const struct matches *matches, const struct subsystem *subsystem, struct sentence *ret);
const char *subsystem_say_risk(const struct matches *matches, const struct subsystem *subsystem, struct sentence *ret);
