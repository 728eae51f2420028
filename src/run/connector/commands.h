/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands do. Their names and help are in options.c. */
#pragma once

#include "base/dirs.h"
#include "run/connector/options.h"

/* Does options->command, which is one. Returns an enum exit_status. */
MUST_CHECK int command_run(const struct dirs *dirs, const struct options *options);
