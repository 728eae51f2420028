/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that udev drops when something has happened: the .path unit starts a run as long as there is one. */
#pragma once

#include "base/dirs.h"
#include "base/util.h"
#include "plan/messages.h"

enum kick {
	KICK_DEVICE = 1 << 0,  /* seen by the next look; all names but those below */
	KICK_LOG = 1 << 1,     /* a log page has changed */
	KICK_CONF = 1 << 2,    /* a source has changed */
	KICK_MODULES = 1 << 3, /* a run lacks a module that it may not load */
	KICK_STUCK = 1 << 4,   /* not a kick: one of them cannot be taken away, and would start runs without end */
};

/* Takes the kicks away; those that there were are returned as bits. What they tell of is seen by the look that follows.
 * messages: where it is reported if one cannot be taken. */
unsigned kicks_take(const struct dirs *dirs, struct messages *messages);

/* Has the .path unit start another run when this one is over. messages: where it is reported if that cannot be done. */
void kicks_leave(const struct dirs *dirs, const char *name, struct messages *messages);
