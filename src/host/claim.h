/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps other network stacks off the interfaces of the plan. Two stacks on one interface can end in a dead root.
 *
 * The cmdline hook runs `claim` before a network stack of the image starts. The pre-pivot hook runs it again, when all
 * interfaces have their names. On exit, files below /run keep systemd-networkd, NetworkManager and ifupdown off these
 * interfaces, in the image and in the real root, because /run survives the switch. In the image a file in /tmp does the
 * same for network-legacy. Standard output has the parameters that are left for those stacks.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Writes these files. ifupdown knows interfaces by name only, so an interface that the plan names by its hardware
 * address must be in the inventory. failures: the files that could not be written, each with its reason. */
void claim_interfaces(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv,
		      struct messages *failures);

/* Prints the parameters that are left for other stacks, each as it was given, with the blanks behind it: all but those
 * ip=, vlan= and rd.route= of which an entry of the plan came. Adds rd.neednet=1 if another stack has to configure an
 * interface. They are one line: if its end is there, it is whole. */
void claim_print_rest(const struct plan *plan);
