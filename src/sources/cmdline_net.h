/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dracut's network parameters in their static forms. Each function gets one parameter. What it adds to the plan it
 * takes, and nobody else sees it; all else stays for other programs, be it refused, or one too many. A parameter that
 * needs another program is noted in the plan as left to that program. */
#pragma once

#include "sources/fields.h"

/* of ip=: bytes. IPv4 needs the least; no interface but the loopback one has more than the most. */
#define CMDLINE_MTU_MIN 68
#define CMDLINE_MTU_MAX 65535

void cmdline_ip(const struct word *word);
void cmdline_vlan(const struct word *word);
/* The number at the end of a VLAN's name, behind "vlan" or the last dot; 0: none that can be. */
unsigned cmdline_vlan_id(const char *name);
void cmdline_route(const struct word *word);
void cmdline_ifname(const struct word *word);

/* bond=, team=, bridge= */
void cmdline_master(const struct word *word);

/* Leaves the word, and the interface that it is about (no name: unknown), to dracut's network modules. */
void cmdline_leave(const struct word *word, const char *iface);
