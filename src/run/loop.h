/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The turns that a run of `connect` (connector/converge.c) and the keeper (keeper/keeper.c) share. The caller calls
 * loop_listen() once, before it reads anything, so that no change is missed. Then, in each turn, it reads the
 * inventory, loop_act() does the steps, and loop_wait() sleeps until an event, the result of a child, or a deadline.
 */
#pragma once

#include "kernel/watch.h"
#include "act/apply.h"

/* s; another run is waited for as long, then both go on: the kernel sorts out duplicates. The lock's holder may be
 * stuck on the dead root. */
#define LOCK_WAIT 2
/* turns without sleep; a step that has no effect must not keep us awake */
#define TURNS_MAX 16

/* All that one run knows. */
struct loop {
	struct work work;
	struct watch watch;
	int signals; /* descriptor of SIGTERM and SIGINT */
	bool stopped;
	bool stays; /* --wait: what is missing is reported again and again */
	bool in_initramfs;
	unsigned kicks;		 /* of enum kick: those that this run has taken */
	bool idle;		 /* the last sleep ended without an event */
	uint64_t shutdown_since; /* ms since boot: when SIGUSR2 told the keeper that the host is shutting down; 0: not
				    yet */
	uint64_t deadline;	 /* ms since boot; 0: one pass; UINT64_MAX: none */
	uint64_t next_progress;
	unsigned turns;
	const char *command; /* whose messages are kept, for the next run and for status; NULL: they are not */
	char *reported;	     /* what earlier runs have reported is not reported again; NULL: all is */
};

/* Call it before anything is read. What changes from then on ends loop_wait(). */
void loop_listen(struct loop *loop);

/* Whether a source has changed, so that this run begins nothing more and the next run acts on the change. A run without
 * a limit (`--wait`) has no next run, so it is never outdated. */
bool loop_is_outdated(const struct loop *loop);

/* Does what can be done now, and reports it. True if that has changed the kernel, so that another look is worth it. */
bool loop_act(struct loop *loop);

/* Reports what is new, and keeps it for the next run. */
void loop_report(struct loop *loop);

/* Whether a probe or a write is under way. */
bool loop_is_busy(const struct loop *loop);

/* Sleeps until an event, the end of a probe or a write, or the time at which something is due. */
void loop_wait(struct loop *loop);
