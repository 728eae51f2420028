/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Units that were made by hand, as the classic recipe has its users do, under the names of ours: by systemd's rule
 * those in /etc/systemd/system win.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Complains of each such unit: what it does otherwise, and the command that moves it aside. */
void overrides_check(struct plan *plan, const struct dirs *dirs);
