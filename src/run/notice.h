/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares the state of each path with its state at the last look, which may have been in an earlier run. A change is
 * reported once. So is what has become of the disks of a subsystem, and a log page that names nothing. A change that
 * lets an earlier failure be tried again ends the wait of the path.
 */
#pragma once

#include "run/loop.h"

/* Call it with the matches of each new inventory. Updates the states in the history. */
void notice_changes(struct loop *loop);
