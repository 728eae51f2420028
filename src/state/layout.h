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
 *   nvmf-boot/complaints  what was last said of bad input, so that it is said once and not each minute
 *   nvmf-boot/kick/       files that udev drops when something has happened; a pass takes them away
 *   nvmf-boot/keeper      the keeper's PID; it holds the file's lock as long as it lives; for root alone
 *   nvmf-boot/modprobe    what kernel.modprobe was before the keeper emptied it
 *   nvmf-boot/lock        held by the run that connects; saves work, correctness does not rest on it
 *   nvme/registry/nvmeN/  owner and seqnum: nvme-cli 3 spares owned controllers (its REGISTRY.md)
 */
#pragma once

#define LAYOUT_FOLDER "nvmf-boot"
#define LAYOUT_WANTED LAYOUT_FOLDER "/wanted"
#define LAYOUT_STATE LAYOUT_FOLDER "/state"
#define LAYOUT_COMPLAINTS LAYOUT_FOLDER "/complaints"
#define LAYOUT_KICKS LAYOUT_FOLDER "/kick"
#define LAYOUT_KEEPER LAYOUT_FOLDER "/keeper"
#define LAYOUT_MODPROBE LAYOUT_FOLDER "/modprobe"
#define LAYOUT_LOCK LAYOUT_FOLDER "/lock"
#define LAYOUT_REGISTRY "nvme/registry"
