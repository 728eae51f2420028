/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has become of the paths since the last look, which may be the last run's: each change is reported once, and what
 * was tried before is judged anew.
 */
#pragma once

#include "run/loop.h"

/* Updates the history's states; to be called with the matches of each new inventory. */
void notice_changes(struct loop *loop);
