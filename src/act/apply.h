/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does the steps of the diff. This floor is the only one that changes the kernel.
 *
 * The loop (run/loop.h) calls apply() with one step at a time. On entry the plan and the inventory are those that the
 * step was made from. A short step is over on return. A probe, or a write to /dev/nvme-fabrics, can take long: apply()
 * begins it, the loop sleeps on its descriptor, and hands its end to apply_probe_event() or apply_write_event(). What
 * failed is noted in the history, which decides when it is tried again.
 */
#pragma once

#include "decide/diff.h"
#include "act/fabrics.h"
#include "act/probe.h"

/* paths that are asked at once */
#define PROBES_MAX 64
/* ms: the longest wait after a failure; shorter while the subsystem has no path at all */
#define BACKOFF_MAX 60000
#define BACKOFF_MAX_LOST 5000
/* ms: the same for the keeper, which looks after root's subsystems only */
#define BACKOFF_MAX_KEEPER 1000

/* What steps are done with. */
struct work {
	const struct dirs *dirs;
	struct plan plan;
	struct inventory inv;
	struct matches matches; /* of the two */
	struct history history;
	struct messages messages; /* what fails; what sources say is in the plan's */
	struct probe probes[PROBES_MAX];
	struct writer writer;
	uint64_t write_started;
	/* functions of act/library/; NULL in the keeper, which is linked without them */
	int (*load_module)(const char *name);
	int (*read_log)(int dev, const char *ctrl, struct plan *plan, int parent);
	bool is_keeper;
};

/* Makes room in the history for each path of the plan, and matches the plan and the inventory again. Call it after each
 * change of one of the two, before the next step. 0 or -ENOMEM. */
MUST_CHECK int work_match(struct work *work);

/* Does a step, or begins it. True if that has changed the kernel or the plan, so that another look is worth it. */
bool apply(struct work *work, const struct step *step);

/* Call it when the probe's descriptor is ready (with its revents), or when its deadline has passed (with 0). */
void apply_probe_event(struct work *work, struct probe *probe, short revents);

/* Call it when the writer's descriptor is ready. */
void apply_write_event(struct work *work);
