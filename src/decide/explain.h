/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which reason is a path's. */
#pragma once

#include "decide/diff.h"
#include "decide/reason.h"

/* Why a path is not live. Empty when it is, and when nobody knows. Returns ret->line. */
const char *reason_of_path(const struct matches *matches, const struct history *history, size_t path, uint64_t now,
			   struct sentence *ret);
