/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All sources of the plan, by the table in sources.c. To add one: a loader in a file of its own (see source.h), and its
 * row. The others ask the attributes of struct source, not who it is.
 */
#pragma once

#include "sources/source.h"

/* cmdline: a file with parameters instead of the boot's, "-" for standard input, or NULL. 0 or -errno of that file.
 * What can be said only when all have spoken (identity, settle, exclusions) is run/desired.h's. */
MUST_CHECK int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline);

/* One file alone, for `check`: as discovery.conf, or as parameters. 0 or -errno. */
MUST_CHECK int sources_load_conf(struct plan *plan, const char *path);
MUST_CHECK int sources_load_cmdline(struct plan *plan, const char *path);

/* The parameters of lines of "<origin>\t<parameters>" alone. */
void sources_parse_words(struct plan *plan, const char *words);
