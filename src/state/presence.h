/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether there is a keeper. */
#pragma once

#include <sys/types.h>

#include "base/dirs.h"
#include "base/util.h"

/* The keeper says that it lives, until it ends. False: there is one already, or there is no /run. */
bool presence_begin(const struct dirs *dirs);

/* The PID of the keeper, or 0. */
pid_t presence_keeper(const struct dirs *dirs);
