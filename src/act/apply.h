/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Applies steps: the only room from which the kernel is changed. Probes and writes are begun here and are over with an
 * event that the loop (run/loop.h) hands back.
 */
#pragma once

#include "decide/diff.h"
#include "act/fabrics.h"
#include "act/probe.h"

/* paths that are asked at once */
#define PROBES_MAX 64
/* ms: what the wait after a failure doubles to; shorter while a subsystem has no path at all */
#define BACKOFF_MAX 60000
#define BACKOFF_MAX_LOST 5000
/* ms: likewise of the keeper, whose only subsystems are root's */
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
	/* What a keeper does without, or NULL: act/library/. */
	int (*load_module)(const char *name);
	int (*read_log)(int dev, const char *ctrl, struct plan *plan, int parent);
	bool is_keeper;
};

/* Makes room in the history for each path of the plan, and matches the plan and the inventory anew: whoever has changed
 * one of the two calls it before the next step. 0 or -ENOMEM. */
MUST_CHECK int work_match(struct work *work);

/* Does a step, or begins it. True if the kernel's state or the plan has changed by it: another look is worth it. */
bool apply(struct work *work, const struct step *step);

/* A probe's descriptor is ready (revents), or its deadline has passed (0). */
void apply_probe_event(struct work *work, struct probe *probe, short revents);

/* The writer's descriptor is ready. */
void apply_write_event(struct work *work);
