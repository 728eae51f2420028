/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two network stacks on one interface end in a dead root. claim keeps those of the image, and later those of the real
 * root, off the interfaces that the plan names: /run survives the switch. In the other direction it tells them which
 * words are theirs.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Writes what makes systemd-networkd, NetworkManager, ifupdown and dracut's network-legacy leave the plan's interfaces
 * alone. ifupdown knows names only: an interface that is planned by its hardware address must be in the inventory.
 * failures: what could not be written, each file with its reason. */
void claim_interfaces(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv,
		      struct messages *failures);

/* Prints the parameters that other stacks shall see, each as it was given: all but ip=, vlan= and rd.route= that are
 * ours. rd.neednet=1 is among them if one of the stacks has to work. */
void claim_print_rest(const struct plan *plan);
