/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether there is a keeper. Its file is root's alone, so that nobody else can say that there is one, or hold the place
 * of one. */
#pragma once

#include <sys/types.h>

#include "base/dirs.h"
#include "base/util.h"

/* The keeper says that it lives, until it ends. 0; or the PID of the keeper that there is already; or -errno, -EBUSY if
 * a process that is no keeper holds its place. */
MUST_CHECK pid_t presence_begin(const struct dirs *dirs);

/* The PID of the keeper; 0: there is none; -errno: it cannot be known, as by a user who is not root. */
MUST_CHECK pid_t presence_keeper(const struct dirs *dirs);
