/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plan, steps and state as text for people and as JSON for programs. All of it goes to stdout. */
#pragma once

#include "diff.h"

/* "nqn.example:root at rdma 10.0.0.1:4420", "discovery controller at ..." */
#define PATH_LABEL_MAX (NQN_MAX + TID_PLACE_MAX + 32)
const char *report_path_label(const struct plan_path *path, char buf[static PATH_LABEL_MAX]);

/* Why a path is not live: "interface ens3 has no carrier: ...". Empty when it is. */
#define PATH_REASON_MAX 256
const char *report_reason(const struct plan_path *path, const struct path_view *view, const struct attempt *attempt,
			  char buf[static PATH_REASON_MAX]);

/* "live", "connecting", ... */
const char *report_state(enum path_state state);

/* "all desired paths are live", ... */
const char *report_verdict(enum verdict verdict);

/* `check`: what was understood. */
void report_plan(const struct plan *plan);

/* `connect --dry-run`: a line a step. */
void report_steps(const struct plan *plan, const struct inventory *inv, const struct step *steps, size_t n);

/* `status`. JSON keys are stable, see nvmf-boot(8). */
struct report {
	const struct plan *plan;
	const struct inventory *inv;
	const struct history *history;
	uint64_t now;
	pid_t keeper; /* 0: there is none */
};
void report_status(const struct report *report);
void report_status_json(const struct report *report);
