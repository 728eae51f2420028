/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other direction: what would boot this host as it runs now, and what a hostonly image has in it.
 */
#pragma once

#include "decide/match.h"

/* Prints the words of root's paths on one line: identity, options that are not the default, associations, interfaces,
 * routes; nothing if root is on no fabric. The plan is that of this boot's words: what they say and the kernel does not
 * show is said again, also a path of root that has no controller just now. What no word of ours can say goes to
 * standard error. Returns the number of paths. */
size_t describe_root(const struct dirs *dirs, const struct matches *matches);

/* Likewise the kernel modules that root's paths need, by the names that sysfs has for them: transports, the drivers of
 * the adapters and of the buses above them, the adapters' RDMA halves. Returns the number of paths. */
size_t describe_modules(const struct dirs *dirs, const struct inventory *inv);
