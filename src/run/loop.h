/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The turns of the loop that a run and the keeper share: act, then sleep until there is something to look at. */
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
	bool idle;		 /* the last sleep has ended although nothing has happened */
	uint64_t shutdown_since; /* ms since boot: when SIGUSR2 told the keeper that the host is shutting down; 0: not
				    yet */
	uint64_t deadline;	 /* ms since boot; 0: one pass; UINT64_MAX: none */
	uint64_t next_progress;
	unsigned turns;
	const char *command; /* whose messages are kept, for the next run and for status; NULL: they are not */
	char *reported;	     /* what earlier runs have reported is not reported again; NULL: all is */
};

/* Before anything is read: what changes from then on is an event. */
void loop_listen(struct loop *loop);

/* A source has changed: the next run acts on it, this one begins nothing more. A run without a limit (`--wait`) has no
 * next run, so it is never outdated. */
bool loop_is_outdated(const struct loop *loop);

/* Does what can be done now, and reports it. True if the kernel's state has changed by it, so that another look is
 * worth it. */
bool loop_act(struct loop *loop);

/* Reports what is new, and keeps it for the next run. */
void loop_report(struct loop *loop);

/* Whether a probe or a write is under way. */
bool loop_is_busy(const struct loop *loop);

/* Sleeps until something happens that a look may show, or something is due. */
void loop_wait(struct loop *loop);
