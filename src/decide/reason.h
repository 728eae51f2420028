/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every sentence about a path, a subsystem and root: one table, with what each means and what to do. MESSAGES of
 * nvmf-boot(8) is the same table; tests/host/messages.bats compares the two.
 *
 * CONTRIBUTING.md says how to add one.
 */
#pragma once

#include "plan/plan.h"

enum reason {
	REASON_NONE,
	/* Obstacles on this host. The state file keeps their numbers, also from one version of the package to the next:
	 * a new one goes behind the last of them, with the next number. Their sentences have the slots that
	 * reason_of_path() fills for them: interface, interfaces, parameter. */
	REASON_NO_INTERFACE,
	REASON_NOT_INITIALISED,
	REASON_DOWN,
	REASON_NO_CARRIER,
	REASON_NO_ADDRESS,
	REASON_NO_HOST_ADDRESS,
	REASON_TENTATIVE,
	REASON_DUPLICATE,
	REASON_NO_ROUTE,
	REASON_FOREIGN,
	REASON_NO_RDMA_DEVICE,
	REASON_NOT_CONFIGURED = 12,
	REASON_NO_IDENTITY = 13,
	/* the kernel */
	REASON_KERNEL_STATE,
	REASON_NOT_BELIEVED,
	REASON_REMOVED,
	REASON_NO_RDMA_ROUTE,
	REASON_UNKNOWN_INTERFACE,
	REASON_BAD_OPTIONS,
	REASON_NO_FABRICS,
	REASON_ALREADY,
	REASON_FORBIDDEN,
	REASON_NO_ROOM,
	REASON_ERROR,
	/* the target */
	REASON_FIRST_TRY,
	REASON_NO_NEIGHBOUR,
	REASON_NO_ANSWER,
	REASON_REFUSED,
	REASON_RDMA_REJECTED,
	REASON_CLOSED,
	REASON_DEADLINE,
	REASON_SILENT,
	REASON_NOT_ACCEPTED,
	REASON_NOT_EXPORTED,
	REASON_NOT_ALLOWED,
	REASON_BUSY,
	REASON_AUTHENTICATION,
	/* what has become of a path */
	REASON_WAITING,
	REASON_STILL_WAITING,
	REASON_GAVE_UP,
	REASON_CONNECTED,
	REASON_LIVE,
	REASON_NOT_LIVE,
	/* a subsystem */
	REASON_REDUNDANT,
	REASON_NOT_REDUNDANT,
	REASON_NO_PATH,
	/* its disks */
	REASON_NO_NAMESPACE,
	REASON_INACCESSIBLE,
	REASON_NO_DISK,
	REASON_DISK_BACK,
	/* its redundancy */
	REASON_ONE_PATH,
	REASON_ONE_PORT,
	REASON_ONE_ADAPTER,
	REASON_NOT_JOINED,
	/* a log page */
	REASON_LOG_UNREAD,
	REASON_LOG_EMPTY,
	/* root */
	REASON_HELD,
	REASON_NOT_HELD,
	REASON_NOT_SET,
	REASON_ROOT_CUT,
	REASON_ROOT_BACK,
	REASON_ROOT_LATE,
	REASON_ROOT_LOST,
	REASON_ROOT_REBOOT,
	REASON_ROOT_RELEASED,
	REASON_ROOT_STUCK,
	REASON_NO_KEEPER,
	REASON_KEEPER_UNKNOWN,
	REASONS
};

extern const struct reason_row {
	const char *text;    /* a slot is written as {interface}, see struct slots */
	const char *meaning; /* for the manual */
	const char *hint;    /* what to do; may have slots, too; NULL: nothing */
	bool forbids;	     /* an obstacle: no path is asked while it lasts. Others only explain. */
} reason_table[REASONS];

/* What fills the slots of a sentence. */
struct slots {
	const char *interface, *interfaces, *parameter;
	const char *path, *subsystem, *device;
	const char *state, *error, *setting, *host;
	unsigned live, paths;	   /* of a subsystem */
	unsigned long long number; /* ms or s, as the text says */
};

#define REASON_TEXT_MAX 512
struct sentence {
	char text[REASON_TEXT_MAX];	/* empty: there is nothing to say */
	char hint[REASON_TEXT_MAX];	/* or empty */
	char line[2 * REASON_TEXT_MAX]; /* both, as a message has them: "text: hint" */
};

/* The sentence with its slots filled. Returns ret->line. */
const char *reason_say(enum reason reason, const struct slots *slots, struct sentence *ret);

/* What a failed try means. Beside what the kernel returns: EINTR is the deadline; ENXIO, EACCES, EBUSY and EKEYREJECTED
 * are what its log says where it returns EIO alone. Returns ret->line. */
const char *reason_of_error(int error, enum transport transport, bool in_probe, struct sentence *ret);
