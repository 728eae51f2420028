/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The splash screen, where one hides the console: plymouth's message. Nothing happens where it does not run. */
#pragma once

#include "base/util.h"

void splash_message(const char *format, ...) PRINTF_FORMAT(1, 2);
