/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a path is not live, as a sentence for people. */
#pragma once

#include "decide/diff.h"

/* Why a path is not live: "interface ens3 has no carrier: ...". Empty when it is. */
#define PATH_REASON_MAX 256
const char *path_reason(const struct plan_path *path, const struct path_view *view, const struct attempt *attempt,
			char buf[static PATH_REASON_MAX]);

/* "interface ens3 has no carrier: check cable and switch port" */
#define OBSTACLE_REASON_MAX 256
const char *obstacle_reason(const struct reach *reach, char buf[static OBSTACLE_REASON_MAX]);

/* The error as a sentence with a hint. Beside what the kernel returns: EINTR is the deadline; ENXIO, EACCES, EBUSY and
 * EKEYREJECTED are what its log says where it returns EIO alone. */
const char *errno_reason(int error, enum transport transport, bool in_probe);
