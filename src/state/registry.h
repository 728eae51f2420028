/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nvme-cli's registry of who owns which controller. */
#pragma once

#include "base/dirs.h"

/* Enters a controller that we connected. */
void registry_enter(const struct dirs *dirs, int instance);

/* Takes the entries of ours out whose controllers are gone. */
void registry_prune(const struct dirs *dirs);
