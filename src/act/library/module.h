/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kernel modules, through libkmod. */
#pragma once

#include "base/util.h"

/* Loads a module with what it needs, as modprobe does; 0 also if it is built in or loaded already, or -errno. */
MUST_CHECK int module_load(const char *name);
