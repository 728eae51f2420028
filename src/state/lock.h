/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lock that timer, keeper and operator share. It saves work; correctness does not rest on it. */
#pragma once

#include "base/dirs.h"

/* Makes our folders below /run, and returns the lock's descriptor, to be closed; -1 if it cannot be had within wait_s
 * seconds or there is no /run. */
int lock_take(const struct dirs *dirs, unsigned wait_s);
