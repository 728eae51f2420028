/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's log as a witness: a connect that the target refuses ends with EIO alone, and only the log says why
 * (drivers/nvme/host/fabrics.c, nvmf_log_connect_error()).
 */
#pragma once

#include "base/util.h"

/* Opens the log at its end, just before a write: what is older is never read. dev: descriptor of /dev. A descriptor, to
 * be closed, or -1. */
int witness_open(int dev);

/* What the write of these options came to: an errno as reason_of_error() knows it, of the last record since
 * witness_open() that is the kernel's own and speaks of the NQNs in the options; without one, 'error'. */
int witness_cause(int log, const char *options, int error);
