/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was tried so far: it decides when the next try is. state/state.h keeps it from one run to the next. */
#pragma once

#include "plan/plan.h"
#include "decide/steps.h"

/* What has been tried for the path of the same index. Times in ms since boot. */
struct attempt {
	int error;	   /* errno of the last try, 0: none has failed */
	bool in_probe;	   /* it was the preflight that failed */
	unsigned failures; /* since the path was live last, or something happened that concerns it */
	/* Its present state was first seen at 'since', and had not begun at 'after', when somebody looked before. */
	uint64_t since, after;
	uint64_t next;	      /* no try before */
	bool busy;	      /* a probe or a write is under way */
	bool probed;	      /* the preflight has passed */
	bool told;	      /* that it is connected has been said */
	uint64_t log_read;    /* when a discovery controller's log page was read; 0: not since it went live */
	int state;	      /* at the last look: enum path_state + 256 x the obstacle (enum reason); -1: none yet */
	uint64_t association; /* which one its controller was at the last look; 0: none */
	/* enum disk_state at the last report: of the first path of a subsystem, for all of it; of a discovery
	 * controller, DISKS_NONE says that its log page names nothing */
	int disks;
	int log_error; /* errno of the last reading of a discovery controller's log page; 0: it was read */
	enum { WAS_UNKNOWN, WAS_NOT_LIVE, WAS_LIVE } before; /* at the look before that */
};

/* The memory of what has been done; the plan's paths and attempts run in parallel. */
struct history {
	struct attempt *attempts;
	size_t n_attempts;
	uint64_t looked; /* when all paths were last looked at; 0: never in this boot */
	bool module_tried[KNOWN_MODULES];
	/* discovery controllers that this run has ended */
	char ended[16][32];
	size_t n_ended;
	/* writes of this run that may still fail: dead paths must not eat the time of live ones */
	unsigned writes_left;
	/* interfaces that once got a soft-RoCE device: it is made for a new interface, not for a deleted device */
	int rxe_made[PLAN_RXES_MAX];
	size_t n_rxe_made;
	/* STEP_SET_MTU and STEP_SET_HWADDR of this run, by interface: a driver may accept a value and use another one
	 */
	struct link_setting {
		int kind, link;
	} set[2 * PLAN_NETS_MAX];
	size_t n_set;
};
