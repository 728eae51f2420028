/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shows a message on plymouth's splash screen, which hides the console. Does nothing if plymouth does not run. */
#pragma once

#include "base/util.h"

void splash_message(const char *format, ...) PRINTF_FORMAT(1, 2);
