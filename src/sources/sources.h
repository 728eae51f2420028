/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads all sources of the plan, in the order in which they win. */
#pragma once

#include "base/dirs.h"
#include "plan/plan.h"

/* below /run: the command line's words by origin, written by the cmdline hook; bytes of it that are read at most */
#define SOURCES_WORDS "nvmf-boot/words"
#define SOURCES_WORDS_MAX (64 * 1024)

/* cmdline: a file with words instead of the boot's, "-" for standard input, or NULL. 0 or -errno of that file. What can
 * be said only when all have spoken (identity, settle, exclusions) is run/desired.h's. */
MUST_CHECK int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline);

/* One file alone, for `check`: as discovery.conf, or as words. 0 or -errno. */
MUST_CHECK int sources_load_conf(struct plan *plan, const char *path);
MUST_CHECK int sources_load_cmdline(struct plan *plan, const char *path);

/* A complaint of a source as a whole. */
void sources_complain(struct plan *plan, const char *name, const char *text);
