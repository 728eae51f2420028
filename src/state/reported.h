/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was last complained of, so that it is reported once and not by each run. */
#pragma once

#include "base/dirs.h"
#include "plan/plan.h"

/* Prints the complaints from index 'first' on as warnings; once: only those that the last run did not have. */
void messages_report(const struct dirs *dirs, const struct plan *plan, size_t first, bool once);

/* Keeps this run's complaints for the next. */
void messages_save(const struct dirs *dirs, const struct plan *plan);
