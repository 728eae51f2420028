/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages to stderr: with a `<N>` priority in front when stderr is the journal (sd-daemon(3)) or the kernel's log,
 * plain otherwise. Control characters and what is no UTF-8 are escaped. stdout is for results only.
 */
#pragma once

#include "base/util.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* The highest level that is printed; LOG_LEVEL_INFO until it is set. */
void log_set_level(enum log_level level);

/* stderr is /dev/kmsg from now on: each line says who speaks. */
void log_is_kmsg(const char *who);

void log_message(enum log_level level, const char *format, ...) PRINTF_FORMAT(2, 3);

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...) log_message(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)
