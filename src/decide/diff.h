/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The diff: desired (plan) minus actual (inventory) gives steps, with what was tried so far deciding when. Pure.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/reach.h"

/* What has been tried for the path of the same index. Times in ms since boot. */
struct attempt {
	int error;	   /* errno of the last try, 0: none has failed */
	bool in_probe;	   /* it was the preflight that failed */
	unsigned failures; /* since the path was live last, or something happened that concerns it */
	uint64_t since;	   /* when its present state began */
	uint64_t next;	   /* no try before */
	bool busy;	   /* a probe or a write is under way */
	bool probed;	   /* the preflight has passed */
	bool told;	   /* that it is connected has been said */
	uint64_t log_read; /* when a discovery controller's log page was read; 0: not since it went live */
	int state;	   /* enum path_state at the last look, -1: none yet */
};

#define KNOWN_MODULES 5
extern const char *const known_modules[KNOWN_MODULES];

/* The memory of what has been done; the plan's paths and attempts run in parallel. */
struct history {
	struct attempt *attempts;
	size_t n_attempts;
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

enum step_kind {
	STEP_LOAD_MODULE, /* index: of known_modules */
	STEP_ADD_VLAN,	  /* index: of plan->vlans; link: the parent's interface index */
	STEP_SET_HWADDR,  /* index: of plan->nets; link: interface index */
	STEP_SET_MTU,	  /* likewise; the link may be the parent of the net's VLAN */
	STEP_LINK_UP,	  /* link: interface index */
	STEP_ADD_ADDRESS, /* index: of plan->nets; link: interface index */
	STEP_ADD_ROUTE,	  /* index: of plan->routes; likewise */
	STEP_ADD_RXE,	  /* index: of plan->rxes; likewise */
	STEP_PROBE,	  /* index: of plan->paths */
	STEP_CONNECT,
	STEP_READ_LOG,
	STEP_DELETE, /* index: of inventory->ctrls, a discovery controller of ours that no source names any more */
};

struct step {
	enum step_kind kind;
	int index;
	int link;
};

enum path_state {
	PATH_LIVE,
	PATH_CONNECTING, /* the controller exists but is not live: the kernel works on it */
	PATH_WAITING,	 /* something on this host is in the way */
	PATH_READY,	 /* nothing known against it */
	PATH_TRYING,	 /* being tried now */
	PATH_FAILED,	 /* tried; waits for its next turn */
};

/* ms: a log page is read again after so long although no event has told of a change: by each pass of the timer */
#define LOG_PAGE_AGE_MAX 45000

/* Whether the path was in this state at the last look. */
bool attempt_was(const struct attempt *attempt, enum path_state state);

struct path_view {
	enum path_state state;
	struct reach reach;
	const struct inv_ctrl *ctrl; /* of the inventory, or NULL */
};

struct path_view diff_path(const struct plan *plan, const struct inventory *inv, const struct history *history,
			   size_t path, uint64_t now);

/* Whether the controller is one of the plan's paths. */
bool diff_is_planned(const struct plan *plan, const struct inventory *inv, const struct inv_ctrl *ctrl);

/* What can be done now, in the order in which it shall be done. The caller frees *ret. Returns the number of steps or
 * -ENOMEM. */
ssize_t diff(const struct plan *plan, const struct inventory *inv, const struct history *history, uint64_t now,
	     struct step **ret);

/* How it stands: the exit statuses of nvmf-boot(8). */
enum verdict {
	VERDICT_ALL_LIVE = 0,
	VERDICT_UNREAD = 1,   /* a source could not be read whole: who knows what it asks for */
	VERDICT_UNUSABLE = 2, /* something is asked for, and no path came of it */
	VERDICT_DEGRADED = 3,
	VERDICT_LOST = 4
};
enum verdict diff_verdict(const struct plan *plan, const struct inventory *inv);

/* Whether all wanted paths are live. */
bool diff_all_live(const struct plan *plan, const struct inventory *inv);
