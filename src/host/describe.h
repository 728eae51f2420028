/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Describes this host as parameters: what would boot it as it runs now. `nvmf-boot cmdline` prints them, and the dracut
 * module puts them into hostonly images.
 *
 * On entry the inventory is that of the running host, with root's controllers marked, and the plan is that of this
 * boot. Nothing is changed. What no parameter can express is reported on standard error.
 */
#pragma once

#include "decide/match.h"

/* Prints one line: identity, options that are not the default, root's paths, their interfaces and routes. Prints
 * nothing if root is on no fabric. What the kernel does not show is taken from the plan, also a path of root that has
 * no controller at the moment. 0; or, with a report, -EBADMSG: the line, read again, would not mean this host, and
 * nothing is printed; -ENODATA: nobody can tell whether root is on a fabric, or not all of what root stands on could be
 * described, and the rest is printed. */
MUST_CHECK int describe_root(const struct dirs *dirs, const struct matches *matches);

/* Prints the kernel modules that root's paths need, as sysfs names them: transports, drivers of the adapters and of the
 * buses above them, RDMA halves of the adapters. 0, or -ENODATA as above. */
MUST_CHECK int describe_modules(const struct dirs *dirs, const struct matches *matches);
