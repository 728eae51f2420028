/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The write to /dev/nvme-fabrics (drivers/nvme/host/fabrics.c). The kernel holds one global mutex across a whole
 * connect, so there is one writer at a time; it is a child, since the write may not be interruptible.
 */
#pragma once

#include "plan/plan.h"
#include "kernel/inventory.h"

/* s; a path's first deadline, and what it grows to */
#define FABRICS_DEADLINE_MIN 5u
#define FABRICS_DEADLINE_MAX 120u

/* bytes; the kernel takes a page */
#define FABRICS_OPTIONS_MAX 4096

struct writer {
	pid_t pid;	/* of the write under way; 0: none */
	int fd;		/* readable when the write is over */
	int path;	/* index in the plan */
	pid_t resident; /* a child that waits for writes to do; 0: each write has a child of its own */
};

struct fabrics_result {
	int error;    /* 0, or an errno as reason_of_error() knows it */
	int instance; /* N of nvmeN; -1 if the kernel did not say */
};

/* The option string for a path whose transport ID is to be given to the kernel as 'tid', see struct reach. redact:
 * without its secrets; else the caller wipes buf as soon as it is written. */
void fabrics_options(const struct plan *plan, const struct plan_path *path, const struct tid *tid, bool redact,
		     char buf[static FABRICS_OPTIONS_MAX]);

/* For a process that must do without fork(), which takes memory when there may be none: makes the child that does all
 * its writes. Its memory is locked, too. dev: descriptor of /dev, to be kept open. 0 or -errno. */
MUST_CHECK int fabrics_prefork(struct writer *writer, int dev);

/* Starts a write, in the resident child or a new one. When it is over, no process but the caller has a copy of the
 * options. 0 or -errno. */
MUST_CHECK int fabrics_start(struct writer *writer, int dev, const char *options, unsigned deadline_s);

/* When fd is readable: what came of it. */
struct fabrics_result fabrics_finish(struct writer *writer);

/* Asks a writer to give up; it does where the kernel lets it. Does not wait. */
void fabrics_abandon(struct writer *writer);

/* Begins to end an association for good. The write returns when it has ended, which may take a minute if the target has
 * just died: a child of its own does it, and nobody waits for that. sys: descriptor of /sys. 0 or -errno. */
MUST_CHECK int fabrics_delete(int sys, const char *ctrl);
