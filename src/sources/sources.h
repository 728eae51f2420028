/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The sources of the plan: who asks for interfaces and associations. sources.c has a table with one row for each.
 * CONTRIBUTING.md says how to add one. The other floors read the attributes of struct source; none asks which source it
 * is.
 *
 * sources_load() gets an empty plan. On exit the plan holds what all sources ask for, except log pages: the loop reads
 * those when their discovery controllers are live. A bad line becomes a complaint, and the other lines count. A source
 * that could not be read whole sets plan->unread, so that nothing is ended because nobody asks for it.
 */
#pragma once

#include "sources/source.h"

/* bytes of a boot's parameters that are read at most */
#define SOURCES_WORDS_MAX (1024 * 1024)

/* cmdline: a file with parameters instead of the boot's, "-" for standard input, or NULL. 0 or -errno of that file.
 * Does not settle the plan: desired_load() does. */
MUST_CHECK int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline);

/* One file alone, for `check`: as discovery.conf (path: below dirfd; name: what messages call it), or as parameters.
 * 0 or -errno. */
MUST_CHECK int sources_load_conf(struct plan *plan, int dirfd, const char *path, const char *name);
MUST_CHECK int sources_load_cmdline(struct plan *plan, const char *path);

/* Likewise a boot table of the firmware, or a folder of them. */
MUST_CHECK int sources_load_nbft(struct plan *plan, const char *path);

/* Adds the parameters of a text with lines of "<origin>\t<parameters>", as the cmdline hook writes them, and nothing
 * else. */
void sources_parse_words(struct plan *plan, const char *words);
