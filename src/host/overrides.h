/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds units in /etc/systemd/system that somebody made by hand, after the classic recipe, and that have the names of
 * nvmf-boot's units. By systemd's rule they win.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* Adds a complaint for each such unit: the settings that differ, and the command that moves it aside. */
void overrides_check(struct plan *plan, const struct dirs *dirs);
