/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that udev drops when something has happened: the .path unit starts a run as long as there is one. */
#pragma once

#include "base/dirs.h"
#include "base/util.h"

/* Takes the kicks away: what they tell of is seen by the look that follows. True if a log page has changed. */
bool kicks_take(const struct dirs *dirs);

/* Has the .path unit start another run when this one is over. */
void kicks_leave(const struct dirs *dirs, const char *name);
