/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nvme-cli's registry of who owns which controller. */
#pragma once

#include "base/dirs.h"
#include "plan/messages.h"

/* Enters a controller that we connected. messages: where it is reported if that cannot be done. */
void registry_enter(const struct dirs *dirs, int instance, struct messages *messages);

/* Takes the entries of ours out whose controllers are gone. */
void registry_prune(const struct dirs *dirs);
