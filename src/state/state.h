/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was tried for each path and what log pages named: kept by transport ID from one run to the next. */
#pragma once

#include "base/dirs.h"
#include "decide/diff.h"

/* Makes attempts for all paths of the plan that have none yet. 0 or -ENOMEM. */
int history_fit(struct history *history, const struct plan *plan);
void history_free(struct history *history);

/* Remembers that the interface with this index has got a soft-RoCE device; when there are too many, the oldest is
 * forgotten. */
void history_add_rxe(struct history *history, int link);

/* Adds what log pages of planned discovery controllers named to the plan, and what was tried to the history. A missing
 * file is an empty one. One that cannot be read is a source that cannot be read. One of another version is ignored
 * with a message: image and package can differ in age. */
void state_load(const struct dirs *dirs, struct plan *plan, struct history *history);

/* messages: where it is reported if the file cannot be written */
void state_save(const struct dirs *dirs, const struct plan *plan, const struct history *history,
		struct messages *messages);
