/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan's paths and the inventory side by side: which controller each path is, and what is in its way. Made once
 * after each look and read by all that decide, act and report. Pure.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"
#include "decide/reach.h"

struct match {
	struct reach reach;	     /* without an obstacle if there is a controller */
	const struct inv_ctrl *ctrl; /* of the inventory, or NULL */
};

struct matches {
	const struct plan *plan;
	const struct inventory *inv;
	struct match *of; /* of each path of the plan, wanted or not */
	size_t n;
};

/* Makes all of them anew. To be called whenever the plan has more paths than before, or the inventory has been read;
 * both are pointed to. 0; or -ENOMEM, and there are none. */
MUST_CHECK int match(struct matches *matches, const struct plan *plan, const struct inventory *inv);
void match_free(struct matches *matches);

/* Whether the path is wanted and has a controller that is live; not one whose attributes are not believed. */
bool match_is_live(const struct matches *matches, size_t path);

/* Whether the controller is one of the wanted paths. */
bool match_is_planned(const struct matches *matches, const struct inv_ctrl *ctrl);
