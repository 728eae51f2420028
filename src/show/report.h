/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plan, steps and state as text for people and as JSON for programs. All of it goes to stdout. */
#pragma once

#include "decide/diff.h"

/* `check`: what was understood. */
void report_plan(const struct plan *plan);

/* `connect --dry-run`: a line a step. */
void report_steps(const struct matches *matches, const struct step *steps, size_t n);

/* `status`. JSON keys are stable, see nvmf-boot(8). */
struct report {
	const struct matches *matches;
	const struct history *history;
	const struct messages *failures; /* at run time */
	uint64_t now;
	pid_t keeper; /* 0: there is none; -errno: it cannot be known */
};
void report_status(const struct report *report);
void report_status_json(const struct report *report);
