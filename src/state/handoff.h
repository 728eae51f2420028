/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one run leaves for the next, below /run, which survives switch-root:
 *
 *   nvmf-boot/words       the command line's words by origin; written by the cmdline hook, read by every run
 *   nvmf-boot/wanted      early boot asks for a path; rd.nvmf.timeout= in s, 0: for ever. Written by `want`, for hooks
 *                         and units
 *   nvmf-boot/rest        what `claim` prints, kept by the cmdline hook
 *   nvmf-boot/state       paths with their last failures, what log pages named; status reads it, too
 *   nvmf-boot/complaints  what was last said of bad input, so that it is said once and not each minute
 *   nvmf-boot/kick/       files that udev drops when something has happened; a pass takes them away
 *   nvmf-boot/keeper      the keeper's PID; it holds the file's lock as long as it lives
 *   nvmf-boot/modprobe    what kernel.modprobe was before the keeper emptied it
 *   nvmf-boot/lock        held by the run that connects; saves work, correctness does not rest on it
 *   nvme/registry/nvmeN/  owner and seqnum: nvme-cli 3 spares owned controllers (its REGISTRY.md)
 */
#pragma once

#include "decide/diff.h"

#define HANDOFF_FOLDER "nvmf-boot"
#define HANDOFF_WANTED HANDOFF_FOLDER "/wanted"

/* Makes attempts for all paths of the plan that have none yet. 0 or -ENOMEM. */
int history_fit(struct history *history, const struct plan *plan);
void history_free(struct history *history);

/* Remembers that the interface with this index has got a soft-RoCE device; when there are too many, the oldest is
 * forgotten. */
void history_add_rxe(struct history *history, int link);

/* Adds what log pages of planned discovery controllers named to the plan, and what was tried to the history. A missing
 * or damaged file is an empty one. */
void handoff_load(const struct dirs *dirs, struct plan *plan, struct history *history);
void handoff_save(const struct dirs *dirs, const struct plan *plan, const struct history *history);

/* Takes the kicks away: what they tell of is seen by the look that follows. True if a log page has changed. */
bool handoff_take_kicks(const struct dirs *dirs);

/* Has the .path unit start another run when this one is over. */
void handoff_kick(const struct dirs *dirs, const char *name);

/* Prints the complaints from index 'first' on as warnings; once: only those that the last run did not have. */
void handoff_complain(const struct dirs *dirs, const struct plan *plan, size_t first, bool once);

/* Keeps this run's complaints for the next. */
void handoff_save_complaints(const struct dirs *dirs, const struct plan *plan);

/* Makes the folders of all that stands above, and returns the lock's descriptor, to be closed; -1 if it cannot be had
 * within wait_s seconds or there is no /run. */
int handoff_lock(const struct dirs *dirs, unsigned wait_s);

/* The keeper says that it lives, until it ends. False: there is one already, or there is no /run. */
bool handoff_keeper_begin(const struct dirs *dirs);

/* The PID of the keeper, or 0. */
pid_t handoff_keeper(const struct dirs *dirs);

/* Empties kernel.modprobe, so that no connect has the kernel start a program from a root that is dead (the kernel does
 * with each, drivers/nvme/host/fabrics.c), and sets it again. Each does nothing the second time. */
void handoff_empty_modprobe(const struct dirs *dirs);
void handoff_restore_modprobe(const struct dirs *dirs);

/* Enters a controller that we connected into nvme-cli's registry. */
void handoff_register(const struct dirs *dirs, int instance);

/* Takes the entries of ours out whose controllers are gone. */
void handoff_prune_registry(const struct dirs *dirs);
