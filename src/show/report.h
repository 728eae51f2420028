/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints the results of `check`, `connect --dry-run` and `status`: text for people, and JSON for programs. All of it
 * goes to standard output. Nothing on this floor decides anything: reasons and verdicts come from decide/.
 */
#pragma once

#include "decide/diff.h"
#include "decide/subsystems.h"

/* For `check`: what was understood. */
void report_plan(const struct plan *plan);

/* For `connect --dry-run`: one line for each step. */
void report_steps(const struct matches *matches, const struct step *steps, size_t n);

/* For `status`. The keys of the JSON are stable, see nvmf-boot(8). */
struct report {
	const struct matches *matches;
	const struct history *history;
	const struct messages *failures; /* at run time */
	uint64_t now;
	pid_t keeper; /* 0: there is none; -errno: it cannot be known */
	const struct subsystems *subsystems;
	bool is_verbose; /* with the counters of the kernel */
};
void report_status(const struct report *report);
void report_status_json(const struct report *report);
