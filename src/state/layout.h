/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one run leaves for the next, below /run, which survives switch-root. Each file has a room of its own in this
 * folder:
 *
 *   nvmf-boot/words       the command line's parameters by origin; written by the cmdline hook, read by every run
 *                         (sources/sources.c)
 *   nvmf-boot/wanted      early boot asks for a path; rd.nvmf.timeout= in s, 0: for ever. Written by `want`, for hooks
 *                         and units
 *   nvmf-boot/rest        what `claim` prints, kept by the cmdline hook
 *   nvmf-boot/state       paths with their last failures, what log pages named; status reads it, too
 *   nvmf-boot/messages    what was last reported of bad input and of failures at run time, so that it is reported once
 *                         and not each minute; status reads it, too
 *   nvmf-boot/kick/       files that udev drops when something has happened; a pass takes them away
 *   nvmf-boot/keeper      the keeper's PID; it holds the file's lock as long as it lives; for root alone
 *   nvmf-boot/modprobe    what kernel.modprobe was before the keeper emptied it
 *   nvmf-boot/lock        held by the run that connects; saves work, correctness does not rest on it
 *   nvme/registry/nvmeN/  owner and seqnum: nvme-cli 3 spares owned controllers (its REGISTRY.md)
 *
 * Those of nvmf-boot/ are for root alone: parameters may hold the secrets of others, and a file that others can open
 * they can lock. What host/claim.c writes for other network stacks is for all to read, since some of them are not root
 * (of those only nvmf-boot/ifupdown is in this folder), and so is the registry, which is nvme-cli's.
 */
#pragma once

#include "base/dirs.h"
#include "plan/messages.h"

#define LAYOUT_FOLDER "nvmf-boot"
#define LAYOUT_WANTED LAYOUT_FOLDER "/wanted"
#define LAYOUT_STATE LAYOUT_FOLDER "/state"
#define LAYOUT_MESSAGES LAYOUT_FOLDER "/messages"
#define LAYOUT_KICKS LAYOUT_FOLDER "/kick"
#define LAYOUT_KEEPER LAYOUT_FOLDER "/keeper"
#define LAYOUT_MODPROBE LAYOUT_FOLDER "/modprobe"
#define LAYOUT_LOCK LAYOUT_FOLDER "/lock"
#define LAYOUT_REGISTRY "nvme/registry"

/* of our files, and of those that others read */
#define LAYOUT_MODE 0600
#define LAYOUT_MODE_PUBLIC 0644

/* Replaces a file of ours below /run, whose folder is made if it is not there. False: it is one of these messages now,
 * of the level ERROR. */
bool layout_write(const struct dirs *dirs, const char *path, const char *text, struct messages *messages);

/* Removes one, if it is there. A failure is a message of the same level. */
void layout_remove(const struct dirs *dirs, const char *path, struct messages *messages);

/* The message alone, of a file that has another way of being written. */
void layout_failed(struct messages *messages, const char *file, int error);
