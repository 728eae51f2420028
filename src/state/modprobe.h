/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kernel.modprobe, which the keeper empties so that no connect has the kernel start a program from a root that is dead
 * (the kernel does with each, drivers/nvme/host/fabrics.c), and sets again. Each does nothing the second time.
 */
#pragma once

#include "base/dirs.h"
#include "plan/messages.h"

/* messages: where it is reported if its value cannot be saved; it is left as it is then */
void modprobe_empty(const struct dirs *dirs, struct messages *messages);
void modprobe_restore(const struct dirs *dirs);
