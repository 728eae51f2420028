/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The turns of the loop that a run and the keeper share: act, then sleep until there is something to look at. */
#pragma once

#include "apply.h"

/* Before anything is read: what changes from then on is an event. */
void loop_listen(struct loop *loop);

/* A source has changed: the next run shall see to it, this one begins nothing more. Who waits for ever has no next. */
bool loop_is_outdated(const struct loop *loop);

/* Does what can be done now. True if the kernel's state has changed by it, so that another look is worth it. */
bool loop_act(struct loop *loop);

/* Whether a probe or a write is under way. */
bool loop_is_busy(const struct loop *loop);

/* Sleeps until something happens that a look may show, or something is due. */
void loop_wait(struct loop *loop);
