/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What paths, states and verdicts are called. */
#pragma once

#include "decide/diff.h"

/* "nqn.example:root at rdma 10.0.0.1:4420", "discovery controller at ..." */
#define PATH_LABEL_MAX (NQN_MAX + TID_PLACE_MAX + 32)
const char *path_label(const struct plan_path *path, char buf[static PATH_LABEL_MAX]);

/* "live", "connecting", ... */
const char *path_state_name(enum path_state state);

/* "all wanted paths are live", ... */
const char *verdict_text(enum verdict verdict);
