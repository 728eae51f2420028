/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Applies steps: the only room from which the kernel is changed. Probes and writes are begun here and are over with an
 * event that the loop hands back.
 */
#pragma once

#include "diff.h"
#include "fabrics.h"
#include "probe.h"
#include "watch.h"

/* paths that are asked at once */
#define PROBES_MAX 64
/* ms: what the wait after a failure doubles to; shorter while a subsystem has no path at all */
#define BACKOFF_MAX 60000
#define BACKOFF_MAX_LOST 5000
/* ms: likewise of the keeper, whose only subsystems are root's */
#define BACKOFF_MAX_KEEPER 1000

/* All that one run knows. */
struct loop {
	const struct dirs *dirs;
	struct plan plan;
	struct inventory inv;
	struct history history;
	struct watch watch;
	struct probe probes[PROBES_MAX];
	struct writer writer;
	uint64_t write_started;
	/* What a keeper does without, or NULL: module.h, discovery.h. */
	int (*load_module)(const char *name);
	int (*read_log)(int dev, const char *ctrl, struct plan *plan, int parent);
	int signals; /* descriptor of SIGTERM and SIGINT */
	bool stopped;
	bool stays; /* --wait: failures are said again and again */
	bool in_initramfs;
	bool is_keeper;
	bool idle;		 /* the last sleep has ended although nothing has happened */
	uint64_t shutdown_since; /* ms since boot: SIGUSR2 has told the keeper that the host goes down; 0: it has not */
	uint64_t deadline;	 /* ms since boot; 0: one pass; UINT64_MAX: none */
	uint64_t next_progress;
	unsigned turns;
};

/* Does a step, or begins it. True if the kernel's state or the plan has changed by it: another look is worth it. */
bool apply(struct loop *loop, const struct step *step);

/* A probe's descriptor is ready (revents), or its deadline has passed (0). */
void apply_probe_event(struct loop *loop, struct probe *probe, short revents);

/* The writer's descriptor is ready. */
void apply_write_event(struct loop *loop);
