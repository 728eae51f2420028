/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which reason is a path's. */
#pragma once

#include "decide/diff.h"
#include "decide/reason.h"

/* For how long a path has been in its state, in ms: it has begun so long ago at least, and at most. Where nobody has
 * looked in between, or the state is another one than at the last look, the two differ. False: it is not known. */
bool age_of_state(const struct matches *matches, const struct history *history, size_t path, uint64_t now,
		  uint64_t *at_least, uint64_t *at_most);

/* Why a path is not live, or what is wrong with a live discovery controller. Empty when it is, and when nobody knows.
 * Returns ret->line. */
const char *reason_of_path(const struct matches *matches, const struct history *history, size_t path, uint64_t now,
			   struct sentence *ret);
