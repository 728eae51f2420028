/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan's paths and the inventory side by side: which controller each path is, and what is in its way. Made once
 * after each look and read by all that decide, act and report. Pure.
 *
 * One controller is one path, and one path is one controller: two wishes are two controllers. The wish that says most
 * chooses first. A wish with a host interface takes a controller that starts from that interface, whichever of its
 * addresses that is.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/reach.h"

/* of struct match.next: there is no further path */
#define MATCH_END SIZE_MAX

struct match {
	struct reach reach;	     /* without an obstacle if there is a controller */
	const struct inv_ctrl *ctrl; /* of the inventory, or NULL */
	/* The wanted paths to one subsystem, or all wanted discovery controllers, are a group, in the order of the
	 * plan. lead: the first of them. next: the one behind this, or MATCH_END. */
	size_t lead, next;
	/* Of the group, in its lead: whether a wanted path is live; whether any controller of the subsystem is; whether
	 * root stands on it. */
	bool group_is_live, has_live_ctrl, carries_root;
};

/* What is known of a controller beside what the inventory has. */
struct match_ctrl {
	bool is_planned;    /* a wanted path has it */
	bool has_its_place; /* of a discovery controller: a wanted one is at the same address and port */
};

struct matches {
	const struct plan *plan;
	const struct inventory *inv;
	struct match *of; /* of each path of the plan, wanted or not */
	size_t n;
	struct match_ctrl *ctrls; /* of each controller of the inventory */
	size_t n_ctrls;
};

/* Makes all of them anew. To be called whenever the plan has more paths than before or wants others, or the inventory
 * has been read; both are pointed to. 0; or -ENOMEM, and there are none. */
MUST_CHECK int match(struct matches *matches, const struct plan *plan, const struct inventory *inv);
void match_free(struct matches *matches);

/* Whether the path is wanted and has a controller that is live; not one whose attributes are not believed. */
bool match_is_live(const struct matches *matches, size_t path);

/* Whether the path is wanted and the first of its group. */
bool match_leads(const struct matches *matches, size_t path);

/* Whether a wanted path to the same subsystem is live. */
bool match_group_is_live(const struct matches *matches, size_t path);

/* Whether the controller is one of the wanted paths; whether it is where a wanted discovery controller is, whatever its
 * name and its host side are. */
bool match_is_planned(const struct matches *matches, const struct inv_ctrl *ctrl);
bool match_has_its_place(const struct matches *matches, const struct inv_ctrl *ctrl);
