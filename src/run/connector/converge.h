/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loop: look (inventory), match, subtract (diff), act (steps), sleep until something happens; until all wanted
 * paths are live or the time is over. The same in the initramfs, in the service, and by hand.
 */
#pragma once

#include "decide/diff.h"

#define WAIT_FOR_EVER (-1)

struct converge_options {
	long wait_s;	     /* 0: one pass; WAIT_FOR_EVER: until all is live, or rd.nvmf.timeout= has passed */
	bool dry_run;	     /* print the steps instead of doing them */
	const char *cmdline; /* a file with words instead of the boot's, or NULL */
};

/* Loads the modules that the plan needs and the kernel has not: for the service, whose next step may load none. 0 or
 * -errno. */
MUST_CHECK int converge_load_modules(const struct dirs *dirs);

/* 0 and the verdict, or -EIO: something of this host has failed, which is reported. */
MUST_CHECK int converge(const struct dirs *dirs, const struct converge_options *options, enum verdict *ret);
