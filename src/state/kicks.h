/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that udev drops when something has happened: the .path unit starts a run as long as there is one. */
#pragma once

#include "base/dirs.h"
#include "base/util.h"
#include "plan/messages.h"

/* Takes the kicks away: what they tell of is seen by the look that follows. True if a log page has changed. */
bool kicks_take(const struct dirs *dirs);

/* Has the .path unit start another run when this one is over. messages: where it is reported if that cannot be done. */
void kicks_leave(const struct dirs *dirs, const char *name, struct messages *messages);
